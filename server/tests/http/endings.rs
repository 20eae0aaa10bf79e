//! What another party ended: its office hears of it in its inbox and by mail.

use crate::{
    inbox::{concluded, items, jobs, messages, on, page, round},
    rest::{AGREEMENTS, Program},
    support::{on_each_database, sample::Sample},
};
use app::desk::{accounts, agreements};
use domain::{agreement::AgreementForm, lang::Lang};
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::config::Flags;

#[tokio::test]
async fn the_other_office_hears_that_an_agreement_was_terminated_or_replaced() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let form = AgreementForm { is_open_ended: "on".into(), ..sample.form("other") };
        let agreement = concluded(&app, &sample, &form).await;
        accounts::set_lang(&sample.desk(&app, "lead of another party").await, Lang::En).await.expect("set");
        let lead = Program::of(&app, &sample, "lead");
        let path = format!("{AGREEMENTS}/{agreement}");
        let end = |party: Value, notified_on: &str, effective_on: &str, evidence: &str| {
            json!({"party": party, "notified_on": notified_on, "effective_on": effective_on, "evidence": evidence})
        };
        let own = sample.institution("own").0;
        let terminate = format!("{path}/terminate");
        for (body, field, code) in [
            (end(json!(own), "2024-01-09", "2027-10-01", ""), "/notified_on", "begins_after"),
            (end(json!(own), "2024-09-01", "2026-10-05", ""), "/evidence", "evidence_needed"),
            (end(Value::Null, "2026-10-01", "2026-12-31", ""), "/evidence", "evidence_needed"),
        ] {
            let told = lead.post(&terminate, &body).await;
            assert_eq!(told.faults(), [(field, code)], "{}", told.body);
        }
        let together = end(Value::Null, "2026-10-01", "2026-12-31", "Our word");
        assert_eq!(lead.post(&terminate, &together).await.status, StatusCode::OK);

        let told = items(&app, &sample, "officer of another party", "?kind=ending").await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["item"], format!("terminated.{agreement}.2026-12-31"));
        assert_eq!((&told[0]["ending"], &told[0]["date"]), (&json!("terminated"), &json!("2026-12-31")));
        assert_eq!(items(&app, &sample, "officer", "?kind=ending").await, Vec::<Value>::new());
        for (lang, words) in [
            ("fr", "Cet accord a été dénoncé"),
            ("en", "This agreement was terminated"),
        ] {
            let shown = page(&app, &sample, "officer of another party", &format!("/{lang}/inbox?kind=ending")).await;
            assert!(shown.contains(words), "{shown}");
        }
        for _ in 0..2 {
            round(&jobs(&app, Flags::default())).await;
        }
        let letters: Vec<_> =
            messages(app.folder()).into_iter().filter(|text| text.contains("2026")).collect();
        assert_eq!(letters.len(), 2, "officer and lead of the other office: {letters:?}");
        let english = letters.iter().find(|text| text.contains("/en/inbox")).expect("one in English");
        assert!(english.contains("Without effect from December 31, 2026: Framework convention"), "{english}");
        let french = letters.iter().find(|text| text.contains("/fr/inbox")).expect("one in French");
        assert!(french.contains("officer.of.another.party@"), "{french}");

        let body = json!({"institution": sample.institution("other").0, "item": told[0]["item"], "is_dealt": true});
        let other = Program::of(&app, &sample, "officer of another party");
        assert_eq!(other.post("/api/v1/inbox", &body).await.status, StatusCode::NO_CONTENT);
        assert_eq!(items(&app, &sample, "lead of another party", "?kind=ending").await.len(), 0);

        let (old, next) = (concluded(&app, &sample, &form).await, concluded(&app, &sample, &form).await);
        let replace = json!({"successor": next.to_string()});
        assert_eq!(lead.post(&format!("{AGREEMENTS}/{old}/replace"), &replace).await.status, StatusCode::OK);
        let told = items(&app, &sample, "officer of another party", "?kind=ending").await;
        assert_eq!(told[0]["item"], format!("replaced.{old}.2024-01-10"));
        app
    })
    .await;
}

#[tokio::test]
async fn a_termination_says_what_notice_was_asked_for_then_and_whether_it_was_respected() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let form = AgreementForm { notice_months: "6".into(), ..sample.form("other") };
        let lead = Program::of(&app, &sample, "lead");
        let own = sample.institution("own").0;
        for (effective_on, reason, is_respected, french, english) in [
            ("2027-03-31", "Programme closed", false, "6 mois de préavis, non respectés : Programme closed", "6 months of notice, not respected: Programme closed"),
            ("2027-04-01", "", true, "6 mois de préavis, respectés", "6 months of notice, respected"),
        ] {
            let id = concluded(&app, &sample, &form).await;
            let path = format!("{AGREEMENTS}/{id}");
            let notice = json!({"party": own, "notified_on": "2026-10-01", "effective_on": effective_on, "reason": reason});
            assert_eq!(lead.post(&format!("{path}/terminate"), &notice).await.status, StatusCode::OK);
            // What is agreed later changes nothing of it.
            let desk = sample.desk(&app, "lead").await;
            let version = agreements::view(&desk, id).await.expect("seen").record.version;
            let later = AgreementForm { notice_months: "3".into(), ..form.clone() };
            agreements::update(&desk, id, version, &later).await.expect("proposed");
            let told = lead.get(&path).await.body["termination"].clone();
            assert_eq!((&told["notice_months"], &told["is_notice_respected"]), (&json!(6), &json!(is_respected)));
            for (lang, words) in [("fr", french), ("en", english)] {
                for shown in ["", "/revisions/1/print"] {
                    let shown = page(&app, &sample, "lead", &format!("/{lang}/agreements/{id}{shown}")).await;
                    assert!(shown.contains(words), "{words}: {shown}");
                }
            }
        }
        app
    })
    .await;
}
