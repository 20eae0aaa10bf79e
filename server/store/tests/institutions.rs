//! The contract of institutions, on both databases.

mod sample;
mod support;

use domain::{
    country::Country,
    eligibility::End,
    fold,
    id::InstitutionId,
    identifier::{Identifier, IdentifierKind},
    institution::{InstitutionForm, InstitutionKind},
    lang::Lang,
};
use sample::{Chance, Desk, university};
use store::{
    Constraint, StoreError,
    institution::{self, InstitutionFilter},
};
use support::on_each_database;
use uuid::Uuid;

fn words(text: &str) -> Vec<String> {
    fold::words(text)
}

fn complete(parent: InstitutionId, successor: InstitutionId) -> InstitutionForm {
    InstitutionForm {
        kind: "unit".into(),
        name_fr: "Faculté d’ingénierie et de design".into(),
        name_en: "Faculty of Engineering and Design".into(),
        name_other: "創造工学部".into(),
        language_other: "ja".into(),
        country: "JP".into(),
        city: "高松".into(),
        coordinates: "34.34280, 134.04660".into(),
        site: "https://www.kagawa-u.ac.jp/kagawa-u_ead/".into(),
        parent: parent.to_string(),
        successor: successor.to_string(),
        hei_id: "kagawa-u.ac.jp".into(),
        erasmus: "JP KAGAWA".into(),
        keep_erasmus: "on".into(),
        pic: "912703556".into(),
        oid: "E10208888".into(),
        ror: String::new(),
    }
}

#[tokio::test]
async fn everything_written_about_an_institution_is_found_again() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let parent = desk.university("Université de Kagawa", "JP").await;
        let successor = desk.university("Université de Shikoku", "JP").await;
        let form = complete(parent, successor);
        let id = desk.insert(&form).await.expect("inserted");
        let found = desk.institution(id).await;
        assert_eq!(found.draft, form.parse().expect("valid"));
        assert_eq!((found.id, found.version, found.is_synthetic), (id, 1, false));

        let bare = university("Autre nom", "FR");
        assert_eq!(desk.amend(id, 1, &bare).await.expect("saved"), 2);
        let found = desk.institution(id).await;
        assert_eq!((found.draft, found.version), (bare.parse().expect("valid"), 2));

        let nobody = InstitutionId(Uuid::from_u128(404));
        assert!(institution::find(&mut desk.read().await, nobody).await.expect("asked").is_none());
        assert!(matches!(desk.amend(nobody, 1, &bare).await, Err(StoreError::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_second_save_of_the_same_version_is_refused_and_changes_nothing() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let id = desk.university("Keiō", "JP").await;
        desk.amend(id, 1, &university("Université Keiō", "JP")).await.expect("the first save");
        let (before, revision) = (desk.institution(id).await, desk.revision().await);
        let second = desk.amend(id, 1, &university("Keio University", "JP")).await;
        assert!(matches!(second, Err(StoreError::Stale { current: 2 })), "{second:?}");
        assert_eq!((desk.institution(id).await, desk.revision().await), (before, revision));
        assert_eq!(desk.audit(id.0).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn of_two_saves_at_the_same_time_one_is_told_the_present_version() {
    on_each_database(|db| async move {
        let desk = std::sync::Arc::new(Desk::new(db));
        let id = desk.university("Keiō", "JP").await;
        for version in 1..=10 {
            let saves = ["A", "B"].map(|name| {
                let desk = desk.clone();
                tokio::spawn(async move { desk.amend(id, version, &university(name, "JP")).await })
            });
            let mut outcomes = Vec::new();
            for save in saves {
                outcomes.push(save.await.expect("no panic"));
            }
            let refused = outcomes.iter().find_map(|outcome| match outcome {
                Err(StoreError::Stale { current }) => Some(*current),
                _ => None,
            });
            assert_eq!(refused, Some(version + 1), "{outcomes:?}");
            assert!(outcomes.iter().any(Result::is_ok), "{outcomes:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_write_leaves_its_audit_line_and_moves_the_registry_on() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let revision = desk.revision().await;
        let id = desk.university("Alès", "FR").await;
        let inserted = desk.revision().await;
        desk.amend(id, 1, &university("IMT Mines Alès", "FR")).await.expect("saved");
        assert!(revision < inserted && inserted < desk.revision().await);
        let lines = desk.audit(id.0).await;
        let told: Vec<_> = lines.iter().map(|line| (line.action.as_str(), line.before.is_some())).collect();
        assert_eq!(told, [("edit_institution", true), ("create_institution", false)]);
        let before = lines[0].before.as_deref().expect("what it was");
        let after = lines[0].after.as_deref().expect("what it became");
        assert!(before.contains("\"Alès\"") && after.contains("\"IMT Mines Alès\""), "{before} {after}");
        assert_eq!((lines[0].account_name.as_str(), lines[0].office_id), ("entente", None));
    })
    .await;
}

#[tokio::test]
async fn an_identifier_belongs_to_one_institution() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        for (i, form) in [
            InstitutionForm { hei_id: "keio.ac.jp".into(), ..university("A", "JP") },
            InstitutionForm { erasmus: "F  ALES02".into(), ..university("A", "FR") },
            InstitutionForm { pic: "912703556".into(), ..university("A", "FR") },
            InstitutionForm { oid: "E10208888".into(), ..university("A", "FR") },
        ]
        .into_iter()
        .enumerate()
        {
            let id = desk.insert(&form).await.expect("the first");
            let taken = desk.insert(&form).await;
            assert!(matches!(taken, Err(StoreError::Conflict(Constraint::IdentifierValue))), "{taken:?}");
            let other = desk.university(&format!("Autre {i}"), "FR").await;
            let taken = desk.amend(other, 1, &form).await;
            assert!(matches!(taken, Err(StoreError::Conflict(Constraint::IdentifierValue))), "{taken:?}");
            assert_eq!(desk.institution(other).await.version, 1);
            desk.amend(id, 1, &form).await.expect("it keeps its own");
            let identifier = &form.parse().expect("valid").identifiers[0];
            let found = institution::find_by_identifier(&mut desk.read().await, identifier).await;
            assert_eq!(found.expect("asked"), Some(id));
        }
    })
    .await;
}

#[tokio::test]
async fn a_broken_code_that_was_kept_may_stand_twice_and_names_nobody() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let broken = |name: &str| InstitutionForm {
            erasmus: "F PARIS".into(),
            keep_erasmus: "on".into(),
            ..university(name, "FR")
        };
        let first = desk.insert(&broken("Une école")).await.expect("kept");
        let second = desk.insert(&broken("Une autre école")).await.expect("kept twice");
        let identifier = Identifier::keep(IdentifierKind::Erasmus, "F PARIS").expect("kept");
        let mut tx = desk.read().await;
        let found = institution::find_by_identifier(&mut tx, &identifier).await.expect("asked");
        assert_eq!(found, None, "a broken code is no name");
        let draft = broken("Encore une école").parse().expect("valid");
        let alike = institution::likely_duplicates(&mut tx, &draft, None).await.expect("asked");
        let alike: Vec<_> = alike.into_iter().map(|item| item.id).collect();
        assert_eq!(alike, [first, second], "but those that bear it may be one");
    })
    .await;
}

#[tokio::test]
async fn likely_duplicates_have_the_same_folded_name_there_or_the_same_identifier() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let ales = InstitutionForm {
            name_en: "Ales School of Mines".into(),
            pic: "912703556".into(),
            ..university("École des mines d’Alès", "FR")
        };
        let ales = desk.insert(&ales).await.expect("inserted");
        desk.university("École des mines d’Alès", "CA").await;
        desk.university("École des mines de Douai", "FR").await;
        let mut tx = desk.read().await;
        let mut ask = async |form: InstitutionForm, except| {
            let draft = form.parse().expect("valid");
            let found = institution::likely_duplicates(&mut tx, &draft, except).await.expect("asked");
            found.into_iter().map(|item| item.id).collect::<Vec<_>>()
        };
        assert_eq!(ask(university("ecole des Mines d'ALES", "FR"), None).await, [ales]);
        assert_eq!(
            ask(university("Ales school of mines", "FR"), None).await,
            [ales],
            "by another language's name"
        );
        let same_pic = InstitutionForm { pic: "912 703 556".into(), ..university("Tout autre chose", "DE") };
        assert_eq!(ask(same_pic, None).await, [ales]);
        assert_eq!(ask(university("École des mines d’Alès", "FR"), Some(ales)).await, []);
        assert_eq!(ask(university("École des mines", "FR"), None).await, []);
    })
    .await;
}

#[tokio::test]
async fn a_unit_has_the_erasmus_code_of_the_first_institution_above_that_is_none() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let below = |name: &str, kind: &str, parent: InstitutionId| InstitutionForm {
            kind: kind.into(),
            parent: parent.to_string(),
            ..university(name, "FR")
        };
        let coded = |code: &str, form| InstitutionForm { erasmus: code.into(), ..form };
        let group =
            coded("F  PARIS222", InstitutionForm { kind: "group".into(), ..university("Groupe", "FR") });
        let group = desk.insert(&group).await.expect("inserted");
        let bare = desk.insert(&below("École", "school", group)).await.expect("inserted");
        let evora = desk.insert(&coded("P  EVORA01", university("Évora", "PT"))).await.expect("inserted");
        let faculty = desk.insert(&below("Faculté", "unit", evora)).await.expect("inserted");
        let laboratory = desk.insert(&below("Laboratoire", "unit", faculty)).await.expect("inserted");
        let office =
            desk.insert(&coded("F  ALES02", below("Service", "unit", bare))).await.expect("inserted");
        let company = InstitutionForm { kind: "company".into(), ..university("Usine", "DE") };
        let company = desk.insert(&company).await.expect("inserted");
        let mut tx = desk.read().await;
        for (id, kind, country, has_code) in [
            (evora, InstitutionKind::University, "PT", true),
            (faculty, InstitutionKind::University, "PT", true),
            (laboratory, InstitutionKind::University, "PT", true),
            (bare, InstitutionKind::School, "FR", false),
            (office, InstitutionKind::School, "FR", true),
            (company, InstitutionKind::Company, "DE", false),
        ] {
            let end = End { kind, country: Country::parse(country).expect("a country"), has_code };
            for (pair, at) in [([id, evora], 0), ([company, id], 1), ([id, id], 1)] {
                let ends = institution::ends(&mut tx, pair).await.expect("asked").expect("both");
                assert_eq!(ends[at], end, "{kind:?} {at}");
            }
        }
        let nobody = InstitutionId(Uuid::max());
        assert_eq!(institution::ends(&mut tx, [evora, nobody]).await.expect("asked"), None);
    })
    .await;
}

#[tokio::test]
async fn a_family_is_an_institution_and_all_units_below_even_when_they_go_in_a_circle() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let unit = |name: &str, parent: InstitutionId| InstitutionForm {
            kind: "unit".into(),
            parent: parent.to_string(),
            ..university(name, "JP")
        };
        let kagawa = desk.university("Kagawa", "JP").await;
        let design = desk.insert(&unit("Ingénierie", kagawa)).await.expect("inserted");
        let letters = desk.insert(&unit("Éducation", kagawa)).await.expect("inserted");
        let laboratory = desk.insert(&unit("Laboratoire", design)).await.expect("inserted");
        let mut tx = desk.read().await;
        let mut family = institution::family(&mut tx, kagawa).await.expect("asked");
        family.sort_unstable();
        assert_eq!(family, [kagawa, design, letters, laboratory]);
        assert_eq!(institution::family(&mut tx, laboratory).await.expect("asked"), [laboratory]);
        let nobody = InstitutionId(Uuid::from_u128(404));
        assert_eq!(institution::family(&mut tx, nobody).await.expect("asked"), []);
        let units = institution::units(&mut tx, kagawa, Lang::Fr).await.expect("asked");
        assert_eq!(units.iter().map(|item| item.id).collect::<Vec<_>>(), [letters, design], "by name");
        assert_eq!(units[0].parent.as_ref().map(|(id, _)| *id), Some(kagawa));
        let existing = institution::existing(&mut tx, &[nobody, design]).await.expect("asked");
        assert_eq!(existing, [design]);
        drop(tx);

        desk.amend(kagawa, 1, &unit("Kagawa", laboratory)).await.expect("a circle");
        let family = institution::family(&mut desk.read().await, kagawa).await.expect("asked");
        assert_eq!(family.len(), 4);
    })
    .await;
}

#[tokio::test]
async fn paging_visits_each_institution_once_in_the_order_of_folded_names() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let mut chance = Chance::new(7);
        // Equal names, spaces before letters, digits, scripts: an order of bytes, not of a language.
        let names = [
            "Alès", "Ales", "ALES", "École", "Ecole A", "École Z", "Écoles", "Île", "Œuvre", "42", "東京",
            "Ωmega", "zeta", "Été",
        ];
        for _ in 0..40 {
            let country = chance.one(&["FR", "JP", "DE"]);
            desk.university(chance.one(&names), country).await;
        }
        let mut tx = desk.read().await;
        for filter in [
            InstitutionFilter::default(),
            InstitutionFilter { country: Country::parse("FR").ok(), ..InstitutionFilter::default() },
            InstitutionFilter { words: words("ecol"), ..InstitutionFilter::default() },
            InstitutionFilter { kind: Some(InstitutionKind::Company), ..InstitutionFilter::default() },
        ] {
            for lang in Lang::ALL {
                let all = institution::list(&mut tx, &filter, lang, None, 1_000).await.expect("listed");
                let keys: Vec<_> = all.iter().map(|item| (item.name_key(lang), item.id)).collect();
                assert!(keys.is_sorted(), "{keys:?}");
                let mut paged = Vec::new();
                loop {
                    let after = paged.last().map(|(key, id): &(String, InstitutionId)| (key.as_str(), *id));
                    let page = institution::list(&mut tx, &filter, lang, after, 3).await.expect("listed");
                    if page.is_empty() {
                        break;
                    }
                    paged.extend(page.into_iter().map(|item| (item.name_key(lang), item.id)));
                }
                assert_eq!(paged, keys);
                let count = institution::count(&mut tx, &filter, 1_000).await.expect("counted");
                assert_eq!(usize::try_from(count).ok(), Some(keys.len()));
                assert_eq!(institution::count(&mut tx, &filter, 3).await.expect("counted"), count.min(3));
            }
        }
    })
    .await;
}
