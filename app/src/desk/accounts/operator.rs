//! Accounts made at the operator's word, on the server itself.

use super::{
    invalid,
    links::{LINK_HOURS, link_url},
};
use crate::{
    desk::{AppState, Clock, hash, secret},
    error::AppError,
};
use chrono::TimeDelta;
use domain::{
    access::{Actor, Operate, Permit, Role, decide},
    account::PersonName,
    email::Email,
    id::{InstitutionId, UserId},
    lang::Lang,
    problem::{FieldErrors, Problem},
};
use store::{
    Db, IdSource, Stamp, Tx,
    account::{self, NewAccount},
    institution, link, membership,
};

/// Hours that the link for the first administrator is good for.
const ADMINISTRATOR_LINK_HOURS: i64 = 24;

fn operator() -> Result<Permit<Operate>, AppError> {
    Ok(decide(&Actor::Operator, Operate)?)
}

/// The link by which the first administrator makes the account, while nobody administers the registry. A link
/// made earlier and not used opens nothing any more.
pub async fn administrator_link(
    db: &Db,
    clock: &Clock,
    public_url: &str,
) -> Result<Option<String>, AppError> {
    let stamp = Stamp::new(clock.now(), IdSource::default());
    let mut tx = db.write().await?;
    if account::has_administrator(&mut tx).await? {
        return Ok(None);
    }
    let secret = secret()?;
    let expires_at = stamp.at + TimeDelta::hours(ADMINISTRATOR_LINK_HOURS);
    link::insert_administrator(&mut tx, &operator()?, &stamp, &hash(&secret), expires_at).await?;
    tx.commit().await?;
    Ok(Some(link_url(public_url, Lang::default(), &secret)))
}

/// A user to be added from the command line.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// E-mail address, as typed.
    pub email: String,
    /// Name, as typed.
    pub name: String,
    /// Whether the person administers the registry.
    pub is_administrator: bool,
    /// The office to enter, and as what.
    pub office: Option<(InstitutionId, Role)>,
    /// The language of the person.
    pub lang: Lang,
}

/// Adds a user: the one-time link by which the person sets the password. Fields of errors: `name`, `email`,
/// `institution`.
pub async fn add_user(state: &AppState, user: &NewUser) -> Result<String, AppError> {
    let mut errors = FieldErrors::default();
    let name = errors.take("name", PersonName::parse(&user.name));
    let email = errors.take("email", Email::parse(&user.email));
    let (Some(name), Some(email)) = (name, email) else { return Err(errors.into()) };
    let stamp = Stamp::new(state.clock.now(), state.ids.clone());
    let permit = operator()?;
    let mut tx = state.db.write().await?;
    let account = NewAccount {
        name: &name,
        email: &email,
        password_hash: "",
        lang: user.lang,
        is_administrator: user.is_administrator,
        is_demo: false,
    };
    let id = account::insert(&mut tx, &permit, &stamp, &account).await?;
    if let Some((institution, role)) = user.office {
        if institution::existing(&mut tx, &[institution]).await?.is_empty() {
            return Err(invalid("institution", Problem::UnknownInstitution));
        }
        membership::insert(&mut tx, &permit, &stamp, id, institution, role).await?;
    }
    let link = password_link_of(&mut tx, state, &stamp, id, user.lang).await?;
    tx.commit().await?;
    Ok(link)
}

/// A one-time link by which someone who has an account sets a new password, made at the operator's word.
pub async fn password_link(state: &AppState, email: &str) -> Result<String, AppError> {
    let email = Email::parse(email).map_err(|problem| invalid("email", problem))?;
    let stamp = Stamp::new(state.clock.now(), state.ids.clone());
    let mut tx = state.db.write().await?;
    let account = account::find_by_email(&mut tx, &email).await?.ok_or(AppError::NotFound)?;
    let link = password_link_of(&mut tx, state, &stamp, account.id, account.lang).await?;
    tx.commit().await?;
    Ok(link)
}

async fn password_link_of(
    tx: &mut Tx,
    state: &AppState,
    stamp: &Stamp,
    account: UserId,
    lang: Lang,
) -> Result<String, AppError> {
    let secret = secret()?;
    let expires_at = stamp.at + TimeDelta::hours(LINK_HOURS);
    link::insert_password(tx, &operator()?, stamp, &hash(&secret), account, expires_at).await?;
    Ok(link_url(&state.public_url, lang, &secret))
}
