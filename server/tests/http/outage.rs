//! What readers see when something breaks, or is away for a while.

use crate::support::{Options, TestApp, header, postgres_url};
use app::texts::Texts;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
    middleware::from_fn_with_state,
    routing::get,
};
use domain::lang::Lang;
use reqwest::StatusCode;
use server::observe::{observe, recover};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::{sleep, timeout},
};
use tower::ServiceExt as _;
use url::Url;

#[tokio::test]
async fn a_panic_is_answered_with_the_number_under_which_it_was_logged() {
    async fn broken() {
        panic!("on purpose");
    }
    let app = TestApp::start().await;
    let web = &app.running.web;
    let router = Router::new()
        .route("/{lang}/broken", get(broken))
        .route("/api/v1/broken", get(broken))
        .layer(from_fn_with_state(web.clone(), recover))
        .layer(from_fn_with_state(web.clone(), observe));

    for (path, lang, content_type) in [
        ("/fr/broken", Lang::Fr, "text/html; charset=utf-8"),
        ("/en/broken", Lang::En, "text/html; charset=utf-8"),
        ("/api/v1/broken", Lang::En, "application/problem+json"),
    ] {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        let answer = router.clone().oneshot(request).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        assert_eq!(answer.headers()["content-type"], content_type, "{path}");
        let incident = answer.headers()["x-request-id"].to_str().expect("text").to_owned();
        let body = to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
        let body = String::from_utf8_lossy(&body);
        assert!(body.contains(&incident), "{path}: {body}");
        assert!(body.contains(Texts(lang).failure_title()), "{path}: {body}");
        assert!(!body.contains("on purpose"), "{path}: {body}");
    }
    app.stop().await;
}

/// Stands between the application and PostgreSQL, at an address that nobody else takes while it is cut.
struct Wire {
    addr: SocketAddr,
    server: String,
    carrying: Option<JoinHandle<()>>,
    is_silent: watch::Sender<bool>,
}

/// How PostgreSQL is away.
#[derive(Debug, Clone, Copy)]
enum Away {
    /// Nobody listens.
    Closed,
    /// Somebody does, and says nothing: not to those who were connected either, who are not told that they are no more.
    Silent,
}

impl Wire {
    async fn lay(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.3:0").await.expect("a port");
        let addr = listener.local_addr().expect("an address");
        let (is_silent, heard) = watch::channel(false);
        let carrying = Some(tokio::spawn(carry(listener, server.clone(), heard)));
        Self { addr, server, carrying, is_silent }
    }

    async fn cut(&mut self, away: Away) {
        match away {
            Away::Closed => self.end().await,
            Away::Silent => {
                self.is_silent.send_replace(true);
            }
        }
    }

    /// Whoever connects from now on is heard.
    async fn mend(&mut self) {
        self.is_silent.send_replace(false);
        if self.carrying.is_none() {
            let listener = TcpListener::bind(self.addr).await.expect("the port is still free");
            let heard = self.is_silent.subscribe();
            self.carrying = Some(tokio::spawn(carry(listener, self.server.clone(), heard)));
        }
    }

    /// Closes every connection.
    async fn end(&mut self) {
        if let Some(carrying) = self.carrying.take() {
            carrying.abort();
            let _ = carrying.await;
        }
    }
}

/// Carries connections to a server, until it is silent: those that were carried then are so for good.
async fn carry(listener: TcpListener, server: String, is_silent: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    while let Ok((mut here, _)) = listener.accept().await {
        let (server, mut is_silent) = (server.clone(), is_silent.clone());
        connections.spawn(async move {
            let mut there = TcpStream::connect(server).await.expect("PostgreSQL");
            tokio::select! {
                biased;
                () = async { drop(is_silent.wait_for(|is_silent| *is_silent).await) } => std::future::pending().await,
                _ = copy_bidirectional(&mut here, &mut there) => {}
            }
        });
    }
}

#[tokio::test]
async fn while_postgresql_is_away_everyone_hears_so_soon_and_when_it_is_back_all_works() {
    let Some(url) = postgres_url() else { return };
    let url = Url::parse(&url).expect("an address");
    let server = format!("{}:{}", url.host_str().expect("a host"), url.port().unwrap_or(5432));
    let mut wire = Wire::lay(server).await;
    let app = TestApp::on_postgres_at(Options::default(), Some(wire.addr)).await.expect("PostgreSQL");
    assert_eq!(app.get("/fr/agreements").await.status(), StatusCode::OK);

    for (away, is_crowded) in [(Away::Closed, false), (Away::Silent, false), (Away::Silent, true)] {
        // All turns are taken by those who will never hear an answer.
        let mut held = Vec::new();
        while is_crowded && held.len() < 20 {
            held.push(app.db().read().await.expect("a transaction"));
        }
        wire.cut(away).await;
        // What was known of the registry a moment ago is good no longer.
        sleep(Duration::from_millis(300)).await;
        // Nobody waits for others who wait.
        let mut readers = JoinSet::new();
        for (number, cookie) in ["", "entente=0123"].repeat(5).into_iter().enumerate() {
            // A page that is not kept.
            let path = format!("/fr/agreements?q={away:?}{number}");
            let ask = app.ask(reqwest::Method::GET, &path).header("cookie", cookie);
            readers.spawn(async move {
                let asked_at = Instant::now();
                let answer = ask.send().await.expect("an answer");
                assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{away:?}");
                assert_eq!(header(&answer, "retry-after"), "5");
                let page = answer.text().await.expect("a page");
                assert!(page.contains(Texts(Lang::Fr).busy_title()), "{page}");
                assert!(asked_at.elapsed() < Duration::from_secs(2), "{away:?}: {:?}", asked_at.elapsed());
            });
        }
        while let Some(outcome) = readers.join_next().await {
            outcome.expect("they hear so");
        }
        drop(held);
        wire.mend().await;
        let mended_at = Instant::now();
        while app.get("/fr/agreements").await.status() != StatusCode::OK {
            assert!(mended_at.elapsed() < Duration::from_secs(5), "{away:?}: it does not come back");
            sleep(Duration::from_millis(50)).await;
        }
    }
    timeout(Duration::from_secs(10), app.stop()).await.expect("what does not answer is not waited for");
}
