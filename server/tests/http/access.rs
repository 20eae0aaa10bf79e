//! Who may do what, over HTTP: every REST route and every server function, for every role, on agreements in every
//! state. One without a rule fails.

use crate::support::{
    Options, TestApp, header, on_each_database,
    sample::{COMMITMENT, EVERYONE, Sample, State},
};
use app::{
    desk::{
        members,
        nominations::{self, ListForm},
    },
    error::AppError,
};
use domain::{
    academic_year::AcademicYear,
    id::AgreementId,
    import::{Sheet, SheetRow},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use server::rest::ROUTES;
use store::{kept_form, link};

/// Nothing has this id.
const NOWHERE: &str = "00000000-0000-7000-8000-000000000000";

/// Who may, by the rule's name: one text for a draft, one for a shared and one for a published agreement; columns
/// as in [`EVERYONE`]. After the table "Who may do what" of the domain.
fn who_may(rule: &str) -> Option<[&'static str; 3]> {
    Some(match rule {
        "everyone" => ["yyyyyyyy"; 3],
        "read_summary" => ["--yyy--y", "--yyyy-y", "yyyyyyyy"],
        "read_content" | "read_document" => ["--yyy--y", "--yyyy-y", "--yyyy-y"],
        "create_agreement" => ["---yyy-y"; 3],
        "edit_agreement" | "add_document" | "share_agreement" | "publish_agreement" | "revert_agreement"
        | "comment_agreement" | "note_observation" => ["---yy--y", "---yyy-y", "---yyy-y"],
        "sign_agreement"
        | "approve_agreement"
        | "terminate_agreement"
        | "renew_agreement"
        | "renew_agreements"
        | "set_opening_balance"
        | "set_seats" => ["----y---"; 3],
        "tag_agreements" => ["---yy---", "---yyy--", "---yyyy-"],
        "create_institution" => ["---yyyyy"; 3],
        "edit_institution"
        | "manage_feed"
        | "delete_draft"
        | "edit_document"
        | "remove_document"
        | "withdraw_observation" => ["---yy--y"; 3],
        "manage_own_account" | "keep_view" | "forget_view" | "signed_in" => ["-yyyyyyy"; 3],
        "manage_members" => ["----y--y"; 3],
        "watch_seats" => ["--yyyyyy"; 3],
        "read_flow" => ["--yyyy-y", "--yyyy-y", "yyyyyyyy"],
        "read_balance" | "read_seats" => ["--yyyy-y"; 3],
        "read_inbox" => ["---yyyy-"; 3],
        "deal_with_inbox" | "nominate" | "correct_nomination" => ["---yy---"; 3],
        "read_nomination" => ["-yyyyy--"; 3],
        "answer_nomination" => ["-----y--"; 3],
        "answer_as_student" => ["-y------"; 3],
        "follow_nomination" => ["-y-yyy--"; 3],
        "complete_nomination" => ["---yyy--"; 3],
        "manage_mail" | "import" | "merge_institutions" => ["-------y"; 3],
        _ => return None,
    })
}

/// The rule of a route. Who follows a nomination may do different things to it: the student leaves, the home corrects, both offices
/// end it.
fn rule_of(route: &server::rest::Route) -> &'static str {
    match route.path.rsplit('/').next() {
        Some("nominate-again" | "correct") => "correct_nomination",
        Some("complete") => "complete_nomination",
        _ => route.rule,
    }
}

/// What each server function sends, and the rule it follows.
const FUNCTIONS: &[(&str, &str, &str)] = &[
    ("save_agreement", "id={agreement}&version=99&{form}", "edit_agreement"),
    ("save_agreement", "{form}", "create_agreement"),
    ("keep_agreement_draft", "id={agreement}&version=1&{form}", "edit_agreement"),
    ("act_on_agreement", "id={agreement}&act=share", "share_agreement"),
    ("act_on_agreement", "id={agreement}&act=publish", "publish_agreement"),
    ("act_on_agreement", "id={agreement}&act=withdraw", "publish_agreement"),
    ("act_on_agreement", "id={agreement}&act=delete", "delete_draft"),
    (
        "sign_agreement",
        "id={agreement}&signatures[0][institution]={own}&signatures[0][record]=on",
        "sign_agreement",
    ),
    (
        "approve_agreement",
        "id={agreement}&number=1&approvals[0][institution]={own}&approvals[0][record]=on",
        "approve_agreement",
    ),
    ("negotiate_agreement", "id={agreement}&number=1&act=revert", "revert_agreement"),
    ("negotiate_agreement", "id={agreement}&number=1&party={own}&act=take_back", "approve_agreement"),
    ("comment_agreement", "id={agreement}&number=1", "comment_agreement"),
    ("terminate_agreement", "id={agreement}&form[party]={own}", "terminate_agreement"),
    ("follow_agreement", "id={agreement}&act=renew", "renew_agreement"),
    ("follow_agreement", "id={agreement}&act=withdraw_termination", "terminate_agreement"),
    ("replace_agreement", "id={agreement}", "renew_agreement"),
    ("renew_agreements", "query=", "renew_agreements"),
    ("tag_agreements", "tag=essai&agreements[0][id]={agreement}&agreements[0][take]=on", "tag_agreements"),
    ("keep_view", "form[name]=Essai", "keep_view"),
    ("forget_view", "id={session}", "forget_view"),
    ("edit_document", "agreement={agreement}&id={document}&version=99&form[kind]=annex", "edit_document"),
    ("remove_document", "agreement={agreement}&id={document}", "remove_document"),
    ("note_observation", "agreement={agreement}&commitment={commitment}&form[value]=yes", "note_observation"),
    ("withdraw_observation", "agreement={agreement}&id={observation}", "withdraw_observation"),
    ("suggest_institutions", "typed=ales", "everyone"),
    ("save_institution", "id={own}&version=99&form[kind]=university", "edit_institution"),
    ("save_institution", "form[kind]=university", "create_institution"),
    ("merge_institutions", "id={own}&form[with]={own}", "merge_institutions"),
    ("act_on_import", "id={import}&act=map", "import"),
    ("import_progress", "id={import}", "import"),
    ("act_on_import", "id={import}&act=confirm", "import"),
    ("act_on_import", "id={import}&act=discard", "import"),
    ("nominate_student", "flow={exchange}", "nominate"),
    ("nominate_listed", "flow={exchange}&key={list}", "nominate"),
    ("act_on_nomination", "id={nomination}&act=accept", "answer_nomination"),
    ("act_on_nomination", "id={nomination}&act=reject", "answer_nomination"),
    ("act_on_nomination", "id={nomination}&act=take", "answer_as_student"),
    ("act_on_nomination", "id={nomination}&act=confirm", "answer_as_student"),
    ("act_on_nomination", "id={nomination}&act=withdraw", "follow_nomination"),
    ("act_on_nomination", "id={nomination}&act=complete", "complete_nomination"),
    ("act_on_nomination", "id={nomination}&act=nominate", "correct_nomination"),
    ("correct_nomination", "id={nomination}", "correct_nomination"),
    ("sign_in", "email=&password=", "everyone"),
    ("sign_out", "", "everyone"),
    ("change_password", "current=&password=", "manage_own_account"),
    ("end_session", "id={session}", "manage_own_account"),
    ("end_other_sessions", "", "manage_own_account"),
    ("create_token", "name=essai&scope=read&days=30", "manage_own_account"),
    ("revoke_token", "id={token}", "manage_own_account"),
    ("accept_link", "token=0", "everyone"),
    ("invite", "institution={own}&email=a@exemple.fr&role=observer", "manage_members"),
    ("set_member_role", "institution={own}&account={spare}&role=observer", "manage_members"),
    ("remove_member", "institution={own}&account={spare}", "manage_members"),
    ("revoke_link", "institution={own}&link={link}", "manage_members"),
    ("set_preferences", "theme=dark&back=/fr", "everyone"),
    ("set_opening_balance", "institution={own}&partner={own}", "set_opening_balance"),
    (
        "set_pool_opening_balance",
        "agreement={pooled}&pool={pool}&form[institution]={own}",
        "set_opening_balance",
    ),
    ("adjust_seats", "flow={flow}&first_year=2026&form[units]=1", "set_seats"),
    ("override_seats", "flow={flow}&first_year=2026&beyond[units]=1", "set_seats"),
    ("adjust_seats", "pool={pool}&first_year=2026&form[units]=1", "set_seats"),
    ("override_seats", "pool={pool}&first_year=2026&beyond[units]=1", "set_seats"),
    ("close_seat_year", "flow={flow}&first_year=2026", "set_seats"),
    ("deal_with_inbox", "institution={own}&item=gap.{own}.2020/2021&act=deal", "deal_with_inbox"),
    ("renew_feed", "institution={own}", "manage_feed"),
    ("revoke_feed", "institution={own}", "manage_feed"),
    ("set_reminders", "wants_mail=on", "manage_own_account"),
    ("retry_mail", "", "manage_mail"),
];

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The form of an agreement between two institutions, as a page sends it.
fn typed(sample: &Sample) -> String {
    let parties = ["own", "other"].map(|key| sample.institution(key).to_string());
    format!(
        "form[kind]=framework&form[title_fr]=Accord&form[parties][0][institution]={}&form[parties][1][institution]={}",
        parties[0], parties[1]
    )
}

#[test]
fn every_rest_route_has_a_rule_that_says_who_may() {
    for route in ROUTES {
        assert!(who_may(route.rule).is_some(), "{} {}: {}", route.method, route.path, route.rule);
    }
}

#[tokio::test]
async fn every_server_function_has_a_rule_that_says_who_may() {
    let app = TestApp::start().await;
    for (path, _) in leptos::server_fn::axum::server_fn_paths() {
        let name = path.trim_start_matches("/api/");
        assert!(FUNCTIONS.iter().any(|(function, ..)| *function == name), "{name} has no rule in FUNCTIONS");
    }
    for (_, _, rule) in FUNCTIONS {
        assert!(who_may(rule).is_some(), "{rule}");
    }
    app.stop().await;
}

fn body_of(method: &Method, path: &str, sample: &Sample) -> Option<Value> {
    let parties =
        json!([{"institution": sample.institution("own").0}, {"institution": sample.institution("other").0}]);
    if path == "/api/v1/inbox" {
        let post = *method == Method::POST;
        post.then(|| json!({"institution": sample.institution("own").0, "item": "end", "is_dealt": true}))
    } else if path.ends_with("/nominations") {
        let student = json!({"name": "Camille Exemple", "email": "camille@exemple.invalid"});
        // A fault: whoever may is told so.
        let post = *method == Method::POST;
        post.then(|| json!({"student": student, "year": "", "term": "S1"}))
    } else if path.ends_with("/nominations/list") {
        // A fault: whoever may is told so.
        Some(json!({"nominations": [{"student": {}, "year": "", "term": ""}]}))
    } else if path.contains("/nominations/") && path.ends_with("/correct") {
        // A fault: whoever may is told so.
        Some(json!({"student": {}}))
    } else if path.contains("/nominations/") {
        (*method == Method::POST).then(|| json!({"reason": "Essai"}))
    } else if path.contains("/pools/") && path.ends_with("/balance") {
        // A fault: whoever may is told so.
        let own = sample.institution("own").0;
        (*method == Method::POST).then(|| json!({"institution": own, "reason": ""}))
    } else if path.contains("/observations/")
        || (path.ends_with("/balance") && *method == Method::POST)
        || path.ends_with("/adjust")
        || path.ends_with("/override")
    {
        // A fault: whoever may is told so.
        Some(json!({"reason": ""}))
    } else if path.ends_with("/observations") {
        (*method == Method::POST).then(|| json!({"value": "yes"}))
    } else if path.ends_with("/tag") || path.ends_with("/untag") {
        Some(json!({"tag": "essai"}))
    } else if path == "/api/v1/views" {
        // A fault: whoever may is told so.
        (*method == Method::POST).then(|| json!({"name": ""}))
    } else if path == "/api/v1/mail/retry" {
        None
    } else if path.ends_with("/sign") {
        Some(json!({"signatures": [{"institution": sample.institution("own").0}]}))
    } else if path.ends_with("/approve") {
        Some(json!({"approvals": [{"institution": sample.institution("own").0}]}))
    } else if path.ends_with("/take-back") {
        Some(json!({"institution": sample.institution("own").0, "revision": 1}))
    } else if path.ends_with("/terminate") {
        Some(json!({"party": sample.institution("own").0}))
    } else if path.ends_with("/merge") {
        Some(json!({"into": sample.institution("own").0, "name": ""}))
    } else if path.ends_with("/renewals") {
        Some(json!({"agreements": []}))
    } else if path.ends_with("/replace") || path.ends_with("/keep") {
        Some(json!({"successor": NOWHERE}))
    } else if path.contains("/documents/") {
        (*method == Method::PUT).then(|| json!({"kind": "annex", "title": "Annexe"}))
    } else if path.ends_with("/revert") {
        Some(json!({"hash": ""}))
    } else if path.ends_with("/comments") && *method == Method::POST {
        Some(json!({"revision": 1, "body": ""}))
    } else if *method == Method::PUT || (*method == Method::POST && !path.contains('{')) {
        Some(if path.contains("agreements") {
            json!({"kind": "framework", "title": {"fr": "Accord"}, "parties": parties})
        } else {
            // A fault: whoever may is told so, and nothing is written.
            json!({"kind": "university", "names": {}, "country": "FR"})
        })
    } else {
        None
    }
}

async fn ask(app: &TestApp, sample: &Sample, who: &str, method: &Method, path: &str) -> (StatusCode, Value) {
    ask_with(app, sample, who, method, path, body_of(method, path, sample)).await
}

async fn ask_with(
    app: &TestApp,
    sample: &Sample,
    who: &str,
    method: &Method,
    path: &str,
    body: Option<Value>,
) -> (StatusCode, Value) {
    let mut ask = app.client.request(method.clone(), app.url(path)).header("if-match", "\"1\"");
    if let Some(token) = sample.token(who) {
        ask = ask.bearer_auth(token);
    }
    if let Some(body) = body {
        ask = ask.json(&body);
    }
    let answer = ask.send().await.expect("an answer");
    let status = answer.status();
    if status == StatusCode::UNAUTHORIZED {
        assert!(header(&answer, "www-authenticate").starts_with("Bearer"), "{path}");
    }
    (status, answer.json().await.unwrap_or_default())
}

/// Whether an answer says that it is not for this asker.
fn is_denied(status: StatusCode, body: &Value) -> bool {
    let is_not_own = body["errors"][0]["code"] == "own_party_missing";
    is_not_own || [401, 403, 404].contains(&status.as_u16())
}

#[tokio::test]
async fn every_rest_route_answers_those_it_is_for_and_nobody_else() {
    let app = TestApp::start().await;
    let sample = Sample::fill(&app).await;
    for route in ROUTES {
        let expected = who_may(rule_of(route)).expect("a rule");
        for (state, expected) in State::ALL.into_iter().zip(expected) {
            let mut is = String::new();
            for (who, may) in EVERYONE.into_iter().zip(expected.chars()) {
                let agreement = sample.agreement(&app, &sample.form("other"), state).await;
                let mut pool = NOWHERE.to_owned();
                let id = if route.path.contains("/pools/") {
                    let (pooled, shared) = sample.pool(&app, state).await;
                    pool = shared.to_string();
                    if route.path.contains("/agreements/") { pooled.to_string() } else { pool.clone() }
                } else if route.path.contains("/observations/") {
                    sample.observation(&app, agreement).await.to_string()
                } else if route.path.contains("/documents/") {
                    sample.document(&app, agreement).await.to_string()
                } else if route.path.contains("flows/{id}/nominations") {
                    crate::nominations::exchange(&app, &sample, "5").await.to_string()
                } else if route.path.contains("/nominations/") {
                    crate::nominations::nominated(&app, &sample).await.to_string()
                } else if route.path.contains("flows/") {
                    sample.flow(&app, state).await.to_string()
                } else if route.path.contains("agreements") {
                    agreement.to_string()
                } else if route.path.contains("imports") {
                    crate::imports::brought(&app, &sample, !route.path.ends_with("/undo")).await.to_string()
                } else {
                    sample.institution("own").to_string()
                };
                let body = body_of(&route.method, route.path, &sample);
                let other = sample.institution("other").to_string();
                let path = route.path.replace("{pool}", &pool).replace("{other}", &other);
                let path = addressed(&path, &id);
                let (status, told) = ask_with(&app, &sample, who, &route.method, &path, body.clone()).await;
                assert!(status.as_u16() < 500, "{} {path} {who}: {status} {told}", route.method);
                let denied = is_denied(status, &told);
                is.push(if denied { '-' } else { 'y' });
                if who == "visitor" && denied && route.method != Method::GET {
                    assert_eq!(status, 401, "{path}");
                }
                if may == '-'
                    && denied
                    && ["agreements/", "documents/", "flows/", "pools/", "nominations/", "v1/observations/"]
                        .iter()
                        .any(|noun| path.contains(noun))
                {
                    looks_like_nothing(&app, &sample, who, route, state, (status, &told), body).await;
                }
            }
            assert_eq!(is, expected, "{} {} {state:?}", route.method, route.path);
        }
    }
    app.stop().await;
}

/// The address of a route for something of this id.
fn addressed(path: &str, id: &str) -> String {
    let path = path.replace("{first_year}", "2026");
    path.replace("{id}", id).replace("{pool}", id).replace("{commitment}", &COMMITMENT.to_string())
}

/// What one may not even read is refused in the very words in which nothing is.
async fn looks_like_nothing(
    app: &TestApp,
    sample: &Sample,
    who: &str,
    route: &server::rest::Route,
    state: State,
    told: (StatusCode, &Value),
    body: Option<Value>,
) {
    let column = EVERYONE.iter().position(|name| *name == who).expect("someone");
    let row = State::ALL.iter().position(|one| *one == state).expect("a state");
    let read = match route.path {
        path if path.contains("/pools/") => "read_balance",
        path if path.contains("/documents/") => "read_document",
        path if path.contains("/observations/") => "read_content",
        path if path.contains("/nominations/") => "read_nomination",
        path if path.contains("/flows/") => "read_flow",
        _ => "read_summary",
    };
    let readers = who_may(read).expect("a rule")[row];
    if readers.as_bytes()[column] == b'y' {
        return;
    }
    let path = addressed(route.path, NOWHERE);
    let (status, mut nothing) = ask_with(app, sample, who, &route.method, &path, body).await;
    nothing["instance"] = told.1["instance"].clone();
    assert_eq!((status, &nothing), told, "{} {path} {who} {state:?}", route.method);
}

/// What became of a plain form: the error it came back with, or none.
async fn outcome(app: &TestApp, answer: reqwest::Response) -> Option<AppError> {
    let location = header(&answer, "location").to_owned();
    if !location.is_empty() {
        let kept = location.split(['?', '&']).find_map(|part| part.strip_prefix("kept="));
        let next = location.split(['?', '&']).find_map(|part| part.strip_prefix("next="));
        let next = next.and_then(|next| next.split("kept%3D").nth(1));
        let key = kept.or(next)?;
        let mut tx = app.db().read().await.expect("a transaction");
        let found = kept_form::find(&mut tx, &app::desk::hash(key), app.running.web.app.clock.now()).await;
        let row = found.expect("asked").expect("a kept form");
        return serde_json::from_str(&row.errors).expect("an error");
    }
    let status = answer.status();
    let text = answer.text().await.expect("a body");
    if status.is_success() {
        return None;
    }
    Some(serde_json::from_str(&text).unwrap_or_else(|_| panic!("{status}: {text}")))
}

async fn sent(
    app: &TestApp,
    sample: &Sample,
    who: &str,
    body: &str,
    agreement: AgreementId,
) -> (String, String) {
    let (session, cookie) = sample.session(app, who).await.unwrap_or_default();
    let mut token = NOWHERE.to_owned();
    if body.contains("{token}") && who != "visitor" {
        sample.make_token(app, who, "read").await;
        token = sample.token_ids(app, who).await.pop().expect("a token");
    }
    let mut open = NOWHERE.to_owned();
    if body.contains("{link}") {
        let lead = sample.desk(app, "lead").await;
        let own = sample.institution("own");
        let form = members::MembersForm {
            form: String::new(),
            email: format!("{}@exemple.fr", who.replace(' ', ".")),
            role: "observer".into(),
        };
        members::invite(&lead, &own.to_string(), &form).await.expect("a link");
        let permit =
            domain::access::decide(lead.actor(), domain::access::ReadMembers(own)).expect("the lead may");
        let mut tx = app.db().read().await.expect("a transaction");
        let links = link::list_open(&mut tx, &permit, lead.now()).await.expect("asked");
        open = links.last().expect("a link").id.to_string();
    }
    let mut import = NOWHERE.to_owned();
    if body.contains("{import}") {
        import = crate::imports::brought(app, sample, true).await.to_string();
    }
    let nomination = if body.contains("{nomination}") {
        crate::nominations::nominated(app, sample).await.to_string()
    } else {
        NOWHERE.to_owned()
    };
    let (mut exchange, mut list) = (NOWHERE.to_owned(), NOWHERE.to_owned());
    if body.contains("{exchange}") {
        let id = crate::nominations::exchange(app, sample, "5").await;
        exchange = id.to_string();
        let row =
            |number, cells: [&str; 2]| SheetRow { number, cells: cells.map(ToOwned::to_owned).to_vec() };
        let rows = vec![row(1, ["Name", "E-mail"]), row(2, ["Camille Exemple", "camille@exemple.invalid"])];
        let year = AcademicYear::of(app.running.web.app.clock.now().date_naive()).to_string();
        let form = ListForm { year, term: "S2".into(), ..ListForm::default() };
        let desk = sample.desk(app, who).await;
        // Who may not nominate has no list.
        let kept = nominations::list_nominees(&desk, id, &form, &Sheet { rows }).await;
        list = kept.unwrap_or(list);
    }
    let document = if body.contains("{document}") {
        sample.document(app, agreement).await.to_string()
    } else {
        NOWHERE.to_owned()
    };
    let observation = if body.contains("{observation}") {
        sample.observation(app, agreement).await.to_string()
    } else {
        NOWHERE.to_owned()
    };
    let flow = if body.contains("{flow}") {
        sample.flow(app, State::Shared).await.to_string()
    } else {
        NOWHERE.to_owned()
    };
    let (mut pooled, mut pool) = (NOWHERE.to_owned(), NOWHERE.to_owned());
    if body.contains("{pool}") {
        let (agreement, shared) = sample.pool(app, State::Shared).await;
        (pooled, pool) = (agreement.to_string(), shared.to_string());
    }
    let body = body
        .replace("{flow}", &flow)
        .replace("{pooled}", &pooled)
        .replace("{pool}", &pool)
        .replace("{import}", &import)
        .replace("{nomination}", &nomination)
        .replace("{exchange}", &exchange)
        .replace("{list}", &list)
        .replace("{commitment}", &COMMITMENT.to_string())
        .replace("{observation}", &observation)
        .replace("{document}", &document)
        .replace("{form}", &typed(sample))
        .replace("{agreement}", &agreement.to_string())
        .replace("{own}", &sample.institution("own").to_string())
        .replace("{spare}", &sample.person("spare").to_string())
        .replace("{session}", &session)
        .replace("{token}", &token)
        .replace("{link}", &open);
    let pairs: Vec<String> = body
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    (format!("lang=fr&{}", pairs.join("&")), cookie)
}

#[tokio::test]
async fn every_server_function_answers_those_it_is_for_and_nobody_else() {
    let app = TestApp::start().await;
    let sample = Sample::fill(&app).await;
    for (function, body, rule) in FUNCTIONS {
        let expected = who_may(rule).expect("a rule");
        let states = if body.contains("{agreement}") { &State::ALL[..] } else { &State::ALL[..1] };
        for (state, expected) in states.iter().zip(expected) {
            let mut is = String::new();
            for who in EVERYONE {
                sample.add_spare(&app).await;
                let agreement = sample.agreement(&app, &sample.form("other"), *state).await;
                let (body, cookie) = sent(&app, &sample, who, body, agreement).await;
                let body = if *function == "set_preferences" { body.replace("lang=fr&", "") } else { body };
                // What answers no form is asked as an island does.
                let is_form =
                    !["keep_agreement_draft", "suggest_institutions", "import_progress"].contains(function);
                let ask = app.client.post(app.url(&format!("/api/{function}"))).body(body);
                let ask = ask.header("sec-fetch-site", "same-origin").header("cookie", cookie);
                let ask = ask.header("accept", if is_form { "text/html" } else { "application/json" });
                let ask = ask.header("content-type", "application/x-www-form-urlencoded");
                let answer = ask.send().await.expect("an answer");
                let error = outcome(&app, answer).await;
                let is_refused = match &error {
                    Some(AppError::SignIn | AppError::Denied | AppError::NotFound) => true,
                    Some(AppError::Invalid { fields }) => {
                        fields.at("parties") == Some(&domain::problem::Problem::OwnPartyMissing)
                    }
                    _ => false,
                };
                assert!(!matches!(error, Some(AppError::Internal { .. })), "{function} {who}: {error:?}");
                is.push(if is_refused { '-' } else { 'y' });
            }
            assert_eq!(is, expected, "{function} {body} {state:?}");
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn an_officer_of_another_institution_cannot_see_a_draft() {
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        let draft = sample.agreement(&app, &sample.form("other"), State::Draft).await;
        for who in ["officer of another party", "officer of a stranger", "student", "visitor"] {
            let path = format!("/api/v1/agreements/{draft}");
            let (status, _) = ask(&app, &sample, who, &Method::GET, &path).await;
            assert_eq!(status, 404, "{who}");
            let (_, list) = ask(&app, &sample, who, &Method::GET, "/api/v1/agreements").await;
            assert_eq!(list["count"], 0, "{who}");
            let answer = app.get(&format!("/fr/agreements/{draft}")).await;
            assert_eq!(answer.status(), 404);
        }
        app
    })
    .await;
}

#[tokio::test]
async fn the_audit_trail_names_offices_in_the_readers_language() {
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        sample.agreement(&app, &sample.form("other"), State::Draft).await;
        let (_, cookie) = sample.session(&app, "administrator").await.expect("a session");
        for (path, name) in
            [("/fr/admin/audit", "École Exemple d’Alès"), ("/en/admin/audit", "Example School of Alès")]
        {
            let ask = app.ask(Method::GET, path).header("cookie", &cookie);
            let page = ask.send().await.expect("an answer").text().await.expect("a page");
            assert!(page.contains(&format!(">{name}<")), "{page}");
        }
        app
    })
    .await;
}
