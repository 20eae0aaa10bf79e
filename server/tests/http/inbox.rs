//! What awaits an office, and how it hears of it: the page, REST, mail of one server or of several, the calendar.

use crate::support::{
    Options, TestApp, header, on_each_database,
    sample::{COMMITMENT, Sample, State},
};
use app::desk::{Clock, accounts, commitments, negotiation};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use domain::{
    access::{Actor, ManageMail, Watch, decide},
    account::PersonName,
    agreement::{AgreementForm, SignatureForm},
    commitment::ObservationForm,
    email::Email,
    id::AgreementId,
    lang::Lang,
};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use server::{
    config::{Flags, Settings},
    jobs::Jobs,
    serve,
};
use std::{
    collections::BTreeSet,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use store::{
    IdSource, Stamp,
    outbox::{self, Message, Recipient},
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
    sync::{oneshot, watch},
    task::JoinHandle,
};

const INBOX: &str = "/api/v1/inbox";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

pub(crate) fn on(day: &str) -> Options {
    Options { at: Some(at(&format!("{day}T10:00:00Z"))), ..Options::default() }
}

/// Moves the clock of an application to a day.
pub(crate) fn go_to(app: &TestApp, day: &str) {
    go_to_instant(app, at(&format!("{day}T10:00:00Z")));
}

/// Moves the clock of an application to an instant.
fn go_to_instant(app: &TestApp, at: DateTime<Utc>) {
    let Clock::Fixed(clock) = &app.running.web.app.clock else { panic!("the clock does not stand still") };
    *clock.lock().expect("the clock") = at;
}

/// An agreement between `own` and `other` that both signed.
pub(crate) async fn concluded(app: &TestApp, sample: &Sample, form: &AgreementForm) -> AgreementId {
    let id = sample.agreement(app, form, State::Shared).await;
    let mut tx = app.db().read().await.expect("a transaction");
    let record = store::agreement::get(&mut tx, id).await.expect("an agreement");
    let hash = record.latest().expect("a revision").hash.to_string();
    drop(tx);
    for (who, party) in [("lead", "own"), ("lead of another party", "other")] {
        let signature = SignatureForm {
            institution: sample.institution(party).to_string(),
            record: "on".into(),
            signed_on: "2024-01-10".into(),
            ..SignatureForm::default()
        };
        let desk = sample.desk(app, who).await;
        negotiation::sign(&desk, id, &hash, &[signature]).await.expect("signed");
    }
    id
}

pub(crate) fn ending(sample: &Sample, on: &str) -> AgreementForm {
    AgreementForm { kind: "student_exchange".into(), ends: on.into(), ..sample.form("other") }
}

/// Settings of a server on the same data.
fn settings(app: &TestApp, flags: Flags) -> Settings {
    let data_dir = Some(app.folder().display().to_string());
    Settings::read(&Flags { data_dir, ..flags }, |_| None).expect("settings")
}

pub(crate) fn jobs(app: &TestApp, flags: Flags) -> Jobs {
    serve::jobs(&settings(app, flags), &app.running.web.app).expect("jobs")
}

pub(crate) async fn round(jobs: &Jobs) {
    let (_told, listen) = watch::channel(false);
    jobs.round(&listen).await.expect("a round");
}

/// The messages in the folder of an application, each as text.
pub(crate) fn messages(folder: &Path) -> Vec<String> {
    let Ok(files) = std::fs::read_dir(folder.join("mail")) else { return Vec::new() };
    let files = files.map(|file| file.expect("a file").path());
    let messages = files.filter(|path| path.extension().is_some_and(|extension| extension == "eml"));
    messages.map(|path| std::fs::read_to_string(path).expect("a message")).collect()
}

async fn ask(
    app: &TestApp,
    sample: &Sample,
    who: &str,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Response {
    let mut ask = app.client.request(method, app.url(path)).bearer_auth(sample.token(who).expect("a token"));
    if let Some(body) = body {
        ask = ask.json(&body);
    }
    ask.send().await.expect("an answer")
}

pub(crate) async fn items(app: &TestApp, sample: &Sample, who: &str, query: &str) -> Vec<Value> {
    let answer = ask(app, sample, who, Method::GET, &format!("{INBOX}{query}"), None).await;
    assert_eq!(answer.status(), 200);
    serde_json::from_value(answer.json().await.expect("a body")).expect("a list")
}

/// A page of the interface, for someone with a session.
pub(crate) async fn page(app: &TestApp, sample: &Sample, who: &str, path: &str) -> String {
    let (_, cookie) = sample.session(app, who).await.expect("a session");
    let answer = app.ask(Method::GET, path).header("cookie", cookie).send().await.expect("an answer");
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.expect("a page")
}

#[tokio::test]
async fn two_servers_at_once_tell_each_step_once() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        concluded(&app, &sample, &ending(&sample, "2027-08-31")).await;
        let servers = [jobs(&app, Flags::default()), jobs(&app, Flags::default())];
        // Officer and lead of two offices; observers and strangers hear nothing.
        for (day, all) in
            [("2026-10-05", 4), ("2026-10-06", 4), ("2027-02-28", 8), ("2027-05-31", 16), ("2027-07-31", 20)]
        {
            go_to(&app, day);
            for _ in 0..2 {
                tokio::join!(round(&servers[0]), round(&servers[1]));
            }
            assert_eq!(messages(app.folder()).len(), all, "{day}");
            // The other one goes on at once when one stops.
            servers[0].give_up().await.expect("given up");
        }
        // From March on the next year is known to have a gap, of which both have heard: it is told once.
        go_to(&app, "2027-09-01");
        round(&servers[1]).await;
        assert_eq!(messages(app.folder()).len(), 20);
        let told = messages(app.folder());
        let message = told.iter().find(|text| text.contains("Subject: Fin le 31")).expect("the first");
        for words in ["text/plain", "text/html", "Message-ID: <", "From: Entente <entente@"] {
            assert!(message.contains(words), "{words}: {message}");
        }
        app
    })
    .await;
}

#[tokio::test]
async fn an_inbox_holds_what_awaits_the_office_until_it_is_dealt_with() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let shared = sample.agreement(&app, &sample.form("other"), State::Shared).await;
        let agreement = concluded(&app, &sample, &ending(&sample, "2027-03-31")).await;
        let ended = AgreementForm { commitments: Vec::new(), ..ending(&sample, "2026-08-31") };
        let ended = concluded(&app, &sample, &ended).await;
        round(&jobs(&app, Flags::default())).await;
        let open = items(&app, &sample, "officer", "").await;
        let words: Vec<_> = open.iter().map(|item| item["item"].as_str().expect("a word").to_owned()).collect();
        // What ended is no gap: the other covers the year.
        assert_eq!(words, [format!("approval.{shared}.1.2026-10-05"), format!("end.{agreement}.6.2027-03-31")]);
        assert_eq!((open[1]["months"].as_i64(), open[1]["deadline"].as_str()), (Some(6), Some("end")));
        assert!(!words.iter().any(|word| word.contains(&ended.to_string())));
        assert_eq!(items(&app, &sample, "officer", "?kind=deadline").await.len(), 1);
        assert_eq!(items(&app, &sample, "officer of a stranger", "").await.len(), 0);
        let wrong = ask(&app, &sample, "officer", Method::GET, "/api/v1/inbox?kind=x", None).await;
        assert_eq!(wrong.status(), 422);

        let shown = page(&app, &sample, "officer", "/fr/inbox").await;
        for part in ["À traiter (2)", "Votre approbation est attendue", "31 mars 2027", "2 choses à traiter", ".eml"] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        let deal = |item: &str, is_dealt: bool| {
            json!({"institution": sample.institution("own").0, "item": item, "is_dealt": is_dealt})
        };
        let sent = async |body| ask(&app, &sample, "officer", Method::POST, INBOX, Some(body)).await.status();
        assert_eq!(sent(deal(&words[1], true)).await, 204);
        assert_eq!(sent(deal("end.nothing", true)).await, 422);
        assert_eq!(items(&app, &sample, "lead", "").await.len(), 1, "it is so for the whole office");
        assert_eq!(items(&app, &sample, "lead", "?state=dealt").await[0]["dealt_by"], "officer");
        assert_eq!(items(&app, &sample, "officer of another party", "").await.len(), 2, "and for no other");
        assert!(page(&app, &sample, "lead", "/en/agreements").await.contains("Inbox (1)"));
        assert_eq!(sent(deal(&words[1], false)).await, 204);
        assert_eq!(items(&app, &sample, "officer", "").await.len(), 2);

        // The same by plain forms.
        let (_, cookie) = sample.session(&app, "officer").await.expect("a session");
        let form = |act: &str| {
            let own = sample.institution("own").to_string();
            let pairs = [("lang", "fr"), ("institution", &own), ("item", &words[1]), ("act", act), ("state", "all")];
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
        };
        for (act, left, done) in [("deal", 1, "dealt"), ("undo", 2, "undealt")] {
            let ask = app.post("/api/deal_with_inbox").header("cookie", &cookie).body(form(act));
            let ask = ask.header("content-type", "application/x-www-form-urlencoded");
            let answer = ask.send().await.expect("an answer");
            assert_eq!(header(&answer, "location"), format!("/fr/inbox?state=all&done={done}"));
            assert_eq!(items(&app, &sample, "officer", "").await.len(), left);
        }
        app
    })
    .await;
}

#[tokio::test]
async fn who_wants_no_mail_gets_none() {
    let app = TestApp::with(on("2026-10-05")).await;
    let sample = Sample::fill(&app).await;
    concluded(&app, &sample, &ending(&sample, "2027-03-31")).await;
    let (_, cookie) = sample.session(&app, "officer").await.expect("a session");
    let ask = app.post("/api/set_reminders").header("cookie", &cookie).body("lang=fr");
    let ask = ask.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(header(&ask.send().await.expect("an answer"), "location"), "/fr/account?done=reminders");
    assert!(!accounts::own_account(&sample.desk(&app, "officer").await).await.expect("own").wants_mail);
    let english = sample.desk(&app, "lead").await;
    accounts::set_lang(&english, Lang::En).await.expect("set");
    round(&jobs(&app, Flags::default())).await;
    let told = messages(app.folder());
    assert_eq!(told.len(), 3);
    assert!(!told.iter().any(|text| text.contains("To: officer <officer@")), "{told:?}");
    let one = told.iter().find(|text| text.contains("To: lead <lead@")).expect("a message");
    assert!(one.contains("Subject: Ends on March 31, 2027: Framework convention"), "{one}");
    assert!(one.contains("/en/inbox"), "{one}");
    app.stop().await;
}

/// A mail server that answers each message what it was told to, by how many it answered before; where that is nothing, it
/// falls silent. What it answered comes in the end.
async fn sink(
    mut says: impl FnMut(usize) -> Option<&'static str> + Send + 'static,
) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let taken = tokio::spawn(async move {
        let mut messages = Vec::new();
        while let Ok(Ok((stream, _))) = tokio::time::timeout(Duration::from_secs(3), listener.accept()).await
        {
            let mut stream = BufReader::new(stream);
            stream.write_all(b"220 sink ESMTP\r\n").await.expect("said");
            let (mut line, mut message, mut is_data) = (String::new(), String::new(), false);
            while stream.read_line(&mut line).await.unwrap_or(0) > 0 {
                let answer = match line.trim_end() {
                    "." if is_data => {
                        is_data = false;
                        let message = std::mem::take(&mut message);
                        says(messages.len()).inspect(|_| messages.push(message))
                    }
                    _ if is_data => {
                        message.push_str(&line);
                        None
                    }
                    "DATA" => {
                        is_data = true;
                        Some("354 go on")
                    }
                    "QUIT" => Some("221 bye"),
                    _ => Some("250 ok"),
                };
                if let Some(answer) = answer {
                    stream.write_all(format!("{answer}\r\n").as_bytes()).await.expect("said");
                }
                line.clear();
            }
        }
        messages
    });
    (port, taken)
}

/// Mail goes through the mail server at that port.
fn through(port: u16) -> Flags {
    Flags { smtp_url: Some(format!("smtp://127.0.0.1:{port}")), ..Flags::default() }
}

/// Writes to someone who has no account.
async fn letter(app: &TestApp) {
    let message = Message {
        mark: "a letter".into(),
        to: Recipient::Person {
            name: PersonName::parse("Camille Exemple").expect("a name"),
            email: Email::parse("camille@exemple.invalid").expect("an address"),
        },
        lang: Lang::Fr,
        subject: "Une place".into(),
        text: "Bonjour".into(),
        html: "<p>Bonjour</p>".into(),
    };
    let permit = decide(&Actor::Operator, Watch).expect("the operator may");
    let stamp = Stamp::new(at("2026-10-05T10:00:00Z"), IdSource::default());
    let mut tx = app.db().write().await.expect("a transaction");
    assert!(outbox::insert(&mut tx, &permit, &stamp, &message).await.expect("written"));
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn mail_goes_through_a_mail_server_and_a_failure_is_seen_by_the_administrator() {
    let app = TestApp::with(on("2026-10-05")).await;
    let sample = Sample::fill(&app).await;
    concluded(&app, &sample, &ending(&sample, "2027-03-31")).await;
    letter(&app).await;
    let through =
        |port: u16| Flags { mail_from: Some("Registre <registre@exemple.invalid>".into()), ..through(port) };
    let (port, refused) = sink(|_| Some("451 not now")).await;
    let sender = jobs(&app, through(port));
    round(&sender).await;
    assert_eq!(refused.await.expect("taken").len(), 5);
    let shown = page(&app, &sample, "administrator", "/fr/admin/mail").await;
    for part in ["451", "Réessayer maintenant", "officer@exemple.invalid", "camille@exemple.invalid"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    sender.give_up().await.expect("given up");
    let mail = ask(&app, &sample, "administrator", Method::GET, "/api/v1/mail", None).await;
    let mail: Value = mail.json().await.expect("a body");
    assert_eq!((&mail["sent"], &mail["waiting"]), (&json!(0), &json!(5)), "{mail}");
    let failing = mail["failing"].as_array().expect("messages");
    assert!(failing.len() == 5 && failing.iter().all(|one| one["tries"] == 1), "{mail}");
    assert!(failing[0]["failure"].as_str().is_some_and(|why| why.contains("451")), "{mail}");

    let (_, cookie) = sample.session(&app, "administrator").await.expect("a session");
    let ask = app.post("/api/retry_mail").header("cookie", &cookie).body("lang=fr");
    let ask = ask.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(header(&ask.send().await.expect("an answer"), "location"), "/fr/admin/mail?done=retried");
    let (port, taken) = sink(|_| Some("250 taken")).await;
    let sender = jobs(&app, through(port));
    round(&sender).await;
    round(&sender).await;
    let taken = taken.await.expect("taken");
    assert_eq!(taken.len(), 5);
    assert!(taken.iter().any(|text| text.contains("camille@exemple.invalid")), "{taken:?}");
    assert!(taken.iter().all(|text| text.contains("From: Registre <registre@exemple.invalid>")), "{taken:?}");
    assert!(messages(app.folder()).is_empty());
    let shown = page(&app, &sample, "administrator", "/en/admin/mail").await;
    assert!(shown.contains("No message failed."), "{shown}");
    app.stop().await;
}

#[tokio::test]
async fn a_calendar_is_read_by_its_secret_address_only() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let ends = concluded(&app, &sample, &ending(&sample, "2027-03")).await;
        let tacit = AgreementForm {
            renewal: "tacit".into(),
            renewal_months: "12".into(),
            notice_months: "6".into(),
            ..ending(&sample, "2027-08-31")
        };
        let renews = concluded(&app, &sample, &tacit).await;
        let path = format!("/api/v1/institutions/{}/calendar", sample.institution("own"));
        let mut addresses = Vec::new();
        for _ in 0..2 {
            let answer = ask(&app, &sample, "officer", Method::POST, &path, None).await;
            assert_eq!(answer.status(), 200);
            let told: Value = answer.json().await.expect("a body");
            // A program that names no language is answered in English.
            let url = told["url"].as_str().expect("an address").replace("lang=en", "lang=fr");
            addresses
                .push(url.strip_prefix(&*app.running.web.app.public_url).expect("of this site").to_owned());
        }
        assert_eq!(app.get(&addresses[0]).await.status(), 404, "replaced");
        let answer = app.get(&addresses[1]).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(header(&answer, "content-type"), "text/calendar; charset=utf-8");
        assert!(header(&answer, "cache-control").starts_with("private"));
        let text = answer.text().await.expect("a calendar").replace("\r\n ", "");
        for part in [
            format!("UID:end-{ends}@"),
            "DTSTART;VALUE=DATE:20270331".to_owned(),
            format!("UID:notice-{renews}@"),
            "DTSTART;VALUE=DATE:20270228".to_owned(),
            "Fin : Convention-cadre".to_owned(),
        ] {
            assert!(text.contains(&part), "{part}: {text}");
        }
        let english =
            app.get(&addresses[1].replace("lang=fr", "lang=en")).await.text().await.expect("a calendar");
        assert!(english.contains("Ends: Framework convention"), "{english}");
        for wrong in ["/calendar/0.ics", "/calendar/x"] {
            assert_eq!(app.get(wrong).await.status(), 404);
        }
        let answer = ask(&app, &sample, "lead", Method::DELETE, &path, None).await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        assert_eq!(app.get(&addresses[1]).await.status(), 404);
        let members = format!("/fr/institutions/{}/members", sample.institution("own"));
        let shown = page(&app, &sample, "officer", &members).await;
        assert!(shown.contains("pas encore d’adresse de calendrier"));
        app
    })
    .await;
}

/// The calendar of the own office, in French, its long lines joined.
async fn calendar(app: &TestApp, sample: &Sample) -> String {
    let path = format!("/api/v1/institutions/{}/calendar", sample.institution("own"));
    let answer = ask(app, sample, "officer", Method::POST, &path, None).await;
    let told: Value = answer.json().await.expect("a body");
    let url = told["url"].as_str().expect("an address").replace("lang=en", "lang=fr");
    let path = url.strip_prefix(&*app.running.web.app.public_url).expect("of this site").to_owned();
    let text = app.get(&path).await.text().await.expect("a calendar");
    text.replace("\r\n ", "").replace("\\,", ",")
}

/// The event of a calendar whose identifier begins so.
fn event<'a>(calendar: &'a str, uid: &str) -> &'a str {
    let mut events = calendar.split("BEGIN:VEVENT").filter(|event| event.contains(&format!("UID:{uid}")));
    let event = events.next().unwrap_or_else(|| panic!("{uid}: {calendar}"));
    assert!(events.next().is_none(), "{uid} is there once: {calendar}");
    event
}

#[tokio::test]
async fn a_calendar_calls_at_each_step_of_the_ladder_and_tells_gaps_and_commitments() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let ended = AgreementForm { commitments: Vec::new(), ..ending(&sample, "2026-08-31") };
        concluded(&app, &sample, &ended).await;
        let mut promising = AgreementForm { ends: "2027-03-31".into(), ..sample.form("other") };
        promising.commitments[0].due = "2027-01-15".into();
        promising.commitments[0].text_fr = "Jury commun".into();
        let promising = concluded(&app, &sample, &promising).await;
        let jobs = jobs(&app, Flags::default());
        round(&jobs).await;

        let text = calendar(&app, &sample).await;
        let end = event(&text, &format!("end-{promising}@"));
        let triggers: Vec<_> = end.lines().filter(|line| line.starts_with("TRIGGER")).collect();
        // At nine o'clock 365, 182, 90 and 31 days before: the last of September has no counterpart in February.
        assert_eq!(
            triggers,
            ["TRIGGER:-PT31503600S", "TRIGGER:-PT15692400S", "TRIGGER:-PT7743600S", "TRIGGER:-PT2646000S"],
            "{end}"
        );
        assert_eq!(end.matches("ACTION:DISPLAY").count(), 4, "{end}");
        let owed = event(&text, &format!("commitment-{promising}-"));
        for part in [
            "DTSTART;VALUE=DATE:20270115",
            "Engagement à observer : Convention-cadre",
            "DESCRIPTION:Jury commun",
        ] {
            assert!(owed.contains(part), "{part}: {owed}");
        }
        let [own, other] = ["own", "other"].map(|key| sample.institution(key));
        let gap = event(&text, &format!("gap-{own}-{other}-2026-2027@"));
        for part in ["DTSTART;VALUE=DATE:20260901", "Sans accord pour 2026/2027 : Keiō Exemple"] {
            assert!(gap.contains(part), "{part}: {gap}");
        }
        assert!(gap.contains(&format!("/fr/institutions/{own}/with/{other}")), "{gap}");
        assert!(!text.contains(&format!("UID:gap-{other}")), "what the other office sees is its own: {text}");

        // Once the promise was kept and an agreement covers the year, neither calls any more.
        let desk = sample.desk(&app, "officer").await;
        let seen = ObservationForm {
            observed_on: "2026-10-01".into(),
            value: "yes".into(),
            evidence: "Minutes".into(),
            ..ObservationForm::default()
        };
        commitments::note(&desk, promising, COMMITMENT, &seen).await.expect("noted");
        let covering = AgreementForm { commitments: Vec::new(), ..ending(&sample, "2029-08-31") };
        concluded(&app, &sample, &covering).await;
        round(&jobs).await;
        let text = calendar(&app, &sample).await;
        assert!(!text.contains("UID:commitment-") && !text.contains("UID:gap-"), "{text}");
        app
    })
    .await;
}

#[tokio::test]
async fn a_calendar_keeps_the_day_on_which_an_agreement_ended_before_its_time() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let form = |ends: &str, starts: &str| AgreementForm {
            ends: ends.into(),
            starts: starts.into(),
            commitments: Vec::new(),
            notice_months: "6".into(),
            ..sample.form("other")
        };
        let tacit = AgreementForm {
            renewal: "tacit".into(),
            renewal_months: "12".into(),
            ..form("2025-08-31", "2024-01-10")
        };
        let plain = concluded(&app, &sample, &form("2031-08-31", "2024-01-10")).await;
        let tacit = concluded(&app, &sample, &tacit).await;
        let replaced = concluded(&app, &sample, &form("2031-08-31", "2024-01-10")).await;
        let next = concluded(&app, &sample, &form("2033-08-31", "2027-01-01")).await;
        let end = json!({
            "party": sample.institution("own").0, "notified_on": "2026-10-01", "effective_on": "2027-04-01",
        });
        for id in [plain, tacit] {
            let path = format!("/api/v1/agreements/{id}/terminate");
            let told = ask(&app, &sample, "lead", Method::POST, &path, Some(end.clone())).await;
            assert_eq!(told.status(), 200, "{:?}", told.text().await);
        }
        let path = format!("/api/v1/agreements/{replaced}/replace");
        let successor = json!({ "successor": next });
        assert_eq!(ask(&app, &sample, "lead", Method::POST, &path, Some(successor)).await.status(), 200);

        let text = calendar(&app, &sample).await;
        for (id, day) in [(plain, "20270331"), (tacit, "20270331"), (replaced, "20261231")] {
            let event = event(&text, &format!("end-{id}@"));
            assert!(event.contains(&format!("DTSTART;VALUE=DATE:{day}")), "{day}: {event}");
            assert!(!event.contains("VALARM"), "what is decided calls no more: {event}");
        }
        assert!(!text.contains("UID:notice-"), "{text}");
        app
    })
    .await;
}

/// A server of its own, on the same data; it ends with the test.
struct Server(Child);

impl Server {
    fn start(settings: &Settings) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_entente"));
        command.args(["serve", "--addr", "127.0.0.1:0", "--job-seconds", "1"]);
        command.args(["--database-url", &settings.database_url]).arg("--data-dir").arg(&settings.data_dir);
        if let Some(smtp_url) = &settings.smtp_url {
            command.args(["--smtp-url", smtp_url]);
        }
        Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn two_processes_on_one_registry_send_one_message_for_each_step() {
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        let today: NaiveDate = app.running.web.app.clock.now().date_naive();
        ending_soon(&app, &sample, today).await;
        let settings =
            settings(&app, Flags { database_url: Some(app.database_url().to_owned()), ..Flags::default() });
        let servers = [Server::start(&settings), Server::start(&settings)];
        let begun = Instant::now();
        while messages(app.folder()).len() < 12 && begun.elapsed() < Duration::from_secs(30) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        // Some rounds more: nothing comes twice.
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(messages(app.folder()).len(), 12);
        drop(servers);
        let mut tx = app.db().read().await.expect("a transaction");
        let due = store::watch::due(&mut tx, today).await.expect("asked");
        assert_eq!(due, []);
        drop(tx);
        app
    })
    .await;
}

/// Three agreements whose end two people of each of two offices are reminded of.
async fn ending_soon(app: &TestApp, sample: &Sample, today: NaiveDate) {
    for days in [20_u64, 80, 170] {
        let ends_on = today.checked_add_days(Days::new(days)).expect("a day");
        concluded(app, sample, &ending(sample, &ends_on.to_string())).await;
    }
}

#[tokio::test]
async fn when_a_process_is_killed_amid_its_mail_another_goes_on_once_the_lease_is_over() {
    let options = Options { at: Some(Clock::System.now()), ..Options::default() };
    on_each_database(options, |app| async move {
        let sample = Sample::fill(&app).await;
        let begun = app.running.web.app.clock.now();
        ending_soon(&app, &sample, begun.date_naive()).await;
        // The mail server never answers the sixth message of the first process.
        let (silent, mut is_silent) = oneshot::channel();
        let mut silent = Some(silent);
        let (port, taken) = sink(move |answered| match silent.take_if(|_| answered == 5) {
            Some(silent) => {
                silent.send(()).expect("the test waits");
                None
            }
            None => Some("250 taken"),
        })
        .await;
        let flags = Flags { database_url: Some(app.database_url().to_owned()), ..through(port) };
        let killed = Server::start(&settings(&app, flags.clone()));
        let waited = tokio::time::timeout(Duration::from_secs(30), &mut is_silent).await;
        waited.expect("in time").expect("the sixth message came");
        drop(killed);

        let other = jobs(&app, flags);
        let count = async || {
            let mut tx = app.db().read().await.expect("a transaction");
            let counts = outbox::counts(&mut tx, &decide(&Actor::Operator, ManageMail).expect("may")).await;
            counts.expect("counted")
        };
        for (seconds, sent) in [(0, 5), (30, 5), (150, 12)] {
            go_to_instant(&app, begun + TimeDelta::seconds(seconds));
            round(&other).await;
            assert_eq!(count().await.sent, sent, "after {seconds} s");
        }
        let taken = taken.await.expect("taken");
        let ids = taken.iter().filter_map(|text| text.lines().find(|line| line.starts_with("Message-ID:")));
        let ids: BTreeSet<&str> = ids.collect();
        assert_eq!((taken.len(), ids.len()), (12, 12), "each came once");
        app
    })
    .await;
}
