//! The command line.

use crate::{
    config::{Flags, Settings},
    fill::{self, FillArgs},
    import::{self, ImportCommand},
    log, operation, serve,
    user::{self, UserCommand},
};
use clap::{Parser, Subcommand};
use std::{
    fmt,
    io::{self, Write as _},
    process::ExitCode,
};
use store::{Db, StoreError};

/// The registry of academic partnerships: one program, on SQLite or PostgreSQL.
#[derive(Debug, Parser)]
#[command(name = "entente", version, about, subcommand_required = true, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the site; brings the database up to date first.
    Serve,
    /// Brings the database up to date.
    Migrate,
    /// Fills an empty registry with five stories and people to sign in as; prints their passwords.
    Demo(FillArgs),
    /// Lets people in.
    #[command(subcommand)]
    User(UserCommand),
    /// Takes in lists that other programs keep.
    #[command(subcommand)]
    Import(ImportCommand),
    /// Prints the settings in force and where each came from, secrets masked.
    Config,
    /// Asks a running server whether it is ready: 0 yes, 1 no.
    Healthcheck,
}

/// Why a command was not carried out.
#[derive(Debug)]
pub enum Failure {
    /// It ran and found something wrong: exit code 1.
    Wrong(String),
    /// It could not run: exit code 2.
    CouldNotRun(String),
}

impl Failure {
    /// It could not run.
    pub fn could_not_run(what: &str, cause: &impl fmt::Display) -> Self {
        Self::CouldNotRun(format!("{what}: {cause}"))
    }
}

/// Reads the command line and carries it out.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = run(&cli);
    log::finish();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let (message, code) = match failure {
                Failure::Wrong(message) => (message, 1),
                Failure::CouldNotRun(message) => (message, 2),
            };
            let _ = writeln!(io::stderr(), "entente: {message}");
            ExitCode::from(code)
        }
    }
}

fn run(cli: &Cli) -> Result<(), Failure> {
    let settings = Settings::read(&cli.flags, |name| std::env::var(name).ok())
        .map_err(|error| Failure::CouldNotRun(error.to_string()))?;
    log::start(&settings.log);
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|cause| Failure::could_not_run("the runtime cannot start", &cause))?;
    runtime.block_on(async {
        match &cli.command {
            Command::Serve => serve::run(settings).await,
            Command::Migrate => {
                let db = open(&settings).await?;
                say("The database is up to date.");
                db.close().await;
                Ok(())
            }
            Command::Demo(args) => fill::run(&settings, args).await,
            Command::User(command) => user::run(&settings, command).await,
            Command::Import(command) => import::run(&settings, command).await,
            Command::Config => {
                say(&settings.to_string());
                Ok(())
            }
            Command::Healthcheck => operation::healthcheck(settings.addr).await,
        }
    })
}

/// Creates the data directory, opens the database and brings it up to date.
pub async fn open(settings: &Settings) -> Result<Db, Failure> {
    let folder = &settings.data_dir;
    std::fs::create_dir_all(folder).map_err(|cause| {
        Failure::could_not_run(&format!("the data directory {} cannot be made", folder.display()), &cause)
    })?;
    let failed = |cause: StoreError| Failure::could_not_run("the database cannot be opened", &cause);
    let db = Db::open(&settings.database_url).await.map_err(failed)?;
    db.migrate()
        .await
        .map_err(|cause| Failure::could_not_run("the database cannot be brought up to date", &cause))?;
    Ok(db)
}

/// A line on standard output; nobody reading it is no reason to stop.
pub fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{}", line.trim_end());
}
