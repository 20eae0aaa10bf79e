//! All SQL, for SQLite and PostgreSQL.
//!
//! One text of SQL serves both databases. [`Db`] opens a [`Tx`], a real transaction of one of them; functions
//! take `&mut Tx`, and the macro `on!` expands their bodies once for each. Writes take a `Permit` (who may) and a
//! [`Stamp`] (when, from where) and leave an audit line. Bare verbs: `find` gives an option, `get` fails where
//! nothing is, `list`, `count`, `insert`, `update`, `delete`.

mod db;
mod error;
mod query;
mod refold;
mod stamp;

pub mod account;
pub mod agreement;
pub mod attempt;
pub mod audit;
pub mod balance;
pub mod board;
pub mod document;
pub mod ending;
pub mod exchange;
pub mod feed;
pub mod flow;
pub mod idempotency;
pub mod import;
pub mod inbox;
pub mod institution;
pub mod job;
pub mod kept_form;
pub mod link;
pub mod live;
pub mod membership;
pub mod migrate;
pub mod nomination;
pub mod observation;
pub mod outbox;
pub mod partner;
pub mod registry;
pub mod search;
pub mod seat;
pub mod session;
pub mod student;
pub mod tag;
pub mod token;
pub mod view;
pub mod watch;

pub use db::{Backend, Db, SqliteTx, Tx};
pub use error::{Constraint, StoreError};
pub use stamp::{IdSource, Stamp};

/// The outcome of asking the store.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

pub(crate) use db::{on, statements};

/// Every statement that is a constant, with its name: tests prepare them all on both databases.
pub fn statements() -> Vec<(&'static str, &'static str)> {
    let lists = [
        account::sql::ALL,
        attempt::sql::ALL,
        board::sql::ALL,
        audit::sql::ALL,
        balance::sql::ALL,
        ending::sql::ALL,
        feed::sql::ALL,
        flow::sql::ALL,
        idempotency::sql::ALL,
        inbox::sql::ALL,
        import::sql::ALL,
        import::agreements::sql::ALL,
        document::sql::ALL,
        job::sql::ALL,
        kept_form::sql::ALL,
        link::sql::ALL,
        membership::sql::ALL,
        nomination::sql::ALL,
        nomination::line::sql::ALL,
        nomination::read::sql::ALL,
        nomination::telling::sql::ALL,
        observation::sql::ALL,
        outbox::sql::ALL,
        refold::sql::ALL,
        registry::sql::ALL,
        search::sql::ALL,
        seat::sql::ALL,
        seat::capacity::sql::ALL,
        seat::ledger::sql::ALL,
        session::sql::ALL,
        student::sql::ALL,
        tag::sql::ALL,
        token::sql::ALL,
        view::sql::ALL,
        watch::sql::ALL,
    ];
    [lists.concat(), agreement::statements(), institution::every_statement()].concat()
}
