//! What is observed of commitments. The commitments themselves are in the form of their agreement.
#![expect(missing_docs, reason = "the macro makes a type of each function's arguments")]

use crate::error::AppError;
#[cfg(feature = "ssr")]
use domain::id::{AgreementId, CommitmentId, ObservationId};
use domain::{
    commitment::{ObservationForm, WithdrawalForm},
    lang::Lang,
};
use leptos::prelude::*;

/// Notes what was observed of a commitment.
#[server(prefix = "/api", endpoint = "note_observation")]
pub async fn note_observation(
    lang: Lang,
    agreement: String,
    commitment: String,
    #[server(default)] form: ObservationForm,
) -> Result<(), AppError> {
    use crate::desk::{Desk, answer, commitments};
    let desk = Desk::current().speaking(lang);
    let (Ok(id), Ok(promised)) = (agreement.parse::<AgreementId>(), commitment.parse::<CommitmentId>())
    else {
        return answer(&desk, "/agreements", &(), Err(AppError::NotFound)).await;
    };
    let outcome = async {
        commitments::note(&desk, id, promised, &form).await?;
        Ok(desk.href(&format!("/agreements/{id}?done=observation_noted#commitment-{promised}")))
    };
    let outcome = outcome.await;
    answer(&desk, &format!("/agreements/{id}/commitments/{promised}/observe"), &form, outcome).await
}

/// Withdraws an observation: it stays, with the reason.
#[server(prefix = "/api", endpoint = "withdraw_observation")]
pub async fn withdraw_observation(
    lang: Lang,
    agreement: String,
    id: String,
    #[server(default)] form: WithdrawalForm,
) -> Result<(), AppError> {
    use crate::desk::{Desk, answer, commitments};
    let desk = Desk::current().speaking(lang);
    let (Ok(agreement), Ok(id)) = (agreement.parse::<AgreementId>(), id.parse::<ObservationId>()) else {
        return answer(&desk, "/agreements", &(), Err(AppError::NotFound)).await;
    };
    let outcome = async {
        let agreement = commitments::withdraw(&desk, id, &form).await?;
        Ok(desk.href(&format!("/agreements/{agreement}?done=observation_withdrawn#commitments")))
    };
    let outcome = outcome.await;
    answer(&desk, &format!("/agreements/{agreement}/observations/{id}/withdraw"), &form, outcome).await
}
