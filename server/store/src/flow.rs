//! Flows as lists and nominations need them, kept in step with the revision that rules.

use crate::{
    Result, StoreError, Tx,
    error::Constraint,
    live::{self, Event},
    on,
    query::{Sql, execute, rows},
    seat, statements,
};
use domain::{
    academic_year::AcademicYear,
    access::FlowScope,
    agreement::{Content, Course},
    flow::Flow,
    id::{AgreementId, FlowId, InstitutionId, PoolId},
    lang::Lang,
    seats::SeatRefusal,
};
use sqlx::FromRow;
use uuid::Uuid;

statements! {
    PUT_POOL = "insert into pool (id, agreement_id, position, name_fr, name_en, cap, cap_period, is_dropped) values ($1, $2, $3, $4, $5, $6, $7, $8) \
        on conflict (id) do update set position = excluded.position, name_fr = excluded.name_fr, name_en = excluded.name_en, cap = excluded.cap, \
        cap_period = excluded.cap_period, is_dropped = excluded.is_dropped where pool.agreement_id = excluded.agreement_id";
    PUT_FLOW = "insert into flow (id, agreement_id, position, revision_number, kind, sender_id, receiver_id, pool_id, first_year, last_year, cap, cap_period, budget, \
        is_agreed, is_dropped, content) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
        on conflict (id) do update set position = excluded.position, revision_number = excluded.revision_number, kind = excluded.kind, \
        sender_id = excluded.sender_id, receiver_id = excluded.receiver_id, pool_id = excluded.pool_id, first_year = excluded.first_year, \
        last_year = excluded.last_year, cap = excluded.cap, cap_period = excluded.cap_period, budget = excluded.budget, is_agreed = excluded.is_agreed, \
        is_dropped = excluded.is_dropped, content = excluded.content where flow.agreement_id = excluded.agreement_id \
        and ((flow.kind = excluded.kind and flow.sender_id = excluded.sender_id and flow.receiver_id = excluded.receiver_id) \
            or not exists (select 1 from nomination where nomination.flow_id = flow.id))";
    DROP_FLOWS = "update flow set is_dropped = $2 where agreement_id = $1";
    DROP_POOLS = "update pool set is_dropped = $2 where agreement_id = $1";
    FORGET_FLOWS = "delete from flow where agreement_id = $1 and is_dropped = $2 and not exists (select 1 from seat_year where seat_year.flow_id = flow.id)";
    FORGET_POOLS = "delete from pool where agreement_id = $1 and is_dropped = $2 and not exists (select 1 from flow where flow.pool_id = pool.id) \
        and not exists (select 1 from seat_year where seat_year.pool_id = pool.id) and not exists (select 1 from pool_opening where pool_opening.pool_id = pool.id)";
    DELETE_CAPS = "delete from flow_cap where flow_id in (select id from flow where agreement_id = $1)";
    DELETE_FACETS = "delete from flow_facet where flow_id in (select id from flow where agreement_id = $1)";
    FIND = "select id, agreement_id, revision_number, sender_id, receiver_id, first_year, last_year, is_agreed, is_dropped, content from flow where id = $1";
    OF_AGREEMENT = "select id, agreement_id, revision_number, sender_id, receiver_id, first_year, last_year, is_agreed, is_dropped, content from flow \
        where agreement_id = $1 order by position, id";
    SHOWN = "select flow.id, flow.first_year, flow.last_year, flow.is_agreed, flow.is_dropped, flow.content, pool.cap as pool_cap, pool.cap_period as pool_period, \
        pool.is_dropped as is_pool_dropped from flow left join pool on pool.id = flow.pool_id where flow.agreement_id = $1 order by flow.id";
    OF_POOL = "select id, agreement_id, revision_number, sender_id, receiver_id, first_year, last_year, is_agreed, is_dropped, content from flow \
        where pool_id = $1 and is_agreed = $2 order by is_dropped, position, id";
}

/// A flow, as the revision that rules has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowRecord {
    /// Its agreement.
    pub agreement: AgreementId,
    /// Number of the revision.
    pub revision: i64,
    /// First years of the academic years in which it is open, the agreement's own time included; none where not said.
    pub years: (Option<i32>, Option<i32>),
    /// Whether all parties approved the revision, or signed it.
    pub is_agreed: bool,
    /// Whether the revision that rules has it no more: this is what the last one that did says.
    pub is_dropped: bool,
    /// What the revision says of it.
    pub flow: Flow,
}

impl FlowRecord {
    /// The year to which places go that this one leaves: none where they stay, or where that year is not within the flow's time.
    pub fn carries_to(&self, year: AcademicYear) -> Option<AcademicYear> {
        year.next().filter(|next| self.flow.carries_over && self.covers(*next))
    }

    /// Whether a year is within its time.
    fn covers(&self, year: AcademicYear) -> bool {
        let (from, to) = self.years;
        let first = year.first_year();
        from.is_none_or(|from| from <= first) && to.is_none_or(|to| first <= to)
    }

    /// Whether it is open in a year: agreed, and within its time.
    pub fn is_open_in(&self, year: AcademicYear) -> bool {
        self.is_agreed
            && !self.is_dropped
            && self.covers(year)
            && year.is_southern() == self.flow.is_southern()
    }
}

#[derive(FromRow)]
pub(crate) struct FlowRow {
    id: Uuid,
    agreement_id: Uuid,
    revision_number: i64,
    sender_id: Uuid,
    receiver_id: Uuid,
    first_year: Option<i64>,
    last_year: Option<i64>,
    is_agreed: bool,
    is_dropped: bool,
    content: String,
}

impl FlowRow {
    /// Which flow.
    pub(crate) const fn id(&self) -> Uuid {
        self.id
    }

    pub(crate) fn record(self) -> Result<FlowRecord> {
        let mut flow: Flow = serde_json::from_str(&self.content).map_err(StoreError::corrupt)?;
        flow.id = FlowId(self.id);
        // By the name of the one that stays, where two institutions turned out to be one.
        flow.sender = InstitutionId(self.sender_id);
        flow.receiver = InstitutionId(self.receiver_id);
        let year = |year: Option<i64>| year.and_then(|year| i32::try_from(year).ok());
        Ok(FlowRecord {
            agreement: AgreementId(self.agreement_id),
            revision: self.revision_number,
            years: (year(self.first_year), year(self.last_year)),
            is_agreed: self.is_agreed,
            is_dropped: self.is_dropped,
            flow,
        })
    }
}

/// A flow, if there is one.
pub async fn find(tx: &mut Tx, id: FlowId) -> Result<Option<FlowRecord>> {
    let row: Option<FlowRow> = on!(tx, |c| sqlx::query_as(sql::FIND).bind(id.0).fetch_optional(c).await?);
    row.map(FlowRow::record).transpose()
}

/// The flows of an agreement, those that were dropped while places were counted included.
pub async fn of_agreement(tx: &mut Tx, agreement: AgreementId) -> Result<Vec<FlowRecord>> {
    let rows: Vec<FlowRow> =
        on!(tx, |c| sqlx::query_as(sql::OF_AGREEMENT).bind(agreement.0).fetch_all(c).await?);
    rows.into_iter().map(FlowRow::record).collect()
}

/// The flows that draw on a pool and that all agreed on; those that the revision that rules has no more come last.
pub async fn of_pool(tx: &mut Tx, pool: PoolId) -> Result<Vec<FlowRecord>> {
    let rows: Vec<FlowRow> =
        on!(tx, |c| sqlx::query_as(sql::OF_POOL).bind(pool.0).bind(true).fetch_all(c).await?);
    rows.into_iter().map(FlowRow::record).collect()
}

/// What access rules need to know of several flows.
pub async fn scopes(tx: &mut Tx, flows: &[FlowRecord]) -> Result<Vec<FlowScope>> {
    let ends: Vec<_> = flows.iter().flat_map(|record| [record.flow.sender, record.flow.receiver]).collect();
    let with_office = crate::institution::with_office(tx, &ends).await?;
    Ok(flows.iter().map(|record| scope_among(&record.flow, &with_office)).collect())
}

/// What access rules need to know of a flow.
pub async fn scope(tx: &mut Tx, flow: &Flow) -> Result<FlowScope> {
    let with_office = crate::institution::with_office(tx, &[flow.sender, flow.receiver]).await?;
    Ok(scope_among(flow, &with_office))
}

/// The same where it is known which institutions have an office.
pub fn scope_among(flow: &Flow, with_office: &[InstitutionId]) -> FlowScope {
    FlowScope {
        flow: flow.id,
        sender: flow.sender,
        receiver: flow.receiver,
        sender_has_members: with_office.contains(&flow.sender),
        receiver_has_members: with_office.contains(&flow.receiver),
    }
}

/// The institutions without an office to which one of these sends, or from which it receives: its office speaks for them.
pub async fn without_office(tx: &mut Tx, offices: &[InstitutionId]) -> Result<Vec<InstitutionId>> {
    let mut sql = Sql::new("select sender_id from flow where receiver_id in ");
    sql.list(offices.iter().map(|id| id.0));
    sql.push(" union select receiver_id from flow where sender_id in ").list(offices.iter().map(|id| id.0));
    let rows: Vec<(Uuid,)> = rows!(tx, sql);
    let mut others: Vec<_> = rows.into_iter().map(|(id,)| InstitutionId(id)).collect();
    let with_office = crate::institution::with_office(tx, &others).await?;
    others.retain(|other| !with_office.contains(other));
    Ok(others)
}

/// Brings the flows and pools of an agreement in step with the revision that rules. What it has no more stays where places were
/// counted, or someone said what a balance in the pool was before. Whoever looks at an agreed flow that has changed is told so, of all its years.
pub(crate) async fn project(
    tx: &mut Tx,
    id: AgreementId,
    revision: i64,
    content: &Content,
    course: &Course,
) -> Result<()> {
    let before = shown(tx, id).await?;
    on!(tx, |c| {
        // Pools before flows, as whoever makes their places does.
        sqlx::query(sql::DROP_POOLS).bind(id.0).bind(true).execute(&mut *c).await?;
        sqlx::query(sql::DROP_FLOWS).bind(id.0).bind(true).execute(&mut *c).await?;
        sqlx::query(sql::DELETE_CAPS).bind(id.0).execute(&mut *c).await?;
        sqlx::query(sql::DELETE_FACETS).bind(id.0).execute(c).await?;
    });
    insert(tx, id, revision, content, course).await?;
    on!(tx, |c| {
        sqlx::query(sql::FORGET_FLOWS).bind(id.0).bind(true).execute(&mut *c).await?;
        sqlx::query(sql::FORGET_POOLS).bind(id.0).bind(true).execute(c).await?;
    });
    let after = shown(tx, id).await?;
    let is_in = |flows: &[Shown], one: &Shown| flows.contains(one);
    let gone_or_changed = before.iter().filter(|one| !is_in(&after, one));
    let new = after.iter().filter(|one| !is_in(&before, one));
    // What is not agreed no board shows.
    let seen = gone_or_changed.chain(new).filter(|one| one.is_agreed);
    let mut ids: Vec<Uuid> = seen.map(|one| one.id).collect();
    ids.sort_unstable();
    ids.dedup();
    for flow in ids.into_iter().map(FlowId) {
        live::tell(tx, &Event::Seats { flow, first_year: seat::WHOLE }).await?;
    }
    Ok(())
}

/// What others see of a flow: two of the same are shown alike.
#[derive(PartialEq, Eq, FromRow)]
struct Shown {
    id: Uuid,
    first_year: Option<i64>,
    last_year: Option<i64>,
    is_agreed: bool,
    is_dropped: bool,
    content: String,
    pool_cap: Option<i64>,
    pool_period: Option<String>,
    is_pool_dropped: Option<bool>,
}

async fn shown(tx: &mut Tx, agreement: AgreementId) -> Result<Vec<Shown>> {
    Ok(on!(tx, |c| sqlx::query_as(sql::SHOWN).bind(agreement.0).fetch_all(c).await?))
}

/// Writes the flows and pools of an agreement. Refused where an id is that of another agreement's, and where someone was put forward
/// for a flow that now goes another way, or for another kind of mobility.
pub(crate) async fn insert(
    tx: &mut Tx,
    id: AgreementId,
    revision: i64,
    content: &Content,
    course: &Course,
) -> Result<()> {
    let mut kept = Vec::new();
    on!(tx, |c| {
        for (position, pool) in (0_i64..).zip(&content.pools) {
            let name = |lang: Lang| pool.name.in_lang(lang).map(|(_, name)| name.to_string());
            let put = sqlx::query(sql::PUT_POOL)
                .bind(pool.id.0)
                .bind(id.0)
                .bind(position)
                .bind(name(Lang::Fr).unwrap_or_default())
                .bind(name(Lang::En).unwrap_or_default())
                .bind(pool.cap.map(i64::from))
                .bind(pool.cap_period.code())
                .bind(false);
            own(put.execute(&mut *c).await?.rows_affected())?;
        }
        for (position, flow) in (0_i64..).zip(&content.flows) {
            let (first, last) = flow.span(course);
            let year = |year: Option<AcademicYear>| year.map(|year| i64::from(year.first_year()));
            let put = sqlx::query(sql::PUT_FLOW)
                .bind(flow.id.0)
                .bind(id.0)
                .bind(position)
                .bind(revision)
                .bind(flow.kind.code())
                .bind(flow.sender.0)
                .bind(flow.receiver.0)
                .bind(flow.pool.map(|pool| pool.0))
                .bind(year(first))
                .bind(year(last))
                .bind(flow.cap.map(i64::from))
                .bind(flow.cap_period.code())
                .bind(flow.budget.map(|budget| i64::from(budget.hundredths())))
                .bind(course.approved_on.is_some() || course.signed_on.is_some())
                .bind(false)
                .bind(serde_json::to_string(flow).map_err(StoreError::corrupt)?);
            if put.execute(&mut *c).await?.rows_affected() == 0 {
                kept.push(flow.id.0);
            }
        }
    });
    if !kept.is_empty() {
        own(u64::from(elsewhere(tx, Some(id), &kept).await?.is_empty()))?;
        return Err(StoreError::Seats(SeatRefusal::CountedOtherwise));
    }
    insert_details(tx, &content.flows).await
}

/// What is another agreement's is not written.
fn own(written: u64) -> Result<()> {
    if written == 0 { Err(StoreError::Conflict(Constraint::Other)) } else { Ok(()) }
}

/// Which of these ids are of flows or pools of agreements other than this one. One statement.
pub async fn elsewhere(tx: &mut Tx, agreement: Option<AgreementId>, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let own = agreement.map_or_else(Uuid::nil, |agreement| agreement.0);
    let mut sql = Sql::new("select id from flow where agreement_id <> ");
    sql.bind(own).push(" and id in ").list(ids.iter().copied());
    sql.push(" union all select id from pool where agreement_id <> ").bind(own);
    sql.push(" and id in ").list(ids.iter().copied());
    Ok(rows!(tx, sql).into_iter().map(|(id,): (Uuid,)| id).collect())
}

/// One statement for the caps of single years, one for what lists filter by.
async fn insert_details(tx: &mut Tx, flows: &[Flow]) -> Result<()> {
    let caps = flows.iter().flat_map(|flow| flow.year_caps.iter().map(move |own| (flow.id, own)));
    let mut sql = Sql::new("insert into flow_cap (flow_id, first_year, cap) values ");
    let mut is_first = true;
    for (flow, own) in caps {
        sql.push(if std::mem::take(&mut is_first) { "(" } else { ", (" }).bind(flow.0).push(", ");
        sql.bind(i64::from(own.year.first_year())).push(", ").bind_some(own.cap.map(i64::from)).push(")");
    }
    if !is_first {
        execute!(tx, sql);
    }
    let mut sql = Sql::new("insert into flow_facet (flow_id, kind, value) values ");
    let mut is_first = true;
    for flow in flows {
        for (kind, value) in facets(flow) {
            sql.push(if std::mem::take(&mut is_first) { "(" } else { ", (" }).bind(flow.id.0).push(", ");
            sql.bind(kind).push(", ").bind(value).push(")");
        }
    }
    if !is_first {
        execute!(tx, sql);
    }
    Ok(())
}

/// What lists filter a flow by, each once.
fn facets(flow: &Flow) -> Vec<(&'static str, String)> {
    let levels = flow.levels.iter().map(|level| ("level", level.to_string()));
    let fields = flow.fields.iter().map(|field| ("field", field.to_string()));
    let languages = flow.languages.iter().map(|one| ("language", one.language.primary().to_owned()));
    let terms = flow.offered_terms().into_iter().map(|term| ("term", term.to_string()));
    let mut facets: Vec<_> = levels.chain(fields).chain(languages).chain(terms).collect();
    facets.sort_unstable();
    facets.dedup();
    facets
}
