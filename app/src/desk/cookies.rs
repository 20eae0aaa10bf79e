//! Cookies: the session's, the two preferences, and a secret that is shown once.

use super::{SessionRules, Theme};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use domain::lang::Lang;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// The theme chosen.
pub const THEME: &str = "entente-theme";
/// The language chosen.
pub const LANG: &str = "entente-lang";

/// How long preferences are kept: a year, in seconds.
const PREFERENCE_SECONDS: i64 = 365 * 24 * 3600;
/// How long a secret waits for the page that shows it, in seconds.
const ONCE_SECONDS: i64 = 120;

/// The value of a cookie of a request.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// The header that sets the session's cookie; `None` for the one that clears it.
pub fn session_header(rules: &SessionRules, secret: Option<&str>) -> HeaderValue {
    let seconds = if secret.is_some() { rules.absolute_hours * 3600 } else { 0 };
    written(rules.cookie(), secret.unwrap_or_default(), seconds, rules.is_secure)
}

/// The header that remembers the language in this browser.
pub fn lang_header(lang: Lang, is_secure: bool) -> HeaderValue {
    written(LANG, lang.code(), PREFERENCE_SECONDS, is_secure)
}

/// Sets the session's cookie in the answer to this request, or clears it.
pub fn set_session(rules: &SessionRules, secret: Option<&str>) {
    append(session_header(rules, secret));
}

/// Remembers the theme in this browser.
pub fn set_theme(rules: &SessionRules, theme: Theme) {
    append(written(THEME, theme.code(), PREFERENCE_SECONDS, rules.is_secure));
}

/// Remembers the language in this browser.
pub fn set_lang(rules: &SessionRules, lang: Lang) {
    append(lang_header(lang, rules.is_secure));
}

/// A secret that the next page shows once: it never stands in an address, nor in the database.
pub fn set_once(rules: &SessionRules, secret: &str) {
    append(written(once_name(rules), secret, ONCE_SECONDS, rules.is_secure));
}

/// Takes the secret that this page is to show, and clears it: loading the page again shows it no more.
pub fn take_once(rules: &SessionRules) -> Option<String> {
    let parts = use_context::<axum::http::request::Parts>()?;
    let secret = cookie(&parts.headers, once_name(rules)).filter(|secret| !secret.is_empty())?;
    append(written(once_name(rules), "", 0, rules.is_secure));
    Some(secret.to_owned())
}

const fn once_name(rules: &SessionRules) -> &'static str {
    if rules.is_secure { "__Host-entente-once" } else { "entente-once" }
}

fn written(name: &str, value: &str, seconds: i64, is_secure: bool) -> HeaderValue {
    let secure = if is_secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; SameSite=Lax; HttpOnly{secure}");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

fn append(value: HeaderValue) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.append_header(HeaderName::from_static("set-cookie"), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: SessionRules = SessionRules { idle_minutes: 30, absolute_hours: 12, is_secure: false };
    const SECURE: SessionRules = SessionRules { idle_minutes: 30, absolute_hours: 12, is_secure: true };

    #[test]
    fn the_session_cookie_is_closed_to_scripts_and_on_https_to_everything_else() {
        assert_eq!(
            session_header(&PLAIN, Some("abc")),
            "entente=abc; Path=/; Max-Age=43200; SameSite=Lax; HttpOnly"
        );
        assert_eq!(
            session_header(&SECURE, Some("abc")),
            "__Host-entente=abc; Path=/; Max-Age=43200; SameSite=Lax; HttpOnly; Secure"
        );
        assert_eq!(session_header(&PLAIN, None), "entente=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly");
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("x-entente=no; entente-theme=dark"));
        headers.append(header::COOKIE, HeaderValue::from_static("entente=yes"));
        assert_eq!(cookie(&headers, "entente"), Some("yes"));
        assert_eq!(cookie(&headers, THEME), Some("dark"));
        assert_eq!(cookie(&headers, LANG), None);
    }
}
