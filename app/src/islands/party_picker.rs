//! Finding the institution of a party as one types.

use crate::{
    api::institutions::{Suggestion, suggest_institutions},
    texts::Texts,
};
use domain::lang::Lang;
use leptos::prelude::*;

/// The field that finds a party's institution. As it is sent by the server it is a plain text field with a button
/// beside it; in the browser it offers what matches while one types, and choosing fills in the hidden id.
#[expect(
    clippy::too_many_lines,
    clippy::needless_pass_by_value,
    reason = "one view; islands own their props"
)]
#[island]
pub fn PartyPicker(
    /// Language of the page.
    lang: Lang,
    /// Number of the party in the form, from 0.
    index: u32,
    /// Id of the institution chosen; empty while none is.
    chosen: String,
    /// Its name.
    chosen_name: String,
    /// What was typed to find it.
    typed: String,
    /// What is wrong with the field; empty when nothing is.
    error: String,
    /// Whether what matches is offered below the field: the first of those then bears the id of the field.
    offers: bool,
) -> impl IntoView {
    let t = Texts(lang);
    let leaf = if offers { "search" } else { "institution" };
    let base = format!("f-form-parties-{index}-{leaf}");
    let (id, set_id) = signal(chosen);
    let (name, set_name) = signal(chosen_name);
    let (words, set_words) = signal(typed);
    let (offered, set_offered) = signal(Vec::<Suggestion>::new());
    let (active, set_active) = signal(0_usize);
    let (is_open, set_open) = signal(false);
    let search = Action::new(move |typed: &String| {
        let typed = typed.clone();
        async move {
            let found = suggest_institutions(lang, typed.clone()).await.unwrap_or_default();
            if words.get_untracked() == typed {
                set_active.set(0);
                set_open.set(true);
                set_offered.set(found);
            }
        }
    });
    let choose = move |suggestion: Suggestion| {
        set_id.set(suggestion.id);
        set_name.set(suggestion.name);
        set_words.set(String::new());
        set_open.set(false);
    };
    let on_input = move |event| {
        let typed = event_target_value(&event);
        set_words.set(typed.clone());
        if typed.trim().is_empty() {
            set_open.set(false);
        } else {
            search.dispatch(typed);
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let count = offered.with(Vec::len);
        if !is_open.get() || count == 0 {
            return;
        }
        match event.key().as_str() {
            "ArrowDown" => set_active.update(|i| *i = (*i + 1) % count),
            "ArrowUp" => set_active.update(|i| *i = (*i + count - 1) % count),
            "Escape" => set_open.set(false),
            "Enter" => {
                if let Some(suggestion) = offered.with(|all| all.get(active.get()).cloned()) {
                    choose(suggestion);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let has_choice = move || id.with(|id| !id.is_empty());
    let list_id = format!("{base}-list");
    let error_id = format!("{base}-error");
    let invalid = (!error.is_empty()).then_some("true");
    let described = (!error.is_empty()).then(|| error_id.clone());
    let wrong =
        (!error.is_empty()).then(|| view! { <p class="error" id=error_id><span>{error.clone()}</span></p> });
    let option_id = {
        let base = base.clone();
        move |i: usize| format!("{base}-{i}")
    };
    let active_id = {
        let option_id = option_id.clone();
        move || is_open.get().then(|| option_id(active.get()))
    };
    let options = move || {
        let option_id = option_id.clone();
        offered
            .get()
            .into_iter()
            .enumerate()
            .map(|(i, suggestion)| {
                let pick = suggestion.clone();
                view! {
                    <li
                        role="option"
                        id=option_id(i)
                        aria-selected=move || (active.get() == i).to_string()
                        on:mousedown=move |event| {
                            event.prevent_default();
                            choose(pick.clone());
                        }
                    >
                        <span>{suggestion.name}</span>
                        <span class="quiet-text">{suggestion.place}</span>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <div class="field picker" class:wrong=invalid.is_some()>
            // Without a choice it has no name, so that a choice made below the field, without a script, is the only one.
            <input
                type="hidden"
                name=move || has_choice().then(|| format!("form[parties][{index}][institution]"))
                value=id
            />
            <div class="chosen" hidden=move || !has_choice()>
                <p class="who">{name}</p>
                <button
                    class="button quiet small"
                    type="submit"
                    name="intent"
                    value=format!("change_party:{index}")
                    on:click=move |event| {
                        event.prevent_default();
                        set_id.set(String::new());
                    }
                >
                    {t.form_change()}
                </button>
            </div>
            <div class="finder" hidden=has_choice>
                <label for=base.clone()>{t.form_institution()}</label>
                <p class="help" id=format!("{base}-help")>
                    {t.form_institution_help()}
                </p>
                <div class="beside">
                    <input
                        class="input"
                        type="text"
                        id=base.clone()
                        name=format!("form[parties][{index}][search]")
                        role="combobox"
                        autocomplete="off"
                        aria-autocomplete="list"
                        aria-controls=list_id.clone()
                        aria-expanded=move || is_open.get().to_string()
                        aria-activedescendant=active_id
                        aria-invalid=invalid
                        aria-describedby=described
                        value=words.get_untracked()
                        prop:value=words
                        on:input=on_input
                        on:keydown=on_key
                        on:blur=move |_| set_open.set(false)
                    />
                    <button class="button" type="submit" name="intent" value=format!("find_party:{index}")>
                        {t.form_find()}
                    </button>
                </div>
                <ul class="options" id=list_id role="listbox" aria-label=t.form_found() hidden=move || !is_open.get()>
                    {options}
                </ul>
                <p class="help" role="status">
                    {move || {
                        (is_open.get() && offered.with(Vec::is_empty))
                            .then(|| t.form_found_none(&words.get()))
                    }}
                </p>
                {wrong}
            </div>
        </div>
    }
}
