//! Files that come in: as forms of several parts (RFC 7578), never whole in memory.
//!
//! The body limit of everything else would stop them, so they have limits of their own here. What is too large or too slow
//! is cut off; what is only a little too large is read to its end, so that a browser hears why.

use crate::{
    refusal::{Asker, Refusal},
    web::{Limits, Web},
};
use app::{
    desk::{Desk, Visit, address_after, documents, files::Incoming},
    error::AppError,
};
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest as _, Multipart, Path, Request, State, multipart::Field},
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use domain::{
    document::{DocumentForm, FILE_BYTES_MAX, FileFacts},
    id::{AgreementId, DocumentId},
    lang::Lang,
    problem::Problem,
};
use futures_util::stream;
use http_body_util::BodyExt as _;
use std::{
    io,
    sync::{Arc, OnceLock},
};
use tokio::time::{Instant, timeout_at};

/// Most bytes of a body: of a file that is refused for its size, so much is read and thrown away.
const BODY_BYTES: u64 = FILE_BYTES_MAX + (64 << 20);
/// Most bytes of a field that is no file.
const FIELD_BYTES: usize = 16 << 10;
/// Of a file that is not wanted so many bytes are let pass: what a browser has under way when it could hear the answer.
const PASSING: usize = 1 << 20;
/// Most parts of a form.
const PARTS: usize = 40;

/// Where the form of a page sends a document.
pub const PAGE_FORM: &str = "/api/add_document/{lang}/{id}";

/// Whether a request brings a file.
pub fn is_upload(method: &Method, path: &str) -> bool {
    let is_rest = || path.starts_with("/api/v1/agreements/") && path.ends_with("/documents");
    *method == Method::POST && (path.starts_with("/api/add_document/") || is_rest())
}

/// Why a body was cut off, for whoever reads it.
#[derive(Debug, Clone, Default)]
pub struct Cut(Arc<OnceLock<Refusal>>);

/// Lets the body of an upload through at its own pace and size; answers at once where it says that it is too large.
pub fn admit(limits: &Limits, mut request: Request) -> Result<Request, Refusal> {
    let length =
        request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: u64| length > BODY_BYTES) {
        return Err(Refusal::TooLarge);
    }
    let cut = Cut::default();
    request.extensions_mut().insert(cut.clone());
    Ok(request.map(|body| paced(body, limits, cut)))
}

/// The connection is of no use any more: what is left of the body stands in it.
pub fn closing(mut response: Response) -> Response {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

struct Pace {
    body: Body,
    bytes: u64,
    ends_at: Instant,
    lap: Lap,
    limits: Limits,
    cut: Cut,
}

/// In each lap so many bytes have to come.
struct Lap {
    ends_at: Instant,
    bytes: usize,
}

impl Pace {
    fn break_off(&self, why: Refusal) -> io::Error {
        // Only the first reason counts.
        let _ = self.cut.0.set(why);
        io::ErrorKind::ConnectionAborted.into()
    }

    async fn next(&mut self) -> Option<Result<Bytes, io::Error>> {
        loop {
            match timeout_at(self.lap.ends_at.min(self.ends_at), self.body.frame()).await {
                Ok(None) => return None,
                Ok(Some(Err(_))) => return Some(Err(self.break_off(Refusal::TooSlow))),
                Ok(Some(Ok(frame))) => {
                    let Ok(bytes) = frame.into_data() else { continue };
                    self.bytes += bytes.len() as u64;
                    self.lap.bytes += bytes.len();
                    if self.bytes > BODY_BYTES {
                        return Some(Err(self.break_off(Refusal::TooLarge)));
                    }
                    return Some(Ok(bytes));
                }
                Err(_) => {
                    if self.lap.bytes < self.limits.upload_lap_bytes || Instant::now() >= self.ends_at {
                        return Some(Err(self.break_off(Refusal::TooSlow)));
                    }
                    self.lap = Lap { ends_at: Instant::now() + self.limits.body, bytes: 0 };
                }
            }
        }
    }
}

fn paced(body: Body, limits: &Limits, cut: Cut) -> Body {
    let now = Instant::now();
    let pace = Pace {
        body,
        bytes: 0,
        ends_at: now + limits.upload,
        lap: Lap { ends_at: now + limits.body, bytes: 0 },
        limits: limits.clone(),
        cut,
    };
    let frames = stream::unfold(Some(pace), async |pace| {
        let mut pace = pace?;
        match pace.next().await? {
            Ok(bytes) => Some((Ok(bytes), Some(pace))),
            Err(error) => Some((Err(error), None)),
        }
    });
    Body::from_stream(frames)
}

/// What came in beside the fields.
#[derive(Debug)]
pub struct Received {
    /// The id that the file came in under.
    pub id: DocumentId,
    /// The file, or what is wrong with it; none where none was chosen.
    pub file: Option<Result<FileFacts, Problem>>,
}

/// Why nothing came in.
#[derive(Debug)]
pub enum NotReceived {
    /// The body was cut off, or is no such form.
    Refused(Refusal),
    /// It is not said to be a form of several parts.
    WrongContentType,
    /// The files cannot be written.
    Failed(AppError),
}

impl From<AppError> for NotReceived {
    fn from(error: AppError) -> Self {
        Self::Failed(error)
    }
}

/// Takes a document in, field by field, and what is typed into the form; one that is broken off leaves no file. Whoever asks
/// was let in before.
pub async fn receive(
    desk: &Desk,
    form: &mut DocumentForm,
    request: Request,
) -> Result<Received, NotReceived> {
    let cut = request.extensions().get::<Cut>().cloned().unwrap_or_default();
    let mut received = Received { id: documents::new_id(desk), file: None };
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| NotReceived::WrongContentType)?;
    let broken = || NotReceived::Refused(cut.0.get().cloned().unwrap_or(Refusal::TooLarge));
    let outcome = async {
        let mut count = 0;
        while let Some(field) = parts.next_field().await.map_err(|_| broken())? {
            count += 1;
            if count > PARTS {
                return Err(NotReceived::Refused(Refusal::TooLarge));
            }
            let name = field.name().unwrap_or_default().to_owned();
            if name == "file" {
                // A browser sends a nameless empty part where no file was chosen.
                let is_chosen = field.file_name().is_some_and(|name| !name.is_empty());
                let file = take_file(desk, received.id, field, &broken).await?;
                if is_chosen || file != Err(Problem::FileEmpty) {
                    let is_second = received.file.is_some();
                    received.file = Some(if is_second { Err(Problem::TooMany { max: 1 }) } else { file });
                }
            } else {
                let text = take_text(field, &broken).await?;
                set(form, &name, text);
            }
        }
        Ok(())
    };
    let outcome = outcome.await;
    let is_kept = outcome.is_ok() && matches!(received.file, Some(Ok(_)));
    if !is_kept {
        desk.state.files.remove(received.id).await?;
    }
    outcome.map(|()| received)
}

async fn take_file(
    desk: &Desk,
    id: DocumentId,
    mut field: Field<'_>,
    broken: &impl Fn() -> NotReceived,
) -> Result<Result<FileFacts, Problem>, NotReceived> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let mut incoming = desk.state.files.begin(id).await?;
    loop {
        let bytes = match field.chunk().await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(incoming.finish(&name).await?),
            Err(_) => {
                incoming.abort().await?;
                return Err(broken());
            }
        };
        if let Err(problem) = incoming.push(&bytes).await? {
            refuse(incoming, field, broken).await?;
            return Ok(Err(problem));
        }
    }
}

/// Forgets a file, and lets the rest of it pass.
async fn refuse(
    incoming: Incoming,
    mut field: Field<'_>,
    broken: &impl Fn() -> NotReceived,
) -> Result<(), NotReceived> {
    incoming.abort().await?;
    while field.chunk().await.map_err(|_| broken())?.is_some() {}
    Ok(())
}

async fn take_text(mut field: Field<'_>, broken: &impl Fn() -> NotReceived) -> Result<String, NotReceived> {
    let mut text = Vec::new();
    while let Some(bytes) = field.chunk().await.map_err(|_| broken())? {
        text.extend_from_slice(&bytes);
        if text.len() > FIELD_BYTES {
            return Err(NotReceived::Refused(Refusal::TooLarge));
        }
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Fields are named as in JSON, or as in the forms of pages: `title` and `form[title]`.
fn set(form: &mut DocumentForm, name: &str, text: String) {
    let name = name.strip_prefix("form[").and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    let field = match name {
        "kind" => &mut form.kind,
        "title" => &mut form.title,
        "language" => &mut form.language,
        "visibility" => &mut form.visibility,
        "revision" => &mut form.revision,
        "printed_on" => &mut form.printed_on,
        "sent_on" => &mut form.sent_on,
        "signed_on" => &mut form.signed_on,
        "link" => &mut form.link,
        _ => return,
    };
    *field = text;
}

/// Takes what the page of a new document sends, and leads on as every plain form does.
pub async fn add(
    State(web): State<Arc<Web>>,
    Path((lang, agreement)): Path<(String, String)>,
    request: Request,
) -> Response {
    let asker = Asker::of(request.headers(), request.uri().path());
    let Some(visit) = request.extensions().get::<Visit>().cloned() else {
        return Refusal::NotFound.answer_to(&web, &asker);
    };
    let (Some(lang), Ok(agreement)) = (Lang::from_code(&lang), agreement.parse::<AgreementId>()) else {
        return Refusal::NotFound.answer_to(&web, &asker);
    };
    let desk = Desk { state: web.app.clone(), visit }.speaking(lang);
    let mut form = DocumentForm::default();
    // Who may not add anything is not listened to, save for what was typed where the session is over.
    let let_in = documents::open(&desk, agreement).await;
    let is_let_in = let_in.is_ok();
    let outcome = match let_in {
        Ok(_) => carry_out(&desk, agreement, &mut form, request).await,
        Err(error) => {
            typed(&mut form, request).await;
            Ok(Err(error))
        }
    };
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(refusal) => return closing(refusal.answer_to(&web, &asker)),
    };
    let page = format!("/agreements/{agreement}/documents/new");
    let onward =
        outcome.map(|()| desk.href(&format!("/agreements/{agreement}?done=document_added#documents")));
    let answer = match address_after(&desk, &page, &page, &form, onward).await {
        Ok(address) => (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response(),
        Err(error) => Refusal::from(error).answer_to(&web, &asker),
    };
    if is_let_in { answer } else { closing(answer) }
}

async fn carry_out(
    desk: &Desk,
    agreement: AgreementId,
    form: &mut DocumentForm,
    request: Request,
) -> Result<Result<(), AppError>, Refusal> {
    match receive(desk, form, request).await {
        Ok(Received { id, file }) => Ok(documents::add(desk, agreement, id, form, file).await),
        Err(NotReceived::Failed(error)) => Ok(Err(error)),
        Err(NotReceived::Refused(refusal)) => Err(refusal),
        Err(NotReceived::WrongContentType) => Err(Refusal::NotFound),
    }
}

/// Takes what was typed of a form whose file is not wanted, as far as it comes before the file or the file is small.
async fn typed(form: &mut DocumentForm, request: Request) {
    let Ok(mut parts) = Multipart::from_request(request, &()).await else { return };
    for _ in 0..PARTS {
        let Ok(Some(mut field)) = parts.next_field().await else { return };
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            let mut passed = 0;
            while let Ok(Some(bytes)) = field.chunk().await {
                passed += bytes.len();
                if passed > PASSING {
                    return;
                }
            }
        } else {
            let broken = || NotReceived::WrongContentType;
            let Ok(text) = take_text(field, &broken).await else { return };
            set(form, &name, text);
        }
    }
}
