//! The list of agreements: filters, order, pages, all in the address.

use super::table;
use crate::{
    desk::{
        Desk, agreements,
        agreements::{AgreementList, AgreementQuery},
    },
    pages::{counted, done, in_words, page, query_string, refusal, title},
    texts::Texts,
    ui::*,
};
use domain::{
    access::{CreateAgreement, RenewAgreements, Role, decide},
    agreement::{AgreementKind, Standing},
    country::Country,
    isced::IscedField,
};
use leptos::prelude::*;
use store::agreement::AgreementSort;

/// The list.
#[component]
pub fn AgreementsPage() -> impl IntoView {
    let desk = Desk::current();
    page(async move {
        let query: AgreementQuery = crate::desk::read_query(&desk.visit.query);
        let list = agreements::list(&desk, &query).await?;
        let kept = crate::desk::kept::<()>(&desk, "/agreements").await?;
        let refused = refusal(Texts(desk.lang()), kept.and_then(|kept| kept.error).as_ref(), "");
        Ok(show(&desk, &query, &list, refused))
    })
}

fn show(desk: &Desk, query: &AgreementQuery, list: &AgreementList, refused: AnyView) -> AnyView {
    let t = Texts(desk.lang());
    let parties = desk.actor().covered(Role::Officer);
    let may_create = decide(desk.actor(), CreateAgreement { parties }).is_ok();
    let new = desk.href("/agreements/new");
    let actions = move || {
        may_create
            .then(|| view! { <ButtonLink href=new kind=ButtonKind::Primary icon=Glyph::Plus>{t.new_agreement()}</ButtonLink> })
    };
    let chips = chips(desk, query, list);
    let is_filtered = !chips.is_empty();
    let count = counted(t, list.count, list.bound, t.agreement_count_word(), t.agreement_count_words());
    let rail = filters(desk, query, list, chips.len());
    let next = list.page.next.as_ref().map(|cursor| address(desk, query, &[("after", &cursor.to_string())]));
    let first = (!query.after.is_empty()).then(|| address(desk, query, &[("after", "")]));
    let results = if list.page.items.is_empty() {
        empty(t, is_filtered)
    } else {
        table(desk, "agreements", t.agreements(), &list.page, desk.today())
    };
    let not_understood = (!list.errors.is_empty())
        .then(|| view! { <Notice tone=Tone::Warning title=t.filter_not_understood() /> });
    let may_renew = !list.page.items.is_empty() && decide(desk.actor(), RenewAgreements).is_ok();
    let renew = may_renew.then(|| {
        let href = address(desk, query, &[("after", "")]).replacen("/agreements", "/agreements/renew", 1);
        view! { <a href=href>{t.renew_list()}</a> }
    });
    let sorts = sort_form(desk, query, list.sort);
    let chips = view! {
        <Chips label=t.active_filters() chips=chips clear=desk.href("/agreements") clear_label=t.clear_filters() />
    };
    view! {
        {title(t.agreements())}
        <PageHeader title=t.agreements() lead=t.agreements_lead() actions=actions />
        {done(desk, &[("deleted", t.done_deleted())])}
        {refused}
        {not_understood}
        <Listing rail=move || rail>
            {chips}
            <div class="bar-above">
                <p>
                    <strong>{count}</strong>
                </p>
                {sorts}
                {renew}
            </div>
            {results}
            <Pager
                label=t.pages_label()
                previous=first
                previous_label=t.first_page()
                next=next
                next_label=t.next_page()
            />
        </Listing>
    }
    .into_any()
}

fn empty(t: Texts, is_filtered: bool) -> AnyView {
    if is_filtered {
        view! { <EmptyState title=t.no_agreement_title() text=t.no_agreement_text() /> }.into_any()
    } else {
        view! { <EmptyState title=t.no_agreement_yet() text=t.no_agreement_yet_text() /> }.into_any()
    }
}

/// The address of the list with some parts of the query set anew; a new filter begins at the first page.
fn address(desk: &Desk, query: &AgreementQuery, set: &[(&str, &str)]) -> String {
    let is_page = set.iter().any(|(key, _)| *key == "after");
    let of = |key, value| set.iter().find(|(k, _)| *k == key).map_or(value, |(_, v)| *v);
    let after = if is_page { of("after", "") } else { "" };
    let pairs = [
        ("q", of("q", query.q.as_str())),
        ("country", of("country", &query.country)),
        ("institution", of("institution", &query.institution)),
        ("kind", of("kind", &query.kind)),
        ("standing", of("standing", &query.standing)),
        ("year", of("year", &query.year)),
        ("field", of("field", &query.field)),
        ("awaiting", of("awaiting", &query.awaiting)),
        ("sort", of("sort", &query.sort)),
        ("after", after),
    ];
    desk.href(&format!("/agreements{}", query_string(&pairs)))
}

fn chips(desk: &Desk, query: &AgreementQuery, list: &AgreementList) -> Vec<Chip> {
    let t = Texts(desk.lang());
    let lang = desk.lang();
    let filter = &list.filter;
    let institution = list.institution.as_ref().map(|item| in_words(&item.names, lang).0);
    let active = [
        ("q", t.filter_words(), (!filter.words.is_empty()).then(|| query.q.trim().to_owned())),
        ("country", t.filter_country(), filter.country.map(|country| country.name(lang).to_owned())),
        ("institution", t.filter_institution(), institution),
        ("kind", t.filter_kind(), filter.kind.map(|kind| t.agreement_kind(kind).to_owned())),
        ("standing", t.filter_standing(), filter.standing.map(|standing| t.standing(standing).to_owned())),
        ("year", t.filter_year(), filter.year.map(|year| year.to_string())),
        ("awaiting", t.awaiting_mine(), filter.awaiting.as_ref().map(|_| t.yes().to_owned())),
        ("field", t.filter_field(), filter.field.map(|field| format!("{field} {}", field.name(lang)))),
    ];
    let chip = |(key, word, value): (&str, &str, Option<String>)| {
        value.map(|value| {
            let label = match lang {
                domain::lang::Lang::Fr => format!("{word} : {value}"),
                domain::lang::Lang::En => format!("{word}: {value}"),
            };
            Chip { href: address(desk, query, &[(key, "")]), remove: t.remove_filter(&label), label }
        })
    };
    active.into_iter().filter_map(chip).collect()
}

fn filters(desk: &Desk, query: &AgreementQuery, list: &AgreementList, active: usize) -> AnyView {
    let t = Texts(desk.lang());
    let lang = desk.lang();
    let countries =
        Country::sorted(lang).iter().map(|c| (c.code().to_owned(), c.name(lang).to_owned())).collect();
    let kinds =
        AgreementKind::ALL.iter().map(|k| (k.code().to_owned(), t.agreement_kind(*k).to_owned())).collect();
    let standings = Standing::ALL.iter().map(|s| (s.code().to_owned(), t.standing(*s).to_owned())).collect();
    let fields = IscedField::all()
        .iter()
        .filter(|field| field.code().len() < 4)
        .map(|field| (field.code().to_owned(), format!("{field} {}", field.name(lang))))
        .collect();
    let institution = list.institution.as_ref().map(|item| {
        let (name, _) = in_words(&item.names, lang);
        view! {
            <input type="hidden" name="institution" value=query.institution.clone() />
            <p class="quiet-text small-text">{t.filter_institution()} " : " {name}</p>
        }
    });
    let is_office = !desk.actor().covered(Role::Officer).is_empty();
    let awaiting = is_office.then(|| {
        view! { <Checkbox name="awaiting" value="me" label=t.awaiting_mine() checked=query.awaiting == "me" /> }
    });
    let sort = query.sort.clone();
    let active = if active > 0 { active.to_string() } else { String::new() };
    let fields = view! {
            <Field name="q" label=t.filter_words() help=t.filter_words_help() value=query.q.clone() kind="search" />
            <Select name="standing" label=t.filter_standing() options=standings selected=query.standing.clone() none=t.all() />
            <Select name="kind" label=t.filter_kind() options=kinds selected=query.kind.clone() none=t.all() />
            <Select name="country" label=t.filter_country() options=countries selected=query.country.clone() none=t.all() />
            <Field
                name="year"
                label=t.filter_year()
                help=t.filter_year_help()
                value=query.year.clone()
                width=Width::Half
            />
            <Select name="field" label=t.filter_field() options=fields selected=query.field.clone() none=t.all() />
            {institution}
            {awaiting}
            <input type="hidden" name="sort" value=sort />
            <Actions>
                <Button kind=ButtonKind::Primary>{t.apply()}</Button>
            </Actions>
    }
    .into_any();
    view! { <FilterRail label=t.filters() active=active action=desk.href("/agreements")>{fields}</FilterRail> }.into_any()
}

fn sort_form(desk: &Desk, query: &AgreementQuery, sort: AgreementSort) -> AnyView {
    let t = Texts(desk.lang());
    let offered = AgreementSort::all(desk.lang())
        .into_iter()
        .filter(|s| *s != AgreementSort::Relevance || !query.q.trim().is_empty());
    let links = offered
        .map(|offered| {
            let label = match offered {
                AgreementSort::Recent => t.sort_recent(),
                AgreementSort::Title(_) => t.sort_title(),
                AgreementSort::Start => t.sort_start(),
                AgreementSort::End => t.sort_end(),
                AgreementSort::Relevance => t.sort_relevance(),
            };
            let href = address(desk, query, &[("sort", offered.code())]);
            let here = (offered == sort).then_some("true");
            view! { <li><a href=href aria-current=here>{label}</a></li> }
        })
        .collect_view();
    view! {
        <nav class="sorts" aria-label=t.sort_by()>
            <ul>{links}</ul>
        </nav>
    }
    .into_any()
}
