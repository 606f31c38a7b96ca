//! A lock of version 1, rewritten, judged by cargo itself: with `--locked` it refuses a lock that it would write otherwise.

#![cfg(test)]

use std::ffi::OsString;
use std::path::Path;

use nixsmith_ecosystem::cargo::upgrade;
use nixsmith_fetch::endpoints::CRATES_LOCK_SOURCES;
use nixsmith_fetch::process::Program;

const OLD: &str = include_str!("data/cargo/upgrade/old.lock");

/// Crates of the registry: folder, manifest behind name and version, checksum.
const CRATES: [(&str, &str, &str, &str); 5] = [
    ("leaf", "0.9.0", "", "01"),
    ("middle", "0.9.0", "", "01"),
    ("middle", "0.10.0", "leaf = \"0.9\"\n", "02"),
    (
        "once",
        "0.3.0+meta",
        "leaf = \"0.9\"\nmiddle = \"=0.9.0\"\ntwin = \"1\"\n",
        "02",
    ),
    ("twin", "1.0.0", "", "01"),
];

const TOOL: &str = "middle = \"=0.10.0\"\nonce = \"0.3\"\ntwin = { path = \"twin\" }\n\
                    old = { package = \"middle\", version = \"=0.9.0\" }\n";

#[expect(
    clippy::disallowed_methods,
    reason = "cargo asks the rustc on the test command's own path"
)]
fn path() -> OsString {
    std::env::var_os("PATH").unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "a test lays out its own folder")]
fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn package(folder: &Path, name: &str, version: &str, dependencies: &str) {
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"{version}\"\n\n[dependencies]\n{dependencies}"
    );
    write(&folder.join("Cargo.toml"), &manifest);
    write(&folder.join("src/lib.rs"), "");
}

#[test]
fn cargo_accepts_the_new_text_as_its_own() {
    let scratch = tempfile::tempdir().unwrap();
    let root = scratch.path();
    package(root, "tool", "1.4.1", TOOL);
    package(&root.join("twin"), "twin", "1.0.0", "");
    for (name, version, dependencies, checksum) in CRATES {
        let folder = root.join(format!("vendor/{name}-{version}"));
        package(&folder, name, version, dependencies);
        let sums = format!("{{\"files\":{{}},\"package\":\"{}\"}}", checksum.repeat(32));
        write(&folder.join(".cargo-checksum.json"), &sums);
    }
    let config = "[source.crates-io]\nreplace-with = \"vendored\"\n[source.vendored]\ndirectory = \"vendor\"\n";
    write(&root.join(".cargo/config.toml"), config);
    let old = OLD
        .replace("@REGISTRY@", CRATES_LOCK_SOURCES[0])
        .replace("@ONE@", &"01".repeat(32))
        .replace("@TWO@", &"02".repeat(32));
    let new = upgrade("Cargo.lock", old.as_bytes()).unwrap().unwrap();
    write(&root.join("Cargo.lock"), &new);
    let home = root.join("home");
    let output = Program::new(env!("CARGO"))
        .directory(root)
        .env("CARGO_HOME", &home)
        .env("PATH", path())
        .args(["metadata", "--locked", "--offline", "--format-version", "1"])
        .run()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_str(&output.text()).unwrap();
    assert_eq!(metadata["packages"].as_array().unwrap().len(), 7);
}
