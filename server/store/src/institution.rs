//! Institutions: their names, identifiers and units.

use crate::{
    Result, Stamp, StoreError, Tx,
    audit::{self, Change, Subject},
    on,
    query::{CHUNK, Sql, rows, value},
    registry, search, statements,
};
use domain::{
    access::{CreateInstitution, EditInstitution, Permit},
    coordinates::Coordinates,
    country::Country,
    eligibility::End,
    fold,
    id::InstitutionId,
    identifier::{Identifier, IdentifierKind},
    institution::{InstitutionDraft, InstitutionKind, Name},
    lang::Lang,
    language::LanguageTag,
    multilingual::Multilingual,
    text::Text,
    web_url::WebUrl,
};
use sqlx::FromRow;
use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};
use uuid::Uuid;

mod bulk;
mod merging;

pub(crate) use bulk::{bearers, former, insert_all, load_all, named, rewrite};
pub use merging::{Alias, REFERENCES, Weight, aliases, merge, names_once, not_merged, resolve, weigh};

/// Every constant statement of this module and its children.
pub(crate) fn every_statement() -> Vec<(&'static str, &'static str)> {
    let moves = merging::MOVES.iter().map(|sql| ("MOVES", *sql));
    [sql::ALL, merging::sql::ALL].concat().into_iter().chain(moves).collect()
}

statements! {
    INSERT = "insert into institution (id, kind, country, city, latitude, longitude, site, parent_id, successor_id, name_key_fr, name_key_en, is_synthetic, version, created_at, updated_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13, $13)";
    UPDATE = "update institution set kind = $3, country = $4, city = $5, latitude = $6, longitude = $7, site = $8, parent_id = $9, successor_id = $10, \
        name_key_fr = $11, name_key_en = $12, version = version + 1, updated_at = $13 where id = $1 and version = $2";
    VERSION = "select version from institution where id = $1";
    LOCK = "update institution set version = version where id = $1";
    FIND = "select id, kind, country, city, latitude, longitude, site, parent_id, successor_id, is_synthetic, version from institution where id = $1";
    NAMES_OF = "select language, name from institution_name where institution_id = $1 order by language";
    IDENTIFIERS_OF = "select kind, value, is_flagged from identifier where institution_id = $1";
    INSERT_NAME = "insert into institution_name (institution_id, language, name, name_key) values ($1, $2, $3, $4)";
    INSERT_IDENTIFIER = "insert into identifier (institution_id, kind, value, is_flagged) values ($1, $2, $3, $4)";
    DELETE_NAMES = "delete from institution_name where institution_id = $1";
    DELETE_IDENTIFIERS = "delete from identifier where institution_id = $1";
    UNITS = "select id from institution where parent_id = $1 order by id";
    FAMILY = "with recursive family (id) as (select id from institution where id = $1 \
        union select institution.id from institution join family on institution.parent_id = family.id) select id from family";
    ABOVE = "with recursive above (id) as (select id from institution where id = $1 \
        union select institution.parent_id from institution join above on institution.id = above.id where institution.parent_id is not null) select id from above";
    ALL_IDS = "select id from institution order by id";
    SET_KEYS = "update institution set name_key_fr = $2, name_key_en = $3 where id = $1";
    SET_NAME_KEY = "update institution_name set name_key = $3 where institution_id = $1 and language = $2";
    COUNT_ALL = "select count(*) from institution";
    COUNT_COUNTRIES = "select count(distinct country) from institution";
    COUNT_SYNTHETIC = "select count(*) from institution where is_synthetic and id >= $1 and id < $2";
    FIND_BY_IDENTIFIER = "select institution_id from identifier where kind = $1 and value = $2 and not is_flagged union select institution_alias.kept_id from alias_identifier join institution_alias on institution_alias.id = alias_identifier.alias_id \
        where alias_identifier.kind = $1 and alias_identifier.value = $2 and not alias_identifier.is_flagged";
    FIND_FLAGGED = "select institution_id from identifier where kind = $1 and value = $2 and is_flagged union select institution_alias.kept_id from alias_identifier join institution_alias on institution_alias.id = alias_identifier.alias_id \
        where alias_identifier.kind = $1 and alias_identifier.value = $2 and alias_identifier.is_flagged";
}

const ITEM: &str = "select institution.id, institution.kind, institution.country, institution.city, institution.parent_id, \
    institution.is_synthetic from institution";

/// The names of some institutions.
pub type Names = HashMap<InstitutionId, Multilingual<Name>>;

/// An institution, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct InstitutionRecord {
    /// Which one.
    pub id: InstitutionId,
    /// What is written about it.
    pub draft: InstitutionDraft,
    /// Grows with each change.
    pub version: i64,
    /// Whether it is made up, for load or show.
    pub is_synthetic: bool,
}

/// A line of a list of institutions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstitutionItem {
    /// Which one.
    pub id: InstitutionId,
    /// What it is.
    pub kind: InstitutionKind,
    /// Its names.
    pub names: Multilingual<Name>,
    /// Where it is.
    pub country: Country,
    /// The city.
    pub city: Option<String>,
    /// The institution it is a unit of, with its names.
    pub parent: Option<(InstitutionId, Multilingual<Name>)>,
    /// Whether it is made up.
    pub is_synthetic: bool,
}

impl InstitutionItem {
    /// Where it stands in a list in this language.
    pub fn name_key(&self, lang: Lang) -> String {
        name_key(&self.names, lang)
    }
}

/// Which institutions a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InstitutionFilter {
    /// Folded words, each the beginning of one of the institution's.
    pub words: Vec<String>,
    /// Of this kind.
    pub kind: Option<InstitutionKind>,
    /// In this country.
    pub country: Option<Country>,
}

#[derive(FromRow)]
struct InstitutionRow {
    id: Uuid,
    kind: String,
    country: String,
    city: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    site: Option<String>,
    parent_id: Option<Uuid>,
    successor_id: Option<Uuid>,
    is_synthetic: bool,
    version: i64,
}

#[derive(FromRow)]
struct ItemRow {
    id: Uuid,
    kind: String,
    country: String,
    city: Option<String>,
    parent_id: Option<Uuid>,
    is_synthetic: bool,
}

#[derive(FromRow)]
struct IdentifierRow {
    kind: String,
    value: String,
    is_flagged: bool,
}

/// The key an institution is sorted by: its folded name, as lists in this language show it.
fn name_key(names: &Multilingual<Name>, lang: Lang) -> String {
    fold::fold(names.best(lang).1.as_str())
}

/// The column of that key.
const fn name_column(lang: Lang) -> &'static str {
    match lang {
        Lang::Fr => "institution.name_key_fr",
        Lang::En => "institution.name_key_en",
    }
}

/// Adds an institution. Made-up ones are marked so for good.
pub async fn insert(
    tx: &mut Tx,
    permit: &Permit<CreateInstitution>,
    stamp: &Stamp,
    draft: &InstitutionDraft,
    is_synthetic: bool,
) -> Result<InstitutionId> {
    let id = stamp.id();
    on!(tx, |c| {
        sqlx::query(sql::INSERT)
            .bind(id)
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
            .bind(is_synthetic)
            .bind(stamp.at)
            .execute(c)
            .await?;
    });
    write_details(tx, id, draft).await?;
    audit::record(
        tx,
        permit,
        stamp,
        "create_institution",
        Subject::new("institution", id),
        Change::to(draft),
    )
    .await?;
    registry::bump(tx).await?;
    Ok(InstitutionId(id))
}

/// Changes an institution that is at this version; answers the new version.
pub async fn update(
    tx: &mut Tx,
    permit: &Permit<EditInstitution>,
    stamp: &Stamp,
    version: i64,
    draft: &InstitutionDraft,
) -> Result<i64> {
    let id = permit.action().institution;
    let before = get(tx, id).await?;
    rewrite(tx, stamp, id, version, &before.draft, draft).await?;
    let subject = Subject::new("institution", id.0);
    audit::record(tx, permit, stamp, "edit_institution", subject, Change::between(&before.draft, draft))
        .await?;
    registry::bump(tx).await?;
    Ok(version + 1)
}

async fn write_details(tx: &mut Tx, id: Uuid, draft: &InstitutionDraft) -> Result<()> {
    for (language, name) in &draft.names {
        let key = fold::fold(name.as_str());
        on!(tx, |c| {
            sqlx::query(sql::INSERT_NAME)
                .bind(id)
                .bind(language.as_str())
                .bind(name.as_str())
                .bind(&key)
                .execute(c)
                .await?;
        });
    }
    for identifier in &draft.identifiers {
        on!(tx, |c| {
            sqlx::query(sql::INSERT_IDENTIFIER)
                .bind(id)
                .bind(identifier.kind.code())
                .bind(&identifier.value)
                .bind(identifier.is_flagged)
                .execute(c)
                .await?;
        });
    }
    merging::check_identifiers(tx, id).await?;
    index(tx, id, draft).await
}

/// Sets the words an institution is found by.
async fn index(tx: &mut Tx, id: Uuid, draft: &InstitutionDraft) -> Result<()> {
    let parents = match draft.parent {
        Some(parent) => names(tx, &[parent]).await?,
        None => Names::new(),
    };
    let (title, mut body) = found_by(draft, &parents);
    for word in merging::words(tx, id).await? {
        body.push(' ');
        body.push_str(&word);
    }
    search::put(tx, search::Kind::Institution, id, &title, &body).await
}

/// The words an institution is found by: its names first, then where it is, its identifiers, its parent.
fn found_by(draft: &InstitutionDraft, parents: &Names) -> (String, String) {
    let title = draft.names.iter().map(|(_, name)| name.to_string()).collect::<Vec<_>>().join(" ");
    let mut body = vec![draft.country.name(Lang::Fr).to_owned(), draft.country.name(Lang::En).to_owned()];
    body.extend(draft.city.as_ref().map(ToString::to_string));
    body.extend(draft.identifiers.iter().map(|identifier| identifier.value.clone()));
    body.extend(parents.values().flat_map(|names| names.iter().map(|(_, name)| name.to_string())));
    (title, body.join(" "))
}

/// Sets the words of the units directly below an institution again, after its name changed.
async fn index_units(tx: &mut Tx, parent: InstitutionId) -> Result<()> {
    let ids: Vec<Uuid> = on!(tx, |c| sqlx::query_scalar(sql::UNITS).bind(parent.0).fetch_all(c).await?);
    for id in ids {
        // Whoever is changing the unit comes first or waits: its words are taken from what is committed.
        on!(tx, |c| sqlx::query(sql::LOCK).bind(id).execute(c).await.map(|_| ()))?;
        let unit = get(tx, InstitutionId(id)).await?;
        index(tx, id, &unit.draft).await?;
    }
    Ok(())
}

/// Computes the keys and words of all institutions again.
pub(crate) async fn refold(tx: &mut Tx) -> Result<()> {
    let ids: Vec<Uuid> = on!(tx, |c| sqlx::query_scalar(sql::ALL_IDS).fetch_all(c).await?);
    for id in ids {
        let draft = get(tx, InstitutionId(id)).await?.draft;
        on!(tx, |c| {
            let keys = sqlx::query(sql::SET_KEYS).bind(id);
            let keys = keys.bind(name_key(&draft.names, Lang::Fr)).bind(name_key(&draft.names, Lang::En));
            keys.execute(&mut *c).await?;
            for (language, name) in &draft.names {
                let key = sqlx::query(sql::SET_NAME_KEY).bind(id).bind(language.as_str());
                key.bind(fold::fold(name.as_str())).execute(&mut *c).await?;
            }
        });
        index(tx, id, &draft).await?;
    }
    merging::refold(tx).await
}

/// The institution, if there is one.
pub async fn find(tx: &mut Tx, id: InstitutionId) -> Result<Option<InstitutionRecord>> {
    let row: Option<InstitutionRow> =
        on!(tx, |c| sqlx::query_as(sql::FIND).bind(id.0).fetch_optional(c).await?);
    let Some(row) = row else { return Ok(None) };
    let names: Vec<(String, String)> =
        on!(tx, |c| sqlx::query_as(sql::NAMES_OF).bind(id.0).fetch_all(c).await?);
    let identifiers: Vec<IdentifierRow> =
        on!(tx, |c| sqlx::query_as(sql::IDENTIFIERS_OF).bind(id.0).fetch_all(c).await?);
    let identifiers = identifiers.into_iter().map(identifier).collect::<Result<_>>()?;
    Ok(Some(record(&row, multilingual(names)?, identifiers)?))
}

/// An institution of its row, names and identifiers.
fn record(
    row: &InstitutionRow,
    names: Multilingual<Name>,
    mut identifiers: Vec<Identifier>,
) -> Result<InstitutionRecord> {
    identifiers.sort_by_key(|identifier| identifier.kind);
    let draft = InstitutionDraft {
        kind: InstitutionKind::parse(&row.kind).map_err(StoreError::corrupt)?,
        names,
        country: Country::parse(&row.country).map_err(StoreError::corrupt)?,
        city: row.city.as_deref().map(Text::parse).transpose().map_err(StoreError::corrupt)?,
        coordinates: row
            .latitude
            .zip(row.longitude)
            .map(|(latitude, longitude)| Coordinates::new(latitude, longitude))
            .transpose()
            .map_err(StoreError::corrupt)?,
        site: row.site.as_deref().map(WebUrl::parse).transpose().map_err(StoreError::corrupt)?,
        parent: row.parent_id.map(InstitutionId),
        successor: row.successor_id.map(InstitutionId),
        identifiers,
    };
    Ok(InstitutionRecord {
        id: InstitutionId(row.id),
        draft,
        version: row.version,
        is_synthetic: row.is_synthetic,
    })
}

/// The institution, or `NotFound`.
pub async fn get(tx: &mut Tx, id: InstitutionId) -> Result<InstitutionRecord> {
    find(tx, id).await?.ok_or(StoreError::NotFound)
}

fn identifier(row: IdentifierRow) -> Result<Identifier> {
    let kind = IdentifierKind::from_code(&row.kind).ok_or_else(|| StoreError::corrupt(&row.kind))?;
    Ok(Identifier { kind, value: row.value, is_flagged: row.is_flagged })
}

fn multilingual(names: Vec<(String, String)>) -> Result<Multilingual<Name>> {
    let mut map = BTreeMap::new();
    for (language, name) in names {
        let language = LanguageTag::parse(&language).map_err(StoreError::corrupt)?;
        map.insert(language, Name::parse(&name).map_err(StoreError::corrupt)?);
    }
    Multilingual::new(map).map_err(StoreError::corrupt)
}

/// The names of these institutions, in one statement.
pub async fn names(tx: &mut Tx, ids: &[InstitutionId]) -> Result<Names> {
    if ids.is_empty() {
        return Ok(Names::new());
    }
    let mut sql =
        Sql::new("select institution_id, language, name from institution_name where institution_id in ");
    sql.list(ids.iter().map(|id| id.0));
    let rows: Vec<(Uuid, String, String)> = rows!(tx, sql);
    by_institution(rows)
}

fn by_institution(rows: Vec<(Uuid, String, String)>) -> Result<Names> {
    let mut by_id: HashMap<InstitutionId, Vec<(String, String)>> = HashMap::new();
    for (id, language, name) in rows {
        by_id.entry(InstitutionId(id)).or_default().push((language, name));
    }
    by_id.into_iter().map(|(id, names)| Ok((id, multilingual(names)?))).collect()
}

/// The institution and all units below it; empty when there is no such institution.
pub async fn family(tx: &mut Tx, id: InstitutionId) -> Result<Vec<InstitutionId>> {
    let ids: Vec<Uuid> = on!(tx, |c| sqlx::query_scalar(sql::FAMILY).bind(id.0).fetch_all(c).await?);
    Ok(ids.into_iter().map(InstitutionId).collect())
}

/// The families of all of these, told member by member: an institution that was asked for, and itself or one of the units below it.
pub async fn families(tx: &mut Tx, ids: &[InstitutionId]) -> Result<Vec<(InstitutionId, InstitutionId)>> {
    let mut sql = Sql::new("with recursive family (top, id) as (select id, id from institution where id in ");
    sql.list(ids.iter().map(|id| id.0)).push(
        " union select family.top, institution.id from institution join family on institution.parent_id = family.id) \
        select top, id from family",
    );
    let rows: Vec<(Uuid, Uuid)> = rows!(tx, sql);
    Ok(rows.into_iter().map(|(top, id)| (InstitutionId(top), InstitutionId(id))).collect())
}

/// The institutions directly below this one, by their name in this language.
pub async fn units(tx: &mut Tx, id: InstitutionId, lang: Lang) -> Result<Vec<InstitutionItem>> {
    let ids: Vec<Uuid> = on!(tx, |c| sqlx::query_scalar(sql::UNITS).bind(id.0).fetch_all(c).await?);
    let mut units = items(tx, &ids.into_iter().map(InstitutionId).collect::<Vec<_>>()).await?;
    units.sort_by_cached_key(|unit| (unit.name_key(lang), unit.id));
    Ok(units)
}

/// Which of these institutions exist.
pub async fn existing(tx: &mut Tx, ids: &[InstitutionId]) -> Result<Vec<InstitutionId>> {
    let mut sql = Sql::new("select id from institution where id in ");
    sql.list(ids.iter().map(|id| id.0));
    let found: Vec<(Uuid,)> = rows!(tx, sql);
    Ok(found.into_iter().map(|(id,)| InstitutionId(id)).collect())
}

/// The institution that bears an identifier. A broken one that was kept names nobody.
pub async fn find_by_identifier(tx: &mut Tx, identifier: &Identifier) -> Result<Option<InstitutionId>> {
    let id: Option<Uuid> = on!(tx, |c| sqlx::query_scalar(sql::FIND_BY_IDENTIFIER)
        .bind(identifier.kind.code())
        .bind(&identifier.value)
        .fetch_optional(c)
        .await?);
    Ok(id.map(InstitutionId))
}

/// Lines for these institutions, in their order; those that do not exist are left out.
pub async fn items(tx: &mut Tx, ids: &[InstitutionId]) -> Result<Vec<InstitutionItem>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(ITEM);
    sql.push(" where institution.id in ").list(ids.iter().map(|id| id.0));
    let rows: Vec<ItemRow> = rows!(tx, sql);
    let mut items = with_names(tx, rows).await?;
    let places: HashMap<_, _> = ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    items.sort_by_key(|item| places.get(&item.id));
    Ok(items)
}

async fn with_names(tx: &mut Tx, rows: Vec<ItemRow>) -> Result<Vec<InstitutionItem>> {
    let ids: Vec<_> =
        rows.iter().flat_map(|row| [Some(row.id), row.parent_id]).flatten().map(InstitutionId).collect();
    let names = names(tx, &ids).await?;
    let name = |id: Uuid| {
        names
            .get(&InstitutionId(id))
            .cloned()
            .ok_or_else(|| StoreError::corrupt("an institution without a name"))
    };
    rows.into_iter()
        .map(|row| {
            Ok(InstitutionItem {
                id: InstitutionId(row.id),
                kind: InstitutionKind::parse(&row.kind).map_err(StoreError::corrupt)?,
                names: name(row.id)?,
                country: Country::parse(&row.country).map_err(StoreError::corrupt)?,
                city: row.city,
                parent: row
                    .parent_id
                    .map(|id| Ok::<_, StoreError>((InstitutionId(id), name(id)?)))
                    .transpose()?,
                is_synthetic: row.is_synthetic,
            })
        })
        .collect()
}

fn push_filter(sql: &mut Sql, tx: &Tx, filter: &InstitutionFilter) {
    sql.push(" where 1 = 1");
    if let Some(kind) = filter.kind {
        sql.push(" and institution.kind = ").bind(kind.code());
    }
    if let Some(country) = filter.country {
        sql.push(" and institution.country = ").bind(country.code());
    }
    if !filter.words.is_empty() {
        sql.push(" and ");
        search::push_found(sql, tx.backend(), search::Kind::Institution, "institution.id", &filter.words);
    }
}

/// A page of institutions by their name in a language, after a place in that order.
pub async fn list(
    tx: &mut Tx,
    filter: &InstitutionFilter,
    lang: Lang,
    after: Option<(&str, InstitutionId)>,
    limit: i64,
) -> Result<Vec<InstitutionItem>> {
    let mut sql = Sql::new(ITEM);
    push_filter(&mut sql, tx, filter);
    if let Some((name_key, id)) = after {
        sql.push(" and (").push(name_column(lang)).push(", institution.id) > (").bind(name_key);
        sql.push(", ").bind(id.0).push(")");
    }
    sql.push(" order by ").push(name_column(lang)).push(", institution.id limit ").bind(limit);
    let rows = rows!(tx, sql);
    with_names(tx, rows).await
}

/// How many institutions a list holds, counted up to a bound.
pub async fn count(tx: &mut Tx, filter: &InstitutionFilter, bound: i64) -> Result<i64> {
    let mut sql = Sql::new("select count(*) from (select 1 as one from institution");
    push_filter(&mut sql, tx, filter);
    sql.push(" limit ").bind(bound).push(") as counted");
    Ok(value!(tx, sql))
}

/// Institutions whose words begin with these, those named so first, the newest first.
pub async fn suggest(tx: &mut Tx, words: &[String], limit: i64) -> Result<Vec<InstitutionItem>> {
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let mut ids = Vec::new();
    for tier in [search::Tier::Title, search::Tier::Elsewhere] {
        let room = limit - i64::try_from(ids.len()).unwrap_or(limit);
        if room <= 0 {
            break;
        }
        let query = search::Query { kind: search::Kind::Institution, words, tier };
        let mut sql = Sql::new("select search_entry.subject_id from ");
        let all = search::Span { from: None, before: i64::MAX };
        search::push_newest(&mut sql, tx.backend(), query, all);
        sql.push(" order by found.seq desc limit ").bind(room);
        let found: Vec<(Uuid,)> = rows!(tx, sql);
        ids.extend(found.into_iter().map(|(id,)| InstitutionId(id)));
    }
    items(tx, &ids).await
}

/// Institutions that may be the one described: the same folded name in the same country, or the same identifier,
/// be it broken in the same way.
pub async fn likely_duplicates(
    tx: &mut Tx,
    draft: &InstitutionDraft,
    except: Option<InstitutionId>,
) -> Result<Vec<InstitutionItem>> {
    let keys = draft.names.iter().map(|(_, name)| fold::fold(name.as_str()));
    let mut sql = Sql::new(
        "select distinct institution_name.institution_id from institution_name join institution on institution.id = institution_name.institution_id \
         where institution.country = ",
    );
    sql.bind(draft.country.code()).push(" and institution_name.name_key in ").list(keys.clone());
    sql.push(
        " union select institution.id from alias_name join institution_alias on institution_alias.id = alias_name.alias_id \
         join institution on institution.id = institution_alias.kept_id where institution.country = ",
    );
    sql.bind(draft.country.code()).push(" and alias_name.name_key in ").list(keys);
    let mut found: Vec<(Uuid,)> = rows!(tx, sql);
    for identifier in &draft.identifiers {
        let bearers = if identifier.is_flagged { sql::FIND_FLAGGED } else { sql::FIND_BY_IDENTIFIER };
        let bearers: Vec<(Uuid,)> = on!(tx, |c| sqlx::query_as(bearers)
            .bind(identifier.kind.code())
            .bind(&identifier.value)
            .fetch_all(c)
            .await?);
        found.extend(bearers);
    }
    let mut ids: Vec<_> =
        found.into_iter().map(|(id,)| InstitutionId(id)).filter(|id| Some(*id) != except).collect();
    ids.sort_unstable();
    ids.dedup();
    items(tx, &ids).await
}

/// How many institutions with such ids are made up.
pub async fn count_synthetic(tx: &mut Tx, ids: Range<Uuid>) -> Result<i64> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar(sql::COUNT_SYNTHETIC).bind(ids.start).bind(ids.end).fetch_one(c).await?
    }))
}

/// The institution and those it is a unit of, upwards; empty when there is no such institution.
pub async fn above(tx: &mut Tx, id: InstitutionId) -> Result<Vec<InstitutionId>> {
    let ids: Vec<Uuid> = on!(tx, |c| sqlx::query_scalar(sql::ABOVE).bind(id.0).fetch_all(c).await?);
    Ok(ids.into_iter().map(InstitutionId).collect())
}

/// Each of these institutions with those it is a unit of.
pub async fn above_each(
    tx: &mut Tx,
    ids: &[InstitutionId],
) -> Result<HashMap<InstitutionId, Vec<InstitutionId>>> {
    let mut above: HashMap<InstitutionId, Vec<InstitutionId>> = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(CHUNK) {
        let mut sql =
            Sql::new("with recursive above (origin, id) as (select id, id from institution where id in ");
        sql.list(ids.iter().map(|id| id.0)).push(
            " union select above.origin, institution.parent_id from above join institution on institution.id = above.id \
             where institution.parent_id is not null) select origin, id from above",
        );
        let pairs: Vec<(Uuid, Uuid)> = rows!(tx, sql);
        for (origin, id) in pairs {
            above.entry(InstitutionId(origin)).or_default().push(InstitutionId(id));
        }
    }
    Ok(above)
}

/// How many institutions there are.
pub async fn count_all(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, |c| sqlx::query_scalar(sql::COUNT_ALL).fetch_one(c).await?))
}

/// How many countries have an institution here.
pub async fn count_countries(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, |c| sqlx::query_scalar(sql::COUNT_COUNTRIES).fetch_one(c).await?))
}

#[derive(FromRow)]
struct EndRow {
    origin: Uuid,
    kind: String,
    is_below: bool,
    country: String,
    has_code: bool,
}

/// What tells whether each of two institutions holds the Erasmus charter; none where one of them is not here. A unit has the code
/// of the first institution above that is none, too. One statement.
pub async fn ends(tx: &mut Tx, ids: [InstitutionId; 2]) -> Result<Option<[End; 2]>> {
    let mut sql = Sql::new(
        "with recursive above (origin, id, kind, parent_id, country) as \
         (select id, id, kind, parent_id, country from institution where id in ",
    );
    sql.list(ids.iter().map(|id| id.0)).push(
        " union select above.origin, institution.id, institution.kind, institution.parent_id, institution.country \
         from above join institution on institution.id = above.parent_id where above.kind = ",
    );
    sql.bind(InstitutionKind::Unit.code()).push(
        ") select above.origin, above.kind, above.parent_id is not null as is_below, above.country, \
         exists (select 1 from identifier where identifier.institution_id = above.id and identifier.kind = ",
    );
    sql.bind(IdentifierKind::Erasmus.code()).push(") as has_code from above");
    let rows: Vec<EndRow> = rows!(tx, sql);
    let [sender, receiver] = ids.map(|id| end(&rows, id));
    Ok(sender?.zip(receiver?).map(|(sender, receiver)| [sender, receiver]))
}

/// An institution with those above it, as one.
fn end(rows: &[EndRow], id: InstitutionId) -> Result<Option<End>> {
    let mut own = rows.iter().filter(|row| row.origin == id.0);
    let has_code = own.clone().any(|row| row.has_code);
    let top = own.find(|row| row.kind != InstitutionKind::Unit.code() || !row.is_below);
    let end = |row: &EndRow| {
        Ok(End {
            kind: InstitutionKind::parse(&row.kind).map_err(StoreError::corrupt)?,
            country: Country::parse(&row.country).map_err(StoreError::corrupt)?,
            has_code,
        })
    };
    top.map(end).transpose()
}

/// Which of these institutions have an office here: an officer or lead of their own, or of an institution above.
pub async fn with_office(tx: &mut Tx, ids: &[InstitutionId]) -> Result<Vec<InstitutionId>> {
    let mut sql =
        Sql::new("with recursive above (origin, id) as (select id, id from institution where id in ");
    sql.list(ids.iter().map(|id| id.0)).push(
        " union select above.origin, institution.parent_id from above join institution on institution.id = above.id \
         where institution.parent_id is not null) \
         select distinct above.origin from above join membership on membership.institution_id = above.id \
         where membership.role in ('officer', 'lead')",
    );
    let found: Vec<(Uuid,)> = rows!(tx, sql);
    Ok(found.into_iter().map(|(id,)| InstitutionId(id)).collect())
}
