//! Ending an agreement before its time.

use super::{
    evidence::{self, Typed},
    form::understood,
    name_of,
};
use crate::{
    desk::{Desk, Kept, agreements, agreements::AgreementView, documents::DocumentList},
    error::AppError,
    pages::{Faults, in_words, page, param, refusal, title},
    texts::Texts,
    ui::*,
};
use domain::{
    access::Role,
    agreement::{ALL_PARTIES, TerminationForm, earliest_end},
    id::AgreementId,
    partial_date::show_day,
};
use leptos::prelude::*;

/// The form of a termination, which is its confirmation, too.
#[component]
pub fn TerminateAgreementPage() -> impl IntoView {
    let desk = Desk::current();
    let id = param("id");
    page(async move {
        let id: AgreementId = id.parse().map_err(|_| AppError::NotFound)?;
        let view = agreements::view(&desk, id).await?;
        if desk.actor().person().is_none() {
            return Err(AppError::SignIn);
        }
        let kept = crate::desk::kept(&desk, &format!("/agreements/{id}/terminate")).await?;
        if view.allowed.terminate.is_none() {
            return Err(AppError::NotFound);
        }
        let documents = crate::desk::documents::list(&desk, id).await?;
        Ok(show(&desk, &view, &documents, kept))
    })
}

fn show(
    desk: &Desk,
    view: &AgreementView,
    documents: &DocumentList,
    kept: Option<Kept<TerminationForm>>,
) -> AnyView {
    let t = Texts(desk.lang());
    let error = kept.as_ref().and_then(|kept| kept.error.clone());
    let faults = Faults::of(t, error.as_ref());
    let parties = view.allowed.terminate.clone().unwrap_or_default();
    let first = parties.first().map(ToString::to_string).unwrap_or_default();
    let form =
        kept.map_or_else(|| TerminationForm { party: first, ..TerminationForm::default() }, |kept| kept.form);
    let months = view.record.facts().notice().months;
    let notice = if months == 0 {
        t.notice_none().to_owned()
    } else {
        t.notice_asked(months, &show_day(earliest_end(desk.today(), months), desk.lang()))
    };
    let own = desk.actor().covered(Role::Lead);
    let mut choices: Vec<Choice> = parties
        .iter()
        .map(|id| {
            let choice = Choice::new(id.to_string(), name_of(&view.names, *id, desk.lang()));
            if own.contains(id) { choice } else { choice.help(t.terminate_on_behalf()) }
        })
        .collect();
    choices.push(Choice::new(ALL_PARTIES, t.terminate_together()).help(t.terminate_together_help()));
    let typed = Typed { words: &form.evidence, document: &form.document };
    let at = (|field: &str| format!("form[{field}]"), str::to_owned);
    let evidence = evidence::asked(desk, documents, typed, &faults, at, false);
    let id = view.record.id;
    let back = desk.href(&format!("/agreements/{id}"));
    let heading =
        view.record.ruling().map(|ruling| in_words(&ruling.content.title, desk.lang()).0).unwrap_or_default();
    let trail = vec![(desk.href("/agreements"), t.agreements().to_owned()), (back.clone(), heading)];
    view! {
        {title(t.terminate_title())}
        <Breadcrumbs label=t.agreements() trail=trail here=t.terminate_title() />
        <PageHeader title=t.terminate_title() lead=t.terminate_lead() />
        {refusal(t, error.as_ref(), "form.")}
        <form class="form" method="post" action="/api/terminate_agreement" novalidate>
            <input type="hidden" name="lang" value=desk.lang().code() />
            <input type="hidden" name="id" value=id.to_string() />
            <RadioGroup
                name="form[party]"
                legend=t.terminate_party()
                options=choices
                selected=form.party.clone()
                error=faults.at("party")
            />
            <div class="form-row">
                <Field
                    name="form[notified_on]"
                    label=t.terminate_notified()
                    help=t.terminate_notified_help()
                    required=t.required()
                    value=form.notified_on.clone()
                    understood=understood(t, &form.notified_on)
                    error=faults.at("notified_on")
                    width=Width::Half
                />
                <Field
                    name="form[effective_on]"
                    label=t.terminate_effective()
                    help=notice
                    required=t.required()
                    value=form.effective_on.clone()
                    understood=understood(t, &form.effective_on)
                    error=faults.at("effective_on")
                    width=Width::Half
                />
            </div>
            <TextArea
                name="form[reason]"
                label=t.terminate_reason()
                help=t.terminate_reason_help()
                value=form.reason.clone()
                rows=3
                error=faults.at("reason")
            />
            {evidence}
            <Actions>
                <Button kind=ButtonKind::Danger>{t.do_terminate()}</Button>
                <ButtonLink href=back kind=ButtonKind::Quiet>
                    {t.cancel()}
                </ButtonLink>
            </Actions>
        </form>
    }
    .into_any()
}
