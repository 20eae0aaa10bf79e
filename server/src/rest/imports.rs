//! `/api/v1/imports`: lists of institutions and of agreements.

use super::{
    problem::{Fault, Refused},
    request::{Asked, Id, Params},
};
use crate::{bring::Upload, web::Web};
use app::{
    desk::imports::{self, RowFilter, RowView, UnderWay},
    texts::Texts,
};
use axum::{
    Json,
    body::Body,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use domain::{
    agreement::Difference,
    fold::fold,
    id::ImportId,
    import::{
        ImportKind, ImportState, ListColumn,
        plan::{Counts, Outcome, Reason},
    },
    problem::Problem,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::import::Import;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which file, and what to do with it.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportParams {
    /// What the list is of: `institutions` (for administrators) unless said, or `agreements`.
    #[param(example = "agreements")]
    kind: Option<String>,
    /// What columns mean whose headers do not say: `Titre=title_fr`, several with line feeds between; nothing after the sign
    /// leaves a column aside.
    #[param(example = "Titre=title_fr")]
    columns: Option<String>,
    /// Name of the file, to be found again by.
    #[param(example = "list.xlsx")]
    file: Option<String>,
    /// The encoding of a CSV file that is not Unicode.
    #[param(example = "windows-1252")]
    encoding: Option<String>,
    /// `true` to be told what each row would do, and write nothing.
    dry_run: Option<String>,
}

/// Which rows of an import.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RowParams {
    /// Those that do this: `new`, `same`, `changed` or `refused`; all that are not simply the same unless said.
    outcome: Option<String>,
    /// The `next` of the answer before.
    after: Option<String>,
}

/// How many rows do what. Flagged ones are among the new, same and changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountsShown {
    /// Rows below the headers.
    pub read: u32,
    /// That add an institution or agreement.
    pub new: u32,
    /// That say what is known.
    pub same: u32,
    /// That change one.
    pub changed: u32,
    /// That are taken, but not all as it stands.
    pub flagged: u32,
    /// That are not taken.
    pub refused: u32,
    /// Of which an identifier was brought into its usual form.
    pub normalised: u32,
}

impl From<Counts> for CountsShown {
    fn from(counts: Counts) -> Self {
        let Counts { read, new, same, changed, flagged, refused, normalised } = counts;
        Self { read, new, same, changed, flagged, refused, normalised }
    }
}

/// A row.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowShown {
    /// Its number in the file, from 1.
    pub row: u32,
    /// The name that stands there.
    pub name: String,
    /// `new`, `same`, `changed` or `refused`.
    #[schema(example = "new")]
    pub outcome: &'static str,
    /// The institution it is, where the registry has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub institution: Option<Uuid>,
    /// The agreement it is, where the registry has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreement: Option<Uuid>,
    /// Why it is refused, or what of it is left out or kept as given, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// What it would change, by the fields of the form.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeShown>,
}

/// What a row would change of a field.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeShown {
    /// The field of the form.
    #[schema(example = "ends")]
    pub field: String,
    /// What stands there; empty where nothing does.
    pub before: String,
    /// What would.
    pub after: String,
}

impl From<&Difference> for ChangeShown {
    fn from(Difference { field, before, after }: &Difference) -> Self {
        Self { field: field.clone(), before: before.clone(), after: after.clone() }
    }
}

/// How far an import is that is being carried out.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgressShown {
    /// Since when.
    pub since: DateTime<Utc>,
    /// Rows written so far, none of which lasts before the last one; unknown where another server writes them, or where it
    /// broke off, which may be carried out again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u32>,
    /// Of how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<u32>,
}

impl From<UnderWay> for ProgressShown {
    fn from(UnderWay { since, rows }: UnderWay) -> Self {
        Self { since, rows: rows.map(|(rows, _)| rows), of: rows.map(|(_, of)| of) }
    }
}

/// An import, or what a file would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportShown {
    /// Its id; none of a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// `read` (nothing is written), `done` or `undone`.
    #[schema(example = "done")]
    pub state: &'static str,
    /// What the list is of: `institutions` or `agreements`.
    #[schema(example = "institutions")]
    pub kind: &'static str,
    /// Name of the file.
    pub file: String,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// When it was carried out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_at: Option<DateTime<Utc>>,
    /// How far it is, while it is being carried out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<ProgressShown>,
    /// Why it was not carried out the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "busy")]
    pub failure: Option<String>,
    /// How many rows do, or did, what.
    pub counts: CountsShown,
    /// The rows that are not simply the same.
    pub rows: Vec<RowShown>,
    /// The number after which the next rows come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u32>,
}

/// Take in a list of institutions or agreements, or be told what that would do
///
/// The body is the file itself, XLSX or CSV; its columns are recognised by their headers. All rows but the refused ones are
/// written, in one transaction, or nothing.
#[utoipa::path(post, path = "/api/v1/imports", operation_id = "import_institutions", tag = "imports", params(ImportParams),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file"),
    responses((status = 200, description = "What it would do", body = ImportShown), (status = 201, body = ImportShown,
        headers(("Location" = String, description = "Its address")))))]
pub async fn create(
    State(web): State<Arc<Web>>,
    Asked(desk): Asked,
    Params(params): Params<ImportParams>,
    body: Body,
) -> Result<Response, Refused> {
    let kind = params.kind.as_deref().map_or(Ok(ImportKind::Institutions), ImportKind::parse);
    let kind = kind.map_err(|problem| Refused::field("kind", Fault::Value(problem)))?;
    imports::may_take(&desk, kind)?;
    let said = said_columns(params.columns.as_deref().unwrap_or_default())
        .map_err(|problem| Refused::field("columns", Fault::Value(problem)))?;
    let is_dry_run = match params.dry_run.as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Refused::field("dry_run", Fault::Value(Problem::NotAChoice))),
    };
    let mut upload = Upload::new(
        params.file.as_deref().unwrap_or_default(),
        params.encoding.as_deref().unwrap_or_default(),
    );
    upload.receive(body.into_data_stream(), &web.limits).await?;
    let (file, sheet) = upload.read().await?;
    let (import, plan) = imports::take(&desk, kind, &file, (&sheet, &said), is_dry_run).await?;
    let counts = plan.counts().into();
    let shown = ImportShown {
        id: import.as_ref().map(|import| import.id.0),
        state: import.as_ref().map_or(ImportState::Read, |import| import.state).code(),
        kind: kind.code(),
        file: file.name,
        sha256: file.hash,
        done_at: import.as_ref().and_then(|import| import.done_at),
        progress: None,
        failure: None,
        counts,
        rows: rows(Texts(desk.lang()), kind, plan),
        next: None,
    };
    Ok(match import {
        Some(import) => {
            let location = [(header::LOCATION, format!("/api/v1/imports/{}", import.id))];
            (StatusCode::CREATED, location, Json(shown)).into_response()
        }
        None => Json(shown).into_response(),
    })
}

/// What columns mean, as someone says.
fn said_columns(raw: &str) -> Result<Vec<(String, Option<ListColumn>)>, Problem> {
    let one = |line: &str| {
        let (header, code) = line.rsplit_once('=').ok_or(Problem::NotAChoice)?;
        let column = if code.trim().is_empty() { None } else { Some(ListColumn::parse(code)?) };
        Ok((fold(header), column))
    };
    raw.lines().filter(|line| !line.trim().is_empty()).map(one).collect()
}

fn rows(t: Texts, kind: ImportKind, plan: imports::Planned) -> Vec<RowShown> {
    let told = plan.rows().into_iter().filter(|row| row.outcome != Outcome::Same || row.is_flagged());
    told.map(|row| shown(t, kind, &row)).collect()
}

fn shown(t: Texts, kind: ImportKind, row: &RowView) -> RowShown {
    let subject = |of| row.subject.filter(|_| kind == of);
    RowShown {
        row: row.number,
        name: row.label.clone(),
        outcome: row.outcome.code(),
        institution: subject(ImportKind::Institutions),
        agreement: subject(ImportKind::Agreements),
        reasons: row.reasons.iter().map(|reason: &Reason| t.import_reason(reason)).collect(),
        changes: row.changes.iter().map(ChangeShown::from).collect(),
    }
}

/// One import, and what its rows did
#[utoipa::path(get, path = "/api/v1/imports/{id}", operation_id = "get_import", tag = "imports",
    params(("id" = String, Path, format = Uuid, description = "Id of the import"), RowParams),
    responses((status = 200, body = ImportShown)))]
pub async fn show(
    Asked(desk): Asked,
    Id(id): Id<ImportId>,
    Params(params): Params<RowParams>,
) -> Result<Response, Refused> {
    let faulty = |name| Refused::field(name, Fault::Value(Problem::NotAChoice));
    let outcome = params.outcome.as_deref().map(Outcome::parse).transpose().map_err(|_| faulty("outcome"))?;
    let after = params.after.as_deref().map(str::parse).transpose().map_err(|_| faulty("after"))?;
    let filter = RowFilter { outcome, after: after.unwrap_or_default() };
    let view = imports::view(&desk, id, filter).await?;
    let t = Texts(desk.lang());
    let Import { id, kind, file, state, done_at, .. } = view.import;
    Ok(Json(ImportShown {
        id: Some(id.0),
        state: state.code(),
        kind: kind.code(),
        file: file.name,
        sha256: file.hash,
        done_at,
        progress: view.under_way.map(ProgressShown::from),
        failure: view.failure.as_ref().map(ToString::to_string),
        counts: view.counts.into(),
        rows: view.rows.iter().map(|row| shown(t, kind, row)).collect(),
        next: view.next,
    })
    .into_response())
}

/// Undo an import, while nobody changed or used what it wrote
#[utoipa::path(post, path = "/api/v1/imports/{id}/undo", operation_id = "undo_import", tag = "imports",
    params(("id" = String, Path, format = Uuid, description = "Id of the import")), responses((status = 204)))]
pub async fn undo(Asked(desk): Asked, Id(id): Id<ImportId>) -> Result<StatusCode, Refused> {
    imports::undo(&desk, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
