//! Flows: which places an agreement opens, from one party to another.
//!
//! A flow is what EWP calls a cooperation condition: one sender, one receiver, one mobility kind. It is part of the content of a
//! revision, under an id that is the same in every revision of the agreement; the numbers of the revision that rules count.
//! A renewal copies it under an id of its own, since its places are others. How places are counted is in [`crate::seats`].

mod form;

pub(crate) use form::parse_all;
pub use form::{FlowForm, FlowLanguageForm, PoolForm, TermDeadlineForm};

use crate::{
    academic_year::AcademicYear,
    agreement::Course,
    coded::coded,
    decimal::Decimal,
    ects::Ects,
    eqf::EqfLevel,
    id::{FlowId, InstitutionId, PoolId},
    isced::IscedField,
    language::{Cefr, LanguageTag},
    month_day::MonthDay,
    multilingual::Multilingual,
    term::Term,
    text::{LongText, Text},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Most flows of one agreement.
pub const FLOWS_MAX: u32 = 40;
/// Most pools of one agreement.
pub const POOLS_MAX: u32 = 10;
/// Largest cap, in units.
pub const SEATS_MAX: u32 = 10_000;
/// Most units that one term may take.
pub const UNITS_MAX: u32 = 12;
/// Highest year of study that may be asked for.
pub const STUDY_YEAR_MAX: u8 = 12;
/// Most fields of study of one flow.
pub const FIELDS_MAX: u32 = 20;
/// Most languages of one flow.
pub const LANGUAGES_MAX: u32 = 5;
/// Most terms with deadlines of their own.
pub const DEADLINES_MAX: u32 = 8;
/// Longest text of the conditions, in graphemes.
pub const CONDITIONS_MAX: u32 = 2_000;
/// Longest name of a pool, in graphemes.
pub const POOL_NAME_MAX: u32 = 120;
/// Months that a semester counts for where a nomination does not say how long it is.
const SEMESTER_MONTHS: u32 = 5;

coded! {
    /// Who goes for what.
    MobilityKind {
        /// Students, to study.
        StudentStudies = "student_studies",
        /// Students, for a traineeship.
        StudentTraineeship = "student_traineeship",
        /// Staff, to teach.
        StaffTeaching = "staff_teaching",
        /// Staff, to be trained.
        StaffTraining = "staff_training",
        /// A group, to learn.
        LearningTrip = "learning_trip",
    }
}

impl MobilityKind {
    /// Whether students go to study, whom only universities can host.
    pub const fn studies(self) -> bool {
        matches!(self, Self::StudentStudies)
    }

    /// Whether one is trained at work, which a company can do as well as a university.
    pub const fn trains(self) -> bool {
        matches!(self, Self::StudentTraineeship | Self::StaffTraining)
    }

    /// Whether its budget is counted in days, not in months.
    pub const fn counts_days(self) -> bool {
        matches!(self, Self::StaffTeaching | Self::StaffTraining)
    }
}

coded! {
    /// What a cap is for.
    CapPeriod {
        /// Each academic year.
        AcademicYear = "academic_year",
        /// The whole time of the agreement.
        Agreement = "agreement",
    }
}

coded! {
    /// What is counted.
    SeatUnit {
        /// People, however long they stay.
        Person = "person",
        /// Semesters, or what the conversion makes of them.
        Semester = "semester",
    }
}

/// Units that each term takes, where semesters are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversion {
    /// A semester, 1 to 12.
    pub semester: u32,
    /// A year, 1 to 12.
    pub year: u32,
    /// A quarter or another part of the year, 1 to 12.
    pub quarter: u32,
}

impl Default for Conversion {
    fn default() -> Self {
        Self { semester: 1, year: 2, quarter: 1 }
    }
}

impl Conversion {
    /// Whether it is the usual one: a semester counts 1, a year 2.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// The cap of one year, where it differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearCap {
    /// Which year.
    pub year: AcademicYear,
    /// Units; none: not yet agreed.
    pub cap: Option<u32>,
}

/// A language that students need, or should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowLanguage {
    /// Which.
    pub language: LanguageTag,
    /// How well; not said where none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub level: Option<Cefr>,
    /// Whether it is required, not recommended only.
    pub is_required: bool,
}

/// By when one is nominated, and applies, each year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermDeadline {
    /// For which term; for any where none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub term: Option<Term>,
    /// Last day on which the home institution nominates.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub nomination: Option<MonthDay>,
    /// Last day on which the student applies to the host.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub application: Option<MonthDay>,
}

/// Places from one party to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// The same in every revision of its agreement.
    pub id: FlowId,
    /// Who goes for what.
    pub kind: MobilityKind,
    /// The party that sends.
    pub sender: InstitutionId,
    /// The party that receives, and owns the places.
    pub receiver: InstitutionId,
    /// First academic year; with the agreement unless said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub first_year: Option<AcademicYear>,
    /// Last academic year; with the agreement unless said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_year: Option<AcademicYear>,
    /// Units that may be used, of each year or of the whole agreement; none: not yet agreed.
    pub cap: Option<u32>,
    /// Whether the cap is to be confirmed.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub cap_to_confirm: bool,
    /// What the cap is for.
    pub cap_period: CapPeriod,
    /// Years with another cap, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub year_caps: Vec<YearCap>,
    /// What is counted.
    pub unit: SeatUnit,
    /// What each term counts for, where semesters are counted.
    #[serde(skip_serializing_if = "Conversion::is_usual", default)]
    pub conversion: Conversion,
    /// Months (of students) or days (of staff) that may be used, for what the cap is for. It binds beside the cap.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub budget: Option<Decimal>,
    /// The pool whose places it shares; a nomination then takes from both.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pool: Option<PoolId>,
    /// Terms that one may go for; any semester or the year where none is said.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub terms: Vec<Term>,
    /// Levels of those who may go; any where none is said.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub levels: Vec<EqfLevel>,
    /// Fields of study, ISCED-F 2013; any where none is said.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub fields: Vec<IscedField>,
    /// Languages, required or recommended.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub languages: Vec<FlowLanguage>,
    /// Whether part of it takes place at a distance.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub is_blended: bool,
    /// Credits that one must have.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub min_ects: Option<Ects>,
    /// Year of study that one must have reached, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub min_study_year: Option<u8>,
    /// Other conditions, by language.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub conditions: Option<Multilingual<LongText<CONDITIONS_MAX>>>,
    /// Deadlines of each year, by term.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub deadlines: Vec<TermDeadline>,
    /// Whether what a year leaves unused may be used in the next.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub carries_over: bool,
    /// What a unit weighs in the balance of the two.
    #[serde(skip_serializing_if = "Decimal::is_one", default = "one")]
    pub weight: Decimal,
    /// What a unit that comes weighs against one that goes: 2 where two come for each that goes, 0.5.
    #[serde(skip_serializing_if = "Decimal::is_one", default = "one")]
    pub ratio: Decimal,
}

/// Places that several flows share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    /// The same in every revision of its agreement.
    pub id: PoolId,
    /// Its name, by language.
    pub name: Multilingual<Text<POOL_NAME_MAX>>,
    /// Units that its flows may use together; none: not yet agreed.
    pub cap: Option<u32>,
    /// What the cap is for.
    pub cap_period: CapPeriod,
}

const fn one() -> Decimal {
    Decimal::ONE
}

impl Flow {
    /// Students who go to study from one party to another, so many each academic year; all else is left open.
    pub fn of_students(id: FlowId, sender: InstitutionId, receiver: InstitutionId, cap: Option<u32>) -> Self {
        Self {
            id,
            kind: MobilityKind::StudentStudies,
            sender,
            receiver,
            first_year: None,
            last_year: None,
            cap,
            cap_to_confirm: false,
            cap_period: CapPeriod::AcademicYear,
            year_caps: Vec::new(),
            unit: SeatUnit::Person,
            conversion: Conversion::default(),
            budget: None,
            pool: None,
            terms: Vec::new(),
            levels: Vec::new(),
            fields: Vec::new(),
            languages: Vec::new(),
            is_blended: false,
            min_ects: None,
            min_study_year: None,
            conditions: None,
            deadlines: Vec::new(),
            carries_over: false,
            weight: Decimal::ONE,
            ratio: Decimal::ONE,
        }
    }

    /// The cap of a year; for one of the whole agreement, that of the agreement. None: not yet agreed.
    pub fn cap_in(&self, year: AcademicYear) -> Option<u32> {
        let own = self.year_caps.iter().find(|own| own.year.first_year() == year.first_year());
        own.map_or(self.cap, |own| own.cap)
    }

    /// Units that one who goes for this term takes.
    pub const fn units(&self, term: Term) -> u32 {
        match (self.unit, term) {
            (SeatUnit::Person, _) => 1,
            (SeatUnit::Semester, Term::S1 | Term::S2) => self.conversion.semester,
            (SeatUnit::Semester, Term::Year) => self.conversion.year,
            (SeatUnit::Semester, Term::Quarter { .. }) => self.conversion.quarter,
        }
    }

    /// Units for which so many hundredths of months or days suffice: where everyone goes for the shortest term, as long as is usual. How
    /// long staff stay is not usual in any way: while a day is left they may go.
    pub fn units_within(&self, budget: i64) -> i64 {
        if self.kind.counts_days() {
            return if budget > 0 { i64::MAX } else { 0 };
        }
        let months = |term: &Term| i64::from(usual_months(*term).hundredths());
        let shortest = self.offered_terms().into_iter().min_by_key(months);
        shortest.map_or(0, |term| budget.max(0) / months(&term).max(1) * i64::from(self.units(term)))
    }

    /// Whether one may go for this term.
    pub fn takes(&self, term: Term) -> bool {
        if self.terms.is_empty() { !matches!(term, Term::Quarter { .. }) } else { self.terms.contains(&term) }
    }

    /// The terms that one may go for.
    pub fn offered_terms(&self) -> Vec<Term> {
        if self.terms.is_empty() { vec![Term::S1, Term::S2, Term::Year] } else { self.terms.clone() }
    }

    /// Its first and last year, where they are known, within the agreement's own time.
    pub fn span(&self, course: &Course) -> (Option<AcademicYear>, Option<AcademicYear>) {
        let of = |day: NaiveDate| self.year_of(day);
        let first = self.first_year.into_iter().chain(course.starts_on.map(of)).max();
        let ends = [course.ends_on, course.terminated_on.and_then(|on| on.pred_opt())];
        let renewed = course.renewed_on.and_then(|on| on.pred_opt());
        let ends = ends.into_iter().chain([renewed]).flatten().map(of);
        let last = self.last_year.into_iter().chain(ends).min();
        (first, last)
    }

    /// Whether its years are calendar years.
    pub fn is_southern(&self) -> bool {
        self.first_year.or(self.last_year).is_some_and(AcademicYear::is_southern)
    }

    /// The academic year a day lies in, as this flow counts them.
    pub fn year_of(&self, day: NaiveDate) -> AcademicYear {
        use chrono::Datelike as _;
        let southern = self.is_southern().then(|| AcademicYear::southern(day.year()).ok()).flatten();
        southern.unwrap_or_else(|| AcademicYear::of(day))
    }

    /// The academic year that begins in a calendar year, as this flow counts them; `None` out of what a year may be.
    pub fn year_from(&self, first: i32) -> Option<AcademicYear> {
        if self.is_southern() { AcademicYear::southern(first) } else { AcademicYear::northern(first) }.ok()
    }

    /// The deadline of a term: its own, else the one of any term.
    pub fn deadline(&self, term: Term) -> Option<&TermDeadline> {
        let of = |wanted: Option<Term>| self.deadlines.iter().find(move |deadline| deadline.term == wanted);
        of(Some(term)).or_else(|| of(None))
    }

    /// The flow in the agreement that renews this one from a day on, under an id and a pool of its own. Its years are left out, as
    /// they lie in the period that ends; but where they are calendar years it says the first one, for nothing else tells that they
    /// are: the year of that day, or the one after those it had.
    #[must_use]
    pub fn renewed(&self, id: FlowId, pool: Option<PoolId>, begins_on: Option<NaiveDate>) -> Self {
        let after = || self.last_year.or(self.first_year).and_then(AcademicYear::next);
        let begins = begins_on.map(|day| self.year_of(day)).or_else(after);
        let first_year = begins.filter(|year| year.is_southern());
        Self { id, pool, first_year, last_year: None, year_caps: Vec::new(), ..self.clone() }
    }
}

/// How flows count their years: from September on, as calendar years, or some this way and some that.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct YearForms {
    has_northern: bool,
    has_southern: bool,
}

impl YearForms {
    /// Of these flows.
    pub fn of<'a>(flows: impl IntoIterator<Item = &'a Flow>) -> Self {
        let mut forms = Self::default();
        forms.extend(flows);
        forms
    }

    /// Whether all count calendar years.
    pub const fn is_southern(self) -> bool {
        self.has_southern && !self.has_northern
    }

    /// What the years are called that begin in a calendar year: `2026/2027`, `2026/2026`, or both; the first where there is no flow.
    pub fn name(self, first: i32) -> String {
        let (northern, southern) = (format!("{first}/{}", first + 1), format!("{first}/{first}"));
        match self {
            Self { has_northern: true, has_southern: true } => format!("{northern} · {southern}"),
            Self { has_southern: true, .. } => southern,
            Self { .. } => northern,
        }
    }
}

impl<'a> Extend<&'a Flow> for YearForms {
    fn extend<I: IntoIterator<Item = &'a Flow>>(&mut self, flows: I) {
        for flow in flows {
            let form = if flow.is_southern() { &mut self.has_southern } else { &mut self.has_northern };
            *form = true;
        }
    }
}

/// Months that a term lasts where a nomination does not say it: five for a semester, ten for a year, a part of those for a part.
pub fn usual_months(term: Term) -> Decimal {
    let months = match term {
        Term::S1 | Term::S2 => SEMESTER_MONTHS * 100,
        Term::Year => 2 * SEMESTER_MONTHS * 100,
        Term::Quarter { of, .. } => 2 * SEMESTER_MONTHS * 100 / u32::from(of),
    };
    Decimal::from_hundredths(months).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn years_are_called_as_the_flows_count_them() {
        let [one, other] = [1, 2].map(|n| InstitutionId(Uuid::from_u128(n)));
        let northern = Flow::of_students(FlowId(Uuid::from_u128(3)), one, other, Some(1));
        let southern = Flow { first_year: AcademicYear::southern(2024).ok(), ..northern.clone() };
        for (flows, name) in [
            (vec![], "2026/2027"),
            (vec![&northern, &northern], "2026/2027"),
            (vec![&southern], "2026/2026"),
            (vec![&southern, &northern], "2026/2027 · 2026/2026"),
        ] {
            assert_eq!(YearForms::of(flows).name(2026), name);
        }
    }
}
