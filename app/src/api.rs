//! Server functions, by area. Each is a public endpoint: it authenticates, parses, decides, acts, answers.
//!
//! Writes are plain forms: they answer by going on to a page, or back to the form with what was typed and what
//! is wrong. The islands call those that read.

pub mod accounts;
pub mod agreements;
pub mod balance;
pub mod commitments;
pub mod documents;
pub mod imports;
pub mod inbox;
pub mod institutions;
pub mod life;
pub mod listing;
pub mod nominations;
pub mod seats;
