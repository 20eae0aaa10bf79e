//! Lists taken away as tables: `/{lang}/agreements/files/agreements.csv`, `/{lang}/seats/files/seats.csv`, `.xlsx`, and over REST,
//! too.
//!
//! The table is exactly the filtered list as its reader sees it. Cells that a spreadsheet would run are written so that
//! none does: in CSV they begin with an apostrophe, in XLSX every cell is a text.

use crate::{refusal::Refusal, web::Web};
use app::{
    desk::{
        Desk,
        agreements::AgreementQuery,
        board::{self, BoardQuery},
        listing, read_query,
    },
    error::AppError,
    texts::Texts,
};
use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use domain::{decimal::Decimal, lang::Lang};
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
}

/// Which list is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    Agreements,
    Seats,
}

impl List {
    /// The list of a folder of addresses.
    fn of(folder: &str) -> Option<Self> {
        [Self::Agreements, Self::Seats].into_iter().find(|list| list.name() == folder)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Agreements => "agreements",
            Self::Seats => "seats",
        }
    }

    const fn disposition(self, kind: Kind) -> &'static str {
        match (self, kind) {
            (Self::Agreements, Kind::Csv) => "attachment; filename=\"agreements.csv\"",
            (Self::Agreements, Kind::Xlsx) => "attachment; filename=\"agreements.xlsx\"",
            (Self::Seats, Kind::Csv) => "attachment; filename=\"seats.csv\"",
            (Self::Seats, Kind::Xlsx) => "attachment; filename=\"seats.xlsx\"",
        }
    }

    const fn sheet(self, t: Texts) -> &'static str {
        match self {
            Self::Agreements => t.export_sheet(),
            Self::Seats => t.seats(),
        }
    }
}

/// Answers `/{lang}/agreements/files/agreements.{kind}` and `/{lang}/seats/files/seats.{kind}`.
pub async fn page(
    State(web): State<Arc<Web>>,
    Path((_, folder, file)): Path<(String, String, String)>,
    request: Request,
) -> Response {
    let kind = file.strip_prefix(&folder).and_then(|end| end.strip_prefix('.')).and_then(Kind::of);
    let (Some(list), Some(kind)) = (List::of(&folder), kind) else {
        return Refusal::NotFound.answer(&web, &request);
    };
    let Some(visit) = request.extensions().get().cloned() else {
        return Refusal::NotFound.answer(&web, &request);
    };
    let desk = Desk { state: web.app.clone(), visit };
    let table = match list {
        List::Agreements => agreements(&desk, &read_query(&desk.visit.query), kind).await,
        List::Seats => seats(&desk, &read_query(&desk.visit.query), kind).await,
    };
    match table {
        Ok(table) => table,
        Err(error) => Refusal::from(error).answer(&web, &request),
    }
}

/// The list of agreements as a table, or why not.
pub async fn agreements(desk: &Desk, query: &AgreementQuery, kind: Kind) -> Result<Response, AppError> {
    taken(desk, List::Agreements, kind, async |desk| listing::table(desk, query).await).await
}

/// The board of places as a table, or why not.
pub async fn seats(desk: &Desk, query: &BoardQuery, kind: Kind) -> Result<Response, AppError> {
    let rows = async |desk: &Desk| board::table(desk, query, board::EXPORTED_MAX).await;
    taken(desk, List::Seats, kind, rows).await
}

async fn taken(
    desk: &Desk,
    list: List,
    kind: Kind,
    rows: impl AsyncFnOnce(&Desk) -> Result<Vec<Vec<String>>, AppError>,
) -> Result<Response, AppError> {
    let turn = TURNS.try_acquire().map_err(|_| AppError::Busy)?;
    let rows = rows(desk).await?;
    let lang = desk.lang();
    let sheet = list.sheet(Texts(lang));
    let bytes = tokio::task::spawn_blocking(move || write(kind, lang, sheet, &rows)).await;
    drop(turn);
    let bytes = bytes.ok().flatten().ok_or_else(|| AppError::Internal { incident: "export".to_owned() })?;
    let mut response = Body::from(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind.media()));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(list.disposition(kind)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

fn write(kind: Kind, lang: Lang, sheet: &str, rows: &[Vec<String>]) -> Option<Vec<u8>> {
    match kind {
        Kind::Csv => write_csv(lang, rows),
        Kind::Xlsx => write_xlsx(sheet, rows),
    }
}

/// A cell that no spreadsheet runs. A number below zero is none that it would.
fn safe(cell: &str) -> String {
    let is_number = cell.strip_prefix('-').is_some_and(|digits| Decimal::parse(digits).is_ok());
    if !is_number && cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
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

fn write_xlsx(name: &str, rows: &[Vec<String>]) -> Option<Vec<u8>> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(name).ok()?;
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
        let rows = vec![vec![
            "=1+1".to_owned(),
            "a;b".to_owned(),
            "@x".to_owned(),
            "-".to_owned(),
            "-2,5".to_owned(),
            "-2-1".to_owned(),
        ]];
        let text = |lang| String::from_utf8(write_csv(lang, &rows).expect("written")).expect("UTF-8");
        assert_eq!(text(Lang::Fr), "\u{feff}'=1+1;\"a;b\";'@x;'-;-2,5;'-2-1\r\n");
        assert_eq!(text(Lang::En), "\u{feff}'=1+1,a;b,'@x,'-,\"-2,5\",'-2-1\r\n");
        let xlsx = write_xlsx("Places", &rows).expect("written");
        assert_eq!(&xlsx[..4], b"PK\x03\x04");
    }
}
