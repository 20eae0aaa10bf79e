//! Tags that offices put on agreements. Each office has its own.

use crate::{
    Result, Stamp, Tx, agreement,
    audit::{self, Change, Subject},
    on,
    query::{Sql, execute, rows},
    registry, statements,
};
use domain::{
    access::{Permit, TagAgreements},
    id::{AgreementId, InstitutionId},
    listing::Tag,
};
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;

statements! {
    INSERT = "insert into tag (office_id, name_key, agreement_id, name, created_by, created_at) values ($1, $2, $3, $4, $5, $6) \
        on conflict (office_id, name_key, agreement_id) do nothing";
}

/// The tags of some offices on each of these agreements, sorted.
pub async fn on(
    tx: &mut Tx,
    offices: &[InstitutionId],
    agreements: &[AgreementId],
) -> Result<HashMap<AgreementId, Vec<String>>> {
    let mut sql = Sql::new("select distinct agreement_id, name_key, name from tag where office_id in ");
    sql.list(offices.iter().map(|id| id.0)).push(" and agreement_id in ");
    sql.list(agreements.iter().map(|id| id.0)).push(" order by name_key, name");
    let found: Vec<(Uuid, String, String)> = rows!(tx, sql);
    let mut tags: HashMap<AgreementId, Vec<String>> = HashMap::new();
    for (agreement, _, name) in found {
        let names = tags.entry(AgreementId(agreement)).or_default();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(tags)
}

/// The tags that some offices use, with their keys, sorted; one name for each key.
pub async fn used(tx: &mut Tx, offices: &[InstitutionId]) -> Result<Vec<(String, String)>> {
    let mut sql = Sql::new("select name_key, min(name) from tag where office_id in ");
    sql.list(offices.iter().map(|id| id.0)).push(" group by name_key order by name_key");
    Ok(rows!(tx, sql))
}

/// Puts a tag of an office on agreements; those that have it keep it.
pub async fn add(
    tx: &mut Tx,
    permit: &Permit<TagAgreements>,
    stamp: &Stamp,
    tag: &Tag,
    agreements: &[AgreementId],
) -> Result<()> {
    agreement::hold(tx, agreements).await?;
    put(tx, permit, stamp, permit.action().0, tag, agreements).await?;
    finish(tx, permit, stamp, "tag_agreements", tag, agreements).await
}

/// The same, for whatever gives the right to it, which tells of it in an audit line of its own.
pub(crate) async fn put<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    office: InstitutionId,
    tag: &Tag,
    agreements: &[AgreementId],
) -> Result<()> {
    let key = tag.key();
    on!(tx, |c| {
        for agreement in agreements {
            sqlx::query(sql::INSERT)
                .bind(office.0)
                .bind(&key)
                .bind(agreement.0)
                .bind(tag.as_str())
                .bind(permit.user().map(|user| user.0))
                .bind(stamp.at)
                .execute(&mut *c)
                .await?;
        }
    });
    Ok(())
}

/// Takes a tag of an office off agreements.
pub async fn remove(
    tx: &mut Tx,
    permit: &Permit<TagAgreements>,
    stamp: &Stamp,
    tag: &Tag,
    agreements: &[AgreementId],
) -> Result<()> {
    let mut sql = Sql::new("delete from tag where office_id = ");
    sql.bind(permit.action().0.0).push(" and name_key = ").bind(tag.key()).push(" and agreement_id in ");
    sql.list(agreements.iter().map(|id| id.0));
    execute!(tx, sql);
    finish(tx, permit, stamp, "untag_agreements", tag, agreements).await
}

async fn finish(
    tx: &mut Tx,
    permit: &Permit<TagAgreements>,
    stamp: &Stamp,
    action: &str,
    tag: &Tag,
    agreements: &[AgreementId],
) -> Result<()> {
    let subject = Subject::new("office", permit.action().0.0);
    let change = Change::to(&json!({ "tag": tag.as_str(), "agreements": agreements }));
    audit::record(tx, permit, stamp, action, subject, change).await?;
    registry::bump(tx).await
}
