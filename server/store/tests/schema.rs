//! The two schemas say the same, and every statement is understood by both databases.

mod sample;
mod support;

use domain::{
    access::Role,
    agreement,
    commitment::ValueKind,
    flow::{CapPeriod, MobilityKind},
    identifier::IdentifierKind,
    institution::InstitutionKind,
    lang::Lang,
    nomination::{ActKind, Side, StateKind},
    seats::LineKind,
};
use sample::on;
use sqlx::{Executor as _, SqlSafeStr as _};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};
use store::{Backend, Db, Tx};
use support::on_each_database;

/// Tables that only one database knows: SQLite's own, the list of migrations, the words of the search.
fn is_own(table: &str) -> bool {
    table.starts_with("sqlite_") || table.starts_with("search_words") || table == "_sqlx_migrations"
}

/// What a schema holds, in words that both databases share.
#[derive(Debug, Default, PartialEq, Eq)]
struct Schema {
    /// Table and column, family of types, whether it may be null.
    columns: BTreeSet<(String, String, String, bool)>,
    /// Table and its columns, in order.
    primary_keys: BTreeSet<(String, String)>,
    /// Name, table, columns, whether unique, whether partial.
    indexes: BTreeSet<(String, String, String, bool, bool)>,
    /// Table and columns of `unique` constraints.
    uniques: BTreeSet<(String, String)>,
    /// Table, column, table and column referred to, whether rows go with it.
    references: BTreeSet<(String, String, String, String, bool)>,
    /// Table, name, and the words that are allowed.
    checks: BTreeSet<(String, String, BTreeSet<String>)>,
    /// Names of constraints.
    names: BTreeSet<String>,
}

/// The texts in quotes.
fn quoted(sql: &str) -> BTreeSet<String> {
    sql.split('\'').skip(1).step_by(2).map(ToOwned::to_owned).collect()
}

type Columns = Vec<(String, String, String, bool)>;

async fn of_sqlite(tx: &mut Tx) -> Schema {
    let Tx::Sqlite(tx) = tx else { panic!("not SQLite") };
    let c = &mut **tx;
    let mut schema = Schema::default();
    let columns: Columns = sqlx::query_as(
        "select m.name, p.name, p.type, p.\"notnull\" = 0 from sqlite_master m join pragma_table_info(m.name) p where m.type = 'table'",
    )
    .fetch_all(&mut *c)
    .await
    .expect("columns");
    schema.columns = columns
        .into_iter()
        .filter(|(table, ..)| !is_own(table))
        .map(|(table, name, kind, null)| (table, name, kind.to_lowercase(), null))
        .collect();
    let keys: Vec<(String, String)> = sqlx::query_as(
        "select m.name, (select group_concat(name) from (select p.name from pragma_table_info(m.name) p where p.pk > 0 order by p.pk)) \
         from sqlite_master m where m.type = 'table' and m.name not like 'search_words%'",
    )
    .fetch_all(&mut *c)
    .await
    .expect("keys");
    schema.primary_keys = keys.into_iter().filter(|(table, _)| !is_own(table)).collect();
    let indexes: Vec<(String, String, String, String, bool, bool)> = sqlx::query_as(
        "select i.origin, i.name, m.name, (select group_concat(name) from (select x.name from pragma_index_info(i.name) x order by x.seqno)), \
         i.\"unique\" = 1, i.partial = 1 from sqlite_master m join pragma_index_list(m.name) i where m.type = 'table' and m.name not like 'search_words%'",
    )
    .fetch_all(&mut *c)
    .await
    .expect("indexes");
    for (origin, name, table, columns, is_unique, is_partial) in indexes {
        match origin.as_str() {
            _ if is_own(&table) => {}
            "c" => {
                schema.indexes.insert((name, table, columns, is_unique, is_partial));
            }
            "u" => {
                schema.uniques.insert((table, columns));
            }
            _ => {}
        }
    }
    let references: Vec<(String, String, String, String, bool)> = sqlx::query_as(
        "select m.name, f.\"from\", f.\"table\", f.\"to\", f.on_delete = 'CASCADE' from sqlite_master m join pragma_foreign_key_list(m.name) f where m.type = 'table'",
    )
    .fetch_all(&mut *c)
    .await
    .expect("references");
    schema.references = references.into_iter().collect();
    let texts: Vec<(String, String)> =
        sqlx::query_as("select name, sql from sqlite_master where type = 'table' and sql is not null")
            .fetch_all(c)
            .await
            .expect("texts");
    for (table, sql) in texts.into_iter().filter(|(table, _)| !is_own(table)) {
        for part in sql.split("constraint ").skip(1) {
            let name = part.split(' ').next().unwrap_or_default().to_owned();
            // What a boolean is in the other database.
            if name.ends_with("_flag") {
                continue;
            }
            if part.split_once(' ').is_some_and(|(_, rest)| rest.starts_with("check")) {
                let body = part.lines().next().unwrap_or_default();
                schema.checks.insert((table.clone(), name.clone(), quoted(body)));
            }
            schema.names.insert(name);
        }
    }
    schema
}

async fn of_postgres(tx: &mut Tx) -> Schema {
    let Tx::Postgres(tx) = tx else { panic!("not PostgreSQL") };
    let c = &mut **tx;
    let mut schema = Schema::default();
    let columns: Columns = sqlx::query_as(
        "select table_name::text, column_name::text, udt_name::text, is_nullable = 'YES' from information_schema.columns where table_schema = 'public'",
    )
    .fetch_all(&mut *c)
    .await
    .expect("columns");
    for (table, column, kind, null) in columns.into_iter().filter(|(table, ..)| !is_own(table)) {
        let is_instant = column.ends_with("_at") || column == "at";
        assert_eq!(kind == "timestamptz", is_instant, "{table}.{column} is {kind}: instants end in _at");
        let family = match kind.as_str() {
            "uuid" | "bytea" => "blob",
            "text" | "timestamptz" | "date" => "text",
            "int8" | "bool" => "integer",
            "float8" => "real",
            other => panic!("{table}.{column}: {other} has no counterpart"),
        };
        schema.columns.insert((table, column, family.to_owned(), null));
    }
    let constraints: Vec<(String, String, String, Option<String>, String)> = sqlx::query_as(
        "select k.contype::text, t.relname::text, k.conname::text, (select string_agg(a.attname::text, ',' order by n.i) from unnest(k.conkey) with ordinality n (attnum, i) \
         join pg_attribute a on a.attrelid = k.conrelid and a.attnum = n.attnum), pg_get_constraintdef(k.oid) \
         from pg_constraint k join pg_class t on t.oid = k.conrelid where k.connamespace = 'public'::regnamespace",
    )
    .fetch_all(&mut *c)
    .await
    .expect("constraints");
    for (kind, table, name, columns, text) in constraints.into_iter().filter(|(_, table, ..)| !is_own(table))
    {
        let columns = columns.unwrap_or_default();
        match kind.as_str() {
            "p" => {
                schema.primary_keys.insert((table, columns));
                continue;
            }
            "u" => {
                schema.uniques.insert((table, columns));
            }
            "c" => {
                schema.checks.insert((table, name.clone(), quoted(&text)));
            }
            _ => {
                let (_, target) = text.split_once("REFERENCES ").expect("a reference");
                let (other, rest) = target.split_once('(').expect("a column");
                let (column, rest) = rest.split_once(')').expect("a column");
                let is_cascade = rest.contains("ON DELETE CASCADE");
                schema.references.insert((table, columns, other.to_owned(), column.to_owned(), is_cascade));
            }
        }
        schema.names.insert(name);
    }
    let indexes: Vec<(String, String, String, bool, bool)> = sqlx::query_as(
        "select i.relname::text, t.relname::text, (select string_agg(a.attname::text, ',' order by n.i) from unnest(x.indkey) with ordinality n (attnum, i) \
         join pg_attribute a on a.attrelid = x.indrelid and a.attnum = n.attnum), x.indisunique, x.indpred is not null \
         from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid \
         where t.relnamespace = 'public'::regnamespace and not exists (select 1 from pg_constraint k where k.conindid = x.indexrelid)",
    )
    .fetch_all(c)
    .await
    .expect("indexes");
    schema.indexes = indexes.into_iter().filter(|(_, table, ..)| !is_own(table)).collect();
    schema
}

async fn schema_of(db: &Db) -> Schema {
    let mut tx = db.read().await.expect("a transaction");
    match db.backend() {
        Backend::Sqlite => of_sqlite(&mut tx).await,
        Backend::Postgres => of_postgres(&mut tx).await,
    }
}

#[tokio::test]
async fn both_schemas_hold_the_same_tables_columns_and_rules() {
    let found = Arc::new(Mutex::new(Vec::new()));
    let kept = found.clone();
    on_each_database(move |db| {
        let kept = kept.clone();
        async move {
            let schema = schema_of(&db).await;
            kept.lock().expect("kept").push(schema);
        }
    })
    .await;
    let schemas = found.lock().expect("found");
    assert!(schemas[0].columns.len() > 150 && schemas[0].references.len() > 15, "the schema was read");
    if let [sqlite, postgres] = &schemas[..] {
        assert_eq!(sqlite.columns, postgres.columns);
        assert_eq!(sqlite.primary_keys, postgres.primary_keys);
        assert_eq!(sqlite.indexes, postgres.indexes);
        assert_eq!(sqlite.uniques, postgres.uniques);
        assert_eq!(sqlite.references, postgres.references);
        assert_eq!(sqlite.checks, postgres.checks);
        assert_eq!(sqlite.names, postgres.names);
    }
}

#[tokio::test]
async fn what_is_true_or_false_is_checked_to_be_so_on_sqlite_and_tables_are_strict() {
    let flags = Arc::new(Mutex::new(Vec::new()));
    let kept = flags.clone();
    on_each_database(move |db| {
        let kept = kept.clone();
        async move {
            let mut tx = db.read().await.expect("a transaction");
            let found: BTreeSet<String> = match &mut tx {
                Tx::Sqlite(tx) => {
                    let texts: Vec<(String, String)> = sqlx::query_as(
                        "select name, sql from sqlite_master where type = 'table' and sql is not null",
                    )
                    .fetch_all(&mut **tx)
                    .await
                    .expect("texts");
                    let texts = texts.into_iter().filter(|(table, _)| !is_own(table));
                    texts
                        .flat_map(|(table, sql)| {
                            assert!(sql.ends_with("strict"), "{table} is strict");
                            let flag = |check: &str| check.split_once(" in (0, 1))").map(|(column, _)| column.to_owned());
                            let columns: Vec<_> = sql.split("check (").skip(1).filter_map(flag).collect();
                            columns.into_iter().map(move |column| format!("{table}.{column}"))
                        })
                        .collect()
                }
                Tx::Postgres(tx) => sqlx::query_scalar(
                    "select table_name::text || '.' || column_name::text from information_schema.columns \
                     where table_schema = 'public' and data_type = 'boolean' and table_name <> '_sqlx_migrations'",
                )
                .fetch_all(&mut **tx)
                .await
                .expect("columns")
                .into_iter()
                .collect(),
            };
            kept.lock().expect("kept").push(found);
        }
    })
    .await;
    let flags = flags.lock().expect("flags");
    assert!(flags[0].contains("institution.is_synthetic"));
    assert!(flags.windows(2).all(|pair| pair[0] == pair[1]), "{flags:#?}");
}

/// A comparison of columns with different collations uses no index.
#[tokio::test]
async fn columns_of_one_name_are_compared_alike() {
    on_each_database(|db| async move {
        let mut tx = db.read().await.expect("a transaction");
        let Tx::Postgres(tx) = &mut tx else { return };
        let unlike: Vec<String> = sqlx::query_scalar(
            "select column_name::text from information_schema.columns where table_schema = 'public' and data_type = 'text' \
             and column_name like '%\\_key' group by column_name having count(distinct coalesce(collation_name, '')) > 1",
        )
        .fetch_all(&mut **tx)
        .await
        .expect("columns");
        assert!(unlike.is_empty(), "{unlike:?}");
    })
    .await;
}

#[tokio::test]
async fn the_words_the_schema_allows_are_those_of_the_domain() {
    fn codes<T: Copy>(all: &[T], code: impl Fn(T) -> &'static str) -> BTreeSet<String> {
        all.iter().map(|value| code(*value).to_owned()).collect()
    }
    on_each_database(|db| async move {
        let schema = schema_of(&db).await;
        let checks: BTreeMap<_, _> =
            schema.checks.into_iter().map(|(_, name, words)| (name, words)).collect();
        let roles = codes(&Role::ALL, Role::code);
        for (name, words) in [
            ("institution_kind", codes(InstitutionKind::ALL, InstitutionKind::code)),
            ("identifier_kind", codes(&IdentifierKind::ALL, IdentifierKind::code)),
            ("account_lang", codes(&Lang::ALL, Lang::code)),
            ("membership_role", roles.clone()),
            ("link_role", roles),
            ("agreement_kind", codes(agreement::AgreementKind::ALL, agreement::AgreementKind::code)),
            ("agreement_visibility", codes(agreement::Visibility::ALL, agreement::Visibility::code)),
            ("party_role", codes(agreement::PartyRole::ALL, agreement::PartyRole::code)),
            ("reminder_kind", codes(agreement::DeadlineKind::ALL, agreement::DeadlineKind::code)),
            ("observation_kind", codes(ValueKind::ALL, ValueKind::code)),
            ("flow_kind", codes(MobilityKind::ALL, MobilityKind::code)),
            ("flow_cap_period", codes(CapPeriod::ALL, CapPeriod::code)),
            ("pool_cap_period", codes(CapPeriod::ALL, CapPeriod::code)),
            ("nomination_state", codes(StateKind::ALL, StateKind::code)),
            ("nomination_withdrawn_by", codes(Side::ALL, Side::code)),
            ("nomination_event_act", codes(ActKind::ALL, ActKind::code)),
            ("nomination_event_by_side", codes(Side::ALL, Side::code)),
            ("seat_line_kind", codes(LineKind::ALL, LineKind::code)),
            ("outbox_lang", codes(&Lang::ALL, Lang::code)),
        ] {
            assert_eq!(checks.get(name), Some(&words), "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_constant_statement_is_understood() {
    on_each_database(|db| async move {
        let statements = store::statements();
        assert!(statements.len() > 50);
        let mut tx = db.write().await.expect("a transaction");
        for (name, sql) in statements {
            let prepared = on!(&mut tx, |c| c.prepare(sql.into_sql_str()).await.map(|_| ()));
            prepared.unwrap_or_else(|error| panic!("{name}: {error}\n{sql}"));
        }
    })
    .await;
}

#[test]
fn every_migration_has_its_twin_and_numbers_follow_each_other() {
    let [sqlite, postgres] = store::migrate::all();
    assert_eq!(sqlite, postgres);
    assert!(!sqlite.is_empty());
    let numbers: Vec<i64> = sqlite.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..).take(numbers.len()).collect::<Vec<_>>());
}

/// A database without any table, of the same kind.
async fn emptied(db: &Db) -> Db {
    match db.backend() {
        Backend::Sqlite => Db::open("sqlite::memory:").await.expect("a database in memory"),
        Backend::Postgres => {
            let mut tx = db.write().await.expect("a transaction");
            if let Tx::Postgres(tx) = &mut tx {
                for statement in ["drop schema public cascade", "create schema public"] {
                    sqlx::query(statement).execute(&mut **tx).await.expect("emptied");
                }
            }
            tx.commit().await.expect("committed");
            db.clone()
        }
    }
}

/// The schema as the writer sees it.
async fn written_schema(db: &Db) -> Schema {
    let mut tx = db.write().await.expect("a transaction");
    match db.backend() {
        Backend::Sqlite => of_sqlite(&mut tx).await,
        Backend::Postgres => of_postgres(&mut tx).await,
    }
}

#[tokio::test]
async fn a_database_of_any_earlier_schema_walks_up_to_the_present_one() {
    on_each_database(|db| async move {
        let present = schema_of(&db).await;
        let [numbers, _] = store::migrate::all();
        for earlier in std::iter::once(None).chain(numbers.iter().map(|(number, _)| Some(*number))) {
            let db = emptied(&db).await;
            if let Some(number) = earlier {
                db.migrate_to(Some(number)).await.expect("the earlier schema");
            }
            db.migrate().await.expect("walks up");
            assert_eq!(written_schema(&db).await, present, "from {earlier:?}");
            db.migrate().await.expect("is there already");
            assert_eq!(written_schema(&db).await, present, "migrated again from {earlier:?}");
        }
    })
    .await;
}
