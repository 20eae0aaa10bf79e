//! Texts with a maximum length, counted in what a reader sees as characters.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use crate::canonical::string_form;
use crate::problem::Problem;

/// One line of text of 1 to `MAX` graphemes, in Unicode NFC, without white space at its ends and with
/// single spaces inside. No-break spaces and tabs become spaces; zero-width spaces and byte order marks,
/// which come along when pasting, are dropped.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Text<const MAX: u32>(String);

impl<const MAX: u32> Text<MAX> {
    /// Reads a line.
    ///
    /// # Errors
    /// `Required` when nothing is left, `ControlCharacter` (a line feed inside counts as one), `TooLong`.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let visible = visible(raw);
        let trimmed = visible.trim();
        if trimmed.chars().any(|c| c.is_control() && c != '\t') {
            return Err(Problem::ControlCharacter);
        }
        let line = trimmed.split_whitespace().collect::<Vec<_>>().join(" ");
        measured(line, MAX).map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text of one or more lines, 1 to `MAX` graphemes, in Unicode NFC, lines ended by a line feed. Spaces
/// and empty lines inside are kept; a tab becomes a space.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LongText<const MAX: u32>(String);

impl<const MAX: u32> LongText<MAX> {
    /// Reads a text.
    ///
    /// # Errors
    /// `Required` when nothing is left, `ControlCharacter` for any but the line feed, `TooLong`.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let lines = visible(raw).replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
        let trimmed = lines.trim();
        if trimmed.chars().any(|c| c.is_control() && c != '\n') {
            return Err(Problem::ControlCharacter);
        }
        measured(trimmed.to_owned(), MAX).map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The lines, without their line feeds.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.split('\n')
    }
}

impl<const MAX: u32> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: u32> fmt::Display for LongText<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: u32> AsRef<str> for Text<MAX> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl<const MAX: u32> AsRef<str> for LongText<MAX> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

string_form!(@[const MAX: u32] Text<MAX>);
string_form!(@[const MAX: u32] LongText<MAX>);

/// Reads a field that may stay empty: `None` when blank, else what `parse` makes of it.
///
/// # Errors
/// Those of `parse`.
pub fn optional<T>(raw: &str, parse: impl FnOnce(&str) -> Result<T, Problem>) -> Result<Option<T>, Problem> {
    if visible(raw).trim().is_empty() { Ok(None) } else { parse(raw).map(Some) }
}

/// A whole number within bounds, in figures.
///
/// # Errors
/// `Required` when blank, `NotANumber` for anything else.
pub(crate) fn whole<N>(raw: &str, min: N, max: N) -> Result<N, Problem>
where
    N: Copy + PartialOrd + std::str::FromStr + Into<i64>,
{
    let number = match raw.trim() {
        "" => return Err(Problem::Required),
        figures if figures.bytes().all(|byte| byte.is_ascii_digit()) => figures.parse::<N>().ok(),
        _ => None,
    };
    let is_within = |number: &N| (min..=max).contains(number);
    number.filter(is_within).ok_or(Problem::NotANumber { min: min.into(), max: max.into() })
}

/// The text composed (NFC), without the characters of no width that only break comparisons.
fn visible(raw: &str) -> String {
    raw.chars().filter(|c| !matches!(c, '\u{200B}' | '\u{FEFF}')).nfc().collect()
}

/// The text when it has 1 to `max` graphemes.
fn measured(text: String, max: u32) -> Result<String, Problem> {
    if text.is_empty() {
        return Err(Problem::Required);
    }
    let actual = u32::try_from(text.graphemes(true).count()).unwrap_or(u32::MAX);
    if actual > max { Err(Problem::TooLong { max, actual }) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_is_composed_trimmed_and_its_white_space_collapsed() {
        for (raw, expected) in [
            ("  Accord  cadre ", Ok("Accord cadre")),
            ("Universite\u{301} de\u{A0}Lyon\u{202F}2", Ok("Université de Lyon 2")),
            ("a\tb", Ok("a b")),
            ("\u{FEFF}Keio\u{200B}", Ok("Keio")),
            ("Ends with a line feed\r\n", Ok("Ends with a line feed")),
            ("", Err(Problem::Required)),
            (" \u{A0}\u{200B} ", Err(Problem::Required)),
            ("two\nlines", Err(Problem::ControlCharacter)),
            ("bell\u{7}", Err(Problem::ControlCharacter)),
        ] {
            assert_eq!(
                Text::<40>::parse(raw).as_ref().map(Text::as_str),
                expected.as_ref().map(|x| *x),
                "{raw:?}"
            );
        }
    }

    #[test]
    fn length_is_counted_in_graphemes() {
        assert!(Text::<3>::parse("👩‍👩‍👧‍👦éx").is_ok());
        assert_eq!(Text::<3>::parse("four"), Err(Problem::TooLong { max: 3, actual: 4 }));
        assert_eq!(LongText::<3>::parse("a\r\nbc"), Err(Problem::TooLong { max: 3, actual: 4 }));
    }

    #[test]
    fn a_long_text_keeps_its_lines() {
        for (raw, expected) in [
            ("a\r\nb\rc\n\n d  e \n", Ok("a\nb\nc\n\n d  e")),
            ("one\ttwo", Ok("one two")),
            ("\n \n", Err(Problem::Required)),
            ("a\u{0}b", Err(Problem::ControlCharacter)),
        ] {
            let parsed = LongText::<40>::parse(raw);
            assert_eq!(parsed.as_ref().map(LongText::as_str), expected.as_ref().map(|x| *x), "{raw:?}");
        }
        assert_eq!(
            LongText::<9>::parse("a\n\nb").expect("valid").lines().collect::<Vec<_>>(),
            ["a", "", "b"]
        );
    }

    #[test]
    fn a_blank_optional_field_is_none() {
        assert_eq!(optional(" \u{A0}", Text::<5>::parse), Ok(None));
        assert_eq!(optional("x", Text::<5>::parse), Ok(Some(Text("x".into()))));
        assert!(optional("too long", Text::<5>::parse).is_err());
    }

    #[test]
    fn json_is_the_text_and_is_checked() {
        let text: Text<5> = serde_json::from_str("\" abc \"").expect("valid");
        assert_eq!(serde_json::to_string(&text).expect("valid"), "\"abc\"");
        assert!(serde_json::from_str::<Text<5>>("\"abcdef\"").is_err());
    }

    proptest! {
        #[test]
        fn a_printed_text_reads_the_same(raw in "\\PC{0,30}|[ a-z\\n\\t\u{300}\u{301}\u{A0}]{0,20}") {
            if let Ok(text) = Text::<100>::parse(&raw) {
                prop_assert_eq!(Text::parse(&String::from(text.clone())), Ok(text));
            }
            if let Ok(text) = LongText::<100>::parse(&raw) {
                prop_assert_eq!(LongText::parse(&String::from(text.clone())), Ok(text));
            }
        }
    }
}
