//! What offices keep about lists, and the filters that go with it, on both databases.

mod sample;
mod support;

use domain::{
    academic_year::AcademicYear,
    access::{Actor, ForgetView, KeepView, Role, TagAgreements, decide},
    id::{AgreementId, InstitutionId},
    listing::{Tag, ViewDraft, ViewForm},
};
use sample::{Desk, day, framework, member, signed};
use std::collections::BTreeSet;
use store::{
    StoreError,
    agreement::{self, AgreementFilter, AgreementSort, Visible},
    tag, view,
};
use support::on_each_database;

struct Scene {
    desk: Desk,
    offices: Vec<InstitutionId>,
    leads: Vec<Actor>,
}

impl Scene {
    async fn new(db: store::Db) -> Self {
        let desk = Desk::new(db);
        let mut offices = Vec::new();
        for name in ["IMT Mines Alès", "Kagawa", "Osaka"] {
            offices.push(desk.university(name, "JP").await);
        }
        let leads = offices.iter().map(|office| member(Role::Lead, *office, &[])).collect();
        Self { desk, offices, leads }
    }

    async fn signed(&self, parties: &[usize], starts: &str, ends: &str) -> AgreementId {
        let parties: Vec<InstitutionId> = parties.iter().map(|i| self.offices[*i]).collect();
        let mut form = framework("Convention", &parties);
        (form.starts, form.ends) = (starts.into(), ends.into());
        let id = self.desk.create(&Actor::Operator, &form).await;
        self.desk.share(&Actor::Operator, id).await.expect("shared");
        for party in &parties {
            self.desk.sign(&Actor::Operator, id, *party, &signed("2018-06-01")).await.expect("signed");
        }
        id
    }

    async fn found(&self, filter: AgreementFilter) -> BTreeSet<AgreementId> {
        let mut tx = self.desk.read().await;
        let page =
            agreement::list(&mut tx, &filter, AgreementSort::Recent, None, 100, day("2026-10-05")).await;
        let found: BTreeSet<_> = page.expect("listed").items.into_iter().map(|item| item.id).collect();
        let count = agreement::count(&mut tx, &filter, 1_000, day("2026-10-05")).await.expect("counted");
        assert_eq!(usize::try_from(count).ok(), Some(found.len()));
        found
    }
}

fn all() -> AgreementFilter {
    AgreementFilter { visible: Visible::All, ..AgreementFilter::default() }
}

#[tokio::test]
async fn parties_without_an_agreement_in_a_year_are_found_whichever_of_theirs_is_asked() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let old = scene.signed(&[0, 1], "2018-09-01", "2022-08-31").await;
        let new = scene.signed(&[1, 0, 2], "2025-09-01", "2030-08-31").await;
        let alone = scene.signed(&[0, 2], "2018-09-01", "2021-08-31").await;
        let draft = scene.desk.create(&Actor::Operator, &framework("Brouillon", &scene.offices)).await;
        let uncovered = |year: &str| {
            let year = AcademicYear::parse(year).expect("a year");
            scene.found(AgreementFilter { uncovered: Some(year), ..all() })
        };
        assert_eq!(
            uncovered("2020/2021").await,
            BTreeSet::from([]),
            "the earlier ones cover a pair of the later"
        );
        assert_eq!(uncovered("2023/2024").await, BTreeSet::from([old, new, alone]));
        assert_eq!(uncovered("2026/2027").await, BTreeSet::from([]), "the later one covers each pair");
        assert_eq!(uncovered("2031/2032").await, BTreeSet::from([old, new, alone]));
        assert!(!uncovered("2031/2032").await.contains(&draft));
        // What one may not see covers nothing for one.
        let year = AcademicYear::parse("2026/2027").ok();
        scene.desk.publish(&Actor::Operator, old, true).await.expect("published");
        let theirs =
            AgreementFilter { visible: Visible::Public, uncovered: year, ..AgreementFilter::default() };
        assert_eq!(scene.found(theirs).await, BTreeSet::from([old]));
        let before = |date: &str| scene.found(AgreementFilter { ends_before: Some(day(date)), ..all() });
        assert_eq!(before("2022-08-31").await, BTreeSet::from([alone]));
        assert_eq!(before("2022-09-01").await, BTreeSet::from([old, alone]));
    })
    .await;
}

#[tokio::test]
async fn an_office_tags_agreements_for_itself_alone() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let [a, b] =
            [scene.signed(&[0, 1], "2020", "2030").await, scene.signed(&[0, 2], "2020", "2030").await];
        let permit =
            |who: usize| decide(&scene.leads[who], TagAgreements(scene.offices[who])).expect("may tag");
        let tag_of = |text: &str| Tag::parse(text).expect("a tag");
        let mut tx = scene.desk.write().await;
        let stamp = scene.desk.stamp();
        tag::add(&mut tx, &permit(0), &stamp, &tag_of("À revoir"), &[a, b]).await.expect("tagged");
        tag::add(&mut tx, &permit(0), &stamp, &tag_of("a revoir"), &[a]).await.expect("once is enough");
        tag::add(&mut tx, &permit(0), &stamp, &tag_of("Zone Asie"), &[a]).await.expect("tagged");
        tag::add(&mut tx, &permit(1), &stamp, &tag_of("Europe"), &[a]).await.expect("tagged");
        tx.commit().await.expect("committed");

        let mut tx = scene.desk.read().await;
        let tags = tag::on(&mut tx, &scene.offices[..1], &[a, b]).await.expect("read");
        assert_eq!(tags[&a], ["À revoir", "Zone Asie"]);
        assert_eq!(tags[&b], ["À revoir"]);
        let used = tag::used(&mut tx, &scene.offices[..1]).await.expect("read");
        assert_eq!(used, [("a revoir".into(), "À revoir".into()), ("zone asie".into(), "Zone Asie".into())]);
        tx.rollback().await.expect("over");
        let with = |who: usize, key: &str| {
            let tag = Some((vec![scene.offices[who]], key.to_owned()));
            scene.found(AgreementFilter { tag, ..all() })
        };
        assert_eq!(with(0, "a revoir").await, BTreeSet::from([a, b]));
        assert_eq!(with(1, "a revoir").await, BTreeSet::from([]));

        let before = scene.desk.revision().await;
        let mut tx = scene.desk.write().await;
        tag::remove(&mut tx, &permit(0), &stamp, &tag_of("A REVOIR"), &[a]).await.expect("taken off");
        tx.commit().await.expect("committed");
        assert_eq!(with(0, "a revoir").await, BTreeSet::from([b]));
        assert!(scene.desk.revision().await > before, "lists that were kept are asked anew");
        let lines = scene.desk.audit(scene.offices[0].0).await;
        assert!(lines.iter().any(|line| line.action == "untag_agreements"));
    })
    .await;
}

#[tokio::test]
async fn a_view_is_kept_for_oneself_or_for_the_office() {
    on_each_database(|db| async move {
        let scene = Scene::new(db).await;
        let operator = decide(&Actor::Operator, domain::access::Operate).expect("may");
        let mut users = Vec::new();
        let mut tx = scene.desk.write().await;
        for name in ["a", "b"] {
            let email = domain::email::Email::parse(&format!("{name}@exemple.invalid")).expect("an address");
            let new = store::account::NewAccount {
                name: &domain::account::PersonName::parse(name).expect("a name"),
                email: &email,
                password_hash: "",
                lang: domain::lang::Lang::Fr,
                is_administrator: false,
                is_demo: false,
            };
            users.push(
                store::account::insert(&mut tx, &operator, &scene.desk.stamp(), &new).await.expect("made"),
            );
        }
        tx.commit().await.expect("committed");
        let office = scene.offices[0];
        let person = |i: usize| match member(Role::Officer, office, &[]) {
            Actor::Person(person) => Actor::Person(domain::access::Person { id: users[i], ..person }),
            other => other,
        };
        let draft = |name: &str| -> ViewDraft {
            let form = ViewForm { name: name.into(), query: "country=JP".into(), ..ViewForm::default() };
            form.parse().expect("valid")
        };
        let keep = |i: usize, office| decide(&person(i), KeepView { user: users[i], office });
        let mut tx = scene.desk.write().await;
        let stamp = scene.desk.stamp();
        let own =
            view::insert(&mut tx, &keep(0, None).expect("may"), &stamp, &draft("Zèbre")).await.expect("kept");
        let shared = view::insert(&mut tx, &keep(0, Some(office)).expect("may"), &stamp, &draft("âne"))
            .await
            .expect("kept");
        tx.commit().await.expect("committed");
        assert!(keep(0, Some(scene.offices[1])).is_err(), "another's office");

        let mut tx = scene.desk.read().await;
        let names = |views: Vec<view::SavedView>| views.into_iter().map(|v| v.name).collect::<Vec<_>>();
        let mine = view::list(&mut tx, users[0], &[office]).await.expect("read");
        assert_eq!(names(mine), ["âne", "Zèbre"]);
        let theirs = view::list(&mut tx, users[1], &[office]).await.expect("read");
        assert_eq!(names(theirs), ["âne"]);
        tx.rollback().await.expect("over");

        let mut tx = scene.desk.write().await;
        let forget = |actor: &Actor, office| decide(actor, ForgetView { user: users[0], office });
        assert!(forget(&person(1), Some(office)).is_err(), "an officer's colleague");
        let lead = member(Role::Lead, office, &[]);
        assert!(forget(&lead, None).is_err(), "what its maker keeps alone");
        let own_permit = decide(&person(1), ForgetView { user: users[1], office: None }).expect("may");
        let not_own = view::delete(&mut tx, &own_permit, &stamp, shared).await;
        assert!(matches!(not_own, Err(StoreError::NotFound)));
        view::delete(&mut tx, &forget(&person(0), None).expect("may"), &stamp, own).await.expect("forgotten");
        let found = view::find(&mut tx, shared).await.expect("read").expect("there");
        assert_eq!((found.account, found.office), (users[0], Some(office)));
        let permit = forget(&lead, found.office).expect("a lead may");
        view::delete(&mut tx, &permit, &stamp, shared).await.expect("forgotten");
        tx.commit().await.expect("committed");
        assert_eq!(scene.desk.rows("saved_view").await, 0);
        let lines = scene.desk.audit(shared).await;
        assert_eq!((lines[0].action.as_str(), lines[0].office_id), ("forget_view", Some(office.0)));
    })
    .await;
}
