//! The commit of an update: exactly the touched files, whatever else is staged or dirty.

use std::path::PathBuf;

use super::target::Target;
use crate::context::Context;
use crate::error::Problem;
use crate::nixpkgs::commits::{self, Commit, Person};
use crate::repository::Repository;

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
    /// Outside of a clone, in one without commits, in the middle of a rebase or merge, with a locked index, and without a name and address
    /// for the commit.
    pub(super) fn open(context: &Context) -> anyhow::Result<Self> {
        let repository = Repository::open(context)?;
        if let Some(state) = repository.in_progress()? {
            return Err(Problem::user(format!("a {state} is in progress"))
                .hint(format!(
                    "finish it, end it with `{}`, or leave out `--commit`",
                    state.abort()
                ))
                .into());
        }
        repository.require_unlocked()?;
        repository.head()?;
        let [author, committer] = repository.identity()?.map(|line| person(&line));
        Ok(Self {
            author,
            committer,
            repository,
        })
    }

    /// Refuses files that differ from the last commit: an update would mix with what is there.
    pub(super) fn check_clean(&self, target: &Target, files: &[PathBuf]) -> anyhow::Result<()> {
        let files = files.iter().map(|file| target.root.join(file));
        for file in files {
            self.repository.require_as_committed(&file)?;
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
        // git names the top of the clone without links.
        let root = self.repository.root.canonicalize()?;
        let folder = target.root.canonicalize()?;
        let below = folder.strip_prefix(&root)?;
        let places: Vec<PathBuf> = files.iter().map(|file| below.join(file)).collect();
        self.repository.commit_paths(&places, message)
    }
}

/// Name and address of a line like `NAME <ADDRESS> SECONDS ZONE`.
fn person(line: &str) -> Person {
    let (name, rest) = line.rsplit_once(" <").unwrap_or_default();
    let (email, _) = rest.split_once('>').unwrap_or_default();
    Person {
        name: name.to_owned(),
        email: email.to_owned(),
    }
}
