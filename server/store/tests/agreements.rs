//! The contract of agreements, on both databases.

mod sample;
mod support;

use domain::{
    access::{Actor, Role},
    agreement::{AgreementForm, ContactForm, SourceForm},
    id::{AgreementId, InstitutionId},
};
use sample::{Desk, administrator, day, framework, member, on, signed};
use std::sync::Arc;
use store::{
    Constraint, StoreError,
    agreement::{self, AgreementFilter, AgreementItem, AgreementSort, Visible},
};
use support::on_each_database;
use uuid::Uuid;

/// Two universities, and a lead of the first.
struct Scene {
    desk: Desk,
    ours: InstitutionId,
    theirs: InstitutionId,
    lead: Actor,
}

async fn scene(db: store::Db) -> Scene {
    let desk = Desk::new(db);
    let ours = desk.university("aivancity", "FR").await;
    let theirs = desk.university("IIIT Bangalore", "IN").await;
    let lead = member(Role::Lead, ours, &[]);
    Scene { desk, ours, theirs, lead }
}

impl Scene {
    fn form(&self, title: &str) -> AgreementForm {
        framework(title, &[self.ours, self.theirs])
    }

    async fn draft(&self, title: &str) -> AgreementId {
        self.desk.create(&self.lead, &self.form(title)).await
    }

    /// The line of an agreement in a list of everything.
    async fn item(&self, id: AgreementId) -> AgreementItem {
        let filter = AgreementFilter { visible: Visible::All, ..AgreementFilter::default() };
        let mut tx = self.desk.read().await;
        let page =
            agreement::list(&mut tx, &filter, AgreementSort::Recent, None, 1_000, day("2026-10-05")).await;
        page.expect("listed").items.into_iter().find(|item| item.id == id).expect("in the list")
    }

    /// The list's line says what the revisions and facts say.
    async fn assert_in_step(&self, id: AgreementId) {
        let (record, item) = (self.desk.get(id).await, self.item(id).await);
        let facts = record.facts();
        let ruling = facts.ruling().expect("a revision");
        assert_eq!(item.course, facts.course());
        assert_eq!(record.ruling_number, ruling.number);
        assert_eq!(
            (item.ruling_number, item.latest_number),
            (ruling.number, signed_number(facts.revisions.len()))
        );
        assert_eq!(item.kind, ruling.content.kind);
        let parties: Vec<_> = item.parties.iter().map(|party| (party.institution, party.role)).collect();
        let written: Vec<_> =
            ruling.content.parties.iter().map(|party| (party.institution, party.role)).collect();
        assert_eq!(parties, written);
        assert_eq!((item.starts, item.ends), (ruling.content.period.starts, ruling.content.period.ends));
        assert_eq!(item.is_open_ended, ruling.content.period.is_open_ended);
        assert_eq!(item.updated_at, record.updated_at);
        assert_eq!(item.is_published, record.scope.is_published);
    }
}

fn is_conflict<T>(outcome: &Result<T, StoreError>) -> bool {
    matches!(outcome, Err(StoreError::Conflict(Constraint::Other)))
}

#[expect(clippy::cast_possible_wrap, reason = "few revisions")]
const fn signed_number(number: usize) -> i64 {
    number as i64
}

fn complete(scene: &Scene) -> AgreementForm {
    let mut form = scene.form("Déclaration d’intention");
    form.kind = "declaration_of_intent".into();
    form.title_en = "Declaration of intent".into();
    form.starts = "2024-01-10".into();
    form.starts_to_confirm = "on".into();
    form.ends = "2027".into();
    form.notice_months = "6".into();
    form.renewal = "tacit".into();
    form.renewal_months = "36".into();
    form.summary_fr = "Mobilité, recherche,\net « innovation ».".into();
    form.summary_en = "Mobility & research".into();
    form.terms_fr = "Deux places par an.".into();
    form.fields = "0619, 06, 0413".into();
    form.visibility = "parties".into();
    form.parties[0].reference = "AIV-2024/01".into();
    form.parties[0].contacts = vec![
        ContactForm {
            name: "Camille Exemple".into(),
            role: "Relations internationales".into(),
            email: "camille@exemple.fr".into(),
        },
        ContactForm { name: "Dominique Exemple".into(), ..ContactForm::default() },
    ];
    form.parties[1].role = "associate".into();
    form.parties[1].signatory = "Prof. Exemple".into();
    form.parties[1].signatory_title = "Director".into();
    form.parties[1].signed_on = "2024-01?".into();
    form.sources = vec![
        SourceForm {
            title: "Compte rendu".into(),
            url: "https://exemple.fr/compte-rendu?page=1".into(),
            read_on: "2026-01".into(),
            note: "Première page\nà relire".into(),
            to_confirm: "on".into(),
        },
        SourceForm { title: "Dossier".into(), ..SourceForm::default() },
    ];
    form
}

#[tokio::test]
async fn everything_written_in_an_agreement_is_found_again() {
    on_each_database(|db| async move {
        let scene = scene(db).await;
        let form = complete(&scene);
        let id = scene.desk.create(&scene.lead, &form).await;
        let record = scene.desk.get(id).await;
        assert_eq!(record.draft(), Some(form.parse().expect("valid")));
        assert_eq!((record.version, record.ruling_number, record.revisions.len()), (1, 1, 1));
        assert_eq!(record.scope.owner, Some(scene.ours));
        assert_eq!(record.scope.parties, [scene.ours, scene.theirs]);
        assert!(!record.scope.is_shared && !record.scope.is_published);
        let revision = record.latest().expect("a revision");
        assert_eq!(revision.hash, revision.content.hash());
        assert_eq!(
            (revision.author_name.as_str(), revision.shared_at, revision.fixed_at),
            ("Camille Exemple", None, None)
        );
        scene.assert_in_step(id).await;

        let bare = scene.form("Autre titre");
        scene.desk.update(&scene.lead, id, 1, &bare).await.expect("saved");
        assert_eq!(scene.desk.get(id).await.draft(), Some(bare.parse().expect("valid")));
        scene.assert_in_step(id).await;

        let nobody = AgreementId(Uuid::from_u128(404));
        let mut tx = scene.desk.read().await;
        assert!(agreement::find(&mut tx, nobody).await.expect("asked").is_none());
        assert!(agreement::scope(&mut tx, nobody).await.expect("asked").is_none());
    })
    .await;
}

#[tokio::test]
async fn an_agreement_of_an_administrator_has_no_owner() {
    on_each_database(|db| async move {
        let scene = scene(db).await;
        let id = scene.desk.create(&administrator(), &scene.form("Sans bureau")).await;
        assert_eq!(scene.desk.get(id).await.scope.owner, None);
    })
    .await;
}

#[tokio::test]
async fn a_second_save_of_the_same_version_is_refused_and_changes_nothing() {
    on_each_database(|db| async move {
        let scene = scene(db).await;
        let id = scene.draft("Titre").await;
        let saved = scene.desk.update(&scene.lead, id, 1, &scene.form("Premier")).await;
        assert_eq!(saved.expect("the first save"), 2);
        let (before, item) = (scene.desk.get(id).await, scene.item(id).await);
        let (lines, revision) = (scene.desk.audit(id.0).await, scene.desk.revision().await);
        let second = scene.desk.update(&scene.lead, id, 1, &scene.form("Second")).await;
        assert!(matches!(second, Err(StoreError::Stale { current: 2 })), "{second:?}");
        assert_eq!((scene.desk.get(id).await, scene.item(id).await), (before, item));
        assert_eq!((scene.desk.audit(id.0).await, scene.desk.revision().await), (lines, revision));
    })
    .await;
}

#[tokio::test]
async fn of_two_saves_at_the_same_time_one_is_told_the_present_version() {
    on_each_database(|db| async move {
        let scene = Arc::new(scene(db).await);
        let id = scene.draft("Titre").await;
        for version in 1..=10 {
            let saves = ["A", "B"].map(|title| {
                let scene = scene.clone();
                tokio::spawn(
                    async move { scene.desk.update(&scene.lead, id, version, &scene.form(title)).await },
                )
            });
            let mut outcomes = Vec::new();
            for save in saves {
                outcomes.push(save.await.expect("no panic"));
            }
            let current = version + 1;
            assert!(outcomes.iter().any(|o| matches!(o, Ok(version) if *version == current)), "{outcomes:?}");
            let is_stale =
                |o: &Result<i64, _>| matches!(o, Err(StoreError::Stale { current: c }) if *c == current);
            assert!(outcomes.iter().any(is_stale), "{outcomes:?}");
        }
    })
    .await;
}

/// What happens at the same time happens in some order: nobody signs what was just replaced unseen by the row's
/// version, nothing shared is deleted, nobody waits for another for ever.
#[tokio::test]
async fn writes_at_the_same_time_come_one_after_the_other() {
    on_each_database(|db| async move {
        let scene = Arc::new(scene(db).await);
        for _ in 0..10 {
            let id = scene.draft("Titre").await;
            let scope = scene.desk.get(id).await.scope;
            let (share, delete) = {
                let (a, b) = (scene.clone(), scene.clone());
                (
                    tokio::spawn(async move { a.desk.share(&a.lead, id).await }),
                    tokio::spawn(async move { b.desk.delete_as_of(&b.lead, &scope).await }),
                )
            };
            let (share, delete) = (share.await.expect("no panic"), delete.await.expect("no panic"));
            match (&share, &delete) {
                (Ok(()), refused) => {
                    assert!(is_conflict(refused), "{refused:?}");
                    scene.assert_in_step(id).await;
                }
                (Err(StoreError::NotFound), Ok(())) => {}
                _ => panic!("share {share:?}, delete {delete:?}"),
            }

            let id = scene.draft("Titre").await;
            let (sign, update) = {
                let (a, b) = (scene.clone(), scene.clone());
                (
                    tokio::spawn(async move { a.desk.sign(&a.lead, id, a.ours, &signed("2026")).await }),
                    tokio::spawn(async move { b.desk.update(&b.lead, id, 1, &b.form("Autre")).await }),
                )
            };
            let (sign, update) = (sign.await.expect("no panic"), update.await.expect("no panic"));
            assert!(matches!(sign, Ok(()) | Err(StoreError::Stale { current: 2 })), "{sign:?}");
            assert!(matches!(update, Ok(2) | Err(StoreError::Stale { current: 2 })), "{update:?}");
            assert!(sign.is_ok() || update.is_ok(), "one of the two comes first");
            scene.assert_in_step(id).await;
            let record = scene.desk.get(id).await;
            assert_eq!(record.revisions.len(), 1, "whichever came first, one revision was signed or edited");
        }
    })
    .await;
}

#[tokio::test]
async fn editing_an_unsigned_draft_keeps_one_revision_and_a_signed_one_begins_the_next() {
    on_each_database(|db| async move {
        let scene = scene(db).await;
        let (desk, lead) = (&scene.desk, &scene.lead);
        let id = scene.draft("Un").await;
        desk.update(lead, id, 1, &scene.form("Deux")).await.expect("saved");
        desk.update(lead, id, 2, &scene.form("Trois")).await.expect("saved");
        let record = desk.get(id).await;
        assert_eq!((record.revisions.len(), record.version), (1, 3));
        assert_eq!(record.revisions[0].hash, record.revisions[0].content.hash());

        desk.sign(lead, id, scene.ours, &signed("2026-01-10")).await.expect("signed");
        desk.sign(lead, id, scene.theirs, &signed("2026-01-12")).await.expect("signed");
        let fixed = desk.get(id).await.revisions[0].clone();
        desk.update(lead, id, 5, &scene.form("Quatre")).await.expect("saved");
        let record = desk.get(id).await;
        assert_eq!(record.revisions[0], fixed, "what was signed stays");
        let numbers: Vec<_> = record.revisions.iter().map(|revision| revision.number).collect();
        assert_eq!((numbers.as_slice(), record.ruling_number), (&[1, 2][..], 1));
        let item = scene.item(id).await;
        assert_eq!((item.title_fr.as_str(), item.ruling_number, item.latest_number), ("Trois", 1, 2));
        assert_eq!(
            record.draft().expect("a draft").content.title,
            scene.form("Quatre").parse().expect("valid").content.title
        );
        scene.assert_in_step(id).await;

        desk.update(lead, id, 6, &scene.form("Cinq")).await.expect("saved");
        assert_eq!(desk.get(id).await.revisions.len(), 2, "the second is a draft like another");
        for party in [scene.ours, scene.theirs] {
            desk.sign(lead, id, party, &signed("2026-06")).await.expect("signed");
        }
        assert_eq!(scene.item(id).await.title_fr, "Cinq", "signed by all, it rules");
        scene.assert_in_step(id).await;
    })
    .await;
}

#[tokio::test]
async fn what_stands_beside_the_content_is_no_revision() {
    on_each_database(|db| async move {
        let scene = scene(db).await;
        let (desk, lead) = (&scene.desk, &scene.lead);
        let form = complete(&scene);
        let id = desk.create(lead, &form).await;
        desk.sign(lead, id, scene.ours, &signed("2024-01-10")).await.expect("signed");
        let before = desk.get(id).await;
        let mut noted = form.clone();
        noted.visibility = "public".into();
        noted.parties[0].contacts.clear();
        noted.parties[1].signatory = "Une autre personne".into();
        noted.sources.truncate(1);
        assert_eq!(desk.update(lead, id, before.version, &noted).await.expect("saved"), before.version + 1);
        let after = desk.get(id).await;
        assert_eq!(after.revisions, before.revisions);
        assert_eq!(after.draft(), Some(noted.parse().expect("valid")));
        scene.assert_in_step(id).await;
    })
    .await;
}

#[tokio::test]
async fn sharing_again_and_publishing_again_change_nothing() {
    on_each_database(|db| async move {
        let scene = scene(db).await;
        let (desk, lead) = (&scene.desk, &scene.lead);
        let id = scene.draft("Titre").await;
        let early = desk.publish(lead, id, true).await;
        assert!(is_conflict(&early), "a draft is shared first: {early:?}");
        assert_eq!(desk.get(id).await.version, 1);

        desk.share(lead, id).await.expect("shared");
        let shared = desk.get(id).await;
        assert!(shared.scope.is_shared && !shared.scope.is_published);
        assert_eq!(shared.course().shared_on, Some(day("2026-10-05")));
        scene.assert_in_step(id).await;
        desk.share(lead, id).await.expect("nothing to do");
        assert_eq!(desk.get(id).await, shared);

        desk.publish(lead, id, true).await.expect("published");
        let published = desk.get(id).await;
        assert!(published.scope.is_published && published.published_at.is_some());
        scene.assert_in_step(id).await;
        desk.publish(lead, id, true).await.expect("nothing to do");
        assert_eq!(desk.get(id).await, published);

        desk.publish(lead, id, false).await.expect("withdrawn");
        let withdrawn = desk.get(id).await;
        assert!(!withdrawn.scope.is_published && withdrawn.published_at.is_none());
        desk.publish(lead, id, false).await.expect("nothing to do");
        assert_eq!(desk.get(id).await, withdrawn);
        let told: Vec<_> = desk.audit(id.0).await.into_iter().map(|line| line.action).collect();
        assert_eq!(told, ["withdraw_agreement", "publish_agreement", "share_agreement", "create_agreement"]);
    })
    .await;
}

#[tokio::test]
async fn each_signatory_signs_once_and_the_last_one_makes_it_signed() {
    on_each_database(|db| async move {
        let scene = scene(db).await;
        let (desk, lead) = (&scene.desk, &scene.lead);
        let associate = desk.university("Choose Paris Region", "FR").await;
        let mut form = framework("Titre", &[scene.ours, scene.theirs, associate]);
        form.parties[2].role = "associate".into();
        let id = desk.create(lead, &form).await;
        desk.share(lead, id).await.expect("shared");

        let stranger = desk.university("Inconnue", "FR").await;
        for not_signing in [associate, stranger] {
            let refused = desk.sign(lead, id, not_signing, &signed("2024")).await;
            assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
        }
        assert_eq!(desk.get(id).await.revisions[0].fixed_at, None, "nobody has signed");

        let mut first = signed("2024-01-10?");
        first.signatory = Some(domain::text::Text::parse("Prof. Exemple").expect("a name"));
        first.evidence.words =
            Some(domain::text::LongText::parse("Scan reçu\npar courriel").expect("a text"));
        first.is_on_behalf = true;
        desk.sign(lead, id, scene.theirs, &first).await.expect("signed");
        let after_one = desk.get(id).await;
        let signature = after_one.signature(after_one.revisions[0].id, scene.theirs).expect("there");
        assert_eq!((signature.signed_on, signature.counts_on), (first.signed_on, day("2024-01-10")));
        assert_eq!(signature.evidence.as_deref(), Some("Scan reçu\npar courriel"));
        assert_eq!((signature.signatory.as_deref(), signature.is_on_behalf), (Some("Prof. Exemple"), true));
        assert_eq!(after_one.course().signed_on, None);

        let again = desk.sign(lead, id, scene.theirs, &signed("2025")).await;
        assert!(is_conflict(&again), "{again:?}");
        assert_eq!(desk.get(id).await, after_one);

        // A month counts to its last day, and never beyond the day of writing.
        desk.sign(lead, id, scene.ours, &signed("2024-02")).await.expect("signed");
        let record = desk.get(id).await;
        assert_eq!(record.course().signed_on, Some(day("2024-02-29")));
        scene.assert_in_step(id).await;
        assert_eq!(record.version, 4);

        let undated = scene.draft("Sans date").await;
        desk.sign(lead, undated, scene.ours, &signed("")).await.expect("signed");
        desk.sign(lead, undated, scene.theirs, &signed("2026")).await.expect("signed");
        assert_eq!(desk.get(undated).await.course().signed_on, Some(day("2026-10-05")), "the day of writing");
        scene.assert_in_step(undated).await;
    })
    .await;
}

const TABLES: [&str; 9] = [
    "agreement",
    "revision",
    "party",
    "agreement_field",
    "party_note",
    "agreement_source",
    "signature",
    "search_entry",
    "search_words_agreement",
];

#[tokio::test]
async fn deleting_a_draft_leaves_nothing_but_the_audit_line() {
    on_each_database(|db| async move {
        let scene = scene(db).await;
        let desk = &scene.desk;
        let count = async || {
            let mut rows = Vec::new();
            for table in TABLES {
                rows.push((table, desk.rows(table).await));
            }
            rows
        };
        scene.draft("Reste").await;
        let before = count().await;
        let id = desk.create(&scene.lead, &complete(&scene)).await;
        let with = count().await;
        for ((table, with), (_, without)) in
            with.iter().zip(&before).filter(|((table, _), _)| *table != "signature")
        {
            assert!(with > without, "{table}");
        }
        desk.delete(&scene.lead, id).await.expect("deleted");
        assert_eq!(count().await, before);
        let lines = desk.audit(id.0).await;
        assert_eq!(lines[0].action, "delete_draft");
        assert!(lines[0].before.as_deref().is_some_and(|before| before.contains("AIV-2024/01")));
        assert!(matches!(desk.delete(&scene.lead, id).await, Err(StoreError::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn what_was_shared_or_signed_is_not_deleted() {
    on_each_database(|db| async move {
        let scene = scene(db).await;
        let (desk, lead) = (&scene.desk, &scene.lead);
        let signed_unshared = scene.draft("Signé").await;
        desk.sign(lead, signed_unshared, scene.ours, &signed("2024")).await.expect("signed");
        assert!(is_conflict(&desk.delete(lead, signed_unshared).await));

        // The right was given while it was a draft; it was shared before the right was used.
        let id = scene.draft("Partagé").await;
        let scope = desk.get(id).await.scope;
        let delete = domain::access::decide(lead, domain::access::DeleteDraft(&scope)).expect("a draft");
        desk.share(lead, id).await.expect("shared");
        let mut tx = desk.write().await;
        assert!(is_conflict(&agreement::delete(&mut tx, &delete, &desk.stamp()).await));
        drop(tx);
        assert!(desk.get(id).await.scope.is_shared);
    })
    .await;
}

#[tokio::test]
async fn a_right_to_what_is_gone_writes_nothing() {
    use domain::access::{EditAgreement, PublishAgreement, ShareAgreement, SignAgreement, decide};
    on_each_database(|db| async move {
        let scene = scene(db).await;
        let (desk, lead) = (&scene.desk, &scene.lead);
        let id = scene.draft("Titre").await;
        let scope = domain::access::AgreementScope { is_shared: true, ..desk.get(id).await.scope };
        desk.delete(lead, id).await.expect("deleted");
        let (lines, revision) = (desk.rows("audit").await, desk.revision().await);

        let draft = scene.form("Titre").parse().expect("valid");
        let edit = decide(lead, EditAgreement(&scope)).expect("may");
        let share = decide(lead, ShareAgreement(&scope)).expect("may");
        let publish = decide(lead, PublishAgreement(&scope)).expect("may");
        let sign = SignAgreement { scope: &scope, party: vec![scene.ours], party_has_members: false };
        let sign = decide(lead, sign).expect("may");
        let stamp = desk.stamp();
        let mut tx = desk.write().await;
        let outcomes = [
            agreement::update(&mut tx, &edit, &stamp, 1, &draft).await.map(|_| ()),
            agreement::share(&mut tx, &share, &stamp).await,
            agreement::publish(&mut tx, &publish, &stamp, true).await,
            agreement::publish(&mut tx, &publish, &stamp, false).await,
            agreement::sign(&mut tx, &sign, &stamp, scene.ours, &draft.content.hash(), &signed("2024")).await,
        ];
        tx.commit().await.expect("committed");
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Err(StoreError::NotFound))), "{outcomes:?}");
        assert_eq!((desk.rows("audit").await, desk.revision().await), (lines, revision));
    })
    .await;
}

#[tokio::test]
async fn every_write_leaves_its_audit_line_and_moves_the_registry_on() {
    on_each_database(|db| async move {
        let scene = scene(db).await;
        let (desk, lead) = (&scene.desk, &scene.lead);
        let mut revisions = vec![desk.revision().await];
        let id = scene.draft("Avant").await;
        revisions.push(desk.revision().await);
        desk.update(lead, id, 1, &scene.form("Après")).await.expect("saved");
        revisions.push(desk.revision().await);
        desk.share(lead, id).await.expect("shared");
        revisions.push(desk.revision().await);
        desk.publish(lead, id, true).await.expect("published");
        revisions.push(desk.revision().await);
        desk.sign(lead, id, scene.ours, &signed("2024-01-10")).await.expect("signed");
        revisions.push(desk.revision().await);
        let gone = scene.draft("Efface-moi").await;
        revisions.push(desk.revision().await);
        desk.delete(lead, gone).await.expect("deleted");
        revisions.push(desk.revision().await);
        assert!(revisions.windows(2).all(|pair| pair[0] < pair[1]), "{revisions:?}");

        let mut lines = desk.audit(id.0).await;
        lines.reverse();
        let told: Vec<_> = lines
            .iter()
            .map(|line| (line.action.as_str(), line.before.is_some(), line.after.is_some()))
            .collect();
        let should = [
            ("create_agreement", false, true),
            ("edit_agreement", true, true),
            ("share_agreement", false, false),
            ("publish_agreement", false, false),
            ("sign_agreement", false, true),
        ];
        assert_eq!(told, should);
        assert!(
            lines[1]
                .before
                .as_deref()
                .is_some_and(|before| before.contains("Avant") && !before.contains("Après"))
        );
        assert!(lines[1].after.as_deref().is_some_and(|after| after.contains("Après")));
        assert!(lines[4].after.as_deref().is_some_and(|after| after.contains("2024-01-10")));
        for line in &lines {
            assert_eq!((line.office_id, line.account_name.as_str()), (Some(scene.ours.0), "Camille Exemple"));
            assert_eq!(line.account_id, lead.person().map(|person| person.id.0));
            assert_eq!(line.subject_kind, "agreement");
        }
        let first_deleted = &desk.audit(gone.0).await[0];
        assert!(first_deleted.before.as_deref().is_some_and(|before| before.contains("Efface-moi")));
    })
    .await;
}

/// Approvals, terminations and successions have no write yet; the schema and the reading are there.
#[tokio::test]
async fn facts_that_are_read_but_not_yet_written_count() {
    const APPROVE: &str = "insert into approval (revision_id, institution_id, content_hash, approved_on, recorded_at) values ($1, $2, $3, $4, $5)";
    const TERMINATE: &str = "insert into termination (agreement_id, notified_on, effective_on, is_mutual, recorded_at) values ($1, $2, $3, $4, $5)";
    const SUCCEED: &str = "insert into succession (agreement_id, successor_id, kind, recorded_at) values ($1, $2, 'renewed_by', $3)";
    on_each_database(|db| async move {
        let scene = scene(db).await;
        let (desk, lead) = (&scene.desk, &scene.lead);
        let id = scene.draft("Premier").await;
        let successor = scene.draft("Suite").await;
        let revision = desk.get(id).await.revisions[0].clone();
        let at = desk.stamp().at;
        let mut tx = desk.write().await;
        on!(&mut tx, |c| {
            for party in [scene.ours, scene.theirs] {
                let query =
                    sqlx::query(APPROVE).bind(revision.id.0).bind(party.0).bind(revision.hash.as_str());
                query.bind(day("2026-02-01")).bind(at).execute(&mut *c).await.expect("approved");
            }
            let query = sqlx::query(TERMINATE).bind(id.0).bind(day("2026-03-01")).bind(day("2026-09-01"));
            query.bind(true).bind(at).execute(&mut *c).await.expect("terminated");
            sqlx::query(SUCCEED).bind(id.0).bind(successor.0).bind(at).execute(c).await.expect("succeeded");
        });
        tx.commit().await.expect("committed");
        let course = desk.get(id).await.course();
        assert_eq!(
            (course.approved_on, course.terminated_on),
            (Some(day("2026-02-01")), Some(day("2026-09-01")))
        );
        assert_eq!(course.renewed_on, None, "the successor is a draft");
        let record = desk.get(id).await;
        assert!(record.approval(revision.id, scene.ours).is_some_and(|a| a.hash == revision.hash.as_str()));

        for party in [scene.ours, scene.theirs] {
            desk.sign(lead, successor, party, &signed("2026-08-20")).await.expect("signed");
        }
        assert_eq!(
            desk.get(id).await.course().renewed_on,
            Some(day("2026-08-20")),
            "without a start: when signed"
        );
    })
    .await;
}
