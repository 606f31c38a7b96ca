//! `Cargo.toml`: a package's facts, its binaries, features and dependencies.
//!
//! Reads both what a person wrote (with `workspace = true` inheritance) and what `cargo publish` rewrote. Follows the
//! Cargo reference, chapters "The Manifest Format", "Features" and "Cargo Targets".

pub mod closure;
mod dependency;
pub mod target;
mod targets;
pub mod vendored;

pub use dependency::{Dependency, Kind};
pub use targets::Binary;

use std::collections::BTreeMap;

use nixsmith_store::tree::{Node, Tree};
use toml::{Table, Value};

use super::{ManifestError, join, text};

/// One package's manifest.
#[derive(Debug, Clone, Default)]
pub struct Manifest {
    /// `[package].name`.
    pub name: String,
    /// `[package].version`; `0.0.0` when absent, as Cargo has it.
    pub version: String,
    /// `[package].description`.
    pub description: Option<String>,
    /// `[package].homepage`.
    pub homepage: Option<String>,
    /// `[package].repository`.
    pub repository: Option<String>,
    /// `[package].documentation`.
    pub documentation: Option<String>,
    /// `[package].license`, an SPDX expression or Cargo's old form with slashes.
    pub license: Option<String>,
    /// `[package].license-file`, relative to the manifest.
    pub license_file: Option<String>,
    /// `[package].default-run`.
    pub default_run: Option<String>,
    /// `[package].links`: the native library a `-sys` crate stands for.
    pub links: Option<String>,
    /// `[package.metadata.system-deps]`: `pkg-config` modules that the build script looks for.
    pub system_modules: Vec<SystemModule>,
    /// Programs, explicit and discovered.
    pub binaries: Vec<Binary>,
    /// `[features]`.
    pub features: BTreeMap<String, Vec<String>>,
    /// All dependency tables, those of targets included.
    pub dependencies: Vec<Dependency>,
    /// Paths of the members of the workspace that this manifest roots, patterns resolved; empty without `[workspace]`.
    pub members: Vec<String>,
    /// Whether there is a `[package]`; a virtual workspace has none and the fields above are empty.
    pub is_package: bool,
    /// `[package].autobins`.
    discover_binaries: bool,
    /// `path` of every `[[bin]]`.
    binary_paths: Vec<String>,
}

/// A module that a build script asks `pkg-config` for through the crate `system-deps`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemModule {
    /// The name `pkg-config` knows.
    pub name: String,
    /// The feature without which it is not looked for.
    pub feature: Option<String>,
    /// Whether the build goes on without it.
    pub optional: bool,
}

/// The manifest in `directory` of `tree`; `None` when there is no `Cargo.toml`.
///
/// # Errors
/// When the file is no TOML, or has a `[package]` without a name.
pub fn read(tree: &Tree, directory: &str) -> Result<Option<Manifest>, ManifestError> {
    let file = join(directory, "Cargo.toml");
    let Some(text) = text(tree, &file)? else {
        return Ok(None);
    };
    let workspace = workspace_table(tree, directory);
    let mut manifest = parse(&text, &file, workspace.as_ref())?;
    if manifest.is_package {
        targets::discover(&mut manifest, tree, directory);
    }
    manifest.members = members(&text, tree, directory);
    Ok(Some(manifest))
}

/// The manifest in `text`, without what only the tree can tell (discovered binaries, members).
///
/// `workspace` is the `[workspace]` table that `workspace = true` refers to.
///
/// # Errors
/// When it is no TOML, or has a `[package]` without a name. `file` names it in errors.
pub fn parse(text: &str, file: &str, workspace: Option<&Table>) -> Result<Manifest, ManifestError> {
    let table = parse_table(text, file)?;
    let own_workspace = table.get("workspace").and_then(Value::as_table);
    let workspace = own_workspace.or(workspace);
    let mut manifest = Manifest::default();
    let package = table
        .get("package")
        .or_else(|| table.get("project"))
        .and_then(Value::as_table);
    let Some(package) = package else {
        return Ok(manifest);
    };
    let inherited = workspace
        .and_then(|workspace| workspace.get("package"))
        .and_then(Value::as_table);
    let field = |name: &str| string_field(package, inherited, name);

    manifest.is_package = true;
    manifest.name = field("name").ok_or_else(|| ManifestError::Missing {
        file: file.to_owned(),
        field: "package.name".to_owned(),
    })?;
    manifest.version = field("version").unwrap_or_else(|| "0.0.0".to_owned());
    manifest.description = field("description");
    manifest.homepage = field("homepage");
    manifest.repository = field("repository");
    manifest.documentation = field("documentation");
    manifest.license = field("license");
    manifest.license_file = field("license-file");
    manifest.default_run = field("default-run");
    manifest.links = field("links");
    manifest.features = features(&table);
    manifest.dependencies = dependency::read(&table, workspace);
    manifest.system_modules = system_modules(package);
    targets::explicit(&mut manifest, &table);
    Ok(manifest)
}

/// The folder of the repository that `cargo publish` released: `path_in_vcs` of `.cargo_vcs_info.json`, `""` for its root.
///
/// `None` for a source that was not published by a Cargo that writes it (1.64 and later).
#[must_use]
pub fn released_folder(tree: &Tree) -> Option<String> {
    let text = text(tree, ".cargo_vcs_info.json").ok()??;
    let value: serde_json::Value = serde_json::from_str(&text).ok()?;
    let folder = value.get("path_in_vcs")?.as_str()?;
    (!folder.contains("..")).then(|| folder.trim_matches('/').to_owned())
}

fn parse_table(text: &str, file: &str) -> Result<Table, ManifestError> {
    text.parse::<Table>()
        .map_err(|error| ManifestError::Syntax {
            file: file.to_owned(),
            reason: error
                .message()
                .lines()
                .next()
                .unwrap_or("not TOML")
                .to_owned(),
        })
}

/// A string of `[package]`, or of `[workspace.package]` where it says `workspace = true`.
fn string_field(package: &Table, inherited: Option<&Table>, name: &str) -> Option<String> {
    let value = match package.get(name)? {
        Value::Table(table) if table.get("workspace").and_then(Value::as_bool) == Some(true) => {
            inherited?.get(name)?
        }
        value => value,
    };
    value
        .as_str()
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}

/// The tables of `[package.metadata.system-deps]`; `name` defaults to the key, its first word counts.
fn system_modules(package: &Table) -> Vec<SystemModule> {
    let metadata = package
        .get("metadata")
        .and_then(|metadata| metadata.get("system-deps"));
    let entries = metadata.and_then(Value::as_table).into_iter().flatten();
    entries
        .filter(|(_, value)| value.is_str() || value.is_table())
        .map(|(key, value)| {
            let text = |name: &str| value.get(name).and_then(Value::as_str);
            SystemModule {
                name: text("name").unwrap_or(key).to_owned(),
                feature: text("feature").map(ToOwned::to_owned),
                optional: value.get("optional").and_then(Value::as_bool) == Some(true),
            }
        })
        .collect()
}

fn features(table: &Table) -> BTreeMap<String, Vec<String>> {
    let Some(features) = table.get("features").and_then(Value::as_table) else {
        return BTreeMap::new();
    };
    features
        .iter()
        .map(|(name, values)| {
            let values = values
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str);
            (name.clone(), values.map(ToOwned::to_owned).collect())
        })
        .collect()
}

/// The `[workspace]` table of the nearest folder above that has one.
fn workspace_table(tree: &Tree, directory: &str) -> Option<Table> {
    let mut folder = directory;
    while !folder.is_empty() {
        folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
        let file = join(folder, "Cargo.toml");
        let Ok(Some(text)) = text(tree, &file) else {
            continue;
        };
        if let Ok(mut table) = parse_table(&text, &file)
            && let Some(Value::Table(workspace)) = table.remove("workspace")
        {
            return Some(workspace);
        }
    }
    None
}

/// The member folders of a workspace: literal paths, and patterns with `*` as one path component.
fn members(text: &str, tree: &Tree, directory: &str) -> Vec<String> {
    let Ok(table) = parse_table(text, "") else {
        return Vec::new();
    };
    let list = |name: &str| -> Vec<String> {
        let workspace = table.get("workspace").and_then(Value::as_table);
        let values = workspace
            .and_then(|workspace| workspace.get(name))
            .and_then(Value::as_array);
        values
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(ToOwned::to_owned)
            .collect()
    };
    let excluded: Vec<String> = list("exclude")
        .iter()
        .map(|path| join(directory, path))
        .collect();
    let mut found = Vec::new();
    for pattern in list("members") {
        let components: Vec<&str> = pattern
            .split('/')
            .filter(|part| !part.is_empty() && *part != ".")
            .collect();
        expand(tree, directory.to_owned(), &components, &mut found);
    }
    found.retain(|path| !excluded.contains(path));
    found.dedup();
    found
}

fn expand(tree: &Tree, start: String, components: &[&str], found: &mut Vec<String>) {
    let mut folders = vec![start];
    for component in components {
        let mut next = Vec::new();
        for folder in folders {
            let Some(Node::Directory(entries)) = tree.get(&folder) else {
                continue;
            };
            for (name, node) in entries {
                let Ok(name) = std::str::from_utf8(name) else {
                    continue;
                };
                if matches!(node, Node::Directory(_)) && matches_component(component, name) {
                    next.push(join(&folder, name));
                }
            }
        }
        folders = next;
    }
    found.extend(
        folders
            .into_iter()
            .filter(|folder| tree.get(&join(folder, "Cargo.toml")).is_some()),
    );
}

/// One path component against a pattern with any number of `*`.
fn matches_component(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(rest) = name.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    if !pattern.contains('*') {
        return rest.is_empty();
    }
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    let mut rest = rest;
    for part in middle {
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
#[path = "cargo/tests.rs"]
mod tests;
