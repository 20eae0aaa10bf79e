//! What the forms of nominations begin with: the flow, what its rules answer, and the correction of what a host rejected.

use super::{flow_for, hidden, judge, judge_draft, nomination_for, unmet_of};
use crate::{desk::Desk, error::AppError};
use domain::{
    academic_year::AcademicYear,
    access::{FollowNomination, Nominate, decide},
    eligibility::Eligibility,
    id::{FlowId, NominationId},
    nomination::{ActKind, NominationForm, StateKind},
    student::StudentForm,
};
use store::{
    flow::{self, FlowRecord},
    institution::{self, Names},
    nomination::{self, Corrected, NominationRecord},
    student,
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
    let years = years.filter(|year| flow.is_open_in(*year)).collect();
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
        let form = NominationForm {
            student: StudentForm::from(&student.draft),
            year: record.year.to_string(),
            term: record.term.to_string(),
            exception: record.exception.clone().unwrap_or_default(),
            ..NominationForm::default()
        };
        Ok(Self { record, flow, form })
    }
}

/// Corrects what the host rejected and puts the student forward again: with a place if one is left, else in line. Who the student
/// is, by address, and the stay do not change.
pub async fn correct(desk: &Desk, id: NominationId, form: &NominationForm) -> Result<StateKind, AppError> {
    let mut tx = desk.write().await?;
    let (record, scope) = nomination_for(desk, &mut tx, id).await?;
    let action = FollowNomination { scope: &scope, act: ActKind::Nominate };
    let permit = decide(desk.actor(), action).map_err(|_| hidden(desk))?;
    let form = NominationForm {
        student: StudentForm { email: record.student_email.clone(), ..form.student.clone() },
        year: record.year.to_string(),
        term: record.term.to_string(),
        ..form.clone()
    };
    let draft = form.parse()?;
    let flow = flow::find(&mut tx, record.flow).await?.ok_or(AppError::NotFound)?;
    let student = student::find(&mut tx, record.student).await?.ok_or(AppError::NotFound)?;
    let known = student.with(&draft.student).profile;
    let asked = (&known, record.term, record.year);
    let eligibility = judge(&mut tx, &flow, asked, desk.today()).await?;
    if eligibility.refuses() && draft.exception.is_none() {
        let unmet = eligibility.unmet().filter(|criterion| criterion.refuses()).cloned().collect();
        return Err(AppError::NotEligible { unmet });
    }
    let unmet = unmet_of(&eligibility);
    let corrected =
        Corrected { student: &draft.student, exception: draft.exception.as_ref(), unmet: unmet.as_deref() };
    let done = nomination::correct(&mut tx, &permit, &desk.stamp(), corrected).await?;
    tx.commit().await?;
    Ok(done.state)
}
