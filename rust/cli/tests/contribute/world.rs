//! A forge on loopback with a small nixpkgs, and a person at a machine of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use nixsmith_fetch::testing::TestForge;

/// The forge, upstream with one commit on `master` and `staging`, and the folder of a person called Ada.
pub(crate) struct World {
    pub(crate) forge: TestForge,
    folder: tempfile::TempDir,
}

/// How a run of the program ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The pull request template of nixpkgs, shortened.
pub(crate) const TEMPLATE: &str = include_str!("template.md");

impl World {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let forge = TestForge::start(&folder.path().join("forge"));
        forge.account("ada", "secret-of-ada");
        let upstream = forge.repository("NixOS/nixpkgs");
        let world = Self { forge, folder };
        let seed = world.path("seed");
        copy(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../checks/fixture"),
            &seed,
        );
        fs::create_dir_all(seed.join(".github")).unwrap();
        fs::write(seed.join(".github/PULL_REQUEST_TEMPLATE.md"), TEMPLATE).unwrap();
        fs::write(seed.join(".gitignore"), ".envrc\nresult\n").unwrap();
        world.git(&seed, &["init", "-q", "-b", "master"]);
        world.git(&seed, &["add", "."]);
        world.git(&seed, &["commit", "-q", "-m", "a small nixpkgs"]);
        let upstream = upstream.display().to_string();
        world.git(
            &seed,
            &["push", "-q", &upstream, "master", "master:staging"],
        );
        world
    }

    /// A path in Ada's folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("home").join(name)
    }

    /// Runs git as Ada; what it printed.
    pub(crate) fn git(&self, folder: &Path, arguments: &[&str]) -> String {
        self.tool("git", folder, arguments)
    }

    /// Runs a program as Ada; what it printed.
    pub(crate) fn tool(&self, program: &str, folder: &Path, arguments: &[&str]) -> String {
        let output = self
            .command(program, folder)
            .args(arguments)
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {arguments:?}: {stderr}");
        String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned()
    }

    /// Runs the program as Ada, without a terminal.
    pub(crate) fn run(&self, folder: &Path, arguments: &[&str]) -> Run {
        self.run_as("secret-of-ada", folder, arguments)
    }

    /// The same with this token; empty: without one.
    pub(crate) fn run_as(&self, token: &str, folder: &Path, arguments: &[&str]) -> Run {
        let mut command = self.nixsmith(folder);
        if !token.is_empty() {
            command.env("GITHUB_TOKEN", token);
        }
        let output = command.args(arguments).output().unwrap();
        ended(&output)
    }

    /// The program with Ada's environment, to be run.
    pub(crate) fn nixsmith(&self, folder: &Path) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_nixsmith"), folder);
        let server = self.forge.server.url("").to_string();
        for name in ["GITHUB", "GITHUB_API", "CACHE_NIXOS", "HYDRA"] {
            command.env(
                format!("NIXSMITH_ENDPOINT_{name}"),
                server.trim_end_matches('/'),
            );
        }
        command.stdin(Stdio::null());
        command
    }

    fn command(&self, program: &str, folder: &Path) -> Command {
        let home = self.folder.path().join("home");
        fs::create_dir_all(folder).unwrap();
        let mut command = Command::new(program);
        command
            .current_dir(folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &home)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Ada")
            .env("GIT_AUTHOR_EMAIL", "ada@example.org")
            .env("GIT_COMMITTER_NAME", "Ada")
            .env("GIT_COMMITTER_EMAIL", "ada@example.org")
            .env("GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z")
            .env("GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z");
        for name in ["NIX_CONF_DIR", "NIXSMITH_TEST_NIX"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        if let Some(nix) = std::env::var_os("NIXSMITH_TEST_NIX") {
            command.env("NIXSMITH_NIX", nix);
        }
        command
    }

    /// Everything that a second run must leave as it is: references, configuration, status, the list of files.
    pub(crate) fn state(&self, clone: &Path) -> String {
        let references = self.git(clone, &["for-each-ref"]);
        let status = self.git(clone, &["status", "--porcelain", "--ignored"]);
        let configuration = fs::read_to_string(clone.join(".git/config")).unwrap();
        format!("{references}\n{configuration}\n{status}")
    }

    /// Every file below Ada's home and the forge that holds this text.
    pub(crate) fn files_with(&self, text: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut open = vec![self.folder.path().to_owned()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_symlink() {
                    continue;
                }
                if path.is_dir() {
                    open.push(path);
                } else if fs::read(&path)
                    .unwrap_or_default()
                    .windows(text.len())
                    .any(|window| window == text.as_bytes())
                {
                    found.push(path);
                }
            }
        }
        found
    }
}

pub(crate) fn ended(output: &Output) -> Run {
    Run {
        status: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target);
        } else {
            fs::copy(&source, &target).unwrap();
        }
    }
}

/// Says why a test did not run; the test command counts it.
#[expect(
    clippy::disallowed_macros,
    reason = "the line that the test command counts"
)]
pub(crate) fn skip(why: &str) {
    println!("skipped: {why}");
}
