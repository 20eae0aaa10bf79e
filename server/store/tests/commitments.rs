//! Commitments in the content of agreements, and observations beside it, on both databases.

mod sample;
mod support;

use domain::{
    access::{Actor, MergeInstitutions, NoteObservation, ReadInbox, Role, WithdrawObservation, decide},
    agreement::AgreementForm,
    commitment::{Call, CommitmentForm, CommitmentStanding, Noted, ObservationForm, Term, Value},
    id::{AgreementId, CommitmentId, InstitutionId, ObservationId},
    inbox::{Item, ItemKind},
};
use sample::{Desk, day, framework, member, signed};
use store::{
    Result, StoreError, agreement, inbox, institution,
    observation::{self, ObservationRecord},
};
use support::on_each_database;
use uuid::Uuid;

const TODAY: &str = "2026-10-05";
const SCHOLARSHIPS: CommitmentId = CommitmentId(Uuid::from_u128(1 << 90));
const JURY: CommitmentId = CommitmentId(Uuid::from_u128(2 << 90));

struct Scene {
    desk: Desk,
    offices: [InstitutionId; 2],
    leads: [Actor; 2],
}

fn promise(id: CommitmentId, text: &str, measure: &str) -> CommitmentForm {
    let is_share = measure == "share";
    let given = |word: &str| if is_share { word.to_owned() } else { String::new() };
    CommitmentForm {
        id: id.to_string(),
        text_fr: text.into(),
        measure: measure.into(),
        bound: given("at_least"),
        target: given("30"),
        each: given("academic_year"),
        starts: "2021-09".into(),
        ..CommitmentForm::default()
    }
}

impl Scene {
    async fn new(db: store::Db) -> Self {
        let desk = Desk::new(db);
        let offices = [desk.university("Mines", "FR").await, desk.university("Albert", "FR").await];
        let leads = offices.map(|office| member(Role::Lead, office, &[]));
        Self { desk, offices, leads }
    }

    fn form(&self) -> AgreementForm {
        AgreementForm {
            starts: "2021-09-01".into(),
            ends: "2031-08-31".into(),
            commitments: vec![
                promise(SCHOLARSHIPS, "30 % de boursiers", "share"),
                promise(JURY, "Un jury commun", "yes_no"),
            ],
            ..framework("Double diplôme", &self.offices)
        }
    }

    async fn signed(&self) -> AgreementId {
        let id = self.desk.create(&self.leads[0], &self.form()).await;
        self.desk.share(&self.leads[0], id).await.expect("shared");
        for (lead, office) in self.leads.iter().zip(self.offices) {
            self.desk.sign(lead, id, office, &signed("2021-06-01")).await.expect("signed");
        }
        id
    }

    async fn note(
        &self,
        lead: usize,
        id: AgreementId,
        of: CommitmentId,
        on: &str,
        value: &str,
    ) -> ObservationId {
        let form = ObservationForm {
            observed_on: on.into(),
            value: value.into(),
            evidence: "Bilan de rentrée".into(),
            link: "https://exemple.invalid/bilan".into(),
            ..ObservationForm::default()
        };
        let mut tx = self.desk.write().await;
        let record = agreement::get(&mut tx, id).await.expect("there is one");
        let measure = record.ruling().and_then(|r| r.content.commitment(of)).expect("a commitment").measure;
        let draft = form.parse(day(TODAY), measure, &[]).expect("no fault");
        let permit = decide(&self.leads[lead], NoteObservation(&record.scope)).expect("may note");
        let noted = observation::insert(&mut tx, &permit, &self.desk.stamp(), of, &draft).await;
        tx.commit().await.expect("committed");
        noted.expect("noted")
    }

    async fn withdraw(&self, lead: usize, id: ObservationId) -> Result<()> {
        let mut tx = self.desk.write().await;
        let record = observation::find(&mut tx, id).await?.ok_or(StoreError::NotFound)?;
        let scope = observation::scope(&mut tx, &record).await?;
        let permit = decide(&self.leads[lead], WithdrawObservation(&scope)).expect("may withdraw");
        observation::withdraw(&mut tx, &permit, &self.desk.stamp(), "Mauvaise promotion").await?;
        tx.commit().await
    }

    async fn observations(&self, id: AgreementId) -> Vec<ObservationRecord> {
        observation::list(&mut self.desk.read().await, id).await.expect("read")
    }

    /// What awaits the office of a lead because of commitments.
    async fn inbox(&self, lead: usize, on: &str) -> Vec<Item> {
        let permit = decide(&self.leads[lead], ReadInbox).expect("may read");
        let mut tx = self.desk.read().await;
        let items = inbox::list(&mut tx, &permit, &[self.offices[lead]], day(on)).await.expect("read");
        items.into_iter().map(|one| one.item).filter(|item| item.kind() == ItemKind::Commitment).collect()
    }

    async fn standing(&self, id: AgreementId, of: CommitmentId) -> CommitmentStanding {
        let record = self.desk.get(id).await;
        let observations = self.observations(id).await;
        let own = observations.iter().filter(|one| one.commitment == of);
        let noted: Vec<Noted> = own.filter_map(ObservationRecord::noted).collect();
        let ruling = record.ruling().expect("a revision");
        let commitment = ruling.content.commitment(of).expect("a commitment");
        commitment.follow(Term::from(&record.course()), &noted, day(TODAY)).standing
    }
}

#[tokio::test]
async fn an_observation_stays_as_it_was_noted_and_a_wrong_one_is_withdrawn_and_kept() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.signed().await;
        assert_eq!(scene.standing(id, SCHOLARSHIPS).await, CommitmentStanding::NotMeasured);
        let wrong = scene.note(1, id, SCHOLARSHIPS, "2026-09-10", "25,5").await;
        assert_eq!(scene.standing(id, SCHOLARSHIPS).await, CommitmentStanding::AtRisk);
        scene.note(1, id, JURY, "2026-09-20", "yes").await;
        let right = scene.note(1, id, SCHOLARSHIPS, "2026-09-12", "31").await;
        scene.withdraw(1, wrong).await.expect("withdrawn");
        let again = scene.withdraw(1, wrong).await;
        assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
        assert_eq!(scene.standing(id, SCHOLARSHIPS).await, CommitmentStanding::OnTrack);
        assert_eq!(scene.standing(id, JURY).await, CommitmentStanding::Met);

        let all = scene.observations(id).await;
        let told: Vec<_> = all.iter().map(|one| (one.value.typed(), one.withdrawal.is_some())).collect();
        let expected = [("yes", false), ("31", false), ("25.5", true)];
        assert_eq!(told, expected.map(|(value, gone)| (value.to_owned(), gone)), "the latest first");
        let kept = all.iter().find(|one| one.id == wrong).expect("it stays");
        assert_eq!((kept.observed_on, kept.office), (day("2026-09-10"), Some(scene.offices[1])));
        assert_eq!(kept.evidence.as_deref(), Some("Bilan de rentrée"));
        assert_eq!(kept.withdrawal.as_ref().map(|w| w.reason.as_str()), Some("Mauvaise promotion"));
        let found = observation::find(&mut scene.desk.read().await, right).await.expect("read");
        assert!(matches!(found.expect("there is one").value, Value::Percent(_)));

        let lines: Vec<_> =
            scene.desk.audit(id.0).await.into_iter().take(4).map(|line| line.action).collect();
        let noted = "note_observation";
        assert_eq!(lines, ["withdraw_observation", noted, noted, noted]);
    })
    .await;
}

#[tokio::test]
async fn observations_outlive_the_revision_and_never_change_what_was_signed() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.signed().await;
        let hash = scene.desk.hash(id).await;
        scene.note(0, id, SCHOLARSHIPS, "2026-09-10", "31").await;
        let record = scene.desk.get(id).await;
        assert_eq!((&scene.desk.hash(id).await, record.revisions.len()), (&hash, 1), "a fact is no revision");

        let mut form = scene.form();
        form.commitments[0].target = "35".into();
        form.commitments.remove(1);
        scene.desk.update(&scene.leads[0], id, record.version, &form).await.expect("proposed");
        let record = scene.desk.get(id).await;
        assert_eq!(record.revisions.len(), 2, "a promise is content: changing it is a proposal");
        assert_eq!(record.ruling().map(|ruling| &ruling.hash), Some(&hash), "what is signed rules on");
        assert_eq!(scene.standing(id, SCHOLARSHIPS).await, CommitmentStanding::OnTrack);

        let proposed = scene.desk.hash(id).await;
        for (lead, office) in scene.leads.iter().zip(scene.offices) {
            scene.desk.approve(lead, id, office, &proposed).await.expect("approved");
        }
        assert_eq!(scene.standing(id, SCHOLARSHIPS).await, CommitmentStanding::AtRisk, "31 is less than 35");
        let record = scene.desk.get(id).await;
        assert!(record.ruling().expect("one rules").content.commitment(JURY).is_none());
        assert!(record.revision(1).expect("it stays").content.commitment(JURY).is_some());
    })
    .await;
}

#[tokio::test]
async fn a_renewal_takes_the_promises_along_and_leaves_what_was_observed() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.signed().await;
        scene.note(0, id, JURY, "2026-09-10", "yes").await;
        let next = scene.desk.renew(&scene.leads[0], id).await.expect("asked").expect("renewed");
        let content = scene.desk.get(next).await.latest().expect("a revision").content.clone();
        let ids: Vec<_> = content.commitments.iter().map(|commitment| commitment.id).collect();
        assert_eq!(ids, [SCHOLARSHIPS, JURY], "the same promises");
        assert!(content.commitments.iter().all(|commitment| commitment.starts.is_none()));
        assert_eq!(scene.observations(next).await, []);
        assert_eq!(scene.observations(id).await.len(), 1);
        scene.desk.delete(&scene.leads[0], next).await.expect("deleted");

        let draft = scene.desk.create(&scene.leads[0], &scene.form()).await;
        scene.note(0, draft, JURY, "2026-09-10", "no").await;
        scene.desk.delete(&scene.leads[0], draft).await.expect("deleted");
        assert_eq!(scene.desk.rows("observation").await, 1, "they go with the draft they are about");
    })
    .await;
}

#[tokio::test]
async fn a_promise_of_an_institution_that_turned_out_to_be_another_calls_on_that_one() {
    on_each_database(|db| async move {
        let mut scene = Scene::new(db).await;
        let mut form = scene.form();
        form.commitments[0].owner = scene.offices[1].to_string();
        let id = scene.desk.create(&scene.leads[0], &form).await;
        scene.desk.share(&scene.leads[0], id).await.expect("shared");
        for (lead, office) in scene.leads.iter().zip(scene.offices) {
            scene.desk.sign(lead, id, office, &signed("2021-06-01")).await.expect("signed");
        }
        scene.note(1, id, SCHOLARSHIPS, "2026-09-10", "25").await;
        let before = scene.inbox(1, TODAY).await;
        assert_eq!(before.len(), 1, "the share is too small");
        let kept = scene.desk.university("Albert School", "FR").await;
        let (gone, administrator) = (scene.offices[1], sample::administrator());
        let permit = decide(&administrator, MergeInstitutions).expect("an administrator may");
        let versions =
            [scene.desk.institution(gone).await.version, scene.desk.institution(kept).await.version];
        let mut tx = scene.desk.write().await;
        let stamp = scene.desk.stamp();
        let merged = institution::merge(&mut tx, &permit, &stamp, (gone, versions[0]), (kept, versions[1]));
        merged.await.expect("asked").expect("merged");
        tx.commit().await.expect("committed");
        scene.offices[1] = kept;
        scene.leads[1] = member(Role::Lead, kept, &[]);
        assert_eq!(scene.inbox(1, TODAY).await, before);
    })
    .await;
}

#[tokio::test]
async fn what_is_due_at_risk_or_missed_is_in_the_inbox_of_those_who_answer_for_it() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let mut form = scene.form();
        form.commitments[0].owner = scene.offices[1].to_string();
        form.commitments[1].due = "2026-10-31".into();
        let draft = scene.desk.create(&scene.leads[0], &form).await;
        assert_eq!(scene.inbox(0, TODAY).await, [], "a draft binds nobody");
        scene.desk.share(&scene.leads[0], draft).await.expect("shared");
        for (lead, office) in scene.leads.iter().zip(scene.offices) {
            scene.desk.sign(lead, draft, office, &signed("2021-06-01")).await.expect("signed");
        }
        let item = |call, on| Item::Commitment { call, agreement: draft, on: day(on), count: 1 };
        let jury = item(Call::Due, "2026-10-31");
        let unseen = item(Call::Due, "2026-08-31");
        assert_eq!(scene.inbox(0, "2026-09-30").await, [], "it is not due within thirty days");
        assert_eq!(
            (scene.inbox(0, TODAY).await, scene.inbox(1, TODAY).await),
            (vec![jury], vec![unseen, jury]),
            "both answer for it, and nobody looked at the scholarships of the year before"
        );

        let wrong = scene.note(0, draft, SCHOLARSHIPS, "2026-09-10", "25").await;
        assert_eq!(scene.inbox(0, TODAY).await, [jury], "the scholarships are the other party's");
        assert_eq!(scene.inbox(1, TODAY).await, [jury, item(Call::AtRisk, "2027-08-31")]);
        scene.withdraw(0, wrong).await.expect("withdrawn");
        scene.note(0, draft, JURY, "2026-10-01", "no").await;
        let missed = item(Call::Missed, "2026-10-31");
        assert_eq!(scene.inbox(1, "2026-11-01").await, [unseen, missed]);
        assert!(scene.inbox(1, "2031-09-01").await.contains(&missed), "the agreement is just over");
        assert_eq!(scene.inbox(1, "2032-04-01").await, [], "the agreement is long over");

        let mut without = form.clone();
        without.commitments.clear();
        let version = scene.desk.get(draft).await.version;
        scene.desk.update(&scene.leads[0], draft, version, &without).await.expect("proposed");
        assert_eq!(scene.inbox(1, "2026-11-01").await.len(), 2, "what is signed rules on");
        let proposed = scene.desk.hash(draft).await;
        for (lead, office) in scene.leads.iter().zip(scene.offices) {
            scene.desk.approve(lead, draft, office, &proposed).await.expect("approved");
        }
        assert_eq!(scene.inbox(1, "2026-11-01").await, []);
        assert_eq!(scene.desk.rows("commitment_owner").await, 0);
    })
    .await;
}
