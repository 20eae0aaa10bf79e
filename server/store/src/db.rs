//! Pools and transactions of the two databases.

use crate::{
    Result, StoreError,
    live::{Event, Live},
};
use sqlx::{
    Connection as _, Executor as _, PgConnection, Postgres, Sqlite, SqliteConnection, SqlitePool,
    Transaction,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    ops::{Deref, DerefMut},
    pin::pin,
    str::FromStr as _,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};
use tokio::{
    runtime::Handle,
    sync::{Mutex, OwnedSemaphorePermit, Semaphore, broadcast::Sender},
    time::timeout,
};

/// How long one waits for one's turn before the answer is "busy".
const WAIT: Duration = Duration::from_secs(5);
/// How long PostgreSQL may take to begin once it is one's turn: a machine apart goes away more often than a file, and readers should
/// hear of it soon.
const POSTGRES_WAIT: Duration = Duration::from_secs(1);
/// How long it may take to say that it is there, over a connection that may have to be made.
const LOOK: Duration = Duration::from_millis(900);
/// How long what was given up may take to be undone before its connection is closed.
const UNDO: Duration = Duration::from_secs(3);
/// A connection that was idle for longer is asked for an answer before it is used.
const IDLE: Duration = Duration::from_millis(200);
/// After one has waited in vain for PostgreSQL, others are not made to wait for that long.
const AWAY: Duration = Duration::from_millis(500);
/// Readers of an SQLite file; there is one writer.
const SQLITE_READERS: u32 = 8;
/// Transactions that one process has on PostgreSQL at once, each with a connection of its own.
const POSTGRES_TURNS: usize = 20;
/// Its connections: one more hears what others tell, and over one more those who wait ask whether the server is there.
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
    /// A crowd waits here, in order.
    turns: Arc<Semaphore>,
    /// When the server last answered one of those who wait.
    answered_at: Arc<Mutex<Option<Instant>>>,
    missed_at: Missed,
}

impl Server {
    /// Connects, and asks no more of a connection that was in use a moment ago than to begin.
    async fn open(options: PgConnectOptions) -> Result<Self> {
        let missed_at = Missed::default();
        let suspects = missed_at.clone();
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(WAIT)
            .test_before_acquire(false)
            .before_acquire(move |connection, meta| {
                // Whatever was idle when the server went away is not heard of again, though nobody says so.
                let is_suspect = suspects.since().is_some_and(|missed| meta.idle_for >= missed);
                Box::pin(async move {
                    if !is_suspect && meta.idle_for > IDLE {
                        connection.ping().await?;
                    }
                    Ok(!is_suspect)
                })
            })
            .connect_with(options)
            .await?;
        let turns = Arc::new(Semaphore::new(POSTGRES_TURNS));
        Ok(Self { pool, turns, answered_at: Arc::default(), missed_at })
    }

    async fn begin(&self, statement: &'static str) -> Result<PostgresTx> {
        let turn = self.turn().await?;
        self.within(POSTGRES_WAIT, self.begin_on_any(statement, turn)).await
    }

    /// Begins on the first connection that can: one that was cut says nothing of the server.
    async fn begin_on_any(&self, statement: &'static str, turn: OwnedSemaphorePermit) -> Result<PostgresTx> {
        let mut tx = PostgresTx { connection: None, turn: Some(turn) };
        loop {
            let connection = tx.connection.insert(self.pool.acquire().await?);
            match (&mut **connection).execute(statement).await.map_err(StoreError::from) {
                Ok(_) => return Ok(tx),
                Err(StoreError::Unavailable(_)) => close(tx.connection.take()),
                Err(other) => return Err(other),
            }
        }
    }

    /// One's turn, in the order in which one came. Whoever waits for long looks whether the server is still there: others may be served
    /// slowly, or may all wait for an answer that never comes.
    async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        let asked_at = Instant::now();
        let mut turn = pin!(self.turns.clone().acquire_owned());
        loop {
            self.check_there()?;
            match timeout(POSTGRES_WAIT, &mut turn).await {
                Ok(turn) => {
                    // Whoever was before may have waited in vain.
                    self.check_there()?;
                    return turn.map_err(|_| StoreError::Unavailable(sqlx::Error::PoolClosed));
                }
                Err(_) if asked_at.elapsed() >= WAIT => return Err(missed()),
                Err(_) => self.look(POSTGRES_WAIT).await?,
            }
        }
    }

    /// Looks whether the server answers, one after the other: an answer that is no older than this is good for the next.
    async fn look(&self, age: Duration) -> Result<()> {
        let mut answered_at = self.answered_at.lock().await;
        self.check_there()?;
        if answered_at.is_none_or(|at| at.elapsed() >= age) {
            self.ping().await?;
            *answered_at = Some(Instant::now());
        }
        Ok(())
    }

    /// Asks the server for an answer, over a connection beside those of transactions.
    async fn ping(&self) -> Result<()> {
        let asked_at = Instant::now();
        let mut connection = self.within(LOOK, async { Ok(self.pool.acquire().await?) }).await?;
        let left = LOOK.saturating_sub(asked_at.elapsed());
        let answer = self.within(left, async { Ok(connection.ping().await?) }).await;
        if answer.is_err() {
            close(Some(connection));
        }
        answer
    }

    /// What the server answers within this time; where it does not, others are not made to wait for it.
    async fn within<T>(&self, time: Duration, asked: impl Future<Output = Result<T>>) -> Result<T> {
        let answer = timeout(time, asked).await.unwrap_or_else(|_| Err(missed()));
        if matches!(answer, Err(StoreError::Unavailable(_))) {
            self.missed_at.note();
        }
        answer
    }

    /// Refused while the server was missed a moment ago.
    fn check_there(&self) -> Result<()> {
        if self.missed_at.since().is_some_and(|missed| missed < AWAY) { Err(missed()) } else { Ok(()) }
    }
}

/// When the server was last missed.
#[derive(Debug, Clone, Default)]
struct Missed(Arc<RwLock<Option<Instant>>>);

impl Missed {
    fn note(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// How long ago.
    fn since(&self) -> Option<Duration> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).map(|at| at.elapsed())
    }
}

/// Closes a connection without a word: it would be waited for in vain, or something on it was not undone.
fn close(connection: Option<PoolConnection<Postgres>>) {
    drop(connection.map(PoolConnection::detach));
}

const fn missed() -> StoreError {
    StoreError::Unavailable(sqlx::Error::PoolTimedOut)
}

/// A transaction of one of the two databases. Dropped without [`Tx::commit`], it is rolled back.
#[derive(Debug)]
pub enum Tx {
    /// Of SQLite.
    Sqlite(SqliteTx),
    /// Of PostgreSQL.
    Postgres(PostgresTx),
}

/// A transaction of PostgreSQL, with its turn. It holds the connection from before it begins until it has ended: one that is given
/// up in between, in whatever state, is undone before others are given it.
#[derive(Debug)]
pub struct PostgresTx {
    /// There until the transaction has ended.
    connection: Option<PoolConnection<Postgres>>,
    turn: Option<OwnedSemaphorePermit>,
}

impl PostgresTx {
    const LASTS: &'static str = "a transaction lasts until it ends";

    async fn end(mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        let connection: &mut PgConnection = &mut self;
        connection.execute(statement).await?;
        self.connection = None;
        Ok(())
    }
}

impl Drop for PostgresTx {
    fn drop(&mut self) {
        let (connection, turn) = (self.connection.take(), self.turn.take());
        if let (Some(mut connection), Ok(runtime)) = (connection, Handle::try_current()) {
            runtime.spawn(async move {
                // The statement that was given up may still run.
                let undone = timeout(UNDO, (&mut *connection).execute("rollback")).await;
                if !matches!(undone, Ok(Ok(_))) {
                    close(Some(connection));
                }
                drop(turn);
            });
        }
    }
}

impl Deref for PostgresTx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.connection.as_deref().expect(Self::LASTS)
    }
}

impl DerefMut for PostgresTx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.connection.as_deref_mut().expect(Self::LASTS)
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
            let server = Server::open(PgConnectOptions::from_str(url)?).await?;
            return Ok(Self::new(Pools::Postgres(server)));
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

    /// Whether the database answers, however many wait for their turn.
    pub async fn ping(&self) -> Result<()> {
        match &self.pools {
            Pools::Sqlite { .. } => self.read().await?.rollback().await,
            Pools::Postgres(server) => server.look(Duration::ZERO).await,
        }
    }

    /// Begins a transaction that only reads.
    pub async fn read(&self) -> Result<Tx> {
        Ok(match &self.pools {
            Pools::Sqlite { readers, .. } => Tx::Sqlite(SqliteTx::new(readers.begin().await?, &self.live)),
            Pools::Postgres(server) => Tx::Postgres(Box::pin(server.begin(SNAPSHOT)).await?),
        })
    }

    /// Begins a transaction that writes; on SQLite it waits for its turn.
    pub async fn write(&self) -> Result<Tx> {
        Ok(match &self.pools {
            Pools::Sqlite { writer, .. } => {
                Tx::Sqlite(SqliteTx::new(writer.begin_with("begin immediate").await?, &self.live))
            }
            Pools::Postgres(server) => Tx::Postgres(Box::pin(server.begin("begin")).await?),
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
            Pools::Postgres(server) => {
                // What a server that went away still holds is not waited for.
                let _ = timeout(WAIT, server.pool.close()).await;
            }
        }
    }
}

impl Tx {
    /// Makes everything done in it last.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.end("commit").await,
        }
        .map_err(StoreError::from)
    }

    /// Undoes everything done in it.
    pub async fn rollback(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.tx.rollback().await,
            Self::Postgres(tx) => tx.end("rollback").await,
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
