//! The registry as a whole: its revision number, and whether it holds demo data.

use crate::{Result, Tx, on, statements};
use domain::access::{Operate, Permit};

statements! {
    GET = "select revision, holds_demo from registry where id = 1";
    BUMP = "update registry set revision = revision + 1 where id = 1";
    MARK_DEMO = "update registry set holds_demo = $1 where id = 1";
    COUNT_INSTITUTIONS = "select count(*) from institution";
    COUNT_ACCOUNTS = "select count(*) from account";
}

/// What is known of the registry as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Registry {
    /// Grows with every write that a page may show: caches are keyed by it.
    pub revision: i64,
    /// Whether it holds demo data.
    pub holds_demo: bool,
}

/// What is known of the registry.
pub async fn get(tx: &mut Tx) -> Result<Registry> {
    Ok(on!(tx, |c| sqlx::query_as(sql::GET).fetch_one(c).await?))
}

/// Notes that something a page may show has changed.
pub(crate) async fn bump(tx: &mut Tx) -> Result<()> {
    on!(tx, |c| sqlx::query(sql::BUMP).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Notes that the registry holds demo data.
pub async fn mark_demo(tx: &mut Tx, _permit: &Permit<Operate>) -> Result<()> {
    on!(tx, |c| sqlx::query(sql::MARK_DEMO).bind(true).execute(c).await.map(|_| ()))?;
    bump(tx).await
}

/// Whether there is neither an institution nor an account.
pub async fn is_empty(tx: &mut Tx) -> Result<bool> {
    let institutions: i64 = on!(tx, |c| sqlx::query_scalar(sql::COUNT_INSTITUTIONS).fetch_one(c).await?);
    let accounts: i64 = on!(tx, |c| sqlx::query_scalar(sql::COUNT_ACCOUNTS).fetch_one(c).await?);
    Ok(institutions == 0 && accounts == 0)
}
