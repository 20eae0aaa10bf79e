//! Who asks: connections that are kept, each with one request at a time.

use crate::Result;
use axum::body::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, StatusCode,
    body::Incoming,
    client::conn::http1::{self, SendRequest},
    header,
};
use hyper_util::rt::TokioIo;
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{net::TcpStream, task::JoinSet};

/// Connections at once.
const CONNECTIONS: u32 = 32;
/// What browsers say they understand over plain HTTP.
pub const BROWSER: &str = "gzip, deflate";
/// No compression.
pub const PLAIN: &str = "identity";

/// An answer, whole.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its body, as it was sent.
    pub body: Bytes,
    /// How that is compressed; empty when it is not.
    pub encoding: String,
}

impl Answer {
    /// The body of an answer that is not compressed.
    pub fn text(&self) -> Result<&str> {
        Ok(std::str::from_utf8(&self.body)?)
    }
}

/// A connection that is kept.
#[derive(Debug)]
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: String,
    accepts: &'static str,
    /// Empty for a visitor.
    cookie: String,
}

impl Connection {
    /// Opens it.
    pub async fn open(addr: SocketAddr, accepts: &'static str) -> Result<Self> {
        let stream = TcpStream::connect(addr).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self { sender, host: addr.to_string(), accepts, cookie: String::new() })
    }

    /// Asks as whoever holds this cookie from now on.
    pub fn sign_in(&mut self, cookie: &str) {
        cookie.clone_into(&mut self.cookie);
    }

    async fn ask(&mut self, address: &str) -> Result<hyper::Response<Incoming>> {
        let request = Request::get(address)
            .header(header::HOST, &self.host)
            .header(header::ACCEPT, "text/html")
            .header(header::ACCEPT_ENCODING, self.accepts)
            .header(header::COOKIE, &self.cookie)
            .body(Full::default())?;
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        if response.status() != StatusCode::OK {
            return Err(format!("{address} answers {}", response.status()).into());
        }
        Ok(response)
    }

    /// Asks, and keeps the answer.
    pub async fn get(&mut self, address: &str) -> Result<Answer> {
        let response = self.ask(address).await?;
        let encoding = response.headers().get(header::CONTENT_ENCODING);
        let encoding = encoding.and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
        Ok(Answer { body: response.into_body().collect().await?.to_bytes(), encoding })
    }

    /// Sends JSON with a token, and throws the answer away; says its status.
    pub async fn post(&mut self, address: &str, token: &str, body: &str) -> Result<u16> {
        let request = Request::post(address)
            .header(header::HOST, &self.host)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::from(body.to_owned()))?;
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let status = response.status().as_u16();
        response.into_body().collect().await?;
        Ok(status)
    }

    /// Asks, and throws the answer away; says how many milliseconds it took, to its last byte.
    pub async fn time(&mut self, address: &str) -> Result<f64> {
        let started = Instant::now();
        let mut body = self.ask(address).await?.into_body();
        while let Some(frame) = body.frame().await {
            frame?;
        }
        Ok(started.elapsed().as_secs_f64() * 1000.0)
    }
}

/// Asks from many connections for some time; answers requests per second. Each request gets a number.
pub async fn rate(
    addr: SocketAddr,
    accepts: &'static str,
    duration: Duration,
    address: fn(u32) -> String,
) -> Result<f64> {
    let mut tasks = JoinSet::new();
    let started = Instant::now();
    for first in 0..CONNECTIONS {
        tasks.spawn(async move {
            let mut connection = Connection::open(addr, accepts).await?;
            let mut count = 0;
            while started.elapsed() < duration {
                connection.time(&address(count * CONNECTIONS + first)).await?;
                count += 1;
            }
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(count)
        });
    }
    let mut total = 0;
    while let Some(count) = tasks.join_next().await {
        total += count??;
    }
    Ok(f64::from(total) / started.elapsed().as_secs_f64())
}
