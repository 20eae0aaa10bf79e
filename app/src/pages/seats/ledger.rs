//! The ledger of a flow or of a pool in a year: every unit explained, who is in line, and what changes how many there are. What both
//! pages show is here.

mod flow;
mod forms;
mod pool;

pub use flow::LedgerPage;
pub use pool::PoolLedgerPage;

use super::{bar, people, person};
use crate::{
    desk::{
        Desk,
        seats::{Ledger, LedgerLine, Places, ledger_page},
    },
    pages::done,
    texts::Texts,
    ui::*,
};
use domain::{
    decimal::Decimal,
    flow::{CapPeriod, MobilityKind},
    id::AgreementId,
    partial_date::show_day,
    seats::LineKind,
};
use leptos::prelude::*;

/// What was done here.
fn said(desk: &Desk) -> Option<AnyView> {
    let t = Texts(desk.lang());
    done(
        desk,
        &[
            ("adjusted", t.done_adjusted()),
            ("overridden", t.done_overridden()),
            ("closed", t.done_year_closed()),
        ],
    )
}

/// How full it is, where it was agreed, and the numbers.
fn facts(
    desk: &Desk,
    places: &Places,
    (agreement, anchor, revision): (AgreementId, &str, i64),
    cap: String,
) -> Vec<Fact> {
    let t = Texts(desk.lang());
    let tally = &places.ledger.tally;
    let here = desk.href(&ledger_page(places.of, places.year.first_year()));
    let agreement = desk.href(&format!("/agreements/{agreement}#{anchor}"));
    let link = t.ledger_agreement_link(revision);
    let number = |label: &'static str, count: i64| Fact::new(label, t.number(count));
    vec![
        Fact::new(t.board_fullness(), bar(desk, format!("{here}#ledger"), places.year, tally)),
        Fact::new(t.ledger_agreement(), view! { <a href=agreement>{link}</a> }),
        Fact::new(t.ledger_cap(), cap),
        number(t.ledger_capacity(), tally.capacity()),
        number(t.ledger_confirmed(), tally.confirmed),
        number(t.ledger_accepted(), tally.accepted),
        number(t.ledger_held(), tally.held),
        number(t.ledger_remaining(), tally.remaining()),
        number(t.ledger_waiting(), tally.waiting),
    ]
}

/// The years before and after; none where the places are those of the whole agreement.
fn years(desk: &Desk, places: &Places) -> Option<AnyView> {
    if places.period == CapPeriod::Agreement {
        return None;
    }
    let t = Texts(desk.lang());
    let links = [places.year.previous(), places.year.next()].into_iter().flatten().map(|year| {
        let href = desk.href(&ledger_page(places.of, year.first_year()));
        view! { <li><a href=href>{t.ledger(&year.to_string())}</a></li> }
    });
    let links = links.collect_view();
    Some(view! { <nav class="sorts" aria-label=t.board_years()><ul>{links}</ul></nav> }.into_any())
}

/// The ledger, and those in line; of a kind of mobility where months or days are counted.
fn explained(desk: &Desk, places: &Places, kind: Option<MobilityKind>) -> AnyView {
    let t = Texts(desk.lang());
    let own = lines(desk, "lines", t.ledger_lines(), &places.ledger, kind);
    let line = line(desk, places);
    view! {
        <Section id="ledger" title=t.ledger_lines()>
            {own}
        </Section>
        {line}
    }
    .into_any()
}

/// Every line with what is left after it, and the sums; with months or days where these are counted for a kind of mobility.
fn lines(
    desk: &Desk,
    id: &'static str,
    caption: &'static str,
    ledger: &Ledger,
    kind: Option<MobilityKind>,
) -> AnyView {
    let t = Texts(desk.lang());
    if ledger.lines.is_empty() {
        return view! { <p class="quiet-text">{t.ledger_none()}</p> }.into_any();
    }
    let columns = vec![
        Column::date(t.ledger_when()),
        Column::text(t.ledger_what()),
        Column::text(t.ledger_who()),
        Column::number(t.ledger_change()),
        Column::number(t.ledger_taking()),
        Column::number(t.ledger_left()),
    ];
    let rows = ledger.lines.iter().map(|line| row(desk, line, kind)).collect();
    let tally = &ledger.tally;
    let foot = Row::new()
        .cell(t.ledger_sum())
        .cell(())
        .cell(())
        .cell(t.number(tally.capacity()))
        .cell(t.number(tally.used()))
        .cell(t.number(tally.remaining()));
    view! { <Table id=id caption=caption caption_unseen=true columns=columns rows=rows foot=foot fold=true /> }.into_any()
}

fn row(desk: &Desk, line: &LedgerLine, kind: Option<MobilityKind>) -> Row {
    let t = Texts(desk.lang());
    let when =
        line.at.map_or_else(|| t.ledger_of_flow().to_owned(), |at| show_day(at.date_naive(), desk.lang()));
    let signed = |units: i64| if units > 0 { format!("+{}", t.number(units)) } else { t.number(units) };
    let by = line.by.clone().or_else(|| line.by_side.map(|side| t.ledger_side(side).to_owned()));
    let length = kind.filter(|_| line.months != 0).map(|kind| {
        let sign = if line.months > 0 { '+' } else { '−' };
        format!("{sign}{}", t.budget(Decimal::sum(line.months.abs()), kind))
    });
    let length = length.map(|length| view! { <span class="under small-text">{length}</span> });
    // Nothing at all is left out on a phone.
    let (change, taking) = if is_of_budget(line) {
        (().into_any(), ().into_any())
    } else if line.kind.is_capacity() {
        (signed(line.units).into_any(), ().into_any())
    } else {
        (().into_any(), signed(line.units).into_any())
    };
    Row::new()
        .cell(when)
        .cell(view! { {what(desk, line)} {length} })
        .cell(by.unwrap_or_default())
        .cell(change)
        .cell(taking)
        .cell(t.number(line.left))
}

/// Whether a revision said other months or days, and no other number of places.
const fn is_of_budget(line: &LedgerLine) -> bool {
    line.kind.is_capacity() && line.units == 0 && line.months != 0
}

/// What a line is about: whose place it is, of which revision, why.
fn what(desk: &Desk, line: &LedgerLine) -> AnyView {
    let t = Texts(desk.lang());
    let kind = if is_of_budget(line) { t.flow_budget() } else { t.line_kind(line.kind) };
    let words = match (&line.nomination, line.revision) {
        (Some(one), _) => return view! { {kind} " " {person(desk, one)} }.into_any(),
        (None, _) if matches!(line.kind, LineKind::Taken | LineKind::Freed) => {
            format!("{kind} {}", t.ledger_a_student())
        }
        (None, Some(revision)) => format!("{kind} · {}", t.ledger_revision(revision)),
        (None, None) => kind.to_owned(),
    };
    let reason = line.reason.clone().map(|reason| view! { <span class="under small-text">{reason}</span> });
    let evidence = line.evidence.as_ref().map(|evidence| t.ledger_evidence(evidence));
    let evidence = evidence.map(|words| view! { <span class="under small-text">{words}</span> });
    view! { {words} {reason} {evidence} }.into_any()
}

fn line(desk: &Desk, places: &Places) -> AnyView {
    let t = Texts(desk.lang());
    let people = people(desk, &places.line, places.ledger.tally.waiting)
        .unwrap_or_else(|| view! { <p class="quiet-text">{t.ledger_line_none()}</p> }.into_any());
    view! {
        <Section id="line" title=t.ledger_line()>
            <p class="quiet-text small-text">{t.ledger_line_rule()}</p>
            {people}
        </Section>
    }
    .into_any()
}
