//! Credits.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::canonical::string_form;
use crate::problem::Problem;

/// A number of ECTS credits, counted in halves: 0 to 32,767.5. Canonical text with a dot: `30`, `7.5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ects(u16);

impl Ects {
    /// That many half credits.
    pub const fn from_halves(halves: u16) -> Self {
        Self(halves)
    }

    /// How many half credits.
    pub const fn halves(self) -> u16 {
        self.0
    }

    /// Reads a number of credits, with a dot or a comma: `30`, `7.5`, `7,5`, `7,0`.
    ///
    /// # Errors
    /// `Required` when blank, `NotEcts` for anything but a number in halves within the range.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(Problem::Required);
        }
        halves(text).map(Self).ok_or(Problem::NotEcts)
    }
}

impl fmt::Display for Ects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.0 / 2, if self.0 % 2 == 1 { ".5" } else { "" })
    }
}

string_form!(Ects);

fn halves(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let half = match fraction.strip_suffix('0').unwrap_or(fraction) {
        "5" => 1,
        "" | "0" if !fraction.is_empty() => 0,
        _ => return None,
    };
    whole.parse::<u16>().ok()?.checked_mul(2)?.checked_add(half)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn credits_are_read_in_halves() {
        for (raw, canonical) in [
            ("30", "30"),
            (" 7.5 ", "7.5"),
            ("7,5", "7.5"),
            ("7.50", "7.5"),
            ("30,0", "30"),
            ("030", "30"),
            ("32767.5", "32767.5"),
            ("32768", ""),
            ("7.25", ""),
            ("7.", ""),
            (".5", ""),
            ("-1", ""),
            ("+1", ""),
            ("1e2", ""),
            ("7.5.0", ""),
        ] {
            let expected =
                if canonical.is_empty() { Err(Problem::NotEcts) } else { Ok(canonical.to_owned()) };
            assert_eq!(Ects::parse(raw).map(String::from), expected, "{raw:?}");
        }
        assert_eq!(Ects::parse(""), Err(Problem::Required));
    }

    proptest! {
        #[test]
        fn a_printed_number_of_credits_reads_the_same(halves: u16) {
            let ects = Ects::from_halves(halves);
            prop_assert_eq!(Ects::parse(&ects.to_string()), Ok(ects));
        }
    }
}
