//! `/api/v1/mail`: how much was sent, and what could not be; for administrators.

use super::{problem::Refused, request::Asked};
use app::desk::mail;
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::outbox::Failing;
use utoipa::ToSchema;

/// What became of the messages.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailShown {
    /// How many were sent.
    pub sent: i64,
    /// How many are on their way.
    pub waiting: i64,
    /// How many were given up.
    pub given_up: i64,
    /// Those that could not be sent yet, the newest first; a hundred at most.
    pub failing: Vec<FailingShown>,
}

/// A message that could not be sent yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct FailingShown {
    /// The name of whom it is for.
    pub name: String,
    /// The address of whom it is for.
    pub email: String,
    /// Its subject.
    pub subject: String,
    /// When it was written.
    pub made_at: DateTime<Utc>,
    /// How often it was tried.
    pub tries: i64,
    /// When it is tried again; null, once it was given up.
    pub next_at: Option<DateTime<Utc>>,
    /// Why it could not be sent.
    pub failure: Option<String>,
}

impl From<Failing> for FailingShown {
    fn from(message: Failing) -> Self {
        Self {
            name: message.name,
            email: message.email,
            subject: message.subject,
            made_at: message.made_at,
            tries: message.tries,
            next_at: message.next_at,
            failure: message.failure,
        }
    }
}

/// What became of the messages
#[utoipa::path(get, path = "/api/v1/mail", operation_id = "get_mail", tag = "inbox",
    responses((status = 200, body = MailShown)))]
pub async fn show(Asked(desk): Asked) -> Result<Response, Refused> {
    let mail = mail::mail(&desk).await?;
    let failing = mail.failing.into_iter().map(FailingShown::from).collect();
    let counts = mail.counts;
    let shown = MailShown { sent: counts.sent, waiting: counts.waiting, given_up: counts.given_up, failing };
    Ok(Json(shown).into_response())
}

/// Have what could not be sent tried again
#[utoipa::path(post, path = "/api/v1/mail/retry", operation_id = "retry_mail", tag = "inbox",
    responses((status = 204, description = "It is on its way again")))]
pub async fn retry(Asked(desk): Asked) -> Result<StatusCode, Refused> {
    mail::retry(&desk).await?;
    Ok(StatusCode::NO_CONTENT)
}
