//! The catalogue of exchanges as pages: for visitors what is published, with the numbers as they are, and whether one could go.

use crate::{
    rest::{Program, on},
    support::{
        TestApp, on_each_database,
        sample::{Sample, State},
    },
};
use domain::{
    agreement::AgreementForm,
    flow::{FlowForm, FlowLanguageForm, TermDeadlineForm},
    id::FlowId,
};
use reqwest::{Method, StatusCode};
use serde_json::json;

const TODAY: &str = "2026-10-05";

async fn page(app: &TestApp, sample: &Sample, who: &str, path: &str) -> (StatusCode, String) {
    let (_, cookie) = sample.session(app, who).await.unwrap_or_default();
    let answer = app.ask(Method::GET, path).header("cookie", cookie).send().await.expect("an answer");
    (answer.status(), answer.text().await.expect("a page"))
}

/// Puts a student of the other institution forward for the next academic year.
async fn nominate(app: &TestApp, sample: &Sample, flow: FlowId, name: &str) {
    let home = Program::of(app, sample, "officer of another party");
    let student = json!({"name": format!("{name} Exemple"), "email": format!("{}@exemple.invalid", name.to_lowercase())});
    let body = json!({"student": student, "year": "2027/2028", "term": "S1"});
    let told = home.post(&format!("/api/v1/flows/{flow}/nominations"), &body).await;
    assert_eq!(told.status, StatusCode::CREATED, "{}", told.body);
}

#[tokio::test]
async fn a_visitor_sees_what_is_published_and_each_number_as_it_changes() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let hidden = sample.flow(&app, State::Shared).await;
        let (_, none) = page(&app, &sample, "visitor", "/fr/exchanges?year=2028").await;
        assert!(none.contains("Aucun échange n’est ouvert cette année-là"), "{none}");
        let path = format!("/fr/exchanges/{hidden}");
        assert_eq!(page(&app, &sample, "visitor", &path).await.0, StatusCode::NOT_FOUND);
        assert_eq!(page(&app, &sample, "visitor", "/fr/exchanges/rien").await.0, StatusCode::NOT_FOUND);
        let (status, own) = page(&app, &sample, "observer", &path).await;
        assert!(status == StatusCode::OK && own.contains("Non publié"), "{own}");

        let flow = sample.flow(&app, State::Published).await;
        let list = |query: &str| format!("/fr/exchanges{query}");
        let (_, all) = page(&app, &sample, "visitor", &list("")).await;
        assert!(all.contains("1 échange<") && all.contains("2 places libres sur 2"), "{all}");
        assert!(
            all.contains(&format!("/fr/exchanges/{flow}")) && !all.contains(&hidden.to_string()),
            "{all}"
        );
        assert!(all.contains("au départ de Keiō Exemple"), "{all}");
        assert!(all.contains("aria-current=\"true\">2027/2028<"), "the next year, unless said: {all}");

        let path = format!("/fr/exchanges/{flow}");
        let shown = async |number: &str| {
            for path in [list(""), path.clone()] {
                let (_, html) = page(&app, &sample, "visitor", &path).await;
                assert!(html.contains(number), "{number} at {path}: {html}");
                assert!(!html.contains("Anne") && !html.contains("Bao"), "nobody is named");
            }
        };
        shown("2 places libres sur 2").await;
        nominate(&app, &sample, flow, "Anne").await;
        shown("1 place libre sur 2").await;
        nominate(&app, &sample, flow, "Bao").await;
        shown("Complet (2 places)").await;
        let (_, left) = page(&app, &sample, "visitor", &list("?available=yes")).await;
        assert!(
            left.contains("Aucun échange ne correspond") && left.contains("Avec des places libres"),
            "{left}"
        );
        let (_, present) = page(&app, &sample, "visitor", &list("?available=yes&year=2026")).await;
        assert!(present.contains("2 places libres sur 2"), "{present}");
        app
    })
    .await;
}

#[tokio::test]
async fn filters_stand_in_the_address_and_are_taken_off_one_by_one() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let flow = sample.flow(&app, State::Published).await;
        let [own, other, stranger] = ["own", "other", "stranger"].map(|key| sample.institution(key));
        for (query, is_there) in [
            (format!("home={other}"), true),
            (format!("home={stranger}"), false),
            (format!("receiver={own}"), true),
            (format!("receiver={other}"), false),
            ("country=FR".to_owned(), true),
            ("country=JP".to_owned(), false),
            ("level=7".to_owned(), true),
            ("field=061".to_owned(), true),
            ("language=ja".to_owned(), false),
            ("term=S2".to_owned(), true),
            ("kind=student_studies".to_owned(), true),
            ("kind=staff_training".to_owned(), false),
            ("q=keio".to_owned(), true),
            ("q=ailleurs".to_owned(), false),
        ] {
            let (_, html) = page(&app, &sample, "visitor", &format!("/en/exchanges?{query}")).await;
            assert_eq!(html.contains(&format!("/en/exchanges/{flow}")), is_there, "{query}: {html}");
            assert!(html.contains("Remove the filter"), "{query}: {html}");
        }
        let (_, unsure) = page(&app, &sample, "visitor", "/fr/exchanges?level=99&year=1900").await;
        assert!(unsure.contains("compris") && unsure.contains(&flow.to_string()), "{unsure}");
        let (_, page_of) = page(&app, &sample, "visitor", &format!("/fr/institutions/{other}")).await;
        assert!(page_of.contains("Échanges ouverts en 2027/2028"), "{page_of}");
        assert!(page_of.contains(&format!("/fr/exchanges?home={other}")), "{page_of}");
        let (_, page_of) = page(&app, &sample, "visitor", &format!("/fr/institutions/{stranger}")).await;
        assert!(!page_of.contains("Échanges ouverts"), "{page_of}");
        app
    })
    .await;
}

/// A flow of which much is asked, in an agreement that everyone may read.
async fn demanding(app: &TestApp, sample: &Sample) -> FlowId {
    let flow = FlowForm {
        kind: "student_studies".into(),
        sender: sample.institution("other").to_string(),
        receiver: sample.institution("own").to_string(),
        cap: "5".into(),
        terms: "S1, S2, q2/4".into(),
        levels: "7".into(),
        fields: "061".into(),
        min_study_year: "4".into(),
        languages: vec![FlowLanguageForm {
            language: "fr".into(),
            level: "B2".into(),
            is_required: "on".into(),
        }],
        deadlines: vec![TermDeadlineForm {
            term: "S1".into(),
            nomination: "10 avril".into(),
            application: "15 mai".into(),
        }],
        ..FlowForm::default()
    };
    let form = AgreementForm { kind: "student_exchange".into(), flows: vec![flow], ..sample.form("other") };
    let agreement = crate::inbox::concluded(app, sample, &form).await;
    let desk = sample.desk(app, "officer").await;
    app::desk::agreements::publish(&desk, agreement, true).await.expect("published");
    let mut tx = app.db().read().await.expect("a transaction");
    store::flow::of_agreement(&mut tx, agreement).await.expect("read").first().expect("a flow").flow.id
}

#[tokio::test]
async fn whether_one_can_go_is_answered_rule_by_rule_and_kept_nowhere() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let flow = demanding(&app, &sample).await;
        let path = format!("/fr/exchanges/{flow}");
        let (_, html) = page(&app, &sample, "visitor", &path).await;
        for words in
            ["10 avril 2027", "15 mai 2027", "master (CEC 7)", "français B2, exigé", "Puis-je partir"]
        {
            assert!(html.contains(words), "{words}: {html}");
        }
        assert!(!html.contains("règle par règle"), "nothing was asked: {html}");
        let (_, earlier) = page(&app, &sample, "visitor", &format!("{path}?year=2026")).await;
        assert!(
            earlier.contains("10 avril 2026 (délai passé)") && !earlier.contains("10 avril 2027"),
            "{earlier}"
        );
        assert!(!html.contains("délai passé"), "what is still to come has not passed: {html}");

        let home = sample.institution("other");
        let asked = async |query: &str| {
            let path = format!("{path}?check=yes&year=2027&home={home}&{query}");
            page(&app, &sample, "visitor", &path).await.1
        };
        let all = asked("level=7&field=0613&study_year=4&languages=fr+C1&term=S1").await;
        assert!(all.contains("Toutes les conditions sont remplies"), "{all}");
        assert!(all.contains("Accord, version 1") && all.contains("Règle du registre"), "{all}");
        let some = asked("level=6&field=0613&languages=fr+C1&term=S1").await;
        assert!(some.contains("Au moins une condition n’est pas remplie"), "{some}");
        for words in ["Indiqué : licence (CEC 6).", "Non rempli", "Inconnu", "Rien n’est indiqué."] {
            assert!(some.contains(words), "{words}: {some}");
        }
        let few = asked("level=7").await;
        assert!(few.contains("des réponses restent inconnues"), "{few}");
        let wrong = asked("level=7&study_year=douze&languages=fran%C3%A7ais").await;
        assert!(wrong.contains("f-study_year-error") && wrong.contains("f-languages-error"), "{wrong}");
        assert!(wrong.contains("value=\"douze\"") && !wrong.contains("règle par règle"), "{wrong}");

        let metrics = app.client.get(app.url("/metrics")).send().await.expect("an answer");
        let metrics = metrics.text().await.expect("numbers");
        let kept = metrics.lines().find(|line| line.starts_with("entente_page_cache_misses"));
        assert_eq!(kept.and_then(|line| line.rsplit(' ').next()), Some("2"), "answers are kept nowhere");
        let (_, html) = page(&app, &sample, "visitor", "/fr/exchanges?year=2027").await;
        assert!(html.contains("<option value=\"q2/4\""), "what flows are open for can be chosen: {html}");
        let (_, html) = page(&app, &sample, "visitor", "/fr/exchanges?year=2027&term=q2/4").await;
        assert!(html.contains(&format!("/fr/exchanges/{flow}")), "{html}");
        app
    })
    .await;
}

#[tokio::test]
async fn an_office_finds_its_way_on_and_an_agreement_leads_to_its_flows() {
    on_each_database(on(TODAY), |app| async move {
        let sample = Sample::fill(&app).await;
        let flow = sample.flow(&app, State::Published).await;
        let path = format!("/fr/exchanges/{flow}");
        let nominate = format!("/fr/flows/{flow}/nominate?year=2027");
        let ledger = format!("/fr/seats/flows/{flow}/2027");
        for (who, may_nominate, may_read) in [
            ("visitor", false, false),
            ("student", false, false),
            ("observer", false, true),
            ("officer", false, true),
            ("officer of another party", true, true),
            ("officer of a stranger", false, false),
        ] {
            let (_, html) = page(&app, &sample, who, &path).await;
            let found = (html.contains(&nominate), html.contains(&ledger));
            assert_eq!(found, (may_nominate, may_read), "{who}: {html}");
        }
        let (_, html) = page(&app, &sample, "visitor", &path).await;
        let agreement = html.split("/fr/agreements/").nth(1).and_then(|rest| rest.split('#').next());
        let agreement = agreement.expect("a link to the agreement").to_owned();
        let (_, html) = page(&app, &sample, "visitor", &format!("/fr/agreements/{agreement}")).await;
        assert!(html.contains(&path) && html.contains("href=\"/fr/exchanges\""), "{html}");
        app
    })
    .await;
}
