//! For those who run the server.

use crate::support::{Folder, METRICS_TOKEN, TestApp, header, on_each_database};
use reqwest::StatusCode;
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread::sleep,
    time::Duration,
};

/// What a server writes, beside its data.
const LOG: &str = "log";

fn entente(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_entente"));
    command.env_clear().current_dir(folder).env("ENTENTE_ADDR", "127.0.0.1:0");
    command
}

fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (status.code(), text(stdout), text(stderr))
}

/// A server as a process of its own; killed when the test ends early.
struct Process {
    child: Child,
    addr: String,
}

impl Process {
    fn start(folder: &Path) -> Self {
        let mut child = entente(folder)
            .arg("serve")
            .stdout(Stdio::piped())
            .stderr(File::create(folder.join(LOG)).expect("a file"))
            .spawn()
            .expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let line = lines.map_while(Result::ok).find(|line| line.contains("http://")).expect("its address");
        let addr = line.split("http://").nth(1).expect("an address").to_owned();
        Self { child, addr }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn the_server_says_that_it_is_up_and_that_it_is_ready() {
    on_each_database(crate::support::Options::default(), |app| async move {
        assert_eq!(app.get("/healthz").await.text().await.expect("text"), "ok");
        assert_eq!(app.get("/readyz").await.text().await.expect("text"), "ready");
        app.db().close().await;
        assert_eq!(app.get("/healthz").await.status(), StatusCode::OK);
        assert_eq!(app.get("/readyz").await.status(), StatusCode::SERVICE_UNAVAILABLE);
        app
    })
    .await;
}

#[tokio::test]
async fn the_numbers_are_for_this_machine_or_the_token() {
    let app = TestApp::start().await;
    // Read to its end, so that its connection serves the next request too.
    app.get("/fr").await.text().await.expect("a page");
    let ask = |name: &'static str, value: String| {
        let asking = app.client.get(app.url("/metrics")).header(name, value).send();
        async { asking.await.expect("an answer") }
    };
    let from_here = ask("x-nothing", String::new()).await;
    assert!(header(&from_here, "content-type").starts_with("application/openmetrics-text"));
    let text = from_here.text().await.expect("numbers");
    assert!(text.contains("entente_requests_total{class=\"page\",status=\"200\"} 1"), "{text}");
    assert!(text.contains("entente_request_seconds_bucket"), "{text}");
    assert!(text.contains("entente_connections 1"), "{text}");
    assert_eq!(ask("x-forwarded-for", "192.0.2.1".into()).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(ask("authorization", "Bearer wrong".into()).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(ask("authorization", format!("Bearer {METRICS_TOKEN}")).await.status(), StatusCode::OK);
    app.stop().await;
}

#[tokio::test]
async fn a_request_id_comes_from_outside_only_through_a_trusted_proxy() {
    for is_trusted in [false, true] {
        let mut options = crate::support::Options::default();
        options.flags.trust_proxy = Some(is_trusted.to_string());
        let app = TestApp::with(options).await;
        for (given, is_plain) in [("abc-123", true), ("a b", false), (&*"a".repeat(65), false)] {
            let ask = app.client.get(app.url("/healthz")).header("x-request-id", given);
            let answer = ask.send().await.expect("an answer");
            assert_eq!(header(&answer, "x-request-id") == given, is_trusted && is_plain, "{given}");
        }
        app.stop().await;
    }
}

#[test]
fn a_request_in_flight_is_finished_when_the_server_stops() {
    let folder = Folder::new();
    let mut process = Process::start(folder.path());
    let mut stream = TcpStream::connect(&process.addr).expect("a connection");
    let head = "POST /api/set_preferences HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                Content-Length: 10\r\n\r\ntheme";
    stream.write_all(head.as_bytes()).expect("written");
    sleep(Duration::from_millis(300));
    kill_process(Pid::from_child(&process.child), Signal::TERM).expect("told");
    sleep(Duration::from_millis(300));
    assert!(process.child.try_wait().expect("asked").is_none(), "it did not wait");
    assert!(TcpStream::connect(&process.addr).is_err(), "it still accepts");
    stream.write_all(b"=dark").expect("written");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 302"), "{answer}");
    let status = process.child.wait().expect("it ends");
    assert_eq!(status.code(), Some(0));
}

#[test]
fn the_log_names_routes_and_holds_neither_secrets_nor_what_one_asked_for() {
    let folder = Folder::new();
    let mut process = Process::start(folder.path());
    for head in [
        "GET /fr/link/0a1b2c3d?kept=geheim HTTP/1.1\r\n",
        "GET /fr/link/0a1b2c3d/geheim?next=/fr/geheim HTTP/1.1\r\n",
        "GET /fr/sign-in?next=/fr/geheim HTTP/1.1\r\nCookie: entente=geheim\r\n",
        "GET /api/v1/agreements?q=geheim HTTP/1.1\r\nAuthorization: Bearer entente_geheim\r\n",
        "POST /api/sign_in HTTP/1.1\r\nOrigin: http://evil.example/geheim\r\nContent-Length: 15\r\n",
    ] {
        let mut stream = TcpStream::connect(&process.addr).expect("a connection");
        write!(stream, "{head}Host: a\r\nConnection: close\r\n\r\npassword=geheim").expect("written");
        stream.read_to_string(&mut String::new()).expect("an answer");
    }
    kill_process(Pid::from_child(&process.child), Signal::TERM).expect("told");
    process.child.wait().expect("it ends");
    let log = fs::read_to_string(folder.path().join(LOG)).expect("a log");
    assert_eq!(log.matches("answered").count(), 5, "{log}");
    assert!(log.contains("/link/{token}"), "{log}");
    assert!(!log.contains("geheim") && !log.contains("0a1b2c3d"), "{log}");
}

#[test]
fn the_binary_alone_in_an_empty_folder_serves_and_says_whether_it_is_ready() {
    let folder = Folder::new();
    let process = Process::start(folder.path());
    assert!(folder.path().join("data/entente.db").exists());
    let healthcheck = |addr: &str| run(entente(folder.path()).args(["healthcheck", "--addr", addr])).0;
    assert_eq!(healthcheck(&process.addr), Some(0));
    assert_eq!(healthcheck("127.0.0.1:1"), Some(1));
}

#[test]
fn a_wrong_setting_is_named_with_the_value_expected() {
    let folder = Folder::new();
    let (code, _, error) = run(entente(folder.path()).arg("config").env("ENTENTE_SESSION_HOURS", "ever"));
    assert_eq!(code, Some(2));
    assert_eq!(
        error,
        "entente: ENTENTE_SESSION_HOURS is `ever`; expected a whole number of hours from 1 to 720\n"
    );
    let (code, _, error) = run(entente(folder.path()).args(["migrate", "--public-url", "entente.example"]));
    assert_eq!(code, Some(2));
    assert!(
        error.contains("--public-url is `entente.example`; expected an address like https://"),
        "{error}"
    );
    let url = "sqlite:///proc/nowhere/x.db";
    let (code, _, error) = run(entente(folder.path()).args(["migrate", "--database-url", url]));
    assert_eq!(code, Some(2), "{error}");
    assert_eq!(run(entente(folder.path()).arg("fly")).0, Some(2));
}

#[test]
fn the_settings_in_force_are_shown_without_secrets() {
    let folder = Folder::new();
    let mut command = entente(folder.path());
    command.args(["config", "--metrics-token", "geheim-geheim-geheim"]);
    command.env("ENTENTE_DATABASE_URL", "postgres://u:geheim@db/entente");
    let (code, shown, _) = run(&mut command);
    assert_eq!(code, Some(0));
    assert!(
        shown.contains("postgres://u:***@db/entente") && shown.contains("# ENTENTE_DATABASE_URL"),
        "{shown}"
    );
    assert!(!shown.contains("geheim"), "{shown}");
}
