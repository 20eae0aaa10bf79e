//! Numbers with two decimals: months, days, weights.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::canonical::string_form;
use crate::problem::Problem;

/// The largest one, in hundredths.
const MAX: u32 = 999_999;

/// A number from 0 to 9,999.99, counted in hundredths. Canonical text with a dot: `5`, `7.5`, `0.25`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal(u32);

impl Decimal {
    /// One.
    pub const ONE: Self = Self(100);

    /// That many hundredths; `None` above 999,999.
    pub const fn from_hundredths(hundredths: u32) -> Option<Self> {
        if hundredths <= MAX { Some(Self(hundredths)) } else { None }
    }

    /// Hundredths that were added up; none where they are out of range.
    pub fn sum(hundredths: i64) -> Self {
        u32::try_from(hundredths).ok().and_then(Self::from_hundredths).unwrap_or_default()
    }

    /// How many hundredths.
    pub const fn hundredths(self) -> u32 {
        self.0
    }

    /// Whether it is one.
    pub fn is_one(&self) -> bool {
        *self == Self::ONE
    }

    /// Reads a number, with a dot or a comma: `30`, `7,5`, `12.05`.
    ///
    /// # Errors
    /// `Required` when blank, `NotADecimal` for anything else.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(Problem::Required);
        }
        hundredths(text).and_then(Self::from_hundredths).ok_or(Problem::NotADecimal)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show_hundredths(self.0, f)
    }
}

string_form!(Decimal);

/// Writes hundredths with a dot, without zeros at the end.
pub(crate) fn show_hundredths(number: u32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (whole, hundredths) = (number / 100, number % 100);
    match hundredths {
        0 => write!(f, "{whole}"),
        _ if hundredths.is_multiple_of(10) => write!(f, "{whole}.{}", hundredths / 10),
        _ => write!(f, "{whole}.{hundredths:02}"),
    }
}

/// A number with at most two decimals after a dot or a comma, in hundredths.
pub(crate) fn hundredths(text: &str) -> Option<u32> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let is_figures = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_figures(whole) || !is_figures(fraction) || fraction.len() > 2 {
        return None;
    }
    let unit = if fraction.len() == 1 { 10 } else { 1 };
    whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(fraction.parse::<u32>().ok()? * unit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_read_with_a_dot_or_a_comma() {
        for (raw, canonical) in [
            ("5", "5"),
            (" 7,5 ", "7.5"),
            ("0.25", "0.25"),
            ("07.50", "7.5"),
            ("9999.99", "9999.99"),
            ("10000", ""),
            ("1.234", ""),
            ("1.", ""),
            (".5", ""),
            ("-1", ""),
            ("1e2", ""),
            ("99999999999", ""),
        ] {
            let expected =
                if canonical.is_empty() { Err(Problem::NotADecimal) } else { Ok(canonical.to_owned()) };
            assert_eq!(Decimal::parse(raw).map(String::from), expected, "{raw:?}");
        }
        assert_eq!(Decimal::parse(" "), Err(Problem::Required));
    }

    proptest! {
        #[test]
        fn a_printed_number_reads_the_same(hundredths in 0..=MAX) {
            let number = Decimal::from_hundredths(hundredths).expect("in range");
            prop_assert_eq!(Decimal::parse(&number.to_string()), Ok(number));
        }
    }
}
