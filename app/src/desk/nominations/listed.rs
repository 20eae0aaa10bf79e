//! Lists of students to nominate: read, tried without being written, then nominated all or not at all.

use super::{Put, answered, flow_for, hidden, keep_answer, put};
use crate::{
    desk::{Desk, keep, kept_under},
    error::AppError,
};
use domain::{
    academic_year::AcademicYear,
    access::{Nominate, Permit, decide},
    id::FlowId,
    import::Sheet,
    nomination::NominationDraft,
    nomination_list::{ListedRow, NominationList, Nominee},
    problem::{FieldError, FieldErrors},
    term::Term,
    text::{Text, optional},
};
use serde::{Deserialize, Serialize};
use store::{Stamp, Tx, flow::FlowRecord, student};

/// What was sent with a list, and its rows once they are read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListForm {
    /// The table, where it was pasted.
    pub text: String,
    /// The encoding of a file, where it is not Unicode.
    pub encoding: String,
    /// The academic year.
    pub year: String,
    /// The term of who has none.
    pub term: String,
    /// Why the host is asked to take those who do not meet a condition.
    pub exception: String,
    /// `no` where nobody is to wait in line.
    pub waitlist: String,
    /// The rows.
    pub rows: Vec<ListedRow>,
}

/// A row of a list, and what it would meet.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// Its number in the file.
    pub number: u32,
    /// What to call it.
    pub label: String,
    /// Nominated, in line, or why not.
    pub outcome: Result<Put, NotPut>,
}

/// Why a row of a list puts nobody forward.
#[derive(Debug, Clone, PartialEq)]
pub enum NotPut {
    /// It cannot be read.
    Unread(Vec<FieldError>),
    /// A rule refuses.
    Refused(AppError),
}

impl ListForm {
    /// Reads what holds for all rows, and answers the term of those that have none.
    fn usual_term(&self) -> Result<Option<Term>, FieldErrors> {
        let mut errors = FieldErrors::default();
        errors.take("year", AcademicYear::parse(&self.year));
        errors
            .take("exception", optional(&self.exception, Text::<{ domain::nomination::REASON_MAX }>::parse));
        let term = errors.take("term", optional(&self.term, Term::parse)).flatten();
        errors.into_result(|| term)
    }

    fn draft(&self, nominee: &Nominee) -> Result<NominationDraft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let year = errors.take("year", AcademicYear::parse(&self.year));
        let exception = errors.take("exception", optional(&self.exception, Text::parse));
        match (year, exception) {
            (Some(year), Some(exception)) => Ok(NominationDraft {
                student: nominee.student.clone(),
                year,
                term: nominee.term,
                months: nominee.months,
                exception,
                waits: self.waitlist.trim() != "no",
            }),
            _ => Err(errors),
        }
    }
}

/// The page of a list, which its kept form names.
pub fn list_page(id: FlowId) -> String {
    format!("/flows/{id}/nominate/list")
}

/// Reads a list and keeps it until it is confirmed; answers the key it is kept under.
pub async fn list_nominees(
    desk: &Desk,
    id: FlowId,
    form: &ListForm,
    sheet: &Sheet,
) -> Result<String, AppError> {
    let mut tx = desk.read().await?;
    let (record, scope) = flow_for(desk, &mut tx, id).await?;
    decide(desk.actor(), Nominate(&scope)).map_err(|_| hidden(desk))?;
    drop(tx);
    let term = form.usual_term()?;
    let list = NominationList::read(sheet, term, record.flow.kind.counts_days())
        .map_err(|why| AppError::Unreadable { why })?;
    let form = ListForm { rows: list.rows, ..form.clone() };
    keep(desk, &list_page(id), &form, None).await
}

/// What every row of a list would meet, without anything being written: the transaction is undone.
pub async fn try_listed(desk: &Desk, id: FlowId, form: &ListForm) -> Result<Vec<Tried>, AppError> {
    let mut tx = desk.write().await?;
    let (record, scope) = flow_for(desk, &mut tx, id).await?;
    let permit = decide(desk.actor(), Nominate(&scope)).map_err(|_| hidden(desk))?;
    let stamp = desk.stamp();
    put_students(&mut tx, &permit, &stamp, form).await?;
    let mut tried = Vec::with_capacity(form.rows.len());
    for row in &form.rows {
        // Rules that refuse leave nothing behind but what a place in line or a student needs, and that is undone.
        let outcome = match &row.outcome {
            Err(faults) => Err(NotPut::Unread(faults.clone())),
            Ok(nominee) => {
                let of = (&record, &form.draft(nominee)?);
                match put_listed(desk, &mut tx, &permit, &stamp, of).await {
                    Ok(put) => Ok(put),
                    Err(AppError::Invalid { fields }) => Err(NotPut::Unread(fields.0)),
                    Err(error) if error.status() < 500 => Err(NotPut::Refused(error)),
                    Err(error) => return Err(error),
                }
            }
        };
        tried.push(Tried { number: row.number, label: row.label.clone(), outcome });
    }
    tx.rollback().await?;
    Ok(tried)
}

/// Nominates every student of a list that is kept under a key, all or none. Confirmed twice it is carried out once.
pub async fn confirm_listed(desk: &Desk, id: FlowId, key: &str) -> Result<Vec<Put>, AppError> {
    let kept = kept_under::<ListForm>(desk, &list_page(id), key).await?;
    let form = kept.filter(|kept| kept.error.is_none()).ok_or(AppError::NotFound)?.form;
    let mut tx = desk.write().await?;
    let (record, scope) = flow_for(desk, &mut tx, id).await?;
    let permit = decide(desk.actor(), Nominate(&scope)).map_err(|_| hidden(desk))?;
    let sent = desk.sent(key, &("nominate_listed", id));
    if let Some(all) = answered(&mut tx, &desk.stamp(), sent.as_ref()).await? {
        return Ok(all);
    }
    // All of one instant, in the order of the list.
    let stamp = desk.stamp();
    put_students(&mut tx, &permit, &stamp, &form).await?;
    let mut all = Vec::with_capacity(form.rows.len());
    for row in &form.rows {
        let nominee = row.outcome.as_ref().map_err(|faults| FieldErrors(faults.clone()))?;
        all.push(put_listed(desk, &mut tx, &permit, &stamp, (&record, &form.draft(nominee)?)).await?);
    }
    keep_answer(&mut tx, sent.as_ref(), &all).await?;
    tx.commit().await?;
    Ok(all)
}

/// All students of a list before the first is put forward.
async fn put_students(
    tx: &mut Tx,
    permit: &Permit<Nominate<'_>>,
    stamp: &Stamp,
    form: &ListForm,
) -> Result<(), AppError> {
    let students = form.rows.iter().filter_map(|row| row.outcome.as_ref().ok()).map(|one| &one.student);
    Ok(student::put_listed(tx, permit, stamp, students).await?)
}

/// Puts one of a list forward. Asks for an exception only where it is needed.
async fn put_listed(
    desk: &Desk,
    tx: &mut Tx,
    permit: &Permit<Nominate<'_>>,
    stamp: &Stamp,
    (record, draft): (&FlowRecord, &NominationDraft),
) -> Result<Put, AppError> {
    draft.check_for(&record.flow)?;
    let plain = NominationDraft { exception: None, ..draft.clone() };
    match put(desk, tx, permit, stamp, (record, &plain)).await {
        Err(AppError::NotEligible { .. }) if draft.exception.is_some() => {
            put(desk, tx, permit, stamp, (record, draft)).await
        }
        outcome => outcome,
    }
}
