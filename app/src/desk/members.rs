//! Who belongs to an office: the list, invitations, roles.

use super::{Desk, accounts::LINK_HOURS, hash, secret};
use crate::error::AppError;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{ManageMembers, Permit, ReadMembers, Role, decide},
    email::Email,
    id::{InstitutionId, UserId},
    problem::{FieldErrors, Problem},
};
use serde::{Deserialize, Serialize};
use store::{
    account, institution,
    link::{self, Link},
    membership::{self, LastLead, Member},
};
use uuid::Uuid;

/// What was typed into one of the forms of the members page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MembersForm {
    /// Which form: `invite`, `role`, `remove` or `revoke`.
    pub form: String,
    /// Address of whom to invite.
    pub email: String,
    /// As what.
    pub role: String,
}

/// What the members page shows.
#[derive(Debug, Clone)]
pub struct MembersView {
    /// The institution.
    pub institution: InstitutionId,
    /// Its name in the language of the request.
    pub name: String,
    /// Its members.
    pub members: Vec<Member>,
    /// The open invitations.
    pub invitations: Vec<Link>,
    /// Who reads.
    pub reader: Option<UserId>,
    /// Whether the reader may invite, change roles and remove.
    pub can_manage: bool,
    /// When the address of the office's calendar was made; `None` while it has none.
    pub feed_made_at: Option<DateTime<Utc>>,
}

/// The office of an institution, for those who may read it.
pub async fn office(desk: &Desk, institution: &str) -> Result<MembersView, AppError> {
    let institution: InstitutionId = institution.parse().map_err(|_| AppError::NotFound)?;
    let permit = decide(desk.actor(), ReadMembers(institution))?;
    let mut tx = desk.read().await?;
    let feed_made_at = super::feed::made_at(desk, &mut tx, institution).await?;
    let names = institution::names(&mut tx, &[institution]).await?;
    let name = names.get(&institution).ok_or(AppError::NotFound)?.best(desk.lang()).1.to_string();
    Ok(MembersView {
        institution,
        name,
        members: membership::list(&mut tx, &permit).await?,
        invitations: link::list_open(&mut tx, &permit, desk.now()).await?,
        reader: desk.actor().person().map(|person| person.id),
        can_manage: decide(desk.actor(), ManageMembers(institution)).is_ok(),
        feed_made_at,
    })
}

/// The page of an office, without the language; the list of institutions when that is no id.
pub fn page(institution: &str) -> String {
    institution
        .parse::<InstitutionId>()
        .map_or_else(|_| "/institutions".to_owned(), |id| format!("/institutions/{id}/members"))
}

fn manage(desk: &Desk, institution: &str) -> Result<Permit<ManageMembers>, AppError> {
    // Whoever is not signed in is told so before anything is said of the institution.
    if desk.actor().person().is_none() {
        return Err(AppError::SignIn);
    }
    let institution: InstitutionId = institution.parse().map_err(|_| AppError::Denied)?;
    Ok(decide(desk.actor(), ManageMembers(institution))?)
}

/// An administrator, or a lead of an office above, may leave an office without a lead; its own leads may not.
fn last_lead(desk: &Desk, permit: &Permit<ManageMembers>) -> LastLead {
    let is_own = permit.office() == Some(permit.action().0);
    if is_own && !desk.actor().is_administrator() { LastLead::Stays } else { LastLead::MayGo }
}

/// Invites someone into the office: the address of the one-time link, to be handed over by the inviter.
pub async fn invite(desk: &Desk, institution: &str, form: &MembersForm) -> Result<String, AppError> {
    let permit = manage(desk, institution)?;
    let institution = permit.action().0;
    let mut errors = FieldErrors::default();
    let email = errors.take("email", Email::parse(&form.email));
    let role = errors.take("role", Role::from_code(&form.role).ok_or(Problem::NotAChoice));
    let (Some(email), Some(role)) = (email, role) else { return Err(errors.into()) };
    let stamp = desk.stamp();
    let mut tx = desk.write().await?;
    if institution::existing(&mut tx, &[institution]).await?.is_empty() {
        return Err(AppError::Denied);
    }
    if let Some(account) = account::find_by_email(&mut tx, &email).await?
        && membership::find(&mut tx, account.id, institution).await?.is_some()
    {
        return Err(super::accounts::invalid("email", Problem::Duplicate));
    }
    let secret = secret()?;
    let expires_at = stamp.at + TimeDelta::hours(LINK_HOURS);
    link::insert_invitation(&mut tx, &permit, &stamp, &hash(&secret), &email, role, expires_at).await?;
    tx.commit().await?;
    Ok(desk.link_url(&secret))
}

/// Changes what a member is.
pub async fn set_role(desk: &Desk, institution: &str, account: &str, role: &str) -> Result<(), AppError> {
    let permit = manage(desk, institution)?;
    let account: UserId = account.parse().map_err(|_| AppError::NotFound)?;
    let role = Role::from_code(role).ok_or_else(|| super::accounts::invalid("role", Problem::NotAChoice))?;
    let last = last_lead(desk, &permit);
    let mut tx = desk.write().await?;
    membership::set_role(&mut tx, &permit, &desk.stamp(), account, role, last).await?;
    Ok(tx.commit().await?)
}

/// Takes a member out of the office.
pub async fn remove(desk: &Desk, institution: &str, account: &str) -> Result<(), AppError> {
    let permit = manage(desk, institution)?;
    let account: UserId = account.parse().map_err(|_| AppError::NotFound)?;
    let last = last_lead(desk, &permit);
    let mut tx = desk.write().await?;
    membership::remove(&mut tx, &permit, &desk.stamp(), account, last).await?;
    Ok(tx.commit().await?)
}

/// Takes an open invitation back.
pub async fn revoke(desk: &Desk, institution: &str, link: &str) -> Result<(), AppError> {
    let permit = manage(desk, institution)?;
    let id: Uuid = link.parse().map_err(|_| AppError::NotFound)?;
    let mut tx = desk.write().await?;
    link::revoke(&mut tx, &permit, &desk.stamp(), id).await?;
    Ok(tx.commit().await?)
}
