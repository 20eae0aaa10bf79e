//! The contract of accounts, memberships, sessions, links, tokens and attempts, on both databases.

mod support;

use domain::{
    access::{
        Actor, Enter, ManageMembers, ManageOwnAccount, Operate, Permit, Person, ReadAudit, ReadMembers, Role,
        decide,
    },
    account::{PersonName, TokenScope},
    email::Email,
    id::{InstitutionId, UserId},
    lang::Lang,
};
use store::{
    Constraint, Db, StoreError, Tx,
    account::{self, NewAccount},
    attempt, audit,
    link::{self, LinkPurpose},
    membership::{self, LastLead},
    session, token,
};
use support::{at, on_each_database, stamp};
use uuid::Uuid;

fn operator() -> Permit<Operate> {
    decide(&Actor::Operator, Operate).expect("the operator may")
}

fn email(name: &str) -> Email {
    Email::parse(&format!("{name}@exemple.fr")).expect("an address")
}

async fn insert_account(tx: &mut Tx, name: &str, is_administrator: bool) -> UserId {
    let account = NewAccount {
        name: &PersonName::parse(name).expect("a name"),
        email: &email(name),
        password_hash: "hash",
        lang: Lang::Fr,
        is_administrator,
        is_demo: false,
    };
    account::insert(tx, &operator(), &stamp(0), &account).await.expect("inserted")
}

async fn insert_institution(tx: &mut Tx, parent: Option<InstitutionId>) -> InstitutionId {
    const INSERT: &str = "insert into institution (id, kind, country, parent_id, name_key_fr, is_synthetic, version, created_at, updated_at) \
        values ($1, 'university', 'FR', $2, 'key', $3, 1, $4, $4)";
    let id = stamp(0).id();
    let parent = parent.map(|parent| parent.0);
    match tx {
        Tx::Sqlite(tx) => {
            let insert = sqlx::query(INSERT).bind(id).bind(parent).bind(false).bind(at(0));
            insert.execute(&mut **tx).await.map(|_| ())
        }
        Tx::Postgres(tx) => {
            let insert = sqlx::query(INSERT).bind(id).bind(parent).bind(false).bind(at(0));
            insert.execute(&mut **tx).await.map(|_| ())
        }
    }
    .expect("inserted");
    InstitutionId(id)
}

async fn person(tx: &mut Tx, id: UserId) -> Actor {
    Actor::Person(account::actor(tx, id).await.expect("found").expect("not disabled"))
}

async fn own(tx: &mut Tx, id: UserId) -> Permit<ManageOwnAccount> {
    decide(&person(tx, id).await, ManageOwnAccount(id)).expect("one's own")
}

async fn enters(tx: &mut Tx, id: UserId) -> Permit<Enter> {
    decide(&person(tx, id).await, Enter).expect("anyone may")
}

async fn leads(tx: &mut Tx, id: UserId, institution: InstitutionId) -> Permit<ManageMembers> {
    decide(&person(tx, id).await, ManageMembers(institution)).expect("a lead may")
}

fn newcomer(name: &str) -> Actor {
    Actor::Person(Person {
        id: UserId(stamp(0).id()),
        name: name.into(),
        is_administrator: false,
        memberships: vec![],
    })
}

/// The words of what was done, newest first.
async fn trail(tx: &mut Tx) -> Vec<String> {
    let id = UserId(Uuid::nil());
    let administrator = Person { id, name: String::new(), is_administrator: true, memberships: vec![] };
    let permit = decide(&Actor::Person(administrator), ReadAudit).expect("may read");
    let lines = audit::list(tx, &permit, None, 100).await.expect("listed");
    lines.into_iter().map(|line| line.action).collect()
}

async fn count_audit_lines(db: &Db) -> usize {
    let mut tx = db.read().await.expect("begins");
    trail(&mut tx).await.len()
}

#[tokio::test]
async fn an_address_has_one_account_whatever_its_case() {
    on_each_database(|db| async move {
        let mut tx = db.write().await.expect("begins");
        let id = insert_account(&mut tx, "Camille", false).await;
        let again = NewAccount {
            name: &PersonName::parse("Autre").expect("a name"),
            email: &Email::parse("CAMILLE@exemple.FR").expect("an address"),
            password_hash: "",
            lang: Lang::En,
            is_administrator: true,
            is_demo: false,
        };
        let refused = account::insert(&mut tx, &operator(), &stamp(0), &again).await;
        assert!(matches!(refused, Err(StoreError::Conflict(Constraint::AccountEmail))), "{refused:?}");
        // The transaction goes on after the refusal, on PostgreSQL too.
        let found = account::find_by_email(&mut tx, again.email).await.expect("asked").expect("found");
        assert_eq!((found.id, found.name.as_str(), found.lang), (id, "Camille", Lang::Fr));
        assert!(!format!("{found:?}").contains("hash\""), "the hash never prints");
        tx.commit().await.expect("commits");
        assert_eq!(count_audit_lines(&db).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_role_covers_the_units_below_and_a_disabled_account_is_nobody() {
    on_each_database(|db| async move {
        let mut tx = db.write().await.expect("begins");
        let university = insert_institution(&mut tx, None).await;
        let faculty = insert_institution(&mut tx, Some(university)).await;
        let department = insert_institution(&mut tx, Some(faculty)).await;
        let stranger = insert_institution(&mut tx, None).await;
        let id = insert_account(&mut tx, "Camille", false).await;
        for (institution, role) in [(faculty, Role::Lead), (stranger, Role::Observer)] {
            membership::insert(&mut tx, &operator(), &stamp(0), id, institution, role)
                .await
                .expect("inserted");
        }
        let Actor::Person(person) = person(&mut tx, id).await else { panic!("a person") };
        let covers = |institution: InstitutionId| {
            let found = person.memberships.iter().find(|m| m.institution == institution);
            found.map(|m| (m.role, m.covers.clone()))
        };
        assert_eq!(covers(faculty), Some((Role::Lead, vec![faculty, department])));
        assert_eq!(covers(stranger), Some((Role::Observer, vec![stranger])));
        assert_eq!(covers(university), None);

        // An office above acts for its units; an observer acts for nobody.
        assert!(membership::has_members(&mut tx, department).await.expect("asked"));
        assert!(!membership::has_members(&mut tx, university).await.expect("asked"));
        assert!(!membership::has_members(&mut tx, stranger).await.expect("asked"));

        account::disable(&mut tx, &operator(), &stamp(1), id).await.expect("disabled");
        assert_eq!(account::actor(&mut tx, id).await.expect("asked"), None);
        assert!(!membership::has_members(&mut tx, department).await.expect("asked"));
    })
    .await;
}

#[tokio::test]
async fn only_accounts_that_may_sign_in_count_as_administrators() {
    on_each_database(|db| async move {
        let mut tx = db.write().await.expect("begins");
        insert_account(&mut tx, "Camille", false).await;
        assert!(!account::has_administrator(&mut tx).await.expect("asked"));
        let id = insert_account(&mut tx, "Dominique", true).await;
        assert!(account::has_administrator(&mut tx).await.expect("asked"));
        account::disable(&mut tx, &operator(), &stamp(1), id).await.expect("disabled");
        assert!(!account::has_administrator(&mut tx).await.expect("asked"));
    })
    .await;
}

#[tokio::test]
async fn password_and_language_change_and_leave_a_line_without_the_secret() {
    on_each_database(|db| async move {
        let mut tx = db.write().await.expect("begins");
        let id = insert_account(&mut tx, "Camille", false).await;
        let permit = own(&mut tx, id).await;
        account::set_password(&mut tx, &permit, &stamp(1), "another").await.expect("set");
        account::set_lang(&mut tx, &permit, &stamp(2), Lang::En).await.expect("set");
        let found = account::find(&mut tx, id).await.expect("asked").expect("found");
        assert_eq!((found.password_hash.reveal(), found.lang), ("another", Lang::En));
        assert_eq!(trail(&mut tx).await, ["set_language", "set_password", "create_account"]);
        let permit = decide(
            &Actor::Person(Person { id, name: String::new(), is_administrator: true, memberships: vec![] }),
            ReadAudit,
        );
        let lines = audit::list_of(&mut tx, &permit.expect("may"), id.0, 10).await.expect("listed");
        assert!(!format!("{lines:?}").contains("another"));
    })
    .await;
}

#[tokio::test]
async fn an_office_keeps_its_last_lead_unless_someone_above_decides() {
    on_each_database(|db| async move {
        let mut tx = db.write().await.expect("begins");
        let office = insert_institution(&mut tx, None).await;
        let camille = insert_account(&mut tx, "Camille", false).await;
        let alex = insert_account(&mut tx, "Alex", false).await;
        for id in [camille, alex] {
            membership::insert(&mut tx, &operator(), &stamp(0), id, office, Role::Lead)
                .await
                .expect("inserted");
        }
        let permit = leads(&mut tx, camille, office).await;
        let stays = LastLead::Stays;
        membership::set_role(&mut tx, &permit, &stamp(1), alex, Role::Officer, stays).await.expect("set");
        for refused in [
            membership::set_role(&mut tx, &permit, &stamp(2), camille, Role::Officer, stays).await,
            membership::remove(&mut tx, &permit, &stamp(2), camille, stays).await,
        ] {
            assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
        }
        let unknown = membership::remove(&mut tx, &permit, &stamp(2), UserId(Uuid::nil()), stays).await;
        assert!(matches!(unknown, Err(StoreError::NotFound)));

        let read = decide(&person(&mut tx, camille).await, ReadMembers(office)).expect("may read");
        let listed = membership::list(&mut tx, &read).await.expect("listed");
        let listed: Vec<_> = listed.iter().map(|m| (m.name.as_str(), m.role)).collect();
        assert_eq!(listed, [("Alex", Role::Officer), ("Camille", Role::Lead)]);

        membership::remove(&mut tx, &permit, &stamp(3), camille, LastLead::MayGo).await.expect("removed");
        assert_eq!(membership::find(&mut tx, camille, office).await.expect("asked"), None);
        assert_eq!(trail(&mut tx).await[..2], ["remove_member", "set_member_role"]);
    })
    .await;
}

#[tokio::test]
async fn two_leads_who_remove_each_other_at_once_leave_one() {
    on_each_database(|db| async move {
        let mut tx = db.write().await.expect("begins");
        let office = insert_institution(&mut tx, None).await;
        let camille = insert_account(&mut tx, "Camille", false).await;
        let alex = insert_account(&mut tx, "Alex", false).await;
        for id in [camille, alex] {
            membership::insert(&mut tx, &operator(), &stamp(0), id, office, Role::Lead)
                .await
                .expect("inserted");
        }
        let by_camille = leads(&mut tx, camille, office).await;
        let by_alex = leads(&mut tx, alex, office).await;
        tx.commit().await.expect("commits");
        let remove = async |permit: Permit<ManageMembers>, who: UserId| {
            let mut tx = db.write().await?;
            membership::remove(&mut tx, &permit, &stamp(1), who, LastLead::Stays).await?;
            tx.commit().await
        };
        let (one, other) = tokio::join!(remove(by_camille, alex), remove(by_alex, camille));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    })
    .await;
}

#[tokio::test]
async fn a_session_lives_between_its_two_limits() {
    on_each_database(|db| async move {
        let mut tx = db.write().await.expect("begins");
        let id = insert_account(&mut tx, "Camille", false).await;
        let permit = enters(&mut tx, id).await;
        let session = session::insert(&mut tx, &permit, &stamp(0), b"hash", "Firefox", at(720), None)
            .await
            .expect("inserted");
        // Asked at a minute, with 30 minutes of idleness allowed.
        let mut found = async |minute: i64| {
            let found = session::find_by_hash(&mut tx, b"hash", at(minute), at(minute - 30)).await;
            found.expect("asked").map(|session| session.id)
        };
        assert_eq!(found(29).await, Some(session));
        assert_eq!(found(30).await, None, "idle");
        for minute in [25, 50] {
            session::touch(&mut tx, session, at(minute)).await.expect("touched");
        }
        let mut found = async |minute: i64, idle: i64| {
            let found = session::find_by_hash(&mut tx, b"hash", at(minute), at(minute - idle)).await;
            found.expect("asked").map(|session| session.id)
        };
        assert_eq!(found(79, 30).await, Some(session));
        assert_eq!(found(719, 1000).await, Some(session));
        assert_eq!(found(720, 1000).await, None, "absolute");
        let other = session::find_by_hash(&mut tx, b"other", at(51), at(21)).await.expect("asked");
        assert_eq!(other, None);
        account::disable(&mut tx, &operator(), &stamp(51), id).await.expect("disabled");
        let after = session::find_by_hash(&mut tx, b"hash", at(52), at(22)).await.expect("asked");
        assert_eq!(after, None, "disabled");
    })
    .await;
}

#[tokio::test]
async fn a_session_is_written_at_most_once_a_minute() {
    on_each_database(|db| async move {
        let mut tx = db.write().await.expect("begins");
        let id = insert_account(&mut tx, "Camille", false).await;
        let permit = enters(&mut tx, id).await;
        let session = session::insert(&mut tx, &permit, &stamp(0), b"hash", "Firefox", at(720), None)
            .await
            .expect("inserted");
        let early = at(0) + chrono::TimeDelta::seconds(59);
        let mut seen_after = async |instant| {
            session::touch(&mut tx, session, instant).await.expect("touched");
            let found = session::find_by_hash(&mut tx, b"hash", instant, at(-30)).await;
            found.expect("asked").expect("alive")
        };
        let first = seen_after(early).await;
        assert_eq!((first.seen_at, first.is_to_touch(early)), (at(0), false));
        assert!(first.is_to_touch(at(1)));
        assert_eq!(seen_after(at(1)).await.seen_at, at(1));
    })
    .await;
}

#[tokio::test]
async fn one_ends_only_ones_own_sessions() {
    on_each_database(|db| async move {
        let mut tx = db.write().await.expect("begins");
        let camille = insert_account(&mut tx, "Camille", false).await;
        let alex = insert_account(&mut tx, "Alex", false).await;
        let mut sessions = Vec::new();
        for (n, who) in [camille, camille, camille, alex].into_iter().enumerate() {
            let permit = enters(&mut tx, who).await;
            let hash = [u8::try_from(n).expect("small")];
            let id = session::insert(&mut tx, &permit, &stamp(0), &hash, "Firefox", at(720), None).await;
            sessions.push(id.expect("inserted"));
        }
        let permit = own(&mut tx, camille).await;
        let anothers = session::end(&mut tx, &permit, &stamp(1), sessions[3]).await;
        assert!(matches!(anothers, Err(StoreError::NotFound)));
        session::end(&mut tx, &permit, &stamp(1), sessions[0]).await.expect("ended");
        assert_eq!(session::end_others(&mut tx, &permit, &stamp(2), sessions[1]).await.expect("ended"), 1);
        let listed = session::list(&mut tx, &permit, at(3), at(-30)).await.expect("listed");
        assert_eq!(listed.iter().map(|s| s.id).collect::<Vec<_>>(), [sessions[1]]);

        // Signing in anew ends the session the browser had, even as someone else.
        let enter = enters(&mut tx, alex).await;
        let previous = Some(sessions[1]);
        session::insert(&mut tx, &enter, &stamp(3), b"new", "Firefox", at(720), previous)
            .await
            .expect("inserted");
        assert_eq!(session::list(&mut tx, &permit, at(4), at(-30)).await.expect("listed").len(), 0);
        let others = own(&mut tx, alex).await;
        assert_eq!(session::list(&mut tx, &others, at(4), at(-30)).await.expect("listed").len(), 2);
        assert_eq!(session::end_all(&mut tx, &permit, &stamp(4)).await.expect("ended"), 0);
        session::delete_over(&mut tx, at(720), at(-30)).await.expect("deleted");
        assert!(session::list(&mut tx, &others, at(4), at(-30)).await.expect("listed").is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_link_opens_once_even_when_two_try_at_once() {
    on_each_database(|db| async move {
        let mut tx = db.write().await.expect("begins");
        link::insert_administrator(&mut tx, &operator(), &stamp(0), b"first", at(60)).await.expect("made");
        link::insert_administrator(&mut tx, &operator(), &stamp(0), b"second", at(60)).await.expect("made");
        assert_eq!(link::find_open(&mut tx, b"first", at(1)).await.expect("asked"), None, "replaced");
        assert_eq!(link::find_open(&mut tx, b"second", at(60)).await.expect("asked"), None, "over");
        let open = link::find_open(&mut tx, b"second", at(59)).await.expect("asked").expect("open");
        assert_eq!(open.purpose, LinkPurpose::Administrator);
        assert!(link::use_once(&mut tx, &stamp(60), b"second").await.expect("asked").is_none());
        tx.commit().await.expect("commits");

        let attempt = async || {
            let mut tx = db.write().await.expect("begins");
            let used = link::use_once(&mut tx, &stamp(1), b"second").await.expect("asked");
            tx.commit().await.expect("commits");
            used.is_some()
        };
        let (one, other) = tokio::join!(attempt(), attempt());
        assert!(one != other, "exactly one gets it");
        assert!(!attempt().await);
    })
    .await;
}

#[tokio::test]
async fn an_invitation_gives_the_account_and_role_it_was_made_for() {
    on_each_database(|db| async move {
        let mut tx = db.write().await.expect("begins");
        let office = insert_institution(&mut tx, None).await;
        let elsewhere = insert_institution(&mut tx, None).await;
        let camille = insert_account(&mut tx, "Camille", false).await;
        for institution in [office, elsewhere] {
            membership::insert(&mut tx, &operator(), &stamp(0), camille, institution, Role::Lead)
                .await
                .expect("inserted");
        }
        let permit = leads(&mut tx, camille, office).await;
        let alex = email("Alex");
        for (hash, role) in [(b"one", Role::Lead), (b"two", Role::Officer)] {
            link::insert_invitation(&mut tx, &permit, &stamp(1), hash, &alex, role, at(60))
                .await
                .expect("made");
        }
        let read = decide(&person(&mut tx, camille).await, ReadMembers(office)).expect("may read");
        let open = link::list_open(&mut tx, &read, at(2)).await.expect("listed");
        assert_eq!(open.len(), 1, "the second replaces the first");

        // Another office cannot revoke it.
        let foreign = leads(&mut tx, camille, elsewhere).await;
        let refused = link::revoke(&mut tx, &foreign, &stamp(2), open[0].id).await;
        assert!(matches!(refused, Err(StoreError::NotFound)));

        let used = link::use_once(&mut tx, &stamp(3), b"two").await.expect("asked").expect("open");
        let enter = decide(&newcomer("Alex"), Enter).expect("anyone may");
        let name = PersonName::parse("Alex").expect("a name");
        let mut draft = NewAccount {
            name: &name,
            email: &email("Autre"),
            password_hash: "hash",
            lang: Lang::En,
            is_administrator: false,
            is_demo: false,
        };
        let stranger = account::insert_through_link(&mut tx, &enter, &stamp(3), &used, &draft).await;
        assert!(matches!(stranger, Err(StoreError::Conflict(_))), "for another address");
        draft.email = &alex;
        draft.is_administrator = true;
        let grown = account::insert_through_link(&mut tx, &enter, &stamp(3), &used, &draft).await;
        assert!(matches!(grown, Err(StoreError::Conflict(_))), "an invitation makes no administrator");
        draft.is_administrator = false;
        let id = account::insert_through_link(&mut tx, &enter, &stamp(3), &used, &draft).await;
        let id = id.expect("made");
        assert_eq!(Some(id), enter.user());
        membership::insert_through_link(&mut tx, &enter, &stamp(3), &used, id).await.expect("entered");
        assert_eq!(membership::find(&mut tx, id, office).await.expect("asked"), Some(Role::Officer));
        let offices = membership::list_of(&mut tx, id, "fr").await.expect("listed");
        assert_eq!(
            offices.iter().map(|o| (o.institution, o.role)).collect::<Vec<_>>(),
            [(office, Role::Officer)]
        );

        // Invited again as less, one keeps what one is.
        link::insert_invitation(&mut tx, &permit, &stamp(4), b"less", &alex, Role::Observer, at(60))
            .await
            .expect("made");
        let used = link::use_once(&mut tx, &stamp(5), b"less").await.expect("asked").expect("open");
        membership::insert_through_link(&mut tx, &enter, &stamp(5), &used, id).await.expect("entered");
        assert_eq!(membership::find(&mut tx, id, office).await.expect("asked"), Some(Role::Officer));
        assert!(link::list_open(&mut tx, &read, at(6)).await.expect("listed").is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_revoked_invitation_opens_nothing() {
    on_each_database(|db| async move {
        let mut tx = db.write().await.expect("begins");
        let office = insert_institution(&mut tx, None).await;
        let camille = insert_account(&mut tx, "Camille", false).await;
        membership::insert(&mut tx, &operator(), &stamp(0), camille, office, Role::Lead).await.expect("in");
        let permit = leads(&mut tx, camille, office).await;
        link::insert_invitation(&mut tx, &permit, &stamp(1), b"x", &email("Alex"), Role::Lead, at(60))
            .await
            .expect("made");
        let open = link::find_open(&mut tx, b"x", at(2)).await.expect("asked").expect("open");
        link::revoke(&mut tx, &permit, &stamp(2), open.id).await.expect("revoked");
        assert!(link::use_once(&mut tx, &stamp(3), b"x").await.expect("asked").is_none());
        assert_eq!(trail(&mut tx).await[..2], ["revoke_invitation", "create_link"]);
    })
    .await;
}

#[tokio::test]
async fn a_password_link_sets_the_password_of_its_account_only() {
    on_each_database(|db| async move {
        let mut tx = db.write().await.expect("begins");
        let id = insert_account(&mut tx, "Camille", false).await;
        let enter = enters(&mut tx, id).await;
        session::insert(&mut tx, &enter, &stamp(0), b"old", "Firefox", at(720), None).await.expect("in");
        link::insert_password(&mut tx, &operator(), &stamp(0), b"x", id, at(60)).await.expect("made");
        let used = link::use_once(&mut tx, &stamp(1), b"x").await.expect("asked").expect("open");
        account::set_password_through_link(&mut tx, &enter, &stamp(1), &used, "new").await.expect("set");
        assert_eq!(session::end_all_through_link(&mut tx, &enter, &stamp(1), &used).await.expect("ended"), 1);
        let found = account::find(&mut tx, id).await.expect("asked").expect("found");
        assert_eq!(found.password_hash.reveal(), "new");

        link::insert_administrator(&mut tx, &operator(), &stamp(2), b"y", at(60)).await.expect("made");
        let used = link::use_once(&mut tx, &stamp(3), b"y").await.expect("asked").expect("open");
        let refused = account::set_password_through_link(&mut tx, &enter, &stamp(3), &used, "z").await;
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "not what it was made for");
    })
    .await;
}

#[tokio::test]
async fn a_token_works_until_revoked_or_over() {
    on_each_database(|db| async move {
        let mut tx = db.write().await.expect("begins");
        let camille = insert_account(&mut tx, "Camille", false).await;
        let alex = insert_account(&mut tx, "Alex", false).await;
        let permit = own(&mut tx, camille).await;
        let name = token::TokenName::parse("Export").expect("a name");
        let id = token::insert(&mut tx, &permit, &stamp(1), b"x", &name, TokenScope::Read, at(60))
            .await
            .expect("made");
        let found = token::find_by_hash(&mut tx, b"x", at(59)).await.expect("asked").expect("works");
        assert_eq!((found.id, found.account, found.scope), (id, camille, TokenScope::Read));
        assert_eq!(token::find_by_hash(&mut tx, b"x", at(60)).await.expect("asked"), None, "over");
        token::touch(&mut tx, id, at(5)).await.expect("noted");
        let listed = token::list(&mut tx, &permit).await.expect("listed");
        assert_eq!(listed[0].used_at, Some(at(5)));
        assert!(!listed[0].is_to_touch(at(5)) && listed[0].is_to_touch(at(6)));

        let anothers = own(&mut tx, alex).await;
        assert!(token::list(&mut tx, &anothers).await.expect("listed").is_empty());
        let refused = token::revoke(&mut tx, &anothers, &stamp(6), id).await;
        assert!(matches!(refused, Err(StoreError::NotFound)));
        token::revoke(&mut tx, &permit, &stamp(7), id).await.expect("revoked");
        assert_eq!(token::find_by_hash(&mut tx, b"x", at(8)).await.expect("asked"), None, "revoked");
        assert_eq!(trail(&mut tx).await[..2], ["revoke_token", "create_token"]);
    })
    .await;
}

#[tokio::test]
async fn attempts_are_counted_by_subject_within_a_window() {
    on_each_database(|db| async move {
        let mut tx = db.write().await.expect("begins");
        let permit = decide(&Actor::Visitor, Enter).expect("anyone may");
        let mut last = None;
        for minute in [0, 5, 10] {
            let id = attempt::insert(&mut tx, &permit, &stamp(minute), b"camille").await;
            last = Some(id.expect("written"));
        }
        attempt::insert(&mut tx, &permit, &stamp(10), b"address").await.expect("written");
        assert_eq!(attempt::count(&mut tx, b"camille", at(0)).await.expect("counted"), 2);
        attempt::delete(&mut tx, &permit, last.expect("one")).await.expect("taken back");
        assert_eq!(attempt::count(&mut tx, b"camille", at(-1)).await.expect("counted"), 2);
        attempt::delete_old(&mut tx, at(0)).await.expect("forgotten");
        assert_eq!(attempt::count(&mut tx, b"camille", at(-1)).await.expect("counted"), 1);
        attempt::clear(&mut tx, &permit, b"camille").await.expect("cleared");
        assert_eq!(attempt::count(&mut tx, b"camille", at(-1)).await.expect("counted"), 0);
        assert_eq!(attempt::count(&mut tx, b"address", at(-1)).await.expect("counted"), 1);
        attempt::record_failure(&mut tx, &permit, &stamp(11), None).await.expect("noted");
        assert_eq!(trail(&mut tx).await, ["fail_to_sign_in"]);
    })
    .await;
}
