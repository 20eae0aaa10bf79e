//! Institutions: anything that can be a party.

use crate::{
    coded::coded,
    coordinates::Coordinates,
    country::Country,
    id::InstitutionId,
    identifier::{Identifier, IdentifierKind},
    lang::Lang,
    language::LanguageTag,
    multilingual::Multilingual,
    problem::{FieldErrors, Problem},
    text::{Text, optional},
    web_url::WebUrl,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

mod merging;

pub use merging::NotMerged;

/// Longest name, in graphemes. Public registers hold names of 230.
pub const NAME_MAX: u32 = 250;
/// Longest name of a city, in graphemes.
pub const CITY_MAX: u32 = 100;

/// A name of an institution in one language.
pub type Name = Text<NAME_MAX>;

coded! {
    /// What an institution is.
    InstitutionKind {
        /// A university.
        University = "university",
        /// A French grande école.
        GrandeEcole = "grande_ecole",
        /// Another school of higher education.
        School = "school",
        /// A faculty, department or other unit of an institution.
        Unit = "unit",
        /// A network of institutions.
        Network = "network",
        /// A group that owns or runs schools.
        Group = "group",
        /// A research body.
        ResearchBody = "research_body",
        /// A public authority: a region, a prefecture, a ministry.
        PublicAuthority = "public_authority",
        /// A corps of the state.
        StateCorps = "state_corps",
        /// An agency.
        Agency = "agency",
        /// A company.
        Company = "company",
        /// An association.
        Association = "association",
    }
}

impl InstitutionKind {
    /// Whether students can be hosted: the others may co-finance, coordinate or receive interns.
    pub const fn can_host_students(self) -> bool {
        matches!(self, Self::University | Self::GrandeEcole | Self::School | Self::Unit)
    }
}

/// What an office writes about an institution, parsed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InstitutionDraft {
    /// What it is.
    pub kind: InstitutionKind,
    /// Its names by language.
    pub names: Multilingual<Name>,
    /// Where it is.
    pub country: Country,
    /// The city, as it is written there.
    pub city: Option<Text<CITY_MAX>>,
    /// Degrees north and east.
    pub coordinates: Option<Coordinates>,
    /// Its site.
    pub site: Option<WebUrl>,
    /// The institution that this one is a unit of.
    pub parent: Option<InstitutionId>,
    /// The institution that took its place.
    pub successor: Option<InstitutionId>,
    /// Public identifiers, one of a kind.
    pub identifiers: Vec<Identifier>,
}

/// What someone typed into the form of an institution.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InstitutionForm {
    /// Code of the kind.
    pub kind: String,
    /// Name in French.
    pub name_fr: String,
    /// Name in English.
    pub name_en: String,
    /// Name in a third language.
    pub name_other: String,
    /// The tag of that language.
    pub language_other: String,
    /// ISO 3166 code.
    pub country: String,
    /// City.
    pub city: String,
    /// Degrees north, then east, with a comma between.
    pub coordinates: String,
    /// Address of the site.
    pub site: String,
    /// Id of the parent.
    pub parent: String,
    /// Id of the successor.
    pub successor: String,
    /// SCHAC / HEI id.
    pub hei_id: String,
    /// Erasmus code.
    pub erasmus: String,
    /// `on` when a broken Erasmus code is kept as given, flagged.
    pub keep_erasmus: String,
    /// PIC.
    pub pic: String,
    /// OID.
    pub oid: String,
    /// ROR.
    pub ror: String,
}

impl InstitutionForm {
    /// What was typed for an identifier.
    pub fn identifier(&self, kind: IdentifierKind) -> &str {
        match kind {
            IdentifierKind::HeiId => &self.hei_id,
            IdentifierKind::Erasmus => &self.erasmus,
            IdentifierKind::Pic => &self.pic,
            IdentifierKind::Oid => &self.oid,
            IdentifierKind::Ror => &self.ror,
        }
    }

    fn identifier_mut(&mut self, kind: IdentifierKind) -> &mut String {
        match kind {
            IdentifierKind::HeiId => &mut self.hei_id,
            IdentifierKind::Erasmus => &mut self.erasmus,
            IdentifierKind::Pic => &mut self.pic,
            IdentifierKind::Oid => &mut self.oid,
            IdentifierKind::Ror => &mut self.ror,
        }
    }

    /// Reads the form, or says what is wrong with which field.
    pub fn parse(&self) -> Result<InstitutionDraft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let kind = errors.take("kind", InstitutionKind::parse(&self.kind));
        let names = self.parse_names(&mut errors);
        let country = errors.take("country", Country::parse(&self.country));
        let city = errors.take("city", optional(&self.city, Text::parse));
        let coordinates = errors.take("coordinates", optional(&self.coordinates, Coordinates::parse));
        let site = errors.take("site", optional(&self.site, WebUrl::parse));
        let id = |raw: &str| raw.parse::<InstitutionId>().map_err(|_| Problem::UnknownInstitution);
        let parent = errors.take("parent", optional(&self.parent, id));
        let successor = errors.take("successor", optional(&self.successor, id));
        if kind == Some(InstitutionKind::Unit) && parent == Some(None) {
            errors.add("parent", Problem::Required);
        }
        let identifiers = self.parse_identifiers(&mut errors);
        match (kind, names, country, city, coordinates, site, parent, successor) {
            (
                Some(kind),
                Some(names),
                Some(country),
                Some(city),
                Some(coordinates),
                Some(site),
                Some(parent),
                Some(successor),
            ) if errors.is_empty() => Ok(InstitutionDraft {
                kind,
                names,
                country,
                city,
                coordinates,
                site,
                parent,
                successor,
                identifiers,
            }),
            _ => Err(errors),
        }
    }

    fn parse_names(&self, errors: &mut FieldErrors) -> Option<Multilingual<Name>> {
        let mut names = BTreeMap::new();
        for (field, raw, tag) in [
            ("name_fr", &self.name_fr, Lang::Fr.code()),
            ("name_en", &self.name_en, Lang::En.code()),
            ("name_other", &self.name_other, self.language_other.as_str()),
        ] {
            let Some(Some(name)) = errors.take(field, optional(raw, Name::parse)) else { continue };
            match LanguageTag::parse(tag) {
                Ok(tag) if names.contains_key(&tag) => errors.add("language_other", Problem::Duplicate),
                Ok(tag) => {
                    names.insert(tag, name);
                }
                Err(problem) => errors.add("language_other", problem),
            }
        }
        if names.is_empty() && errors.at("name_fr").is_none() && errors.at("name_en").is_none() {
            errors.add("name_fr", Problem::Required);
        }
        Multilingual::new(names).ok()
    }

    fn parse_identifiers(&self, errors: &mut FieldErrors) -> Vec<Identifier> {
        let mut identifiers = Vec::new();
        for kind in IdentifierKind::ALL {
            let raw = self.identifier(kind);
            let keep = kind == IdentifierKind::Erasmus && !self.keep_erasmus.is_empty();
            let parsed = match optional(raw, |raw| Identifier::parse(kind, raw)) {
                Err(_) if keep => Ok(Identifier::keep(kind, raw)),
                parsed => parsed,
            };
            identifiers.extend(errors.take(kind.code(), parsed).flatten());
        }
        identifiers
    }
}

impl From<&InstitutionDraft> for InstitutionForm {
    fn from(draft: &InstitutionDraft) -> Self {
        let mut form = Self {
            kind: draft.kind.code().into(),
            country: draft.country.code().into(),
            city: draft.city.as_ref().map(ToString::to_string).unwrap_or_default(),
            coordinates: draft.coordinates.as_ref().map(ToString::to_string).unwrap_or_default(),
            site: draft.site.as_ref().map(ToString::to_string).unwrap_or_default(),
            parent: draft.parent.map(|id| id.to_string()).unwrap_or_default(),
            successor: draft.successor.map(|id| id.to_string()).unwrap_or_default(),
            ..Self::default()
        };
        for (tag, name) in &draft.names {
            match Lang::from_code(&tag.to_string()) {
                Some(Lang::Fr) => form.name_fr = name.to_string(),
                Some(Lang::En) => form.name_en = name.to_string(),
                None => {
                    form.name_other = name.to_string();
                    form.language_other = tag.to_string();
                }
            }
        }
        for identifier in &draft.identifiers {
            form.identifier_mut(identifier.kind).clone_from(&identifier.value);
            if identifier.is_flagged && identifier.kind == IdentifierKind::Erasmus {
                form.keep_erasmus = "on".into();
            }
        }
        form
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ales() -> InstitutionForm {
        InstitutionForm {
            kind: "grande_ecole".into(),
            name_fr: "IMT Mines Alès".into(),
            country: "FR".into(),
            city: "Alès".into(),
            erasmus: "F  ALES02".into(),
            pic: "912703556".into(),
            ..InstitutionForm::default()
        }
    }

    #[test]
    fn a_form_survives_the_way_to_a_draft_and_back() {
        let draft = ales().parse().expect("valid");
        assert_eq!(InstitutionForm::from(&draft), ales());
    }

    #[test]
    fn an_empty_form_names_what_it_needs() {
        let errors = InstitutionForm::default().parse().expect_err("invalid");
        let fields: Vec<_> = errors.0.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["kind", "name_fr", "country"]);
    }

    #[test]
    fn a_broken_erasmus_code_is_refused_unless_kept_and_then_flagged() {
        let mut form = InstitutionForm { erasmus: "F PARIS".into(), ..ales() };
        assert_eq!(form.parse().expect_err("broken").at("erasmus"), Some(&Problem::NotAnErasmusCode));
        form.keep_erasmus = "on".into();
        let draft = form.parse().expect("kept");
        let erasmus = draft.identifiers.iter().find(|i| i.kind == IdentifierKind::Erasmus).expect("there");
        assert!(erasmus.is_flagged);
        assert_eq!(erasmus.value, "F PARIS");
    }

    #[test]
    fn a_unit_needs_its_parent_and_a_third_name_its_language() {
        let form = InstitutionForm { kind: "unit".into(), name_other: "創造工学部".into(), ..ales() };
        let errors = form.parse().expect_err("invalid");
        assert_eq!(errors.at("parent"), Some(&Problem::Required));
        assert!(errors.at("language_other").is_some());
    }
}
