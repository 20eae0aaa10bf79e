//! Languages of texts, and how well one must know them.

mod table;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::canonical::string_form;
use crate::country::Country;
use crate::lang::Lang;
use crate::problem::Problem;
use table::TABLE;

/// A language tag: BCP 47 (RFC 5646) as far as `language[-Script][-REGION][-variant…]`, the primary subtag
/// two or three letters. Canonical in the case the RFC recommends: `fr`, `zh-Hant-TW`, `ca-valencia`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LanguageTag(String);

impl LanguageTag {
    /// Reads a tag in any case; an underscore stands for a hyphen, as operating systems write it.
    ///
    /// # Errors
    /// `Required` when blank, `NotALanguage` when not well-formed.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let text = raw.trim().to_ascii_lowercase().replace('_', "-");
        if text.is_empty() {
            return Err(Problem::Required);
        }
        canonical(&text).map(Self).ok_or(Problem::NotALanguage)
    }

    /// Reads a tag, or the name of a language in French or English. A tag of three letters is taken where it has a name here:
    /// people shorten names, and `ang` is Old English.
    ///
    /// # Errors
    /// `Required` when blank, `NotALanguage`.
    pub fn parse_named(raw: &str) -> Result<Self, Problem> {
        let name = crate::fold::fold(raw);
        let is_named = |row: &&(&str, &str, &str)| [row.1, row.2].map(crate::fold::fold).contains(&name);
        if let Some((code, ..)) = TABLE.iter().find(is_named) {
            return Ok(Self((*code).to_owned()));
        }
        let tag = Self::parse(raw)?;
        let is_known = tag.primary().len() == 2 || TABLE.iter().any(|row| row.0 == tag.primary());
        if is_known { Ok(tag) } else { Err(Problem::NotALanguage) }
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The primary subtag, such as `zh` of `zh-Hant-TW`.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }

    /// Whether it is that language of the interface, of any region.
    pub fn is(&self, lang: Lang) -> bool {
        self.primary() == lang.code()
    }

    /// The name of the language, in lowercase in French, with what the tag says beyond it in brackets:
    /// `portugais (Brésil)`. The tag itself for a language without a name here.
    pub fn name(&self, lang: Lang) -> String {
        let Ok(row) = TABLE.binary_search_by_key(&self.primary(), |row| row.0) else {
            return self.0.clone();
        };
        let (_, fr, en) = TABLE[row];
        let name = match lang {
            Lang::Fr => fr,
            Lang::En => en,
        };
        let more: Vec<&str> = self
            .0
            .split('-')
            .skip(1)
            .map(|subtag| Country::parse(subtag).map_or(subtag, |country| country.name(lang)))
            .collect();
        if more.is_empty() { name.to_owned() } else { format!("{name} ({})", more.join(", ")) }
    }

    /// The tags that have a name of their own, in the order of that name: what a form offers.
    pub fn common(lang: Lang) -> Vec<Self> {
        let mut tags: Vec<Self> = TABLE.iter().map(|row| Self(row.0.to_owned())).collect();
        tags.sort_by_cached_key(|tag| crate::fold::fold(&tag.name(lang)));
        tags
    }
}

impl From<Lang> for LanguageTag {
    fn from(lang: Lang) -> Self {
        Self(lang.code().to_owned())
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_form!(LanguageTag);

/// The canonical form of a tag given in lowercase.
fn canonical(tag: &str) -> Option<String> {
    let mut subtags = tag.split('-').peekable();
    let primary = subtags.next()?;
    if !((2..=3).contains(&primary.len()) && is_letters(primary)) {
        return None;
    }
    let mut canonical = primary.to_owned();
    if let Some(script) = subtags.next_if(|subtag| subtag.len() == 4 && is_letters(subtag)) {
        canonical.push('-');
        canonical.push_str(&script[..1].to_ascii_uppercase());
        canonical.push_str(&script[1..]);
    }
    if let Some(region) = subtags.next_if(|subtag| is_region(subtag)) {
        canonical.push('-');
        canonical.push_str(&region.to_ascii_uppercase());
    }
    let mut variants = Vec::new();
    for variant in subtags {
        if !is_variant(variant) || variants.contains(&variant) {
            return None;
        }
        canonical.push('-');
        canonical.push_str(variant);
        variants.push(variant);
    }
    Some(canonical)
}

fn is_letters(subtag: &str) -> bool {
    subtag.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_region(subtag: &str) -> bool {
    (subtag.len() == 2 && is_letters(subtag))
        || (subtag.len() == 3 && subtag.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_variant(subtag: &str) -> bool {
    let starts_with_digit = subtag.starts_with(|c: char| c.is_ascii_digit());
    let lengths = if starts_with_digit { 4..=8 } else { 5..=8 };
    lengths.contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// A level of the Common European Framework of Reference for Languages, from lowest to highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Cefr {
    /// Breakthrough.
    A1,
    /// Waystage.
    A2,
    /// Threshold.
    B1,
    /// Vantage.
    B2,
    /// Effective operational proficiency.
    C1,
    /// Mastery.
    C2,
}

impl Cefr {
    /// All levels, lowest first.
    pub const ALL: [Self; 6] = [Self::A1, Self::A2, Self::B1, Self::B2, Self::C1, Self::C2];

    /// The level's letter and figure.
    pub const fn code(self) -> &'static str {
        match self {
            Self::A1 => "A1",
            Self::A2 => "A2",
            Self::B1 => "B1",
            Self::B2 => "B2",
            Self::C1 => "C1",
            Self::C2 => "C2",
        }
    }

    /// Reads a level in any case.
    ///
    /// # Errors
    /// `Required` when blank, `NotACefrLevel`.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let code = raw.trim();
        if code.is_empty() {
            return Err(Problem::Required);
        }
        let level = Self::ALL.into_iter().find(|level| level.code().eq_ignore_ascii_case(code));
        level.ok_or(Problem::NotACefrLevel)
    }
}

impl fmt::Display for Cefr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

string_form!(Cefr);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tags_are_read_and_written_as_the_rfc_recommends() {
        for (raw, canonical) in [
            (" FR ", "fr"),
            ("pt-br", "pt-BR"),
            ("fr_CA", "fr-CA"),
            ("ZH-hant-tw", "zh-Hant-TW"),
            ("es-419", "es-419"),
            ("CA-Valencia", "ca-valencia"),
            ("de-1996", "de-1996"),
            ("gsw", "gsw"),
            ("f", ""),
            ("french", ""),
            ("fr-", ""),
            ("fr-x-private", ""),
            ("de-1996-1996", ""),
            ("f1", ""),
            ("fr FR", ""),
            ("é", ""),
            ("fr-ééé", ""),
        ] {
            let expected =
                if canonical.is_empty() { Err(Problem::NotALanguage) } else { Ok(canonical.to_owned()) };
            assert_eq!(LanguageTag::parse(raw).map(String::from), expected, "{raw:?}");
        }
        assert_eq!(LanguageTag::parse(""), Err(Problem::Required));
    }

    #[test]
    fn a_language_may_be_named_in_words() {
        for (raw, tag) in [
            ("en", "en"),
            ("Anglais", "en"),
            ("ENGLISH", "en"),
            ("japonais", "ja"),
            ("pt-br", "pt-BR"),
            ("br", "br"),
            ("ang", ""),
            ("klingon", ""),
        ] {
            let expected = if tag.is_empty() { Err(Problem::NotALanguage) } else { Ok(tag.to_owned()) };
            assert_eq!(LanguageTag::parse_named(raw).map(String::from), expected, "{raw:?}");
        }
        assert_eq!(LanguageTag::parse_named(" "), Err(Problem::Required));
    }

    #[test]
    fn common_languages_have_a_name() {
        assert!(TABLE.is_sorted_by(|a, b| a.0 < b.0));
        for (tag, fr, en) in [
            ("fr", "français", "French"),
            ("ja", "japonais", "Japanese"),
            ("pt-BR", "portugais (Brésil)", "Portuguese (Brazil)"),
            ("zh-Hant-TW", "chinois (Hant, Taïwan)", "Chinese (Hant, Taiwan)"),
            ("tlh", "tlh", "tlh"),
        ] {
            let tag = LanguageTag::parse(tag).expect("valid");
            assert_eq!((tag.name(Lang::Fr).as_str(), tag.name(Lang::En).as_str()), (fr, en));
        }
        for tag in LanguageTag::common(Lang::Fr) {
            assert_eq!(LanguageTag::parse(tag.as_str()), Ok(tag));
        }
    }

    #[test]
    fn a_tag_knows_whether_the_interface_speaks_it() {
        assert!(LanguageTag::parse("fr-CA").expect("valid").is(Lang::Fr));
        assert!(!LanguageTag::parse("fro").expect("valid").is(Lang::Fr));
        assert_eq!(LanguageTag::from(Lang::En).as_str(), "en");
    }

    #[test]
    fn levels_are_ordered_and_read_back() {
        assert!(Cefr::ALL.is_sorted());
        for level in Cefr::ALL {
            assert_eq!(Cefr::parse(&level.to_string().to_lowercase()), Ok(level));
        }
        assert_eq!(Cefr::parse("B3"), Err(Problem::NotACefrLevel));
        assert_eq!(Cefr::parse(" "), Err(Problem::Required));
        assert_eq!(serde_json::to_string(&Cefr::B2).expect("valid"), "\"B2\"");
    }

    proptest! {
        #[test]
        fn a_printed_tag_reads_the_same(raw in "[a-zA-Z]{2,3}([-_][a-zA-Z]{4})?([-_][A-Za-z]{2})?([-_][a-z0-9]{4,8})?|\\PC{0,9}") {
            if let Ok(tag) = LanguageTag::parse(&raw) {
                prop_assert_eq!(LanguageTag::parse(tag.as_str()), Ok(tag.clone()));
                prop_assert!(!tag.name(Lang::Fr).is_empty());
            }
        }
    }
}
