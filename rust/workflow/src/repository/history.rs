//! Commits in a row: which, saying what, and which of them wrote a line.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Repository;

/// How many commits of a branch are compared with one, by what they change.
const MOST_COMPARED: u32 = 300;

/// A commit and its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its full id.
    pub id: String,
    /// The address of its author.
    pub author_address: String,
    /// Its message, subject first.
    pub message: String,
}

impl Said {
    /// The first line.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.message.lines().next().unwrap_or_default()
    }
}

impl Repository {
    /// Whether `ancestor` is `commit` or comes before it.
    ///
    /// # Errors
    /// When git fails.
    pub fn is_ancestor(&self, ancestor: &str, commit: &str) -> anyhow::Result<bool> {
        Ok(self.merge_base(ancestor, commit)?.as_deref() == Some(ancestor))
    }

    /// The commits of `head` that `base` does not have, oldest first.
    ///
    /// # Errors
    /// When git fails.
    pub fn commits_between(&self, base: &str, head: &str) -> anyhow::Result<Vec<Said>> {
        let range = format!("{base}..{head}");
        let arguments = [
            "log",
            "-z",
            "--reverse",
            "--topo-order",
            "--no-show-signature",
            "--no-mailmap",
            "--format=%H%n%ae%n%B",
            &range,
            "--",
        ];
        let output = self.run(&arguments, "list the commits")?;
        let text = String::from_utf8_lossy(&output);
        let said = text.split('\0').filter_map(|row| {
            let (id, rest) = row.split_once('\n')?;
            let (author_address, message) = rest.split_once('\n')?;
            Some(Said {
                id: id.to_owned(),
                author_address: author_address.to_owned(),
                message: message.trim_end().to_owned(),
            })
        });
        Ok(said.collect())
    }

    /// Whether `base..head` has a merge.
    ///
    /// # Errors
    /// When git fails.
    pub fn has_merges(&self, base: &str, head: &str) -> anyhow::Result<bool> {
        let range = format!("{base}..{head}");
        let arguments = ["rev-list", "--merges", "--max-count=1", &range, "--"];
        Ok(!self.run(&arguments, "look for merges")?.is_empty())
    }

    /// Whether the current branch was at `commit` once, as its reflog remembers.
    ///
    /// # Errors
    /// When git fails.
    pub fn was_at(&self, branch: &str, commit: &str) -> anyhow::Result<bool> {
        let name = format!("refs/heads/{branch}");
        let arguments = ["log", "--walk-reflogs", "--format=%H", &name, "--"];
        let output = self.run(&arguments, "read the reflog")?;
        let text = String::from_utf8_lossy(&output);
        Ok(text.lines().any(|line| line == commit))
    }

    /// The commits of `base..head` that wrote these lines (from 0) of a file of `head`; lines that are older have none.
    ///
    /// # Errors
    /// When git fails.
    pub fn writers(
        &self,
        base: &str,
        head: &str,
        path: &str,
        lines: &Range<usize>,
    ) -> anyhow::Result<BTreeSet<String>> {
        let (first, last) = (lines.start + 1, lines.end);
        let (span, range) = (format!("-L{first},{last}"), format!("{base}..{head}"));
        let arguments = ["blame", "--porcelain", "-s", &span, &range, "--", path];
        let output = self.run(&arguments, "see who wrote the lines")?;
        let text = String::from_utf8_lossy(&output);
        let (mut found, mut older) = (BTreeSet::new(), BTreeSet::new());
        let mut current = "";
        for line in text.lines().filter(|line| !line.starts_with('\t')) {
            let word = line.split(' ').next().unwrap_or_default();
            if matches!(word.len(), 40 | 64) && word.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                current = word;
                found.insert(word.to_owned());
            } else if line == "boundary" {
                older.insert(current.to_owned());
            }
        }
        Ok(found.difference(&older).cloned().collect())
    }

    /// The last commit of `base..head` that touches a file.
    ///
    /// # Errors
    /// When git fails.
    pub fn last_to_touch(
        &self,
        base: &str,
        head: &str,
        path: &str,
    ) -> anyhow::Result<Option<String>> {
        let range = format!("{base}..{head}");
        let literal = format!(":(literal,top){path}");
        let arguments = ["rev-list", "--max-count=1", &range, "--", &literal];
        self.line(&arguments)
    }

    /// What lies at a path of a commit: its mode and object.
    ///
    /// # Errors
    /// When git fails.
    pub fn blob_at(&self, commit: &str, path: &str) -> anyhow::Result<Option<super::Blob>> {
        // `ls-tree` takes paths as they are, not as patterns.
        let arguments = ["ls-tree", "-z", "--full-tree", commit, "--", path];
        let output = self.run(&arguments, "look at the tree")?;
        let text = String::from_utf8_lossy(&output);
        let row = text.split('\0').find_map(|row| {
            let (head, found) = row.split_once('\t')?;
            let mut words = head.split(' ');
            let (mode, _kind, id) = (words.next()?, words.next()?, words.next()?);
            (found == path).then(|| super::blob(mode, id)).flatten()
        });
        Ok(row)
    }

    /// A commit and its message.
    ///
    /// # Errors
    /// When git fails.
    pub fn said(&self, commit: &str) -> anyhow::Result<Said> {
        let arguments = [
            "log",
            "-1",
            "--no-show-signature",
            "--no-mailmap",
            "--format=%H%n%ae%n%B",
            commit,
            "--",
        ];
        let output = self.run(&arguments, "read the commit")?;
        let text = String::from_utf8_lossy(&output);
        let mut lines = text.splitn(3, '\n');
        let mut next = || lines.next().unwrap_or_default().trim_end().to_owned();
        Ok(Said {
            id: next(),
            author_address: next(),
            message: next(),
        })
    }

    /// How many parents a commit has.
    ///
    /// # Errors
    /// When git fails.
    pub fn parents(&self, commit: &str) -> anyhow::Result<usize> {
        let arguments = ["rev-list", "--parents", "--max-count=1", commit, "--"];
        let line = self.line(&arguments)?.unwrap_or_default();
        Ok(line.split(' ').count().saturating_sub(1))
    }

    /// The commit of `branch` since its common ancestor with `commit` that does the same: one that says that it was picked from it, or, among
    /// the newest that touch the same files, one with the same patch.
    ///
    /// # Errors
    /// When git fails.
    pub fn same_in(&self, branch: &str, commit: &str) -> anyhow::Result<Option<String>> {
        let Some(base) = self.merge_base(branch, commit)? else {
            return Ok(None);
        };
        if base == commit {
            return Ok(Some(base));
        }
        let range = format!("{base}..{branch}");
        let picked = format!("--grep=(cherry picked from commit {commit})");
        let arguments = [
            "log",
            "-1",
            "--format=%H",
            "--fixed-strings",
            &picked,
            &range,
            "--",
        ];
        if let Some(found) = self.line(&arguments)? {
            return Ok(Some(found));
        }
        let paths = self.run(
            &[
                "diff-tree",
                "--no-commit-id",
                "--name-only",
                "-r",
                "-z",
                commit,
            ],
            "list the files",
        )?;
        let paths = String::from_utf8_lossy(&paths).into_owned();
        let paths: Vec<String> = paths
            .split('\0')
            .filter(|path| !path.is_empty())
            .map(|path| format!(":(literal,top){path}"))
            .collect();
        let most = format!("--max-count={MOST_COMPARED}");
        let mut arguments = vec!["log", "--no-merges", "--full-diff", &most, &range, "--"];
        arguments.extend(paths.iter().map(String::as_str));
        let wanted = self.patches(&["log", "-1", commit, "--"])?;
        let Some((wanted, _)) = wanted.first() else {
            return Ok(None);
        };
        let patches = self.patches(&arguments)?;
        let found = patches.iter().find(|(patch, _)| patch == wanted);
        Ok(found.map(|(_, commit)| commit.clone()))
    }

    /// The patch-id of each commit that `git log` with these arguments shows, and its id.
    fn patches(&self, log: &[&str]) -> anyhow::Result<Vec<(String, String)>> {
        let mut arguments = log.to_vec();
        let options = [
            "--patch",
            "--no-color",
            "--no-ext-diff",
            "--no-textconv",
            "--no-show-signature",
            "--format=commit %H",
        ];
        arguments.splice(1..1, options);
        let output = self.run(&arguments, "compare the changes")?;
        let output = self.run_with(&["patch-id", "--stable"], output, "compare the changes")?;
        let text = String::from_utf8_lossy(&output);
        let pairs = text.lines().filter_map(|line| line.split_once(' '));
        Ok(pairs
            .map(|(patch, commit)| (patch.to_owned(), commit.to_owned()))
            .collect())
    }
}
