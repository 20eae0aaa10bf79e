//! What HTTP tests stand on: a started application with a database of its own.

pub mod sample;

use app::desk::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Client, Method, RequestBuilder, Response, redirect::Policy};
use server::{
    config::{Flags, Settings},
    serve::{Given, Running, start},
    web::Limits,
};
use sqlx::{Connection as _, PgConnection};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};
use store::{Db, IdSource};
use url::Url;

/// Names the server on which tests may create databases: `postgres://user:password@host:port/postgres`.
const ADMIN_URL: &str = "ENTENTE_TEST_POSTGRES";
/// What the numbers of `/metrics` are shown for.
pub const METRICS_TOKEN: &str = "a-token-for-tests-only";

/// A folder of this test's own, which goes with it.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// A new one.
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("entente-test-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder for the test");
        Self(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What a test may choose.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// How long, how much.
    pub limits: Limits,
    /// A clock that stands still; the machine's otherwise.
    pub at: Option<DateTime<Utc>>,
    /// Settings as flags.
    pub flags: Flags,
}

/// A started application. End it with [`TestApp::stop`].
#[derive(Debug)]
pub struct TestApp {
    /// The server.
    pub running: Running,
    /// A browser without cookies, which follows no redirect.
    pub client: Client,
    folder: Folder,
    database_url: String,
    /// Server and name of the database, on PostgreSQL.
    postgres: Option<(String, String)>,
}

impl TestApp {
    /// Lets time go by, where the clock stands still otherwise: what comes later stands later.
    pub fn wait(&self, time: TimeDelta) {
        let Clock::Fixed(at) = &self.running.web.app.clock else { panic!("a clock that stands still") };
        *at.lock().expect("the clock") += time;
    }

    /// On a fresh SQLite file.
    pub async fn start() -> Self {
        Self::with(Options::default()).await
    }

    /// On a fresh SQLite file, otherwise as one likes.
    pub async fn with(options: Options) -> Self {
        let folder = Folder::new();
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        Self::launch(options, folder, url, None).await
    }

    /// On a fresh database of the PostgreSQL server of the tests, where there is one.
    pub async fn on_postgres(options: Options) -> Option<Self> {
        Self::on_postgres_at(options, None).await
    }

    /// The same, with the server of the tests reached at another address.
    pub async fn on_postgres_at(options: Options, reached_at: Option<SocketAddr>) -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let admin = postgres_url()?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("entente_http_{}_{number}", std::process::id());
        execute(&admin, format!("create database {name} encoding 'UTF8' template template0")).await;
        let mut url = Url::parse(&admin).expect("an address");
        url.set_path(&name);
        if let Some(addr) = reached_at {
            url.set_ip_host(addr.ip()).expect("a host");
            url.set_port(Some(addr.port())).expect("a port");
        }
        Some(Self::launch(options, Folder::new(), url.into(), Some((admin, name))).await)
    }

    async fn launch(
        options: Options,
        folder: Folder,
        database_url: String,
        postgres: Option<(String, String)>,
    ) -> Self {
        let running = serve(options, &folder, &database_url).await;
        Self { running, client: browser(false), folder, database_url, postgres }
    }

    /// Another server on the same registry.
    pub async fn another_server(&self) -> Running {
        serve(Options::default(), &self.folder, &self.database_url).await
    }

    /// Whether its database is one of PostgreSQL.
    pub const fn is_on_postgres(&self) -> bool {
        self.postgres.is_some()
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.running.web.app.db
    }

    /// The folder of its data.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The address of its database.
    pub fn database_url(&self) -> &str {
        &self.database_url
    }

    /// An address of this application.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.addr)
    }

    /// Asks for a page, as a browser without cookies does.
    pub async fn get(&self, path: &str) -> Response {
        self.ask(Method::GET, path).send().await.expect("an answer")
    }

    /// A request, to be completed.
    pub fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.url(path)).header("accept", "text/html")
    }

    /// A form sent from a page of this application.
    pub fn post(&self, path: &str) -> RequestBuilder {
        self.ask(Method::POST, path).header("sec-fetch-site", "same-origin")
    }

    /// Ends the application; its database goes with it.
    pub async fn stop(self) {
        let Self { running, folder, postgres, .. } = self;
        running.stop().await;
        drop(folder);
        if let Some((admin, name)) = postgres {
            execute(&admin, format!("drop database {name} with (force)")).await;
        }
    }
}

async fn serve(options: Options, folder: &Folder, database_url: &str) -> Running {
    let flags = Flags {
        addr: Some("127.0.0.1:0".to_owned()),
        data_dir: Some(folder.path().display().to_string()),
        database_url: Some(database_url.to_owned()),
        metrics_token: Some(METRICS_TOKEN.to_owned()),
        ..options.flags
    };
    let settings = Settings::read(&flags, |_| None).expect("settings");
    let db = Db::open(&settings.database_url).await.expect("the database opens");
    db.migrate().await.expect("the migrations run");
    let clock = options.at.map_or(Clock::System, Clock::fixed);
    let given = Given { db, clock, ids: IdSource::default(), limits: options.limits };
    start(&settings, given).await.expect("the server starts")
}

/// A browser that follows no redirect, with or without cookies.
pub fn browser(with_cookies: bool) -> Client {
    // Where there is one already, it is that one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().redirect(Policy::none()).cookie_store(with_cookies).build().expect("a client")
}

/// Carries out a test on SQLite, then on PostgreSQL where there is one.
pub async fn on_each_database<F: Future<Output = TestApp>>(options: Options, test: impl Fn(TestApp) -> F) {
    test(TestApp::with(options.clone()).await).await.stop().await;
    if let Some(app) = TestApp::on_postgres(options).await {
        test(app).await.stop().await;
    }
}

/// The server on which tests may create databases, if there is one.
pub fn postgres_url() -> Option<String> {
    let url = std::env::var(ADMIN_URL).ok();
    if url.is_none() {
        println!("skipped: {ADMIN_URL} is not set");
    }
    url
}

/// The value of a header, or nothing.
pub fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
}

async fn execute(admin: &str, statement: String) {
    let mut connection = PgConnection::connect(admin).await.expect("the server of the tests");
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await.expect("the statement");
    connection.close().await.expect("the connection closes");
}
