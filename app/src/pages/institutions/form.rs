//! The form of an institution, with its warning of likely duplicates.

use super::table;
use crate::{
    api::institutions::InstitutionSubmission,
    desk::{Desk, Kept, institutions},
    error::AppError,
    pages::{Faults, page, param, refusal_naming, title},
    texts::Texts,
    ui::*,
};
use domain::{
    country::Country,
    id::InstitutionId,
    identifier::IdentifierKind,
    institution::{InstitutionForm, InstitutionKind},
};
use leptos::prelude::*;
use store::institution::InstitutionItem;

/// The form of a new institution.
#[component]
pub fn NewInstitutionPage() -> impl IntoView {
    let desk = Desk::current();
    page(async move { show(&desk, None).await })
}

/// The form of an institution.
#[component]
pub fn EditInstitutionPage() -> impl IntoView {
    let desk = Desk::current();
    let id = param("id");
    page(async move { show(&desk, Some(id.parse().map_err(|_| AppError::NotFound)?)).await })
}

async fn show(desk: &Desk, id: Option<InstitutionId>) -> Result<AnyView, AppError> {
    let t = Texts(desk.lang());
    let path = id.map_or_else(|| "/institutions/new".to_owned(), |id| format!("/institutions/{id}/edit"));
    let opened = institutions::open(desk, id).await?;
    let kept: Option<Kept<InstitutionSubmission>> = crate::desk::kept(desk, &path).await?;
    let error = kept.as_ref().and_then(|kept| kept.error.clone());
    let is_stale = matches!(error, Some(AppError::Stale { .. }));
    let version =
        if is_stale { opened.version } else { kept.as_ref().map_or(opened.version, |k| k.form.version) };
    let stale = is_stale.then(|| {
        let changes: Vec<Change> = kept
            .iter()
            .flat_map(|kept| domain::agreement::differences(&opened.form, &kept.form.form))
            .map(|d| Change::new(t.institution_field(&d.field), d.before, d.after))
            .collect();
        crate::pages::stale_notice(t, changes)
    });
    let mut form = kept.map_or(opened.form.clone(), |kept| kept.form.form);
    if form == InstitutionForm::default()
        && let Some(name) = crate::desk::query_value(&desk.visit.query, "name")
    {
        form.name_fr = name;
    }
    let duplicates = if error == Some(AppError::LikelyDuplicate) {
        institutions::likely_duplicates(desk, &form, id).await?
    } else {
        Vec::new()
    };
    let heading = match id {
        Some(_) => {
            let name = if form.name_fr.is_empty() { &form.name_en } else { &form.name_fr };
            t.edit_institution(name)
        }
        None => t.new_institution().to_owned(),
    };
    let back = id.map_or_else(|| desk.href("/institutions"), |id| desk.href(&format!("/institutions/{id}")));
    let trail = vec![(desk.href("/institutions"), t.institutions().to_owned())];
    let faults = Faults::of(t, error.as_ref());
    let related = related(desk, &form).await?;
    let body = fields(desk, &form, &faults, &related);
    Ok(view! {
        {title(heading.clone())}
        <Breadcrumbs label=t.institutions() trail=trail here=heading.clone() />
        <PageHeader title=heading lead=t.institution_form_lead() />
        {stale}
        {refusal_naming(t, error.as_ref(), "form.", |field| t.institution_field(field))}
        <form class="form" method="post" action="/api/save_institution" novalidate>
            <input type="hidden" name="lang" value=desk.lang().code() />
            <input type="hidden" name="id" value=id.map(|id| id.to_string()).unwrap_or_default() />
            <input type="hidden" name="version" value=version.to_string() />
            {duplicate_warning(desk, duplicates)}
            {body}
            <Actions>
                <Button kind=ButtonKind::Primary>{t.save()}</Button>
                <ButtonLink href=back kind=ButtonKind::Quiet>
                    {t.cancel()}
                </ButtonLink>
            </Actions>
        </form>
    }
    .into_any())
}

fn duplicate_warning(desk: &Desk, duplicates: Vec<InstitutionItem>) -> Option<AnyView> {
    let t = Texts(desk.lang());
    (!duplicates.is_empty()).then(|| {
        let list = table(desk, "duplicates", t.duplicate_title(), duplicates);
        view! {
            <Notice tone=Tone::Warning title=t.duplicate_title() live=true>
                <p>{t.duplicate_body()}</p>
                {list}
                <Checkbox name="is_different" label=t.duplicate_confirm() />
            </Notice>
        }
        .into_any()
    })
}

/// Institutions to choose the parent and the successor from: those chosen first, then the others by name.
async fn related(desk: &Desk, form: &InstitutionForm) -> Result<Vec<(String, String)>, AppError> {
    let mut tx = desk.read().await?;
    let chosen: Vec<InstitutionId> =
        [&form.parent, &form.successor].into_iter().filter_map(|id| id.parse().ok()).collect();
    let mut items = store::institution::items(&mut tx, &chosen).await?;
    let filter = store::institution::InstitutionFilter::default();
    for item in store::institution::list(&mut tx, &filter, desk.lang(), None, 500).await? {
        if !items.iter().any(|known| known.id == item.id) {
            items.push(item);
        }
    }
    let option = |item: &InstitutionItem| {
        let suggestion = super::suggestion(item, desk.lang());
        (suggestion.id, format!("{} · {}", suggestion.name, suggestion.place))
    };
    Ok(items.iter().map(option).collect())
}

fn fields(desk: &Desk, form: &InstitutionForm, faults: &Faults, related: &[(String, String)]) -> AnyView {
    let t = Texts(desk.lang());
    let lang = desk.lang();
    let kinds = InstitutionKind::ALL
        .iter()
        .map(|k| (k.code().to_owned(), t.institution_kind(*k).to_owned()))
        .collect();
    let countries =
        Country::sorted(lang).iter().map(|c| (c.code().to_owned(), c.name(lang).to_owned())).collect();
    let field = |name: &'static str, label: &'static str, value: &str, help: &'static str, width: Width| {
        view! {
            <Field
                name=format!("form[{name}]")
                label=label
                value=value.to_owned()
                help=help
                error=faults.at(name)
                width=width
            />
        }
    };
    let identifiers = IdentifierKind::ALL
        .map(|kind| field(kind.code(), t.identifier_kind(kind), form.identifier(kind), "", Width::Half))
        .collect_view();
    let has_broken_code = faults.at("erasmus").is_some() || !form.keep_erasmus.is_empty();
    let keep = has_broken_code.then(|| {
        view! {
            <Checkbox
                name="form[keep_erasmus]"
                label=t.form_keep_erasmus()
                checked=!form.keep_erasmus.is_empty()
            />
        }
    });
    let identity = view! {
            <Select
                name="form[kind]"
                label=t.column_institution_kind()
                options=kinds
                selected=form.kind.clone()
                none=t.form_choose()
                required=t.required()
                error=faults.at("kind")
            />
            {field("name_fr", t.form_name_fr(), &form.name_fr, t.form_name_help(), Width::Full)}
            {field("name_en", t.form_name_en(), &form.name_en, "", Width::Full)}
            <div class="form-row">
                {field("name_other", t.form_name_other(), &form.name_other, "", Width::Half)}
                {field(
                    "language_other",
                    t.form_language_other(),
                    &form.language_other,
                    t.form_language_help(),
                    Width::Half,
                )}
            </div>
            <Select
                name="form[country]"
                label=t.form_country()
                options=countries
                selected=form.country.clone()
                none=t.form_choose()
                required=t.required()
                error=faults.at("country")
            />
            {field("city", t.form_city(), &form.city, "", Width::Half)}
            {field("site", t.form_site(), &form.site, "", Width::Full)}
            {field("coordinates", t.form_coordinates(), &form.coordinates, t.form_coordinates_help(), Width::Half)}
            <Select
                name="form[parent]"
                label=t.form_parent()
                help=t.form_parent_help()
                options=related.to_vec()
                selected=form.parent.clone()
                none=t.none()
                error=faults.at("parent")
            />
            <Select
                name="form[successor]"
                label=t.form_successor()
                options=related.to_vec()
                selected=form.successor.clone()
                none=t.none()
                error=faults.at("successor")
            />
    }
    .into_any();
    view! {
        <Fieldset legend=t.form_identity()>{identity}</Fieldset>
        <Fieldset legend=t.form_identifiers() help=t.form_identifiers_help()>
            {identifiers}
            {keep}
        </Fieldset>
    }
    .into_any()
}
