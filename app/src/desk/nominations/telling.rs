//! Writing to those whom a step of a nomination concerns, each once. What has passed already when it is told is told to nobody.

use crate::{
    desk::{
        AppState,
        watch::letter::{Letter, NominationTold, ToldTo},
    },
    error::AppError,
    texts::Texts,
};
use domain::{
    access::{Actor, Permit, Watch, decide},
    account::PersonName,
    email::Email,
    lang::Lang,
    nomination::{Side, Speakers},
};
use store::{
    Stamp, Tx, institution,
    nomination::{self, NominationRecord, Untold},
    outbox::{self, Message, Recipient},
    watch,
};

/// Steps that are told in one transaction.
const TOGETHER: i64 = 50;

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
        for event in &untold {
            if nomination::tell(&mut tx, &writer.permit, event.id, writer.stamp.at).await? {
                writer.tell(&mut tx, event).await?;
            }
        }
        tx.commit().await?;
    }
}

/// A step, and what is said of it.
struct Step<'a> {
    event: &'a Untold,
    record: &'a NominationRecord,
    told: NominationTold<'a>,
}

struct Writer<'a> {
    state: &'a AppState,
    permit: Permit<Watch>,
    stamp: Stamp,
    messages: usize,
}

impl Writer<'_> {
    async fn tell(&mut self, tx: &mut Tx, event: &Untold) -> Result<(), AppError> {
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
        let position = nomination::position(tx, record.id, self.stamp.day()).await?;
        let told = NominationTold {
            id: record.id,
            student: &record.student_name,
            state: &record.state,
            when: (record.year, record.term),
            home,
            host,
            position,
            awaited: record.awaited(self.stamp.day()),
        };
        let step = Step { event, record: &record, told };
        for side in event.act.letters(event.doer, speakers) {
            match side {
                Side::Home => self.tell_office(tx, &step, Side::Home).await?,
                Side::Host if record.is_known_to_host => self.tell_office(tx, &step, Side::Host).await?,
                Side::Student => self.tell_student(tx, &step).await?,
                Side::Host | Side::Registry => {}
            }
        }
        Ok(())
    }

    async fn tell_office(&mut self, tx: &mut Tx, step: &Step<'_>, side: Side) -> Result<(), AppError> {
        let office = if side == Side::Host { step.record.receiver } else { step.record.sender };
        for (account, lang) in watch::recipients(tx, &self.permit, office).await? {
            let to = Recipient::Account(account);
            self.write(tx, step, (to, lang), &ToldTo::Office(side)).await?;
        }
        Ok(())
    }

    /// With an account a student is led to the page; without one the letter says whom to write to.
    async fn tell_student(&mut self, tx: &mut Tx, step: &Step<'_>) -> Result<(), AppError> {
        if let Some((account, lang)) = step.event.student {
            let to = Recipient::Account(account);
            return self.write(tx, step, (to, lang), &ToldTo::Student).await;
        }
        let maker = step.event.maker.as_ref();
        let lang = maker.map(|maker| maker.lang).unwrap_or_default();
        let to = person(step.record)?;
        self.write(tx, step, (to, lang), &ToldTo::Person(maker)).await
    }

    async fn write(
        &mut self,
        tx: &mut Tx,
        step: &Step<'_>,
        (to, lang): (Recipient, Lang),
        reader: &ToldTo<'_>,
    ) -> Result<(), AppError> {
        let letter = Letter::of_nomination(Texts(lang), &self.state.public_url, &step.told, reader);
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
