//! Exchanges among invented universities, with invented students: what the stories of real schools must not make up.
//!
//! Everything is written as people write it, by the store's own functions and on the days on which it would have been: two years
//! that are over and closed, the one under way, the next. There is a flow of three places that is full, with two in line; one with
//! a place beyond its cap; one with a single place left; two universities of which one sent six students and received one; and
//! three that share a pool, in which one sent three and received one.
//! Ids are counted: they are the same each time.

use super::{
    DemoError,
    institutions::{Ids, Who},
    stories::{Partner, Places, Signed, Story, insert_story, signatory, studies},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    academic_year::AcademicYear,
    access::{
        Actor, AnswerAsStudent, AnswerNomination, Denied, FollowNomination, Nominate, Permit, SetSeats,
        Watch, decide,
    },
    account::PersonName,
    agreement::AgreementForm,
    email::Email,
    eqf::EqfLevel,
    flow::{FlowForm, FlowLanguageForm, PoolForm, TermDeadlineForm},
    id::{FlowId, NominationId},
    isced::IscedField,
    nomination::{ActKind, NominationDraft, Reason, Side, StateKind},
    seats::Adjustment,
    student::{Profile, Skill, StudentDraft},
    term::Term,
};
use std::{
    collections::BTreeMap,
    slice::from_ref,
    sync::{Arc, atomic::AtomicU64},
};
use store::{
    IdSource, Stamp, StoreError, Tx, flow,
    flow::FlowRecord,
    nomination::{self, Candidate, Doing},
    seat::{self, Owner},
};

/// Where the ids of what is written here begin, above those of the agreements that are added by number.
pub(super) const IDS: u64 = 0x6000_0000_0000_0000;

/// More than what is written here brings about.
const EVENTS_MAX: i64 = 1_000;

/// Why something was done, or what attests to it.
const WORDS: &str = "Fictif · Invented";

/// Ids that are the same each time.
pub(super) fn ids() -> IdSource {
    IdSource::Counted(Arc::new(AtomicU64::new(IDS)))
}

/// Who writes, and when it is now.
struct Desk<'a> {
    tx: &'a mut Tx,
    /// The people of the invented offices: whoever may do a thing, does it.
    people: Vec<Actor>,
    now: DateTime<Utc>,
    ids: IdSource,
    /// Students so far.
    students: u32,
}

/// Writes the agreements with their flows and nominations; answers how many agreements.
pub(super) async fn insert(
    tx: &mut Tx,
    ids: IdSource,
    now: DateTime<Utc>,
    institutions: &Ids,
    leads: &BTreeMap<Who, Actor>,
    officer: Actor,
) -> Result<usize, DemoError> {
    let present = AcademicYear::of(now.date_naive()).first_year();
    let stamp = Stamp::new(on(now, present - 2, 3, 1), ids.clone());
    let partner = |who| signatory(who, Signed { evidence: WORDS, ..Signed::default() });
    let full = insert_story(tx, &stamp, institutions, leads, with_lomsal(present, partner)).await?;
    let others = insert_story(tx, &stamp, institutions, leads, with_vertar(present, partner)).await?;
    let ([out, back], [override_, near]) = (two(&full)?, two(&others)?);
    let common = stamp.id().to_string();
    let shared = insert_story(tx, &stamp, institutions, leads, with_both(present, &common, partner)).await?;
    let [to_lomsal, _, from_vertar] = three(&shared)?;

    let people = std::iter::once(officer).chain(leads.values().cloned()).collect();
    let mut desk = Desk { tx, people, now, ids, students: 0 };
    // The first ones have accounts: one has a place in the next year, one waits in line.
    desk.fill(out, present + 1).await?;
    desk.fill(out, present).await?;
    for first in [present, present + 1] {
        desk.over(override_, first).await?;
        for _ in 0..4 {
            desk.sent(near, first, ActKind::Accept).await?;
        }
    }
    for first in [present - 2, present - 1] {
        for _ in 0..3 {
            desk.sent(out, first, ActKind::Complete).await?;
        }
    }
    desk.sent(back, present - 1, ActKind::Complete).await?;
    for first in [present - 2, present - 1] {
        for flow in [out, back] {
            desk.close(flow, first).await?;
        }
    }
    for _ in 0..3 {
        desk.sent(to_lomsal, present - 1, ActKind::Complete).await?;
    }
    desk.sent(from_vertar, present - 1, ActKind::Complete).await?;
    desk.tell_nobody().await?;
    Ok(3)
}

fn two(flows: &[FlowId]) -> Result<[FlowId; 2], DemoError> {
    Ok(flows.try_into().map_err(StoreError::corrupt)?)
}

fn three(flows: &[FlowId]) -> Result<[FlowId; 3], DemoError> {
    Ok(flows.try_into().map_err(StoreError::corrupt)?)
}

/// The morning of a day, or now where that day is still to come.
fn on(now: DateTime<Utc>, year: i32, month: u32, day: u32) -> DateTime<Utc> {
    let day = NaiveDate::from_ymd_opt(year, month, day).and_then(|day| day.and_hms_opt(9, 0, 0));
    day.map_or(now, |at| at.and_utc().min(now))
}

fn form(title: [&str; 2], present: i32) -> AgreementForm {
    AgreementForm {
        kind: "student_exchange".into(),
        title_fr: format!("Échange d’étudiants fictif entre {}", title[0]),
        title_en: format!("Invented student exchange between {}", title[1]),
        summary_fr: "Accord inventé pour montrer comment les places se comptent.".into(),
        summary_en: "An agreement invented to show how places are counted.".into(),
        starts: format!("{}-09-01", present - 2),
        ends: format!("{}-08-31", present + 4),
        ..AgreementForm::default()
    }
}

fn deadline(term: &str, nomination: &str, application: &str) -> TermDeadlineForm {
    TermDeadlineForm { term: term.into(), nomination: nomination.into(), application: application.into() }
}

/// What one university sends the other, and the way back.
fn there_and_back(from: Who, to: Who, there: FlowForm, back: FlowForm) -> Vec<Places> {
    let kind = studies(from, to).form.kind;
    let with = |form: FlowForm| FlowForm { kind: kind.clone(), ..form };
    vec![Places { form: with(there), ..studies(from, to) }, Places { form: with(back), ..studies(to, from) }]
}

/// Three places each way: too few one way, hardly used the other.
fn with_lomsal(present: i32, partner: impl Fn(Who) -> Partner) -> Story {
    let english = FlowLanguageForm { language: "en".into(), level: "B2".into(), is_required: "on".into() };
    let there = FlowForm {
        cap: "3".into(),
        terms: "S1, S2, year".into(),
        levels: "6, 7".into(),
        fields: "061, 071".into(),
        languages: vec![english],
        min_study_year: "2".into(),
        deadlines: vec![deadline("", "10 avril", "15 mai"), deadline("S2", "10 octobre", "5 novembre")],
        ..FlowForm::default()
    };
    let back = FlowForm { cap: "3".into(), levels: "6, 7".into(), ..FlowForm::default() };
    let titles = ["Belcor et Lomsal", "Belcor and Lomsal"];
    Story {
        form: form(titles, present),
        partners: vec![partner(Who::ExampleBelcor), partner(Who::ExampleLomsal)],
        promises: Vec::new(),
        flows: there_and_back(Who::ExampleBelcor, Who::ExampleLomsal, there, back),
    }
}

/// Three places of which a fourth is made one way, five the other.
fn with_vertar(present: i32, partner: impl Fn(Who) -> Partner) -> Story {
    let there = FlowForm {
        cap: "3".into(),
        terms: "S1".into(),
        deadlines: vec![deadline("S1", "1er mars", "1er avril")],
        ..FlowForm::default()
    };
    let back = FlowForm { cap: "5".into(), levels: "7".into(), fields: "0311".into(), ..FlowForm::default() };
    let titles = ["Belcor et Vertar", "Belcor and Vertar"];
    Story {
        form: form(titles, present),
        partners: vec![partner(Who::ExampleBelcor), partner(Who::ExampleVertar)],
        promises: Vec::new(),
        flows: there_and_back(Who::ExampleBelcor, Who::ExampleVertar, there, back),
    }
}

/// Three universities in a ring, each with three places at the next, and four a year for all together.
fn with_both(present: i32, common: &str, partner: impl Fn(Who) -> Partner) -> Story {
    let titles = ["Belcor, Lomsal et Vertar", "Belcor, Lomsal and Vertar"];
    let pool = PoolForm {
        id: common.to_owned(),
        name_fr: "Places communes des trois".into(),
        name_en: "Common places of the three".into(),
        cap: "4".into(),
        ..PoolForm::default()
    };
    let step = |from, to| {
        let places = studies(from, to);
        let form = FlowForm { cap: "3".into(), levels: "6".into(), pool: common.to_owned(), ..places.form };
        Places { form, ..places }
    };
    let ring = [Who::ExampleBelcor, Who::ExampleLomsal, Who::ExampleVertar];
    Story {
        form: AgreementForm { pools: vec![pool], ..form(titles, present) },
        partners: ring.map(partner).into(),
        promises: Vec::new(),
        flows: vec![step(ring[0], ring[1]), step(ring[1], ring[2]), step(ring[2], ring[0])],
    }
}

fn northern(first: i32) -> Result<AcademicYear, DemoError> {
    AcademicYear::northern(first).map_err(DemoError::problem("year"))
}

fn words() -> Result<Reason, DemoError> {
    Reason::parse(WORDS).map_err(DemoError::problem(WORDS))
}

impl Desk<'_> {
    fn stamp(&self, year: i32, month: u32, day: u32) -> Stamp {
        Stamp::new(on(self.now, year, month, day), self.ids.clone())
    }

    /// Whoever may, with a permit for it.
    fn permit<A>(
        &self,
        decide: impl Fn(&Actor) -> Result<Permit<A>, Denied>,
    ) -> Result<Permit<A>, DemoError> {
        self.people.iter().find_map(|actor| decide(actor).ok()).ok_or(StoreError::NotFound.into())
    }

    async fn record(&mut self, flow: FlowId) -> Result<FlowRecord, DemoError> {
        Ok(flow::find(self.tx, flow).await?.ok_or(StoreError::NotFound)?)
    }

    /// Three have a place, each a step further; two wait.
    async fn fill(&mut self, flow: FlowId, first: i32) -> Result<(), DemoError> {
        self.sent(flow, first, ActKind::Accept).await?;
        self.sent(flow, first, ActKind::Confirm).await?;
        for _ in 0..3 {
            self.put(flow, first).await?;
        }
        Ok(())
    }

    /// Three take all places, and a fourth gets one beyond the cap.
    async fn over(&mut self, flow: FlowId, first: i32) -> Result<(), DemoError> {
        for _ in 0..3 {
            self.sent(flow, first, ActKind::Accept).await?;
        }
        let record = self.record(flow).await?;
        let scope = flow::scope(self.tx, &record.flow).await?;
        let permit = self.permit(|actor| decide(actor, SetSeats(from_ref(&scope))))?;
        let beyond = Adjustment { units: 1, is_override: true, reason: words()?, evidence: Some(words()?) };
        let stamp = self.stamp(first, 5, 25);
        seat::adjust(self.tx, &permit, &stamp, Owner::Flow(&record), northern(first)?, &beyond).await?;
        self.put(flow, first).await?;
        Ok(())
    }

    /// Puts the next student forward for the first term that the flow offers.
    async fn put(&mut self, flow: FlowId, first: i32) -> Result<NominationId, DemoError> {
        self.students += 1;
        let record = self.record(flow).await?;
        let draft = NominationDraft {
            student: student(self.students, record.flow.levels.last().copied())?,
            year: northern(first)?,
            term: record.flow.offered_terms().first().copied().unwrap_or(Term::Year),
            months: None,
            exception: None,
            waits: true,
        };
        let scope = flow::scope(self.tx, &record.flow).await?;
        let permit = self.permit(|actor| decide(actor, Nominate(&scope)))?;
        let stamp = self.stamp(first, 3, 20);
        let candidate = Candidate { draft: &draft, is_on_behalf: false, unmet: None };
        Ok(nomination::nominate(self.tx, &permit, &stamp, &record, candidate).await?.id)
    }

    /// Puts the next student forward, and takes the nomination as far as this.
    async fn sent(&mut self, flow: FlowId, first: i32, until: ActKind) -> Result<StateKind, DemoError> {
        let id = self.put(flow, first).await?;
        let mut state = StateKind::Nominated;
        for (act, year, month, day) in [
            (ActKind::Accept, first, 5, 4),
            (ActKind::Confirm, first, 5, 18),
            (ActKind::Complete, first + 1, 7, 5),
        ] {
            state = self.act(id, act, &self.stamp(year, month, day)).await?;
            if act == until {
                break;
            }
        }
        Ok(state)
    }

    /// The host accepts; the home office confirms for those without an account, and ends it.
    async fn act(&mut self, id: NominationId, act: ActKind, stamp: &Stamp) -> Result<StateKind, DemoError> {
        let record = nomination::find(self.tx, id).await?.ok_or(StoreError::NotFound)?;
        let scope = nomination::scope(self.tx, &record).await?;
        let scope = &scope;
        let words = words()?;
        let doing = |by, is_on_behalf| Doing {
            is_on_behalf,
            evidence: Some(&words).filter(|_| is_on_behalf),
            ..Doing::by(by)
        };
        let done = match act {
            ActKind::Accept => {
                let permit = self.permit(|actor| decide(actor, AnswerNomination { scope, act }))?;
                let is_on_behalf = !scope.flow.receiver_has_members;
                nomination::act(self.tx, &permit, stamp, doing(Side::Host, is_on_behalf)).await?
            }
            ActKind::Confirm => {
                let permit = self.permit(|actor| decide(actor, AnswerAsStudent { scope, act }))?;
                nomination::act(self.tx, &permit, stamp, doing(Side::Student, true)).await?
            }
            _ => {
                let permit = self.permit(|actor| decide(actor, FollowNomination { scope, act }))?;
                nomination::act(self.tx, &permit, stamp, doing(Side::Home, false)).await?
            }
        };
        Ok(done.state)
    }

    /// Notes that all of it is told: nobody is written to about what is made up.
    async fn tell_nobody(&mut self) -> Result<(), DemoError> {
        let permit = decide(&Actor::Operator, Watch)?;
        for event in nomination::untold(self.tx, &permit, EVENTS_MAX).await? {
            nomination::tell(self.tx, &permit, event.id, event.at).await?;
        }
        Ok(())
    }

    /// Closes a year, some time after its end.
    async fn close(&mut self, flow: FlowId, first: i32) -> Result<(), DemoError> {
        let record = self.record(flow).await?;
        let scope = flow::scope(self.tx, &record.flow).await?;
        let permit = self.permit(|actor| decide(actor, SetSeats(from_ref(&scope))))?;
        let stamp = self.stamp(first + 1, 9, 15);
        seat::close(self.tx, &permit, &stamp, &record, northern(first)?).await?;
        Ok(())
    }
}

/// A student of a level, a master's unless said, who bears a number for a name.
fn student(n: u32, level: Option<EqfLevel>) -> Result<StudentDraft, DemoError> {
    let profile = Profile {
        level: level.or(EqfLevel::new(7).ok()),
        field: IscedField::parse("0613").ok(),
        study_year: Some(4),
        ects: None,
        languages: Skill::parse_all("en C1").map_err(DemoError::problem("languages"))?,
    };
    Ok(StudentDraft {
        name: PersonName::parse(&format!("Élève {n} Exemple")).map_err(DemoError::problem("name"))?,
        email: Email::parse(&format!("eleve{n}@exemple.invalid")).map_err(DemoError::problem("email"))?,
        number: None,
        profile,
    })
}
