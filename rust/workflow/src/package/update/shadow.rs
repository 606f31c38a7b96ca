//! A second tree, in which a change is tried before it is made: the user's files stay as they are until it holds.
//!
//! Of a nixpkgs only the folders that lead to a changed file are there, with `pkgs/top-level`, which imports them; everything else are
//! links to the real tree. Nix takes a linked folder for the place it leads to, so what imports a changed file must be no link. A
//! smaller tree is copied.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::target::{Entrance, Target};
use crate::context::Context;
use crate::error::Problem;
use crate::repository::Repository;

/// How many folders beside a changed file's are real as well: nixpkgs has places where it lists folders and takes no links.
const NEIGHBOUR_LIMIT: usize = 500;

/// How many files a tree that is copied may have.
const COPIED_LIMIT: usize = 20_000;

/// Where Linux keeps files in memory.
const MEMORY: &str = "/dev/shm";

/// The second tree; it goes with the value.
#[derive(Debug)]
pub(super) struct Shadow {
    folder: TempDir,
}

impl Shadow {
    /// Lays out a tree in which these files (relative to the root) may be changed.
    ///
    /// # Errors
    /// When a file cannot be read or written, and for a tree that is too large to copy.
    pub(super) fn new(
        target: &Target,
        files: &[PathBuf],
        context: &Context,
    ) -> anyhow::Result<Self> {
        let shadow = Self {
            folder: folder(target)?,
        };
        let root = shadow.root();
        match target.entrance {
            Entrance::Nixpkgs => {
                let mut real: BTreeSet<PathBuf> = BTreeSet::new();
                for file in files
                    .iter()
                    .map(PathBuf::as_path)
                    .chain([Path::new("pkgs/top-level/x")])
                {
                    real.extend(file.ancestors().skip(1).map(Path::to_owned));
                    let folders = file.ancestors().skip(1).take(2);
                    let folders = folders.filter(|folder| !folder.starts_with("pkgs/top-level"));
                    for folder in folders {
                        real.extend(neighbours(&target.root, folder));
                    }
                }
                lay_out(&target.root, &root, Path::new(""), &real)
            }
            _ => copy(target, &root, context)?,
        }
        .map_err(|error| could_not(&target.root, error))?;
        Ok(shadow)
    }

    /// Where the tree begins.
    pub(super) fn root(&self) -> PathBuf {
        // Nix tells positions without links.
        let path = self.folder.path();
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        path.join("source")
    }

    /// Gives a file other contents.
    #[expect(
        clippy::disallowed_methods,
        reason = "a temporary folder of our own, which nobody else looks at"
    )]
    pub(super) fn write(&self, file: &Path, contents: &[u8]) -> anyhow::Result<()> {
        let path = self.root().join(file);
        let write = || -> io::Result<()> {
            self.own(file)?;
            if fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_symlink()) {
                fs::remove_file(&path)?;
            }
            fs::write(&path, contents)
        };
        write().map_err(|error| could_not(&path, error))?;
        Ok(())
    }

    /// Makes the folders of a file real: a link would lead a write into the tree of the user.
    fn own(&self, file: &Path) -> io::Result<()> {
        let mut folders: Vec<&Path> = file.ancestors().skip(1).collect();
        folders.reverse();
        for folder in folders {
            let path = self.root().join(folder);
            if !fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_symlink()) {
                continue;
            }
            let from = path.canonicalize()?;
            fs::remove_file(&path)?;
            lay_out(&from, &path, folder, &BTreeSet::new())?;
        }
        Ok(())
    }
}

/// A new folder: in memory where many links are made, which takes a disk some seconds, else where temporary files lie.
fn folder(target: &Target) -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("nixsmith-");
    if target.entrance == Entrance::Nixpkgs
        && let Ok(folder) = builder.tempdir_in(MEMORY)
    {
        return Ok(folder);
    }
    builder.tempdir()
}

fn could_not(path: &Path, error: io::Error) -> Problem {
    Problem::user(format!(
        "could not lay out a copy of `{}` to try the change in",
        path.display()
    ))
    .source(error)
}

/// The folders in a folder, if it is one of a group of packages and not too large.
fn neighbours(root: &Path, folder: &Path) -> Vec<PathBuf> {
    // Shallower ones are not listed by anyone but for `by-name`, which is looked after on its own.
    if folder.components().count() < 3 || folder.starts_with("pkgs/by-name") {
        return Vec::new();
    }
    let Ok(entries) = fs::read_dir(root.join(folder)) else {
        return Vec::new();
    };
    let entries = entries.filter_map(Result::ok);
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let folders: Vec<PathBuf> = folders
        .map(|entry| folder.join(entry.file_name()))
        .collect();
    match folders.len() > NEIGHBOUR_LIMIT {
        true => Vec::new(),
        false => folders,
    }
}

/// Lays out one folder: real ones as folders, files as copies, the rest as links.
fn lay_out(from: &Path, to: &Path, below: &Path, real: &BTreeSet<PathBuf>) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (place, kind) = (to.join(entry.file_name()), entry.file_type()?);
        let inner = below.join(entry.file_name());
        if kind.is_symlink() {
            symlink(fs::read_link(entry.path())?, place)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), place)?;
        } else if entry.file_name() == ".git" {
            continue;
        } else if real.contains(&inner) || is_shard(&inner, real) {
            lay_out(&entry.path(), &place, &inner, real)?;
        } else {
            symlink(entry.path(), place)?;
        }
    }
    Ok(())
}

/// A folder of `pkgs/by-name`, where that is real: nixpkgs looks for folders there, not for links.
fn is_shard(folder: &Path, real: &BTreeSet<PathBuf>) -> bool {
    let by_name = Path::new("pkgs/by-name");
    folder.parent() == Some(by_name) && real.contains(by_name)
}

/// Copies the files that git knows or could be told of; without git all of them.
fn copy(target: &Target, root: &Path, context: &Context) -> anyhow::Result<io::Result<()>> {
    let files = match Repository::open(context) {
        Ok(repository) if same(&repository.root, &target.root) => repository.known_files()?,
        _ => {
            let mut files = Vec::new();
            if let Err(error) = walk(&target.root, Path::new(""), &mut files) {
                return Ok(Err(error));
            }
            files
        }
    };
    if files.len() > COPIED_LIMIT {
        return Err(Problem::user(format!(
            "`{}` holds more than {COPIED_LIMIT} files, too many to try a change in a copy",
            target.root.display()
        ))
        .into());
    }
    Ok(files.iter().try_for_each(|file| {
        let (from, to) = (target.root.join(file), root.join(file));
        fs::create_dir_all(to.parent().unwrap_or(root))?;
        match fs::symlink_metadata(&from) {
            Ok(metadata) if metadata.is_symlink() => symlink(fs::read_link(&from)?, to),
            Ok(metadata) if metadata.is_file() => fs::copy(from, to).map(drop),
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }))
}

fn same(left: &Path, right: &Path) -> bool {
    matches!((left.canonicalize(), right.canonicalize()), (Ok(left), Ok(right)) if left == right)
}

fn walk(root: &Path, below: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(below))? {
        let entry = entry?;
        let path = below.join(entry.file_name());
        if entry.file_name() == ".git" || files.len() > COPIED_LIMIT {
            continue;
        }
        if entry.file_type()?.is_dir() {
            walk(root, &path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
