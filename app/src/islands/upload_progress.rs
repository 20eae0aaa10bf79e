//! How far a file has come that is being sent. A file that is too large is not sent at all.

use crate::texts::Texts;
use domain::lang::Lang;
use leptos::prelude::*;

/// Watches over the sending of the form that this stands in.
#[island]
pub fn UploadProgress(
    /// Language of the page.
    lang: Lang,
    /// Most megabytes of the file.
    megabytes: u32,
) -> impl IntoView {
    let place = NodeRef::<leptos::html::Div>::new();
    #[cfg(feature = "hydrate")]
    place.on_load(move |div| browser::watch(&div, lang, megabytes));
    #[cfg(not(feature = "hydrate"))]
    let _ = megabytes;
    view! {
        <div node_ref=place class="upload" hidden>
            <progress max="100" aria-label=Texts(lang).upload_under_way()></progress>
            <p role="status"></p>
        </div>
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use crate::texts::Texts;
    use domain::{lang::Lang, problem::Problem};
    use leptos::prelude::*;
    use wasm_bindgen::{JsCast as _, prelude::Closure};
    use web_sys::{
        Element, Event, FormData, HtmlButtonElement, HtmlElement, HtmlFormElement, HtmlInputElement,
        ProgressEvent, XmlHttpRequest,
    };

    /// The parts of the page that say how it goes.
    #[derive(Clone)]
    struct Shown {
        place: HtmlElement,
        form: HtmlFormElement,
        lang: Lang,
        megabytes: u32,
    }

    pub fn watch(place: &HtmlElement, lang: Lang, megabytes: u32) {
        let form = place.closest("form").ok().flatten().and_then(|f| f.dyn_into::<HtmlFormElement>().ok());
        let Some(form) = form else { return };
        let shown = Shown { place: place.clone(), form: form.clone(), lang, megabytes };
        let submit = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            // Without a file the browser sends the form as ever.
            if let Some(bytes) = shown.bytes() {
                event.prevent_default();
                if bytes > f64::from(shown.megabytes) * f64::from(1 << 20) {
                    let problem = Problem::FileTooLarge { max: shown.megabytes };
                    shown.refuse(&Texts(shown.lang).problem(&problem));
                } else if shown.send().is_none() {
                    let _ = shown.form.submit();
                }
            }
        });
        if form.add_event_listener_with_callback("submit", submit.as_ref().unchecked_ref()).is_ok() {
            submit.forget();
        }
    }

    fn find<T: wasm_bindgen::JsCast>(within: &Element, what: &str) -> Option<T> {
        within.query_selector(what).ok().flatten()?.dyn_into().ok()
    }

    impl Shown {
        /// How large the file is that was chosen.
        fn bytes(&self) -> Option<f64> {
            let input: HtmlInputElement = find(&self.form, "input[type=file]")?;
            Some(input.files()?.get(0)?.size())
        }

        fn send(&self) -> Option<()> {
            let request = XmlHttpRequest::new().ok()?;
            request.open("POST", &self.form.action()).ok()?;
            request.set_request_header("Accept", "text/html").ok()?;
            let data = FormData::new_with_form(&self.form).ok()?;
            let shown = self.clone();
            let progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
                shown.progress(event.loaded() / event.total().max(1.0));
            });
            request.upload().ok()?.set_onprogress(Some(progress.as_ref().unchecked_ref()));
            progress.forget();
            let (shown, answered) = (self.clone(), request.clone());
            let done = Closure::<dyn FnMut()>::new(move || {
                let status = answered.status().unwrap_or_default();
                // The answer is the page that the form leads to: it is opened there.
                let is_led_on = (200..400).contains(&status);
                if !is_led_on || window().location().assign(&answered.response_url()).is_err() {
                    shown.enable(true);
                    shown.refuse(Texts(shown.lang).upload_failed());
                }
            });
            request.set_onloadend(Some(done.as_ref().unchecked_ref()));
            done.forget();
            request.send_with_opt_form_data(Some(&data)).ok()?;
            self.enable(false);
            self.progress(0.0);
            Some(())
        }

        fn progress(&self, share: f64) {
            let percent = format!("{:.0}", share * 100.0);
            if let Some(bar) = find::<Element>(&self.place, "progress") {
                let _ = bar.remove_attribute("hidden");
                let _ = bar.set_attribute("value", &percent);
            }
            let _ = self.place.class_list().remove_1("refused");
            self.say(&Texts(self.lang).upload_percent(percent.parse().unwrap_or_default()));
        }

        fn say(&self, words: &str) {
            let _ = self.place.remove_attribute("hidden");
            if let Some(line) = find::<Element>(&self.place, "p") {
                line.set_text_content(Some(words));
            }
        }

        /// Says why the file is not sent.
        fn refuse(&self, words: &str) {
            if let Some(bar) = find::<Element>(&self.place, "progress") {
                let _ = bar.set_attribute("hidden", "");
            }
            let _ = self.place.class_list().add_1("refused");
            self.say(words);
        }

        /// A form that is being sent is not sent again.
        fn enable(&self, is_enabled: bool) {
            if let Some(button) = find::<HtmlButtonElement>(&self.form, "button") {
                button.set_disabled(!is_enabled);
            }
        }
    }
}
