//! Where log lines go: standard error, as text or as JSON.
//!
//! Lines of requests are many: those written within a moment go out together. A warning or an error goes out at once,
//! with whatever waits.

use crate::config::LogSettings;
use std::{
    io::{self, IsTerminal as _, Write as _},
    mem,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};
use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter,
    fmt::{self, MakeWriter},
    prelude::*,
};

/// How long a line waits for others.
const MOMENT: Duration = Duration::from_millis(50);
/// More bytes than this do not wait.
const ROOM: usize = 64 << 10;

static LINES: Lines = Lines { waiting: Mutex::new(Vec::new()), some: Condvar::new() };

/// Starts to log. A second call changes nothing.
pub fn start(settings: &LogSettings) {
    let filter = EnvFilter::new(&settings.filter);
    let lines = fmt::layer().with_writer(ToLines);
    let lines = if settings.is_json {
        lines.json().flatten_event(true).boxed()
    } else {
        lines.with_ansi(io::stderr().is_terminal()).boxed()
    };
    let is_first = tracing_subscriber::registry().with(filter).with(lines).try_init().is_ok();
    if is_first {
        // Without this thread lines would wait until there is no more room, or the end: late, but not lost.
        let _ = thread::Builder::new().name("log".to_owned()).spawn(|| LINES.send_each_moment());
    }
}

/// Sends what still waits. To be called when the program ends.
pub fn finish() {
    Lines::send(LINES.waiting());
}

/// Lines on their way out.
struct Lines {
    waiting: Mutex<Vec<u8>>,
    /// Something waits.
    some: Condvar,
}

impl Lines {
    fn waiting(&self) -> MutexGuard<'_, Vec<u8>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, line: &[u8], is_urgent: bool) {
        let mut waiting = self.waiting();
        let is_first = waiting.is_empty();
        waiting.extend_from_slice(line);
        if is_urgent || waiting.len() > ROOM {
            Self::send(waiting);
        } else if is_first {
            self.some.notify_one();
        }
    }

    /// Nobody reading them is no reason to stop.
    fn send(mut waiting: MutexGuard<'_, Vec<u8>>) {
        // Taken while standard error is held, so that lines keep their order.
        let mut out = io::stderr().lock();
        let lines = mem::take(&mut *waiting);
        drop(waiting);
        let _ = out.write_all(&lines);
    }

    fn send_each_moment(&self) {
        loop {
            let is_none = |waiting: &mut Vec<u8>| waiting.is_empty();
            drop(self.some.wait_while(self.waiting(), is_none).unwrap_or_else(PoisonError::into_inner));
            thread::sleep(MOMENT);
            Self::send(self.waiting());
        }
    }
}

/// Makes the writer of one line.
struct ToLines;

/// Writes one line.
struct Line {
    is_urgent: bool,
}

impl<'a> MakeWriter<'a> for ToLines {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { is_urgent: true }
    }

    fn make_writer_for(&'a self, about: &Metadata<'_>) -> Line {
        Line { is_urgent: *about.level() <= Level::WARN }
    }
}

impl io::Write for Line {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        LINES.add(line, self.is_urgent);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
