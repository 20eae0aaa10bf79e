//! What is typed to change how many places a year has.

use crate::{
    flow::SEATS_MAX,
    nomination::Reason,
    problem::{FieldErrors, Problem},
    text::optional,
};
use serde::{Deserialize, Serialize};

/// A change of how many places a year has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// Units: more, or fewer where less than zero.
    pub units: i64,
    /// Whether they lie beyond the cap.
    pub is_override: bool,
    /// Why.
    pub reason: Reason,
    /// What attests to it, where it is done on behalf of the owner.
    pub evidence: Option<Reason>,
}

/// What someone typed to change how many places a year has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AdjustmentForm {
    /// Units: more, or fewer with a minus sign.
    pub units: String,
    /// Why.
    pub reason: String,
    /// What attests to it.
    pub evidence: String,
}

impl AdjustmentForm {
    /// Reads the form. Who speaks for another office says what attests to it.
    pub fn parse(&self, is_override: bool, is_on_behalf: bool) -> Result<Adjustment, FieldErrors> {
        let mut errors = FieldErrors::default();
        let max = i64::from(SEATS_MAX);
        let units = errors.take("units", units(&self.units, -max, max));
        let reason = errors.take("reason", Reason::parse(&self.reason));
        let evidence = if is_on_behalf {
            errors.take("evidence", Reason::parse(&self.evidence).map(Some))
        } else {
            errors.take("evidence", optional(&self.evidence, Reason::parse))
        };
        let (Some(units), Some(reason), Some(evidence)) = (units, reason, evidence) else {
            return Err(errors);
        };
        errors.into_result(|| Adjustment { units, is_override, reason, evidence })
    }
}

/// A number of units that changes something, with any sign: `2`, `+2`, `-2`, `−2`.
fn units(raw: &str, min: i64, max: i64) -> Result<i64, Problem> {
    let text = raw.trim().replace('−', "-");
    if text.is_empty() {
        return Err(Problem::Required);
    }
    let units = text.parse().ok().filter(|units| *units != 0 && (min..=max).contains(units));
    units.ok_or(Problem::NotANumber { min, max })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(units: &str) -> AdjustmentForm {
        AdjustmentForm { units: units.into(), reason: "Accord du doyen".into(), ..AdjustmentForm::default() }
    }

    #[test]
    fn units_have_a_sign_and_change_something() {
        let units = |raw: &str, is_override| form(raw).parse(is_override, false).map(|read| read.units);
        for (raw, is) in [("2", 2), ("+2", 2), (" -2 ", -2), ("−2", -2), ("10000", 10_000)] {
            assert_eq!(units(raw, false), Ok(is), "{raw}");
        }
        for raw in ["0", "10001", "1.5", "deux"] {
            let errors = units(raw, false).expect_err(raw);
            assert_eq!(errors.at("units"), Some(&Problem::NotANumber { min: -10_000, max: 10_000 }), "{raw}");
        }
        assert_eq!(units("-1", true), Ok(-1));
    }

    #[test]
    fn who_speaks_for_another_office_says_what_attests_to_it() {
        let errors = AdjustmentForm::default().parse(true, true).expect_err("nothing is said");
        for field in ["units", "reason", "evidence"] {
            assert_eq!(errors.at(field), Some(&Problem::Required), "{field}");
        }
        assert_eq!(form("1").parse(true, false).map(|read| read.evidence), Ok(None));
        let attested = AdjustmentForm { evidence: "Courriel du 3 mars".into(), ..form("1") };
        let read = attested.parse(true, true).expect("all is said");
        assert_eq!(read.evidence.as_ref().map(Reason::as_str), Some("Courriel du 3 mars"));
    }
}
