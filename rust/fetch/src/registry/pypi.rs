//! The Python package index: projects, files, and the order of versions.
//!
//! Sources: PEP 503 (names), PEP 691 and PEP 700 (the JSON simple index), PEP 440 (versions), PEP 592 (yanked), PEP 625 (sdist names).

mod version;

use nixsmith_store::hash::{Algorithm, Hash};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::{base16, is_plain, json, refused};
use crate::endpoints::{Endpoint, Endpoints, segment};
use crate::error::FetchError;
use crate::request::{Fetch, FileRequest};

pub use version::Version;

/// The `Accept` header for the JSON form of the simple index.
pub const SIMPLE_ACCEPT: &str = "application/vnd.pypi.simple.v1+json";

/// A project's name as it stands in addresses: lower case, with runs of `-`, `_` and `.` as one `-` (PEP 503).
#[must_use]
pub fn normalized_name(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for letter in name.chars() {
        let letter = if matches!(letter, '-' | '_' | '.') {
            '-'
        } else {
            letter.to_ascii_lowercase()
        };
        if letter != '-' || !normal.ends_with('-') {
            normal.push(letter);
        }
    }
    normal
}

/// Whether `name` can be a project's: ASCII letters and digits, with `-`, `_` and `.` inside (PEP 508).
#[must_use]
pub fn is_name(name: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let is_edge = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    name.len() <= 256
        && name.bytes().all(is_inner)
        && is_edge(name.bytes().next())
        && is_edge(name.bytes().last())
}

/// Every file of a project (PEP 691).
#[derive(Debug, Clone, Deserialize)]
pub struct SimpleProject {
    /// The normalized name.
    pub name: String,
    /// The files, in no order that means something.
    pub files: Vec<SimpleFile>,
    /// The versions, if the index lists them (PEP 700).
    #[serde(default)]
    pub versions: Vec<String>,
}

/// One file of a project.
#[derive(Debug, Clone, Deserialize)]
pub struct SimpleFile {
    /// Its name, from which the version is read.
    pub filename: String,
    /// Where it is; may be relative to the index page.
    pub url: String,
    /// Digests in hexadecimal, by the name of their algorithm.
    #[serde(default)]
    pub hashes: std::collections::BTreeMap<String, String>,
    /// Which Pythons it is for, such as `>=3.9`.
    #[serde(rename = "requires-python", default)]
    pub requires_python: Option<String>,
    /// `false`, or `true` or a reason: withdrawn.
    #[serde(default)]
    pub yanked: Value,
    /// Its size in bytes (PEP 700).
    #[serde(default)]
    pub size: Option<u64>,
}

impl SimpleFile {
    /// Whether it was withdrawn (PEP 592).
    #[must_use]
    pub fn is_yanked(&self) -> bool {
        !matches!(self.yanked, Value::Null | Value::Bool(false))
    }

    /// The hashes that we know the algorithms of.
    #[must_use]
    pub fn known_hashes(&self) -> Vec<Hash> {
        let known = [
            ("sha256", Algorithm::Sha256),
            ("sha512", Algorithm::Sha512),
            ("sha1", Algorithm::Sha1),
            ("md5", Algorithm::Md5),
        ];
        known
            .iter()
            .filter_map(|(name, algorithm)| base16(*algorithm, self.hashes.get(*name)?))
            .collect()
    }

    /// Whether it is a source archive.
    #[must_use]
    pub fn is_sdist(&self) -> bool {
        sdist_extension(&self.filename).is_some()
    }

    /// The version in its name, if it is a source archive or a wheel of the project `name`.
    #[must_use]
    pub fn version(&self, name: &str) -> Option<String> {
        file_version(&self.filename, name)
    }
}

/// `tar.gz`, `zip` and the older forms of source archives.
#[must_use]
pub fn sdist_extension(filename: &str) -> Option<&'static str> {
    let forms = ["tar.gz", "zip", "tar.bz2", "tgz", "tar.xz", "tar.Z"];
    forms.into_iter().find(|form| {
        filename
            .strip_suffix(form)
            .is_some_and(|rest| rest.ends_with('.'))
    })
}

/// The version that a file of the project `name` has by its file name.
///
/// The name of a source archive may itself contain `-` and digits, so the project's name says where the version begins.
#[must_use]
pub fn file_version(filename: &str, name: &str) -> Option<String> {
    if let Some(stem) = filename.strip_suffix(".whl") {
        return stem.split('-').nth(1).map(str::to_owned);
    }
    let extension = sdist_extension(filename)?;
    let stem = filename.strip_suffix(extension)?.strip_suffix('.')?;
    let wanted = normalized_name(name);
    let dashes = stem.match_indices('-').map(|(at, _)| at);
    let split = dashes.filter(|at| {
        stem.get(..*at)
            .is_some_and(|head| normalized_name(head) == wanted)
    });
    let found = split
        .filter_map(|at| stem.get(at + 1..))
        .find(|version| Version::parse(version).is_some());
    found.map(str::to_owned)
}

/// One release with its source archive.
#[derive(Debug, Clone)]
pub struct Sdist {
    /// The version, spelled as in the file's name.
    pub version: String,
    /// The file's name.
    pub filename: String,
    /// Where it is.
    pub url: Url,
    /// What the index states; never empty.
    pub hashes: Vec<Hash>,
    /// Which Pythons it is for.
    pub requires_python: Option<String>,
}

impl Sdist {
    /// The request for the archive: its content never changes.
    #[must_use]
    pub fn request(&self) -> FileRequest {
        let request = FileRequest::new(self.url.clone()).immutable();
        FileRequest {
            expected: self.hashes.clone(),
            ..request
        }
    }
}

/// Where the simple index has a project.
#[must_use]
pub fn simple_url(endpoints: &Endpoints, name: &str) -> Url {
    endpoints.join(
        Endpoint::Pypi,
        &format!("simple/{}/", segment(&normalized_name(name))),
    )
}

/// All files of a project.
pub fn project(fetch: &dyn Fetch, name: &str) -> Result<SimpleProject, FetchError> {
    check_name(name)?;
    let url = simple_url(fetch.endpoints(), name);
    match json(fetch, url, SIMPLE_ACCEPT) {
        Err(FetchError::NotFound { .. }) => Err(no_project(name)),
        other => other,
    }
}

/// The core metadata of the newest release (`info` of the project's JSON document): summary, licence, addresses, classifiers.
///
/// Of the newest release alone: the document of another version is asked for in vain at some mirrors. Its archive has them as well.
pub fn metadata(fetch: &dyn Fetch, name: &str) -> Result<Value, FetchError> {
    check_name(name)?;
    let path = format!("pypi/{}/json", segment(&normalized_name(name)));
    let document: Result<Value, FetchError> = json(
        fetch,
        fetch.endpoints().join(Endpoint::Pypi, &path),
        "application/json",
    );
    match document {
        Err(FetchError::NotFound { .. }) => Err(no_project(name)),
        other => other.map(|mut document| {
            document
                .get_mut("info")
                .map(Value::take)
                .unwrap_or_default()
        }),
    }
}

fn check_name(name: &str) -> Result<(), FetchError> {
    if is_name(name) {
        Ok(())
    } else {
        Err(refused("the name of a Python project", name))
    }
}

fn no_project(name: &str) -> FetchError {
    FetchError::Missing(format!("there is no Python project `{name}`"))
}

/// The source archive of `version`, or, without one, of the newest version that has one and is neither a prerelease nor withdrawn;
/// if all are prereleases, of the newest of them.
pub fn sdist(fetch: &dyn Fetch, name: &str, version: Option<&str>) -> Result<Sdist, FetchError> {
    let project = project(fetch, name)?;
    let base = simple_url(fetch.endpoints(), name);
    let file = match version {
        Some(version) => sdist_of(&project, name, version),
        None => newest_sdist(&project, name),
    };
    let file = file.ok_or_else(|| FetchError::Missing(no_sdist(&project, name, version)))?;
    let malformed = |reason: &str| FetchError::Malformed {
        url: base.clone().into(),
        reason: reason.to_owned(),
    };
    let url = base
        .join(&file.url)
        .map_err(|_| malformed("the address of a file cannot be read"))?;
    let hashes = file.known_hashes();
    if hashes.is_empty() {
        return Err(malformed("a file has no hash that is known"));
    }
    let version = file.version(name).unwrap_or_default();
    let (filename, requires_python) = (file.filename.clone(), file.requires_python.clone());
    Ok(Sdist {
        version,
        filename,
        url,
        hashes,
        requires_python,
    })
}

fn no_sdist(project: &SimpleProject, name: &str, version: Option<&str>) -> String {
    let Some(version) = version else {
        return format!("Python project `{name}` has no source archive");
    };
    let wanted = Version::parse(version);
    let has_files = project
        .files
        .iter()
        .filter_map(|file| file.version(name))
        .any(|found| Version::parse(&found) == wanted);
    let version = version.escape_debug();
    if has_files && wanted.is_some() {
        format!("version `{version}` of Python project `{name}` has no source archive, only wheels")
    } else {
        format!("Python project `{name}` has no version `{version}`")
    }
}

/// The source archive of a version; different spellings of one version are the same (PEP 440). A `tar.gz` before other forms.
fn sdist_of<'a>(project: &'a SimpleProject, name: &str, version: &str) -> Option<&'a SimpleFile> {
    let wanted = Version::parse(version)?;
    let is_wanted = |file: &&SimpleFile| {
        file.is_sdist()
            && file
                .version(name)
                .and_then(|found| Version::parse(&found))
                .is_some_and(|found| found == wanted)
    };
    project
        .files
        .iter()
        .filter(is_wanted)
        .max_by_key(|file| file.filename.ends_with(".tar.gz"))
}

fn newest_sdist<'a>(project: &'a SimpleProject, name: &str) -> Option<&'a SimpleFile> {
    let versions = project
        .files
        .iter()
        .filter(|file| file.is_sdist() && !file.is_yanked());
    let versions = versions.filter_map(|file| Version::parse(&file.version(name)?));
    let newest = versions.max_by(|left, right| {
        let rank = |version: &Version| !version.is_prerelease();
        rank(left).cmp(&rank(right)).then_with(|| left.cmp(right))
    })?;
    sdist_of(project, name, &newest.to_string())
}

/// Where nixpkgs' `fetchPypi` looks for a source archive: `mirror://pypi/f/foo/foo-1.0.tar.gz`.
#[must_use]
pub fn mirror_url(pname: &str, version: &str, extension: &str) -> String {
    let first: String = pname.chars().take(1).collect();
    format!("mirror://pypi/{first}/{pname}/{pname}-{version}.{extension}")
}

/// The real address behind [`mirror_url`].
#[must_use]
pub fn mirror_request_url(
    endpoints: &Endpoints,
    pname: &str,
    version: &str,
    extension: &str,
) -> Option<Url> {
    if !is_plain(pname) || !is_plain(version) {
        return None;
    }
    let first: String = pname.chars().take(1).collect();
    let (pname, version) = (segment(pname), segment(version));
    Some(endpoints.join(
        Endpoint::PypiFiles,
        &format!("packages/source/{first}/{pname}/{pname}-{version}.{extension}"),
    ))
}

#[cfg(test)]
mod tests;
