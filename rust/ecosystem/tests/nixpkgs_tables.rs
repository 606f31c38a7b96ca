//! The tables that name things of nixpkgs, judged by a real tree. Reads `NIXSMITH_TEST_NIXPKGS` (a checkout) and
//! `NIXSMITH_TEST_NIX` (a `nix` program); without them the tests are skipped and say so.
#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use nixsmith_fetch::process::Program;

const LICENCES: &str = include_str!("../data/licences.tsv");

#[expect(
    clippy::disallowed_methods,
    reason = "the test command names tree and program this way"
)]
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

#[expect(clippy::disallowed_macros, reason = "the harness counts these lines")]
fn skip(reason: &str) {
    println!("skipped: {reason}");
}

/// The `nix` program and the tree to ask. None: one is missing, which is said.
fn peer() -> Option<(OsString, PathBuf)> {
    let nix = variable("NIXSMITH_TEST_NIX");
    let nixpkgs = variable("NIXSMITH_TEST_NIXPKGS").map(PathBuf::from);
    let found = nix.zip(nixpkgs);
    if found.is_none() {
        skip("no NIXSMITH_TEST_NIX and NIXSMITH_TEST_NIXPKGS");
    }
    found
}

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('\t').collect())
}

/// Evaluates an expression to JSON; `pkgs` is nixpkgs.
fn evaluate(nix: OsString, nixpkgs: &Path, expression: &str) -> serde_json::Value {
    let expression = format!(
        "let pkgs = import {} {{ config = {{ allowAliases = false; allowUnfree = true; }}; overlays = [ ]; }}; in {expression}",
        nixpkgs.display()
    );
    let home = tempfile::tempdir().unwrap();
    let output = Program::new(nix)
        .env("HOME", home.path())
        .env("PATH", variable("PATH").unwrap_or_default())
        .args([
            "--extra-experimental-features",
            "nix-command",
            "eval",
            "--impure",
            "--json",
            "--expr",
            &expression,
        ])
        .run()
        .unwrap();
    serde_json::from_str(&output.text()).unwrap()
}

#[test]
fn every_attribute_exists() {
    let Some((nix, nixpkgs)) = peer() else {
        return;
    };
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for row in rows(include_str!("../data/native-rust.tsv")) {
        names.extend(row[2].split(' ').chain(row[3].split(' ')));
    }
    for table in [
        include_str!("../data/pkg-config.tsv"),
        include_str!("../data/cmake-packages.tsv"),
        include_str!("../data/linker-names.tsv"),
    ] {
        for row in rows(table) {
            names.extend(row[1].split(' '));
        }
    }
    names.remove("");
    assert!(names.len() > 300, "{}", names.len());
    let list: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    let expression = format!(
        "builtins.filter (name: ! pkgs.lib.hasAttrByPath (pkgs.lib.splitString \".\" name) pkgs) [ {} ]",
        list.join(" ")
    );
    let missing = evaluate(nix, &nixpkgs, &expression);
    assert_eq!(missing, serde_json::json!([]));
}

#[test]
fn every_extra_is_a_list_of_the_tree() {
    let Some((nix, nixpkgs)) = peer() else {
        return;
    };
    let count: usize = rows(include_str!("../data/python-extras.tsv"))
        .map(|row| row[1].split(' ').count())
        .sum();
    assert!(count > 1000, "{count}");
    // The table is longer than a command line may be.
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/python-extras.tsv");
    let expression = format!(
        "with pkgs.lib; let \
         lines = filter (line: line != \"\" && ! hasPrefix \"#\" line) (splitString \"\\n\" (builtins.readFile {})); \
         paths = concatMap (line: let columns = splitString \"\\t\" line; in \
         map (extra: [ (head columns) \"optional-dependencies\" extra ]) (splitString \" \" (last columns))) lines; \
         in filter (path: ! isList (attrByPath path null pkgs.python3Packages)) paths",
        table.display()
    );
    let missing = evaluate(nix, &nixpkgs, &expression);
    assert_eq!(missing, serde_json::json!([]));
}

#[test]
fn the_licences_are_those_of_the_tree() {
    let Some((nix, nixpkgs)) = peer() else {
        return;
    };
    let expression = "pkgs.lib.mapAttrs (_: licence: licence.spdxId) \
                      (pkgs.lib.filterAttrs (_: licence: licence ? spdxId && ! (licence.deprecated or false)) pkgs.lib.licenses)";
    let tree: BTreeMap<String, String> =
        serde_json::from_value(evaluate(nix, &nixpkgs, expression)).unwrap();
    let table: BTreeMap<String, String> = rows(LICENCES)
        .map(|row| (row[1].to_owned(), row[0].to_owned()))
        .collect();
    assert_eq!(table, tree);
}
