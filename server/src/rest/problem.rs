//! Problem details (RFC 9457): what a program is told when something is refused, in its language.

use crate::refusal::Refusal;
use app::{desk::seats::Named, error::AppError, texts::Texts};
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{
    agreement::{Difference, NotRenewed, Settled},
    eligibility::Criterion,
    import::Unreadable,
    institution::NotMerged,
    lang::Lang,
    problem::{FieldErrors, Problem as FieldFault},
    seats::SeatRefusal,
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

/// Most faults that one answer names.
const ERRORS_MAX: usize = 100;
/// The content type of problems.
pub const PROBLEM_JSON: &str = "application/problem+json";

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $code:literal, $status:ident, $title:ident;)+) => {
        /// Why a request is refused. Each has its own address, which does not change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind { $($(#[$doc])* $kind),+ }

        impl Kind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// The address that names it.
            pub const fn address(self) -> &'static str {
                match self { $(Self::$kind => concat!("/problems/", $code)),+ }
            }

            /// The HTTP status it comes with.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$kind => StatusCode::$status),+ }
            }

            const fn title(self, t: Texts) -> &'static str {
                match self { $(Self::$kind => t.$title()),+ }
            }
        }
    };
}

kinds! {
    /// Some fields cannot be taken as they are.
    Invalid = "invalid", UNPROCESSABLE_ENTITY, rest_invalid_title;
    /// The body is no JSON.
    BadJson = "bad-json", BAD_REQUEST, rest_bad_json_title;
    /// The body does not say that it is JSON.
    WrongContentType = "wrong-content-type", UNSUPPORTED_MEDIA_TYPE, rest_wrong_content_type_title;
    /// Nothing is there, or the asker may not know of it.
    NotFound = "not-found", NOT_FOUND, rest_not_found_title;
    /// The address does not know the method.
    WrongMethod = "wrong-method", METHOD_NOT_ALLOWED, rest_wrong_method_title;
    /// The asker may not do it.
    Denied = "denied", FORBIDDEN, rest_denied_title;
    /// The token may only read.
    ReadOnlyToken = "read-only-token", FORBIDDEN, rest_read_only_title;
    /// Another site made the browser send it.
    OtherSite = "other-site", FORBIDDEN, cross_site_title;
    /// One must sign in, or send a token.
    SignIn = "sign-in", UNAUTHORIZED, rest_sign_in_title;
    /// The token is wrong, over or revoked.
    BadToken = "bad-token", UNAUTHORIZED, rest_bad_token_title;
    /// `If-Match` is missing.
    VersionNeeded = "version-needed", PRECONDITION_REQUIRED, rest_version_needed_title;
    /// Someone saved in the meantime.
    Stale = "stale", PRECONDITION_FAILED, rest_stale_title;
    /// The content approved, signed or dropped is not the latest any more.
    ContentChanged = "content-changed", PRECONDITION_FAILED, rest_content_changed_title;
    /// What is to be taken back is what something else rests on.
    Settled = "settled", CONFLICT, rest_conflict_title;
    /// The agreement is not renewed.
    NotRenewed = "not-renewed", CONFLICT, rest_not_renewed_title;
    /// The two institutions are not made one.
    NotMerged = "not-merged", CONFLICT, rest_not_merged_title;
    /// A file that is sent cannot be read.
    Unreadable = "unreadable-file", UNPROCESSABLE_ENTITY, rest_unreadable_title;
    /// Somebody changed or used what is to be undone.
    Touched = "touched", CONFLICT, rest_conflict_title;
    /// No place is left, and the student does not wait.
    FlowFull = "flow-full", CONFLICT, rest_flow_full_title;
    /// No place is left: the student is in line.
    Waitlisted = "waitlisted", CONFLICT, rest_waitlisted_title;
    /// Someone of a list cannot be put forward, so nobody is.
    ListRefused = "list-refused", CONFLICT, rest_list_refused_title;
    /// A rule of how places are counted stands against it.
    Seats = "seats", CONFLICT, rest_conflict_title;
    /// The student does not meet what the flow asks for.
    NotEligible = "not-eligible", UNPROCESSABLE_ENTITY, rest_not_eligible_title;
    /// Another request was made by the same name.
    KeyTaken = "idempotency-key-taken", UNPROCESSABLE_ENTITY, rest_key_taken_title;
    /// What stands cannot be changed this way.
    Conflict = "conflict", CONFLICT, rest_conflict_title;
    /// An institution much like it is there already.
    LikelyDuplicate = "likely-duplicate", CONFLICT, rest_duplicate_title;
    /// Too many attempts.
    TooMany = "too-many", TOO_MANY_REQUESTS, rest_too_many_title;
    /// The body is too large.
    TooLarge = "too-large", PAYLOAD_TOO_LARGE, too_large_title;
    /// The body came too slowly.
    TooSlow = "too-slow", REQUEST_TIMEOUT, too_slow_title;
    /// The database does not answer.
    Busy = "busy", SERVICE_UNAVAILABLE, busy_title;
    /// The disk is full.
    Full = "full", INSUFFICIENT_STORAGE, full_title;
    /// Something is broken; it was logged.
    Internal = "internal", INTERNAL_SERVER_ERROR, failure_title;
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The value breaks a rule of the domain.
    Value(FieldFault),
    /// Nothing has this name here.
    UnknownMember,
    /// A text where a number is expected, or the like.
    WrongType,
}

/// A request that is refused: becomes [`Problem`] in the language of the asker, see [`write`].
#[derive(Debug, Clone)]
pub struct Refused {
    kind: Kind,
    more: Box<More>,
}

/// What there is to say beside the kind.
#[derive(Debug, Clone, Default)]
struct More {
    errors: Vec<(String, Fault)>,
    place: (usize, usize),
    minutes: u32,
    version: Option<i64>,
    differences: Vec<Difference>,
    duplicates: Vec<Value>,
    incident: Option<String>,
    settled: Option<Settled>,
    not_renewed: Option<NotRenewed>,
    not_merged: Option<NotMerged>,
    unreadable: Option<Unreadable>,
    touched: Vec<String>,
    seats: Option<SeatRefusal>,
    unmet: Vec<Criterion>,
    waitlisted: Option<Waitlisted>,
    outcomes: Vec<Outcome>,
    in_the_way: Vec<InTheWay>,
    in_the_way_unnamed: usize,
}

/// What became of one of a list, or would.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct Outcome {
    /// The nomination, where it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<super::shape::NominationStateCode>)]
    pub state: Option<&'static str>,
    /// The position in line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<i64>,
    /// The kind of problem, where it is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "/problems/not-eligible")]
    pub r#type: Option<&'static str>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What is wrong with which value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// What stands against it, as a stable word with its figures.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub seats: Option<SeatRefusal>,
    /// The rules that are not met.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub unmet: Vec<Criterion>,
}

/// Someone who is in line.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Waitlisted {
    /// The nomination.
    pub nomination: Uuid,
    /// The position in line, from 1.
    pub position: i64,
}

/// A nomination that would have to go first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct InTheWay {
    /// The nomination.
    pub nomination: Uuid,
    /// The student's name.
    pub student: String,
    /// What it is.
    #[schema(value_type = super::shape::NominationStateCode)]
    pub state: &'static str,
}

/// Problem details, as RFC 9457 has them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Names the kind of problem; stable.
    #[schema(example = "/problems/invalid")]
    pub r#type: &'static str,
    /// The kind of problem in words, in the language of `Accept-Language`.
    pub title: &'static str,
    /// The HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// What to do about it.
    pub detail: String,
    /// The address asked for.
    pub instance: String,
    /// What is wrong with which value; at most 100 are named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// The present version, when someone saved in the meantime.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// What differs between what is saved (`before`) and what was sent (`after`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<FieldDifference>,
    /// Institutions that may be the same one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<super::institutions::InstitutionLine>)]
    pub duplicates: Vec<Value>,
    /// Who was put in line since no place is left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waitlisted: Option<Waitlisted>,
    /// What would become of each of a list of which one is refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<Outcome>,
    /// What stands against it, as a stable word with its figures: `full`, `not_open`, `twice`, `place_elsewhere`, `below_use`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub seats: Option<SeatRefusal>,
    /// The nominations that would have to go first, where fewer places were asked for than are taken: those that you may read, the last
    /// to come first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub in_the_way: Vec<InTheWay>,
    /// How many others would have to go, which you may not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_the_way_unnamed: Option<usize>,
    /// The rules that are not met.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub unmet: Vec<Criterion>,
    /// The number under which a fault of the server was logged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incident: Option<String>,
}

/// What is wrong with one value.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldProblem {
    /// Where: a JSON Pointer (RFC 6901) into the body, or the name of a query parameter.
    #[schema(example = "/period/ends")]
    pub field: String,
    /// What, as a stable word.
    #[schema(example = "end_before_start")]
    pub code: String,
    /// What, in words.
    pub message: String,
    /// The figures of the rule, such as `max` and `actual`.
    #[serde(skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<String, i64>)]
    pub figures: Map<String, Value>,
}

/// One value that differs.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldDifference {
    /// A JSON Pointer into the body.
    pub field: String,
    /// What is saved; empty where nothing is.
    pub before: String,
    /// What was sent; empty where nothing was.
    pub after: String,
}

impl Refused {
    /// A refusal that its kind says all of.
    pub fn of(kind: Kind) -> Self {
        Self::with(kind, More::default())
    }

    fn with(kind: Kind, more: More) -> Self {
        Self { kind, more: Box::new(more) }
    }

    /// One value is wrong.
    pub fn field(field: impl Into<String>, fault: Fault) -> Self {
        Self::with(Kind::Invalid, More { errors: vec![(field.into(), fault)], ..More::default() })
    }

    /// The body stops being JSON at a line and column, both from 1.
    pub fn bad_json(line: usize, column: usize) -> Self {
        Self::with(Kind::BadJson, More { place: (line, column), ..More::default() })
    }

    /// Someone saved in the meantime.
    pub fn stale(version: i64, differences: Vec<Difference>) -> Self {
        Self::with(Kind::Stale, More { version: Some(version), differences, ..More::default() })
    }

    /// Institutions like the one to be added are there already.
    pub fn likely_duplicate(duplicates: Vec<Value>) -> Self {
        Self::with(Kind::LikelyDuplicate, More { duplicates, ..More::default() })
    }

    /// No place is left: the student is in line.
    pub fn waitlisted(waitlisted: Waitlisted) -> Self {
        Self::with(Kind::Waitlisted, More { waitlisted: Some(waitlisted), ..More::default() })
    }

    /// Of a list someone cannot be put forward.
    pub fn listed(outcomes: Vec<Outcome>) -> Self {
        Self::with(Kind::ListRefused, More { outcomes, ..More::default() })
    }

    /// What is said of one of a list that is refused.
    pub fn outcome(self, lang: Lang, path: &str) -> Outcome {
        let Problem { r#type, detail, errors, seats, unmet, .. } = self.told(Texts(lang), path);
        let (r#type, detail) = (Some(r#type), Some(detail));
        Outcome { r#type, detail, errors, seats, unmet, ..Outcome::default() }
    }

    fn too_many(minutes: u32) -> Self {
        Self::with(Kind::TooMany, More { minutes, ..More::default() })
    }

    fn internal(incident: String) -> Self {
        Self::with(Kind::Internal, More { incident: Some(incident), ..More::default() })
    }

    /// The same, each field named by where it stands in the body.
    #[must_use]
    pub fn in_body(mut self, pointer: fn(&str) -> String) -> Self {
        self.more.errors.iter_mut().for_each(|(field, _)| *field = pointer(field));
        self.more.differences.iter_mut().for_each(|difference| difference.field = pointer(&difference.field));
        self
    }

    /// The same with the nominations that would have to go first; nothing of those that the asker may not read.
    #[must_use]
    pub fn naming(mut self, people: Vec<Option<Named>>) -> Self {
        self.more.in_the_way_unnamed = people.iter().filter(|one| one.is_none()).count();
        let one =
            |one: Named| InTheWay { nomination: one.id.0, student: one.student, state: one.state.code() };
        self.more.in_the_way = people.into_iter().flatten().map(one).collect();
        self
    }

    /// The answer to who asked for this path.
    pub fn answer(self, lang: Lang, path: &str) -> Response {
        let (kind, minutes) = (self.kind, self.more.minutes);
        let body = serde_json::to_string(&self.told(Texts(lang), path)).unwrap_or_default();
        let mut response = (kind.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.code()));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        add_headers(headers, kind, minutes);
        response
    }

    fn told(self, t: Texts, path: &str) -> Problem {
        let More {
            errors,
            place: (line, column),
            minutes,
            version,
            differences,
            duplicates,
            incident,
            settled,
            not_renewed,
            not_merged,
            unreadable,
            touched,
            seats,
            unmet,
            waitlisted,
            outcomes,
            in_the_way,
            in_the_way_unnamed,
        } = *self.more;
        let detail = match self.kind {
            Kind::Invalid => t.rest_invalid().to_owned(),
            Kind::BadJson => t.rest_bad_json(line, column),
            Kind::WrongContentType => t.rest_wrong_content_type().to_owned(),
            Kind::NotFound => t.rest_not_found().to_owned(),
            Kind::WrongMethod => t.rest_wrong_method().to_owned(),
            Kind::Denied => t.rest_denied().to_owned(),
            Kind::ReadOnlyToken => t.rest_read_only().to_owned(),
            Kind::OtherSite => t.cross_site_body().to_owned(),
            Kind::SignIn => t.rest_sign_in().to_owned(),
            Kind::BadToken => t.rest_bad_token().to_owned(),
            Kind::VersionNeeded => t.rest_version_needed().to_owned(),
            Kind::Stale => t.rest_stale().to_owned(),
            Kind::ContentChanged => t.content_changed().to_owned(),
            Kind::Settled => settled.map_or(t.rest_conflict(), |why| t.settled(why)).to_owned(),
            Kind::NotRenewed => not_renewed.map_or(t.rest_conflict(), |why| t.not_renewed(why)).to_owned(),
            Kind::NotMerged => not_merged.map_or(t.rest_conflict(), |why| t.not_merged(why)).to_owned(),
            Kind::Unreadable => unreadable
                .map_or_else(|| t.rest_unreadable_title().to_owned(), |why| t.import_unreadable(why)),
            Kind::Touched => t.import_touched(&touched.join(", ")),
            Kind::Seats | Kind::FlowFull => {
                seats.as_ref().map_or_else(|| t.rest_conflict().to_owned(), |why| t.seat_refusal(why))
            }
            Kind::Waitlisted => t.rest_waitlisted(waitlisted.map_or(1, |waitlisted| waitlisted.position)),
            Kind::ListRefused => t.rest_list_refused().to_owned(),
            Kind::NotEligible => t.not_eligible(&unmet),
            Kind::KeyTaken => t.rest_key_taken().to_owned(),
            Kind::Conflict => t.rest_conflict().to_owned(),
            Kind::LikelyDuplicate => t.rest_duplicate().to_owned(),
            Kind::TooMany => t.too_many_attempts(minutes),
            Kind::TooLarge => t.too_large_body().to_owned(),
            Kind::TooSlow => t.too_slow_body().to_owned(),
            Kind::Busy => t.busy_body().to_owned(),
            Kind::Full => t.full_body().to_owned(),
            Kind::Internal => t.failure_body(incident.as_deref().unwrap_or_default()),
        };
        let differences = differences.into_iter().map(|difference| FieldDifference {
            field: difference.field,
            before: difference.before,
            after: difference.after,
        });
        Problem {
            r#type: self.kind.address(),
            title: self.kind.title(t),
            status: self.kind.status().as_u16(),
            detail,
            instance: path.to_owned(),
            errors: errors.into_iter().take(ERRORS_MAX).map(|error| field_problem(t, error)).collect(),
            version,
            differences: differences.collect(),
            duplicates,
            waitlisted,
            outcomes,
            seats,
            in_the_way,
            in_the_way_unnamed: Some(in_the_way_unnamed).filter(|count| *count > 0),
            unmet,
            incident,
        }
    }
}

fn field_problem(t: Texts, (field, fault): (String, Fault)) -> FieldProblem {
    let (code, message, figures) = match &fault {
        Fault::UnknownMember => ("unknown_member".to_owned(), t.rest_unknown_member().to_owned(), Map::new()),
        Fault::WrongType => ("wrong_type".to_owned(), t.rest_wrong_type().to_owned(), Map::new()),
        Fault::Value(fault) => {
            let told = serde_json::to_value(fault).unwrap_or_default();
            let mut figures = told.as_object().cloned().unwrap_or_default();
            let code = figures.remove("code").and_then(|code| code.as_str().map(str::to_owned));
            (code.unwrap_or_default(), t.problem(fault), figures)
        }
    };
    FieldProblem { field, code, message, figures }
}

fn add_headers(headers: &mut HeaderMap, kind: Kind, minutes: u32) {
    let challenge = match kind {
        Kind::SignIn => Some("Bearer realm=\"entente\""),
        Kind::BadToken => Some("Bearer realm=\"entente\", error=\"invalid_token\""),
        Kind::ReadOnlyToken => Some("Bearer realm=\"entente\", error=\"insufficient_scope\""),
        _ => None,
    };
    if let Some(challenge) = challenge {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    if kind == Kind::TooMany {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(60 * minutes));
    }
}

impl From<Kind> for Refused {
    fn from(kind: Kind) -> Self {
        Self::of(kind)
    }
}

impl From<FieldErrors> for Refused {
    fn from(errors: FieldErrors) -> Self {
        let errors = errors.0.into_iter().map(|error| (error.field, Fault::Value(error.problem)));
        Self::with(Kind::Invalid, More { errors: errors.collect(), ..More::default() })
    }
}

impl From<AppError> for Refused {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Invalid { fields } => fields.into(),
            AppError::NotFound | AppError::LinkOver => Self::of(Kind::NotFound),
            AppError::Denied => Self::of(Kind::Denied),
            AppError::SignIn | AppError::WrongCredentials => Self::of(Kind::SignIn),
            AppError::Stale { version } => Self::stale(version, Vec::new()),
            AppError::ContentChanged => Self::of(Kind::ContentChanged),
            AppError::Settled { why } => {
                Self::with(Kind::Settled, More { settled: Some(why), ..More::default() })
            }
            AppError::NotRenewed { why } => {
                Self::with(Kind::NotRenewed, More { not_renewed: Some(why), ..More::default() })
            }
            AppError::NotMerged { why } => {
                Self::with(Kind::NotMerged, More { not_merged: Some(why), ..More::default() })
            }
            AppError::Unreadable { why } => {
                Self::with(Kind::Unreadable, More { unreadable: Some(why), ..More::default() })
            }
            AppError::Touched { what } => {
                Self::with(Kind::Touched, More { touched: what, ..More::default() })
            }
            AppError::Seats { why } => {
                let kind = if why == SeatRefusal::Full { Kind::FlowFull } else { Kind::Seats };
                Self::with(kind, More { seats: Some(why), ..More::default() })
            }
            AppError::NotEligible { unmet } => {
                Self::with(Kind::NotEligible, More { unmet, ..More::default() })
            }
            AppError::KeyTaken => Self::of(Kind::KeyTaken),
            AppError::Conflict => Self::of(Kind::Conflict),
            AppError::LikelyDuplicate => Self::of(Kind::LikelyDuplicate),
            AppError::TooMany { minutes } => Self::too_many(minutes),
            AppError::Busy => Self::of(Kind::Busy),
            AppError::Full => Self::of(Kind::Full),
            AppError::Internal { incident } => Self::internal(incident),
        }
    }
}

impl From<&Refusal> for Refused {
    fn from(refusal: &Refusal) -> Self {
        Self::of(match refusal {
            Refusal::NotFound => Kind::NotFound,
            Refusal::WrongMethod => Kind::WrongMethod,
            Refusal::OtherSite => Kind::OtherSite,
            Refusal::TooLarge => Kind::TooLarge,
            Refusal::TooSlow => Kind::TooSlow,
            Refusal::TooLong { .. } => Kind::Invalid,
            Refusal::Busy => Kind::Busy,
            Refusal::Full => Kind::Full,
            Refusal::Broken { incident } => {
                return Self::internal(incident.clone());
            }
        })
    }
}

impl IntoResponse for Refused {
    /// Without words yet: [`write`] knows the asker's language.
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Puts refusals into words.
pub async fn write(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let lang = crate::preferences::lang(request.headers(), &path);
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<Refused>() {
        Some(refused) => refused.answer(lang, &path),
        None => response,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_an_address_of_its_own_and_says_what_to_do_in_both_languages() {
        let addresses: std::collections::BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.address()).collect();
        assert_eq!(addresses.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            let told = Lang::ALL.map(|lang| Refused::of(*kind).told(Texts(lang), "/x"));
            assert!(told.iter().all(|told| !told.detail.is_empty()), "{kind:?}");
            assert_ne!(told[0].title, told[1].title, "{kind:?}");
        }
    }

    #[test]
    fn too_many_attempts_say_when_to_come_back() {
        let response = Refused::from(AppError::TooMany { minutes: 15 }).answer(Lang::En, "/x");
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()[header::RETRY_AFTER], "900");
    }

    #[test]
    fn an_incident_is_told_by_its_number_alone() {
        let refused = Refused::from(AppError::Internal { incident: "ab12".into() });
        let told = refused.told(Texts(Lang::En), "/x");
        assert!(told.detail.contains("ab12"));
        assert_eq!(told.incident.as_deref(), Some("ab12"));
    }
}
