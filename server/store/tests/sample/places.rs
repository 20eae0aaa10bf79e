//! Flows with places, and students who are put forward for them.

use super::{Scene, framework, signed};
use domain::{
    academic_year::AcademicYear,
    access::{
        Actor, AnswerAsStudent, AnswerNomination, FollowNomination, LapseOffer, Nominate, Permit, SetSeats,
        decide,
    },
    account::PersonName,
    agreement::AgreementDraft,
    email::Email,
    flow::{CapPeriod, Flow, Pool},
    id::{AgreementId, FlowId, InstitutionId, NominationId, PoolId},
    lang::Lang,
    multilingual::Multilingual,
    nomination::{ActKind, NominationDraft, Reason, Side, StateKind},
    seats::{Adjustment, LineKind, Tally},
    student::{Profile, StudentDraft},
    term::Term,
    text::Text,
};
use std::slice::from_ref;
use store::{
    Result, Stamp, Tx, flow,
    nomination::{self, Candidate, Corrected, Doing, Done, Nominated, NominationRecord},
    seat::{self, Owner, SeatLine, SeatYear},
    student,
};
use uuid::Uuid;

/// The academic year 2026/2027, which has begun on the tests' day.
pub fn year(first: i32) -> AcademicYear {
    AcademicYear::northern(first).expect("a year")
}

/// A reason.
pub fn reason(text: &str) -> Reason {
    Reason::parse(text).expect("a reason")
}

/// A flow of students between two parties, with so many places a year.
pub fn flow(n: u128, sender: InstitutionId, receiver: InstitutionId, cap: Option<u32>) -> Flow {
    Flow::of_students(FlowId(Uuid::from_u128(n)), sender, receiver, cap)
}

/// A pool with so many places a year.
pub fn pool(n: u128, cap: Option<u32>) -> Pool {
    let name = Multilingual::of(Lang::Fr.into(), Text::parse("Places communes").expect("a name"));
    Pool { id: PoolId(Uuid::from_u128(n)), name, cap, cap_period: CapPeriod::AcademicYear }
}

/// Whose places.
#[derive(Debug, Clone, Copy)]
pub enum Of {
    Flow(FlowId),
    Pool(PoolId),
}

impl From<FlowId> for Of {
    fn from(id: FlowId) -> Self {
        Self::Flow(id)
    }
}

impl From<PoolId> for Of {
    fn from(id: PoolId) -> Self {
        Self::Pool(id)
    }
}

/// A student called by a number.
pub fn student(n: usize) -> StudentDraft {
    StudentDraft {
        name: PersonName::parse(&format!("Élève {n} Exemple")).expect("a name"),
        email: Email::parse(&format!("eleve{n}@exemple.invalid")).expect("an address"),
        number: None,
        profile: Profile::default(),
    }
}

/// That student, to be put forward for a term of a year.
pub fn candidate(n: usize, first: i32, term: Term) -> NominationDraft {
    NominationDraft {
        student: student(n),
        year: year(first),
        term,
        months: None,
        exception: None,
        waits: true,
    }
}

impl Scene {
    /// An agreement of the two offices with these flows and pools, which both signed.
    pub async fn exchange(&self, title: &str, flows: Vec<Flow>, pools: Vec<Pool>) -> AgreementId {
        let draft = self.exchange_draft(title, flows, pools);
        let id = self.desk.create_as_drafted(&self.leads[0], &draft).await;
        self.desk.share(&self.leads[0], id).await.expect("shared");
        self.sign_all(id).await.expect("signed");
        id
    }

    /// The same, not signed.
    pub fn exchange_draft(&self, title: &str, flows: Vec<Flow>, pools: Vec<Pool>) -> AgreementDraft {
        let mut draft = framework(title, &self.offices).parse().expect("a valid form");
        draft.content.flows = flows;
        draft.content.pools = pools;
        draft
    }

    /// Another revision with these flows and pools, which both sign.
    pub async fn amend(&self, id: AgreementId, flows: Vec<Flow>, pools: Vec<Pool>) -> Result<()> {
        self.amend_unsigned(id, flows, pools).await?;
        self.sign_all(id).await
    }

    /// The same, not signed.
    pub async fn amend_unsigned(&self, id: AgreementId, flows: Vec<Flow>, pools: Vec<Pool>) -> Result<()> {
        let record = self.desk.get(id).await;
        let mut draft = record.draft().expect("a draft");
        (draft.content.flows, draft.content.pools) = (flows, pools);
        self.desk.update_as_drafted(&self.leads[0], id, record.version, &draft).await.map(|_| ())
    }

    /// Has both offices sign what was agreed last.
    pub async fn sign_all(&self, id: AgreementId) -> Result<()> {
        for (lead, office) in self.leads.iter().zip(self.offices) {
            self.desk.sign(lead, id, office, &signed("2026-09-01")).await?;
        }
        Ok(())
    }

    /// Puts a student forward, as the lead of the office that sends.
    pub async fn nominate(&self, of: FlowId, draft: &NominationDraft) -> Result<Nominated> {
        let mut tx = self.desk.db.write().await?;
        let nominated = nominate(&mut tx, &self.desk.stamp(), &self.leads, of, draft).await?;
        tx.commit().await?;
        Ok(nominated)
    }

    /// Acts on a nomination as whoever may: the host answers, the rest is done by the home office.
    pub async fn act(&self, id: NominationId, act: ActKind) -> Result<Done> {
        let mut tx = self.desk.db.write().await?;
        let done = self::act(&mut tx, &self.desk.stamp(), &self.leads, id, act).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// Puts forward again whom the host rejected, for so many months.
    pub async fn correct(&self, id: NominationId, months: &str) -> Result<Done> {
        let mut tx = self.desk.db.write().await?;
        let done = self::correct(&mut tx, &self.desk.stamp(), &self.leads, id, months).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// Changes how many places there are, as the operator.
    pub async fn adjust(
        &self,
        of: impl Into<Of>,
        first: i32,
        units: i64,
        is_override: bool,
    ) -> Result<SeatYear> {
        let mut tx = self.desk.db.write().await?;
        let adjusted = adjust(&mut tx, &self.desk.stamp(), of.into(), first, units, is_override).await?;
        tx.commit().await?;
        Ok(adjusted)
    }

    /// Closes a year, as the operator.
    pub async fn close(&self, of: FlowId, first: i32) -> Result<i64> {
        let mut tx = self.desk.db.write().await?;
        let carried = close(&mut tx, &self.desk.stamp(), of, first).await?;
        tx.commit().await?;
        Ok(carried)
    }

    pub async fn nomination(&self, id: NominationId) -> NominationRecord {
        nomination::find(&mut self.desk.read().await, id).await.expect("read").expect("there is one")
    }

    pub async fn state(&self, id: NominationId) -> StateKind {
        self.nomination(id).await.state.kind()
    }

    /// The position in line, on the tests' day.
    pub async fn position(&self, id: NominationId) -> Option<i64> {
        let on = self.desk.stamp().day();
        nomination::position(&mut self.desk.read().await, id, on).await.expect("read")
    }

    /// The places of a flow in a year, with their ledger.
    pub async fn seats(&self, of: FlowId, first: i32) -> (Tally, Vec<SeatLine>) {
        let mut tx = self.desk.read().await;
        let record = flow::find(&mut tx, of).await.expect("read").expect("a flow");
        let seats = seat::find(&mut tx, &record.flow, year(first)).await.expect("read").expect("places");
        let lines = seat::lines(&mut tx, seats.id).await.expect("read");
        add_up(&seats.tally, &lines);
        (seats.tally, lines)
    }

    /// Those of a pool.
    pub async fn pool_seats(&self, of: PoolId, first: i32) -> (Tally, Vec<SeatLine>) {
        let mut tx = self.desk.read().await;
        let seats = seat::find_pool(&mut tx, of, year(first)).await.expect("read").expect("places");
        let lines = seat::lines(&mut tx, seats.id).await.expect("read");
        add_up(&seats.tally, &lines);
        (seats.tally, lines)
    }
}

/// The lines of a ledger add up to what the row says.
pub fn add_up(tally: &Tally, lines: &[SeatLine]) {
    let sum = |of: fn(LineKind) -> bool| -> i64 {
        lines.iter().filter(|line| of(line.kind)).map(|line| line.units).sum()
    };
    assert_eq!(sum(LineKind::is_capacity), tally.capacity(), "{lines:?}");
    assert_eq!(sum(|kind| !kind.is_capacity()), tally.used(), "{lines:?}");
    let months = |of: fn(LineKind) -> bool| -> i64 {
        lines.iter().filter(|line| of(line.kind)).map(|line| line.months).sum()
    };
    assert_eq!(months(|kind| !kind.is_capacity()), tally.spent, "{lines:?}");
    assert_eq!(months(LineKind::is_capacity), tally.budget.unwrap_or(0), "{lines:?}");
    assert!(tally.used() <= tally.capacity(), "{tally:?}");
}

pub async fn nominate(
    tx: &mut Tx,
    stamp: &Stamp,
    actors: &[Actor],
    of: FlowId,
    draft: &NominationDraft,
) -> Result<Nominated> {
    let record = flow::find(tx, of).await?.ok_or(store::StoreError::NotFound)?;
    let scope = flow::scope(tx, &record.flow).await?;
    let permit = actors.iter().find_map(|actor| decide(actor, Nominate(&scope)).ok()).expect("someone may");
    let candidate = Candidate { draft, is_on_behalf: false, unmet: None };
    nomination::nominate(tx, &permit, stamp, &record, candidate).await
}

pub async fn act(
    tx: &mut Tx,
    stamp: &Stamp,
    actors: &[Actor],
    id: NominationId,
    act: ActKind,
) -> Result<Done> {
    let record = nomination::find(tx, id).await?.ok_or(store::StoreError::NotFound)?;
    let scope = nomination::scope(tx, &record).await?;
    let why = reason("Parce que");
    let doing = |by| Doing { reason: Some(&why), ..Doing::by(by) };
    match act {
        ActKind::Accept | ActKind::Reject => {
            let permit = permit(actors, |actor| decide(actor, AnswerNomination { scope: &scope, act }).ok());
            nomination::act(tx, &permit, stamp, doing(Side::Host)).await
        }
        ActKind::Take | ActKind::Decline | ActKind::Confirm => {
            let permit = permit(actors, |actor| decide(actor, AnswerAsStudent { scope: &scope, act }).ok());
            nomination::act(tx, &permit, stamp, doing(Side::Student)).await
        }
        ActKind::Lapse => {
            let permit = decide(&Actor::Operator, LapseOffer(&scope)).expect("the registry may");
            nomination::act(tx, &permit, stamp, doing(Side::Registry)).await
        }
        _ => {
            let permit = permit(actors, |actor| decide(actor, FollowNomination { scope: &scope, act }).ok());
            nomination::act(tx, &permit, stamp, doing(Side::Home)).await
        }
    }
}

/// Puts forward again whom the host rejected, for so many months.
pub async fn correct(
    tx: &mut Tx,
    stamp: &Stamp,
    actors: &[Actor],
    id: NominationId,
    months: &str,
) -> Result<Done> {
    let record = nomination::find(tx, id).await?.ok_or(store::StoreError::NotFound)?;
    let scope = nomination::scope(tx, &record).await?;
    let action = FollowNomination { scope: &scope, act: ActKind::Nominate };
    let permit = permit(actors, |actor| decide(actor, action.clone()).ok());
    let before = student::lock(tx, record.student).await?;
    let known = before.draft.clone();
    let months = Some(months.parse().expect("months"));
    let said =
        Corrected { before, student: &known, months, exception: None, is_on_behalf: false, unmet: None };
    nomination::correct(tx, &permit, stamp, said).await
}

fn permit<'a, A>(actors: &'a [Actor], decide: impl Fn(&'a Actor) -> Option<Permit<A>>) -> Permit<A> {
    actors.iter().find_map(decide).expect("someone may")
}

pub async fn adjust(
    tx: &mut Tx,
    stamp: &Stamp,
    of: Of,
    first: i32,
    units: i64,
    is_override: bool,
) -> Result<SeatYear> {
    let records = match of {
        Of::Flow(id) => flow::find(tx, id).await?.into_iter().collect(),
        Of::Pool(id) => flow::of_pool(tx, id).await?,
    };
    let scopes = flow::scopes(tx, &records).await?;
    let record = records.first().ok_or(store::StoreError::NotFound)?;
    let owner = match of {
        Of::Flow(_) => Owner::Flow(record),
        Of::Pool(_) => Owner::PoolOf(record),
    };
    let permit = decide(&Actor::Operator, SetSeats(&scopes)).expect("the operator may");
    let adjustment = Adjustment { units, is_override, reason: reason("Accord du doyen"), evidence: None };
    seat::adjust(tx, &permit, stamp, owner, year(first), &adjustment).await
}

pub async fn close(tx: &mut Tx, stamp: &Stamp, of: FlowId, first: i32) -> Result<i64> {
    let record = flow::find(tx, of).await?.ok_or(store::StoreError::NotFound)?;
    let scope = flow::scope(tx, &record.flow).await?;
    let permit = decide(&Actor::Operator, SetSeats(from_ref(&scope))).expect("the operator may");
    seat::close(tx, &permit, stamp, &record, year(first)).await
}
