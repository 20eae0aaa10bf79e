//! Documents of an agreement: their list on its page, the form of a new one, of one that is there, its removal.

use super::form::understood;
use crate::{
    api::documents::DocumentSubmission,
    desk::{
        Desk, Kept, agreements, documents,
        documents::{DocumentList, DocumentView},
    },
    error::AppError,
    islands::UploadProgress,
    pages::{Faults, in_words, page, param, refusal_naming, stale_notice, title},
    texts::Texts,
    ui::*,
};
use domain::{
    agreement::differences,
    document::{DocumentForm, DocumentKind, DocumentVisibility, FILE_MEGABYTES_MAX, FileFormat, Place},
    id::{AgreementId, DocumentId},
    language::LanguageTag,
};
use leptos::prelude::*;

/// The documents of an agreement, on its page; nothing where there are none and one may add none.
pub(super) fn section(desk: &Desk, id: AgreementId, list: &DocumentList) -> Option<AnyView> {
    if list.documents.is_empty() && !list.add {
        return None;
    }
    let t = Texts(desk.lang());
    let add = list.add.then(|| {
        let href = desk.href(&format!("/agreements/{id}/documents/new"));
        view! { <p><ButtonLink href=href>{t.document_new()}</ButtonLink></p> }
    });
    let lines: Vec<_> = list.documents.iter().map(|document| line(desk, document)).collect();
    let body = if lines.is_empty() {
        view! { <p class="quiet-text">{t.documents_none()}</p> }.into_any()
    } else {
        view! { <ul class="lines">{lines}</ul> }.into_any()
    };
    Some(view! { <Section id="documents" title=t.section_documents()>{body}{add}</Section> }.into_any())
}

fn line(desk: &Desk, view: &DocumentView) -> AnyView {
    let t = Texts(desk.lang());
    let record = &view.record;
    let place = match &record.place {
        Place::File(file) => t.file_size(file.format, file.bytes),
        Place::Link(link) => t.document_link_to(link.host()),
    };
    let mut facts = vec![t.document_kind(record.kind).to_owned(), place];
    facts.extend(record.language.as_ref().map(|language| language.name(desk.lang())));
    facts.extend(record.revision.map(|number| t.document_of_revision(number)));
    let date = |date: Option<domain::partial_date::StatedDate>| date.map(|date| t.dated(date.date));
    facts.extend(date(record.printed_on).map(|on| t.document_printed(&on)));
    facts.extend(date(record.sent_on).map(|on| t.document_sent(&on)));
    facts.extend(date(record.signed_on).map(|on| t.document_signed(&on)));
    let to_confirm = [record.printed_on, record.sent_on, record.signed_on]
        .into_iter()
        .flatten()
        .any(|date| date.to_confirm);
    let to_confirm = to_confirm.then(|| view! { " " <ToConfirm label=t.to_confirm() /> });
    let mark = view.content.then(|| view! { " " <Tag label=t.document_mark(record.visibility) /> });
    let own = desk.href(&format!("/agreements/{}/documents/{}", record.agreement, record.id));
    let edit = view.edit.then(|| {
        let label = format!("{} « {} »", t.do_edit_document(), record.title);
        view! { <a href=own.clone() aria-label=label>{t.do_edit_document()}</a> }
    });
    let remove = view.remove.then(|| {
        let label = format!("{} « {} »", t.do_remove_document(), record.title);
        view! { " · " <a href=format!("{own}/remove") aria-label=label>{t.do_remove_document()}</a> }
    });
    let attests =
        (view.content && record.attests).then(|| view! { <p class="under">{t.document_attests()}</p> });
    let acts = (view.edit || view.remove).then(|| view! { <p class="under">{edit}{remove}</p> });
    let lang = record.language.as_ref().map(ToString::to_string);
    view! {
        <li>
            <a href=record.href() rel="noopener" lang=lang>
                {record.title.clone()}
            </a>
            {mark}
            <p class="under">{facts.join(" · ")}{to_confirm}</p>
            {attests}
            {acts}
        </li>
    }
    .into_any()
}

/// The form of a new document.
#[component]
pub fn NewDocumentPage() -> impl IntoView {
    let desk = Desk::current();
    let id = param("id");
    page(async move {
        let id: AgreementId = id.parse().map_err(|_| AppError::NotFound)?;
        let opened = documents::open(&desk, id).await?;
        let kept = crate::desk::kept(&desk, &format!("/agreements/{id}/documents/new")).await?;
        let trail = trail(&desk, id).await?;
        Ok(new(&desk, id, &opened.revisions, kept, trail))
    })
}

/// The pages above one of a document.
async fn trail(desk: &Desk, id: AgreementId) -> Result<Vec<(String, String)>, AppError> {
    let t = Texts(desk.lang());
    let view = agreements::view(desk, id).await?;
    let heading = view.record.ruling().map(|ruling| in_words(&ruling.content.title, desk.lang()).0);
    let own = desk.href(&format!("/agreements/{id}"));
    Ok(vec![(desk.href("/agreements"), t.agreements().to_owned()), (own, heading.unwrap_or_default())])
}

fn new(
    desk: &Desk,
    id: AgreementId,
    revisions: &[i64],
    kept: Option<Kept<DocumentForm>>,
    trail: Vec<(String, String)>,
) -> AnyView {
    let t = Texts(desk.lang());
    let error = kept.as_ref().and_then(|kept| kept.error.clone());
    let faults = Faults::of(t, error.as_ref());
    let again = kept.is_some().then(|| view! { <p class="help">{t.document_file_again()}</p> });
    let form = kept.map(|kept| kept.form).unwrap_or_default();
    let action = format!("/api/add_document/{}/{id}", desk.lang().code());
    let endings: Vec<String> = FileFormat::ALL.iter().map(|format| format!(".{}", format.ending())).collect();
    let back = desk.href(&format!("/agreements/{id}#documents"));
    let lang = desk.lang();
    view! {
        {title(t.document_new())}
        <Breadcrumbs label=t.agreements() trail=trail here=t.document_new() />
        <PageHeader title=t.document_new() lead=t.document_new_lead() />
        {refusal_naming(t, error.as_ref(), "", |field| t.document_field(field).to_owned())}
        <form class="form" method="post" action=action enctype="multipart/form-data" novalidate>
            {said(desk, &form, revisions, &faults, "")}
            <Field
                name="link"
                label=t.document_link()
                help=t.document_link_help()
                kind="url"
                value=form.link.clone()
                error=faults.at("link")
            />
            <Field
                name="file"
                label=t.document_file()
                help=t.document_file_help()
                kind="file"
                accept=endings.join(",")
                error=faults.at("file")
            />
            {again}
            <UploadProgress lang=lang megabytes=FILE_MEGABYTES_MAX />
            <Actions>
                <Button kind=ButtonKind::Primary>{t.do_add_document()}</Button>
                <ButtonLink href=back kind=ButtonKind::Quiet>
                    {t.cancel()}
                </ButtonLink>
            </Actions>
        </form>
    }
    .into_any()
}

/// The fields that say what a document is. Their names are within `form[…]` where `prefix` is `form`.
fn said(desk: &Desk, form: &DocumentForm, revisions: &[i64], faults: &Faults, prefix: &str) -> AnyView {
    let t = Texts(desk.lang());
    let name = |field: &str| if prefix.is_empty() { field.to_owned() } else { format!("{prefix}[{field}]") };
    let kinds =
        DocumentKind::ALL.iter().map(|kind| (kind.code().to_owned(), t.document_kind(*kind).to_owned()));
    let languages =
        LanguageTag::common(desk.lang()).into_iter().map(|tag| (tag.to_string(), tag.name(desk.lang())));
    let numbers = revisions.iter().map(|number| (number.to_string(), t.revision_title(*number)));
    let visibilities = DocumentVisibility::ALL.iter().map(|visibility| {
        Choice::new(visibility.code(), t.document_visibility(*visibility))
            .help(t.document_visibility_help(*visibility))
    });
    let chosen =
        if form.visibility.is_empty() { DocumentVisibility::Parties.code() } else { &form.visibility };
    let date = |field: &'static str, label: &'static str, typed: &str| {
        view! {
            <Field
                name=name(field)
                label=label
                help=t.form_date_help()
                value=typed.to_owned()
                understood=understood(t, typed)
                error=faults.at(field)
                width=Width::Half
            />
        }
        .into_any()
    };
    view! {
        <Select
            name=name("kind")
            label=t.document_kind_label()
            options=kinds.collect()
            selected=form.kind.clone()
            none=t.document_choose()
            required=t.required()
            error=faults.at("kind")
        />
        <Field
            name=name("title")
            label=t.document_title()
            help=t.document_title_help()
            value=form.title.clone()
            error=faults.at("title")
        />
        <Select
            name=name("language")
            label=t.document_language()
            options=languages.collect()
            selected=form.language.clone()
            none=t.document_language_none()
            error=faults.at("language")
            width=Width::Half
        />
        <RadioGroup
            name=name("visibility")
            legend=t.document_visibility_label()
            options=visibilities.collect()
            selected=chosen.to_owned()
            error=faults.at("visibility")
        />
        <Select
            name=name("revision")
            label=t.document_revision()
            options=numbers.collect()
            selected=form.revision.clone()
            none=t.document_revision_none()
            error=faults.at("revision")
            width=Width::Half
        />
        {date("signed_on", t.document_signed_on(), &form.signed_on)}
        {date("sent_on", t.document_sent_on(), &form.sent_on)}
        {date("printed_on", t.document_printed_on(), &form.printed_on)}
    }
    .into_any()
}

/// A document of this agreement, or nothing.
async fn find(desk: &Desk, agreement: &str, document: &str) -> Result<DocumentView, AppError> {
    let id: DocumentId = document.parse().map_err(|_| AppError::NotFound)?;
    let view = documents::find(desk, id).await?;
    if view.record.agreement.to_string() == agreement { Ok(view) } else { Err(AppError::NotFound) }
}

/// The form of a document that is there.
#[component]
pub fn EditDocumentPage() -> impl IntoView {
    let desk = Desk::current();
    let (id, document) = (param("id"), param("document"));
    page(async move {
        let view = find(&desk, &id, &document).await?;
        if !view.edit {
            return Err(AppError::NotFound);
        }
        let opened = documents::open(&desk, view.record.agreement).await?;
        let kept = crate::desk::kept(&desk, &format!("/agreements/{id}/documents/{document}")).await?;
        let trail = trail(&desk, view.record.agreement).await?;
        Ok(edit(&desk, &view, &opened.revisions, kept, trail))
    })
}

fn edit(
    desk: &Desk,
    view: &DocumentView,
    revisions: &[i64],
    kept: Option<Kept<DocumentSubmission>>,
    trail: Vec<(String, String)>,
) -> AnyView {
    let t = Texts(desk.lang());
    let record = &view.record;
    let error = kept.as_ref().and_then(|kept| kept.error.clone());
    let faults = Faults::of(t, error.as_ref());
    let saved = DocumentSubmission { version: record.version, form: record.form() };
    let is_stale = matches!(error, Some(AppError::Stale { .. }));
    let mut submission = kept.map_or_else(|| saved.clone(), |kept| kept.form);
    let stale = is_stale.then(|| {
        let changes = differences(&saved.form, &submission.form).into_iter();
        stale_notice(t, changes.map(|d| Change::new(t.document_field(&d.field), d.before, d.after)).collect())
    });
    if is_stale {
        submission.version = saved.version;
    }
    let link = matches!(record.place, Place::Link(_)).then(|| {
        view! {
            <Field
                name="form[link]"
                label=t.document_link()
                help=t.document_link_help()
                kind="url"
                value=submission.form.link.clone()
                error=faults.at("link")
            />
        }
    });
    let back = desk.href(&format!("/agreements/{}#documents", record.agreement));
    view! {
        {title(t.document_edit())}
        <Breadcrumbs label=t.agreements() trail=trail here=t.document_edit() />
        <PageHeader title=t.document_edit() lead=record.title.clone() />
        {stale}
        {refusal_naming(t, error.as_ref(), "form.", |field| t.document_field(field).to_owned())}
        <form class="form" method="post" action="/api/edit_document" novalidate>
            <input type="hidden" name="lang" value=desk.lang().code() />
            <input type="hidden" name="agreement" value=record.agreement.to_string() />
            <input type="hidden" name="id" value=record.id.to_string() />
            <input type="hidden" name="version" value=submission.version.to_string() />
            {said(desk, &submission.form, revisions, &faults, "form")}
            {link}
            <Actions>
                <Button kind=ButtonKind::Primary>{t.do_save_document()}</Button>
                <ButtonLink href=back kind=ButtonKind::Quiet>
                    {t.cancel()}
                </ButtonLink>
            </Actions>
        </form>
    }
    .into_any()
}

/// Asking once more before a document is gone for good.
#[component]
pub fn RemoveDocumentPage() -> impl IntoView {
    let desk = Desk::current();
    let (id, document) = (param("id"), param("document"));
    page(async move {
        let view = find(&desk, &id, &document).await?;
        if !view.remove {
            return Err(AppError::NotFound);
        }
        let t = Texts(desk.lang());
        let back = desk.href(&format!("/agreements/{id}#documents"));
        Ok(view! {
            {title(t.document_remove())}
            <PageHeader title=t.document_remove_of(&view.record.title) lead=t.document_remove_lead() />
            <form method="post" action="/api/remove_document">
                <input type="hidden" name="lang" value=desk.lang().code() />
                <input type="hidden" name="agreement" value=id />
                <input type="hidden" name="id" value=document />
                <Actions>
                    <Button kind=ButtonKind::Danger>{t.document_remove()}</Button>
                    <ButtonLink href=back>{t.cancel()}</ButtonLink>
                </Actions>
            </form>
        })
    })
}
