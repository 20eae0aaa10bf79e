//! The places of a year: a bar, and the number.

use super::Words;
use leptos::prelude::*;

/// What a bar is made of, in units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SeatParts {
    /// Confirmed: full.
    pub confirmed: i64,
    /// Accepted or held: hatched.
    pub kept: i64,
    /// Free: an outline.
    pub free: i64,
}

/// The places of a year as a bar, with the number written beside it. Shapes differ, not colours only; what is drawn is said, too.
#[component]
pub fn SeatBar(
    /// Address of what explains the number.
    #[prop(into)]
    href: String,
    /// How much of each.
    parts: SeatParts,
    /// The number, such as "4/5".
    #[prop(into)]
    number: String,
    /// Who waits, such as "+1".
    #[prop(into, optional)]
    waiting: Words,
    /// What lies beyond the cap, such as "▲ 1".
    #[prop(into, optional)]
    beyond: Words,
    /// A word that one should not miss, such as "complet".
    #[prop(into, optional)]
    note: Words,
    /// How many of each, such as "2 confirmées · 1 libre".
    #[prop(into, optional)]
    shares: Words,
    /// All of it in a sentence, for those who do not see it.
    #[prop(into)]
    said: String,
) -> impl IntoView {
    let mark = |class: &'static str, words: Words| {
        words.into_text().map(|text| view! { <span class=class aria-hidden="true">{text}</span> })
    };
    view! {
        <a class="seats" href=href>
            {bar(parts)}
            <span class="number">{number}</span>
            {mark("waiting", waiting)}
            {mark("beyond", beyond)}
            {mark("note", note)}
            {mark("shares", shares)}
            <span class="visually-hidden">" "{said}</span>
        </a>
    }
    .into_any()
}

/// Shares of a hundred, so that nothing is lost to rounding at the end.
fn bar(parts: SeatParts) -> impl IntoView {
    let SeatParts { confirmed, kept, free } = parts;
    let all = (confirmed + kept + free.max(0)).max(1);
    let share = |units: i64| units * 1_000 / all;
    let (first, second) = (share(confirmed), share(confirmed + kept));
    let percent = |share: i64| format!("{}.{}%", share / 10, share % 10);
    let part = |class: &'static str, from: i64, to: i64| {
        (to > from).then(|| {
            view! { <rect class=class x=percent(from) y="1" width=percent(to - from) height="8"></rect> }
        })
    };
    view! {
        <svg class="bar" width="100%" height="10" aria-hidden="true">
            <rect class="free" x="0" y="1" width="100%" height="8"></rect>
            {part("confirmed", 0, first)}
            {part("kept", first, second)}
        </svg>
    }
}

/// What the parts of the bars stand for.
#[component]
pub fn SeatKey(
    /// What the list is, for those who hear it.
    #[prop(into)]
    label: String,
    /// Words for confirmed, kept and free.
    names: [String; 3],
    /// What other marks stand for.
    more: Vec<String>,
) -> impl IntoView {
    let drawn = [
        SeatParts { confirmed: 1, ..SeatParts::default() },
        SeatParts { kept: 1, ..SeatParts::default() },
        SeatParts::default(),
    ];
    let items = drawn.into_iter().zip(names).map(|(parts, name)| view! { <li>{bar(parts)} {name}</li> });
    let items = items.collect_view();
    let more = more.into_iter().map(|text| view! { <li>{text}</li> }).collect_view();
    view! { <ul class="seat-key" aria-label=label>{items} {more}</ul> }.into_any()
}
