//! Nothing expires by surprise: the steps before an agreement's end, or before the last day to give notice.

use super::{Course, Facts, Renewal, notice_asked};
use crate::coded::coded;
use chrono::{Months, NaiveDate};

/// Months before a deadline at which an office is reminded, the first step first.
pub const STEPS: [u16; 4] = [12, 6, 3, 1];

coded! {
    /// What happens on the day a ladder leads to.
    DeadlineKind {
        /// The agreement ends.
        End = "end",
        /// Whoever does not want its renewal says so on that day at the latest.
        Notice = "notice",
    }
}

/// The day a ladder leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// What happens on it.
    pub kind: DeadlineKind,
    /// The day.
    pub on: NaiveDate,
    /// The last day of the period it is about.
    pub ends_on: NaiveDate,
}

impl Deadline {
    /// The day on which the step of so many months before is reached.
    pub fn reached_on(&self, months: u16) -> Option<NaiveDate> {
        self.on.checked_sub_months(Months::new(months.into()))
    }
}

/// A step of the ladder that has been reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// One of [`STEPS`].
    pub months: u16,
    /// What it leads to.
    pub deadline: Deadline,
}

/// What one needs to know of an agreement to watch over it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Watched {
    /// The dates that decide its standing.
    pub course: Course,
    /// The latest day that the end in its content may mean: of its first period, where it renews itself.
    pub first_ends_on: Option<NaiveDate>,
    /// Months of notice, as far as the content gives any; see [`notice_asked`].
    pub notice_months: Option<u16>,
    /// Months of each renewal, where it goes on by itself.
    pub renews_months: Option<u16>,
}

impl Watched {
    /// What the facts of an agreement say.
    pub fn of(facts: &Facts) -> Self {
        let period = facts.ruling().map(|ruling| &ruling.content.period);
        let renews_months = period.and_then(|period| match period.renewal {
            Renewal::Tacit { months } => Some(months),
            Renewal::None | Renewal::ByAgreement => None,
        });
        let notice_months = period.and_then(|period| period.notice_months);
        let first_ends_on = period.and_then(|period| period.ends).map(|ends| ends.date.latest());
        Self { course: facts.course(), first_ends_on, notice_months, renews_months }
    }

    /// Whether it binds its parties on some day from one to another, both included. One that renews itself does
    /// beyond its first end.
    pub fn binds_within(&self, from: NaiveDate, to: NaiveDate) -> bool {
        let course = &self.course;
        let Some(signed_on) = course.signed_on else { return false };
        let over = |first_free: Option<NaiveDate>| first_free.is_some_and(|day| day <= from);
        let is_past =
            self.first_ends_on.is_some_and(|ends_on| ends_on < from) && self.renews_months.is_none();
        course.starts_on.unwrap_or(signed_on) <= to
            && !is_past
            && !over(course.terminated_on)
            && !over(course.renewed_on)
    }

    /// What the next step leads to, on a day. An agreement has a ladder while it is in force and nobody has
    /// decided what becomes of it: one that is terminated or has a successor has none, even if that is for later.
    /// Where it renews itself, what counts is the last day to give notice before the next renewal.
    pub fn deadline(&self, on: NaiveDate) -> Option<Deadline> {
        let is_decided = self.course.terminated_on.is_some() || self.course.renewed_on.is_some();
        let first_end = self.first_ends_on.filter(|_| !is_decided && self.binds_within(on, on))?;
        let Some(months) = self.renews_months.filter(|months| *months > 0) else {
            return Some(Deadline { kind: DeadlineKind::End, on: first_end, ends_on: first_end });
        };
        let notice = Months::new(notice_asked(self.notice_months).into());
        let ends = |renewals: u32| first_end.checked_add_months(Months::new(u32::from(months) * renewals));
        (0..)
            .map_while(|renewals| {
                let ends_on = ends(renewals)?;
                let last = ends_on.checked_sub_months(notice)?;
                Some(Deadline { kind: DeadlineKind::Notice, on: last, ends_on })
            })
            .find(|deadline| deadline.on >= on)
    }

    /// The step reached on a day: of those reached, the one nearest to the deadline. Who hears of an agreement late
    /// hears of the present step, not of those before.
    pub fn step(&self, on: NaiveDate) -> Option<Step> {
        let deadline = self.deadline(on)?;
        let is_reached = |months: &u16| deadline.reached_on(*months).is_some_and(|day| day <= on);
        STEPS.into_iter().rev().find(is_reached).map(|months| Step { months, deadline })
    }
}

/// No end after this day has a step on a day. A day more than the months of the first step: twelve months before the 29th of
/// February is the 28th.
pub fn ladder_limit(on: NaiveDate) -> NaiveDate {
    let months = on.checked_add_months(Months::new(STEPS[0].into()));
    months.and_then(|day| day.succ_opt()).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn signed() -> Watched {
        let course = Course {
            shared_on: Some(day("2024-01-02")),
            signed_on: Some(day("2024-01-10")),
            starts_on: Some(day("2024-09-01")),
            ends_on: Some(day("2027-08-31")),
            ..Course::default()
        };
        Watched { course, first_ends_on: course.ends_on, ..Watched::default() }
    }

    /// The step on a day, as `months kind day`.
    fn step(watched: &Watched, on: &str) -> String {
        watched.step(day(on)).map_or_else(String::new, |step| {
            format!("{} {} {}", step.months, step.deadline.kind.code(), step.deadline.on)
        })
    }

    #[test]
    fn each_step_is_reached_on_its_day() {
        let plain = signed();
        let with = |change: fn(&mut Watched)| {
            let mut watched = signed();
            change(&mut watched);
            watched
        };
        let tacit = with(|w| (w.renews_months, w.notice_months) = (Some(24), Some(6)));
        let tacit_unsaid = with(|w| w.renews_months = Some(12));
        let by_agreement = with(|w| w.notice_months = Some(6));
        let unsigned = with(|w| w.course.signed_on = None);
        let endless = with(|w| w.first_ends_on = None);
        let terminated = with(|w| w.course.terminated_on = Some(day("2027-07-01")));
        let renewed = with(|w| w.course.renewed_on = Some(day("2027-09-01")));
        let short = with(|w| w.course.starts_on = Some(day("2027-04-15")));
        let table = [
            (&plain, "2026-08-30", ""),
            (&plain, "2026-08-31", "12 end 2027-08-31"),
            (&plain, "2027-02-27", "12 end 2027-08-31"),
            (&plain, "2027-02-28", "6 end 2027-08-31"),
            (&plain, "2027-05-30", "6 end 2027-08-31"),
            (&plain, "2027-05-31", "3 end 2027-08-31"),
            (&plain, "2027-07-31", "1 end 2027-08-31"),
            (&plain, "2027-08-31", "1 end 2027-08-31"),
            (&plain, "2027-09-01", ""),
            (&plain, "2024-08-31", ""),
            (&by_agreement, "2027-02-28", "6 end 2027-08-31"),
            (&tacit, "2026-02-27", ""),
            (&tacit, "2026-02-28", "12 notice 2027-02-28"),
            (&tacit, "2027-01-28", "1 notice 2027-02-28"),
            (&tacit, "2027-02-28", "1 notice 2027-02-28"),
            // Renewed for two years: the next notice is two years later.
            (&tacit, "2027-03-01", ""),
            (&tacit, "2028-02-29", "12 notice 2029-02-28"),
            (&tacit, "2029-03-01", ""),
            (&tacit_unsaid, "2027-08-31", "1 notice 2027-08-31"),
            (&tacit_unsaid, "2027-09-01", "12 notice 2028-08-31"),
            (&unsigned, "2027-08-01", ""),
            (&endless, "2027-08-01", ""),
            (&terminated, "2027-06-01", ""),
            (&renewed, "2027-08-01", ""),
            (&short, "2027-04-14", ""),
            (&short, "2027-04-15", "6 end 2027-08-31"),
        ];
        for (watched, on, expected) in table {
            assert_eq!(step(watched, on), expected, "{watched:?} on {on}");
        }
    }

    #[test]
    fn the_last_day_for_notice_is_the_last_on_which_a_termination_is_in_time() {
        for stated in [None, Some(0), Some(6), Some(12)] {
            let mut tacit = signed();
            (tacit.renews_months, tacit.notice_months) = (Some(24), stated);
            let deadline = tacit.deadline(day("2026-02-01")).expect("a deadline");
            assert_eq!((deadline.kind, deadline.ends_on), (DeadlineKind::Notice, day("2027-08-31")));
            let in_time = crate::agreement::earliest_end(deadline.on, notice_asked(stated));
            assert!(in_time <= deadline.ends_on, "{stated:?}: given on {}", deadline.on);
            let late =
                crate::agreement::earliest_end(deadline.on.succ_opt().expect("a day"), notice_asked(stated));
            assert!(late > deadline.ends_on, "{stated:?}");
        }
    }

    #[test]
    fn what_renews_itself_binds_beyond_its_first_end() {
        let mut watched = signed();
        let is = |watched: &Watched, from: &str, to: &str| watched.binds_within(day(from), day(to));
        assert!(is(&watched, "2024-01-01", "2024-09-01"));
        assert!(!is(&watched, "2024-01-01", "2024-08-31"), "not begun");
        assert!(is(&watched, "2027-08-31", "2028-08-31"));
        assert!(!is(&watched, "2027-09-01", "2028-08-31"));
        watched.renews_months = Some(12);
        assert!(is(&watched, "2031-09-01", "2032-08-31"));
        watched.course.terminated_on = Some(day("2031-09-01"));
        assert!(!is(&watched, "2031-09-01", "2032-08-31"));
        assert!(is(&watched, "2030-09-01", "2031-08-31"));
    }

    proptest! {
        /// Whatever the dates: steps follow one another towards one deadline, none comes twice, none after it.
        #[test]
        fn steps_only_go_down(
            length in 20_i64..1_500,
            notice in proptest::option::of(0_u16..30),
            renews in proptest::option::of(1_u16..40),
        ) {
            let mut watched = signed();
            let starts_on = watched.course.starts_on.expect("a start");
            watched.first_ends_on = Some(starts_on + chrono::TimeDelta::days(length));
            (watched.notice_months, watched.renews_months) = (notice, renews);
            let mut before: Option<Step> = None;
            for on in starts_on.iter_days().take(2_000) {
                let Some(step) = watched.step(on) else { continue };
                prop_assert!(step.deadline.on >= on);
                prop_assert!(step.deadline.on <= ladder_limit(on));
                prop_assert!(step.deadline.ends_on >= step.deadline.on);
                if let Some(before) = before {
                    let same = before.deadline == step.deadline;
                    let goes_down = step.months <= before.months;
                    prop_assert!((same && goes_down) || step.deadline.on > before.deadline.on);
                }
                before = Some(step);
            }
        }
    }
}
