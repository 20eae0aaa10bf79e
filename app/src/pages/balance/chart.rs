//! A balance year by year as a chart: who went, who came, and the running balance over them. Its figures are those of the table.

use crate::texts::Texts;
use domain::{
    balance::{Side, Weighed, YearBalance},
    flow::YearForms,
};
use leptos::prelude::*;

const WIDTH: i64 = 440;
const HEIGHT: i64 = 200;
/// Room for a figure above what is highest, and below what is lowest; the years stand under that.
const MARGIN: i64 = 20;
/// Room for the years.
const YEARS: i64 = 20;
/// Narrower years have no figures at their bars;
const ROOMY: i64 = 72;
/// nor has each of them its name and its running balance, but where so much room is.
const NAMED: i64 = 76;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// Units, each weighed.
    Units,
    /// People.
    Persons,
}

impl Measure {
    fn of(self, side: Side) -> Weighed {
        match self {
            Self::Units => side.weighed,
            Self::Persons => Weighed::units(side.persons),
        }
    }
}

/// Where things stand from top to bottom.
struct Scale {
    /// What is highest, and what is lowest below zero.
    most: [i64; 2],
}

impl Scale {
    fn of(measure: Measure, years: &[YearBalance]) -> Self {
        let most = |of: fn([i64; 3]) -> i64| {
            let year =
                |year: &YearBalance| of([year.out, year.inward, year.running].map(|side| measure.of(side).0));
            years.iter().map(year).max().unwrap_or(0).max(0)
        };
        Self {
            most: [
                most(|[out, _, running]| out.max(running)),
                most(|[_, inward, running]| inward.max(-running)),
            ],
        }
    }

    /// How far from the top an amount is.
    fn y(&self, amount: i64) -> i64 {
        let room = HEIGHT - YEARS - 2 * MARGIN;
        let [up, down] = self.most;
        MARGIN + (up - amount) * room / (up + down).max(1)
    }
}

/// The chart of one measure, with its title and its key.
pub(super) fn chart(
    t: Texts,
    who: &str,
    measure: Measure,
    (years, forms): (&[YearBalance], YearForms),
) -> AnyView {
    let scale = Scale::of(measure, years);
    let step = WIDTH / i64::try_from(years.len()).unwrap_or(1).max(1);
    let zero = scale.y(0);
    let every = usize::try_from((NAMED + step - 1) / step.max(1)).unwrap_or(1).max(1);
    let columns = (0..).zip(years).map(|(n, year)| column(t, (measure, &scale), n * step, step, year));
    let columns = columns.collect_view();
    let running = (0..).zip(years).step_by(every).map(|(n, year)| {
        let amount = measure.of(year.running);
        let y = scale.y(amount.0);
        let beside = if amount.0 >= 0 { y - 8 } else { y + 18 };
        view! { <text class="figure" x=dot(n * step, step) y=beside>{t.amount(amount)}</text> }
    });
    let running = running.collect_view();
    let named = (0..).zip(years).step_by(every).map(|(n, year)| {
        let name = forms.name(year.first_year);
        view! { <text class="year" x=n * step + step / 2 y=HEIGHT - 4>{name}</text> }
    });
    let named = named.collect_view();
    let points = (0..)
        .zip(years)
        .map(|(n, year)| format!("{},{}", dot(n * step, step), scale.y(measure.of(year.running).0)));
    let points = points.collect::<Vec<_>>().join(" ");
    let (title, said) = match measure {
        Measure::Units => (t.balance_chart_units(), t.balance_chart(who)),
        Measure::Persons => (t.balance_chart_persons(), t.balance_chart_of_persons(who)),
    };
    view! {
        <figure class="chart">
            <figcaption>{title}</figcaption>
            <svg class="balance-chart" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=said>
                <line class="zero" x1="0" y1=zero x2=WIDTH y2=zero />
                {columns}
                <polyline class="running" points=points />
                {running}
                {named}
            </svg>
        </figure>
    }
    .into_any()
}

/// Where the running balance of a year stands from left to right: beside the bars.
const fn dot(left: i64, step: i64) -> i64 {
    left + step * 2 / 3
}

/// The bars of a year, up for who went and down for who came, and the mark of the running balance.
fn column(
    t: Texts,
    (measure, scale): (Measure, &Scale),
    left: i64,
    step: i64,
    year: &YearBalance,
) -> AnyView {
    let [out, inward, running] = [year.out, year.inward, year.running].map(|side| measure.of(side));
    let width = (step / 4).clamp(2, 48);
    let centre = left + step / 3;
    let bar = |class: &'static str, from: i64, to: i64| {
        let (top, bottom) = (scale.y(from), scale.y(to));
        (bottom > top).then(|| {
            view! { <rect class=class x=centre - width / 2 y=top width=width height=bottom - top /> }
        })
    };
    let figure = |amount: Weighed, y: i64| {
        let is_said = step >= ROOMY && amount.0 != 0;
        is_said.then(|| view! { <text class="figure quiet" x=centre y=y>{t.plain_amount(amount)}</text> })
    };
    view! {
        {bar("out", out.0, 0)}
        {figure(out, scale.y(out.0) - 5)}
        {bar("in", 0, -inward.0)}
        {figure(inward, scale.y(-inward.0) + 15)}
        <circle class="running" cx=dot(left, step) cy=scale.y(running.0) r="4" />
    }
    .into_any()
}

/// What the marks of the charts stand for.
pub(super) fn key(t: Texts) -> AnyView {
    let mark = |mark: AnyView| {
        view! { <svg class="balance-chart" viewBox="0 0 16 16" aria-hidden="true">{mark}</svg> }
    };
    let bar = |class: &'static str| {
        mark(view! { <rect class=class x="3" y="1" width="10" height="14" /> }.into_any())
    };
    let dot = view! {
        <polyline class="running" points="0,8 16,8" />
        <circle class="running" cx="8" cy="8" r="4" />
    };
    let dot = mark(dot.into_any());
    view! {
        <ul class="chart-key" aria-label=t.board_legend()>
            <li>{bar("out")} {t.balance_out()}</li>
            <li>{bar("in")} {t.balance_in()}</li>
            <li>{dot} {t.balance_running()}</li>
        </ul>
    }
    .into_any()
}
