//! Students whom a home institution puts forward, and what is known of their studies.

use crate::{
    account::PersonName,
    agreement::shown,
    ects::Ects,
    email::Email,
    eqf::EqfLevel,
    flow::STUDY_YEAR_MAX,
    isced::IscedField,
    language::{Cefr, LanguageTag},
    problem::{FieldErrors, Problem},
    text::{Text, optional},
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Longest number that a home institution gives a student, in graphemes.
pub const STUDENT_NUMBER_MAX: u32 = 40;
/// Most languages of one student.
pub const LANGUAGES_MAX: u32 = 12;

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

impl Skill {
    /// Reads a language and a level, in either order, with or without punctuation: `en B2`, `Anglais (B2)`, `C1: fr`, `EN-B2`.
    ///
    /// # Errors
    /// `Required` when blank, `NotACefrLevel` without a level, `NotALanguage` where the rest is no language.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let is_around = |c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_');
        let words = raw.split(is_around).flat_map(apart);
        let mut level = None;
        let mut language = Vec::new();
        for word in words.filter(|word| word.chars().any(char::is_alphanumeric)) {
            match Cefr::parse(word) {
                Ok(_) if level.is_some() => return Err(Problem::NotACefrLevel),
                Ok(found) => level = Some(found),
                Err(_) => language.push(word),
            }
        }
        if level.is_none() && language.is_empty() {
            return Err(Problem::Required);
        }
        let level = level.ok_or(Problem::NotACefrLevel)?;
        let language = LanguageTag::parse_named(&language.join(" ")).map_err(|_| Problem::NotALanguage)?;
        Ok(Self { language, level })
    }

    /// Reads languages with their levels, commas, semicolons or lines between: `en B2, fr C1`. Nothing is none.
    ///
    /// # Errors
    /// Those of [`Skill::parse`], `Duplicate` for a language that stands there twice, `TooMany`.
    pub fn parse_all(raw: &str) -> Result<Vec<Self>, Problem> {
        let mut skills: Vec<Self> = Vec::new();
        for entry in raw.split([',', ';', '\n', '|']).filter(|entry| !entry.trim().is_empty()) {
            let skill = Self::parse(entry)?;
            if skills.iter().any(|other| other.language == skill.language) {
                return Err(Problem::Duplicate);
            }
            skills.push(skill);
        }
        let is_within = u32::try_from(skills.len()).is_ok_and(|count| count <= LANGUAGES_MAX);
        if is_within { Ok(skills) } else { Err(Problem::TooMany { max: LANGUAGES_MAX }) }
    }
}

impl fmt::Display for Skill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.language, self.level)
    }
}

/// A word, or the language and the level that a hyphen holds together in it.
fn apart(word: &str) -> Vec<&str> {
    match word.rsplit_once(['-', '_']) {
        Some((language, level)) if Cefr::parse(level).is_ok() => vec![language, level],
        _ => vec![word],
    }
}

/// A year of study, from 1 to [`STUDY_YEAR_MAX`].
///
/// # Errors
/// `Required` when blank, `NotANumber`.
pub fn parse_study_year(raw: &str) -> Result<u8, Problem> {
    let problem = Problem::NotANumber { min: 1, max: i64::from(STUDY_YEAR_MAX) };
    match raw.trim() {
        "" => Err(Problem::Required),
        raw => raw.parse().ok().filter(|year| (1..=STUDY_YEAR_MAX).contains(year)).ok_or(problem),
    }
}

/// What someone typed about a student.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StudentForm {
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// The number that the home institution gives.
    pub number: String,
    /// EQF level of the programme.
    pub level: String,
    /// ISCED-F code of the field of study.
    pub field: String,
    /// Year of study at the time of leaving.
    pub study_year: String,
    /// Credits at the time of leaving.
    pub ects: String,
    /// Languages with their levels: `en B2, fr C1`.
    pub languages: String,
}

impl StudentForm {
    /// Reads the form, or says what is wrong with which field.
    ///
    /// # Errors
    /// What is wrong with each field.
    pub fn parse(&self) -> Result<StudentDraft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", PersonName::parse(&self.name));
        let email = errors.take("email", Email::parse(&self.email));
        let number = errors.take("number", optional(&self.number, Text::parse));
        let profile = self.studies().parse(&mut errors);
        match (name, email, number, profile) {
            (Some(name), Some(email), Some(number), Some(profile)) => {
                Ok(StudentDraft { name, email, number, profile })
            }
            _ => Err(errors),
        }
    }
}

impl StudentForm {
    fn studies(&self) -> StudiesForm {
        let Self { level, field, study_year, ects, languages, .. } = self.clone();
        StudiesForm { level, field, study_year, ects, languages }
    }
}

/// What someone typed about studies: a student's, or their own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StudiesForm {
    /// EQF level of the programme.
    pub level: String,
    /// ISCED-F code of the field of study.
    pub field: String,
    /// Year of study at the time of leaving.
    pub study_year: String,
    /// Credits at the time of leaving.
    pub ects: String,
    /// Languages with their levels: `en B2, fr C1`.
    pub languages: String,
}

impl StudiesForm {
    /// Reads what was typed, and notes what is wrong with which field.
    pub fn parse(&self, errors: &mut FieldErrors) -> Option<Profile> {
        let level = errors.take("level", optional(&self.level, EqfLevel::parse));
        let field = errors.take("field", optional(&self.field, IscedField::parse));
        let study_year = errors.take("study_year", optional(&self.study_year, parse_study_year));
        let ects = errors.take("ects", optional(&self.ects, Ects::parse));
        let languages = errors.take("languages", Skill::parse_all(&self.languages));
        Some(Profile {
            level: level?,
            field: field?,
            study_year: study_year?,
            ects: ects?,
            languages: languages?,
        })
    }
}

impl From<&StudentDraft> for StudentForm {
    fn from(student: &StudentDraft) -> Self {
        let StudentDraft { name, email, number, profile } = student;
        let Profile { level, field, study_year, ects, languages } = profile;
        Self {
            name: name.to_string(),
            email: email.to_string(),
            number: shown(number.as_ref()),
            level: shown(level.as_ref()),
            field: shown(field.as_ref()),
            study_year: shown(study_year.as_ref()),
            ects: shown(ects.as_ref()),
            languages: languages.iter().map(Skill::to_string).collect::<Vec<_>>().join(", "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn camille() -> StudentForm {
        StudentForm {
            name: "Camille Exemple".into(),
            email: "camille@exemple.fr".into(),
            number: "2024-0042".into(),
            level: "7".into(),
            field: "0613".into(),
            study_year: "2".into(),
            ects: "92.5".into(),
            languages: "en B2, pt-BR A2".into(),
        }
    }

    #[test]
    fn a_student_survives_the_way_to_a_draft_and_back() {
        let bare = StudentForm { name: "X".into(), email: "x@exemple.fr".into(), ..StudentForm::default() };
        for form in [camille(), bare] {
            let student = form.parse().expect("no fault");
            assert_eq!(StudentForm::from(&student), form);
            let json = serde_json::to_string(&student).expect("JSON");
            assert_eq!(serde_json::from_str::<StudentDraft>(&json).expect("read"), student, "{json}");
        }
    }

    #[test]
    fn languages_are_read_as_people_type_them() {
        for (raw, expected) in [
            ("", Ok("")),
            (" , ;", Ok("")),
            ("en B2", Ok("en B2")),
            ("EN b2; FR c1", Ok("en B2, fr C1")),
            ("Anglais (B2)\njaponais : N", Err(Problem::NotACefrLevel)),
            ("Anglais (B2)\nJapanese - A1", Ok("en B2, ja A1")),
            ("B2 anglais | C1: français", Ok("en B2, fr C1")),
            ("pt_BR B1", Ok("pt-BR B1")),
            ("pt-BR-B1, EN-B2", Ok("pt-BR B1, en B2")),
            ("en", Err(Problem::NotACefrLevel)),
            ("en B7", Err(Problem::NotACefrLevel)),
            ("en B1 B2", Err(Problem::NotACefrLevel)),
            ("B2", Err(Problem::NotALanguage)),
            ("ang B2", Err(Problem::NotALanguage)),
            ("en B2, Anglais C1", Err(Problem::Duplicate)),
            ("<script> B2", Err(Problem::NotALanguage)),
        ] {
            let shown = Skill::parse_all(raw)
                .map(|skills| skills.iter().map(Skill::to_string).collect::<Vec<_>>().join(", "));
            assert_eq!(shown, expected.map(str::to_owned), "{raw:?}");
        }
        let many =
            "en B2, fr B2, de B2, es B2, it B2, pt B2, nl B2, sv B2, da B2, fi B2, pl B2, cs B2, ja B2";
        assert_eq!(Skill::parse_all(many), Err(Problem::TooMany { max: LANGUAGES_MAX }));
    }

    #[test]
    fn each_fault_is_named_at_its_field() {
        let year = Problem::NotANumber { min: 1, max: 12 };
        let table = [
            (StudentForm { name: " ".into(), ..camille() }, "name", Problem::Required),
            (
                StudentForm { name: "x".repeat(101), ..camille() },
                "name",
                Problem::TooLong { max: 100, actual: 101 },
            ),
            (StudentForm { email: String::new(), ..camille() }, "email", Problem::Required),
            (StudentForm { email: "camille".into(), ..camille() }, "email", Problem::NotAnEmail),
            (
                StudentForm { number: "9".repeat(41), ..camille() },
                "number",
                Problem::TooLong { max: STUDENT_NUMBER_MAX, actual: 41 },
            ),
            (StudentForm { level: "9".into(), ..camille() }, "level", Problem::NotAnEqfLevel),
            (StudentForm { field: "informatique".into(), ..camille() }, "field", Problem::NotAnIscedField),
            (StudentForm { study_year: "0".into(), ..camille() }, "study_year", year.clone()),
            (StudentForm { study_year: "13".into(), ..camille() }, "study_year", year.clone()),
            (StudentForm { study_year: "two".into(), ..camille() }, "study_year", year),
            (StudentForm { ects: "90.25".into(), ..camille() }, "ects", Problem::NotEcts),
            (StudentForm { languages: "en".into(), ..camille() }, "languages", Problem::NotACefrLevel),
        ];
        for (form, field, problem) in table {
            let errors = form.parse().expect_err("a fault");
            assert_eq!(errors.at(field), Some(&problem), "{form:?}");
            assert_eq!(errors.0.len(), 1, "{errors:?}");
        }
        let blank = StudentForm::default().parse().expect_err("nothing was typed");
        let fields: Vec<&str> = blank.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["name", "email"]);
    }
}
