//! The balance of two institutions on both databases: what moved, what is left for the next year, and what was before.

mod sample;
mod support;

use domain::{
    access::{SetOpeningBalance, decide},
    balance::{Movement, Weighed, balance},
    decimal::Decimal,
    flow::{CapPeriod, Flow, YearCap},
    id::InstitutionId,
    nomination::ActKind,
    term::Term,
};
use sample::{
    Scene,
    places::{candidate, flow, reason, year},
};
use store::{balance as stored, partner::Family};
use support::on_each_database;

fn family(id: InstitutionId) -> Family {
    Family { id, members: vec![id] }
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
            let moved = stored::moved(tx, [&pair[0], &pair[1]]).await.expect("read");
            let movements: Vec<_> = moved
                .iter()
                .map(|moved| Movement {
                    flow: &moved.flow,
                    is_out: moved.is_out,
                    first_year: moved.first_year,
                    is_expected: moved.is_expected,
                    persons: moved.persons,
                    units: moved.units,
                })
                .collect();
            let years = balance(opening, &movements);
            years
                .iter()
                .map(|year| {
                    [year.first_year.into(), year.running.to_hundredths(), year.expected.to_hundredths()]
                })
                .collect::<Vec<[i64; 3]>>()
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
        let left = stored::left(&mut tx, [&pair[0], &pair[1]], 2027).await.expect("read");
        let told: Vec<_> = left.iter().map(|left| (left.flow.id, left.is_out, left.remaining)).collect();
        let should = [
            (ids[0], true, Some(4)),
            (ids[1], true, Some(2)),
            (ids[2], false, Some(3)),
            (ids[3], false, None),
        ];
        assert_eq!(told, should);
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
            stored::set_opening(&mut tx, &permit, &stamp, kagawa, balance, &reason(why)).await.expect("set");
            tx.commit().await.expect("committed");
        }
        let mut tx = scene.desk.read().await;
        let opening = stored::opening(&mut tx, ales, kagawa).await.expect("read").expect("there is one");
        assert_eq!((opening.balance, opening.reason.as_str()), (200, "Relu"));
        assert_eq!(stored::opening(&mut tx, kagawa, ales).await.expect("read"), None, "each sees its own");
        assert_eq!(
            scene.desk.audit(ales.0).await.iter().filter(|line| line.action == "set_opening_balance").count(),
            2
        );
        assert!(decide(&scene.leads[1], SetOpeningBalance(ales)).is_err());
    })
    .await;
}
