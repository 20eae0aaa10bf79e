//! What one gets when a request does not reach its page: a plain page in the reader's language, or problem
//! details (RFC 9457) for programs.

use crate::{
    preferences,
    rest::{self, Refused},
    web::Web,
};
use app::{
    desk::{Theme, href},
    error::AppError,
    texts::Texts,
};
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use domain::{lang::Lang, problem::Problem};

/// Why a request goes no further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing is there.
    NotFound,
    /// It is there, but not for this method.
    WrongMethod,
    /// It comes from another site.
    OtherSite,
    /// The body is too large, or has too many fields.
    TooLarge,
    /// The body came too slowly.
    TooSlow,
    /// A table would have more lines than that.
    TooLong {
        /// The most that one has.
        max: u32,
    },
    /// The database does not answer.
    Busy,
    /// No room is left on the disk.
    Full,
    /// Something broke; it was logged under this number.
    Broken {
        /// The number.
        incident: String,
    },
}

/// Who is refused: what is kept of a request that goes on without us.
#[derive(Debug, Clone)]
pub struct Asker {
    lang: Lang,
    theme: Theme,
    is_program: bool,
    path: String,
}

impl Asker {
    /// The one who sent this.
    pub fn of(headers: &HeaderMap, path: &str) -> Self {
        let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
        let is_page = preferences::lang_of_path(path).is_some() || accept.contains("text/html");
        Self {
            lang: preferences::lang(headers, path),
            theme: preferences::theme(headers),
            is_program: rest::is_rest(path) || !is_page,
            path: path.to_owned(),
        }
    }
}

/// What one who may not hears looks as if nothing were there.
impl From<AppError> for Refusal {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Busy | AppError::TooMany { .. } => Self::Busy,
            AppError::Full => Self::Full,
            AppError::Internal { incident } => Self::Broken { incident },
            AppError::Invalid { fields } => match fields.0.first().map(|fault| &fault.problem) {
                Some(Problem::TooMany { max }) => Self::TooLong { max: *max },
                _ => Self::NotFound,
            },
            _ => Self::NotFound,
        }
    }
}

impl Refusal {
    /// The answer to this request.
    pub fn answer(&self, web: &Web, request: &Request<Body>) -> Response {
        self.answer_to(web, &Asker::of(request.headers(), request.uri().path()))
    }

    /// The answer to someone.
    pub fn answer_to(&self, web: &Web, asker: &Asker) -> Response {
        if asker.is_program {
            return Refused::from(self).answer(asker.lang, &asker.path);
        }
        let texts = Texts(asker.lang);
        let (status, title, body) = self.words(texts);
        let mut response = (status, page(web, asker, texts, title, &body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    fn words(&self, texts: Texts) -> (StatusCode, &'static str, String) {
        match self {
            Self::NotFound => {
                (StatusCode::NOT_FOUND, texts.not_found_title(), texts.not_found_body().to_owned())
            }
            Self::WrongMethod => (
                StatusCode::METHOD_NOT_ALLOWED,
                texts.wrong_method_title(),
                texts.wrong_method_body().to_owned(),
            ),
            Self::OtherSite => {
                (StatusCode::FORBIDDEN, texts.cross_site_title(), texts.cross_site_body().to_owned())
            }
            Self::TooLarge => {
                (StatusCode::PAYLOAD_TOO_LARGE, texts.too_large_title(), texts.too_large_body().to_owned())
            }
            Self::TooSlow => {
                (StatusCode::REQUEST_TIMEOUT, texts.too_slow_title(), texts.too_slow_body().to_owned())
            }
            Self::TooLong { max } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                texts.too_long_title(),
                texts.too_long_body(&texts.number((*max).into())),
            ),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, texts.busy_title(), texts.busy_body().to_owned()),
            Self::Full => {
                (StatusCode::INSUFFICIENT_STORAGE, texts.full_title(), texts.full_body().to_owned())
            }
            Self::Broken { incident } => {
                (StatusCode::INTERNAL_SERVER_ERROR, texts.failure_title(), texts.failure_body(incident))
            }
        }
    }
}

/// A page that needs neither database nor rendering.
fn page(web: &Web, asker: &Asker, texts: Texts, title: &str, body: &str) -> String {
    let lang = asker.lang.code();
    let theme = asker.theme.code();
    let style = match &*web.app.style {
        "" => String::new(),
        style => format!("<link rel=\"stylesheet\" href=\"/pkg/{style}\">"),
    };
    format!(
        "<!DOCTYPE html><html lang=\"{lang}\" data-theme=\"{theme}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><meta name=\"robots\" content=\"noindex\">\
         <title>{title} · {name}</title>{style}</head><body><main id=\"main\" class=\"page\">\
         <header class=\"heading\"><div class=\"words\"><h1>{title}</h1><p class=\"lead\">{body}</p></div></header>\
         <p><a href=\"{home_href}\">{home}</a></p></main></body></html>",
        name = texts.name(),
        home = texts.home(),
        home_href = href(asker.lang, ""),
        title = escaped(title),
        body = escaped(body),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
