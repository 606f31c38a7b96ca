//! Which files are judged: those named, and the Nix files below the folders named, less what the repository ignores.

use std::path::{Path, PathBuf};

use ignore::{WalkBuilder, WalkState};

use crate::configuration::Configuration;
use crate::context::Context;
use crate::error::Problem;

/// Folders of other tools that are never looked into.
const SKIPPED: &[&str] = &[".git", ".hg", ".jj", ".direnv"];

/// One file to judge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Target {
    /// The name it goes by in reports: relative to the context's folder, with `/`.
    pub(crate) name: String,
    /// Where it lies.
    pub(crate) path: PathBuf,
    /// It is a link that leads out of the folder that is judged, or nowhere.
    pub(crate) is_stray_link: bool,
}

/// The files of `paths`, in the order of their names, each once.
pub(crate) fn collect(
    paths: &[PathBuf],
    configuration: &Configuration,
    context: &Context,
) -> anyhow::Result<Vec<Target>> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here } else { paths };
    let mut found = Vec::new();
    for path in paths {
        let whole = context.path(path);
        let metadata = std::fs::metadata(&whole).map_err(|error| {
            Problem::user(format!("could not read `{}`", path.display())).source(error)
        })?;
        if metadata.is_dir() {
            walk(&whole, configuration, context, &mut found)?;
        } else {
            found.push(target(whole, context));
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

fn target(path: PathBuf, context: &Context) -> Target {
    let name = path.strip_prefix(&context.directory).unwrap_or(&path);
    let name = name.strip_prefix(".").unwrap_or(name);
    Target {
        name: name.display().to_string(),
        path,
        is_stray_link: false,
    }
}

fn walk(
    folder: &Path,
    configuration: &Configuration,
    context: &Context,
    found: &mut Vec<Target>,
) -> anyhow::Result<()> {
    let root = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    let walker = WalkBuilder::new(folder)
        .hidden(false)
        .require_git(false)
        .threads(context.threads)
        .filter_entry(|entry| {
            let name = entry.file_name().to_str();
            !name.is_some_and(|name| SKIPPED.contains(&name))
        })
        .build_parallel();
    let (send, receive) = std::sync::mpsc::channel();
    walker.run(|| {
        let send = send.clone();
        let root = &root;
        Box::new(move |entry| {
            if context.interrupt().check().is_err() {
                return WalkState::Quit;
            }
            match entry {
                Err(error) => {
                    let _ = send.send(Err(error));
                }
                Ok(entry) => {
                    if configuration.is_excluded(entry.path()) {
                        return WalkState::Skip;
                    }
                    if let Some(found) = judged(&entry, root, context) {
                        let _ = send.send(Ok(found));
                    }
                }
            }
            WalkState::Continue
        })
    });
    drop(send);
    context.interrupt().check()?;
    for entry in receive {
        match entry {
            Ok(target) => found.push(target),
            Err(error) => {
                let message = format!("could not look into `{}`", folder.display());
                return Err(Problem::user(message).source(error).into());
            }
        }
    }
    Ok(())
}

/// What is judged of an entry of the walk.
fn judged(entry: &ignore::DirEntry, root: &Path, context: &Context) -> Option<Target> {
    let is_nix = entry.path().extension().is_some_and(|it| it == "nix");
    let kind = entry.file_type().filter(|_| is_nix)?;
    if kind.is_file() {
        return Some(target(entry.path().to_path_buf(), context));
    }
    if !kind.is_symlink() {
        return None;
    }
    // A link within the folder leads to a file that is judged under its own name.
    let inside = std::fs::canonicalize(entry.path()).is_ok_and(|real| real.starts_with(root));
    (!inside).then(|| Target {
        is_stray_link: true,
        ..target(entry.path().to_path_buf(), context)
    })
}
