//! What the ladder of an agreement follows from, as its row holds it.

use super::filter::push_told;
use crate::{
    Result, Tx,
    query::{Sql, rows},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    agreement::{Course, Watched},
    id::{AgreementId, InstitutionId},
    partial_date::StatedDate,
};
use sqlx::FromRow;
use uuid::Uuid;

/// The columns of [`WatchedRow`].
macro_rules! watched_columns {
    () => {
        "agreement.shared_on, agreement.approved_on, agreement.signed_on, agreement.starts_on, agreement.ends, agreement.ends_on, \
         agreement.terminated_on, agreement.renewed_on, agreement.notice_months, agreement.renews_months"
    };
}

pub(crate) use watched_columns;

/// The dates of a row.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct WatchedRow {
    shared_on: Option<NaiveDate>,
    approved_on: Option<NaiveDate>,
    signed_on: Option<NaiveDate>,
    starts_on: Option<NaiveDate>,
    ends: Option<String>,
    ends_on: Option<NaiveDate>,
    terminated_on: Option<NaiveDate>,
    renewed_on: Option<NaiveDate>,
    notice_months: Option<i64>,
    renews_months: Option<i64>,
}

impl From<WatchedRow> for Watched {
    fn from(row: WatchedRow) -> Self {
        let months = |months: Option<i64>| months.and_then(|months| u16::try_from(months).ok());
        Self {
            course: Course {
                shared_on: row.shared_on,
                approved_on: row.approved_on,
                signed_on: row.signed_on,
                starts_on: row.starts_on,
                ends_on: row.ends_on,
                terminated_on: row.terminated_on,
                renewed_on: row.renewed_on,
            },
            first_ends_on: row
                .ends
                .and_then(|ends| StatedDate::parse(&ends).ok())
                .map(|ends| ends.date.latest()),
            notice_months: months(row.notice_months),
            renews_months: months(row.renews_months),
        }
    }
}

/// An agreement that has an end, for a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadlines {
    /// Which one.
    pub agreement: AgreementId,
    /// Its title in French; may be empty.
    pub title_fr: String,
    /// Its title in English; may be empty.
    pub title_en: String,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What its deadlines follow from.
    pub watched: Watched,
}

#[derive(FromRow)]
struct DeadlinesRow {
    id: Uuid,
    title_fr: String,
    title_en: String,
    updated_at: DateTime<Utc>,
    #[sqlx(flatten)]
    watched: WatchedRow,
}

/// The signed agreements with an end to which an office's institutions are parties, the first to end first.
pub async fn deadlines(tx: &mut Tx, offices: &[InstitutionId]) -> Result<Vec<Deadlines>> {
    let mut sql = Sql::new(concat!(
        "select agreement.id, agreement.title_fr, agreement.title_en, agreement.updated_at, ",
        watched_columns!(),
        " from agreement where agreement.signed_on is not null and agreement.ends is not null and agreement.id in \
         (select party.agreement_id from party where party.institution_id in "
    ));
    sql.list(offices.iter().map(|id| id.0)).push(") and ");
    push_told(&mut sql, offices);
    sql.push(" order by agreement.ends_key, agreement.id");
    let rows: Vec<DeadlinesRow> = rows!(tx, sql);
    let deadlines = |row: DeadlinesRow| Deadlines {
        agreement: AgreementId(row.id),
        title_fr: row.title_fr,
        title_en: row.title_en,
        updated_at: row.updated_at,
        watched: row.watched.into(),
    };
    Ok(rows.into_iter().map(deadlines).collect())
}
