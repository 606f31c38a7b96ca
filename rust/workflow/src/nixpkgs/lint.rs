//! `nixpkgs lint`: what nixpkgs' CI will say of a branch, before the push.
//!
//! Commits are judged, not the work tree: those of HEAD that the base does not have, and the files that differ between the two.
//! The layout of `pkgs/by-name` is judged whole. A tree of a few files is evaluated whole as well, as CI does; in
//! nixpkgs itself the attributes that the branch touches are, if that is wanted.

mod format;
mod packages;
mod rules;
mod target;

use std::thread;

use anyhow::anyhow;
use nixsmith_expr::lint::{Engine, FixClass, Level};
use schemars::JsonSchema;
use serde::Serialize;

use self::packages::Packages;
use super::commits::{self, Commit};
use super::vet::tree::{Objects, is_nix};
use crate::context::Context;
use crate::error::Problem;
use crate::files;
use crate::finding::{Finding, Fix};
use crate::fmt::UNFORMATTED;
use crate::lint::mended;
use crate::repository::{Blob, Changed, Repository, base};

/// What to judge, and how much of it.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The commit or branch that the change is meant for; found, if absent.
    pub base: Option<String>,
    /// Whether what the branch brings is mended where that is safe, and its files formatted.
    pub fix: bool,
    /// Whether the attributes that the branch touches are evaluated.
    pub evaluate: bool,
}

/// What CI will say.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// What was found: commits first, then the branch, then files.
    pub findings: Vec<Finding>,
    /// What was looked at.
    pub summary: Summary,
    /// The files that were changed, or would be in a dry run.
    pub mended: Vec<String>,
    /// The changes of a dry run, as a unified diff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// What was not judged, and why: a sentence each.
    pub notes: Vec<String>,
}

/// What was looked at.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Summary {
    /// How many commits.
    pub commits: usize,
    /// How many files differ.
    pub files: usize,
    /// Whether attributes were evaluated; without, the checks that take it are left out where syntax does not settle them.
    pub evaluated: bool,
    /// The full id of the commit that was compared with.
    pub base: String,
    /// The name that it was found by.
    pub base_name: String,
    /// How many findings have the level error.
    pub errors: usize,
    /// How many have the level warning.
    pub warnings: usize,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "nixpkgs.lint";

    fn has_findings(&self) -> bool {
        self.summary.errors + self.summary.warnings > 0
    }
}

/// The branch, as git tells it.
struct Branch {
    repository: Repository,
    base: base::Base,
    head: String,
    commits: Vec<Commit>,
    rows: Vec<(String, Blob)>,
    changes: Vec<Changed>,
    objects: Objects,
    is_dirty: bool,
}

impl Branch {
    /// The text of a file of HEAD.
    fn text(&self, path: &str) -> Option<String> {
        let at = self
            .rows
            .binary_search_by(|(row, _)| row.as_str().cmp(path));
        let (_, blob) = self.rows.get(at.ok()?)?;
        let bytes = self.objects.get(&blob.id).ok()?;
        Some(std::str::from_utf8(&bytes).ok()?.to_owned())
    }
}

/// A Nix file that the branch adds or changes.
struct Touched<'a> {
    path: &'a str,
    /// The text in the branch; `None` if it is not UTF-8.
    head: Option<String>,
    /// The text in the base.
    base: Option<String>,
}

/// Judges the branch.
///
/// # Errors
/// Outside of a clone of nixpkgs, for a base that is no commit, when git fails, and when a file cannot be written.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    let repository = Repository::open(context)?;
    let branch = gather(repository, request, context)?;
    let target = target::judge(&branch)?;
    let packages = packages::judge(&branch, request.evaluate, context)?;
    let touched = touched(&branch)?;
    let mut findings: Vec<Finding> = branch
        .commits
        .iter()
        .rev()
        .flat_map(commits::judge)
        .collect();
    findings.extend(target);
    let (mut of_files, changes) = file_findings(&packages, &touched, &branch, request.fix)?;
    let mended = apply(changes, &branch, context)?;
    of_files.retain(|finding| !mended.covers(finding));
    findings.extend(of_files);
    let count = |level| findings.iter().filter(|it| it.level == level).count();
    let summary = Summary {
        commits: branch.commits.len(),
        files: branch.changes.len(),
        evaluated: packages.evaluated,
        base: branch.base.commit.clone(),
        base_name: branch.base.name.clone(),
        errors: count(Level::Error),
        warnings: count(Level::Warning),
    };
    Ok(Report {
        summary,
        findings,
        mended: mended.paths,
        diff: mended.diff,
        notes: notes(&branch, packages),
    })
}

/// Asks git everything that it knows of the branch, side by side.
fn gather(repository: Repository, request: &Request, context: &Context) -> anyhow::Result<Branch> {
    let head = repository.commit("HEAD")?.ok_or_else(|| {
        Problem::user("the repository has no commit yet").hint("commit the change first")
    })?;
    let base = base_of_nixpkgs(&repository, request.base.as_deref(), &head)?;
    let (commits, rows, changes, is_dirty) = thread::scope(|scope| {
        let commits = scope.spawn(|| commits::read(&repository, &base.named, &head));
        let is_dirty = scope.spawn(|| repository.is_dirty());
        let changes = scope.spawn(|| repository.changes(&base.commit, &head));
        let rows = repository.list(&head);
        (joined(commits), rows, joined(changes), joined(is_dirty))
    });
    let (mut rows, changes) = (rows?, changes?);
    rows.sort_by(|left, right| left.0.cmp(&right.0));
    context.interrupt().check()?;
    Ok(Branch {
        objects: Objects::new(repository.clone()),
        commits: commits?,
        is_dirty: is_dirty?,
        repository,
        base,
        head,
        rows,
        changes,
    })
}

/// The base, if it or HEAD is a nixpkgs.
fn base_of_nixpkgs(
    repository: &Repository,
    wanted: Option<&str>,
    head: &str,
) -> anyhow::Result<base::Base> {
    let other = || {
        let folder = repository.root.display();
        Problem::user(format!("the repository `{folder}` is no clone of nixpkgs"))
            .hint("expected the folder `pkgs/by-name` or `pkgs/top-level` in its last commit")
    };
    if repository.is_nixpkgs(head)? {
        return base::find(repository, wanted, head);
    }
    // A branch may take all packages away.
    match base::find(repository, wanted, head) {
        Ok(base) if repository.is_nixpkgs(&base.commit)? => Ok(base),
        Err(error) if wanted.is_some() => Err(error),
        _ => Err(other().into()),
    }
}

fn joined<T>(handle: thread::ScopedJoinHandle<'_, anyhow::Result<T>>) -> anyhow::Result<T> {
    handle
        .join()
        .unwrap_or_else(|_| Err(anyhow!("a thread panicked")))
}

/// The Nix files that the branch adds or changes, with both texts.
fn touched(branch: &Branch) -> anyhow::Result<Vec<Touched<'_>>> {
    let is_file = |blob: &&Blob| blob.mode.is_file();
    let wanted: Vec<(&str, &Blob, Option<&Blob>)> = branch
        .changes
        .iter()
        .filter(|change| is_nix(&change.path))
        .filter_map(|change| {
            let new = change.new.as_ref().filter(is_file)?;
            Some((
                change.path.as_str(),
                new,
                change.old.as_ref().filter(is_file),
            ))
        })
        .collect();
    let ids = wanted
        .iter()
        .flat_map(|(_, new, old)| [Some(*new), *old])
        .flatten();
    branch.objects.load(ids.map(|blob| &*blob.id))?;
    let text = |blob: &Blob| {
        let bytes = branch.objects.get(&blob.id)?;
        Ok::<_, anyhow::Error>(std::str::from_utf8(&bytes).ok().map(str::to_owned))
    };
    wanted
        .into_iter()
        .map(|(path, new, old)| {
            Ok(Touched {
                path,
                head: text(new)?,
                base: old.map(text).transpose()?.flatten(),
            })
        })
        .collect()
}

/// Everything that is said of files, by path and line, and the files that are to be mended.
fn file_findings(
    packages: &Packages,
    touched: &[Touched<'_>],
    branch: &Branch,
    fix: bool,
) -> anyhow::Result<(Vec<Finding>, Vec<Formatting>)> {
    let mut findings = packages.findings.clone();
    let mut changes = Vec::new();
    let engine = Engine::with_defaults();
    for file in touched {
        findings.extend(format::judge(file));
        findings.extend(rules::judge(file, &engine));
        if fix {
            let mend = |text: &str| mended(file.path, file.base.as_deref(), text, &engine);
            changes.extend(format::change(&branch.repository.root, file.path, mend)?);
        }
    }
    let place = |finding: &Finding| (finding.path.clone(), finding.line, finding.column);
    findings.sort_by_key(place);
    // Several checks say that a file is no Nix.
    let mut broken: Vec<Option<String>> = Vec::new();
    findings.retain(|finding| {
        let is_new = finding.code != "syntax" || !broken.contains(&finding.path);
        if finding.code == "syntax" {
            broken.push(finding.path.clone());
        }
        is_new
    });
    Ok((findings, changes))
}

/// A file as findings name it, and the change that formats it.
type Formatting = (String, files::Change);

/// What was done about the format.
struct Formatted {
    paths: Vec<String>,
    diff: Option<String>,
    is_done: bool,
}

impl Formatted {
    /// Whether the finding is mended by it.
    fn covers(&self, finding: &Finding) -> bool {
        let safe = |fix: &Fix| fix.class == FixClass::Safe;
        let mended = finding.in_base == Some(false) && finding.fix.as_ref().is_some_and(safe);
        self.is_done
            && (finding.code == UNFORMATTED.name || mended)
            && finding
                .path
                .as_ref()
                .is_some_and(|path| self.paths.contains(path))
    }
}

fn apply(
    changes: Vec<Formatting>,
    branch: &Branch,
    context: &Context,
) -> anyhow::Result<Formatted> {
    let (paths, changes): (Vec<String>, Vec<files::Change>) = changes.into_iter().unzip();
    context.write(&changes)?;
    Ok(Formatted {
        paths,
        diff: context
            .dry_run
            .then(|| files::diff(&changes, &branch.repository.root)),
        is_done: !context.dry_run,
    })
}

fn notes(branch: &Branch, packages: Packages) -> Vec<String> {
    let mut notes = packages.notes;
    if branch.is_dirty {
        notes.push("uncommitted changes are not judged".to_owned());
    }
    notes
}
