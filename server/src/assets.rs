//! The files of the site, carried in the binary: names with a hash for ever, the others for an hour.

use crate::{refusal::Refusal, web::Web};
use axum::{
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::Arc};

/// Path below the site and content, sorted by path. Made by `build.rs`.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/site.rs"));

/// The folder of the files whose names tell their content.
const PACKAGE: &str = "pkg/";
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const FOR_AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// The names in force.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Manifest {
    /// Base name of script and module.
    pub script: String,
    /// File name of the style sheet.
    pub style: String,
    /// File names of the fonts, by the name they have in the sources.
    #[serde(default)]
    pub fonts: BTreeMap<String, String>,
}

impl Manifest {
    /// The manifest in the binary; an empty one when it was compiled without a site.
    pub fn embedded() -> Self {
        find("manifest.json").and_then(|json| serde_json::from_slice(json).ok()).unwrap_or_default()
    }

    /// Addresses of the fonts that every page needs at once: the plain Latin ones.
    pub fn early_fonts(&self) -> Vec<String> {
        let is_early = |name: &str| name.contains("-latin-") && !name.contains("-ext-");
        self.fonts
            .iter()
            .filter(|(name, _)| is_early(name))
            .map(|(_, file)| format!("/{PACKAGE}{file}"))
            .collect()
    }
}

/// Which encodings the asker understands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Accepted {
    /// Brotli.
    pub brotli: bool,
    /// Gzip.
    pub gzip: bool,
}

impl Accepted {
    /// What `Accept-Encoding` says.
    pub fn of(headers: &HeaderMap) -> Self {
        let mut accepted = Self::default();
        let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        for choice in values.flat_map(|value| value.split(',')) {
            let (name, weight) = choice.split_once(';').unwrap_or((choice, "q=1"));
            let is_refused =
                weight.trim().strip_prefix("q=").is_some_and(|q| q.trim().parse() == Ok(0.0_f32));
            match name.trim() {
                "br" => accepted.brotli = !is_refused,
                "gzip" => accepted.gzip = !is_refused,
                _ => {}
            }
        }
        accepted
    }
}

/// Names of the files at the root of the site, such as `robots.txt`.
pub fn public_names() -> impl Iterator<Item = &'static str> {
    let is_public = |name: &&str| {
        *name != "manifest.json"
            && !name.starts_with(PACKAGE)
            && encoded(name).is_none_or(|plain| find(plain).is_none())
    };
    FILES.iter().map(|(name, _)| *name).filter(is_public)
}

/// Answers `/pkg/…`.
pub async fn package(State(web): State<Arc<Web>>, Path(name): Path<String>, request: Request) -> Response {
    let path = format!("{PACKAGE}{name}");
    answer(&path, request.headers(), FOR_EVER).unwrap_or_else(|| Refusal::NotFound.answer(&web, &request))
}

/// Answers a file at the root of the site.
pub async fn public(State(web): State<Arc<Web>>, request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    answer(path, request.headers(), FOR_AN_HOUR).unwrap_or_else(|| Refusal::NotFound.answer(&web, &request))
}

fn answer(path: &str, headers: &HeaderMap, keep: HeaderValue) -> Option<Response> {
    let plain = find(path)?;
    let accepted = Accepted::of(headers);
    let packed = [("br", accepted.brotli), ("gz", accepted.gzip)]
        .into_iter()
        .filter(|(_, is_accepted)| *is_accepted)
        .find_map(|(suffix, _)| Some((suffix, find(&format!("{path}.{suffix}"))?)));
    let (suffix, body) = packed.unwrap_or(("", plain));
    let mut response = axum::body::Bytes::from_static(body).into_response();
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    answer.insert(header::CACHE_CONTROL, keep);
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    match suffix {
        "br" => drop(answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"))),
        "gz" => drop(answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))),
        _ => {}
    }
    Some(response)
}

fn find(path: &str) -> Option<&'static [u8]> {
    let at = FILES.binary_search_by_key(&path, |(name, _)| name).ok()?;
    FILES.get(at).map(|(_, content)| *content)
}

/// The name of the file this one is the compressed form of.
fn encoded(name: &str) -> Option<&str> {
    name.strip_suffix(".br").or_else(|| name.strip_suffix(".gz"))
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "wasm" => "application/wasm",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_refused_is_not_used() {
        let accepted = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
            let Accepted { brotli, gzip } = Accepted::of(&headers);
            (brotli, gzip)
        };
        assert_eq!(accepted("gzip, deflate, br;q=0.5"), (true, true));
        assert_eq!(accepted("br;q=0, gzip"), (false, true));
        assert_eq!(accepted("identity"), (false, false));
    }

    #[test]
    fn files_are_sorted_and_found() {
        assert!(FILES.is_sorted_by_key(|(name, _)| *name));
        assert!(FILES.iter().all(|(name, content)| find(name) == Some(*content)));
    }
}
