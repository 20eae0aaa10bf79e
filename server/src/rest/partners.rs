//! `/api/v1/institutions/{id}/partners`: with whom an institution has agreements, and what happened between two.

use super::{
    institutions::InstitutionLine,
    page::{Page, limit, linked},
    problem::Refused,
    request::{Asked, Id, Params},
    shape::{
        AgreementKindCode, ByLanguage, DeadlineKindCode, DocumentKindCode, EventKindCode, FrEn, Links,
        SuccessionKindCode, by_language,
    },
};
use app::desk::{
    href,
    partners::{self, ContactLine, DeadlineLine, Partnership},
};
use axum::{Json, extract::Path, response::Response};
use chrono::NaiveDate;
use domain::{
    academic_year::AcademicYear,
    id::InstitutionId,
    lang::Lang,
    partner::{Moment, Partner, Until},
    problem::{FieldErrors, Problem},
    text::optional,
};
use serde::{Deserialize, Serialize};
use store::{
    institution::Names,
    partner::{Event, What},
};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A partner counts to this number at most: all are.
const NO_BOUND: i64 = i64::MAX;

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PartnerParams {
    /// The `next` of the page before.
    after: Option<String>,
    /// Lines of a page, 1 to 100; 50 unless said.
    #[param(example = "50")]
    limit: Option<String>,
}

/// A partner of an institution.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartnerShown {
    /// Id of the partner.
    pub institution: Uuid,
    /// Its names by language.
    pub names: ByLanguage,
    /// How many agreements name both.
    pub agreements: usize,
    /// How many of them are in force today.
    pub in_force: usize,
    /// The last day of the last of them that was signed; none where that has no end, or none was signed.
    pub until: Option<NaiveDate>,
    /// Whether one of them that was signed has no end.
    pub is_open_ended: bool,
    /// The academic years, of those that matter today, for which the two have no agreement on exchanges any more; for the
    /// offices of the two only.
    pub gaps: Vec<String>,
    /// Where to find what the two have between them.
    pub links: Links,
}

impl PartnerShown {
    fn new(of: InstitutionId, partner: &Partner, names: &Names) -> Self {
        let id = partner.institution;
        Self {
            institution: id.0,
            names: names.get(&id).map(by_language).unwrap_or_default(),
            agreements: partner.agreements,
            in_force: partner.in_force,
            until: match partner.until {
                Some(Until::Day(day)) => Some(day),
                Some(Until::Open) | None => None,
            },
            is_open_ended: partner.until == Some(Until::Open),
            gaps: words(&partner.gaps),
            links: links(of, id),
        }
    }
}

fn links(one: InstitutionId, other: InstitutionId) -> Links {
    let page =
        |lang: Lang| (lang.code().to_owned(), href(lang, &format!("/institutions/{one}/with/{other}")));
    Links {
        this: format!("/api/v1/institutions/{one}/partners/{other}"),
        html: Lang::ALL.into_iter().map(page).collect(),
    }
}

fn words(years: &[AcademicYear]) -> Vec<String> {
    years.iter().map(ToString::to_string).collect()
}

/// The years covered by agreements on exchanges.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoverageShown {
    /// The first academic year covered.
    #[schema(example = "2021/2022")]
    pub since: Option<String>,
    /// The last one.
    #[schema(example = "2025/2026")]
    pub until: Option<String>,
    /// The years that were not covered while the one before was.
    pub gaps: Vec<String>,
}

/// A deadline that comes near.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadlineShown {
    /// Id of the agreement.
    pub agreement: Uuid,
    /// Its title.
    pub title: Option<FrEn>,
    /// What happens on the day.
    #[schema(value_type = DeadlineKindCode)]
    pub kind: &'static str,
    /// The day.
    pub on: NaiveDate,
}

/// Someone to write to.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartnerContactShown {
    /// Id of the party.
    pub institution: Uuid,
    /// Id of the agreement that names the person.
    pub agreement: Uuid,
    /// Name.
    pub name: String,
    /// What the person does there.
    pub role: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
}

/// Something that happened between two institutions, or will.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct EventShown {
    /// What.
    #[schema(value_type = EventKindCode)]
    pub kind: &'static str,
    /// When: as it was given, with `?` when to be confirmed, else the day it was recorded.
    #[schema(value_type = super::shape::Edtf)]
    pub on: String,
    /// Whether that is only the day it was recorded: the date itself was not given.
    pub is_undated: bool,
    /// Id of the agreement it belongs to.
    pub agreement: Uuid,
    /// That agreement's title.
    pub title: Option<FrEn>,
    /// What kind of agreement.
    #[schema(value_type = AgreementKindCode)]
    pub agreement_kind: &'static str,
    /// Id of the party that approved, signed, or gave notice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<Uuid>,
    /// Number of the revision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<i64>,
    /// The document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<EventDocument>,
    /// Id of the agreement that follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successor: Option<Uuid>,
    /// How it follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<SuccessionKindCode>)]
    pub succession: Option<&'static str>,
}

/// A document in a timeline.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventDocument {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    #[schema(value_type = DocumentKindCode)]
    pub kind: &'static str,
    /// Its title.
    pub title: String,
    /// Where it is read.
    pub href: String,
}

impl From<&Event> for EventShown {
    fn from(event: &Event) -> Self {
        let mut shown = Self {
            kind: event.moment.kind.code(),
            on: event.stated.map_or_else(|| event.moment.day.clone(), |stated| stated.to_string()),
            is_undated: matches!(event.what, What::Signed { .. }) && event.stated.is_none(),
            agreement: event.agreement.0,
            title: FrEn::of(&event.title_fr, &event.title_en),
            agreement_kind: event.agreement_kind.code(),
            ..Self::default()
        };
        match &event.what {
            What::Revision { number, .. } | What::Dropped { number } => shown.revision = Some(*number),
            What::Approved { party, number } | What::Signed { party, number } => {
                (shown.party, shown.revision) = (Some(party.0), Some(*number));
            }
            What::Notice { party } => shown.party = party.map(|party| party.0),
            What::Document { id, kind, title, link } => {
                let href = link.clone().unwrap_or_else(|| format!("/api/v1/documents/{id}/file"));
                let (id, kind, title) = (id.0, kind.code(), title.clone());
                shown.document = Some(EventDocument { id, kind, title, href });
            }
            What::Followed { kind, by, .. } => {
                (shown.successor, shown.succession) = (Some(by.0), Some(kind.code()));
            }
            What::Begins | What::Terminated | What::Ends => {}
        }
        shown
    }
}

/// Two institutions and what they have between them.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartnershipShown {
    /// The two.
    pub institutions: Vec<InstitutionLine>,
    /// The years covered by agreements on exchanges; for the offices of the two only.
    pub coverage: Option<CoverageShown>,
    /// The deadlines that come near.
    pub deadlines: Vec<DeadlineShown>,
    /// The people named in agreements that you may read whole.
    pub contacts: Vec<PartnerContactShown>,
    /// A page of what happened, the latest first.
    pub events: Vec<EventShown>,
    /// What `after` is for the next page of events; null on the last. The header `Link` holds the whole address.
    pub next: Option<String>,
    /// Where to find it.
    pub links: Links,
}

impl From<&Partnership> for PartnershipShown {
    fn from(view: &Partnership) -> Self {
        let deadline = |line: &DeadlineLine| DeadlineShown {
            agreement: line.agreement.0,
            title: FrEn::of(&line.titles[0], &line.titles[1]),
            kind: line.step.deadline.kind.code(),
            on: line.step.deadline.on,
        };
        let contact = |line: &ContactLine| PartnerContactShown {
            institution: line.institution.0,
            agreement: line.agreement.0,
            name: line.contact.name.to_string(),
            role: line.contact.role.as_ref().map(ToString::to_string),
            email: line.contact.email.as_ref().map(ToString::to_string),
        };
        let [one, other] = &view.pair;
        Self {
            institutions: view.pair.iter().map(InstitutionLine::from).collect(),
            coverage: view.coverage.as_ref().map(|coverage| CoverageShown {
                since: coverage.since.map(|year| year.to_string()),
                until: coverage.until.map(|year| year.to_string()),
                gaps: words(&coverage.gaps),
            }),
            deadlines: view.deadlines.iter().map(deadline).collect(),
            contacts: view.contacts.iter().map(contact).collect(),
            events: view.events.iter().map(EventShown::from).collect(),
            next: view.next.as_ref().map(ToString::to_string),
            links: links(one.id, other.id),
        }
    }
}

/// A page of the partners of an institution
///
/// With whom it, or a unit of it, has agreements that you may see. A unit counts as the institution it is a unit of.
#[utoipa::path(get, path = "/api/v1/institutions/{id}/partners", operation_id = "list_partners", tag = "institutions",
    params(("id" = String, Path, format = Uuid, description = "Id of the institution"), PartnerParams),
    responses((status = 200, body = Page<PartnerShown>,
        headers(("Link" = String, description = "The address of the next page, `rel=\"next\"`")))))]
pub async fn list(
    Asked(desk): Asked,
    Id(id): Id<InstitutionId>,
    Params(params): Params<PartnerParams>,
) -> Result<Response, Refused> {
    let mut errors = FieldErrors::default();
    let limit = limit(&params.limit.unwrap_or_default(), &mut errors);
    errors.into_result(|| ())?;
    let (_, found) = partners::list(&desk, id, params.after.as_deref(), limit).await?;
    let items = found.partners.iter().map(|partner| PartnerShown::new(id, partner, &found.names)).collect();
    let count = i64::try_from(found.count).unwrap_or(NO_BOUND);
    Ok(Page::new(items, found.next, count, NO_BOUND).answer(&desk.visit.path, &desk.visit.query))
}

/// What two institutions have between them
///
/// Coverage, deadlines, contacts, and a page of what happened: revisions, approvals, signatures, documents, ends. What their
/// units do is theirs as well. Visitors see what is published.
#[utoipa::path(get, path = "/api/v1/institutions/{id}/partners/{other}", operation_id = "get_partnership", tag = "institutions",
    params(("id" = String, Path, format = Uuid, description = "Id of an institution"),
        ("other" = String, Path, format = Uuid, description = "Id of the other, no unit of the first"), PartnerParams),
    responses((status = 200, body = PartnershipShown,
        headers(("Link" = String, description = "The address of the next page, `rel=\"next\"`")))))]
pub async fn show(
    Asked(desk): Asked,
    Path(ids): Path<(String, String)>,
    Params(params): Params<PartnerParams>,
) -> Result<Response, Refused> {
    let id = |raw: &str| raw.parse::<InstitutionId>().map_err(|_| app::error::AppError::NotFound);
    let ids = [id(&ids.0)?, id(&ids.1)?];
    let mut errors = FieldErrors::default();
    let limit = limit(&params.limit.unwrap_or_default(), &mut errors);
    let moment = |raw: &str| raw.parse::<Moment>().map_err(|()| Problem::NotAChoice);
    let after = errors.take("after", optional(&params.after.unwrap_or_default(), moment)).flatten();
    errors.into_result(|| ())?;
    let view = partners::between(&desk, ids, after.as_ref(), limit).await?;
    let shown = PartnershipShown::from(&view);
    let next = shown.next.clone();
    Ok(linked(Json(shown), next.as_deref(), &desk.visit.path, &desk.visit.query))
}
