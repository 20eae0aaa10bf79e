//! Documents over HTTP: files that come in and go out, and those that must not.

use crate::{
    rest::{AGREEMENTS, Program, on},
    support::{
        Options, TestApp, header, on_each_database,
        sample::{COMMITMENT, Sample, State},
    },
};
use domain::id::AgreementId;
use reqwest::{Method, Response, StatusCode};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use s3s_fs::FileSystem;
use serde_json::{Value, json};
use server::web::Limits;
use std::{
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use store::{Backend, Tx};
use uuid::Uuid;

const BOUNDARY: &str = "entre-les-parties";

/// A form of several parts: fields, then a file with its name.
fn form(fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Vec<u8> {
    let mut text = String::new();
    for (name, value) in fields {
        let _ = write!(
            text,
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
    }
    let mut body = text.into_bytes();
    if let Some((name, content)) = file {
        body.extend(file_head(name).into_bytes());
        body.extend(content);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
    body
}

fn file_head(name: &str) -> String {
    format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/pdf\r\n\r\n"
    )
}

/// A ZIP that lists these entries as unpacking to so many bytes.
fn zip(entries: &[(&str, u32)]) -> Vec<u8> {
    let (mut file, mut list) = (Vec::new(), Vec::new());
    for (name, unpacked) in entries {
        let at = u32::try_from(file.len()).expect("small").to_le_bytes();
        let named = u16::try_from(name.len()).expect("short").to_le_bytes();
        file.extend([b"PK\x03\x04".as_slice(), &[0; 22], &named, &[0, 0], name.as_bytes()].concat());
        list.extend(
            [b"PK\x01\x02".as_slice(), &[0; 20], &unpacked.to_le_bytes(), &named, &[0; 12], &at].concat(),
        );
        list.extend(name.as_bytes());
    }
    let count = u16::try_from(entries.len()).expect("few").to_le_bytes();
    let [at, size] = [file.len(), list.len()].map(|n| u32::try_from(n).expect("small").to_le_bytes());
    let end = [b"PK\x05\x06".as_slice(), &[0; 4], &count, &count, &size, &at, &[0, 0]].concat();
    [file, list, end].concat()
}

async fn send(app: &TestApp, sample: &Sample, who: &str, path: &str, body: Vec<u8>) -> Response {
    let mut ask = app.client.post(app.url(path)).body(body);
    if let Some(token) = sample.token(who) {
        ask = ask.bearer_auth(token);
    }
    ask.header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"))
        .send()
        .await
        .expect("an answer")
}

async fn told(answer: Response) -> (StatusCode, Value) {
    (answer.status(), answer.json().await.expect("JSON"))
}

/// The names of all files of documents in a folder of data.
fn files(folder: &Path) -> Vec<String> {
    names_in(&folder.join("documents"))
}

/// The same where the files are.
fn names_in(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for part in ["incoming", "kept"] {
        let Ok(entries) = std::fs::read_dir(folder.join(part)) else { continue };
        names
            .extend(entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()));
    }
    names
}

async fn shared(app: &TestApp, sample: &Sample) -> (AgreementId, String) {
    let id = sample.agreement(app, &sample.form("other"), State::Shared).await;
    (id, format!("{AGREEMENTS}/{id}/documents"))
}

#[tokio::test]
async fn a_file_comes_in_is_listed_goes_out_as_it_was_and_is_removed() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let (_, path) = shared(&app, &sample).await;
        let content = [b"%PDF-1.7\n".as_slice(), &vec![7; 3_000_000]].concat();
        let fields =
            [("kind", "signed_original"), ("language", "FR"), ("signed_on", "mai 2024"), ("revision", "1")];
        let body = form(&fields, Some(("../Convention signée.docx", &content)));
        let (status, shown) = told(send(&app, &sample, "officer", &path, body).await).await;
        assert_eq!(status, StatusCode::CREATED, "{shown}");
        let file = &shown["file"];
        assert_eq!(
            (&shown["title"], &file["name"]),
            (&json!("Convention signée.pdf"), &json!("Convention signée.pdf"))
        );
        assert_eq!((&file["format"], &file["bytes"]), (&json!("pdf"), &json!(3_000_009)));
        assert_eq!((&shown["signed_on"], &shown["language"]), (&json!("2024-05"), &json!("fr")));

        let partner = Program::of(&app, &sample, "officer of another party");
        let list = partner.get(&path).await;
        assert_eq!(
            list.body["items"][0]["id"], shown["id"],
            "the other party's office sees it: {}",
            list.body
        );
        let token = sample.token("officer of another party").expect("a token");
        let href = file["href"].as_str().expect("an address");
        let ask = || app.client.get(app.url(href)).bearer_auth(token);
        let answer = ask().send().await.expect("an answer");
        assert_eq!(header(&answer, "content-type"), "application/pdf");
        assert_eq!(header(&answer, "content-security-policy"), "default-src 'none'; sandbox");
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
        assert_eq!(header(&answer, "cache-control"), "private, no-store");
        assert_eq!(
            header(&answer, "content-disposition"),
            "attachment; filename=\"Convention sign_e.pdf\"; filename*=UTF-8''Convention%20sign%C3%A9e.pdf"
        );
        assert_eq!(answer.bytes().await.expect("bytes"), content);
        let part = ask().header("range", "bytes=9-18").send().await.expect("an answer");
        assert_eq!(
            (part.status(), header(&part, "content-range")),
            (StatusCode::PARTIAL_CONTENT, "bytes 9-18/3000009")
        );
        assert_eq!(part.bytes().await.expect("bytes"), [7_u8; 10].as_slice());
        let beyond = ask().header("range", "bytes=3000009-").send().await.expect("an answer");
        assert_eq!(beyond.status(), StatusCode::RANGE_NOT_SATISFIABLE);

        let own = format!("/api/v1/documents/{}", shown["id"].as_str().expect("an id"));
        let other = app.client.delete(app.url(&own)).bearer_auth(token).send().await.expect("an answer");
        assert_eq!(other.status(), StatusCode::FORBIDDEN, "another office does not remove it");
        let mine = sample.token("officer").expect("a token");
        let gone = app.client.delete(app.url(&own)).bearer_auth(mine).send().await.expect("an answer");
        assert_eq!(gone.status(), StatusCode::NO_CONTENT);
        assert!(files(app.folder()).is_empty(), "{:?}", files(app.folder()));
        assert_eq!(ask().send().await.expect("an answer").status(), StatusCode::NOT_FOUND);
        app
    })
    .await;
}

#[tokio::test]
async fn a_document_attests_to_what_is_recorded_for_a_party_without_an_account_and_then_stays() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let id = sample.agreement(&app, &sample.form("alone"), State::Shared).await;
        let (_, foreign) = shared(&app, &sample).await;
        let path = format!("{AGREEMENTS}/{id}");
        let added = async |path: String| {
            let body = form(&[("kind", "letter")], Some(("lettre.pdf", b"%PDF-1.7\n")));
            told(send(&app, &sample, "officer", &path, body).await).await.1["id"].clone()
        };
        let letter = added(format!("{path}/documents")).await;
        let elsewhere = added(foreign).await;
        let lead = Program::of(&app, &sample, "lead");
        let hash = lead.get(&path).await.body["revisions"][0]["hash"].clone();
        let alone = sample.institution("alone").0;
        let approve = |document: &Value| {
            let approval = json!({"institution": alone, "document": document});
            json!({"hash": hash, "approvals": [approval]})
        };
        let approval = format!("{path}/approve");
        for (document, fault) in [
            (Value::Null, ("/approvals/0/evidence", "evidence_needed")),
            (elsewhere, ("/approvals/0/document", "not_a_choice")),
        ] {
            let refused = lead.post(&approval, &approve(&document)).await;
            assert_eq!(refused.faults(), [fault], "a document of the agreement is needed");
        }
        let approved = lead.post(&approval, &approve(&letter)).await;
        assert_eq!(approved.status, StatusCode::OK, "{}", approved.body);
        let signature = json!({"institution": alone, "document": letter});
        let signed =
            lead.post(&format!("{path}/sign"), &json!({"hash": hash, "signatures": [signature]})).await;
        assert_eq!(signed.status, StatusCode::OK, "{}", signed.body);
        assert_eq!(signed.body["approvals"][0]["document"], letter, "{}", signed.body);
        let parties = signed.body["parties"].as_array().expect("parties");
        let of_alone = parties.iter().find(|party| party["institution"]["id"] == json!(alone));
        assert_eq!(of_alone.expect("the party")["signature"]["document"], letter, "{}", signed.body);

        let letter = letter.as_str().expect("an id");
        let token = sample.token("officer").expect("a token");
        let own = app.url(&format!("/api/v1/documents/{letter}"));
        let kept = app.client.delete(own).bearer_auth(token).send().await.expect("an answer");
        let (status, why) = told(kept).await;
        assert_eq!(status, StatusCode::CONFLICT, "{why}");
        assert_eq!(why["type"], "/problems/settled", "{why}");
        let names = files(app.folder());
        assert!(names.iter().any(|name| name == letter), "its file stays, too: {names:?}");
        app
    })
    .await;
}

#[tokio::test]
async fn a_document_attests_to_an_observation_and_outlives_later_revisions() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let (id, path) = shared(&app, &sample).await;
        let (_, foreign) = shared(&app, &sample).await;
        let officer = Program::of(&app, &sample, "officer");
        let added = async |path: &str| {
            let body = form(&[("kind", "minutes"), ("revision", "1")], Some(("bilan.pdf", b"%PDF-1.7\n")));
            told(send(&app, &sample, "officer", path, body).await).await.1["id"].clone()
        };
        let (minutes, elsewhere) = (added(&path).await, added(&foreign).await);
        let observations = format!("{AGREEMENTS}/{id}/commitments/{COMMITMENT}/observations");
        let seen =
            |document: &Value| json!({"observed_on": "2026-09-01", "value": "yes", "document": document});
        assert_eq!(
            officer.post(&observations, &seen(&elsewhere)).await.faults(),
            [("/document", "not_a_choice")]
        );
        assert_eq!(
            officer.post(&observations, &seen(&Value::Null)).await.faults(),
            [("/evidence", "required")]
        );
        let noted = officer.post(&observations, &seen(&minutes)).await;
        assert_eq!(noted.status, StatusCode::CREATED, "{}", noted.body);
        assert_eq!(officer.get(&observations).await.body[0]["document"], minutes);
        let (_, cookie) = sample.session(&app, "officer").await.expect("a session");
        let page = async |path: String| {
            let answer =
                app.ask(Method::GET, &path).header("cookie", &cookie).send().await.expect("an answer");
            answer.text().await.expect("a page")
        };
        let shown = page(format!("/fr/agreements/{id}")).await;
        assert!(shown.contains("Attesté par") && shown.contains("Atteste un fait de cet accord"), "{shown}");
        let asked = page(format!("/fr/agreements/{id}/commitments/{COMMITMENT}/observe")).await;
        assert!(asked.contains("name=\"form[document]\"") && asked.contains("bilan.pdf"), "{asked}");

        let own = format!("{AGREEMENTS}/{id}");
        let mut draft = officer.get(&own).await;
        draft.body["draft"]["title"]["fr"] = json!("Convention modifiée");
        let tag = draft.header("etag").to_owned();
        let proposed = officer.put(&own, &draft.body["draft"], &tag).await;
        assert_eq!(proposed.status, StatusCode::OK, "{}", proposed.body);
        assert_eq!(proposed.body["revisions"].as_array().map(Vec::len), Some(2), "{}", proposed.body);
        for who in ["officer", "officer of another party"] {
            let list = Program::of(&app, &sample, who).get(&path).await.body;
            assert_eq!(
                (&list["items"][0]["id"], &list["items"][0]["revision"]),
                (&minutes, &json!(1)),
                "{who}: {list}"
            );
        }
        let token = sample.token("officer").expect("a token");
        let address = app.url(&format!("/api/v1/documents/{}", minutes.as_str().expect("an id")));
        let withdraw = format!("/api/v1/observations/{}/withdraw", noted.id());
        assert_eq!(
            officer.post(&withdraw, &json!({"reason": "Erreur"})).await.status,
            StatusCode::NO_CONTENT
        );
        let kept = app.client.delete(address).bearer_auth(token).send().await.expect("an answer");
        assert_eq!(
            kept.status(),
            StatusCode::CONFLICT,
            "a withdrawn observation stays, with what attested to it"
        );
        app
    })
    .await;
}

#[tokio::test]
async fn a_public_document_of_a_published_agreement_is_for_everyone_and_one_of_an_office_for_it_alone() {
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        let id = sample.agreement(&app, &sample.form("other"), State::Published).await;
        let path = format!("{AGREEMENTS}/{id}/documents");
        for visibility in ["public", "parties", "office"] {
            let fields = [("kind", "annex"), ("visibility", visibility), ("title", visibility)];
            let body = form(&fields, Some(("a.png", b"\x89PNG\r\n\x1a\n...")));
            let (status, shown) = told(send(&app, &sample, "officer", &path, body).await).await;
            assert_eq!(status, StatusCode::CREATED, "{shown}");
        }
        for (who, expected) in [
            ("visitor", &["public"][..]),
            ("student", &["public"]),
            ("officer of a stranger", &["public"]),
            ("officer of another party", &["public", "parties"]),
            ("observer", &["public", "parties", "office"]),
            ("administrator", &["public", "parties", "office"]),
        ] {
            let list = Program::of(&app, &sample, who).get(&path).await;
            let items = list.body["items"].as_array().expect("a list").clone();
            let titles: Vec<_> = items.iter().map(|item| item["title"].as_str().expect("a title")).collect();
            assert_eq!(titles, expected, "{who}");
        }
        let list = Program::of(&app, &sample, "visitor").get(&path).await;
        assert!(list.body["items"][0].get("office").is_none(), "{}", list.body);
        let href = list.body["items"][0]["file"]["href"].as_str().expect("an address").to_owned();
        let answer = app.get(&href).await;
        assert_eq!((answer.status(), header(&answer, "cache-control")), (StatusCode::OK, "public, no-cache"));
        let tag = header(&answer, "etag").to_owned();
        let again = app.ask(Method::GET, &href).header("if-none-match", tag).send().await.expect("an answer");
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        let page = app.get(&format!("/en/agreements/{id}")).await.text().await.expect("a page");
        assert!(page.contains(&href) && !page.contains(">parties<"), "{page}");
        app
    })
    .await;
}

#[tokio::test]
async fn another_party_neither_publishes_nor_replaces_what_an_office_brought() {
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        let id = sample.agreement(&app, &sample.form("other"), State::Published).await;
        let path = format!("{AGREEMENTS}/{id}/documents");
        let link = "https://exemple.invalid/lettre";
        let fields = [("kind", "letter"), ("title", "Lettre"), ("link", link)];
        let (status, shown) = told(send(&app, &sample, "officer", &path, form(&fields, None)).await).await;
        assert_eq!(status, StatusCode::CREATED, "{shown}");
        let document = shown["id"].as_str().expect("an id");
        let own = format!("/api/v1/documents/{document}");
        let said = |visibility: &str, link: &str| {
            json!({"kind": "letter", "title": "Lettre", "visibility": visibility, "link": link})
        };
        let change = async |who: &str, body: Value| {
            let token = sample.token(who).expect("a token");
            let ask = app.client.put(app.url(&own)).bearer_auth(token).header("if-match", "\"1\"");
            told(ask.json(&body).send().await.expect("an answer")).await
        };
        for body in [said("public", link), said("parties", "https://autre.invalid/")] {
            for who in ["officer of another party", "lead of another party"] {
                let (status, refused) = change(who, body.clone()).await;
                assert_eq!(status, StatusCode::FORBIDDEN, "{who}: {refused}");
            }
        }
        let list = Program::of(&app, &sample, "visitor").get(&path).await;
        assert_eq!(list.body["items"], json!([]), "nobody else published it");
        let page = format!("/fr/agreements/{id}");
        let edit = format!("{page}/documents/{document}");
        for (who, may) in [("officer", true), ("officer of another party", false)] {
            let (_, cookie) = sample.session(&app, who).await.expect("a session");
            let get = async |path: &str| {
                app.ask(Method::GET, path).header("cookie", &cookie).send().await.expect("an answer")
            };
            let shown = get(&page).await.text().await.expect("a page");
            assert!(shown.contains(link), "{who} reads it: {shown}");
            assert_eq!(shown.contains(&edit), may, "{who}");
            assert_eq!(get(&edit).await.status() == StatusCode::OK, may, "{who}");
        }
        let (status, changed) = change("officer", said("public", link)).await;
        assert_eq!((status, &changed["visibility"]), (StatusCode::OK, &json!("public")), "{changed}");
        app
    })
    .await;
}

#[tokio::test]
async fn what_was_typed_beside_a_refused_file_comes_back_and_a_link_needs_no_file() {
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        let (id, path) = shared(&app, &sample).await;
        let (_, cookie) = sample.session(&app, "officer").await.expect("a session");
        let send = async |site: &str, body: Vec<u8>| {
            let ask = app.ask(Method::POST, &format!("/api/add_document/fr/{id}")).body(body);
            let ask = ask.header("cookie", &cookie).header("sec-fetch-site", site);
            let kind = format!("multipart/form-data; boundary={BOUNDARY}");
            ask.header("content-type", kind).send().await.expect("an answer")
        };
        let fields = [("kind", "letter"), ("title", "Lettre d’envoi"), ("sent_on", "10/01/2024")];
        let body = form(&fields, Some(("lettre.pdf", b"MZ\x90\x00 a program")));
        let crossed = send("cross-site", body.clone()).await;
        assert_eq!(crossed.status(), StatusCode::FORBIDDEN);
        let back = send("same-origin", body).await;
        assert_eq!(back.status(), StatusCode::SEE_OTHER);
        let address = header(&back, "location").to_owned();
        let page = app.ask(Method::GET, &address).header("cookie", &cookie).send().await.expect("an answer");
        let page = page.text().await.expect("a page");
        assert!(page.contains("son contenu compte, pas son nom"), "{page}");
        assert!(page.contains("value=\"Lettre d’envoi\"") && page.contains("value=\"10/01/2024\""), "{page}");

        let linked = [&fields[..], &[("link", "https://exemple.invalid/lettre")]].concat();
        let done = send("same-origin", form(&linked, Some(("", b"")))).await;
        assert_eq!(header(&done, "location"), format!("/fr/agreements/{id}?done=document_added#documents"));
        let list = Program::of(&app, &sample, "officer").get(&path).await;
        assert_eq!(list.body["items"][0]["link"], "https://exemple.invalid/lettre", "{}", list.body);
        assert!(files(app.folder()).is_empty());
        app
    })
    .await;
}

#[tokio::test]
async fn hostile_files_are_refused_in_words_and_leave_nothing() {
    let app = TestApp::start().await;
    let sample = Sample::fill(&app).await;
    let (_, path) = shared(&app, &sample).await;
    let bomb = zip(&[("[Content_Types].xml", 9), ("word/document.xml", 4 << 28)]);
    let large = [b"%PDF-1.7".as_slice(), &vec![0; 26 << 20]].concat();
    let cases: [(&str, &[u8], &str); 6] = [
        ("accord.pdf", b"<html><script>alert(1)</script>", "file_not_taken"),
        ("accord.docx", &zip(&[("a.exe", 3)]), "file_not_taken"),
        ("accord.docx", &bomb, "file_unpacks_too_large"),
        ("accord.docx", b"PK\x03\x04 broken", "file_not_taken"),
        ("accord.pdf", b"", "file_empty"),
        ("accord.pdf", &large, "file_too_large"),
    ];
    for (name, content, code) in cases {
        let body = form(&[("kind", "annex")], Some((name, content)));
        let (status, told) = told(send(&app, &sample, "officer", &path, body).await).await;
        assert_eq!(
            (status, &told["errors"][0]["code"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(code)),
            "{told}"
        );
        assert_eq!(told["errors"][0]["field"], "/file");
        assert!(files(app.folder()).is_empty(), "{name}: {:?}", files(app.folder()));
    }
    for (name, shown) in [
        ("../../x", "x.pdf"),
        ("accord\u{202e}fdp.exe", "accordfdp.pdf"),
        (&"é".repeat(300), &format!("{}.pdf", "é".repeat(120))),
    ] {
        let body = form(&[("kind", "annex")], Some((name, b"%PDF-1.7")));
        let (status, told) = told(send(&app, &sample, "officer", &path, body).await).await;
        assert_eq!((status, &told["file"]["name"]), (StatusCode::CREATED, &json!(shown)), "{told}");
    }
    let names = files(app.folder());
    assert!(
        names.len() == 3 && names.iter().all(|name| name.parse::<Uuid>().is_ok()),
        "internal names: {names:?}"
    );
    app.stop().await;
}

#[tokio::test]
async fn a_revision_is_printed_with_its_parties_and_its_hash() {
    let app = TestApp::start().await;
    let sample = Sample::fill(&app).await;
    let (id, _) = shared(&app, &sample).await;
    let agreement = Program::of(&app, &sample, "officer").get(&format!("{AGREEMENTS}/{id}")).await;
    let hash = agreement.body["revisions"][0]["hash"].as_str().expect("a hash").to_owned();
    let (_, cookie) = sample.session(&app, "officer of another party").await.expect("a session");
    for (lang, words) in [("fr", "Version imprimable"), ("en", "Printable page")] {
        let path = format!("/{lang}/agreements/{id}/revisions/1/print");
        let page = app.ask(Method::GET, &path).header("cookie", &cookie).send().await.expect("an answer");
        let page = page.text().await.expect("a page");
        assert!(page.contains(words) && page.contains(&hash) && page.contains("Keiō Exemple"), "{page}");
        assert_eq!(app.get(&path).await.status(), StatusCode::NOT_FOUND, "nothing for a visitor");

        let file = format!("/api/v1/agreements/{id}/pdf?revision=1&lang={lang}");
        assert!(page.contains(&file.replace('&', "&amp;")), "the page offers the file");
        let answer = app.ask(Method::GET, &file).header("cookie", &cookie).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(header(&answer, "content-type"), "application/pdf");
        let pdf = lopdf::Document::load_mem(&answer.bytes().await.expect("bytes")).expect("a PDF");
        let text = pdf.extract_text(&pdf.get_pages().into_keys().collect::<Vec<_>>()).expect("text");
        let letters: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        assert!(letters.contains(&hash) && letters.contains("KeiōExemple"), "{text}");
        let none = app.get(&file).await;
        assert!(
            matches!(none.status(), StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND),
            "{}",
            none.status()
        );
    }
    app.stop().await;
}

#[tokio::test]
async fn two_files_at_once_both_come_in() {
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        let (_, path) = shared(&app, &sample).await;
        let content = |byte: u8| [b"%PDF-1.7".as_slice(), &vec![byte; 4 << 20]].concat();
        let body = |byte| form(&[("kind", "draft")], Some(("a.pdf", &content(byte))));
        let (one, other) = tokio::join!(
            send(&app, &sample, "officer", &path, body(1)),
            send(&app, &sample, "officer of another party", &path, body(2))
        );
        assert_eq!((one.status(), other.status()), (StatusCode::CREATED, StatusCode::CREATED));
        assert_eq!(files(app.folder()).len(), 2);
        app
    })
    .await;
}

/// A request's head, up to the file's content.
fn head(path: &str, token: &str, length: &str) -> String {
    let fields = String::from_utf8(form(&[("kind", "annex")], None)).expect("text");
    let fields = fields
        .trim_end()
        .trim_end_matches("--")
        .strip_suffix(&format!("--{BOUNDARY}"))
        .expect("an end")
        .to_owned();
    let body = fields + &file_head("a.pdf") + "%PDF-1.7\n";
    let body = if length.starts_with("Transfer") { format!("{:x}\r\n{body}\r\n", body.len()) } else { body };
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n{length}\r\n\r\n{body}"
    )
}

/// Sends pieces until the other side answers or the pieces end; answers what came back.
fn pour(addr: SocketAddr, head: &str, piece: &[u8], count: usize) -> String {
    let mut stream = TcpStream::connect(addr).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a limit");
    stream.write_all(head.as_bytes()).expect("sent");
    for _ in 0..count {
        if stream.write_all(piece).is_err() {
            break;
        }
    }
    let mut answer = vec![0; 4_096];
    let read = stream.read(&mut answer).unwrap_or_default();
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

#[tokio::test]
async fn bodies_without_end_and_bodies_that_do_not_come_are_cut_off() {
    let limits = Limits { body: Duration::from_millis(600), ..Limits::default() };
    let app = TestApp::with(Options { limits, ..Options::default() }).await;
    let sample = Sample::fill(&app).await;
    let (_, path) = shared(&app, &sample).await;
    let token = sample.token("officer").expect("a token").to_owned();
    let addr = app.running.addr;
    let pour = async |length: &'static str, piece: Vec<u8>, count| {
        let head = head(&path, &token, length);
        tokio::task::spawn_blocking(move || pour(addr, &head, &piece, count)).await.expect("poured")
    };
    let began = Instant::now();
    let answer = pour("Content-Length: 2147483648", Vec::new(), 0).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("application/problem+json"), "{answer}");
    assert!(began.elapsed() < Duration::from_secs(2), "a length that is too large is refused at once");

    let piece = [b"10000\r\n".as_slice(), &vec![0; 0x10000], b"\r\n"].concat();
    let answer = pour("Transfer-Encoding: chunked", piece, 3_000).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413"), "{answer}");

    let began = Instant::now();
    let answer = pour("Content-Length: 1000000", Vec::new(), 0).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(began.elapsed() < Duration::from_secs(5));
    for _ in 0..50 {
        if files(app.folder()).is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(files(app.folder()).is_empty(), "{:?}", files(app.folder()));
    app.stop().await;
}

#[tokio::test]
async fn who_may_not_add_a_document_is_answered_before_the_file_has_come() {
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        let (id, _) = shared(&app, &sample).await;
        let (_, cookie) = sample.session(&app, "officer of a stranger").await.expect("a session");
        let mut body = form(&[("kind", "letter"), ("title", "Lettre d’envoi")], None);
        body.truncate(body.len() - format!("--{BOUNDARY}--\r\n").len());
        body.extend(file_head("lettre.pdf").into_bytes());
        body.resize(body.len() + (2 << 20), b'x');
        for (cookie, leads_to) in [
            ("", format!("/fr/sign-in?ended=1&next=%2Ffr%2Fagreements%2F{id}%2Fdocuments%2Fnew%3Fkept%3D")),
            (&cookie, format!("/fr/agreements/{id}/documents/new?kept=")),
        ] {
            let head = format!(
                "POST /api/add_document/fr/{id} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nAccept: text/html\r\n\
                 Sec-Fetch-Site: same-origin\r\nContent-Length: 20000000\r\n\
                 Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n"
            );
            let (addr, begun, body) = (app.running.addr, Instant::now(), body.clone());
            let answer = tokio::task::spawn_blocking(move || pour(addr, &head, &body, 1)).await;
            let answer = answer.expect("poured");
            assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
            assert!(answer.contains(&format!("location: {leads_to}")), "{leads_to}: {answer}");
            assert!(answer.contains("connection: close"), "{answer}");
            assert!(begun.elapsed() < Limits::default().body, "the rest of the file was waited for");
        }
        assert!(files(app.folder()).is_empty());
        app
    })
    .await;
}

#[tokio::test]
async fn a_full_disk_is_told_as_such_to_whoever_adds_a_document() {
    let app = TestApp::start().await;
    let sample = Sample::fill(&app).await;
    let (id, path) = shared(&app, &sample).await;
    let (_, cookie) = sample.session(&app, "officer").await.expect("a session");
    let send = async |title: &str| {
        let ask = app.post(&format!("/api/add_document/fr/{id}")).header("cookie", &cookie);
        let fields = [("kind", "letter"), ("title", title), ("link", "https://exemple.invalid/lettre")];
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        ask.header("content-type", kind).body(form(&fields, None)).send().await.expect("an answer")
    };
    let room = async |pages: &'static str| {
        let Tx::Sqlite(mut tx) = app.db().write().await.expect("a transaction") else { panic!("no SQLite") };
        sqlx::query(pages).execute(&mut *tx).await.expect("the file may grow so far");
        tx.commit().await.expect("committed");
    };
    // What is typed is too long for a title, and there is no room to keep it.
    room("pragma max_page_count = 1").await;
    let answer = send(&"x".repeat(16_000)).await;
    assert_eq!(answer.status(), StatusCode::INSUFFICIENT_STORAGE);
    let shown = answer.text().await.expect("a page");
    assert!(shown.contains("Le disque du registre est plein"), "{shown}");
    assert_eq!(Program::of(&app, &sample, "officer").get(&path).await.status, 200, "reading goes on");

    room("pragma max_page_count = 1000000").await;
    let answer = send("Lettre").await;
    assert_eq!(header(&answer, "location"), format!("/fr/agreements/{id}?done=document_added#documents"));
    app.stop().await;
}

/// A server that is a process of its own, on the database of a test.
struct Process(Child, SocketAddr);

impl Process {
    fn start(app: &TestApp, folder: &Path) -> Self {
        Self::start_with(app, folder, &[])
    }

    fn start_with(app: &TestApp, folder: &Path, environment: &[(&str, &str)]) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let addr = free.local_addr().expect("an address");
        drop(free);
        let child = Command::new(env!("CARGO_BIN_EXE_entente"))
            .args(["serve", "--addr", &addr.to_string(), "--database-url", app.database_url(), "--data-dir"])
            .arg(folder)
            .envs(environment.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a process");
        let process = Self(child, addr);
        for _ in 0..200 {
            if TcpStream::connect(addr).is_ok() {
                return process;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the server does not listen");
    }

    /// Resident memory, in bytes.
    fn memory(&self) -> u64 {
        let statm = std::fs::read_to_string(format!("/proc/{}/statm", self.0.id())).expect("its memory");
        let pages: u64 = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).expect("pages");
        pages * 4_096
    }

    fn kill(mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("gone");
    }
}

fn until(what: &str, is: impl Fn() -> bool) {
    for _ in 0..200 {
        if is() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_while_files_come_in_leaves_neither_row_nor_file_and_its_memory_stays_small() {
    on_each_database(Options::default(), killed_while_files_come_in).await;
}

async fn killed_while_files_come_in(app: TestApp) -> TestApp {
    let sample = Sample::fill(&app).await;
    let (_, path) = shared(&app, &sample).await;
    let token = sample.token("officer").expect("a token");
    let folder = app.folder().join("of-the-process");
    let process = Process::start(&app, &folder);

    // Twenty files of 20 MB at once: the server holds parts of them only.
    let before = process.memory();
    let mut streams: Vec<TcpStream> = (0..20)
        .map(|_| {
            let mut stream = TcpStream::connect(process.1).expect("a connection");
            stream.write_all(head(&path, token, "Content-Length: 22000000").as_bytes()).expect("sent");
            stream
        })
        .collect();
    let megabyte = vec![0; 1 << 20];
    for _ in 0..20 {
        for stream in &mut streams {
            stream.write_all(&megabyte).expect("sent");
        }
    }
    until("files come in", || files(&folder).len() == 20);
    let grown = process.memory().saturating_sub(before);
    assert!(grown < 100 << 20, "{} MB more while 400 MB came in", grown >> 20);
    process.kill();
    assert_eq!(files(&folder).len(), 20, "half written files are there");
    drop(streams);

    // One that came in whole but of which no row was written, and one whose row was written but which was not moved.
    let kept = sample.document(&app, path.split('/').nth(4).expect("an id").parse().expect("an id")).await;
    std::fs::rename(
        app.folder().join(format!("documents/kept/{kept}")),
        folder.join(format!("documents/incoming/{kept}")),
    )
    .expect("moved");
    std::fs::write(folder.join("documents/incoming").join(Uuid::max().to_string()), b"%PDF-")
        .expect("written");
    std::fs::write(folder.join("documents/kept").join(Uuid::nil().to_string()), b"%PDF-").expect("written");

    // Where other servers may be taking files in, only what is old was left behind.
    if app.db().backend() == Backend::Postgres {
        for part in ["incoming", "kept"] {
            for entry in std::fs::read_dir(folder.join("documents").join(part)).expect("a folder") {
                let file = std::fs::File::options().write(true).open(entry.expect("an entry").path());
                let file = file.expect("a file");
                let made_at = file.metadata().and_then(|file| file.modified()).expect("a time");
                file.set_modified(made_at - Duration::from_hours(24)).expect("set");
            }
        }
    }

    let process = Process::start(&app, &folder);
    until("what was left behind is removed", || files(&folder) == [kept.to_string()]);
    assert!(folder.join(format!("documents/kept/{kept}")).exists(), "a document's file is where it belongs");
    let list = Program::of(&app, &sample, "officer").get(&path).await;
    assert_eq!(list.body["items"].as_array().map(Vec::len), Some(1), "no row was written: {}", list.body);
    process.kill();
    app
}

/// A server that speaks S3 and keeps its objects in a folder: its address.
async fn bucket_server(root: &Path) -> SocketAddr {
    let mut builder = S3ServiceBuilder::new(FileSystem::new(root).expect("a folder of objects"));
    builder.set_auth(SimpleAuth::from_single("entente", "a-secret-for-tests-only"));
    let service = builder.build();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let addr = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let stream = hyper_util::rt::TokioIo::new(stream);
                // What the other side breaks off is its own affair.
                let _ = hyper::server::conn::http1::Builder::new().serve_connection(stream, service).await;
            });
        }
    });
    addr
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_kept_in_a_bucket_as_they_are_in_a_folder() {
    let app = TestApp::start().await;
    let sample = Sample::fill(&app).await;
    let (_, path) = shared(&app, &sample).await;
    let token = sample.token("officer").expect("a token");
    let root = app.folder().join("buckets");
    let objects = root.join("papers/registry");
    std::fs::create_dir_all(root.join("papers")).expect("a bucket");
    let address =
        format!("s3://papers/registry?endpoint=http://{}&region=eu-west-3", bucket_server(&root).await);
    let environment = [
        ("ENTENTE_DOCUMENTS_URL", address.as_str()),
        ("AWS_ACCESS_KEY_ID", "entente"),
        ("AWS_SECRET_ACCESS_KEY", "a-secret-for-tests-only"),
    ];
    let folder = app.folder().join("of-the-process");
    let process = Process::start_with(&app, &folder, &environment);
    let url = |path: &str| format!("http://{}{path}", process.1);
    let names = || names_in(&objects);

    // Three parts: S3 takes none but the last below five megabytes.
    let content = [b"%PDF-1.7\n".as_slice(), &vec![7; 12_000_000]].concat();
    let send = |body: Vec<u8>| {
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        app.client.post(url(&path)).bearer_auth(token).header("content-type", kind).body(body).send()
    };
    let body = form(&[("kind", "signed_original")], Some(("Convention.pdf", &content)));
    let (status, shown) = told(send(body).await.expect("an answer")).await;
    assert_eq!(status, StatusCode::CREATED, "{shown}");
    let id = shown["id"].as_str().expect("an id");
    assert_eq!(names(), [id], "the object is named by the document's id");
    assert!(objects.join("kept").join(id).exists() && !folder.join("documents").exists());

    let ask = || app.client.get(url(shown["file"]["href"].as_str().expect("an address"))).bearer_auth(token);
    assert_eq!(ask().send().await.expect("an answer").bytes().await.expect("bytes"), content);
    let part = ask().header("range", "bytes=12000000-12000008").send().await.expect("an answer");
    assert_eq!(part.bytes().await.expect("bytes"), [7_u8; 9].as_slice());

    let refused = form(&[("kind", "other")], Some(("program.pdf", b"MZ\x90\0")));
    let (status, why) = told(send(refused).await.expect("an answer")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
    assert_eq!(names(), [id], "what is refused leaves no object");

    // A process that ends while a file comes in; an object of no document; one that was not moved.
    let mut stream = TcpStream::connect(process.1).expect("a connection");
    stream.write_all(head(&path, token, "Content-Length: 22000000").as_bytes()).expect("sent");
    stream.write_all(&vec![0; 11 << 20]).expect("sent");
    process.kill();
    drop(stream);
    std::fs::rename(objects.join("kept").join(id), objects.join("incoming").join(id)).expect("moved");
    std::fs::write(objects.join("kept").join(Uuid::nil().to_string()), b"%PDF-").expect("written");
    let process = Process::start_with(&app, &folder, &environment);
    until("what was left behind is in order", || names() == [id] && objects.join("kept").join(id).exists());

    let own = format!("http://{}/api/v1/documents/{id}", process.1);
    let gone = app.client.delete(own).bearer_auth(token).send().await.expect("an answer");
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    assert!(names().is_empty(), "{:?}", names());
    process.kill();
    app.stop().await;
}
