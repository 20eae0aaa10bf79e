//! The balance of two institutions.

use super::{form, left, name, not_agreed, said, years};
use crate::{
    desk::{
        Desk, Kept,
        balance::{self, BalanceView},
        kept,
    },
    error::AppError,
    pages::{done, in_words, page, param, title},
    texts::Texts,
    ui::*,
};
use domain::{balance::OpeningForm, id::InstitutionId};
use leptos::prelude::*;

/// `/:lang/institutions/:id/with/:other/balance`.
#[component]
pub fn BalancePage() -> impl IntoView {
    let desk = Desk::current();
    let ids = [param("id"), param("other")].map(|id| id.parse::<InstitutionId>());
    page(async move {
        let [Ok(one), Ok(other)] = ids else { return Err(AppError::NotFound) };
        let view = balance::view(&desk, [one, other]).await?;
        let kept = kept(&desk, &balance::pair_page(one, other)).await?;
        Ok(show(&desk, &view, kept))
    })
}

fn show(desk: &Desk, view: &BalanceView, kept: Option<Kept<OpeningForm>>) -> AnyView {
    let t = Texts(desk.lang());
    let names = [name(&view.own, desk.lang()), in_words(&view.partner.names, desk.lang()).0];
    let heading = t.balance_with(&names[0], &names[1]);
    let [one, other] = [view.own.institution.id, view.partner.id];
    let trail = vec![
        (desk.href("/institutions"), t.institutions().to_owned()),
        (desk.href(&format!("/institutions/{one}")), names[0].clone()),
        (desk.href(&format!("/institutions/{one}/with/{other}")), names[1].clone()),
    ];
    let help =
        (!view.own.years.is_empty()).then(|| view! { <p class="quiet-text">{t.balance_expected_help()}</p> });
    let years = years(desk, "balance-table".to_owned(), &view.own);
    let hidden = [("institution", one.to_string()), ("partner", other.to_string())];
    let own: Vec<_> = [&view.own].into_iter().filter(|own| own.set).collect();
    let form = form(desk, ("/api/set_opening_balance", hidden), &own, kept);
    let said = said(desk, &view.own);
    let (left, not_agreed) = (left(t, &view.own.left), not_agreed(t, &view.own.left));
    let aside = view! {
        <Panel title=t.balance_next(&view.own.forms.name(view.next_year))>
            {left}
            {not_agreed}
        </Panel>
        <Panel title=t.balance_opening()>
            {said}
            {form}
        </Panel>
    }
    .into_any();
    view! {
        {title(heading.clone())}
        <Breadcrumbs label=t.institutions() trail=trail here=t.balance() />
        <PageHeader title=heading lead=t.balance_lead() />
        {done(desk, &[("opening_set", t.done_opening_set())])}
        <Columns aside=true>
            <div class="stack">
                <Section id="years" title=t.balance_years()>{years} {help}</Section>
            </div>
            <div class="stack">{aside}</div>
        </Columns>
    }
    .into_any()
}
