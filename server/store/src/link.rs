//! One-time links: to make the administrator, to accept an invitation, to set a password. Only the hash of the
//! secret in a link is kept.

use crate::{
    Result, Stamp, StoreError, Tx,
    audit::{self, Change, Subject},
    on, statements,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Action, ManageMembers, Operate, Permit, ReadMembers, Role},
    email::Email,
    id::{InstitutionId, UserId},
};
use serde_json::json;
use sqlx::FromRow;
use uuid::Uuid;

statements! {
    INSERT = "insert into link (id, token_hash, purpose, account_id, email, institution_id, role, created_by, created_at, expires_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    FIND_OPEN = "select id, purpose, account_id, email, institution_id, role, created_at, expires_at from link \
        where token_hash = $1 and used_at is null and expires_at > $2";
    USE_ONCE = "update link set used_at = $1 where token_hash = $2 and used_at is null and expires_at > $1 \
        returning id, purpose, account_id, email, institution_id, role, created_at, expires_at";
    LIST_OPEN = "select id, purpose, account_id, email, institution_id, role, created_at, expires_at from link \
        where institution_id = $1 and used_at is null and expires_at > $2 order by created_at, id";
    REVOKE = "delete from link where id = $1 and institution_id = $2 and used_at is null returning email";
    DROP_ADMINISTRATOR = "delete from link where purpose = 'administrator' and used_at is null";
    DROP_INVITATION = "delete from link where purpose = 'invitation' and email = $1 and institution_id = $2 and used_at is null";
    DROP_PASSWORD = "delete from link where purpose = 'password' and account_id = $1 and used_at is null";
}

/// What a link is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkPurpose {
    /// To make the first administrator.
    Administrator,
    /// To enter an office.
    Invitation {
        /// Whom it is for.
        email: Email,
        /// Which office.
        institution: InstitutionId,
        /// As what.
        role: Role,
    },
    /// To set the password of an account.
    Password {
        /// Whose.
        account: UserId,
    },
}

impl LinkPurpose {
    const fn code(&self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Invitation { .. } => "invitation",
            Self::Password { .. } => "password",
        }
    }
}

/// A link that is neither used nor over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Which one.
    pub id: Uuid,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it is over.
    pub expires_at: DateTime<Utc>,
}

/// The proof that a link was used, now and for the only time. Only [`use_once`] makes one.
#[derive(Debug)]
pub struct UsedLink(Link);

impl UsedLink {
    /// The link.
    pub const fn link(&self) -> &Link {
        &self.0
    }
}

#[derive(FromRow)]
struct LinkRow {
    id: Uuid,
    purpose: String,
    account_id: Option<Uuid>,
    email: Option<String>,
    institution_id: Option<Uuid>,
    role: Option<String>,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl TryFrom<LinkRow> for Link {
    type Error = StoreError;

    fn try_from(row: LinkRow) -> Result<Self> {
        let role = row.role.as_deref().and_then(Role::from_code);
        let email = row.email.as_deref().and_then(|email| Email::parse(email).ok());
        let purpose = match (row.purpose.as_str(), email, row.institution_id, role, row.account_id) {
            ("administrator", ..) => LinkPurpose::Administrator,
            ("invitation", Some(email), Some(institution), Some(role), _) => {
                LinkPurpose::Invitation { email, institution: InstitutionId(institution), role }
            }
            ("password", .., Some(account)) => LinkPurpose::Password { account: UserId(account) },
            _ => return Err(StoreError::corrupt("link.purpose")),
        };
        Ok(Self { id: row.id, purpose, created_at: row.created_at, expires_at: row.expires_at })
    }
}

/// Makes the link for the first administrator; one made earlier opens nothing any more.
pub async fn insert_administrator(
    tx: &mut Tx,
    permit: &Permit<Operate>,
    stamp: &Stamp,
    hash: &[u8],
    expires_at: DateTime<Utc>,
) -> Result<()> {
    on!(tx, |c| sqlx::query(sql::DROP_ADMINISTRATOR).execute(c).await.map(|_| ()))?;
    insert(tx, permit, stamp, hash, &LinkPurpose::Administrator, expires_at).await
}

/// Makes an invitation into the office; an open one for the same address is replaced.
pub async fn insert_invitation(
    tx: &mut Tx,
    permit: &Permit<ManageMembers>,
    stamp: &Stamp,
    hash: &[u8],
    email: &Email,
    role: Role,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    let institution = permit.action().0;
    on!(tx, |c| {
        let drop = sqlx::query(sql::DROP_INVITATION).bind(email.as_str()).bind(institution.0);
        drop.execute(c).await?;
    });
    let purpose = LinkPurpose::Invitation { email: email.clone(), institution, role };
    insert(tx, permit, stamp, hash, &purpose, expires_at).await
}

/// Makes a link to set the password of an account; one made earlier opens nothing any more.
pub async fn insert_password(
    tx: &mut Tx,
    permit: &Permit<Operate>,
    stamp: &Stamp,
    hash: &[u8],
    account: UserId,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    on!(tx, |c| sqlx::query(sql::DROP_PASSWORD).bind(account.0).execute(c).await.map(|_| ()))?;
    insert(tx, permit, stamp, hash, &LinkPurpose::Password { account }, expires_at).await
}

async fn insert<A: Action>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    hash: &[u8],
    purpose: &LinkPurpose,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    let (account, invitation) = match purpose {
        LinkPurpose::Administrator => (None, None),
        LinkPurpose::Invitation { email, institution, role } => (None, Some((email, institution, role))),
        LinkPurpose::Password { account } => (Some(account.0), None),
    };
    on!(tx, |c| {
        sqlx::query(sql::INSERT)
            .bind(stamp.id())
            .bind(hash)
            .bind(purpose.code())
            .bind(account)
            .bind(invitation.map(|(email, ..)| email.as_str()))
            .bind(invitation.map(|(_, institution, _)| institution.0))
            .bind(invitation.map(|(.., role)| role.code()))
            .bind(permit.user().map(|id| id.0))
            .bind(stamp.at)
            .bind(expires_at)
            .execute(c)
            .await?;
    });
    let after = json!({
        "purpose": purpose.code(),
        "email": invitation.map(|(email, ..)| email),
        "role": invitation.map(|(.., role)| role),
    });
    let subject = match purpose {
        LinkPurpose::Administrator => Subject { kind: "link", id: None },
        LinkPurpose::Invitation { institution, .. } => Subject::new("institution", institution.0),
        LinkPurpose::Password { account } => Subject::new("account", account.0),
    };
    audit::record(tx, permit, stamp, "create_link", subject, Change::to(&after)).await
}

/// The link of a secret's hash, if it is neither used nor over.
pub async fn find_open(tx: &mut Tx, hash: &[u8], at: DateTime<Utc>) -> Result<Option<Link>> {
    let row: Option<LinkRow> =
        on!(tx, |c| sqlx::query_as(sql::FIND_OPEN).bind(hash).bind(at).fetch_optional(c).await?);
    row.map(Link::try_from).transpose()
}

/// Uses a link. Of any number of people who try at once, one gets it; `None` for the others, and when it is
/// over. The line in the audit trail is written by what the link is used for.
pub async fn use_once(tx: &mut Tx, stamp: &Stamp, hash: &[u8]) -> Result<Option<UsedLink>> {
    let row: Option<LinkRow> =
        on!(tx, |c| sqlx::query_as(sql::USE_ONCE).bind(stamp.at).bind(hash).fetch_optional(c).await?);
    row.map(|row| Link::try_from(row).map(UsedLink)).transpose()
}

/// The open invitations into the office, oldest first.
pub async fn list_open(tx: &mut Tx, permit: &Permit<ReadMembers>, at: DateTime<Utc>) -> Result<Vec<Link>> {
    let rows: Vec<LinkRow> =
        on!(tx, |c| sqlx::query_as(sql::LIST_OPEN).bind(permit.action().0.0).bind(at).fetch_all(c).await?);
    rows.into_iter().map(Link::try_from).collect()
}

/// Takes an open invitation into the office back.
pub async fn revoke(tx: &mut Tx, permit: &Permit<ManageMembers>, stamp: &Stamp, id: Uuid) -> Result<()> {
    let institution = permit.action().0.0;
    let email: Option<Option<String>> =
        on!(tx, |c| sqlx::query_scalar(sql::REVOKE).bind(id).bind(institution).fetch_optional(c).await?);
    let email = email.ok_or(StoreError::NotFound)?;
    let before = json!({ "email": email });
    let subject = Subject::new("institution", institution);
    audit::record(tx, permit, stamp, "revoke_invitation", subject, Change::from(&before)).await
}
