//! `/api/v1/seats`, `/api/v1/flows`, `/api/v1/flows/{id}/years/{first_year}` and `/api/v1/pools/{id}/years/{first_year}`: how many places
//! there are, and who takes them.

use super::{
    Refused,
    agreements::flows::FlowBody,
    page::{Page, limit},
    request::{Asked, Given, Id, Ids, Keyed, Params},
    shape::{self, FrEn},
};
use app::{
    desk::{
        Desk,
        board::{self, BoardQuery},
        exchanges::ExchangeQuery,
        seats::{self, Adjusted, Ledger, LedgerLine, LedgerView, Named, Of, PoolLedgerView, YearView},
    },
    error::AppError,
};
use axum::{
    Json,
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use domain::{
    balance::Weighed,
    decimal::Decimal,
    flow::{Flow, FlowForm},
    id::{FlowId, PoolId},
    nomination::Side,
    problem::FieldErrors,
    seats::{AdjustmentForm, Tally},
};
use serde::{Deserialize, Serialize};
use store::{
    board::{BoardGroup, BoardRow},
    flow::FlowRecord,
};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which flows, seen from whom. What is not given does not filter.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SeatParams {
    /// Words, each the beginning of one of the partner's name; case and accents do not matter.
    #[param(example = "kagawa")]
    q: Option<String>,
    /// Whose board: id of an institution, with its units; all of your offices unless said.
    office: Option<String>,
    /// With this institution, or a unit of it, at the other end: its id.
    partner: Option<String>,
    /// With a partner in this country: ISO 3166-1 code, two letters.
    #[param(example = "JP")]
    country: Option<String>,
    /// Asking for this level, EQF 1 to 8; `none` for those that ask for none.
    #[param(example = "7")]
    level: Option<String>,
    /// Asking for this field of study, or one within it: a code of ISCED-F 2013; `none` for those that ask for none.
    #[param(example = "061")]
    field: Option<String>,
    /// Who goes for what.
    #[param(value_type = Option<shape::MobilityKindCode>)]
    kind: Option<String>,
    /// Whether the office sends or receives.
    #[param(value_type = Option<shape::DirectionCode>)]
    direction: Option<String>,
    /// How full the year looked at, the one in the middle, is: the places of the flow, or those of its pool where few or none are left.
    #[param(value_type = Option<shape::FullnessCode>)]
    fullness: Option<String>,
    /// `on`: open in the year looked at and in the one before, and used in neither.
    #[param(example = "on")]
    unused: Option<String>,
    /// The calendar year in which the first of the three academic years begins; last year's unless said.
    #[param(value_type = Option<i32>, example = "2025")]
    from: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// Lines of a page, 1 to 100; 50 unless said.
    #[param(example = "50")]
    limit: Option<String>,
}

impl From<SeatParams> for BoardQuery {
    fn from(params: SeatParams) -> Self {
        Self {
            q: params.q.unwrap_or_default(),
            office: params.office.unwrap_or_default(),
            partner: params.partner.unwrap_or_default(),
            country: params.country.unwrap_or_default(),
            level: params.level.unwrap_or_default(),
            field: params.field.unwrap_or_default(),
            kind: params.kind.unwrap_or_default(),
            direction: params.direction.unwrap_or_default(),
            fullness: params.fullness.unwrap_or_default(),
            unused: params.unused.unwrap_or_default(),
            group: String::new(),
            from: params.from.unwrap_or_default(),
            after: params.after.unwrap_or_default(),
        }
    }
}

/// Which flows. What is not given does not filter.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FlowParams {
    /// Words, each the beginning of one of the partner's name: the receiver's, or the sender's where your office receives.
    #[param(example = "kagawa")]
    q: Option<String>,
    /// With this institution, or a unit of it, as that partner: its id.
    partner: Option<String>,
    /// With a partner in this country: ISO 3166-1 code, two letters.
    #[param(example = "JP")]
    country: Option<String>,
    /// Asking for this level, EQF 1 to 8; `none` for those that ask for none.
    #[param(example = "7")]
    level: Option<String>,
    /// Asking for this field of study, or one within it: a code of ISCED-F 2013; `none` for those that ask for none.
    #[param(example = "061")]
    field: Option<String>,
    /// Who goes for what.
    #[param(value_type = Option<shape::MobilityKindCode>)]
    kind: Option<String>,
    /// Open to the students of this institution: its id. Those of a unit go by their whole institution and by what that one is part of.
    home: Option<String>,
    /// Asking for this language, or recommending it: BCP-47 tag.
    #[param(example = "en")]
    language: Option<String>,
    /// For this term: `S1`, `S2`, `year`, `q1/4`.
    #[param(example = "S1")]
    term: Option<String>,
    /// Open in the academic year that begins in this calendar year: the one under way, or one of the two after it.
    #[param(value_type = Option<i32>, example = "2027")]
    year: Option<String>,
    /// `yes`: with places left, the pool's included, in that year; in the one after the year under way unless `year` is given.
    #[param(example = "yes")]
    available: Option<String>,
    /// How full the year in the middle is: the places of the flow, or those of its pool where few or none are left.
    #[param(value_type = Option<shape::FullnessCode>)]
    fullness: Option<String>,
    /// The calendar year in which the first of the three academic years begins; last year's unless said.
    #[param(value_type = Option<i32>, example = "2025")]
    from: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// Lines of a page, 1 to 100; 50 unless said.
    #[param(example = "50")]
    limit: Option<String>,
}

/// What is asked as in the catalogue, and the rest.
impl From<FlowParams> for (ExchangeQuery, BoardQuery) {
    fn from(params: FlowParams) -> Self {
        let offered = ExchangeQuery {
            home: params.home.unwrap_or_default(),
            language: params.language.unwrap_or_default(),
            term: params.term.unwrap_or_default(),
            year: params.year.unwrap_or_default(),
            available: params.available.unwrap_or_default(),
            ..ExchangeQuery::default()
        };
        let board = BoardQuery {
            q: params.q.unwrap_or_default(),
            partner: params.partner.unwrap_or_default(),
            country: params.country.unwrap_or_default(),
            level: params.level.unwrap_or_default(),
            field: params.field.unwrap_or_default(),
            kind: params.kind.unwrap_or_default(),
            fullness: params.fullness.unwrap_or_default(),
            from: params.from.unwrap_or_default(),
            after: params.after.unwrap_or_default(),
            ..BoardQuery::default()
        };
        (offered, board)
    }
}

/// What the flows of a board are added up by.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SumParams {
    /// What they are added up by; partner unless said.
    #[param(value_type = Option<shape::GroupingCode>)]
    by: Option<String>,
    /// Whose board: id of an institution, with its units; all of your offices unless said.
    office: Option<String>,
    /// The calendar year in which the academic year begins that is added up; the present one unless said.
    #[param(value_type = Option<i32>, example = "2026")]
    year: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// Lines of a page of partners, 1 to 100; 50 unless said.
    #[param(example = "50")]
    limit: Option<String>,
}

/// The places of a year, in units.
#[derive(Debug, Serialize, ToSchema)]
pub struct TallyShown {
    /// As agreed; null where that is not yet so.
    pub cap: Option<i64>,
    /// How many there are: cap, adjustments, overrides and what was carried over.
    pub capacity: i64,
    /// How many are taken.
    pub used: i64,
    /// How many are left.
    pub remaining: i64,
    /// People in line.
    pub waitlisted: i64,
    /// Offered or nominated.
    pub held: i64,
    /// Accepted by the host.
    pub accepted: i64,
    /// Confirmed by the student, or completed.
    pub confirmed: i64,
    /// Opened beyond the cap.
    pub overridden: i64,
    /// Months (days, for staff) that may be spent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "25.5")]
    pub budget: Option<String>,
    /// Months (days, for staff) that are spent.
    #[schema(example = "10")]
    pub spent: String,
    /// How full it is.
    #[schema(value_type = shape::FullnessCode)]
    pub fullness: &'static str,
    /// Whether the year is closed.
    pub is_closed: bool,
}

impl From<&Tally> for TallyShown {
    fn from(tally: &Tally) -> Self {
        Self {
            cap: tally.cap,
            capacity: tally.capacity(),
            used: tally.used(),
            remaining: tally.remaining(),
            waitlisted: tally.waiting,
            held: tally.held,
            accepted: tally.accepted,
            confirmed: tally.confirmed,
            overridden: tally.overridden,
            budget: tally.budget.map(decimal),
            spent: decimal(tally.spent),
            fullness: tally.fullness().code(),
            is_closed: tally.is_closed,
        }
    }
}

/// Hundredths as a number.
fn decimal(hundredths: i64) -> String {
    Decimal::sum(hundredths).to_string()
}

/// The places of one of the years of a board.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoardYear {
    /// The academic year.
    #[schema(example = "2026/2027")]
    pub year: String,
    /// Of the flow.
    #[serde(flatten)]
    pub tally: TallyShown,
    /// Of the pool it draws on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<TallyShown>,
}

/// A flow on the board.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoardLine {
    /// Id of the flow.
    pub flow: Uuid,
    /// Id of its agreement.
    pub agreement: Uuid,
    /// Id of the institution at the other end.
    pub partner: Uuid,
    /// Id of the party that sends.
    pub sender: Uuid,
    /// Id of the party that receives.
    pub receiver: Uuid,
    /// Who goes for what.
    #[schema(value_type = shape::MobilityKindCode)]
    pub kind: &'static str,
    /// The name of the pool it draws on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<FrEn>,
    /// The years of the three in which it is open.
    pub years: Vec<BoardYear>,
    /// What the institution at this end has sent the partner less what it received, units of both included, at the end of the year
    /// looked at: hundredths of units, weighed. Null between an institution and its unit.
    #[schema(example = 250)]
    pub balance: Option<i64>,
}

/// The years of a flow's line, with the one looked at in the middle.
fn years(row: &BoardRow, looked_at: i32) -> Vec<BoardYear> {
    let flow = &row.record.flow;
    let firsts = [looked_at - 1, looked_at, looked_at + 1];
    let year = |(i, first): (usize, i32)| {
        let (year, tally) = (flow.year_from(first)?, row.years[i].as_ref()?);
        let pool = row.pool.as_ref().and_then(|pool| pool.years[i].as_ref());
        Some(BoardYear { year: year.to_string(), tally: tally.into(), pool: pool.map(TallyShown::from) })
    };
    firsts.into_iter().enumerate().filter_map(year).collect()
}

impl BoardLine {
    fn new(row: &BoardRow, looked_at: i32, balance: Option<Weighed>) -> Self {
        let flow = &row.record.flow;
        Self {
            flow: flow.id.0,
            agreement: row.record.agreement.0,
            partner: row.partner.0,
            sender: flow.sender.0,
            receiver: flow.receiver.0,
            kind: flow.kind.code(),
            pool: row.pool.as_ref().and_then(|pool| FrEn::of(&pool.name_fr, &pool.name_en)),
            years: years(row, looked_at),
            balance: balance.map(Weighed::to_hundredths),
        }
    }
}

/// Flows that have something in common, added up for a year.
#[derive(Debug, Serialize, ToSchema)]
pub struct SumLine {
    /// What they have in common: the id of a partner, the code of a country, a level, a broad field; null where they ask for none.
    pub key: Option<String>,
    /// How many they are.
    pub flows: i64,
    /// Units that there are.
    pub capacity: i64,
    /// Units that are taken.
    pub used: i64,
    /// Units that are left.
    pub remaining: i64,
    /// People in line.
    pub waitlisted: i64,
}

impl From<&BoardGroup> for SumLine {
    fn from(group: &BoardGroup) -> Self {
        Self {
            key: group.key.clone(),
            flows: group.flows,
            capacity: group.capacity,
            used: group.used,
            remaining: group.capacity - group.used,
            waitlisted: group.waiting,
        }
    }
}

/// A flow that all parties agreed on.
#[derive(Debug, Serialize, ToSchema)]
pub struct FlowShown {
    /// Id of its agreement.
    pub agreement: Uuid,
    /// Number of the revision that rules.
    pub revision: i64,
    /// The first calendar year in which an academic year begins that it is open in, the agreement's own time included.
    pub opens: Option<i32>,
    /// The last one.
    pub closes: Option<i32>,
    /// What the revision says of it.
    #[serde(flatten)]
    pub content: FlowBody,
}

impl From<&FlowRecord> for FlowShown {
    fn from(record: &FlowRecord) -> Self {
        Self {
            agreement: record.agreement.0,
            revision: record.revision,
            opens: record.years.0,
            closes: record.years.1,
            content: (&FlowForm::from(&record.flow)).into(),
        }
    }
}

/// A flow with its places in three years.
#[derive(Debug, Serialize, ToSchema)]
pub struct FlowLine {
    /// The flow.
    #[serde(flatten)]
    pub flow: FlowShown,
    /// The years of the three in which it is open.
    pub years: Vec<BoardYear>,
}

/// A nomination that you may read.
#[derive(Debug, Serialize, ToSchema)]
pub struct NamedShown {
    /// Its id.
    pub id: Uuid,
    /// The student's name.
    pub student: String,
    /// What it is now.
    #[schema(value_type = shape::NominationStateCode)]
    pub state: &'static str,
}

impl From<&Named> for NamedShown {
    fn from(named: &Named) -> Self {
        Self { id: named.id.0, student: named.student.clone(), state: named.state.code() }
    }
}

/// A line of a ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineShown {
    /// When; null where nobody asked for a place yet, and the line is what the flow says.
    pub at: Option<DateTime<Utc>>,
    /// What it is about.
    #[schema(value_type = shape::LineKindCode)]
    pub kind: &'static str,
    /// Units, less than zero where there are fewer afterwards.
    pub units: i64,
    /// Months (days, for staff) that are spent, less than zero where they are given back.
    #[schema(example = "5")]
    pub months: String,
    /// Units left after it.
    pub remaining: i64,
    /// The nomination, where you may read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nomination: Option<NamedShown>,
    /// Number of the revision whose cap it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<i64>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What attests to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// Who; not told where it is of a nomination that you may not read, nor where the registry did it by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// On which side that was, of a nomination.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::SideCode>)]
    pub by_side: Option<&'static str>,
}

impl From<&LedgerLine> for LineShown {
    fn from(line: &LedgerLine) -> Self {
        let sign = if line.months < 0 { "-" } else { "" };
        Self {
            at: line.at,
            kind: line.kind.code(),
            units: line.units,
            months: format!("{sign}{}", decimal(line.months.abs())),
            remaining: line.left,
            nomination: line.nomination.as_ref().map(NamedShown::from),
            revision: line.revision,
            reason: line.reason.clone(),
            evidence: line.evidence.clone(),
            by: line.by.clone(),
            by_side: line.by_side.map(Side::code),
        }
    }
}

/// The lines that explain a year.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerShown {
    /// Every line, in the order in which they were written.
    pub lines: Vec<LineShown>,
    /// The lines of the pool it draws on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<Vec<LineShown>>,
    /// Those in line, in order; null for those whose nomination you may not read.
    pub waitlist: Vec<Option<NamedShown>>,
    /// Units that the next year gets when this one is closed.
    pub to_carry: i64,
}

fn lines(ledger: &Ledger) -> Vec<LineShown> {
    ledger.lines.iter().map(LineShown::from).collect()
}

fn waitlist(line: &[Option<Named>]) -> Vec<Option<NamedShown>> {
    line.iter().map(|named| named.as_ref().map(NamedShown::from)).collect()
}

impl From<&LedgerView> for LedgerShown {
    fn from(view: &LedgerView) -> Self {
        Self {
            lines: lines(&view.places.ledger),
            pool: view.pool.as_ref().map(|(_, ledger)| lines(ledger)),
            waitlist: waitlist(&view.places.line),
            to_carry: view.to_carry(),
        }
    }
}

/// The places of a flow in a year.
#[derive(Debug, Serialize, ToSchema)]
pub struct YearShown {
    /// Id of the flow.
    pub flow: Uuid,
    /// The places.
    #[serde(flatten)]
    pub year: BoardYear,
    /// What explains them; for the offices that send or receive, and administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ledger: Option<LedgerShown>,
}

impl From<&YearView> for YearShown {
    fn from(view: &YearView) -> Self {
        let Flow { id, .. } = &view.record.flow;
        Self {
            flow: id.0,
            year: BoardYear {
                year: view.year.to_string(),
                tally: (&view.own).into(),
                pool: view.pool.as_ref().map(TallyShown::from),
            },
            ledger: view.ledger.as_ref().map(LedgerShown::from),
        }
    }
}

/// The places of a pool in a year, and what explains them.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoolYearShown {
    /// Id of the pool.
    pub pool: Uuid,
    /// Id of the agreement that has it.
    pub agreement: Uuid,
    /// Its name.
    pub name: Option<FrEn>,
    /// The academic year.
    #[schema(example = "2026/2027")]
    pub year: String,
    /// The places.
    #[serde(flatten)]
    pub tally: TallyShown,
    /// The flows that draw on it.
    pub flows: Vec<Uuid>,
    /// Every line, in the order in which they were written.
    pub lines: Vec<LineShown>,
    /// Those in line on all its flows, in the order in which they came; null for those whose nomination you may not read.
    pub waitlist: Vec<Option<NamedShown>>,
}

impl From<&PoolLedgerView> for PoolYearShown {
    fn from(view: &PoolLedgerView) -> Self {
        let PoolLedgerView { pool, places, flows, .. } = view;
        Self {
            pool: pool.id.0,
            agreement: pool.agreement.0,
            name: FrEn::of(&pool.name_fr, &pool.name_en),
            year: places.year.to_string(),
            tally: (&places.ledger.tally).into(),
            flows: flows.iter().map(|(record, _)| record.flow.id.0).collect(),
            lines: lines(&places.ledger),
            waitlist: waitlist(&places.line),
        }
    }
}

/// What there is after a change.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdjustedShown {
    /// The places.
    #[serde(flatten)]
    pub tally: TallyShown,
    /// Id of the pool that the flow draws on, where that one has no place left: nobody can take the places that are left of the flow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_back_by: Option<Uuid>,
}

impl From<Adjusted> for AdjustedShown {
    fn from(adjusted: Adjusted) -> Self {
        Self { tally: (&adjusted.tally).into(), held_back_by: adjusted.held_back_by.map(|pool| pool.0) }
    }
}

/// A change of how many places a year has.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AdjustmentBody {
    /// Units: more, or fewer where less than zero; not zero.
    #[schema(required, example = 2)]
    pub units: i64,
    /// Why, at most 500 characters.
    #[schema(required)]
    pub reason: String,
    /// What attests to it; needed where nobody has an account for the receiver.
    pub evidence: Option<String>,
}

impl From<AdjustmentBody> for AdjustmentForm {
    fn from(body: AdjustmentBody) -> Self {
        let AdjustmentBody { units, reason, evidence } = body;
        Self { units: units.to_string(), reason, evidence: evidence.unwrap_or_default() }
    }
}

/// That a year is closed.
#[derive(Debug, Serialize, ToSchema)]
pub struct YearClosed {
    /// Units that went over to the next year.
    pub carried: i64,
}

/// The board of places: a page of the flows of your offices, with three academic years each
///
/// The year in the middle is the one that `fullness` and `unused` are about. A year in which a flow is not open is left out.
#[utoipa::path(get, path = "/api/v1/seats", operation_id = "list_seats", tag = "seats", params(SeatParams),
    responses((status = 200, body = Page<BoardLine>,
        headers(("Link" = String, description = "The address of the next page, `rel=\"next\"`")))))]
pub async fn list(Asked(desk): Asked, Params(mut params): Params<SeatParams>) -> Result<Response, Refused> {
    let raw_limit = params.limit.take().unwrap_or_default();
    let query = BoardQuery::from(params);
    let (.., mut errors) = query.parse(board::present_year(&desk));
    let limit = limit(&raw_limit, &mut errors);
    errors.into_result(|| ())?;
    let found = board::page(&desk, &query, limit).await?;
    let line = |row: &BoardRow| BoardLine::new(row, found.filter.year, found.balances.of(row.pair()));
    let items = found.page.rows.iter().map(line).collect();
    let next = found.page.next.as_ref().map(ToString::to_string);
    Ok(Page::new(items, next, found.count, i64::MAX).answer(&desk.visit.path, &desk.visit.query))
}

/// The board of places, added up for one academic year
///
/// By partner a page at a time, otherwise all at once. A flow for several levels or fields counts for each; numbers are in the unit
/// of each flow.
#[utoipa::path(get, path = "/api/v1/seats/sums", operation_id = "sum_seats", tag = "seats", params(SumParams),
    responses((status = 200, body = Page<SumLine>,
        headers(("Link" = String, description = "The address of the next page, `rel=\"next\"`")))))]
pub async fn sums(Asked(desk): Asked, Params(params): Params<SumParams>) -> Result<Response, Refused> {
    let year = params.year.as_deref().unwrap_or_default();
    let query = BoardQuery {
        group: params.by.unwrap_or_else(|| "partner".to_owned()),
        office: params.office.unwrap_or_default(),
        from: year.parse::<i32>().map_or_else(|_| year.to_owned(), |year| (year - 1).to_string()),
        after: params.after.unwrap_or_default(),
        ..BoardQuery::default()
    };
    let (.., errors) = query.parse(board::present_year(&desk));
    let mut renamed = FieldErrors::default();
    for fault in errors.0 {
        let field = match fault.field.as_str() {
            "group" => "by",
            "from" => "year",
            field => field,
        };
        renamed.add(field, fault.problem);
    }
    let limit = limit(&params.limit.unwrap_or_default(), &mut renamed);
    renamed.into_result(|| ())?;
    let found = board::page(&desk, &query, limit).await?;
    let groups = found.groups.map(|(_, groups)| groups).unwrap_or_default();
    let items = groups.groups.iter().map(SumLine::from).collect();
    let next = groups.next.as_ref().map(ToString::to_string);
    Ok(Page::new(items, next, found.count, i64::MAX).answer(&desk.visit.path, &desk.visit.query))
}

/// A page of the flows that you may know of, with their places in three academic years
///
/// Everyone sees the flows of published agreements that all parties agreed on; offices also see those they send or receive by.
#[utoipa::path(get, path = "/api/v1/flows", operation_id = "list_flows", tag = "seats", params(FlowParams),
    responses((status = 200, body = Page<FlowLine>,
        headers(("Link" = String, description = "The address of the next page, `rel=\"next\"`")))))]
pub async fn flows(Asked(desk): Asked, Params(mut params): Params<FlowParams>) -> Result<Response, Refused> {
    let raw_limit = params.limit.take().unwrap_or_default();
    let (offered, query) = params.into();
    let (filter, .., mut errors) = query.parse(board::present_year(&desk));
    let (.., unknown) = offered.parse(&desk);
    errors.0.extend(unknown.0);
    let limit = limit(&raw_limit, &mut errors);
    errors.into_result(|| ())?;
    let page = board::flows(&desk, &query, &offered, limit).await?;
    let line = |row: &BoardRow| FlowLine { flow: (&row.record).into(), years: years(row, filter.year) };
    let items = page.rows.iter().map(line).collect();
    let next = page.next.as_ref().map(ToString::to_string);
    Ok(Page::new(items, next, page.count, i64::MAX).answer(&desk.visit.path, &desk.visit.query))
}

/// One flow that all parties agreed on
///
/// For everyone where its agreement is published, else for the offices that send or receive.
#[utoipa::path(get, path = "/api/v1/flows/{id}", operation_id = "get_flow", tag = "seats",
    params(("id" = String, Path, format = Uuid, description = "Id of the flow")),
    responses((status = 200, body = FlowShown)))]
pub async fn flow(Asked(desk): Asked, Id(id): Id<FlowId>) -> Result<Response, Refused> {
    Ok(Json(FlowShown::from(&seats::flow(&desk, id).await?)).into_response())
}

/// The places of a flow in an academic year, and the ledger that explains them
///
/// For everyone where its agreement is published; the ledger for the offices that send or receive, and administrators. Where the
/// places are those of the whole agreement every year tells the same.
#[utoipa::path(get, path = "/api/v1/flows/{id}/years/{first_year}", operation_id = "get_seat_year", tag = "seats",
    params(("id" = String, Path, format = Uuid, description = "Id of the flow"),
        ("first_year" = i32, Path, description = "The calendar year in which the academic year begins", example = 2026)),
    responses((status = 200, body = YearShown)))]
pub async fn year(Asked(desk): Asked, Ids(id, first): Ids<FlowId, i32>) -> Result<Response, Refused> {
    Ok(Json(YearShown::from(&seats::year(&desk, id, first).await?)).into_response())
}

/// Give a year more places, or fewer
///
/// By a lead of the receiver, or of the sender while nobody has an account for the receiver. Fewer than are taken is refused. With
/// `Idempotency-Key` the same request is carried out once.
#[utoipa::path(post, path = "/api/v1/flows/{id}/years/{first_year}/adjust", operation_id = "adjust_seats", tag = "seats",
    params(("id" = String, Path, format = Uuid, description = "Id of the flow"),
        ("first_year" = i32, Path, description = "The calendar year in which the academic year begins", example = 2026),
        Keyed),
    request_body = AdjustmentBody, responses((status = 200, body = AdjustedShown)))]
pub async fn adjust(
    asked: Asked,
    Ids(id, first): Ids<FlowId, i32>,
    keyed: Keyed,
    body: Given<AdjustmentBody>,
) -> Result<Response, Refused> {
    change(asked, (Of::Flow(id), first), keyed, body, false).await
}

/// Open places of a year beyond the cap
///
/// By those who may adjust. The board marks it; a number less than zero takes back what was opened so. With
/// `Idempotency-Key` the same request is carried out once.
#[utoipa::path(post, path = "/api/v1/flows/{id}/years/{first_year}/override", operation_id = "override_seats", tag = "seats",
    params(("id" = String, Path, format = Uuid, description = "Id of the flow"),
        ("first_year" = i32, Path, description = "The calendar year in which the academic year begins", example = 2026),
        Keyed),
    request_body = AdjustmentBody, responses((status = 200, body = AdjustedShown)))]
pub async fn exceed(
    asked: Asked,
    Ids(id, first): Ids<FlowId, i32>,
    keyed: Keyed,
    body: Given<AdjustmentBody>,
) -> Result<Response, Refused> {
    change(asked, (Of::Flow(id), first), keyed, body, true).await
}

/// The places that several flows share in an academic year, and the ledger that explains them
///
/// For the offices that send or receive on one of the flows, and administrators. Where the places are those of the whole agreement
/// every year tells the same.
#[utoipa::path(get, path = "/api/v1/pools/{id}/years/{first_year}", operation_id = "get_pool_year", tag = "seats",
    params(("id" = String, Path, format = Uuid, description = "Id of the pool"),
        ("first_year" = i32, Path, description = "The calendar year in which the academic year begins", example = 2026)),
    responses((status = 200, body = PoolYearShown)))]
pub async fn pool_year(
    Asked(desk): Asked,
    Ids(id, first): Ids<PoolId, i32>,
) -> Result<Json<PoolYearShown>, Refused> {
    Ok(Json((&seats::pool_ledger(&desk, id, first).await?).into()))
}

/// Give a year of a pool more places, or fewer
///
/// By a lead of an institution that receives on one of its flows, or of one that sends to who has no account. What is free then is
/// offered to those in line on all its flows. Fewer than are taken is refused. With `Idempotency-Key` the same request is carried out
/// once.
#[utoipa::path(post, path = "/api/v1/pools/{id}/years/{first_year}/adjust", operation_id = "adjust_pool_seats", tag = "seats",
    params(("id" = String, Path, format = Uuid, description = "Id of the pool"),
        ("first_year" = i32, Path, description = "The calendar year in which the academic year begins", example = 2026),
        Keyed),
    request_body = AdjustmentBody, responses((status = 200, body = AdjustedShown)))]
pub async fn adjust_pool(
    asked: Asked,
    Ids(id, first): Ids<PoolId, i32>,
    keyed: Keyed,
    body: Given<AdjustmentBody>,
) -> Result<Response, Refused> {
    change(asked, (Of::Pool(id), first), keyed, body, false).await
}

/// Open places of a year of a pool beyond the cap
///
/// By those who may adjust. The board marks it; a number less than zero takes back what was opened so. With
/// `Idempotency-Key` the same request is carried out once.
#[utoipa::path(post, path = "/api/v1/pools/{id}/years/{first_year}/override", operation_id = "override_pool_seats", tag = "seats",
    params(("id" = String, Path, format = Uuid, description = "Id of the pool"),
        ("first_year" = i32, Path, description = "The calendar year in which the academic year begins", example = 2026),
        Keyed),
    request_body = AdjustmentBody, responses((status = 200, body = AdjustedShown)))]
pub async fn exceed_pool(
    asked: Asked,
    Ids(id, first): Ids<PoolId, i32>,
    keyed: Keyed,
    body: Given<AdjustmentBody>,
) -> Result<Response, Refused> {
    change(asked, (Of::Pool(id), first), keyed, body, true).await
}

async fn change(
    Asked(desk): Asked,
    (of, first): (Of, i32),
    keyed: Keyed,
    Given(body): Given<AdjustmentBody>,
    is_override: bool,
) -> Result<Response, Refused> {
    let id = match of {
        Of::Flow(id) => id.0,
        Of::Pool(id) => id.0,
    };
    let request = keyed.of(&desk, &(is_override, id, first, &body));
    match seats::adjust(&desk, of, first, &body.into(), is_override, request.as_ref()).await {
        Ok(adjusted) => Ok(Json(AdjustedShown::from(adjusted)).into_response()),
        Err(error) => Err(naming(&desk, error).await?.in_body(shape::pointer)),
    }
}

/// The refusal of fewer places than are taken, with the nominations that would have to go; any other as it is.
pub(super) async fn naming(desk: &Desk, error: AppError) -> Result<Refused, AppError> {
    let people = seats::in_the_way(desk, Some(&error)).await?;
    Ok(Refused::from(error).naming(people))
}

/// Close a year of a flow, once
///
/// Nobody is nominated for it any more, who is in line leaves it, and what is left goes to the next year where the flow says so.
/// Refused while a nomination is still to be answered. With `Idempotency-Key` the same request is carried out once.
#[utoipa::path(post, path = "/api/v1/flows/{id}/years/{first_year}/close", operation_id = "close_seat_year", tag = "seats",
    params(("id" = String, Path, format = Uuid, description = "Id of the flow"),
        ("first_year" = i32, Path, description = "The calendar year in which the academic year begins", example = 2026),
        Keyed),
    responses((status = 200, body = YearClosed)))]
pub async fn close(
    Asked(desk): Asked,
    Ids(id, first): Ids<FlowId, i32>,
    keyed: Keyed,
) -> Result<Response, Refused> {
    let request = keyed.of(&desk, &("close", id, first));
    let carried = seats::close(&desk, id, first, request.as_ref()).await?;
    Ok(Json(YearClosed { carried }).into_response())
}
