//! Which state of the registry pages show. Other processes write too: it is asked for again every quarter second.

use std::{
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use store::{
    Db,
    registry::{self, Registry},
};

/// How long an answer of the database is good.
const GOOD: Duration = Duration::from_millis(250);

/// The registry as it was a moment ago.
#[derive(Debug, Default)]
pub struct Revision {
    known: RwLock<Option<Known>>,
    /// Grows with every write of this process: what was asked before it is no longer known.
    writes: AtomicU64,
    /// When one last waited in vain.
    missed_at: RwLock<Option<Instant>>,
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    registry: Registry,
    asked_at: Instant,
    writes: u64,
}

impl Revision {
    /// The registry now; `None` when the database does not answer.
    pub async fn now(&self, db: &Db) -> Option<Registry> {
        if let Some(registry) = self.known() {
            return Some(registry);
        }
        let came_at = Instant::now();
        let _turn = self.turn.lock().await;
        if let Some(registry) = self.known() {
            return Some(registry);
        }
        // Those who waited meanwhile are answered the same.
        if self.missed().is_some_and(|missed_at| missed_at >= came_at) {
            return None;
        }
        match self.ask(db).await {
            Ok(known) => {
                *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(known);
                Some(known.registry)
            }
            Err(cause) => {
                tracing::warn!(%cause, "no revision");
                *self.missed_at.write().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
                None
            }
        }
    }

    /// What is asked in one's turn is as of that moment, however long one waited for it.
    async fn ask(&self, db: &Db) -> store::Result<Known> {
        let mut tx = db.read().await?;
        let (asked_at, writes) = (Instant::now(), self.writes.load(Ordering::SeqCst));
        let registry = registry::get(&mut tx).await?;
        Ok(Known { registry, asked_at, writes })
    }

    fn missed(&self) -> Option<Instant> {
        *self.missed_at.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that this process may have written: the next one asks again.
    pub fn forget(&self) {
        self.writes.fetch_add(1, Ordering::SeqCst);
    }

    fn known(&self) -> Option<Registry> {
        let known = (*self.known.read().unwrap_or_else(PoisonError::into_inner))?;
        let is_good = known.asked_at.elapsed() < GOOD && known.writes == self.writes.load(Ordering::SeqCst);
        is_good.then_some(known.registry)
    }
}
