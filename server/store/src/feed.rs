//! The private calendar of an office: whoever has its address may read it. Only the hash of the address is kept.

use crate::{
    Result, Stamp, Tx,
    audit::{self, Change, Subject},
    on, statements,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{ManageFeed, Permit},
    id::InstitutionId,
};
use uuid::Uuid;

statements! {
    PUT = "insert into feed (institution_id, token_hash, created_by, created_at) values ($1, $2, $3, $4) \
        on conflict (institution_id) do update set token_hash = excluded.token_hash, created_by = excluded.created_by, created_at = excluded.created_at";
    DELETE = "delete from feed where institution_id = $1";
    MADE_AT = "select created_at from feed where institution_id = $1";
    OFFICE_OF = "select institution_id from feed where token_hash = $1";
}

/// Gives an office's calendar an address, of this hash; the one before opens nothing any more.
pub async fn put(tx: &mut Tx, permit: &Permit<ManageFeed>, stamp: &Stamp, hash: &[u8]) -> Result<()> {
    let institution = permit.action().0;
    on!(tx, |c| {
        sqlx::query(sql::PUT)
            .bind(institution.0)
            .bind(hash)
            .bind(permit.user().map(|user| user.0))
            .bind(stamp.at)
            .execute(c)
            .await?;
    });
    let subject = Subject::new("institution", institution.0);
    audit::record(tx, permit, stamp, "renew_feed", subject, Change::NONE).await
}

/// Takes the address of an office's calendar away, if it has one.
pub async fn delete(tx: &mut Tx, permit: &Permit<ManageFeed>, stamp: &Stamp) -> Result<()> {
    let institution = permit.action().0;
    let deleted = on!(tx, |c| sqlx::query(sql::DELETE).bind(institution.0).execute(c).await?.rows_affected());
    if deleted == 0 {
        return Ok(());
    }
    let subject = Subject::new("institution", institution.0);
    audit::record(tx, permit, stamp, "revoke_feed", subject, Change::NONE).await
}

/// When the address of an office's calendar was made; `None` while it has none.
pub async fn made_at(tx: &mut Tx, permit: &Permit<ManageFeed>) -> Result<Option<DateTime<Utc>>> {
    let institution = permit.action().0;
    Ok(on!(tx, |c| sqlx::query_scalar(sql::MADE_AT).bind(institution.0).fetch_optional(c).await?))
}

/// Whose calendar has the address of this hash.
pub async fn office_of(tx: &mut Tx, hash: &[u8]) -> Result<Option<InstitutionId>> {
    let id: Option<Uuid> =
        on!(tx, |c| sqlx::query_scalar(sql::OFFICE_OF).bind(hash).fetch_optional(c).await?);
    Ok(id.map(InstitutionId))
}
