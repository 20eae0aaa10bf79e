//! Server functions called by islands: what went wrong is told by the status, too.
//!
//! Leptos answers every failure with 500. A plain form never sees it: it is led back to its page.

use app::error::AppError;
use axum::{
    body::Body,
    extract::Request,
    http::{StatusCode, header},
    middleware::Next,
    response::Response,
};
use http_body_util::{BodyExt as _, Limited};

/// Larger answers are no errors of ours.
const ERROR: usize = 64 << 10;

/// Gives the failure of a server function the status that says the same.
pub async fn status(request: Request, next: Next) -> Response {
    let is_function = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    let is_failure = response.status() == StatusCode::INTERNAL_SERVER_ERROR
        && !response.headers().contains_key(header::LOCATION);
    if !is_function || !is_failure {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = Limited::new(body, ERROR).collect().await else {
        return Response::from_parts(parts, Body::empty());
    };
    let body = body.to_bytes();
    if let Ok(error) = serde_json::from_slice::<AppError>(&body) {
        parts.status = StatusCode::from_u16(error.status()).unwrap_or(parts.status);
    }
    Response::from_parts(parts, Body::from(body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, middleware::from_fn, routing::post};
    use tower::ServiceExt as _;

    #[tokio::test]
    async fn a_failure_has_the_status_of_its_error() {
        let failing = |error: AppError| {
            let body = serde_json::to_string(&error).unwrap();
            post(move || async move { (StatusCode::INTERNAL_SERVER_ERROR, body) })
        };
        let router = Router::new()
            .route("/api/denied", failing(AppError::Denied))
            .route("/api/stale", failing(AppError::Stale { version: 3 }))
            .route("/api/other", post(|| async { (StatusCode::INTERNAL_SERVER_ERROR, "something else") }))
            .layer(from_fn(status));
        for (path, expected) in [("/api/denied", 403), ("/api/stale", 412), ("/api/other", 500)] {
            let request = Request::post(path).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), expected, "{path}");
            assert!(!response.into_body().collect().await.unwrap().to_bytes().is_empty());
        }
    }
}
