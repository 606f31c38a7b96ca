//! What the tests with a loopback server share.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use nixsmith_ecosystem::{Ecosystem, EcosystemError, VendorHash, VendorRequest, vendor_hash};
use nixsmith_fetch::Fetch;
use nixsmith_fetch::process::Program;
use nixsmith_fetch::testing::{Reply, TestServer, environment};
use nixsmith_store::tree::{Contents, Node, Tree};
use tempfile::TempDir;

/// A server that stands for every public service, and a cache.
pub(crate) struct World {
    pub(crate) server: TestServer,
    pub(crate) folder: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            server: TestServer::start(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Serves these bytes.
    pub(crate) fn serve(&self, target: &str, bytes: &[u8]) {
        self.server.on(target, Reply::ok(bytes));
    }

    /// The hash of a project, fetched with the cache that all calls share.
    pub(crate) fn hash(&self, request: &VendorRequest<'_>) -> Result<VendorHash, EcosystemError> {
        vendor_hash(request, &self.client())
    }

    pub(crate) fn client(&self) -> impl Fetch + use<> {
        self.server.client(&self.path("cache"))
    }

    /// As [`World::hash`], of a project that is one lock file; an error as all its sentences.
    pub(crate) fn lock_hash(
        &self,
        ecosystem: Ecosystem,
        name: &str,
        lock: &str,
    ) -> Result<VendorHash, String> {
        let tree = tree(&[(name, lock)]);
        self.hash(&VendorRequest::new(&tree, "", ecosystem))
            .map_err(|error| sentences(&error))
    }
}

/// An error with its causes, one a line.
pub(crate) fn sentences(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text += &format!("\n{error}");
        cause = error.source();
    }
    text
}

/// A tree of these files.
pub(crate) fn tree(files: &[(&str, &str)]) -> Tree {
    let mut tree = Tree::new();
    for (path, text) in files {
        tree.insert(path.as_bytes(), file(text.as_bytes())).unwrap();
    }
    tree
}

pub(crate) fn file(bytes: &[u8]) -> Node {
    Node::file(Contents::from_bytes(bytes.to_vec()))
}

/// A file of `tests/data`.
pub(crate) fn data(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A text file of `tests/data`.
pub(crate) fn text(name: &str) -> String {
    String::from_utf8(data(name)).unwrap()
}

/// Writes a file of a test, with the folders it lies in.
#[expect(clippy::disallowed_methods, reason = "a test lays out its own folder")]
pub(crate) fn write(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// Runs `git` in a folder, with a fixed person and time: commits get the same names everywhere.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut program = Program::new("git")
        .inherit(&environment())
        .directory(folder);
    for (name, value) in [
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_AUTHOR_NAME", "Test"),
        ("GIT_AUTHOR_EMAIL", "test@example.org"),
        ("GIT_AUTHOR_DATE", "1700000000 +0000"),
        ("GIT_COMMITTER_NAME", "Test"),
        ("GIT_COMMITTER_EMAIL", "test@example.org"),
        ("GIT_COMMITTER_DATE", "1700000000 +0000"),
    ] {
        program = program.env(name, value);
    }
    let program = program
        .args([
            "-c",
            "init.defaultBranch=main",
            "-c",
            "protocol.file.allow=always",
        ])
        .args(arguments);
    program
        .run()
        .unwrap_or_else(|error| panic!("{}", sentences(&error)))
        .text()
}

/// The hash that real Nix gives to a folder; None, and a line that says so, where the environment names no Nix.
pub(crate) fn nix_hash_path(folder: &Path) -> Option<String> {
    let Some(nix) = variable("NIXSMITH_TEST_NIX") else {
        skip("NIXSMITH_TEST_NIX is not set");
        return None;
    };
    let program = Program::new(nix)
        .inherit(&environment())
        .env("HOME", folder.parent().unwrap())
        .args([
            "--extra-experimental-features",
            "nix-command",
            "hash",
            "path",
        ])
        .arg(folder);
    let output = program
        .run()
        .unwrap_or_else(|error| panic!("{}", sentences(&error)));
    Some(output.text().trim().to_owned())
}

/// What the test command sets to something.
#[expect(
    clippy::disallowed_methods,
    reason = "the test command names programs and trees this way"
)]
pub(crate) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Says that a test did not run.
#[expect(clippy::disallowed_macros, reason = "the harness counts these lines")]
pub(crate) fn skip(reason: &str) {
    println!("skipped: {reason}");
}
