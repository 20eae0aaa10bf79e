//! Invented people who ask.

use crate::Result;
use app::desk::{hash, secret};
use chrono::TimeDelta;
use domain::{
    access::{Actor, Enter, ManageOwnAccount, Operate, Role, decide},
    account::{PersonName, TokenScope},
    email::Email,
    id::InstitutionId,
    lang::Lang,
};
use store::{Stamp, Tx, account, account::NewAccount, membership, session, token};

/// How long what they hold is good for.
const LASTS: TimeDelta = TimeDelta::days(1);

/// Who sees every place.
pub async fn administrator(tx: &mut Tx, stamp: &Stamp) -> Result<Actor> {
    person(tx, stamp, "administration@exemple.invalid", true, None).await
}

/// A member of an office.
pub async fn member(tx: &mut Tx, stamp: &Stamp, office: InstitutionId, role: Role) -> Result<Actor> {
    person(tx, stamp, "bureau@exemple.invalid", false, Some((office, role))).await
}

async fn person(
    tx: &mut Tx,
    stamp: &Stamp,
    email: &str,
    is_administrator: bool,
    office: Option<(InstitutionId, Role)>,
) -> Result<Actor> {
    let name = PersonName::parse("Camille Exemple").map_err(|_| "a name")?;
    let email = Email::parse(email).map_err(|_| "an address")?;
    let new = NewAccount {
        name: &name,
        email: &email,
        password_hash: "none",
        lang: Lang::Fr,
        is_administrator,
        is_demo: true,
    };
    let permit = decide(&Actor::Operator, Operate)?;
    let id = account::insert(tx, &permit, stamp, &new).await?;
    if let Some((office, role)) = office {
        membership::insert(tx, &permit, stamp, id, office, role).await?;
    }
    Ok(Actor::Person(account::actor(tx, id).await?.ok_or("no account")?))
}

/// A token with which they may write.
pub async fn token(tx: &mut Tx, stamp: &Stamp, actor: &Actor) -> Result<String> {
    let id = actor.person().ok_or("nobody")?.id;
    let permit = decide(actor, ManageOwnAccount(id))?;
    let secret = format!("entente_{}", secret()?);
    let name = "bench".parse().map_err(|_| "a name")?;
    let expires_at = stamp.at + LASTS;
    token::insert(tx, &permit, stamp, &hash(&secret), &name, TokenScope::Write, expires_at).await?;
    Ok(secret)
}

/// A session in a browser: its cookie.
pub async fn session(tx: &mut Tx, stamp: &Stamp, actor: &Actor) -> Result<String> {
    let permit = decide(actor, Enter)?;
    let secret = secret()?;
    session::insert(tx, &permit, stamp, &hash(&secret), "bench", stamp.at + LASTS, None).await?;
    Ok(format!("entente={secret}"))
}
