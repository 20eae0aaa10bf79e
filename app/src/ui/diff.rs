//! Two versions of the same facts, side by side.

use super::{Column, Row, Table, Words};
use leptos::prelude::*;
use std::sync::Arc;

/// One fact in two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Name of the fact.
    pub label: String,
    /// What it was; nothing if it was not there.
    pub before: Words,
    /// What it is; nothing if it is gone.
    pub after: Words,
}

impl Change {
    /// A change.
    pub fn new(label: impl Into<String>, before: impl Into<Words>, after: impl Into<Words>) -> Self {
        Self { label: label.into(), before: before.into(), after: after.into() }
    }
}

/// What changed between two versions. What went is struck out and signed −, what came is underlined and signed +.
#[component]
pub fn Diff(
    /// Id of the table in the page.
    #[prop(into)]
    id: String,
    /// What is compared.
    #[prop(into)]
    caption: String,
    /// Title of the column of names.
    #[prop(into)]
    label: String,
    /// Title of the older version.
    #[prop(into)]
    before: String,
    /// Title of the newer one.
    #[prop(into)]
    after: String,
    /// The changes; a fact equal in both is written plainly.
    changes: Vec<Change>,
    /// What to write where there was nothing.
    #[prop(into)]
    absent: String,
) -> impl IntoView {
    let absent: Arc<str> = absent.into();
    let rows = changes
        .into_iter()
        .map(|change| {
            let same = change.before == change.after;
            let nothing = || view! { <span class="quiet-text">{absent.clone()}</span> }.into_any();
            let old = match change.before.into_text() {
                None => nothing(),
                Some(text) if same => text.into_any(),
                Some(text) => view! { <del>{text}</del> }.into_any(),
            };
            let new = match change.after.into_text() {
                None => nothing(),
                Some(text) if same => text.into_any(),
                Some(text) => view! { <ins>{text}</ins> }.into_any(),
            };
            Row::new().cell(change.label).cell(old).cell(new)
        })
        .collect::<Vec<_>>();
    let columns = vec![Column::text(label), Column::text(before), Column::text(after)];
    view! { <Table id=id caption=caption class="diff" fold=true columns=columns rows=rows /> }
}
