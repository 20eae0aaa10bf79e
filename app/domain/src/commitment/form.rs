//! A commitment in the form of its agreement: what someone typed, and how it is read.

use super::{Bound, COUNT_MAX, Commitment, Cycle, Measure, MeasureKind, Percent};
use crate::{
    agreement::{in_language, shown},
    id::{CommitmentId, InstitutionId},
    lang::Lang,
    multilingual::Multilingual,
    partial_date::StatedDate,
    problem::{FieldErrors, Problem},
    text::{Text, optional, whole},
};
use serde::{Deserialize, Serialize};

const MONTHS_MAX: u16 = 240;

/// What someone typed about a commitment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CommitmentForm {
    /// Its id, given with its row.
    pub id: String,
    /// What is promised, in French.
    pub text_fr: String,
    /// What is promised, in English.
    pub text_en: String,
    /// Code of the kind of measure.
    pub measure: String,
    /// `at_least` or `at_most`, for a share or a number.
    pub bound: String,
    /// How much or how many.
    pub target: String,
    /// `academic_year` or `months`; empty for once.
    pub each: String,
    /// How many months, for each of `months`.
    pub months: String,
    /// Id of the party that answers for it; empty for all.
    pub owner: String,
    /// From when on.
    pub starts: String,
    /// Until when.
    pub ends: String,
    /// By when, for what is promised once.
    pub due: String,
}

impl CommitmentForm {
    /// Whether nothing was typed.
    pub fn is_blank(&self) -> bool {
        let typed = [
            &self.text_fr,
            &self.text_en,
            &self.measure,
            &self.target,
            &self.months,
            &self.owner,
            &self.starts,
            &self.ends,
            &self.due,
        ];
        typed.iter().all(|field| field.trim().is_empty())
    }

    /// Reads it; what is wrong is noted at its fields below a path. The owner is one of the parties.
    pub(crate) fn parse(
        &self,
        path: &str,
        parties: &[InstitutionId],
        errors: &mut FieldErrors,
    ) -> Option<Commitment> {
        let at = |field: &str| format!("{path}.{field}");
        let id = match self.id.trim() {
            "" => Err(Problem::Required),
            raw => raw.parse::<CommitmentId>().map_err(|_| Problem::NotAChoice),
        };
        let id = errors.take(&at("id"), id);
        let fr = errors.take(&at("text_fr"), optional(&self.text_fr, Text::parse));
        let en = errors.take(&at("text_en"), optional(&self.text_en, Text::parse));
        let text = match (fr, en) {
            (Some(fr), Some(en)) => errors.take(&at("text_fr"), Multilingual::from_fr_en(fr, en)),
            _ => None,
        };
        let measure = self.parse_measure(path, errors);
        let owner = |raw: &str| {
            let owner = raw.trim().parse().ok().filter(|owner| parties.contains(owner));
            owner.ok_or(Problem::NotAChoice)
        };
        let owner = errors.take(&at("owner"), optional(&self.owner, owner));
        let mut date = |field: &str, raw: &str| errors.take(&at(field), optional(raw, StatedDate::parse));
        let (starts, ends, due) =
            (date("starts", &self.starts), date("ends", &self.ends), date("due", &self.due));
        if let Some(Some(starts)) = &starts {
            for (field, until) in [("ends", &ends), ("due", &due)] {
                if until.flatten().is_some_and(|until| until.date.latest() < starts.date.earliest()) {
                    errors.add(at(field), Problem::EndBeforeStart);
                }
            }
        }
        if due.flatten().is_some() && self.is_repeated() {
            errors.add(at("due"), Problem::DueEachTime);
        }
        Some(Commitment {
            id: id?,
            text: text?,
            measure: measure?,
            owner: owner?,
            starts: starts?,
            ends: ends?,
            due: due?,
        })
    }

    /// Whether it is promised again and again, be the rest of it understood or not.
    fn is_repeated(&self) -> bool {
        let is_once = MeasureKind::parse(&self.measure) == Ok(MeasureKind::YesNo);
        !is_once && matches!(self.parse_each(), Ok(Some(_)))
    }

    fn parse_measure(&self, path: &str, errors: &mut FieldErrors) -> Option<Measure> {
        let at = |field: &str| format!("{path}.{field}");
        let kind = errors.take(&at("measure"), MeasureKind::parse(&self.measure))?;
        let is_in_figures = matches!(kind, MeasureKind::Share | MeasureKind::Number);
        if !is_in_figures && !self.target.trim().is_empty() {
            errors.add(at("target"), Problem::NotWithThis);
        }
        let has_months = kind != MeasureKind::YesNo && self.each.trim() == "months";
        if !has_months && !self.months.trim().is_empty() {
            errors.add(at("months"), Problem::NotWithThis);
        }
        if kind == MeasureKind::YesNo {
            return Some(Measure::YesNo);
        }
        let each = self.parse_each().map_err(|(field, problem)| errors.add(at(field), problem)).ok();
        if kind == MeasureKind::Recurring {
            if each == Some(None) {
                errors.add(at("each"), Problem::Required);
            }
            return Some(Measure::Recurring { each: each?? });
        }
        let bound = match self.bound.trim() {
            "" => Some(Bound::AtLeast),
            code => errors.take(&at("bound"), Bound::parse(code)),
        };
        if kind == MeasureKind::Share {
            let target = errors.take(&at("target"), Percent::parse(&self.target));
            return Some(Measure::Share { bound: bound?, target: target?, each: each? });
        }
        let target = errors.take(&at("target"), count(&self.target));
        Some(Measure::Number { bound: bound?, target: target?, each: each? })
    }

    /// How often, or what is wrong with which field.
    fn parse_each(&self) -> Result<Option<Cycle>, (&'static str, Problem)> {
        match self.each.trim() {
            "" => Ok(None),
            "academic_year" => Ok(Some(Cycle::AcademicYear)),
            "months" => {
                let problem = Problem::NotANumber { min: 1, max: i64::from(MONTHS_MAX) };
                let months = self.months.trim().parse().ok().filter(|n| (1..=MONTHS_MAX).contains(n));
                months.map(|months| Some(Cycle::Months(months))).ok_or(("months", problem))
            }
            _ => Err(("each", Problem::NotAChoice)),
        }
    }
}

/// A whole number, from nothing to [`COUNT_MAX`].
pub(super) fn count(raw: &str) -> Result<u32, Problem> {
    whole(raw, 0, COUNT_MAX)
}

impl From<&Commitment> for CommitmentForm {
    fn from(commitment: &Commitment) -> Self {
        let Commitment { id, text, measure, owner, starts, ends, due } = commitment;
        let (bound, target) = match measure {
            Measure::Share { bound, target, .. } => (bound.code(), target.to_string()),
            Measure::Number { bound, target, .. } => (bound.code(), target.to_string()),
            Measure::YesNo | Measure::Recurring { .. } => ("", String::new()),
        };
        let (each, months) = match measure.each() {
            None => ("", String::new()),
            Some(Cycle::AcademicYear) => ("academic_year", String::new()),
            Some(Cycle::Months(months)) => ("months", months.to_string()),
        };
        Self {
            id: id.to_string(),
            text_fr: in_language(text, Lang::Fr),
            text_en: in_language(text, Lang::En),
            measure: measure.kind().code().into(),
            bound: bound.into(),
            target,
            each: each.into(),
            months,
            owner: shown(owner.as_ref()),
            starts: shown(starts.as_ref()),
            ends: shown(ends.as_ref()),
            due: shown(due.as_ref()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn party(n: u128) -> InstitutionId {
        InstitutionId(Uuid::from_u128(n))
    }

    fn scholarships() -> CommitmentForm {
        CommitmentForm {
            id: Uuid::from_u128(7).to_string(),
            text_fr: "30 % de boursiers".into(),
            text_en: "30 % scholarship holders".into(),
            measure: "share".into(),
            bound: "at_least".into(),
            target: "30".into(),
            each: "academic_year".into(),
            owner: party(1).to_string(),
            starts: "2024-09?".into(),
            ..CommitmentForm::default()
        }
    }

    fn read(form: &CommitmentForm) -> Result<Commitment, Vec<(String, Problem)>> {
        let mut errors = FieldErrors::default();
        let commitment = form.parse("commitments.0", &[party(1), party(2)], &mut errors);
        let told = errors.0.into_iter().map(|e| (e.field.replace("commitments.0.", ""), e.problem));
        commitment.ok_or_else(|| told.collect())
    }

    #[test]
    fn each_measure_survives_the_way_to_a_commitment_and_back() {
        let table = [
            scholarships(),
            CommitmentForm {
                measure: "number".into(),
                bound: "at_most".into(),
                target: "8".into(),
                each: String::new(),
                due: "2025-06".into(),
                ..scholarships()
            },
            CommitmentForm {
                measure: "yes_no".into(),
                bound: String::new(),
                target: String::new(),
                each: String::new(),
                owner: String::new(),
                ..scholarships()
            },
            CommitmentForm {
                measure: "recurring".into(),
                bound: String::new(),
                target: String::new(),
                each: "months".into(),
                months: "6".into(),
                ..scholarships()
            },
        ];
        for form in table {
            let commitment = read(&form).expect("no fault");
            assert_eq!(CommitmentForm::from(&commitment), form);
            let json = serde_json::to_string(&commitment).expect("JSON");
            assert_eq!(serde_json::from_str::<Commitment>(&json).expect("read"), commitment, "{json}");
        }
    }

    #[test]
    fn each_fault_is_named_at_its_field() {
        let table = [
            (CommitmentForm { id: String::new(), ..scholarships() }, "id", Problem::Required),
            (
                CommitmentForm { text_fr: String::new(), text_en: " ".into(), ..scholarships() },
                "text_fr",
                Problem::Required,
            ),
            (CommitmentForm { measure: String::new(), ..scholarships() }, "measure", Problem::Required),
            (CommitmentForm { target: "130".into(), ..scholarships() }, "target", Problem::NotAPercentage),
            (CommitmentForm { target: String::new(), ..scholarships() }, "target", Problem::Required),
            (
                CommitmentForm { measure: "number".into(), target: "2.5".into(), ..scholarships() },
                "target",
                Problem::NotANumber { min: 0, max: 1_000_000 },
            ),
            (
                CommitmentForm { measure: "recurring".into(), each: String::new(), ..scholarships() },
                "each",
                Problem::Required,
            ),
            (
                CommitmentForm { each: "months".into(), months: "0".into(), ..scholarships() },
                "months",
                Problem::NotANumber { min: 1, max: 240 },
            ),
            (CommitmentForm { bound: "about".into(), ..scholarships() }, "bound", Problem::NotAChoice),
            (CommitmentForm { owner: party(3).to_string(), ..scholarships() }, "owner", Problem::NotAChoice),
            (CommitmentForm { ends: "2023".into(), ..scholarships() }, "ends", Problem::EndBeforeStart),
            (CommitmentForm { due: "2025".into(), ..scholarships() }, "due", Problem::DueEachTime),
            (
                CommitmentForm { due: "2025".into(), target: String::new(), ..scholarships() },
                "due",
                Problem::DueEachTime,
            ),
        ];
        for (form, field, problem) in table {
            let mut errors = FieldErrors::default();
            form.parse("commitments.0", &[party(1)], &mut errors);
            assert_eq!(errors.at(&format!("commitments.0.{field}")), Some(&problem), "{form:?}");
        }
    }
}
