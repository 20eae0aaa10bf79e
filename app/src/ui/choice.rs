//! Choices all in sight: boxes to tick, one or several of a group.

use super::field::{Help, Need, Wrong};
use super::words::{classes, described_by};
use super::{Words, field_id};
use leptos::prelude::*;

/// One choice of a group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// One sentence under it.
    pub help: Words,
}

impl Choice {
    /// A choice without a sentence under it.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), help: Words::default() }
    }

    /// The same with a sentence under it.
    #[must_use]
    pub fn help(mut self, help: impl Into<Words>) -> Self {
        self.help = help.into();
        self
    }
}

/// A box to tick on its own.
#[component]
pub fn Checkbox(
    /// Path of the field in the form; its id is [`field_id`] of it.
    #[prop(into)]
    name: String,
    /// What ticking it says.
    #[prop(into)]
    label: String,
    /// What is sent when it is ticked.
    #[prop(default = "on".to_owned(), into)]
    value: String,
    /// Whether it is ticked.
    #[prop(optional)]
    checked: bool,
    /// One sentence under it.
    #[prop(into, optional)]
    help: Words,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Words,
    /// Another id, where several boxes share one name.
    #[prop(into, optional)]
    id: Words,
) -> impl IntoView {
    let id = id.into_text().unwrap_or_else(|| field_id(&name));
    let described = described_by(&id, &[("help", &help), ("error", &error)]);
    let invalid = error.is_some().then_some("true");
    let class = classes(&["group", if error.is_some() { "wrong" } else { "" }]);
    view! {
        <div class=class>
            <div class="choice">
                <input
                    type="checkbox"
                    id=id.clone()
                    name=name
                    value=value
                    checked=checked
                    aria-describedby=described
                    aria-invalid=invalid
                />
                <label for=id.clone()>{label}</label>
                <Help id=id.clone() words=help />
            </div>
            <Wrong id=id words=error />
        </div>
    }
    .into_any()
}

/// One of several choices, all in sight.
#[component]
pub fn RadioGroup(
    /// Path of the field in the form; the first choice has the id [`field_id`] of it.
    #[prop(into)]
    name: String,
    /// What is asked.
    #[prop(into)]
    legend: String,
    /// The choices, in order.
    options: Vec<Choice>,
    /// The value chosen.
    #[prop(into, optional)]
    selected: String,
    /// How to choose.
    #[prop(into, optional)]
    help: Words,
    /// The word for "required", when it is.
    #[prop(into, optional)]
    required: Words,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Words,
    /// Short choices stand side by side.
    #[prop(optional)]
    inline: bool,
) -> impl IntoView {
    let selected = vec![selected];
    view! { <Group kind="radio" name legend options selected help required error inline /> }
}

/// Any of several choices, all in sight.
#[component]
pub fn CheckboxGroup(
    /// Path of the field in the form; the first choice has the id [`field_id`] of it.
    #[prop(into)]
    name: String,
    /// What is asked.
    #[prop(into)]
    legend: String,
    /// The choices, in order.
    options: Vec<Choice>,
    /// The values chosen.
    #[prop(optional)]
    selected: Vec<String>,
    /// How to choose.
    #[prop(into, optional)]
    help: Words,
    /// The word for "required", when it is.
    #[prop(into, optional)]
    required: Words,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Words,
    /// Short choices stand side by side.
    #[prop(optional)]
    inline: bool,
) -> impl IntoView {
    view! { <Group kind="checkbox" name legend options selected help required error inline /> }
}

#[component]
fn Group(
    kind: &'static str,
    name: String,
    legend: String,
    options: Vec<Choice>,
    selected: Vec<String>,
    help: Words,
    required: Words,
    error: Words,
    inline: bool,
) -> impl IntoView {
    let id = field_id(&name);
    let described = described_by(&id, &[("help", &help), ("error", &error)]);
    let wrong = if error.is_some() { "wrong" } else { "" };
    let invalid = error.is_some().then_some("true");
    let choices = options
        .into_iter()
        .enumerate()
        .map(|(index, choice)| {
            let id = if index == 0 { id.clone() } else { format!("{id}-{index}") };
            let checked = selected.contains(&choice.value);
            let described = described_by(&id, &[("choice-help", &choice.help)]);
            view! {
                <div class="choice">
                    <input
                        type=kind
                        id=id.clone()
                        name=name.clone()
                        value=choice.value
                        checked=checked
                        aria-describedby=described
                        aria-invalid=invalid
                    />
                    <label for=id.clone()>{choice.label}</label>
                    <Help id=format!("{id}-choice") words=choice.help />
                </div>
            }
        })
        .collect_view();
    view! {
        <fieldset class=classes(&["group", wrong, if inline { "row" } else { "" }]) aria-describedby=described>
            <legend>
                {legend}
                <Need words=required />
            </legend>
            <Help id=id.clone() words=help />
            <div class="choices">{choices}</div>
            <Wrong id=id words=error />
        </fieldset>
    }
    .into_any()
}
