//! How long a page of the board of places takes with 10,000 flows and 200,000 nominations, which are filled in directly.
//!
//! ```text
//! cargo run --release -p store --example board
//! ```
//! On SQLite, and on PostgreSQL where `ENTENTE_TEST_POSTGRES` names a server on which databases may be made.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    flow::Flow,
    id::{FlowId, InstitutionId},
    lang::Lang,
    seats::{Fullness, Grouping},
};
use sqlx::{Connection as _, PgConnection};
use std::{
    env,
    error::Error,
    fmt::Write as _,
    time::{Duration, Instant},
};
use store::{
    Db, Tx,
    board::{self, BoardFilter, Reach},
};
use uuid::Uuid;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const INSTITUTIONS: u128 = 1_000;
const FLOWS: u128 = 10_000;
/// Of so many flows one is used by nobody.
const UNUSED: u128 = 10;
/// Nominations of each of the others in each of three years, the present one in the middle.
const EACH: u128 = 8;
/// Pools, each of a hundred flows.
const POOLS: u128 = 10;
const YEAR: i32 = 2026;
const ROUNDS: usize = 40;
const AT_ONCE: usize = 500;

#[tokio::main]
async fn main() -> Outcome<()> {
    let name = format!("entente_board_{}", std::process::id());
    let folder = env::temp_dir().join(&name);
    std::fs::create_dir_all(&folder)?;
    let outcome = measure(&format!("sqlite://{}", folder.join("board.db").display())).await;
    std::fs::remove_dir_all(&folder)?;
    outcome?;
    if let Ok(admin) = env::var("ENTENTE_TEST_POSTGRES") {
        execute(&admin, format!("create database {name} encoding 'UTF8' template template0")).await?;
        let server = admin.rsplit_once('/').map_or(admin.as_str(), |(server, _)| server);
        let outcome = measure(&format!("{server}/{name}")).await;
        execute(&admin, format!("drop database {name} with (force)")).await?;
        outcome?;
    }
    Ok(())
}

async fn execute(url: &str, statement: String) -> Outcome<()> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await?;
    Ok(connection.close().await?)
}

async fn measure(url: &str) -> Outcome<()> {
    let db = Db::open(url).await?;
    db.migrate().await?;
    fill(&db).await?;
    if url.starts_with("postgres") {
        execute(url, "vacuum analyze".to_owned()).await?;
    }
    println!("{:?}: {FLOWS} flows, {} nominations", db.backend(), (FLOWS - FLOWS / UNUSED) * EACH * 3);
    let office = vec![InstitutionId(id(1, 0))];
    let all = || BoardFilter::new(Reach::All, YEAR);
    let own =
        || BoardFilter { mine: office.clone(), ..BoardFilter::new(Reach::Offices(office.clone()), YEAR) };
    for (what, filter) in [
        ("administrator", all()),
        ("administrator, full", BoardFilter { fullness: Some(Fullness::Full), ..all() }),
        ("administrator, unused", BoardFilter { is_unused: true, ..all() }),
        ("administrator, a word", BoardFilter { words: vec!["universite".into(), "42".into()], ..all() }),
        ("office of half of them", own()),
        ("office, near", BoardFilter { fullness: Some(Fullness::Near), ..own() }),
        ("everyone", BoardFilter::new(Reach::Published(vec![]), YEAR)),
    ] {
        tell(&db, what, async |tx| Ok(board::list(tx, &filter, Lang::Fr, None, 50).await?.count)).await?;
    }
    for by in [Grouping::Partner, Grouping::Country, Grouping::Level, Grouping::Field] {
        tell(&db, by.code(), async |tx| Ok(board::groups(tx, &all(), by, Lang::Fr, None, 50).await?.count))
            .await?;
    }
    db.close().await;
    Ok(())
}

async fn tell(db: &Db, what: &str, ask: impl AsyncFn(&mut Tx) -> Outcome<i64>) -> Outcome<()> {
    let mut times = Vec::with_capacity(ROUNDS);
    let mut found = 0;
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let mut tx = db.read().await?;
        found = ask(&mut tx).await?;
        times.push(started.elapsed());
    }
    times.sort_unstable();
    let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
    println!(
        "  {what}: {found} found, median {:.1} ms, p95 {:.1} ms",
        ms(times[ROUNDS / 2]),
        ms(times[ROUNDS * 95 / 100])
    );
    Ok(())
}

/// The id of the nth thing of a kind.
const fn id(kind: u128, n: u128) -> Uuid {
    Uuid::from_u128((kind << 64) + n)
}

/// A value, as both databases are told it; nothing says of which type it is nothing.
enum Value {
    Id(Uuid),
    Text(String),
    Int(i64),
    Bool(bool),
    Day(NaiveDate),
    /// The instant at which all is written.
    At,
    None,
    NoInt,
    NoTime,
}

/// Writes rows of a table, many at once.
async fn insert(
    tx: &mut Tx,
    into: &str,
    columns: usize,
    rows: impl Iterator<Item = Vec<Value>>,
) -> Outcome<()> {
    let mut rows = rows.peekable();
    while rows.peek().is_some() {
        let chunk: Vec<Vec<Value>> = rows.by_ref().take(AT_ONCE).collect();
        let mut sql = format!("insert into {into} values ");
        for row in 0..chunk.len() {
            let marks: Vec<String> = (1..=columns).map(|i| format!("${}", row * columns + i)).collect();
            write!(sql, "{}({})", if row > 0 { ", " } else { "" }, marks.join(", "))?;
        }
        let values = chunk.into_iter().flatten();
        match tx {
            Tx::Sqlite(tx) => {
                let query = values.fold(sqlx::query(sqlx::AssertSqlSafe(sql)), |query, value| match value {
                    Value::Id(id) => query.bind(id),
                    Value::Text(text) => query.bind(text),
                    Value::Int(int) => query.bind(int),
                    Value::Bool(is) => query.bind(is),
                    Value::Day(day) => query.bind(day),
                    Value::At => query.bind(at()),
                    Value::None => query.bind(None::<Uuid>),
                    Value::NoInt => query.bind(None::<i64>),
                    Value::NoTime => query.bind(None::<DateTime<Utc>>),
                });
                query.execute(&mut **tx).await?;
            }
            Tx::Postgres(tx) => {
                let query = values.fold(sqlx::query(sqlx::AssertSqlSafe(sql)), |query, value| match value {
                    Value::Id(id) => query.bind(id),
                    Value::Text(text) => query.bind(text),
                    Value::Int(int) => query.bind(int),
                    Value::Bool(is) => query.bind(is),
                    Value::Day(day) => query.bind(day),
                    Value::At => query.bind(at()),
                    Value::None => query.bind(None::<Uuid>),
                    Value::NoInt => query.bind(None::<i64>),
                    Value::NoTime => query.bind(None::<DateTime<Utc>>),
                });
                query.execute(&mut **tx).await?;
            }
        }
    }
    Ok(())
}

fn at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_791_190_800, 0).unwrap_or_default()
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

async fn fill(db: &Db) -> Outcome<()> {
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
            Value::At,
            Value::At,
        ]
    });
    let into = "institution (id, kind, country, name_key_fr, name_key_en, is_synthetic, version, created_at, updated_at)";
    insert(&mut tx, into, 9, institutions).await?;
    let names = (0..INSTITUTIONS).map(|n| {
        let key = format!("universite fictive {n}");
        vec![Value::Id(id(1, n)), text("fr"), text(format!("Université fictive {n}")), text(key)]
    });
    insert(&mut tx, "institution_name (institution_id, language, name, name_key)", 4, names).await?;
    let agreement = vec![
        Value::Id(id(2, 0)),
        text("public"),
        Value::At,
        int(1),
        Value::Bool(true),
        Value::At,
        Value::At,
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
    insert(&mut tx, into, 17, std::iter::once(agreement)).await?;
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
        &mut tx,
        "pool (id, agreement_id, position, name_fr, name_en, cap, cap_period, is_dropped)",
        8,
        pools,
    )
    .await?;
    fill_flows(&mut tx).await?;
    fill_places(&mut tx).await?;
    Ok(tx.commit().await?)
}

async fn fill_flows(tx: &mut Tx) -> Outcome<()> {
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
    insert(tx, into, 13, flows).await?;
    let facet = |n: u128, kind: &str, value: String| vec![Value::Id(id(3, n)), text(kind), text(value)];
    let facets = (0..FLOWS).flat_map(|n| {
        let levels = [6, 7].into_iter().filter(move |level| n % 4 != 0 || *level == 7);
        let field = format!("06{}", 10 + n % 10);
        levels.map(move |level| facet(n, "level", level.to_string())).chain([facet(n, "field", field)])
    });
    insert(tx, "flow_facet (flow_id, kind, value)", 3, facets).await
}

async fn fill_places(tx: &mut Tx) -> Outcome<()> {
    let years = [YEAR - 1, YEAR, YEAR + 1];
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
    insert(tx, into, 14, seats).await?;
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
            Value::At,
            Value::At,
        ]
    });
    let into =
        "student (id, institution_id, name, email, email_key, profile, version, created_at, updated_at)";
    insert(tx, into, 9, students).await?;
    let nominations =
        each().flat_map(|(n, year)| (0..EACH).map(move |i| (n, year, i))).map(|(n, year, i)| {
            let (state, queued) =
                if i < holders(n) { ("confirmed", Value::NoTime) } else { ("waitlisted", Value::At) };
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
                Value::At,
                queued,
                Value::Bool(true),
                int(1),
                Value::At,
                text("Camille Exemple"),
            ]
        });
    let into = "nomination (id, flow_id, student_id, seat_id, year, first_year, term, units, months, state, since_at, queued_at, is_known_to_host, \
        version, created_at, created_by_name)";
    insert(tx, into, 16, nominations).await
}
