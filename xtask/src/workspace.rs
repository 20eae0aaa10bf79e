//! Where things are, as cargo and `[[workspace.metadata.leptos]]` say.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::run;

/// The features in development: the server half of `app`, and /design.
pub const FEATURES: &str = "app/ssr,server/design";

/// The workspace: its folders and how its parts are called.
pub struct Workspace {
    /// The folder of the workspace's Cargo.toml.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// Names, features and profiles, shared with cargo-leptos.
    pub leptos: Leptos,
}

/// The part of `[[workspace.metadata.leptos]]` that we use.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Leptos {
    /// Package of the server.
    pub bin_package: String,
    /// Name of the server's binary.
    pub bin_target: String,
    /// Features the server is built with.
    #[serde(default)]
    pub bin_features: Vec<String>,
    /// Package that becomes WebAssembly.
    pub lib_package: String,
    /// Features of the WebAssembly.
    #[serde(default)]
    pub lib_features: Vec<String>,
    /// Profile of the WebAssembly.
    pub lib_profile_release: String,
    /// Base name of script, module and style sheet.
    pub output_name: String,
    /// Folder of the site that holds files with a hash in their name.
    pub site_pkg_dir: String,
    /// Folder with files that are copied to the site's root.
    pub assets_dir: PathBuf,
    /// The style sheet that imports all others.
    pub style_file: PathBuf,
}

#[derive(Deserialize)]
struct Metadata {
    workspace_root: PathBuf,
    target_directory: PathBuf,
    #[serde(rename = "metadata")]
    custom: Custom,
}

#[derive(Deserialize)]
struct Custom {
    leptos: Vec<Leptos>,
}

impl Workspace {
    /// Asks cargo.
    pub fn load() -> Result<Self> {
        let mut command = Command::new(cargo_path());
        command.args(["metadata", "--no-deps", "--format-version", "1"]);
        // Started by path rather than by `cargo xtask`, we still find the workspace.
        command.current_dir(env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| ".".into(), PathBuf::from));
        let metadata: Metadata = serde_json::from_str(&run::output(&mut command)?)
            .context("Cargo.toml: [[workspace.metadata.leptos]] is not as expected")?;
        let leptos = metadata.custom.leptos.into_iter().next();
        let leptos = leptos.context("Cargo.toml has no [[workspace.metadata.leptos]]")?;
        Ok(Self { root: metadata.workspace_root, target: metadata.target_directory, leptos })
    }

    /// Cargo, at the root of the workspace, told where the site is.
    pub fn cargo(&self) -> Command {
        let mut command = Command::new(cargo_path());
        command.current_dir(&self.root).env("ENTENTE_SITE_DIR", self.site());
        command
    }

    /// The folder of the built site.
    pub fn site(&self) -> PathBuf {
        self.target.join("site")
    }

    /// The server's binary, once built.
    pub fn server(&self, release: bool) -> PathBuf {
        self.target.join(if release { "release" } else { "debug" }).join(&self.leptos.bin_target)
    }

    /// What xtask keeps for itself, under the target folder.
    pub fn cache(&self, name: &str) -> PathBuf {
        self.target.join("xtask").join(name)
    }

    /// A path as one writes it at the root of the workspace.
    pub fn relative<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}

fn cargo_path() -> PathBuf {
    env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from)
}
