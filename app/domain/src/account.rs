//! People with an account: what they type about themselves.

use crate::{
    email::Email,
    problem::{FieldErrors, Problem},
    text::Text,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_segmentation::UnicodeSegmentation as _;

/// The name a person is shown by.
pub type PersonName = Text<100>;

/// Fewest characters of a password (OWASP ASVS 5.0, 6.2.1).
pub const PASSWORD_MIN: u32 = 8;
/// Most characters of a password (OWASP ASVS 5.0, 6.2.9).
pub const PASSWORD_MAX: u32 = 128;

/// Text that must never be printed: it shows as `***`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself: for hashing and comparing only.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A new password whose length fits. Whether it is easy to guess is asked where the estimator is: on the server.
pub fn parse_password(typed: &Secret) -> Result<&Secret, Problem> {
    let length = u32::try_from(typed.reveal().graphemes(true).count()).unwrap_or(u32::MAX);
    match length {
        0 => Err(Problem::Required),
        n if n < PASSWORD_MIN => Err(Problem::TooShort { min: PASSWORD_MIN }),
        n if n > PASSWORD_MAX => Err(Problem::TooLong { max: PASSWORD_MAX, actual: n }),
        _ => Ok(typed),
    }
}

/// What someone typed to make an account from a one-time link.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountForm {
    /// Name.
    pub name: String,
    /// E-mail address; fixed by the invitation where there is one.
    pub email: String,
    /// Password.
    pub password: Secret,
    /// The same password once more.
    pub password_again: Secret,
}

/// An account as it will be made, but for the strength and hash of the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountDraft {
    /// Name.
    pub name: PersonName,
    /// E-mail address.
    pub email: Email,
    /// The password, its length checked.
    pub password: Secret,
}

impl AccountForm {
    /// Reads the form, or says what is wrong with which field.
    pub fn parse(&self) -> Result<AccountDraft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", PersonName::parse(&self.name));
        let email = errors.take("email", Email::parse(&self.email));
        let password = errors.take("password", parse_password(&self.password)).cloned();
        if password.is_some() && self.password != self.password_again {
            errors.add("password_again", Problem::PasswordsDiffer);
        }
        match (name, email, password) {
            (Some(name), Some(email), Some(password)) if errors.is_empty() => {
                Ok(AccountDraft { name, email, password })
            }
            _ => Err(errors),
        }
    }
}

/// What a personal token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenScope {
    /// Read what its owner may read.
    Read,
    /// Read and write what its owner may.
    Write,
}

impl TokenScope {
    /// Both, weaker first.
    pub const ALL: [Self; 2] = [Self::Read, Self::Write];

    /// The word in tables and forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    /// The scope of a word.
    pub fn parse(code: &str) -> Result<Self, Problem> {
        Self::ALL.into_iter().find(|scope| scope.code() == code).ok_or(Problem::NotAChoice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_prints_itself() {
        let form = AccountForm { password: Secret::new("hunter2"), ..AccountForm::default() };
        assert!(!format!("{form:?}").contains("hunter2"));
    }

    #[test]
    fn passwords_have_eight_to_128_characters_of_any_kind() {
        for (password, is_fine) in
            [("", false), ("sept…77", false), ("huit ☃ 8", true), (&"x".repeat(129), false)]
        {
            assert_eq!(parse_password(&Secret::new(password)).is_ok(), is_fine, "{password}");
        }
    }

    #[test]
    fn the_two_passwords_must_agree() {
        let form = AccountForm {
            name: "Camille Exemple".into(),
            email: "camille@exemple.fr".into(),
            password: Secret::new("une longue phrase"),
            password_again: Secret::new("une autre phrase"),
        };
        assert_eq!(form.parse().expect_err("differ").at("password_again"), Some(&Problem::PasswordsDiffer));
    }
}
