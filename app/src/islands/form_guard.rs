//! Looking after a form while it is filled in: dates are judged and shown as they were understood as one leaves
//! their field, and what is typed is kept. The rules are those of the server: the same `parse`.

use domain::lang::Lang;
use leptos::prelude::*;

/// Looks after the form that this stands in.
#[island]
pub fn FormGuard(
    /// Language of the page.
    lang: Lang,
) -> impl IntoView {
    let place = NodeRef::<leptos::html::Span>::new();
    #[cfg(feature = "hydrate")]
    place.on_load(move |span| browser::guard(&span, lang));
    #[cfg(not(feature = "hydrate"))]
    let _ = lang;
    view! { <span node_ref=place hidden></span> }
}

#[cfg(feature = "hydrate")]
mod browser {
    use crate::{texts::Texts, ui::field_id};
    use domain::{lang::Lang, month_day::MonthDay, partial_date::StatedDate, problem::Problem};
    use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
    use std::{cell::Cell, rc::Rc, time::Duration};
    use wasm_bindgen::{JsCast as _, prelude::Closure};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{
        Element, Event, FormData, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlTextAreaElement,
        RequestInit, UrlSearchParams,
    };

    /// How long after the last key what is typed is kept.
    const QUIET: Duration = Duration::from_millis(1_500);

    pub fn guard(place: &HtmlElement, lang: Lang) {
        let Some(form) =
            place.closest("form").ok().flatten().and_then(|f| f.dyn_into::<HtmlFormElement>().ok())
        else {
            return;
        };
        listen(&form, "focusout", move |event: Event| {
            if let Some(field) = event.target().and_then(|t| t.dyn_into::<Element>().ok()) {
                check(&field, lang);
            }
        });
        let timer: Rc<Cell<Option<TimeoutHandle>>> = Rc::default();
        listen(&form, "input", {
            let form = form.clone();
            move |event: Event| {
                if let Some(field) = event.target().and_then(|t| t.dyn_into::<Element>().ok()) {
                    understand(&field, lang);
                }
                if let Some(waiting) = timer.take() {
                    waiting.clear();
                }
                let form = form.clone();
                let keep = move || spawn_local(async move { keep(&form).await });
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

    /// Sends what stands in the form as the form itself would, to be kept. When that fails it is kept at the next
    /// key, or saved by the button.
    async fn keep(form: &HtmlFormElement) {
        let Ok(data) = FormData::new_with_form(form) else { return };
        let Ok(body) = UrlSearchParams::new_with_str_sequence_sequence(&data) else { return };
        let request = RequestInit::new();
        request.set_method("POST");
        request.set_body(&body);
        let _ = JsFuture::from(window().fetch_with_str_and_init("/api/keep_agreement_draft", &request)).await;
    }

    fn typed(field: &Element) -> String {
        let input = field.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::value);
        input
            .or_else(|| field.dyn_ref::<HtmlTextAreaElement>().map(HtmlTextAreaElement::value))
            .unwrap_or_default()
    }

    /// The name of the date that stands in a field, if it is one.
    fn date_name(field: &Element) -> Option<&'static str> {
        let path = field.get_attribute("name")?;
        let name = path.strip_suffix(']')?.rsplit('[').next()?;
        let dates = ["starts", "ends", "due", "signed_on", "read_on", "nomination", "application"];
        dates.into_iter().find(|date| *date == name)
    }

    /// A date as it is understood; a deadline comes back every year.
    fn read(name: &str, value: &str, lang: Lang) -> Result<String, Problem> {
        if matches!(name, "nomination" | "application") {
            MonthDay::parse(value).map(|day| day.show(lang))
        } else {
            StatedDate::parse(value).map(|stated| stated.date.show(lang))
        }
    }

    /// Says how a date is understood while it is typed: nothing moves when one leaves the field for a button.
    fn understand(field: &Element, lang: Lang) {
        if let Some(name) = date_name(field) {
            let words = read(name, &typed(field), lang).ok();
            let words = words.map(|date| Texts(lang).form_understood(&date));
            set_line(field, &format!("{}-understood", field.id()), "understood", words.as_deref());
        }
    }

    /// Says what is wrong with a date one has left. An empty one is not judged.
    fn check(field: &Element, lang: Lang) {
        let Some(name) = date_name(field) else { return };
        let value = typed(field);
        let problem = if value.trim().is_empty() { None } else { read(name, &value, lang).err() };
        show_problem(field, problem, lang);
        if name == "starts" || name == "ends" {
            check_order(lang);
        }
    }

    /// The end is judged against the start: leaving one may settle or spoil the other.
    fn check_order(lang: Lang) {
        let find = |name: &str| document().get_element_by_id(&field_id(&format!("form.{name}")));
        let (Some(starts), Some(ends)) = (find("starts"), find("ends")) else { return };
        if let (Ok(first), Ok(last)) = (StatedDate::parse(&typed(&starts)), StatedDate::parse(&typed(&ends)))
        {
            let is_backwards = last.date.latest() < first.date.earliest();
            show_problem(&ends, is_backwards.then_some(Problem::EndBeforeStart), lang);
        }
    }

    fn show_problem(field: &Element, problem: Option<Problem>, lang: Lang) {
        let words = problem.map(|problem| Texts(lang).problem(&problem));
        let id = format!("{}-error", field.id());
        set_line(field, &id, "error", words.as_deref());
        let marked = match &words {
            Some(_) => field
                .set_attribute("aria-invalid", "true")
                .and_then(|()| field.set_attribute("aria-describedby", &id)),
            None => field.remove_attribute("aria-invalid"),
        };
        if let Some(frame) = field.closest(".field").ok().flatten()
            && marked.is_ok()
        {
            let _ = frame.class_list().toggle_with_force("wrong", words.is_some());
        }
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
