//! How the text of a package file is cut: the bindings of a package set, and what a package hands out beside its derivation.
//!
//! nixpkgs is formatted, so that lines and their indentation say it; where they do not, too much is taken.

use std::collections::HashMap;

/// The file of `writeText`, `runCommand` and the like, which are attributes of the top level.
const TRIVIAL_BUILDERS: &str = "pkgs/build-support/trivial-builders/default.nix";

/// Files of other folders from this size on are looked at binding by binding.
const LARGE_FILE_BYTES: usize = 32 * 1024;

/// So many bindings at one depth make a package set.
const FEWEST_BINDINGS: usize = 20;

/// So many bindings of a package stand for one of the set.
const MOST_INNER: usize = 12;

/// One binding of a package set.
pub(super) struct Part<'a> {
    /// What it binds; empty for what stands before the first.
    pub names: Vec<String>,
    /// Its text.
    pub text: &'a str,
}

/// The bindings of a file that defines a package set, `None` for other files. nixpkgs is formatted, so that the bindings of a set begin
/// at one depth; what stands before the first is a part without a name.
#[must_use]
pub(super) fn bindings<'a>(file: &str, text: &'a str) -> Option<Vec<Part<'a>>> {
    let is_top_level = file.starts_with("pkgs/top-level/") || file == TRIVIAL_BUILDERS;
    let name = file.rsplit('/').next().unwrap_or(file);
    let is_plain = matches!(name, "default.nix" | "generic.nix" | "common.nix");
    if !is_top_level && (text.len() < LARGE_FILE_BYTES || is_plain) {
        return None;
    }
    let depth = common_depth(text)?;
    let mut parts = vec![Part {
        names: Vec::new(),
        text: "",
    }];
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        let is_start =
            indentation(line) == depth && (bound_name(line).is_some() || is_inherit(line));
        if is_start {
            close(&mut parts, text, start, at);
            parts.push(Part {
                names: bound_name(line).map(str::to_owned).into_iter().collect(),
                text: "",
            });
            start = at;
        }
        at += line.len();
    }
    close(&mut parts, text, start, at);
    Some(parts)
}

fn close<'a>(parts: &mut [Part<'a>], text: &'a str, start: usize, end: usize) {
    let Some(part) = parts.last_mut() else { return };
    part.text = text.get(start..end).unwrap_or_default();
    let trimmed = part.text.trim_start();
    if let Some(rest) = trimmed.strip_prefix("inherit") {
        // `inherit (FROM) A B;` defines A and B
        let rest = if rest.trim_start().starts_with('(') {
            after_parentheses(rest)
        } else {
            rest
        };
        let names = rest.split(';').next().unwrap_or_default().lines();
        let names = names.flat_map(|line| {
            line.split('#')
                .next()
                .unwrap_or_default()
                .split_whitespace()
        });
        part.names = names
            .map(|name| name.trim_matches('"').to_owned())
            .collect();
    }
}

fn after_parentheses(text: &str) -> &str {
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' if depth == 1 => return text.get(at + 1..).unwrap_or_default(),
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    ""
}

/// The indentation at which most bindings begin.
fn common_depth(text: &str) -> Option<usize> {
    let mut depths: HashMap<usize, usize> = HashMap::new();
    for line in text.lines().filter(|line| bound_name(line).is_some()) {
        *depths.entry(indentation(line)).or_default() += 1;
    }
    // the outermost of the depths at which there are enough of them, for each may hold several
    let most = *depths.values().max()?;
    depths
        .iter()
        .filter(|(_, count)| **count * MOST_INNER >= most && **count >= FEWEST_BINDINGS)
        .map(|(depth, _)| *depth)
        .min()
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn is_inherit(line: &str) -> bool {
    line.trim_start().starts_with("inherit ") || line.trim() == "inherit"
}

/// The name that a line begins to bind: `NAME = …`, `"NAME" = …`, or the first part of `NAME.x = …`.
fn bound_name(line: &str) -> Option<&str> {
    let (path, _) = line.trim_start().split_once('=')?;
    let path = path.trim_end();
    let name = match path.strip_prefix('"') {
        Some(rest) => rest.split_once('"')?.0,
        None => path.split('.').next()?,
    };
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-'+.".contains(&byte))
        && !path.contains(' ');
    is_name.then_some(name)
}

/// Names in `passthru` that other packages do not use.
const ONLY_FOR_PEOPLE: &[&str] = &["tests", "updateScript"];

/// The parts of a package's text that hand out something beside the derivation: the blocks of `passthru` without [`ONLY_FOR_PEOPLE`],
/// and all of the text where one is not a plain block. nixpkgs is formatted, so that a block's bindings begin at one depth.
#[must_use]
pub(super) fn handed_out(text: &str) -> String {
    let mut found = String::new();
    for (at, word) in text.match_indices("passthru") {
        let rest = text.get(at + word.len()..).unwrap_or_default();
        if let Some(rest) = rest.strip_prefix('.') {
            if !is_for_people(rest) {
                let end = rest.find(';').unwrap_or(rest.len());
                found.push_str(rest.get(..end).unwrap_or_default());
                found.push('\n');
            }
            continue;
        }
        let block = rest.strip_prefix(" = {");
        let lines: Vec<&str> = block.unwrap_or_default().lines().skip(1).collect();
        let Some(depth) = lines.first().map(|line| indentation(line)) else {
            return text.to_owned();
        };
        let own = lines
            .iter()
            .take_while(|line| line.trim().is_empty() || indentation(line) >= depth);
        let mut is_shown = true;
        for line in own {
            let is_start = indentation(line) == depth && !line.trim().is_empty();
            if is_start && !line.trim().starts_with(['}', ']', ')']) {
                is_shown = !is_for_people(line.trim());
            }
            if is_shown {
                found.push_str(line);
                found.push('\n');
            }
        }
    }
    optional_dependencies(text, &mut found);
    found
}

/// The bindings of `optional-dependencies`, which a Python package hands out without saying `passthru`.
fn optional_dependencies(text: &str, found: &mut String) {
    for (at, _) in text.match_indices("optional-dependencies") {
        let before = text.get(..at).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let mut lines = text.get(line_start..).unwrap_or_default().lines();
        let Some(first) = lines.next().filter(|_| !before.ends_with('.')) else {
            continue;
        };
        let depth = indentation(first);
        let inner = lines.take_while(|line| line.trim().is_empty() || indentation(line) > depth);
        for line in std::iter::once(first).chain(inner) {
            found.push_str(line);
            found.push('\n');
        }
    }
}

fn is_for_people(text: &str) -> bool {
    ONLY_FOR_PEOPLE.iter().any(|name| text.starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::super::index::ALL_PACKAGES;
    use super::*;

    #[test]
    fn bindings_of_a_set() {
        let mut text =
            "self: with self; {\n  inherit (callPackages ../a { }) one\n    two;\n".to_owned();
        for number in 0..30 {
            text.push_str(&format!(
                "  p{number} = callPackage ../p{number} {{\n    x = 1;\n  }};\n"
            ));
        }
        let parts = bindings(ALL_PACKAGES, &text).unwrap();
        assert_eq!(parts.len(), 32);
        assert_eq!(parts[1].names, ["one", "two"]);
        assert_eq!(parts[2].names, ["p0"]);
        assert!(parts[2].text.contains("x = 1"));
        assert!(bindings("pkgs/a/default.nix", &text).is_none());
    }

    #[test]
    fn bindings_that_hold_many() {
        let mut text = "{ x }:\n{\n".to_owned();
        for number in 0..30 {
            text.push_str(&format!("  p{number} = build {{\n"));
            for inner in ["pname", "version", "src", "inputs", "meta", "checks", "env"] {
                text.push_str(&format!("    {inner} = x;\n"));
            }
            text.push_str("  };\n");
        }
        let parts = bindings("pkgs/top-level/perl-packages.nix", &text).unwrap();
        let names: Vec<&String> = parts.iter().flat_map(|part| &part.names).collect();
        assert_eq!(names.len(), 30);
        assert_eq!(names[0], "p0");
    }

    #[test]
    fn what_is_handed_out() {
        let text = "{ a, b, c, d, e, f }:\nbuild {\n  inputs = [ a ];\n  passthru = {\n    inherit b;\n    tests = {\n      x = c;\n    };\n  };\n  optional-dependencies = {\n    y = [ d ];\n  };\n  z = e.optional-dependencies.y;\n}\n";
        let found = handed_out(text);
        for (word, expected) in [
            ("a ]", false),
            ("inherit b", true),
            ("x = c", false),
            ("[ d ]", true),
            ("z = e", false),
        ] {
            assert_eq!(found.contains(word), expected, "{word} in {found}");
        }
    }
}
