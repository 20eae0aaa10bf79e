//! Flows and pools of an agreement: which places it opens, from whom to whom.

use crate::rest::shape::{self, FrEn, filled, mark};
use domain::{
    flow::{FlowForm, FlowLanguageForm, PoolForm, TermDeadlineForm},
    month_day::MonthDay,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Places from one party to another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FlowBody {
    /// Its id, which its places go by: send the one that GET shows. A new flow needs none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Uuid)]
    pub id: Option<String>,
    /// Who goes for what.
    #[schema(required, value_type = shape::MobilityKindCode)]
    pub kind: String,
    /// Id of the party that sends.
    #[schema(required, format = Uuid)]
    pub sender: String,
    /// Id of the party that receives, and owns the places.
    #[schema(required, format = Uuid)]
    pub receiver: String,
    /// Places, 0 to 10,000; not yet agreed unless said.
    pub cap: Option<i64>,
    /// Whether the number of places is to be confirmed.
    pub cap_to_confirm: bool,
    /// What the places are for; `academic_year` unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::CapPeriodCode>)]
    pub cap_period: Option<String>,
    /// What is counted; `person` unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::SeatUnitCode>)]
    pub unit: Option<String>,
    /// First academic year; with the agreement unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026/2027")]
    pub first_year: Option<String>,
    /// Last academic year; with the agreement unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2030/2031")]
    pub last_year: Option<String>,
    /// Years with other places; null where those are not yet agreed.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(example = json!({"2026/2027": 3}))]
    pub year_caps: BTreeMap<String, Option<i64>>,
    /// Id of the pool of this agreement whose places it shares.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Uuid)]
    pub pool: Option<String>,
    /// Months (of students) or days (of staff) that may be used, with at most two decimals; for what the places are for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "25.5")]
    pub budget: Option<String>,
    /// Whether what a year leaves unused may be used in the next.
    pub carries_over: bool,
    /// Units that each term takes, where semesters are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversion: Option<ConversionBody>,
    /// What a unit weighs in the balance of the two; 1 unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "0.5")]
    pub weight: Option<String>,
    /// What a unit that comes weighs against one that goes; 1 unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2")]
    pub ratio: Option<String>,
    /// Terms that one may go for: `S1`, `S2`, `year`, `q1/4`; the semesters and the year where none is said.
    #[schema(example = json!(["S1", "year"]))]
    pub terms: Vec<String>,
    /// Levels of those who may go, EQF 1 to 8; any where none is said.
    #[schema(example = json!([6, 7]))]
    pub levels: Vec<i64>,
    /// Fields of study: codes of ISCED-F 2013, at most 20; any where none is said.
    #[schema(example = json!(["0613"]))]
    pub fields: Vec<String>,
    /// Languages, at most 5.
    pub languages: Vec<FlowLanguageBody>,
    /// Credits that one must have, in halves.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "120")]
    pub min_ects: Option<String>,
    /// Year of study that one must have reached, 1 to 12.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_study_year: Option<i64>,
    /// Whether part of it takes place at a distance.
    pub is_blended: bool,
    /// Other conditions, at most 2,000 characters, in one language or both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<FrEn>,
    /// Deadlines of each year, by term, at most 8.
    pub deadlines: Vec<TermDeadlineBody>,
}

/// Units that each term takes, 1 to 12.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ConversionBody {
    /// A semester; 1 unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub semester: Option<i64>,
    /// A year; 2 unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<i64>,
    /// Another part of the year; 1 unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quarter: Option<i64>,
}

/// A language that one needs, or should know.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FlowLanguageBody {
    /// BCP-47 tag.
    #[schema(required, example = "en")]
    pub language: String,
    /// How well: CEFR, A1 to C2.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::CefrCode>)]
    pub level: Option<String>,
    /// Whether it is required, not recommended only.
    pub is_required: bool,
}

/// By when one is nominated, and applies, each year.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TermDeadlineBody {
    /// For which term; for any unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "S1")]
    pub term: Option<String>,
    /// Last day on which the home institution nominates: month and day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "--04-10")]
    pub nomination: Option<String>,
    /// Last day on which the student applies to the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "--05-01")]
    pub application: Option<String>,
}

/// Places that several flows share: one who is nominated takes from both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PoolBody {
    /// Its id, which flows name it by: the one that GET shows; for a new pool a UUID that you make.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Uuid)]
    pub id: Option<String>,
    /// Its name, at most 120 characters, in one language or both.
    #[schema(required)]
    pub name: FrEn,
    /// Places that its flows may use together; not yet agreed unless said.
    pub cap: Option<i64>,
    /// What the places are for; `academic_year` unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::CapPeriodCode>)]
    pub cap_period: Option<String>,
}

/// Where a field of the form of a flow or a pool stands in the body of its agreement.
pub fn pointer(field: &str) -> String {
    let (row, leaf) = field.rsplit_once('.').unwrap_or(("", field));
    let leaf = match leaf {
        "name_fr" => "name.fr",
        "name_en" => "name.en",
        "conditions_fr" => "conditions.fr",
        "conditions_en" => "conditions.en",
        "semester_units" => "conversion.semester",
        "year_units" => "conversion.year",
        "quarter_units" => "conversion.quarter",
        "parts" => "terms",
        leaf => leaf,
    };
    shape::pointer(format!("{row}.{leaf}").trim_start_matches('.'))
}

/// A number as one types it; nothing where there is none.
fn typed(number: Option<i64>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

/// How many. A form has blank rows that count for nothing; in JSON a row that says nothing is a fault: a question mark, which
/// says that the number is not yet agreed, keeps it.
fn places(cap: Option<i64>, is_unsaid: bool) -> String {
    if cap.is_none() && is_unsaid { "?".to_owned() } else { typed(cap) }
}

fn year_cap((year, cap): (String, Option<i64>)) -> String {
    format!("{year}: {}", cap.map_or_else(|| "-".to_owned(), |cap| cap.to_string()))
}

/// The codes of a form.
fn codes(joined: &str) -> impl Iterator<Item = &str> {
    joined.split(", ").filter(|code| !code.is_empty())
}

impl From<FlowBody> for FlowForm {
    fn from(body: FlowBody) -> Self {
        let (conditions_fr, conditions_en) = FrEn::into_form(body.conditions);
        let conversion = body.conversion.unwrap_or_default();
        let levels: Vec<_> = body.levels.iter().map(ToString::to_string).collect();
        let year_caps: Vec<_> = body.year_caps.into_iter().map(year_cap).collect();
        Self {
            cap: places(body.cap, body.kind.trim().is_empty()),
            id: body.id.unwrap_or_default(),
            kind: body.kind,
            sender: body.sender,
            receiver: body.receiver,
            cap_to_confirm: mark(body.cap_to_confirm),
            cap_period: body.cap_period.unwrap_or_default(),
            unit: body.unit.unwrap_or_default(),
            first_year: body.first_year.unwrap_or_default(),
            last_year: body.last_year.unwrap_or_default(),
            year_caps: year_caps.join(", "),
            pool: body.pool.unwrap_or_default(),
            budget: body.budget.unwrap_or_default(),
            carries_over: mark(body.carries_over),
            semester_units: typed(conversion.semester),
            year_units: typed(conversion.year),
            quarter_units: typed(conversion.quarter),
            weight: body.weight.unwrap_or_default(),
            ratio: body.ratio.unwrap_or_default(),
            terms: body.terms.join(", "),
            parts: String::new(),
            levels: levels.join(", "),
            fields: body.fields.join(", "),
            languages: body.languages.into_iter().map(FlowLanguageForm::from).collect(),
            min_ects: body.min_ects.unwrap_or_default(),
            min_study_year: typed(body.min_study_year),
            is_blended: mark(body.is_blended),
            conditions_fr,
            conditions_en,
            deadlines: body.deadlines.into_iter().map(TermDeadlineForm::from).collect(),
        }
    }
}

impl From<FlowLanguageBody> for FlowLanguageForm {
    fn from(body: FlowLanguageBody) -> Self {
        Self {
            language: body.language,
            level: body.level.unwrap_or_default(),
            is_required: mark(body.is_required),
        }
    }
}

impl From<TermDeadlineBody> for TermDeadlineForm {
    fn from(body: TermDeadlineBody) -> Self {
        Self {
            term: body.term.unwrap_or_default(),
            nomination: body.nomination.unwrap_or_default(),
            application: body.application.unwrap_or_default(),
        }
    }
}

impl From<PoolBody> for PoolForm {
    fn from(body: PoolBody) -> Self {
        let (name_fr, name_en) = FrEn::into_form(Some(body.name));
        Self {
            cap: places(body.cap, name_fr.is_empty() && name_en.is_empty()),
            id: body.id.unwrap_or_default(),
            name_fr,
            name_en,
            cap_period: body.cap_period.unwrap_or_default(),
        }
    }
}

impl From<&FlowForm> for FlowBody {
    fn from(form: &FlowForm) -> Self {
        let conversion = ConversionBody {
            semester: form.semester_units.parse().ok(),
            year: form.year_units.parse().ok(),
            quarter: form.quarter_units.parse().ok(),
        };
        let year_cap = |entry: &str| {
            let (year, cap) = entry.split_once(": ")?;
            Some((year.to_owned(), cap.parse().ok()))
        };
        Self {
            id: filled(&form.id),
            kind: form.kind.clone(),
            sender: form.sender.clone(),
            receiver: form.receiver.clone(),
            cap: form.cap.parse().ok(),
            cap_to_confirm: !form.cap_to_confirm.is_empty(),
            cap_period: filled(&form.cap_period),
            unit: filled(&form.unit),
            first_year: filled(&form.first_year),
            last_year: filled(&form.last_year),
            year_caps: codes(&form.year_caps).filter_map(year_cap).collect(),
            pool: filled(&form.pool),
            budget: filled(&form.budget),
            carries_over: !form.carries_over.is_empty(),
            conversion: (conversion != ConversionBody::default()).then_some(conversion),
            weight: filled(&form.weight),
            ratio: filled(&form.ratio),
            terms: codes(&form.terms).chain(codes(&form.parts)).map(str::to_owned).collect(),
            levels: codes(&form.levels).filter_map(|level| level.parse().ok()).collect(),
            fields: codes(&form.fields).map(str::to_owned).collect(),
            languages: form.languages.iter().map(FlowLanguageBody::from).collect(),
            min_ects: filled(&form.min_ects),
            min_study_year: form.min_study_year.parse().ok(),
            is_blended: !form.is_blended.is_empty(),
            conditions: FrEn::of(&form.conditions_fr, &form.conditions_en),
            deadlines: form.deadlines.iter().map(TermDeadlineBody::from).collect(),
        }
    }
}

impl From<&FlowLanguageForm> for FlowLanguageBody {
    fn from(form: &FlowLanguageForm) -> Self {
        Self {
            language: form.language.clone(),
            level: filled(&form.level),
            is_required: !form.is_required.is_empty(),
        }
    }
}

impl From<&TermDeadlineForm> for TermDeadlineBody {
    fn from(form: &TermDeadlineForm) -> Self {
        let day = |typed: &str| MonthDay::parse(typed).ok().map(|day| day.to_string());
        Self {
            term: filled(&form.term),
            nomination: day(&form.nomination),
            application: day(&form.application),
        }
    }
}

impl From<&PoolForm> for PoolBody {
    fn from(form: &PoolForm) -> Self {
        Self {
            id: filled(&form.id),
            name: FrEn::of(&form.name_fr, &form.name_en).unwrap_or_default(),
            cap: form.cap.parse().ok(),
            cap_period: filled(&form.cap_period),
        }
    }
}
