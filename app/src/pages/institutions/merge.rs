//! Making one of two institutions that are one: which other, then both side by side and what will become of them.

use crate::{
    api::institutions::MergeForm,
    desk::{
        Desk, Kept,
        merging::{self, MergeView},
        query_value,
    },
    error::AppError,
    pages::{Faults, agreements::name_of, in_words, page, param, refusal, title},
    texts::Texts,
    ui::*,
};
use domain::{
    id::InstitutionId,
    identifier::IdentifierKind,
    institution::{InstitutionDraft, InstitutionForm},
};
use leptos::prelude::*;
use store::institution::{InstitutionItem, InstitutionRecord};

/// Which other institution, or the two of them.
#[component]
pub fn MergeInstitutionsPage() -> impl IntoView {
    let desk = Desk::current();
    let id = param("id");
    page(async move {
        let id: InstitutionId = id.parse().map_err(|_| AppError::NotFound)?;
        let with = query_value(&desk.visit.query, "with").and_then(|with| with.parse().ok());
        if let Some(with) = with {
            let view = merging::compare(&desk, id, with).await?;
            let kept = crate::desk::kept(&desk, &format!("/institutions/{id}/merge")).await?;
            return Ok(compare(&desk, &view, kept));
        }
        let typed = query_value(&desk.visit.query, "q").unwrap_or_default();
        let (record, found) = merging::candidates(&desk, id, &typed).await?;
        Ok(choose(&desk, &record, &typed, &found))
    })
}

fn trail(desk: &Desk, record: &InstitutionRecord) -> Vec<(String, String)> {
    let t = Texts(desk.lang());
    let (name, _) = in_words(&record.draft.names, desk.lang());
    let own = desk.href(&format!("/institutions/{}", record.id));
    vec![(desk.href("/institutions"), t.institutions().to_owned()), (own, name)]
}

fn choose(desk: &Desk, record: &InstitutionRecord, typed: &str, found: &[InstitutionItem]) -> AnyView {
    let t = Texts(desk.lang());
    let (name, _) = in_words(&record.draft.names, desk.lang());
    let own = desk.href(&format!("/institutions/{}/merge", record.id));
    let heading = t.merge_title_of(&name);
    let line = |item: &InstitutionItem| {
        let (name, lang) = in_words(&item.names, desk.lang());
        let href = format!("{own}?with={}", item.id);
        let place = item.city.as_ref().map(|city| format!("{city}, ")).unwrap_or_default();
        let place = format!("{place}{}", item.country.name(desk.lang()));
        view! {
            <li>
                <a href=href lang=lang>
                    {name}
                </a>
                <p class="under">{t.institution_kind(item.kind)} ", " {place}</p>
            </li>
        }
    };
    let lines = found.iter().map(line).collect_view();
    let list = match (found.is_empty(), typed.is_empty()) {
        (false, _) => view! { <ul class="lines">{lines}</ul> }.into_any(),
        (true, true) => view! { <p class="quiet-text">{t.merge_none_alike()}</p> }.into_any(),
        (true, false) => view! { <p class="quiet-text">{t.merge_none_found()}</p> }.into_any(),
    };
    let section = if typed.is_empty() { t.merge_alike() } else { t.merge_found() };
    view! {
        {title(heading.clone())}
        <Breadcrumbs label=t.institutions() trail=trail(desk, record) here=t.merge_with_another() />
        <PageHeader title=heading lead=t.merge_lead() />
        <form class="form" method="get" action=own.clone()>
            <Field name="q" label=t.merge_search() help=t.merge_search_help() value=typed.to_owned() kind="search" />
            <Actions>
                <Button kind=ButtonKind::Primary>{t.merge_do_search()}</Button>
            </Actions>
        </form>
        <Section id="alike" title=section>
            {list}
        </Section>
    }
    .into_any()
}

fn compare(desk: &Desk, view: &MergeView, kept: Option<Kept<MergeForm>>) -> AnyView {
    let t = Texts(desk.lang());
    let lang = desk.lang();
    let [gone, stays] = [&view.gone, &view.kept].map(|record| in_words(&record.draft.names, lang).0);
    let error = kept.as_ref().and_then(|kept| kept.error.clone());
    // Whoever wrote to one of them meanwhile did so before this page was made.
    let is_stale = matches!(error, Some(AppError::Stale { .. }));
    let stale = is_stale.then(|| view! { <Notice tone=Tone::Warning title=t.merge_stale() live=true /> });
    let faults = Faults::of(t, error.as_ref());
    let typed = kept.map(|kept| kept.form.name).unwrap_or_default();
    let heading = t.merge_title(&gone, &stays);
    let swapped = desk.href(&format!("/institutions/{}/merge?with={}", view.kept.id, view.gone.id));
    let other = desk.href(&format!("/institutions/{}/merge", view.gone.id));
    let back = desk.href(&format!("/institutions/{}", view.gone.id));
    let table = side_by_side(desk, view);
    let lines = what_moves(t, view).into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    let form = match view.why_not {
        Some(why) => view! { <Notice tone=Tone::Danger title=t.not_merged(why) /> }.into_any(),
        None => view! {
            <form class="form" method="post" action="/api/merge_institutions" novalidate>
                <input type="hidden" name="lang" value=lang.code() />
                <input type="hidden" name="id" value=view.gone.id.to_string() />
                <input type="hidden" name="form[with]" value=view.kept.id.to_string() />
                <input type="hidden" name="form[version]" value=view.gone.version.to_string() />
                <input type="hidden" name="form[with_version]" value=view.kept.version.to_string() />
                <Field
                    name="form[name]"
                    label=t.merge_confirm(&gone)
                    help=t.merge_confirm_help()
                    required=t.required()
                    value=typed
                    error=faults.at("name")
                />
                <Actions>
                    <Button kind=ButtonKind::Danger>{t.do_merge()}</Button>
                    <ButtonLink href=back kind=ButtonKind::Quiet>
                        {t.cancel()}
                    </ButtonLink>
                </Actions>
            </form>
        }
        .into_any(),
    };
    view! {
        {title(heading.clone())}
        <Breadcrumbs label=t.institutions() trail=trail(desk, &view.gone) here=t.merge_with_another() />
        <PageHeader title=heading lead=t.merge_compare_lead(&gone, &stays) />
        {stale}
        {refusal(t, error.as_ref(), "form.")}
        <p>
            <a href=swapped>{t.merge_swap(&gone)}</a>
            " · "
            <a href=other>{t.merge_other()}</a>
        </p>
        {table}
        <Section id="moves" title=t.merge_moves()>
            <ul class="lines">{lines}</ul>
        </Section>
        {form}
    }
    .into_any()
}

/// What each says, field by field, and what will be said.
fn side_by_side(desk: &Desk, view: &MergeView) -> AnyView {
    let t = Texts(desk.lang());
    let drafts = [&view.gone.draft, &view.kept.draft, &view.merged];
    let columns = vec![
        Column::text(t.form_field_name()),
        Column::text(t.merge_goes()),
        Column::text(t.merge_stays()),
        Column::text(t.merge_result()),
    ];
    let cells = drafts.map(|draft| fields(desk, view, draft));
    let [gone, kept, merged] = &cells;
    let rows = gone
        .iter()
        .zip(kept)
        .zip(merged)
        .filter(|((one, other), _)| !one.1.is_empty() || !other.1.is_empty());
    let rows = rows.map(|(((label, one), (_, other)), (_, result))| {
        Row::new().cell(label.clone()).cell(one.clone()).cell(other.clone()).cell(result.clone())
    });
    let rows: Vec<Row> = rows.collect();
    view! { <Table id="merge-table" caption=t.merge_table() caption_unseen=true columns=columns rows=rows fold=true /> }
        .into_any()
}

/// The fields of an institution with what they say.
fn fields(desk: &Desk, view: &MergeView, draft: &InstitutionDraft) -> Vec<(String, String)> {
    let t = Texts(desk.lang());
    let lang = desk.lang();
    let form = InstitutionForm::from(draft);
    let related = |id: Option<InstitutionId>| id.map(|id| name_of(&view.names, id, lang)).unwrap_or_default();
    let names = draft.names.iter().map(|(tag, name)| format!("{name} ({})", tag.name(lang)));
    let mut fields = vec![
        (t.fact_names().to_owned(), names.collect::<Vec<_>>().join(" · ")),
        (t.column_institution_kind().to_owned(), t.institution_kind(draft.kind).to_owned()),
        (t.fact_country().to_owned(), draft.country.name(lang).to_owned()),
        (t.fact_city().to_owned(), form.city.clone()),
        (t.fact_site().to_owned(), form.site.clone()),
        (t.fact_coordinates().to_owned(), form.coordinates.clone()),
        (t.fact_parent().to_owned(), related(draft.parent)),
        (t.fact_successor().to_owned(), related(draft.successor)),
    ];
    fields.extend(
        IdentifierKind::ALL
            .into_iter()
            .map(|kind| (t.identifier_kind(kind).to_owned(), form.identifier(kind).to_owned())),
    );
    fields
}

/// What goes over to the one that stays, in sentences.
fn what_moves(t: Texts, view: &MergeView) -> Vec<String> {
    let weight = &view.weight;
    let counted = [
        (weight.agreements, t.merge_agreement_word(), t.merge_agreement_words()),
        (weight.units, t.merge_unit_word(), t.merge_unit_words()),
        (weight.members, t.merge_member_word(), t.merge_member_words()),
        (weight.invitations, t.merge_invitation_word(), t.merge_invitation_words()),
        (weight.documents, t.merge_document_word(), t.merge_document_words()),
        (weight.tags, t.merge_tag_word(), t.merge_tag_words()),
        (weight.views, t.merge_view_word(), t.merge_view_words()),
    ];
    let mut lines: Vec<String> = counted
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| t.counted(count, one, many))
        .collect();
    if lines.is_empty() {
        lines.push(t.merge_moves_nothing().to_owned());
    }
    if weight.members > 0 {
        lines.push(t.merge_members_gain().to_owned());
    }
    if weight.calendars > 0 {
        let words = if view.has_calendar { t.merge_calendar_ends() } else { t.merge_calendar_moves() };
        lines.push(words.to_owned());
    }
    lines.push(t.merge_stays_found().to_owned());
    lines.push(t.merge_stays_signed().to_owned());
    lines
}
