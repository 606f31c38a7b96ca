//! The user's git repository, read through git: commits, trees, contents. No remote is asked; what writes stands in [`write`] and
//! [`pick`].
//!
//! The user's own git configuration stays in force, since it says which folders are trusted; what would change the answers is
//! overruled ([`FIXED`]), so that they are those of a fresh clone. A name from the command line never stands where git looks
//! for options.

pub(crate) mod base;
mod export;
pub mod history;
pub mod pick;
mod ready;
pub mod remote;
pub(crate) mod trees;
pub mod write;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use nixsmith_fetch::interrupt::Interrupt;
use nixsmith_fetch::process::{Environment, Output, ProcessError, Program};

use crate::context::Context;
use crate::error::Problem;

/// Configuration that every call gets.
const FIXED: &[&str] = &[
    "core.fsmonitor=false",
    "core.quotePath=true",
    "diff.ignoreSubmodules=none",
    "diff.relative=false",
    "diff.renameLimit=1000",
    "diff.renames=true",
    "log.mailmap=true",
    "log.showRoot=true",
    "mailmap.blob=",
    "mailmap.file=",
];

/// Variables of the user's that say which configuration counts.
const INHERITED: &[&str] = &[
    "GIT_CEILING_DIRECTORIES",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
];

/// How much one call may answer: the whole list of nixpkgs' files takes 8 MB.
const OUTPUT_LIMIT_BYTES: u64 = 2 << 30;

/// A clone.
#[derive(Debug, Clone)]
pub struct Repository {
    /// The folder of the work tree.
    pub root: PathBuf,
    /// Its history ends early.
    pub is_shallow: bool,
    environment: Environment,
    interrupt: Interrupt,
    offline: bool,
}

/// One path that differs between two commits; `None` where the side does not have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The path; bytes that are no UTF-8 became U+FFFD.
    pub path: String,
    /// What lay there.
    pub old: Option<Blob>,
    /// What lies there.
    pub new: Option<Blob>,
}

/// A file, a link or a submodule in a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// What it is.
    pub mode: Mode,
    /// The object's id.
    pub id: Arc<str>,
}

/// What lies at a path of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A file that is not executable.
    File,
    /// An executable file.
    Executable,
    /// A link.
    Link,
    /// A submodule.
    Submodule,
}

impl Mode {
    /// Whether it is a file.
    #[must_use]
    pub fn is_file(self) -> bool {
        matches!(self, Self::File | Self::Executable)
    }

    /// The mode as git writes it.
    fn parse(text: &str) -> Option<Self> {
        match text {
            "000000" => None,
            "100755" => Some(Self::Executable),
            "120000" => Some(Self::Link),
            "160000" => Some(Self::Submodule),
            _ => Some(Self::File),
        }
    }
}

impl Repository {
    /// The clone that the context's folder lies in.
    ///
    /// # Errors
    /// Without git, outside a repository, and in one without a work tree.
    pub fn open(context: &Context) -> anyhow::Result<Self> {
        Self::open_at(&context.directory, context)
    }

    /// The clone that `folder` lies in.
    ///
    /// # Errors
    /// As [`Repository::open`].
    pub fn open_at(folder: &Path, context: &Context) -> anyhow::Result<Self> {
        let mut repository = Self::unopened(folder, context);
        let arguments = ["rev-parse", "--is-shallow-repository", "--show-toplevel"];
        let output = repository.program(&arguments).run();
        let output = output.map_err(|error| not_a_repository(folder, error))?;
        let text = output.text();
        let (shallow, root) = text.split_once('\n').unwrap_or_default();
        repository.root = PathBuf::from(root.trim_end_matches('\n'));
        repository.is_shallow = shallow == "true";
        Ok(repository)
    }

    /// The clone that `folder` lies in; `None` where no folder above it has a `.git`.
    ///
    /// # Errors
    /// As [`Repository::open`], where there is one.
    pub fn around(folder: &Path, context: &Context) -> anyhow::Result<Option<Self>> {
        let is_clone = folder
            .ancestors()
            .any(|folder| folder.join(".git").exists());
        is_clone.then(|| Self::open_at(folder, context)).transpose()
    }

    /// git in `folder`, whatever that is.
    fn unopened(folder: &Path, context: &Context) -> Self {
        Self {
            root: folder.to_owned(),
            is_shallow: false,
            environment: context.client_options.environment.clone(),
            interrupt: context.interrupt().clone(),
            offline: context.offline(),
        }
    }

    /// One that is never asked.
    #[cfg(test)]
    pub(crate) fn for_tests() -> Self {
        Self {
            root: PathBuf::new(),
            is_shallow: false,
            environment: Environment::default(),
            interrupt: Interrupt::new(),
            offline: true,
        }
    }

    fn program(&self, arguments: &[&str]) -> Program {
        let mut program = Program::new("git");
        for pair in FIXED {
            program = program.arg("-c").arg(*pair);
        }
        if self.offline {
            program = program.env("GIT_NO_LAZY_FETCH", "1");
        }
        program
            .args(arguments.iter().copied())
            .inherit(&self.environment)
            .inherit_names(&self.environment, INHERITED)
            .env("LC_ALL", "C")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .output_limit_bytes(OUTPUT_LIMIT_BYTES)
            .directory(&self.root)
            .interrupt(&self.interrupt)
    }

    /// What git answers.
    ///
    /// # Errors
    /// When it fails; `action` says what could not be done.
    pub(crate) fn run(&self, arguments: &[&str], action: &str) -> anyhow::Result<Vec<u8>> {
        let output = self.program(arguments).run();
        Ok(could_not(action, output)?.stdout)
    }

    /// What git answers to an input.
    fn run_with(
        &self,
        arguments: &[&str],
        input: impl Into<Vec<u8>>,
        action: &str,
    ) -> anyhow::Result<Vec<u8>> {
        let output = self.program(arguments).input(input).run();
        Ok(could_not(action, output)?.stdout)
    }

    /// The first line of what git answers, if it succeeds.
    fn line(&self, arguments: &[&str]) -> anyhow::Result<Option<String>> {
        let output = self.program(arguments).run_any_status();
        let output = could_not("ask git", output)?;
        let line = output.text().lines().next().map(str::to_owned);
        Ok(line.filter(|line| output.status.success() && !line.is_empty()))
    }

    /// The full id of the commit that `name` is; `None` if it is none.
    ///
    /// # Errors
    /// When git cannot be run.
    pub fn commit(&self, name: &str) -> anyhow::Result<Option<String>> {
        if name.is_empty() || name.starts_with('-') {
            return Ok(None);
        }
        let name = format!("{name}^{{commit}}");
        self.line(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &name,
        ])
    }

    /// `refs/heads/…` or `refs/remotes/…` for a name that is a branch.
    ///
    /// # Errors
    /// When git cannot be run.
    pub fn full_name(&self, name: &str) -> anyhow::Result<Option<String>> {
        if name.is_empty() || name.starts_with('-') {
            return Ok(None);
        }
        let full = self.line(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--symbolic-full-name",
            "--end-of-options",
            name,
        ])?;
        Ok(full.filter(|full| full.starts_with("refs/")))
    }

    /// The best common ancestor of two commits.
    ///
    /// # Errors
    /// When git cannot be run.
    pub fn merge_base(&self, left: &str, right: &str) -> anyhow::Result<Option<String>> {
        self.line(&["merge-base", left, right])
    }

    /// How many commits of `head` `base` does not have, at most `limit`.
    ///
    /// # Errors
    /// When git fails.
    pub fn ahead(&self, base: &str, head: &str, limit: u64) -> anyhow::Result<u64> {
        let (range, most) = (format!("{base}..{head}"), format!("--max-count={limit}"));
        let arguments = ["rev-list", "--count", &most, &range, "--"];
        let output = self.run(&arguments, "count the commits")?;
        Ok(String::from_utf8_lossy(&output).trim().parse()?)
    }

    /// Every branch below `prefix` (`refs/remotes/origin/`), without the prefix.
    ///
    /// # Errors
    /// When git fails.
    pub fn branches(&self, prefix: &str) -> anyhow::Result<Vec<String>> {
        let arguments = ["for-each-ref", "--format=%(refname)", prefix];
        let output = self.run(&arguments, "list the branches")?;
        let names = String::from_utf8_lossy(&output);
        let names = names.lines().filter_map(|name| name.strip_prefix(prefix));
        Ok(names.map(str::to_owned).collect())
    }

    /// Whether tracked files of the work tree differ from the last commit.
    ///
    /// # Errors
    /// When git fails.
    pub fn is_dirty(&self) -> anyhow::Result<bool> {
        let arguments = [
            "status",
            "--porcelain",
            "--untracked-files=no",
            "--ignore-submodules=all",
            "--no-renames",
        ];
        Ok(!self.run(&arguments, "look at the work tree")?.is_empty())
    }

    /// Whether the commit has what makes a nixpkgs: `pkgs/by-name` or `pkgs/top-level`.
    ///
    /// # Errors
    /// When git fails.
    pub fn is_nixpkgs(&self, commit: &str) -> anyhow::Result<bool> {
        let arguments = [
            "ls-tree",
            "--full-tree",
            "--name-only",
            commit,
            "pkgs/by-name",
            "pkgs/top-level",
        ];
        Ok(!self.run(&arguments, "list the tree")?.is_empty())
    }

    /// Every file, link and submodule of a commit: path and what lies there.
    ///
    /// # Errors
    /// When git fails.
    pub fn list(&self, commit: &str) -> anyhow::Result<Vec<(String, Blob)>> {
        let arguments = ["ls-tree", "-r", "-z", "--full-tree", commit];
        let output = self.run(&arguments, "list the tree")?;
        let text = String::from_utf8_lossy(&output);
        let rows = text.split('\0').filter_map(|row| {
            let (head, path) = row.split_once('\t')?;
            let mut words = head.split(' ');
            let (mode, _kind, id) = (words.next()?, words.next()?, words.next()?);
            Some((path.to_owned(), blob(mode, id)?))
        });
        Ok(rows.collect())
    }

    /// What differs between two commits; a renamed file is one that went and one that came.
    ///
    /// # Errors
    /// When git fails.
    pub fn changes(&self, old: &str, new: &str) -> anyhow::Result<Vec<Changed>> {
        let arguments = [
            "diff-tree",
            "-r",
            "-z",
            "--raw",
            "--no-renames",
            "--full-index",
            "--no-ext-diff",
            old,
            new,
            "--",
        ];
        let output = self.run(&arguments, "compare the commits")?;
        let text = String::from_utf8_lossy(&output);
        let mut fields = text.split('\0');
        let mut found = Vec::new();
        while let (Some(row), Some(path)) = (fields.next(), fields.next()) {
            // `:100644 100755 OLD NEW M`
            let mut words = row.trim_start_matches(':').split(' ');
            let mut next = || words.next().unwrap_or_default();
            let modes = (next(), next());
            let ids = (next(), next());
            found.push(Changed {
                path: path.to_owned(),
                old: blob(modes.0, ids.0),
                new: blob(modes.1, ids.1),
            });
        }
        Ok(found)
    }

    /// What the work tree has otherwise than `commit`, files that git does not know and does not ignore included: where each lies, and
    /// what lay there, or where it was renamed from.
    ///
    /// # Errors
    /// When git fails.
    pub fn work_tree_changes(&self, commit: &str) -> anyhow::Result<Vec<(PathBuf, Option<Blob>)>> {
        let arguments = [
            "diff-index",
            "-z",
            "-M",
            "--full-index",
            "--no-ext-diff",
            "--ignore-submodules=all",
            commit,
            "--",
        ];
        let output = self.run(&arguments, "compare the work tree")?;
        let mut fields = output.split(|byte| *byte == 0);
        let mut found = Vec::new();
        while let (Some(row), Some(mut path)) = (fields.next(), fields.next()) {
            // `:100644 100755 OLD NEW R087`
            let row = String::from_utf8_lossy(row);
            let mut words = row.trim_start_matches(':').split(' ');
            let mut next = || words.next().unwrap_or_default();
            let (old_mode, _, old, _, status) = (next(), next(), next(), next(), next());
            if status.starts_with(['R', 'C']) {
                path = fields.next().unwrap_or_default();
            }
            if !status.starts_with('D') {
                found.push((self.root.join(native(path)), blob(old_mode, old)));
            }
        }
        let arguments = ["ls-files", "-z", "--others", "--exclude-standard"];
        let others = self.run(&arguments, "list the files that git does not know")?;
        let others = others
            .split(|byte| *byte == 0)
            .filter(|path| !path.is_empty());
        found.extend(others.map(|path| (self.root.join(native(path)), None)));
        Ok(found)
    }

    /// The files and whole folders that git does not know, ignored ones included.
    ///
    /// # Errors
    /// When git fails.
    pub fn unknown_paths(&self) -> anyhow::Result<Vec<PathBuf>> {
        let arguments = ["ls-files", "-z", "--others", "--directory"];
        let others = self.run(&arguments, "list the files that git does not know")?;
        let others = others
            .split(|byte| *byte == 0)
            .filter(|path| !path.is_empty());
        Ok(others.map(|path| self.root.join(native(path))).collect())
    }

    /// The files of the work tree that git knows, and those that it neither knows nor ignores, relative to the root.
    ///
    /// # Errors
    /// When git fails.
    pub fn known_files(&self) -> anyhow::Result<Vec<PathBuf>> {
        let arguments = [
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ];
        let files = self.run(&arguments, "list the files")?;
        let files = files
            .split(|byte| *byte == 0)
            .filter(|path| !path.is_empty());
        Ok(files.map(|path| native(path).to_owned()).collect())
    }

    /// Whether git ignores this path, relative to the root, and does not know it.
    ///
    /// # Errors
    /// When git cannot be run.
    pub fn ignores(&self, path: &str) -> anyhow::Result<bool> {
        let output = self
            .program(&["check-ignore", "--quiet", "--", path])
            .run_any_status();
        Ok(could_not("ask git what it ignores", output)?
            .status
            .success())
    }

    /// The contents of the objects `ids`, in their order.
    ///
    /// # Errors
    /// When git fails or has not got one.
    pub fn contents(&self, ids: &[&str]) -> anyhow::Result<Vec<Vec<u8>>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let input = ids.iter().fold(String::new(), |text, id| text + id + "\n");
        let output = self.run_with(&["cat-file", "--batch"], input, "read the files")?;
        let mut rest: &[u8] = &output;
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let (contents, next) = batch_entry(rest).ok_or_else(|| {
                Problem::user(format!("git has no contents for the object `{id}`"))
            })?;
            found.push(contents.to_vec());
            rest = next;
        }
        Ok(found)
    }
}

fn blob(mode: &str, id: &str) -> Option<Blob> {
    let mode = Mode::parse(mode)?;
    Some(Blob {
        mode,
        id: id.into(),
    })
}

/// A path as git tells it.
fn native(bytes: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(bytes))
}

/// `ID blob SIZE\nCONTENTS\n…`: the contents and what follows.
fn batch_entry(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let header = std::str::from_utf8(bytes.get(..end)?).ok()?;
    let size: usize = header.rsplit(' ').next()?.parse().ok()?;
    let start = end + 1;
    let stop = start.checked_add(size)?;
    Some((bytes.get(start..stop)?, bytes.get(stop + 1..)?))
}

fn could_not(action: &str, output: Result<Output, ProcessError>) -> anyhow::Result<Output> {
    output.map_err(|error| match error {
        ProcessError::Interrupted => error.into(),
        ProcessError::NotFound { .. } => Problem::user(format!("could not {action}"))
            .hint("install git")
            .source(error)
            .into(),
        other => Problem::user(format!("could not {action}"))
            .source(other)
            .into(),
    })
}

fn not_a_repository(folder: &Path, error: ProcessError) -> anyhow::Error {
    let folder = folder.display();
    match &error {
        ProcessError::Interrupted => error.into(),
        ProcessError::NotFound { .. } => Problem::user("could not look for a git repository")
            .hint("install git")
            .source(error)
            .into(),
        ProcessError::Failed { stderr, .. } if stderr.contains("not a git repository") => {
            Problem::user(format!("`{folder}` is in no git repository"))
                .hint("run it in a clone of nixpkgs, or name one with `-C`")
                .into()
        }
        ProcessError::Failed { stderr, .. } if stderr.contains("must be run in a work tree") => {
            Problem::user(format!("the git repository at `{folder}` has no work tree"))
                .hint("run it in a clone that is not bare")
                .into()
        }
        _ => Problem::user(format!("could not open the git repository at `{folder}`"))
            .source(error)
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_cut_by_their_sizes() {
        let bytes = b"1a blob 3\na\nb\n2b blob 0\n\n3c missing\n";
        let (first, rest) = batch_entry(bytes).unwrap();
        assert_eq!(first, b"a\nb");
        let (second, rest) = batch_entry(rest).unwrap();
        assert_eq!(second, b"");
        assert_eq!(batch_entry(rest), None);
        assert_eq!(batch_entry(b"1a blob 9\nshort\n"), None);
    }
}
