//! The private calendar of an office: ends of agreements, last days to give notice, commitments that are due, years without
//! an agreement.

use super::{AppState, Desk, hash, secret};
use crate::error::AppError;
use chrono::{DateTime, Utc};
use domain::{
    access::{ManageFeed, Permit, decide},
    id::InstitutionId,
    institution::Name,
    multilingual::Multilingual,
};
use store::{
    Tx,
    agreement::{self, Deadlines},
    feed,
    inbox::{self, Gap, Owed},
    institution::{self, Names},
};

/// Where calendars are; their secret follows.
pub const FEED_PATH: &str = "/calendar/";

/// What a calendar holds.
#[derive(Debug)]
pub struct Calendar {
    /// The name of the office.
    pub name: Multilingual<Name>,
    /// Its agreements that have an end.
    pub agreements: Vec<Deadlines>,
    /// What it promised.
    pub owed: Vec<Owed>,
    /// The years in which it is no more covered with a partner.
    pub gaps: Vec<Gap>,
    /// The names of those partners.
    pub partners: Names,
}

fn manage(desk: &Desk, institution: &str) -> Result<Permit<ManageFeed>, AppError> {
    // Whoever is not signed in is told so before anything is said of the institution.
    if desk.actor().person().is_none() {
        return Err(AppError::SignIn);
    }
    let institution: InstitutionId = institution.parse().map_err(|_| AppError::Denied)?;
    Ok(decide(desk.actor(), ManageFeed(institution))?)
}

/// When the address of an office's calendar was made; `None` while it has none, or for those who may not know.
pub async fn made_at(
    desk: &Desk,
    tx: &mut Tx,
    institution: InstitutionId,
) -> Result<Option<DateTime<Utc>>, AppError> {
    let Ok(permit) = decide(desk.actor(), ManageFeed(institution)) else { return Ok(None) };
    Ok(feed::made_at(tx, &permit).await?)
}

/// Gives an office's calendar a new address; the one before opens nothing any more.
pub async fn renew(desk: &Desk, institution: &str) -> Result<String, AppError> {
    let permit = manage(desk, institution)?;
    let secret = secret()?;
    let mut tx = desk.write().await?;
    if institution::existing(&mut tx, &[permit.action().0]).await?.is_empty() {
        return Err(AppError::Denied);
    }
    feed::put(&mut tx, &permit, &desk.stamp(), &hash(&secret)).await?;
    tx.commit().await?;
    Ok(format!("{}{FEED_PATH}{secret}.ics?lang={}", desk.state.public_url, desk.lang().code()))
}

/// Takes the address of an office's calendar away.
pub async fn revoke(desk: &Desk, institution: &str) -> Result<(), AppError> {
    let permit = manage(desk, institution)?;
    let mut tx = desk.write().await?;
    feed::delete(&mut tx, &permit, &desk.stamp()).await?;
    Ok(tx.commit().await?)
}

/// The calendar that a secret opens.
pub async fn calendar(state: &AppState, secret: &str) -> Result<Option<Calendar>, AppError> {
    let mut tx = state.db.read().await?;
    let Some(office) = feed::office_of(&mut tx, &hash(secret)).await? else { return Ok(None) };
    let family = institution::family(&mut tx, office).await?;
    let name = institution::names(&mut tx, &[office]).await?.remove(&office).ok_or(AppError::NotFound)?;
    let today = state.clock.now().date_naive();
    let gaps = inbox::gaps(&mut tx, &family, today).await?;
    let partners: Vec<InstitutionId> = gaps.iter().map(|gap| gap.partner).collect();
    Ok(Some(Calendar {
        name,
        agreements: agreement::deadlines(&mut tx, &family).await?,
        owed: inbox::owed(&mut tx, &family, today).await?,
        partners: institution::names(&mut tx, &partners).await?,
        gaps,
    }))
}
