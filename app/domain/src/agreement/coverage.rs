//! Pairs of institutions that were covered by an agreement in one academic year and are not in the next.
//!
//! A pair is two parties that sign one agreement on exchanges ([`AgreementKind::is_exchange`]). Many of these say nothing of
//! flows, so that nobody knows in which direction students go: a pair has no direction either. An associate sends nobody. Any agreement on exchanges of the two covers them for every year in which it binds on
//! some day. One that is not shared covers them for the side that knows of it only, so that each side has gaps of its own.

use super::{AgreementKind, Watched};
use crate::{academic_year::AcademicYear, id::InstitutionId};
use chrono::{Months, NaiveDate};
use std::collections::BTreeSet;

/// Months before an academic year begins from which its gaps are shown.
pub const GAP_AHEAD_MONTHS: u32 = 6;

impl AgreementKind {
    /// Whether people go from one party to another under it.
    pub const fn is_exchange(self) -> bool {
        matches!(self, Self::StudentExchange | Self::StaffExchange | Self::DoubleDegree | Self::JointDegree)
    }
}

/// An agreement on exchanges, as far as coverage goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covering {
    /// Its dates.
    pub watched: Watched,
    /// The parties that sign it.
    pub parties: Vec<InstitutionId>,
}

/// Two institutions, the smaller id first.
pub type Pair = (InstitutionId, InstitutionId);

impl Covering {
    fn covers(&self, year: AcademicYear) -> bool {
        self.watched.binds_within(year.starts_on(), year.ends_on())
    }

    fn pairs(&self) -> impl Iterator<Item = Pair> {
        let parties = &self.parties;
        let with = |(i, one): (usize, &InstitutionId)| {
            let one = *one;
            parties[i + 1..]
                .iter()
                .filter(move |other| **other != one)
                .map(move |other| (one.min(*other), one.max(*other)))
        };
        parties.iter().enumerate().flat_map(with)
    }
}

/// The pairs that some agreement covers in the year before and none in this one.
pub fn gaps(agreements: &[Covering], year: AcademicYear) -> BTreeSet<Pair> {
    let Some(before) = year.previous() else { return BTreeSet::new() };
    let covered = |year| agreements.iter().filter(move |one| one.covers(year)).flat_map(Covering::pairs);
    let now: BTreeSet<Pair> = covered(year).collect();
    covered(before).filter(|pair| !now.contains(pair)).collect()
}

/// An agreement that is not shared, and the parties whose side knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCovering {
    /// The agreement.
    pub covering: Covering,
    /// The parties on the side of the office that manages it.
    pub known_to: Vec<InstitutionId>,
}

/// The gaps of each institution, with whom, as far as its side knows the agreements.
pub fn gaps_of_each(
    shared: &[Covering],
    own: &[OwnCovering],
    year: AcademicYear,
) -> BTreeSet<(InstitutionId, InstitutionId)> {
    let both_ways = |(one, other): Pair| [(one, other), (other, one)];
    let mut told: BTreeSet<_> = gaps(shared, year).into_iter().flat_map(both_ways).collect();
    let sides: BTreeSet<InstitutionId> = own.iter().flat_map(|own| own.known_to.iter().copied()).collect();
    for side in sides {
        let of_side = |covering: &&Covering| covering.parties.contains(&side);
        let known = own.iter().filter(|own| own.known_to.contains(&side)).map(|own| &own.covering);
        let known: Vec<Covering> = shared.iter().filter(of_side).chain(known).cloned().collect();
        told.retain(|(who, _)| *who != side);
        told.extend(gaps(&known, year).into_iter().flat_map(both_ways).filter(|(who, _)| *who == side));
    }
    told
}

/// The years whose gaps matter on a day: the one it lies in, and the next once it is near.
pub fn gap_years(on: NaiveDate) -> Vec<AcademicYear> {
    let year = AcademicYear::of(on);
    let is_near = |next: &AcademicYear| {
        next.starts_on().checked_sub_months(Months::new(GAP_AHEAD_MONTHS)).is_some_and(|day| day <= on)
    };
    std::iter::once(year).chain(year.next().filter(is_near)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::Course;
    use uuid::Uuid;

    fn institution(n: u128) -> InstitutionId {
        InstitutionId(Uuid::from_u128(n))
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn agreement(parties: &[u128], from: &str, to: &str) -> Covering {
        let course = Course {
            signed_on: Some(day(from)),
            starts_on: Some(day(from)),
            ends_on: Some(day(to)),
            ..Course::default()
        };
        let watched = Watched { course, first_ends_on: course.ends_on, ..Watched::default() };
        Covering { watched, parties: parties.iter().map(|n| institution(*n)).collect() }
    }

    fn found(agreements: &[Covering], year: i32) -> Vec<(u128, u128)> {
        let year = AcademicYear::northern(year).expect("a year");
        gaps(agreements, year).iter().map(|(one, other)| (one.0.as_u128(), other.0.as_u128())).collect()
    }

    #[test]
    fn a_pair_has_a_gap_when_nothing_follows() {
        let ended = agreement(&[2, 1], "2022-09-01", "2026-08-31");
        assert_eq!(found(std::slice::from_ref(&ended), 2026), [(1, 2)]);
        assert_eq!(found(std::slice::from_ref(&ended), 2027), [], "only the first year without is a gap");
        assert_eq!(found(std::slice::from_ref(&ended), 2025), []);
        let next = agreement(&[1, 2, 3], "2027-02-01", "2029-08-31");
        assert_eq!(found(&[ended.clone(), next], 2026), [], "another one covers some of the year");
        let others = agreement(&[1, 3], "2020-09-01", "2029-08-31");
        assert_eq!(found(&[ended.clone(), others], 2026), [(1, 2)]);
        let mut tacit = ended.clone();
        tacit.watched.renews_months = Some(12);
        assert_eq!(found(&[tacit], 2026), []);
        let mut unsigned = ended;
        unsigned.watched.course.signed_on = None;
        assert_eq!(found(&[unsigned], 2026), []);
    }

    #[test]
    fn an_agreement_of_many_covers_each_two_of_them() {
        let ended = agreement(&[3, 1, 2], "2022-09-01", "2026-08-31");
        assert_eq!(found(&[ended], 2026), [(1, 2), (1, 3), (2, 3)]);
    }

    #[test]
    fn what_is_not_shared_counts_for_the_side_that_knows_of_it() {
        let of_each = |shared: &[Covering], own: &[OwnCovering]| {
            let found = gaps_of_each(shared, own, AcademicYear::northern(2026).expect("a year"));
            found.iter().map(|(one, other)| (one.0.as_u128(), other.0.as_u128())).collect::<Vec<_>>()
        };
        let known_to_1 = |covering| OwnCovering { covering, known_to: vec![institution(1)] };
        let ended = agreement(&[1, 2], "2022-09-01", "2026-08-31");
        let next = agreement(&[1, 2], "2026-09-01", "2029-08-31");
        assert_eq!(of_each(std::slice::from_ref(&ended), &[]), [(1, 2), (2, 1)]);
        assert_eq!(of_each(std::slice::from_ref(&ended), &[known_to_1(next.clone())]), [(2, 1)]);
        assert_eq!(of_each(&[], &[known_to_1(ended.clone())]), [(1, 2)]);
        assert_eq!(of_each(&[], &[known_to_1(ended.clone()), known_to_1(next.clone())]), []);
        assert_eq!(of_each(&[next], &[known_to_1(ended)]), []);
    }

    #[test]
    fn a_year_is_looked_at_from_half_a_year_before() {
        let years = |on: &str| gap_years(day(on)).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(years("2026-10-05"), ["2026/2027"]);
        assert_eq!(years("2027-02-28"), ["2026/2027"]);
        assert_eq!(years("2027-03-01"), ["2026/2027", "2027/2028"]);
        assert_eq!(years("2027-09-01"), ["2027/2028"]);
    }
}
