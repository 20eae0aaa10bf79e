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
    let waiting = (tally.waiting > 0).then(|| t.seats_in_line(&t.number(tally.waiting))).unwrap_or_default();
    let beyond =
        (tally.overridden > 0).then(|| t.seats_beyond(&t.number(tally.overridden))).unwrap_or_default();
    let fullness = tally.fullness();
    let is_notable =
        matches!(fullness, Fullness::Near | Fullness::Full | Fullness::Over | Fullness::NotAgreed);
    let note = if tally.is_closed {
        t.ledger_closed().to_lowercase()
    } else {
        is_notable.then(|| t.fullness(fullness).to_owned()).unwrap_or_default()
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
