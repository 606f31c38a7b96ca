//! Operations: what nixsmith does, one file per operation, a typed request in and a report out.
//!
//! Knows how hashing, fetching, lock files and Nix text come together into something a user asked for.
//! Does not print, does not read the environment, does not know the command line: `cli` hands in a
//! [`context::Context`] and renders the report.

pub mod ask;
mod configuration;
mod consent;
pub mod context;
pub mod error;
pub mod files;
pub mod finding;
pub mod nix;
pub mod nix_files;
pub mod operations;
pub mod report;
pub mod repository;

pub mod doctor;
pub mod explain;
pub mod flake;
pub mod fmt;
pub mod hash;
pub mod hydra;
pub mod lint;
pub mod nar;
pub mod nixpkgs;
pub mod package;
pub mod prefetch;
pub mod shell;
pub mod source;
pub mod store;
pub mod vendor_hash;

pub use context::Context;
pub use error::Problem;
pub use nixsmith_fetch::process;
pub use report::Report;
