//! What all layers and handlers of one server share.

use crate::{
    live::Streams,
    observe::Numbers,
    pages::{Cache, Revision},
};
use app::desk::AppState;
use std::{sync::Arc, time::Duration};

/// How long one waits, and how much one takes.
#[derive(Debug, Clone)]
pub struct Limits {
    /// From opening a connection, or the end of a request, to the end of the next one's head.
    pub head: Duration,
    /// For the whole body of a request.
    pub body: Duration,
    /// Without the reader taking anything of an answer.
    pub write: Duration,
    /// A connection with nothing to do is closed.
    pub idle: Duration,
    /// Requests in flight may take that long when the server stops.
    pub stop: Duration,
    /// Connections at once.
    pub connections: usize,
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// Fields of a form.
    pub fields: usize,
    /// For the whole of an upload, which has no other limit of time as long as it goes on.
    pub upload: Duration,
    /// Bytes that an upload brings at least in each span of `body`.
    pub upload_lap_bytes: usize,
    /// Streams of events at once.
    pub streams: usize,
    /// A stream of events ends after so long, and is asked for again.
    pub stream: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            body: Duration::from_secs(10),
            write: Duration::from_secs(12),
            idle: Duration::from_mins(1),
            stop: Duration::from_secs(30),
            connections: 4096,
            body_bytes: 1 << 20,
            fields: 2000,
            upload: Duration::from_mins(20),
            upload_lap_bytes: 64 << 10,
            streams: 1024,
            stream: Duration::from_mins(10),
        }
    }
}

/// One server.
#[derive(Debug)]
pub struct Web {
    /// What pages and server functions get.
    pub app: AppState,
    /// How long, how much.
    pub limits: Limits,
    /// Whether a proxy in front says who asks.
    pub trust_proxy: bool,
    /// Who sends it may read the numbers.
    pub metrics_token: Option<String>,
    /// Streams of events.
    pub streams: Streams,
    /// Pages kept.
    pub cache: Cache,
    /// Which state of the registry they show.
    pub revision: Revision,
    /// What is counted.
    pub numbers: Numbers,
    /// Stands in rendered pages where the nonce of the answer goes. Nobody outside sees it.
    pub nonce_mark: Arc<str>,
}
