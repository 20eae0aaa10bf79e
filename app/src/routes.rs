//! The route table: the map of the site.

use crate::{
    desk::Desk,
    pages::{errors::NotFound, home::Home},
    shell::{Frame, below_lang},
};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

/// Every page, by its address. The language comes first; one we do not speak is an unknown address.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    // While the routes are listed at start-up nobody asks.
    let Some(desk) = Desk::find() else { return view! { <Pages /> }.into_any() };
    if below_lang(&desk.visit.path).is_none() {
        return view! {
            <Frame>
                <NotFound />
            </Frame>
        }
        .into_any();
    }
    view! {
        <Frame>
            <Pages />
        </Frame>
    }
    .into_any()
}

#[component]
fn Pages() -> impl IntoView {
    view! {
        <Router>
            <FlatRoutes fallback=NotFound>
                <Route path=path!("/:lang") view=Home ssr=SsrMode::Async />
            </FlatRoutes>
        </Router>
    }
}
