//! Who asks: makes the [`Visit`] of each request.

use crate::{observe::RequestId, preferences, web::Web};
use app::desk::Visit;
use axum::{
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::Response,
};
use domain::access::Actor;
use std::sync::Arc;

/// Puts the [`Visit`] into the request.
pub async fn visit(State(web): State<Arc<Web>>, mut request: Request, next: Next) -> Response {
    let _ = &web;
    let headers = request.headers();
    let path = request.uri().path();
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("");
    let visit = Visit {
        actor: Actor::Visitor,
        session: None,
        is_read_only: false,
        lang: preferences::lang(headers, path),
        theme: preferences::theme(headers),
        address: None,
        agent: agent.chars().take(200).collect(),
        request_id: request.extensions().get::<RequestId>().map(|id| id.0.to_string()),
        path: path.to_owned(),
        query: request.uri().query().unwrap_or("").to_owned(),
    };
    request.extensions_mut().insert(visit);
    next.run(request).await
}
