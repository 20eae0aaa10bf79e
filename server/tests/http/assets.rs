//! The files in the binary.

use crate::support::{TestApp, header};
use reqwest::{Method, StatusCode};
use server::assets::{Manifest, public_names};

#[tokio::test]
async fn files_are_compressed_and_kept_for_ever() {
    let manifest = Manifest::embedded();
    if manifest.style.is_empty() {
        println!("skipped: compiled without a site");
        return;
    }
    let app = TestApp::start().await;
    let mut files = vec![(format!("/pkg/{}", manifest.style), "text/css; charset=utf-8")];
    if !manifest.script.is_empty() {
        files.push((format!("/pkg/{}.js", manifest.script), "text/javascript; charset=utf-8"));
        files.push((format!("/pkg/{}_bg.wasm", manifest.script), "application/wasm"));
    }
    for (path, content_type) in &files {
        let mut sizes = Vec::new();
        for (accepted, encoding) in [("identity", ""), ("gzip", "gzip"), ("gzip, deflate, br", "br")] {
            let ask = app.ask(Method::GET, path).header("accept-encoding", accepted);
            let answer = ask.send().await.expect("an answer");
            assert_eq!(answer.status(), StatusCode::OK);
            assert_eq!(header(&answer, "content-type"), *content_type);
            assert_eq!(header(&answer, "content-encoding"), encoding, "{path}");
            assert_eq!(header(&answer, "cache-control"), "public, max-age=31536000, immutable");
            assert_eq!(header(&answer, "vary"), "accept-encoding");
            let length = header(&answer, "content-length").to_owned();
            sizes.push(answer.bytes().await.expect("a body").len());
            let ask = app.ask(Method::HEAD, path).header("accept-encoding", accepted);
            let head = ask.send().await.expect("an answer");
            assert_eq!(header(&head, "content-length"), length, "{path}");
        }
        assert!(sizes.is_sorted_by(|a, b| a > b), "{path}: {sizes:?}");
    }
    let page = app.get("/fr").await.text().await.expect("a page");
    assert!(page.contains(&format!("href=\"/pkg/{}\"", manifest.style)), "{page}");
    app.stop().await;
}

#[tokio::test]
async fn files_at_the_root_are_kept_for_an_hour_and_the_manifest_is_not_served() {
    let app = TestApp::start().await;
    for name in public_names() {
        let answer = app.get(&format!("/{name}")).await;
        assert_eq!(answer.status(), StatusCode::OK, "{name}");
        assert_eq!(header(&answer, "cache-control"), "public, max-age=3600");
    }
    for path in ["/manifest.json", "/pkg/../manifest.json", "/pkg/%2e%2e/manifest.json", "/favicon.svg.br"] {
        assert_eq!(app.get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    app.stop().await;
}
