//! More transactions at once than PostgreSQL is asked to carry: each waits for its turn.

mod support;

use std::time::Duration;
use store::{Backend, Db, StoreError, Tx};
use support::on_each_database;
use tokio::{task::JoinSet, time::sleep};

/// More than have their turn at once.
const CROWD: usize = 30;
/// Longer than PostgreSQL may take to begin.
const HELD: Duration = Duration::from_millis(1_500);

/// Has PostgreSQL work for a while.
async fn work(db: Db) -> Result<(), StoreError> {
    let mut tx = db.read().await?;
    if let Tx::Postgres(tx) = &mut tx {
        let work = sqlx::query("select pg_sleep($1)").bind(HELD.as_secs_f64());
        work.execute(&mut **tx).await?;
    }
    tx.rollback().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_waits_though_nobody_is_served_for_a_while() {
    on_each_database(|db| async move {
        if db.backend() != Backend::Postgres {
            return;
        }
        let mut crowd = JoinSet::new();
        for _ in 0..CROWD {
            crowd.spawn(work(db.clone()));
        }
        while let Some(served) = crowd.join_next().await {
            served.expect("no panic").expect("served in its turn");
        }

        // Those who go away leave statements that still run: who comes next waits for them.
        for _ in 0..CROWD {
            crowd.spawn(work(db.clone()));
        }
        sleep(HELD / 5).await;
        crowd.abort_all();
        while crowd.join_next().await.is_some() {}
        for _ in 0..CROWD {
            crowd.spawn(work(db.clone()));
        }
        while let Some(served) = crowd.join_next().await {
            served.expect("no panic").expect("served after those who went away");
        }
    })
    .await;
}
