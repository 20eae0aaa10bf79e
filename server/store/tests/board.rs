//! The board of places on both databases: what it shows of each flow, to whom, how it is narrowed and added up.

mod sample;
mod support;

use domain::{
    eqf::EqfLevel,
    flow::{CapPeriod, Flow, Pool, YearCap},
    id::{FlowId, InstitutionId},
    isced::IscedField,
    lang::Lang,
    nomination::ActKind,
    seats::{Asked, Direction, Fullness, Grouping, Tally, is_as_full, is_unused},
    term::Term,
};
use sample::{
    Scene,
    places::{candidate, flow, pool, year},
};
use store::{
    agreement::Cursor,
    board::{self, BoardFilter, BoardPage, Reach, Sums},
};
use support::on_each_database;
use uuid::Uuid;

const YEAR: i32 = 2026;

const fn id(n: u128) -> FlowId {
    FlowId(Uuid::from_u128((1 << 100) + n))
}

/// A flow from the first office to the second.
fn out(scene: &Scene, n: u128, cap: Option<u32>) -> Flow {
    flow(id(n).0.as_u128(), scene.offices[0], scene.offices[1], cap)
}

/// What the first office sees.
fn own(scene: &Scene) -> BoardFilter {
    let mine = vec![scene.offices[0]];
    BoardFilter { mine: mine.clone(), ..BoardFilter::new(Reach::Offices(mine), YEAR) }
}

async fn list(scene: &Scene, filter: &BoardFilter) -> BoardPage {
    let mut tx = scene.desk.read().await;
    let page = board::list(&mut tx, filter, Lang::Fr, None, 100).await.expect("listed");
    assert_eq!(i64::try_from(page.rows.len()), Ok(page.count), "{filter:?}");
    page
}

/// The flows of a page by their number.
fn numbers(page: &BoardPage) -> Vec<u128> {
    page.rows.iter().map(|row| row.record.flow.id.0.as_u128() - (1 << 100)).collect()
}

async fn shown(scene: &Scene, filter: &BoardFilter) -> Vec<u128> {
    let mut found = numbers(&list(scene, filter).await);
    found.sort_unstable();
    found
}

#[tokio::test]
async fn a_year_without_a_row_shows_what_the_flow_says_and_one_with_a_row_what_was_counted() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let mut first = out(&scene, 1, Some(5));
        first.year_caps = vec![YearCap { year: year(2027), cap: None }];
        first.last_year = Some(year(2027));
        let mut whole = out(&scene, 2, Some(20));
        whole.cap_period = CapPeriod::Agreement;
        let shared = pool(9, Some(3));
        let mut pooled = out(&scene, 3, Some(4));
        pooled.pool = Some(shared.id);
        scene.exchange("Échange", vec![first, whole, pooled], vec![shared]).await;
        for (flow, n) in [(id(1), 1), (id(2), 2), (id(3), 3)] {
            scene.nominate(flow, &candidate(n, YEAR, Term::S1)).await.expect("taken");
        }
        scene.adjust(id(1), YEAR, 2, false).await.expect("adjusted");
        let page = list(&scene, &own(&scene)).await;
        assert_eq!(numbers(&page), [1, 2, 3], "in the order of the agreement");
        let caps = |row: usize| page.rows[row].years.map(|tally| tally.map(|tally| tally.cap));
        assert_eq!(caps(0), [Some(Some(5)), Some(Some(5)), Some(None)]);
        assert_eq!(caps(1), [Some(Some(20)); 3], "those of the whole agreement stand in every year");
        let present = page.rows[0].years[1].expect("open");
        assert_eq!((present.capacity(), present.used(), present.adjusted), (7, 1, 2));
        assert_eq!(page.rows[1].years.map(|tally| tally.expect("open").used()), [1; 3]);
        let shared = page.rows[2].pool.as_ref().expect("a pool");
        assert_eq!(shared.name_fr, "Places communes");
        let of_pool = shared.years.map(|tally| tally.expect("open"));
        assert_eq!(of_pool.map(|tally| (tally.capacity(), tally.used())), [(3, 0), (3, 1), (3, 0)]);
        assert!(page.rows.iter().all(|row| row.partner == scene.offices[1]));
        assert!(page.names.contains_key(&scene.offices[1]));

        let later = BoardFilter { year: 2029, ..own(&scene) };
        assert_eq!(shown(&scene, &later).await, [2, 3], "the first is over");
        let last = list(&scene, &BoardFilter { year: 2028, ..own(&scene) }).await;
        assert_eq!(last.rows[0].years.map(|tally| tally.is_some()), [true, false, false]);
    })
    .await;
}

/// Flows as full as can be, each in its own way.
async fn every_fullness(scene: &Scene) -> usize {
    let mut flows: Vec<Flow> = [None, Some(0), Some(1), Some(2), Some(10), Some(5), Some(6), Some(2)]
        .into_iter()
        .zip(1..)
        .map(|(cap, n)| out(scene, n, cap))
        .collect();
    // Years with another cap, the whole agreement, months that bind before places, years that are over or to come.
    flows[5].year_caps = vec![YearCap { year: year(YEAR), cap: None }];
    flows[6].cap_period = CapPeriod::Agreement;
    flows[7].budget = Some("5".parse().expect("a number"));
    let mut over = out(scene, 9, Some(3));
    over.last_year = Some(year(YEAR - 1));
    let mut to_come = out(scene, 10, Some(3));
    to_come.first_year = Some(year(YEAR + 1));
    let mut new = out(scene, 11, Some(3));
    new.first_year = Some(year(YEAR));
    // One of many, of which the pool has one place only; a whole agreement's pool, of which few are left.
    let (year_pool, whole_pool) =
        (pool(8, Some(1)), Pool { cap_period: CapPeriod::Agreement, ..pool(9, Some(10)) });
    let mut pooled = [(12, &year_pool), (13, &year_pool), (14, &whole_pool)]
        .map(|(n, pool)| Flow { pool: Some(pool.id), ..out(scene, n, Some(20)) });
    pooled[1].first_year = Some(year(YEAR + 1));
    flows.extend([over, to_come, new, out(scene, 15, Some(3))]);
    flows.extend(pooled);
    let all = flows.len();
    scene.exchange("Échange", flows, vec![year_pool, whole_pool]).await;
    let mut n = 0;
    for (flow, times) in [(1, 1), (3, 1), (4, 2), (5, 8), (7, 3), (8, 1), (12, 1), (14, 9), (15, 2)] {
        for _ in 0..times {
            n += 1;
            scene.nominate(id(flow), &candidate(n, YEAR, Term::S1)).await.expect("taken");
        }
    }
    scene.adjust(id(4), YEAR, 1, true).await.expect("beyond the cap");
    scene.nominate(id(4), &candidate(90, YEAR, Term::S1)).await.expect("taken");
    scene.nominate(id(6), &candidate(91, YEAR - 1, Term::S1)).await.expect_err("that year is over");
    all
}

#[tokio::test]
async fn how_full_a_year_is_says_the_database_as_the_rule_does() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let all = every_fullness(&scene).await;
        for looked_at in [YEAR - 1, YEAR, YEAR + 1] {
            let filter = BoardFilter { year: looked_at, ..own(&scene) };
            let page = list(&scene, &filter).await;
            for kind in Fullness::ALL {
                let mut expected: Vec<u128> = numbers(&page)
                    .into_iter()
                    .zip(&page.rows)
                    .filter(|(_, row)| {
                        is_as_full(*kind, &row.years, row.pool.as_ref().map(|pool| &pool.years))
                    })
                    .map(|(n, _)| n)
                    .collect();
                expected.sort_unstable();
                let filter = BoardFilter { fullness: Some(*kind), ..filter.clone() };
                assert_eq!(shown(&scene, &filter).await, expected, "{looked_at} {kind:?}");
                assert!(looked_at != YEAR || !expected.is_empty(), "{kind:?} is to be found");
            }
            let mut expected: Vec<u128> = numbers(&page)
                .into_iter()
                .zip(&page.rows)
                .filter(|(_, row)| is_unused(&row.years))
                .map(|(n, _)| n)
                .collect();
            expected.sort_unstable();
            let unused = shown(&scene, &BoardFilter { is_unused: true, ..filter }).await;
            assert_eq!(unused, expected, "{looked_at}");
            assert!(looked_at != YEAR || (!unused.is_empty() && unused.len() < all));
        }
    })
    .await;
}

#[tokio::test]
async fn an_office_sees_what_it_sends_and_receives_and_others_what_is_published() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let stranger = scene.desk.university("Fremde Hochschule", "DE").await;
        let back = flow(id(2).0.as_u128(), scene.offices[1], scene.offices[0], Some(1));
        let agreement = scene.exchange("Échange", vec![out(&scene, 1, Some(2)), back], vec![]).await;
        let draft = scene.exchange_draft("Projet", vec![out(&scene, 3, Some(2))], vec![]);
        scene.desk.create_as_drafted(&scene.leads[0], &draft).await;

        assert_eq!(shown(&scene, &own(&scene)).await, [1, 2], "a draft opens no place");
        for (direction, n) in [(Direction::Out, 1), (Direction::In, 2)] {
            let filter = BoardFilter { direction: Some(direction), ..own(&scene) };
            assert_eq!(shown(&scene, &filter).await, [n], "{direction:?}");
        }
        let all = list(&scene, &BoardFilter::new(Reach::All, YEAR)).await;
        let partners: Vec<InstitutionId> = all.rows.iter().map(|row| row.partner).collect();
        assert_eq!(partners, [scene.offices[0], scene.offices[1]], "seen from the one that sends, by name");
        let of = |who| BoardFilter { mine: vec![who], only_mine: true, ..BoardFilter::new(Reach::All, YEAR) };
        assert_eq!(shown(&scene, &of(scene.offices[1])).await, [1, 2]);
        assert_eq!(shown(&scene, &of(stranger)).await, [0_u128; 0]);
        let none = BoardFilter::new(Reach::Offices(vec![stranger]), YEAR);
        assert_eq!(shown(&scene, &none).await, [0_u128; 0]);
        let public = BoardFilter::new(Reach::Published(vec![]), YEAR);
        assert_eq!(shown(&scene, &public).await, [0_u128; 0]);
        scene.desk.publish(&scene.leads[0], agreement, true).await.expect("published");
        assert_eq!(shown(&scene, &public).await, [1, 2]);
    })
    .await;
}

#[tokio::test]
async fn what_is_gone_stays_where_it_was_used() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let flows = vec![out(&scene, 1, Some(2)), out(&scene, 2, Some(2)), out(&scene, 3, Some(2))];
        let agreement = scene.exchange("Échange", flows, vec![]).await;
        let taken = scene.nominate(id(2), &candidate(1, YEAR, Term::S1)).await.expect("taken");
        scene.act(taken.id, ActKind::Withdraw).await.expect("withdrawn");
        scene.nominate(id(1), &candidate(2, YEAR, Term::S1)).await.expect("taken");
        scene.amend(agreement, vec![out(&scene, 1, Some(2))], vec![]).await.expect("two are gone");
        assert_eq!(shown(&scene, &own(&scene)).await, [1]);
    })
    .await;
}

#[tokio::test]
async fn flows_are_found_by_their_partner_and_by_what_they_ask_for() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let [six, seven] = [6, 7].map(|n| EqfLevel::new(n).expect("a level"));
        let field = |code: &str| IscedField::parse(code).expect("a field");
        let computing = field("061");
        let mut bachelor = out(&scene, 1, Some(2));
        bachelor.levels = vec![six, seven];
        bachelor.fields = vec![field("0613"), field("0612")];
        let mut master = out(&scene, 2, Some(3));
        master.levels = vec![seven];
        master.fields = vec![field("0731")];
        let anyone = flow(id(3).0.as_u128(), scene.offices[1], scene.offices[0], Some(4));
        scene.exchange("Échange", vec![bachelor, master, anyone], vec![]).await;
        let all = own(&scene);
        let words = |word: &str| BoardFilter { words: vec![word.into()], ..all.clone() };
        let country =
            |code: &str| BoardFilter { country: Some(code.parse().expect("a country")), ..all.clone() };
        let level = |level| BoardFilter { level: Some(level), ..all.clone() };
        let field = |field| BoardFilter { field: Some(field), ..all.clone() };
        let table: [(BoardFilter, &[u128]); 10] = [
            (words("kaga"), &[1, 2, 3]),
            (words("aga"), &[]),
            (words("ales"), &[]),
            (country("JP"), &[1, 2, 3]),
            (country("FR"), &[]),
            (level(Asked::For(six)), &[1]),
            (level(Asked::For(seven)), &[1, 2]),
            (level(Asked::Nothing), &[3]),
            (field(Asked::For(computing)), &[1]),
            (field(Asked::Nothing), &[3]),
        ];
        for (filter, expected) in table {
            assert_eq!(shown(&scene, &filter).await, expected, "{filter:?}");
        }

        scene.nominate(id(1), &candidate(1, YEAR, Term::S1)).await.expect("taken");
        let sums = async |by: Grouping| -> Vec<(Option<String>, [i64; 4])> {
            let mut tx = scene.desk.read().await;
            let page = board::groups(&mut tx, &own(&scene), by, Lang::Fr, None, 50).await.expect("added up");
            let line = |group: &board::BoardGroup| {
                let sums = &group.sums;
                (group.key.clone(), [sums.flows, sums.capacity, sums.used(), sums.waiting])
            };
            page.groups.iter().map(line).collect()
        };
        let word = |word: &str| Some(word.to_owned());
        assert_eq!(sums(Grouping::Country).await, [(word("JP"), [3, 9, 1, 0])]);
        assert_eq!(sums(Grouping::Partner).await, [(word(&scene.offices[1].to_string()), [3, 9, 1, 0])]);
        assert_eq!(
            sums(Grouping::Level).await,
            [(None, [1, 4, 0, 0]), (word("6"), [1, 2, 1, 0]), (word("7"), [2, 5, 1, 0])]
        );
        assert_eq!(
            sums(Grouping::Field).await,
            [(None, [1, 4, 0, 0]), (word("06"), [1, 2, 1, 0]), (word("07"), [1, 3, 0, 0])],
            "two narrow fields of one broad field count once"
        );
    })
    .await;
}

#[tokio::test]
async fn flows_of_a_pool_have_no_more_left_together_than_it_has() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let shared = pool(0xF1, Some(5));
        let [six, seven] = [6, 7].map(|n| EqfLevel::new(n).expect("a level"));
        let of = |n, cap, level| {
            let mut flow = out(&scene, n, Some(cap));
            (flow.levels, flow.pool) = (vec![level], Some(shared.id));
            flow
        };
        let flows = vec![of(1, 4, six), of(2, 3, seven), out(&scene, 3, Some(2))];
        scene.exchange("Échange", flows, vec![shared.clone()]).await;
        let sums = async |by: Grouping| -> Vec<(Option<String>, Sums)> {
            let mut tx = scene.desk.read().await;
            let page = board::groups(&mut tx, &own(&scene), by, Lang::Fr, None, 50).await.expect("added up");
            page.groups.into_iter().map(|group| (group.key, group.sums)).collect()
        };
        let [partner, country] = [Some(scene.offices[1].to_string()), Some("JP".to_owned())];
        let of = |flows, cap, capacity, [held, accepted, confirmed]: [i64; 3], remaining| Sums {
            flows,
            cap,
            capacity,
            held,
            accepted,
            confirmed,
            remaining,
            waiting: 0,
        };
        let untouched = of(3, 9, 9, [0; 3], 7);
        assert_eq!(sums(Grouping::Partner).await, [(partner.clone(), untouched)]);
        assert_eq!(sums(Grouping::Country).await, [(country, untouched)]);

        let put = scene.nominate(id(1), &candidate(1, YEAR, Term::S1)).await.expect("taken").id;
        scene.nominate(id(1), &candidate(2, YEAR, Term::S1)).await.expect("taken");
        scene.act(put, ActKind::Accept).await.expect("accepted");
        scene.adjust(id(3), YEAR, 1, true).await.expect("beyond the cap");
        assert_eq!(sums(Grouping::Partner).await, [(partner, of(3, 9, 10, [1, 1, 0], 6))]);
        // Of each level alone: its flow, and the pool as it is left by both.
        let word = |word: &str| Some(word.to_owned());
        assert_eq!(
            sums(Grouping::Level).await,
            [
                (None, of(1, 2, 3, [0; 3], 3)),
                (word("6"), of(1, 4, 4, [1, 1, 0], 2)),
                (word("7"), of(1, 3, 3, [0; 3], 3)),
            ]
        );
        let mut tx = scene.desk.read().await;
        let [one, other] = scene.offices;
        let pairs = board::pairs(&mut tx, &own(&scene), vec![other]).await.expect("read");
        assert_eq!(pairs, [[one, other]], "whichever way they go");
        let narrow = BoardFilter { is_unused: true, level: Some(Asked::Nothing), ..own(&scene) };
        let pairs = board::pairs(&mut tx, &narrow, vec![other]).await.expect("read");
        assert_eq!(pairs, [[one, other]], "however narrow the board is");
        assert!(board::pairs(&mut tx, &own(&scene), vec![one]).await.expect("read").is_empty());
    })
    .await;
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        for name in ["Évora", "Łódź", "Évora"] {
            let partner = scene.desk.university(name, "PT").await;
            let mut draft = scene.exchange_draft("Échange", vec![], vec![]);
            let n = 10 * partner.0.as_u128();
            draft.content.parties[1].institution = partner;
            let pair = |n, from, to| flow(id(n).0.as_u128(), from, to, Some(1));
            let (one, other) = (scene.offices[0], partner);
            draft.content.flows = vec![pair(n, one, other), pair(n + 1, other, one), pair(n + 2, one, other)];
            let agreement = scene.desk.create_as_drafted(&scene.leads[0], &draft).await;
            scene.desk.share(&scene.leads[0], agreement).await.expect("shared");
            for party in [one, other] {
                let by = &domain::access::Actor::Operator;
                scene.desk.sign(by, agreement, party, &sample::signed("2026-09-01")).await.expect("signed");
            }
        }
        let whole = numbers(&list(&scene, &own(&scene)).await);
        assert_eq!(whole.len(), 9);
        let mut tx = scene.desk.read().await;
        for limit in [1, 2, 4] {
            let (mut paged, mut after) = (Vec::new(), None);
            loop {
                let page = board::list(&mut tx, &own(&scene), Lang::Fr, after.as_ref(), limit)
                    .await
                    .expect("listed");
                assert_eq!(page.count, 9, "whatever page it is");
                paged.extend(numbers(&page));
                let Some(next) = page.next else { break };
                after = Some(next.to_string().parse().expect("it reads as it is written"));
            }
            assert_eq!(paged, whole, "{limit}");
            let (mut partners, mut after) = (Vec::new(), None);
            loop {
                let by = Grouping::Partner;
                let page = board::groups(&mut tx, &own(&scene), by, Lang::Fr, after.as_ref(), limit)
                    .await
                    .expect("added up");
                assert_eq!(page.count, 3);
                partners.extend(page.groups.into_iter().map(|group| (group.key, group.sums.flows)));
                let Some(next) = page.next else { break };
                after = Some(next);
            }
            assert_eq!(partners.len(), 3, "{limit}");
            assert!(partners.iter().all(|(key, flows)| key.is_some() && *flows == 3));
        }
        let end = Cursor::Key("0 zzz".into(), Uuid::nil());
        let page = board::list(&mut tx, &own(&scene), Lang::Fr, Some(&end), 2).await.expect("listed");
        assert_eq!((page.rows.len(), page.count), (0, 9), "after the last");
    })
    .await;
}

#[test]
fn a_year_nobody_asked_for_is_that_of_the_flow() {
    let office = InstitutionId(Uuid::from_u128(1));
    let mut flow = flow(1, office, InstitutionId(Uuid::from_u128(2)), Some(3));
    flow.budget = Some("7.5".parse().expect("a number"));
    let tally = Tally::unasked(&flow, year(YEAR));
    assert_eq!((tally.cap, tally.budget, tally.used()), (Some(3), Some(750), 0));
}
