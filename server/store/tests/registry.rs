//! The contract of the registry as a whole, of the audit trail, and of kept forms, on both databases.

mod sample;
mod support;

use chrono::TimeDelta;
use domain::access::{Actor, Operate, ReadAudit, decide};
use sample::Desk;
use store::{
    audit,
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
