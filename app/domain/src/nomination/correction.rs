//! What the home office corrected before it put forward again whom the host rejected: each field as it was and as it is.
//!
//! Only what changed is kept: the rest is with the student, and is not written twice. The student's address, the year and the term are
//! what a nomination is for and are not corrected: another term is another nomination. How long one stays is.

use crate::{
    coded::coded,
    decimal::Decimal,
    student::{StudentDraft, StudentForm},
};
use serde::{Deserialize, Serialize};

coded! {
    /// What of a nomination can be corrected.
    CorrectedField {
        /// The student's name.
        Name = "name",
        /// The number that the home institution gives.
        Number = "number",
        /// Level of the programme.
        Level = "level",
        /// Field of study.
        Field = "field",
        /// Year of study at the time of leaving.
        StudyYear = "study_year",
        /// Credits at the time of leaving.
        Ects = "ects",
        /// Languages with their levels.
        Languages = "languages",
        /// Months of the stay; days, for staff.
        Months = "months",
        /// Why the host is asked to take someone who does not meet a condition.
        Exception = "exception",
    }
}

/// A field that was corrected, as [`StudentForm`] writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Which.
    pub field: CorrectedField,
    /// What it was; none where nothing was said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub before: Option<String>,
    /// What it is; none where nothing is said any more.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub after: Option<String>,
}

/// What is said of whom one puts forward, and can be corrected.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// The student.
    pub student: &'a StudentDraft,
    /// Months of the stay; days, for staff. None where it is of the student alone.
    pub months: Option<Decimal>,
    /// Why the host is asked to take someone who does not meet a condition.
    pub exception: Option<&'a str>,
}

impl<'a> Said<'a> {
    /// Of the student alone.
    pub const fn of(student: &'a StudentDraft) -> Self {
        Self { student, months: None, exception: None }
    }
}

impl Correction {
    /// What differs between before and after, in the order of the form.
    pub fn between(before: Said<'_>, after: Said<'_>) -> Vec<Self> {
        let fields = |Said { student, months, exception }: Said<'_>| {
            let StudentForm { name, email: _, number, level, field, study_year, ects, languages } =
                StudentForm::from(student);
            let months = months.map(|months| months.to_string()).unwrap_or_default();
            let exception = exception.unwrap_or_default().to_owned();
            [name, number, level, field, study_year, ects, languages, months, exception]
        };
        let (olds, news) = (fields(before), fields(after));
        let said = |text: String| (!text.is_empty()).then_some(text);
        let pairs = CorrectedField::ALL.iter().copied().zip(olds.into_iter().zip(news));
        pairs
            .filter(|(_, (old, new))| old != new)
            .map(|(field, (old, new))| Self { field, before: said(old), after: said(new) })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_that_differs_is_named_and_no_other() {
        let form = StudentForm {
            name: "Camille Exemple".into(),
            email: "camille@exemple.invalid".into(),
            level: "6".into(),
            languages: "en B1".into(),
            ..StudentForm::default()
        };
        let before = form.parse().expect("a student");
        let of = |form: &StudentForm, old: Option<&str>, new: Option<&str>| {
            let after = form.parse().expect("a student");
            let months = |text| Decimal::parse(text).ok();
            let said = |student, months, exception| Said { student, months, exception };
            let now = if new.is_some() { months("5") } else { months("4.5") };
            let then = if old.is_some() { now } else { months("4.5") };
            Correction::between(said(&before, then, old), said(&after, now, new))
        };
        assert_eq!(of(&form, None, None), []);
        assert_eq!(of(&form, Some("Cours"), Some("Cours")), []);
        let all = StudentForm {
            name: "Camille Modèle".into(),
            number: "42".into(),
            level: "7".into(),
            field: "0613".into(),
            study_year: "4".into(),
            ects: "180".into(),
            languages: "en B2, fr C1".into(),
            ..form.clone()
        };
        let found = of(&all, None, Some("Cours"));
        let fields: Vec<_> = found.iter().map(|one| one.field).collect();
        assert_eq!(fields, CorrectedField::ALL);
        let languages = &found[6];
        assert_eq!(
            (languages.before.as_deref(), languages.after.as_deref()),
            (Some("en B1"), Some("en B2, fr C1"))
        );
        assert_eq!((found[1].before.as_deref(), found[1].after.as_deref()), (None, Some("42")));
        let gone = of(&form, Some("Cours"), None);
        assert_eq!((gone[0].before.as_deref(), gone[0].after.as_deref()), (Some("Cours"), None));
        let json = serde_json::to_string(&found).expect("JSON");
        assert_eq!(serde_json::from_str::<Vec<Correction>>(&json).expect("read"), found, "{json}");
    }
}
