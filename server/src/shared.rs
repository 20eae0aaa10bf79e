//! A service that is cheap to clone.
//!
//! Every layer around a route clones all that lies below it for each request, and the handlers of pages are large: an
//! answer from the cache would copy many of them and call none.

use axum::{extract::Request, response::Response, routing::Route};
use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tower::{Service, ServiceExt as _};

/// A route that is cloned only when it is called.
#[derive(Debug, Clone)]
pub struct Shared(Arc<Route>);

impl Shared {
    /// Shares it.
    pub fn new(route: Route) -> Self {
        Self(Arc::new(route))
    }
}

impl Service<Request> for Shared {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let route = Route::clone(&self.0);
        Box::pin(route.oneshot(request))
    }
}
