//! Lists of agreements: filtered, sorted, a page at a time.

use super::project::{NO_END, NO_START};
use crate::{
    Result, StoreError, Tx, institution,
    institution::Names,
    query::{Arg, Sql, rows, value},
    search::{self, Kind, Query, Tier},
    statements,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    academic_year::AcademicYear,
    agreement::{AgreementKind, Course, PartyRole, Standing, soon_limit},
    country::Country,
    id::{AgreementId, InstitutionId},
    isced::IscedField,
    partial_date::StatedDate,
};
use sqlx::FromRow;
use std::{collections::HashMap, fmt, str::FromStr};
use uuid::Uuid;

statements! {
    COUNT_PUBLISHED = "select count(*) from agreement where visibility = 'public' and published_at is not null";
}

const ITEM: &str = "agreement.id, agreement.kind, agreement.title_fr, agreement.title_en, agreement.title_key, agreement.starts, agreement.ends, \
    agreement.is_open_ended, agreement.published_at, agreement.visibility, agreement.is_synthetic, agreement.updated_at, agreement.ruling_number, agreement.latest_number, \
    agreement.shared_on, agreement.approved_on, agreement.signed_on, agreement.starts_on, agreement.ends_on, agreement.terminated_on, agreement.renewed_on";

/// Whose eyes a list is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Visible {
    /// Everyone's: what is published for all.
    #[default]
    Public,
    /// Someone's who belongs to offices: also what those are parties to, or manage.
    Offices(Vec<InstitutionId>),
    /// An administrator's.
    All,
}

/// Which agreements a list holds. What is not set does not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgreementFilter {
    /// Whose eyes.
    pub visible: Visible,
    /// Folded words, each the beginning of one of the agreement's.
    pub words: Vec<String>,
    /// With a party in this country.
    pub country: Option<Country>,
    /// With one of these as a party: an institution and its units.
    pub institutions: Vec<InstitutionId>,
    /// Of this kind.
    pub kind: Option<AgreementKind>,
    /// With this standing on the day of asking.
    pub standing: Option<Standing>,
    /// In force on some day of this academic year.
    pub year: Option<AcademicYear>,
    /// In this field, or one within it.
    pub field: Option<IscedField>,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AgreementSort {
    /// Changed last first.
    #[default]
    Recent,
    /// By title.
    Title,
    /// Latest start first.
    Start,
    /// Earliest end first.
    End,
    /// Words in the title first, then the newest; only with words.
    Relevance,
}

impl AgreementSort {
    /// All orders.
    pub const ALL: [Self; 5] = [Self::Recent, Self::Title, Self::Start, Self::End, Self::Relevance];

    /// The word in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Recent => "recent",
            Self::Title => "title",
            Self::Start => "start",
            Self::End => "end",
            Self::Relevance => "relevance",
        }
    }

    /// The order of a word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.code() == code)
    }
}

/// A place in a list, after which the next page begins. Printed and read as one word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cursor {
    /// After this key and id.
    Key(String, Uuid),
    /// Among what matched in the title (true) or elsewhere, after this age.
    Age(bool, i64),
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key, id) => {
                for byte in key.bytes() {
                    write!(f, "{byte:02x}")?;
                }
                write!(f, ".{}", id.simple())
            }
            Self::Age(is_title, seq) => write!(f, "{}{seq}", if *is_title { "t" } else { "e" }),
        }
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some((hex, id)) = text.split_once('.') {
            let byte = |i: usize| hex.get(i..i + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
            let bytes: Option<Vec<u8>> = (0..hex.len()).step_by(2).map(byte).collect();
            let key = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or(())?;
            if key.contains(char::is_control) {
                return Err(());
            }
            return Ok(Self::Key(key, id.parse().map_err(|_| ())?));
        }
        let seq = text.get(1..).and_then(|seq| seq.parse().ok()).ok_or(())?;
        match text.as_bytes().first() {
            Some(b't') => Ok(Self::Age(true, seq)),
            Some(b'e') => Ok(Self::Age(false, seq)),
            _ => Err(()),
        }
    }
}

/// A party, in a list's line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemParty {
    /// Which institution.
    pub institution: InstitutionId,
    /// Where it is.
    pub country: Country,
    /// What it is in the agreement.
    pub role: PartyRole,
}

/// A line of a list of agreements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementItem {
    /// Which one.
    pub id: AgreementId,
    /// What kind.
    pub kind: AgreementKind,
    /// Title in French; may be empty.
    pub title_fr: String,
    /// Title in English; may be empty.
    pub title_en: String,
    /// Start, as the content says.
    pub starts: Option<StatedDate>,
    /// End, as the content says.
    pub ends: Option<StatedDate>,
    /// Whether it says that it has no end.
    pub is_open_ended: bool,
    /// Whether everyone may read it.
    pub is_published: bool,
    /// Whether it is made up, for load.
    pub is_synthetic: bool,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// The revision that rules.
    pub ruling_number: i64,
    /// The latest revision.
    pub latest_number: i64,
    /// The dates that decide its standing.
    pub course: Course,
    /// Its parties, in order.
    pub parties: Vec<ItemParty>,
}

#[derive(FromRow)]
struct ItemRow {
    id: Uuid,
    kind: String,
    title_fr: String,
    title_en: String,
    title_key: String,
    starts: Option<String>,
    ends: Option<String>,
    is_open_ended: bool,
    published_at: Option<DateTime<Utc>>,
    visibility: String,
    is_synthetic: bool,
    updated_at: DateTime<Utc>,
    ruling_number: i64,
    latest_number: i64,
    shared_on: Option<NaiveDate>,
    approved_on: Option<NaiveDate>,
    signed_on: Option<NaiveDate>,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    terminated_on: Option<NaiveDate>,
    renewed_on: Option<NaiveDate>,
}

#[derive(FromRow)]
struct FoundRow {
    seq: i64,
    #[sqlx(flatten)]
    item: ItemRow,
}

#[derive(FromRow)]
struct PartyRow {
    agreement_id: Uuid,
    institution_id: Uuid,
    role: String,
    country: String,
}

/// A page of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Its lines.
    pub items: Vec<AgreementItem>,
    /// The names of all parties in it.
    pub names: Names,
    /// Where the next page begins; `None` on the last.
    pub next: Option<Cursor>,
}

/// The standing on a day, as a condition on the dates of a row. The counterpart of `Course::standing`; a test
/// compares the two.
fn push_standing(sql: &mut Sql, standing: Standing, on: NaiveDate) {
    let over = |sql: &mut Sql, column: &'static str| {
        sql.push(column).push(" is not null and ").push(column).push(" <= ").bind(on);
    };
    match standing {
        Standing::Renewed => {
            sql.push("(");
            over(sql, "agreement.renewed_on");
            sql.push(")");
            return;
        }
        Standing::Terminated => {
            sql.push("(");
            over(sql, "agreement.terminated_on");
            sql.push(" and (agreement.renewed_on is null or agreement.renewed_on > ").bind(on).push("))");
            return;
        }
        _ => {}
    }
    sql.push("(agreement.renewed_on is null or agreement.renewed_on > ").bind(on);
    sql.push(") and (agreement.terminated_on is null or agreement.terminated_on > ").bind(on).push(") and ");
    let begun = "coalesce(agreement.starts_on, agreement.signed_on) <= ";
    match standing {
        Standing::Draft => {
            sql.push("agreement.signed_on is null and agreement.approved_on is null and agreement.shared_on is null");
        }
        Standing::InNegotiation => {
            sql.push("agreement.signed_on is null and agreement.approved_on is null and agreement.shared_on is not null");
        }
        Standing::Approved => {
            sql.push("agreement.signed_on is null and agreement.approved_on is not null");
        }
        Standing::Expired => {
            sql.push("agreement.signed_on is not null and agreement.ends_on < ").bind(on);
        }
        Standing::Signed => {
            sql.push("agreement.signed_on is not null and agreement.ends_key >= ").bind(on);
            sql.push(" and coalesce(agreement.starts_on, agreement.signed_on) > ").bind(on);
        }
        Standing::EndingSoon => {
            sql.push("agreement.signed_on is not null and agreement.ends_key >= ").bind(on);
            sql.push(" and agreement.ends_key <= ").bind(soon_limit(on)).push(" and ").push(begun).bind(on);
        }
        Standing::InForce | Standing::Renewed | Standing::Terminated => {
            sql.push("agreement.signed_on is not null and agreement.ends_key > ").bind(soon_limit(on));
            sql.push(" and ").push(begun).bind(on);
        }
    }
}

fn push_filter(sql: &mut Sql, filter: &AgreementFilter, on: NaiveDate) {
    let public = "(agreement.visibility = 'public' and agreement.published_at is not null)";
    match &filter.visible {
        Visible::All => sql.push("1 = 1"),
        Visible::Public => sql.push(public),
        Visible::Offices(offices) => {
            sql.push("(").push(public).push(" or agreement.owner_id in ").list(offices.iter().map(|id| id.0));
            sql.push(" or (agreement.shared_on is not null and agreement.id in (select party.agreement_id from party where party.institution_id in ");
            sql.list(offices.iter().map(|id| id.0)).push(")))")
        }
    };
    if let Some(kind) = filter.kind {
        sql.push(" and agreement.kind = ").bind(kind.code());
    }
    if let Some(country) = filter.country {
        sql.push(" and agreement.id in (select party.agreement_id from party join institution on institution.id = party.institution_id where institution.country = ");
        sql.bind(country.code()).push(")");
    }
    if !filter.institutions.is_empty() {
        sql.push(" and agreement.id in (select party.agreement_id from party where party.institution_id in ");
        sql.list(filter.institutions.iter().map(|id| id.0)).push(")");
    }
    if let Some(field) = filter.field {
        sql.push(" and agreement.id in (select agreement_field.agreement_id from agreement_field where agreement_field.code >= ");
        sql.bind(field.code())
            .push(" and agreement_field.code < ")
            .bind(format!("{}:", field.code()))
            .push(")");
    }
    if let Some(year) = filter.year {
        let begins = "coalesce(agreement.starts_on, agreement.signed_on)";
        sql.push(" and agreement.signed_on is not null and ").push(begins).push(" <= ").bind(year.ends_on());
        sql.push(" and agreement.ends_key >= ").bind(year.starts_on());
        sql.push(" and agreement.ends_key >= ").push(begins);
        for over in ["agreement.terminated_on", "agreement.renewed_on"] {
            sql.push(" and (").push(over).push(" is null or (").push(over).push(" > ").bind(year.starts_on());
            sql.push(" and ").push(over).push(" > ").push(begins).push("))");
        }
    }
    if let Some(standing) = filter.standing {
        sql.push(" and (");
        push_standing(sql, standing, on);
        sql.push(")");
    }
}

/// A page of a list, as it stands on a day. A constant number of statements, whatever it holds.
pub async fn list(
    tx: &mut Tx,
    filter: &AgreementFilter,
    sort: AgreementSort,
    after: Option<&Cursor>,
    limit: i64,
    on: NaiveDate,
) -> Result<Page> {
    if sort == AgreementSort::Relevance && !filter.words.is_empty() {
        return list_by_relevance(tx, filter, after, limit, on).await;
    }
    let (column, is_descending) = match sort {
        AgreementSort::Title => ("agreement.title_key", false),
        AgreementSort::Start => ("agreement.starts_key", true),
        AgreementSort::End => ("agreement.ends_key", false),
        AgreementSort::Recent | AgreementSort::Relevance => ("agreement.updated_at", true),
    };
    let mut sql = Sql::new("select ");
    sql.push(ITEM).push(" from agreement where ");
    push_filter(&mut sql, filter, on);
    if !filter.words.is_empty() {
        sql.push(" and ");
        search::push_found(&mut sql, tx.backend(), Kind::Agreement, "agreement.id", &filter.words);
    }
    if let Some((key, id)) = after.and_then(|after| place(after, sort)) {
        sql.push(" and (").push(column).push(", agreement.id) ").push(if is_descending {
            "< ("
        } else {
            "> ("
        });
        sql.bind(key).push(", ").bind(id).push(")");
    }
    let direction = if is_descending { " desc" } else { " asc" };
    sql.push(" order by ").push(column).push(direction).push(", agreement.id").push(direction);
    sql.push(" limit ").bind(limit + 1);
    let mut rows: Vec<ItemRow> = rows!(tx, sql);
    let has_more = rows.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| has_more).map(|row| {
        let key = match sort {
            AgreementSort::Title => row.title_key.clone(),
            AgreementSort::Start => row.starts_on.unwrap_or(NO_START).to_string(),
            AgreementSort::End => row.ends_on.unwrap_or(NO_END).to_string(),
            AgreementSort::Recent | AgreementSort::Relevance => row.updated_at.to_rfc3339(),
        };
        Cursor::Key(key, row.id)
    });
    complete(tx, rows, next).await
}

/// What to compare with in this order; nothing where the place is of another order, or made up.
fn place(after: &Cursor, sort: AgreementSort) -> Option<(Arg, Uuid)> {
    let Cursor::Key(key, id) = after else { return None };
    let is_known = |day: NaiveDate| (NO_START..=NO_END).contains(&day);
    let key = match sort {
        AgreementSort::Title => Arg::from(key.as_str()),
        AgreementSort::Start | AgreementSort::End => key.parse().ok().filter(|day| is_known(*day))?.into(),
        AgreementSort::Recent | AgreementSort::Relevance => {
            key.parse().ok().filter(|at: &DateTime<Utc>| is_known(at.date_naive()))?.into()
        }
    };
    Some((key, *id))
}

async fn list_by_relevance(
    tx: &mut Tx,
    filter: &AgreementFilter,
    after: Option<&Cursor>,
    limit: i64,
    on: NaiveDate,
) -> Result<Page> {
    let begin = match after {
        Some(Cursor::Age(is_title, seq)) => (*is_title, *seq),
        _ => (true, i64::MAX),
    };
    let mut found: Vec<(bool, FoundRow)> = Vec::new();
    for (tier, is_title) in [(Tier::Title, true), (Tier::Elsewhere, false)] {
        let room = limit + 1 - i64::try_from(found.len()).unwrap_or(limit);
        if room <= 0 || (is_title && !begin.0) {
            continue;
        }
        let before = if is_title == begin.0 { begin.1 } else { i64::MAX };
        let query = Query { kind: Kind::Agreement, words: &filter.words, tier };
        let mut sql = Sql::new("select found.seq, ");
        sql.push(ITEM).push(" from ");
        search::push_newest(&mut sql, tx.backend(), query, before);
        sql.push(" join agreement on agreement.id = search_entry.subject_id where ");
        push_filter(&mut sql, filter, on);
        sql.push(" order by found.seq desc limit ").bind(room);
        let rows: Vec<FoundRow> = rows!(tx, sql);
        found.extend(rows.into_iter().map(|row| (is_title, row)));
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| has_more).map(|(is_title, row)| Cursor::Age(*is_title, row.seq));
    complete(tx, found.into_iter().map(|(_, row)| row.item).collect(), next).await
}

/// Adds the parties and their names: two statements for the whole page.
async fn complete(tx: &mut Tx, rows: Vec<ItemRow>, next: Option<Cursor>) -> Result<Page> {
    if rows.is_empty() {
        return Ok(Page::default());
    }
    let mut sql = Sql::new(
        "select party.agreement_id, party.institution_id, party.role, institution.country from party \
         join institution on institution.id = party.institution_id where party.agreement_id in ",
    );
    sql.list(rows.iter().map(|row| row.id)).push(" order by party.agreement_id, party.position");
    let parties: Vec<PartyRow> = rows!(tx, sql);
    let mut ids: Vec<_> = parties.iter().map(|party| InstitutionId(party.institution_id)).collect();
    ids.sort_unstable();
    ids.dedup();
    let names = institution::names(tx, &ids).await?;
    let mut by_agreement: HashMap<Uuid, Vec<ItemParty>> = HashMap::new();
    for party in parties {
        by_agreement.entry(party.agreement_id).or_default().push(ItemParty {
            institution: InstitutionId(party.institution_id),
            country: Country::parse(&party.country).map_err(StoreError::corrupt)?,
            role: PartyRole::parse(&party.role).map_err(StoreError::corrupt)?,
        });
    }
    let items = rows.into_iter().map(|row| item(row, &mut by_agreement)).collect::<Result<_>>()?;
    Ok(Page { items, names, next })
}

fn item(row: ItemRow, parties: &mut HashMap<Uuid, Vec<ItemParty>>) -> Result<AgreementItem> {
    let stated = |text: Option<String>| {
        text.as_deref().map(StatedDate::parse).transpose().map_err(StoreError::corrupt)
    };
    Ok(AgreementItem {
        id: AgreementId(row.id),
        kind: AgreementKind::parse(&row.kind).map_err(StoreError::corrupt)?,
        title_fr: row.title_fr,
        title_en: row.title_en,
        starts: stated(row.starts)?,
        ends: stated(row.ends)?,
        is_open_ended: row.is_open_ended,
        is_published: row.published_at.is_some() && row.visibility == "public",
        is_synthetic: row.is_synthetic,
        updated_at: row.updated_at,
        ruling_number: row.ruling_number,
        latest_number: row.latest_number,
        course: Course {
            shared_on: row.shared_on,
            approved_on: row.approved_on,
            signed_on: row.signed_on,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            terminated_on: row.terminated_on,
            renewed_on: row.renewed_on,
        },
        parties: parties.remove(&row.id).unwrap_or_default(),
    })
}

/// How many agreements a list holds, counted up to a bound: beyond it the exact number costs more than it tells.
pub async fn count(tx: &mut Tx, filter: &AgreementFilter, bound: i64, on: NaiveDate) -> Result<i64> {
    let mut sql = Sql::new("select count(*) from (select 1 as one from ");
    if filter.words.is_empty() {
        sql.push("agreement");
    } else {
        // From the words to the agreements: it can stop at the bound, and need not gather all that is found first.
        let query = Query { kind: Kind::Agreement, words: &filter.words, tier: Tier::Anywhere };
        search::push_any(&mut sql, tx.backend(), query);
        sql.push(" join agreement on agreement.id = search_entry.subject_id");
    }
    sql.push(" where ");
    push_filter(&mut sql, filter, on);
    sql.push(" limit ").bind(bound).push(") as counted");
    Ok(value!(tx, sql))
}

/// How many agreements everyone may read.
pub async fn count_published(tx: &mut Tx) -> Result<i64> {
    Ok(crate::on!(tx, |c| sqlx::query_scalar(sql::COUNT_PUBLISHED).fetch_one(c).await?))
}

/// The agreements in force that end first within the next twelve months.
pub async fn ending_soon(tx: &mut Tx, visible: Visible, limit: i64, on: NaiveDate) -> Result<Page> {
    let filter =
        AgreementFilter { visible, standing: Some(Standing::EndingSoon), ..AgreementFilter::default() };
    list(tx, &filter, AgreementSort::End, None, limit, on).await
}
