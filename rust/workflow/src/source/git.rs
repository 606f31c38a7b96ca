//! Git repositories by their address: `fetchgit`, and the choice of a revision that all git fetchers share.

use std::sync::Arc;

use nixsmith_expr::fetcher::FetcherCall;
use nixsmith_expr::value::Value;
use nixsmith_fetch::{FetchError, GitReference, GitRequest, Revision};

use super::{Artifact, Fetcher, Newest, Options, Resolved, plain, shown, version};
use crate::context::Context;
use crate::error::Problem;

/// A revision as a fetcher's arguments name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// `tag = "v1.0"`.
    Tag(String),
    /// `rev = "<full commit>"`.
    Commit(String),
}

impl Named {
    /// The call with `tag` or `rev`.
    pub(super) fn argument(&self, call: FetcherCall) -> FetcherCall {
        match self {
            Self::Tag(tag) => call.argument("tag", tag.as_str()),
            Self::Commit(commit) => call.argument("rev", commit.as_str()),
        }
    }

    /// The name or id alone.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Tag(name) | Self::Commit(name) => name,
        }
    }

    /// As git is asked for it.
    pub(super) fn revision(&self) -> Revision {
        match self {
            Self::Tag(tag) => Revision::Tag(tag.clone()),
            Self::Commit(commit) => Revision::Commit(commit.clone()),
        }
    }
}

/// `fetchgit`, or `builtins.fetchGit` where it is asked for.
pub(super) fn resolve(url: &str, options: &Options, context: &Context) -> anyhow::Result<Resolved> {
    let (named, requests) = choose(url, options.revision.as_slice(), options.newest, context)?;
    let resolved = if options.fetcher == Some(Fetcher::BuiltinsFetchGit) {
        plain::resolve(url, &named, options, context)?
    } else {
        fetchgit(url, &named, options, context)?
    };
    Ok(Resolved {
        requests: resolved.requests + requests,
        ..resolved
    })
}

/// `fetchgit`, whose own default is to fetch submodules. Where they cannot be fetched and nobody asked for them, it is told not to.
fn fetchgit(
    url: &str,
    named: &Named,
    options: &Options,
    context: &Context,
) -> anyhow::Result<Resolved> {
    let call = named.argument(FetcherCall::new("fetchgit").argument("url", url));
    let without = |note: Option<String>| -> anyhow::Result<Resolved> {
        let call = call.clone().argument("fetchSubmodules", false);
        let mut resolved = checkout(url, named, false, options, context)?;
        if let Some(note) = note {
            resolved.notes = vec![note];
        }
        Ok(resolved.called(with_checkout(call, options)))
    };
    match options.submodules {
        Some(false) => without(None),
        asked => match checkout(url, named, true, options, context) {
            Err(error) if asked.is_none() && is_undeclared(&error) => {
                without(Some(format!("{error}; so none is fetched")))
            }
            resolved => Ok(resolved?.called(with_checkout(call.clone(), options))),
        },
    }
}

fn is_undeclared(error: &anyhow::Error) -> bool {
    matches!(
        error.downcast_ref(),
        Some(FetchError::UndeclaredSubmodule { .. })
    )
}

/// The call with the arguments about Git LFS and sparse checkouts.
pub(super) fn with_checkout(mut call: FetcherCall, options: &Options) -> FetcherCall {
    if options.lfs {
        call = call.argument("fetchLFS", true);
    }
    if !options.sparse.is_empty() {
        let folders = options
            .sparse
            .iter()
            .map(|folder| Value::from(folder.as_str()))
            .collect();
        call = call.argument("sparseCheckout", Value::List(folders));
    }
    call
}

/// What `fetchgit` leaves of a revision; not yet called.
pub(super) fn checkout(
    url: &str,
    named: &Named,
    submodules: bool,
    options: &Options,
    context: &Context,
) -> anyhow::Result<Resolved> {
    let git = context.fetch()?.git(&GitRequest {
        submodules,
        lfs: options.lfs,
        sparse: options.sparse.clone(),
        leave_dot_git: options.leave_dot_git,
        local: is_local(url),
        ..GitRequest::new(url, named.revision())
    })?;
    let mut notes = Vec::new();
    if git.lfs_pointers > 0 {
        let files = if git.lfs_pointers == 1 {
            "file is a Git LFS pointer"
        } else {
            "files are Git LFS pointers"
        };
        notes.push(format!(
            "{} {files}; `--lfs` fetches what they stand for",
            git.lfs_pointers
        ));
    }
    if !submodules && git.tree.get(".gitmodules").is_some() {
        notes.push(
            "the repository has submodules, which are not fetched; `--submodules` fetches them"
                .to_owned(),
        );
    }
    let git = Arc::new(git);
    let resolved = Resolved::of_tree(url, &git.tree, Artifact::Git(Arc::clone(&git)))?;
    Ok(Resolved {
        commit: Some(git.commit.clone()),
        commit_time_seconds: Some(git.commit_time_seconds),
        requests: git.requests.into(),
        notes,
        ..described(resolved, url, named)
    })
}

/// What the address and the revision tell about the package.
fn described(resolved: Resolved, url: &str, named: &Named) -> Resolved {
    let path = url.trim_end_matches('/').trim_end_matches(".git");
    let name = path.rsplit(['/', ':']).next().unwrap_or(path).to_owned();
    let tag = match named {
        Named::Tag(tag) => Some(tag.clone()),
        Named::Commit(_) => None,
    };
    let version = tag.as_deref().and_then(|tag| version::of_tag(tag, &name));
    let homepage = url.starts_with("http").then(|| path.to_owned());
    Resolved {
        name: Some(name).filter(|name| !name.is_empty()),
        version,
        tag,
        homepage,
        ..resolved
    }
}

/// Whether an address is a folder of this machine.
pub(super) fn is_local(url: &str) -> bool {
    url.starts_with("file://") || url.starts_with('/')
}

/// The revision that is meant, and how many requests it took to find out: the first of the names that the repository has, or the newest
/// where there is no name.
///
/// # Errors
/// The repository does not answer, or has no such revision.
pub(super) fn choose(
    url: &str,
    names: &[String],
    newest: Newest,
    context: &Context,
) -> anyhow::Result<(Named, u64)> {
    if let Some(commit) = names.first().filter(|name| is_commit(name)) {
        return Ok((Named::Commit(commit.clone()), 0));
    }
    let references = context.fetch()?.git_references(url, is_local(url))?;
    let requests = u64::from(!is_local(url));
    let named = match names.first() {
        Some(first) => names
            .iter()
            .find_map(|name| find(&references, name))
            .ok_or_else(|| no_such_revision(url, first))?,
        None => newest_of(&references, newest).ok_or_else(|| {
            Problem::user(format!("`{}` has no commit", shown(url)))
                .hint("name a revision with `--rev`")
        })?,
    };
    Ok((named, requests))
}

/// Whether a text is a full commit id, 40 or 64 lower-case hexadecimal digits.
pub(super) fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64)
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn no_such_revision(url: &str, revision: &str) -> Problem {
    let problem = Problem::user(format!(
        "`{}` has no tag or branch `{}`",
        shown(url),
        shown(revision)
    ));
    if revision.len() >= 4 && revision.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return problem.hint("a commit needs all its 40 digits");
    }
    problem
}

fn find(references: &[GitReference], revision: &str) -> Option<Named> {
    let with = |prefix: &str| {
        let name = format!("{prefix}{revision}");
        references.iter().find(|reference| reference.name == name)
    };
    if let Some(tag) = revision.strip_prefix("refs/tags/") {
        return with("").map(|_| Named::Tag(tag.to_owned()));
    }
    with("refs/tags/")
        .map(|_| Named::Tag(revision.to_owned()))
        .or_else(|| {
            ["refs/heads/", ""]
                .iter()
                .find_map(|prefix| with(prefix))
                .map(|found| Named::Commit(found.commit.clone()))
        })
}

fn newest_of(references: &[GitReference], newest: Newest) -> Option<Named> {
    let tags = references
        .iter()
        .filter_map(|reference| reference.name.strip_prefix("refs/tags/"));
    let release = match newest {
        Newest::Release => version::newest_tag(tags),
        Newest::Commit => None,
    };
    release.map(|tag| Named::Tag(tag.to_owned())).or_else(|| {
        let head = references
            .iter()
            .find(|reference| reference.name == "HEAD")?;
        Some(Named::Commit(head.commit.clone()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references() -> Vec<GitReference> {
        let named = |name: &str, digit: &str| GitReference {
            name: name.to_owned(),
            commit: digit.repeat(40),
        };
        vec![
            named("HEAD", "a"),
            named("refs/heads/main", "a"),
            named("refs/heads/same", "b"),
            named("refs/pull/1/head", "c"),
            named("refs/tags/same", "d"),
            named("refs/tags/v1.10.0", "e"),
            named("refs/tags/v1.9.0", "f"),
            named("refs/tags/v2.0.0-rc1", "0"),
        ]
    }

    #[test]
    fn a_tag_stays_a_tag_and_a_branch_becomes_its_commit() {
        let find = |revision| find(&references(), revision);
        assert_eq!(find("v1.9.0"), Some(Named::Tag("v1.9.0".to_owned())));
        assert_eq!(find("same"), Some(Named::Tag("same".to_owned())));
        assert_eq!(find("refs/tags/same"), Some(Named::Tag("same".to_owned())));
        assert_eq!(find("refs/heads/same"), Some(Named::Commit("b".repeat(40))));
        assert_eq!(find("main"), Some(Named::Commit("a".repeat(40))));
        assert_eq!(
            find("refs/pull/1/head"),
            Some(Named::Commit("c".repeat(40)))
        );
        assert_eq!(find("absent"), None);
    }

    #[test]
    fn the_newest_release_is_no_prerelease() {
        assert_eq!(
            newest_of(&references(), Newest::Release),
            Some(Named::Tag("v1.10.0".to_owned()))
        );
        assert_eq!(
            newest_of(&references(), Newest::Commit),
            Some(Named::Commit("a".repeat(40)))
        );
        assert_eq!(newest_of(&[], Newest::Release), None);
    }
}
