//! Files of commits laid out in folders of our own: the bytes that git keeps, through no filter.
//!
//! git's own checkout takes ten times as long for many small files.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use super::{Blob, Mode, Repository};
use crate::error::Problem;

/// How many files are read at once: some 20 MB of nixpkgs.
const READ_AT_ONCE: usize = 2000;

impl Repository {
    /// Lays out the files of a commit in `folder`, which is new and our own.
    ///
    /// # Errors
    /// When git fails, a file cannot be written, or a tree has names that lead elsewhere or one name twice.
    pub fn export(&self, commit: &str, folder: &Path) -> anyhow::Result<()> {
        let rows = self.plain_rows(commit)?;
        self.write_rows(&rows, folder)
    }

    /// As [`Repository::export`] for `commits` in `folders`, the second beside the first: files that both have alike are one file with
    /// two names, so neither may be written to in place.
    ///
    /// # Errors
    /// As [`Repository::export`].
    pub fn export_pair(&self, commits: [&str; 2], folders: [&Path; 2]) -> anyhow::Result<()> {
        let [base, head] = [self.plain_rows(commits[0])?, self.plain_rows(commits[1])?];
        self.write_rows(&base, folders[0])?;
        let known: HashMap<&str, &Blob> = base
            .iter()
            .map(|(path, blob)| (path.as_str(), blob))
            .collect();
        let is_shared = |(path, blob): &&(String, Blob)| {
            let other = known.get(path.as_str());
            blob.mode != Mode::Link && other.is_some_and(|other| *other == blob)
        };
        let (shared, mut own): (Vec<_>, Vec<_>) = head.iter().partition(is_shared);
        let mut parents = Parents::default();
        for row in shared
            .into_iter()
            .filter(|row| row.1.mode != Mode::Submodule)
        {
            let path = &row.0;
            let place = folders[1].join(path);
            parents
                .make(&place)
                .map_err(|error| could_not_write(&place, error))?;
            if fs::hard_link(folders[0].join(path), &place).is_err() {
                // a file system without them, or a file with too many names
                own.push(row);
            }
        }
        let own: Vec<(String, Blob)> = own.into_iter().cloned().collect();
        self.write_rows(&own, folders[1])
    }

    /// All files of a commit, when each can be laid out where its path says.
    fn plain_rows(&self, commit: &str) -> anyhow::Result<Vec<(String, Blob)>> {
        let rows = self.list(commit)?;
        if let Some((path, _)) = rows.iter().find(|(path, _)| !is_plain(path)) {
            return Err(Problem::user(format!(
                "the commit `{commit}` has a file of the name `{path}`, which no checkout may have"
            ))
            .into());
        }
        Ok(rows)
    }

    fn write_rows(&self, rows: &[(String, Blob)], folder: &Path) -> anyhow::Result<()> {
        // Links last, so that nothing is written through one.
        let (links, files): (Vec<_>, Vec<_>) = rows
            .iter()
            .filter(|(_, blob)| blob.mode != Mode::Submodule)
            .partition(|(_, blob)| blob.mode == Mode::Link);
        let mut parents = Parents::default();
        for chunk in [files, links]
            .iter()
            .flat_map(|rows| rows.chunks(READ_AT_ONCE))
        {
            self.interrupt.check()?;
            let ids: Vec<&str> = chunk.iter().map(|(_, blob)| &*blob.id).collect();
            for ((path, blob), contents) in chunk.iter().zip(self.contents(&ids)?) {
                let place = folder.join(path);
                parents
                    .make(&place)
                    .and_then(|()| lay_out(&place, blob.mode, &contents))
                    .map_err(|error| could_not_write(&place, error))?;
            }
        }
        Ok(())
    }
}

/// The folder that was made last, for files come in the order of their folders.
#[derive(Default)]
struct Parents {
    last: PathBuf,
}

impl Parents {
    fn make(&mut self, place: &Path) -> io::Result<()> {
        let parent = place.parent().unwrap_or(place);
        if parent != self.last {
            fs::create_dir_all(parent)?;
            parent.clone_into(&mut self.last);
        }
        Ok(())
    }
}

fn could_not_write(path: &Path, error: io::Error) -> Problem {
    Problem::user(format!("could not write `{}`", path.display())).source(error)
}

/// Whether a path of a tree stays where it is laid out.
fn is_plain(path: &str) -> bool {
    path.split('/')
        .all(|part| !matches!(part, "" | "." | "..") && !part.eq_ignore_ascii_case(".git"))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a temporary folder of our own, which nobody else looks at"
)]
fn lay_out(place: &Path, mode: Mode, contents: &[u8]) -> io::Result<()> {
    if mode == Mode::Link {
        return symlink(OsStr::from_bytes(contents), place);
    }
    // never into what lies there: it may be a name of the other side's file
    fs::File::create_new(place)?.write_all(contents)?;
    if mode == Mode::Executable {
        fs::set_permissions(place, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere() {
        for path in ["a", "a/b.nix", "...", "a/.gitignore"] {
            assert!(is_plain(path), "{path}");
        }
        for path in [
            "",
            "/a",
            "a//b",
            "../a",
            "a/..",
            "./a",
            ".git/config",
            "a/.GIT",
        ] {
            assert!(!is_plain(path), "{path}");
        }
    }
}
