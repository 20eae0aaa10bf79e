//! The page of a one-time link: what it is for, or that it is over.

use super::{Faults, account::new_password, page, param, refusal, title};
use crate::{
    desk::{
        Desk,
        accounts::{self, InvitationStep, LINK_PAGE, LinkView},
        kept,
    },
    error::AppError,
    texts::Texts,
    ui::{Actions, Button, ButtonKind, ButtonLink, Field, PageHeader},
};
use axum::http::{HeaderValue, StatusCode, header};
use domain::account::AccountForm;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

/// `/:lang/link/:token`.
#[component]
pub fn LinkPage() -> impl IntoView {
    let desk = Desk::current();
    let token = param("token");
    let response = use_context::<ResponseOptions>();
    if let Some(response) = &response {
        // What a link is for changes without the registry: no copy of this page may be kept.
        response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    page(async move {
        let found = match accounts::find_link(&desk, &token).await {
            Err(AppError::LinkOver) => None,
            other => Some(other?),
        };
        let Some(link) = found else {
            if let Some(response) = response {
                response.set_status(StatusCode::GONE);
            }
            return Ok(over(&desk));
        };
        let kept = kept::<AccountForm>(&desk, LINK_PAGE).await?;
        let (form, error) = kept.map_or_else(Default::default, |kept| (kept.form, kept.error));
        Ok(open(&desk, &token, link, form, error.as_ref()))
    })
}

fn over(desk: &Desk) -> AnyView {
    let t = Texts(desk.lang());
    let (sign_in, home) = (desk.href("/sign-in"), desk.href(""));
    view! {
        {title(t.link_over_title())}
        <PageHeader title=t.link_over_title() lead=t.link_over_body() />
        <Actions>
            <ButtonLink href=sign_in kind=ButtonKind::Primary>
                {t.sign_in()}
            </ButtonLink>
            <ButtonLink href=home>{t.home()}</ButtonLink>
        </Actions>
    }
    .into_any()
}

fn open(desk: &Desk, token: &str, link: LinkView, form: AccountForm, error: Option<&AppError>) -> AnyView {
    let t = Texts(desk.lang());
    let faults = Faults::of(t, error);
    let (heading, lead, body) = match link {
        LinkView::Administrator => (
            t.link_administrator_title().to_owned(),
            t.link_administrator_lead().to_owned(),
            account_form(desk, token, form, &faults, None),
        ),
        LinkView::Password { name, email } => (
            t.link_password_title().to_owned(),
            t.link_password_lead(&name, &email),
            password_form(desk, token, &email, &faults),
        ),
        LinkView::Invitation { email, institution, role, step } => {
            let body = match step {
                InvitationStep::MakeAccount => {
                    account_form(desk, token, form, &faults, Some(email.to_string()))
                }
                InvitationStep::Accept => accept(desk, token),
                InvitationStep::SignIn => sign_in(desk, token, email.as_str()),
                InvitationStep::SignOut => sign_out(desk, email.as_str()),
            };
            let lead = t.link_invitation_lead(&institution, &t.role(role).to_lowercase());
            (t.link_invitation_title(&institution), lead, body)
        }
    };
    view! {
        {title(heading.clone())}
        <PageHeader title=heading lead=lead />
        {refusal(t, error, "")}
        {body}
    }
    .into_any()
}

/// The form of every link: its secret, the language, and what is asked.
fn accept_form(desk: &Desk, token: &str, fields: AnyView, button: &'static str) -> AnyView {
    view! {
        <form class="form" method="post" action="/api/accept_link">
            <input type="hidden" name="lang" value=desk.lang().code() />
            <input type="hidden" name="token" value=token.to_owned() />
            {fields}
            <Actions>
                <Button kind=ButtonKind::Primary>{button}</Button>
            </Actions>
        </form>
    }
    .into_any()
}

fn account_form(
    desk: &Desk,
    token: &str,
    form: AccountForm,
    faults: &Faults,
    invited: Option<String>,
) -> AnyView {
    let t = Texts(desk.lang());
    let is_fixed = invited.is_some();
    let fields = view! {
        <Field
            name="name"
            label=t.field_name()
            value=form.name
            help=t.field_name_help()
            required=t.required()
            error=faults.at("name")
            autocomplete="name"
        />
        <Field
            name="email"
            label=t.field_email()
            kind="email"
            value=invited.unwrap_or(form.email)
            required=t.required()
            error=faults.at("email")
            autocomplete="username"
            inputmode="email"
            readonly=is_fixed
        />
        {new_password(t, faults)}
    };
    accept_form(desk, token, fields.into_any(), t.create_account())
}

fn password_form(desk: &Desk, token: &str, email: &str, faults: &Faults) -> AnyView {
    let t = Texts(desk.lang());
    let fields = view! {
        // So that a password manager knows whose password this is.
        <input type="hidden" name="email" value=email.to_owned() autocomplete="username" />
        {new_password(t, faults)}
    };
    accept_form(desk, token, fields.into_any(), t.set_password())
}

fn accept(desk: &Desk, token: &str) -> AnyView {
    accept_form(desk, token, ().into_any(), Texts(desk.lang()).accept_invitation())
}

fn sign_in(desk: &Desk, token: &str, email: &str) -> AnyView {
    let t = Texts(desk.lang());
    let next = desk.href(&format!("{LINK_PAGE}/{token}"));
    let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
    let href = desk.href(&format!("/sign-in?next={next}"));
    view! {
        <p>{t.link_sign_in(email)}</p>
        <Actions>
            <ButtonLink href=href kind=ButtonKind::Primary>
                {t.sign_in()}
            </ButtonLink>
        </Actions>
    }
    .into_any()
}

fn sign_out(desk: &Desk, email: &str) -> AnyView {
    let t = Texts(desk.lang());
    view! {
        <p>{t.link_sign_out(email)}</p>
        <form method="post" action="/api/sign_out">
            <input type="hidden" name="lang" value=desk.lang().code() />
            <Actions>
                <Button kind=ButtonKind::Primary>{t.sign_out()}</Button>
            </Actions>
        </form>
    }
    .into_any()
}
