//! What a lock file pins, in one shape for every ecosystem.
//!
//! It knows names, versions, places and hashes; it does not know how a lock is written or what nixpkgs does with it.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use nixsmith_store::hash::Hash;
use serde::{Serialize, Serializer};
use url::Url;

/// A package ecosystem, by the tool that writes its lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ecosystem {
    /// Rust's Cargo: `Cargo.lock`.
    Cargo,
    /// npm: `package-lock.json`, `npm-shrinkwrap.json`.
    Npm,
    /// pnpm: `pnpm-lock.yaml`.
    Pnpm,
    /// Yarn, classic and berry: `yarn.lock`.
    Yarn,
    /// Python: `uv.lock`, `poetry.lock`, `pdm.lock`.
    Python,
    /// Go modules: `go.mod` with `go.sum`.
    Go,
    /// PHP's Composer: `composer.lock`.
    Composer,
    /// Maven: `pom.xml`.
    Maven,
    /// Gradle: `gradle.lockfile`, `verification-metadata.xml`.
    Gradle,
    /// Ruby's Bundler: `Gemfile.lock`.
    Bundler,
    /// Elixir's mix: `mix.lock`.
    Mix,
    /// Erlang's rebar3: `rebar.lock`.
    Rebar3,
}

impl Ecosystem {
    /// Every ecosystem, in the order they are detected.
    pub const ALL: [Self; 12] = [
        Self::Cargo,
        Self::Npm,
        Self::Pnpm,
        Self::Yarn,
        Self::Python,
        Self::Go,
        Self::Composer,
        Self::Maven,
        Self::Gradle,
        Self::Bundler,
        Self::Mix,
        Self::Rebar3,
    ];

    /// The word for it on the command line: `cargo`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cargo => "cargo",
            Self::Npm => "npm",
            Self::Pnpm => "pnpm",
            Self::Yarn => "yarn",
            Self::Python => "python",
            Self::Go => "go",
            Self::Composer => "composer",
            Self::Maven => "maven",
            Self::Gradle => "gradle",
            Self::Bundler => "bundler",
            Self::Mix => "mix",
            Self::Rebar3 => "rebar3",
        }
    }

    /// The names of its lock files, the one that wins first. Relative to the project's folder.
    pub fn lock_files(self) -> &'static [&'static str] {
        match self {
            Self::Cargo => &["Cargo.lock"],
            Self::Npm => &["npm-shrinkwrap.json", "package-lock.json"],
            Self::Pnpm => &["pnpm-lock.yaml"],
            Self::Yarn => &["yarn.lock"],
            Self::Python => &["uv.lock", "poetry.lock", "pdm.lock"],
            Self::Go => &["go.sum"],
            Self::Composer => &["composer.lock"],
            Self::Maven => &["pom.xml"],
            Self::Gradle => &["gradle.lockfile", "gradle/verification-metadata.xml"],
            Self::Bundler => &["Gemfile.lock"],
            Self::Mix => &["mix.lock"],
            Self::Rebar3 => &["rebar.lock"],
        }
    }
}

impl fmt::Display for Ecosystem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// The word is no ecosystem's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown ecosystem `{name}`, expected one of {}", Ecosystem::ALL.map(Ecosystem::name).join(", "))]
pub struct UnknownEcosystem {
    /// As given.
    pub name: String,
}

impl FromStr for Ecosystem {
    type Err = UnknownEcosystem;

    fn from_str(text: &str) -> Result<Self, UnknownEcosystem> {
        Self::ALL
            .into_iter()
            .find(|ecosystem| ecosystem.name() == text)
            .ok_or_else(|| UnknownEcosystem {
                name: text.to_owned(),
            })
    }
}

impl Serialize for Ecosystem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// One hash a lock states about a file to be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Integrity {
    /// A hash of the file, by an algorithm Nix has.
    Hash(Hash),
    /// The lock's own text where Nix has no such hash: `sha384-…`, Go's `h1:…`. Without white space.
    Other(String),
}

impl Integrity {
    /// The token a lock wrote: an SRI hash of one of Nix's algorithms, or kept as it is.
    pub fn parse(token: &str) -> Self {
        match Hash::parse(token, None) {
            Ok(hash) if token.contains('-') => Self::Hash(hash),
            _ => Self::Other(token.to_owned()),
        }
    }

    /// The hash, where Nix has its algorithm.
    pub fn hash(&self) -> Option<&Hash> {
        match self {
            Self::Hash(hash) => Some(hash),
            Self::Other(_) => None,
        }
    }
}

impl fmt::Display for Integrity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hash(hash) => hash.fmt(formatter),
            Self::Other(text) => formatter.pad(text),
        }
    }
}

impl Serialize for Integrity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Where a dependency comes from, as the lock says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The ecosystem's default registry; name and version say the rest.
    Registry,
    /// A registry of another name or address; the lock's own text for it.
    OtherRegistry(String),
    /// One file at an address.
    Archive(Url),
    /// A commit of a git repository.
    Git {
        /// As the lock writes it, without fragment and query.
        url: String,
        /// Full object name.
        commit: String,
    },
    /// The lock does not say.
    Unknown,
}

/// One third-party package at one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// By the ecosystem's own rules (PEP 503, `group:artifact`, …); the real package, never an alias.
    pub name: String,
    /// As the lock writes it; a commit where a git source has no version of its own.
    pub version: String,
    /// Of the first entry with this name and version.
    pub source: Source,
    /// Every hash the lock states for its files; sorted, each once.
    pub integrity: Vec<Integrity>,
}

/// Everything third-party that one lock file pins, each (name, version) once, sorted by both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DependencySet {
    /// Who wrote the lock.
    pub ecosystem: Ecosystem,
    /// Path of the lock inside its tree.
    pub lock_file: String,
    /// The format's own version number, as text; empty where it has none.
    pub lock_version: String,
    /// All groups, platforms, development and optional ones included; nothing of the project itself.
    pub dependencies: Vec<Dependency>,
}

impl DependencySet {
    /// A set of these entries; entries of one (name, version) become one dependency with the hashes of all.
    pub fn new(
        ecosystem: Ecosystem,
        lock_file: &str,
        lock_version: String,
        entries: impl IntoIterator<Item = Dependency>,
    ) -> Self {
        let mut merged: BTreeMap<(String, String), Dependency> = BTreeMap::new();
        for entry in entries {
            let key = (entry.name.clone(), entry.version.clone());
            match merged.get_mut(&key) {
                Some(known) => known.integrity.extend(entry.integrity),
                None => {
                    merged.insert(key, entry);
                }
            }
        }
        let mut dependencies: Vec<Dependency> = merged.into_values().collect();
        for dependency in &mut dependencies {
            dependency.integrity.sort();
            dependency.integrity.dedup();
        }
        Self {
            ecosystem,
            lock_file: lock_file.to_owned(),
            lock_version,
            dependencies,
        }
    }
}
