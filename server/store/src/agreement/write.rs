//! Changes to an agreement. Each takes a permit, leaves an audit line, and keeps the lists in step.

use super::{
    project::{self, Head, names_in, project},
    read::{AgreementRecord, RevisionRecord, get},
};
use crate::{
    Result, Stamp, StoreError, Tx,
    audit::{self, Change, Subject},
    error::Constraint,
    on, registry, search, seat, statements,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::{
        CreateAgreement, DeleteDraft, EditAgreement, Permit, PublishAgreement, ShareAgreement, SignAgreement,
    },
    agreement::{AgreementDraft, Content, ContentHash, Facts, PartyNote, RevisionFacts, SignatureDraft},
    id::{AgreementId, InstitutionId, RevisionId},
    text::{LongText, Text},
};

statements! {
    TOUCH = "update agreement set version = version + 1, updated_at = $3, visibility = $4 where id = $1 and version = $2";
    LOCK = "update agreement set version = version where id = $1";
    STEP = "update agreement set version = version + 1, updated_at = $2 where id = $1";
    INSERT_REVISION = "insert into revision (id, agreement_id, number, content, content_hash, author_id, author_name, created_at, updated_at, shared_at, fixed_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10)";
    UPDATE_REVISION = "update revision set content = $2, content_hash = $3, author_id = $4, author_name = $5, updated_at = $6 where id = $1 and fixed_at is null";
    SHARE_REVISION = "update revision set shared_at = $2 where id = $1 and shared_at is null";
    FIX_REVISION = "update revision set fixed_at = coalesce(fixed_at, $2) where id = $1";
    DELETE_NOTE = "delete from party_note where agreement_id = $1 and institution_id = $2";
    INSERT_NOTE = "insert into party_note (agreement_id, institution_id, contacts, signatory, signatory_title, signed_on) values ($1, $2, $3, $4, $5, $6)";
    DELETE_SOURCES = "delete from agreement_source where agreement_id = $1";
    INSERT_SOURCE = "insert into agreement_source (agreement_id, position, title, url, read_on, note, to_confirm) values ($1, $2, $3, $4, $5, $6, $7)";
    PUBLISH = "update agreement set published_at = $2, version = version + 1, updated_at = $3 where id = $1";
    INSERT_SIGNATURE = "insert into signature (revision_id, institution_id, signatory, signatory_title, signed_on, counts_on, evidence, document_id, is_on_behalf, recorded_by, recorded_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (revision_id, institution_id) do nothing";
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
    let id = write_down(tx, permit, stamp, draft, is_synthetic).await?;
    registry::bump(tx).await?;
    Ok(id)
}

/// The same, for whatever gives the right to it.
pub(super) async fn write_down<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    draft: &AgreementDraft,
    is_synthetic: bool,
) -> Result<AgreementId> {
    let id = AgreementId(stamp.id());
    let head = Head {
        owner: permit.office(),
        visibility: draft.visibility,
        published_at: None,
        is_synthetic,
        created_by: permit.user(),
        created_at: stamp.at,
    };
    let first = RevisionFacts {
        number: 1,
        content: draft.content.clone(),
        shared_on: None,
        approvals: Vec::new(),
        signatures: Vec::new(),
    };
    let facts = Facts { revisions: vec![first], terminated_on: None, renewed_on: None };
    let names = names_in(tx, [&draft.content]).await?;
    project::insert(tx, id, head, &facts, &names).await?;
    insert_revision(tx, permit, stamp, id, &NewRevision::draft(1, &draft.content)).await?;
    insert_beside(tx, id, draft).await?;
    record(tx, permit, stamp, "create_agreement", id, Change::to(draft)).await?;
    Ok(id)
}

/// Saves the form of an agreement that is at this version; answers the new version. Content that was shared, approved or
/// signed is never changed: a new revision is begun, which the other parties see at once where they saw the one before. What
/// stands beside the content is no revision.
pub async fn update(
    tx: &mut Tx,
    permit: &Permit<EditAgreement<'_>>,
    stamp: &Stamp,
    version: i64,
    draft: &AgreementDraft,
) -> Result<i64> {
    let id = permit.action().0.id;
    let before = rewrite(tx, permit, stamp, id, version, draft).await?;
    record(tx, permit, stamp, "edit_agreement", id, Change::between(&before.draft(), &Some(draft))).await?;
    registry::bump(tx).await?;
    Ok(version + 1)
}

/// The same, for whatever gives the right to it; the caller leaves the audit line. Answers what was there.
pub(crate) async fn rewrite<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    id: AgreementId,
    version: i64,
    draft: &AgreementDraft,
) -> Result<AgreementRecord> {
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
        if latest.fixed_at.is_some() || latest.shared_at.is_some() {
            let number = before.revisions.last().map_or(1, |last| last.number + 1);
            let shared_at = latest.shared_at.map(|_| stamp.at);
            let next = NewRevision { number, content, shared_at, fixed_at: None };
            insert_revision(tx, permit, stamp, id, &next).await?;
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
    Ok(before)
}

/// Shares the latest revision with the offices of the other parties. Sharing again changes nothing.
pub async fn share(tx: &mut Tx, permit: &Permit<ShareAgreement<'_>>, stamp: &Stamp) -> Result<()> {
    let id = permit.action().0.id;
    let before = lock(tx, id).await?;
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
    finish(tx, permit, stamp, id, "share_agreement", Change::NONE).await
}

/// Publishes an agreement, or takes it out of the public registry. A draft is shared first. Doing it again changes
/// nothing.
pub async fn publish(
    tx: &mut Tx,
    permit: &Permit<PublishAgreement<'_>>,
    stamp: &Stamp,
    is_published: bool,
) -> Result<()> {
    let id = permit.action().0.id;
    let before = lock(tx, id).await?;
    if is_published && !before.scope.is_shared {
        return Err(StoreError::Conflict(Constraint::Other));
    }
    if is_published == before.published_at.is_some() {
        return Ok(());
    }
    let published_at = is_published.then_some(stamp.at);
    on!(tx, |c| {
        sqlx::query(sql::PUBLISH).bind(id.0).bind(published_at).bind(stamp.at).execute(c).await?;
    });
    let action = if is_published { "publish_agreement" } else { "withdraw_agreement" };
    record(tx, permit, stamp, action, id, Change::NONE).await?;
    registry::bump(tx).await
}

/// Records the signature of a party on the latest revision, whose content cannot change from then on. `hash` is that of
/// the content read: when it is no longer the latest, the signature is refused as stale.
pub async fn sign(
    tx: &mut Tx,
    permit: &Permit<SignAgreement<'_>>,
    stamp: &Stamp,
    institution: InstitutionId,
    hash: &ContentHash,
    draft: &SignatureDraft,
) -> Result<()> {
    let id = permit.action().scope.id;
    let before = lock(tx, id).await?;
    let revision = read_as(&before, hash)?;
    let is_signatory = revision.content.signatories().any(|party| party.institution == institution);
    if !is_signatory || !permit.action().party.contains(&institution) {
        return Err(StoreError::NotFound);
    }
    fix(tx, stamp, revision.id).await?;
    if !insert_signature(tx, permit, stamp, revision.id, institution, draft).await? {
        return Err(StoreError::Conflict(Constraint::Other));
    }
    finish(tx, permit, stamp, id, "sign_agreement", Change::to(&(institution, draft))).await
}

/// The day a signature counts from: the last that its date may mean, and never later than today.
pub(super) fn counts_on(stamp: &Stamp, draft: &SignatureDraft) -> NaiveDate {
    let today = stamp.day();
    draft.signed_on.map_or(today, |stated| stated.date.latest().min(today))
}

/// Writes a signature; `false` when there is one of that party already.
pub(super) async fn insert_signature<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    revision: RevisionId,
    institution: InstitutionId,
    draft: &SignatureDraft,
) -> Result<bool> {
    let signed = on!(tx, |c| {
        sqlx::query(sql::INSERT_SIGNATURE)
            .bind(revision.0)
            .bind(institution.0)
            .bind(draft.signatory.as_ref().map(Text::as_str))
            .bind(draft.signatory_title.as_ref().map(Text::as_str))
            .bind(draft.signed_on.map(|stated| stated.to_string()))
            .bind(counts_on(stamp, draft))
            .bind(draft.evidence.words.as_ref().map(LongText::as_str))
            .bind(draft.evidence.document.map(|document| document.0))
            .bind(draft.is_on_behalf)
            .bind(permit.user().map(|user| user.0))
            .bind(stamp.at)
            .execute(c)
            .await?
            .rows_affected()
    });
    Ok(signed > 0)
}

/// Deletes a draft that nobody approved or signed. It may have been shared.
pub async fn delete(tx: &mut Tx, permit: &Permit<DeleteDraft<'_>>, stamp: &Stamp) -> Result<()> {
    let id = permit.action().0.id;
    let before = lock(tx, id).await?;
    // The right may have been given for what nobody else had seen yet.
    let was_shared_since = before.scope.is_shared && !permit.action().0.is_shared;
    if was_shared_since || !before.may_delete() {
        return Err(StoreError::Conflict(Constraint::Other));
    }
    search::remove(tx, search::Kind::Agreement, id.0).await?;
    on!(tx, |c| sqlx::query(sql::DELETE).bind(id.0).execute(c).await.map(|_| ()))?;
    record(tx, permit, stamp, "delete_draft", id, Change::from(&before.draft())).await?;
    registry::bump(tx).await
}

/// The agreement, as nobody else can change it before this transaction ends: what is decided from it holds.
pub(super) async fn lock(tx: &mut Tx, id: AgreementId) -> Result<AgreementRecord> {
    on!(tx, |c| sqlx::query(sql::LOCK).bind(id.0).execute(c).await.map(|_| ()))?;
    get(tx, id).await
}

/// The latest revision, if it is the one that was read.
pub(super) fn read_as<'a>(record: &'a AgreementRecord, hash: &ContentHash) -> Result<&'a RevisionRecord> {
    let revision = latest(record)?;
    if revision.hash == *hash { Ok(revision) } else { Err(StoreError::Stale { current: record.version }) }
}

/// From now on the content of a revision cannot change.
pub(super) async fn fix(tx: &mut Tx, stamp: &Stamp, revision: RevisionId) -> Result<()> {
    on!(tx, |c| sqlx::query(sql::FIX_REVISION).bind(revision.0).bind(stamp.at).execute(c).await.map(|_| ()))?;
    Ok(())
}

pub(super) fn latest(record: &AgreementRecord) -> Result<&RevisionRecord> {
    record.latest().ok_or_else(|| StoreError::corrupt("an agreement without a revision"))
}

/// Ends a write about the facts of an agreement: its version grows, what lists show follows, the audit line is written.
pub(super) async fn finish<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    id: AgreementId,
    action: &str,
    change: Change,
) -> Result<()> {
    settle(tx, permit, stamp, id, action, change).await?;
    registry::bump(tx).await
}

/// The same, as one of several writes of a transaction, which tells the registry once it has done them all.
pub(super) async fn settle<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    id: AgreementId,
    action: &str,
    change: Change,
) -> Result<()> {
    step(tx, stamp, id).await?;
    project(tx, id).await?;
    seat::follow(tx, permit, stamp, id).await?;
    record(tx, permit, stamp, action, id, change).await
}

pub(super) async fn step(tx: &mut Tx, stamp: &Stamp, id: AgreementId) -> Result<()> {
    on!(tx, |c| sqlx::query(sql::STEP).bind(id.0).bind(stamp.at).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// A revision to write.
pub(super) struct NewRevision<'a> {
    pub number: i64,
    pub content: &'a Content,
    pub shared_at: Option<DateTime<Utc>>,
    pub fixed_at: Option<DateTime<Utc>>,
}

impl<'a> NewRevision<'a> {
    /// One that is neither shared nor fixed.
    const fn draft(number: i64, content: &'a Content) -> Self {
        Self { number, content, shared_at: None, fixed_at: None }
    }
}

pub(super) async fn insert_revision<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    agreement: AgreementId,
    revision: &NewRevision<'_>,
) -> Result<RevisionId> {
    let id = stamp.id();
    let canonical = revision.content.canonical();
    on!(tx, |c| {
        sqlx::query(sql::INSERT_REVISION)
            .bind(id)
            .bind(agreement.0)
            .bind(revision.number)
            .bind(&canonical)
            .bind(ContentHash::of(&canonical).as_str())
            .bind(permit.user().map(|user| user.0))
            .bind(permit.name())
            .bind(stamp.at)
            .bind(revision.shared_at)
            .bind(revision.fixed_at)
            .execute(c)
            .await?;
    });
    Ok(RevisionId(id))
}

/// Writes what stands beside the content: contacts, announced signatories, sources. What stands beside a party that this
/// draft leaves out stays: an earlier revision may rule, or return.
async fn write_beside(tx: &mut Tx, id: AgreementId, draft: &AgreementDraft) -> Result<()> {
    on!(tx, |c| {
        for party in &draft.content.parties {
            sqlx::query(sql::DELETE_NOTE).bind(id.0).bind(party.institution.0).execute(&mut *c).await?;
        }
        sqlx::query(sql::DELETE_SOURCES).bind(id.0).execute(c).await?;
    });
    insert_beside(tx, id, draft).await
}

/// The same where nothing stands yet. A party beside which nothing is written needs no row.
pub(super) async fn insert_beside(tx: &mut Tx, id: AgreementId, draft: &AgreementDraft) -> Result<()> {
    let parties = draft.content.parties.iter().zip(&draft.notes);
    on!(tx, |c| {
        for (party, note) in parties.filter(|(_, note)| **note != PartyNote::default()) {
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

pub(crate) async fn record<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    action: &str,
    id: AgreementId,
    change: Change,
) -> Result<()> {
    audit::record(tx, permit, stamp, action, Subject::new("agreement", id.0), change).await
}
