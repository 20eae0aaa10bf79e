//! What the page has to say about itself.

use super::words::classes;
use super::{Glyph, Icon, Words};
use leptos::prelude::*;

/// How a notice is meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    #[default]
    Info,
    /// It is done.
    Success,
    /// Look before going on.
    Warning,
    /// It failed, or something is lost.
    Danger,
}

/// A sentence or two in a frame: what was done, what to look at.
#[component]
pub fn Notice(
    /// How it is meant.
    #[prop(optional)]
    tone: Tone,
    /// The sentence that matters.
    #[prop(into, optional)]
    title: Words,
    /// It answers what one has just done: it is read aloud at once (`status`, or `alert` for a danger).
    #[prop(optional)]
    live: bool,
    /// The rest.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (class, icon, role) = match tone {
        Tone::Info => ("info", Glyph::Info, "status"),
        Tone::Success => ("success", Glyph::Check, "status"),
        Tone::Warning => ("warning", Glyph::Warning, "status"),
        Tone::Danger => ("danger", Glyph::Warning, "alert"),
    };
    view! {
        <div class=classes(&["notice", class]) role=live.then_some(role)>
            <Icon name=icon />
            <div class="body">
                {title.into_text().map(|title| view! { <p class="title">{title}</p> })}
                {children.map(|children| children())}
            </div>
        </div>
    }
    .into_any()
}

/// What stands where a list would be: why there is nothing, and what to do.
#[component]
pub fn EmptyState(
    /// Why there is nothing.
    #[prop(into)]
    title: String,
    /// One sentence more.
    #[prop(into, optional)]
    text: Words,
    /// What to do: a button or two.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="title">{title}</p>
            {text.into_text().map(|text| view! { <p>{text}</p> })}
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </div>
    }
    .into_any()
}

/// The line above every page of a demonstration.
#[component]
pub fn DemoBanner(
    /// What one must know: the data are made up, and vanish.
    #[prop(into)]
    text: String,
    /// Where to learn more.
    #[prop(into, optional)]
    href: Words,
    /// Words of that link.
    #[prop(into, optional)]
    link: Words,
) -> impl IntoView {
    view! {
        <aside class="demo">
            <p>
                {text}
                {href.into_text().map(|href| view! { " "<a href=href>{link.into_text()}</a> })}
            </p>
        </aside>
    }
}
