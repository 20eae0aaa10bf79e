//! Levels of qualifications.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::canonical::string_form;
use crate::partial_date::figures;
use crate::problem::Problem;

/// A level of the European Qualifications Framework, 1 to 8: bachelor 6, master 7, doctorate 8 (Council
/// Recommendation 2017/C 189/03). Canonical text: the figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EqfLevel(u8);

impl EqfLevel {
    /// All levels, lowest first.
    pub const ALL: [Self; 8] = [Self(1), Self(2), Self(3), Self(4), Self(5), Self(6), Self(7), Self(8)];

    /// The level of that number.
    ///
    /// # Errors
    /// `NotAnEqfLevel` out of 1 to 8.
    pub fn new(level: u8) -> Result<Self, Problem> {
        if (1..=8).contains(&level) { Ok(Self(level)) } else { Err(Problem::NotAnEqfLevel) }
    }

    /// Reads a figure.
    ///
    /// # Errors
    /// `Required` when blank, `NotAnEqfLevel`.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(Problem::Required);
        }
        let level = figures(text, 1..=1).and_then(|level| u8::try_from(level).ok());
        level.ok_or(Problem::NotAnEqfLevel).and_then(Self::new)
    }

    /// The level, 1 to 8.
    pub const fn level(self) -> u8 {
        self.0
    }
}

impl fmt::Display for EqfLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

string_form!(EqfLevel);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_eight_levels() {
        for level in EqfLevel::ALL {
            assert_eq!(EqfLevel::parse(&level.to_string()), Ok(level));
            assert_eq!(EqfLevel::new(level.level()), Ok(level));
        }
        for raw in ["0", "9", "07", "7.5", "x"] {
            assert_eq!(EqfLevel::parse(raw), Err(Problem::NotAnEqfLevel), "{raw}");
        }
        assert_eq!(EqfLevel::parse(" "), Err(Problem::Required));
        assert!(EqfLevel::ALL.is_sorted());
    }
}
