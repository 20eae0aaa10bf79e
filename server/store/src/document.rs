//! Documents of agreements. The files themselves are not here: their names are the documents' ids.

use crate::{
    Result, Stamp, StoreError, Tx, agreement,
    audit::{self, Change, Subject},
    on,
    query::{Sql, rows},
    registry, statements,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{AddDocument, DocumentScope, EditDocument, Permit, RemoveDocument},
    agreement::Settled,
    document::{DocumentDraft, DocumentForm, DocumentKind, DocumentVisibility, FileFacts, FileFormat, Place},
    id::{AgreementId, DocumentId, InstitutionId},
    language::LanguageTag,
    partial_date::StatedDate,
    problem::Problem,
    web_url::WebUrl,
};
use sqlx::FromRow;
use std::collections::HashSet;
use uuid::Uuid;

statements! {
    INSERT = "insert into document (id, agreement_id, revision_number, kind, title, language, visibility, office_id, printed_on, sent_on, signed_on, \
        link, file_name, file_format, file_bytes, file_sha256, added_by, added_by_name, added_at, version) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 1)";
    UPDATE = "update document set revision_number = $3, kind = $4, title = $5, language = $6, visibility = $7, printed_on = $8, sent_on = $9, signed_on = $10, \
        link = $11, version = version + 1 where id = $1 and version = $2";
    DELETE = "delete from document where id = $1";
    FIND = "select id, agreement_id, revision_number, kind, title, language, visibility, office_id, printed_on, sent_on, signed_on, \
        link, file_name, file_format, file_bytes, file_sha256, added_by_name, added_at, version, exists (select 1 from approval where approval.document_id = document.id) \
        or exists (select 1 from signature where signature.document_id = document.id) \
        or exists (select 1 from termination where termination.document_id = document.id) \
        or exists (select 1 from observation where observation.document_id = document.id) as attests from document where id = $1";
    LIST = "select id, agreement_id, revision_number, kind, title, language, visibility, office_id, printed_on, sent_on, signed_on, \
        link, file_name, file_format, file_bytes, file_sha256, added_by_name, added_at, version, exists (select 1 from approval where approval.document_id = document.id) \
        or exists (select 1 from signature where signature.document_id = document.id) \
        or exists (select 1 from termination where termination.document_id = document.id) \
        or exists (select 1 from observation where observation.document_id = document.id) as attests from document \
        where agreement_id = $1 order by added_at, id";
}

/// A document of an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRecord {
    /// Its id, which is the name of its file, too.
    pub id: DocumentId,
    /// The agreement it belongs to.
    pub agreement: AgreementId,
    /// The revision whose text it holds.
    pub revision: Option<i64>,
    /// What it is.
    pub kind: DocumentKind,
    /// Its title.
    pub title: String,
    /// The language it is written in.
    pub language: Option<LanguageTag>,
    /// Who may read it.
    pub visibility: DocumentVisibility,
    /// The office that added it.
    pub office: Option<InstitutionId>,
    /// When it was printed.
    pub printed_on: Option<StatedDate>,
    /// When it was sent.
    pub sent_on: Option<StatedDate>,
    /// When it was signed.
    pub signed_on: Option<StatedDate>,
    /// Where it is.
    pub place: Place,
    /// Who added it.
    pub added_by_name: String,
    /// When.
    pub added_at: DateTime<Utc>,
    /// Grows with every change.
    pub version: i64,
    /// Whether it attests to an approval, a signature, a termination or an observation: then it stays.
    pub attests: bool,
}

impl DocumentRecord {
    /// The form that says what is saved.
    pub fn form(&self) -> DocumentForm {
        let date = |date: &Option<StatedDate>| date.as_ref().map(ToString::to_string).unwrap_or_default();
        DocumentForm {
            kind: self.kind.code().to_owned(),
            title: self.title.clone(),
            language: self.language.as_ref().map(ToString::to_string).unwrap_or_default(),
            visibility: self.visibility.code().to_owned(),
            revision: self.revision.map(|number| number.to_string()).unwrap_or_default(),
            printed_on: date(&self.printed_on),
            sent_on: date(&self.sent_on),
            signed_on: date(&self.signed_on),
            link: match &self.place {
                Place::Link(link) => link.to_string(),
                Place::File(_) => String::new(),
            },
        }
    }

    /// Where it is read.
    pub fn href(&self) -> String {
        match &self.place {
            Place::File(_) => format!("/api/v1/documents/{}/file", self.id),
            Place::Link(link) => link.to_string(),
        }
    }

    /// Its file, if it has one here.
    pub const fn file(&self) -> Option<&FileFacts> {
        match &self.place {
            Place::File(file) => Some(file),
            Place::Link(_) => None,
        }
    }
}

#[derive(FromRow)]
struct DocumentRow {
    id: Uuid,
    agreement_id: Uuid,
    revision_number: Option<i64>,
    kind: String,
    title: String,
    language: Option<String>,
    visibility: String,
    office_id: Option<Uuid>,
    printed_on: Option<String>,
    sent_on: Option<String>,
    signed_on: Option<String>,
    link: Option<String>,
    file_name: Option<String>,
    file_format: Option<String>,
    file_bytes: Option<i64>,
    file_sha256: Option<String>,
    added_by_name: String,
    added_at: DateTime<Utc>,
    version: i64,
    attests: bool,
}

impl DocumentRow {
    fn record(self) -> Result<DocumentRecord> {
        let date = |date: Option<String>| date.as_deref().map(StatedDate::parse).transpose().map_err(corrupt);
        let place = match (self.link, self.file_name, self.file_format, self.file_bytes, self.file_sha256) {
            (Some(link), ..) => Place::Link(WebUrl::parse(&link).map_err(corrupt)?),
            (None, Some(name), Some(format), Some(bytes), Some(sha256)) => {
                let format = FileFormat::parse(&format).map_err(corrupt)?;
                Place::File(FileFacts { name, format, bytes, sha256 })
            }
            _ => return Err(StoreError::corrupt("a document that is nowhere")),
        };
        Ok(DocumentRecord {
            id: DocumentId(self.id),
            agreement: AgreementId(self.agreement_id),
            revision: self.revision_number,
            kind: DocumentKind::parse(&self.kind).map_err(corrupt)?,
            title: self.title,
            language: self.language.as_deref().map(LanguageTag::parse).transpose().map_err(corrupt)?,
            visibility: DocumentVisibility::parse(&self.visibility).map_err(corrupt)?,
            office: self.office_id.map(InstitutionId),
            printed_on: date(self.printed_on)?,
            sent_on: date(self.sent_on)?,
            signed_on: date(self.signed_on)?,
            place,
            added_by_name: self.added_by_name,
            added_at: self.added_at,
            version: self.version,
            attests: self.attests,
        })
    }
}

fn corrupt(problem: Problem) -> StoreError {
    StoreError::corrupt(problem)
}

fn text(date: Option<StatedDate>) -> Option<String> {
    date.map(|date| date.to_string())
}

/// Adds a document under an id that its file has already.
pub async fn insert(
    tx: &mut Tx,
    permit: &Permit<AddDocument<'_>>,
    stamp: &Stamp,
    id: DocumentId,
    draft: &DocumentDraft,
) -> Result<()> {
    let agreement = permit.action().0.id;
    let (link, file) = match &draft.place {
        Place::Link(link) => (Some(link), None),
        Place::File(file) => (None, Some(file)),
    };
    agreement::hold(tx, &[agreement]).await?;
    on!(tx, |c| {
        sqlx::query(sql::INSERT)
            .bind(id.0)
            .bind(agreement.0)
            .bind(draft.revision)
            .bind(draft.kind.code())
            .bind(draft.title.as_str())
            .bind(draft.language.as_ref().map(LanguageTag::as_str))
            .bind(draft.visibility.code())
            .bind(permit.office().map(|office| office.0))
            .bind(text(draft.printed_on))
            .bind(text(draft.sent_on))
            .bind(text(draft.signed_on))
            .bind(link.map(WebUrl::as_str))
            .bind(file.map(|file| file.name.as_str()))
            .bind(file.map(|file| file.format.code()))
            .bind(file.map(|file| file.bytes))
            .bind(file.map(|file| file.sha256.as_str()))
            .bind(permit.user().map(|user| user.0))
            .bind(permit.name())
            .bind(stamp.at)
            .execute(c)
            .await?;
    });
    let subject = Subject::new("agreement", agreement.0);
    audit::record(tx, permit, stamp, "add_document", subject, Change::to(&(id, draft))).await?;
    registry::bump(tx).await
}

/// Changes what is said of a document that is at this version; answers the new version. A file stays the file it is; what
/// attests to something stays where it is, and for those who read it.
pub async fn update(
    tx: &mut Tx,
    permit: &Permit<EditDocument<'_>>,
    stamp: &Stamp,
    version: i64,
    draft: &DocumentDraft,
) -> Result<i64> {
    let DocumentScope { id, agreement, .. } = permit.action().0;
    let before = find(tx, *id).await?.ok_or(StoreError::NotFound)?;
    let link = match &draft.place {
        Place::Link(link) => Some(link),
        Place::File(_) => None,
    };
    let is_emptied = link.is_some_and(|link| before.place != Place::Link(link.clone()))
        || draft.visibility.readers() < before.visibility.readers();
    if before.attests && is_emptied {
        return Err(StoreError::Settled(Settled::Attests));
    }
    let updated = on!(tx, |c| {
        sqlx::query(sql::UPDATE)
            .bind(id.0)
            .bind(version)
            .bind(draft.revision)
            .bind(draft.kind.code())
            .bind(draft.title.as_str())
            .bind(draft.language.as_ref().map(LanguageTag::as_str))
            .bind(draft.visibility.code())
            .bind(text(draft.printed_on))
            .bind(text(draft.sent_on))
            .bind(text(draft.signed_on))
            .bind(link.map(WebUrl::as_str))
            .execute(c)
            .await?
            .rows_affected()
    });
    if updated == 0 {
        return Err(StoreError::Stale { current: before.version });
    }
    let subject = Subject::new("agreement", agreement.id.0);
    let change = Change::between(&(id, before.form()), &(id, draft));
    audit::record(tx, permit, stamp, "edit_document", subject, change).await?;
    registry::bump(tx).await?;
    Ok(version + 1)
}

/// Removes a document, unless it attests to something. Its file is the caller's to remove afterwards.
pub async fn delete(tx: &mut Tx, permit: &Permit<RemoveDocument<'_>>, stamp: &Stamp) -> Result<()> {
    let DocumentScope { id, agreement, .. } = permit.action().0;
    let before = find(tx, *id).await?.ok_or(StoreError::NotFound)?;
    if before.attests {
        return Err(StoreError::Settled(Settled::Attests));
    }
    on!(tx, |c| sqlx::query(sql::DELETE).bind(id.0).execute(c).await.map(|_| ()))?;
    let subject = Subject::new("agreement", agreement.id.0);
    let change = Change::from(&(id, before.form(), before.file()));
    audit::record(tx, permit, stamp, "remove_document", subject, change).await?;
    registry::bump(tx).await
}

/// A document, if there is one.
pub async fn find(tx: &mut Tx, id: DocumentId) -> Result<Option<DocumentRecord>> {
    let row: Option<DocumentRow> =
        on!(tx, |c| sqlx::query_as(sql::FIND).bind(id.0).fetch_optional(c).await?);
    row.map(DocumentRow::record).transpose()
}

/// What access rules need to know of a document, if there is one.
pub async fn scope(tx: &mut Tx, record: &DocumentRecord) -> Result<DocumentScope> {
    let agreement = agreement::scope(tx, record.agreement).await?.ok_or(StoreError::NotFound)?;
    Ok(DocumentScope { id: record.id, agreement, visibility: record.visibility, office: record.office })
}

/// All documents of an agreement, the oldest first.
pub async fn list(tx: &mut Tx, agreement: AgreementId) -> Result<Vec<DocumentRecord>> {
    let rows: Vec<DocumentRow> =
        on!(tx, |c| sqlx::query_as(sql::LIST).bind(agreement.0).fetch_all(c).await?);
    rows.into_iter().map(DocumentRow::record).collect()
}

/// Those of these ids that are documents.
pub async fn existing(tx: &mut Tx, ids: &[DocumentId]) -> Result<HashSet<DocumentId>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let mut sql = Sql::new("select id, version from document where id in ");
    sql.list(ids.iter().map(|id| id.0));
    let found: Vec<(Uuid, i64)> = rows!(tx, sql);
    Ok(found.into_iter().map(|(id, _)| DocumentId(id)).collect())
}
