//! A list of students to nominate: brought, looked at, then nominated all or not at all.

use super::form::{terms, trail};
use crate::{
    desk::{
        Desk, kept, nominations,
        nominations::{ListForm, NotPut, Opening, Tried},
        query_value,
    },
    error::AppError,
    pages::{Faults, agreements::name_of, imports::encodings, page, param, refusal, title},
    texts::Texts,
    ui::*,
};
use domain::{id::FlowId, nomination::StateKind, nomination_list::StudentColumn};
use leptos::prelude::*;

/// The form that brings a list; once it is brought, what would become of each.
#[component]
pub fn NominateListPage() -> impl IntoView {
    let desk = Desk::current();
    let id = param("id");
    page(async move {
        let id: FlowId = id.parse().map_err(|_| AppError::NotFound)?;
        let opening = nominations::opening(&desk, id).await?;
        let kept = kept::<ListForm>(&desk, &nominations::list_page(id)).await?;
        let error = kept.as_ref().and_then(|kept| kept.error.clone());
        let form = kept.map(|kept| kept.form).unwrap_or_default();
        let is_read = error.is_none() && !form.rows.is_empty();
        let tried = if is_read { nominations::try_listed(&desk, id, &form).await? } else { Vec::new() };
        Ok(show(&desk, &opening, &form, error.as_ref(), &tried))
    })
}

fn show(
    desk: &Desk,
    opening: &Opening,
    form: &ListForm,
    error: Option<&AppError>,
    tried: &[Tried],
) -> AnyView {
    let t = Texts(desk.lang());
    let flow = &opening.flow.flow;
    let [sender, receiver] = [flow.sender, flow.receiver].map(|id| name_of(&opening.names, id, desk.lang()));
    let to_one = desk.href(&format!("/flows/{}/nominate", flow.id));
    let word = t.nominate_one_for(flow.kind);
    let one = move || view! { <ButtonLink href=to_one>{word}</ButtonLink> };
    let trail = trail(desk, opening);
    let outcomes = (!tried.is_empty()).then(|| outcomes(desk, flow.id, tried));
    let body = if opening.years.is_empty() {
        view! { <EmptyState title=t.nominate_not_open() /> }.into_any()
    } else {
        bring(desk, opening, form, &Faults::of(t, error))
    };
    view! {
        {title(t.nominate_list())}
        <Breadcrumbs label=t.agreements() trail=trail here=t.nominate_list() />
        <PageHeader title=t.nominate_list() lead=t.nominate_lead(&sender, &receiver) actions=one />
        {refusal(t, error, "")}
        {outcomes}
        <Section id="bring" title=t.nominate_bring()>
            <p>{t.nominate_list_lead()}</p>
            {body}
        </Section>
    }
    .into_any()
}

fn bring(desk: &Desk, opening: &Opening, form: &ListForm, faults: &Faults) -> AnyView {
    let t = Texts(desk.lang());
    let flow = &opening.flow.flow;
    let years = opening.years.iter().map(|year| (year.to_string(), year.to_string())).collect::<Vec<_>>();
    let asked = query_value(&desk.visit.query, "year").unwrap_or_default();
    let first = |year: &&(String, String)| year.0.starts_with(&asked);
    let year = years.iter().find(first).map(|(year, _)| year.clone()).unwrap_or_default();
    let year = if form.year.is_empty() { year } else { form.year.clone() };
    let encodings = encodings(t).map(|(code, name)| (code.to_owned(), name.to_owned())).to_vec();
    let action = format!("/api/list_nominees/{}/{}", desk.lang().code(), flow.id);
    view! {
        <form class="form" method="post" action=action enctype="multipart/form-data" novalidate>
            <div class="form-row">
                <Select
                    name="year"
                    label=t.nomination_year()
                    options=years
                    selected=year
                    required=t.required()
                    error=faults.at("year")
                    width=Width::Half
                />
                <Select
                    name="term"
                    label=t.nominate_usual_term()
                    options=terms(t, flow)
                    selected=form.term.clone()
                    none=t.nominate_unknown()
                    error=faults.at("term")
                    width=Width::Half
                />
            </div>
            <TextArea
                name="text"
                label=t.nominate_text()
                help=t.nominate_text_help()
                value=form.text.clone()
                rows=6
                error=faults.at("text")
            />
            <TextArea
                name="exception"
                label=t.nominate_exception()
                help=t.nominate_exception_help()
                value=form.exception.clone()
                rows=2
                error=faults.at("exception")
            />
            <Checkbox
                name="waitlist"
                label=t.nominate_no_wait()
                value="no"
                checked=form.waitlist == "no"
            />
            <Select
                name="encoding"
                label=t.import_encoding()
                help=t.import_encoding_help()
                options=encodings
                selected=form.encoding.clone()
                none=t.import_encoding_unicode()
            />
            <Field
                name="file"
                kind="file"
                accept=".xlsx,.csv,.tsv,.txt"
                label=t.nominate_file()
                help=t.nominate_file_help()
            />
            <Actions>
                <Button kind=ButtonKind::Primary>{t.nominate_look()}</Button>
            </Actions>
        </form>
    }
    .into_any()
}

/// What would become of each, and the button that nominates them all.
fn outcomes(desk: &Desk, id: FlowId, tried: &[Tried]) -> AnyView {
    let t = Texts(desk.lang());
    let columns = vec![
        Column::number(t.nominate_row()),
        Column::text(t.nomination_student()),
        Column::text(t.nominate_outcome()),
    ];
    let row = |tried: &Tried| {
        let (kind, words) = match &tried.outcome {
            Ok(put) if put.state == StateKind::Waitlisted => {
                ("at_risk", t.nominate_would_wait(&t.number(put.position.unwrap_or(1))))
            }
            Ok(_) => ("met", t.nominate_would_be().to_owned()),
            Err(why) => ("missed", t.nominate_refused(&reason(t, why))),
        };
        Row::new()
            .cell(t.number(tried.number.into()))
            .cell(tried.label.clone())
            .cell(view! { <StandingBadge kind=kind label=words /> })
    };
    let rows: Vec<Row> = tried.iter().map(row).collect();
    let count = i64::try_from(tried.len()).unwrap_or(i64::MAX);
    let confirm = if tried.iter().any(|tried| tried.outcome.is_err()) {
        view! { <Notice tone=Tone::Warning title=t.nominate_all_or_nothing() /> }.into_any()
    } else {
        let count = t.counted(count, t.person_one(), t.person_many());
        let key = query_value(&desk.visit.query, "kept").unwrap_or_default();
        view! {
            <form method="post" action="/api/nominate_listed">
                <input type="hidden" name="lang" value=desk.lang().code() />
                <input type="hidden" name="flow" value=id.to_string() />
                <input type="hidden" name="key" value=key />
                <Actions>
                    <Button kind=ButtonKind::Primary>{t.nominate_confirm(&count)}</Button>
                </Actions>
            </form>
        }
        .into_any()
    };
    view! {
        <Section id="tried" title=t.nominate_tried()>
            <p>{t.nominate_tried_lead()}</p>
            <Table id="outcomes" caption=t.nominate_tried() caption_unseen=true columns=columns rows=rows fold=true />
            {confirm}
        </Section>
    }
    .into_any()
}

/// Why a row puts nobody forward, in words.
fn reason(t: Texts, why: &NotPut) -> String {
    match why {
        NotPut::Unread(faults) => {
            let faults = faults.iter().map(|fault| {
                let column = StudentColumn::parse(&fault.field).map(|column| t.student_column(column));
                t.form_error_named(column.unwrap_or(t.form_field_name()), &t.problem(&fault.problem))
            });
            faults.collect::<Vec<_>>().join(" ")
        }
        NotPut::Refused(AppError::Seats { why }) => t.seat_refusal(why),
        NotPut::Refused(AppError::NotEligible { unmet }) => {
            unmet.iter().map(|criterion| t.criterion(criterion)).collect::<Vec<_>>().join(" ")
        }
        NotPut::Refused(_) => t.denied_act().to_owned(),
    }
}
