//! What follows an agreement: the same again for another period, or another agreement in its place.

use super::{AgreementDraft, Content, Course, Facts, PartyNote, Period, Renewal};
use crate::{
    coded::coded,
    commitment::Commitment,
    id::{FlowId, PoolId},
    partial_date::{PartialDate, Precision, StatedDate},
};
use chrono::{Datelike as _, Days, Months, NaiveDate};
use uuid::Uuid;

coded! {
    /// How one agreement follows another.
    SuccessionKind {
        /// The same parties go on.
        RenewedBy = "renewed_by",
        /// Another agreement takes its place.
        ReplacedBy = "replaced_by",
    }
}

coded! {
    /// Why an agreement is not renewed.
    NotRenewed {
        /// Nobody may, or it is not one's own.
        NotYours = "not_yours",
        /// Not all signatories signed it.
        NotSigned = "not_signed",
        /// It was terminated.
        Terminated = "terminated",
        /// Another agreement follows it already.
        Followed = "followed",
        /// It has no end to follow.
        OpenEnded = "open_ended",
        /// It goes on by itself.
        Tacit = "tacit",
    }
}

impl Facts {
    /// Why it cannot be renewed, if so; `is_followed` when another agreement follows it already.
    pub fn not_renewed(&self, is_followed: bool) -> Option<NotRenewed> {
        not_renewed(&self.course(), &self.ruling()?.content.period, is_followed)
    }
}

/// Why an agreement of this course and period cannot be renewed, if so.
pub fn not_renewed(course: &Course, period: &Period, is_followed: bool) -> Option<NotRenewed> {
    if is_followed {
        Some(NotRenewed::Followed)
    } else if course.signed_on.is_none() {
        Some(NotRenewed::NotSigned)
    } else if course.terminated_on.is_some() {
        Some(NotRenewed::Terminated)
    } else if matches!(period.renewal, Renewal::Tacit { .. }) {
        Some(NotRenewed::Tacit)
    } else if period.ends.is_none() {
        Some(NotRenewed::OpenEnded)
    } else {
        None
    }
}

impl Content {
    /// The content of a draft that renews this one: the same parties, terms, fields, commitments and flows for a period of the same
    /// length that begins when this one ends. The parties' own codes are left out, which name this agreement, and so are the
    /// dates of commitments and the years of flows, but the first one where these are calendar years. Flows and pools are under ids
    /// of their own: their places are others.
    #[must_use]
    pub fn renewed(&self, mut new_id: impl FnMut() -> Uuid) -> Self {
        let mut content = self.clone();
        for party in &mut content.parties {
            party.reference = None;
        }
        content.period = self.period.renewed();
        content.commitments = self.commitments.iter().map(Commitment::renewed).collect();
        for pool in &mut content.pools {
            let (former, id) = (pool.id, PoolId(new_id()));
            pool.id = id;
            for flow in content.flows.iter_mut().filter(|flow| flow.pool == Some(former)) {
                flow.pool = Some(id);
            }
        }
        let begins_on = content.period.starts.map(|starts| starts.date.earliest());
        let renewed = content.flows.iter().map(|flow| flow.renewed(FlowId(new_id()), flow.pool, begins_on));
        content.flows = renewed.collect();
        content
    }
}

impl AgreementDraft {
    /// The draft that renews what stands here: contacts stay, sources and announced signatures do not.
    #[must_use]
    pub fn renewed(&self, ruling: &Content, new_id: impl FnMut() -> Uuid) -> Self {
        let notes = ruling.parties.iter().map(|party| {
            let position =
                self.content.parties.iter().position(|other| other.institution == party.institution);
            let contacts = position.and_then(|at| self.notes.get(at)).map(|note| note.contacts.clone());
            PartyNote { contacts: contacts.unwrap_or_default(), ..PartyNote::default() }
        });
        Self {
            content: ruling.renewed(new_id),
            notes: notes.collect(),
            sources: Vec::new(),
            visibility: self.visibility,
        }
    }
}

impl Period {
    /// The period that follows: it begins on the day after the end, and is as long where the start is known. Dates are as
    /// precise as those they follow. Without an end there is nothing to follow, and the dates are left open.
    #[must_use]
    pub fn renewed(&self) -> Self {
        let Some(ends) = self.ends else { return Self { starts: None, ends: None, ..self.clone() } };
        let last = ends.date.latest();
        let next = last.succ_opt().unwrap_or(last);
        let first = self.starts.map(|starts| starts.date);
        let precision =
            first.map_or(ends.date.precision(), |first| first.precision().max(ends.date.precision()));
        let new_end = first.and_then(|first| end_after(next, first.earliest(), last));
        let stated = |day| StatedDate { date: rounded(day, precision), to_confirm: false };
        Self { starts: Some(stated(next)), ends: new_end.map(stated), ..self.clone() }
    }
}

/// The last day of a period that begins on a day and is as long as another: in whole months where that one is.
fn end_after(begins: NaiveDate, first: NaiveDate, last: NaiveDate) -> Option<NaiveDate> {
    let over = last.succ_opt()?;
    let months = (over.year() - first.year()) * 12 + i32::try_from(over.month()).ok()?
        - i32::try_from(first.month()).ok()?;
    let months = u32::try_from(months).ok().map(Months::new);
    let is_whole = |months: &Months| first.checked_add_months(*months) == Some(over);
    match months.filter(is_whole) {
        Some(months) => begins.checked_add_months(months)?.pred_opt(),
        None => begins.checked_add_days(Days::new(u64::try_from((last - first).num_days()).ok()?)),
    }
}

fn rounded(day: NaiveDate, precision: Precision) -> PartialDate {
    match precision {
        Precision::Year => PartialDate::Year(day.year()),
        Precision::Month => PartialDate::Month { year: day.year(), month: day.month() },
        Precision::Day => PartialDate::Day(day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(starts: &str, ends: &str) -> Period {
        let date = |raw: &str| (!raw.is_empty()).then(|| StatedDate::parse(raw).expect("a date"));
        Period {
            starts: date(starts),
            ends: date(ends),
            is_open_ended: false,
            notice_months: Some(6),
            renewal: Renewal::ByAgreement,
        }
    }

    #[test]
    fn the_next_period_follows_without_a_gap_and_is_as_long() {
        let table = [
            ("2021-09-01", "2026-08-31", "2026-09-01", "2031-08-31"),
            ("2021", "2025", "2026", "2030"),
            ("2021-09", "2026-08", "2026-09", "2031-08"),
            ("2021", "2026-08", "2026-09", "2032-04"),
            ("2024-02-29", "2025-02-27", "2025-02-28", "2026-02-27"),
            ("2024-01-10", "2024-01-20", "2024-01-21", "2024-01-31"),
            ("", "2026-08-31", "2026-09-01", ""),
            ("2021?", "2025?", "2026", "2030"),
            ("2021", "", "", ""),
        ];
        for (starts, ends, next_starts, next_ends) in table {
            let next = period(starts, ends).renewed();
            assert_eq!(
                (next.starts, next.ends),
                {
                    let expected = period(next_starts, next_ends);
                    (expected.starts, expected.ends)
                },
                "{starts} to {ends}"
            );
            assert_eq!(next.notice_months, Some(6));
        }
    }
}
