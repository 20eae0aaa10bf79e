//! A server in a process of its own: the program measured, or the one it is compared with.

use crate::{Result, Subject, database::Registry};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
};

/// A running server; it ends with this value.
#[derive(Debug)]
pub struct Program {
    child: Child,
    /// Where it listens.
    pub addr: SocketAddr,
}

impl Program {
    /// `entente serve` on this registry, with its log in a file.
    pub fn serve(subject: &Subject, registry: &Registry) -> Result<Self> {
        let mut command = Command::new(&subject.binary);
        command
            .arg("serve")
            .env("ENTENTE_DATABASE_URL", registry.url())
            .env("ENTENTE_DATA_DIR", registry.folder())
            .env("ENTENTE_ADDR", "127.0.0.1:0")
            .stderr(File::create(registry.folder().join("log"))?);
        Self::start(command)
    }

    /// Starts a server that says where it is on its first line.
    pub fn start(mut command: Command) -> Result<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        let out = child.stdout.take().ok_or("no output")?;
        BufReader::new(out).read_line(&mut line)?;
        let addr = line.trim().rsplit_once("//").and_then(|(_, addr)| addr.parse().ok());
        let addr = addr.ok_or_else(|| format!("the server says “{}”, not where it is", line.trim()))?;
        Ok(Self { child, addr })
    }

    /// Bytes of memory that are its own.
    pub fn resident_memory(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes * 1024.0)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        let _ = self.child.wait();
    }
}
