//! What one reads of agreements: a line of a list, and one of them as far as the reader may see it.

use super::{
    body::AgreementBody,
    commitments::CommitmentShown,
    flows::{FlowBody, PoolBody},
    life::{self, RelatedShown, TerminationShown},
};
use crate::rest::shape::{self, ByLanguage, FrEn, Links, by_language};
use app::desk::agreements::{AgreementView, Allowed};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    agreement::{AgreementForm, Content, Course, PartyNote, Renewal, SourceForm},
    flow::{FlowForm, PoolForm},
    id::InstitutionId,
    partial_date::StatedDate,
};
use serde::Serialize;
use store::{
    agreement::{AgreementItem, AgreementRecord, Comment, RevisionRecord, Signature},
    institution::Names,
};
use utoipa::ToSchema;
use uuid::Uuid;

/// An institution, where it is named.
#[derive(Debug, Serialize, ToSchema)]
pub struct Named {
    /// Its id.
    pub id: Uuid,
    /// Its names by language.
    pub names: ByLanguage,
}

impl Named {
    fn new(names: &Names, id: InstitutionId) -> Self {
        Self { id: id.0, names: names.get(&id).map(by_language).unwrap_or_default() }
    }
}

/// A line of a list of agreements.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgreementLine {
    /// Its id.
    pub id: Uuid,
    /// What kind of agreement.
    #[schema(value_type = shape::AgreementKindCode)]
    pub kind: &'static str,
    /// Its title by language.
    pub title: FrEn,
    /// What it is today.
    #[schema(value_type = shape::StandingCode)]
    pub standing: &'static str,
    /// Its parties, in order.
    pub parties: Vec<LineParty>,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::Edtf>)]
    pub starts: Option<String>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::Edtf>)]
    pub ends: Option<String>,
    /// Whether it says that it has no end.
    pub is_open_ended: bool,
    /// Whether everyone may read it.
    pub is_published: bool,
    /// Whether it is made up, for load or show.
    pub is_synthetic: bool,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Where to find it.
    pub links: Links,
}

/// A party, in a line.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineParty {
    /// The institution.
    pub institution: Named,
    /// ISO 3166 code of where it is.
    pub country: &'static str,
    /// What it is in the agreement.
    #[schema(value_type = shape::PartyRoleCode)]
    pub role: &'static str,
}

impl AgreementLine {
    /// A line, on a day.
    pub fn new(item: &AgreementItem, names: &Names, on: NaiveDate) -> Self {
        let party = |party: &store::agreement::ItemParty| LineParty {
            institution: Named::new(names, party.institution),
            country: party.country.code(),
            role: party.role.code(),
        };
        Self {
            id: item.id.0,
            kind: item.kind.code(),
            title: FrEn::of(&item.title_fr, &item.title_en).unwrap_or_default(),
            standing: item.course.standing(on).code(),
            parties: item.parties.iter().map(party).collect(),
            starts: shown(item.starts),
            ends: shown(item.ends),
            is_open_ended: item.is_open_ended,
            is_published: item.is_published,
            is_synthetic: item.is_synthetic,
            updated_at: item.updated_at,
            links: Links::new("agreements", item.id),
        }
    }
}

/// An agreement, as far as the reader may see it: `terms`, `commitments`, `revisions`, `approvals`, `course`, `draft`, contacts
/// and evidence are for the offices of its parties. The content is that of the revision that rules.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgreementShown {
    /// Its id.
    pub id: Uuid,
    /// Its version, which `If-Match` asks for.
    pub version: i64,
    /// What it is today.
    #[schema(value_type = shape::StandingCode)]
    pub standing: &'static str,
    /// What kind of agreement.
    #[schema(value_type = shape::AgreementKindCode)]
    pub kind: &'static str,
    /// Its title by language.
    pub title: ByLanguage,
    /// Its parties, in order.
    pub parties: Vec<PartyShown>,
    /// From when to when.
    pub period: PeriodShown,
    /// A summary, by language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<ByLanguage>,
    /// What was agreed, by language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms: Option<ByLanguage>,
    /// Fields of study: codes of ISCED-F 2013.
    pub fields: Vec<String>,
    /// What it promises, and how that is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commitments: Option<Vec<CommitmentShown>>,
    /// Which places it opens.
    pub flows: Vec<FlowBody>,
    /// Places that several flows share.
    pub pools: Vec<PoolBody>,
    /// Who may see it once it is published.
    #[schema(value_type = shape::VisibilityCode)]
    pub visibility: &'static str,
    /// Where facts come from.
    pub sources: Vec<super::body::SourceBody>,
    /// How it ended before its time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub termination: Option<TerminationShown>,
    /// The agreements before and after it.
    pub related: Vec<RelatedShown>,
    /// The number of the revision shown.
    pub revision: i64,
    /// SHA-256 of its content: 64 hexadecimal digits.
    pub hash: String,
    /// The office that manages it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub office: Option<Named>,
    /// Whether everyone may read it.
    pub is_published: bool,
    /// When it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_at: Option<DateTime<Utc>>,
    /// Whether it is made up, for load or show.
    pub is_synthetic: bool,
    /// When it was written down here.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// All revisions, by number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revisions: Option<Vec<RevisionShown>>,
    /// Approvals of any revision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approvals: Option<Vec<ApprovalShown>>,
    /// Whom the latest revision waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awaiting: Option<Vec<AwaitingShown>>,
    /// The dates that the standing follows from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub course: Option<CourseShown>,
    /// The latest revision, as `PUT` takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft: Option<AgreementBody>,
    /// What you may do with it.
    pub allowed: AllowedShown,
    /// Where to find it.
    pub links: Links,
}

/// A party.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartyShown {
    /// The institution.
    pub institution: Named,
    /// What it is in the agreement.
    #[schema(value_type = shape::PartyRoleCode)]
    pub role: &'static str,
    /// Its own code for the agreement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Whether its office has an account here.
    pub has_office: bool,
    /// Who signs, as announced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signatory: Option<String>,
    /// In what capacity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signatory_title: Option<String>,
    /// The day the document bears.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::Edtf>)]
    pub signed_on: Option<String>,
    /// Its signature of the revision shown, when it was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<SignatureShown>,
    /// People to write to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contacts: Option<Vec<super::body::ContactBody>>,
}

/// A signature that was recorded.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignatureShown {
    /// Who signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signatory: Option<String>,
    /// In what capacity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signatory_title: Option<String>,
    /// When, as the document says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::Edtf>)]
    pub signed_on: Option<String>,
    /// The day it counts from.
    pub counts_on: NaiveDate,
    /// Whether another party's office recorded it.
    pub is_on_behalf: bool,
    /// What attests to it, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// Id of the document that attests to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<Uuid>,
}

/// From when to when, and how it goes on.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeriodShown {
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::Edtf>)]
    pub starts: Option<String>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::Edtf>)]
    pub ends: Option<String>,
    /// Whether it says that it has no end.
    pub is_open_ended: bool,
    /// Months of notice to end it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice_months: Option<u16>,
    /// What happens at the end.
    #[schema(value_type = shape::RenewalCode)]
    pub renewal: &'static str,
    /// Months of each tacit renewal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renewal_months: Option<u16>,
}

/// A revision.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevisionShown {
    /// Its number, from 1.
    pub number: i64,
    /// SHA-256 of its content.
    pub hash: String,
    /// The canonical content, the very text the hash is made of.
    pub content: String,
    /// Who wrote it.
    pub author: String,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was shared with the other parties.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shared_at: Option<DateTime<Utc>>,
    /// When its first approval or signature made it unchangeable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed_at: Option<DateTime<Utc>>,
    /// When it was dropped for the one before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped_at: Option<DateTime<Utc>>,
}

/// A party that is waited for.
#[derive(Debug, Serialize, ToSchema)]
pub struct AwaitingShown {
    /// Id of the party.
    pub institution: Uuid,
    /// Its `approval` or its `signature`.
    pub what: &'static str,
    /// Since when.
    pub since: NaiveDate,
    /// Whether the latest revision does not rule without it.
    pub is_needed: bool,
}

/// A comment on a revision.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommentShown {
    /// Number of the revision.
    pub revision: i64,
    /// Who wrote it.
    pub author: String,
    /// Id of the institution in whose name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub office: Option<Uuid>,
    /// What it says.
    pub body: String,
    /// When it was written.
    pub written_at: DateTime<Utc>,
}

impl From<(i64, Comment)> for CommentShown {
    fn from((revision, comment): (i64, Comment)) -> Self {
        Self {
            revision,
            author: comment.author_name,
            office: comment.office.map(|office| office.0),
            body: comment.body,
            written_at: comment.written_at,
        }
    }
}

/// A party's approval.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApprovalShown {
    /// Number of the revision.
    pub revision: i64,
    /// Id of the party.
    pub institution: Uuid,
    /// The hash approved.
    pub hash: String,
    /// On what day.
    pub approved_on: NaiveDate,
    /// What attests to it, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// Id of the document that attests to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<Uuid>,
    /// Whether another party's office recorded it.
    pub is_on_behalf: bool,
}

/// The dates that the standing follows from.
#[derive(Debug, Serialize, ToSchema)]
pub struct CourseShown {
    /// First shared.
    pub shared_on: Option<NaiveDate>,
    /// Approved by the last party.
    pub approved_on: Option<NaiveDate>,
    /// Signed by the last signatory.
    pub signed_on: Option<NaiveDate>,
    /// First day of the period.
    pub starts_on: Option<NaiveDate>,
    /// Last day of the period.
    pub ends_on: Option<NaiveDate>,
    /// First day after a termination.
    pub terminated_on: Option<NaiveDate>,
    /// First day of the successor.
    pub renewed_on: Option<NaiveDate>,
}

/// What the reader may do.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "one for each thing that may be done")]
pub struct AllowedShown {
    /// Read terms, contacts, revisions and facts.
    pub content: bool,
    /// `PUT`.
    pub edit: bool,
    /// `POST …/share`.
    pub share: bool,
    /// `POST …/publish`.
    pub publish: bool,
    /// `POST …/withdraw`.
    pub withdraw: bool,
    /// `DELETE`.
    pub delete: bool,
    /// `POST …/sign` for these parties.
    pub sign: Vec<Uuid>,
    /// `POST …/approve` for these parties.
    pub approve: Vec<Uuid>,
    /// `POST …/take-back` for these parties.
    pub take_back: Vec<Uuid>,
    /// `POST …/revert`.
    pub revert: bool,
    /// `POST …/terminate`.
    pub terminate: bool,
    /// `POST …/withdraw-termination`.
    pub withdraw_termination: bool,
    /// `POST …/renew`.
    pub renew: bool,
    /// `POST …/replace`, and `POST …/keep` of what was named so.
    pub replace: bool,
}

impl AgreementShown {
    /// An agreement as its reader may see it; `None` for one without a revision, which cannot be.
    pub fn new(view: &AgreementView) -> Option<Self> {
        let record = &view.record;
        let shown = record.ruling()?;
        let content = &shown.content;
        let has_content = view.allowed.content;
        let draft = record.draft().filter(|_| view.allowed.edit);
        Some(Self {
            id: record.id.0,
            version: record.version,
            standing: view.standing.code(),
            kind: content.kind.code(),
            title: by_language(&content.title),
            parties: parties(view, shown),
            period: period(content),
            termination: record.termination.as_ref().map(|t| TerminationShown::new(t, has_content)),
            related: life::related(view),
            summary: content.summary.as_ref().map(by_language),
            terms: content.terms.as_ref().filter(|_| has_content).map(by_language),
            fields: content.fields.iter().map(ToString::to_string).collect(),
            commitments: has_content.then(|| view.commitments.iter().map(CommitmentShown::from).collect()),
            flows: content.flows.iter().map(|flow| (&FlowForm::from(flow)).into()).collect(),
            pools: content.pools.iter().map(|pool| (&PoolForm::from(pool)).into()).collect(),
            visibility: record.visibility.code(),
            sources: record.sources.iter().map(|source| (&SourceForm::from(source)).into()).collect(),
            revision: shown.number,
            hash: shown.hash.to_string(),
            office: record.scope.owner.map(|owner| Named::new(&view.names, owner)),
            is_published: record.scope.is_published,
            published_at: record.published_at,
            is_synthetic: record.is_synthetic,
            created_at: record.created_at,
            updated_at: record.updated_at,
            revisions: has_content.then(|| record.revisions.iter().map(revision).collect()),
            approvals: has_content.then(|| approvals(record)),
            awaiting: has_content.then(|| awaiting(record)),
            course: has_content.then(|| course(&record.course())),
            draft: draft.map(|draft| (&AgreementForm::from(&draft)).into()),
            allowed: allowed(&view.allowed),
            links: Links::new("agreements", record.id),
        })
    }
}

fn shown(date: Option<StatedDate>) -> Option<String> {
    date.map(|date| date.to_string())
}

fn parties(view: &AgreementView, shown_revision: &RevisionRecord) -> Vec<PartyShown> {
    let party = |party: &domain::agreement::Party| {
        let id = party.institution;
        let note = view.record.note(id).cloned().unwrap_or_default();
        let PartyNote { contacts, signatory, signatory_title, signed_on } = note;
        let signed = view.record.signature(shown_revision.id, id);
        let contact = |contact: &domain::agreement::Contact| super::body::ContactBody {
            name: contact.name.to_string(),
            role: contact.role.as_ref().map(ToString::to_string),
            email: contact.email.as_ref().map(ToString::to_string),
        };
        PartyShown {
            institution: Named::new(&view.names, id),
            role: party.role.code(),
            reference: party.reference.as_ref().map(ToString::to_string),
            has_office: view.with_office.contains(&id),
            signatory: signatory.map(|name| name.to_string()),
            signatory_title: signatory_title.map(|title| title.to_string()),
            signed_on: shown(signed_on),
            signature: signed.map(|signed| signature(signed, view.allowed.content)),
            contacts: view.allowed.content.then(|| contacts.iter().map(contact).collect()),
        }
    };
    shown_revision.content.parties.iter().map(party).collect()
}

fn signature(signed: &Signature, has_content: bool) -> SignatureShown {
    SignatureShown {
        signatory: signed.signatory.clone(),
        signatory_title: signed.signatory_title.clone(),
        signed_on: shown(signed.signed_on),
        counts_on: signed.counts_on,
        is_on_behalf: signed.is_on_behalf,
        evidence: signed.evidence.clone().filter(|_| has_content),
        document: signed.document.filter(|_| has_content).map(|document| document.0),
    }
}

fn period(content: &Content) -> PeriodShown {
    let period = &content.period;
    let (renewal, renewal_months) = match period.renewal {
        Renewal::None => ("none", None),
        Renewal::ByAgreement => ("by_agreement", None),
        Renewal::Tacit { months } => ("tacit", Some(months)),
    };
    PeriodShown {
        starts: shown(period.starts),
        ends: shown(period.ends),
        is_open_ended: period.is_open_ended,
        notice_months: period.notice_months,
        renewal,
        renewal_months,
    }
}

fn revision(revision: &RevisionRecord) -> RevisionShown {
    RevisionShown {
        number: revision.number,
        hash: revision.hash.to_string(),
        content: revision.canonical.clone(),
        author: revision.author_name.clone(),
        created_at: revision.created_at,
        updated_at: revision.updated_at,
        shared_at: revision.shared_at,
        fixed_at: revision.fixed_at,
        dropped_at: revision.dropped_at,
    }
}

fn approvals(record: &AgreementRecord) -> Vec<ApprovalShown> {
    let number = |approval: &store::agreement::Approval| {
        record.revisions.iter().find(|revision| revision.id == approval.revision).map(|found| found.number)
    };
    let shown = record.approvals.iter().filter_map(|approval| {
        Some(ApprovalShown {
            revision: number(approval)?,
            institution: approval.institution.0,
            hash: approval.hash.clone(),
            approved_on: approval.approved_on,
            evidence: approval.evidence.clone(),
            document: approval.document.map(|document| document.0),
            is_on_behalf: approval.is_on_behalf,
        })
    });
    shown.collect()
}

fn awaiting(record: &AgreementRecord) -> Vec<AwaitingShown> {
    let facts = record.facts();
    let needed = facts.needed();
    let shown = |awaiting: domain::agreement::Awaiting| AwaitingShown {
        institution: awaiting.party.0,
        what: awaiting.what.code(),
        since: awaiting.since,
        is_needed: needed.contains(&awaiting),
    };
    facts.awaiting().into_iter().map(shown).collect()
}

const fn course(course: &Course) -> CourseShown {
    CourseShown {
        shared_on: course.shared_on,
        approved_on: course.approved_on,
        signed_on: course.signed_on,
        starts_on: course.starts_on,
        ends_on: course.ends_on,
        terminated_on: course.terminated_on,
        renewed_on: course.renewed_on,
    }
}

fn allowed(allowed: &Allowed) -> AllowedShown {
    AllowedShown {
        content: allowed.content,
        edit: allowed.edit,
        share: allowed.share,
        publish: allowed.publish,
        withdraw: allowed.withdraw,
        delete: allowed.delete,
        sign: allowed.sign.iter().map(|id| id.0).collect(),
        approve: allowed.approve.iter().map(|id| id.0).collect(),
        take_back: allowed.take_back.iter().map(|id| id.0).collect(),
        revert: allowed.revert,
        terminate: allowed.terminate.is_some(),
        withdraw_termination: allowed.withdraw_termination,
        renew: allowed.renew,
        replace: allowed.replace,
    }
}
