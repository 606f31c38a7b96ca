//! Rust crates: the sparse index and the archives.
//!
//! Source: the Cargo book, "Registry Index" and "Index Format".

use nixsmith_store::hash::{Algorithm, Hash};
use serde::Deserialize;
use url::Url;

use super::{base16, document, refused};
use crate::endpoints::{Endpoint, Endpoints, segment};
use crate::error::FetchError;
use crate::request::{Fetch, FileRequest};

/// A crate's archive is at most 10 MiB by default; the registry raised the limit for some.
pub const ARCHIVE_LIMIT_BYTES: u64 = 512 << 20;

/// One released version, as its line in the index states it.
#[derive(Debug, Clone, Deserialize)]
pub struct IndexEntry {
    /// The name as published, `_` and `-`, upper and lower case kept.
    pub name: String,
    /// The version, a semantic version that may carry build metadata.
    #[serde(rename = "vers")]
    pub version: String,
    /// The SHA-256 of the archive, in hexadecimal.
    #[serde(rename = "cksum")]
    pub checksum: String,
    /// Whether the version was withdrawn: still there for lock files, not for new ones.
    #[serde(default)]
    pub yanked: bool,
    /// What it depends on.
    #[serde(rename = "deps", default)]
    pub dependencies: Vec<IndexDependency>,
    /// Features and what they switch on; with [`features2`](Self::features2).
    #[serde(default)]
    pub features: std::collections::BTreeMap<String, Vec<String>>,
    /// Features in the newer notation (`dep:x`, `x?/y`), to be added to the others.
    #[serde(default)]
    pub features2: Option<std::collections::BTreeMap<String, Vec<String>>>,
    /// The native library that it links to.
    #[serde(default)]
    pub links: Option<String>,
    /// The oldest Rust that it says it builds with.
    #[serde(default)]
    pub rust_version: Option<String>,
}

/// One dependency in the index.
#[derive(Debug, Clone, Deserialize)]
pub struct IndexDependency {
    /// The name in the code; the crate's own name is [`package`](Self::package) if that differs.
    pub name: String,
    /// The version requirement.
    pub req: String,
    /// The features that are asked for.
    #[serde(default)]
    pub features: Vec<String>,
    /// Whether it is switched on by a feature only.
    #[serde(default)]
    pub optional: bool,
    /// Whether its default features are asked for.
    #[serde(default)]
    pub default_features: bool,
    /// The platform it is for: a `cfg(…)` or a target name.
    #[serde(default)]
    pub target: Option<String>,
    /// `normal`, `build` or `dev`.
    #[serde(default)]
    pub kind: Option<String>,
    /// The crate's own name, if it was renamed.
    #[serde(default)]
    pub package: Option<String>,
}

impl IndexEntry {
    /// The SHA-256 of the archive; none: the index states something else.
    #[must_use]
    pub fn hash(&self) -> Option<Hash> {
        base16(Algorithm::Sha256, &self.checksum)
    }

    /// Whether the version is one that people should have: not withdrawn, no prerelease.
    #[must_use]
    pub fn is_stable(&self) -> bool {
        !self.yanked && !semver_core(&self.version).contains('-')
    }
}

/// A version without its build metadata.
fn semver_core(version: &str) -> &str {
    version.split_once('+').map_or(version, |(core, _)| core)
}

/// Whether `name` can be a crate's: ASCII letters, digits, `-`, `_`, beginning with a letter, at most 64.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    name.len() <= 64
        && name.bytes().all(is_letter)
        && name
            .bytes()
            .next()
            .is_some_and(|first| first.is_ascii_alphabetic())
}

/// Where a crate's file lies in an index: `1/a`, `2/ab`, `3/a/abc`, `ab/cd/abcdef`, in lower case.
#[must_use]
pub fn index_path(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    let part = |from: usize, to: usize| name.get(from..to).unwrap_or_default();
    match name.len() {
        0..=2 => format!("{}/{name}", name.len()),
        3 => format!("3/{}/{name}", part(0, 1)),
        _ => format!("{}/{}/{name}", part(0, 2), part(2, 4)),
    }
}

/// Where the index file of a crate is asked for.
#[must_use]
pub fn index_url(endpoints: &Endpoints, name: &str) -> Url {
    endpoints.join(Endpoint::CratesIndex, &index_path(name))
}

/// Where an archive is downloaded, as nixpkgs' `fetchCrate` and `fetchCargoVendor` spell it: `/crates/NAME/VERSION/download`.
///
/// A `+` in the version stays as it is.
#[must_use]
pub fn download_url(endpoints: &Endpoints, name: &str, version: &str) -> Url {
    endpoints.join(
        Endpoint::Crates,
        &format!("crates/{}/{}/download", segment(name), segment(version)),
    )
}

/// The same archive by its file name: `/crates/NAME/NAME-VERSION.crate`.
#[must_use]
pub fn archive_url(endpoints: &Endpoints, name: &str, version: &str) -> Url {
    let (name, version) = (segment(name), segment(version));
    endpoints.join(
        Endpoint::Crates,
        &format!("crates/{name}/{name}-{version}.crate"),
    )
}

/// The request for an archive with this hash: its content never changes.
#[must_use]
pub fn archive_request(
    endpoints: &Endpoints,
    name: &str,
    version: &str,
    hash: Hash,
) -> FileRequest {
    let url = download_url(endpoints, name, version);
    FileRequest::new(url)
        .expect(hash)
        .immutable()
        .limit_bytes(ARCHIVE_LIMIT_BYTES)
}

/// Every version of a crate, as the index lists them (in the order of their release).
pub fn entries(fetch: &dyn Fetch, name: &str) -> Result<Vec<IndexEntry>, FetchError> {
    if !is_name(name) {
        return Err(refused("the name of a crate", name));
    }
    let url = index_url(fetch.endpoints(), name);
    let (bytes, _) = match document(fetch, url.clone(), "text/plain, */*") {
        Err(FetchError::NotFound { .. }) => {
            return Err(FetchError::Missing(format!("there is no crate `{name}`")));
        }
        other => other?,
    };
    parse_index(&bytes).map_err(|reason| FetchError::Malformed {
        url: url.into(),
        reason,
    })
}

/// The entries of an index file: one JSON document per line.
pub fn parse_index(bytes: &[u8]) -> Result<Vec<IndexEntry>, String> {
    let lines = bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    lines
        .map(|line| serde_json::from_slice(line).map_err(|error| error.to_string()))
        .collect()
}

/// The entry of `version`, or, without one, of the newest version that is neither a prerelease nor withdrawn.
pub fn find(
    fetch: &dyn Fetch,
    name: &str,
    version: Option<&str>,
) -> Result<IndexEntry, FetchError> {
    let entries = entries(fetch, name)?;
    let found = match version {
        Some(version) => entries
            .iter()
            .find(|entry| entry.version == version)
            .or_else(|| {
                // One version may be released once for all build metadata, so it may be asked for without.
                entries
                    .iter()
                    .find(|entry| semver_core(&entry.version) == version)
            }),
        None => newest(&entries),
    };
    found.cloned().ok_or_else(|| {
        FetchError::Missing(match version {
            Some(version) => format!("crate `{name}` has no version `{}`", version.escape_debug()),
            None => {
                format!("crate `{name}` has no version that is neither a prerelease nor yanked")
            }
        })
    })
}

/// The newest version that is neither a prerelease nor withdrawn, in the order of semantic versions.
#[must_use]
pub fn newest(entries: &[IndexEntry]) -> Option<&IndexEntry> {
    entries
        .iter()
        .filter(|entry| entry.is_stable())
        .max_by_key(|entry| release_key(&entry.version))
}

/// The three numbers of a release.
fn release_key(version: &str) -> [u64; 3] {
    let mut numbers = semver_core(version)
        .split('.')
        .map(|part| part.parse().unwrap_or(0));
    [(); 3].map(|()| numbers.next().unwrap_or(0))
}

#[cfg(test)]
mod tests;
