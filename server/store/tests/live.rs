//! What happens reaches everyone who follows, on every server; what is undone reaches nobody.

mod sample;
mod support;

use domain::id::FlowId;
use sample::on;
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
