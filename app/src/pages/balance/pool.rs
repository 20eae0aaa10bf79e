//! The balances of those who share a pool: all of them in one table, then each year by year.

use super::{Line, form, left, name, not_agreed, places, said, years};
use crate::{
    desk::{
        Desk, Kept,
        balance::{self, PoolBalanceView},
        kept,
        seats::{Of, ledger_page},
    },
    error::AppError,
    pages::{done, in_words, page, param, title},
    texts::Texts,
    ui::*,
};
use domain::{
    balance::OpeningForm,
    id::{AgreementId, PoolId},
};
use leptos::prelude::*;

/// `/:lang/agreements/:id/pools/:pool/balance`.
#[component]
pub fn PoolBalancePage() -> impl IntoView {
    let desk = Desk::current();
    let (agreement, pool) = (param("id"), param("pool"));
    page(async move {
        let (Ok(agreement), Ok(pool)) = (agreement.parse::<AgreementId>(), pool.parse::<PoolId>()) else {
            return Err(AppError::NotFound);
        };
        let view = balance::pool(&desk, agreement, pool).await?;
        let kept = kept(&desk, &balance::pool_page(agreement, pool)).await?;
        Ok(show(&desk, &view, kept))
    })
}

fn show(desk: &Desk, view: &PoolBalanceView, kept: Option<Kept<OpeningForm>>) -> AnyView {
    let t = Texts(desk.lang());
    let [fr, en] = &view.names;
    let heading = t.pool_balance(t.pool_name(fr, en));
    let trail = vec![
        (desk.href("/agreements"), t.agreements().to_owned()),
        (desk.href(&format!("/agreements/{}", view.agreement)), in_words(&view.title, desk.lang()).0),
    ];
    let each = view.sharers.iter().enumerate().map(|(i, own)| {
        let years = years(desk, format!("balance-table-{i}"), own);
        view! { <Section id=format!("sharer-{i}") title=name(own, desk.lang())>{years}</Section> }
    });
    let each = each.collect_view();
    let summary = summary(desk, view);
    let aside = view! { {next_year(desk, view)} {opening(desk, view, kept)} }.into_any();
    view! {
        {title(heading.clone())}
        <Breadcrumbs label=t.agreements() trail=trail here=t.balance() />
        <PageHeader title=heading lead=t.pool_balance_lead() />
        {done(desk, &[("opening_set", t.done_opening_set())])}
        <Columns aside=true>
            <div class="stack">{summary} {each}</div>
            <div class="stack">{aside}</div>
        </Columns>
    }
    .into_any()
}

/// Each over all years, and all together.
fn summary(desk: &Desk, view: &PoolBalanceView) -> AnyView {
    let t = Texts(desk.lang());
    let lines: Vec<Line> =
        view.sharers.iter().map(|own| Line::of_total(name(own, desk.lang()), own.total())).collect();
    let columns = Line::columns(t, t.column_institution(), &lines);
    let rows: Vec<Row> = lines.into_iter().map(|line| line.row(t)).collect();
    let foot = Line::of_total(t.pool_balance_together().to_owned(), view.together()).row(t);
    view! {
        <Section id="sharers" title=t.pool_balance_each()>
            <Table
                id="sharers-table"
                caption=t.pool_balance_each()
                caption_unseen=true
                columns=columns
                rows=rows
                foot=foot
                fold=true
                class="figures"
            />
            <p class="quiet-text">{t.balance_expected_help()}</p>
            <p class="quiet-text">{t.pool_balance_together_help()}</p>
        </Section>
    }
    .into_any()
}

fn next_year(desk: &Desk, view: &PoolBalanceView) -> AnyView {
    let t = Texts(desk.lang());
    let each = view.sharers.iter().map(|own| {
        view! {
            <h3>{name(own, desk.lang())}</h3>
            {left(t, &own.left)}
        }
    });
    let each = each.collect_view();
    let all = t.pool_balance_left(&places(t, &view.left));
    let not_agreed = not_agreed(t, [&view.left]);
    let places = desk.href(&ledger_page(Of::Pool(view.pool), view.next_year));
    view! {
        <Panel title=t.balance_next(&view.forms.name(view.next_year))>
            {each}
            <p>{all}</p>
            {not_agreed}
            <p>
                <a href=places>{t.ledger_pool_see()}</a>
            </p>
        </Panel>
    }
    .into_any()
}

/// What each balance was before, and the form for those that the reader may say it of.
fn opening(desk: &Desk, view: &PoolBalanceView, kept: Option<Kept<OpeningForm>>) -> AnyView {
    let t = Texts(desk.lang());
    let each = view.sharers.iter().map(|own| {
        view! {
            <h3>{name(own, desk.lang())}</h3>
            {said(desk, own)}
        }
    });
    let each = each.collect_view();
    let hidden = [("agreement", view.agreement.to_string()), ("pool", view.pool.to_string())];
    let own: Vec<_> = view.sharers.iter().filter(|own| own.set).collect();
    let form = form(desk, ("/api/set_pool_opening_balance", hidden), &own, kept);
    view! {
        <Panel title=t.balance_opening()>
            {each}
            {form}
        </Panel>
    }
    .into_any()
}
