//! Tables in files that people bring: XLSX and CSV become a [`Sheet`] of texts, or a reason why not.
//!
//! What a file is, its first bytes say, not its name. Nothing of it is computed or fetched: a formula of CSV is its text,
//! one of XLSX the value it had when saved. A file is held within limits before and while it is read, so that none
//! takes more memory than [`EXPANDED`] by much.
//!
//! A text is UTF-8, or UTF-16 with its mark. Another encoding is named by whoever brings the file: a guess would turn the
//! Polish *Łódź* into *£ódŸ* and nobody would be told.

mod csv;
mod xlsx;

#[cfg(test)]
mod tests;

use domain::import::{FILE_MEGABYTES_MAX, Sheet, SheetRow, Unreadable};

/// Most bytes of a file.
pub const BYTES: usize = (FILE_MEGABYTES_MAX as usize) << 20;
/// Most bytes a workbook unpacks to, and most bytes of text in a table.
pub const EXPANDED: usize = 32 << 20;
/// Most rows of a table.
pub const ROWS: usize = 50_000;
/// Most columns of a table.
pub const COLUMNS: usize = 100;
/// Most bytes of a cell.
pub const CELL: usize = 20_000;

/// Reads the table in a file. `encoding` names the one of a text, where it is not Unicode.
///
/// # Errors
/// Why it cannot be read.
pub fn read(bytes: &[u8], encoding: Option<&str>) -> Result<Sheet, Unreadable> {
    if bytes.len() > BYTES {
        return Err(Unreadable::TooLarge { max: megabytes(BYTES) });
    }
    match bytes {
        [b'P', b'K', 3, 4, ..] => xlsx::read(bytes),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(Unreadable::OldWorkbook),
        _ => csv::read(bytes, encoding),
    }
}

/// A sheet that is being read, within its limits.
#[derive(Debug, Default)]
struct Reading {
    sheet: Sheet,
    bytes: usize,
}

impl Reading {
    /// Adds a cell to a row; rows come in their order.
    fn put(&mut self, row: u32, column: usize, text: String) -> Result<(), Unreadable> {
        if text.trim().is_empty() {
            return Ok(());
        }
        if column >= COLUMNS {
            return Err(Unreadable::TooManyColumns { max: count(COLUMNS), row });
        }
        if text.len() > CELL {
            return Err(Unreadable::CellTooLong { max: count(CELL), row });
        }
        self.bytes += text.len();
        if self.bytes > EXPANDED {
            return Err(Unreadable::Expands { max: megabytes(EXPANDED) });
        }
        if self.sheet.rows.last().is_none_or(|last| last.number != row) {
            if self.sheet.rows.len() >= ROWS {
                return Err(Unreadable::TooManyRows { max: count(ROWS) });
            }
            self.sheet.rows.push(SheetRow { number: row, cells: Vec::new() });
        }
        if let Some(last) = self.sheet.rows.last_mut() {
            if last.cells.len() <= column {
                last.cells.resize(column + 1, String::new());
            }
            last.cells[column] = text;
        }
        Ok(())
    }

    fn done(self) -> Result<Sheet, Unreadable> {
        if self.sheet.rows.is_empty() { Err(Unreadable::Empty) } else { Ok(self.sheet) }
    }
}

fn count(limit: usize) -> u32 {
    u32::try_from(limit).unwrap_or(u32::MAX)
}

fn megabytes(limit: usize) -> u32 {
    count(limit >> 20)
}
