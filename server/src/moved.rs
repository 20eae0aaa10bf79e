//! Addresses of institutions that turned out to be others lead to those, in pages and in REST alike.

use crate::{preferences, rest, web::Web};
use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use domain::id::InstitutionId;
use std::sync::Arc;

/// Where nothing was found, looks whether the address names an institution that went.
pub async fn moved(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    let response = next.run(request).await;
    // Only an address of ours is led on: `//elsewhere/institutions/…` would name another host.
    let is_ours = preferences::lang_of_path(uri.path()).is_some() || rest::is_rest(uri.path());
    if response.status() != StatusCode::NOT_FOUND || !is_ours || !uri.path().contains("/institutions/") {
        return response;
    }
    match kept(&web, uri.path(), uri.query()).await {
        Ok(Some(address)) => match HeaderValue::from_str(&address) {
            Ok(address) => (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, address)]).into_response(),
            Err(_) => response,
        },
        Ok(None) => response,
        Err(error) => {
            tracing::warn!(%error, "where an institution went cannot be looked up");
            response
        }
    }
}

/// The same address with the institutions that stay; nothing where it names none that went.
async fn kept(web: &Web, path: &str, query: Option<&str>) -> store::Result<Option<String>> {
    let ids: Vec<InstitutionId> = path.split('/').filter_map(|part| part.parse().ok()).collect();
    if ids.is_empty() {
        return Ok(None);
    }
    let mut tx = web.app.db.read().await?;
    let kept = store::institution::resolve(&mut tx, &ids).await?;
    if kept.is_empty() {
        return Ok(None);
    }
    let part = |part: &str| {
        let id = part.parse::<InstitutionId>().ok();
        id.and_then(|id| kept.get(&id)).map_or_else(|| part.to_owned(), ToString::to_string)
    };
    let mut address = path.split('/').map(part).collect::<Vec<_>>().join("/");
    if let Some(query) = query {
        address.push('?');
        address.push_str(query);
    }
    Ok(Some(address))
}
