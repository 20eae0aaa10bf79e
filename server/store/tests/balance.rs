//! Balances on both databases, of two institutions and of those who share a pool: what moved, what is left for the next year, and
//! what was before.

mod sample;
mod support;

use domain::{
    access::{Role, SetOpeningBalance, decide},
    balance::{Left, Movement, Weighed, balance},
    decimal::Decimal,
    flow::{CapPeriod, Flow, YearCap},
    id::{FlowId, InstitutionId, PoolId},
    institution::InstitutionForm,
    nomination::ActKind,
    term::Term,
};
use sample::{
    Scene, framework, member,
    places::{candidate, flow, pool, reason, year},
    signed, university,
};
use std::collections::BTreeSet;
use store::{
    balance::{self as stored, Among, With},
    institution,
    partner::Family,
};
use support::on_each_database;

fn family(id: InstitutionId) -> Family {
    Family { id, members: vec![id] }
}

/// First year, running and expected balance in hundredths, of each year.
fn told(opening: Weighed, members: &[InstitutionId], moved: &[Movement]) -> Vec<[i64; 3]> {
    let years = balance(opening, members, moved);
    years
        .iter()
        .map(|year| {
            [year.first_year.into(), year.running.weighed.to_hundredths(), year.expected.to_hundredths()]
        })
        .collect()
}

impl Scene {
    /// Puts a student forward, who confirms or only holds the place.
    async fn go(&self, of: FlowId, n: usize, first: i32, confirms: bool) {
        let id = self.nominate(of, &candidate(n, first, Term::S1)).await.expect("taken").id;
        if confirms {
            self.act(id, ActKind::Accept).await.expect("accepted");
            self.act(id, ActKind::Confirm).await.expect("confirmed");
        }
    }
}

#[tokio::test]
async fn who_confirmed_counts_and_who_holds_a_place_is_expected() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let [ales, kagawa] = scene.offices;
        let ratio = Decimal::parse("0.5").expect("a ratio");
        let out = flow(1 << 90, ales, kagawa, Some(5));
        let back = Flow { ratio, ..flow(1 << 91, kagawa, ales, Some(5)) };
        let (out_id, back_id) = (out.id, back.id);
        scene.exchange("Échange", vec![out, back], vec![]).await;
        let put = async |of, n, first, confirms: bool| {
            let id = scene.nominate(of, &candidate(n, first, Term::S1)).await.expect("taken").id;
            if confirms {
                scene.act(id, ActKind::Accept).await.expect("accepted");
                scene.act(id, ActKind::Confirm).await.expect("confirmed");
            }
            id
        };
        for n in 1..=3 {
            put(out_id, n, 2026, true).await;
        }
        put(out_id, 4, 2027, false).await;
        put(back_id, 5, 2026, true).await;
        let gone = put(back_id, 6, 2026, true).await;
        scene.act(gone, ActKind::Withdraw).await.expect("withdrawn");

        let mut tx = scene.desk.read().await;
        let of = async |tx: &mut store::Tx, pair: [InstitutionId; 2], opening| {
            let pair = pair.map(family);
            let moved = stored::moved(tx, Among::Pair([&pair[0], &pair[1]])).await.expect("read");
            told(opening, &pair[0].members, &moved)
        };
        // Three went, one came who weighs half; a fourth is expected the year after.
        assert_eq!(
            of(&mut tx, [ales, kagawa], Weighed::default()).await,
            [[2026, 250, 250], [2027, 250, 350]]
        );
        assert_eq!(of(&mut tx, [kagawa, ales], Weighed::units(1)).await[0], [2026, -100, -100]);
    })
    .await;
}

#[tokio::test]
async fn what_is_left_for_a_year_is_what_was_agreed_for_it_less_what_is_taken() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let [ales, kagawa] = scene.offices;
        let own = YearCap { year: year(2027), cap: Some(2) };
        let flows = vec![
            flow(1 << 90, ales, kagawa, Some(5)),
            Flow { year_caps: vec![own], ..flow(1 << 91, ales, kagawa, Some(9)) },
            Flow { cap_period: CapPeriod::Agreement, ..flow(1 << 92, kagawa, ales, Some(4)) },
            flow(1 << 93, kagawa, ales, None),
            Flow { last_year: Some(year(2026)), ..flow(1 << 94, kagawa, ales, Some(7)) },
        ];
        let ids: Vec<_> = flows.iter().map(|flow| flow.id).collect();
        scene.exchange("Échange", flows, vec![]).await;
        scene.nominate(ids[0], &candidate(1, 2027, Term::S1)).await.expect("taken");
        scene.nominate(ids[2], &candidate(2, 2026, Term::S1)).await.expect("taken");
        scene.nominate(ids[3], &candidate(3, 2027, Term::S1)).await.expect("in line");
        let pair = [ales, kagawa].map(family);
        let mut tx = scene.desk.read().await;
        let left = stored::left(&mut tx, Among::Pair([&pair[0], &pair[1]]), 2027).await.expect("read");
        let told: Vec<_> = left.iter().map(|left| (left.flow.id, left.remaining)).collect();
        assert_eq!(told, [(ids[0], Some(4)), (ids[1], Some(2)), (ids[2], Some(3)), (ids[3], None)]);
        let [out, inward] = Left::each_way(&left, &pair[0].members);
        assert_eq!((out.remaining, inward.remaining, inward.not_agreed), (6, 3, 1));
    })
    .await;
}

#[tokio::test]
async fn what_is_left_is_no_more_than_months_are_left_for() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let [ales, kagawa] = scene.offices;
        let months = |text| Some(Decimal::parse(text).expect("months"));
        let flows = vec![
            Flow { budget: months("12"), ..flow(1 << 90, ales, kagawa, Some(5)) },
            Flow { budget: months("12"), ..flow(1 << 91, kagawa, ales, Some(5)) },
        ];
        let ids: Vec<_> = flows.iter().map(|flow| flow.id).collect();
        scene.exchange("Échange", flows, vec![]).await;
        // Ten months of twelve: two are left, and the shortest stay is five.
        scene.nominate(ids[0], &candidate(1, 2027, Term::Year)).await.expect("taken");
        let pair = [ales, kagawa].map(family);
        let mut tx = scene.desk.read().await;
        let left = stored::left(&mut tx, Among::Pair([&pair[0], &pair[1]]), 2027).await.expect("read");
        let told: Vec<_> = left.iter().map(|left| (left.remaining, left.budget)).collect();
        assert_eq!(told, [(Some(4), Some(200)), (Some(5), Some(1_200))]);
        let [out, inward] = Left::each_way(&left, &pair[0].members);
        assert_eq!((out.remaining, inward.remaining), (0, 2));
    })
    .await;
}

#[tokio::test]
async fn what_was_before_is_said_by_who_leads_and_may_be_said_again() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let [ales, kagawa] = scene.offices;
        for (balance, why) in [(-150, "Tableur de 2025"), (200, "Relu")] {
            let permit = decide(&scene.leads[0], SetOpeningBalance(ales)).expect("may");
            let mut tx = scene.desk.write().await;
            let stamp = scene.desk.stamp();
            let with = With::Partner(kagawa);
            stored::set_opening(&mut tx, &permit, &stamp, with, balance, &reason(why)).await.expect("set");
            tx.commit().await.expect("committed");
        }
        let mut tx = scene.desk.read().await;
        let opening =
            stored::opening(&mut tx, ales, With::Partner(kagawa)).await.expect("read").expect("there is one");
        assert_eq!((opening.balance, opening.reason.as_str()), (200, "Relu"));
        let other = stored::opening(&mut tx, kagawa, With::Partner(ales)).await.expect("read");
        assert_eq!(other, None, "each sees its own");
        assert_eq!(
            scene.desk.audit(ales.0).await.iter().filter(|line| line.action == "set_opening_balance").count(),
            2
        );
        assert!(decide(&scene.leads[1], SetOpeningBalance(ales)).is_err());
    })
    .await;
}

/// Three institutions that share a pool of four places a year, and a flow of two of them beside it. A unit of the first sends for it.
struct Shared {
    scene: Scene,
    third: InstitutionId,
    unit: InstitutionId,
    agreement: domain::id::AgreementId,
    pool: PoolId,
    /// From the unit to the second, from there to the third, from there to the first; outside the pool.
    flows: [FlowId; 4],
}

impl Shared {
    async fn new(db: store::Db) -> Self {
        let scene = Scene::new(db).await;
        let [ales, kagawa] = scene.offices;
        let third = scene.desk.university("Osaka", "JP").await;
        let below = InstitutionForm {
            kind: "unit".into(),
            parent: ales.to_string(),
            ..university("Département", "FR")
        };
        let unit = scene.desk.insert(&below).await.expect("inserted");
        let common = pool(1 << 95, Some(4));
        let half = Decimal::parse("0.5").expect("a ratio");
        let shared = |flow: Flow| Flow { pool: Some(common.id), ..flow };
        let flows = vec![
            shared(flow(1 << 90, unit, kagawa, Some(5))),
            shared(flow(1 << 91, kagawa, third, Some(5))),
            shared(Flow { ratio: half, ..flow(1 << 92, third, ales, Some(5)) }),
            flow(1 << 93, ales, kagawa, Some(5)),
        ];
        let ids = [0, 1, 2, 3].map(|i: usize| flows[i].id);
        let parties = [ales, kagawa, third, unit];
        let mut draft = framework("Réseau", &parties).parse().expect("a valid form");
        (draft.content.flows, draft.content.pools) = (flows, vec![common.clone()]);
        let agreement = scene.desk.create_as_drafted(&scene.leads[0], &draft).await;
        let mut tx = scene.desk.read().await;
        let nobody = stored::sharers(&mut tx, agreement, common.id).await.expect("read");
        assert_eq!(nobody, [], "nobody agreed on it yet");
        drop(tx);
        scene.desk.share(&scene.leads[0], agreement).await.expect("shared");
        for party in parties {
            let lead = member(Role::Lead, party, &[]);
            scene.desk.sign(&lead, agreement, party, &signed("2026-09-01")).await.expect("signed");
        }
        Self { scene, third, unit, agreement, pool: common.id, flows: ids }
    }
}

#[tokio::test]
async fn those_who_share_a_pool_have_a_balance_each_units_included() {
    on_each_database(|db| async move {
        let Shared { scene, third, unit, agreement, pool, flows } = Shared::new(db).await;
        let [ales, kagawa] = scene.offices;
        for n in 1..=3 {
            scene.go(flows[0], n, 2026, true).await;
        }
        scene.go(flows[1], 4, 2026, true).await;
        for n in [5, 6] {
            scene.go(flows[2], n, 2027, true).await;
        }
        scene.go(flows[0], 7, 2027, false).await;
        scene.go(flows[3], 8, 2026, true).await;

        let mut tx = scene.desk.read().await;
        let sharers = stored::sharers(&mut tx, agreement, pool).await.expect("read");
        let ids: Vec<_> = sharers.iter().map(|family| family.id).collect();
        assert_eq!(ids, [ales, kagawa, third]);
        let members: BTreeSet<_> = sharers[0].members.iter().copied().collect();
        assert_eq!(members, BTreeSet::from([ales, unit]), "the unit is the institution's");
        let moved = stored::moved(&mut tx, Among::Pool(pool)).await.expect("read");
        // The two who came at half weigh one; who went beside the pool does not count; a fourth is expected.
        let table = [
            [[2026, 300, 300], [2027, 200, 300]],
            [[2026, -200, -200], [2027, -200, -300]],
            [[2026, -100, -100], [2027, 100, 100]],
        ];
        for (family, should) in sharers.iter().zip(table) {
            assert_eq!(told(Weighed::default(), &family.members, &moved), should);
        }
        // Of four places three are taken in 2027: one is left, whichever flow it is on.
        let left = stored::left(&mut tx, Among::Pool(pool), 2027).await.expect("read");
        let remaining: Vec<_> = left.iter().map(|left| (left.remaining, left.pool)).collect();
        assert_eq!(remaining, [4, 5, 3].map(|own| (Some(own), Some((pool, Some(1))))));
        assert_eq!(Left::each_way(&left, &sharers[0].members).map(|left| left.remaining), [1, 1]);
        assert_eq!(Left::of(&left).remaining, 1);
        // Between two of them the pool binds as well, beside the flow that is outside it.
        let pair = [sharers[0].clone(), sharers[1].clone()];
        let left = stored::left(&mut tx, Among::Pair([&pair[0], &pair[1]]), 2027).await.expect("read");
        assert_eq!(Left::each_way(&left, &pair[0].members)[0].remaining, 1 + 5);
        let elsewhere = domain::id::AgreementId(pool.0);
        assert_eq!(stored::sharers(&mut tx, elsewhere, pool).await.expect("read"), []);
    })
    .await;
}

#[tokio::test]
async fn many_running_balances_are_those_of_each_pair_year_by_year() {
    on_each_database(|db| async move {
        let Shared { scene, third, unit, flows, .. } = Shared::new(db).await;
        let [ales, kagawa] = scene.offices;
        for (flow, n, first, confirms) in [
            (0, 1, 2026, true),
            (0, 2, 2027, true),
            (0, 3, 2027, false),
            (1, 4, 2026, true),
            (2, 5, 2026, true),
            (2, 6, 2027, true),
            (3, 7, 2027, true),
            (3, 8, 2026, true),
        ] {
            scene.go(flows[flow], n, first, confirms).await;
        }
        for (lead, of, with, opening) in [
            (&scene.leads[0], ales, kagawa, -150),
            (&scene.leads[1], kagawa, ales, 200),
            (&scene.leads[0], ales, third, 75),
        ] {
            let permit = decide(lead, SetOpeningBalance(of)).expect("may");
            let (mut tx, stamp) = (scene.desk.write().await, scene.desk.stamp());
            let with = With::Partner(with);
            stored::set_opening(&mut tx, &permit, &stamp, with, opening, &reason("Tableur"))
                .await
                .expect("set");
            tx.commit().await.expect("committed");
        }
        let mut tx = scene.desk.read().await;
        let pairs =
            [[ales, kagawa], [kagawa, ales], [ales, third], [third, kagawa], [unit, kagawa], [ales, unit]];
        for first in 2025..=2028 {
            let running = stored::running(&mut tx, &pairs, first).await.expect("read");
            for pair in pairs.iter().take(5) {
                let mut families = Vec::new();
                for id in pair {
                    let members = institution::family(&mut tx, *id).await.expect("read");
                    families.push(Family { id: *id, members });
                }
                let among = Among::Pair([&families[0], &families[1]]);
                let moved = stored::moved(&mut tx, among).await.expect("read");
                let with = With::Partner(pair[1]);
                let opening = stored::opening(&mut tx, pair[0], with).await.expect("read");
                let opening = opening.map_or(0, |opening| opening.balance);
                let years = told(Weighed::hundredths(opening), &families[0].members, &moved);
                let should =
                    years.iter().rfind(|year| year[0] <= first.into()).map_or(opening, |year| year[1]);
                assert_eq!(running.of(*pair).map(Weighed::to_hundredths), Some(should), "{pair:?} {first}");
            }
            assert_eq!(running.of([ales, unit]), None, "a unit has no balance with its own");
        }
        let running = stored::running(&mut tx, &pairs, 2026).await.expect("read");
        assert_eq!(
            running.of([ales, kagawa]).map(Weighed::to_hundredths),
            Some(50),
            "its unit sent one, itself another"
        );
        assert_eq!(running.of([ales, third]).map(Weighed::to_hundredths), Some(25), "who came weighs half");
    })
    .await;
}

#[tokio::test]
async fn what_was_before_in_a_pool_stays_with_it_and_with_who_said_so() {
    on_each_database(|db| async move {
        let Shared { scene, agreement, pool, .. } = Shared::new(db).await;
        let [ales, kagawa] = scene.offices;
        for (lead, office, balance) in
            [(&scene.leads[0], ales, -150), (&scene.leads[1], kagawa, 100), (&scene.leads[0], ales, 250)]
        {
            let permit = decide(lead, SetOpeningBalance(office)).expect("may");
            let (mut tx, stamp) = (scene.desk.write().await, scene.desk.stamp());
            let why = reason("Tableur de 2025");
            stored::set_opening(&mut tx, &permit, &stamp, With::Pool(pool), balance, &why)
                .await
                .expect("set");
            tx.commit().await.expect("committed");
        }
        let mut tx = scene.desk.read().await;
        let openings = stored::pool_openings(&mut tx, pool).await.expect("read");
        let of = |id| openings.get(&id).map(|opening| (opening.balance, opening.set_by_name.as_str()));
        assert_eq!((of(ales), of(kagawa)), (Some((250, "Camille Exemple")), Some((100, "Camille Exemple"))));
        let with = stored::opening(&mut tx, ales, With::Partner(kagawa)).await.expect("read");
        assert_eq!(with, None, "what two owe each other is another thing");
        drop(tx);
        let lines = scene.desk.audit(ales.0).await;
        assert_eq!(lines.iter().filter(|line| line.action == "set_opening_balance").count(), 2);

        // A revision without the pool: what was said of it is not lost.
        let record = scene.desk.get(agreement).await;
        let mut draft = record.draft().expect("a draft");
        (draft.content.flows, draft.content.pools) = (vec![], vec![]);
        let lead = &scene.leads[0];
        scene.desk.update_as_drafted(lead, agreement, record.version, &draft).await.expect("amended");
        for party in draft.content.parties.iter().map(|party| party.institution) {
            let lead = member(Role::Lead, party, &[]);
            scene.desk.sign(&lead, agreement, party, &signed("2026-09-02")).await.expect("signed");
        }
        let mut tx = scene.desk.read().await;
        assert_eq!(stored::pool_openings(&mut tx, pool).await.expect("read"), openings);
        assert_eq!(
            stored::sharers(&mut tx, agreement, pool).await.expect("read"),
            [],
            "nobody shares it now"
        );
    })
    .await;
}
