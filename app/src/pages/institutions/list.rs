//! The list of institutions.

use super::table;
use crate::{
    desk::{
        Desk, institutions,
        institutions::{COUNT_BOUND, InstitutionList, InstitutionQuery},
    },
    pages::{counted, page, query_string, title},
    texts::Texts,
    ui::*,
};
use domain::{
    access::{CreateInstitution, decide},
    country::Country,
    institution::InstitutionKind,
    lang::Lang,
};
use leptos::prelude::*;

/// The list.
#[component]
pub fn InstitutionsPage() -> impl IntoView {
    let desk = Desk::current();
    page(async move {
        let query: InstitutionQuery = crate::desk::read_query(&desk.visit.query);
        let list = institutions::list(&desk, &query).await?;
        Ok(show(&desk, &query, list))
    })
}

fn address(desk: &Desk, query: &InstitutionQuery, set: (&str, &str)) -> String {
    let of = |key, value| if set.0 == key { set.1 } else { value };
    let after = if set.0 == "after" { set.1 } else { "" };
    let pairs = [
        ("q", of("q", query.q.as_str())),
        ("kind", of("kind", &query.kind)),
        ("country", of("country", &query.country)),
        ("after", after),
    ];
    desk.href(&format!("/institutions{}", query_string(&pairs)))
}

fn show(desk: &Desk, query: &InstitutionQuery, list: InstitutionList) -> AnyView {
    let t = Texts(desk.lang());
    let lang = desk.lang();
    let (filter, errors) = query.parse();
    let new = desk.href("/institutions/new");
    let may_create = decide(desk.actor(), CreateInstitution).is_ok();
    let actions = move || {
        may_create.then(|| {
            view! {
                <ButtonLink href=new kind=ButtonKind::Primary icon=Glyph::Plus>
                    {t.new_institution()}
                </ButtonLink>
            }
        })
    };
    let active = [
        ("q", t.filter_words(), (!filter.words.is_empty()).then(|| query.q.trim().to_owned())),
        ("kind", t.column_institution_kind(), filter.kind.map(|kind| t.institution_kind(kind).to_owned())),
        ("country", t.filter_institution_country(), filter.country.map(|c| c.name(lang).to_owned())),
    ];
    let chips: Vec<Chip> = active
        .into_iter()
        .filter_map(|(key, word, value)| {
            let value = value?;
            let label = match lang {
                Lang::Fr => format!("{word} : {value}"),
                Lang::En => format!("{word}: {value}"),
            };
            Some(Chip { href: address(desk, query, (key, "")), remove: t.remove_filter(&label), label })
        })
        .collect();
    let kinds = InstitutionKind::ALL
        .iter()
        .map(|k| (k.code().to_owned(), t.institution_kind(*k).to_owned()))
        .collect();
    let countries =
        Country::sorted(lang).iter().map(|c| (c.code().to_owned(), c.name(lang).to_owned())).collect();
    let active = if chips.is_empty() { String::new() } else { chips.len().to_string() };
    let fields = view! {
            <Field name="q" label=t.filter_words() value=query.q.clone() kind="search" />
            <Select
                name="kind"
                label=t.column_institution_kind()
                options=kinds
                selected=query.kind.clone()
                none=t.all()
            />
            <Select
                name="country"
                label=t.filter_institution_country()
                options=countries
                selected=query.country.clone()
                none=t.all()
            />
            <Actions>
                <Button kind=ButtonKind::Primary>{t.apply()}</Button>
            </Actions>
    }
    .into_any();
    let rail = view! { <FilterRail label=t.filters() active=active action=desk.href("/institutions")>{fields}</FilterRail> };
    let count = counted(t, list.count, COUNT_BOUND, t.institution_count_word(), t.institution_count_words());
    let clear = desk.href("/institutions");
    let next = list.next.map(|after| address(desk, query, ("after", &after)));
    let first = (!query.after.is_empty()).then(|| address(desk, query, ("after", "")));
    let results = if list.items.is_empty() {
        view! { <EmptyState title=t.no_institution_title() text=t.no_institution_text() /> }.into_any()
    } else {
        table(desk, "institutions", t.institutions(), list.items)
    };
    let not_understood =
        (!errors.is_empty()).then(|| view! { <Notice tone=Tone::Warning title=t.filter_not_understood() /> });
    view! {
        {title(t.institutions())}
        <PageHeader title=t.institutions() lead=t.institutions_lead() actions=actions />
        {not_understood}
        <Listing rail=move || rail>
            <Chips label=t.active_filters() chips=chips clear=clear clear_label=t.clear_filters() />
            <div class="bar-above">
                <p>
                    <strong>{count}</strong>
                </p>
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
