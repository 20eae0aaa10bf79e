//! The end of an agreement and what follows it: terminated, renewed, replaced, renewed with many others.

use super::{
    Desk,
    agreements::{self, AgreementList, AgreementQuery, scope},
    documents,
};
use crate::error::AppError;
use domain::{
    access::{
        AgreementScope, Permit, ReadContent, RenewAgreement, RenewAgreements, Role, TerminateAgreement,
        decide,
    },
    agreement::{NotRenewed, TerminationForm},
    id::{AgreementId, InstitutionId},
    problem::{FieldErrors, Problem},
};
use std::collections::HashMap;
use store::{
    Tx,
    agreement::{
        self, AgreementFilter, AgreementItem, AgreementSort, Page, Renewable, RenewalLine, RenewalReport,
    },
    institution,
};
use uuid::Uuid;

/// Most agreements that are renewed at once.
pub const RENEWED_AT_ONCE: i64 = 500;
/// Most agreements offered as what takes another's place.
const OFFERED: i64 = 200;

/// Whether and for whom one ends an agreement, and whether as another party's office.
async fn notice<'a>(
    desk: &Desk,
    tx: &mut Tx,
    scope: &'a AgreementScope,
    party: Option<InstitutionId>,
) -> Result<(Permit<TerminateAgreement<'a>>, bool), AppError> {
    let (party, party_has_members, is_on_behalf) = match party {
        None => (scope.parties.clone(), false, false),
        Some(id) => {
            let above = institution::above(tx, id).await?;
            let is_on_behalf = desk.actor().office_of(&above, Role::Lead).is_none();
            (above, !institution::with_office(tx, &[id]).await?.is_empty(), is_on_behalf)
        }
    };
    let permit = decide(desk.actor(), TerminateAgreement { scope, party, party_has_members })?;
    Ok((permit, is_on_behalf))
}

/// The parties for which the reader may end an agreement, of those named.
pub(super) async fn may_give_notice(
    desk: &Desk,
    tx: &mut Tx,
    scope: &AgreementScope,
    parties: &[InstitutionId],
) -> Result<Vec<InstitutionId>, AppError> {
    let mut may = Vec::new();
    for party in parties {
        match notice(desk, tx, scope, Some(*party)).await {
            Ok(_) => may.push(*party),
            Err(AppError::Denied | AppError::SignIn) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(may)
}

/// Records that an agreement ends before its time.
pub async fn terminate(desk: &Desk, id: AgreementId, form: &TerminationForm) -> Result<(), AppError> {
    let mut tx = desk.write().await?;
    let scope = scope(desk, &mut tx, id).await?;
    decide(desk.actor(), RenewAgreement(&scope))?;
    let party = if form.is_mutual() { None } else { form.party.parse().ok() };
    let (permit, is_on_behalf) = match notice(desk, &mut tx, &scope, party).await {
        Ok(given) => given,
        Err(AppError::Denied) => {
            let mut errors = FieldErrors::default();
            errors.add("party", Problem::NotAChoice);
            return Err(errors.into());
        }
        Err(other) => return Err(other),
    };
    let record = agreement::get(&mut tx, id).await?;
    let documents = documents::readable(desk, &mut tx, &scope).await?;
    let draft = form.parse(desk.today(), record.facts().notice(), is_on_behalf, &documents)?;
    agreement::terminate(&mut tx, &permit, &desk.stamp(), &draft).await?;
    Ok(tx.commit().await?)
}

/// Takes a termination back before it takes effect.
pub async fn withdraw_termination(desk: &Desk, id: AgreementId) -> Result<(), AppError> {
    let mut tx = desk.write().await?;
    let scope = scope(desk, &mut tx, id).await?;
    decide(desk.actor(), RenewAgreement(&scope))?;
    let record = agreement::get(&mut tx, id).await?;
    let party = record.termination.as_ref().and_then(|termination| termination.party);
    let (permit, _) = notice(desk, &mut tx, &scope, party).await?;
    agreement::withdraw_termination(&mut tx, &permit, &desk.stamp()).await?;
    Ok(tx.commit().await?)
}

/// Begins the draft that renews an agreement; answers which.
pub async fn renew(desk: &Desk, id: AgreementId) -> Result<AgreementId, AppError> {
    let mut tx = desk.write().await?;
    let scope = scope(desk, &mut tx, id).await?;
    let permit = decide(desk.actor(), RenewAgreement(&scope))?;
    let renewed = agreement::renew(&mut tx, &permit, &desk.stamp()).await?;
    let draft = renewed.map_err(|why| AppError::NotRenewed { why })?;
    tx.commit().await?;
    Ok(draft)
}

/// Names the agreement that takes another's place: one whose content the reader may read.
pub async fn replace(desk: &Desk, id: AgreementId, successor: &str) -> Result<(), AppError> {
    let mut tx = desk.write().await?;
    let own = scope(desk, &mut tx, id).await?;
    let permit = decide(desk.actor(), RenewAgreement(&own))?;
    let mut errors = FieldErrors::default();
    let Ok(successor) = successor.parse::<AgreementId>() else {
        errors.add("successor", Problem::Required);
        return Err(errors.into());
    };
    let readable = match agreement::scope(&mut tx, successor).await? {
        Some(other) => decide(desk.actor(), ReadContent(&other)).is_ok(),
        None => false,
    };
    if !readable {
        errors.add("successor", Problem::NotAChoice);
        return Err(errors.into());
    }
    agreement::replace(&mut tx, &permit, &desk.stamp(), successor).await?;
    Ok(tx.commit().await?)
}

/// Takes back that another agreement took its place.
pub async fn keep(desk: &Desk, id: AgreementId, successor: AgreementId) -> Result<(), AppError> {
    let mut tx = desk.write().await?;
    let scope = scope(desk, &mut tx, id).await?;
    let permit = decide(desk.actor(), RenewAgreement(&scope))?;
    agreement::keep(&mut tx, &permit, &desk.stamp(), successor).await?;
    Ok(tx.commit().await?)
}

/// The agreements that may take another's place: those with two of its parties, or all where they are fewer.
pub async fn replacements(desk: &Desk, id: AgreementId) -> Result<Page, AppError> {
    let mut tx = desk.read().await?;
    let own = scope(desk, &mut tx, id).await?;
    decide(desk.actor(), RenewAgreement(&own))?;
    let record = agreement::get(&mut tx, id).await?;
    let parties = |item: &AgreementItem| -> Vec<InstitutionId> {
        item.parties.iter().map(|party| party.institution).collect()
    };
    let filter = AgreementFilter {
        visible: agreements::visible(desk),
        institutions: own.parties.clone(),
        ..AgreementFilter::default()
    };
    let (sort, today) = (AgreementSort::Recent, desk.today());
    let mut page = agreement::list(&mut tx, &filter, sort, None, OFFERED, today).await?;
    let is_related = |item: &AgreementItem| {
        item.id == id || record.related.iter().any(|related| related.agreement == item.id)
    };
    let in_common =
        |item: &AgreementItem| parties(item).iter().filter(|party| own.parties.contains(party)).count();
    page.items.retain(|item| !is_related(item) && in_common(item) >= 2);
    Ok(page)
}

/// What a mass renewal would do.
#[derive(Debug, Clone)]
pub struct RenewalPreview {
    /// The list that is to be renewed, and how it was asked for.
    pub list: AgreementList,
    /// Of each of its agreements, what renewing it does.
    pub outcomes: HashMap<AgreementId, Renewable>,
}

/// What renewing a filtered list would do. Nothing is written.
pub async fn preview(desk: &Desk, query: &AgreementQuery) -> Result<RenewalPreview, AppError> {
    decide(desk.actor(), RenewAgreements)?;
    let list = agreements::page(desk, query, RENEWED_AT_ONCE).await?;
    let ids: Vec<AgreementId> = list.page.items.iter().map(|item| item.id).collect();
    let mut tx = desk.read().await?;
    let found = agreement::renewables(&mut tx, &ids).await?;
    let outcomes = found.into_iter().map(|mut line| {
        if decide(desk.actor(), RenewAgreement(&line.scope)).is_err() {
            line.why_not = Some(NotRenewed::NotYours);
        }
        (line.scope.id, line)
    });
    Ok(RenewalPreview { list, outcomes: outcomes.collect() })
}

/// Renews many agreements in one transaction, each that may be; answers the id of the report and the report. What is not
/// renewed is in the report with the reason.
pub async fn renew_many(desk: &Desk, ids: &[AgreementId]) -> Result<(Uuid, Vec<RenewalLine>), AppError> {
    let permit = decide(desk.actor(), RenewAgreements)?;
    let mut errors = FieldErrors::default();
    if ids.is_empty() {
        errors.add("agreements", Problem::Required);
    } else if i64::try_from(ids.len()).is_ok_and(|count| count > RENEWED_AT_ONCE) {
        errors
            .add("agreements", Problem::TooMany { max: u32::try_from(RENEWED_AT_ONCE).unwrap_or(u32::MAX) });
    }
    errors.into_result(|| ())?;
    let mut tx = desk.write().await?;
    let stamp = desk.stamp();
    agreement::hold(&mut tx, ids).await?;
    let mut lines = Vec::with_capacity(ids.len());
    for id in ids {
        let scope = scope(desk, &mut tx, *id).await?;
        let outcome = match decide(desk.actor(), RenewAgreement(&scope)) {
            Ok(permit) => agreement::renew_among(&mut tx, &permit, &stamp).await?,
            Err(_) => Err(NotRenewed::NotYours),
        };
        let record = agreement::get(&mut tx, *id).await?;
        let title = |lang| {
            let title = record.ruling().and_then(|ruling| ruling.content.title.in_lang(lang));
            title.map(|(_, title)| title.to_string()).unwrap_or_default()
        };
        let [title_fr, title_en] = domain::lang::Lang::ALL.map(title);
        lines.push(RenewalLine { agreement: *id, title_fr, title_en, outcome });
    }
    let report = agreement::report(&mut tx, &permit, &stamp, &lines).await?;
    tx.commit().await?;
    Ok((report, lines))
}

/// The report of a mass renewal, for who made it, the office in whose name, and administrators.
pub async fn report(desk: &Desk, id: Uuid) -> Result<RenewalReport, AppError> {
    let Some(person) = desk.actor().person() else { return Err(AppError::SignIn) };
    let mut tx = desk.read().await?;
    let report = agreement::find_report(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let is_own = report.account == Some(person.id)
        || report.office.is_some_and(|office| desk.actor().office_of(&[office], Role::Observer).is_some());
    if is_own || desk.actor().is_administrator() { Ok(report) } else { Err(AppError::NotFound) }
}
