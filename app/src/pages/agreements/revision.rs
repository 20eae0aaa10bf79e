//! A revision: what it says beside another, who approves it, what the parties say about it.

use super::{
    evidence::{self, Typed},
    name_of, needs,
};
use crate::{
    api::agreements::ApprovalSubmission,
    desk::{
        Desk, Kept, agreements,
        documents::DocumentList,
        negotiation::{self, RevisionView},
    },
    error::AppError,
    pages::{Faults, done, in_words, page, param, refusal, seats::in_the_way, title},
    texts::Texts,
    ui::*,
};
use domain::{
    access::Role,
    agreement::{AgreementForm, AgreementKind, ApprovalForm, Difference, PartyRole},
    id::{AgreementId, InstitutionId},
    lang::Lang,
    partial_date::{PartialDate, show_day},
};
use leptos::prelude::*;
use store::{agreement::RevisionRecord, institution::Names};

/// One revision.
#[component]
pub fn RevisionPage() -> impl IntoView {
    let desk = Desk::current();
    let (id, number) = (param("id"), param("number"));
    page(async move {
        let id: AgreementId = id.parse().map_err(|_| AppError::NotFound)?;
        let number: i64 = number.parse().map_err(|_| AppError::NotFound)?;
        let other = crate::desk::query_value(&desk.visit.query, "with");
        let other = other.map(|raw| raw.parse().map_err(|_| AppError::NotFound)).transpose()?;
        let view = negotiation::revision(&desk, id, number, other).await?;
        let kept = crate::desk::kept(&desk, &format!("/agreements/{id}/revisions/{number}")).await?;
        let shown = view.shown().cloned().ok_or(AppError::NotFound)?;
        let documents = crate::desk::documents::list(&desk, id).await?;
        let error = kept.as_ref().and_then(|kept: &Kept<ApprovalSubmission>| kept.error.as_ref());
        let in_the_way = in_the_way(&desk, error).await?;
        Ok(show(&desk, &view, &shown, &documents, (kept, in_the_way)))
    })
}

fn show(
    desk: &Desk,
    view: &RevisionView,
    shown: &RevisionRecord,
    documents: &DocumentList,
    (kept, in_the_way): (Option<Kept<ApprovalSubmission>>, Option<AnyView>),
) -> AnyView {
    let t = Texts(desk.lang());
    let record = &view.agreement.record;
    let error = kept.as_ref().and_then(|kept| kept.error.clone());
    let faults = Faults::of(t, error.as_ref());
    let submission = kept.map(|kept| kept.form);
    let back = desk.href(&format!("/agreements/{}", record.id));
    let (heading, _) = in_words(&shown.content.title, desk.lang());
    let trail = vec![(desk.href("/agreements"), t.agreements().to_owned()), (back, heading.clone())];
    let here = t.revision_title(shown.number);
    let latest = record.latest().map(|latest| latest.number);
    let dropped = shown
        .dropped_at
        .is_some()
        .then(|| view! { <Notice tone=Tone::Warning title=t.revision_is_dropped() /> });
    let later = latest.filter(|latest| *latest > shown.number).map(|latest| {
        let read = desk.href(&format!("/agreements/{}/revisions/{latest}", record.id));
        view! {
            <Notice title=t.revision_is_not_latest(latest)>
                <p><a href=read>{t.revision_read()}</a></p>
            </Notice>
        }
    });
    let on = show_day(shown.updated_at.date_naive(), desk.lang());
    let lead = format!("{} · {on}", t.revision_line(shown.number, &shown.author_name));
    let print = desk.href(&format!("/agreements/{}/revisions/{}/print", record.id, shown.number));
    let print = view! { <ButtonLink href=print kind=ButtonKind::Quiet>{t.revision_print()}</ButtonLink> };
    let words = [
        ("approved", t.done_approved()),
        ("taken_back", t.done_taken_back()),
        ("commented", t.done_commented()),
    ];
    let (others, changes) = (choose(desk, view, shown), compared(desk, view, shown));
    let content = whole(desk, view, shown);
    let said = comments(desk, view, shown, submission.as_ref(), &faults);
    let main = view! {
        <Section id="changes" title=t.revision_what_changes()>
            {others}
            {changes}
        </Section>
        <Section id="content" title=t.revision_content()>{content}</Section>
        <Section id="comments" title=t.comments()>{said}</Section>
    };
    let approved = approvals(desk, view, shown, documents, submission.as_ref(), &faults);
    let aside = view! {
        <Panel title=t.approvals()>{approved}</Panel>
        {revert(desk, view, shown)}
    };
    view! {
        {title(format!("{here} · {heading}"))}
        <Breadcrumbs label=t.agreements() trail=trail here=here />
        <PageHeader title=heading lead=lead actions=move || print />
        {done(desk, &words)}
        {refusal(t, error.as_ref(), "")}
        {in_the_way}
        {dropped}
        {later}
        <Columns aside=true>
            <div class="stack">{main.into_any()}</div>
            <div class="stack">{aside.into_any()}</div>
        </Columns>
    }
    .into_any()
}

/// The other revisions, as links.
fn choose(desk: &Desk, view: &RevisionView, shown: &RevisionRecord) -> Option<AnyView> {
    let t = Texts(desk.lang());
    let record = &view.agreement.record;
    let others = record.revisions.iter().filter(|revision| revision.number != shown.number);
    let links: Vec<_> = others
        .map(|revision| {
            let number = revision.number;
            let path = format!("/agreements/{}/revisions/{}?with={number}", record.id, shown.number);
            let here = (view.other == Some(number)).then_some("true");
            view! { <li><a href=desk.href(&path) aria-current=here>{t.revision_title(number)}</a></li> }
        })
        .collect();
    (!links.is_empty()).then(|| {
        view! {
            <nav class="sorts" aria-label=t.revision_compare()>
                <p class="quiet-text">{t.revision_compare()}</p>
                <ul>{links}</ul>
            </nav>
        }
        .into_any()
    })
}

/// The fields of a content, in the order of its form. What stands beside the content is none of them.
const ORDER: [&str; 20] = [
    "kind",
    "title_fr",
    "title_en",
    "parties",
    "starts",
    "starts_to_confirm",
    "ends",
    "ends_to_confirm",
    "is_open_ended",
    "notice_months",
    "renewal",
    "renewal_months",
    "summary_fr",
    "summary_en",
    "terms_fr",
    "terms_en",
    "fields",
    "commitments",
    "flows",
    "pools",
];

/// The fields of a commitment, in the order of its form.
const PROMISE: [&str; 11] =
    ["text_fr", "text_en", "measure", "bound", "target", "each", "months", "owner", "starts", "ends", "due"];

/// The fields of a flow, in the order of its form.
const FLOW: [&str; 28] = [
    "kind",
    "sender",
    "receiver",
    "cap",
    "cap_to_confirm",
    "cap_period",
    "unit",
    "first_year",
    "last_year",
    "year_caps",
    "pool",
    "budget",
    "carries_over",
    "semester_units",
    "year_units",
    "quarter_units",
    "weight",
    "ratio",
    "terms",
    "parts",
    "levels",
    "fields",
    "languages",
    "min_ects",
    "min_study_year",
    "is_blended",
    "conditions_fr",
    "conditions_en",
];

/// The fields of a language, or of the deadlines of a term, that a flow asks for.
const ASKED: [&str; 6] = ["language", "level", "is_required", "term", "nomination", "application"];

/// The fields of a pool.
const POOL: [&str; 4] = ["name_fr", "name_en", "cap", "cap_period"];

/// Where a field stands in the form: its part, its row, its place in the row, and the same within it. `None` for what is none of
/// the content.
fn place(field: &str) -> Option<[usize; 5]> {
    let among = |fields: &[&str], field: &str| {
        fields.iter().position(|known| *known == field).unwrap_or(fields.len())
    };
    let row = |step: &str| step.parse::<usize>().unwrap_or_default();
    let steps: Vec<&str> = field.split('.').collect();
    let part = ORDER.iter().position(|known| steps.first() == Some(known))?;
    let within = match steps[..] {
        ["commitments", i, field] => [row(i), among(&PROMISE, field), 0, 0],
        ["flows", i, field] => [row(i), among(&FLOW, field), 0, 0],
        ["flows", i, list, n, field] => [row(i), among(&FLOW, list), row(n), among(&ASKED, field)],
        ["pools", i, field] => [row(i), among(&POOL, field), 0, 0],
        _ => [0; 4],
    };
    Some([part, within[0], within[1], within[2], within[3]])
}

/// What differs between two contents, in the order of the form.
fn differences(before: &AgreementForm, after: &AgreementForm) -> Vec<Difference> {
    let mut changes = agreements::compare(before, after);
    changes.retain(|change| place(&change.field).is_some());
    // Stable: the parties keep their order.
    changes.sort_by_key(|change| place(&change.field));
    changes
}

/// All that a revision says: the fields, each with its value, in words.
pub(super) fn facts(desk: &Desk, view: &RevisionView, shown: &RevisionRecord) -> Vec<(String, String)> {
    let t = Texts(desk.lang());
    let facts = differences(&AgreementForm::default(), &negotiation::form_of(shown)).into_iter();
    facts.map(|fact| (t.form_field(&fact.field), said(desk, view, &fact.field, &fact.after))).collect()
}

fn whole(desk: &Desk, view: &RevisionView, shown: &RevisionRecord) -> AnyView {
    let facts = facts(desk, view, shown).into_iter().map(|(label, said)| Fact::new(label, said));
    view! { <KeyValues facts=facts.collect() /> }.into_any()
}

/// What differs from the other revision, field by field.
fn compared(desk: &Desk, view: &RevisionView, shown: &RevisionRecord) -> AnyView {
    let t = Texts(desk.lang());
    let own = negotiation::form_of(shown);
    let Some(other) = view.compared() else {
        return view! { <p class="quiet-text">{t.revision_alone()}</p> }.into_any();
    };
    let (from, to) = (other.number.min(shown.number), other.number.max(shown.number));
    let other = negotiation::form_of(other);
    let (before, after) = if from == shown.number { (&own, &other) } else { (&other, &own) };
    let changes: Vec<Change> = differences(before, after)
        .into_iter()
        .map(|change| {
            let of = |value: &str| said(desk, view, &change.field, value);
            Change::new(t.form_field(&change.field), of(&change.before), of(&change.after))
        })
        .collect();
    if changes.is_empty() {
        return view! { <p>{t.revision_same()}</p> }.into_any();
    }
    view! {
        <Diff
            id="revisions"
            caption=t.revision_changes(from, to)
            label=t.form_field_name()
            before=t.revision_title(from)
            after=t.revision_title(to)
            changes=changes
            absent=t.absent()
        />
    }
    .into_any()
}

/// A value of the form in words: names of institutions, of pools, of kinds, of roles.
fn said(desk: &Desk, view: &RevisionView, field: &str, value: &str) -> String {
    if field.rsplit('.').next() == Some("pool")
        && let Ok(id) = value.parse()
    {
        let mut revisions = view.agreement.record.revisions.iter().rev();
        let pool = revisions.find_map(|revision| revision.content.pool(id));
        return pool.map(|pool| in_words(&pool.name, desk.lang()).0).unwrap_or_default();
    }
    value_in_words(desk.lang(), &view.agreement.names, field, value)
}

/// The same, where these are the names of institutions.
pub(crate) fn value_in_words(lang: Lang, names: &Names, field: &str, value: &str) -> String {
    let t = Texts(lang);
    let leaf = field.rsplit('.').next().unwrap_or(field);
    let word = match leaf {
        _ if field.starts_with("commitments.") && t.form_commitment_code(leaf, value).is_some() => {
            t.form_commitment_code(leaf, value)
        }
        _ if field.starts_with("flows.") || field.starts_with("pools.") => match leaf {
            "sender" | "receiver" => value.parse().ok().map(|id| name_of(names, id, lang)),
            _ => t.form_flow_code(leaf, value),
        },
        "institution" | "owner" => value.parse().ok().map(|id: InstitutionId| name_of(names, id, lang)),
        "kind" => AgreementKind::parse(value).ok().map(|kind| t.agreement_kind(kind).to_owned()),
        "role" => PartyRole::parse(value).ok().map(|role| t.party_role(role).to_owned()),
        "renewal" => match value {
            "none" => Some(t.form_renewal_none().to_owned()),
            "by_agreement" => Some(t.form_renewal_by_agreement().to_owned()),
            "tacit" => Some(t.form_renewal_tacit().to_owned()),
            _ => None,
        },
        "starts" | "ends" => PartialDate::parse(value).ok().map(|date| date.show(lang)),
        "starts_to_confirm" | "ends_to_confirm" | "is_open_ended" if value == "on" => {
            Some(t.yes().to_owned())
        }
        _ => None,
    };
    word.unwrap_or_else(|| value.to_owned())
}

/// Who approved, and the form for those who may be spoken for.
fn approvals(
    desk: &Desk,
    view: &RevisionView,
    shown: &RevisionRecord,
    documents: &DocumentList,
    submission: Option<&ApprovalSubmission>,
    faults: &Faults,
) -> AnyView {
    let t = Texts(desk.lang());
    let record = &view.agreement.record;
    let allowed = &view.agreement.allowed;
    let is_latest = record.latest().is_some_and(|latest| latest.id == shown.id);
    let facts = record.facts();
    let mut asked: Vec<_> = shown.content.parties.iter().map(|party| party.institution).collect();
    let own = asked.len();
    asked.extend(facts.asked(shown.number).into_iter().skip(own));
    let lines = asked.into_iter().enumerate().map(|(i, id)| {
        let who = name_of(&view.agreement.names, id, desk.lang());
        let leaving = (i >= own).then(|| view! { <p class="under">{t.approval_of_leaving()}</p> });
        let Some(approval) = record.approval(shown.id, id) else {
            let is_signed = record.signature(shown.id, id).is_some();
            let words = if is_signed { t.signed_unapproved() } else { t.not_approved() };
            return view! { <li>{who} " · " <span class="quiet-text">{words}</span>{leaving}</li> }
                .into_any();
        };
        let on = t.approved_on(&show_day(approval.approved_on, desk.lang()));
        let behalf = approval.is_on_behalf.then(|| view! { <p class="under">{t.recorded_on_behalf()}</p> });
        let evidence = evidence::shown(desk, documents, approval.evidence.as_ref(), approval.document);
        let take_back = (is_latest && allowed.take_back.contains(&id))
            .then(|| act(desk, view, shown, "take_back", t.do_take_back(), Some(id)));
        view! {
            <li>
                {who} " · " <Icon name=Glyph::Check /> " " {on}
                {leaving}
                {behalf}
                {evidence}
                {take_back}
            </li>
        }
        .into_any()
    });
    let lines: Vec<_> = lines.collect();
    let needs = is_latest
        .then(|| needs(desk, &view.agreement))
        .flatten()
        .map(|words| view! { <p class="quiet-text">{words}</p> });
    let form = (is_latest && !allowed.approve.is_empty())
        .then(|| approve_form(desk, view, shown, documents, submission, faults));
    view! {
        <ul class="lines">{lines}</ul>
        {needs}
        {form}
    }
    .into_any()
}

/// What every form of this page says: which revision of which agreement was read.
fn what_is_read(desk: &Desk, view: &RevisionView, shown: &RevisionRecord) -> AnyView {
    view! {
        <input type="hidden" name="lang" value=desk.lang().code() />
        <input type="hidden" name="id" value=view.agreement.record.id.to_string() />
        <input type="hidden" name="number" value=shown.number.to_string() />
        <input type="hidden" name="hash" value=shown.hash.to_string() />
    }
    .into_any()
}

fn approve_form(
    desk: &Desk,
    view: &RevisionView,
    shown: &RevisionRecord,
    documents: &DocumentList,
    submission: Option<&ApprovalSubmission>,
    faults: &Faults,
) -> AnyView {
    let t = Texts(desk.lang());
    let form = |id: &InstitutionId| ApprovalForm { institution: id.to_string(), ..ApprovalForm::default() };
    let kept = submission.map(|kept| kept.approvals.clone()).filter(|forms| !forms.is_empty());
    let forms = kept.unwrap_or_else(|| view.agreement.allowed.approve.iter().map(form).collect());
    let rows = forms.iter().enumerate().map(|(i, form)| row(desk, view, documents, faults, i, form));
    let rows: Vec<_> = rows.collect();
    let choose =
        faults.at("approvals").is_some().then(|| view! { <p class="error">{t.approve_choose()}</p> });
    view! {
        <form class="form" method="post" action="/api/approve_agreement" novalidate>
            {what_is_read(desk, view, shown)}
            <p class="help">{t.approve_lead()}</p>
            <p class="quiet-text small-text">
                {t.content_hash()} " " <span class="mono wrap">{shown.hash.to_string()}</span>
            </p>
            <div id="f-approvals" tabindex="-1">{choose}</div>
            {rows}
            <Actions>
                <Button kind=ButtonKind::Primary icon=Glyph::Check>{t.do_approve()}</Button>
            </Actions>
        </form>
    }
    .into_any()
}

fn row(
    desk: &Desk,
    view: &RevisionView,
    documents: &DocumentList,
    faults: &Faults,
    i: usize,
    form: &ApprovalForm,
) -> AnyView {
    let t = Texts(desk.lang());
    let name = |field: &str| format!("approvals[{i}][{field}]");
    let party: Option<InstitutionId> = form.institution.parse().ok();
    let who = party.map(|id| name_of(&view.agreement.names, id, desk.lang())).unwrap_or_default();
    let is_own = party.is_some_and(|id| desk.actor().covered(Role::Lead).contains(&id));
    let evidence = (!is_own).then(|| {
        let typed = Typed { words: &form.evidence, document: &form.document };
        let path = |field: &str| format!("approvals.{i}.{field}");
        let asked = evidence::asked(desk, documents, typed, faults, (name, path), true);
        view! {
            <p class="help">{t.sign_on_behalf()}</p>
            {asked}
        }
    });
    view! {
        <fieldset class="fieldset row">
            <legend>{who.clone()}</legend>
            <input type="hidden" name=name("institution") value=form.institution.clone() />
            <Checkbox name=name("record") label=t.approve_this(&who) checked=!form.record.is_empty() />
            {evidence}
        </fieldset>
    }
    .into_any()
}

/// A button that takes an approval back, or drops this revision.
fn act(
    desk: &Desk,
    view: &RevisionView,
    shown: &RevisionRecord,
    act: &'static str,
    label: impl Into<String>,
    party: Option<InstitutionId>,
) -> AnyView {
    let label: String = label.into();
    view! {
        <form method="post" action="/api/negotiate_agreement">
            {what_is_read(desk, view, shown)}
            <input type="hidden" name="party" value=party.map(|id| id.to_string()) />
            <Button kind=ButtonKind::Quiet name="act" value=act>
                {label}
            </Button>
        </form>
    }
    .into_any()
}

fn revert(desk: &Desk, view: &RevisionView, shown: &RevisionRecord) -> Option<AnyView> {
    let t = Texts(desk.lang());
    let record = &view.agreement.record;
    let is_latest = record.latest().is_some_and(|latest| latest.id == shown.id);
    let before = record.revisions.iter().rev().find(|r| r.number < shown.number && r.dropped_at.is_none())?;
    (is_latest && view.agreement.allowed.revert).then(|| {
        let label = t.do_revert(before.number);
        let button = act(desk, view, shown, "revert", label.clone(), None);
        view! {
            <Confirm label=label warning=t.revert_warning(shown.number)>
                {button}
            </Confirm>
        }
        .into_any()
    })
}

fn comments(
    desk: &Desk,
    view: &RevisionView,
    shown: &RevisionRecord,
    submission: Option<&ApprovalSubmission>,
    faults: &Faults,
) -> AnyView {
    let t = Texts(desk.lang());
    let entries = view.comments.iter().map(|comment| {
        let on = comment.written_at.date_naive();
        let office = comment.office.map(|id| name_of(&view.agreement.names, id, desk.lang()));
        let who = [Some(comment.author_name.clone()), office].into_iter().flatten().collect::<Vec<_>>();
        let lines = comment.body.lines().map(|line| view! { <p>{line.to_owned()}</p> }).collect_view();
        TimelineEntry::new(show_day(on, desk.lang()), on.to_string(), who.join(", "))
            .more(view! { <div class="prose">{lines}</div> })
    });
    let entries: Vec<_> = entries.collect();
    let list = if entries.is_empty() {
        view! { <p class="quiet-text">{t.no_comment()}</p> }.into_any()
    } else {
        view! { <Timeline entries=entries /> }.into_any()
    };
    let form = view.agreement.allowed.edit.then(|| {
        view! {
            <form class="form" method="post" action="/api/comment_agreement" novalidate>
                {what_is_read(desk, view, shown)}
                <TextArea
                    name="body"
                    label=t.comment_write()
                    help=t.comments_for_parties()
                    value=submission.map(|kept| kept.body.clone()).unwrap_or_default()
                    rows=3
                    error=faults.at("body")
                />
                <Actions>
                    <Button>{t.do_comment()}</Button>
                </Actions>
            </form>
        }
    });
    view! {
        {list}
        {form}
    }
    .into_any()
}
