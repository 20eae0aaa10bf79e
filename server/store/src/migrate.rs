//! Migrations: the same numbers and names for both databases, forward only, carried in the binary.

use crate::{Db, Result, StoreError, db::Pools, refold::refold};
use sqlx::migrate::{MigrateError, Migrator};

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

impl Db {
    /// Brings the schema up to this binary's, and the keys up to its rules. Fails when the database knows a later schema.
    pub async fn migrate(&self) -> Result<()> {
        self.migrate_to(None).await?;
        refold(self).await
    }

    /// Brings the schema up to a number, or to the last.
    pub async fn migrate_to(&self, number: Option<i64>) -> Result<()> {
        let number = number.unwrap_or(i64::MAX);
        match self.pools() {
            Pools::Sqlite { writer, .. } => SQLITE.run_to(number, writer).await,
            Pools::Postgres(server) => POSTGRES.run_to(number, &server.pool).await,
        }
        .map_err(|error| match error {
            MigrateError::Execute(error) => StoreError::from(error),
            other => StoreError::corrupt(other),
        })
    }
}

/// The number and name of every migration of both databases.
pub fn all() -> [Vec<(i64, String)>; 2] {
    [&SQLITE, &POSTGRES]
        .map(|migrator| migrator.iter().map(|m| (m.version, m.description.to_string())).collect())
}
