//! Terms of an academic year.

use std::fmt;

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::academic_year::AcademicYear;
use crate::canonical::string_form;
use crate::fold::fold;
use crate::partial_date::figures;
use crate::problem::Problem;

/// Most parts a year is cut into.
const MAX_PARTS: u8 = 12;

/// A part of an academic year. Canonical text: `S1`, `S2`, `year`, `q2/4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Term {
    /// The first semester.
    S1,
    /// The second semester.
    S2,
    /// The whole year.
    Year,
    /// One of several equal parts: quarter 2 of 4, trimester 1 of 3.
    Quarter {
        /// Which part, from 1 to `of`.
        n: u8,
        /// How many parts the year has, 2 to 12.
        of: u8,
    },
}

impl Term {
    /// Reads the canonical text in any case, or `année`, `annee`.
    ///
    /// # Errors
    /// `Required` when blank, `NotATerm`.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(Problem::Required);
        }
        match fold(text).as_str() {
            "s1" => Ok(Self::S1),
            "s2" => Ok(Self::S2),
            "year" | "annee" => Ok(Self::Year),
            _ => quarter(text).ok_or(Problem::NotATerm),
        }
    }
}

impl Term {
    /// The twelfths of the year that it takes, from 0: two terms overlap where they have one in common. A part that is no whole
    /// number of twelfths takes all that it touches.
    pub fn twelfths(self) -> std::ops::Range<u8> {
        match self {
            Self::S1 => 0..6,
            Self::S2 => 6..12,
            Self::Year => 0..12,
            Self::Quarter { n, of } => ((n - 1) * 12 / of)..(n * 12).div_ceil(of),
        }
    }

    /// The day on which it begins in an academic year.
    pub fn begins_on(self, year: AcademicYear) -> NaiveDate {
        year.starts_on() + Months::new(self.twelfths().start.into())
    }

    /// Whether two terms of the same year have a part of it in common.
    pub fn overlaps(self, other: Self) -> bool {
        let (own, other) = (self.twelfths(), other.twelfths());
        own.start < other.end && other.start < own.end
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::S1 => f.write_str("S1"),
            Self::S2 => f.write_str("S2"),
            Self::Year => f.write_str("year"),
            Self::Quarter { n, of } => write!(f, "q{n}/{of}"),
        }
    }
}

string_form!(Term);

fn quarter(text: &str) -> Option<Term> {
    let (n, of) = text.strip_prefix(['q', 'Q'])?.split_once('/')?;
    let small = |digits: &str| figures(digits.trim(), 1..=2).and_then(|number| u8::try_from(number).ok());
    let (n, of) = (small(n)?, small(of)?);
    ((2..=MAX_PARTS).contains(&of) && (1..=of).contains(&n)).then_some(Term::Quarter { n, of })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn terms_are_read_in_any_case() {
        for (raw, expected) in [
            ("S1", Ok(Term::S1)),
            (" s2 ", Ok(Term::S2)),
            ("year", Ok(Term::Year)),
            ("Année", Ok(Term::Year)),
            ("q2/4", Ok(Term::Quarter { n: 2, of: 4 })),
            ("Q1/3", Ok(Term::Quarter { n: 1, of: 3 })),
            ("q5/4", Err(Problem::NotATerm)),
            ("q0/4", Err(Problem::NotATerm)),
            ("q1/1", Err(Problem::NotATerm)),
            ("q1/13", Err(Problem::NotATerm)),
            ("S3", Err(Problem::NotATerm)),
            ("", Err(Problem::Required)),
        ] {
            assert_eq!(Term::parse(raw), expected, "{raw}");
        }
    }

    #[test]
    fn terms_overlap_where_they_have_a_part_in_common() {
        let quarter = |n, of| Term::Quarter { n, of };
        for (one, other, should) in [
            (Term::S1, Term::S1, true),
            (Term::S1, Term::S2, false),
            (Term::S1, Term::Year, true),
            (Term::S2, quarter(2, 4), false),
            (Term::S2, quarter(3, 4), true),
            (Term::S1, quarter(2, 3), true),
            (quarter(1, 3), quarter(2, 3), false),
        ] {
            assert_eq!((one.overlaps(other), other.overlaps(one)), (should, should), "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn a_printed_term_reads_the_same(n in 1..=12u8, of in 2..=12u8) {
            for term in [Term::S1, Term::S2, Term::Year, Term::Quarter { n: n.min(of), of }] {
                prop_assert_eq!(Term::parse(&term.to_string()), Ok(term));
            }
        }
    }
}
