//! Places: the board of flows by year, and the ledger of a flow or of a pool.

mod board;
mod ledger;

pub use board::SeatsPage;
pub use ledger::{LedgerPage, PoolLedgerPage};

use crate::{
    desk::{
        Desk,
        seats::{self, Named, Of, ledger_page},
    },
    error::AppError,
    texts::Texts,
    ui::*,
};
use domain::{
    academic_year::AcademicYear,
    flow::Flow,
    seats::{Fullness, Tally},
};
use leptos::prelude::*;

/// The ledger of a flow in a year, below the language.
pub(crate) fn ledger_path(flow: &Flow, first: i32) -> String {
    ledger_page(Of::Flow(flow.id), first)
}

/// Who would have to go before what was refused could be done, below the refusal; nothing where it is about something else.
pub(super) async fn in_the_way(desk: &Desk, error: Option<&AppError>) -> Result<Option<AnyView>, AppError> {
    Ok(would_go(desk, &seats::in_the_way(desk, error).await?))
}

/// That these would have to go first; nothing where they are none.
pub(super) fn would_go(desk: &Desk, people: &[Option<Named>]) -> Option<AnyView> {
    let all = i64::try_from(people.len()).unwrap_or(i64::MAX);
    let people = self::people(desk, people, all)?;
    Some(view! { <p>{Texts(desk.lang()).in_the_way()}</p> {people} }.into_any())
}

/// People by name, of so many in all; those who are not listed, or whose nomination the reader may not read, as a number.
fn people(desk: &Desk, people: &[Option<Named>], all: i64) -> Option<AnyView> {
    if people.is_empty() {
        return None;
    }
    let t = Texts(desk.lang());
    let named = people.iter().flatten().map(|one| view! { <li>{person(desk, one)}</li> }).collect_view();
    let others = all - i64::try_from(people.iter().flatten().count()).unwrap_or(0);
    let others =
        (others > 0).then(|| view! { <li>{t.counted(others, t.person_one(), t.person_many())}</li> });
    Some(view! { <ol class="lines">{named} {others}</ol> }.into_any())
}

/// Someone by name, which leads to their nomination, and what that is.
fn person(desk: &Desk, one: &Named) -> AnyView {
    let href = desk.href(&format!("/nominations/{}", one.id));
    let state = Texts(desk.lang()).nomination_state(one.state);
    view! { <a href=href>{one.student.clone()}</a> " · " {state} }.into_any()
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
    let shares = t.seat_shares(tally).unwrap_or_default();
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
            shares=shares
            said=t.seat_sentence(year, tally)
        />
    }
}
