//! A revision as a paper: all it says, its parties with their approvals and signatures, its hash at the foot.

use super::{name_of, revision::facts, termination_words};
use crate::{
    desk::{
        Desk,
        negotiation::{self, RevisionView},
    },
    error::AppError,
    pages::{in_words, page, param, title},
    paper::{Body, Paper, Section as PaperSection},
    texts::Texts,
    ui::*,
};
use domain::{id::AgreementId, partial_date::show_day};
use leptos::prelude::*;
use store::agreement::RevisionRecord;

/// A revision as a paper. For those who may read the content.
pub async fn paper(desk: &Desk, id: AgreementId, number: i64) -> Result<Paper, AppError> {
    let view = negotiation::revision(desk, id, number, None).await?;
    let shown = view.shown().ok_or(AppError::NotFound)?;
    let t = Texts(desk.lang());
    let record = &view.agreement.record;
    let on = show_day(shown.updated_at.date_naive(), desk.lang());
    let is_ruling = record.ruling().is_some_and(|ruling| ruling.id == shown.id);
    let state = if shown.dropped_at.is_some() {
        t.revision_dropped()
    } else if is_ruling && shown.fixed_at.is_some() {
        t.revision_rules()
    } else {
        t.revision_not_ruling()
    };
    let drawn_up = t.printed_on(&show_day(desk.today(), desk.lang()));
    let address = format!("{}/{}/agreements/{}", desk.state.public_url, desk.lang().code(), record.id);
    let content = PaperSection {
        id: "content",
        heading: t.revision_content().to_owned(),
        body: Body::Facts(facts(desk, &view, shown)),
    };
    let parties = PaperSection {
        id: "parties",
        heading: t.section_parties().to_owned(),
        body: signatures(desk, &view, shown),
    };
    // A paper of the revision that rules says how the agreement was ended.
    let ended = termination_words(desk, &view.agreement).filter(|_| is_ruling).map(|(words, notice)| {
        let notice = notice.map(|notice| (t.fact_notice().to_owned(), notice));
        let facts = std::iter::once((t.terminated().to_owned(), words)).chain(notice).collect();
        PaperSection { id: "ended", heading: t.section_before_after().to_owned(), body: Body::Facts(facts) }
    });
    Ok(Paper {
        lang: desk.lang(),
        title: in_words(&shown.content.title, desk.lang()).0,
        eyebrow: format!("{} · {state}", t.agreement_kind(shown.content.kind)),
        lead: format!("{} · {on}", t.revision_line(shown.number, &shown.author_name)),
        sections: [content, parties].into_iter().chain(ended).collect(),
        foot: vec![format!("{} {}", t.content_hash(), shown.hash), format!("{drawn_up} · {address}")],
        on: desk.today(),
    })
}

/// Each party with what it approved and signed of this revision.
fn signatures(desk: &Desk, view: &RevisionView, shown: &RevisionRecord) -> Body {
    let t = Texts(desk.lang());
    let record = &view.agreement.record;
    let columns = [t.column_party(), t.column_approval(), t.column_signature()];
    let rows = shown.content.parties.iter().map(|party| {
        let id = party.institution;
        let approval = record.approval(shown.id, id).map_or_else(
            || {
                if record.signature(shown.id, id).is_some() {
                    t.signed_unapproved()
                } else {
                    t.not_approved()
                }
                .to_owned()
            },
            |approval| t.approved_on(&show_day(approval.approved_on, desk.lang())),
        );
        let signature = record.signature(shown.id, id).map_or_else(
            || t.not_signed().to_owned(),
            |signature| {
                let on = signature.signed_on.map(|stated| stated.date.show(desk.lang()));
                let who = [signature.signatory.clone(), signature.signatory_title.clone(), on];
                let who = who.into_iter().flatten().collect::<Vec<_>>().join(", ");
                if who.is_empty() { t.signed_undated().to_owned() } else { who }
            },
        );
        vec![name_of(&view.agreement.names, id, desk.lang()), approval, signature]
    });
    Body::Table { columns: columns.map(str::to_owned).to_vec(), rows: rows.collect() }
}

/// A revision to be printed.
#[component]
pub fn PrintRevisionPage() -> impl IntoView {
    let desk = Desk::current();
    let (id, number) = (param("id"), param("number"));
    page(async move {
        let id: AgreementId = id.parse().map_err(|_| AppError::NotFound)?;
        let number: i64 = number.parse().map_err(|_| AppError::NotFound)?;
        let paper = paper(&desk, id, number).await?;
        Ok(show(&desk, id, number, paper))
    })
}

fn show(desk: &Desk, id: AgreementId, number: i64, paper: Paper) -> AnyView {
    let t = Texts(desk.lang());
    let here = t.revision_print();
    let own = desk.href(&format!("/agreements/{id}"));
    let read = desk.href(&format!("/agreements/{id}/revisions/{number}"));
    let file = format!("/api/v1/agreements/{id}/pdf?revision={number}&lang={}", desk.lang().code());
    let trail = vec![
        (desk.href("/agreements"), t.agreements().to_owned()),
        (own, paper.title.clone()),
        (read, t.revision_title(number)),
    ];
    let download = view! { <ButtonLink href=file kind=ButtonKind::Quiet>{t.revision_pdf()}</ButtonLink> };
    let sections: Vec<_> = paper.sections.into_iter().map(section).collect();
    let foot: Vec<_> = paper
        .foot
        .into_iter()
        .map(|line| view! { <p class="small-text quiet-text wrap">{line}</p> })
        .collect();
    view! {
        {title(format!("{here} · {}", paper.title))}
        <Breadcrumbs label=t.agreements() trail=trail here=here />
        <PageHeader title=paper.title eyebrow=paper.eyebrow lead=paper.lead actions=move || download />
        <p class="quiet-text no-print">{t.revision_print_help()}</p>
        {sections}
        {foot}
    }
    .into_any()
}

fn section(section: PaperSection) -> AnyView {
    let PaperSection { id, heading, body } = section;
    let body = match body {
        Body::Facts(facts) => {
            let facts = facts.into_iter().map(|(label, said)| Fact::new(label, said));
            view! { <KeyValues facts=facts.collect() /> }.into_any()
        }
        Body::Table { columns, rows } => {
            let columns = columns.into_iter().map(Column::text).collect();
            let rows = rows.into_iter().map(|cells| cells.into_iter().fold(Row::new(), Row::cell)).collect();
            let (id, caption) = (format!("{id}-table"), heading.clone());
            view! { <Table id=id caption=caption caption_unseen=true columns=columns rows=rows fold=true /> }
                .into_any()
        }
    };
    view! { <Section id=id title=heading>{body}</Section> }.into_any()
}
