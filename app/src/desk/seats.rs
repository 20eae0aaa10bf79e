//! The places of one flow, or of one pool, in one year: the ledger that explains them, and what changes them.

use super::{
    Desk,
    nominations::{answered, hidden, keep_answer},
};
use crate::error::AppError;
use chrono::{DateTime, Utc};
use domain::{
    academic_year::AcademicYear,
    access::{FlowScope, NominationScope, ReadFlow, ReadNomination, ReadSeats, SetSeats, decide},
    flow::{CapPeriod, Flow},
    id::{FlowId, NominationId, PoolId},
    nomination::{Side, StateKind},
    seats::{Adjustment, AdjustmentForm, LineKind, NotOpen, SeatRefusal, Tally},
};
use serde::{Deserialize, Serialize};
use std::slice::from_ref;
use store::{
    Tx, agreement,
    board::{self, PoolRecord},
    flow::{self, FlowRecord},
    idempotency::Request,
    institution::{self, Names},
    nomination::{self, NominationFilter, NominationRecord, Order},
    seat::{self, Owner, SeatLine, SeatYear},
};

/// Nominations in line that are named at most, of each flow.
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
    /// Hundredths of months or days that are spent or given back; of a cap those that may be spent, or how many more.
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
    /// Who; nobody where the line is what a revision says, where it is of a nomination that the reader may not read, and where the
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

/// Whose places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Those of a flow.
    Flow(FlowId),
    /// Those of a pool.
    Pool(PoolId),
}

/// The page of the ledger of a year, below the language.
pub fn ledger_page(of: Of, first: i32) -> String {
    match of {
        Of::Flow(id) => format!("/seats/flows/{id}/{first}"),
        Of::Pool(id) => format!("/seats/pools/{id}/{first}"),
    }
}

/// What the ledgers of a flow and of a pool both show of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// Whose.
    pub of: Of,
    /// The year.
    pub year: AcademicYear,
    /// What the cap is for.
    pub period: CapPeriod,
    /// The ledger.
    pub ledger: Ledger,
    /// The first of those in line for them, in order; nothing of those whose nomination the reader may not read. The ledger says how many
    /// they are in all.
    pub line: Vec<Option<Named>>,
    /// Whether the reader may change how many there are, and whether that is on behalf of who receives. Not in a year in which there are
    /// none.
    pub set: Option<bool>,
}

/// The ledger of a flow in a year, as whoever may read it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerView {
    /// The flow.
    pub record: FlowRecord,
    /// Names of the two institutions.
    pub names: Names,
    /// Its places.
    pub places: Places,
    /// The pool it draws on, with its ledger.
    pub pool: Option<(PoolRecord, Ledger)>,
}

impl LedgerView {
    /// Units that the next year gets when this one is closed.
    pub fn to_carry(&self) -> i64 {
        let pool = self.pool.as_ref().map(|(_, ledger)| &ledger.tally);
        self.places.ledger.tally.to_carry(self.record.carries_to(self.places.year).is_some(), pool)
    }

    /// Whether places are left, and too few months or days for a stay of the usual length.
    pub fn is_out_of_time(&self) -> bool {
        self.places.ledger.tally.is_out_of_time(&self.record.flow)
    }

    /// The pool it draws on, where that has no place left, and the flow has.
    pub fn held_back_by(&self) -> Option<&PoolRecord> {
        let (pool, shared) = self.pool.as_ref()?;
        self.places.ledger.tally.is_held_back_by(&shared.tally).then_some(pool)
    }
}

/// The ledger of a pool in a year, as whoever may read it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolLedgerView {
    /// The pool.
    pub pool: PoolRecord,
    /// Names of the institutions that share it.
    pub names: Names,
    /// Its places.
    pub places: Places,
    /// The flows that draw on it, with what each has in the year; nothing of those whose places the reader may not read.
    pub flows: Vec<(FlowRecord, Option<Tally>)>,
}

/// Whose places a request is about, with the rules for access: those of a flow, or of a pool with the flows that share it.
struct Whose {
    of: Of,
    /// The pool, where they are a pool's.
    pool: Option<PoolRecord>,
    /// The flow, or those that share the pool, which the revision that rules has before those that it has no more.
    flows: Vec<FlowRecord>,
    /// What access rules need to know of each of them.
    scopes: Vec<FlowScope>,
}

impl Whose {
    /// What all agreed on, for those who may read its places; the refusal looks the same whether there is one or not.
    async fn open(desk: &Desk, tx: &mut Tx, of: Of) -> Result<Self, AppError> {
        let (pool, flows) = match of {
            Of::Flow(id) => (None, flow::find(tx, id).await?.into_iter().collect()),
            Of::Pool(id) => (board::pool(tx, id).await?, flow::of_pool(tx, id).await?),
        };
        if flows.is_empty() || flows.iter().any(|record: &FlowRecord| !record.is_agreed) {
            return Err(hidden(desk));
        }
        let scopes = flow::scopes(tx, &flows).await?;
        decide(desk.actor(), ReadSeats(&scopes)).map_err(|_| hidden(desk))?;
        Ok(Self { of, pool, flows, scopes })
    }

    /// The scopes by which one may change how many there are: of a pool's flows those that the revision that rules has.
    fn settable(&self) -> Vec<FlowScope> {
        let all = self.flows.iter().zip(&self.scopes);
        let settable = all.filter(|(record, _)| self.pool.is_none() || !record.is_dropped);
        settable.map(|(_, scope)| scope.clone()).collect()
    }

    /// The flow by which a write finds the places.
    fn record(&self) -> Result<&FlowRecord, AppError> {
        self.flows.first().ok_or(AppError::NotFound)
    }

    fn owner(&self) -> Result<Owner<'_>, AppError> {
        let record = self.record()?;
        Ok(if self.pool.is_some() { Owner::PoolOf(record) } else { Owner::Flow(record) })
    }

    /// The year of an address, as they count them.
    fn year(&self, first: i32) -> Result<AcademicYear, AppError> {
        year_of(&self.record()?.flow, first)
    }

    fn period(&self) -> Result<CapPeriod, AppError> {
        Ok(self.pool.as_ref().map_or(self.record()?.flow.cap_period, |pool| pool.cap_period))
    }

    /// The row of a year; `None` while nobody asked for a place.
    async fn seat(&self, tx: &mut Tx, year: AcademicYear) -> Result<Option<SeatYear>, AppError> {
        Ok(match &self.pool {
            Some(pool) => seat::find_pool(tx, pool.id, year).await?,
            None => seat::find(tx, &self.record()?.flow, year).await?,
        })
    }

    /// Whether there are places in a year: where they are those of the whole agreement there always are.
    fn covers(&self, year: AcademicYear) -> Result<bool, AppError> {
        let is_whole = self.period()? == CapPeriod::Agreement;
        Ok(is_whole || self.flows.iter().any(|record| record.is_open_in(year)))
    }

    /// Refuses a year in which there are no places, and nobody ever asked for one.
    async fn check_covered(&self, tx: &mut Tx, year: AcademicYear) -> Result<(), AppError> {
        if self.covers(year)? || self.seat(tx, year).await?.is_some() {
            return Ok(());
        }
        Err(AppError::Seats { why: SeatRefusal::NotOpen { why: NotOpen::OutOfYears } })
    }

    /// What the agreement itself says of a year.
    fn unasked(&self, year: AcademicYear) -> Result<Tally, AppError> {
        let flow = &self.record()?.flow;
        Ok(self.pool.as_ref().map_or_else(|| Tally::unasked(flow, year), PoolRecord::unasked))
    }

    async fn places(&self, desk: &Desk, tx: &mut Tx, year: AcademicYear) -> Result<Places, AppError> {
        let (seat, revision) = (self.seat(tx, year).await?, self.record()?.revision);
        let ledger = explained(desk, tx, &self.scopes, seat, (self.unasked(year)?, revision)).await?;
        let by = self.settable();
        let may_set = self.covers(year)? || seat.is_some();
        let may_set = may_set && decide(desk.actor(), SetSeats(&by)).is_ok();
        Ok(Places {
            of: self.of,
            year,
            period: self.period()?,
            ledger,
            line: self.line(desk, tx, year).await?,
            set: may_set.then(|| SetSeats(&by).is_on_behalf(desk.actor())),
        })
    }

    /// Those in line in a year, or in the whole agreement, in the order in which they came.
    async fn line(
        &self,
        desk: &Desk,
        tx: &mut Tx,
        year: AcademicYear,
    ) -> Result<Vec<Option<Named>>, AppError> {
        let first_year = (self.period()? == CapPeriod::AcademicYear).then(|| year.first_year());
        let mut line = Vec::new();
        for (record, scope) in self.flows.iter().zip(&self.scopes) {
            let states = vec![StateKind::Waitlisted];
            let flow = Some(record.flow.id);
            let filter = NominationFilter { flow, first_year, states, ..NominationFilter::default() };
            let found = nomination::list(tx, &filter, Order::Oldest, (NAMED_MAX, 0)).await?;
            line.extend(found.into_iter().map(|nomination| {
                let may_read = may_name(desk, scope, nomination.is_known_to_host);
                ((nomination.queued_at, nomination.id), may_read.then(|| named(&nomination)))
            }));
        }
        line.sort_by_key(|(came, _)| *came);
        Ok(line.into_iter().map(|(_, named)| named).collect())
    }
}

/// The year of an address, as the flow counts them.
fn year_of(flow: &Flow, first: i32) -> Result<AcademicYear, AppError> {
    flow.year_from(first).ok_or(AppError::NotFound)
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
    let whose = Whose::open(desk, &mut tx, Of::Flow(id)).await?;
    let year = whose.year(first)?;
    let places = whose.places(desk, &mut tx, year).await?;
    let record = whose.record()?.clone();
    let pool = match pool_of(&mut tx, &record.flow).await? {
        // Whose places a pool gives otherwise, the reader of this flow need not know.
        Some(pool) => {
            let seat = seat::find_pool(&mut tx, pool.id, year).await?;
            let said = (pool.unasked(), record.revision);
            let ledger = explained(desk, &mut tx, &whose.scopes, seat, said).await?;
            Some((pool, ledger))
        }
        None => None,
    };
    let names = institution::names(&mut tx, &[record.flow.sender, record.flow.receiver]).await?;
    Ok(LedgerView { record, names, places, pool })
}

/// The pool that a flow draws on.
async fn pool_of(tx: &mut Tx, flow: &Flow) -> Result<Option<PoolRecord>, AppError> {
    Ok(match flow.pool {
        Some(id) => board::pool(tx, id).await?,
        None => None,
    })
}

/// The same, with its places in a year.
async fn shared(
    tx: &mut Tx,
    flow: &Flow,
    year: AcademicYear,
) -> Result<Option<(PoolRecord, Tally)>, AppError> {
    let Some(pool) = pool_of(tx, flow).await? else { return Ok(None) };
    let seat = seat::find_pool(tx, pool.id, year).await?;
    let tally = seat.map_or_else(|| pool.unasked(), |seat| seat.tally);
    Ok(Some((pool, tally)))
}

/// The ledger of a pool in the year that begins then.
pub async fn pool_ledger(desk: &Desk, id: PoolId, first: i32) -> Result<PoolLedgerView, AppError> {
    let mut tx = desk.read().await?;
    let whose = Whose::open(desk, &mut tx, Of::Pool(id)).await?;
    let year = whose.year(first)?;
    let places = whose.places(desk, &mut tx, year).await?;
    let mut flows = Vec::new();
    for (record, scope) in whose.flows.iter().zip(&whose.scopes) {
        let may_read = decide(desk.actor(), ReadSeats(from_ref(scope))).is_ok();
        let tally = if may_read { Some(tally(&mut tx, &record.flow, year).await?) } else { None };
        flows.push((record.clone(), tally));
    }
    let ids: Vec<_> =
        flows.iter().flat_map(|(record, _)| [record.flow.sender, record.flow.receiver]).collect();
    let names = institution::names(&mut tx, &ids).await?;
    let pool = whose.pool.ok_or_else(|| hidden(desk))?;
    Ok(PoolLedgerView { pool, names, places, flows })
}

/// The ledger of a year, in which those nominations are named that one of these scopes lets the reader read; what the agreement says
/// where nobody asked for a place yet.
async fn explained(
    desk: &Desk,
    tx: &mut Tx,
    scopes: &[FlowScope],
    seat: Option<SeatYear>,
    (said, revision): (Tally, i64),
) -> Result<Ledger, AppError> {
    match seat {
        Some(seat) => counted(desk, tx, scopes, &seat).await,
        None => Ok(unasked(said, revision)),
    }
}

/// The ledger of a year for which someone asked for a place.
async fn counted(
    desk: &Desk,
    tx: &mut Tx,
    scopes: &[FlowScope],
    seat: &SeatYear,
) -> Result<Ledger, AppError> {
    let mut left = 0;
    let line = |line: SeatLine| {
        left += if line.kind.is_capacity() { line.units } else { -line.units };
        let is_of_nomination = line.nomination.is_some();
        let nomination = line.nomination.filter(|nomination| {
            let of = scopes.iter().find(|scope| scope.flow == nomination.flow);
            of.is_some_and(|scope| may_name(desk, scope, nomination.is_known_to_host))
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
            // A revision is that of all parties: nobody alone says its cap, least of all whoever asked for the first place.
            by: (!is_hidden && line.revision.is_none()).then_some(line.by_name),
            by_side: line.by_side,
        }
    };
    let lines = seat::lines(tx, seat.id).await?.into_iter().map(line).collect();
    Ok(Ledger { tally: seat.tally, lines })
}

/// The ledger of a year for which nobody asked for a place: what the flow itself says.
fn unasked(tally: Tally, revision: i64) -> Ledger {
    let is_said = tally.cap.is_some() || tally.budget.is_some();
    let cap = tally.cap.unwrap_or(0);
    let line = is_said.then(|| LedgerLine {
        at: None,
        kind: LineKind::Cap,
        units: cap,
        months: tally.budget.unwrap_or(0),
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

/// The nominations that would have to go before what was refused could be done, the last to come first; nothing of those that the
/// reader may not read. Nobody where it was refused for anything but less than is taken.
pub async fn in_the_way(desk: &Desk, error: Option<&AppError>) -> Result<Vec<Option<Named>>, AppError> {
    let (below, too_many): (_, fn(i64) -> [i64; 2]) = match error {
        Some(AppError::Seats { why: SeatRefusal::BelowUse(below) }) => (below, |units| [units, 0]),
        Some(AppError::Seats { why: SeatRefusal::BelowSpent(below) }) => (below, |months| [0, months]),
        _ => return Ok(Vec::new()),
    };
    let mut tx = desk.read().await?;
    let Some(seat) = seat::find_below(&mut tx, below).await? else { return Ok(Vec::new()) };
    let people = last_to_come(desk, &mut tx, &seat, too_many(below.used - below.capacity)).await?;
    Ok(people.into_iter().map(|(_, person)| person).collect())
}

/// Those who came last of the ones who hold places, as many as have to go for so many units, and so many hundredths of months or days, to
/// come free; without the names that the reader may not read.
pub(super) async fn last_to_come(
    desk: &Desk,
    tx: &mut Tx,
    seat: &SeatYear,
    [mut units, mut months]: [i64; 2],
) -> Result<Vec<(NominationId, Option<Named>)>, AppError> {
    let mut people = Vec::new();
    for holder in seat::holders(tx, seat.id).await? {
        if units <= 0 && months <= 0 {
            break;
        }
        let Some(nomination) = nomination::find(tx, holder).await? else { continue };
        let scope = nomination::scope(tx, &nomination).await?;
        let may_read = decide(desk.actor(), ReadNomination(&scope)).is_ok();
        units -= nomination.units;
        months -= nomination.months;
        people.push((holder, may_read.then(|| named(&nomination))));
    }
    Ok(people)
}

/// What there is after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjusted {
    /// The places.
    #[serde(flatten)]
    pub tally: Tally,
    /// The pool that a flow draws on, where that one has no place left: what the flow has more opens nothing.
    #[serde(default)]
    pub held_back_by: Option<PoolId>,
    /// Whether too few months or days are left of a flow for a stay of the usual length: what it has more opens none but shorter ones.
    #[serde(default)]
    pub is_out_of_time: bool,
}

/// Changes how many places a flow or a pool has in a year, within the cap or beyond it; answers what there is then. A request that names
/// itself is carried out once.
pub async fn adjust(
    desk: &Desk,
    of: Of,
    first: i32,
    form: &AdjustmentForm,
    is_override: bool,
    request: Option<&Request>,
) -> Result<Adjusted, AppError> {
    let mut tx = desk.write().await?;
    let whose = Whose::open(desk, &mut tx, of).await?;
    let by = whose.settable();
    let permit = decide(desk.actor(), SetSeats(&by))?;
    let year = whose.year(first)?;
    if let Some(known) = answered(&mut tx, &desk.stamp(), request).await? {
        return Ok(known);
    }
    whose.check_covered(&mut tx, year).await?;
    let adjustment: Adjustment = form.parse(is_override, SetSeats(&by).is_on_behalf(desk.actor()))?;
    let seat = seat::adjust(&mut tx, &permit, &desk.stamp(), whose.owner()?, year, &adjustment).await?;
    let pool = match of {
        Of::Flow(_) => shared(&mut tx, &whose.record()?.flow, year).await?,
        Of::Pool(_) => None,
    };
    let held_back_by = pool.filter(|(_, shared)| seat.tally.is_held_back_by(shared)).map(|(pool, _)| pool.id);
    let is_out_of_time = matches!(of, Of::Flow(_)) && seat.tally.is_out_of_time(&whose.record()?.flow);
    let adjusted = Adjusted { tally: seat.tally, held_back_by, is_out_of_time };
    keep_answer(&mut tx, request, &adjusted).await?;
    tx.commit().await?;
    Ok(adjusted)
}

/// Closes a year of a flow; answers how many units went over to the next. A request that names itself is carried out once.
pub async fn close(desk: &Desk, id: FlowId, first: i32, request: Option<&Request>) -> Result<i64, AppError> {
    let mut tx = desk.write().await?;
    let whose = Whose::open(desk, &mut tx, Of::Flow(id)).await?;
    let permit = decide(desk.actor(), SetSeats(&whose.scopes))?;
    let (record, year) = (whose.record()?, whose.year(first)?);
    if let Some(known) = answered(&mut tx, &desk.stamp(), request).await? {
        return Ok(known);
    }
    whose.check_covered(&mut tx, year).await?;
    // What is closed stays so: not before anyone could have gone.
    if year.starts_on() > desk.today() {
        return Err(AppError::Seats { why: SeatRefusal::NotOpen { why: NotOpen::NotBegun } });
    }
    let carried = seat::close(&mut tx, &permit, &desk.stamp(), record, year).await?;
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
    let may_read = decide(desk.actor(), ReadSeats(from_ref(&scope))).is_ok();
    Ok((record, may_read))
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
    let pool = shared(&mut tx, &record.flow, year).await?.map(|(_, tally)| tally);
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
