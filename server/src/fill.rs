//! `entente demo`: fills the registry with the demonstration and prints who can sign in.

use crate::{
    cli::{Failure, open, say},
    config::Settings,
    demo::{self, DemoAccount, DemoError, DemoOptions},
};
use app::desk::{Clock, passwords};
use clap::Args;
use domain::account::Secret;
use store::{IdSource, Stamp};

/// What to fill it with.
#[derive(Debug, Args)]
pub struct FillArgs {
    /// Adds this many plainly invented agreements, for trying the registry under load.
    #[arg(long, value_name = "N")]
    scale: Option<u32>,
    /// The password of every demo account; each gets one of its own where none is given.
    #[arg(long)]
    password: Option<String>,
}

/// Fills the registry. One that holds the demonstration already is left as it is.
pub async fn run(settings: &Settings, args: &FillArgs) -> Result<(), Failure> {
    let db = open(settings).await?;
    let stamp = Stamp::new(Clock::System.now(), IdSource::default());
    let options = DemoOptions { scale: args.scale, password: args.password.clone() };
    let hash = |password: &str| passwords::hash(&Secret::new(password));
    let outcome = demo::run(&db, &stamp, &options, hash).await;
    db.close().await;
    let report = match outcome {
        Ok(report) => report,
        Err(cause @ DemoError::AlreadyFilled) => {
            say(&format!("Nothing to do: {cause}."));
            return Ok(());
        }
        Err(cause @ (DemoError::NotEmpty | DemoError::Password(_))) => {
            return Err(Failure::Wrong(cause.to_string()));
        }
        Err(cause) => return Err(Failure::could_not_run("the demonstration cannot be written", &cause)),
    };
    say(&format!(
        "Written: {} institutions and {} agreements of the stories, {} invented institutions, {} invented agreements.",
        report.institutions, report.agreements, report.synthetic_institutions, report.synthetic_agreements
    ));
    if !report.accounts.is_empty() {
        say("Accounts, all invented:");
        report.accounts.iter().for_each(|account| say(&line(account)));
    }
    Ok(())
}

fn line(account: &DemoAccount) -> String {
    let what = match (account.role, account.office) {
        (Some(role), Some(office)) => format!("{}, {office}", role.code()),
        _ => "administrator".to_owned(),
    };
    format!("  {:<42} {:<28} {what}", account.email, account.password.reveal())
}
