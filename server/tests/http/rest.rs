//! The REST interface, as a program meets it.

use crate::support::{
    Options, TestApp, on_each_database,
    sample::{Sample, State},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::agreement::{AgreementForm, SignatureForm};
use reqwest::{Method, Response, StatusCode, header::HeaderMap};
use serde_json::{Value, json};
use server::rest::{ROUTES, openapi};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const AGREEMENTS: &str = "/api/v1/agreements";
const INSTITUTIONS: &str = "/api/v1/institutions";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

pub(super) fn on(day: &str) -> Options {
    Options { at: Some(at(&format!("{day}T10:00:00Z"))), ..Options::default() }
}

/// What came back.
pub(super) struct Told {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

impl Told {
    async fn of(answer: Response) -> Self {
        let (status, headers) = (answer.status(), answer.headers().clone());
        let text = answer.text().await.expect("a body");
        let body = if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).unwrap_or_else(|_| panic!("{status}: {text}"))
        };
        if status.as_u16() >= 400 {
            assert_eq!(headers["content-type"], "application/problem+json", "{body}");
            assert_eq!(body["status"], status.as_u16());
            for member in ["type", "title", "detail", "instance"] {
                assert!(body[member].as_str().is_some_and(|text| !text.is_empty()), "{member}: {body}");
            }
        }
        Self { status, headers, body }
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    pub(super) fn id(&self) -> String {
        self.body["id"].as_str().expect("an id").to_owned()
    }

    pub(super) fn kind(&self) -> &str {
        self.body["type"].as_str().unwrap_or("")
    }

    /// Field and code of each fault.
    pub(super) fn faults(&self) -> Vec<(&str, &str)> {
        let errors = self.body["errors"].as_array().map_or(&[][..], Vec::as_slice);
        errors
            .iter()
            .map(|error| (error["field"].as_str().expect("a field"), error["code"].as_str().expect("a code")))
            .collect()
    }

    /// The titles in a page, sorted.
    pub(super) fn titles(&self) -> Vec<String> {
        let items = self.body["items"].as_array().unwrap_or_else(|| panic!("a page: {}", self.body));
        let mut titles: Vec<_> =
            items.iter().map(|item| item["title"]["fr"].as_str().unwrap_or("").to_owned()).collect();
        titles.sort();
        titles
    }
}

/// Someone's program.
pub(super) struct Program<'a> {
    app: &'a TestApp,
    token: Option<&'a str>,
}

impl<'a> Program<'a> {
    pub(super) fn of(app: &'a TestApp, sample: &'a Sample, who: &str) -> Self {
        Self { app, token: sample.token(who) }
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        header: Option<(&str, &str)>,
    ) -> Told {
        let mut ask = self.app.client.request(method, self.app.url(path));
        if let Some(token) = self.token {
            ask = ask.bearer_auth(token);
        }
        if let Some((name, value)) = header {
            ask = ask.header(name, value);
        }
        if let Some(body) = body {
            ask = ask.json(body);
        }
        Told::of(ask.send().await.expect("an answer")).await
    }

    pub(super) async fn get(&self, path: &str) -> Told {
        self.send(Method::GET, path, None, None).await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Told {
        self.send(Method::POST, path, Some(body), None).await
    }

    pub(super) async fn act(&self, path: &str) -> Told {
        self.send(Method::POST, path, None, None).await
    }

    pub(super) async fn put(&self, path: &str, body: &Value, tag: &str) -> Told {
        self.send(Method::PUT, path, Some(body), Some(("if-match", tag))).await
    }

    /// A request that names itself.
    pub(super) async fn post_as(&self, path: &str, body: &Value, name: &str) -> Told {
        self.send(Method::POST, path, Some(body), Some(("idempotency-key", name))).await
    }
}

fn declaration(sample: &Sample) -> Value {
    json!({
        "kind": "declaration_of_intent",
        "title": {"fr": "Déclaration d’intention", "en": "Declaration of intent"},
        "parties": [
            {"institution": sample.institution("own").0, "role": "coordinator", "reference": "RI-7",
             "contacts": [{"name": "Camille Exemple", "email": "camille@exemple.fr"}]},
            {"institution": sample.institution("other").0},
            {"institution": sample.institution("alone").0, "signatory": "Sacha Exemple", "signed_on": "2024-01"}
        ],
        "period": {"starts": "2024-01-10", "ends": "2029-01?", "notice_months": 6, "renewal": "tacit", "renewal_months": 12},
        "summary": {"en": "Four things to do together."},
        "terms": {"fr": "Les termes."},
        "fields": ["0619", "0613"],
        "sources": [{"title": "Communiqué", "url": "https://exemple.fr/a", "read_on": "2024-02", "to_confirm": true}]
    })
}

#[tokio::test]
async fn two_offices_negotiate_and_only_what_was_read_is_approved() {
    on_each_database(on("2026-03-01"), |app| async move {
        let sample = Sample::fill(&app).await;
        let [officer, lead, other, other_lead, stranger] =
            ["officer", "lead", "officer of another party", "lead of another party", "officer of a stranger"]
                .map(|who| Program::of(&app, &sample, who));
        let id = sample.agreement(&app, &sample.form("other"), State::Shared).await;
        let path = format!("{AGREEMENTS}/{id}");
        let [own, others] = ["own", "other"].map(|key| sample.institution(key).0);
        let first = officer.get(&path).await;
        assert_eq!(first.body["awaiting"][0]["what"], "approval");
        assert_eq!(first.body["awaiting"].as_array().map(Vec::len), Some(2));
        assert_eq!(officer.get(&format!("{AGREEMENTS}?awaiting=me")).await.titles().len(), 1);
        assert_eq!(stranger.get(&format!("{AGREEMENTS}?awaiting=me")).await.titles().len(), 0);

        let mut draft = first.body["draft"].clone();
        draft["title"]["fr"] = json!("Convention à revoir");
        let proposed = other.put(&path, &draft, first.header("etag")).await;
        assert_eq!(proposed.status, 200, "{}", proposed.body);
        assert_eq!(proposed.body["revisions"].as_array().map(Vec::len), Some(2));
        let hash = |told: &Told, i: usize| told.body["revisions"][i]["hash"].clone();
        let approval = |hash: &Value, party| json!({"hash": hash, "approvals": [{"institution": party}]});
        let approve = format!("{path}/approve");
        let (old, new) = (hash(&proposed, 0), hash(&proposed, 1));
        assert_eq!(officer.post(&approve, &approval(&new, own)).await.kind(), "/problems/denied");
        let changed = lead.post(&approve, &approval(&old, own)).await;
        assert_eq!((changed.status.as_u16(), changed.kind()), (412, "/problems/content-changed"));
        assert_eq!(lead.post(&approve, &json!({"hash": new})).await.faults(), [("/approvals", "required")]);
        assert_eq!(lead.post(&approve, &approval(&new, own)).await.body["approvals"][0]["hash"], new);
        let back = json!({"institution": own, "revision": 2});
        let told = lead.post(&format!("{path}/take-back"), &back).await;
        assert_eq!(told.body["approvals"].as_array().map(Vec::len), Some(0), "{}", told.body);
        lead.post(&approve, &approval(&new, own)).await;
        let both = other_lead.post(&approve, &approval(&new, others)).await;
        assert_eq!(both.body["standing"], "approved", "{}", both.body);
        let settled = lead.post(&format!("{path}/take-back"), &back).await;
        assert_eq!((settled.status.as_u16(), settled.kind()), (409, "/problems/settled"));

        let comment = json!({"revision": 2, "body": "Parfait."});
        assert_eq!(other.post(&format!("{path}/comments"), &comment).await.status, 204);
        let empty = json!({"revision": 2, "body": " "});
        assert_eq!(other.post(&format!("{path}/comments"), &empty).await.faults(), [("/body", "required")]);
        let said = officer.get(&format!("{path}/comments")).await;
        assert_eq!((&said.body[0]["body"], &said.body[0]["revision"]), (&json!("Parfait."), &json!(2)));

        let version = officer.get(&path).await;
        let mut draft = version.body["draft"].clone();
        draft["title"]["fr"] = json!("Convention encore revue");
        let third = officer.put(&path, &draft, version.header("etag")).await;
        assert_eq!(third.body["standing"], "approved", "the second stays while the third is negotiated");
        let drop = |hash: &Value| json!({"hash": hash});
        let revert = format!("{path}/revert");
        assert_eq!(other.post(&revert, &drop(&new)).await.kind(), "/problems/content-changed");
        let dropped = other.post(&revert, &drop(&hash(&third, 2))).await;
        assert!(dropped.body["revisions"][2]["dropped_at"].is_string(), "{}", dropped.body);
        assert_eq!(other.post(&revert, &drop(&new)).await.kind(), "/problems/conflict", "all approved it");
        app
    })
    .await;
}

#[tokio::test]
async fn an_agreement_goes_from_draft_to_the_public_registry() {
    on_each_database(on("2026-03-01"), |app| async move {
        let sample = Sample::fill(&app).await;
        let [officer, lead, other, other_lead, visitor] =
            ["officer", "lead", "officer of another party", "lead of another party", "visitor"]
                .map(|who| Program::of(&app, &sample, who));

        let created = officer.post(AGREEMENTS, &declaration(&sample)).await;
        assert_eq!(created.status, 201, "{}", created.body);
        assert_eq!(created.header("etag"), "\"1\"");
        let path = format!("{AGREEMENTS}/{}", created.id());
        assert_eq!(created.header("location"), path);
        assert_eq!(created.body["links"]["self"], path);
        assert_eq!(created.body["links"]["html"]["fr"], format!("/fr/agreements/{}", created.id()));
        assert_eq!(created.body["standing"], "draft");
        assert_eq!(created.body["period"]["ends"], "2029-01?");
        assert_eq!(created.body["hash"].as_str().map(str::len), Some(64));

        // What is shown as a draft is what may be sent back.
        let mut draft = officer.get(&path).await.body["draft"].clone();
        draft["title"]["en"] = json!("Joint declaration of intent");
        let updated = officer.put(&path, &draft, "\"1\"").await;
        assert_eq!((updated.status, updated.header("etag")), (StatusCode::OK, "\"2\""), "{}", updated.body);
        assert_eq!(updated.body["title"]["en"], "Joint declaration of intent");
        assert_ne!(updated.body["hash"], created.body["hash"]);

        assert_eq!(other.get(&path).await.status, 404);
        assert_eq!(officer.act(&format!("{path}/publish")).await.kind(), "/problems/conflict");
        assert_eq!(officer.act(&format!("{path}/share")).await.body["standing"], "in_negotiation");
        assert_eq!(other.get(&path).await.body["terms"]["fr"], "Les termes.");

        let hash = &officer.get(&path).await.body["revisions"][0]["hash"];
        let own = json!({"hash": hash, "signatures": [{"institution": sample.institution("own").0, "signed_on": "2024-01-10"}]});
        assert_eq!(officer.post(&format!("{path}/sign"), &own).await.kind(), "/problems/denied");
        let bare = json!({"hash": hash, "signatures": [{"institution": sample.institution("own").0, "signed_on": "2024-01-10"},
            {"institution": sample.institution("alone").0}]});
        let refused = lead.post(&format!("{path}/sign"), &bare).await;
        assert_eq!(refused.faults(), [("/signatures/1/evidence", "evidence_needed")]);
        let mut whole = bare.clone();
        whole["signatures"][1]["evidence"] = json!("The minutes of 10 January 2024");
        let signed = lead.post(&format!("{path}/sign"), &whole).await;
        assert_eq!(signed.status, 200, "{}", signed.body);
        assert_eq!(lead.post(&format!("{path}/sign"), &own).await.kind(), "/problems/conflict");
        let theirs = json!({"hash": hash, "signatures": [{"institution": sample.institution("other").0, "signed_on": "2024"}]});
        assert_eq!(other_lead.post(&format!("{path}/sign"), &theirs).await.body["standing"], "in_force");

        assert_eq!(visitor.get(&path).await.status, 404);
        assert_eq!(other.act(&format!("{path}/publish")).await.body["is_published"], true);
        let seen = visitor.get(&path).await;
        assert_eq!((seen.status, seen.body["standing"].as_str()), (StatusCode::OK, Some("in_force")));
        assert_eq!(seen.body["parties"][0]["reference"], "RI-7");
        assert_eq!(seen.body["parties"][2]["signature"]["is_on_behalf"], true);
        let told = seen.body.to_string();
        for hidden in ["Les termes", "camille@", "minutes of 10", "\"draft\"", "\"revisions\"", "\"course\""] {
            assert!(!told.contains(hidden), "{hidden}: {told}");
        }
        assert_eq!(visitor.get(AGREEMENTS).await.titles(), ["Déclaration d’intention"]);

        assert_eq!(officer.act(&format!("{path}/withdraw")).await.status, 200);
        assert_eq!(visitor.get(&path).await.status, 404);
        app
    })
    .await;
}

#[tokio::test]
async fn a_draft_that_nobody_approved_is_deleted_by_its_own_office() {
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        let officer = Program::of(&app, &sample, "officer");
        let draft = sample.agreement(&app, &sample.form("other"), State::Draft).await;
        let path = format!("{AGREEMENTS}/{draft}");
        let gone = officer.send(Method::DELETE, &path, None, None).await;
        assert_eq!((gone.status, gone.body), (StatusCode::NO_CONTENT, Value::Null));
        assert_eq!(officer.get(&path).await.status, 404);
        let shared = sample.agreement(&app, &sample.form("other"), State::Shared).await;
        let path = format!("{AGREEMENTS}/{shared}");
        let other = Program::of(&app, &sample, "officer of another party");
        assert_eq!(other.send(Method::DELETE, &path, None, None).await.kind(), "/problems/denied");
        let hash = officer.get(&path).await.body["revisions"][0]["hash"].clone();
        let approvals = json!([{"institution": sample.institution("other").0}]);
        let lead = Program::of(&app, &sample, "lead of another party");
        let body = json!({"hash": hash, "approvals": approvals});
        assert_eq!(lead.post(&format!("{path}/approve"), &body).await.status, StatusCode::OK);
        let refused = officer.send(Method::DELETE, &path, None, None).await;
        assert_eq!(refused.kind(), "/problems/conflict");
        app
    })
    .await;
}

#[tokio::test]
async fn a_save_says_which_version_it_is_based_on() {
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        let officer = Program::of(&app, &sample, "officer");
        let created = officer.post(AGREEMENTS, &declaration(&sample)).await;
        let path = format!("{AGREEMENTS}/{}", created.id());
        let mut mine = created.body["draft"].clone();

        for tag in [None, Some("*"), Some("")] {
            let refused =
                officer.send(Method::PUT, &path, Some(&mine), tag.map(|tag| ("if-match", tag))).await;
            let told = (refused.status, refused.kind());
            assert_eq!(told, (StatusCode::PRECONDITION_REQUIRED, "/problems/version-needed"), "{tag:?}");
        }
        mine["period"]["ends"] = json!("2030");
        assert_eq!(officer.put(&path, &mine, "\"1\"").await.header("etag"), "\"2\"");

        let mut theirs = created.body["draft"].clone();
        theirs["title"]["fr"] = json!("Autre titre");
        for tag in ["\"1\"", "W/\"2\"", "2", "\"x\""] {
            let stale = officer.put(&path, &theirs, tag).await;
            assert_eq!(
                (stale.status, stale.kind()),
                (StatusCode::PRECONDITION_FAILED, "/problems/stale"),
                "{tag}"
            );
            assert_eq!(stale.body["version"], 2);
            let differences = json!([
                {"field": "/title/fr", "before": "Déclaration d’intention", "after": "Autre titre"},
                {"field": "/period/ends", "before": "2030", "after": "2029-01?"},
            ]);
            let is = &stale.body["differences"];
            assert!(is.as_array().is_some_and(|is| is.len() >= 2), "{is}");
            for difference in differences.as_array().expect("a list") {
                let is_told =
                    is.as_array().expect("a list").iter().any(|one| {
                        one["field"] == difference["field"] && one["before"] == difference["before"]
                    });
                assert!(is_told, "{difference} in {is}");
            }
        }
        assert_eq!(officer.get(&path).await.body["title"]["fr"], "Déclaration d’intention");

        let institution = format!("{INSTITUTIONS}/{}", sample.institution("own"));
        let body =
            json!({"kind": "university", "names": {"fr": "École Exemple", "ja": "例"}, "country": "FR"});
        assert_eq!(officer.send(Method::PUT, &institution, Some(&body), None).await.status, 428);
        assert_eq!(officer.put(&institution, &body, "\"1\"").await.header("etag"), "\"2\"");
        let stale = officer.put(&institution, &body, "\"1\"").await;
        assert_eq!((stale.kind(), &stale.body["version"]), ("/problems/stale", &json!(2)));
        app
    })
    .await;
}

#[tokio::test]
async fn an_institution_is_added_looked_up_and_changed() {
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        let [officer, visitor] = ["officer", "visitor"].map(|who| Program::of(&app, &sample, who));
        let body = json!({
            "kind": "research_body", "names": {"en": "IIIT Example", "fr": "IIIT Exemple", "kn": "ಉದಾಹರಣೆ"},
            "country": "IN", "city": "Bengaluru", "coordinates": {"latitude": 12.84, "longitude": 77.66},
            "site": "https://www.exemple.in/", "identifiers": {"pic": "912703556", "erasmus": "broken"},
            "keep_erasmus": true
        });
        let created = officer.post(INSTITUTIONS, &body).await;
        assert_eq!(
            (created.status, created.header("etag")),
            (StatusCode::CREATED, "\"1\""),
            "{}",
            created.body
        );
        let path = created.header("location").to_owned();
        let seen = visitor.get(&path).await;
        for member in
            ["kind", "names", "country", "city", "coordinates", "site", "identifiers", "keep_erasmus"]
        {
            assert_eq!(seen.body[member], body[member], "{member}");
        }

        let alike = json!({"kind": "research_body", "names": {"fr": "iiit exemple"}, "country": "IN"});
        let refused = officer.post(INSTITUTIONS, &alike).await;
        assert_eq!(refused.kind(), "/problems/likely-duplicate");
        assert_eq!(refused.body["duplicates"][0]["id"], created.body["id"]);
        assert_eq!(officer.post(&format!("{INSTITUTIONS}?is_different=true"), &alike).await.status, 201);

        let mut taken = body.clone();
        taken["names"] = json!({"fr": "Tout autre nom"});
        let refused = officer.post(&format!("{INSTITUTIONS}?is_different=true"), &taken).await;
        assert!(refused.faults().contains(&("/identifiers/pic", "taken_identifier")), "{}", refused.body);

        let found = visitor.get(&format!("{INSTITUTIONS}?q=beng&country=IN&kind=research_body")).await;
        assert_eq!((&found.body["count"], &found.body["count_is_exact"]), (&json!(1), &json!(true)));
        assert_eq!(visitor.get(&format!("{INSTITUTIONS}?q=alès")).await.body["count"], 1);
        assert_eq!(
            visitor.get(&format!("{INSTITUTIONS}?country=DE")).await.body["items"][0]["country"],
            "DE"
        );
        app
    })
    .await;
}

/// A few agreements that differ in everything one can filter by; their titles are one letter each.
async fn some_agreements(app: &TestApp, sample: &Sample) {
    let base = |title: &str, with| AgreementForm {
        title_fr: title.into(),
        title_en: String::new(),
        ..sample.form(with)
    };
    let lead = sample.desk(app, "lead").await;
    let forms = [
        base("a échange", "alone"),
        AgreementForm { kind: "research".into(), ..base("b", "other") },
        AgreementForm {
            fields: "0613".into(),
            starts: "2020".into(),
            ends: "2021".into(),
            ..base("c", "alone")
        },
        AgreementForm { starts: "2024-09-01".into(), ends: "2026-08-31".into(), ..base("d", "alone") },
        base("e", "other"),
    ];
    for form in &forms {
        let id = sample.agreement(app, form, State::Published).await;
        let parties = if form.parties[1].institution == sample.institution("alone").to_string() {
            ["own", "alone"].as_slice()
        } else {
            &[]
        };
        let signatures: Vec<_> = parties
            .iter()
            .map(|key| SignatureForm {
                institution: sample.institution(key).to_string(),
                record: "on".into(),
                signed_on: "2020-01-10".into(),
                evidence: "Vu".into(),
                ..SignatureForm::default()
            })
            .collect();
        if !signatures.is_empty() {
            let view = app::desk::agreements::view(&lead, id).await.expect("an agreement");
            let hash = view.record.latest().expect("a revision").hash.to_string();
            app::desk::negotiation::sign(&lead, id, &hash, &signatures).await.expect("signed");
        }
    }
    sample.agreement(app, &base("f", "other"), State::Draft).await;
}

#[tokio::test]
async fn each_filter_finds_what_it_names() {
    on_each_database(on("2026-03-01"), |app| async move {
        let sample = Sample::fill(&app).await;
        some_agreements(&app, &sample).await;
        let [officer, visitor] = ["officer", "visitor"].map(|who| Program::of(&app, &sample, who));
        let other = format!("institution={}", sample.institution("other"));
        for (query, titles) in [
            ("", "a échange,b,c,d,e"),
            ("q=echang", "a échange"),
            ("q=KEIO", "b,e"),
            ("country=JP", "b,e"),
            ("country=jp", "b,e"),
            (other.as_str(), "b,e"),
            ("kind=research", "b"),
            ("standing=in_negotiation", "b,e"),
            ("standing=expired", "c"),
            ("standing=ending_soon", "d"),
            ("standing=in_force", "a échange"),
            ("year=2020/2021", "c"),
            ("year=2025/2026", "a échange,d"),
            ("field=061", "c"),
            ("kind=framework&country=JP", "e"),
            ("q=rien", ""),
        ] {
            let told = visitor.get(&format!("{AGREEMENTS}?{query}")).await;
            assert_eq!(told.titles().join(","), titles, "{query}");
            assert_eq!(told.body["count"], told.titles().len(), "{query}");
        }
        assert_eq!(officer.get(&format!("{AGREEMENTS}?standing=draft")).await.titles(), ["f"]);
        app
    })
    .await;
}

#[tokio::test]
async fn pages_visit_everything_once_in_every_order() {
    on_each_database(on("2026-03-01"), |app| async move {
        let sample = Sample::fill(&app).await;
        some_agreements(&app, &sample).await;
        let visitor = Program::of(&app, &sample, "visitor");
        for (list, all) in [
            (format!("{AGREEMENTS}?limit=2"), 5),
            (format!("{AGREEMENTS}?limit=2&sort=title"), 5),
            (format!("{AGREEMENTS}?limit=1&sort=start"), 5),
            (format!("{AGREEMENTS}?sort=end&limit=2"), 5),
            (format!("{AGREEMENTS}?sort=relevance&q=exemple&limit=2"), 5),
            (format!("{AGREEMENTS}?limit=5"), 5),
            (format!("{AGREEMENTS}?q=%C3%A9cole+al&limit=2"), 5),
            (format!("{INSTITUTIONS}?limit=1"), 4),
        ] {
            let mut seen = BTreeSet::new();
            let mut path = list.clone();
            let mut pages = 0;
            loop {
                let told = visitor.get(&path).await;
                assert_eq!(told.body["count"], all, "{list}");
                for item in told.body["items"].as_array().expect("a page") {
                    assert!(seen.insert(item["id"].to_string()), "{list}: one came twice");
                }
                pages += 1;
                assert!(pages <= all, "{list} never ends");
                let link = told.header("link");
                assert_eq!(link.is_empty(), told.body["next"].is_null(), "{list}");
                let Some(next) = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\""))
                else {
                    break;
                };
                path = next.to_owned();
            }
            assert_eq!(seen.len(), all, "{list}");
        }
        app
    })
    .await;
}

#[tokio::test]
async fn a_query_that_is_not_understood_is_refused_by_name() {
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        let visitor = Program::of(&app, &sample, "visitor");
        for (path, field, code) in [
            ("agreements?country=Japon%20", "country", "not_a_country"),
            ("agreements?institution=x", "institution", "unknown_institution"),
            ("agreements?kind=x", "kind", "not_a_choice"),
            ("agreements?standing=x", "standing", "not_a_choice"),
            ("agreements?year=2026", "year", "not_an_academic_year"),
            ("agreements?field=9999", "field", "not_an_isced_field"),
            ("agreements?sort=x", "sort", "not_a_choice"),
            ("agreements?after=%00", "after", "not_a_choice"),
            ("agreements?limit=101", "limit", "not_a_number"),
            ("agreements?limit=0", "limit", "not_a_number"),
            ("agreements?colour=red", "colour", "unknown_member"),
            ("agreements?kind=research&kind=network", "kind", "duplicate"),
            ("institutions?limit=x", "limit", "not_a_number"),
            ("institutions?after=%00~00000000-0000-7000-8000-000000000000", "after", "not_a_choice"),
            ("institutions?after=x", "after", "not_a_choice"),
            ("institutions?sort=title", "sort", "unknown_member"),
        ] {
            let told = visitor.get(&format!("/api/v1/{path}")).await;
            assert_eq!(told.kind(), "/problems/invalid", "{path}: {}", told.body);
            assert_eq!(told.faults(), [(field, code)], "{path}");
        }
        app
    })
    .await;
}

#[tokio::test]
async fn bad_input_is_told_at_its_field_and_nothing_is_written() {
    on_each_database(on("2026-03-01"), |app| async move {
        let sample = Sample::fill(&app).await;
        let officer = Program::of(&app, &sample, "officer");
        let own = sample.institution("own").0;
        let change = |pointer: &str, value: Value| {
            let mut body = declaration(&sample);
            *body.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
            body
        };
        let add = |name: &str, value: Value| {
            let mut body = declaration(&sample);
            body[name] = value;
            body
        };
        for (body, field, code) in [
            (change("/period/ends", json!("2023-12")), "/period/ends", "end_before_start"),
            (change("/period/starts", json!("31/02/2024")), "/period/starts", "not_a_date"),
            (change("/period/notice_months", json!(-1)), "/period/notice_months", "not_a_number"),
            (change("/period/notice_months", json!("six")), "/period/notice_months", "wrong_type"),
            (change("/parties", json!([{"institution": own}])), "/parties", "too_few_parties"),
            (change("/parties/1/institution", json!(own)), "/parties/1/institution", "party_twice"),
            (change("/parties/1", json!({})), "/parties/1/institution", "required"),
            (
                change("/parties/1/institution", json!("Keiō")),
                "/parties/1/institution",
                "unknown_institution",
            ),
            (
                change("/parties/1/institution", json!("00000000-0000-7000-8000-000000000000")),
                "/parties/1/institution",
                "unknown_institution",
            ),
            (change("/parties/0/role", json!("chef")), "/parties/0/role", "not_a_choice"),
            (
                change("/parties/0/institution", json!(sample.institution("stranger").0)),
                "/parties",
                "own_party_missing",
            ),
            (
                change("/parties/0/contacts/0/email", json!("x")),
                "/parties/0/contacts/0/email",
                "not_an_email",
            ),
            (change("/title/fr", json!("é".repeat(300))), "/title/fr", "too_long"),
            (change("/title/en", json!("a\u{0}b")), "/title/en", "control_character"),
            (change("/title/en", json!("a\u{7}b")), "/title/en", "control_character"),
            (change("/title", json!({"tlh": "nuq"})), "/title/tlh", "unknown_member"),
            (change("/title", json!({})), "/title/fr", "required"),
            (change("/title", json!("Accord")), "/title", "wrong_type"),
            (change("/kind", json!("mariage")), "/kind", "not_a_choice"),
            (change("/kind", Value::Null), "/kind", "wrong_type"),
            (change("/fields", json!(["0613", "9876"])), "/fields", "not_an_isced_field"),
            (change("/sources/0/url", json!("javascript:alert(1)")), "/sources/0/url", "not_a_url"),
            (add("visibility", json!("secret")), "/visibility", "not_a_choice"),
            (add("colour", json!("red")), "/colour", "unknown_member"),
            (add("a/b~c", json!(1)), "/a~1b~0c", "unknown_member"),
            (
                change("/parties/0/contacts/0", json!({"nom": "x"})),
                "/parties/0/contacts/0/nom",
                "unknown_member",
            ),
        ] {
            let told = officer.post(AGREEMENTS, &body).await;
            assert_eq!(
                (told.status, told.kind()),
                (StatusCode::UNPROCESSABLE_ENTITY, "/problems/invalid"),
                "{field}"
            );
            assert_eq!(told.faults(), [(field, code)], "{}", told.body);
            assert!(told.body["errors"][0]["message"].as_str().is_some_and(|text| text.len() > 10));
        }
        let long = officer.post(AGREEMENTS, &change("/title/fr", json!("é".repeat(300)))).await;
        assert_eq!(long.body["errors"][0]["figures"], json!({"max": 200, "actual": 300}));
        assert_eq!(officer.get(AGREEMENTS).await.body["count"], 0);

        let fine = officer
            .post(AGREEMENTS, &change("/title/fr", json!("</textarea><script>alert(1)</script>")))
            .await;
        assert_eq!(fine.body["title"]["fr"], "</textarea><script>alert(1)</script>");
        assert_eq!(fine.header("content-type"), "application/json");
        assert_eq!(fine.header("x-content-type-options"), "nosniff");

        let future = json!({"signatures": [{"institution": own, "signed_on": "2030"}]});
        let lead = Program::of(&app, &sample, "lead");
        let told = lead.post(&format!("{AGREEMENTS}/{}/sign", fine.id()), &future).await;
        assert_eq!(told.faults(), [("/signatures/0/signed_on", "in_the_future")]);
        let told = lead.post(&format!("{AGREEMENTS}/{}/sign", fine.id()), &json!({"signatures": []})).await;
        assert_eq!(told.faults(), [("/signatures", "required")]);
        app
    })
    .await;
}

#[tokio::test]
async fn bad_input_about_an_institution_is_told_at_its_field() {
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        let officer = Program::of(&app, &sample, "officer");
        let university = |member: &str, value: Value| {
            let mut body = json!({"kind": "university", "names": {"fr": "Neuve"}, "country": "FR"});
            body[member] = value;
            body
        };
        for (body, field, code) in [
            (
                university("identifiers", json!({"erasmus": "F PARIS"})),
                "/identifiers/erasmus",
                "not_an_erasmus_code",
            ),
            (university("identifiers", json!({"pic": "1"})), "/identifiers/pic", "not_a_pic"),
            (university("names", json!({"fr": "Neuve", "pas une langue": "x"})), "/names", "not_a_language"),
            (university("names", json!({"fr": "a", "en": "b", "ja": "c", "ko": "d"})), "/names", "too_many"),
            (university("names", json!({})), "/names/fr", "required"),
            (university("country", json!("ZZ")), "/country", "not_a_country"),
            (
                university("coordinates", json!({"latitude": 91.0, "longitude": 0.0})),
                "/coordinates",
                "not_coordinates",
            ),
            (university("parent", json!("x")), "/parent", "unknown_institution"),
        ] {
            assert_eq!(officer.post(INSTITUTIONS, &body).await.faults(), [(field, code)], "{body}");
        }
        app
    })
    .await;
}

#[tokio::test]
async fn a_body_that_is_no_json_or_too_large_is_refused() {
    let app = TestApp::start().await;
    let sample = Sample::fill(&app).await;
    let token = sample.token("officer").expect("a token");
    let send = async |content_type: &str, body: String| {
        let ask = app.client.post(app.url(AGREEMENTS)).bearer_auth(token);
        let ask = ask.header("content-type", content_type).header("accept-language", "fr").body(body);
        Told::of(ask.send().await.expect("an answer")).await
    };
    let deep = format!("{{\"title\":{}", "[".repeat(100_000));
    for (body, place) in [
        ("{\"kind\": \"framework\",\n \"title\": }", "ligne 2, colonne 11"),
        ("", "ligne 1, colonne 0"),
        ("{} x", "ligne 1, colonne 4"),
    ] {
        let told = send("application/json", body.to_owned()).await;
        let is_place = told.body["detail"].as_str().is_some_and(|detail| detail.contains(place));
        assert!(told.kind() == "/problems/bad-json" && is_place, "{}", told.body);
    }
    assert!(send("application/json", deep).await.status.is_client_error());
    assert_eq!(send("application/json", "[\"framework\"]".into()).await.faults(), [("", "wrong_type")]);
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
    {
        let told = send(content_type, "{}".into()).await;
        assert_eq!(
            (told.status, told.kind()),
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "/problems/wrong-content-type")
        );
    }
    let told = send("application/json", " ".repeat(50_000_000)).await;
    assert_eq!((told.status, told.kind()), (StatusCode::PAYLOAD_TOO_LARGE, "/problems/too-large"));

    let members: Vec<String> = (0..100_000).map(|n| format!("\"f{n}\":1")).collect();
    let told = send("application/json", format!("{{{}}}", members.join(","))).await;
    assert!(["/problems/too-large", "/problems/invalid"].contains(&told.kind()), "{}", told.body);
    let parties = vec!["{\"role\":1}"; 10_000].join(",");
    assert_eq!(
        send("application/json", format!("{{\"parties\":[{parties}]}}")).await.kind(),
        "/problems/invalid"
    );
    let parties = vec!["{\"signatory\":\"x\"}"; 40_000].join(",");
    let told = send("application/json", format!("{{\"parties\":[{parties}]}}")).await;
    assert_eq!(told.faults().len(), 100);
    app.stop().await;
}

#[tokio::test]
async fn problems_are_told_in_the_language_asked_for_english_otherwise() {
    let app = TestApp::start().await;
    for (accept, title) in [
        (None, "There is nothing here"),
        (Some("fr-FR, en;q=0.5"), "Il n’y a rien ici"),
        (Some("de"), "There is nothing here"),
    ] {
        for path in ["/api/v1/nothing", "/api/v1", "/api/v1/agreements/x", "/api/v1/institutions/"] {
            let mut ask = app.client.get(app.url(path));
            if let Some(accept) = accept {
                ask = ask.header("accept-language", accept);
            }
            let told = Told::of(ask.send().await.expect("an answer")).await;
            assert_eq!(
                (told.kind(), told.body["title"].as_str()),
                ("/problems/not-found", Some(title)),
                "{path}"
            );
            assert_eq!(told.body["instance"], path);
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn a_method_that_is_not_known_is_answered_with_those_that_are() {
    let app = TestApp::start().await;
    for (method, path, allowed) in [
        (Method::PATCH, AGREEMENTS, "GET,HEAD,POST"),
        (Method::DELETE, INSTITUTIONS, "GET,HEAD,POST"),
        (Method::GET, "/api/v1/agreements/x/share", "POST"),
    ] {
        let told = Told::of(app.client.request(method, app.url(path)).send().await.expect("an answer")).await;
        assert_eq!((told.status, told.kind()), (StatusCode::METHOD_NOT_ALLOWED, "/problems/wrong-method"));
        let is: BTreeSet<_> = told.header("allow").split(',').map(str::trim).collect();
        assert_eq!(is, allowed.split(',').collect(), "{path}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_token_that_is_over_revoked_or_made_up_opens_nothing() {
    on_each_database(on("2026-03-01"), |app| async move {
        let sample = Sample::fill(&app).await;
        let refused = async |token: &str| {
            for path in [AGREEMENTS, INSTITUTIONS] {
                let ask = app.client.get(app.url(path)).header("authorization", token);
                let told = Told::of(ask.send().await.expect("an answer")).await;
                assert_eq!(
                    (told.status, told.kind()),
                    (StatusCode::UNAUTHORIZED, "/problems/bad-token"),
                    "{token}"
                );
                assert_eq!(
                    told.header("www-authenticate"),
                    "Bearer realm=\"entente\", error=\"invalid_token\""
                );
                assert_eq!(told.header("cache-control"), "no-store");
            }
        };
        for made_up in ["Bearer entente_0", "Bearer", "Basic YTpi", "x"] {
            refused(made_up).await;
        }
        let before: BTreeSet<_> = sample.token_ids(&app, "officer").await.into_iter().collect();
        let revoked = sample.make_token(&app, "officer", "write").await;
        let program = Program { app: &app, token: Some(&revoked) };
        assert_eq!(program.get(AGREEMENTS).await.status, 200);
        let after: BTreeSet<_> = sample.token_ids(&app, "officer").await.into_iter().collect();
        let id = after.difference(&before).next().expect("a token");
        app::desk::accounts::revoke_token(&sample.desk(&app, "officer").await, id).await.expect("revoked");
        refused(&format!("Bearer {revoked}")).await;

        let over = sample.make_token(&app, "officer", "write").await;
        app.wait(TimeDelta::days(31));
        refused(&format!("Bearer {over}")).await;
        app
    })
    .await;
}

#[tokio::test]
async fn a_token_that_may_only_read_reads_and_writes_nothing() {
    on_each_database(Options::default(), |app| async move {
        let sample = Sample::fill(&app).await;
        let draft = sample.agreement(&app, &sample.form("other"), State::Draft).await;
        let token = sample.make_token(&app, "officer", "read").await;
        let reader = Program { app: &app, token: Some(&token) };
        assert_eq!(reader.get(&format!("{AGREEMENTS}/{draft}")).await.body["draft"]["kind"], "framework");
        for route in ROUTES.iter().filter(|route| !route.method.is_safe()) {
            let path = route.path.replace("{id}", &draft.to_string());
            let told =
                reader.send(route.method.clone(), &path, Some(&json!({})), Some(("if-match", "\"1\""))).await;
            assert_eq!(
                (told.status, told.kind()),
                (StatusCode::FORBIDDEN, "/problems/read-only-token"),
                "{path}"
            );
        }
        assert_eq!(reader.get(&format!("{AGREEMENTS}/{draft}")).await.header("etag"), "\"1\"");
        app
    })
    .await;
}

#[tokio::test]
async fn the_description_names_every_route_and_no_other_and_every_reference_leads_somewhere() {
    let app = TestApp::start().await;
    let answer = app.client.get(app.url("/api/openapi.json")).send().await.expect("an answer");
    assert_eq!(answer.headers()["content-type"], "application/json");
    let document: Value = answer.json().await.expect("JSON");
    assert_eq!(document, serde_json::from_str::<Value>(openapi::json()).expect("JSON"));
    assert_eq!(document["openapi"], "3.1.0");

    let mut described = BTreeMap::new();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let name = operation["operationId"].as_str().expect("a name");
            assert!(names.insert(name.to_owned()), "{name} comes twice");
            assert!(operation["summary"].as_str().is_some_and(|words| !words.is_empty()), "{name}");
            assert!(operation["tags"][0].is_string(), "{name}");
            assert!(!operation["security"].is_null(), "{name}");
            let parameters = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
            assert_eq!(parameters.iter().any(|one| one["name"] == "id"), path.contains("{id}"), "{name}");
            assert_eq!(parameters.iter().any(|one| one["name"] == "If-Match"), method == "put", "{name}");
            for parameter in parameters {
                // A request may name itself, or not.
                let is_free = parameter["in"] == "query" || parameter["name"] == "Idempotency-Key";
                assert_eq!(parameter["required"] == json!(true), !is_free, "{name} {parameter}");
                assert!(parameter["description"].is_string(), "{name} {parameter}");
            }
            let rule = operation["x-access"].as_str().expect("a rule").to_owned();
            described.insert((path.clone(), method.to_uppercase()), rule);
        }
    }
    let routes: BTreeMap<_, _> = ROUTES
        .iter()
        .map(|route| ((route.path.to_owned(), route.method.to_string()), route.rule.to_owned()))
        .collect();
    assert_eq!(described, routes);

    let mut references = BTreeSet::new();
    collect(&document, &mut references);
    assert!(references.contains("#/components/schemas/Problem"));
    for reference in references {
        let pointer = reference.strip_prefix('#').expect("a local reference");
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    assert_eq!(document["components"]["securitySchemes"]["token"]["scheme"], "bearer");
    for body in ["AgreementBody", "InstitutionBody", "SignaturesBody"] {
        assert!(schemas[body]["example"].is_object() || schemas[body]["examples"].is_array(), "{body}");
        assert_eq!(schemas[body]["additionalProperties"], false, "{body}");
    }
    app.stop().await;
}

fn collect(value: &Value, references: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            references.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| collect(member, references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
    }
}
