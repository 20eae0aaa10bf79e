//! Agreements.
#![expect(missing_docs, reason = "the macro makes a type of each function's arguments")]

use crate::error::AppError;
use domain::{
    agreement::{AgreementForm, ApprovalForm, SignatureForm},
    lang::Lang,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the form of an agreement sends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AgreementSubmission {
    /// The version the form is based on.
    pub version: i64,
    /// The form.
    pub form: AgreementForm,
}

/// What the form of approvals sends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApprovalSubmission {
    /// One for each party that may be spoken for.
    pub approvals: Vec<ApprovalForm>,
    /// The comment typed beside them.
    pub body: String,
}

/// What the form of signatures sends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignatureSubmission {
    /// One for each party that may be signed for.
    pub signatures: Vec<SignatureForm>,
}

/// Logs an agreement, or saves the changes to one. With an `intent` other than saving, a row is added, removed or
/// looked up, and the form comes back.
#[server(prefix = "/api", endpoint = "save_agreement")]
pub async fn save_agreement(
    lang: Lang,
    #[server(default)] id: String,
    #[server(default)] version: i64,
    #[server(default)] intent: String,
    #[server(default)] form: AgreementForm,
) -> Result<(), AppError> {
    use crate::desk::{Desk, agreements, answer, rows};
    let desk = Desk::current().speaking(lang);
    let mut submission = AgreementSubmission { version, form };
    let id: Option<domain::id::AgreementId> = id.parse().ok();
    let page = id.map_or_else(|| "/agreements/new".to_owned(), |id| format!("/agreements/{id}/edit"));
    if let Some(anchor) = rows::change(&mut submission.form, &intent, || desk.stamp().id()) {
        return rows::show_again(&desk, &page, &submission, &anchor).await;
    }
    let outcome = async {
        agreements::resolve_parties(&desk, &mut submission.form).await?;
        let form = &submission.form;
        let (id, done) = match id {
            Some(id) => (agreements::update(&desk, id, submission.version, form).await.map(|_| id)?, "saved"),
            None => (agreements::create(&desk, form).await?, "created"),
        };
        crate::desk::forget_draft(&desk, &page).await?;
        Ok(desk.href(&format!("/agreements/{id}?done={done}")))
    };
    let outcome = outcome.await;
    answer(&desk, &page, &submission, outcome).await
}

/// Keeps what is being typed, so that leaving the page loses nothing. Takes what the form sends.
#[server(prefix = "/api", endpoint = "keep_agreement_draft")]
pub async fn keep_agreement_draft(
    #[server(default)] id: String,
    #[server(default)] version: i64,
    #[server(default)] form: AgreementForm,
) -> Result<(), AppError> {
    use crate::desk::{Desk, agreements, keep_draft};
    let desk = Desk::current();
    let id: Option<domain::id::AgreementId> = id.parse().ok();
    agreements::open(&desk, id).await?;
    let page = id.map_or_else(|| "/agreements/new".to_owned(), |id| format!("/agreements/{id}/edit"));
    keep_draft(&desk, &page, &AgreementSubmission { version, form }).await
}

/// Shares, publishes, withdraws or deletes an agreement: one button each.
#[server(prefix = "/api", endpoint = "act_on_agreement")]
pub async fn act_on_agreement(lang: Lang, id: String, act: String) -> Result<(), AppError> {
    use crate::desk::{Desk, agreements, answer};
    let desk = Desk::current().speaking(lang);
    let Ok(id) = id.parse::<domain::id::AgreementId>() else {
        return answer(&desk, "/agreements", &(), Err(AppError::NotFound)).await;
    };
    let page = format!("/agreements/{id}");
    let outcome = async {
        let done = match act.as_str() {
            "share" => agreements::share(&desk, id).await.map(|()| "shared")?,
            "publish" => agreements::publish(&desk, id, true).await.map(|()| "published")?,
            "withdraw" => agreements::publish(&desk, id, false).await.map(|()| "withdrawn")?,
            "delete" => {
                agreements::delete(&desk, id).await?;
                return Ok(desk.href("/agreements?done=deleted"));
            }
            _ => return Err(AppError::NotFound),
        };
        Ok(desk.href(&format!("{page}?done={done}")))
    };
    let outcome = outcome.await;
    answer(&desk, &page, &(), outcome).await
}

/// Records approvals of the latest revision, which was read at this hash.
#[server(prefix = "/api", endpoint = "approve_agreement")]
pub async fn approve_agreement(
    lang: Lang,
    id: String,
    #[server(default)] number: i64,
    #[server(default)] hash: String,
    #[server(default)] approvals: Vec<ApprovalForm>,
) -> Result<(), AppError> {
    use crate::desk::{Desk, answer, negotiation};
    let desk = Desk::current().speaking(lang);
    let submission = ApprovalSubmission { approvals, body: String::new() };
    let Ok(id) = id.parse::<domain::id::AgreementId>() else {
        return answer(&desk, "/agreements", &(), Err(AppError::NotFound)).await;
    };
    let page = format!("/agreements/{id}/revisions/{number}");
    let outcome = async {
        negotiation::approve(&desk, id, &hash, &submission.approvals).await?;
        Ok(desk.href(&format!("{page}?done=approved")))
    };
    let outcome = outcome.await;
    answer(&desk, &page, &submission, outcome).await
}

/// Takes back a party's approval, or drops the latest revision: one button each.
#[server(prefix = "/api", endpoint = "negotiate_agreement")]
pub async fn negotiate_agreement(
    lang: Lang,
    id: String,
    #[server(default)] number: i64,
    #[server(default)] hash: String,
    #[server(default)] party: String,
    act: String,
) -> Result<(), AppError> {
    use crate::desk::{Desk, answer, negotiation};
    let desk = Desk::current().speaking(lang);
    let Ok(id) = id.parse::<domain::id::AgreementId>() else {
        return answer(&desk, "/agreements", &(), Err(AppError::NotFound)).await;
    };
    let page = format!("/agreements/{id}/revisions/{number}");
    let outcome = async {
        match act.as_str() {
            "take_back" => {
                negotiation::withdraw_approval(&desk, id, &party, number).await?;
                Ok(desk.href(&format!("{page}?done=taken_back")))
            }
            "revert" => {
                negotiation::revert(&desk, id, &hash).await?;
                Ok(desk.href(&format!("/agreements/{id}?done=reverted")))
            }
            _ => Err(AppError::NotFound),
        }
    };
    let outcome = outcome.await;
    answer(&desk, &page, &ApprovalSubmission::default(), outcome).await
}

/// Writes a comment on a revision.
#[server(prefix = "/api", endpoint = "comment_agreement")]
pub async fn comment_agreement(
    lang: Lang,
    id: String,
    #[server(default)] number: i64,
    #[server(default)] body: String,
) -> Result<(), AppError> {
    use crate::desk::{Desk, answer, negotiation};
    let desk = Desk::current().speaking(lang);
    let submission = ApprovalSubmission { approvals: Vec::new(), body };
    let Ok(id) = id.parse::<domain::id::AgreementId>() else {
        return answer(&desk, "/agreements", &(), Err(AppError::NotFound)).await;
    };
    let page = format!("/agreements/{id}/revisions/{number}");
    let outcome = async {
        negotiation::comment(&desk, id, number, &submission.body).await?;
        Ok(desk.href(&format!("{page}?done=commented")))
    };
    let outcome = outcome.await;
    answer(&desk, &page, &submission, outcome).await
}

/// Records signatures on the latest revision, which was read at this hash.
#[server(prefix = "/api", endpoint = "sign_agreement")]
pub async fn sign_agreement(
    lang: Lang,
    id: String,
    #[server(default)] hash: String,
    #[server(default)] signatures: Vec<SignatureForm>,
) -> Result<(), AppError> {
    use crate::desk::{Desk, answer, negotiation};
    let desk = Desk::current().speaking(lang);
    let submission = SignatureSubmission { signatures };
    let Ok(id) = id.parse::<domain::id::AgreementId>() else {
        return answer(&desk, "/agreements", &(), Err(AppError::NotFound)).await;
    };
    let outcome = async {
        negotiation::sign(&desk, id, &hash, &submission.signatures).await?;
        Ok(desk.href(&format!("/agreements/{id}?done=signed")))
    };
    let outcome = outcome.await;
    answer(&desk, &format!("/agreements/{id}/sign"), &submission, outcome).await
}
