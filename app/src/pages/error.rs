//! Pages that say what went wrong, with the status that says the same.

use super::title;
use crate::{
    desk::{Desk, href},
    error::AppError,
    texts::Texts,
    ui::*,
};
use axum::http::StatusCode;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

/// What to show instead of a page; someone who must sign in first is sent there, and back afterwards.
pub fn show(desk: &Desk, error: &AppError) -> AnyView {
    let t = Texts(desk.lang());
    if *error == AppError::SignIn {
        let back = if desk.visit.query.is_empty() {
            desk.visit.path.clone()
        } else {
            format!("{}?{}", desk.visit.path, desk.visit.query)
        };
        let next: String = url::form_urlencoded::byte_serialize(back.as_bytes()).collect();
        leptos_axum::redirect(&desk.href(&format!("/sign-in?next={next}")));
        return ().into_any();
    }
    if let Some(response) = use_context::<ResponseOptions>()
        && let Ok(status) = StatusCode::from_u16(error.status())
    {
        response.set_status(status);
    }
    let (heading, body) = match error {
        AppError::Denied => (t.denied_title(), t.denied_body().to_owned()),
        AppError::Busy => (t.busy_title(), t.busy_body().to_owned()),
        AppError::Full => (t.full_title(), t.full_body().to_owned()),
        AppError::Internal { incident } => (t.failure_title(), t.failure_body(incident)),
        _ => (t.not_found_title(), t.not_found_body().to_owned()),
    };
    let home = href(desk.lang(), "");
    view! {
        {title(heading)}
        <PageHeader title=heading lead=body />
        <Actions>
            <ButtonLink href=home kind=ButtonKind::Primary>
                {t.home()}
            </ButtonLink>
        </Actions>
    }
    .into_any()
}

/// The page for an address that leads nowhere.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    Desk::find().map(|desk| show(&desk, &AppError::NotFound))
}
