//! Brotli and gzip at their best, remembered by content: what has not changed is not compressed again.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

/// Compressed copies, kept in a folder under the hash of what they are copies of.
pub struct Compressor {
    folder: PathBuf,
    used: BTreeSet<OsString>,
}

impl Compressor {
    /// Keeps its copies in `folder`.
    pub fn new(folder: PathBuf) -> Result<Self> {
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self { folder, used: BTreeSet::new() })
    }

    /// Brotli at quality 11.
    pub fn brotli(&mut self, content: &[u8]) -> Result<Vec<u8>> {
        self.remembered(content, "br", |content| {
            let parameters =
                brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
            let mut out = Vec::new();
            brotli::BrotliCompress(&mut &content[..], &mut out, &parameters)?;
            Ok(out)
        })
    }

    /// Gzip at level 9, without a time stamp.
    pub fn gzip(&mut self, content: &[u8]) -> Result<Vec<u8>> {
        self.remembered(content, "gz", |content| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(content)?;
            Ok(encoder.finish()?)
        })
    }

    /// Forgets the copies nobody asked for.
    pub fn forget_unused(self) -> Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if !self.used.contains(&entry.file_name()) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    fn remembered(
        &mut self,
        content: &[u8],
        extension: &str,
        compress: impl FnOnce(&[u8]) -> Result<Vec<u8>>,
    ) -> Result<Vec<u8>> {
        let name = OsString::from(format!("{}.{extension}", hash(content)));
        let path = self.folder.join(&name);
        self.used.insert(name);
        if let Ok(known) = fs::read(&path) {
            return Ok(known);
        }
        let compressed = compress(content)?;
        // Written aside first: an interrupted run must not leave half a copy under a name that promises a whole one.
        let aside = path.with_extension("part");
        fs::write(&aside, &compressed).and_then(|()| fs::rename(&aside, &path))?;
        Ok(compressed)
    }
}

/// Whether a file of this name gets smaller by compression.
pub fn is_compressible(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    ["css", "html", "ico", "js", "json", "mjs", "svg", "txt", "wasm", "webmanifest", "xml"]
        .contains(&extension)
}

/// Sixteen hexadecimal digits that stand for the content.
pub fn hash(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    format!("{:016x}", digest.iter().take(8).fold(0, |sum: u64, byte| sum << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn a_copy_is_made_once_and_forgotten_when_unused() {
        let scratch = Scratch::new("compress").unwrap();
        let folder = scratch.path().join("copies");
        let mut compressor = Compressor::new(folder.clone()).unwrap();
        let content = b"one one one one one one".repeat(20);
        let copy = compressor.brotli(&content).unwrap();
        assert!(copy.len() < content.len());
        assert_eq!(compressor.brotli(&content).unwrap(), copy);
        compressor.gzip(b"two").unwrap();
        compressor.forget_unused().unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);

        let mut later = Compressor::new(folder.clone()).unwrap();
        later.gzip(b"two").unwrap();
        later.forget_unused().unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }

    #[test]
    fn pictures_and_fonts_are_compressed_already() {
        assert!(is_compressible(Path::new("pkg/a.css")));
        assert!(!is_compressible(Path::new("pkg/a.woff2")));
        assert!(!is_compressible(Path::new("a.png")));
    }
}
