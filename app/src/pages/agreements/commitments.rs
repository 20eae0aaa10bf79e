//! Commitments of an agreement: how they are kept, on its page; the form of an observation, and of its withdrawal.

use super::{evidence, form::understood, name_of};
use crate::{
    desk::{
        Desk, Kept, agreements,
        agreements::AgreementView,
        commitments::{CommitmentView, ObservationView},
        documents::{self, DocumentList},
    },
    error::AppError,
    pages::{Faults, in_words, page, param, refusal, title},
    texts::Texts,
    ui::*,
};
use domain::{
    commitment::{CommitmentStanding, ObservationForm, ValueKind, WithdrawalForm},
    id::AgreementId,
    partial_date::show_day,
};
use leptos::prelude::*;

/// Occurrences shown of a commitment, the last ones.
const OCCURRENCES: usize = 12;

/// The commitments of an agreement, on its page; nothing where there are none, and for those who may not read the content.
pub(super) fn section(desk: &Desk, view: &AgreementView, documents: &DocumentList) -> Option<AnyView> {
    if view.commitments.is_empty() {
        return None;
    }
    let t = Texts(desk.lang());
    let (ruling, former): (Vec<&CommitmentView>, Vec<&CommitmentView>) =
        view.commitments.iter().partition(|commitment| commitment.is_ruling);
    let list = |commitments: Vec<&CommitmentView>| {
        let lines: Vec<_> =
            commitments.into_iter().map(|commitment| line(desk, view, commitment, documents)).collect();
        view! { <ul class="lines">{lines}</ul> }
    };
    let former = (!former.is_empty()).then(|| {
        view! {
            <details class="more">
                <summary>{t.commitments_former()}</summary>
                {list(former)}
            </details>
        }
    });
    let ruling = if ruling.is_empty() {
        view! { <p class="quiet-text">{t.commitments_none()}</p> }.into_any()
    } else {
        list(ruling).into_any()
    };
    Some(
        view! {
            <Section id="commitments" title=t.section_commitments()>
                {ruling}
                {former}
            </Section>
        }
        .into_any(),
    )
}

fn line(desk: &Desk, view: &AgreementView, shown: &CommitmentView, documents: &DocumentList) -> AnyView {
    let t = Texts(desk.lang());
    let CommitmentView { commitment, followed, .. } = shown;
    let (text, text_lang) = in_words(&commitment.text, desk.lang());
    let owner = commitment.owner.map_or_else(
        || t.commitment_all_parties().to_owned(),
        |owner| name_of(&view.names, owner, desk.lang()),
    );
    let day = |day| show_day(day, desk.lang());
    let last = followed.last.map_or_else(
        || t.commitment_last_none().to_owned(),
        |last| format!("{} · {}", t.observed(last.value), day(last.on)),
    );
    let mut facts = vec![
        Fact::new(t.commitment_measure(), t.measure(commitment.measure)),
        Fact::new(t.commitment_owner(), owner),
    ];
    if commitment.starts.is_some() || commitment.ends.is_some() {
        let period = super::period(t, commitment.starts, commitment.ends, false);
        facts.push(Fact::new(t.commitment_period(), period));
    }
    facts.push(Fact::new(t.commitment_last(), last));
    if let Some(due_on) = followed.due_on {
        let words = if due_on < desk.today() { t.commitment_overdue(&day(due_on)) } else { day(due_on) };
        let to_confirm = commitment.due.is_some_and(|due| due.to_confirm);
        let mark = to_confirm.then(|| view! { " " <ToConfirm label=t.to_confirm() /> });
        facts.push(Fact::new(t.commitment_due(), view! { {words} {mark} }));
    }
    let note = shown.note.then(|| {
        let path = format!("/agreements/{}/commitments/{}/observe", view.record.id, commitment.id);
        let label = t.do_note_observation_of(&text);
        view! { <p><a href=desk.href(&path) aria-label=label>{t.do_note_observation()}</a></p> }
    });
    view! {
        <li class="stack" id=format!("commitment-{}", commitment.id)>
            <p class="cluster">
                <strong lang=text_lang>{text.clone()}</strong>
                {standing(t, followed.standing)}
            </p>
            <KeyValues facts=facts />
            {occurrences(t, shown)}
            {observations(desk, view, shown, documents)}
            {note}
        </li>
    }
    .into_any()
}

fn standing(t: Texts, standing: CommitmentStanding) -> impl IntoView {
    view! { <StandingBadge kind=standing.code() label=t.commitment_standing(standing) /> }
}

/// How each of several occurrences was kept, the latest first.
fn occurrences(t: Texts, shown: &CommitmentView) -> Option<AnyView> {
    let occurrences = &shown.followed.occurrences;
    if occurrences.len() < 2 {
        return None;
    }
    let lines = occurrences.iter().rev().take(OCCURRENCES).map(|occurrence| {
        let when = t.occurrence(shown.commitment.measure.each(), occurrence);
        let value = occurrence.value.map(|value| format!(" · {}", t.observed(value)));
        view! { <li>{when} " · " {standing(t, occurrence.standing)} {value}</li> }
    });
    let lines = lines.collect_view();
    Some(
        view! {
            <details class="more">
                <summary>{t.commitment_occurrences()}</summary>
                <ul class="plain">{lines}</ul>
            </details>
        }
        .into_any(),
    )
}

fn observations(
    desk: &Desk,
    view: &AgreementView,
    shown: &CommitmentView,
    documents: &DocumentList,
) -> Option<AnyView> {
    if shown.observations.is_empty() {
        return None;
    }
    let t = Texts(desk.lang());
    let count = i64::try_from(shown.observations.len()).unwrap_or(i64::MAX);
    let words = t.counted(count, t.observation_word(), t.observation_words());
    let entries: Vec<_> =
        shown.observations.iter().map(|observation| entry(desk, view, observation, documents)).collect();
    Some(
        view! {
            <details class="more" open=true>
                <summary>{words}</summary>
                <Timeline entries=entries />
            </details>
        }
        .into_any(),
    )
}

/// One observation: when, what, what attests to it, who noted it, and that it was withdrawn.
fn entry(
    desk: &Desk,
    view: &AgreementView,
    shown: &ObservationView,
    documents: &DocumentList,
) -> TimelineEntry {
    let t = Texts(desk.lang());
    let record = &shown.record;
    let day = |day| show_day(day, desk.lang());
    let value = t.observed(record.value);
    let evidence = record.evidence.clone().map(|evidence| {
        let lines = evidence.lines().map(|line| view! { <p>{line.to_owned()}</p> }).collect_view();
        view! { <div class="prose">{lines}</div> }
    });
    let link = record.link.as_ref().map(|link| {
        let words = t.observation_source(link.host());
        view! { <p><a href=link.to_string() rel="noopener">{words}</a></p> }
    });
    let office = record.office.map(|office| name_of(&view.names, office, desk.lang()));
    let who = std::iter::once(record.noted_by_name.clone()).chain(office).collect::<Vec<_>>().join(", ");
    let noted = t.observation_noted(&who, &day(record.noted_at.date_naive()));
    let withdrawn = record.withdrawal.as_ref().map(|withdrawal| {
        let on = day(withdrawal.at.date_naive());
        let words = t.observation_withdrawn(&withdrawal.by_name, &on, &withdrawal.reason);
        view! { <p>{words}</p> }
    });
    let withdraw = shown.withdraw.then(|| {
        let path = format!("/agreements/{}/observations/{}/withdraw", record.agreement, record.id);
        let label = t.do_withdraw_observation_of(&format!("{value}, {}", day(record.observed_on)));
        view! { <p class="small-text"><a href=desk.href(&path) aria-label=label>{t.do_withdraw_observation()}</a></p> }
    });
    let headline = if withdrawn.is_some() { t.observation_gone(&value) } else { value };
    TimelineEntry::new(day(record.observed_on), record.observed_on.to_string(), headline).more(view! {
        {withdrawn}
        {evidence}
        {evidence::shown(desk, documents, None, record.document)}
        {link}
        <p class="quiet-text small-text">{noted}</p>
        {withdraw}
    })
}

/// The agreement of an address whose content the reader may read.
async fn open(desk: &Desk, id: &str) -> Result<AgreementView, AppError> {
    let id: AgreementId = id.parse().map_err(|_| AppError::NotFound)?;
    let view = agreements::view(desk, id).await?;
    if desk.actor().person().is_none() {
        return Err(AppError::SignIn);
    }
    Ok(view)
}

/// The pages above one of a commitment, and the way back to it.
fn trail(desk: &Desk, view: &AgreementView) -> (Vec<(String, String)>, String) {
    let t = Texts(desk.lang());
    let heading = view.record.ruling().map(|ruling| in_words(&ruling.content.title, desk.lang()).0);
    let own = desk.href(&format!("/agreements/{}", view.record.id));
    let trail = vec![
        (desk.href("/agreements"), t.agreements().to_owned()),
        (own.clone(), heading.unwrap_or_default()),
    ];
    (trail, format!("{own}#commitments"))
}

/// The form of an observation.
#[component]
pub fn NoteObservationPage() -> impl IntoView {
    let desk = Desk::current();
    let (id, commitment) = (param("id"), param("commitment"));
    page(async move {
        let view = open(&desk, &id).await?;
        let found = view.commitments.iter().find(|view| view.commitment.id.to_string() == commitment);
        let shown = found.filter(|found| found.note).cloned().ok_or(AppError::NotFound)?;
        let path = format!("/agreements/{id}/commitments/{commitment}/observe");
        let kept = crate::desk::kept(&desk, &path).await?;
        let documents = documents::list(&desk, view.record.id).await?;
        Ok(note(&desk, &view, &shown, &documents, kept))
    })
}

fn note(
    desk: &Desk,
    view: &AgreementView,
    shown: &CommitmentView,
    documents: &DocumentList,
    kept: Option<Kept<ObservationForm>>,
) -> AnyView {
    let t = Texts(desk.lang());
    let error = kept.as_ref().and_then(|kept| kept.error.clone());
    let faults = Faults::of(t, error.as_ref());
    let form = kept.map(|kept| kept.form).unwrap_or_default();
    let commitment = &shown.commitment;
    let (text, _) = in_words(&commitment.text, desk.lang());
    let measure = t.measure(commitment.measure);
    let (trail, back) = trail(desk, view);
    let kind = commitment.measure.value_kind();
    let value = if kind == ValueKind::Done {
        let options = vec![Choice::new("yes", t.yes()), Choice::new("no", t.no())];
        view! {
            <RadioGroup
                name="form[value]"
                legend=t.observation_done()
                options=options
                selected=form.value.clone()
                required=t.required()
                error=faults.at("value")
                inline=true
            />
        }
        .into_any()
    } else {
        view! {
            <Field
                name="form[value]"
                label=t.observation_value()
                help=t.observation_value_help(kind)
                value=form.value.clone()
                inputmode="decimal"
                required=t.required()
                error=faults.at("value")
                width=Width::Short
            />
        }
        .into_any()
    };
    let name = "form[document]".to_owned();
    let document = evidence::document(desk, documents, name, &form.document, faults.at("document"));
    view! {
        {title(t.observation_new())}
        <Breadcrumbs label=t.agreements() trail=trail here=t.observation_new() />
        <PageHeader title=t.observation_new() lead=t.observation_lead() />
        {refusal(t, error.as_ref(), "form.")}
        <Panel title=text>
            <p>{measure}</p>
        </Panel>
        <form class="form" method="post" action="/api/note_observation" novalidate>
            <input type="hidden" name="lang" value=desk.lang().code() />
            <input type="hidden" name="agreement" value=view.record.id.to_string() />
            <input type="hidden" name="commitment" value=commitment.id.to_string() />
            <Field
                name="form[observed_on]"
                label=t.observation_on()
                help=t.observation_on_help()
                value=form.observed_on.clone()
                understood=understood(t, &form.observed_on)
                required=t.required()
                error=faults.at("observed_on")
                width=Width::Half
            />
            {value}
            <TextArea
                name="form[evidence]"
                label=t.observation_evidence()
                help=t.observation_evidence_help()
                value=form.evidence.clone()
                rows=3
                error=faults.at("evidence")
            />
            {document}
            <Field
                name="form[link]"
                label=t.observation_link()
                kind="url"
                value=form.link.clone()
                error=faults.at("link")
            />
            <Actions>
                <Button kind=ButtonKind::Primary>{t.do_save_observation()}</Button>
                <ButtonLink href=back kind=ButtonKind::Quiet>
                    {t.cancel()}
                </ButtonLink>
            </Actions>
        </form>
    }
    .into_any()
}

/// Asking for the reason before an observation is withdrawn.
#[component]
pub fn WithdrawObservationPage() -> impl IntoView {
    let desk = Desk::current();
    let (id, observation) = (param("id"), param("observation"));
    page(async move {
        let view = open(&desk, &id).await?;
        let mut all = view.commitments.iter().flat_map(|commitment| &commitment.observations);
        let found = all.find(|found| found.record.id.to_string() == observation);
        let shown = found.filter(|found| found.withdraw).cloned().ok_or(AppError::NotFound)?;
        let path = format!("/agreements/{id}/observations/{observation}/withdraw");
        let kept = crate::desk::kept(&desk, &path).await?;
        Ok(withdraw(&desk, &view, &shown, kept))
    })
}

fn withdraw(
    desk: &Desk,
    view: &AgreementView,
    shown: &ObservationView,
    kept: Option<Kept<WithdrawalForm>>,
) -> AnyView {
    let t = Texts(desk.lang());
    let error = kept.as_ref().and_then(|kept| kept.error.clone());
    let faults = Faults::of(t, error.as_ref());
    let form = kept.map(|kept| kept.form).unwrap_or_default();
    let record = &shown.record;
    let (trail, back) = trail(desk, view);
    let evidence = record.evidence.clone();
    let what = format!("{} · {}", t.observed(record.value), show_day(record.observed_on, desk.lang()));
    view! {
        {title(t.observation_withdraw())}
        <Breadcrumbs label=t.agreements() trail=trail here=t.observation_withdraw() />
        <PageHeader title=t.observation_withdraw() lead=t.observation_withdraw_lead() />
        {refusal(t, error.as_ref(), "form.")}
        <Panel title=what>
            <p>{evidence}</p>
        </Panel>
        <form class="form" method="post" action="/api/withdraw_observation" novalidate>
            <input type="hidden" name="lang" value=desk.lang().code() />
            <input type="hidden" name="agreement" value=view.record.id.to_string() />
            <input type="hidden" name="id" value=record.id.to_string() />
            <TextArea
                name="form[reason]"
                label=t.observation_reason()
                required=t.required()
                value=form.reason.clone()
                rows=2
                error=faults.at("reason")
            />
            <Actions>
                <Button kind=ButtonKind::Danger>{t.observation_withdraw()}</Button>
                <ButtonLink href=back>{t.cancel()}</ButtonLink>
            </Actions>
        </form>
    }
    .into_any()
}
