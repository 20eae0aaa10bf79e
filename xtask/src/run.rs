//! Steps, child processes, and what happens to them on Ctrl-C.
//!
//! A signal never ends xtask itself: it is passed on to the children, the step under way fails, and the guards of the
//! callers (temporary database, server, folders) clean up on the way out.

use std::{
    os::unix::process::CommandExt,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// How long a server may take to end its requests before it is killed.
const PATIENCE: Duration = Duration::from_secs(15);

/// Starts to pass signals on to the children.
pub fn listen() -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    thread::spawn(move || {
        for signal in signals.forever() {
            INTERRUPTED.store(true, Ordering::SeqCst);
            for pid in running().iter() {
                send(*pid, signal);
            }
        }
    });
    Ok(())
}

/// Whether somebody asked xtask to stop.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// Does one step: says its name before, and how long it took after.
pub fn step<T>(name: &str, action: impl FnOnce() -> Result<T>) -> Result<T> {
    if interrupted() {
        bail!("interrupted");
    }
    eprintln!("▸ {name}");
    let start = Instant::now();
    let result = action();
    let seconds = start.elapsed().as_secs_f64();
    match &result {
        Ok(_) => eprintln!("  done in {seconds:.1} s"),
        Err(_) => eprintln!("  {name}: failed after {seconds:.1} s"),
    }
    result
}

/// Runs a command to its end and fails if it does.
pub fn run(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    if status.success() { Ok(()) } else { bail!("{status}: {}", line(command)) }
}

/// Runs a command to its end and answers how it ended; fails only when it could not run, or was interrupted.
pub fn status(command: &mut Command) -> Result<ExitStatus> {
    let mut child = command.stdin(Stdio::null()).spawn().with_context(|| cannot_run(command))?;
    let status = wait(&mut child)?;
    if interrupted() {
        bail!("interrupted");
    }
    Ok(status)
}

/// Runs a command and answers what it wrote; on failure the error carries what it complained about.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| cannot_run(command))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!("{}: {}\n{}", output.status, line(command), complaint.trim_end());
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` wrote no UTF-8", line(command)))
}

/// A process that runs beside us until the guard is dropped.
///
/// It has a process group of its own, so that a terminal's Ctrl-C reaches it once, through us.
pub struct Service {
    child: Child,
    ended: bool,
}

impl Service {
    /// Starts the command.
    pub fn start(command: &mut Command) -> Result<Self> {
        let child = command.stdin(Stdio::null()).process_group(0).spawn();
        let child = child.with_context(|| cannot_run(command))?;
        running().push(child.id());
        Ok(Self { child, ended: false })
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        let status = self.child.try_wait()?;
        if status.is_some() {
            self.forget();
        }
        Ok(status)
    }

    /// Waits until it ends by itself or by a signal.
    pub fn wait(mut self) -> Result<ExitStatus> {
        let status = self.child.wait()?;
        self.forget();
        Ok(status)
    }

    fn forget(&mut self) {
        self.ended = true;
        running().retain(|pid| *pid != self.child.id());
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        send(self.child.id(), SIGTERM);
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return self.forget();
            }
            thread::sleep(Duration::from_millis(20));
        }
        eprintln!("  it did not stop within {} s: killed", PATIENCE.as_secs());
        self.child.kill().and_then(|()| self.child.wait().map(drop)).unwrap_or_default();
        self.forget();
    }
}

fn wait(child: &mut Child) -> Result<ExitStatus> {
    let pid = child.id();
    running().push(pid);
    let status = child.wait();
    running().retain(|other| *other != pid);
    Ok(status?)
}

fn running() -> std::sync::MutexGuard<'static, Vec<u32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn send(pid: u32, signal: i32) {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    if let (Some(pid), Some(signal)) = (pid, Signal::from_named_raw(signal)) {
        // The only failure is a process that has just ended.
        kill_process(pid, signal).unwrap_or_default();
    }
}

fn cannot_run(command: &Command) -> String {
    format!("cannot run `{}`", line(command))
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
