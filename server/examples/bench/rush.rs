//! The rush: a thousand tries for twenty places at once, over REST, from sixty-four connections, and nobody gets a place that there
//! is not. On PostgreSQL two servers answer. Beside it, the same tries as the bare guarded update they rest on.

use crate::{
    Result, Subject,
    database::{Kind, Registry},
    load::{Connection, PLAIN},
    people,
    program::Program,
    report::{Figure, Goal, Report},
};
use app::desk::Clock;
use domain::{
    academic_year::AcademicYear,
    access::{Actor, CreateAgreement, CreateInstitution, Role, ShareAgreement, SignAgreement, decide},
    agreement::{AgreementForm, Evidence, PartyForm, SignatureDraft},
    flow::Flow,
    id::{AgreementId, FlowId, InstitutionId},
    institution::InstitutionForm,
};
use serde_json::json;
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};
use store::{Db, IdSource, Stamp, Tx, agreement, institution};
use tokio::task::JoinSet;

/// Tries of one rush.
const TRIES: u32 = 1_000;
const PLACES: u32 = 20;
const CONNECTIONS: u32 = 64;
/// Rushes, each for the places of a flow of its own.
const RUSHES: usize = 100;
/// Rushes in which those who come too late wait in line: each try is a commit then.
const WAITING: usize = 5;
/// Flows of one agreement.
const FLOWS: usize = 40;

/// Measures on one database.
pub async fn measure(subject: &Subject, kind: &Kind, report: &mut Report) -> Result<()> {
    let registry = Registry::create(kind).await?;
    let db = Db::open(&registry.url()).await?;
    let scene = Scene::new(&db).await?;
    let count = if matches!(kind, Kind::Postgres(_)) { 2 } else { 1 };
    let servers = (0..count).map(|_| Program::serve(subject, &registry)).collect::<Result<Vec<_>>>()?;
    let addrs: Arc<[SocketAddr]> = servers.iter().map(|server| server.addr).collect();
    let refused = rush(&scene, &addrs, &scene.flows[..RUSHES], false).await?;
    let waiting = rush(&scene, &addrs, &scene.flows[RUSHES..RUSHES + WAITING], true).await?;
    let wrong = wrong_rows(&registry).await?;
    drop(servers);
    let bare = bare(&db, &scene.flows[RUSHES + WAITING..]).await?;
    db.close().await;
    let on = |name: &str, value, unit, goal| Figure::new(name, value, unit, goal).on(kind.name());
    report.add(on(
        "rush_oversold",
        f64::from(refused.oversold + waiting.oversold),
        "places",
        Goal::AtMost(0.0),
    ));
    report.add(on(
        "rush_left_free",
        f64::from(refused.left_free + waiting.left_free),
        "places",
        Goal::AtMost(0.0),
    ));
    report.add(on("rush_wrong_rows", f64::from(wrong), "rows", Goal::AtMost(0.0)));
    report.add(
        on("rush_tries", refused.rate, "tries/s", Goal::AtLeast(1_000.0)).against(bare, refused.rate / bare),
    );
    report.add(on("rush_p99", refused.p99, "ms", Goal::None));
    report.add(
        on("rush_waiting_tries", waiting.rate, "tries/s", Goal::None).against(bare, waiting.rate / bare),
    );
    report.add(on("rush_waiting_p99", waiting.p99, "ms", Goal::None));
    report.add(on("rush_bare_update", bare, "tries/s", Goal::None));
    registry.remove().await
}

/// What came of several rushes.
struct Outcome {
    rate: f64,
    p99: f64,
    /// Places that were answered as taken above those there are, over all rushes.
    oversold: u32,
    /// Places that nobody was told to have, though more asked than there are.
    left_free: u32,
}

async fn rush(scene: &Scene, addrs: &Arc<[SocketAddr]>, flows: &[FlowId], waits: bool) -> Result<Outcome> {
    let mut times = Vec::new();
    let (mut spent, mut oversold, mut left_free) = (Duration::ZERO, 0, 0);
    for (n, flow) in flows.iter().enumerate() {
        let next = Arc::new(AtomicU32::new(0));
        let mut tasks = JoinSet::new();
        let mut connections = Vec::new();
        for i in 0..CONNECTIONS {
            let addr = addrs[i as usize % addrs.len()];
            connections.push(Connection::open(addr, PLAIN).await?);
        }
        let started = Instant::now();
        for mut connection in connections {
            let (next, token, flow) = (next.clone(), scene.token.clone(), *flow);
            tasks.spawn(async move {
                let (mut times, mut won) = (Vec::new(), 0);
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= TRIES {
                        return Ok::<_, Box<dyn std::error::Error + Send + Sync>>((times, won));
                    }
                    let body = json!({
                        "student": {"name": "Élève Exemple", "email": format!("eleve{n}-{number}-{waits}@exemple.invalid")},
                        "year": scene_year().to_string(), "term": "S1", "waitlist": waits,
                    });
                    let path = format!("/api/v1/flows/{flow}/nominations");
                    let began = Instant::now();
                    let status = connection.post(&path, &token, &body.to_string()).await?;
                    times.push(began.elapsed().as_secs_f64() * 1000.0);
                    match status {
                        201 => won += 1,
                        409 => {}
                        other => return Err(format!("a try was answered {other}").into()),
                    }
                }
            });
        }
        let mut taken: u32 = 0;
        while let Some(done) = tasks.join_next().await {
            let (own, won) = done??;
            times.extend(own);
            taken += won;
        }
        spent += started.elapsed();
        oversold += taken.saturating_sub(PLACES);
        left_free += PLACES.saturating_sub(taken);
    }
    times.sort_by(f64::total_cmp);
    let tries = u32::try_from(times.len())?;
    let p99 = times.get(times.len() * 99 / 100).copied().unwrap_or_default();
    Ok(Outcome { rate: f64::from(tries) / spent.as_secs_f64(), p99, oversold, left_free })
}

/// Rows in which more is used than there is, or than nominations say.
async fn wrong_rows(registry: &Registry) -> Result<u32> {
    const WRONG: &str = "select count(*) from seat_year where used > capacity or used <> \
        (select coalesce(sum(units), 0) from nomination where (seat_id = seat_year.id or pool_seat_id = seat_year.id) and state in ('offered', 'nominated', 'accepted', 'confirmed', 'completed'))";
    let url = registry.url();
    let wrong: i64 = if url.starts_with("sqlite") {
        let mut connection = SqliteConnection::connect(&url).await?;
        sqlx::query_scalar(WRONG).fetch_one(&mut connection).await?
    } else {
        let mut connection = PgConnection::connect(&url).await?;
        sqlx::query_scalar(WRONG).fetch_one(&mut connection).await?
    };
    Ok(u32::try_from(wrong)?)
}

/// The same tries as nothing but the guarded update, each in a transaction of its own; tries per second.
async fn bare(db: &Db, flows: &[FlowId]) -> Result<f64> {
    let mut spent = Duration::ZERO;
    for flow in flows {
        let mut tx = db.write().await?;
        update(&mut tx, OPEN, *flow).await?;
        tx.commit().await?;
        let next = Arc::new(AtomicU32::new(0));
        let mut tasks = JoinSet::new();
        let started = Instant::now();
        // No more at once than there are connections: waiting for one is not measured.
        for _ in 0..16 {
            let (db, next, flow) = (db.clone(), next.clone(), *flow);
            tasks.spawn(async move {
                while next.fetch_add(1, Ordering::Relaxed) < TRIES {
                    let mut tx = db.write().await?;
                    if update(&mut tx, TAKE, flow).await? > 0 {
                        tx.commit().await?;
                    } else {
                        tx.rollback().await?;
                    }
                }
                Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
            });
        }
        while let Some(done) = tasks.join_next().await {
            done??;
        }
        spent += started.elapsed();
    }
    let tries = TRIES * u32::try_from(flows.len())?;
    Ok(f64::from(tries) / spent.as_secs_f64())
}

const OPEN: &str = "insert into seat_year (id, flow_id, first_year, cap, adjusted, overridden, carried, capacity, held, accepted, confirmed, used, waiting, spent) \
    values ($1, $1, 2026, 20, 0, 0, 0, 20, 0, 0, 0, 0, 0, 0)";
const TAKE: &str =
    "update seat_year set held = held + 1, used = used + 1 where id = $1 and used + 1 <= capacity";

async fn update(tx: &mut Tx, sql: &'static str, flow: FlowId) -> Result<u64> {
    Ok(match tx {
        Tx::Sqlite(tx) => sqlx::query(sql).bind(flow.0).execute(&mut **tx).await?.rows_affected(),
        Tx::Postgres(tx) => sqlx::query(sql).bind(flow.0).execute(&mut **tx).await?.rows_affected(),
    })
}

/// The academic year that begins in the present one.
fn scene_year() -> AcademicYear {
    AcademicYear::of(Clock::System.now().date_naive())
}

/// Two universities, an exchange with many flows, and an officer who may nominate.
struct Scene {
    flows: Vec<FlowId>,
    token: Arc<str>,
}

impl Scene {
    async fn new(db: &Db) -> Result<Self> {
        let stamp = Stamp::new(Clock::System.now(), IdSource::default());
        let mut tx = db.write().await?;
        let mut offices = Vec::new();
        for name in ["Université Exemple de la ruée", "Université Exemple d’accueil"] {
            let form = InstitutionForm {
                kind: "university".into(),
                name_fr: name.into(),
                country: "JP".into(),
                ..InstitutionForm::default()
            };
            let draft = form.parse().map_err(|faults| format!("{faults:?}"))?;
            let permit = decide(&Actor::Operator, CreateInstitution)?;
            offices.push(institution::insert(&mut tx, &permit, &stamp, &draft, true).await?);
        }
        let member = people::member(&mut tx, &stamp, offices[0], Role::Officer).await?;
        let token = people::token(&mut tx, &stamp, &member).await?;
        let mut flows = Vec::new();
        for n in 0..3 {
            flows.extend(exchange(&mut tx, &stamp, n, &offices).await?);
        }
        tx.commit().await?;
        Ok(Self { flows, token: token.into() })
    }
}

async fn exchange(tx: &mut Tx, stamp: &Stamp, n: u32, offices: &[InstitutionId]) -> Result<Vec<FlowId>> {
    let party = |id: &InstitutionId| PartyForm {
        institution: id.to_string(),
        role: "signatory".into(),
        ..PartyForm::default()
    };
    let form = AgreementForm {
        kind: "student_exchange".into(),
        title_fr: format!("Ruée {n}"),
        parties: offices.iter().map(party).collect(),
        ..AgreementForm::default()
    };
    let mut draft = form.parse().map_err(|faults| format!("{faults:?}"))?;
    let flows: Vec<FlowId> = (0..FLOWS).map(|_| FlowId(stamp.id())).collect();
    draft.content.flows =
        flows.iter().map(|id| Flow::of_students(*id, offices[0], offices[1], Some(PLACES))).collect();
    let permit = decide(&Actor::Operator, CreateAgreement { parties: offices.to_vec() })?;
    let id: AgreementId = agreement::create(tx, &permit, stamp, &draft, true).await?;
    let scope = agreement::scope(tx, id).await?.ok_or("no agreement")?;
    let permit = decide(&Actor::Operator, ShareAgreement(&scope))?;
    agreement::share(tx, &permit, stamp).await?;
    let signature = SignatureDraft {
        signatory: None,
        signatory_title: None,
        signed_on: None,
        evidence: Evidence::default(),
        is_on_behalf: false,
    };
    for office in offices {
        let action = SignAgreement { scope: &scope, party: vec![*office], party_has_members: true };
        let permit = decide(&Actor::Operator, action)?;
        agreement::sign(tx, &permit, stamp, *office, &draft.content.hash(), &signature).await?;
    }
    Ok(flows)
}
