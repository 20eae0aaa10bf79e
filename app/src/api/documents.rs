//! Documents of agreements: what is said of them, and their removal. Files come in at an address of the server's own.
#![expect(missing_docs, reason = "the macro makes a type of each function's arguments")]

use crate::error::AppError;
#[cfg(feature = "ssr")]
use domain::id::{AgreementId, DocumentId};
use domain::{document::DocumentForm, lang::Lang};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the form of a document that is there sends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DocumentSubmission {
    /// The version it is based on.
    pub version: i64,
    /// What was typed.
    pub form: DocumentForm,
}

/// Changes what is said of a document.
#[server(prefix = "/api", endpoint = "edit_document")]
pub async fn edit_document(
    lang: Lang,
    agreement: String,
    id: String,
    #[server(default)] version: i64,
    #[server(default)] form: DocumentForm,
) -> Result<(), AppError> {
    use crate::desk::{Desk, answer, documents};
    let desk = Desk::current().speaking(lang);
    let (Ok(agreement), Ok(id)) = (agreement.parse::<AgreementId>(), id.parse::<DocumentId>()) else {
        return answer(&desk, "/agreements", &(), Err(AppError::NotFound)).await;
    };
    let submission = DocumentSubmission { version, form };
    let outcome = async {
        documents::edit(&desk, id, version, &submission.form).await?;
        Ok(desk.href(&format!("/agreements/{agreement}?done=document_saved")))
    };
    let outcome = outcome.await;
    answer(&desk, &format!("/agreements/{agreement}/documents/{id}"), &submission, outcome).await
}

/// Removes a document and its file.
#[server(prefix = "/api", endpoint = "remove_document")]
pub async fn remove_document(lang: Lang, agreement: String, id: String) -> Result<(), AppError> {
    use crate::desk::{Desk, answer, documents};
    let desk = Desk::current().speaking(lang);
    let (Ok(agreement), Ok(id)) = (agreement.parse::<AgreementId>(), id.parse::<DocumentId>()) else {
        return answer(&desk, "/agreements", &(), Err(AppError::NotFound)).await;
    };
    let outcome = async {
        documents::remove(&desk, id).await?;
        Ok(desk.href(&format!("/agreements/{agreement}?done=document_removed")))
    };
    let outcome = outcome.await;
    answer(&desk, &format!("/agreements/{agreement}"), &(), outcome).await
}
