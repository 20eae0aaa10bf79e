//! Lists that were asked for before: kept until the registry changes, by all they depend on.
//!
//! The revision they are kept by is read in the transaction that asks, so that what is answered is what the database
//! would answer, also where other processes write to it.

use super::{
    filter::{AgreementFilter, count},
    list::{AgreementSort, Cursor, Page, list},
};
use crate::{Result, Tx, registry};
use chrono::NaiveDate;
use moka::sync::Cache;
use std::sync::Arc;

/// Lines kept; a line with its names takes about a kilobyte.
const LINES: u64 = 20_000;
/// Counts kept.
const COUNTS: u64 = 10_000;

/// Which list, of which state of the registry, as it stands on which day.
type Asked = (i64, Arc<AgreementFilter>, NaiveDate);
/// Which page of it: its order, where it begins, how long it is.
type Place = (AgreementSort, Option<Cursor>, i64);

/// Pages of lists, and how much the lists hold. Cheap to clone: clones are one.
#[derive(Debug, Clone)]
pub struct Lists {
    pages: Cache<(Asked, Place), Arc<Page>>,
    counts: Cache<(Asked, i64), i64>,
}

impl Default for Lists {
    fn default() -> Self {
        let weight =
            |_: &(Asked, Place), page: &Arc<Page>| u32::try_from(page.items.len() + 1).unwrap_or(u32::MAX);
        let pages = Cache::builder().max_capacity(LINES).weigher(weight).build();
        Self { pages, counts: Cache::new(COUNTS) }
    }
}

impl Lists {
    /// A page as [`list`] answers it, and how much the list holds in all, as [`count`] does up to this bound.
    pub async fn page(
        &self,
        tx: &mut Tx,
        filter: &AgreementFilter,
        place: Place,
        bound: i64,
        on: NaiveDate,
    ) -> Result<(Arc<Page>, i64)> {
        let asked = (registry::get(tx).await?.revision, Arc::new(filter.clone()), on);
        let page = (asked.clone(), place);
        let found = if let Some(known) = self.pages.get(&page) {
            known
        } else {
            let (sort, after, limit) = &page.1;
            let found = Arc::new(list(tx, filter, *sort, after.as_ref(), *limit, on).await?);
            self.pages.insert(page, found.clone());
            found
        };
        let all = (asked, bound);
        let counted = if let Some(known) = self.counts.get(&all) {
            known
        } else {
            let counted = count(tx, filter, bound, on).await?;
            self.counts.insert(all, counted);
            counted
        };
        Ok((found, counted))
    }
}
