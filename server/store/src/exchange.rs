//! The catalogue of exchanges: flows of what all agreed on, with the places of an academic year, a page at a time.
//!
//! Whoever may see the agreement sees its flows. A year for which nobody asked for a place yet has no row (see [`crate::seat`]):
//! its numbers are those of the flow. Whether places are left is said twice: here in SQL, for the filter, and in
//! [`domain::exchange`]; a test compares them.

use crate::{
    Result, StoreError, Tx,
    agreement::{Cursor, Visible, push_visible},
    flow::{FlowRecord, FlowRow},
    institution::{self, Names},
    query::{Sql, rows, value},
    search, student,
};
use domain::{
    academic_year::AcademicYear,
    country::Country,
    eqf::EqfLevel,
    exchange::{Places, Share},
    flow::MobilityKind,
    id::{FlowId, InstitutionId},
    isced::IscedField,
    lang::Lang,
    language::LanguageTag,
    term::Term,
};
use sqlx::FromRow;
use uuid::Uuid;

/// Which flows of the catalogue. What is not set does not filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeFilter {
    /// Whose eyes.
    pub visible: Visible,
    /// Open in the academic year that begins then.
    pub year: AcademicYear,
    /// Sent by one of these: those that send the students of a home institution.
    pub homes: Vec<InstitutionId>,
    /// To one of these: an institution and its units.
    pub receivers: Vec<InstitutionId>,
    /// To a receiver in this country.
    pub country: Option<Country>,
    /// For this level: asked for, or none is.
    pub level: Option<EqfLevel>,
    /// For this field: it, one within it or one that it lies within is asked for, or none is.
    pub field: Option<IscedField>,
    /// Asking for this language, or recommending it.
    pub language: Option<LanguageTag>,
    /// For this term.
    pub term: Option<Term>,
    /// Of this kind.
    pub kind: Option<MobilityKind>,
    /// With places left.
    pub is_available: bool,
    /// Folded words, each the beginning of one of the sender's or of one of the receiver's.
    pub words: Vec<String>,
}

impl ExchangeFilter {
    /// All that is open in a year.
    pub const fn new(visible: Visible, year: AcademicYear) -> Self {
        Self {
            visible,
            year,
            homes: Vec::new(),
            receivers: Vec::new(),
            country: None,
            level: None,
            field: None,
            language: None,
            term: None,
            kind: None,
            is_available: false,
            words: Vec::new(),
        }
    }
}

/// A flow in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeItem {
    /// The flow.
    pub record: FlowRecord,
    /// Where the receiver is.
    pub country: Country,
    /// Its places in the year asked for.
    pub places: Places,
    /// Whether everyone may see its agreement.
    pub is_published: bool,
    /// Whether its agreement is made up.
    pub is_synthetic: bool,
}

/// A page of the catalogue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExchangePage {
    /// Its lines.
    pub items: Vec<ExchangeItem>,
    /// The names of senders and receivers.
    pub names: Names,
    /// Where the next page begins; `None` on the last.
    pub next: Option<Cursor>,
}

#[derive(FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column")]
struct Row {
    #[sqlx(flatten)]
    flow: FlowRow,
    country: String,
    name_key: String,
    capacity: Option<i64>,
    used: i64,
    is_pooled: bool,
    pool_capacity: Option<i64>,
    pool_used: i64,
    is_spent: bool,
    is_closed: bool,
    is_published: bool,
    is_synthetic: bool,
}

impl Row {
    fn item(self) -> Result<ExchangeItem> {
        let pool = Share { capacity: self.pool_capacity, used: self.pool_used };
        Ok(ExchangeItem {
            country: Country::parse(&self.country).map_err(StoreError::corrupt)?,
            places: Places {
                own: Share { capacity: self.capacity, used: self.used },
                pool: self.is_pooled.then_some(pool),
                is_spent: self.is_spent,
                is_closed: self.is_closed,
            },
            is_published: self.is_published,
            is_synthetic: self.is_synthetic,
            record: self.flow.record()?,
        })
    }
}

/// Units that the year has; null where that is not agreed. An override alone opens places, too.
macro_rules! capacity {
    () => {
        "case when seat.id is not null then case when seat.cap is null and seat.capacity = 0 then null else seat.capacity end \
         when own.flow_id is not null then own.cap else flow.cap end"
    };
}

/// The same of the pool.
macro_rules! pool_capacity {
    () => {
        "case when shared.id is not null then case when shared.cap is null and shared.capacity = 0 then null else shared.capacity end else pool.cap end"
    };
}

/// Whether the months or days of the year are spent.
macro_rules! spent {
    () => {
        "(seat.budget is not null and seat.spent >= seat.budget)"
    };
}

const NUMBERS: &str = concat!(
    capacity!(),
    " as capacity, coalesce(seat.used, 0) as used, pool.id is not null as is_pooled, ",
    pool_capacity!(),
    " as pool_capacity, coalesce(shared.used, 0) as pool_used, ",
    spent!(),
    " as is_spent, seat.closed_at is not null as is_closed, agreement.visibility = 'public' and agreement.published_at is not null as is_published, agreement.is_synthetic"
);

/// The counterpart of `Places::availability`.
const AVAILABLE: &str = concat!(
    " and seat.closed_at is null and not ",
    spent!(),
    " and (",
    capacity!(),
    ") > coalesce(seat.used, 0) and (pool.id is null or (",
    pool_capacity!(),
    ") > coalesce(shared.used, 0))"
);

/// The column that flows are in the order of: the name of the receiver as it reads in this language.
const fn name_key(lang: Lang) -> &'static str {
    match lang {
        Lang::Fr => "receiver.name_key_fr",
        Lang::En => "receiver.name_key_en",
    }
}

/// The columns of flows, and the places of a year.
fn select(lang: Lang, year: AcademicYear, from: &'static str) -> Sql {
    let mut sql = Sql::new(
        "select flow.id, flow.agreement_id, flow.revision_number, flow.sender_id, flow.receiver_id, flow.first_year, flow.last_year, flow.is_agreed, flow.is_dropped, \
        flow.content, receiver.country, ",
    );
    sql.push(name_key(lang)).push(" as name_key, ").push(NUMBERS).push(from);
    push_places(&mut sql, year);
    sql
}

/// Flows with their agreements and receivers.
const FLOWS: &str = " from flow join agreement on agreement.id = flow.agreement_id join institution receiver on receiver.id = flow.receiver_id";
/// The same, where it is left to the conditions that the receiver is the flow's. SQLite reads tables that are joined so in the order in
/// which they stand here: a page in the order of the receivers' names ends where it is full.
const BY_RECEIVER: &str =
    " from institution receiver cross join flow join agreement on agreement.id = flow.agreement_id";

/// The places of a year, the pool's beside.
fn push_places(sql: &mut Sql, year: AcademicYear) {
    let year = i64::from(year.first_year());
    sql.push(" left join seat_year seat on seat.flow_id = flow.id and seat.first_year = case flow.cap_period when 'agreement' then 0 else ");
    sql.bind(year)
        .push(" end left join flow_cap own on own.flow_id = flow.id and own.first_year = ")
        .bind(year);
    sql.push(" left join pool on pool.id = flow.pool_id left join seat_year shared on shared.pool_id = pool.id and shared.first_year = case pool.cap_period when 'agreement' then 0 else ");
    sql.bind(year).push(" end");
}

/// What all agreed on, where the reader may see it.
fn push_seen(sql: &mut Sql, visible: &Visible) {
    sql.push(" where flow.is_agreed and not flow.is_dropped and ");
    push_visible(sql, visible, "agreement");
}

/// Whether it is open in a year.
fn push_open(sql: &mut Sql, year: AcademicYear) {
    let year = i64::from(year.first_year());
    sql.push(" and (flow.first_year is null or flow.first_year <= ").bind(year);
    sql.push(") and (flow.last_year is null or flow.last_year >= ").bind(year).push(")");
}

/// Sent by one of these, where some are given.
pub(crate) fn push_homes(sql: &mut Sql, homes: &[InstitutionId]) {
    if !homes.is_empty() {
        sql.push(" and flow.sender_id in ").list(homes.iter().map(|id| id.0));
    }
}

/// Asking for this language or recommending it, and for this term.
pub(crate) fn push_offers(sql: &mut Sql, language: Option<&LanguageTag>, term: Option<Term>) {
    let language = language.map(|language| ("language", language.primary().to_owned()));
    let term = term.map(|term| ("term", term.to_string()));
    for (kind, value) in language.into_iter().chain(term) {
        sql.push(" and ").push(FACET).bind(kind).push(" and asked.value = ").bind(value).push(")");
    }
}

/// Open in a year, or with places left in it: for lists that have other years beside.
pub(crate) fn push_open_in(sql: &mut Sql, year: AcademicYear, is_available: bool) {
    sql.push(" and flow.id in (select flow.id from flow");
    push_places(sql, year);
    sql.push(" where not flow.is_dropped");
    push_open(sql, year);
    sql.push(if is_available { AVAILABLE } else { "" }).push(")");
}

fn push_filter(sql: &mut Sql, backend: crate::Backend, filter: &ExchangeFilter) {
    push_seen(sql, &filter.visible);
    push_open(sql, filter.year);
    push_homes(sql, &filter.homes);
    if !filter.receivers.is_empty() {
        sql.push(" and flow.receiver_id in ").list(filter.receivers.iter().map(|id| id.0));
    }
    if let Some(country) = filter.country {
        sql.push(" and receiver.country = ").bind(country.code());
    }
    if let Some(kind) = filter.kind {
        sql.push(" and flow.kind = ").bind(kind.code());
    }
    push_asked(sql, filter);
    push_offers(sql, filter.language.as_ref(), filter.term);
    for word in &filter.words {
        let word = std::slice::from_ref(word);
        sql.push(" and (");
        search::push_found(sql, backend, search::Kind::Institution, "flow.sender_id", word);
        sql.push(" or ");
        search::push_found(sql, backend, search::Kind::Institution, "flow.receiver_id", word);
        sql.push(")");
    }
    if filter.is_available {
        sql.push(AVAILABLE);
    }
}

const FACET: &str = "exists (select 1 from flow_facet asked where asked.flow_id = flow.id and asked.kind = ";

fn push_asked(sql: &mut Sql, filter: &ExchangeFilter) {
    if let Some(level) = filter.level {
        sql.push(" and (not ").push(FACET).bind("level").push(") or ").push(FACET).bind("level");
        sql.push(" and asked.value = ").bind(level.to_string()).push("))");
    }
    if let Some(field) = filter.field {
        let code = field.code();
        sql.push(" and (not ").push(FACET).bind("field").push(") or ").push(FACET).bind("field");
        // Digits alone, whatever order the server sorts texts in.
        sql.push(" and (asked.value like ").bind(format!("{code}%"));
        // A broader one: what this one begins with.
        let broader = (1..code.len()).map(|length| code[..length].to_owned());
        sql.push(" or asked.value in ").list(broader).push(")))");
    }
}

/// A page of the catalogue, by the name of the receiver. A constant number of statements, whatever it holds.
pub async fn list(
    tx: &mut Tx,
    filter: &ExchangeFilter,
    lang: Lang,
    after: Option<&Cursor>,
    limit: i64,
) -> Result<ExchangePage> {
    // Where few senders, receivers or words are asked for, what they lead to is read first.
    let is_narrow = !(filter.homes.is_empty() && filter.receivers.is_empty() && filter.words.is_empty());
    let mut sql = select(lang, filter.year, if is_narrow { FLOWS } else { BY_RECEIVER });
    push_filter(&mut sql, tx.backend(), filter);
    if !is_narrow {
        sql.push(" and flow.receiver_id = receiver.id");
    }
    if let Some(Cursor::Key(key, id)) = after {
        // The name is said by itself, too: only so an index finds where the page begins.
        sql.push(" and ").push(name_key(lang)).push(" >= ").bind(key.as_str());
        sql.push(" and (").push(name_key(lang)).push(", flow.id) > (").bind(key.as_str()).push(", ");
        sql.bind(*id).push(")");
    }
    sql.push(" order by ").push(name_key(lang)).push(", flow.id limit ").bind(limit + 1);
    let mut found: Vec<Row> = rows!(tx, sql);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = found.len() > limit;
    found.truncate(limit);
    let last_key = found.last().filter(|_| has_more).map(|row| row.name_key.clone());
    let items = found.into_iter().map(Row::item).collect::<Result<Vec<_>>>()?;
    let next = last_key.zip(items.last()).map(|(key, item)| Cursor::Key(key, item.record.flow.id.0));
    let mut ids: Vec<_> =
        items.iter().flat_map(|item| [item.record.flow.sender, item.record.flow.receiver]).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(ExchangePage { names: institution::names(tx, &ids).await?, items, next })
}

/// How many flows the catalogue holds, counted up to a bound.
pub async fn count(tx: &mut Tx, filter: &ExchangeFilter, bound: i64) -> Result<i64> {
    let mut sql = Sql::new("select count(*) from (select 1 as one");
    sql.push(FLOWS);
    if filter.is_available {
        push_places(&mut sql, filter.year);
    }
    push_filter(&mut sql, tx.backend(), filter);
    sql.push(" limit ").bind(bound).push(") as counted");
    Ok(value!(tx, sql))
}

/// A flow that all agreed on with its places in a year, be it open then or not, if the reader may see it.
pub async fn find(
    tx: &mut Tx,
    visible: &Visible,
    id: FlowId,
    year: AcademicYear,
) -> Result<Option<ExchangeItem>> {
    let mut sql = select(Lang::Fr, year, FLOWS);
    push_seen(&mut sql, visible);
    sql.push(" and flow.id = ").bind(id.0);
    let found: Vec<Row> = rows!(tx, sql);
    found.into_iter().next().map(Row::item).transpose()
}

/// Who sends in a year, by name, up to so many.
pub async fn senders(
    tx: &mut Tx,
    visible: &Visible,
    year: AcademicYear,
    lang: Lang,
    limit: i64,
) -> Result<Vec<InstitutionId>> {
    let column = match lang {
        Lang::Fr => "sender.name_key_fr",
        Lang::En => "sender.name_key_en",
    };
    let mut sql = Sql::new(
        "select sender.id from institution sender where exists (select 1 from flow join agreement on agreement.id = flow.agreement_id",
    );
    push_seen(&mut sql, visible);
    push_open(&mut sql, year);
    sql.push(" and flow.sender_id = sender.id) order by ").push(column);
    sql.push(", sender.id limit ").bind(limit);
    let found: Vec<(Uuid,)> = rows!(tx, sql);
    Ok(found.into_iter().map(|(id,)| InstitutionId(id)).collect())
}

/// The terms beside semesters and the whole year for which flows are open in a year: quarters and other parts, in their order.
pub async fn parts(tx: &mut Tx, visible: &Visible, year: AcademicYear) -> Result<Vec<Term>> {
    let mut sql = Sql::new(
        "select distinct asked.value from flow_facet asked join flow on flow.id = asked.flow_id \
         join agreement on agreement.id = flow.agreement_id",
    );
    push_seen(&mut sql, visible);
    push_open(&mut sql, year);
    // Those that begin with `q`, read from the index.
    sql.push(" and asked.kind = 'term' and asked.value >= 'q' and asked.value < 'r'");
    let found: Vec<(String,)> = rows!(tx, sql);
    let terms = found.into_iter().map(|(term,)| Term::parse(&term).map_err(StoreError::corrupt));
    let mut terms = terms.collect::<Result<Vec<_>>>()?;
    terms.sort_unstable_by_key(|term| match term {
        Term::Quarter { n, of } => (*of, *n),
        Term::S1 | Term::S2 | Term::Year => (0, 0),
    });
    Ok(terms)
}

/// Those whose places the students of an institution may ask for: the first one above it that is no unit, with all units, and those
/// above that one.
pub async fn homes(tx: &mut Tx, id: InstitutionId) -> Result<Vec<InstitutionId>> {
    let whole = student::home(tx, id).await?;
    let mut homes = institution::family(tx, whole).await?;
    homes.extend(institution::above(tx, whole).await?.into_iter().filter(|above| *above != whole));
    Ok(homes)
}
