//! What happened, day by day.

use leptos::prelude::*;

/// One entry of a timeline.
pub struct TimelineEntry {
    /// The day as the language writes it.
    pub date: String,
    /// The day for machines: `2024`, `2024-05` or `2024-05-17`.
    pub datetime: String,
    /// What happened, in one line.
    pub title: String,
    /// It has not happened yet.
    pub ahead: bool,
    /// More about it.
    pub more: Option<AnyView>,
}

impl TimelineEntry {
    /// An entry of one line.
    pub fn new(date: impl Into<String>, datetime: impl Into<String>, title: impl Into<String>) -> Self {
        Self { date: date.into(), datetime: datetime.into(), title: title.into(), ahead: false, more: None }
    }

    /// The same, still to come.
    #[must_use]
    pub fn ahead(self) -> Self {
        Self { ahead: true, ..self }
    }

    /// The same, with more about it.
    #[must_use]
    pub fn more(self, view: impl IntoView + 'static) -> Self {
        Self { more: Some(view.into_any()), ..self }
    }
}

/// What happened, and what is to come, on one thread: full knots behind us, open ones ahead.
#[component]
pub fn Timeline(
    /// The entries, in the order they are read.
    entries: Vec<TimelineEntry>,
) -> impl IntoView {
    let items = entries
        .into_iter()
        .map(|entry| {
            view! {
                <li class=entry.ahead.then_some("ahead")>
                    <time class="when" datetime=entry.datetime>{entry.date}</time>
                    <p class="what">{entry.title}</p>
                    {entry.more.map(|more| view! { <div class="more">{more}</div> })}
                </li>
            }
        })
        .collect_view();
    view! { <ol class="timeline">{items}</ol> }.into_any()
}
