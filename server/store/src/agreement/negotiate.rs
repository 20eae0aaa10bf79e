//! Negotiation: parties approve a revision, take that back, drop a revision, comment on one.

use super::{
    read::AgreementRecord,
    write::{finish, fix, lock, read_as, record},
};
use crate::{Result, Stamp, StoreError, Tx, audit::Change, error::Constraint, on, registry, statements};
use chrono::{DateTime, Utc};
use domain::{
    access::{ApproveAgreement, CommentAgreement, Permit, RevertAgreement},
    agreement::{ApprovalDraft, ContentHash},
    id::{AgreementId, InstitutionId, RevisionId},
    text::LongText,
};
use sqlx::FromRow;
use uuid::Uuid;

statements! {
    INSERT_APPROVAL = "insert into approval (revision_id, institution_id, content_hash, approved_on, evidence, document_id, is_on_behalf, recorded_by, recorded_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (revision_id, institution_id) do nothing";
    DELETE_APPROVAL = "delete from approval where revision_id = $1 and institution_id = $2";
    DROP_REVISION = "update revision set dropped_at = $2 where id = $1 and dropped_at is null";
    INSERT_COMMENT = "insert into comment (id, revision_id, author_id, author_name, office_id, body, written_at) values ($1, $2, $3, $4, $5, $6, $7)";
    COMMENTS = "select comment.revision_id, comment.author_name, comment.office_id, comment.body, comment.written_at from comment \
        join revision on revision.id = comment.revision_id where revision.agreement_id = $1 order by comment.written_at, comment.id";
}

/// Records that a party approves the latest revision, whose content cannot change from then on. `hash` is that of the
/// content read: when it is no longer the latest, the approval is refused as stale.
pub async fn approve(
    tx: &mut Tx,
    permit: &Permit<ApproveAgreement<'_>>,
    stamp: &Stamp,
    institution: InstitutionId,
    hash: &ContentHash,
    draft: &ApprovalDraft,
) -> Result<()> {
    let id = permit.action().scope.id;
    let before = lock(tx, id).await?;
    let revision = read_as(&before, hash)?;
    let is_asked = before.facts().asked(revision.number).contains(&institution);
    if !is_asked || !permit.action().party.contains(&institution) {
        return Err(StoreError::NotFound);
    }
    if revision.shared_at.is_none() {
        return Err(StoreError::Conflict(Constraint::Other));
    }
    fix(tx, stamp, revision.id).await?;
    let approved = on!(tx, |c| {
        sqlx::query(sql::INSERT_APPROVAL)
            .bind(revision.id.0)
            .bind(institution.0)
            .bind(hash.as_str())
            .bind(stamp.day())
            .bind(draft.evidence.words.as_ref().map(LongText::as_str))
            .bind(draft.evidence.document.map(|document| document.0))
            .bind(draft.is_on_behalf)
            .bind(permit.user().map(|user| user.0))
            .bind(stamp.at)
            .execute(c)
            .await?
            .rows_affected()
    });
    if approved == 0 {
        return Err(StoreError::Conflict(Constraint::Other));
    }
    let change = Change::to(&(institution, revision.number, hash.as_str(), draft));
    finish(tx, permit, stamp, id, "approve_agreement", change).await
}

/// Takes back the approval of a revision by a party, while nothing rests on it: see [`StoreError::Settled`].
pub async fn withdraw_approval(
    tx: &mut Tx,
    permit: &Permit<ApproveAgreement<'_>>,
    stamp: &Stamp,
    institution: InstitutionId,
    number: i64,
) -> Result<()> {
    let id = permit.action().scope.id;
    let before = lock(tx, id).await?;
    let revision = before.revision(number).ok_or(StoreError::NotFound)?;
    if !permit.action().party.contains(&institution) {
        return Err(StoreError::NotFound);
    }
    if before.approval(revision.id, institution).is_none() {
        return Err(StoreError::Conflict(Constraint::Other));
    }
    if let Some(why) = before.facts().settled(number) {
        return Err(StoreError::Settled(why));
    }
    on!(tx, |c| {
        let delete = sqlx::query(sql::DELETE_APPROVAL).bind(revision.id.0).bind(institution.0);
        delete.execute(c).await?;
    });
    finish(tx, permit, stamp, id, "withdraw_approval", Change::from(&(institution, number))).await
}

/// Drops the latest revision, which is at this hash, for the one before. It stays readable.
pub async fn revert(
    tx: &mut Tx,
    permit: &Permit<RevertAgreement<'_>>,
    stamp: &Stamp,
    hash: &ContentHash,
) -> Result<()> {
    let id = permit.action().0.id;
    let before = lock(tx, id).await?;
    let revision = read_as(&before, hash)?;
    if !before.facts().may_revert() {
        return Err(StoreError::Conflict(Constraint::Other));
    }
    on!(tx, |c| {
        sqlx::query(sql::DROP_REVISION).bind(revision.id.0).bind(stamp.at).execute(c).await?;
    });
    finish(tx, permit, stamp, id, "revert_agreement", Change::from(&revision.number)).await
}

/// A comment on a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// On which revision.
    pub revision: RevisionId,
    /// Who wrote it.
    pub author_name: String,
    /// In the name of which office.
    pub office: Option<InstitutionId>,
    /// What it says.
    pub body: String,
    /// When it was written.
    pub written_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct CommentRow {
    revision_id: Uuid,
    author_name: String,
    office_id: Option<Uuid>,
    body: String,
    written_at: DateTime<Utc>,
}

/// Writes a comment on a revision.
pub async fn comment(
    tx: &mut Tx,
    permit: &Permit<CommentAgreement<'_>>,
    stamp: &Stamp,
    number: i64,
    body: &LongText<2_000>,
) -> Result<()> {
    let id = permit.action().0.id;
    let before: AgreementRecord = lock(tx, id).await?;
    let revision = before.revision(number).ok_or(StoreError::NotFound)?;
    on!(tx, |c| {
        sqlx::query(sql::INSERT_COMMENT)
            .bind(stamp.id())
            .bind(revision.id.0)
            .bind(permit.user().map(|user| user.0))
            .bind(permit.name())
            .bind(permit.office().map(|office| office.0))
            .bind(body.as_str())
            .bind(stamp.at)
            .execute(c)
            .await?;
    });
    record(tx, permit, stamp, "comment_agreement", id, Change::to(&(number, body.as_str()))).await?;
    registry::bump(tx).await
}

/// All comments on an agreement's revisions, the oldest first.
pub async fn comments(tx: &mut Tx, id: AgreementId) -> Result<Vec<Comment>> {
    let rows: Vec<CommentRow> = on!(tx, |c| sqlx::query_as(sql::COMMENTS).bind(id.0).fetch_all(c).await?);
    let comment = |row: CommentRow| Comment {
        revision: RevisionId(row.revision_id),
        author_name: row.author_name,
        office: row.office_id.map(InstitutionId),
        body: row.body,
        written_at: row.written_at,
    };
    Ok(rows.into_iter().map(comment).collect())
}
