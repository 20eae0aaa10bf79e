//! Files that are brought: read as they come, within limits, by those who may.
//!
//! These addresses take more than a form does, so the limits of other bodies are not theirs (see [`is_brought`]). Whoever may
//! not is answered before anything is read.

use crate::{
    nominees,
    rest::problem::Kind,
    sheet,
    web::{Limits, Web},
};
use app::{
    desk::{Desk, Visit, hex, imports, keep},
    error::AppError,
};
use axum::{
    body::Bytes,
    extract::{Extension, FromRequest as _, Multipart, Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Redirect, Response},
};
use domain::{
    import::{ImportKind, Sheet, Unreadable},
    lang::Lang,
};
use futures_util::{Stream, StreamExt as _};
use sha2::{Digest as _, Sha256};
use std::{pin::pin, sync::Arc};
use store::import::ImportFile;
use tokio::time::{Instant, timeout, timeout_at};

/// Where the form of a page brings a file.
pub const BRING: &str = "/api/bring_import";
/// Where a program brings one.
pub const REST: &str = "/api/v1/imports";
/// A file may take as many times longer than another body.
const PATIENCE: u32 = 6;
/// Longest name of a file, in characters.
const NAME: usize = 200;
/// Most bytes of the fields beside a file.
const FIELD: usize = 200;
/// Most fields before the file.
const FIELDS: usize = 10;

/// Whether a body of this address is a file, read by whoever answers.
pub fn is_brought(path: &str) -> bool {
    path == BRING || path == REST || nominees::is_listed(path)
}

/// A file that came whole.
#[derive(Debug, Default)]
pub struct Upload {
    /// Its name, without folders.
    pub name: String,
    /// The encoding named for it.
    pub encoding: String,
    bytes: Vec<u8>,
}

impl Upload {
    /// A file of this name, whatever folders it names.
    pub fn new(name: &str, encoding: &str) -> Self {
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let name = name.chars().filter(|c| !c.is_control()).take(NAME).collect();
        Self { name, encoding: encoding.to_owned(), bytes: Vec::new() }
    }

    /// A table that was pasted.
    pub fn of_text(text: &str) -> Self {
        Self { bytes: text.as_bytes().to_vec(), ..Self::default() }
    }

    /// Takes the bytes as they come.
    ///
    /// # Errors
    /// `TooLarge`, `TooSlow`.
    pub async fn receive<E>(
        &mut self,
        chunks: impl Stream<Item = Result<Bytes, E>>,
        limits: &Limits,
    ) -> Result<(), Kind> {
        let mut chunks = pin!(chunks);
        let reading = timeout(limits.body * PATIENCE, async {
            while let Some(chunk) = chunks.next().await {
                let chunk = chunk.map_err(|_| Kind::TooSlow)?;
                if self.bytes.len() + chunk.len() > sheet::BYTES {
                    return Err(Kind::TooLarge);
                }
                self.bytes.extend_from_slice(&chunk);
            }
            Ok(())
        });
        reading.await.map_err(|_| Kind::TooSlow)?
    }

    /// The table in it. What makes the reader stumble is a damaged file.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn read(self) -> Result<(ImportFile, Sheet), AppError> {
        let reading = tokio::task::spawn_blocking(move || {
            let hash = hex(&Sha256::digest(&self.bytes));
            let sheet = sheet::read(&self.bytes, Some(&self.encoding))?;
            Ok((ImportFile { name: self.name, hash }, sheet))
        });
        let read = reading.await.unwrap_or(Err(Unreadable::Damaged));
        read.map_err(|why| AppError::Unreadable { why })
    }
}

/// Takes the file of the form on the page of imports, and goes on to what it would do.
pub async fn bring(
    State(web): State<Arc<Web>>,
    Extension(visit): Extension<Visit>,
    request: Request,
) -> Response {
    let mut desk = Desk { state: web.app.clone(), visit };
    if imports::kinds(&desk).is_empty() {
        // The page says why.
        let mut response = Redirect::to(&desk.href("/admin/imports")).into_response();
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        return response;
    }
    let outcome = async {
        let mut encoding = String::new();
        let mut kind = ImportKind::Institutions;
        let upload = parts(&web.limits, FIELD, request, |name, value| match name {
            "lang" => desk.visit.lang = Lang::from_code(&value).unwrap_or(desk.visit.lang),
            "encoding" => encoding = value,
            "kind" => kind = ImportKind::parse(&value).unwrap_or(kind),
            _ => {}
        });
        let upload = upload.await?.ok_or(AppError::Unreadable { why: Unreadable::NoFile })?;
        let (file, sheet) = Upload { encoding, ..upload }.read().await?;
        imports::bring(&desk, kind, &file, &sheet).await
    };
    let outcome = outcome.await;
    let onward = match outcome {
        Ok(id) => desk.href(&format!("/admin/imports/{id}")),
        Err(error) => match keep(&desk, "/admin/imports", &(), Some(&error)).await {
            Ok(key) => desk.href(&format!("/admin/imports?kept={key}")),
            Err(_) => desk.href("/admin/imports"),
        },
    };
    Redirect::to(&onward).into_response()
}

/// The parts of a form: each field before the file, by its name, then the file; none where none was chosen.
///
/// # Errors
/// `Unreadable`, where it is no such form, too large or too slow.
pub async fn parts(
    limits: &Limits,
    most: usize,
    request: Request,
    mut set: impl FnMut(&str, String),
) -> Result<Option<Upload>, AppError> {
    let broken = || AppError::Unreadable { why: Unreadable::Damaged };
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| broken())?;
    let until = Instant::now() + limits.body;
    for _ in 0..FIELDS {
        let next = timeout_at(until, form.next_field()).await.map_err(|_| broken())?;
        let Some(mut field) = next.map_err(|_| broken())? else { break };
        if field.name() == Some("file") {
            let mut upload = Upload::new(field.file_name().unwrap_or_default(), "");
            if upload.name.is_empty() {
                break;
            }
            return match upload.receive(&mut field, limits).await {
                Ok(()) => Ok(Some(upload)),
                Err(Kind::TooLarge) => {
                    let max = u32::try_from(sheet::BYTES >> 20).unwrap_or(u32::MAX);
                    Err(AppError::Unreadable { why: Unreadable::TooLarge { max } })
                }
                Err(_) => Err(broken()),
            };
        }
        let name = field.name().unwrap_or_default().to_owned();
        let mut value = Vec::new();
        while let Some(chunk) =
            timeout_at(until, field.chunk()).await.map_err(|_| broken())?.map_err(|_| broken())?
        {
            if value.len() + chunk.len() > most {
                return Err(broken());
            }
            value.extend_from_slice(&chunk);
        }
        set(&name, String::from_utf8_lossy(&value).into_owned());
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_name_without_folders() {
        for (given, name) in [
            ("C:\\lists\\eche.xlsx", "eche.xlsx"),
            ("../../etc/passwd", "passwd"),
            ("a\r\nb.csv", "ab.csv"),
            ("", ""),
        ] {
            assert_eq!(Upload::new(given, "").name, name);
        }
    }
}
