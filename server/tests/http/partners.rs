//! What institutions have between them, over HTTP: the pages of partners, and REST; for visitors and for offices.

use crate::{
    inbox::{concluded, ending, on},
    rest::AGREEMENTS,
    support::{
        TestApp, header, on_each_database,
        sample::{Sample, State},
    },
};
use app::desk::institutions::PAGE_SIZE;
use domain::agreement::AgreementForm;
use reqwest::{Method, StatusCode};
use serde_json::Value;

async fn read(app: &TestApp, sample: &Sample, who: &str, path: &str) -> (StatusCode, Value) {
    let mut ask = app.client.get(app.url(path));
    if let Some(token) = sample.token(who) {
        ask = ask.bearer_auth(token);
    }
    let answer = ask.send().await.expect("an answer");
    (answer.status(), answer.json().await.unwrap_or_default())
}

/// A page as someone's browser shows it.
async fn page(app: &TestApp, sample: &Sample, who: &str, path: &str) -> String {
    let cookie = sample.session(app, who).await.map(|(_, cookie)| cookie).unwrap_or_default();
    let answer = app.ask(Method::GET, path).header("cookie", cookie).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK, "{path} {who}");
    answer.text().await.expect("a page")
}

fn kinds(told: &Value) -> Vec<&str> {
    told["events"].as_array().expect("events").iter().filter_map(|event| event["kind"].as_str()).collect()
}

#[tokio::test]
async fn two_institutions_have_one_page_that_each_reads_as_it_may() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let form = AgreementForm { summary_fr: "Résumé".into(), ..ending(&sample, "2026-08-31") };
        let ended = concluded(&app, &sample, &form).await;
        let soon = concluded(
            &app,
            &sample,
            &AgreementForm { kind: "framework".into(), ..ending(&sample, "2027-02") },
        )
        .await;
        sample.document(&app, ended).await;
        let desk = sample.desk(&app, "officer").await;
        app::desk::agreements::publish(&desk, ended, true).await.expect("published");
        let (own, other) = (sample.institution("own"), sample.institution("other"));
        let rest = format!("/api/v1/institutions/{own}/partners/{other}");

        let (_, public) = read(&app, &sample, "visitor", &rest).await;
        assert_eq!(kinds(&public), ["ends", "begins", "signed", "signed"], "{public}");
        assert_eq!(public["coverage"], Value::Null);
        assert_eq!(public["contacts"].as_array().map(Vec::len), Some(0));
        assert_eq!(public["deadlines"].as_array().map(Vec::len), Some(0));

        let (_, whole) = read(&app, &sample, "observer", &rest).await;
        assert_eq!(kinds(&whole).iter().filter(|kind| **kind == "document").count(), 1);
        assert_eq!(whole["coverage"]["gaps"][0], "2026/2027");
        assert_eq!(whole["contacts"][0]["email"], "camille@exemple.fr");
        assert_eq!(whole["deadlines"][0]["agreement"], soon.to_string());
        assert_eq!(whole["events"][0]["kind"], "ends");
        assert_eq!(whole["events"][0]["on"], "2027-02");
        let mirrored = format!("/api/v1/institutions/{other}/partners/{own}");
        let (_, mirrored) = read(&app, &sample, "observer", &mirrored).await;
        assert_eq!(mirrored["events"], whole["events"]);

        let mut paged = Vec::new();
        let mut next = String::new();
        loop {
            let (status, told) = read(&app, &sample, "observer", &format!("{rest}?limit=3{next}")).await;
            assert_eq!(status, StatusCode::OK, "{told}");
            paged.extend(told["events"].as_array().cloned().unwrap_or_default());
            let Some(after) = told["next"].as_str() else { break };
            next = format!("&after={after}");
        }
        assert_eq!(Value::from(paged), whole["events"]);

        let list = format!("/api/v1/institutions/{own}/partners");
        let (_, partners) = read(&app, &sample, "lead", &list).await;
        assert_eq!(partners["count"], 1);
        assert_eq!(partners["items"][0]["agreements"], 2);
        assert_eq!(partners["items"][0]["in_force"], 1);
        assert_eq!(partners["items"][0]["until"], "2027-02-28");
        assert_eq!(partners["items"][0]["gaps"][0], "2026/2027");
        let (_, partners) = read(&app, &sample, "officer of a stranger", &list).await;
        assert_eq!(
            (&partners["items"][0]["agreements"], &partners["items"][0]["gaps"]),
            (&Value::from(1), &Value::Array(vec![]))
        );

        let both = format!("/fr/institutions/{own}/with/{other}");
        let seen = page(&app, &sample, "officer", &both).await;
        for words in [
            "École Exemple d’Alès et Keiō Exemple",
            "Lacune",
            "camille@exemple.fr",
            "Prend fin le 28 février 2027",
            "2024",
        ] {
            assert!(seen.contains(words), "{words}: {seen}");
        }
        let seen = page(&app, &sample, "visitor", &both).await;
        for words in ["Lacune", "camille@exemple.fr", "Version 1"] {
            assert!(!seen.contains(words), "{words}");
        }
        for (path, words) in [
            (format!("/en/institutions/{own}"), "no exchange agreement in 2026/2027"),
            (format!("/en/institutions/{own}"), "Ends on February 28, 2027"),
            (format!("/en/institutions/{own}/partners"), "Partners of Example School of Alès"),
            (format!("/fr/agreements/{soon}"), "Prend fin le 28 février 2027"),
            (
                format!("/fr/agreements/{ended}"),
                "Tout ce qu’École Exemple d’Alès et Keiō Exemple ont de commun",
            ),
        ] {
            let seen = page(&app, &sample, "lead", &path).await;
            assert!(seen.contains(words), "{path} {words}: {seen}");
        }
        app
    })
    .await;
}

#[tokio::test]
async fn what_has_nothing_between_says_so() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        sample.agreement(&app, &sample.form("other"), State::Draft).await;
        let (own, other) = (sample.institution("own"), sample.institution("other"));
        let seen =
            page(&app, &sample, "officer of another party", &format!("/fr/institutions/{own}/with/{other}"))
                .await;
        assert!(seen.contains("Rien pour l’instant"), "{seen}");
        let seen = page(&app, &sample, "visitor", &format!("/fr/institutions/{own}/partners")).await;
        assert!(seen.contains("Aucun partenaire"), "{seen}");
        for path in [
            format!("/api/v1/institutions/{own}/partners/{own}"),
            format!("/api/v1/institutions/{own}/partners/nobody"),
            format!("/api/v1/institutions/{own}/partners/00000000-0000-7000-8000-000000000000"),
            "/api/v1/institutions/00000000-0000-7000-8000-000000000000/partners".to_owned(),
        ] {
            let (status, told) = read(&app, &sample, "administrator", &path).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path} {told}");
        }
        for query in ["limit=0", "after=2024"] {
            let path = format!("/api/v1/institutions/{own}/partners/{other}?{query}");
            let (status, told) = read(&app, &sample, "administrator", &path).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {told}");
        }
        let answer = app.get(&format!("/fr/institutions/{own}/with/{own}")).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert_eq!(header(&answer, "cache-control"), "no-store");
        app
    })
    .await;
}

#[tokio::test]
async fn the_agreements_of_two_institutions_are_a_list_of_their_own() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        sample.agreement(&app, &sample.form("stranger"), State::Published).await;
        for _ in 0..=PAGE_SIZE {
            sample.agreement(&app, &sample.form("other"), State::Published).await;
        }
        let [own, other, stranger] = ["own", "other", "stranger"].map(|key| sample.institution(key));
        let count = async |query: String| {
            let (status, told) = read(&app, &sample, "visitor", &format!("{AGREEMENTS}?{query}")).await;
            assert_eq!(status, StatusCode::OK, "{told}");
            told["count"].as_i64()
        };
        assert_eq!(count(format!("institution={own}")).await, Some(PAGE_SIZE + 2));
        assert_eq!(count(format!("institution={own}&partner={other}")).await, Some(PAGE_SIZE + 1));
        assert_eq!(count(format!("institution={other}&partner={own}")).await, Some(PAGE_SIZE + 1));
        assert_eq!(count(format!("partner={stranger}")).await, Some(1));
        assert_eq!(count(format!("institution={other}&partner={stranger}")).await, Some(0));
        let (status, _) = read(&app, &sample, "visitor", &format!("{AGREEMENTS}?partner=nobody")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);

        // The page of the two leads to it, and there the partner can be taken away and kept with a view.
        let query = format!("institution={own}&amp;partner={other}");
        let both = page(&app, &sample, "officer", &format!("/fr/institutions/{own}/with/{other}")).await;
        assert!(both.contains(&format!("href=\"/fr/agreements?{query}\"")), "{both}");
        for (lang, chip) in [("fr", "Partenaire : Keiō Exemple"), ("en", "Partner: Keiō Exemple")] {
            let address = format!("/{lang}/agreements?institution={own}&partner={other}");
            let shown = page(&app, &sample, "officer", &address).await;
            assert!(shown.contains(chip), "{shown}");
            assert!(shown.contains(&format!("href=\"/{lang}/agreements?institution={own}\"")), "{shown}");
            assert!(shown.contains(&format!("name=\"partner\" value=\"{other}\"")), "{shown}");
            assert!(shown.contains(&format!("name=\"form[query]\" value=\"{query}\"")), "{shown}");
        }
        app
    })
    .await;
}
