//! The list of exchanges: filters and pages, all in the address.

use super::table;
use crate::{
    desk::{
        Desk, exchanges,
        exchanges::{ExchangeList, ExchangeQuery},
        institutions::COUNT_BOUND,
    },
    pages::{chip, counted, in_words, page, query_string, title},
    texts::Texts,
    ui::*,
};
use domain::{
    country::Country, eqf::EqfLevel, exchange::years, flow::MobilityKind, isced::IscedField,
    language::LanguageTag,
};
use leptos::prelude::*;
use store::institution::InstitutionItem;

/// Levels of higher education, as one chooses them.
const LEVELS: std::ops::RangeInclusive<u8> = 5..=8;

/// The catalogue.
#[component]
pub fn ExchangesPage() -> impl IntoView {
    let desk = Desk::current();
    page(async move {
        let query: ExchangeQuery = crate::desk::read_query(&desk.visit.query);
        let list = exchanges::list(&desk, &query).await?;
        Ok(show(&desk, &query, &list))
    })
}

/// The address of the list with a part of the query set anew; a new filter begins at the first page.
fn address(desk: &Desk, query: &ExchangeQuery, (set, to): (&str, &str)) -> String {
    let of = |key, value| if set == key { to } else { value };
    let pairs = [
        ("q", of("q", query.q.as_str())),
        ("year", of("year", &query.year)),
        ("home", of("home", &query.home)),
        ("receiver", of("receiver", &query.receiver)),
        ("country", of("country", &query.country)),
        ("level", of("level", &query.level)),
        ("field", of("field", &query.field)),
        ("language", of("language", &query.language)),
        ("term", of("term", &query.term)),
        ("kind", of("kind", &query.kind)),
        ("available", of("available", &query.available)),
        ("after", if set == "after" { to } else { "" }),
    ];
    desk.href(&format!("/exchanges{}", query_string(&pairs)))
}

fn show(desk: &Desk, query: &ExchangeQuery, list: &ExchangeList) -> AnyView {
    let t = Texts(desk.lang());
    let chips = chips(desk, query, list);
    let rail = filters(desk, query, list, chips.len());
    let next = list.page.next.as_ref().map(|cursor| address(desk, query, ("after", &cursor.to_string())));
    let first = (!query.after.is_empty()).then(|| address(desk, query, ("after", "")));
    let count = counted(t, list.count, COUNT_BOUND, t.exchange_count_word(), t.exchange_count_words());
    // The page of a flow begins with the year, the home and the studies that one looked with.
    let carried = query_string(&[
        ("year", query.year.as_str()),
        ("home", &query.home),
        ("level", &query.level),
        ("field", &query.field),
        ("term", &query.term),
    ]);
    let results = if !list.page.items.is_empty() {
        table(desk, "exchanges", t.exchanges(), &list.page, list.filter.year, &carried)
    } else if chips.is_empty() {
        view! { <EmptyState title=t.no_exchange_yet() text=t.no_exchange_yet_text() /> }.into_any()
    } else {
        view! { <EmptyState title=t.no_exchange_title() text=t.no_exchange_text() /> }.into_any()
    };
    let not_understood = (!list.errors.is_empty())
        .then(|| view! { <Notice tone=Tone::Warning title=t.filter_not_understood() /> });
    let years = year_links(desk, query, list);
    let clear = desk.href("/exchanges");
    view! {
        {title(t.exchanges())}
        <PageHeader title=t.exchanges() lead=t.exchanges_lead() />
        {not_understood}
        <Listing rail=move || rail>
            <Chips label=t.active_filters() chips=chips clear=clear clear_label=t.clear_filters() />
            <div class="bar-above">
                <p>
                    <strong>{count}</strong>
                </p>
                {years}
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

/// The academic years that can be looked at.
fn year_links(desk: &Desk, query: &ExchangeQuery, list: &ExchangeList) -> AnyView {
    let t = Texts(desk.lang());
    let links = years(desk.today()).into_iter().map(|year| {
        let href = address(desk, query, ("year", &year.first_year().to_string()));
        let here = (year == list.filter.year).then_some("true");
        view! { <li><a href=href aria-current=here>{year.to_string()}</a></li> }
    });
    view! {
        <nav class="sorts" aria-label=t.exchange_years()>
            <ul>{links.collect_view()}</ul>
        </nav>
    }
    .into_any()
}

fn chips(desk: &Desk, query: &ExchangeQuery, list: &ExchangeList) -> Vec<Chip> {
    let (t, lang) = (Texts(desk.lang()), desk.lang());
    let filter = &list.filter;
    let named = |item: &Option<InstitutionItem>| item.as_ref().map(|item| in_words(&item.names, lang).0);
    let active = [
        ("q", t.filter_words(), (!filter.words.is_empty()).then(|| query.q.trim().to_owned())),
        ("home", t.filter_home(), named(&list.home)),
        ("receiver", t.filter_receiver(), named(&list.receiver)),
        ("country", t.filter_receiver_country(), filter.country.map(|c| c.name(lang).to_owned())),
        ("level", t.filter_level(), filter.level.map(|level| t.eqf_level(level))),
        ("field", t.filter_field(), filter.field.map(|field| format!("{field} {}", field.name(lang)))),
        ("language", t.filter_language(), filter.language.as_ref().map(|one| one.name(lang))),
        ("term", t.filter_term(), filter.term.map(|term| t.term(term))),
        ("kind", t.filter_mobility_kind(), filter.kind.map(|kind| t.mobility_kind(kind).to_owned())),
        ("available", t.filter_available(), filter.is_available.then(|| t.yes().to_owned())),
    ];
    let chip = |(key, word, value): (&str, &str, Option<String>)| {
        value.map(|value| chip(t, word, &value, address(desk, query, (key, ""))))
    };
    active.into_iter().filter_map(chip).collect()
}

fn filters(desk: &Desk, query: &ExchangeQuery, list: &ExchangeList, active: usize) -> AnyView {
    let (t, lang) = (Texts(desk.lang()), desk.lang());
    let named = |item: &InstitutionItem| (item.id.to_string(), in_words(&item.names, lang).0);
    let mut homes: Vec<(String, String)> = list.senders.iter().map(named).collect();
    // One that sends nobody itself can be asked for all the same: by its units, or with what it is part of.
    homes.extend(list.home.iter().map(named).filter(|home| !homes.contains(home)).collect::<Vec<_>>());
    let home = list.home.as_ref().map(|home| home.id.to_string()).unwrap_or_default();
    let receiver = list.receiver.as_ref().map(|item| {
        view! {
            <input type="hidden" name="receiver" value=item.id.to_string() />
            <p class="quiet-text small-text">{t.form_error_named(t.filter_receiver(), &in_words(&item.names, lang).0)}</p>
        }
    });
    let countries = Country::sorted(lang).iter().map(|c| (c.code().to_owned(), c.name(lang).to_owned()));
    let levels = LEVELS.filter_map(|level| EqfLevel::new(level).ok());
    let levels = levels.map(|level| (level.to_string(), t.eqf_level(level))).collect();
    let fields = IscedField::all().iter().filter(|field| field.code().len() < 4);
    let fields = fields.map(|field| (field.code().to_owned(), format!("{field} {}", field.name(lang))));
    let languages = LanguageTag::common(lang).into_iter().map(|one| (one.to_string(), one.name(lang)));
    let terms = list.terms.iter().map(|term| (term.to_string(), t.term(*term)));
    let kinds = MobilityKind::ALL.iter().map(|k| (k.code().to_owned(), t.mobility_kind(*k).to_owned()));
    let active = if active > 0 { active.to_string() } else { String::new() };
    let available = list.filter.is_available;
    let fields = view! {
            <Select name="home" label=t.filter_home() options=homes selected=home none=t.all() />
            {receiver}
            <Select name="country" label=t.filter_receiver_country() options=countries.collect() selected=query.country.clone() none=t.all() />
            <Select name="level" label=t.filter_level() help=t.filter_asked_help() options=levels selected=query.level.clone() none=t.all() />
            <Select name="field" label=t.filter_field() help=t.filter_asked_help() options=fields.collect() selected=query.field.clone() none=t.all() />
            <Select name="language" label=t.filter_language() options=languages.collect() selected=query.language.clone() none=t.all() />
            <Select name="term" label=t.filter_term() options=terms.collect() selected=query.term.clone() none=t.all() />
            <Select name="kind" label=t.filter_mobility_kind() options=kinds.collect() selected=query.kind.clone() none=t.all() />
            <Field name="q" label=t.filter_words() help=t.filter_exchange_words_help() value=query.q.clone() kind="search" />
            <Checkbox name="available" value="yes" label=t.filter_available() checked=available />
            <input type="hidden" name="year" value=query.year.clone() />
            <Actions>
                <Button kind=ButtonKind::Primary>{t.apply()}</Button>
            </Actions>
    }
    .into_any();
    view! { <FilterRail label=t.filters() active=active action=desk.href("/exchanges")>{fields}</FilterRail> }
        .into_any()
}
