//! What institutions have between them: partners, the timeline of two, and who sees what of it.

mod sample;
mod support;

use domain::{
    access::{Actor, AddDocument, DocumentScope, ReadDocument, Role, decide},
    agreement::{AgreementForm, Evidence, TerminationDraft},
    document::{DocumentForm, DocumentVisibility},
    id::{AgreementId, DocumentId, InstitutionId},
    institution::InstitutionForm,
    partner::{
        self, EventKind,
        EventKind::{Approved, Begins, Ends, Signed},
        Moment,
    },
};
use sample::{Desk, administrator, day, framework, member, signed, university};
use store::{
    agreement::{self, Visible},
    document, institution,
    partner::{Event, Family, What, contacts, ties, timeline},
};
use support::on_each_database;

async fn family(desk: &Desk, id: InstitutionId) -> Family {
    let members = institution::family(&mut desk.read().await, id).await.expect("asked");
    Family { id, members }
}

/// What a reader's lists show.
fn eyes(actor: &Actor) -> Visible {
    let offices = actor.covered(Role::Observer);
    match actor {
        _ if actor.is_administrator() => Visible::All,
        _ if offices.is_empty() => Visible::Public,
        _ => Visible::Offices(offices),
    }
}

async fn events(desk: &Desk, visible: &Visible, pair: [InstitutionId; 2], limit: i64) -> Vec<Event> {
    let pair = [family(desk, pair[0]).await, family(desk, pair[1]).await];
    let mut tx = desk.read().await;
    timeline(&mut tx, visible, [&pair[0], &pair[1]], None, limit).await.expect("told")
}

/// Each event as `day kind`.
fn told(events: &[Event]) -> Vec<String> {
    events.iter().map(|event| format!("{} {}", event.moment.day, event.moment.kind.code())).collect()
}

fn exchange(title: &str, parties: &[InstitutionId], starts: &str, ends: &str) -> AgreementForm {
    AgreementForm {
        kind: "student_exchange".into(),
        starts: starts.into(),
        ends: ends.into(),
        ..framework(title, parties)
    }
}

async fn sign_all(desk: &Desk, id: AgreementId, parties: &[InstitutionId], on: &str) {
    for party in parties {
        desk.sign(&Actor::Operator, id, *party, &signed(on)).await.expect("signed");
    }
}

async fn add_document(
    desk: &Desk,
    actor: &Actor,
    agreement: AgreementId,
    title: &str,
    visibility: DocumentVisibility,
    signed_on: &str,
) -> DocumentScope {
    let form = DocumentForm {
        kind: "annex".into(),
        title: title.into(),
        visibility: visibility.code().into(),
        signed_on: signed_on.into(),
        link: "https://exemple.invalid/annexe".into(),
        ..DocumentForm::default()
    };
    let draft = form.parse(None, &[1]).expect("valid");
    let mut tx = desk.write().await;
    let scope = agreement::scope(&mut tx, agreement).await.expect("asked").expect("there");
    let permit = decide(actor, AddDocument(&scope)).expect("may add");
    let stamp = desk.stamp();
    let id = DocumentId(stamp.id());
    document::insert(&mut tx, &permit, &stamp, id, &draft).await.expect("added");
    let office = permit.office();
    tx.commit().await.expect("committed");
    DocumentScope { id, agreement: scope, visibility, office }
}

#[tokio::test]
async fn the_life_of_an_agreement_is_one_timeline_of_the_two() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let ales = desk.university("Alès", "FR").await;
        let kagawa = desk.university("Kagawa", "JP").await;
        let third = desk.university("Osaka", "JP").await;
        let faculty = InstitutionForm {
            kind: "unit".into(),
            parent: kagawa.to_string(),
            ..university("Faculté", "JP")
        };
        let faculty = desk.insert(&faculty).await.expect("inserted");
        let officer = member(Role::Lead, ales, &[]);
        let parties = [ales, faculty, third];
        let id = desk.create(&officer, &exchange("Échange", &parties, "2020", "2026-08")).await;
        desk.share(&officer, id).await.expect("shared");
        let hash = desk.hash(id).await;
        for party in parties {
            desk.approve(&officer, id, party, &hash).await.expect("approved");
        }
        sign_all(&desk, id, &parties, "2020-05?").await;
        add_document(&desk, &officer, id, "Annexe", DocumentVisibility::Parties, "2021").await;
        desk.publish(&officer, id, true).await.expect("published");

        let all = events(&desk, &eyes(&officer), [ales, kagawa], 50).await;
        assert_eq!(
            told(&all),
            [
                "2026-10-05 approved",
                "2026-10-05 approved",
                "2026-10-05 revision",
                "2026-08-31 ends",
                "2021-12-31 document",
                "2020-05-31 signed",
                "2020-05-31 signed",
                "2020-01-01 begins",
            ],
            "of three parties the third is on the agreement's page"
        );
        assert!(all[5].stated.is_some_and(|stated| stated.to_confirm && stated.to_string() == "2020-05?"));
        let acting: Vec<_> = all
            .iter()
            .filter_map(|event| match event.what {
                What::Approved { party, number: 1 } | What::Signed { party, number: 1 } => Some(party),
                _ => None,
            })
            .collect();
        assert_eq!(acting.iter().filter(|party| **party == ales).count(), 2);
        assert_eq!(acting.iter().filter(|party| **party == faculty).count(), 2);
        let mirrored = events(&desk, &eyes(&officer), [kagawa, ales], 50).await;
        assert_eq!(mirrored, all, "the same from either side");
        assert_eq!(events(&desk, &eyes(&officer), [ales, faculty], 50).await, all);
        assert_eq!(events(&desk, &eyes(&officer), [kagawa, third], 50).await.len(), 8);

        let public = events(&desk, &Visible::Public, [ales, kagawa], 50).await;
        let kinds: Vec<_> = public.iter().map(|event| event.moment.kind).collect();
        assert_eq!(kinds, [Approved, Approved, Ends, Signed, Signed, Begins], "no revision, no annex");

        let end = TerminationDraft {
            party: Some(faculty),
            notified_on: day("2026-10-05"),
            effective_on: day("2026-10-05"),
            notice_months: 12,
            reason: None,
            evidence: Evidence::default(),
            is_on_behalf: true,
        };
        assert!(desk.terminate(&Actor::Operator, id, &end).await.is_err(), "it is over");
    })
    .await;
}

#[tokio::test]
async fn endings_and_what_follows_have_their_day() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let [one, other] = [desk.university("Une", "FR").await, desk.university("Autre", "JP").await];
        let id = desk
            .create(&Actor::Operator, &exchange("Premier", &[one, other], "2024-09-01", "2030-08-31"))
            .await;
        desk.share(&Actor::Operator, id).await.expect("shared");
        sign_all(&desk, id, &[one, other], "2024-06-01").await;
        let next = desk.renew(&member(Role::Lead, one, &[]), id).await.expect("asked").expect("renewed");
        let end = TerminationDraft {
            party: Some(other),
            notified_on: day("2026-10-01"),
            effective_on: day("2027-12-31"),
            notice_months: 12,
            reason: None,
            evidence: Evidence::default(),
            is_on_behalf: true,
        };
        desk.terminate(&Actor::Operator, id, &end).await.expect("terminated");
        let all = events(&desk, &Visible::All, [one, other], 50).await;
        assert_eq!(
            told(&all),
            [
                "2027-12-31 terminated",
                "2026-10-05 revision",
                "2026-10-05 revision",
                "2026-10-01 notice",
                "2024-09-01 begins",
                "2024-06-01 signed",
                "2024-06-01 signed",
            ],
            "what ends before its time does not end at its end"
        );
        let of_other = events(&desk, &eyes(&member(Role::Observer, other, &[])), [one, other], 50).await;
        assert!(
            of_other.iter().all(|event| event.moment.kind != EventKind::Followed && event.agreement == id),
            "the draft that renews it is not shared yet"
        );
        desk.share(&Actor::Operator, next).await.expect("shared");
        sign_all(&desk, next, &[one, other], "2026-10-05").await;
        let all = events(&desk, &Visible::All, [one, other], 50).await;
        let follows = |event: &Event| matches!(&event.what, What::Followed { by, .. } if *by == next);
        assert_eq!(all.iter().filter(|event| follows(event)).count(), 1, "it follows once it is signed");
    })
    .await;
}

#[tokio::test]
async fn a_long_timeline_comes_page_by_page_without_a_gap() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let [one, other] = [desk.university("Une", "FR").await, desk.university("Autre", "JP").await];
        for year in 2010..2022 {
            let form = exchange("Convention", &[one, other], &year.to_string(), "2026-08");
            let id = desk.create(&Actor::Operator, &form).await;
            sign_all(&desk, id, &[one, other], &format!("{year}-01")).await;
        }
        let all = events(&desk, &Visible::All, [one, other], 1_000).await;
        assert_eq!(all.len(), 12 * 5);
        let pair = [family(&desk, one).await, family(&desk, other).await];
        let mut paged: Vec<Event> = Vec::new();
        let mut after: Option<Moment> = None;
        loop {
            let mut tx = desk.read().await;
            let page = timeline(&mut tx, &Visible::All, [&pair[0], &pair[1]], after.as_ref(), 7)
                .await
                .expect("told");
            let Some(last) = page.last() else { break };
            after = Some(last.moment.to_string().parse().expect("a place"));
            paged.extend(page);
        }
        assert_eq!(paged, all);
    })
    .await;
}

#[tokio::test]
async fn documents_are_told_to_whom_they_may_be_read_by() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let [one, other] = [desk.university("Une", "FR").await, desk.university("Autre", "JP").await];
        let stranger = desk.university("Tierce", "DE").await;
        let actors = [
            Actor::Visitor,
            member(Role::Student, one, &[]),
            member(Role::Observer, one, &[]),
            member(Role::Officer, one, &[]),
            member(Role::Lead, other, &[]),
            member(Role::Officer, stranger, &[]),
            administrator(),
        ];
        let offices = [member(Role::Officer, one, &[]), member(Role::Officer, other, &[]), administrator()];
        let mut compared = 0;
        for (is_shared, is_published) in [(false, false), (true, false), (true, true)] {
            let id = desk.create(&offices[0], &framework("Accord", &[one, other])).await;
            if is_shared {
                desk.share(&offices[0], id).await.expect("shared");
            }
            if is_published {
                desk.publish(&offices[0], id, true).await.expect("published");
            }
            let mut documents = Vec::new();
            for office in offices.iter().take(if is_shared { 3 } else { 1 }) {
                for visibility in DocumentVisibility::ALL {
                    documents.push(add_document(&desk, office, id, "Pièce", *visibility, "").await);
                }
            }
            for actor in &actors {
                let seen = events(&desk, &eyes(actor), [one, other], 1_000).await;
                for scope in &documents {
                    let is_told = seen.iter().any(|event| {
                        event.agreement == id
                            && matches!(event.what, What::Document { id, .. } if id == scope.id)
                    });
                    assert_eq!(is_told, decide(actor, ReadDocument(scope)).is_ok(), "{actor:?} {scope:?}");
                    compared += 1;
                }
            }
        }
        assert_eq!(compared, (3 + 9 + 9) * actors.len());
    })
    .await;
}

#[tokio::test]
async fn partners_are_those_to_whom_parties_belong() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let network = desk
            .insert(&InstitutionForm { kind: "network".into(), ..university("Réseau", "FR") })
            .await
            .expect("inserted");
        let school = InstitutionForm { parent: network.to_string(), ..university("École", "FR") };
        let school = desk.insert(&school).await.expect("inserted");
        let whole = desk.university("Kagawa", "JP").await;
        let unit = |parent: InstitutionId, name: &str| InstitutionForm {
            kind: "unit".into(),
            parent: parent.to_string(),
            ..university(name, "JP")
        };
        let faculty = desk.insert(&unit(whole, "Faculté")).await.expect("inserted");
        let laboratory = desk.insert(&unit(faculty, "Laboratoire")).await.expect("inserted");
        let officer = member(Role::Lead, school, &[]);
        let ended =
            desk.create(&officer, &exchange("Un", &[school, laboratory], "2020-09-01", "2026-08-31")).await;
        desk.share(&officer, ended).await.expect("shared");
        sign_all(&desk, ended, &[school, laboratory], "2020-06-01").await;
        let with_network = desk.create(&officer, &framework("Deux", &[school, network, whole])).await;
        desk.share(&officer, with_network).await.expect("shared");

        let of = async |id: InstitutionId, actor: &Actor| {
            let family = family(&desk, id).await;
            let ties = ties(&mut desk.read().await, &eyes(actor), &family, None).await.expect("asked");
            let found = partner::partners(id, &ties, day("2026-10-05"));
            found.iter().map(|p| (p.institution, p.agreements, p.gaps.len())).collect::<Vec<_>>()
        };
        assert_eq!(of(school, &officer).await, [(whole, 2, 1)], "its own network is no partner");
        assert_eq!(of(network, &administrator()).await, [(whole, 2, 1)]);
        assert_eq!(of(whole, &officer).await, [(network, 1, 0), (school, 2, 1)]);
        assert_eq!(of(laboratory, &officer).await, [(school, 1, 1)]);
        assert_eq!(of(whole, &Actor::Visitor).await, [], "nothing is published");

        let pair = [family(&desk, network).await, family(&desk, whole).await];
        let ties =
            ties(&mut desk.read().await, &Visible::All, &pair[0], Some(&pair[1])).await.expect("asked");
        let coverage = partner::coverage((network, whole), &ties, day("2026-10-05"));
        assert_eq!(coverage.gaps.len(), 1, "what its school does is the network's");
    })
    .await;
}

#[tokio::test]
async fn contacts_are_for_the_parties_only() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let [one, other] = [desk.university("Une", "FR").await, desk.university("Autre", "JP").await];
        let stranger = desk.university("Tierce", "DE").await;
        let officer = member(Role::Officer, one, &[]);
        let mut form = framework("Accord", &[one, other, stranger]);
        for (i, name) in ["Claude Exemple", "Hana Exemple", "Kim Exemple"].into_iter().enumerate() {
            let contact = domain::agreement::ContactForm { name: name.into(), ..Default::default() };
            form.parties[i].contacts = vec![contact];
        }
        let id = desk.create(&officer, &form).await;
        desk.share(&officer, id).await.expect("shared");
        desk.publish(&officer, id, true).await.expect("published");
        let pair = [family(&desk, one).await, family(&desk, other).await];
        for (actor, expected) in [
            (Actor::Visitor, vec![]),
            (member(Role::Officer, desk.university("Quatre", "FR").await, &[]), vec![]),
            (officer, vec![one, other]),
            (member(Role::Observer, stranger, &[]), vec![one, other]),
        ] {
            let mut tx = desk.read().await;
            let found = contacts(&mut tx, &eyes(&actor), [&pair[0], &pair[1]], 50).await.expect("asked");
            let mut who: Vec<_> = found.iter().map(|line| line.institution).collect();
            who.sort_unstable();
            assert_eq!(who, expected, "{actor:?}");
        }
    })
    .await;
}
