//! Lists of institutions over HTTP: brought by a form or by a program, looked at, carried out, undone.

use crate::support::{Options, TestApp, header, on_each_database, sample::Sample};
use app::desk::imports;
use domain::{
    id::ImportId,
    import::{ImportKind, Sheet, SheetRow},
};
use reqwest::{Method, Response, StatusCode};
use serde_json::Value;
use store::{import::ImportFile, institution};

const LIST: &str = "Titre;Pays;PIC;Code Erasmus\n\
    École inventée une;FR;800000001;F  NULLE01\n\
    École inventée deux;FR;800000002;F  NULLE\n\
    <b>École</b> inventée trois;Atlantis;800000003;\n";

/// An import of an administrator: only brought, or carried out.
pub async fn brought(app: &TestApp, sample: &Sample, is_only_read: bool) -> ImportId {
    let desk = sample.desk(app, "administrator").await;
    let row = |number, cells: [&str; 3]| SheetRow { number, cells: cells.map(ToOwned::to_owned).to_vec() };
    let rows = vec![row(1, ["Name", "Country", "PIC"]), row(2, ["École inventée", "FR", "800000009"])];
    let file = ImportFile { name: "list.csv".into(), hash: "00".into() };
    let id = imports::bring(&desk, ImportKind::Institutions, &file, &Sheet { rows }).await.expect("brought");
    if !is_only_read {
        imports::confirm(&desk, id).await.expect("carried out");
    }
    id
}

async fn cookie(app: &TestApp, sample: &Sample, who: &str) -> String {
    sample.session(app, who).await.unwrap_or_default().1
}

async fn bring(app: &TestApp, cookie: &str, name: &str, encoding: &str, content: &[u8]) -> Response {
    let mut body = Vec::new();
    for (field, value) in [("lang", "fr"), ("encoding", encoding)] {
        let part = format!("--limite\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let part =
        format!("--limite\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    body.extend_from_slice(part.as_bytes());
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n--limite--\r\n");
    let ask = app.ask(Method::POST, "/api/bring_import").header("cookie", cookie).body(body);
    let ask = ask.header("sec-fetch-site", "same-origin");
    let ask = ask.header("content-type", "multipart/form-data; boundary=limite");
    ask.send().await.expect("an answer")
}

async fn act(app: &TestApp, cookie: &str, id: &str, act: &str, columns: &[&str]) -> String {
    let columns: Vec<_> =
        columns.iter().enumerate().map(|(i, code)| format!("&columns[{i}]={code}")).collect();
    let columns = columns.concat();
    let ask = app.ask(Method::POST, "/api/act_on_import").header("cookie", cookie);
    let ask = ask.header("sec-fetch-site", "same-origin").header("accept", "text/html");
    let ask = ask.header("content-type", "application/x-www-form-urlencoded");
    let answer = ask.body(format!("lang=fr&id={id}&act={act}{columns}")).send().await.expect("an answer");
    header(&answer, "location").to_owned()
}

async fn page(app: &TestApp, cookie: &str, path: &str) -> String {
    let answer = app.ask(Method::GET, path).header("cookie", cookie).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.text().await.expect("a page")
}

async fn count(app: &TestApp) -> i64 {
    institution::count_all(&mut app.db().read().await.expect("a transaction")).await.expect("a count")
}

#[tokio::test]
async fn a_file_is_brought_corrected_carried_out_and_undone_without_a_script() {
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        let cookie = cookie(&app, &sample, "administrator").await;
        let before = count(&app).await;
        let answer = bring(&app, &cookie, "liste.csv", "", LIST.as_bytes()).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        let path = header(&answer, "location").to_owned();
        let id = path.rsplit('/').next().expect("an id").to_owned();
        let shown = page(&app, &cookie, &path).await;
        assert!(shown.contains("Aucune colonne ne contient les noms"), "{shown}");
        assert!(!shown.contains("value=\"confirm\""), "{shown}");

        let onward = act(&app, &cookie, &id, "map", &["name", "country", "pic", "erasmus"]).await;
        assert_eq!(onward, format!("{path}?done=mapped"));
        let shown = page(&app, &cookie, &path).await;
        assert!(shown.contains("Lignes lues : 3. Nouvelles : 2, identiques : 0, modifiées : 0, avec remarques : 1, refusées : 1."), "{shown}");
        assert!(shown.contains("« F  NULLE » ne suit pas le modèle, gardé tel quel."), "{shown}");
        assert!(shown.contains("&lt;b&gt;École&lt;/b&gt;") && !shown.contains("<b>École"), "{shown}");
        assert_eq!(count(&app).await, before, "nothing is written yet");
        let refused = page(&app, &cookie, &format!("{path}?rows=refused")).await;
        assert!(refused.contains("« Atlantis » n’est pas repris") && !refused.contains("École inventée deux"), "{refused}");

        assert_eq!(act(&app, &cookie, &id, "confirm", &[]).await, format!("{path}?done=confirmed"));
        assert_eq!(count(&app).await, before + 2);
        assert!(act(&app, &cookie, &id, "confirm", &[]).await.contains("?kept="), "only once");
        let shown = page(&app, &cookie, &path).await;
        assert!(shown.contains("Cet import est fait") && shown.contains("Défaire cet import"), "{shown}");
        let list = page(&app, &cookie, "/fr/admin/imports").await;
        assert!(list.contains("liste.csv") && list.contains(&path), "{list}");
        let found = page(&app, &cookie, "/fr/institutions?q=inventee+deux").await;
        assert!(found.contains("École inventée deux"), "{found}");

        assert_eq!(act(&app, &cookie, &id, "undo", &[]).await, format!("{path}?done=undone"));
        assert_eq!(count(&app).await, before);
        assert!(page(&app, &cookie, &path).await.contains("Cet import a été défait"));
        app
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_no_table_is_refused_in_words() {
    let app = TestApp::start().await;
    let sample = Sample::fill(&app).await;
    let cookie = cookie(&app, &sample, "administrator").await;
    let wide = format!("Nom;Pays\n{}", vec!["x"; 200].join(";"));
    for (name, encoding, content, words) in [
        ("latin.csv", "", &b"Nom;Pays\nAl\xE8s;FR\n"[..], "n’est pas en UTF-8 (ligne 2)"),
        ("scan.xlsx", "", b"%PDF-1.7", "ni un classeur XLSX ni un texte CSV"),
        ("old.xls", "", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "ancien format"),
        ("cut.xlsx", "", b"PK\x03\x04 ", "endommagé"),
        ("wide.csv", "", wide.as_bytes(), "plus de 100 colonnes"),
        ("large.csv", "", &vec![b'x'; 17 << 20], "trop grand : 16 Mo"),
        ("empty.csv", "", b"", "aucune ligne"),
        ("other.csv", "klingon", b"Nom;Pays\nx;FR\n", "Cet encodage n’est pas connu"),
    ] {
        let answer = bring(&app, &cookie, name, encoding, content).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{name}");
        let shown = page(&app, &cookie, header(&answer, "location")).await;
        assert!(shown.contains(words), "{name}: {shown}");
    }
    let latin = bring(&app, &cookie, "latin.csv", "windows-1252", b"Nom;Pays\nAl\xE8s;FR\n").await;
    assert!(page(&app, &cookie, header(&latin, "location")).await.contains("Alès"));
    app.stop().await;
}

#[tokio::test]
async fn a_form_that_is_none_breaks_nothing() {
    let app = TestApp::start().await;
    let sample = Sample::fill(&app).await;
    let cookie = cookie(&app, &sample, "administrator").await;
    for (kind, body) in [
        ("text/plain", "x"),
        ("multipart/form-data", "x"),
        ("multipart/form-data; boundary=limite", "--limite\r\nbroken"),
        ("multipart/form-data; boundary=limite", "--limite--\r\n"),
        ("application/x-www-form-urlencoded", "file=x"),
    ] {
        let ask = app.ask(Method::POST, "/api/bring_import").header("cookie", &cookie);
        let ask = ask.header("sec-fetch-site", "same-origin").header("content-type", kind).body(body);
        let answer = ask.send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{kind}");
        assert!(header(&answer, "location").contains("/admin/imports?kept="), "{kind}");
    }
    app.stop().await;
}

#[tokio::test]
async fn only_an_administrator_brings_a_file() {
    let app = TestApp::start().await;
    let sample = Sample::fill(&app).await;
    for who in ["visitor", "student", "observer", "officer", "lead", "officer of a stranger"] {
        let cookie = cookie(&app, &sample, who).await;
        let answer = bring(&app, &cookie, "list.csv", "", LIST.as_bytes()).await;
        assert_eq!(header(&answer, "location"), "/fr/admin/imports", "{who}");
        let shown = app.ask(Method::GET, "/fr/admin/imports").header("cookie", &cookie).send().await;
        assert_ne!(shown.expect("an answer").status(), StatusCode::OK, "{who}");
    }
    let foreign = app.ask(Method::POST, "/api/bring_import").header("sec-fetch-site", "cross-site");
    let cookie = cookie(&app, &sample, "administrator").await;
    let answer = foreign.header("cookie", cookie).body("x").send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    let desk = sample.desk(&app, "administrator").await;
    assert_eq!(imports::list(&desk).await.expect("a list"), []);
    app.stop().await;
}

#[tokio::test]
async fn a_program_takes_in_a_list_and_undoes_it() {
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        let token = sample.token("administrator").expect("a token").to_owned();
        let send = async |method: Method, path: &str, body: Vec<u8>| {
            let ask = app.client.request(method, app.url(path)).bearer_auth(&token).body(body);
            let answer = ask.header("accept-language", "en").send().await.expect("an answer");
            (answer.status(), answer.json::<Value>().await.unwrap_or_default())
        };
        let before = count(&app).await;
        let list = LIST.replace("Titre", "Name").into_bytes();
        let (status, told) =
            send(Method::POST, "/api/v1/imports?file=list.csv&dry_run=true", list.clone()).await;
        assert_eq!(
            (status, &told["state"], &told["counts"]["new"]),
            (StatusCode::OK, &"read".into(), &2.into())
        );
        assert_eq!(count(&app).await, before);
        let (status, told) = send(Method::POST, "/api/v1/imports?file=list.csv", list).await;
        assert_eq!((status, &told["state"]), (StatusCode::CREATED, &"done".into()), "{told}");
        assert_eq!(told["rows"][2]["outcome"], "refused");
        assert_eq!(count(&app).await, before + 2);
        let path = format!("/api/v1/imports/{}", told["id"].as_str().expect("an id"));
        let (status, told) = send(Method::GET, &format!("{path}?outcome=refused"), Vec::new()).await;
        assert_eq!((status, told["rows"].as_array().map(Vec::len)), (StatusCode::OK, Some(1)), "{told}");
        assert_eq!(told["counts"]["read"], 3);
        let (status, _) = send(Method::POST, &format!("{path}/undo"), Vec::new()).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        assert_eq!(count(&app).await, before);
        let (status, _) = send(Method::POST, &format!("{path}/undo"), Vec::new()).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "only once");

        let (status, told) = send(Method::POST, "/api/v1/imports", b"%PDF-1.7".to_vec()).await;
        assert_eq!(
            (status, &told["type"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &"/problems/unreadable-file".into())
        );
        let (status, _) = send(Method::POST, "/api/v1/imports", vec![b'x'; 17 << 20]).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
        app
    })
    .await;
}
