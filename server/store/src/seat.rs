//! The places of flows and pools, year by year, and the ledger that explains them.
//!
//! One row holds the places of a flow, or of a pool, in a year (in the whole agreement where the cap is for that). Whoever wants to
//! take some changes that row under a guard, so that two at once never take the same place; a check of the database says the same.
//! Rows are locked pool first, then flow, so that those who share a pool wait for each other and never in a circle. A row is made
//! when someone first asks for a place: until then the flow itself says how many there are.

use crate::{
    Result, Stamp, StoreError, Tx,
    audit::{self, Change, Subject},
    flow::{self, FlowRecord},
    live::{self, Event},
    on,
    query::{Sql, rows},
    registry, statements,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    academic_year::AcademicYear,
    access::{Permit, SetSeats},
    flow::{CapPeriod, Flow},
    id::{AgreementId, FlowId, NominationId, PoolId},
    nomination::{Reason, StateKind},
    seats::{Adjustment, BelowUse, LineKind, NotOpen, SeatRefusal, Tally},
};
use sqlx::FromRow;
use uuid::Uuid;

statements! {
    FIND = "select id, flow_id, pool_id, first_year, cap, adjusted, overridden, carried, held, accepted, confirmed, waiting, budget, spent, closed_at \
        from seat_year where id = $1";
    FIND_OF = "select id, flow_id, pool_id, first_year, cap, adjusted, overridden, carried, held, accepted, confirmed, waiting, budget, spent, closed_at \
        from seat_year where (flow_id = $1 or pool_id = $1) and first_year = $2";
    OF_FLOW = "select id, flow_id, pool_id, first_year, cap, adjusted, overridden, carried, held, accepted, confirmed, waiting, budget, spent, closed_at \
        from seat_year where flow_id = $1 order by first_year";
    OF_AGREEMENT = "select seat_year.id, seat_year.flow_id, seat_year.pool_id, first_year, cap, adjusted, overridden, carried, held, accepted, confirmed, waiting, budget, spent, closed_at \
        from seat_year where flow_id in (select id from flow where agreement_id = $1) or pool_id in (select id from pool where agreement_id = $1) \
        order by (pool_id is null), id";
    LOCK = "update seat_year set capacity = capacity where id = $1";
    LOCK_FLOW = "update flow set position = position where id = $1";
    LOCK_POOL = "update pool set position = position where id = $1";
    POOL = "select cap, cap_period from pool where id = $1 and is_dropped = $2";
    INSERT = "insert into seat_year (id, flow_id, pool_id, first_year, cap, adjusted, overridden, carried, capacity, held, accepted, confirmed, used, waiting, budget, spent) \
        values ($1, $2, $3, $4, $5, 0, 0, 0, $7, 0, 0, 0, 0, 0, $6, 0) on conflict do nothing";
    MOVE = "update seat_year set held = held + $2, accepted = accepted + $3, confirmed = confirmed + $4, used = used + $2 + $3 + $4, waiting = waiting + $5, spent = spent + $6 \
        where id = $1 and ($7 or (closed_at is null and used + $2 + $3 + $4 <= capacity and (budget is null or spent + $6 <= budget)))";
    SET_CAP = "update seat_year set cap = $2, budget = $3, capacity = coalesce($2, 0) + adjusted + overridden + carried \
        where id = $1 and used <= coalesce($2, 0) + adjusted + overridden + carried and coalesce($2, 0) + adjusted + overridden + carried >= 0 and spent <= coalesce($3, spent)";
    ADD = "update seat_year set adjusted = adjusted + $2, overridden = overridden + $3, carried = carried + $4, capacity = capacity + $2 + $3 + $4 \
        where id = $1 and used <= capacity + $2 + $3 + $4 and overridden + $3 >= 0 and capacity + $2 + $3 + $4 >= 0 and closed_at is null";
    CLOSE = "update seat_year set closed_at = $2 where id = $1 and closed_at is null";
    INSERT_LINE = "insert into seat_line (id, seat_id, at, kind, units, months, nomination_id, revision_number, reason, evidence, account_id, by_name) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    LINES = "select seat_line.id, seat_line.at, seat_line.kind, seat_line.units, seat_line.months, seat_line.nomination_id, seat_line.revision_number, seat_line.reason, \
        seat_line.evidence, seat_line.by_name, nomination.flow_id, nomination.is_known_to_host, nomination.state, nomination.term, nomination.year, student.name as student \
        from seat_line left join nomination on nomination.id = seat_line.nomination_id left join student on student.id = nomination.student_id \
        where seat_line.seat_id = $1 order by seat_line.at, case seat_line.kind when 'taken' then 2 when 'freed' then 1 else 0 end, seat_line.id";
    UNDECIDED = "select count(*) from nomination where (seat_id = $1 or pool_seat_id = $1) and state in ('offered', 'nominated', 'accepted')";
    MOVED = "select count(*) from nomination join flow on flow.id = nomination.flow_id left join seat_year on seat_year.id = nomination.pool_seat_id \
        where flow.agreement_id = $1 and flow.is_dropped = $2 and nomination.first_year >= $3 \
        and nomination.state in ('waitlisted', 'offered', 'nominated', 'accepted', 'confirmed') and seat_year.pool_id is distinct from flow.pool_id";
    HOLDERS = "select nomination.id from nomination where (seat_id = $1 or pool_seat_id = $1) and state in ('offered', 'nominated', 'accepted', 'confirmed', 'completed') \
        order by nomination.since_at desc, nomination.id desc";
}

/// The places of a flow or pool in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatYear {
    /// Which row.
    pub id: Uuid,
    /// The flow, or
    pub flow: Option<FlowId>,
    /// the pool.
    pub pool: Option<PoolId>,
    /// First year of the academic year; none for the whole agreement.
    pub first_year: Option<i32>,
    /// How many there are, and who takes them.
    pub tally: Tally,
}

#[derive(FromRow)]
struct SeatRow {
    id: Uuid,
    flow_id: Option<Uuid>,
    pool_id: Option<Uuid>,
    first_year: i64,
    cap: Option<i64>,
    adjusted: i64,
    overridden: i64,
    carried: i64,
    held: i64,
    accepted: i64,
    confirmed: i64,
    waiting: i64,
    budget: Option<i64>,
    spent: i64,
    closed_at: Option<DateTime<Utc>>,
}

impl From<SeatRow> for SeatYear {
    fn from(row: SeatRow) -> Self {
        Self {
            id: row.id,
            flow: row.flow_id.map(FlowId),
            pool: row.pool_id.map(PoolId),
            first_year: i32::try_from(row.first_year).ok().filter(|first| *first != WHOLE),
            tally: Tally {
                cap: row.cap,
                adjusted: row.adjusted,
                overridden: row.overridden,
                carried: row.carried,
                held: row.held,
                accepted: row.accepted,
                confirmed: row.confirmed,
                waiting: row.waiting,
                budget: row.budget,
                spent: row.spent,
                is_closed: row.closed_at.is_some(),
            },
        }
    }
}

/// Stands for the whole agreement where a year would stand.
const WHOLE: i32 = 0;

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
    /// Who.
    pub by_name: String,
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

/// The row of a flow in a year, or in the whole agreement; `None` while nobody asked for a place.
pub async fn find(tx: &mut Tx, flow: &Flow, year: AcademicYear) -> Result<Option<SeatYear>> {
    find_of(tx, flow.id.0, first_of(flow.cap_period, year)).await
}

/// All rows of a flow, by year.
pub async fn of_flow(tx: &mut Tx, flow: FlowId) -> Result<Vec<SeatYear>> {
    let rows: Vec<SeatRow> = on!(tx, |c| sqlx::query_as(sql::OF_FLOW).bind(flow.0).fetch_all(c).await?);
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The row of a pool in a year, or in the whole agreement; `None` while nobody asked for a place.
pub async fn find_pool(tx: &mut Tx, pool: PoolId, year: AcademicYear) -> Result<Option<SeatYear>> {
    let Some((_, period)) = pool_cap(tx, pool).await? else { return Ok(None) };
    find_of(tx, pool.0, first_of(period, year)).await
}

/// The row that has fewer places than are taken.
pub async fn find_below(tx: &mut Tx, below: &BelowUse) -> Result<Option<SeatYear>> {
    let of = below.flow.map(|flow| flow.0).or_else(|| below.pool.map(|pool| pool.0));
    let Some(of) = of else { return Ok(None) };
    find_of(tx, of, below.first_year.unwrap_or(WHOLE)).await
}

async fn find_of(tx: &mut Tx, of: Uuid, first: i32) -> Result<Option<SeatYear>> {
    let row: Option<SeatRow> =
        on!(tx, |c| sqlx::query_as(sql::FIND_OF).bind(of).bind(i64::from(first)).fetch_optional(c).await?);
    Ok(row.map(Into::into))
}

/// The rows of several flows and pools in these years, and those of their whole agreements.
pub(crate) async fn of_all(
    tx: &mut Tx,
    flows: &[Uuid],
    pools: &[Uuid],
    years: [i32; 3],
) -> Result<Vec<SeatYear>> {
    if flows.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(
        "select id, flow_id, pool_id, first_year, cap, adjusted, overridden, carried, held, accepted, confirmed, waiting, budget, spent, closed_at \
        from seat_year where first_year in ",
    );
    sql.list(years.into_iter().chain([WHOLE]).map(i64::from));
    sql.push(" and (flow_id in ").list(flows.iter().copied());
    sql.push(" or pool_id in ").list(pools.iter().copied()).push(")");
    let rows: Vec<SeatRow> = rows!(tx, sql);
    Ok(rows.into_iter().map(Into::into).collect())
}

pub(crate) async fn get(tx: &mut Tx, id: Uuid) -> Result<SeatYear> {
    let row: SeatRow = on!(tx, |c| sqlx::query_as(sql::FIND).bind(id).fetch_one(c).await?);
    Ok(row.into())
}

/// The ledger of a row, in the order in which it was written; what one write did at once as it must have been: first the places, then
/// what came free, then what was taken.
pub async fn lines(tx: &mut Tx, seat: Uuid) -> Result<Vec<SeatLine>> {
    let rows: Vec<LineRow> = on!(tx, |c| sqlx::query_as(sql::LINES).bind(seat).fetch_all(c).await?);
    rows.into_iter().map(TryInto::try_into).collect()
}

const fn first_of(period: CapPeriod, year: AcademicYear) -> i32 {
    match period {
        CapPeriod::AcademicYear => year.first_year(),
        CapPeriod::Agreement => WHOLE,
    }
}

async fn pool_cap(tx: &mut Tx, pool: PoolId) -> Result<Option<(Option<i64>, CapPeriod)>> {
    let row: Option<(Option<i64>, String)> =
        on!(tx, |c| sqlx::query_as(sql::POOL).bind(pool.0).bind(false).fetch_optional(c).await?);
    row.map(|(cap, period)| Ok((cap, CapPeriod::parse(&period).map_err(StoreError::corrupt)?))).transpose()
}

/// The rows that a nomination for a flow and year takes from: the pool's, if it has one, and the flow's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rows {
    pub flow: Uuid,
    pub pool: Option<Uuid>,
}

impl Rows {
    /// In the order in which they are locked.
    pub(crate) fn each(self) -> impl Iterator<Item = Uuid> {
        self.pool.into_iter().chain([self.flow])
    }
}

/// The rows of a flow in a year, made where nobody asked for a place before, and locked.
pub(crate) async fn open<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    record: &FlowRecord,
    year: AcademicYear,
) -> Result<Rows> {
    let rows = ensure(tx, permit, stamp, record, year).await?;
    lock(tx, rows).await?;
    Ok(rows)
}

/// The same, not locked. Making them locks the flow and its pool, as a revision that comes to rule does: all that is needed is made
/// before the first row is locked.
async fn ensure<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    record: &FlowRecord,
    year: AcademicYear,
) -> Result<Rows> {
    let pool = match record.flow.pool {
        Some(pool) => match find_pool(tx, pool, year).await? {
            Some(seat) => Some(seat.id),
            None => make_pool(tx, permit, stamp, record, pool, year).await?,
        },
        None => None,
    };
    let flow = match find(tx, &record.flow, year).await? {
        Some(seat) => seat.id,
        None => make(tx, permit, stamp, record, year).await?,
    };
    Ok(Rows { flow, pool })
}

pub(crate) async fn lock(tx: &mut Tx, rows: Rows) -> Result<()> {
    lock_each(tx, rows.each()).await
}

/// Locks the rows of several nominations, pools before flows, each in the order of their ids.
pub(crate) async fn lock_all(tx: &mut Tx, rows: &[Rows]) -> Result<()> {
    let mut pools: Vec<Uuid> = rows.iter().filter_map(|rows| rows.pool).collect();
    let mut flows: Vec<Uuid> = rows.iter().map(|rows| rows.flow).collect();
    for ids in [&mut pools, &mut flows] {
        ids.sort_unstable();
        ids.dedup();
    }
    lock_each(tx, pools.into_iter().chain(flows)).await
}

async fn lock_each(tx: &mut Tx, ids: impl Iterator<Item = Uuid>) -> Result<()> {
    for id in ids {
        on!(tx, |c| sqlx::query(sql::LOCK).bind(id).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

/// Makes the row of a flow. The numbers are read anew under a lock: another revision may be about to rule.
async fn make<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    record: &FlowRecord,
    year: AcademicYear,
) -> Result<Uuid> {
    let id = record.flow.id;
    on!(tx, |c| sqlx::query(sql::LOCK_FLOW).bind(id.0).execute(c).await.map(|_| ()))?;
    let record = flow::find(tx, id).await?.ok_or(StoreError::NotFound)?;
    let flow = &record.flow;
    let cap = flow.cap_in(year).map(i64::from);
    let budget = flow.budget.map(|budget| i64::from(budget.hundredths()));
    let of = (Some(id.0), None);
    insert(tx, permit, stamp, of, first_of(flow.cap_period, year), cap, budget, record.revision).await?;
    let made = find(tx, flow, year).await?.ok_or_else(|| StoreError::corrupt("places that vanished"))?;
    Ok(made.id)
}

async fn make_pool<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    record: &FlowRecord,
    pool: PoolId,
    year: AcademicYear,
) -> Result<Option<Uuid>> {
    on!(tx, |c| sqlx::query(sql::LOCK_POOL).bind(pool.0).execute(c).await.map(|_| ()))?;
    let Some((cap, period)) = pool_cap(tx, pool).await? else { return Ok(None) };
    let of = (None, Some(pool.0));
    insert(tx, permit, stamp, of, first_of(period, year), cap, None, record.revision).await?;
    Ok(find_pool(tx, pool, year).await?.map(|seat| seat.id))
}

#[expect(clippy::too_many_arguments, reason = "each is a column")]
async fn insert<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    (flow, pool): (Option<Uuid>, Option<Uuid>),
    first_year: i32,
    cap: Option<i64>,
    budget: Option<i64>,
    revision: i64,
) -> Result<()> {
    let id = stamp.id();
    let made = on!(tx, |c| {
        sqlx::query(sql::INSERT)
            .bind(id)
            .bind(flow)
            .bind(pool)
            .bind(i64::from(first_year))
            .bind(cap)
            .bind(budget)
            .bind(cap.unwrap_or(0))
            .execute(c)
            .await?
            .rows_affected()
    });
    if let Some(cap) = cap.filter(|_| made > 0) {
        let entry = Entry { revision: Some(revision), ..Entry::of(LineKind::Cap, cap) };
        write(tx, permit, stamp, id, &entry).await?;
    }
    Ok(())
}

/// What changes in the places of a year when a nomination goes from one state to another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Shift {
    held: i64,
    accepted: i64,
    confirmed: i64,
    waiting: i64,
    months: i64,
}

impl Shift {
    /// From one state, or from nothing, to another.
    pub(crate) fn between(from: Option<StateKind>, to: StateKind, units: i64, months: i64) -> Self {
        let mut shift = Self::default();
        if let Some(from) = from {
            shift.put(from, -1, units, months);
        }
        shift.put(to, 1, units, months);
        shift
    }

    fn put(&mut self, state: StateKind, sign: i64, units: i64, months: i64) {
        match state {
            StateKind::Waitlisted => self.waiting += sign,
            StateKind::Offered | StateKind::Nominated => self.held += sign * units,
            StateKind::Accepted => self.accepted += sign * units,
            StateKind::Confirmed | StateKind::Completed => self.confirmed += sign * units,
            StateKind::Rejected | StateKind::Withdrawn | StateKind::Declined | StateKind::Lapsed => {}
        }
        if state.consumes() {
            self.months += sign * months;
        }
    }

    /// Units more, or fewer, that are taken.
    pub(crate) const fn units(&self) -> i64 {
        self.held + self.accepted + self.confirmed
    }
}

/// Changes the places of a nomination's rows; `false`, and nothing is changed, where more would be taken than there is.
pub(crate) async fn shift(tx: &mut Tx, rows: Rows, shift: Shift) -> Result<bool> {
    let mut done = Vec::with_capacity(2);
    for id in rows.each() {
        if apply(tx, id, shift, shift.units() <= 0).await? == 0 {
            for id in done {
                let back = Shift {
                    held: -shift.held,
                    accepted: -shift.accepted,
                    confirmed: -shift.confirmed,
                    waiting: -shift.waiting,
                    months: -shift.months,
                };
                apply(tx, id, back, true).await?;
            }
            return Ok(false);
        }
        done.push(id);
    }
    Ok(true)
}

async fn apply(tx: &mut Tx, id: Uuid, shift: Shift, takes_no_more: bool) -> Result<u64> {
    Ok(on!(tx, |c| sqlx::query(sql::MOVE)
        .bind(id)
        .bind(shift.held)
        .bind(shift.accepted)
        .bind(shift.confirmed)
        .bind(shift.waiting)
        .bind(shift.months)
        .bind(takes_no_more)
        .execute(c)
        .await?
        .rows_affected()))
}

/// Changes how many places a flow has in a year, by a line of the ledger; answers the row. Fewer than are taken is refused.
pub async fn adjust(
    tx: &mut Tx,
    permit: &Permit<SetSeats<'_>>,
    stamp: &Stamp,
    record: &FlowRecord,
    year: AcademicYear,
    adjustment: &Adjustment,
) -> Result<SeatYear> {
    let rows = open(tx, permit, stamp, record, year).await?;
    let before = get(tx, rows.flow).await?;
    let (adjusted, overridden, kind) = if adjustment.is_override {
        (0, adjustment.units, LineKind::Override)
    } else {
        (adjustment.units, 0, LineKind::Adjustment)
    };
    if add(tx, rows.flow, [adjusted, overridden, 0]).await? == 0 {
        return Err(refused(&before, before.tally.capacity() + adjustment.units));
    }
    let entry = Entry {
        reason: Some(adjustment.reason.as_str()),
        evidence: adjustment.evidence.as_ref().map(Reason::as_str),
        ..Entry::of(kind, adjustment.units)
    };
    write(tx, permit, stamp, rows.flow, &entry).await?;
    let action = if adjustment.is_override { "override_seats" } else { "adjust_seats" };
    let change = Change::to(&(year, adjustment.units, adjustment.reason.as_str()));
    let subject = Subject::new("flow", record.flow.id.0);
    audit::record(tx, permit, stamp, action, subject, change).await?;
    crate::nomination::offer_freed(tx, permit, stamp, rows).await?;
    changed(tx, record.flow.id, year.first_year()).await?;
    get(tx, rows.flow).await
}

async fn add(tx: &mut Tx, id: Uuid, [adjusted, overridden, carried]: [i64; 3]) -> Result<u64> {
    Ok(on!(tx, |c| {
        let add = sqlx::query(sql::ADD).bind(id).bind(adjusted).bind(overridden).bind(carried);
        add.execute(c).await?.rows_affected()
    }))
}

/// Why fewer places are refused: the year is closed, or more are taken.
fn refused(before: &SeatYear, capacity: i64) -> StoreError {
    StoreError::Seats(if before.tally.is_closed {
        SeatRefusal::NotOpen { why: NotOpen::Closed }
    } else {
        let used = before.tally.used();
        SeatRefusal::BelowUse(BelowUse {
            flow: before.flow,
            pool: before.pool,
            first_year: before.first_year,
            capacity,
            used,
        })
    })
}

/// Closes a year of a flow, once: nothing more is taken from it, who is in line leaves it, and what is left of what was agreed goes
/// to the next year where the flow says so. Answers how many units that is. Refused while someone is to answer.
pub async fn close(
    tx: &mut Tx,
    permit: &Permit<SetSeats<'_>>,
    stamp: &Stamp,
    record: &FlowRecord,
    year: AcademicYear,
) -> Result<i64> {
    if record.flow.cap_period == CapPeriod::Agreement {
        return Err(StoreError::Seats(SeatRefusal::NotOpen { why: NotOpen::WholeAgreement }));
    }
    let rows = ensure(tx, permit, stamp, record, year).await?;
    // Nothing is carried to a year in which the flow is over.
    let is_covered = |next: &AcademicYear| record.years.1.is_none_or(|last| next.first_year() <= last);
    let later = match year.next().filter(is_covered).filter(|_| record.flow.carries_over) {
        Some(next) => Some((ensure(tx, permit, stamp, record, next).await?, next)),
        None => None,
    };
    let both: Vec<Rows> = [rows].into_iter().chain(later.map(|(later, _)| later)).collect();
    lock_all(tx, &both).await?;
    let before = get(tx, rows.flow).await?;
    if before.tally.is_closed {
        return Err(StoreError::Seats(SeatRefusal::NotOpen { why: NotOpen::Closed }));
    }
    let undecided: i64 = on!(tx, |c| sqlx::query_scalar(sql::UNDECIDED).bind(rows.flow).fetch_one(c).await?);
    if undecided > 0 {
        return Err(StoreError::Seats(SeatRefusal::Undecided { count: undecided }));
    }
    crate::nomination::leave_line(tx, permit, stamp, rows).await?;
    let carried = before.tally.to_carry(later.is_some());
    if carried > 0
        && let Some((later, next)) = later
    {
        add(tx, rows.flow, [0, 0, -carried]).await?;
        write(tx, permit, stamp, rows.flow, &Entry::of(LineKind::CarriedOut, -carried)).await?;
        if add(tx, later.flow, [0, 0, carried]).await? == 0 {
            return Err(StoreError::Seats(SeatRefusal::NotOpen { why: NotOpen::Closed }));
        }
        write(tx, permit, stamp, later.flow, &Entry::of(LineKind::CarriedIn, carried)).await?;
        crate::nomination::offer_freed(tx, permit, stamp, later).await?;
        changed(tx, record.flow.id, next.first_year()).await?;
    }
    on!(tx, |c| sqlx::query(sql::CLOSE).bind(rows.flow).bind(stamp.at).execute(c).await.map(|_| ()))?;
    let subject = Subject::new("flow", record.flow.id.0);
    audit::record(tx, permit, stamp, "close_seat_year", subject, Change::to(&(year, carried))).await?;
    changed(tx, record.flow.id, year.first_year()).await?;
    Ok(carried)
}

/// The places of an agreement's flows and pools that a revision may still change: of years that are neither closed nor over on a day,
/// pools first.
pub async fn present(tx: &mut Tx, agreement: AgreementId, on: NaiveDate) -> Result<Vec<SeatYear>> {
    let rows: Vec<SeatRow> =
        on!(tx, |c| sqlx::query_as(sql::OF_AGREEMENT).bind(agreement.0).fetch_all(c).await?);
    let present = AcademicYear::of(on).first_year();
    let is_past = |seat: &SeatYear| seat.first_year.is_some_and(|first| first < present);
    let mut seats: Vec<SeatYear> = rows.into_iter().map(SeatYear::from).collect();
    seats.retain(|seat| !seat.tally.is_closed && !is_past(seat));
    Ok(seats)
}

/// Brings the places of an agreement's years in step with the revision that has come to rule. Years that are closed or over stay as
/// they were. Fewer places than are taken, or places counted in another way while someone holds one, are refused.
pub(crate) async fn follow<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    agreement: AgreementId,
) -> Result<()> {
    let seats = present(tx, agreement, stamp.day()).await?;
    if seats.is_empty() {
        return Ok(());
    }
    let flows = flow::of_agreement(tx, agreement).await?;
    let present = AcademicYear::of(stamp.day()).first_year();
    let moved: i64 = on!(tx, |c| {
        let moved = sqlx::query_scalar(sql::MOVED).bind(agreement.0).bind(false).bind(i64::from(present));
        moved.fetch_one(c).await?
    });
    if moved > 0 {
        return Err(StoreError::Seats(SeatRefusal::CountedOtherwise));
    }
    lock_each(tx, seats.iter().map(|seat| seat.id)).await?;
    let mut freed = Vec::new();
    for seat in seats {
        let Some((cap, budget, revision)) = numbers(tx, &flows, &seat).await? else { continue };
        let is_same = seat.tally.cap == cap && seat.tally.budget == budget;
        if is_same {
            continue;
        }
        let done = on!(tx, |c| {
            sqlx::query(sql::SET_CAP).bind(seat.id).bind(cap).bind(budget).execute(c).await?.rows_affected()
        });
        if done == 0 {
            let seat = get(tx, seat.id).await?;
            let capacity = Tally { cap, ..seat.tally }.capacity();
            return Err(refused(&seat, capacity));
        }
        let units = cap.unwrap_or(0) - seat.tally.cap.unwrap_or(0);
        let entry = Entry { revision: Some(revision), ..Entry::of(LineKind::Cap, units) };
        write(tx, permit, stamp, seat.id, &entry).await?;
        freed.push(seat);
    }
    for seat in freed {
        crate::nomination::offer_freed(tx, permit, stamp, Rows { flow: seat.id, pool: None }).await?;
        if let Some(flow) = seat.flow {
            changed(tx, flow, seat.first_year.unwrap_or(WHOLE)).await?;
        }
    }
    Ok(())
}

/// What the present content says of a row: cap, budget, and the number of its revision. Who holds a place of a flow that is gone, or
/// that is now counted in another way, keeps it: that is refused.
async fn numbers(
    tx: &mut Tx,
    flows: &[FlowRecord],
    seat: &SeatYear,
) -> Result<Option<(Option<i64>, Option<i64>, i64)>> {
    let revision = flows.first().map_or(1, |record| record.revision);
    if let Some(pool) = seat.pool {
        let cap = pool_cap(tx, pool).await?;
        let is_other =
            cap.is_none_or(|(_, period)| (period == CapPeriod::Agreement) != seat.first_year.is_none());
        if is_other && seat.tally.used() > 0 {
            return Err(StoreError::Seats(SeatRefusal::CountedOtherwise));
        }
        return Ok(Some((cap.and_then(|(cap, _)| cap), None, revision)));
    }
    let record = flows.iter().find(|record| Some(record.flow.id) == seat.flow);
    let Some(record) = record.filter(|record| !record.is_dropped) else {
        return Ok(Some((None, None, revision)));
    };
    let flow = &record.flow;
    if (flow.cap_period == CapPeriod::Agreement) != seat.first_year.is_none() && seat.tally.used() > 0 {
        return Err(StoreError::Seats(SeatRefusal::CountedOtherwise));
    }
    let year = seat.first_year.and_then(|first| flow.year_from(first));
    let cap = year.map_or(flow.cap, |year| flow.cap_in(year));
    let budget = flow.budget.map(|budget| i64::from(budget.hundredths()));
    Ok(Some((cap.map(i64::from), budget, record.revision)))
}

/// Those who hold a place of a row, the last to come first: who would have to go.
pub async fn holders(tx: &mut Tx, seat: Uuid) -> Result<Vec<NominationId>> {
    let ids: Vec<Uuid> = on!(tx, |c| sqlx::query_scalar(sql::HOLDERS).bind(seat).fetch_all(c).await?);
    Ok(ids.into_iter().map(NominationId).collect())
}

/// Tells whoever follows that places of a flow changed, in the whole agreement where the year is 0.
pub(crate) async fn changed(tx: &mut Tx, flow: FlowId, first_year: i32) -> Result<()> {
    live::tell(tx, &Event::Seats { flow, first_year }).await?;
    registry::bump(tx).await
}
