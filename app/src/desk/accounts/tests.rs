//! Signing in, links and members, on a database in a folder of its own.

use super::*;
use crate::desk::{Clock, SessionRules, Theme, Visit, members};
use domain::{
    access::{CreateInstitution, Operate, Role},
    account::AccountForm,
    id::InstitutionId,
    institution::InstitutionForm,
};
use std::{path::PathBuf, sync::Arc};
use store::{Db, IdSource, institution};

const PASSWORD: &str = "quatre chevaux sous la lune";

struct Office {
    desk: Desk,
    folder: PathBuf,
}

impl Drop for Office {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Office {
    async fn open() -> Self {
        let folder = std::env::temp_dir().join(format!("entente-{}", secret().expect("chance")));
        std::fs::create_dir_all(&folder).expect("a folder");
        let url = format!("sqlite://{}", folder.join("test.db").display());
        let db = Db::open(&url).await.expect("opens");
        db.migrate().await.expect("migrates");
        let at = DateTime::from_timestamp(1_791_190_800, 0).expect("in range");
        let state = AppState {
            db,
            lists: store::agreement::Lists::default(),
            imports: crate::desk::imports::Runs::default(),
            files: crate::desk::files::Files::in_folder(&folder).expect("a folder for files"),
            clock: Clock::fixed(at),
            ids: IdSource::default(),
            sessions: SessionRules { idle_minutes: 30, absolute_hours: 12, is_secure: false },
            public_url: Arc::from("https://entente.example"),
            mail_folder: None,
            script: Arc::from(""),
            style: Arc::from(""),
            fonts: Arc::new([]),
        };
        let visit = Visit {
            actor: Actor::Visitor,
            session: None,
            is_read_only: false,
            lang: Lang::Fr,
            theme: Theme::Auto,
            address: Some("192.0.2.1".into()),
            agent: "Firefox".into(),
            request_id: None,
            path: "/fr".into(),
            query: String::new(),
        };
        Self { desk: Desk { state, visit }, folder }
    }

    fn later(&self, minutes: i64) {
        let Clock::Fixed(at) = &self.desk.state.clock else { panic!("a clock that stands still") };
        *at.lock().expect("not poisoned") += TimeDelta::minutes(minutes);
    }

    /// The request of whoever holds a session's secret.
    async fn with(&self, secret: &str) -> Desk {
        let mut desk = self.desk.clone();
        let mut tx = desk.read().await.expect("begins");
        let found = session::find_by_hash(&mut tx, &hash(secret), desk.now(), desk.seen_after()).await;
        let session = found.expect("asked").expect("alive");
        let person = account::actor(&mut tx, session.account).await.expect("asked").expect("someone");
        desk.visit.actor = Actor::Person(person);
        desk.visit.session = Some(session.id);
        desk
    }

    async fn is_alive(&self, secret: &str) -> bool {
        let mut tx = self.desk.read().await.expect("begins");
        let at = self.desk.now();
        let found = session::find_by_hash(&mut tx, &hash(secret), at, self.desk.seen_after()).await;
        found.expect("asked").is_some()
    }

    /// Makes the administrator through the first link: the secret of the session it begins.
    async fn administrator(&self) -> String {
        let desk = &self.desk;
        let url = administrator_link(&desk.state.db, &desk.state.clock, &desk.state.public_url).await;
        let url = url.expect("asked").expect("nobody administers yet");
        let accepted = accept_link(desk, secret_of(&url), &form("Dominique")).await.expect("accepted");
        accepted.session.expect("begins")
    }

    async fn institution(&self) -> InstitutionId {
        let form = InstitutionForm {
            kind: "university".into(),
            name_fr: "Université Exemple".into(),
            country: "FR".into(),
            ..InstitutionForm::default()
        };
        let permit = decide(&Actor::Operator, CreateInstitution).expect("may");
        let mut tx = self.desk.write().await.expect("begins");
        let draft = form.parse().expect("right");
        let id = institution::insert(&mut tx, &permit, &self.desk.stamp(), &draft, false).await;
        tx.commit().await.expect("commits");
        id.expect("inserted")
    }
}

fn form(name: &str) -> AccountForm {
    AccountForm {
        name: name.into(),
        email: format!("{}@exemple.fr", name.to_lowercase()),
        password: Secret::new(PASSWORD),
        password_again: Secret::new(PASSWORD),
    }
}

fn secret_of(url: &str) -> &str {
    url.rsplit('/').next().expect("a last part")
}

fn run(test: impl AsyncFnOnce(Office)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async { test(Office::open().await).await });
}

#[test]
fn one_goes_on_to_our_own_pages_only() {
    for (next, is_fine) in [
        ("/fr/agreements?q=a%20b&page=2", true),
        ("/", true),
        ("", false),
        ("fr", false),
        ("//evil.example", false),
        ("/\\evil.example", false),
        ("/fr\\..", false),
        ("https://evil.example", false),
        ("javascript:alert(1)", false),
        ("/\t/evil.example", false),
        ("/fr\r\nSet-Cookie: a=b", false),
        ("/fr/accords récents", false),
        ("/api/sign_out", false),
    ] {
        assert_eq!(own_path(next).is_some(), is_fine, "{next:?}");
    }
}

#[test]
fn a_page_is_found_in_the_other_language() {
    for (path, other) in [
        ("/fr/agreements?q=x", "/en/agreements?q=x"),
        ("/fr", "/en"),
        ("/fr?a=b", "/en?a=b"),
        ("/en/account", "/en/account"),
        ("/france", "/france"),
        ("/", "/"),
    ] {
        assert_eq!(in_language(path, Lang::En), other);
    }
}

#[test]
fn an_ipv6_network_counts_as_one_address() {
    assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
    assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
    assert_eq!(network("::ffff:192.0.2.1"), "192.0.2.1");
    assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
}

#[test]
fn a_session_seen_now_and_then_lives_to_its_absolute_limit() {
    run(async |office| {
        let secret = office.administrator().await;
        let holder = async || holder_of_session(&office.desk.state, &secret).await.expect("asked");
        for _ in 0..28 {
            office.later(25);
            assert!(holder().await.is_some());
        }
        office.later(20);
        assert!(holder().await.is_none(), "twelve hours are over");
    });
}

#[test]
fn the_first_link_makes_the_administrator_once() {
    run(async |office| {
        let desk = &office.desk;
        let link = async || {
            let made = administrator_link(&desk.state.db, &desk.state.clock, "https://entente.example").await;
            made.expect("asked")
        };
        let (first, second) = (link().await.expect("made"), link().await.expect("made"));
        assert!(second.starts_with("https://entente.example/fr/link/"));
        assert_eq!(find_link(desk, secret_of(&first)).await, Err(AppError::LinkOver), "replaced");
        assert_eq!(find_link(desk, secret_of(&second)).await, Ok(LinkView::Administrator));

        let weak = AccountForm {
            password: Secret::new("dominique1"),
            password_again: Secret::new("dominique1"),
            ..form("Dominique")
        };
        let refused = accept_link(desk, secret_of(&second), &weak).await;
        assert_eq!(refused, Err(invalid("password", Problem::WeakPassword)));
        let accepted = accept_link(desk, secret_of(&second), &form("Dominique")).await.expect("accepted");
        assert!(office.with(&accepted.session.expect("begins")).await.actor().is_administrator());
        let again = accept_link(desk, secret_of(&second), &form("Autre")).await;
        assert_eq!(again, Err(AppError::LinkOver));
        assert_eq!(link().await, None, "there is an administrator");
    });
}

#[test]
fn the_first_link_is_over_after_a_day() {
    run(async |office| {
        let desk = &office.desk;
        let url = administrator_link(&desk.state.db, &desk.state.clock, "").await.expect("asked");
        let url = url.expect("made");
        office.later(24 * 60 - 1);
        assert!(find_link(desk, secret_of(&url)).await.is_ok());
        office.later(1);
        assert_eq!(find_link(desk, secret_of(&url)).await, Err(AppError::LinkOver));
    });
}

#[test]
fn a_wrong_address_and_a_wrong_password_are_one_error() {
    run(async |office| {
        office.administrator().await;
        let desk = &office.desk;
        for (email, password) in [("dominique@exemple.fr", "faux"), ("personne@exemple.fr", PASSWORD)] {
            let refused = sign_in(desk, email, &Secret::new(password)).await;
            assert_eq!(refused, Err(AppError::WrongCredentials), "{email}");
        }
        assert!(sign_in(desk, " Dominique@Exemple.FR", &Secret::new(PASSWORD)).await.is_ok());
        let Err(AppError::Invalid { fields }) = sign_in(desk, "", &Secret::default()).await else {
            panic!("both fields are needed")
        };
        assert_eq!(fields.0.len(), 2);
    });
}

#[test]
fn after_five_failures_even_the_right_password_waits() {
    run(async |office| {
        office.administrator().await;
        let desk = &office.desk;
        let attempt = async |password| sign_in(desk, "dominique@exemple.fr", &Secret::new(password)).await;
        for _ in 0..5 {
            assert_eq!(attempt("faux").await, Err(AppError::WrongCredentials));
        }
        assert_eq!(attempt(PASSWORD).await, Err(AppError::TooMany { minutes: 15 }));
        office.later(14);
        assert_eq!(attempt(PASSWORD).await, Err(AppError::TooMany { minutes: 15 }));
        office.later(1);
        assert!(attempt(PASSWORD).await.is_ok(), "refused attempts do not lengthen the wait");
        for _ in 0..4 {
            assert_eq!(attempt("faux").await, Err(AppError::WrongCredentials));
        }
        assert!(attempt(PASSWORD).await.is_ok());
        assert_eq!(attempt("faux").await, Err(AppError::WrongCredentials), "the count began anew");
    });
}

#[test]
fn an_address_may_fail_twenty_times_over_all_accounts() {
    run(async |office| {
        office.administrator().await;
        let mut desk = office.desk.clone();
        for n in 0..20 {
            let refused = sign_in(&desk, &format!("a{n}@exemple.fr"), &Secret::new("x")).await;
            assert_eq!(refused, Err(AppError::WrongCredentials));
        }
        let mut signing_in = async |address: &str| {
            desk.visit.address = Some(address.into());
            sign_in(&desk, "dominique@exemple.fr", &Secret::new(PASSWORD)).await
        };
        assert_eq!(signing_in("192.0.2.1").await, Err(AppError::TooMany { minutes: 15 }));
        assert!(signing_in("192.0.2.2").await.is_ok(), "from elsewhere");
    });
}

#[test]
fn signing_in_makes_a_new_session_and_ends_the_old_one() {
    run(async |office| {
        let old = office.administrator().await;
        let desk = office.with(&old).await;
        let new = sign_in(&desk, "dominique@exemple.fr", &Secret::new(PASSWORD)).await.expect("signed in");
        assert!(office.is_alive(&new).await && !office.is_alive(&old).await);
        sign_out(&office.with(&new).await).await.expect("signed out");
        assert!(!office.is_alive(&new).await);
    });
}

#[test]
fn a_password_change_ends_all_other_sessions() {
    run(async |office| {
        let one = office.administrator().await;
        let email = "dominique@exemple.fr";
        let other = sign_in(&office.desk, email, &Secret::new(PASSWORD)).await.expect("signed in");
        let desk = office.with(&one).await;
        let mut change = NewPassword {
            current: Secret::new("faux"),
            password: Secret::new("sept lanternes au bord du fleuve"),
            password_again: Secret::new("sept lanternes au bord du fleuve"),
        };
        let refused = change_password(&desk, &change).await;
        assert_eq!(refused, Err(invalid("current", Problem::WrongPassword)));
        change.current = Secret::new(PASSWORD);
        change_password(&desk, &change).await.expect("changed");
        assert!(office.is_alive(&one).await && !office.is_alive(&other).await);
        assert!(sign_in(&office.desk, email, &Secret::new(PASSWORD)).await.is_err());
        assert!(sign_in(&office.desk, email, &change.password).await.is_ok());
        assert_eq!(change_password(&office.desk, &change).await, Err(AppError::SignIn));
    });
}

#[test]
fn a_disabled_account_cannot_sign_in() {
    run(async |office| {
        let session = office.administrator().await;
        let id = office.with(&session).await.actor().person().expect("a person").id;
        let mut tx = office.desk.write().await.expect("begins");
        let operator = decide(&Actor::Operator, Operate).expect("may");
        account::disable(&mut tx, &operator, &office.desk.stamp(), id).await.expect("disabled");
        tx.commit().await.expect("commits");
        let refused = sign_in(&office.desk, "dominique@exemple.fr", &Secret::new(PASSWORD)).await;
        assert_eq!(refused, Err(AppError::WrongCredentials));
        assert!(!office.is_alive(&session).await);
    });
}

#[test]
fn an_invitation_makes_an_account_or_adds_an_office_to_the_one_there_is() {
    run(async |office| {
        let (first, second) = (office.institution().await, office.institution().await);
        let administrator = office.with(&office.administrator().await).await;
        let invite = async |institution: InstitutionId, email: &str| {
            let form =
                members::MembersForm { email: email.into(), role: "officer".into(), ..Default::default() };
            members::invite(&administrator, &institution.to_string(), &form).await
        };
        let url = invite(first, "alex@exemple.fr").await.expect("invited");
        let view = find_link(&office.desk, secret_of(&url)).await.expect("open");
        let LinkView::Invitation { institution, step, .. } = &view else { panic!("{view:?}") };
        assert_eq!((institution.as_str(), *step), ("Université Exemple", InvitationStep::MakeAccount));
        let typed = AccountForm { email: "autre@exemple.fr".into(), ..form("Alex") };
        let accepted = accept_link(&office.desk, secret_of(&url), &typed).await.expect("accepted");
        assert_eq!(accepted.onward, format!("/fr/institutions/{first}"));
        let alex = office.with(&accepted.session.expect("begins")).await;
        assert!(sign_in(&office.desk, "alex@exemple.fr", &Secret::new(PASSWORD)).await.is_ok(), "as invited");
        assert_eq!(
            invite(first, "ALEX@exemple.fr").await,
            Err(invalid("email", Problem::Duplicate)),
            "a member already"
        );

        let url = invite(second, "alex@exemple.fr").await.expect("invited");
        let refused = accept_link(&office.desk, secret_of(&url), &form("Alex")).await;
        assert_eq!(refused, Err(invalid("email", Problem::TakenEmail)), "sign in first");
        let refused = accept_link(&administrator, secret_of(&url), &AccountForm::default()).await;
        assert_eq!(refused, Err(AppError::Conflict), "meant for someone else");
        accept_link(&alex, secret_of(&url), &AccountForm::default()).await.expect("accepted");
        let mut tx = office.desk.read().await.expect("begins");
        let id = alex.actor().person().expect("a person").id;
        let person = account::actor(&mut tx, id).await.expect("asked").expect("someone");
        assert_eq!(person.memberships.len(), 2);
    });
}

#[test]
fn only_leads_and_administrators_manage_an_office() {
    run(async |office| {
        let institution = office.institution().await.to_string();
        let administrator = office.with(&office.administrator().await).await;
        let join = async |name: &str, role: &str| {
            let email = format!("{}@exemple.fr", name.to_lowercase());
            let invitation = members::MembersForm { email, role: role.into(), ..Default::default() };
            let url = members::invite(&administrator, &institution, &invitation).await.expect("invited");
            let accepted = accept_link(&office.desk, secret_of(&url), &form(name)).await.expect("accepted");
            office.with(&accepted.session.expect("begins")).await
        };
        let (lead, officer) = (join("Alex", "lead").await, join("Camille", "officer").await);
        let id = |desk: &Desk| desk.actor().person().expect("a person").id.to_string();
        let invitation =
            members::MembersForm { email: "x@exemple.fr".into(), role: "lead".into(), ..Default::default() };
        assert_eq!(members::invite(&officer, &institution, &invitation).await, Err(AppError::Denied));
        assert_eq!(members::invite(&office.desk, &institution, &invitation).await, Err(AppError::SignIn));
        assert_eq!(members::remove(&officer, &institution, &id(&lead)).await, Err(AppError::Denied));
        assert_eq!(members::remove(&lead, &institution, &id(&lead)).await, Err(AppError::Conflict));
        assert_eq!(
            members::set_role(&lead, &institution, &id(&lead), "observer").await,
            Err(AppError::Conflict)
        );
        members::set_role(&lead, &institution, &id(&officer), "observer").await.expect("set");
        members::remove(&administrator, &institution, &id(&lead)).await.expect("an administrator may");
        let view = members::office(&administrator, &institution).await.expect("seen");
        let roles: Vec<_> = view.members.iter().map(|member| (member.name.as_str(), member.role)).collect();
        assert_eq!(roles, [("Camille", Role::Observer)]);
        assert!(matches!(members::office(&office.desk, &institution).await, Err(AppError::SignIn)));
    });
}

#[test]
fn a_user_added_by_the_operator_sets_the_password_through_a_link() {
    run(async |office| {
        let institution = office.institution().await;
        let mut user = NewUser {
            email: "camille@exemple.fr".into(),
            name: "Camille".into(),
            is_administrator: false,
            office: Some((InstitutionId(uuid::Uuid::nil()), Role::Lead)),
            lang: Lang::En,
        };
        let unknown = add_user(&office.desk.state, &user).await;
        assert_eq!(unknown, Err(invalid("institution", Problem::UnknownInstitution)));
        user.office = Some((institution, Role::Lead));
        let url = add_user(&office.desk.state, &user).await.expect("added, nothing was half done");
        assert!(url.starts_with("https://entente.example/en/link/"), "{url}");
        let early = sign_in(&office.desk, &user.email, &Secret::new("")).await;
        assert!(early.is_err(), "no password yet");
        let accepted = accept_link(&office.desk, secret_of(&url), &form("Camille")).await.expect("accepted");
        let desk = office.with(&accepted.session.expect("begins")).await;
        assert_eq!(desk.actor().highest_role(), Some(Role::Lead));
        assert!(sign_in(&office.desk, &user.email, &Secret::new(PASSWORD)).await.is_ok());
        let taken = add_user(&office.desk.state, &user).await;
        assert_eq!(taken, Err(invalid("email", Problem::TakenEmail)));
    });
}

#[test]
fn a_token_is_shown_once_and_only_its_hash_is_kept() {
    run(async |office| {
        let desk = office.with(&office.administrator().await).await;
        let form = |name: &str, days: &str| OwnForm {
            name: name.into(),
            scope: "read".into(),
            days: days.into(),
            ..OwnForm::default()
        };
        let Err(AppError::Invalid { fields }) = create_token(&desk, &form("", "31")).await else {
            panic!("name and days are wrong")
        };
        assert_eq!(fields.0.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), ["name", "days"]);
        let secret = create_token(&desk, &form("Export", "30")).await.expect("made");
        assert!(secret.starts_with("entente_") && secret.len() == 72);
        let mut tx = desk.read().await.expect("begins");
        let found = token::find_by_hash(&mut tx, &hash(&secret), desk.now()).await.expect("asked");
        let id = found.expect("works").id;
        drop(tx);
        let holder = holder_of_token(&desk.state, &secret).await.expect("asked").expect("works");
        assert_eq!((holder.0.name.as_str(), holder.1), ("Dominique", TokenScope::Read));
        revoke_token(&desk, &id.to_string()).await.expect("revoked");
        assert_eq!(revoke_token(&desk, &id.to_string()).await, Err(AppError::NotFound));
        assert_eq!(holder_of_token(&desk.state, &secret).await, Ok(None));
        assert_eq!(create_token(&office.desk, &form("Export", "30")).await, Err(AppError::SignIn));
    });
}
