//! What a request may end in, for pages, server functions and REST alike. Wording is in the catalogue of texts.

use domain::{
    access::Denied,
    agreement::{NotRenewed, Settled},
    eligibility::Criterion,
    import::Unreadable,
    institution::NotMerged,
    problem::FieldErrors,
    seats::SeatRefusal,
};
use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// Why a request was not carried out. Nothing is half done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum AppError {
    /// Some fields cannot be taken as they are.
    #[error("invalid")]
    Invalid {
        /// Which, and why.
        fields: FieldErrors,
    },
    /// There is no such thing, or the asker may not know of it.
    #[error("not found")]
    NotFound,
    /// The asker may not do this.
    #[error("denied")]
    Denied,
    /// One must sign in first.
    #[error("sign in")]
    SignIn,
    /// E-mail address and password do not go together.
    #[error("wrong credentials")]
    WrongCredentials,
    /// A one-time link that was used, has expired, or never was.
    #[error("link over")]
    LinkOver,
    /// Someone saved in the meantime.
    #[error("stale")]
    Stale {
        /// The present version.
        version: i64,
    },
    /// The content approved, signed or dropped is not the latest any more: it changed while one read it.
    #[error("content changed")]
    ContentChanged,
    /// What is to be taken back is what something else rests on.
    #[error("settled: {why:?}")]
    Settled {
        /// What rests on it.
        why: Settled,
    },
    /// The agreement is not renewed.
    #[error("not renewed: {why:?}")]
    NotRenewed {
        /// Why.
        why: NotRenewed,
    },
    /// The two institutions are not made one.
    #[error("not merged: {why:?}")]
    NotMerged {
        /// Why.
        why: NotMerged,
    },
    /// A file that is brought cannot be read.
    #[error("unreadable: {why:?}")]
    Unreadable {
        /// Why.
        why: Unreadable,
    },
    /// Somebody changed or used what is to be undone.
    #[error("touched")]
    Touched {
        /// The names of what, at most twenty.
        what: Vec<String>,
    },
    /// A rule of how places are counted stands against it.
    #[error("places: {why:?}")]
    Seats {
        /// Which.
        why: SeatRefusal,
    },
    /// The student does not meet what the flow asks for, and the host was not asked for an exception.
    #[error("not eligible")]
    NotEligible {
        /// The rules that are not met.
        unmet: Vec<Criterion>,
    },
    /// Another request was made by the same name.
    #[error("the name of the request is taken")]
    KeyTaken,
    /// What stands cannot be changed this way: it is signed, shared, in use.
    #[error("conflict")]
    Conflict,
    /// An institution much like this one is there already.
    #[error("likely duplicate")]
    LikelyDuplicate,
    /// Too many attempts.
    #[error("too many attempts")]
    TooMany {
        /// Minutes to wait.
        minutes: u32,
    },
    /// The database is busy or away.
    #[error("busy")]
    Busy,
    /// No room is left on the disk.
    #[error("full")]
    Full,
    /// Something is broken; it was logged under this id.
    #[error("internal error, incident {incident}")]
    Internal {
        /// Id under which it was logged.
        incident: String,
    },
}

impl AppError {
    /// The HTTP status that says the same.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Invalid { .. } | Self::Unreadable { .. } | Self::NotEligible { .. } | Self::KeyTaken => 422,
            Self::NotFound => 404,
            Self::Denied => 403,
            Self::SignIn | Self::WrongCredentials => 401,
            Self::LinkOver => 410,
            Self::Stale { .. } | Self::ContentChanged => 412,
            Self::Conflict
            | Self::Settled { .. }
            | Self::NotRenewed { .. }
            | Self::NotMerged { .. }
            | Self::Touched { .. }
            | Self::Seats { .. }
            | Self::LikelyDuplicate => 409,
            Self::TooMany { .. } => 429,
            Self::Busy => 503,
            Self::Full => 507,
            Self::Internal { .. } => 500,
        }
    }
}

impl From<FieldErrors> for AppError {
    fn from(fields: FieldErrors) -> Self {
        Self::Invalid { fields }
    }
}

impl From<Denied> for AppError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::SignIn => Self::SignIn,
            Denied::Forbidden => Self::Denied,
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => Self::Invalid { fields: FieldErrors::default() },
            other => Self::Internal { incident: other.to_string() },
        }
    }
}

#[cfg(feature = "ssr")]
impl From<store::StoreError> for AppError {
    fn from(error: store::StoreError) -> Self {
        use domain::problem::Problem;
        use store::{Constraint, StoreError};
        let taken = |field: &str, problem| {
            let mut fields = FieldErrors::default();
            fields.add(field, problem);
            Self::Invalid { fields }
        };
        match error {
            StoreError::NotFound => Self::NotFound,
            StoreError::Stale { current } => Self::Stale { version: current },
            StoreError::Conflict(Constraint::AccountEmail) => taken("email", Problem::TakenEmail),
            StoreError::Conflict(Constraint::IdentifierValue) => {
                taken("identifiers", Problem::TakenIdentifier)
            }
            StoreError::Conflict(_) => Self::Conflict,
            StoreError::Settled(why) => Self::Settled { why },
            StoreError::Seats(why) => Self::Seats { why },
            StoreError::Unavailable(cause) => {
                tracing::warn!(%cause, "the database is unavailable");
                Self::Busy
            }
            StoreError::Full(cause) => {
                tracing::error!(%cause, "the disk is full");
                Self::Full
            }
            StoreError::Corrupt(_) | StoreError::Driver(_) => {
                let mut bytes = [0_u8; 6];
                let _ = getrandom::fill(&mut bytes);
                let incident = crate::desk::hex(&bytes);
                tracing::error!(%incident, %error, "the store failed");
                Self::Internal { incident }
            }
        }
    }
}
