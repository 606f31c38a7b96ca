//! Rust's Cargo: `Cargo.lock` and nixpkgs' `cargoHash`.

mod lock;
mod missing;
mod upgrade;
mod vendor;

pub use lock::{CargoGit, CargoLock, CargoPackage, CargoReference, CargoSource};
pub use upgrade::upgrade;

use crate::dependency::{Dependency, DependencySet, Ecosystem, Integrity, Source};
use crate::error::EcosystemError;
use crate::lock_file::LockFile;
use crate::vendor::{Downloads, Format, Staging, VendorRequest};

/// The format of `Cargo.lock`.
pub(crate) struct Cargo;

impl Format for Cargo {
    fn attribute(&self) -> Option<&'static str> {
        Some("cargoHash")
    }

    fn dependencies(&self, lock: &LockFile) -> Result<DependencySet, EcosystemError> {
        let cargo = CargoLock::parse(&lock.path, &lock.bytes)?;
        let entries = cargo.packages.iter().filter_map(dependency);
        Ok(DependencySet::new(
            Ecosystem::Cargo,
            &lock.path,
            cargo.version.to_string(),
            entries,
        ))
    }

    fn stage(
        &self,
        lock: &LockFile,
        _request: &VendorRequest<'_>,
        downloads: &Downloads<'_>,
    ) -> Result<Staging, EcosystemError> {
        vendor::stage(lock, downloads)
    }
}

/// The package as a dependency. None: it is part of the project itself.
fn dependency(package: &CargoPackage) -> Option<Dependency> {
    let source = match &package.source {
        CargoSource::Local => return None,
        CargoSource::DefaultRegistry => Source::Registry,
        CargoSource::Other(text) => Source::OtherRegistry(text.clone()),
        CargoSource::Git(git) => Source::Git {
            url: git.url.clone(),
            commit: git.commit.clone(),
        },
    };
    Some(Dependency {
        name: package.name.clone(),
        version: package.version.clone(),
        source,
        integrity: package
            .checksum
            .iter()
            .cloned()
            .map(Integrity::Hash)
            .collect(),
    })
}
