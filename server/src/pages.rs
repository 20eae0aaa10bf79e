//! Pages on their way out: scripts only where there are islands, a nonce of their own each time, compressed; and
//! kept for other visitors until the registry changes.
//!
//! A page is rendered with a mark where its nonce goes, and lies here in the pieces between the marks.

mod cache;
mod gzip;
mod revision;

pub use cache::Cache;
pub use revision::Revision;

use crate::{
    assets::Accepted,
    headers::{self, is_personal},
    preferences,
    web::Web,
};
use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use cache::Key;
use gzip::{Effort, Gzip};
use http_body_util::BodyExt as _;
use memchr::memmem;
use std::{
    fmt::Write as _,
    sync::{Arc, OnceLock},
};

/// Shorter pages are not worth compressing.
const WORTH: usize = 1024;

/// A page ready to be sent.
#[derive(Debug)]
struct Page {
    status: StatusCode,
    headers: HeaderMap,
    /// What stands between the nonces.
    pieces: Vec<Bytes>,
    gzip: OnceLock<Option<Gzip>>,
}

/// Answers pages that are kept, and makes the others ready.
pub async fn pages(State(web): State<Arc<Web>>, mut request: Request, next: Next) -> Response {
    let accepted = Accepted::of(request.headers());
    let is_write = !request.method().is_safe();
    let mut key = None;
    let mut switched = None;
    if preferences::lang_of_path(request.uri().path()).is_some() {
        let registry = web.revision.now(&web.app.db).await;
        if let Some(registry) = registry {
            key = key_of(&web, &request, registry.revision);
            request.extensions_mut().insert(registry);
        }
        let is_secure = web.app.sessions.is_secure;
        switched = preferences::switched_lang(request.headers(), request.uri().path(), is_secure);
    }
    let mut response = if let Some(page) = key.as_ref().and_then(|key| web.cache.get(key)) {
        web.numbers.cache_hits.inc();
        page.answer(accepted, Effort::Once)
    } else {
        let response = next.run(request).await;
        if is_write {
            web.revision.forget();
        }
        if !is_html(&response) {
            return response;
        }
        let page = match Page::read(response, &web.nonce_mark).await {
            Ok(page) => Arc::new(page),
            Err(refusal) => return refusal,
        };
        if let Some(key) = key.filter(|_| page.may_be_kept()) {
            web.numbers.cache_misses.inc();
            web.cache.insert(key, page.clone());
        }
        page.answer(accepted, Effort::EachTime)
    };
    if let Some(cookie) = switched {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Under what a page is kept, if the request is one that others may send as well.
fn key_of(web: &Web, request: &Request, revision: i64) -> Option<Key> {
    let query = request.uri().query().unwrap_or("");
    let is_shared = matches!(*request.method(), Method::GET | Method::HEAD)
        && !is_personal(web, request.headers())
        && preferences::are_all(request.headers())
        // What one typed, or what a form answered, is for one reader.
        && !query.contains("kept=")
        && !query.contains("check=")
        && !query.contains("__");
    is_shared.then(|| Key::new(revision, web.app.clock.now().date_naive(), request))?
}

fn is_html(response: &Response) -> bool {
    let content_type = response.headers().get(header::CONTENT_TYPE);
    content_type.is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}

impl Page {
    /// Takes a rendered page apart.
    async fn read(response: Response, mark: &str) -> Result<Self, Response> {
        let (mut parts, body) = response.into_parts();
        let Ok(body) = body.collect().await else {
            tracing::error!("a page broke off while it was rendered");
            return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response());
        };
        let html = body.to_bytes();
        let html =
            if memmem::find(&html, b"<leptos-island").is_some() { html } else { without_scripts(&html) };
        let mut pieces = Vec::new();
        let mut from = 0;
        for at in memmem::find_iter(&html, mark.as_bytes()) {
            pieces.push(html.slice(from..at));
            from = at + mark.len();
        }
        pieces.push(html.slice(from..));
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.append(header::VARY, HeaderValue::from_static("accept-encoding, cookie"));
        Ok(Self { status: parts.status, headers: parts.headers, pieces, gzip: OnceLock::new() })
    }

    fn may_be_kept(&self) -> bool {
        self.status == StatusCode::OK
            && !self.headers.contains_key(header::SET_COOKIE)
            && !self.headers.contains_key(header::CACHE_CONTROL)
            && !self.headers.contains_key(header::LOCATION)
    }

    fn len(&self) -> usize {
        self.pieces.iter().map(Bytes::len).sum()
    }

    /// The page with a new nonce.
    fn answer(&self, accepted: Accepted, effort: Effort) -> Response {
        let has_scripts = self.pieces.len() > 1;
        let nonce = if has_scripts { nonce() } else { Some(String::new()) };
        let Some(nonce) = nonce else {
            tracing::error!("the system gives no chance");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let is_packed = accepted.gzip && self.len() >= WORTH;
        let packed = match effort {
            _ if !is_packed => None,
            Effort::EachTime => Gzip::new(&self.pieces, effort).map(|gzip| gzip.join(&nonce)),
            Effort::Once => {
                let gzip = self.gzip.get_or_init(|| Gzip::new(&self.pieces, effort));
                gzip.as_ref().map(|gzip| gzip.join(&nonce))
            }
        };
        let is_packed = packed.is_some();
        let body = match (packed, &self.pieces[..]) {
            (Some(packed), _) => Body::from(packed),
            (None, [whole]) => Body::from(whole.clone()),
            (None, pieces) => {
                let mut html = Vec::with_capacity(self.len() + pieces.len() * nonce.len());
                for (at, piece) in pieces.iter().enumerate() {
                    if at > 0 {
                        html.extend_from_slice(nonce.as_bytes());
                    }
                    html.extend_from_slice(piece);
                }
                Body::from(html)
            }
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.clone_from(&self.headers);
        if is_packed {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if let Some(policy) = has_scripts.then(|| headers::policy(&nonce)).flatten() {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }
}

/// A page without its scripts and what fetches them early. Text of users is escaped: every tag here is ours.
fn without_scripts(html: &[u8]) -> Bytes {
    let mut out = Vec::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = memmem::find(rest, b"<script") {
        let end =
            memmem::find(&rest[at..], b"</script>").map_or(rest.len(), |end| at + end + b"</script>".len());
        out.extend_from_slice(&rest[..at]);
        rest = &rest[end..];
    }
    out.extend_from_slice(rest);
    for link in [&b"<link rel=\"modulepreload\""[..], b"<link rel=\"preload\" href=\"/pkg/"] {
        let is_font = |tag: &[u8]| memmem::find(tag, b"as=\"font\"").is_some();
        let mut from = 0;
        while let Some(at) = memmem::find(&out[from..], link).map(|at| from + at) {
            let end = memchr::memchr(b'>', &out[at..]).map_or(out.len(), |end| at + end + 1);
            if is_font(&out[at..end]) {
                from = end;
            } else {
                out.drain(at..end);
                from = at;
            }
        }
    }
    out.into()
}

/// 128 bits of chance, for one answer.
pub fn nonce() -> Option<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).ok()?;
    let mut nonce = String::with_capacity(32);
    for byte in bytes {
        let _ = write!(nonce, "{byte:02x}");
    }
    Some(nonce)
}
