//! Lists of agreements: filtered, sorted, a page at a time.

use super::{
    filter::{AgreementFilter, Parties, Visible, parties, push_filter},
    project::{NO_END, NO_START},
};
use crate::{
    Result, StoreError, Tx, institution,
    institution::Names,
    query::{Arg, Sql, rows},
    search::{self, Kind, Query, Tier},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    agreement::{AgreementKind, Course, PartyRole, Standing},
    country::Country,
    id::{AgreementId, InstitutionId},
    lang::Lang,
    partial_date::StatedDate,
};
use sqlx::FromRow;
use std::{
    collections::{HashMap, HashSet},
    fmt,
    str::FromStr,
};
use uuid::Uuid;

const ITEM: &str = "agreement.id, agreement.kind, agreement.title_fr, agreement.title_en, agreement.title_key_fr, agreement.title_key_en, agreement.starts, agreement.ends, \
    agreement.is_open_ended, agreement.published_at, agreement.visibility, agreement.is_synthetic, agreement.updated_at, agreement.ruling_number, agreement.latest_number, \
    agreement.shared_on, agreement.approved_on, agreement.signed_on, agreement.starts_on, agreement.ends_on, agreement.terminated_on, agreement.renewed_on";

/// The order of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum AgreementSort {
    /// Changed last first.
    #[default]
    Recent,
    /// By title, as it reads in this language.
    Title(Lang),
    /// Latest start first.
    Start,
    /// Earliest end first.
    End,
    /// Words in the title first, then the newest; only with words.
    Relevance,
}

impl AgreementSort {
    /// All orders, for a reader of this language.
    pub const fn all(lang: Lang) -> [Self; 5] {
        [Self::Recent, Self::Title(lang), Self::Start, Self::End, Self::Relevance]
    }

    /// The word in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Recent => "recent",
            Self::Title(_) => "title",
            Self::Start => "start",
            Self::End => "end",
            Self::Relevance => "relevance",
        }
    }

    /// The order of a word, for a reader of this language.
    pub fn from_code(code: &str, lang: Lang) -> Option<Self> {
        Self::all(lang).into_iter().find(|sort| sort.code() == code)
    }
}

/// A place in a list, after which the next page begins. Printed and read as one word.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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
    title_key_fr: String,
    title_key_en: String,
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
        AgreementSort::Title(Lang::Fr) => ("agreement.title_key_fr", false),
        AgreementSort::Title(Lang::En) => ("agreement.title_key_en", false),
        AgreementSort::Start => ("agreement.starts_key", true),
        AgreementSort::End => ("agreement.ends_key", false),
        AgreementSort::Recent | AgreementSort::Relevance => ("agreement.updated_at", true),
    };
    // What words find is gathered: there is no list to walk along.
    let parties = if filter.words.is_empty() { parties(tx, filter).await? } else { Parties::LookedUp };
    let mut sql = Sql::new("select ");
    sql.push(ITEM).push(" from agreement where ");
    push_filter(&mut sql, filter, parties, on);
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
            AgreementSort::Title(Lang::Fr) => row.title_key_fr.clone(),
            AgreementSort::Title(Lang::En) => row.title_key_en.clone(),
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
        AgreementSort::Title(_) => Arg::from(key.as_str()),
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
        // On the first page what has the words in its title is known, and need not be looked up again to leave it out.
        let is_known = after.is_none() && !is_title;
        let (tier, room) = if is_known { (Tier::Anywhere, limit + 1) } else { (tier, room) };
        let query = Query { kind: Kind::Agreement, words: &filter.words, tier };
        let mut rows: Vec<FoundRow> = Vec::new();
        for span in search::spans(tx, Kind::Agreement, before).await? {
            let room = room - i64::try_from(rows.len()).unwrap_or(room);
            if room <= 0 {
                break;
            }
            let mut sql = Sql::new("select found.seq, ");
            sql.push(ITEM).push(" from ");
            search::push_newest(&mut sql, tx.backend(), query, span);
            sql.push(" join agreement on agreement.id = search_entry.subject_id where ");
            push_filter(&mut sql, filter, Parties::LookedUp, on);
            sql.push(" order by found.seq desc limit ").bind(room);
            let found: Vec<FoundRow> = rows!(tx, sql);
            rows.extend(found);
        }
        let known: HashSet<i64> = found.iter().map(|(_, row)| row.seq).collect();
        found.extend(rows.into_iter().filter(|row| !known.contains(&row.seq)).map(|row| (is_title, row)));
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

/// The agreements in force that end first within the next twelve months.
pub async fn ending_soon(tx: &mut Tx, visible: Visible, limit: i64, on: NaiveDate) -> Result<Page> {
    let filter = AgreementFilter {
        visible,
        standing: Some(Standing::EndingSoon.into()),
        ..AgreementFilter::default()
    };
    list(tx, &filter, AgreementSort::End, None, limit, on).await
}
