use super::Outcome::{Changed, New, Refused, Same};
use super::*;
use crate::{
    import::{ImportKind, Mapping, Sheet, SheetRow, institution::read},
    institution::InstitutionKind,
    lang::Lang,
};
use uuid::Uuid;

const HEADERS: [&str; 7] = ["Erasmus Code", "PIC", "OID", "Legal Name", "City", "Country Cd", "Website Url"];

fn rows(table: &[[&str; 7]]) -> Vec<ReadRow> {
    let lines = std::iter::once(&HEADERS).chain(table);
    let row = |(number, cells): (u32, &[&str; 7])| SheetRow {
        number,
        cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
    };
    let sheet = Sheet { rows: (1..).zip(lines).map(row).collect() };
    let mapping = Mapping::recognise(ImportKind::Institutions, &sheet).expect("headers");
    sheet.below(&mapping).map(|row| read(row, &mapping)).collect()
}

/// The registry after a list was taken.
fn taken(plan: &Plan) -> Known {
    let mut known = Known::default();
    for row in &plan.rows {
        let Step::Add(draft) = &row.step else { continue };
        let id = InstitutionId(Uuid::from_u128(u128::from(row.number)));
        for identifier in &draft.identifiers {
            known.bearers.entry((identifier.kind, identifier.value.clone())).or_default().push(id);
        }
        for (_, name) in &draft.names {
            known.named.entry((draft.country, fold(name.as_str()))).or_default().push(id);
        }
        known.institutions.insert(id, Present { draft: (**draft).clone(), version: 1 });
    }
    known
}

fn outcomes(plan: &Plan) -> Vec<Outcome> {
    plan.rows.iter().map(PlannedRow::outcome).collect()
}

const LIST: [[&str; 7]; 6] = [
    [
        "F  ALES02",
        "912703556",
        "E10208308",
        "ECOLE DES MINES D'ALES",
        "ALES",
        "FR",
        "www.mines-ales.example.invalid",
    ],
    ["G\u{a0}\u{a0}ATHINE01", "999643006", "", "National University", "Athens", "EL", ""],
    ["F  VERDUN1", "912703557", "", "Institut de\nVerdun", "Verdun", "FR", "office@example.invalid"],
    // The OID of the first row: two institutions, one of which has it.
    ["F  PARIS001", "912703558", "E10208308", "Université Une", "Paris", "FR", ""],
    ["F  PARIS001", "912703558", "", "Université Une", "Paris", "FR", ""],
    ["", "", "", "École sans code", "Paris", "Atlantis", ""],
];

#[test]
fn every_row_of_a_first_import_has_its_outcome_and_reasons() {
    let plan = plan(rows(&LIST), &Known::default());
    assert_eq!(outcomes(&plan), [New, New, New, New, Refused, Refused]);
    let counts = plan.counts();
    assert_eq!((counts.read, counts.new, counts.refused), (6, 4, 2));
    assert_eq!((counts.flagged, counts.normalised), (2, 1));
    assert_eq!(
        plan.rows[2].reasons,
        [
            Reason::KeptAsGiven { column: Column::Erasmus, value: "F  VERDUN1".into() },
            Reason::left_out(Column::Site, "office@example.invalid", Problem::NotAUrl),
        ]
    );
    assert_eq!(plan.rows[2].label, "Institut de Verdun");
    assert_eq!(
        plan.rows[3].reasons,
        [Reason::TakenByRow { column: Column::Oid, value: "E10208308".into(), row: 2 }]
    );
    assert_eq!(plan.rows[4].reasons, [Reason::SameAsRow { row: 5 }]);
    assert_eq!(plan.rows[5].reasons, [Reason::left_out(Column::Country, "Atlantis", Problem::NotACountry)]);
    let Step::Add(greek) = &plan.rows[1].step else { panic!("new") };
    assert_eq!((greek.country.code(), greek.kind), ("GR", InstitutionKind::University));
    assert_eq!(greek.names.best(Lang::Fr).0.as_str(), "und");
}

#[test]
fn the_same_list_again_changes_nothing() {
    let first = plan(rows(&LIST), &Known::default());
    let known = taken(&first);
    let second = plan(rows(&LIST), &known);
    assert_eq!(outcomes(&second), [Same, Same, Same, Same, Refused, Refused]);
    assert_eq!(second.counts().flagged, 2);
}

#[test]
fn an_institution_is_known_by_its_strongest_identifier() {
    let known = taken(&plan(rows(&LIST), &Known::default()));
    // Another PIC, the same OID; then the same code only; then an identifier of each of two institutions.
    let later = rows(&[
        ["", "900000001", "E10208308", "ECOLE DES MINES D'ALES", "Alès", "FR", ""],
        ["G  ATHINE01", "", "", "NATIONAL UNIVERSITY", "", "", ""],
        ["F  ALES02", "912703558", "", "Université Une", "Paris", "FR", ""],
    ]);
    let plan = plan(later, &known);
    assert_eq!(outcomes(&plan), [Changed, Same, Same]);
    let Step::Change { before, after, .. } = &plan.rows[0].step else { panic!("changed") };
    assert_eq!(after.city, before.draft.city, "a city that reads the same stays as it is written");
    assert_eq!(after.identifiers.len(), before.draft.identifiers.len());
    assert!(matches!(plan.rows[2].reasons[..], [Reason::Taken { column: Column::Erasmus, .. }]));
}

#[test]
fn a_name_only_suggests() {
    let known = taken(&plan(rows(&LIST), &Known::default()));
    let later = rows(&[
        ["", "900000002", "", "Université une", "", "FR", ""],
        ["", "", "", "UNIVERSITE UNE", "", "FR", ""],
        ["", "", "", "Université Deux", "", "FR", ""],
        ["", "", "", "universite deux", "", "FR", ""],
    ]);
    let plan = plan(later, &known);
    assert_eq!(outcomes(&plan), [New, Refused, New, Refused]);
    for row in &plan.rows[..2] {
        assert!(matches!(row.reasons[..], [Reason::LikelyDuplicate { .. }]), "{row:?}");
    }
    assert_eq!(plan.rows[3].reasons, [Reason::SameAsRow { row: 4 }]);
}

#[test]
fn what_stands_for_no_code_makes_nobody_the_same() {
    let list = [
        ["-", "", "", "École une", "", "FR", ""],
        ["-", "", "", "École deux", "", "FR", ""],
        ["F NULLE", "", "", "École trois", "", "FR", ""],
    ];
    let first = plan(rows(&list), &Known::default());
    assert_eq!(outcomes(&first), [New, New, New]);
    let known = taken(&first);
    let second = plan(rows(&list), &known);
    assert_eq!(outcomes(&second), [Refused, Refused, Same], "two bear the same sign, one bears its own");
    let other = rows(&[["F NULLE", "", "", "École quatre", "", "FR", ""]]);
    assert_eq!(outcomes(&plan(other, &known)), [New]);
}

#[test]
fn what_a_report_tells_is_of_bearable_length() {
    let long = "x".repeat(5_000);
    let plan = plan(rows(&[[&long, "", "", &long, &long, "FR", &long]]), &Known::default());
    assert_eq!(outcomes(&plan), [Refused]);
    let told = serde_json::to_string(&plan.rows[0].reasons).expect("JSON");
    assert!(told.len() < 1_000 && plan.rows[0].label.len() <= 200, "{told}");
}

#[test]
fn an_empty_cell_and_a_broken_code_take_nothing_away() {
    let known = taken(&plan(rows(&LIST), &Known::default()));
    let later = rows(&[
        ["F  ALES 2", "912703556", "", "Mines Alès", "", "", ""],
        ["", "912703557", "", "Institut de Verdun", "Verdun-sur-Meuse", "FR", "www.verdun.example.invalid"],
    ]);
    let plan = plan(later, &known);
    assert_eq!(outcomes(&plan), [Changed, Changed]);
    let Step::Change { before, after, .. } = &plan.rows[0].step else { panic!("changed") };
    let unchanged = (&before.draft.identifiers, &before.draft.city, &before.draft.site);
    assert_eq!((&after.identifiers, &after.city, &after.site), unchanged);
    let Step::Change { after, .. } = &plan.rows[1].step else { panic!("changed") };
    assert_eq!(after.city.as_ref().map(ToString::to_string).as_deref(), Some("Verdun-sur-Meuse"));
    assert_eq!(after.identifiers.len(), 2);
}

#[test]
fn what_an_institution_once_was_finds_it_and_changes_nothing() {
    let mut known = taken(&plan(rows(&LIST[..1]), &Known::default()));
    let ales = *known.institutions.keys().next().expect("one");
    for (kind, value) in [(IdentifierKind::Pic, "912703557"), (IdentifierKind::Erasmus, "F  VERDUN01")] {
        known.bearers.insert((kind, value.to_owned()), vec![ales]);
        known.former.insert((kind, value.to_owned()));
    }
    let once = ["F  VERDUN01", "912703557", "", "Ecole de Verdun", "Verdun", "FR", ""];
    let mixed = [
        "F  VERDUN01",
        "912703556",
        "E10208308",
        "ECOLE DES MINES D'ALES",
        "ALES",
        "FR",
        "www.mines-ales.example.invalid",
    ];
    for (table, expected) in [
        (&[once][..], &[Same][..]),
        (&[LIST[0], once], &[Same, Same]),
        (&[once, LIST[0]], &[Same, Same]),
        (&[once, once], &[Same, Same]),
        (&[mixed], &[Same]),
    ] {
        let plan = plan(rows(table), &known);
        assert_eq!(outcomes(&plan), expected, "{table:?}");
        assert!(plan.rows.iter().all(|row| matches!(row.step, Step::Leave(id) if id == ales)));
    }
    let plan = plan(rows(&[once]), &known);
    assert!(matches!(plan.rows[0].reasons[..], [Reason::Former { .. }, Reason::Former { .. }]));
}
