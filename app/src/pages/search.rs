//! Search over agreements and institutions at once.

use super::{agreements, institutions};
use crate::{
    desk::{self, Desk},
    pages::{page, query_string, title},
    texts::Texts,
    ui::*,
};
use leptos::prelude::*;

/// The results.
#[component]
pub fn SearchPage() -> impl IntoView {
    let desk = Desk::current();
    page(async move {
        let t = Texts(desk.lang());
        let q = desk::query_value(&desk.visit.query, "q").unwrap_or_default();
        let q = q.trim().to_owned();
        let found = if domain::fold::searched(&q).is_empty() {
            view! { <EmptyState title=t.search_empty() /> }.into_any()
        } else {
            results(&desk, &q).await?
        };
        let heading = if q.is_empty() { t.search_title().to_owned() } else { t.search_results(&q) };
        Ok(view! {
            {title(heading.clone())}
            <PageHeader title=heading />
            <SearchBox
                id="page-search"
                action=desk.href("/search")
                label=t.search_registry()
                value=q
                placeholder=t.search_hint()
                large=true
            />
            {found}
        })
    })
}

async fn results(desk: &Desk, q: &str) -> Result<AnyView, crate::error::AppError> {
    let t = Texts(desk.lang());
    let agreements = desk::agreements::search(desk, q).await?;
    let institutions = desk::institutions::suggest(desk, q, 20).await?;
    if agreements.items.is_empty() && institutions.is_empty() {
        return Ok(view! { <EmptyState title=t.search_nothing(q) text=t.search_nothing_text() /> }.into_any());
    }
    let section = |id: &'static str, heading: &'static str, all: String, list: AnyView| {
        let all = all + &query_string(&[("q", q)]);
        view! {
            <Section id=id title=heading aside=move || view! { <a href=all>{t.see_all()}</a> }>
                {list}
            </Section>
        }
    };
    let has_institutions = !institutions.is_empty();
    let has_agreements = !agreements.items.is_empty();
    let list_of_institutions =
        institutions::table(desk, "found-institutions", t.institutions(), institutions);
    let list_of_agreements =
        agreements::table(desk, "found-agreements", t.agreements(), &agreements, desk.today());
    Ok(view! {
        {has_institutions
            .then(|| section("institutions", t.institutions(), desk.href("/institutions"), list_of_institutions))}
        {has_agreements
            .then(|| section("agreements", t.agreements(), desk.href("/agreements"), list_of_agreements))}
    }
    .into_any())
}
