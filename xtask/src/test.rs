//! All tests: rules, both databases, HTTP, browser.

use std::process::Command;

use anyhow::Result;

use crate::{
    e2e::{self, Databases},
    postgres::Postgres,
    run::{self, step},
    site,
    tools::{self, Tool},
    workspace::{FEATURES, Workspace},
};

/// Runs the tests; the fast ones need no browser.
pub fn test(workspace: &Workspace, fast: bool) -> Result<()> {
    let needed: &[Tool] =
        if fast { &[Tool::Postgres] } else { &[Tool::Node, Tool::Npm, Tool::Chromium, Tool::Postgres] };
    tools::ensure(needed)?;
    let postgres = Postgres::start()?;
    site::build(workspace)?;

    let has_nextest = tools::on_path("cargo-nextest").is_some();
    let tests = |arguments: &[&str]| -> Command {
        let mut cargo = workspace.cargo();
        cargo.args(arguments).env("ENTENTE_TEST_POSTGRES", postgres.url());
        cargo
    };
    // Our own tests run apart, to use what is already compiled.
    let everything = ["--workspace", "--exclude", "xtask", "--features", FEATURES];
    if has_nextest {
        let nextest = ["nextest", "run", "--no-tests=pass", "--no-fail-fast"];
        step("Tests (nextest)", || run::run(tests(&nextest).args(everything)))?;
        step("Tests in the documentation", || {
            run::run(tests(&["test", "--doc", "--quiet"]).args(everything))
        })?;
    } else {
        step("Tests", || run::run(tests(&["test"]).args(everything)))?;
    }
    step("Tests of xtask", || run::run(&mut tests(&["test", "--quiet", "--package", "xtask"])))?;

    // Tests that start the server have built it: what they share with it has other features than in a build of its own.
    if fast { Ok(()) } else { e2e::run_on(workspace, Databases::Both, &[], Some(&postgres)) }
}
