//! What happens is told at once to every server on the registry, for the pages that show it.
//!
//! [`tell`] is part of a write transaction: nothing is heard of one that is undone. PostgreSQL itself tells all who listen,
//! in whatever process, once the transaction is committed; SQLite has one process, which tells itself.

use crate::{Db, Result, StoreError, Tx, db::Pools};
use domain::id::FlowId;
use serde::{Deserialize, Serialize};
use sqlx::postgres::{PgListener, PgPool};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use tokio::{
    sync::broadcast::{self, Receiver, Sender},
    time::{sleep, timeout},
};

/// Where PostgreSQL tells it; each database has its own.
const CHANNEL: &str = "entente_seats";
/// Only PostgreSQL knows it. The same thing told twice in one transaction is told once.
const TELL: &str = "select pg_notify('entente_seats', $1)";
/// Events that one who follows may be behind, before some are lost for them.
const BEHIND: usize = 256;
/// After so long without an event PostgreSQL is asked whether it is still there.
const QUIET: Duration = Duration::from_secs(30);
/// How long it may take to say so.
const ANSWER: Duration = Duration::from_secs(5);
/// From losing PostgreSQL to the next try.
const AGAIN: Duration = Duration::from_secs(1);

/// Something that happened. It says where to look, not what there is to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The places of a flow changed, or who holds them.
    Seats {
        /// Of which flow.
        flow: FlowId,
        /// The calendar year in which the academic year begins; 0 for all.
        first_year: i32,
    },
    /// Something may have happened that was not heard: whoever follows looks again.
    Lost,
}

/// Whom the events of this process reach.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) told: Sender<Event>,
    /// Whether PostgreSQL is listened to.
    is_heard: AtomicBool,
}

impl Default for Live {
    fn default() -> Self {
        Self { told: broadcast::channel(BEHIND).0, is_heard: AtomicBool::new(false) }
    }
}

/// Tells something, once the transaction is committed.
pub async fn tell(tx: &mut Tx, event: &Event) -> Result<()> {
    match tx {
        Tx::Sqlite(tx) => tx.tell(*event),
        Tx::Postgres(tx) => {
            let payload = serde_json::to_string(event).map_err(StoreError::corrupt)?;
            sqlx::query(TELL).bind(payload).execute(&mut **tx).await?;
        }
    }
    Ok(())
}

impl Db {
    /// What happens from now on. On PostgreSQL the first one who asks begins to listen to the server, with a connection of
    /// the pool, until the database is closed; from then on nothing is missed without [`Event::Lost`].
    pub fn listen(&self) -> Receiver<Event> {
        let heard = self.live.told.subscribe();
        if let Pools::Postgres(server) = self.pools()
            && !self.live.is_heard.swap(true, Ordering::AcqRel)
        {
            tokio::spawn(hear(server.pool.clone(), self.live.told.clone()));
        }
        heard
    }
}

/// Passes on what PostgreSQL tells, whenever it is there, until the pool is closed.
async fn hear(pool: PgPool, told: Sender<Event>) {
    let mut is_away = false;
    while !pool.is_closed() {
        if let Err(cause) = follow(&pool, &told, &mut is_away).await
            && !pool.is_closed()
        {
            if !is_away {
                tracing::warn!(%cause, "what happens is not heard: the database is away");
            }
            is_away = true;
            sleep(AGAIN).await;
        }
    }
}

/// Passes on what PostgreSQL tells, until it goes away.
async fn follow(pool: &PgPool, told: &Sender<Event>, is_away: &mut bool) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    if *is_away {
        tracing::info!("what happens is heard again");
    }
    *is_away = false;
    // What was told until now nobody heard.
    let mut event = Event::Lost;
    loop {
        // Nobody may follow at the moment.
        let _ = told.send(event);
        event = loop {
            match timeout(QUIET, listener.try_recv()).await {
                Ok(heard) => {
                    let heard =
                        heard?.ok_or_else(|| sqlx::Error::Io(std::io::ErrorKind::UnexpectedEof.into()))?;
                    break read(heard.payload());
                }
                Err(_) => timeout(ANSWER, sqlx::query("select 1").execute(&mut listener))
                    .await
                    .map_err(|_| sqlx::Error::PoolTimedOut)?
                    .map(|_| ())?,
            }
        };
    }
}

/// An event as PostgreSQL carries it; what a server of another version tells may be anything.
fn read(payload: &str) -> Event {
    serde_json::from_str(payload).unwrap_or(Event::Lost)
}
