//! Licences and sources of the dependencies, for machines without cargo-deny: the same deny.toml, less thoroughly read.

use std::{collections::BTreeSet, fs};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::{run, workspace::Workspace};

#[derive(Deserialize)]
struct Deny {
    licenses: Licenses,
}

#[derive(Deserialize)]
struct Licenses {
    allow: BTreeSet<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// None for the default registry.
    registry: Option<String>,
}

/// Checks every package that any feature of the workspace can pull in.
pub fn check(workspace: &Workspace) -> Result<()> {
    let deny = fs::read_to_string(workspace.root.join("deny.toml")).context("cannot read deny.toml")?;
    let deny: Deny = toml::from_str(&deny).context("deny.toml")?;
    let mut cargo = workspace.cargo();
    let metadata = run::output(cargo.args(["metadata", "--all-features", "--format-version", "1"]))?;
    let metadata: Metadata = serde_json::from_str(&metadata)?;

    let problems: Vec<String> =
        metadata.packages.iter().flat_map(|package| problems(package, &deny.licenses)).collect();
    if problems.is_empty() { Ok(()) } else { bail!("{}", problems.join("\n")) }
}

fn problems(package: &Package, licenses: &Licenses) -> Vec<String> {
    let Package { name, version, .. } = package;
    let mut problems = Vec::new();
    let is_allowed = |licence: &str| {
        licenses.allow.contains(licence)
            || licenses
                .exceptions
                .iter()
                .any(|exception| exception.name == *name && exception.allow.contains(licence))
    };
    match package.license.as_deref().map(|expression| (expression, satisfied(expression, &is_allowed))) {
        None => problems.push(format!("{name} {version}: no licence named")),
        Some((_, Ok(true))) => {}
        Some((expression, Ok(false))) => {
            problems.push(format!("{name} {version}: licence {expression} is not allowed"));
        }
        Some((expression, Err(error))) => {
            problems.push(format!("{name} {version}: licence {expression}: {error}"));
        }
    }
    if package.source.as_ref().is_some_and(|source| !source.starts_with("registry+")) {
        problems.push(format!("{name} {version}: does not come from a registry"));
    }
    let elsewhere = package.dependencies.iter().filter(|dependency| dependency.registry.is_some());
    problems.extend(
        elsewhere.map(|other| format!("{name} {version}: takes {} from another registry", other.name)),
    );
    problems
}

/// Whether an SPDX expression is satisfied by what is allowed. The old `A/B` means `A OR B`.
fn satisfied(expression: &str, is_allowed: &dyn Fn(&str) -> bool) -> Result<bool> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    let result = any(&mut words, is_allowed)?;
    match words.next() {
        None => Ok(result),
        Some(word) => bail!("unexpected `{word}`"),
    }
}

type Words<'a, 'b> = &'a mut std::iter::Peekable<std::str::SplitWhitespace<'b>>;

fn any(words: Words<'_, '_>, is_allowed: &dyn Fn(&str) -> bool) -> Result<bool> {
    let mut result = all(words, is_allowed)?;
    while words.next_if_eq(&"OR").is_some() {
        result |= all(words, is_allowed)?;
    }
    Ok(result)
}

fn all(words: Words<'_, '_>, is_allowed: &dyn Fn(&str) -> bool) -> Result<bool> {
    let mut result = one(words, is_allowed)?;
    while words.next_if_eq(&"AND").is_some() {
        result &= one(words, is_allowed)?;
    }
    Ok(result)
}

fn one(words: Words<'_, '_>, is_allowed: &dyn Fn(&str) -> bool) -> Result<bool> {
    match words.next() {
        Some("(") => {
            let result = any(words, is_allowed)?;
            if words.next() == Some(")") { Ok(result) } else { bail!("`)` is missing") }
        }
        None | Some(")" | "AND" | "OR" | "WITH") => bail!("a licence is missing"),
        Some(licence) if words.next_if_eq(&"WITH").is_some() => {
            let exception = words.next().context("an exception is missing after WITH")?;
            Ok(is_allowed(&format!("{licence} WITH {exception}")))
        }
        Some(licence) => Ok(is_allowed(licence)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(expression: &str) -> Result<bool> {
        satisfied(expression, &|licence| ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].contains(&licence))
    }

    #[test]
    fn an_expression_is_satisfied_by_what_is_allowed() {
        for (expression, expected) in [
            ("MIT", true),
            ("GPL-3.0-only", false),
            ("GPL-3.0-only OR MIT", true),
            ("GPL-3.0-only/MIT", true),
            ("Apache-2.0 / MIT", true),
            ("MIT AND ISC", true),
            ("MIT AND GPL-3.0-only", false),
            ("(MIT OR Apache-2.0) AND GPL-3.0-only", false),
            ("MIT OR Apache-2.0 AND GPL-3.0-only", true),
            ("GPL-3.0-only AND (ISC OR MIT) OR Zlib", false),
            ("Apache-2.0 WITH LLVM-exception OR Zlib", true),
            ("Apache-2.0 WITH Other-exception", false),
        ] {
            assert_eq!(allowed(expression).unwrap(), expected, "{expression}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        for expression in ["", "MIT OR", "(MIT", "MIT ISC", "OR MIT", "MIT WITH", "MIT)"] {
            assert!(allowed(expression).is_err(), "{expression}");
        }
    }

    #[test]
    fn a_package_from_elsewhere_is_a_problem() {
        let package = |source: Option<&str>, license: Option<&str>, registry: Option<&str>| Package {
            name: "x".into(),
            version: "1.0.0".into(),
            license: license.map(Into::into),
            source: source.map(Into::into),
            dependencies: vec![Dependency { name: "y".into(), registry: registry.map(Into::into) }],
        };
        let licenses = Licenses {
            allow: BTreeSet::from(["MIT".into()]),
            exceptions: vec![Exception { name: "x".into(), allow: BTreeSet::from(["CC0-1.0".into()]) }],
        };
        let count = |package: Package| problems(&package, &licenses).len();
        assert_eq!(count(package(Some("registry+here"), Some("MIT"), None)), 0);
        assert_eq!(count(package(None, Some("CC0-1.0"), None)), 0);
        assert_eq!(count(package(Some("git+there"), Some("Zlib"), Some("there"))), 3);
        assert_eq!(count(package(None, None, None)), 1);
    }
}
