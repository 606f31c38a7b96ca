//! Real lock files as data. `expected.tsv`: name, version, source, hashes, taken from each lock by Python's own TOML and JSON readers.
//!
//! The locks come from the crates ripgrep 11.0.2 (format 1), nflz 1.0.2 (3) and cargo-lock 11.0.1 (4), and from nixpkgs (pkgs/by-name/**,
//! MIT): uglify-js, git-run, jsonld-cli.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what a test sets up must be there"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use nixsmith_ecosystem::cargo::{CargoLock, CargoSource};
use nixsmith_ecosystem::detect::detect_in;
use nixsmith_ecosystem::npm::NpmLock;
use nixsmith_ecosystem::{
    Dependency, Detected, Ecosystem, EcosystemError, Source, dependencies, detect,
};
use nixsmith_store::tree::{Contents, Node, Tree};
use proptest::prelude::*;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/locks")
        .join(name)
}

fn line(dependency: &Dependency) -> String {
    let source = match &dependency.source {
        Source::Registry => "registry".to_owned(),
        Source::OtherRegistry(text) => text.clone(),
        Source::Archive(url) => url.to_string(),
        Source::Git { url, commit } => format!("git {url} {commit}"),
        Source::Unknown => "unknown".to_owned(),
    };
    let mut hashes: Vec<String> = dependency
        .integrity
        .iter()
        .map(ToString::to_string)
        .collect();
    hashes.sort();
    format!(
        "{}\t{}\t{source}\t{}",
        dependency.name,
        dependency.version,
        hashes.join(" ")
    )
}

#[test]
fn real_locks() {
    for (name, ecosystem, file, version) in [
        ("ripgrep-11.0.2", Ecosystem::Cargo, "Cargo.lock", "1"),
        ("nflz-1.0.2", Ecosystem::Cargo, "Cargo.lock", "3"),
        ("cargo-lock-11.0.1", Ecosystem::Cargo, "Cargo.lock", "4"),
        ("uglify-js", Ecosystem::Npm, "package-lock.json", "3"),
        ("git-run", Ecosystem::Npm, "package-lock.json", "3"),
        ("jsonld-cli", Ecosystem::Npm, "package-lock.json", "3"),
    ] {
        let tree = Tree::from_directory(&folder(name)).unwrap();
        assert_eq!(
            detect(&tree),
            [Detected {
                ecosystem,
                lock_file: file.to_owned()
            }]
        );
        let set = dependencies(&tree, "", ecosystem).unwrap();
        assert_eq!(
            (set.ecosystem, set.lock_version.as_str()),
            (ecosystem, version),
            "{name}"
        );
        let mut lines = String::new();
        for dependency in &set.dependencies {
            writeln!(lines, "{}", line(dependency)).unwrap();
        }
        let expected = std::fs::read_to_string(folder(name).join("expected.tsv")).unwrap();
        assert_eq!(lines, expected, "{name}");
    }
}

#[test]
fn the_closure_of_a_project_is_its_whole_lock() {
    for name in ["ripgrep-11.0.2", "nflz-1.0.2", "cargo-lock-11.0.1"] {
        let bytes = std::fs::read(folder(name).join("Cargo.lock")).unwrap();
        let lock = CargoLock::parse("Cargo.lock", &bytes).unwrap();
        let local = |index: &usize| lock.packages.get(*index).unwrap().source == CargoSource::Local;
        let roots: Vec<usize> = (0..lock.packages.len()).filter(local).collect();
        assert_eq!(lock.closure(&roots).len(), lock.packages.len(), "{name}");
    }
}

#[test]
fn detection_follows_links_and_finds_one_lock_of_each_kind() {
    let file = |text: &str| Node::file(Contents::from_bytes(text.as_bytes().to_vec()));
    let mut tree = Tree::new();
    let mut put = |path: &str, node: Node| tree.insert(path.as_bytes(), node).unwrap();
    put("web/package-lock.json", file("{}"));
    put("web/npm-shrinkwrap.json", file("{}"));
    put(
        "web/go.sum",
        Node::Symlink {
            target: b"../elsewhere".to_vec(),
        },
    );
    put("web/Cargo.lock", Node::directory());
    put(
        "yarn.lock",
        Node::Symlink {
            target: b"web/package-lock.json".to_vec(),
        },
    );
    let found = |ecosystem, lock_file: &str| Detected {
        ecosystem,
        lock_file: lock_file.to_owned(),
    };
    assert_eq!(detect(&tree), [found(Ecosystem::Yarn, "yarn.lock")]);
    assert_eq!(
        detect_in(&tree, "web/"),
        [found(Ecosystem::Npm, "web/npm-shrinkwrap.json")]
    );
}

#[test]
fn an_ecosystem_without_a_format_says_so() {
    let error = dependencies(&Tree::new(), "", Ecosystem::Gradle).unwrap_err();
    assert!(matches!(
        error,
        EcosystemError::NotComputed {
            ecosystem: Ecosystem::Gradle
        }
    ));
    assert_eq!("gradle".parse(), Ok(Ecosystem::Gradle));
    let unknown = "grade".parse::<Ecosystem>().unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "unknown ecosystem `grade`, expected one of cargo, npm, pnpm, yarn, python, go, composer, maven, gradle, bundler, mix, rebar3"
    );
}

/// A lock with some of its bytes overwritten and a piece moved.
fn damaged(name: &'static str, file: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let bytes = std::fs::read(folder(name).join(file)).unwrap();
    let length = bytes.len();
    let edits = proptest::collection::vec((0..length, any::<u8>()), 0..8);
    let signs = proptest::collection::vec(
        (0..length, prop::sample::select(b"\"{}[]=,:\n/#".to_vec())),
        0..4,
    );
    (edits, signs, 0..length, 0..length).prop_map(move |(edits, signs, from, to)| {
        let mut damaged = bytes.clone();
        for (at, byte) in edits.into_iter().chain(signs) {
            damaged[at] = byte;
        }
        let piece: Vec<u8> = damaged[from.min(to)..from.max(to)]
            .iter()
            .take(200)
            .copied()
            .collect();
        damaged.splice(from..from, piece);
        damaged
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// What is accepted of a damaged lock still cannot name a place outside the vendor folder.
    #[test]
    fn damaged_cargo_locks_are_read_or_refused(bytes in damaged("nflz-1.0.2", "Cargo.lock")) {
        if let Ok(lock) = CargoLock::parse("Cargo.lock", &bytes) {
            for package in lock.packages.iter().filter(|package| package.source != CargoSource::Local) {
                let name = format!("{}-{}", package.name, package.version);
                prop_assert!(name.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_.+".contains(&it)), "{}", name);
                prop_assert!(package.dependencies.iter().all(|index| *index < lock.packages.len()));
            }
        }
    }

    #[test]
    fn damaged_npm_locks_are_read_or_refused(bytes in damaged("uglify-js", "package-lock.json")) {
        if let Ok(lock) = NpmLock::parse("package-lock.json", &bytes) {
            prop_assert!(lock.packages.iter().all(|package| !package.key.is_empty()));
        }
    }
}
