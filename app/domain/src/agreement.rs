//! Agreements: what the parties have written, and the dated facts about it.
//!
//! [`Content`] is what a revision fixes and what its hash bears on. Contacts, signatories as announced, sources
//! and visibility stand beside it ([`PartyNote`], [`AgreementSource`]): changing them is no revision. The
//! standing on a day is derived from facts: see [`Course`]. What the content promises is a [`crate::commitment::Commitment`].

mod approval;
mod content;
mod coverage;
mod difference;
mod evidence;
mod facts;
mod form;
mod ladder;
mod renewal;
mod ruling;
mod signature;
mod standing;
mod termination;

pub use approval::{ApprovalDraft, ApprovalForm};
pub use content::{
    AgreementKind, Content, ContentHash, LONG_TEXT_MAX, PARTIES_MAX, Party, PartyRole, Period, REFERENCE_MAX,
    Renewal, SUMMARY_MAX, TITLE_MAX,
};
pub use coverage::{Covering, GAP_AHEAD_MONTHS, OwnCovering, Pair, gap_years, gaps, gaps_of_each};
pub use difference::{Difference, differences};
pub use evidence::{EVIDENCE_MAX, Evidence};
pub use facts::{Awaited, Awaiting, Facts, RevisionFacts, Settled};
pub use form::{
    AgreementDraft, AgreementForm, AgreementSource, Contact, ContactForm, PartyForm, PartyNote, SourceForm,
    Visibility,
};
pub(crate) use form::{in_language, mark, shown};
pub use ladder::{Deadline, DeadlineKind, STEPS, Step, Watched, ladder_limit};
pub use renewal::{NotRenewed, SuccessionKind, not_renewed};
pub use signature::{SignatureDraft, SignatureForm};
pub use standing::{Course, Standing, StandingChoice, soon_limit};
pub use termination::{
    ALL_PARTIES, Notice, TerminationDraft, TerminationForm, earliest as earliest_end, notice_asked,
    respects_notice,
};
