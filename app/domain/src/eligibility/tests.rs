use super::*;
use crate::{
    flow::{MobilityKind, TermDeadline},
    id::{FlowId, InstitutionId},
    month_day::MonthDay,
    student::Skill,
};
use Answer::{Advice, Met, NotMet, Unknown};
use uuid::Uuid;

/// A question that can be changed.
struct Case {
    flow: Flow,
    profile: Profile,
    term: Term,
    year: AcademicYear,
    on: NaiveDate,
    known: Known,
}

const SOURCE: Source = Source::Agreement { agreement: AgreementId(Uuid::from_u128(5)), revision: 2 };

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn flow() -> Flow {
    let [id, sender, receiver] = [1, 2, 3].map(Uuid::from_u128);
    Flow::of_students(FlowId(id), InstitutionId(sender), InstitutionId(receiver), Some(2))
}

impl Case {
    /// A flow that asks for nothing, and a student of whom nothing is known but the home.
    fn new() -> Self {
        Self {
            flow: flow(),
            profile: Profile::default(),
            term: Term::S1,
            year: AcademicYear::northern(2026).expect("a year"),
            on: day("2026-03-01"),
            known: Known { is_home: Some(true), ..Known::default() },
        }
    }

    fn answer(&self) -> Eligibility {
        let Self { flow, profile, term, year, on, known } = self;
        let (term, year, on, known) = (*term, *year, *on, *known);
        Question { flow, source: SOURCE, profile, term, year, on, known }.answer()
    }

    fn asks_levels(&mut self, levels: &[u8]) {
        self.flow.levels = levels.iter().map(|level| eqf(*level)).collect();
    }

    fn asks_fields(&mut self, codes: &[&str]) {
        self.flow.fields = codes.iter().map(|code| field(code)).collect();
    }

    fn asks_language(&mut self, tag: &str, level: Option<Cefr>, is_required: bool) {
        let language = LanguageTag::parse(tag).expect("a tag");
        self.flow.languages.push(FlowLanguage { language, level, is_required });
    }

    fn knows(&mut self, skills: &str) {
        self.profile.languages = Skill::parse_all(skills).expect("languages");
    }

    fn nominates_until(&mut self, term: Option<Term>, day: &str) {
        let nomination = Some(MonthDay::parse(day).expect("a day"));
        self.flow.deadlines.push(TermDeadline { term, nomination, application: None });
    }
}

fn eqf(level: u8) -> EqfLevel {
    EqfLevel::new(level).expect("a level")
}

fn field(code: &str) -> IscedField {
    IscedField::parse(code).expect("a field")
}

/// The word of a rule, as it is stored.
fn word(rule: &Rule) -> String {
    let json = serde_json::to_value(rule).expect("JSON");
    json["rule"].as_str().expect("a word").to_owned()
}

/// What is asked, the rule looked at, and its answer; none where the rule is no criterion.
type Row = (&'static str, fn(&mut Case), Option<Answer>);

/// Checks each row: what the rule answers, and that nothing but what is not met refuses.
fn check(rule: &str, rows: &[Row]) {
    for (what, change, expected) in rows {
        let mut case = Case::new();
        change(&mut case);
        let eligibility = case.answer();
        let criterion = eligibility.criteria.iter().find(|criterion| word(&criterion.rule) == rule);
        assert_eq!(criterion.map(|criterion| criterion.answer), *expected, "{rule}: {what}");
        let is_refused = *expected == Some(NotMet) && rule != "deadline";
        assert_eq!(eligibility.refuses(), is_refused, "{rule}: {what}");
        assert_eq!(eligibility.unmet().count(), usize::from(*expected == Some(NotMet)), "{rule}: {what}");
    }
}

#[test]
fn a_level_is_one_of_those_asked_for() {
    check(
        "level",
        &[
            ("any level", |c| c.profile.level = Some(eqf(6)), None),
            (
                "the level",
                |c| {
                    c.asks_levels(&[7]);
                    c.profile.level = Some(eqf(7));
                },
                Some(Met),
            ),
            (
                "one of several",
                |c| {
                    c.asks_levels(&[6, 7]);
                    c.profile.level = Some(eqf(6));
                },
                Some(Met),
            ),
            (
                "a lower one",
                |c| {
                    c.asks_levels(&[7]);
                    c.profile.level = Some(eqf(6));
                },
                Some(NotMet),
            ),
            (
                "a higher one",
                |c| {
                    c.asks_levels(&[6]);
                    c.profile.level = Some(eqf(8));
                },
                Some(NotMet),
            ),
            ("a level that is not known", |c| c.asks_levels(&[7]), Some(Unknown)),
        ],
    );
}

#[test]
fn a_field_lies_within_one_of_those_asked_for() {
    check(
        "field",
        &[
            ("any field", |c| c.profile.field = Some(field("0613")), None),
            (
                "the field",
                |c| {
                    c.asks_fields(&["0613"]);
                    c.profile.field = Some(field("0613"));
                },
                Some(Met),
            ),
            (
                "within the field",
                |c| {
                    c.asks_fields(&["06"]);
                    c.profile.field = Some(field("0613"));
                },
                Some(Met),
            ),
            (
                "within one of several",
                |c| {
                    c.asks_fields(&["04", "061"]);
                    c.profile.field = Some(field("0612"));
                },
                Some(Met),
            ),
            (
                "beside it",
                |c| {
                    c.asks_fields(&["0613"]);
                    c.profile.field = Some(field("0612"));
                },
                Some(NotMet),
            ),
            (
                "another one",
                |c| {
                    c.asks_fields(&["06"]);
                    c.profile.field = Some(field("0715"));
                },
                Some(NotMet),
            ),
            (
                "a broader one, which may hold it",
                |c| {
                    c.asks_fields(&["0613"]);
                    c.profile.field = Some(field("06"));
                },
                Some(Unknown),
            ),
            ("a field that is not known", |c| c.asks_fields(&["06"]), Some(Unknown)),
        ],
    );
}

#[test]
fn a_language_binds_where_it_is_required() {
    check(
        "language",
        &[
            ("no language", |c| c.knows("en B2"), None),
            (
                "the level",
                |c| {
                    c.asks_language("en", Some(Cefr::B2), true);
                    c.knows("en B2");
                },
                Some(Met),
            ),
            (
                "a higher one",
                |c| {
                    c.asks_language("en", Some(Cefr::B2), true);
                    c.knows("en C2");
                },
                Some(Met),
            ),
            (
                "a lower one",
                |c| {
                    c.asks_language("en", Some(Cefr::B2), true);
                    c.knows("en B1");
                },
                Some(NotMet),
            ),
            (
                "any level",
                |c| {
                    c.asks_language("ja", None, true);
                    c.knows("ja A1");
                },
                Some(Met),
            ),
            ("nothing known", |c| c.asks_language("en", Some(Cefr::B2), true), Some(Unknown)),
            (
                "another language known",
                |c| {
                    c.asks_language("de", Some(Cefr::B1), true);
                    c.knows("en C1");
                },
                Some(Unknown),
            ),
            (
                "of a region",
                |c| {
                    c.asks_language("en", Some(Cefr::B2), true);
                    c.knows("en-GB C1");
                },
                Some(Met),
            ),
            (
                "for a region",
                |c| {
                    c.asks_language("pt-BR", Some(Cefr::B1), true);
                    c.knows("pt B1");
                },
                Some(Met),
            ),
            (
                "the best of two",
                |c| {
                    c.asks_language("en", Some(Cefr::B2), true);
                    c.knows("en-US B1, en-GB C1");
                },
                Some(Met),
            ),
        ],
    );
}

#[test]
fn a_language_that_is_recommended_never_refuses() {
    check(
        "language",
        &[
            (
                "the level",
                |c| {
                    c.asks_language("ja", Some(Cefr::A2), false);
                    c.knows("ja B1");
                },
                Some(Met),
            ),
            (
                "a lower one",
                |c| {
                    c.asks_language("ja", Some(Cefr::A2), false);
                    c.knows("ja A1");
                },
                Some(Advice),
            ),
            ("nothing known", |c| c.asks_language("ja", Some(Cefr::A2), false), Some(Unknown)),
            (
                "another one",
                |c| {
                    c.asks_language("ja", None, false);
                    c.knows("en C1");
                },
                Some(Unknown),
            ),
        ],
    );
}

#[test]
fn a_year_of_study_is_reached() {
    check(
        "study_year",
        &[
            ("any year", |c| c.profile.study_year = Some(1), None),
            ("that year", |c| (c.flow.min_study_year, c.profile.study_year) = (Some(2), Some(2)), Some(Met)),
            (
                "a later one",
                |c| (c.flow.min_study_year, c.profile.study_year) = (Some(2), Some(4)),
                Some(Met),
            ),
            (
                "an earlier one",
                |c| (c.flow.min_study_year, c.profile.study_year) = (Some(3), Some(2)),
                Some(NotMet),
            ),
            ("a year that is not known", |c| c.flow.min_study_year = Some(3), Some(Unknown)),
        ],
    );
}

#[test]
fn credits_are_had() {
    const fn ects(halves: u16) -> Ects {
        Ects::from_halves(halves)
    }
    check(
        "credits",
        &[
            ("any number", |c| c.profile.ects = Some(ects(0)), None),
            (
                "as many",
                |c| (c.flow.min_ects, c.profile.ects) = (Some(ects(120)), Some(ects(120))),
                Some(Met),
            ),
            (
                "half a credit more",
                |c| (c.flow.min_ects, c.profile.ects) = (Some(ects(120)), Some(ects(121))),
                Some(Met),
            ),
            (
                "half a credit less",
                |c| (c.flow.min_ects, c.profile.ects) = (Some(ects(120)), Some(ects(119))),
                Some(NotMet),
            ),
            ("none", |c| (c.flow.min_ects, c.profile.ects) = (Some(ects(120)), Some(ects(0))), Some(NotMet)),
            ("a number that is not known", |c| c.flow.min_ects = Some(ects(120)), Some(Unknown)),
        ],
    );
}

#[test]
fn a_term_is_one_of_those_offered() {
    const Q1: Term = Term::Quarter { n: 1, of: 4 };
    check(
        "term",
        &[
            ("a semester where none is said", |c| c.term = Term::S2, Some(Met)),
            ("the year where none is said", |c| c.term = Term::Year, Some(Met)),
            ("a quarter where none is said", |c| c.term = Q1, Some(NotMet)),
            ("a quarter that is offered", |c| (c.flow.terms, c.term) = (vec![Q1], Q1), Some(Met)),
            ("the other semester", |c| (c.flow.terms, c.term) = (vec![Term::S1], Term::S2), Some(NotMet)),
            (
                "the year of two semesters",
                |c| (c.flow.terms, c.term) = (vec![Term::S1, Term::S2], Term::Year),
                Some(NotMet),
            ),
        ],
    );
}

#[test]
fn a_deadline_that_has_passed_warns() {
    check(
        "deadline",
        &[
            ("no deadline", |c| c.on = day("2030-01-01"), None),
            ("before it", |c| c.nominates_until(None, "--04-10"), Some(Met)),
            (
                "on the day",
                |c| {
                    c.nominates_until(None, "--04-10");
                    c.on = day("2026-04-10");
                },
                Some(Met),
            ),
            (
                "a day later",
                |c| {
                    c.nominates_until(None, "--04-10");
                    c.on = day("2026-04-11");
                },
                Some(NotMet),
            ),
            ("that of another term", |c| c.nominates_until(Some(Term::S2), "--04-10"), None),
            (
                "the own one before that of any term",
                |c| {
                    c.nominates_until(None, "--06-01");
                    c.nominates_until(Some(Term::S1), "--02-01");
                },
                Some(NotMet),
            ),
            (
                "a year too early",
                |c| {
                    c.nominates_until(None, "--04-10");
                    c.on = day("2025-01-01");
                },
                Some(Met),
            ),
            (
                "an application deadline only",
                |c| {
                    let application = MonthDay::parse("--05-01").ok();
                    c.flow.deadlines.push(TermDeadline { term: None, nomination: None, application });
                },
                None,
            ),
        ],
    );
}

#[test]
fn the_home_is_the_one_that_sends() {
    check(
        "home",
        &[
            ("it is", |c| c.known.is_home = Some(true), Some(Met)),
            ("it is not", |c| c.known.is_home = Some(false), Some(NotMet)),
            ("nobody knows", |c| c.known.is_home = None, Some(Unknown)),
        ],
    );
}

/// A flow of a kind between two ends, each a kind of institution, a country, and whether a code is recorded.
fn ends(case: &mut Case, kind: MobilityKind, ends: [(InstitutionKind, &str, bool); 2]) {
    case.flow.kind = kind;
    case.known.ends = Some(ends.map(|(kind, country, has_code)| {
        let country = Country::parse(country).expect("a country");
        End { kind, country, has_code }
    }));
}

#[test]
fn between_countries_of_erasmus_those_that_need_the_charter_hold_it() {
    use InstitutionKind::{Company, School, University};
    use MobilityKind::{LearningTrip, StaffTeaching, StaffTraining, StudentStudies, StudentTraineeship};
    const FRENCH: (InstitutionKind, &str, bool) = (School, "FR", true);
    const GERMAN: (InstitutionKind, &str, bool) = (University, "DE", true);
    const UNSAID: (InstitutionKind, &str, bool) = (University, "DE", false);
    check(
        "charter",
        &[
            ("nothing is known", |_| (), None),
            ("beyond Erasmus", |c| ends(c, StudentStudies, [FRENCH, (University, "JP", false)]), None),
            ("within one country", |c| ends(c, StudentStudies, [FRENCH, (School, "FR", false)]), None),
            ("both", |c| ends(c, StudentStudies, [FRENCH, GERMAN]), Some(Met)),
            ("no code of the host", |c| ends(c, StudentStudies, [FRENCH, UNSAID]), Some(Unknown)),
            ("no code of the home", |c| ends(c, StudentStudies, [UNSAID, FRENCH]), Some(Unknown)),
            ("to teach", |c| ends(c, StaffTeaching, [FRENCH, UNSAID]), Some(Unknown)),
            ("a group", |c| ends(c, LearningTrip, [FRENCH, GERMAN]), Some(Met)),
            ("a traineeship", |c| ends(c, StudentTraineeship, [FRENCH, UNSAID]), Some(Met)),
            (
                "a traineeship at a company",
                |c| ends(c, StudentTraineeship, [FRENCH, (Company, "DE", false)]),
                Some(Met),
            ),
            ("a trainee's home", |c| ends(c, StudentTraineeship, [UNSAID, FRENCH]), Some(Unknown)),
            ("staff in training", |c| ends(c, StaffTraining, [FRENCH, UNSAID]), Some(Met)),
            (
                "someone of a company who teaches",
                |c| ends(c, StaffTeaching, [(Company, "DE", false), FRENCH]),
                Some(Met),
            ),
            (
                "between companies",
                |c| ends(c, StaffTraining, [(Company, "DE", false), (Company, "FR", false)]),
                None,
            ),
        ],
    );
}

#[test]
fn each_rule_says_where_it_is_from_and_survives_storage() {
    let mut case = Case::new();
    case.asks_levels(&[7]);
    case.asks_fields(&["06"]);
    case.asks_language("en", Some(Cefr::B2), true);
    case.asks_language("ja", None, false);
    (case.flow.min_study_year, case.flow.min_ects) = (Some(2), Some(Ects::from_halves(120)));
    case.nominates_until(None, "--04-10");
    let school = (InstitutionKind::School, "FR", false);
    ends(&mut case, MobilityKind::StudentStudies, [school, (InstitutionKind::University, "DE", true)]);
    case.knows("en B1");
    let eligibility = case.answer();

    let rules: Vec<_> = eligibility.criteria.iter().map(|c| (word(&c.rule), c.source == SOURCE)).collect();
    let rules: Vec<_> = rules.iter().map(|(word, is_agreed)| (word.as_str(), *is_agreed)).collect();
    assert_eq!(
        rules,
        [
            ("level", true),
            ("field", true),
            ("language", true),
            ("language", true),
            ("study_year", true),
            ("credits", true),
            ("term", false),
            ("deadline", true),
            ("home", false),
            ("charter", false),
        ]
    );
    case.flow.terms = vec![Term::S1];
    let term = case.answer().criteria.into_iter().find(|criterion| word(&criterion.rule) == "term");
    assert_eq!(term.map(|criterion| criterion.source), Some(SOURCE), "terms that the agreement says");

    let json = serde_json::to_string(&eligibility).expect("JSON");
    assert_eq!(serde_json::from_str::<Eligibility>(&json).expect("read"), eligibility, "{json}");
    assert!(eligibility.refuses());
    assert_eq!(eligibility.unmet().map(|c| word(&c.rule)).collect::<Vec<_>>(), ["language"]);
    assert_eq!(eligibility.unknown().count(), 6);
}
