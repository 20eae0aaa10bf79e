//! Dated facts about revisions, and what follows from them together.

use super::{Content, Course};
use crate::id::InstitutionId;
use chrono::NaiveDate;

/// What happened to one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionFacts {
    /// Its number, from 1.
    pub number: i64,
    /// What it fixes.
    pub content: Content,
    /// When it was shared with the other parties.
    pub shared_on: Option<NaiveDate>,
    /// Which party approved it, and when.
    pub approvals: Vec<(InstitutionId, NaiveDate)>,
    /// Which party signed it, and the last day on which that may have been.
    pub signatures: Vec<(InstitutionId, NaiveDate)>,
}

impl RevisionFacts {
    /// When the last party approved it, if all did.
    pub fn approved_on(&self) -> Option<NaiveDate> {
        all(self.content.parties.iter().map(|party| party.institution), &self.approvals)
    }

    /// When the last signatory signed it, if all did.
    pub fn signed_on(&self) -> Option<NaiveDate> {
        all(self.content.signatories().map(|party| party.institution), &self.signatures)
    }
}

/// The latest of the dates when each of the institutions has one, and there is at least one institution.
fn all(
    mut who: impl Iterator<Item = InstitutionId>,
    dates: &[(InstitutionId, NaiveDate)],
) -> Option<NaiveDate> {
    let date_of = |id| dates.iter().find(|(institution, _)| *institution == id).map(|(_, on)| *on);
    let first = date_of(who.next()?)?;
    who.try_fold(first, |latest, id| date_of(id).map(|on| latest.max(on)))
}

/// Every fact that decides an agreement's standing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// All revisions by number; at least one.
    pub revisions: Vec<RevisionFacts>,
    /// First day on which it no longer binds after a termination.
    pub terminated_on: Option<NaiveDate>,
    /// First day on which its successor rules.
    pub renewed_on: Option<NaiveDate>,
}

impl Facts {
    /// The revision that rules: the last one approved by all or signed by all signatories, else the latest.
    /// A modification under negotiation does not touch what is in force.
    pub fn ruling(&self) -> Option<&RevisionFacts> {
        let settled = |r: &&RevisionFacts| r.approved_on().is_some() || r.signed_on().is_some();
        self.revisions.iter().rev().find(settled).or_else(|| self.revisions.last())
    }

    /// The dates that decide the standing. The first signing counts for later revisions too.
    pub fn course(&self) -> Course {
        let Some(ruling) = self.ruling() else { return Course::default() };
        let until_ruling = || self.revisions.iter().take_while(|r| r.number <= ruling.number);
        let period = &ruling.content.period;
        Course {
            shared_on: self.revisions.iter().filter_map(|r| r.shared_on).min(),
            approved_on: ruling.approved_on(),
            signed_on: until_ruling().filter_map(RevisionFacts::signed_on).last(),
            starts_on: period.starts.map(|stated| stated.date.earliest()),
            ends_on: period.ends.map(|stated| stated.date.latest()),
            terminated_on: self.terminated_on,
            renewed_on: self.renewed_on,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::{AgreementForm, PartyForm, Standing};
    use uuid::Uuid;

    fn party(n: u128, role: &str) -> PartyForm {
        PartyForm { institution: Uuid::from_u128(n).to_string(), role: role.into(), ..PartyForm::default() }
    }

    fn revision(number: i64) -> RevisionFacts {
        let form = AgreementForm {
            kind: "framework".into(),
            title_fr: "Convention".into(),
            parties: vec![party(1, "coordinator"), party(2, "signatory"), party(3, "associate")],
            starts: "2024".into(),
            ends: "2026".into(),
            ..AgreementForm::default()
        };
        let content = form.parse().expect("valid").content;
        RevisionFacts { number, content, shared_on: None, approvals: vec![], signatures: vec![] }
    }

    fn on(n: u128, day: &str) -> (InstitutionId, NaiveDate) {
        (InstitutionId(Uuid::from_u128(n)), day.parse().expect("a day"))
    }

    fn facts(revisions: Vec<RevisionFacts>) -> Facts {
        Facts { revisions, terminated_on: None, renewed_on: None }
    }

    #[test]
    fn associates_do_not_sign_and_everyone_approves() {
        let mut r = revision(1);
        r.signatures = vec![on(1, "2024-01-10")];
        assert_eq!(r.signed_on(), None);
        r.signatures.push(on(2, "2024-01-12"));
        assert_eq!(r.signed_on(), Some(on(1, "2024-01-12").1));
        r.approvals = vec![on(1, "2024-01-01"), on(2, "2024-01-02")];
        assert_eq!(r.approved_on(), None);
        r.approvals.push(on(3, "2024-01-03"));
        assert_eq!(r.approved_on(), Some(on(1, "2024-01-03").1));
    }

    #[test]
    fn a_modification_leaves_in_force_what_is_in_force() {
        let day = |text: &str| text.parse().expect("a day");
        let mut first = revision(1);
        first.signatures = vec![on(1, "2024-01-10"), on(2, "2024-01-12")];
        let mut second = revision(2);
        second.shared_on = Some(day("2025-01-01"));
        let both = facts(vec![first.clone(), second.clone()]);
        assert_eq!(both.ruling().map(|r| r.number), Some(1));
        assert_eq!(both.course().standing(day("2025-02-01")), Standing::InForce);
        second.approvals = vec![on(1, "2025-03-01"), on(2, "2025-03-02"), on(3, "2025-03-03")];
        let approved = facts(vec![first, second]);
        assert_eq!(approved.ruling().map(|r| r.number), Some(2));
        assert_eq!(approved.course().standing(day("2025-04-01")), Standing::InForce);
    }

    #[test]
    fn without_any_fact_the_latest_revision_rules_a_draft() {
        let drafts = facts(vec![revision(1), revision(2)]);
        assert_eq!(drafts.ruling().map(|r| r.number), Some(2));
        assert_eq!(drafts.course().standing("2025-01-01".parse().expect("a day")), Standing::Draft);
    }
}
