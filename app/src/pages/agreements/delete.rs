//! Asking once more before a draft is gone for good.

use crate::{
    desk::{Desk, agreements},
    error::AppError,
    pages::{in_words, page, param, title},
    texts::Texts,
    ui::*,
};
use domain::id::AgreementId;
use leptos::prelude::*;

/// The confirmation.
#[component]
pub fn DeleteAgreementPage() -> impl IntoView {
    let desk = Desk::current();
    let id = param("id");
    page(async move {
        let id: AgreementId = id.parse().map_err(|_| AppError::NotFound)?;
        let view = agreements::view(&desk, id).await?;
        if !view.allowed.delete {
            return Err(AppError::NotFound);
        }
        let t = Texts(desk.lang());
        let latest = view.record.latest().ok_or(AppError::NotFound)?;
        let question = t.confirm_delete(&in_words(&latest.content.title, desk.lang()).0);
        Ok(view! {
            {title(t.do_delete())}
            <PageHeader title=question lead=t.confirm_delete_body() />
            <form method="post" action="/api/act_on_agreement">
                <input type="hidden" name="lang" value=desk.lang().code() />
                <input type="hidden" name="id" value=id.to_string() />
                <Actions>
                    <Button kind=ButtonKind::Danger name="act" value="delete">
                        {t.do_delete()}
                    </Button>
                    <ButtonLink href=desk.href(&format!("/agreements/{id}"))>{t.cancel()}</ButtonLink>
                </Actions>
            </form>
        })
    })
}
