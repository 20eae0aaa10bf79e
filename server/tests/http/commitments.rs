//! Commitments over HTTP: entered with their agreement, followed by observations, for the parties only.

use crate::{
    rest::{AGREEMENTS, Program, on},
    support::{
        TestApp, header, on_each_database,
        sample::{COMMITMENT, Sample, State},
    },
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

fn body(sample: &Sample, commitments: &Value) -> Value {
    let party = |key: &str| json!({"institution": sample.institution(key).0});
    json!({"kind": "double_degree", "title": {"fr": "Double diplôme"}, "parties": [party("own"), party("other")],
        "period": {"starts": "2024-09-01"}, "commitments": commitments})
}

fn scholarships(sample: &Sample) -> Value {
    json!({"text": {"fr": "Boursiers dans chaque promotion"}, "measure": "share", "target": "30", "each": "academic_year",
        "owner": sample.institution("own").0})
}

#[tokio::test]
async fn what_an_agreement_promises_is_entered_observed_and_followed() {
    on_each_database(on("2025-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let officer = Program::of(&app, &sample, "officer");
        let promised = json!([scholarships(&sample), {"text": {"en": "Joint jury"}, "measure": "yes_no"}]);
        let told = officer.post(AGREEMENTS, &body(&sample, &promised)).await;
        assert_eq!(told.status, StatusCode::CREATED, "{}", told.body);
        let path = format!("{AGREEMENTS}/{}", told.id());
        let share = &told.body["commitments"][0];
        assert_eq!((&share["standing"], &share["due_on"]), (&json!("not_measured"), &json!("2026-08-31")));
        assert_eq!(share["promise"]["bound"], "at_least");
        let id = share["id"].as_str().expect("an id of its own").to_owned();

        let observations = format!("{path}/commitments/{id}/observations");
        for (body, field, code) in [
            (json!({"value": "31", "evidence": "x"}), "/observed_on", "required"),
            (
                json!({"observed_on": "2025-10-06", "value": "31", "evidence": "x"}),
                "/observed_on",
                "in_the_future",
            ),
            (
                json!({"observed_on": "2025-10-01", "value": "310", "evidence": "x"}),
                "/value",
                "not_a_percentage",
            ),
            (json!({"observed_on": "2025-10-01", "value": "31"}), "/evidence", "required"),
        ] {
            let told = officer.post(&observations, &body).await;
            assert_eq!(told.faults(), [(field, code)], "{}", told.body);
        }
        let low =
            json!({"observed_on": "2025-10-01", "value": "28,5", "link": "https://exemple.invalid/bilan"});
        let noted = officer.post(&observations, &low).await;
        assert_eq!(noted.status, StatusCode::CREATED, "{}", noted.body);
        let shown = officer.get(&path).await.body;
        let share = &shown["commitments"][0];
        assert_eq!((&share["standing"], &share["last_value"]), (&json!("at_risk"), &json!("28.5")));
        let years: Vec<_> =
            share["occurrences"].as_array().expect("years").iter().map(|o| &o["standing"]).collect();
        assert_eq!(years, ["not_measured", "at_risk"]);

        let withdraw = format!("/api/v1/observations/{}/withdraw", noted.id());
        assert_eq!(
            officer.post(&withdraw, &json!({"reason": " "})).await.faults(),
            [("/reason", "required")]
        );
        let told = officer.post(&withdraw, &json!({"reason": "Mauvaise promotion"})).await;
        assert_eq!(told.status, StatusCode::NO_CONTENT);
        assert_eq!(officer.post(&withdraw, &json!({"reason": "Encore"})).await.kind(), "/problems/conflict");
        assert_eq!(officer.get(&path).await.body["commitments"][0]["standing"], "not_measured");
        let all = officer.get(&observations).await.body;
        assert_eq!(
            (&all[0]["withdrawal"]["reason"], &all[0]["may_withdraw"]),
            (&json!("Mauvaise promotion"), &json!(false))
        );

        let nowhere = format!("{path}/commitments/{COMMITMENT}/observations");
        assert_eq!(officer.post(&nowhere, &low).await.status, StatusCode::NOT_FOUND);
        app
    })
    .await;
}

#[tokio::test]
async fn a_commitment_keeps_its_id_when_its_agreement_is_saved_and_each_fault_is_named() {
    on_each_database(on("2025-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let officer = Program::of(&app, &sample, "officer");
        let told = officer.post(AGREEMENTS, &body(&sample, &json!([scholarships(&sample)]))).await;
        let path = format!("{AGREEMENTS}/{}", told.id());
        let id = told.body["commitments"][0]["id"].clone();
        let mut draft = told.body["draft"].clone();
        assert_eq!(draft["commitments"][0]["id"], id, "what GET shows is what PUT takes");
        draft["commitments"][0]["target"] = json!("35");
        let saved = officer.put(&path, &draft, "\"1\"").await;
        assert_eq!(saved.status, StatusCode::OK, "{}", saved.body);
        assert_eq!(saved.body["commitments"][0]["id"], id);
        assert_ne!(saved.body["hash"], told.body["hash"], "a promise is content");

        let stranger = sample.institution("stranger").0;
        for (promised, field, code) in [
            (json!({"text": {"fr": "x"}, "measure": "share"}), "/commitments/0/target", "required"),
            (json!({"text": {"fr": "x"}, "measure": "recurring"}), "/commitments/0/each", "required"),
            (json!({"text": {"fr": "x"}, "measure": "yes_no", "owner": stranger}), "/commitments/0/owner", "not_a_choice"),
            (json!({"measure": "yes_no"}), "/commitments/0/text/fr", "required"),
            (
                json!({"text": {"fr": "x"}, "measure": "number", "target": "8", "each": "academic_year", "due": "2026"}),
                "/commitments/0/due",
                "due_each_time",
            ),
        ] {
            let told = officer.post(AGREEMENTS, &body(&sample, &json!([promised]))).await;
            assert_eq!(told.faults(), [(field, code)], "{}", told.body);
        }
        app
    })
    .await;
}

async fn page(app: &TestApp, sample: &Sample, who: &str, path: &str) -> (StatusCode, String) {
    let (_, cookie) = sample.session(app, who).await.unwrap_or_default();
    let answer = app.ask(Method::GET, path).header("cookie", cookie).send().await.expect("an answer");
    (answer.status(), answer.text().await.expect("a page"))
}

#[tokio::test]
async fn the_parties_see_promises_and_observations_and_nobody_else() {
    on_each_database(on("2025-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let id = sample.agreement(&app, &sample.form("other"), State::Published).await;
        let noted = sample.observation(&app, id).await;
        for (who, sees) in [
            ("visitor", false),
            ("officer of a stranger", false),
            ("observer", true),
            ("officer of another party", true),
        ] {
            let (_, html) = page(&app, &sample, who, &format!("/en/agreements/{id}")).await;
            assert_eq!((html.contains("Joint jury"), html.contains("Secret minutes")), (sees, sees), "{who}");
            let told = Program::of(&app, &sample, who).get(&format!("{AGREEMENTS}/{id}")).await;
            assert_eq!(told.body["commitments"].is_array(), sees, "{who}");
        }
        let observe = format!("/fr/agreements/{id}/commitments/{COMMITMENT}/observe");
        let withdraw = format!("/fr/agreements/{id}/observations/{noted}/withdraw");
        for (who, may_note, may_withdraw) in [
            ("observer", 404, 404),
            ("officer", 200, 200),
            ("officer of another party", 200, 404),
            ("officer of a stranger", 404, 404),
        ] {
            assert_eq!(page(&app, &sample, who, &observe).await.0, may_note, "{who}");
            assert_eq!(page(&app, &sample, who, &withdraw).await.0, may_withdraw, "{who}");
        }
        app
    })
    .await;
}

#[tokio::test]
async fn a_plain_form_adds_a_row_with_an_id_and_notes_an_observation() {
    on_each_database(on("2025-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let (_, cookie) = sample.session(&app, "officer").await.expect("a session");
        let send = async |address: &str, fields: &[(&str, &str)]| {
            let ask = app.client.post(app.url(address)).header("cookie", &cookie).form(fields);
            let answer =
                ask.header("sec-fetch-site", "same-origin").header("accept", "text/html").send().await;
            header(&answer.expect("an answer"), "location").to_owned()
        };
        let back = send(
            "/api/save_agreement",
            &[("lang", "fr"), ("intent", "add_commitment"), ("form[kind]", "framework")],
        )
        .await;
        assert!(back.starts_with("/fr/agreements/new?kept=") && back.ends_with("#commitment-0"), "{back}");
        let (_, html) = page(&app, &sample, "officer", &back).await;
        let named = html.split("name=\"form[commitments][0][id]\" value=\"").nth(1).expect("a hidden id");
        assert!(named.split('"').next().expect("an id").parse::<uuid::Uuid>().is_ok());

        let id = sample.agreement(&app, &sample.form("other"), State::Shared).await;
        let promised = COMMITMENT.to_string();
        let agreement = id.to_string();
        let which = [("lang", "fr"), ("agreement", agreement.as_str()), ("commitment", promised.as_str())];
        let refused = send(
            "/api/note_observation",
            &[&which[..], &[("form[value]", "yes"), ("form[evidence]", "Procès-verbal")]].concat(),
        )
        .await;
        let (_, html) = page(&app, &sample, "officer", &refused).await;
        assert!(html.contains("Procès-verbal") && html.contains("f-form-observed_on-error"), "{html}");
        let said = [
            ("form[value]", "yes"),
            ("form[evidence]", "Procès-verbal"),
            ("form[observed_on]", "1 octobre 2025"),
        ];
        let onward = send("/api/note_observation", &[&which[..], &said[..]].concat()).await;
        assert_eq!(onward, format!("/fr/agreements/{id}?done=observation_noted#commitment-{COMMITMENT}"));
        let (_, html) = page(&app, &sample, "officer", &onward).await;
        assert!(html.contains("Tenu") && html.contains("Procès-verbal"));
        app
    })
    .await;
}

#[tokio::test]
async fn a_promise_at_risk_is_in_the_inbox_until_it_is_dealt_with() {
    on_each_database(on("2025-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let officer = Program::of(&app, &sample, "officer");
        let path = crate::life::signed(&app, &sample, "Accord", "2031-08-31").await;
        let promises = async || officer.get("/api/v1/inbox?kind=commitment").await.body;
        assert_eq!(promises().await, json!([]));
        let broken = json!({"observed_on": "2025-10-01", "value": "no", "evidence": "Compte rendu"});
        let told = officer.post(&format!("{path}/commitments/{COMMITMENT}/observations"), &broken).await;
        assert_eq!(told.status, StatusCode::CREATED, "{}", told.body);
        let open = promises().await;
        let line = &open[0];
        assert_eq!((&line["commitment"], &line["date"]), (&json!("risk"), &json!("2031-08-31")), "{open}");
        let (_, html) = page(&app, &sample, "officer", "/fr/inbox").await;
        assert!(html.contains("Un engagement est menacé") && html.contains("#commitments"));
        let own = sample.institution("own").0;
        let deal = json!({"institution": own, "item": line["item"], "is_dealt": true});
        assert!(officer.post("/api/v1/inbox", &deal).await.status.is_success());
        assert_eq!(promises().await, json!([]));
        app
    })
    .await;
}
