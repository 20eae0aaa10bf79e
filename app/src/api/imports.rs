//! Imports. Bringing a file is no server function: it comes in parts, see the server's `upload`.
#![expect(missing_docs, reason = "the macro makes a type of each function's arguments")]

use crate::error::AppError;
use domain::lang::Lang;
use leptos::prelude::*;

/// How far an import is that is being carried out: rows written, of how many; nothing once it is over.
#[server(prefix = "/api", endpoint = "import_progress")]
pub async fn import_progress(id: String) -> Result<Option<(u32, u32)>, AppError> {
    use crate::desk::{Desk, imports};
    let id = id.parse::<domain::id::ImportId>().map_err(|_| AppError::NotFound)?;
    imports::progress(&Desk::current(), id).await
}

/// Corrects what the columns of a file mean, carries it out, throws it away, or undoes what was carried out: one button
/// each.
#[server(prefix = "/api", endpoint = "act_on_import")]
pub async fn act_on_import(
    lang: Lang,
    id: String,
    act: String,
    #[server(default)] columns: Vec<String>,
) -> Result<(), AppError> {
    use crate::desk::{Desk, answer, imports};
    let desk = Desk::current().speaking(lang);
    let Ok(id) = id.parse::<domain::id::ImportId>() else {
        return answer(&desk, "/admin/imports", &(), Err(AppError::NotFound)).await;
    };
    let page = format!("/admin/imports/{id}");
    let outcome = async {
        let done = match act.as_str() {
            "map" => imports::set_columns(&desk, id, &columns).await.map(|()| "mapped")?,
            "confirm" => match imports::confirm(&desk, id).await? {
                imports::Confirmed::Done => "confirmed",
                imports::Confirmed::UnderWay => "begun",
            },
            "undo" => imports::undo(&desk, id).await.map(|()| "undone")?,
            "discard" => {
                imports::discard(&desk, id).await?;
                return Ok(desk.href("/admin/imports?done=discarded"));
            }
            _ => return Err(AppError::NotFound),
        };
        Ok(desk.href(&format!("{page}?done={done}")))
    };
    let outcome = outcome.await;
    answer(&desk, &page, &(), outcome).await
}
