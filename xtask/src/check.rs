//! What must hold before a change lands, other than the tests.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::{
    licences,
    run::{self, step},
    tools, wasm,
    workspace::{FEATURES, Workspace},
};

/// Words that promise to come back. Put together here so that this file does not hold them itself.
const MARKS: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("to", "do!")];

/// Runs every check, also after one has failed, and names those that did.
pub fn check(workspace: &Workspace) -> Result<()> {
    // The server's build looks for the site; for the lints an empty one will do.
    fs::create_dir_all(workspace.site())?;
    let mut failed = Vec::new();
    let mut check = |name: &'static str, action: &dyn Fn() -> Result<()>| {
        if let Err(error) = step(name, action) {
            eprintln!("{error:#}");
            failed.push(name);
        }
    };
    let cargo = |arguments: &[&str]| run::run(workspace.cargo().args(arguments));
    let clippy = ["clippy", "--quiet"];
    let deny_warnings = ["--", "-D", "warnings"];

    check("Unfinished work", &|| marks(&workspace.root));
    check("Migrations are twins", &|| migrations(&workspace.root.join("migrations")));
    check("Pages use the kit", &|| kit(&workspace.root.join("app/src")));
    check("Every text is said", &|| texts(&workspace.root));
    check("Format", &|| cargo(&["fmt", "--all", "--check"]));
    if tools::on_path("cargo-deny").is_some() {
        check("Licences and sources (cargo-deny)", &|| {
            cargo(&["deny", "check", "licenses", "bans", "sources"])
        });
    } else {
        eprintln!(
            "  cargo-deny is not installed (cargo install cargo-deny --locked); our own, smaller check runs"
        );
        check("Licences and sources (xtask)", &|| licences::check(workspace));
    }
    check("Lints", &|| {
        let native = ["--workspace", "--all-targets", "--features", FEATURES];
        cargo(&[&clippy[..], &native, &deny_warnings].concat())
    });
    check("Lints for WebAssembly", &|| {
        wasm::add_target(workspace)?;
        let leptos = &workspace.leptos;
        let features = leptos.lib_features.join(",");
        let package = ["--package", &leptos.lib_package, "--lib", "--target", wasm::TARGET];
        let features = ["--no-default-features", "--features", &features];
        cargo(&[&clippy[..], &package, &features, &deny_warnings].concat())
    });
    if failed.is_empty() { Ok(()) } else { bail!("failed: {}", failed.join(", ")) }
}

/// No file may hold a mark of unfinished work.
fn marks(root: &Path) -> Result<()> {
    let files = sources(root, &["rs", "css", "sql", "ts"])?;
    none_of(root, &files, &|line| MARKS.into_iter().find(|mark| has_word(line, mark)))
}

/// Pages build their fields and rich texts from app/src/ui, which escapes and labels them.
fn kit(source: &Path) -> Result<()> {
    let files: Vec<PathBuf> =
        sources(source, &["rs"])?.into_iter().filter(|path| !path.starts_with(source.join("ui"))).collect();
    none_of(source, &files, &|line| ["<textarea", "inner_html"].into_iter().find(|word| line.contains(word)))
}

/// Code names every text of the catalogue, as `texts.name` or, in the tables of macros, as `name;`.
fn texts(root: &Path) -> Result<()> {
    let mut named = BTreeSet::new();
    for folder in ["app/src", "server/src"] {
        for path in sources(&root.join(folder), &["rs"])? {
            let code =
                fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let after =
                code.split(['.', ':']).skip(1).filter_map(|rest| rest.split(|c| !is_letter(c)).next());
            let before = code.split(';').filter_map(|rest| rest.rsplit(|c| !is_letter(c)).next());
            named.extend(after.chain(before).map(str::to_owned));
        }
    }
    let catalogue = root.join("app/src/texts");
    let is_said = |line: &str| text_name(line).is_none_or(|name| named.contains(name));
    none_of(&catalogue, &sources(&catalogue, &["rs"])?, &|line| {
        (!is_said(line)).then_some("no code names this text")
    })
}

/// The name of the text that a line of the catalogue begins, such as `    home: "Accueil", "Home";`.
fn text_name(line: &str) -> Option<&str> {
    let line = line.strip_prefix("    ")?;
    let (name, rest) = line.split_at(line.find(|c| !is_letter(c))?);
    let is_text = rest.starts_with(": \"") || (rest.starts_with('(') && rest.contains("): ("));
    (is_text && !name.is_empty()).then_some(name)
}

/// Both databases have migrations of the same names.
fn migrations(folder: &Path) -> Result<()> {
    let names = |database: &str| -> Result<BTreeSet<String>> {
        let folder = folder.join(database);
        let entries = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        let names =
            entries.map(|entry| Ok(entry?.file_name().display().to_string())).collect::<Result<Vec<_>>>()?;
        Ok(names.into_iter().filter(|name| !name.starts_with('.')).collect())
    };
    let (sqlite, postgres) = (names("sqlite")?, names("postgres")?);
    let single: Vec<&str> = sqlite.symmetric_difference(&postgres).map(String::as_str).collect();
    if single.is_empty() { Ok(()) } else { bail!("for one database only: {}", single.join(", ")) }
}

fn none_of(root: &Path, files: &[PathBuf], find: &dyn Fn(&str) -> Option<&'static str>) -> Result<()> {
    let mut found = Vec::new();
    for path in files {
        let content = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let path = path.strip_prefix(root).unwrap_or(path).display();
        for (index, line) in content.lines().enumerate() {
            if let Some(word) = find(line) {
                found.push(format!("{path}:{}: {word}", index + 1));
            }
        }
    }
    if found.is_empty() { Ok(()) } else { bail!("{}", found.join("\n")) }
}

/// Whether the word stands in the line by itself, and not as a part of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(is_letter) && !line[at + word.len()..].starts_with(is_letter))
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// All files with one of these extensions, except in hidden folders and those that others fill.
fn sources(folder: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with('.') || ["target", "node_modules", "data"].contains(&name) {
            continue;
        }
        if path.is_dir() {
            found.extend(sources(&path, extensions)?);
        } else if path
            .extension()
            .and_then(|extension| extension.to_str())
            .is_some_and(|e| extensions.contains(&e))
        {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn a_mark_is_a_word() {
        let mark = MARKS[0];
        assert!(has_word(&format!("// {mark}: later"), mark));
        assert!(!has_word(&format!("MASTO{mark}N"), mark));
        assert!(!has_word("todos", "todo"));
    }

    #[test]
    fn the_kit_alone_may_write_plain_html() {
        let scratch = Scratch::new("check").unwrap();
        fs::create_dir(scratch.path().join("ui")).unwrap();
        fs::write(scratch.path().join("ui/field.rs"), "view! { <textarea/> }").unwrap();
        assert!(kit(scratch.path()).is_ok());
        fs::write(scratch.path().join("page.rs"), "fn a() {}\nview! { <p inner_html=x/> }").unwrap();
        assert_eq!(kit(scratch.path()).unwrap_err().to_string(), "page.rs:2: inner_html");
    }

    #[test]
    fn a_text_that_no_code_names_is_found() {
        let scratch = Scratch::new("check").unwrap();
        for folder in ["app/src/texts", "server/src"] {
            fs::create_dir_all(scratch.path().join(folder)).unwrap();
        }
        let write = |path: &str, content: &str| fs::write(scratch.path().join(path), content).unwrap();
        let catalogue = "    home: \"Accueil\", \"Home\";\n    busy: \"Occupé\", \"Busy\";\n    \
                         days(count: i64): (\"{count} jours\"), (\"{count} days\");\n";
        write("app/src/texts/frame.rs", catalogue);
        write("app/src/page.rs", "texts.home(); texts\n    .days(2);");
        write("server/src/problem.rs", "Busy = 503, busy;");
        assert!(texts(scratch.path()).is_ok());
        write("app/src/page.rs", "home(); texts.days_left(2);");
        let error = texts(scratch.path()).unwrap_err().to_string();
        assert_eq!(error, "frame.rs:1: no code names this text\nframe.rs:3: no code names this text");
    }

    #[test]
    fn a_migration_without_its_twin_is_named() {
        let scratch = Scratch::new("check").unwrap();
        for name in ["sqlite", "postgres"] {
            fs::create_dir(scratch.path().join(name)).unwrap();
            fs::write(scratch.path().join(name).join("0001_start.sql"), "").unwrap();
        }
        assert!(migrations(scratch.path()).is_ok());
        fs::write(scratch.path().join("sqlite/0002_more.sql"), "").unwrap();
        assert!(migrations(scratch.path()).unwrap_err().to_string().contains("0002_more.sql"));
    }
}
