//! What the formatter makes of nixpkgs, whose files are nixfmt's own output: nothing. Reads `NIXSMITH_TEST_NIXPKGS` (a
//! checkout); without it the test is skipped and says so.
#![cfg(test)]

use std::path::{Path, PathBuf};

use nixsmith_expr::{format, parse};
use rowan::ast::AstNode as _;

#[expect(
    clippy::disallowed_methods,
    reason = "what the test runs against is the environment's to say"
)]
fn nixpkgs() -> Option<PathBuf> {
    std::env::var_os("NIXSMITH_TEST_NIXPKGS")
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
}

/// Every `step`th package file below `pkgs/by-name`, in the order of its names.
fn package_files(nixpkgs: &Path, step: usize) -> Vec<PathBuf> {
    let children = |folder: &Path| {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_dir())
            .collect();
        paths.sort();
        paths
    };
    children(&nixpkgs.join("pkgs/by-name"))
        .iter()
        .flat_map(|shard| children(shard))
        .map(|package| package.join("package.nix"))
        .filter(|file| file.is_file())
        .step_by(step)
        .collect()
}

#[test]
fn formatting_nixpkgs_changes_nothing() {
    let Some(nixpkgs) = nixpkgs() else {
        skip("NIXSMITH_TEST_NIXPKGS is not set");
        return;
    };
    let files = package_files(&nixpkgs, 10);
    assert!(files.len() >= 500, "only {} package files", files.len());
    let mut changed = Vec::new();
    for file in &files {
        let text = std::fs::read_to_string(file).unwrap();
        let root = parse::parse(&text).unwrap_or_else(|error| panic!("{}:{error}", file.display()));
        assert_eq!(root.syntax().to_string(), text, "{}", file.display());
        let formatted =
            format::format(&text).unwrap_or_else(|error| panic!("{}:{error}", file.display()));
        if formatted != text {
            changed.push(file.display().to_string());
        }
        assert_eq!(
            format::format(&formatted).unwrap(),
            formatted,
            "{}",
            file.display()
        );
    }
    assert_eq!(changed, Vec::<String>::new());
}

#[expect(clippy::disallowed_macros, reason = "a skipped test says so")]
fn skip(why: &str) {
    println!("skipped: {why}");
}
