//! Language and theme: from the address, cookies and browser; changed by a plain form or link.

use crate::{rest, web::Web};
use app::desk::Theme;
use axum::{
    extract::{Form, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};
use domain::lang::Lang;
use serde::Deserialize;
use std::sync::Arc;

/// Cookie of the language last chosen.
pub const LANG_COOKIE: &str = "entente-lang";
/// Cookie of the theme.
pub const THEME_COOKIE: &str = "entente-theme";
const A_YEAR: u32 = 31_536_000;

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// Whether our cookies are nothing but preferences: no session, nothing that a page shows once.
pub fn are_all(headers: &HeaderMap) -> bool {
    let is_ours = |name: &str| name.strip_prefix("__Host-").unwrap_or(name).starts_with("entente");
    let values = headers.get_all(header::COOKIE).iter().map(|value| value.to_str());
    values.map(|value| value.unwrap_or("entente")).flat_map(|value| value.split(';')).all(|pair| {
        let name = pair.split('=').next().unwrap_or("").trim();
        !is_ours(name) || [LANG_COOKIE, THEME_COOKIE].contains(&name)
    })
}

/// The language an address is in.
pub fn lang_of_path(path: &str) -> Option<Lang> {
    path.strip_prefix('/')?.split('/').next().and_then(Lang::from_code)
}

/// The language to answer in: of the address, else of the page one came from, the cookie, the browser. Programs
/// say what they accept, and are answered in English otherwise.
pub fn lang(headers: &HeaderMap, path: &str) -> Lang {
    if rest::is_rest(path) {
        return accepted_lang(headers).unwrap_or(Lang::En);
    }
    lang_of_path(path).or_else(|| lang_of_referer(headers)).unwrap_or_else(|| preferred_lang(headers))
}

/// The language of the cookie, else the first of the browser's that the interface speaks.
pub fn preferred_lang(headers: &HeaderMap) -> Lang {
    if let Some(lang) = cookie(headers, LANG_COOKIE).and_then(Lang::from_code) {
        return lang;
    }
    accepted_lang(headers).unwrap_or_default()
}

/// The first language that the browser accepts and the interface speaks.
fn accepted_lang(headers: &HeaderMap) -> Option<Lang> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut choices: Vec<(f32, Lang)> = accepted
        .split(',')
        .filter_map(|choice| {
            let (tag, weight) = choice.split_once(';').unwrap_or((choice, "q=1"));
            let lang = Lang::from_code(&tag.trim().split('-').next()?.to_lowercase())?;
            let weight = weight.trim().strip_prefix("q=")?.parse().ok()?;
            (weight > 0.0).then_some((weight, lang))
        })
        .collect();
    choices.sort_by(|a, b| b.0.total_cmp(&a.0));
    choices.first().map(|(_, lang)| *lang)
}

/// The theme of the cookie.
pub fn theme(headers: &HeaderMap) -> Theme {
    cookie(headers, THEME_COOKIE).map(Theme::from_code).unwrap_or_default()
}

/// The language of the page of this site one came from.
fn lang_of_referer(headers: &HeaderMap) -> Option<Lang> {
    let referer: Uri = headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    let host = headers.get(header::HOST)?.to_str().ok()?;
    (referer.authority()?.as_str() == host).then(|| lang_of_path(referer.path()))?
}

/// The cookie to set when one followed the link to the other language: `/` leads there from then on.
pub fn switched_lang(headers: &HeaderMap, path: &str, is_secure: bool) -> Option<HeaderValue> {
    let here = lang_of_path(path)?;
    let before = lang_of_referer(headers)?;
    (here != before && cookie(headers, LANG_COOKIE) != Some(here.code()))
        .then(|| set_cookie(LANG_COOKIE, here.code(), is_secure))?
}

fn set_cookie(name: &str, value: &str, is_secure: bool) -> Option<HeaderValue> {
    let secure = if is_secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={A_YEAR}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).ok()
}

/// Leads from `/` to the home page in the reader's language.
pub async fn home(headers: HeaderMap) -> Response {
    let target = match preferred_lang(&headers) {
        Lang::Fr => "/fr",
        Lang::En => "/en",
    };
    let vary = (header::VARY, "cookie, accept-language");
    (StatusCode::FOUND, [(header::LOCATION, target), vary]).into_response()
}

/// The form of the top bar.
#[derive(Debug, Deserialize)]
pub struct ThemeChoice {
    theme: String,
    #[serde(default)]
    back: String,
}

/// Keeps the theme chosen and goes back to the page.
pub async fn choose_theme(State(web): State<Arc<Web>>, Form(choice): Form<ThemeChoice>) -> Response {
    let theme = Theme::from_code(&choice.theme);
    let back = if is_own_path(&choice.back) { choice.back.as_str() } else { "/" };
    let Ok(location) = HeaderValue::from_str(back) else { return StatusCode::BAD_REQUEST.into_response() };
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, location);
    if let Some(cookie) = set_cookie(THEME_COOKIE, theme.code(), web.app.sessions.is_secure) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Whether this is a path of a page of this site: the only place one is ever led to.
pub fn is_own_path(path: &str) -> bool {
    let end = path.find(['?', '#']).unwrap_or(path.len());
    lang_of_path(&path[..end]).is_some() && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn the_address_says_the_language_then_the_cookie_then_the_browser() {
        let browser = headers(&[(header::ACCEPT_LANGUAGE, "de, en-GB;q=0.8, fr;q=0.9")]);
        assert_eq!(lang(&browser, "/en/agreements"), Lang::En);
        assert_eq!(lang(&browser, "/"), Lang::Fr);
        let cookie = headers(&[(header::ACCEPT_LANGUAGE, "fr"), (header::COOKIE, "a=b; entente-lang=en")]);
        assert_eq!(lang(&cookie, "/api/sign_in"), Lang::En);
        assert_eq!(lang(&HeaderMap::new(), "/france"), Lang::Fr);
        assert_eq!(lang(&HeaderMap::new(), "/api/v1/agreements"), Lang::En);
        assert_eq!(lang(&browser, "/api/v1/agreements"), Lang::Fr);
    }

    #[test]
    fn one_is_never_led_to_another_site() {
        for path in
            ["//evil.example", "/\\evil.example", "https://evil.example/fr", "/fr\r\nx: y", "", "/pkg/x"]
        {
            assert!(!is_own_path(path), "{path}");
        }
        for path in ["/fr", "/en?x=https://a.example", "/fr/agreements?q=a%20b#parties"] {
            assert!(is_own_path(path), "{path}");
        }
    }

    #[test]
    fn any_other_cookie_of_ours_is_more_than_a_preference() {
        let are_all = |cookies| super::are_all(&headers(&[(header::COOKIE, cookies)]));
        assert!(are_all("entente-theme=dark; entente-lang=fr; _other=1"));
        assert!(!are_all("entente-theme=dark; entente-once=x"));
        assert!(!are_all("__Host-entente=x"));
    }

    #[test]
    fn following_the_link_to_the_other_language_is_remembered() {
        let from = |page| headers(&[(header::HOST, "a.example"), (header::REFERER, page)]);
        assert!(switched_lang(&from("https://a.example/fr/x"), "/en/x", true).is_some());
        assert!(switched_lang(&from("https://a.example/en/x"), "/en/x", true).is_none());
        assert!(switched_lang(&from("https://b.example/fr/x"), "/en/x", true).is_none());
    }
}
