use super::*;
use crate::{
    agreement::{AgreementForm, Content, PartyForm, differences},
    id::FlowId,
};
use uuid::Uuid;

fn institution(n: u128) -> InstitutionId {
    InstitutionId(Uuid::from_u128(n))
}

fn pool(n: u128) -> PoolId {
    PoolId(Uuid::from_u128(n))
}

fn outgoing() -> FlowForm {
    FlowForm {
        id: Uuid::from_u128(7).to_string(),
        kind: "student_studies".into(),
        sender: institution(1).to_string(),
        receiver: institution(2).to_string(),
        cap: "5".into(),
        cap_period: "academic_year".into(),
        unit: "person".into(),
        ..FlowForm::default()
    }
}

/// All that a flow can say.
fn detailed() -> FlowForm {
    FlowForm {
        cap: "10".into(),
        cap_to_confirm: "on".into(),
        unit: "semester".into(),
        first_year: "2026/2027".into(),
        last_year: "2030/2031".into(),
        year_caps: "2026/2027: 3, 2027/2028: -".into(),
        pool: pool(9).to_string(),
        budget: "25.5".into(),
        carries_over: "on".into(),
        semester_units: "3".into(),
        year_units: "6".into(),
        quarter_units: "2".into(),
        weight: "0.5".into(),
        ratio: "2".into(),
        terms: "S1, year".into(),
        parts: "q1/4, q2/4".into(),
        levels: "6, 7".into(),
        fields: "0613, 07".into(),
        languages: vec![
            FlowLanguageForm { language: "en".into(), level: "B2".into(), is_required: "on".into() },
            FlowLanguageForm { language: "ja".into(), ..FlowLanguageForm::default() },
        ],
        min_ects: "120".into(),
        min_study_year: "3".into(),
        is_blended: "on".into(),
        conditions_fr: "Dossier complet".into(),
        conditions_en: "A complete file".into(),
        deadlines: vec![
            TermDeadlineForm { nomination: "10/04".into(), application: "01/05".into(), term: String::new() },
            TermDeadlineForm { term: "S2".into(), nomination: "15/10".into(), application: String::new() },
        ],
        ..outgoing()
    }
}

fn parse(form: &FlowForm) -> Result<Flow, FieldErrors> {
    let mut errors = FieldErrors::default();
    let flow = form.parse("flows.0", &[institution(1), institution(2)], &[pool(9)], &mut errors);
    flow.filter(|_| errors.is_empty()).ok_or(errors)
}

#[test]
fn each_form_survives_the_way_to_a_flow_and_back() {
    let table = [
        outgoing(),
        detailed(),
        FlowForm { cap: String::new(), ..outgoing() },
        FlowForm { cap: "20".into(), cap_period: "agreement".into(), ..outgoing() },
        FlowForm { kind: "staff_teaching".into(), budget: "10".into(), ..outgoing() },
        FlowForm { first_year: "2026/2026".into(), last_year: "2028/2028".into(), ..outgoing() },
    ];
    for form in table {
        let flow = parse(&form).expect("no fault");
        assert_eq!(FlowForm::from(&flow), form);
        let json = serde_json::to_string(&flow).expect("JSON");
        assert_eq!(serde_json::from_str::<Flow>(&json).expect("read"), flow, "{json}");
    }
}

#[test]
fn a_number_may_be_open_or_doubtful() {
    let table = [
        ("5", Some(5), false),
        (" 5? ", Some(5), true),
        ("5 ?", Some(5), true),
        ("0", Some(0), false),
        ("", None, false),
        ("?", None, false),
        ("-", None, false),
        ("–", None, false),
    ];
    for (typed, number, to_confirm) in table {
        let flow = parse(&FlowForm { cap: typed.into(), ..outgoing() }).expect("no fault");
        assert_eq!((flow.cap, flow.cap_to_confirm), (number, to_confirm), "{typed:?}");
    }
}

#[test]
fn years_with_other_places_are_put_in_order() {
    let typed = "2027-2028 : ? ;2026/27:3\n2029/2030: 0";
    let flow = parse(&FlowForm { year_caps: typed.into(), ..outgoing() }).expect("no fault");
    assert_eq!(FlowForm::from(&flow).year_caps, "2026/2027: 3, 2027/2028: -, 2029/2030: 0");
    let cap = |year: &str| flow.cap_in(AcademicYear::parse(year).expect("a year"));
    assert_eq!(
        [cap("2026/2027"), cap("2027/2028"), cap("2028/2029"), cap("2029/2030")],
        [Some(3), None, Some(5), Some(0)]
    );
}

#[test]
fn boxes_and_codes_say_the_same() {
    let boxes = r#"{"terms": ["S1", "year"], "levels": ["7", "6"], "parts": "q1/4"}"#;
    let typed: FlowForm = serde_json::from_str(boxes).expect("a form");
    assert_eq!((typed.terms.as_str(), typed.levels.as_str()), ("S1, year", "7, 6"));
    let said = FlowForm { terms: typed.terms, levels: typed.levels, parts: typed.parts, ..outgoing() };
    let flow = parse(&said).expect("no fault");
    assert_eq!(flow.terms, [Term::S1, Term::Year, Term::Quarter { n: 1, of: 4 }]);
    assert_eq!(FlowForm::from(&flow).levels, "6, 7");
    let none: FlowForm = serde_json::from_str("{}").expect("a form");
    assert!(none.is_blank());
}

/// Each form has this fault at this field.
fn assert_faults<const N: usize>(table: [(FlowForm, &str, Problem); N]) {
    for (form, field, problem) in table {
        let errors = parse(&form).expect_err("a fault");
        assert_eq!(errors.at(&format!("flows.0.{field}")), Some(&problem), "{errors:?}");
    }
}

fn seats() -> Problem {
    Problem::NotANumber { min: 0, max: 10_000 }
}

#[test]
fn each_fault_of_who_goes_where_is_named_at_its_field() {
    assert_faults([
        (FlowForm { id: String::new(), ..outgoing() }, "id", Problem::Required),
        (FlowForm { id: "7".into(), ..outgoing() }, "id", Problem::NotAChoice),
        (FlowForm { kind: String::new(), ..outgoing() }, "kind", Problem::Required),
        (FlowForm { kind: "travel".into(), ..outgoing() }, "kind", Problem::NotAChoice),
        (FlowForm { sender: String::new(), ..outgoing() }, "sender", Problem::Required),
        (FlowForm { sender: institution(3).to_string(), ..outgoing() }, "sender", Problem::NotAChoice),
        (FlowForm { receiver: institution(1).to_string(), ..outgoing() }, "receiver", Problem::SameParty),
        (FlowForm { cap: "10001".into(), ..outgoing() }, "cap", seats()),
        (FlowForm { cap: "+5".into(), ..outgoing() }, "cap", seats()),
        (FlowForm { cap: "five".into(), ..outgoing() }, "cap", seats()),
        (
            FlowForm { cap: String::new(), cap_to_confirm: "on".into(), ..outgoing() },
            "cap_to_confirm",
            Problem::NotWithThis,
        ),
    ]);
}

#[test]
fn each_fault_of_what_is_counted_is_named_at_its_field() {
    let units = Problem::NotANumber { min: 1, max: 12 };
    assert_faults([
        (FlowForm { cap_period: "month".into(), ..outgoing() }, "cap_period", Problem::NotAChoice),
        (FlowForm { unit: "bed".into(), ..outgoing() }, "unit", Problem::NotAChoice),
        (FlowForm { first_year: "2026".into(), ..outgoing() }, "first_year", Problem::NotAnAcademicYear),
        (FlowForm { last_year: "2025/2026".into(), ..detailed() }, "last_year", Problem::EndBeforeStart),
        (FlowForm { last_year: "2030/2030".into(), ..detailed() }, "last_year", Problem::NotAnAcademicYear),
        (FlowForm { year_caps: "2026: 3".into(), ..outgoing() }, "year_caps", Problem::NotAnAcademicYear),
        (FlowForm { year_caps: "2026/2027".into(), ..outgoing() }, "year_caps", Problem::Required),
        (FlowForm { year_caps: "2026/2027: x".into(), ..outgoing() }, "year_caps", seats()),
        (
            FlowForm { year_caps: "2026/2027: 3, 2026/2027: 4".into(), ..outgoing() },
            "year_caps",
            Problem::Duplicate,
        ),
        (FlowForm { cap_period: "agreement".into(), ..detailed() }, "year_caps", Problem::NotWithThis),
        (FlowForm { cap_period: "agreement".into(), ..detailed() }, "carries_over", Problem::NotWithThis),
        (FlowForm { pool: pool(8).to_string(), ..outgoing() }, "pool", Problem::NotAChoice),
        (FlowForm { budget: "5.123".into(), ..outgoing() }, "budget", Problem::NotADecimal),
        (FlowForm { year_units: "13".into(), ..detailed() }, "year_units", units),
        (FlowForm { unit: "person".into(), ..detailed() }, "semester_units", Problem::NotWithThis),
        (FlowForm { weight: "-1".into(), ..outgoing() }, "weight", Problem::NotADecimal),
        (FlowForm { ratio: "a".into(), ..outgoing() }, "ratio", Problem::NotADecimal),
    ]);
}

#[test]
fn each_fault_of_what_is_asked_is_named_at_its_field() {
    let language = |language: &str, level: &str| FlowLanguageForm {
        language: language.into(),
        level: level.into(),
        ..FlowLanguageForm::default()
    };
    let deadline = |term: &str, nomination: &str| TermDeadlineForm {
        term: term.into(),
        nomination: nomination.into(),
        ..TermDeadlineForm::default()
    };
    assert_faults([
        (FlowForm { terms: "S3".into(), ..outgoing() }, "terms", Problem::NotATerm),
        (FlowForm { parts: "q5/4".into(), ..outgoing() }, "parts", Problem::NotATerm),
        (FlowForm { levels: "9".into(), ..outgoing() }, "levels", Problem::NotAnEqfLevel),
        (FlowForm { fields: "0613, 9876".into(), ..outgoing() }, "fields", Problem::NotAnIscedField),
        (
            FlowForm { languages: vec![language("", "B2")], ..outgoing() },
            "languages.0.language",
            Problem::Required,
        ),
        (
            FlowForm { languages: vec![language("", ""), language("en", "B7")], ..outgoing() },
            "languages.1.level",
            Problem::NotACefrLevel,
        ),
        (
            FlowForm { languages: vec![language("en", "B2"), language("en", "C1")], ..outgoing() },
            "languages.1.language",
            Problem::Duplicate,
        ),
        (
            FlowForm {
                languages: ["fr", "en", "de", "es", "it", "ja"].map(|l| language(l, "")).into(),
                ..outgoing()
            },
            "languages",
            Problem::TooMany { max: 5 },
        ),
        (FlowForm { min_ects: "7.25".into(), ..outgoing() }, "min_ects", Problem::NotEcts),
        (
            FlowForm { min_study_year: "0".into(), ..outgoing() },
            "min_study_year",
            Problem::NotANumber { min: 1, max: 12 },
        ),
        (
            FlowForm { conditions_en: "a\u{7}".into(), ..outgoing() },
            "conditions_en",
            Problem::ControlCharacter,
        ),
        (
            FlowForm { deadlines: vec![deadline("", ""), deadline("S1", "30/02")], ..outgoing() },
            "deadlines.1.nomination",
            Problem::NotAMonthDay,
        ),
        (
            FlowForm { deadlines: vec![deadline("S9", "10/04")], ..outgoing() },
            "deadlines.0.term",
            Problem::NotATerm,
        ),
        (
            FlowForm { deadlines: vec![deadline("S1", "10/04"), deadline("S1", "11/04")], ..outgoing() },
            "deadlines.1.term",
            Problem::Duplicate,
        ),
    ]);
}

fn shared() -> PoolForm {
    PoolForm {
        id: pool(9).to_string(),
        name_fr: "Places des deux écoles".into(),
        name_en: "Places of both schools".into(),
        cap: "12".into(),
        cap_period: "agreement".into(),
    }
}

fn agreement(flows: Vec<FlowForm>, pools: Vec<PoolForm>) -> AgreementForm {
    let party = |n| PartyForm { institution: institution(n).to_string(), ..PartyForm::default() };
    AgreementForm {
        kind: "student_exchange".into(),
        title_fr: "Échange".into(),
        parties: vec![party(1), party(2)],
        flows,
        pools,
        ..AgreementForm::default()
    }
}

fn faults(form: &AgreementForm) -> Vec<(String, Problem)> {
    let errors = form.parse().expect_err("a fault");
    errors.0.into_iter().map(|error| (error.field, error.problem)).collect()
}

#[test]
fn a_pool_survives_the_way_there_and_back_and_its_faults_are_named() {
    let mut errors = FieldErrors::default();
    let open = PoolForm { cap: String::new(), name_en: String::new(), ..shared() };
    for form in [shared(), open] {
        let read = form.parse("pools.0", &mut errors).expect("no fault");
        assert_eq!(PoolForm::from(&read), form);
    }
    let nameless = PoolForm { name_fr: String::new(), name_en: String::new(), ..shared() };
    let form = agreement(vec![detailed()], vec![nameless]);
    assert_eq!(faults(&form), [("pools.0.name_fr".into(), Problem::Required)], "the flow may still name it");
    let form = agreement(vec![], vec![shared(), PoolForm { cap: "many".into(), ..shared() }]);
    assert_eq!(faults(&form), [("pools.1.cap".into(), seats())]);
    let form = agreement(vec![], vec![shared(), shared()]);
    assert_eq!(faults(&form), [("pools.1.id".into(), Problem::Duplicate)]);
    let form = agreement(vec![detailed()], vec![]);
    assert_eq!(faults(&form), [("flows.0.pool".into(), Problem::NotAChoice)]);
}

#[test]
fn blank_rows_count_for_nothing_and_there_are_not_too_many() {
    let blank = FlowForm {
        id: Uuid::from_u128(8).to_string(),
        unit: "person".into(),
        cap_period: "academic_year".into(),
        languages: vec![FlowLanguageForm::default()],
        deadlines: vec![TermDeadlineForm { term: "S1".into(), ..TermDeadlineForm::default() }],
        ..FlowForm::default()
    };
    let twice = agreement(vec![blank.clone(), outgoing(), outgoing()], vec![PoolForm::default()]);
    assert_eq!(faults(&twice), [("flows.2.id".into(), Problem::Duplicate)]);
    let kept = agreement(vec![blank, detailed()], vec![PoolForm::default(), shared()]).without_blank_rows();
    assert_eq!((kept.flows, kept.pools), (vec![detailed()], vec![shared()]));
    let flow = |n: u32| FlowForm { id: Uuid::from_u128(u128::from(n) + 100).to_string(), ..outgoing() };
    let many = agreement((0..=FLOWS_MAX).map(flow).collect(), vec![]);
    assert_eq!(faults(&many), [("flows".into(), Problem::TooMany { max: FLOWS_MAX })]);
}

#[test]
fn the_return_flow_has_the_same_places_and_asks_nothing_yet() {
    let id = Uuid::from_u128(70).to_string();
    let back = detailed().mirrored(id.clone());
    let (sender, receiver) = (institution(2).to_string(), institution(1).to_string());
    assert_eq!((back.id, &back.sender, &back.receiver), (id, &sender, &receiver));
    let there = detailed();
    let same = |flow: &FlowForm| {
        [
            &flow.kind,
            &flow.first_year,
            &flow.last_year,
            &flow.year_caps,
            &flow.cap,
            &flow.cap_to_confirm,
            &flow.cap_period,
            &flow.unit,
            &flow.semester_units,
            &flow.budget,
            &flow.carries_over,
            &flow.weight,
            &flow.terms,
            &flow.parts,
            &flow.levels,
            &flow.fields,
        ]
        .map(Clone::clone)
    };
    assert!(![&there.budget, &there.carries_over, &there.weight].iter().any(|said| said.is_empty()));
    let back = there.mirrored(back.sender);
    assert_eq!(same(&back), same(&there));
    assert!(back.languages.is_empty() && back.deadlines.is_empty() && back.conditions_fr.is_empty());
    assert!(back.pool.is_empty() && back.ratio.is_empty() && back.min_ects.is_empty());
}

#[test]
fn a_flow_is_content_and_without_one_the_hash_is_what_it_was() {
    let bare = agreement(vec![], vec![]);
    let content = bare.parse().expect("valid").content;
    let canonical = content.canonical();
    assert!(!canonical.contains("flows") && !canonical.contains("pools"), "{canonical}");
    assert_eq!(
        content.hash().as_str(),
        "cce838dff6672effda3895902139c98e622e4505ca83c7db215d21d637bc96ca",
        "agreements written down before there were flows keep their hash"
    );
    let opened = agreement(vec![outgoing()], vec![shared()]);
    let content = opened.parse().expect("valid").content;
    assert_eq!(serde_json::from_str::<Content>(&content.canonical()).expect("JSON"), content);
    assert_eq!(AgreementForm::from(&opened.parse().expect("valid")).flows, opened.flows);
    let more = agreement(vec![FlowForm { cap: "6".into(), ..outgoing() }], vec![shared()]);
    assert_ne!(more.parse().expect("valid").content.hash(), content.hash());
    let fields: Vec<_> = differences(&opened, &more).into_iter().map(|change| change.field).collect();
    assert_eq!(fields, ["flows.0.cap"]);
}

#[test]
fn a_renewal_opens_the_same_places_under_ids_of_their_own() {
    let id = Uuid::from_u128(8).to_string();
    let form = agreement(vec![detailed(), detailed().mirrored(id)], vec![shared()]);
    let content = form.parse().expect("valid").content;
    let mut next = 100;
    let renewed = content.renewed(|| {
        next += 1;
        Uuid::from_u128(next)
    });
    assert_eq!(renewed.pools[0].id, pool(101));
    assert_eq!(renewed.pools[0].name, content.pools[0].name);
    let ids: Vec<FlowId> = renewed.flows.iter().map(|flow| flow.id).collect();
    assert_eq!(ids, [102, 103].map(|n| FlowId(Uuid::from_u128(n))));
    let [there, back] = &renewed.flows[..] else { panic!("two flows") };
    assert_eq!((there.pool, back.pool), (Some(pool(101)), None));
    assert_eq!((there.cap, there.first_year, there.last_year), (Some(10), None, None));
    assert!(there.year_caps.is_empty(), "they lie in the period that ends");
    assert_eq!(there.languages, content.flows[0].languages);
}

#[test]
fn a_renewed_flow_counts_its_years_as_before() {
    // Period of the agreement; first and last year of the flow; first year of the renewed one.
    let table = [
        ("2021-01-01", "2026-12-31", "2021/2021", "", "2027/2027"),
        ("2021-01-01", "2026-12-31", "", "2026/2026", "2027/2027"),
        // A period that begins within a calendar year: the flow is open in that one.
        ("2021-03-01", "2026-02-28", "2021/2021", "2025/2025", "2026/2026"),
        ("2021", "2026", "2022/2022", "", "2027/2027"),
        // Without an end nobody knows where the next begins: the year after.
        ("2021-01-01", "", "2021/2021", "2024/2024", "2025/2025"),
        ("2021-01-01", "", "2021/2021", "", "2022/2022"),
        ("2021-09-01", "2026-08-31", "2021/2022", "2025/2026", ""),
        ("2021-09-01", "2026-08-31", "", "", ""),
    ];
    for (starts, ends, first, last, renewed_first) in table {
        let flow = FlowForm { first_year: first.into(), last_year: last.into(), ..outgoing() };
        let form = AgreementForm {
            starts: starts.into(),
            ends: ends.into(),
            ..agreement(vec![flow], vec![shared()])
        };
        let content = form.parse().expect("valid").content;
        let mut next = 100;
        let renewed = content.renewed(|| {
            next += 1;
            Uuid::from_u128(next)
        });
        let [flow] = &renewed.flows[..] else { panic!("one flow") };
        assert_eq!(shown_year(flow.first_year), renewed_first, "{starts} to {ends}, {first} to {last}");
        assert_eq!(flow.last_year, None);
        assert_eq!(flow.is_southern(), content.flows[0].is_southern());
        // The first year narrows nothing: it is the one that the new period begins in.
        if let Some(starts) = renewed.period.starts {
            assert!(flow.first_year.is_none_or(|first| first <= flow.year_of(starts.date.earliest())));
        }
        // The form of the renewal keeps it.
        let form = FlowForm::from(flow);
        assert_eq!(form.first_year, renewed_first);
        let mut errors = FieldErrors::default();
        let read = form.parse("flows.0", &[institution(1), institution(2)], &[], &mut errors);
        assert_eq!((read.as_ref(), errors.is_empty()), (Some(flow), true), "{errors:?}");
    }
}

fn shown_year(year: Option<AcademicYear>) -> String {
    year.map(|year| year.to_string()).unwrap_or_default()
}

#[test]
fn the_flows_of_a_pool_count_in_one_unit() {
    let shared = PoolForm { id: pool(9).to_string(), name_fr: "Contingent".into(), ..PoolForm::default() };
    let flow = |n: u128, unit: &str, pool: String| FlowForm {
        id: Uuid::from_u128(n).to_string(),
        unit: unit.into(),
        pool,
        ..outgoing()
    };
    let id = || pool(9).to_string();
    let refused = |second: FlowForm| {
        let mut errors = FieldErrors::default();
        let flows = [flow(1, "semester", id()), second];
        parse_all(&flows, std::slice::from_ref(&shared), &[institution(1), institution(2)], &mut errors);
        errors.0.into_iter().map(|fault| (fault.field, fault.problem)).collect::<Vec<_>>()
    };
    assert_eq!(refused(flow(2, "person", id())), [("flows.1.unit".to_owned(), Problem::PoolUnit)]);
    assert_eq!(refused(flow(2, "semester", id())), []);
    assert_eq!(refused(flow(2, "person", String::new())), []);
}
