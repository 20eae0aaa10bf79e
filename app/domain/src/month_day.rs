//! Days that come back every year.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::canonical::string_form;
use crate::lang::Lang;
use crate::partial_date::plain;
use crate::partial_date::{figures, month_day_from_words, show_month_day};
use crate::problem::Problem;

/// A year that has a February 29.
const LEAP_YEAR: i32 = 2000;

/// A month and a day, such as a deadline. Canonical text `--04-10` (XML Schema `gMonthDay`, which EWP
/// uses). February 29 is one. Ordered within the calendar year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MonthDay {
    month: u8,
    day: u8,
}

impl MonthDay {
    /// The day of that month.
    ///
    /// # Errors
    /// `NotAMonthDay` when no year has it.
    pub fn new(month: u32, day: u32) -> Result<Self, Problem> {
        NaiveDate::from_ymd_opt(LEAP_YEAR, month, day).ok_or(Problem::NotAMonthDay)?;
        match (u8::try_from(month), u8::try_from(day)) {
            (Ok(month), Ok(day)) => Ok(Self { month, day }),
            _ => Err(Problem::NotAMonthDay),
        }
    }

    /// Reads the canonical text, or what people type: `10/04` and `10.04` (day first), `10 avril`,
    /// `1er mars`, `April 10`, `10 April`.
    ///
    /// # Errors
    /// `Required` when blank, `NotAMonthDay`.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(Problem::Required);
        }
        let (month, day) = read(text).ok_or(Problem::NotAMonthDay)?;
        Self::new(month, day)
    }

    /// Month, 1 to 12.
    pub const fn month(self) -> u32 {
        self.month as u32
    }

    /// Day of the month, 1 to 31.
    pub const fn day(self) -> u32 {
        self.day as u32
    }

    /// The day in that calendar year; February 29 is February 28 in a year without it.
    pub fn in_year(self, year: i32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, self.month(), self.day())
            .or_else(|| NaiveDate::from_ymd_opt(year, self.month(), self.day() - 1))
            .unwrap_or_default()
    }

    /// The day as a reader of that language writes it: `10 avril`, `April 10`.
    pub fn show(self, lang: Lang) -> String {
        show_month_day(self.month(), self.day(), lang)
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "--{:02}-{:02}", self.month, self.day)
    }
}

string_form!(MonthDay);

/// Month and day, not yet known to exist.
fn read(text: &str) -> Option<(u32, u32)> {
    let small = |digits: &str| figures(digits, 1..=2).and_then(|number| u32::try_from(number).ok());
    if let Some(canonical) = text.strip_prefix("--") {
        let (month, day) = canonical.split_once('-')?;
        return small(month).zip(small(day));
    }
    if let Some((day, month)) = text.split_once(['/', '.'])
        && !text.chars().any(char::is_alphabetic)
    {
        return small(month.trim()).zip(small(day.trim()));
    }
    let folded = plain(text);
    let (first, second) = folded.strip_prefix("le ").unwrap_or(&folded).split_once(' ')?;
    month_day_from_words(first, second)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn days_are_read_as_people_type_them() {
        for (raw, canonical) in [
            ("--04-10", "--04-10"),
            (" 10/04 ", "--04-10"),
            ("10.4", "--04-10"),
            ("10 avril", "--04-10"),
            ("10\u{A0}avr.", "--04-10"),
            ("April 10", "--04-10"),
            ("10 April", "--04-10"),
            ("le 1er Août", "--08-01"),
            ("29/02", "--02-29"),
            ("30/02", ""),
            ("--13-01", ""),
            ("04-10", ""),
            ("avril", ""),
            ("10/04/2024", ""),
            ("10 avril 2024", ""),
        ] {
            let expected =
                if canonical.is_empty() { Err(Problem::NotAMonthDay) } else { Ok(canonical.to_owned()) };
            assert_eq!(MonthDay::parse(raw).map(String::from), expected, "{raw:?}");
        }
        assert_eq!(MonthDay::parse(""), Err(Problem::Required));
    }

    #[test]
    fn a_day_shows_in_both_languages() {
        for (raw, fr, en) in [("--04-10", "10 avril", "April 10"), ("--03-01", "1er mars", "March 1")] {
            let day = MonthDay::parse(raw).expect("valid");
            assert_eq!((day.show(Lang::Fr).as_str(), day.show(Lang::En).as_str()), (fr, en));
        }
    }

    #[test]
    fn the_leap_day_falls_back_in_other_years() {
        let leap = MonthDay::parse("--02-29").expect("valid");
        assert_eq!(leap.in_year(2024).to_string(), "2024-02-29");
        assert_eq!(leap.in_year(2023).to_string(), "2023-02-28");
    }

    proptest! {
        #[test]
        fn a_printed_day_reads_the_same(month in 1..=12u32, day in 1..=31u32) {
            if let Ok(month_day) = MonthDay::new(month, day) {
                prop_assert_eq!(MonthDay::parse(&month_day.to_string()), Ok(month_day));
                prop_assert_eq!(MonthDay::parse(&month_day.show(Lang::Fr)), Ok(month_day));
                prop_assert_eq!(MonthDay::parse(&month_day.show(Lang::En)), Ok(month_day));
            }
        }
    }
}
