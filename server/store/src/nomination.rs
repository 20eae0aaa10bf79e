//! Nominations: put forward, answered, confirmed, taken back; the line, and who is offered a place that comes free.
//!
//! Whatever changes one locks the places it takes from first (see [`crate::seat`]), reads the nomination anew, and lets
//! [`State::after`] decide. Places, ledger, history, audit line and the offers to those in line are of the same transaction.

/// Whether a nomination's flow takes anyone for its stay, in a year that is not closed: see [`not_open`], which also knows the day.
macro_rules! is_open {
    () => {
        "(flow.is_agreed and not flow.is_dropped and (flow.first_year is null or flow.first_year <= nomination.first_year) \
            and (flow.last_year is null or nomination.first_year <= flow.last_year) \
            and exists (select 1 from flow_facet where flow_facet.flow_id = flow.id and flow_facet.kind = 'term' and flow_facet.value = nomination.term) \
            and not exists (select 1 from seat_year closed where closed.id = nomination.seat_id and closed.closed_at is not null))"
    };
}
pub(crate) use is_open;

/// Whether a membership makes an account with the same address the student's own: at the sender or at the home institution, as a student
/// or, where staff goes, in whatever role. One of another part of the home institution does not: who may invite to it may neither speak
/// for the home institution nor for the sender.
macro_rules! is_own {
    () => {
        "account.disabled_at is null and membership.institution_id in (flow.sender_id, student.institution_id) \
            and (membership.role = 'student' or flow.kind in ('staff_teaching', 'staff_training'))"
    };
}
pub(crate) use is_own;

/// The accounts that are the student's own, as [`is_own`] says, beside `student` and `flow`.
macro_rules! own_accounts {
    () => {
        concat!(
            "(select account.id from account join membership on membership.account_id = account.id where account.email_key = student.email_key and ",
            is_own!(),
            ")"
        )
    };
}
pub(crate) use own_accounts;

pub(crate) mod line;
pub(crate) mod read;
pub(crate) mod telling;

pub use line::{due, position};
pub(crate) use line::{leave_line, offer_freed};
pub use read::{
    NominationEvent, NominationFilter, NominationRecord, Order, Reader, account, count, ended_by, events,
    exists, find, is_confirmed_elsewhere, list, list_awaited, scope,
};
pub use telling::{Person, Untold, tell, untold};

use crate::{
    Result, Stamp, StoreError, Tx,
    audit::{self, Change, Subject},
    flow::{self, FlowRecord},
    on, registry,
    seat::{self, Entry, Rows, Shift},
    statements,
    student::{self, StudentRecord},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    academic_year::AcademicYear,
    access::{FollowNomination, Nominate, OnNomination, Permit},
    decimal::Decimal,
    flow::usual_months,
    id::{NominationId, StudentId},
    nomination::{
        Act, ActKind, Correction, NominationDraft, Reason, Said, Side, State, StateKind, check_stay,
    },
    seats::{LineKind, NotOpen, SeatRefusal},
    student::StudentDraft,
    term::Term,
};
use uuid::Uuid;

statements! {
    INSERT = "insert into nomination (id, flow_id, student_id, seat_id, pool_seat_id, year, first_year, term, units, months, state, since_at, queued_at, is_known_to_host, unmet, exception, \
        version, created_at, created_by, created_by_name) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1, $12, $17, $18) on conflict do nothing";
    SET_STATE = "update nomination set state = $2, since_at = $3, queued_at = $4, lapses_at = $5, reason = $6, withdrawn_by = $7, \
        is_known_to_host = (is_known_to_host or $8), version = version + 1 where id = $1 and version = $9";
    NOTE_ANSWER = "update nomination set unmet = $2, overruled = $3 where id = $1";
    INSERT_EVENT = "insert into nomination_event (id, nomination_id, at, act, by_side, by_name, account_id, is_on_behalf, reason, evidence) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    ALIVE = "select count(*) from nomination where student_id = $1 and flow_id = $2 and first_year = $3 and term = $4 and state not in ('withdrawn', 'declined', 'lapsed')";
    HOLD_PART = "insert into nomination_part (student_id, first_year, part, nomination_id) values ($1, $2, $3, $4) on conflict do nothing";
    FREE_PARTS = "delete from nomination_part where nomination_id = $1";
    OTHER_HOLDS = "select id from nomination where student_id = $1 and first_year = $2 and id <> $3 and state in ('waitlisted', 'offered', 'nominated', 'accepted') order by id";
    COUNT_ANEW = "update nomination set seat_id = $2, pool_seat_id = $3, units = $4 where id = $1 and state = 'rejected'";
    CORRECT = "update nomination set unmet = $2, exception = $3, months = $4 where id = $1 and state = 'rejected'";
    NOTE_CORRECTIONS = "update nomination_event set corrections = $3 where id = (select id from nomination_event \
        where nomination_id = $1 and at = $2 and act in ('nominate', 'queue') order by id desc limit 1)";
}

/// What became of putting someone forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nominated {
    /// The nomination.
    pub id: NominationId,
    /// The student.
    pub student: StudentId,
    /// Nominated, or in line.
    pub state: StateKind,
}

/// Someone to be put forward, with what the rules of the flow made of it.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// Who, for which year and term.
    pub draft: &'a NominationDraft,
    /// Whether by the host, since nobody has an account for the home.
    pub is_on_behalf: bool,
    /// The conditions that are not met, as they are kept with the nomination; none where all are.
    pub unmet: Option<&'a str>,
}

/// Puts a student forward: with a place, or in line where none is left and the draft says to wait.
pub async fn nominate(
    tx: &mut Tx,
    permit: &Permit<Nominate<'_>>,
    stamp: &Stamp,
    record: &FlowRecord,
    candidate: Candidate<'_>,
) -> Result<Nominated> {
    let draft = candidate.draft;
    check_open(stamp, record, draft.year, draft.term)?;
    let home = student::home(tx, record.flow.sender).await?;
    // Locked: whoever confirms another place of this student meanwhile waits, and then knows of this one.
    let student = student::put(tx, permit, stamp, home, &draft.student).await?.id;
    let places = seat::open(tx, permit, stamp, record, draft.year).await?;
    let rows = places.rows();
    if places.flow.tally.is_closed {
        return Err(StoreError::Seats(SeatRefusal::NotOpen { why: NotOpen::Closed }));
    }
    if is_alive(tx, student, record, draft).await? {
        return Err(StoreError::Seats(SeatRefusal::Twice));
    }
    let (units, months) = takes(record, draft);
    let fits = places.fits(units, months);
    let state = if fits { StateKind::Nominated } else { StateKind::Waitlisted };
    let shift = Shift::between(None, state, units, months);
    if !fits && !draft.waits || !seat::shift(tx, rows, shift).await? {
        return Err(StoreError::Seats(SeatRefusal::Full));
    }
    let id = NominationId(stamp.id());
    let made = on!(tx, |c| {
        sqlx::query(sql::INSERT)
            .bind(id.0)
            .bind(record.flow.id.0)
            .bind(student.0)
            .bind(rows.flow)
            .bind(rows.pool)
            .bind(draft.year.to_string())
            .bind(i64::from(draft.year.first_year()))
            .bind(draft.term.to_string())
            .bind(units)
            .bind(months)
            .bind(state.code())
            .bind(stamp.at)
            .bind((!fits).then_some(stamp.at))
            .bind(fits)
            .bind(candidate.unmet)
            .bind(draft.exception.as_ref().map(Reason::as_str))
            .bind(permit.user().map(|user| user.0))
            .bind(permit.name())
            .execute(c)
            .await?
            .rows_affected()
    });
    if made == 0 {
        return Err(StoreError::Seats(SeatRefusal::Twice));
    }
    for row in rows.each().filter(|_| fits) {
        write_units(tx, permit, stamp, row, id, units, months).await?;
    }
    let act = if fits { ActKind::Nominate } else { ActKind::Queue };
    let told = Told {
        act,
        by: Side::Home,
        is_on_behalf: candidate.is_on_behalf,
        reason: draft.exception.as_ref(),
        evidence: None,
    };
    write_event(tx, permit, stamp, id, &told).await?;
    let change = Change::to(&(record.flow.id, student, draft.year, draft.term, state));
    audit::record(tx, permit, stamp, "nominate", Subject::new("nomination", id.0), change).await?;
    seat::touched(tx, rows, record.flow.id, draft.year.first_year()).await?;
    registry::bump(tx).await?;
    Ok(Nominated { id, student, state })
}

/// Whether whoever does not wait would be refused for want of a place, as the registry stands: known without waiting for a turn to
/// write. Where something else would be said of the flow and its year the answer is no.
pub async fn is_full(
    tx: &mut Tx,
    stamp: &Stamp,
    record: &FlowRecord,
    draft: &NominationDraft,
) -> Result<bool> {
    if draft.waits || not_open(record, draft.year, draft.term, stamp.day()).is_some() {
        return Ok(false);
    }
    let Some(places) = seat::look(tx, &record.flow, draft.year).await? else { return Ok(false) };
    let (units, months) = takes(record, draft);
    Ok(!places.flow.tally.is_closed && !places.fits(units, months))
}

/// Whether the student is put forward already for this flow and part of the year.
pub async fn is_alive(
    tx: &mut Tx,
    student: StudentId,
    record: &FlowRecord,
    draft: &NominationDraft,
) -> Result<bool> {
    let alive: i64 = on!(tx, |c| {
        let alive = sqlx::query_scalar(sql::ALIVE).bind(student.0).bind(record.flow.id.0);
        let alive = alive.bind(i64::from(draft.year.first_year())).bind(draft.term.to_string());
        alive.fetch_one(c).await?
    });
    Ok(alive > 0)
}

/// Units, and hundredths of months or days, that a draft takes.
fn takes(record: &FlowRecord, draft: &NominationDraft) -> (i64, i64) {
    let units = i64::from(record.flow.units(draft.term));
    (units, i64::from(draft.months.unwrap_or_else(|| usual_months(draft.term)).hundredths()))
}

/// Why nobody can be put forward for a flow on a day, for a term of a year; none where one can, unless the year is closed.
pub fn not_open(record: &FlowRecord, year: AcademicYear, term: Term, on: NaiveDate) -> Option<NotOpen> {
    if !record.is_agreed || record.is_dropped {
        Some(NotOpen::NotAgreed)
    } else if !record.is_open_in(year) {
        Some(NotOpen::OutOfYears)
    } else if year.ends_on() < on {
        Some(NotOpen::Over)
    } else {
        (!record.flow.takes(term)).then_some(NotOpen::Term)
    }
}

fn check_open(stamp: &Stamp, record: &FlowRecord, year: AcademicYear, term: Term) -> Result<()> {
    let why = not_open(record, year, term, stamp.day());
    why.map_or(Ok(()), |why| Err(StoreError::Seats(SeatRefusal::NotOpen { why })))
}

/// How something is done to a nomination.
#[derive(Debug, Clone, Copy)]
pub struct Doing<'a> {
    /// On whose side.
    pub by: Side,
    /// Whether for someone without an account.
    pub is_on_behalf: bool,
    /// Why.
    pub reason: Option<&'a Reason>,
    /// What attests to it, on behalf.
    pub evidence: Option<&'a Reason>,
    /// The conditions that are not met when the host says yes, as they are kept with the nomination.
    pub unmet: Option<&'a str>,
}

impl Doing<'_> {
    /// On a side, with nothing said.
    pub const fn by(by: Side) -> Self {
        Self { by, is_on_behalf: false, reason: None, evidence: None, unmet: None }
    }
}

/// What an act led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// What the nomination is now.
    pub state: StateKind,
    /// Other nominations of the same student that ended with it.
    pub ended: Vec<NominationId>,
    /// Those in line who were offered a place that came free.
    pub offered: Vec<NominationId>,
}

/// Does what the permit allows to its nomination.
pub async fn act<A: OnNomination>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    doing: Doing<'_>,
) -> Result<Done> {
    let id = permit.action().scope().id;
    let reason = || doing.reason.cloned();
    let act = match permit.action().act() {
        ActKind::Nominate => {
            let record = find(tx, id).await?.ok_or(StoreError::NotFound)?;
            student::lock(tx, record.student).await?;
            return nominate_again(tx, permit, stamp, id, doing, None).await;
        }
        ActKind::Reject => Act::Reject { reason: reason().ok_or(StoreError::NotFound)? },
        ActKind::Withdraw => Act::Withdraw { by: doing.by, reason: reason() },
        ActKind::Queue => Act::Queue,
        ActKind::Offer => Act::Offer,
        ActKind::Take => Act::Take,
        ActKind::Decline => Act::Decline,
        ActKind::Lapse => Act::Lapse,
        ActKind::Accept => Act::Accept,
        ActKind::Confirm => Act::Confirm,
        ActKind::Complete => Act::Complete,
    };
    let kind = act.kind();
    let is_confirmed = act == Act::Confirm;
    let mut record = if is_confirmed { lock_with_others(tx, id).await? } else { lock(tx, id).await? };
    change(tx, permit, stamp, &mut record, act, doing).await?;
    if kind == ActKind::Accept {
        // What binds is what holds when the host answers: it may be otherwise than when the student was put forward.
        let overruled = doing.reason.filter(|_| doing.unmet.is_some()).map(Reason::as_str);
        on!(tx, |c| {
            let note = sqlx::query(sql::NOTE_ANSWER).bind(id.0).bind(doing.unmet).bind(overruled);
            note.execute(c).await?;
        });
    }
    let mut freed = Vec::new();
    let mut ended = Vec::new();
    if is_confirmed {
        hold_parts(tx, &record).await?;
        for other in others(tx, &record).await? {
            if let Some(given_up) = give_up(tx, permit, stamp, &record, other, doing).await? {
                ended.push(given_up.id);
                freed.push(given_up.rows());
            }
        }
    } else if !record.state.kind().consumes() {
        freed.push(record.rows());
    }
    let mut offered = Vec::new();
    for rows in freed {
        offered.extend(offer_freed(tx, permit, stamp, rows).await?);
    }
    registry::bump(tx).await?;
    Ok(Done { state: record.state.kind(), ended, offered })
}

/// Ends another nomination of a student who has confirmed a place, where both are for the same part of the year.
async fn give_up<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    confirmed: &NominationRecord,
    other: NominationId,
    doing: Doing<'_>,
) -> Result<Option<NominationRecord>> {
    let mut other = lock(tx, other).await?;
    if !other.term.overlaps(confirmed.term) {
        return Ok(None);
    }
    let act = match other.state.kind() {
        StateKind::Offered if other.state.allows(ActKind::Decline, Side::Student, stamp.at) => Act::Decline,
        // Its time is over, though nobody noted it yet.
        StateKind::Offered => Act::Lapse,
        StateKind::Waitlisted | StateKind::Nominated | StateKind::Accepted => {
            Act::Withdraw { by: Side::Student, reason: None }
        }
        _ => return Ok(None),
    };
    let doing = Doing { is_on_behalf: doing.is_on_behalf, ..Doing::by(Side::Student) };
    change(tx, permit, stamp, &mut other, act, doing).await?;
    Ok(Some(other))
}

/// The nomination and all others of its student for the year, locked: the student first, so that two confirmations of one student
/// wait for each other, then all their places, pools before flows, as whoever else locks several does.
async fn lock_with_others(tx: &mut Tx, id: NominationId) -> Result<NominationRecord> {
    let record = find(tx, id).await?.ok_or(StoreError::NotFound)?;
    student::lock(tx, record.student).await?;
    let mut rows = vec![record.rows()];
    for other in others(tx, &record).await? {
        rows.push(find(tx, other).await?.ok_or(StoreError::NotFound)?.rows());
    }
    seat::lock_all(tx, &rows).await?;
    find(tx, id).await?.ok_or(StoreError::NotFound)
}

/// Other nominations of the same student for the same year that are not decided.
async fn others(tx: &mut Tx, record: &NominationRecord) -> Result<Vec<NominationId>> {
    let ids: Vec<Uuid> = on!(tx, |c| {
        let others = sqlx::query_scalar(sql::OTHER_HOLDS).bind(record.student.0);
        others.bind(i64::from(record.year.first_year())).bind(record.id.0).fetch_all(c).await?
    });
    Ok(ids.into_iter().map(NominationId).collect())
}

/// One confirmed place for each part of the year.
async fn hold_parts(tx: &mut Tx, record: &NominationRecord) -> Result<()> {
    for part in record.term.twelfths() {
        let held = on!(tx, |c| {
            sqlx::query(sql::HOLD_PART)
                .bind(record.student.0)
                .bind(i64::from(record.year.first_year()))
                .bind(i64::from(part))
                .bind(record.id.0)
                .execute(c)
                .await?
                .rows_affected()
        });
        if held == 0 {
            return Err(StoreError::Seats(SeatRefusal::PlaceElsewhere));
        }
    }
    Ok(())
}

/// Puts a locked student forward again whom the host rejected: with a place if one is left, else in line. Refused where nobody can be
/// put forward. What was corrected is noted with it, with the months or days of the stay.
async fn nominate_again<A: OnNomination>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    id: NominationId,
    doing: Doing<'_>,
    correction: Option<(&Corrected<'_>, Decimal)>,
) -> Result<Done> {
    let before = find(tx, id).await?.ok_or(StoreError::NotFound)?;
    // It gave back what it took: it takes anew, as the revision that rules now counts.
    let flow = flow::find(tx, before.flow).await?.ok_or(StoreError::NotFound)?;
    check_open(stamp, &flow, before.year, before.term)?;
    let places = seat::open(tx, permit, stamp, &flow, before.year).await?;
    if places.flow.tally.is_closed {
        return Err(StoreError::Seats(SeatRefusal::NotOpen { why: NotOpen::Closed }));
    }
    let rows = places.rows();
    let units = i64::from(flow.flow.units(before.term));
    on!(tx, |c| {
        let counted = sqlx::query(sql::COUNT_ANEW).bind(id.0).bind(rows.flow).bind(rows.pool).bind(units);
        counted.execute(&mut *c).await?;
        // Places are locked before the nomination, as by whoever else changes it.
        if let Some((corrected, months)) = correction {
            let correct = sqlx::query(sql::CORRECT).bind(id.0).bind(corrected.unmet);
            let correct = correct.bind(corrected.exception.map(Reason::as_str));
            correct.bind(i64::from(months.hundredths())).execute(c).await?;
        }
    });
    let mut record = find(tx, id).await?.ok_or(StoreError::NotFound)?;
    if !try_change(tx, permit, stamp, &mut record, Act::Nominate, doing).await? {
        change(tx, permit, stamp, &mut record, Act::Queue, doing).await?;
    }
    registry::bump(tx).await?;
    Ok(Done { state: record.state.kind(), ended: Vec::new(), offered: Vec::new() })
}

/// What the home office corrected after the host rejected someone.
#[derive(Debug, Clone)]
pub struct Corrected<'a> {
    /// The student, locked (see [`student::lock`]), as they were known;
    pub before: StudentRecord,
    /// and what is said of them now.
    pub student: &'a StudentDraft,
    /// Months of the stay, days for staff; as it was where none is said.
    pub months: Option<Decimal>,
    /// Why the host is asked to take someone who does not meet a condition.
    pub exception: Option<&'a Reason>,
    /// Whether by the host, since nobody has an account for the home.
    pub is_on_behalf: bool,
    /// The conditions that are not met, as they are kept with the nomination.
    pub unmet: Option<&'a str>,
}

/// Notes what was corrected and puts forward again whom the host rejected.
pub async fn correct(
    tx: &mut Tx,
    permit: &Permit<FollowNomination<'_>>,
    stamp: &Stamp,
    corrected: Corrected<'_>,
) -> Result<Done> {
    let id = permit.action().scope.id;
    let record = find(tx, id).await?.ok_or(StoreError::NotFound)?;
    let before = corrected.before.draft.clone();
    let after = student::learn(tx, permit, stamp, corrected.before.clone(), corrected.student).await?;
    let exception = corrected.exception.map(Reason::as_str);
    let stayed = Decimal::sum(record.months);
    let months = corrected.months.unwrap_or(stayed);
    let old = Said { student: &before, months: Some(stayed), exception: record.exception.as_deref() };
    let new = Said { student: &after.draft, months: Some(months), exception };
    let corrections = Correction::between(old, new);
    let is_on_behalf = corrected.is_on_behalf;
    let doing = Doing { is_on_behalf, reason: corrected.exception, ..Doing::by(Side::Home) };
    let done = nominate_again(tx, permit, stamp, id, doing, Some((&corrected, months))).await?;
    if !corrections.is_empty() {
        let corrections = serde_json::to_string(&corrections).map_err(StoreError::corrupt)?;
        on!(tx, |c| {
            let note = sqlx::query(sql::NOTE_CORRECTIONS).bind(id.0).bind(stamp.at).bind(&corrections);
            note.execute(c).await?;
        });
    }
    Ok(done)
}

/// The nomination, as nobody else can change it before this transaction ends. Refused as stale where it takes from other rows by the time
/// its own are locked: it was corrected since, under another revision.
pub(crate) async fn lock(tx: &mut Tx, id: NominationId) -> Result<NominationRecord> {
    let rows = find(tx, id).await?.ok_or(StoreError::NotFound)?.rows();
    seat::lock(tx, rows).await?;
    let record = find(tx, id).await?.ok_or(StoreError::NotFound)?;
    if record.rows() == rows { Ok(record) } else { Err(StoreError::Stale { current: record.version }) }
}

/// Changes a locked nomination with all that goes with it, and tells whoever follows its flow; refused where it takes more than is left.
pub(crate) async fn change<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    record: &mut NominationRecord,
    act: Act,
    doing: Doing<'_>,
) -> Result<()> {
    if try_change(tx, permit, stamp, record, act, doing).await? {
        Ok(())
    } else {
        Err(StoreError::Seats(SeatRefusal::Full))
    }
}

/// The same; `false`, and nothing is changed, where it takes more than is left.
pub(crate) async fn try_change<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    record: &mut NominationRecord,
    act: Act,
    doing: Doing<'_>,
) -> Result<bool> {
    let kind = act.kind();
    let before = record.state.kind();
    let after = record.state.clone().after(act, stamp.at);
    let after =
        after.and_then(|after| check_stay(kind, record.term, record.year, stamp.day()).map(|()| after));
    let after = after.map_err(|why| StoreError::Seats(SeatRefusal::NotPossible { why }))?;
    let shift = Shift::between(Some(before), after.kind(), record.units, record.months);
    if !seat::shift(tx, record.rows(), shift).await? {
        return Ok(false);
    }
    set_state(tx, stamp, record, &after).await?;
    if shift.units() != 0 {
        for row in record.rows().each() {
            let months = if shift.units() > 0 { record.months } else { -record.months };
            write_units(tx, permit, stamp, row, record.id, shift.units(), months).await?;
        }
    }
    if before == StateKind::Confirmed && !after.kind().consumes() {
        on!(tx, |c| sqlx::query(sql::FREE_PARTS).bind(record.id.0).execute(c).await.map(|_| ()))?;
    }
    let told = Told {
        act: kind,
        by: doing.by,
        is_on_behalf: doing.is_on_behalf,
        reason: doing.reason,
        evidence: doing.evidence,
    };
    write_event(tx, permit, stamp, record.id, &told).await?;
    let change = Change::between(&before, &(after.kind(), doing.reason.map(Reason::as_str)));
    let subject = Subject::new("nomination", record.id.0);
    audit::record(tx, permit, stamp, audited(kind), subject, change).await?;
    seat::touched(tx, record.rows(), record.flow, record.year.first_year()).await?;
    record.state = after;
    record.version += 1;
    Ok(true)
}

/// The word of the audit trail.
const fn audited(act: ActKind) -> &'static str {
    match act {
        ActKind::Nominate => "nominate_again",
        ActKind::Queue => "queue_nomination",
        ActKind::Offer => "offer_place",
        ActKind::Take => "take_offer",
        ActKind::Decline => "decline_offer",
        ActKind::Lapse => "lapse_offer",
        ActKind::Accept => "accept_nomination",
        ActKind::Reject => "reject_nomination",
        ActKind::Confirm => "confirm_nomination",
        ActKind::Withdraw => "withdraw_nomination",
        ActKind::Complete => "complete_nomination",
    }
}

async fn set_state(tx: &mut Tx, stamp: &Stamp, record: &NominationRecord, state: &State) -> Result<()> {
    let answer_by: Option<DateTime<Utc>> = match state {
        State::Offered { answer_by } => Some(*answer_by),
        _ => None,
    };
    let (reason, by) = match state {
        State::Rejected { reason } => (Some(reason), None),
        State::Withdrawn { by, reason } => (reason.as_ref(), Some(*by)),
        _ => (None, None),
    };
    let kind = state.kind();
    let set = on!(tx, |c| {
        sqlx::query(sql::SET_STATE)
            .bind(record.id.0)
            .bind(kind.code())
            .bind(stamp.at)
            .bind((kind == StateKind::Waitlisted).then_some(stamp.at))
            .bind(answer_by)
            .bind(reason.map(Reason::as_str))
            .bind(by.map(Side::code))
            .bind(kind.is_known_to_host())
            .bind(record.version)
            .execute(c)
            .await?
            .rows_affected()
    });
    if set == 0 { Err(StoreError::Stale { current: record.version }) } else { Ok(()) }
}

/// Writes the line of units that a nomination takes, or gives back where they are less than zero.
async fn write_units<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    row: Uuid,
    id: NominationId,
    units: i64,
    months: i64,
) -> Result<()> {
    let kind = if units > 0 { LineKind::Taken } else { LineKind::Freed };
    let entry = Entry { nomination: Some(id), months, ..Entry::of(kind, units) };
    seat::write(tx, permit, stamp, row, &entry).await
}

/// What history says of an act.
struct Told<'a> {
    act: ActKind,
    by: Side,
    is_on_behalf: bool,
    reason: Option<&'a Reason>,
    evidence: Option<&'a Reason>,
}

async fn write_event<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    id: NominationId,
    told: &Told<'_>,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(sql::INSERT_EVENT)
            .bind(stamp.id())
            .bind(id.0)
            .bind(stamp.at)
            .bind(told.act.code())
            .bind(told.by.code())
            .bind(permit.name())
            .bind(permit.user().map(|user| user.0))
            .bind(told.is_on_behalf)
            .bind(told.reason.map(Reason::as_str))
            .bind(told.evidence.map(Reason::as_str))
            .execute(c)
            .await?;
    });
    Ok(())
}

impl NominationRecord {
    pub(crate) const fn rows(&self) -> Rows {
        Rows { flow: self.seat, pool: self.pool_seat }
    }
}
