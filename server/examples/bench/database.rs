//! Databases of this run's own, filled with invented agreements.

use crate::Result;
use app::desk::{Clock, passwords};
use domain::{
    access::{Actor, Operate, decide},
    account::Secret,
};
use server::demo::{self, DemoOptions};
use sqlx::{Connection as _, PgConnection};
use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};
use store::{Db, IdSource, Stamp, registry};

const ADMIN_URL: &str = "ENTENTE_TEST_POSTGRES";

/// A folder of this run's own, which goes with it.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// A new one.
    pub fn new() -> Result<Self> {
        let path = env::temp_dir().join(format!("entente-bench-{}-{}", std::process::id(), next()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn next() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Which database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// An SQLite file.
    Sqlite,
    /// A database of the PostgreSQL server at this address.
    Postgres(String),
}

impl Kind {
    /// Those that can be measured here.
    pub fn all() -> Vec<Self> {
        [Some(Self::Sqlite), env::var(ADMIN_URL).ok().map(Self::Postgres)].into_iter().flatten().collect()
    }

    /// What it is called.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }
}

/// A registry with the demonstration and some invented agreements.
#[derive(Debug)]
pub struct Registry {
    kind: Kind,
    name: String,
    folder: Folder,
    agreements: u32,
}

impl Registry {
    /// One that holds only the demonstration.
    pub async fn create(kind: &Kind) -> Result<Self> {
        let registry = Self::empty(kind)?;
        if let Kind::Postgres(admin) = kind {
            execute(admin, format!("create database {} encoding 'UTF8' template template0", registry.name))
                .await?;
        }
        let db = Db::open(&registry.url()).await?;
        db.migrate().await?;
        fill(&db, None).await?;
        db.close().await;
        Ok(registry)
    }

    fn empty(kind: &Kind) -> Result<Self> {
        let name = format!("entente_bench_{}_{}", std::process::id(), next());
        Ok(Self { kind: kind.clone(), name, folder: Folder::new()?, agreements: 0 })
    }

    /// Its address.
    pub fn url(&self) -> String {
        match &self.kind {
            Kind::Sqlite => format!("sqlite://{}", self.file().display()),
            Kind::Postgres(admin) => {
                let server = admin.rsplit_once('/').map_or(admin.as_str(), |(server, _)| server);
                format!("{server}/{}", self.name)
            }
        }
    }

    /// Which database it is on.
    pub const fn database(&self) -> &'static str {
        self.kind.name()
    }

    /// Where its server may keep files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("entente.db")
    }

    /// Adds invented agreements up to this number; says how long that took.
    pub async fn grow_to(&mut self, agreements: u32) -> Result<Duration> {
        let db = Db::open(&self.url()).await?;
        let started = Instant::now();
        fill(&db, Some(agreements.saturating_sub(self.agreements))).await?;
        let elapsed = started.elapsed();
        db.close().await;
        self.agreements = agreements;
        self.settle().await?;
        Ok(elapsed)
    }

    /// What a PostgreSQL server does by itself within some minutes after much was written.
    pub async fn settle(&self) -> Result<()> {
        if let Kind::Postgres(_) = self.kind {
            execute(&self.url(), "vacuum analyze".to_owned()).await?;
        }
        Ok(())
    }

    /// Another one that holds the same.
    pub async fn copy(&self) -> Result<Self> {
        let copy = Self { agreements: self.agreements, ..Self::empty(&self.kind)? };
        match &self.kind {
            Kind::Sqlite => drop(fs::copy(self.file(), copy.file())?),
            Kind::Postgres(admin) => {
                execute(admin, format!("create database {} template {}", copy.name, self.name)).await?;
                execute(&copy.url(), "vacuum analyze".to_owned()).await?;
            }
        }
        Ok(copy)
    }

    /// Drops it.
    pub async fn remove(self) -> Result<()> {
        if let Kind::Postgres(admin) = &self.kind {
            execute(admin, format!("drop database {} with (force)", self.name)).await?;
        }
        Ok(())
    }
}

/// Writes to a registry again and again, so that nothing read before is known.
#[derive(Debug)]
pub struct Writer(Db);

impl Writer {
    /// One for this registry.
    pub async fn open(registry: &Registry) -> Result<Self> {
        Ok(Self(Db::open(&registry.url()).await?))
    }

    /// A write that changes no agreement, and that lists cannot know to have changed none.
    pub async fn write(&self) -> Result<()> {
        let permit = decide(&Actor::Operator, Operate)?;
        let mut tx = self.0.write().await?;
        registry::mark_demo(&mut tx, &permit).await?;
        Ok(tx.commit().await?)
    }
}

async fn fill(db: &Db, scale: Option<u32>) -> Result<()> {
    let stamp = Stamp::new(Clock::System.now(), IdSource::default());
    let options = DemoOptions { scale, password: Some("for measurements only".to_owned()) };
    demo::run(db, &stamp, &options, |password| passwords::hash(&Secret::new(password))).await?;
    Ok(())
}

async fn execute(url: &str, statement: String) -> Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await?;
    Ok(connection.close().await?)
}
