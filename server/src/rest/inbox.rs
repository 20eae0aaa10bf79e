//! `/api/v1/inbox`, and the calendar of an office.

use super::{
    problem::Refused,
    request::{Asked, Given, Id, Params},
};
use app::desk::{
    feed,
    inbox::{self, DealForm, InboxQuery},
};
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{id::InstitutionId, inbox::Item};
use serde::{Deserialize, Serialize};
use store::inbox::InboxItem;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What of the inbox.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InboxParams {
    /// `approval`, `signature`, `deadline`, `commitment`, `ending`, `gap` or `nomination`.
    #[param(example = "deadline")]
    kind: Option<String>,
    /// `open` (unless said), `dealt` or `all`.
    #[param(example = "open")]
    state: Option<String>,
}

/// Something that awaits an office.
#[derive(Debug, Serialize, ToSchema)]
pub struct InboxLine {
    /// The word by which it is marked as dealt with.
    pub item: String,
    /// `approval`, `signature`, `deadline`, `commitment`, `ending`, `gap` or `nomination`.
    pub kind: &'static str,
    /// Id of the institution it awaits.
    pub institution: Uuid,
    /// Since when it is awaited, or the day that comes.
    pub date: NaiveDate,
    /// Id of the agreement it is about.
    pub agreement: Option<Uuid>,
    /// That agreement's title in French.
    pub title_fr: Option<String>,
    /// That agreement's title in English.
    pub title_en: Option<String>,
    /// What happens on the day: `end`, or `notice`, the last day to give it.
    pub deadline: Option<&'static str>,
    /// Which reminder of a deadline it is: months before.
    pub months: Option<u16>,
    /// Why commitments call: `due` (nothing was observed), `risk` or `missed`.
    pub commitment: Option<&'static str>,
    /// How another party ended the agreement: `terminated` or `replaced`.
    pub ending: Option<&'static str>,
    /// Id of the partner without an agreement.
    pub partner: Option<Uuid>,
    /// The academic year without an agreement.
    pub year: Option<String>,
    /// Id of the nomination.
    pub nomination: Option<Uuid>,
    /// The name of the student.
    pub student: Option<String>,
    /// What the nomination awaits: `answer`, `correct`; the same for an institution without an account, `answer_for`, `correct_for`;
    /// `speak` for a student without an account; `know`: nothing but that you know what others did.
    pub request: Option<&'static str>,
    /// What the nomination is.
    pub nomination_state: Option<&'static str>,
    /// When the offer lapses that is to be answered.
    pub answer_by: Option<DateTime<Utc>>,
    /// Id of the nomination's home institution.
    pub home: Option<Uuid>,
    /// Id of the nomination's host institution.
    pub host: Option<Uuid>,
    /// When it was dealt with.
    pub dealt_at: Option<DateTime<Utc>>,
    /// The name of who did.
    pub dealt_by: Option<String>,
}

impl From<InboxItem> for InboxLine {
    fn from(mut item: InboxItem) -> Self {
        let (nomination, student, request) = match item.item {
            Item::Nomination { what, nomination, .. } => {
                let [name, _] = std::mem::take(&mut item.titles);
                (Some(nomination.0), Some(name), Some(what.code()))
            }
            _ => (None, None, None),
        };
        let [title_fr, title_en] = item.titles.map(|title| (!title.is_empty()).then_some(title));
        let (dealt_at, dealt_by) = item.dealt.map(|dealt| (dealt.at, dealt.name)).unzip();
        let (deadline, months) = match item.item {
            Item::Deadline { kind, months, .. } => (Some(kind.code()), Some(months)),
            _ => (None, None),
        };
        let commitment = match item.item {
            Item::Commitment { call, .. } => Some(call.code()),
            _ => None,
        };
        let ending = match item.item {
            Item::Ended { ending, .. } => Some(ending.code()),
            _ => None,
        };
        let (partner, year) = match item.item {
            Item::Gap { partner, year } => (Some(partner.0), Some(year.to_string())),
            _ => (None, None),
        };
        Self {
            item: item.item.to_string(),
            kind: item.item.kind().code(),
            institution: item.institution.0,
            date: item.item.day(),
            agreement: item.item.agreement().map(|id| id.0),
            title_fr,
            title_en,
            deadline,
            months,
            commitment,
            ending,
            partner,
            year,
            nomination,
            student,
            request,
            nomination_state: item.nomination.map(|about| about.state.code()),
            answer_by: item.nomination.and_then(|about| about.answer_by),
            home: item.nomination.map(|about| about.home.0),
            host: item.nomination.map(|about| about.host.0),
            dealt_at,
            dealt_by,
        }
    }
}

/// That something is dealt with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DealBody {
    /// Id of the institution it awaits.
    pub institution: String,
    /// Its word.
    pub item: String,
    /// Whether it is dealt with; false takes that back.
    pub is_dealt: bool,
}

/// The address of a calendar. It is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarAddress {
    /// The address.
    pub url: String,
}

/// What awaits one's offices, by date
#[utoipa::path(get, path = "/api/v1/inbox", operation_id = "list_inbox", tag = "inbox",
    params(InboxParams), responses((status = 200, body = Vec<InboxLine>)))]
pub async fn list(Asked(desk): Asked, Params(params): Params<InboxParams>) -> Result<Response, Refused> {
    let query = InboxQuery { kind: params.kind.unwrap_or_default(), state: params.state.unwrap_or_default() };
    query.parse().2.into_result(|| ())?;
    let inbox = inbox::inbox(&desk, &query).await?;
    let lines: Vec<InboxLine> = inbox.items.into_iter().map(InboxLine::from).collect();
    Ok(Json(lines).into_response())
}

/// Mark something as dealt with, or take that back
#[utoipa::path(post, path = "/api/v1/inbox", operation_id = "deal_with_inbox", tag = "inbox",
    request_body = DealBody, responses((status = 204, description = "It is noted")))]
pub async fn deal(Asked(desk): Asked, Given(body): Given<DealBody>) -> Result<StatusCode, Refused> {
    let form = DealForm { institution: body.institution, item: body.item };
    inbox::deal(&desk, &form, body.is_dealt).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give an office's private calendar a new address
///
/// The address before opens nothing any more. Whoever has the address reads the calendar.
#[utoipa::path(post, path = "/api/v1/institutions/{id}/calendar", operation_id = "renew_calendar", tag = "inbox",
    params(("id" = String, Path, format = Uuid, description = "Id of the institution")),
    responses((status = 200, body = CalendarAddress)))]
pub async fn renew(Asked(desk): Asked, Id(id): Id<InstitutionId>) -> Result<Response, Refused> {
    let url = feed::renew(&desk, &id.to_string()).await?;
    Ok(Json(CalendarAddress { url }).into_response())
}

/// Take the address of an office's private calendar away
#[utoipa::path(delete, path = "/api/v1/institutions/{id}/calendar", operation_id = "revoke_calendar", tag = "inbox",
    params(("id" = String, Path, format = Uuid, description = "Id of the institution")),
    responses((status = 204, description = "It opens nothing any more")))]
pub async fn revoke(Asked(desk): Asked, Id(id): Id<InstitutionId>) -> Result<StatusCode, Refused> {
    feed::revoke(&desk, &id.to_string()).await?;
    Ok(StatusCode::NO_CONTENT)
}
