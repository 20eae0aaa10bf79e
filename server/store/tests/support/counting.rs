//! Counts the statements of the process: whoever listens does so alone.

use std::sync::atomic::{AtomicUsize, Ordering};
use tracing::{Event, Metadata, Subscriber, span};

static STATEMENTS: AtomicUsize = AtomicUsize::new(0);

/// Counts what the driver reports of each statement.
struct Count;

impl Subscriber for Count {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, _: &Event<'_>) {
        STATEMENTS.fetch_add(1, Ordering::SeqCst);
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// Begins to listen, for as long as the process lasts.
pub fn listen() {
    tracing::subscriber::set_global_default(Count).expect("the only listener");
}

/// The statements since it was asked last.
pub fn take() -> usize {
    STATEMENTS.swap(0, Ordering::SeqCst)
}
