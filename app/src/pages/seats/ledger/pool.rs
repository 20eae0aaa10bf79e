//! The ledger of a pool in a year: the places that several flows share.

use super::{
    explained, facts,
    forms::{Back, changes},
    said, years,
};
use crate::{
    desk::{
        Desk,
        balance::pool_page,
        seats::{self, PoolLedgerView},
    },
    error::AppError,
    pages::{
        agreements::name_of,
        page, param,
        seats::{bar, ledger_path},
        title,
    },
    texts::Texts,
    ui::*,
};
use domain::{flow::SeatUnit, id::PoolId};
use leptos::prelude::*;

/// `/:lang/seats/pools/:id/:first`.
#[component]
pub fn PoolLedgerPage() -> impl IntoView {
    let desk = Desk::current();
    let (id, first) = (param("id"), param("first"));
    page(async move {
        let (Ok(id), Ok(first)) = (id.parse::<PoolId>(), first.parse::<i32>()) else {
            return Err(AppError::NotFound);
        };
        let view = seats::pool_ledger(&desk, id, first).await?;
        let mut back = Back::read(&desk, &view.places).await?;
        let refused = back.as_mut().map(|back| back.said(&desk));
        Ok(show(&desk, &view, back.as_ref(), refused))
    })
}

fn show(desk: &Desk, view: &PoolLedgerView, back: Option<&Back>, refused: Option<AnyView>) -> AnyView {
    let t = Texts(desk.lang());
    let pool = &view.pool;
    let name = t.ledger_pool(t.pool_name(&pool.name_fr, &pool.name_en));
    let heading = t.form_error_named(&t.ledger(&view.places.year.to_string()), &name);
    let trail = vec![(desk.href("/seats"), t.seats().to_owned())];
    let cap = view.places.ledger.tally.cap.and_then(|cap| u32::try_from(cap).ok());
    let cap = t.places(cap, SeatUnit::Person, pool.cap_period);
    let revision = view.flows.first().map_or(1, |(record, _)| record.revision);
    let facts = facts(desk, &view.places, (pool.agreement, "flows", revision), cap);
    let balance = desk.href(&pool_page(pool.agreement, pool.id));
    view! {
        {title(heading.clone())}
        <Breadcrumbs label=t.seats() trail=trail here=heading.clone() />
        <PageHeader title=heading lead=t.ledger_pool_help() />
        {said(desk)}
        {refused}
        <KeyValues facts=facts />
        {years(desk, &view.places)}
        {flows(desk, view)}
        {explained(desk, &view.places, None)}
        <p>
            <a href=balance>{t.pool_balance_see()}</a>
        </p>
        {changes(desk, &view.places, back)}
    }
    .into_any()
}

/// The flows that share the places, with what each has.
fn flows(desk: &Desk, view: &PoolLedgerView) -> AnyView {
    let (t, lang) = (Texts(desk.lang()), desk.lang());
    let year = view.places.year;
    let rows = view.flows.iter().map(|(record, tally)| {
        let flow = &record.flow;
        let [sender, receiver] = [flow.sender, flow.receiver].map(|id| name_of(&view.names, id, lang));
        let gone = record.is_dropped.then(|| view! { " " <Tag label=t.board_gone() /> });
        let href = desk.href(&ledger_path(flow, year.first_year()));
        Row::new()
            .cell(view! { {t.flow_between(&sender, &receiver)} {gone} })
            .cell(tally.as_ref().map(|tally| bar(desk, href, year, tally)))
    });
    let rows = rows.collect();
    let columns = vec![Column::text(t.board_flow()), Column::text(t.board_fullness())];
    view! {
        <Section id="flows" title=t.ledger_pool_flows()>
            <Table id="sharing" caption=t.ledger_pool_flows() caption_unseen=true columns=columns rows=rows fold=true />
        </Section>
    }
    .into_any()
}
