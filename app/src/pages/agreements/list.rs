//! The list of agreements: filters, order, pages, all in the address.

use super::{name_of, table_of};
use crate::{
    desk::{
        Desk, Kept, agreements,
        agreements::{AgreementList, AgreementQuery},
        listing::{self, Around},
        with_query,
    },
    pages::{Faults, chip, counted, done, in_words, page, query_string, refusal, title},
    texts::Texts,
    ui::*,
};
use domain::{
    access::{CreateAgreement, ForgetView, RenewAgreements, Role, decide},
    agreement::{AgreementKind, StandingChoice},
    country::Country,
    id::InstitutionId,
    isced::IscedField,
    listing::{AgreementColumn, ViewForm},
    partial_date::show_day,
};
use leptos::prelude::*;
use store::{agreement::AgreementSort, institution::InstitutionItem};

/// The list.
#[component]
pub fn AgreementsPage() -> impl IntoView {
    let desk = Desk::current();
    page(async move {
        let query: AgreementQuery = crate::desk::read_query(&desk.visit.query);
        let list = agreements::list(&desk, &query).await?;
        let around = listing::around(&desk, &list.page).await?;
        let kept = crate::desk::kept::<ViewForm>(&desk, "/agreements").await?;
        Ok(show(&desk, &query, &list, &around, kept.as_ref()))
    })
}

fn show(
    desk: &Desk,
    query: &AgreementQuery,
    list: &AgreementList,
    around: &Around,
    kept: Option<&Kept<ViewForm>>,
) -> AnyView {
    let t = Texts(desk.lang());
    let refused = refusal(t, kept.and_then(|kept| kept.error.as_ref()), "form.");
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
    let rail = filters(desk, query, list, around, chips.len());
    let next = list.page.next.as_ref().map(|cursor| address(desk, query, &[("after", &cursor.to_string())]));
    let first = (!query.after.is_empty()).then(|| address(desk, query, &[("after", "")]));
    let results = if list.page.items.is_empty() {
        empty(t, is_filtered)
    } else {
        let columns = listing::columns(desk, query);
        table_of(desk, "agreements", t.agreements(), &list.page, list.on, &columns, &around.tagged)
    };
    let not_understood = (!list.errors.is_empty())
        .then(|| view! { <Notice tone=Tone::Warning title=t.filter_not_understood() /> });
    let sorts = sort_form(desk, query, list.sort);
    let chips = view! {
        <Chips label=t.active_filters() chips=chips clear=desk.href("/agreements") clear_label=t.clear_filters() />
    };
    let tools = tools(desk, query, list, around, kept);
    view! {
        {title(t.agreements())}
        <PageHeader title=t.agreements() lead=t.agreements_lead() actions=actions />
        {done(desk, &done_words(t))}
        {refused}
        {views(desk, around)}
        {not_understood}
        <Listing rail=move || rail>
            {chips}
            <div class="bar-above">
                <p>
                    <strong>{count}</strong>
                </p>
                {sorts}
            </div>
            {results}
            {tools}
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

const fn done_words(t: Texts) -> [(&'static str, &'static str); 5] {
    [
        ("deleted", t.done_deleted()),
        ("tagged", t.done_tagged()),
        ("untagged", t.done_untagged()),
        ("view_kept", t.done_view_kept()),
        ("view_forgotten", t.done_view_forgotten()),
    ]
}

/// The query of this list as it stands in its address, without where the page begins and what was just done.
fn own_query(desk: &Desk, query: &AgreementQuery) -> String {
    let address = address(desk, query, &[("after", "")]);
    address.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default()
}

/// Views kept by the reader and the office, each with a button to forget it for those who may.
fn views(desk: &Desk, around: &Around) -> Option<AnyView> {
    if around.views.is_empty() {
        return None;
    }
    let t = Texts(desk.lang());
    let lines = around.views.iter().map(|saved| {
        let href = desk.href(&with_query("/agreements", &saved.query));
        let shared = saved.office.map(|_| view! { " " <Tag label=t.view_shared() /> });
        let action = ForgetView { user: saved.account, office: saved.office };
        let forget = decide(desk.actor(), action).is_ok().then(|| {
            view! {
                <form class="inline" method="post" action="/api/forget_view">
                    <input type="hidden" name="lang" value=desk.lang().code() />
                    <input type="hidden" name="id" value=saved.id.to_string() />
                    <Button kind=ButtonKind::Quiet small=true label=t.view_forget(&saved.name)>
                        <Icon name=Glyph::Close />
                    </Button>
                </form>
            }
        });
        view! { <li><a href=href>{saved.name.clone()}</a>{shared}{forget}</li> }
    });
    let lines = lines.collect_view();
    Some(view! { <nav class="sorts" aria-label=t.views()><ul>{lines}</ul></nav> }.into_any())
}

/// What one may do with the list as a whole: take it away, renew it, tag it, keep it as a view, choose its columns.
fn tools(
    desk: &Desk,
    query: &AgreementQuery,
    list: &AgreementList,
    around: &Around,
    kept: Option<&Kept<ViewForm>>,
) -> Option<AnyView> {
    let t = Texts(desk.lang());
    let is_empty = list.page.items.is_empty();
    let own = own_query(desk, query);
    let link = |path: &str, label: &'static str| {
        let href = desk.href(&with_query(path, &own));
        view! { <li><a href=href>{label}</a></li> }
    };
    let may_renew = !is_empty && decide(desk.actor(), RenewAgreements).is_ok();
    let may_tag = !is_empty && !listing::tagging_offices(desk).is_empty();
    let export = (!is_empty).then(|| {
        let file = |kind: &str| desk.href(&with_query(&format!("/agreements/files/agreements.{kind}"), &own));
        view! {
            <li>
                {t.export()} " " <a href=file("csv")>{t.export_csv()}</a> " · "
                <a href=file("xlsx")>{t.export_xlsx()}</a>
            </li>
        }
    });
    let keep = desk.actor().person().map(|_| keep_form(desk, &own, around, kept));
    if is_empty && keep.is_none() {
        return None;
    }
    Some(
        view! {
            <section class="list-tools" aria-label=t.list_tools()>
                <ul class="plain">
                    {export} {may_renew.then(|| link("/agreements/renew", t.renew_list()))}
                    {may_tag.then(|| link("/agreements/tag", t.tag_list()))}
                </ul>
                {columns_form(desk, query)}
                {keep}
            </section>
        }
        .into_any(),
    )
}

/// Keeping the list as a view: opens by itself where something was wrong with it.
fn keep_form(desk: &Desk, own: &str, around: &Around, kept: Option<&Kept<ViewForm>>) -> AnyView {
    let t = Texts(desk.lang());
    let faults = Faults::of(t, kept.and_then(|kept| kept.error.as_ref()));
    let form = kept.map(|kept| kept.form.clone()).unwrap_or_default();
    let offices = listing::offices(desk);
    let share = (!offices.is_empty()).then(|| {
        view! { <Checkbox name="form[is_shared]" label=t.view_share() checked=!form.is_shared.is_empty() /> }
    });
    let office = office_choice(desk, "form[office]", &offices, around, form.office, &faults);
    view! {
        <details open=kept.is_some()>
            <summary>{t.view_keep()}</summary>
            <form class="form" method="post" action="/api/keep_view">
                <input type="hidden" name="lang" value=desk.lang().code() />
                <input type="hidden" name="form[query]" value=own.to_owned() />
                <Field
                    name="form[name]"
                    label=t.view_name()
                    required=t.required()
                    value=form.name
                    error=faults.at("name")
                    width=Width::Half
                />
                {share} {office}
                <Actions>
                    <Button>{t.view_keep()}</Button>
                </Actions>
            </form>
        </details>
    }
    .into_any()
}

/// In whose name, for those who belong to several of these offices.
pub(super) fn office_choice(
    desk: &Desk,
    name: &'static str,
    offices: &[InstitutionId],
    around: &Around,
    chosen: String,
    faults: &Faults,
) -> Option<AnyView> {
    if offices.len() < 2 {
        return None;
    }
    let options = offices.iter().map(|id| (id.to_string(), name_of(&around.offices, *id, desk.lang())));
    let options: Vec<(String, String)> = options.collect();
    let label = Texts(desk.lang()).office_chosen();
    let error = faults.at("office");
    Some(view! { <Select name=name label=label options=options selected=chosen error=error /> }.into_any())
}

/// Which columns the list shows.
fn columns_form(desk: &Desk, query: &AgreementQuery) -> AnyView {
    let t = Texts(desk.lang());
    let shown = listing::columns(desk, query);
    let offered = AgreementColumn::ALL
        .iter()
        .filter(|column| **column != AgreementColumn::Tags || !listing::offices(desk).is_empty());
    let links = offered.map(|column| {
        let is_shown = shown.contains(column);
        let next: Vec<&str> = AgreementColumn::ALL
            .iter()
            .filter(|other| if *other == column { !is_shown } else { shown.contains(other) })
            .map(|other| other.code())
            .collect();
        let href = address(desk, query, &[("columns", &next.join(","))]);
        view! { <li><a href=href aria-current=is_shown.then_some("true")>{t.column(*column)}</a></li> }
    });
    view! {
        <nav class="sorts" aria-label=t.columns()>
            <span class="quiet-text">{t.columns()}</span>
            <ul>{links.collect_view()}</ul>
        </nav>
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
        ("partner", of("partner", &query.partner)),
        ("kind", of("kind", &query.kind)),
        ("standing", of("standing", &query.standing)),
        ("year", of("year", &query.year)),
        ("field", of("field", &query.field)),
        ("awaiting", of("awaiting", &query.awaiting)),
        ("ends_before", of("ends_before", &query.ends_before)),
        ("uncovered", of("uncovered", &query.uncovered)),
        ("tag", of("tag", &query.tag)),
        ("on", of("on", &query.on)),
        ("columns", of("columns", &query.columns)),
        ("sort", of("sort", &query.sort)),
        ("after", after),
    ];
    desk.href(&format!("/agreements{}", query_string(&pairs)))
}

fn chips(desk: &Desk, query: &AgreementQuery, list: &AgreementList) -> Vec<Chip> {
    let t = Texts(desk.lang());
    let lang = desk.lang();
    let filter = &list.filter;
    let named = |item: &Option<InstitutionItem>| item.as_ref().map(|item| in_words(&item.names, lang).0);
    let active = [
        ("q", t.filter_words(), (!filter.words.is_empty()).then(|| query.q.trim().to_owned())),
        ("country", t.filter_country(), filter.country.map(|country| country.name(lang).to_owned())),
        ("institution", t.filter_institution(), named(&list.institution)),
        ("partner", t.filter_partner(), named(&list.partner)),
        ("kind", t.filter_kind(), filter.kind.map(|kind| t.agreement_kind(kind).to_owned())),
        (
            "standing",
            t.filter_standing(),
            filter.standing.map(|standing| t.standing_choice(standing).to_owned()),
        ),
        ("on", t.filter_on(), (list.on != desk.today()).then(|| show_day(list.on, lang))),
        ("year", t.filter_year(), filter.year.map(|year| year.to_string())),
        ("awaiting", t.awaiting_mine(), filter.awaiting.as_ref().map(|_| t.yes().to_owned())),
        ("ends_before", t.filter_ends_before(), filter.ends_before.map(|day| show_day(day, lang))),
        ("uncovered", t.filter_uncovered(), filter.uncovered.map(|year| year.to_string())),
        ("tag", t.filter_tag(), filter.tag.as_ref().map(|_| query.tag.trim().to_owned())),
        ("field", t.filter_field(), filter.field.map(|field| format!("{field} {}", field.name(lang)))),
    ];
    let chip = |(key, word, value): (&str, &str, Option<String>)| {
        value.map(|value| chip(t, word, &value, address(desk, query, &[(key, "")])))
    };
    active.into_iter().filter_map(chip).collect()
}

fn filters(
    desk: &Desk,
    query: &AgreementQuery,
    list: &AgreementList,
    around: &Around,
    active: usize,
) -> AnyView {
    let t = Texts(desk.lang());
    let lang = desk.lang();
    let countries =
        Country::sorted(lang).iter().map(|c| (c.code().to_owned(), c.name(lang).to_owned())).collect();
    let kinds =
        AgreementKind::ALL.iter().map(|k| (k.code().to_owned(), t.agreement_kind(*k).to_owned())).collect();
    let standings =
        StandingChoice::all().map(|s| (s.code().to_owned(), t.standing_choice(s).to_owned())).collect();
    let fields = IscedField::all()
        .iter()
        .filter(|field| field.code().len() < 4)
        .map(|field| (field.code().to_owned(), format!("{field} {}", field.name(lang))))
        .collect();
    let named = [
        ("institution", t.filter_institution(), &query.institution, &list.institution),
        ("partner", t.filter_partner(), &query.partner, &list.partner),
    ];
    let named = named.into_iter().filter_map(|(key, word, id, item)| {
        let (name, _) = in_words(&item.as_ref()?.names, lang);
        Some(view! {
            <input type="hidden" name=key value=id.clone() />
            <p class="quiet-text small-text">{word} " : " {name}</p>
        })
    });
    let named = named.collect_view();
    let is_office = !desk.actor().covered(Role::Officer).is_empty();
    let awaiting = is_office.then(|| {
        view! { <Checkbox name="awaiting" value="me" label=t.awaiting_mine() checked=query.awaiting == "me" /> }
    });
    let tags: Vec<(String, String)> = around.tags.clone();
    let selected = list.filter.tag.as_ref().map(|(_, key)| key.clone()).unwrap_or_default();
    let tag = (!tags.is_empty()).then(
        || view! { <Select name="tag" label=t.filter_tag() options=tags selected=selected none=t.all() /> },
    );
    let (sort, columns) = (query.sort.clone(), query.columns.clone());
    let active = if active > 0 { active.to_string() } else { String::new() };
    let fields = view! {
            <Field name="q" label=t.filter_words() help=t.filter_words_help() value=query.q.clone() kind="search" />
            <Select name="standing" label=t.filter_standing() options=standings selected=query.standing.clone() none=t.all() />
            <Field
                name="on"
                label=t.filter_on()
                help=t.filter_on_help()
                value=query.on.clone()
                kind="date"
                width=Width::Half
            />
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
            <Field
                name="ends_before"
                label=t.filter_ends_before()
                value=query.ends_before.clone()
                width=Width::Half
            />
            <Field
                name="uncovered"
                label=t.filter_uncovered()
                help=t.filter_uncovered_help()
                value=query.uncovered.clone()
                width=Width::Half
            />
            {tag}
            {named}
            {awaiting}
            <input type="hidden" name="sort" value=sort />
            <input type="hidden" name="columns" value=columns />
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
