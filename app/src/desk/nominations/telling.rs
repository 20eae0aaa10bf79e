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

/// Steps that are told in one transaction: an office gets one letter for those of them that a list of students made.
const TOGETHER: i64 = 250;

/// Writes to those who are to hear of what happened to nominations since; answers how many messages.
pub async fn tell_due(state: &AppState) -> Result<usize, AppError> {
    let permit = decide(&Actor::Operator, Watch)?;
    let stamp = Stamp::new(state.clock.now(), state.ids.clone());
    let mut writer = Writer { state, permit, stamp, messages: 0 };
    loop {
        let untold = nomination::untold(&mut state.db.read().await?, &writer.permit, TOGETHER).await?;
        if untold.is_empty() {
            return Ok(writer.messages);
        }
        let mut tx = state.db.write().await?;
        let mut offices = Offices::new();
        for event in untold {
            if nomination::tell(&mut tx, &writer.permit, event.id, writer.stamp.at).await? {
                writer.tell(&mut tx, event, &mut offices).await?;
            }
        }
        for ((side, ..), steps) in &offices {
            writer.tell_office(&mut tx, *side, steps).await?;
        }
        tx.commit().await?;
    }
}

/// What offices are told, by side, instant and flow: those whom a list puts forward together, and each other step by itself.
type Offices = BTreeMap<(Side, DateTime<Utc>, FlowId, ActKind, Option<Uuid>), Vec<Arc<Step>>>;

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
    messages: usize,
}

impl Writer<'_> {
    /// Writes to the student, and notes which offices are to hear of it.
    async fn tell(&mut self, tx: &mut Tx, event: Untold, offices: &mut Offices) -> Result<(), AppError> {
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
        let alone = (!matches!(event.act, ActKind::Nominate | ActKind::Queue)).then_some(event.id);
        for side in event.act.letters(event.doer, speakers) {
            match side {
                Side::Student => self.tell_student(tx, &step).await?,
                Side::Host if !record.is_known_to_host => {}
                Side::Home | Side::Host => {
                    let key = (side, event.at, record.flow, event.act, alone);
                    offices.entry(key).or_default().push(step.clone());
                }
                Side::Registry => {}
            }
        }
        Ok(())
    }

    /// One letter to each member of an office, of one step or of several of a flow.
    async fn tell_office(&mut self, tx: &mut Tx, side: Side, steps: &[Arc<Step>]) -> Result<(), AppError> {
        let [first, ..] = steps else { return Ok(()) };
        let office = if side == Side::Host { first.record.receiver } else { first.record.sender };
        let told: Vec<_> = steps.iter().map(|step| step.told()).collect();
        for (account, lang) in watch::recipients(tx, &self.permit, office).await? {
            let (t, url) = (Texts(lang), &self.state.public_url);
            let letter = match told.as_slice() {
                [one] => Letter::of_nomination(t, url, one, &ToldTo::Office(side)),
                several => Letter::of_nominations(t, url, (&first.told(), several), first.record.flow, side),
            };
            self.send(tx, first, (Recipient::Account(account), lang), letter).await?;
        }
        Ok(())
    }

    /// With an account a student is led to the page; without one the letter says whom to write to.
    async fn tell_student(&mut self, tx: &mut Tx, step: &Step) -> Result<(), AppError> {
        let maker = step.event.maker.as_ref();
        let (to, lang, reader) = if let Some((account, lang)) = step.event.student {
            (Recipient::Account(account), lang, ToldTo::Student)
        } else {
            let lang = maker.map(|maker| maker.lang).unwrap_or_default();
            (person(&step.record)?, lang, ToldTo::Person(maker))
        };
        let letter = Letter::of_nomination(Texts(lang), &self.state.public_url, &step.told(), &reader);
        self.send(tx, step, (to, lang), letter).await
    }

    async fn send(
        &mut self,
        tx: &mut Tx,
        step: &Step,
        (to, lang): (Recipient, Lang),
        letter: Letter,
    ) -> Result<(), AppError> {
        let whom = match &to {
            Recipient::Account(account) => account.to_string(),
            Recipient::Person { .. } => "student".to_owned(),
        };
        let message = Message {
            mark: format!("nomination.{}.{whom}", step.event.id),
            to,
            lang,
            text: letter.text(),
            html: letter.html(lang),
            subject: letter.subject,
        };
        if outbox::insert(tx, &self.permit, &self.stamp, &message).await? {
            self.messages += 1;
        }
        Ok(())
    }
}

fn person(record: &NominationRecord) -> Result<Recipient, AppError> {
    let corrupt = |_| AppError::from(store::StoreError::corrupt("a student without a name or an address"));
    Ok(Recipient::Person {
        name: PersonName::parse(&record.student_name).map_err(corrupt)?,
        email: Email::parse(&record.student_email).map_err(corrupt)?,
    })
}
