//! What someone typed to put a student forward, or to act on a nomination, and how it is read.

use super::{ActKind, REASON_MAX, Reason, Side};
use crate::{
    academic_year::AcademicYear,
    decimal::Decimal,
    flow::Flow,
    problem::{FieldError, FieldErrors, Problem},
    student::{StudentDraft, StudentForm},
    term::Term,
    text::{Text, optional},
};
use serde::{Deserialize, Serialize};

/// What someone typed to put a student forward for a flow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NominationForm {
    /// The student.
    pub student: StudentForm,
    /// The academic year.
    pub year: String,
    /// The term.
    pub term: String,
    /// Months of the stay, of which the usual length of the term stands where nothing is typed; days, for staff.
    pub months: String,
    /// Why the host is asked to take someone who does not meet a condition.
    pub exception: String,
    /// `no` where one does not want to wait in line.
    pub waitlist: String,
}

/// A student to be put forward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NominationDraft {
    /// The student.
    pub student: StudentDraft,
    /// The academic year.
    pub year: AcademicYear,
    /// The term.
    pub term: Term,
    /// Length of the stay, in months (days, for staff, who must say it); the usual one of the term where none is said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub months: Option<Decimal>,
    /// Why the host is asked to take someone who does not meet a condition.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub exception: Option<Reason>,
    /// Whether to wait in line where no place is left.
    pub waits: bool,
}

impl NominationDraft {
    /// What the flow asks for that is not said: no length is usual of a stay that is counted in days.
    pub fn check_for(&self, flow: &Flow) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        note_length(&mut errors, flow, self.months.is_some());
        errors.into_result(|| ())
    }
}

fn note_length(errors: &mut FieldErrors, flow: &Flow, is_said: bool) {
    if flow.kind.counts_days() && !is_said {
        errors.add("months", Problem::Required);
    }
}

impl NominationForm {
    /// Reads the form for a flow, or says all that is wrong: with what it says, and with what it leaves unsaid.
    pub fn parse_for(&self, flow: &Flow) -> Result<NominationDraft, FieldErrors> {
        match self.parse() {
            Ok(draft) => draft.check_for(flow).map(|()| draft),
            Err(mut errors) => {
                note_length(&mut errors, flow, !self.months.trim().is_empty());
                Err(errors)
            }
        }
    }

    /// Reads the form, or says what is wrong with which field.
    pub fn parse(&self) -> Result<NominationDraft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let student = self.student.parse().map_err(|faults| {
            errors.0.extend(faults.0.into_iter().map(|fault| FieldError {
                field: format!("student.{}", fault.field),
                problem: fault.problem,
            }));
        });
        let year = errors.take("year", AcademicYear::parse(&self.year));
        let term = errors.take("term", Term::parse(&self.term));
        let months = errors.take("months", optional(&self.months, Decimal::parse));
        if months.flatten().is_some_and(|months| months.hundredths() == 0) {
            errors.add("months", Problem::NotADecimal);
        }
        let exception = errors.take("exception", optional(&self.exception, Text::parse));
        match (student, year, term, months, exception) {
            (Ok(student), Some(year), Some(term), Some(months), Some(exception)) if errors.is_empty() => {
                let waits = self.waitlist.trim() != "no";
                Ok(NominationDraft { student, year, term, months, exception, waits })
            }
            _ => Err(errors),
        }
    }
}

/// What someone typed to act on a nomination.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ActForm {
    /// Why: needed to say no, to withdraw, and to take someone who does not meet a condition.
    pub reason: String,
    /// What attests to it, where one acts on behalf of someone without an account.
    pub evidence: String,
}

impl ActForm {
    /// The reason and the evidence; each is asked for where the act needs it.
    pub fn parse(
        &self,
        act: ActKind,
        by: Side,
        overrules: bool,
        asks_evidence: bool,
    ) -> Result<(Option<Reason>, Option<Text<REASON_MAX>>), FieldErrors> {
        let mut errors = FieldErrors::default();
        let reason = errors.take("reason", optional(&self.reason, Text::parse)).flatten();
        let evidence = errors.take("evidence", optional(&self.evidence, Text::parse)).flatten();
        if act.needs_reason(by, overrules) && reason.is_none() && errors.at("reason").is_none() {
            errors.add("reason", Problem::Required);
        }
        if asks_evidence && evidence.is_none() && errors.at("evidence").is_none() {
            errors.add("evidence", Problem::EvidenceNeeded);
        }
        errors.into_result(|| (reason, evidence))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        flow::MobilityKind,
        id::{FlowId, InstitutionId},
    };
    use uuid::Uuid;

    fn form() -> NominationForm {
        NominationForm {
            student: StudentForm {
                name: "Camille Exemple".into(),
                email: "camille@exemple.invalid".into(),
                ..StudentForm::default()
            },
            year: "2026/2027".into(),
            term: "S1".into(),
            ..NominationForm::default()
        }
    }

    #[test]
    fn a_form_is_read_and_each_fault_is_named_at_its_field() {
        let draft = form().parse().expect("no fault");
        assert!(draft.waits && draft.months.is_none() && draft.exception.is_none());
        let impatient = NominationForm { waitlist: "no".into(), months: "4,5".into(), ..form() };
        let draft = impatient.parse().expect("no fault");
        assert_eq!((draft.waits, draft.months.map(Decimal::hundredths)), (false, Some(450)));
        let nameless = StudentForm { email: "camille".into(), ..StudentForm::default() };
        let wrong = NominationForm {
            student: nameless,
            year: "2026".into(),
            term: "S3".into(),
            months: "0".into(),
            ..NominationForm::default()
        };
        let errors = wrong.parse().expect_err("faults");
        for (field, problem) in [
            ("student.name", Problem::Required),
            ("student.email", Problem::NotAnEmail),
            ("year", Problem::NotAnAcademicYear),
            ("term", Problem::NotATerm),
            ("months", Problem::NotADecimal),
        ] {
            assert_eq!(errors.at(field), Some(&problem), "{field}");
        }
    }

    #[test]
    fn how_long_staff_stay_is_to_be_said() {
        let [id, sender, receiver] = [1, 2, 3].map(Uuid::from_u128);
        let studies = Flow::of_students(FlowId(id), InstitutionId(sender), InstitutionId(receiver), None);
        let teaching = Flow { kind: MobilityKind::StaffTeaching, ..studies.clone() };
        let unsaid = form().parse().expect("no fault");
        let said = NominationForm { months: "4,5".into(), ..form() }.parse().expect("no fault");
        assert_eq!(unsaid.check_for(&studies), Ok(()));
        assert_eq!(said.check_for(&teaching), Ok(()));
        let errors = unsaid.check_for(&teaching).expect_err("days are asked for");
        assert_eq!(errors.at("months"), Some(&Problem::Required));
        let nameless = NominationForm { student: StudentForm::default(), ..form() };
        let errors = nameless.parse_for(&teaching).expect_err("a name and days");
        for field in ["student.name", "months"] {
            assert_eq!(errors.at(field), Some(&Problem::Required), "{field}");
        }
        assert!(form().parse_for(&studies).is_ok());
    }

    #[test]
    fn a_reason_and_evidence_are_asked_for_where_they_are_needed() {
        use ActKind::{Accept, Confirm, Reject, Withdraw};
        let empty = ActForm::default();
        let said = ActForm { reason: "Niveau".into(), evidence: "Courriel".into() };
        let needs = |act, by, overrules, is_on_behalf| {
            assert!(said.parse(act, by, overrules, is_on_behalf).is_ok());
            empty.parse(act, by, overrules, is_on_behalf).map_or_else(
                |errors| (errors.at("reason").is_some(), errors.at("evidence").is_some()),
                |_| (false, false),
            )
        };
        for (act, by, overrules, is_on_behalf, should) in [
            (Accept, Side::Host, false, false, (false, false)),
            (Accept, Side::Host, true, false, (true, false)),
            (Accept, Side::Host, false, true, (false, true)),
            (Reject, Side::Host, false, true, (true, true)),
            (Confirm, Side::Student, false, false, (false, false)),
            (Confirm, Side::Student, false, true, (false, true)),
            (Withdraw, Side::Student, false, false, (false, false)),
            (Withdraw, Side::Home, false, false, (true, false)),
            (Withdraw, Side::Host, false, false, (true, false)),
        ] {
            assert_eq!(needs(act, by, overrules, is_on_behalf), should, "{act:?} {by:?}");
        }
    }
}
