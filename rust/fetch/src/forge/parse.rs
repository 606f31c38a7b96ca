//! Addresses of pages, archives and repositories → repository, revision, path.
//!
//! A branch with `/` in its name cannot be told from a branch and a path: its first part is taken.

use percent_encoding::percent_decode_str;
use url::Url;

use super::{Forge, ForgeSource, PageRevision};
use crate::endpoints::{Endpoint, Endpoints, GITILES_HOSTS, KNOWN_FORGES};

/// The repository that an address belongs to: a page, an archive, an https, ssh or git address, `git@host:path`.
///
/// `None`: no forge that we know, or an address of something else there, such as a file to be downloaded.
#[must_use]
pub fn parse(text: &str) -> Option<ForgeSource> {
    let url = as_url(text)?;
    let host = host(&url)?;
    let segments = segments(&url)?;
    let forge = forge_of(&host, &segments)?;
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    let found = match forge {
        Forge::GitHub => github(&parts),
        Forge::GitLab => gitlab(&parts, &url),
        Forge::Gitea => gitea(&parts),
        Forge::SourceHut => sourcehut(&parts),
        Forge::Bitbucket => bitbucket(&parts),
        Forge::Gitiles => gitiles(&parts),
        Forge::RepoOrCz => repo_or_cz(&parts),
    }?;
    let Found {
        owner,
        repo,
        revision,
        path,
    } = found;
    let repo = repo.strip_suffix(".git").unwrap_or(&repo).to_owned();
    if repo.is_empty() || (owner.is_empty() && !matches!(forge, Forge::Gitiles | Forge::RepoOrCz)) {
        return None;
    }
    Some(ForgeSource {
        forge,
        host,
        owner,
        repo,
        revision,
        path,
    })
}

/// As [`parse`], for an address at a replaced endpoint as well: it is taken for the public one.
#[must_use]
pub fn parse_with(text: &str, endpoints: &Endpoints) -> Option<ForgeSource> {
    let forges = [
        Endpoint::Github,
        Endpoint::Gitlab,
        Endpoint::Codeberg,
        Endpoint::Sourcehut,
        Endpoint::Bitbucket,
        Endpoint::RepoOrCz,
    ];
    let public = forges
        .into_iter()
        .filter(|endpoint| endpoints.is_overridden(*endpoint))
        .find_map(|endpoint| {
            let base = endpoints.url(endpoint).as_str().trim_end_matches('/');
            let rest = text
                .strip_prefix(base)
                .filter(|rest| rest.starts_with('/'))?;
            Some(format!("{}{rest}", endpoint.public_url()))
        });
    parse(public.as_deref().unwrap_or(text))
}

/// The address as an `https` one.
fn as_url(text: &str) -> Option<Url> {
    let text = text.trim().strip_prefix("git+").unwrap_or(text.trim());
    if let Some((scheme, rest)) = text.split_once("://") {
        let is_known = matches!(scheme, "https" | "http" | "ssh" | "git");
        let rest = if scheme == "ssh" {
            rest.rsplit_once('@').map_or(rest, |(_, rest)| rest)
        } else {
            rest
        };
        let url = is_known
            .then(|| Url::parse(&format!("https://{rest}")).ok())
            .flatten()?;
        return (url.username().is_empty() && url.password().is_none()).then_some(url);
    }
    let (host, path) = text.split_once(':')?;
    let host = host.rsplit('@').next()?;
    if host.is_empty() || host.contains('/') || path.starts_with('/') || !host.contains('.') {
        return None;
    }
    Url::parse(&format!("https://{host}/{path}")).ok()
}

fn host(url: &Url) -> Option<String> {
    let host = url.host_str()?.to_owned();
    let host = host.strip_prefix("www.").map(str::to_owned).unwrap_or(host);
    Some(
        url.port()
            .map_or(host.clone(), |port| format!("{host}:{port}")),
    )
}

/// The parts of the path, decoded; `None` if one could not be a part of an address again.
fn segments(url: &Url) -> Option<Vec<String>> {
    let parts = url.path_segments()?.filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let text = percent_decode_str(part).decode_utf8().ok()?.into_owned();
            (!text.chars().any(char::is_control) && text != "..").then_some(text)
        })
        .collect()
}

fn forge_of(host: &str, segments: &[String]) -> Option<Forge> {
    let is_at = |endpoint: Endpoint| endpoint.public_url().strip_prefix("https://") == Some(host);
    let public = [
        (Endpoint::Github, Forge::GitHub),
        (Endpoint::Gitlab, Forge::GitLab),
        (Endpoint::Codeberg, Forge::Gitea),
        (Endpoint::Bitbucket, Forge::Bitbucket),
        (Endpoint::RepoOrCz, Forge::RepoOrCz),
    ];
    if let Some((_, forge)) = public.into_iter().find(|(endpoint, _)| is_at(*endpoint)) {
        return Some(forge);
    }
    let known = KNOWN_FORGES
        .iter()
        .find(|(known, _)| *known == host)
        .map(|(_, software)| *software);
    let first = host.split(['.', ':']).next().unwrap_or_default();
    match known.unwrap_or(first) {
        "gitlab" => return Some(Forge::GitLab),
        "gitea" | "forgejo" => return Some(Forge::Gitea),
        "sourcehut" => return Some(Forge::SourceHut),
        _ => {}
    }
    if host.ends_with(GITILES_HOSTS)
        || segments
            .iter()
            .any(|part| matches!(part.as_str(), "+" | "+archive" | "+log" | "+refs"))
    {
        return Some(Forge::Gitiles);
    }
    if segments.iter().any(|part| part == "-") && segments.len() > 3 {
        return Some(Forge::GitLab);
    }
    let shape: Vec<&str> = segments
        .iter()
        .skip(2)
        .take(2)
        .map(String::as_str)
        .collect();
    matches!(shape.as_slice(), ["src", "branch" | "tag" | "commit"]).then_some(Forge::Gitea)
}

#[derive(Debug)]
struct Found {
    owner: String,
    repo: String,
    revision: Option<PageRevision>,
    path: Option<String>,
}

impl Found {
    fn new(owner: &str, repo: &str) -> Self {
        Self {
            owner: owner.to_owned(),
            repo: repo.to_owned(),
            revision: None,
            path: None,
        }
    }

    fn at(self, revision: PageRevision, path: &[&str]) -> Self {
        let path = (!path.is_empty()).then(|| path.join("/"));
        Self {
            revision: Some(revision),
            path,
            ..self
        }
    }
}

fn is_commit(text: &str) -> bool {
    (7..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A name of which the address does not say what it names.
fn guessed(name: &str) -> PageRevision {
    let full = matches!(name.len(), 40 | 64) && is_commit(name);
    if full {
        PageRevision::Commit(name.to_owned())
    } else {
        PageRevision::Name(name.to_owned())
    }
}

/// `refs/tags/v1`, `refs/heads/main`, a commit or a name.
fn reference(parts: &[&str]) -> Option<PageRevision> {
    match parts {
        [] => None,
        ["refs", "tags", name @ ..] if !name.is_empty() => Some(PageRevision::Tag(name.join("/"))),
        ["refs", "heads", name @ ..] if !name.is_empty() => {
            Some(PageRevision::Branch(name.join("/")))
        }
        _ => Some(guessed(&parts.join("/"))),
    }
}

/// `name.tar.gz` and the like without the ending; `None` for a file that is no archive.
fn without_archive_ending<'a>(parts: &[&'a str]) -> Option<Vec<&'a str>> {
    let (last, head) = parts.split_last()?;
    let endings = [
        ".tar.gz", ".tar.bz2", ".tar.xz", ".tgz", ".zip", ".tar", ".bundle",
    ];
    let bare = endings
        .iter()
        .find_map(|ending| last.strip_suffix(ending))?;
    Some(head.iter().copied().chain([bare]).collect())
}

fn github(parts: &[&str]) -> Option<Found> {
    let [owner, repo, rest @ ..] = parts else {
        return None;
    };
    let found = Found::new(owner, repo);
    match rest {
        [
            "tree" | "blob" | "blame" | "commits" | "edit",
            "refs",
            kind @ ("tags" | "heads"),
            name,
            path @ ..,
        ] => {
            let revision = reference(&["refs", kind, name])?;
            Some(found.at(revision, path))
        }
        [
            "tree" | "blob" | "blame" | "commits" | "edit",
            name,
            path @ ..,
        ] => Some(found.at(guessed(name), path)),
        ["commit", id, ..] => {
            is_commit(id).then(|| found.at(PageRevision::Commit((*id).to_owned()), &[]))
        }
        ["releases", "tag", tag @ ..] if !tag.is_empty() => {
            Some(found.at(PageRevision::Tag(tag.join("/")), &[]))
        }
        ["archive", archive @ ..] => {
            let bare = without_archive_ending(archive)?;
            Some(found.at(reference(&bare)?, &[]))
        }
        ["tarball" | "zipball", name @ ..] if !name.is_empty() => {
            Some(found.at(reference(name)?, &[]))
        }
        ["releases", "download", ..] | ["raw", ..] | ["suites", ..] => None,
        ["pull", _, "files" | "commits", ..] => Some(found),
        [.., last] if last.ends_with(".patch") || last.ends_with(".diff") => None,
        _ => Some(found),
    }
}

fn gitlab(parts: &[&str], url: &Url) -> Option<Found> {
    if let ["api", "v4", "projects", id, "repository", archive] = parts {
        return gitlab_api_archive(id, archive, url);
    }
    let split = parts.iter().position(|part| *part == "-");
    let (project, rest) = split
        .and_then(|at| parts.split_at_checked(at))
        .unwrap_or((parts, &[]));
    let (repo, groups) = project.split_last()?;
    let found = Found::new(&groups.join("/"), repo);
    match rest {
        [
            "-",
            "tree" | "blob" | "blame" | "commits" | "edit",
            name,
            path @ ..,
        ] => {
            let revision = match url
                .query_pairs()
                .find(|(key, _)| key == "ref_type")
                .map(|(_, kind)| kind.into_owned())
                .as_deref()
            {
                Some("tags") => PageRevision::Tag((*name).to_owned()),
                Some("heads") => PageRevision::Branch((*name).to_owned()),
                _ => guessed(name),
            };
            Some(found.at(revision, path))
        }
        ["-", "commit", id] => {
            is_commit(id).then(|| found.at(PageRevision::Commit((*id).to_owned()), &[]))
        }
        ["-", "tags" | "releases", tag @ ..] if !tag.is_empty() && !tag.contains(&"downloads") => {
            Some(found.at(PageRevision::Tag(tag.join("/")), &[]))
        }
        ["-", "archive", name @ .., file] if !name.is_empty() => {
            without_archive_ending(&[file])?;
            Some(found.at(reference(name)?, &[]))
        }
        ["-", "raw" | "jobs" | "package_files", ..] | ["-", "releases", _, "downloads", ..] => None,
        [.., last] if last.ends_with(".patch") || last.ends_with(".diff") => None,
        _ => Some(found),
    }
}

/// `api/v4/projects/group%2Frepo/repository/archive.tar.gz?sha=…`, as nixpkgs' fetcher asks for it.
fn gitlab_api_archive(id: &str, archive: &str, url: &Url) -> Option<Found> {
    without_archive_ending(&[archive])?;
    let (owner, repo) = id.rsplit_once('/')?;
    let sha = url
        .query_pairs()
        .find(|(key, _)| key == "sha")
        .map(|(_, sha)| sha.into_owned());
    let found = Found::new(owner, repo);
    Some(
        match sha.and_then(|sha| reference(&sha.split('/').collect::<Vec<_>>())) {
            Some(revision) => found.at(revision, &[]),
            None => found,
        },
    )
}

fn gitea(parts: &[&str]) -> Option<Found> {
    let [owner, repo, rest @ ..] = parts else {
        return None;
    };
    let found = Found::new(owner, repo);
    match rest {
        ["src" | "commits" | "blame", "branch", name, path @ ..] => {
            Some(found.at(PageRevision::Branch((*name).to_owned()), path))
        }
        ["src" | "commits" | "blame", "tag", name, path @ ..] => {
            Some(found.at(PageRevision::Tag((*name).to_owned()), path))
        }
        ["src" | "commits" | "blame", "commit", id, path @ ..] => {
            Some(found.at(PageRevision::Commit((*id).to_owned()), path))
        }
        ["commit", id] => {
            is_commit(id).then(|| found.at(PageRevision::Commit((*id).to_owned()), &[]))
        }
        ["releases", "tag", tag @ ..] if !tag.is_empty() => {
            Some(found.at(PageRevision::Tag(tag.join("/")), &[]))
        }
        ["archive", archive @ ..] => {
            let bare = without_archive_ending(archive)?;
            Some(found.at(reference(&bare)?, &[]))
        }
        ["raw" | "media", ..] | ["releases", "download", ..] => None,
        [.., last] if last.ends_with(".patch") || last.ends_with(".diff") => None,
        _ => Some(found),
    }
}

fn sourcehut(parts: &[&str]) -> Option<Found> {
    let [owner, repo, rest @ ..] = parts else {
        return None;
    };
    let found = owner.starts_with('~').then(|| Found::new(owner, repo))?;
    match rest {
        ["tree" | "log", name] => Some(found.at(guessed(name), &[])),
        ["tree", name, "item" | "tree", path @ ..] => Some(found.at(guessed(name), path)),
        ["commit" | "rev", id] => {
            is_commit(id).then(|| found.at(PageRevision::Commit((*id).to_owned()), &[]))
        }
        ["refs", tag @ ..] if !tag.is_empty() => {
            Some(found.at(PageRevision::Tag(tag.join("/")), &[]))
        }
        ["archive", archive @ ..] => {
            let bare = without_archive_ending(archive)?;
            Some(found.at(reference(&bare)?, &[]))
        }
        ["blob" | "raw", ..] => None,
        [.., last] if last.ends_with(".patch") => None,
        _ => Some(found),
    }
}

fn bitbucket(parts: &[&str]) -> Option<Found> {
    let [owner, repo, rest @ ..] = parts else {
        return None;
    };
    let found = Found::new(owner, repo);
    match rest {
        ["src", name, path @ ..] => Some(found.at(guessed(name), path)),
        ["commits", id] => {
            is_commit(id).then(|| found.at(PageRevision::Commit((*id).to_owned()), &[]))
        }
        ["commits", "tag", tag @ ..] if !tag.is_empty() => {
            Some(found.at(PageRevision::Tag(tag.join("/")), &[]))
        }
        ["branch", name @ ..] if !name.is_empty() => {
            Some(found.at(PageRevision::Branch(name.join("/")), &[]))
        }
        ["get", archive @ ..] => {
            let bare = without_archive_ending(archive)?;
            Some(found.at(reference(&bare)?, &[]))
        }
        ["raw", ..] | ["downloads", _, ..] => None,
        _ => Some(found),
    }
}

fn gitiles(parts: &[&str]) -> Option<Found> {
    let split = parts
        .iter()
        .position(|part| part.starts_with('+'))
        .unwrap_or(parts.len());
    let (project, rest) = parts.split_at_checked(split)?;
    let found = Found::new("", &project.join("/"));
    match rest {
        ["+archive", archive @ ..] => {
            let bare = without_archive_ending(archive)?;
            Some(found.at(reference(&bare)?, &[]))
        }
        [
            "+" | "+log",
            "refs",
            kind @ ("tags" | "heads"),
            name,
            path @ ..,
        ] => {
            let revision = reference(&["refs", kind, name])?;
            Some(found.at(revision, path))
        }
        ["+" | "+log", name, path @ ..] => Some(found.at(guessed(name), path)),
        _ => Some(found),
    }
}

/// Pages of gitweb: `NAME.git/ACTION/REVISION:PATH`. A fork's name has its parent's in front: `PARENT/NAME.git`.
fn repo_or_cz(parts: &[&str]) -> Option<Found> {
    let parts = parts.strip_prefix(&["w"]).unwrap_or(parts);
    let last = parts.iter().position(|part| part.ends_with(".git"))?;
    let (project, rest) = parts.split_at_checked(last + 1)?;
    let found = Found::new("", &project.join("/"));
    match rest {
        ["snapshot", archive @ ..] => {
            let bare = without_archive_ending(archive)?;
            Some(found.at(reference(&bare)?, &[]))
        }
        [
            "commit" | "commitdiff" | "log" | "shortlog" | "tag",
            name @ ..,
        ] if !name.is_empty() => Some(found.at(reference(name)?, &[])),
        ["tree" | "blob", name @ ..] if !name.is_empty() => {
            let joined = name.join("/");
            let (revision, path) = joined.split_once(':').unwrap_or((&joined, ""));
            let path: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
            Some(found.at(reference(&revision.split('/').collect::<Vec<_>>())?, &path))
        }
        ["blob_plain", ..] => None,
        _ => Some(found),
    }
}
