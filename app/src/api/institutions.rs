//! Institutions.
#![expect(missing_docs, reason = "the macro makes a type of each function's arguments")]

use crate::error::AppError;
use domain::{institution::InstitutionForm, lang::Lang};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// An institution, as a list of suggestions shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Its id.
    pub id: String,
    /// Its name in the reader's language, with what it is a unit of.
    pub name: String,
    /// Where it is.
    pub place: String,
}

/// What the form of an institution sends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InstitutionSubmission {
    /// The version the form is based on.
    pub version: i64,
    /// `on` when a likely duplicate is another institution.
    pub is_different: String,
    /// The form.
    pub form: InstitutionForm,
}

/// What the form of a merge sends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MergeForm {
    /// The version of the one that goes; 0 asks for none.
    pub version: i64,
    /// Id of the one that stays.
    pub with: String,
    /// The version of that; 0 asks for none.
    pub with_version: i64,
    /// The name of the one that goes, typed to be sure.
    pub name: String,
}

/// Institutions whose words begin with those typed, at most eight. Everyone may ask.
#[server(prefix = "/api", endpoint = "suggest_institutions")]
pub async fn suggest_institutions(lang: Lang, typed: String) -> Result<Vec<Suggestion>, AppError> {
    use crate::desk::{Desk, institutions};
    let desk = Desk::current();
    let found = institutions::suggest(&desk, &typed, 8).await?;
    Ok(found.iter().map(|item| crate::pages::institutions::suggestion(item, lang)).collect())
}

/// Adds an institution, or saves the changes to one.
#[server(prefix = "/api", endpoint = "save_institution")]
pub async fn save_institution(
    lang: Lang,
    #[server(default)] id: String,
    #[server(default)] version: i64,
    #[server(default)] is_different: String,
    #[server(default)] form: InstitutionForm,
) -> Result<(), AppError> {
    use crate::desk::{Desk, answer, institutions};
    let desk = Desk::current().speaking(lang);
    let submission = InstitutionSubmission { version, is_different, form };
    let InstitutionSubmission { version, is_different, form } = &submission;
    let (page, outcome) = if let Ok(id) = id.parse() {
        let saved = institutions::update(&desk, id, *version, form).await;
        let onward = saved.map(|_| desk.href(&format!("/institutions/{id}?done=saved")));
        (format!("/institutions/{id}/edit"), onward)
    } else {
        let created = institutions::create(&desk, form, !is_different.is_empty()).await;
        let onward = created.map(|id| desk.href(&format!("/institutions/{id}?done=created")));
        ("/institutions/new".to_owned(), onward)
    };
    answer(&desk, &page, &submission, outcome).await
}

/// Makes one of two institutions that are one: the one named by `id` goes.
#[server(prefix = "/api", endpoint = "merge_institutions")]
pub async fn merge_institutions(
    lang: Lang,
    id: String,
    #[server(default)] form: MergeForm,
) -> Result<(), AppError> {
    use crate::desk::{Desk, answer_at, merging};
    let desk = Desk::current().speaking(lang);
    let outcome = match id.parse() {
        Ok(id) => merging::merge(&desk, id, &form).await,
        Err(_) => Err(AppError::NotFound),
    };
    let page = format!("/institutions/{id}/merge");
    let back = format!("{page}?with={}", form.with);
    let outcome = outcome.map(|kept| desk.href(&format!("/institutions/{kept}?done=merged")));
    answer_at(&desk, &page, &back, &form, outcome).await
}
