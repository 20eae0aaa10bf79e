//! Programs we need that cargo does not bring: found, installed where we may, or asked for in one line.

use std::{
    env, fmt, fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{
    compress::hash,
    run::{self, step},
    workspace::Workspace,
};

/// A tool is missing and we may not install it: exit code 2.
#[derive(Debug)]
pub struct Missing(pub String);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Missing {}

/// A program that a command needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// Runs Playwright.
    Node,
    /// Installs Playwright and wasm-opt.
    Npm,
    /// The browser of the tests.
    Chromium,
    /// The second database.
    Postgres,
}

impl Tool {
    /// Where it is; for PostgreSQL the folder of its programs.
    pub fn find(self) -> Option<PathBuf> {
        match self {
            Self::Node => on_path("node"),
            Self::Npm => on_path("npm"),
            Self::Chromium => {
                env::var_os("CHROMIUM").map(PathBuf::from).filter(|path| path.exists()).or_else(|| {
                    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
                        .into_iter()
                        .find_map(on_path)
                })
            }
            Self::Postgres => postgres_programs(),
        }
    }

    /// Where it is, or an error that says it is missing.
    pub fn path(self) -> Result<PathBuf> {
        self.find().ok_or_else(|| Missing(format!("{} is missing", self.package())).into())
    }

    fn package(self) -> &'static str {
        match self {
            Self::Node => "nodejs",
            Self::Npm => "npm",
            Self::Chromium => "chromium",
            Self::Postgres => "postgresql",
        }
    }
}

/// Sees to it that all tools are there: installs what is missing when we are root, else names the command that does.
pub fn ensure(tools: &[Tool]) -> Result<()> {
    let missing = |tools: &[Tool]| -> Vec<&str> {
        tools.iter().filter(|tool| tool.find().is_none()).map(|tool| tool.package()).collect()
    };
    let packages = missing(tools);
    if packages.is_empty() {
        return Ok(());
    }
    let install = ["install", "-y", "--no-install-recommends"];
    let names = packages.join(" ");
    let by_hand = format!(
        "missing: {}; run: sudo apt-get update && sudo apt-get {} {names}",
        packages.join(", "),
        install.join(" ")
    );
    if !is_root() || on_path("apt-get").is_none() {
        return Err(Missing(by_hand).into());
    }
    step(&format!("Install {names}"), || {
        run::run(Command::new("apt-get").arg("update").arg("-qq"))?;
        let mut command = Command::new("apt-get");
        run::run(command.args(install).args(&packages).env("DEBIAN_FRONTEND", "noninteractive"))
    })
    .context(Missing(by_hand.clone()))?;
    if missing(tools).is_empty() { Ok(()) } else { Err(Missing(by_hand).into()) }
}

/// Whether we may do as we like on this machine.
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The program of this name in one of the folders of PATH.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| is_program(path))
}

/// wasm-opt, installed if need be; the reason why not where it cannot be had.
pub fn wasm_opt(workspace: &Workspace) -> Result<PathBuf, String> {
    let folder = workspace.target.join("tools/binaryen");
    let program = folder.join("node_modules/.bin/wasm-opt");
    if Tool::Node.find().is_none() || Tool::Npm.find().is_none() {
        return Err("node or npm is missing".into());
    }
    let install = || -> Result<()> {
        let recipe = workspace.root.join("xtask/tools");
        fs::create_dir_all(&folder)?;
        for name in ["package.json", "package-lock.json"] {
            fs::copy(recipe.join(name), folder.join(name))?;
        }
        npm_ci(&folder)
    };
    install().map_err(|error| format!("{error:#}"))?;
    if is_program(&program) { Ok(program) } else { Err("the package binaryen brought no wasm-opt".into()) }
}

/// What tells one version of wasm-opt from another.
pub fn binaryen(workspace: &Workspace) -> Result<String> {
    Ok(hash(&fs::read(workspace.root.join("xtask/tools/package-lock.json"))?))
}

/// Installs what the folder's package-lock.json says, unless it is installed already.
pub fn npm_ci(folder: &Path) -> Result<()> {
    let lock = fs::read(folder.join("package-lock.json"))
        .with_context(|| format!("{} has no package-lock.json", folder.display()))?;
    let stamp = folder.join("node_modules/.installed-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    step(&format!("npm ci in {}", folder.file_name().unwrap_or_default().display()), || {
        let mut command = Command::new(Tool::Npm.path()?);
        command.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder);
        run::run(command.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
        Ok(fs::write(&stamp, &lock)?)
    })
}

/// The folder of initdb, `pg_ctl` and the others: PATH first, then Debian's place, newest version first.
fn postgres_programs() -> Option<PathBuf> {
    let complete = |folder: &Path| {
        ["createdb", "initdb", "pg_ctl", "postgres"].iter().all(|name| is_program(&folder.join(name)))
    };
    let path = env::var_os("PATH").unwrap_or_default();
    if let Some(folder) = env::split_paths(&path).find(|folder| complete(folder)) {
        return Some(folder);
    }
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| complete(folder))
        .collect();
    versions.sort();
    versions.pop().map(|(_, folder)| folder)
}

fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}
