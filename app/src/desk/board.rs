//! The board of places: which flows it shows to whom, narrowed, added up, taken away as a table.

use super::{
    Desk, agreements,
    exchanges::{self, ExchangeQuery},
    institutions::PAGE_SIZE,
};
use crate::{error::AppError, texts::Texts};
use domain::{
    academic_year::AcademicYear,
    access::{ReadBalance, Role, WatchSeats, decide},
    balance::{RunningBalances, Weighed},
    country::Country,
    eqf::EqfLevel,
    flow::{Flow, MobilityKind, YearForms},
    fold,
    id::InstitutionId,
    isced::IscedField,
    problem::{FieldErrors, Problem},
    seats::{Asked, Direction, Fullness, Grouping, Tally},
    text::optional,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{
    Tx,
    agreement::Cursor,
    balance,
    board::{self, BoardFilter, BoardGroup, BoardPage, BoardRow, GroupPage, OpenIn, Reach, Sums},
    institution::{self, InstitutionItem, Names},
};

/// Flows read at a time for a table that is taken away.
const EXPORTED_AT_ONCE: i64 = 500;
/// Most flows in such a table.
pub const EXPORTED_MAX: u32 = 50_000;

/// What the address of a board asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BoardQuery {
    /// Words of the partner's name.
    pub q: String,
    /// Id of the institution whose board it is; all offices of the reader unless said.
    pub office: String,
    /// Id of the institution at the other end.
    pub partner: String,
    /// ISO 3166 code of the country at the other end.
    pub country: String,
    /// A level that is asked for, 1 to 8, or `none`.
    pub level: String,
    /// A field that is asked for, by its code in ISCED-F, or `none`.
    pub field: String,
    /// Who goes for what.
    pub kind: String,
    /// `out` or `in`.
    pub direction: String,
    /// How full the year looked at is.
    pub fullness: String,
    /// `on`: open in two years and used in neither.
    pub unused: String,
    /// What the flows are added up by.
    pub group: String,
    /// The calendar year in which the first of the three academic years begins.
    pub from: String,
    /// Where the page begins.
    pub after: String,
}

impl BoardQuery {
    /// Reads the filter, as seen from nobody's office; what is not understood is named and does not filter.
    pub fn parse(&self, present: i32) -> (BoardFilter, Option<Grouping>, Option<Cursor>, FieldErrors) {
        let mut errors = FieldErrors::default();
        let id = |raw: &str| raw.parse::<InstitutionId>().map_err(|_| Problem::UnknownInstitution);
        let on = |raw: &str| if raw == "on" { Ok(()) } else { Err(Problem::NotAChoice) };
        let cursor = |raw: &str| raw.parse::<Cursor>().map_err(|()| Problem::NotAChoice);
        let level = |raw: &str| Asked::parse(raw, EqfLevel::parse);
        let field = |raw: &str| Asked::parse(raw, IscedField::parse);
        let from = errors.take("from", optional(&self.from, first_year)).flatten();
        let mut filter = BoardFilter::new(Reach::All, from.map_or(present, |from| from + 1));
        filter.words = fold::searched(&self.q);
        filter.mine = errors.take("office", optional(&self.office, id)).flatten().into_iter().collect();
        filter.partners = errors.take("partner", optional(&self.partner, id)).flatten().into_iter().collect();
        filter.country = errors.take("country", optional(&self.country, Country::parse)).flatten();
        filter.level = errors.take("level", optional(&self.level, level)).flatten();
        filter.field = errors.take("field", optional(&self.field, field)).flatten();
        filter.kind = errors.take("kind", optional(&self.kind, MobilityKind::parse)).flatten();
        filter.direction = errors.take("direction", optional(&self.direction, Direction::parse)).flatten();
        filter.fullness = errors.take("fullness", optional(&self.fullness, Fullness::parse)).flatten();
        filter.is_unused = errors.take("unused", optional(&self.unused, on)).flatten().is_some();
        let by = errors.take("group", optional(&self.group, Grouping::parse)).flatten();
        let after = errors.take("after", optional(&self.after, cursor)).flatten();
        (filter, by, after, errors)
    }
}

/// The calendar year in which an academic year begins that has one before and one after.
fn first_year(raw: &str) -> Result<i32, Problem> {
    const MIN: i32 = 1900;
    const MAX: i32 = 2197;
    let year = raw.trim().parse().ok().filter(|year| (MIN..=MAX).contains(year));
    year.ok_or(Problem::NotANumber { min: MIN.into(), max: MAX.into() })
}

/// The calendar year in which the present academic year began.
pub fn present_year(desk: &Desk) -> i32 {
    AcademicYear::of(desk.today()).first_year()
}

/// A page of the board.
#[derive(Debug, Clone)]
pub struct Board {
    /// Its lines; none where they are added up.
    pub page: BoardPage,
    /// What the institutions at both ends of its lines have between them, at the end of the year looked at.
    pub balances: RunningBalances,
    /// What they are added up by, and the sums.
    pub groups: Option<Groups>,
    /// How many lines there are in all.
    pub count: i64,
    /// The filter as it was understood.
    pub filter: BoardFilter,
    /// What was not understood.
    pub errors: FieldErrors,
    /// The institution whose board it is, where one is chosen.
    pub office: Option<InstitutionItem>,
    /// The institution at the other end, where one is chosen.
    pub partner: Option<InstitutionItem>,
    /// The offices of the reader, with their names.
    pub offices: Vec<(InstitutionId, String)>,
}

/// Flows added up.
#[derive(Debug, Clone)]
pub struct Groups {
    /// By what.
    pub by: Grouping,
    /// The sums.
    pub page: GroupPage,
    /// Of partners: what the institutions at this end have with each, whatever the filters; a balance is between two.
    balances: BTreeMap<String, Weighed>,
}

impl Groups {
    /// The balance of a group at the end of the year; none where its flows are not those of a partner, and between an institution and its
    /// unit.
    pub fn balance(&self, group: &BoardGroup) -> Option<Weighed> {
        self.balances.get(group.key.as_ref()?).copied()
    }

    /// What the address says for a group, and its name.
    pub fn name(&self, t: Texts, group: &BoardGroup) -> (String, String) {
        let lang = t.0;
        let Some(key) = group.key.clone() else {
            let any = if self.by == Grouping::Field { t.board_any_field() } else { t.board_any_level() };
            return (Asked::<EqfLevel>::NOTHING.to_owned(), any.to_owned());
        };
        let word = match self.by {
            Grouping::Partner => key.parse().ok().map(|id| name(&self.page.names, id, lang)),
            Grouping::Country => Country::parse(&key).ok().map(|country| country.name(lang).to_owned()),
            Grouping::Level => EqfLevel::parse(&key).ok().map(|level| t.eqf_level(level)),
            Grouping::Field => {
                IscedField::parse(&key).ok().map(|field| format!("{field} {}", field.name(lang)))
            }
        };
        let word = word.unwrap_or_else(|| key.clone());
        (key, word)
    }
}

/// A query as this reader means it.
#[derive(Debug)]
struct Understood {
    filter: BoardFilter,
    by: Option<Grouping>,
    after: Option<Cursor>,
    errors: FieldErrors,
    office: Option<InstitutionItem>,
    partner: Option<InstitutionItem>,
}

async fn understood(desk: &Desk, query: &BoardQuery) -> Result<Understood, AppError> {
    decide(desk.actor(), WatchSeats)?;
    let (mut filter, by, after, errors) = query.parse(present_year(desk));
    let covered = desk.actor().covered(Role::Observer);
    if !desk.actor().is_administrator() {
        filter.reach = Reach::Offices(covered.clone());
    }
    let office = agreements::with_units(desk, &mut filter.mine).await?;
    filter.only_mine = !filter.mine.is_empty();
    if !filter.only_mine {
        filter.mine = covered;
    }
    let partner = agreements::with_units(desk, &mut filter.partners).await?;
    Ok(Understood { filter, by, after, errors, office, partner })
}

/// A page of the board, of at most so many lines.
pub async fn page(desk: &Desk, query: &BoardQuery, limit: i64) -> Result<Board, AppError> {
    let Understood { filter, by, after, errors, office, partner } = understood(desk, query).await?;
    let mut tx = desk.read().await?;
    let lang = desk.lang();
    let after = after.as_ref();
    let (page, groups, count) = if let Some(by) = by {
        let groups = groups(desk, &mut tx, &filter, by, after, limit).await?;
        let count = groups.page.count;
        (BoardPage::default(), Some(groups), count)
    } else {
        let page = board::list(&mut tx, &filter, lang, after, limit).await?;
        let count = page.count;
        (page, None, count)
    };
    let pairs = page.rows.iter().map(BoardRow::pair).collect();
    let balances = balances(desk, &mut tx, pairs, filter.year).await?;
    let own = super::listing::offices(desk);
    let names = institution::names(&mut tx, &own).await?;
    let offices = own.iter().map(|id| (*id, name(&names, *id, lang))).collect();
    Ok(Board { page, balances, groups, count, filter, errors, office, partner, offices })
}

/// The flows added up, a page of groups.
async fn groups(
    desk: &Desk,
    tx: &mut Tx,
    filter: &BoardFilter,
    by: Grouping,
    after: Option<&Cursor>,
    limit: i64,
) -> Result<Groups, AppError> {
    let page = board::groups(tx, filter, by, desk.lang(), after, limit).await?;
    let mut sums = BTreeMap::<String, Weighed>::new();
    if by == Grouping::Partner {
        let partners = page.groups.iter().filter_map(|group| group.key.as_ref()?.parse().ok()).collect();
        let mut pairs = board::pairs(tx, filter, partners).await?;
        let found = balances(desk, tx, pairs.clone(), filter.year).await?;
        pairs.sort_unstable_by_key(|[own, partner]| (*partner, *own));
        for with_one in pairs.chunk_by(|[_, one], [_, other]| one == other) {
            sums.extend(found.sum(with_one).map(|sum| (with_one[0][1].to_string(), sum)));
        }
    }
    Ok(Groups { by, page, balances: sums })
}

/// What the two ends of each pair have between them at the end of the year looked at, where the reader may read it.
async fn balances(
    desk: &Desk,
    tx: &mut Tx,
    mut pairs: Vec<[InstitutionId; 2]>,
    year: i32,
) -> Result<RunningBalances, AppError> {
    pairs.sort_unstable();
    pairs.dedup();
    pairs.retain(|pair| decide(desk.actor(), ReadBalance(pair)).is_ok());
    Ok(balance::running(tx, &pairs, year).await?)
}

/// A page of the board as pages show it.
pub async fn show(desk: &Desk, query: &BoardQuery) -> Result<Board, AppError> {
    page(desk, query, PAGE_SIZE).await
}

/// A page of the flows that the reader may know of: those of what everyone may read, and those of the reader's offices. What asks for
/// a board of one's own is not heard. Home, language, term, year and places left are asked for as in the catalogue.
pub async fn flows(
    desk: &Desk,
    query: &BoardQuery,
    offered: &ExchangeQuery,
    limit: i64,
) -> Result<BoardPage, AppError> {
    let (mut filter, _, after, _) = query.parse(present_year(desk));
    let (wanted, ..) = offered.parse(desk);
    let open_in = OpenIn { year: wanted.year, is_available: wanted.is_available };
    filter.open_in = Some(open_in).filter(|open| open.is_available || !offered.year.trim().is_empty());
    (filter.homes, filter.language, filter.term) = (wanted.homes, wanted.language, wanted.term);
    let covered = desk.actor().covered(Role::Observer);
    if !desk.actor().is_administrator() {
        filter.reach = Reach::Published(covered.clone());
    }
    filter.mine = covered;
    agreements::with_units(desk, &mut filter.partners).await?;
    let mut tx = desk.read().await?;
    exchanges::from_home(&mut tx, &mut filter.homes).await?;
    Ok(board::list(&mut tx, &filter, desk.lang(), after.as_ref(), limit).await?)
}

fn name(names: &Names, id: InstitutionId, lang: domain::lang::Lang) -> String {
    names.get(&id).map(|names| names.best(lang).1.to_string()).unwrap_or_default()
}

/// Exactly the filtered board, in its order, flow by flow or added up, as a table of texts: the names of the columns first. More flows
/// than `max` are refused, none is left out.
pub async fn table(desk: &Desk, query: &BoardQuery, max: u32) -> Result<Vec<Vec<String>>, AppError> {
    let Understood { filter, by, errors, .. } = understood(desk, query).await?;
    errors.into_result(|| ())?;
    let mut tx = desk.read().await?;
    if let Some(by) = by {
        return sums(desk, &mut tx, &filter, by).await;
    }
    let mut rows = Vec::new();
    let mut forms = YearForms::default();
    let mut after = None;
    loop {
        let page = board::list(&mut tx, &filter, desk.lang(), after.as_ref(), EXPORTED_AT_ONCE).await?;
        if page.count > max.into() {
            let mut errors = FieldErrors::default();
            errors.add("flows", Problem::TooMany { max });
            return Err(errors.into());
        }
        let pairs = page.rows.iter().map(BoardRow::pair).collect();
        let balances = balances(desk, &mut tx, pairs, filter.year).await?;
        forms.extend(page.rows.iter().map(|row| &row.record.flow));
        let line = |row: &BoardRow| line(desk, &page.names, row, filter.year, balances.of(row.pair()));
        rows.extend(page.rows.iter().map(line));
        after = page.next;
        if after.is_none() {
            rows.insert(0, head(Texts(desk.lang()), filter.year, forms));
            return Ok(rows);
        }
    }
}

/// All groups of a board as a table.
async fn sums(
    desk: &Desk,
    tx: &mut Tx,
    filter: &BoardFilter,
    by: Grouping,
) -> Result<Vec<Vec<String>>, AppError> {
    let t = Texts(desk.lang());
    let year = YearForms::default().name(filter.year);
    let mut head = vec![t.grouping_column(by).to_owned(), t.board_flows().to_owned()];
    head.extend(summed(t, None).map(|(word, _)| format!("{year} {word}")));
    head.extend((by == Grouping::Partner).then(|| t.board_balance(&year)));
    let mut rows = vec![head];
    let mut after = None;
    loop {
        let groups = groups(desk, tx, filter, by, after.as_ref(), EXPORTED_AT_ONCE).await?;
        rows.extend(groups.page.groups.iter().map(|group| {
            let mut cells = vec![groups.name(t, group).1, group.sums.flows.to_string()];
            cells.extend(summed(t, Some(&group.sums)).map(|(_, cell)| cell));
            cells.extend((by == Grouping::Partner).then(|| plain(t, groups.balance(group))));
            cells
        }));
        after = groups.page.next;
        if after.is_none() {
            return Ok(rows);
        }
    }
}

/// A balance as spreadsheets read it; nothing where there is none.
fn plain(t: Texts, balance: Option<Weighed>) -> String {
    balance.map(|balance| t.plain_amount(balance).replace('−', "-")).unwrap_or_default()
}

fn head(t: Texts, year: i32, forms: YearForms) -> Vec<String> {
    let own = [
        t.board_flow_id(),
        t.export_id(),
        t.board_partner(),
        t.form_flow_sender(),
        t.form_flow_receiver(),
        t.form_flow_kind(),
        t.form_flow_unit(),
        t.form_flow_cap_period(),
        t.flow_levels(),
        t.flow_fields(),
        t.flow_pool(),
        t.board_middle_year(),
    ];
    let mut head: Vec<String> = own.map(str::to_owned).to_vec();
    for first in [year - 1, year, year + 1] {
        for (word, _) in numbers(t, None, None) {
            head.push(format!("{} {word}", forms.name(first)));
        }
    }
    head.push(t.board_balance(&forms.name(year)));
    head
}

/// What several flows have together, each under its name; nothing where only the names are asked for.
fn summed(t: Texts, sums: Option<&Sums>) -> [(&'static str, String); 8] {
    let number = |of: fn(&Sums) -> i64| sums.map(|sums| of(sums).to_string()).unwrap_or_default();
    [
        (t.ledger_cap(), number(|sums| sums.cap)),
        (t.ledger_capacity(), number(|sums| sums.capacity)),
        (t.ledger_used(), number(Sums::used)),
        (t.ledger_held(), number(|sums| sums.held)),
        (t.ledger_accepted(), number(|sums| sums.accepted)),
        (t.ledger_confirmed(), number(|sums| sums.confirmed)),
        (t.ledger_remaining(), number(|sums| sums.remaining)),
        (t.ledger_waiting(), number(|sums| sums.waiting)),
    ]
}

/// The numbers of a year, and of the pool in it, each under its name; nothing where the flow is not open or draws on none.
fn numbers(t: Texts, tally: Option<&Tally>, pool: Option<&Tally>) -> [(&'static str, String); 13] {
    let number = |of: fn(&Tally) -> i64| tally.map(|tally| of(tally).to_string()).unwrap_or_default();
    let of_pool = |of: fn(&Tally) -> i64| pool.map(|pool| of(pool).to_string()).unwrap_or_default();
    let cap = tally.and_then(|tally| tally.cap).map(|cap| cap.to_string()).unwrap_or_default();
    let fullness = tally.map(|tally| t.fullness(tally.fullness()).to_owned()).unwrap_or_default();
    let closed = tally.filter(|tally| tally.is_closed).map(|_| t.yes().to_owned()).unwrap_or_default();
    [
        (t.ledger_cap(), cap),
        (t.ledger_capacity(), number(Tally::capacity)),
        (t.ledger_used(), number(Tally::used)),
        (t.ledger_held(), number(|tally| tally.held)),
        (t.ledger_accepted(), number(|tally| tally.accepted)),
        (t.ledger_confirmed(), number(|tally| tally.confirmed)),
        (t.ledger_remaining(), number(Tally::remaining)),
        (t.ledger_waiting(), number(|tally| tally.waiting)),
        (t.ledger_overridden(), number(|tally| tally.overridden)),
        (t.board_fullness(), fullness),
        (t.ledger_closed(), closed),
        (t.pool_capacity(), of_pool(Tally::capacity)),
        (t.pool_remaining(), of_pool(Tally::remaining)),
    ]
}

fn line(desk: &Desk, names: &Names, row: &BoardRow, year: i32, balance: Option<Weighed>) -> Vec<String> {
    let (t, lang) = (Texts(desk.lang()), desk.lang());
    let flow = &row.record.flow;
    let Flow { id, sender, receiver, kind, unit, cap_period, levels, fields, .. } = flow;
    let pool = row.pool.as_ref().map(|pool| t.pool_name(&pool.name_fr, &pool.name_en).to_owned());
    let joined = |words: Vec<String>| words.join(" | ");
    let mut cells = vec![
        id.to_string(),
        row.record.agreement.to_string(),
        name(names, row.partner, lang),
        name(names, *sender, lang),
        name(names, *receiver, lang),
        t.mobility_kind(*kind).to_owned(),
        t.seat_unit(*unit).to_owned(),
        t.cap_period(*cap_period).to_owned(),
        joined(levels.iter().map(ToString::to_string).collect()),
        joined(fields.iter().map(ToString::to_string).collect()),
        pool.unwrap_or_default(),
        flow.year_from(year).map(|year| year.to_string()).unwrap_or_default(),
    ];
    for (at, tally) in row.years.iter().enumerate() {
        let pool = row.pool.as_ref().and_then(|pool| pool.years[at].as_ref());
        cells.extend(numbers(t, tally.as_ref(), pool).map(|(_, cell)| cell));
    }
    cells.push(plain(t, balance));
    cells
}
