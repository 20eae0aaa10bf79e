//! Negotiation on both databases: revisions are kept, approvals bear on what was read, and whom it waits for is known.

mod sample;
mod support;

use domain::{
    access::Actor,
    agreement::{Awaited, ContentHash, Settled, Standing},
    id::AgreementId,
};
use sample::{Scene, day, framework, signed};
use store::{
    StoreError,
    agreement::{self, AgreementFilter, AgreementSort, Visible},
};
use support::on_each_database;

const TODAY: &str = "2026-10-05";

impl Scene {
    /// An agreement between them that both may negotiate.
    async fn shared(&self) -> AgreementId {
        let id = self.desk.create(&self.leads[0], &framework("Titre", &self.offices)).await;
        self.desk.share(&self.leads[0], id).await.expect("shared");
        id
    }

    /// One of the offices saves another title; answers the hash of what it saved.
    async fn propose(&self, who: usize, id: AgreementId, title: &str) -> ContentHash {
        let version = self.desk.get(id).await.version;
        let form = framework(title, &self.offices);
        self.desk.update(&self.leads[who], id, version, &form).await.expect("saved");
        self.desk.hash(id).await
    }

    async fn approve(&self, who: usize, id: AgreementId, hash: &ContentHash) -> Result<(), StoreError> {
        self.desk.approve(&self.leads[who], id, self.offices[who], hash).await
    }

    async fn withdraw(&self, who: usize, id: AgreementId, number: i64) -> Result<(), StoreError> {
        self.desk.withdraw_approval(&self.leads[who], id, self.offices[who], number).await
    }

    async fn standing(&self, id: AgreementId) -> Standing {
        self.desk.get(id).await.course().standing(day(TODAY))
    }

    /// The agreements that wait for an office, as its list shows them.
    async fn inbox(&self, who: usize) -> Vec<AgreementId> {
        let mine = vec![self.offices[who]];
        let filter = AgreementFilter {
            visible: Visible::Offices(mine.clone()),
            awaiting: Some(mine),
            ..AgreementFilter::default()
        };
        let mut tx = self.desk.read().await;
        let page = agreement::list(&mut tx, &filter, AgreementSort::Recent, None, 100, day(TODAY)).await;
        page.expect("listed").items.into_iter().map(|item| item.id).collect()
    }
}

#[tokio::test]
async fn a_shared_revision_is_kept_when_another_is_proposed() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.shared().await;
        let first = scene.desk.hash(id).await;
        let second = scene.propose(1, id, "Titre, proposé").await;
        let record = scene.desk.get(id).await;
        let numbers: Vec<_> = record.revisions.iter().map(|r| (r.number, r.hash.clone())).collect();
        assert_eq!(numbers, [(1, first), (2, second)]);
        assert!(record.revisions[1].shared_at.is_some(), "the others see the proposal at once");
        assert_eq!(record.revisions[1].author_name, scene.leads[1].person().expect("a person").name);
    })
    .await;
}

#[tokio::test]
async fn an_approval_bears_on_what_was_read_and_on_nothing_else() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.shared().await;
        let read = scene.desk.hash(id).await;
        let proposed = scene.propose(1, id, "Autre titre").await;
        let version = scene.desk.get(id).await.version;
        let outcome = scene.approve(0, id, &read).await;
        assert!(matches!(outcome, Err(StoreError::Stale { current }) if current == version), "{outcome:?}");
        assert!(scene.desk.get(id).await.approvals.is_empty());

        scene.approve(0, id, &proposed).await.expect("approved");
        let again = scene.approve(0, id, &proposed).await;
        assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
        assert_eq!(scene.standing(id).await, Standing::InNegotiation);
        scene.approve(1, id, &proposed).await.expect("approved");
        assert_eq!(scene.standing(id).await, Standing::Approved);
        let record = scene.desk.get(id).await;
        assert!(record.approvals.iter().all(|approval| approval.hash == proposed.as_str()));
        let lines = scene.desk.audit(id.0).await;
        assert_eq!(lines.iter().filter(|line| line.action == "approve_agreement").count(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_not_approved_and_a_stranger_is_no_party() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.desk.create(&scene.leads[0], &framework("Titre", &scene.offices)).await;
        let hash = scene.desk.hash(id).await;
        assert!(matches!(scene.approve(0, id, &hash).await, Err(StoreError::Conflict(_))));
        scene.desk.share(&scene.leads[0], id).await.expect("shared");
        let stranger = scene.desk.university("Fremde Hochschule", "DE").await;
        let outcome = scene.desk.approve(&Actor::Operator, id, stranger, &hash).await;
        assert!(matches!(outcome, Err(StoreError::NotFound)), "{outcome:?}");
    })
    .await;
}

#[tokio::test]
async fn an_approval_is_withdrawn_while_nothing_rests_on_it_and_otherwise_refused_with_the_reason() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.shared().await;
        let hash = scene.desk.hash(id).await;
        scene.approve(0, id, &hash).await.expect("approved");
        scene.withdraw(0, id, 1).await.expect("withdrawn");
        assert!(scene.desk.get(id).await.approvals.is_empty());
        assert!(
            matches!(scene.withdraw(0, id, 1).await, Err(StoreError::Conflict(_))),
            "there is none any more"
        );

        scene.approve(0, id, &hash).await.expect("approved again");
        scene.propose(1, id, "Modification").await;
        let refused = |outcome| match outcome {
            Err(StoreError::Settled(why)) => why,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused(scene.withdraw(0, id, 1).await), Settled::ModificationBegan);
        let second = scene.desk.hash(id).await;
        for who in [0, 1] {
            scene.approve(who, id, &second).await.expect("approved");
        }
        assert_eq!(refused(scene.withdraw(1, id, 2).await), Settled::ApprovedByAll);
        scene.desk.sign(&scene.leads[0], id, scene.offices[0], &signed("2026-09-01")).await.expect("signed");
        assert_eq!(refused(scene.withdraw(1, id, 2).await), Settled::Signed);
    })
    .await;
}

#[tokio::test]
async fn what_is_in_force_stays_while_the_next_is_negotiated_and_a_dropped_revision_stays_readable() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.shared().await;
        let first = scene.desk.hash(id).await;
        let outcome = scene.desk.revert(&scene.leads[0], id, &first).await;
        assert!(matches!(outcome, Err(StoreError::Conflict(_))), "there is nothing before it");
        for who in [0, 1] {
            scene.approve(who, id, &first).await.expect("approved");
            let (lead, office) = (&scene.leads[who], scene.offices[who]);
            scene.desk.sign(lead, id, office, &signed("2026-01-10")).await.expect("signed");
        }
        assert_eq!(scene.standing(id).await, Standing::InForce);

        let second = scene.propose(1, id, "Titre modifié").await;
        scene.approve(1, id, &second).await.expect("approved");
        assert_eq!(scene.standing(id).await, Standing::InForce);
        assert_eq!(scene.desk.get(id).await.ruling_number, 1);
        let outcome = scene.desk.revert(&scene.leads[0], id, &first).await;
        assert!(matches!(outcome, Err(StoreError::Stale { .. })), "one drops what one has read");
        scene.desk.revert(&scene.leads[0], id, &second).await.expect("dropped");
        let record = scene.desk.get(id).await;
        assert_eq!(record.latest().map(|latest| latest.number), Some(1));
        assert!(record.revisions[1].dropped_at.is_some(), "it stays readable");
        assert_eq!(record.approvals.len(), 3, "and so does who had approved it");

        let third = scene.propose(0, id, "Titre remodifié").await;
        assert_eq!(scene.desk.get(id).await.latest().map(|latest| latest.number), Some(3), "no number twice");
        for who in [0, 1] {
            scene.approve(who, id, &third).await.expect("approved");
        }
        assert_eq!(scene.desk.get(id).await.ruling_number, 3);
        assert_eq!(scene.standing(id).await, Standing::InForce);
    })
    .await;
}

#[tokio::test]
async fn each_office_finds_what_waits_for_it() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.shared().await;
        scene.desk.create(&scene.leads[0], &framework("Brouillon", &scene.offices)).await;
        let hash = scene.desk.hash(id).await;
        assert_eq!((scene.inbox(0).await, scene.inbox(1).await), (vec![id], vec![id]));
        scene.approve(0, id, &hash).await.expect("approved");
        assert_eq!((scene.inbox(0).await, scene.inbox(1).await), (vec![], vec![id]));
        let waited = scene.desk.get(id).await.facts().awaiting();
        assert_eq!((waited.len(), waited[0].party, waited[0].what), (1, scene.offices[1], Awaited::Approval));
        scene.approve(1, id, &hash).await.expect("approved");
        assert_eq!((scene.inbox(0).await, scene.inbox(1).await), (vec![id], vec![id]), "now to sign");
        for who in [0, 1] {
            let (lead, office) = (&scene.leads[who], scene.offices[who]);
            scene.desk.sign(lead, id, office, &signed("2026-10-01")).await.expect("signed");
        }
        assert_eq!((scene.inbox(0).await, scene.inbox(1).await), (vec![], vec![]));
    })
    .await;
}

#[tokio::test]
async fn a_party_that_a_modification_brings_in_takes_part_before_it_rules() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.shared().await;
        let first = scene.desk.hash(id).await;
        for who in [0, 1] {
            scene.approve(who, id, &first).await.expect("approved");
        }
        let third = scene.desk.university("Kagawa University", "JP").await;
        assert!(!scene.desk.get(id).await.scope.parties.contains(&third));
        let version = scene.desk.get(id).await.version;
        let form = framework("À trois", &[scene.offices[0], scene.offices[1], third]);
        scene.desk.update(&scene.leads[0], id, version, &form).await.expect("proposed");
        let record = scene.desk.get(id).await;
        assert_eq!(record.ruling_number, 1);
        assert!(record.scope.parties.contains(&third));
        let filter = AgreementFilter {
            visible: Visible::Offices(vec![third]),
            awaiting: Some(vec![third]),
            ..AgreementFilter::default()
        };
        let mut tx = scene.desk.read().await;
        let page = agreement::list(&mut tx, &filter, AgreementSort::Recent, None, 10, day(TODAY)).await;
        assert_eq!(page.expect("listed").items.len(), 1);
        tx.rollback().await.expect("over");
        let hash = scene.desk.hash(id).await;
        scene.desk.revert(&scene.leads[1], id, &hash).await.expect("dropped");
        assert!(!scene.desk.get(id).await.scope.parties.contains(&third), "it is out again");
    })
    .await;
}

#[tokio::test]
async fn what_stands_beside_a_party_survives_a_modification_that_leaves_it_out() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let third = scene.desk.university("Kagawa University", "JP").await;
        let mut form = framework("À trois", &[scene.offices[0], scene.offices[1], third]);
        form.parties[2].signatory = "Sacha Exemple".into();
        let id = scene.desk.create(&scene.leads[0], &form).await;
        scene.desk.share(&scene.leads[0], id).await.expect("shared");
        let noted = scene.desk.get(id).await.note(third).cloned();
        assert!(noted.is_some());
        let second = scene.propose(1, id, "À deux").await;
        assert_eq!(scene.desk.get(id).await.latest().expect("a revision").content.parties.len(), 2);
        scene.desk.revert(&scene.leads[0], id, &second).await.expect("dropped");
        assert_eq!(scene.desk.get(id).await.note(third).cloned(), noted);
    })
    .await;
}

#[tokio::test]
async fn comments_stay_with_their_revision() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.shared().await;
        scene.desk.comment(&scene.leads[1], id, 1, "Le préavis est court.").await.expect("written");
        scene.propose(0, id, "Autre titre").await;
        scene.desk.comment(&scene.leads[0], id, 2, "Et ainsi ?").await.expect("written");
        let nowhere = scene.desk.comment(&scene.leads[0], id, 7, "?").await;
        assert!(matches!(nowhere, Err(StoreError::NotFound)), "{nowhere:?}");
        let record = scene.desk.get(id).await;
        let mut tx = scene.desk.read().await;
        let comments = agreement::comments(&mut tx, id).await.expect("read");
        let told: Vec<_> = comments.iter().map(|c| (c.revision, c.office, c.body.as_str())).collect();
        let revision = |i: usize| record.revisions[i].id;
        assert_eq!(
            told,
            [
                (revision(0), Some(scene.offices[1]), "Le préavis est court."),
                (revision(1), Some(scene.offices[0]), "Et ainsi ?"),
            ]
        );
    })
    .await;
}
