//! Two institutions that are one: what is written about the one that stays.

use super::InstitutionDraft;
use crate::{coded::coded, id::InstitutionId, multilingual::Multilingual};
use std::collections::BTreeMap;

coded! {
    /// Why two institutions are not merged.
    NotMerged {
        /// They are one already.
        Same = "same",
        /// One is a unit of the other, or of a unit of it: they are two.
        Family = "family",
        /// A revision of some agreement names both as parties: whoever wrote it knew them as two.
        SameAgreement = "same_agreement",
    }
}

impl InstitutionDraft {
    /// What is written about this institution once another turned out to be the same: what it says stays, and what it
    /// does not say is taken from the other.
    #[must_use]
    pub fn merged(&self, id: InstitutionId, other: &Self, gone: InstitutionId) -> Self {
        let mut names: BTreeMap<_, _> =
            other.names.iter().map(|(tag, name)| (tag.clone(), name.clone())).collect();
        names.extend(self.names.iter().map(|(tag, name)| (tag.clone(), name.clone())));
        let mut identifiers = self.identifiers.clone();
        let is_missing = |kind| self.identifiers.iter().all(|own| own.kind != kind);
        identifiers.extend(other.identifiers.iter().filter(|one| is_missing(one.kind)).cloned());
        identifiers.sort_by_key(|identifier| identifier.kind);
        let is_another = |other: &InstitutionId| *other != id && *other != gone;
        Self {
            kind: self.kind,
            names: Multilingual::new(names).unwrap_or_else(|_| self.names.clone()),
            country: self.country,
            city: self.city.clone().or_else(|| other.city.clone()),
            coordinates: self.coordinates.or(other.coordinates),
            site: self.site.clone().or_else(|| other.site.clone()),
            parent: self.parent.or(other.parent),
            successor: [self.successor, other.successor].into_iter().flatten().find(is_another),
            identifiers,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{id::InstitutionId, institution::InstitutionForm};
    use uuid::Uuid;

    fn institution(n: u128) -> InstitutionId {
        InstitutionId(Uuid::from_u128(n))
    }

    #[test]
    fn the_one_that_stays_keeps_its_words_and_takes_what_it_lacks() {
        let kept = InstitutionForm {
            kind: "university".into(),
            name_en: "Kagawa University".into(),
            country: "JP".into(),
            hei_id: "kagawa-u.ac.jp".into(),
            successor: institution(2).to_string(),
            ..InstitutionForm::default()
        };
        let gone = InstitutionForm {
            kind: "school".into(),
            name_fr: "Université de Kagawa".into(),
            name_en: "Kagawa Univ.".into(),
            country: "FR".into(),
            city: "Takamatsu".into(),
            hei_id: "kagawa.example".into(),
            pic: "912703556".into(),
            successor: institution(3).to_string(),
            parent: institution(4).to_string(),
            ..InstitutionForm::default()
        };
        let merged = kept.parse().expect("valid").merged(
            institution(1),
            &gone.parse().expect("valid"),
            institution(2),
        );
        let expected = InstitutionForm {
            name_fr: "Université de Kagawa".into(),
            city: "Takamatsu".into(),
            pic: "912703556".into(),
            successor: institution(3).to_string(),
            parent: institution(4).to_string(),
            ..kept
        };
        assert_eq!(InstitutionForm::from(&merged), expected);
    }

    #[test]
    fn it_does_not_take_the_place_of_itself() {
        let form = |successor: u128| InstitutionForm {
            kind: "university".into(),
            name_en: "One".into(),
            country: "JP".into(),
            successor: institution(successor).to_string(),
            ..InstitutionForm::default()
        };
        let merged = form(2).parse().expect("valid").merged(
            institution(1),
            &form(1).parse().expect("valid"),
            institution(2),
        );
        assert_eq!(merged.successor, None);
    }
}
