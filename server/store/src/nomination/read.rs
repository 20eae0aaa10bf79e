//! Nominations as they are read: one, its history, lists.

use super::line::present;
use crate::{
    Result, StoreError, Tx, flow, on,
    query::{Sql, rows, value},
    statements,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    academic_year::AcademicYear,
    access::NominationScope,
    flow::MobilityKind,
    id::{AgreementId, FlowId, InstitutionId, NominationId, StudentId, UserId},
    nomination::{ActKind, Correction, Reason, Side, State, StateKind},
    term::Term,
};
use sqlx::FromRow;
use uuid::Uuid;

/// More nominations of one student for one year than there can be.
const MOST_OF_ONE: i64 = 1_000;

/// What is shown of a nomination, of its student and of its flow.
macro_rules! columns {
    () => {
        concat!("nomination.id, nomination.flow_id, nomination.student_id, seat_id, pool_seat_id, year, term, units, months, state, since_at, queued_at, lapses_at, reason, \
            withdrawn_by, is_known_to_host, unmet, exception, overruled, nomination.version, nomination.created_at, nomination.created_by_name, \
            student.name as student_name, student.email as student_email, student.number as student_number, flow.agreement_id, flow.kind, flow.sender_id, flow.receiver_id, flow.revision_number, \
            ", is_open!(), " as is_open")
    };
}

/// Where that is.
macro_rules! sources {
    () => {
        " from nomination join student on student.id = nomination.student_id join flow on flow.id = nomination.flow_id"
    };
}

statements! {
    FIND = concat!("select ", columns!(), sources!(), " where nomination.id = $1");
    EVENTS = "select at, act, by_side, by_name, is_on_behalf, reason, evidence, corrections from nomination_event where nomination_id = $1 order by at, id";
    ACCOUNT = concat!("select account.id from nomination join student on student.id = nomination.student_id join flow on flow.id = nomination.flow_id \
        join account on account.email_key = student.email_key join membership on membership.account_id = account.id where nomination.id = $1 and ", is_own!());
}

/// A nomination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NominationRecord {
    /// Which.
    pub id: NominationId,
    /// The flow it is for.
    pub flow: FlowId,
    /// Who goes for what.
    pub kind: MobilityKind,
    /// The agreement of the flow.
    pub agreement: AgreementId,
    /// Number of the revision whose flow rules.
    pub revision: i64,
    /// The party that sends.
    pub sender: InstitutionId,
    /// The party that receives.
    pub receiver: InstitutionId,
    /// The student.
    pub student: StudentId,
    /// The student's name.
    pub student_name: String,
    /// The student's address.
    pub student_email: String,
    /// The number that the home institution gives.
    pub student_number: Option<String>,
    /// The academic year.
    pub year: AcademicYear,
    /// The term.
    pub term: Term,
    /// Units that it takes.
    pub units: i64,
    /// Hundredths of months or days that it takes.
    pub months: i64,
    /// What it is.
    pub state: State,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Since when it is in line.
    pub queued_at: Option<DateTime<Utc>>,
    /// Whether the host was ever asked.
    pub is_known_to_host: bool,
    /// The conditions that are not met, as they were kept.
    pub unmet: Option<String>,
    /// Why the host is asked all the same.
    pub exception: Option<String>,
    /// Why the host agreed all the same.
    pub overruled: Option<String>,
    /// Grows with each change.
    pub version: i64,
    /// When it was put forward.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by: String,
    /// Whether its flow still takes anyone for this stay, in a year that is not closed; it may be over.
    pub is_open: bool,
    pub(crate) seat: Uuid,
    pub(crate) pool_seat: Option<Uuid>,
}

#[derive(FromRow)]
struct NominationRow {
    id: Uuid,
    flow_id: Uuid,
    student_id: Uuid,
    seat_id: Uuid,
    pool_seat_id: Option<Uuid>,
    year: String,
    term: String,
    units: i64,
    months: i64,
    state: String,
    since_at: DateTime<Utc>,
    queued_at: Option<DateTime<Utc>>,
    lapses_at: Option<DateTime<Utc>>,
    reason: Option<String>,
    withdrawn_by: Option<String>,
    is_known_to_host: bool,
    unmet: Option<String>,
    exception: Option<String>,
    overruled: Option<String>,
    version: i64,
    created_at: DateTime<Utc>,
    created_by_name: String,
    student_name: String,
    student_email: String,
    student_number: Option<String>,
    agreement_id: Uuid,
    kind: String,
    sender_id: Uuid,
    receiver_id: Uuid,
    revision_number: i64,
    is_open: bool,
}

impl TryFrom<NominationRow> for NominationRecord {
    type Error = StoreError;

    fn try_from(row: NominationRow) -> Result<Self> {
        let reason = row.reason.as_deref().map(Reason::parse).transpose().map_err(StoreError::corrupt)?;
        let missing = || StoreError::corrupt("a nomination that lacks what belongs to its state");
        let state = match StateKind::parse(&row.state).map_err(StoreError::corrupt)? {
            StateKind::Waitlisted => State::Waitlisted,
            StateKind::Offered => State::Offered { answer_by: row.lapses_at.ok_or_else(missing)? },
            StateKind::Nominated => State::Nominated,
            StateKind::Accepted => State::Accepted,
            StateKind::Confirmed => State::Confirmed,
            StateKind::Completed => State::Completed,
            StateKind::Rejected => State::Rejected { reason: reason.ok_or_else(missing)? },
            StateKind::Withdrawn => {
                let by = row.withdrawn_by.ok_or_else(missing)?;
                State::Withdrawn { by: Side::parse(&by).map_err(StoreError::corrupt)?, reason }
            }
            StateKind::Declined => State::Declined,
            StateKind::Lapsed => State::Lapsed,
        };
        Ok(Self {
            id: NominationId(row.id),
            flow: FlowId(row.flow_id),
            kind: MobilityKind::parse(&row.kind).map_err(StoreError::corrupt)?,
            agreement: AgreementId(row.agreement_id),
            revision: row.revision_number,
            sender: InstitutionId(row.sender_id),
            receiver: InstitutionId(row.receiver_id),
            student: StudentId(row.student_id),
            student_name: row.student_name,
            student_email: row.student_email,
            student_number: row.student_number,
            year: AcademicYear::parse(&row.year).map_err(StoreError::corrupt)?,
            term: Term::parse(&row.term).map_err(StoreError::corrupt)?,
            units: row.units,
            months: row.months,
            state,
            since: row.since_at,
            queued_at: row.queued_at,
            is_known_to_host: row.is_known_to_host,
            unmet: row.unmet,
            exception: row.exception,
            overruled: row.overruled,
            version: row.version,
            created_at: row.created_at,
            created_by: row.created_by_name,
            is_open: row.is_open,
            seat: row.seat_id,
            pool_seat: row.pool_seat_id,
        })
    }
}

impl NominationRecord {
    /// Whose answer is awaited on a day. Nobody's who would correct what was rejected, where nobody can be put forward any more.
    pub fn awaited(&self, on: NaiveDate) -> Option<Side> {
        let kind = self.state.kind();
        let is_possible = kind != StateKind::Rejected || self.is_open && on <= self.year.ends_on();
        kind.awaited().filter(|_| is_possible)
    }
}

/// Something that happened to a nomination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NominationEvent {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub act: ActKind,
    /// On whose side.
    pub by: Side,
    /// By whom.
    pub by_name: String,
    /// Whether for someone without an account.
    pub is_on_behalf: bool,
    /// Why.
    pub reason: Option<String>,
    /// What attests to it.
    pub evidence: Option<String>,
    /// What was corrected before.
    pub corrections: Vec<Correction>,
}

/// A nomination, if there is one.
pub async fn find(tx: &mut Tx, id: NominationId) -> Result<Option<NominationRecord>> {
    let row: Option<NominationRow> =
        on!(tx, |c| sqlx::query_as(sql::FIND).bind(id.0).fetch_optional(c).await?);
    row.map(TryInto::try_into).transpose()
}

type EventRow = (DateTime<Utc>, String, String, String, bool, Option<String>, Option<String>, Option<String>);

/// What happened to a nomination, in order.
pub async fn events(tx: &mut Tx, id: NominationId) -> Result<Vec<NominationEvent>> {
    let rows: Vec<EventRow> = on!(tx, |c| sqlx::query_as(sql::EVENTS).bind(id.0).fetch_all(c).await?);
    rows.into_iter()
        .map(|(at, act, by, by_name, is_on_behalf, reason, evidence, corrections)| {
            let act = ActKind::parse(&act).map_err(StoreError::corrupt)?;
            let by = Side::parse(&by).map_err(StoreError::corrupt)?;
            let corrections = corrections.as_deref().map(serde_json::from_str).transpose();
            let corrections = corrections.map_err(StoreError::corrupt)?.unwrap_or_default();
            Ok(NominationEvent { at, act, by, by_name, is_on_behalf, reason, evidence, corrections })
        })
        .collect()
}

/// The account of the student: one with the same address, at the home institution or at the sender.
pub async fn account(tx: &mut Tx, record: &NominationRecord) -> Result<Option<UserId>> {
    let id: Option<Uuid> =
        on!(tx, |c| sqlx::query_scalar(sql::ACCOUNT).bind(record.id.0).fetch_optional(c).await?);
    Ok(id.map(UserId))
}

/// What access rules need to know of a nomination.
pub async fn scope(tx: &mut Tx, record: &NominationRecord) -> Result<NominationScope> {
    let found = flow::find(tx, record.flow).await?.ok_or(StoreError::NotFound)?;
    Ok(NominationScope {
        id: record.id,
        flow: flow::scope(tx, &found.flow).await?,
        student: account(tx, record).await?,
        is_known_to_host: record.is_known_to_host,
    })
}

/// Which nominations a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NominationFilter {
    /// Of this flow.
    pub flow: Option<FlowId>,
    /// For the academic year that begins then.
    pub first_year: Option<i32>,
    /// In one of these states; in any where none is said.
    pub states: Vec<StateKind>,
    /// Of this student.
    pub student: Option<StudentId>,
    /// Folded words, each the beginning of one of the student's names.
    pub words: Vec<String>,
    /// Sent by one of these.
    pub senders: Option<Vec<InstitutionId>>,
    /// Received by one of these.
    pub receivers: Option<Vec<InstitutionId>>,
    /// That this reader may see; all where nobody is named.
    pub reader: Option<Reader>,
}

/// Who reads a list of nominations: a student sees their own, an office those that it sends, and those that it receives from
/// nomination on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// The reader's account.
    pub account: UserId,
    /// The day on which it is read.
    pub on: NaiveDate,
    /// Institutions whose offices the reader belongs to.
    pub offices: Vec<InstitutionId>,
    /// Those of them for which the reader may speak.
    pub speaking: Vec<InstitutionId>,
    /// Institutions without an office, at the other end of a flow of one of these, which speaks for them.
    pub without_office: Vec<InstitutionId>,
}

impl Reader {
    /// The ids of what the reader may see: each part by an index of its own.
    fn push(&self, sql: &mut Sql) {
        let offices = || self.offices.iter().map(|id| id.0);
        sql.push("(select n.id from flow f join nomination n on n.flow_id = f.id where f.sender_id in ");
        sql.list(offices());
        sql.push(
            " union all select n.id from flow f join nomination n on n.flow_id = f.id where n.is_known_to_host and f.receiver_id in ",
        );
        sql.list(offices());
        if !self.without_office.is_empty() {
            sql.push(" union all select n.id from flow f join nomination n on n.flow_id = f.id where ");
            self.push_speaks(sql, ["f.sender_id", "f.receiver_id"]);
        }
        sql.push(
            " union all select nomination.id from account join student on student.email_key = account.email_key \
             join nomination on nomination.student_id = student.id join flow on flow.id = nomination.flow_id \
             where account.id = ",
        );
        sql.bind(self.account.0).push(concat!(
            " and exists (select 1 from membership where membership.account_id = account.id and ",
            is_own!(),
            "))"
        ));
    }

    /// Whether the reader speaks for an end of a flow that has no office, as the other end.
    fn push_speaks(&self, sql: &mut Sql, [for_end, as_end]: [&'static str; 2]) {
        sql.push(for_end).push(" in ").list(self.without_office.iter().map(|id| id.0));
        sql.push(" and ").push(as_end).push(" in ").list(self.speaking.iter().map(|id| id.0));
    }

    /// Whether an end of a flow is the reader's to answer for: their own, or one without an office.
    fn push_answers(&self, sql: &mut Sql, ends: [&'static str; 2]) {
        sql.push("(").push(ends[0]).push(" in ").list(self.speaking.iter().map(|id| id.0)).push(" or ");
        self.push_speaks(sql, ends);
        sql.push(")");
    }

    /// Whether something awaits an answer of the reader: as the student, or for an end of the flow. An office answers for the student
    /// where they have no account of their own (see [`account`]).
    fn push_awaits(&self, sql: &mut Sql) {
        const HOME: [&str; 2] = ["flow.sender_id", "flow.receiver_id"];
        const HOST: [&str; 2] = ["flow.receiver_id", "flow.sender_id"];
        sql.push("case when (nomination.state = 'nominated' and ");
        self.push_answers(sql, HOST);
        sql.push(concat!(") or (nomination.state = 'rejected' and ", is_open!(), " and nomination.year >= "));
        sql.bind(present(self.on)).push(" and ");
        self.push_answers(sql, HOME);
        sql.push(") or (nomination.state in ('offered', 'accepted') and (").bind(self.account.0);
        sql.push(concat!(" in ", own_accounts!(), " or ("));
        self.push_answers(sql, HOME);
        sql.push(concat!(" and not exists ", own_accounts!(), "))) then true else false end"));
    }
}

impl NominationFilter {
    fn push(&self, sql: &mut Sql) {
        sql.push(" where 1 = 1");
        if let Some(flow) = self.flow {
            sql.push(" and nomination.flow_id = ").bind(flow.0);
        }
        if let Some(first) = self.first_year {
            sql.push(" and nomination.first_year = ").bind(i64::from(first));
        }
        if !self.states.is_empty() {
            sql.push(" and nomination.state in ").list(self.states.iter().map(|state| state.code()));
        }
        if let Some(student) = self.student {
            sql.push(" and nomination.student_id = ").bind(student.0);
        }
        for word in &self.words {
            sql.push(" and ").begins("student.name_key", word);
        }
        if let Some(senders) = &self.senders {
            sql.push(" and flow.sender_id in ").list(senders.iter().map(|id| id.0));
        }
        if let Some(receivers) = &self.receivers {
            sql.push(" and flow.receiver_id in ").list(receivers.iter().map(|id| id.0));
        }
        if let Some(reader) = &self.reader {
            sql.push(" and nomination.id in ");
            reader.push(sql);
        }
    }
}

/// In which order a list stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// What has waited longest first.
    #[default]
    Oldest,
    /// What changed last first.
    Newest,
}

/// Nominations, a page of them.
pub async fn list(
    tx: &mut Tx,
    filter: &NominationFilter,
    order: Order,
    (limit, offset): (i64, i64),
) -> Result<Vec<NominationRecord>> {
    let mut sql = Sql::new(concat!("select ", columns!(), sources!()));
    filter.push(&mut sql);
    sql.push(match order {
        Order::Oldest => " order by nomination.since_at, nomination.id",
        Order::Newest => " order by nomination.since_at desc, nomination.id desc",
    });
    sql.push(" limit ").bind(limit).push(" offset ").bind(offset);
    let found: Vec<NominationRow> = rows!(tx, sql);
    found.into_iter().map(TryInto::try_into).collect()
}

#[derive(FromRow)]
struct AwaitedRow {
    #[sqlx(flatten)]
    nomination: NominationRow,
    awaits_reader: bool,
}

/// The nominations that a reader may see of those that a filter lets through, a page of them, each with whether something awaits an
/// answer of the reader: these first, then what changed last.
pub async fn list_awaited(
    tx: &mut Tx,
    filter: &NominationFilter,
    reader: &Reader,
    (limit, offset): (i64, i64),
) -> Result<Vec<(NominationRecord, bool)>> {
    let mut sql = Sql::new(concat!("select ", columns!(), ", "));
    reader.push_awaits(&mut sql);
    sql.push(concat!(" as awaits_reader", sources!()));
    filter.push(&mut sql);
    sql.push(" and nomination.id in ");
    reader.push(&mut sql);
    sql.push(" order by awaits_reader desc, nomination.since_at desc, nomination.id desc limit ").bind(limit);
    sql.push(" offset ").bind(offset);
    let found: Vec<AwaitedRow> = rows!(tx, sql);
    found.into_iter().map(|row| Ok((row.nomination.try_into()?, row.awaits_reader))).collect()
}

/// How many nominations a filter lets through.
pub async fn count(tx: &mut Tx, filter: &NominationFilter) -> Result<i64> {
    let mut sql = Sql::new(concat!("select count(*)", sources!()));
    filter.push(&mut sql);
    Ok(value!(tx, sql))
}

/// Whether there is a nomination that a reader may see.
pub async fn exists(tx: &mut Tx, reader: &Reader) -> Result<bool> {
    let mut sql = Sql::new("select case when exists ");
    reader.push(&mut sql);
    sql.push(" then cast(1 as bigint) else cast(0 as bigint) end");
    let found: i64 = value!(tx, sql);
    Ok(found > 0)
}

/// The other nominations of a student that end once this one is confirmed: those that are not decided, for the same part of the
/// year.
pub async fn ended_by(tx: &mut Tx, record: &NominationRecord) -> Result<Vec<NominationRecord>> {
    let held = [StateKind::Waitlisted, StateKind::Offered, StateKind::Nominated, StateKind::Accepted];
    at_the_same_time(tx, record, &held).await
}

/// Whether the student has confirmed another place in the same part of the year: a nomination is not confirmed beside it.
pub async fn is_confirmed_elsewhere(tx: &mut Tx, record: &NominationRecord) -> Result<bool> {
    let confirmed = [StateKind::Confirmed, StateKind::Completed];
    Ok(!at_the_same_time(tx, record, &confirmed).await?.is_empty())
}

/// The student's other nominations for the same part of the year that are in one of these states.
async fn at_the_same_time(
    tx: &mut Tx,
    record: &NominationRecord,
    states: &[StateKind],
) -> Result<Vec<NominationRecord>> {
    let filter = NominationFilter {
        student: Some(record.student),
        first_year: Some(record.year.first_year()),
        states: states.to_vec(),
        ..NominationFilter::default()
    };
    let mut others = list(tx, &filter, Order::Oldest, (MOST_OF_ONE, 0)).await?;
    others.retain(|other| other.id != record.id && other.term.overlaps(record.term));
    Ok(others)
}
