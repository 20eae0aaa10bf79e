//! Where a request is carried out: authenticate, parse, decide, act, answer.
//!
//! Server functions and REST handlers both make a [`Desk`] of the request and call the functions of this module's
//! children, so that a capability does the same whichever way it is asked for.

use crate::error::AppError;
use chrono::{DateTime, NaiveDate, Utc};
use domain::{access::Actor, id::SessionId, lang::Lang};
use leptos::prelude::{expect_context, use_context};
use std::sync::{Arc, Mutex};
use store::{Db, IdSource, Stamp, Tx, agreement::Lists};

mod answer;

pub mod accounts;
pub mod agreements;
pub mod audit;
pub mod balance;
pub mod board;
pub mod commitments;
pub mod cookies;
pub mod documents;
pub mod exchanges;
pub mod feed;
pub mod files;
pub mod imports;
pub mod inbox;
pub mod institutions;
pub mod life;
pub mod listing;
pub mod mail;
pub mod members;
pub mod merging;
pub mod negotiation;
pub mod nominations;
pub mod partners;
pub mod passwords;
pub mod rows;
pub mod seats;
pub mod watch;

pub use answer::{
    Kept, address_after, answer, answer_at, draft, forget_draft, keep, keep_draft, kept, kept_under,
    query_value, read_query, with_query,
};

/// What time it is. Passed in, so that every state can be looked at on any day.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's.
    #[default]
    System,
    /// A time that stands still until it is set.
    Fixed(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// A clock that stands still.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self::Fixed(Arc::new(Mutex::new(at)))
    }

    /// The instant.
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
            Self::System => Utc::now(),
            Self::Fixed(at) => at.lock().map_or_else(|poisoned| *poisoned.into_inner(), |at| *at),
        }
    }
}

/// How long sessions last, and how they are named.
#[derive(Debug, Clone)]
pub struct SessionRules {
    /// Minutes without a request after which a session ends.
    pub idle_minutes: i64,
    /// Hours after which a session ends in any case.
    pub absolute_hours: i64,
    /// Whether the cookie is for https only, with the `__Host-` prefix.
    pub is_secure: bool,
}

impl SessionRules {
    /// Name of the session's cookie.
    pub const fn cookie(&self) -> &'static str {
        if self.is_secure { "__Host-entente" } else { "entente" }
    }
}

/// What the server hands to every request.
#[derive(Debug, Clone)]
pub struct AppState {
    /// The database.
    pub db: Db,
    /// Lists of agreements that were asked for before.
    pub lists: Lists,
    /// The files of documents.
    pub files: files::Files,
    /// Imports that this server is carrying out.
    pub imports: imports::Runs,
    /// The clock.
    pub clock: Clock,
    /// Where ids come from.
    pub ids: IdSource,
    /// Sessions.
    pub sessions: SessionRules,
    /// The address people reach this registry by, without a final slash.
    pub public_url: Arc<str>,
    /// The folder where messages land while no mail server is named.
    pub mail_folder: Option<Arc<str>>,
    /// Base name of the script and module in `/pkg`, e.g. `entente-1a2b`; empty when the site was not built.
    pub script: Arc<str>,
    /// File name of the style sheet in `/pkg`.
    pub style: Arc<str>,
    /// Fonts to fetch early, as addresses.
    pub fonts: Arc<[String]>,
}

/// Light, dark, or as the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The word in the cookie, the form and the page.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of a word; anything else is the system's.
    pub fn from_code(code: &str) -> Self {
        match code {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::Auto,
        }
    }
}

/// Who asks, from where, for what. Made once for a request, by the server's session layer.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Whoever asks.
    pub actor: Actor,
    /// The session, when someone signed in with a browser.
    pub session: Option<SessionId>,
    /// Whether the request came with a personal token that may only read.
    pub is_read_only: bool,
    /// The language: of the address, else of the cookie, else of the browser.
    pub lang: Lang,
    /// The theme chosen.
    pub theme: Theme,
    /// Address of the one who asks.
    pub address: Option<String>,
    /// The name of the browser or program.
    pub agent: String,
    /// Id of the request.
    pub request_id: Option<String>,
    /// Path asked for.
    pub path: String,
    /// Query asked for, without the question mark.
    pub query: String,
}

/// A request being carried out.
#[derive(Debug, Clone)]
pub struct Desk {
    /// What the server hands to every request.
    pub state: AppState,
    /// Who asks, from where.
    pub visit: Visit,
}

impl Desk {
    /// The request that this page or server function answers.
    ///
    /// # Panics
    /// Outside of a request, which is a fault in the wiring of the server.
    pub fn current() -> Self {
        Self { state: expect_context(), visit: expect_context() }
    }

    /// The same, where there may be no request: when the routes are listed at start-up.
    pub fn find() -> Option<Self> {
        Some(Self { state: use_context()?, visit: use_context()? })
    }

    /// The same request, answered in a language that the form names.
    #[must_use]
    pub fn speaking(mut self, lang: Lang) -> Self {
        self.visit.lang = lang;
        self
    }

    /// Whoever asks.
    pub const fn actor(&self) -> &Actor {
        &self.visit.actor
    }

    /// The language to answer in.
    pub const fn lang(&self) -> Lang {
        self.visit.lang
    }

    /// The instant.
    pub fn now(&self) -> DateTime<Utc> {
        self.state.clock.now()
    }

    /// The day, in UTC.
    pub fn today(&self) -> NaiveDate {
        self.now().date_naive()
    }

    /// A transaction that reads.
    pub async fn read(&self) -> Result<Tx, AppError> {
        Ok(self.state.db.read().await?)
    }

    /// A transaction that writes. A token that may only read gets none.
    pub async fn write(&self) -> Result<Tx, AppError> {
        if self.visit.is_read_only {
            return Err(AppError::Denied);
        }
        Ok(self.state.db.write().await?)
    }

    /// When and from where something is written.
    pub fn stamp(&self) -> Stamp {
        let mut stamp = Stamp::new(self.now(), self.state.ids.clone());
        stamp.address.clone_from(&self.visit.address);
        stamp.request_id.clone_from(&self.visit.request_id);
        stamp
    }

    /// An address of this site in the language of the request, e.g. `/fr/agreements`.
    pub fn href(&self, path: &str) -> String {
        href(self.lang(), path)
    }
}

/// An address of this site in a language; `path` begins with a slash or is empty.
pub fn href(lang: Lang, path: &str) -> String {
    format!("/{}{path}", lang.code())
}

/// A secret for a link, a session, a token or a kept form: 256 bits of the system's chance, as 64 hexadecimal
/// digits. Only its [`hash`] is stored.
pub fn secret() -> Result<String, AppError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|cause| {
        tracing::error!(%cause, "the system gives no chance");
        AppError::Busy
    })?;
    Ok(hex(&bytes))
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// SHA-256 of a secret: what is stored of it.
pub fn hash(secret: &str) -> Vec<u8> {
    use sha2::Digest as _;
    sha2::Sha256::digest(secret.as_bytes()).to_vec()
}
