//! Ending an agreement before its time.

use super::Evidence;
use crate::{
    id::{DocumentId, InstitutionId},
    partial_date::PartialDate,
    problem::{FieldErrors, Problem},
    text::{LongText, optional},
};
use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// Months of notice where an agreement does not say: an academic year.
const DEFAULT_NOTICE_MONTHS: u16 = 12;

/// The months of notice of an agreement that says so many, or nothing of it: for whoever ends it, and for whoever does not want
/// its renewal.
pub fn notice_asked(stated: Option<u16>) -> u16 {
    stated.unwrap_or(DEFAULT_NOTICE_MONTHS)
}

/// What an agreement asks of whoever ends it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Notice {
    /// Months of notice.
    pub months: u16,
    /// Since when there is something to end: the day it was signed or began, whichever came first; none while not all have
    /// signed.
    pub since: Option<NaiveDate>,
    /// The last day on which it binds anyway.
    pub ends_on: Option<NaiveDate>,
}

/// A termination to record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TerminationDraft {
    /// The party that gave notice; none where the parties end it together.
    pub party: Option<InstitutionId>,
    /// When the other parties were told, or when all agreed.
    pub notified_on: NaiveDate,
    /// First day on which it no longer binds.
    pub effective_on: NaiveDate,
    /// Months of notice that were asked for on the day it was recorded.
    pub notice_months: u16,
    /// Why; given where the notice is shorter than agreed.
    pub reason: Option<LongText<1_000>>,
    /// What attests to it.
    pub evidence: Evidence,
    /// Whether it is recorded by another party's office.
    pub is_on_behalf: bool,
}

/// What someone typed to end an agreement.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TerminationForm {
    /// Id of the party that gave notice, or `all` where the parties end it together.
    pub party: String,
    /// When the other parties were told.
    pub notified_on: String,
    /// First day on which it no longer binds.
    pub effective_on: String,
    /// Why.
    pub reason: String,
    /// What attests to it, in words.
    pub evidence: String,
    /// Id of the document that attests to it.
    pub document: String,
}

/// The word for all parties together.
pub const ALL_PARTIES: &str = "all";

impl TerminationForm {
    /// Whether the parties end it together.
    pub fn is_mutual(&self) -> bool {
        self.party.trim() == ALL_PARTIES
    }

    /// Reads the form on a day, for an agreement that asks for this notice and has these documents to offer.
    ///
    /// Both dates are days; notice was given by today, not before there was something to end, and takes effect between then and the
    /// agreement's own end. Less notice than asked for needs a reason, save where the parties agree. What one office
    /// records for others needs evidence, and so does what is in effect already: nobody could still object.
    pub fn parse(
        &self,
        on: NaiveDate,
        notice: Notice,
        is_on_behalf: bool,
        documents: &[DocumentId],
    ) -> Result<TerminationDraft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let is_mutual = self.is_mutual();
        let party = if is_mutual {
            Some(None)
        } else {
            let id = self.party.parse().map(Some).map_err(|_| Problem::Required);
            errors.take("party", id)
        };
        let notified_on = errors.take("notified_on", PartialDate::parse_day(&self.notified_on));
        let effective_on = errors.take("effective_on", PartialDate::parse_day(&self.effective_on));
        if notified_on.is_some_and(|notified_on| notified_on > on) {
            errors.add("notified_on", Problem::InTheFuture);
        }
        if let Some(since) = notice.since.filter(|since| notified_on.is_some_and(|day| day < *since)) {
            errors.add("notified_on", Problem::BeginsAfter { since });
        }
        let reason = errors.take("reason", optional(&self.reason, LongText::parse));
        if let (Some(notified_on), Some(effective_on)) = (notified_on, effective_on) {
            let earliest = earliest(notified_on, notice.months);
            if effective_on < notified_on {
                errors.add("effective_on", Problem::EndBeforeStart);
            } else if let Some(ends_on) = notice.ends_on.filter(|ends_on| *ends_on < effective_on) {
                errors.add("effective_on", Problem::EndsBefore { ends_on });
            } else if !is_mutual
                && !respects_notice(notified_on, effective_on, notice.months)
                && reason == Some(None)
            {
                errors.add("reason", Problem::ShortNotice { months: notice.months, earliest });
            }
        }
        let is_in_effect = effective_on.is_some_and(|day| day <= on) && notified_on <= effective_on;
        let is_needed = is_on_behalf || is_mutual || is_in_effect;
        let evidence = Evidence::read(&mut errors, &self.evidence, &self.document, documents, is_needed);
        let (Some(party), Some(notified_on), Some(effective_on)) = (party, notified_on, effective_on) else {
            return Err(errors);
        };
        errors.into_result(|| TerminationDraft {
            party,
            notified_on,
            effective_on,
            notice_months: notice.months,
            reason: reason.flatten(),
            evidence,
            is_on_behalf,
        })
    }
}

/// The first day on which a notice of so many months, given on a day, may take effect.
pub fn earliest(notified_on: NaiveDate, notice_months: u16) -> NaiveDate {
    notified_on.checked_add_months(Months::new(u32::from(notice_months))).unwrap_or(NaiveDate::MAX)
}

/// Whether a notice of so many months was respected.
pub fn respects_notice(notified_on: NaiveDate, effective_on: NaiveDate, notice_months: u16) -> bool {
    effective_on >= earliest(notified_on, notice_months)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn form(notified_on: &str, effective_on: &str) -> TerminationForm {
        TerminationForm {
            party: Uuid::from_u128(1).to_string(),
            notified_on: notified_on.into(),
            effective_on: effective_on.into(),
            ..TerminationForm::default()
        }
    }

    fn today() -> NaiveDate {
        "2026-03-01".parse().expect("a day")
    }

    /// An academic year of notice, and an end of its own.
    fn year() -> Notice {
        Notice { months: 12, since: "2021-09-01".parse().ok(), ends_on: "2031-08-31".parse().ok() }
    }

    #[test]
    fn each_mistake_is_told_at_its_field() {
        let table = [
            (form("", "2027-03-01"), "notified_on", Problem::Required),
            (form("2026", "2027-03-01"), "notified_on", Problem::NotADay),
            (form("2026-03-02", "2027-04-01"), "notified_on", Problem::InTheFuture),
            (
                form("2021-08-31", "2027-03-01"),
                "notified_on",
                Problem::BeginsAfter { since: "2021-09-01".parse().expect("a day") },
            ),
            (form("2026-02-01", "mars 2027"), "effective_on", Problem::NotADay),
            (form("2026-02-01", "2026-01-31"), "effective_on", Problem::EndBeforeStart),
            (
                form("2026-02-01", "2031-09-01"),
                "effective_on",
                Problem::EndsBefore { ends_on: "2031-08-31".parse().expect("a day") },
            ),
            (
                TerminationForm { party: String::new(), ..form("2026-02-01", "2027-02-01") },
                "party",
                Problem::Required,
            ),
            (
                form("2026-02-01", "2027-01-31"),
                "reason",
                Problem::ShortNotice { months: 12, earliest: "2027-02-01".parse().expect("a day") },
            ),
        ];
        for (form, field, problem) in table {
            let errors = form.parse(today(), year(), false, &[]).expect_err("refused");
            assert_eq!(errors.at(field), Some(&problem), "{form:?}");
        }
    }

    #[test]
    fn notice_in_time_needs_no_reason_and_a_short_one_has_it() {
        assert!(form("2026-02-01", "2027-02-01").parse(today(), year(), false, &[]).is_ok());
        let taken = form("2026-02-01", "2027-02-01").parse(today(), year(), false, &[]).expect("taken");
        assert_eq!(taken.notice_months, 12, "what was asked for is kept with it");
        let short =
            TerminationForm { reason: "The programme closes.".into(), ..form("2026-02-01", "2026-06-30") };
        assert!(short.parse(today(), year(), false, &[]).is_ok());
        assert!(
            form("2026-02-01", "2026-03-02").parse(today(), Notice::default(), false, &[]).is_ok(),
            "nothing binds yet"
        );
    }

    #[test]
    fn what_is_in_effect_already_needs_what_attests_to_it() {
        for (effective_on, problem) in [
            ("2026-02-28", Some(Problem::EvidenceNeeded)),
            ("2026-03-01", Some(Problem::EvidenceNeeded)),
            ("2026-03-02", None),
        ] {
            let plain = TerminationForm { reason: "Closed.".into(), ..form("2026-02-01", effective_on) };
            let read = plain.parse(today(), year(), false, &[]);
            assert_eq!(
                read.err().and_then(|errors| errors.at("evidence").cloned()),
                problem,
                "{effective_on}"
            );
            let attested = TerminationForm { evidence: "Letter of 1 February".into(), ..plain };
            assert!(attested.parse(today(), year(), false, &[]).is_ok());
        }
    }

    #[test]
    fn together_the_parties_need_no_notice_but_what_attests_to_it() {
        let mutual = TerminationForm { party: ALL_PARTIES.into(), ..form("2026-02-01", "2026-02-02") };
        let errors = mutual.parse(today(), year(), false, &[]).expect_err("no evidence");
        assert_eq!(errors.at("evidence"), Some(&Problem::EvidenceNeeded));
        let mutual = TerminationForm { evidence: "Minutes of 1 February".into(), ..mutual };
        assert_eq!(mutual.parse(today(), year(), false, &[]).expect("taken").party, None);
    }

    #[test]
    fn for_a_party_without_an_account_evidence_is_needed() {
        let errors =
            form("2026-02-01", "2027-02-01").parse(today(), year(), true, &[]).expect_err("no evidence");
        assert_eq!(errors.at("evidence"), Some(&Problem::EvidenceNeeded));
    }
}
