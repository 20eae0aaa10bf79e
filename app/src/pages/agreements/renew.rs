//! Renewing a filtered list: what it would do, and the report of what it did.

use super::{badge, item_title, period, period_words, titled};
use crate::{
    api::listing::TakenForm,
    desk::{Desk, Kept, agreements::AgreementQuery, life, life::RenewalPreview},
    error::AppError,
    pages::{Faults, page, param, refusal, title},
    texts::Texts,
    ui::*,
};
use domain::partial_date::show_day;
use leptos::prelude::*;
use store::agreement::RenewalLine;

/// What renewing a filtered list would do, each agreement to be left out by hand.
#[component]
pub fn RenewAgreementsPage() -> impl IntoView {
    let desk = Desk::current();
    page(async move {
        let query: AgreementQuery = crate::desk::read_query(&desk.visit.query);
        let preview = life::preview(&desk, &query).await?;
        let kept = crate::desk::kept::<Vec<TakenForm>>(&desk, "/agreements/renew").await?;
        Ok(show(&desk, &preview, kept.as_ref()))
    })
}

fn show(desk: &Desk, preview: &RenewalPreview, kept: Option<&Kept<Vec<TakenForm>>>) -> AnyView {
    let t = Texts(desk.lang());
    let error = kept.and_then(|kept| kept.error.as_ref());
    let taken = |id: &str| {
        kept.is_none_or(|kept| kept.form.iter().any(|line| line.id == id && !line.take.is_empty()))
    };
    let list = &preview.list;
    let columns = vec![
        Column::text(t.column_agreement()),
        Column::text(t.column_standing()),
        Column::date(t.column_period()),
        Column::text(t.renew_column()),
    ];
    let mut possible = 0_i64;
    let mut rows = Vec::with_capacity(list.page.items.len());
    for (i, item) in list.page.items.iter().enumerate() {
        let (name, lang) = item_title(item, desk.lang());
        let outcome = preview.outcomes.get(&item.id);
        let why_not = outcome.and_then(|outcome| outcome.why_not);
        let next = outcome.filter(|outcome| outcome.why_not.is_none()).map(|outcome| &outcome.next);
        let first = if next.is_some() {
            possible += 1;
            view! {
                <input type="hidden" name=format!("agreements[{i}][id]") value=item.id.to_string() />
                <Checkbox name=format!("agreements[{i}][take]") label=name checked=taken(&item.id.to_string()) />
            }
            .into_any()
        } else {
            let href = desk.href(&format!("/agreements/{}", item.id));
            view! {
                <a href=href lang=lang>
                    {name}
                </a>
            }
            .into_any()
        };
        let words = match (next, why_not) {
            (Some(next), _) => t.renew_next(&period_words(t, next.starts, next.ends, next.is_open_ended)),
            (None, Some(why)) => t.not_renewed(why).to_owned(),
            (None, None) => String::new(),
        };
        rows.push(
            Row::new()
                .cell(first)
                .cell(badge(t, item.course.standing(list.on)))
                .cell(period(t, item.starts, item.ends, item.is_open_ended))
                .cell(words),
        );
    }
    let cut = (list.count > life::RENEWED_AT_ONCE)
        .then(|| view! { <Notice tone=Tone::Warning title=t.renew_list_cut(life::RENEWED_AT_ONCE) /> });
    let faults = Faults::of(t, error);
    let choose = faults.at("agreements").is_some().then(|| view! { <p class="error">{t.renew_choose()}</p> });
    let own_query: Vec<&str> =
        desk.visit.query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("kept=")).collect();
    let own_query = own_query.join("&");
    let back = desk.href(&format!("/agreements?{own_query}"));
    let trail = vec![(back.clone(), t.agreements().to_owned())];
    let table = view! {
        <Table id="renewals" caption=t.renew_list_title() caption_unseen=true columns=columns rows=rows fold=true />
    };
    let submit = if possible == 0 {
        view! { <p class="quiet-text">{t.renew_none_possible()}</p> }.into_any()
    } else {
        view! { <Button kind=ButtonKind::Primary>{t.do_renew_list()}</Button> }.into_any()
    };
    view! {
        {title(t.renew_list_title())}
        <Breadcrumbs label=t.agreements() trail=trail here=t.renew_list_title() />
        <PageHeader title=t.renew_list_title() lead=t.renew_list_lead() />
        {refusal(t, error, "")}
        {cut}
        <form class="stack" method="post" action="/api/renew_agreements">
            <input type="hidden" name="lang" value=desk.lang().code() />
            <input type="hidden" name="query" value=own_query />
            <div id="f-agreements" tabindex="-1">
                {choose}
            </div>
            {table}
            <Actions>
                {submit}
                <ButtonLink href=back kind=ButtonKind::Quiet>
                    {t.cancel()}
                </ButtonLink>
            </Actions>
        </form>
    }
    .into_any()
}

/// What a mass renewal did, a line for each agreement that was chosen.
#[component]
pub fn RenewalReportPage() -> impl IntoView {
    let desk = Desk::current();
    let id = param("id");
    page(async move {
        let id = id.parse().map_err(|_| AppError::NotFound)?;
        let report = life::report(&desk, id).await?;
        let t = Texts(desk.lang());
        let count = |is_renewed: bool| {
            let lines = report.lines.iter().filter(|line| line.outcome.is_ok() == is_renewed).count();
            i64::try_from(lines).unwrap_or(i64::MAX)
        };
        let (renewed, left) = (count(true), count(false));
        let summary = format!(
            "{}, {}. {}",
            t.counted(renewed, t.renewed_word(), t.renewed_words()),
            t.counted(left, t.left_word(), t.left_words()),
            t.renew_report_by(&report.account_name, &show_day(report.recorded_at.date_naive(), desk.lang())),
        );
        let columns = vec![Column::text(t.column_agreement()), Column::text(t.renew_column())];
        let rows: Vec<Row> = report.lines.iter().map(|line| row(&desk, line)).collect();
        let trail = vec![(desk.href("/agreements"), t.agreements().to_owned())];
        Ok(view! {
            {title(t.renew_report())}
            <Breadcrumbs label=t.agreements() trail=trail here=t.renew_report() />
            <PageHeader title=t.renew_report() lead=summary />
            <Table id="report" caption=t.renew_report() caption_unseen=true columns=columns rows=rows fold=true />
        })
    })
}

fn row(desk: &Desk, line: &RenewalLine) -> Row {
    let t = Texts(desk.lang());
    let (name, lang) = titled(&line.title_fr, &line.title_en, desk.lang());
    let href = desk.href(&format!("/agreements/{}", line.agreement));
    let outcome = match line.outcome {
        Ok(draft) => {
            view! { <a href=desk.href(&format!("/agreements/{draft}"))>{t.renew_draft()}</a> }.into_any()
        }
        Err(why) => view! { <span class="quiet-text">{t.not_renewed(why)}</span> }.into_any(),
    };
    Row::new().cell(view! { <a href=href lang=lang>{name}</a> }).cell(outcome)
}
