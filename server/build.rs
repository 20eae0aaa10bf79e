//! Lists the files of the site, so that the binary carries them.
//!
//! The site lies where `ENTENTE_SITE_DIR` says, else in `target/site` of the workspace. Without one, the binary is
//! complete but for script, style and pictures.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    link_once();
    println!("cargo::rerun-if-env-changed=ENTENTE_SITE_DIR");
    let site = env::var_os("ENTENTE_SITE_DIR").filter(|folder| !folder.is_empty()).map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("target").join("site"),
        PathBuf::from,
    );
    // Cargo takes a folder that does not exist for one that has changed, each time.
    fs::create_dir_all(&site)?;
    println!("cargo::rerun-if-changed={}", site.display());

    let mut files = Vec::new();
    collect(&site, "", &mut files)?;
    files.sort();
    let lines: Vec<String> = files
        .iter()
        .map(|(name, path)| format!("    ({name:?}, include_bytes!({:?})),\n", path.display().to_string()))
        .collect();
    let source = format!("&[\n{}]\n", lines.concat());
    let out = env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default();
    fs::write(out.join("site.rs"), source)
}

/// Pages are much code that is made many times over. The linker that comes with Rust on this platform keeps one of each in the release
/// binary, and no names: Cargo forgets to have those left out of a package that is optimised in its own way.
fn link_once() {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    if is("PROFILE", "release") && is("TARGET", "x86_64-unknown-linux-gnu") {
        println!("cargo::rustc-link-arg-bin=entente=-Wl,--icf=all,--strip-all");
    }
}

fn collect(folder: &Path, below: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{below}{}", entry.file_name().display());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), files)?;
        } else {
            files.push((name, entry.path()));
        }
    }
    Ok(())
}
