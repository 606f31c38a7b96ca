//! Makefiles. Follows the manual of GNU make as far as assignments and targets go.

use nixsmith_store::tree::{Node, Tree};

use super::{Lookup, Project, System};
use crate::manifest::{ManifestError, join, text};

/// The names make looks for, in its order.
pub(super) const FILES: [&str; 3] = ["GNUmakefile", "makefile", "Makefile"];

/// What the makefile of `directory` says.
pub(super) fn read(tree: &Tree, directory: &str) -> Result<Project, ManifestError> {
    let mut project = Project::new(System::Make);
    let mut included = Vec::new();
    for name in FILES {
        if let Some(makefile) = text(tree, &join(directory, name))? {
            read_text(&mut project, &makefile, &mut included);
            break;
        }
    }
    for name in included.into_iter().take(8) {
        if let Some(makefile) = text(tree, &join(directory, &name))? {
            read_text(&mut project, &makefile, &mut Vec::new());
        }
    }
    if project.prefix_variable.is_none() {
        prefix_of_parts(&mut project, tree, directory)?;
    }
    Ok(project)
}

/// Folders that a makefile may hand its work to, at most.
const PARTS_MAX: usize = 64;

/// The variable that makefiles one folder deeper install to: the one above calls them.
fn prefix_of_parts(
    project: &mut Project,
    tree: &Tree,
    directory: &str,
) -> Result<(), ManifestError> {
    let Some(Node::Directory(entries)) = tree.get(directory) else {
        return Ok(());
    };
    let parts = entries
        .iter()
        .filter(|(_, node)| matches!(node, Node::Directory(_)))
        .filter_map(|(name, _)| std::str::from_utf8(name).ok());
    for part in parts.take(PARTS_MAX) {
        let makefile = join(&join(directory, part), "Makefile");
        for line in text(tree, &makefile)?.unwrap_or_default().lines() {
            prefix(project, line);
        }
    }
    Ok(())
}

fn read_text(project: &mut Project, makefile: &str, included: &mut Vec<String>) {
    for line in makefile.replace("\\\n", " ").lines() {
        if line.starts_with('#') {
            continue;
        }
        let is_recipe = line.starts_with('\t');
        prefix(project, line);
        if let Some((names, _)) = line.split_once(':').filter(|_| !is_recipe) {
            targets(project, names);
        }
        if let Some(file) = line
            .strip_prefix("include ")
            .or_else(|| line.strip_prefix("-include "))
        {
            included.extend(
                file.split_whitespace()
                    .filter(|word| !word.contains(['$', '/']))
                    .map(ToOwned::to_owned),
            );
        }
        if let Some((left, value)) = line.split_once('=').filter(|_| !is_recipe) {
            assignment(project, left, value.trim());
        }
        pkg_config(project, line);
        libraries(project, line, is_recipe);
    }
}

/// `PREFIX` where it is assigned or used, else `prefix`.
fn prefix(project: &mut Project, line: &str) {
    for name in ["PREFIX", "prefix"] {
        let is_used = line.contains(&format!("$({name})"))
            || line.contains(&format!("${{{name}}}"))
            || line.strip_prefix(name).is_some_and(|rest| {
                rest.trim_start()
                    .trim_start_matches(['?', ':'])
                    .starts_with('=')
            });
        if is_used && project.prefix_variable != Some("PREFIX") {
            project.prefix_variable = Some(name);
        }
    }
}

fn targets(project: &mut Project, names: &str) {
    for name in names.split_whitespace() {
        project.has_install |= name == "install";
        project.has_tests |= matches!(name, "check" | "test");
        let is_plain = name
            .chars()
            .all(|sign| sign.is_ascii_alphanumeric() || "+-_".contains(sign));
        if is_plain && project.targets.len() < super::PROGRAMS_MAX {
            project.targets.insert(name.to_owned());
        }
    }
}

fn assignment(project: &mut Project, left: &str, value: &str) {
    let is_default = left.ends_with('?');
    let name = left.trim_end_matches([':', '?', '+', ' ', '\t']).trim();
    let value = value.split(" #").next().unwrap_or(value).trim();
    let is_literal = !value.is_empty() && !value.contains(['$', ' ', '/']);
    if !is_literal {
        return;
    }
    match name {
        "VERSION" if project.version.is_none() => project.version = Some(value.to_owned()),
        "CC" => project.fixes_compiler |= !is_default,
        "PROG" | "PROGRAM" | "TARGET" | "BIN" | "BINARY" | "EXE" | "EXECUTABLE" => {
            project.program(value);
        }
        _ => {}
    }
}

fn pkg_config(project: &mut Project, line: &str) {
    for marker in [
        "pkg-config ",
        "$(PKG_CONFIG) ",
        "${PKG_CONFIG} ",
        "$(PKGCONFIG) ",
    ] {
        for (index, part) in line.split(marker).enumerate() {
            if index == 0 {
                continue;
            }
            let command = part
                .split([')', '`', '|', ';', '&', '>'])
                .next()
                .unwrap_or_default();
            for word in command
                .split_whitespace()
                .filter(|word| !word.starts_with('-') && !word.contains('$'))
            {
                project.require(Lookup::PkgConfig, word, false);
            }
        }
    }
}

/// `-lfoo` in assignments of libraries and in recipes that call the compiler.
fn libraries(project: &mut Project, line: &str, is_recipe: bool) {
    let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
    let is_assignment = line.contains('=') && has(&["LIB", "LDFLAGS", "LDADD"]);
    let links = is_recipe && has(&["$(CC)", "${CC}", "$(CXX)", "${CXX}", "cc ", "c++ "]);
    if is_assignment || links {
        for name in line
            .split_whitespace()
            .filter_map(|word| word.strip_prefix("-l"))
        {
            project.require(Lookup::Library, name, false);
        }
    }
}
