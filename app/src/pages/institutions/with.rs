//! Two institutions: their agreements, what happened between them, whom to write to, which years lack an agreement.

use super::partners::deadlines;
use crate::{
    desk::{
        Desk,
        balance::pair_page,
        partners::{self, ContactLine, Partnership},
        query_value,
    },
    error::AppError,
    pages::{
        agreements::{self, name_of, titled},
        in_words, page, param, query_string, title,
    },
    texts::Texts,
    ui::*,
};
use domain::{
    agreement::SuccessionKind,
    id::InstitutionId,
    institution::InstitutionKind,
    partial_date::show_day,
    partner::{Coverage, Moment},
};
use leptos::prelude::*;
use store::{
    institution::InstitutionItem,
    partner::{Event, What},
};

/// Events of a page.
const EVENTS: i64 = 60;

/// Two institutions.
#[component]
pub fn PartnershipPage() -> impl IntoView {
    let desk = Desk::current();
    let ids = [param("id"), param("other")].map(|id| id.parse::<InstitutionId>());
    page(async move {
        let [Ok(one), Ok(other)] = ids else { return Err(AppError::NotFound) };
        let after = query_value(&desk.visit.query, "after").and_then(|after| after.parse::<Moment>().ok());
        let view = partners::between(&desk, [one, other], after.as_ref(), EVENTS).await?;
        Ok(show(&desk, &view, after.is_some()))
    })
}

fn show(desk: &Desk, view: &Partnership, is_further: bool) -> AnyView {
    let t = Texts(desk.lang());
    let lang = desk.lang();
    let names = view.pair.each_ref().map(|item| in_words(&item.names, lang).0);
    let heading = t.partnership_of(&names[0], &names[1]);
    let [one, _] = &view.pair;
    let own = desk.href(&format!("/institutions/{}", one.id));
    let trail = vec![(desk.href("/institutions"), t.institutions().to_owned()), (own, names[0].clone())];
    let links = view.pair.iter().zip(&names).map(|(item, name)| {
        let href = desk.href(&format!("/institutions/{}", item.id));
        let place = item.city.as_ref().map(|city| format!("{city}, ")).unwrap_or_default();
        let place = format!("{place}{}", item.country.name(lang));
        view! {
            <li>
                <a href=href>{name.clone()}</a>
                <p class="under">{t.institution_kind(item.kind)} ", " {place}</p>
                {whole(desk, view, item)}
            </li>
        }
    });
    let links = links.collect_view();
    let agreement_list = if view.agreements.items.is_empty() {
        view! { <p class="quiet-text">{t.partnership_agreements_none()}</p> }.into_any()
    } else {
        agreements::table(desk, "agreement-table", t.section_agreements(), &view.agreements, desk.today())
    };
    let more = view.agreements.next.is_some().then(|| {
        let [of, with] = [view.pair[0].id, view.pair[1].id];
        let href = desk.href(&format!("/agreements?institution={of}&partner={with}"));
        view! { <p><a href=href>{t.partnership_agreements_more()}</a></p> }
    });
    let timeline = timeline(desk, view, is_further);
    let less =
        view.coverage.is_none().then(|| view! { <p class="quiet-text">{t.partnership_visitors()}</p> });
    let main = view! {
        <Section id="agreements" title=t.section_agreements()>{agreement_list}{more}</Section>
        <Section id="timeline" title=t.section_timeline()>
            {less}
            {timeline}
        </Section>
    }
    .into_any();
    let aside = view! {
        <Panel title=t.section_parties()>
            <ul class="lines">{links}</ul>
        </Panel>
        {view.coverage.as_ref().map(|coverage| coverage_panel(t, coverage))}
        {balance_link(desk, view)}
        {deadlines(desk, &view.deadlines)}
        {contacts(desk, view)}
    }
    .into_any();
    view! {
        {title(heading.clone())}
        <Breadcrumbs label=t.institutions() trail=trail here=names[1].clone() />
        <PageHeader title=heading eyebrow=t.partnership() />
        <Columns aside=true>
            <div class="stack">{main}</div>
            <div class="stack">{aside}</div>
        </Columns>
    }
    .into_any()
}

/// From a unit, the way to what its whole institution has with the other.
fn whole(desk: &Desk, view: &Partnership, item: &InstitutionItem) -> Option<AnyView> {
    let t = Texts(desk.lang());
    let (parent, names) = item.parent.as_ref().filter(|_| item.kind == InstitutionKind::Unit)?;
    let ids = view.pair.each_ref().map(|one| if one.id == item.id { *parent } else { one.id });
    if ids[0] == ids[1] {
        return None;
    }
    let href = desk.href(&format!("/institutions/{}/with/{}", ids[0], ids[1]));
    let words = t.partnership_whole(&in_words(names, desk.lang()).0);
    Some(view! { <p class="under"><a href=href>{words}</a></p> }.into_any())
}

/// The way to the balance of the two, from each side, for those who may read it.
fn balance_link(desk: &Desk, view: &Partnership) -> Option<AnyView> {
    let t = Texts(desk.lang());
    view.coverage.as_ref()?;
    let links = [[0, 1], [1, 0]].map(|[of, with]| {
        let [of, with] = [&view.pair[of], &view.pair[with]];
        let href = desk.href(&pair_page(of.id, with.id));
        let names = [of, with].map(|item| in_words(&item.names, desk.lang()).0);
        view! { <li><a href=href>{t.balance_with(&names[0], &names[1])}</a></li> }
    });
    Some(
        view! { <Panel title=t.balance()><ul class="lines">{links.into_iter().collect_view()}</ul></Panel> }
            .into_any(),
    )
}

fn coverage_panel(t: Texts, coverage: &Coverage) -> AnyView {
    let span = match (coverage.since, coverage.until) {
        (Some(first), Some(last)) if first == last => t.coverage_one(&first.to_string()),
        (Some(first), Some(last)) => t.coverage_span(&first.to_string(), &last.to_string()),
        _ => t.coverage_never().to_owned(),
    };
    let gaps = coverage.gaps.iter().rev().map(|year| view! { <li>{t.coverage_gap(&year.to_string())}</li> });
    let gaps = gaps.collect_view();
    view! {
        <Panel title=t.section_coverage()>
            <p>{span}</p>
            <ul class="lines">{gaps}</ul>
        </Panel>
    }
    .into_any()
}

fn contacts(desk: &Desk, view: &Partnership) -> Option<AnyView> {
    if view.contacts.is_empty() {
        return None;
    }
    let t = Texts(desk.lang());
    let person = |line: &ContactLine| {
        let office = name_of(&view.names, line.institution, desk.lang());
        let role = match &line.contact.role {
            Some(role) => format!("{role}, {office}"),
            None => office,
        };
        let email = line.contact.email.as_ref().map(ToString::to_string);
        view! { <PersonLine name=line.contact.name.to_string() role=role email=email /> }
    };
    let people: Vec<_> = view.contacts.iter().map(person).collect();
    Some(view! { <Panel title=t.section_contacts()><div class="people">{people}</div></Panel> }.into_any())
}

fn timeline(desk: &Desk, view: &Partnership, is_further: bool) -> AnyView {
    let t = Texts(desk.lang());
    let here = desk.href(&format!("/institutions/{}/with/{}", view.pair[0].id, view.pair[1].id));
    if view.events.is_empty() {
        return view! { <EmptyState title=t.timeline_none() text=t.timeline_none_text() /> }.into_any();
    }
    let mut years: Vec<(&str, Vec<TimelineEntry>)> = Vec::new();
    for event in &view.events {
        let year = event.moment.day.get(..4).unwrap_or_default();
        let entry = entry(desk, view, event);
        match years.last_mut().filter(|(last, _)| *last == year) {
            Some((_, entries)) => entries.push(entry),
            None => years.push((year, vec![entry])),
        }
    }
    let years = years.into_iter().map(|(year, entries)| {
        let year = year.to_owned();
        view! {
            <h3>{year}</h3>
            <Timeline entries=entries />
        }
    });
    let years: Vec<_> = years.collect();
    let next = view
        .next
        .as_ref()
        .map(|next| format!("{here}{}#timeline", query_string(&[("after", &next.to_string())])));
    let latest = is_further.then(|| format!("{here}#timeline"));
    view! {
        <div class="stack">{years}</div>
        <Pager
            label=t.timeline_pages()
            previous=latest
            previous_label=t.timeline_latest()
            next=next
            next_label=t.timeline_earlier()
        />
    }
    .into_any()
}

/// One thing that happened: when, what, in which agreement.
fn entry(desk: &Desk, view: &Partnership, event: &Event) -> TimelineEntry {
    let t = Texts(desk.lang());
    let lang = desk.lang();
    let name = |id: InstitutionId| name_of(&view.names, id, lang);
    let what = match &event.what {
        What::Revision { number, is_shared: true } => t.event_revision_shared(*number),
        What::Revision { number, is_shared: false } => t.event_revision_written(*number),
        What::Dropped { number } => t.event_dropped(*number),
        What::Approved { party, number } => t.event_approved(&name(*party), *number),
        What::Signed { party, .. } => t.event_signed(&name(*party)),
        What::Begins => t.event_begins().to_owned(),
        What::Document { kind, title, .. } => t.event_document(t.document_kind(*kind), title),
        What::Notice { party: Some(party) } => t.event_notice(&name(*party)),
        What::Notice { party: None } => t.event_notice_mutual().to_owned(),
        What::Terminated => t.event_terminated().to_owned(),
        What::Followed { kind, title_fr, title_en, .. } => {
            let (title, _) = titled(title_fr, title_en, lang);
            match kind {
                SuccessionKind::RenewedBy => t.renewed_by(&title),
                SuccessionKind::ReplacedBy => t.replaced_by(&title),
            }
        }
        What::Ends => t.event_ends().to_owned(),
    };
    let day = event.moment.day.parse().ok();
    let (shown, machine) = match (event.stated, day) {
        (Some(stated), _) => (stated.date.show(lang), stated.date.to_string()),
        (None, Some(day)) => (show_day(day, lang), event.moment.day.clone()),
        (None, None) => (event.moment.day.clone(), event.moment.day.clone()),
    };
    let entry = TimelineEntry::new(shown, machine, what).more(more(desk, event));
    if day.is_some_and(|day| day > desk.today()) { entry.ahead() } else { entry }
}

/// In which agreement, where to read more, and what is doubtful.
fn more(desk: &Desk, event: &Event) -> AnyView {
    let t = Texts(desk.lang());
    let (name, name_lang) = titled(&event.title_fr, &event.title_en, desk.lang());
    let own = desk.href(&format!("/agreements/{}", event.agreement));
    let read = |href: String, label: &'static str| view! { " · " <a href=href>{label}</a> }.into_any();
    let further = match &event.what {
        What::Revision { number, .. } | What::Dropped { number } => {
            Some(read(format!("{own}/revisions/{number}"), t.revision_read()))
        }
        What::Document { id, link, .. } => {
            let href = link.clone().unwrap_or_else(|| format!("/api/v1/documents/{id}/file"));
            Some(read(href, t.event_document_read()))
        }
        What::Followed { by, .. } => {
            Some(read(desk.href(&format!("/agreements/{by}")), t.event_successor_read()))
        }
        _ => None,
    };
    let is_undated = matches!(event.what, What::Signed { .. }) && event.stated.is_none();
    let doubt = event.stated.is_some_and(|stated| stated.to_confirm) || is_undated;
    let doubt = doubt.then(|| view! { " " <ToConfirm label=t.to_confirm() /> });
    let undated = is_undated.then(|| view! { <p class="quiet-text small-text">{t.event_undated()}</p> });
    view! {
        <p class="quiet-text">
            <a href=own lang=name_lang>
                {name}
            </a>
            " · "
            {t.agreement_kind(event.agreement_kind)}
            {further}
            {doubt}
        </p>
        {undated}
    }
    .into_any()
}
