//! A field of one line, and the frame that every field shares.

use super::words::{classes, described_by};
use super::{Glyph, Icon, Words, field_id};
use leptos::prelude::*;

/// How wide a control is: as wide as what one expects to write in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Width {
    /// The whole column.
    #[default]
    Full,
    /// Half a line: a date, a code.
    Half,
    /// A few characters: a number.
    Short,
}

impl Width {
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Full => "",
            Self::Half => "half",
            Self::Short => "short",
        }
    }
}

/// Label above, help under the label, then the control, how it was understood, and what is wrong with it.
#[component]
pub(super) fn Framed(
    id: String,
    label: String,
    required: Words,
    help: Words,
    #[prop(optional)] understood: Words,
    error: Words,
    children: Children,
) -> impl IntoView {
    let class = classes(&["field", if error.is_some() { "wrong" } else { "" }]);
    view! {
        <div class=class>
            <label for=id.clone()>
                {label}
                <Need words=required />
            </label>
            <Help id=id.clone() words=help />
            {children()}
            {understood
                .into_text()
                .map(|text| {
                    view! {
                        <p class="understood" id=format!("{id}-understood")>
                            <Icon name=Glyph::Check />
                            <span>{text}</span>
                        </p>
                    }
                })}
            <Wrong id=id words=error />
        </div>
    }
    .into_any()
}

/// "(obligatoire)" after a label.
#[component]
pub(super) fn Need(words: Words) -> impl IntoView {
    words.into_text().map(|text| view! { <span class="need">" ("{text}")"</span> })
}

/// The sentence under a label.
#[component]
pub(super) fn Help(id: String, words: Words) -> impl IntoView {
    let id = id + "-help";
    words.into_text().map(|text| view! { <p class="help" id=id>{text}</p> })
}

/// The sentence that says what is wrong.
#[component]
pub(super) fn Wrong(id: String, words: Words) -> impl IntoView {
    let id = id + "-error";
    words.into_text().map(|text| {
        view! {
            <p class="error" id=id>
                <Icon name=Glyph::Warning />
                <span>{text}</span>
            </p>
        }
    })
}

/// A field of one line.
#[component]
pub fn Field(
    /// Path of the field in the form; its id is [`field_id`] of it.
    #[prop(into)]
    name: String,
    /// What is asked.
    #[prop(into)]
    label: String,
    /// What stands in it.
    #[prop(into, optional)]
    value: String,
    /// `text`, `email`, `password`, `search`, `url`, `tel`, `number`, `file`...
    #[prop(default = "text")]
    kind: &'static str,
    /// How to fill it in.
    #[prop(into, optional)]
    help: Words,
    /// The word for "required", when it is.
    #[prop(into, optional)]
    required: Words,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Words,
    /// How a date or a number was understood.
    #[prop(into, optional)]
    understood: Words,
    /// What browsers may fill in: `email`, `current-password`, `one-time-code`...
    #[prop(into, optional)]
    autocomplete: Words,
    /// Keyboard of a phone: `numeric`, `email`, `search`...
    #[prop(into, optional)]
    inputmode: Words,
    /// Id of a `datalist`, which may be given as the child.
    #[prop(into, optional)]
    list: Words,
    /// An example of what to write; never the label.
    #[prop(into, optional)]
    placeholder: Words,
    /// Files accepted, for `kind="file"`.
    #[prop(into, optional)]
    accept: Words,
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
    /// Not to be sent.
    #[prop(optional)]
    disabled: bool,
    /// The cursor stands here when the page opens.
    #[prop(optional)]
    autofocus: bool,
    /// A `datalist`, or what stands right after the control.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let id = field_id(&name);
    let described = described_by(&id, &[("help", &help), ("understood", &understood), ("error", &error)]);
    let invalid = error.is_some().then_some("true");
    let needed = required.is_some().then_some("true");
    view! {
        <Framed id=id.clone() label=label required=required help=help understood=understood error=error>
            <input
                class=classes(&["input", width.class()])
                id=id
                name=name
                type=kind
                value=(kind != "file" && kind != "password").then_some(value)
                autocomplete=autocomplete.into_text()
                inputmode=inputmode.into_text()
                list=list.into_text()
                placeholder=placeholder.into_text()
                accept=accept.into_text()
                lang=lang.into_text()
                maxlength=maxlength.map(|most| most.to_string())
                readonly=readonly
                disabled=disabled
                autofocus=autofocus
                aria-describedby=described
                aria-invalid=invalid
                aria-required=needed
            />
            {children.map(|children| children())}
        </Framed>
    }
    .into_any()
}

/// Fields that belong together, under one title.
#[component]
pub fn Fieldset(
    /// The title.
    #[prop(into)]
    legend: String,
    /// One sentence under it.
    #[prop(into, optional)]
    help: Words,
    /// What the address of the part ends with, after `#`.
    #[prop(into, optional)]
    id: Words,
    /// The fields.
    children: Children,
) -> impl IntoView {
    view! {
        <fieldset class="fieldset" id=id.into_text()>
            <legend>{legend}</legend>
            {help.into_text().map(|text| view! { <p class="help">{text}</p> })}
            {children()}
        </fieldset>
    }
    .into_any()
}
