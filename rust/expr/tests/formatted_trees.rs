//! What the formatter makes of files that are formatted, this project's and those of nixpkgs: nothing. For nixpkgs it reads
//! `NIXSMITH_TEST_NIXPKGS` (a checkout); without it that test is skipped and says so.
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

/// Every Nix file below `folder`.
fn nix_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            nix_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "nix") {
            found.push(path);
        }
    }
}

#[test]
fn the_projects_own_files_are_formatted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    if !root.join("flake.nix").is_file() {
        skip("the files of the flake do not lie beside the crates");
        return;
    }
    let mut files = vec![root.join("flake.nix")];
    for folder in ["checks", "lib", "templates"] {
        nix_files(&root.join(folder), &mut files);
    }
    assert!(files.len() >= 20, "only {} files", files.len());
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let formatted =
            format::format(&text).unwrap_or_else(|error| panic!("{}:{error}", file.display()));
        assert_eq!(formatted, text, "{}", file.display());
    }
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
