//! Academic years, north and south.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::canonical::string_form;
use crate::partial_date::figures;
use crate::problem::Problem;

const FIRST: i32 = 1900;
const LAST: i32 = 2199;

/// An academic year that begins in 1900 to 2199.
///
/// Canonical text `2026/2027`, from September 1 to August 31; in the southern hemisphere `2026/2026`, the
/// calendar year (the two forms of EWP's academic-year type). Ordered by the first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AcademicYear {
    first: i32,
    // Kept this way round so that the derived order is the order of the first days.
    is_northern: bool,
}

impl AcademicYear {
    /// The northern year that begins in that September.
    ///
    /// # Errors
    /// `NotAnAcademicYear` out of 1900 to 2199.
    pub fn northern(first: i32) -> Result<Self, Problem> {
        Self::new(first, true)
    }

    /// The southern year that is that calendar year.
    ///
    /// # Errors
    /// `NotAnAcademicYear` out of 1900 to 2199.
    pub fn southern(first: i32) -> Result<Self, Problem> {
        Self::new(first, false)
    }

    /// Reads `2026/2027`, `2026-2027`, `2026–2027`, `2026/27`, and `2026/2026` for a southern year.
    ///
    /// # Errors
    /// `Required` when blank; `NotAnAcademicYear` for anything else, a year alone included: it does not say
    /// which of the two academic years it touches is meant.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(Problem::Required);
        }
        let (first, second) = text
            .split_once(['/', '-', '\u{2010}', '\u{2011}', '–', '—'])
            .ok_or(Problem::NotAnAcademicYear)?;
        let first = figures(first.trim_end(), 4..=4).ok_or(Problem::NotAnAcademicYear)?;
        let second = second.trim_start();
        let matches = |year: i32| {
            figures(second, 4..=4) == Some(year) || figures(second, 2..=2) == Some(year.rem_euclid(100))
        };
        if matches(first + 1) {
            Self::northern(first)
        } else if matches(first) {
            Self::southern(first)
        } else {
            Err(Problem::NotAnAcademicYear)
        }
    }

    /// The northern academic year a day lies in; the nearest one for a day out of the range.
    pub fn of(day: NaiveDate) -> Self {
        let first = if day.month() >= 9 { day.year() } else { day.year() - 1 };
        Self { first: first.clamp(FIRST, LAST), is_northern: true }
    }

    /// The first year to end, northern or southern, of those that are not over on a day. Years end in the order of their canonical
    /// texts: `2026/2026`, `2026/2027`, `2027/2027`.
    pub fn first_not_over(day: NaiveDate) -> Self {
        let northern = Self::of(day);
        Self::southern(day.year())
            .ok()
            .filter(|southern| southern.first == northern.first)
            .unwrap_or(northern)
    }

    /// The calendar year it begins in.
    pub const fn first_year(self) -> i32 {
        self.first
    }

    /// Whether it is the calendar year, as in the southern hemisphere.
    pub const fn is_southern(self) -> bool {
        !self.is_northern
    }

    /// The year after; `None` after the last of the range.
    pub fn next(self) -> Option<Self> {
        Self::new(self.first + 1, self.is_northern).ok()
    }

    /// The year before; `None` before the first of the range.
    pub fn previous(self) -> Option<Self> {
        Self::new(self.first - 1, self.is_northern).ok()
    }

    /// This year and those after it up to `last`, as kept in the hemisphere of this one.
    pub fn through(self, last: Self) -> impl Iterator<Item = Self> + Clone {
        (self.first..=last.first).map(move |first| Self { first, ..self })
    }

    /// The first day: September 1, in a southern year January 1.
    pub fn starts_on(self) -> NaiveDate {
        day(self.first, if self.is_northern { 9 } else { 1 }, 1)
    }

    /// The last day: August 31, in a southern year December 31.
    pub fn ends_on(self) -> NaiveDate {
        if self.is_northern { day(self.first + 1, 8, 31) } else { day(self.first, 12, 31) }
    }

    /// Whether the day lies in the year.
    pub fn contains(self, day: NaiveDate) -> bool {
        (self.starts_on()..=self.ends_on()).contains(&day)
    }

    fn new(first: i32, is_northern: bool) -> Result<Self, Problem> {
        if (FIRST..=LAST).contains(&first) {
            Ok(Self { first, is_northern })
        } else {
            Err(Problem::NotAnAcademicYear)
        }
    }
}

impl fmt::Display for AcademicYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.first + i32::from(self.is_northern))
    }
}

string_form!(AcademicYear);

/// A day that exists in every year.
fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn years_are_read_as_people_type_them() {
        for (raw, canonical) in [
            ("2026/2027", "2026/2027"),
            (" 2026 - 2027 ", "2026/2027"),
            ("2026/27", "2026/2027"),
            ("2026–2027", "2026/2027"),
            ("2099/00", "2099/2100"),
            ("2026/2026", "2026/2026"),
            ("2026", ""),
            ("2026/2028", ""),
            ("2027/2026", ""),
            ("26/27", ""),
            ("1899/1900", ""),
            ("2200/2201", ""),
            ("2026/2027/2028", ""),
        ] {
            let expected =
                if canonical.is_empty() { Err(Problem::NotAnAcademicYear) } else { Ok(canonical.to_owned()) };
            assert_eq!(AcademicYear::parse(raw).map(|year| year.to_string()), expected, "{raw:?}");
        }
        assert_eq!(AcademicYear::parse(""), Err(Problem::Required));
    }

    #[test]
    fn years_end_in_the_order_of_their_texts() {
        let years =
            [2025, 2026, 2027].map(|first| [AcademicYear::southern(first), AcademicYear::northern(first)]);
        let years = years.map(|both| both.map(|year| year.expect("a year"))).concat();
        assert!(
            years.is_sorted_by_key(|year| year.ends_on()) && years.is_sorted_by_key(AcademicYear::to_string)
        );
        for (on, expected) in [
            ("2026-08-31", "2025/2026"),
            ("2026-09-01", "2026/2026"),
            ("2026-12-31", "2026/2026"),
            ("2027-01-01", "2026/2027"),
            ("2027-08-31", "2026/2027"),
        ] {
            let on = on.parse().expect("a day");
            let first = AcademicYear::first_not_over(on);
            assert_eq!(first.to_string(), expected, "{on}");
            for year in &years {
                let is_over = year.ends_on() < on;
                assert_eq!(is_over, year.to_string() < first.to_string(), "{year} on {on}");
            }
        }
    }

    #[test]
    fn the_northern_year_begins_in_september() {
        for (d, expected) in
            [(day(2026, 8, 31), "2025/2026"), (day(2026, 9, 1), "2026/2027"), (day(1500, 1, 1), "1900/1901")]
        {
            assert_eq!(AcademicYear::of(d).to_string(), expected);
        }
    }

    #[test]
    fn a_year_knows_its_days_and_its_neighbours() {
        let north = AcademicYear::parse("2026/2027").expect("valid");
        let south = AcademicYear::parse("2026/2026").expect("valid");
        assert_eq!((north.starts_on(), north.ends_on()), (day(2026, 9, 1), day(2027, 8, 31)));
        assert_eq!((south.starts_on(), south.ends_on()), (day(2026, 1, 1), day(2026, 12, 31)));
        assert_eq!(south.next().map(|year| year.to_string()).as_deref(), Some("2027/2027"));
        assert_eq!(north.previous().map(AcademicYear::first_year), Some(2025));
        assert_eq!(AcademicYear::northern(2199).expect("valid").next(), None);
        assert!(south < north && !north.is_southern() && south.is_southern());
        let third = AcademicYear::northern(2028).expect("valid");
        assert_eq!(
            north.through(third).map(AcademicYear::first_year).collect::<Vec<_>>(),
            [2026, 2027, 2028]
        );
    }

    proptest! {
        #[test]
        fn a_printed_year_reads_the_same(first in FIRST..=LAST, is_northern: bool) {
            let year = AcademicYear { first, is_northern };
            prop_assert_eq!(AcademicYear::parse(&year.to_string()), Ok(year));
            prop_assert!(year.contains(year.starts_on()) && year.contains(year.ends_on()));
            if is_northern {
                prop_assert_eq!(AcademicYear::of(year.ends_on()), year);
            }
        }
    }
}
