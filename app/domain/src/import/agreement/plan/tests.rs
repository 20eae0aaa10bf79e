use super::*;
use crate::{
    access::{Membership, Person, Role},
    id::UserId,
    import::{ImportKind, Mapping, Sheet, SheetRow, agreement::read, plan::Outcome},
    problem::Problem,
};
use Outcome::{Changed, New, Refused, Same};

const HEADERS: &str = "Titre|Nature|Partenaire 1|Partenaire 2|Rôle partenaire 2|Référence|Début|Fin|Signé le|Préavis|Renouvellement|ISCED-F|Lien";

fn institution(n: u128) -> InstitutionId {
    InstitutionId(Uuid::from_u128(n))
}

fn member(role: Role, of: u128) -> Actor {
    let covers = vec![institution(of)];
    Actor::Person(Person {
        id: UserId(Uuid::from_u128(9)),
        name: "Camille Exemple".into(),
        is_administrator: false,
        memberships: vec![Membership { institution: institution(of), role, covers }],
    })
}

fn known() -> Known {
    let found = |ids: &[u128]| Found {
        institutions: ids.iter().copied().map(institution).collect(),
        nearest: vec![],
    };
    let parties = [
        ("Alès", found(&[1])),
        ("Kagawa", found(&[2])),
        ("Osaka", found(&[3])),
        ("Institut", found(&[2, 3])),
    ];
    let mut parties: HashMap<String, Found> =
        parties.into_iter().map(|(text, found)| (text.to_owned(), found)).collect();
    parties
        .insert("Kagowa".into(), Found { institutions: vec![], nearest: vec!["Kagawa University".into()] });
    Known { parties, with_office: [institution(1)].into(), ..Known::default() }
}

fn read_all(headers: &str, lines: &[&str]) -> Vec<ReadRow> {
    let cells = |line: &str| line.split('|').map(ToOwned::to_owned).collect();
    let lines = std::iter::once(headers).chain(lines.iter().copied());
    let rows = (1..).zip(lines).map(|(number, line)| SheetRow { number, cells: cells(line) });
    let sheet = Sheet { rows: rows.collect() };
    let mapping = Mapping::recognise(ImportKind::Agreements, &sheet).expect("headers");
    sheet.below(&mapping).map(|row| read(row, &mapping)).collect()
}

fn planned(actor: &Actor, known: &Known, lines: &[&str]) -> Plan {
    let on = "2026-11-21".parse().expect("a day");
    let evidence = |row| format!("row {row}");
    plan(read_all(HEADERS, lines), known, &Context { actor, on, evidence: &evidence })
}

fn outcomes(plan: &Plan) -> Vec<Outcome> {
    plan.rows.iter().map(PlannedRow::outcome).collect()
}

/// The registry after a list was taken.
fn taken(plan: &Plan, known: &Known) -> Known {
    let mut known = known.clone();
    for row in &plan.rows {
        let Step::Add(intake) = &row.step else { continue };
        let id = AgreementId(Uuid::from_u128(u128::from(row.number)));
        let parties = intake.draft.content.parties.iter().map(|party| party.institution).collect();
        let is_settled = !intake.signatures.is_empty();
        let scope =
            AgreementScope { id, owner: intake.owner, parties, is_shared: is_settled, is_published: false };
        known.agreements.insert(
            id,
            Present {
                scope,
                draft: intake.draft.clone(),
                version: 1,
                is_settled,
                tags: intake.tags.iter().map(Tag::key).collect(),
            },
        );
    }
    known
}

const EXCHANGE: &str = "Échange Alès – Kagawa|Accord d’échange|Alès|Kagawa|signataire|RI-1|2021|2026-08|2020-05|12 mois|tacite, 12 mois|0613; 0311|https://example.invalid/a";

#[test]
fn a_row_fills_in_the_form() {
    let read = read_all(HEADERS, &[EXCHANGE]).pop().expect("a row");
    assert_eq!(read.own_reference.as_deref(), Some("RI-1"));
    let plan = planned(&Actor::Operator, &known(), &[EXCHANGE]);
    let Step::Add(intake) = &plan.rows[0].step else { panic!("{:?}", plan.rows[0]) };
    let form = AgreementForm::from(&intake.draft);
    assert_eq!(
        (form.kind.as_str(), form.starts.as_str(), form.ends.as_str()),
        ("student_exchange", "2021", "2026-08")
    );
    assert_eq!(
        (form.notice_months.as_str(), form.renewal.as_str(), form.renewal_months.as_str()),
        ("12", "tacit", "12")
    );
    assert_eq!(form.fields, "0613, 0311");
    assert_eq!(form.parties[0].reference, "RI-1", "the one code is that of the office that manages it");
    assert_eq!(form.parties[1].signed_on, "2020-05", "one date is that of all");
    assert_eq!(form.sources[0].url, "https://example.invalid/a");
    assert_eq!(intake.signatures.len(), 2);
    assert_eq!(
        intake.signatures[1].1.evidence.words.as_ref().map(crate::text::LongText::as_str),
        Some("row 2")
    );
}

#[test]
fn parties_stand_in_one_cell_too() {
    let headers = "Title|Kind|Partners|Roles|References|Signed on";
    let read = read_all(
        headers,
        &["Network|consortium|Alès; Kagawa ;Osaka|coordinator;;associate|A;B;|2020;2021-05;"],
    );
    let parties: Vec<_> = read[0]
        .form
        .parties
        .iter()
        .map(|p| (p.search.as_str(), p.role.as_str(), p.reference.as_str(), p.signed_on.as_str()))
        .collect();
    assert_eq!(
        parties,
        [
            ("Alès", "coordinator", "A", "2020"),
            ("Kagawa", "", "B", "2021-05"),
            ("Osaka", "associate", "", "")
        ]
    );
    assert_eq!((read[0].form.kind.as_str(), read[0].form.title_en.as_str()), ("network", "Network"));
}

#[test]
fn nobody_is_guessed() {
    let lines = [
        "A|exchange|Alès|Kagowa|||2021||||||",
        "B|exchange|Alès|Institut|||2021||||||",
        "C|exchange|Alès||||2021||||||",
        "D|klingon|Alès|Kagawa|||bientôt||||||",
    ];
    let plan = planned(&Actor::Operator, &known(), &lines);
    assert_eq!(outcomes(&plan), [Refused; 4]);
    let nearest = vec!["Kagawa University".to_owned()];
    assert_eq!(plan.rows[0].reasons, [Reason::UnknownParty { value: "Kagowa".into(), nearest }]);
    assert!(
        matches!(&plan.rows[1].reasons[..], [Reason::AmbiguousParty { institutions, .. }] if institutions.len() == 2)
    );
    assert!(matches!(plan.rows[2].reasons[..], [Reason::LeftOut { column: Column::Party, .. }]));
    let columns: Vec<_> = plan.rows[3]
        .reasons
        .iter()
        .map(|reason| match reason {
            Reason::LeftOut { column, value, .. } => (*column, value.as_str()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(columns, [(Column::AgreementKind, "klingon"), (Column::Starts, "bientôt")]);
}

#[test]
fn the_same_again_changes_nothing_and_what_is_signed_stays() {
    let lines = [EXCHANGE, "Projet|recherche|Kagawa|Alès||RI-2|2025|2027|||||"];
    let first = planned(&Actor::Operator, &known(), &lines);
    assert_eq!(outcomes(&first), [New, New]);
    let known = taken(&first, &known());
    assert_eq!(outcomes(&planned(&Actor::Operator, &known, &lines)), [Same, Same]);
    let changed = [EXCHANGE.replace("2026-08", "2028"), lines[1].replace("2027", "2028")];
    let again = planned(&Actor::Operator, &known, &[&changed[0], &changed[1]]);
    assert_eq!(outcomes(&again), [Refused, Changed]);
    assert!(matches!(again.rows[0].reasons[..], [Reason::Settled { .. }]));
    let Step::Change { after, .. } = &again.rows[1].step else { panic!("changed") };
    assert_eq!(AgreementForm::from(&after.draft).ends, "2028");
    let uncoded = ["Projet|recherche|Kagawa|Alès|||2025||||||"];
    assert_eq!(
        outcomes(&planned(&Actor::Operator, &known, &uncoded)),
        [Same],
        "by parties, kind, start and title"
    );
}

#[test]
fn a_row_that_says_the_same_as_another_is_refused() {
    let plan = planned(&Actor::Operator, &known(), &[EXCHANGE, EXCHANGE]);
    assert_eq!(outcomes(&plan), [New, Refused]);
    assert_eq!(plan.rows[1].reasons, [Reason::SameAsRow { row: 2 }]);
}

#[test]
fn an_officer_announces_a_lead_records_and_others_are_refused() {
    let signatures = |plan: &Plan| match &plan.rows[0].step {
        Step::Add(intake) => intake.signatures.len(),
        other => panic!("{other:?}"),
    };
    let officer = planned(&member(Role::Officer, 1), &known(), &[EXCHANGE]);
    assert_eq!((signatures(&officer), officer.rows[0].reasons.len()), (0, 2));
    let lead = planned(&member(Role::Lead, 1), &known(), &[EXCHANGE]);
    assert_eq!((signatures(&lead), lead.rows[0].reasons.len()), (2, 0));
    let Step::Add(intake) = &lead.rows[0].step else { panic!("new") };
    assert_eq!(intake.signatures.iter().map(|(_, s)| s.is_on_behalf).collect::<Vec<_>>(), [false, true]);
    let mut both = known();
    both.with_office.insert(institution(2));
    let lead = planned(&member(Role::Lead, 1), &both, &[EXCHANGE]);
    assert_eq!((signatures(&lead), lead.rows[0].reasons.len()), (1, 1), "the other office signs for itself");
    let stranger = planned(&member(Role::Lead, 3), &known(), &[EXCHANGE]);
    assert_eq!(stranger.rows[0].reasons, [Reason::NotYours]);
}

#[test]
fn nobody_has_signed_tomorrow() {
    let plan = planned(&Actor::Operator, &known(), &[&EXCHANGE.replace("2020-05", "2027")]);
    assert!(matches!(plan.rows[0].reasons[0], Reason::LeftOut { column: Column::SignedOn, .. }));
}

#[test]
fn tags_are_put_on_new_agreements_of_ones_own_office_only() {
    let headers = "Titre|Nature|Partenaire 1|Partenaire 2|Étiquettes";
    let line = "Cadre|convention-cadre|Alès|Kagawa|Asie; asie, à relire";
    let plan_of = |actor: &Actor, known: &Known, line: &str| {
        let on = "2026-11-21".parse().expect("a day");
        plan(read_all(headers, &[line]), known, &Context { actor, on, evidence: &|_| String::new() })
    };
    let officer = member(Role::Officer, 1);
    let first = plan_of(&officer, &known(), line);
    let Step::Add(intake) = &first.rows[0].step else { panic!("{:?}", first.rows[0]) };
    assert_eq!(intake.tags.iter().map(Tag::as_str).collect::<Vec<_>>(), ["Asie", "à relire"]);
    assert_eq!(first.rows[0].reasons, []);

    let known_now = taken(&first, &known());
    let again = plan_of(&officer, &known_now, line);
    assert_eq!((again.rows[0].outcome(), &again.rows[0].reasons[..]), (Same, &[][..]), "it has them");
    let more = plan_of(&officer, &known_now, &line.replace("à relire", "Japon"));
    assert_eq!(more.rows[0].outcome(), Same);
    assert_eq!(more.rows[0].reasons, [Reason::TagsLeftOut { value: "Japon".into() }]);

    let operator = plan_of(&Actor::Operator, &known(), line);
    let Step::Add(intake) = &operator.rows[0].step else { panic!("{:?}", operator.rows[0]) };
    assert!(intake.tags.is_empty());
    assert_eq!(operator.rows[0].reasons, [Reason::TagsLeftOut { value: "Asie, à relire".into() }]);
}

#[test]
fn what_nobody_can_tell_is_left_out_and_said() {
    let headers = "Identifiant|Titre|Nature|Partenaire 1|Partenaire 2|Sans terme|Étiquettes";
    let nobody = Uuid::from_u128(99);
    let lines = [
        "RI-7|Un|convention-cadre|Alès|Kagawa|illimité ?|Asie",
        &format!("{nobody}|Deux|convention-cadre|Alès|Osaka|non|???"),
    ];
    let actor = member(Role::Officer, 1);
    let on = "2026-11-21".parse().expect("a day");
    let plan = plan(
        read_all(headers, &lines),
        &known(),
        &Context { actor: &actor, on, evidence: &|_| String::new() },
    );
    assert_eq!(outcomes(&plan), [New, New]);
    let left_out = |column, value: &str, problem| Reason::left_out(column, value, problem);
    assert_eq!(
        plan.rows[0].reasons,
        [
            left_out(Column::OpenEnded, "illimité ?", Problem::NotAChoice),
            left_out(Column::Id, "RI-7", Problem::NotAChoice),
        ]
    );
    assert_eq!(
        plan.rows[1].reasons,
        [left_out(Column::Tags, "???", Problem::Required), Reason::UnknownId { value: nobody.to_string() },]
    );
}
