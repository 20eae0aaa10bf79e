//! Places on the globe.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::canonical::string_form;
use crate::problem::Problem;

/// A place in degrees (WGS 84), north and east positive, to five decimals: about a metre. Canonical text
/// `48.84000, 2.34000`, latitude first.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Coordinates {
    latitude: f64,
    longitude: f64,
}

impl Coordinates {
    /// The place, rounded to five decimals.
    ///
    /// # Errors
    /// `NotCoordinates` when the latitude is out of -90 to 90 or the longitude out of -180 to 180.
    pub fn new(latitude: f64, longitude: f64) -> Result<Self, Problem> {
        if (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude) {
            Ok(Self { latitude: rounded(latitude), longitude: rounded(longitude) })
        } else {
            Err(Problem::NotCoordinates)
        }
    }

    /// Reads two decimal numbers, latitude first: `48.84, 2.34`, `48.84 2.34`; with decimal commas, as
    /// French has them, `48,84; 2,34` or `48,84 2,34`.
    ///
    /// # Errors
    /// `Required` when blank, `NotCoordinates`.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(Problem::Required);
        }
        let (latitude, longitude) = read(text).ok_or(Problem::NotCoordinates)?;
        Self::new(latitude, longitude)
    }

    /// Degrees north of the equator, -90 to 90.
    pub const fn latitude(self) -> f64 {
        self.latitude
    }

    /// Degrees east of Greenwich, -180 to 180.
    pub const fn longitude(self) -> f64 {
        self.longitude
    }
}

impl fmt::Display for Coordinates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.5}, {:.5}", self.latitude, self.longitude)
    }
}

string_form!(Coordinates);

/// To five decimals; adding zero makes -0 a 0.
fn rounded(degrees: f64) -> f64 {
    (degrees * 100_000.0).round() / 100_000.0 + 0.0
}

fn read(text: &str) -> Option<(f64, f64)> {
    let halves = if text.contains(';') {
        text.split_once(';')
    } else if text.contains('.') {
        text.split_once(',').or_else(|| text.split_once(char::is_whitespace))
    } else if text.matches(',').count() == 1 {
        text.split_once(',')
    } else {
        text.split_once(char::is_whitespace)
    };
    let (latitude, longitude) = halves?;
    // "48,84, 2,34"
    let latitude = latitude.trim().trim_end_matches(',');
    degrees(latitude).zip(degrees(longitude.trim()))
}

fn degrees(text: &str) -> Option<f64> {
    let number = text.replace(',', ".");
    let digits = number.strip_prefix(['-', '+']).unwrap_or(&number);
    let starts = digits.starts_with(|c: char| c.is_ascii_digit());
    let is_plain = starts && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_plain { number.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn places_are_read_as_people_type_them() {
        for (raw, canonical) in [
            ("48.84, 2.34", "48.84000, 2.34000"),
            (" 48.84,2.34 ", "48.84000, 2.34000"),
            ("48.84 2.34", "48.84000, 2.34000"),
            ("48,84; 2,34", "48.84000, 2.34000"),
            ("48,84\u{A0}2,34", "48.84000, 2.34000"),
            ("48,84, 2,34", "48.84000, 2.34000"),
            ("48, 2", "48.00000, 2.00000"),
            ("-33.8688, +151.2093", "-33.86880, 151.20930"),
            ("-0.000001, 0", "0.00000, 0.00000"),
            ("90, -180", "90.00000, -180.00000"),
            ("90.1, 0", ""),
            ("0, 180.1", ""),
            ("NaN, 0", ""),
            ("inf, 0", ""),
            ("1e1, 0", ""),
            ("48.84", ""),
            ("1, 2, 3", ""),
            ("48.8.4, 2", ""),
        ] {
            let expected =
                if canonical.is_empty() { Err(Problem::NotCoordinates) } else { Ok(canonical.to_owned()) };
            assert_eq!(Coordinates::parse(raw).map(String::from), expected, "{raw:?}");
        }
        assert_eq!(Coordinates::parse(" "), Err(Problem::Required));
    }

    proptest! {
        #[test]
        fn a_printed_place_reads_the_same(latitude in -90.0..=90.0f64, longitude in -180.0..=180.0f64) {
            let place = Coordinates::new(latitude, longitude).expect("in the range");
            prop_assert_eq!(Coordinates::parse(&place.to_string()), Ok(place));
        }
    }
}
