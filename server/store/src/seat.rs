//! The places of flows and pools, year by year, and the ledger that explains them.
//!
//! One row holds the places of a flow, or of a pool, in a year (in the whole agreement where the cap is for that). Whoever wants to
//! take some changes that row under a guard, so that two at once never take the same place; a check of the database says the same.
//! Rows are locked pool first, then flow, so that those who share a pool wait for each other and never in a circle. A row is made
//! when someone first asks for a place: until then the flow itself says how many there are.

/// The columns of a [`SeatRow`].
macro_rules! columns {
    () => {
        "id, flow_id, pool_id, first_year, cap, adjusted, overridden, carried, held, accepted, confirmed, waiting, budget, spent, closed_at"
    };
}

pub(crate) mod capacity;
pub(crate) mod ledger;

pub(crate) use capacity::follow;
pub use capacity::{Owner, adjust, close, holders, present};
pub(crate) use ledger::{Entry, write};
pub use ledger::{LineNomination, SeatLine, lines};

use crate::{
    Result, Stamp, StoreError, Tx,
    flow::{self, FlowRecord},
    live::{self, Event},
    on,
    query::{Sql, rows},
    registry, statements,
};
use chrono::{DateTime, Utc};
use domain::{
    academic_year::AcademicYear,
    access::Permit,
    flow::{CapPeriod, Flow},
    id::{FlowId, PoolId},
    nomination::StateKind,
    seats::{BelowUse, LineKind, Tally},
};
use sqlx::FromRow;
use uuid::Uuid;

statements! {
    FIND = concat!("select ", columns!(), " from seat_year where id = $1");
    FIND_OF = concat!("select ", columns!(), " from seat_year where (flow_id = $1 or pool_id = $1) and first_year = $2");
    OF_FLOW = concat!("select ", columns!(), " from seat_year where flow_id = $1 order by first_year");
    LOCK = concat!("update seat_year set capacity = capacity where id = $1 returning ", columns!());
    LOCK_FLOW = "update flow set position = position where id = $1";
    LOCK_POOL = "update pool set position = position where id = $1";
    SHARING = "select flow.id from flow join seat_year on seat_year.pool_id = flow.pool_id where seat_year.id = $1 order by flow.id";
    POOL = "select cap, cap_period, is_dropped from pool where id = $1";
    INSERT = "insert into seat_year (id, flow_id, pool_id, first_year, cap, adjusted, overridden, carried, capacity, held, accepted, confirmed, used, waiting, budget, spent) \
        values ($1, $2, $3, $4, $5, 0, 0, 0, $7, 0, 0, 0, 0, 0, $6, 0) on conflict do nothing";
    MOVE = "update seat_year set held = held + $2, accepted = accepted + $3, confirmed = confirmed + $4, used = used + $2 + $3 + $4, waiting = waiting + $5, spent = spent + $6 \
        where id = $1 and ($7 or (closed_at is null and used + $2 + $3 + $4 <= capacity and (budget is null or spent + $6 <= budget)))";
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

impl SeatYear {
    /// The year as these flows count it, of which one has the places or draws on them; none for the whole agreement.
    pub fn year<'a>(&self, flows: impl IntoIterator<Item = &'a Flow>) -> Option<AcademicYear> {
        let is_of = |flow: &Flow| Some(flow.id) == self.flow || self.pool.is_some() && flow.pool == self.pool;
        let flow = flows.into_iter().find(|flow| is_of(flow))?;
        flow.year_from(self.first_year?)
    }
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
pub(crate) const WHOLE: i32 = 0;

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
    let Some(PoolCap { period, .. }) = pool_cap(tx, pool).await? else { return Ok(None) };
    find_of(tx, pool.0, first_of(period, year)).await
}

/// The row that has less than is taken.
pub async fn find_below(tx: &mut Tx, below: &BelowUse) -> Result<Option<SeatYear>> {
    let of = below.flow.map(|flow| flow.0).or_else(|| below.pool.map(|pool| pool.0));
    let Some(of) = of else { return Ok(None) };
    find_of(tx, of, below.year.map_or(WHOLE, AcademicYear::first_year)).await
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
    let mut sql = Sql::new(concat!("select ", columns!(), " from seat_year where first_year in "));
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

const fn first_of(period: CapPeriod, year: AcademicYear) -> i32 {
    match period {
        CapPeriod::AcademicYear => year.first_year(),
        CapPeriod::Agreement => WHOLE,
    }
}

/// What a pool says of its places.
#[derive(Debug, Clone, Copy)]
struct PoolCap {
    cap: Option<i64>,
    period: CapPeriod,
    is_dropped: bool,
}

impl PoolCap {
    /// Whether the revision that rules has the pool.
    const fn rules(&self) -> bool {
        !self.is_dropped
    }
}

async fn pool_cap(tx: &mut Tx, pool: PoolId) -> Result<Option<PoolCap>> {
    let row: Option<(Option<i64>, String, bool)> =
        on!(tx, |c| sqlx::query_as(sql::POOL).bind(pool.0).fetch_optional(c).await?);
    let read = |(cap, period, is_dropped): (Option<i64>, String, bool)| {
        let period = CapPeriod::parse(&period).map_err(StoreError::corrupt)?;
        Ok(PoolCap { cap, period, is_dropped })
    };
    row.map(read).transpose()
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

/// What a nomination for a flow and year takes from, as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Places {
    pub flow: SeatYear,
    pub pool: Option<SeatYear>,
}

impl Places {
    pub(crate) fn rows(&self) -> Rows {
        Rows { flow: self.flow.id, pool: self.pool.map(|pool| pool.id) }
    }

    /// Whether so many units and hundredths of months are left of both.
    pub(crate) fn fits(&self, units: i64, months: i64) -> bool {
        [Some(self.flow), self.pool].into_iter().flatten().all(|seat| seat.tally.fits(units, months))
    }
}

/// The rows of a flow in a year, as they stand; `None` while nobody asked for a place of it.
pub(crate) async fn look(tx: &mut Tx, flow: &Flow, year: AcademicYear) -> Result<Option<Places>> {
    let Some(own) = find(tx, flow, year).await? else { return Ok(None) };
    let pool = match flow.pool {
        Some(pool) => find_pool(tx, pool, year).await?,
        None => None,
    };
    Ok(Some(Places { flow: own, pool }))
}

/// The rows of a flow in a year, made where nobody asked for a place before, and locked. Refused where a revision came to rule since
/// the flow was read that counts its places elsewhere.
pub(crate) async fn open<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    record: &FlowRecord,
    year: AcademicYear,
) -> Result<Places> {
    let rows = ensure(tx, permit, stamp, record, year).await?;
    let places = lock(tx, rows).await?;
    let ruling = flow::find(tx, record.flow.id).await?.ok_or(StoreError::NotFound)?;
    let counted = |flow: &Flow| (flow.pool, flow.cap_period, flow.unit, flow.conversion);
    if counted(&ruling.flow) == counted(&record.flow) {
        Ok(places)
    } else {
        Err(StoreError::Stale { current: ruling.revision })
    }
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
        Some(pool) => ensure_pool(tx, permit, stamp, record, pool, year).await?,
        None => None,
    };
    let flow = match find(tx, &record.flow, year).await? {
        Some(seat) => seat.id,
        None => make(tx, permit, stamp, record, year).await?,
    };
    Ok(Rows { flow, pool })
}

/// The row of the pool that a flow draws on in a year, made where nobody asked for a place of it before, and locked. Refused where the
/// revision that rules has the pool no more, or counts its places for another time.
async fn open_pool<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    record: &FlowRecord,
    year: AcademicYear,
) -> Result<SeatYear> {
    let pool = record.flow.pool.ok_or(StoreError::NotFound)?;
    let id = ensure_pool(tx, permit, stamp, record, pool, year).await?.ok_or(StoreError::NotFound)?;
    let seat = lock_one(tx, id).await?;
    let ruling = pool_cap(tx, pool).await?.filter(PoolCap::rules).ok_or(StoreError::NotFound)?;
    let is_of_year = seat.first_year.unwrap_or(WHOLE) == first_of(ruling.period, year);
    if is_of_year { Ok(seat) } else { Err(StoreError::Stale { current: record.revision }) }
}

/// The same, not locked.
async fn ensure_pool<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    record: &FlowRecord,
    pool: PoolId,
    year: AcademicYear,
) -> Result<Option<Uuid>> {
    match find_pool(tx, pool, year).await? {
        Some(seat) => Ok(Some(seat.id)),
        None => make_pool(tx, permit, stamp, record, pool, year).await,
    }
}

/// Locks the rows of a nomination; answers what they are then.
pub(crate) async fn lock(tx: &mut Tx, rows: Rows) -> Result<Places> {
    let pool = match rows.pool {
        Some(pool) => Some(lock_one(tx, pool).await?),
        None => None,
    };
    Ok(Places { flow: lock_one(tx, rows.flow).await?, pool })
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

/// Locks rows in this order.
async fn lock_each(tx: &mut Tx, ids: impl Iterator<Item = Uuid>) -> Result<()> {
    for id in ids {
        lock_one(tx, id).await?;
    }
    Ok(())
}

async fn lock_one(tx: &mut Tx, id: Uuid) -> Result<SeatYear> {
    let row: SeatRow = on!(tx, |c| sqlx::query_as(sql::LOCK).bind(id).fetch_one(c).await?);
    Ok(row.into())
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
    let ruling = pool_cap(tx, pool).await?.filter(PoolCap::rules);
    let Some(PoolCap { cap, period, .. }) = ruling else { return Ok(None) };
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
    if made > 0 && (cap.is_some() || budget.is_some()) {
        write(tx, permit, stamp, id, &agreed((None, None), (cap, budget), revision)).await?;
    }
    Ok(())
}

/// The line of a revision that says another cap, or another budget of months or days, than there was.
fn agreed(
    (cap, budget): (Option<i64>, Option<i64>),
    now: (Option<i64>, Option<i64>),
    revision: i64,
) -> Entry<'static> {
    let more = |was: Option<i64>, is: Option<i64>| is.unwrap_or(0) - was.unwrap_or(0);
    let months = more(budget, now.1);
    Entry { months, revision: Some(revision), ..Entry::of(LineKind::Cap, more(cap, now.0)) }
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

/// Tells whoever follows that a nomination for a flow and year took or gave back places of these rows: those of the flow, and those of
/// the pool, which every flow that draws on it shows.
pub(crate) async fn touched(tx: &mut Tx, rows: Rows, flow: FlowId, first_year: i32) -> Result<()> {
    live::tell(tx, &Event::Seats { flow, first_year }).await?;
    match rows.pool {
        Some(pool) => tell_sharing(tx, pool, first_year).await,
        None => Ok(()),
    }
}

/// Tells whoever follows that there are more places in a row, or fewer: in the whole agreement where the year is 0.
pub(crate) async fn changed(tx: &mut Tx, seat: &SeatYear) -> Result<()> {
    let first_year = seat.first_year.unwrap_or(WHOLE);
    match seat.flow {
        Some(flow) => live::tell(tx, &Event::Seats { flow, first_year }).await?,
        None => tell_sharing(tx, seat.id, first_year).await?,
    }
    registry::bump(tx).await
}

/// The same of several rows, as they are now.
async fn changed_each(tx: &mut Tx, ids: impl Iterator<Item = Uuid>) -> Result<()> {
    for id in ids {
        let seat = get(tx, id).await?;
        changed(tx, &seat).await?;
    }
    Ok(())
}

/// Tells it of every flow that draws on the pool of a row.
async fn tell_sharing(tx: &mut Tx, pool: Uuid, first_year: i32) -> Result<()> {
    let sharing: Vec<Uuid> = on!(tx, |c| sqlx::query_scalar(sql::SHARING).bind(pool).fetch_all(c).await?);
    for flow in sharing.into_iter().map(FlowId) {
        live::tell(tx, &Event::Seats { flow, first_year }).await?;
    }
    Ok(())
}
