//! What git knows of the flake around the files.
//!
//! A flake in a git repository is evaluated from what git knows. nixpkgs itself is left out: its checks look at commits.

use std::path::{Component, Path, PathBuf};

use nixsmith_expr::lint::repository::Surroundings;

use crate::context::Context;
use crate::nix_files::Target;
use crate::repository::Repository;

/// A file that only nixpkgs has.
const NIXPKGS: &str = "pkgs/top-level/all-packages.nix";

/// The flake's repository, asked once for all files.
#[derive(Debug)]
pub(super) struct Flake {
    root: PathBuf,
    /// Files and whole folders.
    unknown: Vec<PathBuf>,
    ignores_lock: bool,
}

impl Flake {
    /// The flake that the context's folder lies in, if it is one in a git repository, other than nixpkgs.
    ///
    /// # Errors
    /// When git fails in a repository that it has opened.
    pub(super) fn around(context: &Context) -> anyhow::Result<Option<Self>> {
        let flake = |folder: &Path| folder.join("flake.nix").is_file();
        let near = context.directory.ancestors().find(|folder| flake(folder));
        if near.is_none_or(|folder| folder.join(NIXPKGS).exists()) {
            return Ok(None);
        }
        let Ok(repository) = Repository::open(context) else {
            return Ok(None);
        };
        let root = canonical(&repository.root);
        if !flake(&root) {
            return Ok(None);
        }
        let unknown = repository.unknown_paths()?;
        Ok(Some(Self {
            unknown: unknown.iter().map(|path| canonical(path)).collect(),
            ignores_lock: repository.ignores("flake.lock")?,
            root,
        }))
    }

    /// The flake as it is seen from a file; `None` for one that lies elsewhere.
    pub(super) fn from(&self, target: &Target) -> Option<From<'_>> {
        let folder = canonical(target.path.parent()?);
        folder.starts_with(&self.root).then_some(From {
            flake: self,
            folder,
        })
    }
}

/// The flake, seen from one of its folders.
#[derive(Debug)]
pub(super) struct From<'f> {
    flake: &'f Flake,
    folder: PathBuf,
}

impl Surroundings for From<'_> {
    fn is_untracked(&self, path: &str) -> bool {
        let path = plain(&self.folder.join(path));
        let mut unknown = self.flake.unknown.iter();
        path.exists() && unknown.any(|unknown| path.starts_with(unknown))
    }

    fn ignores_lock(&self) -> bool {
        self.flake.ignores_lock && self.folder == self.flake.root
    }
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

/// The path without `.` and `..`, as Nix reads it: links do not count.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}
