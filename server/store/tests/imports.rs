//! The contract of imports, on both databases.

mod sample;
mod support;

use domain::{
    access::{self, EditInstitution, Permit, decide},
    fold,
    id::ImportId,
    import::{
        ImportKind, ImportState, Mapping, Sheet, SheetRow,
        institution::read,
        plan::{Counts, Known, Outcome, Plan, Reason, plan},
    },
    institution::InstitutionForm,
};
use sample::{Desk, administrator, framework, university};
use store::{
    StoreError, Tx,
    import::{self, Import, ImportFile, Progress, Touched},
    institution::{self, InstitutionFilter},
};
use support::on_each_database;

const LIST: &str = "Erasmus Code|PIC|OID|Legal Name|City|Country Cd|Website Url
F  ALES02|912703556|E10208308|Ecole des mines|ALES|FR|www.ales.example.invalid
G\u{a0}\u{a0}ATHINE01|999643006||National University|Athens|EL|
F  VERDUN1|912703557||Institut|Verdun|FR|
|912703558|E10208308|Université Une|Paris|FR|
|||Sans pays|||";

fn sheet(text: &str) -> Sheet {
    let cells = |line: &str| line.split('|').map(ToOwned::to_owned).collect();
    Sheet {
        rows: (1..).zip(text.lines()).map(|(number, line)| SheetRow { number, cells: cells(line) }).collect(),
    }
}

fn permit() -> Permit<access::Import> {
    decide(&administrator(), access::Import { kind: ImportKind::Institutions, by: None }).expect("may import")
}

fn file() -> ImportFile {
    ImportFile { name: "list.csv".into(), hash: "00".into() }
}

async fn planned(tx: &mut Tx, text: &str) -> (Mapping, Plan) {
    let sheet = sheet(text);
    let mapping = Mapping::recognise(ImportKind::Institutions, &sheet).expect("headers");
    let rows: Vec<_> = sheet.below(&mapping).map(|row| read(row, &mapping)).collect();
    let known = import::known(tx, &rows).await.expect("known");
    (mapping, plan(rows, &known))
}

async fn take(desk: &Desk, text: &str) -> Import {
    let mut tx = desk.db.write().await.expect("a transaction");
    let (mapping, plan) = planned(&mut tx, text).await;
    let (permit, stamp) = (permit(), desk.stamp());
    let id = import::keep(&mut tx, &permit, &stamp, &file(), None).await.expect("kept");
    let import = import::apply(&mut tx, &permit, &stamp, id, &mapping, &plan, &Progress::default())
        .await
        .expect("carried out");
    tx.commit().await.expect("committed");
    import
}

async fn undo(desk: &Desk, id: ImportId) -> Result<Result<(), Touched>, StoreError> {
    let mut tx = desk.db.write().await.expect("a transaction");
    let outcome = import::undo(&mut tx, &permit(), &desk.stamp(), id).await;
    if matches!(outcome, Ok(Ok(()))) {
        tx.commit().await.expect("committed");
    }
    outcome
}

async fn found(desk: &Desk, words: &str) -> Vec<institution::InstitutionItem> {
    let filter = InstitutionFilter { words: fold::words(words), ..InstitutionFilter::default() };
    let mut tx = desk.read().await;
    institution::list(&mut tx, &filter, domain::lang::Lang::Fr, None, 10).await.expect("a list")
}

fn counts(read: u32, new: u32, same: u32, changed: u32, flagged: u32, refused: u32) -> Counts {
    Counts { read, new, same, changed, flagged, refused, normalised: 1 }
}

#[tokio::test]
async fn a_list_is_taken_in_and_the_same_again_changes_nothing() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let first = take(&desk, LIST).await;
        assert_eq!(first.state, ImportState::Done);
        assert_eq!(first.counts, counts(5, 4, 0, 0, 2, 1));
        for words in ["mines", "grece", "912703558", "verdun"] {
            assert_eq!(found(&desk, words).await.len(), 1, "{words}");
        }
        let second = take(&desk, LIST).await;
        assert_eq!(second.counts, counts(5, 0, 4, 0, 2, 1));
        let mut tx = desk.read().await;
        assert_eq!(institution::count_all(&mut tx).await.expect("a count"), 4);
        let rows = import::rows(&mut tx, &permit(), first.id, None, 0, 100).await.expect("rows");
        let outcomes: Vec<_> = rows.iter().map(|row| (row.number, row.outcome)).collect();
        assert_eq!(
            outcomes,
            [
                (2, Outcome::New),
                (3, Outcome::New),
                (4, Outcome::New),
                (5, Outcome::New),
                (6, Outcome::Refused)
            ]
        );
        assert!(matches!(rows[3].reasons[..], [Reason::TakenByRow { row: 2, .. }]));
        let rows = import::rows(&mut tx, &permit(), second.id, None, 0, 100).await.expect("rows");
        assert_eq!(
            rows.iter().map(|row| row.number).collect::<Vec<_>>(),
            [4, 5, 6],
            "only what is to be told"
        );
        let all = import::list(&mut tx, &permit(), 10).await.expect("imports");
        assert_eq!(all.iter().map(|import| import.id).collect::<Vec<_>>(), [second.id, first.id]);
    })
    .await;
}

#[tokio::test]
async fn an_import_leaves_one_audit_line_and_so_does_undoing_it() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let import = take(&desk, LIST).await;
        assert_eq!(undo(&desk, import.id).await.expect("undone"), Ok(()));
        let actions: Vec<String> =
            desk.audit(import.id.0).await.into_iter().map(|line| line.action).collect();
        assert_eq!(actions, ["undo_import", "import_institutions"]);
        let mut tx = desk.read().await;
        assert_eq!(institution::count_all(&mut tx).await.expect("a count"), 0);
        drop(tx);
        assert!(found(&desk, "mines").await.is_empty());
        assert!(matches!(undo(&desk, import.id).await, Err(StoreError::NotFound)), "only once");
        assert_eq!(take(&desk, LIST).await.counts.new, 4, "and it can be taken in again");
    })
    .await;
}

#[tokio::test]
async fn undoing_gives_back_what_a_row_changed() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let form = InstitutionForm {
            pic: "912703556".into(),
            city: "Saint-Christol".into(),
            ..university("IMT Mines Alès", "FR")
        };
        let id = desk.insert(&form).await.expect("inserted");
        let before = desk.institution(id).await.draft;
        let import = take(&desk, LIST).await;
        assert_eq!(import.counts.changed, 1);
        let after = desk.institution(id).await;
        assert_eq!(after.version, 2);
        let names: Vec<_> = after.draft.names.iter().map(|(tag, name)| format!("{tag} {name}")).collect();
        assert_eq!(names, ["fr IMT Mines Alès", "und Ecole des mines"]);
        assert_eq!(found(&desk, "ecole des mines").await[0].id, id);
        assert_eq!(undo(&desk, import.id).await.expect("undone"), Ok(()));
        assert_eq!(desk.institution(id).await.draft, before);
        assert!(found(&desk, "ecole des mines").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_somebody_touched_since_is_not_undone() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let import = take(&desk, LIST).await;
        let ales = found(&desk, "mines").await[0].id;
        let athens = found(&desk, "athens").await[0].id;
        desk.create(&domain::access::Actor::Operator, &framework("Convention", &[ales, athens])).await;
        let edited = found(&desk, "verdun").await[0].id;
        let permit = decide(&administrator(), EditInstitution { institution: edited, has_members: false });
        let draft = university("Institut", "FR").parse().expect("valid");
        let mut tx = desk.db.write().await.expect("a transaction");
        institution::update(&mut tx, &permit.expect("may edit"), &desk.stamp(), 1, &draft)
            .await
            .expect("updated");
        tx.commit().await.expect("committed");
        let touched = undo(&desk, import.id).await.expect("an answer").expect_err("touched");
        assert_eq!(touched.0, ["Ecole des mines", "National University", "Institut"]);
        assert_eq!(desk.institution(ales).await.version, 1, "nothing is half undone");
        let mut tx = desk.read().await;
        let state = import::get(&mut tx, &self::permit(), import.id).await.expect("the import").state;
        assert_eq!(state, ImportState::Done);
    })
    .await;
}

#[tokio::test]
async fn a_file_is_kept_until_it_is_carried_out_or_thrown_away() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let (sheet, stamp, permit) = (sheet(LIST), desk.stamp(), permit());
        let mapping = Mapping::recognise(ImportKind::Institutions, &sheet).expect("headers");
        let mut tx = desk.db.write().await.expect("a transaction");
        let id =
            import::keep(&mut tx, &permit, &stamp, &file(), Some((&sheet, &mapping))).await.expect("kept");
        let mut corrected = mapping.clone();
        corrected.columns[4] = None;
        import::set_mapping(&mut tx, &permit, id, &corrected).await.expect("set");
        let content = import::content(&mut tx, &permit, id).await.expect("read");
        assert_eq!(content, Some((sheet.clone(), corrected.clone())));
        let rows = sheet.below(&corrected).map(|row| read(row, &corrected)).collect::<Vec<_>>();
        let plan = plan(rows, &Known::default());
        import::apply(&mut tx, &permit, &stamp, id, &corrected, &plan, &Progress::default())
            .await
            .expect("carried out");
        assert_eq!(import::content(&mut tx, &permit, id).await.expect("read"), None);
        let again =
            import::apply(&mut tx, &permit, &stamp, id, &corrected, &plan, &Progress::default()).await;
        assert!(matches!(again, Err(StoreError::NotFound)), "only once");
        let other = import::keep(&mut tx, &permit, &desk.stamp(), &file(), Some((&sheet, &mapping))).await;
        import::discard_old(&mut tx, &permit, desk.stamp().at).await.expect("thrown away");
        assert!(matches!(
            import::discard(&mut tx, &permit, other.expect("kept")).await,
            Err(StoreError::NotFound)
        ));
        assert_eq!(import::list(&mut tx, &permit, 10).await.expect("imports").len(), 1);
    })
    .await;
}
