//! Pages kept for visitors, by everything they depend on.

use super::Page;
use crate::preferences;
use axum::extract::Request;
use chrono::NaiveDate;
use moka::sync::Cache as Moka;
use std::{fmt, sync::Arc};

/// Bytes of pages kept.
const ROOM: u64 = 64 << 20;
/// Longer addresses are not kept.
const ADDRESS: usize = 1024;

/// The areas whose pages are the same for all visitors until the registry changes. Everything about accounts and
/// one-time links is not.
const AREAS: [&str; 5] = ["", "agreements", "exchanges", "institutions", "search"];

/// What a visitor's page depends on. The language is in the address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    revision: i64,
    day: NaiveDate,
    theme: &'static str,
    address: Box<str>,
}

impl Key {
    pub(super) fn new(revision: i64, day: NaiveDate, request: &Request) -> Option<Self> {
        let address = request.uri().path_and_query()?.as_str();
        let area = request.uri().path().split('/').nth(2).unwrap_or("");
        let theme = preferences::theme(request.headers()).code();
        (address.len() <= ADDRESS && AREAS.contains(&area)).then(|| Self {
            revision,
            day,
            theme,
            address: address.into(),
        })
    }
}

/// Pages kept.
pub struct Cache(Moka<Key, Arc<Page>>);

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cache").field(&self.0.entry_count()).finish()
    }
}

impl Default for Cache {
    fn default() -> Self {
        // A page may also be kept compressed, which takes less than half of it again.
        let weight = |key: &Key, page: &Arc<Page>| {
            u32::try_from(page.len() + page.len() / 2 + key.address.len() + 512).unwrap_or(u32::MAX)
        };
        Self(Moka::builder().max_capacity(ROOM).weigher(weight).build())
    }
}

impl Cache {
    pub(super) fn get(&self, key: &Key) -> Option<Arc<Page>> {
        self.0.get(key)
    }

    pub(super) fn insert(&self, key: Key, page: Arc<Page>) {
        self.0.insert(key, page);
    }
}
