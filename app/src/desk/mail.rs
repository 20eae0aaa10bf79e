//! Which messages were sent, which could not be, and who wants any.

use super::Desk;
use crate::error::AppError;
use domain::access::{ManageMail, ManageOwnAccount, decide};
use store::{
    account,
    outbox::{self, Counts, Failing},
};

/// Most messages shown that could not be sent.
const FAILING: i64 = 100;

/// What an administrator sees of the mail.
#[derive(Debug)]
pub struct Mail {
    /// How many messages there are.
    pub counts: Counts,
    /// Those that could not be sent yet.
    pub failing: Vec<Failing>,
}

/// What became of the messages.
pub async fn mail(desk: &Desk) -> Result<Mail, AppError> {
    let permit = decide(desk.actor(), ManageMail)?;
    let mut tx = desk.read().await?;
    Ok(Mail {
        counts: outbox::counts(&mut tx, &permit).await?,
        failing: outbox::failing(&mut tx, &permit, FAILING).await?,
    })
}

/// Has what could not be sent tried again.
pub async fn retry(desk: &Desk) -> Result<(), AppError> {
    let permit = decide(desk.actor(), ManageMail)?;
    let mut tx = desk.write().await?;
    outbox::retry(&mut tx, &permit, &desk.stamp()).await?;
    Ok(tx.commit().await?)
}

/// Sets whether one is reminded by mail.
pub async fn set_wants_mail(desk: &Desk, wants_mail: bool) -> Result<(), AppError> {
    let id = desk.actor().person().ok_or(AppError::SignIn)?.id;
    let permit = decide(desk.actor(), ManageOwnAccount(id))?;
    let mut tx = desk.write().await?;
    account::set_wants_mail(&mut tx, &permit, &desk.stamp(), wants_mail).await?;
    Ok(tx.commit().await?)
}
