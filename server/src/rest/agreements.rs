//! `/api/v1/agreements`.

pub mod body;
pub mod commitments;
pub mod flows;
pub mod life;
pub mod view;

use super::{
    page::{Page, limit},
    problem::{Kind, Refused},
    request::{Asked, Based, Given, Id, Params},
    seats::naming,
    tagged,
};
use crate::export;
use app::{
    desk::{
        Desk,
        agreements::{self, AgreementQuery},
        negotiation,
    },
    error::AppError,
};
use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use body::{AgreementBody, ApprovalsBody, CommentBody, RevertBody, SignaturesBody, TakenBackBody};
use chrono::NaiveDate;
use domain::{
    agreement::{AgreementForm, ApprovalForm, SignatureForm},
    id::AgreementId,
    lang::Lang,
    problem::FieldErrors,
};
use serde::Deserialize;
use utoipa::IntoParams;
use view::{AgreementLine, AgreementShown, CommentShown};

/// Which agreements, in which order. What is not given does not filter.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AgreementParams {
    /// Words, each the beginning of one of the agreement's; case and accents do not matter.
    #[param(example = "ales")]
    q: Option<String>,
    /// With a party in this country: ISO 3166-1 code, two letters.
    #[param(example = "JP")]
    country: Option<String>,
    /// With this institution, or a unit of it, as a party: its id.
    institution: Option<String>,
    /// With this institution, or a unit of it, as a party, too: its id.
    partner: Option<String>,
    /// Of this kind.
    #[param(value_type = Option<super::shape::AgreementKindCode>)]
    kind: Option<String>,
    /// What it is on the day asked for; `binding` takes in all that is in force, `not_over` all that is not over.
    #[param(value_type = Option<super::shape::StandingChoiceCode>)]
    standing: Option<String>,
    /// In force in this academic year.
    #[param(example = "2026/2027")]
    year: Option<String>,
    /// In this field of study, or one within it: a code of ISCED-F 2013.
    #[param(example = "061")]
    field: Option<String>,
    /// `me`: waiting for an office of the one who asks.
    #[param(example = "me")]
    awaiting: Option<String>,
    /// Ending before this date: its first day, where it is a month or a year.
    #[param(value_type = Option<super::shape::Edtf>)]
    ends_before: Option<String>,
    /// Between parties that no agreement binds in this academic year.
    #[param(example = "2026/2027")]
    uncovered: Option<String>,
    /// With this tag of your offices; case and accents do not matter.
    tag: Option<String>,
    /// The day as of which standings are told and asked for: what happened later does not count. Today unless said.
    #[param(value_type = Option<NaiveDate>, example = "2026-09-01")]
    on: Option<String>,
    #[param(value_type = Option<super::shape::SortCode>)]
    /// `recent` (unless said), `title`, `start`, `end`, or `relevance` with words (unless said).
    sort: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// Lines of a page, 1 to 100; 50 unless said.
    #[param(example = "50")]
    limit: Option<String>,
}

impl From<AgreementParams> for AgreementQuery {
    fn from(params: AgreementParams) -> Self {
        Self {
            q: params.q.unwrap_or_default(),
            country: params.country.unwrap_or_default(),
            institution: params.institution.unwrap_or_default(),
            partner: params.partner.unwrap_or_default(),
            kind: params.kind.unwrap_or_default(),
            standing: params.standing.unwrap_or_default(),
            year: params.year.unwrap_or_default(),
            field: params.field.unwrap_or_default(),
            awaiting: params.awaiting.unwrap_or_default(),
            ends_before: params.ends_before.unwrap_or_default(),
            uncovered: params.uncovered.unwrap_or_default(),
            tag: params.tag.unwrap_or_default(),
            on: params.on.unwrap_or_default(),
            columns: String::new(),
            sort: params.sort.unwrap_or_default(),
            after: params.after.unwrap_or_default(),
        }
    }
}

/// A page of the agreements one may see
///
/// Everyone sees what is published; offices also see those they are parties to, or manage.
#[utoipa::path(get, path = "/api/v1/agreements", operation_id = "list_agreements", tag = "agreements",
    params(AgreementParams), responses((status = 200, body = Page<AgreementLine>,
        headers(("Link" = String, description = "The address of the next page, `rel=\"next\"`")))))]
pub async fn list(
    Asked(desk): Asked,
    Params(mut params): Params<AgreementParams>,
) -> Result<Response, Refused> {
    let raw_limit = params.limit.take().unwrap_or_default();
    let query = AgreementQuery::from(params);
    let (_, _, _, mut errors) = query.parse(desk.lang());
    let limit = limit(&raw_limit, &mut errors);
    errors.into_result(|| ())?;
    let found = agreements::page(&desk, &query, limit).await?;
    let line = |item| AgreementLine::new(item, &found.page.names, found.on);
    let items = found.page.items.iter().map(line).collect();
    let next = found.page.next.as_ref().map(ToString::to_string);
    Ok(Page::new(items, next, found.count, found.bound).answer(&desk.visit.path, &desk.visit.query))
}

/// A list of agreements as CSV
///
/// Exactly the filtered list, in its order; cells that a spreadsheet would run begin with an apostrophe.
#[utoipa::path(get, path = "/api/v1/agreements/export/csv", operation_id = "export_agreements_csv", tag = "agreements",
    params(AgreementParams), responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn export_csv(
    Asked(desk): Asked,
    Params(params): Params<AgreementParams>,
) -> Result<Response, Refused> {
    Ok(export::agreements(&desk, &params.into(), export::Kind::Csv).await?)
}

/// A list of agreements as XLSX
///
/// Exactly the filtered list, in its order; every cell is a text.
#[utoipa::path(get, path = "/api/v1/agreements/export/xlsx", operation_id = "export_agreements_xlsx", tag = "agreements",
    params(AgreementParams), responses((status = 200, body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
pub async fn export_xlsx(
    Asked(desk): Asked,
    Params(params): Params<AgreementParams>,
) -> Result<Response, Refused> {
    Ok(export::agreements(&desk, &params.into(), export::Kind::Xlsx).await?)
}

/// One agreement, as far as one may see it
#[utoipa::path(get, path = "/api/v1/agreements/{id}", operation_id = "get_agreement", tag = "agreements",
    params(("id" = String, Path, format = Uuid, description = "Id of the agreement"), DayParams),
    responses((status = 200, body = AgreementShown, headers(("ETag" = String, description = "The version, quoted")))))]
pub async fn show(
    Asked(desk): Asked,
    Id(id): Id<AgreementId>,
    Params(params): Params<DayParams>,
) -> Result<Response, Refused> {
    let query = AgreementQuery { on: params.on.unwrap_or_default(), ..AgreementQuery::default() };
    let mut errors = FieldErrors::default();
    errors.take("on", query.day());
    errors.into_result(|| ())?;
    shown_on(&desk, id, agreements::day(&desk, &query)).await
}

/// As of which day.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DayParams {
    /// The day of its standing: what happened later does not count in it. Today unless said.
    #[param(value_type = Option<NaiveDate>, example = "2026-09-01")]
    on: Option<String>,
}

/// Which revision, in which language.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PaperParams {
    /// Number of the revision; the one that rules unless said.
    #[param(value_type = Option<i64>)]
    pub revision: Option<String>,
    /// `fr` or `en`; as `Accept-Language` says unless said.
    pub lang: Option<String>,
}

/// A revision as a PDF file
///
/// All it says, its parties with their approvals and signatures, and the hash of its content; tagged for assistive technology
/// (PDF/UA-1).
#[utoipa::path(get, path = "/api/v1/agreements/{id}/pdf", operation_id = "print_agreement", tag = "agreements",
    params(("id" = String, Path, format = Uuid, description = "Id of the agreement"), PaperParams),
    responses((status = 200, description = "The file, to be saved", content_type = "application/pdf")))]
pub async fn pdf(
    Asked(desk): Asked,
    Id(id): Id<AgreementId>,
    Params(params): Params<PaperParams>,
) -> Result<Response, Refused> {
    let lang = params.lang.as_deref().map(|code| Lang::from_code(code).ok_or(Kind::NotFound)).transpose()?;
    let desk = match lang {
        Some(lang) => desk.speaking(lang),
        None => desk,
    };
    let number = match params.revision {
        Some(number) => number.parse().ok(),
        None => agreements::view(&desk, id).await?.record.ruling().map(|ruling| ruling.number),
    };
    Ok(crate::pdf::answer(&desk, id, number.ok_or(AppError::NotFound)?).await?)
}

/// Write down an agreement: a draft of your office
#[utoipa::path(post, path = "/api/v1/agreements", operation_id = "create_agreement", tag = "agreements",
    request_body = AgreementBody, responses((status = 201, body = AgreementShown,
        headers(("Location" = String, description = "Its address"), ("ETag" = String, description = "The version, quoted")))))]
pub async fn create(Asked(desk): Asked, Given(body): Given<AgreementBody>) -> Result<Response, Refused> {
    let id = agreements::create(&desk, &body.into()).await.map_err(in_body)?;
    let location = [(header::LOCATION, format!("/api/v1/agreements/{id}"))];
    Ok((StatusCode::CREATED, location, shown(&desk, id).await?).into_response())
}

/// Save an agreement that is at a version
///
/// Content that was approved or signed is never changed: a new revision is begun. What GET shows as `draft` is
/// what this takes.
#[utoipa::path(put, path = "/api/v1/agreements/{id}", operation_id = "update_agreement", tag = "agreements",
    params(("id" = String, Path, format = Uuid, description = "Id of the agreement"),
        ("If-Match" = String, Header, description = "The version it is based on, quoted", example = "\"3\"")),
    request_body = AgreementBody, responses((status = 200, body = AgreementShown,
        headers(("ETag" = String, description = "The new version, quoted")))))]
pub async fn update(
    Asked(desk): Asked,
    Id(id): Id<AgreementId>,
    Based(version): Based,
    Given(body): Given<AgreementBody>,
) -> Result<Response, Refused> {
    let form = AgreementForm::from(body);
    match agreements::update(&desk, id, version, &form).await {
        Ok(_) => shown(&desk, id).await,
        Err(AppError::Stale { .. }) => {
            let saved = agreements::open(&desk, Some(id)).await?;
            let differences = agreements::compare(&saved.saved, &form);
            Err(Refused::stale(saved.version, differences).in_body(AgreementBody::pointer))
        }
        Err(error) => {
            let people = agreements::in_the_way(&desk, id, &form, Some(&error)).await?;
            Err(in_body(error).naming(people))
        }
    }
}

/// Delete a draft that nobody approved or signed
#[utoipa::path(delete, path = "/api/v1/agreements/{id}", operation_id = "delete_agreement", tag = "agreements",
    params(("id" = String, Path, format = Uuid, description = "Id of the agreement")),
    responses((status = 204, description = "It is gone")))]
pub async fn delete(Asked(desk): Asked, Id(id): Id<AgreementId>) -> Result<StatusCode, Refused> {
    agreements::delete(&desk, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Share the latest revision with the offices of the other parties
///
/// Sharing again changes nothing.
#[utoipa::path(post, path = "/api/v1/agreements/{id}/share", operation_id = "share_agreement", tag = "agreements",
    params(("id" = String, Path, format = Uuid, description = "Id of the agreement")),
    responses((status = 200, body = AgreementShown)))]
pub async fn share(Asked(desk): Asked, Id(id): Id<AgreementId>) -> Result<Response, Refused> {
    agreements::share(&desk, id).await?;
    shown(&desk, id).await
}

/// Publish an agreement that was shared
#[utoipa::path(post, path = "/api/v1/agreements/{id}/publish", operation_id = "publish_agreement", tag = "agreements",
    params(("id" = String, Path, format = Uuid, description = "Id of the agreement")),
    responses((status = 200, body = AgreementShown)))]
pub async fn publish(Asked(desk): Asked, Id(id): Id<AgreementId>) -> Result<Response, Refused> {
    agreements::publish(&desk, id, true).await?;
    shown(&desk, id).await
}

/// Take an agreement out of the public registry
#[utoipa::path(post, path = "/api/v1/agreements/{id}/withdraw", operation_id = "withdraw_agreement", tag = "agreements",
    params(("id" = String, Path, format = Uuid, description = "Id of the agreement")),
    responses((status = 200, body = AgreementShown)))]
pub async fn withdraw(Asked(desk): Asked, Id(id): Id<AgreementId>) -> Result<Response, Refused> {
    agreements::publish(&desk, id, false).await?;
    shown(&desk, id).await
}

/// Record signatures on the latest revision
///
/// By a lead of the party that signed, or of another party where that one has no account here. Where the revision would come to rule
/// with fewer places than are taken, the refusal names the nominations that would have to go (`in_the_way`), as it does for approvals.
#[utoipa::path(post, path = "/api/v1/agreements/{id}/sign", operation_id = "sign_agreement", tag = "agreements",
    params(("id" = String, Path, format = Uuid, description = "Id of the agreement")),
    request_body = SignaturesBody, responses((status = 200, body = AgreementShown)))]
pub async fn sign(
    Asked(desk): Asked,
    Id(id): Id<AgreementId>,
    Given(body): Given<SignaturesBody>,
) -> Result<Response, Refused> {
    let forms: Vec<SignatureForm> = body.signatures.into_iter().map(SignatureForm::from).collect();
    match negotiation::sign(&desk, id, &body.hash, &forms).await {
        Ok(()) => shown(&desk, id).await,
        Err(error) => Err(naming(&desk, error).await?.in_body(AgreementBody::pointer)),
    }
}

/// Record approvals of the latest revision
///
/// By a lead of the party that approves, or of another party where that one has no account here. Refused when the content
/// has changed since it was read.
#[utoipa::path(post, path = "/api/v1/agreements/{id}/approve", operation_id = "approve_agreement", tag = "agreements",
    params(("id" = String, Path, format = Uuid, description = "Id of the agreement")),
    request_body = ApprovalsBody, responses((status = 200, body = AgreementShown)))]
pub async fn approve(
    Asked(desk): Asked,
    Id(id): Id<AgreementId>,
    Given(body): Given<ApprovalsBody>,
) -> Result<Response, Refused> {
    let forms: Vec<ApprovalForm> = body.approvals.into_iter().map(ApprovalForm::from).collect();
    match negotiation::approve(&desk, id, &body.hash, &forms).await {
        Ok(()) => shown(&desk, id).await,
        Err(error) => Err(naming(&desk, error).await?.in_body(AgreementBody::pointer)),
    }
}

/// Take back an approval
///
/// As long as nothing rests on it: no later revision, not the approval of all, no signature.
#[utoipa::path(post, path = "/api/v1/agreements/{id}/take-back", operation_id = "take_back_approval", tag = "agreements",
    params(("id" = String, Path, format = Uuid, description = "Id of the agreement")),
    request_body = TakenBackBody, responses((status = 200, body = AgreementShown)))]
pub async fn take_back(
    Asked(desk): Asked,
    Id(id): Id<AgreementId>,
    Given(body): Given<TakenBackBody>,
) -> Result<Response, Refused> {
    negotiation::withdraw_approval(&desk, id, &body.institution, body.revision).await?;
    shown(&desk, id).await
}

/// Drop the latest revision for the one before
///
/// It can still be read. Refused once all parties approved it, or one signed it.
#[utoipa::path(post, path = "/api/v1/agreements/{id}/revert", operation_id = "revert_agreement", tag = "agreements",
    params(("id" = String, Path, format = Uuid, description = "Id of the agreement")),
    request_body = RevertBody, responses((status = 200, body = AgreementShown)))]
pub async fn revert(
    Asked(desk): Asked,
    Id(id): Id<AgreementId>,
    Given(body): Given<RevertBody>,
) -> Result<Response, Refused> {
    negotiation::revert(&desk, id, &body.hash).await?;
    shown(&desk, id).await
}

/// The comments on an agreement's revisions, the oldest first
#[utoipa::path(get, path = "/api/v1/agreements/{id}/comments", operation_id = "list_comments", tag = "agreements",
    params(("id" = String, Path, format = Uuid, description = "Id of the agreement")),
    responses((status = 200, body = Vec<CommentShown>)))]
pub async fn comments(Asked(desk): Asked, Id(id): Id<AgreementId>) -> Result<Response, Refused> {
    let comments = negotiation::comments(&desk, id).await?;
    let shown: Vec<_> = comments.into_iter().map(CommentShown::from).collect();
    Ok(Json(shown).into_response())
}

/// Comment on a revision, for the parties' offices to read
#[utoipa::path(post, path = "/api/v1/agreements/{id}/comments", operation_id = "comment_agreement", tag = "agreements",
    params(("id" = String, Path, format = Uuid, description = "Id of the agreement")),
    request_body = CommentBody, responses((status = 204, description = "It is written")))]
pub async fn comment(
    Asked(desk): Asked,
    Id(id): Id<AgreementId>,
    Given(body): Given<CommentBody>,
) -> Result<StatusCode, Refused> {
    negotiation::comment(&desk, id, body.revision, &body.body).await.map_err(in_body)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn shown(desk: &Desk, id: AgreementId) -> Result<Response, Refused> {
    shown_on(desk, id, desk.today()).await
}

async fn shown_on(desk: &Desk, id: AgreementId, on: NaiveDate) -> Result<Response, Refused> {
    let view = agreements::view_on(desk, id, on).await?;
    let shown = AgreementShown::new(&view).ok_or(Kind::Internal)?;
    Ok(tagged(view.record.version, shown))
}

fn in_body(error: AppError) -> Refused {
    Refused::from(error).in_body(AgreementBody::pointer)
}
