//! Where log lines go: standard error, as text or as JSON.

use crate::config::LogSettings;
use tracing_subscriber::{EnvFilter, fmt, prelude::*};

/// Starts to log. A second call changes nothing.
pub fn start(settings: &LogSettings) {
    let filter = EnvFilter::new(&settings.filter);
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = if settings.is_json {
        lines.json().flatten_event(true).boxed()
    } else {
        lines.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).boxed()
    };
    let _ = tracing_subscriber::registry().with(filter).with(lines).try_init();
}
