//! Looking after a form while it is filled in: problems are named as one leaves a field, dates are shown as they
//! were understood, and what is typed is kept. The rules are those of the server: the same `parse`.

use domain::lang::Lang;
use leptos::prelude::*;

/// Looks after the form that this stands in.
#[island]
pub fn FormGuard(
    /// Language of the page.
    lang: Lang,
    /// Id of the agreement; empty for a new one.
    id: String,
) -> impl IntoView {
    let place = NodeRef::<leptos::html::Span>::new();
    #[cfg(feature = "hydrate")]
    place.on_load(move |span| browser::guard(&span, lang, &id));
    #[cfg(not(feature = "hydrate"))]
    let _ = (lang, id);
    view! { <span node_ref=place hidden></span> }
}

#[cfg(feature = "hydrate")]
mod browser {
    use crate::{api::agreements::keep_agreement_draft, texts::Texts, ui::field_id};
    use domain::{
        agreement::AgreementForm,
        lang::Lang,
        partial_date::StatedDate,
        problem::{FieldErrors, Problem},
    };
    use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
    use serde_json::{Map, Value};
    use std::{cell::Cell, rc::Rc, time::Duration};
    use wasm_bindgen::{JsCast as _, prelude::Closure};
    use web_sys::{Element, Event, FormData, HtmlElement, HtmlFormElement, HtmlInputElement};

    /// How long after the last key what is typed is kept.
    const QUIET: Duration = Duration::from_millis(1_500);

    pub fn guard(place: &HtmlElement, lang: Lang, id: &str) {
        let Some(form) =
            place.closest("form").ok().flatten().and_then(|f| f.dyn_into::<HtmlFormElement>().ok())
        else {
            return;
        };
        listen(&form, "focusout", {
            let form = form.clone();
            move |event: Event| {
                if let Some(field) = event.target().and_then(|t| t.dyn_into::<Element>().ok()) {
                    check_field(&form, &field, lang);
                }
            }
        });
        let timer: Rc<Cell<Option<TimeoutHandle>>> = Rc::default();
        let id = id.to_owned();
        listen(&form, "input", {
            let form = form.clone();
            move |_| {
                if let Some(waiting) = timer.take() {
                    waiting.clear();
                }
                let (form, id) = (form.clone(), id.clone());
                let keep = move || {
                    let typed = read(&form);
                    let version = value_of(&form, "version").parse().unwrap_or_default();
                    spawn_local(async move {
                        // A draft that cannot be kept now is kept at the next key, or saved by the button.
                        let _ = keep_agreement_draft(id, version, typed).await;
                    });
                };
                timer.set(set_timeout_with_handle(keep, QUIET).ok());
            }
        });
    }

    fn listen(form: &HtmlFormElement, event: &str, act: impl FnMut(Event) + 'static) {
        let closure = Closure::<dyn FnMut(Event)>::new(act);
        if form.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref()).is_ok() {
            closure.forget();
        }
    }

    fn value_of(form: &HtmlFormElement, name: &str) -> String {
        FormData::new_with_form(form).ok().and_then(|data| data.get(name).as_string()).unwrap_or_default()
    }

    /// What stands in the form, as the server would read it.
    fn read(form: &HtmlFormElement) -> AgreementForm {
        let Ok(data) = FormData::new_with_form(form) else { return AgreementForm::default() };
        let mut root = Value::Object(Map::new());
        for pair in data.entries().into_iter().flatten() {
            let pair = js_sys::Array::from(&pair);
            if let (Some(name), Some(value)) = (pair.get(0).as_string(), pair.get(1).as_string())
                && let Some(path) = name.strip_prefix("form[").and_then(|rest| rest.strip_suffix(']'))
            {
                set(&mut root, &path.split("][").collect::<Vec<_>>(), value);
            }
        }
        serde_json::from_value(root).unwrap_or_default()
    }

    /// Puts a value at a path; steps that are numbers make lists.
    fn set(at: &mut Value, path: &[&str], value: String) {
        let Some((step, rest)) = path.split_first() else {
            *at = Value::String(value);
            return;
        };
        if let Ok(index) = step.parse::<usize>() {
            if !at.is_array() {
                *at = Value::Array(Vec::new());
            }
            if let Value::Array(items) = at {
                while items.len() <= index && items.len() < 1_000 {
                    items.push(Value::Object(Map::new()));
                }
                if let Some(item) = items.get_mut(index) {
                    set(item, rest, value);
                }
            }
        } else {
            if !at.is_object() {
                *at = Value::Object(Map::new());
            }
            if let Value::Object(fields) = at {
                set(fields.entry((*step).to_owned()).or_insert(Value::Null), rest, value);
            }
        }
    }

    /// Says what is wrong with a field one has left, or how its date was understood.
    fn check_field(form: &HtmlFormElement, field: &Element, lang: Lang) {
        let name = field.get_attribute("name").unwrap_or_default();
        let Some(path) = name.strip_prefix("form[").and_then(|rest| rest.strip_suffix(']')) else { return };
        let path = path.replace("][", ".");
        if path.ends_with(".search") {
            return;
        }
        let problems = read(form).parse().err().unwrap_or_default();
        let typed = field.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::value).unwrap_or_default();
        show_problem(field, &problems, &path, lang);
        let is_date =
            ["starts", "ends", "signed_on", "read_on"].contains(&path.rsplit('.').next().unwrap_or(""));
        if is_date {
            let understood = StatedDate::parse(&typed).ok().map(|stated| stated.date.show(lang));
            show_understood(field, understood.map(|date| Texts(lang).form_understood(&date)));
        }
        // The end is judged against the start: leaving one may settle or spoil the other.
        if path == "starts"
            && let Some(ends) = document().get_element_by_id(&field_id("form.ends"))
            && problems.at("ends").is_none_or(|problem| *problem == Problem::EndBeforeStart)
        {
            show_problem(&ends, &problems, "ends", lang);
        }
    }

    fn show_problem(field: &Element, problems: &FieldErrors, path: &str, lang: Lang) {
        let words = problems.at(path).filter(|p| **p != Problem::Required).map(|p| Texts(lang).problem(p));
        let id = format!("{}-error", field.id());
        set_line(field, &id, "error", words.as_deref());
        let done = match &words {
            Some(_) => field
                .set_attribute("aria-invalid", "true")
                .and_then(|()| field.set_attribute("aria-describedby", &id)),
            None => field.remove_attribute("aria-invalid"),
        };
        if let Some(frame) = field.closest(".field").ok().flatten()
            && done.is_ok()
        {
            let _ = frame.class_list().toggle_with_force("wrong", words.is_some());
        }
    }

    fn show_understood(field: &Element, words: Option<String>) {
        set_line(field, &format!("{}-understood", field.id()), "understood", words.as_deref());
    }

    /// Sets, adds or removes the line under a field.
    fn set_line(field: &Element, id: &str, class: &str, words: Option<&str>) {
        let existing = document().get_element_by_id(id);
        match (existing, words) {
            (Some(line), Some(words)) => line.set_text_content(Some(words)),
            (Some(line), None) => line.remove(),
            (None, Some(words)) => {
                if let (Ok(line), Some(frame)) =
                    (document().create_element("p"), field.closest(".field").ok().flatten())
                {
                    line.set_id(id);
                    line.set_class_name(class);
                    line.set_text_content(Some(words));
                    let _ = frame.append_child(&line);
                }
            }
            (None, None) => {}
        }
    }
}
