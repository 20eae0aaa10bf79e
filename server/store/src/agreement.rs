//! Agreements: their revisions, their facts, and the lists they are found in.
//!
//! [`read`](self) gives one whole; `write` changes it; `project` keeps what lists show in step with revisions and
//! facts; `filter` says which agreements a list holds, `list` sorts and pages them, and `lists` keeps
//! them until the registry changes;
//! `life` holds how it ends and what follows it; `negotiate` holds approvals and comments; `load` takes in agreements that exist already, with their facts;
//! `drafts` reads many as their forms show them.

mod drafts;
mod filter;
mod life;
mod list;
mod lists;
mod load;
mod negotiate;
mod project;
mod read;
mod watched;
mod write;

pub use filter::{AgreementFilter, Visible, count, count_published};
pub use life::{
    Renewable, RenewalLine, RenewalReport, find_report, hold, keep, renew, renew_among, renewables, replace,
    report, terminate, withdraw_termination,
};
pub use list::{AgreementItem, AgreementSort, Cursor, ItemParty, Page, ending_soon, list};
pub use lists::Lists;
pub use load::{LoadedAgreement, Termination, count_synthetic, load};
pub use negotiate::{Comment, approve, comment, comments, revert, withdraw_approval};
pub use read::{
    AgreementRecord, Approval, Related, RevisionRecord, Signature, TerminationRecord, find, get, scope,
};
pub use watched::{Deadlines, deadlines};
pub use write::{create, delete, publish, share, sign, update};

pub(crate) use drafts::{Drafted, drafts};
pub(crate) use filter::{push_told, push_visible, push_whole};
pub(crate) use load::take_in;
pub(crate) use project::{index_those_of, project, refold};
pub(crate) use watched::{WatchedRow, watched_columns};
pub(crate) use write::{record, rewrite};

/// Every constant statement of this module's children.
pub(crate) fn statements() -> Vec<(&'static str, &'static str)> {
    [
        filter::sql::ALL,
        life::sql::ALL,
        load::sql::ALL,
        negotiate::sql::ALL,
        project::sql::ALL,
        read::sql::ALL,
        write::sql::ALL,
    ]
    .concat()
}
