//! Home: what this registry holds, search, what changed last, what ends soon; for an office, its drafts.

use super::agreements::table;
use crate::{
    desk::{Desk, agreements, agreements::Home},
    pages::{page, title},
    texts::Texts,
    ui::*,
};
use domain::access::{CreateAgreement, Role, decide};
use leptos::prelude::*;

/// Home.
#[component]
pub fn HomePage() -> impl IntoView {
    let desk = Desk::current();
    page(async move {
        let home = agreements::home(&desk).await?;
        Ok(show(&desk, home))
    })
}

fn show(desk: &Desk, home: Home) -> AnyView {
    let t = Texts(desk.lang());
    let today = desk.today();
    let parties = desk.actor().covered(Role::Officer);
    let new = desk.href("/agreements/new");
    let actions = decide(desk.actor(), CreateAgreement { parties }).is_ok().then(|| {
        view! {
            <ButtonLink href=new kind=ButtonKind::Primary icon=Glyph::Plus>
                {t.new_agreement()}
            </ButtonLink>
        }
    });
    let drafts = home.drafts.map(|drafts| {
        let body = if drafts.items.is_empty() {
            view! { <p class="quiet-text">{t.home_drafts_none()}</p> }.into_any()
        } else {
            table(desk, "drafts", t.home_drafts(), &drafts, today)
        };
        view! { <Section id="your-drafts" title=t.home_drafts()>{body}</Section> }
    });
    let awaiting = home.awaiting.filter(|page| !page.items.is_empty()).map(|page| {
        let all = desk.href("/inbox");
        let body = table(desk, "awaiting-table", t.awaiting_yours(), &page, today);
        view! {
            <Section id="awaiting" title=t.awaiting_yours() aside=move || view! { <a href=all>{t.see_all()}</a> }>
                {body}
            </Section>
        }
    });
    let recent = if home.recent.items.is_empty() {
        view! { <EmptyState title=t.no_agreement_yet() text=t.no_agreement_yet_text() /> }.into_any()
    } else {
        table(desk, "recent-table", t.home_recent(), &home.recent, today)
    };
    let ending = if home.ending.items.is_empty() {
        view! { <p class="quiet-text">{t.home_ending_none()}</p> }.into_any()
    } else {
        table(desk, "ending-table", t.home_ending(), &home.ending, today)
    };
    let all = desk.href("/agreements");
    let all_ending = desk.href("/agreements?standing=ending_soon&sort=end");
    view! {
        {title(t.tagline())}
        <PageHeader title=t.tagline() lead=t.home_lead() actions=move || actions />
        <SearchBox
            id="home-search"
            action=desk.href("/search")
            label=t.search_registry()
            placeholder=t.search_hint()
            large=true
        />
        <div class="stats">
            <Stat value=t.number(home.agreements) label=t.home_agreements() href=all.clone() />
            <Stat
                value=t.number(home.institutions)
                label=t.home_institutions()
                href=desk.href("/institutions")
            />
            <Stat value=t.number(home.countries) label=t.home_countries() />
        </div>
        {awaiting}
        {drafts}
        <Section id="recent" title=t.home_recent() aside=move || view! { <a href=all>{t.see_all()}</a> }>
            {recent}
        </Section>
        <Section id="ending" title=t.home_ending() aside=move || view! { <a href=all_ending>{t.see_all()}</a> }>
            {ending}
        </Section>
    }
    .into_any()
}
