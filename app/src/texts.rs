//! The catalogue of texts: every word the interface says, in both languages, checked when it is compiled.
//!
//! An area of the interface has a module; its texts are methods of [`Texts`], which is a language. A text that
//! lacks one language does not compile. Vous in French; verbs on buttons; sentences for states.

use domain::{fold::fold, lang::Lang};

/// The texts in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Texts(pub Lang);

/// Declares texts: `name: "français", "English";` or with values
/// `name(count: i64): ("{count} accords"), ("{count} agreements");`.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident $(($($arg:ident : $type:ty),*))? : $fr:tt, $en:tt;)+) => {
        impl $crate::texts::Texts {
            $($crate::texts::text! { $(#[$doc])* $name $(($($arg : $type),*))? : $fr, $en })+
        }
    };
}

/// One text.
macro_rules! text {
    ($(#[$doc:meta])* $name:ident : $fr:literal, $en:literal) => {
        #[doc = $en]
        pub const fn $name(self) -> &'static str {
            match self.0 {
                domain::lang::Lang::Fr => $fr,
                domain::lang::Lang::En => $en,
            }
        }
    };
    ($(#[$doc:meta])* $name:ident ($($arg:ident : $type:ty),*) : ($fr:literal $(, $part:expr)*), ($en:literal)) => {
        #[doc = $en]
        pub fn $name(self, $($arg: $type),*) -> String {
            match self.0 {
                domain::lang::Lang::Fr => format!($fr $(, $part)*),
                domain::lang::Lang::En => format!($en),
            }
        }
    };
}

pub(crate) use text;

/// "de" before a name in French: "de Keio", shortened before a vowel, "d’ECE", with the article of a noun, "de l’Université de Kagawa".
fn of(name: &str) -> String {
    match Article::of(name) {
        Some(Article::Elided) => format!("de l’{name}"),
        Some(Article::Feminine) => format!("de la {name}"),
        Some(Article::Masculine) => format!("du {name}"),
        None => elided("de", name),
    }
}

/// "à" before a name in French: "à Keio", "à l’Université de Kagawa".
fn to(name: &str) -> String {
    match Article::of(name) {
        Some(Article::Elided) => format!("à l’{name}"),
        Some(Article::Feminine) => format!("à la {name}"),
        Some(Article::Masculine) => format!("au {name}"),
        None => format!("à {name}"),
    }
}

/// A name within a French sentence: "Keio", "l’Université de Kagawa".
fn the(name: &str) -> String {
    match Article::of(name) {
        Some(Article::Elided) => format!("l’{name}"),
        Some(Article::Feminine) => format!("la {name}"),
        Some(Article::Masculine) => format!("le {name}"),
        None => name.to_owned(),
    }
}

/// The article of the French noun that an institution's name begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Article {
    Elided,
    Feminine,
    Masculine,
}

impl Article {
    /// None where the name begins with no noun of these: names of people, brands, other languages.
    fn of(name: &str) -> Option<Self> {
        let folded = fold(name);
        match folded.split(' ').next().unwrap_or_default() {
            "academie" | "agence" | "alliance" | "ambassade" | "association" | "ecole" | "entreprise"
            | "hopital" | "institut" | "observatoire" | "office" | "union" | "universite" => {
                Some(Self::Elided)
            }
            "chambre" | "commission" | "communaute" | "faculte" | "federation" | "fondation" | "haute"
            | "maison" | "region" | "societe" | "ville" => Some(Self::Feminine),
            "centre" | "college" | "conseil" | "conservatoire" | "consortium" | "departement" | "groupe"
            | "laboratoire" | "lycee" | "ministere" | "musee" | "reseau" | "service" => Some(Self::Masculine),
            _ => None,
        }
    }
}

/// A French word that ends in "e" before a name, shortened before a vowel.
fn elided(word: &str, name: &str) -> String {
    let begins = fold(name).starts_with(['a', 'e', 'i', 'o', 'u']);
    match word.strip_suffix('e') {
        Some(stem) if begins => format!("{stem}’{name}"),
        _ => format!("{word} {name}"),
    }
}

mod accounts;
mod agreements;
mod audit;
mod balance;
mod board;
mod commitments;
mod documents;
mod eligibility;
mod exchanges;
mod flows;
mod frame;
mod imports;
mod inbox;
mod institutions;
mod life;
mod listing;
mod merging;
mod negotiation;
mod nominations;
mod partners;
mod problems;
mod rest;
mod seats;
mod words;

pub use nominations::Named;

impl From<Lang> for Texts {
    fn from(lang: Lang) -> Self {
        Self(lang)
    }
}

impl Texts {
    /// The language of these texts.
    pub const fn lang(self) -> Lang {
        self.0
    }

    /// A number of things with the word in the right number: zero is singular in French, plural in English.
    pub fn counted(self, count: i64, one: &str, many: &str) -> String {
        let is_one = match self.0 {
            Lang::Fr => count.abs() < 2,
            Lang::En => count.abs() == 1,
        };
        format!("{} {}", self.number(count), if is_one { one } else { many })
    }

    /// A whole number as the language groups its digits.
    pub fn number(self, number: i64) -> String {
        let digits = number.unsigned_abs().to_string();
        let separator = match self.0 {
            Lang::Fr => '\u{202f}',
            Lang::En => ',',
        };
        let mut out = String::with_capacity(digits.len() + digits.len() / 3 * 3 + 1);
        if number < 0 {
            out.push('−');
        }
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push(separator);
            }
            out.push(digit);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_article_of_its_noun_in_french() {
        for (name, all) in [
            (
                "Université de Kagawa",
                ["de l’Université de Kagawa", "à l’Université de Kagawa", "l’Université de Kagawa"],
            ),
            ("École Exemple", ["de l’École Exemple", "à l’École Exemple", "l’École Exemple"]),
            (
                "Faculté des lettres",
                ["de la Faculté des lettres", "à la Faculté des lettres", "la Faculté des lettres"],
            ),
            ("Collège de France", ["du Collège de France", "au Collège de France", "le Collège de France"]),
            ("Keiō", ["de Keiō", "à Keiō", "Keiō"]),
            ("ECE", ["d’ECE", "à ECE", "ECE"]),
            ("Albert School", ["d’Albert School", "à Albert School", "Albert School"]),
            ("Universitéclub", ["d’Universitéclub", "à Universitéclub", "Universitéclub"]),
        ] {
            assert_eq!([of(name), to(name), the(name)], all);
        }
    }

    #[test]
    fn numbers_are_written_as_each_language_does() {
        assert_eq!(Texts(Lang::Fr).number(20_000), "20\u{202f}000");
        assert_eq!(Texts(Lang::En).number(-1_234_567), "−1,234,567");
        assert_eq!(Texts(Lang::Fr).counted(0, "accord", "accords"), "0 accord");
        assert_eq!(Texts(Lang::En).counted(0, "agreement", "agreements"), "0 agreements");
    }
}
