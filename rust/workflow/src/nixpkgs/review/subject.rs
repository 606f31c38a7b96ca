//! What is reviewed: a pull request, a commit or the work tree, and what it is compared with.
//!
//! Both sides are laid out in a temporary folder; the user's work tree, index and branches stay as they are.

use std::path::PathBuf;

use nixsmith_fetch::github::{GitHub, PullRequest, RepositoryName};
use schemars::JsonSchema;
use serde::Serialize;

use super::super::apply_review::not_asked;
use super::super::fork::UPSTREAM;
use super::Request;
use crate::context::Context;
use crate::error::Problem;
use crate::files::TemporaryFolder;
use crate::nix::plain;
use crate::repository::remote::repository_of;
use crate::repository::trees::Merged;
use crate::repository::{Repository, base};

/// What is to be reviewed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Target {
    /// A pull request of upstream.
    PullRequest(u64),
    /// A commit.
    Revision(String),
    /// The work tree as it lies.
    WorkTree,
    /// The commit that is checked out.
    #[default]
    Head,
}

/// What was reviewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Subject {
    /// The number of the pull request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pull_request: Option<u64>,
    /// Its title, without control characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The full id of the commit; absent for a work tree with changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The name of what it was compared with.
    pub base_name: String,
    /// The full id of the commit that it was compared with.
    pub base: String,
    /// Whether the commit was merged into the base, and the merge was reviewed.
    pub is_merged: bool,
}

/// Both sides on disk.
pub(super) struct Sides {
    pub(super) subject: Subject,
    /// The repository on the forge, for a pull request.
    pub(super) forge: Option<RepositoryName>,
    pub(super) base: PathBuf,
    pub(super) head: PathBuf,
    /// The files that differ.
    pub(super) touched: Vec<String>,
    _folder: TemporaryFolder,
}

/// Finds both sides and lays them out.
pub(super) fn lay_out(request: &Request, context: &Context) -> anyhow::Result<Sides> {
    let repository = Repository::open(context)?;
    let folder = TemporaryFolder::new()?;
    let root = folder.path().canonicalize()?;
    let (base_folder, head_folder) = (root.join("base"), root.join("head"));
    let found = match &request.target {
        Target::PullRequest(number) => pull_request(*number, request, &repository, context)?,
        Target::Revision(name) => revision(name, request, &repository)?,
        Target::Head | Target::WorkTree => revision("HEAD", request, &repository)?,
    };
    let _task = context.progress().start("laying out both sides", None);
    let Found {
        mut subject,
        head,
        forge,
    } = found;
    let touched = if request.target == Target::WorkTree {
        let commit = subject.commit.take().unwrap_or_default();
        subject.base.clone_from(&commit);
        "HEAD".clone_into(&mut subject.base_name);
        repository.export_pair([&commit, &commit], [&base_folder, &head_folder])?;
        repository.copy_work_tree(&commit, &head_folder)?
    } else {
        repository.export_pair([&subject.base, &head], [&base_folder, &head_folder])?;
        let changes = repository.changes(&subject.base, &head)?;
        changes.into_iter().map(|change| change.path).collect()
    };
    Ok(Sides {
        subject,
        forge,
        base: base_folder,
        head: head_folder,
        touched,
        _folder: folder,
    })
}

struct Found {
    subject: Subject,
    /// The commit or the tree that is reviewed.
    head: String,
    forge: Option<RepositoryName>,
}

fn revision(name: &str, request: &Request, repository: &Repository) -> anyhow::Result<Found> {
    if name == "HEAD" {
        repository.head()?;
    }
    let head = repository.commit(name)?.ok_or_else(|| {
        Problem::user(format!("`{name}` is no commit of this repository"))
            .hint("name a branch, a tag or a commit; `git fetch` gets what is missing")
    })?;
    // The work tree is compared with its own commit.
    let (base_name, base) = match (&request.target, &request.base) {
        (Target::WorkTree, None) => ("HEAD".to_owned(), head.clone()),
        (_, wanted) => {
            let base = base::find(repository, wanted.as_deref(), &head)?;
            (base.name, base.commit)
        }
    };
    Ok(Found {
        subject: Subject {
            pull_request: None,
            title: None,
            url: None,
            commit: Some(head.clone()),
            base_name,
            base,
            is_merged: false,
        },
        head,
        forge: None,
    })
}

/// The remote that pull requests go to and its repository on the forge: `upstream`, else `origin`.
fn upstream(repository: &Repository) -> anyhow::Result<(String, RepositoryName)> {
    let remotes = repository.remotes()?;
    let wanted = ["upstream", "origin"];
    let mut named = wanted
        .iter()
        .filter_map(|name| remotes.iter().find(|it| it.name == *name));
    let Some(remote) = named.next() else {
        return Err(Problem::user(
            "no remote `upstream` or `origin` tells where the pull request is",
        )
        .hint("`nixsmith nixpkgs fork` sets them, or `git remote add upstream URL`")
        .into());
    };
    let name = match repository_of(&remote.url) {
        Some(name) => name,
        None => UPSTREAM.parse()?,
    };
    Ok((remote.name.clone(), name))
}

fn pull_request(
    number: u64,
    request: &Request,
    repository: &Repository,
    context: &Context,
) -> anyhow::Result<Found> {
    let (remote, name) = upstream(repository)?;
    let about: PullRequest = GitHub::new(context.client()?)
        .pull_request(&name, number)
        .map_err(|error| not_asked(number, error))?;
    let branch = request.base.as_deref().unwrap_or(&about.base);
    repository.check_branch_name(branch)?;
    let places = [
        format!("refs/nixsmith/review/{number}/head"),
        format!("refs/nixsmith/review/{number}/base"),
    ];
    let [head_place, base_place] = &places;
    let refspecs = [
        format!("+refs/pull/{number}/head:{head_place}"),
        format!("+refs/heads/{branch}:{base_place}"),
    ];
    repository.fetch_from(&remote, &refspecs, context)?;
    let commit = |place: &str| -> anyhow::Result<String> {
        let found = repository.commit(place)?;
        Ok(found
            .ok_or_else(|| Problem::user(format!("`{remote}` has no pull request {number}")))?)
    };
    let (head, base) = (commit(head_place)?, commit(base_place)?);
    let tree = match repository.merged(&base, &head)? {
        Merged::Tree(tree) => tree,
        Merged::Conflict(paths) => {
            return Err(Problem::user(format!(
                "the pull request {number} conflicts with `{branch}` in {}",
                paths.join(", ")
            ))
            .hint("its author has to rebase it")
            .into());
        }
    };
    Ok(Found {
        subject: Subject {
            pull_request: Some(number),
            title: Some(one_line(&about.title)),
            url: Some(about.url),
            commit: Some(head),
            base_name: branch.to_owned(),
            base,
            is_merged: true,
        },
        head: tree,
        forge: Some(name),
    })
}

/// Outside text on one line, without control characters and what turns the direction of writing.
pub(super) fn one_line(text: &str) -> String {
    plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
}
