//! The site: every file the server answers as it is, with hashes in the names where the content may change.
//!
//! ```text
//! site/manifest.json                        for the server: which names are in force
//! site/pkg/entente-<hash>.js                one hash over script and module
//! site/pkg/entente-<hash>_bg.wasm
//! site/pkg/entente-<hash>.css
//! site/pkg/<font or picture>-<hash>.<extension>
//! site/…                                    app/public, under its own names
//! ```
//! Beside each file of text, WebAssembly or vectors lie `….br` and `….gz`.

use std::{
    collections::BTreeMap,
    fmt, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde::Serialize;

use crate::{
    compress::{Compressor, hash, is_compressible},
    run::{self, step},
    style, wasm,
    workspace::Workspace,
};

/// Where the fonts lie, beside the style sheet.
const FONTS: &str = "fonts";

/// The site's files: path below its root, content.
type Files = BTreeMap<PathBuf, Vec<u8>>;

#[derive(Default, Serialize)]
struct Manifest {
    /// Base name of `….js` and `…_bg.wasm`.
    script: String,
    /// File name of the style sheet.
    style: String,
    /// File names of the fonts, by the name they have in style/fonts.
    fonts: BTreeMap<String, String>,
    /// Changes whenever any file of the site does.
    content: String,
}

/// What a first visit downloads, in bytes, compressed with brotli.
pub struct Sizes {
    script: usize,
    wasm: usize,
    style: usize,
}

impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { script, wasm, style } = *self;
        writeln!(f, "First visit, brotli:")?;
        for (name, bytes) in [("script", script), ("wasm", wasm), ("style", style)] {
            writeln!(f, "  {name:<6} {:>4}.{} kB", bytes / 1000, bytes % 1000 / 100)?;
        }
        let sum = script + wasm + style;
        write!(f, "  sum    {:>4}.{} kB", sum / 1000, sum % 1000 / 100)
    }
}

/// Builds the site; files that do not change keep their time, files that no longer belong to it go.
pub fn build(workspace: &Workspace) -> Result<Sizes> {
    let module = wasm::build(workspace)?;
    step("Assets", || {
        let mut files = Files::new();
        let mut manifest =
            Manifest { script: add_module(workspace, &module, &mut files)?, ..Manifest::default() };
        add_style(workspace, &mut manifest, &mut files)?;
        add_folder(&workspace.root.join(&workspace.leptos.assets_dir), Path::new(""), &mut files)?;

        let mut everything = Vec::new();
        for (path, content) in &files {
            everything.extend(path.as_os_str().as_encoded_bytes());
            everything.extend(hash(content).into_bytes());
        }
        manifest.content = hash(&everything);

        let mut compressor = Compressor::new(workspace.cache("compressed"))?;
        let mut all = Files::new();
        for (path, content) in files {
            if is_compressible(&path) {
                all.insert(with_suffix(&path, ".br"), compressor.brotli(&content)?);
                all.insert(with_suffix(&path, ".gz"), compressor.gzip(&content)?);
            }
            all.insert(path, content);
        }
        compressor.forget_unused()?;

        let package = Path::new(&workspace.leptos.site_pkg_dir);
        let size = |name: String| all.get(&package.join(name)).map_or(0, Vec::len);
        let sizes = Sizes {
            script: size(format!("{}.js.br", manifest.script)),
            wasm: size(format!("{}_bg.wasm.br", manifest.script)),
            style: size(format!("{}.br", manifest.style)),
        };
        if all.insert("manifest.json".into(), serde_json::to_vec_pretty(&manifest)?).is_some() {
            bail!(
                "manifest.json belongs to the build; take it out of {}",
                workspace.leptos.assets_dir.display()
            );
        }
        synchronize(&workspace.site(), &all)?;
        Ok(sizes)
    })
}

/// Builds the server around the site; the debug build shows /design.
pub fn build_server(workspace: &Workspace, release: bool) -> Result<()> {
    let leptos = &workspace.leptos;
    let mut features = leptos.bin_features.clone();
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--package", &leptos.bin_package, "--bin", &leptos.bin_target]);
    if release {
        cargo.arg("--release");
    } else {
        features.push("design".into());
    }
    cargo.args(["--features", &features.join(",")]);
    let name = if release { "Compile the server (release)" } else { "Compile the server (debug)" };
    step(name, || run::run(&mut cargo))
}

/// Adds script and module under one name, which it answers.
fn add_module(workspace: &Workspace, module: &wasm::Module, files: &mut Files) -> Result<String> {
    let name = &workspace.leptos.output_name;
    let package = Path::new(&workspace.leptos.site_pkg_dir);
    let hashed = format!("{name}-{}", hash(&[module.script.as_bytes(), &module.wasm].concat()));
    let (plain, public) = (format!("{name}_bg.wasm"), format!("{hashed}_bg.wasm"));
    if !module.script.contains(&plain) {
        bail!("the script of wasm-bindgen does not name {plain}: has its output changed?");
    }
    files.insert(package.join(format!("{hashed}.js")), module.script.replace(&plain, &public).into_bytes());
    files.insert(package.join(public), module.wasm.clone());
    add_folder(&module.snippets, &package.join("snippets"), files)?;
    Ok(hashed)
}

/// Adds the style sheet, what it names, and all fonts.
fn add_style(workspace: &Workspace, manifest: &mut Manifest, files: &mut Files) -> Result<()> {
    let name = &workspace.leptos.output_name;
    let package = &workspace.leptos.site_pkg_dir;
    let main = workspace.root.join(&workspace.leptos.style_file);
    let mut add = |path: &Path| -> Result<String> {
        let content = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let public = hashed_name(path, &content);
        files.insert(Path::new(package).join(&public), content);
        Ok(public)
    };
    for font in list(&main.with_file_name(FONTS))? {
        if font.extension().is_some_and(|extension| extension == "woff2") {
            let public = add(&font)?;
            manifest.fonts.insert(font.file_name().unwrap_or_default().display().to_string(), public);
        }
    }
    let css = style::bundle(&main, &mut |path| Ok(format!("/{package}/{}", add(path)?)))?;
    manifest.style = format!("{name}-{}.css", hash(css.as_bytes()));
    files.insert(Path::new(package).join(&manifest.style), css.into_bytes());
    Ok(())
}

/// Adds a folder with all below it, under the same names; a folder that does not exist is empty.
fn add_folder(folder: &Path, below: &Path, files: &mut Files) -> Result<()> {
    for path in list(folder)? {
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() {
            add_folder(&path, &below.join(name), files)?;
        } else if name.to_str().is_some_and(|name| !name.starts_with('.')) {
            files.insert(below.join(name), fs::read(&path)?);
        }
    }
    Ok(())
}

/// Makes the folder hold these files and nothing else; equal files are not touched, so that cargo sees no change.
fn synchronize(folder: &Path, files: &Files) -> Result<()> {
    for (path, content) in files {
        let path = folder.join(path);
        if fs::read(&path).is_ok_and(|present| present == *content) {
            continue;
        }
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))?;
    }
    remove_others(folder, Path::new(""), files)
}

fn remove_others(folder: &Path, below: &Path, files: &Files) -> Result<()> {
    for path in list(folder)? {
        let relative = below.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            if files.keys().any(|file| file.starts_with(&relative)) {
                remove_others(&path, &relative, files)?;
            } else {
                fs::remove_dir_all(&path)?;
            }
        } else if !files.contains_key(&relative) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// What a folder holds, in order; nothing if it does not exist.
fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn hashed_name(path: &Path, content: &[u8]) -> String {
    let stem = path.file_stem().unwrap_or_default().display();
    let extension = path.extension().unwrap_or_default().display();
    format!("{stem}-{}.{extension}", hash(content))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn the_folder_holds_what_it_should_and_nothing_else() {
        let scratch = Scratch::new("site").unwrap();
        let site = scratch.path().join("site");
        let files = |names: &[&str]| -> Files {
            names.iter().map(|name| (name.into(), name.as_bytes().into())).collect()
        };
        synchronize(&site, &files(&["a.txt", "pkg/old.js", "icons/x/y.svg"])).unwrap();
        let before = fs::metadata(site.join("a.txt")).unwrap().modified().unwrap();
        let later = files(&["a.txt", "pkg/new.js"]);
        synchronize(&site, &later).unwrap();
        let mut found = Files::new();
        add_folder(&site, Path::new(""), &mut found).unwrap();
        assert_eq!(found, later);
        assert!(!site.join("icons").exists());
        assert_eq!(fs::metadata(site.join("a.txt")).unwrap().modified().unwrap(), before);
    }

    #[test]
    fn a_name_tells_the_content() {
        let name = hashed_name(Path::new("style/fonts/text.woff2"), b"x");
        assert_eq!(name, format!("text-{}.woff2", hash(b"x")));
    }
}
