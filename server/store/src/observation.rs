//! Observations of commitments: noted, withdrawn, never changed.

use crate::{
    Result, Stamp, StoreError, Tx, agreement,
    audit::{self, Change, Subject},
    error::Constraint,
    on, registry, statements,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::{NoteObservation, ObservationScope, Permit, WithdrawObservation},
    commitment::{Noted, ObservationDraft, Percent, Value, ValueKind},
    id::{AgreementId, CommitmentId, DocumentId, InstitutionId, ObservationId},
    text::LongText,
    web_url::WebUrl,
};
use sqlx::FromRow;
use uuid::Uuid;

statements! {
    INSERT = "insert into observation (id, agreement_id, commitment_id, observed_on, kind, value, evidence, link, office_id, noted_by, noted_by_name, noted_at, document_id) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    WITHDRAW = "update observation set withdrawn_at = $2, withdrawn_by_name = $3, withdrawal_reason = $4 where id = $1 and withdrawn_at is null";
    FIND = "select id, agreement_id, commitment_id, observed_on, kind, value, evidence, link, office_id, noted_by_name, noted_at, \
        withdrawn_at, withdrawn_by_name, withdrawal_reason, document_id from observation where id = $1";
    LIST = "select id, agreement_id, commitment_id, observed_on, kind, value, evidence, link, office_id, noted_by_name, noted_at, \
        withdrawn_at, withdrawn_by_name, withdrawal_reason, document_id from observation where agreement_id = $1 order by observed_on desc, id desc";
}

/// An observation of a commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservationRecord {
    /// Its id.
    pub id: ObservationId,
    /// The agreement.
    pub agreement: AgreementId,
    /// The commitment in it.
    pub commitment: CommitmentId,
    /// The day it was so.
    pub observed_on: NaiveDate,
    /// What was observed.
    pub value: Value,
    /// What attests to it, in words.
    pub evidence: Option<String>,
    /// A document of the agreement that does.
    pub document: Option<DocumentId>,
    /// Where else that is found.
    pub link: Option<WebUrl>,
    /// The office that noted it; none where an administrator did.
    pub office: Option<InstitutionId>,
    /// Who noted it.
    pub noted_by_name: String,
    /// When.
    pub noted_at: DateTime<Utc>,
    /// That it was withdrawn.
    pub withdrawal: Option<Withdrawal>,
}

/// That an observation was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by_name: String,
    /// Why.
    pub reason: String,
}

impl ObservationRecord {
    /// What the standing of its commitment follows from; nothing once it was withdrawn.
    pub fn noted(&self) -> Option<Noted> {
        self.withdrawal.is_none().then_some(Noted { on: self.observed_on, value: self.value })
    }
}

#[derive(FromRow)]
struct ObservationRow {
    id: Uuid,
    agreement_id: Uuid,
    commitment_id: Uuid,
    observed_on: NaiveDate,
    kind: String,
    value: i64,
    evidence: Option<String>,
    link: Option<String>,
    office_id: Option<Uuid>,
    noted_by_name: String,
    noted_at: DateTime<Utc>,
    withdrawn_at: Option<DateTime<Utc>>,
    withdrawn_by_name: Option<String>,
    withdrawal_reason: Option<String>,
    document_id: Option<Uuid>,
}

impl ObservationRow {
    fn record(self) -> Result<ObservationRecord> {
        let withdrawal = match (self.withdrawn_at, self.withdrawn_by_name, self.withdrawal_reason) {
            (Some(at), Some(by_name), Some(reason)) => Some(Withdrawal { at, by_name, reason }),
            _ => None,
        };
        Ok(ObservationRecord {
            id: ObservationId(self.id),
            agreement: AgreementId(self.agreement_id),
            commitment: CommitmentId(self.commitment_id),
            observed_on: self.observed_on,
            value: value(&self.kind, self.value).ok_or_else(|| StoreError::corrupt("observation.value"))?,
            evidence: self.evidence,
            document: self.document_id.map(DocumentId),
            link: self.link.as_deref().map(WebUrl::parse).transpose().map_err(StoreError::corrupt)?,
            office: self.office_id.map(InstitutionId),
            noted_by_name: self.noted_by_name,
            noted_at: self.noted_at,
            withdrawal,
        })
    }
}

pub(crate) fn value(kind: &str, number: i64) -> Option<Value> {
    Some(match ValueKind::parse(kind).ok()? {
        ValueKind::Percent => Value::Percent(Percent::from_hundredths(u16::try_from(number).ok()?)?),
        ValueKind::Count => Value::Count(u32::try_from(number).ok()?),
        ValueKind::Done => Value::Done(number == 1),
    })
}

fn number(value: Value) -> i64 {
    match value {
        Value::Percent(percent) => percent.hundredths().into(),
        Value::Count(count) => count.into(),
        Value::Done(is_done) => is_done.into(),
    }
}

/// Notes an observation of a commitment that the ruling revision of the agreement holds.
pub async fn insert(
    tx: &mut Tx,
    permit: &Permit<NoteObservation<'_>>,
    stamp: &Stamp,
    commitment: CommitmentId,
    draft: &ObservationDraft,
) -> Result<ObservationId> {
    let id = ObservationId(stamp.id());
    let agreement = permit.action().0.id;
    agreement::hold(tx, &[agreement]).await?;
    on!(tx, |c| {
        sqlx::query(sql::INSERT)
            .bind(id.0)
            .bind(agreement.0)
            .bind(commitment.0)
            .bind(draft.observed_on)
            .bind(draft.value.kind().code())
            .bind(number(draft.value))
            .bind(draft.evidence.words.as_ref().map(LongText::as_str))
            .bind(draft.link.as_ref().map(WebUrl::as_str))
            .bind(permit.office().map(|office| office.0))
            .bind(permit.user().map(|user| user.0))
            .bind(permit.name())
            .bind(stamp.at)
            .bind(draft.evidence.document.map(|document| document.0))
            .execute(c)
            .await?;
    });
    let subject = Subject::new("agreement", agreement.0);
    let change = Change::to(&(id, commitment, draft));
    audit::record(tx, permit, stamp, "note_observation", subject, change).await?;
    registry::bump(tx).await?;
    Ok(id)
}

/// Withdraws an observation: it stays, with the reason, and counts no more. Once is enough.
pub async fn withdraw(
    tx: &mut Tx,
    permit: &Permit<WithdrawObservation<'_>>,
    stamp: &Stamp,
    reason: &str,
) -> Result<()> {
    let ObservationScope { id, agreement, .. } = permit.action().0;
    let withdrawn = on!(tx, |c| {
        sqlx::query(sql::WITHDRAW)
            .bind(id.0)
            .bind(stamp.at)
            .bind(permit.name())
            .bind(reason)
            .execute(c)
            .await?
            .rows_affected()
    });
    if withdrawn == 0 {
        return Err(StoreError::Conflict(Constraint::Other));
    }
    let subject = Subject::new("agreement", agreement.id.0);
    audit::record(tx, permit, stamp, "withdraw_observation", subject, Change::to(&(id, reason))).await?;
    registry::bump(tx).await
}

/// An observation, if there is one.
pub async fn find(tx: &mut Tx, id: ObservationId) -> Result<Option<ObservationRecord>> {
    let row: Option<ObservationRow> =
        on!(tx, |c| sqlx::query_as(sql::FIND).bind(id.0).fetch_optional(c).await?);
    row.map(ObservationRow::record).transpose()
}

/// What access rules need to know of an observation.
pub async fn scope(tx: &mut Tx, record: &ObservationRecord) -> Result<ObservationScope> {
    let agreement = agreement::scope(tx, record.agreement).await?.ok_or(StoreError::NotFound)?;
    Ok(ObservationScope { id: record.id, agreement, office: record.office })
}

/// All observations of an agreement's commitments, withdrawn or not, the latest first.
pub async fn list(tx: &mut Tx, agreement: AgreementId) -> Result<Vec<ObservationRecord>> {
    let rows: Vec<ObservationRow> =
        on!(tx, |c| sqlx::query_as(sql::LIST).bind(agreement.0).fetch_all(c).await?);
    rows.into_iter().map(ObservationRow::record).collect()
}
