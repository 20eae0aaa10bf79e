//! What happens reaches everyone who follows, on every server; what is undone reaches nobody.

mod sample;
mod support;

use domain::{
    flow::Flow,
    id::FlowId,
    nomination::{ActKind, StateKind},
    term::Term,
};
use sample::{
    Scene, on,
    places::{candidate, flow, pool},
};
use std::time::Duration;
use store::{
    Backend, Db,
    live::{Event, tell},
};
use support::{ADMIN_URL, on_each_database};
use tokio::{
    sync::broadcast::{Receiver, error::TryRecvError},
    time::timeout,
};
use uuid::Uuid;

const SOON: Duration = Duration::from_secs(10);

const fn seats(flow: u128, first_year: i32) -> Event {
    Event::Seats { flow: FlowId(Uuid::from_u128(flow)), first_year }
}

async fn next(heard: &mut Receiver<Event>) -> Event {
    timeout(SOON, heard.recv()).await.expect("something is told").expect("nothing is missed")
}

/// Follows a database, from the moment that nothing is missed.
async fn follow(db: &Db) -> Receiver<Event> {
    let mut heard = db.listen();
    if db.backend() == Backend::Postgres {
        assert_eq!(next(&mut heard).await, Event::Lost, "what was told before nobody heard");
    }
    heard
}

/// Tells something in a transaction that is committed, or undone.
async fn say(db: &Db, events: &[Event], is_committed: bool) {
    let mut tx = db.write().await.expect("a transaction");
    for event in events {
        tell(&mut tx, event).await.expect("told");
    }
    if is_committed { tx.commit().await } else { tx.rollback().await }.expect("ended");
}

/// What is heard of places until something that the test itself says, in the order of flows and years.
async fn heard_of_places(db: &Db, heard: &mut Receiver<Event>) -> Vec<Event> {
    let end = seats(u128::MAX, 0);
    say(db, &[end], true).await;
    let mut events = Vec::new();
    loop {
        match next(heard).await {
            event if event == end => break,
            event => events.push(event),
        }
    }
    events.sort_by_key(|event| match event {
        Event::Seats { flow, first_year } => (*flow, *first_year),
        Event::Lost => panic!("nothing is lost"),
    });
    events
}

/// The database of another server on the same registry; the same one on SQLite, which has one server.
async fn another(db: &Db) -> Db {
    if db.backend() == Backend::Sqlite {
        return db.clone();
    }
    let mut tx = db.read().await.expect("a transaction");
    let name: String =
        on!(&mut tx, |c| sqlx::query_scalar("select current_database()").fetch_one(c).await.expect("a name"));
    let admin = std::env::var(ADMIN_URL).expect("there is a server");
    let (server, _) = admin.rsplit_once('/').expect("an address that ends with a database");
    Db::open(&format!("{server}/{name}")).await.expect("it opens")
}

#[tokio::test]
async fn every_server_hears_what_was_committed_and_nothing_else() {
    on_each_database(|db| async move {
        let other = another(&db).await;
        let (mut here, mut there) = (follow(&db).await, follow(&other).await);
        say(&db, &[seats(1, 2026)], false).await;
        drop(db.write().await.expect("a transaction that ends by itself"));
        say(&db, &[seats(2, 2026), seats(2, 2026), seats(3, -1)], true).await;
        say(&other, &[seats(4, 2027)], true).await;
        for heard in [&mut here, &mut there] {
            for event in [seats(2, 2026), seats(3, -1), seats(4, 2027)] {
                assert_eq!(next(heard).await, event);
            }
            assert_eq!(heard.try_recv(), Err(TryRecvError::Empty));
        }
        other.close().await;
    })
    .await;
}

#[tokio::test]
async fn of_a_revision_one_hears_for_each_flow_though_nobody_asked_for_a_place() {
    on_each_database(|db| async move {
        let scene = Scene::new(db.clone()).await;
        let [one, other] = scene.offices;
        let (with, shared) = (|cap| pool(7, Some(cap)), pool(7, None).id);
        let of = |cap| {
            let pooled = |n| Flow { pool: Some(shared), ..flow(n, one, other, Some(9)) };
            vec![flow(A, one, other, Some(cap)), flow(B, other, one, Some(2)), pooled(C), pooled(D)]
        };
        let id = scene.exchange("Échange", of(2), vec![with(5)]).await;
        let mut heard = follow(&db).await;
        // Nothing rules before both have signed; then only what differs is told.
        scene.amend_unsigned(id, of(3), vec![with(5)]).await.expect("amended");
        assert_eq!(heard_of_places(&db, &mut heard).await, []);
        scene.sign_all(id).await.expect("signed");
        assert_eq!(heard_of_places(&db, &mut heard).await, [seats(A, 0)]);
        scene.amend(id, of(3), vec![with(6)]).await.expect("amended");
        assert_eq!(heard_of_places(&db, &mut heard).await, [seats(C, 0), seats(D, 0)]);
        // What is only drafted no board shows.
        let drafted = scene.exchange_draft("Projet", vec![flow(A + 1, one, other, Some(1))], vec![]);
        scene.desk.create_as_drafted(&scene.leads[0], &drafted).await;
        assert_eq!(heard_of_places(&db, &mut heard).await, []);
    })
    .await;
}

const A: u128 = 1 << 100;
const B: u128 = 1 << 101;
const C: u128 = 1 << 102;
const D: u128 = 1 << 103;

/// Of each flow that is touched whoever follows hears once: of the one acted on, of those where places are given up and offered with
/// it, and of those that draw on the same pool.
#[tokio::test]
async fn of_every_flow_that_is_touched_one_hears_once() {
    on_each_database(|db| async move {
        let scene = Scene::new(db.clone()).await;
        let [one, other] = scene.offices;
        let shared = pool(7, Some(1));
        let pooled = |n| Flow { pool: Some(shared.id), ..flow(n, one, other, Some(5)) };
        let flows = vec![
            Flow { carries_over: true, ..flow(A, one, other, Some(1)) },
            flow(B, one, other, Some(1)),
            pooled(C),
            pooled(D),
        ];
        scene.exchange("Échange", flows, vec![shared.clone()]).await;
        let mut heard = follow(&db).await;
        let put = async |of: u128, n: usize, term: Term| {
            scene
                .nominate(FlowId(Uuid::from_u128(of)), &candidate(n, 2026, term))
                .await
                .expect("put forward")
                .id
        };
        let here = put(A, 1, Term::S1).await;
        assert_eq!(heard_of_places(&db, &mut heard).await, [seats(A, 2026)]);
        put(B, 1, Term::Year).await;
        let waits = put(B, 2, Term::S1).await;
        assert_eq!(heard_of_places(&db, &mut heard).await, [seats(B, 2026), seats(B, 2026)]);
        scene.act(here, ActKind::Accept).await.expect("accepted");
        assert_eq!(heard_of_places(&db, &mut heard).await, [seats(A, 2026)]);
        scene.act(here, ActKind::Confirm).await.expect("confirmed");
        assert_eq!(scene.state(waits).await, StateKind::Offered);
        assert_eq!(heard_of_places(&db, &mut heard).await, [seats(A, 2026), seats(B, 2026)]);

        let holds = put(C, 3, Term::S1).await;
        assert_eq!(heard_of_places(&db, &mut heard).await, [seats(C, 2026), seats(D, 2026)]);
        let next = put(D, 4, Term::S1).await;
        assert_eq!(heard_of_places(&db, &mut heard).await, [seats(C, 2026), seats(D, 2026)]);
        let done = scene.act(holds, ActKind::Reject).await.expect("rejected");
        assert_eq!(done.offered, [next], "the pool's place goes to the other flow");
        assert_eq!(heard_of_places(&db, &mut heard).await, [seats(C, 2026), seats(D, 2026)]);
        scene.act(holds, ActKind::Nominate).await.expect("in line");
        assert_eq!(heard_of_places(&db, &mut heard).await, [seats(C, 2026), seats(D, 2026)]);

        let of = FlowId(Uuid::from_u128(A));
        scene.adjust(of, 2027, 1, false).await.expect("adjusted");
        assert_eq!(heard_of_places(&db, &mut heard).await, [seats(A, 2027)]);
        assert_eq!(scene.close(of, 2027).await.expect("closed"), 2);
        assert_eq!(heard_of_places(&db, &mut heard).await, [seats(A, 2027), seats(A, 2028)]);
        // The places of a pool are those of every flow that draws on it.
        scene.adjust(shared.id, 2026, 1, true).await.expect("one beyond the cap");
        assert_eq!(heard_of_places(&db, &mut heard).await, [seats(C, 2026), seats(D, 2026)]);
        scene.adjust(shared.id, 2027, 1, false).await.expect("of a year that nobody asked for");
        assert_eq!(heard_of_places(&db, &mut heard).await, [seats(C, 2027), seats(D, 2027)]);
        scene.adjust(FlowId(Uuid::from_u128(C)), 2026, 1, false).await.expect("adjusted");
        assert_eq!(heard_of_places(&db, &mut heard).await, [seats(C, 2026)]);
        // Refused, and told to nobody.
        scene.close(of, 2027).await.expect_err("closed already");
        assert_eq!(heard_of_places(&db, &mut heard).await, []);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_heard_before_the_commit() {
    on_each_database(|db| async move {
        let mut heard = follow(&db).await;
        let mut tx = db.write().await.expect("a transaction");
        tell(&mut tx, &seats(1, 2026)).await.expect("told");
        assert_eq!(heard.try_recv(), Err(TryRecvError::Empty));
        tx.commit().await.expect("committed");
        assert_eq!(next(&mut heard).await, seats(1, 2026));
    })
    .await;
}

#[tokio::test]
async fn who_follows_is_told_when_postgresql_was_away_and_hears_again() {
    on_each_database(|db| async move {
        if db.backend() == Backend::Sqlite {
            return;
        }
        let mut heard = follow(&db).await;
        let mut late = db.listen();
        let other = another(&db).await;
        let mut tx = other.write().await.expect("a transaction");
        let ended: i64 = on!(&mut tx, |c| {
            let end = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
                where datname = current_database() and query like 'LISTEN%'";
            sqlx::query_scalar(end).fetch_one(c).await.expect("ended")
        });
        assert_eq!(ended, 1, "one connection listens, however many follow");
        tx.commit().await.expect("committed");
        for heard in [&mut heard, &mut late] {
            assert_eq!(next(heard).await, Event::Lost);
        }
        say(&other, &[seats(1, 2026)], true).await;
        assert_eq!(next(&mut heard).await, seats(1, 2026));
        other.close().await;
    })
    .await;
}
