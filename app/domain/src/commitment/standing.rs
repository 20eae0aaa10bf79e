//! Where a commitment stands on a day, derived from what was observed and never stored.
//!
//! A promise is judged for each of its *occurrences*: one for what is promised once, one for each academic year or span of
//! months for the rest. Nobody is said to have broken a promise that nobody looked at: without an observation an occurrence is
//! not yet measured. Only of what is done again and again, and has been observed before, is a silent occurrence missed.

use super::{Bound, Commitment, Cycle, Measure, Noted, Value};
use crate::{academic_year::AcademicYear, agreement::Course, coded::coded};
use chrono::{Datelike as _, Months, NaiveDate};

/// Days before it is due in which what is not done is at risk: fewer where the time for it is short, the last quarter of it.
pub const SOON_DAYS: i64 = 30;
/// Most occurrences that are judged, the latest.
const JUDGED: usize = 120;

coded! {
    /// Where a commitment stands on a day.
    CommitmentStanding {
        /// Nothing was observed.
        NotMeasured = "not_measured",
        /// As things are, it is going to be met.
        OnTrack = "on_track",
        /// As things are, it is going to be missed.
        AtRisk = "at_risk",
        /// It was kept.
        Met = "met",
        /// It was not kept.
        Missed = "missed",
    }
}

coded! {
    /// Why a commitment calls on the office that answers for it.
    Call {
        /// It is due within [`SOON_DAYS`], or was, and nothing was observed.
        Due = "due",
        /// It is at risk.
        AtRisk = "risk",
        /// It was missed.
        Missed = "missed",
    }
}

/// From when to when a promise binds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Term {
    /// First day, where it is known.
    pub starts_on: Option<NaiveDate>,
    /// Last day, where there is one.
    pub ends_on: Option<NaiveDate>,
}

impl From<&Course> for Term {
    /// From the first day of the agreement, or its last signature, to the last day on which it binds.
    fn from(course: &Course) -> Self {
        let before = |day: Option<NaiveDate>| day.and_then(|day| day.pred_opt());
        let ends = [course.ends_on, before(course.terminated_on), before(course.renewed_on)];
        Self { starts_on: course.starts_on.or(course.signed_on), ends_on: ends.into_iter().flatten().min() }
    }
}

/// One time that a promise is to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// First day, where it is known.
    pub starts_on: Option<NaiveDate>,
    /// The day by which it is to be kept, where there is one.
    pub due_on: Option<NaiveDate>,
    /// What was observed: the last share or answer, or the sum of what was counted.
    pub value: Option<Value>,
    /// Where it stands.
    pub standing: CommitmentStanding,
}

/// How a commitment has been kept so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// Where it stands.
    pub standing: CommitmentStanding,
    /// The last observation.
    pub last: Option<Noted>,
    /// When it is due next; the past day where what is promised once was not observed.
    pub due_on: Option<NaiveDate>,
    /// The occurrences that have begun, the oldest first, of very many the latest; the first one where none has.
    pub occurrences: Vec<Occurrence>,
}

impl Followed {
    /// Why and with which date it calls on its office on a day, if it does: when it is due, or was the time before while nobody
    /// looked, else when it was last observed.
    pub fn call(&self, on: NaiveDate) -> Option<(Call, NaiveDate)> {
        let (current, before) = self.occurrences.split_last()?;
        let day = current.due_on.or(self.last.map(|last| last.on));
        match self.standing {
            CommitmentStanding::AtRisk => Some((Call::AtRisk, day?)),
            CommitmentStanding::Missed => Some((Call::Missed, day?)),
            _ if current.value.is_some() => None,
            _ if is_soon(current.starts_on, current.due_on, on) => Some((Call::Due, day?)),
            CommitmentStanding::NotMeasured | CommitmentStanding::OnTrack | CommitmentStanding::Met => {
                let overdue = before.last().filter(|one| one.standing == CommitmentStanding::NotMeasured)?;
                Some((Call::Due, overdue.due_on?))
            }
        }
    }
}

impl Commitment {
    /// How it stands on a day, in an agreement of this term, after what was noted (in any order, without what was withdrawn).
    ///
    /// A share and an answer count as last observed in the occurrence, numbers are added up. What is promised once may also be
    /// judged by an observation after it was due, where there is none before. A number is on track as long as it grows in step
    /// with time.
    pub fn follow(&self, agreement: Term, noted: &[Noted], on: NaiveDate) -> Followed {
        let mut noted: Vec<Noted> =
            noted.iter().filter(|n| n.value.kind() == self.measure.value_kind()).copied().collect();
        noted.sort_by_key(|noted| noted.on);
        let term = self.term(agreement);
        let first = noted.first().map(|noted| noted.on);
        let (spans, next) = self.spans(term, first, on);
        let occurrences: Vec<Occurrence> = spans.iter().map(|span| self.judge(*span, &noted, on)).collect();
        let last = noted.last().copied();
        let Some((current, before)) = occurrences.split_last() else {
            return Followed { standing: CommitmentStanding::NotMeasured, last, due_on: None, occurrences };
        };
        let standing = overall(current, before.last(), on);
        let is_done =
            current.standing == CommitmentStanding::Met || current.standing == CommitmentStanding::Missed;
        let due_on = if is_done { next.and_then(|next| next.ends_on) } else { current.due_on };
        Followed { standing, last, due_on, occurrences }
    }

    /// From when to when it binds: its own dates, within those of the agreement.
    fn term(&self, agreement: Term) -> Term {
        let starts = self.starts.map(|stated| stated.date.earliest());
        let ends = self.ends.map(|stated| stated.date.latest());
        Term {
            starts_on: [starts, agreement.starts_on].into_iter().flatten().max(),
            ends_on: [ends, agreement.ends_on].into_iter().flatten().min(),
        }
    }

    /// The occurrences that have begun by a day, the latest of very many, or else the first; and the one after them.
    fn spans(&self, term: Term, first_noted: Option<NaiveDate>, on: NaiveDate) -> (Vec<Term>, Option<Term>) {
        let Some(cycle) = self.measure.each() else {
            let due = self.due.map(|stated| stated.date.latest());
            return (vec![Term { starts_on: term.starts_on, ends_on: due.or(term.ends_on) }], None);
        };
        let anchor = term.starts_on.or(first_noted).unwrap_or(on);
        let mut spans: Vec<Term> = Vec::new();
        let last = term.ends_on.map_or(on, |ends_on| ends_on.min(on));
        let skipped = cycles_between(cycle, anchor, last).saturating_sub(JUDGED - 1);
        while let Some(span) = nth(cycle, anchor, term.ends_on, skipped + spans.len()) {
            if !spans.is_empty() && span.starts_on.is_none_or(|starts_on| starts_on > on) {
                return (spans, Some(span));
            }
            spans.push(span);
        }
        (spans, None)
    }

    fn judge(&self, span: Term, noted: &[Noted], on: NaiveDate) -> Occurrence {
        use CommitmentStanding::{AtRisk, Met, Missed, NotMeasured, OnTrack};
        let is_over = span.ends_on.is_some_and(|due_on| due_on < on);
        let values = self.values_in(span, noted);
        let is_soon = is_soon(span.starts_on, span.ends_on, on);
        let last = values.last().copied();
        let (value, standing) = match (self.measure, last) {
            (Measure::Share { bound, target, .. }, Some(Value::Percent(share))) => {
                let is_good = match bound {
                    Bound::AtLeast => share >= target,
                    Bound::AtMost => share <= target,
                };
                let standing = match (is_good, is_over) {
                    (true, true) => Met,
                    (true, false) => OnTrack,
                    (false, true) => Missed,
                    (false, false) => AtRisk,
                };
                (last, standing)
            }
            (Measure::Number { bound, target, each }, Some(_)) => {
                let target = if bound == Bound::AtLeast { asked(target, each, span) } else { target };
                let sum = values.iter().fold(0_u32, |sum, value| match value {
                    Value::Count(count) => sum.saturating_add(*count),
                    Value::Percent(_) | Value::Done(_) => sum,
                });
                let standing = match bound {
                    Bound::AtLeast if sum >= target => Met,
                    Bound::AtMost if sum > target => Missed,
                    Bound::AtLeast if is_over => Missed,
                    Bound::AtLeast if is_behind(sum, target, span, on) => AtRisk,
                    Bound::AtMost if is_over => Met,
                    Bound::AtLeast | Bound::AtMost => OnTrack,
                };
                (Some(Value::Count(sum)), standing)
            }
            (Measure::YesNo, Some(Value::Done(is_done))) => (
                last,
                if is_done {
                    Met
                } else if is_over {
                    Missed
                } else {
                    AtRisk
                },
            ),
            (Measure::Recurring { .. }, Some(_)) => {
                // Done once in its span is done.
                let is_done = values.contains(&Value::Done(true));
                let standing = if is_done {
                    Met
                } else if is_over {
                    Missed
                } else {
                    AtRisk
                };
                (Some(Value::Done(is_done)), standing)
            }
            (Measure::Recurring { .. }, None) => {
                let is_followed =
                    noted.first().is_some_and(|first| span.starts_on.is_none_or(|day| first.on < day));
                let standing = match (is_followed, is_over, is_soon) {
                    (false, ..) => NotMeasured,
                    (true, true, _) => Missed,
                    (true, false, true) => AtRisk,
                    (true, false, false) => OnTrack,
                };
                (None, standing)
            }
            _ => (None, NotMeasured),
        };
        Occurrence { starts_on: span.starts_on, due_on: span.ends_on, value, standing }
    }

    /// What was observed in a span; where it is the only one, the first observation after it, if there is none in it.
    fn values_in(&self, span: Term, noted: &[Noted]) -> Vec<Value> {
        let is_after = |noted: &&Noted| span.ends_on.is_some_and(|due_on| noted.on > due_on);
        let is_before = |noted: &&Noted| span.starts_on.is_some_and(|starts_on| noted.on < starts_on);
        let within = noted.iter().filter(|noted| !is_before(noted) && !is_after(noted));
        let mut values: Vec<Value> = within.map(|noted| noted.value).collect();
        if values.is_empty() && self.measure.each().is_none() {
            values.extend(noted.iter().find(is_after).map(|noted| noted.value));
        }
        values
    }
}

/// The standing that its latest occurrence gives a commitment. While nothing was observed in it, the one before speaks for it.
fn overall(current: &Occurrence, before: Option<&Occurrence>, on: NaiveDate) -> CommitmentStanding {
    let is_over = current.due_on.is_some_and(|due_on| due_on < on);
    match (current.value, before.map(|before| before.standing)) {
        (None, Some(CommitmentStanding::Missed)) if !is_over => CommitmentStanding::AtRisk,
        (None, Some(CommitmentStanding::Met))
            if !is_over && current.standing == CommitmentStanding::NotMeasured =>
        {
            CommitmentStanding::OnTrack
        }
        _ => current.standing,
    }
}

/// The occurrence of that number, from 0; none after the last day of the term.
fn nth(cycle: Cycle, anchor: NaiveDate, ends_on: Option<NaiveDate>, number: usize) -> Option<Term> {
    let (starts_on, last) = match cycle {
        Cycle::AcademicYear => {
            let first = AcademicYear::of(anchor).first_year();
            let year = AcademicYear::northern(first.checked_add(i32::try_from(number).ok()?)?).ok()?;
            (year.starts_on().max(anchor), year.ends_on())
        }
        Cycle::Months(months) => {
            let months = u32::from(months.max(1));
            let number = u32::try_from(number).ok()?;
            let starts_on = anchor.checked_add_months(Months::new(months.checked_mul(number)?))?;
            let after =
                anchor.checked_add_months(Months::new(months.checked_mul(number.checked_add(1)?)?))?;
            (starts_on, after.pred_opt()?)
        }
    };
    if ends_on.is_some_and(|ends_on| starts_on > ends_on) {
        return None;
    }
    let due_on = ends_on.map_or(last, |ends_on| last.min(ends_on));
    Some(Term { starts_on: Some(starts_on), ends_on: Some(due_on) })
}

/// How many whole cycles there are from the first day to another.
fn cycles_between(cycle: Cycle, anchor: NaiveDate, on: NaiveDate) -> usize {
    let count = match cycle {
        Cycle::AcademicYear => AcademicYear::of(on).first_year() - AcademicYear::of(anchor).first_year(),
        Cycle::Months(months) => {
            let month = |day: NaiveDate| day.year() * 12 + i32::try_from(day.month0()).unwrap_or(0);
            (month(on) - month(anchor)) / i32::from(months.max(1))
        }
    };
    usize::try_from(count).unwrap_or(0)
}

/// Whether something is due within [`SOON_DAYS`], or was.
fn is_soon(starts_on: Option<NaiveDate>, due_on: Option<NaiveDate>, on: NaiveDate) -> bool {
    let Some(due_on) = due_on else { return false };
    let whole = starts_on.map_or(i64::MAX, |starts_on| (due_on - starts_on).num_days() + 1);
    (due_on - on).num_days() <= SOON_DAYS.min(whole / 4)
}

/// What a number asks of a span: of one that is cut by the first or the last day of the term, the part that is left.
fn asked(target: u32, each: Option<Cycle>, span: Term) -> u32 {
    let (Some(cycle), Some(starts_on), Some(due_on)) = (each, span.starts_on, span.ends_on) else {
        return target;
    };
    let (first, last) = match cycle {
        Cycle::AcademicYear => {
            let year = AcademicYear::of(starts_on);
            (year.starts_on(), year.ends_on())
        }
        Cycle::Months(months) => {
            let after = starts_on.checked_add_months(Months::new(u32::from(months.max(1))));
            (starts_on, after.and_then(|after| after.pred_opt()).unwrap_or(due_on))
        }
    };
    let (left, whole) = ((due_on - starts_on).num_days() + 1, (last - first).num_days() + 1);
    u32::try_from(i64::from(target) * left / whole.max(1)).unwrap_or(target).min(target)
}

/// Whether a number grows more slowly than time goes by; what is not whole yet is not asked for.
fn is_behind(sum: u32, target: u32, span: Term, on: NaiveDate) -> bool {
    let (Some(starts_on), Some(due_on)) = (span.starts_on, span.ends_on) else { return false };
    let whole = (due_on - starts_on).num_days() + 1;
    let gone = (on - starts_on).num_days() + 1;
    i64::from(sum) < i64::from(target) * gone / whole
}

#[cfg(test)]
mod tests {
    use super::{
        super::{CommitmentForm, Percent},
        CommitmentStanding::{AtRisk, Met, Missed, NotMeasured, OnTrack},
        *,
    };
    use crate::{partial_date::StatedDate, problem::FieldErrors};
    use uuid::Uuid;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    /// In an agreement from September 2024 to August 2034.
    fn term() -> Term {
        Term { starts_on: Some(day("2024-09-01")), ends_on: Some(day("2034-08-31")) }
    }

    /// `share at_least 30 academic_year`, with a dash for what is left empty.
    fn commitment(words: &str) -> Commitment {
        let mut words = words.split(' ').map(|word| if word == "-" { "" } else { word }.to_owned());
        let mut next = || words.next().unwrap_or_default();
        let form = CommitmentForm {
            id: Uuid::from_u128(1).to_string(),
            text_fr: "Promesse".into(),
            measure: next(),
            bound: next(),
            target: next(),
            each: next(),
            months: next(),
            due: next(),
            ..CommitmentForm::default()
        };
        let mut errors = FieldErrors::default();
        form.parse("commitments.0", &[], &mut errors).unwrap_or_else(|| panic!("{errors:?}"))
    }

    /// `2024-10-01 31, 2025-10-01 28`.
    fn noted(commitment: &Commitment, words: &str) -> Vec<Noted> {
        let kind = commitment.measure.value_kind();
        let one = |words: &str| {
            let (on, value) = words.trim().split_once(' ').expect("a day and a value");
            Noted { on: day(on), value: Value::parse(kind, value).expect("a value") }
        };
        words.split(',').filter(|words| !words.trim().is_empty()).map(one).collect()
    }

    #[test]
    fn the_standing_on_each_day_follows_from_what_was_observed() {
        let share = "share at_least 30 academic_year";
        let most = "share at_most 10 - - 2025-06-30";
        let cases = "number at_least 8 academic_year";
        let places = "number at_most 5 academic_year";
        let jury = "yes_no - - - - 2024-12-31";
        let rule = "yes_no";
        let yearly = "recurring - - academic_year";
        let half_yearly = "recurring - - months 6";
        let table = [
            // What nobody looked at is neither kept nor broken, however late.
            (share, "", "2024-10-01", NotMeasured, "2025-08-31"),
            (share, "", "2026-10-01", NotMeasured, "2027-08-31"),
            (jury, "", "2025-06-01", NotMeasured, "2024-12-31"),
            (yearly, "", "2027-01-01", NotMeasured, "2027-08-31"),
            (cases, "", "2040-01-01", NotMeasured, "2034-08-31"),
            // A share is as last observed, in each year anew.
            (share, "2024-10-01 30", "2024-11-01", OnTrack, "2025-08-31"),
            (share, "2024-10-01 29.99", "2024-11-01", AtRisk, "2025-08-31"),
            (share, "2024-12-01 31, 2024-10-01 28", "2025-01-01", OnTrack, "2025-08-31"),
            (share, "2024-10-01 31", "2025-10-01", OnTrack, "2026-08-31"),
            (share, "2024-10-01 28", "2025-10-01", AtRisk, "2026-08-31"),
            (share, "2024-10-01 28", "2026-10-01", NotMeasured, "2027-08-31"),
            (share, "2034-01-10 31", "2035-01-01", Met, ""),
            (most, "2025-01-10 9", "2025-02-01", OnTrack, "2025-06-30"),
            (most, "2025-01-10 9", "2025-07-01", Met, ""),
            (most, "2025-01-10 11", "2025-06-30", AtRisk, "2025-06-30"),
            (most, "2025-01-10 11", "2025-07-01", Missed, ""),
            // Numbers are added up, and grow in step with time.
            (cases, "2024-10-01 1", "2024-10-01", OnTrack, "2025-08-31"),
            (cases, "2024-10-01 1", "2025-03-01", AtRisk, "2025-08-31"),
            (cases, "2024-10-01 1, 2025-02-01 3", "2025-03-01", OnTrack, "2025-08-31"),
            (cases, "2024-10-01 5, 2025-02-01 3", "2025-03-01", Met, "2026-08-31"),
            (cases, "2024-10-01 5, 2025-02-01 2", "2025-09-01", AtRisk, "2026-08-31"),
            (cases, "2024-10-01 8, 2025-10-01 2", "2025-10-02", OnTrack, "2026-08-31"),
            (places, "2024-10-01 5", "2025-03-01", OnTrack, "2025-08-31"),
            (places, "2024-10-01 5, 2025-02-01 1", "2025-03-01", Missed, "2026-08-31"),
            (places, "2024-10-01 5", "2025-09-01", OnTrack, "2026-08-31"),
            // What is so or not.
            (jury, "2024-10-01 yes", "2024-10-01", Met, ""),
            (jury, "2024-10-01 no", "2024-11-01", AtRisk, "2024-12-31"),
            (jury, "2024-10-01 no", "2025-01-01", Missed, ""),
            (jury, "2025-02-01 yes", "2025-03-01", Met, ""),
            (rule, "2025-02-01 yes, 2026-02-01 no", "2026-03-01", AtRisk, "2034-08-31"),
            // What is done again and again: each time met, missed or due.
            (yearly, "2024-10-01 yes", "2024-12-01", Met, "2026-08-31"),
            (yearly, "2024-10-01 no", "2024-12-01", AtRisk, "2025-08-31"),
            (yearly, "2024-10-01 no, 2024-11-01 yes", "2024-12-01", Met, "2026-08-31"),
            (yearly, "2024-10-01 yes", "2025-10-01", OnTrack, "2026-08-31"),
            (yearly, "2024-10-01 yes", "2026-08-10", AtRisk, "2026-08-31"),
            (yearly, "2024-10-01 yes", "2026-10-01", AtRisk, "2027-08-31"),
            (half_yearly, "2024-10-01 yes", "2024-12-01", Met, "2025-08-31"),
            (half_yearly, "2024-10-01 yes", "2025-03-01", OnTrack, "2025-08-31"),
            (half_yearly, "2024-10-01 yes", "2025-08-15", AtRisk, "2025-08-31"),
            // Before it begins.
            (yearly, "", "2024-05-01", NotMeasured, "2025-08-31"),
        ];
        for (words, observed, on, standing, due_on) in table {
            let commitment = commitment(words);
            let followed = commitment.follow(term(), &noted(&commitment, observed), day(on));
            let is = (followed.standing, followed.due_on);
            let due_on = (!due_on.is_empty()).then(|| day(due_on));
            assert_eq!(is, (standing, due_on), "{words}: {observed} on {on}");
        }
    }

    #[test]
    fn what_is_at_risk_missed_or_about_to_be_due_calls_on_its_office() {
        let share = "share at_least 30 academic_year";
        let rule = "yes_no";
        let jury = "yes_no - - - - 2024-12-31";
        let monthly = "recurring - - months 1";
        let table = [
            (share, "", "2025-07-31", None),
            (share, "", "2025-08-01", Some((Call::Due, "2025-08-31"))),
            // What nobody looked at calls on into the next year, until it is dealt with.
            (share, "", "2025-09-01", Some((Call::Due, "2025-08-31"))),
            (share, "2025-10-01 31", "2025-11-01", None),
            (monthly, "", "2024-09-10", None),
            (monthly, "", "2024-09-25", Some((Call::Due, "2024-09-30"))),
            (share, "2024-10-01 31", "2025-08-30", None),
            (share, "2024-10-01 28", "2024-11-01", Some((Call::AtRisk, "2025-08-31"))),
            (jury, "", "2025-06-01", Some((Call::Due, "2024-12-31"))),
            (jury, "2024-10-01 no", "2025-06-01", Some((Call::Missed, "2024-12-31"))),
            (jury, "2024-10-01 yes", "2025-06-01", None),
            (rule, "2025-02-01 no", "2025-06-01", Some((Call::AtRisk, "2034-08-31"))),
        ];
        for (words, observed, on, call) in table {
            let commitment = commitment(words);
            let followed = commitment.follow(term(), &noted(&commitment, observed), day(on));
            let expected = call.map(|(call, on)| (call, day(on)));
            assert_eq!(followed.call(day(on)), expected, "{words}: {observed} on {on}");
        }
        let open = commitment(rule).follow(
            Term::default(),
            &noted(&commitment(rule), "2025-02-01 no"),
            day("2026-01-01"),
        );
        assert_eq!(open.call(day("2026-01-01")), Some((Call::AtRisk, day("2025-02-01"))));
    }

    #[test]
    fn each_occurrence_stands_for_itself() {
        let yearly = commitment("recurring - - academic_year");
        let observed = noted(&yearly, "2025-10-01 yes, 2027-10-01 no");
        let followed = yearly.follow(term(), &observed, day("2029-01-01"));
        let standings: Vec<_> = followed.occurrences.iter().map(|one| one.standing).collect();
        assert_eq!(standings, [NotMeasured, Met, Missed, Missed, OnTrack]);
        assert_eq!(followed.last, observed.last().copied());
        let cases = commitment("number at_least 8 academic_year");
        let followed = cases.follow(term(), &noted(&cases, "2024-10-01 5, 2025-08-31 3"), day("2025-09-01"));
        let sums: Vec<_> = followed.occurrences.iter().map(|one| one.value).collect();
        assert_eq!(sums, [Some(Value::Count(8)), None]);
    }

    #[test]
    fn a_commitment_ends_with_its_agreement_and_an_open_one_has_no_due_date() {
        let yearly = commitment("recurring - - academic_year");
        let terminated = Course {
            signed_on: Some(day("2024-09-01")),
            terminated_on: Some(day("2025-12-31")),
            ..Course::default()
        };
        let followed = yearly.follow(Term::from(&terminated), &[], day("2030-01-01"));
        let dues: Vec<_> = followed.occurrences.iter().filter_map(|one| one.due_on).collect();
        assert_eq!(dues, [day("2025-08-31"), day("2025-12-30")]);
        let rule = commitment("yes_no");
        let open = rule.follow(Term::default(), &noted(&rule, "2025-02-01 no"), day("2030-01-01"));
        assert_eq!((open.standing, open.due_on), (AtRisk, None), "it is never over");
        let undated = yearly.follow(Term::default(), &[], day("2030-01-01"));
        assert_eq!(undated.due_on, Some(day("2030-08-31")), "without a start it begins today");
    }

    #[test]
    fn a_year_that_is_cut_asks_its_part_and_very_old_terms_are_judged_lately() {
        let cases = commitment("number at_least 8 academic_year");
        let late = Term { starts_on: Some(day("2025-07-01")), ends_on: None };
        let followed = cases.follow(late, &noted(&cases, "2025-07-10 1"), day("2025-09-01"));
        assert_eq!(followed.occurrences[0].standing, Met, "one of eight in two months");
        let monthly = commitment("recurring - - months 1");
        let old = Term { starts_on: Some(day("1000-01-01")), ends_on: None };
        let followed = monthly.follow(old, &[], day("2026-10-05"));
        assert_eq!(followed.occurrences.len(), JUDGED);
        assert_eq!(followed.due_on, Some(day("2026-10-31")));
        let mut early = commitment("recurring - - academic_year");
        early.starts = StatedDate::parse("1000").ok();
        assert_eq!(
            early.follow(term(), &[], day("2025-10-01")).occurrences.len(),
            2,
            "not before the agreement"
        );
    }

    #[test]
    fn what_was_observed_by_another_measure_does_not_count() {
        let cases = commitment("number at_least 8 academic_year");
        let share = Percent::parse("31").map(Value::Percent).expect("a share");
        let followed =
            cases.follow(term(), &[Noted { on: day("2024-10-01"), value: share }], day("2024-11-01"));
        assert_eq!((followed.standing, followed.last), (NotMeasured, None));
    }
}
