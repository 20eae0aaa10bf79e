//! Addresses of web pages.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::canonical::string_form;
use crate::problem::Problem;

/// Most characters in an address, in its canonical form.
const MAX: usize = 2_000;

/// An `http` or `https` address with a host and without user name or password, at most 2,000 characters,
/// written as the WHATWG URL standard does. Ordered as text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebUrl(Url);

impl WebUrl {
    /// Reads an address; one without a scheme, such as `www.univ-lyon2.fr`, gets `https://`.
    ///
    /// # Errors
    /// `Required` when blank, `TooLong`, `NotAUrl`.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(Problem::Required);
        }
        // The standard drops tabs and line feeds and escapes spaces; here they are slips of the pen.
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(Problem::NotAUrl);
        }
        let url = if is_bare(text) { Url::parse(&format!("https://{text}")) } else { Url::parse(text) };
        let url = url.map_err(|_| Problem::NotAUrl)?;
        let is_web = matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some_and(|host| !host.is_empty())
            && url.username().is_empty()
            && url.password().is_none();
        if !is_web {
            return Err(Problem::NotAUrl);
        }
        let actual = url.as_str().len();
        if actual > MAX {
            return Err(Problem::TooLong { max: 2_000, actual: u32::try_from(actual).unwrap_or(u32::MAX) });
        }
        Ok(Self(url))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host, such as `www.univ-lyon2.fr`.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }
}

impl fmt::Display for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

string_form!(WebUrl);

/// Whether the text begins with a host that has a dot, without a scheme before it.
fn is_bare(text: &str) -> bool {
    let host = text.split(['/', '?', '#']).next().unwrap_or_default();
    host.contains('.') && !host.contains([':', '@']) && !host.starts_with('.')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_pages_of_the_web_are_addresses() {
        for (raw, canonical) in [
            (" https://www.univ-lyon2.fr/a?b=c#d ", "https://www.univ-lyon2.fr/a?b=c#d"),
            ("HTTP://Example.ORG", "http://example.org/"),
            ("www.ens.fr", "https://www.ens.fr/"),
            ("ens.fr/accords", "https://ens.fr/accords"),
            ("https://université.fr/é", "https://xn--universit-j4a.fr/%C3%A9"),
            ("http://localhost:3000/", "http://localhost:3000/"),
            ("javascript:alert(1)", ""),
            ("data:text/html,x.y", ""),
            ("mailto:a@b.fr", ""),
            ("a@b.fr", ""),
            ("ftp://b.fr/", ""),
            ("https://user:pass@b.fr/", ""),
            ("https://user@b.fr/", ""),
            ("https://", ""),
            ("https://b.fr/a b", ""),
            ("java\nscript.fr", ""),
            ("/relative/path", ""),
            ("nowhere", ""),
        ] {
            let expected =
                if canonical.is_empty() { Err(Problem::NotAUrl) } else { Ok(canonical.to_owned()) };
            assert_eq!(WebUrl::parse(raw).map(String::from), expected, "{raw:?}");
        }
        assert_eq!(WebUrl::parse(""), Err(Problem::Required));
        let long = format!("https://b.fr/{}", "a".repeat(1_988));
        assert_eq!(WebUrl::parse(&long), Err(Problem::TooLong { max: 2_000, actual: 2_001 }));
        assert!(WebUrl::parse(&long[..2_000]).is_ok());
    }

    #[test]
    fn an_address_has_a_host() {
        assert_eq!(WebUrl::parse("https://www.ens.fr/x").expect("valid").host(), "www.ens.fr");
    }

    proptest! {
        #[test]
        fn a_printed_address_reads_the_same(raw in "(https?://|)[a-zé.]{1,9}(:[0-9]{2})?(/[!-~é]{0,9})?|\\PC{0,12}") {
            if let Ok(url) = WebUrl::parse(&raw) {
                prop_assert_eq!(WebUrl::parse(url.as_str()), Ok(url));
            }
        }
    }
}
