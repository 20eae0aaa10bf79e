//! What contract tests stand on: a fresh, migrated database of each kind.

#![allow(dead_code, reason = "each file of tests uses its own part of it")]

use chrono::{DateTime, Utc};
use sqlx::{Connection as _, PgConnection};
use std::{future::Future, path::PathBuf};
use store::{Db, IdSource, Stamp};

/// Names the server on which tests may create databases: `postgres://user:password@host:port/postgres`.
pub const ADMIN_URL: &str = "ENTENTE_TEST_POSTGRES";

/// A database made for one test.
struct Scratch {
    db: Db,
    url: String,
    place: Place,
}

enum Place {
    Folder(PathBuf),
    Server { admin: String, name: String },
}

/// An instant of the tests' day, 5 October 2026, some minutes after nine.
pub fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_791_190_800 + minutes * 60, 0).expect("within range")
}

/// A stamp of that instant.
pub fn stamp(minutes: i64) -> Stamp {
    Stamp::new(at(minutes), IdSource::default())
}

/// Carries out a test on a fresh SQLite file, then on a fresh PostgreSQL database where a server is named.
pub async fn on_each_database<F: Future<Output = ()> + Send + 'static>(test: impl Fn(Db) -> F) {
    on_each_address(|db, _| test(db)).await;
}

/// The same, with the address by which another process opens the database.
pub async fn on_each_address<F: Future<Output = ()> + Send + 'static>(test: impl Fn(Db, String) -> F) {
    let mut failures = Vec::new();
    for scratch in databases().await {
        let outcome = tokio::spawn(test(scratch.db.clone(), scratch.url.clone())).await;
        scratch.discard().await;
        failures.extend(outcome.err());
    }
    if let Some(failure) = failures.pop() {
        std::panic::resume_unwind(failure.into_panic());
    }
}

async fn databases() -> Vec<Scratch> {
    let name = format!("entente_test_{}", stamp(0).id().simple());
    let folder = std::env::temp_dir().join(&name);
    std::fs::create_dir_all(&folder).expect("a folder for the test");
    let url = format!("sqlite://{}", folder.join("test.db").display());
    let mut all = vec![Scratch::open(&url, Place::Folder(folder)).await];
    match std::env::var(ADMIN_URL) {
        Err(_) => println!("skipped: {ADMIN_URL} is not set"),
        Ok(admin) => {
            create_database(&admin, &name).await;
            let (server, _) = admin.rsplit_once('/').expect("an address that ends with a database");
            let url = format!("{server}/{name}");
            all.push(Scratch::open(&url, Place::Server { admin, name }).await);
        }
    }
    all
}

impl Scratch {
    async fn open(url: &str, place: Place) -> Self {
        let db = Db::open(url).await.expect("the database opens");
        db.migrate().await.expect("the migrations run");
        Self { db, url: url.to_owned(), place }
    }

    async fn discard(self) {
        self.db.close().await;
        match self.place {
            Place::Folder(folder) => std::fs::remove_dir_all(folder).expect("the folder goes"),
            Place::Server { admin, name } => {
                let drop = format!("drop database {name} with (force)");
                execute(&admin, drop).await.expect("the database goes");
            }
        }
    }
}

/// A database that sorts as French servers do, where the server can: nothing may depend on its order of texts.
async fn create_database(admin: &str, name: &str) {
    let plain = format!("create database {name} encoding 'UTF8' template template0");
    let french = format!("{plain} locale_provider icu icu_locale 'fr-FR'");
    if execute(admin, french).await.is_err() {
        execute(admin, plain).await.expect("the database is made");
    }
}

async fn execute(admin: &str, statement: String) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(admin).await?;
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await?;
    connection.close().await
}
