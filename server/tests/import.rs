//! `entente import`, as a process of its own, on both databases.

use domain::lang::Lang;
use sqlx::{Connection as _, PgConnection};
use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};
use store::{
    Db,
    institution::{self, InstitutionFilter},
};

/// A folder, and a database in it or beside it.
struct Place {
    folder: PathBuf,
    url: String,
}

impl Place {
    fn sqlite(name: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder =
            std::env::temp_dir().join(format!("entente-import-{name}-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("it works");
        let url = format!("sqlite://{}", folder.join("test.db").display());
        Self { folder, url }
    }

    async fn each(name: &str) -> Vec<Self> {
        let mut places = vec![Self::sqlite(name)];
        match std::env::var("ENTENTE_TEST_POSTGRES") {
            Err(_) => println!("skipped: ENTENTE_TEST_POSTGRES is not set"),
            Ok(admin) => {
                let database = format!("entente_import_{name}_{}", std::process::id());
                let mut connection = PgConnection::connect(&admin).await.expect("it works");
                for statement in ["drop database if exists", "create database"] {
                    let statement = format!("{statement} {database}");
                    sqlx::query(sqlx::AssertSqlSafe(statement))
                        .execute(&mut connection)
                        .await
                        .expect("it works");
                }
                let (server, _) = admin.rsplit_once('/').expect("it works");
                places.push(Self { url: format!("{server}/{database}"), ..Self::sqlite(name) });
            }
        }
        places
    }

    async fn discard(self) {
        std::fs::remove_dir_all(&self.folder).expect("it works");
        if let Ok(admin) = std::env::var("ENTENTE_TEST_POSTGRES")
            && self.url.starts_with("postgres")
        {
            let mut connection = PgConnection::connect(&admin).await.expect("it works");
            let database = self.url.rsplit('/').next().expect("it works");
            let drop = format!("drop database {database} with (force)");
            sqlx::query(sqlx::AssertSqlSafe(drop)).execute(&mut connection).await.expect("it works");
        }
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.join(name);
        std::fs::write(&path, content).expect("it works");
        path
    }

    fn command(&self, kind: &str, file: &Path, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_entente"));
        command
            .args(["import", kind])
            .arg(file)
            .args(more)
            .env("ENTENTE_DATABASE_URL", &self.url)
            .env("ENTENTE_DATA_DIR", &self.folder);
        command
    }

    fn run(&self, file: &Path, more: &[&str]) -> Output {
        self.command("institutions", file, more).output().expect("it works")
    }

    fn run_agreements(&self, file: &Path, more: &[&str]) -> Output {
        self.command("agreements", file, more).output().expect("it works")
    }

    async fn count(&self, sql: &'static str) -> i64 {
        let db = self.open().await;
        let mut tx = db.read().await.expect("it works");
        let count = match &mut tx {
            store::Tx::Sqlite(tx) => sqlx::query_scalar(sql).fetch_one(&mut **tx).await.expect("it works"),
            store::Tx::Postgres(tx) => sqlx::query_scalar(sql).fetch_one(&mut **tx).await.expect("it works"),
        };
        drop(tx);
        db.close().await;
        count
    }

    /// How many agreements there are, signatures of them, and imports that were carried out.
    async fn agreements(&self) -> [i64; 3] {
        [
            self.count("select count(*) from agreement").await,
            self.count("select count(*) from signature where evidence like 'Imported paper agreement: %'")
                .await,
            self.count("select count(*) from audit where action = 'import_agreements'").await,
        ]
    }

    async fn open(&self) -> Db {
        let db = Db::open(&self.url).await.expect("it works");
        db.migrate().await.expect("it works");
        db
    }

    /// How many institutions there are, and how many imports were carried out.
    async fn counts(&self) -> (i64, i64) {
        let db = self.open().await;
        let mut tx = db.read().await.expect("it works");
        let institutions = institution::count_all(&mut tx).await.expect("it works");
        let filter = InstitutionFilter { words: vec!["inventee".into()], ..InstitutionFilter::default() };
        let found = institution::count(&mut tx, &filter, 100_000).await.expect("it works");
        assert_eq!(found, institutions, "whatever is there is found");
        assert!(institution::list(&mut tx, &filter, Lang::Fr, None, 1).await.expect("it works").len() < 2);
        drop(tx);
        db.close().await;
        let done = self.count("select count(*) from audit where action = 'import_institutions'").await;
        (institutions, done)
    }
}

/// A list of this many invented institutions.
fn list(count: usize) -> String {
    (0..count).fold("Nom;Pays;Ville;PIC\n".to_owned(), |mut text, i| {
        let _ = writeln!(text, "École inventée {i};FR;Nulle-Part;{}", 800_000_000 + i);
        text
    })
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn a_list_is_taken_in_with_a_report_and_exit_codes() {
    let place = Place::sqlite("report");
    let text =
        "Titre;Pays;PIC;Code Erasmus\nÉcole inventée;FR;800000001;F  NULLE\n=HYPERLINK(\"x\");Atlantis;;\n";
    let file = place.file("list.csv", text);
    let unknown = place.run(&file, &[]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("No column holds the institutions’ names"), "{}", stderr(&unknown));

    let report = place.folder.join("report.json");
    let more = ["--column", "titre=name", "--report", report.to_str().expect("it works")];
    let dry = place.run(&file, &[&more[..], &["--dry-run"]].concat());
    assert_eq!(dry.status.code(), Some(1), "{}", stderr(&dry));
    assert_eq!(place.counts().await, (0, 0), "a dry run writes nothing");

    let taken = place.run(&file, &more);
    assert_eq!(taken.status.code(), Some(1));
    let told = stdout(&taken);
    assert!(told.contains("2 rows read: 1 new, 0 same, 0 changed, 1 flagged, 1 refused"), "{told}");
    assert!(
        told.contains("row 2 flagged, École inventée: Erasmus code: “F  NULLE” does not follow"),
        "{told}"
    );
    assert!(told.contains("row 3 refused, =HYPERLINK(\"x\"): Country: “Atlantis” is not taken."), "{told}");
    assert_eq!(place.counts().await, (1, 1));

    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&report).expect("it works")).expect("it works");
    let counts = serde_json::json!({
        "read": 2, "new": 1, "same": 0, "changed": 0, "flagged": 1, "refused": 1, "normalised": 0
    });
    assert_eq!(json["counts"], counts);
    assert_eq!(json["columns"][0], serde_json::json!({ "header": "Titre", "meaning": "name" }));
    assert_eq!(json["rows"][1]["outcome"], "refused");
    assert_eq!(json["rows"][1]["reasons"][0]["code"], "left_out");
    assert!(json["rows"][0]["reasons"][0]["message"].as_str().expect("it works").contains("kept as given"));
    place.discard().await;
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_with_nothing_written() {
    let place = Place::sqlite("refused");
    for (name, content, told) in [
        ("latin.csv", &b"Nom;Pays\nAl\xE8s;FR\n"[..], "not UTF-8 (line 2)"),
        ("scan.csv", b"%PDF-1.7", "neither an XLSX workbook nor a CSV text"),
        ("old.xlsx", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "old format"),
        ("cut.xlsx", b"PK\x03\x04", "damaged"),
        ("empty.csv", b"", "no row"),
    ] {
        let output = place.run(&place.file(name, content), &[]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(stderr(&output).contains(told), "{name}: {}", stderr(&output));
    }
    let large = place.folder.join("large.csv");
    std::fs::File::create(&large).expect("it works").set_len(2 << 30).expect("it works");
    let output = place.run(&large, &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("at most 16 MB"), "{}", stderr(&output));
    assert!(!place.run(&place.folder.join("nowhere.csv"), &[]).status.success());
    assert_eq!(place.counts().await, (0, 0));
    place.discard().await;
}

#[tokio::test]
async fn a_process_killed_amid_an_import_leaves_all_or_nothing() {
    const ROWS: usize = 1_500;
    const TRIES: u32 = 8;
    for place in Place::each("killed").await {
        place.open().await.close().await;
        let file = place.file("list.csv", list(ROWS));
        let begun = Instant::now();
        assert!(place.run(&file, &["--dry-run"]).status.success());
        let dry = begun.elapsed();
        let (mut nothing, mut all) = (0, 0);
        for attempt in 0..TRIES {
            let before = place.counts().await;
            let mut child =
                place.command("institutions", &file, &[]).stdout(Stdio::null()).spawn().expect("it works");
            // From before anything is written to well after the end.
            std::thread::sleep(dry / 2 + (dry + Duration::from_millis(100)) * attempt / 2);
            child.kill().expect("it works");
            child.wait().expect("it works");
            let after = place.counts().await;
            let written = (i64::try_from(ROWS).expect("it works"), before.1 + 1);
            assert!(after == before || after == written, "{before:?} became {after:?}");
            if after == before { nothing += 1 } else { all += 1 }
        }
        println!("killed {TRIES} times: nothing was written {nothing} times, all of it {all} times");
        assert!(nothing > 0, "a kill came in time");
        place.discard().await;
    }
}

/// A list of this many signed agreements of invented institutions.
fn agreements(count: usize) -> String {
    (0..count).fold(
        "Titre;Nature;Partenaire 1;Partenaire 2;Référence;Début;Fin;Signé le\n".to_owned(),
        |mut text, i| {
            let _ = writeln!(
                text,
                "Accord {i};convention-cadre;école INVENTEE 0;800000001;RI-{i};2021;2031-08;2020-05"
            );
            text
        },
    )
}

#[tokio::test]
async fn agreements_are_taken_in_signed_and_the_same_again_changes_nothing() {
    for place in Place::each("agreements").await {
        assert!(place.run(&place.file("parties.csv", list(2)), &[]).status.success());
        let text = format!("{}Autre;recherche;École inventée 0;École inventé 1;RI-X;2021;;\n", agreements(3));
        let file = place.file("agreements.csv", text);
        let report = place.folder.join("report.json");
        let more = ["--report", report.to_str().expect("it works")];
        let dry = place.run_agreements(&file, &[&more[..], &["--dry-run"]].concat());
        assert_eq!(dry.status.code(), Some(1), "{}", stderr(&dry));
        assert_eq!(place.agreements().await, [0, 0, 0], "a dry run writes nothing");
        let taken = place.run_agreements(&file, &more);
        let told = stdout(&taken);
        assert!(told.contains("4 rows read: 3 new, 0 same, 0 changed, 0 flagged, 1 refused."), "{told}");
        assert!(told.contains("row 5 refused, Autre: No institution is named “École inventé 1”"), "{told}");
        assert!(told.contains("The nearest: “École inventée"), "{told}");
        assert_eq!(place.agreements().await, [3, 6, 1]);
        let json: serde_json::Value =
            serde_json::from_slice(&std::fs::read(&report).expect("it works")).expect("it works");
        assert_eq!((&json["kind"], &json["counts"]["new"]), (&"agreements".into(), &3.into()));
        assert_eq!(json["rows"][3]["reasons"][0]["code"], "unknown_party");
        assert_eq!(json["columns"][2]["meaning"], "party");

        let again = stdout(&place.run_agreements(&file, &[]));
        assert!(again.contains("0 new, 3 same, 0 changed, 0 flagged, 1 refused"), "{again}");
        let later = place.file("later.csv", agreements(3).replace("2031-08", "2035-08"));
        let later = stdout(&place.run_agreements(&later, &[]));
        assert!(later.contains("0 new, 0 same, 0 changed, 0 flagged, 3 refused"), "{later}");
        assert!(later.contains("is already shared or signed: propose the change on its page"), "{later}");
        assert_eq!(place.agreements().await, [3, 6, 3]);
        place.discard().await;
    }
}

#[tokio::test]
async fn a_process_killed_amid_an_import_of_agreements_leaves_all_or_nothing() {
    const ROWS: usize = 300;
    const TRIES: u32 = 6;
    for place in Place::each("killed_agreements").await {
        assert!(place.run(&place.file("parties.csv", list(2)), &[]).status.success());
        let file = place.file("agreements.csv", agreements(ROWS));
        let begun = Instant::now();
        assert!(place.run_agreements(&file, &["--dry-run"]).status.success());
        let dry = begun.elapsed();
        let rows = i64::try_from(ROWS).expect("it works");
        let mut nothing = 0;
        for attempt in 0..TRIES {
            let before = place.agreements().await;
            let mut child =
                place.command("agreements", &file, &[]).stdout(Stdio::null()).spawn().expect("it works");
            std::thread::sleep(dry / 2 + (dry + Duration::from_millis(100)) * attempt / 2);
            child.kill().expect("it works");
            child.wait().expect("it works");
            let after = place.agreements().await;
            let written = [rows, 2 * rows, before[2] + 1];
            assert!(after == before || after == written, "{before:?} became {after:?}");
            nothing += u32::from(after == before);
        }
        println!("killed {TRIES} times: nothing was written {nothing} times");
        assert!(nothing > 0, "a kill came in time");
        place.discard().await;
    }
}

#[tokio::test]
async fn the_list_of_accredited_institutions_is_taken_in_whole() {
    let Ok(corpus) = std::env::var("ENTENTE_CORPUS") else {
        println!("skipped: ENTENTE_CORPUS is not set");
        return;
    };
    let file = Path::new(&corpus).join("eche-2026-04-08.xlsx");
    for place in Place::each("eche").await {
        let first = place.run(&file, &[]);
        assert!(first.status.success(), "{}", stderr(&first));
        let told = stdout(&first);
        assert!(told.contains("6142 rows read: 6142 new, 0 same, 0 changed,"), "{told}");
        assert!(told.contains(" 0 refused; 74 with an identifier brought into its usual form."), "{told}");
        assert_eq!(told.matches("Erasmus code: “").count(), 4, "{told}");
        let second = place.run(&file, &[]);
        assert!(stdout(&second).contains("0 new, 6142 same, 0 changed,"), "{}", stdout(&second));
        place.discard().await;
    }
}
