//! A standard output that goes away or is full, an environment that says little, answers too long for a case.
#![cfg(test)]
#![expect(
    clippy::disallowed_methods,
    reason = "the test runs the built program as a user would"
)]

use std::fs::OpenOptions;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};

use nixsmith_store::tree::{Contents, Node, Tree};

const HASH: &str = "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709";

fn nixsmith(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nixsmith"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder.join("home"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// A NAR whose listing is longer than a pipe holds.
fn long_nar(path: &Path) {
    let mut tree = Tree::new();
    for index in 0..3000 {
        let contents = Contents::from_bytes(Vec::new());
        let name = format!("a-name-that-is-not-too-short-{index}");
        tree.insert(name.as_bytes(), Node::file(contents)).unwrap();
    }
    let mut nar = Vec::new();
    tree.write_nar(&mut nar).unwrap();
    std::fs::write(path, nar).unwrap();
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    long_nar(&folder.path().join("x.nar"));
    for arguments in [
        &["nar", "ls", "x.nar"][..],
        &["nar", "ls", "x.nar", "--json"],
        &["nar", "dump", "x.nar"],
    ] {
        let mut child = nixsmith(folder.path(), arguments).spawn().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut [0; 8]).unwrap();
        drop(stdout);
        let output = child.wait_with_output().unwrap();
        let status = (output.status.code(), output.stderr);
        assert_eq!(status, (Some(0), Vec::new()), "{arguments:?}");
    }
}

#[test]
fn a_full_disk_behind_the_answer_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let Ok(full) = OpenOptions::new().write(true).open("/dev/full") else {
        return;
    };
    for arguments in [
        &["hash", "convert", HASH][..],
        &["hash", "convert", HASH, "--json"],
        &["completions", "bash"],
        &["schema", "hash", "convert"],
    ] {
        let output = nixsmith(folder.path(), arguments)
            .stdout(full.try_clone().unwrap())
            .output()
            .unwrap();
        assert_eq!(
            String::from_utf8_lossy(&output.stderr),
            "error: could not write to standard output\ncaused by: No space left on device (os error 28)\n",
            "{arguments:?}"
        );
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    }
}

#[test]
fn services_have_no_home() {
    let folder = tempfile::tempdir().unwrap();
    let output = nixsmith(folder.path(), &["hash", "convert", HASH])
        .env_remove("HOME")
        .env("XDG_STATE_HOME", folder.path())
        .env("XDG_CONFIG_HOME", folder.path())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=\n"
    );
}

#[test]
fn a_dry_run_of_the_manual_shows_every_page_and_writes_none() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("pages");
    let run = |arguments: &[&str]| {
        let output = nixsmith(folder.path(), arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let plan = run(&["man", "-o", "pages", "--dry-run"]);
    assert!(!pages.exists());
    assert_eq!(run(&["man", "-o", "pages"]), "");
    let mut written: Vec<String> = std::fs::read_dir(&pages)
        .unwrap()
        .map(|entry| format!("+++ b/pages/{}", entry.unwrap().file_name().display()))
        .collect();
    let mut planned: Vec<&str> = plan.lines().filter(|it| it.starts_with("+++ ")).collect();
    written.sort();
    planned.sort_unstable();
    assert_eq!(planned, written);
}
