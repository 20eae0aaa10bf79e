//! What one may do, folded behind one word.

use super::{Glyph, Icon};
use leptos::prelude::*;

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
