//! Browser tests: Playwright against a debug server with invented data, once per database.

use std::{
    fs::{self, File},
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::{
    postgres::Postgres,
    run::{self, Service, step},
    scratch::{Scratch, free_port},
    site,
    tools::{self, Tool},
    workspace::Workspace,
};

/// Password of every invented account, in tests only.
const DEMO_PASSWORD: &str = "demo-Entente-2026!";

/// How long the server may take until it is ready.
const PATIENCE: Duration = Duration::from_mins(1);

/// Which databases to try.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Databases {
    /// SQLite only.
    Sqlite,
    /// PostgreSQL only.
    Postgres,
    /// One after the other.
    Both,
}

/// Runs the browser tests.
pub fn e2e(workspace: &Workspace, databases: Databases, args: &[String]) -> Result<()> {
    tools::ensure(&[Tool::Node, Tool::Npm, Tool::Chromium])?;
    let postgres = if databases == Databases::Sqlite { None } else { Some(Postgres::start()?) };
    site::build(workspace)?;
    site::build_server(workspace, false)?;
    run_on(workspace, databases, args, postgres.as_ref())
}

/// The same, with the debug server built and PostgreSQL running.
pub fn run_on(
    workspace: &Workspace,
    databases: Databases,
    args: &[String],
    postgres: Option<&Postgres>,
) -> Result<()> {
    let tests = workspace.root.join("end2end");
    if !tests.join("package.json").exists() {
        bail!("end2end has no package.json: there are no browser tests to run");
    }
    tools::npm_ci(&tests)?;

    if databases != Databases::Postgres {
        let data = Scratch::new("e2e")?;
        let url = format!("sqlite://{}/entente.db", data.path().display());
        journeys(workspace, "sqlite", data.path(), &url, args)?;
    }
    if let Some(postgres) = postgres {
        let data = Scratch::new("e2e")?;
        let url = postgres.create_database("entente_e2e")?;
        journeys(workspace, "postgres", data.path(), &url, args)?;
    }
    Ok(())
}

/// Runs Playwright on one database. A failure ends the run: what it printed stands last.
fn journeys(
    workspace: &Workspace,
    database: &'static str,
    data: &Path,
    database_url: &str,
    args: &[String],
) -> Result<()> {
    let port = free_port()?;
    let url = format!("http://127.0.0.1:{port}");
    let log = workspace.cache(&format!("e2e-{database}.log"));
    fs::create_dir_all(log.parent().unwrap_or(data))?;
    let output = File::create(&log)?;
    let entente = |arguments: &[&str]| -> Result<Command> {
        let mut command = Command::new(workspace.server(false));
        command.args(arguments).current_dir(data).stdout(output.try_clone()?).stderr(output.try_clone()?);
        command
            .env("ENTENTE_DATA_DIR", data)
            .env("ENTENTE_DATABASE_URL", database_url)
            .env("ENTENTE_ADDR", format!("127.0.0.1:{port}"))
            .env("ENTENTE_PUBLIC_URL", &url);
        Ok(command)
    };
    let hint = || format!("what the server wrote is in {}", workspace.relative(&log));

    step(&format!("Invented data ({database})"), || {
        run::run(&mut entente(&["demo", "--password", DEMO_PASSWORD])?).with_context(hint)
    })?;
    let _server = step(&format!("Start the server ({database})"), || {
        let mut server = Service::start(&mut entente(&["serve"])?)?;
        until_ready(&mut server, port).with_context(hint)?;
        Ok(server)
    })?;
    step(&format!("Browser tests ({database})"), || {
        let tests = workspace.root.join("end2end");
        let mut playwright = Command::new(tests.join("node_modules/.bin/playwright"));
        playwright.arg("test").args(args).current_dir(&tests);
        playwright
            .env("ENTENTE_URL", &url)
            .env("ENTENTE_DEMO_PASSWORD", DEMO_PASSWORD)
            .env("ENTENTE_DATABASE", database)
            .env("CHROMIUM", Tool::Chromium.path()?);
        run::run(&mut playwright).with_context(|| format!("browser tests failed on {database}; {}", hint()))
    })
}

/// Waits until `GET /readyz` answers 200.
fn until_ready(server: &mut Service, port: u16) -> Result<()> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if is_ready(port) {
            return Ok(());
        }
        if let Some(status) = server.ended()? {
            bail!("the server ended at once: {status}");
        }
        if run::interrupted() {
            bail!("interrupted");
        }
        thread::sleep(Duration::from_millis(100));
    }
    bail!("the server was not ready within {} s", PATIENCE.as_secs())
}

fn is_ready(port: u16) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.take(64).read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200 "))
}
