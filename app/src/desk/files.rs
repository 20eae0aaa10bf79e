//! Where the files of documents are: in a folder or in a bucket (S3 and what speaks like it), under their documents' ids.
//!
//! A file comes in under `incoming/`, and once the row of its document is committed it is moved to `kept/`. Whatever stops
//! the server in between leaves either a row whose file is still under `incoming/`, where it is found as well, or a
//! file without a row, which [`Files::sweep`] removes.

use crate::error::AppError;
use axum::body::Bytes;
use chrono::{DateTime, Utc};
use domain::{
    document::{FILE_BYTES_MAX, FILE_MEGABYTES_MAX, FileFacts, Sniffer, file_name},
    id::DocumentId,
    problem::Problem,
};
use futures_util::{TryStreamExt as _, stream::BoxStream};
use object_store::{
    Error, GetOptions, GetRange, ObjectStore, ObjectStoreExt as _, WriteMultipart,
    aws::AmazonS3Builder,
    local::LocalFileSystem,
    path::{Path, PathPart},
    prefix::PrefixStore,
};
use sha2::{Digest as _, Sha256};
use std::{
    collections::HashSet,
    ops::Range,
    path::{Path as FolderPath, PathBuf},
    sync::Arc,
    time::SystemTime,
};
use store::StoreError;
use url::Url;

/// Files of which no row tells yet.
const INCOMING: &str = "incoming";
/// Files of documents.
const KEPT: &str = "kept";
/// Bytes that are written to a folder at once; one such part is under way while the next fills.
const FOLDER_PART: usize = 512 << 10;
/// The same of a bucket: the least that S3 takes, save for the last part.
const BUCKET_PART: usize = 5 << 20;

/// The files of all documents.
#[derive(Debug, Clone)]
pub struct Files {
    objects: Arc<dyn ObjectStore>,
    /// Where a folder keeps what is half written; a bucket hides it, and drops it by a rule of its own.
    folder: Option<PathBuf>,
    part: usize,
}

/// A bucket, as `s3://NAME/PREFIX?endpoint=URL&region=NAME` says it. Who may use it says the environment, under the names that AWS gives
/// (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` …).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// What the names of all objects begin with; empty for none.
    pub prefix: String,
    /// Its server, when it is not that of AWS.
    pub endpoint: Option<String>,
    /// Its region.
    pub region: Option<String>,
}

impl Bucket {
    /// Reads an address.
    pub fn parse(address: &str) -> Option<Self> {
        let url = Url::parse(address).ok().filter(|url| url.scheme() == "s3" && url.password().is_none())?;
        let mut bucket = Self {
            name: url.host_str().filter(|name| !name.is_empty())?.to_owned(),
            prefix: url.path().trim_matches('/').to_owned(),
            endpoint: None,
            region: None,
        };
        for (key, value) in url.query_pairs() {
            match &*key {
                "endpoint" => {
                    let endpoint = Url::parse(&value).ok().filter(Url::has_host)?;
                    bucket.endpoint = Some(endpoint.as_str().trim_end_matches('/').to_owned());
                }
                "region" => bucket.region = Some(value.into_owned()),
                _ => return None,
            }
        }
        Some(bucket)
    }
}

/// A file of which nobody knows, or whose document is known: what a sweep found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Files of documents that were moved to where they belong.
    pub kept: usize,
    /// Files of no document that were removed.
    pub removed: usize,
}

impl Files {
    /// Those in a folder, which is made where there is none.
    pub fn in_folder(folder: &FolderPath) -> std::io::Result<Self> {
        for part in [INCOMING, KEPT] {
            std::fs::create_dir_all(folder.join(part))?;
        }
        let objects = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self { objects: Arc::new(objects), folder: Some(folder.to_owned()), part: FOLDER_PART })
    }

    /// Those in a bucket. Nothing is asked of it yet.
    pub fn in_bucket(bucket: &Bucket) -> Result<Self, Error> {
        // Where there is one already, it is that one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = AmazonS3Builder::from_env().with_bucket_name(&bucket.name);
        if let Some(endpoint) = &bucket.endpoint {
            builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        if let Some(region) = &bucket.region {
            builder = builder.with_region(region);
        }
        let prefix: Path = bucket.prefix.split('/').map(PathPart::from).collect();
        let objects = PrefixStore::new(builder.build()?, prefix);
        Ok(Self { objects: Arc::new(objects), folder: None, part: BUCKET_PART })
    }

    /// Begins to take in the file of a document to be.
    pub async fn begin(&self, id: DocumentId) -> Result<Incoming, AppError> {
        let upload = self.objects.put_multipart(&place(INCOMING, id)).await.map_err(failed)?;
        Ok(Incoming {
            parts: WriteMultipart::new_with_chunk_size(upload, self.part),
            sniffer: Sniffer::default(),
            hash: Sha256::new(),
        })
    }

    /// Moves the file of a document that is committed to where it belongs.
    pub async fn keep(&self, id: DocumentId) -> Result<(), AppError> {
        self.objects.rename(&place(INCOMING, id), &place(KEPT, id)).await.map_err(failed)
    }

    /// Removes the file of a document that is no more, or was not to be. One that is not there is removed already.
    pub async fn remove(&self, id: DocumentId) -> Result<(), AppError> {
        for part in [INCOMING, KEPT] {
            match self.objects.delete(&place(part, id)).await {
                Ok(()) | Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(())
    }

    /// The bytes of a file, or some of them, as they are read.
    pub async fn read(
        &self,
        id: DocumentId,
        range: Option<Range<u64>>,
    ) -> Result<BoxStream<'static, Result<Bytes, Error>>, AppError> {
        let options = || GetOptions { range: range.clone().map(GetRange::Bounded), ..GetOptions::default() };
        let found = match self.objects.get_opts(&place(KEPT, id), options()).await {
            Err(Error::NotFound { .. }) => self.objects.get_opts(&place(INCOMING, id), options()).await,
            other => other,
        };
        Ok(found.map_err(failed)?.into_stream())
    }

    /// The files that came in before an instant: those of which no row tells are to be judged by [`Files::sweep`].
    pub async fn before(&self, instant: DateTime<Utc>) -> Result<Vec<DocumentId>, AppError> {
        let mut ids = Vec::new();
        for part in [INCOMING, KEPT] {
            let objects = self.objects.list(Some(&Path::from(part)));
            let old = objects.try_filter(|object| std::future::ready(object.last_modified < instant));
            let found: Vec<_> = old.try_collect().await.map_err(failed)?;
            ids.extend(
                found.iter().filter_map(|object| object.location.filename()?.parse::<DocumentId>().ok()),
            );
        }
        Ok(ids)
    }

    /// Of the files found [`before`](Self::before) the same instant, moves those of documents to where they belong and removes the
    /// others, and what a server that was stopped left half written.
    pub async fn sweep(
        &self,
        found: &[DocumentId],
        documents: &HashSet<DocumentId>,
        instant: DateTime<Utc>,
    ) -> Result<Swept, AppError> {
        let mut swept = Swept::default();
        for id in found {
            if !documents.contains(id) {
                self.remove(*id).await?;
                swept.removed += 1;
            } else if self.objects.head(&place(INCOMING, *id)).await.is_ok() {
                self.keep(*id).await?;
                swept.kept += 1;
            }
        }
        if let Some(folder) = self.folder.as_ref().map(|folder| folder.join(INCOMING)) {
            let half = tokio::task::spawn_blocking(move || remove_half_written(&folder, instant.into()));
            swept.removed += half.await.map_err(failed)?.map_err(failed)?;
        }
        Ok(swept)
    }
}

/// A file that is coming in.
#[derive(Debug)]
pub struct Incoming {
    parts: WriteMultipart,
    sniffer: Sniffer,
    hash: Sha256,
}

impl Incoming {
    /// Takes the next bytes. Says at once when the file is too large, or of no format that is taken.
    pub async fn push(&mut self, bytes: &[u8]) -> Result<Result<(), Problem>, AppError> {
        if self.sniffer.bytes() + bytes.len() as u64 > FILE_BYTES_MAX {
            return Ok(Err(Problem::FileTooLarge { max: FILE_MEGABYTES_MAX }));
        }
        if let Err(problem) = self.sniffer.push(bytes) {
            return Ok(Err(problem));
        }
        self.hash.update(bytes);
        self.parts.wait_for_capacity(1).await.map_err(failed)?;
        self.parts.write(bytes);
        Ok(Ok(()))
    }

    /// Ends the file, which was sent under a name; what is refused leaves nothing.
    pub async fn finish(self, name: &str) -> Result<Result<FileFacts, Problem>, AppError> {
        let format = match self.sniffer.finish() {
            Ok(format) => format,
            Err(problem) => {
                self.parts.abort().await.map_err(failed)?;
                return Ok(Err(problem));
            }
        };
        let bytes = i64::try_from(self.sniffer.bytes()).unwrap_or(i64::MAX);
        self.parts.finish().await.map_err(failed)?;
        let sha256 = super::hex(&self.hash.finalize());
        Ok(Ok(FileFacts { name: file_name(name, format), format, bytes, sha256 }))
    }

    /// Breaks off: nothing is left of it.
    pub async fn abort(self) -> Result<(), AppError> {
        self.parts.abort().await.map_err(failed)
    }
}

fn place(part: &str, id: DocumentId) -> Path {
    Path::from_iter([part.to_owned(), id.to_string()])
}

/// Removes files that were being written before an instant: the store of a folder writes them under `id#number` and never
/// lists them.
fn remove_half_written(folder: &FolderPath, instant: SystemTime) -> std::io::Result<usize> {
    let mut removed = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let is_half = entry.file_name().to_string_lossy().contains('#');
        if is_half && entry.metadata()?.modified()? < instant {
            std::fs::remove_file(entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// What went wrong with the files: no room, or a fault of the server.
fn failed(error: impl std::error::Error + 'static) -> AppError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(at) = cause {
        if at.downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == std::io::ErrorKind::StorageFull)
        {
            tracing::error!(%error, "no room for files");
            return AppError::Full;
        }
        cause = at.source();
    }
    StoreError::corrupt(error).into()
}
