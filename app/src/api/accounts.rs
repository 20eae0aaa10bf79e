//! Signing in and out, one's own account, one-time links, members of an office, preferences.
//!
//! All are plain forms. Passwords are never kept with what else was typed, nor is a secret ever part of an
//! address: what is shown once travels in a cookie that the page showing it clears.

#![expect(missing_docs, reason = "the fields of the generated types are the arguments documented here")]

use crate::error::AppError;
use domain::{account::Secret, lang::Lang};
use leptos::prelude::*;

/// Signs in, and goes on to `next` when that is a page of ours.
#[server(prefix = "/api", endpoint = "sign_in")]
pub async fn sign_in(
    lang: Lang,
    #[server(default)] email: String,
    #[server(default)] password: Secret,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use crate::desk::{
        Desk,
        accounts::{self, SignInForm},
        answer, cookies,
    };
    let desk = Desk::current().speaking(lang);
    let outcome = accounts::sign_in(&desk, &email, &password).await.map(|secret| {
        cookies::set_session(&desk.state.sessions, Some(&secret));
        accounts::own_path(&next).map_or_else(|| desk.href(""), str::to_owned)
    });
    answer(&desk, "/sign-in", &SignInForm { email, next }, outcome).await
}

/// Ends the session of this browser.
#[server(prefix = "/api", endpoint = "sign_out")]
pub async fn sign_out(lang: Lang) -> Result<(), AppError> {
    use crate::desk::{Desk, accounts, answer, cookies};
    let desk = Desk::current().speaking(lang);
    let outcome = match accounts::sign_out(&desk).await {
        Ok(()) | Err(AppError::NotFound) => {
            cookies::set_session(&desk.state.sessions, None);
            Ok(desk.href(""))
        }
        Err(error) => Err(error),
    };
    answer(&desk, "/account", &(), outcome).await
}

/// Changes one's own password; every other session ends.
#[server(prefix = "/api", endpoint = "change_password")]
pub async fn change_password(
    lang: Lang,
    #[server(default)] current: Secret,
    #[server(default)] password: Secret,
    #[server(default)] password_again: Secret,
) -> Result<(), AppError> {
    use crate::desk::{
        Desk,
        accounts::{self, NewPassword, OwnForm},
        answer,
    };
    let desk = Desk::current().speaking(lang);
    let outcome = accounts::change_password(&desk, &NewPassword { current, password, password_again }).await;
    let outcome = outcome.map(|()| desk.href("/account?done=password_changed"));
    answer(&desk, "/account", &OwnForm { form: "password".into(), ..OwnForm::default() }, outcome).await
}

/// Ends one of one's own sessions.
#[server(prefix = "/api", endpoint = "end_session")]
pub async fn end_session(lang: Lang, #[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::{
        Desk,
        accounts::{self, OwnForm},
        answer, cookies,
    };
    let desk = Desk::current().speaking(lang);
    let outcome = accounts::end_session(&desk, &id).await.map(|was_this_one| {
        if was_this_one {
            cookies::set_session(&desk.state.sessions, None);
        }
        desk.href(if was_this_one { "" } else { "/account?done=session_ended" })
    });
    answer(&desk, "/account", &OwnForm { form: "session".into(), ..OwnForm::default() }, outcome).await
}

/// Ends all of one's own sessions but this one.
#[server(prefix = "/api", endpoint = "end_other_sessions")]
pub async fn end_other_sessions(lang: Lang) -> Result<(), AppError> {
    use crate::desk::{
        Desk,
        accounts::{self, OwnForm},
        answer,
    };
    let desk = Desk::current().speaking(lang);
    let outcome = accounts::end_other_sessions(&desk).await;
    let outcome = outcome.map(|()| desk.href("/account?done=session_ended"));
    answer(&desk, "/account", &OwnForm { form: "session".into(), ..OwnForm::default() }, outcome).await
}

/// Makes a personal token, shown once on the account page.
#[server(prefix = "/api", endpoint = "create_token")]
pub async fn create_token(
    lang: Lang,
    #[server(default)] name: String,
    #[server(default)] scope: String,
    #[server(default)] days: String,
) -> Result<(), AppError> {
    use crate::desk::{
        Desk,
        accounts::{self, OwnForm},
        answer, cookies,
    };
    let desk = Desk::current().speaking(lang);
    let form = OwnForm { form: "token".into(), name, scope, days };
    let outcome = accounts::create_token(&desk, &form).await.map(|secret| {
        cookies::set_once(&desk.state.sessions, &secret);
        desk.href("/account?done=token_created")
    });
    answer(&desk, "/account", &form, outcome).await
}

/// Revokes a personal token of one's own.
#[server(prefix = "/api", endpoint = "revoke_token")]
pub async fn revoke_token(lang: Lang, #[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::{
        Desk,
        accounts::{self, OwnForm},
        answer,
    };
    let desk = Desk::current().speaking(lang);
    let outcome = accounts::revoke_token(&desk, &id).await;
    let outcome = outcome.map(|()| desk.href("/account?done=token_revoked"));
    answer(&desk, "/account", &OwnForm { form: "revoke".into(), ..OwnForm::default() }, outcome).await
}

/// Uses a one-time link: makes the account, enters the office, or sets the password.
#[server(prefix = "/api", endpoint = "accept_link")]
pub async fn accept_link(
    lang: Lang,
    #[server(default)] token: Secret,
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] password: Secret,
    #[server(default)] password_again: Secret,
) -> Result<(), AppError> {
    use crate::desk::{Desk, accounts};
    use domain::account::AccountForm;
    let desk = Desk::current().speaking(lang);
    let form = AccountForm { name, email, password, password_again };
    let outcome = accounts::accept_link(&desk, token.reveal(), &form).await;
    accounts::answer_link(&desk, token.reveal(), &form, outcome).await
}

/// Invites someone into an office: the link is shown once on the page of its members.
#[server(prefix = "/api", endpoint = "invite")]
pub async fn invite(
    lang: Lang,
    #[server(default)] institution: String,
    #[server(default)] email: String,
    #[server(default)] role: String,
) -> Result<(), AppError> {
    use crate::desk::{
        Desk, answer, cookies,
        members::{self, MembersForm},
    };
    let desk = Desk::current().speaking(lang);
    let page = members::page(&institution);
    let form = MembersForm { form: "invite".into(), email, role };
    let outcome = members::invite(&desk, &institution, &form).await.map(|link| {
        cookies::set_once(&desk.state.sessions, &link);
        desk.href(&format!("{page}?done=invited"))
    });
    answer(&desk, &page, &form, outcome).await
}

/// Changes what a member of an office is.
#[server(prefix = "/api", endpoint = "set_member_role")]
pub async fn set_member_role(
    lang: Lang,
    #[server(default)] institution: String,
    #[server(default)] account: String,
    #[server(default)] role: String,
) -> Result<(), AppError> {
    use crate::desk::{
        Desk, answer,
        members::{self, MembersForm},
    };
    let desk = Desk::current().speaking(lang);
    let page = members::page(&institution);
    let outcome = members::set_role(&desk, &institution, &account, &role).await;
    let outcome = outcome.map(|()| desk.href(&format!("{page}?done=role_set")));
    answer(&desk, &page, &MembersForm { form: "role".into(), ..MembersForm::default() }, outcome).await
}

/// Takes a member out of an office.
#[server(prefix = "/api", endpoint = "remove_member")]
pub async fn remove_member(
    lang: Lang,
    #[server(default)] institution: String,
    #[server(default)] account: String,
) -> Result<(), AppError> {
    use crate::desk::{
        Desk, answer,
        members::{self, MembersForm},
    };
    let desk = Desk::current().speaking(lang);
    let page = members::page(&institution);
    let outcome = members::remove(&desk, &institution, &account).await;
    let outcome = outcome.map(|()| desk.href(&format!("{page}?done=removed")));
    answer(&desk, &page, &MembersForm { form: "remove".into(), ..MembersForm::default() }, outcome).await
}

/// Takes an open invitation into an office back.
#[server(prefix = "/api", endpoint = "revoke_link")]
pub async fn revoke_link(
    lang: Lang,
    #[server(default)] institution: String,
    #[server(default)] link: String,
) -> Result<(), AppError> {
    use crate::desk::{
        Desk, answer,
        members::{self, MembersForm},
    };
    let desk = Desk::current().speaking(lang);
    let page = members::page(&institution);
    let outcome = members::revoke(&desk, &institution, &link).await;
    let outcome = outcome.map(|()| desk.href(&format!("{page}?done=revoked")));
    answer(&desk, &page, &MembersForm { form: "revoke".into(), ..MembersForm::default() }, outcome).await
}

/// Sets the theme, the language, or both, for this browser; the language for the account too. Comes back to
/// the page, in the new language.
#[server(prefix = "/api", endpoint = "set_preferences")]
pub async fn set_preferences(
    #[server(default)] theme: String,
    #[server(default)] lang: String,
    #[server(default)] back: String,
) -> Result<(), AppError> {
    use crate::desk::{
        Desk, Theme,
        accounts::{self, OwnForm},
        answer, cookies,
    };
    let desk = Desk::current();
    if !theme.is_empty() {
        cookies::set_theme(&desk.state.sessions, Theme::from_code(&theme));
    }
    let back = accounts::own_path(&back).map_or_else(|| desk.href(""), str::to_owned);
    let outcome = match Lang::from_code(&lang) {
        None => Ok(back),
        Some(lang) => {
            cookies::set_lang(&desk.state.sessions, lang);
            accounts::set_lang(&desk, lang).await.map(|()| accounts::in_language(&back, lang))
        }
    };
    answer(&desk, "/account", &OwnForm { form: "language".into(), ..OwnForm::default() }, outcome).await
}
