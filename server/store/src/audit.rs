//! The audit trail: a line for every write.

use crate::{Result, Stamp, Tx, on, statements};
use chrono::{DateTime, Utc};
use domain::access::{Permit, ReadAudit};
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

statements! {
    INSERT = "insert into audit (id, at, account_id, account_name, office_id, action, subject_kind, subject_id, before, after, address, request_id) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    LIST = "select id, at, account_id, account_name, office_id, action, subject_kind, subject_id, before, after, address, request_id \
        from audit where (at < $1 or (at = $1 and id < $2)) order by at desc, id desc limit $3";
    LIST_OF = "select id, at, account_id, account_name, office_id, action, subject_kind, subject_id, before, after, address, request_id \
        from audit where subject_id = $1 order by at desc, id desc limit $2";
}

/// What was written, to which thing.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// `agreement`, `institution`, `account`, …
    pub kind: &'a str,
    /// Which one.
    pub id: Option<Uuid>,
}

impl<'a> Subject<'a> {
    /// A thing by its kind and id.
    pub fn new(kind: &'a str, id: Uuid) -> Self {
        Self { kind, id: Some(id) }
    }
}

/// What a line says of the change: nothing, or JSON before and after.
#[derive(Debug, Clone, Default)]
pub struct Change {
    before: Option<String>,
    after: Option<String>,
}

impl Change {
    /// Nothing but the act itself.
    pub const NONE: Self = Self { before: None, after: None };

    /// From nothing to something.
    pub fn to(after: &impl Serialize) -> Self {
        Self { before: None, after: serde_json::to_string(after).ok() }
    }

    /// From something to something else.
    pub fn between(before: &impl Serialize, after: &impl Serialize) -> Self {
        Self { before: serde_json::to_string(before).ok(), after: serde_json::to_string(after).ok() }
    }

    /// From something to nothing.
    pub fn from(before: &impl Serialize) -> Self {
        Self { before: serde_json::to_string(before).ok(), after: None }
    }
}

/// A line of the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct AuditLine {
    /// The line's own id.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// Who, if a person with an account.
    pub account_id: Option<Uuid>,
    /// The name of who, then.
    pub account_name: String,
    /// In which office's name.
    pub office_id: Option<Uuid>,
    /// What was done.
    pub action: String,
    /// To what kind of thing.
    pub subject_kind: String,
    /// To which.
    pub subject_id: Option<Uuid>,
    /// JSON of what it was.
    pub before: Option<String>,
    /// JSON of what it became.
    pub after: Option<String>,
    /// From which address.
    pub address: Option<String>,
    /// In which request.
    pub request_id: Option<String>,
}

/// Writes a line, in the transaction of what it tells.
pub(crate) async fn record<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    action: &str,
    subject: Subject<'_>,
    change: Change,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(sql::INSERT)
            .bind(stamp.id())
            .bind(stamp.at)
            .bind(permit.user().map(|id| id.0))
            .bind(permit.name())
            .bind(permit.office().map(|id| id.0))
            .bind(action)
            .bind(subject.kind)
            .bind(subject.id)
            .bind(&change.before)
            .bind(&change.after)
            .bind(&stamp.address)
            .bind(&stamp.request_id)
            .execute(c)
            .await?;
    });
    Ok(())
}

/// The lines before a place in the trail, newest first; `None` starts at the newest.
pub async fn list(
    tx: &mut Tx,
    _permit: &Permit<ReadAudit>,
    before: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<AuditLine>> {
    let (at, id) = before.unwrap_or((DateTime::<Utc>::MAX_UTC.min(far_future()), Uuid::max()));
    Ok(on!(tx, |c| sqlx::query_as(sql::LIST).bind(at).bind(id).bind(limit).fetch_all(c).await?))
}

/// The newest lines about one thing.
pub async fn list_of(
    tx: &mut Tx,
    _permit: &Permit<ReadAudit>,
    subject: Uuid,
    limit: i64,
) -> Result<Vec<AuditLine>> {
    Ok(on!(tx, |c| sqlx::query_as(sql::LIST_OF).bind(subject).bind(limit).fetch_all(c).await?))
}

/// Later than any line, and within what both databases can hold.
fn far_future() -> DateTime<Utc> {
    DateTime::from_timestamp(32_503_680_000, 0).unwrap_or_default()
}
