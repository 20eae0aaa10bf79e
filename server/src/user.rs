//! `entente user add` and `entente user link`: people are let in by one-time links, also from the command line.

use crate::{
    cli::{Failure, open, say},
    config::Settings,
    serve::{Given, state},
};
use app::{
    desk::{
        Clock,
        accounts::{self, NewUser},
    },
    error::AppError,
    texts::Texts,
};
use clap::{Args, Subcommand};
use domain::{access::Role, id::InstitutionId, lang::Lang};
use store::IdSource;

/// What is done to users.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Adds someone and prints the one-time link by which the person sets the password.
    Add(UserArgs),
    /// Prints a new one-time link for someone who has an account and lost the password.
    Link {
        /// E-mail address.
        email: String,
    },
}

/// Who is added.
#[derive(Debug, Args)]
pub struct UserArgs {
    /// E-mail address.
    email: String,
    /// Name, as others see it.
    #[arg(long)]
    name: String,
    /// The person administers the registry.
    #[arg(long)]
    administrator: bool,
    /// Id of the institution whose office the person enters.
    #[arg(long, value_name = "ID", requires = "role")]
    institution: Option<InstitutionId>,
    /// What the person is there: student, observer, officer or lead.
    #[arg(long, value_parser = role, requires = "institution")]
    role: Option<Role>,
    /// Language of the person: fr or en.
    #[arg(long, value_parser = lang, default_value = "fr")]
    lang: Lang,
}

fn role(code: &str) -> Result<Role, String> {
    Role::from_code(code).ok_or_else(|| "expected student, observer, officer or lead".to_owned())
}

fn lang(code: &str) -> Result<Lang, String> {
    Lang::from_code(code).ok_or_else(|| "expected fr or en".to_owned())
}

/// Carries out a command.
pub async fn run(settings: &Settings, command: &UserCommand) -> Result<(), Failure> {
    let db = open(settings).await?;
    let given =
        Given { db, clock: Clock::System, ids: IdSource::default(), limits: crate::web::Limits::default() };
    let state = state(settings, given, settings.addr)?;
    let outcome = match command {
        UserCommand::Add(user) => {
            let user = NewUser {
                email: user.email.clone(),
                name: user.name.clone(),
                is_administrator: user.administrator,
                office: user.institution.zip(user.role),
                lang: user.lang,
            };
            accounts::add_user(&state, &user).await
        }
        UserCommand::Link { email } => accounts::password_link(&state, email).await,
    };
    state.db.close().await;
    say(&outcome.map_err(|error| failure(&error))?);
    Ok(())
}

fn failure(error: &AppError) -> Failure {
    match error {
        AppError::Invalid { fields } => {
            let texts = Texts(Lang::En);
            let problems: Vec<String> =
                fields.0.iter().map(|e| format!("{}: {}", e.field, texts.problem(&e.problem))).collect();
            Failure::Wrong(problems.join("; "))
        }
        AppError::NotFound => Failure::Wrong("nobody has an account with this address".to_owned()),
        other => Failure::could_not_run("the user cannot be added", other),
    }
}
