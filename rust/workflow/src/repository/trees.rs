//! Trees that no branch has: what a merge would give, and the work tree as it lies.
//!
//! No branch, index or file of the user's changes; a merge leaves objects that nothing names, which git collects.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Repository, could_not, native};
use crate::error::Problem;

/// What a merge gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Merged {
    /// This tree.
    Tree(String),
    /// Nothing: these paths conflict.
    Conflict(Vec<String>),
}

impl Repository {
    /// The tree of a merge of two commits.
    ///
    /// # Errors
    /// With a git that is too old, and when git fails.
    pub(crate) fn merged(&self, base: &str, head: &str) -> anyhow::Result<Merged> {
        self.merge_tree(&[base, head])
    }

    /// The tree of `git merge-tree` with these arguments: two commits, and before them what it is told besides.
    ///
    /// # Errors
    /// As [`Repository::merged`].
    pub(super) fn merge_tree(&self, more: &[&str]) -> anyhow::Result<Merged> {
        let mut arguments = vec![
            "merge-tree",
            "--write-tree",
            "--name-only",
            "--no-messages",
            "-z",
        ];
        arguments.extend_from_slice(more);
        let program = self.writing(&arguments);
        let output = could_not("merge the trees", program.run_any_status())?;
        let text = output.text();
        let mut fields = text.split('\0').filter(|field| !field.is_empty());
        let tree = fields.next().unwrap_or_default().to_owned();
        match output.status.code() {
            Some(0) if !tree.is_empty() => Ok(Merged::Tree(tree)),
            Some(1) if !tree.is_empty() => {
                Ok(Merged::Conflict(fields.map(str::to_owned).collect()))
            }
            _ => Err(Problem::user("could not merge the trees")
                .hint("this takes git 2.40 or later")
                .source(program.failed(&output))
                .into()),
        }
    }

    /// Puts what the work tree has otherwise than `commit` into `folder`, where that commit was laid out; each file in place of the one
    /// there, never into it. Returns the paths that differ, sorted.
    ///
    /// # Errors
    /// When git fails or a file cannot be copied.
    pub(crate) fn copy_work_tree(
        &self,
        commit: &str,
        folder: &Path,
    ) -> anyhow::Result<Vec<String>> {
        let mut touched = Vec::new();
        for path in self.deleted(commit)? {
            remove(&folder.join(&path)).map_err(|error| could_not_copy(&path, error))?;
            remove_empty(&folder.join(&path), folder);
            touched.push(path.to_string_lossy().into_owned());
        }
        for (path, _) in self.work_tree_changes(commit)? {
            let relative = path.strip_prefix(&self.root).unwrap_or(&path).to_owned();
            copy(&path, &folder.join(&relative)).map_err(|error| could_not_copy(&path, error))?;
            touched.push(relative.to_string_lossy().into_owned());
        }
        touched.sort();
        touched.dedup();
        Ok(touched)
    }

    /// The files of a commit that the work tree has no longer, renamed ones too.
    fn deleted(&self, commit: &str) -> anyhow::Result<Vec<PathBuf>> {
        let arguments = [
            "diff-index",
            "-z",
            "--name-only",
            "--diff-filter=D",
            "--no-renames",
            "--no-ext-diff",
            "--ignore-submodules=all",
            commit,
            "--",
        ];
        let output = self.run(&arguments, "compare the work tree")?;
        let paths = output
            .split(|byte| *byte == 0)
            .filter(|path| !path.is_empty());
        Ok(paths.map(|path| native(path).to_owned()).collect())
    }
}

fn could_not_copy(path: &Path, error: std::io::Error) -> Problem {
    Problem::user(format!("could not copy `{}`", path.display())).source(error)
}

fn remove(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Removes the folders above a path that are empty now: git knows no empty folders.
fn remove_empty(path: &Path, root: &Path) {
    let mut folders = path
        .ancestors()
        .skip(1)
        .take_while(|folder| *folder != root);
    // The first that is not empty cannot be removed.
    while folders
        .next()
        .is_some_and(|folder| fs::remove_dir(folder).is_ok())
    {}
}

/// Copies a file or a link, in place of what lies there.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    let metadata = fs::symlink_metadata(from)?;
    // A repository in the work tree is nothing that git would commit as files.
    if metadata.is_dir() {
        return Ok(());
    }
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    remove(to)?;
    if metadata.is_symlink() {
        return std::os::unix::fs::symlink(fs::read_link(from)?, to);
    }
    fs::copy(from, to).map(drop)
}
