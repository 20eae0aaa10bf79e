//! `/api/v1/institutions/{id}/partners/{other}/balance`: what one institution sent another against what it received;
//! `/api/v1/agreements/{id}/pools/{pool}/balance`: the same of those who share a pool.

use super::{
    Refused,
    request::{Asked, Given, Ids, Keyed},
    shape,
};
use app::desk::balance::{self, BalanceView, OwnBalance, PoolBalanceView};
use axum::{Json, http::StatusCode};
use chrono::{DateTime, Utc};
use domain::{
    balance::{Left, OpeningForm, Side, Total, YearBalance},
    id::{AgreementId, InstitutionId, PoolId},
};
use serde::{Deserialize, Serialize};
use store::balance::Opening;
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
    /// Who said so, where anybody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opening_set: Option<OpeningSet>,
    /// Each year, the first one first.
    pub years: Vec<YearShown>,
    /// What may still go in the next academic year.
    pub next: NextShown,
}

/// Who said what a balance was before the registry counted.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpeningSet {
    /// Where it comes from.
    pub reason: String,
    /// Who said so.
    pub set_by: String,
    /// When.
    pub set_at: DateTime<Utc>,
}

/// The balances of those who share a pool. Weighed amounts are hundredths of units.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoolBalanceShown {
    /// Id of the agreement.
    pub agreement: Uuid,
    /// Id of the pool.
    pub pool: Uuid,
    /// The balance of each: an institution with its units.
    pub sharers: Vec<SharerShown>,
    /// All together, over all years.
    pub together: TotalShown,
    /// What may still go on all flows of the pool together in the next academic year.
    pub left: LeftShown,
}

/// The balance of one who shares a pool.
#[derive(Debug, Serialize, ToSchema)]
pub struct SharerShown {
    /// Whose balance.
    pub institution: Uuid,
    /// Who said what it was before the registry counted, where anybody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opening_set: Option<OpeningSet>,
    /// Each year, the first one first.
    pub years: Vec<YearShown>,
    /// Over all years.
    pub total: TotalShown,
    /// What may still go in the next academic year.
    pub next: NextShown,
}

/// A balance over all its years.
#[derive(Debug, Serialize, ToSchema)]
pub struct TotalShown {
    /// What it was before the registry counted.
    pub opening: i64,
    /// Who went: people, and their units, weighed.
    pub out: SideShown,
    /// Who came.
    #[serde(rename = "in")]
    pub inward: SideShown,
    /// After the last year.
    pub running: i64,
    /// The same in people, who went less who came: without an opening balance, which is one of units.
    pub running_persons: i64,
    /// What it would be if everyone who holds a place went.
    pub expected: i64,
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
    /// The same in people: who went less who came.
    pub balance_persons: i64,
    /// With all years before, and the opening balance.
    pub running: i64,
    /// The same in people, without the opening balance, which is one of units.
    pub running_persons: i64,
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
    /// That year, as its flows count it; two with ` · ` between them where some go by calendar years.
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
    /// Units left on flows whose number was agreed: no more than the months left allow, where all go for the shortest term, and none where
    /// no day is left.
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

/// What the balance of one who shares a pool was before the registry counted.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PoolOpeningBody {
    /// Id of the institution, one of those who share the pool.
    #[schema(required, format = Uuid)]
    pub institution: String,
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
            balance: year.own.weighed.to_hundredths(),
            balance_persons: year.own.persons,
            running: year.running.weighed.to_hundredths(),
            running_persons: year.running.persons,
            expected: year.expected.to_hundredths(),
        }
    }
}

impl From<Total> for TotalShown {
    fn from(total: Total) -> Self {
        Self {
            opening: total.opening.to_hundredths(),
            out: total.out.into(),
            inward: total.inward.into(),
            running: total.running.weighed.to_hundredths(),
            running_persons: total.running.persons,
            expected: total.expected.to_hundredths(),
        }
    }
}

impl NextShown {
    fn new(first_year: i32, own: &OwnBalance) -> Self {
        let [out, inward] = own.left;
        Self { year: own.forms.name(first_year), out: out.into(), inward: inward.into() }
    }
}

impl OpeningSet {
    fn of(own: &OwnBalance) -> Option<Self> {
        let Opening { balance: _, reason, set_by_name, set_at } = own.opening.clone()?;
        Some(Self { reason, set_by: set_by_name, set_at })
    }
}

impl From<&BalanceView> for BalanceShown {
    fn from(view: &BalanceView) -> Self {
        Self {
            institution: view.own.institution.id.0,
            partner: view.partner.id.0,
            opening: view.own.before().to_hundredths(),
            opening_set: OpeningSet::of(&view.own),
            years: view.own.years.iter().map(Into::into).collect(),
            next: NextShown::new(view.next_year, &view.own),
        }
    }
}

impl From<&PoolBalanceView> for PoolBalanceShown {
    fn from(view: &PoolBalanceView) -> Self {
        let sharer = |own: &OwnBalance| SharerShown {
            institution: own.institution.id.0,
            opening_set: OpeningSet::of(own),
            years: own.years.iter().map(Into::into).collect(),
            total: own.total().into(),
            next: NextShown::new(view.next_year, own),
        };
        Self {
            agreement: view.agreement.0,
            pool: view.pool.0,
            sharers: view.sharers.iter().map(sharer).collect(),
            together: view.together().into(),
            left: view.left.into(),
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
    params(("id" = Uuid, Path, description = "Id of the institution whose balance it is"), ("other" = Uuid, Path, description = "Id of the other"), Keyed),
    request_body = OpeningBody,
    responses((status = 204)),
)]
pub async fn set(
    Asked(desk): Asked,
    Ids(of, with): Ids<InstitutionId, InstitutionId>,
    keyed: Keyed,
    Given(body): Given<OpeningBody>,
) -> Result<StatusCode, Refused> {
    let request = keyed.of(&desk, &("opening", of, with, &body));
    let OpeningBody { balance, reason } = body;
    let form = OpeningForm { balance, reason, ..OpeningForm::default() };
    let set = balance::set_opening(&desk, [of, with], &form, request.as_ref()).await;
    set.map_err(|error| Refused::from(error).in_body(shape::pointer))?;
    Ok(StatusCode::NO_CONTENT)
}

/// The balances of those who share a pool, for their offices.
#[utoipa::path(
    get, path = "/api/v1/agreements/{id}/pools/{pool}/balance", tag = "agreements", operation_id = "show_pool_balance",
    params(("id" = Uuid, Path, description = "Id of the agreement"), ("pool" = Uuid, Path, description = "Id of the pool")),
    responses((status = 200, body = PoolBalanceShown)),
)]
pub async fn show_pool(
    Asked(desk): Asked,
    Ids(agreement, pool): Ids<AgreementId, PoolId>,
) -> Result<Json<PoolBalanceShown>, Refused> {
    Ok(Json((&balance::pool(&desk, agreement, pool).await?).into()))
}

/// Say what the balance of one who shares a pool was before the registry counted.
#[utoipa::path(
    post, path = "/api/v1/agreements/{id}/pools/{pool}/balance", tag = "agreements", operation_id = "set_pool_opening_balance",
    params(("id" = Uuid, Path, description = "Id of the agreement"), ("pool" = Uuid, Path, description = "Id of the pool"), Keyed),
    request_body = PoolOpeningBody,
    responses((status = 204)),
)]
pub async fn set_pool(
    Asked(desk): Asked,
    Ids(agreement, pool): Ids<AgreementId, PoolId>,
    keyed: Keyed,
    Given(body): Given<PoolOpeningBody>,
) -> Result<StatusCode, Refused> {
    let request = keyed.of(&desk, &("opening", agreement, pool, &body));
    let PoolOpeningBody { institution, balance, reason } = body;
    let form = OpeningForm { institution, balance, reason };
    let set = balance::set_pool_opening(&desk, (agreement, pool), &form, request.as_ref()).await;
    set.map_err(|error| Refused::from(error).in_body(shape::pointer))?;
    Ok(StatusCode::NO_CONTENT)
}
