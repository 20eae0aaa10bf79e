//! Lists taken away as tables: `/{lang}/agreements/files/agreements.csv`, `.xlsx`, and the same over REST.
//!
//! The table is exactly the filtered list as its reader sees it. Cells that a spreadsheet would run are written so that
//! none does: in CSV they begin with an apostrophe, in XLSX every cell is a text.

use crate::{refusal::Refusal, web::Web};
use app::{
    desk::{Desk, agreements::AgreementQuery, listing, read_query},
    error::AppError,
    texts::Texts,
};
use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use domain::lang::Lang;
use rust_xlsxwriter::{Format, Workbook};
use std::sync::{Arc, LazyLock};
use tokio::sync::Semaphore;

/// So many tables are put together at once: each takes memory.
static TURNS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(2));

/// The form of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// RFC 4180, UTF-8 with a byte-order mark, as spreadsheets want it.
    Csv,
    /// Office Open XML.
    Xlsx,
}

impl Kind {
    /// The form of an ending of a file.
    pub fn of(ending: &str) -> Option<Self> {
        match ending {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }

    const fn media(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    const fn disposition(self) -> &'static str {
        match self {
            Self::Csv => "attachment; filename=\"agreements.csv\"",
            Self::Xlsx => "attachment; filename=\"agreements.xlsx\"",
        }
    }
}

/// Answers `/{lang}/agreements/files/agreements.{kind}`.
pub async fn page(
    State(web): State<Arc<Web>>,
    Path((_, file)): Path<(String, String)>,
    request: Request,
) -> Response {
    let Some(kind) = file.strip_prefix("agreements.").and_then(Kind::of) else {
        return Refusal::NotFound.answer(&web, &request);
    };
    let Some(visit) = request.extensions().get().cloned() else {
        return Refusal::NotFound.answer(&web, &request);
    };
    let desk = Desk { state: web.app.clone(), visit };
    let query: AgreementQuery = read_query(&desk.visit.query);
    match table(&desk, &query, kind).await {
        Ok(table) => table,
        Err(error) => Refusal::from(error).answer(&web, &request),
    }
}

/// The list as a table, or why not.
pub async fn table(desk: &Desk, query: &AgreementQuery, kind: Kind) -> Result<Response, AppError> {
    let turn = TURNS.try_acquire().map_err(|_| AppError::Busy)?;
    let rows = listing::table(desk, query).await?;
    let lang = desk.lang();
    let bytes = tokio::task::spawn_blocking(move || write(kind, lang, &rows)).await;
    drop(turn);
    let bytes = bytes.ok().flatten().ok_or_else(|| AppError::Internal { incident: "export".to_owned() })?;
    let mut response = Body::from(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind.media()));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(kind.disposition()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

fn write(kind: Kind, lang: Lang, rows: &[Vec<String>]) -> Option<Vec<u8>> {
    match kind {
        Kind::Csv => write_csv(lang, rows),
        Kind::Xlsx => write_xlsx(lang, rows),
    }
}

/// A cell that no spreadsheet runs.
fn safe(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

/// Spreadsheets in French expect semicolons.
fn write_csv(lang: Lang, rows: &[Vec<String>]) -> Option<Vec<u8>> {
    let delimiter = match lang {
        Lang::Fr => b';',
        Lang::En => b',',
    };
    let mut out = "\u{feff}".as_bytes().to_vec();
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(csv::Terminator::CRLF)
        .from_writer(&mut out);
    for row in rows {
        writer.write_record(row.iter().map(|cell| safe(cell))).ok()?;
    }
    writer.flush().ok()?;
    drop(writer);
    Some(out)
}

fn write_xlsx(lang: Lang, rows: &[Vec<String>]) -> Option<Vec<u8>> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(Texts(lang).export_sheet()).ok()?;
    let bold = Format::new().set_bold();
    for (i, row) in (0_u32..).zip(rows) {
        for (j, cell) in (0_u16..).zip(row) {
            if i == 0 {
                sheet.write_string_with_format(i, j, cell, &bold).ok()?;
            } else {
                sheet.write_string(i, j, cell).ok()?;
            }
        }
    }
    sheet.set_freeze_panes(1, 0).ok()?;
    workbook.save_to_buffer().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_run_and_separators_are_quoted() {
        let rows = vec![vec!["=1+1".to_owned(), "a;b".to_owned(), "@x".to_owned(), "-".to_owned()]];
        let text = |lang| String::from_utf8(write_csv(lang, &rows).expect("written")).expect("UTF-8");
        assert_eq!(text(Lang::Fr), "\u{feff}'=1+1;\"a;b\";'@x;'-\r\n");
        assert_eq!(text(Lang::En), "\u{feff}'=1+1,a;b,'@x,'-\r\n");
        let xlsx = write_xlsx(Lang::Fr, &rows).expect("written");
        assert_eq!(&xlsx[..4], b"PK\x03\x04");
    }
}
