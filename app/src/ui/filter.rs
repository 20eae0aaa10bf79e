//! What narrows a list, and what it was narrowed by.

use super::words::Words;
use super::{Count, Glyph, Icon};
use leptos::children::ViewFnOnce;
use leptos::prelude::*;

/// One active filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// What it says, such as "Pays: Japon".
    pub label: String,
    /// Address of the list without it.
    pub href: String,
    /// What following the link does, such as "Retirer le filtre Pays: Japon".
    pub remove: String,
}

/// The active filters, each a link that removes it. Shows nothing when there are none.
#[component]
pub fn Chips(
    /// What stands before them, such as "Filtres actifs".
    #[prop(into)]
    label: String,
    /// The filters.
    chips: Vec<Chip>,
    /// Address of the list without any filter.
    #[prop(into, optional)]
    clear: Words,
    /// Words of that link.
    #[prop(into, optional)]
    clear_label: Words,
) -> impl IntoView {
    (!chips.is_empty()).then(|| {
        let items = chips
            .into_iter()
            .map(|chip| {
                view! {
                    <li>
                        <a class="chip" href=chip.href aria-label=chip.remove.clone() title=chip.remove>
                            <span>{chip.label}</span>
                            <Icon name=Glyph::Close />
                        </a>
                    </li>
                }
            })
            .collect_view();
        view! {
            <div class="chips" role="group" aria-label=label>
                <span class="label">{label.clone()}</span>
                <ul class="list">{items}</ul>
                {clear.into_text().map(|href| view! { <a href=href>{clear_label.into_text()}</a> })}
            </div>
        }
        .into_any()
    })
}

/// The filters of a list: at its left from 1024 px, folded above it on a phone.
///
/// Holds the form with its fields; the first child of a [`Listing`].
#[component]
pub fn FilterRail(
    /// Words of the handle, such as "Filtrer".
    #[prop(into)]
    label: String,
    /// How many filters are active, when some are.
    #[prop(into, optional)]
    active: Words,
    /// Where the form goes: the address of the list.
    #[prop(into)]
    action: String,
    /// Stands open on a phone too.
    #[prop(optional)]
    open: bool,
    /// Fields, then the button.
    children: Children,
) -> impl IntoView {
    view! {
        <details class="rail" open=open>
            <summary>
                <Icon name=Glyph::Filter />
                {label.clone()}
                {active.into_text().map(|value| view! { <Count value=value /> })}
                <Icon name=Glyph::ChevronDown />
            </summary>
            <form class="filters" method="get" action=action aria-label=label>
                {children()}
            </form>
        </details>
    }
    .into_any()
}

/// A list with its filters beside it.
#[component]
pub fn Listing(
    /// The [`FilterRail`].
    #[prop(into)]
    rail: ViewFnOnce,
    /// Chips, count, table, pager.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="listing">
            {rail.run()}
            <div class="results">{children()}</div>
        </div>
    }
    .into_any()
}
