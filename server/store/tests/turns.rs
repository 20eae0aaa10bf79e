//! More transactions at once than there are connections: each waits for its turn, on both databases.

mod support;

use std::time::Duration;
use store::StoreError;
use support::on_each_database;
use tokio::{task::JoinSet, time::sleep};

/// Longer than PostgreSQL may take to begin.
const HELD: Duration = Duration::from_millis(1_100);

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_waits_though_nobody_is_served_for_a_while() {
    on_each_database(|db| async move {
        let mut crowd = JoinSet::new();
        for _ in 0..30 {
            let db = db.clone();
            crowd.spawn(async move {
                let tx = db.read().await?;
                sleep(HELD).await;
                tx.rollback().await
            });
        }
        while let Some(served) = crowd.join_next().await {
            let served: Result<(), StoreError> = served.expect("no panic");
            served.expect("served in its turn");
        }
    })
    .await;
}
