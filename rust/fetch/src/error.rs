//! What can stop a fetch, each with the address it was about.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use nixsmith_store::hash::Hash;
use url::Url;

use crate::interrupt::Interrupted;
use crate::process::ProcessError;

/// Why a file, a tree or a document did not come.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// Status 404 or 410: the service knows no such thing.
    #[error("`{url}` does not exist (status {status})")]
    NotFound {
        /// The address that was asked.
        url: Box<Url>,
        /// 404 or 410.
        status: u16,
    },
    /// Status 401 or 403 without a rate limit.
    #[error("access to `{url}` was refused (status {status}){}", said(message))]
    Forbidden {
        /// The address that was asked.
        url: Box<Url>,
        /// 401 or 403.
        status: u16,
        /// What the service said, cut and without control characters.
        message: Option<String>,
    },
    /// Status 429, or a forge's way of saying the same with 403, beyond the time we may wait.
    #[error("`{url}` limits the rate of requests (status {status}){}{}", wait(*retry_after), said(message))]
    RateLimited {
        /// The address that was asked.
        url: Box<Url>,
        /// 403 or 429.
        status: u16,
        /// How long the service wants us to wait.
        retry_after: Option<Duration>,
        /// What the service said, cut and without control characters.
        message: Option<String>,
    },
    /// Another status that is no success, after all permitted attempts.
    #[error(
        "`{url}` answered with status {status} ({}){}",
        counted(u64::from(*attempts), "attempt"),
        said(message)
    )]
    Status {
        /// The address that was asked.
        url: Box<Url>,
        /// The last status.
        status: u16,
        /// How often it was asked.
        attempts: u32,
        /// What the service said, cut and without control characters.
        message: Option<String>,
    },
    /// No connection, a broken one, or one without a sign of life, after all permitted attempts.
    #[error("could not fetch `{url}` ({})", counted(u64::from(*attempts), "attempt"))]
    Transport {
        /// The address that was asked.
        url: Box<Url>,
        /// How often it was asked.
        attempts: u32,
        /// The last failure.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The body was shorter or longer than announced, after all permitted attempts.
    #[error(
        "the body of `{url}` is cut: {got_bytes} of {announced_bytes} bytes arrived ({})",
        counted(u64::from(*attempts), "attempt")
    )]
    Cut {
        /// The address that was asked.
        url: Box<Url>,
        /// What the service announced.
        announced_bytes: u64,
        /// What arrived.
        got_bytes: u64,
        /// How often it was asked.
        attempts: u32,
    },
    /// More bytes than the caller accepts.
    #[error("`{url}` is larger than the limit of {limit_bytes} bytes")]
    TooLarge {
        /// The address that was asked.
        url: Box<Url>,
        /// The limit.
        limit_bytes: u64,
    },
    /// Complete, but not what was expected. Nothing is kept of it.
    #[error(
        "hash mismatch for `{url}`\n  expected: {}\n  got:      {got}",
        hashes(expected)
    )]
    HashMismatch {
        /// The address that was asked.
        url: Box<Url>,
        /// What the lock file or the caller stated, of the algorithm that was compared.
        expected: Vec<Hash>,
        /// What arrived.
        got: Hash,
    },
    /// A redirect that must not be followed.
    #[error("`{url}` redirects to `{target}`: {reason}")]
    Redirect {
        /// The address that redirects.
        url: Box<Url>,
        /// Where to, as the service wrote it.
        target: String,
        /// Why not.
        reason: &'static str,
    },
    /// An address that we do not ask.
    #[error("`{url}` is refused: {reason}")]
    Refused {
        /// The address as given.
        url: String,
        /// Why.
        reason: String,
    },
    /// Offline, and not in the cache.
    #[error("`{url}` is not in the cache and the network is off (`--offline`)")]
    Offline {
        /// The address that would have been asked.
        url: String,
    },
    /// The cache folder cannot be read or written: a full disk, a missing permission.
    #[error("could not use the cache file `{}`", path.display())]
    Cache {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The answer arrived, but is not what the service documents.
    #[error("`{url}` gave an answer that cannot be read: {reason}")]
    Malformed {
        /// The address that was asked.
        url: Box<Url>,
        /// What is wrong with it.
        reason: String,
    },
    /// The service answered well, but has not what was asked for, such as a version.
    #[error("{0}")]
    Missing(String),
    /// A git operation failed.
    #[error("could not {action} of `{url}`")]
    Git {
        /// What was tried, such as ``fetch commit `…` ``.
        action: String,
        /// The repository.
        url: String,
        /// How `git` failed.
        source: Box<ProcessError>,
    },
    /// The repository answers, but has no such reference or commit.
    #[error("`{url}` has no {what}")]
    NoSuchRevision {
        /// The repository.
        url: String,
        /// What was asked for, such as ``tag `v1` ``.
        what: String,
    },
    /// A commit holds a link to another repository, and its `.gitmodules` does not say which. `git submodule update`, and so
    /// `fetchgit` with `fetchSubmodules`, fails on it.
    #[error("`{url}` has a submodule at `{}` of which its `.gitmodules` knows nothing", path.display())]
    UndeclaredSubmodule {
        /// The repository.
        url: String,
        /// Where in it, or in a submodule of it.
        path: PathBuf,
    },
    /// Something that we do not do, and why.
    #[error("{0}")]
    Unsupported(String),
    /// The certificates or the proxy cannot be used.
    #[error("could not set up the HTTP client: {0}")]
    Setup(String),
    /// A file of a checkout could not be read.
    #[error("could not read the checkout of `{url}`")]
    Tree {
        /// The repository.
        url: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A request that changes something was sent, and what came back does not tell whether it was carried out.
    #[error("it is not known whether `{method} {url}` was carried out")]
    Unclear {
        /// The HTTP method.
        method: &'static str,
        /// The address that was asked.
        url: Box<Url>,
        /// What came back.
        source: Box<FetchError>,
    },
    /// The user stopped it.
    #[error("interrupted")]
    Interrupted,
}

impl From<Interrupted> for FetchError {
    fn from(_: Interrupted) -> Self {
        Self::Interrupted
    }
}

impl FetchError {
    /// Whether the service says that the thing does not exist, as opposed to every other failure.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(
            self,
            Self::NotFound { .. } | Self::NoSuchRevision { .. } | Self::Missing(_)
        )
    }
}

fn said(message: &Option<String>) -> String {
    message
        .as_ref()
        .map(|message| format!(": {message}"))
        .unwrap_or_default()
}

fn wait(retry_after: Option<Duration>) -> String {
    retry_after
        .map(|time| format!(" and asks to wait {}", counted(time.as_secs(), "second")))
        .unwrap_or_default()
}

/// `1 attempt`, `2 attempts`.
fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

fn hashes(hashes: &[Hash]) -> String {
    hashes
        .iter()
        .map(Hash::to_string)
        .collect::<Vec<_>>()
        .join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_no_plural() {
        let status = |attempts| FetchError::Status {
            url: Box::new(Url::parse("https://example.org/").unwrap()),
            status: 500,
            attempts,
            message: None,
        };
        let said = |attempts| status(attempts).to_string();
        assert_eq!(
            said(1),
            "`https://example.org/` answered with status 500 (1 attempt)"
        );
        assert_eq!(
            said(2),
            "`https://example.org/` answered with status 500 (2 attempts)"
        );
        assert_eq!(
            wait(Some(Duration::from_secs(1))),
            " and asks to wait 1 second"
        );
    }
}
