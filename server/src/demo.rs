//! The demo registry: `entente demo` fills an empty registry with five stories of real institutions, taken from
//! texts they or the press published, and with invented people to sign in as.
//!
//! What the stories say is in `stories`; what no text says stays empty. Where a text is ambiguous, the source
//! bears the mark "to confirm", and so does the date. How places are counted is shown by invented exchanges among invented
//! universities (`exchanges`). `--scale N` adds N plainly invented agreements (`scale`), and someone
//! who leads an office among them: the stories give no end of an agreement, so that only there deadlines and gaps are to be seen.
//!
//! Decisions:
//! - An agreement is managed by the French school of its story: its lead writes it down, shares and publishes it.
//!   The operator records the signatures, which were given long before, each with what attests to it. A signature
//!   whose day no text gives has none; it counts from the day it is recorded.
//! - A text that presents an agreement as concluded or working is what attests to the signatures, even where it
//!   names neither signatories nor a day; the evidence says so. Being present is not signing: who was, is told in
//!   the evidence, not entered as signatory.
//! - The convention with Kagawa bears on both exchange and research. It is one document, hence one agreement, of
//!   the kind that opens places; the research stands in its terms.
//! - The partners of the Intelligence Lab take part as associates: no text says that they signed anything.
//! - The Aichi Prefecture's contact and the evening at Shanghai Jiao Tong University are no agreements: nothing
//!   was written between parties, nor is it being written. The institutions are there; meetings come with visits.

mod accounts;
mod exchanges;
mod institutions;
mod scale;
mod stories;

use domain::{
    access::{Actor, Denied, Operate, Role, decide},
    account::{Secret, parse_password},
    problem::{FieldErrors, Problem},
};
use std::error::Error;
use store::{Db, Stamp, StoreError, Tx, registry};

/// What to fill the registry with.
#[derive(Debug, Clone, Default)]
pub struct DemoOptions {
    /// How many invented agreements to add.
    pub scale: Option<u32>,
    /// The password of every demo account; each gets one of its own where none is given.
    pub password: Option<String>,
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DemoReport {
    /// The accounts of the stories.
    pub accounts: Vec<DemoAccount>,
    /// Institutions of the stories.
    pub institutions: usize,
    /// Agreements of the stories.
    pub agreements: usize,
    /// Invented institutions.
    pub synthetic_institutions: usize,
    /// Invented agreements.
    pub synthetic_agreements: usize,
}

/// An account one can sign in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoAccount {
    /// The name shown to others.
    pub name: String,
    /// The address to sign in with.
    pub email: String,
    /// The password to sign in with.
    pub password: Secret,
    /// What the person is there; `None` for the administrator.
    pub role: Option<Role>,
    /// The institution whose office the person belongs to.
    pub office: Option<&'static str>,
}

/// Why the registry was not filled; nothing was written, but for whole thousands of invented agreements.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// There are institutions or accounts that are none of the demonstration's.
    #[error("the registry is not empty: the demonstration would mix with what it holds")]
    NotEmpty,
    /// The stories are there already.
    #[error("the registry holds the demonstration already; ask for `--scale` to add invented agreements")]
    AlreadyFilled,
    /// The password given does not fit.
    #[error("a demo password has 8 to 128 characters: {0:?}")]
    Password(Problem),
    /// The password could not be hashed.
    #[error("the passwords could not be hashed: {0}")]
    Hash(Box<dyn Error + Send + Sync>),
    /// The system gives no random numbers.
    #[error("the passwords could not be drawn: {0}")]
    Chance(getrandom::Error),
    /// A text of the demonstration breaks a rule of the registry.
    #[error("the demonstration breaks a rule: {what}: {errors:?}")]
    Broken {
        /// Which text.
        what: String,
        /// Which rules.
        errors: FieldErrors,
    },
    /// A right is missing.
    #[error("the demonstration lacks a right: {0}")]
    Denied(#[from] Denied),
    /// The database could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl DemoError {
    fn broken(what: impl Into<String>) -> impl FnOnce(FieldErrors) -> Self {
        let what = what.into();
        move |errors| Self::Broken { what, errors }
    }

    fn problem(what: impl Into<String>) -> impl FnOnce(Problem) -> Self {
        let what = what.into();
        move |problem| {
            let mut errors = FieldErrors::default();
            errors.add("text", problem);
            Self::Broken { what, errors }
        }
    }
}

/// Fills an empty registry with the stories, then adds invented agreements where asked to; to a registry that
/// holds the stories already it adds those only. The stories are written whole or not at all.
pub async fn run<E>(
    db: &Db,
    stamp: &Stamp,
    options: &DemoOptions,
    hash_password: impl Fn(&str) -> Result<String, E>,
) -> Result<DemoReport, DemoError>
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let mut report = DemoReport::default();
    if needs_stories(&mut db.read().await?, options).await? {
        let password = options.password.as_deref();
        // Hashing takes its time: nobody should wait for the database meanwhile.
        let people = accounts::people(password, &hash_password)?;
        let mut tx = db.write().await?;
        if !needs_stories(&mut tx, options).await? {
            return Err(DemoError::AlreadyFilled);
        }
        let permit = decide(&Actor::Operator, Operate)?;
        let ids = exchanges::ids();
        let invented = Stamp::new(stamp.at, ids.clone());
        let institutions = institutions::insert(&mut tx, stamp, &invented).await?;
        let leads = accounts::insert(&mut tx, &permit, stamp, &institutions, &people).await?;
        report.agreements = stories::insert(&mut tx, stamp, &institutions, &leads).await?;
        let officer = accounts::someone(&mut tx, "officer.belcor").await?;
        let written = exchanges::insert(&mut tx, ids, stamp.at, &institutions, &leads, officer).await?;
        registry::mark_demo(&mut tx, &permit).await?;
        tx.commit().await?;
        let is_invented = |who: &&institutions::Who| who.is_invented();
        report.synthetic_institutions = institutions.keys().filter(is_invented).count();
        report.institutions = institutions.len() - report.synthetic_institutions;
        report.synthetic_agreements = written;
        report.accounts = people.into_iter().map(accounts::Person::into_account).collect();
    }
    if let Some(count) = options.scale {
        let (institutions, agreements) = scale::add(db, stamp, count).await?;
        report.synthetic_institutions += institutions;
        report.synthetic_agreements += agreements;
        let password = options.password.as_deref();
        report.accounts.extend(accounts::add_invented(db, stamp, password, &hash_password).await?);
    }
    Ok(report)
}

/// Whether the stories are to be written; an error where they must not be.
async fn needs_stories(tx: &mut Tx, options: &DemoOptions) -> Result<bool, DemoError> {
    if let Some(password) = &options.password {
        parse_password(&Secret::new(password)).map_err(DemoError::Password)?;
    }
    match (registry::is_empty(tx).await?, registry::get(tx).await?.holds_demo, options.scale) {
        (true, _, _) => Ok(true),
        (false, true, Some(_)) => Ok(false),
        (false, true, None) => Err(DemoError::AlreadyFilled),
        (false, false, _) => Err(DemoError::NotEmpty),
    }
}
