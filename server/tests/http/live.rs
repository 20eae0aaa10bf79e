//! Changes of seats as they happen, for pages that stay open, on every server.

use crate::support::{
    Options, TestApp, header, on_each_database,
    sample::{EVERYONE, Sample},
};
use domain::id::FlowId;
use reqwest::{Method, Response, StatusCode};
use server::live::SEATS;
use std::time::{Duration, Instant};
use store::live::{Event, tell};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

const SHORT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_secs(10);

const fn seats(flow: u128, first_year: i32) -> Event {
    Event::Seats { flow: FlowId(Uuid::from_u128(flow)), first_year }
}

/// Asks for a stream, as the page of someone does.
async fn ask(app: &TestApp, url: &str, cookie: &str) -> Response {
    let ask = app.client.request(Method::GET, url).header("accept", "text/event-stream");
    ask.header("cookie", cookie).send().await.expect("an answer")
}

/// What a stream says until it has said this.
async fn until(stream: &mut Response, words: &str) -> String {
    let mut said = String::new();
    timeout(LONG, async {
        while !said.contains(words) {
            let chunk = stream.chunk().await.expect("it goes on").expect("it does not end");
            said.push_str(&String::from_utf8_lossy(&chunk));
        }
    })
    .await
    .unwrap_or_else(|_| panic!("{words:?} is not said: {said:?}"));
    said
}

async fn say(app: &TestApp, event: &Event, is_committed: bool) {
    let mut tx = app.db().write().await.expect("a transaction");
    tell(&mut tx, event).await.expect("told");
    if is_committed { tx.commit().await } else { tx.rollback().await }.expect("ended");
}

#[tokio::test]
async fn whoever_reads_for_an_office_may_follow() {
    let app = TestApp::start().await;
    let sample = Sample::fill(&app).await;
    for who in EVERYONE {
        let cookie = sample.session(&app, who).await.map_or_else(String::new, |(_, cookie)| cookie);
        let answer = ask(&app, &app.url(SEATS), &cookie).await;
        let status = match who {
            "visitor" => StatusCode::UNAUTHORIZED,
            "student" => StatusCode::FORBIDDEN,
            _ => StatusCode::OK,
        };
        assert_eq!(answer.status(), status, "{who}");
        let kind = if status == StatusCode::OK { "text/event-stream" } else { "application/problem+json" };
        assert_eq!(header(&answer, "content-type"), kind, "{who}");
    }
    app.stop().await;
}

#[tokio::test]
async fn what_is_committed_is_heard_on_every_server_and_what_is_undone_on_none() {
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        let (_, cookie) = sample.session(&app, "observer").await.expect("a session");
        let other = if app.is_on_postgres() { Some(app.another_server().await) } else { None };
        let mut streams = vec![ask(&app, &app.url(SEATS), &cookie).await];
        if let Some(other) = &other {
            streams.push(ask(&app, &format!("http://{}{SEATS}", other.addr), &cookie).await);
            for stream in &mut streams {
                until(stream, "event: lost").await;
            }
        }
        say(&app, &seats(1, 2026), false).await;
        say(&app, &seats(2, 2027), true).await;
        for stream in &mut streams {
            let said = until(stream, "\n\n").await;
            let id = Uuid::from_u128(2);
            assert!(said.contains("event: seats") && said.contains(&format!("\"flow\":\"{id}\"")), "{said}");
            assert!(said.contains("\"first_year\":2027") && !said.contains("2026"), "{said}");
        }
        drop(streams);
        if let Some(other) = other {
            other.stop().await;
        }
        app
    })
    .await;
}

#[tokio::test]
async fn there_are_so_many_streams_and_no_more() {
    let mut options = Options::default();
    options.limits.streams = 2;
    let app = TestApp::with(options).await;
    let sample = Sample::fill(&app).await;
    let (_, cookie) = sample.session(&app, "officer").await.expect("a session");
    let open = async || ask(&app, &app.url(SEATS), &cookie).await;
    let (mut first, second) = (open().await, open().await);
    let third = open().await;
    assert_eq!(third.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(header(&third, "retry-after"), "5");
    drop(second);
    timeout(LONG, async {
        while open().await.status() != StatusCode::OK {
            sleep(SHORT / 10).await;
        }
    })
    .await
    .expect("who leaves makes room");
    say(&app, &seats(1, 2026), true).await;
    until(&mut first, "event: seats").await;
    app.stop().await;
}

#[tokio::test]
async fn a_quiet_stream_is_no_idle_connection_and_ends_in_time() {
    let mut options = Options::default();
    options.limits.head = SHORT;
    options.limits.idle = SHORT;
    options.limits.write = SHORT;
    options.limits.stop = SHORT;
    options.limits.stream = 10 * SHORT;
    let app = TestApp::with(options).await;
    let sample = Sample::fill(&app).await;
    let (_, cookie) = sample.session(&app, "officer").await.expect("a session");
    let begun = Instant::now();
    let mut stream = ask(&app, &app.url(SEATS), &cookie).await;
    sleep(5 * SHORT).await;
    say(&app, &seats(1, 2026), true).await;
    until(&mut stream, "event: seats").await;
    let end = timeout(LONG, stream.chunk()).await.expect("it ends").expect("as a stream does");
    assert_eq!(end, None);
    assert!(begun.elapsed() >= 9 * SHORT, "{:?}", begun.elapsed());
    app.stop().await;
}

#[tokio::test]
async fn a_server_that_stops_ends_its_streams_and_does_not_wait_for_them() {
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        let (_, cookie) = sample.session(&app, "officer").await.expect("a session");
        let another = app.another_server().await;
        let mut stream = ask(&app, &format!("http://{}{SEATS}", another.addr), &cookie).await;
        let begun = Instant::now();
        another.stop().await;
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
        while let Some(said) = stream.chunk().await.expect("it ends as a stream does") {
            assert!(said.starts_with(b"event: lost"), "{said:?}");
        }
        app
    })
    .await;
}
