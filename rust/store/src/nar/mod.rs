//! The Nix archive: one byte sequence for one file tree.
//!
//! Format: Nix manual, "Nix Archive (NAR)". Every string is its length (u64, little endian), its bytes, and zeroes up to
//! a multiple of eight. What is refused is what Nix 2.34 refuses (`libutil/archive.cc`).

pub(crate) mod encode;

/// The first string of every NAR.
pub const MAGIC: &str = "nix-archive-1";

/// The longest name of a directory entry in bytes.
pub const NAME_BYTES_LIMIT: usize = 255;

/// The longest target of a symbolic link in bytes.
pub const TARGET_BYTES_LIMIT: usize = 4095;

/// Whether a directory entry may have this name: not empty, `.` or `..`, without `/` and NUL.
pub fn is_name(name: &[u8]) -> bool {
    !matches!(name, b"" | b"." | b"..") && !name.iter().any(|it| matches!(it, b'/' | 0))
}
