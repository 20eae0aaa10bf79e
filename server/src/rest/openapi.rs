//! The description of the REST interface: `OpenAPI` 3.1, `/api/openapi.json`.

use super::{
    EVERYONE, ROUTES, agreements, balance, documents, imports, inbox, institutions, listing, mail,
    nominations, partners,
    problem::{PROBLEM_JSON, Problem},
    seats,
};
use axum::{
    http::{Method, header},
    response::{IntoResponse as _, Response},
};
use std::sync::OnceLock;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        Content, OpenApi as Document, Ref, RefOr, ResponseBuilder,
        extensions::Extensions,
        path::{Operation, PathItem},
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

/// Name of the security scheme.
const TOKEN: &str = "token";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Entente",
        description = "The registry of academic partnerships. Dates are EDTF level 0 (`2024`, `2024-01`, `2024-01-10`, \
            with `?` when to be confirmed); texts are by language; lists come a page at a time, by cursor; errors are \
            problem details (RFC 9457), worded in the language of `Accept-Language`. Personal tokens are made on the \
            page of one's account."
    ),
    paths(
        institutions::list, institutions::create, institutions::show, institutions::update, institutions::merge,
        partners::list, partners::show, balance::show, balance::set, balance::show_pool, balance::set_pool,
        agreements::list, agreements::export_csv, agreements::export_xlsx, agreements::create, agreements::show, agreements::pdf, agreements::update, agreements::delete,
        imports::create, imports::show, imports::undo,
        agreements::share, agreements::publish, agreements::withdraw, agreements::sign, agreements::approve,
        agreements::take_back, agreements::revert, agreements::comment, agreements::comments,
        agreements::commitments::observations, agreements::commitments::note, agreements::commitments::withdraw,
        agreements::life::terminate, agreements::life::withdraw_termination, agreements::life::renew,
        agreements::life::replace, agreements::life::keep, agreements::life::renew_many,
        listing::tag, listing::untag, listing::views, listing::keep, listing::forget, mail::show, mail::retry,
        nominations::list, nominations::create, nominations::create_list, nominations::correct, nominations::show, nominations::accept, nominations::reject, nominations::take, nominations::decline,
        nominations::confirm, nominations::withdraw, nominations::renominate, nominations::complete,
        inbox::list, inbox::deal, inbox::renew, inbox::revoke,
        seats::list, seats::sums, seats::export_csv, seats::export_xlsx, seats::flows, seats::flow, seats::year, seats::adjust, seats::exceed, seats::close,
        seats::pool_year, seats::adjust_pool, seats::exceed_pool,
        documents::list, documents::add, documents::show, documents::edit, documents::remove, documents::file,
    ),
    components(schemas(
        Problem, super::shape::DirectionCode, super::shape::FullnessCode, super::shape::GroupingCode,
        super::shape::MobilityKindCode, super::shape::SortCode, super::shape::StandingChoiceCode,
    )),
    tags(
        (name = "agreements", description = "What institutions have written together"),
        (name = "nominations", description = "Students put forward for the places of a flow"),
        (name = "inbox", description = "What awaits one's offices"),
        (name = "documents", description = "Files and links that belong to an agreement"),
        (name = "seats", description = "Flows, and how many places each has in a year"),
        (name = "institutions", description = "Anything that can be a party"),
        (name = "imports", description = "Lists of institutions taken in from files"),
    ),
    modifiers(&Common),
)]
struct Description;

/// What all operations have in common: refusals, the token, the rule.
struct Common;

/// Refusals by status.
const REFUSALS: [(&str, &str); 13] = [
    ("400", "The body is no JSON; `detail` says from where on"),
    ("401", "One must send a token, or another one"),
    ("403", "Not allowed, or the token may only read"),
    ("404", "There is nothing here that you may see"),
    ("409", "Not possible as things stand"),
    ("412", "Someone saved in the meantime: `version` and `differences`"),
    ("413", "The body is larger than 1 MB, or a file too large to be read to its end"),
    ("415", "The body is not said to be what is taken"),
    ("422", "Some values cannot be taken as they are: `errors`"),
    ("428", "If-Match is missing"),
    ("500", "Something broke; it was logged as `incident`"),
    ("503", "Busy: try again after `Retry-After` seconds"),
    ("507", "The disk is full: one can read, not write"),
];

impl Modify for Common {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        let token = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("entente_…")
            .description(Some(
                "A personal token; one that may only read is refused where something is written",
            ))
            .build();
        components.add_security_scheme(TOKEN, SecurityScheme::Http(token));
        for (status, description) in REFUSALS {
            let content = Content::new(Some(RefOr::Ref(Ref::from_schema_name("Problem"))));
            let response =
                ResponseBuilder::new().description(description).content(PROBLEM_JSON, content).build();
            components.responses.insert(name_of(status), response.into());
        }
        for route in ROUTES {
            let item = document.paths.paths.get_mut(route.path);
            let Some(operation) = item.and_then(|item| operation_of(item, &route.method)) else { continue };
            let is_open = route.rule == EVERYONE || route.method == Method::GET;
            let token = SecurityRequirement::new::<_, [&str; 0], _>(TOKEN, []);
            let nothing = SecurityRequirement::default();
            operation.security = Some(if is_open { vec![nothing, token] } else { vec![token] });
            operation.extensions = Some(Extensions::builder().add("x-access", route.rule).build());
            add_refusals(operation, &route.method, route.path, is_open);
        }
    }
}

/// The operation of a method.
pub fn operation_of<'a>(item: &'a mut PathItem, method: &Method) -> Option<&'a mut Operation> {
    match method.as_str() {
        "GET" => item.get.as_mut(),
        "POST" => item.post.as_mut(),
        "PUT" => item.put.as_mut(),
        "DELETE" => item.delete.as_mut(),
        _ => None,
    }
}

fn name_of(status: &str) -> String {
    format!("Refused{status}")
}

fn add_refusals(operation: &mut Operation, method: &Method, path: &str, is_open: bool) {
    let has_body = operation.request_body.is_some();
    let is_list = *method == Method::GET
        && (!path.contains('{') || path.contains("/partners") || path == super::AGREEMENT);
    let applies = |status: &str| match status {
        "400" | "413" | "415" => has_body,
        "403" => !is_open,
        "404" => path.contains('{'),
        "409" | "507" => *method != Method::GET,
        "412" | "428" => *method == Method::PUT,
        "422" => has_body || is_list,
        _ => true,
    };
    for (status, _) in REFUSALS.iter().filter(|(status, _)| applies(status)) {
        let response = RefOr::Ref(Ref::from_response_name(name_of(status)));
        operation.responses.responses.insert((*status).to_owned(), response);
    }
}

/// The document as JSON.
pub fn json() -> &'static str {
    static JSON: OnceLock<String> = OnceLock::new();
    JSON.get_or_init(|| Description::openapi().to_json().unwrap_or_default())
}

/// Answers `/api/openapi.json`.
pub async fn document() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], json()).into_response()
}
