//! What may be wrong with a field, as codes. Wording lives in the catalogue of texts.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Why a value was refused. A code with its figures, never prose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
#[error("{self:?}")]
pub enum Problem {
    /// Nothing was given where something is needed.
    Required,
    /// More graphemes than allowed.
    TooLong {
        /// Most graphemes allowed.
        max: u32,
        /// Graphemes given.
        actual: u32,
    },
    /// Fewer graphemes than needed.
    TooShort {
        /// Least graphemes needed.
        min: u32,
    },
    /// The text holds a control character (a line feed is allowed in long texts only).
    ControlCharacter,
    /// Not a date in any form that is understood.
    NotADate,
    /// Not an e-mail address.
    NotAnEmail,
    /// Not an http(s) address.
    NotAUrl,
    /// Not a BCP-47 language tag.
    NotALanguage,
    /// Not an ISO 3166 country.
    NotACountry,
    /// Not a whole number in the range.
    NotANumber {
        /// Smallest value allowed.
        min: i64,
        /// Largest value allowed.
        max: i64,
    },
    /// Not a percentage from 0 to 100, with at most two decimals.
    NotAPercentage,
    /// Not a number with at most two decimals.
    NotADecimal,
    /// What is done again and again has no single due date.
    DueEachTime,
    /// What was chosen beside it leaves no place for it.
    NotWithThis,
    /// Not an academic year such as `2026/2027`.
    NotAnAcademicYear,
    /// Not a month and day such as `--04-10`.
    NotAMonthDay,
    /// Not a term.
    NotATerm,
    /// Not a CEFR level A1 to C2.
    NotACefrLevel,
    /// Not an EQF level 1 to 8.
    NotAnEqfLevel,
    /// Not a number of ECTS credits in halves.
    NotEcts,
    /// Not in the ISCED-F 2013 list.
    NotAnIscedField,
    /// The Erasmus code does not follow the pattern.
    NotAnErasmusCode,
    /// Not a PIC: nine digits.
    NotAPic,
    /// Not an OID: `E` and eight digits.
    NotAnOid,
    /// Not a ROR identifier.
    NotARor,
    /// Not a SCHAC / HEI id: a domain name.
    NotAHeiId,
    /// Not geographic coordinates in degrees.
    NotCoordinates,
    /// Not one of the choices offered.
    NotAChoice,
    /// The end comes before the start.
    EndBeforeStart,
    /// There is an end, and it is said that there is none.
    EndOfOpenEnded,
    /// What renews itself needs the end of its first period.
    NothingToRenew,
    /// An agreement needs at least two parties.
    TooFewParties,
    /// More entries than allowed.
    TooMany {
        /// Most entries allowed.
        max: u32,
    },
    /// The same party stands here twice.
    PartyTwice,
    /// The same entry stands here twice.
    Duplicate,
    /// The institution named does not exist, or not any more.
    UnknownInstitution,
    /// None of the parties is an institution of the person writing.
    OwnPartyMissing,
    /// Sender and receiver are the same party.
    SameParty,
    /// An institution that is no university hosts no students.
    CannotHost,
    /// Another flow counts the places of the same pool in another unit.
    PoolUnit,
    /// More is used than that.
    BelowUse {
        /// Units used.
        used: u32,
        /// The least number that is enough, with what was added or taken away since.
        least: u32,
    },
    /// More months or days are spent than that.
    BelowSpent {
        /// Hundredths of months or days that are spent.
        spent: i64,
    },
    /// A unit cannot be its own parent.
    OwnParent,
    /// Not the name that is asked for.
    NotTheName,
    /// Another institution has this identifier.
    TakenIdentifier,
    /// Someone has this e-mail address already.
    TakenEmail,
    /// The password is too easy to guess.
    WeakPassword,
    /// The two passwords differ.
    PasswordsDiffer,
    /// The present password is wrong.
    WrongPassword,
    /// Evidence is needed: it is said for others, or can no more be objected to.
    EvidenceNeeded,
    /// The file is larger than allowed.
    FileTooLarge {
        /// Most megabytes allowed.
        max: u32,
    },
    /// The file holds nothing.
    FileEmpty,
    /// What the file holds is none of the formats taken, whatever its name says.
    FileNotTaken,
    /// The file is packed, and what it says it unpacks to is too much.
    FileUnpacksTooLarge,
    /// There is a file and a link: only one is taken.
    FileAndLink,
    /// The agreement has no such revision.
    UnknownRevision,
    /// The day lies in the future.
    InTheFuture,
    /// A date that is known to the day is needed.
    NotADay,
    /// There was nothing to end before that day.
    BeginsAfter {
        /// The first day on which there was.
        since: NaiveDate,
    },
    /// It ends by itself before that day.
    EndsBefore {
        /// Its last day.
        ends_on: NaiveDate,
    },
    /// Less notice than the agreement asks for needs a reason.
    ShortNotice {
        /// Months of notice asked for.
        months: u16,
        /// The first day on which a notice in time would take effect.
        earliest: NaiveDate,
    },
}

/// A problem at a field. The field is a path in the form, such as `parties.1.institution`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Path of the field in the form, dots between steps, indexes from 0.
    pub field: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// All problems of one form, in the order of its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldErrors(pub Vec<FieldError>);

/// Codes that someone typed, separated by commas, semicolons or spaces.
pub fn codes(raw: &str) -> impl Iterator<Item = &str> {
    raw.split(|c: char| c == ',' || c == ';' || c.is_whitespace()).filter(|code| !code.is_empty())
}

impl FieldErrors {
    /// Notes a problem at a field.
    pub fn add(&mut self, field: impl Into<String>, problem: Problem) {
        self.0.push(FieldError { field: field.into(), problem });
    }

    /// Keeps the value of a parsed field, or notes why there is none.
    pub fn take<T>(&mut self, field: &str, parsed: Result<T, Problem>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(problem) => {
                self.add(field, problem);
                None
            }
        }
    }

    /// Codes separated by commas, semicolons or spaces, each kept once. The first that is wrong is noted, and that there are too
    /// many.
    pub(crate) fn take_codes<T: PartialEq>(
        &mut self,
        field: &str,
        raw: &str,
        max: u32,
        parse: impl Fn(&str) -> Result<T, Problem>,
    ) -> Vec<T> {
        let mut values = Vec::new();
        for code in codes(raw) {
            match parse(code) {
                Ok(value) if values.contains(&value) => {}
                Ok(value) => values.push(value),
                Err(problem) if self.at(field).is_none() => self.add(field, problem),
                Err(_) => {}
            }
        }
        if values.len() > max as usize {
            self.add(field, Problem::TooMany { max });
        }
        values
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first problem at exactly this field.
    pub fn at(&self, field: &str) -> Option<&Problem> {
        self.0.iter().find(|error| error.field == field).map(|error| &error.problem)
    }

    /// The value when nothing is wrong.
    pub fn into_result<T>(self, value: impl FnOnce() -> T) -> Result<T, Self> {
        if self.is_empty() { Ok(value()) } else { Err(self) }
    }
}
