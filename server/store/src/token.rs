//! Personal tokens for the REST interface. Only the hash of a token is kept.

use crate::{
    Result, Stamp, StoreError, Tx,
    audit::{self, Change, Subject},
    on, statements,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{ManageOwnAccount, Permit},
    account::TokenScope,
    id::{TokenId, UserId},
    text::Text,
};
use serde_json::json;
use sqlx::FromRow;
use uuid::Uuid;

/// What its owner calls a token.
pub type TokenName = Text<60>;

/// The use of a token is written at most this often.
const TOUCH_SECONDS: i64 = 60;

statements! {
    INSERT = "insert into token (id, account_id, name, token_hash, scope, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)";
    LIST = "select id, account_id, name, scope, created_at, expires_at, used_at from token \
        where account_id = $1 and revoked_at is null order by created_at, id";
    REVOKE = "update token set revoked_at = $1 where id = $2 and account_id = $3 and revoked_at is null";
    FIND_BY_HASH = "select token.id, account_id, token.name, scope, token.created_at, expires_at, used_at from token \
        join account on account.id = account_id \
        where token_hash = $1 and expires_at > $2 and revoked_at is null and account.disabled_at is null";
    TOUCH = "update token set used_at = $1 where id = $2 and (used_at is null or used_at <= $3)";
}

/// A personal token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Which one.
    pub id: TokenId,
    /// Whose.
    pub account: UserId,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scope: TokenScope,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it is over.
    pub expires_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub used_at: Option<DateTime<Utc>>,
}

#[derive(FromRow)]
struct TokenRow {
    id: Uuid,
    account_id: Uuid,
    name: String,
    scope: String,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
}

impl TryFrom<TokenRow> for Token {
    type Error = StoreError;

    fn try_from(row: TokenRow) -> Result<Self> {
        Ok(Self {
            id: TokenId(row.id),
            account: UserId(row.account_id),
            name: row.name,
            scope: TokenScope::parse(&row.scope).map_err(|_| StoreError::corrupt("token.scope"))?,
            created_at: row.created_at,
            expires_at: row.expires_at,
            used_at: row.used_at,
        })
    }
}

impl Token {
    /// Whether its use was last written long enough ago to be written again.
    pub fn is_to_touch(&self, at: DateTime<Utc>) -> bool {
        self.used_at.is_none_or(|used_at| used_at <= at - TimeDelta::seconds(TOUCH_SECONDS))
    }
}

/// Makes a token of one's own.
pub async fn insert(
    tx: &mut Tx,
    permit: &Permit<ManageOwnAccount>,
    stamp: &Stamp,
    hash: &[u8],
    name: &TokenName,
    scope: TokenScope,
    expires_at: DateTime<Utc>,
) -> Result<TokenId> {
    let id = TokenId(stamp.id());
    on!(tx, |c| {
        sqlx::query(sql::INSERT)
            .bind(id.0)
            .bind(permit.action().0.0)
            .bind(name.as_str())
            .bind(hash)
            .bind(scope.code())
            .bind(stamp.at)
            .bind(expires_at)
            .execute(c)
            .await?;
    });
    let after = json!({ "name": name, "scope": scope, "expires_at": expires_at });
    audit::record(tx, permit, stamp, "create_token", Subject::new("token", id.0), Change::to(&after)).await?;
    Ok(id)
}

/// One's own tokens that were not revoked, oldest first; those that are over among them.
pub async fn list(tx: &mut Tx, permit: &Permit<ManageOwnAccount>) -> Result<Vec<Token>> {
    let rows: Vec<TokenRow> =
        on!(tx, |c| sqlx::query_as(sql::LIST).bind(permit.action().0.0).fetch_all(c).await?);
    rows.into_iter().map(Token::try_from).collect()
}

/// Revokes a token of one's own.
pub async fn revoke(
    tx: &mut Tx,
    permit: &Permit<ManageOwnAccount>,
    stamp: &Stamp,
    id: TokenId,
) -> Result<()> {
    let revoked = on!(tx, |c| {
        let revoke = sqlx::query(sql::REVOKE).bind(stamp.at).bind(id.0).bind(permit.action().0.0);
        revoke.execute(c).await?.rows_affected()
    });
    if revoked == 0 {
        return Err(StoreError::NotFound);
    }
    audit::record(tx, permit, stamp, "revoke_token", Subject::new("token", id.0), Change::NONE).await
}

/// The token of a hash, if it is neither revoked nor over and its account is not disabled.
pub async fn find_by_hash(tx: &mut Tx, hash: &[u8], at: DateTime<Utc>) -> Result<Option<Token>> {
    let row: Option<TokenRow> =
        on!(tx, |c| sqlx::query_as(sql::FIND_BY_HASH).bind(hash).bind(at).fetch_optional(c).await?);
    row.map(Token::try_from).transpose()
}

/// Notes that a token was used; at most once a minute.
pub async fn touch(tx: &mut Tx, id: TokenId, at: DateTime<Utc>) -> Result<()> {
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
