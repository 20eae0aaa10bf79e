//! What may go wrong in the store, in the same words for both databases.

/// A rule of the schema that two people may meet at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Constraint {
    /// Another account has this e-mail address.
    AccountEmail,
    /// Another institution has this identifier.
    IdentifierValue,
    /// The thing is still referred to, or refers to nothing.
    Reference,
    /// Another one.
    Other,
}

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such thing.
    #[error("not found")]
    NotFound,
    /// It changed since it was read: the version given is not the present one.
    #[error("stale: the present version is {current}")]
    Stale {
        /// The present version.
        current: i64,
    },
    /// What is to be taken back is what something else rests on.
    #[error("settled: {0:?}")]
    Settled(domain::agreement::Settled),
    /// A rule of how places are counted stands against it.
    #[error("places: {0:?}")]
    Seats(domain::seats::SeatRefusal),
    /// A rule of the schema stands against it.
    #[error("conflict: {0:?}")]
    Conflict(Constraint),
    /// What is stored cannot be read.
    #[error("corrupt: {0}")]
    Corrupt(String),
    /// The database cannot be reached, or is too busy.
    #[error("unavailable: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// There is no room left on the disk.
    #[error("disk full: {0}")]
    Full(#[source] sqlx::Error),
    /// Anything else the driver says.
    #[error("driver: {0}")]
    Driver(#[source] sqlx::Error),
}

impl StoreError {
    /// What is stored cannot be read: says what.
    pub fn corrupt(what: impl std::fmt::Display) -> Self {
        Self::Corrupt(what.to_string())
    }
}

/// SQLite names columns where PostgreSQL names constraints: both become one word here.
fn constraint(name: &str) -> Constraint {
    match name {
        "account_email" | "account.email_key" => Constraint::AccountEmail,
        "identifier_value" | "identifier.kind, identifier.value" => Constraint::IdentifierValue,
        _ => Constraint::Other,
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::error::ErrorKind;
        match &error {
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => {
                Self::Unavailable(error)
            }
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Corrupt(error.to_string()),
            sqlx::Error::Database(database) => match database.kind() {
                ErrorKind::ForeignKeyViolation => Self::Conflict(Constraint::Reference),
                ErrorKind::UniqueViolation => {
                    let name = database.constraint().unwrap_or_default();
                    let message = database.message().rsplit(": ").next().unwrap_or_default();
                    Self::Conflict(constraint(if name.is_empty() { message } else { name }))
                }
                _ => match database.code().as_deref() {
                    // SQLite: full, I/O error; PostgreSQL: disk full.
                    Some("13" | "778" | "53100") => Self::Full(error),
                    // SQLite: busy, locked; PostgreSQL: shutting down, starting, too many connections, and another
                    // transaction stands against this one, which may be tried again.
                    Some("5" | "6" | "57P01" | "57P02" | "57P03" | "53300" | "08006" | "40001" | "40P01") => {
                        Self::Unavailable(error)
                    }
                    _ => Self::Driver(error),
                },
            },
            _ => Self::Driver(error),
        }
    }
}
