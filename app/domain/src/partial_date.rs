//! Dates known to the year, the month or the day, and dates still to be confirmed.

use std::cmp::Ordering;
use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::canonical::string_form;
use crate::lang::Lang;
use crate::problem::Problem;

const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// How much of a date is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// The year only.
    Year,
    /// The year and the month.
    Month,
    /// The day.
    Day,
}

/// A date known to the year, the month or the day, years 1000 to 9999.
///
/// Canonical text after EDTF level 0 (ISO 8601-2): `2020`, `2020-05`, `2020-05-17`. Ordered by the first
/// day it may mean, then by the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PartialDate {
    /// Some day of that year.
    Year(i32),
    /// Some day of that month.
    Month {
        /// Year, 1000 to 9999.
        year: i32,
        /// Month, 1 to 12.
        month: u32,
    },
    /// That day.
    Day(NaiveDate),
}

impl PartialDate {
    /// Reads the canonical text, or what people type in French or English: `mai 2024`, `05/2024`,
    /// `10/01/2024` (day first), `1er mars 2024`, `January 10, 2024`; months may be abbreviated, accents
    /// and case do not matter.
    ///
    /// # Errors
    /// `Required` when blank, `NotADate` for anything else that is no date of the calendar.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(Problem::Required);
        }
        let date = if text.chars().any(char::is_alphabetic) { from_words(text) } else { from_figures(text) };
        date.ok_or(Problem::NotADate)
    }

    /// Reads a date that has to be known to the day.
    ///
    /// # Errors
    /// Those of [`Self::parse`], and `NotADay` for a year or a month.
    pub fn parse_day(raw: &str) -> Result<NaiveDate, Problem> {
        match Self::parse(raw)? {
            Self::Day(day) => Ok(day),
            Self::Year(_) | Self::Month { .. } => Err(Problem::NotADay),
        }
    }

    /// How much of the date is known.
    pub const fn precision(self) -> Precision {
        match self {
            Self::Year(_) => Precision::Year,
            Self::Month { .. } => Precision::Month,
            Self::Day(_) => Precision::Day,
        }
    }

    /// The year.
    pub fn year(self) -> i32 {
        match self {
            Self::Year(year) | Self::Month { year, .. } => year,
            Self::Day(day) => day.year(),
        }
    }

    /// The first day it may mean. A month written by hand that does not exist gives the calendar's start.
    pub fn earliest(self) -> NaiveDate {
        match self {
            Self::Year(year) => NaiveDate::from_ymd_opt(year, 1, 1),
            Self::Month { year, month } => NaiveDate::from_ymd_opt(year, month, 1),
            Self::Day(day) => Some(day),
        }
        .unwrap_or(NaiveDate::MIN)
    }

    /// The last day it may mean. A month written by hand that does not exist gives the calendar's end.
    pub fn latest(self) -> NaiveDate {
        match self {
            Self::Year(year) | Self::Month { year, month: 12 } => NaiveDate::from_ymd_opt(year, 12, 31),
            Self::Month { year, month } => {
                NaiveDate::from_ymd_opt(year, month.saturating_add(1), 1).and_then(|next| next.pred_opt())
            }
            Self::Day(day) => Some(day),
        }
        .unwrap_or(NaiveDate::MAX)
    }

    /// The date as a reader of that language writes it: `17 avril 2024`, `April 17, 2024`, `mai 2024`.
    pub fn show(self, lang: Lang) -> String {
        match self {
            Self::Year(year) => year.to_string(),
            Self::Month { year, month } => format!("{} {year}", month_name(month, lang)),
            Self::Day(day) => show_day(day, lang),
        }
    }

    fn year_only(year: i32) -> Option<Self> {
        (1000..=9999).contains(&year).then_some(Self::Year(year))
    }

    fn month_of(year: i32, month: u32) -> Option<Self> {
        ((1000..=9999).contains(&year) && (1..=12).contains(&month)).then_some(Self::Month { year, month })
    }

    fn day_of(year: i32, month: u32, day: u32) -> Option<Self> {
        if !(1000..=9999).contains(&year) {
            return None;
        }
        NaiveDate::from_ymd_opt(year, month, day).map(Self::Day)
    }
}

impl From<NaiveDate> for PartialDate {
    fn from(day: NaiveDate) -> Self {
        Self::Day(day)
    }
}

impl PartialOrd for PartialDate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PartialDate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.earliest()
            .cmp(&other.earliest())
            .then_with(|| self.latest().cmp(&other.latest()))
            .then_with(|| self.to_string().cmp(&other.to_string()))
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Month { year, month } => write!(f, "{year:04}-{month:02}"),
            Self::Day(day) => write!(f, "{:04}-{:02}-{:02}", day.year(), day.month(), day.day()),
        }
    }
}

string_form!(PartialDate);

/// A date as a source states it, perhaps still to be confirmed.
///
/// Canonical text: the date, followed by `?` (EDTF's mark of the uncertain) when it is to be confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StatedDate {
    /// The date.
    pub date: PartialDate,
    /// Whether someone must still check it.
    pub to_confirm: bool,
}

impl StatedDate {
    /// Reads what `PartialDate::parse` reads, and a `?` after it.
    ///
    /// # Errors
    /// `Required` when blank, `NotADate`.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let text = raw.trim();
        match text.strip_suffix('?') {
            Some(date) if date.trim().is_empty() => Err(Problem::NotADate),
            Some(date) => Ok(Self { date: PartialDate::parse(date)?, to_confirm: true }),
            None => Ok(Self { date: PartialDate::parse(text)?, to_confirm: false }),
        }
    }
}

impl From<PartialDate> for StatedDate {
    fn from(date: PartialDate) -> Self {
        Self { date, to_confirm: false }
    }
}

impl fmt::Display for StatedDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.date, if self.to_confirm { "?" } else { "" })
    }
}

string_form!(StatedDate);

/// A day as a reader of that language writes it: `1er mars 2024`, `March 1, 2024`.
pub fn show_day(day: NaiveDate, lang: Lang) -> String {
    let month_day = show_month_day(day.month(), day.day(), lang);
    match lang {
        Lang::Fr => format!("{month_day} {}", day.year()),
        Lang::En => format!("{month_day}, {}", day.year()),
    }
}

/// A day without its year: `1er mars`, `March 1`.
pub(crate) fn show_month_day(month: u32, day: u32, lang: Lang) -> String {
    let name = month_name(month, lang);
    match lang {
        Lang::Fr if day == 1 => format!("1er {name}"),
        Lang::Fr => format!("{day} {name}"),
        Lang::En => format!("{name} {day}"),
    }
}

/// The name of the month 1 to 12; nothing for another number.
fn month_name(month: u32, lang: Lang) -> &'static str {
    let names = match lang {
        Lang::Fr => &MONTHS_FR,
        Lang::En => &MONTHS_EN,
    };
    month.checked_sub(1).and_then(|i| names.get(i as usize)).copied().unwrap_or_default()
}

/// The words of a date: lowercase, without accents, one space between. French and English months bear few
/// accents: no table of all of Unicode is needed, which would weigh on what browsers load.
pub(crate) fn plain(text: &str) -> String {
    let letters = text.to_lowercase();
    let letters = letters.chars().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).map(|c| match c {
        'é' | 'è' | 'ê' => 'e',
        'û' | 'ù' => 'u',
        c if c.is_alphanumeric() => c,
        _ => ' ',
    });
    letters.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The month a folded word names, in French or English, whole or cut after three letters or more.
pub(crate) fn month_from_word(word: &str) -> Option<u32> {
    if word.len() < 3 {
        return None;
    }
    let mut found = None;
    for (month, (fr, en)) in (1..).zip(MONTHS_FR.iter().zip(&MONTHS_EN)) {
        let names = [plain(fr), plain(en)];
        if names.iter().any(|name| name == word) {
            return Some(month);
        }
        if names.iter().any(|name| name.starts_with(word)) {
            // "jui" may be June or July.
            if found.is_some() {
                return None;
            }
            found = Some(month);
        }
    }
    found
}

/// The day a folded word gives: `17`, `1er`, `3rd`.
pub(crate) fn day_from_word(word: &str) -> Option<u32> {
    let digits = ["er", "st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
    figures(digits, 1..=2).and_then(|day| u32::try_from(day).ok())
}

/// A number written in ASCII digits only, as many as allowed.
pub(crate) fn figures(digits: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<i32> {
    let is_number = lengths.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { digits.parse().ok() } else { None }
}

/// Month and day from folded words, in either order.
pub(crate) fn month_day_from_words(first: &str, second: &str) -> Option<(u32, u32)> {
    month_from_word(first)
        .zip(day_from_word(second))
        .or_else(|| month_from_word(second).zip(day_from_word(first)))
}

fn from_words(text: &str) -> Option<PartialDate> {
    // A sign other than these is no punctuation of a date.
    if text.chars().any(|c| !(c.is_alphanumeric() || c.is_whitespace() || ".,-/\u{301}\u{302}".contains(c))) {
        return None;
    }
    let folded = plain(text);
    let words: Vec<&str> = folded.split(' ').collect();
    let words = words.strip_prefix(&["le"]).unwrap_or(&words);
    match *words {
        [month, year] => PartialDate::month_of(figures(year, 4..=4)?, month_from_word(month)?),
        [first, second, year] => {
            let (month, day) = month_day_from_words(first, second)?;
            PartialDate::day_of(figures(year, 4..=4)?, month, day)
        }
        _ => None,
    }
}

fn from_figures(text: &str) -> Option<PartialDate> {
    let year = |digits: &str| figures(digits, 4..=4);
    let small = |digits: &str| figures(digits, 1..=2).and_then(|number| u32::try_from(number).ok());
    let separator = text.chars().find(|c| !c.is_ascii_digit());
    let Some(separator) = separator else {
        return PartialDate::year_only(year(text)?);
    };
    if !matches!(separator, '-' | '/' | '.') {
        return None;
    }
    let parts: Vec<&str> = text.split(separator).map(str::trim).collect();
    match *parts {
        [y, m] if y.len() == 4 => PartialDate::month_of(year(y)?, small(m)?),
        [m, y] => PartialDate::month_of(year(y)?, small(m)?),
        [y, m, d] if y.len() == 4 => PartialDate::day_of(year(y)?, small(m)?, small(d)?),
        [d, m, y] => PartialDate::day_of(year(y)?, small(m)?, small(d)?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
    }

    #[test]
    fn dates_are_read_as_people_type_them() {
        for (raw, canonical) in [
            ("2020", "2020"),
            (" 2020-05 ", "2020-05"),
            ("2020-05-17", "2020-05-17"),
            ("mai 2024", "2024-05"),
            ("May 2024", "2024-05"),
            ("05/2024", "2024-05"),
            ("5/2024", "2024-05"),
            ("janv. 2024", "2024-01"),
            ("Jan 2024", "2024-01"),
            ("FÉVRIER 2024", "2024-02"),
            ("fevr. 2024", "2024-02"),
            ("aout 2024", "2024-08"),
            ("août\u{A0}2024", "2024-08"),
            ("de\u{301}cembre 2024", "2024-12"),
            ("juil. 2024", "2024-07"),
            ("Sept 2024", "2024-09"),
            ("10/01/2024", "2024-01-10"),
            ("10.01.2024", "2024-01-10"),
            ("10-01-2024", "2024-01-10"),
            ("2024/01/10", "2024-01-10"),
            ("10 janvier 2024", "2024-01-10"),
            ("le 10 janvier 2024", "2024-01-10"),
            ("1er mars 2024", "2024-03-01"),
            ("January 10, 2024", "2024-01-10"),
            ("10 January 2024", "2024-01-10"),
            ("3rd of", ""),
            ("March 3rd, 2024", "2024-03-03"),
            ("29/02/2024", "2024-02-29"),
            ("29/02/2023", ""),
            ("31 avril 2024", ""),
            ("2024-13", ""),
            ("0999", ""),
            ("24", ""),
            ("10/01/24", ""),
            ("jui 2024", ""),
            ("2024-05-17-01", ""),
            ("10/01-2024", ""),
            ("?", ""),
            ("+2024", ""),
            ("bientôt", ""),
        ] {
            let parsed = PartialDate::parse(raw).map(|date| date.to_string());
            let expected =
                if canonical.is_empty() { Err(Problem::NotADate) } else { Ok(canonical.to_owned()) };
            assert_eq!(parsed, expected, "{raw:?}");
        }
        assert_eq!(PartialDate::parse(" "), Err(Problem::Required));
    }

    #[test]
    fn a_date_shows_in_both_languages() {
        for (raw, fr, en) in [
            ("2024-04-17", "17 avril 2024", "April 17, 2024"),
            ("2024-03-01", "1er mars 2024", "March 1, 2024"),
            ("2024-05", "mai 2024", "May 2024"),
            ("2020", "2020", "2020"),
        ] {
            let date = PartialDate::parse(raw).expect("valid");
            assert_eq!((date.show(Lang::Fr).as_str(), date.show(Lang::En).as_str()), (fr, en));
        }
    }

    #[test]
    fn a_date_spans_the_days_it_may_mean() {
        for (raw, first, last, precision) in [
            ("2024", day(2024, 1, 1), day(2024, 12, 31), Precision::Year),
            ("2024-02", day(2024, 2, 1), day(2024, 2, 29), Precision::Month),
            ("2024-12", day(2024, 12, 1), day(2024, 12, 31), Precision::Month),
            ("2024-02-03", day(2024, 2, 3), day(2024, 2, 3), Precision::Day),
        ] {
            let date = PartialDate::parse(raw).expect("valid");
            assert_eq!((date.earliest(), date.latest(), date.precision()), (first, last, precision));
        }
    }

    #[test]
    fn dates_sort_by_the_first_day_they_may_mean() {
        let mut dates = ["2024-02", "2025", "2024", "2024-01-01", "2024-01"]
            .map(|raw| PartialDate::parse(raw).expect("valid"));
        dates.sort();
        assert_eq!(dates.map(|d| d.to_string()), ["2024-01-01", "2024-01", "2024", "2024-02", "2025"]);
    }

    #[test]
    fn a_question_mark_asks_for_confirmation() {
        for (raw, canonical) in [("2024-04-17?", "2024-04-17?"), ("mai 2024 ?", "2024-05?"), ("2024", "2024")]
        {
            assert_eq!(StatedDate::parse(raw).map(|date| date.to_string()), Ok(canonical.to_owned()));
        }
        assert_eq!(StatedDate::parse("?"), Err(Problem::NotADate));
        assert_eq!(StatedDate::parse("2024??"), Err(Problem::NotADate));
        assert_eq!(StatedDate::parse(""), Err(Problem::Required));
    }

    fn any_date() -> impl Strategy<Value = PartialDate> {
        (1000..=9999i32, 1..=12u32, 1..=28u32, 0..3u8).prop_map(|(year, month, d, kind)| match kind {
            0 => PartialDate::Year(year),
            1 => PartialDate::Month { year, month },
            _ => PartialDate::Day(day(year, month, d)),
        })
    }

    proptest! {
        #[test]
        fn a_printed_date_reads_the_same(date in any_date(), to_confirm: bool) {
            prop_assert_eq!(PartialDate::parse(&date.to_string()), Ok(date));
            prop_assert_eq!(PartialDate::parse(&date.show(Lang::Fr)), Ok(date));
            prop_assert_eq!(PartialDate::parse(&date.show(Lang::En)), Ok(date));
            let stated = StatedDate { date, to_confirm };
            prop_assert_eq!(StatedDate::parse(&stated.to_string()), Ok(stated));
        }

        #[test]
        fn any_text_is_read_or_refused(raw in "\\PC{0,20}") {
            let _ = StatedDate::parse(&raw);
        }
    }
}
