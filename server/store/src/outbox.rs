//! Messages on their way: written in the transaction of what they tell, sent by one server, tried again when that fails.

use crate::{
    Result, Stamp, Tx,
    audit::{self, Change, Subject},
    on, statements,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{ManageMail, Permit, Watch},
    account::PersonName,
    email::Email,
    id::UserId,
    lang::Lang,
};
use sqlx::FromRow;
use uuid::Uuid;

/// Minutes after the first, second, … try until the next; after the last try it is given up.
const PATIENCE: [i64; 7] = [1, 5, 15, 60, 240, 720, 1440];

statements! {
    INSERT = "insert into outbox (id, mark, account_id, to_name, to_email, lang, subject, body_text, body_html, made_at, tries, next_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $10) on conflict (mark) do nothing";
    NEXT = "select outbox.id, coalesce(outbox.to_name, account.name) as name, coalesce(outbox.to_email, account.email) as email, \
            outbox.lang, outbox.subject, outbox.body_text, outbox.body_html, outbox.made_at, outbox.tries \
        from outbox left join account on account.id = outbox.account_id \
        where outbox.next_at <= $1 and account.disabled_at is null order by outbox.next_at, outbox.id limit 1";
    CLAIM = "update outbox set tries = tries + 1, next_at = $3 where id = $1 and tries = $2";
    SENT = "update outbox set sent_at = $2, next_at = null, failure = null where id = $1";
    FAILED = "update outbox set failure = $2 where id = $1";
    COUNTS = "select count(*), count(sent_at), count(case when sent_at is null and next_at is null then 1 end) from outbox";
    FAILING = "select outbox.id, coalesce(outbox.to_name, account.name) as name, coalesce(outbox.to_email, account.email) as email, \
            outbox.subject, outbox.made_at, outbox.tries, outbox.next_at, outbox.failure \
        from outbox left join account on account.id = outbox.account_id \
        where outbox.sent_at is null and outbox.failure is not null order by outbox.made_at desc, outbox.id limit $1";
    RETRY = "update outbox set tries = 0, next_at = $1 where sent_at is null and failure is not null";
}

/// To whom a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// Someone with an account, at the address they have when it is sent; it goes with the account.
    Account(UserId),
    /// Someone without one.
    Person {
        /// Their name.
        name: PersonName,
        /// Their address.
        email: Email,
    },
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What it tells: nobody is told the same twice.
    pub mark: String,
    /// To whom.
    pub to: Recipient,
    /// In which language.
    pub lang: Lang,
    /// Its subject.
    pub subject: String,
    /// What it says, as plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// A message to be sent now.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Outgoing {
    /// Which one: the same each time it is tried.
    pub id: Uuid,
    /// The name of whom it is for.
    pub name: String,
    /// The address of whom it is for.
    pub email: String,
    /// The language it is in.
    pub lang: String,
    /// Its subject.
    pub subject: String,
    /// What it says, as plain text.
    pub body_text: String,
    /// The same as HTML.
    pub body_html: String,
    /// When it was written.
    pub made_at: DateTime<Utc>,
    tries: i64,
}

/// A message that could not be sent yet.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Failing {
    /// Which one.
    pub id: Uuid,
    /// The name of whom it is for.
    pub name: String,
    /// The address of whom it is for.
    pub email: String,
    /// Its subject.
    pub subject: String,
    /// When it was written.
    pub made_at: DateTime<Utc>,
    /// How often it was tried.
    pub tries: i64,
    /// When it is tried again; never, once it was given up.
    pub next_at: Option<DateTime<Utc>>,
    /// Why it could not be sent.
    pub failure: Option<String>,
}

/// How many messages there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sent.
    pub sent: i64,
    /// On their way.
    pub waiting: i64,
    /// Given up.
    pub given_up: i64,
}

/// Writes a message, to be sent from now on; whether it is a new one. Whoever may do a thing may have it told.
pub async fn insert<A>(tx: &mut Tx, _permit: &Permit<A>, stamp: &Stamp, message: &Message) -> Result<bool> {
    let (account, person) = match &message.to {
        Recipient::Account(account) => (Some(account.0), None),
        Recipient::Person { name, email } => (None, Some((name.as_str(), email.as_str()))),
    };
    let made = on!(tx, |c| {
        sqlx::query(sql::INSERT)
            .bind(stamp.id())
            .bind(&message.mark)
            .bind(account)
            .bind(person.map(|(name, _)| name))
            .bind(person.map(|(_, email)| email))
            .bind(message.lang.code())
            .bind(&message.subject)
            .bind(&message.text)
            .bind(&message.html)
            .bind(stamp.at)
            .execute(c)
            .await?
            .rows_affected()
    });
    Ok(made > 0)
}

/// The next message to be sent. It is claimed: should the one who asks never say what became of it, it is tried again.
pub async fn claim(tx: &mut Tx, _permit: &Permit<Watch>, now: DateTime<Utc>) -> Result<Option<Outgoing>> {
    let next: Option<Outgoing> = on!(tx, |c| sqlx::query_as(sql::NEXT).bind(now).fetch_optional(c).await?);
    let Some(next) = next else { return Ok(None) };
    let minutes = usize::try_from(next.tries).ok().and_then(|tries| PATIENCE.get(tries));
    let again_at = minutes.map(|minutes| now + TimeDelta::minutes(*minutes));
    let claimed = on!(tx, |c| {
        let claim = sqlx::query(sql::CLAIM).bind(next.id).bind(next.tries).bind(again_at);
        claim.execute(c).await?.rows_affected()
    });
    Ok((claimed > 0).then_some(next))
}

/// Notes that a message was sent.
pub async fn sent(tx: &mut Tx, _permit: &Permit<Watch>, id: Uuid, at: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| sqlx::query(sql::SENT).bind(id).bind(at).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Notes why a message could not be sent.
pub async fn failed(tx: &mut Tx, _permit: &Permit<Watch>, id: Uuid, failure: &str) -> Result<()> {
    on!(tx, |c| sqlx::query(sql::FAILED).bind(id).bind(failure).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// How many messages there are.
pub async fn counts(tx: &mut Tx, _permit: &Permit<ManageMail>) -> Result<Counts> {
    let (all, sent, given_up): (i64, i64, i64) =
        on!(tx, |c| sqlx::query_as(sql::COUNTS).fetch_one(c).await?);
    Ok(Counts { sent, waiting: all - sent - given_up, given_up })
}

/// The messages that could not be sent yet, the newest first.
pub async fn failing(tx: &mut Tx, _permit: &Permit<ManageMail>, limit: i64) -> Result<Vec<Failing>> {
    Ok(on!(tx, |c| sqlx::query_as(sql::FAILING).bind(limit).fetch_all(c).await?))
}

/// Has all messages that could not be sent yet tried again now; answers how many those are.
pub async fn retry(tx: &mut Tx, permit: &Permit<ManageMail>, stamp: &Stamp) -> Result<u64> {
    let again = on!(tx, |c| sqlx::query(sql::RETRY).bind(stamp.at).execute(c).await?.rows_affected());
    if again > 0 {
        let subject = Subject { kind: "mail", id: None };
        audit::record(tx, permit, stamp, "retry_mail", subject, Change::to(&again)).await?;
    }
    Ok(again)
}
