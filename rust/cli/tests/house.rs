//! What `ARCHITECTURE.md` and the README claim about the source tree, checked on the source tree.
#![cfg(test)]
#![expect(
    clippy::disallowed_methods,
    reason = "the test runs the built program as a user would"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the crate lies in the workspace")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file of the project that git would track, relative to the root; without git, what lies below the known folders.
fn files() -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = vec![root()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the project can be listed") {
            let path = entry.expect("a folder of the project can be listed").path();
            let name = path
                .file_name()
                .expect("listed")
                .to_string_lossy()
                .into_owned();
            if path.is_symlink()
                || matches!(
                    name.as_str(),
                    ".git" | "target" | "result" | "corpus" | "artifacts" | ".nix"
                )
            {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(
                    path.strip_prefix(root())
                        .expect("below")
                        .display()
                        .to_string(),
                );
            }
        }
    }
    found.sort();
    found
}

fn rust_sources() -> Vec<String> {
    files()
        .into_iter()
        .filter(|path| path.starts_with("rust/") && path.ends_with(".rs") && path.contains("/src/"))
        .collect()
}

#[test]
fn the_arrows_between_crates_are_those_of_the_page() {
    let page = read("rust/ARCHITECTURE.md");
    let drawn: BTreeMap<String, BTreeSet<String>> = page
        .lines()
        .filter_map(|line| line.split_once(" ->"))
        .map(|(from, to)| {
            (
                from.trim().to_owned(),
                to.split_whitespace().map(ToOwned::to_owned).collect(),
            )
        })
        .collect();
    let mut built = BTreeMap::new();
    for entry in fs::read_dir(root().join("rust")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name == "fuzz" || !path.join("Cargo.toml").is_file() {
            continue;
        }
        let manifest: toml::Table = read(&format!("rust/{name}/Cargo.toml")).parse().unwrap();
        let used = manifest["dependencies"].as_table().unwrap().keys();
        built.insert(
            name,
            used.filter_map(|used| used.strip_prefix("nixsmith-"))
                .map(ToOwned::to_owned)
                .collect(),
        );
    }
    assert_eq!(drawn, built);
}

#[test]
fn the_page_names_files_that_exist() {
    let page = read("rust/ARCHITECTURE.md");
    let names: Vec<&str> = page
        .split('`')
        .filter(|word| word.contains("/src/") && word.ends_with(".rs"))
        .collect();
    assert!(names.len() > 5, "{names:?}");
    for name in names {
        assert!(root().join("rust").join(name).is_file(), "{name}");
    }
}

#[test]
fn programs_are_started_in_one_place() {
    let starts = |path: &String| {
        let text = read(path);
        text.contains("process::Command")
            || text.contains("Command::new(") && text.contains("use std::process::{")
    };
    let is_test = |path: &String| path.contains("/testing") || path.contains("tests.rs");
    let places: Vec<String> = rust_sources().into_iter().filter(starts).collect();
    let outside: Vec<&String> = places
        .iter()
        .filter(|path| !is_test(path) && !path.starts_with("rust/fetch/src/process"))
        .collect();
    assert!(outside.is_empty(), "{outside:?}");
    assert!(!places.is_empty());
}

#[test]
fn registries_are_named_in_one_table() {
    use nixsmith_fetch::endpoints::Endpoint::{
        Cpan, CpanApi, Cran, Crates, CratesIndex, GoProxy, Hackage, Hex, Maven, Npm, Packagist,
        Pypi, PypiFiles, Rubygems, Sourceforge,
    };
    let registries = [
        Cpan,
        CpanApi,
        Cran,
        Crates,
        CratesIndex,
        GoProxy,
        Hackage,
        Hex,
        Maven,
        Npm,
        Packagist,
        Pypi,
        PypiFiles,
        Rubygems,
        Sourceforge,
    ];
    let hosts = registries.map(|endpoint| {
        let rest = endpoint.public_url().trim_start_matches("https://");
        rest.split('/').next().unwrap_or(rest)
    });
    // Lock files stay as their tools wrote them; the table is the one place.
    let is_lock = |path: &str| {
        ["Cargo.lock", "package-lock.json", "npm-shrinkwrap.json"]
            .iter()
            .any(|name| path.ends_with(name))
    };
    let elsewhere = |path: &String| !is_lock(path) && path != "rust/fetch/src/endpoints.rs";
    let named: Vec<String> = files()
        .into_iter()
        .filter(elsewhere)
        .flat_map(|path| {
            let text = fs::read_to_string(root().join(&path)).unwrap_or_default();
            let found: Vec<String> = hosts
                .iter()
                .filter(|host| text.contains(**host))
                .map(|host| format!("{path}: {host}"))
                .collect();
            found
        })
        .collect();
    assert!(named.is_empty(), "{named:#?}");
}

#[test]
fn the_lock_stays_small() {
    let packages = read("Cargo.lock").matches("[[package]]").count();
    assert!(packages <= 320, "{packages} packages");
}

#[test]
fn every_operation_has_a_case_that_succeeds_and_one_that_fails() {
    let cases = root().join("rust/cli/tests/cases");
    for operation in operations() {
        let (group, verb) = (
            operation["group"].as_str().unwrap(),
            operation["verb"].as_str().unwrap(),
        );
        let folder = if group.is_empty() {
            cases.join(verb)
        } else {
            cases.join(group)
        };
        let prefix = if group.is_empty() {
            String::new()
        } else {
            format!("{verb}-")
        };
        let mut found: BTreeMap<bool, u32> = BTreeMap::new();
        for entry in
            fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        {
            let path = entry.unwrap().path();
            if path.join("cmd").is_file()
                && path
                    .file_name()
                    .unwrap()
                    .to_string_lossy()
                    .starts_with(&prefix)
            {
                *found.entry(path.join("status").is_file()).or_default() += 1;
            }
        }
        assert_eq!(
            found.len(),
            2,
            "{group} {verb}: success {:?}, failure {:?}",
            found.get(&false),
            found.get(&true)
        );
    }
}

#[test]
fn the_flake_and_the_readme_know_every_operation() {
    let recorded: serde_json::Value = serde_json::from_str(&read("lib/operations.json")).unwrap();
    let operations = operations();
    assert_eq!(
        recorded,
        serde_json::Value::Array(operations.clone()),
        "write `nixsmith schema --operations` to lib/operations.json"
    );
    let readme = read("README.md");
    for operation in operations {
        let row = format!(
            "| `{}` | {} |",
            operation["command"].as_str().unwrap(),
            operation["summary"].as_str().unwrap()
        );
        assert!(readme.contains(&row), "README.md lacks the row {row}");
    }
}

fn operations() -> Vec<serde_json::Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_nixsmith"))
        .args(["schema", "--operations"])
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}
