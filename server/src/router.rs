//! Which address leads where.

use crate::{
    assets, bring, calendar, export, functions, guard, headers, live, moved, nominees, observe, operation,
    pages, preferences, refusal::Refusal, rest, session, shared::Shared, upload, web::Web,
};
use app::{desk::Visit, routes::App, shell::shell};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use leptos::{
    config::LeptosOptions,
    nonce::Nonce,
    prelude::{provide_context, use_context},
};
use leptos_axum::{LeptosRoutes as _, generate_route_list, render_app_async_with_context};
use std::sync::Arc;
use store::registry::Registry;
use tower::layer::layer_fn;

/// The whole site.
pub fn router(web: &Arc<Web>) -> Router {
    let options = LeptosOptions::builder()
        .output_name(web.app.script.clone())
        .site_pkg_dir(Arc::<str>::from("pkg"))
        .build();
    let contexts = contexts(web);
    let page = {
        let options = options.clone();
        move || shell(options.clone())
    };
    let not_found = render_app_async_with_context(contexts.clone(), page.clone());

    // Server functions come with the pages: every one under the address it names.
    let pages = Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), contexts, page)
        .with_state(options)
        .layer(from_fn(functions::status));

    let mut router = Router::new()
        .route("/", get(preferences::home))
        .route("/healthz", get(operation::healthz))
        .route("/readyz", get(operation::readyz))
        .route("/metrics", get(operation::metrics))
        .route("/calendar/{file}", get(calendar::calendar))
        .route(live::SEATS, get(live::seats))
        .route("/pkg/{*file}", get(assets::package))
        .route("/{lang}/{folder}/files/{file}", get(export::page))
        .route(bring::BRING, post(bring::bring).layer(DefaultBodyLimit::disable()))
        .route(nominees::PAGE_FORM, post(nominees::list).layer(DefaultBodyLimit::disable()))
        .route(upload::PAGE_FORM, post(upload::add).layer(DefaultBodyLimit::disable()));
    for name in assets::public_names() {
        router = router.route(&format!("/{name}"), get(assets::public));
    }
    router = router.merge(rest::router());
    let fallback = move |State(web): State<Arc<Web>>, request: Request| {
        let not_found = not_found.clone();
        async move { unknown(&web, request, not_found).await }
    };
    router
        .fallback(fallback)
        .method_not_allowed_fallback(wrong_method)
        .with_state(web.clone())
        .merge(pages)
        .layer(from_fn_with_state(web.clone(), moved::moved))
        .layer(from_fn_with_state(web.clone(), session::visit))
        .layer(from_fn_with_state(web.clone(), guard::body))
        .layer(from_fn_with_state(web.clone(), guard::origin))
        .layer(layer_fn(Shared::new))
        .layer(from_fn_with_state(web.clone(), pages::pages))
        .layer(from_fn_with_state(web.clone(), observe::recover))
        .layer(from_fn_with_state(web.clone(), headers::headers))
        .layer(from_fn_with_state(web.clone(), observe::observe))
}

/// What pages and server functions find around them.
fn contexts(web: &Arc<Web>) -> impl Fn() + Clone + Send + Sync + 'static {
    let web = web.clone();
    move || {
        provide_context(web.app.clone());
        // Replaced in each answer, see `pages`.
        provide_context(Nonce::from_value(web.nonce_mark.clone()));
        if let Some(parts) = use_context::<Parts>() {
            if let Some(visit) = parts.extensions.get::<Visit>() {
                provide_context(visit.clone());
            }
            if let Some(registry) = parts.extensions.get::<Registry>() {
                provide_context(*registry);
            }
        }
    }
}

/// Answers an address that leads nowhere.
async fn unknown<F>(web: &Web, request: Request, page: impl Fn(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let path = request.uri().path();
    let is_page = request.method().is_safe() && !path.starts_with("/api/") && !path.starts_with("/pkg/");
    if !is_page {
        return Refusal::NotFound.answer(web, &request);
    }
    if let Some(location) = without_slash(request.uri()) {
        return (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response();
    }
    page(request).await
}

/// Pages have no final slash.
fn without_slash(uri: &axum::http::Uri) -> Option<HeaderValue> {
    let path = uri.path().strip_suffix('/').filter(|path| preferences::lang_of_path(path).is_some())?;
    let query = uri.query().map_or_else(String::new, |query| format!("?{query}"));
    HeaderValue::from_str(&format!("{}{query}", path.trim_end_matches('/'))).ok()
}

async fn wrong_method(State(web): State<Arc<Web>>, request: Request) -> Response {
    Refusal::WrongMethod.answer(&web, &request)
}
