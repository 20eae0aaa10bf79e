//! Taking in what stands in a table of another program: which column means what, and what each row would do.
//!
//! A [`Sheet`] holds cells as text, whatever the file was. [`Mapping::recognise`] finds the row of headers and what each
//! column means; [`read`](institution::read) turns rows into what they say; [`plan`](plan::plan) compares that with what the
//! registry holds. Nothing is dropped silently: every row has one [`Outcome`](plan::Outcome), and whatever of it is not
//! taken, or is kept as given, has a [`Reason`](plan::Reason).

mod column;
mod country;

pub mod agreement;
pub mod institution;
pub mod plan;

pub use column::ListColumn;

use crate::{coded::coded, fold::fold};
use serde::{Deserialize, Serialize};

/// Most megabytes of a file.
pub const FILE_MEGABYTES_MAX: u32 = 16;
/// How far down the row of headers is looked for.
pub(crate) const HEADERS_WITHIN: usize = 20;

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetRow {
    /// Its number in the file, from 1, as a spreadsheet shows it.
    pub number: u32,
    /// Its cells, as text.
    pub cells: Vec<String>,
}

impl SheetRow {
    /// The text of a cell; empty beyond the last one.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// A table: its rows that are not empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// The rows, in their order.
    pub rows: Vec<SheetRow>,
}

impl Sheet {
    /// The rows below the headers.
    pub fn below<'a>(&'a self, mapping: &Mapping) -> impl Iterator<Item = &'a SheetRow> {
        let headers = mapping.headers_row;
        self.rows.iter().filter(move |row| row.number > headers)
    }
}

coded! {
    /// What a list is of.
    ImportKind {
        /// Institutions.
        Institutions = "institutions",
        /// Agreements.
        Agreements = "agreements",
    }
}

coded! {
    /// How far an import is.
    ImportState {
        /// The file was brought, nothing was written.
        Read = "read",
        /// It was carried out.
        Done = "done",
        /// It was undone.
        Undone = "undone",
    }
}

/// What each column of a sheet means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// What the list is of.
    pub kind: ImportKind,
    /// The number of the row of headers.
    pub headers_row: u32,
    /// What the headers say.
    pub headers: Vec<String>,
    /// What each column means; `None` for one that is left aside.
    pub columns: Vec<Option<ListColumn>>,
}

/// Why a file cannot be read as a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Unreadable {
    /// No file was chosen.
    NoFile,
    /// There is no row.
    Empty,
    /// None of the first rows names columns that are known.
    NoHeaders,
    /// No column holds a name.
    NoName,
    /// Neither a country nor an Erasmus code, which names one.
    NoCountry,
    /// No column holds a title.
    NoTitle,
    /// No column holds the parties.
    NoParties,
    /// No row of headers names the columns of students' names and addresses.
    NoStudentColumns,
    /// Neither XLSX nor text.
    NotATable,
    /// A workbook of before 2007, or one locked by a password.
    OldWorkbook,
    /// More bytes than allowed.
    TooLarge {
        /// Most megabytes allowed.
        max: u32,
    },
    /// A workbook that holds more, unpacked, than allowed.
    Expands {
        /// Most megabytes allowed.
        max: u32,
    },
    /// A workbook with a document type, which may define entities.
    Entities,
    /// A workbook that is damaged.
    Damaged,
    /// A text in another encoding than the one named.
    Encoding {
        /// The first line that shows it.
        line: u32,
    },
    /// The encoding named is not known.
    UnknownEncoding,
    /// More rows than allowed.
    TooManyRows {
        /// Most rows allowed.
        max: u32,
    },
    /// More columns than allowed.
    TooManyColumns {
        /// Most columns allowed.
        max: u32,
        /// The row that has more.
        row: u32,
    },
    /// A cell longer than allowed.
    CellTooLong {
        /// Most bytes allowed.
        max: u32,
        /// The row it is in.
        row: u32,
    },
}

impl Mapping {
    /// Finds the row of headers, and what each column means: of the first rows the one that names most columns that are
    /// known. Where two columns mean the same, the first one does.
    ///
    /// # Errors
    /// Where the sheet cannot be understood, or lacks a column that is needed.
    pub fn recognise(kind: ImportKind, sheet: &Sheet) -> Result<Self, Unreadable> {
        Self::recognise_with(kind, sheet, &[])
    }

    /// The same, where someone says what some headers mean, given folded.
    ///
    /// # Errors
    /// The same.
    pub fn recognise_with(
        kind: ImportKind,
        sheet: &Sheet,
        said: &[(String, Option<ListColumn>)],
    ) -> Result<Self, Unreadable> {
        let mapping = Self::best(kind, sheet, said).ok_or(Unreadable::Empty)?;
        if mapping.columns.iter().flatten().count() < 2 {
            return Err(Unreadable::NoHeaders);
        }
        mapping.check()?;
        Ok(mapping)
    }

    /// What can be told of the columns, to be corrected; `None` of an empty sheet.
    pub fn guess(kind: ImportKind, sheet: &Sheet) -> Option<Self> {
        Self::best(kind, sheet, &[])
    }

    /// Of the first rows the one that names most columns that are known; the first such row.
    fn best(kind: ImportKind, sheet: &Sheet, said: &[(String, Option<ListColumn>)]) -> Option<Self> {
        let rows = sheet.rows.iter().take(HEADERS_WITHIN).map(|row| Self::of(kind, row, said));
        rows.rev().max_by_key(|mapping| mapping.columns.iter().flatten().count())
    }

    /// Says what each column means. Where two are said to mean the same, the first one does.
    pub fn assign(&mut self, columns: Vec<Option<ListColumn>>) {
        let mut meant: Vec<Option<ListColumn>> = Vec::with_capacity(self.headers.len());
        let said = columns.into_iter().chain(std::iter::repeat(None));
        for column in said.take(self.headers.len()) {
            let column = column.filter(|column| column.kind() == self.kind);
            meant.push(column.filter(|column| column.repeats() || !meant.contains(&Some(*column))));
        }
        self.columns = meant;
    }

    fn of(kind: ImportKind, row: &SheetRow, said: &[(String, Option<ListColumn>)]) -> Self {
        let keys: Vec<String> = row.cells.iter().map(|header| fold(header)).collect();
        let mut columns: Vec<Option<ListColumn>> = Vec::with_capacity(keys.len());
        let is_said = |column| said.iter().any(|(key, meant)| *meant == Some(column) && keys.contains(key));
        for key in &keys {
            let meant = match said.iter().find(|(header, _)| header == key) {
                Some((_, meant)) => meant.filter(|column| column.kind() == kind),
                None => {
                    ListColumn::of_header(kind, key).filter(|column| column.repeats() || !is_said(*column))
                }
            };
            columns.push(meant.filter(|column| column.repeats() || !columns.contains(&Some(*column))));
        }
        let headers = row.cells.iter().map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" "));
        Self { kind, headers_row: row.number, headers: headers.collect(), columns }
    }

    /// Whether the columns that are needed are there.
    ///
    /// # Errors
    /// What is missing.
    pub fn check(&self) -> Result<(), Unreadable> {
        let has = |column| self.columns.contains(&Some(column));
        let needed = match self.kind {
            ImportKind::Institutions => [
                (
                    has(ListColumn::Name) || has(ListColumn::NameFr) || has(ListColumn::NameEn),
                    Unreadable::NoName,
                ),
                (has(ListColumn::Country) || has(ListColumn::Erasmus), Unreadable::NoCountry),
            ],
            ImportKind::Agreements => [
                (has(ListColumn::TitleFr) || has(ListColumn::TitleEn), Unreadable::NoTitle),
                (has(ListColumn::Party), Unreadable::NoParties),
            ],
        };
        needed.into_iter().find(|(is_there, _)| !is_there).map_or(Ok(()), |(_, missing)| Err(missing))
    }

    /// What stands in the column of that meaning, in a row; empty without such a column.
    pub fn cell<'a>(&self, row: &'a SheetRow, column: ListColumn) -> &'a str {
        let index = self.columns.iter().position(|meant| *meant == Some(column));
        index.map_or("", |index| row.cell(index))
    }

    /// What stands in each of the columns of that meaning, in a row.
    pub fn cells<'a>(&self, row: &'a SheetRow, column: ListColumn) -> Vec<&'a str> {
        let columns = self.columns.iter().enumerate().filter(|(_, meant)| **meant == Some(column));
        columns.map(|(index, _)| row.cell(index)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ListColumn::*;

    fn sheet(rows: &[&[&str]]) -> Sheet {
        let cells = |row: &&[&str]| row.iter().map(|cell| (*cell).to_owned()).collect();
        Sheet { rows: (1..).zip(rows).map(|(number, row)| SheetRow { number, cells: cells(row) }).collect() }
    }

    #[test]
    fn headers_are_known_by_what_they_mean_wherever_they_stand() {
        let listed = sheet(&[
            &["Institutions accredited"],
            &[
                "Proposal number",
                "Erasmus Code",
                "PIC",
                "OID",
                "Legal Name",
                "Street",
                "City",
                "Country Cd",
                "Website Url",
            ],
            &["1", "F  ALES02", "912703556", "", "Mines", "", "Alès", "FR", ""],
        ]);
        let mapping = Mapping::recognise(ImportKind::Institutions, &listed).expect("headers");
        assert_eq!(mapping.headers_row, 2);
        let columns = [
            None,
            Some(Erasmus),
            Some(Pic),
            Some(Oid),
            Some(Name),
            None,
            Some(City),
            Some(Country),
            Some(Site),
        ];
        assert_eq!(mapping.columns, columns);
        assert_eq!(listed.below(&mapping).count(), 1);

        let french = sheet(&[&[
            "Nom de l’établissement",
            "Dénomination (en anglais)",
            "PAYS",
            "Ville",
            "Code  Érasmus",
            "Site internet",
        ]]);
        let mapping = Mapping::recognise(ImportKind::Institutions, &french).expect("headers");
        assert_eq!(
            mapping.columns,
            [Some(Name), Some(NameEn), Some(Country), Some(City), Some(Erasmus), Some(Site)]
        );

        let older = sheet(&[&[
            "ERASMUS CODE",
            "Institution Name",
            "Name of institution",
            "Country",
            "Webpage",
            "n°",
        ]]);
        let mapping = Mapping::recognise(ImportKind::Institutions, &older).expect("headers");
        assert_eq!(mapping.columns, [Some(Erasmus), Some(Name), None, Some(Country), Some(Site), None]);
    }

    #[test]
    fn a_sheet_that_lacks_what_is_needed_says_what() {
        assert_eq!(Mapping::recognise(ImportKind::Institutions, &Sheet::default()), Err(Unreadable::Empty));
        assert_eq!(
            Mapping::recognise(ImportKind::Institutions, &sheet(&[&["a", "b"], &["1", "2"]])),
            Err(Unreadable::NoHeaders)
        );
        assert_eq!(
            Mapping::recognise(ImportKind::Institutions, &sheet(&[&["PIC", "Country"]])),
            Err(Unreadable::NoName)
        );
        assert_eq!(
            Mapping::recognise(ImportKind::Institutions, &sheet(&[&["Name", "PIC"]])),
            Err(Unreadable::NoCountry)
        );
    }
}
