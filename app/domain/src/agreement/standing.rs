//! What an agreement is on a given day, derived from dated facts and never stored.

use crate::{coded::coded, problem::Problem};
use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

coded! {
    /// What an agreement is on a day.
    Standing {
        /// Never shared with the other parties.
        Draft = "draft",
        /// Shared; not all have approved one revision, nor have all signatories signed.
        InNegotiation = "in_negotiation",
        /// All parties approved one revision.
        Approved = "approved",
        /// All signatories signed; its period has not begun.
        Signed = "signed",
        /// Signed, and the day lies in its period.
        InForce = "in_force",
        /// In force, and its end is at most twelve months away.
        EndingSoon = "ending_soon",
        /// Its period is over.
        Expired = "expired",
        /// It was ended before its time.
        Terminated = "terminated",
        /// Another agreement took its place.
        Renewed = "renewed",
    }
}

impl Standing {
    /// Whether the agreement binds its parties.
    pub const fn is_in_force(self) -> bool {
        matches!(self, Self::InForce | Self::EndingSoon)
    }

    /// Whether it does no more.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Expired | Self::Terminated | Self::Renewed)
    }
}

/// What a list is asked for: one standing, or several that go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StandingChoice {
    /// All that is in force, what ends soon included.
    Binding,
    /// All that is not over, from the draft on.
    NotOver,
    /// This one.
    Only(Standing),
}

impl StandingChoice {
    /// All of them, in the order they are offered.
    pub fn all() -> impl Iterator<Item = Self> {
        let each = Standing::ALL.iter().copied().map(Self::Only);
        [Self::Binding, Self::NotOver].into_iter().chain(each)
    }

    /// The word in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Binding => "binding",
            Self::NotOver => "not_over",
            Self::Only(standing) => standing.code(),
        }
    }

    /// The choice of a word.
    pub fn parse(code: &str) -> Result<Self, Problem> {
        Self::all().find(|choice| choice.code() == code.trim()).ok_or(Problem::NotAChoice)
    }

    /// Whether it takes what has this standing.
    pub fn takes(self, standing: Standing) -> bool {
        match self {
            Self::Binding => standing.is_in_force(),
            Self::NotOver => !standing.is_over(),
            Self::Only(only) => only == standing,
        }
    }
}

impl From<Standing> for StandingChoice {
    fn from(standing: Standing) -> Self {
        Self::Only(standing)
    }
}

/// Months before its end from which an agreement is "ending soon".
pub const SOON_MONTHS: u32 = 12;

/// The dates that decide an agreement's standing: of the revision that rules, which is the last one approved
/// by all or signed, else the latest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// When a revision was first shared with the other parties.
    pub shared_on: Option<NaiveDate>,
    /// When the last party approved the revision that rules.
    pub approved_on: Option<NaiveDate>,
    /// When the last signatory signed it: the last day the recorded date may mean.
    pub signed_on: Option<NaiveDate>,
    /// First day of its period: the earliest the content's date may mean.
    pub starts_on: Option<NaiveDate>,
    /// Last day of its period: the latest the content's date may mean.
    pub ends_on: Option<NaiveDate>,
    /// First day on which it no longer binds after a termination.
    pub terminated_on: Option<NaiveDate>,
    /// First day on which its successor rules.
    pub renewed_on: Option<NaiveDate>,
}

impl Course {
    /// From when on it takes the place of one that it follows: once it is signed, from its start; never if it was ended by then.
    pub fn succeeds_on(&self) -> Option<NaiveDate> {
        let starts_on = self.starts_on.or(self.signed_on).filter(|_| self.signed_on.is_some())?;
        self.terminated_on.is_none_or(|ended_on| ended_on > starts_on).then_some(starts_on)
    }

    /// Whether it was ended before it could take the place of one that it follows.
    pub fn came_to_nothing(&self) -> bool {
        self.terminated_on.is_some() && self.succeeds_on().is_none()
    }

    /// The standing on a day: what happened later does not count.
    pub fn standing(&self, on: NaiveDate) -> Standing {
        let reached = |date: Option<NaiveDate>| date.is_some_and(|date| date <= on);
        if reached(self.renewed_on) {
            return Standing::Renewed;
        }
        if reached(self.terminated_on) {
            return Standing::Terminated;
        }
        if reached(self.signed_on) {
            self.standing_once_signed(on)
        } else if reached(self.approved_on) {
            Standing::Approved
        } else if reached(self.shared_on) {
            Standing::InNegotiation
        } else {
            Standing::Draft
        }
    }

    fn standing_once_signed(&self, on: NaiveDate) -> Standing {
        let begins_on = self.starts_on.or(self.signed_on);
        if self.ends_on.is_some_and(|ends_on| ends_on < on) {
            Standing::Expired
        } else if begins_on.is_some_and(|begins_on| begins_on > on) {
            Standing::Signed
        } else if self.ends_on.is_some_and(|ends_on| ends_on <= soon_limit(on)) {
            Standing::EndingSoon
        } else {
            Standing::InForce
        }
    }
}

/// The last end that counts as "soon" on a day.
pub fn soon_limit(on: NaiveDate) -> NaiveDate {
    on.checked_add_months(Months::new(SOON_MONTHS)).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn one_that_ended_before_it_began_takes_no_place() {
        let on = |text: &str| Some(day(text));
        let table = [
            ([None, None, None], None, false),
            ([None, on("2027-09-01"), None], None, false),
            ([None, on("2027-09-01"), on("2030-01-01")], None, true),
            ([on("2027-01-10"), on("2027-09-01"), None], on("2027-09-01"), false),
            ([on("2027-01-10"), None, None], on("2027-01-10"), false),
            ([on("2027-01-10"), on("2027-09-01"), on("2027-09-01")], None, true),
            ([on("2027-01-10"), on("2027-09-01"), on("2027-09-02")], on("2027-09-01"), false),
        ];
        for ([signed_on, starts_on, terminated_on], succeeds_on, came_to_nothing) in table {
            let course = Course { signed_on, starts_on, terminated_on, ..Course::default() };
            assert_eq!(course.succeeds_on(), succeeds_on, "{course:?}");
            assert_eq!(course.came_to_nothing(), came_to_nothing, "{course:?}");
        }
    }

    #[test]
    fn the_standing_on_each_day_follows_from_the_facts() {
        let draft = Course::default();
        let shared = Course { shared_on: Some(day("2024-01-02")), ..draft };
        let approved = Course { approved_on: Some(day("2024-01-05")), ..shared };
        let signed = Course {
            signed_on: Some(day("2024-01-10")),
            starts_on: Some(day("2024-09-01")),
            ends_on: Some(day("2027-08-31")),
            ..approved
        };
        let late = Course { signed_on: Some(day("2024-11-01")), ..signed };
        let paper = Course { signed_on: Some(day("2024-01-10")), ..draft };
        let terminated = Course { terminated_on: Some(day("2026-01-01")), ..signed };
        let renewed = Course { renewed_on: Some(day("2027-01-01")), ..signed };
        let table = [
            (draft, "2024-01-01", Standing::Draft),
            (shared, "2024-01-03", Standing::InNegotiation),
            (shared, "2024-01-01", Standing::Draft),
            (approved, "2024-01-06", Standing::Approved),
            (approved, "2024-01-04", Standing::InNegotiation),
            (signed, "2024-01-09", Standing::Approved),
            (signed, "2024-01-01", Standing::Draft),
            (late, "2024-10-01", Standing::Approved),
            (late, "2024-11-01", Standing::InForce),
            (signed, "2024-01-10", Standing::Signed),
            (signed, "2024-08-31", Standing::Signed),
            (signed, "2024-09-01", Standing::InForce),
            (signed, "2026-08-30", Standing::InForce),
            (signed, "2026-08-31", Standing::EndingSoon),
            (signed, "2027-08-31", Standing::EndingSoon),
            (signed, "2027-09-01", Standing::Expired),
            (paper, "2024-01-10", Standing::InForce),
            (paper, "2090-01-10", Standing::InForce),
            (terminated, "2025-12-31", Standing::InForce),
            (terminated, "2026-01-01", Standing::Terminated),
            (renewed, "2026-12-31", Standing::EndingSoon),
            (renewed, "2027-01-01", Standing::Renewed),
        ];
        for (course, on, standing) in table {
            assert_eq!(course.standing(day(on)), standing, "{course:?} on {on}");
        }
    }

    #[test]
    fn a_list_is_asked_for_one_standing_or_for_several_that_go_together() {
        use Standing::{
            Approved, Draft, EndingSoon, Expired, InForce, InNegotiation, Renewed, Signed, Terminated,
        };
        let takes = |code: &str| {
            let choice = StandingChoice::parse(code).expect("a choice");
            Standing::ALL.iter().copied().filter(|standing| choice.takes(*standing)).collect::<Vec<_>>()
        };
        assert_eq!(takes("binding"), [InForce, EndingSoon]);
        assert_eq!(takes("not_over"), [Draft, InNegotiation, Approved, Signed, InForce, EndingSoon]);
        assert_eq!(takes("in_force"), [InForce], "addresses that exist go on meaning the same");
        for over in [Expired, Terminated, Renewed] {
            assert_eq!(takes(over.code()), [over]);
        }
        assert_eq!(StandingChoice::parse("over"), Err(Problem::NotAChoice));
    }
}
