//! Where a search begins: what touched files belong to, and which of them reach everything or nothing.

use std::collections::BTreeSet;
use std::path::Path;

use super::index::{self, Index, UnitId};

/// Files and folders that all packages depend on.
const EVERYTHING: &[&str] = &["lib/", "pkgs/stdenv/", "stdenv/", "default.nix", ".version"];

/// Files of `pkgs/top-level` that make the package set itself.
const STRUCTURE: &[&str] = &[
    "by-name-overlay.nix",
    "config.nix",
    "default.nix",
    "impure.nix",
    "splice.nix",
    "stage.nix",
    "variants.nix",
];

/// Whether all packages depend on the file.
pub(super) fn is_everything(path: &str) -> bool {
    let is_structure = path
        .strip_prefix("pkgs/top-level/")
        .is_some_and(|name| STRUCTURE.contains(&name));
    is_structure || EVERYTHING.iter().any(|prefix| path.starts_with(prefix))
}

/// Whether no package can see the file: text for people, and what only CI and maintainers use.
pub(super) fn is_no_package(path: &str) -> bool {
    let outside = !path.starts_with("pkgs/")
        && !path.starts_with("doc/")
        && !path.starts_with("nixos/")
        && !path.starts_with("modules/");
    outside
        || path.starts_with("pkgs/top-level/aliases.nix")
        || path.starts_with("pkgs/README.md")
        || path == "pkgs/by-name/README.md"
}

/// The units that touched files belong to, and a file that none is known for.
pub(super) fn seeds(
    index: &Index,
    touched: &[String],
    roots: [&Path; 2],
) -> (BTreeSet<UnitId>, Option<String>) {
    let (mut seeds, mut unknown) = (BTreeSet::new(), None);
    for path in touched {
        let own = index.of_file(path);
        let bindings: Vec<UnitId> = own
            .iter()
            .copied()
            .filter(|id| index.units.get(*id).is_some_and(|unit| unit.is_binding))
            .collect();
        let found: BTreeSet<UnitId> = if bindings.is_empty() {
            let mut found: BTreeSet<UnitId> = own.iter().copied().collect();
            found.extend(index.using(path));
            if found.is_empty() {
                // a folder of pkgs/by-name counts as a whole, whatever file of it
                found.extend(index.of_file(path));
                found.extend(index.nearest(path));
            }
            found
        } else {
            let changed = index::changed_bindings(path, roots);
            let is_changed = |id: &UnitId| {
                let names = index.units.get(*id).map(|unit| &unit.names);
                names.is_some_and(|names| changed.contains(names))
            };
            bindings.into_iter().filter(is_changed).collect()
        };
        let is_silent =
            !path.starts_with("pkgs/") || path.ends_with(".md") || index::is_not_package(path);
        if found.is_empty() && own.is_empty() && !is_silent {
            unknown = Some(path.clone());
        }
        seeds.extend(found);
    }
    (seeds, unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everything_depends_on() {
        for (path, expected) in [
            ("pkgs/stdenv/generic/setup.sh", true),
            ("pkgs/top-level/stage.nix", true),
            ("pkgs/top-level/perl-packages.nix", false),
            ("pkgs/by-name/st/stdenv-hello/package.nix", false),
        ] {
            assert_eq!(is_everything(path), expected, "{path}");
        }
    }
}
