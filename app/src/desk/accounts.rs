//! Signing in and out, one's own account, one-time links.

use super::{AppState, Clock, Desk, cookies, hash, href, keep, passwords, secret};
use crate::error::AppError;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Actor, Enter, ManageOwnAccount, Operate, Permit, Person, Role, decide},
    account::{AccountForm, PersonName, Secret, TokenScope, parse_password},
    email::Email,
    id::{InstitutionId, SessionId, TokenId, UserId},
    lang::Lang,
    problem::{FieldErrors, Problem},
};
use serde::{Deserialize, Serialize};
use store::{
    Db, IdSource, Stamp, Tx,
    account::{self, Account, NewAccount},
    attempt, institution,
    link::{self, Link, LinkPurpose},
    membership::{self, OwnOffice},
    session::{self, Session},
    token::{self, Token, TokenName},
};

/// Failed attempts of one account within the window, after which further ones are refused.
const FAILURES_OF_ACCOUNT: i64 = 5;
/// The same, of one network address.
const FAILURES_OF_ADDRESS: i64 = 20;
/// The window, in minutes.
const WINDOW_MINUTES: u32 = 15;
/// Hours that an invitation or a link to set a password is good for.
pub const LINK_HOURS: i64 = 72;
/// Hours that the link for the first administrator is good for.
const ADMINISTRATOR_LINK_HOURS: i64 = 24;
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

    /// The address of a one-time link.
    pub(super) fn link_url(&self, secret: &str) -> String {
        link_url(&self.state.public_url, self.lang(), secret)
    }
}

fn link_url(public_url: &str, lang: Lang, secret: &str) -> String {
    format!("{public_url}{}", href(lang, &format!("/link/{secret}")))
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
        offices: membership::list_of(&mut tx, id, desk.lang().code()).await?,
        sessions: session::list(&mut tx, &permit, desk.now(), desk.seen_after()).await?,
        tokens: token::list(&mut tx, &permit).await?,
        present: desk.visit.session,
    })
}

/// What the page of a one-time link shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkView {
    /// Make the first administrator.
    Administrator,
    /// Enter an office.
    Invitation {
        /// Whom it is for.
        email: Email,
        /// Name of the institution.
        institution: String,
        /// As what.
        role: Role,
        /// What stands between the reader and the office.
        step: InvitationStep,
    },
    /// Set a password.
    Password {
        /// Whose.
        name: String,
        /// Address to sign in with.
        email: String,
    },
}

/// What is to be done to accept an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationStep {
    /// Make an account.
    MakeAccount,
    /// Sign in with the account of that address.
    SignIn,
    /// Sign out: one is signed in as someone else.
    SignOut,
    /// Nothing but to say yes.
    Accept,
}

/// What a one-time link is for; `LinkOver` when it was used, is over, or never was.
pub async fn find_link(desk: &Desk, secret: &str) -> Result<LinkView, AppError> {
    let mut tx = desk.read().await?;
    let link = open_link(&mut tx, desk, secret).await?;
    Ok(match link.purpose {
        LinkPurpose::Administrator => LinkView::Administrator,
        LinkPurpose::Password { account } => {
            let account = account::find(&mut tx, account).await?.ok_or(AppError::LinkOver)?;
            LinkView::Password { name: account.name, email: account.email }
        }
        LinkPurpose::Invitation { email, institution, role } => {
            let step = invitation_step(&mut tx, desk, &email).await?;
            let names = institution::names(&mut tx, &[institution]).await?;
            let name = names.get(&institution).map(|name| name.best(desk.lang()).1.to_string());
            LinkView::Invitation { email, institution: name.unwrap_or_default(), role, step }
        }
    })
}

async fn open_link(tx: &mut Tx, desk: &Desk, secret: &str) -> Result<Link, AppError> {
    let link = link::find_open(tx, &hash(secret), desk.now()).await?.ok_or(AppError::LinkOver)?;
    if link.purpose == LinkPurpose::Administrator && account::has_administrator(tx).await? {
        return Err(AppError::LinkOver);
    }
    Ok(link)
}

async fn invitation_step(tx: &mut Tx, desk: &Desk, email: &Email) -> Result<InvitationStep, AppError> {
    let invited = account::find_by_email(tx, email).await?.map(|account| account.id);
    let present = desk.actor().person().map(|person| person.id);
    Ok(match (present, invited) {
        (None, None) => InvitationStep::MakeAccount,
        (None, Some(_)) => InvitationStep::SignIn,
        (Some(present), Some(invited)) if present == invited => InvitationStep::Accept,
        (Some(_), _) => InvitationStep::SignOut,
    })
}

/// The page of one-time links, as kept forms know it: without the secret, which is stored nowhere.
pub const LINK_PAGE: &str = "/link";

/// Answers the form of a one-time link: goes on, or back to the page of the link with what was typed.
pub async fn answer_link(
    desk: &Desk,
    secret: &str,
    form: &AccountForm,
    outcome: Result<Accepted, AppError>,
) -> Result<(), AppError> {
    let error = match outcome {
        Ok(accepted) => {
            if let Some(session) = &accepted.session {
                cookies::set_session(&desk.state.sessions, Some(session));
            }
            leptos_axum::redirect(&accepted.onward);
            return Ok(());
        }
        Err(error) => error,
    };
    let typed = AccountForm {
        name: form.name.clone(),
        email: form.email.clone(),
        password: Secret::default(),
        password_again: Secret::default(),
    };
    let key = keep(desk, LINK_PAGE, &typed, Some(&error)).await?;
    let secret = if secret.bytes().all(|b| b.is_ascii_hexdigit()) { secret } else { "0" };
    leptos_axum::redirect(&desk.href(&format!("{LINK_PAGE}/{secret}?kept={key}")));
    Ok(())
}

/// What came of a one-time link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The secret of the session it began; `None` when one was signed in already.
    pub session: Option<String>,
    /// Where to go on to.
    pub onward: String,
}

/// Uses a one-time link: makes the account, enters the office, or sets the password; all of it or nothing.
pub async fn accept_link(desk: &Desk, secret: &str, form: &AccountForm) -> Result<Accepted, AppError> {
    let mut tx = desk.read().await?;
    let link = open_link(&mut tx, desk, secret).await?;
    let step = match &link.purpose {
        LinkPurpose::Invitation { email, .. } => invitation_step(&mut tx, desk, email).await?,
        LinkPurpose::Administrator | LinkPurpose::Password { .. } => InvitationStep::MakeAccount,
    };
    drop(tx);
    match (link.purpose, step) {
        (LinkPurpose::Password { account }, _) => set_password(desk, secret, account, form).await,
        (LinkPurpose::Administrator, _) => make_account(desk, secret, form.clone(), None).await,
        (LinkPurpose::Invitation { email, institution, .. }, InvitationStep::MakeAccount) => {
            let form = AccountForm { email: email.to_string(), ..form.clone() };
            make_account(desk, secret, form, Some(institution)).await
        }
        (LinkPurpose::Invitation { institution, .. }, InvitationStep::Accept) => {
            enter_office(desk, secret, institution).await
        }
        (LinkPurpose::Invitation { .. }, InvitationStep::SignIn) => {
            Err(invalid("email", Problem::TakenEmail))
        }
        (LinkPurpose::Invitation { .. }, InvitationStep::SignOut) => Err(AppError::Conflict),
    }
}

async fn make_account(
    desk: &Desk,
    secret: &str,
    form: AccountForm,
    institution: Option<InstitutionId>,
) -> Result<Accepted, AppError> {
    let draft = form.parse()?;
    let password_hash = new_hash(&draft.password, &[draft.name.as_str(), draft.email.as_str()]).await?;
    let stamp = desk.stamp();
    let person = Person {
        id: UserId(stamp.id()),
        name: draft.name.to_string(),
        is_administrator: institution.is_none(),
        memberships: Vec::new(),
    };
    let permit = decide(&Actor::Person(person.clone()), Enter)?;
    let account = NewAccount {
        name: &draft.name,
        email: &draft.email,
        password_hash: &password_hash,
        lang: desk.lang(),
        is_administrator: institution.is_none(),
        is_demo: false,
    };
    let mut tx = desk.state.db.write().await?;
    let used = link::use_once(&mut tx, &stamp, &hash(secret)).await?.ok_or(AppError::LinkOver)?;
    if account.is_administrator && account::has_administrator(&mut tx).await? {
        return Err(AppError::LinkOver);
    }
    let id = account::insert_through_link(&mut tx, &permit, &stamp, &used, &account).await?;
    if institution.is_some() {
        membership::insert_through_link(&mut tx, &permit, &stamp, &used, id).await?;
    }
    let session = begin_session(&mut tx, desk, &stamp, person).await?;
    tx.commit().await?;
    Ok(Accepted { session: Some(session), onward: office_href(desk, institution) })
}

async fn enter_office(desk: &Desk, secret: &str, institution: InstitutionId) -> Result<Accepted, AppError> {
    let permit = decide(desk.actor(), Enter)?;
    let id = permit.user().ok_or(AppError::SignIn)?;
    let stamp = desk.stamp();
    let mut tx = desk.write().await?;
    let used = link::use_once(&mut tx, &stamp, &hash(secret)).await?.ok_or(AppError::LinkOver)?;
    membership::insert_through_link(&mut tx, &permit, &stamp, &used, id).await?;
    tx.commit().await?;
    Ok(Accepted { session: None, onward: office_href(desk, Some(institution)) })
}

async fn set_password(
    desk: &Desk,
    secret: &str,
    account: UserId,
    form: &AccountForm,
) -> Result<Accepted, AppError> {
    let new = NewPassword {
        current: Secret::default(),
        password: form.password.clone(),
        password_again: form.password_again.clone(),
    };
    let errors = password_errors(&new);
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let mut tx = desk.read().await?;
    let person = account::actor(&mut tx, account).await?.ok_or(AppError::LinkOver)?;
    let account = account::find(&mut tx, account).await?.ok_or(AppError::LinkOver)?;
    drop(tx);
    let password_hash = new_hash(&form.password, &[&account.name, &account.email]).await?;
    let permit = decide(&Actor::Person(person.clone()), Enter)?;
    let stamp = desk.stamp();
    let mut tx = desk.state.db.write().await?;
    let used = link::use_once(&mut tx, &stamp, &hash(secret)).await?.ok_or(AppError::LinkOver)?;
    account::set_password_through_link(&mut tx, &permit, &stamp, &used, &password_hash).await?;
    session::end_all_through_link(&mut tx, &permit, &stamp, &used).await?;
    let session = begin_session(&mut tx, desk, &stamp, person).await?;
    tx.commit().await?;
    Ok(Accepted { session: Some(session), onward: desk.href("") })
}

fn office_href(desk: &Desk, institution: Option<InstitutionId>) -> String {
    institution.map_or_else(|| desk.href(""), |id| desk.href(&format!("/institutions/{id}")))
}

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
    let stamp = Stamp::new(clock.now(), IdSource::Random);
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

#[cfg(test)]
mod tests;
