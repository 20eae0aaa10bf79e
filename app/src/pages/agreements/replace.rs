//! Naming the agreement that takes another's place.

use super::{item_title, period_words};
use crate::{
    api::life::ReplacementSubmission,
    desk::{Desk, agreements, life},
    error::AppError,
    pages::{Faults, in_words, page, param, refusal, title},
    texts::Texts,
    ui::*,
};
use domain::id::AgreementId;
use leptos::prelude::*;
use store::agreement::AgreementItem;

/// The choice among the agreements of the same parties.
#[component]
pub fn ReplaceAgreementPage() -> impl IntoView {
    let desk = Desk::current();
    let id = param("id");
    page(async move {
        let id: AgreementId = id.parse().map_err(|_| AppError::NotFound)?;
        let view = agreements::view(&desk, id).await?;
        let offered = life::replacements(&desk, id).await?;
        let path = format!("/agreements/{id}/replace");
        let kept = crate::desk::kept::<ReplacementSubmission>(&desk, &path).await?;
        let t = Texts(desk.lang());
        let error = kept.as_ref().and_then(|kept| kept.error.clone());
        let faults = Faults::of(t, error.as_ref());
        let chosen = kept.map(|kept| kept.form.successor).unwrap_or_default();
        let heading = view.record.ruling().map(|ruling| in_words(&ruling.content.title, desk.lang()).0);
        let back = desk.href(&format!("/agreements/{id}"));
        let trail = vec![
            (desk.href("/agreements"), t.agreements().to_owned()),
            (back.clone(), heading.unwrap_or_default()),
        ];
        let choice = |item: &AgreementItem| {
            let standing = t.standing(item.course.standing(desk.today()));
            let period = period_words(t, item.starts, item.ends, item.is_open_ended);
            let (name, _) = item_title(item, desk.lang());
            Choice::new(item.id.to_string(), name).help(format!("{standing}, {period}"))
        };
        let choices: Vec<Choice> = offered.items.iter().map(choice).collect();
        let body = if choices.is_empty() {
            view! { <EmptyState title=t.replace_none() text=t.replace_none_text() /> }.into_any()
        } else {
            view! {
                <form class="form" method="post" action="/api/replace_agreement">
                    <input type="hidden" name="lang" value=desk.lang().code() />
                    <input type="hidden" name="id" value=id.to_string() />
                    <RadioGroup
                        name="successor"
                        legend=t.replace_choose()
                        options=choices
                        selected=chosen
                        error=faults.at("successor")
                    />
                    <Actions>
                        <Button kind=ButtonKind::Primary>{t.do_replace()}</Button>
                        <ButtonLink href=back.clone() kind=ButtonKind::Quiet>
                            {t.cancel()}
                        </ButtonLink>
                    </Actions>
                </form>
            }
            .into_any()
        };
        Ok(view! {
            {title(t.replace_title())}
            <Breadcrumbs label=t.agreements() trail=trail here=t.replace_title() />
            <PageHeader title=t.replace_title() lead=t.replace_lead() />
            {refusal(t, error.as_ref(), "")}
            {body}
        })
    })
}
