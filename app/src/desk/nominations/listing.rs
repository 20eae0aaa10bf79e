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
    nomination::{self, NominationFilter, NominationRecord, Reader},
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
    /// Whether something is awaited of the reader, as the student or for an office.
    pub awaits_reader: bool,
}

/// Who reads, for themselves and for their own offices; none for those who can see no nomination.
fn reader(desk: &Desk) -> Option<Reader> {
    Some(Reader {
        account: desk.actor().person()?.id,
        on: desk.today(),
        offices: desk.actor().covered(Role::Observer),
        speaking: desk.actor().covered(Role::Officer),
        without_office: Vec::new(),
    })
}

/// The same for those without an office, too, for whom they speak.
async fn speaking_for_others(tx: &mut Tx, reader: Reader) -> Result<Reader, AppError> {
    if reader.speaking.is_empty() {
        return Ok(reader);
    }
    let without_office = flow::without_office(tx, &reader.speaking).await?;
    Ok(Reader { without_office, ..reader })
}

/// The nominations that the reader may see of those that are asked for: as a student one's own, else those of one's offices.
pub async fn list(desk: &Desk, query: &NominationQuery) -> Result<NominationList, AppError> {
    let mut tx = desk.read().await?;
    let reader = speaking_for_others(&mut tx, reader(desk).ok_or(AppError::SignIn)?).await?;
    let (mut filter, way, after, _) = query.parse();
    match way {
        Some(Way::Out) => filter.senders = Some(reader.offices.clone()),
        Some(Way::In) => filter.receivers = Some(reader.offices.clone()),
        None => {}
    }
    let found = nomination::list_awaited(&mut tx, &filter, &reader, (PAGE_SIZE, after)).await?;
    let is_office = !reader.offices.is_empty();
    filter.reader = Some(reader);
    let count = nomination::count(&mut tx, &filter).await?;
    let listed = |(record, awaits_reader)| Listed { record, awaits_reader };
    let items: Vec<Listed> = found.into_iter().map(listed).collect();
    let mut ids: Vec<_> =
        items.iter().flat_map(|Listed { record, .. }| [record.sender, record.receiver]).collect();
    ids.sort_unstable();
    ids.dedup();
    let names = institution::names(&mut tx, &ids).await?;
    let shown = after + i64::try_from(items.len()).unwrap_or_default();
    Ok(NominationList { items, count, names, next: (shown < count).then_some(shown), is_office })
}

/// How many nominations await an answer of the reader as a student: what awaits an office its inbox counts. `None` where there is no
/// nomination that the reader may see.
pub async fn awaiting(desk: &Desk) -> Result<Option<i64>, AppError> {
    let mut tx = desk.read().await?;
    let Some(mut reader) = reader(desk) else { return Ok(None) };
    if !nomination::exists(&mut tx, &reader).await? {
        // On every page: whom one speaks for is looked up only where there is nothing of one's own.
        reader = speaking_for_others(&mut tx, reader).await?;
        if !nomination::exists(&mut tx, &reader).await? {
            return Ok(None);
        }
    }
    let none = Vec::new;
    let reader = Reader { offices: none(), speaking: none(), without_office: none(), ..reader };
    let states = StateKind::ALL.iter().copied().filter(|state| state.awaited() == Some(Side::Student));
    let states = states.collect();
    let filter = NominationFilter { reader: Some(reader), states, ..NominationFilter::default() };
    Ok(Some(nomination::count(&mut tx, &filter).await?))
}
