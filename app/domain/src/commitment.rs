//! Commitments: promises in an agreement, with a measure, and what was observed of them.
//!
//! A commitment is part of the content of a revision: it is proposed, approved and kept as the rest of it is, under an id that
//! is the same in every revision, and a renewal copies it. [`Observation`](ObservationDraft)s are facts beside the content: one
//! says what was seen on a day and what attests to it, outlives later revisions, and is withdrawn rather than changed. Where a
//! commitment stands on a day follows from both: see [`Commitment::follow`].

mod form;
mod observation;
mod percent;
mod standing;

pub use form::CommitmentForm;
pub use observation::{Noted, ObservationDraft, ObservationForm, Value, ValueKind, WithdrawalForm};
pub use percent::Percent;
pub use standing::{Call, CommitmentStanding, Followed, Occurrence, SOON_DAYS, Term};

use crate::{
    coded::coded,
    id::{CommitmentId, InstitutionId},
    multilingual::Multilingual,
    partial_date::StatedDate,
    text::Text,
};
use serde::{Deserialize, Serialize};

/// Longest text of a commitment, in graphemes.
pub const COMMITMENT_TEXT_MAX: u32 = 300;
/// Most commitments of one agreement.
pub const COMMITMENTS_MAX: u32 = 30;
/// Largest number that is promised or counted.
pub const COUNT_MAX: u32 = 1_000_000;

coded! {
    /// How a commitment is measured.
    MeasureKind {
        /// As a percentage.
        Share = "share",
        /// As a count.
        Number = "number",
        /// It is done or not.
        YesNo = "yes_no",
        /// It is done again and again.
        Recurring = "recurring",
    }
}

coded! {
    /// On which side of the target the promise is kept.
    Bound {
        /// The target or more.
        AtLeast = "at_least",
        /// The target or less.
        AtMost = "at_most",
    }
}

/// How often a promise is to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cycle {
    /// In each academic year, from September to August.
    AcademicYear,
    /// In each span of so many months, from the first day on.
    Months(u16),
}

/// What is promised, in figures. Without a cycle it is promised once, for the whole period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// A percentage.
    Share {
        /// At least or at most.
        bound: Bound,
        /// How much.
        target: Percent,
        /// How often.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        each: Option<Cycle>,
    },
    /// A count, added up.
    Number {
        /// At least or at most.
        bound: Bound,
        /// How many.
        target: u32,
        /// How often.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        each: Option<Cycle>,
    },
    /// That something is so.
    YesNo,
    /// That something is done again and again.
    Recurring {
        /// How often.
        each: Cycle,
    },
}

impl Measure {
    /// Its kind.
    pub const fn kind(self) -> MeasureKind {
        match self {
            Self::Share { .. } => MeasureKind::Share,
            Self::Number { .. } => MeasureKind::Number,
            Self::YesNo => MeasureKind::YesNo,
            Self::Recurring { .. } => MeasureKind::Recurring,
        }
    }

    /// How often the promise is to be kept; `None`: once.
    pub const fn each(self) -> Option<Cycle> {
        match self {
            Self::Share { each, .. } | Self::Number { each, .. } => each,
            Self::YesNo => None,
            Self::Recurring { each } => Some(each),
        }
    }

    /// What an observation of it says.
    pub const fn value_kind(self) -> ValueKind {
        match self {
            Self::Share { .. } => ValueKind::Percent,
            Self::Number { .. } => ValueKind::Count,
            Self::YesNo | Self::Recurring { .. } => ValueKind::Done,
        }
    }
}

/// A promise in an agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    /// The same in every revision, and in the agreement that renews this one.
    pub id: CommitmentId,
    /// What is promised, by language.
    pub text: Multilingual<Text<COMMITMENT_TEXT_MAX>>,
    /// In figures.
    pub measure: Measure,
    /// The party that answers for it; none where all do.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub owner: Option<InstitutionId>,
    /// From when on; with the agreement unless said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub starts: Option<StatedDate>,
    /// Until when; with the agreement unless said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ends: Option<StatedDate>,
    /// By when what is promised once is to be done; at the end of its period unless said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub due: Option<StatedDate>,
}

impl Commitment {
    /// Whether a party answers for it.
    pub fn is_of(&self, party: InstitutionId) -> bool {
        self.owner.is_none_or(|owner| owner == party)
    }

    /// The same promise in the agreement that renews this one. Its dates are left out: they lie in the period that ends.
    #[must_use]
    pub fn renewed(&self) -> Self {
        Self { starts: None, ends: None, due: None, ..self.clone() }
    }
}
