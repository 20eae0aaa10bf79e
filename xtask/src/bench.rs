//! Measurements of the release build; what is measured stands in server/examples/bench.

use std::process::Command;

use anyhow::Result;

use crate::{
    postgres::Postgres,
    run::{self, step},
    site,
    workspace::Workspace,
};

/// Builds for release and measures.
pub fn bench(workspace: &Workspace, only: Option<&str>, json: bool) -> Result<()> {
    let postgres = Postgres::start()?;
    site::build(workspace)?;
    let leptos = &workspace.leptos;
    step("Compile the server and the measurements (release)", || {
        let mut cargo = workspace.cargo();
        cargo.args(["build", "--release", "--package", &leptos.bin_package]);
        run::run(cargo.args(["--bin", &leptos.bin_target, "--example", "bench"]))
    })?;
    step("Measure", || {
        let mut bench = Command::new(workspace.target.join("release/examples/bench"));
        if let Some(name) = only {
            bench.args(["--only", name]);
        }
        if json {
            bench.arg("--json");
        }
        bench
            .current_dir(&workspace.root)
            .env("ENTENTE_BIN", workspace.server(true))
            .env("ENTENTE_SITE_DIR", workspace.site())
            .env("ENTENTE_TEST_POSTGRES", postgres.url());
        run::run(&mut bench)
    })
}
