//! The invented people of the demonstration, and their offices.

use super::{
    DemoAccount, DemoError,
    institutions::{Ids, Who},
    scale,
};
use domain::{
    access::{Actor, Operate, Permit, Role, decide},
    account::{PersonName, Secret},
    email::Email,
    lang::Lang,
};
use std::{collections::BTreeMap, error::Error};
use store::{Db, Stamp, StoreError, Tx, account, account::NewAccount, institution, membership};

/// What someone is, and in which office; the administrator has none.
type Place = Option<(Role, Who)>;

/// First name, address before the `@`, place.
const PEOPLE: [(&str, &str, Place); 20] = [
    ("Dominique", "administrator", None),
    ("Camille", "officer.aivancity", Some((Role::Officer, Who::Aivancity))),
    ("Sacha", "officer2.aivancity", Some((Role::Officer, Who::Aivancity))),
    ("Alix", "lead.aivancity", Some((Role::Lead, Who::Aivancity))),
    ("Lou", "observer.aivancity", Some((Role::Observer, Who::Aivancity))),
    ("Maxime", "officer.ales", Some((Role::Officer, Who::MinesAles))),
    ("Claude", "lead.ales", Some((Role::Lead, Who::MinesAles))),
    ("Robin", "etudiant1.ales", Some((Role::Student, Who::MinesAles))),
    ("Ariel", "etudiant2.ales", Some((Role::Student, Who::MinesAles))),
    ("Charlie", "officer.mines", Some((Role::Officer, Who::MinesParis))),
    ("Andréa", "lead.mines", Some((Role::Lead, Who::MinesParis))),
    ("Morgan", "officer.albert", Some((Role::Officer, Who::AlbertSchool))),
    ("Éden", "lead.albert", Some((Role::Lead, Who::AlbertSchool))),
    ("Yaël", "officer.ece", Some((Role::Officer, Who::Ece))),
    ("Noa", "lead.ece", Some((Role::Lead, Who::Ece))),
    ("Swann", "officer.belcor", Some((Role::Officer, Who::ExampleBelcor))),
    ("Lilian", "lead.belcor", Some((Role::Lead, Who::ExampleBelcor))),
    ("Robin", "lead.lomsal", Some((Role::Lead, Who::ExampleLomsal))),
    // One with a place, and one in line.
    ("Élève 1", "eleve1", Some((Role::Student, Who::ExampleBelcor))),
    ("Élève 4", "eleve4", Some((Role::Student, Who::ExampleBelcor))),
];

/// The letters of generated passwords: none that one takes for another.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Who will have an account.
pub(super) struct Person {
    name: PersonName,
    email: Email,
    password: Secret,
    password_hash: String,
    place: Place,
}

impl Person {
    pub fn into_account(self) -> DemoAccount {
        DemoAccount {
            name: self.name.to_string(),
            email: self.email.to_string(),
            password: self.password,
            role: self.place.map(|(role, _)| role),
            office: self.place.map(|(_, who)| who.name()),
        }
    }
}

/// Everyone, with the password given or one of their own.
pub(super) fn people<E>(
    password: Option<&str>,
    hash_password: impl Fn(&str) -> Result<String, E>,
) -> Result<Vec<Person>, DemoError>
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let person = |(first_name, address, place): (&str, &str, Place)| {
        let password = password.map_or_else(drawn_password, |given| Ok(given.to_owned()))?;
        Ok(Person {
            name: PersonName::parse(&format!("{first_name} Exemple"))
                .map_err(DemoError::problem(first_name))?,
            email: Email::parse(&format!("{address}@exemple.invalid"))
                .map_err(DemoError::problem(address))?,
            password_hash: hash_password(&password).map_err(|error| DemoError::Hash(error.into()))?,
            password: Secret::new(password),
            place,
        })
    };
    PEOPLE.into_iter().map(person).collect()
}

/// Adds someone who leads the office of an invented institution, where deadlines come near; nobody when that was done.
pub(super) async fn add_invented<E>(
    db: &Db,
    stamp: &Stamp,
    password: Option<&str>,
    hash_password: impl Fn(&str) -> Result<String, E>,
) -> Result<Option<DemoAccount>, DemoError>
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let address = "lead.fictif";
    let email = Email::parse(&format!("{address}@exemple.invalid")).map_err(DemoError::problem(address))?;
    let office = scale::office();
    let mut tx = db.read().await?;
    let is_there = account::find_by_email(&mut tx, &email).await?.is_some();
    if is_there || institution::existing(&mut tx, &[office]).await?.is_empty() {
        return Ok(None);
    }
    tx.rollback().await?;
    let name = PersonName::parse("Ange Exemple").map_err(DemoError::problem(address))?;
    let password = password.map_or_else(drawn_password, |given| Ok(given.to_owned()))?;
    let password_hash = hash_password(&password).map_err(|error| DemoError::Hash(error.into()))?;
    let new = NewAccount {
        name: &name,
        email: &email,
        password_hash: &password_hash,
        lang: Lang::Fr,
        is_administrator: false,
        is_demo: true,
    };
    let permit = decide(&Actor::Operator, Operate)?;
    let mut tx = db.write().await?;
    let id = account::insert(&mut tx, &permit, stamp, &new).await?;
    membership::insert(&mut tx, &permit, stamp, id, office, Role::Lead).await?;
    tx.commit().await?;
    Ok(Some(DemoAccount {
        name: name.to_string(),
        email: email.to_string(),
        password: Secret::new(password),
        role: Some(Role::Lead),
        office: Some("établissement fictif"),
    }))
}

/// Four groups of four letters: 80 bits.
fn drawn_password() -> Result<String, DemoError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(DemoError::Chance)?;
    let letters = bytes.map(|byte| char::from(LETTERS[usize::from(byte) % LETTERS.len()]));
    Ok(letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

/// Someone of the demonstration.
pub(super) async fn someone(tx: &mut Tx, address: &str) -> Result<Actor, DemoError> {
    let email = Email::parse(&format!("{address}@exemple.invalid")).map_err(DemoError::problem("email"))?;
    let found = account::find_by_email(tx, &email).await?.ok_or(StoreError::NotFound)?;
    Ok(Actor::Person(account::actor(tx, found.id).await?.ok_or(StoreError::NotFound)?))
}

/// Makes the accounts; answers the lead of each office.
pub(super) async fn insert(
    tx: &mut Tx,
    permit: &Permit<Operate>,
    stamp: &Stamp,
    institutions: &Ids,
    people: &[Person],
) -> Result<BTreeMap<Who, Actor>, DemoError> {
    let mut leads = BTreeMap::new();
    for person in people {
        let new = NewAccount {
            name: &person.name,
            email: &person.email,
            password_hash: &person.password_hash,
            lang: Lang::Fr,
            is_administrator: person.place.is_none(),
            is_demo: true,
        };
        let id = account::insert(tx, permit, stamp, &new).await?;
        let Some((role, office)) = person.place else { continue };
        membership::insert(tx, permit, stamp, id, institutions[&office], role).await?;
        if role == Role::Lead {
            let lead = account::actor(tx, id).await?.ok_or(StoreError::NotFound)?;
            leads.insert(office, Actor::Person(lead));
        }
    }
    Ok(leads)
}
