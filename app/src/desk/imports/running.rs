//! The imports that one server is carrying out, and how far each is.

use chrono::{DateTime, Utc};
use domain::id::ImportId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use store::import::Progress;

/// How far an import is that is being carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnderWay {
    /// Since when.
    pub since: DateTime<Utc>,
    /// Rows written so far, of how many; unknown where another server does it, or did until that broke off.
    pub rows: Option<(u32, u32)>,
}

/// The imports that one server is carrying out.
#[derive(Debug, Clone, Default)]
pub struct Runs(Arc<Mutex<HashMap<ImportId, Arc<Run>>>>);

/// One of them.
#[derive(Debug)]
struct Run {
    progress: Progress,
    /// How many rows there are.
    of: u32,
}

impl Runs {
    fn all(&self) -> MutexGuard<'_, HashMap<ImportId, Arc<Run>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins one of so many rows; nothing where it is begun already. It is over when the answer is dropped.
    pub(super) fn begin(&self, id: ImportId, of: u32) -> Option<Turn> {
        let mut all = self.all();
        if all.contains_key(&id) {
            return None;
        }
        let run = Arc::new(Run { progress: Progress::default(), of });
        all.insert(id, run.clone());
        Some(Turn { runs: self.clone(), id, run })
    }

    /// Rows written so far, of how many.
    pub(super) fn rows(&self, id: ImportId) -> Option<(u32, u32)> {
        self.all().get(&id).map(|run| (run.progress.rows(), run.of))
    }
}

/// The carrying out of an import.
#[derive(Debug)]
pub(super) struct Turn {
    runs: Runs,
    id: ImportId,
    run: Arc<Run>,
}

impl Turn {
    /// How far it is.
    pub(super) fn progress(&self) -> &Progress {
        &self.run.progress
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.runs.all().remove(&self.id);
    }
}
