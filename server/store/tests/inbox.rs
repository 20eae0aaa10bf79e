//! What awaits offices, on both databases: whoever may not see an agreement is told nothing of it.

mod sample;
mod support;

use domain::{
    access::{Actor, ReadInbox, Role, Watch, decide},
    agreement::{AgreementForm, Evidence, TerminationDraft},
    commitment::CommitmentForm,
    id::{AgreementId, InstitutionId},
    inbox::Item,
};
use sample::{Desk, day, framework, member, signed};
use store::{ending, inbox};
use support::on_each_database;
use uuid::Uuid;

const TODAY: &str = "2026-10-05";

/// Two offices, each with its lead.
struct Scene {
    desk: Desk,
    offices: [InstitutionId; 2],
    leads: [Actor; 2],
}

impl Scene {
    async fn new(db: store::Db) -> Self {
        let desk = Desk::new(db);
        let offices = [desk.university("Alès", "FR").await, desk.university("Kagawa", "JP").await];
        let leads = offices.map(|office| member(Role::Lead, office, &[]));
        Self { desk, offices, leads }
    }

    /// What awaits one of the offices on a day.
    async fn inbox(&self, who: usize, on: &str) -> Vec<Item> {
        let permit = decide(&self.leads[who], ReadInbox).expect("a lead may");
        let mut tx = self.desk.read().await;
        let items = inbox::list(&mut tx, &permit, &[self.offices[who]], day(on)).await.expect("listed");
        items.into_iter().map(|item| item.item).collect()
    }
}

impl Scene {
    async fn concluded(&self) -> AgreementId {
        let form = AgreementForm { starts: "2022-09".into(), ..framework("Convention", &self.offices) };
        let id = self.desk.create(&self.leads[0], &form).await;
        self.desk.share(&self.leads[0], id).await.expect("shared");
        for (lead, office) in self.leads.iter().zip(self.offices) {
            self.desk.sign(lead, id, office, &signed("2022-01-10")).await.expect("signed");
        }
        id
    }

    /// Whom letters would go to of what nobody was told of yet, then it is told.
    async fn tell(&self) -> Vec<(InstitutionId, String)> {
        let permit = decide(&Actor::Operator, Watch).expect("the operator may");
        let mut tx = self.desk.write().await;
        let untold = ending::untold(&mut tx).await.expect("found");
        for one in &untold {
            ending::tell(&mut tx, &permit, &self.desk.stamp(), one).await.expect("told");
        }
        tx.commit().await.expect("committed");
        untold.into_iter().map(|one| (one.institution, one.item().to_string())).collect()
    }
}

#[tokio::test]
async fn whoever_did_not_record_an_ending_is_told_of_it() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.concluded().await;
        let together = TerminationDraft {
            party: None,
            notified_on: day("2026-10-01"),
            effective_on: day("2026-10-05"),
            notice_months: 12,
            reason: None,
            evidence: Evidence::default(),
            is_on_behalf: false,
        };
        scene.desk.terminate(&scene.leads[0], id, &together).await.expect("recorded");
        let word = format!("terminated.{id}.2026-10-05");
        assert_eq!(scene.inbox(0, TODAY).await, [], "whose office recorded it");
        let told = scene.inbox(1, TODAY).await;
        assert_eq!(told.iter().map(ToString::to_string).collect::<Vec<_>>(), std::slice::from_ref(&word));
        assert_eq!(scene.inbox(1, "2027-06-01").await, [], "long ago by then");
        assert_eq!(scene.tell().await, [(scene.offices[1], word)]);
        assert_eq!(scene.tell().await, [], "nobody is told twice");

        let (old, next) = (scene.concluded().await, scene.concluded().await);
        scene.desk.replace(&scene.leads[1], old, next).await.expect("named");
        let word = format!("replaced.{old}.2022-09-01");
        assert!(scene.inbox(0, TODAY).await.iter().any(|item| item.to_string() == word));
        assert!(!scene.inbox(1, TODAY).await.iter().any(|item| item.to_string() == word));
        assert_eq!(scene.tell().await, [(scene.offices[0], word.clone())]);
        scene.desk.keep(&scene.leads[1], old, next).await.expect("taken back");
        assert!(!scene.inbox(0, TODAY).await.iter().any(|item| item.to_string() == word));
    })
    .await;
}

#[tokio::test]
async fn what_is_still_to_come_is_told_until_then_or_until_it_is_taken_back() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.concluded().await;
        let notice = TerminationDraft {
            party: Some(scene.offices[1]),
            notified_on: day("2026-10-01"),
            effective_on: day("2027-10-01"),
            notice_months: 12,
            reason: None,
            evidence: Evidence::default(),
            is_on_behalf: false,
        };
        scene.desk.terminate(&scene.leads[1], id, &notice).await.expect("recorded");
        let kept = scene.desk.get(id).await.termination.expect("recorded");
        assert_eq!(kept.notice(), Some((12, true)), "as it was asked for on that day");
        let told = scene.inbox(0, "2027-09-30").await;
        assert_eq!(told.len(), 1, "it is still to come");
        assert_eq!(scene.inbox(1, TODAY).await, []);
        scene.desk.withdraw_termination(&scene.leads[1], id).await.expect("taken back");
        assert_eq!(scene.inbox(0, TODAY).await, []);
        assert_eq!(scene.tell().await, []);
    })
    .await;
}

#[tokio::test]
async fn what_was_dealt_with_does_not_hide_the_next_revision_of_the_same_day() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.desk.create(&scene.leads[0], &framework("Convention", &scene.offices)).await;
        scene.desk.share(&scene.leads[0], id).await.expect("shared");
        let first = scene.inbox(1, TODAY).await;
        let version = scene.desk.get(id).await.version;
        let form = framework("Autre titre", &scene.offices);
        scene.desk.update(&scene.leads[0], id, version, &form).await.expect("proposed");
        let second = scene.inbox(1, TODAY).await;
        assert_eq!((first.len(), second.len()), (1, 1));
        assert_eq!(first[0].day(), second[0].day());
        assert_ne!(first[0].to_string(), second[0].to_string());
        assert_eq!(second[0].to_string().parse(), Ok(second[0]));
    })
    .await;
}

#[tokio::test]
async fn of_a_draft_that_is_not_shared_no_other_office_is_told() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let promise = CommitmentForm {
            id: Uuid::from_u128(1 << 90).to_string(),
            text_fr: "Un jury commun".into(),
            measure: "yes_no".into(),
            owner: scene.offices[1].to_string(),
            due: "2026-10-20".into(),
            ..CommitmentForm::default()
        };
        let form = AgreementForm {
            starts: "2022-09".into(),
            ends: "2030-08".into(),
            commitments: vec![promise],
            ..framework("Sur papier", &scene.offices)
        };
        let id = scene.desk.create(&scene.leads[0], &form).await;
        let sign = async |who: usize| {
            let (lead, office) = (&scene.leads[0], scene.offices[who]);
            scene.desk.sign(lead, id, office, &signed("2022-01-10")).await.expect("signed");
        };
        sign(0).await;
        assert_eq!(scene.inbox(1, TODAY).await, [], "its signature is missing, and it cannot know");
        sign(1).await;
        assert_eq!(scene.inbox(1, TODAY).await, [], "nor of what it promised on paper");
        assert_eq!(scene.inbox(0, TODAY).await, [], "the other party promised it");
        scene.desk.share(&scene.leads[0], id).await.expect("shared");
        assert_eq!(scene.inbox(1, TODAY).await.len(), 1, "now it is told");

        let other = scene.desk.create(&scene.leads[0], &form).await;
        scene
            .desk
            .sign(&scene.leads[0], other, scene.offices[1], &signed("2022-01-10"))
            .await
            .expect("signed");
        let awaited = scene.inbox(0, TODAY).await;
        assert_eq!(awaited.iter().map(Item::agreement).collect::<Vec<_>>(), [Some(other)], "one's own draft");
    })
    .await;
}
