//! The form of an agreement: one column, every row addable without a script, nothing typed ever lost.

mod commitments;
mod flows;

use super::name_of;
use crate::{
    api::agreements::AgreementSubmission,
    desk::{Desk, Kept, agreements},
    error::AppError,
    islands::{FormGuard, PartyPicker},
    pages::{Faults, page, param, refusal_naming, seats::would_go, title},
    texts::Texts,
    ui::*,
};
use domain::{
    agreement::{AgreementForm, AgreementKind, PartyForm, PartyRole, SourceForm},
    fold,
    id::{AgreementId, InstitutionId},
    isced::IscedField,
    partial_date::StatedDate,
};
use leptos::prelude::*;
use store::institution::{InstitutionItem, Names};

/// The form of a new agreement.
#[component]
pub fn NewAgreementPage() -> impl IntoView {
    let desk = Desk::current();
    page(async move { show(&desk, None).await })
}

/// The form of an agreement.
#[component]
pub fn EditAgreementPage() -> impl IntoView {
    let desk = Desk::current();
    let id = param("id");
    page(async move { show(&desk, Some(id.parse().map_err(|_| AppError::NotFound)?)).await })
}

/// What the form needs to be drawn.
struct Drawn {
    t: Texts,
    form: AgreementForm,
    faults: Faults,
    names: Names,
    /// For each party that is searched for: what matches.
    found: Vec<Vec<InstitutionItem>>,
}

async fn show(desk: &Desk, id: Option<AgreementId>) -> Result<AnyView, AppError> {
    let t = Texts(desk.lang());
    let path = id.map_or_else(|| "/agreements/new".to_owned(), |id| format!("/agreements/{id}/edit"));
    let opened = agreements::open(desk, id).await?;
    let mut kept: Option<Kept<AgreementSubmission>> = crate::desk::kept(desk, &path).await?;
    let draft: Option<Kept<AgreementSubmission>> = crate::desk::draft(desk, &path).await?;
    let resumes = crate::desk::query_value(&desk.visit.query, "resume").is_some();
    if kept.is_none() && resumes {
        kept.clone_from(&draft);
    }
    let error = kept.as_ref().and_then(|kept| kept.error.clone());
    let differs =
        |draft: &Kept<AgreementSubmission>| !agreements::compare(&opened.saved, &draft.form.form).is_empty();
    let offer = draft.filter(|draft| kept.is_none() && differs(draft)).map(|draft| {
        let when = draft.kept_at.format("%d/%m/%Y %H:%M UTC").to_string();
        let href = format!("{}?resume=1", desk.href(&path));
        view! {
            <Notice title=t.form_draft_found(&when)>
                <a href=href>{t.form_draft_resume()}</a>
            </Notice>
        }
    });
    let is_stale = matches!(error, Some(AppError::Stale { .. }));
    let differences = kept.as_ref().filter(|_| is_stale).map(|kept| stale(t, &opened.saved, &kept.form.form));
    // After a stale save one has seen the differences: the next save is meant to replace.
    let version =
        if is_stale { opened.version } else { kept.as_ref().map_or(opened.version, |k| k.form.version) };
    let form = kept.map_or(opened.saved.clone(), |kept| kept.form.form);
    let in_the_way = match id {
        Some(id) => would_go(desk, &agreements::in_the_way(desk, id, &form, error.as_ref()).await?),
        None => None,
    };
    let drawn = draw(desk, form, Faults::of(t, error.as_ref())).await?;
    let heading = match id {
        Some(_) => t.edit_agreement(in_title(desk, &opened.saved)),
        None => t.new_agreement().to_owned(),
    };
    let back = id.map_or_else(|| desk.href("/agreements"), |id| desk.href(&format!("/agreements/{id}")));
    let trail = vec![(desk.href("/agreements"), t.agreements().to_owned())];
    let (save, lead) = match id {
        Some(_) if opened.is_shared => (t.form_propose(), t.form_propose_lead()),
        Some(_) => (t.save(), t.form_lead()),
        None => (t.form_save_new(), t.form_lead()),
    };
    let id = id.map(|id| id.to_string()).unwrap_or_default();
    Ok(view! {
        {title(heading.clone())}
        <Breadcrumbs label=t.agreements() trail=trail here=heading.clone() />
        <PageHeader title=heading lead=lead />
        {offer}
        {differences}
        {refusal_naming(t, error.as_ref(), "form.", |field| t.form_field(field))}
        {in_the_way}
        <form class="form" method="post" action="/api/save_agreement" novalidate>
            <input type="hidden" name="lang" value=desk.lang().code() />
            <input type="hidden" name="id" value=id />
            <input type="hidden" name="version" value=version.to_string() />
            // Pressing Enter in a field saves: the first button of the form is this one.
            <button class="visually-hidden" tabindex="-1" aria-hidden="true" name="intent" value="save"></button>
            {what(&drawn)}
            {parties(desk, &drawn)}
            {period(&drawn)}
            {content(&drawn)}
            {flows::rows(desk, &drawn)}
            {flows::pools(&drawn)}
            {commitments::rows(desk, &drawn)}
            {sources(&drawn)}
            <Actions>
                <Button kind=ButtonKind::Primary name="intent" value="save">
                    {save}
                </Button>
                <ButtonLink href=back kind=ButtonKind::Quiet>
                    {t.cancel()}
                </ButtonLink>
            </Actions>
            <FormGuard lang=desk.lang() />
        </form>
    }
    .into_any())
}

fn in_title<'a>(desk: &Desk, form: &'a AgreementForm) -> &'a str {
    let (own, other) = match desk.lang() {
        domain::lang::Lang::Fr => (&form.title_fr, &form.title_en),
        domain::lang::Lang::En => (&form.title_en, &form.title_fr),
    };
    if own.is_empty() { other } else { own }
}

/// Looks up the names of parties chosen, and what matches those searched for.
async fn draw(desk: &Desk, form: AgreementForm, faults: Faults) -> Result<Drawn, AppError> {
    let parties = form.parties.iter().map(|party| &party.institution);
    let owners = form.commitments.iter().map(|commitment| &commitment.owner);
    let both = form.flows.iter().flat_map(|flow| [&flow.sender, &flow.receiver]);
    let ids: Vec<InstitutionId> =
        parties.chain(owners).chain(both).filter_map(|id| id.parse().ok()).collect();
    let mut tx = desk.read().await?;
    let names = store::institution::names(&mut tx, &ids).await?;
    let mut found = Vec::new();
    for party in &form.parties {
        let is_searched = party.institution.trim().is_empty() && !party.search.trim().is_empty();
        let words = if is_searched { fold::searched(&party.search) } else { Vec::new() };
        found.push(store::institution::suggest(&mut tx, &words, 8).await?);
    }
    Ok(Drawn { t: Texts(desk.lang()), form, faults, names, found })
}

/// The parties chosen so far, to choose one of them. Who is none any more is still shown where it was chosen: saving then says so.
fn party_options(desk: &Desk, drawn: &Drawn, chosen: &String) -> Vec<(String, String)> {
    let Drawn { t, form, names, .. } = drawn;
    let named = form.parties.iter().map(|party| &party.institution);
    let is_left_out = !chosen.is_empty() && !named.clone().any(|id| id == chosen);
    let options = named.chain(is_left_out.then_some(chosen)).filter_map(|id| {
        let name = name_of(names, id.parse().ok()?, desk.lang());
        Some((id.clone(), if name.is_empty() { t.commitment_no_party().to_owned() } else { name }))
    });
    options.collect()
}

fn stale(t: Texts, saved: &AgreementForm, typed: &AgreementForm) -> AnyView {
    let changes: Vec<Change> = agreements::compare(saved, typed)
        .into_iter()
        .map(|difference| Change::new(t.form_field(&difference.field), difference.before, difference.after))
        .collect();
    crate::pages::stale_notice(t, changes)
}

fn what(drawn: &Drawn) -> AnyView {
    let Drawn { t, form, faults, .. } = drawn;
    let kinds =
        AgreementKind::ALL.iter().map(|k| (k.code().to_owned(), t.agreement_kind(*k).to_owned())).collect();
    let fields = view! {
            <Select
                name="form[kind]"
                label=t.form_kind()
                options=kinds
                selected=form.kind.clone()
                none=t.form_choose()
                required=t.required()
                error=faults.at("kind")
            />
            <Field
                name="form[title_fr]"
                label=t.form_title_fr()
                help=t.form_title_help()
                value=form.title_fr.clone()
                error=faults.at("title_fr")
                lang="fr"
            />
            <Field
                name="form[title_en]"
                label=t.form_title_en()
                value=form.title_en.clone()
                error=faults.at("title_en")
                lang="en"
            />
    }
    .into_any();
    view! { <Fieldset legend=t.form_what()>{fields}</Fieldset> }.into_any()
}

fn parties(desk: &Desk, drawn: &Drawn) -> AnyView {
    let Drawn { t, form, faults, .. } = drawn;
    let rows =
        form.parties.iter().enumerate().map(|(i, party)| party_row(desk, drawn, i, party)).collect_view();
    let said = [t.form_parties(), t.form_parties_help(), t.form_add_party()];
    rows_of("parties", "add_party", said, faults.at("parties"), rows.into_any())
}

/// Rows below a title and a help, what is wrong with them all, and the button that adds one.
fn rows_of(
    id: &'static str,
    intent: &'static str,
    [title, help, add]: [&'static str; 3],
    wrong: Words,
    rows: AnyView,
) -> AnyView {
    let heading = format!("f-form-{id}");
    let wrong =
        wrong.into_text().map(|words| view! { <p class="error" id=format!("f-form-{id}-error")>{words}</p> });
    view! {
        <section class="rows" id=id aria-labelledby=heading.clone()>
            <h2 id=heading.clone() tabindex="-1">
                {title}
            </h2>
            <p class="help">{help}</p>
            {wrong}
            {rows}
            <Button name="intent" value=intent icon=Glyph::Plus>
                {add}
            </Button>
        </section>
    }
    .into_any()
}

fn party_row(desk: &Desk, drawn: &Drawn, i: usize, party: &PartyForm) -> AnyView {
    let Drawn { t, faults, names, found, .. } = drawn;
    let name = |field: &str| format!("form[parties][{i}][{field}]");
    let at = |field: &str| format!("parties.{i}.{field}");
    let chosen_name = party.institution.parse().map(|id| name_of(names, id, desk.lang())).unwrap_or_default();
    let chosen = if chosen_name.is_empty() { String::new() } else { party.institution.clone() };
    let roles = PartyRole::ALL.iter().map(|r| (r.code().to_owned(), t.party_role(*r).to_owned())).collect();
    let is_open = faults.within(&format!("parties.{i}"))
        || !(party.reference.is_empty() && party.signatory.is_empty() && party.signed_on.is_empty())
        || !party.contacts.is_empty();
    let contacts = contacts(drawn, i, party);
    let error = faults.at(&at("institution")).into_text().unwrap_or_default();
    let offers = found.get(i).is_some_and(|found| !found.is_empty());
    let choices = choices(desk, *t, i, party, found.get(i).map(Vec::as_slice).unwrap_or_default());
    let (add_contact, remove) = (t.form_add_contact(), t.form_remove_party(i + 1));
    view! {
        <fieldset class="fieldset row" id=format!("party-{i}")>
            <legend>{t.form_party(i + 1)}</legend>
            <PartyPicker
                lang=desk.lang()
                index=u32::try_from(i).unwrap_or_default()
                chosen=chosen
                chosen_name=chosen_name
                typed=party.search.clone()
                error=error
                offers=offers
            />
            {choices}
            <div class="form-row">
                <Select
                    name=name("role")
                    label=t.form_role()
                    options=roles
                    selected=party.role.clone()
                    error=faults.at(&at("role"))
                    width=Width::Half
                />
                <Field
                    name=name("signed_on")
                    label=t.form_signed_on()
                    value=party.signed_on.clone()
                    placeholder="10/01/2024"
                    understood=understood(*t, &party.signed_on)
                    error=faults.at(&at("signed_on"))
                    width=Width::Half
                />
            </div>
            <details class="more" open=is_open>
                <summary>{t.form_more()}</summary>
                <div class="stack">
                    <div class="form-row">
                        <Field
                            name=name("signatory")
                            label=t.form_signatory()
                            value=party.signatory.clone()
                            error=faults.at(&at("signatory"))
                            width=Width::Half
                        />
                        <Field
                            name=name("signatory_title")
                            label=t.form_signatory_title()
                            value=party.signatory_title.clone()
                            error=faults.at(&at("signatory_title"))
                            width=Width::Half
                        />
                    </div>
                    <Field
                        name=name("reference")
                        label=t.form_reference()
                        value=party.reference.clone()
                        error=faults.at(&at("reference"))
                        width=Width::Half
                    />
                    {contacts}
                    <Button name="intent" value=format!("add_contact:{i}") icon=Glyph::Plus small=true>
                        {add_contact}
                    </Button>
                </div>
            </details>
            <Button
                kind=ButtonKind::Quiet
                name="intent"
                value=format!("remove_party:{i}")
                icon=Glyph::Trash
                small=true
            >
                {remove}
            </Button>
        </fieldset>
    }
    .into_any()
}

/// What matches the name typed, to choose from; with the way to add what is not there.
fn choices(desk: &Desk, t: Texts, i: usize, party: &PartyForm, found: &[InstitutionItem]) -> Option<AnyView> {
    if !party.institution.trim().is_empty() || party.search.trim().is_empty() {
        return None;
    }
    let create = format!(
        "{}{}",
        desk.href("/institutions/new"),
        crate::pages::query_string(&[("name", party.search.as_str())])
    );
    let options: Vec<Choice> = found
        .iter()
        .map(|item| {
            let suggestion = crate::pages::institutions::suggestion(item, desk.lang());
            Choice::new(suggestion.id, suggestion.name).help(suggestion.place)
        })
        .collect();
    let list = if options.is_empty() {
        view! { <p>{t.form_found_none(party.search.trim())}</p> }.into_any()
    } else {
        view! { <RadioGroup name=format!("form[parties][{i}][institution]") legend=t.form_found() options=options /> }
            .into_any()
    };
    Some(
        view! {
            <div class="choices">
                {list}
                <p>
                    <a href=create target="_blank" rel="noopener">
                        {t.form_create_institution()}
                    </a>
                    <span class="quiet-text">" · " {t.form_create_institution_help()}</span>
                </p>
            </div>
        }
        .into_any(),
    )
}

fn contacts(drawn: &Drawn, i: usize, party: &PartyForm) -> AnyView {
    let Drawn { t, faults, .. } = drawn;
    let rows = party.contacts.iter().enumerate().map(|(c, contact)| {
        let name = |field: &str| format!("form[parties][{i}][contacts][{c}][{field}]");
        let at = |field: &str| faults.at(&format!("parties.{i}.contacts.{c}.{field}"));
        view! {
            <div class="form-row">
                <Field
                    name=name("name")
                    label=t.form_contact_name()
                    value=contact.name.clone()
                    error=at("name")
                    width=Width::Half
                />
                <Field
                    name=name("role")
                    label=t.form_contact_role()
                    value=contact.role.clone()
                    error=at("role")
                    width=Width::Half
                />
                <Field
                    name=name("email")
                    label=t.form_contact_email()
                    value=contact.email.clone()
                    kind="email"
                    error=at("email")
                    width=Width::Half
                />
            </div>
        }
    });
    rows.collect_view().into_any()
}

/// How a date was understood, when it was.
pub(super) fn understood(t: Texts, typed: &str) -> Words {
    let date = StatedDate::parse(typed).ok().map(|stated| t.form_understood(&stated.date.show(t.lang())));
    date.unwrap_or_default().into()
}

fn period(drawn: &Drawn) -> AnyView {
    let Drawn { t, form, faults, .. } = drawn;
    let renewals = [
        ("none", t.form_renewal_none()),
        ("by_agreement", t.form_renewal_by_agreement()),
        ("tacit", t.form_renewal_tacit()),
    ];
    let renewals = renewals.into_iter().map(|(code, label)| Choice::new(code, label)).collect::<Vec<_>>();
    let renewal = if form.renewal.is_empty() { "none".to_owned() } else { form.renewal.clone() };
    let day = |field: &'static str, label: &'static str, typed: &str, to_confirm: &str| {
        view! {
            <div class="stack tight">
                <Field
                    name=format!("form[{field}]")
                    label=label
                    help=t.form_date_help()
                    value=typed.to_owned()
                    understood=understood(*t, typed)
                    error=faults.at(field)
                    width=Width::Half
                />
                <Checkbox
                    name=format!("form[{field}_to_confirm]")
                    label=t.form_to_confirm()
                    checked=!to_confirm.is_empty()
                />
            </div>
        }
    };
    let fields = view! {
            <div class="form-row">
                {day("starts", t.form_starts(), &form.starts, &form.starts_to_confirm)}
                {day("ends", t.form_ends(), &form.ends, &form.ends_to_confirm)}
            </div>
            <Checkbox
                name="form[is_open_ended]"
                label=t.form_open_ended()
                checked=!form.is_open_ended.is_empty()
            />
            <Field
                name="form[notice_months]"
                label=t.form_notice()
                value=form.notice_months.clone()
                inputmode="numeric"
                error=faults.at("notice_months")
                width=Width::Short
            />
            <RadioGroup
                name="form[renewal]"
                legend=t.form_renewal()
                options=renewals
                selected=renewal
                error=faults.at("renewal")
            />
            <Field
                name="form[renewal_months]"
                label=t.form_renewal_months()
                value=form.renewal_months.clone()
                inputmode="numeric"
                error=faults.at("renewal_months")
                width=Width::Short
            />
    }
    .into_any();
    view! { <Fieldset legend=t.form_period()>{fields}</Fieldset> }.into_any()
}

fn content(drawn: &Drawn) -> AnyView {
    let Drawn { t, form, faults, .. } = drawn;
    let fields = IscedField::all()
        .iter()
        .map(|field| view! { <option value=field.code()>{field.name(t.lang())}</option> })
        .collect_view();
    let visibility =
        vec![Choice::new("public", t.visibility_public()), Choice::new("parties", t.visibility_parties())];
    let chosen = if form.visibility.is_empty() { "public".to_owned() } else { form.visibility.clone() };
    let area =
        |field: &'static str, label: &'static str, value: &str, help: &'static str, lang: &'static str| {
            view! {
                <TextArea
                    name=format!("form[{field}]")
                    label=label
                    value=value.to_owned()
                    help=help
                    error=faults.at(field)
                    lang=lang
                />
            }
        };
    let isced = view! {
            <Field
                name="form[fields]"
                label=t.form_fields()
                help=t.form_fields_help()
                value=form.fields.clone()
                error=faults.at("fields")
                list="isced"
            >
                <datalist id="isced">{fields}</datalist>
            </Field>
    };
    let fields = view! {
            {area("summary_fr", t.form_summary_fr(), &form.summary_fr, t.form_summary_help(), "fr")}
            {area("summary_en", t.form_summary_en(), &form.summary_en, "", "en")}
            {area("terms_fr", t.form_terms_fr(), &form.terms_fr, t.form_terms_help(), "fr")}
            {area("terms_en", t.form_terms_en(), &form.terms_en, "", "en")}
            {isced}
            <RadioGroup
                name="form[visibility]"
                legend=t.form_visibility()
                options=visibility
                selected=chosen
                error=faults.at("visibility")
            />
    }
    .into_any();
    view! { <Fieldset legend=t.form_content()>{fields}</Fieldset> }.into_any()
}

fn sources(drawn: &Drawn) -> AnyView {
    let Drawn { t, form, faults, .. } = drawn;
    let rows = form.sources.iter().enumerate().map(|(i, source)| source_row(drawn, i, source)).collect_view();
    let said = [t.form_sources(), t.form_sources_help(), t.form_add_source()];
    rows_of("sources", "add_source", said, faults.at("sources"), rows.into_any())
}

fn source_row(drawn: &Drawn, i: usize, source: &SourceForm) -> AnyView {
    let Drawn { t, faults, .. } = drawn;
    let name = |field: &str| format!("form[sources][{i}][{field}]");
    let at = |field: &str| faults.at(&format!("sources.{i}.{field}"));
    let remove = t.form_remove_source(i + 1);
    view! {
        <fieldset class="fieldset row">
            <legend>{t.form_source(i + 1)}</legend>
            <Field name=name("title") label=t.form_source_title() value=source.title.clone() error=at("title") />
            <div class="form-row">
                <Field
                    name=name("url")
                    label=t.form_source_url()
                    value=source.url.clone()
                    kind="url"
                    error=at("url")
                    width=Width::Half
                />
                <Field
                    name=name("read_on")
                    label=t.form_source_read_on()
                    value=source.read_on.clone()
                    understood=understood(*t, &source.read_on)
                    error=at("read_on")
                    width=Width::Half
                />
            </div>
            <TextArea name=name("note") label=t.form_source_note() value=source.note.clone() rows=2 error=at("note") />
            <Checkbox
                name=name("to_confirm")
                label=t.form_to_confirm()
                checked=!source.to_confirm.is_empty()
            />
            <Button
                kind=ButtonKind::Quiet
                name="intent"
                value=format!("remove_source:{i}")
                icon=Glyph::Trash
                small=true
            >
                {remove}
            </Button>
        </fieldset>
    }
    .into_any()
}
