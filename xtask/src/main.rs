//! Build and development commands: `cargo xtask help`.
//!
//! One file per command or concern. A command is a list of steps; each step says its name, does one thing and says how
//! long it took. Exit codes: 0 done, 1 something failed, 2 a tool is missing.

mod bench;
mod check;
mod compress;
mod e2e;
mod licences;
mod postgres;
mod run;
mod scratch;
mod serve;
mod site;
mod style;
mod test;
mod tools;
mod wasm;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{e2e::Databases, workspace::Workspace};

/// Builds, runs and tests Entente.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Builds the site (WebAssembly, style, assets) and the server that carries it.
    Build {
        /// Optimised server (the WebAssembly is always optimised).
        #[arg(long)]
        release: bool,
    },
    /// Builds everything and runs the server until Ctrl-C.
    Serve {
        /// First fills an empty registry with invented data and prints its accounts.
        #[arg(long)]
        demo: bool,
        /// Debug build of the server: quicker to compile, shows /design.
        #[arg(long, conflicts_with = "release")]
        debug: bool,
        /// Release build of the server (the default).
        #[arg(long)]
        release: bool,
    },
    /// Runs all tests, on SQLite and on a PostgreSQL started for the occasion.
    Test {
        /// Leaves the browser out.
        #[arg(long)]
        fast: bool,
    },
    /// Runs the browser tests against a server with invented data.
    E2e {
        /// Which databases the server is tried on.
        #[arg(long, value_enum, default_value_t = Databases::Both)]
        database: Databases,
        /// Passed on to `playwright test`.
        #[arg(last = true)]
        args: Vec<String>,
    },
    /// Checks format, lints (native and WebAssembly), licences and the rules of the house.
    Check,
    /// Measures the release build.
    Bench {
        /// Only the measurement of this name.
        #[arg(long)]
        only: Option<String>,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// What continuous integration runs: `test`, then `check`.
    Ci,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run::listen().and_then(|()| execute(cli.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            if error.is::<tools::Missing>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

fn execute(task: Task) -> anyhow::Result<()> {
    let workspace = Workspace::load()?;
    match task {
        Task::Build { release } => {
            let sizes = site::build(&workspace)?;
            site::build_server(&workspace, release)?;
            println!("\n{sizes}");
            Ok(())
        }
        Task::Serve { demo, debug, .. } => serve::serve(&workspace, demo, !debug),
        Task::Test { fast } => test::test(&workspace, fast),
        Task::E2e { database, args } => e2e::e2e(&workspace, database, &args),
        Task::Check => check::check(&workspace),
        Task::Bench { only, json } => bench::bench(&workspace, only.as_deref(), json),
        Task::Ci => {
            test::test(&workspace, false)?;
            check::check(&workspace)
        }
    }
}
