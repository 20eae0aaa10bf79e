//! The state of each step of an agreement's life on any day, as a table: between two parties, and among four of which one
//! approves without signing.

use chrono::NaiveDate;
use domain::{
    agreement::{AgreementForm, Content, Facts, PartyForm, Renewal, RevisionFacts, Watched},
    id::InstitutionId,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// One step a line. Each party in its order: `a` approved and `s` signed the revision that rules, `f` is bound by it on that
/// day; `.` not yet, `/` need not sign. Awaited: `a` approval or `s` signature, of which parties, since when.
const TABLE: &str = "
step                   | day        | standing       | two     | awaited          | four            | awaited            | ladder
-----------------------|------------|----------------|---------|------------------|-----------------|--------------------|--------------------
draft                  | 2024-01-02 | draft          | ... ... |                  | ... ... ... ./. |                    |
draft                  | 2030-01-01 | draft          | ... ... |                  | ... ... ... ./. |                    |
shared                 | 2024-01-08 | in_negotiation | ... ... | a12 2024-01-08   | ... ... ... ./. | a1234 2024-01-08   |
shared                 | 2030-01-01 | in_negotiation | ... ... | a12 2024-01-08   | ... ... ... ./. | a1234 2024-01-08   |
approved by one        | 2024-01-15 | in_negotiation | a.. ... | a2 2024-01-08    | a.. ... ... ./. | a234 2024-01-08    |
proposed               | 2024-02-01 | in_negotiation | ... ... | a12 2024-02-01   | ... ... ... ./. | a1234 2024-02-01   |
proposal approved by 1 | 2024-02-05 | in_negotiation | a.. ... | a2 2024-02-01    | a.. ... ... ./. | a234 2024-02-01    |
approved by all        | 2024-02-12 | approved       | a.. a.. | s12 2024-02-12   | a.. a.. a.. a/. | s123 2024-02-12    |
approved by all        | 2030-01-01 | approved       | a.. a.. | s12 2024-02-12   | a.. a.. a.. a/. | s123 2024-02-12    |
signed by one          | 2024-03-01 | approved       | as. a.. | s2 2024-02-12    | as. a.. a.. a/. | s23 2024-02-12     |
signed by one          | 2025-01-01 | approved       | as. a.. | s2 2024-02-12    | as. a.. a.. a/. | s23 2024-02-12     |
signed by all          | 2024-03-15 | signed         | as. as. |                  | as. as. as. a/. |                    |
signed by all          | 2024-08-31 | signed         | as. as. |                  | as. as. as. a/. |                    |
signed by all          | 2024-09-01 | in_force       | asf asf |                  | asf asf asf a/f |                    |
signed by all          | 2026-08-30 | in_force       | asf asf |                  | asf asf asf a/f |                    |
signed by all          | 2026-08-31 | ending_soon    | asf asf |                  | asf asf asf a/f |                    | 12 end 2027-08-31
signed by all          | 2027-02-28 | ending_soon    | asf asf |                  | asf asf asf a/f |                    | 6 end 2027-08-31
signed by all          | 2027-05-31 | ending_soon    | asf asf |                  | asf asf asf a/f |                    | 3 end 2027-08-31
signed by all          | 2027-08-31 | ending_soon    | asf asf |                  | asf asf asf a/f |                    | 1 end 2027-08-31
signed by all          | 2027-09-01 | expired        | as. as. |                  | as. as. as. a/. |                    |
signed on paper by one | 2024-03-01 | draft          | .s. ... | s2 2024-03-01    | .s. ... ... ./. | s23 2024-03-01     |
signed on paper        | 2024-08-31 | signed         | .s. .s. |                  | .s. .s. .s. ./. |                    |
signed on paper        | 2024-09-01 | in_force       | .sf .sf |                  | .sf .sf .sf ./f |                    |
modification proposed  | 2025-01-10 | in_force       | asf asf | a12 2025-01-10   | asf asf asf a/f | a1234 2025-01-10   |
modification approved  | 2025-02-01 | in_force       | a.f a.f | s12 2025-02-01   | a.f a.f a.f a/f | s123 2025-02-01    |
modification approved  | 2027-09-01 | expired        | a.. a.. | s12 2025-02-01   | a.. a.. a.. a/. | s123 2025-02-01    |
renews itself          | 2026-02-27 | in_force       | asf asf |                  | asf asf asf a/f |                    |
renews itself          | 2026-02-28 | in_force       | asf asf |                  | asf asf asf a/f |                    | 12 notice 2027-02-28
renews itself          | 2027-02-28 | in_force       | asf asf |                  | asf asf asf a/f |                    | 1 notice 2027-02-28
renews itself          | 2027-03-01 | in_force       | asf asf |                  | asf asf asf a/f |                    | 12 notice 2028-02-29
renews itself          | 2027-09-01 | in_force       | asf asf |                  | asf asf asf a/f |                    | 6 notice 2028-02-29
terminated             | 2025-09-01 | in_force       | asf asf |                  | asf asf asf a/f |                    |
terminated             | 2026-08-31 | ending_soon    | asf asf |                  | asf asf asf a/f |                    |
terminated             | 2026-09-01 | terminated     | as. as. |                  | as. as. as. a/. |                    |
terminated             | 2027-09-01 | terminated     | as. as. |                  | as. as. as. a/. |                    |
talks broken off       | 2024-02-19 | in_negotiation | ... ... |                  | ... ... ... ./. |                    |
talks broken off       | 2024-02-20 | terminated     | ... ... |                  | ... ... ... ./. |                    |
renewal: draft         | 2027-03-01 | draft          | ... ... |                  | ... ... ... ./. |                    |
renewal: draft         | 2027-09-01 | draft          | ... ... |                  | ... ... ... ./. |                    |
old, renewal a draft   | 2027-08-31 | ending_soon    | asf asf |                  | asf asf asf a/f |                    | 1 end 2027-08-31
old, renewal a draft   | 2027-09-01 | expired        | as. as. |                  | as. as. as. a/. |                    |
renewal: signed        | 2027-06-15 | signed         | as. as. |                  | as. as. as. a/. |                    |
renewal: signed        | 2027-08-31 | signed         | as. as. |                  | as. as. as. a/. |                    |
renewal: signed        | 2027-09-01 | in_force       | asf asf |                  | asf asf asf a/f |                    |
renewal: signed        | 2030-08-31 | ending_soon    | asf asf |                  | asf asf asf a/f |                    | 1 end 2030-08-31
renewal: signed        | 2030-09-01 | expired        | as. as. |                  | as. as. as. a/. |                    |
old, renewal signed    | 2027-06-15 | ending_soon    | asf asf |                  | asf asf asf a/f |                    |
old, renewal signed    | 2027-08-31 | ending_soon    | asf asf |                  | asf asf asf a/f |                    |
old, renewal signed    | 2027-09-01 | renewed        | as. as. |                  | as. as. as. a/. |                    |
old, renewal signed    | 2030-09-01 | renewed        | as. as. |                  | as. as. as. a/. |                    |
";

#[test]
fn the_state_of_each_step_on_each_day() {
    let two = journey(&["signatory", "signatory"]);
    let four = journey(&["coordinator", "signatory", "signatory", "associate"]);
    for line in TABLE.trim().lines().skip(2) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [step, on] = [cells[0], cells[1]];
        let found = |journey: &BTreeMap<&str, Facts>| {
            let facts = journey.get(step).unwrap_or_else(|| panic!("no step {step}"));
            state(facts, day(on))
        };
        let expected = |parties: usize| [2, parties, parties + 1, 7].map(|column| cells[column].to_owned());
        assert_eq!(found(&two), expected(3), "two parties, {step} on {on}");
        assert_eq!(found(&four), expected(5), "four parties, {step} on {on}");
    }
    let told = |step: &&str| TABLE.lines().any(|line| line.split('|').next().map(str::trim) == Some(step));
    assert!(two.keys().all(told), "each step is in the table");
}

/// What the table tells of an agreement on a day: its standing, each party, whom it waits for, the step of the ladder.
fn state(facts: &Facts, on: NaiveDate) -> [String; 4] {
    let standing = facts.course().standing(on);
    let ruling = facts.ruling().expect("a revision");
    let parties = ruling.content.parties.iter().map(|party| {
        let has = |of: &[(InstitutionId, NaiveDate)]| of.iter().any(|(id, _)| *id == party.institution);
        let mark = |is: bool, mark: char| if is { mark } else { '.' };
        let signed = if party.role.signs() { mark(has(&ruling.signatures), 's') } else { '/' };
        String::from_iter([mark(has(&ruling.approvals), 'a'), signed, mark(standing.is_in_force(), 'f')])
    });
    let parties: Vec<_> = parties.collect();
    let mut awaited = String::new();
    let awaiting = facts.awaiting();
    if let Some(first) = awaiting.first() {
        let who: String = awaiting.iter().map(|one| one.party.0.as_u128().to_string()).collect();
        assert!(awaiting.iter().all(|one| (one.what, one.since) == (first.what, first.since)));
        awaited = format!("{}{who} {}", &first.what.code()[..1], first.since);
    }
    let ladder = Watched::of(facts)
        .step(on)
        .map(|step| format!("{} {} {}", step.months, step.deadline.kind.code(), step.deadline.on));
    [standing.code().into(), parties.join(" "), awaited, ladder.unwrap_or_default()]
}

/// The facts at each step of an agreement among parties of these roles.
fn journey(roles: &[&str]) -> BTreeMap<&'static str, Facts> {
    let mut steps = BTreeMap::new();
    let first = content(roles);
    let mut facts = Facts { revisions: vec![revision(1, &first)], terminated_on: None, renewed_on: None };
    steps.insert("draft", facts.clone());

    let mut paper = facts.clone();
    sign(&mut paper, 1..=1, "2024-03-01");
    steps.insert("signed on paper by one", paper.clone());
    sign(&mut paper, 2..=roles.len(), "2024-03-15");
    steps.insert("signed on paper", paper);

    facts.revisions[0].shared_on = Some(day("2024-01-08"));
    steps.insert("shared", facts.clone());
    approve(&mut facts, 1..=1, "2024-01-15");
    steps.insert("approved by one", facts.clone());
    propose(&mut facts, "2024-02-01");
    steps.insert("proposed", facts.clone());
    steps.insert("talks broken off", Facts { terminated_on: Some(day("2024-02-20")), ..facts.clone() });
    approve(&mut facts, 1..=1, "2024-02-05");
    steps.insert("proposal approved by 1", facts.clone());
    approve(&mut facts, 2..=roles.len(), "2024-02-12");
    steps.insert("approved by all", facts.clone());
    sign(&mut facts, 1..=1, "2024-03-01");
    steps.insert("signed by one", facts.clone());
    sign(&mut facts, 2..=roles.len(), "2024-03-15");
    steps.insert("signed by all", facts.clone());

    let mut modified = facts.clone();
    propose(&mut modified, "2025-01-10");
    steps.insert("modification proposed", modified.clone());
    approve(&mut modified, 1..=roles.len(), "2025-02-01");
    steps.insert("modification approved", modified);

    let mut tacit = facts.clone();
    tacit.revisions[1].content.period.renewal = Renewal::Tacit { months: 12 };
    steps.insert("renews itself", tacit);

    steps.insert("terminated", Facts { terminated_on: Some(day("2026-09-01")), ..facts.clone() });

    let renewed =
        revision(1, &facts.ruling().expect("a revision").content.renewed(|| uuid::Uuid::from_u128(1)));
    let mut renewal = Facts { revisions: vec![renewed], terminated_on: None, renewed_on: None };
    steps.insert("renewal: draft", renewal.clone());
    steps.insert("old, renewal a draft", facts.clone());
    renewal.revisions[0].shared_on = Some(day("2027-03-10"));
    approve(&mut renewal, 1..=roles.len(), "2027-05-01");
    sign(&mut renewal, 1..=roles.len(), "2027-06-15");
    facts.renewed_on = renewal.course().starts_on;
    steps.insert("renewal: signed", renewal);
    steps.insert("old, renewal signed", facts);
    steps
}

/// Three years with half a year of notice.
fn content(roles: &[&str]) -> Content {
    let party = |(number, role): (u128, &&str)| PartyForm {
        institution: Uuid::from_u128(number).to_string(),
        role: (*role).into(),
        ..PartyForm::default()
    };
    let form = AgreementForm {
        kind: "framework".into(),
        title_fr: "Convention".into(),
        parties: (1..).zip(roles).map(party).collect(),
        starts: "2024-09-01".into(),
        ends: "2027-08-31".into(),
        notice_months: "6".into(),
        ..AgreementForm::default()
    };
    form.parse().expect("valid").content
}

fn revision(number: i64, content: &Content) -> RevisionFacts {
    RevisionFacts { number, content: content.clone(), shared_on: None, approvals: vec![], signatures: vec![] }
}

/// Another revision, shared with all parties.
fn propose(facts: &mut Facts, on: &str) {
    let latest = facts.revisions.last().expect("a revision");
    let next = RevisionFacts { shared_on: Some(day(on)), ..revision(latest.number + 1, &latest.content) };
    facts.revisions.push(next);
}

/// These parties approve the latest revision.
fn approve(facts: &mut Facts, who: std::ops::RangeInclusive<usize>, on: &str) {
    let latest = facts.revisions.last_mut().expect("a revision");
    let parties = &latest.content.parties[who.start() - 1..*who.end()];
    latest.approvals.extend(parties.iter().map(|party| (party.institution, day(on))));
}

/// Those of these parties that sign sign the latest revision.
fn sign(facts: &mut Facts, who: std::ops::RangeInclusive<usize>, on: &str) {
    let latest = facts.revisions.last_mut().expect("a revision");
    let parties =
        latest.content.parties[who.start() - 1..*who.end()].iter().filter(|party| party.role.signs());
    latest.signatures.extend(parties.map(|party| (party.institution, day(on))));
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}
