//! A page of the list among few agreements and among many, right after a write: nothing of it is known.

use crate::{
    Figure, Goal, Program, Report, Result, Subject,
    database::{Registry, Writer},
    load::{BROWSER, Connection},
    report::median,
};

/// What is shown: the first page, by title, and filtered.
const PAGES: [(&str, &str); 4] = [
    ("list_growth", "?"),
    ("list_growth_sorted", "?sort=title&"),
    ("list_growth_filtered", "?country=JP&"),
    ("list_growth_standing", "?standing=in_force&kind=research&"),
];
const ROUNDS: u32 = 12;
const IN_A_ROW: u32 = 10;

/// Measures in turn, each page with an address of its own, and with a write before.
pub async fn measure(subject: &Subject, few: &Registry, many: &Registry, report: &mut Report) -> Result<()> {
    let servers = [Program::serve(subject, few)?, Program::serve(subject, many)?];
    let writers = [Writer::open(few).await?, Writer::open(many).await?];
    let database = many.database();
    let mut number = 0;
    for (name, query) in PAGES {
        let mut times = [Vec::new(), Vec::new()];
        for round in 0..ROUNDS {
            for ((server, writer), times) in servers.iter().zip(&writers).zip(&mut times) {
                let mut connection = Connection::open(server.addr, BROWSER).await?;
                for _ in 0..IN_A_ROW {
                    number += 1;
                    writer.write().await?;
                    let time = connection.time(&format!("/fr/agreements{query}n={number}")).await?;
                    // The first round fills caches.
                    if round > 0 {
                        times.push(time);
                    }
                }
            }
        }
        let [few, many] = &mut times;
        let (reference, value) = (median(few), median(many));
        let figure = Figure::new(name, value, "ms, p50", Goal::RatioAtMost(2.0));
        report.add(figure.against(reference, value / reference).on(database));
    }
    Ok(())
}
