//! Recording signatures: for one's own party, and for parties without an account, with evidence.

use super::{
    evidence::{self, Typed},
    form::understood,
    name_of,
};
use crate::{
    api::agreements::SignatureSubmission,
    desk::{Desk, Kept, agreements, agreements::AgreementView, documents::DocumentList},
    error::AppError,
    pages::{Faults, in_words, page, param, refusal, seats::in_the_way, title},
    texts::Texts,
    ui::*,
};
use domain::{
    access::Role,
    agreement::SignatureForm,
    id::{AgreementId, InstitutionId},
};
use leptos::prelude::*;

/// The form of signatures.
#[component]
pub fn SignAgreementPage() -> impl IntoView {
    let desk = Desk::current();
    let id = param("id");
    page(async move {
        let id: AgreementId = id.parse().map_err(|_| AppError::NotFound)?;
        let view = agreements::view(&desk, id).await?;
        if desk.actor().person().is_none() {
            return Err(AppError::SignIn);
        }
        if !view.allowed.content {
            return Err(AppError::NotFound);
        }
        let kept = crate::desk::kept(&desk, &format!("/agreements/{id}/sign")).await?;
        let documents = crate::desk::documents::list(&desk, id).await?;
        let error = kept.as_ref().and_then(|kept: &Kept<SignatureSubmission>| kept.error.as_ref());
        let in_the_way = in_the_way(&desk, error).await?;
        Ok(show(&desk, &view, &documents, kept, in_the_way))
    })
}

/// The form before anything is typed: what was announced for each party that may be signed for.
fn announced(view: &AgreementView) -> Vec<SignatureForm> {
    let form = |id: InstitutionId| {
        let note = view.record.note(id).cloned().unwrap_or_default();
        SignatureForm {
            institution: id.to_string(),
            record: "on".into(),
            signatory: note.signatory.map(|name| name.to_string()).unwrap_or_default(),
            signatory_title: note.signatory_title.map(|title| title.to_string()).unwrap_or_default(),
            signed_on: note.signed_on.map(|on| on.to_string()).unwrap_or_default(),
            ..SignatureForm::default()
        }
    };
    view.allowed.sign.iter().copied().map(form).collect()
}

fn show(
    desk: &Desk,
    view: &AgreementView,
    documents: &DocumentList,
    kept: Option<Kept<SignatureSubmission>>,
    in_the_way: Option<AnyView>,
) -> AnyView {
    let t = Texts(desk.lang());
    let error = kept.as_ref().and_then(|kept| kept.error.clone());
    let faults = Faults::of(t, error.as_ref());
    let forms = kept.map_or_else(|| announced(view), |kept| kept.form.signatures);
    let heading =
        view.record.latest().map(|latest| in_words(&latest.content.title, desk.lang()).0).unwrap_or_default();
    let hash = view.record.latest().map(|latest| latest.hash.to_string());
    let id = view.record.id;
    let back = desk.href(&format!("/agreements/{id}"));
    let trail = vec![(desk.href("/agreements"), t.agreements().to_owned()), (back.clone(), heading)];
    let others =
        view.record.latest().into_iter().flat_map(|latest| {
            let party = |p: &domain::agreement::Party| p.institution;
            latest.content.signatories().map(party).filter(|id| {
                !view.allowed.sign.contains(id) && view.record.signature(latest.id, *id).is_none()
            })
        });
    let others: Vec<_> = others
        .map(|id| view! { <p class="quiet-text">{t.sign_others(&name_of(&view.names, id, desk.lang()))}</p> })
        .collect();
    let rows = forms.iter().enumerate().map(|(i, form)| row(desk, view, documents, &faults, i, form));
    let rows: Vec<_> = rows.collect();
    let choose = faults.at("signatures").is_some().then(|| view! { <p class="error">{t.sign_choose()}</p> });
    let body = if rows.is_empty() {
        view! { <EmptyState title=t.sign_none() /> }.into_any()
    } else {
        view! {
            <form class="form" method="post" action="/api/sign_agreement" novalidate>
                <input type="hidden" name="lang" value=desk.lang().code() />
                <input type="hidden" name="id" value=id.to_string() />
                <input type="hidden" name="hash" value=hash />
                <div id="f-signatures" tabindex="-1">{choose}</div>
                {rows}
                <Actions>
                    <Button kind=ButtonKind::Primary icon=Glyph::Pen>
                        {t.do_sign()}
                    </Button>
                    <ButtonLink href=back kind=ButtonKind::Quiet>
                        {t.cancel()}
                    </ButtonLink>
                </Actions>
            </form>
        }
        .into_any()
    };
    view! {
        {title(t.sign_title())}
        <Breadcrumbs label=t.agreements() trail=trail here=t.sign_title() />
        <PageHeader title=t.sign_title() lead=t.sign_lead() />
        {refusal(t, error.as_ref(), "")}
        {in_the_way}
        {others}
        {body}
    }
    .into_any()
}

fn row(
    desk: &Desk,
    view: &AgreementView,
    documents: &DocumentList,
    faults: &Faults,
    i: usize,
    form: &SignatureForm,
) -> AnyView {
    let t = Texts(desk.lang());
    let name = |field: &str| format!("signatures[{i}][{field}]");
    let path = |field: &str| format!("signatures.{i}.{field}");
    let at = |field: &str| faults.at(&path(field));
    let party: Option<InstitutionId> = form.institution.parse().ok();
    let who = party.map(|id| name_of(&view.names, id, desk.lang())).unwrap_or_default();
    let is_own = party.is_some_and(|id| desk.actor().covered(Role::Lead).contains(&id));
    let behalf = (!is_own).then(|| view! { <p class="help">{t.sign_on_behalf()}</p> });
    let typed = Typed { words: &form.evidence, document: &form.document };
    let evidence = evidence::asked(desk, documents, typed, faults, (name, path), !is_own);
    view! {
        <fieldset class="fieldset row">
            <legend>{who.clone()}</legend>
            <input type="hidden" name=name("institution") value=form.institution.clone() />
            {behalf}
            <Checkbox name=name("record") label=t.sign_this(&who) checked=!form.record.is_empty() />
            <div class="form-row">
                <Field
                    name=name("signatory")
                    label=t.form_signatory()
                    value=form.signatory.clone()
                    error=at("signatory")
                    width=Width::Half
                />
                <Field
                    name=name("signatory_title")
                    label=t.form_signatory_title()
                    value=form.signatory_title.clone()
                    error=at("signatory_title")
                    width=Width::Half
                />
            </div>
            <Field
                name=name("signed_on")
                label=t.form_signed_on()
                help=t.form_date_help()
                value=form.signed_on.clone()
                understood=understood(t, &form.signed_on)
                error=at("signed_on")
                width=Width::Half
            />
            {evidence}
        </fieldset>
    }
    .into_any()
}
