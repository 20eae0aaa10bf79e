//! Nominations over HTTP: put forward, answered, offered, confirmed, by those they concern; with plain forms, too.

use crate::{
    inbox::{concluded, ending, go_to, items, jobs, messages, on, page, round},
    rest::{Program, Told},
    support::{
        TestApp, header, on_each_database,
        sample::{Sample, State},
    },
    told::with_who_has_no_account,
};
use app::desk::nominations;
use chrono::TimeDelta;
use domain::{
    academic_year::AcademicYear,
    access::Role,
    agreement::AgreementForm,
    flow::{FlowForm, FlowLanguageForm, TermDeadlineForm},
    id::{FlowId, NominationId},
    import::{Sheet, SheetRow},
    nomination::NominationForm,
    student::StudentForm,
};
use reqwest::{Method, StatusCode};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use server::config::Flags;

/// A flow from `own` to `other` with so many places a year, in an agreement that both signed.
pub(crate) async fn exchange(app: &TestApp, sample: &Sample, cap: &str) -> FlowId {
    let languages =
        vec![FlowLanguageForm { language: "en".into(), level: "B2".into(), is_required: "on".into() }];
    let form = FlowForm { cap: cap.into(), languages, ..FlowForm::default() };
    exchange_of(app, sample, "student_studies", form).await
}

/// The same of this kind, with what else is asked for.
pub(crate) async fn exchange_of(app: &TestApp, sample: &Sample, kind: &str, form: FlowForm) -> FlowId {
    let id = FlowId(sample.desk(app, "officer").await.stamp().id());
    let flow = FlowForm {
        id: id.to_string(),
        kind: kind.into(),
        sender: sample.institution("own").to_string(),
        receiver: sample.institution("other").to_string(),
        ..form
    };
    let form = AgreementForm { flows: vec![flow], ..ending(sample, "2031-08-31") };
    concluded(app, sample, &form).await;
    id
}

/// The account "student" put forward for a place of a new flow by the own office.
pub(crate) async fn nominated(app: &TestApp, sample: &Sample) -> NominationId {
    let flow = exchange(app, sample, "5").await;
    let desk = sample.desk(app, "officer").await;
    let student = StudentForm {
        name: "student".into(),
        email: "student@exemple.invalid".into(),
        ..StudentForm::default()
    };
    let year = AcademicYear::of(desk.today()).to_string();
    let form = NominationForm { student, year, term: "S2".into(), ..NominationForm::default() };
    nominations::nominate(&desk, flow, &form, None).await.expect("nominated").id
}

pub(crate) fn body(n: usize) -> Value {
    let student = json!({"name": format!("Élève {n} Exemple"), "email": format!("eleve{n}@exemple.invalid")});
    json!({"student": student, "year": "2026/2027", "term": "S1"})
}

/// The account "student".
fn own_body() -> Value {
    json!({"student": {"name": "Camille Exemple", "email": "Student@exemple.invalid", "languages": "en C1"},
        "year": "2026/2027", "term": "S1"})
}

fn nominations_of(flow: FlowId) -> String {
    format!("/api/v1/flows/{flow}/nominations")
}

async fn act(who: &Program<'_>, id: &str, act: &str, body: Value) -> Told {
    who.post(&format!("/api/v1/nominations/{id}/{act}"), &body).await
}

async fn shown(who: &Program<'_>, id: &str) -> Value {
    let told = who.get(&format!("/api/v1/nominations/{id}")).await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.body);
    told.body
}

/// Sends a plain form; answers where it leads.
async fn send(app: &TestApp, sample: &Sample, who: &str, path: &str, fields: &[(&str, &str)]) -> String {
    let (_, cookie) = sample.session(app, who).await.unwrap_or_default();
    let fields = [&[("lang", "fr")][..], fields].concat();
    let ask = app.post(path).header("cookie", cookie).form(&fields);
    header(&ask.send().await.expect("an answer"), "location").to_owned()
}

#[tokio::test]
async fn six_students_ask_for_five_places_and_one_is_in_line() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let officer = Program::of(&app, &sample, "officer");
        let flow = exchange(&app, &sample, "5").await;
        for n in 1..=5 {
            let told = officer.post(&nominations_of(flow), &body(n)).await;
            assert_eq!((told.status, &told.body["state"]), (StatusCode::CREATED, &json!("nominated")));
        }
        let mut impatient = body(7);
        impatient["waitlist"] = json!(false);
        let told = officer.post(&nominations_of(flow), &impatient).await;
        assert_eq!(
            (told.status, told.kind()),
            (StatusCode::CONFLICT, "/problems/flow-full"),
            "{}",
            told.body
        );
        // Whoever holds a place is told so, and whoever does not meet a condition, though the flow is full.
        let mut held = body(1);
        held["waitlist"] = json!(false);
        let told = officer.post(&nominations_of(flow), &held).await;
        assert_eq!((told.status, told.kind()), (StatusCode::CONFLICT, "/problems/seats"), "{}", told.body);
        impatient["student"]["languages"] = json!("en A1");
        let told = officer.post(&nominations_of(flow), &impatient).await;
        assert_eq!(told.kind(), "/problems/not-eligible", "{}", told.body);
        let told = officer.post(&nominations_of(flow), &body(6)).await;
        assert_eq!(
            (told.status, told.kind()),
            (StatusCode::CONFLICT, "/problems/waitlisted"),
            "{}",
            told.body
        );
        assert_eq!(told.body["waitlisted"]["position"], 1, "{}", told.body);
        let waiting = told.body["waitlisted"]["nomination"].as_str().expect("an id").to_owned();
        let waiting = shown(&officer, &waiting).await;
        assert_eq!((&waiting["state"], &waiting["position"]), (&json!("waitlisted"), &json!(1)));
        assert_eq!(waiting["awaited"], Value::Null);
        let twice = officer.post(&nominations_of(flow), &body(1)).await;
        assert_eq!(twice.status, StatusCode::CONFLICT, "{}", twice.body);
        app
    })
    .await;
}

#[tokio::test]
async fn a_request_that_names_itself_is_carried_out_once() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let officer = Program::of(&app, &sample, "officer");
        let flow = exchange(&app, &sample, "5").await;
        let path = nominations_of(flow);
        let first = officer.post_as(&path, &body(1), "une demande").await;
        let again = officer.post_as(&path, &body(1), "une demande").await;
        assert_eq!(first.status, StatusCode::CREATED, "{}", first.body);
        assert_eq!((again.status, &again.body), (StatusCode::CREATED, &first.body), "the same answer");
        let other = officer.post_as(&path, &body(2), "une demande").await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", other.body);
        // The last place is asked for by name: asked again it is answered as before, though none is left.
        let flow = exchange(&app, &sample, "1").await;
        let mut last = body(4);
        last["waitlist"] = json!(false);
        let first = officer.post_as(&nominations_of(flow), &last, "la derniere").await;
        let again = officer.post_as(&nominations_of(flow), &last, "la derniere").await;
        assert_eq!(
            (first.status, again.status),
            (StatusCode::CREATED, StatusCode::CREATED),
            "{}",
            again.body
        );
        for asked in [path.rsplit('/').nth(1).unwrap_or_default(), &flow.to_string()] {
            let html = page(&app, &sample, "officer", &format!("/fr/nominations?flow={asked}")).await;
            assert!(html.contains("<strong>1 nomination</strong>"), "{html}");
        }
        // The same name of another person is another request.
        let lead = Program::of(&app, &sample, "lead").post_as(&path, &body(3), "une demande").await;
        assert_eq!(lead.status, StatusCode::CREATED, "{}", lead.body);
        app
    })
    .await;
}

/// Sends a request that names itself twice at once and once more later: each time the same is answered.
async fn thrice(who: &Program<'_>, path: &str, body: &Value) -> Value {
    let (one, other) = tokio::join!(who.post_as(path, body, path), who.post_as(path, body, path));
    let later = who.post_as(path, body, path).await;
    for told in [&one, &other, &later] {
        assert!(told.status.is_success(), "{path}: {} {}", told.status, told.body);
        assert_eq!((told.status, &told.body), (one.status, &one.body), "{path}");
    }
    one.body
}

#[tokio::test]
async fn every_step_that_names_itself_is_carried_out_once_though_it_is_asked_for_twice_at_once() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let [officer, lead, host, host_lead] =
            ["officer", "lead", "officer of another party", "lead of another party"]
                .map(|who| Program::of(&app, &sample, who));
        let flow = exchange(&app, &sample, "1").await;
        let places = format!("/api/v1/flows/{flow}/years/2026");
        let first = thrice(&officer, &nominations_of(flow), &body(1)).await;
        let first = first["id"].as_str().expect("an id").to_owned();
        let mut waiting = Vec::new();
        for (n, day) in [(2, "2026-10-06"), (3, "2026-10-07")] {
            go_to(&app, day);
            let told = officer.post_as(&nominations_of(flow), &body(n), &format!("attente {n}")).await;
            let again = officer.post_as(&nominations_of(flow), &body(n), &format!("attente {n}")).await;
            assert_eq!((told.status, &told.body), (again.status, &again.body));
            waiting.push(told.body["waitlisted"]["nomination"].as_str().expect("in line").to_owned());
        }
        let nothing = json!({});
        let why = json!({"reason": "Dossier incomplet"});
        let said = json!({"reason": "Dit au guichet", "evidence": "Courriel"});
        let of = |id: &str, act: &str| format!("/api/v1/nominations/{id}/{act}");
        go_to(&app, "2026-10-08");
        // The one rejected makes room for who waits; put forward again there is none.
        thrice(&host, &of(&first, "reject"), &why).await;
        let again = thrice(&officer, &of(&first, "nominate-again"), &nothing).await;
        assert_eq!(again["state"], "waitlisted");
        thrice(&officer, &of(&waiting[0], "decline"), &said).await;
        thrice(&officer, &of(&waiting[1], "take"), &said).await;
        thrice(&host, &of(&waiting[1], "reject"), &why).await;
        go_to(&app, "2026-10-09");
        let correction = json!({"student": body(3)["student"], "exception": "Vu avec le coordinateur"});
        thrice(&officer, &of(&waiting[1], "correct"), &correction).await;
        thrice(&officer, &of(&first, "take"), &said).await;
        thrice(&host, &of(&first, "accept"), &nothing).await;
        thrice(&officer, &of(&first, "confirm"), &said).await;
        thrice(&officer, &of(&first, "complete"), &nothing).await;
        // What happens within a day has no order here: the clock stands still.
        let acts = async |id: &str| {
            let shown = shown(&officer, id).await;
            let history = shown["history"].as_array().cloned().unwrap_or_default();
            let mut acts: Vec<_> = history.iter().map(|event| event["act"].to_string()).collect();
            acts.sort();
            acts.join(" ").replace('"', "")
        };
        assert_eq!(acts(&first).await, "accept complete confirm nominate offer queue reject take");
        assert_eq!(acts(&waiting[1]).await, "offer queue queue reject take");
        let told = shown(&officer, &waiting[1]).await;
        assert_eq!((&told["position"], &told["rule"]), (&json!(1), &json!("first_come")), "{told}");
        assert_eq!((&told["months"], &told["exception"]), (&json!("5"), &correction["exception"]), "{told}");
        let history = told["history"].as_array().expect("a history");
        let taken = history.iter().find(|event| event["act"] == "take").expect("the offer was taken");
        assert_eq!((&taken["is_on_behalf"], &taken["evidence"]), (&json!(true), &said["evidence"]), "{told}");
        thrice(&officer, &of(&waiting[1], "withdraw"), &said).await;
        let told = shown(&officer, &waiting[1]).await;
        assert_eq!((&told["withdrawn_by"], &told["reason"]), (&json!("home"), &said["reason"]), "{told}");

        // Places: two more, one of them beyond the cap; then the year is closed.
        for act in ["adjust", "override"] {
            let more = json!({"units": 1, "reason": "Convenu par courriel"});
            thrice(&host_lead, &format!("{places}/{act}"), &more).await;
        }
        let told = officer.get(&places).await.body;
        assert_eq!((&told["capacity"], &told["used"]), (&json!(3), &json!(1)), "{told}");
        thrice(&host_lead, &format!("{places}/close"), &nothing).await;
        let (own, other) = (sample.institution("own"), sample.institution("other"));
        let opening = json!({"balance": "-1.5", "reason": "Tableur"});
        thrice(&lead, &format!("/api/v1/institutions/{own}/partners/{other}/balance"), &opening).await;
        let (agreement, pool) = sample.pool(&app, State::Shared).await;
        let opening = json!({"institution": own, "balance": "2", "reason": "Tableur"});
        thrice(&lead, &format!("/api/v1/agreements/{agreement}/pools/{pool}/balance"), &opening).await;
        app
    })
    .await;
}

#[tokio::test]
async fn a_place_that_comes_free_goes_to_who_waits_and_each_step_is_told_to_whom_it_concerns() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let [officer, host, student] =
            ["officer", "officer of another party", "student"].map(|who| Program::of(&app, &sample, who));
        let flow = exchange(&app, &sample, "1").await;
        let first = officer.post(&nominations_of(flow), &body(1)).await.id();
        let waiting = officer.post(&nominations_of(flow), &own_body()).await;
        assert_eq!(waiting.kind(), "/problems/waitlisted", "{}", waiting.body);
        let waiting = waiting.body["waitlisted"]["nomination"].as_str().expect("an id").to_owned();
        let html = page(&app, &sample, "student", &format!("/fr/nominations/{waiting}")).await;
        for words in ["en position 1", "dans l’ordre d’arrivée", "Qu’une place se libère"] {
            assert!(html.contains(words), "{words}: {html}");
        }
        let seen = items(&app, &sample, "officer of another party", "").await;
        assert_eq!(
            (&seen[0]["request"], &seen[0]["nomination"]),
            (&json!("answer"), &json!(first)),
            "{seen:?}"
        );
        round(&jobs(&app, Flags::default())).await;
        let told = messages(app.folder());
        let to = |told: &[String], whom: &str| {
            told.iter().filter(|text| text.contains(&format!("To: {whom} <"))).count()
        };
        assert_eq!(to(&told, "student"), 1, "in line: {told:?}");
        assert_eq!(told.len(), 4, "both students; officer and lead of the host: {told:?}");

        go_to(&app, "2026-10-06");
        for (who, act_of) in [(&officer, "accept"), (&student, "confirm"), (&host, "take")] {
            let refused = act(who, &first, act_of, json!({})).await;
            assert!([403, 404].contains(&refused.status.as_u16()), "{act_of}: {}", refused.body);
        }
        let nothing = act(&host, &first, "reject", json!({})).await;
        assert_eq!(nothing.faults(), [("/reason", "required")]);
        let rejected = act(&host, &first, "reject", json!({"reason": "Niveau B2 requis"})).await;
        assert_eq!(rejected.body["state"], "rejected", "{}", rejected.body);
        let offered = shown(&student, &waiting).await;
        assert_eq!((&offered["state"], &offered["awaited"]), (&json!("offered"), &json!("student")));
        assert_eq!(offered["answer_by"], "2026-10-11T10:00:00Z");
        let seen = items(&app, &sample, "officer", "?kind=nomination").await;
        assert_eq!(seen.len(), 1, "the student answers alone: {seen:?}");
        assert_eq!((&seen[0]["request"], &seen[0]["nomination"]), (&json!("correct"), &json!(first)));
        let html = page(&app, &sample, "student", &format!("/en/nominations/{waiting}")).await;
        for words in
            ["kept until 11 Oct 2026, 10:00 UTC", "Take the place offered", "Decline the place offered"]
        {
            assert!(html.contains(words), "{words}: {html}");
        }
        let jobs = jobs(&app, Flags::default());
        round(&jobs).await;
        round(&jobs).await;
        // The rejected one has no account: a letter to the address. Officer and lead of the home hear of both.
        let told = messages(app.folder());
        assert_eq!(told.len(), 4 + 1 + 2 + 1 + 2, "{told:?}");
        let letter = told.iter().find(|text| text.contains("<eleve1@exemple.invalid>")).expect("a letter");
        let letter = letter.replace("=\r\n", "");
        assert!(letter.contains("officer@exemple.invalid") && !letter.contains("/nominations/"), "{letter}");
        assert_eq!(to(&told, "student"), 2);

        go_to(&app, "2026-10-07");
        let taken = act(&student, &waiting, "take", json!({})).await;
        assert_eq!(taken.body["state"], "nominated", "{}", taken.body);
        go_to(&app, "2026-10-08");
        let accepted = act(&host, &waiting, "accept", json!({})).await;
        assert_eq!(accepted.body["state"], "accepted", "{}", accepted.body);
        let by_office = act(&officer, &waiting, "confirm", json!({"evidence": "Courriel"})).await;
        assert!([403, 404].contains(&by_office.status.as_u16()), "the student has an account");
        go_to(&app, "2026-10-09");
        let confirmed = act(&student, &waiting, "confirm", json!({})).await;
        assert_eq!(confirmed.body["state"], "confirmed", "{}", confirmed.body);
        let history = shown(&host, &waiting).await["history"].clone();
        let acts: Vec<_> =
            history.as_array().expect("a list").iter().map(|event| event["act"].clone()).collect();
        assert_eq!(acts, ["queue", "offer", "take", "accept", "confirm"]);
        app
    })
    .await;
}

/// Without the lease, which lets one server at a time look for offers that are over: nothing but the places keeps them apart here.
#[tokio::test]
async fn two_servers_let_each_offer_lapse_once_and_offer_its_place_once() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let [officer, host] =
            ["officer", "officer of another party"].map(|who| Program::of(&app, &sample, who));
        let flow = exchange(&app, &sample, "3").await;
        let mut ids = Vec::new();
        for n in 0..9 {
            app.wait(TimeDelta::seconds(1));
            let told = officer.post(&nominations_of(flow), &body(n)).await;
            let waits = told.body["waitlisted"]["nomination"].as_str().map(ToOwned::to_owned);
            ids.push(waits.unwrap_or_else(|| told.id()));
        }
        for id in &ids[..3] {
            let rejected = act(&host, id, "reject", json!({"reason": "Complet"})).await;
            assert_eq!(rejected.body["state"], "rejected", "{}", rejected.body);
        }
        let acts = async |id: &str| {
            let history = shown(&officer, id).await["history"].clone();
            let acts = history.as_array().expect("a list").iter().map(|event| event["act"].to_string());
            acts.collect::<Vec<_>>().join(" ")
        };
        let state = &app.running.web.app;
        for (day, offered, in_line) in [("2026-10-12", 3..6, 6..9), ("2026-10-18", 6..9, 9..9)] {
            for id in &ids[offered.clone()] {
                assert_eq!(acts(id).await, r#""queue" "offer""#);
            }
            go_to(&app, day);
            let (one, other) = tokio::join!(nominations::lapse_due(state), nominations::lapse_due(state));
            assert_eq!(one.expect("a round") + other.expect("a round"), 3, "{day}");
            for id in &ids[offered] {
                assert_eq!(acts(id).await, r#""queue" "offer" "lapse""#);
            }
            let told = host.get(&format!("/api/v1/flows/{flow}/years/2026")).await;
            let counted = (&told.body["used"], &told.body["remaining"], &told.body["waitlisted"]);
            assert_eq!(
                counted,
                (&json!(in_line.len()), &json!(3 - in_line.len()), &json!(0)),
                "{}",
                told.body
            );
        }
        app
    })
    .await;
}

#[tokio::test]
async fn a_stranger_finds_nothing_of_a_nomination() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let id = nominated(&app, &sample).await;
        let officer = sample.desk(&app, "officer").await;
        let flow = nominations::view(&officer, id).await.expect("a nomination").record.flow;
        let waiting = exchange(&app, &sample, "0").await;
        let told = Program::of(&app, &sample, "officer").post(&nominations_of(waiting), &body(1)).await;
        let waiting = told.body["waitlisted"]["nomination"].as_str().expect("an id").to_owned();
        let all = [
            format!("/fr/nominations/{id}"),
            format!("/fr/nominations/{id}/withdraw"),
            format!("/fr/nominations/{id}/nominate"),
            format!("/fr/flows/{flow}/nominate"),
            format!("/fr/flows/{flow}/nominate/list"),
        ];
        for path in &all {
            let (_, cookie) = sample.session(&app, "officer of a stranger").await.expect("a session");
            let answer = app.ask(Method::GET, path).header("cookie", cookie).send().await.expect("an answer");
            assert_eq!(answer.status(), 404, "{path}");
            let visitor = app.get(path).await;
            assert!(header(&visitor, "location").starts_with("/fr/sign-in?next="), "{path}");
        }
        for who in ["officer of a stranger", "administrator"] {
            let told = Program::of(&app, &sample, who).get(&format!("/api/v1/nominations/{id}")).await;
            assert_eq!(told.status, StatusCode::NOT_FOUND, "{who}");
            let html = page(&app, &sample, who, "/fr/nominations").await;
            assert!(html.contains("Aucune nomination"), "{html}");
            let leads = "href=\"/fr/nominations\"";
            assert!(!page(&app, &sample, who, "/fr/account").await.contains(leads), "no word in the frame");
        }
        // In line, the host does not see it yet.
        let host = Program::of(&app, &sample, "officer of another party");
        assert_eq!(host.get(&format!("/api/v1/nominations/{waiting}")).await.status, StatusCode::NOT_FOUND);
        let html = page(&app, &sample, "officer of another party", "/fr/nominations").await;
        assert!(html.contains("<strong>1 nomination</strong>"), "{html}");
        let html = page(&app, &sample, "officer", "/fr/nominations?side=out").await;
        assert!(html.contains("<strong>2 nominations</strong>"), "{html}");
        let html = page(&app, &sample, "officer", "/fr/nominations?side=in").await;
        assert!(html.contains("<strong>0 nomination</strong>"), "{html}");
        let told = Program::of(&app, &sample, "officer").get("/api/v1/nominations?state=waitlisted").await;
        assert_eq!((&told.body["count"], &told.body["items"][0]["id"]), (&json!(1), &json!(waiting)));
        // By the name, from the beginning of its words; on the page, too, which says so.
        for (typed, count) in [("eleve", 1), ("1%20EXEMPLE", 1), ("stud", 1), ("udent", 0)] {
            let told =
                Program::of(&app, &sample, "officer").get(&format!("/api/v1/nominations?q={typed}")).await;
            assert_eq!(told.body["count"], count, "{typed}: {}", told.body);
        }
        let html = page(&app, &sample, "officer", "/fr/nominations?q=student").await;
        for words in ["<strong>1 nomination</strong>", "Nom de la personne : student"] {
            assert!(html.contains(words), "{words}: {html}");
        }
        // However many words one types, no list fails.
        let many: Vec<String> = (0..1_100).map(|n| format!("w{n}")).collect();
        for list in ["nominations", "seats", "seats?group=partner", "exchanges", "agreements", "institutions"]
        {
            let mark = if list.contains('?') { "&" } else { "?" };
            page(&app, &sample, "officer", &format!("/fr/{list}{mark}q={}", many.join("+"))).await;
        }
        let told = Program::of(&app, &sample, "officer").get("/api/v1/nominations?state=lost").await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", told.body);
        // Another student of the same home is a stranger, too.
        sample.join(&app, "spare", "own", Role::Student).await;
        let html = page(&app, &sample, "student", "/fr/nominations").await;
        assert!(html.contains("<strong>1 nomination</strong>") && html.contains("Vos nominations"), "{html}");
        let html = page(&app, &sample, "spare", "/fr/nominations").await;
        assert!(html.contains("<strong>0 nomination</strong>"), "{html}");
        app
    })
    .await;
}

#[tokio::test]
async fn one_student_is_nominated_by_a_plain_form_with_every_condition_in_sight() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let flow = exchange(&app, &sample, "1").await;
        let form_page = format!("/fr/flows/{flow}/nominate");
        let html = page(&app, &sample, "officer", &format!("{form_page}?year=2027")).await;
        assert!(html.contains("<option value=\"2027/2028\" selected"), "{html}");
        let flow_id = flow.to_string();
        let typed = [
            ("flow", flow_id.as_str()),
            ("form[student][name]", "Camille <b>Exemple</b>"),
            ("form[student][email]", "camille"),
            ("form[student][languages]", "anglais B1"),
            ("form[year]", "2026/2027"),
            ("form[term]", "S1"),
        ];
        let back = send(&app, &sample, "officer", "/api/nominate_student", &typed).await;
        let html = page(&app, &sample, "officer", &back).await;
        assert!(html.contains("f-form-student-email-error") && html.contains("anglais B1"), "{html}");
        assert!(!html.contains("<b>Exemple"), "what one typed is text");

        let email = ("form[student][email]", "camille@exemple.invalid");
        let corrected: Vec<_> =
            typed.iter().map(|field| if field.0 == email.0 { email } else { *field }).collect();
        let back = send(&app, &sample, "officer", "/api/nominate_student", &corrected).await;
        let html = page(&app, &sample, "officer", &back).await;
        for words in [
            "Une condition n’est pas remplie",
            "Niveau B2 demandé en anglais",
            "Non rempli",
            "Accord, version 1",
            "<details open",
        ] {
            assert!(html.contains(words), "{words}: {html}");
        }
        let asked = [&corrected[..], &[("form[exception]", "Cours intensif cet été")]].concat();
        let done = send(&app, &sample, "officer", "/api/nominate_student", &asked).await;
        assert!(done.ends_with("?done=nominated"), "{done}");
        let html = page(&app, &sample, "officer", &done).await;
        for words in [
            "est nommée",
            "Cours intensif cet été",
            "complète et transmise à Keiō Exemple",
            "Retirer la nomination",
        ] {
            assert!(html.contains(words), "{words}: {html}");
        }
        assert!(!html.contains("Accepter la nomination"), "the home does not answer for the host");

        // To take someone who falls short the host says why.
        go_to(&app, "2026-10-06");
        let id = done.split(['/', '?']).nth(3).expect("an id").to_owned();
        let accept = [("id", id.as_str()), ("act", "accept")];
        let back = send(&app, &sample, "officer of another party", "/api/act_on_nomination", &accept).await;
        assert!(back.starts_with(&format!("/fr/nominations/{id}/accept?kept=")), "{back}");
        let html = page(&app, &sample, "officer of another party", &back).await;
        assert!(html.contains("f-form-reason-error"), "{html}");
        let reject = [("id", id.as_str()), ("act", "reject"), ("form[reason]", "Niveau B2 requis")];
        let done = send(&app, &sample, "officer of another party", "/api/act_on_nomination", &reject).await;
        assert!(done.ends_with("?done=acted"), "{done}");

        // Corrected, and nominated again.
        go_to(&app, "2026-10-07");
        let html = page(&app, &sample, "officer", &format!("/fr/nominations/{id}")).await;
        assert!(html.contains("Keiō Exemple a refusé la nomination : Niveau B2 requis"), "{html}");
        let html = page(&app, &sample, "officer", &format!("/fr/nominations/{id}/nominate")).await;
        assert!(html.contains("value=\"en B1\"") && html.contains("Mois du séjour"), "{html}");
        let again = [
            ("id", id.as_str()),
            ("form[student][name]", "Camille Exemple"),
            ("form[student][languages]", "en B2"),
            ("form[months]", "4,5"),
        ];
        let done = send(&app, &sample, "officer", "/api/correct_nomination", &again).await;
        assert!(done.ends_with("?done=nominated"), "{done}");
        let shown = shown(&Program::of(&app, &sample, "officer"), &id).await;
        assert_eq!((&shown["state"], &shown["student"]), (&json!("nominated"), &json!("Camille Exemple")));
        // What changed stands in the history of those who may read it, and in theirs only.
        let history = shown["history"].as_array().expect("a list");
        let corrected = json!([
            {"field": "name", "before": "Camille <b>Exemple</b>", "after": "Camille Exemple"},
            {"field": "languages", "before": "en B1", "after": "en B2"},
            {"field": "months", "before": "5", "after": "4.5"},
            {"field": "exception", "before": "Cours intensif cet été"},
        ]);
        assert_eq!(history[2]["corrections"], corrected, "{shown}");
        assert_eq!(history[0]["corrections"], Value::Null, "{shown}");
        let host = "officer of another party";
        for (who, path, words) in [
            ("officer", "fr", ["Ce qui a été corrigé", "Avant", "anglais"]),
            (host, "fr", ["Ce qui a été corrigé", "Après", "non précisé"]),
            (host, "en", ["What was corrected", "Before", "English"]),
        ] {
            let html = page(&app, &sample, who, &format!("/{path}/nominations/{id}")).await;
            for words in words {
                assert!(html.contains(words), "{who} {path}: {words}: {html}");
            }
            assert!(html.contains("<del>B1</del>") && html.contains("<ins>B2</ins>"), "{who}: {html}");
        }
        let accepted =
            act(&Program::of(&app, &sample, "officer of another party"), &id, "accept", json!({})).await;
        assert_eq!(accepted.body["state"], "accepted", "no reason is asked any more: {}", accepted.body);
        app
    })
    .await;
}

#[tokio::test]
async fn the_host_takes_who_falls_short_with_a_reason_that_everyone_concerned_reads() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let flow = exchange(&app, &sample, "5").await;
        let [officer, host, student] =
            ["officer", "officer of another party", "student"].map(|who| Program::of(&app, &sample, who));
        let mut asked = own_body();
        asked["student"]["languages"] = json!("en A2");
        asked["exception"] = json!("Cours intensif cet été");
        let id = officer.post(&nominations_of(flow), &asked).await.id();
        app.wait(TimeDelta::seconds(1));
        let refused = act(&host, &id, "accept", json!({})).await;
        assert_eq!(refused.faults(), [("/reason", "required")], "{}", refused.body);
        let accepted = act(&host, &id, "accept", json!({"reason": "Dossier convaincant"})).await;
        assert_eq!(accepted.body["state"], "accepted", "{}", accepted.body);
        for who in [&officer, &host, &student] {
            let told = shown(who, &id).await;
            assert_eq!(told["overruled"], "Dossier convaincant", "{told}");
            assert_eq!(told["history"][1]["reason"], "Dossier convaincant", "{told}");
        }
        let html = page(&app, &sample, "student", &format!("/en/nominations/{id}")).await;
        for words in ["Why the host agreed all the same", "Dossier convaincant", "Cours intensif cet été"] {
            assert!(html.contains(words), "{words}: {html}");
        }
        // Where every condition is met a reason overrules nothing.
        let mut asked = body(1);
        asked["student"]["languages"] = json!("en C1");
        let plain = officer.post(&nominations_of(flow), &asked).await.id();
        app.wait(TimeDelta::seconds(1));
        act(&host, &plain, "accept", json!({"reason": "Bienvenue"})).await;
        let told = shown(&host, &plain).await;
        assert_eq!(
            (&told["overruled"], &told["history"][1]["reason"]),
            (&Value::Null, &json!("Bienvenue")),
            "{told}"
        );
        app
    })
    .await;
}

#[tokio::test]
async fn the_host_overrules_what_is_not_met_when_it_answers() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let flow = exchange(&app, &sample, "9").await;
        let [officer, host] =
            ["officer", "officer of another party"].map(|who| Program::of(&app, &sample, who));
        let put = async |n: usize, term: &str, languages: &str| {
            let mut asked = body(n);
            asked["term"] = json!(term);
            asked["student"]["languages"] = json!(languages);
            asked["exception"] = json!("Cours intensif cet été");
            officer.post(&nominations_of(flow), &asked).await.id()
        };
        // Of each more is known later than when they were put forward.
        let (short, able) = (put(1, "S1", "en A2").await, put(2, "S1", "en C1").await);
        put(1, "S2", "en C1").await;
        put(2, "S2", "en A2").await;
        app.wait(TimeDelta::seconds(1));
        let refused = act(&host, &able, "accept", json!({})).await;
        assert_eq!(refused.faults(), [("/reason", "required")], "{}", refused.body);
        for (id, should) in [(&able, json!("Dossier convaincant")), (&short, Value::Null)] {
            let html =
                page(&app, &sample, "officer of another party", &format!("/fr/nominations/{id}")).await;
            assert_eq!(html.contains("Non rempli"), !should.is_null(), "{html}");
            let accepted = act(&host, id, "accept", json!({"reason": should})).await;
            assert_eq!(accepted.body["state"], "accepted", "{}", accepted.body);
            let told = shown(&host, id).await;
            assert_eq!(told["overruled"], should);
            assert_eq!(told["not_met"][0]["rule"] == "language", !should.is_null(), "{told}");
        }
        let html = page(&app, &sample, "officer", &format!("/fr/nominations/{able}")).await;
        assert!(html.contains("Conditions alors non remplies"), "{html}");
        // What was answered stands, whatever is known of the student since.
        let third = put(3, "S1", "en C1").await;
        let path = format!("/api/v1/nominations/{third}/accept");
        app.wait(TimeDelta::seconds(1));
        let first = host.post_as(&path, &json!({}), "oui").await;
        assert_eq!(first.status, StatusCode::OK, "{}", first.body);
        put(3, "S2", "en A2").await;
        let again = host.post_as(&path, &json!({}), "oui").await;
        assert_eq!((again.status, again.body), (StatusCode::OK, first.body));
        app
    })
    .await;
}

#[tokio::test]
async fn what_was_rejected_is_given_up_and_the_same_stay_nominated_anew() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let flow = exchange(&app, &sample, "5").await;
        let [officer, host] =
            ["officer", "officer of another party"].map(|who| Program::of(&app, &sample, who));
        let id = officer.post(&nominations_of(flow), &body(1)).await.id();
        act(&host, &id, "reject", json!({"reason": "Dossier vide"})).await;
        let twice = officer.post(&nominations_of(flow), &body(1)).await;
        assert_eq!(twice.status, StatusCode::CONFLICT, "it is to be corrected: {}", twice.body);
        assert_eq!(shown(&officer, &id).await["allowed"], json!(["nominate", "withdraw"]));
        assert_eq!(shown(&host, &id).await["allowed"], json!([]));
        let by_host = act(&host, &id, "withdraw", json!({"reason": "Essai"})).await;
        assert_eq!(by_host.kind(), "/problems/seats", "{}", by_host.body);
        let html = page(&app, &sample, "officer", &format!("/fr/nominations/{id}/withdraw")).await;
        assert!(html.contains("La nomination prend fin.") && !html.contains("La place est rendue"), "{html}");
        let bare = act(&officer, &id, "withdraw", json!({})).await;
        assert_eq!(bare.faults(), [("/reason", "required")], "{}", bare.body);
        let given_up = act(&officer, &id, "withdraw", json!({"reason": "Autre projet"})).await;
        assert_eq!(given_up.body["state"], "withdrawn", "{}", given_up.body);
        assert_eq!(shown(&officer, &id).await["awaited"], Value::Null);
        let anew = officer.post(&nominations_of(flow), &body(1)).await;
        assert_eq!(anew.status, StatusCode::CREATED, "{}", anew.body);
        app
    })
    .await;
}

#[tokio::test]
async fn a_stay_is_over_once_its_term_has_begun() {
    on_each_database(on("2027-02-20"), |app| async move {
        let sample = Sample::fill(&app).await;
        let [officer, host, student] =
            ["officer", "officer of another party", "student"].map(|who| Program::of(&app, &sample, who));
        let id = nominated(&app, &sample).await.to_string();
        assert_eq!(act(&host, &id, "accept", json!({})).await.status, StatusCode::OK);
        assert_eq!(act(&student, &id, "confirm", json!({})).await.status, StatusCode::OK);
        go_to(&app, "2027-02-28");
        assert_eq!(shown(&officer, &id).await["allowed"], json!(["withdraw"]));
        let early = act(&officer, &id, "complete", json!({})).await;
        assert_eq!(early.status, StatusCode::CONFLICT, "{}", early.body);
        assert!(early.body["detail"].as_str().expect("words").contains("March 1, 2027"), "{}", early.body);
        let form = [("id", id.as_str()), ("act", "complete")];
        let back = send(&app, &sample, "officer", "/api/act_on_nomination", &form).await;
        let html = page(&app, &sample, "officer", &back).await;
        assert!(html.contains("Le séjour commence le 1er mars 2027 au plus tôt"), "{html}");
        go_to(&app, "2027-03-01");
        assert_eq!(shown(&officer, &id).await["allowed"], json!(["complete", "withdraw"]));
        assert_eq!(act(&officer, &id, "complete", json!({})).await.body["state"], "completed");
        app
    })
    .await;
}

#[tokio::test]
async fn what_a_host_does_for_a_home_without_an_account_is_said_to_be_on_its_behalf() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let flow = with_who_has_no_account(&app, &sample, "student_studies", ["alone", "own"]).await;
        let officer = Program::of(&app, &sample, "officer");
        let first = officer.post(&nominations_of(flow), &body(1)).await.id();
        let told = officer.post(&nominations_of(flow), &body(2)).await;
        let waiting = told.body["waitlisted"]["nomination"].as_str().expect("in line").to_owned();
        let awaited = async || {
            let list = officer.get("/api/v1/nominations").await.body;
            let items = list["items"].as_array().expect("a list").clone();
            items.iter().filter(|item| item["awaits_you"] == true).count()
        };
        assert_eq!(awaited().await, 1, "it answers as the host");
        app.wait(TimeDelta::seconds(1));
        let withdrawn = act(&officer, &waiting, "withdraw", json!({"reason": "Empêchement"})).await;
        assert_eq!(withdrawn.body["state"], "withdrawn", "{}", withdrawn.body);
        act(&officer, &first, "reject", json!({"reason": "Dossier vide"})).await;
        assert_eq!(awaited().await, 1, "it corrects for the home");
        app.wait(TimeDelta::seconds(1));
        let vague = json!({"student": body(1)["student"], "months": "un peu"});
        let refused = act(&officer, &first, "correct", vague).await;
        assert_eq!(refused.faults(), [("/months", "not_a_decimal")], "{}", refused.body);
        let correction = json!({"student": body(1)["student"], "months": "4.5"});
        let again = act(&officer, &first, "correct", correction).await;
        assert_eq!(again.body["state"], "nominated", "{}", again.body);
        let of = async |id: &str| {
            let history = shown(&officer, id).await["history"].clone();
            let events = history.as_array().expect("a list").clone();
            let of = |event: &Value| (event["by"].clone(), event["is_on_behalf"] == true);
            events.iter().map(of).collect::<Vec<_>>()
        };
        let (home, host) = ((json!("home"), true), (json!("host"), false));
        assert_eq!(of(&first).await, [home.clone(), host, home.clone()]);
        assert_eq!(of(&waiting).await, [home.clone(), home]);
        assert_eq!(shown(&officer, &first).await["months"], "4.5");
        // It answers for the student, too, and reads why another place is not confirmed.
        let evidence = json!({"evidence": "Courriel"});
        assert_eq!(act(&officer, &first, "accept", json!({})).await.status, StatusCode::OK);
        assert_eq!(act(&officer, &first, "confirm", evidence).await.status, StatusCode::OK);
        let flow = with_who_has_no_account(&app, &sample, "student_studies", ["alone", "own"]).await;
        let second = officer.post(&nominations_of(flow), &body(1)).await.id();
        assert_eq!(act(&officer, &second, "accept", json!({})).await.status, StatusCode::OK);
        assert_eq!(shown(&officer, &second).await["allowed"], json!(["withdraw"]));
        let html = page(&app, &sample, "officer", &format!("/en/nominations/{second}")).await;
        assert!(html.contains("A choice:"), "{html}");
        app
    })
    .await;
}

#[tokio::test]
async fn what_was_known_of_a_student_is_judged_though_it_is_not_said_again() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let officer = Program::of(&app, &sample, "officer");
        let host = Program::of(&app, &sample, "officer of another party");
        let flow = exchange(&app, &sample, "1").await;
        let mut known = body(1);
        known["student"]["languages"] = json!("en A1");
        known["exception"] = json!("Cours intensif");
        let first = officer.post(&nominations_of(flow), &known).await;
        assert_eq!(first.status, StatusCode::CREATED, "{}", first.body);
        // Nothing is said of languages: what was said before stands against it, whether a place is left or not.
        let other = exchange(&app, &sample, "1").await;
        let mut impatient = body(1);
        impatient["term"] = json!("S2");
        impatient["waitlist"] = json!(false);
        for flow in [flow, other] {
            let told = officer.post(&nominations_of(flow), &impatient).await;
            assert_eq!(told.kind(), "/problems/not-eligible", "{}", told.body);
        }
        let list = "Nom;Courriel\nÉlève 1 Exemple;eleve1@exemple.invalid\n";
        let tried = bring(&app, &sample, "officer", other, Brought::Pasted(list)).await;
        let html = page(&app, &sample, "officer", &tried).await;
        assert!(html.contains("Niveau B2 demandé en anglais"), "{html}");
        // Corrected without a word of languages, too.
        let id = first.id();
        let rejected = act(&host, &id, "reject", json!({"reason": "Niveau B2 requis"})).await;
        assert_eq!(rejected.status, StatusCode::OK, "{}", rejected.body);
        let mut form =
            [("id", id.as_str()), ("form[student][name]", "Élève 1 Exemple"), ("form[exception]", "")];
        let back = send(&app, &sample, "officer", "/api/correct_nomination", &form).await;
        assert!(back.contains("?kept="), "{back}");
        form[2].1 = "Cours intensif cet été";
        let done = send(&app, &sample, "officer", "/api/correct_nomination", &form).await;
        assert!(done.ends_with("?done=nominated"), "{done}");
        let accepted = act(&host, &id, "accept", json!({})).await;
        assert_eq!(accepted.status, StatusCode::UNPROCESSABLE_ENTITY, "a reason is asked: {}", accepted.body);
        // What becomes known meanwhile counts when they are put forward again, though nothing is corrected.
        let rejected = act(&host, &id, "reject", json!({"reason": "Niveau B2 requis"})).await;
        assert_eq!(rejected.status, StatusCode::OK, "{}", rejected.body);
        impatient["student"]["languages"] = json!("en B2");
        let told = officer.post(&nominations_of(other), &impatient).await;
        assert_eq!(told.status, StatusCode::CREATED, "{}", told.body);
        let again = act(&officer, &id, "nominate-again", json!({})).await;
        assert_eq!((again.status, &again.body["state"]), (StatusCode::OK, &json!("nominated")));
        let accepted = act(&host, &id, "accept", json!({})).await;
        assert_eq!(accepted.status, StatusCode::OK, "no reason is asked any more: {}", accepted.body);
        app
    })
    .await;
}

#[tokio::test]
async fn a_deadline_is_judged_on_the_day_on_which_one_was_put_forward() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let officer = Program::of(&app, &sample, "officer");
        let deadline = TermDeadlineForm {
            nomination: "15/10".into(),
            application: "01/11".into(),
            ..TermDeadlineForm::default()
        };
        let form = FlowForm { cap: "5".into(), deadlines: vec![deadline], ..FlowForm::default() };
        let flow = exchange_of(&app, &sample, "student_studies", form).await;
        let mut asked = own_body();
        asked["term"] = json!("S2");
        let id = officer.post(&nominations_of(flow), &asked).await.id();
        let answer = async |should: (&str, &str)| {
            let shown = shown(&Program::of(&app, &sample, "officer"), &id).await;
            let rules = shown["eligibility"].as_array().expect("a list");
            let rule = rules.iter().find(|rule| rule["rule"] == "deadline").expect("a deadline");
            assert_eq!((&rule["answer"], &rule["known"]), (&json!(should.0), &json!(should.1)), "{rule}");
        };
        go_to(&app, "2026-10-20");
        answer(("met", "2026-10-05")).await;
        let html = page(&app, &sample, "student", &format!("/fr/nominations/{id}")).await;
        for words in [
            "Nomination possible jusqu’au 15 octobre 2026",
            "Candidature auprès de l’établissement d’accueil",
            ">1er novembre 2026<",
        ] {
            assert!(html.contains(words), "{words}: {html}");
        }
        let told = shown(&Program::of(&app, &sample, "student"), &id).await;
        assert_eq!(told["application"], "2026-11-01", "{told}");
        assert!(!html.contains("Non rempli"), "{html}");
        // Rejected and put forward again, they come late.
        let host = Program::of(&app, &sample, "officer of another party");
        act(&host, &id, "reject", json!({"reason": "Dossier vide"})).await;
        answer(("met", "2026-10-05")).await;
        let again = [("id", id.as_str()), ("form[student][name]", "Camille Exemple")];
        let done = send(&app, &sample, "officer", "/api/correct_nomination", &again).await;
        assert!(done.ends_with("?done=nominated"), "{done}");
        go_to(&app, "2026-10-25");
        answer(("not_met", "2026-10-20")).await;
        app
    })
    .await;
}

#[tokio::test]
async fn who_waits_for_a_place_reads_that_none_is_free_for_the_stay_and_why_nothing_is_awaited() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let officer = Program::of(&app, &sample, "officer");
        // No number is agreed yet.
        let flow = exchange(&app, &sample, "").await;
        let told = officer.post(&nominations_of(flow), &own_body()).await;
        assert_eq!(told.kind(), "/problems/waitlisted", "{}", told.body);
        let id = told.body["waitlisted"]["nomination"].as_str().expect("an id").to_owned();
        let said = |lang: &str| format!("/{lang}/nominations/{id}");
        let html = page(&app, &sample, "student", &said("fr")).await;
        assert!(
            html.contains("Aucune place n’est libre pour ce séjour") && !html.contains("sont prises"),
            "{html}"
        );
        let html = page(&app, &sample, "student", &said("en")).await;
        assert!(html.contains("No place is free for this stay") && !html.contains("are taken"), "{html}");
        go_to(&app, "2027-09-01");
        let html = page(&app, &sample, "student", &said("fr")).await;
        assert!(html.contains("Cette année universitaire est terminée."), "{html}");
        assert!(!html.contains("Qu’une place se libère"), "{html}");
        app
    })
    .await;
}

#[tokio::test]
async fn what_awaits_somebody_is_counted_and_no_correction_is_awaited_of_a_stay_that_is_over() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let host = Program::of(&app, &sample, "officer of another party");
        let id = nominated(&app, &sample).await.to_string();
        let counted = async || {
            let html = page(&app, &sample, "student", "/en/agreements").await;
            html.contains("Nominations (1)")
        };
        assert!(!counted().await, "the host is to answer");
        let told = act(&host, &id, "accept", json!({})).await;
        assert_eq!(told.status, StatusCode::OK, "{}", told.body);
        assert!(counted().await, "the student is to confirm");
        let html = page(&app, &sample, "officer", "/en/agreements").await;
        assert!(html.contains("Nominations<") && !html.contains("Nominations ("), "the inbox counts: {html}");

        let sent = officer_sends(&app, &sample).await;
        go_to(&app, "2026-10-06");
        let told = act(&host, &sent, "reject", json!({"reason": "Dossier vide"})).await;
        assert_eq!(told.status, StatusCode::OK, "{}", told.body);
        let path = format!("/fr/nominations/{sent}");
        let awaits = async |day: &str| {
            go_to(&app, day);
            let inbox = page(&app, &sample, "officer", "/fr/inbox").await;
            let list = page(&app, &sample, "officer", "/fr/nominations?state=rejected").await;
            let told = Program::of(&app, &sample, "officer").get("/api/v1/nominations?state=rejected").await;
            let is_awaited = told.body["items"][0]["awaits_you"] == true;
            [inbox.contains(&path), list.contains("Votre réponse est attendue"), is_awaited]
        };
        assert_eq!(awaits("2026-10-06").await, [true; 3]);
        // Once the year is closed the office only gets to know.
        let flow = shown(&host, &sent).await["flow"].as_str().expect("an id").to_owned();
        let lead = Program::of(&app, &sample, "lead of another party");
        let closed = lead.post(&format!("/api/v1/flows/{flow}/years/2026/close"), &json!({})).await;
        assert_eq!(closed.status, StatusCode::OK, "{}", closed.body);
        assert_eq!(awaits("2026-10-06").await, [true, false, false]);
        let html = page(&app, &sample, "officer", &path).await;
        assert!(html.contains("Cette année est close pour ce flux."), "{html}");
        let again = act(&Program::of(&app, &sample, "officer"), &sent, "nominate-again", json!({})).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.body);
        assert_eq!(awaits("2026-11-10").await, [false; 3], "it was to be known long enough");
        app
    })
    .await;
}

/// Someone without an account put forward for a place of a new flow by the own office.
async fn officer_sends(app: &TestApp, sample: &Sample) -> String {
    let flow = exchange(app, sample, "5").await;
    Program::of(app, sample, "officer").post(&nominations_of(flow), &body(1)).await.id()
}

/// A list as an office has it.
enum Brought<'a> {
    /// Pasted into the page.
    Pasted(&'a str),
    /// A file, by its name.
    File(&'a str, &'a [u8]),
}

/// Sends the form of a list.
async fn bring(app: &TestApp, sample: &Sample, who: &str, flow: FlowId, list: Brought<'_>) -> String {
    let (text, name, content) = match list {
        Brought::Pasted(text) => (text, "", &[][..]),
        Brought::File(name, content) => ("", name, content),
    };
    let field = |(field, value): (&str, &str)| {
        format!("--limite\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n")
    };
    let fields = [("year", "2026/2027"), ("term", "S1"), ("text", text)].map(field).concat();
    let file =
        format!("--limite\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    let body = [fields.as_bytes(), file.as_bytes(), content, b"\r\n--limite--\r\n"].concat();
    let (_, cookie) = sample.session(app, who).await.unwrap_or_default();
    let ask = app.post(&format!("/api/list_nominees/fr/{flow}")).header("cookie", cookie).body(body);
    let ask = ask.header("content-type", "multipart/form-data; boundary=limite");
    header(&ask.send().await.expect("an answer"), "location").to_owned()
}

#[tokio::test]
async fn how_many_days_staff_stay_is_asked_for_before_a_place_is_taken() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let officer = Program::of(&app, &sample, "officer");
        let form = FlowForm { cap: "1".into(), budget: "5".into(), ..FlowForm::default() };
        let flow = exchange_of(&app, &sample, "staff_teaching", form).await;
        for waits in [true, false] {
            let mut asked = body(1);
            asked["waitlist"] = json!(waits);
            let told = officer.post(&nominations_of(flow), &asked).await;
            assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", told.body);
            assert_eq!(told.body["errors"][0]["field"], "/months", "{}", told.body);
        }
        let unsaid = "Nom;Courriel\nUn;un@exemple.invalid\n";
        let tried = bring(&app, &sample, "officer", flow, Brought::Pasted(unsaid)).await;
        let html = page(&app, &sample, "officer", &tried).await;
        assert!(html.contains("Refusé : Mois du séjour (jours, pour le personnel)"), "{html}");
        let days = "Nom;Courriel;Nombre de jours\nUn;un@exemple.invalid;4,5\n";
        let tried = bring(&app, &sample, "officer", flow, Brought::Pasted(days)).await;
        let html = page(&app, &sample, "officer", &tried).await;
        assert!(html.contains("Nommer : 1 personne"), "{html}");
        let html = page(&app, &sample, "officer", &format!("/fr/flows/{flow}/nominate")).await;
        assert!(html.contains("Jours du séjour"), "{html}");
        let mut said = body(1);
        said["months"] = json!("4.5");
        let told = officer.post(&nominations_of(flow), &said).await;
        assert_eq!(told.status, StatusCode::CREATED, "{}", told.body);
        let told = officer.get(&format!("/api/v1/flows/{flow}/years/2026")).await;
        assert_eq!(told.body["spent"], "4.5", "{}", told.body);
        app
    })
    .await;
}

#[tokio::test]
async fn a_list_comes_as_a_workbook_too() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let flow = exchange(&app, &sample, "1").await;
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let rows = [
            ["Nom", "Prénom", "Courriel", "Année d’études"],
            ["Un", "Élève", "un@exemple.invalid", "3"],
            ["Deux", "Élève", "deux@exemple.invalid", "4"],
        ];
        for (row, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(cells) {
                match cell.parse::<f64>() {
                    Ok(number) => sheet.write(row, column, number).expect("written"),
                    Err(_) => sheet.write(row, column, cell).expect("written"),
                };
            }
        }
        let file = book.save_to_buffer().expect("a workbook");
        let tried = bring(&app, &sample, "officer", flow, Brought::File("liste.xlsx", &file)).await;
        let html = page(&app, &sample, "officer", &tried).await;
        for words in ["Élève Un", "Élève Deux", "En liste d’attente, position 1", "Nommer : 2 personnes"]
        {
            assert!(html.contains(words), "{words}: {html}");
        }
        let key = tried.split("kept=").nth(1).expect("a key");
        let confirm = [("flow", &*flow.to_string()), ("key", key)];
        let done = send(&app, &sample, "officer", "/api/nominate_listed", &confirm).await;
        let html = page(&app, &sample, "officer", &done).await;
        assert!(html.contains("<strong>2 nominations</strong>") && html.contains("Élève Deux"), "{html}");
        let cut = bring(&app, &sample, "officer", flow, Brought::File("liste.xlsx", &file[..200])).await;
        let html = page(&app, &sample, "officer", &cut).await;
        assert!(html.contains("endommagé"), "{html}");
        app
    })
    .await;
}

#[tokio::test]
async fn a_list_is_tried_before_all_of_it_is_nominated_or_none() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let flow = exchange(&app, &sample, "2").await;
        let flow_id = flow.to_string();
        let wrong = "Nom;Prénom;Courriel;Langues\nUn;A;un@exemple.invalid;en B2\nDeux;B;deux;\nTrois;C;trois@exemple.invalid;en A1\n";
        let tried = bring(&app, &sample, "officer", flow, Brought::Pasted(wrong)).await;
        assert!(tried.starts_with(&format!("/fr/flows/{flow}/nominate/list?kept=")), "{tried}");
        let html = page(&app, &sample, "officer", &tried).await;
        for words in ["A Un", "Refusé : Adresse électronique", "Niveau B2 demandé en anglais", "toute la liste ou personne"] {
            assert!(html.contains(words), "{words}: {html}");
        }
        assert!(!html.contains("/api/nominate_listed"), "nothing to confirm");

        let right = "Nom;Prénom;Courriel\nUn;A;un@exemple.invalid\nDeux;B;deux@exemple.invalid\nTrois;C;trois@exemple.invalid\n";
        let tried = bring(&app, &sample, "officer", flow, Brought::File("liste.csv", right.as_bytes())).await;
        let html = page(&app, &sample, "officer", &tried).await;
        for words in ["En liste d’attente, position 1", "Nommer : 3 personnes"] {
            assert!(html.contains(words), "{words}: {html}");
        }
        let none = page(&app, &sample, "officer", &format!("/fr/nominations?flow={flow}")).await;
        assert!(none.contains("<strong>0 nomination</strong>"), "trying writes nothing: {none}");
        let key = tried.split("kept=").nth(1).expect("a key");
        let confirm = [("flow", flow_id.as_str()), ("key", key)];
        let stolen = send(&app, &sample, "lead", "/api/nominate_listed", &confirm).await;
        assert!(stolen.contains("kept="), "a list is its maker's: {stolen}");
        // Pressed twice, and once more later: it is carried out once, and answered as it was.
        let send_it = || send(&app, &sample, "officer", "/api/nominate_listed", &confirm);
        let (done, again) = tokio::join!(send_it(), send_it());
        assert_eq!(done, format!("/fr/nominations?flow={flow}&done=listed"));
        assert_eq!([&again, &send_it().await], [&done, &done]);
        let html = page(&app, &sample, "officer", &done).await;
        assert!(html.contains("<strong>3 nominations</strong>") && html.contains("A Un"), "{html}");
        // Brought again, each of them is refused where it stands.
        let again = bring(&app, &sample, "officer", flow, Brought::Pasted(right)).await;
        let html = page(&app, &sample, "officer", &again).await;
        assert!(html.contains("déjà nommée"), "{html}");

        let nothing = bring(&app, &sample, "officer", flow, Brought::Pasted("")).await;
        let html = page(&app, &sample, "officer", &nothing).await;
        assert!(html.contains("role=\"alert\"") || html.contains("notice"), "{html}");
        let refused = bring(&app, &sample, "officer of a stranger", flow, Brought::File("liste.csv", right.as_bytes())).await;
        assert_eq!(refused, format!("/fr/flows/{flow}/nominate/list"));
        app
    })
    .await;
}

/// The rows of a list of students who may be known already, in this order.
fn sheet(students: impl Iterator<Item = usize>, level: usize) -> Sheet {
    let row = |cells: Vec<String>, number| SheetRow { number, cells };
    let heads = ["Nom", "Courriel", "Année d’études"].map(str::to_owned).to_vec();
    let rows = students
        .map(|n| vec![format!("Eleve {n} Exemple"), format!("eleve{n}@exemple.invalid"), level.to_string()]);
    Sheet { rows: std::iter::once(heads).chain(rows).zip(1..).map(|(cells, n)| row(cells, n)).collect() }
}

#[tokio::test]
async fn programs_put_a_list_forward_all_or_none_and_may_try_it() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let flow = exchange(&app, &sample, "2").await;
        let officer = Program::of(&app, &sample, "officer");
        let path = format!("{}/list", nominations_of(flow));
        let list = |students: &[Value], dry_run| json!({"nominations": students, "dry_run": dry_run});
        let count =
            async || officer.get(&format!("/api/v1/nominations?flow={flow}")).await.body["count"].clone();
        let mut short = body(3);
        short["student"]["languages"] = json!("en A1");
        let mut nameless = body(4);
        nameless["student"]["name"] = json!("");
        let faulty = [body(1), short.clone(), body(2), nameless, body(1)];
        for dry_run in [true, false] {
            let told = officer.post(&path, &list(&faulty, dry_run)).await;
            let outcomes = &told.body["outcomes"];
            if dry_run {
                assert_eq!((told.status, &told.body["is_written"]), (StatusCode::OK, &json!(false)));
            } else {
                assert_eq!((told.status, told.kind()), (StatusCode::CONFLICT, "/problems/list-refused"));
            }
            assert_eq!(outcomes[0], json!({"state": "nominated"}), "{}", told.body);
            assert_eq!(outcomes[1]["type"], "/problems/not-eligible", "{}", told.body);
            assert_eq!(outcomes[1]["unmet"][0]["rule"], "language", "{}", told.body);
            assert_eq!(outcomes[2], json!({"state": "nominated"}), "{}", told.body);
            assert_eq!(outcomes[3]["errors"][0]["field"], "/nominations/3/student/name", "{}", told.body);
            assert_eq!(outcomes[4]["seats"]["why"], "twice", "{}", told.body);
            assert_eq!(count().await, 0, "nobody is put forward");
        }
        short["exception"] = json!("Cours intensif");
        // One without need keeps what it asks.
        let mut late = body(1);
        late["exception"] = json!("Dossier tardif");
        let right = [short, late, body(2), body(5)];
        for (students, dry_run) in [(&faulty[..], false), (&right[..], true)] {
            let told = officer.post_as(&path, &list(students, dry_run), "une liste").await;
            assert_ne!(
                told.body["is_written"], true,
                "what is refused or tried keeps no name: {}",
                told.body
            );
        }
        let right = list(&right, false);
        let ask = || officer.post_as(&path, &right, "une liste");
        let (told, again) = tokio::join!(ask(), ask());
        assert_eq!((told.status, again.status), (StatusCode::CREATED, StatusCode::CREATED), "{}", told.body);
        assert_eq!(told.body, again.body);
        let states: Vec<_> = (0..4).map(|at| told.body["outcomes"][at]["state"].clone()).collect();
        assert_eq!(states, ["nominated", "nominated", "waitlisted", "waitlisted"], "{}", told.body);
        assert_eq!(told.body["outcomes"][3]["position"], 2, "{}", told.body);
        let late = told.body["outcomes"][1]["id"].as_str().expect("an id");
        assert_eq!(shown(&officer, late).await["exception"], "Dossier tardif");
        let other = officer.post_as(&path, &list(&[body(9)], false), "une liste").await;
        assert_eq!(other.kind(), "/problems/idempotency-key-taken", "{}", other.body);
        assert_eq!(officer.post(&path, &list(&[], false)).await.faults(), [("/nominations", "required")]);
        assert_eq!(count().await, 4);
        let many: Vec<Value> = (0..1_001).map(body).collect();
        assert_eq!(officer.post(&path, &list(&many, true)).await.faults(), [("/nominations", "too_many")]);
        app
    })
    .await;
}

#[tokio::test]
async fn of_a_list_an_office_gets_one_letter_and_each_student_their_own() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        // More than are told at once.
        let flow = exchange(&app, &sample, "58").await;
        let desk = sample.desk(&app, "officer").await;
        let form = nominations::ListForm {
            year: "2026/2027".into(),
            term: "S1".into(),
            ..nominations::ListForm::default()
        };
        let key = nominations::list_nominees(&desk, flow, &form, &sheet(1..61, 3)).await.expect("read");
        let made = nominations::confirm_listed(&desk, flow, &key).await.expect("nobody is refused");
        round(&jobs(&app, Flags::default())).await;
        let told = messages(app.folder());
        let to = |whom: &str| {
            let letters = told.iter().filter(|text| text.contains(&format!("To: \"{whom}\" <")));
            letters.map(|text| text.replace("=\r\n", "")).collect::<Vec<_>>()
        };
        // As the list has them: who stands first in it stands first in line, and in the letter.
        let of = |told: &[String], n: usize, words: &str| {
            let letter = told.iter().find(|text| text.contains(&format!("<eleve{n}@exemple.invalid>")));
            letter.is_some_and(|letter| letter.replace("=\r\n", "").contains(words))
        };
        assert!(of(&told, 59, "en position 1") && of(&told, 60, "en position 2"));
        // The home did it itself; officer and lead of the host hear of those with a place, and of those in line nothing.
        assert_eq!(told.len(), 60 + 2);
        for whom in ["officer of another party", "lead of another party"] {
            let [letter] = &to(whom)[..] else { panic!("one letter") };
            let names: Vec<_> = (1..59).map(|n| format!("Eleve {n} Exemple (premier semestre)")).collect();
            for words in [names.join(", ").as_str(), "58 personnes"] {
                assert!(letter.contains(words), "{words}: {letter}");
            }
            assert!(!letter.contains("Eleve 59") && !letter.contains("Eleve 60"), "{letter}");
            assert!(letter.contains(&format!("/fr/nominations?flow=3D{flow}&year=3D2026")), "{letter}");
        }
        // Of one alone a letter leads to its page.
        go_to(&app, "2026-10-06");
        let id = made[0].id.to_string();
        let host = Program::of(&app, &sample, "officer of another party");
        assert_eq!(act(&host, &id, "accept", json!({})).await.status, StatusCode::OK);
        round(&jobs(&app, Flags::default())).await;
        let told = messages(app.folder());
        assert_eq!(told.len(), 62 + 3, "the student, officer and lead of the home");
        let leads = told.iter().filter(|letter| letter.contains(&format!("/fr/nominations/{id}")));
        assert_eq!(leads.count(), 2);
        app
    })
    .await;
}

#[tokio::test]
async fn two_lists_with_the_same_students_in_opposite_order_are_nominated_at_once() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let flows = [exchange(&app, &sample, "400").await, exchange(&app, &sample, "400").await];
        let desks = [sample.desk(&app, "officer").await, sample.desk(&app, "lead").await];
        let form = nominations::ListForm {
            year: "2026/2027".into(),
            term: "S1".into(),
            ..nominations::ListForm::default()
        };
        for round in 0..12 {
            // Every other round the students are known already, and both lists say something new of them.
            let term = ["S1", "S2"][round % 2];
            let form = nominations::ListForm { term: term.into(), ..form.clone() };
            let students = (round / 2 * 20)..(round / 2 * 20 + 20);
            let sheets = [sheet(students.clone(), round % 2 + 1), sheet(students.rev(), round % 2 + 3)];
            let mut keys = Vec::new();
            for ((desk, flow), sheet) in desks.iter().zip(flows).zip(&sheets) {
                keys.push(nominations::list_nominees(desk, flow, &form, sheet).await.expect("read"));
            }
            let [one, other] = [0, 1].map(|i| nominations::confirm_listed(&desks[i], flows[i], &keys[i]));
            let (one, other) = tokio::join!(one, other);
            for outcome in [one, other] {
                assert_eq!(outcome.expect("nobody is refused").len(), 20, "round {round}");
            }
        }
        app
    })
    .await;
}

#[tokio::test]
async fn whoever_has_confirmed_a_place_is_not_asked_to_confirm_another_of_the_same_term() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let [officer, host, student] =
            ["officer", "officer of another party", "student"].map(|who| Program::of(&app, &sample, who));
        let mut ids = Vec::new();
        for _ in 0..2 {
            let flow = exchange(&app, &sample, "5").await;
            let id = officer.post(&nominations_of(flow), &own_body()).await.id();
            let path = format!("/api/v1/nominations/{id}");
            assert_eq!(host.post(&format!("{path}/accept"), &json!({})).await.status, StatusCode::OK);
            let may = shown(&student, &id).await["allowed"].to_string();
            assert_eq!(may.contains("confirm"), ids.is_empty(), "{may}");
            if ids.is_empty() {
                assert_eq!(student.post(&format!("{path}/confirm"), &json!({})).await.status, StatusCode::OK);
            }
            ids.push(id);
        }
        let html = page(&app, &sample, "student", &format!("/fr/nominations/{}", ids[1])).await;
        assert!(!html.contains("value=\"confirm\""), "{html}");
        for (who, path) in [("student", "fr"), ("officer", "fr"), ("officer of another party", "en")] {
            let html = page(&app, &sample, who, &format!("/{path}/nominations/{}", ids[1])).await;
            let is_told =
                html.contains("Un choix : une autre place est confirmée") || html.contains("A choice:");
            assert_eq!(is_told, path == "fr", "another host does not get to know: {who}: {html}");
        }
        assert_eq!(shown(&officer, &ids[1]).await["allowed"], json!(["withdraw"]));
        app
    })
    .await;
}
