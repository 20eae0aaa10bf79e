//! What offices keep about lists: tags on an agreement, and `/api/v1/views`.

use super::{
    problem::Refused,
    request::{Asked, Given, Id},
};
use app::desk::{Desk, listing};
use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use domain::{id::AgreementId, listing::ViewForm};
use serde::{Deserialize, Serialize};
use store::view::SavedView;
use utoipa::ToSchema;
use uuid::Uuid;

/// A tag to put on an agreement, or to take off it.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TagBody {
    /// The tag: forty characters at most; case and accents do not matter.
    #[schema(required)]
    pub tag: String,
    /// Id of the office whose tag it is; the first that you may tag for, unless said.
    pub office: Option<String>,
}

/// A view to keep.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ViewBody {
    /// What it is called.
    #[schema(required)]
    pub name: String,
    /// The query of the list: the parameters of `GET /api/v1/agreements`.
    pub query: String,
    /// Id of an office of yours that is to see it, too.
    pub office: Option<String>,
}

/// A view that is kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct ViewShown {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// The query of the list.
    pub query: String,
    /// Id of the office that sees it, too.
    pub office: Option<Uuid>,
    /// When it was kept.
    pub created_at: DateTime<Utc>,
}

impl From<SavedView> for ViewShown {
    fn from(view: SavedView) -> Self {
        let office = view.office.map(|office| office.0);
        Self { id: view.id, name: view.name, query: view.query, office, created_at: view.created_at }
    }
}

/// All views that one sees.
#[derive(Debug, Serialize, ToSchema)]
pub struct ViewsShown {
    /// One's own, and those of one's offices, by name.
    pub items: Vec<ViewShown>,
}

/// Put a tag of your office on an agreement
#[utoipa::path(post, path = "/api/v1/agreements/{id}/tag", operation_id = "tag_agreement", tag = "agreements",
    params(("id" = String, Path, format = Uuid, description = "Id of the agreement")),
    request_body = TagBody, responses((status = 204, description = "It has the tag")))]
pub async fn tag(
    Asked(desk): Asked,
    Id(id): Id<AgreementId>,
    Given(body): Given<TagBody>,
) -> Result<StatusCode, Refused> {
    set(&desk, id, &body, false).await
}

/// Take a tag of your office off an agreement
#[utoipa::path(post, path = "/api/v1/agreements/{id}/untag", operation_id = "untag_agreement", tag = "agreements",
    params(("id" = String, Path, format = Uuid, description = "Id of the agreement")),
    request_body = TagBody, responses((status = 204, description = "It has not the tag")))]
pub async fn untag(
    Asked(desk): Asked,
    Id(id): Id<AgreementId>,
    Given(body): Given<TagBody>,
) -> Result<StatusCode, Refused> {
    set(&desk, id, &body, true).await
}

async fn set(
    desk: &Desk,
    id: AgreementId,
    body: &TagBody,
    is_taken_off: bool,
) -> Result<StatusCode, Refused> {
    let office = body.office.as_deref().unwrap_or_default();
    let done = listing::tag(desk, office, &body.tag, is_taken_off, &[id]).await;
    done.map_err(|error| Refused::from(error).in_body(|field| format!("/{field}")))?;
    Ok(StatusCode::NO_CONTENT)
}

/// The views that you and your offices keep
#[utoipa::path(get, path = "/api/v1/views", operation_id = "list_views", tag = "agreements",
    responses((status = 200, body = ViewsShown)))]
pub async fn views(Asked(desk): Asked) -> Result<Response, Refused> {
    let items = listing::views(&desk).await?.into_iter().map(ViewShown::from).collect();
    Ok(Json(ViewsShown { items }).into_response())
}

/// Keep a view of the list of agreements
#[utoipa::path(post, path = "/api/v1/views", operation_id = "keep_view", tag = "agreements",
    request_body = ViewBody, responses((status = 201, body = ViewShown,
        headers(("Location" = String, description = "Its address")))))]
pub async fn keep(Asked(desk): Asked, Given(body): Given<ViewBody>) -> Result<Response, Refused> {
    let office = body.office.unwrap_or_default();
    let is_shared = super::shape::mark(!office.is_empty());
    let form = ViewForm { name: body.name, query: body.query, is_shared, office };
    let kept = listing::keep_view(&desk, &form).await;
    let view = kept.map_err(|error| Refused::from(error).in_body(|field| format!("/{field}")))?;
    let location = [(header::LOCATION, format!("/api/v1/views/{}", view.id))];
    Ok((StatusCode::CREATED, location, Json(ViewShown::from(view))).into_response())
}

/// Forget a view
///
/// One's own, or one of an office that one leads. One that is gone already is forgotten, too.
#[utoipa::path(delete, path = "/api/v1/views/{id}", operation_id = "forget_view", tag = "agreements",
    params(("id" = String, Path, format = Uuid, description = "Id of the view")),
    responses((status = 204, description = "It is forgotten")))]
pub async fn forget(Asked(desk): Asked, Id(id): Id<Uuid>) -> Result<StatusCode, Refused> {
    listing::forget_view(&desk, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
