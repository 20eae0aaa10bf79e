//! The partners of an institution: with whom it has agreements, how many bind, until when, which years lack one.

use crate::{
    desk::{
        Desk,
        institutions::PAGE_SIZE,
        partners::{self, DeadlineLine, PartnerList},
        query_value,
    },
    error::AppError,
    pages::{
        agreements::{name_of, titled},
        in_words, page, param, query_string, title,
    },
    texts::Texts,
    ui::*,
};
use domain::{
    id::InstitutionId,
    partial_date::show_day,
    partner::{Partner, Until},
};
use leptos::prelude::*;
use store::institution::InstitutionItem;

/// All partners of an institution.
#[component]
pub fn PartnersPage() -> impl IntoView {
    let desk = Desk::current();
    let id = param("id");
    page(async move {
        let id: InstitutionId = id.parse().map_err(|_| AppError::NotFound)?;
        let after = query_value(&desk.visit.query, "after");
        let (item, list) = partners::list(&desk, id, after.as_deref(), PAGE_SIZE).await?;
        Ok(show(&desk, &item, &list, after.is_some()))
    })
}

fn show(desk: &Desk, item: &InstitutionItem, list: &PartnerList, is_further: bool) -> AnyView {
    let t = Texts(desk.lang());
    let (name, _) = in_words(&item.names, desk.lang());
    let own = desk.href(&format!("/institutions/{}", item.id));
    let here = format!("{own}/partners");
    let heading = t.partners_of(&name);
    let trail = vec![(desk.href("/institutions"), t.institutions().to_owned()), (own, name)];
    let next = list.next.as_deref().map(|next| format!("{here}{}", query_string(&[("after", next)])));
    let first = is_further.then_some(here);
    let body = if list.partners.is_empty() {
        view! { <EmptyState title=t.partners_none() text=t.partners_none_text() /> }.into_any()
    } else {
        table(desk, item.id, list)
    };
    view! {
        {title(heading.clone())}
        <Breadcrumbs label=t.institutions() trail=trail here=t.section_partners() />
        <PageHeader title=heading lead=t.partners_lead() />
        <p>
            <strong>{counted(t, list)}</strong>
        </p>
        {body}
        <Pager
            label=t.partners_pages()
            previous=first
            previous_label=t.partners_first()
            next=next
            next_label=t.partners_next()
        />
    }
    .into_any()
}

fn counted(t: Texts, list: &PartnerList) -> String {
    t.counted(i64::try_from(list.count).unwrap_or(i64::MAX), t.partner_word(), t.partner_words())
}

/// The first partners on the page of an institution, and the way to the others.
pub(super) fn section(desk: &Desk, id: InstitutionId, list: &PartnerList) -> Option<AnyView> {
    if list.partners.is_empty() {
        return None;
    }
    let t = Texts(desk.lang());
    let all = list.next.is_some().then(|| {
        let href = desk.href(&format!("/institutions/{id}/partners"));
        let count = t.number(i64::try_from(list.count).unwrap_or(i64::MAX));
        view! { <p><a href=href>{t.partners_all(&count)}</a></p> }
    });
    let table = table(desk, id, list);
    Some(view! { <Section id="partners" title=t.section_partners()>{table}{all}</Section> }.into_any())
}

fn table(desk: &Desk, of: InstitutionId, list: &PartnerList) -> AnyView {
    let t = Texts(desk.lang());
    let lang = desk.lang();
    let has_gaps = list.partners.iter().any(|partner| !partner.gaps.is_empty());
    let mut columns = vec![
        Column::text(t.column_partner()),
        Column::number(t.column_agreements()),
        Column::number(t.column_in_force()),
        Column::date(t.column_until()),
    ];
    if has_gaps {
        columns.push(Column::text(t.column_coverage()));
    }
    let row = |partner: &Partner| {
        let href = desk.href(&format!("/institutions/{of}/with/{}", partner.institution));
        let until = match partner.until {
            None => t.until_never().to_owned(),
            Some(Until::Open) => t.until_open().to_owned(),
            Some(Until::Day(day)) => show_day(day, lang),
        };
        let row = Row::new()
            .cell(view! {
                <a class="row-link" href=href>
                    {name_of(&list.names, partner.institution, lang)}
                </a>
            })
            .cell(partner.agreements.to_string())
            .cell(partner.in_force.to_string())
            .cell(until);
        if !has_gaps {
            return row;
        }
        let gaps =
            partner.gaps.iter().map(|year| view! { <Tag label=t.partner_gap(&year.to_string()) /> " " });
        row.cell(gaps.collect_view())
    };
    let rows: Vec<Row> = list.partners.iter().map(row).collect();
    view! { <Table id="partner-table" caption=t.section_partners() caption_unseen=true columns=columns rows=rows fold=true /> }
        .into_any()
}

/// The deadlines that come near; nothing where none does.
pub(crate) fn deadlines(desk: &Desk, lines: &[DeadlineLine]) -> Option<AnyView> {
    if lines.is_empty() {
        return None;
    }
    let t = Texts(desk.lang());
    let line = |line: &DeadlineLine| {
        let [fr, en] = &line.titles;
        let (name, lang) = titled(fr, en, desk.lang());
        let href = desk.href(&format!("/agreements/{}", line.agreement));
        let deadline = line.step.deadline;
        let words = t.deadline(deadline.kind, &show_day(deadline.on, desk.lang()));
        view! {
            <li>
                <a href=href lang=lang>
                    {name}
                </a>
                <p class="under">{words}</p>
            </li>
        }
    };
    let lines = lines.iter().map(line).collect_view();
    Some(view! { <Panel title=t.section_deadlines()><ul class="lines">{lines}</ul></Panel> }.into_any())
}
