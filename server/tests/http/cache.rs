//! Pages kept for visitors: fresh nonces, fresh facts.

use crate::support::{Options, TestApp, header, on_each_database};
use app::desk::AppState;
use axum::{
    Router,
    body::Body,
    http::Request,
    middleware::from_fn_with_state,
    response::{Html, Response},
    routing::get,
};
use domain::access::{Actor, Operate, decide};
use flate2::read::GzDecoder;
use http_body_util::BodyExt as _;
use reqwest::Method;
use std::{
    collections::HashSet,
    io::Read as _,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};
use store::registry;
use tokio::time::sleep;
use tower::ServiceExt as _;

const BANNER: &str = "class=\"demo\"";

async fn mark_demo(state: &AppState) {
    let permit = decide(&Actor::Operator, Operate).expect("the operator may");
    let mut tx = state.db.write().await.expect("a transaction");
    registry::mark_demo(&mut tx, &permit).await.expect("marked");
    tx.commit().await.expect("committed");
}

async fn numbers(app: &TestApp, name: &str) -> u64 {
    let ask = app.client.get(app.url("/metrics")).send().await.expect("an answer");
    let text = ask.text().await.expect("numbers");
    let line = text.lines().find(|line| line.starts_with(name)).unwrap_or("0 0").to_owned();
    line.rsplit(' ').next().and_then(|number| number.parse().ok()).expect("a number")
}

#[tokio::test]
async fn a_visitors_page_is_rendered_once_for_each_language_theme_and_address() {
    let app = TestApp::start().await;
    for _ in 0..3 {
        for (path, cookie) in [("/fr", ""), ("/en", ""), ("/fr?a=b", ""), ("/fr", "entente-theme=dark")] {
            let answer = app.ask(Method::GET, path).header("cookie", cookie).send().await.expect("an answer");
            assert_eq!(answer.status(), 200);
        }
    }
    assert_eq!(numbers(&app, "entente_page_cache_misses").await, 4);
    assert_eq!(numbers(&app, "entente_page_cache_hits").await, 8);
    for cookie in ["entente=abc", "entente-once=abc"] {
        app.ask(Method::GET, "/fr").header("cookie", cookie).send().await.expect("an answer");
    }
    app.get("/fr?kept=abc").await;
    app.get("/fr/nowhere").await;
    assert_eq!(numbers(&app, "entente_page_cache_misses").await, 4);
    assert_eq!(numbers(&app, "entente_page_cache_hits").await, 8);
    app.stop().await;
}

#[tokio::test]
async fn what_another_process_writes_shows_within_a_moment() {
    on_each_database(Options::default(), |app| async move {
        let page = || async { app.get("/fr").await.text().await.expect("a page") };
        assert!(!page().await.contains(BANNER));
        mark_demo(&app.running.web.app).await;
        let written = Instant::now();
        while !page().await.contains(BANNER) {
            assert!(written.elapsed() < Duration::from_millis(600), "the write does not show");
            sleep(Duration::from_millis(10)).await;
        }
        app
    })
    .await;
}

#[tokio::test]
async fn what_this_process_writes_shows_at_once() {
    on_each_database(Options::default(), |app| async move {
        assert!(!app.get("/fr").await.text().await.expect("a page").contains(BANNER));
        mark_demo(&app.running.web.app).await;
        // Whatever is posted may have written.
        app.post("/api/set_preferences").form(&[("theme", "dark")]).send().await.expect("an answer");
        assert!(app.get("/fr").await.text().await.expect("a page").contains(BANNER));
        app
    })
    .await;
}

/// A page with an island, behind the layer that makes pages ready.
fn with_island(app: &TestApp, rendered: Arc<AtomicU32>) -> Router {
    let web = app.running.web.clone();
    let mark = web.nonce_mark.clone();
    let page = move || async move {
        rendered.fetch_add(1, Ordering::SeqCst);
        let filler = "<p>accords</p>".repeat(200);
        Html(format!(
            "<head><script type=\"module\" nonce=\"{mark}\">a</script></head><leptos-island></leptos-island>\
             {filler}<script nonce=\"{mark}\">b</script>"
        ))
    };
    Router::new().route("/{lang}/search", get(page)).layer(from_fn_with_state(web, server::pages::pages))
}

async fn body(response: Response) -> Vec<u8> {
    response.into_body().collect().await.expect("a body").to_bytes().to_vec()
}

#[tokio::test]
async fn a_kept_page_gets_a_fresh_nonce_each_time_it_is_sent() {
    let app = TestApp::start().await;
    let rendered = Arc::new(AtomicU32::new(0));
    let router = with_island(&app, rendered.clone());
    let mut seen = HashSet::new();
    for turn in 0..6 {
        let encoding = if turn % 2 == 0 { "gzip, br" } else { "identity" };
        let request = Request::get("/fr/search")
            .header("accept-encoding", encoding)
            .body(Body::empty())
            .expect("a request");
        let response = router.clone().oneshot(request).await.expect("an answer");
        let policy = response.headers()["content-security-policy"].to_str().expect("text").to_owned();
        let is_packed = response.headers().get("content-encoding").is_some_and(|value| value == "gzip");
        assert_eq!(is_packed, turn % 2 == 0);
        let bytes = body(response).await;
        let mut html = String::new();
        if is_packed {
            assert!(bytes.len() < 400);
            GzDecoder::new(&bytes[..]).read_to_string(&mut html).expect("gzip");
        } else {
            html = String::from_utf8(bytes).expect("text");
        }
        let nonce = html.split("nonce=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a nonce");
        assert_eq!(nonce.len(), 32);
        assert_eq!(html.matches(nonce).count(), 2);
        assert!(policy.contains(&format!("script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'")));
        assert!(seen.insert(nonce.to_owned()), "a nonce came twice");
    }
    assert_eq!(rendered.load(Ordering::SeqCst), 1);
    app.stop().await;
}

#[tokio::test]
async fn pages_are_compressed_for_who_understands_it() {
    let app = TestApp::start().await;
    let plain = app.get("/fr").await.text().await.expect("a page");
    let ask = app.ask(Method::GET, "/fr").header("accept-encoding", "gzip");
    let answer = ask.send().await.expect("an answer");
    assert_eq!(header(&answer, "content-encoding"), "gzip");
    assert!(header(&answer, "vary").contains("accept-encoding"));
    let packed = answer.bytes().await.expect("a body");
    assert!(packed.len() < plain.len() / 2, "{} of {}", packed.len(), plain.len());
    let mut html = String::new();
    GzDecoder::new(&packed[..]).read_to_string(&mut html).expect("gzip");
    assert_eq!(without_nonce(&html), without_nonce(&plain));
    app.stop().await;
}

/// The page without what differs from one answer to the next.
fn without_nonce(html: &str) -> String {
    let nonce = html.split("nonce=\"").nth(1).and_then(|rest| rest.split('"').next());
    html.replace(nonce.expect("a nonce"), "")
}
