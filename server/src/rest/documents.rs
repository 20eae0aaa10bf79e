//! Documents of agreements: `/api/v1/agreements/{id}/documents` and `/api/v1/documents/{id}`.

use super::{
    problem::{Kind, Refused},
    request::{Asked, Based, Given, Id},
    shape::{DocumentKindCode, DocumentVisibilityCode, FileFormatCode},
    tagged,
};
use crate::{
    refusal::{Asker, Refusal},
    upload::{self, NotReceived, Received},
    web::Web,
};
use app::{
    desk::{
        Desk,
        documents::{self, DocumentView},
    },
    error::AppError,
};
use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use domain::{
    document::{DocumentForm, FileFacts, Place},
    id::{AgreementId, DocumentId},
};
use serde::{Deserialize, Serialize};
use std::{ops::Range, sync::Arc};
use utoipa::ToSchema;
use uuid::Uuid;

/// What is said of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DocumentBody {
    /// What it is.
    #[schema(required, value_type = DocumentKindCode)]
    pub kind: String,
    /// Its title; for a file, its name where nothing is given.
    pub title: String,
    /// The language it is written in: BCP 47.
    pub language: Option<String>,
    /// Who may read it: `parties` unless said.
    #[schema(value_type = Option<DocumentVisibilityCode>)]
    pub visibility: Option<String>,
    /// Number of the revision whose text it holds.
    pub revision: Option<i64>,
    /// When it was printed: EDTF level 0, with `?` when to be confirmed.
    pub printed_on: Option<String>,
    /// When it was sent.
    pub sent_on: Option<String>,
    /// When it was signed.
    pub signed_on: Option<String>,
    /// Where it is, for one that has no file here.
    pub link: Option<String>,
}

impl From<DocumentBody> for DocumentForm {
    fn from(body: DocumentBody) -> Self {
        Self {
            kind: body.kind,
            title: body.title,
            language: body.language.unwrap_or_default(),
            visibility: body.visibility.unwrap_or_default(),
            revision: body.revision.map(|number| number.to_string()).unwrap_or_default(),
            printed_on: body.printed_on.unwrap_or_default(),
            sent_on: body.sent_on.unwrap_or_default(),
            signed_on: body.signed_on.unwrap_or_default(),
            link: body.link.unwrap_or_default(),
        }
    }
}

/// A document to add: the members of `DocumentBody` as fields of a form, and the file.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentUpload {
    /// What is said of it.
    #[serde(flatten)]
    pub said: DocumentBody,
    /// PDF, DOCX without macros, ODT, PNG or JPEG, at most 25 MB; none where a link is given.
    #[schema(value_type = Option<String>, format = Binary)]
    pub file: Option<Vec<u8>>,
}

/// A file.
#[derive(Debug, Serialize, ToSchema)]
pub struct FileShown {
    /// Its name.
    pub name: String,
    /// What it holds, by its content.
    #[schema(value_type = FileFormatCode)]
    pub format: &'static str,
    /// How many bytes.
    pub bytes: i64,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    /// Where it is read.
    pub href: String,
}

/// A document of an agreement.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentShown {
    /// Its id.
    pub id: Uuid,
    /// The agreement it belongs to.
    pub agreement: Uuid,
    /// What it is.
    #[schema(value_type = DocumentKindCode)]
    pub kind: &'static str,
    /// Its title.
    pub title: String,
    /// The language it is written in.
    pub language: Option<String>,
    /// Who may read it.
    #[schema(value_type = DocumentVisibilityCode)]
    pub visibility: &'static str,
    /// Number of the revision whose text it holds.
    pub revision: Option<i64>,
    /// When it was printed.
    pub printed_on: Option<String>,
    /// When it was sent.
    pub sent_on: Option<String>,
    /// When it was signed.
    pub signed_on: Option<String>,
    /// Where it is, for one that has no file here.
    pub link: Option<String>,
    /// Its file.
    pub file: Option<FileShown>,
    /// The office that added it; for the offices of the parties.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub office: Option<Uuid>,
    /// When it was added.
    pub added_at: DateTime<Utc>,
    /// Its version: what `If-Match` takes.
    pub version: i64,
}

/// The documents of an agreement.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentsShown {
    /// Those one may see, the oldest first.
    pub items: Vec<DocumentShown>,
}

impl From<DocumentView> for DocumentShown {
    fn from(view: DocumentView) -> Self {
        let record = view.record;
        let (link, file) = match record.place {
            Place::Link(link) => (Some(link.to_string()), None),
            Place::File(FileFacts { name, format, bytes, sha256 }) => {
                let href = format!("/api/v1/documents/{}/file", record.id);
                (None, Some(FileShown { name, format: format.code(), bytes, sha256, href }))
            }
        };
        Self {
            id: record.id.0,
            agreement: record.agreement.0,
            kind: record.kind.code(),
            title: record.title,
            language: record.language.map(|language| language.to_string()),
            visibility: record.visibility.code(),
            revision: record.revision,
            printed_on: record.printed_on.map(|date| date.to_string()),
            sent_on: record.sent_on.map(|date| date.to_string()),
            signed_on: record.signed_on.map(|date| date.to_string()),
            link,
            file,
            office: record.office.filter(|_| view.content).map(|office| office.0),
            added_at: record.added_at,
            version: record.version,
        }
    }
}

async fn shown(desk: &Desk, id: DocumentId) -> Result<Response, Refused> {
    let view = documents::find(desk, id).await?;
    Ok(tagged(view.record.version, DocumentShown::from(view)))
}

/// The documents of an agreement that one may see
#[utoipa::path(get, path = "/api/v1/agreements/{id}/documents", operation_id = "list_documents", tag = "documents",
    params(("id" = String, Path, format = Uuid, description = "Id of the agreement")),
    responses((status = 200, body = DocumentsShown)))]
pub async fn list(Asked(desk): Asked, Id(id): Id<AgreementId>) -> Result<Response, Refused> {
    let list = documents::list(&desk, id).await?;
    let items = list.documents.into_iter().map(DocumentShown::from).collect();
    Ok(Json(DocumentsShown { items }).into_response())
}

/// Add a document to an agreement
///
/// A form of several parts: what is said of the document as fields named as in `DocumentBody`, and its `file` (PDF, DOCX
/// without macros, ODT, PNG or JPEG by its content, at most 25 MB) or a `link`.
#[utoipa::path(post, path = "/api/v1/agreements/{id}/documents", operation_id = "add_document", tag = "documents",
    params(("id" = String, Path, format = Uuid, description = "Id of the agreement")),
    request_body(content = DocumentUpload, content_type = "multipart/form-data"),
    responses((status = 201, body = DocumentShown, headers(("Location" = String, description = "Its address")))))]
pub async fn add(
    Asked(desk): Asked,
    Id(agreement): Id<AgreementId>,
    request: Request,
) -> Result<Response, Refused> {
    documents::open(&desk, agreement).await?;
    let mut form = DocumentForm::default();
    let received = upload::receive(&desk, &mut form, request).await.map_err(|not| match not {
        NotReceived::Refused(refusal) => Refused::from(&refusal),
        NotReceived::WrongContentType => Kind::WrongContentType.into(),
        NotReceived::Failed(error) => error.into(),
    })?;
    let Received { id, file } = received;
    documents::add(&desk, agreement, id, &form, file).await.map_err(in_body)?;
    let location = [(header::LOCATION, format!("/api/v1/documents/{id}"))];
    Ok((StatusCode::CREATED, location, shown(&desk, id).await?).into_response())
}

/// What is said of a document
#[utoipa::path(get, path = "/api/v1/documents/{id}", operation_id = "get_document", tag = "documents",
    params(("id" = String, Path, format = Uuid, description = "Id of the document")),
    responses((status = 200, body = DocumentShown, headers(("ETag" = String, description = "The version, quoted")))))]
pub async fn show(Asked(desk): Asked, Id(id): Id<DocumentId>) -> Result<Response, Refused> {
    shown(&desk, id).await
}

/// Change what is said of a document
///
/// By the office that added it, or an administrator. Its file stays the file it is.
#[utoipa::path(put, path = "/api/v1/documents/{id}", operation_id = "edit_document", tag = "documents",
    params(("id" = String, Path, format = Uuid, description = "Id of the document"),
        ("If-Match" = String, Header, description = "The version it is based on, quoted")),
    request_body = DocumentBody,
    responses((status = 200, body = DocumentShown, headers(("ETag" = String, description = "The version, quoted")))))]
pub async fn edit(
    Asked(desk): Asked,
    Id(id): Id<DocumentId>,
    Based(version): Based,
    Given(body): Given<DocumentBody>,
) -> Result<Response, Refused> {
    documents::edit(&desk, id, version, &body.into()).await.map_err(in_body)?;
    shown(&desk, id).await
}

/// Remove a document
///
/// By the office that added it, or an administrator.
#[utoipa::path(delete, path = "/api/v1/documents/{id}", operation_id = "remove_document", tag = "documents",
    params(("id" = String, Path, format = Uuid, description = "Id of the document")),
    responses((status = 204, description = "It is gone")))]
pub async fn remove(Asked(desk): Asked, Id(id): Id<DocumentId>) -> Result<Response, Refused> {
    documents::remove(&desk, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn in_body(error: AppError) -> Refused {
    Refused::from(error).in_body(|field| format!("/{field}"))
}

/// The file of a document
///
/// Ranges of bytes are answered, one at a time. A document that is a link has none.
#[utoipa::path(get, path = "/api/v1/documents/{id}/file", operation_id = "read_document_file", tag = "documents",
    params(("id" = String, Path, format = Uuid, description = "Id of the document")),
    responses((status = 200, description = "The file, to be saved under its name", content_type = "application/octet-stream")))]
pub async fn file(
    State(web): State<Arc<Web>>,
    Asked(desk): Asked,
    Id(id): Id<DocumentId>,
    request: Request,
) -> Result<Response, Refused> {
    let found = match documents::find(&desk, id).await {
        Ok(view) => view.record.file().cloned().map(|file| (view, file)),
        Err(AppError::NotFound) => None,
        Err(error) => return Err(error.into()),
    };
    let Some((view, file)) = found else {
        // Someone who followed a link gets a page.
        let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
        let is_reader = accept.is_some_and(|accept| accept.contains("text/html"));
        let asker = Asker::of(request.headers(), "/documents");
        return if is_reader {
            Ok(Refusal::NotFound.answer_to(&web, &asker))
        } else {
            Err(Kind::NotFound.into())
        };
    };
    let length = u64::try_from(file.bytes).unwrap_or_default();
    let tag = format!("\"{}\"", file.sha256);
    let headers = request.headers();
    if has(headers, header::IF_NONE_MATCH, &tag) {
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        describe(response.headers_mut(), &view, &file, &tag);
        return Ok(response);
    }
    let is_whole = headers.contains_key(header::IF_RANGE) && !has(headers, header::IF_RANGE, &tag);
    let asked = headers.get(header::RANGE).filter(|_| !is_whole).and_then(|value| value.to_str().ok());
    let mut response = match asked.and_then(|asked| range(asked, length)) {
        Some(part) if part.is_empty() => {
            let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
            set(response.headers_mut(), header::CONTENT_RANGE, &format!("bytes */{length}"));
            return Ok(response);
        }
        Some(part) => {
            let content_range = format!("bytes {}-{}/{length}", part.start, part.end - 1);
            let bytes = part.end - part.start;
            let body = Body::from_stream(documents::read(&desk, &view, Some(part)).await?);
            let mut response = (StatusCode::PARTIAL_CONTENT, body).into_response();
            set(response.headers_mut(), header::CONTENT_RANGE, &content_range);
            set(response.headers_mut(), header::CONTENT_LENGTH, &bytes.to_string());
            response
        }
        None => {
            let body = Body::from_stream(documents::read(&desk, &view, None).await?);
            let mut response = body.into_response();
            set(response.headers_mut(), header::CONTENT_LENGTH, &length.to_string());
            response
        }
    };
    describe(response.headers_mut(), &view, &file, &tag);
    Ok(response)
}

fn has(headers: &HeaderMap, name: header::HeaderName, tag: &str) -> bool {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|one| one.trim().trim_start_matches("W/") == tag))
}

fn set(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// What a browser may do with a file: save it under its name, and nothing else.
fn describe(headers: &mut HeaderMap, view: &DocumentView, file: &FileFacts, tag: &str) {
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.format.media_type()));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    let keep = if view.is_public { "public, no-cache" } else { "private, no-store" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    set(headers, header::ETAG, tag);
    set(headers, header::CONTENT_DISPOSITION, &disposition(&file.name));
}

/// `attachment` with the file's name (RFC 6266): in ASCII for old programs, and in full (RFC 8187).
fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ' { c } else { '_' })
        .collect();
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(byte);
    let full: String = name
        .bytes()
        .map(|byte| if is_plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}")
}

/// The bytes that a `Range` header asks for, of so many: none where it is not understood, which is as if it were not there;
/// an empty one where there are no such bytes.
fn range(asked: &str, length: u64) -> Option<Range<u64>> {
    let (first, last) = asked.strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| text.trim().parse::<u64>().ok();
    Some(match (first.trim(), last.trim()) {
        ("", last) => length.saturating_sub(number(last)?)..length,
        (first, "") => number(first)?..length,
        (first, last) => number(first)?..number(last)?.checked_add(1)?.min(length),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_given_in_ascii_and_in_full_and_breaks_out_of_neither() {
        assert_eq!(
            disposition("accord.pdf"),
            "attachment; filename=\"accord.pdf\"; filename*=UTF-8''accord.pdf"
        );
        assert_eq!(
            disposition("Éxtrait \"1\"; x.pdf"),
            "attachment; filename=\"_xtrait _1_; x.pdf\"; filename*=UTF-8''%C3%89xtrait%20%221%22%3B%20x.pdf"
        );
        assert_eq!(disposition("協.pdf"), "attachment; filename=\"_.pdf\"; filename*=UTF-8''%E5%8D%94.pdf");
    }

    #[test]
    fn a_range_is_within_the_file_or_nothing() {
        for (asked, expected) in [
            ("bytes=0-3", Some(0..4)),
            ("bytes=4-", Some(4..10)),
            ("bytes=-3", Some(7..10)),
            ("bytes=-30", Some(0..10)),
            ("bytes=8-30", Some(8..10)),
            ("bytes=10-", Some(10..10)),
            ("bytes=-0", Some(10..10)),
            ("bytes=10-20", Some(10..10)),
            ("bytes=0-1,3-4", None),
            ("bytes=a-b", None),
            ("lines=0-1", None),
        ] {
            assert_eq!(range(asked, 10), expected, "{asked}");
        }
    }
}
