//! Countries.

mod table;

use std::{fmt, sync::OnceLock};

use serde::{Deserialize, Serialize};

use crate::canonical::string_form;
use crate::fold::fold;
use crate::lang::Lang;
use crate::problem::Problem;
use table::TABLE;

/// The member states of the European Union and the third countries associated to Erasmus+ (Programme Guide 2026).
const ERASMUS: [&str; 33] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT",
    "LI", "LT", "LU", "LV", "MK", "MT", "NL", "NO", "PL", "PT", "RO", "RS", "SE", "SI", "SK", "TR",
];

/// A country of ISO 3166-1, or Kosovo (`XK`, a code the standard leaves to users). Canonical text: the
/// alpha-2 code. Ordered by code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country(u8);

static ALL: [Country; TABLE.len()] = {
    let mut all = [Country(0); TABLE.len()];
    let mut row = 0;
    while row < TABLE.len() {
        #[expect(clippy::cast_possible_truncation, reason = "the table has 250 rows, checked by a test")]
        let index = row as u8;
        all[row] = Country(index);
        row += 1;
    }
    all
};

impl Country {
    /// Reads an alpha-2 code in any case.
    ///
    /// # Errors
    /// `Required` when blank, `NotACountry` when the list does not have it.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let code = raw.trim().to_ascii_uppercase();
        if code.is_empty() {
            return Err(Problem::Required);
        }
        let row = TABLE.binary_search_by_key(&code.as_str(), |row| row.0);
        row.ok().and_then(|row| ALL.get(row)).copied().ok_or(Problem::NotACountry)
    }

    /// The alpha-2 code, in capitals.
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// The usual short name.
    pub fn name(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Fr => self.row().1,
            Lang::En => self.row().2,
        }
    }

    /// Whether its institutions may hold the Erasmus charter (ECHE).
    pub fn is_in_erasmus(self) -> bool {
        ERASMUS.contains(&self.code())
    }

    /// All countries, by code.
    pub fn all() -> &'static [Self] {
        &ALL
    }

    /// All countries, by name in that language, accents and case aside.
    pub fn sorted(lang: Lang) -> &'static [Self] {
        static SORTED: [OnceLock<Vec<Country>>; 2] = [const { OnceLock::new() }; 2];
        SORTED[lang as usize].get_or_init(|| {
            let mut all = ALL.to_vec();
            all.sort_by_cached_key(|country| fold(country.name(lang)));
            all
        })
    }

    fn row(self) -> &'static (&'static str, &'static str, &'static str) {
        &TABLE[usize::from(self.0)]
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

string_form!(Country);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_code_reads_back() {
        assert_eq!(Country::all().len(), 250);
        assert!(TABLE.is_sorted_by(|a, b| a.0 < b.0));
        for country in Country::all() {
            assert_eq!(Country::parse(country.code()), Ok(*country));
            assert!(!country.name(Lang::Fr).is_empty() && !country.name(Lang::En).is_empty());
        }
    }

    #[test]
    fn a_code_is_read_in_any_case() {
        for (raw, expected) in [
            (" fr ", Ok("France")),
            ("TR", Ok("Turquie")),
            ("xk", Ok("Kosovo")),
            ("UK", Err(Problem::NotACountry)),
            ("FRA", Err(Problem::NotACountry)),
            ("", Err(Problem::Required)),
        ] {
            assert_eq!(Country::parse(raw).map(|country| country.name(Lang::Fr)), expected, "{raw}");
        }
    }

    #[test]
    fn thirty_three_countries_are_in_erasmus() {
        assert_eq!(Country::all().iter().filter(|country| country.is_in_erasmus()).count(), ERASMUS.len());
        for (code, is_in) in
            [("FR", true), ("GR", true), ("TR", true), ("CH", false), ("GB", false), ("JP", false)]
        {
            assert_eq!(Country::parse(code).map(Country::is_in_erasmus), Ok(is_in), "{code}");
        }
    }

    #[test]
    fn names_sort_without_regard_to_accents() {
        let names: Vec<_> = Country::sorted(Lang::Fr).iter().map(|country| country.name(Lang::Fr)).collect();
        let place = |name| names.iter().position(|other| *other == name).expect("a country");
        assert!(place("Espagne") < place("États-Unis") && place("États-Unis") < place("Finlande"));
        assert_eq!(names.len(), 250);
    }

    #[test]
    fn json_is_the_code() {
        let country: Country = serde_json::from_str("\"jp\"").expect("valid");
        assert_eq!(serde_json::to_string(&country).expect("valid"), "\"JP\"");
    }
}
