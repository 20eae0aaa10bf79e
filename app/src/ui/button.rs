//! What one presses.

use super::words::classes;
use super::{Glyph, Icon, Words};
use leptos::prelude::*;

/// How much a button asks to be pressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// What the page is for. One per form.
    Primary,
    /// What one may do as well.
    #[default]
    Secondary,
    /// What cannot be undone.
    Danger,
    /// What one may do beside a line of a list.
    Quiet,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "",
            Self::Danger => "danger",
            Self::Quiet => "quiet",
        }
    }
}

/// A button. Its words begin with a verb: "Signer la version 2".
#[component]
pub fn Button(
    /// How much it asks to be pressed.
    #[prop(optional)]
    kind: ButtonKind,
    /// `submit`, `button` or `reset`.
    #[prop(default = "submit")]
    act: &'static str,
    /// Name it sends.
    #[prop(into, optional)]
    name: Words,
    /// Value it sends.
    #[prop(into, optional)]
    value: Words,
    /// Id of a form elsewhere in the page.
    #[prop(into, optional)]
    form: Words,
    /// Another address to send the form to.
    #[prop(into, optional)]
    formaction: Words,
    /// A drawing before the words.
    #[prop(optional)]
    icon: Option<Glyph>,
    /// The whole sentence, where the words alone do not name the thing ("Supprimer Kagawa").
    #[prop(into, optional)]
    label: Words,
    /// Smaller, within a line.
    #[prop(optional)]
    small: bool,
    /// Not to be pressed.
    #[prop(optional)]
    disabled: bool,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            class=classes(&["button", kind.class(), if small { "small" } else { "" }])
            type=act
            name=name.into_text()
            value=value.into_text()
            form=form.into_text()
            formaction=formaction.into_text()
            disabled=disabled
            aria-label=label.into_text()
        >
            {icon.map(|name| view! { <Icon name=name /> })}
            {children()}
        </button>
    }
}

/// A link that looks like a button, where pressing only leads somewhere.
#[component]
pub fn ButtonLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// How much it asks to be followed.
    #[prop(optional)]
    kind: ButtonKind,
    /// A drawing before the words.
    #[prop(optional)]
    icon: Option<Glyph>,
    /// The whole sentence, where the words alone do not name the thing.
    #[prop(into, optional)]
    label: Words,
    /// Smaller, within a line.
    #[prop(optional)]
    small: bool,
    /// Name of the file, when following it downloads one.
    #[prop(into, optional)]
    download: Words,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <a
            class=classes(&["button", kind.class(), if small { "small" } else { "" }])
            href=href
            download=download.into_text()
            aria-label=label.into_text()
        >
            {icon.map(|name| view! { <Icon name=name /> })}
            {children()}
        </a>
    }
}

/// Buttons in a row, the first one first.
#[component]
pub fn Actions(
    /// The buttons.
    children: Children,
) -> impl IntoView {
    view! { <div class="actions">{children()}</div> }
}
