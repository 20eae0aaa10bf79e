//! Views of lists that people keep, for themselves or for their office.

use crate::{
    Result, Stamp, StoreError, Tx,
    audit::{self, Change, Subject},
    on,
    query::{Sql, rows},
    statements,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{ForgetView, KeepView, Permit},
    id::{InstitutionId, UserId},
    listing::ViewDraft,
};
use sqlx::FromRow;
use uuid::Uuid;

statements! {
    INSERT = "insert into saved_view (id, account_id, office_id, name, query, created_at) values ($1, $2, $3, $4, $5, $6)";
    DELETE = "delete from saved_view where id = $1 and account_id = $2";
    FIND = "select id, account_id, office_id, name, query, created_at from saved_view where id = $1";
    COUNT = "select count(*) from saved_view where account_id = $1";
}

/// Most views that one person keeps.
pub const VIEWS_MAX: i64 = 100;

/// A view that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Which one.
    pub id: Uuid,
    /// Whose.
    pub account: UserId,
    /// The office that sees it, too.
    pub office: Option<InstitutionId>,
    /// What it is called.
    pub name: String,
    /// The query of the list.
    pub query: String,
    /// When it was kept.
    pub created_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct ViewRow {
    id: Uuid,
    account_id: Uuid,
    office_id: Option<Uuid>,
    name: String,
    query: String,
    created_at: DateTime<Utc>,
}

impl ViewRow {
    fn view(self) -> SavedView {
        SavedView {
            id: self.id,
            account: UserId(self.account_id),
            office: self.office_id.map(InstitutionId),
            name: self.name,
            query: self.query,
            created_at: self.created_at,
        }
    }
}

/// A view, if there is one.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<SavedView>> {
    let row: Option<ViewRow> = on!(tx, |c| sqlx::query_as(sql::FIND).bind(id).fetch_optional(c).await?);
    Ok(row.map(ViewRow::view))
}

/// The views of a person and of some offices, by name.
pub async fn list(tx: &mut Tx, account: UserId, offices: &[InstitutionId]) -> Result<Vec<SavedView>> {
    let mut sql = Sql::new(
        "select id, account_id, office_id, name, query, created_at from saved_view where account_id = ",
    );
    sql.bind(account.0).push(" or office_id in ").list(offices.iter().map(|id| id.0));
    sql.push(" order by created_at, id");
    let found: Vec<ViewRow> = rows!(tx, sql);
    let mut views: Vec<SavedView> = found.into_iter().map(ViewRow::view).collect();
    views.sort_by_key(|view| domain::fold::fold(&view.name));
    Ok(views)
}

/// Keeps a view; for an office, when the permit is one for it. Refused beyond [`VIEWS_MAX`].
pub async fn insert(
    tx: &mut Tx,
    permit: &Permit<KeepView>,
    stamp: &Stamp,
    draft: &ViewDraft,
) -> Result<Uuid> {
    let KeepView { user, office } = *permit.action();
    let count: i64 = on!(tx, |c| sqlx::query_scalar(sql::COUNT).bind(user.0).fetch_one(c).await?);
    if count >= VIEWS_MAX {
        return Err(StoreError::Conflict(crate::Constraint::Other));
    }
    let id = stamp.id();
    on!(tx, |c| {
        sqlx::query(sql::INSERT)
            .bind(id)
            .bind(user.0)
            .bind(office.map(|office| office.0))
            .bind(draft.name.as_str())
            .bind(&draft.query)
            .bind(stamp.at)
            .execute(c)
            .await?;
    });
    audit::record(tx, permit, stamp, "keep_view", Subject::new("view", id), Change::to(draft)).await?;
    Ok(id)
}

/// Forgets a view of the person that the permit names.
pub async fn delete(tx: &mut Tx, permit: &Permit<ForgetView>, stamp: &Stamp, id: Uuid) -> Result<()> {
    let user = permit.action().user;
    let gone = on!(tx, |c| sqlx::query(sql::DELETE).bind(id).bind(user.0).execute(c).await?.rows_affected());
    if gone == 0 {
        return Err(StoreError::NotFound);
    }
    audit::record(tx, permit, stamp, "forget_view", Subject::new("view", id), Change::NONE).await
}
