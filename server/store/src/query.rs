//! SQL put together from parts of our own and bound values: filters, lists of ids.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// Rows of one statement that writes many: well within what either database binds at once.
pub(crate) const CHUNK: usize = 500;

/// A value to bind.
#[derive(Debug, Clone)]
pub(crate) enum Arg {
    Uuid(Uuid),
    Text(String),
    Date(NaiveDate),
    At(DateTime<Utc>),
    Int(i64),
    Bool(bool),
    Real(f64),
}

macro_rules! args {
    ($($type:ty => $kind:ident),+) => {$(
        impl From<$type> for Arg {
            fn from(value: $type) -> Self {
                Self::$kind(value.into())
            }
        }
    )+};
}

args! { Uuid => Uuid, String => Text, &str => Text, NaiveDate => Date, DateTime<Utc> => At, i64 => Int, bool => Bool, f64 => Real }

/// A statement being put together. Only texts of our own code go in as SQL; everything else is bound.
#[derive(Debug, Clone)]
pub(crate) struct Sql {
    text: String,
    args: Vec<Arg>,
}

impl Sql {
    pub fn new(text: &'static str) -> Self {
        Self { text: text.to_owned(), args: Vec::new() }
    }

    /// Adds SQL.
    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a bound value.
    pub fn bind(&mut self, value: impl Into<Arg>) -> &mut Self {
        self.args.push(value.into());
        self.text.push('$');
        self.text.push_str(&self.args.len().to_string());
        self
    }

    /// Adds a bound value, or `null`.
    pub fn bind_some(&mut self, value: Option<impl Into<Arg>>) -> &mut Self {
        match value {
            Some(value) => self.bind(value),
            None => self.push("null"),
        }
    }

    /// Adds the condition that a word of a folded text, a column, begins like this one.
    pub fn begins(&mut self, column: &'static str, word: &str) -> &mut Self {
        self.push("' ' || ").push(column).push(" like ").bind(format!("% {word}%"))
    }

    /// Adds `(value, value, …)`; nothing matches an empty list.
    pub fn list<T: Into<Arg>>(&mut self, values: impl IntoIterator<Item = T>) -> &mut Self {
        self.text.push('(');
        for (i, value) in values.into_iter().enumerate() {
            if i > 0 {
                self.text.push_str(", ");
            }
            self.bind(value);
        }
        if self.text.ends_with('(') {
            self.text.push_str("null");
        }
        self.text.push(')');
        self
    }

    #[expect(clippy::disallowed_types, reason = "the one place where statements are put together")]
    pub fn parts(self) -> (sqlx::AssertSqlSafe<String>, Vec<Arg>) {
        (sqlx::AssertSqlSafe(self.text), self.args)
    }
}

/// Binds every value of a statement put together.
macro_rules! bound {
    ($query:expr, $args:expr) => {{
        let mut query = $query;
        for arg in $args {
            query = match arg {
                $crate::query::Arg::Uuid(value) => query.bind(value),
                $crate::query::Arg::Text(value) => query.bind(value),
                $crate::query::Arg::Date(value) => query.bind(value),
                $crate::query::Arg::At(value) => query.bind(value),
                $crate::query::Arg::Int(value) => query.bind(value),
                $crate::query::Arg::Bool(value) => query.bind(value),
                $crate::query::Arg::Real(value) => query.bind(value),
            };
        }
        query
    }};
}

/// Fetches all rows of a statement put together.
macro_rules! rows {
    ($tx:expr, $sql:expr) => {{
        let (text, args) = $sql.parts();
        $crate::on!($tx, |c| $crate::query::bound!(sqlx::query_as(text), args).fetch_all(c).await?)
    }};
}

/// Fetches the one value of a statement put together.
macro_rules! value {
    ($tx:expr, $sql:expr) => {{
        let (text, args) = $sql.parts();
        $crate::on!($tx, |c| $crate::query::bound!(sqlx::query_scalar(text), args).fetch_one(c).await?)
    }};
}

/// Carries out a statement put together.
macro_rules! execute {
    ($tx:expr, $sql:expr) => {{
        let (text, args) = $sql.parts();
        $crate::on!($tx, |c| $crate::query::bound!(sqlx::query(text), args).execute(c).await.map(|_| ()))?
    }};
}

pub(crate) use {bound, execute, rows, value};
