//! The audit trail, for administrators.

use super::Desk;
use crate::error::AppError;
use chrono::{DateTime, Utc};
use domain::access::{ReadAudit, decide};
use store::audit::{self, AuditLine};
use uuid::Uuid;

/// Lines of a page.
const PAGE_SIZE: i64 = 100;

/// A page of the trail, newest first; and where the next one begins.
pub async fn list(desk: &Desk, after: &str) -> Result<(Vec<AuditLine>, Option<String>), AppError> {
    let permit = decide(desk.actor(), ReadAudit)?;
    let before: Option<(DateTime<Utc>, Uuid)> =
        after.split_once('~').and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)));
    let mut tx = desk.read().await?;
    let mut lines = audit::list(&mut tx, &permit, before, PAGE_SIZE + 1).await?;
    let has_more = lines.len() > usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX);
    lines.truncate(usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX));
    let next = lines.last().filter(|_| has_more).map(|line| format!("{}~{}", line.at.to_rfc3339(), line.id));
    Ok((lines, next))
}
