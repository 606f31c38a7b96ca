//! What only git can tell of a flake: which of its files it does not know, and whether it ignores the lock.
//!
//! A flake in a git repository is evaluated from what git knows. nixpkgs itself is left out: its checks look at commits.

use std::path::{Component, Path, PathBuf};

use nixsmith_expr::lint::repository::{lock_ignored, untracked_paths};

use super::judge::shown;
use crate::context::Context;
use crate::finding::Finding;
use crate::nix_files::{self, Target};
use crate::repository::Repository;

/// A file that only nixpkgs has.
const NIXPKGS: &str = "pkgs/top-level/all-packages.nix";

/// What is wrong with these files because of the repository around them; nothing where there is none, or no flake in it.
///
/// # Errors
/// When git fails in a repository that it has opened.
pub(super) fn judge(targets: &[Target], context: &Context) -> anyhow::Result<Vec<Finding>> {
    let flake = |folder: &Path| folder.join("flake.nix").is_file();
    let near = context.directory.ancestors().find(|folder| flake(folder));
    if near.is_none_or(|folder| folder.join(NIXPKGS).exists()) {
        return Ok(Vec::new());
    }
    let Ok(repository) = Repository::open(context) else {
        return Ok(Vec::new());
    };
    let root = canonical(&repository.root);
    if !flake(&root) {
        return Ok(Vec::new());
    }
    let unknown = repository.unknown_paths()?;
    let ignores_lock = repository.ignores("flake.lock")?;
    if unknown.is_empty() && !ignores_lock {
        return Ok(Vec::new());
    }
    let found = nix_files::each(targets, context, |target| {
        let place = canonical(&target.path);
        let Ok(text) = nix_files::read(target) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        if let Some(folder) = place.parent().filter(|folder| folder.starts_with(&root)) {
            found = untracked_paths(&text, |path| {
                let path = plain(&folder.join(path));
                path.exists() && unknown.iter().any(|unknown| path.starts_with(unknown))
            });
        }
        if ignores_lock && place == root.join("flake.nix") {
            found.extend(lock_ignored(&text));
        }
        shown(&target.name, &text, found)
    })?;
    Ok(found.into_iter().flatten().collect())
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
