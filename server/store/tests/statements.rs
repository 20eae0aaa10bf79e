//! How many statements a page takes: the same for few lines and for many. Alone in its file, because it listens
//! to every statement of the process.

#[path = "support/counting.rs"]
mod counting;
mod sample;
mod support;

use counting::take;
use domain::{academic_year::AcademicYear, access::Actor, lang::Lang, seats::Grouping};
use sample::{
    Desk, Scene, day, framework,
    places::{flow, pool},
};
use store::{
    Db,
    agreement::{self, AgreementFilter, AgreementSort, Visible},
    balance,
    board::{self, BoardFilter, BoardRow, Reach},
    exchange::{self, ExchangeFilter},
    institution::{self, InstitutionFilter},
    partner::{self, Family},
};
use support::on_each_database;

#[tokio::test]
async fn a_page_takes_the_same_number_of_statements_whatever_it_holds() {
    counting::listen();
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let mut parties = Vec::new();
        for i in 0..20 {
            parties.push(desk.university(&format!("Université {i}"), "FR").await);
        }
        let mut last = None;
        for i in 0..60 {
            let form =
                framework("Convention", &[parties[i % 20], parties[(i + 7) % 20], parties[(i + 11) % 20]]);
            last = Some(desk.create(&Actor::Operator, &form).await);
        }
        let mut tx = desk.read().await;
        let mut taken = Vec::new();
        take();
        for limit in [5, 50] {
            let mut counts = Vec::new();
            for (sort, words) in
                [(AgreementSort::Recent, vec![]), (AgreementSort::Relevance, vec!["conv".to_owned()])]
            {
                let filter = AgreementFilter { visible: Visible::All, words, ..AgreementFilter::default() };
                let page = agreement::list(&mut tx, &filter, sort, None, limit, day("2026-10-05"))
                    .await
                    .expect("listed");
                assert_eq!(i64::try_from(page.items.len()).ok(), Some(limit));
                counts.push(take());
            }
            institution::list(&mut tx, &InstitutionFilter::default(), Lang::Fr, None, limit.min(20))
                .await
                .expect("listed");
            counts.push(take());
            let [of, with] = [parties[0], parties[7]].map(|id| Family { id, members: vec![id] });
            let pair = [&of, &with];
            let few = if limit == 5 { 2 } else { 50 };
            let events = partner::timeline(&mut tx, &Visible::All, pair, None, few).await.expect("told");
            assert_eq!(events.len(), if limit == 5 { 2 } else { 3 });
            counts.push(take());
            partner::ties(&mut tx, &Visible::All, &of, None).await.expect("asked");
            partner::contacts(&mut tx, &Visible::All, pair, limit).await.expect("asked");
            counts.push(take());
            taken.push(counts);
        }
        println!(
            "{:?}: statements of a list, of a search, of institutions, of a timeline, of partners: {:?}",
            desk.db.backend(),
            taken[0]
        );
        assert_eq!(taken[0], taken[1]);
        assert!(taken[0].iter().all(|count| (1..=4).contains(count)), "{taken:?}");

        agreement::get(&mut tx, last.expect("written")).await.expect("there");
        let whole = take();
        assert!((5..=12).contains(&whole), "one agreement, whole, took {whole}");
    })
    .await;
    on_each_database(the_board).await;
    on_each_database(the_catalogue).await;
}

/// A page of the catalogue takes two statements, its count one.
async fn the_catalogue(db: Db) {
    let scene = Scene::new(db).await;
    let flows = (0..40).map(|n| flow((1 << 100) + n, scene.offices[0], scene.offices[1], Some(2)));
    scene.exchange("Échange", flows.collect(), vec![]).await;
    let mut tx = scene.desk.read().await;
    let year = AcademicYear::northern(2026).expect("a year");
    let filter = ExchangeFilter { is_available: true, ..ExchangeFilter::new(Visible::All, year) };
    for limit in [2, 30] {
        take();
        let page = exchange::list(&mut tx, &filter, Lang::Fr, None, limit).await.expect("listed");
        assert_eq!(i64::try_from(page.items.len()), Ok(limit));
        assert_eq!(take(), 2);
        assert_eq!(exchange::count(&mut tx, &filter, 1_000).await.expect("counted"), 40);
        assert_eq!(take(), 1);
    }
}

/// A page of the board takes three statements, the balances of its pairs three more, sums one, by partner one more for the names.
async fn the_board(db: Db) {
    let scene = Scene::new(db).await;
    let shared = pool(9, Some(30));
    let flows = (0..40).map(|n| {
        let [one, other] = scene.offices;
        let [from, to] = if n % 3 == 0 { [other, one] } else { [one, other] };
        let mut flow = flow((1 << 100) + n, from, to, Some(2));
        flow.pool = (n % 2 == 0).then_some(shared.id);
        flow
    });
    scene.exchange("Échange", flows.collect(), vec![shared.clone()]).await;
    let mut tx = scene.desk.read().await;
    let filter = BoardFilter { is_unused: true, ..BoardFilter::new(Reach::All, 2026) };
    for limit in [2, 30] {
        take();
        let page = board::list(&mut tx, &filter, Lang::Fr, None, limit).await.expect("listed");
        assert_eq!((i64::try_from(page.rows.len()), page.count), (Ok(limit), 40));
        assert_eq!(take(), 3);
        let pairs: Vec<_> = page.rows.iter().map(BoardRow::pair).collect();
        balance::running(&mut tx, &pairs, 2026).await.expect("added up");
        assert_eq!(take(), 3);
        for (by, statements) in [(Grouping::Partner, 2), (Grouping::Level, 1)] {
            board::groups(&mut tx, &filter, by, Lang::Fr, None, limit).await.expect("added up");
            assert_eq!(take(), statements, "{by:?}");
        }
        board::pairs(&mut tx, &filter, scene.offices.to_vec()).await.expect("read");
        assert_eq!(take(), 1);
    }
}
