//! What never reaches a handler: writes on behalf of other sites, and bodies too large, too many-parted or too slow.

use crate::{
    bring,
    refusal::{Asker, Refusal},
    upload,
    web::{Limits, Web},
};
use axum::{
    body::{Body, Bytes, HttpBody as _},
    extract::{Request, State},
    http::{HeaderMap, Uri, header},
    middleware::Next,
    response::Response,
};
use http_body_util::BodyExt as _;
use std::sync::Arc;
use tokio::time::timeout;

/// Read and thrown away after the limit, so that a browser hears the answer instead of a broken connection.
const DRAINED: usize = 64 << 20;

/// Refuses writes that another site made the browser send.
///
/// Browsers say where a request comes from: `Sec-Fetch-Site`, and the older `Origin`. Programs with a token and
/// no cookie carry their own authority; without any of it and without cookies there is nothing to abuse.
pub async fn origin(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    if !request.method().is_safe() && !is_own(request.headers(), request.uri(), &web.app.public_url) {
        tracing::warn!("a write from another site was refused");
        return Refusal::OtherSite.answer(&web, &request);
    }
    next.run(request).await
}

fn is_own(headers: &HeaderMap, uri: &Uri, public_url: &str) -> bool {
    let has_cookie = headers.contains_key(header::COOKIE);
    let has_token = headers
        .get(header::AUTHORIZATION)
        .is_some_and(|value| value.as_bytes().to_ascii_lowercase().starts_with(b"bearer "));
    if has_token && !has_cookie {
        return true;
    }
    let mut sites = headers.get_all("sec-fetch-site").iter();
    if let Some(site) = sites.next() {
        return sites.next().is_none() && (site == "same-origin" || site == "none");
    }
    let mut origins = headers.get_all(header::ORIGIN).iter();
    if let Some(origin) = origins.next() {
        let is_one = origins.next().is_none();
        return is_one && origin.to_str().is_ok_and(|origin| is_own_origin(origin, headers, uri, public_url));
    }
    !has_cookie
}

fn is_own_origin(origin: &str, headers: &HeaderMap, uri: &Uri, public_url: &str) -> bool {
    if origin == public_url {
        return true;
    }
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let host = host.or_else(|| uri.authority().map(axum::http::uri::Authority::as_str));
    let of_origin = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    of_origin.is_some() && of_origin == host
}

/// Reads the body of a write before anything else happens, within the limits; that of a file is read where it is
/// taken.
pub async fn body(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let is_brought = bring::is_brought(request.uri().path());
    if request.method().is_safe() || request.body().is_end_stream() || is_brought {
        return next.run(request).await;
    }
    let asker = Asker::of(request.headers(), request.uri().path());
    if upload::is_upload(request.method(), request.uri().path()) {
        return match upload::admit(&web.limits, request) {
            Ok(request) => next.run(request).await,
            Err(refusal) => upload::closing(refusal.answer_to(&web, &asker)),
        };
    }
    let (parts, body) = request.into_parts();
    match read(body, &web.limits).await {
        Ok(bytes) if fields(&parts.headers, &bytes) <= web.limits.fields => {
            next.run(Request::from_parts(parts, Body::from(bytes))).await
        }
        Ok(_) => Refusal::TooLarge.answer_to(&web, &asker),
        Err(refusal) => upload::closing(refusal.answer_to(&web, &asker)),
    }
}

async fn read(mut body: Body, limits: &Limits) -> Result<Bytes, Refusal> {
    let mut bytes = Vec::new();
    let mut total = 0;
    let reading = timeout(limits.body, async {
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| Refusal::TooSlow)?.into_data() else { continue };
            total += data.len();
            if total > limits.body_bytes + DRAINED {
                break;
            }
            if total <= limits.body_bytes {
                bytes.extend_from_slice(&data);
            } else {
                bytes = Vec::new();
            }
        }
        Ok::<(), Refusal>(())
    });
    let outcome = reading.await;
    if total > limits.body_bytes {
        return Err(Refusal::TooLarge);
    }
    outcome.map_err(|_| Refusal::TooSlow)??;
    Ok(bytes.into())
}

/// How many fields a form has; nothing else has any.
fn fields(headers: &HeaderMap, body: &[u8]) -> usize {
    let is_form = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    if is_form { memchr::memchr_iter(b'&', body).count() + 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_the_own_site_may_write() {
        let own = [
            "cookie: a=b|sec-fetch-site: same-origin",
            "cookie: a=b|sec-fetch-site: none",
            "cookie: a=b|origin: https://entente.example",
            "cookie: a=b|origin: http://127.0.0.1:3000|host: 127.0.0.1:3000",
            "authorization: Bearer x",
            "authorization: Bearer x|origin: https://evil.example",
            "",
        ];
        let others = [
            "cookie: a=b",
            "cookie: a=b|sec-fetch-site: cross-site",
            "cookie: a=b|sec-fetch-site: same-site",
            "cookie: a=b|sec-fetch-site: Same-Origin",
            "cookie: a=b|sec-fetch-site: same-origin|sec-fetch-site: cross-site",
            "cookie: a=b|sec-fetch-site: cross-site|origin: https://entente.example",
            "cookie: a=b|origin: null",
            "cookie: a=b|origin: https://evil.example|host: entente.example",
            "cookie: a=b|origin: https://entente.example.evil.example",
            "cookie: a=b|origin: https://entente.example|origin: https://evil.example",
            "cookie: a=b|origin: file://entente.example|host: entente.example",
            "cookie: a=b|authorization: Bearer x",
            "cookie: a=b|authorization: Bearer x|sec-fetch-site: cross-site",
            "origin: https://evil.example|host: entente.example",
            "sec-fetch-site: cross-site",
            "authorization: Basic eDp4|cookie: a=b",
        ];
        let headers = |text: &str| {
            let mut headers = HeaderMap::new();
            for (name, value) in text.split('|').filter_map(|pair| pair.split_once(": ")) {
                headers.append(
                    header::HeaderName::from_bytes(name.as_bytes()).unwrap(),
                    HeaderValue::from_str(value).unwrap(),
                );
            }
            headers
        };
        let ask = |text| is_own(&headers(text), &Uri::from_static("/api/x"), "https://entente.example");
        for text in own {
            assert!(ask(text), "{text}");
        }
        for text in others {
            assert!(!ask(text), "{text}");
        }
    }
}
