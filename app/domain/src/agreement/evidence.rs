//! What attests to a fact: words, a document of the agreement, or both.

use crate::{
    id::DocumentId,
    problem::{FieldErrors, Problem},
    text::{LongText, optional},
};
use serde::Serialize;

/// Most characters of the words.
pub const EVIDENCE_MAX: u32 = 1_000;

/// What attests to an approval, a signature or a termination.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// In words.
    pub words: Option<LongText<EVIDENCE_MAX>>,
    /// A document of the agreement. As long as it attests to something it is not removed.
    pub document: Option<DocumentId>,
}

impl Evidence {
    /// Reads what was typed at `evidence` and chosen at `document`, of the documents offered. Where it is needed, one of
    /// the two is enough.
    pub fn read(
        errors: &mut FieldErrors,
        words: &str,
        document: &str,
        offered: &[DocumentId],
        is_needed: bool,
    ) -> Self {
        let words = errors.take("evidence", optional(words, LongText::parse));
        let chosen = |raw: &str| {
            let id = raw.parse().map_err(|_| Problem::NotAChoice)?;
            if offered.contains(&id) { Ok(id) } else { Err(Problem::NotAChoice) }
        };
        let document = errors.take("document", optional(document, chosen));
        if is_needed && words == Some(None) && document == Some(None) {
            errors.add("evidence", Problem::EvidenceNeeded);
        }
        Self { words: words.flatten(), document: document.flatten() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn read(words: &str, document: &str, offered: &[DocumentId]) -> Result<Evidence, FieldErrors> {
        let mut errors = FieldErrors::default();
        let evidence = Evidence::read(&mut errors, words, document, offered, true);
        errors.into_result(|| evidence)
    }

    #[test]
    fn words_or_a_document_are_enough() {
        let id = DocumentId(Uuid::from_u128(7));
        let document = id.to_string();
        let none = read(" ", "", &[id]).expect_err("nothing attests to it");
        assert_eq!(none.at("evidence"), Some(&Problem::EvidenceNeeded));
        assert!(read("E-mail of 3 May", "", &[id]).is_ok());
        let named = read("", &document, &[id]).expect("a document");
        assert_eq!(named, Evidence { words: None, document: Some(id) });
    }

    #[test]
    fn only_a_document_that_is_offered_counts() {
        let id = DocumentId(Uuid::from_u128(7));
        for raw in ["nonsense", "00000000-0000-0000-0000-000000000008"] {
            let errors = read("", raw, &[id]).expect_err("not offered");
            assert_eq!(errors.at("document"), Some(&Problem::NotAChoice));
            assert_eq!(errors.at("evidence"), None, "one message for one fault");
        }
    }
}
