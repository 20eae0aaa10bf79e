//! The demo registry, on both databases.

#[path = "../store/tests/support/mod.rs"]
mod support;

use chrono::NaiveDate;
use domain::{
    academic_year::AcademicYear,
    access::{Actor, CreateInstitution, Role, Watch, decide},
    agreement::{AgreementKind, Standing, gap_years},
    balance::Weighed,
    commitment::{Bound, Cycle, Measure, Percent},
    flow::{CapPeriod, Flow, MobilityKind, SeatUnit},
    id::InstitutionId,
    institution::{InstitutionForm, InstitutionKind},
    lang::Lang,
    nomination::StateKind,
    seats::{Fullness, LineKind, Tally},
    term::Term,
};
use server::demo::{DemoError, DemoOptions, DemoReport, run};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};
use store::{
    Db, account,
    agreement::{self, AgreementFilter, AgreementRecord, AgreementSort, Visible},
    balance::{self, Among},
    institution::{self, InstitutionFilter, InstitutionItem, InstitutionRecord},
    nomination::{self, NominationFilter, Order},
    partner::Family,
    registry,
    seat::{self, SeatLine},
    watch,
};
use support::{at, on_each_database, stamp};

async fn fill(db: &Db, scale: Option<u32>) -> Result<DemoReport, DemoError> {
    let options = DemoOptions { scale, password: Some("une longue phrase".into()) };
    run(db, &stamp(0), &options, |password| Ok::<_, std::io::Error>(format!("hash of {password}"))).await
}

fn today() -> NaiveDate {
    at(0).date_naive()
}

async fn institutions(db: &Db) -> Vec<InstitutionItem> {
    let mut tx = db.read().await.expect("a transaction");
    institution::list(&mut tx, &InstitutionFilter::default(), Lang::Fr, None, 10_000).await.expect("a list")
}

/// Every agreement, by French title.
async fn agreements(db: &Db) -> BTreeMap<String, AgreementRecord> {
    let mut tx = db.read().await.expect("a transaction");
    let filter = AgreementFilter { visible: Visible::All, ..AgreementFilter::default() };
    let page = agreement::list(&mut tx, &filter, AgreementSort::Title(Lang::Fr), None, 10_000, today()).await;
    let mut all = BTreeMap::new();
    for item in page.expect("a page").items {
        all.insert(item.title_fr, agreement::get(&mut tx, item.id).await.expect("an agreement"));
    }
    all
}

/// Those that stories tell of.
async fn told_of(db: &Db) -> Vec<InstitutionItem> {
    institutions(db).await.into_iter().filter(|item| !item.is_synthetic).collect()
}

/// The agreements that stories tell of.
async fn stories(db: &Db) -> BTreeMap<String, AgreementRecord> {
    agreements(db).await.into_iter().filter(|(_, record)| !record.is_synthetic).collect()
}

/// The office that someone belongs to.
async fn membership_of(db: &Db, email: &str) -> InstitutionId {
    let email = domain::email::Email::parse(email).expect("an address");
    let mut tx = db.read().await.expect("a transaction");
    let account = account::find_by_email(&mut tx, &email).await.expect("asked").expect("an account");
    let person = account::actor(&mut tx, account.id).await.expect("asked").expect("someone");
    person.memberships[0].institution
}

fn standing(record: &AgreementRecord) -> Standing {
    record.course().standing(today())
}

/// What a test expects of an institution: French and English name, kind, country, city, unit of, identifiers.
type Expected = (
    &'static str,
    &'static str,
    InstitutionKind,
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

const INSTITUTIONS: [Expected; 24] = {
    use InstitutionKind::{
        Agency, Company, GrandeEcole, Group, Network, PublicAuthority, School, StateCorps, Unit, University,
    };
    [
        (
            "Mines Paris – PSL",
            "Mines Paris – PSL",
            GrandeEcole,
            "FR",
            "Paris",
            "",
            &["F  PARIS081", "998584737"],
        ),
        ("Corps des mines", "Corps des Mines", StateCorps, "FR", "Paris", "", &[]),
        ("Albert School", "Albert School", School, "FR", "Paris", "", &[]),
        (
            "IMT Mines Alès",
            "IMT Mines Alès",
            GrandeEcole,
            "FR",
            "Alès",
            "Institut Mines-Télécom",
            &["F  ALES02", "912703556"],
        ),
        (
            "Institut Mines-Télécom",
            "Institut Mines-Télécom",
            Network,
            "FR",
            "Palaiseau",
            "",
            &["F  PARIS454", "999849326"],
        ),
        ("Université de Kagawa", "Kagawa University", University, "JP", "Takamatsu", "", &[]),
        (
            "Faculté d’ingénierie et de design de l’Université de Kagawa",
            "Faculty of Engineering and Design, Kagawa University",
            Unit,
            "JP",
            "Takamatsu",
            "Université de Kagawa",
            &[],
        ),
        ("Université d’Osaka", "Osaka University", University, "JP", "Osaka", "", &[]),
        ("Université Keiō", "Keiō University", University, "JP", "Tokyo", "", &[]),
        ("Préfecture d’Aichi", "Aichi Prefecture", PublicAuthority, "JP", "Nagoya", "", &[]),
        (
            "Université Jiao Tong de Shanghai",
            "Shanghai Jiao Tong University",
            University,
            "CN",
            "Shanghai",
            "",
            &[],
        ),
        ("TotalEnergies", "TotalEnergies", Company, "FR", "", "", &[]),
        ("Capgemini", "Capgemini", Company, "FR", "", "", &[]),
        ("aivancity", "aivancity", GrandeEcole, "FR", "Cachan", "", &["F  CACHAN06", "880520314"]),
        ("IIIT Bangalore", "IIIT Bangalore", University, "IN", "Bengaluru", "", &[]),
        (
            "Région Île-de-France",
            "Île-de-France Region",
            PublicAuthority,
            "FR",
            "Saint-Ouen-sur-Seine",
            "",
            &[],
        ),
        ("Choose Paris Region", "Choose Paris Region", Agency, "FR", "Paris", "", &[]),
        ("ECE", "ECE", GrandeEcole, "FR", "Paris", "OMNES Education", &["F  PARIS222", "945941382"]),
        ("OMNES Education", "OMNES Education", Group, "FR", "Paris", "", &[]),
        ("Ametra Engineering", "Ametra Engineering", Company, "FR", "", "", &[]),
        ("Kaydan", "Kaydan", Company, "FR", "", "", &[]),
        ("MBDA", "MBDA", Company, "FR", "", "", &[]),
        ("Orano", "Orano", Company, "FR", "", "", &[]),
        ("Renault", "Renault", Company, "FR", "", "", &[]),
    ]
};

#[tokio::test]
async fn every_institution_of_the_stories_is_there() {
    on_each_database(|db| async move {
        assert_eq!(fill(&db, None).await.expect("filled").institutions, INSTITUTIONS.len());
        let mut found = BTreeMap::<String, InstitutionRecord>::new();
        for item in told_of(&db).await {
            let record = institution::get(&mut db.read().await.expect("a transaction"), item.id).await;
            found.insert(item.names.best(Lang::Fr).1.to_string(), record.expect("an institution"));
        }
        assert_eq!(found.len(), INSTITUTIONS.len());
        for (fr, en, kind, country, city, parent, identifiers) in INSTITUTIONS {
            let record = found.get(fr).unwrap_or_else(|| panic!("{fr} is missing"));
            let draft = &record.draft;
            assert_eq!(draft.names.best(Lang::En).1.as_str(), en);
            assert_eq!(
                (draft.kind, draft.country.code(), record.is_synthetic),
                (kind, country, false),
                "{fr}"
            );
            assert_eq!(draft.city.as_ref().map(ToString::to_string).unwrap_or_default(), city, "{fr}");
            let above =
                draft.parent.map(|id| found.iter().find(|(_, record)| record.id == id).expect("there").0);
            assert_eq!(above.map(String::as_str).unwrap_or_default(), parent, "{fr}");
            let borne: Vec<_> =
                draft.identifiers.iter().map(|identifier| identifier.value.as_str()).collect();
            assert_eq!(borne, identifiers, "{fr}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_agreement_of_the_stories_is_there_with_its_marks() {
    on_each_database(|db| async move {
        assert_eq!(fill(&db, None).await.expect("filled").agreements, 7);
        let names: BTreeMap<InstitutionId, String> = institutions(&db)
            .await
            .into_iter()
            .map(|item| (item.id, item.names.best(Lang::Fr).1.to_string()))
            .collect();
        let found = stories(&db).await;
        assert_eq!(found.len(), 7);
        // Words of the title, kind, office, start, day of signing, number of signatures, whether to be confirmed.
        let table = [
            (
                "Double diplôme de Bachelor",
                AgreementKind::DoubleDegree,
                "Mines Paris – PSL",
                "2024?",
                "",
                2,
                true,
            ),
            (
                "Double diplôme de Master",
                AgreementKind::DoubleDegree,
                "Mines Paris – PSL",
                "2024?",
                "",
                2,
                true,
            ),
            ("Convention de recherche", AgreementKind::StudentExchange, "IMT Mines Alès", "", "", 2, true),
            ("Échange d’étudiants entre", AgreementKind::StudentExchange, "IMT Mines Alès", "", "", 2, false),
            ("Double diplôme entre", AgreementKind::DoubleDegree, "IMT Mines Alès", "", "", 2, false),
            (
                "Déclaration d’intention",
                AgreementKind::DeclarationOfIntent,
                "aivancity",
                "",
                "2024-01-10",
                4,
                false,
            ),
            ("Intelligence Lab", AgreementKind::Network, "ECE", "2024", "", 1, true),
        ];
        for (title, kind, office, starts, signed_on, signatures, to_confirm) in table {
            let (_, record) = found
                .iter()
                .find(|(found, _)| found.starts_with(title))
                .unwrap_or_else(|| panic!("{title} is missing"));
            let content = &record.ruling().expect("a revision").content;
            let text = |date: Option<domain::partial_date::StatedDate>| {
                date.map(|d| d.to_string()).unwrap_or_default()
            };
            assert_eq!(content.kind, kind, "{title}");
            assert_eq!(record.scope.owner.map(|id| names[&id].as_str()), Some(office), "{title}");
            assert_eq!(text(content.period.starts), starts, "{title}");
            assert!(
                content.period.ends.is_none() && !content.period.is_open_ended,
                "{title}: no text gives an end"
            );
            assert_eq!(record.signatures.len(), signatures, "{title}");
            for signature in &record.signatures {
                assert_eq!(text(signature.signed_on), signed_on, "{title}");
                assert!(signature.evidence.is_some(), "{title}");
            }
            assert_eq!(record.sources.iter().any(|source| source.to_confirm), to_confirm, "{title}");
            assert!(record.sources.iter().all(|source| source.read_on.is_some()), "{title}");
            assert!(record.scope.is_published && !record.is_synthetic, "{title}");
            assert_eq!(standing(record), Standing::InForce, "{title}");
            for lang in Lang::ALL {
                assert!(content.title.in_lang(lang).is_some(), "{title}");
                assert!(
                    content.summary.as_ref().is_some_and(|summary| summary.in_lang(lang).is_some()),
                    "{title}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_the_double_degrees_promise_is_entered_and_nothing_is_said_to_be_observed() {
    on_each_database(|db| async move {
        fill(&db, None).await.expect("filled");
        let albert = membership_of(&db, "lead.albert@exemple.invalid").await;
        let all = stories(&db).await;
        for (level, count) in [("Bachelor", 4), ("Master", 5)] {
            let (_, record) = all.iter().find(|(title, _)| title.contains(level)).expect("a double degree");
            let promised = &record.ruling().expect("a revision").content.commitments;
            assert_eq!(promised.len(), count, "{level}");
            let thirty = Percent::parse("30").expect("a share");
            let each = Some(Cycle::AcademicYear);
            let [scholarships, cases] = [0, 1].map(|at| &promised[at]);
            let bound = Bound::AtLeast;
            assert_eq!(scholarships.measure, Measure::Share { bound, target: thirty, each });
            assert_eq!(cases.measure, Measure::Number { bound, target: 8, each });
            for yearly in [scholarships, cases] {
                assert_eq!(yearly.owner, Some(albert));
                assert!(
                    yearly.starts.is_some_and(|starts| starts.to_confirm),
                    "the first intake is to be confirmed"
                );
            }
            for rule in &promised[2..] {
                assert_eq!((rule.measure, rule.owner), (Measure::YesNo, None), "both schools answer for it");
            }
            let mut tx = db.read().await.expect("a transaction");
            assert_eq!(store::observation::list(&mut tx, record.id).await.expect("read"), []);
        }
        let others = all.iter().filter(|(title, _)| !title.contains("Albert School"));
        assert!(others.clone().count() > 3);
        for (title, record) in others {
            assert_eq!(record.ruling().expect("a revision").content.commitments, [], "{title}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_places_of_the_exchanges_are_entered_and_no_number_is_made_up() {
    on_each_database(|db| async move {
        fill(&db, None).await.expect("filled");
        let all = stories(&db).await;
        let names: BTreeMap<InstitutionId, String> = institutions(&db)
            .await
            .into_iter()
            .map(|item| (item.id, item.names.best(Lang::En).1.to_string()))
            .collect();
        let ales = "IMT Mines Alès";
        // Words of the title, then each flow: from, to, how many, whether that is to be confirmed.
        let kagawa = "Faculty of Engineering and Design";
        let table = [
            ("Convention de recherche", vec![(ales, kagawa, Some(5), true), (kagawa, ales, None, false)]),
            (
                "Échange d’étudiants entre",
                vec![(ales, "Osaka University", None, false), ("Osaka University", ales, None, false)],
            ),
            ("Double diplôme entre", vec![(ales, "Keiō University", None, false)]),
        ];
        for (title, flows) in &table {
            let (_, record) = all.iter().find(|(found, _)| found.starts_with(title)).expect("there");
            let content = &record.ruling().expect("a revision").content;
            let found: Vec<_> = content
                .flows
                .iter()
                .map(|flow| {
                    let [from, to] = [flow.sender, flow.receiver].map(|id| names[&id].as_str());
                    (from, to, flow.cap, flow.cap_to_confirm)
                })
                .collect();
            assert_eq!(found.len(), flows.len(), "{title}");
            for (found, meant) in found.iter().zip(flows) {
                assert!(found.0.contains(meant.0) && found.1.contains(meant.1), "{found:?}, not {meant:?}");
                assert_eq!((found.2, found.3), (meant.2, meant.3), "{title}");
            }
            for flow in &content.flows {
                assert_eq!(flow.kind, MobilityKind::StudentStudies);
                assert_eq!((flow.cap_period, flow.unit), (CapPeriod::AcademicYear, SeatUnit::Person));
                assert!(flow.first_year.is_none() && flow.deadlines.is_empty());
                let is_in_english = names[&flow.sender].contains(kagawa);
                assert_eq!(flow.languages.iter().map(|one| one.language.primary()).eq(["en"]), is_in_english);
                assert!(flow.languages.iter().all(|one| one.level.is_none() && !one.is_required));
            }
        }
        let (_, record) = all.iter().find(|(title, _)| title.starts_with(table[0].0)).expect("there");
        let content = &record.ruling().expect("a revision").content;
        assert_eq!(content.flows[0].terms, [Term::S1, Term::S2, Term::Year]);
        assert_eq!(content.flows[0].fields, content.fields);
        let others = all.iter().filter(|(title, _)| table.iter().all(|(named, _)| !title.starts_with(named)));
        assert_eq!(others.clone().count(), 4);
        for (title, record) in others {
            assert_eq!(record.ruling().expect("a revision").content.flows, [], "{title}");
        }
    })
    .await;
}

/// The tally of a flow in a year, and its ledger.
async fn counted(db: &Db, flow: &Flow, first: i32) -> (Tally, Vec<SeatLine>) {
    let mut tx = db.read().await.expect("a transaction");
    let year = AcademicYear::northern(first).expect("a year");
    let seat = seat::find(&mut tx, flow, year).await.expect("read").expect("places");
    (seat.tally, seat::lines(&mut tx, seat.id).await.expect("read"))
}

/// How the title of the invented agreement with a pool ends.
const SHARED: &str = "Belcor, Lomsal et Vertar";

/// The flows of the invented exchanges, in their order: there and back with Lomsal, there and back with Vertar.
async fn invented_flows(db: &Db) -> [Flow; 4] {
    let all = agreements(db).await;
    let flows = ["Belcor et Lomsal", "Belcor et Vertar"].map(|words| {
        let (_, record) = all.iter().find(|(title, _)| title.ends_with(words)).expect("there");
        assert!(record.is_synthetic && record.scope.is_published);
        assert_eq!(standing(record), Standing::InForce);
        record.ruling().expect("a revision").content.flows.clone()
    });
    flows.concat().try_into().expect("four flows")
}

#[tokio::test]
async fn invented_exchanges_are_full_beyond_their_cap_near_it_and_out_of_balance() {
    on_each_database(|db| async move {
        let report = fill(&db, None).await.expect("filled");
        assert_eq!((report.synthetic_institutions, report.synthetic_agreements), (3, 3));
        let [out, back, over, near] = invented_flows(&db).await;
        for first in [2026, 2027] {
            let (tally, lines) = counted(&db, &out, first).await;
            assert_eq!((tally.capacity(), tally.used(), tally.waiting), (3, 3, 2));
            assert_eq!((tally.held, tally.accepted, tally.confirmed), (1, 1, 1));
            assert_eq!(tally.fullness(), Fullness::Full);
            assert_eq!(lines.len(), 4, "the cap and three places: {lines:?}");
            let (tally, lines) = counted(&db, &over, first).await;
            assert_eq!((tally.cap, tally.overridden, tally.used()), (Some(3), 1, 4));
            assert_eq!(tally.fullness(), Fullness::Over);
            let beyond = lines.iter().find(|line| line.kind == LineKind::Override).expect("a line");
            assert!(beyond.reason.is_some() && beyond.evidence.is_some(), "for an office that is not here");
            let (tally, _) = counted(&db, &near, first).await;
            assert_eq!((tally.used(), tally.fullness()), (4, Fullness::Near));
        }
        for (flow, first, gone) in [(&out, 2024, 3), (&out, 2025, 3), (&back, 2024, 0), (&back, 2025, 1)] {
            let (tally, lines) = counted(&db, flow, first).await;
            assert_eq!((tally.confirmed, tally.used(), tally.is_closed), (gone, gone, true));
            assert!(lines.iter().all(|line| line.at < at(0)), "written in their time");
        }
        let mut tx = db.read().await.expect("a transaction");
        let pair = [out.sender, out.receiver].map(|id| Family { id, members: vec![id] });
        let moved = balance::moved(&mut tx, Among::Pair([&pair[0], &pair[1]])).await.expect("read");
        let persons = |flow: &Flow| -> i64 {
            let over = moved.iter().filter(|moved| moved.flow.id == flow.id && moved.first_year < 2026);
            over.map(|moved| moved.persons).sum()
        };
        assert_eq!((persons(&out), persons(&back)), (6, 1));
    })
    .await;
}

#[tokio::test]
async fn three_invented_universities_share_a_pool_and_are_out_of_balance() {
    on_each_database(|db| async move {
        fill(&db, None).await.expect("filled");
        let all = agreements(&db).await;
        let (_, record) = all.iter().find(|(title, _)| title.ends_with(SHARED)).expect("there");
        let content = &record.ruling().expect("a revision").content;
        let [pool] = &content.pools[..] else { panic!("one pool") };
        let mut tx = db.read().await.expect("a transaction");
        let sharers = balance::sharers(&mut tx, record.scope.id, pool.id).await.expect("read");
        let moved = balance::moved(&mut tx, Among::Pool(pool.id)).await.expect("read");
        let order: Vec<_> = content.parties.iter().map(|party| party.institution).collect();
        let running = order.iter().map(|id| {
            let family = sharers.iter().find(|family| family.id == *id).expect("shares it");
            let years = domain::balance::balance(Weighed::default(), &family.members, &moved);
            years.last().expect("a year").running.weighed
        });
        let running: Vec<Weighed> = running.collect();
        assert_eq!(running, [2, -3, 1].map(Weighed::units), "Belcor, Lomsal, Vertar");
    })
    .await;
}

#[tokio::test]
async fn invented_students_have_a_place_or_wait_and_real_exchanges_have_none() {
    on_each_database(|db| async move {
        fill(&db, None).await.expect("filled");
        let mut tx = db.read().await.expect("a transaction");
        let all = NominationFilter::default();
        let listed = nomination::list(&mut tx, &all, Order::Oldest, (1_000, 0)).await.expect("listed");
        assert_eq!(listed.len(), 37);
        let watch = decide(&Actor::Operator, Watch).expect("the operator may");
        assert_eq!(nomination::untold(&mut tx, &watch, 10).await.expect("read"), [], "nobody is written to");
        let mut invented: BTreeSet<_> = invented_flows(&db).await.iter().map(|flow| flow.id).collect();
        let all = agreements(&db).await;
        let (_, shared) = all.iter().find(|(title, _)| title.ends_with(SHARED)).expect("there");
        invented.extend(shared.ruling().expect("a revision").content.flows.iter().map(|flow| flow.id));
        for record in &listed {
            assert!(invented.contains(&record.flow), "no story tells of who went");
            assert!(record.student_name.starts_with("Élève ") && record.student_name.ends_with(" Exemple"));
        }
        for (address, state) in [("eleve1", StateKind::Accepted), ("eleve4", StateKind::Waitlisted)] {
            let email = domain::email::Email::parse(&format!("{address}@exemple.invalid")).expect("one");
            let account = account::find_by_email(&mut tx, &email).await.expect("read").expect("an account");
            let mut own = Vec::new();
            for record in &listed {
                let scope = nomination::scope(&mut tx, record).await.expect("read");
                own.extend((scope.student == Some(account.id)).then(|| record.state.kind()));
            }
            assert_eq!(own, [state], "{address}");
        }
    })
    .await;
}

#[tokio::test]
async fn its_people_can_sign_in_and_belong_to_their_offices() {
    on_each_database(|db| async move {
        let report = fill(&db, None).await.expect("filled");
        assert_eq!(report.accounts.len(), 20);
        let mut tx = db.read().await.expect("a transaction");
        assert!(registry::get(&mut tx).await.expect("a registry").holds_demo);
        for made in &report.accounts {
            let email = domain::email::Email::parse(&made.email).expect("an address");
            let found = account::find_by_email(&mut tx, &email).await.expect("read").expect("an account");
            assert_eq!(found.password_hash.reveal(), format!("hash of {}", made.password.reveal()));
            assert!(found.is_demo && made.email.ends_with("@exemple.invalid"), "{}", made.email);
            assert_eq!(found.is_administrator, made.role.is_none());
            let person = account::actor(&mut tx, found.id).await.expect("read").expect("a person");
            let roles: Vec<Role> = person.memberships.iter().map(|membership| membership.role).collect();
            assert_eq!(roles, Vec::from_iter(made.role));
        }
        let leads = report.accounts.iter().filter(|account| account.role == Some(Role::Lead)).count();
        assert_eq!(leads, 7);
        let students = report.accounts.iter().filter(|account| account.role == Some(Role::Student)).count();
        assert_eq!(students, 4, "who can follow a nomination of their own");
    })
    .await;
}

#[tokio::test]
async fn passwords_of_their_own_are_all_different() {
    on_each_database(|db| async move {
        let hash = |password: &str| Ok::<_, std::io::Error>(password.to_owned());
        let report = run(&db, &stamp(0), &DemoOptions::default(), hash).await.expect("filled");
        let passwords: BTreeSet<_> =
            report.accounts.iter().map(|account| account.password.reveal()).collect();
        assert_eq!(passwords.len(), 20);
        assert!(passwords.iter().all(|password| password.len() == 19));
    })
    .await;
}

#[tokio::test]
async fn a_registry_that_holds_anything_else_is_refused() {
    on_each_database(|db| async move {
        let form = InstitutionForm {
            kind: "university".into(),
            name_fr: "Université de Lyon".into(),
            country: "FR".into(),
            ..InstitutionForm::default()
        };
        let permit = decide(&Actor::Operator, CreateInstitution).expect("a right");
        let mut tx = db.write().await.expect("a transaction");
        let draft = form.parse().expect("valid");
        institution::insert(&mut tx, &permit, &stamp(0), &draft, false).await.expect("inserted");
        tx.commit().await.expect("committed");
        for scale in [None, Some(10)] {
            assert!(matches!(fill(&db, scale).await, Err(DemoError::NotEmpty)));
        }
        assert_eq!(institutions(&db).await.len(), 1);
        assert!(!registry::get(&mut db.read().await.expect("a transaction")).await.expect("read").holds_demo);
    })
    .await;
}

#[tokio::test]
async fn the_stories_are_written_once_and_scale_is_added_to_them() {
    on_each_database(|db| async move {
        fill(&db, None).await.expect("filled");
        assert!(matches!(fill(&db, None).await, Err(DemoError::AlreadyFilled)));
        let first = fill(&db, Some(30)).await.expect("added");
        assert_eq!((first.accounts.len(), first.agreements), (1, 0), "someone of an invented office");
        assert_eq!((first.synthetic_institutions, first.synthetic_agreements), (40, 30));
        let second = fill(&db, Some(1_020)).await.expect("added");
        assert_eq!(second.accounts.len(), 0);
        assert_eq!((second.synthetic_institutions, second.synthetic_agreements), (12, 1_020));
        assert_eq!(agreements(&db).await.len(), 7 + 3 + 30 + 1_020);
        let office = membership_of(&db, &first.accounts[0].email).await;
        let mut tx = db.read().await.expect("a transaction");
        let due = watch::due(&mut tx, today()).await.expect("found");
        assert!(due.iter().any(|due| due.institution == office), "a deadline comes near");
        let years = gap_years(today());
        let gaps = watch::uncovered(&mut tx, years[0]).await.expect("found");
        assert!(
            gaps.iter().any(|(one, other)| [*one, *other].contains(&office)),
            "a partner without an agreement"
        );
    })
    .await;
}

#[tokio::test]
async fn a_password_that_is_too_short_is_refused() {
    on_each_database(|db| async move {
        let options = DemoOptions { scale: None, password: Some("court".into()) };
        let hash = |password: &str| Ok::<_, std::io::Error>(password.to_owned());
        assert!(matches!(run(&db, &stamp(0), &options, hash).await, Err(DemoError::Password(_))));
        assert!(institutions(&db).await.is_empty());
    })
    .await;
}

/// What must be the same each time, line by line.
async fn told(db: &Db) -> Vec<String> {
    let mut lines = Vec::new();
    for item in institutions(db).await.into_iter().filter(|item| item.is_synthetic) {
        lines.push(format!("{} {} {}", item.id, item.country.code(), item.name_key(Lang::Fr)));
    }
    for (title, record) in agreements(db).await.into_iter().filter(|(_, record)| record.is_synthetic) {
        let revision = record.ruling().expect("a revision");
        let parties: Vec<_> =
            revision.content.parties.iter().map(|party| party.institution.to_string()).collect();
        let standing = standing(&record).code();
        lines.push(format!("{} {title} {} {standing} {}", record.id, revision.hash, parties.join(" ")));
    }
    lines
}

#[tokio::test]
async fn what_is_invented_is_the_same_each_time_and_on_both_databases() {
    let all = Arc::new(Mutex::new(Vec::new()));
    for _ in 0..2 {
        let all = Arc::clone(&all);
        on_each_database(move |db| {
            let all = Arc::clone(&all);
            async move {
                fill(&db, Some(200)).await.expect("filled");
                let told = told(&db).await;
                all.lock().expect("held").push(told);
            }
        })
        .await;
    }
    let all = all.lock().expect("held");
    assert_eq!(all[0].len(), 246, "the exchanges, and those that are numbered");
    assert!(all.iter().all(|told| *told == all[0]));
}

#[tokio::test]
async fn what_is_invented_says_so_and_has_every_standing() {
    on_each_database(|db| async move {
        fill(&db, Some(400)).await.expect("filled");
        let mut invented: Vec<_> =
            institutions(&db).await.into_iter().filter(|item| item.is_synthetic).collect();
        let is_numbered = |item: &InstitutionItem| !item.names.best(Lang::Fr).1.as_str().contains("Exemple");
        invented.retain(is_numbered);
        let countries: BTreeSet<_> = invented.iter().map(|item| item.country).collect();
        assert_eq!((invented.len(), countries.len()), (40, 40));
        for item in &invented {
            assert!(item.names.best(Lang::Fr).1.as_str().contains("ficti"));
            assert!(item.names.best(Lang::En).1.as_str().starts_with("Invented"));
        }
        let all = agreements(&db).await;
        let invented: Vec<_> = all.iter().filter(|(_, record)| record.is_synthetic).collect();
        assert!(invented.iter().all(|(title, _)| title.contains("fictif")));
        let standings: BTreeSet<_> = invented.iter().map(|(_, record)| standing(record)).collect();
        assert_eq!(standings, Standing::ALL.iter().copied().collect());
        let content = |record: &AgreementRecord| record.ruling().expect("a revision").content.clone();
        let kinds: BTreeSet<_> = invented.iter().map(|(_, record)| content(record).kind).collect();
        assert_eq!(kinds, AgreementKind::ALL.iter().copied().collect());
        let parties: BTreeSet<_> = invented.iter().map(|(_, record)| content(record).parties.len()).collect();
        assert_eq!(parties, BTreeSet::from([2, 3, 4, 5]));
        let published = invented.iter().filter(|(_, record)| record.scope.is_published).count();
        assert!(published * 10 > invented.len() * 8, "{published}");
        // What lists filter by agrees with what each agreement says of itself.
        for wanted in Standing::ALL {
            let filter = AgreementFilter {
                visible: Visible::All,
                standing: Some((*wanted).into()),
                ..AgreementFilter::default()
            };
            let mut tx = db.read().await.expect("a transaction");
            let listed = agreement::count(&mut tx, &filter, 10_000, today()).await.expect("counted");
            let meant = all.values().filter(|record| standing(record) == *wanted).count();
            assert_eq!(usize::try_from(listed).expect("small"), meant, "{}", wanted.code());
        }
    })
    .await;
}
