//! Accounts of people, and who they are in which office.

use crate::{
    Constraint, Result, Stamp, StoreError, Tx,
    audit::{self, Change, Subject},
    link::{LinkPurpose, UsedLink},
    on, statements,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Enter, ManageOwnAccount, Membership, Operate, Permit, Person, Role},
    account::{PersonName, Secret},
    email::Email,
    id::{InstitutionId, UserId},
    lang::Lang,
};
use serde_json::json;
use sqlx::FromRow;
use uuid::Uuid;

statements! {
    INSERT = "insert into account (id, name, email, email_key, password_hash, lang, is_administrator, is_demo, created_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (email_key) do nothing";
    FIND = "select id, name, email, password_hash, lang, is_administrator, is_demo, created_at, disabled_at from account where id = $1";
    FIND_BY_EMAIL = "select id, name, email, password_hash, lang, is_administrator, is_demo, created_at, disabled_at from account where email_key = $1";
    SET_PASSWORD = "update account set password_hash = $1 where id = $2";
    SET_LANG = "update account set lang = $1 where id = $2";
    WANTS_MAIL = "select wants_mail from account where id = $1";
    SET_WANTS_MAIL = "update account set wants_mail = $1 where id = $2";
    DISABLE = "update account set disabled_at = $1 where id = $2 and disabled_at is null";
    COUNT_ADMINISTRATORS = "select count(*) from account where is_administrator and disabled_at is null";
    PERSON = "select id, name, is_administrator from account where id = $1 and disabled_at is null";
    COVERED = "with recursive covered (office_id, role, institution_id) as ( \
        select institution_id, role, institution_id from membership where account_id = $1 \
        union \
        select covered.office_id, covered.role, institution.id \
        from institution join covered on institution.parent_id = covered.institution_id) \
        select office_id, role, institution_id from covered order by office_id, institution_id <> office_id, institution_id";
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Which one.
    pub id: UserId,
    /// The name shown to others.
    pub name: String,
    /// The e-mail address as typed.
    pub email: String,
    /// The password, hashed; nothing fits an empty one.
    pub password_hash: Secret,
    /// The language its mail is written in, and the interface where nothing else says.
    pub lang: Lang,
    /// Whether the person administers the registry.
    pub is_administrator: bool,
    /// Whether it is one of the invented people of the demonstration.
    pub is_demo: bool,
    /// Since when there is one.
    pub created_at: DateTime<Utc>,
    /// Since when nobody may sign in with it.
    pub disabled_at: Option<DateTime<Utc>>,
}

/// An account to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewAccount<'a> {
    /// The name shown to others.
    pub name: &'a PersonName,
    /// The e-mail address.
    pub email: &'a Email,
    /// The password, hashed; empty until the person sets one through a link.
    pub password_hash: &'a str,
    /// The language of the person.
    pub lang: Lang,
    /// Whether the person administers the registry.
    pub is_administrator: bool,
    /// Whether it is one of the invented people of the demonstration.
    pub is_demo: bool,
}

#[derive(FromRow)]
struct AccountRow {
    id: Uuid,
    name: String,
    email: String,
    password_hash: String,
    lang: String,
    is_administrator: bool,
    is_demo: bool,
    created_at: DateTime<Utc>,
    disabled_at: Option<DateTime<Utc>>,
}

impl TryFrom<AccountRow> for Account {
    type Error = StoreError;

    fn try_from(row: AccountRow) -> Result<Self> {
        Ok(Self {
            id: UserId(row.id),
            name: row.name,
            email: row.email,
            password_hash: Secret::new(row.password_hash),
            lang: Lang::from_code(&row.lang).ok_or_else(|| StoreError::corrupt("account.lang"))?,
            is_administrator: row.is_administrator,
            is_demo: row.is_demo,
            created_at: row.created_at,
            disabled_at: row.disabled_at,
        })
    }
}

/// Makes an account, at the operator's word.
pub async fn insert(
    tx: &mut Tx,
    permit: &Permit<Operate>,
    stamp: &Stamp,
    account: &NewAccount<'_>,
) -> Result<UserId> {
    let id = UserId(stamp.id());
    insert_as(tx, permit, stamp, id, account).await?;
    Ok(id)
}

/// Makes the account that a one-time link gives a right to. The permit is of the person to be, whose id becomes
/// the account's; an invitation is good for the address it was made for only.
pub async fn insert_through_link(
    tx: &mut Tx,
    permit: &Permit<Enter>,
    stamp: &Stamp,
    link: &UsedLink,
    account: &NewAccount<'_>,
) -> Result<UserId> {
    let is_meant = match &link.link().purpose {
        LinkPurpose::Administrator => account.is_administrator,
        LinkPurpose::Invitation { email, .. } => {
            email.key() == account.email.key() && !account.is_administrator
        }
        LinkPurpose::Password { .. } => false,
    };
    let Some(id) = permit.user().filter(|_| is_meant) else {
        return Err(StoreError::Conflict(Constraint::Other));
    };
    insert_as(tx, permit, stamp, id, account).await?;
    Ok(id)
}

async fn insert_as<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    id: UserId,
    account: &NewAccount<'_>,
) -> Result<()> {
    let made = on!(tx, |c| {
        sqlx::query(sql::INSERT)
            .bind(id.0)
            .bind(account.name.as_str())
            .bind(account.email.as_str())
            .bind(account.email.key())
            .bind(account.password_hash)
            .bind(account.lang.code())
            .bind(account.is_administrator)
            .bind(account.is_demo)
            .bind(stamp.at)
            .execute(c)
            .await?
            .rows_affected()
    });
    if made == 0 {
        return Err(StoreError::Conflict(Constraint::AccountEmail));
    }
    let after = json!({
        "name": account.name,
        "email": account.email,
        "is_administrator": account.is_administrator,
    });
    audit::record(tx, permit, stamp, "create_account", Subject::new("account", id.0), Change::to(&after))
        .await
}

/// The account of an id.
pub async fn find(tx: &mut Tx, id: UserId) -> Result<Option<Account>> {
    let row: Option<AccountRow> = on!(tx, |c| sqlx::query_as(sql::FIND).bind(id.0).fetch_optional(c).await?);
    row.map(Account::try_from).transpose()
}

/// The account of an e-mail address, in whatever case it was typed.
pub async fn find_by_email(tx: &mut Tx, email: &Email) -> Result<Option<Account>> {
    let row: Option<AccountRow> =
        on!(tx, |c| sqlx::query_as(sql::FIND_BY_EMAIL).bind(email.key()).fetch_optional(c).await?);
    row.map(Account::try_from).transpose()
}

/// Sets one's own password.
pub async fn set_password(
    tx: &mut Tx,
    permit: &Permit<ManageOwnAccount>,
    stamp: &Stamp,
    password_hash: &str,
) -> Result<()> {
    set_password_as(tx, permit, stamp, permit.action().0, password_hash).await
}

/// Sets the password of the account a link was made for.
pub async fn set_password_through_link(
    tx: &mut Tx,
    permit: &Permit<Enter>,
    stamp: &Stamp,
    link: &UsedLink,
    password_hash: &str,
) -> Result<()> {
    let LinkPurpose::Password { account } = link.link().purpose else {
        return Err(StoreError::Conflict(Constraint::Other));
    };
    set_password_as(tx, permit, stamp, account, password_hash).await
}

async fn set_password_as<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    account: UserId,
    password_hash: &str,
) -> Result<()> {
    let changed = on!(tx, |c| {
        let set = sqlx::query(sql::SET_PASSWORD).bind(password_hash).bind(account.0);
        set.execute(c).await?.rows_affected()
    });
    if changed == 0 {
        return Err(StoreError::NotFound);
    }
    audit::record(tx, permit, stamp, "set_password", Subject::new("account", account.0), Change::NONE).await
}

/// Sets one's own language.
pub async fn set_lang(
    tx: &mut Tx,
    permit: &Permit<ManageOwnAccount>,
    stamp: &Stamp,
    lang: Lang,
) -> Result<()> {
    let id = permit.action().0.0;
    on!(tx, |c| sqlx::query(sql::SET_LANG).bind(lang.code()).bind(id).execute(c).await.map(|_| ()))?;
    audit::record(tx, permit, stamp, "set_language", Subject::new("account", id), Change::to(&lang)).await
}

/// Whether one is reminded by mail.
pub async fn wants_mail(tx: &mut Tx, permit: &Permit<ManageOwnAccount>) -> Result<bool> {
    let id = permit.action().0.0;
    Ok(on!(tx, |c| sqlx::query_scalar(sql::WANTS_MAIL).bind(id).fetch_one(c).await?))
}

/// Sets whether one is reminded by mail.
pub async fn set_wants_mail(
    tx: &mut Tx,
    permit: &Permit<ManageOwnAccount>,
    stamp: &Stamp,
    wants_mail: bool,
) -> Result<()> {
    let id = permit.action().0.0;
    on!(tx, |c| sqlx::query(sql::SET_WANTS_MAIL).bind(wants_mail).bind(id).execute(c).await.map(|_| ()))?;
    let subject = Subject::new("account", id);
    audit::record(tx, permit, stamp, "set_wants_mail", subject, Change::to(&wants_mail)).await
}

/// From now on nobody may sign in with this account; its sessions and tokens open nothing.
pub async fn disable(tx: &mut Tx, permit: &Permit<Operate>, stamp: &Stamp, account: UserId) -> Result<()> {
    let changed = on!(tx, |c| {
        let disable = sqlx::query(sql::DISABLE).bind(stamp.at).bind(account.0);
        disable.execute(c).await?.rows_affected()
    });
    if changed == 0 {
        return Err(StoreError::NotFound);
    }
    audit::record(tx, permit, stamp, "disable_account", Subject::new("account", account.0), Change::NONE)
        .await
}

/// Whether anyone administers the registry.
pub async fn has_administrator(tx: &mut Tx) -> Result<bool> {
    let count: i64 = on!(tx, |c| sqlx::query_scalar(sql::COUNT_ADMINISTRATORS).fetch_one(c).await?);
    Ok(count > 0)
}

/// Who an account is, with the offices it belongs to and all that each covers; `None` for a disabled one. Two
/// statements, however many offices and units there are.
pub async fn actor(tx: &mut Tx, account: UserId) -> Result<Option<Person>> {
    let person: Option<(Uuid, String, bool)> =
        on!(tx, |c| sqlx::query_as(sql::PERSON).bind(account.0).fetch_optional(c).await?);
    let Some((id, name, is_administrator)) = person else { return Ok(None) };
    let covered: Vec<(Uuid, String, Uuid)> =
        on!(tx, |c| sqlx::query_as(sql::COVERED).bind(account.0).fetch_all(c).await?);
    let mut memberships: Vec<Membership> = Vec::new();
    for (office, role, covers) in covered {
        let institution = InstitutionId(office);
        let covers = InstitutionId(covers);
        match memberships.last_mut() {
            Some(last) if last.institution == institution => last.covers.push(covers),
            _ => {
                let role = Role::from_code(&role).ok_or_else(|| StoreError::corrupt("membership.role"))?;
                memberships.push(Membership { institution, role, covers: vec![covers] });
            }
        }
    }
    Ok(Some(Person { id: UserId(id), name, is_administrator, memberships }))
}
