//! Identifiers: UUIDs with the type of what they name. Made by the caller (version 7), never here.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.trim().parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// Names an institution.
    InstitutionId,
    /// Names an agreement.
    AgreementId,
    /// Names one revision of an agreement.
    RevisionId,
    /// Names a commitment: the same in every revision of its agreement.
    CommitmentId,
    /// Names a flow: the same in every revision of its agreement.
    FlowId,
    /// Names a pool of places that several flows share: the same in every revision of its agreement.
    PoolId,
    /// Names a student whom a home institution has put forward.
    StudentId,
    /// Names one student put forward for one flow, year and term.
    NominationId,
    /// Names an observation of a commitment.
    ObservationId,
    /// Names a document of an agreement.
    DocumentId,
    /// Names a person with an account.
    UserId,
    /// Names a session of a person.
    SessionId,
    /// Names a personal token for the REST interface.
    TokenId,
    /// Names the import of a file.
    ImportId,
}
