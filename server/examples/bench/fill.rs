//! Ten thousand flows with two hundred thousand nominations, written at once: what the board is measured with.

use crate::Result;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{
    academic_year::AcademicYear,
    flow::Flow,
    id::{FlowId, InstitutionId},
};
use std::fmt::Write as _;
use store::{Db, Tx};
use uuid::Uuid;

const INSTITUTIONS: u128 = 1_000;
/// Flows.
pub const FLOWS: u128 = 10_000;
/// Of so many flows one is used by nobody.
const UNUSED: u128 = 10;
/// Nominations of each of the others in each of three years, the present one in the middle.
const EACH: u128 = 8;
/// Pools, each of a hundred flows.
const POOLS: u128 = 10;
const AT_ONCE: usize = 500;

/// The id of the nth thing of a kind.
const fn id(kind: u128, n: u128) -> Uuid {
    Uuid::from_u128((kind << 64) + n)
}

/// The institution that half of the flows are from.
pub const fn office() -> InstitutionId {
    InstitutionId(id(1, 0))
}

/// A value, as both databases are told it; nothing says of which type it is nothing.
enum Value {
    Id(Uuid),
    Text(String),
    Int(i64),
    Bool(bool),
    Day(NaiveDate),
    /// The instant at which all is written.
    Now,
    /// So many days before.
    Ago(i64),
    None,
    NoInt,
    NoTime,
}

/// Writes rows of a table, many at once.
async fn insert(
    (tx, now): (&mut Tx, DateTime<Utc>),
    into: &str,
    columns: usize,
    rows: impl Iterator<Item = Vec<Value>>,
) -> Result<()> {
    let mut rows = rows.peekable();
    while rows.peek().is_some() {
        let chunk: Vec<Vec<Value>> = rows.by_ref().take(AT_ONCE).collect();
        let mut sql = format!("insert into {into} values ");
        for row in 0..chunk.len() {
            let marks: Vec<String> = (1..=columns).map(|i| format!("${}", row * columns + i)).collect();
            write!(sql, "{}({})", if row > 0 { ", " } else { "" }, marks.join(", "))?;
        }
        let values = chunk.into_iter().flatten();
        macro_rules! bound {
            () => {
                values.fold(sqlx::query(sqlx::AssertSqlSafe(sql)), |query, value| match value {
                    Value::Id(id) => query.bind(id),
                    Value::Text(text) => query.bind(text),
                    Value::Int(int) => query.bind(int),
                    Value::Bool(is) => query.bind(is),
                    Value::Day(day) => query.bind(day),
                    Value::Now => query.bind(now),
                    Value::Ago(days) => query.bind(now - TimeDelta::days(days)),
                    Value::None => query.bind(None::<Uuid>),
                    Value::NoInt => query.bind(None::<i64>),
                    Value::NoTime => query.bind(None::<DateTime<Utc>>),
                })
            };
        }
        match tx {
            Tx::Sqlite(tx) => bound!().execute(&mut **tx).await.map(|_| ())?,
            Tx::Postgres(tx) => bound!().execute(&mut **tx).await.map(|_| ())?,
        }
    }
    Ok(())
}

/// The flows that someone uses.
fn used() -> impl Iterator<Item = u128> {
    (0..FLOWS).filter(|n| n % UNUSED != 0)
}

/// The places that a flow has each year.
fn cap(n: u128) -> Option<u32> {
    u32::try_from(n % 13).ok().filter(|cap| *cap < 12)
}

/// How many of those put forward hold a place; the others wait.
fn holders(n: u128) -> u128 {
    u128::from(cap(n).unwrap_or(0)).min(EACH)
}

fn int(n: u128) -> Value {
    Value::Int(i64::try_from(n).unwrap_or_default())
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

/// Half of the flows are from the first institution, in one agreement.
fn flow(n: u128) -> Flow {
    let other = InstitutionId(id(1, 1 + n % (INSTITUTIONS - 1)));
    let home =
        if n < FLOWS / 2 { InstitutionId(id(1, 0)) } else { InstitutionId(id(1, (n + 7) % INSTITUTIONS)) };
    Flow::of_students(FlowId(id(3, n)), home, other, cap(n))
}

/// Fills a registry, in the years around the one in which `now` lies.
pub async fn fill(db: &Db, now: DateTime<Utc>) -> Result<()> {
    let mut tx = db.write().await?;
    let institutions = (0..INSTITUTIONS).map(|n| {
        let name = format!("universite fictive {n}");
        let country = ["FR", "JP", "DE", "CA", "BR"][usize::try_from(n % 5).unwrap_or_default()];
        let keys = [text(name.clone()), text(name)];
        let [fr, en] = keys;
        vec![
            Value::Id(id(1, n)),
            text("university"),
            text(country),
            fr,
            en,
            Value::Bool(true),
            int(1),
            Value::Now,
            Value::Now,
        ]
    });
    let into = "institution (id, kind, country, name_key_fr, name_key_en, is_synthetic, version, created_at, updated_at)";
    insert((&mut tx, now), into, 9, institutions).await?;
    let names = (0..INSTITUTIONS).map(|n| {
        let key = format!("universite fictive {n}");
        vec![Value::Id(id(1, n)), text("fr"), text(format!("Université fictive {n}")), text(key)]
    });
    insert((&mut tx, now), "institution_name (institution_id, language, name, name_key)", 4, names).await?;
    let agreement = vec![
        Value::Id(id(2, 0)),
        text("public"),
        Value::Now,
        int(1),
        Value::Bool(true),
        Value::Now,
        Value::Now,
        int(1),
        int(1),
        text("student_exchange"),
        text("Échange"),
        text("Exchange"),
        text("echange"),
        text("exchange"),
        Value::Bool(true),
    ];
    let into = "agreement (id, visibility, published_at, version, is_synthetic, created_at, updated_at, ruling_number, latest_number, kind, \
        title_fr, title_en, title_key_fr, title_key_en, is_open_ended, starts_key, ends_key)";
    let day = |day: &str| Value::Day(day.parse().unwrap_or_default());
    let agreement = agreement.into_iter().chain([day("2020-09-01"), day("9999-12-31")]).collect();
    insert((&mut tx, now), into, 17, std::iter::once(agreement)).await?;
    let pools = (0..POOLS).map(|n| {
        let pool = Value::Id(id(4, n));
        vec![
            pool,
            Value::Id(id(2, 0)),
            int(n),
            text("Places communes"),
            text(""),
            int(900),
            text("academic_year"),
            Value::Bool(false),
        ]
    });
    insert(
        (&mut tx, now),
        "pool (id, agreement_id, position, name_fr, name_en, cap, cap_period, is_dropped)",
        8,
        pools,
    )
    .await?;
    fill_flows(&mut tx, now).await?;
    fill_places(&mut tx, now).await?;
    Ok(tx.commit().await?)
}

async fn fill_flows(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    let flows = (0..FLOWS).map(|n| {
        let flow = flow(n);
        let pool = if n < POOLS * 100 { Value::Id(id(4, n / 100)) } else { Value::None };
        vec![
            Value::Id(flow.id.0),
            Value::Id(id(2, 0)),
            int(n % 40),
            int(1),
            text(flow.kind.code()),
            Value::Id(flow.sender.0),
            Value::Id(flow.receiver.0),
            pool,
            cap(n).map_or(Value::NoInt, |cap| Value::Int(cap.into())),
            text("academic_year"),
            Value::Bool(true),
            Value::Bool(false),
            text(serde_json::to_string(&flow).unwrap_or_default()),
        ]
    });
    let into = "flow (id, agreement_id, position, revision_number, kind, sender_id, receiver_id, pool_id, cap, cap_period, is_agreed, is_dropped, content)";
    insert((tx, now), into, 13, flows).await?;
    let facet = |n: u128, kind: &str, value: String| vec![Value::Id(id(3, n)), text(kind), text(value)];
    let facets = (0..FLOWS).flat_map(|n| {
        let levels = [6, 7].into_iter().filter(move |level| n % 4 != 0 || *level == 7);
        let field = format!("06{}", 10 + n % 10);
        levels.map(move |level| facet(n, "level", level.to_string())).chain([facet(n, "field", field)])
    });
    insert((tx, now), "flow_facet (flow_id, kind, value)", 3, facets).await
}

async fn fill_places(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    let year = AcademicYear::of(now.date_naive()).first_year();
    let years = [year - 1, year, year + 1];
    let each = || used().flat_map(|n| (0..3_u128).map(move |year| (n, year)));
    let first = |year: u128| Value::Int(years[usize::try_from(year).unwrap_or_default()].into());
    let seats = each().map(|(n, year)| {
        let (cap, holders) = (cap(n), holders(n));
        let capacity = u128::from(cap.unwrap_or(0));
        let cap = cap.map_or(Value::NoInt, |cap| Value::Int(cap.into()));
        let mut row = vec![Value::Id(id(5, n * 3 + year)), Value::Id(id(3, n)), first(year), cap];
        row.extend([0, 0, 0, capacity, 0, 0, holders, holders, EACH - holders, holders * 500].map(int));
        row
    });
    let into = "seat_year (id, flow_id, first_year, cap, adjusted, overridden, carried, capacity, held, accepted, confirmed, used, waiting, spent)";
    insert((tx, now), into, 14, seats).await?;
    let one = |n: u128, year: u128, i: u128| (n * 3 + year) * EACH + i;
    let students = each().flat_map(|(n, year)| (0..EACH).map(move |i| (n, year, i))).map(|(n, year, i)| {
        let email = format!("eleve{}@exemple.invalid", one(n, year, i));
        let sender = Value::Id(flow(n).sender.0);
        let student = Value::Id(id(6, one(n, year, i)));
        vec![
            student,
            sender,
            text("Élève fictif"),
            text(email.clone()),
            text(email),
            text("{}"),
            int(1),
            Value::Now,
            Value::Now,
        ]
    });
    let into =
        "student (id, institution_id, name, email, email_key, profile, version, created_at, updated_at)";
    insert((tx, now), into, 9, students).await?;
    let nominations =
        each().flat_map(|(n, year)| (0..EACH).map(move |i| (n, year, i))).map(|(n, year, i)| {
            let since = || Value::Ago(days_since(n, year, i));
            let (state, queued) =
                if i < holders(n) { ("confirmed", Value::NoTime) } else { ("waitlisted", since()) };
            let begins = years[usize::try_from(year).unwrap_or_default()];
            vec![
                Value::Id(id(7, one(n, year, i))),
                Value::Id(id(3, n)),
                Value::Id(id(6, one(n, year, i))),
                Value::Id(id(5, n * 3 + year)),
                text(format!("{begins}/{}", begins + 1)),
                first(year),
                text("S1"),
                int(1),
                int(500),
                text(state),
                since(),
                queued,
                Value::Bool(true),
                int(1),
                since(),
                text("Camille Exemple"),
            ]
        });
    let into = "nomination (id, flow_id, student_id, seat_id, year, first_year, term, units, months, state, since_at, queued_at, is_known_to_host, \
        version, created_at, created_by_name)";
    insert((tx, now), into, 16, nominations).await?;
    let events = each().flat_map(|(n, year)| (0..EACH).map(move |i| (n, year, i))).map(|(n, year, i)| {
        let (act, by) = if i < holders(n) { ("confirm", "student") } else { ("queue", "home") };
        vec![
            Value::Id(id(8, one(n, year, i))),
            Value::Id(id(7, one(n, year, i))),
            Value::Ago(days_since(n, year, i)),
            text(act),
            text(by),
            text("Camille Exemple"),
            Value::Bool(false),
            Value::Now,
        ]
    });
    let into = "nomination_event (id, nomination_id, at, act, by_side, by_name, is_on_behalf, told_at)";
    insert((tx, now), into, 8, events).await
}

/// Since when a nomination is what it is: those of a year were put forward, or confirmed, all along the twelve months before the present
/// one, or the year before that.
fn days_since(n: u128, year: u128, i: u128) -> i64 {
    let days = i64::try_from((n * 31 + i * 7) % 360).unwrap_or_default();
    if year == 0 { 365 + days } else { days }
}
