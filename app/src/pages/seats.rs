//! Places: the board of flows by year, and the ledger of one.

mod board;
mod ledger;

pub use board::SeatsPage;
pub use ledger::LedgerPage;

use crate::{desk::Desk, texts::Texts, ui::*};
use domain::{
    academic_year::AcademicYear,
    flow::Flow,
    seats::{Fullness, Tally},
};
use leptos::prelude::*;

/// The ledger of a flow in a year, below the language.
pub(crate) fn ledger_path(flow: &Flow, first: i32) -> String {
    format!("/seats/flows/{}/{first}", flow.id)
}

/// The places of a year as a bar that leads to what explains them.
fn bar(desk: &Desk, href: String, year: AcademicYear, tally: &Tally) -> impl IntoView + use<> {
    let t = Texts(desk.lang());
    let parts = SeatParts {
        confirmed: tally.confirmed,
        kept: tally.held + tally.accepted,
        free: tally.remaining().max(0),
    };
    let some = |count: i64, words: String| if count > 0 { words } else { String::new() };
    let waiting = some(tally.waiting, t.seats_in_line(&t.number(tally.waiting)));
    let beyond = some(tally.overridden, t.seats_beyond(&t.number(tally.overridden)));
    let note = match tally.fullness() {
        _ if tally.is_closed => t.ledger_closed().to_lowercase(),
        fullness @ (Fullness::Near | Fullness::Full | Fullness::Over | Fullness::NotAgreed) => {
            t.fullness(fullness).to_owned()
        }
        Fullness::Empty | Fullness::Open => String::new(),
    };
    view! {
        <SeatBar
            href=href
            parts=parts
            number=t.seat_number(tally)
            waiting=waiting
            beyond=beyond
            note=note
            said=t.seat_sentence(year, tally)
        />
    }
}
