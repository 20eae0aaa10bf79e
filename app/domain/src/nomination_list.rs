//! A list of students to nominate, in a table of another program.
//!
//! [`NominationList::read`] finds the row of headers, what each column means, and what each row says. Nothing is dropped
//! silently: a row is a student to nominate, or is refused with what is wrong in which column.
//!
//! Decisions, where an office would ask:
//! - Where given names have a column of their own, the one headed "name" holds family names, as French lists have it.
//! - Autumn is the first semester and spring the second, as in the north: the preview shows what was understood.
//! - A level may be named by its diploma or year: a Licence, `L3`, a bachelor are level 6, a Master, `M1`, an engineer level 7.
//! - A spreadsheet drops the first zero of an ISCED code: where the list has no `613`, `0613` is meant.
//! - A language may have a column of its own, headed by its name.
//! - The same address or student number twice is one student twice: the second row is refused.

mod column;

pub use column::{StudentColumn, WhatColumn};

use crate::{
    decimal::Decimal,
    email::Email,
    eqf::EqfLevel,
    fold::fold,
    import::{HEADERS_WITHIN, Sheet, SheetRow, Unreadable},
    isced::IscedField,
    problem::{FieldError, FieldErrors, Problem},
    student::{StudentDraft, StudentForm},
    term::Term,
    text::optional,
};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Most students of one list.
pub const NOMINEES_MAX: u32 = 1_000;

/// A student to nominate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nominee {
    /// Who.
    pub student: StudentDraft,
    /// For which term.
    pub term: Term,
    /// For how many months, where the list says so.
    pub months: Option<Decimal>,
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedRow {
    /// Its number in the file, from 1, as a spreadsheet shows it.
    pub number: u32,
    /// What to call it in a report: the name or the address as it stands there.
    pub label: String,
    /// Who is to be nominated, or what is wrong in which column, named as [`StudentColumn::code`] does.
    pub outcome: Result<Nominee, Vec<FieldError>>,
}

/// A list of students to nominate, read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NominationList {
    /// What the headers say, and what each column means; `None` for one that is left aside.
    pub columns: Vec<(String, Option<WhatColumn>)>,
    /// The rows below them, in their order.
    pub rows: Vec<ListedRow>,
}

impl NominationList {
    /// Reads a list; `usual` is the term of a row that says none, and a stay is so many days rather than months where they are
    /// counted: a column that says the other is left aside.
    ///
    /// # Errors
    /// Where no row of headers names what is needed: an address, and a name or the two parts of one; or where the list is too
    /// long.
    pub fn read(sheet: &Sheet, usual: Option<Term>, counts_days: bool) -> Result<Self, Unreadable> {
        let heads = sheet.rows.iter().take(HEADERS_WITHIN).map(|row| Columns::of(row, counts_days));
        let heads = heads.rev().max_by_key(Columns::known).ok_or(Unreadable::Empty)?;
        if !heads.are_enough() {
            return Err(Unreadable::NoStudentColumns);
        }
        let below: Vec<_> = sheet.rows.iter().filter(|row| row.number > heads.row).collect();
        if below.is_empty() {
            return Err(Unreadable::Empty);
        }
        if u32::try_from(below.len()).map_or(true, |count| count > NOMINEES_MAX) {
            return Err(Unreadable::TooManyRows { max: NOMINEES_MAX });
        }
        let mut seen = HashSet::new();
        let rows = below.into_iter().map(|row| heads.read(row, usual, &mut seen)).collect();
        Ok(Self { columns: heads.columns, rows })
    }

    /// The students to nominate.
    pub fn nominees(&self) -> impl Iterator<Item = &Nominee> {
        self.rows.iter().filter_map(|row| row.outcome.as_ref().ok())
    }

    /// How many rows are refused.
    pub fn refused(&self) -> usize {
        self.rows.iter().filter(|row| row.outcome.is_err()).count()
    }
}

/// The columns of a list.
struct Columns {
    row: u32,
    columns: Vec<(String, Option<WhatColumn>)>,
}

/// Whether a header of how long one stays names months where days are counted, or days where months are.
fn says_other_unit(folded: &str, counts_days: bool) -> bool {
    let others = if counts_days { ["months", "mois"] } else { ["days", "jours"] };
    folded.split(' ').any(|word| others.contains(&word))
}

impl Columns {
    /// What each column means if this row is the one of headers. Where two mean the same, the first one does.
    fn of(row: &SheetRow, counts_days: bool) -> Self {
        let mut columns: Vec<(String, Option<WhatColumn>)> = Vec::with_capacity(row.cells.len());
        for header in &row.cells {
            let header = header.split_whitespace().collect::<Vec<_>>().join(" ");
            // What stands in brackets only explains.
            let plain = header.split('(').next().unwrap_or_default();
            let folded = fold(&header);
            let meant = WhatColumn::of_header(&folded).or_else(|| WhatColumn::of_header(&fold(plain)));
            let is_other = says_other_unit(&folded, counts_days);
            let meant =
                meant.filter(|meant| !(is_other && *meant == WhatColumn::Student(StudentColumn::Months)));
            let meant = meant.filter(|meant| !columns.iter().any(|(_, other)| other.as_ref() == Some(meant)));
            columns.push((header, meant));
        }
        Self { row: row.number, columns }
    }

    fn known(&self) -> usize {
        self.columns.iter().filter(|(_, meant)| meant.is_some()).count()
    }

    fn has(&self, column: StudentColumn) -> bool {
        self.columns.iter().any(|(_, meant)| *meant == Some(WhatColumn::Student(column)))
    }

    fn are_enough(&self) -> bool {
        use StudentColumn::{Email, FamilyName, Name};
        self.has(Email) && (self.has(Name) || self.has(FamilyName))
    }

    fn cell<'a>(&self, row: &'a SheetRow, column: StudentColumn) -> &'a str {
        let at = self.columns.iter().position(|(_, meant)| *meant == Some(WhatColumn::Student(column)));
        at.map_or("", |at| row.cell(at).trim())
    }

    /// The languages of a row: those of their column, and those that have one of their own.
    fn languages(&self, row: &SheetRow) -> String {
        let own = self.columns.iter().enumerate().filter_map(|(at, (_, meant))| match meant {
            Some(WhatColumn::Language(language)) => Some((language, row.cell(at).trim())),
            _ => None,
        });
        let own =
            own.filter(|(_, level)| !level.is_empty()).map(|(language, level)| format!("{language} {level}"));
        let all = [self.cell(row, StudentColumn::Languages).to_owned()].into_iter().chain(own);
        all.filter(|entry| !entry.is_empty()).collect::<Vec<_>>().join("; ")
    }

    fn name(&self, row: &SheetRow) -> String {
        use StudentColumn::{FamilyName, GivenName, Name};
        let [name, given, family] = [Name, GivenName, FamilyName].map(|column| self.cell(row, column));
        let is_whole = || {
            let [name, given] = [name, given].map(|text| format!(" {} ", fold(text)));
            name != given && name.contains(&given)
        };
        match (name, given, family) {
            (name, "", "") => name.to_owned(),
            (name, _, "") if is_whole() => name.to_owned(),
            (name, given, "") => format!("{given} {name}"),
            (_, given, family) => format!("{given} {family}"),
        }
    }

    fn read(&self, row: &SheetRow, usual: Option<Term>, seen: &mut HashSet<String>) -> ListedRow {
        use StudentColumn as Column;
        let cell = |column| self.cell(row, column);
        let form = StudentForm {
            name: self.name(row),
            email: address(cell(Column::Email)).to_owned(),
            number: cell(Column::Number).to_owned(),
            level: level(cell(Column::Level)),
            field: field(cell(Column::Field)),
            study_year: only_figures(cell(Column::StudyYear)).to_owned(),
            ects: without_word(cell(Column::Ects)).to_owned(),
            languages: self.languages(row),
        };
        let label = [form.name.trim(), cell(Column::Email)].into_iter().find(|label| !label.is_empty());
        let label = label.unwrap_or_default().chars().take(LABEL_MAX).collect();
        let mut errors = FieldErrors::default();
        let student = form.parse().map_err(|faults| errors = faults).ok();
        for (column, key) in keys(&form) {
            if !seen.insert(key) {
                errors.add(column.code(), Problem::Duplicate);
            }
        }
        let term = match (cell(Column::Term), usual) {
            ("", Some(usual)) => Some(usual),
            (said, _) => errors.take(Column::Term.code(), term(said)),
        };
        let months = errors.take(Column::Months.code(), optional(without_word(cell(Column::Months)), months));
        let outcome = match (student, term, months) {
            (Some(student), Some(term), Some(months)) if errors.is_empty() => {
                Ok(Nominee { student, term, months })
            }
            _ => Err(errors.0),
        };
        ListedRow { number: row.number, label, outcome }
    }
}

/// Most characters of a name that a report tells.
const LABEL_MAX: usize = 200;

/// What a student is known by within a list.
fn keys(form: &StudentForm) -> Vec<(StudentColumn, String)> {
    let email = Email::parse(&form.email).ok().map(|email| (StudentColumn::Email, email.key()));
    let number = Some(fold(&form.number)).filter(|number| !number.is_empty());
    // A number is no address: it holds no @.
    email.into_iter().chain(number.map(|number| (StudentColumn::Number, number))).collect()
}

/// The address in `Camille Exemple <camille@exemple.fr>`, `mailto:camille@exemple.fr;`.
fn address(raw: &str) -> &str {
    let inside =
        raw.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or(raw, |(inside, _)| inside);
    let plain = inside.trim().trim_end_matches([';', ',']);
    plain.strip_prefix("mailto:").unwrap_or(plain).trim()
}

/// The figures of a text that holds one number: `2e année`; the text itself otherwise.
fn only_figures(raw: &str) -> &str {
    let mut runs = raw.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
    match (runs.next(), runs.next()) {
        (Some(run), None) if !raw.split(run).next().is_some_and(|before| before.ends_with(['-', '−'])) => {
            run
        }
        _ => raw,
    }
}

/// A number without the word behind it: `5 mois`, `60 ECTS`; the text itself where there is no number.
fn without_word(raw: &str) -> &str {
    let number = raw.trim_end_matches(|c: char| c.is_alphabetic() || c.is_whitespace());
    if number.is_empty() { raw } else { number }
}

fn months(raw: &str) -> Result<Decimal, Problem> {
    Decimal::parse(raw)
        .and_then(|months| if months == Decimal::default() { Err(Problem::NotADecimal) } else { Ok(months) })
}

/// The number of a level that is named by its number, its diploma or its year; the text itself otherwise.
fn level(raw: &str) -> String {
    const NAMED: [(u8, &str); 4] = [
        (5, "bts, dut, short cycle, cycle court, bac 2"),
        (
            6,
            "bachelor, bachelors, bachelor s, bachelor s degree, licence, licence professionnelle, undergraduate, ug, bsc, ba, \
             but, l, l1, l2, l3, bac 3, first cycle, 1st cycle, premier cycle, 1er cycle",
        ),
        (
            7,
            "master, masters, master s, master s degree, mastere, msc, ma, m, m1, m2, ingenieur, diplome d ingenieur, \
             cycle ingenieur, graduate, postgraduate, pg, bac 4, bac 5, second cycle, 2nd cycle, deuxieme cycle, 2e cycle",
        ),
        (
            8,
            "doctorate, doctorat, doctoral, doctorant, doctorante, phd, ph d, bac 8, third cycle, 3rd cycle, troisieme cycle, 3e cycle",
        ),
    ];
    let folded = fold(raw);
    let named = |name: &str| NAMED.iter().find(|(_, names)| names.split(", ").any(|other| other == name));
    let without_year = folded.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    if let Some((level, _)) = named(&folded).or_else(|| named(without_year)) {
        return level.to_string();
    }
    let figure = ["eqf level", "eqf", "level", "niveau cec", "niveau", "cec"]
        .iter()
        .find_map(|word| folded.strip_prefix(word));
    match figure.map(|figure| EqfLevel::parse(figure.trim())) {
        Some(Ok(level)) => level.to_string(),
        _ => raw.to_owned(),
    }
}

/// The ISCED code in `0613 - Développement`, `613`; the text itself otherwise.
fn field(raw: &str) -> String {
    let code = only_figures(raw);
    let padded = format!("0{code}");
    let meant = [code, &padded].into_iter().find(|code| IscedField::parse(code).is_ok());
    meant.unwrap_or(raw).to_owned()
}

/// A term as lists name it.
fn term(raw: &str) -> Result<Term, Problem> {
    const NAMED: [(Term, &str); 3] = [
        (
            Term::S1,
            "1, semester 1, semestre 1, sem 1, 1st semester, first semester, premier semestre, 1er semestre, autumn, fall, \
             autumn semester, fall semester, automne, semestre d automne, winter semester, wintersemester",
        ),
        (
            Term::S2,
            "2, semester 2, semestre 2, sem 2, 2nd semester, second semester, deuxieme semestre, second semestre, \
             2e semestre, 2eme semestre, spring, spring semester, printemps, semestre de printemps, summer semester, \
             sommersemester",
        ),
        (
            Term::Year,
            "full year, whole year, academic year, full academic year, annual, annuel, annuelle, annee entiere, \
             annee complete, annee universitaire, 2 semesters, 2 semestres, s1 s2, s1 et s2, s1 and s2",
        ),
    ];
    let folded = fold(raw);
    let named = NAMED.iter().find(|(_, names)| names.split(", ").any(|name| name == folded));
    named.map_or_else(|| Term::parse(raw), |(term, _)| Ok(*term))
}

#[cfg(test)]
mod tests;
