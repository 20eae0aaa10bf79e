//! The contract of imports of agreements, on both databases.

mod sample;
mod support;

use domain::{
    access::{self, Actor, Permit, Role, TagAgreements, decide},
    agreement::AgreementForm,
    flow::{FlowForm, PoolForm},
    id::{AgreementId, ImportId, InstitutionId},
    import::{
        ImportKind, Mapping, Sheet, SheetRow,
        agreement::{Context, Plan, plan, read},
        plan::{Counts, Reason},
    },
    listing::Tag,
};
use sample::{Desk, day, member, on, university};
use store::{
    StoreError, Tx,
    agreement::{self, AgreementFilter, AgreementSort, Visible},
    import::{self, Import, ImportFile, Progress, Touched},
    tag,
};
use support::on_each_database;

const LIST: &str = "Titre|Nature|Partenaire 1|Partenaire 2|Référence|Début|Fin|Sans terme|Étiquettes
Échange un|échange|Alès|Keio|RI-1|2021|2026-08||Asie, à relire
Cadre deux|convention-cadre|ALES|Keio|RI-2|2022|||asie
Cadre trois|convention-cadre|Alès|Osaka|RI-3|2023|||
Perdu|convention-cadre|Alès|Atlantis|RI-4|2023|||";

fn sheet(text: &str) -> Sheet {
    let cells = |line: &str| line.split('|').map(ToOwned::to_owned).collect();
    Sheet {
        rows: (1..).zip(text.lines()).map(|(number, line)| SheetRow { number, cells: cells(line) }).collect(),
    }
}

/// An office with its partners, and whoever brings its lists.
struct Office {
    desk: Desk,
    own: InstitutionId,
    actor: Actor,
}

impl Office {
    async fn new(db: store::Db) -> Self {
        let desk = Desk::new(db);
        let own = desk.insert(&university("Alès", "FR")).await.expect("written");
        for name in ["Keio", "Osaka"] {
            desk.insert(&university(name, "JP")).await.expect("written");
        }
        Self { desk, own, actor: member(Role::Officer, own, &[]) }
    }

    fn permit(&self) -> Permit<access::Import> {
        let by = self.actor.person().map(|person| person.id);
        decide(&self.actor, access::Import { kind: ImportKind::Agreements, by }).expect("may import")
    }

    async fn planned(&self, tx: &mut Tx, text: &str) -> (Mapping, Plan) {
        let sheet = sheet(text);
        let mapping = Mapping::recognise(ImportKind::Agreements, &sheet).expect("headers");
        let rows: Vec<_> = sheet.below(&mapping).map(|row| read(row, &mapping)).collect();
        let known = import::known_agreements(tx, &rows, &[self.own]).await.expect("known");
        let evidence = |row: u32| format!("row {row}");
        let context = Context { actor: &self.actor, on: day("2026-11-21"), evidence: &evidence };
        (mapping, plan(rows, &known, &context))
    }

    async fn take(&self, text: &str) -> Import {
        let mut tx = self.desk.write().await;
        let (mapping, plan) = self.planned(&mut tx, text).await;
        let (permit, stamp) = (self.permit(), self.desk.stamp());
        let file = ImportFile { name: "accords.csv".into(), hash: "00".into() };
        let id = import::keep(&mut tx, &permit, &stamp, &file, None).await.expect("kept");
        let progress = Progress::default();
        let import = import::apply_agreements(&mut tx, &permit, &stamp, id, &mapping, &plan, &progress)
            .await
            .expect("carried out");
        assert_eq!(progress.rows(), import.counts.read, "each row was told");
        tx.commit().await.expect("committed");
        import
    }

    async fn undo(&self, id: ImportId) -> Result<Result<(), Touched>, StoreError> {
        let mut tx = self.desk.write().await;
        let outcome = import::undo(&mut tx, &self.permit(), &self.desk.stamp(), id).await;
        if matches!(outcome, Ok(Ok(()))) {
            tx.commit().await.expect("committed");
        }
        outcome
    }

    /// The agreements by title, with their tags.
    async fn agreements(&self) -> Vec<(String, AgreementId, Vec<String>)> {
        let mut tx = self.desk.read().await;
        let filter = AgreementFilter { visible: Visible::All, ..AgreementFilter::default() };
        let sort = AgreementSort::Title(domain::lang::Lang::Fr);
        let page =
            agreement::list(&mut tx, &filter, sort, None, 50, day("2026-11-21")).await.expect("a list");
        let ids: Vec<_> = page.items.iter().map(|item| item.id).collect();
        let mut tags = tag::on(&mut tx, &[self.own], &ids).await.expect("tags");
        let one = |item: &agreement::AgreementItem| {
            (item.title_fr.clone(), item.id, tags.remove(&item.id).unwrap_or_default())
        };
        page.items.iter().map(one).collect()
    }

    async fn titled(&self, title: &str) -> AgreementId {
        let found = self.agreements().await.into_iter().find(|(found, ..)| found == title);
        found.expect("an agreement of this title").1
    }
}

fn counts(read: u32, new: u32, same: u32, changed: u32, flagged: u32, refused: u32) -> Counts {
    Counts { read, new, same, changed, flagged, refused, normalised: 0 }
}

#[tokio::test]
async fn a_list_of_agreements_is_taken_in_with_its_tags_and_the_same_again_changes_nothing() {
    on_each_database(|db| async move {
        let office = Office::new(db).await;
        let first = office.take(LIST).await;
        assert_eq!(first.counts, counts(4, 3, 0, 0, 0, 1));
        let tags: Vec<(String, Vec<String>)> =
            office.agreements().await.into_iter().map(|(title, _, tags)| (title, tags)).collect();
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            tags,
            [
                ("Cadre deux".to_owned(), own(&["Asie"])),
                ("Cadre trois".to_owned(), own(&[])),
                ("Échange un".to_owned(), own(&["à relire", "Asie"])),
            ]
        );
        assert_eq!(office.take(LIST).await.counts, counts(4, 0, 3, 0, 0, 1));

        let later = office.take(&LIST.replace("2026-08|", "2027-08|").replace("||asie", "|peut-être|Europe")).await;
        assert_eq!(later.counts, counts(4, 0, 2, 1, 1, 1));
        let rows = import::rows(&mut office.desk.read().await, &office.permit(), later.id, None, 0, 10).await;
        let reasons = rows.expect("rows").into_iter().find(|row| row.number == 3).expect("a row").reasons;
        assert!(
            matches!(&reasons[..], [Reason::LeftOut { value, .. }, Reason::TagsLeftOut { value: tags }] if value == "peut-être" && tags == "Europe"),
            "{reasons:?}"
        );
        assert_eq!(office.undo(later.id).await.expect("undone"), Ok(()));
        assert_eq!(office.take(LIST).await.counts, counts(4, 0, 3, 0, 0, 1), "it is as it was");

        let audit: Vec<String> =
            office.desk.audit(first.id.0).await.into_iter().map(|line| line.action).collect();
        assert_eq!(audit, ["import_agreements"]);
        assert_eq!(office.undo(first.id).await.expect("answered").expect_err("touched since").0, ["Échange un"]);
    })
    .await;
}

#[tokio::test]
async fn an_import_that_changes_an_agreement_leaves_its_flows() {
    on_each_database(|db| async move {
        let office = Office::new(db).await;
        office.take(LIST).await;
        let id = office.titled("Échange un").await;
        let record = office.desk.get(id).await;
        let mut form = AgreementForm::from(&record.draft().expect("a revision"));
        let pool =
            PoolForm { id: unused_id(1), name_fr: "Places".into(), cap: "8".into(), ..PoolForm::default() };
        form.flows = vec![FlowForm {
            id: unused_id(2),
            kind: "student_studies".into(),
            sender: form.parties[0].institution.clone(),
            receiver: form.parties[1].institution.clone(),
            cap: "5".into(),
            pool: pool.id.clone(),
            ..FlowForm::default()
        }];
        form.pools = vec![pool];
        office.desk.update(&office.actor, id, record.version, &form).await.expect("saved");
        let content = async || office.desk.get(id).await.latest().expect("a revision").content.clone();
        let before = content().await;
        assert_eq!(office.take(LIST).await.counts, counts(4, 0, 3, 0, 0, 1), "a flow is no difference");
        let later = office.take(&LIST.replace("2026-08|", "2027-08|")).await;
        assert_eq!(later.counts.changed, 1);
        let after = content().await;
        assert_ne!(after.period, before.period);
        assert_eq!((after.flows, after.pools), (before.flows, before.pools));
    })
    .await;
}

/// An id that nothing else has.
fn unused_id(number: u128) -> String {
    uuid::Uuid::from_u128(number << 90).to_string()
}

/// What somebody may do with an agreement that an import added.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Since {
    Nothing,
    Edited,
    Tagged,
    Commented,
    Documented,
    Observed,
    Renewed,
}

/// Writes a row about an agreement, with an id and an instant of its own.
async fn insert(tx: &mut Tx, stamp: &store::Stamp, about: AgreementId, sql: &'static str) {
    let (id, at) = (stamp.id(), stamp.at);
    let inserted = on!(tx, |c| sqlx::query(sql)
        .bind(id)
        .bind(about.0)
        .bind(at)
        .execute(c)
        .await
        .map(|done| done.rows_affected()));
    assert_eq!(inserted.expect("written"), 1);
}

async fn touch(office: &Office, id: AgreementId, since: Since) {
    let mut tx = office.desk.write().await;
    let stamp = office.desk.stamp();
    match since {
        Since::Nothing => {}
        Since::Edited => {
            drop(tx);
            let record = office.desk.get(id).await;
            let draft = record.draft().expect("a revision");
            let form = AgreementForm { title_en: "Edited since".into(), ..AgreementForm::from(&draft) };
            office.desk.update(&office.actor, id, record.version, &form).await.expect("edited");
            return;
        }
        Since::Tagged => {
            let permit = decide(&office.actor, TagAgreements(office.own)).expect("may tag");
            let tag = Tag::parse("plus tard").expect("a tag");
            tag::add(&mut tx, &permit, &stamp, &tag, &[id]).await.expect("tagged");
        }
        // The rows alone: how they are written is the business of other tests.
        Since::Commented => {
            let sql = "insert into comment (id, revision_id, author_name, body, written_at) \
                select $1, revision.id, 'Camille Exemple', 'Bien', $3 from revision where revision.agreement_id = $2";
            insert(&mut tx, &stamp, id, sql).await;
        }
        Since::Documented => {
            let sql = "insert into document (id, agreement_id, kind, title, visibility, link, added_by_name, added_at, version) \
                values ($1, $2, 'other', 'Texte', 'parties', 'https://example.invalid/', 'Camille Exemple', $3, 1)";
            insert(&mut tx, &stamp, id, sql).await;
        }
        Since::Observed => {
            let sql = "insert into observation (id, agreement_id, commitment_id, observed_on, kind, value, evidence, noted_by_name, noted_at) \
                select $1, agreement.id, $1, '2026-11-01', 'done', 1, 'Vu', 'Camille Exemple', $3 from agreement where agreement.id = $2";
            insert(&mut tx, &stamp, id, sql).await;
        }
        Since::Renewed => {
            let sql = "insert into succession (agreement_id, successor_id, kind, recorded_at) \
                select agreement.id, other.id, 'replaced_by', $3 from agreement join agreement other on other.title_fr = 'Cadre trois' \
                where agreement.id = $2 and other.id <> $1";
            insert(&mut tx, &stamp, id, sql).await;
        }
    }
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn an_import_of_agreements_is_undone_only_while_nothing_rests_on_it() {
    for since in [
        Since::Nothing,
        Since::Edited,
        Since::Tagged,
        Since::Commented,
        Since::Documented,
        Since::Observed,
        Since::Renewed,
    ] {
        on_each_database(move |db| async move {
            let office = Office::new(db).await;
            let import = office.take(LIST).await;
            touch(&office, office.titled("Échange un").await, since).await;
            let outcome = office.undo(import.id).await.expect("answered");
            if since == Since::Nothing {
                assert_eq!(outcome, Ok(()));
                assert!(office.agreements().await.is_empty());
                return;
            }
            let touched = outcome.expect_err("touched").0;
            assert!(touched.contains(&"Échange un".to_owned()), "{since:?}: {touched:?}");
            assert_eq!(office.agreements().await.len(), 3, "{since:?}: all or nothing");
        })
        .await;
    }
}

#[tokio::test]
async fn what_is_being_written_beside_an_agreement_keeps_its_import_from_being_undone() {
    on_each_database(|db| async move {
        let office = Office::new(db).await;
        let import = office.take(LIST).await;
        let id = office.titled("Échange un").await;
        let mut tx = office.desk.write().await;
        let permit = decide(&office.actor, TagAgreements(office.own)).expect("may tag");
        let tag = Tag::parse("plus tard").expect("a tag");
        tag::add(&mut tx, &permit, &office.desk.stamp(), &tag, &[id]).await.expect("tagged");
        let commit = async {
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            tx.commit().await.expect("committed");
        };
        let (outcome, ()) = tokio::join!(office.undo(import.id), commit);
        assert_eq!(outcome.expect("answered").expect_err("touched").0, ["Échange un"]);
        assert_eq!(office.agreements().await.len(), 3);
    })
    .await;
}
