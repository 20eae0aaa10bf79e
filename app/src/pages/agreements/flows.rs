//! The flows of an agreement, on its page: which places it opens, for whom, and by when. Whoever may read the summary reads them.

use super::name_of;
use crate::{
    desk::{Desk, agreements::AgreementView, balance::pool_page},
    pages::in_words,
    texts::Texts,
    ui::*,
};
use domain::{
    agreement::Content,
    decimal::Decimal,
    flow::{Flow, SeatUnit},
};
use leptos::prelude::*;

/// The flows of the revision that rules; nothing where there are none.
pub(super) fn section(desk: &Desk, view: &AgreementView, content: &Content) -> Option<AnyView> {
    if content.flows.is_empty() {
        return None;
    }
    let t = Texts(desk.lang());
    let lines: Vec<_> = content.flows.iter().map(|flow| line(desk, view, content, flow)).collect();
    Some(
        view! {
            <Section id="flows" title=t.section_flows()>
                <ul class="lines">{lines}</ul>
            </Section>
        }
        .into_any(),
    )
}

fn line(desk: &Desk, view: &AgreementView, content: &Content, flow: &Flow) -> AnyView {
    let t = Texts(desk.lang());
    let [sender, receiver] = [flow.sender, flow.receiver].map(|id| name_of(&view.names, id, desk.lang()));
    let mut facts = places(t, flow);
    facts.extend(asked(desk, flow));
    facts.extend(listed(t.flow_deadlines(), flow.deadlines.iter().map(|one| t.term_deadline(one)).collect()));
    if let Some(pool) = flow.pool.and_then(|pool| content.pool(pool)) {
        let places = t.places(pool.cap, SeatUnit::Person, pool.cap_period);
        let words = t.flow_pool_line(&in_words(&pool.name, desk.lang()).0, &places);
        let balance = view.allowed.balances.contains(&pool.id).then(|| {
            let href = desk.href(&pool_page(view.record.scope.id, pool.id));
            view! { <p><a href=href>{t.pool_balance_see()}</a></p> }
        });
        facts.push(Fact::new(t.flow_pool(), view! { {words} {balance} }));
    }
    let nominate = view.allowed.nominate.contains(&flow.id).then(|| {
        let word = t.nominate_one_for(flow.kind);
        let href = desk.href(&format!("/flows/{}/nominate", flow.id));
        let all = desk.href(&format!("/nominations?flow={}", flow.id));
        view! {
            <Actions>
                <ButtonLink href=href small=true>{word}</ButtonLink>
                <ButtonLink href=all small=true kind=ButtonKind::Quiet>
                    {t.nominations()}
                </ButtonLink>
            </Actions>
        }
    });
    let course = view.record.course();
    let is_agreed = course.approved_on.is_some() || course.signed_on.is_some();
    let href = desk.href(&format!("/exchanges/{}", flow.id));
    let catalogue = is_agreed.then(|| view! { <p><a href=href>{t.exchange_see()}</a></p> });
    view! {
        <li class="stack" id=format!("flow-{}", flow.id)>
            <p class="cluster">
                <strong>{t.flow_between(&sender, &receiver)}</strong>
                <Tag label=t.mobility_kind(flow.kind) />
            </p>
            <KeyValues facts=facts />
            {nominate}
            {catalogue}
        </li>
    }
    .into_any()
}

/// How many, in which years, and what else counts.
fn places(t: Texts, flow: &Flow) -> Vec<Fact> {
    let words = t.places(flow.cap, flow.unit, flow.cap_period);
    let mark = flow.cap_to_confirm.then(|| view! { " " <ToConfirm label=t.to_confirm() /> });
    let mut facts = vec![Fact::new(t.flow_places(), view! { {words} {mark} })];
    let mut say = |label: &'static str, words: String| facts.push(Fact::new(label, words));
    if !flow.year_caps.is_empty() {
        let years = flow.year_caps.iter();
        let years = years.map(|own| {
            t.flow_year_cap(&own.year.to_string(), &t.places(own.cap, flow.unit, flow.cap_period))
        });
        say(t.flow_year_caps(), years.collect::<Vec<_>>().join(" · "));
    }
    let years = match (flow.first_year, flow.last_year) {
        (Some(first), Some(last)) => Some(t.from_to(&first.to_string(), &last.to_string())),
        (Some(first), None) => Some(t.flow_years_from(&first.to_string())),
        (None, Some(last)) => Some(t.flow_years_until(&last.to_string())),
        (None, None) => None,
    };
    if let Some(years) = years {
        say(t.flow_years(), years);
    }
    if let Some(budget) = flow.budget {
        say(t.flow_budget(), t.budget(budget, flow.kind));
    }
    if flow.unit == SeatUnit::Semester && !flow.conversion.is_usual() {
        let counts = flow.conversion;
        say(t.flow_conversion(), t.flow_conversion_text(counts.semester, counts.year, counts.quarter));
    }
    if flow.carries_over {
        say(t.flow_carries_over(), t.flow_carries_over_text().to_owned());
    }
    if [flow.weight, flow.ratio] != [Decimal::ONE; 2] {
        say(t.flow_balance(), t.flow_balance_text(&t.decimal(flow.weight), &t.decimal(flow.ratio)));
    }
    facts
}

/// For whom.
pub(crate) fn asked(desk: &Desk, flow: &Flow) -> Vec<Fact> {
    let (t, lang) = (Texts(desk.lang()), desk.lang());
    let mut facts = Vec::new();
    let lists = [
        (t.flow_terms(), flow.terms.iter().map(|term| t.term(*term)).collect::<Vec<_>>().join(", ")),
        (t.flow_levels(), flow.levels.iter().map(|level| t.eqf_level(*level)).collect::<Vec<_>>().join(", ")),
    ];
    facts.extend(
        lists.into_iter().filter(|(_, words)| !words.is_empty()).map(|(l, words)| Fact::new(l, words)),
    );
    let fields: Vec<String> =
        flow.fields.iter().map(|field| format!("{field} {}", field.name(lang))).collect();
    facts.extend(listed(t.flow_fields(), fields));
    facts.extend(listed(t.flow_languages(), flow.languages.iter().map(|one| t.flow_language(one)).collect()));
    let credits = flow.min_ects.map(|credits| t.flow_min_ects(&t.decimal(credits)));
    let year = flow.min_study_year.map(|year| t.flow_min_study_year(year));
    facts.extend(listed(t.flow_asked(), credits.into_iter().chain(year).collect()));
    if flow.is_blended {
        facts.push(Fact::new(t.flow_blended(), t.flow_blended_text()));
    }
    if let Some(conditions) = &flow.conditions {
        let (text, tag) = in_words(conditions, lang);
        facts.push(Fact::new(t.flow_conditions(), super::show::prose(&text, tag)));
    }
    facts
}

/// Several things, one a line; nothing where there are none.
fn listed(label: &'static str, lines: Vec<String>) -> Option<Fact> {
    if lines.is_empty() {
        return None;
    }
    let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    Some(Fact::new(label, view! { <ul class="plain">{lines}</ul> }))
}
