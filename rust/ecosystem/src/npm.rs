//! npm: `package-lock.json` and `npm-shrinkwrap.json`, and nixpkgs' `npmDepsHash`.

mod cache;
mod git;
mod gnu_tar;
mod gzip;
mod lock;
mod missing;
mod packument;
mod vendor;

pub use lock::{NpmLock, NpmPackage, Resolved};
pub use missing::missing;

use crate::dependency::{DependencySet, Ecosystem};
use crate::error::EcosystemError;
use crate::lock_file::LockFile;
use crate::vendor::{Downloads, Format, Staging, VendorRequest};

/// The format of npm's locks.
pub(crate) struct Npm;

impl Format for Npm {
    fn attribute(&self) -> Option<&'static str> {
        Some("npmDepsHash")
    }

    fn dependencies(&self, lock: &LockFile) -> Result<DependencySet, EcosystemError> {
        let npm = NpmLock::parse(&lock.path, &lock.bytes)?;
        let entries = npm.packages.iter().filter_map(NpmPackage::dependency);
        Ok(DependencySet::new(
            Ecosystem::Npm,
            &lock.path,
            npm.version.to_string(),
            entries,
        ))
    }

    fn stage(
        &self,
        lock: &LockFile,
        request: &VendorRequest<'_>,
        downloads: &Downloads<'_>,
    ) -> Result<Staging, EcosystemError> {
        vendor::stage(lock, request.npm, downloads)
    }
}
