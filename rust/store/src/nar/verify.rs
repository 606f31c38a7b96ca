//! Reads a whole NAR with every check, and says what it holds.

use std::io::{self, Read};

use serde::Serialize;

use super::{Event, NarError, Reader};
use crate::hash::{Algorithm, Hash, Hasher};

/// What a valid NAR holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Of the NAR, uncompressed, without what follows it.
    pub hash: Hash,
    /// The NAR's length in bytes, uncompressed.
    pub size_bytes: u64,
    /// Regular files.
    pub files: u64,
    /// Directories.
    pub directories: u64,
    /// Symbolic links.
    pub links: u64,
    /// Bytes after the NAR. Nix reads past them in silence.
    pub trailing_bytes: u64,
}

/// Reads a NAR to its end. Err: something Nix refuses when it restores.
pub fn verify(input: impl Read, algorithm: Algorithm) -> Result<Verified, NarError> {
    let tee = Tee {
        input: io::BufReader::with_capacity(64 * 1024, input),
        hasher: Hasher::new(algorithm),
    };
    let mut reader = Reader::new(tee);
    let (mut files, mut directories, mut links) = (0, 0, 0);
    let mut buffer = vec![0; 64 * 1024];
    while let Some(event) = reader.next_event()? {
        match event {
            Event::Directory => directories += 1,
            Event::Symlink { .. } => links += 1,
            Event::File { .. } => {
                files += 1;
                while reader.read_contents(&mut buffer)? > 0 {}
            }
            Event::Entry { .. } | Event::EndDirectory => {}
        }
    }
    let size_bytes = reader.offset();
    let Tee { mut input, hasher } = reader.into_inner();
    let trailing_bytes = io::copy(&mut input, &mut io::sink()).map_err(NarError::input)?;
    Ok(Verified {
        hash: hasher.finish(),
        size_bytes,
        files,
        directories,
        links,
        trailing_bytes,
    })
}

struct Tee<R> {
    input: R,
    hasher: Hasher,
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.hasher.update(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}
