//! What a row says of an institution, and what becomes of one that is known.
//!
//! Decisions, where an office would ask:
//! - An empty cell says nothing: it never takes away what the registry holds.
//! - The name of a list whose language is not stated stands beside those that people wrote (tag `und`), never in their
//!   place, and only where none of them reads the same, accents, case and punctuation aside.
//! - A city that reads the same, or a site that differs by its scheme or final slash, is not a change.
//! - A list that says no kind: one that is named a university is one, any other a school. What is known keeps its kind.
//! - An identifier that breaks its rule is kept as given and flagged; a site that is no address is left out and reported.

use super::{
    ListColumn as Column, Mapping, SheetRow, country,
    plan::{Reason, told},
};
use crate::{
    country::Country,
    fold::{fold, words},
    identifier::{Identifier, IdentifierKind, erasmus_country},
    institution::{CITY_MAX, InstitutionDraft, InstitutionKind, Name},
    lang::Lang,
    language::LanguageTag,
    multilingual::Multilingual,
    problem::Problem,
    text::{Text, optional},
    web_url::WebUrl,
};
use std::collections::BTreeMap;

/// The tag of a name whose language a list does not say.
const UNSTATED: &str = "und";

/// Longest identifier that is kept as given, in characters.
const IDENTIFIER_MAX: u32 = 100;

/// What a row says of an institution.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Given {
    /// Its names by language.
    pub names: BTreeMap<LanguageTag, Name>,
    /// What it is.
    pub kind: Option<InstitutionKind>,
    /// Where it is.
    pub country: Option<Country>,
    /// The city.
    pub city: Option<Text<CITY_MAX>>,
    /// Its site.
    pub site: Option<WebUrl>,
    /// Its identifiers, the broken ones flagged.
    pub identifiers: Vec<Identifier>,
}

/// A row, read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadRow {
    /// Its number in the file.
    pub number: u32,
    /// What to call it in a report: its name as it stands there.
    pub label: String,
    /// What it says.
    pub given: Given,
    /// Whether one of its identifiers was brought into its canonical form.
    pub is_normalised: bool,
    /// What of it is kept as given, or left out.
    pub flags: Vec<Reason>,
    /// Why it cannot be taken, where it cannot.
    pub refusals: Vec<Reason>,
}

/// Reads a row by what its columns mean.
pub fn read(row: &SheetRow, mapping: &Mapping) -> ReadRow {
    let cell = |column| mapping.cell(row, column).trim();
    let label =
        [Column::Name, Column::NameFr, Column::NameEn].map(cell).into_iter().find(|name| !name.is_empty());
    let mut read = ReadRow {
        number: row.number,
        label: told(&one_line(label.unwrap_or_default())),
        given: Given::default(),
        is_normalised: false,
        flags: Vec::new(),
        refusals: Vec::new(),
    };
    read.names(&cell);
    read.identifiers(&cell);
    read.place(&cell);
    let kind = cell(Column::Kind);
    match optional(kind, read_kind) {
        Ok(kind) => read.given.kind = kind,
        Err(problem) => read.flags.push(Reason::left_out(Column::Kind, kind, problem)),
    }
    read
}

impl ReadRow {
    fn names<'a>(&mut self, cell: &impl Fn(Column) -> &'a str) {
        let french = LanguageTag::from(Lang::Fr);
        let tags = [
            (Column::NameFr, Ok(french)),
            (Column::NameEn, Ok(Lang::En.into())),
            (Column::Name, LanguageTag::parse(UNSTATED)),
        ];
        for (column, tag) in tags {
            match (optional(cell(column), |raw| Name::parse(&one_line(raw))), tag) {
                (Ok(Some(name)), Ok(tag)) => {
                    let is_new =
                        self.given.names.values().all(|known| fold(known.as_str()) != fold(name.as_str()));
                    if is_new {
                        self.given.names.insert(tag, name);
                    }
                }
                (Err(problem), _) => self.refusals.push(Reason::left_out(column, cell(column), problem)),
                (Ok(None), _) | (_, Err(_)) => {}
            }
        }
        if self.given.names.is_empty() && self.refusals.is_empty() {
            self.refusals.push(Reason::left_out(Column::Name, "", Problem::Required));
        }
    }

    fn identifiers<'a>(&mut self, cell: &impl Fn(Column) -> &'a str) {
        for kind in IdentifierKind::ALL {
            let column = Column::of_identifier(kind);
            let raw = cell(column);
            let Some(identifier) = Identifier::keep(kind, raw) else { continue };
            if let Some(problem) = unbearable(&identifier) {
                self.flags.push(Reason::left_out(column, raw, problem));
                continue;
            }
            if identifier.is_flagged {
                self.flags.push(Reason::KeptAsGiven { column, value: identifier.value.clone() });
            }
            self.is_normalised |= !identifier.is_flagged && identifier.value != raw;
            self.given.identifiers.push(identifier);
        }
    }

    fn place<'a>(&mut self, cell: &impl Fn(Column) -> &'a str) {
        let (country, city, site) = (cell(Column::Country), cell(Column::City), cell(Column::Site));
        match optional(country, country::parse) {
            Ok(country) => self.given.country = country.or_else(|| erasmus_country(cell(Column::Erasmus))),
            Err(problem) => self.refusals.push(Reason::left_out(Column::Country, country, problem)),
        }
        match optional(city, |raw| Text::parse(&one_line(raw))) {
            Ok(city) => self.given.city = city,
            Err(problem) => self.flags.push(Reason::left_out(Column::City, city, problem)),
        }
        match optional(site, WebUrl::parse) {
            Ok(site) => self.given.site = site,
            Err(problem) => self.flags.push(Reason::left_out(Column::Site, site, problem)),
        }
    }
}

impl Given {
    /// A new institution that is as the row says; why not, where it says too little.
    ///
    /// # Errors
    /// The reason.
    pub fn draft(&self) -> Result<InstitutionDraft, Reason> {
        let missing = |column| Reason::left_out(column, "", Problem::Required);
        let names = Multilingual::new(self.names.clone()).map_err(|_| missing(Column::Name))?;
        let country = self.country.ok_or_else(|| missing(Column::Country))?;
        let kind = self.kind.unwrap_or_else(|| kind_of_name(&names));
        Ok(InstitutionDraft {
            kind,
            names,
            country,
            city: self.city.clone(),
            coordinates: None,
            site: self.site.clone(),
            parent: None,
            successor: None,
            identifiers: self.identifiers.clone(),
        })
    }

    /// What an institution that is known becomes.
    pub fn merged(&self, known: &InstitutionDraft) -> InstitutionDraft {
        let mut draft = known.clone();
        draft.kind = self.kind.unwrap_or(known.kind);
        draft.country = self.country.unwrap_or(known.country);
        if let Some(city) = &self.city
            && known.city.as_ref().is_none_or(|known| fold(known.as_str()) != fold(city.as_str()))
        {
            draft.city = Some(city.clone());
        }
        if let Some(site) = &self.site
            && known.site.as_ref().is_none_or(|known| bare(known) != bare(site))
        {
            draft.site = Some(site.clone());
        }
        draft.names = self.merged_names(&known.names);
        for identifier in &self.identifiers {
            match draft.identifiers.iter_mut().find(|known| known.kind == identifier.kind) {
                // A broken one does not take the place of a sound one.
                Some(known) if identifier.is_flagged && !known.is_flagged => {}
                Some(known) => known.clone_from(identifier),
                None => draft.identifiers.push(identifier.clone()),
            }
        }
        draft.identifiers.sort_by_key(|identifier| identifier.kind);
        draft
    }

    fn merged_names(&self, known: &Multilingual<Name>) -> Multilingual<Name> {
        let mut names = known.clone().into_map();
        for (tag, name) in &self.names {
            let key = fold(name.as_str());
            let has_third =
                names.keys().any(|known| known != tag && Lang::from_code(known.as_str()).is_none());
            let is_stated = Lang::from_code(tag.as_str()).is_some();
            let is_known = match names.get(tag) {
                Some(known) if is_stated => fold(known.as_str()) == key,
                _ => !is_stated && names.values().any(|known| fold(known.as_str()) == key),
            };
            // A form holds one name beside the French and the English one.
            if !is_known && (is_stated || !has_third) {
                names.insert(tag.clone(), name.clone());
            }
        }
        Multilingual::new(names).unwrap_or_else(|_| known.clone())
    }
}

/// Why an identifier is too broken even to be kept.
fn unbearable(identifier: &Identifier) -> Option<Problem> {
    let actual = u32::try_from(identifier.value.chars().count()).unwrap_or(u32::MAX);
    if !identifier.is_flagged {
        None
    } else if identifier.value.chars().any(char::is_control) {
        Some(Problem::ControlCharacter)
    } else {
        (actual > IDENTIFIER_MAX).then_some(Problem::TooLong { max: IDENTIFIER_MAX, actual })
    }
}

/// The kind of an institution by its name, where a list says none.
fn kind_of_name(names: &Multilingual<Name>) -> InstitutionKind {
    let is_university = |name: &Name| words(name.as_str()).iter().any(|word| word.starts_with("univer"));
    if names.iter().any(|(_, name)| is_university(name)) {
        InstitutionKind::University
    } else {
        InstitutionKind::School
    }
}

/// Reads a kind: the registry's word, or what people write.
fn read_kind(raw: &str) -> Result<InstitutionKind, Problem> {
    let folded = fold(raw);
    Ok(match folded.as_str() {
        "university" | "universite" => InstitutionKind::University,
        "grande ecole" => InstitutionKind::GrandeEcole,
        "school" | "ecole" | "college" | "higher education institution" => InstitutionKind::School,
        "network" | "reseau" => InstitutionKind::Network,
        "group" | "groupe" => InstitutionKind::Group,
        "research body" | "organisme de recherche" => InstitutionKind::ResearchBody,
        "public authority" | "collectivite" | "autorite publique" => InstitutionKind::PublicAuthority,
        "agency" | "agence" => InstitutionKind::Agency,
        "company" | "entreprise" => InstitutionKind::Company,
        "association" => InstitutionKind::Association,
        _ => match InstitutionKind::parse(&folded.replace(' ', "_"))? {
            // A unit needs its parent, which a list does not name.
            InstitutionKind::Unit => return Err(Problem::NotAChoice),
            kind => kind,
        },
    })
}

/// What an address is, its scheme and final slash aside.
fn bare(site: &WebUrl) -> &str {
    let address = site.as_str();
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    address.trim_end_matches('/')
}

/// A text as one line: cells of spreadsheets hold line feeds.
fn one_line(raw: &str) -> String {
    raw.split_whitespace().collect::<Vec<_>>().join(" ")
}
