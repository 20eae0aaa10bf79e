//! Sentences handed to components, and the ids made from field names.

use std::borrow::Cow;

/// A sentence already worded in the reader's language, or nothing. An empty one counts as nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words(Option<Cow<'static, str>>);

impl Words {
    /// The sentence, if there is one.
    pub fn get(&self) -> Option<&str> {
        self.0.as_deref().filter(|text| !text.is_empty())
    }

    /// Whether there is a sentence.
    pub fn is_some(&self) -> bool {
        self.get().is_some()
    }

    /// The sentence as an attribute or a child of an element; absent when there is none.
    pub fn into_text(self) -> Option<String> {
        self.0.filter(|text| !text.is_empty()).map(Cow::into_owned)
    }
}

impl From<&'static str> for Words {
    fn from(text: &'static str) -> Self {
        Self(Some(Cow::Borrowed(text)))
    }
}

impl From<String> for Words {
    fn from(text: String) -> Self {
        Self(Some(Cow::Owned(text)))
    }
}

impl From<Option<String>> for Words {
    fn from(text: Option<String>) -> Self {
        Self(text.map(Cow::Owned))
    }
}

impl From<Option<&'static str>> for Words {
    fn from(text: Option<&'static str>) -> Self {
        Self(text.map(Cow::Borrowed))
    }
}

/// The id of the control of a field: `parties.1.institution` becomes `f-parties-1-institution`. The brackets after the name of
/// boxes that are sent together say nothing in it.
///
/// An id made here stays as it is when given again.
pub fn field_id(name: &str) -> String {
    let kept = name.trim_end_matches("[]").chars().filter(|c| *c != ']');
    let plain: String = kept.map(|c| if c.is_alphanumeric() || c == '_' { c } else { '-' }).collect();
    if plain.starts_with("f-") { plain } else { format!("f-{plain}") }
}

/// The ids of the sentences that describe a control, for `aria-describedby`.
pub(super) fn described_by(id: &str, parts: &[(&str, &Words)]) -> Option<String> {
    let ids: Vec<String> = parts
        .iter()
        .filter(|(_, words)| words.is_some())
        .map(|(suffix, _)| format!("{id}-{suffix}"))
        .collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// Joins class names, leaving out the empty ones.
pub(super) fn classes(names: &[&str]) -> String {
    names.iter().filter(|name| !name.is_empty()).copied().collect::<Vec<_>>().join(" ")
}
