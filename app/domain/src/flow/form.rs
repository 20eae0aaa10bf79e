//! A flow and a pool in the form of their agreement: what someone typed, and how it is read.

use super::{
    CapPeriod, Conversion, DEADLINES_MAX, FIELDS_MAX, FLOWS_MAX, Flow, FlowLanguage, LANGUAGES_MAX,
    MobilityKind, POOLS_MAX, Pool, SEATS_MAX, STUDY_YEAR_MAX, SeatUnit, TermDeadline, UNITS_MAX, YearCap,
};
use crate::{
    academic_year::AcademicYear,
    agreement::{in_language, mark, shown},
    decimal::Decimal,
    ects::Ects,
    eqf::EqfLevel,
    id::{InstitutionId, PoolId},
    isced::IscedField,
    lang::Lang,
    language::{Cefr, LanguageTag},
    month_day::MonthDay,
    multilingual::Multilingual,
    problem::{FieldErrors, Problem},
    term::Term,
    text::{LongText, Text, optional, whole},
};
use serde::{Deserialize, Deserializer, Serialize};

/// Most terms that a flow may list.
const TERMS_MAX: u32 = 20;

/// What someone typed about a flow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FlowForm {
    /// Its id, given with its row.
    pub id: String,
    /// Code of who goes for what.
    pub kind: String,
    /// Id of the party that sends.
    pub sender: String,
    /// Id of the party that receives.
    pub receiver: String,
    /// Places, with `?` when to be confirmed; empty, `-` or `?` while not agreed.
    pub cap: String,
    /// `on` when that is to be confirmed.
    pub cap_to_confirm: String,
    /// Code of what the places are for; each academic year where empty.
    pub cap_period: String,
    /// Code of what is counted; people where empty.
    pub unit: String,
    /// First academic year.
    pub first_year: String,
    /// Last academic year.
    pub last_year: String,
    /// Years with other places: `2026/2027: 3, 2027/2028: -`.
    pub year_caps: String,
    /// Id of the pool whose places it shares.
    pub pool: String,
    /// Months, or days of staff, that may be used.
    pub budget: String,
    /// `on` when what a year leaves unused may be used in the next.
    pub carries_over: String,
    /// Units of a semester, where semesters are counted; 1 where empty.
    pub semester_units: String,
    /// Units of a year; 2 where empty.
    pub year_units: String,
    /// Units of another part of the year; 1 where empty.
    pub quarter_units: String,
    /// What a unit weighs in the balance; 1 where empty.
    pub weight: String,
    /// What a unit that comes weighs against one that goes; 1 where empty.
    pub ratio: String,
    /// Terms that one may go for, separated by commas: `S1`, `S2`, `year`.
    #[serde(deserialize_with = "ticked")]
    pub terms: String,
    /// Other parts of the year: `q1/4, q2/4`.
    pub parts: String,
    /// EQF levels, separated by commas.
    #[serde(deserialize_with = "ticked")]
    pub levels: String,
    /// ISCED-F codes, separated by commas or spaces.
    pub fields: String,
    /// Languages, required or recommended.
    pub languages: Vec<FlowLanguageForm>,
    /// Credits that one must have.
    pub min_ects: String,
    /// Year of study that one must have reached.
    pub min_study_year: String,
    /// `on` when part of it takes place at a distance.
    pub is_blended: String,
    /// Other conditions in French.
    pub conditions_fr: String,
    /// Other conditions in English.
    pub conditions_en: String,
    /// Deadlines of each year.
    pub deadlines: Vec<TermDeadlineForm>,
}

/// What someone typed about a language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FlowLanguageForm {
    /// Its BCP-47 tag.
    pub language: String,
    /// How well, A1 to C2.
    pub level: String,
    /// `on` when it is required.
    pub is_required: String,
}

/// What someone typed about the deadlines of a term.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TermDeadlineForm {
    /// Which term; any where empty.
    pub term: String,
    /// Last day to nominate, day and month.
    pub nomination: String,
    /// Last day to apply to the host.
    pub application: String,
}

/// What someone typed about a pool.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PoolForm {
    /// Its id, given with its row.
    pub id: String,
    /// Its name in French.
    pub name_fr: String,
    /// Its name in English.
    pub name_en: String,
    /// Places that its flows share; empty, `-` or `?` while not agreed.
    pub cap: String,
    /// Code of what the places are for; each academic year where empty.
    pub cap_period: String,
}

/// Codes with commas between them; the boxes of a form send them one by one.
fn ticked<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Ticked {
        Joined(String),
        Boxes(Vec<String>),
    }
    Ok(match Ticked::deserialize(deserializer)? {
        Ticked::Joined(codes) => codes,
        Ticked::Boxes(codes) => codes.join(", "),
    })
}

impl TermDeadlineForm {
    fn is_blank(&self) -> bool {
        self.nomination.trim().is_empty() && self.application.trim().is_empty()
    }
}

impl FlowForm {
    /// Whether nothing was typed. What is counted, and for what, is chosen from the first and says nothing.
    pub fn is_blank(&self) -> bool {
        let said = self.clone().without_blank_rows();
        let chosen = Self { id: said.id.clone(), cap_period: said.cap_period.clone(), ..Self::default() };
        said == Self { unit: said.unit.clone(), ..chosen }
    }

    /// The flow without its rows that hold nothing.
    #[must_use]
    pub(crate) fn without_blank_rows(mut self) -> Self {
        self.languages.retain(|language| *language != FlowLanguageForm::default());
        self.deadlines.retain(|deadline| !deadline.is_blank());
        self
    }

    /// The flow that goes the other way, under an id of its own: the same places for the same people, which count and go over alike.
    /// What the host asks for, and by when, is for the other party to say; so is the ratio, by which each weighs what it receives.
    #[must_use]
    pub fn mirrored(&self, id: String) -> Self {
        Self {
            id,
            sender: self.receiver.clone(),
            receiver: self.sender.clone(),
            pool: String::new(),
            ratio: String::new(),
            languages: Vec::new(),
            min_ects: String::new(),
            min_study_year: String::new(),
            is_blended: String::new(),
            conditions_fr: String::new(),
            conditions_en: String::new(),
            deadlines: Vec::new(),
            ..self.clone()
        }
    }

    /// Reads it; what is wrong is noted at its fields below a path. Sender and receiver are parties, its pool is one of these.
    pub(crate) fn parse(
        &self,
        path: &str,
        parties: &[InstitutionId],
        pools: &[PoolId],
        errors: &mut FieldErrors,
    ) -> Option<Flow> {
        let at = |field: &str| format!("{path}.{field}");
        let id = errors.take(&at("id"), given_id(&self.id));
        let kind = errors.take(&at("kind"), MobilityKind::parse(&self.kind));
        let sender = errors.take(&at("sender"), party(&self.sender, parties));
        let receiver = errors.take(&at("receiver"), party(&self.receiver, parties));
        if sender.is_some() && sender == receiver {
            errors.add(at("receiver"), Problem::SameParty);
        }
        let years = self.parse_years(path, errors);
        let places = self.parse_places(path, errors);
        let asked = self.parse_asked(path, errors);
        let languages = self.parse_languages(path, errors);
        let deadlines = self.parse_deadlines(path, errors);
        let pool = |raw: &str| {
            raw.trim().parse().ok().filter(|pool| pools.contains(pool)).ok_or(Problem::NotAChoice)
        };
        let pool = errors.take(&at("pool"), optional(&self.pool, pool));
        let ((first_year, last_year), places, asked) = (years?, places?, asked?);
        Some(Flow {
            id: id?,
            kind: kind?,
            sender: sender?,
            receiver: receiver?,
            first_year,
            last_year,
            cap: places.cap,
            cap_to_confirm: places.cap_to_confirm,
            cap_period: places.cap_period,
            year_caps: places.year_caps,
            unit: places.unit,
            conversion: places.conversion,
            budget: places.budget,
            pool: pool?,
            terms: asked.terms,
            levels: asked.levels,
            fields: asked.fields,
            languages: languages?,
            is_blended: !self.is_blended.is_empty(),
            min_ects: asked.min_ects,
            min_study_year: asked.min_study_year,
            conditions: asked.conditions,
            deadlines: deadlines?,
            carries_over: places.carries_over,
            weight: places.weight,
            ratio: places.ratio,
        })
    }

    /// First and last year, in this order and of one hemisphere.
    fn parse_years(
        &self,
        path: &str,
        errors: &mut FieldErrors,
    ) -> Option<(Option<AcademicYear>, Option<AcademicYear>)> {
        let at = |field: &str| format!("{path}.{field}");
        let first = errors.take(&at("first_year"), optional(&self.first_year, AcademicYear::parse));
        let last = errors.take(&at("last_year"), optional(&self.last_year, AcademicYear::parse));
        if let (Some(Some(first)), Some(Some(last))) = (first, last) {
            if first.is_southern() != last.is_southern() {
                errors.add(at("last_year"), Problem::NotAnAcademicYear);
            } else if last < first {
                errors.add(at("last_year"), Problem::EndBeforeStart);
            }
        }
        Some((first?, last?))
    }

    fn parse_places(&self, path: &str, errors: &mut FieldErrors) -> Option<Places> {
        let at = |field: &str| format!("{path}.{field}");
        let cap = errors.take(&at("cap"), cap(&self.cap));
        let is_ticked = !self.cap_to_confirm.is_empty();
        if is_ticked && matches!(cap, Some((None, _))) {
            errors.add(at("cap_to_confirm"), Problem::NotWithThis);
        }
        let cap_period = errors.take(&at("cap_period"), cap_period(&self.cap_period));
        let unit = match self.unit.trim() {
            "" => Some(SeatUnit::Person),
            code => errors.take(&at("unit"), SeatUnit::parse(code)),
        };
        let year_caps = errors.take(&at("year_caps"), year_caps(&self.year_caps));
        if cap_period == Some(CapPeriod::Agreement) {
            // What is for the whole agreement has no years of its own.
            for (field, typed) in [("year_caps", &self.year_caps), ("carries_over", &self.carries_over)] {
                if !typed.trim().is_empty() {
                    errors.add(at(field), Problem::NotWithThis);
                }
            }
        }
        let conversion = self.parse_conversion(path, unit, errors);
        let budget = errors.take(&at("budget"), optional(&self.budget, Decimal::parse));
        let weight = errors.take(&at("weight"), optional(&self.weight, Decimal::parse));
        let ratio = errors.take(&at("ratio"), optional(&self.ratio, Decimal::parse));
        let (cap, is_marked) = cap?;
        Some(Places {
            cap,
            cap_to_confirm: is_marked || is_ticked,
            cap_period: cap_period?,
            year_caps: year_caps?,
            unit: unit?,
            conversion: conversion?,
            budget: budget?,
            carries_over: !self.carries_over.is_empty(),
            weight: weight?.unwrap_or(Decimal::ONE),
            ratio: ratio?.unwrap_or(Decimal::ONE),
        })
    }

    /// What each term counts for: only where semesters are counted.
    fn parse_conversion(
        &self,
        path: &str,
        unit: Option<SeatUnit>,
        errors: &mut FieldErrors,
    ) -> Option<Conversion> {
        let usual = Conversion::default();
        let typed = [
            ("semester_units", &self.semester_units, usual.semester),
            ("year_units", &self.year_units, usual.year),
            ("quarter_units", &self.quarter_units, usual.quarter),
        ];
        let units = typed.map(|(field, raw, usual)| {
            let field = format!("{path}.{field}");
            let units = errors.take(&field, optional(raw, |raw| whole(raw, 1, UNITS_MAX)))?;
            if units.is_some() && unit == Some(SeatUnit::Person) {
                errors.add(field, Problem::NotWithThis);
            }
            Some(units.unwrap_or(usual))
        });
        let [semester, year, quarter] = units;
        Some(Conversion { semester: semester?, year: year?, quarter: quarter? })
    }

    fn parse_asked(&self, path: &str, errors: &mut FieldErrors) -> Option<Asked> {
        let at = |field: &str| format!("{path}.{field}");
        let mut terms = errors.take_codes(&at("terms"), &self.terms, TERMS_MAX, Term::parse);
        let parts = errors.take_codes(&at("parts"), &self.parts, TERMS_MAX, Term::parse);
        terms.extend(parts.into_iter().filter(|part| !terms.contains(part)).collect::<Vec<_>>());
        let mut levels = errors.take_codes(&at("levels"), &self.levels, 8, EqfLevel::parse);
        levels.sort_unstable();
        let fields = errors.take_codes(&at("fields"), &self.fields, FIELDS_MAX, IscedField::parse);
        let min_ects = errors.take(&at("min_ects"), optional(&self.min_ects, Ects::parse));
        let study_year = |raw: &str| whole(raw, 1, STUDY_YEAR_MAX);
        let min_study_year = errors.take(&at("min_study_year"), optional(&self.min_study_year, study_year));
        let fr = errors.take(&at("conditions_fr"), optional(&self.conditions_fr, LongText::parse));
        let en = errors.take(&at("conditions_en"), optional(&self.conditions_en, LongText::parse));
        let conditions = Multilingual::from_fr_en(fr?, en?).ok();
        let (min_ects, min_study_year) = (min_ects?, min_study_year?);
        Some(Asked { terms, levels, fields, min_ects, min_study_year, conditions })
    }

    fn parse_languages(&self, path: &str, errors: &mut FieldErrors) -> Option<Vec<FlowLanguage>> {
        let mut languages = Vec::<FlowLanguage>::new();
        let mut is_whole = true;
        let typed = self.languages.iter().enumerate();
        for (i, form) in typed.filter(|(_, form)| **form != FlowLanguageForm::default()) {
            let at = |field: &str| format!("{path}.languages.{i}.{field}");
            let language = errors.take(&at("language"), LanguageTag::parse(&form.language));
            let level = errors.take(&at("level"), optional(&form.level, Cefr::parse));
            let (Some(language), Some(level)) = (language, level) else {
                is_whole = false;
                continue;
            };
            if languages.iter().any(|other| other.language == language) {
                errors.add(at("language"), Problem::Duplicate);
            }
            languages.push(FlowLanguage { language, level, is_required: !form.is_required.is_empty() });
        }
        if languages.len() > LANGUAGES_MAX as usize {
            errors.add(format!("{path}.languages"), Problem::TooMany { max: LANGUAGES_MAX });
        }
        is_whole.then_some(languages)
    }

    fn parse_deadlines(&self, path: &str, errors: &mut FieldErrors) -> Option<Vec<TermDeadline>> {
        let mut deadlines = Vec::<TermDeadline>::new();
        let mut is_whole = true;
        for (i, form) in self.deadlines.iter().enumerate().filter(|(_, form)| !form.is_blank()) {
            let at = |field: &str| format!("{path}.deadlines.{i}.{field}");
            let term = errors.take(&at("term"), optional(&form.term, Term::parse));
            let nomination = errors.take(&at("nomination"), optional(&form.nomination, MonthDay::parse));
            let application = errors.take(&at("application"), optional(&form.application, MonthDay::parse));
            let (Some(term), Some(nomination), Some(application)) = (term, nomination, application) else {
                is_whole = false;
                continue;
            };
            if deadlines.iter().any(|other| other.term == term) {
                errors.add(at("term"), Problem::Duplicate);
            }
            deadlines.push(TermDeadline { term, nomination, application });
        }
        if deadlines.len() > DEADLINES_MAX as usize {
            errors.add(format!("{path}.deadlines"), Problem::TooMany { max: DEADLINES_MAX });
        }
        is_whole.then_some(deadlines)
    }
}

/// How many, counted how.
struct Places {
    cap: Option<u32>,
    cap_to_confirm: bool,
    cap_period: CapPeriod,
    year_caps: Vec<YearCap>,
    unit: SeatUnit,
    conversion: Conversion,
    budget: Option<Decimal>,
    carries_over: bool,
    weight: Decimal,
    ratio: Decimal,
}

/// Who may go, for which term.
struct Asked {
    terms: Vec<Term>,
    levels: Vec<EqfLevel>,
    fields: Vec<IscedField>,
    min_ects: Option<Ects>,
    min_study_year: Option<u8>,
    conditions: Option<Multilingual<LongText<{ super::CONDITIONS_MAX }>>>,
}

impl PoolForm {
    /// Whether nothing was typed. What the places are for is chosen from the first and says nothing.
    pub fn is_blank(&self) -> bool {
        [&self.name_fr, &self.name_en, &self.cap].iter().all(|field| field.trim().is_empty())
    }

    /// Reads it; what is wrong is noted at its fields below a path.
    fn parse(&self, path: &str, errors: &mut FieldErrors) -> Option<Pool> {
        let at = |field: &str| format!("{path}.{field}");
        let id = errors.take(&at("id"), given_id(&self.id));
        let fr = errors.take(&at("name_fr"), optional(&self.name_fr, Text::parse));
        let en = errors.take(&at("name_en"), optional(&self.name_en, Text::parse));
        let name = match (fr, en) {
            (Some(fr), Some(en)) => errors.take(&at("name_fr"), Multilingual::from_fr_en(fr, en)),
            _ => None,
        };
        let cap = errors.take(&at("cap"), agreed(&self.cap));
        let cap_period = errors.take(&at("cap_period"), cap_period(&self.cap_period));
        Some(Pool { id: id?, name: name?, cap: cap?, cap_period: cap_period? })
    }
}

/// Reads the flows and pools of an agreement between these parties; what is wrong is noted at its rows.
pub(crate) fn parse_all(
    flows: &[FlowForm],
    pools: &[PoolForm],
    parties: &[InstitutionId],
    errors: &mut FieldErrors,
) -> (Vec<Flow>, Vec<Pool>) {
    // A pool with a fault can still be chosen: the fault is named where it is.
    let offered: Vec<PoolId> =
        pools.iter().filter(|form| !form.is_blank()).filter_map(|form| form.id.trim().parse().ok()).collect();
    let mut read = Vec::<Flow>::new();
    for (i, form) in flows.iter().enumerate().filter(|(_, form)| !form.is_blank()) {
        let path = format!("flows.{i}");
        let Some(flow) = form.parse(&path, parties, &offered, errors) else { continue };
        if read.iter().any(|other| other.id == flow.id) {
            errors.add(format!("{path}.id"), Problem::Duplicate);
        }
        // Persons and semesters are not added up.
        if read.iter().any(|other| flow.pool.is_some() && other.pool == flow.pool && other.unit != flow.unit)
        {
            errors.add(format!("{path}.unit"), Problem::PoolUnit);
        }
        read.push(flow);
    }
    let mut shared = Vec::<Pool>::new();
    for (i, form) in pools.iter().enumerate().filter(|(_, form)| !form.is_blank()) {
        let path = format!("pools.{i}");
        let Some(pool) = form.parse(&path, errors) else { continue };
        if shared.iter().any(|other| other.id == pool.id) {
            errors.add(format!("{path}.id"), Problem::Duplicate);
        }
        shared.push(pool);
    }
    for (field, count, max) in [("flows", read.len(), FLOWS_MAX), ("pools", shared.len(), POOLS_MAX)] {
        if count > max as usize {
            errors.add(field, Problem::TooMany { max });
        }
    }
    (read, shared)
}

fn given_id<T: std::str::FromStr>(raw: &str) -> Result<T, Problem> {
    match raw.trim() {
        "" => Err(Problem::Required),
        raw => raw.parse().map_err(|_| Problem::NotAChoice),
    }
}

fn party(raw: &str, parties: &[InstitutionId]) -> Result<InstitutionId, Problem> {
    match raw.trim() {
        "" => Err(Problem::Required),
        raw => raw.parse().ok().filter(|party| parties.contains(party)).ok_or(Problem::NotAChoice),
    }
}

fn cap_period(raw: &str) -> Result<CapPeriod, Problem> {
    if raw.trim().is_empty() { Ok(CapPeriod::AcademicYear) } else { CapPeriod::parse(raw) }
}

/// So many; `None` for what is not yet agreed.
fn agreed(raw: &str) -> Result<Option<u32>, Problem> {
    match raw.trim() {
        "" | "-" | "–" | "—" | "?" => Ok(None),
        number => whole(number, 0, SEATS_MAX).map(Some),
    }
}

/// The same, and whether a question mark says that the number is to be confirmed.
fn cap(raw: &str) -> Result<(Option<u32>, bool), Problem> {
    let number = raw.trim().strip_suffix('?');
    let cap = agreed(number.unwrap_or(raw))?;
    Ok((cap, cap.is_some() && number.is_some()))
}

/// Years with their caps, each once, in their order.
fn year_caps(raw: &str) -> Result<Vec<YearCap>, Problem> {
    let mut caps = Vec::<YearCap>::new();
    for entry in raw.split([',', ';', '\n']).filter(|entry| !entry.trim().is_empty()) {
        let (year, cap) = entry.split_once(':').unwrap_or((entry, ""));
        let year = AcademicYear::parse(year)?;
        let cap = if cap.trim().is_empty() { whole(cap, 0, SEATS_MAX).map(Some) } else { agreed(cap) }?;
        if caps.iter().any(|other| other.year.first_year() == year.first_year()) {
            return Err(Problem::Duplicate);
        }
        caps.push(YearCap { year, cap });
    }
    caps.sort_unstable_by_key(|cap| cap.year);
    Ok(caps)
}

fn listed<T: ToString>(values: impl IntoIterator<Item = T>) -> String {
    values.into_iter().map(|value| value.to_string()).collect::<Vec<_>>().join(", ")
}

/// A day as people type it, the same in both languages: `10/04`.
fn day_and_month(day: MonthDay) -> String {
    format!("{:02}/{:02}", day.day(), day.month())
}

/// What a form shows for a number, nothing for the usual one.
fn unusual<T: Copy + PartialEq + ToString>(value: T, usual: T) -> String {
    if value == usual { String::new() } else { value.to_string() }
}

fn year_cap(own: &YearCap) -> String {
    format!("{}: {}", own.year, own.cap.map_or_else(|| "-".to_owned(), |cap| cap.to_string()))
}

impl From<&Flow> for FlowForm {
    fn from(flow: &Flow) -> Self {
        let usual = Conversion::default();
        let Conversion { semester, year, quarter } = flow.conversion;
        let (parts, terms): (Vec<Term>, Vec<Term>) =
            flow.terms.iter().partition(|term| matches!(term, Term::Quarter { .. }));
        let conditions = |lang| flow.conditions.as_ref().map(|texts| in_language(texts, lang));
        Self {
            id: flow.id.to_string(),
            kind: flow.kind.code().into(),
            sender: flow.sender.to_string(),
            receiver: flow.receiver.to_string(),
            cap: shown(flow.cap.as_ref()),
            cap_to_confirm: mark(flow.cap_to_confirm),
            cap_period: flow.cap_period.code().into(),
            unit: flow.unit.code().into(),
            first_year: shown(flow.first_year.as_ref()),
            last_year: shown(flow.last_year.as_ref()),
            year_caps: listed(flow.year_caps.iter().map(year_cap)),
            pool: shown(flow.pool.as_ref()),
            budget: shown(flow.budget.as_ref()),
            carries_over: mark(flow.carries_over),
            semester_units: unusual(semester, usual.semester),
            year_units: unusual(year, usual.year),
            quarter_units: unusual(quarter, usual.quarter),
            weight: unusual(flow.weight, Decimal::ONE),
            ratio: unusual(flow.ratio, Decimal::ONE),
            terms: listed(terms),
            parts: listed(parts),
            levels: listed(&flow.levels),
            fields: listed(&flow.fields),
            languages: flow.languages.iter().map(FlowLanguageForm::from).collect(),
            min_ects: shown(flow.min_ects.as_ref()),
            min_study_year: shown(flow.min_study_year.as_ref()),
            is_blended: mark(flow.is_blended),
            conditions_fr: conditions(Lang::Fr).unwrap_or_default(),
            conditions_en: conditions(Lang::En).unwrap_or_default(),
            deadlines: flow.deadlines.iter().map(TermDeadlineForm::from).collect(),
        }
    }
}

impl From<&FlowLanguage> for FlowLanguageForm {
    fn from(language: &FlowLanguage) -> Self {
        Self {
            language: language.language.to_string(),
            level: shown(language.level.as_ref()),
            is_required: mark(language.is_required),
        }
    }
}

impl From<&TermDeadline> for TermDeadlineForm {
    fn from(deadline: &TermDeadline) -> Self {
        Self {
            term: shown(deadline.term.as_ref()),
            nomination: deadline.nomination.map(day_and_month).unwrap_or_default(),
            application: deadline.application.map(day_and_month).unwrap_or_default(),
        }
    }
}

impl From<&Pool> for PoolForm {
    fn from(pool: &Pool) -> Self {
        Self {
            id: pool.id.to_string(),
            name_fr: in_language(&pool.name, Lang::Fr),
            name_en: in_language(&pool.name, Lang::En),
            cap: shown(pool.cap.as_ref()),
            cap_period: pool.cap_period.code().into(),
        }
    }
}

#[cfg(test)]
mod tests;
