//! The balance of two institutions over HTTP, and caps that cannot fall below what is taken.

use crate::{
    rest::{Program, on},
    support::{
        TestApp, header, on_each_database,
        sample::{Sample, State},
    },
};
use app::desk::{agreements, nominations};
use chrono::TimeDelta;
use domain::{
    id::{AgreementId, FlowId, InstitutionId, PoolId},
    nomination::{ActForm, ActKind, NominationForm},
    problem::Problem,
    student::StudentForm,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const TODAY: &str = "2026-10-05";
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

/// A student goes from the other institution to the own, and confirms.
async fn go(app: &TestApp, sample: &Sample, flow: FlowId, name: &str) {
    let home = sample.desk(app, "officer of another party").await;
    let host = sample.desk(app, "officer").await;
    let student = StudentForm {
        name: format!("{name} Exemple"),
        email: format!("{name}@exemple.invalid"),
        ..StudentForm::default()
    };
    let form =
        NominationForm { student, year: "2026/2027".into(), term: "S1".into(), ..NominationForm::default() };
    let put = nominations::nominate(&home, flow, &form, None).await.expect("nominated");
    let evidence = ActForm { evidence: "Courriel".into(), ..ActForm::default() };
    nominations::act(&host, put.id, ActKind::Accept, &ActForm::default(), None).await.expect("accepted");
    nominations::act(&home, put.id, ActKind::Confirm, &evidence, None).await.expect("confirmed");
}

#[tokio::test]
async fn each_of_two_reads_the_balance_and_says_what_it_was_before() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let flow = sample.flow(&app, State::Published).await;
        for name in ["anne", "bao"] {
            go(&app, &sample, flow, name).await;
        }
        let (own, other) = (sample.institution("own"), sample.institution("other"));
        let path = format!("/api/v1/institutions/{own}/partners/{other}/balance");
        let lead = Program::of(&app, &sample, "lead");
        let told = lead.get(&path).await;
        assert_eq!(told.status, StatusCode::OK, "{}", told.body);
        let year = &told.body["years"][0];
        assert_eq!((&year["in"]["persons"], &year["running"]), (&json!(2), &json!(-200)), "{}", told.body);
        assert_eq!((&year["balance_persons"], &year["running_persons"]), (&json!(-2), &json!(-2)));
        assert_eq!(told.body["next"]["in"], json!({"remaining": 2, "flows": 1, "not_agreed": 0}));

        let cookie = sample.session(&app, "lead").await.expect("a session").1;
        let send = async |balance: &str| {
            let body = format!(
                "lang=fr&institution={own}&partner={other}&form[balance]={balance}&form[reason]=Tableur"
            );
            let ask = app.post("/api/set_opening_balance").header("cookie", &cookie).body(body);
            let ask = ask.header("content-type", "application/x-www-form-urlencoded");
            let answer = ask.send().await.expect("an answer");
            let location = header(&answer, "location").to_owned();
            let page = app.ask(Method::GET, &location).header("cookie", &cookie).send().await;
            page.expect("an answer").text().await.expect("a page")
        };
        let wrong = send("deux").await;
        assert!(wrong.contains("deux") && wrong.contains("Donnez un nombre"), "nothing is lost: {wrong}");
        let page = send("3,5").await;
        for words in [
            "Solde de départ : +3,5",
            "Tableur",
            "2026/2027",
            "+1,5",
            ">−2<",
            "Solde cumulé, pondéré",
            "Peut encore recevoir : 2 places",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let english = format!("/en/institutions/{other}/with/{own}/balance");
        let cookie = sample.session(&app, "officer of another party").await.expect("a session").1;
        let page = app.ask(Method::GET, &english).header("cookie", &cookie).send().await.expect("an answer");
        let page = page.text().await.expect("a page");
        assert!(page.contains("May still send: 2 places") && page.contains("+2"), "{page}");
        assert!(!page.contains("Tableur"), "what one of the two says is its own: {page}");
        for who in ["visitor", "officer of a stranger"] {
            let told = Program::of(&app, &sample, who).get(&path).await;
            assert!(matches!(told.status.as_u16(), 401 | 403), "{who} {}", told.status);
        }
        app
    })
    .await;
}

#[tokio::test]
async fn the_board_says_the_running_balance_of_each_pair_as_its_page_does() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let flow = sample.flow(&app, State::Published).await;
        for name in ["anne", "bao"] {
            go(&app, &sample, flow, name).await;
        }
        let (own, other) = (sample.institution("own"), sample.institution("other"));
        let path = format!("/api/v1/institutions/{own}/partners/{other}/balance");
        let lead = Program::of(&app, &sample, "lead");
        let said = lead.post(&path, &json!({"balance": "0.5", "reason": "Tableur"})).await;
        assert_eq!(said.status, StatusCode::NO_CONTENT, "{}", said.body);
        let pair = lead.get(&path).await;
        // Seen one year too early, then in the year in which they came, then one later.
        for (from, balance) in
            [(2024, &json!(50)), (2025, &pair.body["years"][0]["running"]), (2026, &json!(-150))]
        {
            let told = lead.get(&format!("/api/v1/seats?from={from}")).await;
            assert_eq!(&told.body["items"][0]["balance"], balance, "{from}: {}", told.body);
        }
        assert_eq!(pair.body["years"][0]["running"], -150);
        let from_there = Program::of(&app, &sample, "officer of another party").get("/api/v1/seats").await;
        assert_eq!(from_there.body["items"][0]["balance"], 200, "from its own side: {}", from_there.body);
        for who in ["visitor", "officer of a stranger"] {
            let told = Program::of(&app, &sample, who).get("/api/v1/flows").await;
            assert_eq!(told.body["count"], 1, "{}", told.body);
            assert!(!told.body.to_string().contains("balance"), "not for {who}: {}", told.body);
        }

        let cookie = sample.session(&app, "lead").await.expect("a session").1;
        let read = async |address: &str| {
            let page = app.ask(Method::GET, address).header("cookie", &cookie).send().await;
            page.expect("an answer").text().await.expect("a page")
        };
        let way = format!("/institutions/{own}/with/{other}/balance");
        for (lang, amount, words) in [("fr", "−1,5", "−1,5 : équilibre"), ("en", "−1.5", "−1.5: balance of")]
        {
            let board = read(&format!("/{lang}/seats")).await;
            for words in
                [format!("href=\"/{lang}{way}\""), format!("aria-label=\"{words}"), format!(">{amount}<")]
            {
                assert!(board.contains(&words), "{words}: {board}");
            }
        }
        let csv = read("/fr/seats/files/seats.csv").await;
        let lines: Vec<&str> = csv.lines().collect();
        assert!(lines[0].ends_with(";Équilibre fin 2026/2027") && lines[1].ends_with(";-1,5"), "{csv}");
        app
    })
    .await;
}

/// A pool that everyone may know of, on the one flow of which two went: from the other institution to the own.
async fn shared(app: &TestApp, sample: &Sample) -> (AgreementId, PoolId, FlowId) {
    let (agreement, pool) = sample.pool(app, State::Published).await;
    let mut tx = app.db().read().await.expect("a transaction");
    let flow = store::flow::of_agreement(&mut tx, agreement).await.expect("read").remove(0).flow.id;
    drop(tx);
    for name in ["anne", "bao"] {
        go(app, sample, flow, name).await;
    }
    (agreement, pool, flow)
}

#[tokio::test]
async fn programs_read_the_balances_of_a_pool_and_say_what_their_own_was_before() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let (agreement, pool, _) = shared(&app, &sample).await;
        let (own, other) = (sample.institution("own"), sample.institution("other"));
        let path = format!("/api/v1/agreements/{agreement}/pools/{pool}/balance");
        let lead = Program::of(&app, &sample, "lead");
        let say = async |institution: &str, balance: &str| {
            let body = json!({"institution": institution, "balance": balance, "reason": "Tableur"});
            lead.post(&path, &body).await
        };
        assert_eq!(say(NOBODY, "1").await.faults(), [("/institution", "not_a_choice")]);
        assert_eq!(say(&own.to_string(), "un").await.faults(), [("/balance", "not_a_decimal")]);
        assert_eq!(say(&other.to_string(), "1").await.status, StatusCode::FORBIDDEN);
        assert_eq!(say(&own.to_string(), "3.5").await.status, StatusCode::NO_CONTENT);
        let told = lead.get(&path).await;
        assert_eq!(told.status, StatusCode::OK, "{}", told.body);
        let of = |id: InstitutionId| {
            let sharers = told.body["sharers"].as_array().expect("sharers");
            sharers.iter().find(|one| one["institution"] == json!(id)).expect("shares it")
        };
        let nobody = json!({"persons": 0, "weighed": 0});
        let two = json!({"persons": 2, "weighed": 200});
        let total = json!({"opening": 350, "out": nobody, "in": two, "running": 150, "running_persons": -2, "expected": 150});
        assert_eq!(of(own)["total"], total);
        let set = &of(own)["opening_set"];
        assert_eq!((&set["reason"], &set["set_by"]), (&json!("Tableur"), &json!("lead")), "{set}");
        assert!(of(other)["opening_set"].is_null(), "{}", told.body);
        let year = &of(other)["years"][0];
        assert_eq!((&year["running"], &year["balance_persons"], &year["running_persons"]), (&json!(200), &json!(2), &json!(2)));
        // Of two places a year nobody asked for next year's; the pool has three.
        assert_eq!(of(other)["next"]["out"], json!({"remaining": 2, "flows": 1, "not_agreed": 0}));
        assert_eq!(told.body["left"]["remaining"], 2);
        let together = json!({"opening": 350, "out": two, "in": two, "running": 350, "running_persons": 0, "expected": 350});
        assert_eq!(told.body["together"], together);
        for who in ["visitor", "student", "officer of a stranger"] {
            let told = Program::of(&app, &sample, who).get(&path).await;
            assert!(matches!(told.status.as_u16(), 401 | 404), "{who} {}", told.status);
        }
        app
    })
    .await;
}

#[tokio::test]
async fn the_balances_of_a_pool_are_a_page_for_those_who_share_it() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let (agreement, pool, flow) = shared(&app, &sample).await;
        let own = sample.institution("own");
        let page = format!("/agreements/{agreement}/pools/{pool}/balance");
        let cookie = sample.session(&app, "lead").await.expect("a session").1;
        let read = async |cookie: &str, address: &str| {
            let page = app.ask(Method::GET, address).header("cookie", cookie).send().await;
            page.expect("an answer").text().await.expect("a page")
        };
        let say = async |balance: &str| {
            let form = format!("form[institution]={own}&form[balance]={balance}&form[reason]=Tableur");
            let body = format!("lang=fr&agreement={agreement}&pool={pool}&{form}");
            let ask = app.post("/api/set_pool_opening_balance").header("cookie", &cookie).body(body);
            let ask = ask.header("content-type", "application/x-www-form-urlencoded");
            let answer = ask.send().await.expect("an answer");
            read(&cookie, header(&answer, "location")).await
        };
        let wrong = say("deux").await;
        assert!(wrong.contains("deux") && wrong.contains("Donnez un nombre"), "nothing is lost: {wrong}");
        let french = say("3,5").await;
        for words in ["Places communes", "Solde de départ : +3,5", "Ensemble", "Tous ensemble : 2 places"] {
            assert!(french.contains(words), "{words}: {french}");
        }
        let english = read(&cookie, &format!("/en{page}")).await;
        for words in ["Balance of the pool", "May still receive: 2 places", "Together", "+1.5"] {
            assert!(english.contains(words), "{words}: {english}");
        }
        for from in [format!("/fr/agreements/{agreement}"), format!("/fr/seats/flows/{flow}/2026")] {
            assert!(read(&cookie, &from).await.contains(&page), "{from} leads there");
        }
        let stranger = sample.session(&app, "officer of a stranger").await.expect("a session").1;
        let seen = read(&stranger, &format!("/fr/agreements/{agreement}")).await;
        assert!(seen.contains("Places communes") && !seen.contains(&page), "not for others: {seen}");
        app
    })
    .await;
}

/// What a form sends, as its fields are called.
fn typed(value: &Value, name: &str, fields: &mut Vec<(String, String)>) {
    match value {
        Value::Object(parts) => {
            parts.iter().for_each(|(key, part)| typed(part, &format!("{name}[{key}]"), fields));
        }
        Value::Array(rows) => {
            rows.iter().enumerate().for_each(|(i, row)| typed(row, &format!("{name}[{i}]"), fields));
        }
        Value::String(text) => fields.push((name.to_owned(), text.clone())),
        other => fields.push((name.to_owned(), other.to_string())),
    }
}

#[tokio::test]
async fn a_cap_below_what_is_taken_is_refused_at_its_field() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let flow = sample.flow(&app, State::Shared).await;
        for name in ["anne", "bao"] {
            go(&app, &sample, flow, name).await;
            app.wait(TimeDelta::seconds(1));
        }
        let desk = sample.desk(&app, "officer").await;
        let mut tx = app.db().read().await.expect("a transaction");
        let agreement = store::flow::find(&mut tx, flow).await.expect("read").expect("a flow").agreement;
        let record = store::agreement::get(&mut tx, agreement).await.expect("read");
        drop(tx);
        let form = domain::agreement::AgreementForm::from(&record.draft().expect("a draft"));
        let refused = async |cap: &str| {
            let mut form = form.clone();
            form.flows[0].cap = cap.into();
            agreements::update(&desk, agreement, record.version, &form).await
        };
        for cap in ["1", ""] {
            let Err(app::error::AppError::Invalid { fields }) = refused(cap).await else {
                panic!("not refused: {cap:?}")
            };
            assert_eq!(fields.at("flows.0.cap"), Some(&Problem::BelowUse { used: 2, least: 2 }), "{cap:?}");
        }
        let mut shorter = form.clone();
        shorter.flows[0].budget = "5".into();
        let shorter = agreements::update(&desk, agreement, record.version, &shorter).await;
        let Err(app::error::AppError::Invalid { fields }) = shorter else {
            panic!("not refused: {shorter:?}")
        };
        let Some(Problem::BelowSpent { spent }) = fields.at("flows.0.budget") else { panic!("{fields:?}") };
        assert!(*spent > 500, "{spent}");
        let mut without = form.clone();
        without.flows.clear();
        let gone = agreements::update(&desk, agreement, record.version, &without).await;
        assert!(matches!(gone, Err(app::error::AppError::Invalid { .. })), "{gone:?}");

        // Who would have to go is named, to a program and on the form that comes back.
        let officer = Program::of(&app, &sample, "officer");
        let path = format!("/api/v1/agreements/{agreement}");
        let read = officer.get(&path).await;
        for (cap, names) in
            [(json!(1), vec!["bao Exemple"]), (json!(null), vec!["bao Exemple", "anne Exemple"])]
        {
            let mut body = read.body["draft"].clone();
            body["flows"][0]["cap"] = cap;
            let told = officer.put(&path, &body, read.header("etag")).await;
            let way = told.body["in_the_way"].as_array().expect("who would have to go").iter();
            let named: Vec<_> = way.map(|one| one["student"].as_str().expect("a name")).collect();
            assert_eq!((told.kind(), named), ("/problems/invalid", names), "{}", told.body);
        }
        let (_, cookie) = sample.session(&app, "officer").await.expect("a session");
        let mut few = form.clone();
        few.flows[0].cap = "1".into();
        let mut fields = vec![("lang".to_owned(), "fr".to_owned()), ("intent".to_owned(), "save".to_owned())];
        fields.push(("id".to_owned(), agreement.to_string()));
        fields.push(("version".to_owned(), record.version.to_string()));
        typed(&serde_json::to_value(&few).expect("a form"), "form", &mut fields);
        let ask = app.client.post(app.url("/api/save_agreement")).header("cookie", &cookie).form(&fields);
        let ask = ask.header("sec-fetch-site", "same-origin").header("accept", "text/html");
        let back = header(&ask.send().await.expect("an answer"), "location").to_owned();
        let ask = app.ask(Method::GET, &back).header("cookie", &cookie);
        let html = ask.send().await.expect("an answer").text().await.expect("a page");
        let way = html.split("Ces nominations devraient").nth(1).expect("who would have to go");
        let way = way.split("</ol>").next().expect("a list");
        assert!(way.contains("bao Exemple</a>") && !way.contains("anne"), "the last to come: {way}");
        refused("3").await.expect("more is no fault");
        app
    })
    .await;
}

#[tokio::test]
async fn a_cap_of_a_pool_below_what_is_taken_is_refused_at_its_field() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let (agreement, ..) = shared(&app, &sample).await;
        let desk = sample.desk(&app, "officer").await;
        let mut tx = app.db().read().await.expect("a transaction");
        let record = store::agreement::get(&mut tx, agreement).await.expect("read");
        drop(tx);
        let form = domain::agreement::AgreementForm::from(&record.draft().expect("a draft"));
        let changed = async |change: fn(&mut domain::agreement::AgreementForm)| {
            let mut form = form.clone();
            change(&mut form);
            agreements::update(&desk, agreement, record.version, &form).await
        };
        let fault = async |change, field: &str| {
            let Err(app::error::AppError::Invalid { fields }) = changed(change).await else {
                panic!("not refused: {field}")
            };
            assert_eq!(fields.at(field), Some(&Problem::BelowUse { used: 2, least: 2 }));
        };
        fault(|form| form.pools[0].cap = "1".into(), "pools.0.cap").await;
        fault(|form| form.pools[0].cap = "?".into(), "pools.0.cap").await;
        fault(
            |form| {
                form.pools.clear();
                form.flows[0].pool.clear();
            },
            "pools",
        )
        .await;
        changed(|form| form.pools[0].cap = "2".into()).await.expect("as many as are taken");
        app
    })
    .await;
}
