//! Identifiers of institutions in the registers of others.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::country::Country;
use crate::problem::Problem;

/// Which register an identifier belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierKind {
    /// SCHAC home organisation, the HEI id of EWP: a domain name, `univ-lyon2.fr`.
    HeiId,
    /// Erasmus institutional code, `F  PARIS081`.
    Erasmus,
    /// Participant identification code of the European Commission: nine digits.
    Pic,
    /// Organisation id of the Erasmus+ register: `E` and eight digits.
    Oid,
    /// Research Organization Registry, `03yrm5c26`.
    Ror,
}

impl IdentifierKind {
    /// All kinds, in the order they are shown.
    pub const ALL: [Self; 5] = [Self::HeiId, Self::Erasmus, Self::Pic, Self::Oid, Self::Ror];

    /// The word in addresses, tables and JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::HeiId => "hei_id",
            Self::Erasmus => "erasmus",
            Self::Pic => "pic",
            Self::Oid => "oid",
            Self::Ror => "ror",
        }
    }

    /// The kind of that word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// What is wrong with a text that is no identifier of the kind.
    const fn problem(self) -> Problem {
        match self {
            Self::HeiId => Problem::NotAHeiId,
            Self::Erasmus => Problem::NotAnErasmusCode,
            Self::Pic => Problem::NotAPic,
            Self::Oid => Problem::NotAnOid,
            Self::Ror => Problem::NotARor,
        }
    }
}

impl fmt::Display for IdentifierKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for IdentifierKind {
    type Err = Problem;

    fn from_str(raw: &str) -> Result<Self, Problem> {
        Self::from_code(raw).ok_or(Problem::NotAChoice)
    }
}

/// An identifier in the canonical form of its kind, or, where a register really lists a broken one, as it
/// was given and flagged. `Display` prints the value.
///
/// JSON: `{"kind":"pic","value":"999999999","is_flagged":false}`; a value that is broken and not flagged is
/// refused, a flag on a sound value is dropped.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Identifier {
    /// The register.
    pub kind: IdentifierKind,
    /// The canonical value, or the broken one as given.
    pub value: String,
    /// Whether the value does not follow the rule of its kind.
    pub is_flagged: bool,
}

impl Identifier {
    /// Reads an identifier of a kind, strictly.
    ///
    /// # Errors
    /// `Required` when blank, else the problem of the kind (`NotAPic` …).
    pub fn parse(kind: IdentifierKind, raw: &str) -> Result<Self, Problem> {
        if raw.trim().is_empty() {
            return Err(Problem::Required);
        }
        let value = match kind {
            IdentifierKind::HeiId => hei_id(raw),
            IdentifierKind::Erasmus => erasmus(raw),
            IdentifierKind::Pic => pic(raw),
            IdentifierKind::Oid => oid(raw),
            IdentifierKind::Ror => ror(raw),
        };
        let value = value.ok_or(kind.problem())?;
        Ok(Self { kind, value, is_flagged: false })
    }

    /// Reads an identifier of an import: one that does not parse is kept as given, without the white space
    /// around it, and flagged. `None` when blank.
    pub fn keep(kind: IdentifierKind, raw: &str) -> Option<Self> {
        match Self::parse(kind, raw) {
            Ok(identifier) => Some(identifier),
            Err(Problem::Required) => None,
            Err(_) => Some(Self { kind, value: raw.trim().to_owned(), is_flagged: true }),
        }
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.value)
    }
}

/// An identifier as it stands in JSON.
#[derive(Deserialize)]
struct Unchecked {
    kind: IdentifierKind,
    value: String,
    #[serde(default)]
    is_flagged: bool,
}

impl TryFrom<Unchecked> for Identifier {
    type Error = Problem;

    fn try_from(unchecked: Unchecked) -> Result<Self, Problem> {
        if unchecked.is_flagged {
            Self::keep(unchecked.kind, &unchecked.value).ok_or(Problem::Required)
        } else {
            Self::parse(unchecked.kind, &unchecked.value)
        }
    }
}

/// The country an Erasmus code's prefix stands for; `None` when the prefix is none. The prefixes of one
/// letter are those of cars of the nineties; Greece is `G`, `GR` or `EL`, the United Kingdom `UK`; the
/// others are ISO 3166 codes.
pub fn erasmus_country(code: &str) -> Option<Country> {
    let code = plain(code);
    let prefix = match code.split_once(' ') {
        Some((prefix, _)) => prefix,
        None => ["IRL", "LUX"].into_iter().find(|prefix| code.starts_with(prefix))?,
    };
    let country = match prefix {
        "A" => "AT",
        "B" => "BE",
        "D" => "DE",
        "E" => "ES",
        "SF" => "FI",
        "F" => "FR",
        "G" | "EL" => "GR",
        "I" => "IT",
        "IRL" => "IE",
        "LUX" => "LU",
        "N" => "NO",
        "P" => "PT",
        "S" => "SE",
        "UK" => "GB",
        own => own,
    };
    Country::parse(country).ok()
}

/// NFKC, which also makes the no-break spaces spaces, in capitals, without white space around.
fn plain(raw: &str) -> String {
    raw.nfkc().collect::<String>().to_uppercase().trim().to_owned()
}

/// `^(IRL|LUX|[A-Z]{2} |[A-Z] {2})[A-Z][A-Z-]*[A-Z]\d{2,3}$`. After a prefix of one letter a single space
/// is understood as the two that forms and web pages like to swallow.
fn erasmus(raw: &str) -> Option<String> {
    let code = plain(raw);
    let (prefix, rest) = match code.split_once(' ') {
        Some((prefix, rest)) if prefix.len() == 1 => (prefix, rest.strip_prefix(' ').unwrap_or(rest)),
        Some((prefix, rest)) if prefix.len() == 2 => (prefix, rest),
        Some(_) => return None,
        None => ["IRL", "LUX"].into_iter().find_map(|prefix| Some((prefix, code.strip_prefix(prefix)?)))?,
    };
    let place = rest.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = rest.len() - place.len();
    let is_code = prefix.bytes().all(|byte| byte.is_ascii_uppercase())
        && (2..=3).contains(&number)
        && place.len() >= 2
        && place.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-')
        && !place.starts_with('-')
        && !place.ends_with('-');
    is_code.then(|| format!("{prefix:<3}{rest}"))
}

fn pic(raw: &str) -> Option<String> {
    let digits = spaceless(raw);
    (digits.len() == 9 && is_digits(&digits)).then_some(digits)
}

fn oid(raw: &str) -> Option<String> {
    let oid = spaceless(raw).to_ascii_uppercase();
    let digits = oid.strip_prefix('E')?;
    (digits.len() == 8 && is_digits(digits)).then_some(oid)
}

/// `0`, six characters of Crockford's base 32 and two digits, perhaps as a web address.
fn ror(raw: &str) -> Option<String> {
    let text = raw.trim().to_ascii_lowercase();
    let text = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(&text);
    let id = text.strip_prefix("ror.org/").unwrap_or(text);
    let id = id.strip_suffix('/').unwrap_or(id);
    let is_base32 = |byte: u8| {
        byte.is_ascii_digit() || (byte.is_ascii_lowercase() && !matches!(byte, b'i' | b'l' | b'o' | b'u'))
    };
    let bytes = id.as_bytes();
    let is_ror = bytes.len() == 9
        && bytes[0] == b'0'
        && bytes[1..7].iter().copied().all(is_base32)
        && bytes[7..].iter().all(u8::is_ascii_digit);
    is_ror.then(|| id.to_owned())
}

/// A domain name of at least two labels (RFC 1035: letters, digits, hyphens inside; 63 to a label, 253 in
/// all), the last no number.
fn hei_id(raw: &str) -> Option<String> {
    let name = raw.trim().to_ascii_lowercase();
    let labels: Vec<&str> = name.split('.').collect();
    let is_name = name.len() <= 253
        && labels.len() >= 2
        && labels.iter().all(|label| is_label(label))
        && !labels.last().is_some_and(|label| is_digits(label));
    is_name.then_some(name)
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn spaceless(raw: &str) -> String {
    raw.chars().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(kind: IdentifierKind, cases: &[(&str, &str)]) {
        for (raw, canonical) in cases {
            let parsed = Identifier::parse(kind, raw).map(|identifier| identifier.value);
            let expected =
                if canonical.is_empty() { Err(kind.problem()) } else { Ok((*canonical).to_owned()) };
            assert_eq!(parsed, expected, "{raw:?}");
        }
        assert_eq!(Identifier::parse(kind, " \u{A0}"), Err(Problem::Required));
    }

    #[test]
    fn erasmus_codes_follow_the_pattern_with_the_prefix_padded() {
        check(
            IdentifierKind::Erasmus,
            &[
                ("F  PARIS081", "F  PARIS081"),
                ("F PARIS081", "F  PARIS081"),
                ("f\u{A0}\u{A0}paris081 ", "F  PARIS081"),
                ("Ｆ  PARIS081", "F  PARIS081"),
                ("PL KRAKOW01", "PL KRAKOW01"),
                ("SF HELSINK01", "SF HELSINK01"),
                ("IRLDUBLIN01", "IRLDUBLIN01"),
                ("LUXLUX-VIL01", "LUXLUX-VIL01"),
                ("D  ST-INGB01", "D  ST-INGB01"),
                ("IRL DUBLIN01", ""),
                ("PL  KRAKOW01", ""),
                ("F   PARIS081", ""),
                ("FPARIS081", ""),
                ("F  PARIS1", ""),
                ("F  PARIS0811", ""),
                ("F  -PARIS081", ""),
                ("F  PARIS-081", ""),
                ("F  P081", ""),
                ("F  PAR IS081", ""),
                ("F  ÉVRY01", ""),
                ("1  PARIS081", ""),
                ("F", ""),
            ],
        );
    }

    #[test]
    fn an_erasmus_prefix_names_its_country() {
        for (code, country) in [
            ("A  WIEN01", Some("AT")),
            ("D  BERLIN13", Some("DE")),
            ("SF HELSINK01", Some("FI")),
            ("G  ATHINE01", Some("GR")),
            ("EL ATHINE01", Some("GR")),
            ("GR ATHINE01", Some("GR")),
            ("IRLDUBLIN01", Some("IE")),
            ("LUXLUX-VIL01", Some("LU")),
            ("UK LONDON097", Some("GB")),
            ("f\u{A0}\u{A0}paris081", Some("FR")),
            ("TR ISTANBU01", Some("TR")),
            ("ZZ NOWHERE01", None),
            ("PARIS081", None),
            ("", None),
        ] {
            assert_eq!(erasmus_country(code).map(Country::code), country, "{code}");
        }
    }

    #[test]
    fn the_other_kinds_have_their_shapes() {
        check(
            IdentifierKind::Pic,
            &[
                ("999893752", "999893752"),
                (" 999 893\u{A0}752", "999893752"),
                ("99989375", ""),
                ("99989375A", ""),
            ],
        );
        check(
            IdentifierKind::Oid,
            &[("E10208820", "E10208820"), ("e10208820 ", "E10208820"), ("E1020882", ""), ("10208820", "")],
        );
        check(
            IdentifierKind::Ror,
            &[
                ("03yrm5c26", "03yrm5c26"),
                ("https://ror.org/03YRM5C26", "03yrm5c26"),
                ("ror.org/03yrm5c26/", "03yrm5c26"),
                ("13yrm5c26", ""),
                ("03yrm5u26", ""),
                ("03yrm5c2x", ""),
                ("https://example.org/03yrm5c26", ""),
                ("03yrm5cé6", ""),
            ],
        );
        check(
            IdentifierKind::HeiId,
            &[
                ("univ-lyon2.fr", "univ-lyon2.fr"),
                (" UW.edu.PL", "uw.edu.pl"),
                ("localhost", ""),
                ("https://uw.edu.pl", ""),
                ("-uw.pl", ""),
                ("uw..pl", ""),
                ("10.0.0.1", ""),
                ("évry.fr", ""),
            ],
        );
    }

    #[test]
    fn an_import_keeps_a_broken_identifier_and_flags_it() {
        let kept = Identifier::keep(IdentifierKind::Erasmus, " F  PARIS ").expect("kept");
        assert_eq!((kept.value.as_str(), kept.is_flagged), ("F  PARIS", true));
        let sound = Identifier::keep(IdentifierKind::Erasmus, "F PARIS081").expect("kept");
        assert_eq!((sound.value.as_str(), sound.is_flagged), ("F  PARIS081", false));
        assert_eq!(Identifier::keep(IdentifierKind::Pic, " "), None);
    }

    #[test]
    fn kinds_have_codes() {
        for kind in IdentifierKind::ALL {
            assert_eq!(IdentifierKind::from_code(kind.code()), Some(kind));
            assert_eq!(serde_json::to_string(&kind).expect("valid"), format!("\"{}\"", kind.code()));
        }
        assert_eq!(IdentifierKind::from_code("PIC"), None);
    }

    #[test]
    fn json_is_checked_unless_flagged() {
        for (json, expected) in [
            (r#"{"kind":"pic","value":"999893752"}"#, Some(false)),
            (r#"{"kind":"pic","value":"999893752","is_flagged":true}"#, Some(false)),
            (r#"{"kind":"pic","value":"broken","is_flagged":true}"#, Some(true)),
            (r#"{"kind":"pic","value":"broken"}"#, None),
        ] {
            let read = serde_json::from_str::<Identifier>(json).ok();
            assert_eq!(read.map(|identifier| identifier.is_flagged), expected, "{json}");
        }
    }

    proptest! {
        #[test]
        fn a_printed_identifier_reads_the_same(
            kind in proptest::sample::select(IdentifierKind::ALL.to_vec()),
            raw in "[A-Z]{1,2} {1,2}[A-Z][A-Z-]{0,6}[A-Z][0-9]{2,3}|(IRL|LUX)[A-Z]{2,7}[0-9]{2}|E?[0-9]{8,9}\
                    |0[0-9a-z]{6}[0-9]{2}|[a-zA-Z]{1,5}\\.[a-z]{2}|\\PC{0,12}",
        ) {
            if let Ok(identifier) = Identifier::parse(kind, &raw) {
                prop_assert_eq!(Identifier::parse(kind, &identifier.to_string()), Ok(identifier));
            } else if let Some(identifier) = Identifier::keep(kind, &raw) {
                prop_assert!(identifier.is_flagged);
                prop_assert_eq!(Identifier::keep(kind, &identifier.to_string()), Some(identifier));
            }
        }
    }
}
