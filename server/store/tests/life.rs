//! The end of agreements and what follows them, on both databases.

mod sample;
mod support;

use domain::{
    access::{Actor, RenewAgreements, Role, decide},
    agreement::{NotRenewed, Standing, SuccessionKind},
    id::AgreementId,
};
use sample::{Scene, day, framework, member, notice, signed};
use store::{StoreError, agreement};
use support::on_each_database;

const TODAY: &str = "2026-10-05";

impl Scene {
    /// A shared agreement of this period, not signed.
    async fn shared(&self, starts: &str, ends: &str) -> AgreementId {
        let mut form = framework("Convention", &self.offices);
        (form.starts, form.ends) = (starts.into(), ends.into());
        form.parties[0].reference = "ALES-1".into();
        let id = self.desk.create(&self.leads[0], &form).await;
        self.desk.share(&self.leads[0], id).await.expect("shared");
        id
    }

    async fn sign(&self, id: AgreementId) {
        for (lead, office) in self.leads.iter().zip(self.offices) {
            self.desk.sign(lead, id, office, &signed("2021-06-01")).await.expect("signed");
        }
    }

    async fn signed(&self, starts: &str, ends: &str) -> AgreementId {
        let id = self.shared(starts, ends).await;
        self.sign(id).await;
        id
    }

    async fn standing(&self, id: AgreementId, on: &str) -> Standing {
        self.desk.get(id).await.course().standing(day(on))
    }

    async fn actions(&self, id: AgreementId) -> Vec<String> {
        let mut lines: Vec<String> =
            self.desk.audit(id.0).await.into_iter().map(|line| line.action).collect();
        lines.reverse();
        lines
    }
}

#[tokio::test]
async fn a_termination_ends_an_agreement_on_its_day_and_not_before() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.signed("2021-09-01", "2031-08-31").await;
        let draft = notice(Some(scene.offices[0]), "2026-09-01", "2027-09-01");
        scene.desk.terminate(&scene.leads[0], id, &draft).await.expect("terminated");
        for (on, standing) in [
            (TODAY, Standing::InForce),
            ("2027-08-31", Standing::InForce),
            ("2027-09-01", Standing::Terminated),
        ] {
            assert_eq!(scene.standing(id, on).await, standing, "{on}");
        }
        let record = scene.desk.get(id).await;
        let termination = record.termination.as_ref().expect("a termination");
        assert_eq!(termination.party, Some(scene.offices[0]));
        assert_eq!(termination.evidence.as_deref(), Some("Letter"));
        let again = scene.desk.terminate(&scene.leads[1], id, &draft).await;
        assert!(matches!(again, Err(StoreError::Conflict(_) | StoreError::NotFound)), "{again:?}");

        scene.desk.withdraw_termination(&scene.leads[0], id).await.expect("withdrawn");
        assert_eq!(scene.standing(id, "2027-09-01").await, Standing::InForce);
        let past = notice(None, "2026-09-01", "2026-10-01");
        scene.desk.terminate(&scene.leads[1], id, &past).await.expect("ended together");
        assert_eq!(scene.standing(id, TODAY).await, Standing::Terminated);
        let late = scene.desk.withdraw_termination(&scene.leads[0], id).await;
        assert!(matches!(late, Err(StoreError::Conflict(_))), "{late:?}");
        let lines = scene.actions(id).await;
        assert_eq!(lines[4..], ["terminate_agreement", "withdraw_termination", "terminate_agreement"]);
    })
    .await;
}

#[tokio::test]
async fn what_is_a_draft_or_over_is_not_terminated_and_a_stranger_gives_no_notice() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let draft = scene.desk.create(&scene.leads[0], &framework("Brouillon", &scene.offices)).await;
        let own = notice(Some(scene.offices[0]), "2026-09-01", "2027-09-01");
        let outcome = scene.desk.terminate(&scene.leads[0], draft, &own).await;
        assert!(matches!(outcome, Err(StoreError::Conflict(_))), "{outcome:?}");
        let over = scene.signed("2015", "2020").await;
        let outcome = scene.desk.terminate(&scene.leads[0], over, &own).await;
        assert!(matches!(outcome, Err(StoreError::Conflict(_))), "{outcome:?}");
        let stranger = scene.desk.university("Fremde Hochschule", "DE").await;
        let foreign = notice(Some(stranger), "2026-09-01", "2027-09-01");
        let id = scene.signed("2021", "2031").await;
        let outcome = scene.desk.terminate(&Actor::Operator, id, &foreign).await;
        assert!(matches!(outcome, Err(StoreError::NotFound)), "{outcome:?}");
        let talks = scene.shared("2027", "2031").await;
        scene.desk.terminate(&scene.leads[0], talks, &own).await.expect("talks are broken off");
        assert!(scene.desk.get(talks).await.facts().awaiting().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_renewal_is_a_linked_draft_and_takes_over_once_it_is_signed() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.signed("2021-09-01", "2026-08-31").await;
        let next = scene.desk.renew(&scene.leads[1], id).await.expect("asked").expect("renewed");
        let (before, after) = (scene.desk.get(id).await, scene.desk.get(next).await);
        assert_eq!(before.related.len(), 1);
        assert_eq!((before.related[0].agreement, before.related[0].is_successor), (next, true));
        assert_eq!(before.related[0].kind, SuccessionKind::RenewedBy);
        assert_eq!((after.related[0].agreement, after.related[0].is_successor), (id, false));
        let content = &after.latest().expect("a revision").content;
        assert_eq!(content.period.starts.map(|on| on.to_string()).as_deref(), Some("2026-09-01"));
        assert_eq!(content.period.ends.map(|on| on.to_string()).as_deref(), Some("2031-08-31"));
        assert!(content.parties.iter().all(|party| party.reference.is_none()));
        assert_eq!(after.scope.owner, Some(scene.offices[1]), "whoever renews manages the draft");
        assert_eq!(scene.standing(next, TODAY).await, Standing::Draft);
        assert_eq!(scene.standing(id, TODAY).await, Standing::Expired, "a draft does not renew");
        let again = scene.desk.renew(&scene.leads[0], id).await.expect("asked");
        assert_eq!(again, Err(NotRenewed::Followed));

        scene.desk.share(&scene.leads[1], next).await.expect("shared");
        scene.sign(next).await;
        assert_eq!(scene.standing(id, "2026-08-31").await, Standing::EndingSoon);
        assert_eq!(scene.standing(id, "2026-09-01").await, Standing::Renewed);
        assert_eq!(scene.standing(next, TODAY).await, Standing::InForce);
        let listed = listed(&scene, Standing::Renewed).await;
        assert_eq!(listed, [id], "the list says the same");
    })
    .await;
}

async fn listed(scene: &Scene, standing: Standing) -> Vec<AgreementId> {
    use store::agreement::{AgreementFilter, AgreementSort, Visible};
    let filter = AgreementFilter {
        visible: Visible::All,
        standing: Some(standing.into()),
        ..AgreementFilter::default()
    };
    let mut tx = scene.desk.read().await;
    let page = agreement::list(&mut tx, &filter, AgreementSort::Recent, None, 100, day(TODAY)).await;
    page.expect("listed").items.into_iter().map(|item| item.id).collect()
}

#[tokio::test]
async fn a_renewal_that_is_deleted_leaves_the_agreement_to_be_renewed_again() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.signed("2021", "2026").await;
        let next = scene.desk.renew(&scene.leads[0], id).await.expect("asked").expect("renewed");
        scene.desk.delete(&scene.leads[0], next).await.expect("deleted");
        assert!(scene.desk.get(id).await.related.is_empty());
        assert!(scene.desk.renew(&scene.leads[0], id).await.expect("asked").is_ok());
    })
    .await;
}

#[tokio::test]
async fn another_agreement_takes_its_place_and_never_in_a_circle() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let old = scene.signed("2015-09-01", "2030-08-31").await;
        let new = scene.signed("2025-09-01", "2035-08-31").await;
        scene.desk.replace(&scene.leads[0], old, new).await.expect("replaced");
        assert_eq!(scene.standing(old, "2025-08-31").await, Standing::InForce);
        assert_eq!(scene.standing(old, "2025-09-01").await, Standing::Renewed);
        for (from, to) in [(new, old), (old, old), (old, new)] {
            let outcome = scene.desk.replace(&scene.leads[0], from, to).await;
            assert!(matches!(outcome, Err(StoreError::Conflict(_))), "{outcome:?}");
        }
        scene.desk.keep(&scene.leads[0], old, new).await.expect("kept");
        assert_eq!(scene.standing(old, "2025-09-01").await, Standing::InForce);
        let apart = [
            scene.desk.university("Fremde Hochschule", "DE").await,
            scene.desk.university("Andere Hochschule", "DE").await,
        ];
        let stranger = member(Role::Lead, apart[0], &[]);
        let foreign = scene.desk.create(&stranger, &framework("Vertrag", &apart)).await;
        let outcome = scene.desk.replace(&scene.leads[0], old, foreign).await;
        assert!(matches!(outcome, Err(StoreError::Conflict(_))), "no party in common: {outcome:?}");
    })
    .await;
}

#[tokio::test]
async fn a_preview_says_of_each_agreement_what_renewing_it_then_does() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let mut tacit = framework("Tacite", &scene.offices);
        (tacit.ends, tacit.renewal, tacit.renewal_months) = ("2027".into(), "tacit".into(), "12".into());
        let mut open = framework("Sans terme", &scene.offices);
        open.is_open_ended = "on".into();
        let mut cases = vec![
            (scene.signed("2021", "2026").await, None),
            (scene.shared("2021", "2026").await, Some(NotRenewed::NotSigned)),
        ];
        for (form, why) in [(tacit, NotRenewed::Tacit), (open, NotRenewed::OpenEnded)] {
            let id = scene.desk.create(&scene.leads[0], &form).await;
            scene.desk.share(&scene.leads[0], id).await.expect("shared");
            scene.sign(id).await;
            cases.push((id, Some(why)));
        }
        let terminated = scene.signed("2021", "2031").await;
        let end = notice(None, "2026-09-01", "2026-10-01");
        scene.desk.terminate(&scene.leads[0], terminated, &end).await.expect("terminated");
        cases.push((terminated, Some(NotRenewed::Terminated)));
        let followed = scene.signed("2021", "2026").await;
        scene.desk.renew(&scene.leads[0], followed).await.expect("asked").expect("renewed");
        cases.push((followed, Some(NotRenewed::Followed)));

        let ids: Vec<AgreementId> = cases.iter().map(|(id, _)| *id).collect();
        let preview = agreement::renewables(&mut scene.desk.read().await, &ids).await.expect("read");
        assert_eq!(preview.len(), cases.len());
        for ((id, why), line) in cases.iter().zip(&preview) {
            assert_eq!((&line.scope.id, &line.why_not), (id, why));
            let scope = scene.desk.get(*id).await.scope;
            let mut parties = line.scope.parties.clone();
            parties.sort_unstable();
            assert_eq!((line.scope.owner, parties), (scope.owner, scope.parties));
            let outcome = scene.desk.renew(&scene.leads[0], *id).await.expect("asked");
            assert_eq!(outcome.err(), *why, "{id}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_report_of_a_mass_renewal_is_kept() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.signed("2021", "2026").await;
        let draft = scene.desk.renew(&scene.leads[0], id).await.expect("asked").expect("renewed");
        let line = |outcome| agreement::RenewalLine {
            agreement: id,
            title_fr: "Convention".into(),
            title_en: String::new(),
            outcome,
        };
        let lines = [line(Ok(draft)), line(Err(NotRenewed::Followed))];
        let permit = decide(&scene.leads[0], RenewAgreements).expect("a lead may");
        let mut tx = scene.desk.write().await;
        let report = agreement::report(&mut tx, &permit, &scene.desk.stamp(), &lines).await.expect("written");
        tx.commit().await.expect("committed");
        let found = agreement::find_report(&mut scene.desk.read().await, report).await.expect("read");
        let found = found.expect("a report");
        assert_eq!(found.lines, lines);
        assert_eq!(found.office, Some(scene.offices[0]));
    })
    .await;
}

#[tokio::test]
async fn only_a_draft_that_nobody_approved_or_signed_is_deleted() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let shared = scene.shared("2027", "2031").await;
        scene.desk.delete(&scene.leads[0], shared).await.expect("nobody approved it");
        let approved = scene.shared("2027", "2031").await;
        let hash = scene.desk.hash(approved).await;
        scene.desk.approve(&scene.leads[1], approved, scene.offices[1], &hash).await.expect("approved");
        let outcome = scene.desk.delete(&scene.leads[0], approved).await;
        assert!(matches!(outcome, Err(StoreError::Conflict(_))), "{outcome:?}");
        let signed = scene.signed("2021", "2031").await;
        let outcome = scene.desk.delete(&scene.leads[0], signed).await;
        assert!(matches!(outcome, Err(StoreError::Conflict(_))), "{outcome:?}");
    })
    .await;
}
