//! People: the first link, invitations, signing in and out, sessions, what is shown once.

use crate::support::{Options, TestApp, browser, header, on_each_database};
use app::desk::accounts::administrator_link;
use domain::{
    access::{Actor, CreateInstitution, decide},
    id::InstitutionId,
    institution::InstitutionForm,
};
use reqwest::{Client, Response, StatusCode};
use store::{IdSource, Stamp, institution};

const PASSWORD: &str = "quatre chevaux sous la lune";

/// Someone with a browser that keeps cookies.
struct Reader<'a> {
    app: &'a TestApp,
    client: Client,
}

impl<'a> Reader<'a> {
    fn new(app: &'a TestApp) -> Self {
        Self { app, client: browser(true) }
    }

    async fn get(&self, path: &str) -> Response {
        let ask = self.client.get(self.app.url(path)).header("accept", "text/html");
        ask.send().await.expect("an answer")
    }

    async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.text().await.expect("a page")
    }

    /// Sends a form; the address it leads to.
    async fn send(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let ask = self.client.post(self.app.url(path)).header("accept", "text/html");
        let answer =
            ask.header("sec-fetch-site", "same-origin").form(fields).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::FOUND, "{path}");
        header(&answer, "location").to_owned()
    }

    async fn accept(&self, link: &str, name: &str) -> String {
        let secret = link.rsplit('/').next().expect("a secret");
        let email = format!("{}@exemple.fr", name.to_lowercase());
        let fields = [("lang", "fr"), ("token", secret), ("name", name), ("email", &email)];
        let passwords = [("password", PASSWORD), ("password_again", PASSWORD)];
        self.send("/api/accept_link", &[&fields[..], &passwords[..]].concat()).await
    }

    async fn sign_in(&self, email: &str, password: &str, next: &str) -> String {
        let fields = [("lang", "en"), ("email", email), ("password", password), ("next", next)];
        self.send("/api/sign_in", &fields).await
    }
}

async fn first_link(app: &TestApp) -> String {
    let state = &app.running.web.app;
    let link = administrator_link(&state.db, &state.clock, "").await.expect("asked");
    link.expect("nobody administers yet")
}

async fn institution(app: &TestApp) -> InstitutionId {
    let form = InstitutionForm {
        kind: "university".into(),
        name_fr: "Université Exemple".into(),
        country: "FR".into(),
        ..InstitutionForm::default()
    };
    let permit = decide(&Actor::Operator, CreateInstitution).expect("may");
    let stamp = Stamp::new(app.running.web.app.clock.now(), IdSource::default());
    let mut tx = app.db().write().await.expect("begins");
    let draft = form.parse().expect("right");
    let id = institution::insert(&mut tx, &permit, &stamp, &draft, false).await.expect("inserted");
    tx.commit().await.expect("commits");
    id
}

/// The value of the field that shows a secret once.
fn once(page: &str) -> Option<String> {
    let input = page.split("<input").find(|input| input.contains("name=\"once\""))?;
    let value = input.split("value=\"").nth(1)?;
    Some(value.split('"').next()?.to_owned())
}

#[tokio::test]
async fn the_first_link_makes_the_administrator_who_invites_an_officer() {
    on_each_database(Options::default(), async |app: TestApp| {
        let link = first_link(&app).await;
        let administrator = Reader::new(&app);
        let welcome = administrator.get(&link).await;
        assert_eq!(header(&welcome, "cache-control"), "no-store");
        assert!(welcome.text().await.expect("a page").contains("action=\"/api/accept_link\""));
        assert_eq!(administrator.accept(&link, "Dominique").await, "/fr");
        let over = administrator.get(&link).await;
        assert_eq!(over.status(), StatusCode::GONE);
        assert!(administrator.page("/fr/account").await.contains("Dominique"));

        let office = institution(&app).await.to_string();
        let members = format!("/fr/institutions/{office}/members");
        let fields = [
            ("lang", "fr"),
            ("institution", office.as_str()),
            ("email", "camille@exemple.fr"),
            ("role", "officer"),
        ];
        let onward = administrator.send("/api/invite", &fields).await;
        assert_eq!(onward, format!("{members}?done=invited"), "no secret in the address");
        let invitation = once(&administrator.page(&onward).await).expect("the link, once");
        assert_eq!(once(&administrator.page(&onward).await), None, "and never again");

        let path = &invitation[invitation.find("/fr/link/").expect("a path")..];
        let officer = Reader::new(&app);
        assert!(officer.page(path).await.contains("Université Exemple"));
        assert_eq!(officer.accept(path, "Camille").await, format!("/fr/institutions/{office}"));
        let page = officer.page(&members).await;
        assert!(page.contains("Camille") && !page.contains("/api/invite"), "an officer reads");
        let visitor = Reader::new(&app).get(&members).await;
        assert_eq!(visitor.status(), StatusCode::FOUND);
        assert!(header(&visitor, "location").starts_with("/fr/sign-in?next="));
        app
    })
    .await;
}

#[tokio::test]
async fn signing_in_leads_back_to_the_page_one_came_from_and_nowhere_else() {
    let app = TestApp::start().await;
    Reader::new(&app).accept(&first_link(&app).await, "Dominique").await;
    let email = "dominique@exemple.fr";
    let reader = Reader::new(&app);
    assert_eq!(reader.sign_in(email, PASSWORD, "/fr/agreements?q=x").await, "/fr/agreements?q=x");
    for next in ["//evil.example", "https://evil.example", "/\\evil.example", "/fr\r\nx: y", "/é", ""] {
        assert_eq!(Reader::new(&app).sign_in(email, PASSWORD, next).await, "/en", "{next:?}");
    }
    assert_eq!(reader.send("/api/sign_out", &[("lang", "fr")]).await, "/fr");
    assert_eq!(reader.get("/fr/account").await.status(), StatusCode::FOUND, "signed out");
    assert!(reader.page("/fr/sign-in?ended=1").await.contains("Votre session a pris fin"));
    app.stop().await;
}

#[tokio::test]
async fn a_wrong_password_comes_back_without_it() {
    let app = TestApp::start().await;
    Reader::new(&app).accept(&first_link(&app).await, "Dominique").await;
    let reader = Reader::new(&app);
    let back = reader.sign_in("dominique@exemple.fr", "not-my-password", "/fr/account").await;
    assert!(back.starts_with("/en/sign-in?kept="), "{back}");
    let page = reader.page(&back).await;
    assert!(page.contains("do not go together") && page.contains("dominique@exemple.fr"));
    assert!(page.contains("/fr/account"), "where one was going is not lost");
    assert!(!page.contains("not-my-password"));
    app.stop().await;
}

#[tokio::test]
async fn a_session_that_is_over_makes_a_visitor_and_its_cookie_is_cleared() {
    let app = TestApp::start().await;
    let ask = |cookie: &'static str| app.ask(reqwest::Method::GET, "/fr").header("cookie", cookie);
    let answer = ask("entente=0123").send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(header(&answer, "set-cookie").starts_with("entente=; Path=/; Max-Age=0"));
    let answer = ask("entente-theme=dark").send().await.expect("an answer");
    assert_eq!(header(&answer, "set-cookie"), "");
    app.stop().await;
}

#[tokio::test]
async fn a_token_is_shown_once_and_the_password_can_be_changed() {
    let app = TestApp::start().await;
    let reader = Reader::new(&app);
    reader.accept(&first_link(&app).await, "Dominique").await;
    let fields = [("lang", "en"), ("name", "Export"), ("scope", "read"), ("days", "30")];
    let onward = reader.send("/api/create_token", &fields).await;
    assert_eq!(onward, "/en/account?done=token_created");
    let token = once(&reader.page(&onward).await).expect("the token, once");
    assert!(token.starts_with("entente_"), "{token}");
    let again = reader.page(&onward).await;
    assert!(once(&again).is_none() && again.contains("Export"));

    let change = |current: &'static str| {
        [
            ("lang", "en"),
            ("current", current),
            ("password", "sept lanternes au bord"),
            ("password_again", "sept lanternes au bord"),
        ]
    };
    let back = reader.send("/api/change_password", &change("faux")).await;
    let page = reader.page(&back).await;
    assert!(page.contains("not your present password") && !page.contains("sept lanternes"));
    let onward = reader.send("/api/change_password", &change(PASSWORD)).await;
    assert_eq!(onward, "/en/account?done=password_changed");
    let fields = [("lang", "en"), ("back", "/fr/account")];
    assert_eq!(reader.send("/api/set_preferences", &fields).await, "/en/account");
    app.stop().await;
}
