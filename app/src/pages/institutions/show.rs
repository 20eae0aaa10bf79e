//! One institution: what it is, its units, its agreements.

use super::{partners, table};
use crate::{
    desk::{Desk, institutions, institutions::InstitutionView},
    error::AppError,
    pages::{agreements, done, exchanges, in_words, page, param, title},
    texts::Texts,
    ui::*,
};
use domain::{exchange::usual_year, id::InstitutionId, partial_date::show_day};
use leptos::prelude::*;
use store::institution::Alias;

/// One institution.
#[component]
pub fn InstitutionPage() -> impl IntoView {
    let desk = Desk::current();
    let id = param("id");
    page(async move {
        let id: InstitutionId = id.parse().map_err(|_| AppError::NotFound)?;
        let view = institutions::view(&desk, id).await?;
        Ok(show(&desk, &view))
    })
}

fn show(desk: &Desk, view: &InstitutionView) -> AnyView {
    let t = Texts(desk.lang());
    let id = view.record.id;
    let (name, name_lang) = in_words(&view.record.draft.names, desk.lang());
    let allowed = view.allowed;
    let edit = desk.href(&format!("/institutions/{id}/edit"));
    let members = desk.href(&format!("/institutions/{id}/members"));
    let merge = desk.href(&format!("/institutions/{id}/merge"));
    let actions = move || {
        view! {
            {allowed.edit.then(|| view! { <ButtonLink href=edit icon=Glyph::Pen>{t.edit()}</ButtonLink> })}
            {allowed
                .members
                .then(|| view! { <ButtonLink href=members icon=Glyph::People>{t.institution_members()}</ButtonLink> })}
            {allowed
                .merge
                .then(|| view! { <ButtonLink href=merge kind=ButtonKind::Quiet>{t.merge_with_another()}</ButtonLink> })}
        }
    };
    let synthetic = view.record.is_synthetic.then(|| view! { <Tag label=t.synthetic_mark() /> });
    let trail = vec![(desk.href("/institutions"), t.institutions().to_owned())];
    let units = (!view.units.is_empty()).then(|| {
        let units = table(desk, "unit-table", t.section_units(), view.units.clone());
        view! { <Section id="units" title=t.section_units()>{units}</Section> }
    });
    let facts = facts(desk, view);
    let partner_list = partners::section(desk, id, &view.partners);
    let exchange_list = open_exchanges(desk, view);
    let deadlines = partners::deadlines(desk, &view.deadlines);
    let all = desk.href(&format!("/agreements?institution={id}"));
    let list = if view.agreements.items.is_empty() {
        view! { <EmptyState title=t.institution_no_agreement() /> }.into_any()
    } else {
        let has_more = view.agreements.next.is_some();
        view! {
            {agreements::table(desk, "agreement-table", t.section_agreements(), &view.agreements, desk.today())}
            {has_more.then(|| view! { <p><a href=all>{t.see_all()}</a></p> })}
        }
        .into_any()
    };
    view! {
        {title(name.clone())}
        <Breadcrumbs label=t.institutions() trail=trail here=name.clone() />
        <div lang=name_lang>
            <PageHeader title=name eyebrow=t.institution_kind(view.record.draft.kind) actions=actions>
                {synthetic}
            </PageHeader>
        </div>
        {done(desk, &[("created", t.done_institution_created()), ("saved", t.done_saved()), ("merged", t.done_merged())])}
        <Columns aside=true>
            <div class="stack">
                <Section id="agreements" title=t.section_agreements()>
                    {list}
                </Section>
                {exchange_list}
                {partner_list}
                {units}
            </div>
            <div class="stack">
                {deadlines}
                <Panel title=t.section_identity()>
                    <KeyValues facts=facts />
                </Panel>
            </div>
        </Columns>
    }
    .into_any()
}

/// The first exchanges open to its students, and the way to all; nothing where there are none.
fn open_exchanges(desk: &Desk, view: &InstitutionView) -> Option<AnyView> {
    if view.exchanges.items.is_empty() {
        return None;
    }
    let t = Texts(desk.lang());
    let year = usual_year(desk.today());
    let heading = t.section_exchanges(&year.to_string());
    let home = format!("?home={}", view.record.id);
    let all = desk.href(&format!("/exchanges{home}"));
    let table = exchanges::table(desk, "exchange-table", &heading, &view.exchanges, year, &home);
    Some(
        view! {
            <Section id="exchanges" title=heading>
                {table}
                <p><a href=all>{t.exchanges_from_here()}</a></p>
            </Section>
        }
        .into_any(),
    )
}

fn facts(desk: &Desk, view: &InstitutionView) -> Vec<Fact> {
    let t = Texts(desk.lang());
    let lang = desk.lang();
    let draft = &view.record.draft;
    let names = draft
        .names
        .iter()
        .map(|(tag, name)| {
            let language = tag.name(lang);
            view! {
                <li>
                    <span lang=tag.to_string()>{name.to_string()}</span>
                    " "
                    <span class="quiet-text">"(" {language} ")"</span>
                </li>
            }
        })
        .collect_view();
    let mut facts = vec![Fact::new(t.fact_names(), view! { <ul class="plain">{names}</ul> })];
    let link = |id: InstitutionId| {
        let name = agreements::name_of(&view.names, id, lang);
        view! { <a href=desk.href(&format!("/institutions/{id}"))>{name}</a> }
    };
    if let Some(parent) = draft.parent {
        facts.push(Fact::new(t.fact_parent(), link(parent)));
    }
    if let Some(successor) = draft.successor {
        facts.push(Fact::new(t.fact_successor(), link(successor)));
    }
    let country = draft.country;
    let by_country = desk.href(&format!("/institutions?country={}", country.code()));
    if let Some(city) = &draft.city {
        facts.push(Fact::new(t.fact_city(), city.to_string()));
    }
    facts.push(Fact::new(t.fact_country(), view! { <a href=by_country>{country.name(lang)}</a> }));
    if let Some(site) = &draft.site {
        let host = site.host().to_owned();
        facts.push(Fact::new(t.fact_site(), view! { <a href=site.to_string() rel="noopener">{host}</a> }));
    }
    if let Some(coordinates) = draft.coordinates {
        facts.push(Fact::new(t.fact_coordinates(), coordinates.to_string()));
    }
    for identifier in &draft.identifiers {
        let flag = identifier.is_flagged.then(|| view! { <p class="under">{t.identifier_flagged()}</p> });
        facts.push(Fact::new(
            t.identifier_kind(identifier.kind),
            view! {
                <span class="mono code">{identifier.value.clone()}</span>
                {flag}
            },
        ));
    }
    facts.extend(once(desk, view));
    facts
}

/// What else it is found by: the names and identifiers of those that turned out to be it.
fn once(desk: &Desk, view: &InstitutionView) -> Option<Fact> {
    if view.aliases.is_empty() {
        return None;
    }
    let t = Texts(desk.lang());
    let alias = |alias: &Alias| {
        let (name, lang) = in_words(&alias.draft.names, desk.lang());
        let codes = alias.draft.identifiers.iter().map(|identifier| {
            let kind = t.identifier_kind(identifier.kind);
            view! { <p class="under">{kind} " " <span class="mono code">{identifier.value.clone()}</span></p> }
        });
        let since = t.merged_on(&show_day(alias.merged_at.date_naive(), desk.lang()));
        view! {
            <li>
                <span lang=lang>{name}</span>
                {codes.collect_view()}
                <p class="under">{since}</p>
            </li>
        }
    };
    let aliases = view.aliases.iter().map(alias).collect_view();
    Some(Fact::new(t.fact_once(), view! { <ul class="plain">{aliases}</ul> }))
}
