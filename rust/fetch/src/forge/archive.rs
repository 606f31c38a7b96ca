//! Where nixpkgs' fetchers get a revision, and when they use git instead of an archive.
//!
//! Source: `pkgs/build-support/fetch{github,gitlab,gitea,sourcehut,bitbucket,gitiles,repoorcz}/default.nix`. Archives of a forge
//! may have `export-subst` applied and files with `export-ignore` left out; a checkout by git has neither.

use url::Url;

use super::{Forge, ForgeSource, PageRevision};
use crate::error::FetchError;

/// The arguments of a forge's fetcher that decide between archive and git.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FetchOptions {
    /// `fetchSubmodules = true`.
    pub submodules: bool,
    /// `fetchLFS = true`.
    pub lfs: bool,
    /// `sparseCheckout` is not empty.
    pub sparse: bool,
    /// `rootDir` is not empty.
    pub root_directory: bool,
    /// `deepClone = true`.
    pub deep_clone: bool,
    /// `leaveDotGit = true`.
    pub leave_dot_git: bool,
    /// `forceFetchGit = true`.
    pub force_git: bool,
}

/// How a forge's fetcher gets the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transport {
    /// `fetchzip` of an archive; whether its single top folder is dropped.
    Archive {
        /// `stripRoot`.
        strip_root: bool,
    },
    /// `fetchgit`.
    Git,
    /// Not at all: the fetcher has no such argument.
    Impossible(&'static str),
}

impl Forge {
    /// How nixpkgs' fetcher for this forge gets the files with these arguments.
    #[must_use]
    pub fn transport(self, options: FetchOptions) -> Transport {
        let common = options.submodules
            || options.sparse
            || options.deep_clone
            || options.leave_dot_git
            || options.force_git;
        let beyond_submodules =
            options.sparse || options.deep_clone || options.leave_dot_git || options.force_git;
        let by_git = |uses_git| {
            if uses_git {
                Transport::Git
            } else {
                Transport::Archive { strip_root: true }
            }
        };
        match self {
            Self::GitHub | Self::Gitea | Self::Bitbucket => {
                by_git(common || options.lfs || options.root_directory)
            }
            // `fetchLFS` and `rootDir` reach `fetchgit`, but do not decide for it.
            Self::GitLab if !common && (options.lfs || options.root_directory) => {
                Transport::Impossible(
                    "`fetchFromGitLab` knows `fetchLFS` and `rootDir` only with `forceFetchGit`",
                )
            }
            Self::GitLab => by_git(common),
            Self::SourceHut
                if !options.submodules
                    && (beyond_submodules || options.lfs || options.root_directory) =>
            {
                Transport::Impossible(
                    "`fetchFromSourcehut` knows the other arguments of `fetchgit` only with `fetchSubmodules`; use `fetchgit`",
                )
            }
            Self::SourceHut => by_git(options.submodules),
            Self::RepoOrCz if common || options.lfs || options.root_directory => {
                Transport::Impossible(
                    "`fetchFromRepoOrCz` always fetches an archive; use `fetchgit`",
                )
            }
            Self::RepoOrCz => Transport::Archive { strip_root: true },
            Self::Gitiles if common || options.lfs || options.root_directory => {
                Transport::Impossible(
                    "`fetchFromGitiles` always fetches an archive; use `fetchgit`",
                )
            }
            Self::Gitiles => Transport::Archive { strip_root: false },
        }
    }
}

impl ForgeSource {
    /// The archive of a revision, spelled exactly as nixpkgs' fetcher of this forge spells it for `tag` or `rev`. Branches and
    /// other names are a `rev`.
    #[must_use]
    pub fn archive_text(&self, revision: &PageRevision) -> String {
        let page = self.page();
        let name = revision.name();
        let reference = match revision {
            PageRevision::Tag(tag) => format!("refs/tags/{tag}"),
            _ => name.to_owned(),
        };
        match self.forge {
            Forge::GitHub | Forge::Gitea => format!("{page}/archive/{reference}.tar.gz"),
            Forge::GitLab => {
                let slug = self.slug().replace('.', "%2E").replace('/', "%2F");
                let sha = reference
                    .replace('%', "%25")
                    .replace('+', "%2B")
                    .replace('/', "%2F");
                format!(
                    "https://{}/api/v4/projects/{slug}/repository/archive.tar.gz?sha={sha}",
                    self.host
                )
            }
            Forge::SourceHut => format!("{page}/archive/{name}.tar.gz"),
            Forge::Bitbucket => {
                let reference = match revision {
                    PageRevision::Tag(tag) => format!("refs/tags/{}", escape_url(tag)),
                    _ => reference,
                };
                format!("{page}/get/{reference}.tar.gz")
            }
            Forge::RepoOrCz => format!("{page}snapshot/{name}.tar.gz"),
            Forge::Gitiles => format!("{page}/+archive/{reference}.tar.gz"),
        }
    }

    /// The archive of a revision, to be fetched.
    pub fn archive_url(&self, revision: &PageRevision) -> Result<Url, FetchError> {
        let text = self.archive_text(revision);
        Url::parse(&text).map_err(|error| FetchError::Refused {
            url: text,
            reason: error.to_string(),
        })
    }
}

/// What nixpkgs' `lib.escapeURL` encodes: everything but letters, digits, `-`, `_`, `.` and `~`.
const ESCAPED: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

fn escape_url(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, ESCAPED).to_string()
}
