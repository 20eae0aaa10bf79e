//! Lists that offices work with: filters, tags, views, tables to take away.

use crate::{
    inbox::concluded,
    rest::{AGREEMENTS, Program, on},
    support::{
        TestApp, header, on_each_database,
        sample::{Sample, State},
    },
};
use domain::{access::Role, agreement::AgreementForm};
use reqwest::{Method, StatusCode};
use serde_json::json;

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
async fn a_view_is_kept_shown_to_the_office_and_forgotten_by_its_maker_or_a_lead() {
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
        let (_, observer) = sample.session(&app, "observer").await.expect("a session");
        assert!(!page(&app, &observer, "/fr/agreements").await.contains("/api/forget_view"));
        send(&app, &observer, "forget_view", &[("id", id)]).await;
        assert!(
            page(&app, &officer, "/fr/agreements").await.contains("Orient"),
            "not the observer's to forget"
        );
        assert!(page(&app, &lead, "/fr/agreements").await.contains("/api/forget_view"));
        send(&app, &lead, "forget_view", &[("id", id)]).await;
        assert!(!page(&app, &officer, "/fr/agreements").await.contains("Orient"), "a lead clears up");
        app
    })
    .await;
}

#[tokio::test]
async fn who_belongs_to_two_offices_chooses_for_which_one_tags_and_shares() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let ids = agreements(&app, &sample).await;
        let (own, stranger) = (sample.institution("own"), sample.institution("stranger"));
        let who = "officer of a stranger";
        let (_, cookie) = sample.session(&app, who).await.expect("a session");
        let tagging = "/fr/agreements/tag";
        assert!(
            !page(&app, &cookie, tagging).await.contains("Au nom du service"),
            "one office leaves no choice"
        );
        sample.join(&app, who, "own", Role::Officer).await;
        for path in [tagging, "/fr/agreements"] {
            let shown = page(&app, &cookie, path).await;
            assert!(shown.contains("Au nom du service") && shown.contains("Fremde Hochschule"), "{shown}");
        }
        let tag = |office: String| {
            [
                ("tag", "Suivi".to_owned()),
                ("act", "add".to_owned()),
                ("office", office),
                ("agreements[0][id]", ids[0].clone()),
                ("agreements[0][take]", "on".to_owned()),
            ]
        };
        let sent = async |office: String| {
            let pairs = tag(office);
            let pairs: Vec<(&str, &str)> =
                pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
            send(&app, &cookie, "tag_agreements", &pairs).await
        };
        let refused = sent(sample.institution("other").to_string()).await;
        assert!(refused.contains("kept="), "another's office: {refused}");
        assert!(sent(own.to_string()).await.ends_with("done=tagged"));
        let seen = async |who: &str| {
            Program::of(&app, &sample, who).get(&format!("{AGREEMENTS}?tag=suivi")).await.body["count"]
                .clone()
        };
        assert_eq!(seen("officer").await, 1, "the tag is that of the office chosen");
        let program = Program::of(&app, &sample, who);
        let tagged = format!("{AGREEMENTS}/{}/tag", ids[1]);
        let body = |office: String| json!({"tag": "Lointain", "office": office});
        assert_eq!(program.post(&tagged, &body("x".into())).await.faults(), [("/office", "not_a_choice")]);
        assert_eq!(program.post(&tagged, &body(stranger.to_string())).await.status, StatusCode::NO_CONTENT);
        let far = async |who: &str| {
            Program::of(&app, &sample, who).get(&format!("{AGREEMENTS}?tag=lointain")).await.body["count"]
                .clone()
        };
        assert_eq!((far(who).await, far("officer").await), (1.into(), 0.into()));
        let untagged = format!("{AGREEMENTS}/{}/untag", ids[1]);
        assert_eq!(program.post(&untagged, &body(stranger.to_string())).await.status, StatusCode::NO_CONTENT);
        assert_eq!(far(who).await, 0);

        let views = "/api/v1/views";
        let shared =
            |office: String| json!({"name": "Fins", "query": "standing=ending_soon", "office": office});
        let foreign = sample.institution("other").to_string();
        assert_eq!(program.post(views, &shared(foreign)).await.faults(), [("/office", "not_a_choice")]);
        let kept = program.post(views, &shared(own.to_string())).await;
        assert_eq!(
            (kept.status, &kept.body["office"]),
            (StatusCode::CREATED, &json!(own.0)),
            "{}",
            kept.body
        );
        assert_eq!(kept.header("location"), format!("{views}/{}", kept.id()));
        let names = async |who: &str| {
            let list = Program::of(&app, &sample, who).get(views).await.body;
            list["items"]
                .as_array()
                .expect("views")
                .iter()
                .map(|view| view["name"].clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            (names("observer").await, names("officer of another party").await),
            (vec![json!("Fins")], vec![])
        );
        let forget = async |who: &str| {
            let ask = app.client.delete(app.url(&format!("{views}/{}", kept.id())));
            ask.bearer_auth(sample.token(who).expect("a token")).send().await.expect("an answer").status()
        };
        assert_eq!(forget("observer").await, StatusCode::NO_CONTENT);
        assert_eq!(names("officer").await, [json!("Fins")], "it says nothing, and does nothing");
        assert_eq!(forget("lead").await, StatusCode::NO_CONTENT);
        assert_eq!(names("officer").await, [] as [serde_json::Value; 0]);
        assert_eq!(Program::of(&app, &sample, "visitor").get(views).await.status, StatusCode::UNAUTHORIZED);
        app
    })
    .await;
}

#[tokio::test]
async fn a_list_and_an_agreement_are_looked_at_as_of_any_day_and_by_groups_of_standings() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        for (title, starts, ends) in [
            ("Long", "2024-02-01", "2031-08-31"),
            ("Bientôt", "2024-02-01", "2027-03-31"),
            ("Échu", "2024-02-01", "2026-08-31"),
        ] {
            let form = AgreementForm {
                title_fr: title.into(),
                starts: starts.into(),
                ends: ends.into(),
                ..sample.form("other")
            };
            concluded(&app, &sample, &form).await;
        }
        sample
            .agreement(
                &app,
                &AgreementForm { title_fr: "Projet".into(), ..sample.form("other") },
                State::Draft,
            )
            .await;
        let officer = Program::of(&app, &sample, "officer");
        let asked = async |query: &str| officer.get(&format!("{AGREEMENTS}?{query}")).await;
        for (query, titles) in [
            ("standing=in_force", vec!["Long"]),
            ("standing=binding", vec!["Bientôt", "Long"]),
            ("standing=not_over", vec!["Bientôt", "Long", "Projet"]),
            ("standing=binding&on=2026-08-31", vec!["Bientôt", "Long", "Échu"]),
            ("standing=ending_soon&on=2030-12-31", vec!["Long"]),
            ("standing=not_over&on=2031-09-01", vec!["Projet"]),
            // They were signed on 10 January 2024.
            ("standing=binding&on=2024-01-09", vec![]),
            ("standing=signed&on=2024-01-10", vec!["Bientôt", "Long", "Échu"]),
            ("standing=draft&on=2024-01-09", vec!["Bientôt", "Long", "Projet", "Échu"]),
            ("year=2024/2025&on=2024-01-09", vec![]),
        ] {
            assert_eq!(asked(query).await.titles(), titles, "{query}");
        }
        assert_eq!(asked("on=2026").await.faults(), [("on", "not_a_day")]);
        let list = asked("q=echu&on=2026-08-31").await.body;
        let line = &list["items"][0];
        assert_eq!(line["standing"], "ending_soon", "{line}");
        let own = format!("{AGREEMENTS}/{}", line["id"].as_str().expect("an id"));
        assert_eq!(officer.get(&own).await.body["standing"], "expired");
        assert_eq!(officer.get(&format!("{own}?on=2024-01-15")).await.body["standing"], "signed");
        assert_eq!(officer.get(&format!("{own}?on=hier")).await.faults(), [("on", "not_a_date")]);

        let (_, cookie) = sample.session(&app, "officer").await.expect("a session");
        let shown = page(&app, &cookie, "/fr/agreements?standing=binding&on=2026-08-31").await;
        for words in ["Au : 31 août 2026", "État : En vigueur, fin proche comprise", "?on=2026-08-31\""] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
        assert!(
            shown.contains("href=\"/fr/agreements?standing=binding\""),
            "a link takes the day away: {shown}"
        );
        let today = page(&app, &cookie, "/en/agreements?standing=not_over").await;
        assert!(today.contains("Standing: Not over") && !today.contains("As of: "), "{today}");
        let id = own.rsplit('/').next().expect("an id");
        let shown = page(&app, &cookie, &format!("/en/agreements/{id}?on=2024-01-15")).await;
        assert!(shown.contains("Its standing on January 15, 2024") && shown.contains(">Signed<"), "{shown}");
        let now = page(&app, &cookie, &format!("/en/agreements/{id}")).await;
        assert!(!now.contains("Its standing on") && now.contains(">Expired<"), "{now}");
        let table = page(&app, &cookie, "/fr/agreements/files/agreements.csv?q=echu&on=2024-01-15").await;
        assert!(table.contains(";Signé;"), "{table}");
        app
    })
    .await;
}
