//! Writing to those whom a step of a nomination concerns, each once. What has passed already when it is told is told to nobody.

use crate::{
    desk::{
        AppState,
        watch::letter::{Letter, NominationTold, ToldTo},
    },
    error::AppError,
    texts::Texts,
};
use chrono::{DateTime, Utc};
use domain::{
    academic_year::AcademicYear,
    access::{Actor, Permit, Watch, decide},
    account::PersonName,
    email::Email,
    id::FlowId,
    institution::Name,
    lang::Lang,
    multilingual::Multilingual,
    nomination::{ActKind, Side, Speakers},
};
use std::{collections::BTreeMap, sync::Arc};
use store::{
    Stamp, Tx, institution,
    nomination::{self, NominationRecord, Untold},
    outbox::{self, Message, Recipient},
    watch,
};
use uuid::Uuid;

/// Steps that are told in one transaction, and all of the instant of the last one.
const TOGETHER: i64 = 50;

/// Writes to those who are to hear of what happened to nominations since; answers how many messages.
pub async fn tell_due(state: &AppState) -> Result<usize, AppError> {
    let permit = decide(&Actor::Operator, Watch)?;
    let stamp = Stamp::new(state.clock.now(), state.ids.clone());
    let writer = Writer { state, permit, stamp };
    let mut messages = 0;
    loop {
        let mut tx = state.db.read().await?;
        let untold = nomination::untold(&mut tx, &writer.permit, TOGETHER).await?;
        if untold.is_empty() {
            return Ok(messages);
        }
        let ids: Vec<Uuid> = untold.iter().map(|event| event.id).collect();
        let letters = writer.letters(&mut tx, untold).await?;
        drop(tx);
        let mut tx = state.db.write().await?;
        let mut told = 0;
        for id in &ids {
            let is_first = nomination::tell(&mut tx, &writer.permit, *id, writer.stamp.at).await?;
            told += usize::from(is_first);
        }
        if told < ids.len() {
            // Another server tells some of them: the rest is read anew, since a letter may be of several.
            tx.rollback().await?;
            continue;
        }
        for message in &letters {
            messages += usize::from(outbox::insert(&mut tx, &writer.permit, &writer.stamp, message).await?);
        }
        tx.commit().await?;
    }
}

/// What offices are told, by side, instant, flow and year: those whom a list puts forward together, and each other step by itself.
type Offices = BTreeMap<(Side, DateTime<Utc>, FlowId, AcademicYear, Option<Uuid>), Vec<Arc<Step>>>;

/// A step, and what is said of it.
struct Step {
    event: Untold,
    record: NominationRecord,
    home: Multilingual<Name>,
    host: Multilingual<Name>,
    position: Option<i64>,
    awaited: Option<Side>,
}

impl Step {
    fn told(&self) -> NominationTold<'_> {
        NominationTold {
            id: self.record.id,
            student: &self.record.student_name,
            state: &self.record.state,
            when: (self.record.year, self.record.term),
            home: &self.home,
            host: &self.host,
            position: self.position,
            awaited: self.awaited,
        }
    }
}

struct Writer<'a> {
    state: &'a AppState,
    permit: Permit<Watch>,
    stamp: Stamp,
}

impl Writer<'_> {
    /// The letters of these steps.
    async fn letters(&self, tx: &mut Tx, untold: Vec<Untold>) -> Result<Vec<Message>, AppError> {
        let (mut letters, mut offices) = (Vec::new(), Offices::new());
        for event in untold {
            self.of_step(tx, event, &mut letters, &mut offices).await?;
        }
        for ((side, ..), steps) in &offices {
            self.to_office(tx, *side, steps, &mut letters).await?;
        }
        Ok(letters)
    }

    /// The student's letter of a step, and a note of the offices that are to hear of it.
    async fn of_step(
        &self,
        tx: &mut Tx,
        event: Untold,
        letters: &mut Vec<Message>,
        offices: &mut Offices,
    ) -> Result<(), AppError> {
        let Some(record) = nomination::find(tx, event.nomination).await? else { return Ok(()) };
        if record.since != event.at {
            return Ok(());
        }
        let with_office = institution::with_office(tx, &[record.sender, record.receiver]).await?;
        let speakers = Speakers {
            student: event.student.is_some(),
            home: with_office.contains(&record.sender),
            host: with_office.contains(&record.receiver),
        };
        let names = institution::names(tx, &[record.sender, record.receiver]).await?;
        let (Some(home), Some(host)) = (names.get(&record.sender), names.get(&record.receiver)) else {
            return Ok(());
        };
        let step = Arc::new(Step {
            position: nomination::position(tx, record.id, self.stamp.day()).await?,
            awaited: record.awaited(self.stamp.day()),
            home: home.clone(),
            host: host.clone(),
            event,
            record,
        });
        let Step { event, record, .. } = &*step;
        let alone = (event.act != ActKind::Nominate).then_some(event.id);
        for side in event.act.letters(event.doer, speakers) {
            match side {
                Side::Student => letters.push(self.to_student(&step)?),
                Side::Host if !record.is_known_to_host => {}
                Side::Home | Side::Host => {
                    let key = (side, event.at, record.flow, record.year, alone);
                    offices.entry(key).or_default().push(step.clone());
                }
                Side::Registry => {}
            }
        }
        Ok(())
    }

    /// One letter to each member of an office, of one step or of several for a flow and year.
    async fn to_office(
        &self,
        tx: &mut Tx,
        side: Side,
        steps: &[Arc<Step>],
        letters: &mut Vec<Message>,
    ) -> Result<(), AppError> {
        let [first, ..] = steps else { return Ok(()) };
        let office = if side == Side::Host { first.record.receiver } else { first.record.sender };
        let told: Vec<_> = steps.iter().map(|step| step.told()).collect();
        for (account, lang) in watch::recipients(tx, &self.permit, office).await? {
            let (t, url) = (Texts(lang), &self.state.public_url);
            let letter = match told.as_slice() {
                [one] => Letter::of_nomination(t, url, one, &ToldTo::Office(side)),
                several => Letter::of_nominations(t, url, (&first.told(), several), first.record.flow, side),
            };
            letters.push(message(first, side, (Recipient::Account(account), lang), letter));
        }
        Ok(())
    }

    /// With an account a student is led to the page; without one the letter says whom to write to.
    fn to_student(&self, step: &Step) -> Result<Message, AppError> {
        let maker = step.event.maker.as_ref();
        let (to, lang, reader) = if let Some((account, lang)) = step.event.student {
            (Recipient::Account(account), lang, ToldTo::Student)
        } else {
            let lang = maker.map(|maker| maker.lang).unwrap_or_default();
            (person(&step.record)?, lang, ToldTo::Person(maker))
        };
        let letter = Letter::of_nomination(Texts(lang), &self.state.public_url, &step.told(), &reader);
        Ok(message(step, Side::Student, (to, lang), letter))
    }
}

/// A letter to someone, who gets one of a step as the student, and one for the offices to which they belong.
fn message(step: &Step, side: Side, (to, lang): (Recipient, Lang), letter: Letter) -> Message {
    let role = if side == Side::Student { "student" } else { "office" };
    let whom = match &to {
        Recipient::Account(account) => format!(".{account}"),
        Recipient::Person { .. } => String::new(),
    };
    Message {
        mark: format!("nomination.{}.{role}{whom}", step.event.id),
        to,
        lang,
        text: letter.text(),
        html: letter.html(lang),
        subject: letter.subject,
    }
}

fn person(record: &NominationRecord) -> Result<Recipient, AppError> {
    let corrupt = |_| AppError::from(store::StoreError::corrupt("a student without a name or an address"));
    Ok(Recipient::Person {
        name: PersonName::parse(&record.student_name).map_err(corrupt)?,
        email: Email::parse(&record.student_email).map_err(corrupt)?,
    })
}
