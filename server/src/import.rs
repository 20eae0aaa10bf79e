//! `entente import institutions FILE` and `entente import agreements FILE`: takes in a list, tells what each row did, and writes a report.

use crate::{
    cli::{Failure, open, say},
    config::Settings,
    sheet,
};
use app::{
    desk::{
        Clock, hex,
        imports::{self, Bringer, Planned, RowView},
    },
    texts::Texts,
};
use clap::{Args, Subcommand};
use domain::{
    access::Actor,
    agreement::Difference,
    fold::fold,
    id::ImportId,
    import::{
        ImportKind, ListColumn, Mapping, Sheet,
        plan::{Counts, Reason},
    },
    lang::Lang,
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::{
    fs::File,
    io::{IsTerminal as _, Read as _, Write as _, stderr},
    path::{Path, PathBuf},
    pin::pin,
    str::FromStr,
    time::{Duration, Instant},
};
use store::{
    Db, IdSource, Stamp,
    import::{ImportFile, Progress},
};
use tokio::time::timeout;

/// So often a terminal is told how far an import is.
const TOLD_EVERY: Duration = Duration::from_secs(2);
/// The texts of the command line.
const TEXTS: Texts = Texts(Lang::En);

/// What is taken in.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Institutions: the Commission's list of accredited ones, or a table of one's own, as XLSX or CSV.
    Institutions(ImportArgs),
    /// Agreements: a table of one's own, or one taken away from a list here, as XLSX or CSV.
    Agreements(ImportArgs),
}

/// Which file, and how.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The file: XLSX or CSV.
    file: PathBuf,
    /// Only says what each row would do; nothing is written to the registry.
    #[arg(long)]
    dry_run: bool,
    /// Writes the report, as JSON, to this file.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// The encoding of a CSV file that is not Unicode, such as windows-1252.
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// What a column means, where its header does not say: `Titre=name`; nothing after the sign leaves it aside.
    #[arg(long = "column", value_name = "HEADER=MEANING")]
    columns: Vec<Meant>,
}

/// What a column means, as someone says.
#[derive(Debug, Clone)]
struct Meant {
    header: String,
    column: Option<ListColumn>,
}

impl FromStr for Meant {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        let (header, column) = raw.rsplit_once('=').ok_or("expected HEADER=MEANING")?;
        let column = match column.trim() {
            "" => None,
            code => Some(ListColumn::parse(code).map_err(|_| {
                let codes: Vec<_> = ListColumn::ALL.iter().map(|column| column.code()).collect();
                format!("expected one of {}", codes.join(", "))
            })?),
        };
        Ok(Self { header: header.trim().to_owned(), column })
    }
}

/// What an import did, as JSON.
#[derive(Serialize)]
struct Report<'a> {
    kind: ImportKind,
    file: &'a str,
    sha256: &'a str,
    is_dry_run: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    import: Option<ImportId>,
    headers_row: u32,
    columns: Vec<ReportedColumn<'a>>,
    counts: Counts,
    rows: Vec<ReportedRow<'a>>,
}

#[derive(Serialize)]
struct ReportedColumn<'a> {
    header: &'a str,
    meaning: Option<ListColumn>,
}

#[derive(Serialize)]
struct ReportedRow<'a> {
    row: u32,
    name: &'a str,
    outcome: &'static str,
    is_flagged: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<ReportedReason<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    changes: &'a [Difference],
}

#[derive(Serialize)]
struct ReportedReason<'a> {
    #[serde(flatten)]
    reason: &'a Reason,
    message: String,
}

/// Carries out a command.
pub async fn run(settings: &Settings, command: &ImportCommand) -> Result<(), Failure> {
    let (kind, args) = match command {
        ImportCommand::Institutions(args) => (ImportKind::Institutions, args),
        ImportCommand::Agreements(args) => (ImportKind::Agreements, args),
    };
    let bytes = load(&args.file)?;
    let (sheet, mapping) = understand(kind, &bytes, args)?;
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let file = ImportFile { name, hash: hex(&Sha256::digest(&bytes)) };
    drop(bytes);
    let db = open(settings).await?;
    let begun = Instant::now();
    let outcome = carry_out(&db, args, &file, &sheet, &mapping).await;
    let took = begun.elapsed();
    db.close().await;
    let (import, plan) = outcome?;
    let counts = plan.counts();
    let rows = plan.rows();
    say(&told(kind, counts, args.dry_run));
    say(&format!("It took {:.1} s.", took.as_secs_f64()));
    rows.iter().filter(|row| !row.reasons.is_empty()).for_each(|row| say(&line(row)));
    if let Some(path) = &args.report {
        let report = Report {
            kind,
            file: &file.name,
            sha256: &file.hash,
            is_dry_run: args.dry_run,
            import,
            headers_row: mapping.headers_row,
            columns: columns(&mapping),
            counts,
            rows: rows.iter().map(reported).collect(),
        };
        write(path, &report)?;
    }
    match counts.refused {
        0 => Ok(()),
        1 => Err(Failure::Wrong("1 row is refused".to_owned())),
        refused => Err(Failure::Wrong(format!("{refused} rows are refused"))),
    }
}

/// The bytes of the file, as far as they may be.
fn load(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed =
        |cause: std::io::Error| Failure::could_not_run(&format!("{} cannot be read", path.display()), &cause);
    let mut bytes = Vec::new();
    let limit = u64::try_from(sheet::BYTES).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path).map_err(failed)?.take(limit).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

fn understand(kind: ImportKind, bytes: &[u8], args: &ImportArgs) -> Result<(Sheet, Mapping), Failure> {
    let failed = |why| {
        let text = TEXTS.import_unreadable(why);
        Failure::CouldNotRun(format!("{}: {}", args.file.display(), text.trim_end_matches('.')))
    };
    let sheet = sheet::read(bytes, args.encoding.as_deref()).map_err(failed)?;
    let said: Vec<_> = args.columns.iter().map(|meant| (fold(&meant.header), meant.column)).collect();
    let mapping = Mapping::recognise_with(kind, &sheet, &said).map_err(failed)?;
    Ok((sheet, mapping))
}

async fn carry_out(
    db: &Db,
    args: &ImportArgs,
    file: &ImportFile,
    sheet: &Sheet,
    mapping: &Mapping,
) -> Result<(Option<ImportId>, Planned), Failure> {
    let failed = |cause: &dyn std::fmt::Display| Failure::could_not_run("nothing was written", &cause);
    let stamp = Stamp::new(Clock::System.now(), IdSource::default());
    let bringer = Bringer { actor: &Actor::Operator, on: stamp.day(), texts: TEXTS };
    let permit = bringer.permit(mapping.kind).map_err(|cause| failed(&cause))?;
    if args.dry_run {
        let mut tx = db.read().await.map_err(|cause| failed(&cause))?;
        let plan = imports::planned(&mut tx, bringer, file, (sheet, mapping))
            .await
            .map_err(|cause| failed(&cause))?;
        return Ok((None, plan));
    }
    let progress = Progress::default();
    let table = imports::Table { file, sheet, mapping, kept: None };
    let work = imports::carry_out(db, &permit, bringer, &stamp, table, &progress);
    let of = sheet.below(mapping).count();
    let (import, plan) = watched(work, &progress, of).await.map_err(|cause| failed(&cause))?;
    Ok((Some(import.id), plan))
}

/// Does some work, and tells a terminal how far it is.
async fn watched<T>(work: impl Future<Output = T>, progress: &Progress, of: usize) -> T {
    let mut work = pin!(work);
    loop {
        match timeout(TOLD_EVERY, &mut work).await {
            Ok(outcome) => return outcome,
            Err(_) if stderr().is_terminal() => {
                let told = format!("{} of {of} rows are written, nothing is committed yet.", progress.rows());
                // A terminal that went away is no reason to stop.
                let _ = writeln!(stderr(), "{told}");
            }
            Err(_) => {}
        }
    }
}

fn told(kind: ImportKind, counts: Counts, is_dry_run: bool) -> String {
    let Counts { read, new, same, changed, flagged, refused, normalised } = counts;
    let written = if is_dry_run { "Nothing is written, this is a dry run. " } else { "" };
    let brought = match kind {
        ImportKind::Institutions => {
            format!("; {normalised} with an identifier brought into its usual form")
        }
        ImportKind::Agreements => String::new(),
    };
    format!(
        "{written}{read} rows read: {new} new, {same} same, {changed} changed, {flagged} flagged, {refused} refused{brought}."
    )
}

fn line(row: &RowView) -> String {
    let what = if row.is_flagged() { "flagged" } else { "refused" };
    let reasons: Vec<String> = row.reasons.iter().map(|reason| TEXTS.import_reason(reason)).collect();
    format!("  row {} {what}, {}: {}", row.number, row.label, reasons.join(" "))
}

fn columns(mapping: &Mapping) -> Vec<ReportedColumn<'_>> {
    let pairs = mapping.headers.iter().zip(&mapping.columns);
    pairs.map(|(header, meaning)| ReportedColumn { header, meaning: *meaning }).collect()
}

fn reported(row: &RowView) -> ReportedRow<'_> {
    let told = |reason| ReportedReason { reason, message: TEXTS.import_reason(reason) };
    ReportedRow {
        row: row.number,
        name: &row.label,
        outcome: row.outcome.code(),
        is_flagged: row.is_flagged(),
        reasons: row.reasons.iter().map(told).collect(),
        changes: &row.changes,
    }
}

fn write(path: &Path, report: &Report<'_>) -> Result<(), Failure> {
    let failed = |cause: &dyn std::fmt::Display| {
        Failure::could_not_run(&format!("the report {} cannot be written", path.display()), &cause)
    };
    let mut text = serde_json::to_string_pretty(report).map_err(|cause| failed(&cause))?;
    text.push('\n');
    std::fs::write(path, text).map_err(|cause| failed(&cause))
}
