//! The audit trail: every write, for administrators.

use crate::{
    desk::{self, Desk, audit},
    pages::{agreements::name_of, page, query_string, title},
    texts::Texts,
    ui::*,
};
use domain::id::InstitutionId;
use leptos::prelude::*;
use store::{audit::AuditLine, institution::Names};

/// The trail.
#[component]
pub fn AuditPage() -> impl IntoView {
    let desk = Desk::current();
    page(async move {
        let t = Texts(desk.lang());
        let after = desk::query_value(&desk.visit.query, "after").unwrap_or_default();
        let audit::Trail { lines, names, next } = audit::list(&desk, &after).await?;
        let next = next.map(|next| desk.href(&format!("/admin/audit{}", query_string(&[("after", &next)]))));
        let first = (!after.is_empty()).then(|| desk.href("/admin/audit"));
        let body = if lines.is_empty() {
            view! { <EmptyState title=t.audit_empty() /> }.into_any()
        } else {
            table(&desk, lines, &names)
        };
        Ok(view! {
            {title(t.audit())}
            <PageHeader title=t.audit() lead=t.audit_lead() />
            {body}
            <Pager
                label=t.pages_label()
                previous=first
                previous_label=t.first_page()
                next=next
                next_label=t.next_page()
            />
        })
    })
}

fn table(desk: &Desk, lines: Vec<AuditLine>, names: &Names) -> AnyView {
    let t = Texts(desk.lang());
    let columns = vec![
        Column::date(t.audit_when()),
        Column::text(t.audit_who()),
        Column::text(t.audit_office()),
        Column::text(t.audit_what()),
        Column::text(t.audit_subject()),
        Column::text(t.audit_from()),
        Column::text(t.audit_change()),
    ];
    let rows = lines.into_iter().map(|line| {
        let who = if line.account_id.is_none() && !line.account_name.is_empty() {
            t.audit_operator().to_owned()
        } else {
            line.account_name
        };
        let subject = match (line.subject_kind.as_str(), line.subject_id) {
            (kind @ ("agreement" | "institution"), Some(id)) => {
                view! { <a href=desk.href(&format!("/{kind}s/{id}"))>{t.audit_kind(kind)}</a> }.into_any()
            }
            (kind, _) => t.audit_kind(kind).into_any(),
        };
        Row::new()
            .cell(line.at.format("%Y-%m-%d %H:%M:%S").to_string())
            .cell(who)
            .cell(line.office_id.map(|id| name_of(names, InstitutionId(id), desk.lang())).unwrap_or_default())
            .cell(t.audit_action(&line.action))
            .cell(subject)
            .cell(view! { <span class="mono small-text">{line.address.unwrap_or_default()}</span> })
            .cell(change(t, line.before, line.after))
    });
    let rows: Vec<Row> = rows.collect();
    view! { <Table id="audit" caption=t.audit() caption_unseen=true columns=columns rows=rows fold=true /> }
        .into_any()
}

/// What it was and what it became, folded away.
fn change(t: Texts, before: Option<String>, after: Option<String>) -> Option<AnyView> {
    if before.is_none() && after.is_none() {
        return None;
    }
    let part = |label: &'static str, json: Option<String>| {
        json.map(|json| {
            view! {
                <p class="small-text">{label}</p>
                <pre class="mono small-text wrap">{json}</pre>
            }
        })
    };
    Some(
        view! {
            <details>
                <summary>{t.audit_show()}</summary>
                {part(t.audit_before(), before)}
                {part(t.audit_after(), after)}
            </details>
        }
        .into_any(),
    )
}
