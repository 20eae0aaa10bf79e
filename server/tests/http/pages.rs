//! What readers get, whoever they are.

use crate::support::{TestApp, header};
use reqwest::{Method, StatusCode};

#[tokio::test]
async fn every_answer_says_what_browsers_may_do_with_it() {
    let app = TestApp::start().await;
    let answers = [
        ("/fr", StatusCode::OK),
        ("/", StatusCode::FOUND),
        ("/fr/nowhere", StatusCode::NOT_FOUND),
        ("/nowhere", StatusCode::NOT_FOUND),
        ("/de/agreements", StatusCode::NOT_FOUND),
        ("/pkg/nothing.js", StatusCode::NOT_FOUND),
        ("/api/v1/nothing", StatusCode::NOT_FOUND),
        ("/api/set_preferences", StatusCode::METHOD_NOT_ALLOWED),
        ("/healthz", StatusCode::OK),
    ];
    for (path, status) in answers {
        let answer = app.get(path).await;
        assert_eq!(answer.status(), status, "{path}");
        let policy = header(&answer, "content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src ",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header(&answer, "referrer-policy"), "strict-origin-when-cross-origin", "{path}");
        assert!(!header(&answer, "permissions-policy").is_empty(), "{path}");
        assert_eq!(header(&answer, "cross-origin-opener-policy"), "same-origin", "{path}");
        assert!(!header(&answer, "cache-control").is_empty(), "{path}");
        assert!(!header(&answer, "x-request-id").is_empty(), "{path}");
        assert_eq!(header(&answer, "strict-transport-security"), "", "{path}");
    }
    app.stop().await;
}

#[tokio::test]
async fn over_https_browsers_are_told_to_stay_there() {
    let mut options = crate::support::Options::default();
    options.flags.public_url = Some("https://entente.example".to_owned());
    let app = TestApp::with(options).await;
    let answer = app.get("/fr").await;
    assert!(header(&answer, "strict-transport-security").starts_with("max-age="));
    let body = answer.text().await.expect("a page");
    assert!(body.contains("rel=\"canonical\" href=\"https://entente.example/fr\""), "{body}");
    app.stop().await;
}

#[tokio::test]
async fn what_may_be_personal_is_never_stored() {
    let app = TestApp::start().await;
    assert_eq!(header(&app.get("/fr").await, "cache-control"), "private, no-cache");
    for (name, value) in [("cookie", "entente=abc"), ("authorization", "Bearer abc")] {
        let answer = app.ask(Method::GET, "/fr").header(name, value).send().await.expect("an answer");
        assert_eq!(header(&answer, "cache-control"), "no-store", "{name}");
    }
    app.stop().await;
}

#[tokio::test]
async fn the_first_address_leads_to_the_readers_language() {
    let app = TestApp::start().await;
    let cases = [
        ("", "", "/fr"),
        ("en-GB,en;q=0.9", "", "/en"),
        ("de,fr;q=0.5,en;q=0.4", "", "/fr"),
        ("fr", "entente-lang=en", "/en"),
        ("en", "entente-lang=xx", "/en"),
    ];
    for (accept, cookie, target) in cases {
        let ask = app.ask(Method::GET, "/").header("accept-language", accept).header("cookie", cookie);
        let answer = ask.send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::FOUND);
        assert_eq!(header(&answer, "location"), target, "{accept} {cookie}");
        assert!(header(&answer, "vary").contains("accept-language"));
    }
    app.stop().await;
}

#[tokio::test]
async fn an_unknown_page_says_so_in_the_language_of_its_address() {
    let app = TestApp::start().await;
    for (path, accept, lang, words) in [
        ("/fr/nowhere", "en", "fr", "Cette page n’existe pas"),
        ("/en/nowhere/at/all", "fr", "en", "This page does not exist"),
        ("/de/agreements", "en", "en", "This page does not exist"),
        ("/nowhere", "fr", "fr", "Cette page n’existe pas"),
        ("/api/nothing", "en", "en", "This page does not exist"),
    ] {
        let ask = app.ask(Method::GET, path).header("accept-language", accept);
        let answer = ask.send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(header(&answer, "cache-control"), "no-store");
        let body = answer.text().await.expect("a page");
        assert!(body.contains(words) && body.contains(&format!("<html lang=\"{lang}\"")), "{path}: {body}");
    }
    app.stop().await;
}

#[tokio::test]
async fn programs_get_problem_details_instead_of_pages() {
    let app = TestApp::start().await;
    let answer = app.get("/api/v1/nothing").await;
    assert_eq!(header(&answer, "content-type"), "application/problem+json");
    let problem: serde_json::Value = answer.json().await.expect("JSON");
    assert_eq!(problem["status"], 404);
    assert_eq!(problem["type"], "/problems/not-found");
    app.stop().await;
}

#[tokio::test]
async fn a_page_without_islands_carries_no_script() {
    let app = TestApp::start().await;
    for path in ["/fr/sign-in", "/en/sign-in"] {
        let answer = app.get(path).await;
        assert!(header(&answer, "content-security-policy").contains("script-src 'none'"));
        let body = answer.text().await.expect("a page");
        for tag in ["<script", "modulepreload", ".wasm"] {
            assert!(!body.contains(tag), "{path} has {tag}");
        }
        for part in ["<main id=\"main\"", "class=\"skip\"", "rel=\"canonical\"", "<title>"] {
            assert!(body.contains(part), "{path} has no {part}: {body}");
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn the_link_to_the_other_language_keeps_path_and_query_and_is_remembered() {
    let app = TestApp::start().await;
    let body = app.get("/fr/nowhere?q=a%26b&x=1").await.text().await.expect("a page");
    assert!(body.contains("href=\"/en/nowhere?q=a%26b&amp;x=1\""), "{body}");
    let ask = app.ask(Method::GET, "/en").header("referer", app.url("/fr"));
    let answer = ask.send().await.expect("an answer");
    assert!(header(&answer, "set-cookie").starts_with("entente-lang=en;"), "{answer:?}");
    app.stop().await;
}

#[tokio::test]
async fn the_theme_is_kept_and_one_goes_back_to_the_page() {
    let app = TestApp::start().await;
    for (back, location) in
        [("/fr/agreements?q=x", "/fr/agreements?q=x"), ("//evil.example", "/fr"), ("", "/fr")]
    {
        let form = [("theme", "dark"), ("back", back)];
        let answer = app.post("/api/set_preferences").form(&form).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::FOUND);
        assert_eq!(header(&answer, "location"), location);
        assert!(header(&answer, "set-cookie").starts_with("entente-theme=dark;"));
    }
    let ask = app.ask(Method::GET, "/fr").header("cookie", "entente-theme=dark");
    let body = ask.send().await.expect("an answer").text().await.expect("a page");
    assert!(body.contains("data-theme=\"dark\""), "{body}");
    app.stop().await;
}

#[tokio::test]
async fn the_head_of_a_page_is_that_of_the_page_without_its_body() {
    let app = TestApp::start().await;
    let page = app.get("/en").await;
    let head = app.ask(Method::HEAD, "/en").send().await.expect("an answer");
    assert_eq!(head.status(), StatusCode::OK);
    assert_eq!(header(&head, "content-length"), header(&page, "content-length"));
    assert!(head.bytes().await.expect("a body").is_empty());
    let unknown = app.ask(Method::HEAD, "/en/nowhere").send().await.expect("an answer");
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
    app.stop().await;
}

#[tokio::test]
async fn a_final_slash_leads_to_the_page_and_never_elsewhere() {
    let app = TestApp::start().await;
    let answer = app.get("/fr/?a=b").await;
    assert_eq!((answer.status(), header(&answer, "location")), (StatusCode::PERMANENT_REDIRECT, "/fr?a=b"));
    let answer = app.get("//evil.example/").await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    app.stop().await;
}
