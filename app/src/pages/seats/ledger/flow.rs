//! The ledger of a flow in a year.

use super::{
    explained, facts,
    forms::{Back, changes, hidden},
    lines, said, years,
};
use crate::{
    api::seats::Change,
    desk::{
        Desk,
        balance::pool_page,
        seats::{self, LedgerView, Of, ledger_page},
        with_query,
    },
    error::AppError,
    pages::{agreements::name_of, page, param, title},
    texts::Texts,
    ui::*,
};
use domain::{
    flow::{CapPeriod, Flow},
    id::FlowId,
    seats::{NotOpen, Tally},
};
use leptos::prelude::*;

/// `/:lang/seats/flows/:id/:first`.
#[component]
pub fn LedgerPage() -> impl IntoView {
    let desk = Desk::current();
    let (id, first) = (param("id"), param("first"));
    page(async move {
        let (Ok(id), Ok(first)) = (id.parse::<FlowId>(), first.parse::<i32>()) else {
            return Err(AppError::NotFound);
        };
        let view = seats::ledger(&desk, id, first).await?;
        let mut back = Back::read(&desk, &view.places).await?;
        let refused = back.as_mut().map(|back| back.said(&desk));
        Ok(show(&desk, &view, back.as_ref(), refused))
    })
}

fn show(desk: &Desk, view: &LedgerView, back: Option<&Back>, refused: Option<AnyView>) -> AnyView {
    let (t, lang) = (Texts(desk.lang()), desk.lang());
    let flow = &view.record.flow;
    let [sender, receiver] = [flow.sender, flow.receiver].map(|id| name_of(&view.names, id, lang));
    let between = t.flow_between(&sender, &receiver);
    let heading = t.form_error_named(&t.ledger(&view.places.year.to_string()), &between);
    let trail = vec![(desk.href("/seats"), t.seats().to_owned())];
    let tally = &view.places.ledger.tally;
    let counted = tally.budget.map(|_| flow.kind);
    let closed = tally.is_closed.then(|| view! { <Notice tone=Tone::Info title=t.ledger_year_closed() /> });
    view! {
        {title(heading.clone())}
        <Breadcrumbs label=t.seats() trail=trail here=heading.clone() />
        <PageHeader title=heading eyebrow=t.mobility_kind(flow.kind) lead=t.ledger_lead() />
        {said(desk)}
        {refused}
        {closed}
        {held_back(desk, view)}
        {out_of_time(desk, view)}
        {summary(desk, view)}
        {years(desk, &view.places)}
        {explained(desk, &view.places, counted)}
        {pool(desk, view)}
        {changes(desk, &view.places, back)}
        {closing(desk, view)}
    }
    .into_any()
}

/// That the pool has no place left, and where that can be changed.
fn held_back(desk: &Desk, view: &LedgerView) -> Option<AnyView> {
    let t = Texts(desk.lang());
    let pool = view.held_back_by()?;
    let href = desk.href(&ledger_page(Of::Pool(pool.id), view.places.year.first_year()));
    let title = if pool.cap.is_some() { t.held_back_title() } else { t.held_back_not_agreed() };
    Some(
        view! {
            <Notice tone=Tone::Warning title=title>
                <p>{t.held_back_text()} " " <a href=href>{t.ledger_pool_see()}</a></p>
            </Notice>
        }
        .into_any(),
    )
}

/// That the months or days are used up, though places are left.
fn out_of_time(desk: &Desk, view: &LedgerView) -> Option<AnyView> {
    let t = Texts(desk.lang());
    let notice = || {
        view! {
            <Notice tone=Tone::Warning title=t.out_of_time_title()>
                <p>{t.out_of_time_text()}</p>
            </Notice>
        }
    };
    view.is_out_of_time().then(|| notice().into_any())
}

fn summary(desk: &Desk, view: &LedgerView) -> AnyView {
    let t = Texts(desk.lang());
    let (flow, tally) = (&view.record.flow, &view.places.ledger.tally);
    let agreed = (view.record.agreement, &*format!("flow-{}", flow.id), view.record.revision);
    let mut facts = facts(desk, &view.places, agreed, cap(t, flow, tally));
    if let Some(budget) = tally.budget {
        facts.push(Fact::new(t.flow_budget(), spent(t, flow, tally.spent, budget)));
    }
    view! { <KeyValues facts=facts /> }.into_any()
}

fn cap(t: Texts, flow: &Flow, tally: &Tally) -> String {
    let words = t.places(tally.cap.and_then(|cap| u32::try_from(cap).ok()), flow.unit, flow.cap_period);
    if flow.cap_to_confirm && tally.cap.is_some() { t.ledger_cap_to_confirm(&words) } else { words }
}

/// Months or days that are spent, of how many.
fn spent(t: Texts, flow: &Flow, spent: i64, budget: i64) -> String {
    let (spent, budget) = (t.hundredths(spent), t.hundredths(budget));
    if flow.kind.counts_days() {
        t.ledger_budget_days(&spent, &budget)
    } else {
        t.ledger_budget_months(&spent, &budget)
    }
}

/// The pool that it draws on, and what of its places the reader may know.
fn pool(desk: &Desk, view: &LedgerView) -> Option<AnyView> {
    let t = Texts(desk.lang());
    let (pool, ledger) = view.pool.as_ref()?;
    let shared = lines(desk, "pool-lines", t.flow_pool(), ledger, None);
    let places = desk.href(&ledger_page(Of::Pool(pool.id), view.places.year.first_year()));
    let balance = desk.href(&pool_page(pool.agreement, pool.id));
    Some(
        view! {
            <Section id="pool" title=t.ledger_pool(t.pool_name(&pool.name_fr, &pool.name_en))>
                <p class="quiet-text small-text">{t.ledger_pool_help()}</p>
                {shared}
                <p>
                    <a href=places>{t.ledger_pool_see()}</a>
                </p>
                <p>
                    <a href=balance>{t.pool_balance_see()}</a>
                </p>
            </Section>
        }
        .into_any(),
    )
}

/// Closing the year, for those who may: what is carried over and who leaves the line is said before it is done.
fn closing(desk: &Desk, view: &LedgerView) -> Option<AnyView> {
    let is_open = view.places.period == CapPeriod::AcademicYear && !view.places.ledger.tally.is_closed;
    if view.places.set.is_none() || !is_open {
        return None;
    }
    let t = Texts(desk.lang());
    let tally = &view.places.ledger.tally;
    let body = if view.places.year.starts_on() > desk.today() {
        view! { <p>{t.not_open(NotOpen::NotBegun)}</p> }.into_any()
    } else if tally.held + tally.accepted > 0 {
        let query = format!("flow={}&year={}", view.record.flow.id, view.places.year.first_year());
        let href = desk.href(&with_query("/nominations", &query));
        view! { <p>{t.close_undecided()} " " <a href=href>{t.close_see()}</a></p> }.into_any()
    } else {
        let year = view.places.year.to_string();
        let (carried, leaving) = (t.close_carried(view.to_carry()), t.close_leaving(tally.waiting));
        let hidden = hidden(desk, &view.places);
        view! {
            <Confirm label=t.do_close(&year) warning=t.close_warning(&carried, &leaving)>
                <form method="post" action=Change::Close.endpoint()>
                    {hidden}
                    <Button kind=ButtonKind::Danger>{t.do_close(&year)}</Button>
                </form>
            </Confirm>
        }
        .into_any()
    };
    Some(
        view! {
            <Panel title=t.close_title()>
                <p class="quiet-text small-text">{t.close_help()}</p>
                {body}
            </Panel>
        }
        .into_any(),
    )
}
