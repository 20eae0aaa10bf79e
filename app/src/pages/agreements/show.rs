//! One agreement: what it is today, its parties, what is awaited, what it says, where that comes from.

use super::{
    badge, commitments, documents, evidence, flows, name_of, needs, parties, period, termination_words,
    titled,
};
use crate::{
    desk::{
        Desk, agreements,
        agreements::{AgreementQuery, AgreementView},
        documents::DocumentList,
    },
    pages::{done, in_words, page, param, refusal, seats::in_the_way, title},
    texts::Texts,
    ui::*,
};
use chrono::NaiveDate;
use domain::{
    agreement::{Renewal, SuccessionKind},
    id::InstitutionId,
    partial_date::show_day,
};
use leptos::prelude::*;
use store::agreement::RevisionRecord;

/// One agreement.
#[component]
pub fn AgreementPage() -> impl IntoView {
    let desk = Desk::current();
    let id = param("id");
    page(async move {
        let id = id.parse().map_err(|_| crate::error::AppError::NotFound)?;
        let asked = crate::desk::query_value(&desk.visit.query, "on");
        let query = AgreementQuery { on: asked.unwrap_or_default(), ..AgreementQuery::default() };
        let view = agreements::view_on(&desk, id, agreements::day(&desk, &query)).await?;
        let kept = crate::desk::kept::<()>(&desk, &format!("/agreements/{id}")).await?;
        let error = kept.and_then(|kept| kept.error);
        let in_the_way = in_the_way(&desk, error.as_ref()).await?;
        let refused = refusal(Texts(desk.lang()), error.as_ref(), "");
        let refused = view! { {refused} {in_the_way} }.into_any();
        let documents = crate::desk::documents::list(&desk, id).await?;
        Ok(show(&desk, &view, &documents, refused))
    })
}

fn show(desk: &Desk, view: &AgreementView, documents: &DocumentList, refused: AnyView) -> AnyView {
    let t = Texts(desk.lang());
    let Some(shown) = view.record.ruling() else { return ().into_any() };
    let content = &shown.content;
    let (heading, heading_lang) = in_words(&content.title, desk.lang());
    let trail = vec![(desk.href("/agreements"), t.agreements().to_owned())];
    let pending = view.record.latest().filter(|latest| latest.number > shown.number && view.allowed.content);
    let pending = pending.map(|latest| {
        let read = desk.href(&format!("/agreements/{}/revisions/{}", view.record.id, latest.number));
        let needs = needs(desk, view).map(|words| view! { <p>{words}</p> });
        view! {
            <Notice title=t.modification_pending(latest.number)>
                {needs}
                <p><a href=read>{t.revision_read()}</a></p>
            </Notice>
        }
    });
    let summary = content.summary.as_ref().map(|summary| {
        let (text, lang) = in_words(summary, desk.lang());
        view! { <Section id="summary" title=t.section_summary()>{prose(&text, lang)}</Section> }
    });
    let terms = content.terms.as_ref().filter(|_| view.allowed.content).map(|terms| {
        let (text, lang) = in_words(terms, desk.lang());
        view! { <Section id="terms" title=t.section_terms()>{prose(&text, lang)}</Section> }
    });
    let less = (!view.allowed.content).then(|| view! { <p class="quiet-text">{t.visitors_see_less()}</p> });
    let actions = actions(desk, view);
    let standing = badge(t, view.standing);
    let (lang, in_force) = (desk.lang().code(), parties::in_force(desk, view));
    let synthetic = view.record.is_synthetic.then(|| view! { <Tag label=t.synthetic_mark() /> });
    let unpublished = (!view.record.scope.is_published).then(|| view! { <Tag label=t.unpublished() /> });
    let as_of = (view.on != desk.today()).then(|| {
        let today = desk.href(&format!("/agreements/{}", view.record.id));
        view! {
            <Notice title=t.standing_as_of(&show_day(view.on, desk.lang()))>
                <p>{t.standing_as_of_text()} " " <a href=today>{t.standing_today()}</a></p>
            </Notice>
        }
    });
    let ending = view.record.course().terminated_on.filter(|ended_on| *ended_on > view.on);
    let ending = ending.map(|ended_on| {
        let title = t.ends_by_termination(&show_day(ended_on, desk.lang()));
        view! { <Notice tone=Tone::Warning title=title /> }
    });
    let tab = heading.clone();
    let eyebrow = t.agreement_kind(content.kind);
    let party_list = parties::table(desk, view, shown, documents);
    let source_list = sources(desk, view);
    let main = view! {
        <Section id="parties" title=t.section_parties()>{party_list}</Section>
        {summary}
        {flows::section(desk, view, content)}
        {terms}
        {commitments::section(desk, view, documents)}
        {less}
        {documents::section(desk, view.record.id, documents)}
        {revisions(desk, view)}
        <Section id="sources" title=t.section_sources()>{source_list}</Section>
    }
    .into_any();
    let aside = view! {
        {awaited(desk, view)}
        {what_comes(desk, view)}
        {before_and_after(desk, view, documents)}
        {facts(desk, view, shown)}
        {contacts(desk, view, shown)}
    }
    .into_any();
    view! {
        {title(tab)}
        <Breadcrumbs label=t.agreements() trail=trail here=heading.clone() />
        <div lang=heading_lang>
            <PageHeader title=heading eyebrow=eyebrow actions=move || actions>
                {standing}
                {unpublished}
                {synthetic}
                <span lang=lang class="quiet-text">{in_force}</span>
            </PageHeader>
        </div>
        {done(desk, &done_words(t, view.record.scope.is_shared))}
        {refused}
        {as_of}
        {ending}
        {pending}
        {period_bar(desk, view, shown)}
        <Columns aside=true>
            <div class="stack">{main}</div>
            <div class="stack">{aside}</div>
        </Columns>
    }
    .into_any()
}

const fn done_words(t: Texts, is_shared: bool) -> [(&'static str, &'static str); 17] {
    [
        ("observation_noted", t.done_observation_noted()),
        ("observation_withdrawn", t.done_observation_withdrawn()),
        ("document_added", t.done_document_added()),
        ("document_saved", t.done_document_saved()),
        ("document_removed", t.done_document_removed()),
        ("terminated", t.done_terminated()),
        ("termination_withdrawn", t.done_termination_withdrawn()),
        ("renewed", t.done_renewed()),
        ("replaced", t.done_replaced()),
        ("kept", t.done_kept()),
        ("created", t.done_created()),
        ("saved", if is_shared { t.done_proposed() } else { t.done_saved() }),
        ("shared", t.done_shared()),
        ("published", t.done_published()),
        ("withdrawn", t.done_withdrawn()),
        ("signed", t.done_signed()),
        ("reverted", t.done_reverted()),
    ]
}

/// A long text, its paragraphs kept.
pub(super) fn prose(text: &str, lang: Option<String>) -> AnyView {
    let paragraphs = text
        .split('\n')
        .filter(|line| !line.trim().is_empty())
        .map(|line| view! { <p>{line.to_owned()}</p> });
    view! { <div class="prose" lang=lang>{paragraphs.collect_view()}</div> }.into_any()
}

fn actions(desk: &Desk, view: &AgreementView) -> AnyView {
    let t = Texts(desk.lang());
    let id = view.record.id;
    let allowed = &view.allowed;
    // One button stands out: what comes next.
    let mut has_first = false;
    let [share_kind, approve_kind, sign_kind, publish_kind] =
        [allowed.share, !allowed.approve.is_empty(), !allowed.sign.is_empty(), allowed.publish].map(
            |is_offered| {
                let is_first = is_offered && !has_first;
                has_first |= is_offered;
                if is_first { ButtonKind::Primary } else { ButtonKind::Secondary }
            },
        );
    let act = |act: &'static str, label: &'static str, kind: ButtonKind| {
        view! {
            <form method="post" action="/api/act_on_agreement">
                <input type="hidden" name="lang" value=desk.lang().code() />
                <input type="hidden" name="id" value=id.to_string() />
                <Button kind=kind name="act" value=act>
                    {label}
                </Button>
            </form>
        }
    };
    let sign = (!allowed.sign.is_empty()).then(|| {
        view! {
            <ButtonLink href=desk.href(&format!("/agreements/{id}/sign")) kind=sign_kind icon=Glyph::Pen>
                {t.do_sign()}
            </ButtonLink>
        }
    });
    let approve = view.record.latest().filter(|_| !allowed.approve.is_empty()).map(|latest| {
        let read = desk.href(&format!("/agreements/{id}/revisions/{}", latest.number));
        view! {
            <ButtonLink href=read kind=approve_kind icon=Glyph::Check>
                {t.do_read_to_approve()}
            </ButtonLink>
        }
    });
    let edit = allowed.edit.then(
        || view! { <ButtonLink href=desk.href(&format!("/agreements/{id}/edit"))>{t.edit()}</ButtonLink> },
    );
    let delete = allowed.delete.then(|| {
        view! {
            <ButtonLink href=desk.href(&format!("/agreements/{id}/delete")) kind=ButtonKind::Quiet>
                {t.delete()}
            </ButtonLink>
        }
    });
    view! {
        {allowed.share.then(|| act("share", t.do_share(), share_kind))}
        {approve}
        {sign}
        {allowed.publish.then(|| act("publish", t.do_publish(), publish_kind))}
        {edit}
        {allowed.withdraw.then(|| act("withdraw", t.do_withdraw(), ButtonKind::Quiet))}
        {what_follows(desk, view)}
        {delete}
    }
    .into_any()
}

/// A button that does something about the end of the agreement, or about what follows it.
fn follow(
    desk: &Desk,
    view: &AgreementView,
    act: &'static str,
    label: &'static str,
    successor: &str,
) -> AnyView {
    let id = view.record.id.to_string();
    let successor = (!successor.is_empty())
        .then(|| view! { <input type="hidden" name="successor" value=successor.to_owned() /> });
    view! {
        <form method="post" action="/api/follow_agreement">
            <input type="hidden" name="lang" value=desk.lang().code() />
            <input type="hidden" name="id" value=id />
            {successor}
            <Button kind=ButtonKind::Quiet name="act" value=act>
                {label}
            </Button>
        </form>
    }
    .into_any()
}

/// Renewal, replacement, termination: what leads rarely do, behind one word.
fn what_follows(desk: &Desk, view: &AgreementView) -> Option<AnyView> {
    let t = Texts(desk.lang());
    let allowed = &view.allowed;
    let has_any =
        allowed.renew || allowed.replace || allowed.terminate.is_some() || allowed.withdraw_termination;
    if !has_any {
        return None;
    }
    let page = |name: &str| desk.href(&format!("/agreements/{}/{name}", view.record.id));
    let link = |name: &str, label: &'static str| {
        view! {
            <ButtonLink href=page(name) kind=ButtonKind::Quiet>
                {label}
            </ButtonLink>
        }
    };
    let renew = allowed.renew.then(|| follow(desk, view, "renew", t.do_renew(), ""));
    let withdraw = allowed
        .withdraw_termination
        .then(|| follow(desk, view, "withdraw_termination", t.do_withdraw_termination(), ""));
    let items = view! {
        {renew}
        {allowed.replace.then(|| link("replace", t.do_replace()))}
        {allowed.terminate.is_some().then(|| link("terminate", t.do_terminate()))}
        {withdraw}
    }
    .into_any();
    Some(view! { <Menu label=t.do_more()>{items}</Menu> }.into_any())
}

/// How it ended, and the agreements before and after it.
fn before_and_after(desk: &Desk, view: &AgreementView, documents: &DocumentList) -> Option<AnyView> {
    let t = Texts(desk.lang());
    let mut lines = Vec::new();
    if let (Some(termination), Some((words, notice))) =
        (&view.record.termination, termination_words(desk, view))
    {
        let behalf =
            termination.is_on_behalf.then(|| view! { <p class="under">{t.recorded_on_behalf()}</p> });
        let notice = notice.map(|words| view! { <p class="under">{words}</p> });
        let evidence = view
            .allowed
            .content
            .then(|| evidence::shown(desk, documents, termination.evidence.as_ref(), termination.document));
        lines.push(view! { <li>{words}{notice}{evidence}{behalf}</li> }.into_any());
    }
    for related in &view.related {
        let (name, _) = titled(&related.title_fr, &related.title_en, desk.lang());
        let words = match (related.kind, related.is_successor) {
            (SuccessionKind::RenewedBy, true) => t.renewed_by(&name),
            (SuccessionKind::RenewedBy, false) => t.renews(&name),
            (SuccessionKind::ReplacedBy, true) => t.replaced_by(&name),
            (SuccessionKind::ReplacedBy, false) => t.replaces(&name),
        };
        let href = desk.href(&format!("/agreements/{}", related.agreement));
        let may_keep =
            view.allowed.replace && related.is_successor && related.kind == SuccessionKind::ReplacedBy;
        let keep = may_keep.then(|| follow(desk, view, "keep", t.do_keep(), &related.agreement.to_string()));
        lines.push(view! { <li><a href=href>{words}</a>{keep}</li> }.into_any());
    }
    if lines.is_empty() {
        return None;
    }
    Some(view! { <Panel title=t.section_before_after()><ul class="lines">{lines}</ul></Panel> }.into_any())
}

/// How much of a period has gone by on a day, from 0 to 1.
fn share_gone(starts: NaiveDate, ends: NaiveDate, on: NaiveDate) -> f64 {
    let days = |a: NaiveDate, b: NaiveDate| i32::try_from((b - a).num_days()).map_or(0.0, f64::from);
    let whole = days(starts, ends);
    if whole <= 0.0 { 1.0 } else { (days(starts, on) / whole).clamp(0.0, 1.0) }
}

fn period_bar(desk: &Desk, view: &AgreementView, shown: &RevisionRecord) -> Option<AnyView> {
    let t = Texts(desk.lang());
    let course = view.record.course();
    let period = &shown.content.period;
    let (starts_on, agreed_on) = (course.starts_on.or(course.signed_on)?, course.ends_on?);
    // What is ended before its time is drawn until then.
    let cut_on = course.terminated_on.and_then(|ended_on| ended_on.pred_opt());
    let cut_on = cut_on.filter(|cut_on| (starts_on..agreed_on).contains(cut_on));
    let ends_on = cut_on.unwrap_or(agreed_on);
    let today = desk.today();
    let gone = share_gone(starts_on, ends_on, today);
    let mut marks = Vec::new();
    if (starts_on..=ends_on).contains(&today) {
        marks.push(PeriodMark::new(MarkKind::Today, gone, t.today()));
    }
    if let Some(notice_on) = period
        .notice_months
        .and_then(|months| ends_on.checked_sub_months(chrono::Months::new(u32::from(months))))
        .filter(|notice_on| *notice_on > starts_on && cut_on.is_none())
    {
        let label = t.notice_before(&show_day(notice_on, desk.lang()));
        marks.push(PeriodMark::new(MarkKind::Notice, share_gone(starts_on, ends_on, notice_on), label));
    }
    let starts = period.starts.map_or_else(|| show_day(starts_on, desk.lang()), |s| s.date.show(desk.lang()));
    let ends = match cut_on {
        Some(cut_on) => show_day(cut_on, desk.lang()),
        None => period.ends.map(|s| s.date.show(desk.lang())).unwrap_or_default(),
    };
    Some(view! { <PeriodBar starts=starts ends=ends gone=gone marks=marks /> }.into_any())
}

fn awaited(desk: &Desk, view: &AgreementView) -> Option<AnyView> {
    if !view.allowed.content {
        return None;
    }
    let t = Texts(desk.lang());
    let latest = view.record.latest()?;
    let mut lines = Vec::new();
    if latest.shared_at.is_none() && latest.fixed_at.is_none() {
        lines.push(t.awaited_sharing().to_owned());
    }
    lines.extend(view.record.facts().awaiting().into_iter().map(|awaiting| {
        let who = name_of(&view.names, awaiting.party, desk.lang());
        t.awaited(awaiting.what, &who, &show_day(awaiting.since, desk.lang()))
    }));
    if view.allowed.publish {
        lines.push(t.awaited_publication().to_owned());
    }
    if lines.is_empty() {
        lines.push(t.awaited_nothing().to_owned());
    }
    let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    Some(view! { <Panel title=t.section_awaited()><ul class="lines">{lines}</ul></Panel> }.into_any())
}

/// The deadline that comes near, and the pairs of parties that no agreement covers any more.
fn what_comes(desk: &Desk, view: &AgreementView) -> Option<AnyView> {
    let t = Texts(desk.lang());
    let lang = desk.lang();
    let deadline = view.step.map(|step| t.deadline(step.deadline.kind, &show_day(step.deadline.on, lang)));
    let deadline = deadline.map(|words| view! { <li>{words}</li> }.into_any());
    let gaps = view.gaps.iter().map(|((one, other), year)| {
        let [first, second] = [one, other].map(|id| name_of(&view.names, *id, lang));
        let href = desk.href(&format!("/institutions/{one}/with/{other}"));
        let words = t.coverage_pair_gap(&first, &second, &year.to_string());
        view! { <li><a href=href>{words}</a></li> }.into_any()
    });
    let lines: Vec<AnyView> = deadline.into_iter().chain(gaps).collect();
    if lines.is_empty() {
        return None;
    }
    Some(view! { <Panel title=t.section_deadlines()><ul class="lines">{lines}</ul></Panel> }.into_any())
}

fn facts(desk: &Desk, view: &AgreementView, shown: &RevisionRecord) -> AnyView {
    let t = Texts(desk.lang());
    let content = &shown.content;
    let period_of = &content.period;
    let renewal = match period_of.renewal {
        Renewal::None => t.renewal_none().to_owned(),
        Renewal::ByAgreement => t.renewal_by_agreement().to_owned(),
        Renewal::Tacit { months } => t.renewal_tacit(months),
    };
    let mut facts = vec![Fact::new(
        t.fact_period(),
        view! {
            {period(t, period_of.starts, period_of.ends, period_of.is_open_ended)}
            {(period_of.is_open_ended && period_of.starts.is_some()).then(|| view! { ", " {t.open_ended()} })}
        },
    )];
    if let Some(months) = period_of.notice_months {
        facts.push(Fact::new(t.fact_notice(), t.months(months)));
    }
    if period_of.ends.is_some() || period_of.renewal != Renewal::None {
        facts.push(Fact::new(t.fact_renewal(), renewal));
    }
    if !content.fields.is_empty() {
        let fields = content
            .fields
            .iter()
            .map(|field| {
                let href = desk.href(&format!("/agreements?field={field}"));
                view! { <li><a href=href>{format!("{field} {}", field.name(desk.lang()))}</a></li> }
            })
            .collect_view();
        facts.push(Fact::new(t.fact_fields(), view! { <ul class="plain">{fields}</ul> }));
    }
    if let Some(owner) = view.record.scope.owner {
        facts.push(Fact::new(t.fact_office(), name_of(&view.names, owner, desk.lang())));
    }
    facts.push(Fact::new(t.fact_updated(), show_day(view.record.updated_at.date_naive(), desk.lang())));
    view! { <Panel><KeyValues facts=facts /></Panel> }.into_any()
}

fn contacts(desk: &Desk, view: &AgreementView, shown: &RevisionRecord) -> Option<AnyView> {
    if !view.allowed.content {
        return None;
    }
    let people = |id: InstitutionId| {
        let office = name_of(&view.names, id, desk.lang());
        let contacts = view.record.note(id).map(|note| note.contacts.clone()).unwrap_or_default();
        contacts.into_iter().map(move |contact| {
            let role = match &contact.role {
                Some(role) => format!("{role}, {office}"),
                None => office.clone(),
            };
            let email = contact.email.as_ref().map(ToString::to_string);
            view! { <PersonLine name=contact.name.to_string() role=role email=email /> }
        })
    };
    let people: Vec<_> = shown.content.parties.iter().flat_map(|party| people(party.institution)).collect();
    (!people.is_empty()).then(|| {
        let t = Texts(desk.lang());
        view! { <Panel title=t.section_contacts()><div class="people">{people}</div></Panel> }.into_any()
    })
}

fn revisions(desk: &Desk, view: &AgreementView) -> Option<AnyView> {
    if !view.allowed.content {
        return None;
    }
    let t = Texts(desk.lang());
    let entries = view.record.revisions.iter().rev().map(|revision| {
        let on = revision.updated_at.date_naive();
        let mut marks = Vec::new();
        if revision.number == view.record.ruling_number && view.record.revisions.len() > 1 {
            marks.push(t.revision_rules());
        }
        marks.push(if revision.shared_at.is_some() { t.revision_shared() } else { t.revision_draft() });
        if revision.fixed_at.is_some() {
            marks.push(t.revision_fixed());
        }
        if revision.dropped_at.is_some() {
            marks.push(t.revision_dropped());
        }
        let read = desk.href(&format!("/agreements/{}/revisions/{}", view.record.id, revision.number));
        let hash = revision.hash.to_string();
        TimelineEntry::new(
            show_day(on, desk.lang()),
            on.to_string(),
            t.revision_line(revision.number, &revision.author_name),
        )
        .more(view! {
            <p class="quiet-text">{marks.join(", ")} " · " <a href=read>{t.revision_read()}</a></p>
            <p class="quiet-text small-text">
                {t.content_hash()} " " <span class="mono wrap">{hash}</span>
            </p>
        })
    });
    let entries: Vec<_> = entries.collect();
    Some(
        view! { <Section id="revisions" title=t.section_revisions()><Timeline entries=entries /></Section> }
            .into_any(),
    )
}

fn sources(desk: &Desk, view: &AgreementView) -> AnyView {
    let t = Texts(desk.lang());
    if view.record.sources.is_empty() {
        return view! { <p class="quiet-text">{t.no_source()}</p> }.into_any();
    }
    let lines = view
        .record
        .sources
        .iter()
        .map(|source| {
            let title = source.title.to_string();
            let title = match &source.url {
                Some(url) => view! { <a href=url.to_string() rel="noopener">{title}</a> }.into_any(),
                None => title.into_any(),
            };
            let read_on = source.read_on.map(|on| {
                view! { <span class="quiet-text">" · " {t.source_read_on(&on.show(desk.lang()))}</span> }
            });
            let mark = source.to_confirm.then(|| view! { " " <ToConfirm label=t.to_confirm() /> });
            let note = source.note.as_ref().map(|note| view! { <p class="under">{note.to_string()}</p> });
            view! { <li>{title}{read_on}{mark}{note}</li> }
        })
        .collect_view();
    view! { <ul class="lines">{lines}</ul> }.into_any()
}
