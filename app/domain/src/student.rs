//! Students whom a home institution puts forward, and what is known of their studies.

use crate::{
    account::PersonName,
    ects::Ects,
    email::Email,
    eqf::EqfLevel,
    isced::IscedField,
    language::{Cefr, LanguageTag},
    text::Text,
};
use serde::{Deserialize, Serialize};

/// Longest number that a home institution gives a student, in graphemes.
pub const STUDENT_NUMBER_MAX: u32 = 40;

/// How well a student knows a language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skill {
    /// Which language.
    pub language: LanguageTag,
    /// How well.
    pub level: Cefr,
}

/// What is known of someone's studies; what is not known is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Level of the programme that the student is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<EqfLevel>,
    /// Field of study, ISCED-F 2013.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<IscedField>,
    /// Year of study at the time of leaving, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub study_year: Option<u8>,
    /// Credits at the time of leaving.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ects: Option<Ects>,
    /// Languages, one entry each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<Skill>,
}

/// A student as the home institution knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudentDraft {
    /// Name.
    pub name: PersonName,
    /// Address: one student of a home institution for each.
    pub email: Email,
    /// The number that the home institution gives.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub number: Option<Text<STUDENT_NUMBER_MAX>>,
    /// What is known of their studies.
    #[serde(default)]
    pub profile: Profile,
}
