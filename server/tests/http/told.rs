//! Who is told of each step of a nomination, by letter and in the inbox: every row of the table of the domain, walked over HTTP.

use crate::{
    inbox::{concluded, ending, go_to, items, jobs, messages, on, page, round},
    nominations::exchange,
    support::{
        TestApp, on_each_database,
        sample::{Sample, State},
    },
};
use app::desk::{negotiation, nominations, seats};
use chrono::TimeDelta;
use domain::{
    agreement::{AgreementForm, SignatureForm},
    flow::FlowForm,
    id::{FlowId, NominationId},
    nomination::{ActForm, ActKind, NominationForm, Side},
    student::StudentForm,
};
use serde_json::{Value, json};
use server::{config::Flags, jobs::Jobs};
use std::collections::BTreeSet;

const HOME: &str = "officer";
const HOST: &str = "officer of another party";

/// Who did it: the side, and whether for someone without an account.
type By = (Side, bool);

/// A nomination, by the name of its student.
#[derive(Debug, Clone, Copy)]
struct Who {
    id: NominationId,
    name: &'static str,
}

/// What is told of one step: to whom letters go, and the request in the inbox of the home and of the host.
struct Expected {
    act: ActKind,
    by: By,
    of: Who,
    letters: &'static [Side],
    home: Option<&'static str>,
    host: Option<&'static str>,
}

struct Walk {
    app: TestApp,
    sample: Sample,
    jobs: Jobs,
    seen: BTreeSet<String>,
    walked: Vec<(ActKind, By)>,
}

/// The address of a student by name; the one called Camille has an account.
fn address(name: &str) -> String {
    match name {
        "Camille" => "student@exemple.invalid".to_owned(),
        name => format!("{}@exemple.invalid", name.to_lowercase()),
    }
}

impl Walk {
    fn new(app: TestApp, sample: Sample) -> Self {
        let jobs = jobs(&app, Flags::default());
        Self { app, sample, jobs, seen: BTreeSet::new(), walked: Vec::new() }
    }

    async fn put(&self, flow: FlowId, name: &'static str, term: &str) -> Who {
        self.app.wait(TimeDelta::seconds(1));
        let student = StudentForm {
            name: format!("{name} Exemple"),
            email: address(name),
            languages: "en C1".into(),
            ..StudentForm::default()
        };
        let form = NominationForm {
            student,
            year: "2026/2027".into(),
            term: term.into(),
            exception: "Convenu entre les services".into(),
            ..NominationForm::default()
        };
        let desk = self.sample.desk(&self.app, HOME).await;
        let id = nominations::nominate(&desk, flow, &form, None).await.expect("put forward").id;
        Who { id, name }
    }

    async fn act(&self, who: &str, of: Who, act: ActKind) {
        self.app.wait(TimeDelta::seconds(1));
        let form = ActForm { reason: "Parce que".into(), evidence: "Courriel".into() };
        let desk = self.sample.desk(&self.app, who).await;
        nominations::act(&desk, of.id, act, &form, None).await.expect("done");
    }

    /// The letters that came since it was asked last.
    async fn letters(&mut self) -> Vec<String> {
        round(&self.jobs).await;
        let all = messages(self.app.folder());
        all.into_iter().filter(|letter| self.seen.insert(letter.clone())).collect()
    }

    /// Exactly these were told of what was done last, each of these offices with all who are in it.
    async fn told(&mut self, expected: &[Expected]) {
        let letters = self.letters().await;
        let mut matched = 0;
        for one in expected {
            let about = format!("{} Exemple", one.of.name);
            let own: Vec<_> = letters
                .iter()
                .filter(|letter| letter.replace("=\r\n", "").contains(&about))
                .map(String::as_str)
                .collect();
            let student = address(one.of.name);
            for (side, addresses) in [
                (Side::Student, vec![student.as_str()]),
                (Side::Home, vec!["officer@exemple.invalid", "lead@exemple.invalid"]),
                (
                    Side::Host,
                    vec!["officer.of.another.party@exemple.invalid", "lead.of.another.party@exemple.invalid"],
                ),
            ] {
                let is_told = usize::from(one.letters.contains(&side));
                for address in addresses {
                    let told = own.iter().filter(|letter| addressee(letter) == Some(address)).count();
                    assert_eq!(told, is_told, "{:?} by {:?}: letter to {address}: {own:?}", one.act, one.by);
                    matched += told;
                }
            }
            for (who, request) in [(HOME, one.home), (HOST, one.host)] {
                let lines = items(&self.app, &self.sample, who, "?kind=nomination").await;
                let line = lines.iter().find(|line| line["nomination"] == json!(one.of.id));
                let found = line.map(|line| line["request"].as_str().expect("a word"));
                assert_eq!(found, request, "{:?} by {:?}: inbox of {who}: {lines:?}", one.act, one.by);
            }
            self.walked.push((one.act, one.by));
        }
        assert_eq!(letters.len(), matched, "nobody else is written to: {letters:?}");
    }
}

/// The address that a letter goes to.
fn addressee(letter: &str) -> Option<&str> {
    let line = letter.lines().find(|line| line.starts_with("To: "))?;
    line.split(['<', '>']).nth(1)
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table, walked in the order in which it can come about")]
async fn each_step_of_a_nomination_is_told_to_those_whom_the_table_names_and_to_nobody_else() {
    use Side::{Home, Host, Registry, Student};
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let flow = exchange(&app, &sample, "1").await;
        let other = exchange(&app, &sample, "1").await;
        let mut walk = Walk::new(app, sample);
        walk.letters().await;

        let camille = walk.put(flow, "Camille", "S1").await;
        let nominated = |of| Expected {
            act: ActKind::Nominate,
            by: (Home, false),
            of,
            letters: &[Student, Host],
            home: None,
            host: Some("answer"),
        };
        let queued = |of| Expected {
            act: ActKind::Queue,
            by: (Home, false),
            of,
            letters: &[Student],
            home: None,
            host: None,
        };
        let rejected = |of| Expected {
            act: ActKind::Reject,
            by: (Host, false),
            of,
            letters: &[Student, Home],
            home: Some("correct"),
            host: None,
        };
        let accepted = |of, home| Expected {
            act: ActKind::Accept,
            by: (Host, false),
            of,
            letters: &[Student, Home],
            home,
            host: None,
        };
        let offered = |of, home| Expected {
            act: ActKind::Offer,
            by: (Registry, false),
            of,
            letters: &[Student, Home],
            home,
            host: None,
        };
        let withdrawn = |by, of, letters, home, host| Expected {
            act: ActKind::Withdraw,
            by: (by, false),
            of,
            letters,
            home,
            host,
        };
        walk.told(&[nominated(camille)]).await;
        let bao = walk.put(flow, "Bao", "S1").await;
        walk.told(&[queued(bao)]).await;
        walk.act(HOST, camille, ActKind::Reject).await;
        walk.told(&[rejected(camille), offered(bao, Some("speak"))]).await;
        walk.act(HOME, bao, ActKind::Decline).await;
        walk.told(&[Expected {
            act: ActKind::Decline,
            by: (Student, true),
            of: bao,
            letters: &[Student],
            home: None,
            host: None,
        }])
        .await;

        go_to(&walk.app, "2026-10-06");
        walk.act(HOME, camille, ActKind::Nominate).await;
        walk.told(&[nominated(camille)]).await;
        walk.act(HOST, camille, ActKind::Accept).await;
        walk.told(&[accepted(camille, None)]).await;
        walk.act("student", camille, ActKind::Confirm).await;
        walk.told(&[Expected {
            act: ActKind::Confirm,
            by: (Student, false),
            of: camille,
            letters: &[Student, Home, Host],
            home: Some("know"),
            host: Some("know"),
        }])
        .await;
        let chloe = walk.put(flow, "Chloe", "S1").await;
        walk.told(&[queued(chloe)]).await;
        walk.act(HOME, camille, ActKind::Withdraw).await;
        walk.told(&[
            withdrawn(Home, camille, &[Student, Host], None, Some("know")),
            offered(chloe, Some("speak")),
        ])
        .await;
        go_to(&walk.app, "2026-10-12");
        walk.told(&[Expected {
            act: ActKind::Lapse,
            by: (Registry, false),
            of: chloe,
            letters: &[Student, Home],
            home: Some("know"),
            host: None,
        }])
        .await;

        let dora = walk.put(flow, "Dora", "S1").await;
        walk.told(&[nominated(dora)]).await;
        walk.act(HOST, dora, ActKind::Accept).await;
        walk.told(&[accepted(dora, Some("speak"))]).await;
        walk.act(HOME, dora, ActKind::Confirm).await;
        walk.told(&[Expected {
            act: ActKind::Confirm,
            by: (Student, true),
            of: dora,
            letters: &[Student, Host],
            home: None,
            host: Some("know"),
        }])
        .await;
        walk.act(HOST, dora, ActKind::Complete).await;
        walk.told(&[Expected {
            act: ActKind::Complete,
            by: (Host, false),
            of: dora,
            letters: &[Student, Home],
            home: None,
            host: None,
        }])
        .await;

        // Of who has an account the student answers, and takes back.
        let emil = walk.put(other, "Emil", "S2").await;
        walk.told(&[nominated(emil)]).await;
        let camille = walk.put(other, "Camille", "S2").await;
        walk.letters().await;
        walk.act(HOST, emil, ActKind::Reject).await;
        walk.told(&[rejected(emil), offered(camille, None)]).await;
        walk.act("student", camille, ActKind::Take).await;
        walk.told(&[Expected {
            act: ActKind::Take,
            by: (Student, false),
            of: camille,
            letters: &[Student, Home, Host],
            home: None,
            host: Some("answer"),
        }])
        .await;
        walk.act("student", camille, ActKind::Withdraw).await;
        walk.told(&[withdrawn(Student, camille, &[Student, Home, Host], Some("know"), Some("know"))]).await;
        let fay = walk.put(other, "Fay", "S2").await;
        walk.told(&[nominated(fay)]).await;
        walk.act(HOST, fay, ActKind::Withdraw).await;
        walk.told(&[withdrawn(Host, fay, &[Student, Home], Some("know"), None)]).await;

        // A student with an account declines; another leaves the line as the year is closed.
        let gus = walk.put(other, "Gus", "S2").await;
        walk.told(&[nominated(gus)]).await;
        let camille = walk.put(other, "Camille", "S1").await;
        walk.letters().await;
        let hugo = walk.put(other, "Hugo", "S2").await;
        walk.told(&[queued(hugo)]).await;
        walk.act(HOST, gus, ActKind::Reject).await;
        walk.told(&[rejected(gus), offered(camille, None)]).await;
        walk.act("student", camille, ActKind::Decline).await;
        walk.told(&[
            Expected {
                act: ActKind::Decline,
                by: (Student, false),
                of: camille,
                letters: &[Student, Home],
                home: Some("know"),
                host: None,
            },
            offered(hugo, Some("speak")),
        ])
        .await;
        walk.act(HOME, hugo, ActKind::Take).await;
        walk.told(&[Expected {
            act: ActKind::Take,
            by: (Student, true),
            of: hugo,
            letters: &[Student, Host],
            home: None,
            host: Some("answer"),
        }])
        .await;
        walk.act(HOST, hugo, ActKind::Accept).await;
        walk.act(HOME, hugo, ActKind::Confirm).await;
        let ines = walk.put(other, "Ines", "S2").await;
        walk.letters().await;
        let lead = walk.sample.desk(&walk.app, "lead of another party").await;
        walk.app.wait(TimeDelta::seconds(1));
        seats::close(&lead, other, 2026, None).await.expect("closed");
        walk.told(&[withdrawn(Registry, ines, &[Student, Home], Some("know"), None)]).await;

        for act in ActKind::ALL {
            assert!(walk.walked.iter().any(|(walked, _)| walked == act), "{act:?} was not walked");
        }
        for by in [Student, Home, Host, Registry] {
            assert!(walk.walked.contains(&(ActKind::Withdraw, (by, false))), "withdrawn by {by:?}");
        }
        for act in [ActKind::Take, ActKind::Decline, ActKind::Confirm] {
            for is_on_behalf in [false, true] {
                assert!(walk.walked.contains(&(act, (Student, is_on_behalf))), "{act:?} {is_on_behalf}");
            }
        }
        walk.app
    })
    .await;
}

/// A flow of this kind with `alone`, which nobody has an account for.
pub(crate) async fn with_who_has_no_account(
    app: &TestApp,
    sample: &Sample,
    kind: &str,
    [sender, receiver]: [&str; 2],
) -> FlowId {
    let id = FlowId(sample.desk(app, HOME).await.stamp().id());
    let flow = FlowForm {
        id: id.to_string(),
        kind: kind.into(),
        sender: sample.institution(sender).to_string(),
        receiver: sample.institution(receiver).to_string(),
        cap: "1".into(),
        ..FlowForm::default()
    };
    let form = AgreementForm {
        flows: vec![flow],
        kind: "student_exchange".into(),
        ends: "2031-08-31".into(),
        ..sample.form("alone")
    };
    let agreement = sample.agreement(app, &form, State::Shared).await;
    let mut tx = app.db().read().await.expect("a transaction");
    let record = store::agreement::get(&mut tx, agreement).await.expect("an agreement");
    let hash = record.latest().expect("a revision").hash.to_string();
    drop(tx);
    let lead = sample.desk(app, "lead").await;
    let signature = |party: &str| SignatureForm {
        institution: sample.institution(party).to_string(),
        record: "on".into(),
        signed_on: "2024-01-10".into(),
        evidence: "Exemplaire signé".into(),
        ..SignatureForm::default()
    };
    negotiation::sign(&lead, agreement, &hash, &["own", "alone"].map(signature)).await.expect("signed");
    id
}

#[tokio::test]
async fn what_is_awaited_of_who_has_no_account_stands_in_the_inbox_of_the_home() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let flow = with_who_has_no_account(&app, &sample, "student_traineeship", ["own", "alone"]).await;
        let walk = Walk::new(app, sample);
        let first = walk.put(flow, "Bao", "S1").await;
        let second = walk.put(flow, "Chloe", "S1").await;
        let inbox = async |lang: &str| {
            page(&walk.app, &walk.sample, HOME, &format!("/{lang}/inbox?kind=nomination")).await
        };
        let html = inbox("fr").await;
        assert!(html.contains("Ville Exemple n’a pas de compte : répondre en son nom"), "{html}");
        let html = inbox("en").await;
        assert!(html.contains("Ville Exemple has no account: answer on its behalf"), "{html}");
        let lines = items(&walk.app, &walk.sample, HOME, "?kind=nomination").await;
        assert_eq!(lines.len(), 1, "who is in line awaits nothing: {lines:?}");
        let of = |line: &Value| (line["request"].clone(), line["nomination"].clone());
        assert_eq!(of(&lines[0]), (json!("answer_for"), json!(first.id)));
        assert_eq!(lines[0]["host"], json!(walk.sample.institution("alone")));

        // The home answers for the host, then for the student, by the instant at which the offer lapses.
        walk.act(HOME, first, ActKind::Reject).await;
        let html = inbox("fr").await;
        for words in ["à corriger", "répondez à sa place avant le 10/10/2026 10:00 UTC"] {
            assert!(html.contains(words), "{words}: {html}");
        }
        assert!(inbox("en").await.contains("answer for them by 10 Oct 2026, 10:00 UTC"));
        let lines = items(&walk.app, &walk.sample, HOME, "?kind=nomination").await;
        let offered = lines.iter().find(|line| line["request"] == json!("speak")).expect("an offer");
        assert_eq!(
            (&offered["nomination"], &offered["answer_by"]),
            (&json!(second.id), &json!("2026-10-10T10:00:03Z"))
        );
        walk.act(HOME, second, ActKind::Take).await;
        walk.act(HOME, second, ActKind::Accept).await;
        let html = inbox("fr").await;
        assert!(html.contains("Quelqu’un sans compte doit répondre : faites-le à sa place"), "{html}");
        walk.act(HOME, second, ActKind::Confirm).await;
        let lines = items(&walk.app, &walk.sample, HOME, "?kind=nomination").await;
        assert_eq!(lines.iter().map(of).collect::<Vec<_>>(), [(json!("correct"), json!(first.id))]);
        walk.app
    })
    .await;
}

/// Also where the word of the interface is a name with its article.
#[tokio::test]
async fn who_is_nominated_straight_away_is_told_so_in_their_language() {
    on_each_database(on("2026-10-05"), |app| async move {
        let sample = Sample::fill(&app).await;
        let form = ending(&sample, "2031-08-31");
        concluded(&app, &sample, &form).await;
        let flow = exchange(&app, &sample, "2").await;
        let mut walk = Walk::new(app, sample);
        walk.letters().await;
        walk.put(flow, "Bao", "S1").await;
        let letters = walk.letters().await;
        let letter = letters.iter().find(|letter| addressee(letter) == Some("bao@exemple.invalid"));
        let letter = letter.expect("a letter").replace("=\r\n", "");
        assert!(letter.contains("Mobilit=C3=A9 de Bao Exemple"), "{letter}");
        assert!(letter.contains("compl=C3=A8te et transmise"), "{letter}");
        walk.app
    })
    .await;
}
