//! Facts, each under its name.

use leptos::prelude::*;

/// One fact.
pub struct Fact {
    label: String,
    value: AnyView,
}

impl Fact {
    /// A fact: its name and what it is.
    pub fn new(label: impl Into<String>, value: impl IntoView + 'static) -> Self {
        Self { label: label.into(), value: value.into_any() }
    }
}

/// Facts, each beside its name.
#[component]
pub fn KeyValues(
    /// The facts, in order.
    facts: Vec<Fact>,
) -> impl IntoView {
    let lines = facts
        .into_iter()
        .map(|fact| view! { <div><dt>{fact.label}</dt><dd>{fact.value}</dd></div> })
        .collect_view();
    view! { <dl class="facts">{lines}</dl> }.into_any()
}
