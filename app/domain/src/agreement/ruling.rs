//! Which revision rules: one that follows another takes its place by the consent of the parties of both.

use super::{Party, RevisionFacts};
use crate::id::InstitutionId;
use chrono::NaiveDate;

/// A revision that rules, or ruled until the next one did.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ruling<'a> {
    /// Which one.
    pub revision: &'a RevisionFacts,
    /// When the last of those asked approved it, if all did.
    pub approved_on: Option<NaiveDate>,
    /// Since when it binds all that sign it. Whoever signed the one before is bound by what all approved.
    pub signed_on: Option<NaiveDate>,
}

/// A revision after the one that rules, if any does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Proposed<'a> {
    /// Which one.
    pub revision: &'a RevisionFacts,
    before: Option<Ruling<'a>>,
}

/// The last of these revisions that was settled.
pub(super) fn ruling(revisions: &[RevisionFacts]) -> Option<Ruling<'_>> {
    revisions.iter().fold(None, |before, revision| Proposed { revision, before }.rules().or(before))
}

/// The revision of this number, after the one that ruled when it was proposed.
pub(super) fn proposed(revisions: &[RevisionFacts], number: i64) -> Option<Proposed<'_>> {
    let place = revisions.iter().position(|revision| revision.number == number)?;
    Some(Proposed { revision: &revisions[place], before: ruling(&revisions[..place]) })
}

impl<'a> Proposed<'a> {
    fn before(&self) -> &'a [Party] {
        self.before.map(|before| &before.revision.content.parties[..]).unwrap_or_default()
    }

    fn role_in(parties: &[Party], id: InstitutionId) -> Option<bool> {
        parties.iter().find(|party| party.institution == id).map(|party| party.role.signs())
    }

    /// The parties before whom it leaves out.
    fn leaving(&self) -> impl Iterator<Item = InstitutionId> {
        let own = &self.revision.content.parties;
        let before = self.before().iter().map(|party| party.institution);
        before.filter(|id| Self::role_in(own, *id).is_none())
    }

    /// Whose approval it needs: its parties', then those whom it leaves out.
    pub fn asked(&self) -> Vec<InstitutionId> {
        let own = self.revision.content.parties.iter().map(|party| party.institution);
        own.chain(self.leaving()).collect()
    }

    /// Those of the parties before whom it leaves out, or from whom it asks no signature any more: without their approval it
    /// does not rule, whoever signs it.
    pub fn released(&self) -> impl Iterator<Item = InstitutionId> {
        let own = &self.revision.content.parties;
        let is_released = |party: &&Party| match Self::role_in(own, party.institution) {
            None => true,
            Some(signs) => party.role.signs() && !signs,
        };
        self.before().iter().filter(is_released).map(|party| party.institution)
    }

    /// Those who sign it and did not sign what rules.
    pub fn joining(&self) -> impl Iterator<Item = InstitutionId> {
        let signatories = self.revision.content.signatories().map(|party| party.institution);
        signatories.filter(|id| Self::role_in(self.before(), *id) != Some(true))
    }

    /// When the last of those asked approved it, if all did.
    pub fn approved_on(&self) -> Option<NaiveDate> {
        let own = self.revision.approved_on()?;
        self.leaving()
            .try_fold(own, |latest, id| date_of(&self.revision.approvals, id).map(|on| latest.max(on)))
    }

    /// It as what rules, if it does: once all asked approved it and, where what ruled is signed, those who join have signed;
    /// or once all who sign it have, with the approval of those whom it releases.
    pub fn rules(&self) -> Option<Ruling<'a>> {
        let revision = self.revision;
        let approved_on = self.approved_on();
        let is_released = self.released().all(|id| date_of(&revision.approvals, id).is_some());
        let signed_on = revision.signed_on().filter(|_| is_released);
        let was_signed_on = self.before.and_then(|before| before.signed_on);
        let have_joined = self.joining().all(|id| date_of(&revision.signatures, id).is_some());
        let is_agreed = approved_on.is_some() && (was_signed_on.is_none() || have_joined);
        let is_settled = signed_on.is_some() || is_agreed;
        is_settled.then_some(Ruling { revision, approved_on, signed_on: signed_on.or(was_signed_on) })
    }
}

/// The latest of the dates when each of the institutions has one, and there is at least one institution.
pub(super) fn all(
    mut who: impl Iterator<Item = InstitutionId>,
    dates: &[(InstitutionId, NaiveDate)],
) -> Option<NaiveDate> {
    let first = date_of(dates, who.next()?)?;
    who.try_fold(first, |latest, id| date_of(dates, id).map(|on| latest.max(on)))
}

fn date_of(dates: &[(InstitutionId, NaiveDate)], id: InstitutionId) -> Option<NaiveDate> {
    dates.iter().find(|(institution, _)| *institution == id).map(|(_, on)| *on)
}

#[cfg(test)]
mod tests {
    use crate::agreement::{
        AgreementForm, Awaited, Course, Facts, PartyForm, RevisionFacts, Settled, Standing,
    };
    use crate::id::InstitutionId;
    use chrono::NaiveDate;
    use uuid::Uuid;

    const ROLES: [(&str, &str); 2] = [("s", "signatory"), ("a", "associate")];

    fn id(name: char) -> InstitutionId {
        InstitutionId(Uuid::from_u128(u128::from(u32::from(name))))
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    /// A shared revision; its parties are written as `A:s B:a`, approvals and signatures as `AB`, all of one day.
    fn revision(number: i64, parties: &str, approvals: &str, signatures: &str) -> RevisionFacts {
        let party = |word: &str| {
            let (name, role) = word.split_once(':').expect("a name and a role");
            let role = ROLES.iter().find(|(letter, _)| *letter == role).expect("a role").1;
            let institution = id(name.chars().next().expect("a name")).to_string();
            PartyForm { institution, role: role.into(), ..PartyForm::default() }
        };
        let form = AgreementForm {
            kind: "framework".into(),
            title_en: format!("Convention {number}"),
            parties: parties.split(' ').map(party).collect(),
            starts: "2024".into(),
            is_open_ended: "on".into(),
            ..AgreementForm::default()
        };
        let on = |month: u32| NaiveDate::from_ymd_opt(2024, month, u32::try_from(number).expect("small"));
        let by = |names: &str, month| names.chars().map(|n| (id(n), on(month).expect("a day"))).collect();
        RevisionFacts {
            number,
            content: form.parse().expect("valid").content,
            shared_on: on(1),
            approvals: by(approvals, 2),
            signatures: by(signatures, 3),
        }
    }

    fn facts(revisions: Vec<RevisionFacts>) -> Facts {
        Facts { revisions, terminated_on: None, renewed_on: None }
    }

    /// Which revision rules, whether it is in force, and whom the latest waits for: `approval` as a small letter, `signature`
    /// as a capital.
    fn told(facts: &Facts) -> (i64, bool, String) {
        let awaiting = facts.awaiting().into_iter().map(|awaiting| {
            let name = ('A'..='Z').find(|name| id(*name) == awaiting.party).expect("a party");
            if awaiting.what == Awaited::Approval { name.to_ascii_lowercase() } else { name }
        });
        let is_in_force = facts.course().standing(day("2025-01-01")).is_in_force();
        (facts.ruling().expect("one rules").number, is_in_force, awaiting.collect())
    }

    #[test]
    fn nobody_is_thrown_out_turned_into_an_associate_or_bound_without_having_signed() {
        let table = [
            // Leaving out: the one left out is asked as well, and who joins signs.
            ("A:s X:s", "A", "", (1, true, "xb")),
            ("A:s X:s", "AX", "", (1, true, "b")),
            ("A:s X:s", "AXB", "", (1, true, "AX")),
            ("A:s X:s", "AXB", "X", (2, true, "A")),
            ("A:s X:s", "AXB", "AX", (2, true, "")),
            // Signing replaces the approval of those who sign, not of those left out.
            ("A:s X:s", "", "AX", (1, true, "b")),
            ("A:s X:s", "B", "AX", (2, true, "")),
            ("A:s B:a", "", "A", (1, true, "b")),
            ("A:s B:a", "A", "", (1, true, "b")),
            ("A:s B:a", "AB", "", (2, true, "A")),
            ("A:s B:a", "B", "A", (2, true, "")),
            // Joining: as an associate one only approves.
            ("A:s B:s X:s", "ABX", "", (1, true, "ABX")),
            ("A:s B:s X:s", "ABX", "X", (2, true, "AB")),
            ("A:s B:s X:a", "AB", "", (1, true, "x")),
            ("A:s B:s X:a", "ABX", "", (2, true, "AB")),
            // The same parties: approved by all, it rules at once.
            ("A:s B:s", "A", "", (1, true, "b")),
            ("A:s B:s", "AB", "", (2, true, "AB")),
        ];
        for (parties, approvals, signatures, (ruling, is_in_force, awaiting)) in table {
            let first = revision(1, "A:s B:s", "AB", "AB");
            let both = facts(vec![first.clone(), revision(2, parties, approvals, signatures)]);
            let expected = (ruling, is_in_force, awaiting.to_owned());
            assert_eq!(told(&both), expected, "{parties}, approved by {approvals}, signed by {signatures}");
            // It makes no difference whether what is in force was ever approved here.
            let paper = RevisionFacts { approvals: vec![], ..first };
            let both = facts(vec![paper, revision(2, parties, approvals, signatures)]);
            assert_eq!(told(&both), expected, "{parties} after paper");
        }
    }

    #[test]
    fn what_is_needed_before_a_revision_rules_is_part_of_what_is_awaited() {
        let needed = |parties, approvals, signatures| {
            let first = revision(1, "A:s B:s", "AB", "AB");
            let both = facts(vec![first, revision(2, parties, approvals, signatures)]);
            let needed = both.needed();
            assert!(needed.iter().all(|awaiting| both.awaiting().contains(awaiting)));
            needed.into_iter().map(|awaiting| (awaiting.party, awaiting.what)).collect::<Vec<_>>()
        };
        let (approval, signature) = (Awaited::Approval, Awaited::Signature);
        assert_eq!(needed("A:s X:s", "A", ""), [(id('X'), approval), (id('B'), approval)]);
        assert_eq!(needed("A:s X:s", "AXB", ""), [(id('X'), signature)]);
        assert_eq!(needed("A:s X:s", "", "A"), [(id('X'), signature), (id('B'), approval)]);
        assert_eq!(needed("A:s B:s", "AB", ""), [], "it rules, the signatures only confirm it");
    }

    #[test]
    fn an_associate_left_out_is_asked_too() {
        let first = revision(1, "A:s B:s C:a", "ABC", "AB");
        let without = |approvals| facts(vec![first.clone(), revision(2, "A:s B:s", approvals, "")]);
        assert_eq!(told(&without("AB")), (1, true, "c".into()));
        assert_eq!(told(&without("ABC")), (2, true, "AB".into()));
        assert_eq!(told(&without("ABC")).0, 2);
        assert_eq!(without("AB").settled(2), None, "its approvals may still be withdrawn");
        assert_eq!(without("ABC").settled(2), Some(Settled::ApprovedByAll));
        assert!(without("AB").may_revert() && !without("ABC").may_revert());
    }

    #[test]
    fn who_signs_again_after_a_time_as_an_associate_signs_anew() {
        let mut all = vec![
            revision(1, "A:s B:s", "AB", "AB"),
            revision(2, "A:s B:a", "AB", ""),
            revision(3, "A:s B:s", "AB", ""),
        ];
        assert_eq!(told(&facts(all.clone())), (2, true, "AB".into()));
        all[2].signatures = vec![(id('B'), day("2024-03-03"))];
        assert_eq!(told(&facts(all)), (3, true, "A".into()));
    }

    #[test]
    fn before_anyone_has_signed_what_all_of_both_revisions_approved_rules() {
        let approved = facts(vec![revision(1, "A:s B:s", "AB", ""), revision(2, "A:s X:s", "AX", "")]);
        assert_eq!(told(&approved), (1, false, "b".into()));
        let consented = facts(vec![revision(1, "A:s B:s", "AB", ""), revision(2, "A:s X:s", "AXB", "")]);
        assert_eq!(told(&consented), (2, false, "AX".into()));
        assert_eq!(consented.course().standing(day("2025-01-01")), Standing::Approved);
        // What nobody settled binds nobody: the proposal takes its place at once.
        let open = facts(vec![revision(1, "A:s B:s", "A", ""), revision(2, "A:s X:s", "", "")]);
        assert_eq!(told(&open), (2, false, "ax".into()));
    }

    #[test]
    fn the_first_signing_counts_until_all_sign_anew() {
        let first = revision(1, "A:s B:s", "AB", "AB");
        let signed_on = |facts: Facts| Course { ..facts.course() }.signed_on;
        let joined = facts(vec![first.clone(), revision(2, "A:s B:s X:s", "ABX", "X")]);
        assert_eq!(signed_on(joined), Some(day("2024-03-01")));
        let anew = facts(vec![first, revision(2, "A:s B:s X:s", "ABX", "ABX")]);
        assert_eq!(signed_on(anew), Some(day("2024-03-02")));
    }
}
