//! What offices keep about lists: tags on agreements, views saved, columns chosen.

use crate::{
    coded::coded,
    fold,
    id::InstitutionId,
    problem::{FieldErrors, Problem},
    text::{Text, optional},
};
use serde::{Deserialize, Serialize};

/// Longest name of a tag, in graphemes.
pub const TAG_MAX: u32 = 40;
/// Longest name of a saved view, in graphemes.
pub const VIEW_NAME_MAX: u32 = 80;

coded! {
    /// A column of a list of agreements, beside the title.
    AgreementColumn {
        /// What it is today.
        Standing = "standing",
        /// Its parties with their countries.
        Parties = "parties",
        /// From when to when.
        Period = "period",
        /// What kind of agreement.
        Kind = "kind",
        /// The office's tags.
        Tags = "tags",
        /// When it last changed.
        Updated = "updated",
    }
}

impl AgreementColumn {
    /// Those shown where none are chosen.
    pub const DEFAULT: [Self; 3] = [Self::Standing, Self::Parties, Self::Period];

    /// The columns of a list of codes, in the order of the list of columns; those not known are left out. The usual ones
    /// where none is left.
    pub fn chosen(codes: &str) -> Vec<Self> {
        let named: Vec<Self> = codes.split(',').filter_map(|code| Self::parse(code).ok()).collect();
        if named.is_empty() {
            return Self::DEFAULT.to_vec();
        }
        Self::ALL.iter().copied().filter(|column| named.contains(column)).collect()
    }
}

/// A word that an office puts on agreements: what it is found by is folded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tag(Text<TAG_MAX>);

impl Tag {
    /// Reads a tag. One of punctuation alone is none.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let text = Text::parse(raw)?;
        if fold::fold(text.as_str()).is_empty() { Err(Problem::Required) } else { Ok(Self(text)) }
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Folded: tags that differ in case or accents only are one.
    pub fn key(&self) -> String {
        fold::fold(self.as_str())
    }
}

/// A view of a list to keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ViewDraft {
    /// What it is called.
    pub name: Text<VIEW_NAME_MAX>,
    /// The query of the list.
    pub query: String,
    /// Whether a whole office sees it.
    pub is_shared: bool,
    /// Which office; the first of one's own unless said.
    pub office: Option<InstitutionId>,
}

/// What someone typed to keep a view.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ViewForm {
    /// What it is called.
    pub name: String,
    /// The query of the list.
    pub query: String,
    /// `on` when a whole office sees it.
    pub is_shared: String,
    /// Id of that office; nothing for the first of one's own.
    pub office: String,
}

/// Reads the id of an office that one chose among one's own; none where nothing was chosen.
pub fn office(raw: &str) -> Result<Option<InstitutionId>, Problem> {
    optional(raw, |raw| raw.parse().map_err(|_| Problem::NotAChoice))
}

/// Longest query of a view that is kept, in bytes.
const QUERY_MAX: usize = 2_000;

impl ViewForm {
    /// Reads the form.
    pub fn parse(&self) -> Result<ViewDraft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", Text::parse(&self.name));
        if self.query.len() > QUERY_MAX {
            let actual = u32::try_from(self.query.len()).unwrap_or(u32::MAX);
            let max = u32::try_from(QUERY_MAX).unwrap_or(u32::MAX);
            errors.add("query", Problem::TooLong { max, actual });
        }
        let office = errors.take("office", office(&self.office));
        let (Some(name), Some(office)) = (name, office) else { return Err(errors) };
        let (query, is_shared) = (self.query.clone(), !self.is_shared.is_empty());
        errors.into_result(|| ViewDraft { name, query, is_shared, office })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_come_in_their_order_and_unknown_ones_are_left_out() {
        use AgreementColumn::{Kind, Parties, Standing, Updated};
        assert_eq!(AgreementColumn::chosen(""), AgreementColumn::DEFAULT);
        assert_eq!(AgreementColumn::chosen("rien"), AgreementColumn::DEFAULT);
        assert_eq!(
            AgreementColumn::chosen("updated,kind,rien,parties,standing"),
            [Standing, Parties, Kind, Updated]
        );
    }

    #[test]
    fn tags_that_differ_in_accents_only_are_one() {
        assert_eq!(
            Tag::parse("À revoir").expect("a tag").key(),
            Tag::parse("a  REVOIR").expect("a tag").key()
        );
        assert_eq!(Tag::parse("  ").expect_err("nothing"), Problem::Required);
        assert_eq!(Tag::parse("…").expect_err("nothing to find it by"), Problem::Required);
    }

    #[test]
    fn a_view_needs_a_name() {
        let form = ViewForm { query: "country=JP".into(), ..ViewForm::default() };
        assert_eq!(form.parse().expect_err("no name").at("name"), Some(&Problem::Required));
        let form = ViewForm { name: "Japon".into(), query: "x".repeat(2_001), ..form };
        assert!(form.parse().expect_err("too long").at("query").is_some());
    }
}
