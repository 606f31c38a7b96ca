//! The text of a `Cargo.lock`, versions 1 to 4, as data.
//!
//! The format is described by cargo's `src/cargo/core/resolver/encode.rs`. `[[patch.unused]]` is not read: nothing in it is
//! built. What nixpkgs accepts of a lock is decided where the vendor folder is made, not here.

use std::collections::{BTreeMap, BTreeSet};

use nixsmith_fetch::endpoints::CRATES_LOCK_SOURCES;
use nixsmith_store::hash::{Algorithm, Hash};
use serde::Deserialize;

use crate::error::{EcosystemError, Problem, excerpt};

/// The most packages a lock may have; the largest ones known have about 2,500.
const PACKAGES_MAX: usize = 100_000;

/// The most packages that all dependencies together may stand for; the largest locks known have about 25,000 dependencies.
/// A lock in which many packages share a name could otherwise name each of them in each.
const EDGES_MAX: usize = 4_000_000;

/// Byte order mark: cargo skips it, nixpkgs' reader does not.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A lock file, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CargoLock {
    /// 1 to 4. The first two carry no number; 1 is told by its checksums under `[metadata]`.
    pub version: u8,
    /// Whether the text starts with a byte order mark.
    pub has_byte_order_mark: bool,
    /// In the order of the file.
    pub packages: Vec<CargoPackage>,
}

/// One `[[package]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CargoPackage {
    /// Letters, digits, `-` and `_`; the first is a letter or `_`. Packages of the project itself are not checked.
    pub name: String,
    /// A semantic version, as written. Packages of the project itself are not checked.
    pub version: String,
    /// Where it comes from.
    pub source: CargoSource,
    /// Of the archive; registries state one.
    pub checksum: Option<Hash>,
    /// What it depends on, as indices of [`CargoLock::packages`]; may form cycles, through development dependencies.
    pub dependencies: Vec<usize>,
}

/// Where a package comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CargoSource {
    /// The project's own tree.
    Local,
    /// The registry that cargo uses when nothing else is said.
    DefaultRegistry,
    /// Another registry or another protocol: the text as it stands.
    Other(String),
    /// A commit of a git repository.
    Git(CargoGit),
}

/// A git source: `git+URL[?rev|tag|branch=VALUE]#COMMIT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CargoGit {
    /// Without the leading `git+`.
    pub url: String,
    /// What the manifest asks for; None: the default branch.
    pub reference: Option<CargoReference>,
    /// Full object name, 40 or 64 lower-case hexadecimal digits.
    pub commit: String,
}

/// What a manifest asks of a git repository. Percent-decoded where the lock is of version 4.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CargoReference {
    /// `rev = …`
    Revision(String),
    /// `tag = …`
    Tag(String),
    /// `branch = …`
    Branch(String),
}

#[derive(Deserialize)]
#[serde(expecting = "a lock file")]
struct RawLock {
    version: Option<i64>,
    package: Option<Vec<RawPackage>>,
    root: Option<RawPackage>,
    metadata: Option<BTreeMap<String, toml::Value>>,
}

#[derive(Deserialize)]
#[serde(expecting = "a package")]
struct RawPackage {
    name: String,
    version: String,
    source: Option<String>,
    checksum: Option<String>,
    dependencies: Option<Vec<String>>,
}

impl CargoLock {
    /// The lock in `bytes`; `file` names it in errors. Err: it is no TOML, of an unknown version, or an entry is malformed.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, EcosystemError> {
        let problem = |problem: String| EcosystemError::Lock {
            file: file.to_owned(),
            problem,
        };
        let text = std::str::from_utf8(bytes).map_err(|error| {
            problem(format!("not UTF-8 text after byte {}", error.valid_up_to()))
        })?;
        let raw: RawLock = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_of(bytes, span.start));
            problem(format!("line {line}: {}", excerpt(error.message())))
        })?;
        let metadata = checksums_of_metadata(raw.metadata);
        let version = match raw.version {
            None if !metadata.is_empty() => 1,
            None => 2,
            Some(number) => u8::try_from(number)
                .ok()
                .filter(|number| (1..=4).contains(number))
                .ok_or_else(|| {
                    problem(format!(
                        "lock version {number} is not known, expected 1 to 4"
                    ))
                })?,
        };
        let raw_packages: Vec<RawPackage> =
            raw.package.into_iter().flatten().chain(raw.root).collect();
        if raw_packages.is_empty() {
            return Err(problem("it locks no package".to_owned()));
        }
        if raw_packages.len() > PACKAGES_MAX {
            return Err(problem(format!(
                "{} packages, more than the {PACKAGES_MAX} that are read",
                raw_packages.len()
            )));
        }
        let resolver = Resolver::new(&raw_packages);
        if resolver.edges() > EDGES_MAX {
            return Err(problem(format!(
                "its dependencies stand for more than the {EDGES_MAX} packages that are followed"
            )));
        }
        let packages = raw_packages
            .iter()
            .map(|raw| package(file, version, raw, &metadata, &resolver))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            version,
            has_byte_order_mark: bytes.starts_with(BYTE_ORDER_MARK),
            packages,
        })
    }

    /// Everything reachable from the packages at `roots`, themselves included, as sorted indices.
    pub fn closure(&self, roots: &[usize]) -> BTreeSet<usize> {
        let mut seen = BTreeSet::new();
        let mut open: Vec<usize> = roots.to_vec();
        while let Some(index) = open.pop() {
            if let Some(package) = self.packages.get(index)
                && seen.insert(index)
            {
                open.extend(&package.dependencies);
            }
        }
        seen
    }
}

/// `"checksum NAME VERSION (SOURCE)" = "HEX"` of version 1, by what stands after `checksum `.
fn checksums_of_metadata(
    metadata: Option<BTreeMap<String, toml::Value>>,
) -> BTreeMap<String, String> {
    metadata
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| {
            let of = key.strip_prefix("checksum ")?.to_owned();
            Some((of, value.as_str()?.to_owned()))
        })
        .collect()
}

/// Finds packages by the three forms in which `dependencies` names them.
struct Resolver<'a> {
    by_text: BTreeMap<String, Vec<usize>>,
    packages: &'a [RawPackage],
}

impl<'a> Resolver<'a> {
    fn new(packages: &'a [RawPackage]) -> Self {
        let mut by_text: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, package) in packages.iter().enumerate() {
            by_text.entry(package.name.clone()).or_default().push(index);
            by_text
                .entry(format!("{} {}", package.name, package.version))
                .or_default()
                .push(index);
        }
        Self { by_text, packages }
    }

    /// How many packages the dependencies of all packages may stand for, before any is told from another by its source.
    fn edges(&self) -> usize {
        let named = self
            .packages
            .iter()
            .flat_map(|package| package.dependencies.iter().flatten());
        named.map(|text| self.candidates(text).len()).sum()
    }

    /// The packages that have the name, and the version if there is one, that `text` says.
    fn candidates(&self, text: &str) -> &[usize] {
        let named = text.split_once(" (").map_or(text, |(named, _)| named);
        self.by_text.get(named).map_or(&[], Vec::as_slice)
    }

    /// The packages that `name`, `name version` or `name version (source)` names; more than one only where the text is vague.
    fn find(&self, text: &str) -> Vec<usize> {
        let candidates = self.candidates(text);
        if let Some((_, source)) = text.split_once(" (") {
            let source = source.trim_end_matches(')');
            let wanted = |index: &&usize| {
                self.packages
                    .get(**index)
                    .and_then(|package| package.source.as_deref())
                    .is_some_and(|known| {
                        known == source || known.split_once('#').is_some_and(|it| it.0 == source)
                    })
            };
            return candidates.iter().filter(wanted).copied().collect();
        }
        candidates.to_vec()
    }
}

fn package(
    file: &str,
    lock_version: u8,
    raw: &RawPackage,
    metadata: &BTreeMap<String, String>,
    resolver: &Resolver,
) -> Result<CargoPackage, EcosystemError> {
    let failed = |problem: Problem| problem.of(file, &format!("{} {}", raw.name, raw.version));
    let source = match raw.source.as_deref() {
        None => CargoSource::Local,
        Some(text) => source(text, lock_version).map_err(&failed)?,
    };
    let mut checksum = None;
    if source != CargoSource::Local {
        check_name(&raw.name).map_err(&failed)?;
        semver::Version::parse(&raw.version).map_err(|error| {
            failed(Problem::because(
                "its version is not a semantic version",
                error,
            ))
        })?;
        let of_metadata = raw
            .source
            .as_ref()
            .and_then(|source| metadata.get(&format!("{} {} ({source})", raw.name, raw.version)));
        checksum = raw
            .checksum
            .as_ref()
            .or(of_metadata)
            .filter(|text| *text != "<none>")
            .map(|text| read_checksum(text))
            .transpose()
            .map_err(&failed)?;
    }
    let named = raw.dependencies.iter().flatten();
    let mut dependencies: Vec<usize> = named.flat_map(|text| resolver.find(text)).collect();
    dependencies.sort_unstable();
    dependencies.dedup();
    Ok(CargoPackage {
        name: raw.name.clone(),
        version: raw.version.clone(),
        source,
        checksum,
        dependencies,
    })
}

/// Refuses names that no registry gives and that would leave a folder. From cargo's `restricted_names.rs`.
fn check_name(name: &str) -> Result<(), Problem> {
    let starts_well = name
        .chars()
        .next()
        .is_some_and(|first| first.is_ascii_alphanumeric() || first == '_');
    let allowed = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
    if starts_well && name.len() <= 200 && name.chars().all(allowed) {
        Ok(())
    } else {
        Err("its name is not letters, digits, `-` and `_`".into())
    }
}

fn read_checksum(text: &str) -> Result<Hash, Problem> {
    let lower = |it: u8| it.is_ascii_digit() || (b'a'..=b'f').contains(&it);
    if text.len() != 64 {
        let count = text.chars().count();
        return Err(
            format!("its checksum has {count} characters, expected 64 hexadecimal digits").into(),
        );
    }
    if !text.bytes().all(lower) {
        return Err(format!(
            "its checksum is not lower-case hexadecimal: `{}`",
            excerpt(text)
        )
        .into());
    }
    Hash::parse(text, Some(Algorithm::Sha256))
        .map_err(|error| Problem::because("its checksum is wrong", error))
}

fn source(text: &str, lock_version: u8) -> Result<CargoSource, Problem> {
    if text == CRATES_LOCK_SOURCES[0] {
        return Ok(CargoSource::DefaultRegistry);
    }
    let Some(git) = text.strip_prefix("git+") else {
        return Ok(CargoSource::Other(text.to_owned()));
    };
    let malformed = || Problem::from(format!("its git source is malformed: `{}`", excerpt(text)));
    // As nixpkgs reads it: the last `#` starts the commit, also where a reference contains one.
    let (address, commit) = git.rsplit_once('#').ok_or_else(malformed)?;
    let is_object_name = (commit.len() == 40 || commit.len() == 64)
        && commit
            .bytes()
            .all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it));
    if !is_object_name {
        return Err(format!(
            "its git source does not end in a full commit: `{}`",
            excerpt(text)
        )
        .into());
    }
    let (url, reference) = match address.split_once('?') {
        None => (address, None),
        Some((url, query)) => {
            let (kind, value) = query.split_once('=').ok_or_else(malformed)?;
            let value = decode(value, lock_version);
            let reference = match kind {
                "rev" => CargoReference::Revision(value),
                "tag" => CargoReference::Tag(value),
                "branch" => CargoReference::Branch(value),
                _ => return Err(malformed()),
            };
            (url, Some(reference))
        }
    };
    if url.is_empty() {
        return Err(malformed());
    }
    Ok(CargoSource::Git(CargoGit {
        url: url.to_owned(),
        reference,
        commit: commit.to_owned(),
    }))
}

/// A reference's name; only version 4 writes it percent-encoded.
fn decode(value: &str, lock_version: u8) -> String {
    if lock_version < 4 {
        return value.to_owned();
    }
    percent_encoding::percent_decode_str(value)
        .decode_utf8_lossy()
        .into_owned()
}

/// The line, counted from 1, in which the byte at `offset` stands.
fn line_of(bytes: &[u8], offset: usize) -> usize {
    1 + bytes
        .iter()
        .take(offset)
        .filter(|byte| **byte == b'\n')
        .count()
}

#[cfg(test)]
mod tests;
