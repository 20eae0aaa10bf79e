//! What a revision may say of places: no cap and no budget below what is taken already.

use super::complete;
use crate::{
    desk::{
        Desk,
        seats::{Named, last_to_come},
    },
    error::AppError,
};
use domain::{
    agreement::{AgreementForm, Content},
    flow::{Flow, FlowForm},
    id::AgreementId,
    problem::{FieldErrors, Problem},
    seats::Tally,
};
use std::collections::{BTreeMap, HashSet};
use store::{
    Tx,
    seat::{self, SeatYear},
};

/// The places of which a content leaves less than is taken already, each with what there would be: a revision with it could never come to
/// rule.
async fn too_few(
    desk: &Desk,
    tx: &mut Tx,
    id: AgreementId,
    content: &Content,
) -> Result<Vec<(SeatYear, Tally)>, AppError> {
    let after = |seat: SeatYear| {
        let own = seat.flow.and_then(|of| content.flow(of));
        let year = seat.year(&content.flows);
        let of_flow = |flow: &Flow| year.map_or(flow.cap, |year| flow.cap_in(year));
        let cap = own.and_then(of_flow).or_else(|| seat.pool.and_then(|of| content.pool(of)?.cap));
        let budget = own.and_then(|flow| flow.budget).map(|budget| i64::from(budget.hundredths()));
        let after = Tally { cap: cap.map(i64::from), budget, ..seat.tally };
        (after.excess() != [0, 0]).then_some((seat, after))
    };
    Ok(seat::present(tx, id, desk.today()).await?.into_iter().filter_map(after).collect())
}

/// The nominations that would have to go before the content of a form could rule, those that came last; nothing of those that the reader
/// may not read. Nobody where it was refused for anything but less than is taken.
pub async fn in_the_way(
    desk: &Desk,
    id: AgreementId,
    form: &AgreementForm,
    error: Option<&AppError>,
) -> Result<Vec<Option<Named>>, AppError> {
    let Some(AppError::Invalid { fields }) = error else { return Ok(Vec::new()) };
    let is_less =
        |problem: &Problem| matches!(problem, Problem::BelowUse { .. } | Problem::BelowSpent { .. });
    if !fields.0.iter().any(|fault| is_less(&fault.problem)) {
        return Ok(Vec::new());
    }
    let mut tx = desk.read().await?;
    let Ok(draft) = complete(desk, &mut tx, form).await?.parse() else { return Ok(Vec::new()) };
    // Someone may hold a place of a flow and one of its pool.
    let (mut seen, mut people) = (HashSet::new(), Vec::new());
    for (seat, after) in too_few(desk, &mut tx, id, &draft.content).await? {
        let last = last_to_come(desk, &mut tx, &seat, after.excess()).await?;
        people.extend(last.into_iter().filter(|(holder, _)| seen.insert(*holder)).map(|(_, person)| person));
    }
    Ok(people)
}

/// Notes which caps and budgets are below what is taken already.
pub(super) async fn check_caps(
    desk: &Desk,
    tx: &mut Tx,
    id: AgreementId,
    (form, content): (&AgreementForm, &Content),
    errors: &mut FieldErrors,
) -> Result<(), AppError> {
    let mut caps = BTreeMap::<String, [i64; 2]>::new();
    let mut budgets = BTreeMap::<String, i64>::new();
    for (seat, after) in too_few(desk, tx, id, content).await? {
        let [units, months] = after.excess();
        if units > 0 {
            let most = caps.entry(number_field(form, &seat, "cap")).or_default();
            *most = (*most).max([after.least_cap(), after.used()]);
        }
        if months > 0 {
            let most = budgets.entry(number_field(form, &seat, "budget")).or_default();
            *most = (*most).max(after.spent);
        }
    }
    // The year that asks for most speaks for all.
    for (field, numbers) in caps {
        let [least, used] = numbers.map(|number| u32::try_from(number).unwrap_or(u32::MAX));
        errors.add(field, Problem::BelowUse { used, least });
    }
    for (field, spent) in budgets {
        errors.add(field, Problem::BelowSpent { spent });
    }
    Ok(())
}

/// Where the form says a number of a row of places; the whole list where it has that flow or pool no more.
fn number_field(form: &AgreementForm, seat: &SeatYear, number: &str) -> String {
    let (list, row) = if let Some(pool) = seat.pool {
        ("pools", form.pools.iter().position(|row| row.id.trim() == pool.to_string()))
    } else {
        let is_own = |row: &FlowForm| seat.flow.is_some_and(|flow| row.id.trim() == flow.to_string());
        ("flows", form.flows.iter().position(is_own))
    };
    row.map_or_else(|| list.to_owned(), |i| format!("{list}.{i}.{number}"))
}
