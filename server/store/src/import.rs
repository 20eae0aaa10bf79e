//! Imports: a file is kept when it is brought, carried out in one transaction, and undone while nothing else touched what it
//! wrote. One audit line tells each of these; the rows of an import tell the rest.

pub(crate) mod agreements;

pub use agreements::{apply_agreements, known_agreements};

use crate::{
    Result, Stamp, StoreError, Tx,
    audit::{self, Change, Subject},
    institution, on,
    query::{CHUNK, Sql, execute, rows},
    registry, search, statements,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{self, Permit},
    fold::fold,
    id::{ImportId, InstitutionId, UserId},
    import::{
        ImportKind, ImportState, Mapping, Sheet,
        institution::ReadRow,
        plan::{Counts, Known, Outcome, Plan, PlannedRow, Present, Reason, Step},
    },
    institution::InstitutionDraft,
};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::FromRow;
use std::{
    collections::HashSet,
    sync::atomic::{AtomicU32, Ordering},
};
use uuid::Uuid;

statements! {
    INSERT = "insert into import (id, kind, file_name, file_hash, state, sheet, mapping, counts, created_by, created_name, created_at) \
        values ($1, $10, $2, $3, 'read', $4, $5, $6, $7, $8, $9)";
    FIND = "select id, kind, file_name, file_hash, state, counts, created_by, created_name, created_at, started_at, failure, done_at, undone_at from import where id = $1";
    LIST = "select id, kind, file_name, file_hash, state, counts, created_by, created_name, created_at, started_at, failure, done_at, undone_at from import \
        order by created_at desc, id desc limit $1";
    LIST_OF = "select id, kind, file_name, file_hash, state, counts, created_by, created_name, created_at, started_at, failure, done_at, undone_at from import \
        where created_by = $2 order by created_at desc, id desc limit $1";
    SCOPE = "select kind, created_by from import where id = $1";
    SHEET = "select sheet, mapping from import where id = $1 and state = 'read'";
    SET_MAPPING = "update import set mapping = $2 where id = $1 and state = 'read'";
    TURN = "insert into job (name) values ('import') on conflict (name) do update set holder = null";
    START = "update import set started_at = $2, failure = null where id = $1 and state = 'read'";
    GIVE_UP = "update import set started_at = null, failure = $2 where id = $1 and state = 'read'";
    DONE = "update import set state = 'done', sheet = null, started_at = null, mapping = $2, counts = $3, done_at = $4 where id = $1 and state = 'read'";
    UNDONE = "update import set state = 'undone', undone_at = $2 where id = $1 and state = 'done'";
    DISCARD = "delete from import where id = $1 and state = 'read'";
    DISCARD_OLD = "delete from import where state = 'read' and created_at < $1";
    ROWS = "select number, label, outcome, reasons, subject_id from import_row where import_id = $1 and number > $2 and ($4 = '' or outcome = $4) order by number limit $3";
    CHANGED = "select subject_id, before, version from import_row where import_id = $1 and outcome = 'changed' order by number desc";
    LOCK = "update institution set version = version where id in (select subject_id from import_row where import_id = $1 and outcome in ('new', 'changed'))";
    DELETE_NEW = "delete from institution where id in (select subject_id from import_row where import_id = $1 and outcome = 'new')";
}

/// What an institution consists of: no reference by anything else.
const OWN: [&str; 2] = ["identifier", "institution_name"];

/// The file of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportFile {
    /// Its name, without folders.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub hash: String,
}

/// An import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Which one.
    pub id: ImportId,
    /// What the list is of.
    pub kind: ImportKind,
    /// Its file.
    pub file: ImportFile,
    /// How far it is.
    pub state: ImportState,
    /// How many rows did what; none before it was carried out.
    pub counts: Counts,
    /// Whether the command line brought the file, not a person.
    pub is_operators: bool,
    /// The name of whoever brought the file.
    pub created_name: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Since when it is being carried out, or was until that broke off: nothing of it is written.
    pub started_at: Option<DateTime<Utc>>,
    /// Why it was not carried out the last time, in the words of whoever wrote it.
    pub failure: Option<String>,
    /// When it was carried out.
    pub done_at: Option<DateTime<Utc>>,
    /// When it was undone.
    pub undone_at: Option<DateTime<Utc>>,
}

/// How far an import is that is being carried out.
#[derive(Debug, Default)]
pub struct Progress(AtomicU32);

impl Progress {
    /// So many rows are written, within a transaction that is still to be committed.
    pub fn rows(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    fn advance(&self, rows: usize) {
        self.0.fetch_add(u32::try_from(rows).unwrap_or(u32::MAX), Ordering::Relaxed);
    }
}

/// What a row of an import did. Those that said what was known, and all of it, have none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    /// Its number in the file.
    pub number: u32,
    /// What to call it.
    pub label: String,
    /// What it did.
    pub outcome: Outcome,
    /// Why not all of it.
    pub reasons: Vec<Reason>,
    /// The institution or agreement it is.
    pub subject: Option<Uuid>,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    file_name: String,
    file_hash: String,
    state: String,
    counts: String,
    created_by: Option<Uuid>,
    created_name: String,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    failure: Option<String>,
    done_at: Option<DateTime<Utc>>,
    undone_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Import {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: ImportId(row.id),
            kind: ImportKind::parse(&row.kind).map_err(StoreError::corrupt)?,
            file: ImportFile { name: row.file_name, hash: row.file_hash },
            state: ImportState::parse(&row.state).map_err(StoreError::corrupt)?,
            counts: read(&row.counts)?,
            is_operators: row.created_by.is_none(),
            created_name: row.created_name,
            created_at: row.created_at,
            started_at: row.started_at,
            failure: row.failure,
            done_at: row.done_at,
            undone_at: row.undone_at,
        })
    }
}

/// What went wrong with undoing: whatever it wrote that somebody touched since, at most twenty names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched(pub Vec<String>);

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(StoreError::corrupt)
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(StoreError::corrupt)
}

/// What the registry holds of what these rows are about, in few statements.
pub async fn known(tx: &mut Tx, rows: &[ReadRow]) -> Result<Known> {
    let identifiers = rows.iter().flat_map(|row| &row.given.identifiers);
    let wanted: HashSet<_> =
        identifiers.map(|identifier| (identifier.kind, identifier.value.as_str())).collect();
    let wanted: Vec<_> = wanted.into_iter().collect();
    let bearers = institution::bearers(tx, &wanted).await?;
    let former = institution::former(tx, &wanted).await?;
    let keys: HashSet<String> =
        rows.iter().flat_map(|row| row.given.names.values()).map(|name| fold(name.as_str())).collect();
    let named = institution::named(tx, &keys.into_iter().collect::<Vec<_>>()).await?;
    let mut ids: Vec<InstitutionId> = bearers.values().flatten().copied().collect();
    ids.sort_unstable();
    ids.dedup();
    let records = institution::load_all(tx, &ids).await?;
    let institutions = records
        .into_iter()
        .map(|record| (record.id, Present { draft: record.draft, version: record.version }));
    Ok(Known { bearers, former, named, institutions: institutions.collect() })
}

/// Keeps a file that was brought, to be carried out or not.
pub async fn keep(
    tx: &mut Tx,
    permit: &Permit<access::Import>,
    stamp: &Stamp,
    file: &ImportFile,
    content: Option<(&Sheet, &Mapping)>,
) -> Result<ImportId> {
    let id = stamp.id();
    let (sheet, mapping) = match content {
        Some((sheet, mapping)) => (Some(json(sheet)?), Some(json(mapping)?)),
        None => (None, None),
    };
    on!(tx, |c| {
        sqlx::query(sql::INSERT)
            .bind(id)
            .bind(&file.name)
            .bind(&file.hash)
            .bind(&sheet)
            .bind(&mapping)
            .bind(json(&Counts::default())?)
            .bind(permit.user().map(|id| id.0))
            .bind(permit.name())
            .bind(stamp.at)
            .bind(permit.action().kind.code())
            .execute(c)
            .await?;
    });
    Ok(ImportId(id))
}

/// The cells of a file that was brought and not carried out yet, and what its columns mean.
pub async fn content(
    tx: &mut Tx,
    _permit: &Permit<access::Import>,
    id: ImportId,
) -> Result<Option<(Sheet, Mapping)>> {
    let row: Option<(Option<String>, Option<String>)> =
        on!(tx, |c| sqlx::query_as(sql::SHEET).bind(id.0).fetch_optional(c).await?);
    match row {
        Some((Some(sheet), Some(mapping))) => Ok(Some((read(&sheet)?, read(&mapping)?))),
        _ => Ok(None),
    }
}

/// Sets what the columns of a file mean.
pub async fn set_mapping(
    tx: &mut Tx,
    _permit: &Permit<access::Import>,
    id: ImportId,
    mapping: &Mapping,
) -> Result<()> {
    let mapping = json(mapping)?;
    let set = on!(tx, |c| sqlx::query(sql::SET_MAPPING)
        .bind(id.0)
        .bind(&mapping)
        .execute(c)
        .await?
        .rows_affected());
    if set == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Waits until no other import is being written, and keeps others waiting until the transaction ends: on PostgreSQL two that
/// add the same would not see each other.
pub async fn take_turn(tx: &mut Tx, _permit: &Permit<access::Import>) -> Result<()> {
    on!(tx, |c| sqlx::query(sql::TURN).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Tells whoever looks that a file is being carried out from now on. That is in a transaction of its own.
pub async fn start(tx: &mut Tx, _permit: &Permit<access::Import>, stamp: &Stamp, id: ImportId) -> Result<()> {
    let begun =
        on!(tx, |c| sqlx::query(sql::START).bind(id.0).bind(stamp.at).execute(c).await?.rows_affected());
    if begun == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Tells that it is not being carried out any more, and why.
pub async fn give_up(
    tx: &mut Tx,
    _permit: &Permit<access::Import>,
    id: ImportId,
    failure: &str,
) -> Result<()> {
    on!(tx, |c| sqlx::query(sql::GIVE_UP).bind(id.0).bind(failure).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Throws away a file that was brought and not carried out.
pub async fn discard(tx: &mut Tx, _permit: &Permit<access::Import>, id: ImportId) -> Result<()> {
    let gone = on!(tx, |c| sqlx::query(sql::DISCARD).bind(id.0).execute(c).await?.rows_affected());
    if gone == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Throws away the files that were brought before an instant and never carried out.
pub async fn discard_old(tx: &mut Tx, _permit: &Permit<access::Import>, before: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| sqlx::query(sql::DISCARD_OLD).bind(before).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Carries out what was planned in this transaction: all of it, or nothing when the transaction ends without commit.
pub async fn apply(
    tx: &mut Tx,
    permit: &Permit<access::Import>,
    stamp: &Stamp,
    id: ImportId,
    mapping: &Mapping,
    plan: &Plan,
    progress: &Progress,
) -> Result<Import> {
    begin(tx, stamp, id, mapping, plan.counts()).await?;
    let mut new = Vec::new();
    let mut lines = Vec::new();
    for row in &plan.rows {
        let mut line = Line::of(row);
        if !matches!(row.step, Step::Add(_)) {
            progress.advance(1);
        }
        match &row.step {
            Step::Add(draft) => {
                let subject = InstitutionId(stamp.id());
                new.push((subject, &**draft));
                (line.subject, line.version) = (Some(subject.0), Some(1));
            }
            Step::Change { subject, before, after } => {
                institution::rewrite(tx, stamp, *subject, before.version, &before.draft, after).await?;
                line.subject = Some(subject.0);
                line.before = Some(json(&before.draft)?);
                line.version = Some(before.version + 1);
            }
            Step::Leave(institution) => line.subject = Some(institution.0),
            Step::Refuse => {}
        }
        lines.push(line);
    }
    for new in new.chunks(CHUNK) {
        institution::insert_all(tx, stamp, new).await?;
        progress.advance(new.len());
    }
    finish(tx, permit, stamp, id, "import_institutions", lines).await
}

/// From here on the import is done, with these counts.
async fn begin(tx: &mut Tx, stamp: &Stamp, id: ImportId, mapping: &Mapping, counts: Counts) -> Result<()> {
    let done = on!(tx, |c| sqlx::query(sql::DONE)
        .bind(id.0)
        .bind(json(mapping)?)
        .bind(json(&counts)?)
        .bind(stamp.at)
        .execute(c)
        .await?
        .rows_affected());
    if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Writes what the rows did, and the one audit line.
async fn finish(
    tx: &mut Tx,
    permit: &Permit<access::Import>,
    stamp: &Stamp,
    id: ImportId,
    action: &str,
    mut lines: Vec<Line<'_>>,
) -> Result<Import> {
    lines.retain(|line| line.outcome != Outcome::Same || !line.reasons.is_empty());
    write_rows(tx, id, &lines).await?;
    let import = get(tx, permit, id).await?;
    let subject = Subject::new("import", id.0);
    audit::record(tx, permit, stamp, action, subject, Change::to(&told(&import))).await?;
    registry::bump(tx).await?;
    Ok(import)
}

/// What the audit line tells of an import.
fn told(import: &Import) -> serde_json::Value {
    serde_json::json!({ "file": import.file.name, "sha256": import.file.hash, "counts": import.counts })
}

/// What is kept of a row.
struct Line<'a> {
    number: u32,
    label: &'a str,
    outcome: Outcome,
    reasons: &'a [Reason],
    subject: Option<Uuid>,
    before: Option<String>,
    version: Option<i64>,
}

impl<'a> Line<'a> {
    /// That of a row whose subject is still to be told.
    fn of<Id, Draft, Before>(row: &'a PlannedRow<Step<Id, Draft, Before>>) -> Self {
        Self {
            number: row.number,
            label: &row.label,
            outcome: row.outcome(),
            reasons: &row.reasons,
            subject: None,
            before: None,
            version: None,
        }
    }
}

async fn write_rows(tx: &mut Tx, id: ImportId, lines: &[Line<'_>]) -> Result<()> {
    for lines in lines.chunks(CHUNK) {
        let mut sql = Sql::new(
            "insert into import_row (import_id, number, label, outcome, reasons, subject_id, before, version) values ",
        );
        for (i, line) in lines.iter().enumerate() {
            sql.push(if i > 0 { ", (" } else { "(" }).bind(id.0).push(", ").bind(i64::from(line.number));
            sql.push(", ").bind(line.label).push(", ").bind(line.outcome.code());
            sql.push(", ").bind(json(&line.reasons)?);
            sql.push(", ").bind_some(line.subject).push(", ").bind_some(line.before.as_deref());
            sql.push(", ").bind_some(line.version).push(")");
        }
        execute!(tx, sql);
    }
    Ok(())
}

/// Undoes an import: what it added is deleted, what it changed is as it was. Nothing is done where somebody touched any of
/// it since: what, is the answer.
pub async fn undo(
    tx: &mut Tx,
    permit: &Permit<access::Import>,
    stamp: &Stamp,
    id: ImportId,
) -> Result<std::result::Result<(), Touched>> {
    let undone =
        on!(tx, |c| sqlx::query(sql::UNDONE).bind(id.0).bind(stamp.at).execute(c).await?.rows_affected());
    if undone == 0 {
        return Err(StoreError::NotFound);
    }
    // Whoever is writing about one of them is waited for, and whoever comes later waits.
    let lock = match permit.action().kind {
        ImportKind::Institutions => sql::LOCK,
        ImportKind::Agreements => agreements::sql::LOCK,
    };
    on!(tx, |c| sqlx::query(lock).bind(id.0).execute(c).await.map(|_| ()))?;
    let touched = match permit.action().kind {
        ImportKind::Institutions => touched(tx, id).await?,
        ImportKind::Agreements => agreements::touched(tx, id).await?,
    };
    if !touched.is_empty() {
        return Ok(Err(Touched(touched)));
    }
    let changed: Vec<(Uuid, String, i64)> =
        on!(tx, |c| sqlx::query_as(sql::CHANGED).bind(id.0).fetch_all(c).await?);
    match permit.action().kind {
        ImportKind::Institutions => take_back(tx, stamp, id, changed).await?,
        ImportKind::Agreements => agreements::take_back(tx, permit, stamp, id, changed).await?,
    }
    let import = get(tx, permit, id).await?;
    let subject = Subject::new("import", id.0);
    audit::record(tx, permit, stamp, "undo_import", subject, Change::from(&told(&import))).await?;
    registry::bump(tx).await?;
    Ok(Ok(()))
}

/// What somebody changed of what an import of institutions wrote, or refers to since.
async fn touched(tx: &mut Tx, id: ImportId) -> Result<Vec<String>> {
    let mut sql = Sql::new(
        "select import_row.label from import_row left join institution on institution.id = import_row.subject_id \
         where import_row.outcome in ('new', 'changed') and import_row.import_id = ",
    );
    sql.bind(id.0).push(
        " and (institution.id is null or institution.version <> import_row.version or (import_row.outcome = 'new' and (",
    );
    let others = institution::REFERENCES.iter().filter(|(table, _)| !OWN.contains(table));
    for (i, (table, column)) in others.enumerate() {
        sql.push(if i > 0 { " or " } else { "" }).push("exists (select 1 from ").push(table);
        sql.push(" referring where referring.").push(column).push(" = institution.id)");
    }
    sql.push("))) order by import_row.number limit 20");
    let labels: Vec<(String,)> = rows!(tx, sql);
    Ok(labels.into_iter().map(|(label,)| label).collect())
}

/// Deletes the institutions that an import added; what it changed becomes as it was.
async fn take_back(
    tx: &mut Tx,
    stamp: &Stamp,
    id: ImportId,
    changed: Vec<(Uuid, String, i64)>,
) -> Result<()> {
    search::remove_imported(tx, id.0).await?;
    on!(tx, |c| sqlx::query(sql::DELETE_NEW).bind(id.0).execute(c).await.map(|_| ()))?;
    for (institution, before, version) in changed {
        let institution = InstitutionId(institution);
        let present = institution::get(tx, institution).await?.draft;
        let before: InstitutionDraft = read(&before)?;
        institution::rewrite(tx, stamp, institution, version, &present, &before).await?;
    }
    Ok(())
}

/// What an import is of, and who brought it: what access rules need to know.
pub async fn scope(tx: &mut Tx, id: ImportId) -> Result<Option<access::Import>> {
    let row: Option<(String, Option<Uuid>)> =
        on!(tx, |c| sqlx::query_as(sql::SCOPE).bind(id.0).fetch_optional(c).await?);
    let scope = |(kind, by): (String, Option<Uuid>)| {
        let kind = ImportKind::parse(&kind).map_err(StoreError::corrupt)?;
        Ok(access::Import { kind, by: by.map(UserId) })
    };
    row.map(scope).transpose()
}

/// The import.
pub async fn get(tx: &mut Tx, _permit: &Permit<access::Import>, id: ImportId) -> Result<Import> {
    let row: Row = on!(tx, |c| sqlx::query_as(sql::FIND).bind(id.0).fetch_one(c).await?);
    row.try_into()
}

/// The newest imports: the own ones of whoever acts for an office, else all.
pub async fn list(tx: &mut Tx, permit: &Permit<access::Import>, limit: i64) -> Result<Vec<Import>> {
    let by = permit.user().filter(|_| permit.office().is_some());
    let rows: Vec<Row> = on!(tx, |c| match by {
        Some(by) => sqlx::query_as(sql::LIST_OF).bind(limit).bind(by.0).fetch_all(c).await?,
        None => sqlx::query_as(sql::LIST).bind(limit).fetch_all(c).await?,
    });
    rows.into_iter().map(Import::try_from).collect()
}

/// What the rows of an import did: those of an outcome where one is named, after a number.
pub async fn rows(
    tx: &mut Tx,
    _permit: &Permit<access::Import>,
    id: ImportId,
    outcome: Option<Outcome>,
    after: u32,
    limit: i64,
) -> Result<Vec<ImportRow>> {
    let rows: Vec<(i64, String, String, String, Option<Uuid>)> = on!(tx, |c| sqlx::query_as(sql::ROWS)
        .bind(id.0)
        .bind(i64::from(after))
        .bind(limit)
        .bind(outcome.map(Outcome::code).unwrap_or_default())
        .fetch_all(c)
        .await?);
    let row = |(number, label, outcome, reasons, subject): (i64, String, String, String, Option<Uuid>)| {
        Ok(ImportRow {
            number: u32::try_from(number).map_err(StoreError::corrupt)?,
            label,
            outcome: Outcome::parse(&outcome).map_err(StoreError::corrupt)?,
            reasons: read(&reasons)?,
            subject,
        })
    };
    rows.into_iter().map(row).collect()
}
