//! What the tests of sources share: contexts, git repositories, programs.
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test file uses a part"
)]
#![expect(
    clippy::expect_used,
    reason = "a test that cannot set itself up must fail"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};

use nixsmith_fetch::ClientOptions;
use nixsmith_fetch::process::{Environment, Program};
use nixsmith_workflow::context::{Context, Settings};

/// A variable of the environment.
#[expect(
    clippy::disallowed_methods,
    reason = "tests are told by variables what they may use"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Says why a test did nothing; the harness counts these lines.
pub(crate) fn skip(why: &str) {
    // Straight to the file, past the capture of the test harness.
    writeln!(std::io::stderr(), "skipped: {why}").expect("stderr is open");
}

/// The nix program, if there is one.
pub(crate) fn nix_program() -> Option<PathBuf> {
    variable("NIXSMITH_TEST_NIX").map(PathBuf::from)
}

/// The environment for programs: how to find them, nothing else.
pub(crate) fn environment(home: &Path) -> Environment {
    let path = variable("PATH").unwrap_or_default();
    Environment::from_pairs([
        ("PATH".to_owned(), path),
        ("HOME".to_owned(), home.display().to_string()),
    ])
}

/// A context that works in `folder` with these options for the network.
pub(crate) fn context(folder: &Path, options: ClientOptions) -> Context {
    Context::new(Settings {
        directory: folder.to_owned(),
        dry_run: false,
        yes: false,
        threads: 2,
        nix_program: "nix".into(),
        state: folder.join("state"),
        person: None,
        client_options: options,
    })
}

/// A context for the public services.
pub(crate) fn public_context(folder: &Path) -> Context {
    let options = ClientOptions {
        environment: environment(folder),
        ..ClientOptions::new(&folder.join("cache"))
    };
    context(folder, options)
}

/// Runs a program that must succeed; returns what it printed, trimmed.
pub(crate) fn run(folder: &Path, program: &str, arguments: &[&str]) -> String {
    run_with(folder, program, arguments, &[])
}

/// As [`run`], with more variables.
pub(crate) fn run_with(
    folder: &Path,
    program: &str,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> String {
    let command = Program::new(program)
        .args(arguments.iter().copied())
        .inherit(&environment(folder))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_AUTHOR_NAME", "Test")
        .env("GIT_AUTHOR_EMAIL", "test@example.org")
        .env("GIT_AUTHOR_DATE", "1700000000 +0000")
        .env("GIT_COMMITTER_NAME", "Test")
        .env("GIT_COMMITTER_EMAIL", "test@example.org")
        .env("GIT_COMMITTER_DATE", "1700000000 +0000")
        .env(
            "NIX_CONFIG",
            "extra-experimental-features = nix-command flakes",
        )
        .directory(folder);
    let output = variables
        .iter()
        .fold(command, |command, (name, value)| command.env(*name, *value))
        .run()
        .expect("the program succeeds");
    output.text().trim().to_owned()
}

/// Whether a program is installed.
pub(crate) fn has_program(folder: &Path, program: &str) -> bool {
    environment(folder).find_program(program).is_some()
}

/// Writes a file and its folders.
#[expect(clippy::disallowed_methods, reason = "a test's own files")]
pub(crate) fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a file lies in a folder"))
        .expect("the folder can be made");
    std::fs::write(path, text).expect("the file can be written");
}

/// Writes a file of any bytes into a folder that is there.
#[expect(clippy::disallowed_methods, reason = "a test's own files")]
pub(crate) fn write_bytes(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).expect("the file can be written");
}

/// A git repository with these files in one commit, tagged `v1.0`.
pub(crate) fn repository(path: &Path, files: &[(&str, &str)]) {
    std::fs::create_dir_all(path).expect("the folder can be made");
    run(path, "git", &["init", "-q", "-b", "main"]);
    for (name, text) in files {
        write(&path.join(name), text);
    }
    run(path, "git", &["add", "-A"]);
    run(path, "git", &["commit", "-q", "-m", "all"]);
    run(path, "git", &["tag", "v1.0"]);
}

/// A context that works in `folder` with a real Nix that builds; `None` where there is none.
pub(crate) fn building_context(folder: &Path) -> Option<Context> {
    let Some(nix) = nix_program() else {
        skip("no NIXSMITH_TEST_NIX to build with");
        return None;
    };
    let mut environment = environment(folder);
    for name in [
        "NIX_CONF_DIR",
        "NIX_STATE_DIR",
        "NIX_STORE_DIR",
        "NIX_REMOTE",
    ] {
        if let Some(value) = variable(name) {
            environment.set(name, value);
        }
    }
    let options = ClientOptions {
        environment,
        ..ClientOptions::new(&folder.join("cache"))
    };
    let mut context = context(folder, options);
    context.nix_program = nix.into();
    context.state = folder.join("../state");
    Some(context)
}

/// The small nixpkgs that really builds.
pub(crate) fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../checks/fixture")
}
