//! `nixpkgs fork`: a fork on the forge, a clone that knows it and upstream, and the settings that contributing takes.
//!
//! Every step looks first and does only what is missing, so a second run changes nothing and an interrupted one goes on where it was.
//! A clone is filled in stages (history without contents, then the files), each of which stands for itself.

mod clone;
mod settings;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nixsmith_fetch::FetchError;
use nixsmith_fetch::endpoints::Endpoint;
use nixsmith_fetch::github::{GitHub, NoRepositoryName, RepositoryFacts};
use schemars::JsonSchema;
use serde::Serialize;

use super::forge;
use crate::consent;
use crate::context::Context;
use crate::error::Problem;
use crate::repository::Repository;
use crate::repository::remote::{is_same, without_secret};

pub use nixsmith_fetch::github::RepositoryName;

/// The package set itself.
pub const UPSTREAM: &str = "NixOS/nixpkgs";

/// How long a new fork may take to come about, as the forge's documentation says: up to five minutes.
const FORK_LIMIT: Duration = Duration::from_secs(5 * 60);

/// What to fork, and where to.
#[derive(Debug, Clone)]
pub struct Request {
    /// What is forked.
    pub upstream: RepositoryName,
    /// The name of the fork; that of upstream, if absent.
    pub name: Option<String>,
    /// The folder of the clone, made if it is not there; without: the clone that the context's folder lies in, else a folder with the
    /// name of upstream below it.
    pub folder: Option<PathBuf>,
    /// Whether git speaks to the fork over ssh.
    pub ssh: bool,
}

/// What is there now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// What was forked, `owner/name`.
    pub upstream: String,
    /// The fork, `owner/name`.
    pub fork: String,
    /// The folder of the clone.
    pub folder: String,
    /// The remotes that matter.
    pub remotes: Vec<Remote>,
    /// What was changed, a sentence each, in order; empty: everything was there.
    pub changes: Vec<String>,
    /// Whether this was a dry run, and the changes were not made.
    pub planned: bool,
    /// What a person should know, a sentence each.
    pub notes: Vec<String>,
}

/// A remote of the clone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Remote {
    /// Its name.
    pub name: String,
    /// Its URL.
    pub url: String,
}

impl crate::Report for Report {
    const OPERATION: &'static str = "nixpkgs.fork";
}

/// What was done so far; in a dry run what would have been.
struct Progress<'a> {
    context: &'a Context,
    changes: Vec<String>,
    notes: Vec<String>,
}

impl Progress<'_> {
    /// Does `work`, unless this is a dry run, and keeps its sentence.
    fn change(
        &mut self,
        sentence: impl Into<String>,
        work: impl FnOnce() -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        if !self.context.dry_run {
            work()?;
        }
        self.changes.push(sentence.into());
        Ok(())
    }
}

/// Forks, clones, configures: what of it is not there yet.
///
/// # Errors
/// Without a token, offline, when the forge refuses, when nobody confirms the fork, when the fork's name or a remote's is taken by something
/// else, and when git fails.
pub fn run(request: &Request, context: &Context) -> anyhow::Result<Report> {
    let name = request.name.as_deref().unwrap_or(&request.upstream.name);
    fork_name(&request.upstream.owner, name)?;
    let client = context.client()?;
    let github = GitHub::new(client);
    let existing = existing_clone(request, context)?;
    let mut progress = Progress {
        context,
        changes: Vec::new(),
        notes: Vec::new(),
    };
    let user = user(&github)?;
    let upstream = github
        .repository(&request.upstream)
        .map_err(|error| not_asked(&request.upstream, error))?;
    let fork = fork(&github, &user, &upstream, request, &mut progress)?;
    let folder = match &existing {
        Some(repository) => repository.root.clone(),
        None => context.path(&folder_of(request)),
    };
    let urls = Urls {
        upstream: upstream.clone_url.to_string(),
        fork: if request.ssh && !fork.ssh_url.is_empty() {
            fork.ssh_url.clone()
        } else {
            fork.clone_url.to_string()
        },
        upstream_name: upstream.name.clone(),
        fork_name: fork.name.clone(),
        branch: upstream.default_branch.clone(),
    };
    let repository = clone::make(existing, &folder, &urls, &mut progress)?;
    let remotes = match &repository {
        Some(repository) => {
            clone::remotes(repository, &urls, &mut progress)?;
            settings::apply(repository, &urls, &mut progress)?;
            remotes_of(repository)?
        }
        None => {
            settings::plan(&urls, &mut progress);
            vec![
                Remote {
                    name: "origin".to_owned(),
                    url: urls.fork.clone(),
                },
                Remote {
                    name: "upstream".to_owned(),
                    url: urls.upstream.clone(),
                },
            ]
        }
    };
    settings::look_at_caches(&mut progress);
    Ok(Report {
        upstream: upstream.name.to_string(),
        fork: fork.name.to_string(),
        folder: folder.display().to_string(),
        remotes,
        changes: progress.changes,
        planned: context.dry_run,
        notes: progress.notes,
    })
}

/// What the clone is to know.
struct Urls {
    upstream: String,
    fork: String,
    upstream_name: RepositoryName,
    fork_name: RepositoryName,
    /// The branch of upstream that work begins at.
    branch: String,
}

fn folder_of(request: &Request) -> PathBuf {
    let default = || PathBuf::from(&request.upstream.name);
    request.folder.clone().unwrap_or_else(default)
}

/// The clone that is there already.
fn existing_clone(request: &Request, context: &Context) -> anyhow::Result<Option<Repository>> {
    if request.folder.is_none()
        && let Some(found) = clone_at(&context.directory, context)
        && (clone::knows(&found, &request.upstream)? || clone::is_nixpkgs(&found)?)
    {
        return Ok(Some(found));
    }
    let folder = context.path(&folder_of(request));
    if !folder.exists() || clone::is_empty(&folder) {
        return Ok(None);
    }
    let found = clone_at(&folder, context)
        .filter(|found| found.root.canonicalize().ok() == folder.canonicalize().ok());
    if found.is_none() {
        let sentence = format!("`{}` is there and is no git repository", folder.display());
        return Err(Problem::user(sentence).hint("name another folder").into());
    }
    Ok(found)
}

fn clone_at(folder: &Path, context: &Context) -> Option<Repository> {
    Repository::open_at(folder, context).ok()
}

fn user(github: &GitHub<'_>) -> anyhow::Result<String> {
    if !github.has_token() {
        return Err(Problem::user("there is no token for the forge")
            .hint("set GITHUB_TOKEN, or log in with `gh auth login`")
            .into());
    }
    github.user().map_err(|error| match error {
        FetchError::Forbidden { status: 401, .. } => {
            Problem::user("the forge's token is not valid")
                .hint("set another one in GITHUB_TOKEN, or log in anew with `gh auth login`")
                .source(error)
                .into()
        }
        other => other.into(),
    })
}

fn fork_name(user: &str, name: &str) -> anyhow::Result<RepositoryName> {
    let wanted = format!("{user}/{name}").parse();
    Ok(wanted.map_err(|error: NoRepositoryName| Problem::usage(error.to_string()))?)
}

/// The fork, made if it is not there.
fn fork(
    github: &GitHub<'_>,
    user: &str,
    upstream: &RepositoryFacts,
    request: &Request,
    progress: &mut Progress<'_>,
) -> anyhow::Result<RepositoryFacts> {
    let name = request.name.as_deref().unwrap_or(&upstream.name.name);
    let wanted = fork_name(user, name)?;
    if is_same(&wanted, &upstream.name) {
        progress
            .notes
            .push(format!("`{wanted}` is yours: it is cloned, not forked"));
        return Ok(upstream.clone());
    }
    match github.repository(&wanted) {
        Ok(found) => return judged(found, &wanted, upstream),
        Err(error) if error.is_not_found() => {}
        Err(error) => return Err(not_asked(&wanted, error)),
    }
    if progress.context.dry_run {
        let page = Endpoint::GithubApi.public_url();
        progress.changes.push(format!(
            "create the fork `{wanted}`: POST {page}/repos/{}/forks",
            upstream.name
        ));
        return Ok(planned(wanted, upstream));
    }
    consent::ask(
        &format!("create the fork `{wanted}` of `{}`", upstream.name),
        progress.context,
    )?;
    let asked = match github.create_fork(&upstream.name, name) {
        Ok(answer) => answer.name,
        // It may be coming: looking tells.
        Err(FetchError::Unclear { .. }) => wanted.clone(),
        Err(error @ FetchError::Forbidden { status: 403, .. }) => {
            return Err(Problem::user(format!("the forge does not let this token fork `{}`", upstream.name))
                .hint("the token needs the scope `public_repo`, or the permission to administer repositories")
                .source(error)
                .into());
        }
        Err(error) => {
            let what = format!("could not fork `{}`", upstream.name);
            return Err(forge::failed(what, error));
        }
    };
    let found = wait_for(github, &asked, progress.context)?;
    progress
        .changes
        .push(format!("created the fork `{}`", found.name));
    judged(found, &wanted, upstream)
}

/// The fork as it will be.
fn planned(name: RepositoryName, upstream: &RepositoryFacts) -> RepositoryFacts {
    let theirs = upstream.clone_url.as_str();
    let mine = theirs.replace(&upstream.name.to_string(), &name.to_string());
    RepositoryFacts {
        clone_url: mine.parse().unwrap_or_else(|_| upstream.clone_url.clone()),
        ssh_url: upstream
            .ssh_url
            .replace(&upstream.name.to_string(), &name.to_string()),
        parent: Some(upstream.name.clone()),
        may_push: Some(true),
        name,
        default_branch: upstream.default_branch.clone(),
    }
}

/// The repository, if it is a fork of upstream that we may push to.
fn judged(
    found: RepositoryFacts,
    wanted: &RepositoryName,
    upstream: &RepositoryFacts,
) -> anyhow::Result<RepositoryFacts> {
    let is_fork = found
        .parent
        .as_ref()
        .is_some_and(|parent| is_same(parent, &upstream.name));
    if !is_fork {
        let sentence = format!("`{wanted}` is there and is no fork of `{}`", upstream.name);
        return Err(Problem::user(sentence)
            .hint("choose another name for the fork with `--name`")
            .into());
    }
    if found.may_push == Some(false) {
        return Err(
            Problem::user(format!("this token may not push to `{}`", found.name))
                .hint("use a token of its owner")
                .into(),
        );
    }
    Ok(found)
}

/// Looks for a fork that was asked for until it is there.
fn wait_for(
    github: &GitHub<'_>,
    name: &RepositoryName,
    context: &Context,
) -> anyhow::Result<RepositoryFacts> {
    let _task = context
        .progress()
        .start(&format!("waiting for the fork `{name}`"), None);
    let base = context.client_options.retry_base;
    let limit = FORK_LIMIT.min(context.client_options.timeout.saturating_mul(5));
    let (started, mut pause) = (Instant::now(), base);
    loop {
        match github.repository(name) {
            Ok(found) => return Ok(found),
            Err(error) if error.is_not_found() && started.elapsed() < limit => {
                context.interrupt().sleep(pause)?;
                pause = pause.saturating_mul(2).min(Duration::from_secs(10));
            }
            Err(error) if error.is_not_found() => {
                let sentence = format!("the fork `{name}` was asked for and is not there yet");
                return Err(Problem::user(sentence)
                    .hint("run the same command again in a minute: it goes on from here")
                    .source(error)
                    .into());
            }
            Err(error) => return Err(not_asked(name, error)),
        }
    }
}

fn not_asked(name: &RepositoryName, error: FetchError) -> anyhow::Error {
    forge::failed(format!("could not ask the forge about `{name}`"), error)
}

fn remotes_of(repository: &Repository) -> anyhow::Result<Vec<Remote>> {
    let remotes = repository.remotes()?.into_iter();
    Ok(remotes
        .filter(|remote| matches!(remote.name.as_str(), "origin" | "upstream"))
        .map(|remote| Remote {
            name: remote.name,
            url: without_secret(&remote.url),
        })
        .collect())
}
