//! The files that a page brings with it.

use crate::Result;
use std::{fs, path::Path};

/// Script, module and style of a first visit, in bytes of brotli.
pub fn parts(site: &Path) -> Result<Vec<(&'static str, f64)>> {
    let manifest: serde_json::Value = serde_json::from_slice(&fs::read(site.join("manifest.json"))?)?;
    let name = |key: &str| manifest[key].as_str().unwrap_or("").to_owned();
    let (script, style) = (name("script"), name("style"));
    [("script", format!("{script}.js")), ("wasm", format!("{script}_bg.wasm")), ("style", style)]
        .into_iter()
        .map(|(part, file)| Ok((part, size(site, &file)?)))
        .collect()
}

/// Bytes of script that a page brings: those in it, and the files it names, in brotli.
pub fn scripts(site: &Path, page: &str) -> Result<f64> {
    let inline = page.split("<script").skip(1).filter_map(|script| script.split("</script>").next());
    let mut sum = f64::from(u32::try_from(inline.map(str::len).sum::<usize>())?);
    for file in page.split('"').filter_map(|value| value.strip_prefix("/pkg/")) {
        if [".js", ".wasm"].iter().any(|extension| file.ends_with(extension)) {
            sum += size(site, file)?;
        }
    }
    Ok(sum)
}

fn size(site: &Path, file: &str) -> Result<f64> {
    let file = site.join("pkg").join(format!("{file}.br"));
    let length = fs::metadata(&file).map_err(|cause| format!("{}: {cause}", file.display()))?.len();
    Ok(f64::from(u32::try_from(length)?))
}
