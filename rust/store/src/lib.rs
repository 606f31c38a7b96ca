//! Hashes, NARs, store paths and unpacked archives: exactly what Nix computes, without Nix.
//!
//! Files and threads only; no network, no processes, no printing.

pub mod archive;
mod contents;
pub mod hash;
pub mod nar;
pub mod narinfo;
mod nix32;
mod spool;
pub mod store_path;
pub mod tree;
