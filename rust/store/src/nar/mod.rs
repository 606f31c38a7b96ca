//! The Nix archive: one byte sequence for one file tree.
//!
//! Format: Nix manual, "Nix Archive (NAR)". Every string is its length (u64, little endian), its bytes, and zeroes up to
//! a multiple of eight. What is refused is what Nix 2.34 refuses (`libutil/archive.cc`).

mod dump;
pub(crate) mod encode;
mod error;
mod input;
mod listing;
mod reader;
mod restore;
mod verify;

pub use dump::{dump, hash_path};
pub use error::NarError;
pub use input::decompressed;
pub use listing::{Listing, cat, ls};
pub use reader::{Event, Reader};
pub use restore::{abandon_restores, restore};
pub use verify::{Verified, verify};

/// The first string of every NAR.
pub const MAGIC: &str = "nix-archive-1";

/// The longest name of a directory entry in bytes.
pub const NAME_BYTES_LIMIT: usize = 255;

/// The longest target of a symbolic link in bytes.
pub const TARGET_BYTES_LIMIT: usize = 4095;

/// Nodes this many directories below the root are refused: 63 directories may lie around a file.
pub const DEPTH_LIMIT: usize = 64;

/// Whether a directory entry may have this name: not empty, `.` or `..`, without `/` and NUL.
pub fn is_name(name: &[u8]) -> bool {
    !matches!(name, b"" | b"." | b"..") && !name.iter().any(|it| matches!(it, b'/' | 0))
}

#[cfg(test)]
mod tests;
