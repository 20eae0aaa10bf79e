//! When and from where something is written, and where its ids come from.

use chrono::{DateTime, NaiveDate, SubsecRound as _, Utc};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};
use uuid::{ContextV7, Timestamp, Uuid};

/// Where ids come from: chance, or a count for tests that want the same ones each time.
#[derive(Debug, Clone)]
pub enum IdSource {
    /// UUID version 7 of the stamp's instant, or of the latest one before it, each greater than the one before: what is written at one
    /// instant keeps its order.
    Random(Arc<Mutex<ContextV7>>),
    /// The next number, as a UUID.
    Counted(Arc<AtomicU64>),
}

impl Default for IdSource {
    fn default() -> Self {
        Self::Random(Arc::new(Mutex::new(ContextV7::new())))
    }
}

/// Handed to every write.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// The instant, in whole microseconds: what both databases keep.
    pub at: DateTime<Utc>,
    /// The address the request came from.
    pub address: Option<String>,
    /// The id of the request.
    pub request_id: Option<String>,
    ids: IdSource,
}

impl Stamp {
    /// A stamp without an address, for the command line and tests.
    pub fn new(at: DateTime<Utc>, ids: IdSource) -> Self {
        Self { at: at.trunc_subsecs(6), address: None, request_id: None, ids }
    }

    /// The day, in UTC.
    pub fn day(&self) -> NaiveDate {
        self.at.date_naive()
    }

    /// A new id.
    pub fn id(&self) -> Uuid {
        match &self.ids {
            IdSource::Random(context) => {
                let seconds = u64::try_from(self.at.timestamp()).unwrap_or_default();
                Uuid::new_v7(Timestamp::from_unix(&**context, seconds, self.at.timestamp_subsec_nanos()))
            }
            IdSource::Counted(next) => Uuid::from_u128(u128::from(next.fetch_add(1, Ordering::Relaxed))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_instant_are_in_the_order_in_which_they_are_asked_for() {
        let at = "2026-10-05T10:00:00Z".parse().expect("an instant");
        let ids = IdSource::default();
        let stamps = [Stamp::new(at, ids.clone()), Stamp::new(at, ids)];
        let asked: Vec<Uuid> = (0..1_000).map(|n| stamps[n % 2].id()).collect();
        assert!(asked.is_sorted_by(|one, next| one < next));
        let (seconds, _) = asked[0].get_timestamp().expect("a version with an instant").to_unix();
        assert_eq!(i64::try_from(seconds), Ok(stamps[0].at.timestamp()));
    }
}
