//! `cargo xtask bench`: the figures of the release build, each beside the one to reach.
//!
//! Speeds are ratios: another server of the same run answers the same bytes from memory, and the two are measured in
//! turn by the same load. Both databases are filled with invented agreements, in steps, and dropped at the end.
//!
//! ```text
//! bench [--only NAME] [--json] [--full]      NAME: a benchmark, or how its name begins
//! ```
//! `ENTENTE_BIN` is the program measured, `ENTENTE_SITE_DIR` its site, `ENTENTE_TEST_POSTGRES` a server on which
//! databases may be made (without it only SQLite is measured).

mod board;
mod constant;
mod database;
mod fill;
mod footprint;
mod growth;
mod list;
mod load;
mod people;
mod program;
mod report;
mod rush;
mod search;
mod site;

use database::{Kind, Registry};
use program::Program;
use report::{Figure, Goal, Report};
use std::{env, error::Error, path::PathBuf, process::ExitCode};

/// Whatever went wrong ends the measurements.
type Result<T, E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

/// Agreements in the public list.
const LISTED: u32 = 20_000;
/// Agreements searched.
const SEARCHED: u32 = 100_000;
/// Where growth begins, and where it ends with `--full`.
const FEW: u32 = 10_000;
const MANY: u32 = 1_000_000;

/// What is asked for.
#[derive(Debug, Clone, Default)]
struct Args {
    only: String,
    is_json: bool,
    is_full: bool,
}

impl Args {
    fn read() -> Result<Self> {
        let mut args = Self::default();
        let mut words = env::args().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--only" => args.only = words.next().ok_or("--only wants a name")?,
                "--json" => args.is_json = true,
                "--full" => args.is_full = true,
                _ => return Err(format!("unknown argument {word}").into()),
            }
        }
        Ok(args)
    }

    /// Whether some benchmark whose name begins so is asked for.
    fn wants(&self, name: &str) -> bool {
        name.starts_with(&self.only) || self.only.starts_with(name)
    }
}

/// What is measured.
#[derive(Debug, Clone)]
struct Subject {
    binary: PathBuf,
    site: PathBuf,
}

fn main() -> ExitCode {
    let outcome = tokio::runtime::Runtime::new().map_err(Into::into).and_then(|runtime| {
        runtime.block_on(async {
            if env::args().nth(1).as_deref() == Some(constant::ARGUMENT) {
                return constant::serve().await;
            }
            run(&Args::read()?).await
        })
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            eprintln!("bench: {cause}");
            ExitCode::from(2)
        }
    }
}

async fn run(args: &Args) -> Result<()> {
    let path = |name: &str| {
        env::var_os(name).map(PathBuf::from).ok_or_else(|| format!("{name} is not set: cargo xtask bench"))
    };
    let subject = Subject { binary: path("ENTENTE_BIN")?, site: path("ENTENTE_SITE_DIR")? };
    let mut report = Report::new(args.is_json, args.only.clone());
    if ["first_visit_bytes", "scripts_without_islands", "idle_memory", "start_time", "binary_size"]
        .iter()
        .any(|name| args.wants(name))
    {
        footprint::measure(&subject, &mut report).await?;
    }
    let kinds = Kind::all();
    if kinds.len() < 2 {
        eprintln!("bench: ENTENTE_TEST_POSTGRES is not set: only SQLite is measured");
    }
    for kind in kinds {
        if args.wants("board_") {
            board::measure(&subject, &kind, &mut report).await?;
        }
        if args.wants("rush_") {
            rush::measure(&subject, &kind, &mut report).await?;
        }
        on_database(args, &subject, &kind, &mut report).await?;
    }
    report.end()
}

/// Fills one database in steps and measures at each.
async fn on_database(args: &Args, subject: &Subject, kind: &Kind, report: &mut Report) -> Result<()> {
    let wants_list = args.wants("list_cached") || args.wants("list_rendered");
    let wants_scale = args.wants("scale_rate");
    let wants_growth = args.wants("list_growth");
    let wants_search = args.wants("search_");
    if !(wants_list || wants_scale || wants_growth || wants_search) {
        return Ok(());
    }
    let mut registry = Registry::create(kind).await?;
    let mut seconds = registry.grow_to(FEW).await?.as_secs_f64();
    let few = if wants_growth { Some(registry.copy().await?) } else { None };
    seconds += registry.grow_to(LISTED).await?.as_secs_f64();
    let rate = f64::from(LISTED) * 60.0 / seconds;
    report.add(Figure::new("scale_rate", rate, "agreements/min", Goal::AtLeast(20_000.0)).on(kind.name()));
    if wants_list {
        list::measure(subject, &registry, report).await?;
    }
    if wants_growth || wants_search {
        registry.grow_to(SEARCHED).await?;
    }
    if wants_search {
        search::measure(subject, &registry, report).await?;
    }
    if let Some(few) = few {
        if args.is_full {
            registry.grow_to(MANY).await?;
        }
        growth::measure(subject, &few, &registry, report).await?;
        few.remove().await?;
    }
    registry.remove().await
}
