//! The first page.

use crate::{
    desk::Desk,
    shell::PageMeta,
    texts::Texts,
    ui::{PageHeader, SearchBox},
};
use leptos::prelude::*;

/// What this registry is, and one search.
#[component]
pub fn Home() -> impl IntoView {
    let Some(desk) = Desk::find() else { return ().into_any() };
    let texts = Texts(desk.lang());
    view! {
        <PageMeta title=texts.name() />
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
