//! Changes to an agreement. Each takes a permit, leaves an audit line, and keeps the lists in step.

use super::{
    project::project,
    read::{AgreementRecord, RevisionRecord, get},
};
use crate::{
    Result, Stamp, StoreError, Tx,
    audit::{self, Change, Subject},
    error::Constraint,
    on, registry, search, statements,
};
use chrono::NaiveDate;
use domain::{
    access::{
        CreateAgreement, DeleteDraft, EditAgreement, Permit, PublishAgreement, ShareAgreement, SignAgreement,
    },
    agreement::{AgreementDraft, Content, SignatureDraft},
    id::{AgreementId, InstitutionId},
    text::{LongText, Text},
};
use uuid::Uuid;

statements! {
    INSERT = "insert into agreement (id, owner_id, visibility, version, is_synthetic, created_by, created_at, updated_at, ruling_number, latest_number, kind, \
        title_fr, title_en, title_key, is_open_ended, starts_key, ends_key) values ($1, $2, $3, 1, $4, $5, $6, $6, 1, 1, $7, '', '', '', $8, $9, $10)";
    TOUCH = "update agreement set version = version + 1, updated_at = $3, visibility = $4 where id = $1 and version = $2";
    STEP = "update agreement set version = version + 1, updated_at = $2 where id = $1";
    INSERT_REVISION = "insert into revision (id, agreement_id, number, content, content_hash, author_id, author_name, created_at, updated_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $8)";
    UPDATE_REVISION = "update revision set content = $2, content_hash = $3, author_id = $4, author_name = $5, updated_at = $6 where id = $1 and fixed_at is null";
    SHARE_REVISION = "update revision set shared_at = $2 where id = $1 and shared_at is null";
    FIX_REVISION = "update revision set fixed_at = coalesce(fixed_at, $2) where id = $1";
    DELETE_NOTES = "delete from party_note where agreement_id = $1";
    INSERT_NOTE = "insert into party_note (agreement_id, institution_id, contacts, signatory, signatory_title, signed_on) values ($1, $2, $3, $4, $5, $6)";
    DELETE_SOURCES = "delete from agreement_source where agreement_id = $1";
    INSERT_SOURCE = "insert into agreement_source (agreement_id, position, title, url, read_on, note, to_confirm) values ($1, $2, $3, $4, $5, $6, $7)";
    PUBLISH = "update agreement set published_at = $2, version = version + 1, updated_at = $3 where id = $1";
    INSERT_SIGNATURE = "insert into signature (revision_id, institution_id, signatory, signatory_title, signed_on, counts_on, evidence, is_on_behalf, recorded_by, recorded_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (revision_id, institution_id) do nothing";
    DELETE = "delete from agreement where id = $1";
}

/// Writes down an agreement: its first revision, a draft of the office that writes.
pub async fn create(
    tx: &mut Tx,
    permit: &Permit<CreateAgreement>,
    stamp: &Stamp,
    draft: &AgreementDraft,
    is_synthetic: bool,
) -> Result<AgreementId> {
    let id = AgreementId(stamp.id());
    let content = &draft.content;
    on!(tx, |c| {
        sqlx::query(sql::INSERT)
            .bind(id.0)
            .bind(permit.office().map(|office| office.0))
            .bind(draft.visibility.code())
            .bind(is_synthetic)
            .bind(permit.user().map(|user| user.0))
            .bind(stamp.at)
            .bind(content.kind.code())
            .bind(content.period.is_open_ended)
            .bind(super::project::NO_START)
            .bind(super::project::NO_END)
            .execute(c)
            .await?;
    });
    insert_revision(tx, permit, stamp, id, 1, content).await?;
    write_beside(tx, id, draft).await?;
    project(tx, id).await?;
    record(tx, permit, stamp, "create_agreement", id, Change::to(draft)).await?;
    Ok(id)
}

/// Saves the form of an agreement that is at this version; answers the new version. Content that was approved or
/// signed is never changed: a new revision is begun. What stands beside the content is no revision.
pub async fn update(
    tx: &mut Tx,
    permit: &Permit<EditAgreement<'_>>,
    stamp: &Stamp,
    version: i64,
    draft: &AgreementDraft,
) -> Result<i64> {
    let id = permit.action().0.id;
    let touched = on!(tx, |c| sqlx::query(sql::TOUCH)
        .bind(id.0)
        .bind(version)
        .bind(stamp.at)
        .bind(draft.visibility.code())
        .execute(c)
        .await?
        .rows_affected());
    let before = get(tx, id).await?;
    if touched == 0 {
        return Err(StoreError::Stale { current: before.version });
    }
    let latest = latest(&before)?;
    let content = &draft.content;
    if latest.content != *content {
        if latest.fixed_at.is_some() {
            insert_revision(tx, permit, stamp, id, latest.number + 1, content).await?;
        } else {
            on!(tx, |c| {
                sqlx::query(sql::UPDATE_REVISION)
                    .bind(latest.id.0)
                    .bind(content.canonical())
                    .bind(content.hash().as_str())
                    .bind(permit.user().map(|user| user.0))
                    .bind(permit.name())
                    .bind(stamp.at)
                    .execute(c)
                    .await?;
            });
        }
    }
    write_beside(tx, id, draft).await?;
    project(tx, id).await?;
    record(tx, permit, stamp, "edit_agreement", id, Change::between(&before.draft(), &Some(draft))).await?;
    registry::bump(tx).await?;
    Ok(version + 1)
}

/// Shares the latest revision with the offices of the other parties. Sharing again changes nothing.
pub async fn share(tx: &mut Tx, permit: &Permit<ShareAgreement<'_>>, stamp: &Stamp) -> Result<()> {
    let id = permit.action().0.id;
    let before = get(tx, id).await?;
    let revision = latest(&before)?.id;
    let shared = on!(tx, |c| sqlx::query(sql::SHARE_REVISION)
        .bind(revision.0)
        .bind(stamp.at)
        .execute(c)
        .await?
        .rows_affected());
    if shared == 0 {
        return Ok(());
    }
    step(tx, stamp, id).await?;
    project(tx, id).await?;
    record(tx, permit, stamp, "share_agreement", id, Change::NONE).await?;
    registry::bump(tx).await
}

/// Publishes an agreement, or takes it out of the public registry. A draft is shared first.
pub async fn publish(
    tx: &mut Tx,
    permit: &Permit<PublishAgreement<'_>>,
    stamp: &Stamp,
    is_published: bool,
) -> Result<()> {
    let scope = permit.action().0;
    if is_published && !scope.is_shared {
        return Err(StoreError::Conflict(Constraint::Other));
    }
    let published_at = is_published.then_some(stamp.at);
    on!(tx, |c| {
        sqlx::query(sql::PUBLISH).bind(scope.id.0).bind(published_at).bind(stamp.at).execute(c).await?;
    });
    let action = if is_published { "publish_agreement" } else { "withdraw_agreement" };
    record(tx, permit, stamp, action, scope.id, Change::NONE).await?;
    registry::bump(tx).await
}

/// Records the signature of a party on the latest revision, whose content cannot change from then on.
pub async fn sign(
    tx: &mut Tx,
    permit: &Permit<SignAgreement<'_>>,
    stamp: &Stamp,
    institution: InstitutionId,
    draft: &SignatureDraft,
) -> Result<()> {
    let id = permit.action().scope.id;
    let before = get(tx, id).await?;
    let revision = latest(&before)?;
    let is_signatory = revision.content.signatories().any(|party| party.institution == institution);
    if !is_signatory || !permit.action().party.contains(&institution) {
        return Err(StoreError::NotFound);
    }
    let today = stamp.day();
    let counts_on: NaiveDate = draft.signed_on.map_or(today, |stated| stated.date.latest().min(today));
    let signed = on!(tx, |c| {
        sqlx::query(sql::FIX_REVISION).bind(revision.id.0).bind(stamp.at).execute(&mut *c).await?;
        sqlx::query(sql::INSERT_SIGNATURE)
            .bind(revision.id.0)
            .bind(institution.0)
            .bind(draft.signatory.as_ref().map(Text::as_str))
            .bind(draft.signatory_title.as_ref().map(Text::as_str))
            .bind(draft.signed_on.map(|stated| stated.to_string()))
            .bind(counts_on)
            .bind(draft.evidence.as_ref().map(LongText::as_str))
            .bind(draft.is_on_behalf)
            .bind(permit.user().map(|user| user.0))
            .bind(stamp.at)
            .execute(c)
            .await?
            .rows_affected()
    });
    if signed == 0 {
        return Err(StoreError::Conflict(Constraint::Other));
    }
    step(tx, stamp, id).await?;
    project(tx, id).await?;
    record(tx, permit, stamp, "sign_agreement", id, Change::to(&(institution, draft))).await?;
    registry::bump(tx).await
}

/// Deletes a draft that was never shared, approved or signed.
pub async fn delete(tx: &mut Tx, permit: &Permit<DeleteDraft<'_>>, stamp: &Stamp) -> Result<()> {
    let id = permit.action().0.id;
    let before = get(tx, id).await?;
    if before.revisions.iter().any(|revision| revision.shared_at.is_some() || revision.fixed_at.is_some()) {
        return Err(StoreError::Conflict(Constraint::Other));
    }
    search::remove(tx, id.0).await?;
    on!(tx, |c| sqlx::query(sql::DELETE).bind(id.0).execute(c).await.map(|_| ()))?;
    record(tx, permit, stamp, "delete_draft", id, Change::from(&before.draft())).await
}

fn latest(record: &AgreementRecord) -> Result<&RevisionRecord> {
    record.latest().ok_or_else(|| StoreError::corrupt("an agreement without a revision"))
}

async fn step(tx: &mut Tx, stamp: &Stamp, id: AgreementId) -> Result<()> {
    on!(tx, |c| sqlx::query(sql::STEP).bind(id.0).bind(stamp.at).execute(c).await.map(|_| ()))?;
    Ok(())
}

async fn insert_revision<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    agreement: AgreementId,
    number: i64,
    content: &Content,
) -> Result<Uuid> {
    let id = stamp.id();
    on!(tx, |c| {
        sqlx::query(sql::INSERT_REVISION)
            .bind(id)
            .bind(agreement.0)
            .bind(number)
            .bind(content.canonical())
            .bind(content.hash().as_str())
            .bind(permit.user().map(|user| user.0))
            .bind(permit.name())
            .bind(stamp.at)
            .execute(c)
            .await?;
    });
    Ok(id)
}

/// Writes what stands beside the content: contacts, announced signatories, sources.
async fn write_beside(tx: &mut Tx, id: AgreementId, draft: &AgreementDraft) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(sql::DELETE_NOTES).bind(id.0).execute(&mut *c).await?;
        sqlx::query(sql::DELETE_SOURCES).bind(id.0).execute(&mut *c).await?;
        for (party, note) in draft.content.parties.iter().zip(&draft.notes) {
            let contacts = serde_json::to_string(&note.contacts).map_err(StoreError::corrupt)?;
            sqlx::query(sql::INSERT_NOTE)
                .bind(id.0)
                .bind(party.institution.0)
                .bind(contacts)
                .bind(note.signatory.as_ref().map(Text::as_str))
                .bind(note.signatory_title.as_ref().map(Text::as_str))
                .bind(note.signed_on.map(|stated| stated.to_string()))
                .execute(&mut *c)
                .await?;
        }
        for (position, source) in (0_i64..).zip(&draft.sources) {
            sqlx::query(sql::INSERT_SOURCE)
                .bind(id.0)
                .bind(position)
                .bind(source.title.as_str())
                .bind(source.url.as_ref().map(domain::web_url::WebUrl::as_str))
                .bind(source.read_on.map(|date| date.to_string()))
                .bind(source.note.as_ref().map(LongText::as_str))
                .bind(source.to_confirm)
                .execute(&mut *c)
                .await?;
        }
    });
    Ok(())
}

async fn record<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    action: &str,
    id: AgreementId,
    change: Change,
) -> Result<()> {
    audit::record(tx, permit, stamp, action, Subject::new("agreement", id.0), change).await
}
