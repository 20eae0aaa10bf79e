//! The page that asks for a reason, or for what attests to it, before something is done to a nomination.

use super::show::{both, warning};
use crate::{
    desk::{
        Desk, Kept, kept, nominations,
        nominations::{Allowed, NominationView},
    },
    error::AppError,
    pages::{Faults, once, page, param, refusal, title},
    texts::{Named, Texts},
    ui::*,
};
use domain::{
    id::NominationId,
    nomination::{ActForm, ActKind},
};
use leptos::prelude::*;

/// The form of an act, which is its confirmation, too.
#[component]
pub fn ActOnNominationPage() -> impl IntoView {
    let desk = Desk::current();
    let (id, act) = (param("id"), param("act"));
    page(async move {
        let id: NominationId = id.parse().map_err(|_| AppError::NotFound)?;
        let act = ActKind::parse(&act).map_err(|_| AppError::NotFound)?;
        let view = nominations::view(&desk, id).await?;
        let kept = kept::<ActForm>(&desk, &format!("/nominations/{id}/{}", act.code())).await?;
        let found = view.allowed.iter().find(|allowed| allowed.act == act).copied();
        let allowed = found.ok_or(AppError::NotFound)?;
        Ok(show(&desk, &view, allowed, kept))
    })
}

fn show(desk: &Desk, view: &NominationView, allowed: Allowed, kept: Option<Kept<ActForm>>) -> AnyView {
    let t = Texts(desk.lang());
    let error = kept.as_ref().and_then(|kept| kept.error.clone());
    let faults = Faults::of(t, error.as_ref());
    let form = kept.map(|kept| kept.form).unwrap_or_default();
    let (record, act) = (&view.record, allowed.act);
    let [home, host] = both(desk, view);
    let named = Named { student: &record.student_name, home: &home, host: &host };
    let back = desk.href(&format!("/nominations/{}", record.id));
    let name = t.nomination_title(&record.student_name);
    let trail = vec![(desk.href("/nominations"), t.nominations().to_owned()), (back.clone(), name.clone())];
    let label = t.do_act(act);
    let lead = t.nomination_sentence(&record.state, view.position, &named);
    let ends_none = (act == ActKind::Confirm).then(|| t.confirm_ends_none().to_owned());
    let warning = warning(desk, view, act).or(ends_none);
    let is_final = matches!(act, ActKind::Reject | ActKind::Decline | ActKind::Withdraw);
    let kind = if is_final { ButtonKind::Danger } else { ButtonKind::Primary };
    let reason = allowed.needs_reason.then(|| {
        let help = if act == ActKind::Accept { t.act_overrule_help() } else { t.act_reason_help() };
        view! {
            <TextArea
                name="form[reason]"
                label=t.act_reason()
                help=help
                required=t.required()
                value=form.reason.clone()
                rows=3
                error=faults.at("reason")
            />
        }
    });
    let evidence = allowed.asks_evidence.then(|| {
        view! {
            <TextArea
                name="form[evidence]"
                label=t.act_evidence()
                help=t.act_evidence_help()
                required=t.required()
                value=form.evidence.clone()
                rows=2
                error=faults.at("evidence")
            />
        }
    });
    view! {
        {title(label)}
        <Breadcrumbs label=t.nominations() trail=trail here=label />
        <PageHeader title=label eyebrow=name lead=lead />
        {refusal(t, error.as_ref(), "form.")}
        {warning.map(|words| view! { <Notice tone=Tone::Warning title=words /> })}
        <form class="form" method="post" action="/api/act_on_nomination" novalidate>
            <input type="hidden" name="lang" value=desk.lang().code() />
            <input type="hidden" name="id" value=record.id.to_string() />
            <input type="hidden" name="act" value=act.code() />
            {once(desk)}
            {reason}
            {evidence}
            <Actions>
                <Button kind=kind>{label}</Button>
                <ButtonLink href=back kind=ButtonKind::Quiet>
                    {t.cancel()}
                </ButtonLink>
            </Actions>
        </form>
    }
    .into_any()
}
