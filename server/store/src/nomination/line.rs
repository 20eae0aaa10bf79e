//! Those in line: who is offered a place that comes free, and whose offer is over.

use super::{Doing, change, find, lock};
use crate::{Result, Stamp, StoreError, Tx, on, seat::Rows, statements};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    academic_year::AcademicYear,
    access::Permit,
    id::NominationId,
    nomination::{Act, Side, StateKind},
};
use uuid::Uuid;

statements! {
    // Who is in one line for the places of a flow and of the pool that it draws on: whoever waits for either, for a year that is neither
    // closed nor over, of a flow that is still in its agreement.
    NEXT = concat!(
        "select nomination.id from nomination join flow on flow.id = nomination.flow_id join seat_year own on own.id = nomination.seat_id \
            left join seat_year shared on shared.id = nomination.pool_seat_id \
            where nomination.state = 'waitlisted' and (nomination.seat_id = $1 or nomination.pool_seat_id = $2) and nomination.year >= $3 and flow.is_dropped = $4 \
            and own.closed_at is null and (shared.id is null or shared.closed_at is null) and ", is_open!(),
        " and own.used + nomination.units <= own.capacity and (own.budget is null or own.spent + nomination.months <= own.budget) \
            and (shared.id is null or shared.used + nomination.units <= shared.capacity) \
            order by nomination.queued_at, nomination.id limit 1"
    );
    // The same line; whoever waits for a term that the flow offers no more keeps the position, though they are passed over. Those of one
    // flow and row are counted together: what holds for all of them is looked up once.
    BEFORE = "select cast(coalesce(sum(waiting.people), 0) as bigint) from (select flow_id, seat_id, pool_seat_id, count(*) as people from nomination \
        where state = 'waitlisted' and (seat_id = $1 or pool_seat_id = $2) and year >= $3 and (queued_at < $5 or (queued_at = $5 and id < $6)) \
        group by flow_id, seat_id, pool_seat_id) waiting join flow on flow.id = waiting.flow_id join seat_year own on own.id = waiting.seat_id \
        left join seat_year shared on shared.id = waiting.pool_seat_id \
        where flow.is_dropped = $4 and own.closed_at is null and (shared.id is null or shared.closed_at is null)";
    IN_LINE = "select id from nomination where state = 'waitlisted' and seat_id = $1 order by queued_at, id";
    DUE = "select id from nomination where state = 'offered' and lapses_at <= $1 order by lapses_at, id limit $2";
}

/// What the registry does by itself.
const BY_ITSELF: Doing<'static> = Doing::by(Side::Registry);

/// Offers what is free in locked rows to those in line, in the order in which they came: each time to the first whom it suffices.
/// Answers who was offered a place. Those who share a pool are in one line as far as the pool's places go. Where nobody could be put
/// forward any more (see [`not_open`](super::not_open)) nothing is offered either: who waits there keeps waiting, and the next comes.
pub(crate) async fn offer_freed<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    rows: Rows,
) -> Result<Vec<NominationId>> {
    let mut offered = Vec::new();
    let present = present(stamp.day());
    loop {
        let next: Option<Uuid> = on!(tx, |c| {
            sqlx::query_scalar(sql::NEXT)
                .bind(rows.flow)
                .bind(rows.pool.unwrap_or(rows.flow))
                .bind(&present)
                .bind(false)
                .fetch_optional(c)
                .await?
        });
        let Some(next) = next.map(NominationId) else { return Ok(offered) };
        let mut record = lock(tx, next).await?;
        change(tx, permit, stamp, &mut record, Act::Offer, BY_ITSELF).await?;
        offered.push(next);
    }
}

/// The position in line on a day, from 1: one more than those to whom a place is offered before, if it suffices for them. `None` where
/// the nomination is not in line.
pub async fn position(tx: &mut Tx, id: NominationId, on: NaiveDate) -> Result<Option<i64>> {
    let record = find(tx, id).await?.ok_or(StoreError::NotFound)?;
    let Some(queued_at) = record.queued_at.filter(|_| record.state.kind() == StateKind::Waitlisted) else {
        return Ok(None);
    };
    let rows = record.rows();
    let before: i64 = on!(tx, |c| {
        sqlx::query_scalar(sql::BEFORE)
            .bind(rows.flow)
            .bind(rows.pool.unwrap_or(rows.flow))
            .bind(present(on))
            .bind(false)
            .bind(queued_at)
            .bind(id.0)
            .fetch_one(c)
            .await?
    });
    Ok(Some(before + 1))
}

/// The first academic year that is not over on a day, as it is written.
pub(crate) fn present(on: NaiveDate) -> String {
    AcademicYear::first_not_over(on).to_string()
}

/// Takes everyone out of the line of a row that is being closed.
pub(crate) async fn leave_line<A>(tx: &mut Tx, permit: &Permit<A>, stamp: &Stamp, rows: Rows) -> Result<()> {
    let line: Vec<Uuid> = on!(tx, |c| sqlx::query_scalar(sql::IN_LINE).bind(rows.flow).fetch_all(c).await?);
    for id in line.into_iter().map(NominationId) {
        let mut record = lock(tx, id).await?;
        let leave = Act::Withdraw { by: Side::Registry, reason: None };
        change(tx, permit, stamp, &mut record, leave, BY_ITSELF).await?;
    }
    Ok(())
}

/// Offers that nobody answered in time, the oldest first.
pub async fn due(tx: &mut Tx, now: DateTime<Utc>, limit: i64) -> Result<Vec<NominationId>> {
    let ids: Vec<Uuid> = on!(tx, |c| sqlx::query_scalar(sql::DUE).bind(now).bind(limit).fetch_all(c).await?);
    Ok(ids.into_iter().map(NominationId).collect())
}
