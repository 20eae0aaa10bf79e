//! The audit trail, for administrators.

use super::Desk;
use crate::error::AppError;
use chrono::{DateTime, Utc};
use domain::{
    access::{ReadAudit, decide},
    id::InstitutionId,
};
use store::{
    audit::{self, AuditLine},
    institution::{self, Names},
};
use uuid::Uuid;

/// Lines of a page.
const PAGE_SIZE: i64 = 100;

/// A page of the audit trail.
#[derive(Debug)]
pub struct Trail {
    /// Newest first.
    pub lines: Vec<AuditLine>,
    /// The names of the offices in them.
    pub names: Names,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A page of the trail, after a place in it.
pub async fn list(desk: &Desk, after: &str) -> Result<Trail, AppError> {
    let permit = decide(desk.actor(), ReadAudit)?;
    let before: Option<(DateTime<Utc>, Uuid)> =
        after.split_once('~').and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)));
    let mut tx = desk.read().await?;
    let mut lines = audit::list(&mut tx, &permit, before, PAGE_SIZE + 1).await?;
    let has_more = lines.len() > usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX);
    lines.truncate(usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX));
    let next = lines.last().filter(|_| has_more).map(|line| format!("{}~{}", line.at.to_rfc3339(), line.id));
    let mut offices: Vec<_> = lines.iter().filter_map(|line| line.office_id.map(InstitutionId)).collect();
    offices.sort_unstable();
    offices.dedup();
    let mut names = institution::names_once(&mut tx, &offices).await?;
    names.extend(institution::names(&mut tx, &offices).await?);
    Ok(Trail { lines, names, next })
}
