//! What attests to a fact: asked for in its form, shown beside it.

use crate::{
    desk::{Desk, documents::DocumentList},
    pages::Faults,
    texts::Texts,
    ui::*,
};
use domain::id::DocumentId;
use leptos::prelude::*;

/// What was typed and chosen in a form.
#[derive(Debug, Clone, Copy)]
pub(super) struct Typed<'a> {
    pub words: &'a str,
    pub document: &'a str,
}

/// The fields of a form that ask what attests to a fact. `at` tells the path of a field of the form by its name.
pub(super) fn asked(
    desk: &Desk,
    documents: &DocumentList,
    typed: Typed<'_>,
    faults: &Faults,
    at: (impl Fn(&str) -> String, impl Fn(&str) -> String),
    is_needed: bool,
) -> AnyView {
    let t = Texts(desk.lang());
    let (name, path) = at;
    let required = if is_needed { t.required().into() } else { Words::default() };
    let choice = document(desk, documents, name("document"), typed.document, faults.at(&path("document")));
    view! {
        <TextArea
            name=name("evidence")
            label=t.sign_evidence()
            help=t.sign_evidence_help()
            required=required
            value=typed.words.to_owned()
            rows=2
            error=faults.at(&path("evidence"))
        />
        {choice}
    }
    .into_any()
}

/// The field that asks which document of the agreement attests to it; nothing where there is none to choose.
pub(super) fn document(
    desk: &Desk,
    documents: &DocumentList,
    name: String,
    chosen: &str,
    error: Words,
) -> Option<AnyView> {
    let t = Texts(desk.lang());
    let offered =
        documents.documents.iter().map(|view| (view.record.id.to_string(), view.record.title.clone()));
    let offered: Vec<_> = offered.collect();
    if offered.is_empty() {
        return None;
    }
    let chosen = chosen.to_owned();
    Some(
        view! {
            <Select
                name=name
                label=t.evidence_document()
                options=offered
                selected=chosen
                none=t.evidence_document_none()
                help=t.evidence_document_help()
                error=error
            />
        }
        .into_any(),
    )
}

/// What attests to a fact, for those who may read the content.
pub(super) fn shown(
    desk: &Desk,
    documents: &DocumentList,
    words: Option<&String>,
    document: Option<DocumentId>,
) -> AnyView {
    let t = Texts(desk.lang());
    let words = words.map(|words| view! { <p class="under">{words.clone()}</p> });
    let document = document.map(|id| {
        let found = documents.documents.iter().find(|view| view.record.id == id);
        let named = found.map_or_else(
            || t.evidence_document_unseen().into_any(),
            |view| {
                let href = view.record.href();
                view! { <a href=href rel="noopener">{view.record.title.clone()}</a> }.into_any()
            },
        );
        view! { <p class="under">{t.evidence_attested_by()} " " {named}</p> }
    });
    view! {
        {words}
        {document}
    }
    .into_any()
}
