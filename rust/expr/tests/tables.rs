//! The tables that name things of nixpkgs, judged by a real tree. Reads `NIXSMITH_TEST_NIXPKGS` (a checkout) and
//! `NIXSMITH_TEST_NIX` (a `nix` program); without both nothing is judged, and the test says so.
#![cfg(test)]

use std::collections::BTreeSet;
use std::process::Command;

use nixsmith_expr::lint::{Engine, Level, Subject};
use nixsmith_expr::rules;

#[expect(
    clippy::disallowed_methods,
    reason = "which Nix and which tree judge is the environment's to say"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// What Nix gives for an expression of `lib`, which must be a list of strings.
#[expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "the test runs Nix itself, and says when it does not"
)]
fn evaluated(expression: &str) -> Option<BTreeSet<String>> {
    let (Some(nix), Some(tree)) = (
        variable("NIXSMITH_TEST_NIX"),
        variable("NIXSMITH_TEST_NIXPKGS"),
    ) else {
        println!("skipped: no NIXSMITH_TEST_NIX and NIXSMITH_TEST_NIXPKGS to judge with");
        return None;
    };
    let text = format!("let lib = import {tree}/lib; in {expression}");
    let output = Command::new(nix)
        .args([
            "eval",
            "--json",
            "--impure",
            "--extra-experimental-features",
            "nix-command",
            "--expr",
            &text,
        ])
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn rows(table: &str) -> BTreeSet<String> {
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    rows.map(str::to_owned).collect()
}

fn differences(ours: &BTreeSet<String>, theirs: &BTreeSet<String>) -> Vec<String> {
    let missing = theirs.difference(ours).map(|name| format!("+{name}"));
    let surplus = ours.difference(theirs).map(|name| format!("-{name}"));
    missing.chain(surplus).collect()
}

#[test]
fn the_licences_are_those_of_nixpkgs() {
    let expression = r#"
        builtins.map (name: name + (if lib.licenses.${name}.deprecated or false then "\tdeprecated" else ""))
          (builtins.filter (name: lib.licenses.${name} ? shortName) (builtins.attrNames lib.licenses))
    "#;
    if let Some(theirs) = evaluated(expression) {
        let ours = rows(include_str!("../data/licenses.tsv"));
        assert_eq!(differences(&ours, &theirs), Vec::<String>::new());
    }
}

#[test]
fn the_library_is_that_of_nixpkgs() {
    if let Some(theirs) = evaluated("builtins.attrNames lib") {
        let ours = rows(include_str!("../data/library.txt"));
        assert_eq!(differences(&ours, &theirs), Vec::<String>::new());
    }
}

/// What the rule calls removed is gone, and what it recommends is there.
#[test]
fn what_is_deprecated_is_that_of_nixpkgs() {
    let Some(theirs) = evaluated("builtins.attrNames lib") else {
        return;
    };
    let rule = rules::find("deprecated-library").unwrap();
    let engine = Engine::new(vec![(rule, None)]);
    let mut deprecated = 0;
    for name in &theirs {
        let text = format!("{{ lib }}: lib.{name}");
        let subject = Subject::new(&text, "default.nix");
        for finding in engine.check(subject) {
            assert_ne!(finding.level, Level::Error, "`lib.{name}` is there");
            if let Some(fix) = &finding.fix {
                let new = &fix.edits[0].replacement;
                assert!(theirs.contains(new), "`lib.{new}` is not there");
            }
            deprecated += 1;
        }
    }
    assert!(
        deprecated > 0,
        "nixpkgs deprecates nothing that the rule knows"
    );
}
