//! What is known of each request afterwards: its id, one log line, numbers, and what broke.
//!
//! The log line names the route and not the address: no query, no body, nobody's name or address.

use crate::{
    refusal::{Asker, Refusal},
    web::Web,
};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use futures_util::FutureExt as _;
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};
use std::{
    any::Any,
    fmt,
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};
use tracing::Instrument as _;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request, in its extensions, in log lines, in the audit trail and in the answer.
#[derive(Debug, Clone)]
pub struct RequestId(pub Arc<str>);

/// Names requests: one chance per process, then a count.
#[derive(Debug)]
struct Ids {
    process: u32,
    next: AtomicU64,
}

/// What a request is about, in the numbers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    class: &'static str,
    status: u16,
}

/// What a request is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Class {
    class: &'static str,
}

/// What is counted.
pub struct Numbers {
    registry: Registry,
    ids: Ids,
    requests: Family<Labels, Counter>,
    seconds: Family<Class, Histogram>,
    /// Pages answered from the cache.
    pub cache_hits: Counter,
    /// Pages rendered though they may be kept.
    pub cache_misses: Counter,
    /// Open connections.
    pub connections: Gauge,
}

impl fmt::Debug for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Numbers").finish_non_exhaustive()
    }
}

impl Default for Numbers {
    fn default() -> Self {
        let mut process = [0; 4];
        // Without chance the ids of two processes may meet: nothing depends on it.
        let _ = getrandom::fill(&mut process);
        let mut numbers = Self {
            registry: Registry::with_prefix("entente"),
            ids: Ids { process: u32::from_le_bytes(process), next: AtomicU64::new(1) },
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(exponential_buckets(0.000_5, 2.5, 11))),
            cache_hits: Counter::default(),
            cache_misses: Counter::default(),
            connections: Gauge::default(),
        };
        let registry = &mut numbers.registry;
        registry.register("requests", "Requests answered", numbers.requests.clone());
        registry.register("request_seconds", "Seconds from head to answer", numbers.seconds.clone());
        registry.register("page_cache_hits", "Pages answered from the cache", numbers.cache_hits.clone());
        registry.register("page_cache_misses", "Pages rendered to be kept", numbers.cache_misses.clone());
        registry.register("connections", "Open connections", numbers.connections.clone());
        numbers
    }
}

impl Numbers {
    /// All of them, as Prometheus reads them.
    pub fn text(&self) -> String {
        let mut out = String::new();
        // Writing to a text does not fail.
        let _ = text::encode(&mut out, &self.registry);
        out
    }

    fn id(&self) -> RequestId {
        let number = self.ids.next.fetch_add(1, Ordering::Relaxed);
        RequestId(format!("{:08x}-{number:x}", self.ids.process).into())
    }
}

/// Gives the request its id, counts it and writes its log line.
pub async fn observe(State(web): State<Arc<Web>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = given_id(&web, request.headers()).unwrap_or_else(|| web.numbers.id());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let span = tracing::info_span!("request", id = &*id.0);
    request.extensions_mut().insert(id.clone());

    let mut response = next.run(request).instrument(span.clone()).await;
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(REQUEST_ID.clone(), value);
    }
    let route = route.as_ref().map_or("", MatchedPath::as_str);
    let status = response.status().as_u16();
    let elapsed = started.elapsed();
    let class = class(route);
    web.numbers.requests.get_or_create(&Labels { class, status }).inc();
    web.numbers.seconds.get_or_create(&Class { class }).observe(elapsed.as_secs_f64());
    let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::info!(%method, route, status, micros, "answered"));
    response
}

/// Answers for a request that panicked, and logs why under a number that the answer shows.
pub async fn recover(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let asker = Asker::of(request.headers(), request.uri().path());
    let id = request.extensions().get::<RequestId>().cloned();
    AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|panic| {
        let incident = id.map_or_else(String::new, |id| id.0.to_string());
        tracing::error!(%incident, cause = words(&*panic), "a request panicked");
        Refusal::Broken { incident }.answer_to(&web, &asker)
    })
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&'static str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("unknown")
}

/// The id that a trusted proxy gave.
fn given_id(web: &Web, headers: &HeaderMap) -> Option<RequestId> {
    let id = web.trust_proxy.then(|| headers.get(&REQUEST_ID)).flatten()?.to_str().ok()?;
    let is_plain = (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    is_plain.then(|| RequestId(id.into()))
}

fn class(route: &str) -> &'static str {
    match route {
        "" => "unmatched",
        _ if route.starts_with("/{lang}") => "page",
        _ if route.starts_with("/pkg/") => "asset",
        _ if route.starts_with("/api/v1") => "rest",
        _ if route.starts_with("/api/") => "function",
        _ => "other",
    }
}
