//! The key under which texts are searched and sorted: no case, no accents, no punctuation.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The number of these rules: it grows whenever a text may get another key, something new is kept folded, or what lists show
/// follows otherwise from the facts, so that a registry computes all that again.
pub const VERSION: i64 = 5;
/// Longest word kept in a search index, in characters.
const LONGEST_WORD: usize = 64;
/// Most words of one search.
const MOST_SEARCHED: usize = 32;

/// The search key of a text: compatibility decomposition, marks dropped, lowercase, letters that do not
/// decompose spelled plainly (`ø` o, `ß` ss, `æ` ae), anything that is no letter or digit one space.
///
/// `Île-de-France` gives `ile de france`.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let letters = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .filter(|c| !is_combining_mark(*c));
    for letter in letters {
        if let Some(plain) = plain(letter) {
            folded.push_str(plain);
        } else if letter.is_alphanumeric() {
            folded.push(letter);
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

/// The words of a text as `fold` spells them, each once, in the order of the text, cut at 64 characters.
pub fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in fold(text).split(' ').filter(|word| !word.is_empty()) {
        let word: String = word.chars().take(LONGEST_WORD).collect();
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// The words that someone looks for, the first of them where they are very many: what is said beyond narrows no search that is meant, and
/// each is one condition more for the database.
pub fn searched(typed: &str) -> Vec<String> {
    let mut words = words(typed);
    words.truncate(MOST_SEARCHED);
    words
}

/// Plain spelling of the lowercase letters that Unicode does not decompose.
const fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ø' => "o",
        'ł' => "l",
        'ß' => "ss",
        'œ' => "oe",
        'æ' => "ae",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ı' => "i",
        'ħ' => "h",
        'ŧ' => "t",
        'ŋ' => "n",
        'ĸ' => "k",
        'ə' => "e",
        'ƒ' => "f",
        'ς' => "σ",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_fold_to_what_people_type() {
        for (text, key) in [
            ("Alès", "ales"),
            ("Keiō", "keio"),
            ("Île-de-France", "ile de france"),
            ("  L’Université  d'Évry ", "l universite d evry"),
            ("Øresund, Łódź & Gießen", "oresund lodz giessen"),
            ("Cœur Æsir Þór Đuro Iğdır İzmir", "coeur aesir thor duro igdir izmir"),
            ("ﬁn №5", "fin no5"),
            ("東京大学", "東京大学"),
            ("ΠΑΝΕΠΙΣΤΉΜΙΟ Πάτρας", "πανεπιστημιο πατρασ"),
            ("—", ""),
        ] {
            assert_eq!(fold(text), key, "{text}");
        }
    }

    #[test]
    fn words_stand_once_in_their_order_and_are_cut() {
        assert_eq!(words("Paris, École de PARIS"), ["paris", "ecole", "de"]);
        assert_eq!(words(&"é".repeat(70)), ["e".repeat(64)]);
        assert!(words(" - ").is_empty());
    }

    #[test]
    fn a_search_has_no_more_words_than_a_database_takes() {
        let many: Vec<String> = (0..2_000).map(|n| format!("w{n}")).collect();
        assert_eq!(searched(&many.join(" ")), many[..32]);
        assert_eq!(searched("Keiō, École"), ["keio", "ecole"]);
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}|[A-Za-zÀ-ž '-]{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
