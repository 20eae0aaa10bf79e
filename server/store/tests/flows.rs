//! Flows and pools in the content of agreements, on both databases.

mod sample;
mod support;

use domain::{
    access::{CreateAgreement, MergeInstitutions, RenewAgreement, decide},
    agreement::{AgreementForm, Content},
    flow::{Flow, FlowForm, FlowLanguageForm, PoolForm, TermDeadlineForm},
    id::{AgreementId, FlowId, PoolId},
    term::Term,
};
use sample::{
    Scene, administrator, framework,
    places::{self, pool},
    signed,
};
use std::collections::BTreeSet;
use store::{StoreError, agreement, flow, institution, seat};
use support::on_each_database;
use uuid::Uuid;

const OUT: FlowId = FlowId(Uuid::from_u128(1 << 90));
const BACK: FlowId = FlowId(Uuid::from_u128(2 << 90));
const SHARED: PoolId = PoolId(Uuid::from_u128(3 << 90));

fn there_and_back(scene: &Scene) -> AgreementForm {
    let out = FlowForm {
        id: OUT.to_string(),
        kind: "student_studies".into(),
        sender: scene.offices[0].to_string(),
        receiver: scene.offices[1].to_string(),
        cap: "5?".into(),
        first_year: "2021/2022".into(),
        year_caps: "2023/2024: -".into(),
        pool: SHARED.to_string(),
        budget: "25,5".into(),
        terms: "S1, q1/4".into(),
        levels: "7".into(),
        fields: "0613".into(),
        languages: vec![FlowLanguageForm { language: "en".into(), level: "B2".into(), ..Default::default() }],
        conditions_fr: "Dossier complet".into(),
        deadlines: vec![TermDeadlineForm { nomination: "10 avril".into(), ..Default::default() }],
        ..FlowForm::default()
    };
    let pool = PoolForm {
        id: SHARED.to_string(),
        name_fr: "Places d’Alès".into(),
        cap: "8".into(),
        ..PoolForm::default()
    };
    AgreementForm {
        starts: "2021-09-01".into(),
        ends: "2026-08-31".into(),
        flows: vec![FlowForm { cap: String::new(), ..out.mirrored(BACK.to_string()) }, out],
        pools: vec![pool],
        ..framework("Échange", &scene.offices)
    }
}

impl Scene {
    async fn opened(&self) -> AgreementId {
        let id = self.desk.create(&self.leads[0], &there_and_back(self)).await;
        self.desk.share(&self.leads[0], id).await.expect("shared");
        for (lead, office) in self.leads.iter().zip(self.offices) {
            self.desk.sign(lead, id, office, &signed("2021-06-01")).await.expect("signed");
        }
        id
    }

    async fn latest(&self, id: AgreementId) -> Content {
        self.desk.get(id).await.latest().expect("a revision").content.clone()
    }
}

#[tokio::test]
async fn what_was_entered_is_read_back_and_changing_a_flow_is_a_revision() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.opened().await;
        let content = scene.latest(id).await;
        let entered = there_and_back(&scene).parse().expect("valid").content;
        assert_eq!((&content.flows, &content.pools), (&entered.flows, &entered.pools));
        assert_eq!(scene.desk.hash(id).await, entered.hash());
        assert_eq!(content.flow(OUT).and_then(|flow| flow.cap), Some(5));
        assert_eq!(content.flow(BACK).expect("a flow").cap, None, "not yet agreed");

        let record = scene.desk.get(id).await;
        let mut form = AgreementForm::from(&record.draft().expect("a revision"));
        form.flows[1].cap = "6".into();
        scene.desk.update(&scene.leads[0], id, record.version, &form).await.expect("proposed");
        let record = scene.desk.get(id).await;
        assert_eq!(record.revisions.len(), 2);
        let cap = |content: &Content| content.flow(OUT).expect("a flow").cap;
        assert_eq!(record.ruling().map(|ruling| cap(&ruling.content)), Some(Some(5)), "what is signed rules");
        assert_eq!(cap(&scene.latest(id).await), Some(6));
    })
    .await;
}

impl Scene {
    /// An agreement that both signed with two flows that share a pool of eight, and one beside it.
    async fn pooled(&self, n: u128) -> AgreementId {
        let [one, other] = self.offices;
        let common = pool(n << 88, Some(8));
        let shared = |flow: Flow| Flow { pool: Some(common.id), ..flow };
        let flows = vec![
            shared(places::flow((n << 88) + 1, one, other, Some(5))),
            shared(places::flow((n << 88) + 2, other, one, Some(5))),
            places::flow((n << 88) + 3, one, other, Some(2)),
        ];
        let form = AgreementForm {
            starts: "2021-09-01".into(),
            ends: "2026-08-31".into(),
            ..framework("Échange", &self.offices)
        };
        let mut draft = form.parse().expect("a valid form");
        (draft.content.flows, draft.content.pools) = (flows, vec![common.clone()]);
        let id = self.desk.create_as_drafted(&self.leads[0], &draft).await;
        self.agree(id).await;
        id
    }

    async fn agree(&self, id: AgreementId) {
        self.desk.share(&self.leads[0], id).await.expect("shared");
        for (lead, office) in self.leads.iter().zip(self.offices) {
            self.desk.sign(lead, id, office, &signed("2026-06-01")).await.expect("signed");
        }
    }

    /// Renews them as mass renewal does: in one transaction, with one stamp.
    async fn renew_all(&self, ids: &[AgreementId]) -> Vec<AgreementId> {
        let (mut tx, stamp) = (self.desk.write().await, self.desk.stamp());
        agreement::hold(&mut tx, ids).await.expect("held");
        let mut renewed = Vec::new();
        for id in ids {
            let scope = agreement::scope(&mut tx, *id).await.expect("asked").expect("there is one");
            let permit = decide(&self.leads[0], RenewAgreement(&scope)).expect("may");
            let outcome = agreement::renew_among(&mut tx, &permit, &stamp).await.expect("asked");
            renewed.push(outcome.expect("renewed"));
        }
        tx.commit().await.expect("committed");
        renewed
    }
}

#[tokio::test]
async fn a_mass_renewal_takes_flows_and_pools_along_under_ids_of_their_own() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let former = [scene.pooled(1).await, scene.pooled(2).await];
        let mut tx = scene.desk.read().await;
        let mut before = Vec::new();
        for id in former {
            before.push(flow::of_agreement(&mut tx, id).await.expect("read"));
        }
        drop(tx);
        let renewed = scene.renew_all(&former).await;

        let mut flows: BTreeSet<FlowId> = before.iter().flatten().map(|record| record.flow.id).collect();
        let mut pools: BTreeSet<PoolId> =
            before.iter().flatten().filter_map(|record| record.flow.pool).collect();
        assert_eq!((flows.len(), pools.len()), (6, 2));
        let mut opened = Vec::new();
        for (i, (id, former)) in renewed.iter().zip(former).enumerate() {
            let content = scene.latest(*id).await;
            let [pool] = &content.pools[..] else { panic!("one pool") };
            assert!(pools.insert(pool.id), "no other agreement has it");
            let mut tx = scene.desk.read().await;
            let after = flow::of_agreement(&mut tx, *id).await.expect("read");
            let shares: Vec<_> = after.iter().map(|record| record.flow.pool).collect();
            assert_eq!(shares, [Some(pool.id), Some(pool.id), None], "shared among the new flows");
            for (one, old) in after.iter().zip(&before[i]) {
                assert!(flows.insert(one.flow.id), "its places are others");
                let as_new = Flow { id: one.flow.id, pool: one.flow.pool, ..old.flow.clone() };
                assert_eq!(one.flow, as_new, "all else is the same");
            }
            let still = flow::of_agreement(&mut tx, former).await.expect("read");
            assert_eq!(still, before[i], "what ends keeps its own");
            opened.push((after[0].flow.id, pool.id, before[i][0].flow.pool.expect("a pool")));
        }

        // Places are taken of the new pool, not of the one before, nor of the other agreement's.
        for id in &renewed {
            scene.agree(*id).await;
        }
        scene.nominate(opened[0].0, &places::candidate(1, 2026, Term::S1)).await.expect("taken");
        let mut tx = scene.desk.read().await;
        let mut used = Vec::new();
        for pool in opened.iter().flat_map(|(_, new, old)| [*new, *old]) {
            let seat = seat::find_pool(&mut tx, pool, places::year(2026)).await.expect("read");
            used.push(seat.map_or(0, |seat| seat.tally.used()));
        }
        assert_eq!(used, [1, 0, 0, 0]);
    })
    .await;
}

#[tokio::test]
async fn a_renewal_opens_the_same_places_under_ids_of_their_own() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.opened().await;
        let before = scene.latest(id).await;
        let next = scene.desk.renew(&scene.leads[0], id).await.expect("asked").expect("renewed");
        let content = scene.latest(next).await;
        assert_eq!((content.flows.len(), content.pools.len()), (2, 1));
        let pool = &content.pools[0];
        assert_eq!((&pool.name, pool.cap), (&before.pools[0].name, Some(8)));
        assert_ne!(pool.id, SHARED);
        let mut ids = vec![OUT, BACK];
        for (renewed, former) in content.flows.iter().zip(&before.flows) {
            assert!(!ids.contains(&renewed.id), "its places are others");
            ids.push(renewed.id);
            let pool = former.pool.map(|_| pool.id);
            assert_eq!(*renewed, former.renewed(renewed.id, pool, None));
            assert!(renewed.first_year.is_none() && renewed.year_caps.is_empty());
        }
        assert_eq!(scene.latest(id).await, before, "what is signed stays as it is");
    })
    .await;
}

#[tokio::test]
async fn a_flow_of_an_institution_that_turned_out_to_be_another_is_read_as_that_ones() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.opened().await;
        let hash = scene.desk.hash(id).await;
        let kept = scene.desk.university("Kagawa University", "JP").await;
        let gone = scene.offices[1];
        let permit = decide(&administrator(), MergeInstitutions).expect("an administrator may");
        let versions =
            [scene.desk.institution(gone).await.version, scene.desk.institution(kept).await.version];
        let mut tx = scene.desk.write().await;
        let stamp = scene.desk.stamp();
        let merged = institution::merge(&mut tx, &permit, &stamp, (gone, versions[0]), (kept, versions[1]));
        merged.await.expect("asked").expect("merged");
        tx.commit().await.expect("committed");

        let content = scene.latest(id).await;
        let ends = |flow| content.flow(flow).map(|flow| (flow.sender, flow.receiver));
        assert_eq!(ends(OUT), Some((scene.offices[0], kept)));
        assert_eq!(ends(BACK), Some((kept, scene.offices[0])));
        assert_eq!(scene.desk.hash(id).await, hash, "what was signed is never written anew");
        let record = scene.desk.get(id).await;
        let form = AgreementForm::from(&record.draft().expect("a revision"));
        assert!(form.parse().is_ok(), "its parties still send and receive");
    })
    .await;
}

#[tokio::test]
async fn nobody_writes_the_flows_of_another_agreement() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.opened().await;
        let draft = there_and_back(&scene).parse().expect("valid");
        let parties = scene.offices.to_vec();
        let permit = decide(&scene.leads[1], CreateAgreement { parties }).expect("may create");
        let mut tx = scene.desk.write().await;
        let again = agreement::create(&mut tx, &permit, &scene.desk.stamp(), &draft, false).await;
        assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
        drop(tx);
        let ids = [OUT.0, SHARED.0, Uuid::from_u128(77)];
        let mut tx = scene.desk.read().await;
        let elsewhere = flow::elsewhere(&mut tx, None, &ids).await.expect("asked");
        assert_eq!(elsewhere, [OUT.0, SHARED.0]);
        assert_eq!(flow::elsewhere(&mut tx, Some(id), &ids).await.expect("asked"), [] as [Uuid; 0]);
    })
    .await;
}
