//! `entente serve`.

use crate::{
    assets::Manifest,
    cli::{Failure, open, say},
    config::Settings,
    jobs::Jobs,
    listener,
    live::Streams,
    mail::Mailer,
    observe::Numbers,
    pages::{self, Cache, Revision},
    router::router,
    web::{Limits, Web},
};
use app::desk::{
    AppState, Clock, SessionRules, accounts, documents,
    files::{Files, Swept},
    imports::Runs,
};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use store::{Backend, Db, IdSource, agreement::Lists};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinHandle,
};

/// Files without a document are removed once they are this old, and looked for this often.
const SWEPT_AFTER: Duration = Duration::from_hours(1);

/// A server that listens.
#[derive(Debug)]
pub struct Running {
    /// On which address.
    pub addr: SocketAddr,
    /// What its layers and handlers share.
    pub web: Arc<Web>,
    stop: watch::Sender<bool>,
    done: JoinHandle<()>,
}

impl Running {
    /// Accepts nothing more, lets requests in flight finish, closes the database.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let _ = self.done.await;
        self.web.app.db.close().await;
    }
}

/// What a server is given, besides its settings.
#[derive(Debug)]
pub struct Given {
    /// The database, open and up to date.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// Where ids come from.
    pub ids: IdSource,
    /// How long, how much.
    pub limits: Limits,
}

/// Opens the database, serves until told to stop, and closes it.
pub async fn run(settings: Settings) -> Result<(), Failure> {
    more_files();
    let db = open(&settings).await?;
    let given = Given { db, clock: Clock::System, ids: IdSource::default(), limits: Limits::default() };
    let told = told_to_stop()?;
    let running = start(&settings, given).await?;
    announce(&running.web.app).await?;
    let working = jobs(&settings, &running.web.app)?.start();
    told.await;
    tracing::info!("stopping");
    working.stop().await;
    running.stop().await;
    Ok(())
}

/// Starts a server.
pub async fn start(settings: &Settings, given: Given) -> Result<Running, Failure> {
    let listener = TcpListener::bind(settings.addr)
        .await
        .map_err(|cause| Failure::could_not_run(&format!("cannot listen on {}", settings.addr), &cause))?;
    let addr = listener
        .local_addr()
        .map_err(|cause| Failure::could_not_run("the address listened on is not known", &cause))?;
    let (stop, told) = watch::channel(false);
    let web = Arc::new(web(settings, given, addr, told.clone())?);
    tokio::spawn(sweep(web.clone(), told.clone()));
    let done = tokio::spawn(listener::listen(listener, router(&web), web.clone(), told));
    Ok(Running { addr, web, stop, done })
}

/// What a server with these settings does by itself.
pub fn jobs(settings: &Settings, app: &AppState) -> Result<Jobs, Failure> {
    let mailer = Mailer::new(settings, &app.public_url)?;
    let every = Duration::from_secs(settings.job_seconds);
    Jobs::new(app.clone(), mailer, every)
        .map_err(|cause| Failure::could_not_run("what is to be done again and again cannot begin", &cause))
}

fn web(
    settings: &Settings,
    given: Given,
    addr: SocketAddr,
    told: watch::Receiver<bool>,
) -> Result<Web, Failure> {
    let nonce_mark =
        pages::nonce().ok_or_else(|| Failure::CouldNotRun("the system gives no chance".to_owned()))?;
    let limits = given.limits.clone();
    Ok(Web {
        app: state(settings, given, addr)?,
        streams: Streams::new(limits.streams, told),
        limits,
        trust_proxy: settings.trust_proxy,
        metrics_token: settings.metrics_token.clone(),
        cache: Cache::default(),
        revision: Revision::default(),
        numbers: Numbers::default(),
        nonce_mark: nonce_mark.into(),
    })
}

/// What every request gets from a server that listens on this address.
pub fn state(settings: &Settings, given: Given, addr: SocketAddr) -> Result<AppState, Failure> {
    let files = files(settings)?;
    let manifest = Manifest::embedded();
    let public_url = settings.public_url(addr);
    let sessions = SessionRules {
        idle_minutes: settings.session_idle_minutes,
        absolute_hours: settings.session_hours,
        is_secure: public_url.starts_with("https://"),
    };
    Ok(AppState {
        db: given.db,
        lists: Lists::default(),
        imports: Runs::default(),
        files,
        clock: given.clock,
        ids: given.ids,
        sessions,
        public_url: public_url.into(),
        mail_folder: settings.smtp_url.is_none().then(|| settings.mail_folder().display().to_string().into()),
        fonts: manifest.early_fonts().into(),
        script: manifest.script.into(),
        style: manifest.style.into(),
    })
}

fn files(settings: &Settings) -> Result<Files, Failure> {
    if let Some(bucket) = &settings.documents {
        return Files::in_bucket(bucket).map_err(|cause| {
            Failure::could_not_run(&format!("no files can be kept in the bucket {}", bucket.name), &cause)
        });
    }
    let folder = settings.documents_folder();
    Files::in_folder(&folder).map_err(|cause| {
        Failure::could_not_run(&format!("no files can be kept in {}", folder.display()), &cause)
    })
}

/// Puts files in order that a stopped server left behind: those of before the start at once where no other server may be
/// taking files in, the others when no upload can be under way any more.
async fn sweep(web: Arc<Web>, mut told: watch::Receiver<bool>) {
    let is_alone = web.app.db.backend() == Backend::Sqlite;
    let mut before = web.app.clock.now() - if is_alone { Duration::ZERO } else { SWEPT_AFTER };
    loop {
        match documents::sweep(&web.app, before).await {
            Ok(swept) if swept != Swept::default() => {
                tracing::info!(kept = swept.kept, removed = swept.removed, "files left behind are in order");
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "files left behind could not be put in order"),
        }
        tokio::select! {
            () = tokio::time::sleep(SWEPT_AFTER) => {}
            _ = told.changed() => return,
        }
        before = web.app.clock.now() - SWEPT_AFTER;
    }
}

/// Says where the registry is, and how to become its administrator while nobody is.
async fn announce(app: &AppState) -> Result<(), Failure> {
    say(&format!("Entente is at {}", app.public_url));
    let link = accounts::administrator_link(&app.db, &app.clock, &app.public_url)
        .await
        .map_err(|cause| Failure::could_not_run("the administrator's link cannot be made", &cause))?;
    if let Some(link) = link {
        say(&format!("Nobody administers it yet. This link does, once: {link}"));
    }
    Ok(())
}

/// Waits for the signals that end a server.
fn told_to_stop() -> Result<impl Future<Output = ()>, Failure> {
    let listen =
        |kind| signal(kind).map_err(|cause| Failure::could_not_run("signals cannot be listened to", &cause));
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Every connection is an open file: takes as many as the system lets us have.
fn more_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    }
}
