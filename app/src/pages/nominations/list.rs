//! The nominations of one's offices, and one's own.

use super::show::badge;
use crate::{
    desk::{
        Desk, nominations,
        nominations::{Listed, NominationList, NominationQuery, Way},
        read_query,
    },
    pages::{agreements::name_of, done, page, query_string, title},
    texts::Texts,
    ui::*,
};
use domain::{
    academic_year::AcademicYear, flow::YearForms, fold, nomination::StateKind, partial_date::show_day,
    problem::FieldErrors,
};
use leptos::prelude::*;

/// `/:lang/nominations`.
#[component]
pub fn NominationsPage() -> impl IntoView {
    let desk = Desk::current();
    page(async move {
        let query: NominationQuery = read_query(&desk.visit.query);
        let list = nominations::list(&desk, &query).await?;
        Ok(show(&desk, &query, &list))
    })
}

fn address(desk: &Desk, query: &NominationQuery, change: (&str, &str)) -> String {
    let keys = [
        ("q", query.q.as_str()),
        ("state", &query.state),
        ("year", &query.year),
        ("flow", &query.flow),
        ("side", &query.side),
        // Another question begins at its first page.
        ("after", ""),
    ];
    let pairs = keys.map(|(key, value)| if key == change.0 { change } else { (key, value) });
    desk.href(&format!("/nominations{}", query_string(&pairs)))
}

/// The years one may ask for: those around the present one.
fn years(desk: &Desk) -> Vec<(String, String)> {
    let now = AcademicYear::of(desk.today()).first_year();
    (now - 3..=now + 3).map(|first| (first.to_string(), YearForms::default().name(first))).collect()
}

fn show(desk: &Desk, query: &NominationQuery, list: &NominationList) -> AnyView {
    let t = Texts(desk.lang());
    let (_, _, after, errors) = query.parse();
    let lead = if list.is_office { t.nominations_lead() } else { t.nominations_own_lead() };
    let count = t.number_of_nominations(list.count);
    let next = list.next.map(|next| address(desk, query, ("after", &next.to_string())));
    let first = (after > 0).then(|| address(desk, query, ("after", "")));
    let results = if list.items.is_empty() {
        let text = if list.is_office { t.nominations_none_text() } else { t.nominations_none_own() };
        view! { <EmptyState title=t.nominations_none() text=text /> }.into_any()
    } else {
        table(desk, list)
    };
    let not_understood =
        (!errors.is_empty()).then(|| view! { <Notice tone=Tone::Warning title=t.filter_not_understood() /> });
    let chips = chips(desk, query, &errors);
    let rail = rail(desk, query, list, chips.len());
    let clear = desk.href("/nominations");
    view! {
        {title(t.nominations())}
        <PageHeader title=t.nominations() lead=lead />
        {done(desk, &[("listed", t.done_listed())])}
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

fn way(t: Texts, way: Way) -> &'static str {
    match way {
        Way::Out => t.nomination_side_out(),
        Way::In => t.nomination_side_in(),
    }
}

fn rail(desk: &Desk, query: &NominationQuery, list: &NominationList, active: usize) -> AnyView {
    let t = Texts(desk.lang());
    let states = StateKind::ALL.iter();
    let states = states.map(|state| (state.code().to_owned(), t.nomination_state(*state).to_owned()));
    let states: Vec<_> = states.collect();
    let ways = Way::ALL.map(|one| (one.code().to_owned(), way(t, one).to_owned())).to_vec();
    let ways = list.is_office.then(|| {
        view! {
            <Select
                name="side"
                label=t.nomination_side()
                options=ways
                selected=query.side.clone()
                none=t.all()
            />
        }
    });
    let active = if active == 0 { String::new() } else { active.to_string() };
    let flow = (!query.flow.is_empty())
        .then(|| view! { <input type="hidden" name="flow" value=query.flow.clone() /> });
    let action = desk.href("/nominations");
    let words = list.is_office.then(|| {
        view! { <Field name="q" label=t.nomination_words() help=t.nomination_words_help() value=query.q.clone() kind="search" /> }
    });
    let fields = view! {
            {words}
            <Select
                name="state"
                label=t.nomination_state_word()
                options=states
                selected=query.state.clone()
                none=t.all()
            />
            <Select
                name="year"
                label=t.nomination_year()
                options=years(desk)
                selected=query.year.clone()
                none=t.all()
            />
            {ways}
            {flow}
            <Actions>
                <Button>{t.apply()}</Button>
            </Actions>
    }
    .into_any();
    view! { <FilterRail label=t.filters() active=active action=action>{fields}</FilterRail> }.into_any()
}

fn chips(desk: &Desk, query: &NominationQuery, errors: &FieldErrors) -> Vec<Chip> {
    let t = Texts(desk.lang());
    let state = StateKind::parse(&query.state).ok().map(|state| t.nomination_state(state).to_owned());
    let year = query.year.parse::<i32>().ok().map(|first| YearForms::default().name(first));
    let side = Way::ALL.into_iter().find(|one| one.code() == query.side).map(|one| way(t, one).to_owned());
    let is_flow = !query.flow.is_empty() && errors.at("flow").is_none();
    let flow = is_flow.then(|| t.nomination_this_flow().to_owned());
    let words = (!fold::searched(&query.q).is_empty()).then(|| query.q.trim().to_owned());
    let chips = [
        ("q", t.nomination_words(), words),
        ("state", t.nomination_state_word(), state),
        ("year", t.nomination_year(), year),
        ("side", t.nomination_side(), side),
        ("flow", t.nomination_flow(), flow),
    ];
    let chip = |(key, label, value): (&str, &str, Option<String>)| {
        let label = t.nomination_chip(label, &value?);
        Some(Chip { href: address(desk, query, (key, "")), remove: t.remove_filter(&label), label })
    };
    chips.into_iter().filter_map(chip).collect()
}

fn table(desk: &Desk, list: &NominationList) -> AnyView {
    let t = Texts(desk.lang());
    let columns = vec![
        Column::text(t.nomination_student()),
        Column::text(t.nomination_flow()),
        Column::text(t.nomination_when()),
        Column::text(t.nomination_state_word()),
        Column::date(t.nomination_since()),
    ];
    let rows: Vec<Row> = list.items.iter().map(|item| row(desk, list, item)).collect();
    view! {
        <Table id="nominations" caption=t.nominations() caption_unseen=true columns=columns rows=rows fold=true />
    }
    .into_any()
}

fn row(desk: &Desk, list: &NominationList, item: &Listed) -> Row {
    let t = Texts(desk.lang());
    let record = &item.record;
    let href = desk.href(&format!("/nominations/{}", record.id));
    let [sender, receiver] = [record.sender, record.receiver].map(|id| name_of(&list.names, id, desk.lang()));
    let awaits = item.awaits_reader.then(|| view! { <p class="under">{t.nomination_awaits_you()}</p> });
    Row::new()
        .cell(view! {
            <a class="row-link" href=href>
                {record.student_name.clone()}
            </a>
        })
        .cell(t.flow_between(&sender, &receiver))
        .cell(format!("{}, {}", record.year, t.term(record.term)))
        .cell(view! {
            {badge(t, record.state.kind(), false)}
            {awaits}
        })
        .cell(show_day(record.since.date_naive(), desk.lang()))
}
