//! Nominations on both databases: who sees which, what ends with which, what is corrected, and who is told of what, once.

mod sample;
mod support;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    academic_year::AcademicYear,
    access::{Actor, FollowNomination, Operate, ReadInbox, Role, Watch, decide},
    account::PersonName,
    decimal::Decimal,
    email::Email,
    flow::{CapPeriod, Flow, MobilityKind},
    fold,
    id::{FlowId, InstitutionId, NominationId, StudentId, UserId},
    inbox::{Item, Request},
    institution::InstitutionForm,
    lang::Lang,
    nomination::{ActKind, CorrectedField, Correction, NominationDraft, Side, State, StateKind},
    seats::{NotOpen, SeatRefusal},
    student::Skill,
    term::Term,
    text::Text,
};
use sample::{
    Scene, notice, on,
    places::{candidate, flow, pool, reason, student, year},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::{
    StoreError,
    account::{self, NewAccount},
    inbox, membership,
    nomination::{self, Corrected, NominationFilter, Order, Reader},
};
use support::on_each_database;
use uuid::Uuid;

const OUT: FlowId = FlowId(Uuid::from_u128(1 << 100));
const BACK: FlowId = FlowId(Uuid::from_u128(1 << 101));

/// An exchange with one place each way.
async fn exchange(scene: &Scene) {
    let [one, other] = [scene.offices[0], scene.offices[1]];
    let there: Flow = flow(OUT.0.as_u128(), one, other, Some(1));
    let back = flow(BACK.0.as_u128(), other, one, Some(1));
    scene.exchange("Échange", vec![there, back], vec![]).await;
}

/// An account for the student of a number, at the first office.
async fn account_of(scene: &Scene, n: usize) -> UserId {
    join(scene, &format!("Eleve{n}@exemple.invalid"), scene.offices[0], Role::Student).await
}

/// Someone with an account for an office, so that it speaks for itself.
async fn officer_of(scene: &Scene, office: usize) -> UserId {
    join(scene, &format!("service{office}@exemple.invalid"), scene.offices[office], Role::Officer).await
}

async fn join(scene: &Scene, address: &str, institution: InstitutionId, role: Role) -> UserId {
    let permit = decide(&Actor::Operator, Operate).expect("the operator may");
    let mut tx = scene.desk.db.write().await.expect("a transaction");
    let new = NewAccount {
        name: &PersonName::parse("Camille Exemple").expect("a name"),
        email: &Email::parse(address).expect("an address"),
        password_hash: "",
        lang: Lang::En,
        is_administrator: false,
        is_demo: true,
    };
    let stamp = scene.desk.stamp();
    let id = account::insert(&mut tx, &permit, &stamp, &new).await.expect("an account");
    membership::insert(&mut tx, &permit, &stamp, id, institution, role).await.expect("a member");
    tx.commit().await.expect("committed");
    id
}

fn lead_of(scene: &Scene, office: usize) -> UserId {
    scene.leads[office].person().expect("a person").id
}

/// What a reader sees, and how many of these, which come first, await them.
async fn seen(scene: &Scene, reader: Reader) -> (Vec<NominationId>, usize) {
    let mut tx = scene.desk.read().await;
    let is_any = nomination::exists(&mut tx, &reader).await.expect("read");
    let all = NominationFilter::default();
    let list = nomination::list_awaited(&mut tx, &all, &reader, (50, 0)).await.expect("read");
    let filter = NominationFilter { reader: Some(reader), ..all };
    let count = nomination::count(&mut tx, &filter).await.expect("read");
    assert_eq!((count, is_any), (i64::try_from(list.len()).expect("few"), !list.is_empty()));
    assert!(list.is_sorted_by_key(|(_, awaits)| !awaits), "{list:?}");
    let awaited = list.iter().filter(|(_, awaits)| *awaits).count();
    (list.into_iter().map(|(record, _)| record.id).collect(), awaited)
}

#[tokio::test]
async fn each_sees_their_own_and_what_awaits_them_first() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        exchange(&scene).await;
        let own = account_of(&scene, 1).await;
        let mut ids = Vec::new();
        for (of, n) in [(OUT, 1), (OUT, 2), (BACK, 3)] {
            ids.push(scene.nominate(of, &candidate(n, 2026, Term::S1)).await.expect("put forward").id);
        }
        let office = |at: usize| Reader {
            account: lead_of(&scene, at),
            on: scene.desk.stamp().day(),
            offices: vec![scene.offices[at]],
            speaking: vec![scene.offices[at]],
            without_office: Vec::new(),
        };
        // The home knows who waits in line, the host does not; each has one to answer, which comes first.
        let (home, awaited) = seen(&scene, office(0)).await;
        assert_eq!((home.len(), home[0], awaited), (3, ids[2], 1));
        let (host, awaited) = seen(&scene, office(1)).await;
        assert_eq!((host.len(), host[0], host.contains(&ids[1]), awaited), (2, ids[0], false, 1));
        let alone = Reader { without_office: vec![scene.offices[1]], ..office(0) };
        let (home, awaited) = seen(&scene, alone).await;
        assert_eq!((home.len(), awaited), (3, 2), "it answers for the host, too");
        let lost = Reader { speaking: Vec::new(), without_office: vec![scene.offices[1]], ..office(0) };
        assert_eq!(seen(&scene, lost).await.1, 0, "an observer answers for nobody");
        let nobody = |account| Reader {
            account,
            on: scene.desk.stamp().day(),
            offices: Vec::new(),
            speaking: Vec::new(),
            without_office: Vec::new(),
        };
        assert_eq!(seen(&scene, nobody(own)).await, (vec![ids[0]], 0));
        assert_eq!(seen(&scene, nobody(lead_of(&scene, 0))).await, (vec![], 0), "only as a student");
        let speaker = || Reader { without_office: vec![scene.offices[0]], ..office(1) };
        let (seen_for, awaited) = seen(&scene, speaker()).await;
        assert_eq!((seen_for.len(), awaited), (3, 2), "what it puts forward for the other");
        // Whom the host rejected it corrects for the other, and for those without an account it takes the place that came free.
        scene.act(ids[0], ActKind::Reject).await.expect("rejected");
        assert_eq!(seen(&scene, speaker()).await.1, 3);
        assert_eq!(seen(&scene, office(1)).await.1, 0);
        scene.act(ids[2], ActKind::Accept).await.expect("accepted");
        assert_eq!(seen(&scene, office(1)).await.1, 1, "it confirms for who has no account");
        assert_eq!(seen(&scene, office(0)).await.1, 2);
    })
    .await;
}

#[tokio::test]
async fn whoever_is_put_forward_is_found_by_the_words_of_their_name() {
    on_each_database(|db| async move {
        let scene = Scene::new(db.clone()).await;
        exchange(&scene).await;
        let mut ids = Vec::new();
        for (n, name) in [(1, "Zoé d’Exemple-Müller"), (2, "Muriel Exemple"), (3, "Anne Ablemuller")] {
            let mut draft = candidate(n, 2026, Term::S1);
            draft.student.name = PersonName::parse(name).expect("a name");
            ids.push(scene.nominate(OUT, &draft).await.expect("put forward").id);
        }
        let found = async |typed: &str| {
            let filter = NominationFilter { words: fold::words(typed), ..NominationFilter::default() };
            let mut tx = scene.desk.read().await;
            let list = nomination::list(&mut tx, &filter, Order::Oldest, (50, 0)).await.expect("read");
            let count = nomination::count(&mut tx, &filter).await.expect("read");
            assert_eq!(count, i64::try_from(list.len()).expect("few"));
            list.into_iter().map(|record| record.id).collect::<BTreeSet<_>>()
        };
        let of = |ids: &[NominationId]| ids.iter().copied().collect::<BTreeSet<_>>();
        assert_eq!(found("").await, of(&ids));
        assert_eq!(found("MULLER").await, of(&ids[..1]));
        assert_eq!(found("mu ex").await, of(&ids[..2]));
        assert_eq!(found("exemple zoe").await, of(&ids[..1]));
        assert_eq!(found("mu%er").await, of(&[]), "what one types is no pattern");
        // Another name of the same person, and a key by other rules than this program's.
        let mut anew = candidate(3, 2026, Term::S2);
        anew.student.name = PersonName::parse("Anne Autrement").expect("a name");
        ids.push(scene.nominate(OUT, &anew).await.expect("put forward").id);
        assert_eq!(found("autrement").await, of(&ids[2..]));
        assert_eq!(found("ablemuller").await, of(&[]));
        let mut tx = scene.desk.write().await;
        for statement in ["update student set name_key = 'x'", "update registry set fold_version = 0"] {
            on!(&mut tx, |c| sqlx::query(statement).execute(c).await.map(|_| ()).expect("forgotten"));
        }
        tx.commit().await.expect("committed");
        assert_eq!(found("autrement").await, of(&[]));
        db.migrate().await.expect("computed again");
        assert_eq!(found("autrement").await, of(&ids[2..]));
    })
    .await;
}

#[tokio::test]
async fn an_account_is_a_persons_own_by_its_address_and_its_place_at_the_home() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let [one, other] = [scene.offices[0], scene.offices[1]];
        let staff = Flow { kind: MobilityKind::StaffTeaching, ..flow(OUT.0.as_u128(), one, other, Some(9)) };
        let students = flow(BACK.0.as_u128(), one, other, Some(9));
        scene.exchange("Échange", vec![staff, students], vec![]).await;
        for office in [0, 1] {
            officer_of(&scene, office).await;
        }
        let unit = InstitutionForm {
            kind: "unit".into(),
            parent: one.to_string(),
            ..sample::university("Faculté", "FR")
        };
        let unit = scene.desk.insert(&unit).await.expect("inserted");
        let mut accounts = Vec::new();
        for (n, institution, role) in [
            (1, one, Role::Student),
            (2, one, Role::Observer),
            (3, unit, Role::Student),
            (4, other, Role::Student),
            (5, one, Role::Student),
        ] {
            accounts.push(join(&scene, &format!("eleve{n}@exemple.invalid"), institution, role).await);
        }
        let operator = decide(&Actor::Operator, Operate).expect("the operator may");
        let mut tx = scene.desk.db.write().await.expect("a transaction");
        account::disable(&mut tx, &operator, &scene.desk.stamp(), accounts[4]).await.expect("disabled");
        tx.commit().await.expect("committed");

        let permit = decide(&Actor::Operator, Watch).expect("the registry may");
        let on = scene.desk.stamp().day();
        // Whose own account speaks, of those who go to teach and of those who study.
        let mut spoken_for = Vec::new();
        for (of, own) in [(OUT, vec![0, 1]), (BACK, vec![0])] {
            for n in 1..=5 {
                let nominee =
                    NominationDraft { months: Some(Decimal::sum(500)), ..candidate(n, 2026, Term::S1) };
                let id = scene.nominate(of, &nominee).await.expect("put forward").id;
                let expected = own.iter().find(|at| **at + 1 == n).map(|at| accounts[*at]);
                let mut tx = scene.desk.read().await;
                let record = nomination::find(&mut tx, id).await.expect("read").expect("there");
                assert_eq!(
                    nomination::account(&mut tx, &record).await.expect("read"),
                    expected,
                    "{of:?} {n}"
                );
                let untold = nomination::untold(&mut tx, &permit, 50).await.expect("read");
                let told = untold.iter().find(|event| event.nomination == id).expect("untold");
                assert_eq!(told.student.map(|(account, _)| account), expected, "{of:?} {n}");
                drop(tx);
                let none = Vec::new;
                let account = accounts[n - 1];
                let reader =
                    Reader { account, on, offices: none(), speaking: none(), without_office: none() };
                let is_seen = seen(&scene, reader).await.0.contains(&id);
                assert_eq!(is_seen, expected.is_some(), "{of:?} {n}");
                // Once the host accepts, the home speaks for those who have no account of their own.
                scene.act(id, ActKind::Accept).await.expect("accepted");
                spoken_for.extend(expected.is_none().then_some(id));
            }
            spoken_for.sort_unstable();
            let mut awaited: Vec<_> = awaited(&scene, 0).await.into_iter().map(|(_, id, _)| id).collect();
            awaited.sort_unstable();
            assert_eq!(awaited, spoken_for, "{of:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_ends_with_a_confirmation_is_known_before() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let [one, other] = [scene.offices[0], scene.offices[1]];
        let flows = [OUT, BACK].map(|id| flow(id.0.as_u128(), one, other, Some(1)));
        scene.exchange("Échange", flows.into(), vec![]).await;
        let held = scene.nominate(OUT, &candidate(1, 2026, Term::S1)).await.expect("put forward").id;
        let mut others = Vec::new();
        for (of, first, term) in [(BACK, 2026, Term::Year), (OUT, 2026, Term::S2), (BACK, 2027, Term::S1)] {
            others.push(scene.nominate(of, &candidate(1, first, term)).await.expect("put forward").id);
        }
        let record = scene.nomination(held).await;
        let ends = nomination::ended_by(&mut scene.desk.read().await, &record).await.expect("read");
        assert_eq!(ends.iter().map(|other| other.id).collect::<Vec<_>>(), [others[0]]);
        scene.act(held, ActKind::Accept).await.expect("accepted");
        assert_eq!(scene.act(held, ActKind::Confirm).await.expect("confirmed").ended, [others[0]]);
    })
    .await;
}

#[tokio::test]
async fn who_was_rejected_is_corrected_and_put_forward_again() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        exchange(&scene).await;
        let id = scene.nominate(OUT, &candidate(1, 2026, Term::S1)).await.expect("put forward").id;
        scene.act(id, ActKind::Reject).await.expect("rejected");
        let mut corrected = student(1);
        corrected.profile.languages = Skill::parse_all("en B2").expect("a language");
        let why = reason("Cours intensif");
        let mut tx = scene.desk.db.write().await.expect("a transaction");
        let scope = nomination::scope(&mut tx, &scene.nomination(id).await).await.expect("read");
        let action = FollowNomination { scope: &scope, act: ActKind::Nominate };
        let permit = decide(&scene.leads[0], action).expect("the home may");
        let before = store::student::lock(&mut tx, scene.nomination(id).await.student).await.expect("locked");
        let months = Decimal::parse("4.5").ok();
        let said = Corrected {
            before,
            student: &corrected,
            months,
            exception: Some(&why),
            is_on_behalf: false,
            unmet: Some("[]"),
        };
        let done = nomination::correct(&mut tx, &permit, &scene.desk.stamp(), said).await.expect("corrected");
        tx.commit().await.expect("committed");
        assert_eq!(done.state, StateKind::Nominated);
        let record = scene.nomination(id).await;
        assert_eq!(
            (record.exception.as_deref(), record.unmet.as_deref()),
            (Some("Cours intensif"), Some("[]"))
        );
        let mut tx = scene.desk.read().await;
        let known = store::student::find(&mut tx, record.student).await.expect("read").expect("a student");
        assert_eq!(known.draft, corrected);
        let history = nomination::events(&mut tx, id).await.expect("read");
        let [put, rejected, again] = history.as_slice() else { panic!("three events: {history:?}") };
        assert!(put.corrections.is_empty() && rejected.corrections.is_empty(), "{history:?}");
        let said = |field, after: &str| Correction { field, before: None, after: Some(after.into()) };
        let longer = Correction { before: Some("5".into()), ..said(CorrectedField::Months, "4.5") };
        let exception = said(CorrectedField::Exception, "Cours intensif");
        assert_eq!(again.corrections, [said(CorrectedField::Languages, "en B2"), longer, exception]);
        assert_eq!(scene.nomination(id).await.months, 450);
    })
    .await;
}

#[tokio::test]
async fn the_length_of_a_stay_is_corrected_and_counted_so() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let [one, other] = [scene.offices[0], scene.offices[1]];
        let budget = Some("10".parse().expect("months"));
        let there = Flow { budget, ..flow(OUT.0.as_u128(), one, other, Some(9)) };
        scene.exchange("Échange", vec![there], vec![]).await;
        let put = async |n| scene.nominate(OUT, &candidate(n, 2026, Term::S1)).await.expect("put forward").id;
        let (a, b, c) = (put(1).await, put(2).await, put(3).await);
        assert_eq!(scene.state(c).await, StateKind::Waitlisted, "ten months are spent");
        scene.act(b, ActKind::Reject).await.expect("rejected");
        assert_eq!(scene.state(c).await, StateKind::Offered);
        // Half a month too long for what is left; then the time that comes free suffices.
        assert_eq!(scene.correct(b, "4.5").await.expect("corrected").state, StateKind::Waitlisted);
        scene.act(c, ActKind::Decline).await.expect("declined");
        assert_eq!((scene.state(b).await, scene.seats(OUT, 2026).await.0.spent), (StateKind::Offered, 950));
        scene.act(a, ActKind::Reject).await.expect("rejected");
        assert_eq!(scene.seats(OUT, 2026).await.0.spent, 450);
        assert_eq!(scene.correct(a, "5.6").await.expect("corrected").state, StateKind::Waitlisted);
        scene.act(a, ActKind::Withdraw).await.expect("taken back");
        let d = put(4).await;
        scene.act(d, ActKind::Reject).await.expect("rejected");
        assert_eq!(scene.correct(d, "5.5").await.expect("corrected").state, StateKind::Nominated);
        let (tally, lines) = scene.seats(OUT, 2026).await;
        assert_eq!((tally.spent, lines.last().map(|line| line.months)), (1_000, Some(550)));
    })
    .await;
}

/// The trail of a student: what was done, and what it was and became.
async fn trail(scene: &Scene, id: StudentId) -> Vec<(String, Option<Value>, Option<Value>)> {
    let read = |text: Option<String>| text.map(|text| serde_json::from_str(&text).expect("JSON"));
    let mut lines = scene.desk.audit(id.0).await;
    lines.reverse();
    assert!(lines.iter().all(|line| line.account_name == "Camille Exemple"), "{lines:?}");
    assert!(lines.iter().all(|line| line.subject_kind == "student"), "{lines:?}");
    lines.into_iter().map(|line| (line.action, read(line.before), read(line.after))).collect()
}

#[tokio::test]
async fn the_trail_says_what_was_written_of_a_student_and_nothing_where_nothing_was() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        exchange(&scene).await;
        let made = scene.nominate(OUT, &candidate(1, 2026, Term::S1)).await.expect("put forward").student;
        let who = json!({"name": "Élève 1 Exemple", "email": "eleve1@exemple.invalid"});
        let created = ("create_student".to_owned(), None, Some(who));
        assert_eq!(trail(&scene, made).await, std::slice::from_ref(&created));
        scene.nominate(OUT, &candidate(1, 2026, Term::S2)).await.expect("put forward");
        assert_eq!(trail(&scene, made).await, std::slice::from_ref(&created), "nothing that is new was said");

        let mut other = candidate(1, 2027, Term::S1);
        other.student.email = Email::parse("Eleve1@exemple.invalid").expect("an address");
        other.student.name = PersonName::parse("Élève Un Exemple").expect("a name");
        other.student.number = Some(Text::parse("42").expect("a number"));
        other.student.profile.languages = Skill::parse_all("en B2").expect("a language");
        assert_eq!(scene.nominate(OUT, &other).await.expect("put forward").student, made);
        let was = json!({"name": "Élève 1 Exemple", "number": null, "languages": null, "email": "eleve1@exemple.invalid"});
        let is = json!({"name": "Élève Un Exemple", "number": "42", "languages": "en B2", "email": "Eleve1@exemple.invalid"});
        let edited = ("edit_student".to_owned(), Some(was), Some(is));
        assert_eq!(trail(&scene, made).await, [created.clone(), edited.clone()]);

        // Of who is not put forward nothing is written, neither of them nor in the trail.
        other.student.number = Some(Text::parse("43").expect("a number"));
        let twice = scene.nominate(OUT, &other).await;
        assert!(matches!(twice, Err(StoreError::Seats(SeatRefusal::Twice))), "{twice:?}");
        assert_eq!(trail(&scene, made).await, [created, edited]);
    })
    .await;
}

#[tokio::test]
async fn an_event_is_told_once_to_the_account_where_there_is_one() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        exchange(&scene).await;
        let own = account_of(&scene, 1).await;
        for n in [1, 2] {
            scene.nominate(OUT, &candidate(n, 2026, Term::S1)).await.expect("put forward");
        }
        let permit = decide(&Actor::Operator, Watch).expect("the registry may");
        let mut tx = scene.desk.db.write().await.expect("a transaction");
        let untold = nomination::untold(&mut tx, &permit, 10).await.expect("read");
        let acts: Vec<_> = untold.iter().map(|event| (event.act, event.doer.by, event.student)).collect();
        assert_eq!(
            acts,
            [(ActKind::Nominate, Side::Home, Some((own, Lang::En))), (ActKind::Queue, Side::Home, None),]
        );
        assert_eq!(untold[1].maker, None, "who has no account any more is nobody to write to");
        let at = scene.desk.stamp().at;
        assert!(nomination::tell(&mut tx, &permit, untold[0].id, at).await.expect("noted"));
        assert!(!nomination::tell(&mut tx, &permit, untold[0].id, at).await.expect("noted"), "once");
        let left = nomination::untold(&mut tx, &permit, 10).await.expect("read");
        assert_eq!(left.iter().map(|event| event.id).collect::<Vec<_>>(), [untold[1].id]);
    })
    .await;
}

/// What stands in the inbox of an office of nominations: the request, of which, and by when.
async fn awaited(scene: &Scene, office: usize) -> Vec<(Request, NominationId, Option<DateTime<Utc>>)> {
    let permit = decide(&scene.leads[office], ReadInbox).expect("an office");
    let offices = [scene.offices[office]];
    let mut tx = scene.desk.read().await;
    let on = scene.desk.stamp().day();
    let items = inbox::list(&mut tx, &permit, &offices, on).await.expect("read");
    let requests = items.into_iter().filter_map(|item| match (item.item, item.nomination) {
        (Item::Nomination { what, nomination, .. }, Some(about)) => {
            assert_eq!([about.home, about.host], scene.offices);
            Some((what, nomination, about.answer_by))
        }
        _ => None,
    });
    let mut requests: Vec<_> = requests.collect();
    requests.sort();
    requests
}

#[tokio::test]
async fn an_inbox_holds_what_a_nomination_awaits_of_the_office() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        exchange(&scene).await;
        account_of(&scene, 1).await;
        for office in [0, 1] {
            officer_of(&scene, office).await;
        }
        let first = scene.nominate(OUT, &candidate(1, 2026, Term::S1)).await.expect("put forward").id;
        let second = scene.nominate(OUT, &candidate(2, 2026, Term::S1)).await.expect("put forward").id;
        assert_eq!(awaited(&scene, 1).await, [(Request::Answer, first, None)]);
        assert_eq!(awaited(&scene, 0).await, []);
        scene.act(first, ActKind::Reject).await.expect("rejected");
        let State::Offered { answer_by } = scene.nomination(second).await.state else { panic!("no offer") };
        let mut should = vec![(Request::Correct, first, None), (Request::Speak, second, Some(answer_by))];
        should.sort();
        assert_eq!(awaited(&scene, 0).await, should, "to correct; and to answer for who has no account");
        assert_eq!(awaited(&scene, 1).await, []);
        // What ended is to be known for a month, by the office that did not do it, and only what it was ever asked.
        scene.act(second, ActKind::Take).await.expect("taken");
        scene.act(second, ActKind::Withdraw).await.expect("taken back by the home");
        assert_eq!(awaited(&scene, 0).await, [(Request::Correct, first, None)]);
        assert_eq!(awaited(&scene, 1).await, [(Request::Know, second, None)]);
        scene.desk.wait(TimeDelta::days(31));
        assert_eq!(awaited(&scene, 1).await, []);
    })
    .await;
}

#[tokio::test]
async fn what_is_awaited_of_an_office_without_an_account_stands_in_the_inbox_of_the_other() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        exchange(&scene).await;
        officer_of(&scene, 0).await;
        let first = scene.nominate(OUT, &candidate(1, 2026, Term::S1)).await.expect("put forward").id;
        let second = scene.nominate(OUT, &candidate(2, 2026, Term::S1)).await.expect("put forward").id;
        assert_eq!(awaited(&scene, 0).await, [(Request::AnswerFor, first, None)]);
        assert_eq!(awaited(&scene, 1).await, [], "nobody would read it");
        scene.act(first, ActKind::Accept).await.expect("accepted");
        assert_eq!(awaited(&scene, 0).await, [(Request::Speak, first, None)]);
        scene.act(first, ActKind::Withdraw).await.expect("taken back");
        scene.act(second, ActKind::Take).await.expect("taken");
        assert_eq!(awaited(&scene, 0).await, [(Request::AnswerFor, second, None)]);
        officer_of(&scene, 1).await;
        assert_eq!(awaited(&scene, 0).await, [], "it answers for itself now");
        let host = awaited(&scene, 1).await;
        assert!(host.contains(&(Request::Answer, second, None)), "{host:?}");
    })
    .await;
}

#[tokio::test]
async fn the_host_corrects_and_answers_for_a_home_without_an_account() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        exchange(&scene).await;
        officer_of(&scene, 1).await;
        let first = scene.nominate(OUT, &candidate(1, 2026, Term::S1)).await.expect("put forward").id;
        let second = scene.nominate(OUT, &candidate(2, 2026, Term::S1)).await.expect("put forward").id;
        assert_eq!(awaited(&scene, 1).await, [(Request::Answer, first, None)]);
        scene.act(first, ActKind::Reject).await.expect("rejected");
        let host = awaited(&scene, 1).await;
        let requests: Vec<_> = host.iter().map(|(what, id, _)| (*what, *id)).collect();
        assert_eq!(requests, [(Request::CorrectFor, first), (Request::Speak, second)]);
        assert!(host[1].2.is_some(), "by when the offer is to be answered");
    })
    .await;
}

/// To whom the place of someone is offered once it is given back, or was not taken in time.
async fn freed(scene: &Scene, id: NominationId) -> Vec<NominationId> {
    let act = match scene.nomination(id).await.state {
        State::Offered { answer_by } if answer_by < scene.desk.stamp().at => ActKind::Lapse,
        State::Offered { .. } => ActKind::Decline,
        _ => ActKind::Withdraw,
    };
    scene.act(id, act).await.expect("given back").offered
}

#[tokio::test]
async fn nothing_is_offered_for_a_stay_that_is_not_open_any_more_and_who_waits_keeps_waiting() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let [one, other] = [scene.offices[0], scene.offices[1]];
        let shared = pool(7, Some(2));
        let [there, elsewhere] = [OUT, BACK].map(|id| {
            let pool = Some(shared.id);
            Flow { pool, ..flow(id.0.as_u128(), one, other, Some(9)) }
        });
        let flows = |there: Flow| vec![there, elsewhere.clone()];
        let id = scene.exchange("Échange", flows(there.clone()), vec![shared.clone()]).await;
        let mut ids = Vec::new();
        for (of, n, term) in [
            (OUT, 1, Term::S1),
            (OUT, 2, Term::S1),
            (OUT, 3, Term::S2),
            (BACK, 4, Term::S1),
            (OUT, 5, Term::S1),
            (BACK, 6, Term::S1),
        ] {
            ids.push(scene.nominate(of, &candidate(n, 2027, term)).await.expect("put forward").id);
        }
        // The flow is not open in the second semester any more: the place of the pool goes to the next.
        let autumn = Flow { terms: vec![Term::S1], ..there.clone() };
        scene.amend(id, flows(autumn), vec![shared.clone()]).await.expect("amended");
        assert_eq!(freed(&scene, ids[0]).await, [ids[3]]);
        // It is not open in that year any more.
        let bounded = Flow { last_year: Some(year(2026)), ..there.clone() };
        scene.amend(id, flows(bounded), vec![shared.clone()]).await.expect("amended");
        assert_eq!(freed(&scene, ids[1]).await, [ids[5]]);
        assert_eq!(freed(&scene, ids[3]).await, [], "nobody is left to whom it could be offered");
        for waiting in [ids[2], ids[4]] {
            assert_eq!(scene.state(waiting).await, StateKind::Waitlisted);
        }
        assert_eq!(scene.position(ids[4]).await, Some(2));
        // Open again, what is free goes to the first in line at once, and what comes free to the next.
        scene.amend(id, flows(there), vec![shared]).await.expect("amended");
        assert_eq!(scene.state(ids[2]).await, StateKind::Offered);
        assert_eq!(freed(&scene, ids[5]).await, [ids[4]]);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_offered_for_a_year_that_is_over() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let [one, other] = [scene.offices[0], scene.offices[1]];
        let southern = |first| AcademicYear::southern(first).expect("a year");
        let calendar =
            Flow { first_year: Some(southern(2026)), ..flow(BACK.0.as_u128(), one, other, Some(1)) };
        let whole = CapPeriod::Agreement;
        let there = Flow { cap_period: whole, ..flow(OUT.0.as_u128(), one, other, Some(1)) };
        scene.exchange("Échange", vec![there, Flow { cap_period: whole, ..calendar }], vec![]).await;
        let of = |n, year| NominationDraft { year, ..candidate(n, 2026, Term::S2) };
        let mut ids = Vec::new();
        for (to, n, year) in [
            (OUT, 1, year(2026)),
            (OUT, 2, year(2026)),
            (OUT, 3, year(2027)),
            (BACK, 4, southern(2026)),
            (BACK, 5, southern(2026)),
            (BACK, 6, southern(2027)),
        ] {
            ids.push(scene.nominate(to, &of(n, year)).await.expect("put forward").id);
        }
        // In January the calendar year is over, the academic year is not.
        scene.desk.wait(TimeDelta::days(100));
        assert_eq!(freed(&scene, ids[3]).await, [ids[5]]);
        assert_eq!(freed(&scene, ids[0]).await, [ids[1]]);
        scene.desk.wait(TimeDelta::days(300));
        assert_eq!(freed(&scene, ids[1]).await, [ids[2]]);
        assert_eq!(scene.state(ids[4]).await, StateKind::Waitlisted);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_put_forward_again_where_nobody_could_be_put_forward() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let [one, other] = [scene.offices[0], scene.offices[1]];
        let there = flow(OUT.0.as_u128(), one, other, Some(5));
        let id = scene.exchange("Échange", vec![there.clone()], vec![]).await;
        let mut ids = Vec::new();
        for (n, first) in [(1, 2026), (2, 2027)] {
            let put = scene.nominate(OUT, &candidate(n, first, Term::S2)).await.expect("put forward");
            scene.act(put.id, ActKind::Reject).await.expect("rejected");
            ids.push(put.id);
        }
        for (changed, why) in [
            (Flow { last_year: Some(year(2026)), ..there.clone() }, NotOpen::OutOfYears),
            (Flow { terms: vec![Term::S1], ..there.clone() }, NotOpen::Term),
        ] {
            scene.amend(id, vec![changed], vec![]).await.expect("amended");
            not_again(&scene, ids[1], why).await;
        }
        scene.amend(id, vec![], vec![]).await.expect("amended");
        not_again(&scene, ids[1], NotOpen::NotAgreed).await;
        scene.amend(id, vec![there], vec![]).await.expect("amended");
        assert_eq!(scene.act(ids[1], ActKind::Nominate).await.expect("again").state, StateKind::Nominated);
        scene.desk.wait(TimeDelta::days(400));
        not_again(&scene, ids[0], NotOpen::Over).await;
        let ended = notice(None, "2026-10-06", "2027-08-31");
        scene.desk.terminate(&scene.leads[0], id, &ended).await.expect("terminated");
        scene.act(ids[1], ActKind::Reject).await.expect("rejected");
        not_again(&scene, ids[1], NotOpen::OutOfYears).await;
    })
    .await;
}

/// Putting someone forward again is refused, as it is and with what was corrected.
async fn not_again(scene: &Scene, id: NominationId, should: NotOpen) {
    let refused = |outcome: store::Result<nomination::Done>| match outcome {
        Err(StoreError::Seats(SeatRefusal::NotOpen { why })) => why,
        other => panic!("not refused: {other:?}"),
    };
    assert_eq!(refused(scene.act(id, ActKind::Nominate).await), should);
    let mut tx = scene.desk.db.write().await.expect("a transaction");
    let scope = nomination::scope(&mut tx, &scene.nomination(id).await).await.expect("read");
    let action = FollowNomination { scope: &scope, act: ActKind::Nominate };
    let permit = decide(&scene.leads[0], action).expect("the home may");
    let before = store::student::lock(&mut tx, scene.nomination(id).await.student).await.expect("locked");
    let known = before.draft.clone();
    let said = Corrected {
        before,
        student: &known,
        months: None,
        exception: None,
        is_on_behalf: false,
        unmet: None,
    };
    assert_eq!(refused(nomination::correct(&mut tx, &permit, &scene.desk.stamp(), said).await), should);
    tx.rollback().await.expect("undone");
    assert_eq!(scene.state(id).await, StateKind::Rejected);
}
