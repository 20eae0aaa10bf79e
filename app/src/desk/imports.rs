//! Imports of institutions and of agreements: a table is brought, planned, carried out, undone.

mod running;

pub use running::{Runs, UnderWay};

use super::{Desk, agreements, listing};
use crate::{error::AppError, texts::Texts};
use chrono::{NaiveDate, TimeDelta};
use domain::{
    access::{self, Actor, Permit, decide},
    agreement::{AgreementForm, Difference, differences},
    id::{ImportId, InstitutionId},
    import::{
        ImportKind, ImportState, ListColumn, Mapping, Sheet, Unreadable, agreement, institution,
        plan::{self, Counts, Outcome, PlannedRow, Reason, Step},
    },
    institution::{InstitutionDraft, InstitutionForm},
};
use std::time::Duration;
use store::{
    Db, Stamp, StoreError, Tx,
    import::{self, Import, ImportFile, Progress},
    institution::Names,
    registry,
};
use tokio::time::timeout;
use uuid::Uuid;

/// Rows that a page tells of.
pub const ROWS_SHOWN: usize = 200;
/// Imports that the list holds.
const IMPORTS_SHOWN: i64 = 100;
/// A file that was brought and not carried out is kept for so long.
const KEPT_HOURS: i64 = 24;

/// So long whoever wants an import carried out waits for it; then its page tells how far it is.
const PATIENCE: Duration = Duration::from_secs(2);

/// So often an import asks for its turn to write, which each time is waited for some seconds.
const WRITE_TRIES: u32 = 12;

/// What a row does, or did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowView {
    /// Its number in the file.
    pub number: u32,
    /// What to call it.
    pub label: String,
    /// What it does.
    pub outcome: Outcome,
    /// Why not all of it.
    pub reasons: Vec<Reason>,
    /// The institution or agreement it is, when the registry has it.
    pub subject: Option<Uuid>,
    /// What it would change, by the fields of the form.
    pub changes: Vec<Difference>,
}

impl RowView {
    fn planned<Id: Into<Uuid>, Draft, Before>(
        row: PlannedRow<Step<Id, Draft, Before>>,
        changes: impl Fn(&Before, &Draft) -> Vec<Difference>,
    ) -> Self {
        let outcome = row.outcome();
        let (subject, changes) = match row.step {
            Step::Leave(subject) => (Some(subject.into()), Vec::new()),
            Step::Change { subject, before, after } => (Some(subject.into()), changes(&before, &after)),
            Step::Add(_) | Step::Refuse => (None, Vec::new()),
        };
        Self { number: row.number, label: row.label, outcome, reasons: row.reasons, subject, changes }
    }

    /// Whether it is taken, but not all of it as it stands.
    pub fn is_flagged(&self) -> bool {
        self.outcome != Outcome::Refused && !self.reasons.is_empty()
    }
}

/// An import, as its page shows it.
#[derive(Debug, Clone)]
pub struct ImportView {
    /// The import.
    pub import: Import,
    /// How many rows do, or did, what.
    pub counts: Counts,
    /// What its columns mean, and what stands in the first row below them, while it can be corrected.
    pub mapping: Option<(Mapping, Vec<String>)>,
    /// What its columns lack.
    pub lacks: Option<Unreadable>,
    /// Some of its rows, by number.
    pub rows: Vec<RowView>,
    /// The names of the institutions that their changes are about.
    pub names: Names,
    /// The number after which the next ones come.
    pub next: Option<u32>,
    /// How far it is, while it is being carried out.
    pub under_way: Option<UnderWay>,
    /// Why it was not carried out the last time.
    pub failure: Option<AppError>,
}

/// What became of an import that somebody wants carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmed {
    /// It is carried out.
    Done,
    /// It is being carried out: its page tells how far it is.
    UnderWay,
}

impl ImportView {
    /// An import of which nothing more is told.
    fn new(import: Import) -> Self {
        Self {
            counts: import.counts,
            import,
            mapping: None,
            lacks: None,
            rows: Vec::new(),
            names: Names::new(),
            next: None,
            under_way: None,
            failure: None,
        }
    }
}

/// Which rows a page tells of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RowFilter {
    /// Those that do this; of all but the same where nothing is said.
    pub outcome: Option<Outcome>,
    /// Those after this number.
    pub after: u32,
}

/// What each row of a table would do.
#[derive(Debug, Clone)]
pub enum Planned {
    /// Of a list of institutions.
    Institutions(plan::Plan),
    /// Of a list of agreements.
    Agreements(agreement::Plan),
}

impl Planned {
    /// How many rows do what.
    pub fn counts(&self) -> Counts {
        match self {
            Self::Institutions(plan) => plan.counts(),
            Self::Agreements(plan) => plan.counts(),
        }
    }

    /// What each row does.
    pub fn rows(self) -> Vec<RowView> {
        match self {
            Self::Institutions(plan) => {
                let rows = plan.rows.into_iter();
                rows.map(|row| {
                    RowView::planned(row, |before, after| institution_changes(&before.draft, after))
                })
                .collect()
            }
            Self::Agreements(plan) => {
                let changes = |before: &agreement::Present, after: &agreement::Intake| {
                    let [before, after] = [&before.draft, &after.draft].map(AgreementForm::from);
                    agreements::compare(&before, &after)
                };
                plan.rows.into_iter().map(|row| RowView::planned(row, changes)).collect()
            }
        }
    }
}

/// What differs between two states of an institution, as far as a list says it.
fn institution_changes(before: &InstitutionDraft, after: &InstitutionDraft) -> Vec<Difference> {
    let mut changes = differences(&InstitutionForm::from(before), &InstitutionForm::from(after));
    changes.retain(|change| !matches!(change.field.as_str(), "keep_erasmus" | "language_other"));
    changes
}

/// Who takes in a file, and when.
#[derive(Debug, Clone, Copy)]
pub struct Bringer<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// On what day.
    pub on: NaiveDate,
    /// In whose words what attests to a signature is written.
    pub texts: Texts,
}

impl<'a> Bringer<'a> {
    fn at(desk: &'a Desk) -> Self {
        Self { actor: desk.actor(), on: desk.today(), texts: Texts(desk.lang()) }
    }

    /// The right to take in a list of that kind.
    pub fn permit(&self, kind: ImportKind) -> Result<Permit<access::Import>, access::Denied> {
        let by = self.actor.person().map(|person| person.id);
        decide(self.actor, access::Import { kind, by })
    }
}

/// What each row of a table would do.
pub async fn planned(
    tx: &mut Tx,
    bringer: Bringer<'_>,
    file: &ImportFile,
    (sheet, mapping): (&Sheet, &Mapping),
) -> store::Result<Planned> {
    let rows = sheet.below(mapping);
    Ok(match mapping.kind {
        ImportKind::Institutions => {
            let rows: Vec<_> = rows.map(|row| institution::read(row, mapping)).collect();
            let known = import::known(tx, &rows).await?;
            Planned::Institutions(plan::plan(rows, &known))
        }
        ImportKind::Agreements => {
            let rows: Vec<_> = rows.map(|row| agreement::read(row, mapping)).collect();
            let known = import::known_agreements(tx, &rows, &listing::offices_of(bringer.actor)).await?;
            let evidence = |row: u32| bringer.texts.import_evidence(&file.name, row);
            let context = agreement::Context { actor: bringer.actor, on: bringer.on, evidence: &evidence };
            Planned::Agreements(agreement::plan(rows, &known, &context))
        }
    })
}

async fn apply(
    tx: &mut Tx,
    permit: &Permit<access::Import>,
    stamp: &Stamp,
    id: ImportId,
    mapping: &Mapping,
    plan: &Planned,
    progress: &Progress,
) -> store::Result<Import> {
    match plan {
        Planned::Institutions(plan) => import::apply(tx, permit, stamp, id, mapping, plan, progress).await,
        Planned::Agreements(plan) => {
            import::apply_agreements(tx, permit, stamp, id, mapping, plan, progress).await
        }
    }
}

/// A table to be carried out.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a> {
    /// Its file.
    pub file: &'a ImportFile,
    /// Its cells.
    pub sheet: &'a Sheet,
    /// What its columns mean.
    pub mapping: &'a Mapping,
    /// As what it was kept before; else it is kept now.
    pub kept: Option<ImportId>,
}

/// Plans and carries out a table: all rows but the refused ones, or nothing. It is planned while others write, and once more
/// where they did.
pub async fn carry_out(
    db: &Db,
    permit: &Permit<access::Import>,
    bringer: Bringer<'_>,
    stamp: &Stamp,
    table: Table<'_>,
    progress: &Progress,
) -> store::Result<(Import, Planned)> {
    let Table { file, sheet, mapping, kept } = table;
    let mut tx = db.read().await?;
    let seen = registry::get(&mut tx).await?.revision;
    let mut plan = planned(&mut tx, bringer, file, (sheet, mapping)).await?;
    drop(tx);
    let mut tx = turn_to_write(db).await?;
    import::take_turn(&mut tx, permit).await?;
    if registry::get(&mut tx).await?.revision != seen {
        plan = planned(&mut tx, bringer, file, (sheet, mapping)).await?;
    }
    let id = match kept {
        Some(id) => id,
        None => import::keep(&mut tx, permit, stamp, file, None).await?,
    };
    let import = apply(&mut tx, permit, stamp, id, mapping, &plan, progress).await?;
    tx.commit().await?;
    Ok((import, plan))
}

/// A transaction that writes. Where another import writes, its end is waited for.
async fn turn_to_write(db: &Db) -> store::Result<Tx> {
    for _ in 0..WRITE_TRIES {
        match db.write().await {
            Err(StoreError::Unavailable(_)) => {}
            outcome => return outcome,
        }
    }
    db.write().await
}

/// The kinds of lists that this reader may take in.
pub fn kinds(desk: &Desk) -> Vec<ImportKind> {
    let may = |kind: &ImportKind| Bringer::at(desk).permit(*kind).is_ok();
    ImportKind::ALL.iter().copied().filter(may).collect()
}

/// Whether this asker may take in a list of that kind: answered before anything of it is read.
pub fn may_take(desk: &Desk, kind: ImportKind) -> Result<(), AppError> {
    Ok(Bringer::at(desk).permit(kind).map(|_| ())?)
}

/// The right to an import that somebody brought. Another's import is as none to an office.
async fn permit(desk: &Desk, tx: &mut Tx, id: ImportId) -> Result<Permit<access::Import>, AppError> {
    Bringer::at(desk).permit(ImportKind::Agreements)?;
    let scope = import::scope(tx, id).await?.ok_or(AppError::NotFound)?;
    decide(desk.actor(), scope).map_err(|_| AppError::NotFound)
}

/// The newest imports.
pub async fn list(desk: &Desk) -> Result<Vec<Import>, AppError> {
    let permit = Bringer::at(desk).permit(ImportKind::Agreements)?;
    let mut tx = desk.read().await?;
    Ok(import::list(&mut tx, &permit, IMPORTS_SHOWN).await?)
}

/// Keeps a file that was brought, to look at what it would do.
pub async fn bring(
    desk: &Desk,
    kind: ImportKind,
    file: &ImportFile,
    sheet: &Sheet,
) -> Result<ImportId, AppError> {
    let permit = Bringer::at(desk).permit(kind)?;
    let mapping = Mapping::guess(kind, sheet).ok_or(AppError::Unreadable { why: Unreadable::Empty })?;
    let stamp = desk.stamp();
    let mut tx = desk.write().await?;
    import::discard_old(&mut tx, &permit, stamp.at - TimeDelta::hours(KEPT_HOURS)).await?;
    let id = import::keep(&mut tx, &permit, &stamp, file, Some((sheet, &mapping))).await?;
    tx.commit().await?;
    Ok(id)
}

/// An import, with what its rows do or did.
pub async fn view(desk: &Desk, id: ImportId, filter: RowFilter) -> Result<ImportView, AppError> {
    let mut tx = desk.read().await?;
    let permit = permit(desk, &mut tx, id).await?;
    let import = import::get(&mut tx, &permit, id).await?;
    let (under_way, failure) = (under_way(desk, &import), failure(&import));
    if under_way.is_some_and(|under_way| under_way.rows.is_some()) {
        return Ok(ImportView { under_way, ..ImportView::new(import) });
    }
    let Some((sheet, mapping)) = import::content(&mut tx, &permit, id).await? else {
        return told(&mut tx, &permit, import, filter).await;
    };
    let lacks = mapping.check().err();
    let plan = match lacks {
        Some(_) => None,
        None => Some(planned(&mut tx, Bringer::at(desk), &import.file, (&sheet, &mapping)).await?),
    };
    let counts = plan.as_ref().map(Planned::counts).unwrap_or_default();
    let mut rows = plan.map(Planned::rows).unwrap_or_default();
    rows.retain(|row| is_asked(row, filter));
    let next = cut(&mut rows);
    let names = names(&mut tx, &rows).await?;
    let sample = sheet.below(&mapping).next().map(|row| row.cells.clone()).unwrap_or_default();
    let mapping = Some((mapping, sample));
    Ok(ImportView {
        counts,
        mapping,
        lacks,
        rows,
        names,
        next,
        under_way,
        failure,
        ..ImportView::new(import)
    })
}

/// The names of the institutions that the changes of these rows are about.
async fn names(tx: &mut Tx, rows: &[RowView]) -> Result<Names, AppError> {
    let values = rows.iter().flat_map(|row| &row.changes).flat_map(|change| [&change.before, &change.after]);
    let ids: Vec<InstitutionId> = values.filter_map(|value| value.parse().ok()).collect();
    Ok(store::institution::names(tx, &ids).await?)
}

/// How far an import is that was begun and is not over.
fn under_way(desk: &Desk, import: &Import) -> Option<UnderWay> {
    let since = import.started_at.filter(|_| import.state == ImportState::Read)?;
    Some(UnderWay { since, rows: desk.state.imports.rows(import.id) })
}

fn failure(import: &Import) -> Option<AppError> {
    serde_json::from_str(import.failure.as_deref()?).ok()
}

/// How far an import is; nothing when it is not being carried out by this server.
pub async fn progress(desk: &Desk, id: ImportId) -> Result<Option<(u32, u32)>, AppError> {
    let mut tx = desk.read().await?;
    permit(desk, &mut tx, id).await?;
    Ok(desk.state.imports.rows(id))
}

/// What the rows of an import did that was carried out.
async fn told(
    tx: &mut Tx,
    permit: &Permit<access::Import>,
    import: Import,
    filter: RowFilter,
) -> Result<ImportView, AppError> {
    let limit = i64::try_from(ROWS_SHOWN + 1).unwrap_or(i64::MAX);
    let rows = import::rows(tx, permit, import.id, filter.outcome, filter.after, limit).await?;
    let row = |row: import::ImportRow| RowView {
        number: row.number,
        label: row.label,
        outcome: row.outcome,
        reasons: row.reasons,
        changes: Vec::new(),
        // What an import added is gone when it is undone.
        subject: row.subject.filter(|_| import.state == ImportState::Done || row.outcome != Outcome::New),
    };
    let mut rows: Vec<RowView> = rows.into_iter().map(row).collect();
    let next = cut(&mut rows);
    Ok(ImportView { counts: import.counts, rows, next, ..ImportView::new(import) })
}

/// Whether a page is asked for the row.
fn is_asked(row: &RowView, filter: RowFilter) -> bool {
    let is_asked = match filter.outcome {
        Some(asked) => row.outcome == asked,
        None => row.outcome != Outcome::Same || row.is_flagged(),
    };
    is_asked && row.number > filter.after
}

/// Leaves as many rows as a page shows; answers after which number the others come.
fn cut(rows: &mut Vec<RowView>) -> Option<u32> {
    let has_more = rows.len() > ROWS_SHOWN;
    rows.truncate(ROWS_SHOWN);
    rows.last().filter(|_| has_more).map(|row| row.number)
}

/// Sets what the columns of a file mean: the word of each, nothing for one that is left aside.
pub async fn set_columns(desk: &Desk, id: ImportId, columns: &[String]) -> Result<(), AppError> {
    let mut tx = desk.write().await?;
    let permit = permit(desk, &mut tx, id).await?;
    let content = import::content(&mut tx, &permit, id).await?;
    let (_, mut mapping) = content.ok_or(AppError::NotFound)?;
    let meant = columns.iter().map(|code| ListColumn::parse(code).ok());
    mapping.assign(meant.collect());
    import::set_mapping(&mut tx, &permit, id, &mapping).await?;
    Ok(tx.commit().await?)
}

/// Carries out a file that was brought: all rows but the refused ones, or nothing. What takes long goes on by itself.
pub async fn confirm(desk: &Desk, id: ImportId) -> Result<Confirmed, AppError> {
    // Who writes it keeps others from writing: that it is under way is told without waiting for them.
    if progress(desk, id).await?.is_some() {
        return Ok(Confirmed::UnderWay);
    }
    let mut tx = desk.read().await?;
    let permit = permit(desk, &mut tx, id).await?;
    let content = import::content(&mut tx, &permit, id).await?;
    let (sheet, mapping) = content.ok_or(AppError::NotFound)?;
    mapping.check().map_err(|why| AppError::Unreadable { why })?;
    let file = import::get(&mut tx, &permit, id).await?.file;
    drop(tx);
    let of = u32::try_from(sheet.below(&mapping).count()).unwrap_or(u32::MAX);
    let Some(turn) = desk.state.imports.begin(id, of) else { return Ok(Confirmed::UnderWay) };
    // Where another server writes it, its row is that server's until it is done.
    timeout(PATIENCE, start(desk, &permit, id)).await.map_err(|_| AppError::Busy)??;
    let desk = desk.clone();
    let work = tokio::spawn(async move {
        let table = Table { file: &file, sheet: &sheet, mapping: &mapping, kept: Some(id) };
        let (bringer, stamp) = (Bringer::at(&desk), desk.stamp());
        let outcome = carry_out(&desk.state.db, &permit, bringer, &stamp, table, turn.progress())
            .await
            .map_err(AppError::from);
        if let Err(error) = &outcome {
            tracing::warn!(import = %id, %error, "an import was not carried out");
            if let Err(cause) = note(&desk, id, error).await {
                tracing::warn!(import = %id, %cause, "why an import was not carried out could not be noted");
            }
        }
        drop(turn);
        outcome
    });
    match timeout(PATIENCE, work).await {
        Ok(Ok(outcome)) => outcome.map(|_| Confirmed::Done),
        // It goes on without whoever asked, and its page tells what became of it.
        Err(_) | Ok(Err(_)) => Ok(Confirmed::UnderWay),
    }
}

/// Tells whoever looks that an import is being carried out from now on.
async fn start(desk: &Desk, permit: &Permit<access::Import>, id: ImportId) -> Result<(), AppError> {
    let mut tx = desk.write().await?;
    import::start(&mut tx, permit, &desk.stamp(), id).await?;
    Ok(tx.commit().await?)
}

/// Notes why an import was not carried out.
async fn note(desk: &Desk, id: ImportId, why: &AppError) -> Result<(), AppError> {
    let mut tx = desk.write().await?;
    let permit = permit(desk, &mut tx, id).await?;
    let why = serde_json::to_string(why).unwrap_or_default();
    import::give_up(&mut tx, &permit, id, &why).await?;
    Ok(tx.commit().await?)
}

/// Throws away a file that was brought.
pub async fn discard(desk: &Desk, id: ImportId) -> Result<(), AppError> {
    let mut tx = desk.write().await?;
    let permit = permit(desk, &mut tx, id).await?;
    import::discard(&mut tx, &permit, id).await?;
    Ok(tx.commit().await?)
}

/// Undoes an import, while nobody touched what it wrote.
pub async fn undo(desk: &Desk, id: ImportId) -> Result<(), AppError> {
    let stamp = desk.stamp();
    let mut tx = desk.write().await?;
    let permit = permit(desk, &mut tx, id).await?;
    match import::undo(&mut tx, &permit, &stamp, id).await? {
        Ok(()) => Ok(tx.commit().await?),
        Err(touched) => Err(AppError::Touched { what: touched.0 }),
    }
}

/// Plans a file and, unless only asked what it would do, carries it out at once: for programs. Some headers, given folded,
/// may be said to mean something else than they would.
pub async fn take(
    desk: &Desk,
    kind: ImportKind,
    file: &ImportFile,
    (sheet, said): (&Sheet, &[(String, Option<ListColumn>)]),
    is_dry_run: bool,
) -> Result<(Option<Import>, Planned), AppError> {
    let bringer = Bringer::at(desk);
    let permit = bringer.permit(kind)?;
    let mapping = Mapping::recognise_with(kind, sheet, said).map_err(|why| AppError::Unreadable { why })?;
    if is_dry_run {
        let mut tx = desk.read().await?;
        return Ok((None, planned(&mut tx, bringer, file, (sheet, &mapping)).await?));
    }
    let table = Table { file, sheet, mapping: &mapping, kept: None };
    let progress = Progress::default();
    let (import, plan) = carry_out(&desk.state.db, &permit, bringer, &desk.stamp(), table, &progress).await?;
    Ok((Some(import), plan))
}
