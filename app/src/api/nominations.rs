//! Putting students forward, and what is done to nominations.
#![expect(missing_docs, reason = "the macro makes a type of each function's arguments")]

use crate::error::AppError;
#[cfg(feature = "ssr")]
use domain::{
    id::{FlowId, NominationId},
    nomination::{ActKind, StateKind},
};
use domain::{
    lang::Lang,
    nomination::{ActForm, NominationForm},
};
use leptos::prelude::*;

/// The address of a nomination after a student was put forward.
#[cfg(feature = "ssr")]
fn after(desk: &crate::desk::Desk, id: NominationId, state: StateKind) -> String {
    let done = if state == StateKind::Waitlisted { "waitlisted" } else { "nominated" };
    desk.href(&format!("/nominations/{id}?done={done}"))
}

/// Puts a student forward for a flow.
#[server(prefix = "/api", endpoint = "nominate_student")]
pub async fn nominate_student(
    lang: Lang,
    flow: String,
    #[server(default)] key: String,
    #[server(default)] form: NominationForm,
) -> Result<(), AppError> {
    use crate::desk::{Desk, answer, nominations};
    let desk = Desk::current().speaking(lang);
    let Ok(id) = flow.parse::<FlowId>() else {
        return answer(&desk, "/nominations", &(), Err(AppError::NotFound)).await;
    };
    let sent = desk.sent(&key, &("nominate", id, &form));
    let outcome = nominations::nominate(&desk, id, &form, sent.as_ref()).await;
    let outcome = outcome.map(|put| after(&desk, put.id, put.state));
    answer(&desk, &format!("/flows/{id}/nominate"), &form, outcome).await
}

/// Nominates every student of a list that was looked at, all or none.
#[server(prefix = "/api", endpoint = "nominate_listed")]
pub async fn nominate_listed(
    lang: Lang,
    flow: String,
    #[server(default)] key: String,
) -> Result<(), AppError> {
    use crate::desk::{Desk, answer, nominations};
    let desk = Desk::current().speaking(lang);
    let Ok(id) = flow.parse::<FlowId>() else {
        return answer(&desk, "/nominations", &(), Err(AppError::NotFound)).await;
    };
    let page = nominations::list_page(id);
    match nominations::confirm_listed(&desk, id, &key).await {
        // Looked at again, the list says at which row.
        Err(AppError::Seats { .. } | AppError::NotEligible { .. } | AppError::Invalid { .. }) => {
            leptos_axum::redirect(&desk.href(&format!("{page}?kept={key}")));
            Ok(())
        }
        outcome => {
            let onward = outcome.map(|_| desk.href(&format!("/nominations?flow={id}&done=listed")));
            answer(&desk, &page, &nominations::ListForm::default(), onward).await
        }
    }
}

/// Does something to a nomination: one button each.
#[server(prefix = "/api", endpoint = "act_on_nomination")]
pub async fn act_on_nomination(
    lang: Lang,
    id: String,
    act: String,
    #[server(default)] key: String,
    #[server(default)] form: ActForm,
) -> Result<(), AppError> {
    use crate::desk::{Desk, answer, nominations};
    let desk = Desk::current().speaking(lang);
    let (Ok(id), Ok(act)) = (id.parse::<NominationId>(), ActKind::parse(&act)) else {
        return answer(&desk, "/nominations", &(), Err(AppError::NotFound)).await;
    };
    let page = format!("/nominations/{id}");
    let sent = desk.sent(&key, &(act, id, &form));
    let outcome = nominations::act(&desk, id, act, &form, sent.as_ref()).await;
    let outcome = outcome.map(|_| desk.href(&format!("{page}?done=acted")));
    // What lacks a reason or evidence goes to the page that asks for it.
    let asks = matches!(outcome, Err(AppError::Invalid { .. } | AppError::SignIn));
    let back = if asks { format!("{page}/{}", act.code()) } else { page };
    answer(&desk, &back, &form, outcome).await
}

/// Corrects what the host rejected and puts the student forward again.
#[server(prefix = "/api", endpoint = "correct_nomination")]
pub async fn correct_nomination(
    lang: Lang,
    id: String,
    #[server(default)] key: String,
    #[server(default)] form: NominationForm,
) -> Result<(), AppError> {
    use crate::desk::{Desk, answer, nominations};
    let desk = Desk::current().speaking(lang);
    let Ok(id) = id.parse::<NominationId>() else {
        return answer(&desk, "/nominations", &(), Err(AppError::NotFound)).await;
    };
    let sent = desk.sent(&key, &("correct", id, &form));
    let outcome = nominations::correct(&desk, id, &form, sent.as_ref()).await;
    let outcome = outcome.map(|state| after(&desk, id, state));
    answer(&desk, &format!("/nominations/{id}/nominate"), &form, outcome).await
}
