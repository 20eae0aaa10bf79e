//! What never reaches a handler.

use crate::support::{Options, TestApp, header};
use reqwest::{Method, StatusCode};
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{sleep, timeout},
};

const SHORT: Duration = Duration::from_millis(400);
const LONG: Duration = Duration::from_secs(10);

fn impatient() -> Options {
    let mut options = Options::default();
    options.limits.head = SHORT;
    options.limits.body = SHORT;
    options.limits.write = SHORT;
    options
}

/// Everything the server sends until it closes the connection.
async fn until_closed(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // A connection that is reset is closed as well.
    let _ = timeout(LONG, stream.read_to_end(&mut answer)).await.expect("the connection is closed");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_write_from_another_site_is_refused_in_the_readers_language() {
    let app = TestApp::start().await;
    let own = app.url("");
    let shapes: &[(&[(&str, &str)], bool)] = &[
        (&[("cookie", "entente=x"), ("sec-fetch-site", "same-origin")], true),
        (&[("cookie", "entente=x"), ("sec-fetch-site", "none")], true),
        (&[("cookie", "entente=x"), ("origin", &own)], true),
        (&[("authorization", "Bearer x"), ("sec-fetch-site", "cross-site")], true),
        (&[], true),
        (&[("cookie", "entente=x")], false),
        (&[("cookie", "entente=x"), ("sec-fetch-site", "cross-site")], false),
        (&[("cookie", "entente=x"), ("sec-fetch-site", "same-site")], false),
        (&[("cookie", "entente=x"), ("origin", "null")], false),
        (&[("cookie", "entente=x"), ("origin", "https://evil.example")], false),
        (&[("cookie", "entente=x"), ("authorization", "Bearer x")], false),
        (&[("origin", "https://evil.example")], false),
        (&[("sec-fetch-site", "cross-site")], false),
    ];
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        for path in ["/api/set_preferences", "/api/save_agreement", "/api/v1/agreements", "/fr/nowhere"] {
            for (headers, is_let_through) in shapes {
                let mut ask =
                    app.ask(method.clone(), path).header("accept-language", "en").body("theme=dark");
                ask = ask.header("content-type", "application/x-www-form-urlencoded");
                for (name, value) in *headers {
                    ask = ask.header(*name, *value);
                }
                let answer = ask.send().await.expect("an answer");
                let is_refused = answer.status() == StatusCode::FORBIDDEN;
                assert_eq!(is_refused, !is_let_through, "{method} {path} {headers:?} {}", answer.status());
                if is_refused && path == "/api/set_preferences" {
                    let body = answer.text().await.expect("a page");
                    assert!(body.contains("This request comes from another site"), "{body}");
                } else if is_refused && path.starts_with("/api/v1") {
                    assert_eq!(header(&answer, "content-type"), "application/problem+json");
                }
            }
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn every_server_function_takes_posts_only() {
    let app = TestApp::start().await;
    let functions: Vec<_> = leptos::server_fn::axum::server_fn_paths().collect();

    for (path, method) in functions {
        assert_eq!(method, Method::POST, "{path}");
        assert!(path.starts_with("/api/") && !path.starts_with("/api/v1/"), "{path}");
        let name = path.trim_start_matches("/api/");
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{path} has no name of its own");
        assert_eq!(app.get(path).await.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
    app.stop().await;
}

#[tokio::test]
async fn fifty_megabytes_are_refused_with_a_page() {
    let app = TestApp::start().await;
    for size in [1 << 20, (1 << 20) + 1, 50_000_000] {
        let body = format!("theme=dark&x={}", "a".repeat(size - 13));
        let ask =
            app.post("/api/set_preferences").header("referer", app.url("/fr/agreements/new")).body(body);
        let ask = ask.header("content-type", "application/x-www-form-urlencoded");
        let answer = ask.send().await.expect("an answer");
        if size == 1 << 20 {
            assert_eq!(answer.status(), StatusCode::FOUND);
            continue;
        }
        assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert!(header(&answer, "content-security-policy").contains("default-src 'none'"));
        let page = answer.text().await.expect("a page");
        assert!(page.contains("Votre envoi est trop grand"), "{page}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_hundred_thousand_fields_are_refused_with_a_page() {
    let app = TestApp::start().await;
    for (fields, status) in [(2000, StatusCode::FOUND), (2001, StatusCode::PAYLOAD_TOO_LARGE)] {
        let form: Vec<(&str, &str)> =
            [("theme", "dark")].into_iter().chain(vec![("a", "b"); fields - 1]).collect();
        let answer = app.post("/api/set_preferences").form(&form).send().await.expect("an answer");
        assert_eq!(answer.status(), status, "{fields}");
    }
    let started = Instant::now();
    let form = vec![("a", "b"); 100_000];
    let answer = app.post("/api/save_agreement").form(&form).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(started.elapsed() < Duration::from_secs(2));
    app.stop().await;
}

#[tokio::test]
async fn slow_heads_are_cut_off_and_nobody_waits_for_them() {
    let app = TestApp::with(impatient()).await;
    for said in ["", "G", "PRI * HTTP/2", "GET /fr HTTP/1.1\r\nHost: a", "GET /fr HTTP/1.1\r\nHost: a\r\nX: "]
    {
        let started = Instant::now();
        let mut slow = TcpStream::connect(app.running.addr).await.expect("a connection");
        slow.write_all(said.as_bytes()).await.expect("written");
        let other = app.ask(Method::GET, "/fr").header("connection", "close").send().await;
        assert_eq!(other.expect("an answer").status(), StatusCode::OK);
        let answer = until_closed(&mut slow).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{said}: {answer}");
        assert!(started.elapsed() < Duration::from_secs(3), "{said}");
    }
    app.stop().await;
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_its_answer() {
    let app = TestApp::with(impatient()).await;
    let mut stream = TcpStream::connect(app.running.addr).await.expect("a connection");
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").await.expect("written");
    assert!(until_closed(&mut stream).await.starts_with("HTTP/1.1 200"));
    app.stop().await;
}

#[tokio::test]
async fn slow_bodies_are_cut_off() {
    let app = TestApp::with(impatient()).await;
    let mut stream = TcpStream::connect(app.running.addr).await.expect("a connection");
    let head =
        "POST /api/set_preferences HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nContent-Length: 10\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("written");
    for _ in 0..3 {
        stream.write_all(b"a").await.expect("written");
        sleep(SHORT / 5).await;
    }
    let answer = until_closed(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("pris trop de temps"), "{answer}");
    app.stop().await;
}

#[tokio::test]
async fn who_asks_and_does_not_read_is_cut_off() {
    let app = TestApp::with(impatient()).await;
    let asked = 2_000;
    let mut stream = TcpStream::connect(app.running.addr).await.expect("a connection");
    // More than the system keeps for a reader.
    let requests = "GET /api/openapi.json HTTP/1.1\r\nHost: a\r\n\r\n".repeat(asked);
    let _ = timeout(SHORT, stream.write_all(requests.as_bytes())).await;
    stream.readable().await.expect("the first answer comes");
    timeout(LONG, async {
        while app.running.web.numbers.connections.get() > 0 {
            sleep(SHORT / 20).await;
        }
    })
    .await
    .expect("the connection is closed");
    let answered = until_closed(&mut stream).await.matches("HTTP/1.1 200").count();
    assert!((1..asked).contains(&answered), "{answered}");
    assert_eq!(app.get("/fr").await.status(), StatusCode::OK);
    app.stop().await;
}

#[tokio::test]
async fn an_oversize_head_is_refused() {
    let app = TestApp::start().await;
    let mut stream = TcpStream::connect(app.running.addr).await.expect("a connection");
    let head = format!("GET /fr HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "a".repeat(200_000));
    let _ = stream.write_all(head.as_bytes()).await;
    let answer = until_closed(&mut stream).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    assert_eq!(app.get("/fr").await.status(), StatusCode::OK);
    app.stop().await;
}
