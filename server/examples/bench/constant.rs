//! What speeds are compared with: the same bytes, from memory, by axum and nothing else.

use crate::{Result, database::Folder, load::Answer, program::Program};
use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, HeaderValue, header},
    routing::get,
};
use std::{env, fs, process::Command};

/// Says that this process is the one to compare with.
pub const ARGUMENT: &str = "--serve-constant";

/// Starts a process that answers every address with these bytes.
pub fn start(answer: &Answer, folder: &Folder) -> Result<Program> {
    let file = folder.path().join("constant");
    fs::write(&file, &answer.body)?;
    let mut command = Command::new(env::current_exe()?);
    command.arg(ARGUMENT).arg(file).arg(&answer.encoding);
    Program::start(command)
}

/// What that process does.
pub async fn serve() -> Result<()> {
    let file = env::args().nth(2).ok_or("no file")?;
    let encoding = env::args().nth(3).unwrap_or_default();
    let body = Bytes::from(fs::read(file)?);
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    if !encoding.is_empty() {
        headers.insert(header::CONTENT_ENCODING, encoding.parse()?);
    }
    let answer = move || async move { (headers, body) };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, Router::new().route("/{*path}", get(answer))).await?;
    Ok(())
}
