//! `nixpkgs apply-review`: the suggestions of a pull request's reviewers, as fixup commits on the branch that is checked out.
//!
//! A suggestion replaces lines of the file at the commit that it was written for; the lines are looked for in the work tree, so commits since
//! then do no harm. What does not fit any more, or overlaps with another, is named and left. One fixup commit for each commit that last
//! touched the lines; `--autosquash` folds them in. What fails half-way leaves the branch as it was.

mod commit;
mod interrupted;
mod plan;
mod suggestion;

use nixsmith_fetch::FetchError;
use nixsmith_fetch::endpoints::Endpoint;
use nixsmith_fetch::github::{GitHub, PullRequest, RepositoryName};
use schemars::JsonSchema;
use serde::Serialize;
use url::Url;

use super::forge;
use crate::consent;
use crate::context::Context;
use crate::error::Problem;
use crate::files;
use crate::repository::Repository;
use crate::repository::remote::{is_same, repository_of};
use crate::repository::write::{Push, Pushed};

/// Whose suggestions, and what becomes of them.
#[derive(Debug, Clone)]
pub struct Request {
    /// The pull request's number, or its page.
    pub pull_request: String,
    /// The repository that it goes to, where it was given as a number.
    pub upstream: RepositoryName,
    /// The comments to take suggestions from, by number; all if empty.
    pub comments: Vec<u64>,
    /// Whether the fixup commits are folded into those that they are for.
    pub autosquash: bool,
    /// Whether the branch is pushed.
    pub push: bool,
}

/// What became of them.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The pull request's number.
    pub pull_request: u64,
    /// Its page.
    pub url: String,
    /// The branch that is checked out.
    pub branch: String,
    /// The suggestions that were applied, or would be in a dry run.
    pub applied: Vec<Applied>,
    /// Those that were not, and why.
    pub skipped: Vec<Skipped>,
    /// The commits that were made: id and subject.
    pub commits: Vec<Commit>,
    /// Whether fixup commits were folded in.
    pub squashed: bool,
    /// Whether the branch was pushed.
    pub pushed: bool,
    /// The changes of a dry run, as a unified diff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// What a person should know, a sentence each.
    pub notes: Vec<String>,
}

/// Where a suggestion was made.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Place {
    /// The number of the comment.
    pub comment: u64,
    /// Its page.
    pub url: String,
    /// Who wrote it.
    pub author: String,
    /// The file.
    pub path: String,
    /// The first line, from 1, in the version that the comment is at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}

/// A suggestion that fits.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Applied {
    /// Where it was made.
    #[serde(flatten)]
    pub place: Place,
    /// The commit that it is folded into.
    pub commit: String,
    /// The subject of that commit.
    pub subject: String,
}

/// A suggestion that was left.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Skipped {
    /// Where it was made.
    #[serde(flatten)]
    pub place: Place,
    /// Why.
    pub reason: Reason,
}

/// Why a suggestion was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The lines are as it suggests.
    Done,
    /// The forge calls it outdated: its lines changed.
    Outdated,
    /// It is at lines that the pull request removes.
    OldSide,
    /// The lines have changed here.
    Changed,
    /// It changes lines that another suggestion changes.
    Overlaps,
    /// The comment suggests several things for the same lines.
    Several,
    /// Its block does not end.
    Unclosed,
    /// Its path is no file of the branch.
    NoFile,
    /// The commit that it was written for is not in this clone.
    NoCommit,
}

impl Reason {
    /// The reason as the end of a sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Done => "it is there already",
            Self::Outdated => "it is outdated",
            Self::OldSide => "it is at lines that the pull request removes",
            Self::Changed => "its lines have changed",
            Self::Overlaps => "it overlaps with another suggestion",
            Self::Several => "it suggests several things for the same lines",
            Self::Unclosed => "its block does not end",
            Self::NoFile => "its path is no file of this branch",
            Self::NoCommit => "the commit that it was written for is not in this clone",
        }
    }
}

/// A commit that was made.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Commit {
    /// Its full id.
    pub id: String,
    /// Its subject.
    pub subject: String,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "nixpkgs.apply-review";

    /// A suggestion that somebody has to look at.
    fn has_findings(&self) -> bool {
        let is_settled = |reason| matches!(reason, Reason::Done | Reason::Outdated);
        self.skipped
            .iter()
            .any(|skipped| !is_settled(skipped.reason))
    }
}

/// The branch and the pull request that it is of.
struct Branch {
    repository: Repository,
    pull_request: PullRequest,
    name: String,
    /// The commit that is checked out.
    head: String,
    /// The commit that the pull request's own begin after.
    base: String,
}

/// Applies the suggestions.
///
/// # Errors
/// When something is in the way (uncommitted changes, a detached HEAD, something in progress, a shallow clone, a branch that is not the pull
/// request's), when the forge cannot be asked, when a commit or the squash fails, and when nobody confirms the push.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    let (upstream, number) = pull_request_of(&request.pull_request, &request.upstream)?;
    let repository = Repository::open(context)?;
    repository.require_history()?;
    repository.require_unlocked()?;
    let mut notes = Vec::new();
    if !context.dry_run && interrupted::recover(&repository, context)? {
        notes.push("what an interrupted run left was taken back first".to_owned());
    }
    repository.require_nothing_begun()?;
    let name = repository.attached_branch()?;
    repository.head()?;
    repository.require_clean()?;
    repository.require_identity()?;
    if request.push && !context.yes && !context.dry_run && context.person.is_none() {
        consent::ask(
            &format!("push the branch of the pull request {number}"),
            context,
        )?;
    }
    let github = GitHub::new(context.client()?);
    let branch = find_branch(repository, name, &github, &upstream, number)?;
    let comments = github
        .review_comments(&upstream, number)
        .map_err(|error| not_asked(number, error))?;
    let plan = plan::make(&branch, &comments, &request.comments, context)?;
    let mut report = Report {
        pull_request: number,
        url: branch.pull_request.url.clone(),
        branch: branch.name.clone(),
        applied: plan.applied(),
        skipped: plan.skipped.clone(),
        commits: Vec::new(),
        squashed: false,
        pushed: false,
        diff: None,
        notes,
    };
    if !plan.suggestions.is_empty() || !plan.skipped.is_empty() {
        report.notes.push(
            "the forge's REST interface does not tell which threads are resolved: `--comment` picks some".to_owned(),
        );
    }
    if context.dry_run {
        let changes = plan.changes(&branch)?;
        report.diff = Some(files::diff(&changes, &branch.repository.root));
        return Ok(report);
    }
    report.commits = commit::make(&branch, &plan, context)?;
    if request.autosquash {
        report.squashed = commit::squash(&branch, context)?;
    }
    if request.push {
        report.pushed = push(&branch, context)?;
    }
    Ok(report)
}

/// The repository and the number that a number or a page means.
pub(super) fn pull_request_of(
    text: &str,
    upstream: &RepositoryName,
) -> anyhow::Result<(RepositoryName, u64)> {
    let refused = || {
        let sentence = format!("`{}` is no pull request", text.escape_debug());
        Problem::usage(sentence).hint("its number or the address of its page")
    };
    let number = |text: &str| text.parse().ok().filter(|number| *number > 0);
    if let Some(number) = number(text.strip_prefix('#').unwrap_or(text)) {
        return Ok((upstream.clone(), number));
    }
    let url = Url::parse(text).map_err(|_| refused())?;
    let mut parts = url.path_segments().into_iter().flatten();
    let mut next = || parts.next().unwrap_or_default();
    let (owner, name, kind, id) = (next(), next(), next(), next());
    let repository = format!("{owner}/{name}").parse().ok();
    let found = repository
        .zip(number(id))
        .filter(|_| kind == "pull" && matches!(url.scheme(), "http" | "https"));
    Ok(found.ok_or_else(refused)?)
}

pub(super) fn not_asked(number: u64, error: FetchError) -> anyhow::Error {
    if error.is_not_found() {
        return Problem::user(format!("there is no pull request {number}"))
            .source(error)
            .into();
    }
    forge::failed(
        format!("could not ask the forge about the pull request {number}"),
        error,
    )
}

/// Makes sure that what is checked out is the pull request's branch.
fn find_branch(
    repository: Repository,
    name: String,
    github: &GitHub<'_>,
    upstream: &RepositoryName,
    number: u64,
) -> anyhow::Result<Branch> {
    let pull_request = github
        .pull_request(upstream, number)
        .map_err(|error| not_asked(number, error))?;
    let commits = github
        .pull_request_commits(upstream, number)
        .map_err(|error| not_asked(number, error))?;
    let head = repository.head()?;
    let theirs = &pull_request.head_commit;
    let is_known = repository.commit(theirs)?.is_some();
    let is_it =
        is_known && (repository.is_ancestor(theirs, &head)? || repository.was_at(&name, theirs)?);
    let other = || {
        let short: String = theirs.chars().take(12).collect();
        Problem::user(format!(
            "the branch `{name}` is not that of the pull request {number}: it does not have its newest commit, {short}"
        ))
        .hint("check its branch out, and `git pull` what others pushed to it")
    };
    if !is_it {
        return Err(other().into());
    }
    let first = commits.first().ok_or_else(other)?;
    let base = repository
        .commit(&format!("{first}^1"))?
        .ok_or_else(other)?;
    if !repository.is_ancestor(&base, &head)? {
        return Err(Problem::user(format!(
            "the branch `{name}` was rebased onto another commit since the pull request {number} was pushed"
        ))
        .hint("push it first")
        .into());
    }
    Ok(Branch {
        repository,
        pull_request,
        name,
        head,
        base,
    })
}

/// Pushes what is checked out now to where the pull request comes from, if that is where it was when the forge was asked.
fn push(branch: &Branch, context: &Context) -> anyhow::Result<bool> {
    let pull_request = &branch.pull_request;
    let head = branch.repository.head()?;
    if head == pull_request.head_commit {
        return Ok(false);
    }
    let gone = || {
        Problem::user(format!(
            "the repository that the pull request {} comes from is gone",
            pull_request.number
        ))
    };
    let theirs = pull_request.head_repository.as_ref().ok_or_else(gone)?;
    let is_theirs = |url: &str| repository_of(url).is_some_and(|name| is_same(&name, theirs));
    let remotes = branch.repository.remotes()?;
    let remote = remotes.iter().find(|remote| is_theirs(&remote.push_url));
    let url = format!("{}/{theirs}.git", Endpoint::Github.public_url());
    let remote = remote.map_or(url.as_str(), |remote| remote.name.as_str());
    consent::ask(
        &format!(
            "push `{}` to `{}` of `{theirs}`",
            branch.name, pull_request.head
        ),
        context,
    )?;
    let push = Push {
        remote,
        branch: &pull_request.head,
        commit: &head,
        expected: Some(&pull_request.head_commit),
    };
    Ok(branch.repository.push(&push, context)? == Pushed::Updated)
}
