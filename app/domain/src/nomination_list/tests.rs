use super::*;
use proptest::prelude::*;

/// A table, its cells apart by bars; rows that are empty do not come from a file.
fn sheet(rows: &[&str]) -> Sheet {
    let cells = |row: &&str| row.split('|').map(|cell| cell.trim().to_owned()).collect();
    let rows = (1..).zip(rows).filter(|(_, row)| !row.is_empty());
    Sheet { rows: rows.map(|(number, row)| SheetRow { number, cells: cells(row) }).collect() }
}

fn read(rows: &[&str]) -> NominationList {
    NominationList::read(&sheet(rows), None, false).expect("a list")
}

/// What is wrong in a row, column by column.
fn faults(row: &ListedRow) -> Vec<(&str, Problem)> {
    let errors = row.outcome.as_ref().expect_err("it is refused");
    errors.iter().map(|error| (error.field.as_str(), error.problem.clone())).collect()
}

#[test]
fn lists_of_both_languages_say_the_same() {
    let french = read(&[
        "Étudiants sortants 2026/2027",
        "",
        "N° étudiant | NOM | Prénom | Courriel | Niveau d’études | Domaine (ISCED) | Année d’études | Crédits ECTS | Langues | Semestre | Durée (mois)",
        "2024-42 | EXEMPLE | Camille | camille@exemple.fr | Master | 613 | 2e année | 92,5 | anglais B2, japonais A2 | Automne | 5 mois",
    ]);
    let english = read(&[
        "Student ID | Family name | First name | E-mail | EQF level | Field of study | Year of study | ECTS credits | Languages | Term | Months",
        "2024-42 | EXEMPLE | Camille | camille@exemple.fr | 7 | 0613 | 2 | 92.5 ECTS | en B2; ja A2 | S1 | 5",
    ]);
    let [french, english] = [french, english].map(|list| list.rows[0].outcome.clone());
    assert_eq!(french, english);
    let Ok(Nominee { student, term, months }) = english else { panic!("{english:?}") };
    let form = StudentForm::from(&student);
    assert_eq!((form.name.as_str(), form.email.as_str()), ("Camille EXEMPLE", "camille@exemple.fr"));
    assert_eq!([form.number, form.level, form.field], ["2024-42", "7", "0613"]);
    assert_eq!([form.study_year, form.ects, form.languages], ["2", "92.5", "en B2, ja A2"]);
    assert_eq!((term, months.map(|months| months.to_string())), (Term::S1, Some("5".into())));
}

#[test]
fn a_stay_is_so_many_days_or_months_as_the_flow_counts_it() {
    for (header, counts_days, length) in [
        ("Months", false, Some("7")),
        ("Nombre de jours", true, Some("7")),
        ("Durée (jours)", true, Some("7")),
        ("Durée", true, Some("7")),
        ("Durée", false, Some("7")),
        ("Jours", false, None),
        ("Durée (mois)", true, None),
    ] {
        let headers = format!("Name | Email | {header}");
        let rows = [headers.as_str(), "Camille Exemple | c@exemple.fr | 7"];
        let list = NominationList::read(&sheet(&rows), Some(Term::S1), counts_days).expect("a list");
        let nominee = list.nominees().next().unwrap_or_else(|| panic!("{header}: {:?}", list.rows));
        assert_eq!(
            nominee.months.map(|months| months.to_string()).as_deref(),
            length,
            "{header} {counts_days}"
        );
    }
}

#[test]
fn names_stand_in_one_column_or_in_two() {
    for (headers, row, name) in [
        ("Name | Email", "Camille Exemple | c@exemple.fr", "Camille Exemple"),
        ("Nom | Prénom | Email", "Exemple | Camille | c@exemple.fr", "Camille Exemple"),
        ("Nom | Prénom | Email", "Exemple | | c@exemple.fr", "Exemple"),
        ("Nom | Prénom | Email", "Martin | Martin | c@exemple.fr", "Martin Martin"),
        ("Full name | First name | Email", "Exemple Camille | Camille | c@exemple.fr", "Exemple Camille"),
        ("Name | Surname | Given name | Email", "X | Exemple | Camille | c@exemple.fr", "Camille Exemple"),
        ("Surname | Email", "Exemple | c@exemple.fr", "Exemple"),
        ("E-mail | Étudiant", "c@exemple.fr | Élodie  Œuvrard", "Élodie Œuvrard"),
    ] {
        let list = NominationList::read(&sheet(&[headers, row]), Some(Term::S1), false).expect("a list");
        let nominee = list.nominees().next().unwrap_or_else(|| panic!("{headers}: {:?}", list.rows));
        assert_eq!(nominee.student.name.as_str(), name, "{headers}");
    }
}

#[test]
fn what_is_typed_sloppily_is_understood_or_refused_and_never_guessed() {
    let level_of = |raw: &str| EqfLevel::parse(&level(raw)).map(EqfLevel::level).ok();
    for (raw, expected) in [
        ("7", Some(7)),
        ("EQF 6", Some(6)),
        ("niveau 8", Some(8)),
        ("Licence 3", Some(6)),
        ("L3", Some(6)),
        ("M2", Some(7)),
        ("Master’s degree", Some(7)),
        ("Diplôme d’ingénieur", Some(7)),
        ("Bac+5", Some(7)),
        ("Ph.D.", Some(8)),
        ("9", None),
        ("bon niveau", None),
        ("3", Some(3)),
    ] {
        assert_eq!(level_of(raw), expected, "{raw}");
    }
    for (raw, expected) in [
        ("0613", "0613"),
        ("613", "0613"),
        ("6", "06"),
        ("0613 - Développement de logiciels", "0613"),
        ("ISCED 061", "061"),
        ("9999", "9999"),
        ("informatique", "informatique"),
        ("0613 ou 0612", "0613 ou 0612"),
    ] {
        assert_eq!(field(raw), expected, "{raw}");
    }
    for (raw, expected) in [
        ("S1", Ok(Term::S1)),
        ("2", Ok(Term::S2)),
        ("Fall Semester", Ok(Term::S1)),
        ("2ème semestre", Ok(Term::S2)),
        ("Année universitaire", Ok(Term::Year)),
        ("S1 + S2", Ok(Term::Year)),
        ("q2/4", Ok(Term::Quarter { n: 2, of: 4 })),
        ("3", Err(Problem::NotATerm)),
        ("bientôt", Err(Problem::NotATerm)),
        ("", Err(Problem::Required)),
    ] {
        assert_eq!(term(raw), expected, "{raw}");
    }
    for (raw, expected) in [
        ("c@exemple.fr", "c@exemple.fr"),
        ("Camille <c@exemple.fr>", "c@exemple.fr"),
        ("mailto:c@exemple.fr;", "c@exemple.fr"),
        ("<c@exemple.fr", "<c@exemple.fr"),
    ] {
        assert_eq!(address(raw), expected, "{raw}");
    }
    for (raw, expected) in [("2e année", "2"), ("-2", "-2"), ("2 ou 3", "2 ou 3"), ("deux", "deux")] {
        assert_eq!(only_figures(raw), expected, "{raw}");
    }
}

#[test]
fn a_language_may_have_a_column_of_its_own() {
    let list = read(&[
        "Nom | Mail | Période | Niveau d’anglais | Japonais | Langues",
        "A | a@exemple.fr | S1 | B2 | | fr C2",
        "B | b@exemple.fr | S1 | C1 | A1 |",
        "C | c@exemple.fr | S1 | B2 | | anglais C1",
        "D | d@exemple.fr | S1 | bon | |",
    ]);
    let languages: Vec<_> =
        list.nominees().map(|nominee| StudentForm::from(&nominee.student).languages).collect();
    assert_eq!(languages, ["fr C2, en B2", "en C1, ja A1"]);
    assert_eq!(faults(&list.rows[2]), [("languages", Problem::Duplicate)]);
    assert_eq!(faults(&list.rows[3]), [("languages", Problem::NotACefrLevel)]);
}

#[test]
fn each_row_that_is_refused_says_why_and_where_it_stands() {
    let list = read(&[
        "Name | Email | Student number | Level | Field | Year of study | ECTS | Term | Months",
        "A | a@exemple.fr | 1 | 7 | 0613 | 2 | 60 | S1 | 4.5",
        "",
        "B | A@EXEMPLE.FR | 2 | | | | | S2 |",
        "C | c@exemple.fr | 1 | | | | | S1 |",
        "| d@exemple.fr | | | | | | S1 |",
        "E | not an address | | | | | | S1 |",
        "F | f@exemple.fr | | haut | informatique | 13 | beaucoup | été | zéro",
        "G | g@exemple.fr | | | | | | |",
        "H | h@exemple.fr | | | | | | S1 | 0",
        "Total: 8 |",
    ]);
    let numbers: Vec<_> = list.rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, [2, 4, 5, 6, 7, 8, 9, 10, 11]);
    assert_eq!((list.nominees().count(), list.refused()), (1, 8));
    let study_year = Problem::NotANumber { min: 1, max: 12 };
    let table: [&[(&str, Problem)]; 8] = [
        &[("email", Problem::Duplicate)],
        &[("number", Problem::Duplicate)],
        &[("name", Problem::Required)],
        &[("email", Problem::NotAnEmail)],
        &[
            ("level", Problem::NotAnEqfLevel),
            ("field", Problem::NotAnIscedField),
            ("study_year", study_year),
            ("ects", Problem::NotEcts),
            ("term", Problem::NotATerm),
            ("months", Problem::NotADecimal),
        ],
        &[("term", Problem::Required)],
        &[("months", Problem::NotADecimal)],
        &[("email", Problem::Required), ("term", Problem::Required)],
    ];
    for (row, expected) in list.rows[1..].iter().zip(table) {
        assert_eq!(faults(row), expected, "{}", row.label);
    }
    assert_eq!(list.rows[3].label, "d@exemple.fr");
}

#[test]
fn a_row_without_a_term_has_the_usual_one() {
    let rows = sheet(&["Nom | Courriel", "A | a@exemple.fr"]);
    let list = NominationList::read(&rows, Some(Term::Year), false).expect("a list");
    assert_eq!(list.nominees().map(|nominee| nominee.term).collect::<Vec<_>>(), [Term::Year]);
    let list = NominationList::read(&rows, None, false).expect("a list");
    assert_eq!(faults(&list.rows[0]), [("term", Problem::Required)]);
}

#[test]
fn headers_stand_where_they_are_best_known_and_mean_one_thing_each() {
    let list = read(&[
        "Nom de l’école | Exemple",
        "Nom | Mail | Email | Semestre | Remarques",
        "A | a@exemple.fr | other@exemple.fr | S1 | =cmd|calc",
    ]);
    let meant: Vec<_> = list.columns.into_iter().map(|(_, meant)| meant).collect();
    let named =
        [Some(StudentColumn::Name), Some(StudentColumn::Email), None, Some(StudentColumn::Term), None];
    assert_eq!(meant, named.map(|column| column.map(WhatColumn::Student)));
    assert_eq!(list.rows[0].outcome.as_ref().expect("taken").student.email.as_str(), "a@exemple.fr");
}

#[test]
fn what_is_no_list_is_refused_as_a_whole() {
    let long: Vec<String> = (0..=NOMINEES_MAX).map(|n| format!("A | a{n}@exemple.fr")).collect();
    let long: Vec<&str> = ["Nom | Mail"].into_iter().chain(long.iter().map(String::as_str)).collect();
    for (rows, expected) in [
        (&[][..], Unreadable::Empty),
        (&["Nom | Mail"], Unreadable::Empty),
        (&["a | b", "1 | 2"], Unreadable::NoStudentColumns),
        (&["Nom | Prénom", "A | B"], Unreadable::NoStudentColumns),
        (&["Prénom | Mail", "A | a@exemple.fr"], Unreadable::NoStudentColumns),
        (&["Courriel | ECTS", "a@exemple.fr | 60"], Unreadable::NoStudentColumns),
        (&long[..], Unreadable::TooManyRows { max: NOMINEES_MAX }),
    ] {
        let read = NominationList::read(&sheet(rows), Some(Term::S1), false);
        assert_eq!(read.map(|list| list.rows.len()), Err(expected), "{:?}", rows.first());
    }
}

proptest! {
    /// Whatever stands in a file, each row below the headers is taken or refused, and a student is there once.
    #[test]
    fn no_row_is_lost_and_nobody_is_nominated_twice(
        cells in prop::collection::vec(prop::collection::vec("[ab]@x\\.fr|\\PC{0,12}|S[12]|[1-9]", 5), 1..30)
    ) {
        let headers = ["Nom", "Mail", "Numéro", "Niveau", "Semestre"].map(str::to_owned).to_vec();
        let rows = (1..).zip([vec![headers], cells.clone()].concat());
        let sheet = Sheet { rows: rows.map(|(number, cells)| SheetRow { number, cells }).collect() };
        let list = NominationList::read(&sheet, None, false).expect("a list");
        prop_assert_eq!(list.rows.len(), cells.len());
        prop_assert!(list.rows.iter().all(|row| row.outcome.as_ref().err().is_none_or(|errors| !errors.is_empty())));
        let mut emails: Vec<_> = list.nominees().map(|nominee| nominee.student.email.key()).collect();
        emails.sort();
        prop_assert!(emails.windows(2).all(|pair| pair[0] != pair[1]), "{:?}", emails);
    }
}
