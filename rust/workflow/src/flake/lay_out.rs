//! Files laid out in a folder without touching what lies there; git is told of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;

use super::shown;
use crate::context::Context;
use crate::error::Problem;
use crate::files::{self, Before, Change};
use crate::repository::Repository;

/// What is to lie in the folder of the run.
pub(crate) struct LayOut<'a> {
    /// What it is, for errors: ``the template `package` ``.
    pub(crate) what: &'a str,
    /// The files, by their path in the folder, with `/`.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// Whether files that are there already stay, and the others are written.
    pub(crate) merge: bool,
}

/// What became of files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LaidOut {
    /// Those that were written, sorted; in a dry run, those that would be.
    pub written: Vec<String>,
    /// Those that were there with other contents and stay; only with `--merge`.
    pub kept: Vec<String>,
    /// Those that were there as they are to be.
    pub same: Vec<String>,
    /// Those that Nix does not see, for git ignores them.
    pub ignored: Vec<String>,
    /// Whether git was told of them (`git add --intent-to-add`).
    pub in_git: bool,
    /// The changes as a unified diff; only with `--dry-run`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
}

impl LayOut<'_> {
    /// Writes all of them, or none.
    ///
    /// # Errors
    /// With all files that are in the way, and what keeps files from being written.
    pub(crate) fn run(self, context: &Context) -> anyhow::Result<LaidOut> {
        let folder = &context.directory;
        let plan = Plan::of(self.files, folder, context)?;
        if !plan.kept.is_empty() && !self.merge {
            let lines: Vec<String> = plan.kept.iter().map(|path| format!("  {path}")).collect();
            return Err(Problem::user(format!(
                "{} has files that lie here with other contents:\n{}",
                self.what,
                lines.join("\n")
            ))
            .hint("`--merge` keeps them as they are and writes the others; nothing was written")
            .into());
        }
        let mut report = LaidOut {
            written: plan.written(context),
            kept: plan.kept,
            same: plan.same,
            ..LaidOut::default()
        };
        if context.dry_run {
            report.diff = Some(files::diff(&plan.changes, folder)).filter(|diff| !diff.is_empty());
            return Ok(report);
        }
        let repository = Repository::around(folder, context)?;
        // What git could not be told is not written either.
        if let Some(repository) = &repository {
            repository.require_unlocked()?;
        }
        context.write(&plan.changes)?;
        let paths: Vec<PathBuf> = plan.changes.into_iter().map(|change| change.path).collect();
        if let Some(repository) = &repository {
            tell_git(repository, &paths, &mut report, context)?;
        }
        Ok(report)
    }
}

/// What becomes of each file.
struct Plan {
    changes: Vec<Change>,
    kept: Vec<String>,
    same: Vec<String>,
}

impl Plan {
    fn of(
        files: BTreeMap<String, Vec<u8>>,
        folder: &Path,
        context: &Context,
    ) -> anyhow::Result<Self> {
        let mut plan = Self {
            changes: Vec::new(),
            kept: Vec::new(),
            same: Vec::new(),
        };
        for (path, contents) in files {
            refuse_links(folder, Path::new(&path))?;
            let target = folder.join(&path);
            let before = files::read_before(&target)
                .map_err(|error| Problem::user(format!("`{path}` is in the way")).source(error))?;
            match before {
                Before::Absent => plan.changes.push(Change {
                    path: target,
                    before,
                    contents,
                }),
                Before::Contents(old) if old == contents => plan.same.push(shown(&target, context)),
                Before::Contents(_) => plan.kept.push(shown(&target, context)),
            }
        }
        Ok(plan)
    }

    fn written(&self, context: &Context) -> Vec<String> {
        let paths = self.changes.iter().map(|change| &change.path);
        paths.map(|path| shown(path, context)).collect()
    }
}

/// Refuses a path that a link leads out of the folder.
fn refuse_links(folder: &Path, path: &Path) -> Result<(), Problem> {
    let mut place = folder.to_owned();
    for part in path {
        place.push(part);
        if place.is_symlink() {
            return Err(Problem::user(format!(
                "`{}` is a link: nothing is written through it",
                place.display()
            ))
            .hint("remove it, or begin in another folder"));
        }
    }
    Ok(())
}

/// Lets git know of new files, so that Nix sees them at once.
fn tell_git(
    repository: &Repository,
    paths: &[PathBuf],
    report: &mut LaidOut,
    context: &Context,
) -> anyhow::Result<()> {
    report.in_git = true;
    let root = repository.root.canonicalize()?;
    let mut below = Vec::new();
    for path in paths {
        let path = path.canonicalize()?;
        below.push(path.strip_prefix(&root)?.to_owned());
    }
    let (mut ignored, mut seen) = (Vec::new(), Vec::new());
    for path in below {
        match path.to_str() {
            Some(text) if repository.ignores(text)? => ignored.push(path),
            _ => seen.push(path),
        }
    }
    report.ignored = ignored
        .iter()
        .map(|path| shown(&root.join(path), context))
        .collect();
    if seen.is_empty() {
        return Ok(());
    }
    repository.intend_to_add(&seen)
}
