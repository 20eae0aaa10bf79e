//! Agreements: the list, one, its form, its documents, its signatures, its end and what follows, its deletion.

mod delete;
mod documents;
mod form;
mod list;
mod print;
mod renew;
mod replace;
mod revision;
mod show;
mod sign;
mod terminate;

pub use delete::DeleteAgreementPage;
pub use documents::{EditDocumentPage, NewDocumentPage, RemoveDocumentPage};
pub use form::{EditAgreementPage, NewAgreementPage};
pub use list::AgreementsPage;
pub use print::PrintRevisionPage;
pub use renew::{RenewAgreementsPage, RenewalReportPage};
pub use replace::ReplaceAgreementPage;
pub use revision::RevisionPage;
pub use show::AgreementPage;
pub use sign::SignAgreementPage;
pub use terminate::TerminateAgreementPage;

use super::in_words;
use crate::{desk::Desk, texts::Texts, ui::*};
use chrono::NaiveDate;
use domain::{agreement::Standing, id::InstitutionId, lang::Lang, partial_date::StatedDate};
use leptos::prelude::*;
use store::{
    agreement::{AgreementItem, Page},
    institution::Names,
};

/// The badge of a standing.
pub(crate) fn badge(t: Texts, standing: Standing) -> impl IntoView {
    view! { <StandingBadge kind=standing.code() label=t.standing(standing) /> }
}

/// The title in the reader's language, else in the other, with the tag of that one.
pub(crate) fn item_title(item: &AgreementItem, lang: Lang) -> (String, Option<&'static str>) {
    titled(&item.title_fr, &item.title_en, lang)
}

/// The same of a title in French and one in English; the one that is missing is empty.
pub(crate) fn titled(fr: &str, en: &str, lang: Lang) -> (String, Option<&'static str>) {
    let (own, other) = match lang {
        Lang::Fr => (fr, en),
        Lang::En => (en, fr),
    };
    if own.is_empty() { (other.to_owned(), Some(lang.other().code())) } else { (own.to_owned(), None) }
}

/// The name of an institution in the reader's language.
pub(crate) fn name_of(names: &Names, id: InstitutionId, lang: Lang) -> String {
    names.get(&id).map(|names| in_words(names, lang).0).unwrap_or_default()
}

/// A period in words.
pub(crate) fn period_words(
    t: Texts,
    starts: Option<StatedDate>,
    ends: Option<StatedDate>,
    is_open_ended: bool,
) -> String {
    let lang = t.lang();
    match (starts, ends) {
        (Some(starts), Some(ends)) => t.from_to(&starts.date.show(lang), &ends.date.show(lang)),
        (Some(starts), None) => t.since(&starts.date.show(lang)),
        (None, Some(ends)) => t.until(&ends.date.show(lang)),
        (None, None) if is_open_ended => t.open_ended().to_owned(),
        (None, None) => t.no_period().to_owned(),
    }
}

/// A period in one line, with its mark where a date is doubtful.
pub(crate) fn period(
    t: Texts,
    starts: Option<StatedDate>,
    ends: Option<StatedDate>,
    is_open_ended: bool,
) -> AnyView {
    let words = period_words(t, starts, ends, is_open_ended);
    let to_confirm = [starts, ends].into_iter().flatten().any(|date| date.to_confirm);
    view! {
        {words}
        {to_confirm.then(|| view! { " " <ToConfirm label=t.to_confirm() /> })}
    }
    .into_any()
}

/// Agreements, one a line: title, standing, parties with their countries, period.
pub(crate) fn table(desk: &Desk, id: &'static str, caption: &str, page: &Page, on: NaiveDate) -> AnyView {
    let t = Texts(desk.lang());
    let lang = desk.lang();
    let columns = vec![
        Column::text(t.column_agreement()),
        Column::text(t.column_standing()),
        Column::text(t.column_parties()),
        Column::date(t.column_period()),
    ];
    let rows = page.items.iter().map(|item| {
        let (title, title_lang) = item_title(item, lang);
        let href = desk.href(&format!("/agreements/{}", item.id));
        let kind = t.agreement_kind(item.kind);
        let standing = item.course.standing(on);
        let synthetic = item.is_synthetic.then(|| view! { " " <Tag label=t.synthetic_mark() /> });
        let unpublished = (!item.is_published).then(|| view! { <p class="under">{t.unpublished()}</p> });
        let parties = item
            .parties
            .iter()
            .map(|party| {
                let name = name_of(&page.names, party.institution, lang);
                let country = party.country.name(lang);
                view! {
                    <li>
                        {name}
                        <span class="quiet-text">" · " {country}</span>
                    </li>
                }
            })
            .collect_view();
        Row::new()
            .cell(view! {
                <a class="row-link" href=href lang=title_lang>
                    {title}
                </a>
                {synthetic}
                <p class="under">{kind}</p>
            })
            .cell(view! {
                {badge(t, standing)}
                {unpublished}
            })
            .cell(view! { <ul class="plain">{parties}</ul> })
            .cell(period(t, item.starts, item.ends, item.is_open_ended))
    });
    let rows: Vec<Row> = rows.collect();
    view! { <Table id=id caption=caption.to_owned() caption_unseen=true columns=columns rows=rows fold=true /> }.into_any()
}
