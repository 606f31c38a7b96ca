//! Whether the user's repository can be changed at all: nothing begun, nothing locked, nothing that is not committed.

use std::path::Path;

use super::Repository;
use crate::error::Problem;

impl Repository {
    /// Refuses a repository whose index another git holds, or one that was killed left locked.
    ///
    /// # Errors
    /// With the file that locks it.
    pub fn require_unlocked(&self) -> anyhow::Result<()> {
        let place = self.line(&["rev-parse", "--git-path", "index.lock"])?;
        let Some(lock) = place.map(|place| self.root.join(place)) else {
            return Ok(());
        };
        // A link that leads nowhere locks as well.
        if lock.symlink_metadata().is_err() {
            return Ok(());
        }
        let sentence = format!("the index of `{}` is locked", self.root.display());
        Err(Problem::user(sentence)
            .hint(format!(
                "another git is at work, or was killed: when none runs any more, remove `{}`",
                lock.display()
            ))
            .into())
    }

    /// Refuses a repository in which something is in progress.
    ///
    /// # Errors
    /// With what it is, and how it ends.
    pub fn require_nothing_begun(&self) -> anyhow::Result<()> {
        if let Some(state) = self.in_progress()? {
            let sentence = format!("a {state} is in progress in `{}`", self.root.display());
            return Err(Problem::user(sentence)
                .hint(format!("finish it, or end it with `{}`", state.abort()))
                .into());
        }
        Ok(())
    }

    /// Refuses a repository in which something is in progress, whose index is locked, or whose tracked files differ from the last commit.
    ///
    /// # Errors
    /// With what is in the way, and how it goes away.
    pub fn require_clean(&self) -> anyhow::Result<()> {
        self.require_nothing_begun()?;
        self.require_unlocked()?;
        if self.is_dirty()? {
            let sentence = format!("`{}` has uncommitted changes", self.root.display());
            return Err(Problem::user(sentence)
                .hint("commit them, or put them away with `git stash`")
                .into());
        }
        Ok(())
    }

    /// Refuses a clone whose history ends early.
    ///
    /// # Errors
    /// With what gets the rest.
    pub fn require_history(&self) -> anyhow::Result<()> {
        if self.is_shallow {
            return Err(
                Problem::user("this clone is shallow: its history ends early")
                    .hint("`git fetch --unshallow` gets the rest")
                    .into(),
            );
        }
        Ok(())
    }

    /// Refuses a file that is not as in the last commit, also one that git does not know: a commit of it would hold more than was done.
    ///
    /// # Errors
    /// When it is not, for a path that is no UTF-8, and when git fails.
    pub fn require_as_committed(&self, file: &Path) -> anyhow::Result<()> {
        let refused = || Problem::user(format!("the path `{}` is no UTF-8", file.display()));
        let text = file.to_str().ok_or_else(refused)?;
        let arguments = [
            "--literal-pathspecs",
            "status",
            "--porcelain",
            "--ignored",
            "--untracked-files=all",
            "--",
            text,
        ];
        let status = self.run(&arguments, "look at the work tree")?;
        if status.is_empty() {
            return Ok(());
        }
        Err(
            Problem::user(format!("`{}` is not as in the last commit", file.display()))
                .hint("commit or stash what it has, or leave out `--commit`")
                .into(),
        )
    }
}
