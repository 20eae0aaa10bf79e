//! Those in line: who is offered a place that comes free, and whose offer is over.

use super::{Doing, change, lock};
use crate::{Result, Stamp, Tx, on, seat::Rows, statements};
use chrono::{DateTime, Utc};
use domain::{
    academic_year::AcademicYear,
    access::Permit,
    id::NominationId,
    nomination::{Act, Side},
};
use uuid::Uuid;

statements! {
    NEXT = "select nomination.id from nomination join flow on flow.id = nomination.flow_id join seat_year own on own.id = nomination.seat_id \
        left join seat_year shared on shared.id = nomination.pool_seat_id \
        where nomination.state = 'waitlisted' and (nomination.seat_id = $1 or nomination.pool_seat_id = $2) and nomination.year >= $3 \
        and flow.is_agreed = $4 and flow.is_dropped = $5 and (flow.first_year is null or flow.first_year <= nomination.first_year) \
        and (flow.last_year is null or nomination.first_year <= flow.last_year) \
        and exists (select 1 from flow_facet where flow_facet.flow_id = flow.id and flow_facet.kind = 'term' and flow_facet.value = nomination.term) \
        and own.closed_at is null and own.used + nomination.units <= own.capacity and (own.budget is null or own.spent + nomination.months <= own.budget) \
        and (shared.id is null or (shared.closed_at is null and shared.used + nomination.units <= shared.capacity)) \
        order by nomination.queued_at, nomination.id limit 1";
    IN_LINE = "select id from nomination where state = 'waitlisted' and seat_id = $1 order by queued_at, id";
    DUE = "select id from nomination where state = 'offered' and lapses_at <= $1 order by lapses_at, id limit $2";
}

/// What the registry does by itself.
const BY_ITSELF: Doing<'static> =
    Doing { by: Side::Registry, is_on_behalf: false, reason: None, evidence: None };

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
    let present = AcademicYear::first_not_over(stamp.day()).to_string();
    loop {
        let next: Option<Uuid> = on!(tx, |c| {
            sqlx::query_scalar(sql::NEXT)
                .bind(rows.flow)
                .bind(rows.pool.unwrap_or(rows.flow))
                .bind(&present)
                .bind(true)
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
