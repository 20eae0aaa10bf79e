//! E-mail addresses.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::canonical::string_form;
use crate::problem::Problem;

/// Most bytes in an address (RFC 5321, 4.5.3.1.3, without the angle brackets).
const MAX_BYTES: usize = 254;
/// Most bytes before the `@` (RFC 5321, 4.5.3.1.1).
const MAX_LOCAL_BYTES: usize = 64;

/// An e-mail address, as far as one can tell without writing to it. Kept as typed, its domain in
/// lowercase; two addresses are the same account when their `key` is the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// Reads an address: one `@`, no spaces, brackets, quotes or commas, a dot in the domain.
    ///
    /// # Errors
    /// `Required` when blank, `NotAnEmail`.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let text: String = raw.trim().nfc().collect();
        if text.is_empty() {
            return Err(Problem::Required);
        }
        let (local, domain) = text.split_once('@').ok_or(Problem::NotAnEmail)?;
        let domain: String = domain.to_lowercase().nfc().collect();
        let address = format!("{local}@{domain}");
        if address.len() <= MAX_BYTES && is_local(local) && is_domain(&domain) {
            Ok(Self(address))
        } else {
            Err(Problem::NotAnEmail)
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands after the `@`, in lowercase.
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }

    /// The address in lowercase, to find an account by.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_form!(Email);

fn is_local(local: &str) -> bool {
    let is_allowed = |c: char| !c.is_whitespace() && !c.is_control() && !"@<>()[]\\,;:\"".contains(c);
    (1..=MAX_LOCAL_BYTES).contains(&local.len())
        && local.chars().all(is_allowed)
        && local.split('.').all(|part| !part.is_empty())
}

fn is_domain(domain: &str) -> bool {
    domain.contains('.') && domain.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_have_one_at_sign_and_a_dot_in_the_domain() {
        for (raw, canonical) in [
            (" Lea.Martin@Univ-Alès.FR ", "Lea.Martin@univ-alès.fr"),
            ("a+b@example.org", "a+b@example.org"),
            ("o'neil@tcd.ie", "o'neil@tcd.ie"),
            ("a@b", ""),
            ("a.example.org", ""),
            ("@example.org", ""),
            ("a@@example.org", ""),
            ("a@b@example.org", ""),
            ("a b@example.org", ""),
            ("a@exa mple.org", ""),
            ("a@.org", ""),
            ("a@example.", ""),
            ("a..b@example.org", ""),
            ("a@-example.org", ""),
            ("Léa <lea@example.org>", ""),
            ("a@example.org, b@example.org", ""),
            ("a\n@example.org", ""),
        ] {
            let expected =
                if canonical.is_empty() { Err(Problem::NotAnEmail) } else { Ok(canonical.to_owned()) };
            assert_eq!(Email::parse(raw).map(String::from), expected, "{raw:?}");
        }
        assert_eq!(Email::parse(" "), Err(Problem::Required));
        let longest = format!("a@{}abcdefghi", "abcdefgh.".repeat(27));
        assert_eq!(longest.len(), 254);
        assert!(Email::parse(&longest).is_ok());
        assert_eq!(Email::parse(&format!("{longest}j")), Err(Problem::NotAnEmail));
    }

    #[test]
    fn the_key_ignores_case() {
        let email = Email::parse("Lea@Example.org").expect("valid");
        assert_eq!((email.key().as_str(), email.domain()), ("lea@example.org", "example.org"));
    }

    proptest! {
        #[test]
        fn a_printed_address_reads_the_same(raw in "[A-Za-z.+éÉ]{1,6}@[A-Za-zÉİ-]{1,6}\\.[a-zA-Z]{2}|\\PC{1,6}@\\PC{1,6}\\.\\PC{1,3}") {
            if let Ok(email) = Email::parse(&raw) {
                prop_assert_eq!(Email::parse(email.as_str()), Ok(email));
            }
        }
    }
}
