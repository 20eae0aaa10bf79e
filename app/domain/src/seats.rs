//! Seats: how the places of a flow, or of a pool, are counted in a year.
//!
//! Capacity = cap + adjustments + overrides + what was carried over. Used = the units of those who hold a place: held (offered or
//! nominated), accepted and confirmed. Used never passes capacity, nor what is spent of a budget of months or days the budget:
//! the store holds that by a guarded update of one row and the database by a check. A cap that is not yet agreed opens no place.
//! "Near the cap" means that a fifth of the capacity or less is left, or a single unit.

mod board;
mod form;

pub use board::{Asked, Direction, Grouping, ThreeYears, is_as_full, is_unused};
pub use form::{Adjustment, AdjustmentForm};

use crate::{
    academic_year::AcademicYear,
    coded::coded,
    flow::Flow,
    id::{FlowId, PoolId},
    nomination::NotPossible,
};
use serde::{Deserialize, Serialize};

/// What is left counts as little from one part in so many on.
pub const NEAR: i64 = 5;

coded! {
    /// What a line of the ledger is about.
    LineKind {
        /// The cap of the revision that rules, or its change by another.
        Cap = "cap",
        /// More or fewer places, within what the owner decides.
        Adjustment = "adjustment",
        /// Places beyond the cap.
        Override = "override",
        /// Brought from the year before.
        CarriedIn = "carried_in",
        /// Taken to the year after.
        CarriedOut = "carried_out",
        /// Taken by a nomination.
        Taken = "taken",
        /// Given back by a nomination.
        Freed = "freed",
    }
}

impl LineKind {
    /// Whether it is about how many places there are, not about who takes them.
    pub const fn is_capacity(self) -> bool {
        !matches!(self, Self::Taken | Self::Freed)
    }
}

coded! {
    /// How full the places of a year are.
    Fullness {
        /// No number was agreed.
        NotAgreed = "not_agreed",
        /// Nobody holds a place.
        Empty = "empty",
        /// Places are left.
        Open = "open",
        /// Few are left.
        Near = "near",
        /// None is left.
        Full = "full",
        /// More are taken than the cap has, by an override.
        Over = "over",
    }
}

impl Fullness {
    /// Whether few or no places are left.
    pub const fn is_scarce(self) -> bool {
        matches!(self, Self::Near | Self::Full | Self::Over)
    }
}

/// The places of a flow or pool in a year, in units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// As agreed; none: not yet.
    pub cap: Option<i64>,
    /// Adjustments, added up.
    pub adjusted: i64,
    /// Overrides, added up.
    pub overridden: i64,
    /// Brought from the year before, less what was taken to the next.
    pub carried: i64,
    /// Offered or nominated.
    pub held: i64,
    /// Accepted by the host.
    pub accepted: i64,
    /// Confirmed by the student, or completed.
    pub confirmed: i64,
    /// People in line.
    pub waiting: i64,
    /// Hundredths of months or days that may be spent; none: as many as places allow.
    pub budget: Option<i64>,
    /// Hundredths of months or days that are spent.
    pub spent: i64,
    /// Whether the year is closed.
    pub is_closed: bool,
}

impl Tally {
    /// What a flow itself says of a year for which nobody asked for a place yet.
    pub fn unasked(flow: &Flow, year: AcademicYear) -> Self {
        let budget = flow.budget.map(|budget| i64::from(budget.hundredths()));
        Self { cap: flow.cap_in(year).map(i64::from), budget, ..Self::default() }
    }

    /// How many units there are.
    pub fn capacity(&self) -> i64 {
        self.cap.unwrap_or(0) + self.adjusted + self.overridden + self.carried
    }

    /// How many are taken.
    pub const fn used(&self) -> i64 {
        self.held + self.accepted + self.confirmed
    }

    /// The least cap with which there are as many as are taken, and not less than none.
    pub fn least_cap(&self) -> i64 {
        (self.used() - self.adjusted - self.overridden - self.carried).max(0)
    }

    /// How many are left.
    pub fn remaining(&self) -> i64 {
        self.capacity() - self.used()
    }

    /// Units, and hundredths of months or days, that are taken beyond those there are.
    pub fn excess(&self) -> [i64; 2] {
        let months = self.budget.map_or(0, |budget| self.spent - budget);
        [-self.remaining(), months].map(|number| number.max(0))
    }

    /// Whether so many units and so many hundredths of months fit in.
    pub fn fits(&self, units: i64, months: i64) -> bool {
        !self.is_closed
            && self.remaining() >= units
            && self.budget.is_none_or(|budget| self.spent + months <= budget)
    }

    /// Whether places are left that nobody can take, since none is left of the pool that they are taken from as well.
    pub fn is_held_back_by(&self, pool: &Self) -> bool {
        !self.is_closed && self.remaining() > 0 && pool.remaining() <= 0
    }

    /// Whether places are left, and less of the budget than one usually stays for the shortest term of the flow.
    pub fn is_out_of_time(&self, flow: &Flow) -> bool {
        let is_spent = |budget: i64| flow.units_within(budget - self.spent) < 1;
        !self.is_closed && self.remaining() > 0 && self.budget.is_some_and(is_spent)
    }

    /// What the next year gets when this one is closed: all that is left of what was agreed, nothing of an override, and no more than is
    /// left so of the pool that the places are taken from as well.
    pub fn to_carry(&self, carries_over: bool, pool: Option<&Self>) -> i64 {
        let left = |tally: &Self| (tally.remaining() - tally.overridden).max(0);
        let is_carried = carries_over && !self.is_closed;
        if is_carried { pool.map_or(i64::MAX, left).min(left(self)) } else { 0 }
    }

    /// How full it is.
    pub fn fullness(&self) -> Fullness {
        let (capacity, used) = (self.capacity(), self.used());
        let is_over = self.overridden > 0 && used > capacity - self.overridden;
        if is_over {
            Fullness::Over
        } else if self.cap.is_none() && capacity == 0 {
            Fullness::NotAgreed
        } else if used >= capacity || self.budget.is_some_and(|budget| self.spent >= budget) {
            Fullness::Full
        } else if used == 0 {
            Fullness::Empty
        } else if (capacity - used) * NEAR <= capacity || capacity - used == 1 {
            Fullness::Near
        } else {
            Fullness::Open
        }
    }
}

/// A change of the numbers that leaves less than is taken: of places, in units, or of time, in hundredths of months or days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BelowUse {
    /// The flow whose places they are, or
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub flow: Option<FlowId>,
    /// the pool.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pool: Option<PoolId>,
    /// The academic year; none for the whole agreement.
    pub year: Option<AcademicYear>,
    /// How many there would be.
    pub capacity: i64,
    /// How many are taken.
    pub used: i64,
}

/// Why nobody can be nominated for a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotOpen {
    /// The agreement is neither approved by all nor signed, or has the flow no more.
    NotAgreed,
    /// The flow, or its agreement, does not cover the year.
    OutOfYears,
    /// The year is over.
    Over,
    /// The year has not begun: it is not closed before.
    NotBegun,
    /// The year was closed.
    Closed,
    /// One cannot go for that term.
    Term,
    /// Its places are those of the whole agreement: no single year is closed.
    WholeAgreement,
}

/// Why something cannot be done with places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum SeatRefusal {
    /// No place is left, and one does not want to wait.
    Full,
    /// Nobody can be nominated.
    NotOpen {
        /// Why.
        #[serde(rename = "cause")]
        why: NotOpen,
    },
    /// The student is nominated already, for the same flow, year and term.
    Twice,
    /// The student has a confirmed place in the same part of the year.
    PlaceElsewhere,
    /// Fewer places than are taken.
    BelowUse(BelowUse),
    /// Fewer months or days than are spent.
    BelowSpent(BelowUse),
    /// More places are taken away than there are.
    MoreThanThere {
        /// Units that there are.
        there: i64,
    },
    /// More places beyond the cap are taken back than were given.
    MoreThanBeyond {
        /// Units that there are beyond the cap.
        beyond: i64,
    },
    /// Someone holds a place that would be counted in another way.
    CountedOtherwise,
    /// Some are still to answer.
    Undecided {
        /// How many.
        count: i64,
    },
    /// The nomination is not in a state for that.
    NotPossible {
        /// Why.
        #[serde(rename = "cause")]
        why: NotPossible,
    },
}
