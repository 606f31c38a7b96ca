//! Ctrl-C in the middle of a download: exit status 130, and nothing of the unfinished work stays.
#![cfg(test)]
#![expect(
    clippy::disallowed_methods,
    reason = "the test runs the built program as a user would"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use nixsmith_fetch::testing::{Reply, TestServer};

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
    let signalled = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(signalled.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: interrupted\n"
    );
    assert_eq!(output.status.code(), Some(130));
    assert!(output.stdout.is_empty());
    assert_eq!(files(home.path()), Vec::<String>::new());
}
