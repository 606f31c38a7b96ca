//! Forges: which repository a page belongs to, where nixpkgs' fetchers get its archive, and what its REST interface knows.

mod api;
mod archive;
mod commit;
mod parse;

use std::fmt;

use crate::endpoints::Endpoint;

pub use api::{Release, Repository, Tag, latest_release, releases, repository, resolve, tags};
pub use archive::{FetchOptions, Transport};
pub use commit::{Commit, newest_commit, newest_commit_by_git};
pub use parse::{parse, parse_with};

/// The software that a forge runs, as far as addresses are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Forge {
    /// GitHub, or GitHub Enterprise.
    GitHub,
    /// GitLab; groups may be nested.
    GitLab,
    /// Gitea, Forgejo, and so Codeberg.
    Gitea,
    /// SourceHut, for git and Mercurial.
    SourceHut,
    /// Bitbucket's cloud.
    Bitbucket,
    /// Gitiles, in front of Gerrit.
    Gitiles,
    /// repo.or.cz, which runs gitweb.
    RepoOrCz,
}

/// The forge's own name.
impl fmt::Display for Forge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::GitHub => "GitHub",
            Self::GitLab => "GitLab",
            Self::Gitea => "Gitea",
            Self::SourceHut => "SourceHut",
            Self::Bitbucket => "Bitbucket",
            Self::Gitiles => "Gitiles",
            Self::RepoOrCz => "repo.or.cz",
        })
    }
}

/// What a page says about the revision it shows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PageRevision {
    /// A commit, by an id of 7 to 64 digits.
    Commit(String),
    /// A tag.
    Tag(String),
    /// A branch.
    Branch(String),
    /// A branch or tag: the address does not tell which.
    Name(String),
}

impl PageRevision {
    /// The name or id alone.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Commit(name) | Self::Tag(name) | Self::Branch(name) | Self::Name(name) => name,
        }
    }
}

/// A repository on a forge, and what of it an address names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ForgeSource {
    /// The software.
    pub forge: Forge,
    /// Host, with the port if it is not the usual one. The public one, even if an endpoint replaces it.
    pub host: String,
    /// `owner`; `group/subgroup` on GitLab; `~owner` on SourceHut; empty on Gitiles and repo.or.cz.
    pub owner: String,
    /// The repository's name, without `.git`; on Gitiles and repo.or.cz the whole path.
    pub repo: String,
    /// The revision that the address names.
    pub revision: Option<PageRevision>,
    /// The file or folder that the address names.
    pub path: Option<String>,
}

impl ForgeSource {
    /// `owner/repo`, or the repository's path where there is no owner.
    #[must_use]
    pub fn slug(&self) -> String {
        if self.owner.is_empty() {
            self.repo.clone()
        } else {
            format!("{}/{}", self.owner, self.repo)
        }
    }

    /// The repository's page, as nixpkgs' fetchers set `meta.homepage`.
    #[must_use]
    pub fn page(&self) -> String {
        let page = format!("https://{}/{}", self.host, self.slug());
        if self.forge == Forge::RepoOrCz {
            format!("{page}.git/")
        } else {
            page
        }
    }

    /// Where git gets it, as nixpkgs' fetchers spell it.
    #[must_use]
    pub fn git_url(&self) -> String {
        match self.forge {
            Forge::SourceHut | Forge::Gitiles => self.page(),
            Forge::RepoOrCz => self.page().trim_end_matches('/').to_owned(),
            _ => format!("{}.git", self.page()),
        }
    }

    /// Whether the host is the public service of this row.
    fn is_at(&self, endpoint: Endpoint) -> bool {
        endpoint.public_url().strip_prefix("https://") == Some(self.host.as_str())
    }

    /// Whether the host is Codeberg, which nixpkgs has a fetcher of its own for.
    #[must_use]
    pub fn is_codeberg(&self) -> bool {
        self.is_at(Endpoint::Codeberg)
    }

    /// Whether it is a Mercurial repository (on SourceHut).
    #[must_use]
    pub fn is_mercurial(&self) -> bool {
        self.forge == Forge::SourceHut && self.host.starts_with("hg.")
    }
}

#[cfg(test)]
mod tests;
