//! Temporary folders and free ports.

use std::{
    fs::{self, DirBuilder},
    io,
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// A folder that only we can read, deleted with everything in it when dropped.
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes an empty folder; `purpose` is part of its name.
    pub fn new(purpose: &str) -> Result<Self> {
        let parent = std::env::temp_dir();
        for number in 0.. {
            let path = parent.join(format!("entente-{purpose}-{}-{number}", std::process::id()));
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error).with_context(|| format!("cannot make {}", path.display())),
            }
        }
        unreachable!("the loop has no end")
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("  could not delete {}: {error}", self.0.display());
        }
    }
}

/// A port of the loopback address on which nobody listens now.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}
