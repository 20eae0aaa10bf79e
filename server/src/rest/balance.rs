//! `/api/v1/institutions/{id}/partners/{other}/balance`: what one institution sent another against what it received.

use super::{
    Refused,
    request::{Asked, Given, Ids},
    shape,
};
use app::desk::balance::{self, BalanceView, Left};
use axum::{Json, http::StatusCode};
use domain::{
    balance::{OpeningForm, Side, Weighed, YearBalance},
    id::InstitutionId,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A balance, seen from the first institution. Weighed amounts are hundredths of units.
#[derive(Debug, Serialize, ToSchema)]
pub struct BalanceShown {
    /// Whose balance.
    pub institution: Uuid,
    /// With whom.
    pub partner: Uuid,
    /// What it was before the registry counted.
    pub opening: i64,
    /// Each year, the first one first.
    pub years: Vec<YearShown>,
    /// What may still go in the next academic year.
    pub next: NextShown,
}

/// A year of a balance.
#[derive(Debug, Serialize, ToSchema)]
pub struct YearShown {
    /// First year of the academic year.
    pub first_year: i32,
    /// Who went: people, and their units, weighed.
    pub out: SideShown,
    /// Who came.
    #[serde(rename = "in")]
    pub inward: SideShown,
    /// Of this year alone.
    pub balance: i64,
    /// With all years before, and the opening balance.
    pub running: i64,
    /// What it would be if everyone who holds a place went.
    pub expected: i64,
}

/// People and units, one way.
#[derive(Debug, Serialize, ToSchema)]
pub struct SideShown {
    /// People.
    pub persons: i64,
    /// Hundredths of units, weighed.
    pub weighed: i64,
}

/// What may still go in the next academic year.
#[derive(Debug, Serialize, ToSchema)]
pub struct NextShown {
    /// That year.
    #[schema(example = "2027/2028")]
    pub year: String,
    /// What may still be sent.
    pub out: LeftShown,
    /// What may still be received.
    #[serde(rename = "in")]
    pub inward: LeftShown,
}

/// What is left one way.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeftShown {
    /// Units left on flows whose number was agreed.
    pub remaining: i64,
    /// Flows that are open.
    pub flows: usize,
    /// Flows without an agreed number among them.
    pub not_agreed: usize,
}

/// What a balance was before the registry counted.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OpeningBody {
    /// Units, weighed, with at most two decimals; below zero where more came than went.
    #[schema(required, example = "-1.5")]
    pub balance: String,
    /// Where the figure comes from.
    #[schema(required)]
    pub reason: String,
}

impl From<Side> for SideShown {
    fn from(side: Side) -> Self {
        Self { persons: side.persons, weighed: side.weighed.to_hundredths() }
    }
}

impl From<Left> for LeftShown {
    fn from(left: Left) -> Self {
        Self { remaining: left.remaining, flows: left.flows, not_agreed: left.not_agreed }
    }
}

impl From<&YearBalance> for YearShown {
    fn from(year: &YearBalance) -> Self {
        Self {
            first_year: year.first_year,
            out: year.out.into(),
            inward: year.inward.into(),
            balance: year.own.to_hundredths(),
            running: year.running.to_hundredths(),
            expected: year.expected.to_hundredths(),
        }
    }
}

impl From<&BalanceView> for BalanceShown {
    fn from(view: &BalanceView) -> Self {
        let opening =
            view.opening.as_ref().map_or(Weighed::default(), |one| Weighed::hundredths(one.balance));
        let [out, inward] = view.left;
        Self {
            institution: view.pair[0].id.0,
            partner: view.pair[1].id.0,
            opening: opening.to_hundredths(),
            years: view.years.iter().map(Into::into).collect(),
            next: NextShown { year: view.next_year.to_string(), out: out.into(), inward: inward.into() },
        }
    }
}

/// The balance of an institution with another, for the offices of the two.
#[utoipa::path(
    get, path = "/api/v1/institutions/{id}/partners/{other}/balance", tag = "institutions", operation_id = "show_balance",
    params(("id" = Uuid, Path, description = "Id of the institution whose balance it is"), ("other" = Uuid, Path, description = "Id of the other")),
    responses((status = 200, body = BalanceShown)),
)]
pub async fn show(
    Asked(desk): Asked,
    Ids(of, with): Ids<InstitutionId, InstitutionId>,
) -> Result<Json<BalanceShown>, Refused> {
    Ok(Json((&balance::view(&desk, [of, with]).await?).into()))
}

/// Say what the balance was before the registry counted.
#[utoipa::path(
    post, path = "/api/v1/institutions/{id}/partners/{other}/balance", tag = "institutions", operation_id = "set_opening_balance",
    params(("id" = Uuid, Path, description = "Id of the institution whose balance it is"), ("other" = Uuid, Path, description = "Id of the other")),
    request_body = OpeningBody,
    responses((status = 204)),
)]
pub async fn set(
    Asked(desk): Asked,
    Ids(of, with): Ids<InstitutionId, InstitutionId>,
    Given(body): Given<OpeningBody>,
) -> Result<StatusCode, Refused> {
    let form = OpeningForm { balance: body.balance, reason: body.reason };
    let set = balance::set_opening(&desk, [of, with], &form).await;
    set.map_err(|error| Refused::from(error).in_body(shape::pointer))?;
    Ok(StatusCode::NO_CONTENT)
}
