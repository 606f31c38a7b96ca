//! `nixpkgs backport`: merged changes on a release branch, as `git cherry-pick -x` would make them.
//!
//! The commits are made of objects alone: no file, no index and no branch changes until all of them apply, and then one branch is made. A
//! conflict is named and leaves nothing. What the release branch has already is left out.

use std::path::PathBuf;

use nixsmith_fetch::github::{GitHub, RepositoryName};
use schemars::JsonSchema;
use serde::Serialize;

use super::apply_review::{not_asked, pull_request_of};
use crate::context::Context;
use crate::error::Problem;
use crate::repository::Repository;
use crate::repository::history::Said;
use crate::repository::pick::Picked;
use crate::repository::remote::{is_same, repository_of};

/// What goes where.
#[derive(Debug, Clone)]
pub struct Request {
    /// Numbers or pages of merged pull requests, and commits; digits alone are a number.
    pub subjects: Vec<String>,
    /// The release branch.
    pub to: String,
    /// The repository that the pull requests went to.
    pub upstream: RepositoryName,
    /// The name of the new branch; made from the subjects if absent.
    pub branch: Option<String>,
    /// What becomes of the branch.
    pub checkout: Checkout,
}

/// Where the new branch is checked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checkout {
    /// Nowhere.
    No,
    /// In the work tree.
    Switch,
    /// In a new work tree: in this folder, or beside the clone.
    WorkTree(Option<PathBuf>),
}

/// What became of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The new branch; absent where there was nothing to pick.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Whether it was made now; false in a dry run, and where it was there with these commits.
    pub created: bool,
    /// The release branch.
    pub to: String,
    /// The commit of the release branch that the new one begins at.
    pub base: String,
    /// The commits, in order.
    pub picked: Vec<Pick>,
    /// Those that were left out, since the release branch has what they do.
    pub skipped: Vec<Skip>,
    /// How the picked commits differ from the originals, as `git range-diff` tells it.
    pub range_diff: String,
    /// The folder where the branch is checked out, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work_tree: Option<String>,
}

/// A commit on the new branch.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Pick {
    /// The full id of what was picked.
    pub original: String,
    /// The full id of what it became.
    pub commit: String,
    /// Its subject.
    pub subject: String,
}

/// A commit that was left out.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Skip {
    /// Its full id.
    pub original: String,
    /// Its subject.
    pub subject: String,
    /// The commit of the release branch that does the same; absent: it would change nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub present_as: Option<String>,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "nixpkgs.backport";
}

/// What is worked with.
struct Work<'a> {
    repository: Repository,
    /// The remote that is upstream.
    remote: String,
    request: &'a Request,
    context: &'a Context,
}

/// Picks the commits onto the release branch.
///
/// # Errors
/// For names that cannot be branches, pull requests that are not merged, commits that are not there, in a shallow clone, without an identity,
/// when a commit conflicts, when the branch is taken, and when git fails or the forge cannot be asked.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    let repository = Repository::open(context)?;
    repository.check_branch_name(&request.to)?;
    if let Some(name) = &request.branch {
        repository.check_branch_name(name)?;
    }
    repository.require_history()?;
    repository.require_identity()?;
    if request.checkout == Checkout::Switch {
        repository.require_clean()?;
    }
    let work = Work {
        remote: upstream_remote(&repository, &request.upstream)?,
        repository,
        request,
        context,
    };
    let base = work.branch_commit(&request.to)?;
    let (labels, originals) = work.originals()?;
    let name = match &request.branch {
        Some(name) => name.clone(),
        None => format!("backport-{}-to-{}", labels.join("-"), request.to),
    };
    work.repository.check_branch_name(&name)?;
    let mut report = match work.existing(&name, &base, &originals)? {
        Some(report) => report,
        None => work.pick(&name, &base, &originals)?,
    };
    report.range_diff = work.range_diff(&report.picked)?;
    if context.dry_run || report.picked.is_empty() {
        return Ok(report);
    }
    if report.created {
        let tip = report
            .picked
            .last()
            .map_or(base.as_str(), |pick| &pick.commit);
        work.repository.create_branch(&name, tip)?;
    }
    report.work_tree = work.check_out(&name)?;
    Ok(report)
}

/// The remote that is the repository of the pull requests, else `upstream`, else `origin`.
fn upstream_remote(repository: &Repository, upstream: &RepositoryName) -> anyhow::Result<String> {
    let remotes = repository.remotes()?;
    let is_upstream = |url: &str| repository_of(url).is_some_and(|name| is_same(&name, upstream));
    let named = |name: &str| remotes.iter().find(|remote| remote.name == name);
    let found = remotes
        .iter()
        .find(|remote| is_upstream(&remote.url))
        .or_else(|| named("upstream"))
        .or_else(|| named("origin"));
    let found = found.ok_or_else(|| {
        Problem::user("the clone has no remote")
            .hint("`nixsmith nixpkgs fork` sets `origin` and `upstream`")
    })?;
    Ok(found.name.clone())
}

impl Work<'_> {
    /// The commit that a branch of upstream has now; offline, had when it was fetched last.
    fn branch_commit(&self, branch: &str) -> anyhow::Result<String> {
        self.repository.check_branch_name(branch)?;
        let tracking = format!("refs/remotes/{}/{branch}", self.remote);
        let none = || {
            Problem::user(format!("`{}` has no branch `{branch}`", self.remote))
                .hint("a release branch of nixpkgs is called `release-YY.MM`, or `staging-YY.MM`")
        };
        if !self.context.offline() {
            let there = self
                .repository
                .remote_branch(&self.remote, branch, self.context)?;
            if there.is_none() {
                return Err(none().into());
            }
            let refspec = format!("+refs/heads/{branch}:{tracking}");
            self.repository
                .fetch_from(&self.remote, &[refspec], self.context)?;
        }
        Ok(self.repository.commit(&tracking)?.ok_or_else(none)?)
    }

    /// What each subject is called in the name of the branch, and the commits that they are, in order.
    fn originals(&self) -> anyhow::Result<(Vec<String>, Vec<Said>)> {
        let (mut labels, mut found) = (Vec::new(), Vec::<Said>::new());
        for subject in &self.request.subjects {
            let is_page = subject.contains("://");
            let bare = subject.strip_prefix('#').unwrap_or(subject);
            let is_number = bare.len() < 10 && bare.bytes().all(|byte| byte.is_ascii_digit());
            let commits = if is_page || is_number {
                let (repository, number) = pull_request_of(subject, &self.request.upstream)?;
                labels.push(number.to_string());
                self.of_pull_request(&repository, number)?
            } else {
                let commit = self.of_commit(subject)?;
                labels.push(commit.id.chars().take(10).collect());
                vec![commit]
            };
            for commit in commits {
                if !found.iter().any(|known| known.id == commit.id) {
                    found.push(commit);
                }
            }
        }
        Ok((labels, found))
    }

    fn of_commit(&self, name: &str) -> anyhow::Result<Said> {
        let id = self.repository.commit(name)?.ok_or_else(|| {
            Problem::user(format!(
                "`{}` is no commit of this repository",
                name.escape_debug()
            ))
            .hint(
                "name a commit, or a pull request by its number; `git fetch` gets what is missing",
            )
        })?;
        match self.repository.parents(&id)? {
            1 => self.repository.said(&id),
            0 => Err(Problem::user(format!("the commit `{name}` has no parent")).into()),
            _ => Err(Problem::user(format!("the commit `{name}` is a merge"))
                .hint("name the pull request that it merged, or the commits one by one")
                .into()),
        }
    }

    /// The commits that a pull request brought to its branch.
    fn of_pull_request(&self, name: &RepositoryName, number: u64) -> anyhow::Result<Vec<Said>> {
        let github = GitHub::new(self.context.client()?);
        let pull_request = github
            .pull_request(name, number)
            .map_err(|error| not_asked(number, error))?;
        let merge = pull_request.merge_commit.ok_or_else(|| {
            Problem::user(format!("the pull request {number} is not merged"))
                .hint("name its commits, if they are to be picked before")
        })?;
        if self.repository.commit(&merge)?.is_none() {
            self.branch_commit(&pull_request.base)?;
        }
        if self.repository.commit(&merge)?.is_none() {
            return Err(Problem::user(format!(
                "the commit `{merge}` that merged the pull request {number} is not in `{}` of `{}`",
                pull_request.base, self.remote
            ))
            .into());
        }
        if self.repository.parents(&merge)? > 1 {
            let commits = self
                .repository
                .commits_between(&format!("{merge}^1"), &format!("{merge}^2"))?;
            return self.without_merges(commits);
        }
        let count = github
            .pull_request_commits(name, number)
            .map_err(|error| not_asked(number, error))?
            .len();
        if count > 1 && self.was_rebased(&merge, &pull_request.head_commit, number)? {
            return self
                .repository
                .commits_between(&format!("{merge}~{count}"), &merge);
        }
        Ok(vec![self.repository.said(&merge)?])
    }

    fn without_merges(&self, commits: Vec<Said>) -> anyhow::Result<Vec<Said>> {
        let mut plain = Vec::new();
        for commit in commits {
            if self.repository.parents(&commit.id)? == 1 {
                plain.push(commit);
            }
        }
        Ok(plain)
    }

    /// Whether the commits of a pull request are on its branch one by one, and not squashed into one.
    fn was_rebased(&self, merge: &str, head: &str, number: u64) -> anyhow::Result<bool> {
        if self.repository.commit(head)?.is_none() {
            let reference = format!("refs/pull/{number}/head");
            self.repository
                .fetch_from(&self.remote, &[reference], self.context)?;
        }
        let base = self.repository.merge_base(merge, head)?;
        let (Some(base), Some(_)) = (base, self.repository.commit(head)?) else {
            return Ok(false);
        };
        Ok(self.repository.missing_in(merge, &base, head)?.is_empty())
    }

    /// The report, if a branch of this name has these commits already.
    fn existing(
        &self,
        name: &str,
        base: &str,
        originals: &[Said],
    ) -> anyhow::Result<Option<Report>> {
        let Some(tip) = self.repository.branch(name)? else {
            return Ok(None);
        };
        let taken = || {
            Problem::user(format!("there is a branch `{name}` with other commits")).hint(format!(
                "name another with `--branch`, or remove it: `git branch --delete --force {name}`"
            ))
        };
        let start = self.repository.merge_base(base, &tip)?.ok_or_else(taken)?;
        let commits = self.repository.commits_between(&start, &tip)?;
        let mut report = self.report(name, &start);
        report.created = false;
        for original in originals {
            let line = format!("(cherry picked from commit {})", original.id);
            let found = commits
                .iter()
                .find(|commit| commit.message.lines().any(|known| known == line));
            match found {
                Some(commit) => report.picked.push(Pick {
                    original: original.id.clone(),
                    commit: commit.id.clone(),
                    subject: original.subject().to_owned(),
                }),
                None => {
                    let present = self.repository.same_in(&start, &original.id)?;
                    report
                        .skipped
                        .push(skip(original, Some(present.ok_or_else(taken)?)));
                }
            }
        }
        if report.picked.len() == commits.len() {
            Ok(Some(report))
        } else {
            Err(taken().into())
        }
    }

    /// Makes the commits, or says which conflicts.
    fn pick(&self, name: &str, base: &str, originals: &[Said]) -> anyhow::Result<Report> {
        let mut report = self.report(name, base);
        let mut tip = base.to_owned();
        for original in originals {
            self.context.interrupt().check()?;
            if let Some(present) = self.repository.same_in(base, &original.id)? {
                report.skipped.push(skip(original, Some(present)));
                continue;
            }
            match self.repository.pick(&original.id, &tip)? {
                Picked::Commit(commit) => {
                    tip.clone_from(&commit);
                    report.picked.push(Pick {
                        original: original.id.clone(),
                        commit,
                        subject: original.subject().to_owned(),
                    });
                }
                Picked::Empty => report.skipped.push(skip(original, None)),
                Picked::Conflict(paths) => return Err(self.conflict(original, &paths, name)),
            }
        }
        if report.picked.is_empty() {
            (report.branch, report.created) = (None, false);
        }
        Ok(report)
    }

    fn report(&self, name: &str, base: &str) -> Report {
        Report {
            branch: Some(name.to_owned()),
            created: !self.context.dry_run,
            to: self.request.to.clone(),
            base: base.to_owned(),
            picked: Vec::new(),
            skipped: Vec::new(),
            range_diff: String::new(),
            work_tree: None,
        }
    }

    fn conflict(&self, original: &Said, paths: &[String], name: &str) -> anyhow::Error {
        let short: String = original.id.chars().take(12).collect();
        let paths: Vec<String> = paths.iter().map(|path| format!("`{path}`")).collect();
        let (to, remote) = (&self.request.to, &self.remote);
        Problem::user(format!(
            "{short} (`{}`) does not apply to `{to}`: conflicts in {}; nothing was changed",
            original.subject(),
            paths.join(", ")
        ))
        .hint(format!(
            "by hand: `git switch --create {name} {remote}/{to}`, and `git cherry-pick -x {short}`"
        ))
        .into()
    }

    fn range_diff(&self, picked: &[Pick]) -> anyhow::Result<String> {
        let mut text = String::new();
        for pick in picked {
            let range = |commit: &str| format!("{commit}^1..{commit}");
            let (old, new) = (range(&pick.original), range(&pick.commit));
            text.push_str(&self.repository.range_diff(&old, &new)?);
        }
        Ok(text)
    }

    /// Checks the branch out where that is wanted; the folder.
    fn check_out(&self, name: &str) -> anyhow::Result<Option<String>> {
        let folder = match &self.request.checkout {
            Checkout::No => return Ok(None),
            Checkout::Switch => {
                self.repository.switch(name)?;
                self.repository.root.clone()
            }
            Checkout::WorkTree(folder) => {
                let beside = || self.repository.root.with_file_name(name.replace('/', "-"));
                let folder = folder
                    .as_ref()
                    .map_or_else(beside, |folder| self.context.path(folder));
                self.repository.add_work_tree(&folder, name)?;
                folder
            }
        };
        Ok(Some(folder.display().to_string()))
    }
}

fn skip(original: &Said, present_as: Option<String>) -> Skip {
    Skip {
        original: original.id.clone(),
        subject: original.subject().to_owned(),
        present_as,
    }
}
