//! Documents of agreements: added, read, changed, removed.

use super::{AppState, Desk, agreements, files::Swept};
use crate::error::AppError;
use axum::body::Bytes;
use chrono::{DateTime, Utc};
use domain::{
    access::{
        Actor, AddDocument, AgreementScope, Denied, DocumentScope, EditDocument, ReadContent, ReadDocument,
        ReadSummary, RemoveDocument, decide,
    },
    document::{DocumentForm, FileFacts, Place},
    id::{AgreementId, DocumentId},
    problem::Problem,
};
use futures_util::stream::BoxStream;
use std::ops::Range;
use store::{
    Tx, agreement,
    document::{self, DocumentRecord},
};

/// A document, as its reader sees it.
#[expect(clippy::struct_excessive_bools, reason = "one for each act; they do not depend on each other")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentView {
    /// The document.
    pub record: DocumentRecord,
    /// Whether the reader may know who else sees it.
    pub content: bool,
    /// Change what is said of it.
    pub edit: bool,
    /// Remove it.
    pub remove: bool,
    /// Whether everyone may read it.
    pub is_public: bool,
}

/// The documents of an agreement, as far as the reader may see them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentList {
    /// The oldest first.
    pub documents: Vec<DocumentView>,
    /// Whether the reader may add one.
    pub add: bool,
}

/// What a form of a new document needs to know of its agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentDesk {
    /// Which agreement.
    pub agreement: AgreementId,
    /// The numbers of its revisions.
    pub revisions: Vec<i64>,
}

fn view(desk: &Desk, record: DocumentRecord, scope: &DocumentScope) -> Option<DocumentView> {
    let actor = desk.actor();
    decide(actor, ReadDocument(scope)).ok()?;
    let attests = record.attests;
    Some(DocumentView {
        record,
        content: decide(actor, ReadContent(&scope.agreement)).is_ok(),
        edit: decide(actor, EditDocument(scope)).is_ok(),
        remove: !attests && decide(actor, RemoveDocument(scope)).is_ok(),
        is_public: decide(&Actor::Visitor, ReadDocument(scope)).is_ok(),
    })
}

async fn views(desk: &Desk, tx: &mut Tx, agreement: &AgreementScope) -> Result<Vec<DocumentView>, AppError> {
    let views = document::list(tx, agreement.id).await?.into_iter().filter_map(|record| {
        let (visibility, office) = (record.visibility, record.office);
        let scope = DocumentScope { id: record.id, agreement: agreement.clone(), visibility, office };
        view(desk, record, &scope)
    });
    Ok(views.collect())
}

/// The documents of an agreement that the reader may name as attesting to something.
pub(super) async fn readable(
    desk: &Desk,
    tx: &mut Tx,
    agreement: &AgreementScope,
) -> Result<Vec<DocumentId>, AppError> {
    Ok(views(desk, tx, agreement).await?.into_iter().map(|view| view.record.id).collect())
}

/// The documents of an agreement that the reader may see.
pub async fn list(desk: &Desk, id: AgreementId) -> Result<DocumentList, AppError> {
    let mut tx = desk.read().await?;
    let scope = agreement::scope(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    decide(desk.actor(), ReadSummary(&scope)).map_err(|_| AppError::NotFound)?;
    let documents = views(desk, &mut tx, &scope).await?;
    Ok(DocumentList { documents, add: decide(desk.actor(), AddDocument(&scope)).is_ok() })
}

/// One document, if the reader may see it.
pub async fn find(desk: &Desk, id: DocumentId) -> Result<DocumentView, AppError> {
    let mut tx = desk.read().await?;
    let record = document::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let scope = document::scope(&mut tx, &record).await?;
    view(desk, record, &scope).ok_or(AppError::NotFound)
}

/// The form of a new document of an agreement. Fails where one may not add any.
pub async fn open(desk: &Desk, id: AgreementId) -> Result<DocumentDesk, AppError> {
    if desk.visit.is_read_only {
        return Err(AppError::Denied);
    }
    let mut tx = desk.read().await?;
    let scope = agreements::scope(desk, &mut tx, id).await?;
    decide(desk.actor(), AddDocument(&scope))?;
    Ok(DocumentDesk { agreement: id, revisions: revisions(&mut tx, id).await? })
}

async fn revisions(tx: &mut Tx, id: AgreementId) -> Result<Vec<i64>, AppError> {
    let record = agreement::get(tx, id).await?;
    Ok(record.revisions.iter().map(|revision| revision.number).collect())
}

/// The id of a document to be: its file comes in under it.
pub fn new_id(desk: &Desk) -> DocumentId {
    DocumentId(desk.stamp().id())
}

/// Adds a document whose file, if it has one, came in under its id. When it is refused nothing is left of the file.
pub async fn add(
    desk: &Desk,
    agreement: AgreementId,
    id: DocumentId,
    form: &DocumentForm,
    file: Option<Result<FileFacts, Problem>>,
) -> Result<(), AppError> {
    let has_file = matches!(file, Some(Ok(_)));
    let outcome = insert(desk, agreement, id, form, file).await;
    if has_file {
        let settled = match outcome {
            Ok(()) => desk.state.files.keep(id).await,
            Err(_) => desk.state.files.remove(id).await,
        };
        // What could not be moved or removed now, the next sweep will.
        if let Err(error) = settled {
            tracing::warn!(%error, %id, "a file is not where it belongs");
        }
    }
    outcome
}

async fn insert(
    desk: &Desk,
    agreement: AgreementId,
    id: DocumentId,
    form: &DocumentForm,
    file: Option<Result<FileFacts, Problem>>,
) -> Result<(), AppError> {
    let mut tx = desk.write().await?;
    let scope = agreements::scope(desk, &mut tx, agreement).await?;
    let permit = decide(desk.actor(), AddDocument(&scope))?;
    let draft = form.parse(file, &revisions(&mut tx, agreement).await?)?;
    document::insert(&mut tx, &permit, &desk.stamp(), id, &draft).await?;
    Ok(tx.commit().await?)
}

/// A document that is to be written, or the refusal that looks the same whether there is one or not.
async fn writable(
    desk: &Desk,
    tx: &mut Tx,
    id: DocumentId,
) -> Result<(DocumentRecord, DocumentScope), AppError> {
    let hidden = || match desk.actor() {
        Actor::Visitor => AppError::SignIn,
        Actor::Person(_) | Actor::Operator => AppError::NotFound,
    };
    let record = document::find(tx, id).await?.ok_or_else(hidden)?;
    let scope = document::scope(tx, &record).await?;
    decide(desk.actor(), ReadDocument(&scope)).map_err(|_: Denied| hidden())?;
    Ok((record, scope))
}

/// Changes what is said of a document that is at a version. Its file stays the file it is.
pub async fn edit(desk: &Desk, id: DocumentId, version: i64, form: &DocumentForm) -> Result<(), AppError> {
    let mut tx = desk.write().await?;
    let (record, scope) = writable(desk, &mut tx, id).await?;
    let permit = decide(desk.actor(), EditDocument(&scope))?;
    let file = record.file().cloned().map(Ok);
    let draft = form.parse(file, &revisions(&mut tx, record.agreement).await?)?;
    document::update(&mut tx, &permit, &desk.stamp(), version, &draft).await?;
    Ok(tx.commit().await?)
}

/// Removes a document and its file.
pub async fn remove(desk: &Desk, id: DocumentId) -> Result<(), AppError> {
    let mut tx = desk.write().await?;
    let (record, scope) = writable(desk, &mut tx, id).await?;
    let permit = decide(desk.actor(), RemoveDocument(&scope))?;
    document::delete(&mut tx, &permit, &desk.stamp()).await?;
    tx.commit().await?;
    if matches!(record.place, Place::File(_))
        && let Err(error) = desk.state.files.remove(id).await
    {
        tracing::warn!(%error, %id, "the file of a removed document is left to the next sweep");
    }
    Ok(())
}

/// The bytes of a document's file, or some of them. Whoever asks was shown the document by [`find`].
pub async fn read(
    desk: &Desk,
    shown: &DocumentView,
    range: Option<Range<u64>>,
) -> Result<BoxStream<'static, Result<Bytes, object_store::Error>>, AppError> {
    desk.state.files.read(shown.record.id, range).await
}

/// Puts files in order that a server left behind that was stopped while they came in, before an instant.
pub async fn sweep(state: &AppState, before: DateTime<Utc>) -> Result<Swept, AppError> {
    let found = state.files.before(before).await?;
    let mut documents = std::collections::HashSet::new();
    for ids in found.chunks(500) {
        let mut tx = state.db.read().await?;
        documents.extend(document::existing(&mut tx, ids).await?);
    }
    state.files.sweep(&found, &documents, before).await
}
