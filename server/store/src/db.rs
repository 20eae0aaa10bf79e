//! Pools and transactions of the two databases.

use crate::{
    Result, StoreError,
    live::{Event, Live},
};
use sqlx::{
    Connection as _, PgConnection, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    ops::{Deref, DerefMut},
    str::FromStr as _,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, broadcast::Sender},
    time::timeout,
};

/// How long one waits for one's turn before the answer is "busy".
const WAIT: Duration = Duration::from_secs(5);
/// How long PostgreSQL may take to begin once it is one's turn: a machine apart goes away more often than a file, and readers should
/// hear of it soon.
const POSTGRES_WAIT: Duration = Duration::from_secs(1);
/// After one has waited in vain for PostgreSQL, others are not made to wait for that long.
const AWAY: Duration = Duration::from_millis(500);
/// Readers of an SQLite file; there is one writer.
const SQLITE_READERS: u32 = 8;
/// Transactions that one process has on PostgreSQL at once, each with a connection of its own.
const POSTGRES_TURNS: usize = 20;
/// Its connections: one hears what others tell, and one may still be undoing what was given up.
const POSTGRES_CONNECTIONS: u32 = 22;

/// What a page shows is of one moment, as it is on SQLite.
const SNAPSHOT: &str = "begin transaction isolation level repeatable read, read only";

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// An embedded SQLite file.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

/// An open database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    pools: Pools,
    pub(crate) live: Arc<Live>,
}

#[derive(Debug, Clone)]
pub(crate) enum Pools {
    /// SQLite takes one writer at a time: waiting for it here, in order, beats failing with "locked".
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(Server),
}

/// A PostgreSQL server, which may be away.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) pool: PgPool,
    /// A crowd waits here, in order: that others are being served is no sign that the server is away.
    turns: Arc<Semaphore>,
    missed_at: Arc<RwLock<Option<Instant>>>,
}

impl Server {
    fn new(pool: PgPool) -> Self {
        Self { pool, turns: Arc::new(Semaphore::new(POSTGRES_TURNS)), missed_at: Arc::default() }
    }

    async fn begin(&self, statement: &'static str) -> Result<PostgresTx> {
        let away = || StoreError::Unavailable(sqlx::Error::PoolTimedOut);
        if self.is_away() {
            return Err(away());
        }
        let turn = timeout(WAIT, self.turns.clone().acquire_owned()).await.map_err(|_| away())?;
        let turn = turn.map_err(|_| away())?;
        // Whoever was before may have waited in vain.
        if self.is_away() {
            return Err(away());
        }
        let begun = timeout(POSTGRES_WAIT, self.pool.begin_with(statement)).await;
        let begun = begun.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map_err(StoreError::from);
        if matches!(begun, Err(StoreError::Unavailable(_))) {
            *self.missed_at.write().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
        Ok(PostgresTx { tx: begun?, _turn: turn })
    }

    fn is_away(&self) -> bool {
        let missed_at = *self.missed_at.read().unwrap_or_else(PoisonError::into_inner);
        missed_at.is_some_and(|at| at.elapsed() < AWAY)
    }
}

/// A transaction of one of the two databases. Dropped without [`Tx::commit`], it is rolled back.
#[derive(Debug)]
pub enum Tx {
    /// Of SQLite.
    Sqlite(SqliteTx),
    /// Of PostgreSQL.
    Postgres(PostgresTx),
}

/// A transaction of PostgreSQL.
#[derive(Debug)]
pub struct PostgresTx {
    tx: Transaction<'static, Postgres>,
    _turn: OwnedSemaphorePermit,
}

impl Deref for PostgresTx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.tx
    }
}

impl DerefMut for PostgresTx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.tx
    }
}

/// A transaction of SQLite, with what is told once it is committed.
#[derive(Debug)]
pub struct SqliteTx {
    tx: Transaction<'static, Sqlite>,
    events: Vec<Event>,
    told: Sender<Event>,
}

impl SqliteTx {
    fn new(tx: Transaction<'static, Sqlite>, live: &Live) -> Self {
        Self { tx, events: Vec::new(), told: live.told.clone() }
    }

    /// Has something told, once.
    pub(crate) fn tell(&mut self, event: Event) {
        if !self.events.contains(&event) {
            self.events.push(event);
        }
    }

    /// Makes everything done in it last, and tells it.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        self.tx.commit().await?;
        for event in self.events {
            // Nobody may follow at the moment.
            let _ = self.told.send(event);
        }
        Ok(())
    }
}

impl Deref for SqliteTx {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.tx
    }
}

impl DerefMut for SqliteTx {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.tx
    }
}

/// Expands an expression once for each database, with the connection as `$c`.
macro_rules! on {
    ($tx:expr, |$c:ident| $body:expr) => {
        match $tx {
            $crate::Tx::Sqlite(tx) => {
                let $c = &mut **tx;
                $body
            }
            $crate::Tx::Postgres(tx) => {
                let $c = &mut **tx;
                $body
            }
        }
    };
}

/// Declares the statements of a module as constants, and lists them for the test that prepares each.
macro_rules! statements {
    ($($name:ident = $sql:expr;)+) => {
        /// The statements of this module.
        pub(crate) mod sql {
            $(pub const $name: &str = $sql;)+
            /// All of them, with their names.
            pub const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),+];
        }
    };
}

pub(crate) use on;
pub(crate) use statements;

impl Db {
    /// Opens a database by its address: `sqlite://PATH` (created where it is missing) or `postgres://…`.
    pub async fn open(url: &str) -> Result<Self> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            // Compiling a statement to machine code takes longer than any of ours runs.
            let options = PgConnectOptions::from_str(url)?.options([("jit", "off")]);
            let pool = PgPoolOptions::new()
                .max_connections(POSTGRES_CONNECTIONS)
                .acquire_timeout(WAIT)
                .connect_with(options)
                .await?;
            return Ok(Self::new(Pools::Postgres(Server::new(pool))));
        }
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(WAIT)
            .pragma("cache_size", "-32000")
            .pragma("temp_store", "memory");
        let pool = |connections| {
            let pool = SqlitePoolOptions::new().max_connections(connections).acquire_timeout(WAIT);
            // When the disk is full SQLite itself undoes a transaction, and the driver counts it as open for ever: nothing
            // could be written any more by that connection. A ping comes after what is still being undone.
            pool.after_release(|connection, _| {
                Box::pin(async move {
                    connection.ping().await?;
                    Ok(!connection.is_in_transaction())
                })
            })
        };
        let writer = pool(1).connect_with(options.clone()).await?;
        let readers = pool(SQLITE_READERS).connect_lazy_with(options);
        Ok(Self::new(Pools::Sqlite { writer, readers }))
    }

    fn new(pools: Pools) -> Self {
        Self { pools, live: Arc::default() }
    }

    /// Which database this is.
    pub const fn backend(&self) -> Backend {
        match self.pools {
            Pools::Sqlite { .. } => Backend::Sqlite,
            Pools::Postgres(_) => Backend::Postgres,
        }
    }

    /// Begins a transaction that only reads.
    pub async fn read(&self) -> Result<Tx> {
        Ok(match &self.pools {
            Pools::Sqlite { readers, .. } => Tx::Sqlite(SqliteTx::new(readers.begin().await?, &self.live)),
            Pools::Postgres(server) => Tx::Postgres(server.begin(SNAPSHOT).await?),
        })
    }

    /// Begins a transaction that writes; on SQLite it waits for its turn.
    pub async fn write(&self) -> Result<Tx> {
        Ok(match &self.pools {
            Pools::Sqlite { writer, .. } => {
                Tx::Sqlite(SqliteTx::new(writer.begin_with("begin immediate").await?, &self.live))
            }
            Pools::Postgres(server) => Tx::Postgres(server.begin("begin").await?),
        })
    }

    pub(crate) const fn pools(&self) -> &Pools {
        &self.pools
    }

    /// Closes every connection.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(server) => server.pool.close().await,
        }
    }
}

impl Tx {
    /// Makes everything done in it last.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.tx.commit().await,
        }
        .map_err(StoreError::from)
    }

    /// Undoes everything done in it.
    pub async fn rollback(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.tx.rollback().await,
            Self::Postgres(tx) => tx.tx.rollback().await,
        }
        .map_err(StoreError::from)
    }

    /// Which database this is.
    pub const fn backend(&self) -> Backend {
        match self {
            Self::Sqlite(_) => Backend::Sqlite,
            Self::Postgres(_) => Backend::Postgres,
        }
    }
}
