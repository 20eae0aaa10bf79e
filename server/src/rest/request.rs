//! What handlers are handed: who asks, which one, on which version, with what.

use super::problem::{Fault, Kind, Refused};
use crate::web::Web;
use app::desk::{Desk, Visit, hash, hex};
use axum::{
    body::to_bytes,
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use domain::access::Actor;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use serde_path_to_error::Segment;
use std::{str::FromStr, sync::Arc};
use store::idempotency::Request as Named;
use utoipa::{
    IntoParams, PartialSchema as _,
    openapi::{
        Required,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

/// The header by which a request names itself.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Refuses a token that is not valid, and writes with one that may only read, before anything else is said.
pub async fn token(request: Request, next: Next) -> Response {
    let is_shown = request.headers().contains_key(header::AUTHORIZATION);
    let visit = request.extensions().get::<Visit>();
    if is_shown && visit.is_none_or(|visit| visit.actor == Actor::Visitor) {
        return Refused::of(Kind::BadToken).into_response();
    }
    if visit.is_some_and(|visit| visit.is_read_only) && !request.method().is_safe() {
        return Refused::of(Kind::ReadOnlyToken).into_response();
    }
    next.run(request).await
}

/// Who asks, and what carries it out.
#[derive(Debug)]
pub struct Asked(pub Desk);

impl FromRequestParts<Arc<Web>> for Asked {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Refused> {
        let visit = parts.extensions.get::<Visit>().cloned().ok_or(Kind::Internal)?;
        Ok(Self(Desk { state: web.app.clone(), visit }))
    }
}

/// Which one: the id in the address. What is no id names nothing.
#[derive(Debug)]
pub struct Id<T>(pub T);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let Path(id) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Kind::NotFound)?;
        Ok(Self(id.parse().map_err(|_| Kind::NotFound)?))
    }
}

/// Which of something: the two ids in the address.
#[derive(Debug)]
pub struct Ids<A, B>(pub A, pub B);

impl<A: FromStr, B: FromStr, S: Send + Sync> FromRequestParts<S> for Ids<A, B> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let read = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Path((first, second)) = read.map_err(|_| Kind::NotFound)?;
        let (first, second) =
            (first.parse().map_err(|_| Kind::NotFound)?, second.parse().map_err(|_| Kind::NotFound)?);
        Ok(Self(first, second))
    }
}

/// The version a change is based on, as `If-Match` says. A tag that is none of ours is the version of nothing.
#[derive(Debug)]
pub struct Based(pub i64);

/// A version that nothing ever has.
const NO_VERSION: i64 = -1;

impl<S: Send + Sync> FromRequestParts<S> for Based {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        let tag = parts.headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok()).map(str::trim);
        let tag = tag.filter(|tag| !tag.is_empty() && *tag != "*").ok_or(Kind::VersionNeeded)?;
        let version = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
        Ok(Self(version.and_then(|version| version.parse().ok()).unwrap_or(NO_VERSION)))
    }
}

/// Longest name of a request.
const KEY_MAX: usize = 200;

/// The name that a request gives itself (`Idempotency-Key`), if it does.
#[derive(Debug)]
pub struct Keyed(Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Keyed {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        let Some(value) = parts.headers.get(IDEMPOTENCY_KEY) else { return Ok(Self(None)) };
        let key = value.to_str().ok().map(str::trim).filter(|key| (1..=KEY_MAX).contains(&key.len()));
        let wrong = || Refused::field(IDEMPOTENCY_KEY, Fault::WrongType);
        Ok(Self(Some(key.ok_or_else(wrong)?.to_owned())))
    }
}

impl IntoParams for Keyed {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let key = ParameterBuilder::new()
            .name("Idempotency-Key")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(format!(
                "A name of the request, at most {KEY_MAX} characters: asked again within a day it is answered the same; what was refused may be asked anew"
            )))
            .schema(Some(String::schema()));
        vec![key.build()]
    }
}

impl Keyed {
    /// The request by its name, for what is asked: its address and its body.
    pub fn of(self, desk: &Desk, asked: &impl Serialize) -> Option<Named> {
        let account = desk.actor().person()?.id;
        let asked = serde_json::to_string(asked).unwrap_or_default();
        Some(Named { account, key: self.0?, hash: hex(&hash(&asked)) })
    }
}

/// The query of the address. A name that is not known is refused.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        let mut pairs = Map::new();
        for (name, value) in url::form_urlencoded::parse(parts.uri.query().unwrap_or("").as_bytes()) {
            if pairs.insert(name.to_string(), Value::String(value.into_owned())).is_some() {
                return Err(Refused::field(name, Fault::Value(domain::problem::Problem::Duplicate)));
            }
        }
        let read = serde_path_to_error::deserialize(Value::Object(pairs));
        read.map(Self)
            .map_err(|error| fault(&error).in_body(|field| field.trim_start_matches('/').to_owned()))
    }
}

/// A JSON body. A member that is not known is refused by its name.
#[derive(Debug)]
pub struct Given<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<Web>> for Given<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Refused> {
        if !is_json(request.headers()) {
            return Err(Kind::WrongContentType.into());
        }
        let body = to_bytes(request.into_body(), web.limits.body_bytes).await.map_err(|_| Kind::TooLarge)?;
        // Serde would take a list for the members of an object in their order.
        if body.trim_ascii_start().starts_with(b"[") {
            return Err(Refused::field("", Fault::WrongType));
        }
        let mut json = serde_json::Deserializer::from_slice(&body);
        let read = serde_path_to_error::deserialize(&mut json).map_err(|error| fault(&error))?;
        json.end().map_err(|error| Refused::bad_json(error.line(), error.column()))?;
        Ok(Self(read))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let named = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let essence = named.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// What could not be read, and where.
fn fault(error: &serde_path_to_error::Error<serde_json::Error>) -> Refused {
    let cause = error.inner();
    if !cause.is_data() {
        return Refused::bad_json(cause.line(), cause.column());
    }
    let mut pointer = String::new();
    for segment in error.path() {
        match segment {
            Segment::Seq { index } => push(&mut pointer, &index.to_string()),
            Segment::Map { key } | Segment::Enum { variant: key } => push(&mut pointer, key),
            Segment::Unknown => {}
        }
    }
    let told = cause.to_string();
    let unknown = told.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`'));
    match unknown {
        Some((name, _)) => {
            let mut last = String::new();
            push(&mut last, name);
            if !pointer.ends_with(&last) {
                pointer.push_str(&last);
            }
            Refused::field(pointer, Fault::UnknownMember)
        }
        None if told.starts_with("duplicate field") => {
            Refused::field(pointer, Fault::Value(domain::problem::Problem::Duplicate))
        }
        None => Refused::field(pointer, Fault::WrongType),
    }
}

/// Adds a step to a JSON Pointer.
fn push(pointer: &mut String, step: &str) {
    pointer.push('/');
    pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderValue, Request as HttpRequest};

    #[test]
    fn json_says_that_it_is_json() {
        for (named, is) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("application/merge-patch+json", true),
            ("text/json", false),
            ("application/x-www-form-urlencoded", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(named))]);
            assert_eq!(is_json(&headers), is, "{named}");
        }
    }

    #[tokio::test]
    async fn the_version_is_a_quoted_number() {
        let read = async |tag: Option<&str>| {
            let mut request = HttpRequest::new(());
            if let Some(tag) = tag {
                request.headers_mut().insert(header::IF_MATCH, HeaderValue::from_str(tag).expect("a tag"));
            }
            Based::from_request_parts(&mut request.into_parts().0, &()).await.map(|based| based.0).ok()
        };
        for (tag, version) in [
            (Some("\"3\""), Some(3)),
            (Some("W/\"3\""), Some(NO_VERSION)),
            (Some("\"abc\""), Some(NO_VERSION)),
            (Some("3"), Some(NO_VERSION)),
            (Some("*"), None),
            (Some(""), None),
            (None, None),
        ] {
            assert_eq!(read(tag).await, version, "{tag:?}");
        }
    }
}
