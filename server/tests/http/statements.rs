//! How many statements a whole page takes, with its frame: the same for few lines and for many. It listens to every statement of the
//! process, and so begins one of its own.

use crate::{
    counting,
    inbox::concluded,
    nominations::body,
    rest::{Program, on},
    support::{
        TestApp, on_each_database,
        sample::{Sample, State},
    },
};
use chrono::TimeDelta;
use domain::{agreement::AgreementForm, flow::FlowForm, id::FlowId};
use reqwest::{Method, StatusCode};

/// Puts so many forward for a flow: two have a place, all others wait.
async fn fill(app: &TestApp, sample: &Sample, flow: FlowId, people: usize) {
    let home = Program::of(app, sample, "officer of another party");
    for n in 0..people {
        app.wait(TimeDelta::seconds(1));
        let told = home.post(&format!("/api/v1/flows/{flow}/nominations"), &body(n)).await;
        assert!(matches!(told.status, StatusCode::CREATED | StatusCode::CONFLICT), "{}", told.body);
    }
}

/// A flow that asks for a level.
async fn leveled(app: &TestApp, sample: &Sample, level: usize) -> FlowId {
    let flow = FlowForm {
        kind: "student_studies".into(),
        sender: sample.institution("other").to_string(),
        receiver: sample.institution("own").to_string(),
        cap: "2".into(),
        levels: level.to_string(),
        ..FlowForm::default()
    };
    let form = AgreementForm { kind: "student_exchange".into(), flows: vec![flow], ..sample.form("other") };
    let agreement = concluded(app, sample, &form).await;
    let mut tx = app.db().read().await.expect("a transaction");
    store::flow::of_agreement(&mut tx, agreement).await.expect("read")[0].flow.id
}

/// Tells the process that listens that it is the one.
const ALONE: &str = "ENTENTE_TEST_ALONE";

#[test]
fn a_page_of_places_takes_the_same_number_of_statements_whatever_it_holds() {
    let own = std::env::current_exe().expect("this program");
    let alone = std::process::Command::new(own)
        .args(["--ignored", "--exact", "statements::counted", "--nocapture"])
        .env(ALONE, "on")
        .status();
    assert!(alone.expect("begun").success(), "what it says stands above");
}

#[tokio::test]
#[ignore = "listens to the whole process: the test above begins it"]
async fn counted() {
    assert!(std::env::var_os(ALONE).is_some(), "begun by itself");
    count_pages().await;
}

async fn count_pages() {
    counting::listen();
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let first = sample.flow(&app, State::Published).await;
        fill(&app, &sample, first, 3).await;
        let (_, cookie) = sample.session(&app, "officer").await.expect("a session");
        let pages = [
            "/fr/seats".to_owned(),
            "/fr/seats?group=partner".into(),
            "/fr/seats?group=level".into(),
            "/fr/seats?group=country".into(),
            "/fr/seats?group=field".into(),
            "/fr/seats?fullness=full".into(),
            format!("/fr/seats/flows/{first}/2026"),
            "/fr/exchanges".into(),
            format!("/fr/exchanges/{first}"),
            "/fr/nominations".into(),
            "/fr/inbox".into(),
        ];
        let each = async || {
            let mut counted = Vec::new();
            for path in &pages {
                // The fewest of some times: what is then kept in memory is not looked up again, and what the server does by itself
                // meanwhile is no part of the page.
                let mut fewest = usize::MAX;
                for _ in 0..4 {
                    counting::take();
                    let ask = app.ask(Method::GET, path).header("cookie", &cookie);
                    let answer = ask.send().await.expect("an answer");
                    assert_eq!(answer.status(), StatusCode::OK, "{path}");
                    answer.text().await.expect("a page");
                    fewest = fewest.min(counting::take());
                }
                counted.push((path.clone(), fewest));
            }
            counted
        };
        let few = each().await;
        for (path, statements) in &few {
            assert!((2..60).contains(statements), "{path} takes {statements}");
        }
        fill(&app, &sample, first, 12).await;
        for level in 1..=8 {
            let flow = leveled(&app, &sample, level).await;
            fill(&app, &sample, flow, 4).await;
        }
        // Those by which PostgreSQL begins and readies a connection come and go; a statement for each flow would be eight more.
        for ((path, before), (_, after)) in few.iter().zip(&each().await) {
            assert!(after.abs_diff(*before) <= 3, "{path} took {before} and takes {after}");
        }
        app
    })
    .await;
}
