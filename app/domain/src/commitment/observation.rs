//! What was observed of a commitment: on which day, what, and what attests to it.

use super::{Measure, Percent, form::count};
use crate::{
    agreement::Evidence,
    coded::coded,
    id::DocumentId,
    partial_date::PartialDate,
    problem::{FieldErrors, Problem},
    text::{LongText, optional},
    web_url::WebUrl,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Longest reason of a withdrawal, in graphemes.
const WORDS_MAX: u32 = 1_000;

coded! {
    /// What an observation says.
    ValueKind {
        /// How large a share is.
        Percent = "percent",
        /// How many there were, since the observation before.
        Count = "count",
        /// Whether it is done.
        Done = "done",
    }
}

/// What was observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A share.
    Percent(Percent),
    /// How many there were, since the observation before.
    Count(u32),
    /// Whether it is done.
    Done(bool),
}

impl Value {
    /// Reads what was typed: a percentage, a whole number, `yes` or `no`.
    ///
    /// # Errors
    /// Those of what is to be read.
    pub fn parse(kind: ValueKind, raw: &str) -> Result<Self, Problem> {
        match kind {
            ValueKind::Percent => Percent::parse(raw).map(Self::Percent),
            ValueKind::Count => count(raw).map(Self::Count),
            ValueKind::Done => match raw.trim() {
                "" => Err(Problem::Required),
                "yes" => Ok(Self::Done(true)),
                "no" => Ok(Self::Done(false)),
                _ => Err(Problem::NotAChoice),
            },
        }
    }

    /// What is typed to say this.
    pub fn typed(self) -> String {
        match self {
            Self::Percent(percent) => percent.to_string(),
            Self::Count(count) => count.to_string(),
            Self::Done(true) => "yes".to_owned(),
            Self::Done(false) => "no".to_owned(),
        }
    }

    /// What it says.
    pub const fn kind(self) -> ValueKind {
        match self {
            Self::Percent(_) => ValueKind::Percent,
            Self::Count(_) => ValueKind::Count,
            Self::Done(_) => ValueKind::Done,
        }
    }
}

/// A value on a day: what the standing follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noted {
    /// The day it was so.
    pub on: NaiveDate,
    /// What.
    pub value: Value,
}

/// An observation to note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ObservationDraft {
    /// The day it was so.
    pub observed_on: NaiveDate,
    /// What was observed.
    pub value: Value,
    /// What attests to it: words, a document of the agreement.
    pub evidence: Evidence,
    /// Where else that is found.
    pub link: Option<WebUrl>,
}

/// What someone typed to note an observation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ObservationForm {
    /// The day it was so.
    pub observed_on: String,
    /// A percentage, a whole number, `yes` or `no`.
    pub value: String,
    /// What attests to it, in words.
    pub evidence: String,
    /// Id of a document of the agreement that does.
    pub document: String,
    /// Where that is found.
    pub link: String,
}

impl ObservationForm {
    /// Reads the form on a day, for a commitment measured so. Words, one of the documents offered or a link attest to it.
    pub fn parse(
        &self,
        on: NaiveDate,
        measure: Measure,
        offered: &[DocumentId],
    ) -> Result<ObservationDraft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let observed_on = PartialDate::parse_day(&self.observed_on)
            .and_then(|day| if day > on { Err(Problem::InTheFuture) } else { Ok(day) });
        let observed_on = errors.take("observed_on", observed_on);
        let value = errors.take("value", Value::parse(measure.value_kind(), &self.value));
        let evidence = Evidence::read(&mut errors, &self.evidence, &self.document, offered, false);
        let link = errors.take("link", optional(&self.link, WebUrl::parse));
        let is_refused = errors.at("evidence").is_some() || errors.at("document").is_some();
        if evidence == Evidence::default() && link == Some(None) && !is_refused {
            errors.add("evidence", Problem::Required);
        }
        match (observed_on, value) {
            (Some(observed_on), Some(value)) if errors.is_empty() => {
                Ok(ObservationDraft { observed_on, value, evidence, link: link.flatten() })
            }
            _ => Err(errors),
        }
    }
}

/// What someone typed to withdraw an observation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WithdrawalForm {
    /// Why.
    pub reason: String,
}

impl WithdrawalForm {
    /// Reads it: a reason is needed.
    pub fn parse(&self) -> Result<LongText<WORDS_MAX>, FieldErrors> {
        let mut errors = FieldErrors::default();
        errors.take("reason", LongText::parse(&self.reason)).ok_or(errors)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Bound, Cycle},
        *,
    };

    const CASES: Measure =
        Measure::Number { bound: Bound::AtLeast, target: 8, each: Some(Cycle::AcademicYear) };

    fn form(value: &str) -> ObservationForm {
        ObservationForm {
            observed_on: "10/01/2025".into(),
            value: value.into(),
            evidence: "Compte rendu".into(),
            ..ObservationForm::default()
        }
    }

    fn today() -> NaiveDate {
        "2025-01-10".parse().expect("a day")
    }

    #[test]
    fn each_measure_asks_for_its_own_kind_of_value() {
        let share = Percent::parse("30").expect("a share");
        let share = Measure::Share { bound: Bound::AtLeast, target: share, each: None };
        for (measure, typed, value) in [
            (share, "31,5 %", Value::Percent(Percent::parse("31.5").expect("a share"))),
            (CASES, " 3 ", Value::Count(3)),
            (Measure::YesNo, "yes", Value::Done(true)),
            (Measure::Recurring { each: Cycle::Months(6) }, "no", Value::Done(false)),
        ] {
            let draft = form(typed).parse(today(), measure, &[]).expect("no fault");
            assert_eq!(draft.value, value);
            assert_eq!(Value::parse(value.kind(), &value.typed()), Ok(value));
        }
    }

    #[test]
    fn each_mistake_is_told_at_its_field() {
        let table = [
            (ObservationForm { observed_on: String::new(), ..form("3") }, "observed_on", Problem::Required),
            (ObservationForm { observed_on: "2024".into(), ..form("3") }, "observed_on", Problem::NotADay),
            (
                ObservationForm { observed_on: "2025-01-11".into(), ..form("3") },
                "observed_on",
                Problem::InTheFuture,
            ),
            (form(""), "value", Problem::Required),
            (form("yes"), "value", Problem::NotANumber { min: 0, max: 1_000_000 }),
            (ObservationForm { evidence: " ".into(), ..form("3") }, "evidence", Problem::Required),
            (ObservationForm { link: "javascript:x".into(), ..form("3") }, "link", Problem::NotAUrl),
        ];
        for (form, field, problem) in table {
            let errors = form.parse(today(), CASES, &[]).expect_err("refused");
            assert_eq!(errors.at(field), Some(&problem), "{form:?}");
        }
        let linked =
            ObservationForm { evidence: String::new(), link: "https://exemple.invalid".into(), ..form("3") };
        assert!(linked.parse(today(), CASES, &[]).is_ok(), "a link is evidence, too");
        let id = DocumentId(uuid::Uuid::from_u128(7));
        let attested = ObservationForm { evidence: String::new(), document: id.to_string(), ..form("3") };
        let draft = attested.parse(today(), CASES, &[id]).expect("a document is evidence, too");
        assert_eq!(draft.evidence.document, Some(id));
        let errors = attested.parse(today(), CASES, &[]).expect_err("a document of something else");
        assert_eq!((errors.at("document"), errors.at("evidence")), (Some(&Problem::NotAChoice), None));
        assert!(WithdrawalForm::default().parse().is_err());
    }
}
