//! The places of one flow in one year: the ledger that explains them, and what changes them.

use super::{
    Desk,
    nominations::{answered, flow_for, hidden, keep_answer},
};
use crate::error::AppError;
use chrono::{DateTime, Utc};
use domain::{
    academic_year::AcademicYear,
    access::{FlowScope, NominationScope, ReadFlow, ReadNomination, ReadSeats, SetSeats, decide},
    flow::{CapPeriod, Flow},
    id::{FlowId, NominationId},
    nomination::{Side, StateKind},
    seats::{Adjustment, AdjustmentForm, LineKind, SeatRefusal, Tally},
};
use store::{
    Tx, agreement, board,
    flow::{self, FlowRecord},
    idempotency::Request,
    institution::{self, Names},
    nomination::{self, NominationFilter, NominationRecord, Order},
    seat::{self, SeatLine, SeatYear},
};

/// Nominations in line that are named at most.
const NAMED_MAX: i64 = 500;

/// A line of a ledger, as its reader may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerLine {
    /// When; never where nobody asked for a place yet, and the line is what the flow says.
    pub at: Option<DateTime<Utc>>,
    /// What it is about.
    pub kind: LineKind,
    /// Units, less than zero where there are fewer afterwards.
    pub units: i64,
    /// Hundredths of months or days that are spent or given back.
    pub months: i64,
    /// Units left after it.
    pub left: i64,
    /// The nomination, for those who may read it.
    pub nomination: Option<Named>,
    /// Number of the revision whose cap it is.
    pub revision: Option<i64>,
    /// Why.
    pub reason: Option<String>,
    /// What attests to it.
    pub evidence: Option<String>,
    /// Who; nobody where the line is what the flow says, where it is of a nomination that the reader may not read, and where the
    /// registry did it by itself.
    pub by: Option<String>,
    /// On which side that was, of a nomination.
    pub by_side: Option<Side>,
}

/// A nomination that the reader may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Which.
    pub id: NominationId,
    /// The student's name.
    pub student: String,
    /// What it is now.
    pub state: StateKind,
}

/// Every unit of a flow, or of a pool, explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// How many there are, and who takes them.
    pub tally: Tally,
    /// The lines, in the order in which they were written.
    pub lines: Vec<LedgerLine>,
}

/// The ledger of a flow in a year, as whoever may read it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerView {
    /// The flow.
    pub record: FlowRecord,
    /// The year.
    pub year: AcademicYear,
    /// Names of the two institutions.
    pub names: Names,
    /// Its ledger.
    pub own: Ledger,
    /// That of the pool it draws on, with the pool's name in French and in English.
    pub pool: Option<([String; 2], Ledger)>,
    /// Those in line for this flow, in order; nothing of those whose nomination the reader may not read.
    pub line: Vec<Option<Named>>,
    /// Whether the reader may change how many places there are, and whether that is on behalf of the receiver.
    pub set: Option<bool>,
}

impl LedgerView {
    /// Units that the next year gets when this one is closed.
    pub fn to_carry(&self) -> i64 {
        self.own.tally.to_carry(self.record.flow.carries_over)
    }
}

/// The year of an address, as the flow counts them.
fn year_of(flow: &Flow, first: i32) -> Result<AcademicYear, AppError> {
    flow.year_from(first).ok_or(AppError::NotFound)
}

/// A flow that all agreed on, for those who may read its places; the refusal looks the same whether there is one or not.
async fn open(desk: &Desk, tx: &mut Tx, id: FlowId) -> Result<(FlowRecord, FlowScope), AppError> {
    let (record, scope) = flow_for(desk, tx, id).await?;
    decide(desk.actor(), ReadSeats(&scope)).map_err(|_| hidden(desk))?;
    if record.is_agreed { Ok((record, scope)) } else { Err(hidden(desk)) }
}

/// Whether the reader may read nominations for this flow, those known to the host or not.
fn may_name(desk: &Desk, scope: &FlowScope, is_known_to_host: bool) -> bool {
    let id = NominationId(uuid::Uuid::nil());
    let scope = NominationScope { id, flow: scope.clone(), student: None, is_known_to_host };
    decide(desk.actor(), ReadNomination(&scope)).is_ok()
}

/// The ledger of a flow in the year that begins then.
pub async fn ledger(desk: &Desk, id: FlowId, first: i32) -> Result<LedgerView, AppError> {
    let mut tx = desk.read().await?;
    let (record, scope) = open(desk, &mut tx, id).await?;
    let year = year_of(&record.flow, first)?;
    let own = match seat::find(&mut tx, &record.flow, year).await? {
        Some(seat) => counted(desk, &mut tx, &scope, &seat).await?,
        None => unasked(Tally::unasked(&record.flow, year), record.revision),
    };
    let pool = match record.flow.pool {
        Some(pool) => pool_ledger(desk, &mut tx, &scope, &record, (pool, year)).await?,
        None => None,
    };
    let waiting = in_line(&mut tx, &record.flow, year).await?;
    let line = waiting
        .into_iter()
        .map(|nomination| may_name(desk, &scope, nomination.is_known_to_host).then(|| named(&nomination)));
    let may_set = decide(desk.actor(), SetSeats(&scope)).is_ok();
    let names = institution::names(&mut tx, &[record.flow.sender, record.flow.receiver]).await?;
    Ok(LedgerView {
        year,
        names,
        own,
        pool,
        line: line.collect(),
        set: may_set.then(|| scope.is_on_behalf_of_host(desk.actor())),
        record,
    })
}

async fn pool_ledger(
    desk: &Desk,
    tx: &mut Tx,
    scope: &FlowScope,
    record: &FlowRecord,
    (pool, year): (domain::id::PoolId, AcademicYear),
) -> Result<Option<([String; 2], Ledger)>, AppError> {
    let Some(found) = board::pool(tx, pool).await? else { return Ok(None) };
    let ledger = match seat::find_pool(tx, pool, year).await? {
        Some(seat) => counted(desk, tx, scope, &seat).await?,
        None => unasked(Tally { cap: found.cap, ..Tally::default() }, record.revision),
    };
    Ok(Some(([found.name_fr, found.name_en], ledger)))
}

/// The ledger of a year for which someone asked for a place.
async fn counted(desk: &Desk, tx: &mut Tx, scope: &FlowScope, seat: &SeatYear) -> Result<Ledger, AppError> {
    let mut left = 0;
    let line = |line: SeatLine| {
        left += if line.kind.is_capacity() { line.units } else { -line.units };
        let is_of_nomination = line.nomination.is_some();
        // Whose places a pool gives otherwise, the reader of this flow need not know.
        let nomination = line.nomination.filter(|nomination| {
            nomination.flow == scope.flow && may_name(desk, scope, nomination.is_known_to_host)
        });
        // Who wrote a line of a nomination is told with it: it may be the student. What the registry does by itself follows from the act
        // of someone else, perhaps of another student.
        let is_hidden =
            is_of_nomination && (nomination.is_none() || matches!(line.by_side, None | Some(Side::Registry)));
        LedgerLine {
            at: Some(line.at),
            kind: line.kind,
            units: line.units,
            months: line.months,
            left,
            nomination: nomination.map(|nomination| Named {
                id: nomination.id,
                student: nomination.student,
                state: nomination.state,
            }),
            revision: line.revision,
            reason: line.reason,
            evidence: line.evidence,
            by: (!is_hidden).then_some(line.by_name),
            by_side: line.by_side,
        }
    };
    let lines = seat::lines(tx, seat.id).await?.into_iter().map(line).collect();
    Ok(Ledger { tally: seat.tally, lines })
}

/// The ledger of a year for which nobody asked for a place: what the flow itself says.
fn unasked(tally: Tally, revision: i64) -> Ledger {
    let line = tally.cap.map(|cap| LedgerLine {
        at: None,
        kind: LineKind::Cap,
        units: cap,
        months: 0,
        left: cap,
        nomination: None,
        revision: Some(revision),
        reason: None,
        evidence: None,
        by: None,
        by_side: None,
    });
    Ledger { tally, lines: line.into_iter().collect() }
}

fn named(nomination: &NominationRecord) -> Named {
    let (id, student) = (nomination.id, nomination.student_name.clone());
    Named { id, student, state: nomination.state.kind() }
}

/// Those in line for a flow in a year, or in the whole agreement, in order.
async fn in_line(tx: &mut Tx, flow: &Flow, year: AcademicYear) -> Result<Vec<NominationRecord>, AppError> {
    let filter = NominationFilter { states: vec![StateKind::Waitlisted], ..of(flow, year) };
    let mut found = nomination::list(tx, &filter, Order::Oldest, (NAMED_MAX, 0)).await?;
    found.sort_by_key(|nomination| (nomination.queued_at, nomination.id));
    Ok(found)
}

/// Nominations for a flow in a year, or in the whole agreement.
fn of(flow: &Flow, year: AcademicYear) -> NominationFilter {
    let first_year = (flow.cap_period == CapPeriod::AcademicYear).then(|| year.first_year());
    NominationFilter { flow: Some(flow.id), first_year, ..NominationFilter::default() }
}

/// The nominations that would have to go before what was refused could be done, the last to come first; nothing of those that the
/// reader may not read. Nobody where it was refused for anything but fewer places than are taken.
pub async fn in_the_way(desk: &Desk, error: Option<&AppError>) -> Result<Vec<Option<Named>>, AppError> {
    let Some(AppError::Seats { why: SeatRefusal::BelowUse(below) }) = error else { return Ok(Vec::new()) };
    let mut tx = desk.read().await?;
    let Some(seat) = seat::find_below(&mut tx, below).await? else { return Ok(Vec::new()) };
    let mut too_many = seat.tally.used() - below.capacity;
    let mut people = Vec::new();
    for holder in seat::holders(&mut tx, seat.id).await? {
        if too_many <= 0 {
            break;
        }
        let Some(nomination) = nomination::find(&mut tx, holder).await? else { continue };
        let scope = nomination::scope(&mut tx, &nomination).await?;
        let may_read = decide(desk.actor(), ReadNomination(&scope)).is_ok();
        too_many -= nomination.units;
        people.push(may_read.then(|| named(&nomination)));
    }
    Ok(people)
}

/// Changes how many places a flow has in a year, within the cap or beyond it; answers what there is then. A request that names
/// itself is carried out once.
pub async fn adjust(
    desk: &Desk,
    id: FlowId,
    first: i32,
    form: &AdjustmentForm,
    is_override: bool,
    request: Option<&Request>,
) -> Result<Tally, AppError> {
    let mut tx = desk.write().await?;
    let (record, scope) = open(desk, &mut tx, id).await?;
    let permit = decide(desk.actor(), SetSeats(&scope))?;
    let year = year_of(&record.flow, first)?;
    if let Some(known) = answered(&mut tx, &desk.stamp(), request).await? {
        return Ok(known);
    }
    let before = tally(&mut tx, &record.flow, year).await?;
    let is_on_behalf = scope.is_on_behalf_of_host(desk.actor());
    let adjustment: Adjustment = form.parse(&before, is_override, is_on_behalf)?;
    let seat = seat::adjust(&mut tx, &permit, &desk.stamp(), &record, year, &adjustment).await?;
    keep_answer(&mut tx, request, &seat.tally).await?;
    tx.commit().await?;
    Ok(seat.tally)
}

/// Closes a year of a flow; answers how many units went over to the next. A request that names itself is carried out once.
pub async fn close(desk: &Desk, id: FlowId, first: i32, request: Option<&Request>) -> Result<i64, AppError> {
    let mut tx = desk.write().await?;
    let (record, scope) = open(desk, &mut tx, id).await?;
    let permit = decide(desk.actor(), SetSeats(&scope))?;
    let year = year_of(&record.flow, first)?;
    if let Some(known) = answered(&mut tx, &desk.stamp(), request).await? {
        return Ok(known);
    }
    let carried = seat::close(&mut tx, &permit, &desk.stamp(), &record, year).await?;
    keep_answer(&mut tx, request, &carried).await?;
    tx.commit().await?;
    Ok(carried)
}

async fn tally(tx: &mut Tx, flow: &Flow, year: AcademicYear) -> Result<Tally, AppError> {
    let seat = seat::find(tx, flow, year).await?;
    Ok(seat.map_or_else(|| Tally::unasked(flow, year), |seat| seat.tally))
}

/// A flow that the reader may know of, with whether the reader may read its ledger.
async fn known(desk: &Desk, tx: &mut Tx, id: FlowId) -> Result<(FlowRecord, bool), AppError> {
    let record = flow::find(tx, id).await?.filter(|record| record.is_agreed).ok_or_else(|| hidden(desk))?;
    let scope = flow::scope(tx, &record.flow).await?;
    let of = agreement::scope(tx, record.agreement).await?.ok_or_else(|| hidden(desk))?;
    let is_published = of.is_published && !record.is_dropped;
    decide(desk.actor(), ReadFlow { scope: &scope, is_published }).map_err(|_| hidden(desk))?;
    Ok((record, decide(desk.actor(), ReadSeats(&scope)).is_ok()))
}

/// A flow, for everyone where its agreement is published.
pub async fn flow(desk: &Desk, id: FlowId) -> Result<FlowRecord, AppError> {
    Ok(known(desk, &mut desk.read().await?, id).await?.0)
}

/// The places of a flow in a year, for everyone where its agreement is published; the pool's beside, and the ledger for those who may
/// read it.
pub async fn year(desk: &Desk, id: FlowId, first: i32) -> Result<YearView, AppError> {
    let mut tx = desk.read().await?;
    let (record, may_read) = known(desk, &mut tx, id).await?;
    let year = year_of(&record.flow, first)?;
    let own = tally(&mut tx, &record.flow, year).await?;
    let pool = match record.flow.pool {
        Some(id) => {
            let cap = board::pool(&mut tx, id).await?.and_then(|pool| pool.cap);
            let seat = seat::find_pool(&mut tx, id, year).await?;
            Some(seat.map_or_else(|| Tally { cap, ..Tally::default() }, |seat| seat.tally))
        }
        None => None,
    };
    drop(tx);
    let ledger = if may_read { Some(ledger(desk, id, first).await?) } else { None };
    Ok(YearView { record, year, own, pool, ledger })
}

/// The places of a flow in a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearView {
    /// The flow.
    pub record: FlowRecord,
    /// The year.
    pub year: AcademicYear,
    /// How many there are, and how many are taken.
    pub own: Tally,
    /// The same of the pool it draws on.
    pub pool: Option<Tally>,
    /// What explains them, for those who may read it.
    pub ledger: Option<LedgerView>,
}
