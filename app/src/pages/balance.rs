//! The balance of two institutions: a chart with its table, what was before, what may still be sent and received.

use crate::{
    desk::{
        Desk, Kept,
        balance::{self, BalanceView, Left},
        kept,
    },
    error::AppError,
    pages::{Faults, done, in_words, page, param, refusal, title},
    texts::Texts,
    ui::*,
};
use domain::{
    academic_year::AcademicYear,
    balance::{OpeningForm, Weighed, YearBalance},
    id::InstitutionId,
    partial_date::show_day,
};
use leptos::prelude::*;

/// The balance of two institutions.
#[component]
pub fn BalancePage() -> impl IntoView {
    let desk = Desk::current();
    let ids = [param("id"), param("other")].map(|id| id.parse::<InstitutionId>());
    page(async move {
        let [Ok(one), Ok(other)] = ids else { return Err(AppError::NotFound) };
        let view = balance::view(&desk, [one, other]).await?;
        let kept = kept(&desk, &format!("/institutions/{one}/with/{other}/balance")).await?;
        Ok(show(&desk, &view, kept))
    })
}

fn show(desk: &Desk, view: &BalanceView, kept: Option<Kept<OpeningForm>>) -> AnyView {
    let t = Texts(desk.lang());
    let names = view.pair.each_ref().map(|item| in_words(&item.names, desk.lang()).0);
    let heading = t.balance_with(&names[0], &names[1]);
    let [one, other] = view.pair.each_ref().map(|item| item.id);
    let trail = vec![
        (desk.href("/institutions"), t.institutions().to_owned()),
        (desk.href(&format!("/institutions/{one}")), names[0].clone()),
        (desk.href(&format!("/institutions/{one}/with/{other}")), names[1].clone()),
    ];
    let years = if view.years.is_empty() {
        view! { <p class="quiet-text">{t.balance_none()}</p> }.into_any()
    } else {
        view! {
            {chart(t, view)}
            {table(t, view)}
            <p class="quiet-text">{t.balance_expected_help()}</p>
        }
        .into_any()
    };
    let done = done(desk, &[("opening_set", t.done_opening_set())]);
    let aside = view! { {next_year(t, view)} {opening(desk, view, kept)} }.into_any();
    view! {
        {title(heading.clone())}
        <Breadcrumbs label=t.institutions() trail=trail here=t.balance() />
        <PageHeader title=heading lead=t.balance_lead() />
        {done}
        <Columns aside=true>
            <div class="stack">
                <Section id="years" title=t.balance_years()>{years}</Section>
            </div>
            <div class="stack">{aside}</div>
        </Columns>
    }
    .into_any()
}

/// An amount with its sign, in hundredths.
fn amount(t: Texts, weighed: Weighed) -> String {
    let hundredths = weighed.to_hundredths();
    let sign = match hundredths {
        0 => "",
        n if n < 0 => "−",
        _ => "+",
    };
    let (whole, part) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    let number = if part == 0 { whole.to_string() } else { format!("{whole}.{part:02}") };
    format!("{sign}{}", t.decimal(number.as_str()))
}

/// The running balance as bars around zero. Its figures are those of the table.
fn chart(t: Texts, view: &BalanceView) -> AnyView {
    const WIDTH: i64 = 640;
    const HEIGHT: i64 = 160;
    let middle = HEIGHT / 2;
    let most = view.years.iter().map(|year| year.running.0.abs()).max().unwrap_or(0).max(1);
    let count = i64::try_from(view.years.len()).unwrap_or(1).max(1);
    let step = WIDTH / count;
    let bars = (0..).zip(&view.years).map(|(n, year)| {
        let height = (year.running.0.abs() * (middle - 24) / most).max(1);
        let y = if year.running.0 >= 0 { middle - height } else { middle };
        let label_y = if year.running.0 >= 0 { y - 6 } else { y + height + 16 };
        let x = n * step + step / 4;
        let centre = n * step + step / 2;
        view! {
            <rect class="bar" x=x y=y width=step / 2 height=height />
            <text class="figure" x=centre y=label_y>{amount(t, year.running)}</text>
            <text class="year" x=centre y=HEIGHT - 4>{year_name(year)}</text>
        }
    });
    let bars = bars.collect_view();
    view! {
        <svg class="balance-chart" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=t.balance_chart()>
            <line class="zero" x1="0" y1=middle x2=WIDTH y2=middle />
            {bars}
        </svg>
    }
    .into_any()
}

fn year_name(year: &YearBalance) -> String {
    AcademicYear::northern(year.first_year)
        .map_or_else(|_| year.first_year.to_string(), |year| year.to_string())
}

fn table(t: Texts, view: &BalanceView) -> AnyView {
    let columns = vec![
        Column::text(t.balance_year()),
        Column::number(t.balance_out()),
        Column::number(t.balance_out_units()),
        Column::number(t.balance_in()),
        Column::number(t.balance_in_units()),
        Column::number(t.balance_own()),
        Column::number(t.balance_running()),
        Column::number(t.balance_expected()),
    ];
    let plain = |weighed: Weighed| amount(t, weighed).trim_start_matches('+').to_owned();
    let rows = view.years.iter().map(|year| {
        Row::new()
            .cell(year_name(year))
            .cell(t.number(year.out.persons))
            .cell(plain(year.out.weighed))
            .cell(t.number(year.inward.persons))
            .cell(plain(year.inward.weighed))
            .cell(amount(t, year.own))
            .cell(amount(t, year.running))
            .cell(amount(t, year.expected))
    });
    let rows: Vec<Row> = rows.collect();
    view! { <Table id="balance-table" caption=t.balance_years() caption_unseen=true columns=columns rows=rows fold=true /> }
        .into_any()
}

fn next_year(t: Texts, view: &BalanceView) -> AnyView {
    let count = |left: &Left| {
        if left.flows == 0 {
            t.balance_no_flow().to_owned()
        } else {
            t.counted(left.remaining, t.balance_place(), t.balance_places())
        }
    };
    let [out, inward] = &view.left;
    let some = (out.not_agreed + inward.not_agreed > 0)
        .then(|| view! { <p class="under">{t.balance_some_not_agreed()}</p> });
    let (send, receive) = (t.balance_may_send(&count(out)), t.balance_may_receive(&count(inward)));
    view! {
        <Panel title=t.balance_next(&view.next_year.to_string())>
            <ul class="lines">
                <li>{send}</li>
                <li>{receive}</li>
            </ul>
            {some}
        </Panel>
    }
    .into_any()
}

/// What the balance was before, and the form that says it.
fn opening(desk: &Desk, view: &BalanceView, kept: Option<Kept<OpeningForm>>) -> AnyView {
    let t = Texts(desk.lang());
    let said = view.opening.as_ref().map_or_else(
        || view! { <p class="quiet-text">{t.balance_opening_none()}</p> }.into_any(),
        |opening| {
            let day = show_day(opening.set_at.date_naive(), desk.lang());
            let number = amount(t, Weighed::hundredths(opening.balance));
            view! {
                <p>{t.balance_opening_of(&number)}</p>
                <p class="under">{opening.reason.clone()}</p>
                <p class="under">{t.balance_opening_by(&opening.set_by_name, &day)}</p>
            }
            .into_any()
        },
    );
    let form = view.set.then(|| {
        let error = kept.as_ref().and_then(|kept| kept.error.clone());
        let faults = Faults::of(t, error.as_ref());
        let form = kept.map(|kept| kept.form).unwrap_or_default();
        let [one, other] = view.pair.each_ref().map(|item| item.id.to_string());
        view! {
            {refusal(t, error.as_ref(), "form.")}
            <form class="form" method="post" action="/api/set_opening_balance" novalidate>
                <input type="hidden" name="lang" value=desk.lang().code() />
                <input type="hidden" name="institution" value=one />
                <input type="hidden" name="partner" value=other />
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
    });
    view! {
        <Panel title=t.balance_opening()>
            {said}
            {form}
        </Panel>
    }
    .into_any()
}
