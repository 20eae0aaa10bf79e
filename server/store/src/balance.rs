//! What moved between two institutions, and what they may still send each other.

use crate::{
    Result, Stamp, StoreError, Tx,
    audit::{self, Change, Subject},
    on,
    partner::Family,
    query::{Sql, rows},
    registry, statements,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Permit, SetOpeningBalance},
    flow::Flow,
    id::InstitutionId,
    nomination::Reason,
};
use sqlx::FromRow;

statements! {
    FIND_OPENING = "select balance, reason, set_by_name, set_at from opening_balance where institution_id = $1 and partner_id = $2";
    SET_OPENING = "insert into opening_balance (institution_id, partner_id, balance, reason, set_by, set_by_name, set_at) values ($1, $2, $3, $4, $5, $6, $7) \
        on conflict (institution_id, partner_id) do update set balance = excluded.balance, reason = excluded.reason, set_by = excluded.set_by, \
        set_by_name = excluded.set_by_name, set_at = excluded.set_at";
}

/// What moved on a flow in a year.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// On which flow.
    pub flow: Flow,
    /// Whether it leaves the first of the two.
    pub is_out: bool,
    /// First year of the academic year.
    pub first_year: i32,
    /// Whether it is only expected.
    pub is_expected: bool,
    /// People.
    pub persons: i64,
    /// Units.
    pub units: i64,
}

#[derive(FromRow)]
struct MovedRow {
    content: String,
    is_out: bool,
    first_year: i64,
    is_expected: bool,
    persons: i64,
    units: i64,
}

fn read(content: &str) -> Result<Flow> {
    serde_json::from_str(content).map_err(StoreError::corrupt)
}

fn first(year: i64) -> Result<i32> {
    i32::try_from(year).map_err(StoreError::corrupt)
}

/// Adds that a flow goes between the two, one way or the other.
fn push_between(sql: &mut Sql, [one, other]: [&Family; 2]) {
    let ids = |family: &Family| family.members.iter().map(|id| id.0).collect::<Vec<_>>();
    sql.push("((flow.sender_id in ").list(ids(one)).push(" and flow.receiver_id in ").list(ids(other));
    sql.push(") or (flow.sender_id in ").list(ids(other)).push(" and flow.receiver_id in ").list(ids(one));
    sql.push("))");
}

/// What moved between two institutions, their units included: who confirmed or was there, and who holds a place. One statement.
pub async fn moved(tx: &mut Tx, pair: [&Family; 2]) -> Result<Vec<Moved>> {
    let mut sql = Sql::new("select flow.content, flow.sender_id in ");
    sql.list(pair[0].members.iter().map(|id| id.0)).push(
        " as is_out, held.first_year, held.is_expected, held.persons, held.units from flow join \
         (select flow_id, first_year, is_expected, count(*) as persons, cast(sum(units) as bigint) as units from \
           (select nomination.flow_id, nomination.first_year, nomination.units, nomination.state in ('offered', 'nominated', 'accepted') as is_expected \
            from nomination where nomination.state in ('offered', 'nominated', 'accepted', 'confirmed', 'completed') \
            and nomination.flow_id in (select flow.id from flow where ",
    );
    push_between(&mut sql, pair);
    sql.push(")) as each_one group by flow_id, first_year, is_expected) as held on held.flow_id = flow.id order by held.first_year, flow.id");
    let found: Vec<MovedRow> = rows!(tx, sql);
    found
        .into_iter()
        .map(|row| {
            Ok(Moved {
                flow: read(&row.content)?,
                is_out: row.is_out,
                first_year: first(row.first_year)?,
                is_expected: row.is_expected,
                persons: row.persons,
                units: row.units,
            })
        })
        .collect()
}

/// What is left of a flow in a year.
#[derive(Debug, Clone, PartialEq)]
pub struct Left {
    /// The flow.
    pub flow: Flow,
    /// Whether it leaves the first of the two.
    pub is_out: bool,
    /// Units that are left; none where no number was agreed.
    pub remaining: Option<i64>,
}

/// What is left between two institutions in the academic year that begins then, of each flow that is open in it. One statement.
pub async fn left(tx: &mut Tx, pair: [&Family; 2], first_year: i32) -> Result<Vec<Left>> {
    let mut sql = Sql::new("select flow.content, flow.sender_id in ");
    sql.list(pair[0].members.iter().map(|id| id.0)).push(
        " as is_out, case when seat_year.id is not null then case when seat_year.cap is null and seat_year.capacity = 0 then null else seat_year.capacity - seat_year.used end \
           when flow_cap.flow_id is not null then flow_cap.cap else flow.cap end as remaining \
         from flow left join flow_cap on flow_cap.flow_id = flow.id and flow_cap.first_year = ",
    );
    sql.bind(i64::from(first_year));
    sql.push(" left join seat_year on seat_year.flow_id = flow.id and seat_year.first_year = case when flow.cap_period = 'agreement' then 0 else ");
    sql.bind(i64::from(first_year)).push(" end where flow.is_agreed and not flow.is_dropped and (flow.first_year is null or flow.first_year <= ");
    sql.bind(i64::from(first_year)).push(") and (flow.last_year is null or flow.last_year >= ");
    sql.bind(i64::from(first_year)).push(") and ");
    push_between(&mut sql, pair);
    sql.push(" order by flow.agreement_id, flow.position, flow.id");
    let found: Vec<(String, bool, Option<i64>)> = rows!(tx, sql);
    found
        .into_iter()
        .map(|(content, is_out, remaining)| Ok(Left { flow: read(&content)?, is_out, remaining }))
        .collect()
}

/// What two institutions owed each other before, as one of them sees it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Opening {
    /// Hundredths of units.
    pub balance: i64,
    /// Where it comes from.
    pub reason: String,
    /// Who said so.
    pub set_by_name: String,
    /// When.
    pub set_at: DateTime<Utc>,
}

/// The opening balance of an institution with another.
pub async fn opening(tx: &mut Tx, of: InstitutionId, with: InstitutionId) -> Result<Option<Opening>> {
    Ok(on!(tx, |c| sqlx::query_as(sql::FIND_OPENING).bind(of.0).bind(with.0).fetch_optional(c).await?))
}

/// Says what an institution's balance with another was before the registry counted, in hundredths of units.
pub async fn set_opening(
    tx: &mut Tx,
    permit: &Permit<SetOpeningBalance>,
    stamp: &Stamp,
    with: InstitutionId,
    balance: i64,
    reason: &Reason,
) -> Result<()> {
    let of = permit.action().0;
    let before = opening(tx, of, with).await?.map(|before| before.balance);
    on!(tx, |c| {
        sqlx::query(sql::SET_OPENING)
            .bind(of.0)
            .bind(with.0)
            .bind(balance)
            .bind(reason.as_str())
            .bind(permit.user().map(|user| user.0))
            .bind(permit.name())
            .bind(stamp.at)
            .execute(c)
            .await?;
    });
    let change = Change::between(&before, &(with, balance, reason.as_str()));
    audit::record(tx, permit, stamp, "set_opening_balance", Subject::new("institution", of.0), change)
        .await?;
    registry::bump(tx).await
}
