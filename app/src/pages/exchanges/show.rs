//! One flow of the catalogue: the places of each year, deadlines, conditions, and whether one could go.

use super::{marks, passed};
use crate::{
    desk::{
        Desk, exchanges,
        exchanges::{Check, CheckQuery, ExchangeView},
    },
    error::AppError,
    pages::{
        Faults,
        agreements::{flows, name_of},
        page, param, query_string, refusal, title,
    },
    texts::Texts,
    ui::*,
};
use chrono::NaiveDate;
use domain::{
    eligibility::{Criterion, Eligibility, Source},
    eqf::EqfLevel,
    exchange::dates,
    id::{FlowId, InstitutionId},
    isced::IscedField,
    partial_date::show_day,
};
use leptos::prelude::*;

/// One flow.
#[component]
pub fn ExchangePage() -> impl IntoView {
    let desk = Desk::current();
    let id = param("id");
    page(async move {
        let id: FlowId = id.parse().map_err(|_| AppError::NotFound)?;
        let query: CheckQuery = crate::desk::read_query(&desk.visit.query);
        let view = exchanges::view(&desk, id, &query).await?;
        Ok(show(&desk, &view, &query))
    })
}

fn show(desk: &Desk, view: &ExchangeView, query: &CheckQuery) -> AnyView {
    let t = Texts(desk.lang());
    let flow = &view.item.record.flow;
    let [sender, receiver] = [flow.sender, flow.receiver].map(|id| name_of(&view.names, id, desk.lang()));
    let heading = t.flow_between(&sender, &receiver);
    let (nominate, ledger) = (view.nominate, view.ledger);
    let nominate_word = t.nominate_one_for(flow.kind);
    let nominate_href = desk.href(&format!("/flows/{}/nominate?year={}", flow.id, view.year.first_year()));
    let ledger_href = desk.href(&format!("/seats/flows/{}/{}", flow.id, view.year.first_year()));
    let actions = move || {
        view! {
            {nominate
                .then(|| view! { <ButtonLink href=nominate_href kind=ButtonKind::Primary>{nominate_word}</ButtonLink> })}
            {ledger.then(|| view! { <ButtonLink href=ledger_href>{t.exchange_ledger()}</ButtonLink> })}
        }
    };
    let trail = vec![(desk.href("/exchanges"), t.exchanges().to_owned())];
    let dates_of = t.exchange_dates(&view.year.to_string());
    let (places, deadlines) = (places(desk, view, query), deadlines(desk, view));
    let (conditions, check) = (conditions(desk, view), check(desk, view, query));
    let (marks, links) = (marks(t, &view.item), links(desk, view));
    view! {
        {title(heading.clone())}
        <Breadcrumbs label=t.exchanges() trail=trail here=heading.clone() />
        <PageHeader title=heading eyebrow=t.mobility_kind(flow.kind) actions=actions>
            {marks}
        </PageHeader>
        <Columns aside=true>
            <div class="stack">
                <Section id="places" title=t.column_places()>{places}</Section>
                <Section id="deadlines" title=dates_of>{deadlines}</Section>
                <Section id="conditions" title=t.exchange_conditions()>{conditions}</Section>
                <Section id="check" title=t.check_title()>{check}</Section>
            </div>
            <div class="stack">
                <Panel title=t.exchange_links()>
                    <KeyValues facts=links />
                </Panel>
            </div>
        </Columns>
    }
    .into_any()
}

/// The places of each year that can be looked at.
fn places(desk: &Desk, view: &ExchangeView, query: &CheckQuery) -> AnyView {
    let t = Texts(desk.lang());
    let flow = &view.item.record.flow;
    let columns = vec![Column::date(t.exchange_years()), Column::text(t.column_places())];
    let rows = view.years.iter().map(|one| {
        let first = one.year.first_year().to_string();
        let query = query_string(&[("year", first.as_str()), ("home", &query.home)]);
        let href = desk.href(&format!("/exchanges/{}{query}", flow.id));
        let here = (one.year == view.year).then_some("true");
        let words = one.places.as_ref().map_or_else(
            || t.exchange_not_open(&one.year.to_string()),
            |places| t.places_left(places, flow.unit),
        );
        let mark = flow.cap_to_confirm.then(|| view! { " " <ToConfirm label=t.to_confirm() /> });
        Row::new()
            .cell(view! { <a href=href aria-current=here>{one.year.to_string()}</a> })
            .cell(view! { {words} {mark} })
    });
    let rows: Vec<Row> = rows.collect();
    let shared = flow.pool.map(|_| view! { <p class="quiet-text">{t.exchange_shared()}</p> });
    view! {
        <Table id="place-table" caption=t.column_places() caption_unseen=true columns=columns rows=rows />
        {shared}
    }
    .into_any()
}

/// The deadlines of the year looked at, as days.
fn deadlines(desk: &Desk, view: &ExchangeView) -> AnyView {
    let t = Texts(desk.lang());
    let dates = dates(&view.item.record.flow, view.year);
    if dates.is_empty() {
        return view! { <p class="quiet-text">{t.exchange_no_dates()}</p> }.into_any();
    }
    let columns = vec![
        Column::text(t.filter_term()),
        Column::date(t.exchange_nomination()),
        Column::date(t.exchange_application()),
    ];
    let shown = |day: NaiveDate| passed(desk, day, show_day(day, desk.lang()));
    let day = |day: Option<NaiveDate>| day.map(shown).unwrap_or_default();
    let row = |of: domain::exchange::TermDates| {
        Row::new().cell(t.term(of.term)).cell(day(of.nomination)).cell(day(of.application))
    };
    let rows: Vec<Row> = dates.into_iter().map(row).collect();
    let caption = t.exchange_dates(&view.year.to_string());
    view! { <Table id="deadline-table" caption=caption caption_unseen=true columns=columns rows=rows fold=true /> }
        .into_any()
}

fn conditions(desk: &Desk, view: &ExchangeView) -> AnyView {
    let facts = flows::asked(desk, &view.item.record.flow);
    if facts.is_empty() {
        let none = Texts(desk.lang()).exchange_no_conditions();
        return view! { <p class="quiet-text">{none}</p> }.into_any();
    }
    view! { <KeyValues facts=facts /> }.into_any()
}

fn links(desk: &Desk, view: &ExchangeView) -> Vec<Fact> {
    let t = Texts(desk.lang());
    let record = &view.item.record;
    let flow = &record.flow;
    let institution = |id: InstitutionId| {
        let name = name_of(&view.names, id, desk.lang());
        view! { <a href=desk.href(&format!("/institutions/{id}"))>{name}</a> }
    };
    let agreement = desk.href(&format!("/agreements/{}#flow-{}", record.agreement, flow.id));
    let all = desk.href(&format!("/exchanges?home={}", flow.sender));
    vec![
        Fact::new(t.exchange_sender(), institution(flow.sender)),
        Fact::new(t.exchange_receiver(), institution(flow.receiver)),
        Fact::new(t.exchange_agreement(), view! { <a href=agreement>{t.exchange_agreement_read()}</a> }),
        Fact::new(t.exchange_all(), view! { <a href=all>{t.exchanges_from_here()}</a> }),
    ]
}

/// The form that asks whether one could go, and the answer to it.
fn check(desk: &Desk, view: &ExchangeView, query: &CheckQuery) -> AnyView {
    let (t, lang) = (Texts(desk.lang()), desk.lang());
    let flow = &view.item.record.flow;
    let error = match &view.check {
        Check::Faulty(fields) => Some(AppError::Invalid { fields: fields.clone() }),
        Check::NotAsked | Check::Answered(_) => None,
    };
    let faults = Faults::of(t, error.as_ref());
    let answer = match &view.check {
        Check::Answered(eligibility) => Some(answer(desk, eligibility)),
        Check::NotAsked | Check::Faulty(_) => None,
    };
    let levels: Vec<(String, String)> = (1..=8)
        .rev()
        .filter_map(|level| EqfLevel::new(level).ok())
        .map(|level| (level.to_string(), t.eqf_level(level)))
        .collect();
    let fields: Vec<(String, String)> = IscedField::all()
        .iter()
        .map(|field| (field.code().to_owned(), format!("{field} {}", field.name(lang))))
        .collect();
    let terms: Vec<(String, String)> =
        flow.offered_terms().into_iter().map(|term| (term.to_string(), t.term(term))).collect();
    let action = desk.href(&format!("/exchanges/{}#check", flow.id));
    view! {
        {answer}
        {refusal(t, error.as_ref(), "")}
        <p class="quiet-text">{t.check_lead()}</p>
        <form class="form" method="get" action=action>
            <input type="hidden" name="check" value="yes" />
            <input type="hidden" name="year" value=view.year.first_year().to_string() />
            <input type="hidden" name="home" value=query.home.clone() />
            <Select name="level" label=t.check_level() options=levels selected=query.level.clone() none=t.form_choose() error=faults.at("level") />
            <Select name="field" label=t.check_field() options=fields selected=query.field.clone() none=t.form_choose() error=faults.at("field") />
            <Field name="study_year" label=t.check_study_year() value=query.study_year.clone() inputmode="numeric" error=faults.at("study_year") width=Width::Short />
            <Field name="ects" label=t.check_ects() value=query.ects.clone() inputmode="decimal" error=faults.at("ects") width=Width::Short />
            <Field name="languages" label=t.check_languages() help=t.check_languages_help() value=query.languages.clone() error=faults.at("languages") />
            <Select name="term" label=t.check_term() options=terms selected=query.term.clone() error=faults.at("term") />
            <Actions>
                <Button kind=ButtonKind::Primary>{t.check_do()}</Button>
            </Actions>
        </form>
    }
    .into_any()
}

/// What every rule answers, with where it is from.
fn answer(desk: &Desk, eligibility: &Eligibility) -> AnyView {
    let t = Texts(desk.lang());
    let tone = if eligibility.refuses() { Tone::Warning } else { Tone::Info };
    let columns = vec![
        Column::text(t.column_rule()),
        Column::text(t.column_answer()),
        Column::text(t.column_rule_words()),
        Column::text(t.column_rule_source()),
    ];
    let row = |criterion: &Criterion| {
        let words = t.eligibility_source(criterion.source);
        let source = match criterion.source {
            Source::Agreement { agreement, .. } => {
                let href = desk.href(&format!("/agreements/{agreement}"));
                view! { <a href=href>{words}</a> }.into_any()
            }
            Source::Registry => words.into_any(),
        };
        Row::new()
            .cell(t.eligibility_rule(&criterion.rule))
            .cell(view! { <strong>{t.eligibility_answer(criterion.answer)}</strong> })
            .cell(t.criterion(criterion))
            .cell(source)
    };
    let rows: Vec<Row> = eligibility.criteria.iter().map(row).collect();
    view! {
        <Notice tone=tone title=t.check_summary(eligibility) live=true />
        <Table id="answers" caption=t.check_result() columns=columns rows=rows fold=true />
    }
    .into_any()
}
