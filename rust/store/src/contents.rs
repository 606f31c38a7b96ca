//! The bytes of one file, wherever they lie.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::spool::Spool;

/// The bytes of one file: in memory, in a file on disk, or in a range of a spool. Cheap to clone.
#[derive(Clone)]
pub struct Contents {
    source: Source,
}

#[derive(Clone)]
enum Source {
    Memory(Arc<[u8]>),
    Path {
        path: Arc<Path>,
        length_bytes: u64,
    },
    Spool {
        spool: Spool,
        offset: u64,
        length_bytes: u64,
    },
}

impl Contents {
    /// These bytes.
    pub fn from_bytes(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self {
            source: Source::Memory(bytes.into()),
        }
    }

    /// The file at `path`, opened when read. `length_bytes` is what it has now; reading fails if that has changed.
    pub fn from_path(path: PathBuf, length_bytes: u64) -> Self {
        Self {
            source: Source::Path {
                path: path.into(),
                length_bytes,
            },
        }
    }

    pub(crate) fn from_spool(spool: Spool, offset: u64, length_bytes: u64) -> Self {
        Self {
            source: Source::Spool {
                spool,
                offset,
                length_bytes,
            },
        }
    }

    /// The length in bytes.
    pub fn len_bytes(&self) -> u64 {
        match &self.source {
            Source::Memory(bytes) => bytes.len() as u64,
            Source::Path { length_bytes, .. } | Source::Spool { length_bytes, .. } => *length_bytes,
        }
    }

    /// Reads exactly [`Contents::len_bytes`] bytes; a shorter or longer file on disk is an error of the reader.
    pub fn reader(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        Ok(match &self.source {
            Source::Memory(bytes) => Box::new(&**bytes),
            Source::Path { path, length_bytes } => Box::new(ExactReader {
                inner: File::open(path)?,
                left_bytes: *length_bytes,
            }),
            Source::Spool {
                spool,
                offset,
                length_bytes,
            } => Box::new(ExactReader {
                inner: spool.reader(*offset, *length_bytes),
                left_bytes: *length_bytes,
            }),
        })
    }

    /// All bytes. None: there are more than `limit_bytes`.
    pub fn read_within(&self, limit_bytes: u64) -> io::Result<Option<Vec<u8>>> {
        if self.len_bytes() > limit_bytes {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        self.reader()?.read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }
}

/// Gives exactly the announced number of bytes or fails.
struct ExactReader<R> {
    inner: R,
    left_bytes: u64,
}

impl<R: Read> Read for ExactReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if self.left_bytes == 0 {
            return match self.inner.read(&mut [0])? {
                0 => Ok(0),
                _ => Err(changed()),
            };
        }
        let wanted =
            usize::try_from(self.left_bytes).map_or(buffer.len(), |left| left.min(buffer.len()));
        let count = self
            .inner
            .read(buffer.get_mut(..wanted).unwrap_or_default())?;
        if count == 0 {
            return Err(changed());
        }
        self.left_bytes -= count as u64;
        Ok(count)
    }
}

fn changed() -> io::Error {
    io::Error::other("file changed its size while it was read")
}
