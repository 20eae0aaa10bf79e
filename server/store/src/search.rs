//! Words that agreements and institutions are found by: folded, by prefix, the same on both databases.
//!
//! FTS5 on SQLite and `tsvector` on PostgreSQL hold words that were folded here, so neither's idea of language
//! or rank matters. What matches in the title comes first, then what matches anywhere; within each the newest
//! first: an order both databases give from an index, also for the commonest word. Agreements and institutions have
//! their words in tables of their own: whoever looks for one kind does not walk past the other.

use crate::{
    Backend, Result, Tx, on,
    query::{CHUNK, Sql, execute, rows},
    statements,
};
use domain::fold;
use std::collections::HashMap;
use uuid::Uuid;

statements! {
    ENTER = "insert into search_entry (subject_kind, subject_id) values ($1, $2) \
        on conflict (subject_id) do update set subject_kind = excluded.subject_kind returning seq";
    SEQ = "select seq from search_entry where subject_id = $1";
    DROP_INSTITUTION_WORDS = "delete from search_words_institution where rowid in \
        (select search_entry.seq from search_entry join import_row on import_row.subject_id = search_entry.subject_id \
        where import_row.import_id = $1 and import_row.outcome = 'new')";
    DROP_INSTITUTION_ENTRIES = "delete from search_entry where subject_id in \
        (select subject_id from import_row where import_id = $1 and outcome = 'new')";
    DROP_AGREEMENT = "delete from search_words_agreement where rowid = $1";
    DROP_INSTITUTION = "delete from search_words_institution where rowid = $1";
    DROP_ENTRY = "delete from search_entry where seq = $1";
}

/// Sets the words of a thing on SQLite.
macro_rules! put_sqlite {
    ($table:literal) => {
        concat!("insert or replace into ", $table, " (rowid, title, body) values ($1, $2, $3)")
    };
}

/// Sets the words of a thing on PostgreSQL. One statement, so that of two who set the same words at once none meets
/// the other's row.
macro_rules! put_postgres {
    ($table:literal) => {
        concat!(
            "insert into ",
            $table,
            " (rowid, title, body) values ($1, cast($2 as tsvector), cast($3 as tsvector)) \
             on conflict (rowid) do update set title = excluded.title, body = excluded.body"
        )
    };
}

/// The kind of thing searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An agreement.
    Agreement,
    /// An institution.
    Institution,
}

impl Kind {
    const fn code(self) -> &'static str {
        match self {
            Self::Agreement => "agreement",
            Self::Institution => "institution",
        }
    }

    /// The table of its words.
    const fn words(self) -> &'static str {
        match self {
            Self::Agreement => "search_words_agreement",
            Self::Institution => "search_words_institution",
        }
    }

    const fn put(self, backend: Backend) -> &'static str {
        match (self, backend) {
            (Self::Agreement, Backend::Sqlite) => put_sqlite!("search_words_agreement"),
            (Self::Agreement, Backend::Postgres) => put_postgres!("search_words_agreement"),
            (Self::Institution, Backend::Sqlite) => put_sqlite!("search_words_institution"),
            (Self::Institution, Backend::Postgres) => put_postgres!("search_words_institution"),
        }
    }
}

/// Where in a thing's words the search looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tier {
    /// All words are in the title.
    Title,
    /// All words are somewhere, but not all in the title.
    Elsewhere,
    /// All words are somewhere.
    Anywhere,
}

/// Sets the words of a thing: `title` ranks first; `body` holds what else it is found by.
pub(crate) async fn put(tx: &mut Tx, kind: Kind, id: Uuid, title: &str, body: &str) -> Result<()> {
    let seq: i64 =
        on!(tx, |c| sqlx::query_scalar(sql::ENTER).bind(kind.code()).bind(id).fetch_one(c).await?);
    let put = kind.put(tx.backend());
    let everything = fold::words(&format!("{title} {body}")).join(" ");
    let title = fold::words(title).join(" ");
    on!(tx, |c| sqlx::query(put).bind(seq).bind(&title).bind(&everything).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Sets the words of new things of one kind: their ids, titles, and what else they are found by. In few statements.
pub(crate) async fn put_all(tx: &mut Tx, kind: Kind, things: &[(Uuid, String, String)]) -> Result<()> {
    let backend = tx.backend();
    for things in things.chunks(CHUNK) {
        let mut sql = Sql::new("insert into search_entry (subject_kind, subject_id) values ");
        for (i, (id, ..)) in things.iter().enumerate() {
            sql.push(if i > 0 { ", (" } else { "(" }).bind(kind.code()).push(", ").bind(*id).push(")");
        }
        sql.push(" returning subject_id, seq");
        let places: Vec<(Uuid, i64)> = rows!(tx, sql);
        let places: HashMap<Uuid, i64> = places.into_iter().collect();
        let mut sql = Sql::new("insert into ");
        sql.push(kind.words()).push(" (rowid, title, body) values ");
        for (i, (id, title, body)) in things.iter().enumerate() {
            let everything = fold::words(&format!("{title} {body}")).join(" ");
            sql.push(if i > 0 { ", (" } else { "(" }).bind(places.get(id).copied().unwrap_or_default());
            for words in [fold::words(title).join(" "), everything] {
                match backend {
                    Backend::Sqlite => sql.push(", ").bind(words),
                    Backend::Postgres => sql.push(", cast(").bind(words).push(" as tsvector)"),
                };
            }
            sql.push(")");
        }
        execute!(tx, sql);
    }
    Ok(())
}

/// Forgets the words of the institutions that an import added.
pub(crate) async fn remove_imported(tx: &mut Tx, import: Uuid) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(sql::DROP_INSTITUTION_WORDS).bind(import).execute(&mut *c).await?;
        sqlx::query(sql::DROP_INSTITUTION_ENTRIES).bind(import).execute(c).await?;
    });
    Ok(())
}

/// Forgets the words of a thing.
pub(crate) async fn remove(tx: &mut Tx, kind: Kind, id: Uuid) -> Result<()> {
    let seq: Option<i64> = on!(tx, |c| sqlx::query_scalar(sql::SEQ).bind(id).fetch_optional(c).await?);
    if let Some(seq) = seq {
        on!(tx, |c| {
            let drop = match kind {
                Kind::Agreement => sql::DROP_AGREEMENT,
                Kind::Institution => sql::DROP_INSTITUTION,
            };
            sqlx::query(drop).bind(seq).execute(&mut *c).await?;
            sqlx::query(sql::DROP_ENTRY).bind(seq).execute(c).await?;
        });
    }
    Ok(())
}

/// What is searched for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Query<'a> {
    /// Which kind of thing.
    pub kind: Kind,
    /// Folded words, each the beginning of one of the thing's.
    pub words: &'a [String],
    /// Where they are.
    pub tier: Tier,
}

/// Things by their age: those older than `before`, and not older than `from`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    /// The oldest, where only the newest things are looked at.
    pub from: Option<i64>,
    /// The one after the newest.
    pub before: i64,
}

/// So many of the newest things are looked at one by one before the index is asked.
const LOOKED_AT: i64 = 1_000;

/// The spans in which to look for the newest things, one after the other until enough is found.
///
/// PostgreSQL's index finds all that has the words before it can tell which is newest: where half of all things have them,
/// a page of results is sooner found among the newest. SQLite walks the words by age.
pub(crate) async fn spans(tx: &mut Tx, kind: Kind, before: i64) -> Result<Vec<Span>> {
    let all = Span { from: None, before };
    if tx.backend() == Backend::Sqlite {
        return Ok(vec![all]);
    }
    let mut sql = Sql::new("select rowid from ");
    sql.push(kind.words()).push(" where rowid < ").bind(before).push(" order by rowid desc limit 1 offset ");
    sql.bind(LOOKED_AT);
    let oldest: Vec<(i64,)> = rows!(tx, sql);
    Ok(oldest.first().map_or_else(
        || vec![all],
        |(oldest,)| vec![Span { from: Some(*oldest), before }, Span { from: None, before: *oldest }],
    ))
}

/// Adds the things found in a span, the newest first, as `search_entry` with their `seq`.
pub(crate) fn push_newest(sql: &mut Sql, backend: Backend, query: Query<'_>, span: Span) {
    let table = query.kind.words();
    sql.push("(select ").push(table).push(".rowid as seq from ");
    if let Some(from) = span.from {
        // The offset keeps the subquery as it is: these are read by their age, not by their words.
        sql.push("(select rowid, title, body from ").push(table).push(" where rowid < ").bind(span.before);
        sql.push(" and rowid >= ").bind(from).push(" order by rowid desc offset 0) as ");
    }
    sql.push(table).push(" where ");
    push_match(sql, backend, query);
    if span.from.is_none() {
        sql.push(" and ").push(table).push(".rowid < ").bind(span.before);
    }
    if backend == Backend::Postgres {
        // PostgreSQL would join everything found before it sorts. SQLite walks the words in this order anyway.
        sql.push(" order by 1 desc offset 0");
    }
    push_entry(sql, backend);
}

/// Adds the things found, in no order, as `search_entry`.
pub(crate) fn push_any(sql: &mut Sql, backend: Backend, query: Query<'_>) {
    let table = query.kind.words();
    sql.push("(select ").push(table).push(".rowid as seq from ").push(table).push(" where ");
    push_match(sql, backend, query);
    push_entry(sql, backend);
}

/// Adds from what was found to the thing itself.
fn push_entry(sql: &mut Sql, backend: Backend) {
    match backend {
        Backend::Sqlite => sql.push(") as found join search_entry on search_entry.seq = found.seq"),
        // How often the beginning of a word occurs PostgreSQL can only guess: where it guesses many it would read all
        // entries to join a few. This way it looks each one up.
        Backend::Postgres => sql.push(
            ") as found cross join lateral (select search_entry.seq, search_entry.subject_id from search_entry \
             where search_entry.seq = found.seq offset 0) as search_entry",
        ),
    };
}

/// Adds a condition on a thing's id: that every word is found in it.
pub(crate) fn push_found(
    sql: &mut Sql,
    backend: Backend,
    kind: Kind,
    column: &'static str,
    words: &[String],
) {
    sql.push(column).push(" in (select search_entry.subject_id from ");
    push_any(sql, backend, Query { kind, words, tier: Tier::Anywhere });
    sql.push(")");
}

/// Adds the condition that every word begins some word of the thing.
fn push_match(sql: &mut Sql, backend: Backend, query: Query<'_>) {
    let Query { kind, words, tier } = query;
    match backend {
        Backend::Sqlite => {
            let all = words.iter().map(|word| format!("\"{word}\"*")).collect::<Vec<_>>().join(" AND ");
            let expression = match tier {
                Tier::Title => format!("title : ({all})"),
                Tier::Elsewhere => format!("(body : ({all})) NOT (title : ({all}))"),
                Tier::Anywhere => format!("body : ({all})"),
            };
            sql.push(kind.words()).push(" match ").bind(expression);
        }
        Backend::Postgres => {
            let all = words.iter().map(|word| format!("{word}:*")).collect::<Vec<_>>().join(" & ");
            match tier {
                Tier::Title => sql.push("title @@ cast(").bind(all).push(" as tsquery)"),
                Tier::Elsewhere => sql
                    .push("body @@ cast(")
                    .bind(all.clone())
                    .push(" as tsquery) and not title @@ cast(")
                    .bind(all)
                    .push(" as tsquery)"),
                Tier::Anywhere => sql.push("body @@ cast(").bind(all).push(" as tsquery)"),
            };
        }
    }
}
