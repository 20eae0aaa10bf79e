//! What a column of a list of students may mean, and the headers that say so.

use crate::{coded::coded, fold::fold, language::LanguageTag};
use serde::{Deserialize, Serialize};

coded! {
    /// What is said of a student, or of the stay.
    StudentColumn {
        /// The whole name; the family name where given names have a column.
        Name = "name",
        /// Given names.
        GivenName = "given_name",
        /// Family name.
        FamilyName = "family_name",
        /// E-mail address.
        Email = "email",
        /// The number that the home institution gives.
        Number = "number",
        /// Level of study.
        Level = "level",
        /// Field of study.
        Field = "field",
        /// Year of study.
        StudyYear = "study_year",
        /// Credits.
        Ects = "ects",
        /// Languages with their levels.
        Languages = "languages",
        /// For which term.
        Term = "term",
        /// For how many months.
        Months = "months",
    }
}

impl StudentColumn {
    /// The headers that mean this, folded, with commas between.
    const fn headers(self) -> &'static str {
        match self {
            Self::Name => {
                "name, student, student name, full name, nom, nom complet, etudiant, etudiante, nom de l etudiant"
            }
            Self::GivenName => "given name, given names, first name, first names, forename, prenom, prenoms",
            Self::FamilyName => {
                "family name, last name, surname, nom de famille, nom d usage, nom de naissance, nom patronymique"
            }
            Self::Email => {
                "email, e mail, mail, email address, e mail address, student email, institutional email, courriel, \
                 adresse email, adresse e mail, adresse mail, adresse electronique, adresse de courriel, mel, \
                 courriel institutionnel, mail etudiant"
            }
            Self::Number => {
                "number, student number, student no, student id, id, matriculation number, registration number, esi, ine, \
                 european student identifier, numero, numero etudiant, numero d etudiant, no etudiant, n etudiant, n d etudiant, \
                 matricule, identifiant, identifiant etudiant"
            }
            Self::Level => {
                "level, eqf, eqf level, level of study, study level, cycle, study cycle, degree, diploma, niveau, \
                 niveau d etudes, niveau d etude, niveau cec, cec, cycle d etudes, diplome, diplome prepare"
            }
            Self::Field => {
                "field, field of study, isced, isced f, isced code, isced f code, subject area, domaine, domaine d etudes, \
                 domaine d etude, code isced, code isced f, discipline"
            }
            Self::StudyYear => {
                "study year, year of study, year, current year, year of studies, annee, annee d etudes, annee d etude, \
                 annee de formation, annee en cours"
            }
            Self::Ects => {
                "ects, credits, ects credits, number of credits, number of ects, credits ects, credits obtenus, credits acquis, \
                 nombre de credits, nombre d ects"
            }
            Self::Languages => {
                "languages, language, language level, language levels, language skills, foreign languages, langues, langue, \
                 langues etrangeres, niveau de langue, niveaux de langue, niveau de langues, niveaux de langues, \
                 competences linguistiques"
            }
            Self::Term => {
                "term, terms, semester, period, mobility period, period of mobility, semestre, periode, \
                 periode de mobilite, semestre de mobilite"
            }
            Self::Months => {
                "months, number of months, duration, duration months, duration in months, days, number of days, duration days, \
                 duration in days, mois, nombre de mois, duree, duree mois, duree en mois, jours, nombre de jours, duree jours, \
                 duree en jours"
            }
        }
    }

    fn of_header(folded: &str) -> Option<Self> {
        let is_named = |column: &&Self| {
            fold(column.code()) == folded || column.headers().split(", ").any(|header| header == folded)
        };
        Self::ALL.iter().find(is_named).copied()
    }
}

/// What a column of a list of students means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhatColumn {
    /// Something of the student, or of the stay.
    Student(StudentColumn),
    /// The level in one language.
    Language(LanguageTag),
}

impl WhatColumn {
    /// What a header means, folded as [`fold`] does.
    pub fn of_header(folded: &str) -> Option<Self> {
        StudentColumn::of_header(folded).map(Self::Student).or_else(|| language(folded).map(Self::Language))
    }
}

/// The language that a header names in words: `niveau d anglais`, `english level`. A code of two letters is no word.
fn language(folded: &str) -> Option<LanguageTag> {
    const AROUND: [&str; 13] = [
        "niveau", "level", "in", "of", "en", "d", "de", "cecr", "cecrl", "cefr", "langue", "language", "test",
    ];
    let words: Vec<&str> = folded.split(' ').filter(|word| !AROUND.contains(word)).collect();
    let name = words.join(" ");
    if name.len() > 3 { LanguageTag::parse_named(&name).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_means_one_thing_and_is_folded() {
        for column in StudentColumn::ALL {
            let meant = Some(WhatColumn::Student(*column));
            assert_eq!(WhatColumn::of_header(&fold(column.code())), meant);
            for header in column.headers().split(", ") {
                assert_eq!(fold(header), header);
                assert_eq!(WhatColumn::of_header(header), meant, "{header}");
            }
        }
    }

    #[test]
    fn a_language_may_head_a_column() {
        for (header, tag) in [
            ("Anglais", Some("en")),
            ("Niveau d’anglais", Some("en")),
            ("English level (CEFR)", Some("en")),
            ("Niveau CECRL en japonais", Some("ja")),
            ("EN", None),
            ("Remarques", None),
            ("", None),
        ] {
            let meant = tag.map(|tag| WhatColumn::Language(LanguageTag::parse(tag).expect("a tag")));
            assert_eq!(WhatColumn::of_header(&fold(header)), meant, "{header}");
        }
    }
}
