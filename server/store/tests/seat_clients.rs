//! Sixty-four clients at once, in a process that is killed again and again: whatever they do to the same places, nobody gets one
//! that there is not, every place that comes free reaches whoever is first in line for it, nothing acknowledged is lost, and the
//! ledger adds up.

mod sample;
mod support;

use chrono::TimeDelta;
use domain::{
    access::{Actor, EditAgreement, Role, SignAgreement, decide},
    flow::{Flow, SeatUnit},
    id::{AgreementId, FlowId, InstitutionId, NominationId},
    nomination::{ActKind, State},
    term::Term,
};
use sample::{
    Chance, Scene, member, on,
    places::{self, candidate, flow, pool, year},
    signed,
};
use std::{
    collections::BTreeMap,
    env,
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};
use store::{Db, IdSource, Stamp, StoreError, Tx, agreement, nomination, seat};
use support::{at, on_each_address};
use tokio::task::JoinSet;
use uuid::Uuid;

/// Names the database to the process that is killed.
const URL: &str = "ENTENTE_TEST_SEATS";
/// Where its chance begins.
const SEED: &str = "ENTENTE_TEST_SEED";
const CLIENTS: u64 = 64;
/// Operations on each database, all processes together.
const OPERATIONS: usize = 10_000;
/// Fewest and most operations until a process is killed.
const LIVES: (usize, usize) = (400, 1_400);
const STUDENTS: usize = 150;
const YEARS: [i32; 2] = [2026, 2027];

/// Persons; semesters; two that share a pool, one of them with a budget of months.
const FLOWS: [FlowId; 4] = [
    FlowId(Uuid::from_u128(0xA1 << 100)),
    FlowId(Uuid::from_u128(0xA2 << 100)),
    FlowId(Uuid::from_u128(0xA3 << 100)),
    FlowId(Uuid::from_u128(0xA4 << 100)),
];

fn flows(offices: [InstitutionId; 2], cap: u32) -> Vec<Flow> {
    let of = |n: usize, cap| flow(FLOWS[n].0.as_u128(), offices[0], offices[1], Some(cap));
    let shared = Some(pool(0xB1, None).id);
    let months = Some("40".parse().expect("months"));
    vec![
        Flow { carries_over: true, ..of(0, cap) },
        Flow { unit: SeatUnit::Semester, ..of(1, cap + 3) },
        Flow { pool: shared, carries_over: true, ..of(2, cap) },
        Flow { pool: shared, carries_over: true, budget: months, ..of(3, cap) },
    ]
}

#[derive(Clone)]
struct Client {
    db: Db,
    actors: Arc<[Actor; 2]>,
    offices: [InstitutionId; 2],
    agreement: AgreementId,
    clock: Arc<AtomicI64>,
    /// Of the clients of a process one amends at a time: else each only makes the others' revision stale.
    amending: Arc<tokio::sync::Mutex<()>>,
}

impl Client {
    /// A stamp later than any before it in this process.
    fn stamp(&self) -> Stamp {
        let seconds = self.clock.fetch_add(1, Ordering::SeqCst);
        Stamp::new(at(0) + TimeDelta::seconds(seconds), IdSource::default())
    }

    /// Does something, and checks what it touched before it is committed.
    async fn play(&self, chance: &mut Chance) -> Result<(&'static str, Vec<NominationId>), StoreError> {
        let mut tx = self.db.write().await?;
        let of = chance.one(&FLOWS);
        let first = chance.one(&YEARS);
        let mut offered = Vec::new();
        let mut touched = Vec::new();
        let what = match chance.below(100) {
            0..=24 => {
                let term = chance.one(&[Term::S1, Term::S2, Term::Year]);
                let draft = candidate(chance.below(STUDENTS), first, term);
                let stamp = self.stamp();
                let put = places::nominate(&mut tx, &stamp, &*self.actors, of, &draft).await?;
                touched.push(put.id);
                "nominate"
            }
            25..=89 => {
                let wanted = chance.one(&ACTS);
                let Some(id) = self.one_for(&mut tx, chance, wanted).await? else {
                    return Ok(("none", vec![]));
                };
                let record = nomination::find(&mut tx, id).await?.ok_or(StoreError::NotFound)?;
                let stamp = match (wanted, &record.state) {
                    // A moment of its own: never that of a stamp of the clock.
                    (ActKind::Lapse, State::Offered { answer_by }) => {
                        Stamp::new(*answer_by + TimeDelta::microseconds(1), IdSource::default())
                    }
                    _ => self.stamp(),
                };
                let actors = &*self.actors;
                let done = if wanted == ActKind::Nominate && chance.is(50) {
                    let months = chance.one(&["4.5", "5", "7", "12"]);
                    places::correct(&mut tx, &stamp, actors, id, months).await?
                } else {
                    places::act(&mut tx, &stamp, actors, id, wanted).await?
                };
                offered = done.offered;
                touched.push(id);
                touched.extend(done.ended);
                wanted.code()
            }
            90..=94 => {
                let units = chance.one(&[-1, 1]);
                let (is_of_pool, is_override) = (chance.is(30), chance.is(40));
                let of = if is_of_pool { pool(0xB1, None).id.into() } else { of.into() };
                let stamp = self.stamp();
                places::adjust(&mut tx, &stamp, of, first, units, is_override).await?;
                offered = offered_at(&mut tx, &stamp).await;
                match (is_of_pool, is_override) {
                    (false, false) if units > 0 => "adjust_up",
                    (false, false) => "adjust_down",
                    (true, false) => "adjust_pool",
                    (false, true) => "override",
                    (true, true) => "override_pool",
                }
            }
            95..=98 => {
                drop(tx);
                self.amend(chance).await?;
                return Ok(("amend", vec![]));
            }
            _ => {
                // Seldom, and of one year only: what is closed stays so.
                if first != YEARS[0] || !chance.is(20) {
                    return Ok(("none", vec![]));
                }
                let stamp = self.stamp();
                places::close(&mut tx, &stamp, of, first).await?;
                offered = offered_at(&mut tx, &stamp).await;
                "close"
            }
        };
        self.check(&mut tx, &offered).await;
        tx.commit().await?;
        touched.extend(offered);
        Ok((what, touched))
    }

    /// One of the nominations to which this can be done.
    async fn one_for(
        &self,
        tx: &mut Tx,
        chance: &mut Chance,
        act: ActKind,
    ) -> Result<Option<NominationId>, StoreError> {
        let from: &[&str] = match act {
            ActKind::Lapse => {
                // As the job finds them.
                let due = nomination::due(tx, at(0) + TimeDelta::days(10_000), 50).await?;
                return Ok((!due.is_empty()).then(|| chance.one(&due)));
            }
            ActKind::Accept | ActKind::Reject => &["nominated"],
            ActKind::Take | ActKind::Decline => &["offered"],
            ActKind::Confirm => &["accepted"],
            ActKind::Nominate => &["rejected"],
            ActKind::Complete => &["confirmed"],
            _ => &["waitlisted", "nominated", "accepted", "confirmed", "rejected"],
        };
        let state = chance.one(from);
        let ids: Vec<Uuid> = on!(tx, |c| {
            sqlx::query_scalar("select id from nomination where state = $1 order by id")
                .bind(state)
                .fetch_all(c)
                .await
                .expect("read")
        });
        Ok((!ids.is_empty()).then(|| NominationId(ids[chance.below(ids.len())])))
    }

    /// Another cap in all flows, by a revision that both sign.
    async fn amend(&self, chance: &mut Chance) -> Result<(), StoreError> {
        let _alone = self.amending.lock().await;
        let mut tx = self.db.write().await?;
        let record = agreement::get(&mut tx, self.agreement).await?;
        let mut draft = record.draft().ok_or(StoreError::NotFound)?;
        let cap = u32::try_from(chance.below(7)).expect("small") + 2;
        draft.content.flows = flows(self.offices, cap);
        draft.content.pools = vec![pool(0xB1, Some(cap + 2))];
        if record.latest().is_some_and(|latest| latest.content == draft.content) {
            return Err(StoreError::Stale { current: record.version });
        }
        let scope = record.scope.clone();
        let permit = decide(&self.actors[0], EditAgreement(&scope)).expect("may edit");
        agreement::update(&mut tx, &permit, &self.stamp(), record.version, &draft).await?;
        tx.commit().await?;
        for (lead, office) in self.actors.iter().zip(self.offices) {
            let mut tx = self.db.write().await?;
            let action = SignAgreement { scope: &scope, party: vec![office], party_has_members: false };
            let permit = decide(lead, action).expect("may sign");
            let (hash, stamp) = (draft.content.hash(), self.stamp());
            agreement::sign(&mut tx, &permit, &stamp, office, &hash, &signed("2026-09-01")).await?;
            let offered = offered_at(&mut tx, &stamp).await;
            self.check(&mut tx, &offered).await;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Every row adds up, nobody who is in line could have a place, and whoever was offered one was first.
    async fn check(&self, tx: &mut Tx, offered: &[NominationId]) {
        let wrong: Vec<(Uuid, String)> =
            on!(&mut *tx, |c| sqlx::query_as(WRONG).fetch_all(c).await.expect("read"));
        assert!(wrong.is_empty(), "{wrong:?}");
        let missed: Vec<(Uuid,)> =
            on!(&mut *tx, |c| sqlx::query_as(MISSED).fetch_all(c).await.expect("read"));
        assert!(missed.is_empty(), "in line though there is a place: {missed:?}");
        for id in offered {
            let passed: Vec<(Uuid,)> =
                on!(&mut *tx, |c| sqlx::query_as(PASSED_OVER).bind(id.0).fetch_all(c).await.expect("read"));
            assert!(passed.is_empty(), "{id:?} was offered a place before {passed:?}");
        }
    }
}

/// Who was offered a place by what was done with this stamp.
async fn offered_at(tx: &mut Tx, stamp: &Stamp) -> Vec<NominationId> {
    let ids: Vec<Uuid> = on!(tx, |c| {
        sqlx::query_scalar("select nomination_id from nomination_event where act = 'offer' and at = $1")
            .bind(stamp.at)
            .fetch_all(c)
            .await
            .expect("read")
    });
    ids.into_iter().map(NominationId).collect()
}

const ACTS: [ActKind; 12] = [
    ActKind::Accept,
    ActKind::Accept,
    ActKind::Reject,
    ActKind::Take,
    ActKind::Take,
    ActKind::Decline,
    ActKind::Lapse,
    ActKind::Confirm,
    ActKind::Nominate,
    ActKind::Withdraw,
    ActKind::Withdraw,
    ActKind::Complete,
];

/// Rows whose numbers are not those of the nominations, or of the ledger. Each table is read once.
const WRONG: &str = "select s.id, case when s.used <> coalesce(n.units, 0) then 'used' when s.used > s.capacity then 'capacity' when s.waiting <> coalesce(n.in_line, 0) then 'waiting' \
    when s.spent <> coalesce(n.months, 0) then 'spent' when s.used <> coalesce(l.used, 0) then 'ledger' when s.capacity <> coalesce(l.capacity, 0) then 'ledger of capacity' when s.spent <> coalesce(l.months, 0) then 'ledger of months' else 'ledger of the budget' end \
    from seat_year s left join \
      (select seat_id, sum(case when state in ('offered', 'nominated', 'accepted', 'confirmed', 'completed') then units else 0 end) as units, \
        sum(case when state in ('offered', 'nominated', 'accepted', 'confirmed', 'completed') then months else 0 end) as months, \
        sum(case when state = 'waitlisted' then 1 else 0 end) as in_line from \
        (select seat_id, state, units, months from nomination union all select pool_seat_id, state, units, months from nomination where pool_seat_id is not null) as each_one \
        group by seat_id) as n on n.seat_id = s.id left join \
      (select seat_id, sum(case when kind in ('taken', 'freed') then units else 0 end) as used, sum(case when kind in ('taken', 'freed') then 0 else units end) as capacity, \
        sum(case when kind in ('taken', 'freed') then months else 0 end) as months, sum(case when kind in ('taken', 'freed') then 0 else months end) as budget from seat_line group by seat_id) as l on l.seat_id = s.id \
    where s.used <> coalesce(n.units, 0) or s.used > s.capacity or s.waiting <> coalesce(n.in_line, 0) or s.spent <> coalesce(n.months, 0) \
      or s.used <> coalesce(l.used, 0) or s.capacity <> coalesce(l.capacity, 0) or s.spent <> coalesce(l.months, 0) or coalesce(s.budget, 0) <> coalesce(l.budget, 0)";

/// Those in line for whom there is a place.
const MISSED: &str = "select n.id from nomination n join seat_year s on s.id = n.seat_id left join seat_year p on p.id = n.pool_seat_id where n.state = 'waitlisted' \
    and s.closed_at is null and s.used + n.units <= s.capacity and (s.budget is null or s.spent + n.months <= s.budget) \
    and (p.id is null or p.used + n.units <= p.capacity)";

/// Those who came before this one to the same line, need no more, and still wait: for the same flow, or for another one of its pool
/// that has room for them.
const PASSED_OVER: &str = "select w.id from nomination o join nomination w on w.seat_id = o.seat_id or w.pool_seat_id = o.pool_seat_id \
    join seat_year own on own.id = w.seat_id where o.id = $1 and w.state = 'waitlisted' and w.units <= o.units \
    and ((w.seat_id = o.seat_id and w.months <= o.months) or (w.seat_id <> o.seat_id and own.closed_at is null \
        and own.used + w.units <= own.capacity and (own.budget is null or own.spent + w.months <= own.budget))) \
    and (w.queued_at, w.id) < ((select max(e.at) from nomination_event e where e.nomination_id = o.id and e.act = 'queue'), o.id)";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the process that is killed: the test below begins it"]
async fn clients() {
    let url = env::var(URL).expect("a database");
    let seed: u64 = env::var(SEED).expect("a seed").parse().expect("a number");
    let db = Db::open(&url).await.expect("open");
    let mut tx = db.read().await.expect("a transaction");
    let record = store::flow::find(&mut tx, FLOWS[0]).await.expect("read").expect("a flow");
    drop(tx);
    let offices = [record.flow.sender, record.flow.receiver];
    let client = Client {
        db,
        actors: Arc::new(offices.map(|office| member(Role::Lead, office, &[]))),
        offices,
        agreement: record.agreement,
        clock: Arc::new(AtomicI64::new(i64::try_from(seed % 1_000).expect("small") * 10_000)),
        amending: Arc::default(),
    };
    let mut all = JoinSet::new();
    for n in 0..CLIENTS {
        let client = client.clone();
        all.spawn(async move {
            let mut chance = Chance::new(seed * CLIENTS + n);
            loop {
                match client.play(&mut chance).await {
                    Ok(("none", _)) => {}
                    Ok((what, touched)) => {
                        let ids: Vec<String> = touched.iter().map(ToString::to_string).collect();
                        println!("done {what} {}", ids.join(","));
                    }
                    Err(StoreError::Seats(why)) => println!("refused {why:?}"),
                    Err(StoreError::Stale { .. } | StoreError::Conflict(_)) => println!("refused stale"),
                    // Too many at once for the connections there are: this one tries again a little later.
                    Err(StoreError::Unavailable(sqlx::Error::PoolTimedOut)) => {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                    Err(error) => {
                        println!("broken {error}");
                        return;
                    }
                }
            }
        });
    }
    // Whichever of them it is whose check fails: that is said at once.
    while let Some(ended) = all.join_next().await {
        if let Err(panic) = ended {
            println!("broken {panic}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_clients_and_killed_processes_never_sell_a_place_twice() {
    let seed = Arc::new(AtomicU64::new(1));
    on_each_address(move |db, url| {
        let seed = seed.clone();
        async move {
            let scene = Scene::new(db).await;
            scene.exchange("Échange", flows(scene.offices, 5), vec![pool(0xB1, Some(7))]).await;
            let mut chance = Chance::new(7);
            let mut met = BTreeMap::<String, usize>::new();
            let (mut done, mut killed) = (0, 0);
            while done < OPERATIONS {
                let lives = LIVES.0 + chance.below(LIVES.1 - LIVES.0);
                let (url, seed) = (url.clone(), seed.fetch_add(1, Ordering::SeqCst));
                let said =
                    tokio::task::spawn_blocking(move || live(&url, seed, lives)).await.expect("watched");
                killed += 1;
                let mut acknowledged = Vec::new();
                for line in said {
                    let mut words = line.splitn(3, ' ');
                    let (kind, what) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
                    assert_ne!(kind, "broken", "{line}");
                    *met.entry(format!("{kind} {}", what.trim_end_matches('{'))).or_default() += 1;
                    done += usize::from(kind == "done" || kind == "refused");
                    let ids = words.next().filter(|_| kind == "done").unwrap_or("");
                    let ids = ids.split(',').filter_map(|id| id.parse::<NominationId>().ok());
                    // What is done to a nomination is done to the first; the others ended by it, or were offered a place.
                    let act = ActKind::parse(what).ok();
                    acknowledged.extend(ids.enumerate().map(|(n, id)| (id, act.filter(|_| n == 0))));
                }
                let mut tx = scene.desk.read().await;
                for (id, act) in acknowledged {
                    let events = nomination::events(&mut tx, id).await.expect("read");
                    let is_there = events.iter().any(|event| match act {
                        // Put forward, with a place or in line.
                        Some(ActKind::Nominate) => matches!(event.act, ActKind::Nominate | ActKind::Queue),
                        Some(act) => event.act == act,
                        None => true,
                    });
                    assert!(is_there, "{act:?} of {id:?} was acknowledged and is lost");
                }
                let client = Client {
                    db: scene.desk.db.clone(),
                    actors: Arc::new(scene.leads.clone()),
                    offices: scene.offices,
                    agreement: store::flow::find(&mut tx, FLOWS[0])
                        .await
                        .expect("read")
                        .expect("a flow")
                        .agreement,
                    clock: Arc::new(AtomicI64::new(0)),
                    amending: Arc::default(),
                };
                client.check(&mut tx, &[]).await;
            }
            assert!(killed >= 5, "{killed}");
            println!("{:?}: {done} operations, {killed} processes killed, {met:?}", scene.desk.db.backend());
            for act in [
                "nominate",
                "accept",
                "reject",
                "take",
                "decline",
                "lapse",
                "confirm",
                "withdraw",
                "complete",
                "adjust_up",
                "adjust_down",
                "adjust_pool",
                "override",
                "override_pool",
                "amend",
                "close",
            ] {
                assert!(met.contains_key(&format!("done {act}")), "{act} was never done: {met:?}");
            }
            let is_refused = met.keys().any(|kind| kind.starts_with("refused BelowUse"));
            assert!(is_refused, "no cap was ever refused for those who have places: {met:?}");
            for first in YEARS {
                for of in FLOWS {
                    let mut tx = scene.desk.read().await;
                    let record = store::flow::find(&mut tx, of).await.expect("read").expect("a flow");
                    if let Some(seats) = seat::find(&mut tx, &record.flow, year(first)).await.expect("read") {
                        let lines = seat::lines(&mut tx, seats.id).await.expect("read");
                        places::add_up(&seats.tally, &lines);
                    }
                }
                scene.pool_seats(pool(0xB1, None).id, first).await;
            }
        }
    })
    .await;
}

/// Lets a process with its clients do so many operations, and kills it; answers what it said.
fn live(url: &str, seed: u64, operations: usize) -> Vec<String> {
    let mut child = Command::new(env::current_exe().expect("this program"))
        .args(["--ignored", "--exact", "clients", "--nocapture"])
        .env(URL, url)
        .env(SEED, seed.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .expect("begun");
    let mut lines = BufReader::new(child.stdout.take().expect("what it says")).lines();
    let mut said: Vec<String> = lines.by_ref().map_while(Result::ok).take(operations).collect();
    child.kill().expect("killed");
    child.wait().expect("ended");
    // What it said and nobody had read yet counts as well; its last line may be cut short.
    let mut rest: Vec<String> = lines.map_while(Result::ok).collect();
    rest.pop();
    said.append(&mut rest);
    said.retain(|line| ["done ", "refused ", "broken "].iter().any(|kind| line.starts_with(kind)));
    said
}
