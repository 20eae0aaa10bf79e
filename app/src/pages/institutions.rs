//! Institutions: the list, one, its form, its partners, what it has with one of them.

mod form;
mod list;
mod merge;
pub(crate) mod partners;
mod show;
mod with;

pub use form::{EditInstitutionPage, NewInstitutionPage};
pub use list::InstitutionsPage;
pub use merge::MergeInstitutionsPage;
pub use partners::PartnersPage;
pub use show::InstitutionPage;
pub use with::PartnershipPage;

use super::in_words;
use crate::{api::institutions::Suggestion, desk::Desk, texts::Texts, ui::*};
use domain::lang::Lang;
use leptos::prelude::*;
use store::institution::InstitutionItem;

/// An institution, as a list of suggestions shows it.
pub fn suggestion(item: &InstitutionItem, lang: Lang) -> Suggestion {
    let mut name = in_words(&item.names, lang).0;
    if let Some((_, parent)) = &item.parent {
        name = format!("{name} ({})", in_words(parent, lang).0);
    }
    let place = item.city.as_ref().map(|city| format!("{city}, ")).unwrap_or_default();
    Suggestion { id: item.id.to_string(), name, place: format!("{place}{}", item.country.name(lang)) }
}

/// Institutions, one a line: name, kind, place.
pub(crate) fn table(desk: &Desk, id: &'static str, caption: &str, items: Vec<InstitutionItem>) -> AnyView {
    let t = Texts(desk.lang());
    let lang = desk.lang();
    let columns = vec![
        Column::text(t.column_institution()),
        Column::text(t.column_institution_kind()),
        Column::text(t.column_place()),
    ];
    let rows = items.into_iter().map(|item| {
        let (name, name_lang) = in_words(&item.names, lang);
        let href = desk.href(&format!("/institutions/{}", item.id));
        let parent = item.parent.as_ref().map(|(_, names)| {
            view! { <p class="under">{t.unit_of(&in_words(names, lang).0)}</p> }
        });
        let synthetic = item.is_synthetic.then(|| view! { " " <Tag label=t.synthetic_mark() /> });
        let place = item.city.as_ref().map(|city| format!("{city}, ")).unwrap_or_default();
        Row::new()
            .cell(view! {
                <a class="row-link" href=href lang=name_lang>
                    {name}
                </a>
                {synthetic}
                {parent}
            })
            .cell(t.institution_kind(item.kind))
            .cell(format!("{place}{}", item.country.name(lang)))
    });
    let rows: Vec<Row> = rows.collect();
    view! { <Table id=id caption=caption.to_owned() caption_unseen=true columns=columns rows=rows fold=true /> }.into_any()
}
