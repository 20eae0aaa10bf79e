//! What awaits offices, and what they have dealt with.

use crate::{
    Result, Stamp, StoreError, Tx,
    agreement::{WatchedRow, push_told},
    audit::{self, Change, Subject},
    ending::{self, Ended},
    institution,
    nomination::{is_open, is_own, line::present, own_accounts},
    observation, on,
    query::{Sql, rows},
    statements,
};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use domain::{
    academic_year::AcademicYear,
    access::{DealWithInbox, Permit, ReadInbox},
    agreement::{Awaited, Content, DeadlineKind, Watched, gap_years},
    commitment::{Commitment, Followed, Noted, Term},
    id::{AgreementId, CommitmentId, InstitutionId, NominationId},
    inbox::Item,
    nomination::{ActKind, Doer, Side, Speakers, StateKind},
};
use sqlx::FromRow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

statements! {
    DEAL = "insert into dealt (institution_id, item, dealt_by, dealt_name, dealt_at) values ($1, $2, $3, $4, $5) \
        on conflict (institution_id, item) do nothing";
    UNDO = "delete from dealt where institution_id = $1 and item = $2";
}

/// That something was dealt with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dealt {
    /// The name of who did.
    pub name: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Something that awaits an institution's office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxItem {
    /// Which institution it awaits.
    pub institution: InstitutionId,
    /// What.
    pub item: Item,
    /// Titles of the agreement it is about, in French and in English; either may be empty. Of a nomination the student's name.
    pub titles: [String; 2],
    /// The nomination, where it is about one.
    pub nomination: Option<NominationInBox>,
    /// That it was dealt with, and by whom.
    pub dealt: Option<Dealt>,
}

/// What an office is told of a nomination that stands in its inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NominationInBox {
    /// What it is.
    pub state: StateKind,
    /// When the offer lapses.
    pub answer_by: Option<DateTime<Utc>>,
    /// The home institution.
    pub home: InstitutionId,
    /// The host institution.
    pub host: InstitutionId,
}

#[derive(FromRow)]
struct AwaitingRow {
    agreement_id: Uuid,
    institution_id: Uuid,
    what: String,
    since: NaiveDate,
    latest_number: i64,
    title_fr: String,
    title_en: String,
}

#[derive(FromRow)]
struct ReminderRow {
    agreement_id: Uuid,
    institution_id: Uuid,
    months: i64,
    due_on: NaiveDate,
    kind: String,
    title_fr: String,
    title_en: String,
    #[sqlx(flatten)]
    watched: WatchedRow,
}

/// A commitment of an agreement in force or lately over, and how it has been kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// Which institution answers for it.
    pub institution: InstitutionId,
    /// Of which agreement.
    pub agreement: AgreementId,
    /// Titles of the agreement, in French and in English; either may be empty.
    pub titles: [String; 2],
    /// When the agreement was last changed.
    pub updated_at: DateTime<Utc>,
    /// What is promised.
    pub commitment: Commitment,
    /// How it stands.
    pub followed: Followed,
}

/// A year in which an institution is no more covered with a partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Which institution.
    pub institution: InstitutionId,
    /// With whom.
    pub partner: InstitutionId,
    /// Which year.
    pub year: AcademicYear,
    /// When it was found.
    pub found_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct PromisedRow {
    agreement_id: Uuid,
    institution_id: Uuid,
    content: String,
    title_fr: String,
    title_en: String,
    updated_at: DateTime<Utc>,
    #[sqlx(flatten)]
    watched: WatchedRow,
}

/// All that awaits these institutions on a day, by date. Ten statements, whatever there is.
pub async fn list(
    tx: &mut Tx,
    _permit: &Permit<ReadInbox>,
    institutions: &[InstitutionId],
    on: NaiveDate,
) -> Result<Vec<InboxItem>> {
    let mut items = awaited(tx, institutions).await?;
    items.extend(deadlines(tx, institutions, on).await?);
    items.extend(commitments(tx, institutions, on).await?);
    items.extend(ended(tx, institutions, on).await?);
    items.extend(gaps(tx, institutions, on).await?.into_iter().map(|gap| InboxItem {
        institution: gap.institution,
        item: Item::Gap { partner: gap.partner, year: gap.year },
        titles: Default::default(),
        nomination: None,
        dealt: None,
    }));
    items.extend(nominations(tx, institutions, on).await?);
    let mut dealt = dealt(tx, institutions).await?;
    for item in &mut items {
        item.dealt = dealt.remove(&(item.institution, item.item.to_string()));
    }
    items.sort_by_key(|item| (item.item.day(), item.item, item.institution));
    Ok(items)
}

fn ids(institutions: &[InstitutionId]) -> impl Iterator<Item = Uuid> {
    institutions.iter().map(|id| id.0)
}

async fn awaited(tx: &mut Tx, institutions: &[InstitutionId]) -> Result<Vec<InboxItem>> {
    let mut sql = Sql::new(
        "select awaiting.agreement_id, awaiting.institution_id, awaiting.what, awaiting.since, agreement.latest_number, agreement.title_fr, agreement.title_en \
         from awaiting join agreement on agreement.id = awaiting.agreement_id where awaiting.institution_id in ",
    );
    sql.list(ids(institutions)).push(" and ");
    push_told(&mut sql, institutions);
    let rows: Vec<AwaitingRow> = rows!(tx, sql);
    let item = |row: AwaitingRow| {
        let what = Awaited::parse(&row.what).map_err(|_| StoreError::corrupt("awaiting.what"))?;
        Ok(InboxItem {
            institution: InstitutionId(row.institution_id),
            item: Item::Awaited {
                what,
                agreement: AgreementId(row.agreement_id),
                revision: row.latest_number,
                since: row.since,
            },
            titles: [row.title_fr, row.title_en],
            nomination: None,
            dealt: None,
        })
    };
    rows.into_iter().map(item).collect()
}

/// The last reminder of each agreement that still is on its ladder.
async fn deadlines(tx: &mut Tx, institutions: &[InstitutionId], on: NaiveDate) -> Result<Vec<InboxItem>> {
    let mut sql = Sql::new(concat!(
        "select reminder.agreement_id, reminder.institution_id, reminder.months, reminder.due_on, reminder.kind, \
         agreement.title_fr, agreement.title_en, ",
        crate::agreement::watched_columns!(),
        " from reminder join agreement on agreement.id = reminder.agreement_id where reminder.due_on >= "
    ));
    sql.bind(on).push(" and reminder.institution_id in ").list(ids(institutions)).push(" and ");
    push_told(&mut sql, institutions);
    sql.push(" order by reminder.agreement_id, reminder.institution_id, reminder.months");
    let rows: Vec<ReminderRow> = rows!(tx, sql);
    let mut items: Vec<InboxItem> = Vec::new();
    for row in rows {
        let kind = DeadlineKind::parse(&row.kind).map_err(|_| StoreError::corrupt("reminder.kind"))?;
        let deadline = Watched::from(row.watched).deadline(on);
        if deadline.is_none_or(|deadline| (deadline.kind, deadline.on) != (kind, row.due_on)) {
            continue;
        }
        let months = u16::try_from(row.months).map_err(|_| StoreError::corrupt("reminder.months"))?;
        let institution = InstitutionId(row.institution_id);
        let agreement = AgreementId(row.agreement_id);
        let is_last = items
            .last()
            .is_none_or(|last| (last.item.agreement(), last.institution) != (Some(agreement), institution));
        if is_last {
            items.push(InboxItem {
                institution,
                item: Item::Deadline { kind, agreement, months, on: row.due_on },
                titles: [row.title_fr, row.title_en],
                nomination: None,
                dealt: None,
            });
        }
    }
    Ok(items)
}

/// Days after the end of an agreement in which its commitments still call, and after it was ended in which that is told.
const AFTERWARDS: i64 = 183;

/// The commitments that call on those who answer for them: those of an agreement for the same reason with the same date are one.
async fn commitments(tx: &mut Tx, institutions: &[InstitutionId], on: NaiveDate) -> Result<Vec<InboxItem>> {
    let mut calls: BTreeMap<_, (u16, [String; 2])> = BTreeMap::new();
    for owed in owed(tx, institutions, on).await? {
        if let Some((call, day)) = owed.followed.call(on) {
            let key = (owed.agreement, owed.institution, call, day);
            calls.entry(key).or_insert((0, owed.titles)).0 += 1;
        }
    }
    let item = |((agreement, institution, call, on), (count, titles))| InboxItem {
        institution,
        item: Item::Commitment { call, agreement, on, count },
        titles,
        nomination: None,
        dealt: None,
    };
    Ok(calls.into_iter().map(item).collect())
}

/// The commitments that these institutions answer for, of the agreements in force or lately over. Few agreements have any:
/// what is due is derived, as on their pages.
pub async fn owed(tx: &mut Tx, institutions: &[InstitutionId], on: NaiveDate) -> Result<Vec<Owed>> {
    let mut sql = Sql::new(concat!(
        "select commitment_owner.agreement_id, commitment_owner.institution_id, revision.content, agreement.title_fr, agreement.title_en, agreement.updated_at, ",
        crate::agreement::watched_columns!(),
        " from commitment_owner join agreement on agreement.id = commitment_owner.agreement_id \
         join revision on revision.agreement_id = agreement.id and revision.number = agreement.ruling_number \
         where agreement.signed_on is not null and commitment_owner.institution_id in "
    ));
    sql.list(ids(institutions)).push(" and ");
    push_told(&mut sql, institutions);
    sql.push(" order by commitment_owner.agreement_id, commitment_owner.institution_id");
    let promised: Vec<PromisedRow> = rows!(tx, sql);
    let mut noted = noted(tx, institutions).await?;
    let mut contents = Vec::new();
    for row in promised {
        let content: Content = serde_json::from_str(&row.content).map_err(StoreError::corrupt)?;
        contents.push((row, content));
    }
    let owners = contents.iter().flat_map(|(_, content)| content.commitments.iter().filter_map(|c| c.owner));
    let kept = institution::resolve(tx, &owners.collect::<Vec<_>>()).await?;
    let mut all = Vec::new();
    for (row, mut content) in contents {
        let course = Watched::from(row.watched).course;
        let term = Term::from(&course);
        let is_lately_over =
            term.ends_on.is_some_and(|ends_on| (1..=AFTERWARDS).contains(&(on - ends_on).num_days()));
        if !course.standing(on).is_in_force() && !is_lately_over {
            continue;
        }
        for owner in content.commitments.iter_mut().filter_map(|commitment| commitment.owner.as_mut()) {
            *owner = kept.get(owner).copied().unwrap_or(*owner);
        }
        let (institution, agreement) = (InstitutionId(row.institution_id), AgreementId(row.agreement_id));
        let own = content.commitments.into_iter().filter(|commitment| commitment.is_of(institution));
        all.extend(own.map(|commitment| Owed {
            institution,
            agreement,
            titles: [row.title_fr.clone(), row.title_en.clone()],
            updated_at: row.updated_at,
            followed: commitment.follow(term, noted.entry((agreement, commitment.id)).or_default(), on),
            commitment,
        }));
    }
    Ok(all)
}

/// What was observed of the commitments that these institutions answer for.
async fn noted(
    tx: &mut Tx,
    institutions: &[InstitutionId],
) -> Result<HashMap<(AgreementId, CommitmentId), Vec<Noted>>> {
    let mut sql = Sql::new(
        "select agreement_id, commitment_id, observed_on, kind, value from observation where withdrawn_at is null \
         and agreement_id in (select agreement_id from commitment_owner where institution_id in ",
    );
    sql.list(ids(institutions)).push(")");
    let rows: Vec<(Uuid, Uuid, NaiveDate, String, i64)> = rows!(tx, sql);
    let mut noted: HashMap<_, Vec<Noted>> = HashMap::new();
    for (agreement, commitment, on, kind, value) in rows {
        let value =
            observation::value(&kind, value).ok_or_else(|| StoreError::corrupt("observation.value"))?;
        noted
            .entry((AgreementId(agreement), CommitmentId(commitment)))
            .or_default()
            .push(Noted { on, value });
    }
    Ok(noted)
}

/// What other parties ended lately, or what is still to end by their word.
async fn ended(tx: &mut Tx, institutions: &[InstitutionId], on: NaiveDate) -> Result<Vec<InboxItem>> {
    let mut ended = ending::await_of(tx, institutions, on - TimeDelta::days(AFTERWARDS)).await?;
    // Two offices may each have named what takes its place.
    ended.dedup_by_key(|ended| (ended.item(), ended.institution));
    let item = |ended: Ended| InboxItem {
        institution: ended.institution,
        item: ended.item(),
        titles: ended.titles,
        nomination: None,
        dealt: None,
    };
    Ok(ended.into_iter().map(item).collect())
}

/// Days for which an office finds in its inbox what others did to a nomination, where nothing is awaited of it.
const TO_KNOW: i64 = 30;
/// How many of these it finds at most, the newest: an inbox is counted on every page. The list of nominations has all.
const TO_KNOW_MAX: i64 = 200;

#[derive(FromRow)]
struct NominationRow {
    id: Uuid,
    state: String,
    since_at: DateTime<Utc>,
    lapses_at: Option<DateTime<Utc>>,
    is_known_to_host: bool,
    name: String,
    sender_id: Uuid,
    receiver_id: Uuid,
    #[sqlx(flatten)]
    last: LastRow,
    student_speaks: bool,
    is_possible: bool,
}

/// What was done to a nomination last.
#[derive(FromRow)]
struct LastRow {
    act: String,
    by_side: String,
    is_on_behalf: bool,
}

/// The nominations that stand in the inboxes of these institutions, as [`ActKind::line`] says: by what was done to each last.
async fn nominations(tx: &mut Tx, institutions: &[InstitutionId], on: NaiveDate) -> Result<Vec<InboxItem>> {
    const NO_MEMBER: &str = " or not exists (select 1 from membership where membership.role in ('officer', 'lead') and membership.institution_id = ";
    const STUDENT_SPEAKS: &str = concat!("exists ", own_accounts!());
    let lately = on.and_time(NaiveTime::MIN).and_utc() - TimeDelta::days(TO_KNOW);
    let mut sql = Sql::new(
        "select nomination.id, nomination.state, nomination.since_at, nomination.lapses_at, nomination.is_known_to_host, student.name, \
         flow.sender_id, flow.receiver_id, event.act, event.by_side, event.is_on_behalf, ",
    );
    sql.push(STUDENT_SPEAKS).push(concat!(" as student_speaks, ", is_open!(), " and nomination.year >= "));
    sql.bind(present(on)).push(
        " as is_possible from nomination join student on student.id = nomination.student_id join flow on flow.id = nomination.flow_id \
         join nomination_event event on event.nomination_id = nomination.id and event.at = nomination.since_at where nomination.id in (",
    );
    // What there is to do grows with an office's own flows: these are read first, and nominations by them (SQLite joins in this order
    // where it is told `cross`).
    let push_own = |sql: &mut Sql, with: &'static str| {
        sql.push("select nomination.id from flow cross join nomination").push(with);
        sql.push(" where nomination.flow_id = flow.id and (flow.sender_id in ").list(ids(institutions));
        sql.push(" or flow.receiver_id in ").list(ids(institutions)).push(")");
    };
    let push_speaks = |sql: &mut Sql, who: &'static str| {
        sql.push("(").push(who).push(" in ").list(ids(institutions)).push(NO_MEMBER).push(who).push("))");
    };
    // Those that may await the office of a party, or of the other party where nobody has an account for it. In one `case`: of conditions
    // joined by `or` PostgreSQL tries every index for each, for longer than it then looks.
    push_own(&mut sql, " join student on student.id = nomination.student_id");
    sql.push(" and nomination.state in ('offered', 'nominated', 'accepted', 'rejected') and case nomination.state when 'nominated' then ");
    push_speaks(&mut sql, "flow.receiver_id");
    sql.push(" when 'rejected' then ");
    push_speaks(&mut sql, "flow.sender_id");
    sql.push(" and (nomination.since_at >= ").bind(lately);
    sql.push(concat!(" or ", is_open!(), " and nomination.year >= ")).bind(present(on)).push(") else ");
    push_speaks(&mut sql, "flow.sender_id");
    sql.push(" and not ").push(STUDENT_SPEAKS);
    sql.push(" end union all select known.id from (");
    push_own(&mut sql, "");
    sql.push(" and nomination.state in ('confirmed', 'withdrawn', 'declined', 'lapsed') and nomination.since_at >= ");
    sql.bind(lately).push(" order by nomination.since_at desc limit ").bind(TO_KNOW_MAX);
    sql.push(") known) order by nomination.id, event.id desc");
    let mut rows: Vec<NominationRow> = rows!(tx, sql);
    // Of what was done at the same instant the last counts.
    rows.dedup_by_key(|row| row.id);
    let parties: BTreeSet<_> = rows.iter().flat_map(|row| [row.sender_id, row.receiver_id]).collect();
    let parties: Vec<_> = parties.into_iter().map(InstitutionId).collect();
    let with_office = institution::with_office(tx, &parties).await?;
    let mut items = Vec::new();
    for row in rows {
        let (home, host) = (InstitutionId(row.sender_id), InstitutionId(row.receiver_id));
        let speakers = Speakers {
            student: row.student_speaks,
            home: with_office.contains(&home),
            host: with_office.contains(&host),
        };
        let by = Side::parse(&row.last.by_side).map_err(StoreError::corrupt)?;
        let doer = Doer { by, is_on_behalf: row.last.is_on_behalf };
        let act = match ActKind::parse(&row.last.act).map_err(StoreError::corrupt)? {
            // Of what can be corrected no more one hears as of what is taken back.
            ActKind::Reject if !row.is_possible => ActKind::Withdraw,
            act => act,
        };
        let state = StateKind::parse(&row.state).map_err(StoreError::corrupt)?;
        for (side, institution) in [(Side::Home, home), (Side::Host, host)] {
            // Who was never asked knows nothing, unless it speaks for the home.
            let is_told = side == Side::Home || row.is_known_to_host || !speakers.home;
            let what = act.line(side, doer, speakers).filter(|_| is_told);
            let Some(what) = what.filter(|_| institutions.contains(&institution)) else { continue };
            let since = row.since_at.date_naive();
            items.push(InboxItem {
                institution,
                item: Item::Nomination { what, nomination: NominationId(row.id), since },
                titles: [row.name.clone(), row.name.clone()],
                nomination: Some(NominationInBox { state, answer_by: row.lapses_at, home, host }),
                dealt: None,
            });
        }
    }
    Ok(items)
}

/// The gaps of these institutions in the years that matter on a day.
pub async fn gaps(tx: &mut Tx, institutions: &[InstitutionId], on: NaiveDate) -> Result<Vec<Gap>> {
    let mut sql = Sql::new(
        "select institution_id, partner_id, year, found_at from gap where closed_at is null and year in ",
    );
    sql.list(gap_years(on).iter().map(ToString::to_string))
        .push(" and institution_id in ")
        .list(ids(institutions))
        .push(" order by year, institution_id, partner_id");
    let rows: Vec<(Uuid, Uuid, String, DateTime<Utc>)> = rows!(tx, sql);
    let gap = |(institution, partner, year, found_at): (Uuid, Uuid, String, DateTime<Utc>)| {
        let year = AcademicYear::parse(&year).map_err(|_| StoreError::corrupt("gap.year"))?;
        Ok(Gap { institution: InstitutionId(institution), partner: InstitutionId(partner), year, found_at })
    };
    rows.into_iter().map(gap).collect()
}

async fn dealt(
    tx: &mut Tx,
    institutions: &[InstitutionId],
) -> Result<HashMap<(InstitutionId, String), Dealt>> {
    let mut sql =
        Sql::new("select institution_id, item, dealt_name, dealt_at from dealt where institution_id in ");
    sql.list(ids(institutions));
    let rows: Vec<(Uuid, String, String, DateTime<Utc>)> = rows!(tx, sql);
    let entry = |(id, item, name, at)| ((InstitutionId(id), item), Dealt { name, at });
    Ok(rows.into_iter().map(entry).collect())
}

/// Notes that an office has dealt with something. Doing so twice changes nothing.
pub async fn deal(tx: &mut Tx, permit: &Permit<DealWithInbox>, stamp: &Stamp, item: Item) -> Result<()> {
    let institution = permit.action().0;
    let word = item.to_string();
    let dealt = on!(tx, |c| {
        sqlx::query(sql::DEAL)
            .bind(institution.0)
            .bind(&word)
            .bind(permit.user().map(|user| user.0))
            .bind(permit.name())
            .bind(stamp.at)
            .execute(c)
            .await?
            .rows_affected()
    });
    if dealt == 0 {
        return Ok(());
    }
    let subject = Subject::new("institution", institution.0);
    audit::record(tx, permit, stamp, "deal_with_inbox", subject, Change::to(&word)).await
}

/// Takes back that an office has dealt with something.
pub async fn undo(tx: &mut Tx, permit: &Permit<DealWithInbox>, stamp: &Stamp, item: Item) -> Result<()> {
    let institution = permit.action().0;
    let word = item.to_string();
    let undone =
        on!(tx, |c| sqlx::query(sql::UNDO).bind(institution.0).bind(&word).execute(c).await?.rows_affected());
    if undone == 0 {
        return Ok(());
    }
    let subject = Subject::new("institution", institution.0);
    audit::record(tx, permit, stamp, "deal_with_inbox", subject, Change::from(&word)).await
}
