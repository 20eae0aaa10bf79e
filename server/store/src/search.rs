//! Words that agreements and institutions are found by: folded, by prefix, the same on both databases.
//!
//! FTS5 on SQLite and `tsvector` on PostgreSQL hold words that were folded here, so neither's idea of language
//! or rank matters. What matches in the title comes first, then what matches anywhere; within each the newest
//! first: an order both databases give from an index, also for the commonest word.

use crate::{Backend, Result, Tx, on, query::Sql, statements};
use domain::fold;
use uuid::Uuid;

statements! {
    ENTER = "insert into search_entry (subject_kind, subject_id) values ($1, $2) \
        on conflict (subject_id) do update set subject_kind = excluded.subject_kind returning seq";
    SEQ = "select seq from search_entry where subject_id = $1";
    DROP_WORDS = "delete from search_words where rowid = $1";
    DROP_ENTRY = "delete from search_entry where seq = $1";
}

const PUT_SQLITE: &str = "insert or replace into search_words (rowid, title, body) values ($1, $2, $3)";
// One statement, so that of two who set the same words at once none meets the other's row.
const PUT_POSTGRES: &str = "insert into search_words (rowid, title, body) values ($1, cast($2 as tsvector), cast($3 as tsvector)) \
    on conflict (rowid) do update set title = excluded.title, body = excluded.body";

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
    let put = match tx.backend() {
        Backend::Sqlite => PUT_SQLITE,
        Backend::Postgres => PUT_POSTGRES,
    };
    let everything = fold::words(&format!("{title} {body}")).join(" ");
    let title = fold::words(title).join(" ");
    on!(tx, |c| sqlx::query(put).bind(seq).bind(&title).bind(&everything).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Forgets the words of a thing.
pub(crate) async fn remove(tx: &mut Tx, id: Uuid) -> Result<()> {
    let seq: Option<i64> = on!(tx, |c| sqlx::query_scalar(sql::SEQ).bind(id).fetch_optional(c).await?);
    if let Some(seq) = seq {
        on!(tx, |c| {
            sqlx::query(sql::DROP_WORDS).bind(seq).execute(&mut *c).await?;
            sqlx::query(sql::DROP_ENTRY).bind(seq).execute(c).await?;
        });
    }
    Ok(())
}

/// Adds the condition that every word begins some word of the thing. The statement names the words' table `w`,
/// and on SQLite its table function is `search_words`.
pub(crate) fn push_match(sql: &mut Sql, backend: Backend, words: &[String], tier: Tier) {
    match backend {
        Backend::Sqlite => {
            let all = words.iter().map(|word| format!("\"{word}\"*")).collect::<Vec<_>>().join(" AND ");
            let expression = match tier {
                Tier::Title => format!("title : ({all})"),
                Tier::Elsewhere => format!("(body : ({all})) NOT (title : ({all}))"),
                Tier::Anywhere => format!("body : ({all})"),
            };
            sql.push("search_words match ").bind(expression);
        }
        Backend::Postgres => {
            let all = words.iter().map(|word| format!("{word}:*")).collect::<Vec<_>>().join(" & ");
            match tier {
                Tier::Title => sql.push("search_words.title @@ cast(").bind(all).push(" as tsquery)"),
                Tier::Elsewhere => sql
                    .push("search_words.body @@ cast(")
                    .bind(all.clone())
                    .push(" as tsquery) and not search_words.title @@ cast(")
                    .bind(all)
                    .push(" as tsquery)"),
                Tier::Anywhere => sql.push("search_words.body @@ cast(").bind(all).push(" as tsquery)"),
            };
        }
    }
}

/// Adds a condition on a thing's id: that every word is found in it.
pub(crate) fn push_found(sql: &mut Sql, backend: Backend, column: &'static str, words: &[String]) {
    sql.push(column).push(
        " in (select search_entry.subject_id from search_words join search_entry on search_entry.seq = search_words.rowid where ",
    );
    push_match(sql, backend, words, Tier::Anywhere);
    sql.push(")");
}
