//! Revisions that change the parties or their roles, on both databases: nobody is thrown out, and nobody bound who did not
//! sign.

mod sample;
mod support;

use domain::{
    access::{Actor, Role},
    agreement::{AgreementForm, Awaited, ContentHash, Settled, Standing},
    id::{AgreementId, InstitutionId},
};
use sample::{Chance, Desk, day, framework, member, signed};
use store::{
    StoreError,
    agreement::{AgreementRecord, RevisionRecord},
};
use support::on_each_database;

const TODAY: &str = "2026-10-05";

/// Three offices, each with its lead.
struct Scene {
    desk: Desk,
    offices: [InstitutionId; 3],
    leads: [Actor; 3],
}

impl Scene {
    async fn new(db: store::Db) -> Self {
        let desk = Desk::new(db);
        let offices = [
            desk.university("aivancity", "FR").await,
            desk.university("IIIT Bangalore", "IN").await,
            desk.university("Kagawa University", "JP").await,
        ];
        let leads = offices.map(|office| member(Role::Lead, office, &[]));
        Self { desk, offices, leads }
    }

    /// The first two have shared, approved and signed it.
    async fn in_force(&self) -> AgreementId {
        let id = self.desk.create(&self.leads[0], &framework("Titre", &self.offices[..2])).await;
        self.desk.share(&self.leads[0], id).await.expect("shared");
        for who in [0, 1] {
            self.approve(who, id).await.expect("approved");
            self.sign(who, id).await.expect("signed");
        }
        assert_eq!(self.standing(id).await, Standing::InForce);
        id
    }

    /// The first office proposes other parties.
    async fn propose(&self, id: AgreementId, form: &AgreementForm) -> ContentHash {
        let version = self.desk.get(id).await.version;
        self.desk.update(&self.leads[0], id, version, form).await.expect("proposed");
        self.desk.hash(id).await
    }

    async fn approve(&self, who: usize, id: AgreementId) -> Result<(), StoreError> {
        let hash = self.desk.hash(id).await;
        self.desk.approve(&self.leads[who], id, self.offices[who], &hash).await
    }

    async fn sign(&self, who: usize, id: AgreementId) -> Result<(), StoreError> {
        self.desk.sign(&self.leads[who], id, self.offices[who], &signed("2026-01-10")).await
    }

    async fn standing(&self, id: AgreementId) -> Standing {
        self.desk.get(id).await.course().standing(day(TODAY))
    }

    /// Which revision rules, whether the second office is still concerned, and for what it is awaited.
    async fn told(&self, id: AgreementId) -> (i64, bool, Option<Awaited>) {
        let record = self.desk.get(id).await;
        let second = self.offices[1];
        let awaiting = record.facts().awaiting().into_iter().find(|awaiting| awaiting.party == second);
        let is_party = record.scope.parties.contains(&second);
        (record.ruling_number, is_party, awaiting.map(|awaiting| awaiting.what))
    }
}

#[tokio::test]
async fn a_party_is_not_left_out_without_its_approval_nor_another_bound_without_its_signature() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.in_force().await;
        scene.propose(id, &framework("Sans elle", &[scene.offices[0], scene.offices[2]])).await;
        for who in [0, 2] {
            scene.approve(who, id).await.expect("approved");
        }
        assert_eq!(scene.told(id).await, (1, true, Some(Awaited::Approval)));
        assert_eq!(scene.standing(id).await, Standing::InForce);
        scene.approve(1, id).await.expect("whom it leaves out is asked");
        assert_eq!(scene.told(id).await, (1, true, None), "the one that joins has not signed");
        let refused = scene.desk.withdraw_approval(&scene.leads[1], id, scene.offices[1], 2).await;
        assert!(matches!(refused, Err(StoreError::Settled(Settled::ApprovedByAll))), "{refused:?}");
        scene.sign(2, id).await.expect("signed");
        assert_eq!(scene.told(id).await, (2, false, None));
        assert_eq!(scene.standing(id).await, Standing::InForce);
    })
    .await;
}

#[tokio::test]
async fn one_whom_others_sign_without_can_still_approve_that() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.in_force().await;
        let mut form = framework("Associée", &scene.offices[..2]);
        form.parties[1].role = "associate".into();
        scene.propose(id, &form).await;
        scene.sign(0, id).await.expect("signed");
        assert_eq!(scene.told(id).await, (1, true, Some(Awaited::Approval)));
        scene.approve(1, id).await.expect("approved");
        assert_eq!(scene.told(id).await, (2, true, None));
    })
    .await;
}

#[tokio::test]
async fn who_approved_what_was_dropped_stays_on_record() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.in_force().await;
        let hash = scene.propose(id, &framework("Autre titre", &scene.offices[..2])).await;
        scene.approve(1, id).await.expect("approved");
        scene.desk.revert(&scene.leads[0], id, &hash).await.expect("dropped");
        let refused = scene.desk.withdraw_approval(&scene.leads[1], id, scene.offices[1], 2).await;
        assert!(matches!(refused, Err(StoreError::Settled(Settled::Dropped))), "{refused:?}");
        assert_eq!(scene.desk.get(id).await.approvals.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_stranger_is_not_asked() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.in_force().await;
        let hash = scene.propose(id, &framework("Autre titre", &scene.offices[..2])).await;
        let stranger = scene.offices[2];
        let outcome = scene.desk.approve(&Actor::Operator, id, stranger, &hash).await;
        assert!(matches!(outcome, Err(StoreError::NotFound)), "{outcome:?}");
    })
    .await;
}

fn parties(revision: &RevisionRecord) -> Vec<InstitutionId> {
    revision.content.parties.iter().map(|party| party.institution).collect()
}

/// Whether a party signed a kept revision, up to one, in which it signs.
fn signed_until(record: &AgreementRecord, number: i64, party: InstitutionId) -> bool {
    let kept = record.revisions.iter().filter(|r| r.dropped_at.is_none() && r.number <= number);
    kept.into_iter().any(|revision| {
        revision.content.signatories().any(|p| p.institution == party)
            && record.signature(revision.id, party).is_some()
    })
}

/// Whatever is done in whatever order with whatever parties: who is in force has signed, and whoever left has approved it.
#[tokio::test]
async fn no_sequence_of_actions_binds_or_frees_a_party_without_its_word() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let mut chance = Chance::new(11);
        let (mut taken_over, mut left) = (0, 0);
        for _ in 0..6 {
            let id = scene.in_force().await;
            for step in 0..40 {
                let before = scene.desk.get(id).await;
                let who = chance.below(3);
                let hash = before.latest().expect("a revision").hash.clone();
                let outcome = match chance.below(8) {
                    0 => {
                        let mut named = scene.offices.to_vec();
                        if chance.is(60) {
                            named.remove(1 + chance.below(2));
                        }
                        let mut form = framework(&format!("Titre {step}"), &named);
                        for party in &mut form.parties[1..] {
                            party.role = chance.one(&["signatory", "associate"]).into();
                        }
                        let update = scene.desk.update(&scene.leads[0], id, before.version, &form);
                        update.await.map(|_| ())
                    }
                    1 => scene.desk.revert(&scene.leads[0], id, &hash).await,
                    2..=4 if before.scope.parties.contains(&scene.offices[who]) => {
                        scene.approve(who, id).await
                    }
                    5.. if before.scope.parties.contains(&scene.offices[who]) => scene.sign(who, id).await,
                    _ => Ok(()),
                };
                let is_refusal = matches!(outcome, Err(StoreError::Conflict(_) | StoreError::NotFound));
                assert!(outcome.is_ok() || is_refusal, "{outcome:?}");
                let after = scene.desk.get(id).await;
                assert!(after.course().standing(day(TODAY)).is_in_force(), "what is in force stays so");
                let ruling = after.ruling().expect("one rules");
                for party in ruling.content.signatories() {
                    let has_signed = signed_until(&after, ruling.number, party.institution);
                    assert!(has_signed, "bound without having signed, step {step}");
                }
                if after.ruling_number != before.ruling_number {
                    taken_over += 1;
                    let now = parties(ruling);
                    let gone = parties(before.ruling().expect("one ruled"));
                    for party in gone.into_iter().filter(|party| !now.contains(party)) {
                        left += 1;
                        assert!(after.approval(ruling.id, party).is_some(), "thrown out, step {step}");
                    }
                }
            }
        }
        assert!(taken_over > 5 && left > 1, "{taken_over} took over, {left} left: too few to tell");
    })
    .await;
}
