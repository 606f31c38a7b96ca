//! The text of a `package-lock.json` or `npm-shrinkwrap.json`, versions 2 and 3, as data.
//!
//! Source: the `package-lock.json` page of npm's documentation. Only `packages` is read; the `dependencies` that version 2 keeps for
//! older npm say the same again. Version 1 has only those and is refused but where it lies in a git dependency.

mod old;

use std::collections::BTreeMap;
use std::fmt;

use nixsmith_fetch::endpoints::Endpoint;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use url::Url;

use crate::dependency::{Dependency, Integrity, Source};
use crate::error::{EcosystemError, Problem, excerpt};

/// The most entries a lock may have; the largest ones known have about 5,000.
const PACKAGES_MAX: usize = 100_000;
/// The longest `integrity` that is read; two hashes have 140 characters.
const INTEGRITY_LENGTH_MAX: usize = 4096;

/// A lock file, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NpmLock {
    /// 2 or 3; 1 from [`NpmLock::parse_followed`] alone.
    pub version: u8,
    /// Whether the text starts with a byte order mark.
    pub has_byte_order_mark: bool,
    /// In the order of their keys; without the project's own entry, whose key is empty.
    pub packages: Vec<NpmPackage>,
}

/// One entry of `packages`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NpmPackage {
    /// Where it is installed: `node_modules/@scope/name`, or a folder of the project.
    pub key: String,
    /// The name the entry itself states; npm writes it for aliases and folders.
    pub stated_name: Option<String>,
    /// As written; folders may have none.
    pub version: Option<String>,
    /// Where it comes from.
    pub resolved: Option<Resolved>,
    /// The tokens of `integrity`; None: the entry has none.
    pub integrity: Option<Vec<String>>,
    /// A link to a folder of the project.
    pub link: bool,
    /// It came inside another package's archive.
    pub bundled: bool,
    /// Installing it runs a script of its own.
    pub has_install_script: bool,
}

/// The `resolved` of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// An absolute URL, of any scheme.
    Url(Url),
    /// Anything else: a folder of the project.
    Text(String),
}

#[derive(Deserialize)]
#[serde(expecting = "a lock file")]
struct RawLock {
    #[serde(rename = "lockfileVersion")]
    version: Option<i64>,
    packages: Option<Entries>,
}

#[derive(Deserialize)]
#[serde(expecting = "a lock file")]
struct RawOldLock {
    dependencies: Option<old::OldEntries>,
}

/// The entries by key; of two with one key the later. Stops at more than [`PACKAGES_MAX`].
struct Entries(BTreeMap<String, RawPackage>);

#[derive(Deserialize)]
#[serde(expecting = "an entry of a lock file")]
struct RawPackage {
    name: Option<String>,
    version: Option<String>,
    resolved: Option<String>,
    integrity: Option<String>,
    link: Option<bool>,
    #[serde(rename = "inBundle")]
    in_bundle: Option<bool>,
    #[serde(rename = "hasInstallScript")]
    has_install_script: Option<bool>,
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the entries of a lock file")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Entries, A::Error> {
        let mut entries = BTreeMap::new();
        while let Some((key, entry)) = access.next_entry()? {
            entries.insert(key, entry);
            if entries.len() > PACKAGES_MAX {
                return Err(de::Error::custom(format!(
                    "more than the {PACKAGES_MAX} entries that are read"
                )));
            }
        }
        Ok(Entries(entries))
    }
}

impl NpmLock {
    /// The lock in `bytes`; `file` names it in errors. Err: it is no JSON, or not of version 2 or 3.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, EcosystemError> {
        Self::read(file, bytes, false)
    }

    /// As [`NpmLock::parse`], of a git dependency: version 1 is read as well, for who depends on it cannot have it rewritten.
    /// Its entries are without a version.
    pub fn parse_followed(file: &str, bytes: &[u8]) -> Result<Self, EcosystemError> {
        Self::read(file, bytes, true)
    }

    fn read(file: &str, bytes: &[u8], followed: bool) -> Result<Self, EcosystemError> {
        let problem = |problem: String| EcosystemError::Lock {
            file: file.to_owned(),
            problem,
        };
        let text = std::str::from_utf8(bytes).map_err(|error| {
            problem(format!("not UTF-8 text after byte {}", error.valid_up_to()))
        })?;
        let bare = text.trim_start_matches('\u{feff}');
        let raw: RawLock =
            serde_json::from_str(bare).map_err(|error| problem(excerpt(&error.to_string())))?;
        let has_byte_order_mark = bare.len() != text.len();
        if followed && raw.version == Some(1) {
            let old: RawOldLock =
                serde_json::from_str(bare).map_err(|error| problem(excerpt(&error.to_string())))?;
            let entries = old::entries(old.dependencies.unwrap_or_default()).map_err(problem)?;
            let packages = entries.map(|(key, raw)| package(file, key, raw));
            return Ok(Self {
                version: 1,
                has_byte_order_mark,
                packages: packages.collect::<Result<_, _>>()?,
            });
        }
        let version = version(file, raw.version)?;
        let packages = raw.packages.map(|entries| entries.0).unwrap_or_default();
        let others = packages.into_iter().filter(|(key, _)| !key.is_empty());
        let packages = others.map(|(key, raw)| package(file, key, raw));
        Ok(Self {
            version,
            has_byte_order_mark,
            packages: packages.collect::<Result<_, _>>()?,
        })
    }
}

fn version(file: &str, version: Option<i64>) -> Result<u8, EcosystemError> {
    let problem = |problem: String| EcosystemError::Lock {
        file: file.to_owned(),
        problem,
    };
    match version {
        None => Err(problem("it has no `lockfileVersion`".to_owned())),
        Some(2) => Ok(2),
        Some(3) => Ok(3),
        Some(1) => Err(EcosystemError::Refused {
            file: file.to_owned(),
            problem:
                "lock version 1 lacks what npm 7 and newer must know to install without a network"
                    .to_owned(),
            hint: "let npm 7 or newer rewrite it: `npm install --package-lock-only`".to_owned(),
        }),
        Some(number) => Err(problem(format!(
            "lock version {number} is not known, expected 2 or 3"
        ))),
    }
}

fn package(file: &str, key: String, raw: RawPackage) -> Result<NpmPackage, EcosystemError> {
    let too_long = |text: &String| text.len() > INTEGRITY_LENGTH_MAX;
    if raw.integrity.as_ref().is_some_and(too_long) {
        let sentence = format!("its `integrity` has more than {INTEGRITY_LENGTH_MAX} characters");
        return Err(Problem::from(sentence).of(file, &key));
    }
    let resolved = raw.resolved.map(|text| match Url::parse(&text) {
        Ok(url) => Resolved::Url(url),
        Err(_) => Resolved::Text(text),
    });
    Ok(NpmPackage {
        key,
        stated_name: raw.name,
        version: raw.version,
        resolved,
        integrity: raw
            .integrity
            .map(|text| text.split_ascii_whitespace().map(str::to_owned).collect()),
        link: raw.link == Some(true),
        bundled: raw.in_bundle == Some(true),
        has_install_script: raw.has_install_script == Some(true),
    })
}

impl NpmPackage {
    /// The package's real name: what it states itself, else the end of its key.
    pub fn name(&self) -> &str {
        if let Some(name) = &self.stated_name {
            return name;
        }
        self.key
            .rsplit_once("node_modules/")
            .map_or(&self.key, |(_, name)| name)
    }

    /// The entry as a third-party dependency. None: it is part of the project, or bundled in another package's archive.
    pub(super) fn dependency(&self) -> Option<Dependency> {
        let in_project = self.link || !self.key.contains("node_modules/");
        if in_project || self.bundled {
            return None;
        }
        let source = match &self.resolved {
            None => Source::Unknown,
            Some(Resolved::Text(_)) => return None,
            Some(Resolved::Url(url)) if url.scheme() == "file" => return None,
            Some(Resolved::Url(url)) => source(url),
        };
        let commit = match &source {
            Source::Git { commit, .. } => Some(commit.clone()),
            _ => None,
        };
        let tokens = self.integrity.iter().flatten();
        Some(Dependency {
            name: self.name().to_owned(),
            version: self.version.clone().or(commit)?,
            source,
            integrity: tokens.map(|token| Integrity::parse(token)).collect(),
        })
    }
}

fn source(url: &Url) -> Source {
    if url.scheme().starts_with("git") || url.scheme() == "ssh" {
        let mut address = url.clone();
        address.set_fragment(None);
        let commit = url.fragment().unwrap_or_default().to_owned();
        return Source::Git {
            url: address.into(),
            commit,
        };
    }
    match url.as_str().strip_prefix(Endpoint::Npm.public_url()) {
        Some(rest) if rest.starts_with('/') => Source::Registry,
        _ => Source::Archive(url.clone()),
    }
}

#[cfg(test)]
mod tests;
