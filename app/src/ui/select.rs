//! One choice from a list that folds.

use super::field::Framed;
use super::words::{classes, described_by};
use super::{Glyph, Icon, Width, Words, field_id};
use leptos::prelude::*;

/// One choice from a list that folds.
#[component]
pub fn Select(
    /// Path of the field in the form; its id is [`field_id`] of it.
    #[prop(into)]
    name: String,
    /// What is asked.
    #[prop(into)]
    label: String,
    /// Value and wording of each choice, in order.
    options: Vec<(String, String)>,
    /// The value chosen.
    #[prop(into, optional)]
    selected: String,
    /// Wording of the choice of nothing, put first; its value is empty.
    #[prop(into, optional)]
    none: Words,
    /// How to fill it in.
    #[prop(into, optional)]
    help: Words,
    /// The word for "required", when it is.
    #[prop(into, optional)]
    required: Words,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Words,
    /// What browsers may fill in.
    #[prop(into, optional)]
    autocomplete: Words,
    /// How wide.
    #[prop(optional)]
    width: Width,
    /// Not to be sent.
    #[prop(optional)]
    disabled: bool,
) -> impl IntoView {
    let id = field_id(&name);
    let described = described_by(&id, &[("help", &help), ("error", &error)]);
    let invalid = error.is_some().then_some("true");
    let needed = required.is_some().then_some("true");
    let choices = none.into_text().map(|label| (String::new(), label)).into_iter().chain(options);
    let choices = choices
        .map(move |(value, label)| {
            let chosen = value == selected;
            view! { <option value=value selected=chosen>{label}</option> }
        })
        .collect_view();
    view! {
        <Framed id=id.clone() label=label required=required help=help error=error>
            <div class=classes(&["pick", width.class()])>
                <select
                    class="input"
                    id=id
                    name=name
                    autocomplete=autocomplete.into_text()
                    disabled=disabled
                    aria-describedby=described
                    aria-invalid=invalid
                    aria-required=needed
                >
                    {choices}
                </select>
                <Icon name=Glyph::ChevronDown />
            </div>
        </Framed>
    }
    .into_any()
}
