//! Nominations: students are put forward, answered, confirmed, taken back.

mod listed;
mod listing;
mod opening;
mod telling;

pub use listed::{
    ListForm, NotPut, Tried, confirm_listed, list_nominees, list_page, nominate_all, try_listed,
};
pub use listing::{Listed, NominationList, NominationQuery, Way, awaiting, list};
pub use opening::{Correction, Opening, check, correct, opening};
pub use telling::tell_due;

use super::{AppState, Desk};
use crate::error::AppError;
use chrono::NaiveDate;
use domain::{
    academic_year::AcademicYear,
    access::{
        Actor, AnswerAsStudent, AnswerNomination, FlowScope, FollowNomination, LapseOffer, Nominate,
        NominationScope, OnNomination, Permit, ReadNomination, Role, decide,
    },
    eligibility::{Criterion, Eligibility, Known, Question, Source},
    exchange,
    id::{FlowId, NominationId},
    nomination::{ActForm, ActKind, NominationDraft, NominationForm, Side, StateKind, check_stay},
    seats::{NotOpen, SeatRefusal},
    student::Profile,
    term::Term,
};
use serde::{Deserialize, Serialize};
use store::{
    Stamp, StoreError, Tx,
    flow::{self, FlowRecord},
    idempotency::{self, Known as Asked, Request},
    institution,
    institution::Names,
    nomination::{self, Candidate, Doing, Done, NominationEvent, NominationRecord},
    student::{self, StudentRecord},
};

/// Offers that are let lapse in one round.
const LAPSED_AT_ONCE: i64 = 100;

/// What became of putting someone forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Put {
    /// The nomination.
    pub id: NominationId,
    /// Nominated, or in line.
    pub state: StateKind,
    /// The position in line, from 1.
    pub position: Option<i64>,
}

/// A nomination, as whoever may read it sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct NominationView {
    /// The nomination.
    pub record: NominationRecord,
    /// The flow it is for.
    pub flow: FlowRecord,
    /// What is known of the student's studies.
    pub profile: Profile,
    /// What every rule answers: the deadline for the day on which the student was put forward, all else as it stands.
    pub eligibility: Eligibility,
    /// What was not met when the host said yes all the same.
    pub overruled: Vec<Criterion>,
    /// Last day on which the student applies to the host.
    pub application: Option<NaiveDate>,
    /// Why nobody can be put forward for this stay any more; none where one can.
    pub not_open: Option<NotOpen>,
    /// What happened to it, in order.
    pub events: Vec<NominationEvent>,
    /// The position in line, from 1.
    pub position: Option<i64>,
    /// On whose side the reader is; none for one who only reads.
    pub side: Option<Side>,
    /// Whether the student has an account.
    pub has_account: bool,
    /// What the reader may do to it now.
    pub allowed: Vec<Allowed>,
    /// Whether it was accepted, but cannot be confirmed since the student has confirmed another place for the same term: what is awaited
    /// is a choice between the two. Told to the student and to the home.
    pub is_elsewhere: bool,
    /// The student's other nominations that end once this one is confirmed, for who may confirm it.
    pub ends: Vec<NominationRecord>,
    /// The names of the institutions.
    pub names: Names,
}

/// Something that the reader may do to a nomination now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    /// What.
    pub act: ActKind,
    /// Whether what attests to it is asked for: the answer of someone without an account.
    pub asks_evidence: bool,
    /// Whether a reason is asked for.
    pub needs_reason: bool,
}

/// The flow with its rules for access; the refusal looks the same whether there is one or not.
pub(super) async fn flow_for(
    desk: &Desk,
    tx: &mut Tx,
    id: FlowId,
) -> Result<(FlowRecord, FlowScope), AppError> {
    let record = flow::find(tx, id).await?.ok_or_else(|| hidden(desk))?;
    let scope = flow::scope(tx, &record.flow).await?;
    Ok((record, scope))
}

/// The refusal of what one may not know of.
pub(super) const fn hidden(desk: &Desk) -> AppError {
    match desk.actor() {
        Actor::Visitor => AppError::SignIn,
        Actor::Person(_) | Actor::Operator => AppError::NotFound,
    }
}

/// Puts a student forward for a flow. A request that names itself is carried out once: asked again, it is answered the same.
pub async fn nominate(
    desk: &Desk,
    id: FlowId,
    form: &NominationForm,
    request: Option<&Request>,
) -> Result<Put, AppError> {
    if is_full(desk, id, form, request).await? {
        return Err(StoreError::Seats(SeatRefusal::Full).into());
    }
    let mut tx = desk.write().await?;
    let (record, scope) = flow_for(desk, &mut tx, id).await?;
    let permit = decide(desk.actor(), Nominate(&scope)).map_err(|_| hidden(desk))?;
    let draft = form.parse_for(&record.flow)?;
    if let Some(known) = answered(&mut tx, &desk.stamp(), request).await? {
        return Ok(known);
    }
    let put = put(desk, &mut tx, &permit, &desk.stamp(), (&record, &draft)).await?;
    keep_answer(&mut tx, request, &put).await?;
    tx.commit().await?;
    Ok(put)
}

/// Whether all that would be said is that the flow is full. When places open, most come too late: they are answered without waiting for
/// a turn to write.
async fn is_full(
    desk: &Desk,
    id: FlowId,
    form: &NominationForm,
    request: Option<&Request>,
) -> Result<bool, AppError> {
    let Ok(draft) = form.parse() else { return Ok(false) };
    if draft.waits {
        return Ok(false);
    }
    let mut tx = desk.read().await?;
    let (record, scope) = flow_for(desk, &mut tx, id).await?;
    let permit = decide(desk.actor(), Nominate(&scope)).map_err(|_| hidden(desk))?;
    if draft.check_for(&record.flow).is_err() {
        return Ok(false);
    }
    if let Some(request) = request
        && idempotency::is_known(&mut tx, request).await?
    {
        return Ok(false);
    }
    if !nomination::is_full(&mut tx, &desk.stamp(), &record, &draft).await? {
        return Ok(false);
    }
    let known = student::known(&mut tx, &permit, &draft.student).await?;
    if let Some(student) = &known
        && nomination::is_alive(&mut tx, student.id, &record, &draft).await?
    {
        return Ok(false);
    }
    Ok(!is_refused(&draft, &judge_known(desk, &mut tx, known.as_ref(), &record, &draft).await?))
}

/// What every rule answers today for whom a draft puts forward, with what was known of them before.
async fn judge_draft(
    desk: &Desk,
    tx: &mut Tx,
    permit: &Permit<Nominate<'_>>,
    record: &FlowRecord,
    draft: &NominationDraft,
) -> Result<Eligibility, AppError> {
    let known = student::known(tx, permit, &draft.student).await?;
    judge_known(desk, tx, known.as_ref(), record, draft).await
}

async fn judge_known(
    desk: &Desk,
    tx: &mut Tx,
    known: Option<&StudentRecord>,
    record: &FlowRecord,
    draft: &NominationDraft,
) -> Result<Eligibility, AppError> {
    let student = known.map_or_else(|| draft.student.clone(), |known| known.with(&draft.student));
    judge(tx, record, (&student.profile, draft.term, draft.year), desk.today()).await
}

/// Whether a condition is not met that nobody is asked to overlook.
fn is_refused(draft: &NominationDraft, eligibility: &Eligibility) -> bool {
    eligibility.refuses() && draft.exception.is_none()
}

async fn put(
    desk: &Desk,
    tx: &mut Tx,
    permit: &Permit<Nominate<'_>>,
    stamp: &Stamp,
    (record, draft): (&FlowRecord, &NominationDraft),
) -> Result<Put, AppError> {
    let eligibility = judge_draft(desk, tx, permit, record, draft).await?;
    if is_refused(draft, &eligibility) {
        let unmet = eligibility.unmet().filter(|criterion| criterion.refuses()).cloned().collect();
        return Err(AppError::NotEligible { unmet });
    }
    let unmet = unmet_of(&eligibility);
    let is_on_behalf = permit.action().0.is_on_behalf_of_home(desk.actor());
    let candidate = Candidate { draft, is_on_behalf, unmet: unmet.as_deref() };
    let nominated = nomination::nominate(tx, permit, stamp, record, candidate).await?;
    let position = match nominated.state {
        StateKind::Waitlisted => nomination::position(tx, nominated.id, desk.today()).await?,
        _ => None,
    };
    Ok(Put { id: nominated.id, state: nominated.state, position })
}

/// What every rule of a flow answers for someone with these studies, put forward on a day for a term of a year.
async fn judge(
    tx: &mut Tx,
    record: &FlowRecord,
    (profile, term, year): (&Profile, Term, AcademicYear),
    on: NaiveDate,
) -> Result<Eligibility, AppError> {
    let known = known_of(tx, record).await?;
    let source = Source::Agreement { agreement: record.agreement, revision: record.revision };
    let question = Question { flow: &record.flow, source, profile, term, year, on, known };
    Ok(question.answer())
}

/// What every rule answers for whom a nomination puts forward: the deadline for the day on which it was, all else as it stands.
async fn judge_nomination(
    tx: &mut Tx,
    record: &NominationRecord,
    flow: &FlowRecord,
    profile: &Profile,
    events: &[NominationEvent],
) -> Result<Eligibility, AppError> {
    judge(tx, flow, (profile, record.term, record.year), put_forward_on(record, events)).await
}

/// The conditions that are not met when the host says yes, which it overrules; of anything else none.
async fn overruled_by(
    tx: &mut Tx,
    record: &NominationRecord,
    act: ActKind,
) -> Result<Option<String>, AppError> {
    if act != ActKind::Accept {
        return Ok(None);
    }
    let flow = flow::find(tx, record.flow).await?.ok_or(AppError::NotFound)?;
    let student = student::find(tx, record.student).await?.ok_or(AppError::NotFound)?;
    let events = nomination::events(tx, record.id).await?;
    let eligibility = judge_nomination(tx, record, &flow, &student.draft.profile, &events).await?;
    Ok(unmet_of(&eligibility))
}

/// The conditions that are not met, as they are kept with a nomination; none where all are.
fn unmet_of(eligibility: &Eligibility) -> Option<String> {
    let unmet: Vec<_> = eligibility.unmet().collect();
    (!unmet.is_empty()).then(|| serde_json::to_string(&unmet).unwrap_or_default())
}

/// What was not met when the host said yes all the same, as it was kept; nothing where it cannot be read any more.
fn kept_unmet(record: &NominationRecord) -> Vec<Criterion> {
    let kept = record.unmet.as_deref().filter(|_| record.overruled.is_some());
    kept.and_then(|kept| serde_json::from_str(kept).ok()).unwrap_or_default()
}

/// What is known beside the profile of whom the sender puts forward.
pub(super) async fn known_of(tx: &mut Tx, record: &FlowRecord) -> Result<Known, AppError> {
    let ends = institution::ends(tx, [record.flow.sender, record.flow.receiver]).await?;
    Ok(Known { is_home: Some(true), ends })
}

/// What was answered before to a request that names itself; nothing where it is new, or has no name.
pub(super) async fn answered<T: for<'de> Deserialize<'de>>(
    tx: &mut Tx,
    stamp: &Stamp,
    request: Option<&Request>,
) -> Result<Option<T>, AppError> {
    let Some(request) = request else { return Ok(None) };
    match idempotency::begin(tx, stamp, request).await? {
        Asked::New => Ok(None),
        Asked::Answered(answer) => {
            let known = serde_json::from_str(&answer).map_err(StoreError::corrupt)?;
            Ok(Some(known))
        }
        Asked::Another => Err(AppError::KeyTaken),
    }
}

/// Keeps what a request that names itself is answered.
pub(super) async fn keep_answer(
    tx: &mut Tx,
    request: Option<&Request>,
    answer: &impl Serialize,
) -> Result<(), AppError> {
    let Some(request) = request else { return Ok(()) };
    let answer = serde_json::to_string(answer).unwrap_or_default();
    Ok(idempotency::answer(tx, request, &answer).await?)
}

/// The nomination with its rules for access; the refusal looks the same whether there is one or not.
async fn nomination_for(
    desk: &Desk,
    tx: &mut Tx,
    id: NominationId,
) -> Result<(NominationRecord, NominationScope), AppError> {
    let record = nomination::find(tx, id).await?.ok_or_else(|| hidden(desk))?;
    let scope = nomination::scope(tx, &record).await?;
    decide(desk.actor(), ReadNomination(&scope)).map_err(|_| hidden(desk))?;
    Ok((record, scope))
}

/// Does something to a nomination; answers what it is then. A request that names itself is carried out once.
pub async fn act(
    desk: &Desk,
    id: NominationId,
    act: ActKind,
    form: &ActForm,
    request: Option<&Request>,
) -> Result<StateKind, AppError> {
    if act == ActKind::Nominate {
        return opening::renominate(desk, id, form, request).await;
    }
    let mut tx = desk.write().await?;
    let (record, scope) = nomination_for(desk, &mut tx, id).await?;
    let scope = &scope;
    let state = match act {
        ActKind::Accept | ActKind::Reject => {
            let permit = decide(desk.actor(), AnswerNomination { scope, act })?;
            carry_out(desk, &mut tx, &permit, &record, form, request).await?
        }
        ActKind::Take | ActKind::Decline | ActKind::Confirm => {
            let permit = decide(desk.actor(), AnswerAsStudent { scope, act })?;
            carry_out(desk, &mut tx, &permit, &record, form, request).await?
        }
        _ => {
            let permit = decide(desk.actor(), FollowNomination { scope, act })?;
            carry_out(desk, &mut tx, &permit, &record, form, request).await?
        }
    };
    tx.commit().await?;
    Ok(state)
}

async fn carry_out<A: OnNomination>(
    desk: &Desk,
    tx: &mut Tx,
    permit: &Permit<A>,
    record: &NominationRecord,
    form: &ActForm,
    request: Option<&Request>,
) -> Result<StateKind, AppError> {
    let (act, scope) = (permit.action().act(), permit.action().scope());
    if let Some(known) = answered(tx, &desk.stamp(), request).await? {
        return Ok(known);
    }
    let by = side_for(desk, scope, record, act);
    let unmet = overruled_by(tx, record, act).await?;
    let Allowed { asks_evidence, .. } = Allowed::of(desk, scope, record, act, unmet.is_some());
    let (reason, evidence) = form.parse(act, by, unmet.is_some(), asks_evidence)?;
    let doing = Doing {
        by,
        is_on_behalf: is_on_behalf(desk, scope, by),
        reason: reason.as_ref(),
        evidence: evidence.as_ref(),
        unmet: unmet.as_deref(),
    };
    let Done { state, .. } = nomination::act(tx, permit, &desk.stamp(), doing).await?;
    keep_answer(tx, request, &state).await?;
    Ok(state)
}

/// On whose side something is done.
fn side_for(desk: &Desk, scope: &NominationScope, record: &NominationRecord, act: ActKind) -> Side {
    let speaks_for_home = || !scope.flow.sender_has_members && scope.side(desk.actor()) == Some(Side::Host);
    match act {
        ActKind::Accept | ActKind::Reject => Side::Host,
        ActKind::Take | ActKind::Decline | ActKind::Confirm => Side::Student,
        ActKind::Nominate => Side::Home,
        // The host does not end what it rejected, unless it speaks for the home.
        ActKind::Withdraw if record.state.kind() == StateKind::Rejected && speaks_for_home() => Side::Home,
        _ => scope.side(desk.actor()).unwrap_or(Side::Home),
    }
}

/// Whether what is done on a side is done for someone without an account.
fn is_on_behalf(desk: &Desk, scope: &NominationScope, by: Side) -> bool {
    match by {
        Side::Student => scope.side(desk.actor()) != Some(Side::Student),
        Side::Home => scope.flow.is_on_behalf_of_home(desk.actor()),
        Side::Host => scope.flow.is_on_behalf_of_host(desk.actor()),
        Side::Registry => false,
    }
}

impl Allowed {
    fn of(
        desk: &Desk,
        scope: &NominationScope,
        record: &NominationRecord,
        act: ActKind,
        overrules: bool,
    ) -> Self {
        let by = side_for(desk, scope, record, act);
        // Who puts forward for a home without an account takes places of their own: nothing is to be attested.
        let asks_evidence = by != Side::Home && is_on_behalf(desk, scope, by);
        let needs_reason = act.needs_reason(by, overrules);
        Self { act, asks_evidence, needs_reason }
    }
}

/// What people may do to a nomination, in the order in which it is offered.
const OFFERED: [ActKind; 8] = [
    ActKind::Accept,
    ActKind::Reject,
    ActKind::Take,
    ActKind::Decline,
    ActKind::Confirm,
    ActKind::Nominate,
    ActKind::Complete,
    ActKind::Withdraw,
];

fn allowed(desk: &Desk, scope: &NominationScope, record: &NominationRecord, overrules: bool) -> Vec<Allowed> {
    let actor = desk.actor();
    let may = |act: ActKind| match act {
        ActKind::Accept | ActKind::Reject => decide(actor, AnswerNomination { scope, act }).is_ok(),
        ActKind::Take | ActKind::Decline | ActKind::Confirm => {
            decide(actor, AnswerAsStudent { scope, act }).is_ok()
        }
        _ => decide(actor, FollowNomination { scope, act }).is_ok(),
    };
    let (now, today) = (desk.now(), desk.today());
    let is_possible = |act: ActKind| {
        let by = side_for(desk, scope, record, act);
        record.state.allows(act, by, now) && check_stay(act, record.term, record.year, today).is_ok()
    };
    let possible = OFFERED.into_iter().filter(|act| is_possible(*act) && may(*act));
    possible.map(|act| Allowed::of(desk, scope, record, act, overrules)).collect()
}

impl NominationView {
    /// Why nothing is awaited of those who would wait for a place, or correct what was rejected: nobody can be put forward any more.
    pub fn ended(&self) -> Option<NotOpen> {
        let waits = matches!(self.record.state.kind(), StateKind::Waitlisted | StateKind::Rejected);
        self.not_open.filter(|_| waits)
    }

    /// Whose answer is awaited.
    pub fn awaited(&self) -> Option<Side> {
        self.record.state.kind().awaited().filter(|_| self.ended().is_none())
    }
}

/// The day on which the student was put forward: the last time, where the host rejected them once.
fn put_forward_on(record: &NominationRecord, events: &[NominationEvent]) -> NaiveDate {
    let puts = |event: &&NominationEvent| matches!(event.act, ActKind::Nominate | ActKind::Queue);
    events.iter().rfind(puts).map_or(record.created_at, |event| event.at).date_naive()
}

/// A nomination, for whoever may read it.
pub async fn view(desk: &Desk, id: NominationId) -> Result<NominationView, AppError> {
    let mut tx = desk.read().await?;
    let (record, scope) = nomination_for(desk, &mut tx, id).await?;
    let flow = flow::find(&mut tx, record.flow).await?.ok_or(AppError::NotFound)?;
    let student = student::find(&mut tx, record.student).await?.ok_or(AppError::NotFound)?;
    let profile = student.draft.profile;
    let events = nomination::events(&mut tx, id).await?;
    let eligibility = judge_nomination(&mut tx, &record, &flow, &profile, &events).await?;
    let position = nomination::position(&mut tx, id, desk.today()).await?;
    let not_open = nomination::not_open(&flow, record.year, record.term, desk.today());
    let not_open = not_open.or((!record.is_open).then_some(NotOpen::Closed));
    let dates = exchange::dates_of(&flow.flow, record.term, record.year);
    let overruled = kept_unmet(&record);
    let is_accepted = record.state.kind() == StateKind::Accepted;
    let is_elsewhere = is_accepted && nomination::is_confirmed_elsewhere(&mut tx, &record).await?;
    let side = scope.side(desk.actor());
    let mut allowed = allowed(desk, &scope, &record, eligibility.unmet().next().is_some());
    // Another host does not get to know of it, unless it speaks for the student.
    let is_home = desk.actor().covered(Role::Observer).contains(&record.sender);
    let speaks = allowed.iter().any(|allowed| allowed.act == ActKind::Confirm);
    let is_told = side == Some(Side::Student) || is_home || speaks;
    allowed.retain(|allowed| match allowed.act {
        ActKind::Nominate => not_open.is_none(),
        ActKind::Confirm => !is_elsewhere,
        _ => true,
    });
    let may_confirm = allowed.iter().any(|allowed| allowed.act == ActKind::Confirm);
    let ends = if may_confirm { nomination::ended_by(&mut tx, &record).await? } else { Vec::new() };
    let hosts = ends.iter().map(|other| other.receiver);
    let ids: Vec<_> = hosts.chain([record.sender, record.receiver]).collect();
    let names = institution::names(&mut tx, &ids).await?;
    Ok(NominationView {
        allowed,
        is_elsewhere: is_elsewhere && is_told,
        ends,
        names,
        side,
        has_account: scope.student.is_some(),
        record,
        flow,
        profile,
        eligibility,
        overruled,
        application: dates.and_then(|dates| dates.application),
        not_open,
        events,
        position,
    })
}

/// Lets the offers lapse that nobody answered in time, each in a transaction of its own; answers how many.
pub async fn lapse_due(state: &AppState) -> Result<usize, AppError> {
    let now = state.clock.now();
    let mut tx = state.db.read().await?;
    let due = nomination::due(&mut tx, now, LAPSED_AT_ONCE).await?;
    drop(tx);
    let mut lapsed = 0;
    for id in due {
        let stamp = Stamp::new(now, state.ids.clone());
        let mut tx = state.db.write().await?;
        let Some(record) = nomination::find(&mut tx, id).await? else { continue };
        let scope = nomination::scope(&mut tx, &record).await?;
        let permit = decide(&Actor::Operator, LapseOffer(&scope))?;
        let doing = Doing::by(Side::Registry);
        match nomination::act(&mut tx, &permit, &stamp, doing).await {
            Ok(_) => {
                tx.commit().await?;
                lapsed += 1;
            }
            // Answered, or let lapse by another server, meanwhile.
            Err(StoreError::Seats(SeatRefusal::NotPossible { .. }) | StoreError::Stale { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(lapsed)
}
