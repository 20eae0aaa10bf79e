//! Who asks: makes the [`Visit`] of each request.
//!
//! A browser shows the cookie of its session; a program, under `/api/v1/`, a personal token. A session that is
//! over or unknown makes a visitor of its holder, and the answer clears the cookie.

use crate::{live, observe::RequestId, preferences, refusal::Refusal, rest, web::Web};
use app::{
    desk::{Visit, accounts, cookies},
    error::AppError,
};
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::Response,
};
use domain::{access::Actor, account::TokenScope, id::SessionId};
use std::{net::SocketAddr, sync::Arc};

/// Most characters kept of what a browser calls itself.
const AGENT_LENGTH: usize = 200;

/// Puts the [`Visit`] into the request. While the store does not answer, nobody is let in as somebody else: 503.
pub async fn visit(State(web): State<Arc<Web>>, mut request: Request, next: Next) -> Response {
    let Ok(asker) = who(&web, request.headers(), request.uri().path()).await else {
        return Refusal::Busy.answer(&web, &request);
    };
    let headers = request.headers();
    let path = request.uri().path();
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("");
    let visit = Visit {
        actor: asker.actor,
        session: asker.session,
        is_read_only: asker.is_read_only,
        lang: preferences::lang(headers, path),
        theme: preferences::theme(headers),
        address: address(&request, web.trust_proxy),
        agent: agent.chars().take(AGENT_LENGTH).collect(),
        request_id: request.extensions().get::<RequestId>().map(|id| id.0.to_string()),
        path: path.to_owned(),
        query: request.uri().query().unwrap_or("").to_owned(),
    };
    request.extensions_mut().insert(visit);
    let mut response = next.run(request).await;
    if asker.is_over && !sets(&response, web.app.sessions.cookie()) {
        let cleared = cookies::session_header(&web.app.sessions, None);
        response.headers_mut().append(header::SET_COOKIE, cleared);
    }
    response
}

/// Whoever shows what they show.
struct Asker {
    actor: Actor,
    session: Option<SessionId>,
    is_read_only: bool,
    /// Whether the session shown is over.
    is_over: bool,
}

impl Asker {
    const VISITOR: Self = Self { actor: Actor::Visitor, session: None, is_read_only: false, is_over: false };
}

async fn who(web: &Web, headers: &HeaderMap, path: &str) -> Result<Asker, AppError> {
    let is_rest = rest::is_rest(path);
    if let Some(shown) = headers.get(header::AUTHORIZATION).filter(|_| is_rest) {
        let Some(token) = shown.to_str().ok().and_then(bearer) else { return Ok(Asker::VISITOR) };
        let held = accounts::holder_of_token(&web.app, token).await?;
        return Ok(held.map_or(Asker::VISITOR, |(person, scope)| Asker {
            actor: Actor::Person(person),
            is_read_only: scope == TokenScope::Read,
            ..Asker::VISITOR
        }));
    }
    // Files, and the server's own addresses, are the same for everyone.
    let is_asked_by_pages = path.starts_with("/api/") || path.starts_with(live::EVENTS);
    if !is_asked_by_pages && preferences::lang_of_path(path).is_none() {
        return Ok(Asker::VISITOR);
    }
    let Some(secret) = cookies::cookie(headers, web.app.sessions.cookie()) else {
        return Ok(Asker::VISITOR);
    };
    let held = accounts::holder_of_session(&web.app, secret).await?;
    Ok(match held {
        Some((person, session)) => {
            Asker { actor: Actor::Person(person), session: Some(session), ..Asker::VISITOR }
        }
        None => Asker { is_over: true, ..Asker::VISITOR },
    })
}

/// The token in an `Authorization` header.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

/// Where a request comes from. Behind a proxy that is trusted, the last address it names: the ones before may
/// be made up by whoever asks.
fn address(request: &Request, trust_proxy: bool) -> Option<String> {
    let forwarded = || {
        let value = request.headers().get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
        let last = value.rsplit(',').next()?.trim();
        last.parse::<std::net::IpAddr>().ok().map(|address| address.to_string())
    };
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip().to_string());
    if trust_proxy { forwarded().or(peer) } else { peer }
}

/// Whether an answer sets a cookie of this name itself.
fn sets(response: &Response, name: &str) -> bool {
    response.headers().get_all(header::SET_COOKIE).iter().any(|value| {
        value.as_bytes().strip_prefix(name.as_bytes()).is_some_and(|rest| rest.starts_with(b"="))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, http::HeaderValue};

    #[test]
    fn a_token_follows_the_word_bearer() {
        for (value, token) in [
            ("Bearer entente_1", Some("entente_1")),
            ("bearer  entente_1 ", Some("entente_1")),
            ("Basic entente_1", None),
            ("Bearer", None),
            ("Bearer ", None),
        ] {
            assert_eq!(bearer(value), token, "{value}");
        }
    }

    #[test]
    fn the_proxy_is_believed_only_when_it_is_trusted() {
        let mut request = Request::new(Body::empty());
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 4000))));
        let forwarded = HeaderValue::from_static("10.0.0.1, 198.51.100.7");
        request.headers_mut().insert("x-forwarded-for", forwarded);
        assert_eq!(address(&request, false).as_deref(), Some("192.0.2.1"));
        assert_eq!(address(&request, true).as_deref(), Some("198.51.100.7"));
        request.headers_mut().insert("x-forwarded-for", HeaderValue::from_static("<script>"));
        assert_eq!(address(&request, true).as_deref(), Some("192.0.2.1"));
    }

    #[test]
    fn a_cookie_set_in_the_answer_is_not_cleared_again() {
        let mut response = Response::new(Body::empty());
        response.headers_mut().append(header::SET_COOKIE, HeaderValue::from_static("entente-theme=dark"));
        assert!(!sets(&response, "entente"));
        response.headers_mut().append(header::SET_COOKIE, HeaderValue::from_static("entente=abc; Path=/"));
        assert!(sets(&response, "entente"));
    }
}
