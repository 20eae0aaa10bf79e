//! One field that searches everything.

use super::words::{Words, classes};
use super::{Glyph, Icon};
use leptos::prelude::*;

/// One field that searches everything, sent by the return key.
#[component]
pub fn SearchBox(
    /// Address of the results.
    #[prop(into)]
    action: String,
    /// What is searched, for those who hear it.
    #[prop(into)]
    label: String,
    /// Id of the field; another one for a second box on the same page.
    #[prop(default = "search".to_owned(), into)]
    id: String,
    /// Name of the parameter.
    #[prop(default = "q".to_owned(), into)]
    name: String,
    /// What was searched.
    #[prop(into, optional)]
    value: String,
    /// An example of what to write.
    #[prop(into, optional)]
    placeholder: Words,
    /// The key that leads here, such as "/", where a script listens to it.
    #[prop(into, optional)]
    hint: Words,
    /// Id of a `datalist` of suggestions.
    #[prop(into, optional)]
    list: Words,
    /// Larger, on the first page.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    let key = hint.into_text();
    let form_label = label.clone();
    view! {
        <form
            class=classes(&["search", if large { "large" } else { "" }])
            role="search"
            aria-label=form_label
            method="get"
            action=action
        >
            <Icon name=Glyph::Search />
            <input
                type="search"
                id=id
                name=name
                value=value
                aria-label=label
                placeholder=placeholder.into_text()
                list=list.into_text()
                autocomplete="off"
                enterkeyhint="search"
                aria-keyshortcuts=key.clone()
            />
            {key.map(|key| view! { <kbd aria-hidden="true">{key}</kbd> })}
        </form>
    }
    .into_any()
}
