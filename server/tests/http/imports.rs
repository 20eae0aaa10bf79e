//! Lists of institutions over HTTP: brought by a form or by a program, looked at, carried out, undone.

use crate::support::{Options, TestApp, header, on_each_database, sample::Sample};
use app::{
    desk::{Desk, imports},
    error::AppError,
};
use domain::{
    id::ImportId,
    import::{ImportKind, Sheet, SheetRow},
};
use reqwest::{Method, Response, StatusCode};
use serde_json::Value;
use std::{
    io::{Cursor, Write as _},
    time::Duration,
};
use store::{Tx, import::ImportFile, institution};
use zip::{ZipWriter, write::SimpleFileOptions};

const LIST: &str = "Titre;Pays;PIC;Code Erasmus\n\
    École inventée une;FR;800000001;F  NULLE01\n\
    École inventée deux;FR;800000002;F  NULLE\n\
    <b>École</b> inventée trois;Atlantis;800000003;\n";

/// A sheet whose document type defines an entity.
const ENTITIES: &[u8] = br#"<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row></sheetData></worksheet>"#;

/// A workbook of this sheet.
fn workbook(sheet: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [
        (
            "[Content_Types].xml",
            &b"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"[..],
        ),
        ("xl/worksheets/sheet1.xml", sheet),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).expect("an archive");
        zip.write_all(content).expect("an archive");
    }
    zip.finish().expect("an archive").into_inner()
}

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
    bring_as(app, cookie, "institutions", name, encoding, content).await
}

async fn bring_as(
    app: &TestApp,
    cookie: &str,
    kind: &str,
    name: &str,
    encoding: &str,
    content: &[u8],
) -> Response {
    let mut body = Vec::new();
    for (field, value) in [("lang", "fr"), ("kind", kind), ("encoding", encoding)] {
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
        ("bomb.xlsx", "", &workbook(&vec![b' '; 33 << 20]), "trop de données une fois décompressé : 32 Mo"),
        ("entities.xlsx", "", &workbook(ENTITIES), "DOCTYPE"),
        ("wide.csv", "", wide.as_bytes(), "plus de 100 colonnes"),
        ("large.csv", "", &vec![b'x'; 17 << 20], "trop grand : 16 Mo"),
        ("empty.csv", "", b"", "aucune ligne"),
        ("other.csv", "klingon", b"Nom;Pays\nx;FR\n", "Cet encodage n’est pas connu"),
    ] {
        for kind in ["institutions", "agreements"] {
            let answer = bring_as(&app, &cookie, kind, name, encoding, content).await;
            assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{name}");
            let shown = page(&app, &cookie, header(&answer, "location")).await;
            assert!(shown.contains(words), "{kind} {name}: {shown}");
            let path = format!("/api/v1/imports?kind={kind}&encoding={encoding}");
            let (status, told) =
                rest(&app, &sample, "administrator", Method::POST, &path, content.to_vec()).await;
            let expected = if content.len() > 16 << 20 { 413 } else { 422 };
            assert_eq!(status.as_u16(), expected, "{kind} {name}: {told}");
        }
    }
    let desk = sample.desk(&app, "administrator").await;
    assert_eq!(imports::list(&desk).await.expect("a list"), [], "nothing half done");
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
async fn only_an_administrator_brings_a_list_of_institutions() {
    let app = TestApp::start().await;
    let sample = Sample::fill(&app).await;
    for who in ["visitor", "student", "observer", "officer", "lead", "officer of a stranger"] {
        let cookie = cookie(&app, &sample, who).await;
        let answer = bring(&app, &cookie, "list.csv", "", LIST.as_bytes()).await;
        let is_office = who.starts_with("officer") || who == "lead";
        assert_eq!(header(&answer, "location").contains("/fr/admin/imports?kept="), is_office, "{who}");
        let shown = app.ask(Method::GET, "/fr/admin/imports").header("cookie", &cookie).send().await;
        assert_eq!(shown.expect("an answer").status() == StatusCode::OK, is_office, "{who}");
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

        let odd = LIST.replace("Titre", "Objet").replace("PIC", "Numéro").into_bytes();
        let (status, told) = send(Method::POST, "/api/v1/imports?dry_run=true", odd.clone()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
        let columns = "columns=Objet%3Dname%0ANum%C3%A9ro%3Dpic%0ACode+Erasmus%3D";
        let (status, told) =
            send(Method::POST, &format!("/api/v1/imports?dry_run=true&{columns}"), odd.clone()).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        assert_eq!((&told["counts"]["new"], &told["counts"]["flagged"]), (&2.into(), &0.into()), "{told}");
        for wrong in ["columns=Objet", "columns=Objet%3Dnonsense"] {
            let (status, told) = send(Method::POST, &format!("/api/v1/imports?{wrong}"), odd.clone()).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
            assert!(told.to_string().contains("columns"), "{told}");
        }

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

/// A list of agreements between the own institution and another, as text.
async fn agreements(app: &TestApp, sample: &Sample, lines: &[&str]) -> String {
    let ids = ["own", "other"].map(|key| sample.institution(key));
    let names =
        institution::names(&mut app.db().read().await.expect("a transaction"), &ids).await.expect("names");
    let [own, other] = ids.map(|id| names[&id].best(domain::lang::Lang::Fr).1.to_string());
    let lines = lines.iter().map(|line| line.replace("{own}", &own).replace("{other}", &other));
    let lines: Vec<_> = lines.collect();
    format!("Titre;Nature;Partenaire 1;Partenaire 2;Référence;Début;Fin;Signé le\n{}\n", lines.join("\n"))
}

async fn agreement_count(desk: &Desk) -> i64 {
    app::desk::agreements::list(desk, &app::desk::agreements::AgreementQuery::default())
        .await
        .expect("a list")
        .count
}

async fn rest(
    app: &TestApp,
    sample: &Sample,
    who: &str,
    method: Method,
    path: &str,
    body: Vec<u8>,
) -> (StatusCode, Value) {
    let mut ask = app.client.request(method, app.url(path)).header("accept-language", "en").body(body);
    if let Some(token) = sample.token(who) {
        ask = ask.bearer_auth(token);
    }
    let answer = ask.send().await.expect("an answer");
    (answer.status(), answer.json::<Value>().await.unwrap_or_default())
}

#[tokio::test]
async fn an_office_takes_in_its_agreements_and_no_other() {
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        let desk = sample.desk(&app, "administrator").await;
        let before = agreement_count(&desk).await;
        let lines = ["Accord importé;convention-cadre;{own};{other};RI-1;2021;2031;2020-05"];
        let list = agreements(&app, &sample, &lines).await.into_bytes();
        let path = "/api/v1/imports?kind=agreements&file=list.csv";
        for who in ["visitor", "student", "observer"] {
            let (status, _) = rest(&app, &sample, who, Method::POST, path, list.clone()).await;
            let expected = if who == "visitor" { StatusCode::UNAUTHORIZED } else { StatusCode::FORBIDDEN };
            assert_eq!(status, expected, "{who}");
        }
        let (_, stranger) = rest(
            &app,
            &sample,
            "officer of a stranger",
            Method::POST,
            &format!("{path}&dry_run=true"),
            list.clone(),
        )
        .await;
        assert_eq!(stranger["counts"]["refused"], 1, "{stranger}");
        let (status, dry) =
            rest(&app, &sample, "officer", Method::POST, &format!("{path}&dry_run=true"), list.clone()).await;
        assert_eq!((status, &dry["counts"]["new"]), (StatusCode::OK, &1.into()), "{dry}");
        assert!(
            dry["rows"][0]["reasons"][0].as_str().is_some_and(|told| told.contains("only announced")),
            "{dry}"
        );
        assert_eq!(agreement_count(&desk).await, before, "a dry run writes nothing");

        let (status, taken) = rest(&app, &sample, "officer", Method::POST, path, list.clone()).await;
        assert_eq!((status, &taken["kind"]), (StatusCode::CREATED, &"agreements".into()), "{taken}");
        assert_eq!(agreement_count(&desk).await, before + 1);
        let import = format!("/api/v1/imports/{}", taken["id"].as_str().expect("an id"));
        let (status, _) =
            rest(&app, &sample, "officer of a stranger", Method::GET, &import, Vec::new()).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "another office's list is as none");
        let (_, told) = rest(&app, &sample, "officer", Method::GET, &import, Vec::new()).await;
        let agreement = told["rows"][0]["agreement"].as_str().expect("an id").to_owned();
        let (_, again) = rest(&app, &sample, "officer", Method::POST, path, list.clone()).await;
        assert_eq!((&again["counts"]["same"], &again["counts"]["new"]), (&1.into(), &0.into()), "{again}");

        let changed = agreements(&app, &sample, &[&lines[0].replace("2031", "2035")]).await.into_bytes();
        let (_, change) = rest(&app, &sample, "officer", Method::POST, path, changed).await;
        assert_eq!(change["counts"]["changed"], 1, "{change}");
        let ends_in = async |year: &str| {
            let path = format!("/api/v1/agreements/{agreement}");
            let (_, shown) = rest(&app, &sample, "officer", Method::GET, &path, Vec::new()).await;
            shown.to_string().contains(&format!("\"ends\":\"{year}\""))
        };
        assert!(ends_in("2035").await);
        let (status, _) =
            rest(&app, &sample, "officer", Method::POST, &format!("{import}/undo"), Vec::new()).await;
        assert_eq!(status, StatusCode::CONFLICT, "what it added was changed since");
        let change = format!("/api/v1/imports/{}/undo", change["id"].as_str().expect("an id"));
        let (status, _) = rest(&app, &sample, "officer", Method::POST, &change, Vec::new()).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        assert!(ends_in("2031").await && !ends_in("2035").await, "as it was");
        app
    })
    .await;
}

#[tokio::test]
async fn an_import_of_agreements_is_undone_while_nobody_touched_it() {
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        let desk = sample.desk(&app, "administrator").await;
        let before = agreement_count(&desk).await;
        let lines = ["Accord importé;recherche;{own};{other};RI-1;2021;;2020-05"];
        let list = agreements(&app, &sample, &lines).await;
        let cookie = cookie(&app, &sample, "lead").await;
        let answer = bring_as(&app, &cookie, "agreements", "accords.csv", "", list.as_bytes()).await;
        let path = header(&answer, "location").to_owned();
        let shown = page(&app, &cookie, &path).await;
        assert!(shown.contains("Lignes lues : 1. Nouvelles : 1,"), "{shown}");
        let id = path.rsplit('/').next().expect("an id").to_owned();
        assert_eq!(act(&app, &cookie, &id, "confirm", &[]).await, format!("{path}?done=confirmed"));
        assert_eq!(agreement_count(&desk).await, before + 1);
        let found = page(&app, &cookie, "/fr/agreements?q=importe").await;
        assert!(found.contains("Accord importé"), "{found}");
        assert_eq!(act(&app, &cookie, &id, "undo", &[]).await, format!("{path}?done=undone"));
        assert_eq!(agreement_count(&desk).await, before);
        let found = page(&app, &cookie, "/fr/agreements?q=importe").await;
        assert!(!found.contains("Accord importé"), "{found}");
        app
    })
    .await;
}

#[tokio::test]
async fn a_list_taken_away_is_taken_in_again_with_no_change() {
    let app = TestApp::start().await;
    let sample = Sample::fill(&app).await;
    for state in crate::support::sample::State::ALL {
        sample.agreement(&app, &sample.form("other"), state).await;
    }
    let cookie = cookie(&app, &sample, "officer").await;
    for kind in ["csv", "xlsx"] {
        for lang in ["fr", "en"] {
            let file = app.ask(Method::GET, &format!("/{lang}/agreements/files/agreements.{kind}"));
            let file = file.header("cookie", &cookie).send().await.expect("an answer");
            assert_eq!(file.status(), StatusCode::OK);
            let file = file.bytes().await.expect("a file").to_vec();
            let (status, told) =
                rest(&app, &sample, "officer", Method::POST, "/api/v1/imports?kind=agreements", file).await;
            assert_eq!(status, StatusCode::CREATED, "{told}");
            let counts = &told["counts"];
            assert_eq!(counts["same"], counts["read"], "{kind} {lang}: {told}");
            assert!(counts["read"].as_u64().is_some_and(|read| read >= 3), "{told}");
        }
    }
    app.stop().await;
}

/// Keeps every import from being written, until it is dropped.
async fn hold(app: &TestApp) -> Tx {
    let mut tx = app.db().write().await.expect("a transaction");
    if let Tx::Postgres(tx) = &mut tx {
        sqlx::query("lock table import_row in exclusive mode").execute(&mut **tx).await.expect("locked");
    }
    tx
}

#[tokio::test]
async fn an_import_that_takes_long_tells_how_far_it_is_and_then_that_it_is_done() {
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        let cookie = cookie(&app, &sample, "administrator").await;
        let before = count(&app).await;
        let id = brought(&app, &sample, true).await.to_string();
        let path = format!("/fr/admin/imports/{id}");
        // SQLite has one writer at a time: it is held between the beginning, which is written first, and the rest.
        let is_sqlite = app.db().backend() == store::Backend::Sqlite;
        let first = if is_sqlite { app.db().write().await.expect("a transaction") } else { hold(&app).await };
        let desk = sample.desk(&app, "administrator").await;
        let confirming = act(&app, &cookie, &id, "confirm", &[]);
        let holding = async {
            if !is_sqlite {
                return first;
            }
            let id: ImportId = id.parse().expect("an id");
            while imports::progress(&desk, id).await.expect("asked").is_none() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
            let next = app.db().write();
            tokio::pin!(next);
            let is_early = tokio::time::timeout(Duration::from_millis(100), &mut next).await.is_ok();
            assert!(!is_early, "the writer is held");
            drop(first);
            next.await.expect("a transaction")
        };
        let (onward, held) = tokio::join!(confirming, holding);
        assert_eq!(onward, format!("{path}?done=begun"));
        let shown = page(&app, &cookie, &path).await;
        assert!(shown.contains("Lignes écrites") && shown.contains("<progress max=\"1\""), "{shown}");
        assert!(!shown.contains("value=\"confirm\""), "{shown}");
        assert_eq!(act(&app, &cookie, &id, "confirm", &[]).await, format!("{path}?done=begun"), "only once");
        let (status, told) =
            rest(&app, &sample, "administrator", Method::GET, &format!("/api/v1/imports/{id}"), Vec::new())
                .await;
        assert_eq!(status, StatusCode::OK);
        assert!(told["progress"]["rows"].is_u64() && told["progress"]["of"] == 1, "{told}");
        assert_eq!(count(&app).await, before);
        drop(held);
        for _ in 0..100 {
            if page(&app, &cookie, &path).await.contains("Cet import est fait") {
                assert_eq!(count(&app).await, before + 1);
                return app;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it never ended");
    })
    .await;
}

#[tokio::test]
async fn an_import_that_broke_off_says_why_and_is_begun_again() {
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        let cookie = cookie(&app, &sample, "administrator").await;
        let id = brought(&app, &sample, true).await;
        let path = format!("/fr/admin/imports/{id}");
        let desk = sample.desk(&app, "administrator").await;
        let permit = domain::access::decide(
            desk.actor(),
            domain::access::Import { kind: ImportKind::Institutions, by: None },
        )
        .expect("may import");
        let mut tx = app.db().write().await.expect("a transaction");
        store::import::start(&mut tx, &permit, &desk.stamp(), id).await.expect("begun");
        tx.commit().await.expect("committed");
        let shown = page(&app, &cookie, &path).await;
        assert!(shown.contains("rien n’a été écrit. Le relancer ne fait rien deux fois"), "{shown}");
        assert!(shown.contains("value=\"confirm\""), "{shown}");

        let mut tx = app.db().write().await.expect("a transaction");
        let why = serde_json::to_string(&AppError::Busy).expect("JSON");
        store::import::give_up(&mut tx, &permit, id, &why).await.expect("noted");
        tx.commit().await.expect("committed");
        let shown = page(&app, &cookie, &path).await;
        assert!(!shown.contains("Le relancer") && shown.contains("role=\"alert\""), "{shown}");
        let id = id.to_string();
        assert_eq!(act(&app, &cookie, &id, "confirm", &[]).await, format!("{path}?done=confirmed"));
        let shown = page(&app, &cookie, &path).await;
        assert!(shown.contains("Cet import est fait") && !shown.contains("role=\"alert\""), "{shown}");
        app
    })
    .await;
}

#[tokio::test]
async fn two_lists_at_once_that_say_the_same_are_written_once() {
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        let cookie = cookie(&app, &sample, "administrator").await;
        let before = count(&app).await;
        let one = brought(&app, &sample, true).await.to_string();
        let other = brought(&app, &sample, true).await.to_string();
        let [confirmed, too] = [&one, &other].map(|id| act(&app, &cookie, id, "confirm", &[]));
        let (confirmed, too) = tokio::join!(confirmed, too);
        for onward in [confirmed, too] {
            assert!(onward.ends_with("?done=confirmed"), "{onward}");
        }
        assert_eq!(count(&app).await, before + 1);
        app
    })
    .await;
}
