//! The end of an agreement and what follows it: terminated, renewed, replaced by another, renewed with many others.

use super::{
    read::{AgreementRecord, PARTY_FAMILIES},
    write::{finish, latest, lock, settle, sql::LOCK, write_down},
};
use crate::{
    Result, Stamp, StoreError, Tx,
    audit::{self, Change, Subject},
    error::Constraint,
    on,
    query::{Sql, rows},
    registry, statements,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::{AgreementScope, Permit, RenewAgreement, RenewAgreements, TerminateAgreement},
    agreement::{
        Content, Course, NotRenewed, Period, SuccessionKind, TerminationDraft, Visibility, not_renewed,
    },
    id::{AgreementId, InstitutionId, UserId},
    text::LongText,
};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use std::collections::HashMap;
use uuid::Uuid;

statements! {
    INSERT_TERMINATION = "insert into termination (agreement_id, institution_id, notified_on, effective_on, is_mutual, reason, evidence, document_id, is_on_behalf, recorded_by, recorded_at, office_id, notice_months) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict (agreement_id) do nothing";
    DELETE_TERMINATION = "delete from termination where agreement_id = $1";
    INSERT_SUCCESSION = "insert into succession (agreement_id, successor_id, kind, recorded_by, recorded_at, office_id) values ($1, $2, $3, $4, $5, $6) \
        on conflict (agreement_id, successor_id) do nothing";
    DELETE_SUCCESSION = "delete from succession where agreement_id = $1 and successor_id = $2 and kind = 'replaced_by'";
    FOLLOWS = "with recursive follows (id) as (select successor_id from succession where agreement_id = $1 \
        union select succession.successor_id from succession join follows on succession.agreement_id = follows.id) select id from follows";
    INSERT_REPORT = "insert into mass_renewal (id, account_id, account_name, office_id, recorded_at, report) values ($1, $2, $3, $4, $5, $6)";
    REPORT = "select account_id, account_name, office_id, recorded_at, report from mass_renewal where id = $1";
}

/// Records that an agreement ends before its time. Refused when it is over, or ended already.
pub async fn terminate(
    tx: &mut Tx,
    permit: &Permit<TerminateAgreement<'_>>,
    stamp: &Stamp,
    draft: &TerminationDraft,
) -> Result<()> {
    let id = permit.action().scope.id;
    let before = lock(tx, id).await?;
    let facts = before.facts();
    let names_party = |party: InstitutionId| {
        let is_party = |content: &Content| content.parties.iter().any(|other| other.institution == party);
        facts.ruling().is_some_and(|ruling| is_party(&ruling.content))
            && permit.action().party.contains(&party)
    };
    if draft.party.is_some_and(|party| !names_party(party)) {
        return Err(StoreError::NotFound);
    }
    if !facts.may_terminate(stamp.day()) {
        return Err(StoreError::Conflict(Constraint::Other));
    }
    let terminated = on!(tx, |c| {
        sqlx::query(sql::INSERT_TERMINATION)
            .bind(id.0)
            .bind(draft.party.map(|party| party.0))
            .bind(draft.notified_on)
            .bind(draft.effective_on)
            .bind(draft.party.is_none())
            .bind(draft.reason.as_ref().map(LongText::as_str))
            .bind(draft.evidence.words.as_ref().map(LongText::as_str))
            .bind(draft.evidence.document.map(|document| document.0))
            .bind(draft.is_on_behalf)
            .bind(permit.user().map(|user| user.0))
            .bind(stamp.at)
            .bind(permit.office().map(|office| office.0))
            .bind(i64::from(draft.notice_months))
            .execute(c)
            .await?
            .rows_affected()
    });
    if terminated == 0 {
        return Err(StoreError::Conflict(Constraint::Other));
    }
    finish(tx, permit, stamp, id, "terminate_agreement", Change::to(draft)).await
}

/// Takes a termination back, as long as it has not taken effect.
pub async fn withdraw_termination(
    tx: &mut Tx,
    permit: &Permit<TerminateAgreement<'_>>,
    stamp: &Stamp,
) -> Result<()> {
    let id = permit.action().scope.id;
    let before = lock(tx, id).await?;
    let Some(termination) = &before.termination else { return Err(StoreError::Conflict(Constraint::Other)) };
    if termination.party.is_some_and(|party| !permit.action().party.contains(&party)) {
        return Err(StoreError::NotFound);
    }
    if !termination.may_be_withdrawn(stamp.day()) {
        return Err(StoreError::Conflict(Constraint::Other));
    }
    on!(tx, |c| sqlx::query(sql::DELETE_TERMINATION).bind(id.0).execute(c).await.map(|_| ()))?;
    let change = Change::from(&(termination.party, termination.notified_on, termination.effective_on));
    finish(tx, permit, stamp, id, "withdraw_termination", change).await
}

/// Begins the draft that renews an agreement, linked both ways; or says why not.
pub async fn renew(
    tx: &mut Tx,
    permit: &Permit<RenewAgreement<'_>>,
    stamp: &Stamp,
) -> Result<Result<AgreementId, NotRenewed>> {
    let outcome = renew_among(tx, permit, stamp).await?;
    if outcome.is_ok() {
        registry::bump(tx).await?;
    }
    Ok(outcome)
}

/// Makes others wait until this transaction ends who want to change or delete one of these agreements, all of which it will
/// change itself, or write something beside. The latest first, as they are renewed and signed: whoever changes one goes on to those before it.
pub async fn hold(tx: &mut Tx, ids: &[AgreementId]) -> Result<()> {
    let mut ids = ids.to_vec();
    ids.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
    on!(tx, |c| {
        for id in ids {
            sqlx::query(LOCK).bind(id.0).execute(&mut *c).await?;
        }
    });
    Ok(())
}

/// The same as [`renew`], for one of those that are [held](hold); the [report] ends it. The registry's row, which every write
/// takes, is taken last: whoever holds an agreement that this one still needs is not made to wait for it.
pub async fn renew_among(
    tx: &mut Tx,
    permit: &Permit<RenewAgreement<'_>>,
    stamp: &Stamp,
) -> Result<Result<AgreementId, NotRenewed>> {
    let id = permit.action().0.id;
    let before = lock(tx, id).await?;
    if let Some(why) = before.facts().not_renewed(before.is_followed()) {
        return Ok(Err(why));
    }
    let ruling = before.ruling().ok_or_else(|| StoreError::corrupt("an agreement without a revision"))?;
    let saved = before.draft().ok_or_else(|| StoreError::corrupt("an agreement without a revision"))?;
    let draft = saved.renewed(&ruling.content, || stamp.id());
    let successor = write_down(tx, permit, stamp, &draft, before.is_synthetic).await?;
    link(tx, permit, stamp, id, successor, SuccessionKind::RenewedBy).await?;
    settle(tx, permit, stamp, id, "renew_agreement", Change::to(&successor)).await?;
    Ok(Ok(successor))
}

/// Names the agreement that takes another's place. Refused where the one follows the other already, either way round.
pub async fn replace(
    tx: &mut Tx,
    permit: &Permit<RenewAgreement<'_>>,
    stamp: &Stamp,
    successor: AgreementId,
) -> Result<()> {
    let id = permit.action().0.id;
    // The later one first: whoever signs it goes on to those before it.
    let after = lock(tx, successor).await?;
    let before = lock(tx, id).await?;
    if latest(&before)?.shared_at.is_none() && latest(&before)?.fixed_at.is_none() {
        return Err(StoreError::Conflict(Constraint::Other));
    }
    let follow: Vec<Uuid> =
        on!(tx, |c| sqlx::query_scalar(sql::FOLLOWS).bind(successor.0).fetch_all(c).await?);
    if successor == id || follow.contains(&id.0) || !shares_a_party(&before, &after) {
        return Err(StoreError::Conflict(Constraint::Other));
    }
    link(tx, permit, stamp, id, successor, SuccessionKind::ReplacedBy).await?;
    finish(tx, permit, stamp, id, "replace_agreement", Change::to(&successor)).await
}

/// Takes back that another agreement took its place.
pub async fn keep(
    tx: &mut Tx,
    permit: &Permit<RenewAgreement<'_>>,
    stamp: &Stamp,
    successor: AgreementId,
) -> Result<()> {
    let id = permit.action().0.id;
    lock(tx, id).await?;
    let kept = on!(tx, |c| sqlx::query(sql::DELETE_SUCCESSION)
        .bind(id.0)
        .bind(successor.0)
        .execute(c)
        .await?
        .rows_affected());
    if kept == 0 {
        return Err(StoreError::Conflict(Constraint::Other));
    }
    finish(tx, permit, stamp, id, "keep_agreement", Change::from(&successor)).await
}

fn shares_a_party(one: &AgreementRecord, other: &AgreementRecord) -> bool {
    one.scope.parties.iter().any(|party| other.scope.parties.contains(party))
}

async fn link<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    id: AgreementId,
    successor: AgreementId,
    kind: SuccessionKind,
) -> Result<()> {
    let linked = on!(tx, |c| {
        sqlx::query(sql::INSERT_SUCCESSION)
            .bind(id.0)
            .bind(successor.0)
            .bind(kind.code())
            .bind(permit.user().map(|user| user.0))
            .bind(stamp.at)
            .bind(permit.office().map(|office| office.0))
            .execute(c)
            .await?
            .rows_affected()
    });
    if linked == 0 { Err(StoreError::Conflict(Constraint::Other)) } else { Ok(()) }
}

/// An agreement as mass renewal looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewable {
    /// What access rules need to know.
    pub scope: AgreementScope,
    /// Why it is not renewed, if so.
    pub why_not: Option<NotRenewed>,
    /// The period that its renewal would have.
    pub next: Period,
}

#[derive(FromRow)]
struct RenewableRow {
    id: Uuid,
    owner_id: Option<Uuid>,
    visibility: String,
    published_at: Option<DateTime<Utc>>,
    shared_on: Option<NaiveDate>,
    signed_on: Option<NaiveDate>,
    terminated_on: Option<NaiveDate>,
    content: String,
    followers: i64,
}

/// What becomes of each agreement in a mass renewal, in the order given; what does not exist is left out. Two statements.
pub async fn renewables(tx: &mut Tx, ids: &[AgreementId]) -> Result<Vec<Renewable>> {
    let mut sql = Sql::new(
        "select agreement.id, agreement.owner_id, agreement.visibility, agreement.published_at, agreement.shared_on, agreement.signed_on, \
         agreement.terminated_on, revision.content, (select count(*) from succession \
         join agreement as successor on successor.id = succession.successor_id where succession.agreement_id = agreement.id and (successor.terminated_on is null \
         or successor.terminated_on > coalesce(successor.starts_on, successor.signed_on) and successor.signed_on is not null)) as followers \
         from agreement join revision on revision.agreement_id = agreement.id and revision.number = agreement.ruling_number where agreement.id in ",
    );
    sql.list(ids.iter().map(|id| id.0));
    let found: Vec<RenewableRow> = rows!(tx, sql);
    let mut families = families(tx, ids).await?;
    let mut found: HashMap<Uuid, RenewableRow> = found.into_iter().map(|row| (row.id, row)).collect();
    let rows = ids.iter().filter_map(|id| found.remove(&id.0));
    rows.map(|row| {
        let content: Content = serde_json::from_str(&row.content).map_err(StoreError::corrupt)?;
        let course =
            Course { signed_on: row.signed_on, terminated_on: row.terminated_on, ..Course::default() };
        let scope = AgreementScope {
            id: AgreementId(row.id),
            owner: row.owner_id.map(InstitutionId),
            parties: families.remove(&row.id).unwrap_or_default(),
            is_shared: row.shared_on.is_some(),
            is_published: row.published_at.is_some() && row.visibility == Visibility::Public.code(),
        };
        let why_not = not_renewed(&course, &content.period, row.followers > 0);
        Ok(Renewable { scope, why_not, next: content.period.renewed() })
    })
    .collect()
}

/// The parties of each agreement and what these are units of.
pub(super) async fn families(tx: &mut Tx, ids: &[AgreementId]) -> Result<HashMap<Uuid, Vec<InstitutionId>>> {
    let mut sql = Sql::new(PARTY_FAMILIES[0]);
    sql.list(ids.iter().map(|id| id.0)).push(PARTY_FAMILIES[1]);
    sql.list(ids.iter().map(|id| id.0)).push(PARTY_FAMILIES[2]);
    let pairs: Vec<(Uuid, Uuid)> = rows!(tx, sql);
    let mut families: HashMap<Uuid, Vec<InstitutionId>> = HashMap::new();
    for (agreement, institution) in pairs {
        families.entry(agreement).or_default().push(InstitutionId(institution));
    }
    Ok(families)
}

/// A line of the report of a mass renewal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenewalLine {
    /// The agreement that was to be renewed.
    pub agreement: AgreementId,
    /// Its title in French, as it was; empty where there is none.
    pub title_fr: String,
    /// Its title in English, as it was; empty where there is none.
    pub title_en: String,
    /// The draft that renews it, or why there is none.
    pub outcome: Result<AgreementId, NotRenewed>,
}

/// The report of a mass renewal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenewalReport {
    /// Who renewed them.
    pub account: Option<UserId>,
    /// The name of who did, as it was.
    pub account_name: String,
    /// In the name of which office.
    pub office: Option<InstitutionId>,
    /// When.
    pub recorded_at: DateTime<Utc>,
    /// Each agreement that was chosen.
    pub lines: Vec<RenewalLine>,
}

#[derive(FromRow)]
struct ReportRow {
    account_id: Option<Uuid>,
    account_name: String,
    office_id: Option<Uuid>,
    recorded_at: DateTime<Utc>,
    report: String,
}

/// Writes the report of a mass renewal, in the transaction that renewed.
pub async fn report(
    tx: &mut Tx,
    permit: &Permit<RenewAgreements>,
    stamp: &Stamp,
    lines: &[RenewalLine],
) -> Result<Uuid> {
    let id = stamp.id();
    let report = serde_json::to_string(lines).map_err(StoreError::corrupt)?;
    on!(tx, |c| {
        sqlx::query(sql::INSERT_REPORT)
            .bind(id)
            .bind(permit.user().map(|user| user.0))
            .bind(permit.name())
            .bind(permit.office().map(|office| office.0))
            .bind(stamp.at)
            .bind(&report)
            .execute(c)
            .await?;
    });
    let subject = Subject::new("mass_renewal", id);
    audit::record(tx, permit, stamp, "renew_agreements", subject, Change::to(&lines)).await?;
    registry::bump(tx).await?;
    Ok(id)
}

/// The report of a mass renewal, if there is one.
pub async fn find_report(tx: &mut Tx, id: Uuid) -> Result<Option<RenewalReport>> {
    let row: Option<ReportRow> = on!(tx, |c| sqlx::query_as(sql::REPORT).bind(id).fetch_optional(c).await?);
    row.map(|row| {
        Ok(RenewalReport {
            account: row.account_id.map(UserId),
            account_name: row.account_name,
            office: row.office_id.map(InstitutionId),
            recorded_at: row.recorded_at,
            lines: serde_json::from_str(&row.report).map_err(StoreError::corrupt)?,
        })
    })
    .transpose()
}
