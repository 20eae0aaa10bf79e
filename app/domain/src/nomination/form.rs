//! What someone typed to put a student forward, or to act on a nomination, and how it is read.

use super::{ActKind, REASON_MAX, Reason, Side};
use crate::{
    academic_year::AcademicYear,
    decimal::Decimal,
    problem::{FieldErrors, Problem},
    student::StudentDraft,
    term::Term,
    text::{Text, optional},
};
use serde::{Deserialize, Serialize};

/// A student to be put forward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NominationDraft {
    /// The student.
    pub student: StudentDraft,
    /// The academic year.
    pub year: AcademicYear,
    /// The term.
    pub term: Term,
    /// Length of the stay, in months (days, for staff); the usual one of the term where none is said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub months: Option<Decimal>,
    /// Why the host is asked to take someone who does not meet a condition.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub exception: Option<Reason>,
    /// Whether to wait in line where no place is left.
    pub waits: bool,
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
        is_on_behalf: bool,
    ) -> Result<(Option<Reason>, Option<Text<REASON_MAX>>), FieldErrors> {
        let mut errors = FieldErrors::default();
        let reason = errors.take("reason", optional(&self.reason, Text::parse)).flatten();
        let evidence = errors.take("evidence", optional(&self.evidence, Text::parse)).flatten();
        let needs_reason = match act {
            ActKind::Reject => true,
            ActKind::Withdraw => by != Side::Student,
            ActKind::Accept => overrules,
            _ => false,
        };
        if needs_reason && reason.is_none() && errors.at("reason").is_none() {
            errors.add("reason", Problem::Required);
        }
        if is_on_behalf && evidence.is_none() && errors.at("evidence").is_none() {
            errors.add("evidence", Problem::EvidenceNeeded);
        }
        errors.into_result(|| (reason, evidence))
    }
}
