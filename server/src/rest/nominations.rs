//! `/api/v1/flows/{id}/nominations` and `/api/v1/nominations`.

use super::{
    Refused,
    problem::{Outcome, Waitlisted},
    request::{Asked, Given, Id, Keyed, Params},
    shape,
};
use app::{
    desk::nominations::{self, Listed, NominationQuery, NominationView, Put},
    error::AppError,
};
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    decimal::Decimal,
    eligibility::Criterion,
    id::{FlowId, NominationId},
    nomination::{ActForm, ActKind, Correction, LINE_RULE, NominationForm, State, StateKind},
    problem::FieldErrors,
    student::StudentForm,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A student to be put forward.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NominationBody {
    /// The student.
    #[schema(required)]
    pub student: StudentBody,
    /// The academic year.
    #[schema(required, example = "2026/2027")]
    pub year: String,
    /// `S1`, `S2`, `year`, or a part such as `q2/4`.
    #[schema(required, example = "S1")]
    pub term: String,
    /// Months of the stay: the usual length of the term unless said. For staff, days, which must be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "4.5")]
    pub months: Option<String>,
    /// Why the host is asked to take someone who does not meet a condition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<String>,
    /// Whether to wait in line where no place is left; yes unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waitlist: Option<bool>,
}

/// A student as the home institution knows them. The address names the student: what is said anew replaces what was said before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct StudentBody {
    /// Name.
    #[schema(required)]
    pub name: String,
    /// E-mail address.
    #[schema(required, format = Email)]
    pub email: String,
    /// The number that the home institution gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// EQF level of the programme, 1 to 8.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "7")]
    pub level: Option<String>,
    /// ISCED-F code of the field of study.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "0613")]
    pub field: Option<String>,
    /// Year of study at the time of leaving, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub study_year: Option<u8>,
    /// Credits at the time of leaving.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "120")]
    pub ects: Option<String>,
    /// Languages with their levels.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "en B2, fr C1")]
    pub languages: Option<String>,
}

impl From<NominationBody> for NominationForm {
    fn from(body: NominationBody) -> Self {
        let NominationBody { student, year, term, months, exception, waitlist } = body;
        Self {
            student: StudentForm {
                name: student.name,
                email: student.email,
                number: student.number.unwrap_or_default(),
                level: student.level.unwrap_or_default(),
                field: student.field.unwrap_or_default(),
                study_year: student.study_year.map(|year| year.to_string()).unwrap_or_default(),
                ects: student.ects.unwrap_or_default(),
                languages: student.languages.unwrap_or_default(),
            },
            year,
            term,
            months: months.unwrap_or_default(),
            exception: exception.unwrap_or_default(),
            waitlist: if waitlist == Some(false) { "no".to_owned() } else { String::new() },
        }
    }
}

/// A nomination that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct NominationMade {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    #[schema(value_type = shape::NominationStateCode)]
    pub state: &'static str,
}

/// Why something is done to a nomination.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ActBody {
    /// Why: needed to reject, to withdraw for an office, and to accept someone who does not meet a condition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What attests to it, where one answers for someone without an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}

/// A nomination.
#[derive(Debug, Serialize, ToSchema)]
pub struct NominationShown {
    /// Its id.
    pub id: Uuid,
    /// The flow.
    pub flow: Uuid,
    /// The agreement of the flow.
    pub agreement: Uuid,
    /// The student's name.
    pub student: String,
    /// The student's address.
    pub email: String,
    /// The academic year.
    #[schema(example = "2026/2027")]
    pub year: String,
    /// The term.
    pub term: String,
    /// The number that the home institution gives the student.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Units of the flow's cap that it takes.
    pub units: i64,
    /// Months of the stay (days, for staff), taken of the flow's budget where it has one.
    #[schema(example = "4.5")]
    pub months: String,
    /// What it is.
    #[schema(value_type = shape::NominationStateCode)]
    pub state: &'static str,
    /// Since when.
    pub since: DateTime<Utc>,
    /// When the offer lapses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<DateTime<Utc>>,
    /// Last day on which the student applies to the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<NaiveDate>,
    /// Of whom something is awaited: `student`, `home`, `host`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awaited: Option<&'static str>,
    /// The position in line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<i64>,
    /// The rule of the line: `first_come`, a place that comes free is offered to the first for whom it suffices, in the order in which
    /// they came.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "first_come")]
    pub rule: Option<&'static str>,
    /// Why it was rejected or withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// On whose side it was withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::SideCode>)]
    pub withdrawn_by: Option<&'static str>,
    /// Why the host is asked to take someone who does not meet a condition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<String>,
    /// Why the host agreed all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overruled: Option<String>,
    /// What was not met then.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub not_met: Vec<Criterion>,
    /// What every rule of the flow answers.
    #[schema(value_type = Vec<Object>)]
    pub eligibility: Vec<Criterion>,
    /// What happened to it, in order.
    pub history: Vec<EventShown>,
    /// What you may do to it now.
    pub allowed: Vec<&'static str>,
}

/// Something that happened to a nomination.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventShown {
    /// When.
    pub at: DateTime<Utc>,
    /// What was done.
    pub act: &'static str,
    /// On whose side.
    #[schema(value_type = shape::SideCode)]
    pub by: &'static str,
    /// Whether by an office for someone, or an institution, without an account.
    pub is_on_behalf: bool,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What attests to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// What was corrected before the student was put forward again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<CorrectionShown>,
}

/// A field that was corrected.
#[derive(Debug, Serialize, ToSchema)]
pub struct CorrectionShown {
    /// `name`, `number`, `level`, `field`, `study_year`, `ects`, `languages`, `months` or `exception`.
    #[schema(example = "languages")]
    pub field: &'static str,
    /// What it was; none where nothing was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "en B1")]
    pub before: Option<String>,
    /// What it is; none where nothing is said any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "en B2")]
    pub after: Option<String>,
}

impl From<&Correction> for CorrectionShown {
    fn from(correction: &Correction) -> Self {
        let Correction { field, before, after } = correction;
        Self { field: field.code(), before: before.clone(), after: after.clone() }
    }
}

impl From<&NominationView> for NominationShown {
    fn from(view: &NominationView) -> Self {
        let record = &view.record;
        let kind = record.state.kind();
        let (answer_by, reason, withdrawn_by) = match &record.state {
            State::Offered { answer_by } => (Some(*answer_by), None, None),
            State::Rejected { reason } => (None, Some(reason), None),
            State::Withdrawn { reason, by } => (None, reason.as_ref(), Some(by.code())),
            _ => (None, None, None),
        };
        let event = |event: &store::nomination::NominationEvent| EventShown {
            at: event.at,
            act: event.act.code(),
            by: event.by.code(),
            is_on_behalf: event.is_on_behalf,
            reason: event.reason.clone(),
            evidence: event.evidence.clone(),
            corrections: event.corrections.iter().map(CorrectionShown::from).collect(),
        };
        Self {
            id: record.id.0,
            flow: record.flow.0,
            agreement: record.agreement.0,
            student: record.student_name.clone(),
            email: record.student_email.clone(),
            year: record.year.to_string(),
            term: record.term.to_string(),
            number: record.student_number.clone(),
            units: record.units,
            months: Decimal::sum(record.months).to_string(),
            state: kind.code(),
            since: record.since,
            answer_by,
            application: view.application,
            awaited: view.awaited().map(domain::nomination::Side::code),
            position: view.position,
            rule: view.position.map(|_| LINE_RULE),
            reason: reason.map(ToString::to_string),
            withdrawn_by,
            exception: record.exception.clone(),
            overruled: record.overruled.clone(),
            not_met: view.overruled.clone(),
            eligibility: view.eligibility.criteria.clone(),
            history: view.events.iter().map(event).collect(),
            allowed: view.allowed.iter().map(|allowed| allowed.act.code()).collect(),
        }
    }
}

/// Put a student forward.
///
/// With `Idempotency-Key` the same request is carried out once: asked again within a day it is answered the same. A full flow answers
/// 409: `/problems/waitlisted` where the student is in line, `/problems/flow-full` where they do not wait.
#[utoipa::path(
    post, path = "/api/v1/flows/{id}/nominations", tag = "nominations", operation_id = "nominate",
    params(("id" = String, Path, format = Uuid, description = "Id of the flow"), Keyed),
    request_body = NominationBody,
    responses((status = 201, body = NominationMade)),
)]
pub async fn create(
    Asked(desk): Asked,
    Id(flow): Id<FlowId>,
    keyed: Keyed,
    Given(body): Given<NominationBody>,
) -> Result<Response, Refused> {
    let request = keyed.of(&desk, &("nominate", flow, &body));
    let put = nominations::nominate(&desk, flow, &body.into(), request.as_ref()).await;
    let put = put.map_err(|error| Refused::from(error).in_body(shape::pointer))?;
    match (put.state, put.position) {
        (StateKind::Waitlisted, position) => {
            let position = position.unwrap_or(1);
            Err(Refused::waitlisted(Waitlisted { nomination: put.id.0, position }))
        }
        (state, _) => {
            let made = NominationMade { id: put.id.0, state: state.code() };
            Ok((StatusCode::CREATED, Json(made)).into_response())
        }
    }
}

/// Students to be put forward together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NominationsBody {
    /// The students, in the order in which they are put forward; at most 1,000.
    #[schema(required)]
    pub nominations: Vec<NominationBody>,
    /// Whether only to say what would become of each.
    pub dry_run: bool,
}

/// What became of each of a list, or would.
#[derive(Debug, Serialize, ToSchema)]
pub struct NominationsMade {
    /// Whether it is written: not where it is only tried.
    pub is_written: bool,
    /// What became of each, in the order of the list.
    pub outcomes: Vec<Outcome>,
}

/// Students are put forward for a flow, all or none.
///
/// Whoever finds no place left is put in line, unless they do not wait. Where one is refused nobody is put forward: the answer is 409, of
/// type `/problems/list-refused`, and says what stands against whom. With `dry_run` nothing is written. With `Idempotency-Key` the same
/// request is carried out once.
#[utoipa::path(
    post, path = "/api/v1/flows/{id}/nominations/list", tag = "nominations", operation_id = "nominate_list",
    params(("id" = String, Path, format = Uuid, description = "Id of the flow"), Keyed),
    request_body = NominationsBody,
    responses((status = 200, body = NominationsMade, description = "What would become of each"), (status = 201, body = NominationsMade)),
)]
pub async fn create_list(
    Asked(desk): Asked,
    Id(flow): Id<FlowId>,
    keyed: Keyed,
    Given(body): Given<NominationsBody>,
) -> Result<Response, Refused> {
    let request = keyed.of(&desk, &("list", flow, &body));
    let NominationsBody { nominations: bodies, dry_run } = body;
    let forms: Vec<NominationForm> = bodies.into_iter().map(Into::into).collect();
    let made = nominations::nominate_all(&desk, flow, &forms, dry_run, request.as_ref()).await;
    let (made, is_written) = made.map_err(|error| Refused::from(error).in_body(shape::pointer))?;
    let path = format!("/api/v1/flows/{flow}/nominations/list");
    let outcome = |(at, one): (usize, Result<Put, AppError>)| match one {
        Ok(put) => Outcome {
            id: is_written.then_some(put.id.0),
            state: Some(put.state.code()),
            position: put.position,
            ..Outcome::default()
        },
        Err(error) => Refused::from(of_row(at, error)).in_body(shape::pointer).outcome(desk.lang(), &path),
    };
    let outcomes = made.into_iter().enumerate().map(outcome).collect();
    if is_written || dry_run {
        let status = if is_written { StatusCode::CREATED } else { StatusCode::OK };
        Ok((status, Json(NominationsMade { is_written, outcomes })).into_response())
    } else {
        Err(Refused::listed(outcomes))
    }
}

/// The same with each field named as that of a row.
fn of_row(at: usize, error: AppError) -> AppError {
    match error {
        AppError::Invalid { fields: FieldErrors(mut fields) } => {
            for fault in &mut fields {
                fault.field = format!("nominations.{at}.{}", fault.field);
            }
            FieldErrors(fields).into()
        }
        error => error,
    }
}

/// Which nominations.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NominationParams {
    /// Words of the student's name; the beginning of each is enough.
    #[param(example = "exemple")]
    q: Option<String>,
    /// Code of a state.
    #[param(example = "nominated")]
    state: Option<String>,
    /// First year of an academic year.
    #[param(example = "2026")]
    year: Option<String>,
    /// Id of a flow.
    #[param(format = Uuid)]
    flow: Option<String>,
    /// `out`: those that your offices send; `in`: those that they receive.
    #[param(example = "out")]
    side: Option<String>,
    /// How many to pass over: the `next` of the page before.
    #[param(example = "50")]
    after: Option<String>,
}

/// A nomination in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct NominationLine {
    /// Its id.
    pub id: Uuid,
    /// The flow.
    pub flow: Uuid,
    /// The agreement of the flow.
    pub agreement: Uuid,
    /// Id of the institution that sends.
    pub sender: Uuid,
    /// Id of the institution that receives.
    pub receiver: Uuid,
    /// The student's name.
    pub student: String,
    /// The academic year.
    #[schema(example = "2026/2027")]
    pub year: String,
    /// The term.
    pub term: String,
    /// What it is.
    #[schema(value_type = shape::NominationStateCode)]
    pub state: &'static str,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Whether your answer is awaited.
    pub awaits_you: bool,
}

/// A page of nominations.
#[derive(Debug, Serialize, ToSchema)]
pub struct NominationPage {
    /// Those that await your answer first, then what changed last.
    pub items: Vec<NominationLine>,
    /// How many there are in all.
    pub count: i64,
    /// What to give as `after` for the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<i64>,
}

impl From<&Listed> for NominationLine {
    fn from(listed: &Listed) -> Self {
        let record = &listed.record;
        Self {
            id: record.id.0,
            flow: record.flow.0,
            agreement: record.agreement.0,
            sender: record.sender.0,
            receiver: record.receiver.0,
            student: record.student_name.clone(),
            year: record.year.to_string(),
            term: record.term.to_string(),
            state: record.state.kind().code(),
            since: record.since,
            awaits_you: listed.awaits_reader,
        }
    }
}

/// The nominations of your offices, and your own.
#[utoipa::path(
    get, path = "/api/v1/nominations", tag = "nominations", operation_id = "list_nominations",
    params(NominationParams),
    responses((status = 200, body = NominationPage)),
)]
pub async fn list(
    Asked(desk): Asked,
    Params(params): Params<NominationParams>,
) -> Result<Json<NominationPage>, Refused> {
    let NominationParams { q, state, year, flow, side, after } = params;
    let query = NominationQuery {
        q: q.unwrap_or_default(),
        state: state.unwrap_or_default(),
        year: year.unwrap_or_default(),
        flow: flow.unwrap_or_default(),
        side: side.unwrap_or_default(),
        after: after.unwrap_or_default(),
    };
    query.parse().3.into_result(|| ())?;
    let list = nominations::list(&desk, &query).await?;
    let items = list.items.iter().map(NominationLine::from).collect();
    Ok(Json(NominationPage { items, count: list.count, next: list.next }))
}

/// What is corrected after the host said no.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CorrectionBody {
    /// The student, as they are known now; the address stays what it was.
    #[schema(required)]
    pub student: StudentBody,
    /// Months of the stay, days for staff; what was said before unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "4.5")]
    pub months: Option<String>,
    /// Why the host is asked to take someone who does not meet a condition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<String>,
}

/// What was rejected is corrected, student and all, and put forward again.
///
/// With `Idempotency-Key` the same request is carried out once.
#[utoipa::path(
    post, path = "/api/v1/nominations/{id}/correct", tag = "nominations", operation_id = "correct_nomination",
    params(("id" = String, Path, format = Uuid, description = "Id of the nomination"), Keyed),
    request_body = CorrectionBody,
    responses((status = 200, body = NominationMade)),
)]
pub async fn correct(
    Asked(desk): Asked,
    Id(id): Id<NominationId>,
    keyed: Keyed,
    Given(body): Given<CorrectionBody>,
) -> Result<Json<NominationMade>, Refused> {
    let request = keyed.of(&desk, &("correct", id, &body));
    let CorrectionBody { student, months, exception } = body;
    let form = NominationBody { student, months, exception, ..NominationBody::default() };
    let state = nominations::correct(&desk, id, &form.into(), request.as_ref()).await;
    let state = state.map_err(|error| Refused::from(error).in_body(shape::pointer))?;
    Ok(Json(NominationMade { id: id.0, state: state.code() }))
}

/// A nomination.
#[utoipa::path(
    get, path = "/api/v1/nominations/{id}", tag = "nominations", operation_id = "show_nomination",
    params(("id" = String, Path, format = Uuid, description = "Id of the nomination")),
    responses((status = 200, body = NominationShown)),
)]
pub async fn show(Asked(desk): Asked, Id(id): Id<NominationId>) -> Result<Json<NominationShown>, Refused> {
    Ok(Json((&nominations::view(&desk, id).await?).into()))
}

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident = $act:ident, $path:literal, $operation:literal;)+) => {$(
        $(#[$doc])*
        #[utoipa::path(
            post, path = $path, tag = "nominations", operation_id = $operation,
            params(("id" = String, Path, format = Uuid, description = "Id of the nomination"), Keyed),
            request_body = ActBody,
            responses((status = 200, body = NominationMade)),
        )]
        pub async fn $name(
            asked: Asked,
            id: Id<NominationId>,
            keyed: Keyed,
            given: Given<ActBody>,
        ) -> Result<Json<NominationMade>, Refused> {
            act(asked, id, keyed, given, ActKind::$act).await
        }
    )+};
}

acts! {
    /// The host says yes.
    accept = Accept, "/api/v1/nominations/{id}/accept", "accept_nomination";
    /// The host says no, with a reason. The place goes to the first in line.
    reject = Reject, "/api/v1/nominations/{id}/reject", "reject_nomination";
    /// The student takes the place that is offered: the host is asked.
    take = Take, "/api/v1/nominations/{id}/take", "take_offer";
    /// The student refuses the place that is offered.
    decline = Decline, "/api/v1/nominations/{id}/decline", "decline_offer";
    /// The student confirms; what else the student holds for the same term ends.
    confirm = Confirm, "/api/v1/nominations/{id}/confirm", "confirm_nomination";
    /// It is taken back, by the student or an office.
    withdraw = Withdraw, "/api/v1/nominations/{id}/withdraw", "withdraw_nomination";
    /// What was rejected is put forward again, judged by what is known now.
    renominate = Nominate, "/api/v1/nominations/{id}/nominate-again", "nominate_again";
    /// The stay is over.
    complete = Complete, "/api/v1/nominations/{id}/complete", "complete_nomination";
}

async fn act(
    Asked(desk): Asked,
    Id(id): Id<NominationId>,
    keyed: Keyed,
    Given(body): Given<ActBody>,
    act: ActKind,
) -> Result<Json<NominationMade>, Refused> {
    let request = keyed.of(&desk, &(act, id, &body));
    let form =
        ActForm { reason: body.reason.unwrap_or_default(), evidence: body.evidence.unwrap_or_default() };
    let state = nominations::act(&desk, id, act, &form, request.as_ref()).await;
    let state = state.map_err(|error| Refused::from(error).in_body(shape::pointer))?;
    Ok(Json(NominationMade { id: id.0, state: state.code() }))
}
