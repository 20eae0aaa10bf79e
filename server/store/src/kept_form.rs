//! What was typed into a form that could not be saved yet: kept for a while, under the hash of a key.

use crate::{Result, Stamp, Tx, on, statements};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

statements! {
    INSERT = "insert into kept_form (id, key_hash, account_id, path, body, errors, kept_at, expires_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    FIND = "select account_id, path, body, errors, kept_at, expires_at from kept_form where key_hash = $1 and expires_at > $2";
    FIND_DRAFT = "select account_id, path, body, errors, kept_at, expires_at from kept_form \
        where account_id = $1 and path = $2 and errors = 'null' and expires_at > $3 order by kept_at desc limit 1";
    DELETE_DRAFTS = "delete from kept_form where account_id = $1 and path = $2 and errors = 'null'";
    DELETE_EXPIRED = "delete from kept_form where expires_at <= $1";
}

/// A kept form.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct KeptForm {
    /// Whose it is, when that was known.
    pub account_id: Option<Uuid>,
    /// The page of the form, without the language.
    pub path: String,
    /// What was typed, as JSON.
    pub body: String,
    /// Why it was not saved, as JSON; `null` for what was only being typed.
    pub errors: String,
    /// When it was kept.
    pub kept_at: DateTime<Utc>,
    /// When it is over.
    pub expires_at: DateTime<Utc>,
}

/// Keeps a form under the hash of its key, and drops those that are over.
pub async fn insert(tx: &mut Tx, stamp: &Stamp, key_hash: &[u8], form: &KeptForm) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(sql::DELETE_EXPIRED).bind(stamp.at).execute(&mut *c).await?;
        sqlx::query(sql::INSERT)
            .bind(stamp.id())
            .bind(key_hash)
            .bind(form.account_id)
            .bind(&form.path)
            .bind(&form.body)
            .bind(&form.errors)
            .bind(form.kept_at)
            .bind(form.expires_at)
            .execute(c)
            .await?;
    });
    Ok(())
}

/// The form under a key, if it is not over at this instant.
pub async fn find(tx: &mut Tx, key_hash: &[u8], at: DateTime<Utc>) -> Result<Option<KeptForm>> {
    Ok(on!(tx, |c| sqlx::query_as(sql::FIND).bind(key_hash).bind(at).fetch_optional(c).await?))
}

/// What an account was typing into a page's form last, if it is not over at this instant.
pub async fn find_draft(
    tx: &mut Tx,
    account: Uuid,
    path: &str,
    at: DateTime<Utc>,
) -> Result<Option<KeptForm>> {
    Ok(on!(tx, |c| sqlx::query_as(sql::FIND_DRAFT)
        .bind(account)
        .bind(path)
        .bind(at)
        .fetch_optional(c)
        .await?))
}

/// Forgets what an account was typing into a page's form.
pub async fn delete_drafts(tx: &mut Tx, account: Uuid, path: &str) -> Result<()> {
    on!(tx, |c| sqlx::query(sql::DELETE_DRAFTS).bind(account).bind(path).execute(c).await.map(|_| ()))?;
    Ok(())
}
