//! The end of an agreement and what follows it: `/api/v1/agreements/{id}/terminate` and the like.

use super::shown;
use crate::rest::{
    problem::Refused,
    request::{Asked, Given, Id},
    shape::{self, FrEn, NotRenewedCode, SuccessionKindCode},
};
use app::desk::{agreements::AgreementView, life};
use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chrono::NaiveDate;
use domain::{
    agreement::{ALL_PARTIES, TerminationForm},
    id::AgreementId,
};
use serde::{Deserialize, Serialize};
use store::agreement::{RenewalLine, TerminationRecord};
use utoipa::ToSchema;
use uuid::Uuid;

/// A termination to record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TerminationBody {
    /// Id of the party that gave notice; none where the parties end it together.
    #[schema(format = Uuid)]
    pub party: Option<String>,
    /// The day the other parties were told; never later than today, nor before there was something to end.
    #[schema(required, format = Date)]
    pub notified_on: String,
    /// First day on which it no longer binds.
    #[schema(required, format = Date)]
    pub effective_on: String,
    /// Why: needed where the notice is shorter than agreed (an academic year, unless said), and given by one party.
    pub reason: Option<String>,
    /// What attests to it, in words: this or a document is needed together, on behalf of a party without an account, and for what is in
    /// effect already.
    pub evidence: Option<String>,
    /// Id of the document of the agreement that attests to it.
    #[schema(format = Uuid)]
    pub document: Option<String>,
}

impl From<TerminationBody> for TerminationForm {
    fn from(body: TerminationBody) -> Self {
        Self {
            party: body.party.unwrap_or_else(|| ALL_PARTIES.to_owned()),
            notified_on: body.notified_on,
            effective_on: body.effective_on,
            reason: body.reason.unwrap_or_default(),
            evidence: body.evidence.unwrap_or_default(),
            document: body.document.unwrap_or_default(),
        }
    }
}

/// The agreement that takes another's place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReplacementBody {
    /// Its id.
    #[schema(required, format = Uuid)]
    pub successor: String,
}

/// Agreements to renew, in one transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RenewalsBody {
    /// Their ids, at most 500.
    #[schema(required)]
    pub agreements: Vec<Uuid>,
}

/// What became of an agreement in a mass renewal.
#[derive(Debug, Serialize, ToSchema)]
pub struct RenewalShown {
    /// The agreement.
    pub agreement: Uuid,
    /// Its title.
    pub title: FrEn,
    /// The draft that renews it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft: Option<Uuid>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<NotRenewedCode>)]
    pub why_not: Option<&'static str>,
}

/// The report of a mass renewal.
#[derive(Debug, Serialize, ToSchema)]
pub struct RenewalsShown {
    /// Its id.
    pub id: Uuid,
    /// Each agreement, in the order sent.
    pub agreements: Vec<RenewalShown>,
}

impl From<RenewalLine> for RenewalShown {
    fn from(line: RenewalLine) -> Self {
        Self {
            agreement: line.agreement.0,
            title: FrEn::of(&line.title_fr, &line.title_en).unwrap_or_default(),
            draft: line.outcome.ok().map(|draft| draft.0),
            why_not: line.outcome.err().map(domain::agreement::NotRenewed::code),
        }
    }
}

/// How an agreement ended before its time.
#[derive(Debug, Serialize, ToSchema)]
pub struct TerminationShown {
    /// Id of the party that gave notice; none where the parties ended it together.
    pub party: Option<Uuid>,
    /// When the other parties were told.
    pub notified_on: NaiveDate,
    /// First day on which it no longer binds.
    pub effective_on: NaiveDate,
    /// Months of notice that were asked for when it was recorded; for the offices of its parties.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice_months: Option<u16>,
    /// Whether they were respected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_notice_respected: Option<bool>,
    /// Why; for the offices of its parties.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What attests to it; for the offices of its parties.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// Id of the document that attests to it; for the offices of its parties.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<Uuid>,
    /// Whether another party's office recorded it.
    pub is_on_behalf: bool,
}

impl TerminationShown {
    pub(super) fn new(record: &TerminationRecord, has_content: bool) -> Self {
        let (notice_months, is_notice_respected) = record.notice().filter(|_| has_content).unzip();
        Self {
            party: record.party.map(|party| party.0),
            notified_on: record.notified_on,
            effective_on: record.effective_on,
            notice_months,
            is_notice_respected,
            reason: record.reason.clone().filter(|_| has_content),
            evidence: record.evidence.clone().filter(|_| has_content),
            document: record.document.filter(|_| has_content).map(|document| document.0),
            is_on_behalf: record.is_on_behalf,
        }
    }
}

/// An agreement before or after this one.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelatedShown {
    /// Its id.
    pub id: Uuid,
    /// How the later follows the earlier.
    #[schema(value_type = SuccessionKindCode)]
    pub kind: &'static str,
    /// Whether it is the later of the two.
    pub is_successor: bool,
    /// Its title.
    pub title: FrEn,
}

/// The agreements before and after one that its reader may know of.
pub(super) fn related(view: &AgreementView) -> Vec<RelatedShown> {
    let shown = |related: &store::agreement::Related| RelatedShown {
        id: related.agreement.0,
        kind: related.kind.code(),
        is_successor: related.is_successor,
        title: FrEn::of(&related.title_fr, &related.title_en).unwrap_or_default(),
    };
    view.related.iter().map(shown).collect()
}

/// Record that an agreement ends before its time
///
/// By a lead of the party that gave notice, or of another party where that one has no account here.
#[utoipa::path(post, path = "/api/v1/agreements/{id}/terminate", operation_id = "terminate_agreement", tag = "agreements",
    params(("id" = String, Path, format = Uuid, description = "Id of the agreement")),
    request_body = TerminationBody, responses((status = 200, body = super::AgreementShown)))]
pub async fn terminate(
    Asked(desk): Asked,
    Id(id): Id<AgreementId>,
    Given(body): Given<TerminationBody>,
) -> Result<Response, Refused> {
    life::terminate(&desk, id, &body.into()).await.map_err(in_body)?;
    shown(&desk, id).await
}

/// Take a termination back, before it takes effect
#[utoipa::path(post, path = "/api/v1/agreements/{id}/withdraw-termination", operation_id = "withdraw_termination", tag = "agreements",
    params(("id" = String, Path, format = Uuid, description = "Id of the agreement")),
    responses((status = 200, body = super::AgreementShown)))]
pub async fn withdraw_termination(Asked(desk): Asked, Id(id): Id<AgreementId>) -> Result<Response, Refused> {
    life::withdraw_termination(&desk, id).await?;
    shown(&desk, id).await
}

/// Begin the draft that renews an agreement
///
/// The same parties and terms, for a period of the same length that begins when this one ends.
#[utoipa::path(post, path = "/api/v1/agreements/{id}/renew", operation_id = "renew_agreement", tag = "agreements",
    params(("id" = String, Path, format = Uuid, description = "Id of the agreement")),
    responses((status = 201, body = super::AgreementShown, headers(("Location" = String, description = "The address of the draft")))))]
pub async fn renew(Asked(desk): Asked, Id(id): Id<AgreementId>) -> Result<Response, Refused> {
    let draft = life::renew(&desk, id).await?;
    let location = [(header::LOCATION, format!("/api/v1/agreements/{draft}"))];
    Ok((StatusCode::CREATED, location, shown(&desk, draft).await?).into_response())
}

/// Name the agreement that takes another's place
///
/// Both have a party in common. Once the other is signed, this one counts as renewed from the day the other begins.
#[utoipa::path(post, path = "/api/v1/agreements/{id}/replace", operation_id = "replace_agreement", tag = "agreements",
    params(("id" = String, Path, format = Uuid, description = "Id of the agreement")),
    request_body = ReplacementBody, responses((status = 200, body = super::AgreementShown)))]
pub async fn replace(
    Asked(desk): Asked,
    Id(id): Id<AgreementId>,
    Given(body): Given<ReplacementBody>,
) -> Result<Response, Refused> {
    life::replace(&desk, id, &body.successor).await.map_err(in_body)?;
    shown(&desk, id).await
}

/// Take back that another agreement took its place
#[utoipa::path(post, path = "/api/v1/agreements/{id}/keep", operation_id = "keep_agreement", tag = "agreements",
    params(("id" = String, Path, format = Uuid, description = "Id of the agreement")),
    request_body = ReplacementBody, responses((status = 200, body = super::AgreementShown)))]
pub async fn keep(
    Asked(desk): Asked,
    Id(id): Id<AgreementId>,
    Given(body): Given<ReplacementBody>,
) -> Result<Response, Refused> {
    let successor = body.successor.parse().map_err(|_| app::error::AppError::NotFound)?;
    life::keep(&desk, id, successor).await?;
    shown(&desk, id).await
}

/// Renew many agreements, in one transaction
///
/// Each that may be renewed gets its draft; of each other one the report says why not.
#[utoipa::path(post, path = "/api/v1/agreements/renewals", operation_id = "renew_agreements", tag = "agreements",
    request_body = RenewalsBody, responses((status = 201, body = RenewalsShown)))]
pub async fn renew_many(Asked(desk): Asked, Given(body): Given<RenewalsBody>) -> Result<Response, Refused> {
    let ids: Vec<AgreementId> = body.agreements.into_iter().map(AgreementId).collect();
    let (id, lines) = life::renew_many(&desk, &ids).await.map_err(in_body)?;
    let agreements = lines.into_iter().map(RenewalShown::from).collect();
    Ok((StatusCode::CREATED, Json(RenewalsShown { id, agreements })).into_response())
}

fn in_body(error: app::error::AppError) -> Refused {
    Refused::from(error).in_body(shape::pointer)
}
