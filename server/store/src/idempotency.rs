//! Requests that name themselves: asked again, one is answered as the first time, and nothing is done twice.

use crate::{Result, Stamp, Tx, on, statements};
use chrono::{DateTime, TimeDelta, Utc};
use domain::id::UserId;

/// For how long an answer is kept.
const KEPT_HOURS: i64 = 24;

statements! {
    BEGIN = "insert into idempotency (account_id, key, request_hash, answer, made_at) values ($1, $2, $3, '', $4) on conflict (account_id, key) do nothing";
    FIND = "select request_hash, answer from idempotency where account_id = $1 and key = $2";
    ANSWER = "update idempotency set answer = $3 where account_id = $1 and key = $2";
    FORGET = "delete from idempotency where made_at < $1";
}

/// A request that names itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who asks: the names of one are not those of another.
    pub account: UserId,
    /// Its name.
    pub key: String,
    /// Hash of what is asked: the same name for something else is a fault.
    pub hash: String,
}

/// What is known of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// It is new: it is noted, and what comes of it is to be said by [`answer`] in the same transaction.
    New,
    /// It was answered so.
    Answered(String),
    /// Something else was asked by that name.
    Another,
}

/// Notes a request, unless it is known. Two at once by the same name wait for each other.
pub async fn begin(tx: &mut Tx, stamp: &Stamp, request: &Request) -> Result<Known> {
    let begun = on!(tx, |c| {
        sqlx::query(sql::BEGIN)
            .bind(request.account.0)
            .bind(&request.key)
            .bind(&request.hash)
            .bind(stamp.at)
            .execute(c)
            .await?
            .rows_affected()
    });
    if begun > 0 {
        return Ok(Known::New);
    }
    let (hash, answer): (String, String) = on!(tx, |c| {
        sqlx::query_as(sql::FIND).bind(request.account.0).bind(&request.key).fetch_one(c).await?
    });
    Ok(if hash == request.hash { Known::Answered(answer) } else { Known::Another })
}

/// Whether a request by this name was noted, for this or for something else.
pub async fn is_known(tx: &mut Tx, request: &Request) -> Result<bool> {
    let found: Option<(String, String)> = on!(tx, |c| {
        sqlx::query_as(sql::FIND).bind(request.account.0).bind(&request.key).fetch_optional(c).await?
    });
    Ok(found.is_some())
}

/// Keeps what came of a request.
pub async fn answer(tx: &mut Tx, request: &Request, answer: &str) -> Result<()> {
    on!(tx, |c| {
        let kept = sqlx::query(sql::ANSWER).bind(request.account.0).bind(&request.key).bind(answer);
        kept.execute(c).await.map(|_| ())
    })?;
    Ok(())
}

/// Forgets what was answered more than a day ago.
pub async fn forget(tx: &mut Tx, now: DateTime<Utc>) -> Result<u64> {
    let before = now - TimeDelta::hours(KEPT_HOURS);
    Ok(on!(tx, |c| sqlx::query(sql::FORGET).bind(before).execute(c).await?.rows_affected()))
}
