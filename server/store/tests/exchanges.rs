//! The catalogue of exchanges on both databases: what it shows to whom, how it is narrowed, how many places it says are left.

mod sample;
mod support;

use domain::{
    eqf::EqfLevel,
    exchange::{Availability, Places},
    flow::{CapPeriod, Flow, FlowLanguage, MobilityKind, YearCap},
    id::{FlowId, InstitutionId},
    institution::InstitutionForm,
    isced::IscedField,
    lang::Lang,
    language::{Cefr, LanguageTag},
    nomination::ActKind,
    term::Term,
};
use sample::{
    Scene,
    places::{candidate, flow, pool, year},
    university,
};
use store::{
    agreement::Visible,
    exchange::{self, ExchangeFilter, ExchangePage},
};
use support::on_each_database;
use uuid::Uuid;

const YEAR: i32 = 2026;
const BASE: u128 = 1 << 100;

const fn id(n: u128) -> FlowId {
    FlowId(Uuid::from_u128(BASE + n))
}

/// A flow from the first office to the second.
fn out(scene: &Scene, n: u128, cap: Option<u32>) -> Flow {
    flow(id(n).0.as_u128(), scene.offices[0], scene.offices[1], cap)
}

fn public() -> ExchangeFilter {
    ExchangeFilter::new(Visible::Public, year(YEAR))
}

async fn list(scene: &Scene, filter: &ExchangeFilter) -> ExchangePage {
    let mut tx = scene.desk.read().await;
    let page = exchange::list(&mut tx, filter, Lang::Fr, None, 100).await.expect("listed");
    let count = exchange::count(&mut tx, filter, 1_000).await.expect("counted");
    assert_eq!(i64::try_from(page.items.len()), Ok(count), "{filter:?}");
    page
}

async fn shown(scene: &Scene, filter: &ExchangeFilter) -> Vec<u128> {
    let items = list(scene, filter).await.items;
    let mut found: Vec<u128> = items.iter().map(|item| item.record.flow.id.0.as_u128() - BASE).collect();
    found.sort_unstable();
    found
}

async fn places(scene: &Scene, n: u128, first: i32) -> Places {
    let mut tx = scene.desk.read().await;
    let found = exchange::find(&mut tx, &Visible::Public, id(n), year(first)).await.expect("asked");
    found.expect("a flow").places
}

/// An agreement of the two offices that everyone may read.
async fn published(scene: &Scene, flows: Vec<Flow>, pools: Vec<domain::flow::Pool>) {
    let agreement = scene.exchange("Échange", flows, pools).await;
    scene.desk.publish(&scene.leads[0], agreement, true).await.expect("published");
}

#[tokio::test]
async fn everyone_sees_what_is_published_and_agreed_and_an_office_its_own_as_well() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let stranger = scene.desk.university("Évora", "PT").await;
        let agreement = scene.exchange("Échange", vec![out(&scene, 1, Some(2))], vec![]).await;
        let draft = scene.exchange_draft("Projet", vec![out(&scene, 2, Some(2))], vec![]);
        let draft = scene.desk.create_as_drafted(&scene.leads[0], &draft).await;
        scene.desk.share(&scene.leads[0], draft).await.expect("shared");
        scene.desk.publish(&scene.leads[0], draft, true).await.expect("published");

        let of = |visible| ExchangeFilter { visible, ..public() };
        let offices = |office| of(Visible::Offices(vec![office]));
        assert_eq!(shown(&scene, &public()).await, [0_u128; 0], "one is not published, one not agreed");
        assert_eq!(shown(&scene, &offices(stranger)).await, [0_u128; 0]);
        assert_eq!(shown(&scene, &offices(scene.offices[1])).await, [1]);
        assert_eq!(shown(&scene, &of(Visible::All)).await, [1]);
        let mut tx = scene.desk.read().await;
        let hidden = exchange::find(&mut tx, &Visible::Public, id(1), year(YEAR)).await.expect("asked");
        assert_eq!(hidden, None);
        let senders = exchange::senders(&mut tx, &Visible::Public, year(YEAR), Lang::Fr, 9).await;
        assert_eq!(senders.expect("asked"), []);
        drop(tx);

        scene.desk.publish(&scene.leads[0], agreement, true).await.expect("published");
        let page = list(&scene, &public()).await;
        assert_eq!(page.items.len(), 1);
        assert!(page.items[0].is_published && page.items[0].country.code() == "JP");
        assert_eq!(page.names.len(), 2);
        let mut tx = scene.desk.read().await;
        let senders = exchange::senders(&mut tx, &Visible::Public, year(YEAR), Lang::Fr, 9).await;
        assert_eq!(senders.expect("asked"), [scene.offices[0]]);
        drop(tx);
        scene.amend(agreement, vec![out(&scene, 3, Some(2))], vec![]).await.expect("another flow");
        assert_eq!(shown(&scene, &public()).await, [3], "what the revision that rules has no more is gone");
    })
    .await;
}

#[tokio::test]
async fn places_left_are_those_of_the_year_and_of_the_pool() {
    use Availability::{Closed, Full, NotAgreed, Open};
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let shared = pool(9, Some(2));
        let unsaid = pool(10, None);
        let mut yearly = out(&scene, 1, Some(1));
        yearly.year_caps =
            vec![YearCap { year: year(2027), cap: Some(4) }, YearCap { year: year(2028), cap: None }];
        let pooled = |n, pool: &domain::flow::Pool| Flow { pool: Some(pool.id), ..out(&scene, n, Some(5)) };
        let whole = Flow { cap_period: CapPeriod::Agreement, ..out(&scene, 6, Some(2)) };
        let spent = Flow { budget: Some("5".parse().expect("a number")), ..out(&scene, 7, Some(3)) };
        let flows = vec![
            yearly,
            out(&scene, 2, None),
            out(&scene, 3, Some(0)),
            pooled(4, &shared),
            pooled(5, &unsaid),
            whole,
            spent,
            Flow { pool: Some(shared.id), ..out(&scene, 8, Some(5)) },
        ];
        published(&scene, flows, vec![shared, unsaid]).await;
        let mut taken = None;
        for (n, student) in [(1, 1), (4, 2), (6, 3), (7, 4)] {
            let done = scene.nominate(id(n), &candidate(student, YEAR, Term::S1)).await.expect("taken");
            taken.get_or_insert(done.id);
        }
        let table = [
            (1, YEAR, Some(0), Full),
            (1, 2027, Some(4), Open),
            (1, 2028, None, NotAgreed),
            (2, YEAR, None, NotAgreed),
            (3, YEAR, Some(0), Full),
            (4, YEAR, Some(1), Open),
            (8, YEAR, Some(1), Open),
            (5, YEAR, None, NotAgreed),
            (6, YEAR, Some(1), Open),
            (6, 2028, Some(1), Open),
            (7, YEAR, Some(0), Full),
            (7, 2027, Some(3), Open),
        ];
        for (n, first, remaining, availability) in table {
            let places = places(&scene, n, first).await;
            assert_eq!((places.remaining(), places.availability()), (remaining, availability), "{n} {first}");
        }
        // The filter says what the domain says.
        for first in [YEAR, 2027, 2028] {
            let filter = ExchangeFilter::new(Visible::Public, year(first));
            let open: Vec<u128> = list(&scene, &filter)
                .await
                .items
                .iter()
                .filter(|item| item.places.availability() == Open)
                .map(|item| item.record.flow.id.0.as_u128() - BASE)
                .collect();
            let mut open = open;
            open.sort_unstable();
            let available = ExchangeFilter { is_available: true, ..filter };
            assert_eq!(shown(&scene, &available).await, open, "{first}");
        }

        scene.act(taken.expect("someone"), ActKind::Withdraw).await.expect("withdrawn");
        assert_eq!(places(&scene, 1, YEAR).await.remaining(), Some(1), "what is given back is left again");
        scene.adjust(id(2), YEAR, 2, true).await.expect("opened beyond the cap");
        assert_eq!(places(&scene, 2, YEAR).await.remaining(), Some(2));
        scene.close(id(1), YEAR).await.expect("closed");
        assert_eq!(places(&scene, 1, YEAR).await.availability(), Closed);
    })
    .await;
}

#[tokio::test]
async fn exchanges_are_found_by_who_sends_and_receives_and_by_what_they_ask_for() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let [six, seven] = [6, 7].map(|n| EqfLevel::new(n).expect("a level"));
        let field = |code: &str| IscedField::parse(code).expect("a field");
        let english = FlowLanguage {
            language: LanguageTag::parse("en-GB").expect("a language"),
            level: Some(Cefr::B2),
            is_required: true,
        };
        let mut bachelor = out(&scene, 1, Some(2));
        (bachelor.levels, bachelor.fields) = (vec![six], vec![field("0613"), field("0612")]);
        bachelor.languages = vec![english];
        let mut master = out(&scene, 2, Some(2));
        (master.levels, master.fields, master.terms) = (vec![seven], vec![field("07")], vec![Term::S1]);
        let mut back = flow(id(3).0.as_u128(), scene.offices[1], scene.offices[0], None);
        back.kind = MobilityKind::StaffTeaching;
        back.last_year = Some(year(YEAR));
        published(&scene, vec![bachelor, master, back], vec![]).await;
        let words = |word: &str| ExchangeFilter { words: vec![word.into()], ..public() };
        let country =
            |code: &str| ExchangeFilter { country: Some(code.parse().expect("a country")), ..public() };
        let level = |level| ExchangeFilter { level: Some(level), ..public() };
        let of = |code: &str| ExchangeFilter { field: Some(field(code)), ..public() };
        let term = |term| ExchangeFilter { term: Some(term), ..public() };
        let language = |tag: &str| ExchangeFilter {
            language: Some(LanguageTag::parse(tag).expect("a language")),
            ..public()
        };
        let ends = |homes, receivers| ExchangeFilter { homes, receivers, ..public() };
        let [one, other] = scene.offices;
        let quarter = Term::Quarter { n: 1, of: 4 };
        let table: [(ExchangeFilter, &[u128]); 22] = [
            (public(), &[1, 2, 3]),
            (ExchangeFilter::new(Visible::Public, year(2027)), &[1, 2]),
            (words("kaga"), &[1, 2, 3]),
            (words("aga"), &[]),
            (ExchangeFilter { words: vec!["kagawa".into(), "ales".into()], ..public() }, &[1, 2, 3]),
            (country("JP"), &[1, 2]),
            (country("FR"), &[3]),
            (level(six), &[1, 3]),
            (level(seven), &[2, 3]),
            (of("06"), &[1, 3]),
            (of("0613"), &[1, 3]),
            (of("0611"), &[3]),
            (of("0732"), &[2, 3]),
            (of("03"), &[3]),
            (language("en"), &[1]),
            (language("ja"), &[]),
            (term(Term::S1), &[1, 2, 3]),
            (term(Term::Year), &[1, 3]),
            (term(quarter), &[]),
            (ExchangeFilter { kind: Some(MobilityKind::StaffTeaching), ..public() }, &[3]),
            (ends(vec![one], vec![]), &[1, 2]),
            (ends(vec![one, other], vec![one]), &[3]),
        ];
        for (filter, expected) in table {
            assert_eq!(shown(&scene, &filter).await, expected, "{filter:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_parts_of_a_year_that_flows_are_open_for_can_be_chosen() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let quarter = |n, of| Term::Quarter { n, of };
        let quarters =
            Flow { terms: vec![Term::S1, quarter(2, 4), quarter(10, 12)], ..out(&scene, 1, Some(2)) };
        let bounded = Flow {
            terms: vec![quarter(2, 4), quarter(1, 3)],
            last_year: Some(year(YEAR)),
            ..out(&scene, 2, Some(2))
        };
        published(&scene, vec![quarters, bounded, out(&scene, 3, Some(2))], vec![]).await;
        let other = Flow { terms: vec![quarter(1, 2)], ..out(&scene, 4, Some(2)) };
        scene.exchange("Non publié", vec![other], vec![]).await;
        let mut tx = scene.desk.read().await;
        for (visible, first, expected) in [
            (Visible::Public, YEAR, vec![quarter(1, 3), quarter(2, 4), quarter(10, 12)]),
            (Visible::Public, 2027, vec![quarter(2, 4), quarter(10, 12)]),
            (Visible::All, 2027, vec![quarter(1, 2), quarter(2, 4), quarter(10, 12)]),
        ] {
            let parts = exchange::parts(&mut tx, &visible, year(first)).await.expect("asked");
            assert_eq!(parts, expected, "{visible:?} {first}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_home_is_the_whole_institution_and_what_it_is_part_of() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let below = |parent: InstitutionId, kind: &str, name: &str| InstitutionForm {
            kind: kind.into(),
            parent: parent.to_string(),
            ..university(name, "FR")
        };
        let network = scene.desk.university("Réseau", "FR").await;
        let school = scene.desk.insert(&below(network, "school", "École")).await.expect("inserted");
        let sister = scene.desk.insert(&below(network, "school", "Autre école")).await.expect("inserted");
        let unit = scene.desk.insert(&below(school, "unit", "Faculté")).await.expect("inserted");
        let lab = scene.desk.insert(&below(school, "unit", "Laboratoire")).await.expect("inserted");
        let mut tx = scene.desk.read().await;
        for (home, expected) in [
            (unit, vec![network, school, unit, lab]),
            (school, vec![network, school, unit, lab]),
            (sister, vec![network, sister]),
            (network, vec![network, school, sister, unit, lab]),
        ] {
            let mut found = exchange::homes(&mut tx, home).await.expect("asked");
            let mut expected = expected;
            found.sort_unstable();
            expected.sort_unstable();
            assert_eq!(found, expected);
        }
    })
    .await;
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let back = |n: u128| flow(id(n).0.as_u128(), scene.offices[1], scene.offices[0], Some(1));
        published(&scene, vec![out(&scene, 2, Some(1)), back(1), out(&scene, 4, None), back(3)], vec![])
            .await;
        let mut tx = scene.desk.read().await;
        for limit in [1, 3] {
            let (mut paged, mut after) = (Vec::new(), None);
            loop {
                let page = exchange::list(&mut tx, &public(), Lang::Fr, after.as_ref(), limit).await;
                let page = page.expect("listed");
                paged.extend(page.items.iter().map(|item| item.record.flow.id.0.as_u128() - BASE));
                let Some(next) = page.next else { break };
                after = Some(next.to_string().parse().expect("it reads as it is written"));
            }
            assert_eq!(paged, [1, 3, 2, 4], "by the name of the receiver: Alès, then Kagawa");
        }
    })
    .await;
}
