//! Workbooks of Excel 2007 and later, and of what writes the same.
//!
//! A workbook is a ZIP archive of XML. All of it is unpacked once, and thrown away, to see how much there is: what the archive
//! says of itself may be a lie. Cells are then read one by one: the rectangle they span may be that of a whole sheet.

use super::{EXPANDED, Reading, megabytes};
use calamine::{DataRef, Reader as _, Xlsx};
use domain::import::{Sheet, Unreadable};
use memchr::memmem;
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// Most files in a workbook.
const FILES: usize = 1_000;
/// The attribute by which a workbook says how many texts it holds.
const COUNT: &[u8] = b"uniqueCount";
/// Bytes of the shortest text: `<si/>` and a little.
const LEAST_TEXT: usize = 8;

pub(super) fn read(bytes: &[u8]) -> Result<Sheet, Unreadable> {
    check(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| Unreadable::Damaged)?;
    let mut last = Err(Unreadable::Empty);
    // The first sheet that holds anything: some begin with an empty one.
    for name in book.sheet_names() {
        last = sheet(&mut book, &name);
        if last != Err(Unreadable::Empty) {
            break;
        }
    }
    last
}

/// Unpacks everything, part by part, within the limit; refuses XML that may define entities, and a count of texts that
/// would have memory set aside for more than the workbook can hold.
fn check(bytes: &[u8]) -> Result<(), Unreadable> {
    let expands = Unreadable::Expands { max: megabytes(EXPANDED) };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Damaged)?;
    if archive.len() > FILES {
        return Err(expands);
    }
    let mut left = EXPANDED;
    let mut part = Vec::new();
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(|_| Unreadable::Damaged)?;
        part.clear();
        file.take(left as u64 + 1).read_to_end(&mut part).map_err(|_| Unreadable::Damaged)?;
        left = left.checked_sub(part.len()).ok_or(expands)?;
        if memmem::find(&part, b"<!DOCTYPE").is_some() {
            return Err(Unreadable::Entities);
        }
        if memmem::find_iter(&part, COUNT).any(|at| announces_too_much(&part[at + COUNT.len()..])) {
            return Err(Unreadable::Damaged);
        }
    }
    Ok(())
}

/// Whether a count, as the attribute goes on after its name, is of more texts than fit.
fn announces_too_much(rest: &[u8]) -> bool {
    let Some(value) = rest.trim_ascii_start().strip_prefix(b"=") else { return false };
    let between = value.split(|byte| matches!(byte, b'"' | b'\'')).nth(1);
    let count = between.and_then(|count| std::str::from_utf8(count).ok()?.trim().parse::<usize>().ok());
    count.is_none_or(|count| count > EXPANDED / LEAST_TEXT)
}

fn sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Sheet, Unreadable> {
    let mut reading = Reading::default();
    let mut cells = book.worksheet_cells_reader(name).map_err(|_| Unreadable::Damaged)?;
    while let Some(cell) = cells.next_cell().map_err(|_| Unreadable::Damaged)? {
        let (row, column) = cell.get_position();
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        reading.put(row.saturating_add(1), column, text(cell.get_value()))?;
    }
    reading.done()
}

/// What a cell shows, near enough: numbers without a fraction that is none, days as ISO 8601 writes them.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(is) => is.to_string(),
        DataRef::DateTime(day) => {
            let (year, month, day, ..) = day.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
    }
}
