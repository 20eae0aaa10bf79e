//! What the program weighs: what a first visit downloads, memory, start, size.

use crate::{
    Figure, Goal, Program, Report, Result, Subject,
    database::{Kind, Registry},
    load::{Connection, PLAIN},
    report::median,
    site,
};
use std::{
    fs,
    time::{Duration, Instant},
};

/// How often it is started.
const STARTS: u32 = 10;
const IDLE: Duration = Duration::from_secs(2);

/// Measures all of it.
pub async fn measure(subject: &Subject, report: &mut Report) -> Result<()> {
    let mut sum = 0.0;
    for (name, bytes) in site::parts(&subject.site)? {
        sum += bytes;
        report.add(Figure::new(
            format!("first_visit_bytes_{name}"),
            bytes / 1000.0,
            "kB, brotli",
            Goal::None,
        ));
    }
    report.add(Figure::new("first_visit_bytes", sum / 1000.0, "kB, brotli", Goal::AtMost(180.0)));
    report.add(Figure::new(
        "binary_size",
        megabytes(fs::metadata(&subject.binary)?.len()),
        "MB",
        Goal::AtMost(60.0),
    ));
    for kind in Kind::all() {
        let registry = Registry::create(&kind).await?;
        let mut times = Vec::new();
        for _ in 0..STARTS {
            let started = Instant::now();
            let server = Program::serve(subject, &registry)?;
            Connection::open(server.addr, PLAIN).await?.get("/readyz").await?;
            times.push(started.elapsed().as_secs_f64() * 1000.0);
        }
        let figure = Figure::new("start_time", median(&mut times), "ms", Goal::AtMost(300.0));
        report.add(figure.on(kind.name()));

        let server = Program::serve(subject, &registry)?;
        tokio::time::sleep(IDLE).await;
        let memory = server.resident_memory()? / 1e6;
        report.add(Figure::new("idle_memory", memory, "MB", Goal::AtMost(40.0)).on(kind.name()));
        if kind == Kind::Sqlite {
            let page = Connection::open(server.addr, PLAIN).await?.get("/fr/sign-in").await?;
            let bytes = site::scripts(&subject.site, page.text()?)?;
            report.add(Figure::new("scripts_without_islands", bytes, "bytes", Goal::AtMost(0.0)));
        }
        drop(server);
        registry.remove().await?;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "the size of a file")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
