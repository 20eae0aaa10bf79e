//! What one may do, folded behind one word.

use super::{Glyph, Icon};
use leptos::prelude::*;

/// A button that asks once more: it unfolds what is lost, and the button that does it. Works without a script.
#[component]
pub fn Confirm(
    /// The word, which begins with a verb.
    #[prop(into)]
    label: String,
    /// The whole sentence, where the word alone does not name the thing.
    #[prop(into, optional)]
    name: Option<String>,
    /// What is lost, or what cannot be undone.
    #[prop(into)]
    warning: String,
    /// The button.
    children: Children,
) -> impl IntoView {
    view! {
        <details class="confirm">
            <summary class="button" aria-label=name>
                {label}
                <Icon name=Glyph::ChevronDown />
            </summary>
            <div class="items">
                <p class="small-text">{warning}</p>
                {children()}
            </div>
        </details>
    }
}

/// Links and buttons folded behind one word. Opens without a script.
#[component]
pub fn Menu(
    /// The word.
    #[prop(into)]
    label: String,
    /// Links and buttons, one per line.
    children: Children,
) -> impl IntoView {
    view! {
        <details class="menu">
            <summary class="button">
                {label}
                <Icon name=Glyph::ChevronDown />
            </summary>
            <div class="items">{children()}</div>
        </details>
    }
}
