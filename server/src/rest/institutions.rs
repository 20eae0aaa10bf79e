//! `/api/v1/institutions`.

use super::{
    page::{Page, limit},
    problem::{Fault, Kind, Refused},
    request::{Asked, Based, Given, Id, Params},
    shape::{self, ByLanguage, Links, by_language, filled, mark},
    tagged,
};
use app::{
    api::institutions::MergeForm,
    desk::{
        Desk,
        institutions::{self, COUNT_BOUND, InstitutionQuery},
        merging,
    },
    error::AppError,
};
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use domain::{
    agreement::differences,
    id::InstitutionId,
    identifier::IdentifierKind,
    institution::{InstitutionDraft, InstitutionForm},
    lang::Lang,
    problem::Problem,
};
use serde::{Deserialize, Serialize};
use store::institution::{Alias, InstitutionItem, InstitutionRecord};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Most languages an institution is named in here.
const NAMES_MAX: u32 = 3;

/// Which institutions. What is not given does not filter.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InstitutionParams {
    /// Words, each the beginning of one of the institution's: names, city, country, identifiers.
    #[param(example = "kagawa")]
    q: Option<String>,
    /// Of this kind.
    #[param(value_type = Option<shape::InstitutionKindCode>)]
    kind: Option<String>,
    /// ISO 3166-1 code, two letters.
    #[param(example = "FR")]
    country: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// Lines of a page, 1 to 100; 50 unless said.
    #[param(example = "50")]
    limit: Option<String>,
}

/// Whether it is another one.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CreateParams {
    /// `true` to add it though one much like it is there already.
    is_different: Option<String>,
}

/// A line of a list of institutions.
#[derive(Debug, Serialize, ToSchema)]
pub struct InstitutionLine {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    #[schema(value_type = shape::InstitutionKindCode)]
    pub kind: &'static str,
    /// Its names by language.
    pub names: ByLanguage,
    /// ISO 3166 code of where it is.
    pub country: &'static str,
    /// The city.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The institution it is a unit of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<Uuid>,
    /// Whether it is made up, for load or show.
    pub is_synthetic: bool,
    /// Where to find it.
    pub links: Links,
}

impl From<&InstitutionItem> for InstitutionLine {
    fn from(item: &InstitutionItem) -> Self {
        Self {
            id: item.id.0,
            kind: item.kind.code(),
            names: by_language(&item.names),
            country: item.country.code(),
            city: item.city.clone(),
            parent: item.parent.as_ref().map(|(id, _)| id.0),
            is_synthetic: item.is_synthetic,
            links: Links::new("institutions", item.id),
        }
    }
}

/// An institution, as one writes it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({"kind": "grande_ecole", "names": {"fr": "IMT Mines Alès"}, "country": "FR", "city": "Alès",
    "coordinates": {"latitude": 44.133, "longitude": 4.088}, "site": "https://www.imt-mines-ales.fr/",
    "identifiers": {"erasmus": "F  ALES02"}}))]
pub struct InstitutionBody {
    /// What it is.
    #[schema(required, value_type = shape::InstitutionKindCode)]
    pub kind: String,
    /// Its names by language: French, English, and one more (BCP-47 tag); at least one.
    #[schema(required)]
    pub names: ByLanguage,
    /// ISO 3166-1 code, two letters.
    #[schema(required, example = "FR")]
    pub country: String,
    /// The city, as it is written there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coordinates: Option<Place>,
    /// Address of its site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Id of the institution it is a unit of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Uuid)]
    pub parent: Option<String>,
    /// Id of the institution that took its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Uuid)]
    pub successor: Option<String>,
    /// Public identifiers.
    pub identifiers: Identifiers,
    /// Whether an Erasmus code that does not follow the pattern is kept as given.
    pub keep_erasmus: bool,
}

/// Degrees.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Degrees north, -90 to 90.
    pub latitude: f64,
    /// Degrees east, -180 to 180.
    pub longitude: f64,
}

/// Public identifiers, one of a kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Identifiers {
    /// SCHAC home organisation, the HEI id of EWP: a domain name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hei_id: Option<String>,
    /// Erasmus institutional code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erasmus: Option<String>,
    /// Participant identification code: nine digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pic: Option<String>,
    /// Organisation id: `E` and eight digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oid: Option<String>,
    /// Research Organization Registry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ror: Option<String>,
}

/// An institution.
#[derive(Debug, Serialize, ToSchema)]
pub struct InstitutionShown {
    /// Its id.
    pub id: Uuid,
    /// Its version, which `If-Match` asks for.
    pub version: i64,
    /// Whether it is made up, for load or show.
    pub is_synthetic: bool,
    /// What is written about it, as `PUT` takes it.
    #[serde(flatten)]
    pub body: InstitutionBody,
    /// The institutions that turned out to be this one: their ids lead here.
    pub aliases: Vec<AliasShown>,
    /// Where to find it.
    pub links: Links,
}

/// An institution that turned out to be another.
#[derive(Debug, Serialize, ToSchema)]
pub struct AliasShown {
    /// The id that it had.
    pub id: Uuid,
    /// Its names by language.
    pub names: ByLanguage,
    /// Its identifiers.
    pub identifiers: Identifiers,
    /// When the two became one.
    pub merged_at: DateTime<Utc>,
}

impl From<&Alias> for AliasShown {
    fn from(alias: &Alias) -> Self {
        let InstitutionBody { names, identifiers, .. } = (&alias.draft).into();
        Self { id: alias.id.0, names, identifiers, merged_at: alias.merged_at }
    }
}

impl InstitutionShown {
    fn new(record: &InstitutionRecord, aliases: &[Alias]) -> Self {
        Self {
            aliases: aliases.iter().map(AliasShown::from).collect(),
            id: record.id.0,
            version: record.version,
            is_synthetic: record.is_synthetic,
            body: (&record.draft).into(),
            links: Links::new("institutions", record.id),
        }
    }
}

impl From<&InstitutionDraft> for InstitutionBody {
    fn from(draft: &InstitutionDraft) -> Self {
        let form = InstitutionForm::from(draft);
        let identifier = |kind| filled(form.identifier(kind));
        Self {
            names: by_language(&draft.names),
            coordinates: draft
                .coordinates
                .map(|place| Place { latitude: place.latitude(), longitude: place.longitude() }),
            identifiers: Identifiers {
                hei_id: identifier(IdentifierKind::HeiId),
                erasmus: identifier(IdentifierKind::Erasmus),
                pic: identifier(IdentifierKind::Pic),
                oid: identifier(IdentifierKind::Oid),
                ror: identifier(IdentifierKind::Ror),
            },
            city: filled(&form.city),
            site: filled(&form.site),
            parent: filled(&form.parent),
            successor: filled(&form.successor),
            keep_erasmus: !form.keep_erasmus.is_empty(),
            kind: form.kind,
            country: form.country,
        }
    }
}

impl InstitutionBody {
    /// The form that the domain reads.
    fn into_form(self) -> Result<InstitutionForm, Refused> {
        let mut names = self.names;
        let name_fr = names.remove(Lang::Fr.code()).unwrap_or_default();
        let name_en = names.remove(Lang::En.code()).unwrap_or_default();
        let (language_other, name_other) = names.pop_first().unwrap_or_default();
        if !names.is_empty() {
            return Err(Refused::field("/names", Fault::Value(Problem::TooMany { max: NAMES_MAX })));
        }
        let coordinates = self.coordinates.map(|place| format!("{}, {}", place.latitude, place.longitude));
        Ok(InstitutionForm {
            kind: self.kind,
            name_fr,
            name_en,
            name_other,
            language_other,
            country: self.country,
            city: self.city.unwrap_or_default(),
            coordinates: coordinates.unwrap_or_default(),
            site: self.site.unwrap_or_default(),
            parent: self.parent.unwrap_or_default(),
            successor: self.successor.unwrap_or_default(),
            hei_id: self.identifiers.hei_id.unwrap_or_default(),
            erasmus: self.identifiers.erasmus.unwrap_or_default(),
            keep_erasmus: mark(self.keep_erasmus),
            pic: self.identifiers.pic.unwrap_or_default(),
            oid: self.identifiers.oid.unwrap_or_default(),
            ror: self.identifiers.ror.unwrap_or_default(),
        })
    }

    /// Where a field of the form stands in the body.
    fn pointer(field: &str) -> String {
        match field {
            "name_fr" => "/names/fr".to_owned(),
            "name_en" => "/names/en".to_owned(),
            "name_other" | "language_other" => "/names".to_owned(),
            field if IdentifierKind::from_code(field).is_some() => format!("/identifiers/{field}"),
            field => shape::pointer(field),
        }
    }
}

/// A page of the institutions
#[utoipa::path(get, path = "/api/v1/institutions", operation_id = "list_institutions", tag = "institutions",
    params(InstitutionParams), responses((status = 200, body = Page<InstitutionLine>,
        headers(("Link" = String, description = "The address of the next page, `rel=\"next\"`")))))]
pub async fn list(
    Asked(desk): Asked,
    Params(params): Params<InstitutionParams>,
) -> Result<Response, Refused> {
    let query = InstitutionQuery {
        q: params.q.unwrap_or_default(),
        kind: params.kind.unwrap_or_default(),
        country: params.country.unwrap_or_default(),
        after: params.after.unwrap_or_default(),
    };
    let (_, mut errors) = query.parse();
    let limit = limit(&params.limit.unwrap_or_default(), &mut errors);
    errors.into_result(|| ())?;
    let found = institutions::page(&desk, &query, limit).await?;
    let items: Vec<InstitutionLine> = found.items.iter().map(InstitutionLine::from).collect();
    Ok(Page::new(items, found.next, found.count, COUNT_BOUND).answer(&desk.visit.path, &desk.visit.query))
}

/// One institution
#[utoipa::path(get, path = "/api/v1/institutions/{id}", operation_id = "get_institution", tag = "institutions",
    params(("id" = String, Path, format = Uuid, description = "Id of the institution")),
    responses((status = 200, body = InstitutionShown, headers(("ETag" = String, description = "The version, quoted")))))]
pub async fn show(Asked(desk): Asked, Id(id): Id<InstitutionId>) -> Result<Response, Refused> {
    shown(&desk, id).await
}

/// Add an institution
///
/// One that looks like another is refused with those it looks like, unless it is said to be different.
#[utoipa::path(post, path = "/api/v1/institutions", operation_id = "create_institution", tag = "institutions",
    params(CreateParams), request_body = InstitutionBody, responses((status = 201, body = InstitutionShown,
        headers(("Location" = String, description = "Its address"), ("ETag" = String, description = "The version, quoted")))))]
pub async fn create(
    Asked(desk): Asked,
    Params(params): Params<CreateParams>,
    Given(body): Given<InstitutionBody>,
) -> Result<Response, Refused> {
    let form = body.into_form()?;
    let id = match institutions::create(&desk, &form, is_true(params.is_different.as_deref())?).await {
        Err(AppError::LikelyDuplicate) => return Err(likely_duplicate(&desk, &form).await?),
        outcome => outcome.map_err(in_body)?,
    };
    let location = [(header::LOCATION, format!("/api/v1/institutions/{id}"))];
    Ok((StatusCode::CREATED, location, shown(&desk, id).await?).into_response())
}

/// Save an institution that is at a version
#[utoipa::path(put, path = "/api/v1/institutions/{id}", operation_id = "update_institution", tag = "institutions",
    params(("id" = String, Path, format = Uuid, description = "Id of the institution"),
        ("If-Match" = String, Header, description = "The version it is based on, quoted", example = "\"3\"")),
    request_body = InstitutionBody, responses((status = 200, body = InstitutionShown,
        headers(("ETag" = String, description = "The new version, quoted")))))]
pub async fn update(
    Asked(desk): Asked,
    Id(id): Id<InstitutionId>,
    Based(version): Based,
    Given(body): Given<InstitutionBody>,
) -> Result<Response, Refused> {
    let form = body.into_form()?;
    match institutions::update(&desk, id, version, &form).await {
        Ok(_) => shown(&desk, id).await,
        Err(AppError::Stale { .. }) => {
            let saved = institutions::open(&desk, Some(id)).await?;
            let differences = differences(&saved.form, &form);
            Err(Refused::stale(saved.version, differences).in_body(InstitutionBody::pointer))
        }
        Err(error) => Err(in_body(error)),
    }
}

/// Two institutions that are one.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MergeBody {
    /// Id of the one that stays.
    #[schema(required, format = Uuid)]
    pub into: String,
    /// The name of the one that goes, in any language, to be sure: this cannot be undone.
    #[schema(required)]
    pub name: String,
    /// The version of the one that goes, where another is to be refused.
    pub version: Option<i64>,
    /// The version of the one that stays, where another is to be refused.
    pub into_version: Option<i64>,
}

/// Make one of two institutions that are one
///
/// The institution of the address goes; its agreements, units, members, documents and identifiers are of the one that stays
/// from then on, to which its address leads. What was approved and signed stays as it is.
#[utoipa::path(post, path = "/api/v1/institutions/{id}/merge", operation_id = "merge_institutions", tag = "institutions",
    params(("id" = String, Path, format = Uuid, description = "Id of the institution that goes")),
    request_body = MergeBody, responses((status = 200, body = InstitutionShown, description = "The one that stays")))]
pub async fn merge(
    Asked(desk): Asked,
    Id(id): Id<InstitutionId>,
    Given(body): Given<MergeBody>,
) -> Result<Response, Refused> {
    let MergeBody { into, name, version, into_version } = body;
    let form = MergeForm {
        with: into,
        name,
        version: version.unwrap_or_default(),
        with_version: into_version.unwrap_or_default(),
    };
    let pointer = |field: &str| if field == "with" { "/into".to_owned() } else { shape::pointer(field) };
    let kept =
        merging::merge(&desk, id, &form).await.map_err(|error| Refused::from(error).in_body(pointer))?;
    shown(&desk, kept).await
}

async fn shown(desk: &Desk, id: InstitutionId) -> Result<Response, Refused> {
    let (record, aliases) = institutions::get(desk, id).await?;
    Ok(tagged(record.version, InstitutionShown::new(&record, &aliases)))
}

async fn likely_duplicate(desk: &Desk, form: &InstitutionForm) -> Result<Refused, Refused> {
    let found = institutions::likely_duplicates(desk, form, None).await?;
    let line =
        |item| serde_json::to_value(InstitutionLine::from(item)).map_err(|_| Refused::of(Kind::Internal));
    Ok(Refused::likely_duplicate(found.iter().map(line).collect::<Result<_, _>>()?))
}

fn is_true(raw: Option<&str>) -> Result<bool, Refused> {
    match raw {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Refused::field("is_different", Fault::Value(Problem::NotAChoice))),
    }
}

fn in_body(error: AppError) -> Refused {
    Refused::from(error).in_body(InstitutionBody::pointer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn an_institution_survives_the_way_to_a_draft_and_back() {
        let body = InstitutionBody {
            kind: "university".into(),
            names: BTreeMap::from([
                ("en".into(), "Kagawa University".into()),
                ("ja".into(), "香川大学".into()),
            ]),
            country: "JP".into(),
            coordinates: Some(Place { latitude: 34.3433, longitude: -134.0 }),
            ..InstitutionBody::default()
        };
        let draft = body.clone().into_form().expect("a form").parse().expect("no fault");
        assert_eq!(InstitutionBody::from(&draft), body);
    }
}
