//! What a run that was killed left behind, taken back by the next.
//!
//! Between writing files and committing them, and during a squash, the clone is neither old nor new. A note in the state folder says so before
//! it begins; the next run undoes what the note describes, and nothing else: a file that has other contents by now is somebody's work.

use std::fs;
use std::path::{Path, PathBuf};

use nixsmith_store::hash::{Algorithm, Notation, hash_bytes};
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::files::{self, Before, Change};
use crate::repository::Repository;
use crate::repository::write::InProgress;

/// What is going on.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Note {
    /// The folder of the clone.
    root: PathBuf,
    /// The branch.
    branch: String,
    /// Files that are being written, relative to the root, and the SHA-256 of what they get.
    files: Vec<(PathBuf, String)>,
    /// The commit that the branch goes back to if a squash does not end.
    squashed_from: Option<String>,
}

impl Note {
    pub(super) fn new(root: &Path, branch: &str) -> Self {
        Self {
            root: root.to_owned(),
            branch: branch.to_owned(),
            ..Self::default()
        }
    }

    /// Notes that these files are about to be written.
    pub(super) fn writing(mut self, changes: &[Change]) -> Self {
        self.files = changes
            .iter()
            .map(|change| {
                let path = change.path.strip_prefix(&self.root);
                (
                    path.unwrap_or(&change.path).to_owned(),
                    hash(&change.contents),
                )
            })
            .collect();
        self
    }

    /// Notes that a squash is about to begin.
    pub(super) fn squashing(mut self, from: &str) -> Self {
        self.squashed_from = Some(from.to_owned());
        self
    }

    /// Writes the note down.
    pub(super) fn put(&self, context: &Context) -> anyhow::Result<()> {
        let path = place(&self.root, context);
        let change = Change {
            before: files::read_before(&path)?,
            contents: serde_json::to_vec(self)?,
            path,
        };
        context.write(&[change])
    }
}

/// Removes the note: the clone is whole.
pub(super) fn forget(root: &Path, context: &Context) {
    // One that stays is found out of date by the next run.
    let _ = fs::remove_file(place(root, context));
}

/// Takes back what a killed run left; whether there was something.
pub(super) fn recover(repository: &Repository, context: &Context) -> anyhow::Result<bool> {
    let root = &repository.root;
    let Ok(bytes) = fs::read(place(root, context)) else {
        return Ok(false);
    };
    let note: Note = match serde_json::from_slice(&bytes) {
        Ok(note) => note,
        Err(_) => return Ok(false),
    };
    if note.root != *root {
        return Ok(false);
    }
    let mut was_something = false;
    if let Some(from) = &note.squashed_from {
        if repository.in_progress()? == Some(InProgress::Rebase)
            && repository.rebased_branch()?.as_deref() == Some(note.branch.as_str())
        {
            repository.abort_rebase()?;
            was_something = true;
        }
        let head = repository.head()?;
        let is_ours = head != *from
            && repository.current_branch()?.as_deref() == Some(note.branch.as_str())
            && repository.is_ancestor(from, &head)?
            && repository.changes(from, &head)?.is_empty();
        if is_ours {
            repository.go_back_to(from)?;
            was_something = true;
        }
    }
    let is_ours = |(path, wanted): &(PathBuf, String)| matches!(files::read_before(&root.join(path)), Ok(Before::Contents(text)) if hash(&text) == *wanted);
    let on_branch = repository.current_branch()?.as_deref() == Some(note.branch.as_str());
    let ours: Vec<PathBuf> = note
        .files
        .iter()
        .filter(|file| on_branch && is_ours(file))
        .map(|(path, _)| path.clone())
        .collect();
    if !ours.is_empty() && repository.is_dirty()? {
        repository.restore(&ours)?;
        was_something = true;
    }
    forget(root, context);
    Ok(was_something)
}

fn place(root: &Path, context: &Context) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    let name = hash(root.as_os_str().as_bytes());
    context
        .state
        .join("apply-review")
        .join(format!("{name}.json"))
}

fn hash(bytes: &[u8]) -> String {
    hash_bytes(Algorithm::Sha256, bytes).to_text(Notation::Base16)
}
