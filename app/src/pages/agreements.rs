//! Agreements: the list, one, its form, its flows, its commitments, its documents, its signatures, its end and what follows, its deletion.

mod commitments;
mod delete;
mod documents;
mod evidence;
pub(crate) mod flows;
mod form;
mod list;
mod parties;
mod print;
mod renew;
mod replace;
mod revision;
mod show;
mod sign;
mod tag;
mod terminate;

pub use commitments::{NoteObservationPage, WithdrawObservationPage};
pub use delete::DeleteAgreementPage;
pub use documents::{EditDocumentPage, NewDocumentPage, RemoveDocumentPage};
pub use form::{EditAgreementPage, NewAgreementPage};
pub use list::AgreementsPage;
pub use print::{PrintRevisionPage, paper};
pub use renew::{RenewAgreementsPage, RenewalReportPage};
pub use replace::ReplaceAgreementPage;
pub use revision::RevisionPage;
pub(crate) use revision::value_in_words;
pub use show::AgreementPage;
pub use sign::SignAgreementPage;
pub use tag::TagAgreementsPage;
pub use terminate::TerminateAgreementPage;

use super::in_words;
use crate::{
    desk::{Desk, agreements::AgreementView},
    texts::Texts,
    ui::*,
};
use chrono::NaiveDate;
use domain::{
    agreement::Standing,
    id::{AgreementId, InstitutionId},
    lang::Lang,
    listing::AgreementColumn,
    partial_date::{StatedDate, show_day},
};
use leptos::prelude::*;
use std::collections::HashMap;
use store::{
    agreement::{AgreementItem, ItemParty, Page},
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

/// How it was ended before its time and, for those who may read the content, whether the notice was respected or why not.
fn termination_words(desk: &Desk, view: &AgreementView) -> Option<(String, Option<String>)> {
    let t = Texts(desk.lang());
    let termination = view.record.termination.as_ref()?;
    let day = |on| show_day(on, desk.lang());
    let (notified, effective) = (day(termination.notified_on), day(termination.effective_on));
    let words = match termination.party {
        Some(party) => t.terminated_by(&name_of(&view.names, party, desk.lang()), &notified, &effective),
        None => t.terminated_together(&notified, &effective),
    };
    let notice = t.notice_kept(termination.notice(), termination.reason.as_deref());
    Some((words, notice.filter(|_| view.allowed.content)))
}

/// What the latest revision lacks before it takes the place of the one that rules.
fn needs(desk: &Desk, view: &AgreementView) -> Option<String> {
    let t = Texts(desk.lang());
    let ruling = view.record.ruling_number;
    let needed = view.record.facts().needed().into_iter();
    let needed = needed.map(|one| t.needed(one.what, &name_of(&view.names, one.party, desk.lang())));
    let needed = needed.collect::<Vec<_>>().join(", ");
    let is_later = view.record.latest().is_some_and(|latest| latest.number > ruling);
    (is_later && !needed.is_empty()).then(|| t.revision_needs(ruling, &needed))
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
        (Some(starts), None) => t.since(starts.date),
        (None, Some(ends)) => t.until(ends.date),
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

/// Agreements, one a line, with the usual columns.
pub(crate) fn table(desk: &Desk, id: &'static str, caption: &str, page: &Page, on: NaiveDate) -> AnyView {
    table_of(desk, id, caption, page, on, &AgreementColumn::DEFAULT, &HashMap::new())
}

/// Agreements, one a line: the title, then these columns.
pub(crate) fn table_of(
    desk: &Desk,
    id: &'static str,
    caption: &str,
    page: &Page,
    on: NaiveDate,
    shown: &[AgreementColumn],
    tagged: &HashMap<AgreementId, Vec<String>>,
) -> AnyView {
    let t = Texts(desk.lang());
    let mut columns = vec![Column::text(t.column_agreement())];
    columns.extend(shown.iter().map(|column| match column {
        AgreementColumn::Period | AgreementColumn::Updated => Column::date(t.column(*column)),
        _ => Column::text(t.column(*column)),
    }));
    let rows = page.items.iter().map(|item| {
        let (title, title_lang) = item_title(item, desk.lang());
        let as_of = if on == desk.today() { String::new() } else { format!("?on={on}") };
        let href = desk.href(&format!("/agreements/{}{as_of}", item.id));
        let kind = (!shown.contains(&AgreementColumn::Kind))
            .then(|| view! { <p class="under">{t.agreement_kind(item.kind)}</p> });
        let synthetic = item.is_synthetic.then(|| view! { " " <Tag label=t.synthetic_mark() /> });
        let mut row = Row::new().cell(view! {
            <a class="row-link" href=href lang=title_lang>
                {title}
            </a>
            {synthetic}
            {kind}
        });
        for column in shown {
            row = row.cell(cell(desk, page, item, on, *column, tagged));
        }
        row
    });
    let rows: Vec<Row> = rows.collect();
    view! { <Table id=id caption=caption.to_owned() caption_unseen=true columns=columns rows=rows fold=true /> }.into_any()
}

/// What a line says in a column.
fn cell(
    desk: &Desk,
    page: &Page,
    item: &AgreementItem,
    on: NaiveDate,
    column: AgreementColumn,
    tagged: &HashMap<AgreementId, Vec<String>>,
) -> AnyView {
    let t = Texts(desk.lang());
    let lang = desk.lang();
    match column {
        AgreementColumn::Standing => {
            let unpublished = (!item.is_published).then(|| view! { <p class="under">{t.unpublished()}</p> });
            view! {
                {badge(t, item.course.standing(on))}
                {unpublished}
            }
            .into_any()
        }
        AgreementColumn::Parties => {
            let party = |party: &ItemParty| {
                let name = name_of(&page.names, party.institution, lang);
                let country = party.country.name(lang);
                view! {
                    <li>
                        {name}
                        <span class="quiet-text">" · " {country}</span>
                    </li>
                }
            };
            view! { <ul class="plain">{item.parties.iter().map(party).collect_view()}</ul> }.into_any()
        }
        AgreementColumn::Period => period(t, item.starts, item.ends, item.is_open_ended),
        AgreementColumn::Kind => t.agreement_kind(item.kind).into_any(),
        AgreementColumn::Tags => {
            let tags = tagged.get(&item.id).map(Vec::as_slice).unwrap_or_default();
            tags.iter().map(|tag| view! { <Tag label=tag.clone() /> " " }).collect_view().into_any()
        }
        AgreementColumn::Updated => show_day(item.updated_at.date_naive(), lang).into_any(),
    }
}
