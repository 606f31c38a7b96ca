//! What a branch is compared with.

use super::Repository;
use crate::error::Problem;

/// Where a branch of nixpkgs usually began, the likeliest first.
const USUAL: [&str; 5] = [
    "refs/remotes/upstream/master",
    "refs/remotes/origin/master",
    "refs/heads/master",
    "@{upstream}",
    "refs/remotes/origin/HEAD",
];

/// The base of a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Base {
    /// The name that it was asked for or found by, without `refs/…`.
    pub(crate) name: String,
    /// `refs/heads/…` or `refs/remotes/…`, if it is a branch.
    pub(crate) full_name: Option<String>,
    /// The commit of that name.
    pub(crate) named: String,
    /// The commit whose files are compared: the last that both have.
    pub(crate) commit: String,
}

/// Finds the base of `head`.
///
/// # Errors
/// A name that is no commit, no usual name that is one, and a shallow clone that ends before the two histories meet.
pub(crate) fn find(
    repository: &Repository,
    wanted: Option<&str>,
    head: &str,
) -> anyhow::Result<Base> {
    let (name, named) = match wanted {
        Some(name) => (name, named(repository, name)?),
        None => usual(repository, head)?,
    };
    let commit = match repository.merge_base(&named, head)? {
        Some(commit) => commit,
        None if repository.is_shallow => {
            return Err(Problem::user(format!(
                "this shallow clone ends before `{}` and HEAD have a commit in common",
                short(name)
            ))
            .hint("`git fetch --unshallow`, or more commits with `git fetch --deepen=N`")
            .into());
        }
        // Two histories: everything differs.
        None => named.clone(),
    };
    Ok(Base {
        name: short(name).to_owned(),
        full_name: repository.full_name(name)?,
        named,
        commit,
    })
}

fn named(repository: &Repository, name: &str) -> anyhow::Result<String> {
    let found = repository.commit(name)?;
    Ok(found.ok_or_else(|| {
        Problem::user(format!("`{name}` is no commit of this repository"))
            .hint("name a branch, a tag or a commit, such as `upstream/master`; `git fetch` gets what is missing")
    })?)
}

fn usual(repository: &Repository, head: &str) -> anyhow::Result<(&'static str, String)> {
    for name in USUAL {
        let Some(commit) = repository.commit(name)? else {
            continue;
        };
        // Where a branch was pushed to is not where it began.
        if name != "@{upstream}" || commit != head {
            return Ok((name, commit));
        }
    }
    Err(Problem::user("nothing tells where this branch began")
        .hint("say it with `--base`; without, it is `upstream/master`, `origin/master` or `master`")
        .into())
}

fn short(name: &str) -> &str {
    let rest = name.strip_prefix("refs/remotes/");
    rest.or_else(|| name.strip_prefix("refs/heads/"))
        .unwrap_or(name)
}
