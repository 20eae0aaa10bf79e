//! Countries as lists write them.

use crate::{country::Country, fold::fold, lang::Lang, problem::Problem};
use std::{collections::HashMap, sync::OnceLock};

/// Codes and names that lists use and the registry does not: the Commission's codes of Greece and the United Kingdom,
/// names that changed, names cut short. Folded.
const OTHERS: &[(&str, &str)] = &[
    ("el", "GR"),
    ("uk", "GB"),
    ("bosnia and herzegovina", "BA"),
    ("bosnie", "BA"),
    ("cape verde", "CV"),
    ("cap vert", "CV"),
    ("china", "CN"),
    ("chine", "CN"),
    ("coree du sud", "KR"),
    ("czech republic", "CZ"),
    ("czechia", "CZ"),
    ("republique tcheque", "CZ"),
    ("tchequie", "CZ"),
    ("etats unis", "US"),
    ("etats unis d amerique", "US"),
    ("former yugoslav republic of macedonia", "MK"),
    ("fyrom", "MK"),
    ("great britain", "GB"),
    ("grande bretagne", "GB"),
    ("holland", "NL"),
    ("kosovo", "XK"),
    ("macedoine", "MK"),
    ("macedonia", "MK"),
    ("north macedonia", "MK"),
    ("republic of north macedonia", "MK"),
    ("netherlands", "NL"),
    ("the netherlands", "NL"),
    ("republic of ireland", "IE"),
    ("russia", "RU"),
    ("russian federation", "RU"),
    ("russie", "RU"),
    ("slovak republic", "SK"),
    ("south korea", "KR"),
    ("republic of korea", "KR"),
    ("turkey", "TR"),
    ("turkiye", "TR"),
    ("united kingdom", "GB"),
    ("united states", "US"),
    ("united states of america", "US"),
    ("usa", "US"),
    ("viet nam", "VN"),
    ("vietnam", "VN"),
];

/// Reads a country: a code of two letters, `EL` and `UK` among them, or a name in French or in English.
///
/// # Errors
/// `Required` when blank, `NotACountry`.
pub fn parse(raw: &str) -> Result<Country, Problem> {
    static NAMES: OnceLock<HashMap<String, Country>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let named = Country::all()
            .iter()
            .flat_map(|country| [Lang::Fr, Lang::En].map(|lang| (fold(country.name(lang)), *country)));
        let others =
            OTHERS.iter().filter_map(|(name, code)| Some(((*name).to_owned(), Country::parse(code).ok()?)));
        others.chain(named).collect()
    });
    match Country::parse(raw) {
        Err(Problem::NotACountry) => names.get(&fold(raw)).copied().ok_or(Problem::NotACountry),
        read => read,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_read_by_code_or_name() {
        for (raw, code) in [
            ("FR", "FR"),
            ("el", "GR"),
            ("UK", "GB"),
            (" Grèce ", "GR"),
            ("GERMANY", "DE"),
            ("Czech Republic", "CZ"),
            ("The Netherlands", "NL"),
            ("États-Unis", "US"),
        ] {
            assert_eq!(parse(raw).map(Country::code), Ok(code), "{raw}");
        }
        assert_eq!(parse("Atlantis"), Err(Problem::NotACountry));
        assert_eq!(parse("  "), Err(Problem::Required));
        for (name, code) in OTHERS {
            assert!(Country::parse(code).is_ok(), "{code}");
            assert_eq!(fold(name), *name);
        }
    }
}
