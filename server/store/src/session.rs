//! Sessions of people who signed in with a browser. Only the hash of what the cookie holds is kept.
//!
//! A session is alive while its absolute limit lies ahead and it was seen after a given instant: the idle
//! limit, worked out by the caller.

use crate::{
    Result, Stamp, StoreError, Tx,
    audit::{self, Change, Subject},
    link::{LinkPurpose, UsedLink},
    on, statements,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Enter, ManageOwnAccount, Permit},
    id::{SessionId, UserId},
};
use sqlx::FromRow;
use uuid::Uuid;

/// A session is written at most this often because it was seen.
const TOUCH_SECONDS: i64 = 60;

statements! {
    INSERT = "insert into session (id, token_hash, account_id, agent, created_at, seen_at, expires_at) values ($1, $2, $3, $4, $5, $5, $6)";
    FIND_BY_HASH = "select session.id, account_id, agent, session.created_at, seen_at, expires_at from session \
        join account on account.id = account_id \
        where token_hash = $1 and expires_at > $2 and seen_at > $3 and account.disabled_at is null";
    TOUCH = "update session set seen_at = $1 where id = $2 and seen_at <= $3";
    LIST = "select id, account_id, agent, created_at, seen_at, expires_at from session \
        where account_id = $1 and expires_at > $2 and seen_at > $3 order by seen_at desc, id";
    END = "delete from session where id = $1 and account_id = $2";
    END_PREVIOUS = "delete from session where id = $1";
    END_OTHERS = "delete from session where account_id = $1 and id <> $2";
    END_ALL = "delete from session where account_id = $1";
    DELETE_OVER = "delete from session where expires_at <= $1 or seen_at <= $2";
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Which one.
    pub id: SessionId,
    /// Whose.
    pub account: UserId,
    /// The browser, as it calls itself.
    pub agent: String,
    /// When the person signed in.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub seen_at: DateTime<Utc>,
    /// When it ends in any case.
    pub expires_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct SessionRow {
    id: Uuid,
    account_id: Uuid,
    agent: String,
    created_at: DateTime<Utc>,
    seen_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        Self {
            id: SessionId(row.id),
            account: UserId(row.account_id),
            agent: row.agent,
            created_at: row.created_at,
            seen_at: row.seen_at,
            expires_at: row.expires_at,
        }
    }
}

/// Begins a session of the person who enters, and ends the one the browser had before, whoever's it was.
pub async fn insert(
    tx: &mut Tx,
    permit: &Permit<Enter>,
    stamp: &Stamp,
    hash: &[u8],
    agent: &str,
    expires_at: DateTime<Utc>,
    previous: Option<SessionId>,
) -> Result<SessionId> {
    let account = permit.user().ok_or(StoreError::NotFound)?;
    if let Some(previous) = previous {
        on!(tx, |c| sqlx::query(sql::END_PREVIOUS).bind(previous.0).execute(c).await.map(|_| ()))?;
    }
    let id = SessionId(stamp.id());
    on!(tx, |c| {
        sqlx::query(sql::INSERT)
            .bind(id.0)
            .bind(hash)
            .bind(account.0)
            .bind(agent)
            .bind(stamp.at)
            .bind(expires_at)
            .execute(c)
            .await?;
    });
    audit::record(tx, permit, stamp, "sign_in", Subject::new("account", account.0), Change::NONE).await?;
    Ok(id)
}

/// The session of a secret's hash, if it is alive and its account is not disabled.
pub async fn find_by_hash(
    tx: &mut Tx,
    hash: &[u8],
    at: DateTime<Utc>,
    seen_after: DateTime<Utc>,
) -> Result<Option<Session>> {
    let row: Option<SessionRow> = on!(tx, |c| {
        sqlx::query_as(sql::FIND_BY_HASH).bind(hash).bind(at).bind(seen_after).fetch_optional(c).await?
    });
    Ok(row.map(Session::from))
}

impl Session {
    /// Whether it was last written long enough ago to be written again.
    pub fn is_to_touch(&self, at: DateTime<Utc>) -> bool {
        self.seen_at <= at - TimeDelta::seconds(TOUCH_SECONDS)
    }
}

/// Notes that a session was seen; at most once a minute. No permit: the session itself is what was asked for.
pub async fn touch(tx: &mut Tx, id: SessionId, at: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(sql::TOUCH)
            .bind(at)
            .bind(id.0)
            .bind(at - TimeDelta::seconds(TOUCH_SECONDS))
            .execute(c)
            .await?;
    });
    Ok(())
}

/// One's own sessions that are alive, last used first.
pub async fn list(
    tx: &mut Tx,
    permit: &Permit<ManageOwnAccount>,
    at: DateTime<Utc>,
    seen_after: DateTime<Utc>,
) -> Result<Vec<Session>> {
    let account = permit.action().0.0;
    let rows: Vec<SessionRow> = on!(tx, |c| {
        sqlx::query_as(sql::LIST).bind(account).bind(at).bind(seen_after).fetch_all(c).await?
    });
    Ok(rows.into_iter().map(Session::from).collect())
}

/// Ends one of one's own sessions.
pub async fn end(tx: &mut Tx, permit: &Permit<ManageOwnAccount>, stamp: &Stamp, id: SessionId) -> Result<()> {
    let account = permit.action().0;
    if end_one(tx, account, id).await? == 0 {
        return Err(StoreError::NotFound);
    }
    audit::record(tx, permit, stamp, "end_session", Subject::new("account", account.0), Change::NONE).await
}

async fn end_one(tx: &mut Tx, account: UserId, id: SessionId) -> Result<u64> {
    Ok(on!(tx, |c| sqlx::query(sql::END).bind(id.0).bind(account.0).execute(c).await?.rows_affected()))
}

/// Ends all of one's own sessions but one; says how many.
pub async fn end_others(
    tx: &mut Tx,
    permit: &Permit<ManageOwnAccount>,
    stamp: &Stamp,
    kept: SessionId,
) -> Result<u64> {
    let account = permit.action().0;
    let ended = on!(tx, |c| {
        sqlx::query(sql::END_OTHERS).bind(account.0).bind(kept.0).execute(c).await?.rows_affected()
    });
    let subject = Subject::new("account", account.0);
    audit::record(tx, permit, stamp, "end_other_sessions", subject, Change::to(&ended)).await?;
    Ok(ended)
}

/// Ends all of one's own sessions; says how many.
pub async fn end_all(tx: &mut Tx, permit: &Permit<ManageOwnAccount>, stamp: &Stamp) -> Result<u64> {
    end_all_as(tx, permit, stamp, permit.action().0).await
}

/// Ends all sessions of the account whose password a link sets; says how many.
pub async fn end_all_through_link(
    tx: &mut Tx,
    permit: &Permit<Enter>,
    stamp: &Stamp,
    link: &UsedLink,
) -> Result<u64> {
    match link.link().purpose {
        LinkPurpose::Password { account } => end_all_as(tx, permit, stamp, account).await,
        LinkPurpose::Administrator | LinkPurpose::Invitation { .. } => Ok(0),
    }
}

async fn end_all_as<A>(tx: &mut Tx, permit: &Permit<A>, stamp: &Stamp, account: UserId) -> Result<u64> {
    let ended = on!(tx, |c| sqlx::query(sql::END_ALL).bind(account.0).execute(c).await?.rows_affected());
    let subject = Subject::new("account", account.0);
    audit::record(tx, permit, stamp, "end_all_sessions", subject, Change::to(&ended)).await?;
    Ok(ended)
}

/// Drops the sessions that are over: past their absolute limit, or not seen since.
pub async fn delete_over(tx: &mut Tx, at: DateTime<Utc>, seen_after: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(sql::DELETE_OVER).bind(at).bind(seen_after).execute(c).await?;
    });
    Ok(())
}
