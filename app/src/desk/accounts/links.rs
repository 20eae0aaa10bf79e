//! One-time links: what each is for, and what comes of it.

use super::{NewPassword, begin_session, invalid, new_hash, password_errors};
use crate::{
    desk::{Desk, cookies, hash, href, keep},
    error::AppError,
};
use domain::{
    access::{Actor, Enter, Person, Role, decide},
    account::{AccountForm, Secret},
    email::Email,
    id::{InstitutionId, UserId},
    lang::Lang,
    problem::Problem,
};
use store::{
    Tx,
    account::{self, NewAccount},
    institution,
    link::{self, Link, LinkPurpose},
    membership, session,
};

/// Hours that an invitation or a link to set a password is good for.
pub const LINK_HOURS: i64 = 72;
/// The page of one-time links, as kept forms know it: without the secret, which is stored nowhere.
pub const LINK_PAGE: &str = "/link";

impl Desk {
    /// The address of a one-time link.
    pub(in crate::desk) fn link_url(&self, secret: &str) -> String {
        link_url(&self.state.public_url, self.lang(), secret)
    }
}

pub(super) fn link_url(public_url: &str, lang: Lang, secret: &str) -> String {
    format!("{public_url}{}", href(lang, &format!("/link/{secret}")))
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
