//! What the shapes of JSON have in common. Lists of codes come from the domain, so that they cannot disagree.

use domain::{
    agreement::{
        AgreementKind, DeadlineKind, NotRenewed, PartyRole, Standing, StandingChoice, SuccessionKind,
        Visibility,
    },
    commitment::{Bound, CommitmentStanding, MeasureKind},
    document::{DocumentKind, DocumentVisibility, FileFormat},
    flow::{CapPeriod, MobilityKind, SeatUnit},
    institution::InstitutionKind,
    lang::Lang,
    language::Cefr,
    multilingual::Multilingual,
    nomination::{Side, StateKind},
    partner::EventKind,
    seats::{Direction, Fullness, Grouping, LineKind},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt::Display};
use store::agreement::AgreementSort;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{Object, ObjectBuilder, Type},
    },
};

/// A text by language: keys are BCP-47 tags.
pub type ByLanguage = BTreeMap<String, String>;

/// A text in French, in English, or in both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FrEn {
    /// In French.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fr: Option<String>,
    /// In English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl FrEn {
    /// The texts of a form; `None` when both are empty.
    pub fn of(fr: &str, en: &str) -> Option<Self> {
        let texts = Self { fr: filled(fr), en: filled(en) };
        (texts != Self::default()).then_some(texts)
    }

    /// What a form holds: French, then English.
    pub fn into_form(this: Option<Self>) -> (String, String) {
        let texts = this.unwrap_or_default();
        (texts.fr.unwrap_or_default(), texts.en.unwrap_or_default())
    }
}

/// Where to find it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Links {
    /// Its own address in this interface.
    #[serde(rename = "self")]
    pub this: String,
    /// The pages for people, by language.
    pub html: ByLanguage,
}

impl Links {
    /// Of a noun and an id.
    pub fn new(noun: &str, id: impl Display) -> Self {
        let page = |lang: Lang| (lang.code().to_owned(), app::desk::href(lang, &format!("/{noun}/{id}")));
        Self { this: format!("/api/v1/{noun}/{id}"), html: Lang::ALL.into_iter().map(page).collect() }
    }
}

/// All texts, by language.
pub fn by_language<T: Display>(texts: &Multilingual<T>) -> ByLanguage {
    texts.iter().map(|(tag, text)| (tag.to_string(), text.to_string())).collect()
}

/// A text, unless it is empty.
pub fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// What a form holds for a mark.
pub fn mark(is_set: bool) -> String {
    if is_set { "on".to_owned() } else { String::new() }
}

/// A JSON Pointer for a path with dots.
pub fn pointer(path: &str) -> String {
    format!("/{}", path.replace('.', "/"))
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $codes:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                one_of($codes).into()
            }
        }

        impl ToSchema for $name {}
    )+};
}

fn one_of<'a>(codes: impl IntoIterator<Item = &'a str>) -> Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes)).build()
}

codes! {
    /// Kinds of agreements.
    AgreementKindCode = AgreementKind::ALL.iter().map(|kind| kind.code());
    /// What agreements are on a day.
    StandingCode = Standing::ALL.iter().map(|standing| standing.code());
    /// The same, and several that go together.
    StandingChoiceCode = StandingChoice::all().map(StandingChoice::code);
    /// What parties are in an agreement.
    PartyRoleCode = PartyRole::ALL.iter().map(|role| role.code());
    /// Who may see what is published.
    VisibilityCode = Visibility::ALL.iter().map(|visibility| visibility.code());
    /// How an agreement goes on after its end.
    RenewalCode = ["none", "by_agreement", "tacit"];
    /// How one agreement follows another.
    SuccessionKindCode = SuccessionKind::ALL.iter().map(|kind| kind.code());
    /// Why an agreement is not renewed.
    NotRenewedCode = NotRenewed::ALL.iter().map(|why| why.code());
    /// What the ladder of an agreement leads to.
    DeadlineKindCode = DeadlineKind::ALL.iter().map(|kind| kind.code());
    /// What happens between two institutions.
    EventKindCode = EventKind::ALL.iter().map(|kind| kind.code());
    /// Orders of a list of agreements.
    SortCode = AgreementSort::all(Lang::Fr).iter().map(|sort| sort.code());
    /// What documents are.
    DocumentKindCode = DocumentKind::ALL.iter().map(|kind| kind.code());
    /// Who may read a document.
    DocumentVisibilityCode = DocumentVisibility::ALL.iter().map(|visibility| visibility.code());
    /// Formats of files.
    FileFormatCode = FileFormat::ALL.iter().map(|format| format.code());
    /// How commitments are measured.
    MeasureCode = MeasureKind::ALL.iter().map(|kind| kind.code());
    /// What a nomination is.
    NominationStateCode = StateKind::ALL.iter().map(|kind| kind.code());
    /// On whose side something is done to a nomination: the student, the home or the host institution, the registry itself.
    SideCode = Side::ALL.iter().map(|side| side.code());
    /// On which side of the target a promise is kept.
    BoundCode = Bound::ALL.iter().map(|bound| bound.code());
    /// How often a promise is to be kept.
    CycleCode = ["academic_year", "months"];
    /// Where commitments stand on a day.
    CommitmentStandingCode = CommitmentStanding::ALL.iter().map(|standing| standing.code());
    /// Who goes for what.
    MobilityKindCode = MobilityKind::ALL.iter().map(|kind| kind.code());
    /// What places are for.
    CapPeriodCode = CapPeriod::ALL.iter().map(|period| period.code());
    /// What is counted.
    SeatUnitCode = SeatUnit::ALL.iter().map(|unit| unit.code());
    /// Levels of the Common European Framework of Reference for Languages.
    CefrCode = Cefr::ALL.iter().map(|level| level.code());
    /// How full the places of a year are.
    FullnessCode = Fullness::ALL.iter().map(|fullness| fullness.code());
    /// Which way flows go, as an office sees them.
    DirectionCode = Direction::ALL.iter().map(|direction| direction.code());
    /// What flows are added up by.
    GroupingCode = Grouping::ALL.iter().map(|grouping| grouping.code());
    /// What lines of a ledger are about.
    LineKindCode = LineKind::ALL.iter().map(|kind| kind.code());
    /// Kinds of institutions.
    InstitutionKindCode = InstitutionKind::ALL.iter().map(|kind| kind.code());
}

/// A date known to the year, the month or the day, in EDTF level 0.
#[derive(Debug)]
pub struct Edtf;

impl PartialSchema for Edtf {
    fn schema() -> RefOr<Schema> {
        let description =
            "EDTF level 0: `2024`, `2024-01` or `2024-01-10`; with `?` when it is to be confirmed";
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(description))
            .pattern(Some(r"^\d{4}(-\d{2}(-\d{2})?)?\??$"))
            .examples(["2024-01-10"])
            .into()
    }
}

impl ToSchema for Edtf {}
