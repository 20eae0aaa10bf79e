//! From a fresh clone to a running server.

use std::{os::unix::process::ExitStatusExt, process::Command};

use anyhow::{Result, bail};

use crate::{
    run::{self, Service, step},
    site,
    workspace::Workspace,
};

/// Builds everything and runs the server until it ends or is told to.
pub fn serve(workspace: &Workspace, demo: bool, release: bool) -> Result<()> {
    let sizes = site::build(workspace)?;
    site::build_server(workspace, release)?;
    eprintln!("{sizes}");
    let entente = |argument: &str| {
        let mut command = Command::new(workspace.server(release));
        command.arg(argument).current_dir(&workspace.root);
        command
    };
    if demo {
        step("Invented data, if the registry is empty", || run::run(&mut entente("demo")))?;
    }
    eprintln!("▸ entente serve (Ctrl-C ends it)");
    let status = Service::start(&mut entente("serve"))?.wait()?;
    if status.success() || run::interrupted() && status.signal().is_some() {
        Ok(())
    } else {
        bail!("entente serve: {status}")
    }
}
