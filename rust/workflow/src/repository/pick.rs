//! A commit on another base, made of objects alone: what `git cherry-pick -x` would make, without a work tree.
//!
//! git merges the trees (`git merge-tree`, from 2.40) and makes the commit. No file, index or branch changes, so a conflict leaves nothing
//! to clean up. The author and their date stay; whoever runs it is the committer.

use super::trees::Merged;
use super::{Repository, could_not};
use crate::error::Problem;

/// How a commit went onto another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picked {
    /// As this commit, which no branch has yet.
    Commit(String),
    /// Not at all: what it changes is there already.
    Empty,
    /// Not at all: these paths conflict.
    Conflict(Vec<String>),
}

impl Repository {
    /// What `commit` does to its first parent, as a new commit on top of `onto`.
    ///
    /// # Errors
    /// For a commit without a parent, with a git that is too old, without an identity, and when git fails.
    pub fn pick(&self, commit: &str, onto: &str) -> anyhow::Result<Picked> {
        let Some(parent) = self.commit(&format!("{commit}^1"))? else {
            return Err(Problem::user(format!("the commit `{commit}` has no parent here")).into());
        };
        let base = format!("--merge-base={parent}");
        let tree = match self.merge_tree(&[&base, onto, commit])? {
            Merged::Tree(tree) => tree,
            Merged::Conflict(paths) => return Ok(Picked::Conflict(paths)),
        };
        if self
            .line(&["rev-parse", "--verify", &format!("{onto}^{{tree}}")])?
            .as_deref()
            == Some(&tree)
        {
            return Ok(Picked::Empty);
        }
        self.commit_tree(commit, &tree, onto).map(Picked::Commit)
    }

    /// A commit of `tree` on `parent` with the message and the author of `original`.
    fn commit_tree(&self, original: &str, tree: &str, parent: &str) -> anyhow::Result<String> {
        let format = "--format=%an%x00%ae%x00%ad%x00%B";
        let arguments = [
            "log",
            "-1",
            "--date=raw",
            "--no-mailmap",
            "--no-show-signature",
            format,
            original,
        ];
        let about = self.run(&arguments, "read the commit")?;
        let about = String::from_utf8_lossy(&about);
        let mut fields = about.splitn(4, '\0');
        let mut next = || fields.next().unwrap_or_default().to_owned();
        let (name, address, date, message) = (next(), next(), next(), next());
        let variables = [
            ("GIT_AUTHOR_NAME", name),
            ("GIT_AUTHOR_EMAIL", address),
            ("GIT_AUTHOR_DATE", format!("@{date}")),
        ];
        self.make_commit(tree, parent, picked_message(&message, original), &variables)
    }

    /// A commit of `parent`'s own files on top of it, which only says something.
    ///
    /// # Errors
    /// Without an identity, and when git fails.
    pub fn empty_commit(&self, parent: &str, message: &str) -> anyhow::Result<String> {
        self.make_commit(
            &format!("{parent}^{{tree}}"),
            parent,
            message.to_owned(),
            &[],
        )
    }

    fn make_commit(
        &self,
        tree: &str,
        parent: &str,
        message: String,
        variables: &[(&str, String)],
    ) -> anyhow::Result<String> {
        self.require_identity()?;
        let mut arguments = vec!["commit-tree", tree, "-p", parent, "-F", "-"];
        let signs = self.line(&["config", "--type=bool", "--get", "commit.gpgSign"])?;
        if signs.as_deref() == Some("true") {
            arguments.push("-S");
        }
        let program = variables.iter().fold(
            self.writing(&arguments).input(message),
            |program, (name, value)| program.env(*name, value),
        );
        Ok(could_not("commit", program.run())?.text().trim().to_owned())
    }

    /// Those of `base..head`, oldest first, whose change `upstream` does not have in a commit of its own since their common ancestor.
    ///
    /// # Errors
    /// When git fails.
    pub fn missing_in(
        &self,
        upstream: &str,
        base: &str,
        head: &str,
    ) -> anyhow::Result<Vec<String>> {
        // `+ ID` for what is missing, `- ID` for what is there, by patch-id.
        let output = self.run(&["cherry", upstream, head, base], "compare the changes")?;
        let text = String::from_utf8_lossy(&output);
        let missing = text.lines().filter_map(|line| line.strip_prefix("+ "));
        Ok(missing.map(str::to_owned).collect())
    }

    /// How two series of commits differ, as `git range-diff` tells it.
    ///
    /// # Errors
    /// When git fails.
    pub fn range_diff(&self, old: &str, new: &str) -> anyhow::Result<String> {
        let arguments = [
            "-c",
            "core.abbrev=12",
            "range-diff",
            "--no-color",
            "--creation-factor=100",
            old,
            new,
        ];
        let output = self.run(&arguments, "compare the commits")?;
        Ok(String::from_utf8_lossy(&output).into_owned())
    }
}

/// The message with the line that `cherry-pick -x` adds: behind the trailers, or after an empty line.
fn picked_message(message: &str, original: &str) -> String {
    let message = message.trim_end();
    let last = message.rsplit_once("\n\n").map(|(_, last)| last);
    let gap = if last.is_some_and(|last| last.lines().all(is_trailer)) {
        "\n"
    } else {
        "\n\n"
    };
    format!("{message}{gap}(cherry picked from commit {original})\n")
}

/// `Key-Word: value`, or the line of an earlier pick.
fn is_trailer(line: &str) -> bool {
    let is_word = |key: &str| {
        !key.is_empty()
            && key
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    line.starts_with("(cherry picked from commit ")
        || line
            .split_once(": ")
            .is_some_and(|(key, value)| is_word(key) && !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_goes_where_git_puts_it() {
        for (message, expected) in [
            ("a: b\n", "a: b\n\n(cherry picked from commit 1)\n"),
            (
                "a: b\n\nWhy: this\nand that\n",
                "a: b\n\nWhy: this\nand that\n\n(cherry picked from commit 1)\n",
            ),
            (
                "a: b\n\nCo-authored-by: C <c@d>\n",
                "a: b\n\nCo-authored-by: C <c@d>\n(cherry picked from commit 1)\n",
            ),
            (
                "a: b\n\n(cherry picked from commit 0)\n",
                "a: b\n\n(cherry picked from commit 0)\n(cherry picked from commit 1)\n",
            ),
        ] {
            assert_eq!(picked_message(message, "1"), expected);
        }
    }
}
