//! The commit of an update: exactly the touched files, whatever else is staged or dirty.

use std::path::{Path, PathBuf};

use super::target::Target;
use crate::context::Context;
use crate::error::Problem;
use crate::nixpkgs::commits::{self, Commit, Person};
use crate::repository::Repository;

/// Files of git that say that something is not finished, and what.
const UNFINISHED: [(&str, &str); 5] = [
    ("rebase-merge", "a rebase"),
    ("rebase-apply", "a rebase"),
    ("MERGE_HEAD", "a merge"),
    ("CHERRY_PICK_HEAD", "a cherry-pick"),
    ("REVERT_HEAD", "a revert"),
];

/// A clone that can take a commit.
#[derive(Debug)]
pub(super) struct Clone {
    repository: Repository,
    author: Person,
    committer: Person,
}

impl Clone {
    /// Looks whether a commit could be made.
    ///
    /// # Errors
    /// Outside of a clone, in the middle of a rebase or merge, and without a name and address for the commit.
    pub(super) fn open(context: &Context) -> anyhow::Result<Self> {
        let repository = Repository::open(context)?;
        for (file, what) in UNFINISHED {
            let place = repository.run(&["rev-parse", "--git-path", file], "look at the clone")?;
            let place = String::from_utf8_lossy(&place).trim_end().to_owned();
            if repository.root.join(place).exists() {
                return Err(Problem::user(format!("{what} is in progress"))
                    .hint("finish it first, or leave out `--commit`")
                    .into());
            }
        }
        let person = |name: &str| -> anyhow::Result<Person> {
            let line = repository.run(&["var", name], "find out who commits")?;
            let line = String::from_utf8_lossy(&line).into_owned();
            let (name, rest) = line.rsplit_once(" <").unwrap_or_default();
            let (email, _) = rest.split_once('>').unwrap_or_default();
            Ok(Person {
                name: name.to_owned(),
                email: email.to_owned(),
            })
        };
        Ok(Self {
            author: person("GIT_AUTHOR_IDENT")?,
            committer: person("GIT_COMMITTER_IDENT")?,
            repository,
        })
    }

    /// Refuses files that differ from the last commit: an update would mix with what is there.
    pub(super) fn check_clean(&self, target: &Target, files: &[PathBuf]) -> anyhow::Result<()> {
        let files = files.iter().map(|file| target.root.join(file));
        for file in files {
            let text = path_text(&file)?;
            let arguments = [
                "--literal-pathspecs",
                "status",
                "--porcelain",
                "--ignored",
                "--untracked-files=all",
                "--",
                text,
            ];
            let status = self.repository.run(&arguments, "look at the work tree")?;
            if !status.is_empty() {
                return Err(Problem::user(format!(
                    "`{}` is not as in the last commit",
                    file.display()
                ))
                .hint("commit or stash what it has, or leave out `--commit`")
                .into());
            }
        }
        Ok(())
    }

    /// Refuses a subject that nixpkgs' CI would refuse.
    pub(super) fn check_subject(&self, subject: &str, files: &[PathBuf]) -> anyhow::Result<()> {
        let commit = Commit {
            id: String::new(),
            subject: subject.to_owned(),
            author: self.author.clone(),
            committer: self.committer.clone(),
            paths: files
                .iter()
                .map(|file| file.display().to_string())
                .collect(),
        };
        match commits::judge(&commit).first() {
            None => Ok(()),
            Some(finding) => Err(Problem::user(format!(
                "nixpkgs would not take the commit: {}",
                finding.message
            ))
            .into()),
        }
    }

    /// Commits these files and nothing else; returns the commit's id.
    pub(super) fn commit(
        &self,
        message: &str,
        target: &Target,
        files: &[PathBuf],
    ) -> anyhow::Result<String> {
        let mut arguments = vec![
            "--literal-pathspecs",
            "commit",
            "--quiet",
            "--only",
            "-m",
            message,
            "--",
        ];
        let places: Vec<PathBuf> = files.iter().map(|file| target.root.join(file)).collect();
        for place in &places {
            arguments.push(path_text(place)?);
        }
        self.repository.run(&arguments, "commit the update")?;
        let head = self.repository.commit("HEAD")?;
        Ok(head.unwrap_or_default())
    }
}

fn path_text(path: &Path) -> anyhow::Result<&str> {
    let refused = || Problem::user(format!("the path `{}` is no UTF-8", path.display()));
    Ok(path.to_str().ok_or_else(refused)?)
}
