//! Words and rules of the registry of academic partnerships.
//!
//! No database, no web, no clock: everything that depends on the day or on chance takes it as an argument. The
//! same code runs on the server and in the browser, so that a rule speaks alike before and after a round trip.
//!
//! - Values are read once, at the edge, by `parse`; a value that exists is right.
//! - [`institution`] and [`agreement`] hold what people write, [`commitment`] what it promises; [`inbox`] what awaits an office; [`access`] who may do what; [`problem`] what may
//!   be wrong with a field, as codes.

pub mod academic_year;
pub mod access;
pub mod account;
pub mod agreement;
pub mod balance;
mod canonical;
mod coded;
pub mod commitment;
pub mod coordinates;
pub mod country;
pub mod decimal;
pub mod document;
pub mod ects;
pub mod eligibility;
pub mod email;
pub mod eqf;
pub mod exchange;
pub mod flow;
pub mod fold;
pub mod id;
pub mod identifier;
pub mod import;
pub mod inbox;
pub mod institution;
pub mod isced;
pub mod lang;
pub mod language;
pub mod listing;
pub mod month_day;
pub mod multilingual;
pub mod nomination;
pub mod nomination_list;
pub mod partial_date;
pub mod partner;
pub mod problem;
pub mod seats;
pub mod student;
pub mod term;
pub mod text;
pub mod web_url;
