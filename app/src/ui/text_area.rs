//! A field of several lines: the only place with a `textarea`.

use super::field::Framed;
use super::words::{classes, described_by};
use super::{Width, Words, field_id};
use leptos::prelude::*;
use std::borrow::Cow;

/// The text as the child of a `textarea`.
///
/// The server writes children of a `textarea` as they are, so `& < >` are escaped here; and the parser of HTML
/// drops a first line feed, so one that belongs to the text is written twice. A browser sets text, not HTML.
fn child(value: &str) -> Cow<'_, str> {
    if !cfg!(feature = "ssr") {
        return Cow::Borrowed(value);
    }
    let mut escaped = String::with_capacity(value.len() + 8);
    if value.starts_with(['\n', '\r']) {
        escaped.push('\n');
    }
    for character in value.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            other => escaped.push(other),
        }
    }
    Cow::Owned(escaped)
}

/// A field of several lines.
#[component]
pub fn TextArea(
    /// Path of the field in the form; its id is [`field_id`] of it.
    #[prop(into)]
    name: String,
    /// What is asked.
    #[prop(into)]
    label: String,
    /// What stands in it.
    #[prop(into, optional)]
    value: String,
    /// Lines shown.
    #[prop(default = 4)]
    rows: u8,
    /// How to fill it in.
    #[prop(into, optional)]
    help: Words,
    /// The word for "required", when it is.
    #[prop(into, optional)]
    required: Words,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Words,
    /// Language of what is written.
    #[prop(into, optional)]
    lang: Words,
    /// Most characters.
    #[prop(optional)]
    maxlength: Option<u32>,
    /// How wide.
    #[prop(optional)]
    width: Width,
    /// Shown, not to be changed.
    #[prop(optional)]
    readonly: bool,
) -> impl IntoView {
    let id = field_id(&name);
    let described = described_by(&id, &[("help", &help), ("error", &error)]);
    let invalid = error.is_some().then_some("true");
    let needed = required.is_some().then_some("true");
    view! {
        <Framed id=id.clone() label=label required=required help=help error=error>
            <textarea
                class=classes(&["input", width.class()])
                id=id
                name=name
                rows=rows.to_string()
                lang=lang.into_text()
                maxlength=maxlength.map(|most| most.to_string())
                readonly=readonly
                aria-describedby=described
                aria-invalid=invalid
                aria-required=needed
            >
                {child(&value).into_owned()}
            </textarea>
        </Framed>
    }
    .into_any()
}
