//! Of what happened to nominations nobody was told yet, and to whom it may be told.

use crate::{Result, StoreError, Tx, on, statements};
use chrono::{DateTime, Utc};
use domain::{
    access::{Permit, Watch},
    account::PersonName,
    email::Email,
    id::{NominationId, UserId},
    lang::Lang,
    nomination::{ActKind, Doer, Side},
};
use sqlx::FromRow;
use uuid::Uuid;

statements! {
    UNTOLD = concat!("select event.id, event.nomination_id, event.at, event.act, event.by_side, event.is_on_behalf, \
        maker.name as maker_name, maker.email as maker_email, maker.lang as maker_lang, account.id as own_id, account.lang as own_lang \
        from nomination_event event join nomination on nomination.id = event.nomination_id \
        join student on student.id = nomination.student_id join flow on flow.id = nomination.flow_id \
        left join account maker on maker.id = nomination.created_by \
        left join account on account.email_key = student.email_key \
            and exists (select 1 from membership where membership.account_id = account.id and ", is_own!(), ") \
        where event.told_at is null and event.at <= (select max(first.at) from \
            (select at from nomination_event where told_at is null order by at, id limit $1) first) order by event.at, event.id");
    TELL = "update nomination_event set told_at = $2 where id = $1 and told_at is null";
}

/// Something that happened to a nomination, of which nobody was told yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untold {
    /// Which event.
    pub id: Uuid,
    /// To which nomination.
    pub nomination: NominationId,
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub act: ActKind,
    /// By whom.
    pub doer: Doer,
    /// Who put the student forward, where their account is still there.
    pub maker: Option<Person>,
    /// The student's account and language, where they have one.
    pub student: Option<(UserId, Lang)>,
}

/// Someone of an office, to be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Name.
    pub name: PersonName,
    /// Address.
    pub email: Email,
    /// Language.
    pub lang: Lang,
}

#[derive(FromRow)]
struct UntoldRow {
    id: Uuid,
    nomination_id: Uuid,
    at: DateTime<Utc>,
    act: String,
    by_side: String,
    is_on_behalf: bool,
    maker_name: Option<String>,
    maker_email: Option<String>,
    maker_lang: Option<String>,
    own_id: Option<Uuid>,
    own_lang: Option<String>,
}

impl TryFrom<UntoldRow> for Untold {
    type Error = StoreError;

    fn try_from(row: UntoldRow) -> Result<Self> {
        let lang = |code: Option<String>| code.and_then(|code| Lang::from_code(&code)).unwrap_or_default();
        let maker = match (row.maker_name, row.maker_email) {
            (Some(name), Some(email)) => Some(Person {
                name: PersonName::parse(&name).map_err(StoreError::corrupt)?,
                email: Email::parse(&email).map_err(StoreError::corrupt)?,
                lang: lang(row.maker_lang),
            }),
            _ => None,
        };
        Ok(Self {
            id: row.id,
            nomination: NominationId(row.nomination_id),
            at: row.at,
            act: ActKind::parse(&row.act).map_err(StoreError::corrupt)?,
            doer: Doer {
                by: Side::parse(&row.by_side).map_err(StoreError::corrupt)?,
                is_on_behalf: row.is_on_behalf,
            },
            maker,
            student: row.own_id.map(|id| (UserId(id), lang(row.own_lang))),
        })
    }
}

/// The first events of which nobody was told yet: so many, and all of the instant of the last, which a list may have made together.
pub async fn untold(tx: &mut Tx, _permit: &Permit<Watch>, limit: i64) -> Result<Vec<Untold>> {
    let rows: Vec<UntoldRow> = on!(tx, |c| sqlx::query_as(sql::UNTOLD).bind(limit).fetch_all(c).await?);
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Notes that an event is told now; whether nobody had noted it before.
pub async fn tell(tx: &mut Tx, _permit: &Permit<Watch>, id: Uuid, at: DateTime<Utc>) -> Result<bool> {
    let told = on!(tx, |c| sqlx::query(sql::TELL).bind(id).bind(at).execute(c).await?.rows_affected());
    Ok(told > 0)
}
