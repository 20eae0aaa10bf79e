//! The contract of the registry as a whole, of the audit trail, and of kept forms, on both databases.

mod sample;
mod support;

use chrono::TimeDelta;
use domain::{
    access::{Actor, Operate, ReadAudit, decide},
    agreement::AgreementForm,
    fold,
    institution::InstitutionForm,
};
use sample::{Desk, Scene, framework, on, signed, university};
use store::{
    audit, institution,
    kept_form::{self, KeptForm},
    registry,
};
use support::on_each_database;

#[tokio::test]
async fn a_registry_is_empty_until_something_is_written_and_is_marked_as_a_demo() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let mut tx = desk.write().await;
        assert!(registry::is_empty(&mut tx).await.expect("asked"));
        let before = registry::get(&mut tx).await.expect("asked");
        assert!(!before.holds_demo);
        let permit = decide(&Actor::Operator, Operate).expect("the operator may");
        registry::mark_demo(&mut tx, &permit).await.expect("marked");
        let after = registry::get(&mut tx).await.expect("asked");
        assert!(after.holds_demo && after.revision > before.revision);
        tx.rollback().await.expect("undone");
        assert_eq!(registry::get(&mut desk.read().await).await.expect("asked"), before);

        desk.university("Keiō", "JP").await;
        assert!(!registry::is_empty(&mut desk.read().await).await.expect("asked"));
    })
    .await;
}

#[tokio::test]
async fn the_audit_trail_pages_from_the_newest_line_also_within_one_instant() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        for i in 0..12 {
            desk.university(&format!("Université {i}"), "FR").await;
            if i % 3 > 0 {
                desk.wait(TimeDelta::seconds(-1));
            }
        }
        let permit = decide(&Actor::Operator, ReadAudit).expect("the operator may");
        let mut tx = desk.read().await;
        let all = audit::list(&mut tx, &permit, None, 100).await.expect("listed");
        assert_eq!(all.len(), 12);
        assert!(all.windows(2).all(|pair| (pair[0].at, pair[0].id) > (pair[1].at, pair[1].id)));
        let (mut paged, mut before) = (Vec::new(), None);
        loop {
            let page = audit::list(&mut tx, &permit, before, 5).await.expect("listed");
            before = page.last().map(|line| (line.at, line.id));
            paged.extend(page);
            if before.is_none() {
                break;
            }
        }
        assert_eq!(paged, all);
    })
    .await;
}

#[tokio::test]
async fn a_kept_form_is_found_by_its_key_until_it_is_over() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let stamp = desk.stamp();
        let form = KeptForm {
            account_id: None,
            path: "/agreements/new".into(),
            body: "{\"title_fr\":\"</textarea><script>\"}".into(),
            errors: "[]".into(),
            kept_at: stamp.at,
            expires_at: stamp.at + TimeDelta::hours(1),
        };
        let mut tx = desk.write().await;
        kept_form::insert(&mut tx, &stamp, b"one", &form).await.expect("kept");
        assert_eq!(kept_form::find(&mut tx, b"one", stamp.at).await.expect("asked"), Some(form.clone()));
        assert_eq!(kept_form::find(&mut tx, b"two", stamp.at).await.expect("asked"), None);
        assert_eq!(kept_form::find(&mut tx, b"one", form.expires_at).await.expect("asked"), None, "over");
        tx.commit().await.expect("committed");

        // The next one sweeps away what is over.
        desk.wait(TimeDelta::hours(2));
        let stamp = desk.stamp();
        let next = KeptForm { kept_at: stamp.at, expires_at: stamp.at + TimeDelta::hours(1), ..form };
        let mut tx = desk.write().await;
        kept_form::insert(&mut tx, &stamp, b"two", &next).await.expect("kept");
        tx.commit().await.expect("committed");
        assert_eq!(desk.rows("kept_form").await, 1);
    })
    .await;
}

#[tokio::test]
async fn keys_computed_by_other_rules_are_computed_again_once() {
    const FORGET: [&str; 5] = [
        "update registry set fold_version = 0",
        "update institution set name_key_fr = 'x', name_key_en = 'x'",
        "update institution_name set name_key = 'x'",
        "update agreement set title_key_fr = 'x', title_key_en = 'x'",
        "delete from search_entry",
    ];
    const KEYS: [&str; 3] = [
        "select name_key_fr || '/' || name_key_en from institution order by id",
        "select name_key from institution_name order by institution_id, language",
        "select title_key_fr || '/' || title_key_en from agreement order by id",
    ];
    async fn keys(desk: &Desk) -> Vec<String> {
        let mut tx = desk.read().await;
        let mut all = Vec::new();
        for query in KEYS {
            let keys: Vec<String> =
                on!(&mut tx, |c| sqlx::query_scalar(query).fetch_all(c).await.expect("keys"));
            all.extend(keys);
        }
        all
    }
    on_each_database(|db| async move {
        let desk = Desk::new(db.clone());
        let form = InstitutionForm { name_en: "Ales School".into(), ..university("École d’Alès", "FR") };
        let ales = desk.insert(&form).await.expect("inserted");
        let keio = desk.university("Keiō", "JP").await;
        let form = AgreementForm {
            title_en: "Échange, in English".into(),
            ..framework("Convention", &[ales, keio])
        };
        desk.create(&Actor::Operator, &form).await;
        let before = keys(&desk).await;
        assert_eq!(before[0], "ecole d ales/ales school");
        assert_eq!(before[1], "keio/keio", "the other language's name where there is none");
        assert_eq!(before[5], "convention/echange in english");
        let revision = desk.revision().await;

        let mut tx = desk.write().await;
        for statement in FORGET {
            on!(&mut tx, |c| sqlx::query(statement).execute(c).await.map(|_| ()).expect("forgotten"));
        }
        tx.commit().await.expect("committed");
        assert_ne!(keys(&desk).await, before);

        db.migrate().await.expect("computed again");
        assert_eq!(keys(&desk).await, before);
        assert_eq!(desk.revision().await, revision + 1, "pages that were kept are out of date");
        let mut tx = desk.read().await;
        let found = institution::suggest(&mut tx, &fold::words("ales"), 5).await.expect("found");
        assert_eq!(found.len(), 1);
        tx.rollback().await.expect("over");
        db.migrate().await.expect("nothing to do");
        assert_eq!(desk.revision().await, revision + 1);
    })
    .await;
}

#[tokio::test]
async fn what_follows_an_agreement_is_in_step_before_it_is_itself() {
    on_each_database(|db| async move {
        let scene = Scene::new(db.clone()).await;
        let form = AgreementForm {
            starts: "2021-09-01".into(),
            ends: "2024-08-31".into(),
            renewal: "by_agreement".into(),
            ..framework("Convention", &scene.offices)
        };
        let in_force = async |id| {
            scene.desk.share(&scene.leads[0], id).await.expect("shared");
            for (lead, office) in scene.leads.iter().zip(scene.offices) {
                scene.desk.sign(lead, id, office, &signed("2024-01-10")).await.expect("signed");
            }
        };
        let first = scene.desk.create(&scene.leads[0], &form).await;
        in_force(first).await;
        let next = scene.desk.renew(&scene.leads[0], first).await.expect("asked").expect("renewed");
        in_force(next).await;
        let renewed = scene.desk.get(first).await.renewed_on;
        assert!(renewed.is_some());

        let mut tx = scene.desk.write().await;
        for statement in [
            "update registry set fold_version = 0",
            "update agreement set signed_on = null, starts_on = null, renewed_on = null",
        ] {
            on!(&mut tx, |c| sqlx::query(statement).execute(c).await.map(|_| ()).expect("forgotten"));
        }
        tx.commit().await.expect("committed");
        db.migrate().await.expect("computed again");
        let columns = "select renewed_on from agreement where renewed_on is not null";
        let mut tx = scene.desk.read().await;
        let found: Vec<Option<chrono::NaiveDate>> =
            on!(&mut tx, |c| sqlx::query_scalar(columns).fetch_all(c).await.expect("asked"));
        assert_eq!(found, [renewed]);
    })
    .await;
}
