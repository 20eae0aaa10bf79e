//! What browsers may do with an answer, and who may keep it.

use crate::web::Web;
use app::desk::cookies;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};
use std::sync::Arc;

const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The content policy with what it says of scripts.
macro_rules! policy {
    ($scripts:literal) => {
        concat!(
            "default-src 'none'; script-src ",
            $scripts,
            "; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; ",
            "base-uri 'none'; frame-ancestors 'none'; object-src 'none'; manifest-src 'self'"
        )
    };
}

/// The content policy of everything without scripts.
const NO_SCRIPTS: HeaderValue = HeaderValue::from_static(policy!("'none'"));

/// The content policy of a page whose scripts carry this nonce.
pub fn policy(nonce: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!(policy!("'nonce-{}' 'strict-dynamic' 'wasm-unsafe-eval'"), nonce)).ok()
}

/// Adds the headers that every answer carries.
pub async fn headers(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let is_personal = is_personal(&web, request.headers());
    let mut response = next.run(request).await;
    let sets_cookie = response.headers().contains_key(header::SET_COOKIE);
    let is_busy = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    if is_busy {
        headers.entry(header::RETRY_AFTER).or_insert(HeaderValue::from_static("5"));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(NO_SCRIPTS);
    headers.entry(header::CACHE_CONTROL).or_insert(if is_personal || sets_cookie {
        HeaderValue::from_static("no-store")
    } else {
        HeaderValue::from_static("private, no-cache")
    });
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
    headers.insert(
        PERMISSIONS,
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    );
    headers.insert(OPENER, HeaderValue::from_static("same-origin"));
    headers.insert(RESOURCE, HeaderValue::from_static("same-origin"));
    if web.app.sessions.is_secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}

/// Whether the answer may be about the one who asks.
pub fn is_personal(web: &Web, headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION)
        || cookies::cookie(headers, web.app.sessions.cookie()).is_some()
}
