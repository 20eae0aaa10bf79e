//! Lists that offices work with: filters, tags, views, tables to take away.

use crate::{
    rest::{AGREEMENTS, Program, on},
    support::{
        TestApp, header, on_each_database,
        sample::{Sample, State},
    },
};
use domain::agreement::AgreementForm;
use reqwest::{Method, StatusCode};

async fn agreements(app: &TestApp, sample: &Sample) -> Vec<String> {
    let mut ids = Vec::new();
    for (title, ends) in [("=1+1", "2027"), ("Deux ; points", "2030"), ("Trois", "")] {
        let form = AgreementForm {
            title_fr: title.into(),
            title_en: String::new(),
            starts: "2024".into(),
            ends: ends.into(),
            ..sample.form("other")
        };
        ids.push(sample.agreement(app, &form, State::Published).await.to_string());
    }
    ids
}

/// Sends a plain form as a page does; answers where it leads.
async fn send(app: &TestApp, cookie: &str, function: &str, pairs: &[(&str, &str)]) -> String {
    let body = url::form_urlencoded::Serializer::new("lang=fr".to_owned()).extend_pairs(pairs).finish();
    let ask = app.client.post(app.url(&format!("/api/{function}"))).body(body);
    let ask =
        ask.header("sec-fetch-site", "same-origin").header("cookie", cookie).header("accept", "text/html");
    let answer =
        ask.header("content-type", "application/x-www-form-urlencoded").send().await.expect("an answer");
    header(&answer, "location").to_owned()
}

async fn page(app: &TestApp, cookie: &str, path: &str) -> String {
    let answer = app.ask(Method::GET, path).header("cookie", cookie).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.text().await.expect("a page")
}

#[tokio::test]
async fn the_filtered_list_is_taken_away_as_it_stands_and_no_cell_is_run() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        agreements(&app, &sample).await;
        let taken = app.get("/fr/agreements/files/agreements.csv?ends_before=2029&sort=title").await;
        assert_eq!(header(&taken, "content-type"), "text/csv; charset=utf-8");
        assert_eq!(header(&taken, "content-disposition"), "attachment; filename=\"agreements.csv\"");
        assert!(header(&taken, "cache-control").contains("no-store"));
        let text = taken.text().await.expect("a table");
        let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert!(lines[0].starts_with("Identifiant;Titre en français;"), "{text}");
        assert!(lines[1].contains(";'=1+1;"), "{text}");
        let all = app.get("/en/agreements/files/agreements.csv").await.text().await.expect("a table");
        assert_eq!(all.lines().count(), 4);
        assert!(all.contains(",Deux ; points,"), "{all}");
        let draft = sample.agreement(&app, &sample.form("other"), State::Draft).await.to_string();
        assert!(
            !app.get("/en/agreements/files/agreements.csv")
                .await
                .text()
                .await
                .expect("a table")
                .contains(&draft)
        );
        let xlsx = app.get("/fr/agreements/files/agreements.xlsx").await;
        assert!(header(&xlsx, "content-type").ends_with("spreadsheetml.sheet"));
        assert_eq!(&xlsx.bytes().await.expect("a workbook")[..2], b"PK");
        for wrong in ["/fr/agreements/files/agreements.pdf", "/fr/agreements/files/agreements.csv?year=rien"]
        {
            assert_eq!(app.get(wrong).await.status(), StatusCode::NOT_FOUND, "{wrong}");
        }

        let officer = Program::of(&app, &sample, "officer");
        let ask = app.client.get(app.url(&format!("{AGREEMENTS}/export/csv?standing=draft")));
        let ask = ask.bearer_auth(sample.token("officer").expect("a token"));
        assert!(ask.send().await.expect("an answer").text().await.expect("a table").contains(&draft));
        assert_eq!(
            officer.get(&format!("{AGREEMENTS}/export/csv?year=rien")).await.kind(),
            "/problems/invalid"
        );
        app
    })
    .await;
}

#[tokio::test]
async fn an_office_tags_a_filtered_list_and_finds_it_again() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let ids = agreements(&app, &sample).await;
        let (_, cookie) = sample.session(&app, "officer").await.expect("a session");
        let pairs = |act: &'static str, tag: &'static str| {
            vec![
                ("query", "ends_before=2031"),
                ("tag", tag),
                ("act", act),
                ("agreements[0][id]", ids[0].as_str()),
                ("agreements[0][take]", "on"),
                ("agreements[1][id]", ids[1].as_str()),
            ]
        };
        let refused = send(&app, &cookie, "tag_agreements", &pairs("add", "")).await;
        assert!(refused.starts_with("/fr/agreements/tag?ends_before=2031&kept="), "{refused}");
        let back = page(&app, &cookie, &refused).await;
        assert!(back.contains("Ce champ est obligatoire."), "{back}");
        let done = send(&app, &cookie, "tag_agreements", &pairs("add", "À revoir")).await;
        assert_eq!(done, "/fr/agreements?ends_before=2031&done=tagged");
        let officer = Program::of(&app, &sample, "officer");
        let tagged = officer.get(&format!("{AGREEMENTS}?tag=a%20revoir")).await;
        assert_eq!(tagged.titles(), ["=1+1"]);
        let other = Program::of(&app, &sample, "officer of another party");
        assert_eq!(other.get(&format!("{AGREEMENTS}?tag=a%20revoir")).await.body["count"], 0);
        assert!(page(&app, &cookie, "/fr/agreements?columns=tags").await.contains("À revoir"));
        send(&app, &cookie, "tag_agreements", &pairs("remove", "a revoir")).await;
        assert_eq!(officer.get(&format!("{AGREEMENTS}?tag=a%20revoir")).await.body["count"], 0);
        app
    })
    .await;
}

#[tokio::test]
async fn a_view_is_kept_shown_to_the_office_and_forgotten_by_its_owner() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        agreements(&app, &sample).await;
        let (_, officer) = sample.session(&app, "officer").await.expect("a session");
        let (_, lead) = sample.session(&app, "lead").await.expect("a session");
        let (_, stranger) = sample.session(&app, "officer of a stranger").await.expect("a session");
        let form =
            [("form[query]", "country=JP&columns=kind"), ("form[name]", ""), ("form[is_shared]", "on")];
        let refused = send(&app, &officer, "keep_view", &form).await;
        assert!(refused.starts_with("/fr/agreements?country=JP&columns=kind&kept="), "{refused}");
        let form = [form[0], ("form[name]", "Orient <b>"), form[2]];
        let done = send(&app, &officer, "keep_view", &form).await;
        assert_eq!(done, "/fr/agreements?country=JP&columns=kind&done=view_kept");
        for (who, sees) in [(&officer, true), (&lead, true), (&stranger, false)] {
            let list = page(&app, who, "/fr/agreements").await;
            let link = "href=\"/fr/agreements?country=JP&amp;columns=kind\">Orient &lt;b&gt;</a>";
            assert_eq!(list.contains(link), sees, "{list}");
        }
        let list = page(&app, &officer, "/fr/agreements").await;
        let (_, rest) = list.split_once("/api/forget_view").expect("a button");
        let id =
            rest.split("name=\"id\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an id");
        send(&app, &lead, "forget_view", &[("id", id)]).await;
        assert!(page(&app, &officer, "/fr/agreements").await.contains("Orient"), "not the lead's to forget");
        send(&app, &officer, "forget_view", &[("id", id)]).await;
        assert!(!page(&app, &officer, "/fr/agreements").await.contains("Orient"));
        app
    })
    .await;
}
