//! Commitments of an agreement, and `/api/v1/agreements/{id}/commitments/{commitment}/observations`.

use crate::rest::{
    Refused,
    request::{Asked, Given, Id, Ids},
    shape::{self, ByLanguage, FrEn, by_language, filled},
};
use app::desk::commitments::{self, CommitmentView, ObservationView};
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    commitment::{CommitmentForm, ObservationForm, Occurrence, Value, WithdrawalForm},
    id::{AgreementId, CommitmentId, ObservationId},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A promise in an agreement.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CommitmentBody {
    /// Its id, which observations go by: send the one that GET shows. A new commitment needs none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Uuid)]
    pub id: Option<String>,
    /// What is promised, at most 300 characters, in one language or both.
    #[schema(required)]
    pub text: FrEn,
    /// How it is measured.
    #[schema(required, value_type = shape::MeasureCode)]
    pub measure: String,
    /// For a share or a number; `at_least` unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::BoundCode>)]
    pub bound: Option<String>,
    /// A percentage with at most two decimals, or a whole number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "30")]
    pub target: Option<String>,
    /// How often; once for the whole period unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::CycleCode>)]
    pub each: Option<String>,
    /// How many months, for each of `months`, 1 to 240.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub months: Option<i64>,
    /// Id of the party that answers for it; all of them unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Uuid)]
    pub owner: Option<String>,
    /// From when on; with the agreement unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::Edtf>)]
    pub starts: Option<String>,
    /// Until when; with the agreement unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::Edtf>)]
    pub ends: Option<String>,
    /// By when, for what is promised once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::Edtf>)]
    pub due: Option<String>,
}

impl CommitmentBody {
    /// Where a field of the form stands in the body of its agreement.
    pub fn pointer(field: &str) -> String {
        let field = field.replace(".text_fr", ".text.fr").replace(".text_en", ".text.en");
        shape::pointer(&field)
    }
}

impl From<CommitmentBody> for CommitmentForm {
    fn from(body: CommitmentBody) -> Self {
        let (text_fr, text_en) = FrEn::into_form(Some(body.text));
        // A form has blank rows that count for nothing; in JSON a commitment that says nothing is a fault.
        let is_unsaid = body.measure.trim().is_empty();
        Self {
            id: body.id.unwrap_or_default(),
            text_fr,
            text_en,
            measure: if is_unsaid { "?".to_owned() } else { body.measure },
            bound: body.bound.unwrap_or_default(),
            target: body.target.unwrap_or_default(),
            each: body.each.unwrap_or_default(),
            months: body.months.map(|months| months.to_string()).unwrap_or_default(),
            owner: body.owner.unwrap_or_default(),
            starts: body.starts.unwrap_or_default(),
            ends: body.ends.unwrap_or_default(),
            due: body.due.unwrap_or_default(),
        }
    }
}

impl From<&CommitmentForm> for CommitmentBody {
    fn from(form: &CommitmentForm) -> Self {
        Self {
            id: filled(&form.id),
            text: FrEn::of(&form.text_fr, &form.text_en).unwrap_or_default(),
            measure: form.measure.clone(),
            bound: filled(&form.bound),
            target: filled(&form.target),
            each: filled(&form.each),
            months: form.months.parse().ok(),
            owner: filled(&form.owner),
            starts: filled(&form.starts),
            ends: filled(&form.ends),
            due: filled(&form.due),
        }
    }
}

/// A commitment, and how it is kept today.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommitmentShown {
    /// Its id.
    pub id: Uuid,
    /// What is promised, by language.
    pub text: ByLanguage,
    /// What is promised, as it was written.
    pub promise: CommitmentBody,
    /// Whether the revision that rules holds it; an earlier one does where not.
    pub is_ruling: bool,
    /// Where it stands.
    #[schema(value_type = shape::CommitmentStandingCode)]
    pub standing: &'static str,
    /// What was observed last: a percentage, a whole number, `yes` or `no`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_value: Option<String>,
    /// When that was so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_on: Option<NaiveDate>,
    /// When it is due next; a past day where an observation is overdue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// Each time it was to be kept so far, the oldest first.
    pub occurrences: Vec<OccurrenceShown>,
    /// Whether you may note an observation.
    pub may_note: bool,
}

/// One time that a promise is to be kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct OccurrenceShown {
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_on: Option<NaiveDate>,
    /// The day by which it is to be kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// The last share or answer observed, or the sum of what was counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Where it stands.
    #[schema(value_type = shape::CommitmentStandingCode)]
    pub standing: &'static str,
}

impl From<&Occurrence> for OccurrenceShown {
    fn from(occurrence: &Occurrence) -> Self {
        Self {
            starts_on: occurrence.starts_on,
            due_on: occurrence.due_on,
            value: occurrence.value.map(Value::typed),
            standing: occurrence.standing.code(),
        }
    }
}

impl From<&CommitmentView> for CommitmentShown {
    fn from(view: &CommitmentView) -> Self {
        let CommitmentView { commitment, followed, .. } = view;
        Self {
            id: commitment.id.0,
            text: by_language(&commitment.text),
            promise: (&CommitmentForm::from(commitment)).into(),
            is_ruling: view.is_ruling,
            standing: followed.standing.code(),
            last_value: followed.last.map(|last| last.value.typed()),
            last_on: followed.last.map(|last| last.on),
            due_on: followed.due_on,
            occurrences: followed.occurrences.iter().map(OccurrenceShown::from).collect(),
            may_note: view.note,
        }
    }
}

/// What was observed of a commitment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ObservationBody {
    /// The day it was so, not later than today.
    #[schema(required, format = Date)]
    pub observed_on: String,
    /// A percentage, a whole number (how many more since the observation before), `yes` or `no`.
    #[schema(required, example = "31.5")]
    pub value: String,
    /// What attests to it, at most 1,000 characters: this, a document or a link is needed.
    pub evidence: Option<String>,
    /// Id of a document of the agreement that attests to it. It is not removed from then on.
    pub document: Option<String>,
    /// Where that is found.
    pub link: Option<String>,
}

impl From<ObservationBody> for ObservationForm {
    fn from(body: ObservationBody) -> Self {
        Self {
            observed_on: body.observed_on,
            value: body.value,
            evidence: body.evidence.unwrap_or_default(),
            document: body.document.unwrap_or_default(),
            link: body.link.unwrap_or_default(),
        }
    }
}

/// Why an observation is withdrawn.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WithdrawalBody {
    /// Why, at most 1,000 characters.
    #[schema(required)]
    pub reason: String,
}

/// An observation of a commitment.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObservationShown {
    /// Its id.
    pub id: Uuid,
    /// The day it was so.
    pub observed_on: NaiveDate,
    /// A percentage, a whole number, `yes` or `no`.
    pub value: String,
    /// What attests to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// Id of the document of the agreement that attests to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<Uuid>,
    /// Where that is found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Id of the institution whose office noted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub office: Option<Uuid>,
    /// Who noted it.
    pub noted_by: String,
    /// When.
    pub noted_at: DateTime<Utc>,
    /// That it was withdrawn: it counts no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawal: Option<WithdrawalShown>,
    /// Whether you may withdraw it.
    pub may_withdraw: bool,
}

/// That an observation was withdrawn.
#[derive(Debug, Serialize, ToSchema)]
pub struct WithdrawalShown {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
}

impl From<ObservationView> for ObservationShown {
    fn from(view: ObservationView) -> Self {
        let record = view.record;
        let withdrawal = record.withdrawal.map(|withdrawal| WithdrawalShown {
            at: withdrawal.at,
            by: withdrawal.by_name,
            reason: withdrawal.reason,
        });
        Self {
            id: record.id.0,
            observed_on: record.observed_on,
            value: record.value.typed(),
            evidence: record.evidence,
            document: record.document.map(|document| document.0),
            link: record.link.map(|link| link.to_string()),
            office: record.office.map(|office| office.0),
            noted_by: record.noted_by_name,
            noted_at: record.noted_at,
            withdrawal,
            may_withdraw: view.withdraw,
        }
    }
}

/// The id of an observation that was noted.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObservationNoted {
    /// Its id.
    pub id: Uuid,
}

/// The observations of a commitment, the latest first, withdrawn ones too
#[utoipa::path(get, path = "/api/v1/agreements/{id}/commitments/{commitment}/observations", operation_id = "list_observations",
    tag = "agreements", params(("id" = String, Path, format = Uuid, description = "Id of the agreement"),
        ("commitment" = String, Path, format = Uuid, description = "Id of the commitment")),
    responses((status = 200, body = Vec<ObservationShown>)))]
pub async fn observations(
    Asked(desk): Asked,
    Ids(id, commitment): Ids<AgreementId, CommitmentId>,
) -> Result<Response, Refused> {
    let found = commitments::observations(&desk, id, commitment).await?;
    let shown: Vec<_> = found.into_iter().map(ObservationShown::from).collect();
    Ok(Json(shown).into_response())
}

/// Note what was observed of a commitment
///
/// Of one that the revision that rules holds. An observation is not changed: it is withdrawn, and another is noted.
#[utoipa::path(post, path = "/api/v1/agreements/{id}/commitments/{commitment}/observations", operation_id = "note_observation",
    tag = "agreements", params(("id" = String, Path, format = Uuid, description = "Id of the agreement"),
        ("commitment" = String, Path, format = Uuid, description = "Id of the commitment")),
    request_body = ObservationBody, responses((status = 201, body = ObservationNoted)))]
pub async fn note(
    Asked(desk): Asked,
    Ids(id, commitment): Ids<AgreementId, CommitmentId>,
    Given(body): Given<ObservationBody>,
) -> Result<Response, Refused> {
    let noted = commitments::note(&desk, id, commitment, &body.into()).await.map_err(in_body)?;
    Ok((StatusCode::CREATED, Json(ObservationNoted { id: noted.0 })).into_response())
}

/// Withdraw an observation
///
/// By the office that noted it. It stays, with the reason, and counts no more.
#[utoipa::path(post, path = "/api/v1/observations/{id}/withdraw", operation_id = "withdraw_observation", tag = "agreements",
    params(("id" = String, Path, format = Uuid, description = "Id of the observation")),
    request_body = WithdrawalBody, responses((status = 204, description = "It is withdrawn")))]
pub async fn withdraw(
    Asked(desk): Asked,
    Id(id): Id<ObservationId>,
    Given(body): Given<WithdrawalBody>,
) -> Result<StatusCode, Refused> {
    commitments::withdraw(&desk, id, &WithdrawalForm { reason: body.reason }).await.map_err(in_body)?;
    Ok(StatusCode::NO_CONTENT)
}

fn in_body(error: app::error::AppError) -> Refused {
    Refused::from(error).in_body(shape::pointer)
}
