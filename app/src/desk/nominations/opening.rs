//! What the forms of nominations begin with: the flow, what its rules answer, and the correction of what a host rejected.

use super::{answered, flow_for, hidden, judge, judge_draft, keep_answer, nomination_for, unmet_of};
use crate::{desk::Desk, error::AppError};
use domain::{
    academic_year::AcademicYear,
    access::{FollowNomination, Nominate, decide},
    decimal::Decimal,
    eligibility::Eligibility,
    id::{FlowId, NominationId},
    nomination::{Act, ActForm, ActKind, NominationForm, Reason, Side, StateKind},
    seats::SeatRefusal,
    student::StudentForm,
};
use store::{
    StoreError,
    flow::{self, FlowRecord},
    idempotency::Request,
    institution::{self, Names},
    nomination::{self, Corrected, Done, NominationRecord},
    seat,
    student::{self, StudentRecord},
};

/// Academic years that one nominates for: the one that is, and those after it.
const YEARS: i32 = 3;

/// A flow for which one nominates.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The flow.
    pub flow: FlowRecord,
    /// The names of its parties.
    pub names: Names,
    /// The years for which one can nominate now.
    pub years: Vec<AcademicYear>,
}

/// A flow, for those who may put students forward for it.
pub async fn opening(desk: &Desk, id: FlowId) -> Result<Opening, AppError> {
    let mut tx = desk.read().await?;
    let (flow, scope) = flow_for(desk, &mut tx, id).await?;
    decide(desk.actor(), Nominate(&scope)).map_err(|_| hidden(desk))?;
    let names = institution::names(&mut tx, &[flow.flow.sender, flow.flow.receiver]).await?;
    let first = flow.flow.year_of(desk.today()).first_year();
    let years = (first..first + YEARS).filter_map(|first| flow.flow.year_from(first));
    let closed: Vec<i32> = seat::of_flow(&mut tx, id)
        .await?
        .into_iter()
        .filter(|seat| seat.tally.is_closed)
        .filter_map(|seat| seat.first_year)
        .collect();
    let is_open = |year: &AcademicYear| flow.is_open_in(*year) && !closed.contains(&year.first_year());
    let years = years.filter(is_open).collect();
    Ok(Opening { flow, names, years })
}

/// What every rule of a flow answers for whom a form puts forward; nothing while the form cannot be read.
pub async fn check(
    desk: &Desk,
    flow: &FlowRecord,
    form: &NominationForm,
) -> Result<Option<Eligibility>, AppError> {
    let Ok(draft) = form.parse() else { return Ok(None) };
    let mut tx = desk.read().await?;
    let scope = flow::scope(&mut tx, &flow.flow).await?;
    let permit = decide(desk.actor(), Nominate(&scope)).map_err(|_| hidden(desk))?;
    Ok(Some(judge_draft(desk, &mut tx, &permit, flow, &draft).await?))
}

/// A nomination that the host rejected, to be corrected.
#[derive(Debug, Clone)]
pub struct Correction {
    /// The nomination.
    pub record: NominationRecord,
    /// Its flow.
    pub flow: FlowRecord,
    /// What is known now.
    pub form: NominationForm,
}

impl Correction {
    /// What is to be corrected, for those who may.
    pub async fn open(desk: &Desk, id: NominationId) -> Result<Self, AppError> {
        let mut tx = desk.read().await?;
        let (record, scope) = nomination_for(desk, &mut tx, id).await?;
        decide(desk.actor(), FollowNomination { scope: &scope, act: ActKind::Nominate })
            .map_err(|_| hidden(desk))?;
        if record.state.kind() != StateKind::Rejected {
            return Err(AppError::NotFound);
        }
        let flow = flow::find(&mut tx, record.flow).await?.ok_or(AppError::NotFound)?;
        let student = student::find(&mut tx, record.student).await?.ok_or(AppError::NotFound)?;
        let form = known(&record, &student);
        Ok(Self { record, flow, form })
    }
}

/// What is known of a nomination now, as a form says it.
fn known(record: &NominationRecord, student: &StudentRecord) -> NominationForm {
    NominationForm {
        student: StudentForm::from(&student.draft),
        year: record.year.to_string(),
        term: record.term.to_string(),
        months: Decimal::sum(record.months).to_string(),
        exception: record.exception.clone().unwrap_or_default(),
        ..NominationForm::default()
    }
}

/// Corrects what the host rejected and puts the student forward again: with a place if one is left, else in line. Who the student
/// is, by address, the year and the term do not change; nor does the length of the stay where none is said. A request that names itself
/// is carried out once.
pub async fn correct(
    desk: &Desk,
    id: NominationId,
    form: &NominationForm,
    request: Option<&Request>,
) -> Result<StateKind, AppError> {
    again(desk, id, Anew::Said(form), request).await
}

/// Puts forward again whom the host rejected, as they are known; judged anew, and with the reason that is given, if one is.
pub(super) async fn renominate(
    desk: &Desk,
    id: NominationId,
    form: &ActForm,
    request: Option<&Request>,
) -> Result<StateKind, AppError> {
    let (reason, _) = form.parse(ActKind::Nominate, Side::Home, false, false)?;
    again(desk, id, Anew::Known { reason }, request).await
}

/// What is said of whom the host rejected.
enum Anew<'a> {
    /// Who the student is now.
    Said(&'a NominationForm),
    /// Nothing but why the host is asked all the same; what was said before where this says nothing.
    Known { reason: Option<Reason> },
}

async fn again(
    desk: &Desk,
    id: NominationId,
    anew: Anew<'_>,
    request: Option<&Request>,
) -> Result<StateKind, AppError> {
    let mut tx = desk.write().await?;
    let (record, scope) = nomination_for(desk, &mut tx, id).await?;
    let action = FollowNomination { scope: &scope, act: ActKind::Nominate };
    let permit = decide(desk.actor(), action).map_err(|_| hidden(desk))?;
    // What is known is written down again: nobody else says something of the student meanwhile.
    let student = student::lock(&mut tx, record.student).await?;
    let record = nomination::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let before = known(&record, &student);
    let form = match anew {
        Anew::Said(form) => NominationForm {
            student: StudentForm { email: before.student.email, ..form.student.clone() },
            year: before.year,
            term: before.term,
            ..form.clone()
        },
        Anew::Known { reason: None } => before,
        Anew::Known { reason: Some(reason) } => NominationForm { exception: reason.to_string(), ..before },
    };
    let draft = form.parse()?;
    if let Some(answer) = answered(&mut tx, &desk.stamp(), request).await? {
        return Ok(answer);
    }
    let possible = record.state.clone().after(Act::Nominate, desk.now());
    possible.map_err(|why| StoreError::Seats(SeatRefusal::NotPossible { why }))?;
    let flow = flow::find(&mut tx, record.flow).await?.ok_or(AppError::NotFound)?;
    let known = student.with(&draft.student).profile;
    let asked = (&known, record.term, record.year);
    let eligibility = judge(&mut tx, &flow, asked, desk.today()).await?;
    if eligibility.refuses() && draft.exception.is_none() {
        let unmet = eligibility.unmet().filter(|criterion| criterion.refuses()).cloned().collect();
        return Err(AppError::NotEligible { unmet });
    }
    let unmet = unmet_of(&eligibility);
    let corrected = Corrected {
        before: student,
        student: &draft.student,
        months: draft.months,
        exception: draft.exception.as_ref(),
        is_on_behalf: scope.flow.is_on_behalf_of_home(desk.actor()),
        unmet: unmet.as_deref(),
    };
    let Done { state, .. } = nomination::correct(&mut tx, &permit, &desk.stamp(), corrected).await?;
    keep_answer(&mut tx, request, &state).await?;
    tx.commit().await?;
    Ok(state)
}
