//! Manifests and lock files: what a project depends on, and the hashes nixpkgs wants for it.
//!
//! It reads trees and fetches what locks name, through [`nixsmith_fetch::Fetch`]. It runs no program, no package manager, and
//! nothing a lock or manifest says; everything in them is outside text.

pub mod cargo;
pub mod dependency;
pub mod detect;
pub mod error;
pub mod licence;
pub mod manifest;
pub mod native;
pub mod npm;
pub mod vendor;

mod lock_file;

pub use dependency::{Dependency, DependencySet, Ecosystem, Integrity, Source};
pub use detect::{Detected, detect};
pub use error::EcosystemError;
pub use vendor::{VendorHash, VendorRequest, dependencies, vendor_hash};
