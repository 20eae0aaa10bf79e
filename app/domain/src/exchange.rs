//! Exchanges, as those see them who would like to go: the years one can look at, the places left, the days of each deadline.
//!
//! Decisions:
//! - Who looks wants to go next: unless another year is asked for, that is the one after the academic year under way. The year
//!   under way, and the one after the next, can be looked at too.
//! - A place is left where both the flow and the pool that it draws on have one. Either of them without an agreed number: nobody
//!   knows yet how many there will be.

use crate::{academic_year::AcademicYear, coded::coded, flow::Flow, month_day::MonthDay, term::Term};
use chrono::{Datelike as _, Months, NaiveDate};

coded! {
    /// What one may hope for in a year.
    Availability {
        /// Places are left.
        Open = "open",
        /// None is left.
        Full = "full",
        /// How many there will be is not agreed.
        NotAgreed = "not_agreed",
        /// The year is closed.
        Closed = "closed",
    }
}

/// Units that there are of something, and that are taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// How many there are; none: not yet agreed.
    pub capacity: Option<i64>,
    /// How many are taken.
    pub used: i64,
}

impl Share {
    /// How many are left.
    fn left(self) -> Option<i64> {
        self.capacity.map(|capacity| (capacity - self.used).max(0))
    }
}

/// The places of a flow in a year, as far as everyone may know.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Places {
    /// Those of the flow.
    pub own: Share,
    /// Those of the pool that it draws on.
    pub pool: Option<Share>,
    /// Whether the months or days that may be used are spent.
    pub is_spent: bool,
    /// Whether the year is closed.
    pub is_closed: bool,
}

impl Places {
    /// Units that can still be taken; none where that is not agreed.
    pub fn remaining(&self) -> Option<i64> {
        let own = self.own.left()?;
        let left = self.pool.map_or(Some(own), |pool| pool.left().map(|left| left.min(own)))?;
        Some(if self.is_spent || self.is_closed { 0 } else { left })
    }

    /// What one may hope for.
    pub fn availability(&self) -> Availability {
        match self.remaining() {
            _ if self.is_closed => Availability::Closed,
            None => Availability::NotAgreed,
            Some(0) => Availability::Full,
            Some(_) => Availability::Open,
        }
    }
}

/// The years that can be looked at on a day: the one under way, and the two after it.
pub fn years(today: NaiveDate) -> Vec<AcademicYear> {
    let present = AcademicYear::of(today);
    std::iter::successors(Some(present), |year| year.next()).take(3).collect()
}

/// The year that one sees unless another is asked for: the one after the year under way, since who looks is put forward months before
/// leaving. It turns with the northern academic year: until August 31 it is the year that begins in that September, from September 1
/// on the next one. A flow that is not open in that year is not in the list.
pub fn usual_year(today: NaiveDate) -> AcademicYear {
    let present = AcademicYear::of(today);
    present.next().unwrap_or(present)
}

/// By when one is nominated, and applies, for a term of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermDates {
    /// For which term.
    pub term: Term,
    /// Last day on which the home institution nominates.
    pub nomination: Option<NaiveDate>,
    /// Last day on which the student applies to the host.
    pub application: Option<NaiveDate>,
}

/// The deadlines of a year, for each term of the flow that has some.
pub fn dates(flow: &Flow, year: AcademicYear) -> Vec<TermDates> {
    flow.offered_terms().into_iter().filter_map(|term| dates_of(flow, term, year)).collect()
}

/// The deadlines for a term of a year, whether or not the flow still offers it; none where it has none.
pub fn dates_of(flow: &Flow, term: Term, year: AcademicYear) -> Option<TermDates> {
    let deadline = flow.deadline(term)?;
    let [nomination, application] =
        [deadline.nomination, deadline.application].map(|day| day.map(|day| last_day(day, term, year)));
    (nomination.is_some() || application.is_some()).then_some(TermDates { term, nomination, application })
}

/// The day that a deadline of each year is in, for a term of an academic year: the last time it comes before the term has
/// lasted a month.
fn last_day(day: MonthDay, term: Term, year: AcademicYear) -> NaiveDate {
    let until = term.begins_on(year) + Months::new(1);
    let same_year = day.in_year(until.year());
    if same_year < until { same_year } else { day.in_year(until.year() - 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn share(capacity: impl Into<Option<i64>>, used: i64) -> Share {
        Share { capacity: capacity.into(), used }
    }

    #[test]
    fn who_looks_sees_the_year_after_the_one_under_way() {
        for (today, usual, all) in [
            ("2026-08-31", "2026/2027", ["2025/2026", "2026/2027", "2027/2028"]),
            ("2026-09-01", "2027/2028", ["2026/2027", "2027/2028", "2028/2029"]),
            ("2027-01-01", "2027/2028", ["2026/2027", "2027/2028", "2028/2029"]),
        ] {
            assert_eq!(usual_year(day(today)).to_string(), usual);
            let shown: Vec<String> = years(day(today)).iter().map(AcademicYear::to_string).collect();
            assert_eq!(shown, all);
        }
    }

    #[test]
    fn a_place_is_left_where_flow_and_pool_have_one() {
        use Availability::{Closed, Full, NotAgreed, Open};
        let table = [
            (share(5, 3), None, Some(2), Open),
            (share(3, 3), None, Some(0), Full),
            (share(0, 0), None, Some(0), Full),
            (share(None, 0), None, None, NotAgreed),
            (share(5, 3), Some(share(8, 7)), Some(1), Open),
            (share(5, 3), Some(share(8, 1)), Some(2), Open),
            (share(5, 3), Some(share(8, 8)), Some(0), Full),
            (share(5, 3), Some(share(None, 0)), None, NotAgreed),
            (share(None, 0), Some(share(8, 0)), None, NotAgreed),
        ];
        for (own, pool, remaining, availability) in table {
            let places = Places { own, pool, ..Places::default() };
            assert_eq!((places.remaining(), places.availability()), (remaining, availability), "{places:?}");
            let closed = Places { is_closed: true, ..places };
            assert_eq!(closed.availability(), Closed);
        }
        let spent = Places { own: share(5, 3), is_spent: true, ..Places::default() };
        assert_eq!((spent.remaining(), spent.availability()), (Some(0), Full));
    }

    #[test]
    fn a_deadline_is_in_the_calendar_year_that_its_term_makes_it() {
        let southern = || AcademicYear::southern(2026).expect("a year");
        let northern = || AcademicYear::northern(2026).expect("a year");
        for (deadline, term, year, expected) in [
            ("--04-10", Term::S1, northern(), "2026-04-10"),
            ("--04-10", Term::Year, northern(), "2026-04-10"),
            ("--11-15", Term::S1, northern(), "2025-11-15"),
            ("--09-15", Term::S1, northern(), "2026-09-15"),
            ("--10-01", Term::S1, northern(), "2025-10-01"),
            ("--10-15", Term::S2, northern(), "2026-10-15"),
            ("--01-10", Term::S2, northern(), "2027-01-10"),
            ("--02-29", Term::S2, northern(), "2027-02-28"),
            ("--10-10", Term::S1, southern(), "2025-10-10"),
            ("--04-10", Term::S2, southern(), "2026-04-10"),
            ("--11-01", Term::Quarter { n: 2, of: 4 }, northern(), "2026-11-01"),
        ] {
            let deadline = MonthDay::parse(deadline).expect("a day");
            assert_eq!(last_day(deadline, term, year), day(expected), "{deadline} {term} {year}");
        }
    }
}
