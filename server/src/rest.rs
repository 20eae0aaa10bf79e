//! The REST interface, `/api/v1`: the same `desk` functions as the pages, for programs.
//!
//! To add a route: write its handler with `#[utoipa::path]` in the file of its noun, name it in [`ROUTES`] with
//! the rule it follows and in [`openapi`], and, for a new rule, say in `tests/http/access.rs` who may.

pub mod agreements;
pub mod balance;
pub mod documents;
pub mod imports;
pub mod inbox;
pub mod institutions;
pub mod listing;
pub mod mail;
pub mod nominations;
pub mod openapi;
pub mod page;
pub mod partners;
pub mod problem;
pub mod request;
pub mod seats;
pub mod shape;

pub use problem::Refused;

use crate::web::Web;
use axum::{
    Json, Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, Method, header},
    middleware::from_fn,
    response::{IntoResponse as _, Response},
    routing::{MethodRouter, delete, get, post, put},
};
use domain::access::{
    Action, AddDocument, AnswerAsStudent, AnswerNomination, ApproveAgreement, CommentAgreement,
    CreateAgreement, CreateInstitution, DealWithInbox, DeleteDraft, EditAgreement, EditDocument,
    EditInstitution, FollowNomination, ForgetView, Import, KeepView, ManageFeed, ManageMail,
    MergeInstitutions, Nominate, NoteObservation, PublishAgreement, ReadBalance, ReadContent, ReadDocument,
    ReadFlow, ReadInbox, ReadNomination, ReadSeats, ReadSummary, RemoveDocument, RenewAgreement,
    RenewAgreements, RevertAgreement, SetOpeningBalance, SetSeats, ShareAgreement, SignAgreement,
    TagAgreements, TerminateAgreement, WatchSeats, WithdrawObservation,
};
use serde::Serialize;
use std::sync::Arc;

/// The rule of a route that everyone may ask: what the answer holds depends on who asks.
pub const EVERYONE: &str = "everyone";

/// The rule of a route that everyone with an account may ask: what the answer holds depends on who asks.
pub const SIGNED_IN: &str = "signed_in";

/// A route.
#[derive(Debug, Clone)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The address, its parameters in braces.
    pub path: &'static str,
    /// Who may: [`EVERYONE`], or the name of an action of [`domain::access`].
    pub rule: &'static str,
    handler: fn() -> MethodRouter<Arc<Web>>,
}

const fn route(
    method: Method,
    path: &'static str,
    rule: &'static str,
    handler: fn() -> MethodRouter<Arc<Web>>,
) -> Route {
    Route { method, path, rule, handler }
}

const INSTITUTIONS: &str = "/api/v1/institutions";
const INSTITUTION: &str = "/api/v1/institutions/{id}";
const BALANCE: &str = "/api/v1/institutions/{id}/partners/{other}/balance";
const POOL_BALANCE: &str = "/api/v1/agreements/{id}/pools/{pool}/balance";
const IMPORTS: &str = crate::bring::REST;
const AGREEMENTS: &str = "/api/v1/agreements";
const AGREEMENT: &str = "/api/v1/agreements/{id}";
const OBSERVATIONS: &str = "/api/v1/agreements/{id}/commitments/{commitment}/observations";
const DOCUMENTS: &str = "/api/v1/agreements/{id}/documents";
const SEAT_YEAR: &str = "/api/v1/flows/{id}/years/{first_year}";
const DOCUMENT: &str = "/api/v1/documents/{id}";

/// Every route, with its rule. The router is made of it.
pub static ROUTES: &[Route] = &[
    route(Method::GET, INSTITUTIONS, EVERYONE, || get(institutions::list)),
    route(Method::POST, INSTITUTIONS, CreateInstitution::NAME, || post(institutions::create)),
    route(Method::GET, INSTITUTION, EVERYONE, || get(institutions::show)),
    route(Method::PUT, INSTITUTION, EditInstitution::NAME, || put(institutions::update)),
    route(Method::POST, "/api/v1/institutions/{id}/merge", MergeInstitutions::NAME, || {
        post(institutions::merge)
    }),
    route(Method::GET, "/api/v1/institutions/{id}/partners", EVERYONE, || get(partners::list)),
    route(Method::GET, "/api/v1/institutions/{id}/partners/{other}", EVERYONE, || get(partners::show)),
    route(Method::GET, BALANCE, ReadBalance::NAME, || get(balance::show)),
    route(Method::POST, BALANCE, SetOpeningBalance::NAME, || post(balance::set)),
    route(Method::GET, POOL_BALANCE, ReadBalance::NAME, || get(balance::show_pool)),
    route(Method::POST, POOL_BALANCE, SetOpeningBalance::NAME, || post(balance::set_pool)),
    route(Method::POST, IMPORTS, Import::NAME, || post(imports::create)),
    route(Method::GET, "/api/v1/imports/{id}", Import::NAME, || get(imports::show)),
    route(Method::POST, "/api/v1/imports/{id}/undo", Import::NAME, || post(imports::undo)),
    route(Method::GET, AGREEMENTS, EVERYONE, || get(agreements::list)),
    route(Method::POST, AGREEMENTS, CreateAgreement::NAME, || post(agreements::create)),
    route(Method::GET, "/api/v1/agreements/export/csv", EVERYONE, || get(agreements::export_csv)),
    route(Method::GET, "/api/v1/agreements/export/xlsx", EVERYONE, || get(agreements::export_xlsx)),
    route(Method::GET, AGREEMENT, ReadSummary::NAME, || get(agreements::show)),
    route(Method::PUT, AGREEMENT, EditAgreement::NAME, || put(agreements::update)),
    route(Method::DELETE, AGREEMENT, DeleteDraft::NAME, || delete(agreements::delete)),
    route(Method::POST, "/api/v1/agreements/{id}/share", ShareAgreement::NAME, || post(agreements::share)),
    route(Method::POST, "/api/v1/agreements/{id}/publish", PublishAgreement::NAME, || {
        post(agreements::publish)
    }),
    route(Method::POST, "/api/v1/agreements/{id}/withdraw", PublishAgreement::NAME, || {
        post(agreements::withdraw)
    }),
    route(Method::POST, "/api/v1/agreements/{id}/sign", SignAgreement::NAME, || post(agreements::sign)),
    route(Method::POST, "/api/v1/agreements/{id}/approve", ApproveAgreement::NAME, || {
        post(agreements::approve)
    }),
    route(Method::POST, "/api/v1/agreements/{id}/take-back", ApproveAgreement::NAME, || {
        post(agreements::take_back)
    }),
    route(Method::POST, "/api/v1/agreements/{id}/revert", RevertAgreement::NAME, || post(agreements::revert)),
    route(Method::POST, "/api/v1/agreements/{id}/terminate", TerminateAgreement::NAME, || {
        post(agreements::life::terminate)
    }),
    route(Method::POST, "/api/v1/agreements/{id}/withdraw-termination", TerminateAgreement::NAME, || {
        post(agreements::life::withdraw_termination)
    }),
    route(Method::POST, "/api/v1/agreements/{id}/renew", RenewAgreement::NAME, || {
        post(agreements::life::renew)
    }),
    route(Method::POST, "/api/v1/agreements/{id}/replace", RenewAgreement::NAME, || {
        post(agreements::life::replace)
    }),
    route(Method::POST, "/api/v1/agreements/{id}/keep", RenewAgreement::NAME, || {
        post(agreements::life::keep)
    }),
    route(Method::POST, "/api/v1/agreements/renewals", RenewAgreements::NAME, || {
        post(agreements::life::renew_many)
    }),
    route(Method::GET, "/api/v1/agreements/{id}/pdf", ReadContent::NAME, || get(agreements::pdf)),
    route(Method::GET, "/api/v1/agreements/{id}/comments", ReadContent::NAME, || get(agreements::comments)),
    route(Method::POST, "/api/v1/agreements/{id}/comments", CommentAgreement::NAME, || {
        post(agreements::comment)
    }),
    route(Method::GET, OBSERVATIONS, ReadContent::NAME, || get(agreements::commitments::observations)),
    route(Method::POST, OBSERVATIONS, NoteObservation::NAME, || post(agreements::commitments::note)),
    route(Method::POST, "/api/v1/observations/{id}/withdraw", WithdrawObservation::NAME, || {
        post(agreements::commitments::withdraw)
    }),
    route(Method::POST, "/api/v1/agreements/{id}/tag", TagAgreements::NAME, || post(listing::tag)),
    route(Method::POST, "/api/v1/agreements/{id}/untag", TagAgreements::NAME, || post(listing::untag)),
    route(Method::GET, "/api/v1/views", KeepView::NAME, || get(listing::views)),
    route(Method::POST, "/api/v1/views", KeepView::NAME, || post(listing::keep)),
    route(Method::DELETE, "/api/v1/views/{id}", ForgetView::NAME, || delete(listing::forget)),
    route(Method::GET, "/api/v1/mail", ManageMail::NAME, || get(mail::show)),
    route(Method::POST, "/api/v1/mail/retry", ManageMail::NAME, || post(mail::retry)),
    route(Method::GET, "/api/v1/inbox", ReadInbox::NAME, || get(inbox::list)),
    route(Method::POST, "/api/v1/inbox", DealWithInbox::NAME, || post(inbox::deal)),
    route(Method::POST, "/api/v1/institutions/{id}/calendar", ManageFeed::NAME, || post(inbox::renew)),
    route(Method::DELETE, "/api/v1/institutions/{id}/calendar", ManageFeed::NAME, || delete(inbox::revoke)),
    route(Method::GET, "/api/v1/seats", WatchSeats::NAME, || get(seats::list)),
    route(Method::GET, "/api/v1/seats/sums", WatchSeats::NAME, || get(seats::sums)),
    route(Method::GET, "/api/v1/seats/export/csv", WatchSeats::NAME, || get(seats::export_csv)),
    route(Method::GET, "/api/v1/seats/export/xlsx", WatchSeats::NAME, || get(seats::export_xlsx)),
    route(Method::GET, "/api/v1/flows", EVERYONE, || get(seats::flows)),
    route(Method::GET, "/api/v1/flows/{id}", ReadFlow::NAME, || get(seats::flow)),
    route(Method::GET, SEAT_YEAR, ReadFlow::NAME, || get(seats::year)),
    route(Method::POST, "/api/v1/flows/{id}/years/{first_year}/adjust", SetSeats::NAME, || {
        post(seats::adjust)
    }),
    route(Method::POST, "/api/v1/flows/{id}/years/{first_year}/override", SetSeats::NAME, || {
        post(seats::exceed)
    }),
    route(Method::POST, "/api/v1/flows/{id}/years/{first_year}/close", SetSeats::NAME, || post(seats::close)),
    route(Method::GET, "/api/v1/pools/{id}/years/{first_year}", ReadSeats::NAME, || get(seats::pool_year)),
    route(Method::POST, "/api/v1/pools/{id}/years/{first_year}/adjust", SetSeats::NAME, || {
        post(seats::adjust_pool)
    }),
    route(Method::POST, "/api/v1/pools/{id}/years/{first_year}/override", SetSeats::NAME, || {
        post(seats::exceed_pool)
    }),
    route(Method::POST, "/api/v1/flows/{id}/nominations", Nominate::NAME, || post(nominations::create)),
    route(Method::POST, "/api/v1/flows/{id}/nominations/list", Nominate::NAME, || {
        post(nominations::create_list)
    }),
    route(Method::GET, "/api/v1/nominations", SIGNED_IN, || get(nominations::list)),
    route(Method::GET, "/api/v1/nominations/{id}", ReadNomination::NAME, || get(nominations::show)),
    route(Method::POST, "/api/v1/nominations/{id}/accept", AnswerNomination::NAME, || {
        post(nominations::accept)
    }),
    route(Method::POST, "/api/v1/nominations/{id}/reject", AnswerNomination::NAME, || {
        post(nominations::reject)
    }),
    route(Method::POST, "/api/v1/nominations/{id}/take", AnswerAsStudent::NAME, || post(nominations::take)),
    route(Method::POST, "/api/v1/nominations/{id}/decline", AnswerAsStudent::NAME, || {
        post(nominations::decline)
    }),
    route(Method::POST, "/api/v1/nominations/{id}/confirm", AnswerAsStudent::NAME, || {
        post(nominations::confirm)
    }),
    route(Method::POST, "/api/v1/nominations/{id}/withdraw", FollowNomination::NAME, || {
        post(nominations::withdraw)
    }),
    route(Method::POST, "/api/v1/nominations/{id}/nominate-again", FollowNomination::NAME, || {
        post(nominations::renominate)
    }),
    route(Method::POST, "/api/v1/nominations/{id}/correct", FollowNomination::NAME, || {
        post(nominations::correct)
    }),
    route(Method::POST, "/api/v1/nominations/{id}/complete", FollowNomination::NAME, || {
        post(nominations::complete)
    }),
    route(Method::GET, DOCUMENTS, ReadSummary::NAME, || get(documents::list)),
    route(Method::POST, DOCUMENTS, AddDocument::NAME, || {
        post(documents::add).layer(DefaultBodyLimit::disable())
    }),
    route(Method::GET, DOCUMENT, ReadDocument::NAME, || get(documents::show)),
    route(Method::PUT, DOCUMENT, EditDocument::NAME, || put(documents::edit)),
    route(Method::DELETE, DOCUMENT, RemoveDocument::NAME, || delete(documents::remove)),
    route(Method::GET, "/api/v1/documents/{id}/file", ReadDocument::NAME, || get(documents::file)),
];

/// Whether an address belongs to the REST interface.
pub fn is_rest(path: &str) -> bool {
    path.strip_prefix("/api/v1").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// All routes, and their description.
pub fn router() -> Router<Arc<Web>> {
    let routes =
        ROUTES.iter().fold(Router::new(), |router, route| router.route(route.path, (route.handler)()));
    routes
        .layer(from_fn(request::token))
        .layer(from_fn(problem::write))
        .route("/api/openapi.json", get(openapi::document))
}

/// An answer with its version as the entity tag.
fn tagged(version: i64, shown: impl Serialize) -> Response {
    let mut response = Json(shown).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}
