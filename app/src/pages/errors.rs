//! The pages that say what went wrong.

use crate::{
    desk::Desk,
    error::AppError,
    shell::{PageMeta, sign_in},
    texts::Texts,
    ui::{Actions, ButtonLink, PageHeader},
};
use axum::http::{HeaderValue, StatusCode, header};
use leptos::prelude::*;
use leptos_axum::{ResponseOptions, redirect};
use leptos_meta::Meta;

/// Nothing is at this address, or nothing for the one who asks.
#[component]
pub fn NotFound() -> impl IntoView {
    view! { <ErrorPage error=AppError::NotFound /> }
}

/// The page instead of the one asked for. Who has not signed in is led there, and back afterwards.
#[component]
pub fn ErrorPage(
    /// Why.
    error: AppError,
) -> impl IntoView {
    let Some(desk) = Desk::find() else { return ().into_any() };
    if error == AppError::SignIn {
        redirect(&desk.href(&sign_in(&desk)));
        return ().into_any();
    }
    set_status(&error);
    let texts = Texts(desk.lang());
    let (title, body) = words(texts, error);
    let home = desk.href("");
    view! {
        <PageMeta title=title />
        <Meta name="robots" content="noindex" />
        <PageHeader title=title lead=body />
        <Actions>
            <ButtonLink href=home>{texts.home()}</ButtonLink>
        </Actions>
    }
    .into_any()
}

fn set_status(error: &AppError) {
    let Some(response) = use_context::<ResponseOptions>() else { return };
    if let Ok(status) = StatusCode::from_u16(error.status()) {
        response.set_status(status);
    }
    response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

fn words(texts: Texts, error: AppError) -> (&'static str, String) {
    match error {
        AppError::NotFound | AppError::LinkOver => {
            (texts.not_found_title(), texts.not_found_body().to_owned())
        }
        AppError::Denied | AppError::SignIn | AppError::WrongCredentials => {
            (texts.denied_title(), texts.denied_body().to_owned())
        }
        AppError::Busy => (texts.busy_title(), texts.busy_body().to_owned()),
        AppError::Full => (texts.full_title(), texts.full_body().to_owned()),
        AppError::TooMany { minutes } => (texts.error_title(), texts.too_many_attempts(minutes)),
        AppError::Stale { .. } | AppError::ContentChanged => {
            (texts.error_title(), texts.stale_act().to_owned())
        }
        AppError::Settled { why } => (texts.error_title(), texts.settled(why).to_owned()),
        AppError::NotRenewed { why } => (texts.error_title(), texts.not_renewed(why).to_owned()),
        AppError::NotMerged { why } => (texts.error_title(), texts.not_merged(why).to_owned()),
        AppError::Unreadable { why } => (texts.error_title(), texts.import_unreadable(why)),
        AppError::Touched { what } => (texts.error_title(), texts.import_touched(&what.join(", "))),
        AppError::Seats { why } => (texts.error_title(), texts.seat_refusal(&why)),
        AppError::NotEligible { unmet } => (texts.error_title(), texts.not_eligible(&unmet)),
        AppError::KeyTaken => (texts.error_title(), texts.rest_key_taken().to_owned()),
        AppError::Invalid { .. } | AppError::Conflict | AppError::LikelyDuplicate => {
            (texts.error_title(), texts.denied_act().to_owned())
        }
        AppError::Internal { incident } => (texts.failure_title(), texts.failure_body(&incident)),
    }
}
