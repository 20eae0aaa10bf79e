//! What a board of places is narrowed and put together by.

use crate::{
    coded::coded,
    problem::Problem,
    seats::{Fullness, Tally},
};
use serde::{Deserialize, Serialize};

coded! {
    /// Which way a flow goes, as an office sees it.
    Direction {
        /// The office sends.
        Out = "out",
        /// The office receives.
        In = "in",
    }
}

coded! {
    /// What the flows of a board are added up by.
    Grouping {
        /// The institution at the other end.
        Partner = "partner",
        /// The country at the other end.
        Country = "country",
        /// The level of studies that is asked for; a flow for several counts for each.
        Level = "level",
        /// The broad field of study that is asked for; a flow for several counts for each.
        Field = "field",
    }
}

/// What a flow asks for, in a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Asked<T> {
    /// Nothing: anyone may go.
    Nothing,
    /// This, perhaps among others.
    For(T),
}

impl<T> Asked<T> {
    /// The word for nothing.
    pub const NOTHING: &'static str = "none";

    /// Reads `none`, or what `parse` reads.
    pub fn parse(raw: &str, parse: impl FnOnce(&str) -> Result<T, Problem>) -> Result<Self, Problem> {
        if raw.trim() == Self::NOTHING { Ok(Self::Nothing) } else { parse(raw).map(Self::For) }
    }
}

/// The places of three academic years in a row, the one looked at in the middle; none for a year in which a flow is not open.
pub type ThreeYears = [Option<Tally>; 3];

/// Whether nobody used a place in the year looked at nor in the one before, though the flow was open in both.
pub fn is_unused(years: &ThreeYears) -> bool {
    years[..2].iter().all(|year| year.is_some_and(|tally| tally.used() == 0))
}

/// Whether the year looked at is as full as this: the places of the flow, open then, or those of the pool that it draws on, where few
/// or none are left of them.
pub fn is_as_full(fullness: Fullness, own: &ThreeYears, pool: Option<&ThreeYears>) -> bool {
    let is = |years: &ThreeYears| years[1].is_some_and(|tally| tally.fullness() == fullness);
    is(own) || own[1].is_some() && fullness.is_scarce() && pool.is_some_and(is)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eqf::EqfLevel;

    #[test]
    fn a_flow_is_unused_when_it_was_open_twice_and_nobody_went() {
        let free = Some(Tally { cap: Some(2), ..Tally::default() });
        let taken = Some(Tally { cap: Some(2), confirmed: 1, ..Tally::default() });
        assert!(is_unused(&[free, free, taken]));
        for years in [[taken, free, free], [free, taken, free], [None, free, free], [free, None, free]] {
            assert!(!is_unused(&years), "{years:?}");
        }
    }

    #[test]
    fn a_flow_is_as_full_as_its_own_places_and_as_the_pool_where_few_are_left() {
        let of = |cap, confirmed| [None, Some(Tally { cap: Some(cap), confirmed, ..Tally::default() }), None];
        let (empty, open, full) = (of(5, 0), of(10, 1), of(1, 1));
        for (fullness, own, pool, is_found) in [
            (Fullness::Full, full, None, true),
            (Fullness::Full, open, Some(full), true),
            (Fullness::Open, open, Some(full), true),
            (Fullness::Full, full, Some(open), true),
            (Fullness::Open, full, Some(open), false),
            (Fullness::Empty, open, Some(empty), false),
            (Fullness::Full, [None; 3], Some(full), false),
        ] {
            assert_eq!(is_as_full(fullness, &own, pool.as_ref()), is_found, "{fullness:?} {own:?} {pool:?}");
        }
    }

    #[test]
    fn nothing_is_a_thing_to_ask_for() {
        let read = |raw: &str| Asked::parse(raw, EqfLevel::parse);
        assert_eq!(read("none"), Ok(Asked::Nothing));
        assert_eq!(read("7"), Ok(Asked::For(EqfLevel::new(7).expect("a level"))));
        assert_eq!(read("9"), Err(Problem::NotAnEqfLevel));
    }
}
