//! Failed attempts to sign in, by subject: the hash of an account's address or of where it was tried from.
//!
//! An attempt is written before the password is looked at and taken back when it was right, so that a thousand
//! tries at once count as a thousand.

use crate::{
    Result, Stamp, Tx,
    audit::{self, Change, Subject},
    on, statements,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Enter, Permit},
    id::UserId,
};
use uuid::Uuid;

statements! {
    INSERT = "insert into attempt (id, subject_hash, at) values ($1, $2, $3)";
    COUNT = "select count(*) from attempt where subject_hash = $1 and at > $2";
    DELETE = "delete from attempt where id = $1";
    CLEAR = "delete from attempt where subject_hash = $1";
    DELETE_OLD = "delete from attempt where at <= $1";
}

/// Writes an attempt of a subject; its id takes it back.
pub async fn insert(tx: &mut Tx, _permit: &Permit<Enter>, stamp: &Stamp, subject: &[u8]) -> Result<Uuid> {
    let id = stamp.id();
    on!(tx, |c| {
        sqlx::query(sql::INSERT).bind(id).bind(subject).bind(stamp.at).execute(c).await?;
    });
    Ok(id)
}

/// Attempts of a subject after an instant.
pub async fn count(tx: &mut Tx, subject: &[u8], after: DateTime<Utc>) -> Result<i64> {
    Ok(on!(tx, |c| sqlx::query_scalar(sql::COUNT).bind(subject).bind(after).fetch_one(c).await?))
}

/// Takes one attempt back.
pub async fn delete(tx: &mut Tx, _permit: &Permit<Enter>, id: Uuid) -> Result<()> {
    on!(tx, |c| sqlx::query(sql::DELETE).bind(id).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Forgets all attempts of a subject: it has shown that it knows the password.
pub async fn clear(tx: &mut Tx, _permit: &Permit<Enter>, subject: &[u8]) -> Result<()> {
    on!(tx, |c| sqlx::query(sql::CLEAR).bind(subject).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Forgets attempts that count no more.
pub async fn delete_old(tx: &mut Tx, before: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| sqlx::query(sql::DELETE_OLD).bind(before).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Leaves a line in the audit trail: someone failed to sign in, perhaps with an account that exists.
pub async fn record_failure(
    tx: &mut Tx,
    permit: &Permit<Enter>,
    stamp: &Stamp,
    account: Option<UserId>,
) -> Result<()> {
    let subject = Subject { kind: "account", id: account.map(|id| id.0) };
    audit::record(tx, permit, stamp, "fail_to_sign_in", subject, Change::NONE).await
}
