//! What each row of a list would do to the registry, before anything is written.
//!
//! A row is the institution that bears its PIC, else its OID, else its Erasmus code, else its HEI id or ROR. The name with the
//! country only suggests: a row that has an identifier nobody bears is new, flagged with whom it may be; one without any
//! identifier is refused, because the same file read twice would add it twice.

use super::{
    ListColumn as Column,
    institution::{Given, ReadRow},
};
use crate::{
    coded::coded,
    country::Country,
    fold::fold,
    id::{AgreementId, InstitutionId},
    identifier::{Identifier, IdentifierKind},
    institution::InstitutionDraft,
    problem::Problem,
};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// Most characters of a cell that a report tells.
const TOLD: usize = 200;

/// The order in which identifiers say who an institution is.
pub const STRENGTH: [IdentifierKind; 5] = [
    IdentifierKind::Pic,
    IdentifierKind::Oid,
    IdentifierKind::Erasmus,
    IdentifierKind::HeiId,
    IdentifierKind::Ror,
];

coded! {
    /// What a row does.
    Outcome {
        /// It adds something.
        New = "new",
        /// The registry says the same already.
        Same = "same",
        /// It changes something.
        Changed = "changed",
        /// It is not taken.
        Refused = "refused",
    }
}

/// Why a row is refused, or what of it is left out or kept as given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Reason {
    /// A cell cannot be read, or is missing.
    LeftOut {
        /// Its column.
        column: Column,
        /// What it says.
        value: String,
        /// What is wrong with it.
        problem: Problem,
    },
    /// An identifier breaks the rule of its kind: it is kept as given.
    KeptAsGiven {
        /// Its column.
        column: Column,
        /// What it says.
        value: String,
    },
    /// Another institution bears this identifier: it is left out.
    Taken {
        /// Its column.
        column: Column,
        /// What it says.
        value: String,
        /// Who bears it.
        institution: InstitutionId,
    },
    /// Another row of the file has this identifier: it is left out.
    TakenByRow {
        /// Its column.
        column: Column,
        /// What it says.
        value: String,
        /// That row.
        row: u32,
    },
    /// An identifier of an institution that turned out to be another: it finds that one, and says nothing of it.
    Former {
        /// Its column.
        column: Column,
        /// What it says.
        value: String,
    },
    /// The institution has a name in a third language already: this one is left out.
    NameLeftOut {
        /// The name.
        value: String,
    },
    /// There are institutions of this name in this country.
    LikelyDuplicate {
        /// Which.
        institutions: Vec<InstitutionId>,
    },
    /// No institution bears this identifier or has exactly this name.
    UnknownParty {
        /// What the cell says.
        value: String,
        /// The names that come nearest.
        nearest: Vec<String>,
    },
    /// Several institutions have this name.
    AmbiguousParty {
        /// What the cell says.
        value: String,
        /// Which ones.
        institutions: Vec<InstitutionId>,
    },
    /// No party is of the office of whoever brought the list.
    NotYours,
    /// The agreement was shared with the other parties, or signed: no import changes it.
    Settled {
        /// Which one.
        agreement: AgreementId,
    },
    /// The signature of this party is only announced: whoever brought the list may not record it.
    AnnouncedOnly {
        /// What the cell says.
        value: String,
    },
    /// No agreement that whoever brought the list may read has this id.
    UnknownId {
        /// What the cell says.
        value: String,
    },
    /// These tags are not put on the agreement: it is here already, or whoever brought the list tags for no office of it.
    TagsLeftOut {
        /// What they are.
        value: String,
    },
    /// Another row of the file says the same.
    SameAsRow {
        /// That row.
        row: u32,
    },
}

impl Reason {
    /// A cell that cannot be read.
    pub fn left_out(column: Column, value: &str, problem: Problem) -> Self {
        Self::LeftOut { column, value: told(value), problem }
    }
}

/// A text as a report tells it: its beginning, where it is long.
pub fn told(text: &str) -> String {
    text.chars().take(TOLD).collect()
}

/// An institution the registry holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Present {
    /// What is written about it.
    pub draft: InstitutionDraft,
    /// Its version.
    pub version: i64,
}

/// What the registry holds of what a list is about.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Who bears an identifier.
    pub bearers: HashMap<(IdentifierKind, String), Vec<InstitutionId>>,
    /// Which of these identifiers are not theirs any more, but of what they were before two became one.
    pub former: HashSet<(IdentifierKind, String)>,
    /// Who has a name, folded, in a country.
    pub named: HashMap<(Country, String), Vec<InstitutionId>>,
    /// The bearers, whole.
    pub institutions: HashMap<InstitutionId, Present>,
}

impl Known {
    fn bearer(&self, identifier: &Identifier) -> Option<InstitutionId> {
        match self.bearers.get(&(identifier.kind, identifier.value.clone()))?.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    fn is_former(&self, identifier: &Identifier) -> bool {
        self.former.contains(&(identifier.kind, identifier.value.clone()))
    }

    /// Whether an institution has one of the names a row says, in its country.
    fn is_named(&self, given: &Given, id: InstitutionId) -> bool {
        let Some(country) = given.country else { return false };
        let named = |key| self.named.get(&(country, key)).is_some_and(|ids| ids.contains(&id));
        given.names.values().any(|name| named(fold(name.as_str())))
    }
}

/// What is done for a row: of a list of institutions, unless said otherwise.
#[derive(Debug, Clone, PartialEq)]
pub enum Step<Id = InstitutionId, Draft = InstitutionDraft, Before = Present> {
    /// Adds what the row says.
    Add(Box<Draft>),
    /// Nothing: it is so already.
    Leave(Id),
    /// Changes what is there.
    Change {
        /// Which one.
        subject: Id,
        /// As it was read.
        before: Box<Before>,
        /// As it becomes.
        after: Box<Draft>,
    },
    /// Does not take the row.
    Refuse,
}

/// A row, with what is done for it.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedRow<S = Step> {
    /// Its number in the file.
    pub number: u32,
    /// What to call it.
    pub label: String,
    /// Whether one of its identifiers was brought into its canonical form.
    pub is_normalised: bool,
    /// Why it is refused, or what of it is left out or kept as given.
    pub reasons: Vec<Reason>,
    /// What is done.
    pub step: S,
}

impl<Id, Draft, Before> PlannedRow<Step<Id, Draft, Before>> {
    /// What the row does.
    pub const fn outcome(&self) -> Outcome {
        match self.step {
            Step::Add(_) => Outcome::New,
            Step::Leave(_) => Outcome::Same,
            Step::Change { .. } => Outcome::Changed,
            Step::Refuse => Outcome::Refused,
        }
    }

    /// Whether it is taken, but not all of it as it stands.
    pub fn is_flagged(&self) -> bool {
        !matches!(self.step, Step::Refuse) && !self.reasons.is_empty()
    }
}

/// How many rows do what. New, same, changed and refused add up to those read; flagged are among the first three.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows below the headers.
    pub read: u32,
    /// That add something.
    pub new: u32,
    /// That say what is known.
    pub same: u32,
    /// That change something.
    pub changed: u32,
    /// That are taken, but not all as it stands.
    pub flagged: u32,
    /// That are not taken.
    pub refused: u32,
    /// Of which an identifier was brought into its canonical form.
    pub normalised: u32,
}

/// What a list does.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan<S = Step> {
    /// Its rows.
    pub rows: Vec<PlannedRow<S>>,
}

impl<Id, Draft, Before> Plan<Step<Id, Draft, Before>> {
    /// How many rows do what.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for row in &self.rows {
            counts.read += 1;
            match row.outcome() {
                Outcome::New => counts.new += 1,
                Outcome::Same => counts.same += 1,
                Outcome::Changed => counts.changed += 1,
                Outcome::Refused => counts.refused += 1,
            }
            counts.flagged += u32::from(row.is_flagged());
            counts.normalised += u32::from(row.is_normalised);
        }
        counts
    }
}

/// Says what each row does.
pub fn plan(rows: Vec<ReadRow>, known: &Known) -> Plan {
    let matches = matched(&rows, known);
    let mut file = File { claimed: matches.iter().flatten().copied().collect(), ..File::default() };
    let planned = rows.into_iter().zip(matches).map(|(row, matched)| file.step(row, matched, known));
    Plan { rows: planned.collect() }
}

/// Which institution each row is. The stronger identifier of one row goes before the weaker of another; of two rows that
/// have the same, the first is taken.
fn matched(rows: &[ReadRow], known: &Known) -> Vec<Option<InstitutionId>> {
    let mut matches: Vec<Option<InstitutionId>> = vec![None; rows.len()];
    let mut claimed = HashSet::new();
    for kind in STRENGTH {
        for (row, matched) in rows.iter().zip(&mut matches) {
            if matched.is_some() || !row.refusals.is_empty() {
                continue;
            }
            let own = |identifier: &&Identifier| identifier.kind == kind && !known.is_former(identifier);
            let identifier = row.given.identifiers.iter().find(own);
            let bearer = identifier.and_then(|identifier| {
                // What lists write where there is no code is no code: a broken one needs the name beside it.
                known
                    .bearer(identifier)
                    .filter(|id| !identifier.is_flagged || known.is_named(&row.given, *id))
            });
            *matched = bearer.filter(|id| claimed.insert(*id));
        }
    }
    // What is left may be what one of them once was, beside a row that it is now.
    for (row, matched) in rows.iter().zip(&mut matches) {
        let former = |identifier: &&Identifier| known.is_former(identifier);
        let once = row.given.identifiers.iter().find(former).and_then(|identifier| known.bearer(identifier));
        *matched = matched.or_else(|| once.filter(|_| row.refusals.is_empty()));
    }
    matches
}

/// What the rows so far have taken.
#[derive(Default)]
struct File {
    /// Institutions that a row of the file is.
    claimed: HashSet<InstitutionId>,
    /// Identifiers, with their row.
    identifiers: HashMap<(IdentifierKind, String), u32>,
    /// Names in a country of new institutions, with their row.
    names: HashMap<(Country, String), u32>,
}

impl File {
    fn step(&mut self, row: ReadRow, matched: Option<InstitutionId>, known: &Known) -> PlannedRow {
        let ReadRow { number, label, mut given, is_normalised, flags: mut reasons, refusals } = row;
        let step = if refusals.is_empty() {
            self.taken(number, &mut given, matched, known, &mut reasons)
        } else {
            reasons = refusals;
            Step::Refuse
        };
        PlannedRow { number, label, is_normalised: is_normalised && step != Step::Refuse, reasons, step }
    }

    fn taken(
        &mut self,
        number: u32,
        given: &mut Given,
        matched: Option<InstitutionId>,
        known: &Known,
        reasons: &mut Vec<Reason>,
    ) -> Step {
        if let Some(row) = self.twin(given) {
            *reasons = vec![Reason::SameAsRow { row }];
            return Step::Refuse;
        }
        if leave_out_former(given, known, reasons) && given.identifiers.iter().all(|one| one.is_flagged) {
            return matched.map_or(Step::Refuse, Step::Leave);
        }
        self.leave_out_taken(given, matched, known, reasons);
        for identifier in given.identifiers.iter().filter(|identifier| !identifier.is_flagged) {
            self.identifiers.insert((identifier.kind, identifier.value.clone()), number);
        }
        match matched.and_then(|id| Some((id, known.institutions.get(&id)?))) {
            Some((institution, present)) => change(institution, present, given, reasons),
            None => self.add(number, given, known, reasons),
        }
    }

    /// The earlier row that has the same strongest identifier.
    fn twin(&self, given: &Given) -> Option<u32> {
        let sound = given.identifiers.iter().filter(|identifier| !identifier.is_flagged);
        let strongest = |kind| sound.clone().find(|identifier| identifier.kind == kind);
        let identifier = STRENGTH.into_iter().find_map(strongest)?;
        self.identifiers.get(&(identifier.kind, identifier.value.clone())).copied()
    }

    /// Takes out the identifiers that are somebody else's.
    fn leave_out_taken(
        &self,
        given: &mut Given,
        matched: Option<InstitutionId>,
        known: &Known,
        reasons: &mut Vec<Reason>,
    ) {
        given.identifiers.retain(|identifier| {
            if identifier.is_flagged {
                return true;
            }
            let key = (identifier.kind, identifier.value.clone());
            let column = Column::of_identifier(identifier.kind);
            let value = identifier.value.clone();
            let bearer =
                known.bearers.get(&key).and_then(|ids| ids.first()).filter(|id| Some(**id) != matched);
            let reason = match (self.identifiers.get(&key), bearer) {
                (Some(row), _) => Reason::TakenByRow { column, value, row: *row },
                (None, Some(institution)) => Reason::Taken { column, value, institution: *institution },
                (None, None) => return true,
            };
            reasons.push(reason);
            false
        });
    }

    fn add(&mut self, number: u32, given: &Given, known: &Known, reasons: &mut Vec<Reason>) -> Step {
        let draft = match given.draft() {
            Ok(draft) => draft,
            Err(reason) => {
                *reasons = vec![reason];
                return Step::Refuse;
            }
        };
        let keys: Vec<_> = draft.names.iter().map(|(_, name)| (draft.country, fold(name.as_str()))).collect();
        let is_identified = draft.identifiers.iter().any(|identifier| !identifier.is_flagged);
        let mut alike: Vec<_> =
            keys.iter().filter_map(|key| known.named.get(key)).flatten().copied().collect();
        alike.sort_unstable();
        alike.dedup();
        if is_identified {
            // Those that other rows are: two institutions of one name, each with identifiers of its own.
            alike.retain(|id| !self.claimed.contains(id));
        } else if !alike.is_empty() {
            *reasons = vec![Reason::LikelyDuplicate { institutions: alike }];
            return Step::Refuse;
        } else if let Some(row) = keys.iter().find_map(|key| self.names.get(key)) {
            *reasons = vec![Reason::SameAsRow { row: *row }];
            return Step::Refuse;
        }
        self.names.extend(keys.into_iter().map(|key| (key, number)));
        if !alike.is_empty() {
            reasons.push(Reason::LikelyDuplicate { institutions: alike });
        }
        Step::Add(Box::new(draft))
    }
}

/// Takes out the identifiers of what an institution once was; whether there are any.
fn leave_out_former(given: &mut Given, known: &Known, reasons: &mut Vec<Reason>) -> bool {
    let (former, own): (Vec<_>, Vec<_>) = std::mem::take(&mut given.identifiers)
        .into_iter()
        .partition(|identifier| known.is_former(identifier));
    given.identifiers = own;
    let reason = |identifier: &Identifier| Reason::Former {
        column: Column::of_identifier(identifier.kind),
        value: told(&identifier.value),
    };
    reasons.extend(former.iter().map(reason));
    !former.is_empty()
}

fn change(institution: InstitutionId, present: &Present, given: &Given, reasons: &mut Vec<Reason>) -> Step {
    let after = given.merged(&present.draft);
    let keys: Vec<_> = after.names.iter().map(|(_, name)| fold(name.as_str())).collect();
    let left_out = given.names.values().filter(|name| !keys.contains(&fold(name.as_str())));
    reasons.extend(left_out.map(|name| Reason::NameLeftOut { value: name.to_string() }));
    if after == present.draft {
        Step::Leave(institution)
    } else {
        Step::Change { subject: institution, before: Box::new(present.clone()), after: Box::new(after) }
    }
}

#[cfg(test)]
mod tests;
