//! Two institutions that turn out to be one, over HTTP: the page, the form, REST, and where old addresses lead.

use crate::{
    inbox::{concluded, ending, on},
    support::{TestApp, header, on_each_database, sample::Sample},
};
use app::desk::institutions;
use domain::{agreement::ContentHash, id::InstitutionId, institution::InstitutionForm};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// Another entry of the same institution as `other`, with an identifier of its own.
async fn twin(app: &TestApp, sample: &Sample) -> InstitutionId {
    let form = InstitutionForm {
        kind: "university".into(),
        name_fr: "Keio jumelle".into(),
        country: "JP".into(),
        pic: "999643006".into(),
        ..InstitutionForm::default()
    };
    let desk = sample.desk(app, "administrator").await;
    institutions::create(&desk, &form, true).await.expect("an institution")
}

async fn page(app: &TestApp, sample: &Sample, who: &str, path: &str) -> (StatusCode, String) {
    let cookie = sample.session(app, who).await.map(|(_, cookie)| cookie).unwrap_or_default();
    let answer = app.ask(Method::GET, path).header("cookie", cookie).send().await.expect("an answer");
    (answer.status(), answer.text().await.expect("a page"))
}

/// What the form of the page sends; the address one is led to.
async fn send(
    app: &TestApp,
    sample: &Sample,
    gone: InstitutionId,
    kept: InstitutionId,
    name: &str,
    version: i64,
) -> String {
    let (_, cookie) = sample.session(app, "administrator").await.expect("a session");
    let form = [
        ("lang", "fr".to_owned()),
        ("id", gone.to_string()),
        ("form[with]", kept.to_string()),
        ("form[version]", version.to_string()),
        ("form[with_version]", "1".to_owned()),
        ("form[name]", name.to_owned()),
    ];
    let ask = app.post("/api/merge_institutions").header("cookie", cookie).form(&form);
    let answer = ask.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::FOUND);
    header(&answer, "location").to_owned()
}

#[tokio::test]
async fn an_administrator_makes_one_of_two_and_old_addresses_lead_to_it() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let (own, gone) = (sample.institution("own"), sample.institution("other"));
        let agreement = concluded(&app, &sample, &ending(&sample, "2027-08-31")).await;
        let kept = twin(&app, &sample).await;
        let hash = async || {
            let mut tx = app.db().read().await.expect("a transaction");
            let record = store::agreement::get(&mut tx, agreement).await.expect("there");
            record.latest().expect("one").hash.clone()
        };
        let before = hash().await;

        let merge = format!("/fr/institutions/{gone}/merge");
        for who in ["lead", "officer of another party"] {
            assert_eq!(page(&app, &sample, who, &merge).await.0, StatusCode::FORBIDDEN, "{who}");
            let (_, seen) = page(&app, &sample, who, &format!("/fr/institutions/{gone}")).await;
            assert!(!seen.contains("Fusionner avec un autre"));
        }
        let (_, seen) = page(&app, &sample, "administrator", &format!("/fr/institutions/{gone}")).await;
        assert!(seen.contains("Fusionner avec un autre"), "{seen}");
        let (_, seen) = page(&app, &sample, "administrator", &format!("{merge}?q=jumelle")).await;
        assert!(seen.contains(&format!("?with={kept}")), "{seen}");
        let (_, seen) = page(&app, &sample, "administrator", &format!("{merge}?with={kept}")).await;
        for words in ["1 accord", "2 membres du service", "999643006", "Keiō Exemple", "Keio jumelle"] {
            assert!(seen.contains(words), "{words}: {seen}");
        }

        let back = send(&app, &sample, gone, kept, "Autre nom", 1).await;
        assert!(back.contains(&format!("/fr/institutions/{gone}/merge?with={kept}&kept=")), "{back}");
        let back = send(&app, &sample, gone, kept, "keio exemple", 7).await;
        assert!(back.contains("kept="), "a version that is none: {back}");
        let (status, _) = page(&app, &sample, "administrator", &format!("/fr/institutions/{gone}")).await;
        assert_eq!(status, StatusCode::OK, "it is still there");
        let onward = send(&app, &sample, gone, kept, "keio  EXEMPLE", 1).await;
        assert_eq!(onward, format!("/fr/institutions/{kept}?done=merged"));

        for (path, to) in [
            (format!("/fr/institutions/{gone}"), format!("/fr/institutions/{kept}")),
            (format!("/en/institutions/{gone}?done=saved"), format!("/en/institutions/{kept}?done=saved")),
            (format!("/fr/institutions/{own}/with/{gone}"), format!("/fr/institutions/{own}/with/{kept}")),
            (format!("/api/v1/institutions/{gone}"), format!("/api/v1/institutions/{kept}")),
            (
                format!("/api/v1/institutions/{gone}/partners"),
                format!("/api/v1/institutions/{kept}/partners"),
            ),
        ] {
            let answer = app.get(&path).await;
            assert_eq!(answer.status(), StatusCode::PERMANENT_REDIRECT, "{path}");
            assert_eq!(header(&answer, "location"), to);
        }
        let token = sample.token("administrator").expect("a token");
        let read = async |path: String| -> Value {
            let answer = app.client.get(app.url(&path)).bearer_auth(token).send().await.expect("an answer");
            answer.json().await.expect("JSON")
        };
        let list = read(format!("/api/v1/agreements?institution={gone}")).await;
        assert_eq!(list["items"][0]["id"], agreement.to_string());
        let shown = read(format!("/api/v1/institutions/{kept}")).await;
        assert_eq!(shown["aliases"][0]["id"], gone.to_string());
        assert_eq!(
            read("/api/v1/institutions?q=keio+exemple".into()).await["items"][0]["id"],
            kept.to_string()
        );
        assert_eq!(
            read(format!("/api/v1/institutions/{own}/partners")).await["items"][0]["institution"],
            kept.to_string()
        );
        let told = read(format!("/api/v1/agreements/{agreement}")).await;
        assert!(told["parties"].to_string().contains(&kept.to_string()), "{told}");
        let revision = &told["revisions"][0];
        let text = revision["content"].as_str().expect("the canonical text");
        assert!(text.contains(&gone.to_string()), "what was approved is told as it was written: {text}");
        assert_eq!(revision["hash"], ContentHash::of(text).to_string(), "and bears its hash");
        let mut apart = told.clone();
        apart["revisions"] = Value::Null;
        assert!(!apart.to_string().contains(&gone.to_string()), "the rest names the one that stays: {apart}");
        assert_eq!(hash().await, before);
        let away = format!("//elsewhere.example/institutions/{gone}");
        assert_eq!(app.get(&away).await.status(), StatusCode::NOT_FOUND, "no address leads elsewhere");

        // Its office goes on as that of the one that stays.
        let (_, inbox) = page(&app, &sample, "officer of another party", "/fr/inbox").await;
        assert!(inbox.contains("Rien n’attend ici"), "{inbox}");
        let (status, seen) =
            page(&app, &sample, "officer of another party", &format!("/fr/institutions/{kept}/members"))
                .await;
        assert_eq!(status, StatusCode::OK);
        assert!(seen.contains("lead of another party"), "{seen}");
        let (_, seen) = page(&app, &sample, "visitor", &format!("/fr/institutions/{kept}")).await;
        assert!(seen.contains("Connu aussi comme"), "{seen}");
        let (_, seen) = page(&app, &sample, "administrator", "/fr/admin/audit").await;
        assert!(seen.contains(">Keiō Exemple<"), "what was done in the name of its office: {seen}");
        app
    })
    .await;
}

#[tokio::test]
async fn rest_merges_at_a_version_and_says_why_not() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let (own, other) = (sample.institution("own"), sample.institution("other"));
        concluded(&app, &sample, &ending(&sample, "2027-08-31")).await;
        let kept = twin(&app, &sample).await;
        let token = sample.token("administrator").expect("a token");
        let ask = async |gone: InstitutionId, body: Value| {
            let ask =
                app.client.post(app.url(&format!("/api/v1/institutions/{gone}/merge"))).bearer_auth(token);
            let answer = ask.json(&body).send().await.expect("an answer");
            (answer.status().as_u16(), answer.json::<Value>().await.unwrap_or_default())
        };
        let (status, told) = ask(other, json!({"into": "x", "name": "Keio"})).await;
        assert_eq!(
            (status, told["errors"][0]["field"].as_str(), told["errors"][1]["field"].as_str()),
            (422, Some("/into"), Some("/name"))
        );
        assert_eq!(told["errors"][1]["code"], "not_the_name");
        let (status, told) = ask(other, json!({"into": own.0, "name": "Keiō Exemple"})).await;
        assert_eq!((status, told["type"].as_str()), (409, Some("/problems/not-merged")));
        let (status, _) = ask(other, json!({"into": kept.0, "name": "Keiō Exemple", "version": 4})).await;
        assert_eq!(status, 412);
        let (status, told) = ask(other, json!({"into": kept.0, "name": "Keiō Exemple"})).await;
        assert_eq!((status, told["id"].as_str()), (200, Some(kept.to_string().as_str())), "{told}");
        let (status, _) = ask(other, json!({"into": kept.0, "name": "Keiō Exemple"})).await;
        assert_eq!(status, 308, "led to the one that stays");
        app
    })
    .await;
}
