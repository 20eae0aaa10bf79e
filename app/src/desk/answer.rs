//! How a plain form is answered: onward when it was carried out, back with what was typed when not.

use super::Desk;
use crate::error::AppError;
use chrono::{DateTime, TimeDelta, Utc};
use leptos_axum::redirect;
use serde::{Serialize, de::DeserializeOwned};
use store::{idempotency::Request, kept_form};

/// How long a form that could not be saved is kept.
const KEPT_HOURS: i64 = 24;

/// What was typed into a form, and why it was not saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept<F> {
    /// What was typed.
    pub form: F,
    /// Why it was not saved; `None` for a draft kept while typing.
    pub error: Option<AppError>,
    /// When.
    pub kept_at: DateTime<Utc>,
}

/// Answers a plain form: goes on to the address given, or back to the page of the form (`page`, without the
/// language) with what was typed and what is wrong. Someone who is not signed in any more signs in first and
/// then finds the form as it was.
pub async fn answer(
    desk: &Desk,
    page: &str,
    form: &impl Serialize,
    outcome: Result<String, AppError>,
) -> Result<(), AppError> {
    answer_at(desk, page, page, form, outcome).await
}

/// The same where the page has a query of its own to come back to: `back` is the page with it.
pub async fn answer_at(
    desk: &Desk,
    page: &str,
    back: &str,
    form: &impl Serialize,
    outcome: Result<String, AppError>,
) -> Result<(), AppError> {
    redirect(&address_after(desk, page, back, form, outcome).await?);
    Ok(())
}

/// The address a plain form leads to: onward, or back to its page.
pub async fn address_after(
    desk: &Desk,
    page: &str,
    back: &str,
    form: &impl Serialize,
    outcome: Result<String, AppError>,
) -> Result<String, AppError> {
    let error = match outcome {
        Ok(onward) => return Ok(onward),
        Err(error) => error,
    };
    let key = keep(desk, page, form, Some(&error)).await?;
    let back = with_query(&desk.href(back), &format!("kept={key}"));
    Ok(match error {
        AppError::SignIn => desk.href(&format!("/sign-in?ended=1&next={}", url_encode(&back))),
        _ => back,
    })
}

impl Desk {
    /// A form by the name that its page gave it: sent twice with the same in it, it is carried out once. Nothing of a form without a name,
    /// nor of whoever is not signed in.
    pub fn sent(&self, key: &str, said: &impl Serialize) -> Option<Request> {
        let account = self.actor().person().filter(|_| !key.is_empty())?.id;
        let hash = super::hex(&super::hash(&serde_json::to_string(said).unwrap_or_default()));
        // Sent again with something else in it, it is another.
        Some(Request { account, key: format!("form {} {hash}", super::hex(&super::hash(key))), hash })
    }
}

/// Keeps a form for a day; the key in the answer is the only way to it.
pub async fn keep(
    desk: &Desk,
    page: &str,
    form: &impl Serialize,
    error: Option<&AppError>,
) -> Result<String, AppError> {
    let stamp = desk.stamp();
    let key = super::secret()?;
    let row = kept_form::KeptForm {
        path: page.to_owned(),
        body: serde_json::to_string(form).unwrap_or_default(),
        errors: serde_json::to_string(&error).unwrap_or_default(),
        kept_at: stamp.at,
        expires_at: stamp.at + TimeDelta::hours(KEPT_HOURS),
        account_id: desk.actor().person().map(|person| person.id.0),
    };
    let mut tx = desk.state.db.write().await?;
    kept_form::insert(&mut tx, &stamp, &super::hash(&key), &row).await?;
    tx.commit().await?;
    Ok(key)
}

/// The form kept under the `kept` key of the address, if it is this page's and not over.
pub async fn kept<F: DeserializeOwned>(desk: &Desk, page: &str) -> Result<Option<Kept<F>>, AppError> {
    let Some(key) = query_value(&desk.visit.query, "kept") else { return Ok(None) };
    kept_under(desk, page, &key).await
}

/// The form kept under a key, if it is this page's and not over.
pub async fn kept_under<F: DeserializeOwned>(
    desk: &Desk,
    page: &str,
    key: &str,
) -> Result<Option<Kept<F>>, AppError> {
    let mut tx = desk.read().await?;
    let Some(row) = kept_form::find(&mut tx, &super::hash(key), desk.now()).await? else { return Ok(None) };
    let is_anothers = row.account_id.is_some_and(|id| desk.actor().person().is_none_or(|p| p.id.0 != id));
    if row.path != page || is_anothers {
        return Ok(None);
    }
    let form = serde_json::from_str(&row.body).ok();
    let error = serde_json::from_str::<Option<AppError>>(&row.errors).ok().flatten();
    Ok(form.map(|form| Kept { form, error, kept_at: row.kept_at }))
}

/// Keeps what someone is typing into a page's form, in place of what was kept of it before.
pub async fn keep_draft(desk: &Desk, page: &str, form: &impl Serialize) -> Result<(), AppError> {
    forget_draft(desk, page).await?;
    keep(desk, page, form, None).await.map(|_| ())
}

/// Forgets what was kept of a page's form while typing.
pub async fn forget_draft(desk: &Desk, page: &str) -> Result<(), AppError> {
    let Some(person) = desk.actor().person() else { return Ok(()) };
    let mut tx = desk.state.db.write().await?;
    kept_form::delete_drafts(&mut tx, person.id.0, page).await?;
    Ok(tx.commit().await?)
}

/// What was kept of a page's form while its reader typed, if anything.
pub async fn draft<F: DeserializeOwned>(desk: &Desk, page: &str) -> Result<Option<Kept<F>>, AppError> {
    let Some(person) = desk.actor().person() else { return Ok(None) };
    let mut tx = desk.read().await?;
    let row = kept_form::find_draft(&mut tx, person.id.0, page, desk.now()).await?;
    Ok(row.and_then(|row| {
        let form = serde_json::from_str(&row.body).ok()?;
        Some(Kept { form, error: None, kept_at: row.kept_at })
    }))
}

/// The query of an address, read into its parts; parts that are not understood are left empty.
pub fn read_query<T: DeserializeOwned + Default>(query: &str) -> T {
    let pairs: serde_json::Map<String, serde_json::Value> = url::form_urlencoded::parse(query.as_bytes())
        .map(|(key, value)| (key.into_owned(), serde_json::Value::String(value.into_owned())))
        .collect();
    serde_json::from_value(pairs.into()).unwrap_or_default()
}

/// The value of a key in a query, decoded.
pub fn query_value(query: &str, key: &str) -> Option<String> {
    url::form_urlencoded::parse(query.as_bytes()).find(|(k, _)| k == key).map(|(_, v)| v.into_owned())
}

/// An address with one more part of a query; the same where that is empty.
pub fn with_query(path: &str, query: &str) -> String {
    if query.is_empty() {
        return path.to_owned();
    }
    let separator = if path.contains('?') { '&' } else { '?' };
    format!("{path}{separator}{query}")
}

fn url_encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
