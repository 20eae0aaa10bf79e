//! Signing in.

use super::{Faults, page, refusal, title};
use crate::{
    desk::{Desk, accounts::SignInForm, kept, query_value},
    error::AppError,
    texts::Texts,
    ui::{Actions, Button, ButtonKind, Field, Notice, PageHeader, Tone},
};
use leptos::prelude::*;

/// `/:lang/sign-in`: e-mail address and password.
#[component]
pub fn SignInPage() -> impl IntoView {
    let desk = Desk::current();
    page(async move {
        let kept = kept::<SignInForm>(&desk, "/sign-in").await?;
        let (mut form, error) = kept.map_or_else(Default::default, |kept| (kept.form, kept.error));
        if form.next.is_empty() {
            form.next = query_value(&desk.visit.query, "next").unwrap_or_default();
        }
        Ok(show(&desk, form, error.as_ref()))
    })
}

fn show(desk: &Desk, form: SignInForm, error: Option<&AppError>) -> impl IntoView + use<> {
    let t = Texts(desk.lang());
    let faults = Faults::of(t, error);
    let is_wrong = error == Some(&AppError::WrongCredentials);
    let has_ended = query_value(&desk.visit.query, "ended").is_some() && error.is_none();
    let present = desk.actor().person().map(|person| t.signed_in_already(&person.name));
    view! {
        {title(t.sign_in())}
        <PageHeader title=t.sign_in() lead=t.sign_in_lead() />
        {has_ended.then(|| view! { <Notice tone=Tone::Info title=t.session_ended() live=true /> })}
        {is_wrong.then(|| view! { <Notice tone=Tone::Danger title=t.wrong_credentials() live=true /> })}
        {refusal(t, error, "")}
        {present.map(|present| view! { <Notice tone=Tone::Info title=present /> })}
        <form class="form" method="post" action="/api/sign_in">
            <input type="hidden" name="lang" value=desk.lang().code() />
            <input type="hidden" name="next" value=form.next />
            <Field
                name="email"
                label=t.field_email()
                kind="email"
                value=form.email
                required=t.required()
                error=faults.at("email")
                autocomplete="username"
                inputmode="email"
            />
            <Field
                name="password"
                label=t.field_password()
                kind="password"
                required=t.required()
                error=faults.at("password")
                autocomplete="current-password"
            />
            <Actions>
                <Button kind=ButtonKind::Primary>{t.sign_in()}</Button>
            </Actions>
        </form>
        <p class="quiet-text">{t.sign_in_help()}</p>
    }
}
