//! Archives unpacked into a [`Tree`]: what nixpkgs' `unpackFile` leaves on disk, as far as a NAR sees it.
//!
//! Tar archives give what GNU tar gives (`tar xf --mode=+w`), zip archives what Info-ZIP gives (`unzip -qq`). Where those
//! stop with an error, so do we; where they only warn about something that a build must not depend on (bytes after the
//! end, a path that leaves the archive), we stop too. Nothing is written but a spool without a name.

mod builder;
mod compression;
mod tar;
mod zip;

use std::io::{self, Read, Seek, SeekFrom};

use crate::tree::Tree;

use builder::Builder;
pub use compression::{StreamError, decoder};

/// The kind of an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A tar archive inside this compression.
    Tar(Compression),
    /// A zip archive.
    Zip,
}

/// How a stream is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// RFC 1952; several members are one stream.
    Gzip,
    /// bzip2; several streams are one.
    Bzip2,
    /// The .xz format; several streams are one.
    Xz,
    /// RFC 8878.
    Zstd,
    /// RFC 7932.
    Brotli,
    /// The .lzma format that came before .xz.
    Lzma,
}

impl Compression {
    /// The compression that the first bytes prove. None: none of those that begin with a known number.
    pub fn detect(head: &[u8]) -> Option<Self> {
        const ZSTD_SKIPPABLE: std::ops::RangeInclusive<u8> = 0x50..=0x5f;
        match head {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Some(Self::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            [first, 0x2a, 0x4d, 0x18, ..] if ZSTD_SKIPPABLE.contains(first) => Some(Self::Zstd),
            _ => None,
        }
    }

    /// The compression that a file's name claims by its last extension.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension {
            "gz" | "tgz" | "crate" => Some(Self::Gzip),
            "bz2" | "tbz" | "tbz2" => Some(Self::Bzip2),
            "xz" | "txz" => Some(Self::Xz),
            "zst" | "tzst" => Some(Self::Zstd),
            "br" => Some(Self::Brotli),
            "lzma" | "tlz" => Some(Self::Lzma),
            _ => None,
        }
    }
}

/// What a file is, by its first bytes (512 show every format), then by its name. None: no archive we know.
pub fn detect(name: &str, head: &[u8]) -> Option<Kind> {
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Some(Kind::Zip);
    }
    if let Some(compression) = Compression::detect(head) {
        return Some(Kind::Tar(compression));
    }
    if tar::is_header(head) {
        return Some(Kind::Tar(Compression::None));
    }
    match Compression::of_name(name) {
        // These two begin with no fixed number; the others would have shown theirs.
        Some(compression @ (Compression::Brotli | Compression::Lzma)) => {
            Some(Kind::Tar(compression))
        }
        _ => None,
    }
}

/// How much an archive may become. The default suits any source that nixpkgs packages.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes after decompression, headers included.
    pub unpacked_bytes: u64,
    /// Entries of the archive.
    pub entries: u64,
    /// How many times larger than the archive the result may be, once it is beyond [`Limits::ratio_free_bytes`].
    pub ratio: u64,
    /// Below this the ratio does not matter.
    pub ratio_free_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            unpacked_bytes: 8 << 30,
            entries: 2_000_000,
            ratio: 1500,
            ratio_free_bytes: 256 << 20,
        }
    }
}

/// Why an archive was not unpacked. The caller adds the archive's name. Offsets count bytes of the unpacked tar stream,
/// or of the file where it is a zip or the compression itself is broken.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The archive could not be read.
    #[error("could not read the archive")]
    Read {
        /// Why not.
        source: io::Error,
    },
    /// The bytes are not what the compression or the archive format allows.
    #[error("broken {format} at byte {offset}: {reason}")]
    Broken {
        /// `tar archive`, `gzip stream`, …
        format: &'static str,
        /// Where.
        offset: u64,
        /// What is wrong, as a phrase.
        reason: String,
    },
    /// The archive ends too early.
    #[error("{format} ends too early, at byte {offset}")]
    Truncated {
        /// `tar archive`, `gzip stream`, …
        format: &'static str,
        /// Where it ends.
        offset: u64,
    },
    /// Bytes that belong to nothing follow the archive.
    #[error("{format} is followed by other bytes, from byte {offset} on")]
    TrailingBytes {
        /// `gzip stream`, …
        format: &'static str,
        /// Where they begin.
        offset: u64,
    },
    /// An entry that leaves the archive, goes through something that is no directory, or has an impossible name.
    #[error("entry `{entry}` at byte {offset}: {reason}")]
    Entry {
        /// Its name, invalid UTF-8 replaced, cut where absurdly long.
        entry: String,
        /// Where.
        offset: u64,
        /// What is wrong, as a phrase.
        reason: String,
    },
    /// A bomb, or more than the caller allows.
    #[error("archive becomes too large: more than {limit} {unit}")]
    TooLarge {
        /// The limit.
        limit: u64,
        /// `bytes`, `entries` or `times its own size`.
        unit: &'static str,
    },
    /// The temporary file could not be written, as on a full disk.
    #[error("could not keep the unpacked files in a temporary file")]
    Spool {
        /// Why not.
        source: io::Error,
    },
}

/// The tree that unpacking the archive gives. The root is the folder it is unpacked into; see [`Tree::strip_root`].
pub fn unpack(
    mut file: impl Read + Seek,
    kind: Kind,
    limits: &Limits,
) -> Result<Tree, ArchiveError> {
    let read = |source| ArchiveError::Read { source };
    let file_bytes = file.seek(SeekFrom::End(0)).map_err(read)?;
    file.rewind().map_err(read)?;
    let mut builder = Builder::new(limits.clone(), file_bytes);
    match kind {
        Kind::Tar(compression) => {
            let stream = decoder(io::BufReader::with_capacity(128 * 1024, file), compression);
            let stream = stream.map_err(read)?;
            tar::unpack(stream, compression, &mut builder)?;
        }
        Kind::Zip => zip::unpack(io::BufReader::new(file), file_bytes, &mut builder)?,
    }
    builder.finish()
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
