//! The board of places over HTTP, and the public list of exchanges, with ten thousand flows and two hundred thousand nominations: pages
//! that nobody asked for before, each right after a write.

use crate::{
    Figure, Goal, Program, Report, Result, Subject,
    database::{Kind, Registry, Writer},
    fill,
    load::{BROWSER, Connection},
    people,
    report::quantile,
};
use app::desk::Clock;
use domain::access::Role;
use store::{Db, IdSource, Stamp};

/// Pages of a kind.
const PAGES: u32 = 60;
/// The longest that one in twenty may take, in milliseconds.
const GOAL: f64 = 50.0;

/// What is asked for: a name, an address, and whose board it is.
const ASKED: [(&str, &str, Who); 12] = [
    ("all", "/fr/seats?", Who::Administrator),
    ("full", "/fr/seats?fullness=full&", Who::Administrator),
    ("unused", "/fr/seats?unused=on&", Who::Administrator),
    ("words", "/fr/seats?q=universite+42&", Who::Administrator),
    ("by_partner", "/fr/seats?group=partner&", Who::Administrator),
    ("by_country", "/fr/seats?group=country&", Who::Administrator),
    ("by_level", "/fr/seats?group=level&", Who::Administrator),
    ("by_field", "/fr/seats?group=field&", Who::Administrator),
    ("office", "/fr/seats?", Who::Office),
    ("office_near", "/fr/seats?fullness=near&", Who::Office),
    ("exchanges", "/fr/exchanges?", Who::Visitor),
    ("exchanges_open", "/fr/exchanges?country=JP&available=yes&level=7&", Who::Visitor),
];

#[derive(Clone, Copy)]
enum Who {
    Administrator,
    Office,
    Visitor,
}

/// Measures each kind of page on one database.
pub async fn measure(subject: &Subject, kind: &Kind, report: &mut Report) -> Result<()> {
    let registry = Registry::create(kind).await?;
    let db = Db::open(&registry.url()).await?;
    let stamp = Stamp::new(Clock::System.now(), IdSource::default());
    fill::fill(&db, stamp.at).await?;
    let mut tx = db.write().await?;
    let administrator = people::administrator(&mut tx, &stamp).await?;
    let officer = people::member(&mut tx, &stamp, fill::office(), Role::Officer).await?;
    let mut cookies = Vec::new();
    for actor in [administrator, officer] {
        cookies.push(people::session(&mut tx, &stamp, &actor).await?);
    }
    tx.commit().await?;
    db.close().await;
    registry.settle().await?;

    let server = Program::serve(subject, &registry)?;
    let writer = Writer::open(&registry).await?;
    let mut number = 0;
    for (name, address, who) in ASKED {
        let mut connection = Connection::open(server.addr, BROWSER).await?;
        match who {
            Who::Administrator => connection.sign_in(&cookies[0]),
            Who::Office => connection.sign_in(&cookies[1]),
            Who::Visitor => {}
        }
        let mut times = Vec::new();
        for _ in 0..PAGES {
            number += 1;
            writer.write().await?;
            times.push(connection.time(&format!("{address}n={number}")).await?);
        }
        // The first ones fill caches.
        let times = &mut times[5..];
        let (p50, p95) = (quantile(times, 0.5), quantile(times, 0.95));
        let figure = Figure::new(format!("board_{name}"), p95, "ms, p95", Goal::AtMost(GOAL));
        report.add(figure.on(registry.database()));
        let figure = Figure::new(format!("board_{name}_p50"), p50, "ms, p50", Goal::None);
        report.add(figure.on(registry.database()));
    }
    drop(server);
    registry.remove().await
}
