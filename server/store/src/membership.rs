//! Who belongs to which office, and as what.

use crate::{
    Constraint, Result, Stamp, StoreError, Tx,
    audit::{self, Change, Subject},
    link::{LinkPurpose, UsedLink},
    on, statements,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Enter, ManageMembers, Operate, Permit, ReadMembers, Role},
    id::{InstitutionId, UserId},
};
use serde_json::json;
use uuid::Uuid;

statements! {
    UPSERT = "insert into membership (account_id, institution_id, role, created_at) values ($1, $2, $3, $4) \
        on conflict (account_id, institution_id) do update set role = excluded.role";
    ROLE_OF = "select role from membership where account_id = $1 and institution_id = $2";
    LIST = "select account.id, account.name, account.email, membership.role, membership.created_at, account.disabled_at \
        from membership join account on account.id = membership.account_id \
        where membership.institution_id = $1 order by account.email_key";
    LIST_OF = "select institution_id, role, \
        (select n.name from institution_name n where n.institution_id = membership.institution_id \
        order by case n.language when $2 then 0 else 1 end, n.language limit 1) as name \
        from membership where account_id = $1 order by created_at, institution_id";
    LOCK_OFFICE = "update institution set version = version where id = $1";
    COUNT_OTHER_LEADS = "select count(*) from membership join account on account.id = membership.account_id \
        where institution_id = $1 and role = 'lead' and account_id <> $2 and account.disabled_at is null";
    DELETE = "delete from membership where account_id = $1 and institution_id = $2";
    COUNT_ABOVE = "with recursive above (id, parent_id) as ( \
        select id, parent_id from institution where id = $1 \
        union select institution.id, institution.parent_id from institution join above on institution.id = above.parent_id) \
        select count(*) from membership join account on account.id = membership.account_id \
        where institution_id in (select id from above) and role in ('officer', 'lead') and account.disabled_at is null";
}

/// Someone who belongs to an office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub account: UserId,
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// What the person is there.
    pub role: Role,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Whether the account is disabled.
    pub is_disabled: bool,
}

/// An office one belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnOffice {
    /// Which institution.
    pub institution: InstitutionId,
    /// What one is there.
    pub role: Role,
    /// Its name, in the language asked for where there is one.
    pub name: String,
}

/// Whether an office may be left without anyone who leads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastLead {
    /// No: the change is refused.
    Stays,
    /// Yes: whoever decides stands above the office.
    MayGo,
}

fn role_of(code: &str) -> Result<Role> {
    Role::from_code(code).ok_or_else(|| StoreError::corrupt("membership.role"))
}

/// Puts someone into an office, at the operator's word.
pub async fn insert(
    tx: &mut Tx,
    permit: &Permit<Operate>,
    stamp: &Stamp,
    account: UserId,
    institution: InstitutionId,
    role: Role,
) -> Result<()> {
    upsert(tx, permit, stamp, "add_member", account, institution, role).await
}

/// Puts someone into the office an invitation is for. Nobody loses a higher role by it.
pub async fn insert_through_link(
    tx: &mut Tx,
    permit: &Permit<Enter>,
    stamp: &Stamp,
    link: &UsedLink,
    account: UserId,
) -> Result<()> {
    let LinkPurpose::Invitation { institution, role, .. } = link.link().purpose else {
        return Err(StoreError::Conflict(Constraint::Other));
    };
    let present = find(tx, account, institution).await?;
    let role = present.map_or(role, |present| present.max(role));
    upsert(tx, permit, stamp, "accept_invitation", account, institution, role).await
}

async fn upsert<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    action: &str,
    account: UserId,
    institution: InstitutionId,
    role: Role,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(sql::UPSERT)
            .bind(account.0)
            .bind(institution.0)
            .bind(role.code())
            .bind(stamp.at)
            .execute(c)
            .await?;
    });
    let after = json!({ "account": account, "role": role });
    let subject = Subject::new("institution", institution.0);
    audit::record(tx, permit, stamp, action, subject, Change::to(&after)).await
}

/// What someone is in an office, if anything.
pub async fn find(tx: &mut Tx, account: UserId, institution: InstitutionId) -> Result<Option<Role>> {
    let role: Option<String> = on!(tx, |c| {
        sqlx::query_scalar(sql::ROLE_OF).bind(account.0).bind(institution.0).fetch_optional(c).await?
    });
    role.as_deref().map(role_of).transpose()
}

/// Everyone of the office, by address.
pub async fn list(tx: &mut Tx, permit: &Permit<ReadMembers>) -> Result<Vec<Member>> {
    type MemberRow = (Uuid, String, String, String, DateTime<Utc>, Option<DateTime<Utc>>);
    let rows: Vec<MemberRow> =
        on!(tx, |c| sqlx::query_as(sql::LIST).bind(permit.action().0.0).fetch_all(c).await?);
    rows.into_iter()
        .map(|(id, name, email, role, since, disabled_at)| {
            let is_disabled = disabled_at.is_some();
            Ok(Member { account: UserId(id), name, email, role: role_of(&role)?, since, is_disabled })
        })
        .collect()
}

/// The offices someone belongs to, in the order of joining, named in a language (`fr`, `en`) where they can be.
pub async fn list_of(tx: &mut Tx, account: UserId, language: &str) -> Result<Vec<OwnOffice>> {
    let rows: Vec<(Uuid, String, Option<String>)> =
        on!(tx, |c| sqlx::query_as(sql::LIST_OF).bind(account.0).bind(language).fetch_all(c).await?);
    rows.into_iter()
        .map(|(id, role, name)| {
            let name = name.unwrap_or_default();
            Ok(OwnOffice { institution: InstitutionId(id), role: role_of(&role)?, name })
        })
        .collect()
}

/// Changes what someone is in the office. `Conflict` when nobody would be left to lead it.
pub async fn set_role(
    tx: &mut Tx,
    permit: &Permit<ManageMembers>,
    stamp: &Stamp,
    account: UserId,
    role: Role,
    last: LastLead,
) -> Result<()> {
    let institution = permit.action().0;
    let before = leave(tx, account, institution, last, Some(role)).await?;
    on!(tx, |c| {
        sqlx::query(sql::UPSERT)
            .bind(account.0)
            .bind(institution.0)
            .bind(role.code())
            .bind(stamp.at)
            .execute(c)
            .await?;
    });
    let was = json!({ "account": account, "role": before });
    let is = json!({ "account": account, "role": role });
    let subject = Subject::new("institution", institution.0);
    audit::record(tx, permit, stamp, "set_member_role", subject, Change::between(&was, &is)).await
}

/// Takes someone out of the office. `Conflict` when nobody would be left to lead it.
pub async fn remove(
    tx: &mut Tx,
    permit: &Permit<ManageMembers>,
    stamp: &Stamp,
    account: UserId,
    last: LastLead,
) -> Result<()> {
    let institution = permit.action().0;
    let before = leave(tx, account, institution, last, None).await?;
    on!(tx, |c| {
        sqlx::query(sql::DELETE).bind(account.0).bind(institution.0).execute(c).await?;
    });
    let was = json!({ "account": account, "role": before });
    let subject = Subject::new("institution", institution.0);
    audit::record(tx, permit, stamp, "remove_member", subject, Change::from(&was)).await
}

/// What someone is, if that may change to the role given (none: no role at all). Changes of one office wait
/// for each other on the institution's row: two leads who remove each other at once cannot both succeed.
async fn leave(
    tx: &mut Tx,
    account: UserId,
    institution: InstitutionId,
    last: LastLead,
    becomes: Option<Role>,
) -> Result<Role> {
    on!(tx, |c| {
        sqlx::query(sql::LOCK_OFFICE).bind(institution.0).execute(c).await?;
    });
    let before = find(tx, account, institution).await?.ok_or(StoreError::NotFound)?;
    if before == Role::Lead && becomes != Some(Role::Lead) && last == LastLead::Stays {
        let others: i64 = on!(tx, |c| {
            sqlx::query_scalar(sql::COUNT_OTHER_LEADS)
                .bind(institution.0)
                .bind(account.0)
                .fetch_one(c)
                .await?
        });
        if others == 0 {
            return Err(StoreError::Conflict(Constraint::Other));
        }
    }
    Ok(before)
}

/// Whether someone can act for an institution: its own office or one above it has an officer or a lead.
pub async fn has_members(tx: &mut Tx, institution: InstitutionId) -> Result<bool> {
    let count: i64 =
        on!(tx, |c| sqlx::query_scalar(sql::COUNT_ABOVE).bind(institution.0).fetch_one(c).await?);
    Ok(count > 0)
}
