//! Balances: of two institutions, and of those who share a pool. What both pages show is here: a chart with its table, what was
//! before, what may still be sent and received.

mod chart;
mod pair;
mod pool;

pub use pair::BalancePage;
pub use pool::PoolBalancePage;

use crate::{
    desk::{Desk, Kept, balance::OwnBalance},
    pages::{Faults, in_words, refusal},
    texts::Texts,
    ui::*,
};
use chart::{Measure, chart};
use domain::{
    balance::{Left, OpeningForm, Side, Total, Weighed, YearBalance},
    lang::Lang,
    partial_date::show_day,
};
use leptos::prelude::*;

/// The name of whose balance it is.
fn name(own: &OwnBalance, lang: Lang) -> String {
    in_words(&own.institution.names, lang).0
}

/// The balance year by year: a chart, and the table that has its figures.
fn years(desk: &Desk, id: String, own: &OwnBalance) -> AnyView {
    let t = Texts(desk.lang());
    if own.years.is_empty() {
        return view! { <p class="quiet-text">{t.balance_none()}</p> }.into_any();
    }
    let who = name(own, desk.lang());
    let charts = [Measure::Units, Measure::Persons].map(|of| chart(t, &who, of, (&own.years, own.forms)));
    view! {
        {chart::key(t)}
        {charts.into_iter().collect_view()}
        {table(t, id, own)}
    }
    .into_any()
}

fn table(t: Texts, id: String, OwnBalance { years, forms, .. }: &OwnBalance) -> AnyView {
    let line = |year: &YearBalance| Line::of_year(forms.name(year.first_year), year);
    let lines: Vec<Line> = years.iter().map(line).collect();
    let columns = Line::columns(t, t.balance_year(), &lines);
    let rows: Vec<Row> = lines.into_iter().map(|line| line.row(t)).collect();
    view! { <Table id=id caption=t.balance_years() caption_unseen=true columns=columns rows=rows fold=true class="figures" /> }
        .into_any()
}

/// A line of a table of balances: of a year, or of an institution over all its years.
struct Line {
    name: String,
    /// What was before, of an institution.
    opening: Option<Weighed>,
    out: Side,
    inward: Side,
    /// The balance of a year alone.
    own: Option<Side>,
    running: Side,
    expected: Weighed,
}

impl Line {
    fn of_year(name: String, year: &YearBalance) -> Self {
        let YearBalance { out, inward, own, running, expected, .. } = *year;
        Self { name, opening: None, out, inward, own: Some(own), running, expected }
    }

    fn of_total(name: String, total: Total) -> Self {
        let Total { opening, out, inward, running, expected } = total;
        Self { name, opening: Some(opening), out, inward, own: None, running, expected }
    }

    /// Its figures, each under its title.
    fn figures(&self, t: Texts) -> Vec<(&'static str, String)> {
        let moved = |side: Side| [t.number(side.persons), t.plain_amount(side.weighed)];
        let balance = |side: Side| [t.amount(Weighed::units(side.persons)), t.amount(side.weighed)];
        let opening = self.opening.map(|opening| (t.balance_opening(), t.amount(opening)));
        let sides = [
            Some(([t.balance_out(), t.balance_out_units()], moved(self.out))),
            Some(([t.balance_in(), t.balance_in_units()], moved(self.inward))),
            self.own.map(|own| ([t.balance_own(), t.balance_own_units()], balance(own))),
            Some(([t.balance_running(), t.balance_running_units()], balance(self.running))),
        ];
        let sides = sides.into_iter().flatten().flat_map(|(titles, figures)| titles.into_iter().zip(figures));
        let expected = (t.balance_expected(), t.amount(self.expected));
        opening.into_iter().chain(sides).chain([expected]).collect()
    }

    /// The columns of a table of such lines, the first one with what each is of.
    fn columns(t: Texts, first: &str, lines: &[Self]) -> Vec<Column> {
        let figures = lines.first().map(|line| line.figures(t)).unwrap_or_default();
        let figures = figures.into_iter().map(|(title, _)| Column::number(title));
        std::iter::once(Column::text(first)).chain(figures).collect()
    }

    fn row(self, t: Texts) -> Row {
        let figures = self.figures(t);
        figures.into_iter().fold(Row::new().cell(self.name), |row, (_, figure)| row.cell(figure))
    }
}

/// What may still go one way: so many places, or that no flow is open.
fn places(t: Texts, left: &Left) -> String {
    if left.flows == 0 { t.balance_no_flow().to_owned() } else { t.number_of_places(left.remaining) }
}

/// What may still be sent and received, one a line.
fn left(t: Texts, [out, inward]: &[Left; 2]) -> AnyView {
    let (send, receive) = (t.balance_may_send(&places(t, out)), t.balance_may_receive(&places(t, inward)));
    view! {
        <ul class="lines">
            <li>{send}</li>
            <li>{receive}</li>
        </ul>
    }
    .into_any()
}

/// That what may still go is not all counted.
fn not_agreed<'a>(t: Texts, left: impl IntoIterator<Item = &'a Left>) -> Option<AnyView> {
    let some = left.into_iter().any(|left| left.not_agreed > 0);
    some.then(|| view! { <p class="under">{t.balance_some_not_agreed()}</p> }.into_any())
}

/// What a balance was before, and who said so.
fn said(desk: &Desk, own: &OwnBalance) -> AnyView {
    let t = Texts(desk.lang());
    let Some(opening) = &own.opening else {
        return view! { <p class="quiet-text">{t.balance_opening_none()}</p> }.into_any();
    };
    let day = show_day(opening.set_at.date_naive(), desk.lang());
    let number = t.amount(own.before());
    view! {
        <p>{t.balance_opening_of(&number)}</p>
        <p class="under">{opening.reason.clone()}</p>
        <p class="under">{t.balance_opening_by(&opening.set_by_name, &day)}</p>
    }
    .into_any()
}

/// The form that says what a balance was before: sent to this address with what is hidden, about the only one of these or the one
/// that is chosen. Nothing where there is none.
fn form(
    desk: &Desk,
    (action, hidden): (&'static str, [(&'static str, String); 2]),
    of: &[&OwnBalance],
    kept: Option<Kept<OpeningForm>>,
) -> Option<AnyView> {
    let t = Texts(desk.lang());
    let first = of.first()?.institution.id.to_string();
    let error = kept.as_ref().and_then(|kept| kept.error.clone());
    let faults = Faults::of(t, error.as_ref());
    let form = kept.map(|kept| kept.form).unwrap_or_default();
    let hidden = hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    let whose = if of.len() > 1 {
        let options = of.iter().map(|own| (own.institution.id.to_string(), name(own, desk.lang())));
        view! {
            <Select
                name="form[institution]"
                label=t.balance_opening_whose()
                options=options.collect()
                selected=form.institution
                required=t.required()
                error=faults.at("institution")
            />
        }
        .into_any()
    } else {
        view! { <input type="hidden" name="form[institution]" value=first /> }.into_any()
    };
    Some(
        view! {
            {refusal(t, error.as_ref(), "form.")}
            <form class="form" method="post" action=action novalidate>
                <input type="hidden" name="lang" value=desk.lang().code() />
                {hidden.into_iter().collect_view()}
                {whose}
                <Field
                    name="form[balance]"
                    label=t.balance_opening()
                    help=t.balance_opening_help()
                    required=t.required()
                    value=form.balance
                    inputmode="decimal"
                    error=faults.at("balance")
                    width=Width::Half
                />
                <Field
                    name="form[reason]"
                    label=t.balance_opening_reason()
                    required=t.required()
                    value=form.reason
                    error=faults.at("reason")
                />
                <Button>{t.balance_opening_set()}</Button>
            </form>
        }
        .into_any(),
    )
}
