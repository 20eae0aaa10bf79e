//! Language and theme of a request: from the address, cookies and browser.

use crate::rest;
use app::desk::{
    Theme,
    cookies::{self, LANG, THEME, cookie},
};
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};
use domain::lang::Lang;

/// Whether our cookies are nothing but preferences: no session, nothing that a page shows once.
pub fn are_all(headers: &HeaderMap) -> bool {
    let is_ours = |name: &str| name.strip_prefix("__Host-").unwrap_or(name).starts_with("entente");
    let values = headers.get_all(header::COOKIE).iter().map(|value| value.to_str());
    values.map(|value| value.unwrap_or("entente")).flat_map(|value| value.split(';')).all(|pair| {
        let name = pair.split('=').next().unwrap_or("").trim();
        !is_ours(name) || [LANG, THEME].contains(&name)
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
    if let Some(lang) = cookie(headers, LANG).and_then(Lang::from_code) {
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
    cookie(headers, THEME).map(Theme::from_code).unwrap_or_default()
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
    (here != before && cookie(headers, LANG) != Some(here.code()))
        .then(|| cookies::lang_header(here, is_secure))
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
