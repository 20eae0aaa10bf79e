//! The pages' WebAssembly: cargo, then wasm-bindgen as a library, then wasm-opt.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    compress::hash,
    run::{self, step},
    tools,
    workspace::Workspace,
};

/// The target that browsers run.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// What wasm-opt may assume of a browser. Named one by one: with all features it writes modules that browsers refuse.
const WASM_OPT: &[&str] = &[
    "-Oz",
    "--strip-debug",
    "--strip-producers",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// What wasm-bindgen made, optimised.
pub struct Module {
    /// The script that loads and serves the module.
    pub script: String,
    /// The module.
    pub wasm: Vec<u8>,
    /// Folder with the scripts that crates bring along; may not exist.
    pub snippets: PathBuf,
}

/// Builds the library package for browsers.
pub fn build(workspace: &Workspace) -> Result<Module> {
    add_target(workspace)?;
    let compiled = step("Compile the WebAssembly", || compile(workspace))?;
    let folder = workspace.cache("bindgen");
    let name = &workspace.leptos.output_name;
    let optimizer = tools::wasm_opt(workspace);

    // The folder tells by this text what it was made of.
    let recipe = match &optimizer {
        Ok(_) => format!("{} {} {}", hash(&compiled), tools::binaryen(workspace)?, WASM_OPT.join(" ")),
        Err(_) => format!("{} as it is", hash(&compiled)),
    };
    let stamp = folder.join("recipe.txt");
    if fs::read_to_string(&stamp).is_ok_and(|known| known == recipe) {
        eprintln!("  wasm-bindgen and wasm-opt: nothing has changed");
        return read(&folder, name);
    }

    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let size = |path: &Path| fs::metadata(path).map_or(0, |file| file.len() / 1000);
    let module = folder.join(format!("{name}_bg.wasm"));
    step("wasm-bindgen", || bindgen(compiled, name, &folder))?;
    match optimizer {
        Err(reason) => eprintln!("  wasm-opt is skipped, the module stays larger than it need be: {reason}"),
        Ok(program) => step("wasm-opt", || {
            let before = size(&module);
            let smaller = module.with_extension("smaller");
            run::run(Command::new(program).args(WASM_OPT).arg("-o").args([&smaller, &module]))?;
            fs::rename(&smaller, &module)?;
            eprintln!("  {before} kB, now {} kB", size(&module));
            Ok(())
        })?,
    }
    fs::write(&stamp, recipe)?;
    read(&folder, name)
}

/// Adds the target to the toolchain where rustup is in charge and it is missing.
pub fn add_target(workspace: &Workspace) -> Result<()> {
    let Some(rustup) = tools::on_path("rustup") else {
        return Ok(()); // Cargo will say what it lacks.
    };
    let rustup = || {
        let mut command = Command::new(&rustup);
        command.current_dir(&workspace.root);
        command
    };
    let installed = run::output(rustup().args(["target", "list", "--installed"]))?;
    if installed.lines().any(|target| target == TARGET) {
        return Ok(());
    }
    step(&format!("rustup target add {TARGET}"), || run::run(rustup().args(["target", "add", TARGET])))
}

fn compile(workspace: &Workspace) -> Result<Vec<u8>> {
    let leptos = &workspace.leptos;
    let profile = &leptos.lib_profile_release;
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--package", &leptos.lib_package, "--lib", "--target", TARGET]);
    cargo.args(["--no-default-features", "--features", &leptos.lib_features.join(","), "--profile", profile]);
    run::run(&mut cargo)?;
    let file = format!("{}.wasm", leptos.lib_package.replace('-', "_"));
    let path = workspace.target.join(TARGET).join(profile).join(file);
    fs::read(&path).with_context(|| format!("cargo made no {}", path.display()))
}

fn bindgen(wasm: Vec<u8>, name: &str, folder: &Path) -> Result<()> {
    Bindgen::new()
        .input_bytes(name, wasm)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(folder)
        .context("wasm-bindgen: the versions of wasm-bindgen and wasm-bindgen-cli-support must be the same")
}

fn read(folder: &Path, name: &str) -> Result<Module> {
    Ok(Module {
        script: fs::read_to_string(folder.join(format!("{name}.js")))?,
        wasm: fs::read(folder.join(format!("{name}_bg.wasm")))?,
        snippets: folder.join("snippets"),
    })
}
