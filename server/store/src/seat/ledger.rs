//! The ledger: a line for every unit that is added, taken or freed. Lines are only added.

use crate::{Result, Stamp, StoreError, Tx, on, statements};
use chrono::{DateTime, Utc};
use domain::{
    access::Permit,
    id::{FlowId, NominationId},
    nomination::{Side, StateKind},
    seats::LineKind,
};
use sqlx::FromRow;
use uuid::Uuid;

statements! {
    INSERT_LINE = "insert into seat_line (id, seat_id, at, kind, units, months, nomination_id, revision_number, reason, evidence, account_id, by_name) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    LINES = "select seat_line.id, seat_line.at, seat_line.kind, seat_line.units, seat_line.months, seat_line.nomination_id, seat_line.revision_number, seat_line.reason, \
        seat_line.evidence, seat_line.by_name, nomination.flow_id, nomination.is_known_to_host, nomination.state, nomination.term, nomination.year, student.name as student, \
        (select event.by_side from nomination_event event where event.nomination_id = seat_line.nomination_id and event.at = seat_line.at \
            and ((seat_line.kind = 'taken' and event.act in ('nominate', 'offer')) or (seat_line.kind = 'freed' and event.act in ('reject', 'withdraw', 'decline', 'lapse'))) \
            order by event.id limit 1) as by_side \
        from seat_line left join nomination on nomination.id = seat_line.nomination_id left join student on student.id = nomination.student_id \
        where seat_line.seat_id = $1 order by seat_line.at, case seat_line.kind when 'taken' then 2 when 'freed' then 1 else 0 end, seat_line.id";
}

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatLine {
    /// When.
    pub at: DateTime<Utc>,
    /// What it is about.
    pub kind: LineKind,
    /// Units, less than zero where there are fewer afterwards.
    pub units: i64,
    /// Hundredths of months or days.
    pub months: i64,
    /// The nomination that takes or frees them.
    pub nomination: Option<LineNomination>,
    /// Number of the revision whose cap it is.
    pub revision: Option<i64>,
    /// Why.
    pub reason: Option<String>,
    /// What attests to it.
    pub evidence: Option<String>,
    /// Whose act it comes from: what the registry does by itself it does in the transaction, and so under the name, of someone else.
    pub by_name: String,
    /// On which side that was, of a nomination.
    pub by_side: Option<Side>,
}

/// The nomination of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineNomination {
    /// Which.
    pub id: NominationId,
    /// The flow it is for: another one, perhaps, where the row is a pool's.
    pub flow: FlowId,
    /// Whether the host was ever asked.
    pub is_known_to_host: bool,
    /// The student's name.
    pub student: String,
    /// For which year and term.
    pub year: String,
    /// For which term.
    pub term: String,
    /// What it is now.
    pub state: StateKind,
}

#[derive(FromRow)]
struct LineRow {
    at: DateTime<Utc>,
    kind: String,
    units: i64,
    months: i64,
    nomination_id: Option<Uuid>,
    revision_number: Option<i64>,
    reason: Option<String>,
    evidence: Option<String>,
    by_name: String,
    by_side: Option<String>,
    flow_id: Option<Uuid>,
    is_known_to_host: Option<bool>,
    state: Option<String>,
    term: Option<String>,
    year: Option<String>,
    student: Option<String>,
}

impl TryFrom<LineRow> for SeatLine {
    type Error = StoreError;

    fn try_from(row: LineRow) -> Result<Self> {
        let nomination = match (row.nomination_id, row.flow_id, row.state, row.student, row.year, row.term) {
            (Some(id), Some(flow), Some(state), Some(student), Some(year), Some(term)) => {
                Some(LineNomination {
                    id: NominationId(id),
                    flow: FlowId(flow),
                    is_known_to_host: row.is_known_to_host == Some(true),
                    student,
                    year,
                    term,
                    state: StateKind::parse(&state).map_err(StoreError::corrupt)?,
                })
            }
            _ => None,
        };
        Ok(Self {
            at: row.at,
            kind: LineKind::parse(&row.kind).map_err(StoreError::corrupt)?,
            units: row.units,
            months: row.months,
            nomination,
            revision: row.revision_number,
            reason: row.reason,
            evidence: row.evidence,
            by_name: row.by_name,
            by_side: row.by_side.as_deref().map(Side::parse).transpose().map_err(StoreError::corrupt)?,
        })
    }
}

/// Who writes a line, and why.
pub(crate) struct Entry<'a> {
    pub kind: LineKind,
    pub units: i64,
    pub months: i64,
    pub nomination: Option<NominationId>,
    pub revision: Option<i64>,
    pub reason: Option<&'a str>,
    pub evidence: Option<&'a str>,
}

impl Entry<'_> {
    pub(crate) const fn of(kind: LineKind, units: i64) -> Self {
        Self { kind, units, months: 0, nomination: None, revision: None, reason: None, evidence: None }
    }
}

pub(crate) async fn write<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    seat: Uuid,
    entry: &Entry<'_>,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(sql::INSERT_LINE)
            .bind(stamp.id())
            .bind(seat)
            .bind(stamp.at)
            .bind(entry.kind.code())
            .bind(entry.units)
            .bind(entry.months)
            .bind(entry.nomination.map(|id| id.0))
            .bind(entry.revision)
            .bind(entry.reason)
            .bind(entry.evidence)
            .bind(permit.user().map(|user| user.0))
            .bind(permit.name())
            .execute(c)
            .await?;
    });
    Ok(())
}

/// The ledger of a row, in the order in which it was written; what one write did at once as it must have been: first the places, then
/// what came free, then what was taken.
pub async fn lines(tx: &mut Tx, seat: Uuid) -> Result<Vec<SeatLine>> {
    let rows: Vec<LineRow> = on!(tx, |c| sqlx::query_as(sql::LINES).bind(seat).fetch_all(c).await?);
    rows.into_iter().map(TryInto::try_into).collect()
}
