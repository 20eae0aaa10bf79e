//! Ranked search over HTTP: the page of all results, and the list filtered by words.

use crate::{
    Figure, Goal, Program, Report, Result, Subject,
    database::{Registry, Writer},
    load::{BROWSER, Connection},
    report::quantile,
};
use chrono::NaiveDate;
use domain::{fold, lang::Lang};
use store::{
    Db,
    agreement::{self, AgreementFilter, AgreementSort, Cursor},
};

/// Queries of a kind.
const QUERIES: usize = 150;
/// How often a word is asked for.
const TIMES: usize = 40;
/// Words with an accent in the stories, written without: asked for as they are.
const PLAIN_WORDS: [&str; 3] = ["ales", "kagawa", "keio"];
/// In the title of every invented agreement.
const COMMONEST: &str = "fictif";

/// Measures each kind of query, each right after a write: nothing of what it finds is known.
pub async fn measure(subject: &Subject, registry: &Registry, report: &mut Report) -> Result<()> {
    let titles = titles(registry).await?;
    let pairs = titles.iter().enumerate().filter_map(|(i, words)| two_words(words, i)).collect();
    let begun = titles.iter().enumerate().filter_map(|(i, words)| as_one_types(words, i)).collect();
    let mut kinds: Vec<(String, Vec<String>, f64)> =
        vec![("two_words".to_owned(), pairs, 25.0), ("prefix".to_owned(), begun, 25.0)];
    for word in PLAIN_WORDS {
        kinds.push((word.to_owned(), vec![word.to_owned(); TIMES], 25.0));
    }
    kinds.push(("commonest".to_owned(), vec![COMMONEST.to_owned(); TIMES], 100.0));

    let server = Program::serve(subject, registry)?;
    let mut connection = Connection::open(server.addr, BROWSER).await?;
    let writer = Writer::open(registry).await?;
    let mut number = 0;
    for (page, path) in [("search", "/fr/search"), ("search_list", "/fr/agreements")] {
        for (kind, queries, goal) in &kinds {
            let mut times = Vec::new();
            for query in queries.iter().take(5).chain(queries) {
                number += 1;
                let query = query.replace(' ', "+");
                writer.write().await?;
                times.push(connection.time(&format!("{path}?q={query}&n={number}")).await?);
            }
            // The first ones fill caches.
            let times = &mut times[5..];
            let (p50, p95) = (quantile(times, 0.5), quantile(times, 0.95));
            let figure = Figure::new(format!("{page}_{kind}"), p95, "ms, p95", Goal::AtMost(*goal));
            report.add(figure.on(registry.database()));
            let figure = Figure::new(format!("{page}_{kind}_p50"), p50, "ms, p50", Goal::None);
            report.add(figure.on(registry.database()));
        }
    }
    Ok(())
}

/// The folded words of titles from all over the registry: every so many in the order of titles.
async fn titles(registry: &Registry) -> Result<Vec<Vec<String>>> {
    let db = Db::open(&registry.url()).await?;
    let mut tx = db.read().await?;
    let filter = AgreementFilter::default();
    let mut titles = Vec::new();
    let mut after: Option<Cursor> = None;
    for _ in 0..QUERIES {
        let page = agreement::list(
            &mut tx,
            &filter,
            AgreementSort::Title(Lang::Fr),
            after.as_ref(),
            200,
            NaiveDate::MIN,
        )
        .await?;
        titles.extend(page.items.first().map(|item| fold::words(&item.title_fr)));
        let Some(next) = page.next else { break };
        after = Some(next);
    }
    tx.rollback().await?;
    db.close().await;
    Ok(titles)
}

/// The words that are long enough to be searched for.
fn long(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).filter(|word| word.len() > 2).collect()
}

/// Two different words of a title: which, the number decides.
fn two_words(words: &[String], number: usize) -> Option<String> {
    let words = long(words);
    let first = words.get(number % words.len().max(1))?;
    let second = words.get((number + 1 + number / 7 % (words.len() - 1).max(1)) % words.len())?;
    Some(format!("{first} {second}"))
}

/// The beginning of a word of a title; every other time after a whole word.
fn as_one_types(words: &[String], number: usize) -> Option<String> {
    let words = long(words);
    let word = words.get(number * 3 % words.len().max(1))?;
    let begun: String = word.chars().take(3 + number % 3).collect();
    let before = words.get((number + 1) % words.len()).filter(|_| number.is_multiple_of(2));
    Some(before.map_or_else(|| begun.clone(), |before| format!("{before} {begun}")))
}
