//! The table of operations: the one place that knows them all.
//!
//! Command line help, JSON Schemas, flake apps and the README's command table are made from it or compared
//! with it by a test. The order is the order of the help.

use serde::Serialize;
use serde_json::Value;

use crate::report::{Report, json_schema};

/// What an operation does to the world outside its own cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Only answers.
    Reads,
    /// Creates or changes files of the user; `--dry-run` shows a diff instead.
    WritesFiles,
    /// Changes what others see, after a person or `--yes` has agreed; `--dry-run` shows what would be sent.
    Sends,
}

/// One row: an operation and what every rendering of it needs.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Operation {
    /// The first word of the command, empty for a command of one word.
    pub group: &'static str,
    /// The last word of the command.
    pub verb: &'static str,
    /// What it does, one line, no final period.
    pub summary: &'static str,
    /// Whether it may go to the network.
    pub network: bool,
    /// What it changes.
    pub effect: Effect,
    /// Makes the JSON Schema of its report; `None` where the answer is not a report (`completions`, `man`).
    #[serde(skip)]
    pub schema: Option<fn() -> Value>,
}

impl Operation {
    /// The command as typed after `nixsmith`: `hash convert`.
    #[must_use]
    pub fn command(&self) -> String {
        self.joined(" ")
    }

    /// The identifier in JSON documents: `hash.convert`.
    #[must_use]
    pub fn identifier(&self) -> String {
        self.joined(".")
    }

    /// The name of the flake app: `hash-convert`.
    #[must_use]
    pub fn app(&self) -> String {
        self.joined("-")
    }

    fn joined(&self, separator: &str) -> String {
        if self.group.is_empty() {
            self.verb.to_owned()
        } else {
            format!("{}{separator}{}", self.group, self.verb)
        }
    }
}

/// The groups of commands and what they are about, in the order of the help.
pub const GROUPS: &[(&str, &str)] = &[
    ("hash", "Hashes of paths, and between Nix's notations"),
    ("store", "Store paths"),
    ("nar", "Nix archives"),
    ("package", "Packages over their life"),
    ("nixpkgs", "Contributing to nixpkgs"),
    ("hydra", "What the build farm says"),
    ("flake", "Flakes and their inputs"),
    ("shell", "Development shells"),
];

const fn row<R: Report>(
    group: &'static str,
    verb: &'static str,
    network: bool,
    effect: Effect,
    summary: &'static str,
) -> Operation {
    Operation {
        group,
        verb,
        summary,
        network,
        effect,
        schema: Some(json_schema::<R>),
    }
}

const fn plain(verb: &'static str, effect: Effect, summary: &'static str) -> Operation {
    Operation {
        group: "",
        verb,
        summary,
        network: false,
        effect,
        schema: None,
    }
}

const OFFLINE: bool = false;
const ONLINE: bool = true;

/// Every operation.
pub const OPERATIONS: &[Operation] = &[
    row::<crate::hash::path::Report>(
        "hash",
        "path",
        OFFLINE,
        Effect::Reads,
        "Print the hash of a path's NAR, or of a file",
    ),
    row::<crate::hash::convert::Report>(
        "hash",
        "convert",
        OFFLINE,
        Effect::Reads,
        "Convert hashes between Nix's notations",
    ),
    row::<crate::store::path::Report>(
        "store",
        "path",
        OFFLINE,
        Effect::Reads,
        "Print the store path Nix would give to a file or folder",
    ),
    row::<crate::nar::dump::Report>(
        "nar",
        "dump",
        OFFLINE,
        Effect::Reads,
        "Write the NAR of a path to standard output",
    ),
    row::<crate::nar::restore::Report>(
        "nar",
        "restore",
        OFFLINE,
        Effect::WritesFiles,
        "Lay out a NAR on disk, all of it or nothing",
    ),
    row::<crate::nar::ls::Report>("nar", "ls", OFFLINE, Effect::Reads, "List what a NAR holds"),
    row::<crate::nar::cat::Report>(
        "nar",
        "cat",
        OFFLINE,
        Effect::Reads,
        "Write one file of a NAR to standard output",
    ),
    row::<crate::nar::verify::Report>(
        "nar",
        "verify",
        OFFLINE,
        Effect::Reads,
        "Check that a NAR is one that Nix restores",
    ),
    row::<crate::prefetch::Report>(
        "",
        "prefetch",
        ONLINE,
        Effect::Reads,
        "Print the nixpkgs fetcher call for a source, with its hash",
    ),
    row::<crate::vendor_hash::Report>(
        "",
        "vendor-hash",
        ONLINE,
        Effect::Reads,
        "Print the hash nixpkgs expects for what a lock file pins",
    ),
    row::<crate::package::new::Report>(
        "package",
        "new",
        ONLINE,
        Effect::WritesFiles,
        "Write a package.nix for a source, as nixpkgs would have it",
    ),
    row::<crate::package::update::Report>(
        "package",
        "update",
        ONLINE,
        Effect::WritesFiles,
        "Bring a package's expression to its newest version, with every hash",
    ),
    row::<crate::nixpkgs::fork::Report>(
        "nixpkgs",
        "fork",
        ONLINE,
        Effect::Sends,
        "Fork nixpkgs, clone it and set the clone up; what is there stays",
    ),
    row::<crate::nixpkgs::lint::Report>(
        "nixpkgs",
        "lint",
        OFFLINE,
        Effect::WritesFiles,
        "Say what nixpkgs' CI will say of a branch, before the push",
    ),
    row::<crate::nixpkgs::test::Report>(
        "nixpkgs",
        "test",
        ONLINE,
        Effect::Reads,
        "Build packages and look whether they are what they should be",
    ),
    row::<crate::nixpkgs::review::Report>(
        "nixpkgs",
        "review",
        ONLINE,
        Effect::Sends,
        "Build what a change rebuilds, and say what it breaks and mends",
    ),
    row::<crate::nixpkgs::pr::Report>(
        "nixpkgs",
        "pr",
        ONLINE,
        Effect::Sends,
        "Send the branch as a pull request, or bring it up to date: exactly once",
    ),
    row::<crate::nixpkgs::apply_review::Report>(
        "nixpkgs",
        "apply-review",
        ONLINE,
        Effect::Sends,
        "Commit the suggestions of a pull request's reviewers as fixups",
    ),
    row::<crate::nixpkgs::backport::Report>(
        "nixpkgs",
        "backport",
        ONLINE,
        Effect::WritesFiles,
        "Make a branch of merged changes on a release branch",
    ),
    row::<crate::hydra::status::Report>(
        "hydra",
        "status",
        ONLINE,
        Effect::Reads,
        "Show the last builds, the last success and the first failure",
    ),
    row::<crate::hydra::log::Report>(
        "hydra",
        "log",
        ONLINE,
        Effect::Reads,
        "Print the end of a build's log",
    ),
    row::<crate::flake::init::Report>(
        "flake",
        "init",
        OFFLINE,
        Effect::WritesFiles,
        "Lay out a template in this folder, without touching what is there",
    ),
    row::<crate::flake::templates::Report>(
        "flake",
        "template",
        OFFLINE,
        Effect::Reads,
        "List the templates",
    ),
    row::<crate::flake::show::Report>(
        "flake",
        "show",
        ONLINE,
        Effect::Reads,
        "Say what a flake has, also where parts of it do not evaluate",
    ),
    row::<crate::flake::check::Report>(
        "flake",
        "check",
        ONLINE,
        Effect::Reads,
        "Evaluate every output, build every check, and say what became of each",
    ),
    row::<crate::flake::add_input::Report>(
        "flake",
        "add-input",
        ONLINE,
        Effect::WritesFiles,
        "Add an input to flake.nix, in the form of the others, and lock it",
    ),
    row::<crate::flake::update::Report>(
        "flake",
        "update",
        ONLINE,
        Effect::WritesFiles,
        "Lock newer inputs, and say what is new about each",
    ),
    row::<crate::shell::init::Report>(
        "shell",
        "init",
        OFFLINE,
        Effect::WritesFiles,
        "Write a development shell for what the project is written in",
    ),
    row::<crate::lint::Report>(
        "",
        "lint",
        OFFLINE,
        Effect::WritesFiles,
        "Say what is wrong with Nix files, and mend it",
    ),
    row::<crate::fmt::Report>(
        "",
        "fmt",
        OFFLINE,
        Effect::WritesFiles,
        "Format Nix files as nixfmt does",
    ),
    row::<crate::explain::Report>(
        "",
        "explain",
        OFFLINE,
        Effect::Reads,
        "Explain a finding, or list the rules",
    ),
    row::<crate::doctor::Report>(
        "",
        "doctor",
        OFFLINE,
        Effect::Reads,
        "Show what is installed, what is missing and how to get it",
    ),
    plain(
        "completions",
        Effect::Reads,
        "Print the completion script of a shell",
    ),
    plain("man", Effect::WritesFiles, "Write the manual pages"),
    plain(
        "schema",
        Effect::Reads,
        "Print the JSON Schema of an operation's report",
    ),
];

/// The operation that a command names, `hash convert` or `doctor`.
#[must_use]
pub fn find(command: &str) -> Option<&'static Operation> {
    OPERATIONS
        .iter()
        .find(|operation| operation.command() == command)
}
