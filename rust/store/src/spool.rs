//! Where unpacked bytes wait: in memory up to 64 MiB, then in a temporary file that has no name.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::FileExt;
use std::sync::{Arc, OnceLock};

use tempfile::SpooledTempFile;

const MEMORY_BYTES: usize = 64 << 20;

enum Stored {
    Memory(Vec<u8>),
    File(File),
}

/// A finished spool, shared by the contents that lie in it. Empty until its writer has finished.
#[derive(Clone, Default)]
pub(crate) struct Spool {
    stored: Arc<OnceLock<Stored>>,
}

impl Spool {
    /// Reads at this offset; 0 means the end, or a spool whose writer never finished.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        match self.stored.get() {
            Some(Stored::Memory(bytes)) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                bytes.get(start..).unwrap_or_default().read(buffer)
            }
            Some(Stored::File(file)) => file.read_at(buffer, offset),
            None => Ok(0),
        }
    }

    /// The bytes of one range.
    pub(crate) fn reader(&self, offset: u64, length_bytes: u64) -> SpoolReader {
        SpoolReader {
            spool: self.clone(),
            offset,
            left_bytes: length_bytes,
        }
    }
}

/// Reads one range of a spool.
pub(crate) struct SpoolReader {
    spool: Spool,
    offset: u64,
    left_bytes: u64,
}

impl Read for SpoolReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted =
            usize::try_from(self.left_bytes).map_or(buffer.len(), |left| left.min(buffer.len()));
        let part = buffer.get_mut(..wanted).unwrap_or_default();
        let count = self.spool.read_at(part, self.offset)?;
        self.offset += count as u64;
        self.left_bytes -= count as u64;
        Ok(count)
    }
}

/// Writes a spool from start to end.
pub(crate) struct SpoolWriter {
    file: SpooledTempFile,
    spool: Spool,
    length_bytes: u64,
}

impl SpoolWriter {
    pub(crate) fn new() -> Self {
        Self {
            file: SpooledTempFile::new(MEMORY_BYTES),
            spool: Spool::default(),
            length_bytes: 0,
        }
    }

    /// The spool that is being written; readable after [`SpoolWriter::finish`].
    pub(crate) fn spool(&self) -> Spool {
        self.spool.clone()
    }

    /// How much was written: the offset of what comes next.
    pub(crate) fn length_bytes(&self) -> u64 {
        self.length_bytes
    }

    /// Makes what was written readable.
    pub(crate) fn finish(self) -> io::Result<()> {
        let stored = match self.file.into_inner() {
            tempfile::SpooledData::InMemory(cursor) => Stored::Memory(cursor.into_inner()),
            tempfile::SpooledData::OnDisk(mut file) => {
                file.rewind()?;
                Stored::File(file)
            }
        };
        // Only the one writer sets it, and it is used up here.
        let _ = self.spool.stored.set(stored);
        Ok(())
    }
}

impl Write for SpoolWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.length_bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
