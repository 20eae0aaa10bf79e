//! Flows over HTTP: entered with their agreement, read by whoever may read its summary, compared and printed with it.

use crate::{
    rest::{AGREEMENTS, Program, on},
    support::{
        TestApp, header, on_each_database,
        sample::{Sample, State},
    },
};
use domain::{agreement::AgreementForm, flow::FlowForm};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

const POOL: &str = "01929b1c-7a10-7000-8000-00000000000a";
const FLOW: &str = "01929b1c-7a10-7000-8000-00000000000b";

fn body(sample: &Sample, with: &str, flows: &Value, pools: &Value) -> Value {
    let party = |key: &str| json!({"institution": sample.institution(key).0});
    json!({"kind": "student_exchange", "title": {"fr": "Échange"}, "parties": [party("own"), party(with)],
        "period": {"starts": "2024-09-01"}, "flows": flows, "pools": pools})
}

fn flow(sample: &Sample, from: &str, to: &str) -> Value {
    json!({"kind": "student_studies", "sender": sample.institution(from).0, "receiver": sample.institution(to).0})
}

/// A flow with all that can be said of one.
fn detailed(sample: &Sample) -> Value {
    let mut flow = flow(sample, "own", "other");
    let said = json!({"id": FLOW, "cap": 10, "cap_to_confirm": true, "cap_period": "academic_year", "unit": "semester",
        "first_year": "2024/2025", "last_year": "2028/2029", "year_caps": {"2025/2026": 6, "2026/2027": null}, "pool": POOL,
        "budget": "25.5", "carries_over": true, "conversion": {"semester": 3, "year": 6, "quarter": 2}, "weight": "0.5", "ratio": "2",
        "terms": ["S1", "year", "q1/4"], "levels": [6, 7], "fields": ["0613"],
        "languages": [{"language": "en", "level": "B2", "is_required": true}, {"language": "ja", "is_required": false}],
        "min_ects": "120", "min_study_year": 3, "is_blended": true, "conditions": {"fr": "Dossier complet"},
        "deadlines": [{"term": "S1", "nomination": "--04-10", "application": "--05-01"}]});
    let whole = flow.as_object_mut().expect("an object");
    whole.extend(said.as_object().expect("an object").clone());
    flow
}

fn pool() -> Value {
    json!({"id": POOL, "name": {"fr": "Places communes"}, "cap": 12, "cap_period": "academic_year"})
}

#[tokio::test]
async fn what_post_takes_get_shows_and_put_takes_again() {
    on_each_database(on("2025-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let officer = Program::of(&app, &sample, "officer");
        let flows = json!([detailed(&sample), flow(&sample, "other", "own")]);
        let told = officer.post(AGREEMENTS, &body(&sample, "other", &flows, &json!([pool()]))).await;
        assert_eq!(told.status, StatusCode::CREATED, "{}", told.body);
        assert_eq!((&told.body["flows"][0], &told.body["pools"]), (&detailed(&sample), &json!([pool()])));
        let back = &told.body["flows"][1];
        assert_eq!((&back["cap"], &back["cap_to_confirm"]), (&Value::Null, &json!(false)), "not yet agreed");
        assert!(back["id"].as_str().expect("an id of its own").parse::<Uuid>().is_ok());

        let path = format!("{AGREEMENTS}/{}", told.id());
        let mut draft = told.body["draft"].clone();
        assert_eq!((&draft["flows"], &draft["pools"]), (&told.body["flows"], &told.body["pools"]));
        draft["flows"][1]["cap"] = json!(4);
        let saved = officer.put(&path, &draft, "\"1\"").await;
        assert_eq!(saved.status, StatusCode::OK, "{}", saved.body);
        assert_eq!(saved.body["flows"][1]["id"], back["id"]);
        assert_ne!(saved.body["hash"], told.body["hash"], "a flow is content");
        let stale = officer.put(&path, &told.body["draft"], "\"1\"").await;
        assert_eq!(stale.body["differences"], json!([{"field": "/flows/1/cap", "before": "4", "after": ""}]));
        app
    })
    .await;
}

#[tokio::test]
async fn each_fault_is_named_where_it_stands() {
    on_each_database(on("2025-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let officer = Program::of(&app, &sample, "officer");
        let with = |field: &str, value: Value| {
            let mut flow = flow(&sample, "own", "other");
            flow[field] = value;
            flow
        };
        for (flow, field, code) in [
            (with("receiver", json!(sample.institution("own").0)), "/flows/0/receiver", "same_party"),
            (with("sender", json!(sample.institution("stranger").0)), "/flows/0/sender", "not_a_choice"),
            (with("cap", json!(-1)), "/flows/0/cap", "not_a_number"),
            (with("terms", json!(["S3"])), "/flows/0/terms", "not_a_term"),
            (with("levels", json!([9])), "/flows/0/levels", "not_an_eqf_level"),
            (with("year_caps", json!({"2026": 3})), "/flows/0/year_caps", "not_an_academic_year"),
            (with("conversion", json!({"year": 0})), "/flows/0/conversion/year", "not_a_number"),
            (with("pool", json!(POOL)), "/flows/0/pool", "not_a_choice"),
            (
                with("languages", json!([{"language": "en", "level": "B9"}])),
                "/flows/0/languages/0/level",
                "not_a_cefr_level",
            ),
            (
                with("deadlines", json!([{"nomination": "--13-01"}])),
                "/flows/0/deadlines/0/nomination",
                "not_a_month_day",
            ),
        ] {
            let told = officer.post(AGREEMENTS, &body(&sample, "other", &json!([flow]), &json!([]))).await;
            assert_eq!(told.faults(), [(field, code)], "{}", told.body);
        }
        let nameless = json!([{"id": POOL, "name": {}}]);
        let told = officer.post(AGREEMENTS, &body(&sample, "other", &json!([]), &nameless)).await;
        assert_eq!(told.faults(), [("/pools/0/name/fr", "required")]);
        app
    })
    .await;
}

#[tokio::test]
async fn nobody_writes_the_flows_of_another_agreement() {
    on_each_database(on("2025-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let officer = Program::of(&app, &sample, "officer");
        let id = written(&sample, &officer).await;
        let mut stolen = flow(&sample, "other", "own");
        stolen["id"] = json!(FLOW);
        let told =
            officer.post(AGREEMENTS, &body(&sample, "other", &json!([stolen]), &json!([pool()]))).await;
        assert_eq!(
            told.faults(),
            [("/flows/0/id", "duplicate"), ("/pools/0/id", "duplicate")],
            "{}",
            told.body
        );
        let own = officer.get(&format!("{AGREEMENTS}/{id}")).await.body;
        assert_eq!(own["flows"][0], detailed(&sample));
        app
    })
    .await;
}

#[tokio::test]
async fn what_is_no_university_hosts_interns_and_staff_but_no_studies() {
    on_each_database(on("2025-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let officer = Program::of(&app, &sample, "officer");
        let (there, back) = (flow(&sample, "own", "alone"), flow(&sample, "alone", "own"));
        let told = officer.post(AGREEMENTS, &body(&sample, "alone", &json!([back, there]), &json!([]))).await;
        assert_eq!(told.faults(), [("/flows/1/receiver", "cannot_host")], "{}", told.body);
        let mut interns = there;
        interns["kind"] = json!("student_traineeship");
        let told =
            officer.post(AGREEMENTS, &body(&sample, "alone", &json!([back, interns]), &json!([]))).await;
        assert_eq!(told.status, StatusCode::CREATED, "{}", told.body);
        app
    })
    .await;
}

async fn page(app: &TestApp, sample: &Sample, who: &str, path: &str) -> (StatusCode, String) {
    let (_, cookie) = sample.session(app, who).await.unwrap_or_default();
    let answer = app.ask(Method::GET, path).header("cookie", cookie).send().await.expect("an answer");
    (answer.status(), answer.text().await.expect("a page"))
}

/// An agreement with the flow of which all is said.
async fn written(sample: &Sample, officer: &Program<'_>) -> String {
    let flows = json!([detailed(sample), flow(sample, "other", "own")]);
    let told = officer.post(AGREEMENTS, &body(sample, "other", &flows, &json!([pool()]))).await;
    assert_eq!(told.status, StatusCode::CREATED, "{}", told.body);
    told.id()
}

#[tokio::test]
async fn everyone_reads_the_flows_of_what_is_published_and_nobody_else_those_of_a_draft() {
    on_each_database(on("2025-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let officer = Program::of(&app, &sample, "officer");
        let id = written(&sample, &officer).await;
        let path = format!("/fr/agreements/{id}");
        assert_ne!(page(&app, &sample, "visitor", &path).await.0, StatusCode::OK);
        for act in ["share", "publish"] {
            let told = officer.act(&format!("{AGREEMENTS}/{id}/{act}")).await;
            assert_eq!(told.status, StatusCode::OK, "{}", told.body);
        }
        let (_, html) = page(&app, &sample, "visitor", &path).await;
        assert!(html.contains(&format!("id=\"flow-{FLOW}\"")), "{html}");
        for words in [
            "Flux de mobilité",
            "École Exemple d’Alès → Keiō Exemple",
            "Études",
            "10 semestres par année",
            "2026/2027 : pas encore convenu",
            "25,5 mois",
            "premier semestre, année entière, partie 1 de l’année sur 4",
            "licence (CEC 6), master (CEC 7)",
            "anglais B2, exigé",
            "japonais, recommandé",
            "120 crédits ECTS",
            "Dossier complet",
            "premier semestre : nomination avant le 10 avril inclus, candidature avant le 1er mai inclus",
            "Places communes : 12 par année",
            "poids 0,5, rapport 2",
        ] {
            assert!(html.contains(words), "{words}: {html}");
        }
        let (_, html) = page(&app, &sample, "visitor", &format!("/en/agreements/{id}")).await;
        for words in ["Mobility flows", "10 semesters a year", "not yet agreed", "English B2, required"] {
            assert!(html.contains(words), "{words}");
        }
        let told = Program::of(&app, &sample, "visitor").get(&format!("{AGREEMENTS}/{id}")).await;
        assert_eq!(told.body["flows"][0], detailed(&sample), "{}", told.body);
        app
    })
    .await;
}

#[tokio::test]
async fn a_change_of_a_flow_stands_beside_what_was_and_is_printed() {
    on_each_database(on("2025-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let officer = Program::of(&app, &sample, "officer");
        let id = written(&sample, &officer).await;
        let path = format!("{AGREEMENTS}/{id}");
        assert_eq!(officer.act(&format!("{path}/share")).await.status, StatusCode::OK);
        let shown = officer.get(&path).await.body;
        let mut draft = shown["draft"].clone();
        draft["flows"][0]["cap"] = json!(12);
        draft["flows"][0]["levels"] = json!([7]);
        draft["flows"][0]["pool"] = Value::Null;
        draft["flows"][1]["deadlines"] = json!([{"term": "S2", "nomination": "--10-15"}]);
        let saved = officer.put(&path, &draft, &format!("\"{}\"", shown["version"])).await;
        assert_eq!(saved.status, StatusCode::OK, "{}", saved.body);
        let (_, html) =
            page(&app, &sample, "officer", &format!("/fr/agreements/{id}/revisions/2?with=1")).await;
        for words in [
            "Flux 1, Nombre de places",
            "Flux 1, Niveaux",
            "Flux 1, Contingent partagé",
            "Places communes",
            "Flux 2, Dates limites 1, Dernier jour pour nommer",
            "15 octobre",
            "Flux 1, Partie qui envoie",
            "master (CEC 7)",
        ] {
            assert!(html.contains(words), "{words}: {html}");
        }
        assert!(!html.contains(POOL) && !html.contains(FLOW), "ids say nothing to a reader");
        let (_, html) =
            page(&app, &sample, "officer", &format!("/en/agreements/{id}/revisions/2/print")).await;
        for words in
            ["Flow 1, Kind of mobility", "Studies", "Flow 1, Number of places", "Pool 1, Name, in French"]
        {
            assert!(html.contains(words), "{words}: {html}");
        }
        let file = app.ask(Method::GET, &format!("{path}/pdf?revision=2&lang=fr"));
        let (_, cookie) = sample.session(&app, "officer").await.expect("a session");
        let file = file.header("cookie", cookie).send().await.expect("an answer");
        assert_eq!(file.status(), StatusCode::OK);
        assert!(file.bytes().await.expect("a file").starts_with(b"%PDF-"));
        app
    })
    .await;
}

#[tokio::test]
async fn a_plain_form_adds_a_flow_and_its_return_and_takes_what_its_boxes_say() {
    on_each_database(on("2025-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let (_, cookie) = sample.session(&app, "officer").await.expect("a session");
        let [own, other] = ["own", "other"].map(|key| sample.institution(key).to_string());
        let agreement = [
            ("lang", "fr"),
            ("form[kind]", "student_exchange"),
            ("form[title_fr]", "Échange"),
            ("form[parties][0][institution]", own.as_str()),
            ("form[parties][1][institution]", other.as_str()),
        ];
        let send = async |fields: &[(&str, &str)]| {
            let ask = app.client.post(app.url("/api/save_agreement")).header("cookie", &cookie);
            let answer = ask
                .form(&[&agreement[..], fields].concat())
                .header("sec-fetch-site", "same-origin")
                .header("accept", "text/html")
                .send();
            header(&answer.await.expect("an answer"), "location").to_owned()
        };
        let back = send(&[("intent", "add_flow")]).await;
        assert!(back.starts_with("/fr/agreements/new?kept=") && back.ends_with("#flow-0"), "{back}");
        let (_, html) = page(&app, &sample, "officer", &back).await;
        let given = html.split("name=\"form[flows][0][id]\" value=\"").nth(1).expect("a hidden id");
        let given = given.split('"').next().expect("an id").to_owned();
        assert!(given.parse::<Uuid>().is_ok());

        let typed = [
            ("form[flows][0][id]", given.as_str()),
            ("form[flows][0][kind]", "student_studies"),
            ("form[flows][0][sender]", own.as_str()),
            ("form[flows][0][receiver]", other.as_str()),
            ("form[flows][0][cap]", "5?"),
            ("form[flows][0][cap_period]", "academic_year"),
            ("form[flows][0][unit]", "person"),
            ("form[flows][0][terms][]", "S1"),
            ("form[flows][0][terms][]", "year"),
            ("form[flows][0][parts]", "q2/4"),
            ("form[flows][0][levels][]", "6"),
            ("form[flows][0][languages][0][language]", ""),
            ("form[flows][0][languages][1][language]", "ja"),
            ("form[flows][0][languages][1][level]", "B1"),
            ("form[flows][0][deadlines][0][term]", ""),
            ("form[flows][0][deadlines][0][nomination]", "10 avril"),
            ("form[flows][0][deadlines][1][term]", "S1"),
        ];
        let back = send(&[&[("intent", "mirror_flow:0")], &typed[..]].concat()).await;
        assert!(back.ends_with("#flow-1"), "{back}");
        let (_, html) = page(&app, &sample, "officer", &back).await;
        let ticked = |row: usize, field: &str, value: &str| {
            html.contains(&format!("name=\"form[flows][{row}][{field}][]\" value=\"{value}\" checked"))
        };
        assert!(ticked(0, "terms", "S1") && ticked(1, "terms", "year") && ticked(1, "levels", "6"), "{html}");
        assert!(!ticked(0, "terms", "S2") && !ticked(1, "levels", "7"));
        assert!(html.contains("Compris : 10 avril"), "{html}");
        assert_eq!(html.matches("value=\"5?\"").count(), 2, "the same places on the way back");
        assert!(html.contains("[term]\" value=\"q2/4\""), "a quarter has its deadlines: {html}");
        let row = |n: usize| format!("name=\"form[flows][0][languages][{n}][language]\"");
        assert!(html.contains(&row(2)) && !html.contains(&row(3)), "{html}");
        let back = send(&[&[("intent", "add_language:0")], &typed[..]].concat()).await;
        assert!(back.ends_with("#flow-0-languages"), "{back}");
        let (_, html) = page(&app, &sample, "officer", &back).await;
        assert!(html.contains(&row(3)) && !html.contains(&row(4)), "{html}");

        let wrong = [("form[flows][0][fields]", "9999"), ("form[flows][0][receiver]", own.as_str())];
        let kept: Vec<_> = typed.iter().filter(|(name, _)| !name.ends_with("[receiver]")).copied().collect();
        let refused = send(&[&[("intent", "save")], &kept[..], &wrong[..]].concat()).await;
        let (_, html) = page(&app, &sample, "officer", &refused).await;
        for id in ["f-form-flows-0-fields-error", "f-form-flows-0-receiver-error"] {
            assert!(html.contains(id), "{id}: {html}");
        }
        assert!(html.contains("value=\"10 avril\""), "nothing typed is lost");

        let saved = send(&[&[("intent", "save")], &typed[..]].concat()).await;
        assert!(saved.ends_with("?done=created"), "{saved}");
        let (_, html) = page(&app, &sample, "officer", &saved).await;
        for words in
            ["5 par année", "à confirmer", "premier semestre, année entière, partie 2", "japonais B1"]
        {
            assert!(html.contains(words), "{words}: {html}");
        }
        app
    })
    .await;
}

#[tokio::test]
async fn an_agreement_without_flows_says_nothing_of_them() {
    on_each_database(on("2025-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let id = sample.agreement(&app, &sample.form("other"), State::Published).await;
        let (_, html) = page(&app, &sample, "visitor", &format!("/en/agreements/{id}")).await;
        assert!(!html.contains("Mobility flows"));
        let (_, html) = page(&app, &sample, "officer", &format!("/en/agreements/{id}/edit")).await;
        assert!(html.contains("value=\"add_flow\"") && !html.contains("value=\"add_pool\""));
        let opened = FlowForm {
            id: FLOW.into(),
            kind: "staff_teaching".into(),
            sender: sample.institution("own").to_string(),
            receiver: sample.institution("other").to_string(),
            budget: "10".into(),
            ..FlowForm::default()
        };
        let form = AgreementForm { flows: vec![opened], ..sample.form("other") };
        let id = sample.agreement(&app, &form, State::Published).await;
        let (_, html) = page(&app, &sample, "officer", &format!("/en/agreements/{id}/edit")).await;
        assert!(html.contains("value=\"add_pool\"") && html.contains("value=\"mirror_flow:0\""));
        let (_, html) = page(&app, &sample, "visitor", &format!("/en/agreements/{id}")).await;
        assert!(html.contains("Teaching by staff") && html.contains("10 days"));
        app
    })
    .await;
}
