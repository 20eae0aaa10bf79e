//! Many institutions in few statements: what an import reads and writes.

use super::{
    IdentifierRow, InstitutionRecord, InstitutionRow, found_by, identifier, index_units, multilingual,
    name_key, record, sql, write_details,
};
use crate::{
    Result, Stamp, StoreError, Tx, on,
    query::{CHUNK, Sql, execute, rows},
    search,
};
use domain::{
    coordinates::Coordinates,
    country::Country,
    fold,
    id::InstitutionId,
    identifier::{Identifier, IdentifierKind},
    institution::InstitutionDraft,
    lang::Lang,
    text::Text,
    web_url::WebUrl,
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

type Bearers = HashMap<(IdentifierKind, String), Vec<InstitutionId>>;
type Named = HashMap<(Country, String), Vec<InstitutionId>>;

/// Who bears these identifiers, or bore them before two became one, be they broken in the same way.
pub(crate) async fn bearers(tx: &mut Tx, wanted: &[(IdentifierKind, &str)]) -> Result<Bearers> {
    let mut found = Bearers::new();
    for kind in IdentifierKind::ALL {
        let values: Vec<&str> =
            wanted.iter().filter(|(of, _)| *of == kind).map(|(_, value)| *value).collect();
        for values in values.chunks(CHUNK) {
            let mut sql = Sql::new("select value, institution_id from identifier where kind = ");
            sql.bind(kind.code()).push(" and value in ").list(values.iter().copied());
            sql.push(
                " union select alias_identifier.value, institution_alias.kept_id from alias_identifier ",
            );
            sql.push("join institution_alias on institution_alias.id = alias_identifier.alias_id where alias_identifier.kind = ");
            sql.bind(kind.code()).push(" and alias_identifier.value in ").list(values.iter().copied());
            let rows: Vec<(String, Uuid)> = rows!(tx, sql);
            for (value, id) in rows {
                found.entry((kind, value)).or_default().push(InstitutionId(id));
            }
        }
    }
    Ok(found)
}

/// Which of these identifiers nobody bears any more but in memory: they were of one that turned out to be another.
pub(crate) async fn former(
    tx: &mut Tx,
    wanted: &[(IdentifierKind, &str)],
) -> Result<HashSet<(IdentifierKind, String)>> {
    let mut found = HashSet::new();
    for wanted in wanted.chunks(CHUNK) {
        let mut sql = Sql::new(
            "select alias_identifier.kind, alias_identifier.value from alias_identifier left join identifier \
             on identifier.kind = alias_identifier.kind and identifier.value = alias_identifier.value \
             where identifier.institution_id is null and alias_identifier.value in ",
        );
        sql.list(wanted.iter().map(|(_, value)| *value));
        let rows: Vec<(String, String)> = rows!(tx, sql);
        for (kind, value) in rows {
            found.extend(IdentifierKind::from_code(&kind).map(|kind| (kind, value)));
        }
    }
    Ok(found)
}

/// Who has one of these names, folded, or had it before two became one; in whichever country.
pub(crate) async fn named(tx: &mut Tx, keys: &[String]) -> Result<Named> {
    let mut found = Named::new();
    for keys in keys.chunks(CHUNK) {
        let mut sql = Sql::new(
            "select distinct institution.country, institution_name.name_key, institution.id from institution_name \
             join institution on institution.id = institution_name.institution_id where institution_name.name_key in ",
        );
        sql.list(keys.iter().map(String::as_str)).push(
            " union select institution.country, alias_name.name_key, institution.id from alias_name \
             join institution_alias on institution_alias.id = alias_name.alias_id \
             join institution on institution.id = institution_alias.kept_id where alias_name.name_key in ",
        );
        sql.list(keys.iter().map(String::as_str));
        let rows: Vec<(String, String, Uuid)> = rows!(tx, sql);
        for (country, key, id) in rows {
            let country = Country::parse(&country).map_err(StoreError::corrupt)?;
            found.entry((country, key)).or_default().push(InstitutionId(id));
        }
    }
    Ok(found)
}

/// These institutions, whole.
pub(crate) async fn load_all(tx: &mut Tx, ids: &[InstitutionId]) -> Result<Vec<InstitutionRecord>> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(CHUNK) {
        let among = |text| {
            let mut sql = Sql::new(text);
            sql.list(ids.iter().map(|id| id.0));
            sql
        };
        let sql = among(
            "select id, kind, country, city, latitude, longitude, site, parent_id, successor_id, is_synthetic, version \
             from institution where id in ",
        );
        let institutions: Vec<InstitutionRow> = rows!(tx, sql);
        let sql =
            among("select institution_id, language, name from institution_name where institution_id in ");
        let languages: Vec<(Uuid, String, String)> = rows!(tx, sql);
        let sql =
            among("select institution_id, kind, value, is_flagged from identifier where institution_id in ");
        let codes: Vec<(Uuid, String, String, bool)> = rows!(tx, sql);
        let mut names: HashMap<Uuid, Vec<(String, String)>> = HashMap::new();
        for (id, language, name) in languages {
            names.entry(id).or_default().push((language, name));
        }
        let mut identifiers: HashMap<Uuid, Vec<Identifier>> = HashMap::new();
        for (id, kind, value, is_flagged) in codes {
            let row = IdentifierRow { kind, value, is_flagged };
            identifiers.entry(id).or_default().push(identifier(row)?);
        }
        for row in institutions {
            let names = multilingual(names.remove(&row.id).unwrap_or_default())?;
            let identifiers = identifiers.remove(&row.id).unwrap_or_default();
            found.push(record(&row, names, identifiers)?);
        }
    }
    Ok(found)
}

/// Adds institutions that have no parent, under these ids, with their names, identifiers and words.
pub(crate) async fn insert_all(
    tx: &mut Tx,
    stamp: &Stamp,
    drafts: &[(InstitutionId, &InstitutionDraft)],
) -> Result<()> {
    for drafts in drafts.chunks(CHUNK) {
        let mut institutions = Sql::new(
            "insert into institution (id, kind, country, city, latitude, longitude, site, parent_id, successor_id, \
             name_key_fr, name_key_en, is_synthetic, version, created_at, updated_at) values ",
        );
        let mut names =
            Sql::new("insert into institution_name (institution_id, language, name, name_key) values ");
        let mut identifiers =
            Sql::new("insert into identifier (institution_id, kind, value, is_flagged) values ");
        let (mut has_names, mut has_identifiers) = (false, false);
        for (i, (id, draft)) in drafts.iter().enumerate() {
            push_institution(open(&mut institutions, i > 0), stamp, id.0, draft);
            for (language, name) in &draft.names {
                open(&mut names, has_names).bind(id.0).push(", ").bind(language.as_str()).push(", ");
                names.bind(name.as_str()).push(", ").bind(fold::fold(name.as_str())).push(")");
                has_names = true;
            }
            for identifier in &draft.identifiers {
                open(&mut identifiers, has_identifiers).bind(id.0).push(", ").bind(identifier.kind.code());
                identifiers.push(", ").bind(identifier.value.as_str()).push(", ").bind(identifier.is_flagged);
                identifiers.push(")");
                has_identifiers = true;
            }
        }
        execute!(tx, institutions);
        execute!(tx, names);
        if has_identifiers {
            execute!(tx, identifiers);
        }
    }
    let words = drafts.iter().map(|(id, draft)| {
        let (title, body) = found_by(draft, &super::Names::new());
        (id.0, title, body)
    });
    search::put_all(tx, search::Kind::Institution, &words.collect::<Vec<_>>()).await
}

/// Begins a row of values.
fn open(sql: &mut Sql, is_further: bool) -> &mut Sql {
    sql.push(if is_further { ", (" } else { "(" })
}

fn push_institution(sql: &mut Sql, stamp: &Stamp, id: Uuid, draft: &InstitutionDraft) {
    sql.bind(id).push(", ").bind(draft.kind.code()).push(", ").bind(draft.country.code());
    sql.push(", ").bind_some(draft.city.as_ref().map(Text::as_str));
    sql.push(", ").bind_some(draft.coordinates.map(Coordinates::latitude));
    sql.push(", ").bind_some(draft.coordinates.map(Coordinates::longitude));
    sql.push(", ").bind_some(draft.site.as_ref().map(WebUrl::as_str));
    sql.push(", ").bind_some(draft.parent.map(|parent| parent.0));
    sql.push(", ").bind_some(draft.successor.map(|successor| successor.0));
    sql.push(", ").bind(name_key(&draft.names, Lang::Fr)).push(", ").bind(name_key(&draft.names, Lang::En));
    sql.push(", ").bind(false).push(", 1, ").bind(stamp.at).push(", ").bind(stamp.at).push(")");
}

/// Writes an institution that is at a version anew, with its words and those of whatever bears its name; the caller leaves the
/// audit line.
pub(crate) async fn rewrite(
    tx: &mut Tx,
    stamp: &Stamp,
    id: InstitutionId,
    version: i64,
    before: &InstitutionDraft,
    draft: &InstitutionDraft,
) -> Result<()> {
    let updated = on!(tx, |c| {
        sqlx::query(sql::UPDATE)
            .bind(id.0)
            .bind(version)
            .bind(draft.kind.code())
            .bind(draft.country.code())
            .bind(draft.city.as_ref().map(Text::as_str))
            .bind(draft.coordinates.map(Coordinates::latitude))
            .bind(draft.coordinates.map(Coordinates::longitude))
            .bind(draft.site.as_ref().map(WebUrl::as_str))
            .bind(draft.parent.map(|parent| parent.0))
            .bind(draft.successor.map(|successor| successor.0))
            .bind(name_key(&draft.names, Lang::Fr))
            .bind(name_key(&draft.names, Lang::En))
            .bind(stamp.at)
            .execute(c)
            .await?
            .rows_affected()
    });
    if updated == 0 {
        let current = on!(tx, |c| sqlx::query_scalar(sql::VERSION).bind(id.0).fetch_one(c).await?);
        return Err(StoreError::Stale { current });
    }
    on!(tx, |c| {
        sqlx::query(sql::DELETE_NAMES).bind(id.0).execute(&mut *c).await?;
        sqlx::query(sql::DELETE_IDENTIFIERS).bind(id.0).execute(c).await?;
    });
    write_details(tx, id.0, draft).await?;
    if before.names != draft.names {
        index_units(tx, id).await?;
        crate::agreement::index_those_of(tx, id).await?;
    }
    Ok(())
}
