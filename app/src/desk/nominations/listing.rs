//! Lists of nominations: those of one's offices, and one's own.

use crate::{
    desk::{Desk, institutions::PAGE_SIZE},
    error::AppError,
};
use domain::{
    access::Role,
    fold,
    id::FlowId,
    nomination::{Side, StateKind},
    problem::{FieldErrors, Problem},
    text::optional,
};
use serde::{Deserialize, Serialize};
use store::{
    Tx, flow,
    institution::{self, Names},
    nomination::{self, NominationFilter, NominationRecord, Order, Reader},
};

/// What the address of a list of nominations asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NominationQuery {
    /// Words of the student's name; the beginning of each is enough.
    pub q: String,
    /// Code of a state.
    pub state: String,
    /// First year of an academic year.
    pub year: String,
    /// Id of a flow.
    pub flow: String,
    /// `out`: those that one's offices send; `in`: those that they receive.
    pub side: String,
    /// How many stand before.
    pub after: String,
}

/// Which way students go, seen from one's offices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// They leave.
    Out,
    /// They come.
    In,
}

impl Way {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Out, Self::In];

    /// The word in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Out => "out",
            Self::In => "in",
        }
    }

    fn parse(code: &str) -> Result<Self, Problem> {
        Self::ALL.into_iter().find(|way| way.code() == code.trim()).ok_or(Problem::NotAChoice)
    }
}

impl NominationQuery {
    /// Reads it; what is not understood is named and does not filter.
    pub fn parse(&self) -> (NominationFilter, Option<Way>, i64, FieldErrors) {
        let mut errors = FieldErrors::default();
        let id = |raw: &str| raw.parse::<FlowId>().map_err(|_| Problem::NotAChoice);
        let year = |raw: &str| raw.parse::<i32>().map_err(|_| Problem::NotAnAcademicYear);
        let after = |raw: &str| raw.parse::<u16>().map_err(|_| Problem::NotAChoice);
        let filter = NominationFilter {
            words: fold::searched(&self.q),
            flow: errors.take("flow", optional(&self.flow, id)).flatten(),
            first_year: errors.take("year", optional(&self.year, year)).flatten(),
            states: errors
                .take("state", optional(&self.state, StateKind::parse))
                .flatten()
                .into_iter()
                .collect(),
            ..NominationFilter::default()
        };
        let way = errors.take("side", optional(&self.side, Way::parse)).flatten();
        let after = errors.take("after", optional(&self.after, after)).flatten().unwrap_or_default();
        (filter, way, after.into(), errors)
    }
}

/// A page of nominations.
#[derive(Debug, Clone)]
pub struct NominationList {
    /// The nominations, those first that await an answer of the reader.
    pub items: Vec<Listed>,
    /// How many there are in all.
    pub count: i64,
    /// The names of their institutions.
    pub names: Names,
    /// How many stand before the next page.
    pub next: Option<i64>,
    /// Whether the reader belongs to an office.
    pub is_office: bool,
}

/// A line of a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The nomination.
    pub record: NominationRecord,
    /// Whether something is awaited of the reader's side.
    pub awaits_reader: bool,
}

/// Who reads; none for those who can see no nomination.
async fn reader(desk: &Desk, tx: &mut Tx) -> Result<Option<Reader>, AppError> {
    let Some(person) = desk.actor().person() else { return Ok(None) };
    let offices = desk.actor().covered(Role::Observer);
    let speaking = desk.actor().covered(Role::Officer);
    let spoken_for = if speaking.is_empty() { Vec::new() } else { flow::spoken_for(tx, &speaking).await? };
    Ok(Some(Reader { account: person.id, on: desk.today(), offices, spoken_for }))
}

/// The nominations that the reader may see of those that are asked for: as a student one's own, else those of one's offices.
pub async fn list(desk: &Desk, query: &NominationQuery) -> Result<NominationList, AppError> {
    let mut tx = desk.read().await?;
    let reader = reader(desk, &mut tx).await?.ok_or(AppError::SignIn)?;
    let (mut filter, way, after, _) = query.parse();
    match way {
        Some(Way::Out) => filter.senders = Some(reader.offices.clone()),
        Some(Way::In) => filter.receivers = Some(reader.offices.clone()),
        None => {}
    }
    let offices = reader.offices.clone();
    filter.reader = Some(reader);
    let count = nomination::count(&mut tx, &filter).await?;
    let records = nomination::list(&mut tx, &filter, Order::Awaited, (PAGE_SIZE, after)).await?;
    let mut ids: Vec<_> = records.iter().flat_map(|record| [record.sender, record.receiver]).collect();
    ids.sort_unstable();
    ids.dedup();
    let names = institution::names(&mut tx, &ids).await?;
    let shown = after + i64::try_from(records.len()).unwrap_or_default();
    let listed = |record: NominationRecord| {
        let awaits_reader = match record.awaited(desk.today()) {
            Some(Side::Home) => offices.contains(&record.sender),
            Some(Side::Host) => offices.contains(&record.receiver),
            // Of an office only where the student has no account: its inbox says so.
            Some(Side::Student) => !offices.contains(&record.sender) && !offices.contains(&record.receiver),
            Some(Side::Registry) | None => false,
        };
        Listed { record, awaits_reader }
    };
    Ok(NominationList {
        items: records.into_iter().map(listed).collect(),
        count,
        names,
        next: (shown < count).then_some(shown),
        is_office: !offices.is_empty(),
    })
}

/// How many nominations await an answer of the reader as a student: what awaits an office its inbox counts. `None` where there is no
/// nomination that the reader may see.
pub async fn awaiting(desk: &Desk) -> Result<Option<i64>, AppError> {
    let mut tx = desk.read().await?;
    let Some(reader) = reader(desk, &mut tx).await? else { return Ok(None) };
    if !nomination::exists(&mut tx, &reader).await? {
        return Ok(None);
    }
    let reader = Reader { offices: Vec::new(), spoken_for: Vec::new(), ..reader };
    let states = StateKind::ALL.iter().copied().filter(|state| state.awaited() == Some(Side::Student));
    let states = states.collect();
    let filter = NominationFilter { reader: Some(reader), states, ..NominationFilter::default() };
    Ok(Some(nomination::count(&mut tx, &filter).await?))
}
