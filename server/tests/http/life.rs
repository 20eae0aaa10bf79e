//! The end of agreements and what follows them, over HTTP.

use crate::{
    rest::{AGREEMENTS, Program, on},
    support::{
        Options, TestApp, on_each_database,
        sample::{Sample, State},
    },
};
use app::desk::life;
use domain::{
    access::{PublishAgreement, decide},
    agreement::AgreementForm,
    id::AgreementId,
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use store::{Tx, agreement};

/// An agreement with a party that has no account, signed by both; answers its address.
pub(super) async fn signed(app: &TestApp, sample: &Sample, title: &str, ends: &str) -> String {
    let form = AgreementForm {
        title_fr: title.into(),
        starts: "2021-09-01".into(),
        ends: ends.into(),
        notice_months: "6".into(),
        ..sample.form("alone")
    };
    let id = sample.agreement(app, &form, State::Shared).await;
    let path = format!("{AGREEMENTS}/{id}");
    sign(app, sample, &path).await;
    path
}

async fn sign(app: &TestApp, sample: &Sample, path: &str) {
    let lead = Program::of(app, sample, "lead");
    let revisions = lead.get(path).await.body["revisions"].clone();
    let hash = revisions.as_array().and_then(|all| all.last()).expect("a revision")["hash"].clone();
    let signatures = ["own", "alone"].map(
        |key| json!({"institution": sample.institution(key).0, "signed_on": "2021-06", "evidence": "Original"}),
    );
    let told = lead.post(&format!("{path}/sign"), &json!({"hash": hash, "signatures": signatures})).await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.body);
}

#[tokio::test]
async fn an_agreement_is_terminated_with_notice_or_with_a_reason_and_that_is_taken_back() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let lead = Program::of(&app, &sample, "lead");
        let path = signed(&app, &sample, "Accord", "2031-08-31").await;
        let own = sample.institution("own").0;
        let end = |party: Value, notified_on: &str, effective_on: &str| {
            json!({"party": party, "notified_on": notified_on, "effective_on": effective_on})
        };
        let terminate = format!("{path}/terminate");
        for (body, field, code) in [
            (end(json!(own), "2026-10-06", "2027-10-06"), "/notified_on", "in_the_future"),
            (end(json!(own), "2026-10", "2027-10-06"), "/notified_on", "not_a_day"),
            (end(json!(own), "2026-10-01", "2026-09-01"), "/effective_on", "end_before_start"),
            (end(json!(own), "2026-10-01", "2031-09-01"), "/effective_on", "ends_before"),
            (end(json!(own), "2026-10-01", "2027-03-31"), "/reason", "short_notice"),
            (end(json!(sample.institution("alone").0), "2026-10-01", "2027-04-01"), "/evidence", "evidence_needed"),
            (end(Value::Null, "2026-10-01", "2026-10-02"), "/evidence", "evidence_needed"),
        ] {
            let told = lead.post(&terminate, &body).await;
            assert_eq!(told.faults(), [(field, code)], "{}", told.body);
        }
        let short = lead.post(&terminate, &end(json!(own), "2026-10-01", "2027-03-31")).await;
        let figures = json!({"months": 6, "earliest": "2027-04-01"});
        assert_eq!(short.body["errors"][0]["figures"], figures, "{}", short.body);

        let told = lead.post(&terminate, &end(json!(own), "2026-10-01", "2027-04-01")).await;
        assert_eq!((told.status, &told.body["standing"]), (StatusCode::OK, &json!("in_force")));
        assert_eq!(told.body["course"]["terminated_on"], "2027-04-01");
        assert_eq!(told.body["termination"]["party"], json!(own));
        assert_eq!(told.body["allowed"]["terminate"], false, "{}", told.body);
        assert_eq!(lead.post(&terminate, &end(json!(own), "2026-10-01", "2027-04-01")).await.kind(), "/problems/conflict");
        let back = lead.act(&format!("{path}/withdraw-termination")).await;
        assert_eq!((back.status, &back.body["termination"]), (StatusCode::OK, &Value::Null));

        let mut together = end(Value::Null, "2026-10-01", "2026-10-02");
        together["evidence"] = json!("Minutes");
        let told = lead.post(&terminate, &together).await;
        assert_eq!((told.status, &told.body["standing"]), (StatusCode::OK, &json!("terminated")));
        let list = lead.get(&format!("{AGREEMENTS}?standing=terminated")).await;
        assert_eq!(list.body["count"], 1, "an ended agreement stays listed");
        assert_eq!(lead.act(&format!("{path}/withdraw-termination")).await.kind(), "/problems/conflict");
        app
    })
    .await;
}

#[tokio::test]
async fn an_agreement_is_renewed_by_a_draft_that_takes_over_once_signed() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let lead = Program::of(&app, &sample, "lead");
        let path = signed(&app, &sample, "Accord", "2026-08-31").await;
        let draft = lead.act(&format!("{path}/renew")).await;
        assert_eq!((draft.status, &draft.body["standing"]), (StatusCode::CREATED, &json!("draft")));
        assert_eq!(draft.body["period"]["starts"], "2026-09-01");
        assert_eq!(draft.body["period"]["ends"], "2031-08-31");
        assert_eq!(draft.body["related"][0]["kind"], "renewed_by");
        let again = lead.act(&format!("{path}/renew")).await;
        assert_eq!((again.status, again.kind()), (StatusCode::CONFLICT, "/problems/not-renewed"));
        let next = draft.header("location").to_owned();
        assert_eq!(lead.act(&format!("{next}/share")).await.status, StatusCode::OK);
        sign(&app, &sample, &next).await;
        assert_eq!(lead.get(&path).await.body["standing"], "renewed");
        assert_eq!(lead.get(&next).await.body["standing"], "in_force");

        let other = signed(&app, &sample, "Ancien accord", "2031-08-31").await;
        let successor = json!({"successor": draft.id()});
        let told = lead.post(&format!("{other}/replace"), &successor).await;
        assert_eq!(
            (told.status, &told.body["standing"]),
            (StatusCode::OK, &json!("renewed")),
            "{}",
            told.body
        );
        let told = lead.post(&format!("{other}/keep"), &successor).await;
        assert_eq!((told.status, &told.body["standing"]), (StatusCode::OK, &json!("in_force")));
        for wrong in ["", "00000000-0000-7000-8000-000000000000"] {
            let told = lead.post(&format!("{other}/replace"), &json!({"successor": wrong})).await;
            assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        app
    })
    .await;
}

#[tokio::test]
async fn a_filtered_list_is_renewed_at_once_and_what_is_not_taken_is_reported() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let lead = Program::of(&app, &sample, "lead");
        let mut ids = Vec::new();
        for title in ["Un", "Deux", "Trois"] {
            let path = signed(&app, &sample, title, "2026-12-31").await;
            ids.push(path.rsplit('/').next().expect("an id").to_owned());
        }
        let draft = sample.agreement(&app, &sample.form("other"), State::Draft).await;
        ids.push(draft.to_string());
        let told = lead.post(&format!("{AGREEMENTS}/renewals"), &json!({"agreements": ids})).await;
        assert_eq!(told.status, StatusCode::CREATED, "{}", told.body);
        let lines = told.body["agreements"].as_array().expect("lines").clone();
        assert_eq!(lines.iter().filter(|line| line["draft"].is_string()).count(), 3);
        assert_eq!(lines[3]["why_not"], "not_signed");
        assert_eq!(lead.get(&format!("{AGREEMENTS}?standing=draft")).await.body["count"], 4);

        let (_, cookie) = sample.session(&app, "lead").await.expect("a session");
        let page = format!("/fr/agreements/renewals/{}", told.id());
        let page = app.ask(reqwest::Method::GET, &page).header("cookie", &cookie);
        let page = page.send().await.expect("an answer").text().await.expect("a page");
        assert!(page.contains("3 accords renouvelés, 1 laissé tel quel."), "{page}");
        assert!(page.contains("Il n’est pas signé par toutes les parties."), "{page}");
        let before = lead.get(&format!("{AGREEMENTS}?standing=draft")).await.body["count"].clone();
        let unknown = json!({"agreements": [ids[0], "00000000-0000-7000-8000-000000000000"]});
        assert_eq!(
            lead.post(&format!("{AGREEMENTS}/renewals"), &unknown).await.status,
            StatusCode::NOT_FOUND
        );
        let after = lead.get(&format!("{AGREEMENTS}?standing=draft")).await.body["count"].clone();
        assert_eq!(before, after, "all or nothing");
        app
    })
    .await;
}

/// Whether someone waits for a row that another transaction of this database holds.
async fn someone_waits(app: &TestApp) -> bool {
    let Tx::Postgres(mut tx) = app.db().read().await.expect("a transaction") else { return false };
    let waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    let waiting: i64 = sqlx::query_scalar(waiting).fetch_one(&mut *tx).await.expect("asked");
    waiting > 0
}

#[tokio::test]
async fn a_mass_renewal_and_who_saves_one_of_its_agreements_are_both_done() {
    let Some(app) = TestApp::on_postgres(on("2026-10-05")).await else { return };
    let sample = Sample::fill(&app).await;
    let lead = sample.desk(&app, "lead").await;
    for saves_the_one_before in [false, true] {
        let mut ids: Vec<AgreementId> = Vec::new();
        for title in ["Ancien", "Un", "Deux"] {
            let path = signed(&app, &sample, title, "2026-12-31").await;
            ids.push(path.rsplit('/').next().expect("an id").parse().expect("an id"));
        }
        let [before, first, last] = ids[..] else { unreachable!("three") };
        life::replace(&lead, before, &last.to_string()).await.expect("replaced");
        let saved = if saves_the_one_before { before } else { last };

        let mut tx = app.db().write().await.expect("a transaction");
        let Tx::Postgres(held) = &mut tx else { unreachable!("a database of PostgreSQL") };
        let lock = sqlx::query("update agreement set version = version where id = $1").bind(saved.0);
        lock.execute(&mut **held).await.expect("held");
        let desk = sample.desk(&app, "lead").await;
        let renewing = tokio::spawn(async move { life::renew_many(&desk, &[first, last]).await });
        for _ in 0..500 {
            if someone_waits(&app).await {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert!(someone_waits(&app).await, "the renewal has come to the agreement that is being saved");
        let scope = agreement::scope(&mut tx, saved).await.expect("read").expect("one");
        let permit = decide(lead.actor(), PublishAgreement(&scope)).expect("the lead may");
        agreement::publish(&mut tx, &permit, &lead.stamp(), true).await.expect("published");
        tx.commit().await.expect("committed");
        let (_, lines) = renewing.await.expect("no panic").expect("renewed");
        assert!(lines.iter().all(|line| line.outcome.is_ok()), "{lines:?}");
    }
    app.stop().await;
}

/// A server of its own on the data of an application; answers where it listens once it does.
async fn another_server(app: &TestApp) -> (std::process::Child, String) {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("an address").port()
    };
    let address = format!("127.0.0.1:{port}");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_entente"));
    command.args(["serve", "--addr", &address, "--database-url", app.database_url()]);
    command.arg("--data-dir").arg(app.folder());
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let child = command.spawn().expect("the program starts");
    let url = format!("http://{address}");
    for _ in 0..200 {
        if app.client.get(format!("{url}/healthz")).send().await.is_ok() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    (child, url)
}

#[tokio::test]
async fn a_server_killed_amid_a_mass_renewal_leaves_all_or_nothing() {
    const MANY: usize = 100;
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        let lead = Program::of(&app, &sample, "lead");
        let mut ids = Vec::new();
        for i in 0..MANY {
            let path = signed(&app, &sample, &format!("Accord {i}"), "2031-08-31").await;
            ids.push(path.rsplit('/').next().expect("an id").to_owned());
        }
        let body = json!({ "agreements": ids });
        let mut nothing = 0;
        for attempt in 0..8_u64 {
            let (mut child, url) = another_server(&app).await;
            let ask = app.client.post(format!("{url}{AGREEMENTS}/renewals")).json(&body);
            let ask = ask.bearer_auth(sample.token("lead").expect("a token"));
            let asked = tokio::spawn(ask.send());
            tokio::time::sleep(std::time::Duration::from_millis(20 + 60 * attempt)).await;
            child.kill().expect("killed");
            child.wait().expect("gone");
            let _ = asked.await.expect("no panic");
            let drafts = lead.get(&format!("{AGREEMENTS}?standing=draft")).await.body["count"].clone();
            assert!(drafts == 0 || drafts == MANY, "{drafts} of {MANY}");
            if drafts != 0 {
                break;
            }
            nothing += 1;
        }
        println!("killed {nothing} times before it was done");
        assert!(nothing > 0, "a kill came in time");
        app
    })
    .await;
}
