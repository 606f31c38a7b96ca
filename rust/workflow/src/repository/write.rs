//! What changes the user's git repository: branches, commits, a rebase; and what has to be known before.
//!
//! git's own hooks, signing and configuration stay in force. Nothing opens an editor or asks at the terminal. What can fail half-way
//! comes with the way back; a name from outside is checked before git sees it.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use nixsmith_fetch::process::{Output, ProcessError, Program};

use super::{Repository, could_not};
use crate::context::Context;
use crate::error::Problem;

/// Variables of the user's that say who commits, with which key, and over which connection a push goes.
const INHERITED: &[&str] = &[
    "EMAIL",
    "GIT_ASKPASS",
    "GIT_AUTHOR_DATE",
    "GIT_AUTHOR_EMAIL",
    "GIT_AUTHOR_NAME",
    "GIT_COMMITTER_DATE",
    "GIT_COMMITTER_EMAIL",
    "GIT_COMMITTER_NAME",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
    "GNUPGHOME",
    "GPG_TTY",
    "SSH_ASKPASS",
];

/// Something that git has begun and not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InProgress {
    /// `git rebase`, or `git am`.
    Rebase,
    /// `git merge`.
    Merge,
    /// `git cherry-pick`.
    CherryPick,
    /// `git revert`.
    Revert,
    /// `git bisect`.
    Bisect,
}

impl InProgress {
    /// What lies in git's folder as long as it lasts.
    const SIGNS: [(&'static str, Self); 7] = [
        ("rebase-merge", Self::Rebase),
        ("rebase-apply", Self::Rebase),
        ("MERGE_HEAD", Self::Merge),
        ("CHERRY_PICK_HEAD", Self::CherryPick),
        ("sequencer", Self::CherryPick),
        ("REVERT_HEAD", Self::Revert),
        ("BISECT_LOG", Self::Bisect),
    ];

    /// The command that ends it without a trace.
    #[must_use]
    pub fn abort(self) -> &'static str {
        match self {
            Self::Rebase => "git rebase --abort",
            Self::Merge => "git merge --abort",
            Self::CherryPick => "git cherry-pick --abort",
            Self::Revert => "git revert --abort",
            Self::Bisect => "git bisect reset",
        }
    }
}

/// `rebase`, `merge`, `cherry-pick`, `revert` or `bisect`.
impl fmt::Display for InProgress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Rebase => "rebase",
            Self::Merge => "merge",
            Self::CherryPick => "cherry-pick",
            Self::Revert => "revert",
            Self::Bisect => "bisect",
        })
    }
}

/// A remote, as the user's configuration has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// Its name.
    pub name: String,
    /// Where git fetches from, `insteadOf` applied.
    pub url: String,
    /// Where git pushes to.
    pub push_url: String,
}

/// How something ended that can meet a conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done,
    /// These paths conflict. Everything is as it was before.
    Conflict(Vec<String>),
}

/// What a push did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// The branch of the remote was moved or made.
    Updated,
    /// It was there already.
    UpToDate,
}

impl Repository {
    /// git with what writing needs besides what reading gets.
    pub(super) fn writing(&self, arguments: &[&str]) -> Program {
        self.program(arguments)
            .inherit_names(&self.environment, INHERITED)
            .env("GIT_OPTIONAL_LOCKS", "1")
            .env("GIT_EDITOR", "true")
            .env("GIT_SEQUENCE_EDITOR", "true")
            .env("GIT_MERGE_AUTOEDIT", "no")
    }

    /// Runs git for what it changes.
    fn write(&self, arguments: &[&str], action: &str) -> anyhow::Result<Output> {
        could_not(action, self.writing(arguments).run())
    }

    /// Whether `name` can be the name of a branch.
    ///
    /// # Errors
    /// A name that git refuses, that reads as an option, or that has control characters; and when git cannot be run.
    pub fn check_branch_name(&self, name: &str) -> anyhow::Result<()> {
        let refused =
            || Problem::usage(format!("`{}` is no name of a branch", name.escape_debug()));
        // `check-ref-format --branch` would also take `@{-1}` and the like for the branch that it means.
        if name.is_empty() || name.starts_with('-') || name.contains("@{") {
            return Err(refused().into());
        }
        if name.chars().any(char::is_control) || name == "HEAD" {
            return Err(refused().into());
        }
        let output = self
            .program(&["check-ref-format", "--branch", name])
            .run_any_status();
        if could_not("check a branch name", output)?.status.success() {
            Ok(())
        } else {
            Err(refused().into())
        }
    }

    /// The branch that is checked out; `None`: HEAD is detached.
    ///
    /// # Errors
    /// When git cannot be run.
    pub fn current_branch(&self) -> anyhow::Result<Option<String>> {
        self.line(&["symbolic-ref", "--quiet", "--short", "HEAD"])
    }

    /// The branch that is checked out.
    ///
    /// # Errors
    /// When HEAD is detached.
    pub fn attached_branch(&self) -> anyhow::Result<String> {
        Ok(self.current_branch()?.ok_or_else(|| {
            Problem::user("HEAD is detached: no branch is checked out")
                .hint("`git switch BRANCH`, or `git switch --create BRANCH` for a new one here")
        })?)
    }

    /// What git has begun and not ended here.
    ///
    /// # Errors
    /// When git fails.
    pub fn in_progress(&self) -> anyhow::Result<Option<InProgress>> {
        let mut arguments = vec!["rev-parse"];
        for (sign, _) in InProgress::SIGNS {
            arguments.extend(["--git-path", sign]);
        }
        let places = self.run(&arguments, "look for a rebase or merge in progress")?;
        let places = String::from_utf8_lossy(&places);
        let found = places
            .lines()
            .zip(InProgress::SIGNS)
            .find(|(place, _)| self.root.join(place).exists());
        Ok(found.map(|(_, (_, state))| state))
    }

    /// Who commits, as author and as committer: a line `NAME <ADDRESS> SECONDS ZONE` each.
    ///
    /// # Errors
    /// Without a name and an address, with what sets them.
    pub fn identity(&self) -> anyhow::Result<[String; 2]> {
        let ask = |variable: &str| -> anyhow::Result<String> {
            // Without `useConfigOnly` git makes up an address from the name of the machine.
            let arguments = ["-c", "user.useConfigOnly=true", "var", variable];
            let output = self.writing(&arguments).run_any_status();
            let output = could_not("ask git who commits", output)?;
            if output.status.success() {
                return Ok(output.text().trim_end().to_owned());
            }
            Err(Problem::user("git does not know who you are")
                .hint("`git config user.name NAME` and `git config user.email ADDRESS`")
                .into())
        };
        Ok([ask("GIT_AUTHOR_IDENT")?, ask("GIT_COMMITTER_IDENT")?])
    }

    /// Refuses to go on without a name and an address for commits.
    ///
    /// # Errors
    /// As [`Repository::identity`].
    pub fn require_identity(&self) -> anyhow::Result<()> {
        self.identity().map(drop)
    }

    /// The remotes, by name.
    ///
    /// # Errors
    /// When git fails.
    pub fn remotes(&self) -> anyhow::Result<Vec<Remote>> {
        let output = self.run(&["remote", "--verbose"], "list the remotes")?;
        let mut found: Vec<Remote> = Vec::new();
        // `NAME<tab>URL (fetch)`, with `[blob:none]` behind it for a partial clone; then the same with `(push)`.
        for line in String::from_utf8_lossy(&output).lines() {
            let Some((name, rest)) = line.split_once('\t') else {
                continue;
            };
            if let Some((url, _)) = rest.rsplit_once(" (fetch)") {
                found.push(Remote {
                    name: name.to_owned(),
                    url: url.to_owned(),
                    push_url: url.to_owned(),
                });
            } else if let Some((url, _)) = rest.rsplit_once(" (push)")
                && let Some(remote) = found.iter_mut().find(|remote| remote.name == name)
            {
                url.clone_into(&mut remote.push_url);
            }
        }
        Ok(found)
    }

    /// The commit of a local branch, if there is such a branch.
    ///
    /// # Errors
    /// When git cannot be run.
    pub fn branch(&self, name: &str) -> anyhow::Result<Option<String>> {
        self.commit(&format!("refs/heads/{name}"))
    }

    /// Makes a branch at a commit; nothing is checked out.
    ///
    /// # Errors
    /// When `name` cannot be one or is taken, and when git fails.
    pub fn create_branch(&self, name: &str, commit: &str) -> anyhow::Result<()> {
        self.check_branch_name(name)?;
        let action = format!("make the branch `{name}`");
        self.write(
            &["branch", "--no-track", "--end-of-options", name, commit],
            &action,
        )?;
        Ok(())
    }

    /// Moves a branch that is not checked out from `old` to `new`, unless somebody else has moved it meanwhile.
    ///
    /// # Errors
    /// When it is elsewhere, and when git fails.
    pub fn move_branch(&self, name: &str, old: &str, new: &str) -> anyhow::Result<()> {
        self.check_branch_name(name)?;
        let full = format!("refs/heads/{name}");
        self.write(
            &["update-ref", "-m", "nixsmith", &full, new, old],
            &format!("move the branch `{name}`"),
        )?;
        Ok(())
    }

    /// Checks a local branch out in the work tree.
    ///
    /// # Errors
    /// When local changes are in the way, and when git fails.
    pub fn switch(&self, branch: &str) -> anyhow::Result<()> {
        self.check_branch_name(branch)?;
        let action = format!("switch to the branch `{branch}`");
        self.write(&["switch", "--no-guess", "--quiet", branch], &action)?;
        Ok(())
    }

    /// Checks a local branch out in a new work tree of its own.
    ///
    /// # Errors
    /// When the folder is taken, and when git fails.
    pub fn add_work_tree(&self, folder: &Path, branch: &str) -> anyhow::Result<()> {
        self.check_branch_name(branch)?;
        let action = format!("make a work tree at `{}`", folder.display());
        let program = self
            .writing(&["worktree", "add", "--quiet", "--end-of-options"])
            .arg(folder)
            .arg(branch);
        could_not(&action, program.run())?;
        Ok(())
    }

    /// Lets git know of new files without staging what is in them, so that Nix sees them.
    ///
    /// # Errors
    /// When git fails.
    pub fn intend_to_add(&self, paths: &[PathBuf]) -> anyhow::Result<()> {
        self.with_paths(&["add", "--intent-to-add"], paths, "add the files")
    }

    /// Commits the work tree's state of these paths, and nothing else that is staged; the id of the commit. The user's hooks run.
    ///
    /// # Errors
    /// Without an identity, when a hook refuses, when nothing differs, and when git fails.
    pub fn commit_paths(&self, paths: &[PathBuf], message: &str) -> anyhow::Result<String> {
        self.require_identity()?;
        // Files that git does not know yet have to be told.
        self.intend_to_add(paths)?;
        let program = self
            .writing(&[
                "commit",
                "--quiet",
                "--cleanup=verbatim",
                "--file=-",
                "--only",
                "--",
            ])
            .args(literal(paths))
            .input(message);
        could_not("commit", program.run())?;
        self.head()
    }

    /// The commit that is checked out.
    ///
    /// # Errors
    /// In a repository without one.
    pub fn head(&self) -> anyhow::Result<String> {
        Ok(self.commit("HEAD")?.ok_or_else(|| {
            Problem::user("the repository has no commit yet").hint("commit something first")
        })?)
    }

    /// Gives tracked files the contents that they have in the last commit, in the work tree and in the index. Other changes are lost.
    ///
    /// # Errors
    /// When git fails.
    pub fn restore(&self, paths: &[PathBuf]) -> anyhow::Result<()> {
        let arguments = ["restore", "--staged", "--worktree", "--source=HEAD"];
        self.with_paths(&arguments, paths, "restore the files")
    }

    fn with_paths(
        &self,
        arguments: &[&str],
        paths: &[PathBuf],
        action: &str,
    ) -> anyhow::Result<()> {
        let program = self.writing(arguments).arg("--").args(literal(paths));
        could_not(action, program.run())?;
        Ok(())
    }

    /// Moves the current branch back to where it was, files included. For what we did ourselves and cannot keep.
    ///
    /// # Errors
    /// When git fails; `git reflog` has the commits still.
    pub fn go_back_to(&self, commit: &str) -> anyhow::Result<()> {
        self.write(&["reset", "--quiet", "--keep", commit, "--"], "go back")?;
        Ok(())
    }

    /// `git rebase --onto NEW OLD` of the current branch: its commits since `old` on top of `new`.
    ///
    /// # Errors
    /// When git fails otherwise than with a conflict.
    pub fn rebase_onto(&self, new: &str, old: &str) -> anyhow::Result<Outcome> {
        self.rebase(&["--no-autosquash", "--onto", new, old])
    }

    /// Folds the `fixup!`, `squash!` and `amend!` commits of `base..HEAD` into those that they are for.
    ///
    /// # Errors
    /// When git fails otherwise than with a conflict.
    pub fn rebase_autosquash(&self, base: &str) -> anyhow::Result<Outcome> {
        self.rebase(&["--interactive", "--autosquash", "--keep-base", base])
    }

    /// A rebase that leaves either its result or what was there before.
    fn rebase(&self, arguments: &[&str]) -> anyhow::Result<Outcome> {
        self.require_identity()?;
        let mut all = vec![
            "rebase",
            "--quiet",
            "--no-autostash",
            "--no-update-refs",
            "--empty=drop",
        ];
        all.extend_from_slice(arguments);
        let result = self.writing(&all).run();
        let Err(error) = result else {
            return Ok(Outcome::Done);
        };
        if self.in_progress()? != Some(InProgress::Rebase) {
            return could_not("rebase", Err(error)).map(|_| Outcome::Done);
        }
        let paths = self.unmerged()?;
        self.without_interrupt()
            .write(&["rebase", "--abort"], "end the rebase")?;
        if paths.is_empty() || matches!(error, ProcessError::Interrupted) {
            return could_not("rebase", Err(error)).map(|_| Outcome::Done);
        }
        Ok(Outcome::Conflict(paths))
    }

    /// Ends a rebase that is in progress; everything is as it was before it.
    ///
    /// # Errors
    /// When git fails.
    pub fn abort_rebase(&self) -> anyhow::Result<()> {
        self.write(&["rebase", "--abort"], "end the rebase")?;
        Ok(())
    }

    /// The branch that a rebase in progress is of.
    ///
    /// # Errors
    /// When git cannot be run.
    pub fn rebased_branch(&self) -> anyhow::Result<Option<String>> {
        let place = self.line(&["rev-parse", "--git-path", "rebase-merge/head-name"])?;
        let name = place.and_then(|place| std::fs::read_to_string(self.root.join(place)).ok());
        Ok(name.and_then(|name| Some(name.trim_end().strip_prefix("refs/heads/")?.to_owned())))
    }

    /// The paths that a conflict left unmerged.
    fn unmerged(&self) -> anyhow::Result<Vec<String>> {
        let arguments = ["diff", "--name-only", "--diff-filter=U", "-z"];
        let output = self
            .without_interrupt()
            .run(&arguments, "list the conflicts")?;
        let text = String::from_utf8_lossy(&output);
        let paths = text.split('\0').filter(|path| !path.is_empty());
        Ok(paths.map(str::to_owned).collect())
    }

    /// The same for cleaning up, which is done to its end.
    fn without_interrupt(&self) -> Self {
        Self {
            interrupt: nixsmith_fetch::interrupt::Interrupt::new(),
            ..self.clone()
        }
    }

    /// Pushes `commit` to the branch of a remote (its name or a URL). `expected` is what the branch has to be there: `Some("")` that it is
    /// not there, `None` that only a fast-forward will do.
    ///
    /// # Errors
    /// When the remote refuses or has something else, and when git fails.
    pub fn push(&self, push: &Push<'_>, context: &Context) -> anyhow::Result<Pushed> {
        self.check_branch_name(push.branch)?;
        if push.remote.starts_with('-') {
            let sentence = format!("`{}` is no remote", push.remote.escape_debug());
            return Err(Problem::usage(sentence).into());
        }
        let mut arguments: Vec<String> = Vec::new();
        arguments.extend(["push".to_owned(), "--porcelain".to_owned()]);
        if let Some(expected) = push.expected {
            arguments.push(format!(
                "--force-with-lease=refs/heads/{}:{expected}",
                push.branch
            ));
        }
        arguments.extend(["--".to_owned(), push.remote.to_owned()]);
        arguments.push(format!("{}:refs/heads/{}", push.commit, push.branch));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let action = format!("push to `{}` of `{}`", push.branch, push.remote);
        let output = could_not(&action, self.networked(&arguments, context).run())?;
        // `FLAG<tab>FROM:TO<tab>SUMMARY`; `=` says that there was nothing to do.
        let up_to_date = output.text().lines().any(|line| line.starts_with("=\t"));
        Ok(if up_to_date {
            Pushed::UpToDate
        } else {
            Pushed::Updated
        })
    }
}

/// What is pushed where.
#[derive(Debug, Clone, Copy)]
pub struct Push<'a> {
    /// The name of a remote, or a URL.
    pub remote: &'a str,
    /// The branch there.
    pub branch: &'a str,
    /// The commit that it becomes.
    pub commit: &'a str,
    /// What it has to be now (a full id); `Some("")`: absent; `None`: an ancestor of the commit.
    pub expected: Option<&'a str>,
}

/// Paths as they are, without the meaning that `*` and `:` have to git.
fn literal(paths: &[PathBuf]) -> impl Iterator<Item = OsString> + '_ {
    paths.iter().map(|path| {
        let mut text = OsString::from(":(literal,top)");
        text.push(path);
        text
    })
}
