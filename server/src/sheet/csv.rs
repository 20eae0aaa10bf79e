//! Comma-separated values, as RFC 4180 and as spreadsheets write them: with commas, semicolons or tabs.

use super::{Reading, count};
use csv::{ReaderBuilder, StringRecord};
use domain::import::{Sheet, Unreadable};
use encoding_rs::{Encoding, UTF_8};
use std::borrow::Cow;

/// How many lines say what stands between the cells.
const SAMPLE: usize = 20;

pub(super) fn read(bytes: &[u8], encoding: Option<&str>) -> Result<Sheet, Unreadable> {
    let text = decode(bytes, encoding)?;
    if text.contains('\0') || is_binary(&text) {
        return Err(Unreadable::NotATable);
    }
    let mut reading = Reading::default();
    let mut reader = reader(separator(&text), &text);
    let mut record = StringRecord::new();
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    while reader.read_record(&mut record).map_err(|_| Unreadable::Damaged)? {
        let row = lines.number(record.position().map_or(0, csv::Position::byte));
        for (column, cell) in record.iter().enumerate() {
            reading.put(row, column, cell.to_owned())?;
        }
    }
    reading.done()
}

/// Counts lines: the reader passes over empty ones without telling.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: usize,
}

impl Lines<'_> {
    /// The number of the line of the record that begins here, or after empty lines.
    fn number(&mut self, position: u64) -> u32 {
        let mut start = usize::try_from(position).unwrap_or(usize::MAX).clamp(self.at, self.text.len());
        while self.text.get(start).is_some_and(|byte| matches!(byte, b'\r' | b'\n')) {
            start += 1;
        }
        self.line += memchr::memchr_iter(b'\n', &self.text[self.at..start]).count();
        self.at = start;
        count(self.line)
    }
}

fn reader(separator: u8, text: &str) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(text.as_bytes())
}

/// The text of the bytes: UTF-8, or UTF-16 with its mark, or in the encoding named.
fn decode<'a>(bytes: &'a [u8], named: Option<&str>) -> Result<Cow<'a, str>, Unreadable> {
    let named = match named.map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => Encoding::for_label(name.as_bytes()).ok_or(Unreadable::UnknownEncoding)?,
        None => UTF_8,
    };
    // A mark at the beginning says more than whoever brought the file.
    let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or((named, 0));
    let bytes = &bytes[mark..];
    if encoding == UTF_8 {
        return std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|broken| {
            let before = &bytes[..broken.valid_up_to()];
            if memchr::memchr(0, bytes).is_some() {
                return Unreadable::NotATable;
            }
            Unreadable::Encoding { line: count(memchr::memchr_iter(b'\n', before).count() + 1) }
        });
    }
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    text.ok_or(Unreadable::Encoding { line: 1 })
}

/// Whether a text begins as files do that are no tables.
fn is_binary(text: &str) -> bool {
    ["%PDF-", "{\\rtf", "<!DOCTYPE", "<html", "<?xml"].iter().any(|magic| text.starts_with(magic))
}

/// What stands between the cells: what splits the first lines into most cells.
fn separator(text: &str) -> u8 {
    let cells = |separator: u8| {
        let records = reader(separator, text).into_records().take(SAMPLE);
        records.map_while(Result::ok).map(|record| record.len()).sum::<usize>()
    };
    // Of equals the last is taken: a comma, which the standard names.
    [b'\t', b';', b','].into_iter().max_by_key(|separator| cells(*separator)).unwrap_or(b',')
}
