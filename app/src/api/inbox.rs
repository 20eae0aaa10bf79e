//! What awaits an office; its calendar; reminders by mail.
#![expect(missing_docs, reason = "the macro makes a type of each function's arguments")]

use crate::error::AppError;
use domain::lang::Lang;
use leptos::prelude::*;

/// Marks what awaits an office as dealt with, or takes that back. `back` is the query of the page.
#[server(prefix = "/api", endpoint = "deal_with_inbox")]
pub async fn deal_with_inbox(
    lang: Lang,
    #[server(default)] institution: String,
    #[server(default)] item: String,
    act: String,
    #[server(default)] kind: String,
    #[server(default)] state: String,
) -> Result<(), AppError> {
    use crate::{
        desk::{
            Desk, answer,
            inbox::{self, DealForm},
        },
        pages::query_string,
    };
    let desk = Desk::current().speaking(lang);
    let form = DealForm { institution, item };
    let outcome = async {
        let done = match act.as_str() {
            "deal" => inbox::deal(&desk, &form, true).await.map(|()| "dealt")?,
            "undo" => inbox::deal(&desk, &form, false).await.map(|()| "undealt")?,
            _ => return Err(AppError::NotFound),
        };
        let query = query_string(&[("kind", &kind), ("state", &state), ("done", done)]);
        Ok(desk.href(&format!("/inbox{query}")))
    };
    let outcome = outcome.await;
    answer(&desk, "/inbox", &form, outcome).await
}

/// Gives the calendar of an office a new address; the page shows it once.
#[server(prefix = "/api", endpoint = "renew_feed")]
pub async fn renew_feed(lang: Lang, #[server(default)] institution: String) -> Result<(), AppError> {
    use crate::desk::{
        Desk, answer, cookies, feed,
        members::{self, MembersForm},
    };
    let desk = Desk::current().speaking(lang);
    let page = members::page(&institution);
    let outcome = feed::renew(&desk, &institution).await.map(|address| {
        cookies::set_once(&desk.state.sessions, &address);
        desk.href(&format!("{page}?done=feed"))
    });
    answer(&desk, &page, &MembersForm { form: "feed".into(), ..MembersForm::default() }, outcome).await
}

/// Takes the address of an office's calendar away.
#[server(prefix = "/api", endpoint = "revoke_feed")]
pub async fn revoke_feed(lang: Lang, #[server(default)] institution: String) -> Result<(), AppError> {
    use crate::desk::{
        Desk, answer, feed,
        members::{self, MembersForm},
    };
    let desk = Desk::current().speaking(lang);
    let page = members::page(&institution);
    let outcome = feed::revoke(&desk, &institution).await;
    let outcome = outcome.map(|()| desk.href(&format!("{page}?done=feed_revoked")));
    answer(&desk, &page, &MembersForm { form: "feed".into(), ..MembersForm::default() }, outcome).await
}

/// Sets whether one is reminded by mail.
#[server(prefix = "/api", endpoint = "set_reminders")]
pub async fn set_reminders(lang: Lang, #[server(default)] wants_mail: String) -> Result<(), AppError> {
    use crate::desk::{Desk, accounts::OwnForm, answer, mail};
    let desk = Desk::current().speaking(lang);
    let outcome = mail::set_wants_mail(&desk, !wants_mail.is_empty()).await;
    let outcome = outcome.map(|()| desk.href("/account?done=reminders"));
    answer(&desk, "/account", &OwnForm { form: "reminders".into(), ..OwnForm::default() }, outcome).await
}

/// Has messages that could not be sent tried again.
#[server(prefix = "/api", endpoint = "retry_mail")]
pub async fn retry_mail(lang: Lang) -> Result<(), AppError> {
    use crate::desk::{Desk, answer, mail};
    let desk = Desk::current().speaking(lang);
    let outcome = mail::retry(&desk).await.map(|()| desk.href("/admin/mail?done=retried"));
    answer(&desk, "/admin/mail", &(), outcome).await
}
