//! One agreement, whole.

use crate::{Result, StoreError, Tx, institution, on, statements};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::AgreementScope,
    agreement::{
        AgreementDraft, AgreementSource, Content, ContentHash, Course, Facts, PartyNote, RevisionFacts,
        SuccessionKind, Visibility, respects_notice,
    },
    id::{AgreementId, DocumentId, InstitutionId, RevisionId},
    partial_date::{PartialDate, StatedDate},
    text::{LongText, Text},
    web_url::WebUrl,
};
use sqlx::FromRow;
use uuid::Uuid;

statements! {
    FIND = "select owner_id, visibility, published_at, version, is_synthetic, created_at, updated_at, shared_on, ruling_number from agreement where id = $1";
    REVISIONS = "select id, number, content, content_hash, author_name, created_at, updated_at, shared_at, fixed_at, dropped_at from revision where agreement_id = $1 order by number";
    APPROVALS = "select approval.revision_id, approval.institution_id, approval.content_hash, approval.approved_on, approval.evidence, approval.document_id, approval.is_on_behalf \
        from approval join revision on revision.id = approval.revision_id where revision.agreement_id = $1 order by approval.recorded_at";
    SIGNATURES = "select signature.revision_id, signature.institution_id, signature.signatory, signature.signatory_title, signature.signed_on, \
        signature.counts_on, signature.evidence, signature.document_id, signature.is_on_behalf from signature join revision on revision.id = signature.revision_id \
        where revision.agreement_id = $1 order by signature.recorded_at";
    NOTES = "select institution_id, contacts, signatory, signatory_title, signed_on from party_note where agreement_id = $1";
    SOURCES = "select title, url, read_on, note, to_confirm from agreement_source where agreement_id = $1 order by position";
    TERMINATION = "select institution_id, notified_on, effective_on, notice_months, reason, evidence, document_id, is_on_behalf from termination where agreement_id = $1";
    RELATED = "select succession.agreement_id, succession.successor_id, succession.kind, agreement.title_fr, agreement.title_en, \
        agreement.signed_on, agreement.starts_on, agreement.terminated_on from succession \
        join agreement on agreement.id = case when succession.agreement_id = $1 then succession.successor_id else succession.agreement_id end \
        where succession.agreement_id = $1 or succession.successor_id = $1 order by succession.recorded_at, succession.agreement_id, succession.successor_id";
    SUCCESSION = "select min(coalesce(successor.starts_on, successor.signed_on)) from succession join agreement successor on successor.id = succession.successor_id \
        where succession.agreement_id = $1 and successor.signed_on is not null \
        and (successor.terminated_on is null or successor.terminated_on > coalesce(successor.starts_on, successor.signed_on))";
    PARTY_FAMILY = "with recursive family (id) as (select institution_id from party where agreement_id = $1 \
        union select institution_id from invited_party where agreement_id = $1 union select institution.parent_id from institution join family on institution.id = family.id where institution.parent_id is not null) select id from family";
}

/// The parties of each of many agreements, with what these are units of; the ids of the agreements come between.
pub(super) const PARTY_FAMILIES: [&str; 3] = [
    "with recursive family (agreement_id, id) as (select agreement_id, institution_id from party where agreement_id in ",
    " union select agreement_id, institution_id from invited_party where agreement_id in ",
    " union select family.agreement_id, institution.parent_id from institution join family on institution.id = family.id \
     where institution.parent_id is not null) select agreement_id, id from family",
];

/// One revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionRecord {
    /// Which one.
    pub id: RevisionId,
    /// From 1.
    pub number: i64,
    /// What it fixes. A party that turned out to be another institution is read as that one.
    pub content: Content,
    /// The canonical text as it was written, which the hash bears on.
    pub canonical: String,
    /// SHA-256 of that text.
    pub hash: ContentHash,
    /// Who wrote it.
    pub author_name: String,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was shared with the other parties.
    pub shared_at: Option<DateTime<Utc>>,
    /// When its first approval or signature made it unchangeable.
    pub fixed_at: Option<DateTime<Utc>>,
    /// When it was dropped for the one before. It stays readable.
    pub dropped_at: Option<DateTime<Utc>>,
}

/// A party's approval of a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Of which revision.
    pub revision: RevisionId,
    /// By which party.
    pub institution: InstitutionId,
    /// The hash approved.
    pub hash: String,
    /// On what day.
    pub approved_on: NaiveDate,
    /// What attests to it, when recorded on behalf of the party.
    pub evidence: Option<String>,
    /// The document that attests to it.
    pub document: Option<DocumentId>,
    /// Whether another party's office recorded it.
    pub is_on_behalf: bool,
}

/// A party's signature of a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Of which revision.
    pub revision: RevisionId,
    /// By which party.
    pub institution: InstitutionId,
    /// Who signed.
    pub signatory: Option<String>,
    /// In what capacity.
    pub signatory_title: Option<String>,
    /// When, as the document says.
    pub signed_on: Option<StatedDate>,
    /// The day it counts from.
    pub counts_on: NaiveDate,
    /// What attests to it.
    pub evidence: Option<String>,
    /// The document that attests to it.
    pub document: Option<DocumentId>,
    /// Whether another party's office recorded it.
    pub is_on_behalf: bool,
}

/// How an agreement was ended before its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerminationRecord {
    /// The party that gave notice; none where the parties ended it together.
    pub party: Option<InstitutionId>,
    /// When the other parties were told.
    pub notified_on: NaiveDate,
    /// First day on which it no longer binds.
    pub effective_on: NaiveDate,
    /// Months of notice that were asked for then, none where nobody wrote them down.
    pub notice_months: Option<u16>,
    /// Why.
    pub reason: Option<String>,
    /// What attests to it.
    pub evidence: Option<String>,
    /// The document that attests to it.
    pub document: Option<DocumentId>,
    /// Whether another party's office recorded it.
    pub is_on_behalf: bool,
}

impl TerminationRecord {
    /// The months of notice that were asked for, and whether they were respected; none where the parties ended it together, nothing
    /// was asked for, or nobody wrote it down.
    pub fn notice(&self) -> Option<(u16, bool)> {
        let months = self.notice_months.filter(|months| *months > 0 && self.party.is_some())?;
        Some((months, respects_notice(self.notified_on, self.effective_on, months)))
    }

    /// Whether it may be taken back on a day: it has not taken effect.
    pub fn may_be_withdrawn(&self, on: NaiveDate) -> bool {
        self.effective_on > on
    }
}

/// An agreement that comes before or after another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Which one.
    pub agreement: AgreementId,
    /// How the later follows the earlier.
    pub kind: SuccessionKind,
    /// Whether it is the later of the two.
    pub is_successor: bool,
    /// Its title in French; empty where there is none.
    pub title_fr: String,
    /// Its title in English; empty where there is none.
    pub title_en: String,
    /// Whether it was ended before it began: what came before it is not followed by it.
    pub came_to_nothing: bool,
}

/// An agreement, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementRecord {
    /// Which one.
    pub id: AgreementId,
    /// What access rules need to know.
    pub scope: AgreementScope,
    /// Grows with each change.
    pub version: i64,
    /// Who may see it once published.
    pub visibility: Visibility,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
    /// Whether it is made up, for load.
    pub is_synthetic: bool,
    /// When it was first written down here.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// All revisions, by number.
    pub revisions: Vec<RevisionRecord>,
    /// The number of the revision that rules.
    pub ruling_number: i64,
    /// Approvals of any revision.
    pub approvals: Vec<Approval>,
    /// Signatures of any revision.
    pub signatures: Vec<Signature>,
    /// What stands beside each party.
    pub notes: Vec<(InstitutionId, PartyNote)>,
    /// Where facts come from.
    pub sources: Vec<AgreementSource>,
    /// How it was ended before its time.
    pub termination: Option<TerminationRecord>,
    /// The agreements that come before and after it.
    pub related: Vec<Related>,
    /// First day of a signed successor.
    pub renewed_on: Option<NaiveDate>,
}

impl AgreementRecord {
    /// The revision that rules.
    pub fn ruling(&self) -> Option<&RevisionRecord> {
        self.revisions.iter().find(|revision| revision.number == self.ruling_number)
    }

    /// The latest revision that was not dropped.
    pub fn latest(&self) -> Option<&RevisionRecord> {
        self.revisions.iter().rev().find(|revision| revision.dropped_at.is_none())
    }

    /// A revision by its number, dropped or not.
    pub fn revision(&self, number: i64) -> Option<&RevisionRecord> {
        self.revisions.iter().find(|revision| revision.number == number)
    }

    /// The signature of a party on a revision.
    pub fn signature(&self, revision: RevisionId, institution: InstitutionId) -> Option<&Signature> {
        self.signatures.iter().find(|s| s.revision == revision && s.institution == institution)
    }

    /// The approval of a party on a revision.
    pub fn approval(&self, revision: RevisionId, institution: InstitutionId) -> Option<&Approval> {
        self.approvals.iter().find(|a| a.revision == revision && a.institution == institution)
    }

    /// What stands beside a party.
    pub fn note(&self, institution: InstitutionId) -> Option<&PartyNote> {
        self.notes.iter().find(|(id, _)| *id == institution).map(|(_, note)| note)
    }

    /// Whether another agreement follows it, signed or not.
    pub fn is_followed(&self) -> bool {
        self.related.iter().any(|related| related.is_successor && !related.came_to_nothing)
    }

    /// Whether nothing rests on it: nobody approved, signed or ended it.
    pub fn may_delete(&self) -> bool {
        self.approvals.is_empty() && self.signatures.is_empty() && self.termination.is_none()
    }

    /// The facts that decide the standing.
    pub fn facts(&self) -> Facts {
        let kept = self.revisions.iter().filter(|revision| revision.dropped_at.is_none());
        let revisions = kept.map(|revision| RevisionFacts {
            number: revision.number,
            content: revision.content.clone(),
            shared_on: revision.shared_at.map(|at| at.date_naive()),
            approvals: self
                .approvals
                .iter()
                .filter(|approval| approval.revision == revision.id)
                .map(|approval| (approval.institution, approval.approved_on))
                .collect(),
            signatures: self
                .signatures
                .iter()
                .filter(|signature| signature.revision == revision.id)
                .map(|signature| (signature.institution, signature.counts_on))
                .collect(),
        });
        Facts {
            revisions: revisions.collect(),
            terminated_on: self.termination.as_ref().map(|termination| termination.effective_on),
            renewed_on: self.renewed_on,
        }
    }

    /// The dates that decide the standing.
    pub fn course(&self) -> Course {
        self.facts().course()
    }

    /// The latest revision with what stands beside it: what the form edits.
    pub fn draft(&self) -> Option<AgreementDraft> {
        let content = self.latest()?.content.clone();
        let notes = content
            .parties
            .iter()
            .map(|party| self.note(party.institution).cloned().unwrap_or_default())
            .collect();
        Some(AgreementDraft { content, notes, sources: self.sources.clone(), visibility: self.visibility })
    }
}

#[derive(FromRow)]
struct AgreementRow {
    owner_id: Option<Uuid>,
    visibility: String,
    published_at: Option<DateTime<Utc>>,
    version: i64,
    is_synthetic: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    shared_on: Option<NaiveDate>,
    ruling_number: i64,
}

#[derive(FromRow)]
struct RevisionRow {
    id: Uuid,
    number: i64,
    content: String,
    content_hash: String,
    author_name: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    shared_at: Option<DateTime<Utc>>,
    fixed_at: Option<DateTime<Utc>>,
    dropped_at: Option<DateTime<Utc>>,
}

#[derive(FromRow)]
struct ApprovalRow {
    revision_id: Uuid,
    institution_id: Uuid,
    content_hash: String,
    approved_on: NaiveDate,
    evidence: Option<String>,
    document_id: Option<Uuid>,
    is_on_behalf: bool,
}

#[derive(FromRow)]
struct SignatureRow {
    revision_id: Uuid,
    institution_id: Uuid,
    signatory: Option<String>,
    signatory_title: Option<String>,
    signed_on: Option<String>,
    counts_on: NaiveDate,
    evidence: Option<String>,
    document_id: Option<Uuid>,
    is_on_behalf: bool,
}

#[derive(FromRow)]
pub(super) struct NoteRow {
    institution_id: Uuid,
    contacts: String,
    signatory: Option<String>,
    signatory_title: Option<String>,
    signed_on: Option<String>,
}

#[derive(FromRow)]
pub(super) struct SourceRow {
    title: String,
    url: Option<String>,
    read_on: Option<String>,
    note: Option<String>,
    to_confirm: bool,
}

#[derive(FromRow)]
struct TerminationRow {
    institution_id: Option<Uuid>,
    notified_on: NaiveDate,
    effective_on: NaiveDate,
    notice_months: Option<i64>,
    reason: Option<String>,
    evidence: Option<String>,
    document_id: Option<Uuid>,
    is_on_behalf: bool,
}

#[derive(FromRow)]
struct RelatedRow {
    agreement_id: Uuid,
    successor_id: Uuid,
    kind: String,
    title_fr: String,
    title_en: String,
    signed_on: Option<NaiveDate>,
    starts_on: Option<NaiveDate>,
    terminated_on: Option<NaiveDate>,
}

impl From<TerminationRow> for TerminationRecord {
    fn from(row: TerminationRow) -> Self {
        Self {
            party: row.institution_id.map(InstitutionId),
            notified_on: row.notified_on,
            effective_on: row.effective_on,
            notice_months: row.notice_months.and_then(|months| u16::try_from(months).ok()),
            reason: row.reason,
            evidence: row.evidence,
            document: row.document_id.map(DocumentId),
            is_on_behalf: row.is_on_behalf,
        }
    }
}

impl RelatedRow {
    /// As the one agreement of the two sees the other.
    fn seen_from(self, id: AgreementId) -> Result<Related> {
        let is_successor = self.agreement_id == id.0;
        let Self { signed_on, starts_on, terminated_on, .. } = self;
        let course = Course { signed_on, starts_on, terminated_on, ..Course::default() };
        Ok(Related {
            agreement: AgreementId(if is_successor { self.successor_id } else { self.agreement_id }),
            kind: SuccessionKind::parse(&self.kind).map_err(StoreError::corrupt)?,
            is_successor,
            title_fr: self.title_fr,
            title_en: self.title_en,
            came_to_nothing: course.came_to_nothing(),
        })
    }
}

impl TryFrom<RevisionRow> for RevisionRecord {
    type Error = StoreError;

    fn try_from(row: RevisionRow) -> Result<Self> {
        Ok(Self {
            id: RevisionId(row.id),
            number: row.number,
            content: serde_json::from_str(&row.content).map_err(StoreError::corrupt)?,
            canonical: row.content,
            hash: ContentHash::stored(&row.content_hash).ok_or_else(|| StoreError::corrupt("a hash"))?,
            author_name: row.author_name,
            created_at: row.created_at,
            updated_at: row.updated_at,
            shared_at: row.shared_at,
            fixed_at: row.fixed_at,
            dropped_at: row.dropped_at,
        })
    }
}

impl TryFrom<SignatureRow> for Signature {
    type Error = StoreError;

    fn try_from(row: SignatureRow) -> Result<Self> {
        Ok(Self {
            revision: RevisionId(row.revision_id),
            institution: InstitutionId(row.institution_id),
            signatory: row.signatory,
            signatory_title: row.signatory_title,
            signed_on: row
                .signed_on
                .as_deref()
                .map(StatedDate::parse)
                .transpose()
                .map_err(StoreError::corrupt)?,
            counts_on: row.counts_on,
            evidence: row.evidence,
            document: row.document_id.map(DocumentId),
            is_on_behalf: row.is_on_behalf,
        })
    }
}

impl TryFrom<NoteRow> for (InstitutionId, PartyNote) {
    type Error = StoreError;

    fn try_from(row: NoteRow) -> Result<Self> {
        let note = PartyNote {
            contacts: serde_json::from_str(&row.contacts).map_err(StoreError::corrupt)?,
            signatory: row.signatory.as_deref().map(Text::parse).transpose().map_err(StoreError::corrupt)?,
            signatory_title: row
                .signatory_title
                .as_deref()
                .map(Text::parse)
                .transpose()
                .map_err(StoreError::corrupt)?,
            signed_on: row
                .signed_on
                .as_deref()
                .map(StatedDate::parse)
                .transpose()
                .map_err(StoreError::corrupt)?,
        };
        Ok((InstitutionId(row.institution_id), note))
    }
}

impl TryFrom<SourceRow> for AgreementSource {
    type Error = StoreError;

    fn try_from(row: SourceRow) -> Result<Self> {
        Ok(Self {
            title: Text::parse(&row.title).map_err(StoreError::corrupt)?,
            url: row.url.as_deref().map(WebUrl::parse).transpose().map_err(StoreError::corrupt)?,
            read_on: row
                .read_on
                .as_deref()
                .map(PartialDate::parse)
                .transpose()
                .map_err(StoreError::corrupt)?,
            note: row.note.as_deref().map(LongText::parse).transpose().map_err(StoreError::corrupt)?,
            to_confirm: row.to_confirm,
        })
    }
}

fn all<R, T: TryFrom<R, Error = StoreError>>(rows: Vec<R>) -> Result<Vec<T>> {
    rows.into_iter().map(T::try_from).collect()
}

/// What access rules need to know of an agreement, if there is one.
pub async fn scope(tx: &mut Tx, id: AgreementId) -> Result<Option<AgreementScope>> {
    let row: Option<AgreementRow> =
        on!(tx, |c| sqlx::query_as(sql::FIND).bind(id.0).fetch_optional(c).await?);
    let Some(row) = row else { return Ok(None) };
    Ok(Some(scope_of(tx, id, &row).await?))
}

async fn scope_of(tx: &mut Tx, id: AgreementId, row: &AgreementRow) -> Result<AgreementScope> {
    // A party that is a unit is looked after by the office of the institution it belongs to as well.
    let mut parties: Vec<Uuid> =
        on!(tx, |c| sqlx::query_scalar(sql::PARTY_FAMILY).bind(id.0).fetch_all(c).await?);
    parties.sort_unstable();
    Ok(AgreementScope {
        id,
        owner: row.owner_id.map(InstitutionId),
        parties: parties.into_iter().map(InstitutionId).collect(),
        is_shared: row.shared_on.is_some(),
        is_published: row.published_at.is_some() && row.visibility == Visibility::Public.code(),
    })
}

/// The agreement, if there is one. A constant number of statements.
pub async fn find(tx: &mut Tx, id: AgreementId) -> Result<Option<AgreementRecord>> {
    let row: Option<AgreementRow> =
        on!(tx, |c| sqlx::query_as(sql::FIND).bind(id.0).fetch_optional(c).await?);
    let Some(row) = row else { return Ok(None) };
    let scope = scope_of(tx, id, &row).await?;
    let revisions: Vec<RevisionRow> =
        on!(tx, |c| sqlx::query_as(sql::REVISIONS).bind(id.0).fetch_all(c).await?);
    let approvals: Vec<ApprovalRow> =
        on!(tx, |c| sqlx::query_as(sql::APPROVALS).bind(id.0).fetch_all(c).await?);
    let signatures: Vec<SignatureRow> =
        on!(tx, |c| sqlx::query_as(sql::SIGNATURES).bind(id.0).fetch_all(c).await?);
    let notes: Vec<NoteRow> = on!(tx, |c| sqlx::query_as(sql::NOTES).bind(id.0).fetch_all(c).await?);
    let sources: Vec<SourceRow> = on!(tx, |c| sqlx::query_as(sql::SOURCES).bind(id.0).fetch_all(c).await?);
    let termination: Option<TerminationRow> =
        on!(tx, |c| sqlx::query_as(sql::TERMINATION).bind(id.0).fetch_optional(c).await?);
    let related: Vec<RelatedRow> = on!(tx, |c| sqlx::query_as(sql::RELATED).bind(id.0).fetch_all(c).await?);
    let renewed_on: Option<NaiveDate> =
        on!(tx, |c| sqlx::query_scalar(sql::SUCCESSION).bind(id.0).fetch_one(c).await?);
    let mut revisions: Vec<RevisionRecord> = all(revisions)?;
    name_kept(tx, revisions.iter_mut().map(|revision| &mut revision.content)).await?;
    let approvals = approvals.into_iter().map(|row| Approval {
        revision: RevisionId(row.revision_id),
        institution: InstitutionId(row.institution_id),
        hash: row.content_hash,
        approved_on: row.approved_on,
        evidence: row.evidence,
        document: row.document_id.map(DocumentId),
        is_on_behalf: row.is_on_behalf,
    });
    Ok(Some(AgreementRecord {
        id,
        scope,
        version: row.version,
        visibility: Visibility::parse(&row.visibility).map_err(StoreError::corrupt)?,
        published_at: row.published_at,
        is_synthetic: row.is_synthetic,
        created_at: row.created_at,
        updated_at: row.updated_at,
        revisions,
        ruling_number: row.ruling_number,
        approvals: approvals.collect(),
        signatures: all(signatures)?,
        notes: all(notes)?,
        sources: all(sources)?,
        termination: termination.map(TerminationRecord::from),
        related: related.into_iter().map(|row| row.seen_from(id)).collect::<Result<_>>()?,
        renewed_on,
    }))
}

/// What revisions name as parties is read as what those turned out to be: the text itself, which the hash bears on, is
/// never written anew.
pub(super) async fn name_kept<'a>(
    tx: &mut Tx,
    contents: impl Iterator<Item = &'a mut Content>,
) -> Result<()> {
    let mut contents: Vec<&mut Content> = contents.collect();
    let parties = contents.iter().flat_map(|content| &content.parties);
    let mut ids: Vec<InstitutionId> = parties.map(|party| party.institution).collect();
    ids.sort_unstable();
    ids.dedup();
    let kept = institution::resolve(tx, &ids).await?;
    if kept.is_empty() {
        return Ok(());
    }
    for content in &mut contents {
        let parties = content.parties.iter_mut().map(|party| &mut party.institution);
        // Those who answer for commitments are parties, and so are those who send and receive.
        let owners = content.commitments.iter_mut().filter_map(|commitment| commitment.owner.as_mut());
        let both = content.flows.iter_mut().flat_map(|flow| [&mut flow.sender, &mut flow.receiver]);
        for named in parties.chain(owners).chain(both) {
            if let Some(kept) = kept.get(named) {
                *named = *kept;
            }
        }
    }
    Ok(())
}

/// The agreement, or `NotFound`.
pub async fn get(tx: &mut Tx, id: AgreementId) -> Result<AgreementRecord> {
    find(tx, id).await?.ok_or(StoreError::NotFound)
}
