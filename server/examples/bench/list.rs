//! The public list, kept and rendered, against the same bytes as a constant.

use crate::{
    Figure, Goal, Program, Report, Result, Subject, constant,
    database::{Folder, Registry},
    load::{self, BROWSER, Connection, PLAIN},
    report::median,
};
use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

const PHASE: Duration = Duration::from_secs(3);
const ROUNDS: usize = 5;

fn kept(_: u32) -> String {
    "/fr/agreements".to_owned()
}

/// Pages are kept by their address: one that nobody asked for is rendered, from lines that may have been read before.
fn new(_: u32) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("/fr/agreements?n={}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Measures in turn: the constant, kept, the constant, rendered. The same bytes are those of the page as it is, and the goals are
/// for them. As browsers ask the page is compressed, too, each time it is rendered, against a constant that was compressed before:
/// that is told beside.
pub async fn measure(subject: &Subject, registry: &Registry, report: &mut Report) -> Result<()> {
    let server = Program::serve(subject, registry)?;
    for (accepts, suffix) in [(PLAIN, ""), (BROWSER, "_gzip")] {
        let page = Connection::open(server.addr, accepts).await?.get(&kept(0)).await?;
        let folder = Folder::new()?;
        let constant = constant::start(&page, &folder)?;
        let ask = async |server: &Program, address| load::rate(server.addr, accepts, PHASE, address).await;
        // The first ones open files and connections.
        for (server, address) in [(&constant, kept as fn(u32) -> String), (&server, kept), (&server, new)] {
            load::rate(server.addr, accepts, PHASE / 10, address).await?;
        }
        for (name, address, goal) in
            [("list_cached", kept as fn(u32) -> String, 0.5), ("list_rendered", new, 0.03)]
        {
            let (mut values, mut references, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
            for _ in 0..ROUNDS {
                let reference = ask(&constant, kept).await?;
                let value = ask(&server, address).await?;
                values.push(value);
                references.push(reference);
                ratios.push(value / reference);
            }
            let name = format!("{name}{suffix}");
            let goal = if accepts == PLAIN { Goal::RatioAtLeast(goal) } else { Goal::None };
            let figure = Figure::new(name, median(&mut values), "requests/s", goal);
            let (reference, ratio) = (median(&mut references), median(&mut ratios));
            report.add(figure.against(reference, ratio).on(registry.database()));
        }
    }
    Ok(())
}
