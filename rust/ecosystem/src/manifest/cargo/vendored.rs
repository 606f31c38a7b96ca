//! The manifests of every package that a `Cargo.lock` pins, read from the very archives that make up `cargoHash`.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use nixsmith_fetch::Fetch;
use nixsmith_store::tree::{Node, Tree};

use super::Manifest;
use crate::cargo::{Cargo, CargoLock, CargoPackage, CargoSource};
use crate::error::EcosystemError;
use crate::lock_file::LockFile;
use crate::manifest::{LIMIT_BYTES, join};
use crate::vendor::{Downloads, Format as _, VendorRequest};

/// How far an archive is unpacked in search of its manifest.
const UNPACKED_BYTES_MAX: u64 = 1 << 30;

/// A lock and the manifests of its packages.
#[derive(Debug, Clone)]
pub struct Vendored {
    /// The lock.
    pub lock: CargoLock,
    /// By index of [`CargoLock::packages`]; `None` where the archive has none that can be read.
    pub manifests: Vec<Option<Manifest>>,
}

impl Vendored {
    /// The manifest of a package by its index in the lock.
    #[must_use]
    pub fn manifest(&self, index: usize) -> Option<&Manifest> {
        self.manifests.get(index).and_then(Option::as_ref)
    }
}

/// Reads the manifests of everything the project's lock pins. After [`crate::vendor_hash`] nothing is fetched anew.
///
/// # Errors
/// As [`crate::vendor_hash`]. A manifest that cannot be read is no error.
pub fn read(request: &VendorRequest<'_>, fetch: &dyn Fetch) -> Result<Vendored, EcosystemError> {
    let file = LockFile::find(request.tree, request.directory, request.ecosystem)?;
    let lock = CargoLock::parse(&file.path, &file.bytes)?;
    let downloads = Downloads {
        fetch,
        connections: request.connections,
        lock_file: &file.path,
    };
    let staging = Cargo.stage(&file, request, &downloads)?;
    let local = by_name(request.tree, request.directory);
    let mut checkouts: BTreeMap<&str, BTreeMap<String, Manifest>> = BTreeMap::new();
    for package in &lock.packages {
        if let CargoSource::Git(git) = &package.source {
            let folder = join("git", &git.commit);
            checkouts
                .entry(&git.commit)
                .or_insert_with(|| by_name(&staging.tree, &folder));
        }
    }
    let archived = in_parallel(&lock.packages, |package| match &package.source {
        CargoSource::DefaultRegistry => archived(&staging.tree, package),
        CargoSource::Local => local.get(&package.name).cloned(),
        CargoSource::Git(git) => checkouts
            .get(git.commit.as_str())?
            .get(&package.name)
            .cloned(),
        CargoSource::Other(_) => None,
    });
    fetch.interrupt().check()?;
    Ok(Vendored {
        lock,
        manifests: archived,
    })
}

/// Every package below a folder of a tree, by name; of several with one name the first in the order of paths.
fn by_name(tree: &Tree, directory: &str) -> BTreeMap<String, Manifest> {
    let mut found = BTreeMap::new();
    let mut folders = vec![(directory.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let Some(Node::Directory(entries)) = tree.get(&folder) else {
            continue;
        };
        if entries.contains_key(b"Cargo.toml".as_slice())
            && let Ok(Some(manifest)) = super::read(tree, &folder)
            && manifest.is_package
        {
            found.entry(manifest.name.clone()).or_insert(manifest);
        }
        for (name, node) in entries.iter().rev() {
            if matches!(node, Node::Directory(_))
                && depth < 16
                && let Ok(name) = std::str::from_utf8(name)
                && name != "target"
            {
                folders.push((join(&folder, name), depth + 1));
            }
        }
    }
    found
}

/// `NAME-VERSION/Cargo.toml` of an archive.
fn archived(staging: &Tree, package: &CargoPackage) -> Option<Manifest> {
    let stem = format!("{}-{}", package.name, package.version);
    let Some(Node::File { contents, .. }) = staging.get(&format!("tarballs/{stem}.tar.gz")) else {
        return None;
    };
    let wanted = format!("{stem}/Cargo.toml");
    let unpacked = flate2::read::GzDecoder::new(contents.reader().ok()?).take(UNPACKED_BYTES_MAX);
    let mut archive = tar::Archive::new(unpacked);
    for entry in archive.entries().ok()? {
        let entry = entry.ok()?;
        if entry.path_bytes().as_ref() == wanted.as_bytes() {
            let mut text = String::new();
            entry.take(LIMIT_BYTES).read_to_string(&mut text).ok()?;
            return super::parse(&text, &wanted, None).ok();
        }
    }
    None
}

/// What `work` makes of each item, in order, by as many threads as there are processors.
fn in_parallel<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> Option<R> + Sync,
) -> Vec<Option<R>> {
    let slots: Vec<Mutex<Option<R>>> = items.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let run = || {
        while let Some((item, slot)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            items.get(index).zip(slots.get(index))
        } {
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = work(item);
        }
    };
    std::thread::scope(|scope| {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        for _ in 1..processors.min(items.len().max(1)) {
            scope.spawn(run);
        }
        run();
    });
    slots
        .into_iter()
        .map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner))
        .collect()
}
