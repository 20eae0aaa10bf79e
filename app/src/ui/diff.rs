//! Two versions of the same facts, side by side.

use super::{Column, Row, Table, Words};
use leptos::prelude::*;
use similar::{DiffTag, TextDiff};
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

/// The two texts of a change, with the words that went and the words that came marked.
fn marked(before: &str, after: &str) -> (AnyView, AnyView) {
    let words = TextDiff::from_unicode_words(before, after);
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for op in words.ops() {
        let gone: String = words.old_slices()[op.old_range()].concat();
        let came: String = words.new_slices()[op.new_range()].concat();
        if op.tag() == DiffTag::Equal {
            old.push(gone.into_any());
            new.push(came.into_any());
            continue;
        }
        if !gone.is_empty() {
            old.push(view! { <del>{gone}</del> }.into_any());
        }
        if !came.is_empty() {
            new.push(view! { <ins>{came}</ins> }.into_any());
        }
    }
    (old.into_any(), new.into_any())
}

/// What changed between two versions, by word. What went is struck out and signed −, what came is underlined and signed +.
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
            let nothing = || view! { <span class="quiet-text">{absent.clone()}</span> }.into_any();
            let (old, new) = match (change.before.into_text(), change.after.into_text()) {
                (Some(before), Some(after)) => marked(&before, &after),
                (Some(before), None) => (view! { <del>{before}</del> }.into_any(), nothing()),
                (None, Some(after)) => (nothing(), view! { <ins>{after}</ins> }.into_any()),
                (None, None) => (nothing(), nothing()),
            };
            Row::new().cell(change.label).cell(old).cell(new)
        })
        .collect::<Vec<_>>();
    let columns = vec![Column::text(label), Column::text(before), Column::text(after)];
    view! { <Table id=id caption=caption class="diff" fold=true columns=columns rows=rows /> }
}
