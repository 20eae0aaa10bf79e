//! The ledger of a flow in a year: every unit explained, who is in line, and what changes how many there are.

use super::{bar, ledger_path, people, person};
use crate::{
    api::seats::Change,
    desk::{
        Desk, Kept,
        balance::pool_page,
        kept,
        seats::{self, Ledger, LedgerLine, LedgerView},
    },
    error::AppError,
    pages::{Faults, agreements::name_of, done, page, param, refusal, title},
    texts::Texts,
    ui::*,
};
use domain::{
    decimal::Decimal,
    flow::{CapPeriod, Flow},
    id::FlowId,
    partial_date::show_day,
    seats::{AdjustmentForm, LineKind, Tally},
};
use leptos::prelude::*;

/// What was sent to a form of this page, and came back.
struct Back {
    change: Change,
    kept: Kept<AdjustmentForm>,
    in_the_way: Option<AnyView>,
}

/// `/:lang/seats/flows/:id/:first`.
#[component]
pub fn LedgerPage() -> impl IntoView {
    let desk = Desk::current();
    let (id, first) = (param("id"), param("first"));
    page(async move {
        let (Ok(id), Ok(first)) = (id.parse::<FlowId>(), first.parse::<i32>()) else {
            return Err(AppError::NotFound);
        };
        let view = seats::ledger(&desk, id, first).await?;
        let mut back = returned(&desk, &view).await?;
        let in_the_way = back.as_mut().and_then(|back| back.in_the_way.take());
        Ok(show(&desk, &view, back.as_ref(), in_the_way))
    })
}

async fn returned(desk: &Desk, view: &LedgerView) -> Result<Option<Back>, AppError> {
    let (id, first) = (view.record.flow.id, view.year.first_year());
    for change in Change::ALL {
        let Some(kept) = kept::<AdjustmentForm>(desk, &change.page(id, first)).await? else { continue };
        let in_the_way = super::in_the_way(desk, kept.error.as_ref()).await?;
        return Ok(Some(Back { change, kept, in_the_way }));
    }
    Ok(None)
}

fn show(desk: &Desk, view: &LedgerView, back: Option<&Back>, in_the_way: Option<AnyView>) -> AnyView {
    let (t, lang) = (Texts(desk.lang()), desk.lang());
    let flow = &view.record.flow;
    let [sender, receiver] = [flow.sender, flow.receiver].map(|id| name_of(&view.names, id, lang));
    let between = t.flow_between(&sender, &receiver);
    let heading = t.form_error_named(&t.ledger(&view.year.to_string()), &between);
    let trail = vec![(desk.href("/seats"), t.seats().to_owned())];
    let closed =
        view.own.tally.is_closed.then(|| view! { <Notice tone=Tone::Info title=t.ledger_year_closed() /> });
    let own = lines(desk, "lines", t.ledger_lines(), &view.own);
    view! {
        {title(heading.clone())}
        <Breadcrumbs label=t.seats() trail=trail here=heading.clone() />
        <PageHeader title=heading eyebrow=t.mobility_kind(flow.kind) lead=t.ledger_lead() />
        {done(
            desk,
            &[
                ("adjusted", t.done_adjusted()),
                ("overridden", t.done_overridden()),
                ("closed", t.done_year_closed()),
            ],
        )}
        {back.map(|back| refusal(t, back.kept.error.as_ref(), back.change.prefix()))}
        {in_the_way}
        {closed}
        {summary(desk, view)}
        {years(desk, view)}
        <Section id="ledger" title=t.ledger_lines()>
            {own}
        </Section>
        {line(desk, view)}
        {pool(desk, view)}
        {changes(desk, view, back)}
    }
    .into_any()
}

fn summary(desk: &Desk, view: &LedgerView) -> AnyView {
    let t = Texts(desk.lang());
    let (flow, tally) = (&view.record.flow, &view.own.tally);
    let here = desk.href(&ledger_path(flow, view.year.first_year()));
    let agreement = desk.href(&format!("/agreements/{}#flow-{}", view.record.agreement, flow.id));
    let link = t.ledger_agreement_link(view.record.revision);
    let mut facts = vec![
        Fact::new(t.board_fullness(), bar(desk, format!("{here}#ledger"), view.year, tally)),
        Fact::new(t.ledger_agreement(), view! { <a href=agreement>{link}</a> }),
        Fact::new(t.ledger_cap(), cap(t, flow, tally)),
    ];
    let number = |label: &'static str, count: i64| Fact::new(label, t.number(count));
    facts.extend([
        number(t.ledger_capacity(), tally.capacity()),
        number(t.ledger_confirmed(), tally.confirmed),
        number(t.ledger_accepted(), tally.accepted),
        number(t.ledger_held(), tally.held),
        number(t.ledger_remaining(), tally.remaining()),
        number(t.ledger_waiting(), tally.waiting),
    ]);
    if let Some(budget) = tally.budget {
        facts.push(Fact::new(t.flow_budget(), spent(t, flow, tally.spent, budget)));
    }
    view! { <KeyValues facts=facts /> }.into_any()
}

fn cap(t: Texts, flow: &Flow, tally: &Tally) -> String {
    t.places(tally.cap.and_then(|cap| u32::try_from(cap).ok()), flow.unit, flow.cap_period)
}

/// Months or days that are spent, of how many.
fn spent(t: Texts, flow: &Flow, spent: i64, budget: i64) -> String {
    let shown = |hundredths: i64| {
        let number = u32::try_from(hundredths).ok().and_then(Decimal::from_hundredths).unwrap_or_default();
        t.decimal(number)
    };
    if flow.kind.counts_days() {
        t.ledger_budget_days(&shown(spent), &shown(budget))
    } else {
        t.ledger_budget_months(&shown(spent), &shown(budget))
    }
}

/// The years before and after; none where the places are those of the whole agreement.
fn years(desk: &Desk, view: &LedgerView) -> Option<AnyView> {
    let flow = &view.record.flow;
    if flow.cap_period == CapPeriod::Agreement {
        return None;
    }
    let t = Texts(desk.lang());
    let links = [view.year.previous(), view.year.next()].into_iter().flatten().map(|year| {
        let href = desk.href(&ledger_path(flow, year.first_year()));
        view! { <li><a href=href>{t.ledger(&year.to_string())}</a></li> }
    });
    let links = links.collect_view();
    Some(view! { <nav class="sorts" aria-label=t.board_years()><ul>{links}</ul></nav> }.into_any())
}

/// Every line with what is left after it, and the sums.
fn lines(desk: &Desk, id: &'static str, caption: &'static str, ledger: &Ledger) -> AnyView {
    let t = Texts(desk.lang());
    if ledger.lines.is_empty() {
        return view! { <p class="quiet-text">{t.ledger_none()}</p> }.into_any();
    }
    let columns = vec![
        Column::date(t.ledger_when()),
        Column::text(t.ledger_what()),
        Column::text(t.ledger_who()),
        Column::number(t.ledger_change()),
        Column::number(t.ledger_taking()),
        Column::number(t.ledger_left()),
    ];
    let rows = ledger.lines.iter().map(|line| row(desk, line)).collect();
    let tally = &ledger.tally;
    let foot = Row::new()
        .cell(t.ledger_sum())
        .cell(())
        .cell(())
        .cell(t.number(tally.capacity()))
        .cell(t.number(tally.used()))
        .cell(t.number(tally.remaining()));
    view! { <Table id=id caption=caption caption_unseen=true columns=columns rows=rows foot=foot fold=true /> }.into_any()
}

fn row(desk: &Desk, line: &LedgerLine) -> Row {
    let t = Texts(desk.lang());
    let when =
        line.at.map_or_else(|| t.ledger_of_flow().to_owned(), |at| show_day(at.date_naive(), desk.lang()));
    let signed = |units: i64| if units > 0 { format!("+{}", t.number(units)) } else { t.number(units) };
    let by = line.by.clone().or_else(|| line.by_side.map(|side| t.ledger_side(side).to_owned()));
    // Nothing at all is left out on a phone.
    let (change, taking) = if line.kind.is_capacity() {
        (signed(line.units).into_any(), ().into_any())
    } else {
        (().into_any(), signed(line.units).into_any())
    };
    Row::new()
        .cell(when)
        .cell(what(desk, line))
        .cell(by.unwrap_or_default())
        .cell(change)
        .cell(taking)
        .cell(t.number(line.left))
}

/// What a line is about: whose place it is, of which revision, why.
fn what(desk: &Desk, line: &LedgerLine) -> AnyView {
    let t = Texts(desk.lang());
    let kind = t.line_kind(line.kind);
    let words = match (&line.nomination, line.revision) {
        (Some(one), _) => return view! { {kind} " " {person(desk, one)} }.into_any(),
        (None, _) if matches!(line.kind, LineKind::Taken | LineKind::Freed) => {
            format!("{kind} {}", t.ledger_a_student())
        }
        (None, Some(revision)) => format!("{kind} · {}", t.ledger_revision(revision)),
        (None, None) => kind.to_owned(),
    };
    let reason = line.reason.clone().map(|reason| view! { <span class="under small-text">{reason}</span> });
    let evidence = line.evidence.as_ref().map(|evidence| t.ledger_evidence(evidence));
    let evidence = evidence.map(|words| view! { <span class="under small-text">{words}</span> });
    view! { {words} {reason} {evidence} }.into_any()
}

fn line(desk: &Desk, view: &LedgerView) -> AnyView {
    let t = Texts(desk.lang());
    let people = people(desk, &view.line)
        .unwrap_or_else(|| view! { <p class="quiet-text">{t.ledger_line_none()}</p> }.into_any());
    view! {
        <Section id="line" title=t.ledger_line()>
            <p class="quiet-text small-text">{t.ledger_line_rule()}</p>
            {people}
        </Section>
    }
    .into_any()
}

fn pool(desk: &Desk, view: &LedgerView) -> Option<AnyView> {
    let t = Texts(desk.lang());
    let ([fr, en], ledger) = view.pool.as_ref()?;
    let shared = lines(desk, "pool-lines", t.flow_pool(), ledger);
    let balance = desk.href(&pool_page(view.record.agreement, view.record.flow.pool?));
    Some(
        view! {
            <Section id="pool" title=t.ledger_pool(t.pool_name(fr, en))>
                <p class="quiet-text small-text">{t.ledger_pool_help()}</p>
                {shared}
                <p><a href=balance>{t.pool_balance_see()}</a></p>
            </Section>
        }
        .into_any(),
    )
}

/// The forms of those who decide how many places there are; nothing once the year is closed.
fn changes(desk: &Desk, view: &LedgerView, back: Option<&Back>) -> Option<AnyView> {
    let is_on_behalf = view.set.filter(|_| !view.own.tally.is_closed)?;
    let close = (view.record.flow.cap_period == CapPeriod::AcademicYear).then(|| closing(desk, view));
    let forms = [Change::Adjust, Change::Override];
    let forms = forms.map(|change| form(desk, view, change, is_on_behalf, back)).collect_view();
    Some(
        view! {
            <Columns>{forms}</Columns>
            {close}
        }
        .into_any(),
    )
}

fn form(desk: &Desk, view: &LedgerView, change: Change, is_on_behalf: bool, back: Option<&Back>) -> AnyView {
    let t = Texts(desk.lang());
    let back = back.filter(|back| back.change == change);
    let faults = Faults::of(t, back.and_then(|back| back.kept.error.as_ref()));
    let typed = back.map(|back| back.kept.form.clone()).unwrap_or_default();
    let (heading, help, label) = if change == Change::Override {
        (t.override_title(), t.override_help(), t.do_override())
    } else {
        (t.adjust_title(), t.adjust_help(), t.do_adjust())
    };
    let name = move |field: &str| change.field(field);
    let hidden = hidden(desk, view);
    let evidence = is_on_behalf.then(|| {
        view! {
            <TextArea
                name=name("evidence")
                label=t.adjust_evidence()
                help=t.adjust_evidence_help()
                required=t.required()
                value=typed.evidence.clone()
                rows=2
                error=faults.at("evidence")
            />
        }
    });
    view! {
        <Panel title=heading>
            <p class="quiet-text small-text">{help}</p>
            <form class="form" method="post" action=change.endpoint() novalidate>
                {hidden}
                <Field
                    name=name("units")
                    label=t.adjust_units()
                    help=t.adjust_units_help()
                    required=t.required()
                    value=typed.units.clone()
                    error=faults.at("units")
                    width=Width::Short
                />
                <TextArea
                    name=name("reason")
                    label=t.adjust_reason()
                    required=t.required()
                    value=typed.reason.clone()
                    rows=2
                    error=faults.at("reason")
                />
                {evidence}
                <Actions>
                    <Button>{label}</Button>
                </Actions>
            </form>
        </Panel>
    }
    .into_any()
}

fn hidden(desk: &Desk, view: &LedgerView) -> impl IntoView + use<> {
    view! {
        <input type="hidden" name="lang" value=desk.lang().code() />
        <input type="hidden" name="flow" value=view.record.flow.id.to_string() />
        <input type="hidden" name="first_year" value=view.year.first_year().to_string() />
    }
}

/// Closing the year: what is carried over and who leaves the line is said before it is done.
fn closing(desk: &Desk, view: &LedgerView) -> AnyView {
    let t = Texts(desk.lang());
    let tally = &view.own.tally;
    let body = if tally.held + tally.accepted > 0 {
        view! { <p>{t.close_undecided()}</p> }.into_any()
    } else {
        let year = view.year.to_string();
        let (carried, leaving) = (t.close_carried(view.to_carry()), t.close_leaving(tally.waiting));
        let hidden = hidden(desk, view);
        view! {
            <Confirm label=t.do_close(&year) warning=t.close_warning(&carried, &leaving)>
                <form method="post" action=Change::Close.endpoint()>
                    {hidden}
                    <Button kind=ButtonKind::Danger>{t.do_close(&year)}</Button>
                </form>
            </Confirm>
        }
        .into_any()
    };
    view! {
        <Panel title=t.close_title()>
            <p class="quiet-text small-text">{t.close_help()}</p>
            {body}
        </Panel>
    }
    .into_any()
}
