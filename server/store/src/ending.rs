//! Agreements that a party ended, or named another in place of: the offices of the other parties are told.

use crate::{
    Result, Stamp, StoreError, Tx,
    audit::{self, Change, Subject},
    on,
    query::{Sql, rows},
    statements,
};
use chrono::{NaiveDate, NaiveTime};
use domain::{
    access::{Permit, Watch},
    id::{AgreementId, InstitutionId},
    inbox::{Ending, Item},
};
use sqlx::FromRow;
use uuid::Uuid;

statements! {
    TOLD_TERMINATED = "update termination set told_at = $2 where agreement_id = $1 and told_at is null";
    TOLD_REPLACED = "update succession set told_at = $2 where agreement_id = $1 and kind = 'replaced_by' and told_at is null";
}

/// An agreement that was ended, and a party whose office is to hear of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Which agreement.
    pub agreement: AgreementId,
    /// Who is to hear of it.
    pub institution: InstitutionId,
    /// How it was ended.
    pub ending: Ending,
    /// First day on which it binds nobody.
    pub on: NaiveDate,
    /// The party that gave notice; none where the parties ended it together, or where another agreement took its place.
    pub by: Option<InstitutionId>,
    /// Whose office recorded it.
    pub office: InstitutionId,
    /// Titles of the agreement, in French and in English; either may be empty.
    pub titles: [String; 2],
}

impl Ended {
    /// The same, as it awaits the institution.
    pub const fn item(&self) -> Item {
        Item::Ended { ending: self.ending, agreement: self.agreement, on: self.on }
    }
}

#[derive(FromRow)]
struct EndedRow {
    agreement_id: Uuid,
    institution_id: Uuid,
    ending: String,
    ended_on: NaiveDate,
    by_id: Option<Uuid>,
    office_id: Uuid,
    title_fr: String,
    title_en: String,
}

impl TryFrom<EndedRow> for Ended {
    type Error = StoreError;

    fn try_from(row: EndedRow) -> Result<Self> {
        Ok(Self {
            agreement: AgreementId(row.agreement_id),
            institution: InstitutionId(row.institution_id),
            ending: Ending::parse(&row.ending).map_err(|_| StoreError::corrupt("an ending"))?,
            on: row.ended_on,
            by: row.by_id.map(InstitutionId),
            office: InstitutionId(row.office_id),
            titles: [row.title_fr, row.title_en],
        })
    }
}

/// What tells an ending: its table, its word, its day, who gave notice.
struct Told {
    table: &'static str,
    ending: Ending,
    day: &'static str,
    by: &'static str,
    more: &'static str,
}

const TOLD: [Told; 2] = [
    Told {
        table: "termination",
        ending: Ending::Terminated,
        day: "termination.effective_on",
        by: "termination.institution_id",
        more: " and (termination.institution_id is null or termination.institution_id <> party.institution_id)",
    },
    Told {
        table: "succession",
        ending: Ending::Replaced,
        day: "agreement.renewed_on",
        by: "cast(null as uuid)",
        more: " and succession.kind = 'replaced_by' and agreement.renewed_on is not null",
    },
];

/// Endings, each with every party that is to hear of it, under one more condition on the table of the fact.
async fn ended(tx: &mut Tx, condition: impl Fn(&mut Sql, &Told)) -> Result<Vec<Ended>> {
    let mut sql = Sql::new("");
    for (i, told) in TOLD.iter().enumerate() {
        sql.push(if i == 0 { "select distinct" } else { " union select" })
            .push(" agreement.id as agreement_id, party.institution_id as institution_id, ");
        sql.bind(told.ending.code()).push(" as ending, ").push(told.day).push(" as ended_on, ").push(told.by);
        sql.push(" as by_id, ").push(told.table).push(
            ".office_id as office_id, agreement.title_fr as title_fr, agreement.title_en as title_en from ",
        );
        sql.push(told.table).push(" join agreement on agreement.id = ").push(told.table);
        sql.push(
            ".agreement_id join party on party.agreement_id = agreement.id and party.institution_id <> ",
        );
        sql.push(told.table)
            .push(".office_id where agreement.shared_on is not null")
            .push(told.more)
            .push(" and ");
        condition(&mut sql, told);
    }
    sql.push(" order by 1, 3, 2");
    let rows: Vec<EndedRow> = rows!(tx, sql);
    rows.into_iter().map(Ended::try_from).collect()
}

/// The endings recorded since a day, or that took effect since or will, that await these institutions: those that none of
/// them recorded.
pub(crate) async fn await_of(
    tx: &mut Tx,
    institutions: &[InstitutionId],
    day: NaiveDate,
) -> Result<Vec<Ended>> {
    let since = day.and_time(NaiveTime::MIN).and_utc();
    let ids = || institutions.iter().map(|id| id.0);
    ended(tx, |sql, told| {
        sql.push("party.institution_id in ").list(ids()).push(" and ").push(told.table);
        sql.push(".office_id not in ").list(ids()).push(" and (").push(told.table);
        sql.push(".recorded_at >= ").bind(since).push(" or ").push(told.day).push(" >= ").bind(day).push(")");
    })
    .await
}

/// The endings of which nobody was written to.
pub async fn untold(tx: &mut Tx) -> Result<Vec<Ended>> {
    ended(tx, |sql, told| {
        sql.push(told.table).push(".told_at is null");
    })
    .await
}

/// Notes that the others are written to of an ending; whether they had not been before.
pub async fn tell(tx: &mut Tx, permit: &Permit<Watch>, stamp: &Stamp, ended: &Ended) -> Result<bool> {
    let statement = match ended.ending {
        Ending::Terminated => sql::TOLD_TERMINATED,
        Ending::Replaced => sql::TOLD_REPLACED,
    };
    let told = on!(tx, |c| {
        let tell = sqlx::query(statement).bind(ended.agreement.0).bind(stamp.at);
        tell.execute(c).await?.rows_affected()
    });
    if told > 0 {
        let change = Change::to(&ended.item().to_string());
        let subject = Subject::new("agreement", ended.agreement.0);
        audit::record(tx, permit, stamp, "tell_ending", subject, change).await?;
    }
    Ok(told > 0)
}
