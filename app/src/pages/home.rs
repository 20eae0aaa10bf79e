//! The first page.

use crate::{
    desk::Desk,
    texts::Texts,
    ui::{PageHeader, SearchBox},
};
use leptos::prelude::*;
use leptos_meta::Title;

/// What this registry is, and one search.
#[component]
pub fn Home() -> impl IntoView {
    let Some(desk) = Desk::find() else { return ().into_any() };
    let texts = Texts(desk.lang());
    view! {
        <Title text=format!("{} – {}", texts.tagline(), texts.name()) />
        <PageHeader title=texts.name() lead=texts.tagline() />
        <SearchBox
            action=desk.href("/search")
            label=texts.search()
            id="home-search"
            placeholder=texts.search_hint()
            large=true
        />
    }
    .into_any()
}
