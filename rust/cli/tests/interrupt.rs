//! Ctrl-C in the middle of a download or a restore: exit status 130, and nothing of the unfinished work stays.
#![cfg(test)]
#![expect(
    clippy::disallowed_methods,
    reason = "the test runs the built program as a user would"
)]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use nixsmith_fetch::testing::{Reply, TestServer};
use nixsmith_store::tree::{Contents, Node, Tree};

/// Every file below `folder`.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return found;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path.display().to_string());
        }
    }
    found
}

fn signal(child: &Child) {
    // The shell's own `kill`: not every machine that builds has the program.
    let signalled = Command::new("sh")
        .args(["-c", "kill -INT \"$0\"", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(signalled.success());
}

#[test]
fn an_interrupted_download_ends_with_130_and_leaves_no_file() {
    let server = TestServer::start();
    server.on(
        "/slow.tar.gz",
        Reply::ok(vec![0; 1 << 20]).stall_after(1 << 10),
    );
    let home = tempfile::tempdir().unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_nixsmith"))
        .args([
            "prefetch",
            server.url("/slow.tar.gz").as_str(),
            "--fetcher",
            "fetchurl",
        ])
        .env_clear()
        .env("HOME", home.path())
        .env("NIXSMITH_ENDPOINT_GITHUB", server.url("/").as_str())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while server.received().is_empty() {
        std::thread::yield_now();
    }
    signal(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: interrupted\n"
    );
    assert_eq!(output.status.code(), Some(130));
    assert!(output.stdout.is_empty());
    assert_eq!(files(home.path()), Vec::<String>::new());
}

#[test]
fn a_restore_that_waits_for_more_leaves_no_folder() {
    let mut nar = Vec::new();
    let contents = Contents::from_bytes(vec![0; 1 << 20]);
    let mut tree = Tree::new();
    tree.insert(b"folder/file", Node::file(contents)).unwrap();
    tree.write_nar(&mut nar).unwrap();
    nar.truncate(nar.len() - 8);
    let home = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_nixsmith"))
        .args(["nar", "restore", "restored"])
        .current_dir(folder.path())
        .env_clear()
        .env("HOME", home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Held open to the end: the restore waits for its last bytes.
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&nar).unwrap();
    while files(folder.path()).is_empty() {
        std::thread::yield_now();
    }
    signal(&child);
    let output = child.wait_with_output().unwrap();
    drop(stdin);
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: interrupted\n"
    );
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
