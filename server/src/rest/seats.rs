//! `/api/v1/seats`, `/api/v1/flows`, `/api/v1/flows/{id}/years/{first_year}` and `/api/v1/pools/{id}/years/{first_year}`: how many places
//! there are, and who takes them.

mod params;
mod shapes;

use super::{
    Refused,
    page::{Page, limit},
    request::{Asked, Given, Id, Ids, Keyed, Params},
    shape,
};
use crate::export;
use app::{
    desk::{
        Desk,
        board::{self, BoardQuery},
        seats::{self, Of},
    },
    error::AppError,
};
use axum::{
    Json,
    response::{IntoResponse as _, Response},
};
use domain::{
    id::{FlowId, PoolId},
    problem::FieldErrors,
};
use params::{FlowParams, SeatParams, SumParams, TableParams};
use shapes::{
    AdjustedShown, AdjustmentBody, BoardLine, FlowLine, FlowShown, PoolYearShown, SumLine, YearClosed,
    YearShown, years,
};
use store::board::BoardRow;

/// The board of places: a page of the flows of your offices, with three academic years each
///
/// The year in the middle is the one that `fullness` and `unused` are about. A year in which a flow is not open is left out.
#[utoipa::path(get, path = "/api/v1/seats", operation_id = "list_seats", tag = "seats", params(SeatParams),
    responses((status = 200, body = Page<BoardLine>,
        headers(("Link" = String, description = "The address of the next page, `rel=\"next\"`")))))]
pub async fn list(Asked(desk): Asked, Params(mut params): Params<SeatParams>) -> Result<Response, Refused> {
    let raw_limit = params.limit.take().unwrap_or_default();
    let query = BoardQuery::from(params);
    let (.., mut errors) = query.parse(board::present_year(&desk));
    let limit = limit(&raw_limit, &mut errors);
    errors.into_result(|| ())?;
    let found = board::page(&desk, &query, limit).await?;
    let line = |row: &BoardRow| BoardLine::new(row, found.filter.year, found.balances.of(row.pair()));
    let items = found.page.rows.iter().map(line).collect();
    let next = found.page.next.as_ref().map(ToString::to_string);
    Ok(Page::new(items, next, found.count, i64::MAX).answer(&desk.visit.path, &desk.visit.query))
}

/// The board of places, added up for one academic year
///
/// By partner a page at a time, otherwise all at once. A flow for several levels or fields counts for each; numbers are in the unit
/// of each flow. `fullness` and `unused` are about the year that is added up.
#[utoipa::path(get, path = "/api/v1/seats/sums", operation_id = "sum_seats", tag = "seats", params(SumParams),
    responses((status = 200, body = Page<SumLine>,
        headers(("Link" = String, description = "The address of the next page, `rel=\"next\"`")))))]
pub async fn sums(Asked(desk): Asked, Params(mut params): Params<SumParams>) -> Result<Response, Refused> {
    let raw_limit = params.limit.take().unwrap_or_default();
    let query = BoardQuery::from(params);
    let (.., errors) = query.parse(board::present_year(&desk));
    let mut errors = renamed(errors, &[("group", "by"), ("from", "year")]);
    let limit = limit(&raw_limit, &mut errors);
    errors.into_result(|| ())?;
    let found = board::page(&desk, &query, limit).await?;
    let groups = found.groups.ok_or(AppError::NotFound)?;
    let items = groups.page.groups.iter().map(|group| SumLine::new(&groups, group)).collect();
    let next = groups.page.next.as_ref().map(ToString::to_string);
    Ok(Page::new(items, next, found.count, i64::MAX).answer(&desk.visit.path, &desk.visit.query))
}

/// The board of places as CSV
///
/// Exactly the filtered board, in its order, flow by flow or added up; cells that a spreadsheet would run begin with an apostrophe.
#[utoipa::path(get, path = "/api/v1/seats/export/csv", operation_id = "export_seats_csv", tag = "seats",
    params(TableParams), responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn export_csv(
    Asked(desk): Asked,
    Params(params): Params<TableParams>,
) -> Result<Response, Refused> {
    table(&desk, params, export::Kind::Csv).await
}

/// The board of places as XLSX
///
/// Exactly the filtered board, in its order, flow by flow or added up; every cell is a text.
#[utoipa::path(get, path = "/api/v1/seats/export/xlsx", operation_id = "export_seats_xlsx", tag = "seats",
    params(TableParams), responses((status = 200, body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
pub async fn export_xlsx(
    Asked(desk): Asked,
    Params(params): Params<TableParams>,
) -> Result<Response, Refused> {
    table(&desk, params, export::Kind::Xlsx).await
}

async fn table(desk: &Desk, params: TableParams, kind: export::Kind) -> Result<Response, Refused> {
    let query = BoardQuery::from(params);
    let (.., errors) = query.parse(board::present_year(desk));
    renamed(errors, &[("group", "by")]).into_result(|| ())?;
    Ok(export::seats(desk, &query, kind).await?)
}

/// Faults under the names that the parameters have.
fn renamed(errors: FieldErrors, names: &[(&str, &str)]) -> FieldErrors {
    let mut renamed = FieldErrors::default();
    for fault in errors.0 {
        let name = names.iter().find(|(from, _)| *from == fault.field).map(|(_, to)| (*to).to_owned());
        renamed.add(name.unwrap_or(fault.field), fault.problem);
    }
    renamed
}

/// A page of the flows that you may know of, with their places in three academic years
///
/// Everyone sees the flows of published agreements that all parties agreed on; offices also see those they send or receive by.
#[utoipa::path(get, path = "/api/v1/flows", operation_id = "list_flows", tag = "seats", params(FlowParams),
    responses((status = 200, body = Page<FlowLine>,
        headers(("Link" = String, description = "The address of the next page, `rel=\"next\"`")))))]
pub async fn flows(Asked(desk): Asked, Params(mut params): Params<FlowParams>) -> Result<Response, Refused> {
    let raw_limit = params.limit.take().unwrap_or_default();
    let (offered, query) = params.into();
    let (filter, .., mut errors) = query.parse(board::present_year(&desk));
    let (.., unknown) = offered.parse(&desk);
    errors.0.extend(unknown.0);
    let limit = limit(&raw_limit, &mut errors);
    errors.into_result(|| ())?;
    let page = board::flows(&desk, &query, &offered, limit).await?;
    let line = |row: &BoardRow| FlowLine { flow: (&row.record).into(), years: years(row, filter.year) };
    let items = page.rows.iter().map(line).collect();
    let next = page.next.as_ref().map(ToString::to_string);
    Ok(Page::new(items, next, page.count, i64::MAX).answer(&desk.visit.path, &desk.visit.query))
}

/// One flow that all parties agreed on
///
/// For everyone where its agreement is published, else for the offices that send or receive.
#[utoipa::path(get, path = "/api/v1/flows/{id}", operation_id = "get_flow", tag = "seats",
    params(("id" = String, Path, format = Uuid, description = "Id of the flow")),
    responses((status = 200, body = FlowShown)))]
pub async fn flow(Asked(desk): Asked, Id(id): Id<FlowId>) -> Result<Response, Refused> {
    Ok(Json(FlowShown::from(&seats::flow(&desk, id).await?)).into_response())
}

/// The places of a flow in an academic year, and the ledger that explains them
///
/// For everyone where its agreement is published; the ledger for the offices that send or receive, and administrators. Where the
/// places are those of the whole agreement every year tells the same.
#[utoipa::path(get, path = "/api/v1/flows/{id}/years/{first_year}", operation_id = "get_seat_year", tag = "seats",
    params(("id" = String, Path, format = Uuid, description = "Id of the flow"),
        ("first_year" = i32, Path, description = "The calendar year in which the academic year begins", example = 2026)),
    responses((status = 200, body = YearShown)))]
pub async fn year(Asked(desk): Asked, Ids(id, first): Ids<FlowId, i32>) -> Result<Response, Refused> {
    Ok(Json(YearShown::from(&seats::year(&desk, id, first).await?)).into_response())
}

/// Give a year more places, or fewer
///
/// By a lead of the receiver, or of the sender while nobody has an account for the receiver. Fewer than are taken is refused. With
/// `Idempotency-Key` the same request is carried out once.
#[utoipa::path(post, path = "/api/v1/flows/{id}/years/{first_year}/adjust", operation_id = "adjust_seats", tag = "seats",
    params(("id" = String, Path, format = Uuid, description = "Id of the flow"),
        ("first_year" = i32, Path, description = "The calendar year in which the academic year begins", example = 2026),
        Keyed),
    request_body = AdjustmentBody, responses((status = 200, body = AdjustedShown)))]
pub async fn adjust(
    asked: Asked,
    Ids(id, first): Ids<FlowId, i32>,
    keyed: Keyed,
    body: Given<AdjustmentBody>,
) -> Result<Response, Refused> {
    change(asked, (Of::Flow(id), first), keyed, body, false).await
}

/// Open places of a year beyond the cap
///
/// By those who may adjust. The board marks it; a number less than zero takes back what was opened so. With
/// `Idempotency-Key` the same request is carried out once.
#[utoipa::path(post, path = "/api/v1/flows/{id}/years/{first_year}/override", operation_id = "override_seats", tag = "seats",
    params(("id" = String, Path, format = Uuid, description = "Id of the flow"),
        ("first_year" = i32, Path, description = "The calendar year in which the academic year begins", example = 2026),
        Keyed),
    request_body = AdjustmentBody, responses((status = 200, body = AdjustedShown)))]
pub async fn exceed(
    asked: Asked,
    Ids(id, first): Ids<FlowId, i32>,
    keyed: Keyed,
    body: Given<AdjustmentBody>,
) -> Result<Response, Refused> {
    change(asked, (Of::Flow(id), first), keyed, body, true).await
}

/// The places that several flows share in an academic year, and the ledger that explains them
///
/// For the offices that send or receive on one of the flows, and administrators. Where the places are those of the whole agreement
/// every year tells the same.
#[utoipa::path(get, path = "/api/v1/pools/{id}/years/{first_year}", operation_id = "get_pool_year", tag = "seats",
    params(("id" = String, Path, format = Uuid, description = "Id of the pool"),
        ("first_year" = i32, Path, description = "The calendar year in which the academic year begins", example = 2026)),
    responses((status = 200, body = PoolYearShown)))]
pub async fn pool_year(
    Asked(desk): Asked,
    Ids(id, first): Ids<PoolId, i32>,
) -> Result<Json<PoolYearShown>, Refused> {
    Ok(Json((&seats::pool_ledger(&desk, id, first).await?).into()))
}

/// Give a year of a pool more places, or fewer
///
/// By a lead of an institution that receives on one of its flows, or of one that sends to who has no account. What is free then is
/// offered to those in line on all its flows. Fewer than are taken is refused. With `Idempotency-Key` the same request is carried out
/// once.
#[utoipa::path(post, path = "/api/v1/pools/{id}/years/{first_year}/adjust", operation_id = "adjust_pool_seats", tag = "seats",
    params(("id" = String, Path, format = Uuid, description = "Id of the pool"),
        ("first_year" = i32, Path, description = "The calendar year in which the academic year begins", example = 2026),
        Keyed),
    request_body = AdjustmentBody, responses((status = 200, body = AdjustedShown)))]
pub async fn adjust_pool(
    asked: Asked,
    Ids(id, first): Ids<PoolId, i32>,
    keyed: Keyed,
    body: Given<AdjustmentBody>,
) -> Result<Response, Refused> {
    change(asked, (Of::Pool(id), first), keyed, body, false).await
}

/// Open places of a year of a pool beyond the cap
///
/// By those who may adjust. The board marks it; a number less than zero takes back what was opened so. With
/// `Idempotency-Key` the same request is carried out once.
#[utoipa::path(post, path = "/api/v1/pools/{id}/years/{first_year}/override", operation_id = "override_pool_seats", tag = "seats",
    params(("id" = String, Path, format = Uuid, description = "Id of the pool"),
        ("first_year" = i32, Path, description = "The calendar year in which the academic year begins", example = 2026),
        Keyed),
    request_body = AdjustmentBody, responses((status = 200, body = AdjustedShown)))]
pub async fn exceed_pool(
    asked: Asked,
    Ids(id, first): Ids<PoolId, i32>,
    keyed: Keyed,
    body: Given<AdjustmentBody>,
) -> Result<Response, Refused> {
    change(asked, (Of::Pool(id), first), keyed, body, true).await
}

async fn change(
    Asked(desk): Asked,
    (of, first): (Of, i32),
    keyed: Keyed,
    Given(body): Given<AdjustmentBody>,
    is_override: bool,
) -> Result<Response, Refused> {
    let id = match of {
        Of::Flow(id) => id.0,
        Of::Pool(id) => id.0,
    };
    let request = keyed.of(&desk, &(is_override, id, first, &body));
    match seats::adjust(&desk, of, first, &body.into(), is_override, request.as_ref()).await {
        Ok(adjusted) => Ok(Json(AdjustedShown::from(adjusted)).into_response()),
        Err(error) => Err(naming(&desk, error).await?.in_body(shape::pointer)),
    }
}

/// The refusal of fewer places than are taken, with the nominations that would have to go; any other as it is.
pub(super) async fn naming(desk: &Desk, error: AppError) -> Result<Refused, AppError> {
    let people = seats::in_the_way(desk, Some(&error)).await?;
    Ok(Refused::from(error).naming(people))
}

/// Close a year of a flow, once
///
/// Nobody is nominated for it any more, who is in line leaves it, and what is left goes to the next year where the flow says so.
/// Refused while a nomination is still to be answered. With `Idempotency-Key` the same request is carried out once.
#[utoipa::path(post, path = "/api/v1/flows/{id}/years/{first_year}/close", operation_id = "close_seat_year", tag = "seats",
    params(("id" = String, Path, format = Uuid, description = "Id of the flow"),
        ("first_year" = i32, Path, description = "The calendar year in which the academic year begins", example = 2026),
        Keyed),
    responses((status = 200, body = YearClosed)))]
pub async fn close(
    Asked(desk): Asked,
    Ids(id, first): Ids<FlowId, i32>,
    keyed: Keyed,
) -> Result<Response, Refused> {
    let request = keyed.of(&desk, &("close", id, first));
    let carried = seats::close(&desk, id, first, request.as_ref()).await?;
    Ok(Json(YearClosed { carried }).into_response())
}
