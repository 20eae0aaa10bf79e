//! Two offices at once, on both databases: whatever they do to the same agreements, in whatever order, no revision is lost,
//! none that was fixed changes, and nothing is in force without its facts.

mod sample;
mod support;

use chrono::NaiveDate;
use domain::{
    agreement::{AgreementForm, Content, ContentHash, SuccessionKind},
    id::AgreementId,
};
use sample::{Chance, Scene, day, framework, notice, on, signed};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use store::{
    StoreError,
    agreement::{AgreementRecord, Approval, RevisionRecord, Signature},
};
use support::on_each_database;
use tokio::sync::Barrier;
use uuid::Uuid;

/// The day on which the desk writes.
const TODAY: &str = "2026-10-05";

/// Each round is one interleaving; the agreements of one group begin anew in the next.
const GROUPS: u64 = 50;
const ROUNDS: u64 = 20;

/// Periods that are over, about to be over, running and to come.
const PERIODS: [(&str, &str); 4] = [
    ("2021-09-01", "2026-08-31"),
    ("2022-01-01", "2026-12-31"),
    ("2021-09-01", "2031-08-31"),
    ("2027-01-01", "2031-12-31"),
];

/// What an office did, and what came of it.
struct Deed {
    agreement: AgreementId,
    action: &'static str,
    outcome: &'static str,
    /// The draft that it began.
    draft: Option<AgreementId>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_offices_at_once_lose_nothing_alter_nothing_and_bring_nothing_in_force_without_its_facts() {
    on_each_database(|db| async move {
        let scene = Arc::new(Scene::new(db).await);
        let mut met = BTreeMap::<_, usize>::new();
        for group in 0..GROUPS {
            let mut family = Family::new(&scene, group).await;
            for round in 0..ROUNDS {
                let deeds = family.play(&scene, group * ROUNDS + round).await;
                for deed in &deeds {
                    *met.entry((deed.action, deed.outcome)).or_default() += 1;
                }
                family.look(&scene, deeds).await;
            }
            family.look_back(&scene).await;
        }
        println!("{met:?}");
        for action in ACTIONS {
            assert!(met.contains_key(&(action, "done")), "{action} was never done: {met:?}");
        }
        for outcome in ["stale", "settled", "conflict"] {
            assert!(met.keys().any(|(_, met)| *met == outcome), "nothing was ever {outcome}: {met:?}");
        }
    })
    .await;
}

/// The actions, as their audit lines say.
const ACTIONS: [&str; 9] = [
    "edit_agreement",
    "approve_agreement",
    "withdraw_approval",
    "revert_agreement",
    "sign_agreement",
    "terminate_agreement",
    "withdraw_termination",
    "renew_agreement",
    "replace_agreement",
];

/// The form of an agreement of the two offices for some period.
fn agreement(scene: &Scene, title: &str, chance: &mut Chance) -> AgreementForm {
    let (starts, ends) = chance.one(&PERIODS);
    AgreementForm { starts: starts.into(), ends: ends.into(), ..framework(title, &scene.offices) }
}

/// Two agreements with all that follows them, and what is known of each.
struct Family {
    agreements: Vec<AgreementId>,
    /// Each revision as it was last seen.
    known: BTreeMap<(AgreementId, i64), Known>,
    /// How often each action was said to be done.
    done: BTreeMap<(AgreementId, &'static str), usize>,
}

/// A revision with what was recorded of it.
struct Known {
    revision: RevisionRecord,
    approvals: Vec<Approval>,
    signatures: Vec<Signature>,
}

impl Known {
    fn of(record: &AgreementRecord, revision: &RevisionRecord) -> Self {
        let approvals = record.approvals.iter().filter(|approval| approval.revision == revision.id);
        let signatures = record.signatures.iter().filter(|signature| signature.revision == revision.id);
        Self {
            revision: revision.clone(),
            approvals: approvals.cloned().collect(),
            signatures: signatures.cloned().collect(),
        }
    }

    fn content(&self) -> &Content {
        &self.revision.content
    }

    fn is_approved_by_all(&self) -> bool {
        let approves = |party| self.approvals.iter().any(|approval| approval.institution == party);
        self.content().parties.iter().all(|party| approves(party.institution))
    }

    fn is_signed_by_all(&self) -> bool {
        let signs = |party| self.signatures.iter().any(|signature| signature.institution == party);
        self.content().parties.iter().all(|party| !party.role.signs() || signs(party.institution))
    }

    /// Fails where something of this revision was lost or altered since.
    fn assert_kept(&self, now: &Self) {
        let shown = |revision: &RevisionRecord| (revision.id, revision.canonical.clone(), revision.shared_at);
        assert_eq!(shown(&self.revision), shown(&now.revision), "what was shared has changed");
        if self.revision.fixed_at.is_some() {
            assert_eq!(self.revision.fixed_at, now.revision.fixed_at);
        }
        for signature in &self.signatures {
            assert!(now.signatures.contains(signature), "a signature is gone: {signature:?}");
        }
        if self.is_approved_by_all() || !self.signatures.is_empty() {
            assert!(now.revision.dropped_at.is_none(), "dropped, although settled");
            for approval in &self.approvals {
                assert!(now.approvals.contains(approval), "an approval is gone: {approval:?}");
            }
        }
    }
}

impl Family {
    async fn new(scene: &Scene, seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let mut family = Self { agreements: Vec::new(), known: BTreeMap::new(), done: BTreeMap::new() };
        for lead in &scene.leads {
            let id = scene.desk.create(lead, &agreement(scene, "Convention", &mut chance)).await;
            scene.desk.share(lead, id).await.expect("shared");
            family.agreements.push(id);
            // Some are signed already, as those on paper are.
            if chance.is(50) {
                for (lead, office) in scene.leads.iter().zip(scene.offices) {
                    scene.desk.sign(lead, id, office, &signed("2021-06-01")).await.expect("signed");
                    *family.done.entry((id, "sign_agreement")).or_default() += 1;
                }
            }
        }
        family
    }

    /// Both offices do one thing at the same time; every other time only once both have read.
    async fn play(&self, scene: &Arc<Scene>, seed: u64) -> Vec<Deed> {
        let mut chance = Chance::new(seed);
        let both_read = Arc::new(Barrier::new(if chance.is(50) { 2 } else { 1 }));
        // As often as not the latest, so that what renews goes its way, too.
        let first = if chance.is(50) { self.agreements.len() - 1 } else { 0 };
        let common = chance.one(&self.agreements[first..]);
        let tasks = [0, 1].map(|who| {
            let subject = if chance.is(75) { common } else { chance.one(&self.agreements) };
            let other = chance.one(&self.agreements);
            let (scene, both_read) = (scene.clone(), both_read.clone());
            let seed = seed * 2 + who as u64;
            tokio::spawn(async move { act(&scene, who, [subject, other], seed, &both_read).await })
        });
        let mut deeds = Vec::new();
        for task in tasks {
            deeds.push(task.await.unwrap_or_else(|error| panic!("in round {seed}: {error}")));
        }
        deeds
    }

    /// Looks at what was touched.
    async fn look(&mut self, scene: &Scene, deeds: Vec<Deed>) {
        let mut touched = BTreeSet::new();
        for deed in deeds {
            touched.insert(deed.agreement);
            touched.extend(deed.draft);
            self.agreements.extend(deed.draft);
            if deed.outcome == "done" {
                *self.done.entry((deed.agreement, deed.action)).or_default() += 1;
            }
        }
        for id in touched {
            self.look_at(scene, id).await;
        }
    }

    async fn look_at(&mut self, scene: &Scene, id: AgreementId) {
        let record = scene.desk.get(id).await;
        let numbers: Vec<_> = record.revisions.iter().map(|revision| revision.number).collect();
        let all: Vec<_> = (1..).take(numbers.len()).collect();
        assert_eq!(numbers, all, "every revision is there");
        let known = self.known.range((id, 0)..=(id, i64::MAX)).count();
        assert!(known <= numbers.len(), "a revision is lost");
        for revision in &record.revisions {
            assert_eq!(ContentHash::of(&revision.canonical), revision.hash);
            let now = Known::of(&record, revision);
            for approval in &now.approvals {
                assert_eq!(approval.hash, revision.hash.as_str(), "something else was approved");
            }
            let is_touched = !now.approvals.is_empty() || !now.signatures.is_empty();
            assert!(!is_touched || revision.fixed_at.is_some(), "approved or signed, and not fixed");
            if let Some(before) = self.known.get(&(id, revision.number)) {
                before.assert_kept(&now);
            }
            self.known.insert((id, revision.number), now);
        }
        assert_in_step(scene, &record).await;
        assert_in_force_by_its_facts(scene, &record).await;
    }

    /// Looks at all of them, and whether what was said to be done is what was written down, neither more nor less.
    async fn look_back(&mut self, scene: &Scene) {
        for id in self.agreements.clone() {
            self.look_at(scene, id).await;
            let lines = scene.desk.audit(id.0).await;
            for action in ACTIONS {
                let written = lines.iter().filter(|line| line.action == action).count();
                let done = self.done.get(&(id, action)).copied().unwrap_or_default();
                assert_eq!(written, done, "{action} of {id}");
            }
        }
    }
}

/// What lists filter by.
#[derive(Debug, PartialEq, sqlx::FromRow)]
struct Columns {
    ruling_number: i64,
    latest_number: i64,
    shared_on: Option<NaiveDate>,
    approved_on: Option<NaiveDate>,
    signed_on: Option<NaiveDate>,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    terminated_on: Option<NaiveDate>,
    renewed_on: Option<NaiveDate>,
}

/// Fails where lists would show something else than what follows from the facts.
async fn assert_in_step(scene: &Scene, record: &AgreementRecord) {
    const COLUMNS: &str = "select ruling_number, latest_number, shared_on, approved_on, signed_on, starts_on, \
        ends_on, terminated_on, renewed_on from agreement where id = $1";
    const AWAITING: &str = "select institution_id, what from awaiting where agreement_id = $1";
    let mut tx = scene.desk.read().await;
    let (columns, mut awaiting): (Columns, Vec<(Uuid, String)>) = on!(&mut tx, |c| (
        sqlx::query_as(COLUMNS).bind(record.id.0).fetch_one(&mut *c).await.expect("a row"),
        sqlx::query_as(AWAITING).bind(record.id.0).fetch_all(c).await.expect("rows"),
    ));
    tx.rollback().await.expect("over");
    let facts = record.facts();
    let course = facts.course();
    let derived = Columns {
        ruling_number: facts.ruling().expect("a revision").number,
        latest_number: record.latest().expect("a revision").number,
        shared_on: course.shared_on,
        approved_on: course.approved_on,
        signed_on: course.signed_on,
        starts_on: course.starts_on,
        ends_on: course.ends_on,
        terminated_on: course.terminated_on,
        renewed_on: course.renewed_on,
    };
    assert_eq!(columns, derived);
    let waits = facts.awaiting().into_iter().map(|one| (one.party.0, one.what.code().to_owned()));
    let mut waits: Vec<_> = waits.collect();
    waits.sort();
    awaiting.sort();
    assert_eq!(awaiting, waits);
}

/// Fails where it is in force and ought not to be, or the other way round, as the rule says it in words.
async fn assert_in_force_by_its_facts(scene: &Scene, record: &AgreementRecord) {
    let on = day(TODAY);
    let kept = record.revisions.iter().filter(|revision| revision.dropped_at.is_none());
    let revisions: Vec<_> = kept.map(|revision| Known::of(record, revision)).collect();
    // What rules was approved by all or signed by all, and is the last that was.
    let settled = revisions.iter().rposition(|known| known.is_approved_by_all() || known.is_signed_by_all());
    let rules = settled.map(|at| &revisions[at]);
    let is_signed = settled.is_some_and(|at| revisions[..=at].iter().any(Known::is_signed_by_all));
    let is_running = rules.is_some_and(|rules| {
        let period = &rules.content().period;
        let (starts, ends) = (period.starts.expect("a start").date, period.ends.expect("an end").date);
        (starts.earliest()..=ends.latest()).contains(&on)
    });
    let is_ended = record.termination.as_ref().is_some_and(|termination| termination.effective_on <= on);
    let mut is_followed = false;
    let mut renewals = 0;
    for related in record.related.iter().filter(|related| related.is_successor) {
        renewals += usize::from(related.kind == SuccessionKind::RenewedBy);
        let course = scene.desk.get(related.agreement).await.course();
        is_followed |=
            course.signed_on.is_some() && course.starts_on.is_some_and(|starts_on| starts_on <= on);
    }
    assert!(renewals <= 1, "renewed twice");
    let is_in_force = record.course().standing(on).is_in_force();
    assert_eq!(is_in_force, is_signed && is_running && !is_ended && !is_followed, "{record:?}");
}

/// One office reads an agreement, and then does one thing by what it read.
async fn act(
    scene: &Scene,
    who: usize,
    [id, other]: [AgreementId; 2],
    seed: u64,
    both_read: &Barrier,
) -> Deed {
    let mut chance = Chance::new(seed);
    let record = scene.desk.get(id).await;
    both_read.wait().await;
    let latest = record.latest().expect("a revision");
    let (desk, lead, office) = (&scene.desk, &scene.leads[who], scene.offices[who]);
    let mut draft = None;
    let (action, result) = match chance.below(100) {
        0..20 => {
            let form = agreement(scene, &format!("Titre {seed}"), &mut chance);
            ("edit_agreement", desk.update(lead, id, record.version, &form).await.map(|_| ()))
        }
        20..42 => ("approve_agreement", desk.approve(lead, id, office, &latest.hash).await),
        42..50 => {
            let number = if chance.is(50) { latest.number } else { latest.number.max(2) - 1 };
            ("withdraw_approval", desk.withdraw_approval(lead, id, office, number).await)
        }
        50..56 => ("revert_agreement", desk.revert(lead, id, &latest.hash).await),
        56..76 => {
            let signature = signed(chance.one(&["2021-06-01", "2026-09", ""]));
            ("sign_agreement", desk.sign_as_read(lead, id, office, &latest.hash, &signature).await)
        }
        76..81 => {
            let party = chance.one(&[Some(office), None]);
            let draft = notice(party, "2026-09-01", chance.one(&["2026-10-01", "2027-09-01", "2027-09-01"]));
            ("terminate_agreement", desk.terminate(lead, id, &draft).await)
        }
        81..85 => ("withdraw_termination", desk.withdraw_termination(lead, id).await),
        85..94 => ("renew_agreement", renew(scene, who, id, &mut draft).await),
        _ => ("replace_agreement", desk.replace(lead, id, other).await),
    };
    let outcome = match result {
        Ok(()) => "done",
        Err(StoreError::Stale { .. }) => "stale",
        Err(StoreError::Settled(_)) => "settled",
        Err(StoreError::Conflict(_)) => "conflict",
        // Of two that name each other's agreement as the later one, PostgreSQL undoes one.
        Err(StoreError::Unavailable(_)) => "undone",
        Err(error) => panic!("{action}: {error}"),
    };
    Deed { agreement: id, action, outcome, draft }
}

/// Renews an agreement and shares the draft; what is not renewed is a conflict here.
async fn renew(
    scene: &Scene,
    who: usize,
    id: AgreementId,
    draft: &mut Option<AgreementId>,
) -> store::Result<()> {
    let renewed = scene.desk.renew(&scene.leads[who], id).await?;
    *draft = Some(renewed.map_err(|_| StoreError::Conflict(store::Constraint::Other))?);
    match *draft {
        Some(draft) => scene.desk.share(&scene.leads[who], draft).await,
        None => Ok(()),
    }
}
