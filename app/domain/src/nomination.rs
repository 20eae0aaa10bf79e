//! Nominations: one student put forward for one flow, one academic year and one term.
//!
//! [`State`] carries exactly what belongs to it, and [`State::after`] is the only way from one to the next:
//!
//! ```text
//! waitlisted → offered(answer by) → nominated      offered → declined | lapsed
//! nominated → accepted → confirmed → completed
//! nominated → rejected → nominated again, or waitlisted where no place is left
//! nominated | accepted | confirmed → withdrawn     waitlisted | rejected → withdrawn
//! ```
//!
//! Who waits may leave the line, and what was rejected may be given up by the home or the student instead of corrected; an offer is
//! declined, not withdrawn. A place that comes free is offered to the first in line whom
//! it suffices, in the order in which they came: who needs more units than are free keeps the position.

mod correction;
mod form;
mod telling;

pub use correction::{CorrectedField, Correction, Said};
pub use form::{ActForm, NominationDraft, NominationForm};
pub use telling::{Doer, Speakers};

use crate::{academic_year::AcademicYear, coded::coded, term::Term, text::Text};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// Longest reason, in graphemes.
pub const REASON_MAX: u32 = 500;
/// Days that one has to answer an offer.
pub const OFFER_DAYS: i64 = 5;
/// The rule of every line: a place that comes free is offered to the first for whom it suffices, in the order in which they came.
pub const LINE_RULE: &str = "first_come";

/// A reason that someone gave.
pub type Reason = Text<REASON_MAX>;

coded! {
    /// What a nomination is.
    StateKind {
        /// In line for a place.
        Waitlisted = "waitlisted",
        /// A place is kept until the student answers.
        Offered = "offered",
        /// The host is asked.
        Nominated = "nominated",
        /// The host said yes; the student is to confirm.
        Accepted = "accepted",
        /// The student confirmed.
        Confirmed = "confirmed",
        /// The stay is over.
        Completed = "completed",
        /// The host said no; it may be corrected.
        Rejected = "rejected",
        /// Taken back.
        Withdrawn = "withdrawn",
        /// The student refused the offer.
        Declined = "declined",
        /// The offer was not answered in time.
        Lapsed = "lapsed",
    }
}

impl StateKind {
    /// Whether it takes units of its flow.
    pub const fn consumes(self) -> bool {
        matches!(self, Self::Offered | Self::Nominated | Self::Accepted | Self::Confirmed | Self::Completed)
    }

    /// Whether nothing comes after it.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Withdrawn | Self::Declined | Self::Lapsed)
    }

    /// Whether the host sees it: from nomination on.
    pub const fn is_known_to_host(self) -> bool {
        matches!(self, Self::Nominated | Self::Accepted | Self::Confirmed | Self::Completed | Self::Rejected)
    }

    /// Of whom something is awaited.
    pub const fn awaited(self) -> Option<Side> {
        match self {
            Self::Offered | Self::Accepted => Some(Side::Student),
            Self::Nominated => Some(Side::Host),
            Self::Rejected => Some(Side::Home),
            Self::Waitlisted
            | Self::Confirmed
            | Self::Completed
            | Self::Withdrawn
            | Self::Declined
            | Self::Lapsed => None,
        }
    }
}

coded! {
    /// Who acts, or is awaited.
    Side {
        /// The student.
        Student = "student",
        /// The office of the home institution.
        Home = "home",
        /// The office of the host institution.
        Host = "host",
        /// The registry itself.
        Registry = "registry",
    }
}

coded! {
    /// Something that is done to a nomination, as history names it.
    ActKind {
        /// Put forward, with a place.
        Nominate = "nominate",
        /// Put forward, in line.
        Queue = "queue",
        /// Offered a place that came free.
        Offer = "offer",
        /// The offer is taken.
        Take = "take",
        /// The offer is refused.
        Decline = "decline",
        /// The offer was not answered in time.
        Lapse = "lapse",
        /// The host says yes.
        Accept = "accept",
        /// The host says no.
        Reject = "reject",
        /// The student confirms.
        Confirm = "confirm",
        /// Taken back.
        Withdraw = "withdraw",
        /// The stay is over.
        Complete = "complete",
    }
}

impl ActKind {
    /// Whether a reason is asked for: to say no, to take back for an office, and to take someone who does not meet a condition.
    pub const fn needs_reason(self, by: Side, overrules: bool) -> bool {
        match self {
            Self::Reject => true,
            Self::Withdraw => !matches!(by, Side::Student),
            Self::Accept => overrules,
            _ => false,
        }
    }
}

/// What a nomination is, with what belongs to that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// In line for a place.
    Waitlisted,
    /// A place is kept until an instant.
    Offered {
        /// When the offer lapses.
        answer_by: DateTime<Utc>,
    },
    /// The host is asked.
    Nominated,
    /// The host said yes.
    Accepted,
    /// The student confirmed.
    Confirmed,
    /// The stay is over.
    Completed,
    /// The host said no.
    Rejected {
        /// Why.
        reason: Reason,
    },
    /// Taken back.
    Withdrawn {
        /// By whom.
        by: Side,
        /// Why; the registry needs none.
        reason: Option<Reason>,
    },
    /// The student refused the offer.
    Declined,
    /// The offer was not answered in time.
    Lapsed,
}

/// Something done to a nomination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// A place that came free is offered.
    Offer,
    /// The offer is taken: the host is asked.
    Take,
    /// The offer is refused.
    Decline,
    /// Nobody answered the offer in time.
    Lapse,
    /// The host says yes.
    Accept,
    /// The host says no.
    Reject {
        /// Why.
        reason: Reason,
    },
    /// What was rejected is corrected, and a place is left.
    Nominate,
    /// What was rejected is corrected, and no place is left.
    Queue,
    /// The student confirms.
    Confirm,
    /// Taken back.
    Withdraw {
        /// By whom.
        by: Side,
        /// Why.
        reason: Option<Reason>,
    },
    /// The stay is over.
    Complete,
}

impl Act {
    /// Its kind.
    pub const fn kind(&self) -> ActKind {
        match self {
            Self::Offer => ActKind::Offer,
            Self::Take => ActKind::Take,
            Self::Decline => ActKind::Decline,
            Self::Lapse => ActKind::Lapse,
            Self::Accept => ActKind::Accept,
            Self::Reject { .. } => ActKind::Reject,
            Self::Nominate => ActKind::Nominate,
            Self::Queue => ActKind::Queue,
            Self::Confirm => ActKind::Confirm,
            Self::Withdraw { .. } => ActKind::Withdraw,
            Self::Complete => ActKind::Complete,
        }
    }

    /// Why, where it is said.
    pub const fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Reject { reason } | Self::Withdraw { reason: Some(reason), .. } => Some(reason),
            _ => None,
        }
    }
}

/// Why something cannot be done to a nomination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum NotPossible {
    /// Not from the state it is in.
    #[error("not from {}", .from.code())]
    From {
        /// The state it is in.
        from: StateKind,
    },
    /// The offer was to be answered before.
    #[error("the offer is over")]
    OfferOver,
    /// The offer can still be answered.
    #[error("the offer is not over")]
    OfferOpen,
    /// The stay begins later: it cannot be over.
    #[error("the stay begins on {begins_on}")]
    NotBegun {
        /// When its term begins.
        begins_on: NaiveDate,
    },
}

/// Whether what is done to a nomination for a term of a year can be so on a day: a stay is over once it has begun at the earliest.
///
/// # Errors
/// [`NotPossible::NotBegun`].
pub fn check_stay(act: ActKind, term: Term, year: AcademicYear, on: NaiveDate) -> Result<(), NotPossible> {
    let begins_on = term.begins_on(year);
    if act == ActKind::Complete && on < begins_on { Err(NotPossible::NotBegun { begins_on }) } else { Ok(()) }
}

impl State {
    /// Its kind.
    pub const fn kind(&self) -> StateKind {
        match self {
            Self::Waitlisted => StateKind::Waitlisted,
            Self::Offered { .. } => StateKind::Offered,
            Self::Nominated => StateKind::Nominated,
            Self::Accepted => StateKind::Accepted,
            Self::Confirmed => StateKind::Confirmed,
            Self::Completed => StateKind::Completed,
            Self::Rejected { .. } => StateKind::Rejected,
            Self::Withdrawn { .. } => StateKind::Withdrawn,
            Self::Declined => StateKind::Declined,
            Self::Lapsed => StateKind::Lapsed,
        }
    }

    /// What it becomes when something is done to it at an instant.
    ///
    /// # Errors
    /// [`NotPossible`], where that cannot be done to it, or not at that instant.
    pub fn after(self, act: Act, at: DateTime<Utc>) -> Result<Self, NotPossible> {
        Ok(match (self, act) {
            (Self::Waitlisted, Act::Offer) => Self::Offered { answer_by: at + TimeDelta::days(OFFER_DAYS) },
            (Self::Offered { answer_by }, Act::Take | Act::Decline) if at >= answer_by => {
                return Err(NotPossible::OfferOver);
            }
            (Self::Offered { answer_by }, Act::Lapse) if at < answer_by => {
                return Err(NotPossible::OfferOpen);
            }
            (Self::Offered { .. }, Act::Decline) => Self::Declined,
            (Self::Offered { .. }, Act::Lapse) => Self::Lapsed,
            (Self::Offered { .. }, Act::Take) | (Self::Rejected { .. }, Act::Nominate) => Self::Nominated,
            (Self::Rejected { .. }, Act::Queue) => Self::Waitlisted,
            (Self::Nominated, Act::Accept) => Self::Accepted,
            (Self::Nominated, Act::Reject { reason }) => Self::Rejected { reason },
            (Self::Accepted, Act::Confirm) => Self::Confirmed,
            (Self::Confirmed, Act::Complete) => Self::Completed,
            // What the host rejected is no longer its to end: the home may correct it.
            (from @ Self::Rejected { .. }, Act::Withdraw { by: Side::Host, .. }) => {
                return Err(NotPossible::From { from: from.kind() });
            }
            (
                Self::Waitlisted | Self::Nominated | Self::Accepted | Self::Confirmed | Self::Rejected { .. },
                Act::Withdraw { by, reason },
            ) => Self::Withdrawn { by, reason },
            (from, _) => return Err(NotPossible::From { from: from.kind() }),
        })
    }

    /// Whether something can be done to it on a side, at an instant.
    pub fn allows(&self, act: ActKind, by: Side, at: DateTime<Utc>) -> bool {
        let act = match act {
            ActKind::Nominate => Act::Nominate,
            ActKind::Queue => Act::Queue,
            ActKind::Offer => Act::Offer,
            ActKind::Take => Act::Take,
            ActKind::Decline => Act::Decline,
            ActKind::Lapse => Act::Lapse,
            ActKind::Accept => Act::Accept,
            ActKind::Confirm => Act::Confirm,
            ActKind::Complete => Act::Complete,
            ActKind::Withdraw => Act::Withdraw { by, reason: None },
            // The reason does not decide whether one may say no.
            ActKind::Reject => return matches!(self, Self::Nominated),
        };
        self.clone().after(act, at).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: u32) -> DateTime<Utc> {
        chrono::NaiveDate::from_ymd_opt(2026, 11, day)
            .and_then(|day| day.and_hms_opt(12, 0, 0))
            .expect("an instant")
            .and_utc()
    }

    fn state(kind: StateKind) -> State {
        let reason = Reason::parse("Niveau").expect("a reason");
        match kind {
            StateKind::Waitlisted => State::Waitlisted,
            StateKind::Offered => State::Offered { answer_by: at(10) },
            StateKind::Nominated => State::Nominated,
            StateKind::Accepted => State::Accepted,
            StateKind::Confirmed => State::Confirmed,
            StateKind::Completed => State::Completed,
            StateKind::Rejected => State::Rejected { reason },
            StateKind::Withdrawn => State::Withdrawn { by: Side::Home, reason: Some(reason) },
            StateKind::Declined => State::Declined,
            StateKind::Lapsed => State::Lapsed,
        }
    }

    fn act(kind: ActKind) -> Act {
        let reason = Reason::parse("Niveau").expect("a reason");
        match kind {
            ActKind::Nominate => Act::Nominate,
            ActKind::Queue => Act::Queue,
            ActKind::Offer => Act::Offer,
            ActKind::Take => Act::Take,
            ActKind::Decline => Act::Decline,
            ActKind::Lapse => Act::Lapse,
            ActKind::Accept => Act::Accept,
            ActKind::Reject => Act::Reject { reason },
            ActKind::Confirm => Act::Confirm,
            ActKind::Withdraw => Act::Withdraw { by: Side::Home, reason: Some(reason) },
            ActKind::Complete => Act::Complete,
        }
    }

    #[test]
    fn what_the_host_rejected_the_host_does_not_end() {
        for (from, by, is_possible) in [
            (StateKind::Rejected, Side::Host, false),
            (StateKind::Rejected, Side::Home, true),
            (StateKind::Rejected, Side::Student, true),
            (StateKind::Accepted, Side::Host, true),
        ] {
            assert_eq!(state(from).allows(ActKind::Withdraw, by, at(5)), is_possible, "{from:?} {by:?}");
        }
    }

    #[test]
    fn a_stay_is_not_over_before_its_term_has_begun() {
        let year = AcademicYear::northern(2026).expect("a year");
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        for (term, begins_on, eve) in [
            (Term::S1, "2026-09-01", "2026-08-31"),
            (Term::Year, "2026-09-01", "2026-08-31"),
            (Term::S2, "2027-03-01", "2027-02-28"),
            (Term::Quarter { n: 2, of: 4 }, "2026-12-01", "2026-11-30"),
        ] {
            let refused = NotPossible::NotBegun { begins_on: day(begins_on) };
            assert_eq!(check_stay(ActKind::Complete, term, year, day(eve)), Err(refused), "{term}");
            assert_eq!(check_stay(ActKind::Complete, term, year, day(begins_on)), Ok(()), "{term}");
            assert_eq!(check_stay(ActKind::Withdraw, term, year, day(eve)), Ok(()), "{term}");
        }
    }

    /// What is done, from which state, on which day of November, and what comes of it: whatever is not in this table is refused.
    const TABLE: [(StateKind, ActKind, u32, StateKind); 19] = [
        (StateKind::Waitlisted, ActKind::Offer, 5, StateKind::Offered),
        (StateKind::Waitlisted, ActKind::Offer, 12, StateKind::Offered),
        (StateKind::Waitlisted, ActKind::Withdraw, 5, StateKind::Withdrawn),
        (StateKind::Waitlisted, ActKind::Withdraw, 12, StateKind::Withdrawn),
        (StateKind::Offered, ActKind::Take, 5, StateKind::Nominated),
        (StateKind::Offered, ActKind::Decline, 5, StateKind::Declined),
        (StateKind::Offered, ActKind::Lapse, 12, StateKind::Lapsed),
        (StateKind::Nominated, ActKind::Accept, 5, StateKind::Accepted),
        (StateKind::Nominated, ActKind::Reject, 5, StateKind::Rejected),
        (StateKind::Nominated, ActKind::Withdraw, 5, StateKind::Withdrawn),
        (StateKind::Accepted, ActKind::Confirm, 5, StateKind::Confirmed),
        (StateKind::Accepted, ActKind::Withdraw, 5, StateKind::Withdrawn),
        (StateKind::Confirmed, ActKind::Complete, 5, StateKind::Completed),
        (StateKind::Confirmed, ActKind::Withdraw, 5, StateKind::Withdrawn),
        (StateKind::Rejected, ActKind::Nominate, 5, StateKind::Nominated),
        (StateKind::Rejected, ActKind::Queue, 5, StateKind::Waitlisted),
        (StateKind::Rejected, ActKind::Withdraw, 5, StateKind::Withdrawn),
        (StateKind::Rejected, ActKind::Nominate, 12, StateKind::Nominated),
        (StateKind::Rejected, ActKind::Queue, 12, StateKind::Waitlisted),
    ];

    #[test]
    fn every_act_on_every_state_does_what_the_table_says_or_is_refused() {
        for from in StateKind::ALL.iter().copied() {
            for kind in ActKind::ALL.iter().copied() {
                for day in [5, 12] {
                    let row = TABLE.iter().find(|row| row.0 == from && row.1 == kind && row.2 == day);
                    // Only offers look at the clock: what is in the table for the 5th holds on the 12th for all others.
                    let row = row.or_else(|| {
                        let early = TABLE.iter().find(|row| row.0 == from && row.1 == kind);
                        early.filter(|_| from != StateKind::Offered)
                    });
                    let outcome = state(from).after(act(kind), at(day));
                    assert_eq!(
                        state(from).allows(kind, Side::Home, at(day)),
                        outcome.is_ok(),
                        "{from:?} {kind:?} {day}"
                    );
                    match (row, outcome) {
                        (Some(row), Ok(state)) => assert_eq!(state.kind(), row.3, "{from:?} {kind:?}"),
                        (None, Err(why)) => {
                            let should = match (from, kind, day) {
                                (StateKind::Offered, ActKind::Take | ActKind::Decline, 12) => {
                                    NotPossible::OfferOver
                                }
                                (StateKind::Offered, ActKind::Lapse, 5) => NotPossible::OfferOpen,
                                _ => NotPossible::From { from },
                            };
                            assert_eq!(why, should, "{from:?} {kind:?} on {day}");
                        }
                        (row, outcome) => panic!("{from:?} {kind:?} on {day}: {row:?}, {outcome:?}"),
                    }
                }
            }
        }
    }

    #[test]
    fn an_offer_is_open_for_five_days_and_over_at_its_instant() {
        let offered = State::Waitlisted.after(Act::Offer, at(5)).expect("offered");
        assert_eq!(offered, State::Offered { answer_by: at(10) });
        let just_before = at(10) - TimeDelta::microseconds(1);
        let allows = |act, at| offered.allows(act, Side::Student, at);
        assert!(allows(ActKind::Take, just_before) && !allows(ActKind::Lapse, just_before));
        assert!(!allows(ActKind::Take, at(10)) && allows(ActKind::Lapse, at(10)));
    }

    #[test]
    fn whoever_takes_a_place_or_is_awaited_is_what_the_rules_say() {
        use StateKind::{Accepted, Completed, Confirmed, Nominated, Offered};
        let consuming: Vec<_> = StateKind::ALL.iter().filter(|kind| kind.consumes()).collect();
        assert_eq!(consuming, [&Offered, &Nominated, &Accepted, &Confirmed, &Completed]);
        for kind in StateKind::ALL {
            let leads_on = ActKind::ALL
                .iter()
                .any(|act| [5, 12].into_iter().any(|day| state(*kind).allows(*act, Side::Home, at(day))));
            assert_eq!(leads_on, !kind.is_final(), "{kind:?}");
            assert!(kind.awaited().is_none() || !kind.is_final(), "{kind:?}");
        }
    }
}
