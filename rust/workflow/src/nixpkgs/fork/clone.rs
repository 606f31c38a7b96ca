//! The clone and its remotes.

use std::fs;
use std::path::Path;

use nixsmith_fetch::github::RepositoryName;

use super::{Progress, Urls};
use crate::error::Problem;
use crate::repository::Repository;
use crate::repository::remote::{is_same, repository_of, without_secret};

/// The key that says that a clone of ours is not whole yet.
const INCOMPLETE: &str = "nixsmith.incomplete";

/// Whether a folder holds nothing.
pub(super) fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

/// Whether a remote of the clone is this repository.
pub(super) fn knows(repository: &Repository, name: &RepositoryName) -> anyhow::Result<bool> {
    let is_it = |url: &str| repository_of(url).is_some_and(|found| is_same(&found, name));
    Ok(repository
        .remotes()?
        .iter()
        .any(|remote| is_it(&remote.url)))
}

/// Whether what is checked out is a nixpkgs.
pub(super) fn is_nixpkgs(repository: &Repository) -> anyhow::Result<bool> {
    let head = repository.commit("HEAD")?;
    head.map_or(Ok(false), |head| repository.is_nixpkgs(&head))
}

/// The clone, filled as far as it is not; `None` in a dry run where it is not there.
pub(super) fn make(
    existing: Option<Repository>,
    folder: &Path,
    urls: &Urls,
    progress: &mut Progress<'_>,
) -> anyhow::Result<Option<Repository>> {
    let context = progress.context;
    let is_done = match &existing {
        Some(repository) => repository.configured(INCOMPLETE)?.is_none(),
        None => false,
    };
    if is_done {
        return Ok(existing);
    }
    let sentence = format!(
        "cloned `{}` to `{}`, contents as they are needed",
        urls.upstream_name,
        folder.display()
    );
    if context.dry_run {
        progress.changes.push(sentence);
        return Ok(existing);
    }
    let repository = match existing {
        Some(repository) => repository,
        None => {
            let repository = Repository::init(folder, &urls.branch, context)?;
            repository.configure(INCOMPLETE, "true")?;
            repository
        }
    };
    remotes(&repository, urls, progress)?;
    fill(&repository, urls, progress)?;
    repository.forget_setting(INCOMPLETE)?;
    progress.changes.push(sentence);
    Ok(Some(repository))
}

/// History first, then the files of the newest commit. Each stage is whole or is done again.
fn fill(repository: &Repository, urls: &Urls, progress: &Progress<'_>) -> anyhow::Result<()> {
    let context = progress.context;
    let branch = &urls.branch;
    repository.check_branch_name(branch)?;
    repository.configure("remote.upstream.promisor", "true")?;
    repository.configure("remote.upstream.partialCloneFilter", "blob:none")?;
    let refspec = format!("+refs/heads/{branch}:refs/remotes/upstream/{branch}");
    let _task = context.progress().start(
        &format!("fetching the history of `{}`", urls.upstream_name),
        None,
    );
    repository.run_networked(
        &[
            "fetch",
            "--quiet",
            "--no-tags",
            "--filter=blob:none",
            "--",
            "upstream",
            &refspec,
        ],
        &format!("fetch the history of `{}`", urls.upstream_name),
        context,
    )?;
    let start = format!("refs/remotes/upstream/{branch}");
    repository.run_networked(
        &[
            "checkout", "--quiet", "--force", "--track", "-B", branch, &start,
        ],
        &format!("check out `{branch}`"),
        context,
    )
}

/// `origin` is the fork and `upstream` what it was forked from.
pub(super) fn remotes(
    repository: &Repository,
    urls: &Urls,
    progress: &mut Progress<'_>,
) -> anyhow::Result<()> {
    let find = |name: &str| -> anyhow::Result<Option<String>> {
        let remotes = repository.remotes()?.into_iter();
        let mut found = remotes.filter(|remote| remote.name == name);
        Ok(found.next().map(|remote| remote.url))
    };
    let means = |url: &str, name: &RepositoryName| {
        repository_of(url).is_some_and(|found| is_same(&found, name))
    };
    let is_own = is_same(&urls.fork_name, &urls.upstream_name);
    let mut origin = find("origin")?;
    let upstream = find("upstream")?;
    if let Some(url) = upstream
        .as_deref()
        .filter(|url| !means(url, &urls.upstream_name))
    {
        return Err(taken("upstream", url, &urls.upstream_name));
    }
    let mut has_upstream = upstream.is_some();
    if !is_own
        && origin
            .as_deref()
            .is_some_and(|url| means(url, &urls.upstream_name))
    {
        if has_upstream {
            let sentence = format!("both `origin` and `upstream` are `{}`", urls.upstream_name);
            return Err(Problem::user(sentence)
                .hint("`git remote remove origin`, and run this again")
                .into());
        }
        progress.change("renamed the remote `origin` to `upstream`", || {
            repository.rename_remote("origin", "upstream")
        })?;
        (has_upstream, origin) = (true, None);
    }
    match origin.as_deref() {
        Some(url) if means(url, &urls.fork_name) => {}
        Some(url) => return Err(taken("origin", url, &urls.fork_name)),
        None => add(repository, "origin", &urls.fork, progress)?,
    }
    if !has_upstream {
        add(repository, "upstream", &urls.upstream, progress)?;
    }
    Ok(())
}

fn add(
    repository: &Repository,
    name: &str,
    url: &str,
    progress: &mut Progress<'_>,
) -> anyhow::Result<()> {
    progress.change(format!("added the remote `{name}`: {url}"), || {
        repository.add_remote(name, url)
    })
}

fn taken(remote: &str, url: &str, wanted: &RepositoryName) -> anyhow::Error {
    let sentence = format!(
        "the remote `{remote}` is `{}`, not `{wanted}`",
        without_secret(url)
    );
    Problem::user(sentence)
        .hint(format!(
            "`git remote rename {remote} NAME`, and run this again"
        ))
        .into()
}
