//! Places on both databases: who gets one, who waits, whom one that comes free is offered to, and how the ledger explains it.

mod sample;
mod support;

use chrono::TimeDelta;
use domain::{
    access::{Nominate, decide},
    decimal::Decimal,
    flow::{CapPeriod, Conversion, Flow, MobilityKind, Pool, SeatUnit, YearCap},
    id::FlowId,
    nomination::{ActKind, NotPossible, State, StateKind},
    seats::{BelowUse, Fullness, LineKind, NotOpen, SeatRefusal},
    term::Term,
};
use sample::{
    Scene, on,
    places::{self, candidate, pool, year},
};
use store::{
    StoreError, flow,
    nomination::{self, Candidate},
};
use support::on_each_database;
use uuid::Uuid;

const TO_KAGAWA: FlowId = FlowId(Uuid::from_u128(1 << 100));
const OTHER: FlowId = FlowId(Uuid::from_u128(1 << 101));
const THIRD: FlowId = FlowId(Uuid::from_u128(1 << 102));

/// A flow from the first office to the second, with so many places.
fn out(scene: &Scene, cap: Option<u32>) -> Flow {
    places::flow(TO_KAGAWA.0.as_u128(), scene.offices[0], scene.offices[1], cap)
}

fn other(scene: &Scene, cap: Option<u32>) -> Flow {
    places::flow(OTHER.0.as_u128(), scene.offices[0], scene.offices[1], cap)
}

#[track_caller]
fn refusal<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> SeatRefusal {
    match outcome {
        Err(StoreError::Seats(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn six_are_put_forward_for_five_places_and_the_sixth_gets_the_one_that_comes_free() {
    use ActKind::{Accept, Confirm, Offer, Queue, Take};
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        scene.exchange("Échange", vec![out(&scene, Some(5))], vec![]).await;
        let mut ids = Vec::new();
        for n in 1..=6 {
            let nominated = scene.nominate(TO_KAGAWA, &candidate(n, 2026, Term::S1)).await.expect("taken");
            let should = if n < 6 { StateKind::Nominated } else { StateKind::Waitlisted };
            assert_eq!(nominated.state, should, "{n}");
            ids.push(nominated.id);
        }
        let (tally, _) = scene.seats(TO_KAGAWA, 2026).await;
        assert_eq!((tally.held, tally.waiting, tally.remaining()), (5, 1, 0));
        assert_eq!(tally.fullness(), Fullness::Full);
        let position = scene.position(ids[5]).await;
        assert_eq!(position, Some(1));

        scene.act(ids[0], ActKind::Accept).await.expect("accepted");
        let done = scene.act(ids[2], ActKind::Reject).await.expect("rejected");
        assert_eq!((done.state, done.offered), (StateKind::Rejected, vec![ids[5]]));
        let offered = scene.nomination(ids[5]).await;
        let rejected = scene.nomination(ids[2]).await;
        let State::Offered { answer_by } = offered.state else { panic!("not offered: {offered:?}") };
        assert_eq!(answer_by - rejected.since, TimeDelta::days(5));
        // Who was rejected and corrected waits behind: the place is another's now.
        assert_eq!(scene.act(ids[2], ActKind::Nominate).await.expect("again").state, StateKind::Waitlisted);

        for (act, state) in [
            (ActKind::Take, StateKind::Nominated),
            (ActKind::Accept, StateKind::Accepted),
            (ActKind::Confirm, StateKind::Confirmed),
        ] {
            assert_eq!(scene.act(ids[5], act).await.expect("done").state, state);
        }
        let (tally, lines) = scene.seats(TO_KAGAWA, 2026).await;
        assert_eq!((tally.held, tally.accepted, tally.confirmed, tally.waiting), (3, 1, 1, 1));
        let kinds: Vec<_> = lines.iter().map(|line| (line.kind, line.units)).collect();
        let taken = (LineKind::Taken, 1);
        let should = [(LineKind::Cap, 5), taken, taken, taken, taken, taken, (LineKind::Freed, -1), taken];
        assert_eq!(kinds, should);
        let events = nomination::events(&mut scene.desk.read().await, ids[5]).await.expect("read");
        let acts: Vec<_> = events.iter().map(|event| event.act).collect();
        assert_eq!(acts, [Queue, Offer, Take, Accept, Confirm]);
        assert_eq!(scene.desk.audit(ids[5].0).await.len(), 5);
    })
    .await;
}

#[tokio::test]
async fn an_offer_that_is_declined_or_lapses_goes_to_the_next_in_line() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        scene.exchange("Échange", vec![out(&scene, Some(1))], vec![]).await;
        let mut ids = Vec::new();
        for n in 1..=4 {
            ids.push(scene.nominate(TO_KAGAWA, &candidate(n, 2026, Term::S1)).await.expect("taken").id);
        }
        let done = scene.act(ids[0], ActKind::Withdraw).await.expect("withdrawn");
        assert_eq!(done.offered, [ids[1]]);
        assert_eq!(scene.act(ids[1], ActKind::Decline).await.expect("declined").offered, [ids[2]]);
        let open = refusal(scene.act(ids[2], ActKind::Lapse).await);
        assert_eq!(open, SeatRefusal::NotPossible { why: NotPossible::OfferOpen });
        scene.desk.wait(TimeDelta::days(5));
        let now = scene.desk.stamp().at;
        let due = nomination::due(&mut scene.desk.read().await, now, 10).await.expect("read");
        assert_eq!(due, [ids[2]]);
        let over = refusal(scene.act(ids[2], ActKind::Take).await);
        assert_eq!(over, SeatRefusal::NotPossible { why: NotPossible::OfferOver });
        assert_eq!(scene.act(ids[2], ActKind::Lapse).await.expect("lapsed").offered, [ids[3]]);
        assert_eq!(scene.state(ids[2]).await, StateKind::Lapsed);
        scene.seats(TO_KAGAWA, 2026).await;
    })
    .await;
}

#[tokio::test]
async fn a_place_goes_to_the_first_in_line_whom_it_suffices() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let semesters = Flow { unit: SeatUnit::Semester, ..out(&scene, Some(2)) };
        scene.exchange("Échange", vec![semesters], vec![]).await;
        let first = scene.nominate(TO_KAGAWA, &candidate(1, 2026, Term::S1)).await.expect("taken").id;
        let second = scene.nominate(TO_KAGAWA, &candidate(2, 2026, Term::S2)).await.expect("taken").id;
        let all_year = scene.nominate(TO_KAGAWA, &candidate(3, 2026, Term::Year)).await.expect("in line").id;
        let autumn = scene.nominate(TO_KAGAWA, &candidate(4, 2026, Term::S1)).await.expect("in line").id;
        assert_eq!(scene.act(first, ActKind::Withdraw).await.expect("withdrawn").offered, [autumn]);
        let position = scene.position(all_year).await;
        assert_eq!(position, Some(1), "who needs more keeps the position");
        assert_eq!(scene.act(autumn, ActKind::Decline).await.expect("declined").offered, []);
        assert_eq!(scene.act(second, ActKind::Withdraw).await.expect("withdrawn").offered, [all_year]);
        let (tally, _) = scene.seats(TO_KAGAWA, 2026).await;
        assert_eq!((tally.held, tally.waiting), (2, 0));
    })
    .await;
}

#[tokio::test]
async fn a_pool_and_a_budget_bind_beside_the_cap() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let shared = pool(7, Some(2));
        let flows = vec![
            Flow { pool: Some(shared.id), ..out(&scene, Some(5)) },
            Flow { pool: Some(shared.id), ..other(&scene, Some(5)) },
        ];
        scene.exchange("Échange", flows, vec![shared]).await;
        let a = scene.nominate(TO_KAGAWA, &candidate(1, 2026, Term::S1)).await.expect("taken");
        let b = scene.nominate(OTHER, &candidate(2, 2026, Term::S1)).await.expect("taken");
        let c = scene.nominate(TO_KAGAWA, &candidate(3, 2026, Term::S1)).await.expect("in line");
        assert_eq!(
            [a.state, b.state, c.state],
            [StateKind::Nominated, StateKind::Nominated, StateKind::Waitlisted]
        );
        // The other flow frees the pool's place: it goes to whoever waits for the pool.
        assert_eq!(scene.act(b.id, ActKind::Withdraw).await.expect("withdrawn").offered, [c.id]);
        let (of_flow, _) = scene.seats(TO_KAGAWA, 2026).await;
        let (of_other, _) = scene.seats(OTHER, 2026).await;
        assert_eq!((of_flow.used(), of_other.used()), (2, 0));

        let months = Decimal::parse("12").expect("months");
        let budget = places::flow(1 << 90, scene.offices[0], scene.offices[1], Some(9));
        let id = budget.id;
        let of = |budget: Decimal, flow: &Flow| vec![Flow { budget: Some(budget), ..flow.clone() }];
        let agreement = scene.exchange("Mois", of(months, &budget), vec![]).await;
        let year = scene.nominate(id, &candidate(4, 2026, Term::Year)).await.expect("taken");
        let semester = scene.nominate(id, &candidate(5, 2026, Term::S1)).await.expect("in line");
        assert_eq!([year.state, semester.state], [StateKind::Nominated, StateKind::Waitlisted]);
        let mut short = candidate(6, 2026, Term::S1);
        short.months = Some(Decimal::parse("2").expect("months"));
        assert_eq!(scene.nominate(id, &short).await.expect("taken").state, StateKind::Nominated);
        let (tally, _) = scene.seats(id, 2026).await;
        assert_eq!((tally.used(), tally.spent, tally.fullness()), (2, 1_200, Fullness::Full));
        let fewer = Decimal::parse("11,99").expect("months");
        let below = BelowUse {
            flow: Some(id),
            pool: None,
            year: Some(places::year(2026)),
            capacity: 1_199,
            used: 1_200,
        };
        let refused = scene.amend(agreement, of(fewer, &budget), vec![]).await;
        assert_eq!(refusal(refused), SeatRefusal::BelowSpent(below));
    })
    .await;
}

#[tokio::test]
async fn those_who_share_a_pool_have_the_positions_in_which_they_are_offered_its_places() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let shared = pool(7, Some(1));
        let flows = vec![
            Flow { pool: Some(shared.id), ..out(&scene, Some(5)) },
            Flow { pool: Some(shared.id), ..other(&scene, Some(5)) },
        ];
        scene.exchange("Échange", flows, vec![shared]).await;
        let alone = places::flow(1 << 90, scene.offices[0], scene.offices[1], Some(0));
        let apart = alone.id;
        scene.exchange("Sans contingent", vec![alone], vec![]).await;
        let put = async |of: FlowId, n: usize, first: i32| {
            scene.nominate(of, &candidate(n, first, Term::S1)).await.expect("put forward").id
        };
        let holder = put(TO_KAGAWA, 1, 2026).await;
        let mut line = Vec::new();
        for (of, n) in [(OTHER, 2), (TO_KAGAWA, 3), (OTHER, 4), (TO_KAGAWA, 5)] {
            line.push(put(of, n, 2026).await);
        }
        // Neither another year nor a flow that draws on no pool is in this line.
        put(OTHER, 6, 2027).await;
        let next_year = put(TO_KAGAWA, 7, 2027).await;
        assert_eq!(scene.position(next_year).await, Some(1));
        assert_eq!(scene.position(put(apart, 8, 2026).await).await, Some(1));
        assert_eq!(scene.position(holder).await, None);
        // Each is offered the place in turn, as the positions say.
        let mut frees = holder;
        while !line.is_empty() {
            for (at, waiting) in line.iter().enumerate() {
                assert_eq!(scene.position(*waiting).await, Some(i64::try_from(at).expect("few") + 1));
            }
            let act = if frees == holder { ActKind::Withdraw } else { ActKind::Decline };
            assert_eq!(scene.act(frees, act).await.expect("given back").offered, [line[0]]);
            frees = line.remove(0);
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_confirms_gives_up_what_else_is_held_for_the_same_term() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        scene.exchange("Échange", vec![out(&scene, Some(1)), other(&scene, Some(1))], vec![]).await;
        let here = scene.nominate(TO_KAGAWA, &candidate(1, 2026, Term::S1)).await.expect("taken").id;
        let there = scene.nominate(OTHER, &candidate(1, 2026, Term::Year)).await.expect("taken").id;
        let waits = scene.nominate(OTHER, &candidate(2, 2026, Term::S2)).await.expect("in line").id;
        let spring = scene.nominate(TO_KAGAWA, &candidate(1, 2026, Term::S2)).await.expect("in line").id;
        scene.act(here, ActKind::Accept).await.expect("accepted");
        let done = scene.act(here, ActKind::Confirm).await.expect("confirmed");
        assert_eq!((done.ended, done.offered), (vec![there], vec![waits]));
        assert_eq!(scene.state(there).await, StateKind::Withdrawn);
        assert_eq!(scene.state(spring).await, StateKind::Waitlisted, "another term");

        // A second confirmed place for the same part of the year is refused.
        scene.adjust(OTHER, 2026, 1, false).await.expect("adjusted");
        let again = scene.nominate(OTHER, &candidate(1, 2026, Term::Year)).await.expect("taken").id;
        scene.act(again, ActKind::Accept).await.expect("accepted");
        assert_eq!(refusal(scene.act(again, ActKind::Confirm).await), SeatRefusal::PlaceElsewhere);
        assert_eq!(scene.state(again).await, StateKind::Accepted);
        scene.act(here, ActKind::Withdraw).await.expect("withdrawn");
        assert_eq!(scene.act(again, ActKind::Confirm).await.expect("confirmed").state, StateKind::Confirmed);
        scene.seats(TO_KAGAWA, 2026).await;
        scene.seats(OTHER, 2026).await;
    })
    .await;
}

#[tokio::test]
async fn whoever_confirms_waits_for_who_is_just_putting_the_same_student_forward() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        scene.exchange("Échange", vec![out(&scene, Some(1)), other(&scene, Some(1))], vec![]).await;
        let here = scene.nominate(TO_KAGAWA, &candidate(1, 2026, Term::S1)).await.expect("taken").id;
        scene.act(here, ActKind::Accept).await.expect("accepted");
        let mut tx = scene.desk.db.write().await.expect("a transaction");
        let (stamp, draft) = (scene.desk.stamp(), candidate(1, 2026, Term::Year));
        let there = places::nominate(&mut tx, &stamp, &scene.leads, OTHER, &draft).await.expect("taken").id;
        let (done, ()) = tokio::join!(scene.act(here, ActKind::Confirm), async {
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            tx.commit().await.expect("committed");
        });
        assert_eq!(done.expect("confirmed").ended, [there]);
        assert_eq!(scene.state(there).await, StateKind::Withdrawn);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_put_forward_twice_or_for_what_is_not_open() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let bounded = Flow { last_year: Some(year(2027)), terms: vec![Term::S1], ..out(&scene, Some(1)) };
        let draft = scene.exchange_draft("Échange", vec![bounded], vec![]);
        let id = scene.desk.create_as_drafted(&scene.leads[0], &draft).await;
        let not_open = |outcome| match refusal(outcome) {
            SeatRefusal::NotOpen { why } => why,
            other => panic!("{other:?}"),
        };
        let one = candidate(1, 2026, Term::S1);
        assert_eq!(not_open(scene.nominate(TO_KAGAWA, &one).await), NotOpen::NotAgreed);
        scene.desk.share(&scene.leads[0], id).await.expect("shared");
        for (lead, office) in scene.leads.iter().zip(scene.offices) {
            scene.desk.sign(lead, id, office, &sample::signed("2026-09-01")).await.expect("signed");
        }
        for (first, term, why) in [
            (2028, Term::S1, NotOpen::OutOfYears),
            (2025, Term::S1, NotOpen::Over),
            (2026, Term::S2, NotOpen::Term),
        ] {
            assert_eq!(not_open(scene.nominate(TO_KAGAWA, &candidate(1, first, term)).await), why);
        }
        assert_eq!(scene.desk.rows("student").await, 0);
        scene.nominate(TO_KAGAWA, &one).await.expect("taken");
        assert_eq!(refusal(scene.nominate(TO_KAGAWA, &one).await), SeatRefusal::Twice);
        let mut impatient = candidate(2, 2026, Term::S1);
        impatient.waits = false;
        assert_eq!(refusal(scene.nominate(TO_KAGAWA, &impatient).await), SeatRefusal::Full);
        assert_eq!(scene.desk.rows("nomination").await, 1);
        let (tally, _) = scene.seats(TO_KAGAWA, 2026).await;
        assert_eq!((tally.used(), tally.waiting), (1, 0));
    })
    .await;
}

#[tokio::test]
async fn the_cap_of_the_revision_that_rules_counts_and_never_falls_below_what_is_taken() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.exchange("Échange", vec![out(&scene, None)], vec![]).await;
        // Not yet agreed: only the line is open.
        let first = scene.nominate(TO_KAGAWA, &candidate(1, 2026, Term::S1)).await.expect("in line");
        assert_eq!(first.state, StateKind::Waitlisted);
        let (tally, _) = scene.seats(TO_KAGAWA, 2026).await;
        assert_eq!(tally.fullness(), Fullness::NotAgreed);
        scene.amend(id, vec![out(&scene, Some(2))], vec![]).await.expect("two places");
        assert_eq!(scene.state(first.id).await, StateKind::Offered);
        scene.nominate(TO_KAGAWA, &candidate(2, 2026, Term::S1)).await.expect("taken");

        let fewer = scene.amend(id, vec![out(&scene, Some(1))], vec![]).await;
        let below =
            BelowUse { flow: Some(TO_KAGAWA), pool: None, year: Some(year(2026)), capacity: 1, used: 2 };
        assert_eq!(refusal(fewer), SeatRefusal::BelowUse(below));
        let (tally, _) = scene.seats(TO_KAGAWA, 2026).await;
        assert_eq!(tally.cap, Some(2), "the revision that nobody could sign does not rule");
        let gone = scene.amend(id, vec![], vec![]).await;
        assert!(matches!(refusal(gone), SeatRefusal::BelowUse(_)));
        let whole = Flow { cap_period: CapPeriod::Agreement, ..out(&scene, Some(9)) };
        assert_eq!(refusal(scene.amend(id, vec![whole], vec![]).await), SeatRefusal::CountedOtherwise);
        let own = YearCap { year: year(2026), cap: Some(3) };
        let per_year = Flow { year_caps: vec![own], ..out(&scene, Some(1)) };
        scene.amend(id, vec![per_year], vec![]).await.expect("three this year, one in others");
        let (tally, lines) = scene.seats(TO_KAGAWA, 2026).await;
        assert_eq!(tally.capacity(), 3);
        let caps: Vec<_> =
            lines.iter().filter(|line| line.kind == LineKind::Cap).map(|line| line.units).collect();
        assert_eq!(caps, [2, 1]);
        let next = scene.nominate(TO_KAGAWA, &candidate(3, 2027, Term::S1)).await.expect("taken");
        assert_eq!(next.state, StateKind::Nominated);
        let (tally, _) = scene.seats(TO_KAGAWA, 2027).await;
        assert_eq!((tally.capacity(), tally.fullness()), (1, Fullness::Full));
    })
    .await;
}

#[tokio::test]
async fn a_flow_that_opens_again_offers_its_free_places_to_those_in_line() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let shared = pool(7, Some(1));
        let pooled = |flow: Flow| Flow { pool: Some(shared.id), ..flow };
        let flows = || vec![out(&scene, Some(1)), pooled(other(&scene, Some(2)))];
        let id = scene.exchange("Échange", flows(), vec![shared.clone()]).await;
        let amend = async |flows: Vec<Flow>| {
            scene.amend(id, flows, vec![shared.clone()]).await.expect("it rules");
        };
        // One holds the only place of the flow, or of the pool; another waits for it.
        for (of, first, term) in
            [(TO_KAGAWA, 2026, Term::S2), (TO_KAGAWA, 2028, Term::S1), (OTHER, 2027, Term::S2)]
        {
            let n = usize::try_from(first).expect("a year");
            let holder = scene.nominate(of, &candidate(n, first, term)).await.expect("taken").id;
            let waiting = scene.nominate(of, &candidate(n + 100, first, term)).await.expect("in line").id;
            let narrowed = |flow: Flow| match first {
                2028 => Flow { last_year: Some(year(2027)), ..flow },
                _ => Flow { terms: vec![Term::S1], ..flow },
            };
            amend(flows().into_iter().map(narrowed).collect()).await;
            let done = scene.act(holder, ActKind::Withdraw).await.expect("withdrawn");
            assert_eq!((done.offered, scene.state(waiting).await), (vec![], StateKind::Waitlisted));
            amend(flows()).await;
            assert_eq!(scene.state(waiting).await, StateKind::Offered, "{of} {first} {term}");
            scene.act(waiting, ActKind::Decline).await.expect("declined");
        }
        // The same where it was gone: what a lead gave it opens once it is back.
        let none = || vec![out(&scene, None), pooled(other(&scene, Some(2)))];
        amend(none()).await;
        let waiting = scene.nominate(TO_KAGAWA, &candidate(1, 2029, Term::S1)).await.expect("in line").id;
        amend(none().split_off(1)).await;
        scene.adjust(TO_KAGAWA, 2029, 1, false).await.expect("adjusted");
        assert_eq!(scene.state(waiting).await, StateKind::Waitlisted);
        amend(none()).await;
        assert_eq!(scene.state(waiting).await, StateKind::Offered);
    })
    .await;
}

#[tokio::test]
async fn while_someone_is_put_forward_nobody_is_counted_otherwise() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.exchange("Échange", vec![out(&scene, None)], vec![]).await;
        // Those who only wait, in two years, would be offered the places of the whole agreement twice.
        for first in [2026, 2027] {
            let waiting = scene.nominate(TO_KAGAWA, &candidate(1, first, Term::Year)).await.expect("in line");
            assert_eq!(waiting.state, StateKind::Waitlisted);
        }
        let whole = Flow { cap_period: CapPeriod::Agreement, ..out(&scene, Some(1)) };
        assert_eq!(refusal(scene.amend(id, vec![whole], vec![]).await), SeatRefusal::CountedOtherwise);
        let shared = pool(7, Some(9));
        let pooled = Flow { pool: Some(shared.id), ..out(&scene, None) };
        let joined = scene.amend(id, vec![pooled], vec![shared]).await;
        assert_eq!(refusal(joined), SeatRefusal::CountedOtherwise);
        // A year is one person, and would be two semesters.
        let halves = Flow { unit: SeatUnit::Semester, ..out(&scene, Some(8)) };
        assert_eq!(refusal(scene.amend(id, vec![halves], vec![]).await), SeatRefusal::CountedOtherwise);
        let more = Flow { carries_over: true, ..out(&scene, Some(1)) };
        scene.amend(id, vec![more], vec![]).await.expect("one place each year");
        let (tally, _) = scene.seats(TO_KAGAWA, 2027).await;
        assert_eq!((tally.capacity(), tally.held, tally.waiting), (1, 1, 0));
    })
    .await;
}

#[tokio::test]
async fn a_revision_counts_who_came_while_it_waited_for_its_turn() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.exchange("Échange", vec![out(&scene, None)], vec![]).await;
        // The row of the year is there, and nobody uses it.
        let gone = scene.nominate(TO_KAGAWA, &candidate(1, 2026, Term::S1)).await.expect("in line").id;
        scene.act(gone, ActKind::Withdraw).await.expect("withdrawn");
        let whole = Flow { cap_period: CapPeriod::Agreement, ..out(&scene, Some(1)) };
        scene.amend_unsigned(id, vec![whole], vec![]).await.expect("proposed");
        scene
            .desk
            .sign(&scene.leads[0], id, scene.offices[0], &sample::signed("2026-09-01"))
            .await
            .expect("signed");
        let mut tx = scene.desk.db.write().await.expect("a transaction");
        let draft = candidate(2, 2026, Term::S1);
        let stamp = scene.desk.stamp();
        let put = places::nominate(&mut tx, &stamp, &scene.leads, TO_KAGAWA, &draft).await.expect("in line");
        assert_eq!(put.state, StateKind::Waitlisted);
        let signature = sample::signed("2026-09-01");
        let rules = scene.desk.sign(&scene.leads[1], id, scene.offices[1], &signature);
        let (rules, ()) = tokio::join!(rules, async {
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            tx.commit().await.expect("committed");
        });
        assert_eq!(refusal(rules), SeatRefusal::CountedOtherwise);
        assert_eq!(scene.seats(TO_KAGAWA, 2026).await.0.waiting, 1);
    })
    .await;
}

#[tokio::test]
async fn a_flow_that_someone_was_put_forward_for_keeps_its_way() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.exchange("Échange", vec![out(&scene, Some(1))], vec![]).await;
        let back = || Flow { sender: scene.offices[1], receiver: scene.offices[0], ..out(&scene, Some(1)) };
        scene.amend(id, vec![back()], vec![]).await.expect("nobody was put forward");
        scene.amend(id, vec![out(&scene, Some(1))], vec![]).await.expect("nor now");
        let gone = scene.nominate(TO_KAGAWA, &candidate(1, 2026, Term::S1)).await.expect("taken").id;
        scene.act(gone, ActKind::Withdraw).await.expect("withdrawn");
        assert_eq!(refusal(scene.amend(id, vec![back()], vec![]).await), SeatRefusal::CountedOtherwise);
        let staff = Flow { kind: MobilityKind::StaffTeaching, ..out(&scene, Some(1)) };
        assert_eq!(refusal(scene.amend(id, vec![staff], vec![]).await), SeatRefusal::CountedOtherwise);
        scene.amend(id, vec![out(&scene, Some(4))], vec![]).await.expect("more places, the same way");
    })
    .await;
}

#[tokio::test]
async fn who_is_put_forward_again_is_counted_as_the_revision_that_rules_says() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.exchange("Échange", vec![out(&scene, Some(3))], vec![]).await;
        let first = scene.nominate(TO_KAGAWA, &candidate(1, 2026, Term::S1)).await.expect("taken").id;
        scene.act(first, ActKind::Reject).await.expect("rejected");
        let shared = pool(7, Some(1));
        let pooled = |flow: Flow| Flow { pool: Some(shared.id), ..flow };
        let flows = vec![pooled(out(&scene, Some(3))), pooled(other(&scene, Some(3)))];
        scene.amend(id, flows, vec![shared.clone()]).await.expect("nobody holds a place");
        let second = scene.nominate(OTHER, &candidate(2, 2026, Term::S1)).await.expect("taken").id;
        scene.act(first, ActKind::Nominate).await.expect("in line");
        assert_eq!(scene.state(first).await, StateKind::Waitlisted, "the pool is full");
        scene.act(second, ActKind::Reject).await.expect("rejected");
        assert_eq!(scene.state(first).await, StateKind::Offered, "the pool’s place");
        scene.act(first, ActKind::Decline).await.expect("declined");

        // The other way: out of the pool, whose places are gone.
        let apart = vec![out(&scene, Some(3)), other(&scene, Some(3))];
        scene.amend(id, apart, vec![]).await.expect("nobody holds a place");
        scene.act(second, ActKind::Nominate).await.expect("taken");
        assert_eq!(scene.state(second).await, StateKind::Nominated);
        assert_eq!(scene.seats(OTHER, 2026).await.0.used(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_flow_read_before_it_was_counted_otherwise_takes_no_place() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let id = scene.exchange("Échange", vec![out(&scene, Some(1))], vec![]).await;
        let gone = scene.nominate(TO_KAGAWA, &candidate(1, 2026, Term::S1)).await.expect("taken").id;
        scene.act(gone, ActKind::Withdraw).await.expect("withdrawn");
        let before =
            flow::find(&mut scene.desk.read().await, TO_KAGAWA).await.expect("read").expect("a flow");
        let shared = pool(7, Some(1));
        let pooled = Flow { pool: Some(shared.id), ..out(&scene, Some(1)) };
        scene.amend(id, vec![pooled], vec![shared]).await.expect("nobody holds a place");
        let scope = flow::scope_among(&before.flow, &scene.offices);
        let permit = decide(&scene.leads[0], Nominate(&scope)).expect("the home office may");
        let draft = candidate(2, 2026, Term::S1);
        let candidate = Candidate { draft: &draft, is_on_behalf: false, unmet: None };
        let mut tx = scene.desk.db.write().await.expect("a transaction");
        let taken = nomination::nominate(&mut tx, &permit, &scene.desk.stamp(), &before, candidate).await;
        assert!(matches!(taken, Err(StoreError::Stale { .. })), "{taken:?}");
    })
    .await;
}

#[tokio::test]
async fn adjustments_and_overrides_are_lines_with_a_reason() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        scene.exchange("Échange", vec![out(&scene, Some(1))], vec![]).await;
        let first = scene.nominate(TO_KAGAWA, &candidate(1, 2026, Term::S1)).await.expect("taken").id;
        let second = scene.nominate(TO_KAGAWA, &candidate(2, 2026, Term::S1)).await.expect("in line").id;
        let below =
            BelowUse { flow: Some(TO_KAGAWA), pool: None, year: Some(year(2026)), capacity: 0, used: 1 };
        assert_eq!(refusal(scene.adjust(TO_KAGAWA, 2026, -1, false).await), SeatRefusal::BelowUse(below));
        let beyond = SeatRefusal::MoreThanBeyond { beyond: 0 };
        assert_eq!(refusal(scene.adjust(TO_KAGAWA, 2028, -1, true).await), beyond);
        let there = SeatRefusal::MoreThanThere { there: 1 };
        assert_eq!(refusal(scene.adjust(TO_KAGAWA, 2028, -2, false).await), there);
        scene.adjust(TO_KAGAWA, 2026, 1, true).await.expect("one beyond the cap");
        assert_eq!(scene.state(second).await, StateKind::Offered);
        let (tally, lines) = scene.seats(TO_KAGAWA, 2026).await;
        assert_eq!((tally.fullness(), tally.overridden), (Fullness::Over, 1));
        let line = lines.iter().find(|line| line.kind == LineKind::Override).expect("a line");
        assert_eq!(
            (line.units, line.reason.as_deref(), line.by_name.as_str()),
            (1, Some("Accord du doyen"), "entente")
        );
        scene.act(first, ActKind::Withdraw).await.expect("withdrawn");
        scene.adjust(TO_KAGAWA, 2026, -1, true).await.expect("taken back");
        let (tally, _) = scene.seats(TO_KAGAWA, 2026).await;
        assert_eq!((tally.fullness(), tally.overridden, tally.capacity()), (Fullness::Full, 0, 1));
    })
    .await;
}

#[tokio::test]
async fn more_places_of_a_pool_go_to_those_in_line_on_all_its_flows() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let shared = pool(7, Some(1));
        let pooled = |flow: Flow| Flow { pool: Some(shared.id), ..flow };
        let flows = || vec![pooled(out(&scene, Some(5))), pooled(other(&scene, Some(1)))];
        let id = scene.exchange("Échange", flows(), vec![shared.clone()]).await;
        let put = async |of: FlowId, n: usize| {
            scene.nominate(of, &candidate(n, 2026, Term::S1)).await.expect("put forward").id
        };
        let holder = put(TO_KAGAWA, 1).await;
        let mut line = Vec::new();
        for (of, n) in [(OTHER, 2), (TO_KAGAWA, 3), (OTHER, 4)] {
            line.push(put(of, n).await);
        }
        // More places of a flow open nothing where the pool has none left.
        scene.adjust(OTHER, 2026, 1, true).await.expect("adjusted");
        let states = async || {
            let mut states = Vec::new();
            for id in &line {
                states.push(scene.state(*id).await);
            }
            states
        };
        assert_eq!(states().await, [StateKind::Waitlisted; 3]);
        let (of_other, _) = scene.seats(OTHER, 2026).await;
        let (of_pool, _) = scene.pool_seats(shared.id, 2026).await;
        assert!(of_other.is_held_back_by(&of_pool));
        scene.adjust(shared.id, 2026, 1, true).await.expect("one beyond the cap");
        scene.adjust(shared.id, 2026, 1, false).await.expect("one more");
        let (waits, offered) = (StateKind::Waitlisted, StateKind::Offered);
        assert_eq!(states().await, [offered, offered, waits]);
        let (tally, lines) = scene.pool_seats(shared.id, 2026).await;
        assert_eq!(
            (tally.fullness(), tally.overridden, tally.adjusted, tally.waiting),
            (Fullness::Over, 1, 1, 1)
        );
        let beyond = lines.iter().find(|line| line.kind == LineKind::Override).expect("a line");
        assert_eq!((beyond.units, beyond.reason.as_deref()), (1, Some("Accord du doyen")));
        let trail = scene.desk.audit(shared.id.0).await;
        assert_eq!(trail.len(), 2);

        let below =
            BelowUse { flow: None, pool: Some(shared.id), year: Some(year(2026)), capacity: 2, used: 3 };
        assert_eq!(refusal(scene.adjust(shared.id, 2026, -1, true).await), SeatRefusal::BelowUse(below));
        scene.act(holder, ActKind::Withdraw).await.expect("withdrawn");
        assert_eq!(states().await, [offered; 3], "what came free went to the last");

        // A year that nobody asked for: the row is made of what the pool says.
        let next = scene.adjust(shared.id, 2027, 2, false).await.expect("two more");
        assert_eq!((next.tally.cap, next.tally.capacity(), next.flow), (Some(1), 3, None));
        let apart = |flow: Flow| Flow { pool: None, ..flow };
        for id in &line {
            scene.act(*id, ActKind::Decline).await.expect("declined");
        }
        scene
            .amend(id, flows().into_iter().map(apart).collect(), vec![])
            .await
            .expect("nobody holds a place");
        let gone = scene.adjust(shared.id, 2026, 1, false).await;
        assert!(matches!(gone, Err(StoreError::NotFound)), "{gone:?}");
    })
    .await;
}

#[tokio::test]
async fn a_year_is_closed_once_and_what_it_leaves_goes_to_the_next() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        scene.exchange("Échange", vec![Flow { carries_over: true, ..out(&scene, Some(4)) }], vec![]).await;
        let first = scene.nominate(TO_KAGAWA, &candidate(1, 2026, Term::S1)).await.expect("taken").id;
        assert_eq!(refusal(scene.close(TO_KAGAWA, 2026).await), SeatRefusal::Undecided { count: 1 });
        scene.act(first, ActKind::Accept).await.expect("accepted");
        scene.act(first, ActKind::Confirm).await.expect("confirmed");
        assert_eq!(scene.close(TO_KAGAWA, 2026).await.expect("closed"), 3);
        let closed = SeatRefusal::NotOpen { why: NotOpen::Closed };
        assert_eq!(refusal(scene.close(TO_KAGAWA, 2026).await), closed);
        assert_eq!(refusal(scene.nominate(TO_KAGAWA, &candidate(2, 2026, Term::S1)).await), closed);
        assert_eq!(refusal(scene.adjust(TO_KAGAWA, 2026, 1, false).await), closed);
        let (tally, _) = scene.seats(TO_KAGAWA, 2026).await;
        assert_eq!((tally.capacity(), tally.carried, tally.is_closed), (1, -3, true));
        let (tally, _) = scene.seats(TO_KAGAWA, 2027).await;
        assert_eq!((tally.capacity(), tally.carried), (7, 3));
        // What comes free in a closed year is offered to nobody.
        scene.act(first, ActKind::Withdraw).await.expect("withdrawn");
        let (tally, _) = scene.seats(TO_KAGAWA, 2026).await;
        assert_eq!((tally.used(), tally.capacity()), (0, 1));
    })
    .await;
}

#[tokio::test]
async fn places_of_the_whole_agreement_are_taken_by_every_year() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let whole = Flow { cap_period: CapPeriod::Agreement, ..out(&scene, Some(2)) };
        scene.exchange("Échange", vec![whole], vec![]).await;
        let mut states = Vec::new();
        for (n, first) in [(1, 2026), (2, 2027), (3, 2028)] {
            let nominated = scene.nominate(TO_KAGAWA, &candidate(n, first, Term::S1)).await.expect("taken");
            states.push(nominated.state);
        }
        assert_eq!(states, [StateKind::Nominated, StateKind::Nominated, StateKind::Waitlisted]);
        let why = SeatRefusal::NotOpen { why: NotOpen::WholeAgreement };
        assert_eq!(refusal(scene.close(TO_KAGAWA, 2026).await), why);
    })
    .await;
}

/// A pool of five places a year, and two flows of four that draw on it; all of them carry over.
fn sharing(scene: &Scene) -> (Pool, Vec<Flow>) {
    let shared = pool(0xC1, Some(5));
    let of = |flow: Flow| Flow { pool: Some(shared.id), carries_over: true, ..flow };
    let flows = vec![of(out(scene, Some(4))), of(other(scene, Some(4)))];
    (shared, flows)
}

#[tokio::test]
async fn what_flows_leave_of_a_pool_goes_over_with_the_last_of_them() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let (shared, flows) = sharing(&scene);
        scene.exchange("Échange", flows, vec![shared.clone()]).await;
        for (flow, n) in [(TO_KAGAWA, 1), (TO_KAGAWA, 2), (OTHER, 3)] {
            let id = scene.nominate(flow, &candidate(n, 2026, Term::S1)).await.expect("taken").id;
            scene.act(id, ActKind::Accept).await.expect("accepted");
            scene.act(id, ActKind::Confirm).await.expect("confirmed");
        }
        // Whoever waits for the pool in the next year gets a place of it, once it has one more.
        for n in 11..=15 {
            scene.nominate(OTHER, &candidate(n, 2027, Term::S1)).await.expect("put forward");
        }
        let sixth = scene.nominate(TO_KAGAWA, &candidate(16, 2027, Term::S1)).await.expect("put forward");
        assert_eq!(scene.seats(OTHER, 2027).await.0.waiting, 1);
        assert_eq!(sixth.state, StateKind::Nominated);

        assert_eq!(scene.close(TO_KAGAWA, 2026).await.expect("closed"), 2, "of four two are taken");
        let (before, _) = scene.pool_seats(shared.id, 2026).await;
        assert_eq!((before.capacity(), before.remaining()), (5, 2), "the other one may still take from it");
        assert_eq!(
            scene.close(OTHER, 2026).await.expect("closed"),
            2,
            "three are left of four, and two of the pool"
        );
        let (before, _) = scene.pool_seats(shared.id, 2026).await;
        let (after, lines) = scene.pool_seats(shared.id, 2027).await;
        assert_eq!((before.capacity(), before.carried, before.used()), (3, -2, 3));
        assert_eq!((after.capacity(), after.carried), (7, 2));
        let kinds: Vec<_> = lines.iter().map(|line| (line.kind, line.units)).collect();
        assert!(kinds.contains(&(LineKind::CarriedIn, 2)), "{kinds:?}");
        let (own, _) = scene.seats(OTHER, 2027).await;
        assert_eq!((own.capacity(), own.held, own.waiting), (6, 5, 0), "whoever waited was offered a place");
        let again = refusal(scene.close(OTHER, 2026).await);
        assert_eq!(again, SeatRefusal::NotOpen { why: NotOpen::Closed });
        assert_eq!(scene.pool_seats(shared.id, 2027).await.0.carried, 2, "once");
    })
    .await;
}

#[tokio::test]
async fn a_revision_without_the_last_open_flow_of_a_pool_takes_over_what_is_left_of_it_once() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let (shared, both) = sharing(&scene);
        let id = scene.exchange("Échange", both.clone(), vec![shared.clone()]).await;
        for n in [1, 2] {
            let id = scene.nominate(TO_KAGAWA, &candidate(n, 2026, Term::S1)).await.expect("taken").id;
            scene.act(id, ActKind::Accept).await.expect("accepted");
            scene.act(id, ActKind::Confirm).await.expect("confirmed");
        }
        assert_eq!(scene.close(TO_KAGAWA, 2026).await.expect("closed"), 2);
        assert_eq!(scene.pool_seats(shared.id, 2027).await.0.carried, 0, "the other one is open");
        scene.amend(id, vec![both[0].clone()], vec![shared.clone()]).await.expect("amended");
        assert_eq!(
            scene.pool_seats(shared.id, 2027).await.0.carried,
            2,
            "nobody can close the other one any more"
        );
        // It comes back, is closed, and what went over already does not go again.
        scene.amend(id, both, vec![shared.clone()]).await.expect("amended");
        assert_eq!(scene.close(OTHER, 2026).await.expect("closed"), 1, "one is left of the pool");
        let (before, _) = scene.pool_seats(shared.id, 2026).await;
        let (after, _) = scene.pool_seats(shared.id, 2027).await;
        assert_eq!((before.capacity(), before.used(), after.carried), (2, 2, 3));
    })
    .await;
}

#[tokio::test]
async fn places_stay_in_the_last_year_of_a_flow_and_its_pool_has_no_year_after_it() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let shared = pool(0xC1, Some(5));
        let last = Flow {
            pool: Some(shared.id),
            carries_over: true,
            last_year: Some(year(2026)),
            ..out(&scene, Some(4))
        };
        scene.exchange("Échange", vec![last], vec![shared.clone()]).await;
        assert_eq!(scene.close(TO_KAGAWA, 2026).await.expect("closed"), 0);
        assert_eq!(scene.desk.rows("seat_year").await, 2, "of the flow and of the pool, in the one year");
    })
    .await;
}

#[tokio::test]
async fn whoever_closes_a_year_locks_the_pool_of_both_before_the_flow() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let (shared, flows) = sharing(&scene);
        scene.exchange("Échange", flows, vec![shared.clone()]).await;
        // The pool has a row of the year that is closed, and none of the next; the flow has neither.
        scene.nominate(OTHER, &candidate(1, 2026, Term::S1)).await.expect("taken");
        let mut tx = scene.desk.db.write().await.expect("a transaction");
        let stamp = scene.desk.stamp();
        let next = candidate(2, 2027, Term::S1);
        places::nominate(&mut tx, &stamp, &scene.leads, OTHER, &next).await.expect("taken");
        let (closed, ()) = tokio::join!(scene.close(TO_KAGAWA, 2026), async {
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            let next = candidate(3, 2027, Term::S1);
            let put = places::nominate(&mut tx, &stamp, &scene.leads, TO_KAGAWA, &next).await;
            put.expect("whoever closes the year waits without holding the flow");
            tx.commit().await.expect("committed");
        });
        assert_eq!(closed.expect("closed"), 4, "of four nobody took one, and the pool has as many left");
    })
    .await;
}

#[tokio::test]
async fn a_revision_locks_the_pools_of_an_agreement_in_the_order_of_their_ids() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        // One pool whose places were asked for first, and one with a flow that was closed: nothing of it goes over, for another is open.
        let (shared, mut flows) = sharing(&scene);
        let first = pool(0xC2, Some(5));
        flows.push(Flow {
            pool: Some(first.id),
            ..places::flow(THIRD.0.as_u128(), scene.offices[0], scene.offices[1], Some(4))
        });
        let pools = vec![shared, first];
        let id = scene.exchange("Échange", flows.clone(), pools.clone()).await;
        scene.nominate(THIRD, &candidate(1, 2026, Term::S1)).await.expect("taken");
        scene.nominate(OTHER, &candidate(2, 2026, Term::S1)).await.expect("taken");
        scene.close(TO_KAGAWA, 2026).await.expect("closed");
        flows[2].cap = Some(3);
        scene.amend_unsigned(id, flows, pools).await.expect("amended");
        let mut tx = scene.desk.db.write().await.expect("a transaction");
        let stamp = scene.desk.stamp();
        let next = candidate(3, 2026, Term::S1);
        places::nominate(&mut tx, &stamp, &scene.leads, THIRD, &next).await.expect("taken");
        let (signed, ()) = tokio::join!(scene.sign_all(id), async {
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            let next = candidate(4, 2026, Term::S1);
            let put = places::nominate(&mut tx, &stamp, &scene.leads, OTHER, &next).await;
            put.expect("the revision waits for the first pool without holding the second");
            tx.commit().await.expect("committed");
        });
        signed.expect("the revision rules");
    })
    .await;
}

#[tokio::test]
async fn a_revision_of_the_months_alone_is_a_line_of_months() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let months = |text: &str| Some(Decimal::parse(text).expect("months"));
        let of = |budget| vec![Flow { budget, ..out(&scene, Some(5)) }];
        let id = scene.exchange("Échange", of(months("10")), vec![]).await;
        scene.nominate(TO_KAGAWA, &candidate(1, 2026, Term::S1)).await.expect("taken");
        scene.amend(id, of(months("12,5")), vec![]).await.expect("amended");
        let (tally, lines) = scene.seats(TO_KAGAWA, 2026).await;
        assert_eq!((tally.cap, tally.budget), (Some(5), Some(1_250)));
        let told = |lines: &[store::seat::SeatLine]| -> Vec<_> {
            lines.iter().map(|line| (line.kind, line.units, line.months, line.revision)).collect()
        };
        let (cap, taken) = (LineKind::Cap, LineKind::Taken);
        let first = [(cap, 5, 1_000, Some(1)), (taken, 1, 500, None), (cap, 0, 250, Some(2))];
        assert_eq!(told(&lines), first);
        scene.amend(id, of(None), vec![]).await.expect("amended");
        let (tally, lines) = scene.seats(TO_KAGAWA, 2026).await;
        assert_eq!((tally.budget, lines.last().map(|line| line.months)), (None, Some(-1_250)));
    })
    .await;
}

#[tokio::test]
async fn the_database_itself_refuses_more_than_there_is() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let months = Some(Decimal::parse("10").expect("months"));
        scene.exchange("Échange", vec![Flow { budget: months, ..out(&scene, Some(2)) }], vec![]).await;
        scene.nominate(TO_KAGAWA, &candidate(1, 2026, Term::S1)).await.expect("taken");
        for (wrong, is_refused) in [
            ("held = held + 1, used = used + 1", false),
            ("held = held + 2, used = used + 2", true),
            ("used = used + 1", true),
            ("adjusted = -1, capacity = 1", false),
            ("adjusted = -2, capacity = 0", true),
            ("capacity = capacity + 1", true),
            ("spent = 1000", false),
            ("spent = 1001", true),
            ("held = -1, used = -1", true),
        ] {
            let mut tx = scene.desk.db.write().await.expect("a transaction");
            let sql = format!("update seat_year set {wrong}");
            let written: std::result::Result<(), sqlx::Error> = async {
                on!(&mut tx, |c| sqlx::query(sqlx::AssertSqlSafe(sql)).execute(c).await.map(|_| ())?);
                Ok(())
            }
            .await;
            assert_eq!(written.is_err(), is_refused, "{wrong}: {written:?}");
            tx.rollback().await.expect("undone");
        }
    })
    .await;
}

#[tokio::test]
async fn quarters_are_counted_as_agreed_and_two_that_do_not_overlap_are_confirmed_by_one_student() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let quarter = |n| Term::Quarter { n, of: 4 };
        let conversion = Conversion { semester: 2, year: 4, quarter: 1 };
        let terms = vec![quarter(1), quarter(2), quarter(3), Term::S1];
        let flow = Flow { unit: SeatUnit::Semester, conversion, terms, ..out(&scene, Some(4)) };
        scene.exchange("Échange", vec![flow], vec![]).await;
        let mut ids = Vec::new();
        for term in [quarter(1), quarter(2), Term::S1] {
            ids.push(scene.nominate(TO_KAGAWA, &candidate(1, 2026, term)).await.expect("taken").id);
        }
        let (tally, _) = scene.seats(TO_KAGAWA, 2026).await;
        assert_eq!(
            (tally.used(), tally.remaining()),
            (4, 0),
            "two quarters, and a semester that counts for two"
        );
        let third = scene.nominate(TO_KAGAWA, &candidate(2, 2026, quarter(3))).await.expect("in line");
        assert_eq!(third.state, StateKind::Waitlisted);
        for id in &ids {
            scene.act(*id, ActKind::Accept).await.expect("accepted");
        }
        // The first quarter lies in the first semester, which is given up for it; the second quarter goes on.
        assert_eq!(scene.act(ids[0], ActKind::Confirm).await.expect("confirmed").ended, [ids[2]]);
        assert!(scene.act(ids[1], ActKind::Confirm).await.expect("confirmed").ended.is_empty());
        assert_eq!(scene.state(third.id).await, StateKind::Offered, "what came free is offered");
        let (tally, _) = scene.seats(TO_KAGAWA, 2026).await;
        assert_eq!((tally.confirmed, tally.held, tally.remaining()), (2, 1, 1));
    })
    .await;
}
