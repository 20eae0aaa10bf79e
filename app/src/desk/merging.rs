//! Two institutions that are one: looked at side by side, then made one.

use super::Desk;
use crate::{api::institutions::MergeForm, error::AppError};
use domain::{
    access::{MergeInstitutions, decide},
    fold,
    id::InstitutionId,
    institution::{InstitutionDraft, NotMerged},
    problem::{FieldErrors, Problem},
};
use store::institution::{self, InstitutionItem, InstitutionRecord, Names, Weight};

/// Institutions offered at once.
const OFFERED: i64 = 12;

/// Two institutions, side by side.
#[derive(Debug, Clone)]
pub struct MergeView {
    /// The one that goes.
    pub gone: InstitutionRecord,
    /// The one that stays.
    pub kept: InstitutionRecord,
    /// What will be written about it.
    pub merged: InstitutionDraft,
    /// Names of their parents and successors.
    pub names: Names,
    /// What goes over.
    pub weight: Weight,
    /// Whether the office of the one that stays has a calendar of its own, which then is that of both.
    pub has_calendar: bool,
    /// Why they cannot be one.
    pub why_not: Option<NotMerged>,
}

/// The institutions that one may turn out to be: those that words find, else those much like it.
pub async fn candidates(
    desk: &Desk,
    id: InstitutionId,
    typed: &str,
) -> Result<(InstitutionRecord, Vec<InstitutionItem>), AppError> {
    decide(desk.actor(), MergeInstitutions)?;
    let mut tx = desk.read().await?;
    let record = institution::get(&mut tx, id).await?;
    let words = fold::searched(typed);
    let mut found = if words.is_empty() {
        institution::likely_duplicates(&mut tx, &record.draft, Some(id)).await?
    } else {
        institution::suggest(&mut tx, &words, OFFERED).await?
    };
    found.retain(|item| item.id != id);
    Ok((record, found))
}

/// Two institutions side by side, and what would become of them.
pub async fn compare(desk: &Desk, gone: InstitutionId, kept: InstitutionId) -> Result<MergeView, AppError> {
    let permit = decide(desk.actor(), MergeInstitutions)?;
    let mut tx = desk.read().await?;
    let (gone, kept) = (institution::get(&mut tx, gone).await?, institution::get(&mut tx, kept).await?);
    let merged = kept.draft.merged(kept.id, &gone.draft, gone.id);
    let drafts = [&gone.draft, &kept.draft];
    let related: Vec<_> = drafts.iter().flat_map(|draft| [draft.parent, draft.successor]).flatten().collect();
    let names = institution::names(&mut tx, &related).await?;
    let weight = institution::weigh(&mut tx, &permit, gone.id).await?;
    let has_calendar = institution::weigh(&mut tx, &permit, kept.id).await?.calendars > 0;
    let why_not = institution::not_merged(&mut tx, &permit, gone.id, kept.id).await?;
    Ok(MergeView { gone, kept, merged, names, weight, has_calendar, why_not })
}

/// Makes one of two; answers the one that stays.
pub async fn merge(desk: &Desk, gone: InstitutionId, form: &MergeForm) -> Result<InstitutionId, AppError> {
    let permit = decide(desk.actor(), MergeInstitutions)?;
    let mut tx = desk.write().await?;
    let record = institution::get(&mut tx, gone).await?;
    let mut errors = FieldErrors::default();
    let kept = match form.with.trim().parse::<InstitutionId>() {
        Ok(id) => institution::find(&mut tx, id).await?,
        Err(_) => None,
    };
    if kept.is_none() {
        errors.add("with", Problem::UnknownInstitution);
    }
    let typed = fold::fold(&form.name);
    if typed.is_empty() {
        errors.add("name", Problem::Required);
    } else if record.draft.names.iter().all(|(_, name)| fold::fold(name.as_str()) != typed) {
        errors.add("name", Problem::NotTheName);
    }
    let Some(kept) = kept.filter(|_| errors.is_empty()) else { return Err(errors.into()) };
    let at = |asked: i64, present: i64| if asked == 0 { present } else { asked };
    let goes = (gone, at(form.version, record.version));
    let stays = (kept.id, at(form.with_version, kept.version));
    let merged = institution::merge(&mut tx, &permit, &desk.stamp(), goes, stays).await?;
    merged.map_err(|why| AppError::NotMerged { why })?;
    tx.commit().await?;
    Ok(kept.id)
}
