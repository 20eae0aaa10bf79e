//! Imports of institutions: a table is brought, planned, carried out, undone.

use super::Desk;
use crate::error::AppError;
use chrono::TimeDelta;
use domain::{
    access::{ImportInstitutions, Permit, decide},
    id::{ImportId, InstitutionId},
    import::{
        ImportState, InstitutionColumn, Mapping, Sheet, Unreadable,
        institution::read,
        plan::{Counts, Outcome, Plan, PlannedRow, Reason, Step, plan},
    },
};
use store::{
    Stamp, Tx,
    import::{self, Import, ImportFile},
};

/// Rows that a page tells of.
pub const ROWS_SHOWN: usize = 200;
/// Imports that the list holds.
const IMPORTS_SHOWN: i64 = 100;
/// A file that was brought and not carried out is kept for so long.
const KEPT_HOURS: i64 = 24;

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
    /// The institution it is, when the registry has it.
    pub institution: Option<InstitutionId>,
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
    /// The number after which the next ones come.
    pub next: Option<u32>,
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
pub async fn planned(tx: &mut Tx, sheet: &Sheet, mapping: &Mapping) -> store::Result<Plan> {
    let rows: Vec<_> = sheet.below(mapping).map(|row| read(row, mapping)).collect();
    let known = import::known(tx, &rows).await?;
    Ok(plan(rows, &known))
}

/// Plans and carries out a table in this transaction: all rows but the refused ones, or nothing.
pub async fn carry_out(
    tx: &mut Tx,
    permit: &Permit<ImportInstitutions>,
    stamp: &Stamp,
    file: &ImportFile,
    (sheet, mapping): (&Sheet, &Mapping),
) -> store::Result<(Import, Plan)> {
    let plan = planned(tx, sheet, mapping).await?;
    let id = import::keep(tx, permit, stamp, file, None).await?;
    Ok((import::apply(tx, permit, stamp, id, mapping, &plan).await?, plan))
}

/// The newest imports.
pub async fn list(desk: &Desk) -> Result<Vec<Import>, AppError> {
    let permit = decide(desk.actor(), ImportInstitutions)?;
    let mut tx = desk.read().await?;
    Ok(import::list(&mut tx, &permit, IMPORTS_SHOWN).await?)
}

/// Keeps a file that was brought, to look at what it would do.
pub async fn bring(desk: &Desk, file: &ImportFile, sheet: &Sheet) -> Result<ImportId, AppError> {
    let permit = decide(desk.actor(), ImportInstitutions)?;
    let mapping = Mapping::guess(sheet).ok_or(AppError::Unreadable { why: Unreadable::Empty })?;
    let stamp = desk.stamp();
    let mut tx = desk.write().await?;
    import::discard_old(&mut tx, &permit, stamp.at - TimeDelta::hours(KEPT_HOURS)).await?;
    let id = import::keep(&mut tx, &permit, &stamp, file, Some((sheet, &mapping))).await?;
    tx.commit().await?;
    Ok(id)
}

/// An import, with what its rows do or did.
pub async fn view(desk: &Desk, id: ImportId, filter: RowFilter) -> Result<ImportView, AppError> {
    let permit = decide(desk.actor(), ImportInstitutions)?;
    let mut tx = desk.read().await?;
    let import = import::get(&mut tx, &permit, id).await?;
    let Some((sheet, mapping)) = import::content(&mut tx, &permit, id).await? else {
        return told(&mut tx, &permit, import, filter).await;
    };
    let lacks = mapping.check().err();
    let plan = match lacks {
        Some(_) => Plan::default(),
        None => planned(&mut tx, &sheet, &mapping).await?,
    };
    let counts = plan.counts();
    let mut rows: Vec<RowView> = plan.rows.into_iter().filter_map(|row| shown(row, filter)).collect();
    let next = cut(&mut rows);
    let sample = sheet.below(&mapping).next().map(|row| row.cells.clone()).unwrap_or_default();
    Ok(ImportView { import, counts, mapping: Some((mapping, sample)), lacks, rows, next })
}

/// What the rows of an import did that was carried out.
async fn told(
    tx: &mut Tx,
    permit: &Permit<ImportInstitutions>,
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
        // What an import added is gone when it is undone.
        institution: row
            .institution
            .filter(|_| import.state == ImportState::Done || row.outcome != Outcome::New),
    };
    let mut rows: Vec<RowView> = rows.into_iter().map(row).collect();
    let next = cut(&mut rows);
    Ok(ImportView { counts: import.counts, import, mapping: None, lacks: None, rows, next })
}

/// The row as a page shows it, where it is asked for.
fn shown(row: PlannedRow, filter: RowFilter) -> Option<RowView> {
    let outcome = row.outcome();
    let is_asked = match filter.outcome {
        Some(asked) => outcome == asked,
        None => outcome != Outcome::Same || row.is_flagged(),
    };
    let institution = match row.step {
        Step::Leave(institution) | Step::Change { institution, .. } => Some(institution),
        Step::Add(_) | Step::Refuse => None,
    };
    (is_asked && row.number > filter.after).then_some(RowView {
        number: row.number,
        label: row.label,
        outcome,
        reasons: row.reasons,
        institution,
    })
}

/// Leaves as many rows as a page shows; answers after which number the others come.
fn cut(rows: &mut Vec<RowView>) -> Option<u32> {
    let has_more = rows.len() > ROWS_SHOWN;
    rows.truncate(ROWS_SHOWN);
    rows.last().filter(|_| has_more).map(|row| row.number)
}

/// Sets what the columns of a file mean: the word of each, nothing for one that is left aside.
pub async fn set_columns(desk: &Desk, id: ImportId, columns: &[String]) -> Result<(), AppError> {
    let permit = decide(desk.actor(), ImportInstitutions)?;
    let mut tx = desk.write().await?;
    let content = import::content(&mut tx, &permit, id).await?;
    let (_, mut mapping) = content.ok_or(AppError::NotFound)?;
    let meant = columns.iter().map(|code| InstitutionColumn::parse(code).ok());
    mapping.assign(meant.collect());
    import::set_mapping(&mut tx, &permit, id, &mapping).await?;
    Ok(tx.commit().await?)
}

/// Carries out a file that was brought: all rows but the refused ones, or nothing.
pub async fn confirm(desk: &Desk, id: ImportId) -> Result<(), AppError> {
    let permit = decide(desk.actor(), ImportInstitutions)?;
    let stamp = desk.stamp();
    let mut tx = desk.write().await?;
    let content = import::content(&mut tx, &permit, id).await?;
    let (sheet, mapping) = content.ok_or(AppError::NotFound)?;
    mapping.check().map_err(|why| AppError::Unreadable { why })?;
    let plan = planned(&mut tx, &sheet, &mapping).await?;
    import::apply(&mut tx, &permit, &stamp, id, &mapping, &plan).await?;
    Ok(tx.commit().await?)
}

/// Throws away a file that was brought.
pub async fn discard(desk: &Desk, id: ImportId) -> Result<(), AppError> {
    let permit = decide(desk.actor(), ImportInstitutions)?;
    let mut tx = desk.write().await?;
    import::discard(&mut tx, &permit, id).await?;
    Ok(tx.commit().await?)
}

/// Undoes an import, while nobody touched what it wrote.
pub async fn undo(desk: &Desk, id: ImportId) -> Result<(), AppError> {
    let permit = decide(desk.actor(), ImportInstitutions)?;
    let stamp = desk.stamp();
    let mut tx = desk.write().await?;
    match import::undo(&mut tx, &permit, &stamp, id).await? {
        Ok(()) => Ok(tx.commit().await?),
        Err(touched) => Err(AppError::Touched { what: touched.0 }),
    }
}

/// Plans a file and, unless only asked what it would do, carries it out at once: for programs.
pub async fn take(
    desk: &Desk,
    file: &ImportFile,
    sheet: &Sheet,
    is_dry_run: bool,
) -> Result<(Option<Import>, Plan), AppError> {
    let permit = decide(desk.actor(), ImportInstitutions)?;
    let mapping = Mapping::recognise(sheet).map_err(|why| AppError::Unreadable { why })?;
    if is_dry_run {
        let mut tx = desk.read().await?;
        return Ok((None, planned(&mut tx, sheet, &mapping).await?));
    }
    let stamp = desk.stamp();
    let mut tx = desk.write().await?;
    let (import, plan) = carry_out(&mut tx, &permit, &stamp, file, (sheet, &mapping)).await?;
    tx.commit().await?;
    Ok((Some(import), plan))
}
