//! Which steps of ladders and which gaps in coverage nobody was told of yet, and that they were told.

use crate::{
    Result, Stamp, StoreError, Tx,
    agreement::WatchedRow,
    audit::{self, Change, Subject},
    on, partner,
    query::{Sql, rows},
    statements,
};
use chrono::NaiveDate;
use domain::{
    academic_year::AcademicYear,
    access::{Permit, Watch},
    agreement::{
        AgreementKind, Covering, OwnCovering, Pair, PartyRole, Step, Watched, gap_years, gaps_of_each,
        ladder_limit,
    },
    id::{AgreementId, InstitutionId, UserId},
    inbox::Item,
    lang::Lang,
};
use sqlx::FromRow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use uuid::Uuid;

statements! {
    ON_LADDERS = concat!("select agreement.id, party.institution_id, ", crate::agreement::watched_columns!(), " from agreement \
        join party on party.agreement_id = agreement.id and (agreement.shared_on is not null or party.institution_id = agreement.owner_id) \
        where agreement.signed_on is not null and agreement.terminated_on is null and agreement.renewed_on is null \
        and agreement.ends_key >= $1 and agreement.ends_key <= $2 and agreement.renews_months is null");
    ON_RENEWED_LADDERS = concat!("select agreement.id, party.institution_id, ", crate::agreement::watched_columns!(), " from agreement \
        join party on party.agreement_id = agreement.id and (agreement.shared_on is not null or party.institution_id = agreement.owner_id) \
        where agreement.signed_on is not null and agreement.terminated_on is null and agreement.renewed_on is null \
        and agreement.ends is not null and agreement.renews_months is not null");
    REMINDED = "select agreement_id, institution_id, months, due_on from reminder where due_on >= $1";
    REMIND = "insert into reminder (agreement_id, institution_id, months, due_on, kind, made_at) values ($1, $2, $3, $4, $5, $6) \
        on conflict (agreement_id, institution_id, months, due_on) do nothing";
    GAPS_OF = "select institution_id, partner_id, closed_at is null from gap where year = $1";
    INSERT_GAP = "insert into gap (institution_id, partner_id, year, found_at) values ($1, $2, $3, $4) \
        on conflict (institution_id, partner_id, year) do nothing";
    OPEN_GAP = "update gap set closed_at = null where institution_id = $1 and partner_id = $2 and year = $3";
    CLOSE_GAP = "update gap set closed_at = $4 where institution_id = $1 and partner_id = $2 and year = $3 and closed_at is null";
    RECIPIENTS = "with recursive above (id, parent_id) as ( \
        select id, parent_id from institution where id = $1 \
        union select institution.id, institution.parent_id from institution join above on institution.id = above.parent_id) \
        select distinct account.id, account.lang from membership join account on account.id = membership.account_id \
        where membership.institution_id in (select id from above) and membership.role in ('officer', 'lead') \
        and account.disabled_at is null and account.wants_mail order by account.id";
}

/// A step that has been reached, and an institution that is to hear of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Of which agreement.
    pub agreement: AgreementId,
    /// Who is to hear of it.
    pub institution: InstitutionId,
    /// The step.
    pub step: Step,
}

impl Due {
    /// The same, as it awaits the institution.
    pub const fn item(&self) -> Item {
        let deadline = self.step.deadline;
        Item::Deadline {
            kind: deadline.kind,
            agreement: self.agreement,
            months: self.step.months,
            on: deadline.on,
        }
    }
}

#[derive(FromRow)]
struct LadderRow {
    id: Uuid,
    institution_id: Uuid,
    #[sqlx(flatten)]
    watched: WatchedRow,
}

/// The steps reached on a day of which an institution has not heard.
pub async fn due(tx: &mut Tx, on: NaiveDate) -> Result<Vec<Due>> {
    let rows: Vec<LadderRow> = on!(tx, |c| {
        let limit = ladder_limit(on);
        let mut rows = sqlx::query_as(sql::ON_LADDERS).bind(on).bind(limit).fetch_all(&mut *c).await?;
        rows.extend(sqlx::query_as(sql::ON_RENEWED_LADDERS).fetch_all(c).await?);
        rows
    });
    let reminded: Vec<(Uuid, Uuid, i64, NaiveDate)> =
        on!(tx, |c| sqlx::query_as(sql::REMINDED).bind(on).fetch_all(c).await?);
    let reminded: HashSet<_> = reminded.into_iter().collect();
    let due = |row: LadderRow| {
        let step = Watched::from(row.watched).step(on)?;
        let key = (row.id, row.institution_id, i64::from(step.months), step.deadline.on);
        let due =
            Due { agreement: AgreementId(row.id), institution: InstitutionId(row.institution_id), step };
        (!reminded.contains(&key)).then_some(due)
    };
    Ok(rows.into_iter().filter_map(due).collect())
}

/// Notes that an institution hears of a step; whether it had not before.
pub async fn remind(tx: &mut Tx, permit: &Permit<Watch>, stamp: &Stamp, due: &Due) -> Result<bool> {
    let Step { months, deadline } = due.step;
    let made = on!(tx, |c| {
        sqlx::query(sql::REMIND)
            .bind(due.agreement.0)
            .bind(due.institution.0)
            .bind(i64::from(months))
            .bind(deadline.on)
            .bind(deadline.kind.code())
            .bind(stamp.at)
            .execute(c)
            .await?
            .rows_affected()
    });
    if made > 0 {
        let change = Change::to(&(due.institution, due.item().to_string()));
        audit::record(tx, permit, stamp, "remind", Subject::new("agreement", due.agreement.0), change)
            .await?;
    }
    Ok(made > 0)
}

#[derive(FromRow)]
struct CoveringRow {
    id: Uuid,
    owner_id: Option<Uuid>,
    institution_id: Uuid,
    #[sqlx(flatten)]
    watched: WatchedRow,
}

/// The institutions, each with a partner, that were covered in the year before and are not in this one, as far as each knows.
pub async fn uncovered(tx: &mut Tx, year: AcademicYear) -> Result<BTreeSet<Pair>> {
    let Some(before) = year.previous() else { return Ok(BTreeSet::new()) };
    let exchanges = || AgreementKind::ALL.iter().filter(|kind| kind.is_exchange()).map(|kind| kind.code());
    let (from, to) = (before.starts_on(), year.starts_on());
    // Only partners of an agreement that ceases in between can have lost their last one.
    let mut sql = Sql::new(concat!(
        "select agreement.id, agreement.owner_id, party.institution_id, ",
        crate::agreement::watched_columns!(),
        " from agreement join party on party.agreement_id = agreement.id \
          where agreement.signed_on is not null and agreement.kind in "
    ));
    sql.list(exchanges()).push(" and party.role in ");
    sql.list(PartyRole::ALL.iter().filter(|role| role.signs()).map(|role| role.code()));
    sql.push(" and party.institution_id in (select ceasing.institution_id from party as ceasing join agreement as ended on ended.id = ceasing.agreement_id \
        where ended.signed_on is not null and ended.kind in ");
    sql.list(exchanges())
        .push(" and ((ended.ends_key >= ")
        .bind(from)
        .push(" and ended.ends_key < ")
        .bind(to);
    for column in ["ended.terminated_on", "ended.renewed_on"] {
        sql.push(") or (")
            .push(column)
            .push(" > ")
            .bind(from)
            .push(" and ")
            .push(column)
            .push(" <= ")
            .bind(to);
    }
    sql.push("))) order by agreement.id");
    let rows: Vec<CoveringRow> = rows!(tx, sql);
    let mut agreements: BTreeMap<Uuid, (Option<InstitutionId>, Covering)> = BTreeMap::new();
    for row in rows {
        let (_, covering) = agreements.entry(row.id).or_insert_with(|| {
            let covering = Covering { watched: row.watched.into(), parties: Vec::new() };
            (row.owner_id.map(InstitutionId), covering)
        });
        covering.parties.push(InstitutionId(row.institution_id));
    }
    let (shared, own): (Vec<_>, Vec<_>) =
        agreements.into_values().partition(|(_, covering)| covering.watched.course.shared_on.is_some());
    let shared: Vec<Covering> = shared.into_iter().map(|(_, covering)| covering).collect();
    let own = own_coverings(tx, own).await?;
    Ok(gaps_of_each(&shared, &own, year))
}

/// The agreements that are not shared, each with the parties on the side of the office that manages it: that institution and its
/// units.
async fn own_coverings(tx: &mut Tx, own: Vec<(Option<InstitutionId>, Covering)>) -> Result<Vec<OwnCovering>> {
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let parties = own.iter().flat_map(|(_, covering)| covering.parties.iter().map(|id| id.0)).collect();
    let above = partner::above(tx, parties).await?;
    let parent = |id: &InstitutionId| above.get(id).and_then(|one| one.parent);
    let known = own.into_iter().map(|(owner, covering)| {
        let is_own =
            |id: &InstitutionId| std::iter::successors(Some(*id), parent).any(|id| Some(id) == owner);
        let known_to = covering.parties.iter().copied().filter(is_own).collect();
        OwnCovering { covering, known_to }
    });
    Ok(known.collect())
}

/// Brings the gaps noted for a year, of each institution with its partner, in step with those there are; answers those that had
/// not heard of theirs.
pub async fn note_gaps(
    tx: &mut Tx,
    permit: &Permit<Watch>,
    stamp: &Stamp,
    year: AcademicYear,
    pairs: &BTreeSet<Pair>,
) -> Result<Vec<Pair>> {
    let year = year.to_string();
    let known: Vec<(Uuid, Uuid, bool)> =
        on!(tx, |c| sqlx::query_as(sql::GAPS_OF).bind(&year).fetch_all(c).await?);
    let known: BTreeMap<Pair, bool> = known
        .into_iter()
        .map(|(one, other, is_open)| ((InstitutionId(one), InstitutionId(other)), is_open))
        .collect();
    let mut new = Vec::new();
    for pair in pairs {
        let statement = match known.get(pair) {
            Some(true) => continue,
            Some(false) => sql::OPEN_GAP,
            None => sql::INSERT_GAP,
        };
        let is_new = !known.contains_key(pair);
        let changed = on!(tx, |c| {
            let query = sqlx::query(statement).bind(pair.0.0).bind(pair.1.0).bind(&year);
            let query = if is_new { query.bind(stamp.at) } else { query };
            query.execute(c).await?.rows_affected()
        });
        if is_new && changed > 0 {
            let change = Change::to(&(pair.1, &year));
            audit::record(tx, permit, stamp, "note_gap", Subject::new("institution", pair.0.0), change)
                .await?;
            new.push(*pair);
        }
    }
    for (pair, _) in known.iter().filter(|(pair, is_open)| **is_open && !pairs.contains(pair)) {
        on!(tx, |c| {
            let close = sqlx::query(sql::CLOSE_GAP).bind(pair.0.0).bind(pair.1.0).bind(&year).bind(stamp.at);
            close.execute(c).await?;
        });
    }
    Ok(new)
}

/// The gaps noted of any of these institutions with another of them in the years that matter on a day.
pub async fn gaps_among(
    tx: &mut Tx,
    institutions: &[InstitutionId],
    on: NaiveDate,
) -> Result<Vec<(Pair, AcademicYear)>> {
    let ids = || institutions.iter().map(|id| id.0);
    let mut sql =
        Sql::new("select institution_id, partner_id, year from gap where closed_at is null and year in ");
    sql.list(gap_years(on).iter().map(ToString::to_string)).push(" and institution_id in ").list(ids());
    sql.push(" and partner_id in ").list(ids()).push(" order by year, institution_id, partner_id");
    let rows: Vec<(Uuid, Uuid, String)> = rows!(tx, sql);
    let gap = |(one, other, year): (Uuid, Uuid, String)| {
        let year = AcademicYear::parse(&year).map_err(|_| StoreError::corrupt("gap.year"))?;
        Ok(((InstitutionId(one), InstitutionId(other)), year))
    };
    rows.into_iter().map(gap).collect()
}

/// The titles of agreements, in French and in English; either may be empty.
pub async fn titles(
    tx: &mut Tx,
    agreements: impl IntoIterator<Item = AgreementId>,
) -> Result<HashMap<AgreementId, [String; 2]>> {
    let mut sql = Sql::new("select id, title_fr, title_en from agreement where id in ");
    sql.list(agreements.into_iter().map(|id| id.0));
    let rows: Vec<(Uuid, String, String)> = rows!(tx, sql);
    Ok(rows.into_iter().map(|(id, fr, en)| (AgreementId(id), [fr, en])).collect())
}

/// Who is told of what awaits an institution: officers and leads of its office, or of one above, who want mail, each with
/// the language to tell it in.
pub async fn recipients(
    tx: &mut Tx,
    _permit: &Permit<Watch>,
    institution: InstitutionId,
) -> Result<Vec<(UserId, Lang)>> {
    let rows: Vec<(Uuid, String)> =
        on!(tx, |c| sqlx::query_as(sql::RECIPIENTS).bind(institution.0).fetch_all(c).await?);
    Ok(rows.into_iter().map(|(id, lang)| (UserId(id), Lang::from_code(&lang).unwrap_or_default())).collect())
}
