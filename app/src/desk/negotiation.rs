//! What parties do with a revision: read it beside another, comment on it, approve it, sign it, drop it.

use super::{
    Desk,
    agreements::{self, AgreementView, scope},
    documents,
};
use crate::error::AppError;
use chrono::NaiveDate;
use domain::{
    access::{
        Action, AgreementScope, ApproveAgreement, CommentAgreement, Permit, ReadContent, RevertAgreement,
        Role, SignAgreement, decide,
    },
    agreement::{
        AgreementDraft, AgreementForm, ApprovalDraft, ApprovalForm, ContentHash, SignatureDraft,
        SignatureForm, Visibility,
    },
    id::{AgreementId, DocumentId, InstitutionId},
    problem::{FieldErrors, Problem},
    text::LongText,
};
use store::{
    StoreError, Tx,
    agreement::{self, Comment, RevisionRecord},
    institution,
};

/// A revision beside another.
#[derive(Debug, Clone)]
pub struct RevisionView {
    /// The agreement.
    pub agreement: AgreementView,
    /// The number of the revision shown.
    pub number: i64,
    /// The number of the one it is compared with, if there is any.
    pub other: Option<i64>,
    /// The comments on the revision shown, the oldest first.
    pub comments: Vec<Comment>,
}

impl RevisionView {
    /// The revision shown.
    pub fn shown(&self) -> Option<&RevisionRecord> {
        self.agreement.record.revision(self.number)
    }

    /// The one it is compared with.
    pub fn compared(&self) -> Option<&RevisionRecord> {
        self.agreement.record.revision(self.other?)
    }
}

/// The content of a revision as its form: what two revisions are compared by.
pub fn form_of(revision: &RevisionRecord) -> AgreementForm {
    let notes = revision.content.parties.iter().map(|_| domain::agreement::PartyNote::default()).collect();
    let content = revision.content.clone();
    AgreementForm::from(&AgreementDraft {
        content,
        notes,
        sources: Vec::new(),
        visibility: Visibility::Public,
    })
}

/// A revision, beside the one before it where no other is named. For those who may read the content.
pub async fn revision(
    desk: &Desk,
    id: AgreementId,
    number: i64,
    other: Option<i64>,
) -> Result<RevisionView, AppError> {
    let agreement = agreements::view(desk, id).await?;
    if desk.actor().person().is_none() {
        return Err(AppError::SignIn);
    }
    decide(desk.actor(), ReadContent(&agreement.record.scope)).map_err(|_| AppError::NotFound)?;
    let shown = agreement.record.revision(number).ok_or(AppError::NotFound)?.id;
    let before = |r: &&RevisionRecord| r.number < number && r.dropped_at.is_none();
    let other = match other {
        Some(other) => Some(agreement.record.revision(other).ok_or(AppError::NotFound)?.number),
        None => agreement.record.revisions.iter().rev().find(before).map(|revision| revision.number),
    };
    let mut tx = desk.read().await?;
    let mut comments = agreement::comments(&mut tx, id).await?;
    comments.retain(|comment| comment.revision == shown);
    Ok(RevisionView { agreement, number, other, comments })
}

/// The comments on all revisions, the oldest first, each with the number of its revision.
pub async fn comments(desk: &Desk, id: AgreementId) -> Result<Vec<(i64, Comment)>, AppError> {
    let mut tx = desk.read().await?;
    let scope = scope(desk, &mut tx, id).await?;
    decide(desk.actor(), ReadContent(&scope))?;
    let record = agreement::get(&mut tx, id).await?;
    let number =
        |comment: &Comment| record.revisions.iter().find(|r| r.id == comment.revision).map(|r| r.number);
    let comments = agreement::comments(&mut tx, id).await?;
    Ok(comments.into_iter().filter_map(|comment| Some((number(&comment)?, comment))).collect())
}

/// The hash of what was read, as its page or its answer said it.
fn hash_of(raw: &str) -> Result<ContentHash, AppError> {
    ContentHash::stored(raw.trim()).ok_or(AppError::ContentChanged)
}

/// What one read is not the latest any more.
fn changed(error: StoreError) -> AppError {
    match error {
        StoreError::Stale { .. } => AppError::ContentChanged,
        other => other.into(),
    }
}

/// For which party one speaks, by which offices, and whether in its absence.
struct Voice {
    party: InstitutionId,
    above: Vec<InstitutionId>,
    has_members: bool,
    is_on_behalf: bool,
}

async fn voice(desk: &Desk, tx: &mut Tx, party: &str) -> Result<Voice, AppError> {
    let party: InstitutionId = party.parse().map_err(|_| AppError::NotFound)?;
    let has_members = !institution::with_office(tx, &[party]).await?.is_empty();
    let above = institution::above(tx, party).await?;
    let is_on_behalf = desk.actor().office_of(&above, Role::Lead).is_none();
    Ok(Voice { party, above, has_members, is_on_behalf })
}

impl Voice {
    fn to_approve<'a>(&self, scope: &'a AgreementScope) -> ApproveAgreement<'a> {
        ApproveAgreement { scope, party: self.above.clone(), party_has_members: self.has_members }
    }

    fn to_sign<'a>(&self, scope: &'a AgreementScope) -> SignAgreement<'a> {
        SignAgreement { scope, party: self.above.clone(), party_has_members: self.has_members }
    }
}

/// A row of a form, which speaks for a party when it is ticked.
trait Row {
    /// What it says.
    type Draft;
    /// The path of the rows in their form.
    const ROWS: &'static str;

    fn party(&self) -> &str;
    fn is_ticked(&self) -> bool;
    fn read(
        &self,
        today: NaiveDate,
        is_on_behalf: bool,
        documents: &[DocumentId],
    ) -> Result<Self::Draft, FieldErrors>;
}

impl Row for SignatureForm {
    type Draft = SignatureDraft;
    const ROWS: &'static str = "signatures";

    fn party(&self) -> &str {
        &self.institution
    }

    fn is_ticked(&self) -> bool {
        !self.record.is_empty()
    }

    fn read(
        &self,
        today: NaiveDate,
        is_on_behalf: bool,
        documents: &[DocumentId],
    ) -> Result<SignatureDraft, FieldErrors> {
        self.parse(today, is_on_behalf, documents)
    }
}

impl Row for ApprovalForm {
    type Draft = ApprovalDraft;
    const ROWS: &'static str = "approvals";

    fn party(&self) -> &str {
        &self.institution
    }

    fn is_ticked(&self) -> bool {
        !self.record.is_empty()
    }

    fn read(
        &self,
        _: NaiveDate,
        is_on_behalf: bool,
        documents: &[DocumentId],
    ) -> Result<ApprovalDraft, FieldErrors> {
        self.parse(is_on_behalf, documents)
    }
}

/// The rows ticked, each with the right to say it for its party. At least one must be.
async fn ticked<R: Row, A: Action>(
    desk: &Desk,
    tx: &mut Tx,
    rows: &[R],
    documents: &[DocumentId],
    action: impl Fn(&Voice) -> A,
) -> Result<Vec<(Permit<A>, InstitutionId, R::Draft)>, AppError> {
    let mut errors = FieldErrors::default();
    let mut drafts = Vec::new();
    for (i, row) in rows.iter().enumerate().filter(|(_, row)| row.is_ticked()) {
        let voice = voice(desk, tx, row.party()).await?;
        let permit = decide(desk.actor(), action(&voice))?;
        match row.read(desk.today(), voice.is_on_behalf, documents) {
            Ok(draft) => drafts.push((permit, voice.party, draft)),
            Err(found) => {
                for error in found.0 {
                    errors.add(format!("{}.{i}.{}", R::ROWS, error.field), error.problem);
                }
            }
        }
    }
    if drafts.is_empty() && errors.is_empty() {
        errors.add(R::ROWS, Problem::Required);
    }
    Ok(errors.into_result(|| drafts)?)
}

/// Records signatures on the latest revision, which was read at this hash: all of them or none.
pub async fn sign(desk: &Desk, id: AgreementId, hash: &str, forms: &[SignatureForm]) -> Result<(), AppError> {
    let mut tx = desk.write().await?;
    let scope = scope(desk, &mut tx, id).await?;
    let documents = documents::readable(desk, &mut tx, &scope).await?;
    let rows = ticked(desk, &mut tx, forms, &documents, |voice| voice.to_sign(&scope)).await?;
    let hash = hash_of(hash)?;
    for (permit, party, draft) in &rows {
        agreement::sign(&mut tx, permit, &desk.stamp(), *party, &hash, draft).await.map_err(changed)?;
    }
    Ok(tx.commit().await?)
}

/// Records that parties approve the latest revision, which was read at this hash: all of them or none.
pub async fn approve(
    desk: &Desk,
    id: AgreementId,
    hash: &str,
    forms: &[ApprovalForm],
) -> Result<(), AppError> {
    let mut tx = desk.write().await?;
    let scope = scope(desk, &mut tx, id).await?;
    let documents = documents::readable(desk, &mut tx, &scope).await?;
    let rows = ticked(desk, &mut tx, forms, &documents, |voice| voice.to_approve(&scope)).await?;
    let hash = hash_of(hash)?;
    for (permit, party, draft) in &rows {
        agreement::approve(&mut tx, permit, &desk.stamp(), *party, &hash, draft).await.map_err(changed)?;
    }
    Ok(tx.commit().await?)
}

/// Takes back a party's approval of a revision.
pub async fn withdraw_approval(
    desk: &Desk,
    id: AgreementId,
    party: &str,
    number: i64,
) -> Result<(), AppError> {
    let mut tx = desk.write().await?;
    let scope = scope(desk, &mut tx, id).await?;
    let voice = voice(desk, &mut tx, party).await?;
    let permit = decide(desk.actor(), voice.to_approve(&scope))?;
    agreement::withdraw_approval(&mut tx, &permit, &desk.stamp(), voice.party, number).await?;
    Ok(tx.commit().await?)
}

/// Drops the latest revision, which was read at this hash, for the one before.
pub async fn revert(desk: &Desk, id: AgreementId, hash: &str) -> Result<(), AppError> {
    let mut tx = desk.write().await?;
    let scope = scope(desk, &mut tx, id).await?;
    let permit = decide(desk.actor(), RevertAgreement(&scope))?;
    agreement::revert(&mut tx, &permit, &desk.stamp(), &hash_of(hash)?).await.map_err(changed)?;
    Ok(tx.commit().await?)
}

/// Writes a comment on a revision.
pub async fn comment(desk: &Desk, id: AgreementId, number: i64, body: &str) -> Result<(), AppError> {
    let mut tx = desk.write().await?;
    let scope = scope(desk, &mut tx, id).await?;
    let permit = decide(desk.actor(), CommentAgreement(&scope))?;
    let mut errors = FieldErrors::default();
    let body = errors.take("body", LongText::parse(body));
    let Some(body) = body else { return Err(errors.into()) };
    agreement::comment(&mut tx, &permit, &desk.stamp(), number, &body).await?;
    Ok(tx.commit().await?)
}
