//! What institutions have between them: with whom one has agreements, how long they last, which years they leave
//! uncovered, and what happened between two.
//!
//! What a faculty or another unit does is its institution's as well: a partner is what is no unit, or has nothing above
//! it. So a pair is covered at this level as long as the institutions themselves, or any of their units, have an
//! agreement on exchanges in force, while a unit of its own page has gaps of its own.

use crate::{
    academic_year::AcademicYear,
    agreement::{AgreementKind, Covering, PartyRole, Standing, Step, Watched, gap_years, gaps},
    coded::coded,
    id::{AgreementId, InstitutionId},
    institution::InstitutionKind,
};
use chrono::NaiveDate;
use std::{
    collections::{BTreeMap, HashMap},
    hash::BuildHasher,
};
use uuid::Uuid;

coded! {
    /// What happened between two institutions, in the order in which it does on one day.
    EventKind {
        /// A revision was written, or shared with the other parties.
        Revision = "revision",
        /// A revision was dropped for the one before.
        Dropped = "dropped",
        /// A party approved a revision.
        Approved = "approved",
        /// A party signed.
        Signed = "signed",
        /// The period begins.
        Begins = "begins",
        /// A document: the day it bears, else the day it was added.
        Document = "document",
        /// Someone gave notice to end it before its time.
        Notice = "notice",
        /// It ends before its time.
        Terminated = "terminated",
        /// Another agreement renews it, or takes its place.
        Followed = "followed",
        /// The period is over.
        Ends = "ends",
    }
}

impl EventKind {
    /// Where it stands among what happens on one day.
    pub fn step(self) -> i64 {
        (0_i64..).zip(Self::ALL).find(|(_, kind)| **kind == self).map_or(0, |(step, _)| step)
    }

    /// The kind at that place.
    pub fn at(step: i64) -> Option<Self> {
        Self::ALL.get(usize::try_from(step).ok()?).copied()
    }
}

/// What an institution is a unit of, as far as partnerships go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Above {
    /// What it is.
    pub kind: InstitutionKind,
    /// The institution directly above it.
    pub parent: Option<InstitutionId>,
}

/// The institution to which what this one does belongs: itself, unless it is a unit of one.
pub fn home<S: BuildHasher>(id: InstitutionId, above: &HashMap<InstitutionId, Above, S>) -> InstitutionId {
    let next = |id: InstitutionId| {
        above.get(&id).filter(|one| one.kind == InstitutionKind::Unit).and_then(|one| one.parent)
    };
    // No institution is below itself; a bound all the same.
    std::iter::successors(Some(id), |id| next(*id)).take(16).last().unwrap_or(id)
}

/// An agreement, as far as partnerships go: its parties are the institutions to which they belong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// Which agreement.
    pub agreement: AgreementId,
    /// What kind.
    pub kind: AgreementKind,
    /// Its dates.
    pub watched: Watched,
    /// The parties and what they are in it.
    pub parties: Vec<(InstitutionId, PartyRole)>,
}

impl Tie {
    fn is_between(&self, one: InstitutionId, other: InstitutionId) -> bool {
        let has = |id| self.parties.iter().any(|(party, _)| *party == id);
        has(one) && has(other)
    }

    fn standing(&self, on: NaiveDate) -> Standing {
        self.watched.course.standing(on)
    }

    /// Until when it binds, once signed.
    fn until(&self) -> Option<Until> {
        let course = &self.watched.course;
        course.signed_on?;
        let last = |first_free: Option<NaiveDate>| first_free.and_then(|day| day.pred_opt());
        let ends = [course.ends_on, last(course.terminated_on), last(course.renewed_on)];
        Some(ends.into_iter().flatten().min().map_or(Until::Open, Until::Day))
    }
}

/// Until when something binds. Without an end is later than any day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Until {
    /// To the end of this day.
    Day(NaiveDate),
    /// It has no end of its own.
    Open,
}

/// A partner of an institution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// Which institution.
    pub institution: InstitutionId,
    /// How many agreements name both.
    pub agreements: usize,
    /// How many of them are in force.
    pub in_force: usize,
    /// When the last of those that were signed ends.
    pub until: Option<Until>,
    /// The years, of those that matter today, for which the two are no more covered.
    pub gaps: Vec<AcademicYear>,
}

/// With whom an institution has these agreements, as they stand on a day.
pub fn partners(of: InstitutionId, ties: &[Tie], on: NaiveDate) -> Vec<Partner> {
    let mut found: BTreeMap<InstitutionId, Partner> = BTreeMap::new();
    for tie in ties {
        let mut others: Vec<_> = tie.parties.iter().map(|(id, _)| *id).filter(|id| *id != of).collect();
        others.sort_unstable();
        others.dedup();
        for institution in others {
            let partner = found.entry(institution).or_insert_with(|| Partner {
                institution,
                agreements: 0,
                in_force: 0,
                until: None,
                gaps: Vec::new(),
            });
            partner.agreements += 1;
            partner.in_force += usize::from(tie.standing(on).is_in_force());
            partner.until = partner.until.max(tie.until());
        }
    }
    let covering = covering(ties);
    for year in gap_years(on) {
        for (one, other) in gaps(&covering, year) {
            let partner = if one == of { Some(other) } else { (other == of).then_some(one) };
            if let Some(partner) = partner.and_then(|partner| found.get_mut(&partner)) {
                partner.gaps.push(year);
            }
        }
    }
    found.into_values().collect()
}

/// The agreements that cover those who sign them: of those not shared, the reader sees the own.
fn covering(ties: &[Tie]) -> Vec<Covering> {
    let signs = |tie: &&Tie| tie.kind.is_exchange();
    let parties = |tie: &Tie| {
        let signing = tie.parties.iter().filter(|(_, role)| role.signs()).map(|(id, _)| *id);
        signing.collect()
    };
    ties.iter().filter(signs).map(|tie| Covering { watched: tie.watched, parties: parties(tie) }).collect()
}

/// How two institutions are covered by agreements on exchanges.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// The first year covered; none where there never was such an agreement.
    pub since: Option<AcademicYear>,
    /// The last year covered, up to the last that matters on the day.
    pub until: Option<AcademicYear>,
    /// The years that were not while the one before was.
    pub gaps: Vec<AcademicYear>,
}

/// The same for a pair, from its first agreement to the years that matter on a day.
pub fn coverage(pair: (InstitutionId, InstitutionId), ties: &[Tie], on: NaiveDate) -> Coverage {
    let between: Vec<Tie> = ties.iter().filter(|tie| tie.is_between(pair.0, pair.1)).cloned().collect();
    let agreements: Vec<Covering> = covering(&between)
        .into_iter()
        .filter(|one| one.parties.contains(&pair.0) && one.parties.contains(&pair.1))
        .collect();
    let begins = |one: &Covering| one.watched.course.starts_on.or(one.watched.course.signed_on);
    let first = agreements.iter().filter_map(begins).min().map(AcademicYear::of);
    let (Some(first), Some(last)) = (first, gap_years(on).last().copied()) else {
        return Coverage::default();
    };
    let is_covered = |year: &AcademicYear| {
        agreements.iter().any(|one| one.watched.binds_within(year.starts_on(), year.ends_on()))
    };
    let key = (pair.0.min(pair.1), pair.0.max(pair.1));
    Coverage {
        since: first.through(last).find(is_covered),
        until: first.through(last).filter(is_covered).last(),
        gaps: first.through(last).filter(|year| gaps(&agreements, *year).contains(&key)).collect(),
    }
}

/// The agreements that have reached a step of their ladder, the nearest deadline first.
pub fn deadlines(ties: &[Tie], on: NaiveDate) -> Vec<(AgreementId, Step)> {
    let step = |tie: &Tie| tie.watched.step(on).map(|step| (tie.agreement, step));
    let mut steps: Vec<_> = ties.iter().filter_map(step).collect();
    steps.sort_by_key(|(agreement, step)| (step.deadline.on, *agreement));
    steps
}

/// A place in a timeline, after which the next page begins: a day, a step within it, and what tells two events of one step
/// apart. Printed and read as one word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The day, `2024-05-17`.
    pub day: String,
    /// The step within the day.
    pub kind: EventKind,
    /// The thing that it happened to.
    pub id: Uuid,
    /// Who did it, or the thing again.
    pub by: Uuid,
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}.{}", self.day, self.kind.code(), self.id.simple(), self.by.simple())
    }
}

impl std::str::FromStr for Moment {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('.');
        let mut next = || parts.next().ok_or(());
        let day = next()?.to_owned();
        let digits = |range: std::ops::Range<usize>| {
            day.get(range).is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let is_day = day.len() == 10 && digits(0..4) && digits(5..7) && digits(8..10);
        let moment = Self {
            kind: EventKind::parse(next()?).map_err(|_| ())?,
            id: next()?.parse().map_err(|_| ())?,
            by: next()?.parse().map_err(|_| ())?,
            day,
        };
        if is_day && parts.next().is_none() { Ok(moment) } else { Err(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::Course;

    fn institution(n: u128) -> InstitutionId {
        InstitutionId(Uuid::from_u128(n))
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn tie(n: u128, parties: &[u128], from: &str, to: &str) -> Tie {
        let ends_on = (!to.is_empty()).then(|| day(to));
        let course = Course {
            shared_on: Some(day(from)),
            signed_on: Some(day(from)),
            starts_on: Some(day(from)),
            ends_on,
            ..Course::default()
        };
        Tie {
            agreement: AgreementId(Uuid::from_u128(n)),
            kind: AgreementKind::StudentExchange,
            watched: Watched { course, first_ends_on: ends_on, ..Watched::default() },
            parties: parties.iter().map(|n| (institution(*n), PartyRole::Signatory)).collect(),
        }
    }

    /// Partner, agreements, in force, until, years without.
    fn told(ties: &[Tie], on: &str) -> Vec<(u128, usize, usize, String, String)> {
        let until = |until: Option<Until>| match until {
            None => "never signed".to_owned(),
            Some(Until::Open) => "open".to_owned(),
            Some(Until::Day(day)) => day.to_string(),
        };
        let years =
            |years: &[AcademicYear]| years.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        partners(institution(1), ties, day(on))
            .iter()
            .map(|p| (p.institution.0.as_u128(), p.agreements, p.in_force, until(p.until), years(&p.gaps)))
            .collect()
    }

    #[test]
    fn partners_are_counted_with_what_binds_and_until_when() {
        let mut ties = vec![
            tie(1, &[1, 2], "2020-09-01", "2026-08-31"),
            tie(2, &[1, 2, 3], "2021-01-01", ""),
            tie(3, &[1, 4], "2022-09-01", "2026-08-31"),
        ];
        ties[1].kind = AgreementKind::Framework;
        let of = |n, agreements, in_force, until: &str, gaps: &str| {
            (n, agreements, in_force, until.to_owned(), gaps.to_owned())
        };
        assert_eq!(
            told(&ties, "2026-10-05"),
            [
                of(2, 2, 1, "open", "2026/2027"),
                of(3, 1, 1, "open", ""),
                of(4, 1, 0, "2026-08-31", "2026/2027")
            ]
        );
        ties[2].watched.course.signed_on = None;
        assert_eq!(told(&ties[2..], "2026-10-05"), [of(4, 1, 0, "never signed", "")]);
        ties[1].watched.course.terminated_on = Some(day("2025-01-01"));
        assert_eq!(told(&ties[1..2], "2026-10-05")[0], of(2, 1, 0, "2024-12-31", ""));
        ties[0].watched.course.shared_on = None;
        let of_own = [of(2, 1, 0, "2026-08-31", "2026/2027")];
        assert_eq!(
            told(&ties[..1], "2026-10-05"),
            of_own,
            "of those not shared the reader sees the own: they count"
        );
    }

    #[test]
    fn a_unit_acts_for_what_it_is_a_unit_of() {
        let unit = |parent| Above { kind: InstitutionKind::Unit, parent: Some(institution(parent)) };
        let whole = |parent: Option<u128>| Above {
            kind: InstitutionKind::University,
            parent: parent.map(institution),
        };
        let above = HashMap::from([
            (institution(3), unit(2)),
            (institution(2), unit(1)),
            (institution(1), whole(Some(9))),
            (institution(9), whole(None)),
            (institution(7), Above { kind: InstitutionKind::Unit, parent: None }),
        ]);
        let homes = [3, 2, 1, 9, 7, 8].map(|n| home(institution(n), &above).0.as_u128());
        assert_eq!(homes, [1, 1, 1, 9, 7, 8], "a school of a network stays itself");
    }

    #[test]
    fn the_years_of_a_pair_are_told_from_its_first_agreement_on() {
        let ties = [
            tie(1, &[1, 2], "2018-09-01", "2020-08-31"),
            tie(2, &[1, 2], "2021-09-01", "2026-08-31"),
            tie(3, &[1, 3], "2010-09-01", ""),
        ];
        let pair = (institution(2), institution(1));
        let coverage = coverage(pair, &ties, day("2026-10-05"));
        let years: Vec<_> = coverage.gaps.iter().map(ToString::to_string).collect();
        assert_eq!(years, ["2020/2021", "2026/2027"]);
        assert_eq!(coverage.since.map(|year| year.to_string()).as_deref(), Some("2018/2019"));
        assert_eq!(coverage.until.map(|year| year.to_string()).as_deref(), Some("2025/2026"));
        assert_eq!(super::coverage(pair, &ties[2..], day("2026-10-05")), Coverage::default());
    }

    #[test]
    fn deadlines_come_nearest_first() {
        let ties = [
            tie(1, &[1, 2], "2020-09-01", "2027-08-31"),
            tie(2, &[1, 2], "2020-09-01", "2026-12-31"),
            tie(3, &[1, 2], "2020-09-01", "2029-12-31"),
        ];
        let found: Vec<_> = deadlines(&ties, day("2026-10-05"))
            .iter()
            .map(|(id, step)| (id.0.as_u128(), step.months))
            .collect();
        assert_eq!(found, [(2, 3), (1, 12)]);
    }

    #[test]
    fn a_place_in_a_timeline_is_printed_and_read() {
        for kind in EventKind::ALL {
            assert_eq!(EventKind::at(kind.step()), Some(*kind));
            let moment =
                Moment { day: "2024-02-31".into(), kind: *kind, id: Uuid::from_u128(7), by: Uuid::max() };
            assert_eq!(moment.to_string().parse(), Ok(moment));
        }
        let id = Uuid::nil().simple();
        for broken in [
            "",
            "2024",
            &format!("2024-0x-01.ends.{id}.{id}"),
            &format!("2024-01-01.none.{id}.{id}"),
            &format!("2024-01-01.ends.{id}.{id}.x"),
        ] {
            assert_eq!(broken.parse::<Moment>(), Err(()), "{broken}");
        }
    }
}
