//! Agreements that follow others, on both databases: one that ended before it began, or never came, follows nothing.

mod sample;
mod support;

use domain::{
    agreement::{Evidence, NotRenewed, Standing, TerminationDraft, Watched},
    id::AgreementId,
};
use sample::{Scene, day, framework, signed};
use store::{StoreError, agreement};
use support::on_each_database;

const TODAY: &str = "2026-10-05";

impl Scene {
    async fn sign(&self, id: AgreementId) {
        for (lead, office) in self.leads.iter().zip(self.offices) {
            self.desk.sign(lead, id, office, &signed("2021-06-01")).await.expect("signed");
        }
    }

    async fn signed(&self, starts: &str, ends: &str) -> AgreementId {
        let mut form = framework("Convention", &self.offices);
        (form.starts, form.ends) = (starts.into(), ends.into());
        let id = self.desk.create(&self.leads[0], &form).await;
        self.desk.share(&self.leads[0], id).await.expect("shared");
        self.sign(id).await;
        id
    }

    async fn renewed(&self, id: AgreementId) -> AgreementId {
        let draft = self.desk.renew(&self.leads[0], id).await.expect("asked").expect("renewed");
        self.desk.share(&self.leads[0], draft).await.expect("shared");
        draft
    }

    async fn terminate(&self, id: AgreementId, effective_on: &str) -> Result<(), StoreError> {
        let draft = TerminationDraft {
            party: Some(self.offices[0]),
            notified_on: day("2026-10-01"),
            effective_on: day(effective_on),
            notice_months: 12,
            reason: None,
            evidence: Evidence::default(),
            is_on_behalf: false,
        };
        self.desk.terminate(&self.leads[0], id, &draft).await
    }

    /// Why mass renewal would not renew it, and whether renewing it alone says the same.
    async fn why_not(&self, id: AgreementId) -> Option<NotRenewed> {
        let mut tx = self.desk.read().await;
        let line = agreement::renewables(&mut tx, &[id]).await.expect("asked").remove(0);
        let record = agreement::get(&mut tx, id).await.expect("there is one");
        assert_eq!(record.facts().not_renewed(record.is_followed()), line.why_not);
        line.why_not
    }
}

#[tokio::test]
async fn a_successor_that_is_ended_before_it_begins_frees_the_one_before() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let old = scene.signed("2021-09-01", "2026-12-31").await;
        let next = scene.renewed(old).await;
        scene.sign(next).await;
        assert_eq!(scene.why_not(old).await, Some(NotRenewed::Followed));
        assert_eq!(scene.desk.get(old).await.renewed_on, Some(day("2027-01-01")));
        scene.terminate(next, "2027-01-01").await.expect("ended on the day it would begin");
        let record = scene.desk.get(old).await;
        assert_eq!(record.renewed_on, None);
        assert_eq!(record.course().standing(day("2027-02-01")), Standing::Expired);
        assert!(Watched::of(&record.facts()).step(day(TODAY)).is_some(), "its end is told again");
        assert_eq!(scene.why_not(old).await, None);

        scene.desk.withdraw_termination(&scene.leads[0], next).await.expect("taken back");
        assert_eq!(scene.desk.get(old).await.renewed_on, Some(day("2027-01-01")));
        scene.terminate(next, "2027-06-01").await.expect("ended once it has begun");
        assert_eq!(scene.desk.get(old).await.renewed_on, Some(day("2027-01-01")), "it did take over");
        assert_eq!(scene.why_not(old).await, Some(NotRenewed::Followed));
    })
    .await;
}

#[tokio::test]
async fn a_renewal_that_is_given_up_leaves_the_agreement_to_be_renewed_again() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let old = scene.signed("2021-09-01", "2026-12-31").await;
        let next = scene.renewed(old).await;
        let hash = scene.desk.hash(next).await;
        scene.desk.approve(&scene.leads[0], next, scene.offices[0], &hash).await.expect("approved");
        let kept = scene.desk.delete(&scene.leads[0], next).await;
        assert!(matches!(kept, Err(StoreError::Conflict(_))), "somebody approved it");
        assert_eq!(scene.why_not(old).await, Some(NotRenewed::Followed));
        scene.terminate(next, "2026-10-06").await.expect("given up");
        assert_eq!(scene.why_not(old).await, None);
        let again = scene.renewed(old).await;
        assert_ne!(again, next);
        assert_eq!(scene.why_not(old).await, Some(NotRenewed::Followed));
    })
    .await;
}
