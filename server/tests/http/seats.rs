//! The board of places and the ledger of a flow, as pages, as tables and over REST.

use crate::{
    nominations::exchange_of,
    rest::{Program, on},
    support::{
        TestApp, header, on_each_database,
        sample::{Sample, State},
    },
};
use app::{
    desk::{
        agreements,
        board::{self, BoardQuery},
        exchanges::{self, ExchangeQuery},
        negotiation, read_query,
    },
    error::AppError,
};
use chrono::TimeDelta;
use domain::{
    access::Role,
    agreement::{AgreementForm, SignatureForm},
    flow::{FlowForm, FlowLanguageForm, PoolForm},
    id::{FlowId, PoolId},
    problem::Problem,
};
use reqwest::{Method, StatusCode, header::HeaderMap};
use serde_json::{Value, json};
use server::refusal::{Asker, Refusal};
use store::nomination::{self, NominationFilter, Order};

const TODAY: &str = "2026-10-05";

async fn page(app: &TestApp, sample: &Sample, who: &str, path: &str) -> (StatusCode, String) {
    let (_, cookie) = sample.session(app, who).await.unwrap_or_default();
    let answer = app.ask(Method::GET, path).header("cookie", cookie).send().await.expect("an answer");
    (answer.status(), answer.text().await.expect("a page"))
}

/// Sends a plain form as a page does; answers where it leads, and the page there.
async fn send(
    app: &TestApp,
    sample: &Sample,
    who: &str,
    function: &str,
    pairs: &[(&str, &str)],
) -> (String, String) {
    let (_, cookie) = sample.session(app, who).await.expect("a session");
    let body = url::form_urlencoded::Serializer::new("lang=fr".to_owned()).extend_pairs(pairs).finish();
    let ask = app.post(&format!("/api/{function}")).header("cookie", &cookie).body(body);
    let ask = ask.header("content-type", "application/x-www-form-urlencoded");
    let answer = ask.send().await.expect("an answer");
    let location = header(&answer, "location").to_owned();
    let next = app.ask(Method::GET, &location).header("cookie", &cookie).send().await.expect("an answer");
    (location, next.text().await.expect("a page"))
}

/// Puts students forward for the first term of this academic year; who finds no place waits.
async fn nominate(app: &TestApp, sample: &Sample, flow: FlowId, names: &[&str]) {
    let home = Program::of(app, sample, "officer of another party");
    for name in names {
        app.wait(TimeDelta::seconds(1));
        let email = format!("{}@exemple.invalid", name.to_lowercase());
        let student = json!({"name": format!("{name} Exemple"), "email": email});
        let body = json!({"student": student, "year": "2026/2027", "term": "S1"});
        let told = home.post(&format!("/api/v1/flows/{flow}/nominations"), &body).await;
        let is_taken = told.status == StatusCode::CREATED || told.kind() == "/problems/waitlisted";
        assert!(is_taken, "{}", told.body);
    }
}

fn ledger(flow: FlowId) -> String {
    format!("/fr/seats/flows/{flow}/2026")
}

#[tokio::test]
async fn an_office_sees_its_flows_filtered_added_up_and_takes_them_away() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let full = sample.flow(&app, State::Shared).await;
        let empty = sample.flow(&app, State::Shared).await;
        nominate(&app, &sample, full, &["Anne", "Bao", "Chloe"]).await;
        for (who, status) in [
            ("visitor", StatusCode::FOUND),
            ("student", StatusCode::FORBIDDEN),
            ("observer", StatusCode::OK),
            ("officer of a stranger", StatusCode::OK),
            ("administrator", StatusCode::OK),
        ] {
            assert_eq!(page(&app, &sample, who, "/fr/seats").await.0, status, "{who}");
        }
        let (_, nothing) = page(&app, &sample, "officer of a stranger", "/fr/seats").await;
        assert!(nothing.contains("Aucun flux") && !nothing.contains("data-line"), "{nothing}");
        let (_, all) = page(&app, &sample, "observer", "/fr/seats").await;
        assert!(all.contains("2 flux") && all.contains(">2/2<") && all.contains(">0/2<"), "{all}");
        assert!(all.contains("2026/2027 : complet, 2 réservées, 1 en liste d’attente"), "{all}");
        assert!(all.contains(">+1<") && all.contains("Keiō Exemple"), "{all}");
        assert!(all.contains("class=\"shares\">2 réservées</span>"), "{all}");
        assert!(all.contains("href=\"/fr/seats\"") && !all.contains("Anne"), "{all}");
        let [own, other] = ["own", "other"].map(|name| sample.institution(name));
        for who in ["observer", "administrator"] {
            let (_, board) = page(&app, &sample, who, "/fr/seats").await;
            let leads = [[own, other], [other, own]]
                .map(|[of, with]| format!("/fr/institutions/{of}/with/{with}/balance"));
            let led = leads
                .iter()
                .find(|address| board.contains(address.as_str()))
                .expect("the way to the balance");
            assert_eq!(page(&app, &sample, who, led).await.0, StatusCode::OK, "{who} {led}");
        }

        let narrowed = "fullness=full&direction=in";
        let (_, shown) = page(&app, &sample, "observer", &format!("/fr/seats?{narrowed}")).await;
        assert!(shown.contains(&full.to_string()) && !shown.contains(&empty.to_string()), "{shown}");
        assert!(shown.contains("Occupation : complet") && shown.contains("1 flux"), "{shown}");
        let (_, none) = page(&app, &sample, "observer", "/fr/seats?direction=out").await;
        assert!(none.contains("Aucun flux ne répond"), "{none}");
        let (_, summed) = page(&app, &sample, "observer", "/fr/seats?group=country").await;
        assert!(summed.contains("Japon") && summed.contains("/fr/seats?country=JP"), "{summed}");
        assert!(
            summed.contains("data-line=\"JP\"") && summed.contains("id=\"live-state\""),
            "it follows: {summed}"
        );
        let (_, unsure) = page(&app, &sample, "observer", "/fr/seats?fullness=rien").await;
        assert!(unsure.contains("2 flux") && unsure.contains("compris"), "{unsure}");

        let (_, cookie) = sample.session(&app, "observer").await.expect("a session");
        let take = async |path: &str| {
            app.ask(Method::GET, path).header("cookie", &cookie).send().await.expect("an answer")
        };
        let csv = take(&format!("/fr/seats/files/seats.csv?{narrowed}")).await;
        assert_eq!(header(&csv, "content-disposition"), "attachment; filename=\"seats.csv\"");
        let csv = csv.text().await.expect("a table");
        assert_eq!(csv.lines().count(), 2, "exactly the filtered board: {csv}");
        let line = csv.lines().nth(1).expect("a line");
        assert!(line.starts_with(&full.to_string()) && line.contains(";2;2;2;2;0;0;0;1;0;complet;"), "{csv}");
        let columns = |line: &str| line.split(';').count();
        assert_eq!(csv.lines().map(columns).collect::<Vec<_>>(), [52, 52]);
        let xlsx = take("/en/seats/files/seats.xlsx").await;
        assert_eq!(&xlsx.bytes().await.expect("a workbook")[..2], b"PK");
        assert_eq!(take("/fr/seats/files/seats.pdf").await.status(), StatusCode::NOT_FOUND);
        assert_eq!(take("/fr/seats/files/agreements.csv").await.status(), StatusCode::NOT_FOUND);
        assert_eq!(app.get("/fr/seats/files/seats.csv").await.status(), StatusCode::NOT_FOUND);

        let observer = Program::of(&app, &sample, "observer");
        let told = observer.get(&format!("/api/v1/seats?{narrowed}")).await;
        assert_eq!((&told.body["count"], &told.body["items"][0]["flow"]), (&json!(1), &json!(full)));
        let year = &told.body["items"][0]["years"][1];
        assert_eq!(
            (&year["year"], &year["used"], &year["waitlisted"]),
            (&json!("2026/2027"), &json!(2), &json!(1))
        );
        let wrong = observer.get("/api/v1/seats?fullness=rien&from=x").await;
        assert_eq!(wrong.faults(), [("from", "not_a_number"), ("fullness", "not_a_choice")]);
        app
    })
    .await;
}

#[tokio::test]
async fn a_board_is_added_up_for_readers_programs_and_tables_alike() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let full = sample.flow(&app, State::Shared).await;
        sample.flow(&app, State::Shared).await;
        nominate(&app, &sample, full, &["Anne", "Bao", "Chloe"]).await;
        let other = sample.institution("other");
        let observer = Program::of(&app, &sample, "observer");
        let (_, cookie) = sample.session(&app, "observer").await.expect("a session");
        let take = async |path: &str| {
            app.ask(Method::GET, path).header("cookie", &cookie).send().await.expect("an answer")
        };
        let sums = observer.get("/api/v1/seats/sums?by=country").await;
        let mut expected = json!({"key": "JP", "flows": 2, "cap": 4, "capacity": 4, "used": 2, "held": 2, "accepted": 0,
            "confirmed": 0, "remaining": 2, "waitlisted": 1, "balance": null});
        assert_eq!(sums.body["items"], json!([expected]));
        let sums = observer.get("/api/v1/seats/sums").await;
        (expected["key"], expected["balance"]) = (json!(other), json!(0));
        assert_eq!(sums.body["items"], json!([expected]), "by partner, with the balance");
        let sums = observer.get("/api/v1/seats/sums?by=country&fullness=full").await;
        assert_eq!(sums.body["items"][0]["flows"], 1, "{}", sums.body);
        let sums = observer.get("/api/v1/seats/sums?by=level&direction=out").await;
        assert_eq!(sums.body["items"], json!([]));
        let wrong = observer.get("/api/v1/seats/sums?by=rien&year=x&level=9").await;
        let mut told = wrong.faults();
        told.sort_unstable();
        let faults = [("by", "not_a_choice"), ("level", "not_an_eqf_level"), ("year", "not_a_number")];
        assert_eq!(told, faults);

        let csv = take("/fr/seats/files/seats.csv?group=partner").await.text().await.expect("a table");
        let lines: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
        assert!(lines[0].starts_with("Partenaire;Flux;2026/2027 Plafond;"), "{csv}");
        assert!(lines[0].ends_with("2026/2027 Libres;2026/2027 En attente;Équilibre fin 2026/2027"), "{csv}");
        assert_eq!(lines[1..], ["Keiō Exemple;2;4;4;2;2;0;0;2;1;0"], "{csv}");
        let ask = async |path: &str| {
            let ask = app.client.get(app.url(path)).bearer_auth(sample.token("observer").expect("a token"));
            ask.header("accept-language", "fr").send().await.expect("an answer")
        };
        let told = ask("/api/v1/seats/export/csv?by=partner").await.text().await.expect("a table");
        assert_eq!(told, csv, "a program takes the same away");
        let told = ask("/api/v1/seats/export/csv?fullness=full&direction=in").await;
        assert_eq!(told.text().await.expect("a table").lines().count(), 2);
        let told = ask("/api/v1/seats/export/xlsx?by=country").await;
        assert_eq!(&told.bytes().await.expect("a workbook")[..2], b"PK");
        let wrong = observer.get("/api/v1/seats/export/csv?by=rien&from=x").await;
        assert_eq!(wrong.faults(), [("from", "not_a_number"), ("by", "not_a_choice")]);
        let (_, summed) = page(&app, &sample, "observer", "/fr/seats?group=partner").await;
        assert!(summed.contains("Équilibre fin 2026/2027") && summed.contains("2 réservées"), "{summed}");
        assert!(summed.contains("/fr/seats/files/seats.csv?group=partner"), "{summed}");
        app
    })
    .await;
}

#[tokio::test]
async fn a_board_too_long_for_a_table_is_refused_and_not_cut() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        for _ in 0..2 {
            sample.flow(&app, State::Shared).await;
        }
        let desk = sample.desk(&app, "observer").await;
        let whole = board::table(&desk, &BoardQuery::default(), 2).await.expect("a table");
        assert_eq!(whole.len(), 3, "a head and two flows");
        let error = board::table(&desk, &BoardQuery::default(), 1).await.expect_err("too long");
        assert!(matches!(&error, AppError::Invalid { fields } if fields.at("flows") == Some(&Problem::TooMany { max: 1 })));
        let asker = Asker::of(&HeaderMap::new(), "/fr/seats/files/seats.csv");
        let answer = Refusal::from(error).answer_to(&app.running.web, &asker);
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let page = axum::body::to_bytes(answer.into_body(), 1 << 20).await.expect("a page");
        let page = String::from_utf8(page.to_vec()).expect("UTF-8");
        assert!(page.contains("Un tableau a 1 lignes au plus"), "{page}");
        app
    })
    .await;
}

#[tokio::test]
async fn years_are_called_as_each_flow_counts_them() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let (own, other) = (sample.institution("own"), sample.institution("other"));
        sample.flow(&app, State::Shared).await;
        let southern = FlowForm {
            kind: "student_studies".into(),
            sender: own.to_string(),
            receiver: other.to_string(),
            cap: "2".into(),
            first_year: "2026/2026".into(),
            ..FlowForm::default()
        };
        let form =
            AgreementForm { kind: "student_exchange".into(), flows: vec![southern], ..sample.form("other") };
        crate::inbox::concluded(&app, &sample, &form).await;

        for (direction, name, middle) in [
            ("in", "2026/2027", "2026/2027"),
            ("out", "2026/2026", "2026/2026"),
            ("", "2026/2027 · 2026/2026", "2026/2026"),
        ] {
            let (_, board) =
                page(&app, &sample, "observer", &format!("/fr/seats?direction={direction}")).await;
            assert!(board.contains(&format!(">{name}<")), "{name}: {board}");
            assert_eq!(board.contains("par années civiles"), direction != "in", "{board}");
            assert_eq!(board.contains("2026/2027"), direction != "out", "{board}");
            let file = format!("/fr/seats/files/seats.csv?direction={direction}");
            let (_, table) = page(&app, &sample, "observer", &file).await;
            let head = table.lines().next().expect("a head");
            for column in [format!(";{name} Plafond;"), format!(";Équilibre fin {name}")] {
                assert!(head.contains(&column), "{column}: {table}");
            }
            assert!(table.lines().skip(1).any(|line| line.contains(&format!(";{middle};"))), "{table}");
        }
        let balance = format!("/fr/institutions/{own}/with/{other}/balance");
        let (_, balance) = page(&app, &sample, "observer", &balance).await;
        assert!(balance.contains("Pour 2027/2028 · 2027/2027"), "{balance}");
        app
    })
    .await;
}

#[tokio::test]
async fn a_ledger_names_students_to_those_who_may_read_their_nomination() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let flow = sample.flow(&app, State::Shared).await;
        let (_, before) = page(&app, &sample, "observer", &ledger(flow)).await;
        assert!(
            before.contains("tel que prévu par l’accord") && before.contains("Personne n’attend"),
            "{before}"
        );
        nominate(&app, &sample, flow, &["Anne", "Bao", "Chloe"]).await;
        let (status, home) = page(&app, &sample, "officer of another party", &ledger(flow)).await;
        assert_eq!(status, StatusCode::OK);
        for name in ["Anne Exemple", "Bao Exemple", "Chloe Exemple"] {
            assert!(home.contains(name), "{name}: {home}");
        }
        let (_, host) = page(&app, &sample, "observer", &ledger(flow)).await;
        assert!(
            host.contains("Anne Exemple") && !host.contains("Chloe"),
            "who waits is not known yet: {host}"
        );
        assert!(host.contains("1 personne"), "{host}");
        let (_, other) = page(&app, &sample, "administrator", &ledger(flow)).await;
        assert!(other.contains("Prise par une personne") && !other.contains("Anne"), "{other}");
        for who in ["officer of a stranger", "student"] {
            assert_eq!(page(&app, &sample, who, &ledger(flow)).await.0, StatusCode::NOT_FOUND, "{who}");
        }
        assert_eq!(page(&app, &sample, "visitor", &ledger(flow)).await.0, StatusCode::FOUND);
        for path in ["/fr/seats/flows/rien/2026".to_owned(), format!("/fr/seats/flows/{flow}/rien")] {
            assert_eq!(page(&app, &sample, "officer", &path).await.0, StatusCode::NOT_FOUND, "{path}");
        }
        app
    })
    .await;
}

/// Puts someone forward for a flow of the own office; answers the nomination, with a place or in line.
async fn put_forward(app: &TestApp, sample: &Sample, flow: FlowId, email: &str) -> String {
    app.wait(TimeDelta::seconds(1));
    let student = json!({"name": format!("Nom de {email}"), "email": email});
    let body = json!({"student": student, "year": "2026/2027", "term": "S1"});
    let path = format!("/api/v1/flows/{flow}/nominations");
    let told = Program::of(app, sample, "officer").post(&path, &body).await;
    let id = if told.status == StatusCode::CREATED {
        &told.body["id"]
    } else {
        &told.body["waitlisted"]["nomination"]
    };
    id.as_str().unwrap_or_else(|| panic!("put forward: {}", told.body)).to_owned()
}

/// Acts on a nomination a second later.
async fn act(app: &TestApp, sample: &Sample, who: &str, id: &str, act: &str) {
    app.wait(TimeDelta::seconds(1));
    let reason = json!({"reason": "Parce que"});
    let body = if act == "withdraw" { reason } else { json!({}) };
    let told = Program::of(app, sample, who).post(&format!("/api/v1/nominations/{id}/{act}"), &body).await;
    assert_eq!(told.status, StatusCode::OK, "{who} {act}: {}", told.body);
}

/// Who wrote each line of the year 2026 of a flow, as a reader is told: by name, and on which side.
async fn writers(app: &TestApp, sample: &Sample, who: &str, flow: FlowId) -> Vec<[String; 2]> {
    let told = Program::of(app, sample, who).get(&format!("/api/v1/flows/{flow}/years/2026")).await;
    let lines = told.body["ledger"]["lines"].as_array().unwrap_or_else(|| panic!("lines: {}", told.body));
    let said = |line: &Value, key: &str| line[key].as_str().unwrap_or("-").to_owned();
    lines.iter().map(|line| [said(line, "by"), said(line, "by_side")]).collect()
}

/// The account "officer of a stranger" studies at the own institution, too: its name is told from every other.
#[tokio::test]
async fn a_ledger_names_no_student_through_what_they_did() {
    const WHO: &str = "officer of a stranger";
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        sample.join(&app, WHO, "own", Role::Student).await;
        let own = "officer.of.a.stranger@exemple.invalid";
        let flow = crate::nominations::exchange(&app, &sample, "1").await;
        let first = put_forward(&app, &sample, flow, "eleve1@exemple.invalid").await;
        let declined = put_forward(&app, &sample, flow, own).await;
        let next = put_forward(&app, &sample, flow, "student@exemple.invalid").await;
        act(&app, &sample, "officer", &first, "withdraw").await;
        act(&app, &sample, WHO, &declined, "decline").await;
        // The host is asked to take the next student, and was never asked to take the one before.
        act(&app, &sample, "student", &next, "take").await;
        let home = writers(&app, &sample, "observer", flow).await;
        let [cap, officer, registry] = [["-", "-"], ["officer", "home"], ["-", "registry"]];
        assert_eq!(home, [cap, officer, officer, registry, [WHO, "student"], registry]);
        let host = writers(&app, &sample, "officer of another party", flow).await;
        assert_eq!(host, [cap, officer, officer, registry, ["-", "student"], registry]);
        let nobody = ["-", "home"];
        let administrator = writers(&app, &sample, "administrator", flow).await;
        assert_eq!(administrator, [cap, nobody, nobody, registry, ["-", "student"], registry]);
        for (who, is_named) in
            [("observer", true), ("officer of another party", false), ("administrator", false)]
        {
            let (_, shown) = page(&app, &sample, who, &ledger(flow)).await;
            assert!(shown.contains(">le registre<"), "{who}: {shown}");
            assert_eq!(shown.contains(">une personne<"), !is_named, "{who}: {shown}");
            let lines = shown.split("id=\"ledger\"").nth(1).expect("the ledger");
            assert_eq!(lines.contains(WHO), is_named, "{who}: {lines}");
        }

        // Confirming a place gives up what is held elsewhere, which goes to the next in line.
        let here = crate::nominations::exchange(&app, &sample, "1").await;
        let elsewhere = crate::nominations::exchange(&app, &sample, "1").await;
        let confirmed = put_forward(&app, &sample, here, own).await;
        put_forward(&app, &sample, elsewhere, own).await;
        put_forward(&app, &sample, elsewhere, "eleve2@exemple.invalid").await;
        act(&app, &sample, "officer of another party", &confirmed, "accept").await;
        act(&app, &sample, WHO, &confirmed, "confirm").await;
        let host = writers(&app, &sample, "officer of another party", elsewhere).await;
        assert_eq!(host, [cap, officer, [WHO, "student"], registry], "whom the host was asked to take");
        let administrator = writers(&app, &sample, "administrator", elsewhere).await;
        assert_eq!(administrator, [cap, nobody, ["-", "student"], registry]);
        let (_, shown) = page(&app, &sample, "administrator", &ledger(elsewhere)).await;
        assert!(!shown.contains(WHO), "{shown}");
        app
    })
    .await;
}

#[tokio::test]
async fn a_lead_changes_how_many_places_there_are_and_is_told_what_stands_against_it() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let flow = sample.flow(&app, State::Shared).await;
        nominate(&app, &sample, flow, &["Anne", "Bao", "Chloe"]).await;
        let (_, officer) = page(&app, &sample, "officer", &ledger(flow)).await;
        assert!(!officer.contains("/api/adjust_seats"), "an officer decides nothing: {officer}");
        let id = flow.to_string();
        let with = |fields: &[(&'static str, &'static str)]| {
            let mut pairs = vec![("flow", id.as_str()), ("first_year", "2026")];
            pairs.extend(fields);
            pairs
        };
        let wrong = with(&[("form[units]", "zéro"), ("form[reason]", "Accord du doyen")]);
        let (back, shown) = send(&app, &sample, "lead", "adjust_seats", &wrong).await;
        assert!(back.starts_with(&format!("{}?kept=", ledger(flow))), "{back}");
        assert!(shown.contains("value=\"zéro\"") && shown.contains("Accord du doyen"), "{shown}");
        assert!(shown.contains("href=\"#f-form-units\""), "the summary leads to the field: {shown}");
        let fewer = with(&[("form[units]", "−1"), ("form[reason]", "Travaux")]);
        let (_, shown) = send(&app, &sample, "lead", "adjust_seats", &fewer).await;
        assert!(shown.contains("2 places sont prises en 2026/2027"), "{shown}");
        let way = shown.split("Ces nominations devraient").nth(1).expect("who would have to go");
        assert!(
            way.split("</ol>").next().expect("a list").contains("Bao Exemple"),
            "the last to come: {way}"
        );

        let beyond = with(&[("beyond[units]", "1"), ("beyond[reason]", "Fratrie")]);
        let (done, shown) = send(&app, &sample, "lead", "override_seats", &beyond).await;
        assert!(done.ends_with("?done=overridden"), "{done}");
        assert!(shown.contains("▲ 1") && shown.contains("Fratrie") && shown.contains(">3/3<"), "{shown}");
        assert!(shown.contains("Une nomination attend encore une réponse"), "{shown}");
        let (refused, shown) = send(&app, &sample, "lead", "close_seat_year", &with(&[])).await;
        assert!(refused.contains("kept=") && shown.contains("On attend encore une réponse pour"), "{shown}");

        // Not before it has begun: what is closed stays so.
        let (_, early) = page(&app, &sample, "lead", &format!("/fr/seats/flows/{flow}/2027")).await;
        assert!(early.contains("n’a pas commencé") && !early.contains("/api/close_seat_year"), "{early}");
        let told =
            Program::of(&app, &sample, "lead").act(&format!("/api/v1/flows/{flow}/years/2027/close")).await;
        assert_eq!(told.body["seats"]["cause"], "not_begun", "{}", told.body);
        app.wait(TimeDelta::days(365));
        let next = with(&[])
            .into_iter()
            .map(|(key, value)| if value == "2026" { (key, "2027") } else { (key, value) });
        let next: Vec<_> = next.collect();
        let (done, shown) = send(&app, &sample, "lead", "close_seat_year", &next).await;
        assert!(done.ends_with("/2027?done=closed") && shown.contains("Cette année est close"), "{shown}");
        let (_, later) = page(&app, &sample, "lead", &format!("/fr/seats/flows/{flow}/2028")).await;
        assert!(later.contains("Reporté de l’année précédente") && later.contains(">0/4<"), "{later}");
        let (_, trail) = page(&app, &sample, "administrator", "/fr/admin/audit").await;
        assert!(trail.contains("année close") && trail.contains("places au-delà du plafond"), "{trail}");
        app
    })
    .await;
}

#[tokio::test]
async fn the_board_says_in_what_a_flow_is_counted_and_what_is_to_be_confirmed() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let form = FlowForm {
            cap: "5?".into(),
            unit: "semester".into(),
            cap_period: "agreement".into(),
            ..FlowForm::default()
        };
        let flow = exchange_of(&app, &sample, "student_studies", form).await;
        let (_, board) = page(&app, &sample, "observer", "/fr/seats").await;
        for words in ["en semestres", "places de tout l’accord", "à confirmer"] {
            assert!(board.contains(words), "{words}: {board}");
        }
        let (_, shown) = page(&app, &sample, "observer", &ledger(flow)).await;
        assert!(shown.contains("(à confirmer)"), "{shown}");
        let told = Program::of(&app, &sample, "observer").get("/api/v1/seats").await;
        let line = &told.body["items"][0];
        let said = (&line["unit"], &line["cap_period"], &line["cap_to_confirm"]);
        assert_eq!(said, (&json!("semester"), &json!("agreement"), &json!(true)), "{}", told.body);
        let (_, cookie) = sample.session(&app, "observer").await.expect("a session");
        let csv = app.ask(Method::GET, "/fr/seats/files/seats.csv").header("cookie", &cookie);
        let csv = csv.send().await.expect("an answer").text().await.expect("a table");
        assert!(
            csv.contains("Une place est;Ces places valent;")
                && csv.contains(";Un semestre;Toute la durée de l’accord;"),
            "{csv}"
        );
        app
    })
    .await;
}

#[tokio::test]
async fn a_form_that_is_sent_twice_changes_the_places_once() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let flow = sample.flow(&app, State::Shared).await;
        let (_, html) = page(&app, &sample, "lead", &ledger(flow)).await;
        let keys: Vec<&str> = html.split("name=\"key\" value=\"").skip(1).collect();
        let keys: Vec<&str> = keys.iter().map(|rest| rest.split('"').next().expect("a value")).collect();
        assert_eq!(keys.len(), 3, "each form has a name of its own: {html}");
        assert!(keys[0] != keys[1] && keys[1] != keys[2], "{keys:?}");
        let id = flow.to_string();
        let more = |key: &'static str, units: &'static str| {
            [
                ("flow", &*id),
                ("first_year", "2026"),
                ("key", key),
                ("form[units]", units),
                ("form[reason]", "Doyen"),
            ]
        };
        // The second of the same is the first one's echo; another number, or another page's form, is another wish.
        for (key, units, there) in
            [("a", "2", 4), ("a", "2", 4), ("a", "1", 5), ("b", "2", 7), ("", "1", 8), ("", "1", 9)]
        {
            let (done, shown) = send(&app, &sample, "lead", "adjust_seats", &more(key, units)).await;
            assert!(done.ends_with("?done=adjusted"), "{done}");
            assert!(shown.contains(&format!(">0/{there}<")), "{key} {units} {there}: {shown}");
        }
        app
    })
    .await;
}

#[tokio::test]
async fn a_form_of_a_nomination_that_is_sent_twice_is_answered_twice_as_it_was() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let flow = sample.flow(&app, State::Shared).await.to_string();
        let form = |key: &'static str| {
            [
                ("flow", &*flow),
                ("key", key),
                ("form[student][name]", "Anne Exemple"),
                ("form[student][email]", "anne@exemple.invalid"),
                ("form[year]", "2026/2027"),
                ("form[term]", "S1"),
            ]
        };
        let home = "officer of another party";
        let (first, _) = send(&app, &sample, home, "nominate_student", &form("a")).await;
        let (again, _) = send(&app, &sample, home, "nominate_student", &form("a")).await;
        assert!(first.ends_with("?done=nominated") && again == first, "{first} {again}");
        let (anew, shown) = send(&app, &sample, home, "nominate_student", &form("b")).await;
        assert!(anew.contains("kept=") && shown.contains("déjà nommée"), "{anew}");
        let id = first.split(['/', '?']).nth(3).expect("an id");
        for _ in 0..2 {
            let fields = [("id", id), ("act", "accept"), ("key", "c")];
            let (done, _) = send(&app, &sample, "officer", "act_on_nomination", &fields).await;
            assert!(done.ends_with("?done=acted"), "{done}");
        }
        let fields = [("id", id), ("act", "accept"), ("key", "d")];
        let (changed, _) = send(&app, &sample, "officer", "act_on_nomination", &fields).await;
        assert!(changed.contains("kept="), "{changed}");
        app
    })
    .await;
}

#[tokio::test]
async fn nothing_is_changed_in_a_year_that_the_flow_does_not_have() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let flow = FlowForm {
            kind: "student_studies".into(),
            sender: sample.institution("other").to_string(),
            receiver: sample.institution("own").to_string(),
            cap: "2".into(),
            budget: "7".into(),
            last_year: "2027/2028".into(),
            ..FlowForm::default()
        };
        let form = AgreementForm { flows: vec![flow], ..sample.form("other") };
        let agreement = crate::inbox::concluded(&app, &sample, &form).await;
        let mut tx = app.db().read().await.expect("a transaction");
        let flow = store::flow::of_agreement(&mut tx, agreement).await.expect("read")[0].flow.id;
        drop(tx);
        let lead = Program::of(&app, &sample, "lead");
        let more = json!({"units": 1, "reason": "Doyen"});
        for act in ["adjust", "override", "close"] {
            let told = lead.post(&format!("/api/v1/flows/{flow}/years/2028/{act}"), &more).await;
            assert_eq!(told.kind(), "/problems/seats", "{act}: {}", told.body);
            assert_eq!(told.body["seats"]["cause"], "out_of_years", "{act}: {}", told.body);
        }
        let (_, shown) = page(&app, &sample, "lead", &format!("/fr/seats/flows/{flow}/2028")).await;
        assert!(!shown.contains("/api/adjust_seats") && !shown.contains("/api/close_seat_year"), "{shown}");

        // Seven months are enough for one semester: what is opened beyond the cap opens nothing, and that is said.
        nominate(&app, &sample, flow, &["Anne", "Bao"]).await;
        let told = lead.post(&format!("/api/v1/flows/{flow}/years/2026/override"), &more).await;
        let said = (&told.body["remaining"], &told.body["waitlisted"], &told.body["is_out_of_time"]);
        assert_eq!(said, (&json!(2), &json!(1), &json!(true)), "{}", told.body);
        let told = lead.post(&format!("/api/v1/flows/{flow}/years/2027/adjust"), &more).await;
        assert_eq!(told.body["is_out_of_time"], false, "{}", told.body);
        let (_, shown) = page(&app, &sample, "lead", &ledger(flow)).await;
        assert!(shown.contains("La durée restante ne suffit plus"), "{shown}");
        let lines = shown.split("id=\"lines\"").nth(1).and_then(|rest| rest.split("</table>").next());
        let lines = lines.expect("the lines");
        assert!(
            lines.contains(">+7 mois<") && lines.contains(">+5 mois<"),
            "each line says its months: {lines}"
        );
        app
    })
    .await;
}

/// A revision that lowers the cap of a flow while someone more is put forward: it is refused when the last party approves it.
#[tokio::test]
async fn an_approval_that_would_leave_too_few_places_names_who_would_have_to_go() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let flow = sample.flow(&app, State::Shared).await;
        nominate(&app, &sample, flow, &["Anne"]).await;
        let desk = sample.desk(&app, "officer").await;
        let mut tx = app.db().read().await.expect("a transaction");
        let agreement = store::flow::find(&mut tx, flow).await.expect("read").expect("a flow").agreement;
        let record = store::agreement::get(&mut tx, agreement).await.expect("read");
        drop(tx);
        let mut form = AgreementForm::from(&record.draft().expect("a draft"));
        form.flows[0].cap = "1".into();
        agreements::update(&desk, agreement, record.version, &form).await.expect("one place is enough");
        nominate(&app, &sample, flow, &["Bao"]).await;
        let mut tx = app.db().read().await.expect("a transaction");
        let record = store::agreement::get(&mut tx, agreement).await.expect("read");
        let waiting = NominationFilter { flow: Some(flow), ..NominationFilter::default() };
        let all = nomination::list(&mut tx, &waiting, Order::Newest, (9, 0)).await.expect("read");
        drop(tx);
        let bao = all.iter().find(|one| one.student_name == "Bao Exemple").expect("put forward").id;
        let latest = record.latest().expect("a revision");
        let (hash, number) = (latest.hash.to_string(), latest.number.to_string());
        let party = |key: &str| sample.institution(key).to_string();
        let approval = |key: &str| json!({"hash": hash, "approvals": [{"institution": party(key)}]});
        let path = format!("/api/v1/agreements/{agreement}");
        let other = Program::of(&app, &sample, "lead of another party");
        let told = other.post(&format!("{path}/approve"), &approval("other")).await;
        assert_eq!(told.status, StatusCode::OK, "{}", told.body);

        let (id, own) = (agreement.to_string(), party("own"));
        let fields = [
            ("id", id.as_str()),
            ("number", &number),
            ("hash", &hash),
            ("approvals[0][institution]", &own),
            ("approvals[0][record]", "on"),
        ];
        let (back, shown) = send(&app, &sample, "lead", "approve_agreement", &fields).await;
        assert!(back.contains("/revisions/2?kept="), "{back}");
        assert!(shown.contains("2 places sont prises en 2026/2027 : 1 ne suffit pas"), "{shown}");
        let way = shown.split("Ces nominations devraient").nth(1).expect("who would have to go");
        let way = way.split("</ol>").next().expect("a list");
        let link = format!("<a href=\"/fr/nominations/{bao}\">Bao Exemple</a>");
        assert!(way.contains(&link) && !way.contains("Anne"), "the last to come: {way}");

        let lead = Program::of(&app, &sample, "lead");
        let go = json!([{"nomination": bao, "student": "Bao Exemple", "state": "nominated"}]);
        for (act, rows) in [("approve", "approvals"), ("sign", "signatures")] {
            let body = json!({"hash": hash, rows: [{"institution": own}]});
            let told = lead.post(&format!("{path}/{act}"), &body).await;
            if act == "sign" {
                // The other party signs first: only the last signature makes it rule.
                assert_eq!(told.status, StatusCode::OK, "{}", told.body);
                let body = json!({"hash": hash, rows: [{"institution": party("other")}]});
                let told = other.post(&format!("{path}/{act}"), &body).await;
                assert_eq!(
                    (told.kind(), &told.body["in_the_way"]),
                    ("/problems/seats", &go),
                    "{}",
                    told.body
                );
            } else {
                assert_eq!(
                    (told.kind(), &told.body["in_the_way"]),
                    ("/problems/seats", &go),
                    "{}",
                    told.body
                );
                assert_eq!(told.body["seats"]["flow"], json!(flow));
            }
        }
        // Once they went, it rules.
        lead.post(&format!("/api/v1/nominations/{bao}/reject"), &json!({"reason": "Travaux"})).await;
        let (done, shown) = send(&app, &sample, "lead", "approve_agreement", &fields).await;
        assert!(done.ends_with("?done=approved"), "{done}: {shown}");
        let (_, shown) = page(&app, &sample, "lead", &ledger(flow)).await;
        assert!(shown.contains(">1/1<"), "{shown}");
        assert!(
            shown.contains(&link.replace("Bao Exemple</a>", "")),
            "names lead to the nomination: {shown}"
        );
        app
    })
    .await;
}

#[tokio::test]
async fn where_the_receiver_has_no_account_the_sender_says_what_attests_to_it() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let flow = FlowForm {
            kind: "student_traineeship".into(),
            sender: sample.institution("own").to_string(),
            receiver: sample.institution("alone").to_string(),
            cap: "2".into(),
            ..FlowForm::default()
        };
        let form = AgreementForm { flows: vec![flow], ..sample.form("alone") };
        let agreement = sample.agreement(&app, &form, State::Shared).await;
        let mut tx = app.db().read().await.expect("a transaction");
        let record = store::agreement::get(&mut tx, agreement).await.expect("an agreement");
        let flow = store::flow::of_agreement(&mut tx, agreement).await.expect("read")[0].flow.id;
        drop(tx);
        let hash = record.latest().expect("a revision").hash.to_string();
        let signatures = ["own", "alone"].map(|party| SignatureForm {
            institution: sample.institution(party).to_string(),
            record: "on".into(),
            evidence: "Original signé".into(),
            ..SignatureForm::default()
        });
        let desk = sample.desk(&app, "lead").await;
        negotiation::sign(&desk, agreement, &hash, &signatures).await.expect("signed");
        let home = Program::of(&app, &sample, "lead");
        let path = format!("/api/v1/flows/{flow}/years/2026/override");
        let told = home.post(&path, &json!({"units": 1, "reason": "Accord de l’accueil"})).await;
        assert_eq!(told.faults(), [("/evidence", "required")], "{}", told.body);
        let (_, shown) = page(&app, &sample, "lead", &ledger(flow)).await;
        assert!(shown.contains("beyond[evidence]"), "{shown}");
        let body = json!({"units": 1, "reason": "Accord de l’accueil", "evidence": "Courriel du 3 mars"});
        assert_eq!(home.post(&path, &body).await.body["capacity"], 3);
        app
    })
    .await;
}

#[tokio::test]
async fn programs_read_years_and_change_them_once() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let (hidden, open) =
            (sample.flow(&app, State::Shared).await, sample.flow(&app, State::Published).await);
        nominate(&app, &sample, open, &["Anne", "Bao", "Chloe"]).await;
        let visitor = Program::of(&app, &sample, "visitor");
        let flows = visitor.get("/api/v1/flows?country=FR").await;
        assert_eq!((&flows.body["count"], &flows.body["items"][0]["id"]), (&json!(1), &json!(open)));
        assert_eq!(flows.body["items"][0]["years"][1]["remaining"], 0);
        assert_eq!(visitor.get(&format!("/api/v1/flows/{open}")).await.body["carries_over"], true);
        assert_eq!(visitor.get(&format!("/api/v1/flows/{hidden}")).await.status, StatusCode::UNAUTHORIZED);
        let path = format!("/api/v1/flows/{open}/years/2026");
        let told = visitor.get(&path).await;
        assert_eq!((&told.body["used"], &told.body["ledger"]), (&json!(2), &Value::Null), "{}", told.body);
        let lead = Program::of(&app, &sample, "lead");
        let told = lead.get(&path).await;
        let lines = told.body["ledger"]["lines"].as_array().expect("lines").clone();
        let kinds: Vec<_> = lines.iter().map(|line| line["kind"].as_str().expect("a kind")).collect();
        assert_eq!(kinds, ["cap", "taken", "taken"]);
        assert_eq!(
            (&lines[2]["remaining"], &lines[2]["nomination"]["student"]),
            (&json!(0), &json!("Bao Exemple"))
        );
        assert_eq!(told.body["ledger"]["waitlist"], json!([null]));

        let body = json!({"units": 1, "reason": "Accord du doyen"});
        let ask = async || {
            let ask = app.client.post(app.url(&format!("{path}/adjust"))).json(&body);
            let ask = ask.bearer_auth(sample.token("lead").expect("a token")).header("idempotency-key", "un");
            let answer = ask.send().await.expect("an answer");
            assert_eq!(answer.status(), StatusCode::OK);
            answer.json::<Value>().await.expect("JSON")
        };
        let first = ask().await;
        assert_eq!(
            (&first["capacity"], &first["used"], &first["waitlisted"]),
            (&json!(3), &json!(3), &json!(0))
        );
        assert_eq!(ask().await, first, "a retried request does nothing twice");
        assert_eq!(lead.get(&path).await.body["capacity"], 3);
        let below = lead.post(&format!("{path}/adjust"), &json!({"units": -1, "reason": "Travaux"})).await;
        assert_eq!((below.status, below.kind()), (StatusCode::CONFLICT, "/problems/seats"));
        let zero = lead.post(&format!("{path}/override"), &json!({"units": 0, "reason": ""})).await;
        assert_eq!(zero.faults(), [("/units", "not_a_number"), ("/reason", "required")]);
        let undecided = lead.act(&format!("{path}/close")).await;
        assert_eq!(undecided.kind(), "/problems/seats", "{}", undecided.body);
        let closed = lead.act(&format!("/api/v1/flows/{hidden}/years/2026/close")).await;
        assert_eq!(closed.body, json!({"carried": 2}));
        app
    })
    .await;
}

/// An exchange that everyone may read: from the other institution to the own in English in the first semester; back in Japanese in the
/// second or the year; a third one whose number is not agreed, until the year under way.
async fn catalogued(app: &TestApp, sample: &Sample) -> [FlowId; 3] {
    let way = |from: &str, to: &str, language: &str| FlowForm {
        kind: "student_studies".into(),
        sender: sample.institution(from).to_string(),
        receiver: sample.institution(to).to_string(),
        languages: vec![FlowLanguageForm { language: language.into(), ..FlowLanguageForm::default() }],
        ..FlowForm::default()
    };
    let flows = vec![
        FlowForm { cap: "2".into(), terms: "S1".into(), ..way("other", "own", "en") },
        FlowForm { cap: "1".into(), terms: "S2, year".into(), ..way("own", "other", "ja") },
        FlowForm { cap: "?".into(), last_year: "2026/2027".into(), ..way("other", "own", "fr") },
    ];
    let form = AgreementForm { kind: "student_exchange".into(), flows, ..sample.form("other") };
    let agreement = crate::inbox::concluded(app, sample, &form).await;
    let desk = sample.desk(app, "officer").await;
    agreements::publish(&desk, agreement, true).await.expect("published");
    let mut tx = app.db().read().await.expect("a transaction");
    let flows = store::flow::of_agreement(&mut tx, agreement).await.expect("read");
    [0, 1, 2].map(|i: usize| flows[i].flow.id)
}

#[tokio::test]
async fn the_list_of_flows_asks_for_home_language_term_year_and_places_as_the_catalogue_does() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let [english, japanese, open] = catalogued(&app, &sample).await;
        nominate(&app, &sample, english, &["Anne", "Bao"]).await;
        let (own, other) = (sample.institution("own"), sample.institution("other"));
        let (visitor, desk) = (Program::of(&app, &sample, "visitor"), sample.desk(&app, "visitor").await);
        let listed = async |query: &str| {
            let told = visitor.get(&format!("/api/v1/flows?{query}")).await;
            assert_eq!(told.status, StatusCode::OK, "{query} {}", told.body);
            let items = told.body["items"].as_array().expect("items");
            let ids = items.iter().map(|item| item["id"].as_str().expect("an id").parse().expect("an id"));
            let mut ids: Vec<FlowId> = ids.collect();
            assert_eq!(told.body["count"], json!(ids.len()), "{query}");
            ids.sort_unstable();
            ids
        };
        let table = [
            (String::new(), vec![english, japanese, open]),
            (format!("home={other}"), vec![english, open]),
            (format!("home={own}"), vec![japanese]),
            (format!("home={}", sample.institution("stranger")), vec![]),
            ("language=en".into(), vec![english]),
            ("language=en-GB".into(), vec![english]),
            ("term=S2".into(), vec![japanese, open]),
            ("language=en&term=S2".into(), vec![]),
            ("year=2026".into(), vec![english, japanese, open]),
            ("year=2027".into(), vec![english, japanese]),
            // In the year under way one is full, and the number of another is not agreed.
            ("year=2026&available=yes".into(), vec![japanese]),
            (format!("year=2026&available=yes&home={other}"), vec![]),
            ("year=2027&available=yes".into(), vec![english, japanese]),
            // The year that one sees in the catalogue unless another is asked for.
            ("available=yes".into(), vec![english, japanese]),
        ];
        for (query, mut should) in table {
            should.sort_unstable();
            assert_eq!(listed(&query).await, should, "{query}");
            if !query.contains("year=") {
                continue;
            }
            let asked: ExchangeQuery = read_query(&query);
            let catalogue = exchanges::list(&desk, &asked).await.expect("a page");
            let mut ids: Vec<_> = catalogue.page.items.iter().map(|item| item.record.flow.id).collect();
            ids.sort_unstable();
            assert_eq!(ids, should, "the catalogue says the same: {query}");
        }
        for (query, code) in [
            ("year=2040", "not_a_choice"),
            ("home=rien", "unknown_institution"),
            ("term=rien", "not_a_term"),
            ("available=on", "not_a_choice"),
        ] {
            let told = visitor.get(&format!("/api/v1/flows?{query}")).await;
            assert_eq!(told.body["errors"][0]["code"], code, "{query}: {}", told.body);
        }
        app
    })
    .await;
}

/// A pool of three places in which a flow of two and one of three are, both from the other institution to the own.
async fn pooled(app: &TestApp, sample: &Sample) -> (PoolId, [FlowId; 2]) {
    let pool = PoolForm {
        id: uuid::Uuid::from_u128(7 << 90).to_string(),
        name_fr: "Places communes".into(),
        cap: "3".into(),
        ..PoolForm::default()
    };
    let flow = |cap: &str| FlowForm {
        kind: "student_studies".into(),
        sender: sample.institution("other").to_string(),
        receiver: sample.institution("own").to_string(),
        cap: cap.into(),
        pool: pool.id.clone(),
        ..FlowForm::default()
    };
    let flows = vec![flow("2"), flow("3")];
    let id = pool.id.parse().expect("an id");
    let form =
        AgreementForm { kind: "student_exchange".into(), flows, pools: vec![pool], ..sample.form("other") };
    let agreement = crate::inbox::concluded(app, sample, &form).await;
    let mut tx = app.db().read().await.expect("a transaction");
    let flows = store::flow::of_agreement(&mut tx, agreement).await.expect("read");
    (id, [0, 1].map(|i: usize| flows[i].flow.id))
}

#[tokio::test]
async fn a_lead_changes_how_many_places_a_pool_has_and_the_board_marks_it() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let (pool, [small, large]) = pooled(&app, &sample).await;
        nominate(&app, &sample, small, &["Anne"]).await;
        nominate(&app, &sample, large, &["Bao", "Chloe", "Dina"]).await;
        let places = format!("/fr/seats/pools/{pool}/2026");
        let (_, ledger_of_flow) = page(&app, &sample, "lead", &ledger(small)).await;
        assert!(
            ledger_of_flow.contains("n’a plus de place") && ledger_of_flow.contains(&places),
            "{ledger_of_flow}"
        );
        let (status, shown) = page(&app, &sample, "officer", &places).await;
        assert_eq!(status, StatusCode::OK);
        assert!(shown.contains("Places communes") && shown.contains(">3/3<"), "{shown}");
        assert!(shown.contains("Anne Exemple") && shown.contains("Bao Exemple"), "{shown}");
        assert!(
            shown.contains(&ledger(small)) && shown.contains(&ledger(large)),
            "the way to each flow: {shown}"
        );
        assert!(!shown.contains("/api/adjust_seats"), "an officer decides nothing: {shown}");
        let (_, english) = page(&app, &sample, "administrator", &places.replace("/fr/", "/en/")).await;
        assert!(english.contains("The flows that share it") && !english.contains("Anne"), "{english}");
        for (who, status) in [
            ("visitor", StatusCode::FOUND),
            ("student", StatusCode::NOT_FOUND),
            ("officer of a stranger", StatusCode::NOT_FOUND),
        ] {
            assert_eq!(page(&app, &sample, who, &places).await.0, status, "{who}");
        }

        let id = pool.to_string();
        let with = |fields: &[(&'static str, &'static str)]| {
            let mut pairs = vec![("pool", id.as_str()), ("first_year", "2026")];
            pairs.extend(fields);
            pairs
        };
        let wrong = with(&[("form[units]", "zéro"), ("form[reason]", "Accord du doyen")]);
        let (back, shown) = send(&app, &sample, "lead", "adjust_seats", &wrong).await;
        assert!(back.starts_with(&format!("{places}?kept=")), "{back}");
        assert!(shown.contains("value=\"zéro\"") && shown.contains("Accord du doyen"), "{shown}");
        let fewer = with(&[("form[units]", "−1"), ("form[reason]", "Travaux")]);
        let (_, shown) = send(&app, &sample, "lead", "adjust_seats", &fewer).await;
        let way = shown.split("Ces nominations devraient").nth(1).expect("who would have to go");
        assert!(
            way.split("</ol>").next().expect("a list").contains("Chloe Exemple"),
            "the last to come: {way}"
        );
        let (_, board) = page(&app, &sample, "observer", "/fr/seats").await;
        assert!(board.contains(&places) && !board.contains("▲ 1"), "{board}");
        let beyond = with(&[("beyond[units]", "1"), ("beyond[reason]", "Fratrie")]);
        let (done, shown) = send(&app, &sample, "lead", "override_seats", &beyond).await;
        assert_eq!(done, format!("{places}?done=overridden"));
        assert!(shown.contains("▲ 1") && shown.contains("Fratrie") && shown.contains(">4/4<"), "{shown}");
        let (_, board) = page(&app, &sample, "observer", "/fr/seats").await;
        assert_eq!(board.matches("▲ 1").count(), 2, "beside each flow of the pool: {board}");
        let (_, trail) = page(&app, &sample, "administrator", "/fr/admin/audit").await;
        assert!(
            trail.contains("places au-delà du plafond") && trail.contains("contingent partagé"),
            "{trail}"
        );
        app
    })
    .await;
}

#[tokio::test]
async fn programs_change_the_places_of_a_pool_once_and_hear_when_a_flow_gains_nothing() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let (pool, [small, large]) = pooled(&app, &sample).await;
        nominate(&app, &sample, small, &["Anne", "Bao", "Chloe"]).await;
        nominate(&app, &sample, large, &["Dina", "Elsa"]).await;
        let path = format!("/api/v1/pools/{pool}/years/2026");
        let lead = Program::of(&app, &sample, "lead");
        let more = json!({"units": 1, "reason": "Accord du doyen"});
        // The flow has a place for who waits, the pool has none.
        let told = lead.post(&format!("/api/v1/flows/{small}/years/2026/override"), &more).await;
        assert_eq!(
            (&told.body["remaining"], &told.body["held_back_by"]),
            (&json!(1), &json!(pool)),
            "{}",
            told.body
        );
        let told = lead.get(&path).await;
        assert_eq!(told.status, StatusCode::OK, "{}", told.body);
        assert_eq!(
            (&told.body["capacity"], &told.body["used"], &told.body["waitlisted"]),
            (&json!(3), &json!(3), &json!(2))
        );
        assert_eq!(
            (&told.body["flows"], &told.body["waitlist"]),
            (&json!([small, large]), &json!([null, null]))
        );
        let kinds = |body: &Value| {
            let lines = body["lines"].as_array().expect("lines").clone();
            lines.iter().map(|line| line["kind"].as_str().expect("a kind").to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(kinds(&told.body), ["cap", "taken", "taken", "taken"]);
        let ask = async |act: &str| {
            let ask = app.client.post(app.url(&format!("{path}/{act}"))).json(&more);
            let ask = ask.bearer_auth(sample.token("lead").expect("a token")).header("idempotency-key", act);
            let answer = ask.send().await.expect("an answer");
            assert_eq!(answer.status(), StatusCode::OK);
            answer.json::<Value>().await.expect("JSON")
        };
        for (act, capacity, waiting) in [("override", 4, 1), ("adjust", 5, 0)] {
            app.wait(TimeDelta::seconds(1));
            let first = ask(act).await;
            assert_eq!(
                (&first["capacity"], &first["waitlisted"]),
                (&json!(capacity), &json!(waiting)),
                "{first}"
            );
            assert_eq!(ask(act).await, first, "a retried request does nothing twice");
        }
        let told = lead.get(&path).await;
        assert_eq!(
            kinds(&told.body),
            ["cap", "taken", "taken", "taken", "override", "taken", "adjustment", "taken"]
        );
        let below = lead.post(&format!("{path}/adjust"), &json!({"units": -1, "reason": "Travaux"})).await;
        assert_eq!(
            (below.kind(), &below.body["seats"]["pool"]),
            ("/problems/seats", &json!(pool)),
            "{}",
            below.body
        );
        let officer = Program::of(&app, &sample, "officer");
        assert_eq!(officer.post(&format!("{path}/adjust"), &more).await.status, StatusCode::FORBIDDEN);
        let other = Program::of(&app, &sample, "officer of another party").get(&path).await;
        assert_eq!(other.body["lines"][1]["nomination"]["student"], json!("Anne Exemple"), "{}", other.body);
        app
    })
    .await;
}
