//! What is said of places over REST.

use crate::rest::{
    agreements::flows::FlowBody,
    shape::{self, FrEn},
};
use app::desk::{
    board::Groups,
    seats::{Adjusted, Ledger, LedgerLine, LedgerView, Named, PoolLedgerView, YearView},
};
use chrono::{DateTime, Utc};
use domain::{
    balance::Weighed,
    decimal::Decimal,
    flow::{Flow, FlowForm},
    nomination::Side,
    seats::{AdjustmentForm, Tally},
};
use serde::{Deserialize, Serialize};
use store::{
    board::{BoardGroup, BoardRow},
    flow::FlowRecord,
};
use utoipa::ToSchema;
use uuid::Uuid;

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
    /// More than agreed, or fewer, by the lead's adjustments.
    pub adjusted: i64,
    /// Opened beyond the cap.
    pub overridden: i64,
    /// Come from the year before, less what went to the next.
    pub carried: i64,
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
            adjusted: tally.adjusted,
            overridden: tally.overridden,
            carried: tally.carried,
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
    /// What a place is.
    #[schema(value_type = shape::SeatUnitCode)]
    pub unit: &'static str,
    /// What its places are for.
    #[schema(value_type = shape::CapPeriodCode)]
    pub cap_period: &'static str,
    /// Whether the number of places is to be confirmed.
    pub cap_to_confirm: bool,
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
pub(super) fn years(row: &BoardRow, looked_at: i32) -> Vec<BoardYear> {
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
    pub(super) fn new(row: &BoardRow, looked_at: i32, balance: Option<Weighed>) -> Self {
        let flow = &row.record.flow;
        Self {
            flow: flow.id.0,
            agreement: row.record.agreement.0,
            partner: row.partner.0,
            sender: flow.sender.0,
            receiver: flow.receiver.0,
            kind: flow.kind.code(),
            unit: flow.unit.code(),
            cap_period: flow.cap_period.code(),
            cap_to_confirm: flow.cap_to_confirm,
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
    /// Units as agreed.
    pub cap: i64,
    /// Units that there are.
    pub capacity: i64,
    /// Units that are taken.
    pub used: i64,
    /// Units that are offered or nominated.
    pub held: i64,
    /// Units that hosts accepted.
    pub accepted: i64,
    /// Units that students confirmed.
    pub confirmed: i64,
    /// Units that are left of years that are not closed: of the flows that share a pool no more together than it has left.
    pub remaining: i64,
    /// People in line.
    pub waitlisted: i64,
    /// Of a partner: what the institutions at this end have sent it less what they received, all exchanges between them included, at
    /// the end of the year: hundredths of units, weighed. Null between an institution and its unit, and where it is not by partner.
    #[schema(example = 250)]
    pub balance: Option<i64>,
}

impl SumLine {
    pub(super) fn new(groups: &Groups, group: &BoardGroup) -> Self {
        let sums = &group.sums;
        Self {
            key: group.key.clone(),
            flows: sums.flows,
            cap: sums.cap,
            capacity: sums.capacity,
            used: sums.used(),
            held: sums.held,
            accepted: sums.accepted,
            confirmed: sums.confirmed,
            remaining: sums.remaining,
            waitlisted: sums.waiting,
            balance: groups.balance(group).map(Weighed::to_hundredths),
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
    /// Months (days, for staff) that are spent, less than zero where they are given back; of a cap those that may be spent, or how many
    /// more.
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
    /// Who; not told where it is the cap of a revision, of a nomination that you may not read, nor where the registry did it by itself.
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
    /// The first 500 of those in line, in order; null for those whose nomination you may not read. `waitlisted` is how many they are.
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
    /// The first 500 of those in line on each of its flows, in the order in which they came; null for those whose nomination you may not
    /// read. `waitlisted` is how many they are.
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
    /// Whether too few months (days, for staff) are left for a stay of the usual length on the places that are left of the flow.
    pub is_out_of_time: bool,
}

impl From<Adjusted> for AdjustedShown {
    fn from(adjusted: Adjusted) -> Self {
        Self {
            tally: (&adjusted.tally).into(),
            held_back_by: adjusted.held_back_by.map(|pool| pool.0),
            is_out_of_time: adjusted.is_out_of_time,
        }
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
