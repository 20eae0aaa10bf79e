//! What awaits offices, on both databases: whoever may not see an agreement is told nothing of it.

mod sample;
mod support;

use domain::{
    access::{Actor, ReadInbox, Role, decide},
    agreement::AgreementForm,
    commitment::CommitmentForm,
    id::InstitutionId,
    inbox::Item,
};
use sample::{Desk, day, framework, member, signed};
use store::inbox;
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
