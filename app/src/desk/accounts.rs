//! Signing in and out, one's own account; below, one-time links and what the operator does.

use super::{AppState, Desk, hash, href, passwords, secret};
use crate::error::AppError;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Actor, Enter, ManageOwnAccount, Permit, Person, decide},
    account::{Secret, TokenScope, parse_password},
    email::Email,
    id::{SessionId, TokenId},
    lang::Lang,
    problem::{FieldErrors, Problem},
};
use serde::{Deserialize, Serialize};
use store::{
    Stamp, Tx,
    account::{self, Account},
    attempt,
    membership::{self, OwnOffice},
    session::{self, Session},
    token::{self, Token, TokenName},
};

mod links;
mod operator;

pub use links::{
    Accepted, InvitationStep, LINK_HOURS, LINK_PAGE, LinkView, accept_link, answer_link, find_link,
};
pub use operator::{NewUser, add_user, administrator_link, password_link};

/// Failed attempts of one account within the window, after which further ones are refused.
const FAILURES_OF_ACCOUNT: i64 = 5;
/// The same, of one network address.
const FAILURES_OF_ADDRESS: i64 = 20;
/// The window, in minutes.
const WINDOW_MINUTES: u32 = 15;
/// Days that a personal token may be good for.
pub const TOKEN_DAYS: [u32; 3] = [30, 90, 365];
/// What every personal token begins with, so that one that leaks is recognised.
const TOKEN_PREFIX: &str = "entente_";
/// Most characters kept of what a browser calls itself.
const AGENT_LENGTH: usize = 200;

/// What was typed to sign in, but for the password.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    /// E-mail address.
    pub email: String,
    /// Where to go afterwards.
    pub next: String,
}

/// What was typed into one of the forms of the account page, but for passwords.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnForm {
    /// Which form: `password`, `session` or `token`.
    pub form: String,
    /// Name of a token.
    pub name: String,
    /// Scope of a token.
    pub scope: String,
    /// Days a token is good for.
    pub days: String,
}

/// A new password, with the present one where one is signed in.
#[derive(Debug, Clone, Default)]
pub struct NewPassword {
    /// The present one.
    pub current: Secret,
    /// The new one.
    pub password: Secret,
    /// The new one once more.
    pub password_again: Secret,
}

/// An address of this site to go on to: a path of our own, in characters that a header can hold.
pub fn own_path(next: &str) -> Option<&str> {
    let is_visible = next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let is_path = next.starts_with('/') && !next.starts_with("//");
    (is_visible && is_path && next.len() <= 2_000 && !next.starts_with("/api/")).then_some(next)
}

/// The address of the same page in another language.
pub fn in_language(path: &str, lang: Lang) -> String {
    for other in Lang::ALL {
        let Some(rest) = path.strip_prefix(&href(other, "")) else { continue };
        if rest.is_empty() || rest.starts_with(['/', '?', '#']) {
            return href(lang, rest);
        }
    }
    path.to_owned()
}

impl Desk {
    /// The instant after which a session must have been seen to be alive.
    pub fn seen_after(&self) -> DateTime<Utc> {
        self.now() - TimeDelta::minutes(self.state.sessions.idle_minutes)
    }

    /// Whoever asks may change the own account; `SignIn` when that is nobody.
    fn own(&self) -> Result<Permit<ManageOwnAccount>, AppError> {
        let id = self.actor().person().ok_or(AppError::SignIn)?.id;
        Ok(decide(self.actor(), ManageOwnAccount(id))?)
    }
}

/// Who holds the secret of a session that is alive. That it was seen is noted at most once a minute; when that
/// fails, because the disk is full, the reader reads on.
pub async fn holder_of_session(
    state: &AppState,
    secret: &str,
) -> Result<Option<(Person, SessionId)>, AppError> {
    let now = state.clock.now();
    let seen_after = now - TimeDelta::minutes(state.sessions.idle_minutes);
    let mut tx = state.db.read().await?;
    let found = session::find_by_hash(&mut tx, &hash(secret), now, seen_after).await?;
    let Some(session) = found else { return Ok(None) };
    let Some(person) = account::actor(&mut tx, session.account).await? else { return Ok(None) };
    drop(tx);
    if session.is_to_touch(now) {
        let touched = async {
            let mut tx = state.db.write().await?;
            session::touch(&mut tx, session.id, now).await?;
            tx.commit().await
        };
        if let Err(cause) = touched.await {
            tracing::warn!(%cause, "that a session was seen could not be noted");
        }
    }
    Ok(Some((person, session.id)))
}

/// Who holds a personal token that works, and what it may do.
pub async fn holder_of_token(
    state: &AppState,
    secret: &str,
) -> Result<Option<(Person, TokenScope)>, AppError> {
    let now = state.clock.now();
    let mut tx = state.db.read().await?;
    let Some(token) = token::find_by_hash(&mut tx, &hash(secret), now).await? else { return Ok(None) };
    let Some(person) = account::actor(&mut tx, token.account).await? else { return Ok(None) };
    drop(tx);
    if token.is_to_touch(now) {
        let touched = async {
            let mut tx = state.db.write().await?;
            token::touch(&mut tx, token.id, now).await?;
            tx.commit().await
        };
        if let Err(cause) = touched.await {
            tracing::warn!(%cause, "that a token was used could not be noted");
        }
    }
    Ok(Some((person, token.scope)))
}

/// What counts as one address when failures are counted: of IPv6 the network, for whoever has one address there
/// has them all.
fn network(address: &str) -> String {
    match address.parse() {
        Ok(std::net::IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(address) => address.to_string(),
            None => format!("{:x?}", &address.segments()[..4]),
        },
        _ => address.to_owned(),
    }
}

/// Signs in: the secret of the new session. One answer for a wrong address and a wrong password, after the same
/// work.
pub async fn sign_in(desk: &Desk, email: &str, password: &Secret) -> Result<String, AppError> {
    let mut errors = FieldErrors::default();
    let email = errors.take("email", Email::parse(email));
    if password.reveal().is_empty() {
        errors.add("password", Problem::Required);
    }
    let Some(email) = email.filter(|_| errors.is_empty()) else { return Err(errors.into()) };
    let account = account::find_by_email(&mut desk.read().await?, &email).await?;
    if !try_password(desk, &email.key(), account.as_ref(), password).await? {
        return Err(AppError::WrongCredentials);
    }
    let account = account.ok_or(AppError::WrongCredentials)?;
    let mut tx = desk.state.db.write().await?;
    let person = account::actor(&mut tx, account.id).await?.ok_or(AppError::WrongCredentials)?;
    let secret = begin_session(&mut tx, desk, &desk.stamp(), person).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Whether a password is the account's, within the limits of failures. The attempt is written before the
/// password is looked at: a thousand tries at once count as a thousand.
async fn try_password(
    desk: &Desk,
    email_key: &str,
    account: Option<&Account>,
    password: &Secret,
) -> Result<bool, AppError> {
    let permit = decide(desk.actor(), Enter)?;
    let stamp = desk.stamp();
    let after = stamp.at - TimeDelta::minutes(i64::from(WINDOW_MINUTES));
    let of_account = (hash(&format!("account {email_key}")), FAILURES_OF_ACCOUNT);
    let of_address = desk
        .visit
        .address
        .as_ref()
        .map(|at| (hash(&format!("address {}", network(at))), FAILURES_OF_ADDRESS));
    let subjects: Vec<_> = std::iter::once(of_account.clone()).chain(of_address).collect();

    let mut tx = desk.state.db.write().await?;
    attempt::delete_old(&mut tx, after).await?;
    let mut attempts = Vec::with_capacity(subjects.len());
    for (subject, _) in &subjects {
        attempts.push(attempt::insert(&mut tx, &permit, &stamp, subject).await?);
    }
    tx.commit().await?;

    let mut tx = desk.read().await?;
    let mut is_over = false;
    for (subject, most) in &subjects {
        is_over |= attempt::count(&mut tx, subject, after).await? > *most;
    }
    drop(tx);

    let is_alive = account.is_some_and(|account| account.disabled_at.is_none());
    let is_right = !is_over
        && passwords::is_right(password, account.map(|account| &account.password_hash)).await?
        && is_alive;
    let mut tx = desk.state.db.write().await?;
    if is_over || is_right {
        for id in attempts {
            attempt::delete(&mut tx, &permit, id).await?;
        }
    }
    if is_right {
        attempt::clear(&mut tx, &permit, &of_account.0).await?;
    } else {
        attempt::record_failure(&mut tx, &permit, &stamp, account.map(|account| account.id)).await?;
    }
    tx.commit().await?;
    if is_over { Err(AppError::TooMany { minutes: WINDOW_MINUTES }) } else { Ok(is_right) }
}

/// Begins a session of a person in place of the one the browser had: its secret.
async fn begin_session(tx: &mut Tx, desk: &Desk, stamp: &Stamp, person: Person) -> Result<String, AppError> {
    let permit = decide(&Actor::Person(person), Enter)?;
    let secret = secret()?;
    let expires_at = stamp.at + TimeDelta::hours(desk.state.sessions.absolute_hours);
    let agent: String = desk.visit.agent.chars().filter(|c| !c.is_control()).take(AGENT_LENGTH).collect();
    session::delete_over(tx, stamp.at, desk.seen_after()).await?;
    session::insert(tx, &permit, stamp, &hash(&secret), &agent, expires_at, desk.visit.session).await?;
    Ok(secret)
}

/// Ends the session of this browser. Someone who is not signed in is signed out already.
pub async fn sign_out(desk: &Desk) -> Result<(), AppError> {
    let (Ok(permit), Some(id)) = (desk.own(), desk.visit.session) else { return Ok(()) };
    let mut tx = desk.write().await?;
    session::end(&mut tx, &permit, &desk.stamp(), id).await?;
    Ok(tx.commit().await?)
}

/// Changes one's own password, and ends every other session.
pub async fn change_password(desk: &Desk, form: &NewPassword) -> Result<(), AppError> {
    let permit = desk.own()?;
    let account = account::find(&mut desk.read().await?, permit.action().0).await?;
    let account = account.ok_or(AppError::SignIn)?;
    let mut errors = password_errors(form);
    if form.current.reveal().is_empty() {
        errors
            .0
            .insert(0, domain::problem::FieldError { field: "current".into(), problem: Problem::Required });
    }
    if !errors.is_empty() {
        return Err(errors.into());
    }
    if !try_password(desk, &account.email.to_lowercase(), Some(&account), &form.current).await? {
        return Err(invalid("current", Problem::WrongPassword));
    }
    let hash = new_hash(&form.password, &[&account.name, &account.email]).await?;
    let mut tx = desk.write().await?;
    let stamp = desk.stamp();
    account::set_password(&mut tx, &permit, &stamp, &hash).await?;
    match desk.visit.session {
        Some(kept) => session::end_others(&mut tx, &permit, &stamp, kept).await?,
        None => session::end_all(&mut tx, &permit, &stamp).await?,
    };
    Ok(tx.commit().await?)
}

fn password_errors(form: &NewPassword) -> FieldErrors {
    let mut errors = FieldErrors::default();
    let password = errors.take("password", parse_password(&form.password));
    if password.is_some() && form.password != form.password_again {
        errors.add("password_again", Problem::PasswordsDiffer);
    }
    errors
}

async fn new_hash(password: &Secret, known: &[&str]) -> Result<String, AppError> {
    passwords::hash_new(password, known).await?.map_err(|problem| invalid("password", problem))
}

pub(super) fn invalid(field: &str, problem: Problem) -> AppError {
    let mut fields = FieldErrors::default();
    fields.add(field, problem);
    AppError::Invalid { fields }
}

/// Ends one of one's own sessions; says whether it was the one of this browser.
pub async fn end_session(desk: &Desk, id: &str) -> Result<bool, AppError> {
    let permit = desk.own()?;
    let id: SessionId = id.parse().map_err(|_| AppError::NotFound)?;
    let mut tx = desk.write().await?;
    session::end(&mut tx, &permit, &desk.stamp(), id).await?;
    tx.commit().await?;
    Ok(desk.visit.session == Some(id))
}

/// Ends all of one's own sessions but the one of this browser.
pub async fn end_other_sessions(desk: &Desk) -> Result<(), AppError> {
    let permit = desk.own()?;
    let kept = desk.visit.session.ok_or(AppError::SignIn)?;
    let mut tx = desk.write().await?;
    session::end_others(&mut tx, &permit, &desk.stamp(), kept).await?;
    Ok(tx.commit().await?)
}

/// Makes a personal token: its secret, which is shown once.
pub async fn create_token(desk: &Desk, form: &OwnForm) -> Result<String, AppError> {
    let permit = desk.own()?;
    let mut errors = FieldErrors::default();
    let name = errors.take("name", TokenName::parse(&form.name));
    let scope = errors.take("scope", TokenScope::parse(&form.scope));
    let days = TOKEN_DAYS.into_iter().find(|days| days.to_string() == form.days);
    let days = errors.take("days", days.ok_or(Problem::NotAChoice));
    let (Some(name), Some(scope), Some(days)) = (name, scope, days) else { return Err(errors.into()) };
    let secret = format!("{TOKEN_PREFIX}{}", secret()?);
    let stamp = desk.stamp();
    let expires_at = stamp.at + TimeDelta::days(i64::from(days));
    let mut tx = desk.write().await?;
    token::insert(&mut tx, &permit, &stamp, &hash(&secret), &name, scope, expires_at).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Revokes one of one's own tokens.
pub async fn revoke_token(desk: &Desk, id: &str) -> Result<(), AppError> {
    let permit = desk.own()?;
    let id: TokenId = id.parse().map_err(|_| AppError::NotFound)?;
    let mut tx = desk.write().await?;
    token::revoke(&mut tx, &permit, &desk.stamp(), id).await?;
    Ok(tx.commit().await?)
}

/// Notes the language of someone who is signed in; for a visitor there is nothing to note.
pub async fn set_lang(desk: &Desk, lang: Lang) -> Result<(), AppError> {
    let Ok(permit) = desk.own() else { return Ok(()) };
    let mut tx = desk.write().await?;
    account::set_lang(&mut tx, &permit, &desk.stamp(), lang).await?;
    Ok(tx.commit().await?)
}

/// What the account page shows.
#[derive(Debug, Clone)]
pub struct OwnAccount {
    /// The account.
    pub account: Account,
    /// Whether one is reminded by mail.
    pub wants_mail: bool,
    /// The offices one belongs to.
    pub offices: Vec<OwnOffice>,
    /// One's sessions, last used first.
    pub sessions: Vec<Session>,
    /// One's tokens.
    pub tokens: Vec<Token>,
    /// The session of this browser.
    pub present: Option<SessionId>,
}

/// One's own account.
pub async fn own_account(desk: &Desk) -> Result<OwnAccount, AppError> {
    let permit = desk.own()?;
    let id = permit.action().0;
    let mut tx = desk.read().await?;
    Ok(OwnAccount {
        account: account::find(&mut tx, id).await?.ok_or(AppError::SignIn)?,
        wants_mail: account::wants_mail(&mut tx, &permit).await?,
        offices: membership::list_of(&mut tx, id, desk.lang().code()).await?,
        sessions: session::list(&mut tx, &permit, desk.now(), desk.seen_after()).await?,
        tokens: token::list(&mut tx, &permit).await?,
        present: desk.visit.session,
    })
}

#[cfg(test)]
mod tests;
