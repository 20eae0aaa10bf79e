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
    nomination::{NominationDraft, NominationForm},
    nomination_list::{ListedRow, NOMINEES_MAX, NominationList, Nominee},
    problem::{FieldError, FieldErrors, Problem},
    term::Term,
    text::{Text, optional},
};
use serde::{Deserialize, Serialize};
use store::{Stamp, Tx, flow::FlowRecord, idempotency::Request, student};

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

    /// Whom each row puts forward, or what is wrong with it.
    fn drafts(&self) -> Vec<Result<NominationDraft, FieldErrors>> {
        let draft = |row: &ListedRow| match &row.outcome {
            Ok(nominee) => self.draft(nominee),
            Err(faults) => Err(FieldErrors(faults.clone())),
        };
        self.rows.iter().map(draft).collect()
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
    let outcomes = put_all(desk, &mut tx, &permit, &record, (form.drafts(), true)).await?;
    tx.rollback().await?;
    let tried = |(row, outcome): (&ListedRow, Result<Put, AppError>)| Tried {
        number: row.number,
        label: row.label.clone(),
        outcome: outcome.map_err(|error| match error {
            AppError::Invalid { fields } => NotPut::Unread(fields.0),
            error => NotPut::Refused(error),
        }),
    };
    Ok(form.rows.iter().zip(outcomes).map(tried).collect())
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
    let outcomes = put_all(desk, &mut tx, &permit, &record, (form.drafts(), true)).await?;
    let all: Vec<Put> = outcomes.into_iter().collect::<Result<_, _>>()?;
    keep_answer(&mut tx, sent.as_ref(), &all).await?;
    tx.commit().await?;
    Ok(all)
}

/// Puts forward all of these or none: what became of each, or would, and whether it is written. Where one is refused, or it is only
/// tried, nothing is. A request that names itself is carried out once.
pub async fn nominate_all(
    desk: &Desk,
    id: FlowId,
    forms: &[NominationForm],
    is_tried: bool,
    request: Option<&Request>,
) -> Result<(Vec<Result<Put, AppError>>, bool), AppError> {
    let mut tx = desk.write().await?;
    let (record, scope) = flow_for(desk, &mut tx, id).await?;
    let permit = decide(desk.actor(), Nominate(&scope)).map_err(|_| hidden(desk))?;
    let mut errors = FieldErrors::default();
    match forms.len() {
        0 => errors.add("nominations", Problem::Required),
        count if count > NOMINEES_MAX as usize => {
            errors.add("nominations", Problem::TooMany { max: NOMINEES_MAX });
        }
        _ => {}
    }
    errors.into_result(|| ())?;
    let request = request.filter(|_| !is_tried);
    if let Some(all) = answered::<Vec<Put>>(&mut tx, &desk.stamp(), request).await? {
        return Ok((all.into_iter().map(Ok).collect(), true));
    }
    let drafts = forms.iter().map(|form| form.parse_for(&record.flow)).collect();
    let outcomes = put_all(desk, &mut tx, &permit, &record, (drafts, false)).await?;
    let all: Vec<Put> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).copied().collect();
    let is_written = !is_tried && all.len() == outcomes.len();
    if is_written {
        keep_answer(&mut tx, request, &all).await?;
        tx.commit().await?;
    } else {
        tx.rollback().await?;
    }
    Ok((outcomes, is_written))
}

/// Puts forward whom a list names, in its order, at one instant; what became of each. Rules that refuse leave nothing behind but what a
/// place in line or a student needs: where one is refused the transaction is to be undone. An exception that is said of all is asked only
/// for those who need it.
async fn put_all(
    desk: &Desk,
    tx: &mut Tx,
    permit: &Permit<Nominate<'_>>,
    record: &FlowRecord,
    (drafts, is_said_of_all): (Vec<Result<NominationDraft, FieldErrors>>, bool),
) -> Result<Vec<Result<Put, AppError>>, AppError> {
    let stamp = desk.stamp();
    // All students before the first is put forward.
    let students = drafts.iter().filter_map(|draft| draft.as_ref().ok()).map(|draft| &draft.student);
    student::put_listed(tx, permit, &stamp, students).await?;
    let mut outcomes = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let outcome = match draft {
            Ok(draft) if is_said_of_all => put_listed(desk, tx, permit, &stamp, (record, &draft)).await,
            Ok(draft) => put(desk, tx, permit, &stamp, (record, &draft)).await,
            Err(faults) => Err(faults.into()),
        };
        match outcome {
            // Not a fault of the row: the server's, or a revision that came to rule meanwhile.
            Err(error) if error.status() >= 500 || matches!(error, AppError::Stale { .. }) => {
                return Err(error);
            }
            outcome => outcomes.push(outcome),
        }
    }
    Ok(outcomes)
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
