//! The end of an agreement and what follows it.
#![expect(missing_docs, reason = "the macro makes a type of each function's arguments")]

use super::listing::TakenForm;
use crate::error::AppError;
use domain::{agreement::TerminationForm, lang::Lang};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the form of a replacement sends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReplacementSubmission {
    /// Id of the agreement that takes the place.
    pub successor: String,
}

/// Records that an agreement ends before its time.
#[server(prefix = "/api", endpoint = "terminate_agreement")]
pub async fn terminate_agreement(
    lang: Lang,
    id: String,
    #[server(default)] form: TerminationForm,
) -> Result<(), AppError> {
    use crate::desk::{Desk, answer, life};
    let desk = Desk::current().speaking(lang);
    let Ok(id) = id.parse::<domain::id::AgreementId>() else {
        return answer(&desk, "/agreements", &(), Err(AppError::NotFound)).await;
    };
    let outcome = async {
        life::terminate(&desk, id, &form).await?;
        Ok(desk.href(&format!("/agreements/{id}?done=terminated")))
    };
    let outcome = outcome.await;
    answer(&desk, &format!("/agreements/{id}/terminate"), &form, outcome).await
}

/// Renews an agreement, takes its termination or its replacement back: one button each.
#[server(prefix = "/api", endpoint = "follow_agreement")]
pub async fn follow_agreement(
    lang: Lang,
    id: String,
    #[server(default)] successor: String,
    act: String,
) -> Result<(), AppError> {
    use crate::desk::{Desk, answer, life};
    let desk = Desk::current().speaking(lang);
    let Ok(id) = id.parse::<domain::id::AgreementId>() else {
        return answer(&desk, "/agreements", &(), Err(AppError::NotFound)).await;
    };
    let page = format!("/agreements/{id}");
    let outcome = async {
        match act.as_str() {
            "renew" => {
                let draft = life::renew(&desk, id).await?;
                Ok(desk.href(&format!("/agreements/{draft}?done=renewed")))
            }
            "withdraw_termination" => {
                life::withdraw_termination(&desk, id).await?;
                Ok(desk.href(&format!("{page}?done=termination_withdrawn")))
            }
            "keep" => {
                let successor = successor.parse().map_err(|_| AppError::NotFound)?;
                life::keep(&desk, id, successor).await?;
                Ok(desk.href(&format!("{page}?done=kept")))
            }
            _ => Err(AppError::NotFound),
        }
    };
    let outcome = outcome.await;
    answer(&desk, &page, &(), outcome).await
}

/// Names the agreement that takes another's place.
#[server(prefix = "/api", endpoint = "replace_agreement")]
pub async fn replace_agreement(
    lang: Lang,
    id: String,
    #[server(default)] successor: String,
) -> Result<(), AppError> {
    use crate::desk::{Desk, answer, life};
    let desk = Desk::current().speaking(lang);
    let Ok(id) = id.parse::<domain::id::AgreementId>() else {
        return answer(&desk, "/agreements", &(), Err(AppError::NotFound)).await;
    };
    let submission = ReplacementSubmission { successor };
    let outcome = async {
        life::replace(&desk, id, &submission.successor).await?;
        Ok(desk.href(&format!("/agreements/{id}?done=replaced")))
    };
    let outcome = outcome.await;
    answer(&desk, &format!("/agreements/{id}/replace"), &submission, outcome).await
}

/// Renews every agreement ticked, all in one transaction. `query` is that of the list, to come back to.
#[server(prefix = "/api", endpoint = "renew_agreements")]
pub async fn renew_agreements(
    lang: Lang,
    #[server(default)] query: String,
    #[server(default)] agreements: Vec<TakenForm>,
) -> Result<(), AppError> {
    use crate::desk::{Desk, answer_at, life, with_query};
    let desk = Desk::current().speaking(lang);
    let taken = agreements.iter().filter(|choice| !choice.take.is_empty());
    let ids: Vec<domain::id::AgreementId> = taken.filter_map(|choice| choice.id.parse().ok()).collect();
    let outcome = async {
        let (report, _) = life::renew_many(&desk, &ids).await?;
        Ok(desk.href(&format!("/agreements/renewals/{report}")))
    };
    let outcome = outcome.await;
    let page = "/agreements/renew";
    answer_at(&desk, page, &with_query(page, &query), &agreements, outcome).await
}
