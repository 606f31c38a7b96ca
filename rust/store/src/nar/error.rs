//! Why a NAR could not be made, read or laid out.

use std::io;
use std::path::PathBuf;

use crate::archive::StreamError;
use crate::tree::shown;

use super::DEPTH_LIMIT;

/// Why a NAR could not be made, read or laid out. Offsets count bytes of the uncompressed NAR unless said otherwise.
#[derive(Debug, thiserror::Error)]
pub enum NarError {
    /// The disk said no.
    #[error("could not read `{}`", path.display())]
    Read {
        /// What was read.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A device, socket or pipe: a NAR cannot hold it.
    #[error("`{}` is neither a file, a directory nor a symbolic link", path.display())]
    UnsupportedType {
        /// On disk.
        path: PathBuf,
    },
    /// Too many directories in each other, on disk.
    #[error("`{}` lies {DEPTH_LIMIT} directories deep, more than a NAR may hold", path.display())]
    TooDeep {
        /// On disk.
        path: PathBuf,
    },
    /// A file became shorter while it was read.
    #[error("`{}` changed while it was read", path.display())]
    Changed {
        /// On disk.
        path: PathBuf,
    },
    /// What takes the bytes said no.
    #[error("could not write the output")]
    Output {
        /// Why not.
        source: io::Error,
    },
    /// What gives the NAR said no.
    #[error("could not read the archive")]
    Input {
        /// Why not.
        source: io::Error,
    },
    /// The compression around the NAR is broken; the offset is the file's.
    #[error(transparent)]
    Stream(StreamError),
    /// The bytes are no NAR, or one that Nix refuses.
    #[error("broken NAR at byte {offset}: {reason}")]
    Broken {
        /// Where the offending string begins.
        offset: u64,
        /// What is wrong, as a phrase.
        reason: String,
    },
    /// The NAR stops in the middle.
    #[error("NAR ends too early, at byte {offset}")]
    Truncated {
        /// Where it ends.
        offset: u64,
    },
    /// More entries than a listing takes.
    #[error("NAR has more than {limit} entries")]
    TooManyEntries {
        /// The limit.
        limit: usize,
    },
    /// Nothing has this path in the NAR.
    #[error("`{path}` does not exist in the NAR")]
    NotFound {
        /// As given.
        path: String,
    },
    /// A directory or link where a file's bytes were wanted.
    #[error("`{path}` is not a regular file in the NAR")]
    NotAFile {
        /// As given.
        path: String,
    },
    /// A name or target that JSON cannot hold.
    #[error("`{text}` is not UTF-8, which JSON cannot hold")]
    NotUtf8 {
        /// The name or target, invalid bytes replaced.
        text: String,
    },
    /// The place to restore to is taken.
    #[error("`{}` already exists", path.display())]
    Exists {
        /// On disk.
        path: PathBuf,
    },
    /// The disk said no while laying out the tree; nothing of it is left.
    #[error("could not create `{}`", path.display())]
    Create {
        /// What was to be created.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl NarError {
    pub(super) fn broken(offset: u64, reason: impl Into<String>) -> Self {
        Self::Broken {
            offset,
            reason: reason.into(),
        }
    }

    /// A failed read of the archive; what the decompressor complains about keeps its place in the file.
    pub(super) fn input(source: io::Error) -> Self {
        match source.downcast::<StreamError>() {
            Ok(error) => Self::Stream(error),
            Err(source) => Self::Input { source },
        }
    }

    pub(super) fn not_utf8(bytes: &[u8]) -> Self {
        Self::NotUtf8 { text: shown(bytes) }
    }
}
