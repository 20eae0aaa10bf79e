//! Short marks: the standing of an agreement, tags, counts.

use super::Words;
use super::words::classes;
use leptos::prelude::*;

/// Drawn on a grid of 12: an outline, what is filled, and how heavy the outline is.
const fn shape(kind: &str) -> (&'static str, &'static str) {
    match kind.as_bytes() {
        b"in_negotiation" => (RING, "M6 1.5a4.5 4.5 0 0 0 0 9z"),
        b"approved" | b"met" => ("M1.5 6.5l3 3L10.5 2.5", ""),
        b"signed" => ("", "M1 11l.8-3.2L8.3 1.3a1.5 1.5 0 0 1 2.4 2.4L4.2 10.2z"),
        b"in_force" => ("", "M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1z"),
        b"ending_soon" => ("", "M6 6V1a5 5 0 1 0 5 5z"),
        b"expired" => ("", "M2 2h8v8H2z"),
        b"terminated" => ("M1.8 1.8h8.4v8.4H1.8zM1.8 1.8l8.4 8.4M10.2 1.8l-8.4 8.4", ""),
        b"on_track" => ("M1.5 10L5 6l2 2 3.5-5", ""),
        b"at_risk" => ("", "M6 1l5.5 10H.5z"),
        b"missed" => ("M2 2l8 8M10 2l-8 8", ""),
        b"renewed" => ("M1 6h9M6.5 2.5L10 6l-3.5 3.5", ""),
        _ => (RING, ""),
    }
}

const RING: &str = "M6 1.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z";

/// Where an agreement, or a commitment, stands, by a shape, a colour and a word.
#[component]
pub fn StandingBadge(
    /// `draft`, `in_negotiation`, `approved`, `signed`, `in_force`, `ending_soon`, `expired`, `terminated` or `renewed`; of a
    /// commitment `not_measured`, `on_track`, `at_risk`, `met` or `missed`.
    kind: &'static str,
    /// The word.
    #[prop(into)]
    label: String,
    /// Larger, beside the title of a page.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    let (outline, filled) = shape(kind);
    view! {
        <span class=classes(&["badge", kind, if large { "large" } else { "" }])>
            <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
                <path d=filled fill="currentColor"></path>
                <path d=outline fill="none" stroke="currentColor" stroke-width="1.6"></path>
            </svg>
            <span>{label}</span>
        </span>
    }
}

/// A word an office put on something; a link when it leads to all that carry it.
#[component]
pub fn Tag(
    /// The word.
    #[prop(into)]
    label: String,
    /// Address of the list of all that carry it.
    #[prop(into, optional)]
    href: Words,
) -> impl IntoView {
    match href.into_text() {
        Some(href) => view! { <a class="tag" href=href>{label}</a> }.into_any(),
        None => view! { <span class="tag">{label}</span> }.into_any(),
    }
}

/// A mark beside a fact that nobody has confirmed.
#[component]
pub fn ToConfirm(
    /// What to write, such as "à confirmer".
    #[prop(into)]
    label: String,
    /// Where the fact comes from, or who is to confirm it; read after the label.
    #[prop(into, optional)]
    source: Words,
) -> impl IntoView {
    let source = source.into_text();
    view! {
        <span class="to-confirm" title=source>
            {label}
            {source.clone().map(|source| view! { <span class="visually-hidden">" ("{source}")"</span> })}
        </span>
    }
}

/// A small number beside a word, such as the entries of a section.
#[component]
pub fn Count(
    /// The number, written as the language writes it.
    #[prop(into)]
    value: String,
    /// What is counted, for those who do not see what it stands beside.
    #[prop(into, optional)]
    label: Words,
) -> impl IntoView {
    view! {
        <span class="count">
            {value}
            {label.into_text().map(|label| view! { <span class="visually-hidden">" "{label}</span> })}
        </span>
    }
}

/// A large number with what it counts; a link when it leads to what was counted.
#[component]
pub fn Stat(
    /// The number, written as the language writes it.
    #[prop(into)]
    value: String,
    /// What it counts.
    #[prop(into)]
    label: String,
    /// One line more, such as the day of the count.
    #[prop(into, optional)]
    note: Words,
    /// Address of what was counted.
    #[prop(into, optional)]
    href: Words,
) -> impl IntoView {
    let inside = view! {
        <span class="figure">{value}" "</span>
        <span class="label">{label}</span>
        {note.into_text().map(|note| view! { <span class="note">" "{note}</span> })}
    };
    match href.into_text() {
        Some(href) => view! { <a class="stat" href=href>{inside}</a> }.into_any(),
        None => view! { <div class="stat">{inside}</div> }.into_any(),
    }
}
