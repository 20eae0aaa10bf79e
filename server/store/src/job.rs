//! Work that the server does by itself. Of several servers on one registry, the one that holds the lease of a job does it.

use crate::{Result, Tx, on, statements};
use chrono::{DateTime, Utc};
use domain::access::{Permit, Watch};
use uuid::Uuid;

statements! {
    TAKE = "insert into job (name, holder, lease_ends_at) values ($1, $2, $3) on conflict (name) do update \
        set holder = excluded.holder, lease_ends_at = excluded.lease_ends_at \
        where job.holder is null or job.holder = excluded.holder or job.lease_ends_at <= $4";
    GIVE_UP = "update job set holder = null, lease_ends_at = null where holder = $1";
    SEEN = "select seen from job where name = $1";
    SET_SEEN = "update job set seen = $3 where name = $1 and holder = $2";
}

/// A job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// Looks for deadlines and gaps, and writes what people are to be told of them.
    Watch,
    /// Lets offers lapse that nobody answered in time, and tells of steps of nominations.
    Offers,
    /// Sends what people are to be told.
    Mail,
}

impl Job {
    const fn name(self) -> &'static str {
        match self {
            Self::Watch => "watch",
            Self::Offers => "offers",
            Self::Mail => "mail",
        }
    }
}

/// Takes the lease of a job, or makes it longer: whether the holder has it, until the instant given.
pub async fn take(
    tx: &mut Tx,
    _permit: &Permit<Watch>,
    job: Job,
    holder: Uuid,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<bool> {
    let taken = on!(tx, |c| {
        sqlx::query(sql::TAKE)
            .bind(job.name())
            .bind(holder)
            .bind(until)
            .bind(now)
            .execute(c)
            .await?
            .rows_affected()
    });
    Ok(taken > 0)
}

/// Gives up every lease of a holder, for another server to go on at once.
pub async fn give_up(tx: &mut Tx, _permit: &Permit<Watch>, holder: Uuid) -> Result<()> {
    on!(tx, |c| sqlx::query(sql::GIVE_UP).bind(holder).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// What a job last did its work for, as its holder noted it.
pub async fn seen(tx: &mut Tx, job: Job) -> Result<Option<String>> {
    let seen: Option<Option<String>> =
        on!(tx, |c| sqlx::query_scalar(sql::SEEN).bind(job.name()).fetch_optional(c).await?);
    Ok(seen.flatten())
}

/// Notes what a job did its work for.
pub async fn set_seen(
    tx: &mut Tx,
    _permit: &Permit<Watch>,
    job: Job,
    holder: Uuid,
    seen: &str,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(sql::SET_SEEN).bind(job.name()).bind(holder).bind(seen).execute(c).await?;
    });
    Ok(())
}
