//! A revision to be printed: all it says, its parties with their approvals and signatures, its hash at the foot.

use super::{name_of, revision::whole};
use crate::{
    desk::{
        Desk,
        negotiation::{self, RevisionView},
    },
    error::AppError,
    pages::{in_words, page, param, title},
    texts::Texts,
    ui::*,
};
use domain::{id::AgreementId, partial_date::show_day};
use leptos::prelude::*;
use store::agreement::RevisionRecord;

/// A revision to be printed.
#[component]
pub fn PrintRevisionPage() -> impl IntoView {
    let desk = Desk::current();
    let (id, number) = (param("id"), param("number"));
    page(async move {
        let id: AgreementId = id.parse().map_err(|_| AppError::NotFound)?;
        let number: i64 = number.parse().map_err(|_| AppError::NotFound)?;
        let view = negotiation::revision(&desk, id, number, None).await?;
        let shown = view.shown().cloned().ok_or(AppError::NotFound)?;
        Ok(show(&desk, &view, &shown))
    })
}

fn show(desk: &Desk, view: &RevisionView, shown: &RevisionRecord) -> AnyView {
    let t = Texts(desk.lang());
    let record = &view.agreement.record;
    let (heading, _) = in_words(&shown.content.title, desk.lang());
    let here = t.revision_print();
    let own = desk.href(&format!("/agreements/{}", record.id));
    let read = desk.href(&format!("/agreements/{}/revisions/{}", record.id, shown.number));
    let trail = vec![
        (desk.href("/agreements"), t.agreements().to_owned()),
        (own, heading.clone()),
        (read, t.revision_title(shown.number)),
    ];
    let on = show_day(shown.updated_at.date_naive(), desk.lang());
    let lead = format!("{} · {on}", t.revision_line(shown.number, &shown.author_name));
    let state = if shown.dropped_at.is_some() {
        t.revision_dropped()
    } else if record.ruling().is_some_and(|ruling| ruling.id == shown.id) && shown.fixed_at.is_some() {
        t.revision_rules()
    } else {
        t.revision_not_ruling()
    };
    let eyebrow = format!("{} · {state}", t.agreement_kind(shown.content.kind));
    let printed = t.printed_on(&show_day(desk.today(), desk.lang()));
    let address = format!("{}/{}/agreements/{}", desk.state.public_url, desk.lang().code(), record.id);
    let (content, signed) = (whole(desk, view, shown), signatures(desk, view, shown));
    view! {
        {title(format!("{here} · {heading}"))}
        <Breadcrumbs label=t.agreements() trail=trail here=here />
        <PageHeader title=heading eyebrow=eyebrow lead=lead />
        <p class="quiet-text no-print">{t.revision_print_help()}</p>
        <Section id="content" title=t.revision_content()>{content}</Section>
        <Section id="parties" title=t.section_parties()>{signed}</Section>
        <p class="small-text">
            {t.content_hash()} " " <span class="mono wrap">{shown.hash.to_string()}</span>
        </p>
        <p class="small-text quiet-text">{printed} " · " <span class="wrap">{address}</span></p>
    }
    .into_any()
}

/// Each party with what it approved and signed of this revision.
fn signatures(desk: &Desk, view: &RevisionView, shown: &RevisionRecord) -> AnyView {
    let t = Texts(desk.lang());
    let record = &view.agreement.record;
    let columns = vec![
        Column::text(t.column_party()),
        Column::text(t.column_approval()),
        Column::text(t.column_signature()),
    ];
    let rows = shown.content.parties.iter().map(|party| {
        let id = party.institution;
        let approval = record.approval(shown.id, id).map_or_else(
            || t.not_approved().to_owned(),
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
        Row::new().cell(name_of(&view.agreement.names, id, desk.lang())).cell(approval).cell(signature)
    });
    let rows: Vec<Row> = rows.collect();
    view! { <Table id="signatures" caption=t.section_parties() caption_unseen=true columns=columns rows=rows fold=true /> }
        .into_any()
}
