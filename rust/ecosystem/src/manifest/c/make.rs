//! Makefiles. Follows the manual of GNU make as far as assignments and targets go.

use nixsmith_store::tree::Tree;

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
    Ok(project)
}

fn read_text(project: &mut Project, makefile: &str, included: &mut Vec<String>) {
    for line in makefile.replace("\\\n", " ").lines() {
        if line.starts_with('#') {
            continue;
        }
        if let Some(target) = line.split_once(':').map(|(target, _)| target.trim()) {
            let targets: Vec<&str> = target.split_whitespace().collect();
            project.has_install |= targets.contains(&"install");
            project.has_tests |= targets.contains(&"check") || targets.contains(&"test");
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
        if let Some((name, value)) = line.split_once('=') {
            let name = name.trim_end_matches([':', '?', '+', ' ', '\t']).trim();
            let value = value.trim();
            let is_literal = !value.is_empty() && !value.contains(['$', ' ']);
            if name == "VERSION" && is_literal && project.version.is_none() {
                project.version = Some(value.to_owned());
            }
        }
        pkg_config(project, line);
        libraries(project, line);
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

fn libraries(project: &mut Project, line: &str) {
    let is_assignment = line.contains('=')
        && ["LIB", "LDFLAGS", "LDADD"]
            .iter()
            .any(|word| line.contains(word));
    if is_assignment {
        for name in line
            .split_whitespace()
            .filter_map(|word| word.strip_prefix("-l"))
        {
            project.require(Lookup::Library, name, false);
        }
    }
}
