//! Fields of education and training: ISCED-F 2013, UNESCO; French text European Union, CC BY 4.0.

mod table;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::canonical::string_form;
use crate::lang::Lang;
use crate::problem::Problem;
use table::TABLE;

/// A field of the ISCED-F 2013 list: broad (2 digits), narrow (3) or detailed (4). Canonical text: the
/// digits. Ordered by code, a field before the fields within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IscedField(u8);

static ALL: [IscedField; TABLE.len()] = {
    let mut all = [IscedField(0); TABLE.len()];
    let mut row = 0;
    while row < TABLE.len() {
        #[expect(clippy::cast_possible_truncation, reason = "the table has 190 rows, checked by a test")]
        let index = row as u8;
        all[row] = IscedField(index);
        row += 1;
    }
    all
};

impl IscedField {
    /// Reads a code.
    ///
    /// # Errors
    /// `Required` when blank, `NotAnIscedField` when the list does not have it.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let code = raw.trim();
        if code.is_empty() {
            return Err(Problem::Required);
        }
        Self::find(code).ok_or(Problem::NotAnIscedField)
    }

    /// The digits.
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// The name in the list.
    pub fn name(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Fr => self.row().1,
            Lang::En => self.row().2,
        }
    }

    /// The field one digit shorter; `None` for a broad field.
    pub fn parent(self) -> Option<Self> {
        let code = self.code();
        Self::find(&code[..code.len() - 1])
    }

    /// Whether it is the other field or lies within it: `0613` is within `06`.
    pub fn is_within(&self, other: Self) -> bool {
        self.code().starts_with(other.code())
    }

    /// The whole list, in the order of the codes.
    pub fn all() -> &'static [Self] {
        &ALL
    }

    fn find(code: &str) -> Option<Self> {
        let row = TABLE.binary_search_by_key(&code, |row| row.0).ok()?;
        ALL.get(row).copied()
    }

    fn row(self) -> &'static (&'static str, &'static str, &'static str) {
        &TABLE[usize::from(self.0)]
    }
}

impl fmt::Display for IscedField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

string_form!(IscedField);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_code_reads_back() {
        assert_eq!(IscedField::all().len(), 190);
        assert!(TABLE.is_sorted_by(|a, b| a.0 < b.0));
        for field in IscedField::all() {
            assert_eq!(IscedField::parse(field.code()), Ok(*field));
            match field.parent() {
                Some(parent) => assert!(field.is_within(parent) && !parent.is_within(*field)),
                None => assert_eq!(field.code().len(), 2),
            }
        }
    }

    #[test]
    fn only_codes_of_the_list_are_fields() {
        for (raw, expected) in [
            ("0613", Ok("0613")),
            (" 06\u{A0}", Ok("06")),
            ("99", Err(Problem::NotAnIscedField)),
            ("6", Err(Problem::NotAnIscedField)),
            ("06134", Err(Problem::NotAnIscedField)),
            ("", Err(Problem::Required)),
        ] {
            assert_eq!(IscedField::parse(raw).map(IscedField::code), expected, "{raw}");
        }
    }

    #[test]
    fn fields_lie_within_broader_ones() {
        let field = |code| IscedField::parse(code).expect("in the list");
        for (inner, outer, expected) in [
            ("0613", "06", true),
            ("0613", "061", true),
            ("0613", "0613", true),
            ("06", "061", false),
            ("0713", "06", false),
        ] {
            assert_eq!(field(inner).is_within(field(outer)), expected, "{inner} in {outer}");
        }
        assert_eq!(field("0613").parent(), Some(field("061")));
    }

    #[test]
    fn the_table_is_the_published_list() {
        let Ok(corpus) = std::env::var("ENTENTE_CORPUS") else {
            println!("skipped: ENTENTE_CORPUS is not set");
            return;
        };
        let path = std::path::Path::new(&corpus).join("isced-f-2013.csv");
        let list = std::fs::read_to_string(path).expect("the list");
        let rows: Vec<Vec<String>> = list.lines().skip(1).map(cells).collect();
        assert_eq!(rows.len(), IscedField::all().len());
        for (row, field) in rows.iter().zip(IscedField::all()) {
            assert_eq!(row, &[field.code(), field.name(Lang::En), field.name(Lang::Fr)]);
        }
    }

    /// The cells of a line of comma-separated values, quotes doubled within quotes.
    fn cells(line: &str) -> Vec<String> {
        let (mut cells, mut is_quoted) = (vec![String::new()], false);
        let mut letters = line.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '"' if is_quoted && letters.next_if_eq(&'"').is_some() => {
                    cells.last_mut().expect("one").push('"');
                }
                '"' => is_quoted = !is_quoted,
                ',' if !is_quoted => cells.push(String::new()),
                other => cells.last_mut().expect("one").push(other),
            }
        }
        cells
    }
}
