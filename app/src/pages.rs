//! The pages, by area. A page arranges what the desk gives it; it decides nothing.

use crate::desk::Desk;
use crate::{error::AppError, shell::PageMeta, texts::Texts, ui::*};
use domain::{
    lang::Lang,
    multilingual::Multilingual,
    problem::{FieldError, FieldErrors, Problem},
};
use leptos::prelude::*;
use std::fmt::Display;

pub mod account;
pub mod agreements;
pub mod audit;
pub mod balance;
pub mod errors;
pub mod exchanges;
pub mod home;
pub mod imports;
pub mod inbox;
pub mod institutions;
pub mod link;
pub mod mail;
pub mod members;
pub mod nominations;
pub mod search;
pub mod seats;
pub mod sign_in;

/// A page whose content is put together by asking the desk. What goes wrong becomes a page that says so, with
/// the right status.
pub(crate) fn page<F, V>(content: F) -> impl IntoView
where
    F: Future<Output = Result<V, AppError>> + Send + 'static,
    V: IntoView + 'static,
{
    view! {
        <Suspense>
            {Suspend::new(async move {
                match content.await {
                    Ok(view) => view.into_any(),
                    Err(error) => view! { <errors::ErrorPage error=error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

/// What the tab says.
pub(crate) fn title(text: impl Into<String>) -> impl IntoView {
    view! { <PageMeta title=text.into() /> }
}

/// The value of a parameter of the path; empty where there is none.
pub(crate) fn param(name: &str) -> String {
    leptos_router::hooks::use_params_map().get_untracked().get(name).unwrap_or_default()
}

/// A text in the reader's language, or in the one it has; with the tag of that language where it is another.
pub(crate) fn in_words<T: Display>(texts: &Multilingual<T>, lang: Lang) -> (String, Option<String>) {
    let (tag, text) = texts.best(lang);
    (text.to_string(), (!tag.is(lang)).then(|| tag.to_string()))
}

/// The name that a page gives one of its forms: sent twice, the form is carried out once (see [`Desk::sent`]).
pub(crate) fn once(desk: &Desk) -> impl IntoView + use<> {
    view! { <input type="hidden" name="key" value=desk.stamp().id().to_string() /> }
}

/// The sentence after something was done: the `done` of the address, in the words given for it.
pub(crate) fn done(desk: &Desk, words: &[(&str, &'static str)]) -> Option<AnyView> {
    let code = crate::desk::query_value(&desk.visit.query, "done")?;
    let text = words.iter().find(|(done, _)| *done == code)?.1;
    Some(view! { <Notice tone=Tone::Success title=text live=true /> }.into_any())
}

/// What a form sent back says above its fields: the problems found, or why it was refused as a whole. `prefix`
/// is what the names of its fields begin with.
pub(crate) fn refusal(t: Texts, error: Option<&AppError>, prefix: &str) -> AnyView {
    refusal_naming(t, error, prefix, |_| String::new())
}

/// The same for a form of many fields, each line with the name of its field.
pub(crate) fn refusal_naming(
    t: Texts,
    error: Option<&AppError>,
    prefix: &str,
    name: impl Fn(&str) -> String,
) -> AnyView {
    let say =
        |tone: Tone, text: &str| view! { <Notice tone=tone title=text.to_owned() live=true /> }.into_any();
    match error {
        Some(AppError::Invalid { fields }) if fields.is_empty() => say(Tone::Danger, t.too_large_body()),
        Some(AppError::Invalid { fields }) => {
            let line = |e: &FieldError| {
                let (name, problem) = (name(&e.field), t.problem(&e.problem));
                let told = if name.is_empty() { problem } else { t.form_error_named(&name, &problem) };
                (format!("{prefix}{}", e.field), told)
            };
            let errors: Vec<(String, String)> = fields.0.iter().map(line).collect();
            let count = i64::try_from(errors.len()).unwrap_or(i64::MAX);
            let title = t.counted(count, t.form_error_one(), t.form_error_many());
            view! { <ErrorSummary title=title errors=errors /> }.into_any()
        }
        Some(AppError::SignIn) => say(Tone::Info, t.draft_is_back()),
        Some(AppError::TooMany { minutes }) => say(Tone::Danger, &t.too_many_attempts(*minutes)),
        Some(AppError::Busy) => say(Tone::Danger, t.busy_body()),
        Some(AppError::Full) => say(Tone::Danger, t.full_body()),
        Some(AppError::Internal { incident }) => say(Tone::Danger, &t.failure_body(incident)),
        Some(AppError::Conflict) => say(Tone::Danger, t.conflict_act()),
        Some(AppError::ContentChanged) => say(Tone::Warning, t.content_changed()),
        Some(AppError::Settled { why }) => say(Tone::Danger, t.settled(*why)),
        Some(AppError::NotRenewed { why }) => say(Tone::Danger, t.not_renewed(*why)),
        Some(AppError::NotMerged { why }) => say(Tone::Danger, t.not_merged(*why)),
        Some(AppError::Unreadable { why }) => say(Tone::Danger, &t.import_unreadable(*why)),
        Some(AppError::Touched { what }) => say(Tone::Danger, &t.import_touched(&what.join(", "))),
        Some(AppError::Seats { why }) => say(Tone::Danger, &t.seat_refusal(why)),
        Some(AppError::NotEligible { unmet }) => say(Tone::Danger, &t.not_eligible(unmet)),
        Some(AppError::KeyTaken) => say(Tone::Danger, t.rest_key_taken()),
        Some(AppError::NotFound | AppError::Denied) => say(Tone::Danger, t.denied_act()),
        // The pages of these forms say so themselves.
        None
        | Some(
            AppError::LikelyDuplicate
            | AppError::Stale { .. }
            | AppError::WrongCredentials
            | AppError::LinkOver,
        ) => ().into_any(),
    }
}

/// The problems of a form's fields, in words.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults {
    errors: FieldErrors,
    lang: Lang,
}

impl Faults {
    /// Those of a refusal, if it is about fields.
    pub(crate) fn of(t: Texts, error: Option<&AppError>) -> Self {
        let errors = match error {
            Some(AppError::Invalid { fields }) => fields.clone(),
            _ => FieldErrors::default(),
        };
        Self { errors, lang: t.lang() }
    }

    /// What is wrong with a field, if anything.
    pub(crate) fn at(&self, field: &str) -> Words {
        let words = self.errors.at(field).map(|problem: &Problem| Texts(self.lang).problem(problem));
        words.unwrap_or_default().into()
    }

    /// Whether something is wrong with a field below this path.
    pub(crate) fn within(&self, path: &str) -> bool {
        self.errors.0.iter().any(|e| e.field.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
    }
}

/// A query string of the pairs that have a value, with its question mark; empty without any.
pub(crate) fn query_string(pairs: &[(&str, &str)]) -> String {
    let mut out = url::form_urlencoded::Serializer::new(String::new());
    for (key, value) in pairs.iter().filter(|(_, value)| !value.trim().is_empty()) {
        out.append_pair(key, value.trim());
    }
    let query = out.finish();
    if query.is_empty() { query } else { format!("?{query}") }
}

/// An active filter: its name and value, and the address of the list without it.
pub(crate) fn chip(t: Texts, word: &str, value: &str, href: String) -> Chip {
    let label = t.form_error_named(word, value);
    Chip { href, remove: t.remove_filter(&label), label }
}

/// A count, or "more than" where it was not counted to the end.
pub(crate) fn counted(t: Texts, count: i64, bound: i64, one: &str, many: &str) -> String {
    if count >= bound { t.more_than(&t.counted(bound - 1, one, many)) } else { t.counted(count, one, many) }
}

/// Someone saved in the meantime: what differs, what is saved and what was typed side by side.
pub(crate) fn stale_notice(t: Texts, changes: Vec<Change>) -> AnyView {
    let body = if changes.is_empty() {
        view! { <p>{t.form_no_difference()}</p> }.into_any()
    } else {
        view! {
            <Diff
                id="stale"
                caption=t.form_stale_caption()
                label=t.form_field_name()
                before=t.form_stale_theirs()
                after=t.form_stale_yours()
                changes=changes
                absent=t.absent()
            />
        }
        .into_any()
    };
    view! {
        <Notice tone=Tone::Warning title=t.form_stale_title() live=true>
            <p>{t.form_stale_body()}</p>
            {body}
        </Notice>
    }
    .into_any()
}
