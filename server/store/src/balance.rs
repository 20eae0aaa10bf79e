//! What moved between two institutions or on the flows of a pool, and what may still go on them.

use crate::{
    Result, Stamp, StoreError, Tx,
    audit::{self, Change, Subject},
    institution, on,
    partner::{self, Family},
    query::{Sql, rows},
    registry, statements,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Permit, SetOpeningBalance},
    balance::{FlowLeft, Movement, RunningBalances, Weighed},
    flow::Flow,
    id::{AgreementId, InstitutionId, PoolId},
    nomination::Reason,
    partner::home,
};
use sqlx::FromRow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

statements! {
    FIND_OPENING = "select balance, reason, set_by_name, set_at from opening_balance where institution_id = $1 and partner_id = $2";
    SET_OPENING = "insert into opening_balance (institution_id, partner_id, balance, reason, set_by, set_by_name, set_at) values ($1, $2, $3, $4, $5, $6, $7) \
        on conflict (institution_id, partner_id) do update set balance = excluded.balance, reason = excluded.reason, set_by = excluded.set_by, \
        set_by_name = excluded.set_by_name, set_at = excluded.set_at";
    FIND_POOL_OPENING = "select balance, reason, set_by_name, set_at from pool_opening where institution_id = $1 and pool_id = $2";
    SET_POOL_OPENING = "insert into pool_opening (institution_id, pool_id, balance, reason, set_by, set_by_name, set_at) values ($1, $2, $3, $4, $5, $6, $7) \
        on conflict (institution_id, pool_id) do update set balance = excluded.balance, reason = excluded.reason, set_by = excluded.set_by, \
        set_by_name = excluded.set_by_name, set_at = excluded.set_at";
    POOL_OPENINGS = "select institution_id, balance, reason, set_by_name, set_at from pool_opening where pool_id = $1";
    SHARERS = "select sender_id as id from flow where agreement_id = $1 and pool_id = $2 and is_agreed = $3 \
        union select receiver_id from flow where agreement_id = $1 and pool_id = $2 and is_agreed = $3 order by id";
}

/// Which flows a balance is about.
#[derive(Debug, Clone, Copy)]
pub enum Among<'a> {
    /// Those between two institutions, their units included, one way or the other.
    Pair([&'a Family; 2]),
    /// Those that draw on a pool.
    Pool(PoolId),
}

impl Among<'_> {
    fn push(self, sql: &mut Sql) {
        match self {
            Self::Pair([one, other]) => {
                push_between(sql, [&one.members, &other.members]);
            }
            Self::Pool(pool) => {
                sql.push("flow.pool_id = ").bind(pool.0);
            }
        }
    }
}

/// Flows from one of the first to one of the second, or the other way.
fn push_between(sql: &mut Sql, ends: [&[InstitutionId]; 2]) {
    let [one, other] = ends.map(|ids| ids.iter().map(|id| id.0));
    sql.push("((flow.sender_id in ").list(one.clone()).push(" and flow.receiver_id in ").list(other.clone());
    sql.push(") or (flow.sender_id in ").list(other).push(" and flow.receiver_id in ").list(one).push("))");
}

#[derive(FromRow)]
struct FlowRow {
    content: String,
    sender_id: Uuid,
    receiver_id: Uuid,
}

impl FlowRow {
    /// Sender and receiver by the name of the one that stays, where two institutions turned out to be one.
    fn flow(self) -> Result<Flow> {
        let flow: Flow = serde_json::from_str(&self.content).map_err(StoreError::corrupt)?;
        let (sender, receiver) = (InstitutionId(self.sender_id), InstitutionId(self.receiver_id));
        Ok(Flow { sender, receiver, ..flow })
    }
}

#[derive(FromRow)]
struct MovedRow {
    #[sqlx(flatten)]
    flow: FlowRow,
    first_year: i64,
    is_expected: bool,
    persons: i64,
    units: i64,
}

/// What moved on these flows: who confirmed or was there, and who holds a place. One statement.
pub async fn moved(tx: &mut Tx, among: Among<'_>) -> Result<Vec<Movement>> {
    let mut sql = Sql::new(
        "select flow.content, flow.sender_id, flow.receiver_id, held.first_year, held.is_expected, held.persons, held.units from flow join \
         (select flow_id, first_year, is_expected, count(*) as persons, cast(sum(units) as bigint) as units from \
           (select nomination.flow_id, nomination.first_year, nomination.units, nomination.state in ('offered', 'nominated', 'accepted') as is_expected \
            from nomination where nomination.state in ('offered', 'nominated', 'accepted', 'confirmed', 'completed') \
            and nomination.flow_id in (select flow.id from flow where ",
    );
    among.push(&mut sql);
    sql.push(")) as each_one group by flow_id, first_year, is_expected) as held on held.flow_id = flow.id order by held.first_year, flow.id");
    let found: Vec<MovedRow> = rows!(tx, sql);
    found
        .into_iter()
        .map(|row| {
            Ok(Movement {
                flow: row.flow.flow()?,
                first_year: i32::try_from(row.first_year).map_err(StoreError::corrupt)?,
                is_expected: row.is_expected,
                persons: row.persons,
                units: row.units,
            })
        })
        .collect()
}

#[derive(FromRow)]
struct SumRow {
    #[sqlx(flatten)]
    flow: FlowRow,
    units: i64,
}

/// The running balances of these pairs at the end of an academic year: of the first of each with the second, its opening balance
/// included. Three statements, however many there are.
pub async fn running(tx: &mut Tx, pairs: &[[InstitutionId; 2]], first_year: i32) -> Result<RunningBalances> {
    if pairs.is_empty() {
        return Ok(RunningBalances::default());
    }
    let ids: BTreeSet<InstitutionId> = pairs.iter().flatten().copied().collect();
    let families = institution::families(tx, &ids.into_iter().collect::<Vec<_>>()).await?;
    let [one, other] =
        [0, 1].map(|end: usize| -> BTreeSet<InstitutionId> { pairs.iter().map(|pair| pair[end]).collect() });
    let [ones, others] = [&one, &other].map(|end| {
        let of_end = families.iter().filter(|(institution, _)| end.contains(institution));
        let members: BTreeSet<InstitutionId> = of_end.map(|(_, member)| *member).collect();
        members.into_iter().collect::<Vec<_>>()
    });
    let mut running = RunningBalances::new(pairs, families);

    // Flows between others of them than those of a pair are read as well, and count for none. The cross join keeps SQLite to the order
    // from flows to nominations: without it, it reads everyone who ever confirmed.
    let mut sql = Sql::new(
        "select flow.content, flow.sender_id, flow.receiver_id, cast(sum(nomination.units) as bigint) as units \
         from flow cross join nomination where nomination.flow_id = flow.id and nomination.state in ('confirmed', 'completed') and nomination.first_year <= ",
    );
    sql.bind(i64::from(first_year)).push(" and ");
    push_between(&mut sql, [&ones, &others]);
    sql.push(" group by flow.id");
    let moved: Vec<SumRow> = rows!(tx, sql);
    for SumRow { flow, units } in moved {
        running.count(&flow.flow()?, units);
    }

    let mut sql =
        Sql::new("select institution_id, partner_id, balance from opening_balance where institution_id in ");
    sql.list(one.iter().map(|id| id.0)).push(" and partner_id in ").list(other.iter().map(|id| id.0));
    let openings: Vec<(Uuid, Uuid, i64)> = rows!(tx, sql);
    for (of, with, balance) in openings {
        running.open([InstitutionId(of), InstitutionId(with)], Weighed::hundredths(balance));
    }
    Ok(running)
}

#[derive(FromRow)]
struct LeftRow {
    #[sqlx(flatten)]
    flow: FlowRow,
    remaining: Option<i64>,
    budget: Option<i64>,
    pool_id: Option<Uuid>,
    pool_remaining: Option<i64>,
}

/// What is left in the academic year that begins then of each of these flows that is open in it, and of the pool that it draws on.
/// One statement.
pub async fn left(tx: &mut Tx, among: Among<'_>, first_year: i32) -> Result<Vec<FlowLeft>> {
    let year = i64::from(first_year);
    let mut sql = Sql::new(
        "select flow.content, flow.sender_id, flow.receiver_id, \
           case when seat_year.id is not null then case when seat_year.cap is null and seat_year.capacity = 0 then null else seat_year.capacity - seat_year.used end \
           when flow_cap.flow_id is not null then flow_cap.cap else flow.cap end as remaining, \
           case when seat_year.id is not null then seat_year.budget - seat_year.spent else flow.budget end as budget, pool.id as pool_id, \
           case when shared.id is not null then case when shared.cap is null and shared.capacity = 0 then null else shared.capacity - shared.used end \
           else pool.cap end as pool_remaining \
         from flow left join flow_cap on flow_cap.flow_id = flow.id and flow_cap.first_year = ",
    );
    sql.bind(year);
    sql.push(" left join seat_year on seat_year.flow_id = flow.id and seat_year.first_year = case when flow.cap_period = 'agreement' then 0 else ");
    sql.bind(year).push(" end left join pool on pool.id = flow.pool_id left join seat_year shared on shared.pool_id = pool.id and shared.first_year = \
        case when pool.cap_period = 'agreement' then 0 else ");
    sql.bind(year).push(" end where flow.is_agreed and not flow.is_dropped and (flow.first_year is null or flow.first_year <= ");
    sql.bind(year).push(") and (flow.last_year is null or flow.last_year >= ");
    sql.bind(year).push(") and ");
    among.push(&mut sql);
    sql.push(" order by flow.agreement_id, flow.position, flow.id");
    let found: Vec<LeftRow> = rows!(tx, sql);
    found
        .into_iter()
        .map(|row| {
            let pool = row.pool_id.map(|pool| (PoolId(pool), row.pool_remaining));
            Ok(FlowLeft { flow: row.flow.flow()?, remaining: row.remaining, budget: row.budget, pool })
        })
        .collect()
}

/// Those who send or receive on the flows of a pool that all agreed on: each institution with those of its units that do, itself
/// included where it does. Empty where the agreement has no such pool. Two statements.
pub async fn sharers(tx: &mut Tx, agreement: AgreementId, pool: PoolId) -> Result<Vec<Family>> {
    let found: Vec<Uuid> = on!(tx, |c| {
        sqlx::query_scalar(sql::SHARERS).bind(agreement.0).bind(pool.0).bind(true).fetch_all(c).await?
    });
    let above = partner::above(tx, found.iter().copied().collect()).await?;
    let mut families = BTreeMap::<InstitutionId, Vec<InstitutionId>>::new();
    for id in found.into_iter().map(InstitutionId) {
        families.entry(home(id, &above)).or_default().push(id);
    }
    Ok(families.into_iter().map(|(id, members)| Family { id, members }).collect())
}

/// What a balance was before the registry counted, as the institution whose balance it is says.
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

/// What an institution has a balance with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum With {
    /// Another institution.
    Partner(InstitutionId),
    /// Those with whom it shares a pool.
    Pool(PoolId),
}

impl With {
    const fn id(self) -> Uuid {
        match self {
            Self::Partner(id) => id.0,
            Self::Pool(id) => id.0,
        }
    }

    /// The statement that finds an opening balance, and the one that says it; both name the two in this order.
    const fn statements(self) -> [&'static str; 2] {
        match self {
            Self::Partner(_) => [sql::FIND_OPENING, sql::SET_OPENING],
            Self::Pool(_) => [sql::FIND_POOL_OPENING, sql::SET_POOL_OPENING],
        }
    }
}

/// The opening balance of an institution.
pub async fn opening(tx: &mut Tx, of: InstitutionId, with: With) -> Result<Option<Opening>> {
    let [find, _] = with.statements();
    Ok(on!(tx, |c| sqlx::query_as(find).bind(of.0).bind(with.id()).fetch_optional(c).await?))
}

#[derive(FromRow)]
struct PoolOpeningRow {
    institution_id: Uuid,
    #[sqlx(flatten)]
    opening: Opening,
}

/// The opening balances of those who share a pool.
pub async fn pool_openings(tx: &mut Tx, pool: PoolId) -> Result<HashMap<InstitutionId, Opening>> {
    let rows: Vec<PoolOpeningRow> =
        on!(tx, |c| sqlx::query_as(sql::POOL_OPENINGS).bind(pool.0).fetch_all(c).await?);
    Ok(rows.into_iter().map(|row| (InstitutionId(row.institution_id), row.opening)).collect())
}

/// Says what a balance of an institution was before the registry counted, in hundredths of units.
pub async fn set_opening(
    tx: &mut Tx,
    permit: &Permit<SetOpeningBalance>,
    stamp: &Stamp,
    with: With,
    balance: i64,
    reason: &Reason,
) -> Result<()> {
    let of = permit.action().0;
    let before = opening(tx, of, with).await?.map(|before| before.balance);
    let [_, set] = with.statements();
    on!(tx, |c| {
        sqlx::query(set)
            .bind(of.0)
            .bind(with.id())
            .bind(balance)
            .bind(reason.as_str())
            .bind(permit.user().map(|user| user.0))
            .bind(permit.name())
            .bind(stamp.at)
            .execute(c)
            .await?;
    });
    let change = Change::between(&before, &(with.id(), balance, reason.as_str()));
    audit::record(tx, permit, stamp, "set_opening_balance", Subject::new("institution", of.0), change)
        .await?;
    registry::bump(tx).await
}
