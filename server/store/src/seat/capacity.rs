//! How many places there are: changed by a lead, carried over when a year is closed, brought in step with a revision that comes to rule.
//! Never fewer than are taken.

use super::{
    Entry, PoolCap, Rows, SeatRow, SeatYear, WHOLE, agreed, changed, changed_each, ensure, ensure_pool, get,
    lock_all, lock_each, open, open_pool, pool_cap, write,
};
use crate::{
    Result, Stamp, StoreError, Tx,
    audit::{self, Change, Subject},
    flow::{self, FlowRecord},
    on, statements,
};
use chrono::NaiveDate;
use domain::{
    academic_year::AcademicYear,
    access::{Permit, SetSeats},
    flow::CapPeriod,
    id::{AgreementId, NominationId, PoolId},
    nomination::Reason,
    seats::{Adjustment, BelowUse, LineKind, NotOpen, SeatRefusal, Tally},
    term::Term,
};
use std::collections::BTreeSet;
use uuid::Uuid;

statements! {
    OF_AGREEMENT = concat!(
        "select ", columns!(), " from seat_year where flow_id in (select id from flow where agreement_id = $1) \
        or pool_id in (select id from pool where agreement_id = $1) order by (pool_id is null), id"
    );
    SET_CAP = "update seat_year set cap = $2, budget = $3, capacity = coalesce($2, 0) + adjusted + overridden + carried \
        where id = $1 and used <= coalesce($2, 0) + adjusted + overridden + carried and coalesce($2, 0) + adjusted + overridden + carried >= 0 and spent <= coalesce($3, spent)";
    ADD = "update seat_year set adjusted = adjusted + $2, overridden = overridden + $3, carried = carried + $4, capacity = capacity + $2 + $3 + $4 \
        where id = $1 and used <= capacity + $2 + $3 + $4 and overridden + $3 >= 0 and capacity + $2 + $3 + $4 >= 0 and closed_at is null";
    CLOSE = "update seat_year set closed_at = $2 where id = $1 and closed_at is null";
    UNDECIDED = "select count(*) from nomination where (seat_id = $1 or pool_seat_id = $1) and state in ('offered', 'nominated', 'accepted')";
    STILL_OPEN = "select count(*) from flow left join seat_year own on own.flow_id = flow.id and own.first_year = $2 \
        where flow.pool_id = $1 and flow.cap_period = 'academic_year' and flow.is_dropped = $3 and (flow.first_year is null or flow.first_year <= $2) \
        and (flow.last_year is null or flow.last_year >= $2) and own.closed_at is null";
    CARRIED_BY_FLOWS = "select cast(coalesce(-sum(seat_line.units), 0) as bigint) from flow join seat_year on seat_year.flow_id = flow.id and seat_year.first_year = $2 \
        join seat_line on seat_line.seat_id = seat_year.id and seat_line.kind = 'carried_out' where flow.pool_id = $1 and flow.is_dropped = $3";
    CARRIED_OUT = "select cast(coalesce(-sum(units), 0) as bigint) from seat_line where seat_id = $1 and kind = 'carried_out'";
    WITH_CLOSED = "select distinct shared.pool_id, shared.first_year from flow join seat_year own on own.flow_id = flow.id and own.closed_at is not null \
        join seat_year shared on shared.pool_id = flow.pool_id and shared.first_year = own.first_year where flow.agreement_id = $1 order by shared.pool_id, shared.first_year";
    COUNTED = "select distinct nomination.flow_id, nomination.term, nomination.units, seat_year.pool_id from nomination \
        join flow on flow.id = nomination.flow_id left join seat_year on seat_year.id = nomination.pool_seat_id \
        where flow.agreement_id = $1 and flow.is_dropped = $2 and nomination.first_year >= $3 \
        and nomination.state in ('waitlisted', 'offered', 'nominated', 'accepted', 'confirmed')";
    HOLDERS = "select nomination.id from nomination where (seat_id = $1 or pool_seat_id = $1) and state in ('offered', 'nominated', 'accepted', 'confirmed', 'completed') \
        order by nomination.since_at desc, nomination.id desc";
}

/// Whose places are changed.
#[derive(Debug, Clone, Copy)]
pub enum Owner<'a> {
    /// The flow's own.
    Flow(&'a FlowRecord),
    /// Those of the pool that the flow draws on, with others.
    PoolOf(&'a FlowRecord),
}

impl Owner<'_> {
    /// What the audit trail names.
    fn subject(self) -> Result<Subject<'static>> {
        match self {
            Self::Flow(record) => Ok(Subject::new("flow", record.flow.id.0)),
            Self::PoolOf(record) => Ok(Subject::new("pool", record.flow.pool.ok_or(StoreError::NotFound)?.0)),
        }
    }
}

/// Changes how many places a flow or a pool has in a year, by a line of the ledger; answers the row. Fewer than are taken is refused.
/// What is free then is offered to those in line: where the places are a pool's, on all its flows.
pub async fn adjust(
    tx: &mut Tx,
    permit: &Permit<SetSeats<'_>>,
    stamp: &Stamp,
    owner: Owner<'_>,
    year: AcademicYear,
    adjustment: &Adjustment,
) -> Result<SeatYear> {
    let (before, rows) = match owner {
        Owner::Flow(record) => {
            let places = open(tx, permit, stamp, record, year).await?;
            (places.flow, places.rows())
        }
        Owner::PoolOf(record) => {
            let seat = open_pool(tx, permit, stamp, record, year).await?;
            (seat, Rows { flow: seat.id, pool: None })
        }
    };
    let (adjusted, overridden, kind) = if adjustment.is_override {
        (0, adjustment.units, LineKind::Override)
    } else {
        (adjustment.units, 0, LineKind::Adjustment)
    };
    if add(tx, before.id, [adjusted, overridden, 0]).await? == 0 {
        let Tally { adjusted: so_far, overridden: beyond, .. } = before.tally;
        let after = Tally { adjusted: so_far + adjusted, overridden: beyond + overridden, ..before.tally };
        return Err(refused(&before, &after, Some(year)));
    }
    let entry = Entry {
        reason: Some(adjustment.reason.as_str()),
        evidence: adjustment.evidence.as_ref().map(Reason::as_str),
        ..Entry::of(kind, adjustment.units)
    };
    write(tx, permit, stamp, before.id, &entry).await?;
    let action = if adjustment.is_override { "override_seats" } else { "adjust_seats" };
    let change = Change::to(&(year, adjustment.units, adjustment.reason.as_str()));
    audit::record(tx, permit, stamp, action, owner.subject()?, change).await?;
    crate::nomination::offer_freed(tx, permit, stamp, rows).await?;
    changed(tx, &before).await?;
    get(tx, before.id).await
}

async fn add(tx: &mut Tx, id: Uuid, [adjusted, overridden, carried]: [i64; 3]) -> Result<u64> {
    Ok(on!(tx, |c| {
        let add = sqlx::query(sql::ADD).bind(id).bind(adjusted).bind(overridden).bind(carried);
        add.execute(c).await?.rows_affected()
    }))
}

/// Why these numbers are refused: the year is closed, more is taken than there would be, or less than nothing would be left. The year is
/// as the flow counts it; where the places are those of the whole agreement it is not told.
fn refused(before: &SeatYear, after: &Tally, year: Option<AcademicYear>) -> StoreError {
    let year = year.filter(|_| before.first_year.is_some());
    let below = |capacity, used| BelowUse { flow: before.flow, pool: before.pool, year, capacity, used };
    let (capacity, used) = (after.capacity(), after.used());
    StoreError::Seats(if after.is_closed {
        SeatRefusal::NotOpen { why: NotOpen::Closed }
    } else if after.overridden < 0 {
        SeatRefusal::MoreThanBeyond { beyond: before.tally.overridden }
    } else if used > 0 && capacity < used {
        SeatRefusal::BelowUse(below(capacity, used))
    } else if let Some(budget) = after.budget.filter(|budget| after.spent > *budget) {
        SeatRefusal::BelowSpent(below(budget, after.spent))
    } else {
        SeatRefusal::MoreThanThere { there: before.tally.capacity() }
    })
}

/// Closes a year of a flow, once: nothing more is taken from it, who is in line leaves it, and what is left of what was agreed goes
/// to the next year where the flow says so. Answers how many units that is. Refused while someone is to answer.
///
/// Of a flow that draws on a pool no more goes over than the pool has left; and when the last of those who share it is closed, the pool
/// takes over as much as they did, as far as it is left.
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
    let Closing { rows, later, pools } = open_both(tx, permit, stamp, record, year).await?;
    let before = get(tx, rows.flow).await?;
    if before.tally.is_closed {
        return Err(StoreError::Seats(SeatRefusal::NotOpen { why: NotOpen::Closed }));
    }
    let undecided: i64 = on!(tx, |c| sqlx::query_scalar(sql::UNDECIDED).bind(rows.flow).fetch_one(c).await?);
    if undecided > 0 {
        return Err(StoreError::Seats(SeatRefusal::Undecided { count: undecided }));
    }
    crate::nomination::leave_line(tx, permit, stamp, rows).await?;
    let pool = match rows.pool {
        Some(pool) => Some(get(tx, pool).await?.tally),
        None => None,
    };
    let carried = before.tally.to_carry(later.is_some(), pool.as_ref());
    if let Some(later) = later {
        carry(tx, permit, stamp, (rows.flow, later.flow), carried).await?;
    }
    on!(tx, |c| sqlx::query(sql::CLOSE).bind(rows.flow).bind(stamp.at).execute(c).await.map(|_| ()))?;
    if let (Some(pool), Some(both)) = (record.flow.pool, pools) {
        carry_pool(tx, permit, stamp, pool, both).await?;
    }
    // Whoever waits for the flow or for the pool, in the year that has more of either now.
    let to = later.or(pools.map(|(_, to)| Rows { flow: to, pool: None }));
    if let Some(to) = to {
        crate::nomination::offer_freed(tx, permit, stamp, to).await?;
    }
    let subject = Subject::new("flow", record.flow.id.0);
    audit::record(tx, permit, stamp, "close_seat_year", subject, Change::to(&(year, carried))).await?;
    changed_each(tx, rows.each().chain(to.into_iter().flat_map(Rows::each))).await?;
    Ok(carried)
}

/// What closing a year changes.
struct Closing {
    /// The rows of the year.
    rows: Rows,
    /// Those of the next one, where anything of the flow may go there.
    later: Option<Rows>,
    /// The pool in both years, where it has places of each.
    pools: Option<(Uuid, Uuid)>,
}

/// The rows of a year and of the next one, made where nobody asked for a place before, and locked: pools before flows.
async fn open_both(
    tx: &mut Tx,
    permit: &Permit<SetSeats<'_>>,
    stamp: &Stamp,
    record: &FlowRecord,
    year: AcademicYear,
) -> Result<Closing> {
    // The pool of both years is made before the flow of either, in which order all lock them.
    let pools = match record.flow.pool {
        Some(pool) => pools_of(tx, permit, stamp, record, pool, year).await?,
        None => None,
    };
    let rows = ensure(tx, permit, stamp, record, year).await?;
    let later = match record.carries_to(year) {
        Some(next) => Some(ensure(tx, permit, stamp, record, next).await?),
        None => None,
    };
    let shared = pools.map(|(_, to)| Rows { flow: rows.flow, pool: Some(to) });
    let all: Vec<Rows> = [rows].into_iter().chain(later).chain(shared).collect();
    lock_all(tx, &all).await?;
    Ok(Closing { rows, later, pools })
}

/// The rows of a pool in a year and in the next one, made where nobody asked for a place before. None where both are one, since the pool is
/// for the whole agreement, and where no flow of it is open in the next year.
async fn pools_of<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    record: &FlowRecord,
    pool: PoolId,
    year: AcademicYear,
) -> Result<Option<(Uuid, Uuid)>> {
    let sharing = flow::of_pool(tx, pool).await?;
    let next = year.next().filter(|next| sharing.iter().any(|record| record.is_open_in(*next)));
    let Some(next) = next else { return Ok(None) };
    let from = ensure_pool(tx, permit, stamp, record, pool, year).await?;
    let to = ensure_pool(tx, permit, stamp, record, pool, next).await?;
    Ok(from.zip(to).filter(|(from, to)| from != to))
}

/// Takes as many units of a pool to the next year as its flows took there, as far as they are left and did not go already; none while
/// one of the flows is still open. Both rows are locked.
async fn carry_pool<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    pool: PoolId,
    (from, to): (Uuid, Uuid),
) -> Result<i64> {
    let seat = get(tx, from).await?;
    let first_year = i64::from(seat.first_year.unwrap_or(WHOLE));
    let open: i64 = on!(tx, |c| {
        sqlx::query_scalar(sql::STILL_OPEN).bind(pool.0).bind(first_year).bind(false).fetch_one(c).await?
    });
    if open > 0 {
        return Ok(0);
    }
    let by_flows: i64 = on!(tx, |c| {
        let carried = sqlx::query_scalar(sql::CARRIED_BY_FLOWS).bind(pool.0).bind(first_year);
        carried.bind(false).fetch_one(c).await?
    });
    let already: i64 = on!(tx, |c| sqlx::query_scalar(sql::CARRIED_OUT).bind(from).fetch_one(c).await?);
    let units = (by_flows - already).min(seat.tally.to_carry(true, None)).max(0);
    carry(tx, permit, stamp, (from, to), units).await?;
    Ok(units)
}

/// The rows of pools with a flow that was closed in a year, in that year and in the next one, made where nobody asked for a place
/// before.
async fn pools_with_closed<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    closed: Vec<(Uuid, i64)>,
    flows: &[FlowRecord],
) -> Result<Vec<(PoolId, (Uuid, Uuid))>> {
    let mut all = Vec::new();
    for (pool, first_year) in closed {
        let pool = PoolId(pool);
        let sharing = flows.iter().find(|record| record.flow.pool == Some(pool) && !record.is_dropped);
        let first = i32::try_from(first_year).map_err(StoreError::corrupt)?;
        let Some(record) = sharing else { continue };
        let Some(year) = record.flow.year_from(first) else { continue };
        if let Some(both) = pools_of(tx, permit, stamp, record, pool, year).await? {
            all.push((pool, both));
        }
    }
    Ok(all)
}

/// Takes units that are left in one year to another, if there are any.
async fn carry<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    (from, to): (Uuid, Uuid),
    units: i64,
) -> Result<()> {
    if units == 0 {
        return Ok(());
    }
    for (id, kind, units) in [(from, LineKind::CarriedOut, -units), (to, LineKind::CarriedIn, units)] {
        if add(tx, id, [0, 0, units]).await? == 0 {
            return Err(StoreError::Seats(SeatRefusal::NotOpen { why: NotOpen::Closed }));
        }
        write(tx, permit, stamp, id, &Entry::of(kind, units)).await?;
    }
    Ok(())
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

/// Brings the places of an agreement's years in step with the revision that has come to rule, and offers what is free then to those in
/// line. Years that are closed or over stay as they were. Fewer places than are taken, or places counted in another way while someone
/// holds one, are refused.
pub(crate) async fn follow<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    agreement: AgreementId,
) -> Result<()> {
    let known = present(tx, agreement, stamp.day()).await?;
    let closed: Vec<(Uuid, i64)> =
        on!(tx, |c| sqlx::query_as(sql::WITH_CLOSED).bind(agreement.0).fetch_all(c).await?);
    if closed.is_empty() && known.is_empty() {
        return Ok(());
    }
    let flows = flow::of_agreement(tx, agreement).await?;
    let with_closed = pools_with_closed(tx, permit, stamp, closed, &flows).await?;
    // Pools before flows, each in the order of their ids, as whoever else locks several does.
    let closed = with_closed.iter().flat_map(|(_, (from, to))| [*from, *to]);
    let of_pools = known.iter().filter(|seat| seat.pool.is_some()).map(|seat| seat.id);
    let of_flows = known.iter().filter(|seat| seat.pool.is_none()).map(|seat| seat.id);
    let pools: BTreeSet<Uuid> = closed.chain(of_pools).collect();
    lock_each(tx, pools.into_iter().chain(of_flows)).await?;
    // What is left of a pool whose last open flow the revision took away, or gave another time, goes over as closing that flow would
    // have made it.
    for (pool, both) in with_closed {
        if carry_pool(tx, permit, stamp, pool, both).await? > 0 {
            changed_each(tx, [both.0, both.1].into_iter()).await?;
        }
    }
    // As they are now that nobody else changes them: someone may have taken a place, or closed a year, before each was locked.
    let seats = present(tx, agreement, stamp.day()).await?;
    check_counted_alike(tx, stamp, agreement, &flows).await?;
    for seat in &seats {
        let Some((cap, budget, revision)) = numbers(tx, &flows, seat).await? else { continue };
        let is_same = seat.tally.cap == cap && seat.tally.budget == budget;
        if is_same {
            continue;
        }
        let done = on!(tx, |c| {
            sqlx::query(sql::SET_CAP).bind(seat.id).bind(cap).bind(budget).execute(c).await?.rows_affected()
        });
        if done == 0 {
            let year = seat.year(flows.iter().map(|record| &record.flow));
            return Err(refused(seat, &Tally { cap, budget, ..seat.tally }, year));
        }
        let entry = agreed((seat.tally.cap, seat.tally.budget), (cap, budget), revision);
        write(tx, permit, stamp, seat.id, &entry).await?;
    }
    // Not only where there are more places: a flow that has come back, or covers more years or terms, opens those that it has.
    for seat in seats.iter().filter(|seat| seat.tally.waiting > 0) {
        crate::nomination::offer_freed(tx, permit, stamp, Rows { flow: seat.id, pool: None }).await?;
    }
    Ok(())
}

/// Whoever is put forward, and not yet back, is counted as the present content says: in the same pool, with the same units.
async fn check_counted_alike(
    tx: &mut Tx,
    stamp: &Stamp,
    agreement: AgreementId,
    flows: &[FlowRecord],
) -> Result<()> {
    let present = i64::from(AcademicYear::of(stamp.day()).first_year());
    let counted: Vec<(Uuid, String, i64, Option<Uuid>)> = on!(tx, |c| {
        let counted = sqlx::query_as(sql::COUNTED).bind(agreement.0).bind(false).bind(present);
        counted.fetch_all(c).await?
    });
    let mut is_alike = true;
    for (id, term, units, pool) in counted {
        let term = Term::parse(&term).map_err(StoreError::corrupt)?;
        let flow = flows.iter().map(|record| &record.flow).find(|flow| flow.id.0 == id);
        is_alike &= flow.is_none_or(|flow| {
            i64::from(flow.units(term)) == units && flow.pool.map(|shared| shared.0) == pool
        });
    }
    if is_alike { Ok(()) } else { Err(StoreError::Seats(SeatRefusal::CountedOtherwise)) }
}

/// What the present content says of a row: cap, budget, and the number of its revision. Who holds a place of a flow that is gone, or
/// that is now counted in another way, keeps it, and who waits keeps the line: that is refused. A row that nobody uses opens nothing
/// once the cap is for another time.
async fn numbers(
    tx: &mut Tx,
    flows: &[FlowRecord],
    seat: &SeatYear,
) -> Result<Option<(Option<i64>, Option<i64>, i64)>> {
    let revision = flows.first().map_or(1, |record| record.revision);
    let is_used = seat.tally.used() + seat.tally.waiting > 0;
    let is_other = |period: CapPeriod| (period == CapPeriod::Agreement) != seat.first_year.is_none();
    if let Some(pool) = seat.pool {
        let ruling = pool_cap(tx, pool).await?.filter(PoolCap::rules);
        let same = ruling.filter(|pool| !is_other(pool.period));
        if same.is_none() && is_used {
            return Err(StoreError::Seats(SeatRefusal::CountedOtherwise));
        }
        return Ok(Some((same.and_then(|pool| pool.cap), None, revision)));
    }
    let record = flows.iter().find(|record| Some(record.flow.id) == seat.flow);
    let Some(record) = record.filter(|record| !record.is_dropped) else {
        return Ok(Some((None, None, revision)));
    };
    let flow = &record.flow;
    if is_other(flow.cap_period) {
        let unused = Ok(Some((None, None, revision)));
        return if is_used { Err(StoreError::Seats(SeatRefusal::CountedOtherwise)) } else { unused };
    }
    let year = seat.year([flow]);
    let cap = year.map_or(flow.cap, |year| flow.cap_in(year));
    let budget = flow.budget.map(|budget| i64::from(budget.hundredths()));
    Ok(Some((cap.map(i64::from), budget, record.revision)))
}

/// Those who hold a place of a row, the last to come first: who would have to go.
pub async fn holders(tx: &mut Tx, seat: Uuid) -> Result<Vec<NominationId>> {
    let ids: Vec<Uuid> = on!(tx, |c| sqlx::query_scalar(sql::HOLDERS).bind(seat).fetch_all(c).await?);
    Ok(ids.into_iter().map(NominationId).collect())
}
