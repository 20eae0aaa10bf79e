//! The board of places: flows with what three academic years in a row have, a page at a time; added up by partner, country, level or
//! field; and the flows that one may know of.
//!
//! A year for which nobody asked for a place yet has no row (see [`crate::seat`]): its numbers are those of the flow. Which cap
//! rules, and how full a year is, is said twice: here in SQL, for filters and sums, and in [`domain::seats`]; a test compares them.

mod filter;

pub use filter::{BoardFilter, OpenIn, Reach};

use crate::{
    Result, StoreError, Tx,
    agreement::Cursor,
    flow::{FlowRecord, FlowRow},
    institution::{self, Names},
    on,
    query::{Sql, rows},
    seat, statements,
};
use domain::{
    flow::{CapPeriod, Flow},
    id::{AgreementId, InstitutionId, PoolId},
    lang::Lang,
    seats::{Grouping, Tally, ThreeYears},
};
use sqlx::FromRow;
use uuid::Uuid;

statements! {
    POOL = "select id, agreement_id, name_fr, name_en, cap, cap_period, is_dropped from pool where id = $1";
}

/// A flow on the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardRow {
    /// The flow.
    pub record: FlowRecord,
    /// The institution at the other end.
    pub partner: InstitutionId,
    /// Its places in three years.
    pub years: ThreeYears,
    /// The pool that it draws on.
    pub pool: Option<BoardPool>,
}

impl BoardRow {
    /// The institution at this end, and the one at the other.
    pub fn pair(&self) -> [InstitutionId; 2] {
        let Flow { sender, receiver, .. } = self.record.flow;
        [if sender == self.partner { receiver } else { sender }, self.partner]
    }
}

/// A pool on the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardPool {
    /// Which.
    pub id: PoolId,
    /// Its name in French, and
    pub name_fr: String,
    /// in English; one of them may be empty.
    pub name_en: String,
    /// Its places in the three years.
    pub years: ThreeYears,
}

/// A page of the board.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BoardPage {
    /// Its lines.
    pub rows: Vec<BoardRow>,
    /// The names of all institutions in it.
    pub names: Names,
    /// How many lines all pages have together.
    pub count: i64,
    /// Where the next page begins; `None` on the last.
    pub next: Option<Cursor>,
}

/// What flows that have something in common have together, in the year looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardGroup {
    /// What they have in common: the id of a partner, the code of a country, a level, a broad field; none where they ask for none.
    pub key: Option<String>,
    /// How many they are, and what they have.
    pub sums: Sums,
}

/// What several flows have together in a year, in the unit of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct Sums {
    /// How many flows.
    pub flows: i64,
    /// Units as agreed.
    pub cap: i64,
    /// Units that there are.
    pub capacity: i64,
    /// Units that are offered or nominated.
    pub held: i64,
    /// Units that the host accepted.
    pub accepted: i64,
    /// Units that students confirmed.
    pub confirmed: i64,
    /// Units that are left of years that are not closed: of the flows that share a pool no more together than it has left.
    pub remaining: i64,
    /// People in line.
    pub waiting: i64,
}

impl Sums {
    /// With what flows that draw on pools have left.
    const fn and_pooled(self, remaining: i64) -> Self {
        Self { remaining: self.remaining + remaining, ..self }
    }

    /// Units that are taken.
    pub const fn used(&self) -> i64 {
        self.held + self.accepted + self.confirmed
    }
}

/// A page of groups.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupPage {
    /// Its lines.
    pub groups: Vec<BoardGroup>,
    /// The names of partners in it.
    pub names: Names,
    /// How many lines all pages have together.
    pub count: i64,
    /// Where the next page begins; `None` on the last.
    pub next: Option<Cursor>,
}

#[derive(FromRow)]
struct Row {
    #[sqlx(flatten)]
    flow: FlowRow,
    partner_id: Uuid,
    name_key: String,
    position: i64,
    counted: i64,
    pool_id: Option<Uuid>,
    pool_name_fr: Option<String>,
    pool_name_en: Option<String>,
    pool_cap: Option<i64>,
    pool_cap_period: Option<String>,
}

/// The column that flows are in the order of: the name of the partner as it reads in this language.
const fn name_key(lang: Lang) -> &'static str {
    match lang {
        Lang::Fr => "partner.name_key_fr",
        Lang::En => "partner.name_key_en",
    }
}

/// A page of the board, by the name of the partner, then in the order of the agreement. A constant number of statements, whatever it
/// holds.
pub async fn list(
    tx: &mut Tx,
    filter: &BoardFilter,
    lang: Lang,
    after: Option<&Cursor>,
    limit: i64,
) -> Result<BoardPage> {
    let after = after.and_then(place);
    let mut found = pick(tx, filter, lang, after, limit + 1).await?;
    let mut count = found.first().map_or(0, |row| row.counted);
    if found.is_empty() && after.is_some() {
        count = pick(tx, filter, lang, None, 1).await?.first().map_or(0, |row| row.counted);
    }
    let next = last_of(&mut found, limit).map(|row| {
        let key = format!("{} {}", row.position, row.name_key);
        Cursor::Key(key, row.flow.id())
    });
    complete(tx, found, filter.year, count, next).await
}

/// Cuts what was found to the lines of a page; answers the last one where more follow.
fn last_of<T>(found: &mut Vec<T>, limit: i64) -> Option<&T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = found.len() > limit;
    found.truncate(limit);
    found.last().filter(|_| has_more)
}

/// The flows that come first, or after a place, each with how many there are in all: asked at once, what a filter costs it costs
/// once.
async fn pick(
    tx: &mut Tx,
    filter: &BoardFilter,
    lang: Lang,
    after: Option<(i64, &str, Uuid)>,
    limit: i64,
) -> Result<Vec<Row>> {
    let mut sql = Sql::new("");
    filter.push_mine(&mut sql);
    sql.push(
        "select flow.id, flow.agreement_id, flow.revision_number, flow.sender_id, flow.receiver_id, flow.first_year, flow.last_year, flow.is_agreed, flow.is_dropped, \
        flow.content, flow.position, picked.partner_id, picked.name_key, picked.counted, pool.id as pool_id, pool.name_fr as pool_name_fr, \
        pool.name_en as pool_name_en, pool.cap as pool_cap, pool.cap_period as pool_cap_period from (select * from (select flow.id as flow_id, flow.position as position, \
        partner.id as partner_id, ",
    );
    sql.push(name_key(lang)).push(" as name_key, count(*) over () as counted");
    filter.push_flows(&mut sql);
    sql.push(") every");
    if let Some((position, key, id)) = after {
        sql.push(" where (every.name_key, every.position, every.flow_id) > (");
        sql.bind(key).push(", ").bind(position).push(", ").bind(id).push(")");
    }
    sql.push(" order by every.name_key, every.position, every.flow_id limit ").bind(limit);
    sql.push(
        ") picked join flow on flow.id = picked.flow_id left join pool on pool.id = flow.pool_id \
        order by picked.name_key, picked.position, picked.flow_id",
    );
    Ok(rows!(tx, sql))
}

/// What a cursor of the board says: the position in the agreement, the name of the partner, the flow. Nothing where it is of
/// another list.
fn place(after: &Cursor) -> Option<(i64, &str, Uuid)> {
    let Cursor::Key(key, id) = after else { return None };
    let (position, key) = key.split_once(' ')?;
    Some((position.parse().ok()?, key, *id))
}

/// Adds the places of each year and the names: two statements for the whole page.
async fn complete(
    tx: &mut Tx,
    found: Vec<Row>,
    year: i32,
    count: i64,
    next: Option<Cursor>,
) -> Result<BoardPage> {
    let flows: Vec<Uuid> = found.iter().map(|row| row.flow.id()).collect();
    let mut pools: Vec<Uuid> = found.iter().filter_map(|row| row.pool_id).collect();
    pools.sort_unstable();
    pools.dedup();
    let seats = seat::of_all(tx, &flows, &pools, [year - 1, year, year + 1]).await?;
    let mut rows = Vec::with_capacity(found.len());
    for row in found {
        let Row { partner_id, pool_id, pool_name_fr, pool_name_en, pool_cap, pool_cap_period, .. } = row;
        let record = row.flow.record()?;
        let flow = &record.flow;
        let years = [year - 1, year, year + 1].map(|first| {
            let counted = seats.iter().find(|seat| {
                seat.flow == Some(flow.id) && seat.first_year == year_of(flow.cap_period, first)
            });
            let academic = flow.year_from(first);
            let is_within = academic.is_some_and(|academic| record.is_open_in(academic));
            let unasked = academic.filter(|_| is_within).map(|academic| Tally::unasked(flow, academic));
            // What is left of a flow that is gone is shown where it was counted.
            let counted = counted.filter(|seat| is_within || seat.first_year.is_some() || record.is_dropped);
            counted.map(|seat| seat.tally).or(unasked)
        });
        let pool = pool_id.map(|id| {
            let is_whole = pool_cap_period.as_deref() == Some(CapPeriod::Agreement.code());
            let period = if is_whole { CapPeriod::Agreement } else { CapPeriod::AcademicYear };
            let of = |(first, own): (i32, &Option<Tally>)| {
                let wanted = year_of(period, first);
                let counted =
                    seats.iter().find(|seat| seat.pool == Some(PoolId(id)) && seat.first_year == wanted);
                own.map(|_| counted.map_or(Tally { cap: pool_cap, ..Tally::default() }, |seat| seat.tally))
            };
            let [before, present, after] = &years;
            BoardPool {
                id: PoolId(id),
                name_fr: pool_name_fr.unwrap_or_default(),
                name_en: pool_name_en.unwrap_or_default(),
                years: [(year - 1, before), (year, present), (year + 1, after)].map(of),
            }
        });
        rows.push(BoardRow { record, partner: InstitutionId(partner_id), years, pool });
    }
    let mut ids: Vec<_> =
        rows.iter().flat_map(|row| [row.record.flow.sender, row.record.flow.receiver]).collect();
    ids.sort_unstable();
    ids.dedup();
    let names = institution::names(tx, &ids).await?;
    Ok(BoardPage { rows, names, count, next })
}

/// The year of the row that counts: none for the whole agreement.
fn year_of(period: CapPeriod, first: i32) -> Option<i32> {
    (period == CapPeriod::AcademicYear).then_some(first)
}

/// The flows of a board, added up for the year looked at; partners a page at a time, by their name, all others at once. A flow that is
/// open in another of the three years only counts as a flow, not its places.
pub async fn groups(
    tx: &mut Tx,
    filter: &BoardFilter,
    by: Grouping,
    lang: Lang,
    after: Option<&Cursor>,
    limit: i64,
) -> Result<GroupPage> {
    if by == Grouping::Partner {
        return partners(tx, filter, lang, after, limit).await;
    }
    let (key, facets) = match by {
        Grouping::Level => ("coalesce(facet.value, '') as word", LEVELS),
        Grouping::Field => ("distinct flow.id, coalesce(substr(facet.value, 1, 2), '') as word", FIELDS),
        Grouping::Country | Grouping::Partner => ("partner.country as word", ""),
    };
    let mut sql = counted(filter, key, facets);
    sql.push("select every.*, coalesce(pooled.remaining, 0) as pooled from (select counted.word").push(SUMS);
    sql.push(
        " group by counted.word) every left join pooled on pooled.word = every.word order by every.word",
    );
    let found: Vec<GroupRow> = rows!(tx, sql);
    let group = |GroupRow { word, pooled, sums }| BoardGroup {
        key: Some(word).filter(|word| !word.is_empty()),
        sums: sums.and_pooled(pooled),
    };
    let groups: Vec<BoardGroup> = found.into_iter().map(group).collect();
    let count = i64::try_from(groups.len()).unwrap_or(i64::MAX);
    Ok(GroupPage { groups, names: Names::new(), count, next: None })
}

#[derive(FromRow)]
struct GroupRow {
    word: String,
    pooled: i64,
    #[sqlx(flatten)]
    sums: Sums,
}

/// The beginning of what adds up: `counted`, the flows with the numbers of the year and a `word` of what they are added up by; and `pooled`,
/// by the same word, the units that those that draw on a pool have left together: no more than the pool has.
///
/// The numbers are written down once: both ask for them, and SQLite would otherwise work each out anew in every sum that it is part of.
fn counted(filter: &BoardFilter, by: &'static str, facets: &'static str) -> Sql {
    let mut sql = Sql::new("");
    filter.push_mine(&mut sql);
    sql.push(", counted as materialized ");
    filter.push_counted(&mut sql, by, facets);
    sql.push(
        ", pooled as (select shared.word, cast(sum(case when shared.remaining < pool.remaining then shared.remaining else pool.remaining end) as bigint) as remaining \
        from (select counted.word, counted.pool_id, coalesce(sum(counted.remaining), 0) as remaining from counted where counted.pool_id is not null \
        group by counted.word, counted.pool_id) shared join ",
    );
    filter.push_pools_left(&mut sql);
    sql.push(" pool on pool.id = shared.pool_id group by shared.word) ");
    sql
}

/// A number, added up.
macro_rules! sum {
    ($name:literal) => {
        concat!(", cast(coalesce(sum(counted.", $name, "), 0) as bigint) as ", $name)
    };
}

/// Each level of a flow.
const LEVELS: &str = " left join flow_facet facet on facet.flow_id = flow.id and facet.kind = 'level'";
/// Each field of a flow, of which the first two digits name the broad one: two may be of one, for which a flow counts once.
const FIELDS: &str = " left join flow_facet facet on facet.flow_id = flow.id and facet.kind = 'field'";
/// What is added up; what is left of flows that draw on a pool is not (see [`counted`]).
const SUMS: &str = concat!(
    ", count(*) as flows",
    sum!("cap"),
    sum!("capacity"),
    sum!("held"),
    sum!("accepted"),
    sum!("confirmed"),
    sum!("waiting"),
    ", cast(coalesce(sum(case when counted.pool_id is null then counted.remaining end), 0) as bigint) as remaining from counted"
);

async fn partners(
    tx: &mut Tx,
    filter: &BoardFilter,
    lang: Lang,
    after: Option<&Cursor>,
    limit: i64,
) -> Result<GroupPage> {
    let place = after.and_then(|after| match after {
        Cursor::Key(key, id) => Some((key.as_str(), *id)),
        Cursor::Age(..) => None,
    });
    let mut found = pick_partners(tx, filter, lang, place, limit + 1).await?;
    let mut count = found.first().map_or(0, |row| row.counted);
    if found.is_empty() && place.is_some() {
        count = pick_partners(tx, filter, lang, None, 1).await?.first().map_or(0, |row| row.counted);
    }
    let next = last_of(&mut found, limit).map(|row| Cursor::Key(row.name_key.clone(), row.word));
    let ids: Vec<InstitutionId> = found.iter().map(|row| InstitutionId(row.word)).collect();
    let group = |PartnerRow { word, pooled, sums, .. }| BoardGroup {
        key: Some(InstitutionId(word).to_string()),
        sums: sums.and_pooled(pooled),
    };
    let groups = found.into_iter().map(group).collect();
    Ok(GroupPage { groups, names: institution::names(tx, &ids).await?, count, next })
}

/// The two ends of all flows with each of these partners that the reader sees in the year, however the board is narrowed; this end first.
pub async fn pairs(
    tx: &mut Tx,
    filter: &BoardFilter,
    partners: Vec<InstitutionId>,
) -> Result<Vec<[InstitutionId; 2]>> {
    if partners.is_empty() {
        return Ok(Vec::new());
    }
    let BoardFilter { reach, mine, only_mine, year, .. } = filter.clone();
    let filter = BoardFilter { mine, only_mine, partners, ..BoardFilter::new(reach, year) };
    let mut sql = Sql::new("");
    filter.push_mine(&mut sql);
    sql.push("select distinct flow.sender_id, flow.receiver_id, partner.id");
    filter.push_flows(&mut sql);
    filter.push_between(&mut sql);
    let found: Vec<(Uuid, Uuid, Uuid)> = rows!(tx, sql);
    let pair = |(sender, receiver, partner)| {
        [if sender == partner { receiver } else { sender }, partner].map(InstitutionId)
    };
    Ok(found.into_iter().map(pair).collect())
}

#[derive(FromRow)]
struct PartnerRow {
    word: Uuid,
    name_key: String,
    counted: i64,
    pooled: i64,
    #[sqlx(flatten)]
    sums: Sums,
}

async fn pick_partners(
    tx: &mut Tx,
    filter: &BoardFilter,
    lang: Lang,
    after: Option<(&str, Uuid)>,
    limit: i64,
) -> Result<Vec<PartnerRow>> {
    // The names of those that are left, not of every flow: they are long to put in order.
    let mut sql = counted(filter, "partner.id as word", "");
    sql.push("select every.*, coalesce(pooled.remaining, 0) as pooled, ").push(name_key(lang));
    sql.push(" as name_key from (select counted.word, count(*) over () as counted").push(SUMS);
    sql.push(" group by counted.word) every left join pooled on pooled.word = every.word join institution partner on partner.id = every.word");
    if let Some((key, id)) = after {
        sql.push(" where (")
            .push(name_key(lang))
            .push(", every.word) > (")
            .bind(key)
            .push(", ")
            .bind(id)
            .push(")");
    }
    sql.push(" order by ").push(name_key(lang)).push(", every.word limit ").bind(limit);
    Ok(rows!(tx, sql))
}

/// A pool as the last revision that has it, and all agreed on, says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolRecord {
    /// Which.
    pub id: PoolId,
    /// The agreement that has it.
    pub agreement: AgreementId,
    /// Its name in French, and
    pub name_fr: String,
    /// in English; one of them may be empty.
    pub name_en: String,
    /// Units that its flows may use together; none: not yet agreed.
    pub cap: Option<i64>,
    /// What the cap is for.
    pub cap_period: CapPeriod,
    /// Whether the revision that rules has it no more.
    pub is_dropped: bool,
}

impl PoolRecord {
    /// What it says itself of a year for which nobody asked for a place yet.
    pub fn unasked(&self) -> Tally {
        Tally { cap: self.cap, ..Tally::default() }
    }
}

#[derive(FromRow)]
struct PoolRow {
    id: Uuid,
    agreement_id: Uuid,
    name_fr: String,
    name_en: String,
    cap: Option<i64>,
    cap_period: String,
    is_dropped: bool,
}

/// A pool, if there is one.
pub async fn pool(tx: &mut Tx, id: PoolId) -> Result<Option<PoolRecord>> {
    let row: Option<PoolRow> = on!(tx, |c| sqlx::query_as(sql::POOL).bind(id.0).fetch_optional(c).await?);
    let read = |row: PoolRow| {
        Ok(PoolRecord {
            id: PoolId(row.id),
            agreement: AgreementId(row.agreement_id),
            name_fr: row.name_fr,
            name_en: row.name_en,
            cap: row.cap,
            cap_period: CapPeriod::parse(&row.cap_period).map_err(StoreError::corrupt)?,
            is_dropped: row.is_dropped,
        })
    };
    row.map(read).transpose()
}
