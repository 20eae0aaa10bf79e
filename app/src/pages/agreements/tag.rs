//! Tagging a filtered list.

use super::{item_title, list::office_choice};
use crate::{
    api::listing::TagSubmission,
    desk::{
        Desk, Kept, agreements::AgreementList, agreements::AgreementQuery, listing, listing::Around,
        with_query,
    },
    pages::{Faults, page, refusal, title},
    texts::Texts,
    ui::*,
};
use leptos::prelude::*;

/// The agreements of a filtered list, each to be left out by hand, and the tag.
#[component]
pub fn TagAgreementsPage() -> impl IntoView {
    let desk = Desk::current();
    page(async move {
        let query: AgreementQuery = crate::desk::read_query(&desk.visit.query);
        let (list, around) = listing::to_tag(&desk, &query).await?;
        let kept = crate::desk::kept::<TagSubmission>(&desk, "/agreements/tag").await?;
        Ok(show(&desk, &list, &around, kept.as_ref()))
    })
}

fn show(desk: &Desk, list: &AgreementList, around: &Around, kept: Option<&Kept<TagSubmission>>) -> AnyView {
    let t = Texts(desk.lang());
    let error = kept.and_then(|kept| kept.error.as_ref());
    let faults = Faults::of(t, error);
    let typed = kept.map(|kept| kept.form.tag.clone()).unwrap_or_default();
    let chosen = kept.map(|kept| kept.form.office.clone()).unwrap_or_default();
    let offices = listing::tagging_offices(desk);
    let office = office_choice(desk, "office", &offices, around, chosen, &faults);
    let taken = |id: &str| {
        let lines = kept.map(|kept| &kept.form.agreements);
        lines.is_none_or(|lines| lines.iter().any(|line| line.id == id && !line.take.is_empty()))
    };
    let columns = vec![Column::text(t.tag_take()), Column::text(t.column_tags())];
    let rows = list.page.items.iter().enumerate().map(|(i, item)| {
        let (name, _) = item_title(item, desk.lang());
        let id = item.id.to_string();
        let tags = around.tagged.get(&item.id).map(Vec::as_slice).unwrap_or_default();
        let tags = tags.iter().map(|tag| view! { <Tag label=tag.clone() /> " " }).collect_view();
        Row::new()
            .cell(view! {
                <input type="hidden" name=format!("agreements[{i}][id]") value=id.clone() />
                <Checkbox name=format!("agreements[{i}][take]") label=name checked=taken(&id) />
            })
            .cell(tags)
    });
    let rows: Vec<Row> = rows.collect();
    let cut = (list.count > listing::TAGGED_AT_ONCE)
        .then(|| view! { <Notice tone=Tone::Warning title=t.renew_list_cut(listing::TAGGED_AT_ONCE) /> });
    let choose = faults.at("agreements").is_some().then(|| view! { <p class="error">{t.tag_choose()}</p> });
    let pairs = desk.visit.query.split('&');
    let own: Vec<&str> = pairs.filter(|pair| !pair.is_empty() && !pair.starts_with("kept=")).collect();
    let own = own.join("&");
    let back = desk.href(&with_query("/agreements", &own));
    let trail = vec![(back.clone(), t.agreements().to_owned())];
    let known =
        around.tags.iter().map(|(_, name)| view! { <option value=name.clone()></option> }).collect_view();
    view! {
        {title(t.tag_list_title())}
        <Breadcrumbs label=t.agreements() trail=trail here=t.tag_list_title() />
        <PageHeader title=t.tag_list_title() lead=t.tag_list_lead() />
        {refusal(t, error, "")}
        {cut}
        <form class="form" method="post" action="/api/tag_agreements">
            <input type="hidden" name="lang" value=desk.lang().code() />
            <input type="hidden" name="query" value=own />
            <Field
                name="tag"
                label=t.tag_name()
                help=t.tag_name_help()
                required=t.required()
                value=typed
                error=faults.at("tag")
                list="tags"
                width=Width::Half
            />
            {office}
            <datalist id="tags">{known}</datalist>
            <div id="f-agreements" tabindex="-1">
                {choose}
            </div>
            <Table id="to-tag" caption=t.tag_list_title() caption_unseen=true columns=columns rows=rows fold=true />
            <Actions>
                <Button kind=ButtonKind::Primary name="act" value="add">
                    {t.do_tag()}
                </Button>
                <Button name="act" value="remove">
                    {t.do_untag()}
                </Button>
                <ButtonLink href=back kind=ButtonKind::Quiet>
                    {t.cancel()}
                </ButtonLink>
            </Actions>
        </form>
    }
    .into_any()
}
