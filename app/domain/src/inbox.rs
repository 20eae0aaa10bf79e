//! What awaits an office: each thing has a word of its own, by which it is marked as dealt with.

use crate::{
    academic_year::AcademicYear,
    agreement::{Awaited, DeadlineKind},
    coded::coded,
    commitment::Call,
    id::{AgreementId, InstitutionId, NominationId},
};
use chrono::NaiveDate;
use std::{fmt, str::FromStr};

coded! {
    /// What kind of thing awaits an office.
    ItemKind {
        /// The approval of a revision.
        Approval = "approval",
        /// The signature of a revision.
        Signature = "signature",
        /// An agreement ends, or the last day to give notice comes near.
        Deadline = "deadline",
        /// A commitment that is due, at risk or missed.
        Commitment = "commitment",
        /// An agreement that another party ended, or that was replaced.
        Ending = "ending",
        /// A partner that was covered by an agreement is not any more.
        Gap = "gap",
        /// A nomination that awaits the office.
        Nomination = "nomination",
    }
}

coded! {
    /// What a nomination awaits of an office.
    Request {
        /// The host says yes or no.
        Answer = "answer",
        /// The home says yes or no for a host without an account.
        AnswerFor = "answer_for",
        /// The home corrects what the host rejected.
        Correct = "correct",
        /// The host corrects what was rejected, for a home without an account.
        CorrectFor = "correct_for",
        /// The home answers for a student without an account.
        Speak = "speak",
        /// Nothing but that the office knows what others did.
        Know = "know",
    }
}

coded! {
    /// How an agreement was ended, of which the offices of its other parties are told.
    Ending {
        /// Before its time.
        Terminated = "terminated",
        /// Another agreement took its place.
        Replaced = "replaced",
    }
}

/// Something that awaits an office. What changes in it makes another: a later step of the same agreement is awaited again
/// even where the one before was dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Item {
    /// An approval or a signature.
    Awaited {
        /// Which.
        what: Awaited,
        /// Of which agreement.
        agreement: AgreementId,
        /// Number of the revision: the next one is another thing, also on the same day.
        revision: i64,
        /// Since when.
        since: NaiveDate,
    },
    /// A step before a deadline.
    Deadline {
        /// What happens on the day.
        kind: DeadlineKind,
        /// To which agreement.
        agreement: AgreementId,
        /// Months before, of the ladder.
        months: u16,
        /// The day.
        on: NaiveDate,
    },
    /// Commitments of an agreement: those that call for the same reason with the same date are one thing.
    Commitment {
        /// Why.
        call: Call,
        /// Of which agreement.
        agreement: AgreementId,
        /// When they are due, or were.
        on: NaiveDate,
        /// How many: one more is another thing.
        count: u16,
    },
    /// That an agreement was ended.
    Ended {
        /// How.
        ending: Ending,
        /// Which one.
        agreement: AgreementId,
        /// First day on which it binds nobody.
        on: NaiveDate,
    },
    /// A year without an agreement.
    Gap {
        /// With whom.
        partner: InstitutionId,
        /// The year.
        year: AcademicYear,
    },
    /// A nomination.
    Nomination {
        /// What it awaits.
        what: Request,
        /// Which one.
        nomination: NominationId,
        /// Since when.
        since: NaiveDate,
    },
}

impl Item {
    /// Its kind.
    pub const fn kind(&self) -> ItemKind {
        match self {
            Self::Awaited { what: Awaited::Approval, .. } => ItemKind::Approval,
            Self::Awaited { what: Awaited::Signature, .. } => ItemKind::Signature,
            Self::Deadline { .. } => ItemKind::Deadline,
            Self::Commitment { .. } => ItemKind::Commitment,
            Self::Ended { .. } => ItemKind::Ending,
            Self::Gap { .. } => ItemKind::Gap,
            Self::Nomination { .. } => ItemKind::Nomination,
        }
    }

    /// The day by which it is sorted: since when it is awaited, or the day that comes.
    pub fn day(&self) -> NaiveDate {
        match self {
            Self::Awaited { since, .. } | Self::Nomination { since, .. } => *since,
            Self::Deadline { on, .. } | Self::Commitment { on, .. } | Self::Ended { on, .. } => *on,
            Self::Gap { year, .. } => year.starts_on(),
        }
    }

    /// The agreement it is about.
    pub const fn agreement(&self) -> Option<AgreementId> {
        match self {
            Self::Awaited { agreement, .. }
            | Self::Deadline { agreement, .. }
            | Self::Commitment { agreement, .. }
            | Self::Ended { agreement, .. } => Some(*agreement),
            Self::Gap { .. } | Self::Nomination { .. } => None,
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Awaited { what, agreement, revision, since } => {
                write!(f, "{}.{agreement}.{revision}.{since}", what.code())
            }
            Self::Deadline { kind, agreement, months, on } => {
                write!(f, "{}.{agreement}.{months}.{on}", kind.code())
            }
            Self::Commitment { call, agreement, on, count } => {
                write!(f, "owed.{}.{agreement}.{on}.{count}", call.code())
            }
            Self::Ended { ending, agreement, on } => write!(f, "{}.{agreement}.{on}", ending.code()),
            Self::Gap { partner, year } => write!(f, "gap.{partner}.{year}"),
            Self::Nomination { what, nomination, since } => write!(f, "{}.{nomination}.{since}", what.code()),
        }
    }
}

/// A word that stands for nothing that could await an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no item of an inbox")]
pub struct NotAnItem;

impl FromStr for Item {
    type Err = NotAnItem;

    fn from_str(word: &str) -> Result<Self, NotAnItem> {
        fn read<T: FromStr>(part: &str) -> Result<T, NotAnItem> {
            part.parse().map_err(|_| NotAnItem)
        }
        let parts: Vec<&str> = word.trim().split('.').collect();
        match parts.as_slice() {
            ["gap", partner, year] => {
                let year = AcademicYear::parse(year).map_err(|_| NotAnItem)?;
                Ok(Self::Gap { partner: read(partner)?, year })
            }
            ["owed", call, agreement, on, count] => {
                let call = Call::parse(call).map_err(|_| NotAnItem)?;
                let count = read::<u16>(count)?;
                Ok(Self::Commitment { call, agreement: read(agreement)?, on: read(on)?, count })
            }
            [word, of, day] => {
                if let Ok(what) = Request::parse(word) {
                    return Ok(Self::Nomination { what, nomination: read(of)?, since: read(day)? });
                }
                let ending = Ending::parse(word).map_err(|_| NotAnItem)?;
                Ok(Self::Ended { ending, agreement: read(of)?, on: read(day)? })
            }
            [what @ ("approval" | "signature"), agreement, revision, since] => {
                let what = Awaited::parse(what).map_err(|_| NotAnItem)?;
                let (agreement, revision, since) = (read(agreement)?, read(revision)?, read(since)?);
                Ok(Self::Awaited { what, agreement, revision, since })
            }
            [kind, agreement, months, on] => {
                let kind = DeadlineKind::parse(kind).map_err(|_| NotAnItem)?;
                Ok(Self::Deadline { kind, agreement: read(agreement)?, months: read(months)?, on: read(on)? })
            }
            _ => Err(NotAnItem),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    proptest! {
        #[test]
        fn what_is_written_is_read_again(id: u128, which in 0..8_usize, months in 1..13_u16, days in 0..40_000_u32) {
            let on = NaiveDate::from_ymd_opt(2000, 1, 1).and_then(|day| day.checked_add_days(chrono::Days::new(days.into())));
            let on = on.expect("a day");
            let agreement = AgreementId(Uuid::from_u128(id));
            let item = match which {
                0 => Item::Awaited { what: Awaited::Approval, agreement, revision: months.into(), since: on },
                1 => Item::Awaited { what: Awaited::Signature, agreement, revision: months.into(), since: on },
                6 => Item::Nomination { what: Request::AnswerFor, nomination: NominationId(agreement.0), since: on },
                5 => Item::Nomination { what: Request::Correct, nomination: NominationId(agreement.0), since: on },
                4 => Item::Ended { ending: Ending::Replaced, agreement, on },
                3 => Item::Commitment { call: Call::Missed, agreement, on, count: months },
                2 => Item::Deadline { kind: DeadlineKind::Notice, agreement, months, on },
                _ => Item::Gap { partner: InstitutionId(Uuid::from_u128(id)), year: AcademicYear::of(on) },
            };
            prop_assert_eq!(item.to_string().parse(), Ok(item));
            prop_assert!(item.to_string().len() <= 64);
        }

        #[test]
        fn what_is_none_is_refused(word in "[a-z0-9./-]{0,60}") {
            prop_assert_eq!(word.parse::<Item>(), Err(NotAnItem));
        }
    }
}
