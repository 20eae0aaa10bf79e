//! Lists, a page at a time.

use axum::{
    Json,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{
    problem::{FieldErrors, Problem},
    text::optional,
};
use serde::Serialize;
use utoipa::ToSchema;

/// Lines of a page where nothing else is asked for.
const LIMIT: i64 = 50;
/// Most lines of a page.
const LIMIT_MAX: i64 = 100;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// Its lines.
    pub items: Vec<T>,
    /// What `after` is for the next page; null on the last. The header `Link` holds the whole address.
    pub next: Option<String>,
    /// How many lines all pages have together.
    pub count: i64,
    /// False when there are more than `count`.
    pub count_is_exact: bool,
}

impl<T: Serialize> Page<T> {
    /// A page; `counted` is what was counted up to the bound, at which there may be more.
    pub fn new(items: Vec<T>, next: Option<String>, counted: i64, bound: i64) -> Self {
        Self { items, next, count: counted.min(bound - 1), count_is_exact: counted < bound }
    }

    /// The answer to a request for this path and query.
    pub fn answer(self, path: &str, query: &str) -> Response {
        let next = self.next.clone();
        linked(Json(self), next.as_deref(), path, query)
    }
}

/// An answer to a request for this path and query, with the address of its next page.
pub fn linked(answer: impl IntoResponse, next: Option<&str>, path: &str, query: &str) -> Response {
    let mut response = answer.into_response();
    if let Some(link) = next.and_then(|next| link(path, query, next)) {
        response.headers_mut().insert(header::LINK, link);
    }
    response
}

fn link(path: &str, query: &str, next: &str) -> Option<HeaderValue> {
    let kept = url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "after");
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .append_pair("after", next)
        .finish();
    HeaderValue::from_str(&format!("<{path}?{query}>; rel=\"next\"")).ok()
}

/// How many lines a page may have.
pub fn limit(raw: &str, errors: &mut FieldErrors) -> i64 {
    let problem = Problem::NotANumber { min: 1, max: LIMIT_MAX };
    let parse = |raw: &str| {
        raw.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit)).ok_or_else(|| problem.clone())
    };
    errors.take("limit", optional(raw, parse)).flatten().unwrap_or(LIMIT)
}
