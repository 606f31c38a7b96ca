//! The REST interfaces: tags, releases, what a repository says of itself, and which commit a name is. SourceHut, Gitiles and
//! repo.or.cz are asked through git where that answers too.

use serde_json::Value;
use url::Url;

use super::{Forge, ForgeSource};
use crate::endpoints::{Endpoint, segment};
use crate::error::FetchError;
use crate::request::{Fetch, FileRequest};

/// How many pages of a list are read; 100 entries are on one.
const MOST_PAGES: usize = 200;

/// A tag of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its name.
    pub name: String,
    /// Its commit, if the forge says so.
    pub commit: Option<String>,
}

/// A release, as the forge shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The tag it was made from.
    pub tag: String,
    /// Its title.
    pub name: Option<String>,
    /// Whether the project calls it a prerelease.
    pub prerelease: bool,
    /// When it was published (RFC 3339).
    pub published: Option<String>,
}

/// What a repository says of itself; what is empty or unknown is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repository {
    /// One line.
    pub description: Option<String>,
    /// A page of the project's own.
    pub homepage: Option<String>,
    /// The licence: an SPDX identifier where the forge has one, as spelled there.
    pub licence: Option<String>,
    /// The branch that a clone checks out.
    pub default_branch: Option<String>,
    /// Whether nobody works on it any more.
    pub archived: bool,
    /// Whether it is a copy of another repository.
    pub fork: bool,
}

/// All tags, in the order in which the forge lists them.
pub fn tags(fetch: &dyn Fetch, source: &ForgeSource) -> Result<Vec<Tag>, FetchError> {
    let Some(api) = Api::new(fetch, source) else {
        return tags_by_git(fetch, source);
    };
    let (path, commit) = match source.forge {
        Forge::GitHub => ("tags?per_page=100", "/commit/sha"),
        Forge::GitLab => ("repository/tags?per_page=100", "/commit/id"),
        Forge::Gitea => ("tags?limit=50", "/commit/sha"),
        Forge::Bitbucket => ("refs/tags?pagelen=100", "/target/hash"),
        Forge::SourceHut | Forge::Gitiles | Forge::RepoOrCz => {
            return tags_by_git(fetch, source);
        }
    };
    let entries = api.list(path)?;
    let tag = |entry: &Value| {
        Some(Tag {
            name: text(entry, "/name")?,
            commit: text(entry, commit),
        })
    };
    Ok(entries.iter().filter_map(tag).collect())
}

fn tags_by_git(fetch: &dyn Fetch, source: &ForgeSource) -> Result<Vec<Tag>, FetchError> {
    if source.is_mercurial() {
        return Err(FetchError::Unsupported(format!(
            "the tags of the Mercurial repository `{}` cannot be listed",
            source.page()
        )));
    }
    let references = fetch.git_references(&source.git_url(), false)?;
    let tag = |name: &str| name.strip_prefix("refs/tags/").map(str::to_owned);
    Ok(references
        .into_iter()
        .filter_map(|found| {
            Some(Tag {
                name: tag(&found.name)?,
                commit: Some(found.commit),
            })
        })
        .collect())
}

/// All releases, newest first; empty where the forge has none.
pub fn releases(fetch: &dyn Fetch, source: &ForgeSource) -> Result<Vec<Release>, FetchError> {
    let Some(api) = Api::new(fetch, source) else {
        return Ok(Vec::new());
    };
    let path = match source.forge {
        Forge::GitHub | Forge::GitLab => "releases?per_page=100",
        Forge::Gitea => "releases?limit=50",
        _ => return Ok(Vec::new()),
    };
    Ok(api
        .list(path)?
        .iter()
        .filter(|entry| !flag(entry, "/draft"))
        .filter_map(read_release)
        .collect())
}

/// The release that the forge calls the latest; none: there is none, or the forge knows no releases.
pub fn latest_release(
    fetch: &dyn Fetch,
    source: &ForgeSource,
) -> Result<Option<Release>, FetchError> {
    let path = match source.forge {
        Forge::GitHub | Forge::Gitea => "releases/latest",
        Forge::GitLab => "releases/permalink/latest",
        _ => return Ok(None),
    };
    let Some(api) = Api::new(fetch, source) else {
        return Ok(None);
    };
    match api.get(&api.url(path)) {
        Ok((release, _)) => Ok(read_release(&release)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

fn read_release(entry: &Value) -> Option<Release> {
    Some(Release {
        tag: text(entry, "/tag_name")?,
        name: text(entry, "/name"),
        prerelease: flag(entry, "/prerelease") || flag(entry, "/upcoming_release"),
        published: text(entry, "/published_at").or_else(|| text(entry, "/released_at")),
    })
}

/// What the repository says of itself; nothing on SourceHut, Gitiles and repo.or.cz, which have no REST interface for it.
pub fn repository(fetch: &dyn Fetch, source: &ForgeSource) -> Result<Repository, FetchError> {
    let Some(api) = Api::new(fetch, source) else {
        return Ok(Repository::default());
    };
    let path = if source.forge == Forge::GitLab {
        "?license=true"
    } else {
        ""
    };
    let (found, _) = api.get(&api.url(path))?;
    let licence = match source.forge {
        Forge::GitHub => text(&found, "/license/spdx_id").filter(|id| id != "NOASSERTION"),
        Forge::GitLab => text(&found, "/license/key").filter(|key| key != "other"),
        Forge::Gitea => text(&found, "/licenses/0"),
        _ => None,
    };
    Ok(Repository {
        description: text(&found, "/description"),
        homepage: text(&found, "/homepage").or_else(|| text(&found, "/website")),
        licence,
        default_branch: text(&found, "/default_branch")
            .or_else(|| text(&found, "/mainbranch/name")),
        archived: flag(&found, "/archived"),
        fork: flag(&found, "/fork")
            || found
                .get("forked_from_project")
                .is_some_and(Value::is_object)
            || found.get("parent").is_some_and(Value::is_object),
    })
}

/// The full id of the commit that a tag, a branch or a short id means.
pub fn resolve(fetch: &dyn Fetch, source: &ForgeSource, name: &str) -> Result<String, FetchError> {
    let missing = || FetchError::NoSuchRevision {
        url: source.page(),
        what: format!("revision `{}`", name.escape_debug()),
    };
    let Some(api) = Api::new(fetch, source) else {
        let references = fetch.git_references(&source.git_url(), false)?;
        let wanted = ["refs/tags/", "refs/heads/", ""].map(|prefix| format!("{prefix}{name}"));
        let found = wanted.iter().find_map(|wanted| {
            references
                .iter()
                .find(|reference| reference.name == *wanted)
        });
        return found
            .map(|reference| reference.commit.clone())
            .ok_or_else(missing);
    };
    let encoded = segment(name);
    let (path, commit) = match source.forge {
        // Tags before branches, as git reads a short name; a full reference is not ambiguous.
        Forge::GitHub => (
            format!(
                "commits/{}",
                name.split('/').map(segment).collect::<Vec<_>>().join("/")
            ),
            "/sha",
        ),
        Forge::GitLab => (format!("repository/commits/{encoded}"), "/id"),
        Forge::Gitea => (
            format!("git/commits/{encoded}?stat=false&files=false"),
            "/sha",
        ),
        _ => (format!("commit/{encoded}"), "/hash"),
    };
    match api.get(&api.url(&path)) {
        Ok((found, url)) => {
            text(&found, commit).ok_or_else(|| malformed(url, "it names no commit"))
        }
        // GitHub answers 422 for a name that cannot be a commit.
        Err(FetchError::NotFound { .. } | FetchError::Status { status: 422, .. }) => Err(missing()),
        Err(error) => Err(error),
    }
}

/// The REST interface, at one repository.
pub(super) struct Api<'a> {
    fetch: &'a dyn Fetch,
    base: Url,
    accept: &'static str,
}

impl<'a> Api<'a> {
    /// `None`: there is none for such forges.
    pub(super) fn new(fetch: &'a dyn Fetch, source: &ForgeSource) -> Option<Self> {
        let (owner, repo) = (&source.owner, &source.repo);
        let plain = format!("repos/{}/{}", segment(owner), segment(repo));
        let (base, accept) = match source.forge {
            Forge::GitHub if source.is_at(Endpoint::Github) => (
                format!("{}/{plain}", Endpoint::GithubApi.public_url()),
                "application/vnd.github+json",
            ),
            Forge::GitHub => (
                format!("https://{}/api/v3/{plain}", source.host),
                "application/vnd.github+json",
            ),
            Forge::GitLab => (
                format!(
                    "https://{}/api/v4/projects/{}",
                    source.host,
                    segment(&source.slug())
                ),
                "application/json",
            ),
            Forge::Gitea => (
                format!("https://{}/api/v1/{plain}", source.host),
                "application/json",
            ),
            Forge::Bitbucket => {
                let host = Endpoint::Bitbucket.second_url();
                (
                    format!(
                        "{host}/2.0/repositories/{}/{}",
                        segment(owner),
                        segment(repo)
                    ),
                    "application/json",
                )
            }
            Forge::SourceHut | Forge::Gitiles | Forge::RepoOrCz => return None,
        };
        Some(Self {
            fetch,
            base: Url::parse(&base).ok()?,
            accept,
        })
    }

    pub(super) fn url(&self, path: &str) -> Url {
        let slash = if path.is_empty() || path.starts_with('?') {
            ""
        } else {
            "/"
        };
        Url::parse(&format!("{}{slash}{path}", self.base)).unwrap_or_else(|_| self.base.clone())
    }

    /// A document, and the address that gave it.
    pub(super) fn get(&self, url: &Url) -> Result<(Value, Url), FetchError> {
        let (value, _, url) = self.page(url)?;
        Ok((value, url))
    }

    fn page(&self, url: &Url) -> Result<(Value, Option<Url>, Url), FetchError> {
        let file = self
            .fetch
            .file(&FileRequest::document(url.clone(), self.accept))?;
        let value = serde_json::from_slice(&file.bytes()?)
            .map_err(|error| malformed(url.clone(), &error.to_string()))?;
        Ok((value, file.next_page, file.url))
    }

    /// All entries of a list over all its pages: by the `Link` header, by Bitbucket's `next`.
    fn list(&self, path: &str) -> Result<Vec<Value>, FetchError> {
        let mut entries = Vec::new();
        let mut next = Some(self.url(path));
        for _ in 0..MOST_PAGES {
            let Some(url) = next.take() else {
                return Ok(entries);
            };
            self.fetch.interrupt().check()?;
            let (mut value, linked, served_by) = self.page(&url)?;
            let in_body = text(&value, "/next").and_then(|next| Url::parse(&next).ok());
            // A list may go on at the public address or where it was served, nowhere else.
            let is_near = |next: &Url| {
                next.origin() == self.base.origin() || next.origin() == served_by.origin()
            };
            next = linked.or(in_body).filter(is_near);
            let values = value.get_mut("values").map(Value::take).unwrap_or(value);
            match values {
                Value::Array(found) => entries.extend(found),
                _ => return Err(malformed(url, "it is no list")),
            }
        }
        Err(malformed(self.url(path), "the list has no end"))
    }
}

pub(super) fn malformed(url: Url, reason: &str) -> FetchError {
    FetchError::Malformed {
        url: url.into(),
        reason: reason.to_owned(),
    }
}

/// A text that is there and not empty.
pub(super) fn text(value: &Value, place: &str) -> Option<String> {
    value
        .pointer(place)?
        .as_str()
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

fn flag(value: &Value, place: &str) -> bool {
    value
        .pointer(place)
        .and_then(Value::as_bool)
        .unwrap_or(false)
}
