//! Dated facts about revisions, and what follows from them together.

use super::{
    Content, Course, Notice, Renewal, Standing, notice_asked,
    ruling::{Proposed, all, proposed, ruling},
};
use crate::{coded::coded, id::InstitutionId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

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
    /// When the last of its own parties approved it, if all did.
    pub fn approved_on(&self) -> Option<NaiveDate> {
        all(self.content.parties.iter().map(|party| party.institution), &self.approvals)
    }

    /// When the last signatory signed it, if all did.
    pub fn signed_on(&self) -> Option<NaiveDate> {
        all(self.content.signatories().map(|party| party.institution), &self.signatures)
    }
}

coded! {
    /// What a party is waited for.
    Awaited {
        /// Its approval of the revision under negotiation.
        Approval = "approval",
        /// Its signature of a revision that all approved, or that others signed.
        Signature = "signature",
    }
}

/// A party that is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Awaiting {
    /// Which party.
    pub party: InstitutionId,
    /// What for.
    pub what: Awaited,
    /// Since when.
    pub since: NaiveDate,
}

/// Why an approval can no longer be withdrawn, or a document removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settled {
    /// A modification began: a later revision is negotiated on the ground of this one.
    ModificationBegan,
    /// All parties have approved it.
    ApprovedByAll,
    /// It was dropped for the one before.
    Dropped,
    /// Some party has signed it.
    Signed,
    /// The document attests to something.
    Attests,
}

/// Every fact that decides an agreement's standing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// All revisions by number, without those that were dropped; at least one.
    pub revisions: Vec<RevisionFacts>,
    /// First day on which it no longer binds after a termination.
    pub terminated_on: Option<NaiveDate>,
    /// First day on which its successor rules.
    pub renewed_on: Option<NaiveDate>,
}

impl Facts {
    /// The revision that rules: the last one that all asked approved or all signatories signed, else the latest.
    /// A modification under negotiation does not touch what is in force, nor does one that leaves a party out, or brings in one
    /// that signs, before that party approved, or signed.
    pub fn ruling(&self) -> Option<&RevisionFacts> {
        ruling(&self.revisions).map(|ruling| ruling.revision).or_else(|| self.revisions.last())
    }

    fn latest(&self) -> Option<Proposed<'_>> {
        proposed(&self.revisions, self.revisions.last()?.number)
    }

    /// Whose approval a revision needs: its parties', and those of the parties that it leaves out of the one that rules.
    pub fn asked(&self, number: i64) -> Vec<InstitutionId> {
        proposed(&self.revisions, number).map(|proposed| proposed.asked()).unwrap_or_default()
    }

    /// Whom the latest revision waits for, in the order of its parties: once it is shared, for the approval of each party and of
    /// those whom it leaves out; once all approved it, or one has signed it as a paper agreement is, for each signature and
    /// for the approval of those whom it releases.
    pub fn awaiting(&self) -> Vec<Awaiting> {
        let Some(latest) =
            self.latest().filter(|_| self.terminated_on.is_none() && self.renewed_on.is_none())
        else {
            return Vec::new();
        };
        let revision = latest.revision;
        let missing = |what, since, have: &[(InstitutionId, NaiveDate)], asked: Vec<InstitutionId>| {
            let is_missing = |id: &InstitutionId| have.iter().all(|(institution, _)| institution != id);
            let missing: Vec<_> = asked.into_iter().filter(is_missing).collect();
            missing.into_iter().map(move |party| Awaiting { party, what, since })
        };
        let approvals = |since, asked| missing(Awaited::Approval, since, &revision.approvals, asked);
        let first_signed = revision.signatures.iter().map(|(_, on)| *on).min();
        let Some(since) = latest.approved_on().or(first_signed) else {
            return revision.shared_on.map_or_else(Vec::new, |on| approvals(on, latest.asked()).collect());
        };
        // Nobody is waited for before they could know.
        let since = revision.shared_on.map_or(since, |shared| since.max(shared));
        let signatories = revision.content.signatories().map(|party| party.institution).collect();
        let signatures = missing(Awaited::Signature, since, &revision.signatures, signatories);
        let released = revision.shared_on.map(|on| approvals(on, latest.released().collect()));
        signatures.chain(released.into_iter().flatten()).collect()
    }

    /// Those of whom the latest revision waits for without whom it does not rule; nobody once it does.
    pub fn needed(&self) -> Vec<Awaiting> {
        let Some(latest) = self.latest().filter(|latest| latest.rules().is_none()) else { return Vec::new() };
        let joining: Vec<InstitutionId> = latest.joining().collect();
        let is_approved = latest.approved_on().is_some();
        let mut awaiting = self.awaiting();
        awaiting.retain(|one| !is_approved || one.what == Awaited::Approval || joining.contains(&one.party));
        awaiting
    }

    /// Why the approvals of a revision stand for good; `None` while each party may still withdraw its own. One that is not
    /// among the facts was dropped.
    pub fn settled(&self, number: i64) -> Option<Settled> {
        let Some(proposed) = proposed(&self.revisions, number) else { return Some(Settled::Dropped) };
        if !proposed.revision.signatures.is_empty() {
            Some(Settled::Signed)
        } else if proposed.approved_on().is_some() {
            Some(Settled::ApprovedByAll)
        } else if self.revisions.last().is_some_and(|latest| latest.number > number) {
            Some(Settled::ModificationBegan)
        } else {
            None
        }
    }

    /// Whether the latest revision may be dropped for the one before: nobody signed it, and not all approved it.
    pub fn may_revert(&self) -> bool {
        let is_open = |latest: &RevisionFacts| self.settled(latest.number).is_none();
        self.revisions.len() > 1 && self.revisions.last().is_some_and(is_open)
    }

    /// Whether it may be ended before its time on a day: it was shared, and is not over.
    pub fn may_terminate(&self, on: NaiveDate) -> bool {
        let is_over = matches!(
            self.course().standing(on),
            Standing::Draft | Standing::Expired | Standing::Terminated | Standing::Renewed
        );
        !is_over && self.terminated_on.is_none()
    }

    /// The notice to end it: as agreed, else an academic year; none while not all have signed, as nothing binds.
    pub fn notice(&self) -> Notice {
        let course = self.course();
        let agreed = self.ruling().and_then(|ruling| ruling.content.period.notice_months);
        let months = if course.signed_on.is_some() { notice_asked(agreed) } else { 0 };
        let since = course.signed_on.map(|on| course.starts_on.map_or(on, |starts_on| on.min(starts_on)));
        Notice { months, since, ends_on: course.ends_on }
    }

    /// The dates that decide the standing. The first signing counts for later revisions too, for those who signed it.
    pub fn course(&self) -> Course {
        let Some(shown) = self.ruling() else { return Course::default() };
        let ruling = ruling(&self.revisions);
        let period = &shown.content.period;
        Course {
            shared_on: self.revisions.iter().filter_map(|r| r.shared_on).min(),
            approved_on: ruling.and_then(|ruling| ruling.approved_on),
            signed_on: ruling.and_then(|ruling| ruling.signed_on),
            starts_on: period.starts.map(|stated| stated.date.earliest()),
            // What renews itself does not end by itself.
            ends_on: match period.renewal {
                Renewal::Tacit { .. } => None,
                Renewal::None | Renewal::ByAgreement => period.ends.map(|stated| stated.date.latest()),
            },
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
    fn nobody_is_waited_for_before_they_could_know() {
        let mut paper = revision(1);
        paper.signatures = vec![on(1, "2024-05-31")];
        let since = |revision: &RevisionFacts| {
            let waited = facts(vec![revision.clone()]).awaiting();
            waited.iter().find(|one| one.what == Awaited::Signature).expect("a signature is awaited").since
        };
        assert_eq!(since(&paper), on(0, "2024-05-31").1);
        paper.shared_on = Some(on(0, "2026-11-21").1);
        assert_eq!(since(&paper), on(0, "2026-11-21").1);
        paper.shared_on = Some(on(0, "2024-01-02").1);
        assert_eq!(since(&paper), on(0, "2024-05-31").1);
    }

    #[test]
    fn each_party_is_waited_for_in_its_turn() {
        let waited = |facts: &Facts| -> Vec<(u128, Awaited, String)> {
            let who = |id: InstitutionId| id.0.as_u128();
            facts.awaiting().iter().map(|a| (who(a.party), a.what, a.since.to_string())).collect()
        };
        let mut one = facts(vec![revision(1)]);
        assert_eq!(waited(&one), [], "a draft is its writer's");
        one.revisions[0].shared_on = Some(on(0, "2024-01-02").1);
        let since = || "2024-01-02".to_owned();
        let approvals =
            |ids: &[u128]| ids.iter().map(|id| (*id, Awaited::Approval, since())).collect::<Vec<_>>();
        assert_eq!(waited(&one), approvals(&[1, 2, 3]), "associates approve, too");
        one.revisions[0].approvals = vec![on(2, "2024-01-05")];
        assert_eq!(waited(&one), approvals(&[1, 3]));
        one.revisions[0].approvals.extend([on(1, "2024-01-04"), on(3, "2024-01-06")]);
        let signature = |id| (id, Awaited::Signature, "2024-01-06".to_owned());
        assert_eq!(waited(&one), [signature(1), signature(2)], "associates do not sign");
        one.revisions[0].signatures = vec![on(1, "2024-01-08")];
        assert_eq!(waited(&one), [signature(2)]);
        one.revisions[0].signatures.push(on(2, "2024-01-09"));
        assert_eq!(waited(&one), []);

        let mut paper = facts(vec![revision(1)]);
        paper.revisions[0].shared_on = Some(on(0, "2024-01-02").1);
        paper.revisions[0].signatures = vec![on(2, "2023-12-01")];
        assert_eq!(
            waited(&paper),
            [(1, Awaited::Signature, "2024-01-02".to_owned())],
            "paper asks no approval"
        );
        paper.terminated_on = Some(on(0, "2024-02-01").1);
        assert_eq!(waited(&paper), []);
    }

    #[test]
    fn an_approval_is_withdrawn_only_while_nothing_rests_on_it() {
        let mut both = facts(vec![revision(1)]);
        both.revisions[0].approvals = vec![on(1, "2024-01-04")];
        assert_eq!(both.settled(1), None);
        assert!(!both.may_revert(), "there is nothing before the first");
        both.revisions.push(revision(2));
        assert_eq!(both.settled(1), Some(Settled::ModificationBegan));
        assert!(both.may_revert());
        both.revisions[1].approvals = vec![on(1, "2024-02-01"), on(2, "2024-02-01"), on(3, "2024-02-01")];
        assert_eq!(both.settled(2), Some(Settled::ApprovedByAll));
        assert!(!both.may_revert(), "what all approved stays");
        both.revisions[1].approvals.pop();
        both.revisions[1].signatures = vec![on(1, "2024-02-02")];
        assert_eq!(both.settled(2), Some(Settled::Signed));
        assert!(!both.may_revert());
        assert_eq!(both.settled(7), Some(Settled::Dropped), "what is not among the facts was dropped");
    }

    #[test]
    fn what_renews_itself_does_not_expire() {
        let day = |text: &str| text.parse().expect("a day");
        let mut tacit = revision(1);
        tacit.content.period.renewal = Renewal::Tacit { months: 12 };
        tacit.signatures = vec![on(1, "2024-01-10"), on(2, "2024-01-12")];
        let mut tacit = facts(vec![tacit]);
        assert_eq!(tacit.course().standing(day("2031-01-01")), Standing::InForce);
        tacit.terminated_on = Some(day("2032-01-01"));
        assert_eq!(tacit.course().standing(day("2032-01-01")), Standing::Terminated);
    }

    #[test]
    fn only_what_is_shared_and_not_over_is_terminated() {
        let day = |text: &str| text.parse().expect("a day");
        let mut one = facts(vec![revision(1)]);
        assert!(!one.may_terminate(day("2024-02-01")), "a draft is deleted");
        one.revisions[0].shared_on = Some(day("2024-01-01"));
        assert!(one.may_terminate(day("2024-02-01")));
        assert_eq!(one.notice().months, 0, "nothing binds yet");
        one.revisions[0].signatures = vec![on(1, "2024-01-10"), on(2, "2024-01-12")];
        assert_eq!(one.notice().months, 12);
        one.revisions[0].content.period.notice_months = Some(6);
        assert_eq!(one.notice().months, 6);
        assert!(one.may_terminate(day("2026-12-31")));
        assert!(!one.may_terminate(day("2027-01-01")), "it is over");
        one.terminated_on = Some(day("2025-06-30"));
        assert!(!one.may_terminate(day("2024-06-01")), "once is enough");
    }

    #[test]
    fn without_any_fact_the_latest_revision_rules_a_draft() {
        let drafts = facts(vec![revision(1), revision(2)]);
        assert_eq!(drafts.ruling().map(|r| r.number), Some(2));
        assert_eq!(drafts.course().standing("2025-01-01".parse().expect("a day")), Standing::Draft);
    }
}
