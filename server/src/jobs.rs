//! What the server does by itself, again and again: looks for what is due, and sends what was written.
//!
//! Of several servers on one registry, the one that holds a job's lease does it; when it stops it gives its leases up,
//! and when it dies they run out. What is done is such that two who do it at once change nothing: see
//! [`app::desk::watch`] and [`store::outbox`].

use crate::mail::Mailer;
use app::{
    desk::{AppState, nominations, watch},
    error::AppError,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Permit, Watch, decide};
use std::time::Duration;
use store::{
    Stamp, idempotency,
    job::{self, Job},
    outbox, registry,
};
use tokio::{sync::watch as channel, task::JoinHandle};
use uuid::Uuid;

/// A lease lasts for that many rounds.
const ROUNDS: i64 = 4;
/// A lease lasts for that many seconds at least: longer than a mail server may take for one message.
const LEASE_SECONDS: i64 = 60;

/// The jobs of one server.
#[derive(Debug)]
pub struct Jobs {
    state: AppState,
    mailer: Mailer,
    permit: Permit<Watch>,
    /// Who holds the leases: this server, while it runs.
    holder: Uuid,
    every: Duration,
}

/// Jobs that are being done until they are told to stop.
#[derive(Debug)]
pub struct Working {
    stop: channel::Sender<bool>,
    done: JoinHandle<()>,
}

impl Working {
    /// Finishes what is being done and gives the leases up.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let _ = self.done.await;
    }
}

impl Jobs {
    /// Jobs to be done every so often.
    pub fn new(state: AppState, mailer: Mailer, every: Duration) -> Result<Self, AppError> {
        let permit = decide(&Actor::Operator, Watch)?;
        let holder = Stamp::new(state.clock.now(), state.ids.clone()).id();
        Ok(Self { state, mailer, permit, holder, every })
    }

    /// Does them until told to stop.
    pub fn start(self) -> Working {
        let (stop, mut told) = channel::channel(false);
        let done = tokio::spawn(async move {
            while !*told.borrow() {
                if let Err(cause) = self.round(&told).await {
                    tracing::warn!(%cause, "a round of jobs was not finished");
                }
                let _ = tokio::time::timeout(self.every, told.wait_for(|is| *is)).await;
            }
            if let Err(cause) = self.give_up().await {
                tracing::warn!(%cause, "the leases of jobs could not be given up: they run out");
            }
        });
        Working { stop, done }
    }

    /// Does each job once, as far as this server may.
    pub async fn round(&self, told: &channel::Receiver<bool>) -> Result<(), AppError> {
        if self.take(Job::Offers).await? {
            self.lapse().await?;
        }
        if self.take(Job::Watch).await? {
            self.watch().await?;
        }
        while !*told.borrow() && self.take(Job::Mail).await? && self.send_one().await? {}
        Ok(())
    }

    /// Gives up the leases.
    pub async fn give_up(&self) -> Result<(), AppError> {
        let mut tx = self.state.db.write().await?;
        job::give_up(&mut tx, &self.permit, self.holder).await?;
        Ok(tx.commit().await?)
    }

    fn now(&self) -> DateTime<Utc> {
        self.state.clock.now()
    }

    async fn take(&self, job: Job) -> Result<bool, AppError> {
        let now = self.now();
        let rounds = ROUNDS * i64::try_from(self.every.as_secs()).unwrap_or(LEASE_SECONDS);
        let until = now + TimeDelta::seconds(rounds.max(LEASE_SECONDS));
        let mut tx = self.state.db.write().await?;
        let taken = job::take(&mut tx, &self.permit, job, self.holder, now, until).await?;
        tx.commit().await?;
        Ok(taken)
    }

    /// Lets offers lapse that nobody answered in time, writes to those whom steps of nominations concern, and forgets what was
    /// answered to requests a day ago.
    async fn lapse(&self) -> Result<(), AppError> {
        let lapsed = nominations::lapse_due(&self.state).await?;
        if lapsed > 0 {
            tracing::info!(lapsed, "offers lapsed");
        }
        let messages = nominations::tell_due(&self.state).await?;
        if messages > 0 {
            tracing::info!(messages, "steps of nominations were told");
        }
        let mut tx = self.state.db.write().await?;
        idempotency::forget(&mut tx, self.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Looks for what is due, once for each day and each state of the registry.
    async fn watch(&self) -> Result<(), AppError> {
        let mut tx = self.state.db.read().await?;
        let revision = registry::get(&mut tx).await?.revision;
        let present = format!("{} {revision}", self.now().date_naive());
        let seen = job::seen(&mut tx, Job::Watch).await?;
        drop(tx);
        if seen.as_deref() == Some(present.as_str()) {
            return Ok(());
        }
        let found = watch::sweep(&self.state).await?;
        if found != watch::Found::default() {
            tracing::info!(
                steps = found.steps,
                endings = found.endings,
                gaps = found.gaps,
                messages = found.messages,
                "what is due was noted"
            );
        }
        let mut tx = self.state.db.write().await?;
        job::set_seen(&mut tx, &self.permit, Job::Watch, self.holder, &present).await?;
        Ok(tx.commit().await?)
    }

    /// Sends the next message, if there is one.
    async fn send_one(&self) -> Result<bool, AppError> {
        let mut tx = self.state.db.write().await?;
        let Some(outgoing) = outbox::claim(&mut tx, &self.permit, self.now()).await? else {
            return Ok(false);
        };
        tx.commit().await?;
        let outcome = self.mailer.send(&outgoing).await;
        let mut tx = self.state.db.write().await?;
        match outcome {
            Ok(()) => outbox::sent(&mut tx, &self.permit, outgoing.id, self.now()).await?,
            Err(cause) => {
                tracing::warn!(message = %outgoing.id, "a message could not be sent; the page of the mail says why");
                outbox::failed(&mut tx, &self.permit, outgoing.id, &cause.to_string()).await?;
            }
        }
        tx.commit().await?;
        Ok(true)
    }
}
