//! For those who run the server: is it up, is it ready, what does it count.

use crate::{cli::Failure, refusal::Refusal, web::Web};
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use sha2::{Digest as _, Sha256};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// How long the database may take to say that it is there.
const READY: Duration = Duration::from_secs(2);
/// What proxies add: the one who asks is not the one who connects.
const FORWARDED: [&str; 3] = ["forwarded", "x-forwarded-for", "x-real-ip"];

/// The process answers.
pub async fn healthz() -> Response {
    plain(StatusCode::OK, "ok")
}

/// The database answers too.
pub async fn readyz(State(web): State<Arc<Web>>) -> Response {
    match timeout(READY, web.app.db.ping()).await {
        Ok(Ok(())) => plain(StatusCode::OK, "ready"),
        Ok(Err(cause)) => {
            tracing::warn!(%cause, "not ready");
            plain(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
        }
        Err(_) => plain(StatusCode::SERVICE_UNAVAILABLE, "the database takes too long"),
    }
}

/// The numbers, for who has the token or sits on this machine.
pub async fn metrics(State(web): State<Arc<Web>>, request: Request) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0);
    if !may_read(&web, request.headers(), peer) {
        return Refusal::NotFound.answer(&web, &request);
    }
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "no-store")], web.numbers.text())
        .into_response()
}

fn may_read(web: &Web, headers: &HeaderMap, peer: Option<SocketAddr>) -> bool {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer "));
    if let (Some(given), Some(token)) = (given, web.metrics_token.as_deref()) {
        // Hashes are compared: how long that takes says nothing of the token.
        return Sha256::digest(given) == Sha256::digest(token);
    }
    let is_direct = !FORWARDED.iter().any(|name| headers.contains_key(*name));
    given.is_none() && is_direct && peer.is_some_and(|peer| peer.ip().to_canonical().is_loopback())
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], text).into_response()
}

/// Asks the server that listens on this address whether it is ready.
pub async fn healthcheck(addr: SocketAddr) -> Result<(), Failure> {
    let ip = if addr.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { addr.ip() };
    let addr = SocketAddr::new(ip, addr.port());
    let asking = async {
        let mut stream = TcpStream::connect(addr).await?;
        let head = format!("GET /readyz HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    match timeout(2 * READY, asking).await {
        Ok(Ok(answer)) if answer.starts_with("HTTP/1.1 200") => Ok(()),
        Ok(Ok(answer)) => {
            Err(Failure::Wrong(format!("{addr}: {}", answer.lines().next().unwrap_or_default())))
        }
        Ok(Err(cause)) => Err(Failure::Wrong(format!("{addr}: {cause}"))),
        Err(_) => Err(Failure::Wrong(format!("{addr}: no answer"))),
    }
}
