//! What the shapes of JSON have in common. Lists of codes come from the domain, so that they cannot disagree.

use domain::{
    agreement::{AgreementKind, PartyRole, Standing, Visibility},
    institution::InstitutionKind,
    lang::Lang,
    multilingual::Multilingual,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt::Display};
use utoipa::{
    ToSchema,
    openapi::schema::{Object, ObjectBuilder, Type},
};

/// A text by language: keys are BCP-47 tags.
pub type ByLanguage = BTreeMap<String, String>;

/// A text in French, in English, or in both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FrEn {
    /// In French.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fr: Option<String>,
    /// In English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl FrEn {
    /// The texts of a form; `None` when both are empty.
    pub fn of(fr: &str, en: &str) -> Option<Self> {
        let texts = Self { fr: filled(fr), en: filled(en) };
        (texts != Self::default()).then_some(texts)
    }

    /// What a form holds: French, then English.
    pub fn into_form(this: Option<Self>) -> (String, String) {
        let texts = this.unwrap_or_default();
        (texts.fr.unwrap_or_default(), texts.en.unwrap_or_default())
    }
}

/// Where to find it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Links {
    /// Its own address in this interface.
    #[serde(rename = "self")]
    pub this: String,
    /// The pages for people, by language.
    pub html: ByLanguage,
}

impl Links {
    /// Of a noun and an id.
    pub fn new(noun: &str, id: impl Display) -> Self {
        let page = |lang: Lang| (lang.code().to_owned(), app::desk::href(lang, &format!("/{noun}/{id}")));
        Self { this: format!("/api/v1/{noun}/{id}"), html: Lang::ALL.into_iter().map(page).collect() }
    }
}

/// All texts, by language.
pub fn by_language<T: Display>(texts: &Multilingual<T>) -> ByLanguage {
    texts.iter().map(|(tag, text)| (tag.to_string(), text.to_string())).collect()
}

/// A text, unless it is empty.
pub fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// What a form holds for a mark.
pub fn mark(is_set: bool) -> String {
    if is_set { "on".to_owned() } else { String::new() }
}

/// A JSON Pointer for a path with dots.
pub fn pointer(path: &str) -> String {
    format!("/{}", path.replace('.', "/"))
}

fn one_of<'a>(codes: impl IntoIterator<Item = &'a str>) -> Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes)).build()
}

/// Kinds of agreements.
pub fn agreement_kinds() -> Object {
    one_of(AgreementKind::ALL.iter().map(|kind| kind.code()))
}

/// Standings.
pub fn standings() -> Object {
    one_of(Standing::ALL.iter().map(|standing| standing.code()))
}

/// Roles of parties.
pub fn party_roles() -> Object {
    one_of(PartyRole::ALL.iter().map(|role| role.code()))
}

/// Who may see what is published.
pub fn visibilities() -> Object {
    one_of(Visibility::ALL.iter().map(|visibility| visibility.code()))
}

/// How an agreement goes on.
pub fn renewals() -> Object {
    one_of(["none", "by_agreement", "tacit"])
}

/// Kinds of institutions.
pub fn institution_kinds() -> Object {
    one_of(InstitutionKind::ALL.iter().map(|kind| kind.code()))
}

/// A date known to the year, the month or the day.
pub fn edtf() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(
            "EDTF level 0: `2024`, `2024-01` or `2024-01-10`; with `?` when it is to be confirmed",
        ))
        .pattern(Some(r"^\d{4}(-\d{2}(-\d{2})?)?\??$"))
        .examples(["2024-01-10"])
        .build()
}
