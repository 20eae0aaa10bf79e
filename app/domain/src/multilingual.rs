//! One text in several languages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::lang::Lang;
use crate::language::LanguageTag;
use crate::problem::Problem;

/// A value in at least one language. JSON: an object, its keys language tags.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Multilingual<T> {
    #[serde(deserialize_with = "at_least_one", bound(deserialize = "T: Deserialize<'de>"))]
    by_language: BTreeMap<LanguageTag, T>,
}

impl<T> Multilingual<T> {
    /// The values by language.
    ///
    /// # Errors
    /// `Required` when there is none.
    pub fn new(by_language: BTreeMap<LanguageTag, T>) -> Result<Self, Problem> {
        if by_language.is_empty() { Err(Problem::Required) } else { Ok(Self { by_language }) }
    }

    /// The values of the two languages of the interface, one of which may be missing.
    ///
    /// # Errors
    /// `Required` when both are.
    pub fn from_fr_en(fr: Option<T>, en: Option<T>) -> Result<Self, Problem> {
        let values = [(Lang::Fr, fr), (Lang::En, en)];
        Self::new(values.into_iter().filter_map(|(lang, value)| Some((lang.into(), value?))).collect())
    }

    /// The value in one language.
    pub fn of(tag: LanguageTag, value: T) -> Self {
        Self { by_language: BTreeMap::from([(tag, value)]) }
    }

    /// The value in exactly that language.
    pub fn get(&self, tag: &LanguageTag) -> Option<&T> {
        self.by_language.get(tag)
    }

    /// The value in that language of the interface, of any region; the one without a region first.
    pub fn in_lang(&self, lang: Lang) -> Option<(&LanguageTag, &T)> {
        // The plain tag sorts before its regions.
        self.iter().find(|(tag, _)| tag.is(lang))
    }

    /// The value to show to a reader of that language: in it, else in the other language of the interface,
    /// else (English is one of the two) in the first language by tag.
    #[expect(clippy::missing_panics_doc, reason = "there is at least one language, by construction")]
    pub fn best(&self, lang: Lang) -> (&LanguageTag, &T) {
        self.in_lang(lang)
            .or_else(|| self.in_lang(lang.other()))
            .or_else(|| self.iter().next())
            .expect("at least one language")
    }

    /// All values, in the order of the tags.
    pub fn iter(&self) -> std::collections::btree_map::Iter<'_, LanguageTag, T> {
        self.by_language.iter()
    }

    /// The values by language.
    pub fn into_map(self) -> BTreeMap<LanguageTag, T> {
        self.by_language
    }
}

impl<'a, T> IntoIterator for &'a Multilingual<T> {
    type Item = (&'a LanguageTag, &'a T);
    type IntoIter = std::collections::btree_map::Iter<'a, LanguageTag, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

fn at_least_one<'de, D, T>(deserializer: D) -> Result<BTreeMap<LanguageTag, T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    let by_language = BTreeMap::deserialize(deserializer)?;
    if by_language.is_empty() { Err(serde::de::Error::custom(Problem::Required)) } else { Ok(by_language) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    fn texts(tags: &[&str]) -> Multilingual<String> {
        let texts = tags.iter().map(|tag| (LanguageTag::parse(tag).expect("valid"), format!("in {tag}")));
        Multilingual::new(texts.collect()).expect("at least one")
    }

    #[test]
    fn the_best_language_is_the_readers_then_the_other_then_the_first() {
        for (tags, lang, best) in [
            (&["de", "en", "fr"][..], Lang::Fr, "fr"),
            (&["de", "en", "fr"], Lang::En, "en"),
            (&["de", "en"], Lang::Fr, "en"),
            (&["de", "fr"], Lang::En, "fr"),
            (&["ja", "de"], Lang::En, "de"),
            (&["en", "fr-CA"], Lang::Fr, "fr-CA"),
            (&["en-US", "en", "en-GB"], Lang::En, "en"),
        ] {
            assert_eq!(texts(tags).best(lang).0.as_str(), best, "{tags:?} for {lang:?}");
        }
    }

    #[test]
    fn one_language_is_enough_and_none_is_too_few() {
        assert_eq!(Multilingual::<u8>::from_fr_en(None, None), Err(Problem::Required));
        assert_eq!(Multilingual::<u8>::new(BTreeMap::new()), Err(Problem::Required));
        let english = Multilingual::from_fr_en(None, Some(1)).expect("one");
        assert_eq!(english, Multilingual::of(Lang::En.into(), 1));
        assert_eq!((english.get(&Lang::En.into()), english.get(&Lang::Fr.into())), (Some(&1), None));
        assert_eq!(Multilingual::from_fr_en(Some(1), Some(2)).expect("two").iter().count(), 2);
    }

    #[test]
    fn json_is_an_object_of_tags() {
        let read = |json| serde_json::from_str::<Multilingual<Text<9>>>(json);
        let text = read(r#"{"fr":" Accord ","en":"Agreement"}"#).expect("valid");
        assert_eq!(serde_json::to_string(&text).expect("valid"), r#"{"en":"Agreement","fr":"Accord"}"#);
        assert!(read("{}").is_err());
        assert!(read(r#"{"français":"Accord"}"#).is_err());
        assert!(read(r#"{"fr":""}"#).is_err());
    }
}
