//! Lists of students that the form of a flow brings: a file, or a table that was pasted.

use crate::{
    bring::{self, Upload},
    web::Web,
};
use app::{
    desk::{
        Desk, Visit, address_after,
        nominations::{self, ListForm},
    },
    error::AppError,
};
use axum::{
    extract::{Extension, Path, Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Redirect, Response},
};
use domain::{id::FlowId, import::Unreadable, lang::Lang};
use std::sync::Arc;

/// Where the form sends a list.
pub const PAGE_FORM: &str = "/api/list_nominees/{lang}/{id}";
/// Most bytes of a table that is pasted, and of each field beside it.
const FIELD: usize = 1 << 20;

/// Whether a body of this address is a list, read by whoever answers.
pub fn is_listed(path: &str) -> bool {
    path.starts_with("/api/list_nominees/")
}

/// Takes a list and goes on to what would become of each.
pub async fn list(
    State(web): State<Arc<Web>>,
    Extension(visit): Extension<Visit>,
    Path((lang, id)): Path<(String, String)>,
    request: Request,
) -> Response {
    let lang = Lang::from_code(&lang).unwrap_or(visit.lang);
    let desk = Desk { state: web.app.clone(), visit }.speaking(lang);
    let Ok(id) = id.parse::<FlowId>() else {
        return closing(&desk.href("/nominations"));
    };
    let page = nominations::list_page(id);
    // Who may not nominate is not listened to: the page says why.
    if nominations::opening(&desk, id).await.is_err() {
        return closing(&desk.href(&page));
    }
    let mut form = ListForm::default();
    let outcome = carry_out(&desk, &web, id, &mut form, request).await;
    let outcome = outcome.map(|key| desk.href(&format!("{page}?kept={key}")));
    match address_after(&desk, &page, &page, &form, outcome).await {
        Ok(onward) => Redirect::to(&onward).into_response(),
        Err(_) => Redirect::to(&desk.href(&page)).into_response(),
    }
}

/// Onward without having read what was sent: the connection is of no use any more.
fn closing(onward: &str) -> Response {
    let mut response = Redirect::to(onward).into_response();
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

async fn carry_out(
    desk: &Desk,
    web: &Web,
    id: FlowId,
    form: &mut ListForm,
    request: Request,
) -> Result<String, AppError> {
    let upload = bring::parts(&web.limits, FIELD, request, |name, value| {
        let field = match name {
            "text" => &mut form.text,
            "encoding" => &mut form.encoding,
            "year" => &mut form.year,
            "term" => &mut form.term,
            "exception" => &mut form.exception,
            "waitlist" => &mut form.waitlist,
            _ => return,
        };
        *field = value;
    });
    let upload = match upload.await? {
        Some(mut upload) => {
            upload.encoding.clone_from(&form.encoding);
            upload
        }
        None if form.text.trim().is_empty() => {
            return Err(AppError::Unreadable { why: Unreadable::NoFile });
        }
        None => Upload::of_text(&form.text),
    };
    let (_, sheet) = upload.read().await?;
    nominations::list_nominees(desk, id, form, &sheet).await
}
