//! Percentages.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::canonical::string_form;
use crate::decimal::{hundredths, show_hundredths};
use crate::problem::Problem;

/// A percentage from 0 to 100, in hundredths. Canonical text with a dot and without a sign: `30`, `33.3`, `12.05`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Percent(u16);

impl Percent {
    /// That many hundredths of a percent; `None` above 10,000.
    pub const fn from_hundredths(hundredths: u16) -> Option<Self> {
        if hundredths <= 10_000 { Some(Self(hundredths)) } else { None }
    }

    /// How many hundredths of a percent.
    pub const fn hundredths(self) -> u16 {
        self.0
    }

    /// Reads a percentage, with a dot or a comma, with or without its sign: `30`, `33,3 %`, `12.05`.
    ///
    /// # Errors
    /// `Required` when blank, `NotAPercentage` for anything else.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(Problem::Required);
        }
        let text = text.strip_suffix('%').unwrap_or(text).trim_end();
        let number = hundredths(text).and_then(|number| u16::try_from(number).ok());
        number.and_then(Self::from_hundredths).ok_or(Problem::NotAPercentage)
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show_hundredths(self.0.into(), f)
    }
}

string_form!(Percent);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn percentages_are_read_as_people_type_them() {
        for (raw, canonical) in [
            ("30", "30"),
            (" 30 % ", "30"),
            ("33,3\u{a0}%", "33.3"),
            ("33.30", "33.3"),
            ("12,05", "12.05"),
            ("0", "0"),
            ("100", "100"),
            ("100.01", ""),
            ("33.333", ""),
            ("1e1", ""),
            ("-5", ""),
            ("30.", ""),
            (".5", ""),
            ("30 %%", ""),
            ("99999", ""),
        ] {
            let expected =
                if canonical.is_empty() { Err(Problem::NotAPercentage) } else { Ok(canonical.to_owned()) };
            assert_eq!(Percent::parse(raw).map(String::from), expected, "{raw:?}");
        }
        assert_eq!(Percent::parse(" "), Err(Problem::Required));
    }

    proptest! {
        #[test]
        fn a_printed_percentage_reads_the_same(hundredths in 0..=10_000_u16) {
            let percent = Percent::from_hundredths(hundredths).expect("in range");
            prop_assert_eq!(Percent::parse(&percent.to_string()), Ok(percent));
        }
    }
}
