//! The catalogue of exchanges: what is open, one flow, and whether one could go. Nothing that is asked here is kept.

use super::{
    Desk,
    agreements::{visible, with_units},
    institutions::{COUNT_BOUND, PAGE_SIZE},
    nominations::known_of,
};
use crate::error::AppError;
use domain::{
    academic_year::AcademicYear,
    access::{Nominate, ReadSeats, decide},
    country::Country,
    eligibility::{Eligibility, Question, Source},
    eqf::EqfLevel,
    exchange::{self, Places},
    flow::MobilityKind,
    fold,
    id::{FlowId, InstitutionId},
    isced::IscedField,
    language::LanguageTag,
    problem::{FieldErrors, Problem},
    student::StudiesForm,
    term::Term,
    text::optional,
};
use serde::{Deserialize, Serialize};
use store::{
    Tx,
    agreement::{Cursor, Visible},
    exchange::{ExchangeFilter, ExchangeItem, ExchangePage},
    flow,
    institution::{self, InstitutionItem, Names},
};

/// Home institutions that one can choose from; beyond them words find them.
const SENDERS_MAX: i64 = 500;

/// What the address of the catalogue asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExchangeQuery {
    /// Words.
    pub q: String,
    /// The calendar year in which the academic year begins; that of [`exchange::usual_year`] unless said.
    pub year: String,
    /// Id of the home institution.
    pub home: String,
    /// Id of the receiver.
    pub receiver: String,
    /// ISO 3166 code of the receiver's country.
    pub country: String,
    /// EQF level.
    pub level: String,
    /// ISCED-F code.
    pub field: String,
    /// Tag of a language.
    pub language: String,
    /// Code of a term.
    pub term: String,
    /// Code of a kind of mobility.
    pub kind: String,
    /// `yes`: with places left.
    pub available: String,
    /// Where the page begins.
    pub after: String,
}

/// A calendar year in which an academic year begins, one of those that can be looked at.
fn year(desk: &Desk, raw: &str) -> Result<AcademicYear, Problem> {
    let wanted = raw.trim().parse::<i32>().map_err(|_| Problem::NotAnAcademicYear)?;
    let offered = exchange::years(desk.today());
    offered.into_iter().find(|year| year.first_year() == wanted).ok_or(Problem::NotAChoice)
}

impl ExchangeQuery {
    /// Reads the filter; what is not understood is named and does not filter. Units come later.
    pub fn parse(&self, desk: &Desk) -> (ExchangeFilter, Option<Cursor>, FieldErrors) {
        let mut errors = FieldErrors::default();
        let id = |raw: &str| raw.parse::<InstitutionId>().map_err(|_| Problem::UnknownInstitution);
        let yes = |raw: &str| if raw.trim() == "yes" { Ok(()) } else { Err(Problem::NotAChoice) };
        let cursor = |raw: &str| raw.parse::<Cursor>().map_err(|()| Problem::NotAChoice);
        let usual = exchange::usual_year(desk.today());
        let wanted = errors.take("year", optional(&self.year, |raw| year(desk, raw))).flatten();
        let filter = ExchangeFilter {
            homes: errors.take("home", optional(&self.home, id)).flatten().into_iter().collect(),
            receivers: errors.take("receiver", optional(&self.receiver, id)).flatten().into_iter().collect(),
            country: errors.take("country", optional(&self.country, Country::parse)).flatten(),
            level: errors.take("level", optional(&self.level, EqfLevel::parse)).flatten(),
            field: errors.take("field", optional(&self.field, IscedField::parse)).flatten(),
            language: errors.take("language", optional(&self.language, LanguageTag::parse)).flatten(),
            term: errors.take("term", optional(&self.term, Term::parse)).flatten(),
            kind: errors.take("kind", optional(&self.kind, MobilityKind::parse)).flatten(),
            is_available: errors.take("available", optional(&self.available, yes)).flatten().is_some(),
            words: fold::searched(&self.q),
            ..ExchangeFilter::new(visible(desk), wanted.unwrap_or(usual))
        };
        let after = errors.take("after", optional(&self.after, cursor)).flatten();
        (filter, after, errors)
    }
}

/// A page of the catalogue.
#[derive(Debug, Clone)]
pub struct ExchangeList {
    /// Its lines, and where the next page begins.
    pub page: ExchangePage,
    /// How many there are in all, up to [`COUNT_BOUND`].
    pub count: i64,
    /// The filter as it was understood.
    pub filter: ExchangeFilter,
    /// What was not understood.
    pub errors: FieldErrors,
    /// The home institution filtered by.
    pub home: Option<InstitutionItem>,
    /// The receiver filtered by.
    pub receiver: Option<InstitutionItem>,
    /// Who sends in that year, to choose from.
    pub senders: Vec<InstitutionItem>,
    /// The terms to choose from: semesters, the whole year, and what other parts of it flows are open for.
    pub terms: Vec<Term>,
}

/// A page of the catalogue.
pub async fn list(desk: &Desk, query: &ExchangeQuery) -> Result<ExchangeList, AppError> {
    let (mut filter, after, errors) = query.parse(desk);
    let receiver = with_units(desk, &mut filter.receivers).await?;
    let mut tx = desk.read().await?;
    let home = from_home(&mut tx, &mut filter.homes).await?;
    let page = store::exchange::list(&mut tx, &filter, desk.lang(), after.as_ref(), PAGE_SIZE).await?;
    let count = store::exchange::count(&mut tx, &filter, COUNT_BOUND).await?;
    let senders =
        store::exchange::senders(&mut tx, &filter.visible, filter.year, desk.lang(), SENDERS_MAX).await?;
    let senders = institution::items(&mut tx, &senders).await?;
    let parts = store::exchange::parts(&mut tx, &filter.visible, filter.year).await?;
    let mut terms: Vec<Term> = [Term::S1, Term::S2, Term::Year].into_iter().chain(parts).collect();
    // One of another year stays chosen.
    terms.extend(filter.term.filter(|term| !terms.contains(term)));
    Ok(ExchangeList { page, count, filter, errors, home, receiver, senders, terms })
}

/// Turns the home institution filtered by into those that send its students; answers it with its names.
pub(super) async fn from_home(
    tx: &mut Tx,
    homes: &mut Vec<InstitutionId>,
) -> Result<Option<InstitutionItem>, AppError> {
    let Some(id) = homes.first().copied() else { return Ok(None) };
    let id = institution::resolve(tx, &[id]).await?.get(&id).copied().unwrap_or(id);
    let item = institution::items(tx, &[id]).await?.pop();
    if item.is_some() {
        *homes = store::exchange::homes(tx, id).await?;
    }
    Ok(item)
}

/// The first flows that are open, in the usual year, to students of an institution, and whether there are more.
pub(super) async fn first_of(
    desk: &Desk,
    tx: &mut Tx,
    home: InstitutionId,
    limit: i64,
) -> Result<ExchangePage, AppError> {
    let mut filter = ExchangeFilter::new(visible(desk), exchange::usual_year(desk.today()));
    filter.homes = store::exchange::homes(tx, home).await?;
    Ok(store::exchange::list(tx, &filter, desk.lang(), None, limit).await?)
}

/// What one asks of a flow: for which year, from which home, with which studies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckQuery {
    /// The calendar year in which the academic year begins.
    pub year: String,
    /// Id of the home institution.
    pub home: String,
    /// `yes`: whether one could go is asked.
    pub check: String,
    /// EQF level of the programme.
    pub level: String,
    /// ISCED-F code of the field of study.
    pub field: String,
    /// Year of study at the time of leaving.
    pub study_year: String,
    /// Credits at the time of leaving.
    pub ects: String,
    /// Languages with their levels: `en B2, fr C1`.
    pub languages: String,
    /// For which term; the first that is offered unless said.
    pub term: String,
}

impl CheckQuery {
    fn studies(&self) -> StudiesForm {
        let Self { level, field, study_year, ects, languages, .. } = self.clone();
        StudiesForm { level, field, study_year, ects, languages }
    }
}

/// What is known of whether one could go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// It is not asked.
    NotAsked,
    /// What was typed cannot be read.
    Faulty(FieldErrors),
    /// What every rule answers.
    Answered(Eligibility),
}

/// The places of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearPlaces {
    /// Which year, as the flow counts them.
    pub year: AcademicYear,
    /// Its places; none where the flow is not open then.
    pub places: Option<Places>,
}

/// A flow, as its page shows it.
#[derive(Debug, Clone)]
pub struct ExchangeView {
    /// The flow.
    pub item: ExchangeItem,
    /// Names of sender and receiver.
    pub names: Names,
    /// The year looked at, as the flow counts them.
    pub year: AcademicYear,
    /// The years that can be looked at.
    pub years: Vec<YearPlaces>,
    /// Whether one could go.
    pub check: Check,
    /// Whether the reader may put students forward for it.
    pub nominate: bool,
    /// Whether the reader may read its ledger.
    pub ledger: bool,
}

/// A flow that all agreed on, if the reader may see its agreement.
pub async fn view(desk: &Desk, id: FlowId, query: &CheckQuery) -> Result<ExchangeView, AppError> {
    let mut tx = desk.read().await?;
    let visible = visible(desk);
    let wanted = year(desk, &query.year).unwrap_or_else(|_| exchange::usual_year(desk.today()));
    let item = found(&mut tx, &visible, id, wanted).await?;
    let flow = &item.record.flow;
    let year = flow.year_from(wanted.first_year()).unwrap_or(wanted);
    let mut years = Vec::new();
    for offered in exchange::years(desk.today()) {
        let year = flow.year_from(offered.first_year()).unwrap_or(offered);
        let is_open = item.record.is_open_in(year);
        let places = found(&mut tx, &visible, id, offered).await?.places;
        years.push(YearPlaces { year, places: is_open.then_some(places) });
    }
    let check =
        if query.check == "yes" { check(desk, &mut tx, &item, year, query).await? } else { Check::NotAsked };
    let names = institution::names(&mut tx, &[flow.sender, flow.receiver]).await?;
    let scope = flow::scope(&mut tx, flow).await?;
    let nominate = decide(desk.actor(), Nominate(&scope)).is_ok();
    let ledger = decide(desk.actor(), ReadSeats(&[scope])).is_ok();
    Ok(ExchangeView { item, names, year, years, check, nominate, ledger })
}

async fn found(
    tx: &mut Tx,
    visible: &Visible,
    id: FlowId,
    year: AcademicYear,
) -> Result<ExchangeItem, AppError> {
    store::exchange::find(tx, visible, id, year).await?.ok_or(AppError::NotFound)
}

async fn check(
    desk: &Desk,
    tx: &mut Tx,
    item: &ExchangeItem,
    year: AcademicYear,
    query: &CheckQuery,
) -> Result<Check, AppError> {
    let (record, flow) = (&item.record, &item.record.flow);
    let mut errors = FieldErrors::default();
    let profile = query.studies().parse(&mut errors);
    let first = flow.offered_terms().into_iter().next().unwrap_or(Term::Year);
    let term = errors.take("term", optional(&query.term, Term::parse)).flatten().unwrap_or(first);
    let Some(profile) = profile.filter(|_| errors.is_empty()) else { return Ok(Check::Faulty(errors)) };
    let mut homes: Vec<InstitutionId> = query.home.parse().into_iter().collect();
    let home = from_home(tx, &mut homes).await?;
    let known = known_of(tx, record).await?;
    let known = domain::eligibility::Known { is_home: home.map(|_| homes.contains(&flow.sender)), ..known };
    let source = Source::Agreement { agreement: record.agreement, revision: record.revision };
    let on = desk.today();
    Ok(Check::Answered(Question { flow, source, profile: &profile, term, year, on, known }.answer()))
}
