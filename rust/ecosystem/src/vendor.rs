//! From a lock file to the hash nixpkgs expects for everything it pins.
//!
//! Every ecosystem works alike: its [`Format`] turns the lock into a [`DependencySet`] and, where nixpkgs hashes a folder of
//! what the lock names, into that folder ([`Staging`]), which need never be on disk. The hash is the folder's NAR hash. A new
//! ecosystem adds a file with its `Format` and a line in [`format_of`].

mod download;

use nixsmith_fetch::{Checkout, Fetch, FetchedFile};
use nixsmith_store::hash::{Algorithm, Hash};
use nixsmith_store::tree::{Contents, Tree};
use serde::Serialize;

use crate::dependency::{DependencySet, Ecosystem};
use crate::error::EcosystemError;
use crate::lock_file::LockFile;

pub(crate) use download::{Download, Downloads};

/// Whose hash to compute, and how.
#[derive(Clone, Copy)]
pub struct VendorRequest<'tree> {
    /// Holds the project; only its lock is read.
    pub tree: &'tree Tree,
    /// The folder of the project inside the tree; empty: its root.
    pub directory: &'tree str,
    /// Which of its locks.
    pub ecosystem: Ecosystem,
    /// How the npm hash is made.
    pub npm: NpmOptions,
    /// How many downloads may run at once; at least one.
    pub connections: usize,
}

impl<'tree> VendorRequest<'tree> {
    /// A request with nixpkgs' own defaults and 16 connections.
    pub fn new(tree: &'tree Tree, directory: &'tree str, ecosystem: Ecosystem) -> Self {
        Self {
            tree,
            directory,
            ecosystem,
            npm: NpmOptions::default(),
            connections: 16,
        }
    }
}

/// The arguments of nixpkgs' `fetchNpmDeps` that change its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NpmOptions {
    /// `fetcherVersion`: 1 to 3. From 2 on the registry's metadata is part of the hash, and it is not pinned by a lock.
    pub fetcher_version: u8,
    /// `forceGitDeps`: accept git dependencies that have install scripts and no lock.
    pub force_git_dependencies: bool,
    /// `forceEmptyCache`: accept a lock that names nothing to download.
    pub force_empty_cache: bool,
}

impl Default for NpmOptions {
    fn default() -> Self {
        Self {
            fetcher_version: 1,
            force_git_dependencies: false,
            force_empty_cache: false,
        }
    }
}

/// A vendor hash and what it took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VendorHash {
    /// Whose.
    pub ecosystem: Ecosystem,
    /// The attribute of nixpkgs' builder it belongs to: `cargoHash`.
    pub attribute: &'static str,
    /// The lock it was made from, inside the tree.
    pub lock_file: String,
    /// SHA-256 of the NAR.
    pub hash: Hash,
    /// Archives and git trees that went into it.
    pub files: u64,
    /// Their length in bytes; of git trees the length of their files.
    pub bytes: u64,
    /// Requests made; 0: everything was in the cache.
    pub requests: u64,
    /// The git trees among them, by commit. Empty for ecosystems whose locks nixpkgs cannot take tree by tree.
    pub git_trees: Vec<GitTree>,
}

/// A git dependency as nixpkgs' `importCargoLock` wants it in `outputHashes`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GitTree {
    /// `NAME-VERSION` of one package that comes from it.
    pub package: String,
    /// SHA-256 of the NAR of the checkout, submodules included: the hash that `fetchgit` has.
    pub hash: Hash,
}

/// The folder that nixpkgs hashes, and what it took.
#[derive(Default)]
pub(crate) struct Staging {
    pub(crate) tree: Tree,
    pub(crate) files: u64,
    pub(crate) bytes: u64,
    pub(crate) requests: u64,
    pub(crate) git_trees: Vec<GitTree>,
    /// Keep what `tree` reads from.
    pub(crate) checkouts: Vec<Checkout>,
    pub(crate) fetched: Vec<FetchedFile>,
}

impl Staging {
    /// Counts a file and keeps it for as long as the folder is read.
    pub(crate) fn keep(&mut self, file: FetchedFile) -> Contents {
        self.files += 1;
        self.bytes += file.size_bytes;
        self.requests += u64::from(file.requests);
        let contents = Contents::from_path(file.path.clone(), file.size_bytes);
        if file.is_temporary() {
            self.fetched.push(file);
        }
        contents
    }
}

/// What an ecosystem knows about its locks.
pub(crate) trait Format: Sync {
    /// The attribute of nixpkgs' builder that takes the hash; None: it has none.
    fn attribute(&self) -> Option<&'static str>;

    /// Everything third-party that the lock pins. No network.
    fn dependencies(&self, lock: &LockFile) -> Result<DependencySet, EcosystemError>;

    /// The folder nixpkgs would hash for this lock.
    fn stage(
        &self,
        lock: &LockFile,
        request: &VendorRequest<'_>,
        downloads: &Downloads<'_>,
    ) -> Result<Staging, EcosystemError>;
}

fn format_of(ecosystem: Ecosystem) -> Result<&'static dyn Format, EcosystemError> {
    match ecosystem {
        Ecosystem::Cargo => Ok(&crate::cargo::Cargo),
        Ecosystem::Npm => Ok(&crate::npm::Npm),
        _ => Err(EcosystemError::NotComputed { ecosystem }),
    }
}

/// The ecosystem whose builder has the attribute: `cargoHash` is Cargo's. None: no hash of that name is computed here.
pub fn ecosystem_of_attribute(attribute: &str) -> Option<Ecosystem> {
    attributes()
        .find(|known| known.1 == attribute)
        .map(|known| known.0)
}

/// The ecosystems whose hash is computed here, with the attribute it belongs to.
pub fn attributes() -> impl Iterator<Item = (Ecosystem, &'static str)> {
    Ecosystem::ALL.into_iter().filter_map(|ecosystem| {
        let format = format_of(ecosystem).ok()?;
        Some((ecosystem, format.attribute()?))
    })
}

/// Everything third-party that the project's lock pins. No network. Err: no lock, or one that cannot be read.
pub fn dependencies(
    tree: &Tree,
    directory: &str,
    ecosystem: Ecosystem,
) -> Result<DependencySet, EcosystemError> {
    let format = format_of(ecosystem)?;
    format.dependencies(&LockFile::find(tree, directory, ecosystem)?)
}

/// The hash nixpkgs expects for the locked project, computed from the very files its fetcher would get.
///
/// Err: there is no lock, it is malformed, nixpkgs' fetcher does not accept it (see [`EcosystemError::hint`]), or a download failed or
/// is not what the lock states.
pub fn vendor_hash(
    request: &VendorRequest<'_>,
    fetch: &dyn Fetch,
) -> Result<VendorHash, EcosystemError> {
    let not_computed = EcosystemError::NotComputed {
        ecosystem: request.ecosystem,
    };
    let format = format_of(request.ecosystem)?;
    let attribute = format.attribute().ok_or(not_computed)?;
    let lock = LockFile::find(request.tree, request.directory, request.ecosystem)?;
    let downloads = Downloads {
        fetch,
        connections: request.connections,
        lock_file: &lock.path,
    };
    let staging = format.stage(&lock, request, &downloads)?;
    fetch.interrupt().check()?;
    let nar = staging.tree.nar_hash(Algorithm::Sha256);
    let nar = nar.map_err(|source| EcosystemError::Tree {
        what: "the vendor folder".to_owned(),
        source,
    })?;
    Ok(VendorHash {
        ecosystem: request.ecosystem,
        attribute,
        lock_file: lock.path,
        hash: nar.hash,
        files: staging.files,
        bytes: staging.bytes,
        requests: staging.requests,
        git_trees: staging.git_trees,
    })
}
