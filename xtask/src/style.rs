//! The style sheet: many small files become one, without comments and idle white space.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

/// Joins the files that `main` imports, in order.
///
/// `asset` is told of each file that a `url(…)` names and answers the URL under which the site serves it.
pub fn bundle(main: &Path, asset: &mut dyn FnMut(&Path) -> Result<String>) -> Result<String> {
    let source = read(main)?;
    let folder = main.parent().unwrap_or_else(|| Path::new("."));
    let mut css = String::new();
    for name in imports(&source).with_context(|| main.display().to_string())? {
        let path = folder.join(name);
        let source = read(&path)?;
        let here = path.parent().unwrap_or(folder);
        let minified = minify(&source, &mut |url| resolve(here, url, asset));
        css.push_str(&minified.with_context(|| path.display().to_string())?);
    }
    Ok(css)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// The names in lines such as `@import "base.css";`. Anything else but comments is an error: it would get lost.
fn imports(source: &str) -> Result<Vec<String>> {
    let plain = minify(source, &mut |url| Ok(url.to_owned()))?;
    let mut names = Vec::new();
    for statement in plain.split_terminator(';') {
        let name = statement.strip_prefix("@import").map(str::trim).and_then(|name| {
            let quote = name.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
            name[1..].strip_suffix(quote)
        });
        match name {
            Some(name) => names.push(name.to_owned()),
            None => bail!("only lines such as `@import \"base.css\";` may stand here, not `{statement}`"),
        }
    }
    Ok(names)
}

/// What a `url(…)` becomes: a file beside the style sheet gets its public name, all else stays.
fn resolve(folder: &Path, url: &str, asset: &mut dyn FnMut(&Path) -> Result<String>) -> Result<String> {
    if url.is_empty() || url.starts_with(['/', '#']) || url.contains(':') {
        return Ok(url.to_owned());
    }
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let mut path = PathBuf::from(folder);
    for part in url[..end].split('/') {
        match part {
            "." => {}
            ".." => drop(path.pop()),
            part => path.push(part),
        }
    }
    Ok(asset(&path)? + &url[end..])
}

/// Takes comments and idle white space out of a style sheet; strings stay as they are, URLs are what `rewrite` makes
/// of them.
pub fn minify(source: &str, rewrite: &mut dyn FnMut(&str) -> Result<String>) -> Result<String> {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    // A gap is white space or a comment not yet written; only white space separates by itself.
    let (mut space, mut comment) = (false, false);
    while let Some(next) = rest.chars().next() {
        if next.is_ascii_whitespace() {
            space = true;
            rest = &rest[1..];
            continue;
        }
        if let Some(body) = rest.strip_prefix("/*") {
            let end = body.find("*/").context("a comment does not end")?;
            comment = true;
            rest = &body[end + 2..];
            continue;
        }
        let before = out.chars().next_back();
        let idle = before.is_none_or(|c| "{};,:(".contains(c) && !escaped(&out)) || "{};,)".contains(next);
        if !idle {
            out.push_str(if space {
                " "
            } else if comment {
                "/**/"
            } else {
                ""
            });
        }
        (space, comment) = (false, false);

        let taken = match next {
            '"' | '\'' => {
                let length = string_length(rest)?;
                out.push_str(&rest[..length]);
                length
            }
            '\\' => {
                let length = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                out.push_str(&rest[..length]);
                length
            }
            'u' | 'U' if starts_url(rest) && !out.chars().next_back().is_some_and(is_name) => {
                let (url, length) = url(rest)?;
                let url = rewrite(url)?;
                let quote = if url.contains('"') { '\'' } else { '"' };
                out.extend([
                    "url(",
                    quote.encode_utf8(&mut [0; 4]),
                    &url,
                    quote.encode_utf8(&mut [0; 4]),
                    ")",
                ]);
                length
            }
            other => {
                out.push(other);
                other.len_utf8()
            }
        };
        rest = &rest[taken..];
    }
    Ok(out)
}

/// Whether the last character is part of an escape, and so means itself.
fn escaped(out: &str) -> bool {
    out[..out.len() - out.chars().next_back().map_or(0, char::len_utf8)].ends_with('\\')
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_') || !c.is_ascii()
}

fn starts_url(rest: &str) -> bool {
    rest.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("url("))
}

/// Length in bytes of the string that `rest` begins with, quotes included.
fn string_length(rest: &str) -> Result<usize> {
    let mut chars = rest.char_indices();
    let quote = chars.next().map(|(_, quote)| quote);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '\n' => break,
            c if Some(c) == quote => return Ok(at + 1),
            _ => {}
        }
    }
    bail!("a string does not end: {}", rest.lines().next().unwrap_or_default())
}

/// The address in the `url(…)` that `rest` begins with, and the length in bytes of all of it.
fn url(rest: &str) -> Result<(&str, usize)> {
    let inner = rest[4..].trim_start();
    let start = rest.len() - inner.len();
    let length =
        if inner.starts_with(['"', '\'']) { string_length(inner)? } else { inner.find(')').unwrap_or(0) };
    let after = inner[length..].trim_start();
    if !after.starts_with(')') {
        bail!("a url( does not end: {}", rest.lines().next().unwrap_or_default());
    }
    let address = inner[..length].trim_end();
    let address = if inner.starts_with(['"', '\'']) { &address[1..address.len() - 1] } else { address };
    Ok((address, start + length + (inner.len() - length - after.len()) + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    fn minified(source: &str) -> String {
        minify(source, &mut |url| Ok(url.to_owned())).unwrap()
    }

    #[test]
    fn idle_white_space_and_comments_go() {
        for (source, expected) in [
            ("a {\n  color: red;\n}\n\nb { }", "a{color:red;}b{}"),
            ("/* why */ a, b > c { margin: 0 1px }", "a,b > c{margin:0 1px}"),
            ("a :hover, a:hover {}", "a :hover,a:hover{}"),
            ("@media (min-width: 30rem) and (print) {}", "@media (min-width:30rem) and (print){}"),
            ("p { width: calc( 1px + 2px ) }", "p{width:calc(1px + 2px)}"),
            ("p{margin:1px/* */2px}", "p{margin:1px/**/2px}"),
            ("p{margin:1px /* */2px}", "p{margin:1px 2px}"),
            ("p { inset: var(--a, ) }", "p{inset:var(--a,)}"),
            ("@supports not (x: y) {}", "@supports not (x:y){}"),
        ] {
            assert_eq!(minified(source), expected);
            assert_eq!(minified(expected), expected, "a second pass changes nothing");
        }
    }

    #[test]
    fn strings_and_escapes_stay() {
        for source in [
            "a{content:\"a  /* b */ \\\" ; c\"}",
            "a{content:'« \\201c  »'}",
            ".w\\:1\\/2 b{top:0}",
            ".a\\: b{top:0}",
            "a{background:url(\"data:image/svg+xml,%3Csvg xmlns='x'/%3E\")}",
        ] {
            assert_eq!(minified(source), source);
        }
    }

    #[test]
    fn what_does_not_end_is_an_error() {
        for source in [
            "a{} /* b",
            "a{content:\"b}",
            "a{content:'b\n'}",
            "a{background:url(b",
            "a{background:url('b' c)}",
        ] {
            assert!(minify(source, &mut |url| Ok(url.to_owned())).is_err(), "{source}");
        }
    }

    #[test]
    fn urls_of_files_get_their_public_name() {
        let mut seen = Vec::new();
        let css = "a{src:url(../fonts/x.woff2) , URL( 'y.svg#top' ),url(/z.png),url(#id),url(data:,b)}";
        let out = minify(css, &mut |url| {
            resolve(Path::new("style/parts"), url, &mut |path| {
                seen.push(path.to_owned());
                Ok(format!("/pkg/{}", path.file_name().unwrap_or_default().display()))
            })
        });
        assert_eq!(
            out.unwrap(),
            r##"a{src:url("/pkg/x.woff2"),url("/pkg/y.svg#top"),url("/z.png"),url("#id"),url("data:,b")}"##
        );
        assert_eq!(seen, [Path::new("style/fonts/x.woff2"), Path::new("style/parts/y.svg")]);
    }

    #[test]
    fn imports_are_joined_in_order() {
        let scratch = Scratch::new("style").unwrap();
        let write = |name: &str, css: &str| fs::write(scratch.path().join(name), css).unwrap();
        write("main.css", "/* order matters */\n@import \"b.css\";\n@import 'a.css';\n");
        write("a.css", "a { color: red }\n");
        write("b.css", "b { color: blue }\n");
        let css = bundle(&scratch.path().join("main.css"), &mut |_| Ok(String::new())).unwrap();
        assert_eq!(css, "b{color:blue}a{color:red}");
    }

    #[test]
    fn main_holds_imports_only() {
        for source in ["a{}", "@import \"a.css\" print;", "@import url(a.css);", "@import a.css;"] {
            assert!(imports(source).is_err(), "{source}");
        }
        assert_eq!(imports("@import \"a b.css\";").unwrap(), ["a b.css"]);
    }
}
