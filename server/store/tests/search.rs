//! The contract of the search, on both databases: what is found, and the same on both.

mod sample;
mod support;

use domain::{
    access::{Actor, Operate, decide},
    agreement::AgreementDraft,
    fold,
    institution::InstitutionForm,
    lang::Lang,
};
use sample::{Chance, Desk, day, framework, on, university};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};
use store::{
    Stamp, Tx,
    agreement::{self, AgreementFilter, AgreementSort, LoadedAgreement, Visible},
    institution::{self, InstitutionFilter},
};
use support::on_each_database;
use uuid::Uuid;

/// Institutions suggested for what was typed, in order.
async fn suggested(tx: &mut Tx, typed: &str) -> Vec<Uuid> {
    let found = institution::suggest(tx, &fold::words(typed), 10).await;
    found.unwrap_or_else(|error| panic!("{typed:?}: {error}")).into_iter().map(|item| item.id.0).collect()
}

/// Agreements found by what was typed, in order.
async fn found(tx: &mut Tx, typed: &str) -> Vec<Uuid> {
    let filter =
        AgreementFilter { visible: Visible::All, words: fold::words(typed), ..AgreementFilter::default() };
    let page = agreement::list(tx, &filter, AgreementSort::Relevance, None, 20, day("2026-10-05")).await;
    let page = page.unwrap_or_else(|error| panic!("{typed:?}: {error}"));
    let all = agreement::count(tx, &filter, 1_000, day("2026-10-05")).await.expect("counted");
    assert!(all >= i64::try_from(page.items.len()).expect("few"), "{typed:?}");
    page.items.into_iter().map(|item| item.id.0).collect()
}

#[tokio::test]
async fn institutions_are_found_by_what_people_type() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let ales = InstitutionForm {
            city: "Alès".into(),
            erasmus: "F  ALES02".into(),
            pic: "912703556".into(),
            ..university("IMT Mines Alès", "FR")
        };
        let ales = desk.insert(&ales).await.expect("inserted").0;
        let keio = InstitutionForm { hei_id: "keio.ac.jp".into(), ..university("Université Keiō", "JP") };
        let keio = desk.insert(&keio).await.expect("inserted").0;
        let region =
            InstitutionForm { kind: "public_authority".into(), ..university("Région Île-de-France", "FR") };
        let region = desk.insert(&region).await.expect("inserted").0;
        let kagawa = InstitutionForm {
            name_en: "Kagawa University".into(),
            name_other: "香川大学".into(),
            language_other: "ja".into(),
            city: "Takamatsu".into(),
            ..university("Université de Kagawa", "JP")
        };
        let kagawa = desk.insert(&kagawa).await.expect("inserted");
        let unit = InstitutionForm {
            kind: "unit".into(),
            parent: kagawa.to_string(),
            ..university("Faculté d’ingénierie", "JP")
        };
        let unit = desk.insert(&unit).await.expect("inserted").0;
        let kagawa = kagawa.0;
        let mut tx = desk.read().await;
        for (typed, should) in [
            ("ales", vec![ales]),
            ("ALÈS", vec![ales]),
            ("mines al", vec![ales]),
            ("al min", vec![ales]),
            ("keio", vec![keio]),
            ("Keiō", vec![keio]),
            ("ke", vec![keio]),
            ("ile de fr", vec![region]),
            ("île-de-france", vec![region]),
            ("d", vec![region, kagawa, unit].into_iter().rev().collect()),
            ("kagawa", vec![kagawa, unit]),
            ("Kagawa University", vec![kagawa, unit]),
            ("香川", vec![kagawa, unit]),
            ("takamatsu", vec![kagawa]),
            ("912703556", vec![ales]),
            ("91270", vec![ales]),
            ("keio.ac.jp", vec![keio]),
            ("F ALES02", vec![ales]),
            ("japon", vec![unit, kagawa, keio]),
            ("Japan", vec![unit, kagawa, keio]),
            ("france", vec![region, ales]),
            ("introuvable", vec![]),
            ("ale keio", vec![]),
            ("", vec![]),
        ] {
            let found = suggested(&mut tx, typed).await;
            let as_set: BTreeSet<_> = found.iter().copied().collect();
            if typed == "d" {
                assert_eq!(as_set, should.into_iter().collect(), "{typed:?}");
            } else {
                assert_eq!(found, should, "{typed:?}");
            }
            if !typed.is_empty() {
                let filter = InstitutionFilter { words: fold::words(typed), ..InstitutionFilter::default() };
                let listed = institution::list(&mut tx, &filter, Lang::Fr, None, 100).await.expect("listed");
                assert_eq!(listed.iter().map(|item| item.id.0).collect::<BTreeSet<_>>(), as_set, "{typed:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn agreements_are_found_by_title_party_reference_and_summary() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let ales = desk.university("IMT Mines Alès", "FR").await;
        let keio = desk.university("Université Keiō", "JP").await;
        let mut form = framework("Convention d’échange", &[ales, keio]);
        form.title_en = "Exchange agreement".into();
        form.summary_fr = "Deux étudiants par an".into();
        form.parties[1].reference = "KEIO-77/b".into();
        let id = desk.create(&Actor::Operator, &form).await;
        let whole = desk.get(id).await;
        let mut tx = desk.read().await;
        for typed in
            ["échange", "exchange agr", "ales", "keio 77", "KEIO-77/B", "etudiants", "deux mines exch"]
        {
            assert_eq!(found(&mut tx, typed).await, [id.0], "{typed:?}");
        }
        drop(tx);

        form.title_fr = "Avenant".into();
        form.title_en = String::new();
        desk.update(&Actor::Operator, id, whole.version, &form).await.expect("saved");
        let mut tx = desk.read().await;
        assert_eq!(found(&mut tx, "avenant").await, [id.0]);
        assert_eq!(found(&mut tx, "exchange").await, [] as [Uuid; 0], "what it is no longer called");
        drop(tx);
        desk.delete(&Actor::Operator, id).await.expect("deleted");
        assert_eq!(found(&mut desk.read().await, "avenant").await, [] as [Uuid; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_new_name_is_found_in_agreements_and_units_and_the_old_one_is_not() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let school = desk.university("École des mines d’Alès", "FR").await;
        let unit = InstitutionForm {
            kind: "unit".into(),
            parent: school.to_string(),
            ..university("Laboratoire", "FR")
        };
        let unit = desk.insert(&unit).await.expect("inserted");
        let other = desk.university("Keiō", "JP").await;
        let id = desk.create(&Actor::Operator, &framework("Convention", &[school, other])).await;
        desk.amend(school, 1, &university("IMT Cévennes", "FR")).await.expect("renamed");
        let mut tx = desk.read().await;
        assert_eq!(found(&mut tx, "cevennes").await, [id.0]);
        assert_eq!(found(&mut tx, "ales").await, [] as [Uuid; 0]);
        assert_eq!(suggested(&mut tx, "cevennes").await, [school.0, unit.0]);
        assert_eq!(suggested(&mut tx, "ales").await, [] as [Uuid; 0]);
    })
    .await;
}

#[tokio::test]
async fn names_and_titles_changed_at_the_same_time_are_both_found() {
    on_each_database(|db| async move {
        let desk = Arc::new(Desk::new(db));
        let school = desk.university("Un", "FR").await;
        let other = desk.university("Keiō", "JP").await;
        let id = desk.create(&Actor::Operator, &framework("Convention", &[school, other])).await;
        for version in 1..=15 {
            let (a, b, c) = (desk.clone(), desk.clone(), desk.clone());
            let name = format!("École{version}");
            let title = format!("Convention{version}");
            let partner = format!("Partenaire{version}");
            let writes = [
                tokio::spawn(async move { a.amend(school, version, &university(&name, "FR")).await }),
                tokio::spawn(async move { c.amend(other, version, &university(&partner, "JP")).await }),
                tokio::spawn(async move {
                    b.update(&Actor::Operator, id, version, &framework(&title, &[school, other])).await
                }),
            ];
            for write in writes {
                write.await.expect("no panic").expect("saved");
            }
            let typed = format!("ecole{version} convention{version} partenaire{version}");
            assert_eq!(found(&mut desk.read().await, &typed).await, [id.0], "{typed}");
        }
    })
    .await;
}

/// Signs that mean something to one search engine or the other, and scripts of all kinds.
const ODD: [&str; 30] = [
    "\"",
    "'",
    "''",
    "\"ales\"",
    "ales*",
    "*",
    ":",
    "title:ales",
    "a:*",
    "ales & keio",
    "&",
    "|",
    "!",
    "!ales",
    "(",
    ")",
    "(ales",
    "NEAR(a b)",
    "ales AND keio",
    "ales OR keio",
    "NOT ales",
    "^ales",
    "-ales",
    "{a}",
    "\\",
    "<->",
    "🎓",
    "🎓 ales",
    "%",
    "_",
];
const SCRIPTS: [&str; 14] = [
    "東京大学",
    "جامعة القاهرة",
    "दिल्ली विश्वविद्यालय",
    "Πανεπιστήμιο Πατρών",
    "Київський університет",
    "서울대학교",
    "มหาวิทยาลัย",
    "თბილისი",
    "אוניברסיטה",
    "Đại học Huế",
    "Iğdır Üniversitesi",
    "ﬁn №5 ½ ²",
    "𝔘𝔫𝔦 🅐🅑",
    "𞤀𞤁𞤂 𐓀𐓁 𰀀",
];

#[tokio::test]
async fn odd_signs_never_fail_and_every_script_is_found() {
    let answers = Arc::new(Mutex::new(Vec::new()));
    let kept = answers.clone();
    on_each_database(move |db| {
        let kept = kept.clone();
        async move {
            let desk = Desk::new(db);
            let mut ids = Vec::new();
            for name in SCRIPTS.iter().chain(&["Alès", "Keiō", "not and or near"]) {
                ids.push(desk.university(name, "FR").await);
            }
            desk.create(&Actor::Operator, &framework("Alès « et » Keiō", &ids[..20.min(ids.len())])).await;
            let mut tx = desk.read().await;
            let mut all = Vec::new();
            for typed in ODD.iter().chain(&SCRIPTS) {
                all.push((*typed, suggested(&mut tx, typed).await, found(&mut tx, typed).await));
            }
            for (script, id) in SCRIPTS.iter().zip(&ids) {
                let answer = suggested(&mut tx, script).await;
                assert!(answer.contains(&id.0), "{script}: {:?}", fold::words(script));
                for word in fold::words(script) {
                    assert!(suggested(&mut tx, &word).await.contains(&id.0), "{word} of {script}");
                }
            }
            let long = "ales ".repeat(500);
            assert_eq!(suggested(&mut tx, &long).await.len(), 1);
            let many = (0..1_000).map(|n| format!("mot{n}")).collect::<Vec<_>>().join(" ");
            all.push(("many", suggested(&mut tx, &many).await, found(&mut tx, &many).await));
            let endless = "é".repeat(10_000);
            all.push(("endless", suggested(&mut tx, &endless).await, found(&mut tx, &endless).await));
            kept.lock().expect("kept").push(all);
        }
    })
    .await;
    let answers = answers.lock().expect("answers");
    for pair in answers.windows(2) {
        for (sqlite, postgres) in pair[0].iter().zip(&pair[1]) {
            assert_eq!(sqlite, postgres);
        }
    }
}

/// Every letter and digit that folding keeps is a letter to SQLite's tokenizer too; PostgreSQL is given words as
/// they are.
#[tokio::test]
async fn every_letter_that_folding_keeps_is_part_of_a_word() {
    const MAKE: &str = "create virtual table temp.letters using fts5vocab(main, search_words_agreement, row)";
    on_each_database(|db| async move {
        let letters: BTreeSet<String> =
            ('\0'..=char::MAX).flat_map(|letter| fold::words(&letter.to_string())).collect();
        assert!(letters.len() > 130_000, "{}", letters.len());
        let text = letters.iter().cloned().collect::<Vec<_>>().join(" ");
        let mut tx = db.write().await.expect("a transaction");
        let known: BTreeSet<String> = match &mut tx {
            Tx::Sqlite(tx) => {
                let put = "insert into search_words_agreement (rowid, title, body) values (1, '', $1)";
                sqlx::query(put).bind(&text).execute(&mut **tx).await.expect("put");
                sqlx::query(MAKE).execute(&mut **tx).await.expect("made");
                let terms = sqlx::query_scalar("select term from temp.letters");
                terms.fetch_all(&mut **tx).await.expect("terms").into_iter().collect()
            }
            Tx::Postgres(tx) => {
                let mut known = BTreeSet::new();
                for some in letters.iter().cloned().collect::<Vec<_>>().chunks(10_000) {
                    let terms: Vec<String> =
                        sqlx::query_scalar("select unnest(tsvector_to_array(cast($1 as tsvector)))")
                            .bind(some.join(" "))
                            .fetch_all(&mut **tx)
                            .await
                            .expect("terms");
                    known.extend(terms);
                }
                known
            }
        };
        let lost: Vec<_> = letters.difference(&known).map(|word| word.escape_unicode().to_string()).collect();
        assert!(
            lost.is_empty(),
            "{} of {}: {:?}",
            lost.len(),
            letters.len(),
            lost.iter().take(60).collect::<Vec<_>>()
        );
        let invented: Vec<_> = known.difference(&letters).collect();
        assert!(invented.is_empty(), "{} {:?}", invented.len(), invented.iter().take(40).collect::<Vec<_>>());
    })
    .await;
}

/// Names made of few syllables, so that many begin alike.
fn any_name(chance: &mut Chance) -> String {
    const SYLLABLES: [&str; 24] = [
        "al", "ès", "ke", "iō", "île", "de", "fran", "ce", "Ka", "ga", "wa", "uni", "ver", "Éco", "le", "ø",
        "ß", "東京", "大", "œ", "l’", "-", "i", "99",
    ];
    let word =
        |chance: &mut Chance| (0..=chance.below(3)).map(|_| chance.one(&SYLLABLES)).collect::<String>();
    loop {
        let name = (0..=chance.below(4)).map(|_| word(chance)).collect::<Vec<_>>().join(" ");
        if !fold::words(&name).is_empty() {
            return name;
        }
    }
}

#[tokio::test]
async fn both_databases_find_the_same_in_the_same_order() {
    let answers = Arc::new(Mutex::new(Vec::new()));
    let kept = answers.clone();
    on_each_database(move |db| {
        let kept = kept.clone();
        async move {
            let desk = Desk::new(db);
            let mut chance = Chance::new(300);
            let mut names = Vec::new();
            let mut ids = Vec::new();
            for _ in 0..300 {
                let name = any_name(&mut chance);
                ids.push(desk.university(&name, chance.one(&["FR", "JP", "CI"])).await);
                names.push(name);
            }
            for _ in 0..80 {
                let first = chance.below(ids.len());
                let parties = [ids[first], ids[(first + 1 + chance.below(298)) % ids.len()]];
                let id = desk.create(&Actor::Operator, &framework(&any_name(&mut chance), &parties)).await;
                if chance.is(20) {
                    desk.delete(&Actor::Operator, id).await.expect("deleted");
                }
            }
            for _ in 0..20 {
                let id = ids[chance.below(ids.len())];
                let version = desk.institution(id).await.version;
                desk.amend(id, version, &university(&any_name(&mut chance), "DE")).await.expect("renamed");
            }
            let mut tx = desk.read().await;
            let mut all = Vec::new();
            for _ in 0..200 {
                let mut typed = if chance.is(50) {
                    any_name(&mut chance)
                } else {
                    names[chance.below(names.len())].clone()
                };
                for _ in 0..chance.below(4) {
                    typed.pop();
                }
                let (suggested, found) = (suggested(&mut tx, &typed).await, found(&mut tx, &typed).await);
                all.push((typed, suggested, found));
            }
            let met =
                all.iter().filter(|(_, suggested, found)| !suggested.is_empty() && !found.is_empty()).count();
            assert!(met > 30, "queries that found something: {met}");
            kept.lock().expect("kept").push(all);
        }
    })
    .await;
    let answers = answers.lock().expect("answers");
    for pair in answers.windows(2) {
        for (sqlite, postgres) in pair[0].iter().zip(&pair[1]) {
            assert_eq!(sqlite, postgres);
        }
    }
}

/// More agreements than are looked at one by one: frequent words, rare ones, and pages that go on into the old ones.
#[tokio::test]
async fn the_newest_come_first_however_many_there_are() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let parties = [desk.university("École A", "FR").await, desk.university("École B", "FR").await];
        let mut expected: Vec<(bool, Uuid)> = Vec::new();
        let batch: Vec<(Stamp, LoadedAgreement)> = (0..1_300)
            .map(|number| {
                let in_title = number % 3 != 0;
                let title = if in_title { "Échange ordinaire" } else { "Convention" };
                let mut form = framework(title, &parties);
                form.summary_fr = format!("Un échange{}", if number % 400 == 7 { " rarissime" } else { "" });
                let draft = form.parse().expect("a draft");
                (desk.stamp(), loaded(draft))
            })
            .collect();
        let mut tx = desk.write().await;
        let permit = decide(&Actor::Operator, Operate).expect("the operator may");
        let ids = agreement::load(&mut tx, &permit, &batch).await.expect("loaded");
        tx.commit().await.expect("committed");
        for (number, id) in ids.iter().enumerate() {
            expected.push((number % 3 != 0, id.0));
        }
        expected.reverse();
        // Those with the word in their title first.
        expected.sort_by_key(|(in_title, _)| !in_title);

        let mut tx = desk.read().await;
        let filter = |typed: &str| AgreementFilter {
            visible: Visible::All,
            words: fold::words(typed),
            ..AgreementFilter::default()
        };
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let (sort, on) = (AgreementSort::Relevance, day("2026-10-05"));
            let page = agreement::list(&mut tx, &filter("echange"), sort, after.as_ref(), 170, on).await;
            let page = page.expect("a page");
            all.extend(page.items.iter().map(|item| item.id.0));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let expected: Vec<Uuid> = expected.into_iter().map(|(_, id)| id).collect();
        assert!(all == expected, "each once, in order: {} of {}", all.len(), expected.len());
        let rare: Vec<Uuid> = [1_207, 807, 407, 7].map(|number: usize| ids[number].0).to_vec();
        assert_eq!(found(&mut tx, "rarissime").await, rare, "also the old ones");
    })
    .await;
}

/// An agreement that is taken in as it stands: a draft.
fn loaded(draft: AgreementDraft) -> LoadedAgreement {
    LoadedAgreement {
        draft,
        owner: None,
        is_synthetic: true,
        shared_at: None,
        is_published: false,
        approvals: Vec::new(),
        signatures: Vec::new(),
        termination: None,
        renews: None,
    }
}

#[tokio::test]
async fn an_institution_has_one_entry_however_often_it_is_saved() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let id = desk.university("Keiō", "JP").await;
        for version in 1..5 {
            desk.amend(id, version, &university(&format!("Keiō {version}"), "JP")).await.expect("saved");
        }
        let mut tx = desk.read().await;
        for table in ["select count(*) from search_entry", "select count(*) from search_words_institution"] {
            let rows: i64 = on!(&mut tx, |c| sqlx::query_scalar(table).fetch_one(c).await).expect("counted");
            assert_eq!(rows, 1, "{table}");
        }
    })
    .await;
}
