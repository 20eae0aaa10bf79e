//! One nomination: what it is, since when, what is awaited, from whom and by when; its conditions and its history. The student, the
//! home and the host read the same.

use super::criteria;
use crate::{
    desk::{
        Desk, kept, nominations,
        nominations::{Allowed, NominationView},
    },
    error::AppError,
    pages::{agreements::name_of, done, exchanges::passed, once, page, param, refusal, title},
    texts::{Named, Texts},
    ui::*,
};
use domain::{
    decimal::Decimal,
    flow::MobilityKind,
    id::NominationId,
    nomination::{ActForm, ActKind, Correction, Side, State, StateKind},
    partial_date::show_day,
};
use leptos::prelude::*;

/// One nomination.
#[component]
pub fn NominationPage() -> impl IntoView {
    let desk = Desk::current();
    let id = param("id");
    page(async move {
        let id: NominationId = id.parse().map_err(|_| AppError::NotFound)?;
        let view = nominations::view(&desk, id).await?;
        let kept = kept::<ActForm>(&desk, &format!("/nominations/{id}")).await?;
        Ok(show(&desk, &view, kept.and_then(|kept| kept.error).as_ref()))
    })
}

/// The mark of a state: its shape and colour are those of what has gone as far.
pub(super) fn badge(t: Texts, state: StateKind, large: bool) -> AnyView {
    let kind = match state {
        StateKind::Waitlisted => "draft",
        StateKind::Offered | StateKind::Nominated => "in_negotiation",
        StateKind::Accepted => "approved",
        StateKind::Confirmed => "in_force",
        StateKind::Completed => "expired",
        StateKind::Rejected | StateKind::Withdrawn | StateKind::Declined | StateKind::Lapsed => "terminated",
    };
    view! { <StandingBadge kind=kind label=t.nomination_state(state) large=large /> }.into_any()
}

/// The name of the home and of the host.
pub(super) fn both(desk: &Desk, view: &NominationView) -> [String; 2] {
    [view.record.sender, view.record.receiver].map(|id| name_of(&view.names, id, desk.lang()))
}

fn show(desk: &Desk, view: &NominationView, error: Option<&AppError>) -> AnyView {
    let t = Texts(desk.lang());
    let record = &view.record;
    let [home, host] = both(desk, view);
    let named = Named { student: &record.student_name, home: &home, host: &host };
    let heading = t.nomination_title(&record.student_name);
    let lead = t.nomination_sentence(&record.state, view.position, &named);
    let trail = vec![(desk.href("/nominations"), t.nominations().to_owned())];
    let said = [
        ("nominated", t.done_put_nominated()),
        ("waitlisted", t.done_put_waitlisted()),
        ("acted", t.done_acted()),
    ];
    let no_account = (view.side.is_some() && !view.has_account)
        .then(|| view! { <p class="quiet-text">{t.nomination_no_account()}</p> });
    let standing = standing(desk, view, &named);
    let about = about(desk, view, &named);
    let acts = acts(desk, view);
    let criteria = criteria(desk, &view.eligibility);
    let history = history(desk, view, &named);
    let state = badge(t, record.state.kind(), true);
    view! {
        {title(heading.clone())}
        <Breadcrumbs label=t.nominations() trail=trail here=heading.clone() />
        <PageHeader title=heading lead=lead>{state}</PageHeader>
        {done(desk, &said)}
        {refusal(t, error, "")}
        <Columns aside=true>
            <Panel title=t.nomination_standing()>{standing}</Panel>
            <Panel title=t.nomination_flow()>{about}</Panel>
        </Columns>
        {acts}
        {no_account}
        <Section id="eligibility" title=t.eligibility_section()>{criteria}</Section>
        <Section id="history" title=t.nomination_history()>{history}</Section>
    }
    .into_any()
}

/// Since when, what is awaited, from whom, by when; the position in line and the rule.
fn standing(desk: &Desk, view: &NominationView, named: &Named<'_>) -> AnyView {
    let t = Texts(desk.lang());
    let record = &view.record;
    let kind = record.state.kind();
    let mut facts = vec![Fact::new(t.nomination_since(), t.moment(record.since))];
    let mut say = |label: &'static str, words: String| facts.push(Fact::new(label, words));
    let awaited = match view.ended() {
        Some(why) => format!("{} {}", t.not_open(why), t.nomination_nobody()),
        None if view.is_elsewhere => t.nomination_awaits_choice().to_owned(),
        None => t.nomination_awaits(kind).unwrap_or(t.nomination_nobody()).to_owned(),
    };
    say(t.nomination_awaited(), awaited);
    if let Some(side) = view.awaited() {
        say(t.nomination_awaited_from(), t.nomination_side_named(side, named));
        let by = match record.state {
            State::Offered { answer_by } => t.moment(answer_by),
            _ => t.nomination_no_deadline().to_owned(),
        };
        say(t.nomination_awaited_by(), by);
    }
    if let Some(position) = view.position {
        say(t.nomination_position(), t.nomination_position_value(&t.number(position)));
        say(t.nomination_rule(), t.nomination_line_rule().to_owned());
    }
    view! { <KeyValues facts=facts /> }.into_any()
}

/// Who goes where, when, and on what ground.
fn about(desk: &Desk, view: &NominationView, named: &Named<'_>) -> AnyView {
    let t = Texts(desk.lang());
    let record = &view.record;
    let stay = t.budget(Decimal::sum(record.months), record.kind);
    let agreement = desk.href(&format!("/agreements/{}#flow-{}", record.agreement, record.flow));
    let link = view! { <a href=agreement>{t.nomination_read_agreement()}</a> };
    let mut facts = vec![
        Fact::new(t.nomination_home(), named.home.to_owned()),
        Fact::new(t.nomination_host(), named.host.to_owned()),
        Fact::new(t.nomination_when(), format!("{}, {}", record.year, t.term(record.term))),
        Fact::new(t.nomination_months(), stay),
        Fact::new(t.nomination_email(), record.student_email.clone()),
    ];
    let number = (t.nomination_number(), &record.student_number);
    let exception = (t.nomination_exception(), &record.exception);
    for (label, words) in [number, exception, (t.nomination_overruled(), &record.overruled)] {
        facts.extend(words.clone().map(|words| Fact::new(label, words)));
    }
    if !view.overruled.is_empty() {
        let rules = view.overruled.iter().map(|criterion| t.criterion(criterion)).collect::<Vec<_>>();
        facts.push(Fact::new(t.nomination_not_met(), rules.join(" ")));
    }
    let application = view.application.map(|day| passed(desk, day, show_day(day, desk.lang())));
    facts.extend(application.map(|words| Fact::new(t.exchange_application(), words)));
    facts.push(Fact::new(t.nomination_agreement(), link));
    if matches!(view.side, Some(Side::Home | Side::Host)) {
        let ledger = desk.href(&format!("/seats/flows/{}/{}", record.flow, record.year.first_year()));
        facts.push(Fact::new(t.flow_places(), view! { <a href=ledger>{t.nomination_read_ledger()}</a> }));
    }
    view! { <KeyValues facts=facts /> }.into_any()
}

/// The buttons for exactly what the reader may do now.
fn acts(desk: &Desk, view: &NominationView) -> Option<AnyView> {
    let t = Texts(desk.lang());
    if view.allowed.is_empty() {
        return None;
    }
    let buttons: Vec<_> = view.allowed.iter().map(|allowed| button(desk, view, *allowed)).collect();
    Some(
        view! {
            <Section id="acts" title=t.nomination_acts()>
                <Actions>{buttons}</Actions>
            </Section>
        }
        .into_any(),
    )
}

/// Whether something is asked before it is done: a page does so.
const fn asks(allowed: Allowed) -> bool {
    allowed.needs_reason || allowed.asks_evidence || matches!(allowed.act, ActKind::Nominate)
}

fn button(desk: &Desk, view: &NominationView, allowed: Allowed) -> AnyView {
    let t = Texts(desk.lang());
    let (id, act) = (view.record.id, allowed.act);
    let label = t.do_act(act);
    if asks(allowed) {
        let href = desk.href(&format!("/nominations/{id}/{}", act.code()));
        return view! { <ButtonLink href=href>{label}</ButtonLink> }.into_any();
    }
    let is_final = matches!(act, ActKind::Decline | ActKind::Withdraw);
    let warning = warning(desk, view, act);
    let kind = if is_final { ButtonKind::Danger } else { ButtonKind::Primary };
    let press = view! { <Button kind=kind>{label}</Button> };
    let press = match warning {
        Some(warning) => view! { <Confirm label=label warning=warning>{press}</Confirm> }.into_any(),
        None => press.into_any(),
    };
    view! {
        <form method="post" action="/api/act_on_nomination">
            <input type="hidden" name="lang" value=desk.lang().code() />
            <input type="hidden" name="id" value=id.to_string() />
            <input type="hidden" name="act" value=act.code() />
            {once(desk)}
            {press}
        </form>
    }
    .into_any()
}

/// What is to be known before this is done: what it ends, or that nobody undoes it.
pub(super) fn warning(desk: &Desk, view: &NominationView, act: ActKind) -> Option<String> {
    let t = Texts(desk.lang());
    match act {
        ActKind::Decline => Some(t.decline_warning().to_owned()),
        ActKind::Withdraw if view.record.state.kind().consumes() => Some(t.withdraw_warning().to_owned()),
        ActKind::Withdraw => Some(t.withdraw_ends().to_owned()),
        ActKind::Complete => Some(t.complete_warning().to_owned()),
        ActKind::Confirm if !view.ends.is_empty() => Some(t.confirm_ends(&ends(desk, view))),
        _ => None,
    }
}

/// The other nominations that end once this one is confirmed.
fn ends(desk: &Desk, view: &NominationView) -> String {
    let t = Texts(desk.lang());
    let one = |other: &store::nomination::NominationRecord| {
        let host = name_of(&view.names, other.receiver, desk.lang());
        format!("{host} ({}, {})", t.term(other.term), t.nomination_state(other.state.kind()))
    };
    view.ends.iter().map(one).collect::<Vec<_>>().join(" · ")
}

fn history(desk: &Desk, view: &NominationView, named: &Named<'_>) -> AnyView {
    let t = Texts(desk.lang());
    let entries = view.events.iter().enumerate().map(|(at, event)| {
        let on_behalf = event.is_on_behalf.then(|| format!(", {}", t.nomination_on_behalf()));
        let by = t.nomination_side_named(event.by, named);
        let who = format!("{by}{}", on_behalf.unwrap_or_default());
        let line = t.nomination_history_line(t.nomination_act(event.act), &who);
        let reason = event.reason.as_ref().map(|reason| t.nomination_reason(reason));
        let evidence = event.evidence.as_ref().map(|evidence| t.nomination_attested(evidence));
        let day = event.at.date_naive();
        let said = reason.into_iter().chain(evidence).map(|words| view! { <p>{words}</p> }).collect_view();
        let corrected =
            (!event.corrections.is_empty()).then(|| corrections(t, at, view.record.kind, &event.corrections));
        let more = view! {
            {said}
            {corrected}
        };
        TimelineEntry::new(show_day(day, desk.lang()), day.to_string(), line).more(more)
    });
    let entries: Vec<_> = entries.collect();
    view! { <Timeline entries=entries /> }.into_any()
}

/// What was corrected before someone was put forward again, side by side.
fn corrections(t: Texts, at: usize, kind: MobilityKind, corrections: &[Correction]) -> AnyView {
    let changes = corrections.iter().map(|one| {
        let said =
            |value: &Option<String>| value.as_ref().map(|value| t.corrected_value(one.field, value, kind));
        let [before, after] = [&one.before, &one.after].map(said);
        Change::new(t.corrected_field(one.field), before, after)
    });
    let changes: Vec<_> = changes.collect();
    view! {
        <Diff
            id=format!("corrected-{at}")
            caption=t.correction_caption()
            label=t.correction_field()
            before=t.correction_before()
            after=t.correction_after()
            changes=changes
            absent=t.correction_unsaid()
        />
    }
    .into_any()
}
