//! The catalogue of exchanges: the list, one flow.

mod list;
mod show;

pub use list::ExchangesPage;
pub use show::ExchangePage;

use crate::{desk::Desk, pages::agreements::name_of, texts::Texts, ui::*};
use chrono::NaiveDate;
use domain::{academic_year::AcademicYear, exchange, flow::Flow, partial_date::show_day};
use leptos::prelude::*;
use store::exchange::{ExchangeItem, ExchangePage as Found};

/// Flows, one a line, with the places of a year. `carried` is what each link hands on to the page of its flow.
pub(crate) fn table(
    desk: &Desk,
    id: &'static str,
    caption: &str,
    found: &Found,
    year: AcademicYear,
    carried: &str,
) -> AnyView {
    let t = Texts(desk.lang());
    let columns = vec![
        Column::text(t.column_destination()),
        Column::text(t.column_country()),
        Column::text(t.column_places()),
        Column::text(t.column_for_whom()),
        Column::text(t.column_terms()),
    ];
    let rows: Vec<Row> = found.items.iter().map(|item| row(desk, found, item, year, carried)).collect();
    view! { <Table id=id caption=caption.to_owned() caption_unseen=true columns=columns rows=rows fold=true /> }.into_any()
}

fn row(desk: &Desk, found: &Found, item: &ExchangeItem, year: AcademicYear, carried: &str) -> Row {
    let t = Texts(desk.lang());
    let flow = &item.record.flow;
    let [sender, receiver] = [flow.sender, flow.receiver].map(|id| name_of(&found.names, id, desk.lang()));
    let href = desk.href(&format!("/exchanges/{}{carried}", flow.id));
    Row::new()
        .cell(view! {
            <a class="row-link" href=href>{receiver}</a>
            {marks(t, item)}
            <p class="under">{t.exchange_from(&sender)} " · " {t.mobility_kind(flow.kind)}</p>
        })
        .cell(item.country.name(desk.lang()))
        .cell(t.places_left(&item.places, flow.unit))
        .cell(for_whom(desk, flow))
        .cell(terms(desk, flow, year))
}

/// What one should know of where it is from: that it is made up, that not everyone sees it.
fn marks(t: Texts, item: &ExchangeItem) -> AnyView {
    view! {
        {item.is_synthetic.then(|| view! { " " <Tag label=t.synthetic_mark() /> })}
        {(!item.is_published).then(|| view! { " " <Tag label=t.unpublished() /> })}
    }
    .into_any()
}

/// Levels, fields and languages, one a line.
fn for_whom(desk: &Desk, flow: &Flow) -> AnyView {
    let (t, lang) = (Texts(desk.lang()), desk.lang());
    let levels: Vec<String> = flow.levels.iter().map(|level| t.eqf_level(*level)).collect();
    let fields: Vec<String> =
        flow.fields.iter().map(|field| format!("{field} {}", field.name(lang))).collect();
    let languages: Vec<String> = flow.languages.iter().map(|one| t.flow_language(one)).collect();
    let anyone = (levels.is_empty() && fields.is_empty()).then(|| view! { <li>{t.exchange_anyone()}</li> });
    let lines = [levels, fields, languages].into_iter().filter(|words| !words.is_empty());
    let lines = lines.map(|words| view! { <li>{words.join(", ")}</li> }).collect_view();
    view! { <ul class="plain">{anyone} {lines}</ul> }.into_any()
}

/// What is said of a last day, and that it has passed where it has.
pub(super) fn passed(desk: &Desk, day: NaiveDate, words: String) -> String {
    if day < desk.today() { Texts(desk.lang()).exchange_passed(&words) } else { words }
}

/// The terms that one may go for, each with the day of the year by which one is nominated.
fn terms(desk: &Desk, flow: &Flow, year: AcademicYear) -> AnyView {
    let t = Texts(desk.lang());
    let year = flow.year_from(year.first_year()).unwrap_or(year);
    let line = |term| {
        let until = exchange::dates_of(flow, term, year).and_then(|dates| dates.nomination);
        let name = t.term(term);
        let words = match until {
            Some(day) => passed(desk, day, t.exchange_until(&name, &show_day(day, desk.lang()))),
            None => name,
        };
        view! { <li>{words}</li> }
    };
    view! { <ul class="plain">{flow.offered_terms().into_iter().map(line).collect_view()}</ul> }.into_any()
}
