//! git repositories, through the `git` program, guarded against what a URL, a reference or a repository may try.
//!
//! The result is what nixpkgs' `fetchgit` leaves: a plain checkout without any `.git`. `export-subst` is not applied, as `fetchgit` does
//! not (a forge's archive does apply it). Of the user's git configuration only what reaches repositories counts: credential
//! helpers, the ssh command, proxies and certificates, trusted folders; see [`command`].

mod cache;
mod checkout;
mod command;
mod lfs;
mod references;
mod submodules;
mod url;

use crate::client::Client;
use crate::error::FetchError;
use crate::request::{GitReference, GitRequest, GitTree};

/// Checks out one commit, from the cache if it is there.
pub(crate) fn checkout(client: &Client, request: &GitRequest) -> Result<GitTree, FetchError> {
    checkout::run(client, request)
}

/// The references of a remote repository, sorted by name.
pub(crate) fn references(
    client: &Client,
    text: &str,
    local: bool,
) -> Result<Vec<GitReference>, FetchError> {
    client.options.interrupt.check()?;
    let url = url::GitUrl::parse(text, local, &client.options.endpoints)?;
    if client.options.offline && !url.is_local() {
        return Err(FetchError::Offline {
            url: text.to_owned(),
        });
    }
    let git = command::Git::new(client, &url)?;
    references::list(&git)
}

#[cfg(test)]
mod tests;
