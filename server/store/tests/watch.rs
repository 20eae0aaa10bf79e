//! Nothing expires by surprise, on both databases: each step and each gap is told once, and a lease has one holder.

mod sample;
mod support;

use chrono::{NaiveDate, TimeDelta};
use domain::{
    academic_year::AcademicYear,
    access::{
        Actor, DealWithInbox, ManageFeed, ManageMail, ManageOwnAccount, Operate, Permit, ReadInbox, Role,
        Watch, decide,
    },
    account::PersonName,
    agreement::{AgreementForm, Pair},
    email::Email,
    id::{AgreementId, InstitutionId, UserId},
    inbox::Item,
    lang::Lang,
};
use sample::{Desk, day, framework, member, on, signed};
use std::collections::BTreeSet;
use store::{
    account::{self, NewAccount},
    agreement, feed, inbox,
    job::{self, Job},
    membership,
    outbox::{self, Message, Recipient},
    watch,
};
use support::{at, on_each_database};
use uuid::Uuid;

fn permit() -> Permit<Watch> {
    decide(&Actor::Operator, Watch).expect("the operator may")
}

/// An agreement of these parties that all have signed.
async fn concluded(desk: &Desk, form: &AgreementForm, parties: &[InstitutionId]) -> AgreementId {
    let lead = member(Role::Lead, parties[0], &[]);
    let id = desk.create(&lead, form).await;
    desk.share(&lead, id).await.expect("shared");
    for party in parties {
        desk.sign(&lead, id, *party, &signed("2022-01-10")).await.expect("signed");
    }
    id
}

fn exchange(parties: &[InstitutionId], starts: &str, ends: &str) -> AgreementForm {
    AgreementForm {
        kind: "student_exchange".into(),
        starts: starts.into(),
        ends: ends.into(),
        ..framework("Échange", parties)
    }
}

async fn due(desk: &Desk, on: &str) -> Vec<watch::Due> {
    watch::due(&mut desk.read().await, day(on)).await.expect("found")
}

/// Notes all that is due on a day; answers how much was.
async fn remind(desk: &Desk, on: &str) -> usize {
    let mut count = 0;
    for due in due(desk, on).await {
        let mut tx = desk.write().await;
        let is_new = watch::remind(&mut tx, &permit(), &desk.stamp(), &due).await.expect("noted");
        tx.commit().await.expect("committed");
        count += usize::from(is_new);
    }
    count
}

/// The words of what awaits an institution on a day.
async fn awaits(desk: &Desk, institution: InstitutionId, on: NaiveDate) -> Vec<String> {
    let actor = member(Role::Officer, institution, &[]);
    let permit = decide(&actor, ReadInbox).expect("an officer may");
    let items = inbox::list(&mut desk.read().await, &permit, &[institution], on).await.expect("listed");
    items.iter().map(|item| item.item.to_string()).collect()
}

#[tokio::test]
async fn each_step_is_told_once_to_each_party() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let parties = [desk.university("Alès", "FR").await, desk.university("Kagawa", "JP").await];
        let plain = concluded(&desk, &exchange(&parties, "2022-09", "2027-08"), &parties).await;
        let tacit = AgreementForm {
            renewal: "tacit".into(),
            renewal_months: "12".into(),
            notice_months: "6".into(),
            ..exchange(&parties, "2020", "2021")
        };
        let tacit = concluded(&desk, &tacit, &parties).await;
        concluded(&desk, &exchange(&parties, "2022", ""), &parties).await;
        let draft = desk.create(&Actor::Operator, &exchange(&parties, "2022", "2026-12")).await;

        assert_eq!(due(&desk, "2026-08-30").await.len(), 2, "the one that renews itself, for each party");
        assert_eq!(remind(&desk, "2026-08-31").await, 4);
        assert_eq!(remind(&desk, "2026-08-31").await, 0, "nobody is told twice");
        assert_eq!(remind(&desk, "2026-10-05").await, 0);
        let told = due(&desk, "2027-02-28").await;
        assert!(told.iter().any(|due| due.agreement == plain && due.step.months == 6));
        assert!(told.iter().all(|due| due.agreement != draft));
        let present = awaits(&desk, parties[0], day("2026-10-05")).await;
        assert_eq!(present, [format!("notice.{tacit}.12.2027-06-30"), format!("end.{plain}.12.2027-08-31")]);
        assert_eq!(remind(&desk, "2027-02-28").await, 4);
        let present = awaits(&desk, parties[1], day("2027-02-28")).await;
        assert_eq!(present, [format!("notice.{tacit}.6.2027-06-30"), format!("end.{plain}.6.2027-08-31")]);
        assert_eq!(awaits(&desk, parties[1], day("2027-09-01")).await, Vec::<String>::new());
        assert_eq!(desk.audit(plain.0).await.iter().filter(|line| line.action == "remind").count(), 4);
    })
    .await;
}

#[tokio::test]
async fn a_gap_is_found_told_once_and_closed_when_an_agreement_follows() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let a = desk.university("Alès", "FR").await;
        let b = desk.university("Kagawa", "JP").await;
        let c = desk.university("Osaka", "JP").await;
        concluded(&desk, &exchange(&[a, b], "2022-09", "2026-08"), &[a, b]).await;
        concluded(&desk, &exchange(&[a, c], "2022-09", "2026-08"), &[a, c]).await;
        concluded(&desk, &exchange(&[a, c], "2026-10", "2030-08"), &[a, c]).await;
        let research = AgreementForm { kind: "research".into(), ..exchange(&[b, c], "2022", "2026-08") };
        concluded(&desk, &research, &[b, c]).await;
        let year = AcademicYear::northern(2026).expect("a year");
        let both = BTreeSet::from([(a, b), (b, a)]);
        let found = async || watch::uncovered(&mut desk.read().await, year).await.expect("found");
        assert_eq!(found().await, both);

        let note = async |pairs: &BTreeSet<Pair>| {
            let mut tx = desk.write().await;
            let new = watch::note_gaps(&mut tx, &permit(), &desk.stamp(), year, pairs).await.expect("noted");
            tx.commit().await.expect("committed");
            new.len()
        };
        assert_eq!(note(&found().await).await, 2, "both hear of it");
        assert_eq!(note(&found().await).await, 0);
        let on = day("2026-10-05");
        assert_eq!(awaits(&desk, a, on).await, [format!("gap.{b}.2026/2027")]);
        assert_eq!(awaits(&desk, c, on).await, Vec::<String>::new());
        concluded(&desk, &exchange(&[a, b], "2027-01", "2029-08"), &[a, b]).await;
        assert_eq!(found().await, BTreeSet::new());
        assert_eq!(note(&BTreeSet::new()).await, 0);
        assert_eq!(awaits(&desk, b, on).await, Vec::<String>::new());
        assert_eq!(note(&both).await, 0, "it comes back without being told again");
        assert_eq!(awaits(&desk, b, on).await, [format!("gap.{a}.2026/2027")]);
    })
    .await;
}

#[tokio::test]
async fn a_paper_successor_that_is_not_shared_closes_the_gap_of_its_own_side() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let a = desk.university("Alès", "FR").await;
        let b = desk.university("Kagawa", "JP").await;
        let lead = member(Role::Lead, a, &[]);
        let on_paper = async |starts: &str, ends: &str| {
            let id = desk.create(&lead, &exchange(&[a, b], starts, ends)).await;
            for party in [a, b] {
                desk.sign(&lead, id, party, &signed("2022-01-10")).await.expect("signed");
            }
        };
        let found = async |year: i32| {
            let year = AcademicYear::northern(year).expect("a year");
            watch::uncovered(&mut desk.read().await, year).await.expect("found")
        };
        concluded(&desk, &exchange(&[a, b], "2022-09", "2026-08"), &[a, b]).await;
        assert_eq!(found(2026).await, BTreeSet::from([(a, b), (b, a)]));
        on_paper("2026-09", "2028-08").await;
        assert_eq!(found(2026).await, BTreeSet::from([(b, a)]), "the other office cannot know of it");
        assert_eq!(found(2028).await, BTreeSet::from([(a, b)]), "and is told nothing when that one ends");
    })
    .await;
}

#[tokio::test]
async fn what_was_dealt_with_is_so_for_the_office_until_it_is_put_back() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let parties = [desk.university("Alès", "FR").await, desk.university("Kagawa", "JP").await];
        concluded(&desk, &exchange(&parties, "2022-09", "2027-08"), &parties).await;
        remind(&desk, "2026-10-05").await;
        let on = day("2026-10-05");
        let item: Item = awaits(&desk, parties[0], on).await[0].parse().expect("an item");
        let officer = member(Role::Officer, parties[0], &[]);
        let may = decide(&officer, DealWithInbox(parties[0])).expect("an officer may");
        let read = decide(&officer, ReadInbox).expect("an officer may");
        let dealt = async || {
            let items = inbox::list(&mut desk.read().await, &read, &parties, on).await.expect("listed");
            items.iter().map(|item| item.dealt.as_ref().map(|dealt| dealt.name.clone())).collect::<Vec<_>>()
        };
        for _ in 0..2 {
            let mut tx = desk.write().await;
            inbox::deal(&mut tx, &may, &desk.stamp(), item).await.expect("noted");
            tx.commit().await.expect("committed");
        }
        assert_eq!(
            dealt().await.iter().flatten().collect::<Vec<_>>(),
            ["Camille Exemple"],
            "for one of both"
        );
        let mut tx = desk.write().await;
        inbox::undo(&mut tx, &may, &desk.stamp(), item).await.expect("put back");
        tx.commit().await.expect("committed");
        assert_eq!(dealt().await, [None, None]);
    })
    .await;
}

#[tokio::test]
async fn a_lease_has_one_holder_until_it_is_given_up_or_runs_out() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let [one, other] = [Uuid::from_u128(1), Uuid::from_u128(2)];
        let take = async |holder, minute: i64| {
            let mut tx = desk.write().await;
            let taken = job::take(&mut tx, &permit(), Job::Mail, holder, at(minute), at(minute + 10)).await;
            tx.commit().await.expect("committed");
            taken.expect("asked")
        };
        assert!(take(one, 0).await);
        assert!(!take(other, 5).await);
        assert!(take(one, 9).await, "made longer");
        assert!(!take(other, 15).await);
        assert!(take(other, 19).await, "run out");
        assert!(!take(one, 20).await);
        let mut tx = desk.write().await;
        job::set_seen(&mut tx, &permit(), Job::Mail, one, "not its own").await.expect("asked");
        job::set_seen(&mut tx, &permit(), Job::Mail, other, "2026-10-05 7").await.expect("asked");
        job::give_up(&mut tx, &permit(), other).await.expect("given up");
        tx.commit().await.expect("committed");
        assert!(take(one, 20).await);
        let seen = job::seen(&mut desk.read().await, Job::Mail).await.expect("asked");
        assert_eq!(seen.as_deref(), Some("2026-10-05 7"));
        assert_eq!(job::seen(&mut desk.read().await, Job::Watch).await.expect("asked"), None);
    })
    .await;
}

async fn person(desk: &Desk, name: &str, role: Role, office: InstitutionId) -> UserId {
    let permit = decide(&Actor::Operator, Operate).expect("the operator may");
    let new = NewAccount {
        name: &PersonName::parse(name).expect("a name"),
        email: &Email::parse(&format!("{name}@exemple.invalid")).expect("an address"),
        password_hash: "",
        lang: if role == Role::Lead { Lang::En } else { Lang::Fr },
        is_administrator: false,
        is_demo: true,
    };
    let mut tx = desk.write().await;
    let id = account::insert(&mut tx, &permit, &desk.stamp(), &new).await.expect("an account");
    membership::insert(&mut tx, &permit, &desk.stamp(), id, office, role).await.expect("a member");
    tx.commit().await.expect("committed");
    id
}

#[tokio::test]
async fn those_are_told_who_act_for_the_institution_or_one_above_and_want_mail() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let school = desk.university("Alès", "FR").await;
        let mut form = sample::university("Département", "FR");
        (form.kind, form.parent) = ("unit".into(), school.to_string());
        let unit = desk.insert(&form).await.expect("inserted");
        let officer = person(&desk, "officer", Role::Officer, unit).await;
        let lead = person(&desk, "lead", Role::Lead, school).await;
        person(&desk, "observer", Role::Observer, unit).await;
        person(&desk, "stranger", Role::Lead, desk.university("Osaka", "JP").await).await;
        let told = async |of| watch::recipients(&mut desk.read().await, &permit(), of).await.expect("found");
        assert_eq!(told(unit).await, [(officer, Lang::Fr), (lead, Lang::En)]);
        assert_eq!(told(school).await, [(lead, Lang::En)]);
        let actor = Actor::Person(
            account::actor(&mut desk.read().await, lead).await.expect("asked").expect("someone"),
        );
        let own = decide(&actor, ManageOwnAccount(lead)).expect("one's own");
        let mut tx = desk.write().await;
        account::set_wants_mail(&mut tx, &own, &desk.stamp(), false).await.expect("set");
        tx.commit().await.expect("committed");
        assert!(!account::wants_mail(&mut desk.read().await, &own).await.expect("asked"));
        assert_eq!(told(school).await, []);
    })
    .await;
}

#[tokio::test]
async fn a_message_is_written_once_tried_again_and_given_up_in_the_end() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let school = desk.university("Alès", "FR").await;
        let account = person(&desk, "officer", Role::Officer, school).await;
        let message = Message {
            mark: "end.1".into(),
            to: Recipient::Account(account),
            lang: Lang::Fr,
            subject: "Fin".into(),
            text: "Texte".into(),
            html: "<p>Texte</p>".into(),
        };
        let mut tx = desk.write().await;
        assert!(outbox::insert(&mut tx, &permit(), &desk.stamp(), &message).await.expect("written"));
        assert!(!outbox::insert(&mut tx, &permit(), &desk.stamp(), &message).await.expect("written"));
        tx.commit().await.expect("committed");
        let mail = decide(&sample::administrator(), ManageMail).expect("an administrator may");
        let claim = async |minute: i64| {
            let mut tx = desk.write().await;
            let claimed = outbox::claim(&mut tx, &permit(), at(minute)).await.expect("asked");
            if let Some(claimed) = &claimed {
                outbox::failed(&mut tx, &permit(), claimed.id, "away").await.expect("noted");
            }
            tx.commit().await.expect("committed");
            claimed
        };
        let first = claim(1).await.expect("a message");
        assert_eq!((first.email.as_str(), first.body_text.as_str()), ("officer@exemple.invalid", "Texte"));
        assert_eq!(claim(1).await, None, "claimed already");
        let mut tries = 1;
        for minute in (2..10_000).step_by(5) {
            tries += i32::from(claim(minute).await.is_some());
        }
        assert_eq!(tries, 8);
        let counts = async || outbox::counts(&mut desk.read().await, &mail).await.expect("counted");
        assert_eq!((counts().await.sent, counts().await.waiting, counts().await.given_up), (0, 0, 1));
        let failing = outbox::failing(&mut desk.read().await, &mail, 10).await.expect("listed");
        assert_eq!(failing[0].failure.as_deref(), Some("away"));
        desk.wait(TimeDelta::days(30));
        let mut tx = desk.write().await;
        assert_eq!(outbox::retry(&mut tx, &mail, &desk.stamp()).await.expect("again"), 1);
        tx.commit().await.expect("committed");
        let again = claim(60 * 24 * 31).await.expect("a message");
        assert_eq!(again.id, first.id);
        let mut tx = desk.write().await;
        outbox::sent(&mut tx, &permit(), again.id, at(60 * 24 * 31)).await.expect("noted");
        tx.commit().await.expect("committed");
        assert_eq!((counts().await.sent, counts().await.waiting), (1, 0));
        assert_eq!(claim(60 * 24 * 60).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_message_goes_to_someone_without_an_account_as_well() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let camille = Recipient::Person {
            name: PersonName::parse("Camille Exemple").expect("a name"),
            email: Email::parse("camille@exemple.invalid").expect("an address"),
        };
        let message = Message {
            mark: "offered.1".into(),
            to: camille,
            lang: Lang::En,
            subject: "A place".into(),
            text: "Text".into(),
            html: "<p>Text</p>".into(),
        };
        let mut tx = desk.write().await;
        assert!(outbox::insert(&mut tx, &permit(), &desk.stamp(), &message).await.expect("written"));
        assert!(!outbox::insert(&mut tx, &permit(), &desk.stamp(), &message).await.expect("written"));
        let claimed = outbox::claim(&mut tx, &permit(), at(1)).await.expect("asked").expect("a message");
        assert_eq!(
            (claimed.name.as_str(), claimed.email.as_str()),
            ("Camille Exemple", "camille@exemple.invalid")
        );
        outbox::failed(&mut tx, &permit(), claimed.id, "away").await.expect("noted");
        tx.commit().await.expect("committed");
        let mail = decide(&sample::administrator(), ManageMail).expect("an administrator may");
        let failing = outbox::failing(&mut desk.read().await, &mail, 10).await.expect("listed");
        assert_eq!(
            (failing[0].name.as_str(), failing[0].email.as_str()),
            ("Camille Exemple", "camille@exemple.invalid")
        );
    })
    .await;
}

#[tokio::test]
async fn a_message_goes_to_an_account_or_to_a_name_with_an_address() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let school = desk.university("Alès", "FR").await;
        let account = person(&desk, "officer", Role::Officer, school).await;
        for (to, name, email, is_fine) in [
            (Some(account), None, None, true),
            (None, Some("Camille"), Some("c@exemple.invalid"), true),
            (None, None, None, false),
            (None, Some("Camille"), None, false),
            (None, None, Some("c@exemple.invalid"), false),
            (Some(account), Some("Camille"), Some("c@exemple.invalid"), false),
            (Some(account), None, Some("c@exemple.invalid"), false),
        ] {
            let mut tx = desk.write().await;
            let id = desk.stamp().id();
            let insert = "insert into outbox (id, mark, account_id, to_name, to_email, lang, subject, body_text, body_html, made_at, tries) \
                values ($1, 'mark', $2, $3, $4, 'fr', 's', 't', 'h', $5, 0)";
            let written = on!(&mut tx, |c| {
                let write = sqlx::query(insert).bind(id).bind(to.map(|to| to.0)).bind(name).bind(email);
                write.bind(at(0)).execute(c).await.map(|_| ()).map_err(|error| error.to_string())
            });
            let is_checked = written.as_ref().is_err_and(|error| error.contains("outbox_to"));
            assert!(if is_fine { written.is_ok() } else { is_checked }, "{to:?} {name:?} {email:?}: {written:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_calendar_opens_by_its_latest_address_only_and_holds_what_the_office_may_know() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let parties = [desk.university("Alès", "FR").await, desk.university("Kagawa", "JP").await];
        let ending = concluded(&desk, &exchange(&parties, "2022-09", "2027-08"), &parties).await;
        concluded(&desk, &exchange(&parties, "2022", ""), &parties).await;
        desk.create(&member(Role::Lead, parties[0], &[]), &exchange(&parties, "2022", "2026-12")).await;
        let officer = member(Role::Officer, parties[0], &[]);
        let may = decide(&officer, ManageFeed(parties[0])).expect("an officer may");
        for hash in [[1_u8; 32], [2; 32]] {
            let mut tx = desk.write().await;
            feed::put(&mut tx, &may, &desk.stamp(), &hash).await.expect("put");
            tx.commit().await.expect("committed");
        }
        let opened =
            async |hash: [u8; 32]| feed::office_of(&mut desk.read().await, &hash).await.expect("asked");
        assert_eq!((opened([1; 32]).await, opened([2; 32]).await), (None, Some(parties[0])));
        assert!(feed::made_at(&mut desk.read().await, &may).await.expect("asked").is_some());
        let held = agreement::deadlines(&mut desk.read().await, &parties[1..]).await.expect("listed");
        assert_eq!(held.iter().map(|one| one.agreement).collect::<Vec<_>>(), [ending]);
        for _ in 0..2 {
            let mut tx = desk.write().await;
            feed::delete(&mut tx, &may, &desk.stamp()).await.expect("gone");
            tx.commit().await.expect("committed");
        }
        assert_eq!(opened([2; 32]).await, None);
    })
    .await;
}
