//! Where a package comes from, read out of the addresses of its source: which service knows its versions, and under which name.

use nixsmith_fetch::endpoints::{Endpoint, Endpoints, resolve_mirror};
use nixsmith_fetch::forge::{self, ForgeSource, PageRevision};
use percent_encoding::percent_decode_str;
use url::Url;

use super::Query;

/// A service that can be asked, and about what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A repository on a forge. `files`: the source is a file of a release, so a tag without a release does not do.
    Forge {
        source: ForgeSource,
        files: bool,
    },
    /// A git repository at no forge that we know.
    Git(String),
    Crates(String),
    /// `wheel`: the source is a wheel, not a source archive.
    Pypi {
        name: String,
        wheel: bool,
    },
    Npm(String),
    Rubygems(String),
    Go(String),
    Packagist(String),
    Hex(String),
    Hackage(String),
    Cran(String),
    Cpan(String),
    Maven {
        group: String,
        artifact: String,
    },
    Gnome(String),
    /// A project, and the path of the file in it.
    Sourceforge {
        project: String,
        path: String,
    },
    /// A file in a folder that can be listed.
    Folder(Url),
}

/// The places to ask, the likeliest first, and the tag of the source now if an address or the query tells it.
pub(super) fn places(query: &Query, endpoints: &Endpoints) -> (Vec<Place>, Option<String>) {
    let mut places: Vec<Place> = Vec::new();
    let mut tag = query.tag.clone().filter(|tag| !is_commit(tag));
    let mut add = |found: Found| {
        if tag.is_none() {
            tag = found.tag.filter(|tag| !is_commit(tag));
        }
        if !places.contains(&found.place) {
            places.push(found.place);
        }
    };
    for text in &query.urls {
        if let Some(found) = of_source(text, query, endpoints) {
            add(found);
        }
    }
    // A folder may be listed by nobody; what has an interface goes first.
    places.sort_by_key(|place| matches!(place, Place::Folder(_)));
    let homepage = query
        .homepage
        .as_deref()
        .and_then(|text| of_page(text, query, endpoints))
        .map(|found| found.place)
        .filter(|place| !places.contains(place));
    places.extend(homepage);
    (places, tag)
}

/// Whether a revision is a commit by its id, not a tag.
pub(super) fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

struct Found {
    place: Place,
    tag: Option<String>,
}

impl From<Place> for Found {
    fn from(place: Place) -> Self {
        Self { place, tag: None }
    }
}

/// The place that the address of a source leads to.
fn of_source(text: &str, query: &Query, endpoints: &Endpoints) -> Option<Found> {
    if let Some(found) = of_page(text, query, endpoints) {
        return Some(found);
    }
    let bare = text.strip_prefix("git+").unwrap_or(text);
    let is_git = text.starts_with("git+")
        || bare.starts_with("git://")
        || bare.trim_end_matches('/').ends_with(".git");
    if is_git {
        return Some(Place::Git(bare.to_owned()).into());
    }
    let url = address(text)?;
    let file = decoded(&url).pop()?;
    if is_archive(&file) || file.contains(&query.current) {
        return Some(Place::Folder(url).into());
    }
    // `fetchgit` of a host that nobody knows.
    query
        .tag
        .is_some()
        .then(|| Place::Git(bare.to_owned()).into())
}

/// The place that a page or file of a known service leads to.
fn of_page(text: &str, query: &Query, endpoints: &Endpoints) -> Option<Found> {
    // Registries first: `-` in an address looks like GitLab.
    of_service(text, query, endpoints)
        .map(Found::from)
        .or_else(|| of_release_file(text, endpoints))
        .or_else(|| of_forge(text, endpoints))
}

fn of_forge(text: &str, endpoints: &Endpoints) -> Option<Found> {
    let source = forge::parse_with(text, endpoints)?;
    let tag = match &source.revision {
        Some(PageRevision::Tag(tag) | PageRevision::Name(tag)) => Some(tag.clone()),
        _ => None,
    };
    let source = ForgeSource {
        revision: None,
        path: None,
        ..source
    };
    let place = Place::Forge {
        source,
        files: false,
    };
    Some(Found { place, tag })
}

/// What lies at a row of the endpoint table that is no forge.
fn of_service(text: &str, query: &Query, endpoints: &Endpoints) -> Option<Place> {
    let (endpoint, rest) = endpoints.locate(&address(text)?)?;
    let at = Url::parse(&format!("https://host/{rest}")).ok()?;
    let parts = decoded(&at);
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    of_registry(endpoint, &parts, query)
        .or_else(|| of_archive_site(endpoint, &parts, query))
        .or_else(|| of_folder(endpoint, &rest, query))
}

/// `https` and `http` addresses; mirrors by their first one.
fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text.trim()).ok()?;
    let url = resolve_mirror(&url).unwrap_or(url);
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// The parts of the path, decoded.
fn decoded(url: &Url) -> Vec<String> {
    let parts = url.path_segments().into_iter().flatten();
    parts
        .filter(|part| !part.is_empty())
        .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
        .collect()
}

/// `…/releases/download/TAG/FILE` at GitHub and Gitea, `…/-/releases/TAG/downloads/…` at GitLab.
fn of_release_file(text: &str, endpoints: &Endpoints) -> Option<Found> {
    let (page, rest) = text
        .split_once("/releases/download/")
        .or_else(|| text.split_once("/-/releases/"))?;
    let tag = rest
        .split_once("/downloads/")
        .or_else(|| rest.rsplit_once('/'))
        .map(|(tag, _)| tag)?;
    let tag = percent_decode_str(tag).decode_utf8().ok()?.into_owned();
    let source = forge::parse_with(page, endpoints)?;
    Some(Found {
        place: Place::Forge {
            source,
            files: true,
        },
        tag: Some(tag),
    })
}

/// The registries of programming languages.
fn of_registry(endpoint: Endpoint, parts: &[&str], query: &Query) -> Option<Place> {
    let own = |name: &str| name.to_owned();
    match (endpoint, parts) {
        (Endpoint::Crates, ["crates", name, ..]) => Some(Place::Crates(own(name))),
        (Endpoint::Pypi, ["project" | "pypi" | "simple", name, ..]) => Some(Place::Pypi {
            name: own(name),
            wheel: false,
        }),
        (Endpoint::Pypi | Endpoint::PypiFiles, ["packages", .., file]) => {
            let wheel = file.ends_with(".whl");
            let name = if wheel {
                file.split('-').next()?
            } else {
                stem(file, &query.current)?
            };
            Some(Place::Pypi {
                name: own(name),
                wheel,
            })
        }
        (Endpoint::Npm, [scope, name, ..]) if scope.starts_with('@') => {
            Some(Place::Npm(format!("{scope}/{name}")))
        }
        (Endpoint::Npm, [name, ..]) => Some(Place::Npm(own(name))),
        (Endpoint::Rubygems, ["gems" | "downloads", file]) => {
            let name = if file.ends_with(".gem") {
                stem(file, &query.current)?
            } else {
                file
            };
            Some(Place::Rubygems(own(name)))
        }
        (Endpoint::GoProxy, [module @ .., "@v", _]) if !module.is_empty() => {
            Some(Place::Go(module_path(&module.join("/"))))
        }
        (Endpoint::Packagist, ["packages" | "p2", vendor, name]) => Some(Place::Packagist(
            format!("{vendor}/{}", name.trim_end_matches(".json")),
        )),
        (Endpoint::Hex, ["tarballs", file]) => Some(Place::Hex(own(stem(file, &query.current)?))),
        (Endpoint::HexApi, ["packages", name, ..]) => Some(Place::Hex(own(name))),
        (Endpoint::Maven, [group @ .., artifact, version, file])
            if !group.is_empty() && file.starts_with(&format!("{artifact}-{version}")) =>
        {
            Some(Place::Maven {
                group: group.join("."),
                artifact: own(artifact),
            })
        }
        _ => None,
    }
}

/// The archives of languages and desktops that are more than folders.
fn of_archive_site(endpoint: Endpoint, parts: &[&str], query: &Query) -> Option<Place> {
    let own = |name: &str| name.to_owned();
    match (endpoint, parts) {
        (Endpoint::Hackage, ["package", name, ..]) => {
            let name = name.trim_end_matches(".tar.gz");
            let (head, version) = name.rsplit_once('-').unwrap_or((name, ""));
            let is_version = !version.is_empty()
                && version
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'.');
            Some(Place::Hackage(own(if is_version { head } else { name })))
        }
        (Endpoint::Cran, ["src", "contrib", .., file]) => {
            Some(Place::Cran(own(file.split_once('_')?.0)))
        }
        (Endpoint::Cran, ["web", "packages", name, ..]) => Some(Place::Cran(own(name))),
        (Endpoint::Cran, [name]) => Some(Place::Cran(own(name.strip_prefix("package=")?))),
        (Endpoint::Cpan, ["authors", "id", .., file]) => {
            Some(Place::Cpan(own(stem(file, &query.current)?)))
        }
        (Endpoint::Gnome, ["sources", name, ..]) => Some(Place::Gnome(own(name))),
        (Endpoint::Sourceforge, ["projects", project, "files", path @ .., "download"]) => {
            Some(sourceforge(project, path))
        }
        (Endpoint::Sourceforge, ["projects", project, ..]) => Some(sourceforge(project, &[])),
        (
            Endpoint::SourceforgeFiles,
            ["project" | "projects" | "sourceforge", project, path @ ..],
        ) => Some(sourceforge(project, path)),
        (Endpoint::SourceforgeFiles, [project, path @ ..]) => Some(sourceforge(project, path)),
        _ => None,
    }
}

fn sourceforge(project: &str, path: &[&str]) -> Place {
    Place::Sourceforge {
        project: project.to_owned(),
        path: path.join("/"),
    }
}

/// GNU, Savannah and KDE publish folders. The service's first address is asked, whichever mirror the package names.
fn of_folder(endpoint: Endpoint, rest: &str, query: &Query) -> Option<Place> {
    let is_listed = matches!(endpoint, Endpoint::Gnu | Endpoint::Savannah | Endpoint::Kde);
    let url = Url::parse(&format!("{}/{rest}", endpoint.public_url())).ok()?;
    let file = decoded(&url).pop()?;
    (is_listed && (is_archive(&file) || file.contains(&query.current)))
        .then_some(Place::Folder(url))
}

/// A module's path, with capitals as the proxy escapes them.
fn module_path(escaped: &str) -> String {
    let mut path = String::with_capacity(escaped.len());
    let mut letters = escaped.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '!' => path.extend(letters.next().map(|next| next.to_ascii_uppercase())),
            _ => path.push(letter),
        }
    }
    path
}

/// The name before `-VERSION` in a file's name.
fn stem<'a>(file: &'a str, version: &str) -> Option<&'a str> {
    if let Some((name, _)) = file.rsplit_once(&format!("-{version}")) {
        return Some(name);
    }
    // Spelled otherwise (`1.0.0rc1` as `1.0.0-rc.1`): what begins with a digit after a `-` is the version.
    let bare = without_ending(file);
    let at = bare.match_indices('-').map(|(at, _)| at).find(|at| {
        bare.get(at + 1..)
            .is_some_and(|rest| rest.starts_with(|sign: char| sign.is_ascii_digit()))
    })?;
    bare.get(..at).filter(|name| !name.is_empty())
}

/// Endings of archives and of files that are released like them.
const ENDINGS: &[&str] = &[
    ".tar.gz",
    ".tar.bz2",
    ".tar.xz",
    ".tar.zst",
    ".tar.lz",
    ".tar.lzma",
    ".tar.Z",
    ".tgz",
    ".tbz2",
    ".tbz",
    ".txz",
    ".tar",
    ".zip",
    ".gz",
    ".bz2",
    ".xz",
    ".7z",
    ".jar",
    ".whl",
    ".gem",
    ".deb",
    ".rpm",
    ".AppImage",
    ".crate",
    ".dmg",
    ".pkg",
    ".bin",
    ".exe",
];

fn is_archive(file: &str) -> bool {
    ENDINGS.iter().any(|ending| file.ends_with(ending))
}

/// A file's name without the ending of an archive.
pub(super) fn without_ending(file: &str) -> &str {
    ENDINGS
        .iter()
        .find_map(|ending| file.strip_suffix(ending))
        .unwrap_or(file)
}

#[cfg(test)]
mod tests;
