//! The programs of a package: `[[bin]]` and what Cargo discovers in `src`.

use nixsmith_store::tree::{Node, Tree};
use toml::{Table, Value};

use super::Manifest;
use crate::manifest::join;

/// A program that the package builds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binary {
    /// The file name of the program.
    pub name: String,
    /// Features without which it is not built.
    pub required_features: Vec<String>,
    /// Where it was found, for example `Cargo.toml [[bin]]` or `src/main.rs`.
    pub evidence: String,
}

/// The `[[bin]]` tables.
pub(super) fn explicit(manifest: &mut Manifest, table: &Table) {
    let tables = table.get("bin").and_then(Value::as_array);
    for bin in tables.into_iter().flatten().filter_map(Value::as_table) {
        let Some(name) = bin.get("name").and_then(Value::as_str) else {
            continue;
        };
        let features = bin.get("required-features").and_then(Value::as_array);
        manifest.binaries.push(Binary {
            name: name.to_owned(),
            required_features: features
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(ToOwned::to_owned)
                .collect(),
            evidence: "Cargo.toml [[bin]]".to_owned(),
        });
    }
    let package = table.get("package").and_then(Value::as_table);
    manifest.discover_binaries = package
        .and_then(|package| package.get("autobins"))
        .and_then(Value::as_bool)
        != Some(false);
    manifest.binary_paths = table
        .get("bin")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|bin| bin.get("path").and_then(Value::as_str))
        .map(ToOwned::to_owned)
        .collect();
}

/// Adds `src/main.rs`, `src/bin/*.rs` and `src/bin/*/main.rs` unless `autobins = false` or a `[[bin]]` has the file.
pub(super) fn discover(manifest: &mut Manifest, tree: &Tree, directory: &str) {
    if !manifest.discover_binaries {
        return;
    }
    let mut candidates = Vec::new();
    if is_file(tree, &join(directory, "src/main.rs")) {
        candidates.push((manifest.name.clone(), "src/main.rs".to_owned()));
    }
    if let Some(Node::Directory(entries)) = tree.get(&join(directory, "src/bin")) {
        for name in entries.keys() {
            let Ok(name) = std::str::from_utf8(name) else {
                continue;
            };
            let main = format!("src/bin/{name}/main.rs");
            if let Some(stem) = name.strip_suffix(".rs") {
                candidates.push((stem.to_owned(), format!("src/bin/{name}")));
            } else if is_file(tree, &join(directory, &main)) {
                candidates.push((name.to_owned(), main));
            }
        }
    }
    for (name, evidence) in candidates {
        let known = manifest.binaries.iter().any(|binary| binary.name == name)
            || manifest
                .binary_paths
                .iter()
                .any(|path| path.trim_start_matches("./") == evidence);
        if !known {
            manifest.binaries.push(Binary {
                name,
                required_features: Vec::new(),
                evidence,
            });
        }
    }
}

fn is_file(tree: &Tree, path: &str) -> bool {
    matches!(tree.get(path), Some(Node::File { .. }))
}
