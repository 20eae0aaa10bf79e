//! What balances were before the registry counted.
#![expect(missing_docs, reason = "the macro makes a type of each function's arguments")]

use crate::error::AppError;
use domain::{balance::OpeningForm, lang::Lang};
use leptos::prelude::*;

/// Says what the balance of an institution with another was before the registry counted.
#[server(prefix = "/api", endpoint = "set_opening_balance")]
pub async fn set_opening_balance(
    lang: Lang,
    #[server(default)] institution: String,
    #[server(default)] partner: String,
    #[server(default)] form: OpeningForm,
) -> Result<(), AppError> {
    use crate::desk::{Desk, answer, balance};
    let desk = Desk::current().speaking(lang);
    let page = balance::pair_page(&institution, &partner);
    let outcome = async {
        let (Ok(of), Ok(with)) = (institution.parse(), partner.parse()) else {
            return Err(AppError::NotFound);
        };
        balance::set_opening(&desk, [of, with], &form, None).await?;
        Ok(desk.href(&format!("{page}?done=opening_set")))
    };
    let outcome = outcome.await;
    answer(&desk, &page, &form, outcome).await
}

/// Says what the balance of an institution in a pool was before the registry counted.
#[server(prefix = "/api", endpoint = "set_pool_opening_balance")]
pub async fn set_pool_opening_balance(
    lang: Lang,
    #[server(default)] agreement: String,
    #[server(default)] pool: String,
    #[server(default)] form: OpeningForm,
) -> Result<(), AppError> {
    use crate::desk::{Desk, answer, balance};
    let desk = Desk::current().speaking(lang);
    let (Ok(of), Ok(shared)) = (agreement.parse(), pool.parse()) else {
        return answer(&desk, "/agreements", &(), Err(AppError::NotFound)).await;
    };
    let page = balance::pool_page(of, shared);
    let outcome = balance::set_pool_opening(&desk, (of, shared), &form, None).await;
    let outcome = outcome.map(|()| desk.href(&format!("{page}?done=opening_set")));
    answer(&desk, &page, &form, outcome).await
}
