//! The dependency tables of a manifest.

use toml::{Table, Value};

/// When a dependency is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `[dependencies]`.
    Normal,
    /// `[build-dependencies]`.
    Build,
    /// `[dev-dependencies]`.
    Development,
}

/// One dependency as a manifest states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The key of the table: the name features refer to.
    pub name: String,
    /// The package's own name, which differs from `name` when renamed.
    pub package: String,
    /// The version requirement; `None` means any.
    pub requirement: Option<String>,
    /// Whether only a feature brings it in.
    pub optional: bool,
    /// Whether the dependency's `default` feature is asked for.
    pub default_features: bool,
    /// Features asked for.
    pub features: Vec<String>,
    /// Which table it stands in.
    pub kind: Kind,
    /// `cfg(…)` or a target triple when it stands below `[target.…]`.
    pub target: Option<String>,
}

const TABLES: [(&str, Kind); 5] = [
    ("dependencies", Kind::Normal),
    ("build-dependencies", Kind::Build),
    ("build_dependencies", Kind::Build),
    ("dev-dependencies", Kind::Development),
    ("dev_dependencies", Kind::Development),
];

/// Every dependency of the manifest, in the order of its tables.
pub(super) fn read(table: &Table, workspace: Option<&Table>) -> Vec<Dependency> {
    let inherited = workspace
        .and_then(|workspace| workspace.get("dependencies"))
        .and_then(Value::as_table);
    let mut found = Vec::new();
    read_tables(table, None, inherited, &mut found);
    let targets = table.get("target").and_then(Value::as_table);
    for (target, table) in targets.into_iter().flatten() {
        if let Value::Table(table) = table {
            read_tables(table, Some(target), inherited, &mut found);
        }
    }
    found
}

fn read_tables(
    table: &Table,
    target: Option<&str>,
    inherited: Option<&Table>,
    found: &mut Vec<Dependency>,
) {
    for (key, kind) in TABLES {
        let entries = table.get(key).and_then(Value::as_table);
        for (name, value) in entries.into_iter().flatten() {
            found.push(entry(name, value, kind, target, inherited));
        }
    }
}

fn entry(
    name: &str,
    value: &Value,
    kind: Kind,
    target: Option<&str>,
    inherited: Option<&Table>,
) -> Dependency {
    let mut dependency = Dependency {
        name: name.to_owned(),
        package: name.to_owned(),
        requirement: None,
        optional: false,
        default_features: true,
        features: Vec::new(),
        kind,
        target: target.map(ToOwned::to_owned),
    };
    if let Value::Table(own) = value
        && own.get("workspace").and_then(Value::as_bool) == Some(true)
        && let Some(base) = inherited.and_then(|inherited| inherited.get(name))
    {
        apply(&mut dependency, base);
    }
    apply(&mut dependency, value);
    dependency
}

fn apply(dependency: &mut Dependency, value: &Value) {
    match value {
        Value::String(requirement) => dependency.requirement = Some(requirement.clone()),
        Value::Table(table) => {
            let text = |key: &str| {
                table
                    .get(key)
                    .and_then(Value::as_str)
                    .map(ToOwned::to_owned)
            };
            let flag = |key: &str| table.get(key).and_then(Value::as_bool);
            if let Some(package) = text("package") {
                dependency.package = package;
            }
            if let Some(requirement) = text("version") {
                dependency.requirement = Some(requirement);
            }
            if let Some(optional) = flag("optional") {
                dependency.optional = optional;
            }
            if let Some(default) = flag("default-features").or_else(|| flag("default_features")) {
                dependency.default_features = default;
            }
            let features = table.get("features").and_then(Value::as_array);
            let features = features
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(ToOwned::to_owned);
            dependency.features.extend(features);
        }
        _ => {}
    }
}
