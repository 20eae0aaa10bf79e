//! Revisions beside one another over HTTP: what they change, and whose consent a change of the parties needs.

use crate::{
    inbox::{concluded, on, page},
    rest::{AGREEMENTS, Program},
    support::{
        TestApp, on_each_database,
        sample::{Sample, State},
    },
};
use app::desk::agreements;
use domain::{agreement::AgreementForm, id::AgreementId};
use reqwest::StatusCode;
use serde_json::json;

/// Someone proposes this content.
async fn propose(app: &TestApp, sample: &Sample, id: AgreementId, form: &AgreementForm) {
    let desk = sample.desk(app, "lead").await;
    let version = agreements::view(&desk, id).await.expect("seen").record.version;
    agreements::update(&desk, id, version, form).await.expect("proposed");
}

#[tokio::test]
async fn a_party_that_a_revision_leaves_out_is_asked_and_one_that_joins_signs_first() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let form = AgreementForm { is_open_ended: "on".into(), ..sample.form("other") };
        let id = concluded(&app, &sample, &form).await;
        for (lang, parts) in [
            ("fr", ["En vigueur depuis le 10 janvier 2024", ">Approuvé<", ">Signé<", "Pas demandé : signé sur papier"]),
            ("en", ["In force since January 10, 2024", ">Approved<", ">Signed<", "Not asked for: signed on paper"]),
        ] {
            let shown = page(&app, &sample, "lead", &format!("/{lang}/agreements/{id}")).await;
            for part in parts {
                assert!(shown.contains(part), "{part}: {shown}");
            }
        }
        let draft = sample.agreement(&app, &form, State::Shared).await;
        let shown = page(&app, &sample, "lead", &format!("/fr/agreements/{draft}")).await;
        let lacks = "Pas encore en vigueur ; il manque l’approbation de l’École Exemple d’Alès, l’approbation de Keiō Exemple";
        assert!(shown.contains(lacks), "{shown}");
        propose(&app, &sample, id, &AgreementForm { is_open_ended: "on".into(), ..sample.form("alone") })
            .await;
        let path = format!("{AGREEMENTS}/{id}");
        let (lead, other) =
            (Program::of(&app, &sample, "lead"), Program::of(&app, &sample, "lead of another party"));
        let told = lead.get(&path).await.body;
        let hash = told["revisions"][1]["hash"].clone();
        let [own, alone, left_out] = ["own", "alone", "other"].map(|key| sample.institution(key).0);
        let approvals = json!({"hash": hash, "approvals": [
            {"institution": own}, {"institution": alone, "evidence": "It told us so"},
        ]});
        let told = lead.post(&format!("{path}/approve"), &approvals).await;
        assert_eq!((told.status, &told.body["revision"]), (StatusCode::OK, &json!(1)), "{}", told.body);
        assert_eq!(
            told.body["awaiting"],
            json!([{"institution": left_out, "what": "approval", "since": "2026-10-05", "is_needed": true}])
        );
        for (lang, words, mark) in [
            ("fr", "qu’avec l’approbation de Keiō Exemple.", "Ne serait plus partie"),
            ("en", "only with the approval of Keiō Exemple.", "Would be no party any more"),
        ] {
            let shown =
                page(&app, &sample, "lead of another party", &format!("/{lang}/agreements/{id}")).await;
            assert!(shown.contains(words), "{shown}");
            let read =
                page(&app, &sample, "lead of another party", &format!("/{lang}/agreements/{id}/revisions/2"))
                    .await;
            assert!(read.contains(mark) && read.contains("/api/approve_agreement"), "{read}");
        }
        let consents = json!({"hash": hash, "approvals": [{"institution": left_out}]});
        let told = other.post(&format!("{path}/approve"), &consents).await;
        assert_eq!(&told.body["revision"], &json!(1), "who joins has not signed: {}", told.body);
        let shown = page(&app, &sample, "lead", &format!("/fr/agreements/{id}")).await;
        assert!(shown.contains("qu’avec la signature de la Ville Exemple."), "{shown}");
        let signature = json!({"hash": hash, "signatures": [{"institution": alone, "evidence": "Original"}]});
        let told = lead.post(&format!("{path}/sign"), &signature).await;
        assert_eq!((&told.body["revision"], &told.body["standing"]), (&json!(2), &json!("in_force")));
        assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND, "it has left by its own word");
        app
    })
    .await;
}

#[tokio::test]
async fn any_two_revisions_are_compared_in_both_languages() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let id = concluded(&app, &sample, &sample.form("other")).await;
        let second = AgreementForm { notice_months: "6".into(), ..sample.form("other") };
        propose(&app, &sample, id, &second).await;
        let third = AgreementForm { terms_en: "Other terms".into(), ends: "2031".into(), ..second };
        propose(&app, &sample, id, &third).await;
        let read = async |lang: &str, query: &str| {
            let shown =
                page(&app, &sample, "lead", &format!("/{lang}/agreements/{id}/revisions/3{query}")).await;
            let (_, rest) = shown.split_once("id=\"changes\"").expect("what changes");
            rest.split_once("id=\"content\"").expect("what it says").0.to_owned()
        };
        for (lang, heads, notice, terms) in [
            (
                "fr",
                ["De la version 2 à la version 3", "De la version 1 à la version 3"],
                "Préavis",
                "Ce qui est convenu, en anglais",
            ),
            (
                "en",
                ["From revision 2 to revision 3", "From revision 1 to revision 3"],
                "Notice",
                "What is agreed, in English",
            ),
        ] {
            let before = read(lang, "").await;
            assert!(
                before.contains(heads[0]) && before.contains(terms) && !before.contains(notice),
                "{before}"
            );
            assert_eq!(before, read(lang, "?with=2").await, "the one before, where none is named");
            let first = read(lang, "?with=1").await;
            for part in [heads[1], terms, notice, "<del>Secret</del>", "<ins>Other</ins>"] {
                assert!(first.contains(part), "{part}: {first}");
            }
        }
        let same = page(&app, &sample, "lead", &format!("/en/agreements/{id}/revisions/1?with=1")).await;
        assert!(same.contains("Both revisions say the same."), "{same}");
        let (_, cookie) = sample.session(&app, "lead").await.expect("a session");
        for wrong in ["9", "x", "-1"] {
            let path = format!("/en/agreements/{id}/revisions/3?with={wrong}");
            let answer = app.ask(reqwest::Method::GET, &path).header("cookie", &cookie).send().await;
            assert_eq!(answer.expect("an answer").status(), StatusCode::NOT_FOUND, "{wrong}");
        }
        app
    })
    .await;
}
