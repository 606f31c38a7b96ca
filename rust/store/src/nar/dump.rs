//! The NAR of what lies on disk: directories are read by several threads, and their pieces joined in order.
//!
//! Nearly all the time on small files goes into opening, measuring, reading and closing them, so whole stretches of a
//! directory are read at once, away from the thread that hashes. A stretch is either done by a worker ahead of time or,
//! when its turn comes first, by the thread that needs it; so there is always progress, and what lies ready is bounded.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, Stat};

use super::encode::{self, Counter};
use super::{DEPTH_LIMIT, NarError};
use crate::hash::{Algorithm, Hasher};
use crate::tree::NarHash;

mod queue;

use queue::{Queue, Slot};

/// A file up to this is read whole into its stretch; longer ones are streamed when their turn comes.
const SMALL_FILE_BYTES: u64 = 64 * 1024;

/// How many files and links of a directory are one stretch. A directory with no more is read when it is listed.
const STRETCH_ENTRIES: usize = 64;

/// The buffer through which long files go. With 256 KiB the hash finds its input outside the second-level cache and takes
/// half as long again.
const CHUNK_BYTES: usize = 64 * 1024;

/// How much of a directory one call lists.
#[cfg(target_os = "linux")]
const NAMES_BYTES: usize = 32 * 1024;

const OPEN_FILE: OFlags = OFlags::RDONLY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC)
    .union(OFlags::NONBLOCK);
const OPEN_DIRECTORY: OFlags = OPEN_FILE.union(OFlags::DIRECTORY);

/// The hash of the NAR of what is at `path`: what `nix hash path` prints. A link is not followed.
///
/// `threads` is how many processors to use; 1 starts no thread. Err names the first file, in NAR order, that failed.
pub fn hash_path(path: &Path, algorithm: Algorithm, threads: usize) -> Result<NarHash, NarError> {
    let mut counter = Counter::new(Hasher::new(algorithm));
    dump(path, &mut counter, threads)?;
    let (hasher, size_bytes) = counter.into_parts();
    Ok(NarHash {
        hash: hasher.finish(),
        size_bytes,
    })
}

/// Writes the NAR of what is at `path`, as `nix nar pack` does. A link is not followed. Writes in large pieces.
pub fn dump(path: &Path, output: &mut impl Write, threads: usize) -> Result<(), NarError> {
    // Without a trailing slash, which would follow a link.
    let path = path.components().as_path();
    let stat = rustix::fs::lstat(path).map_err(|it| read_error(path, it))?;
    let mut head = Vec::new();
    encode::magic(&mut head);
    let start = Directory::start();
    let name = path.as_os_str().as_bytes().to_vec();
    let piece = match FileType::from_raw_mode(stat.st_mode) {
        FileType::Symlink => {
            encode::symlink(&mut head, &start.target(&name)?);
            None
        }
        FileType::RegularFile => Some(Piece::LongFile(start, name)),
        FileType::Directory => Some(Piece::Later(Slot::new(Job::List(start, name)))),
        _ => {
            return Err(NarError::UnsupportedType {
                path: path.to_owned(),
            });
        }
    };
    write(output, &head)?;
    let Some(piece) = piece else { return Ok(()) };
    // Nothing of one file can be done ahead of its turn.
    let workers = match piece {
        Piece::Later(_) if threads > 1 => threads * 2,
        _ => 0,
    };
    Queue::new(workers).run(piece, output)
}

/// An open directory, and the chain of names that led there, for messages.
struct Directory {
    /// None: relative to the folder the process is in.
    file: Option<OwnedFd>,
    parent: Option<Arc<Directory>>,
    name: Vec<u8>,
    depth: usize,
}

impl Directory {
    /// What a path is relative to that is not below an open directory.
    fn start() -> Arc<Self> {
        Arc::new(Self {
            file: None,
            parent: None,
            name: Vec::new(),
            depth: 0,
        })
    }

    fn open(self: &Arc<Self>, name: &[u8]) -> Result<Arc<Self>, NarError> {
        let file = match &self.file {
            Some(parent) => rustix::fs::openat(parent, name, OPEN_DIRECTORY, Mode::empty()),
            None => rustix::fs::openat(CWD, name, OPEN_DIRECTORY, Mode::empty()),
        };
        let file = file.map_err(|it| self.read_error(name, it))?;
        Ok(Arc::new(Self {
            file: Some(file),
            parent: Some(Arc::clone(self)),
            name: name.to_vec(),
            depth: self.depth + 1,
        }))
    }

    fn open_file(&self, name: &[u8]) -> Result<(File, Stat), NarError> {
        let file = match &self.file {
            Some(parent) => rustix::fs::openat(parent, name, OPEN_FILE, Mode::empty()),
            None => rustix::fs::openat(CWD, name, OPEN_FILE, Mode::empty()),
        };
        let file = file.map_err(|it| self.read_error(name, it))?;
        let stat = rustix::fs::fstat(&file).map_err(|it| self.read_error(name, it))?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(NarError::UnsupportedType {
                path: self.path(name),
            });
        }
        Ok((File::from(file), stat))
    }

    fn read_error(&self, name: &[u8], error: impl Into<io::Error>) -> NarError {
        NarError::Read {
            path: self.path(name),
            source: error.into(),
        }
    }

    fn path(&self, name: &[u8]) -> PathBuf {
        let mut names = vec![name];
        let mut directory = Some(self);
        while let Some(inner) = directory {
            if !inner.name.is_empty() {
                names.push(&inner.name);
            }
            directory = inner.parent.as_deref();
        }
        let parts = names.into_iter().rev();
        parts.map(OsStr::from_bytes).collect()
    }
}

/// What can be done ahead of its turn.
enum Job {
    /// Read this directory's names, and divide them into stretches.
    List(Arc<Directory>, Vec<u8>),
    /// Read these files and links.
    Read(Arc<Directory>, Vec<Entry>),
}

struct Entry {
    name: Vec<u8>,
    kind: FileType,
}

/// A part of the NAR, in order.
enum Piece {
    Bytes(Vec<u8>),
    Later(Arc<Slot>),
    LongFile(Arc<Directory>, Vec<u8>),
}

impl Job {
    /// Does the job; its first bytes go into the buffer, which is empty.
    fn run(self, buffer: Vec<u8>) -> Result<Vec<Piece>, NarError> {
        match self {
            Self::List(parent, name) => list(&parent, &name, buffer),
            Self::Read(directory, entries) => {
                let mut pieces = Pieces::new(&directory, true, buffer);
                pieces.read(&entries)?;
                Ok(pieces.finish())
            }
        }
    }
}

fn list(parent: &Arc<Directory>, name: &[u8], buffer: Vec<u8>) -> Result<Vec<Piece>, NarError> {
    let directory = parent.open(name)?;
    let entries = entries_of(&directory, parent, name)?;
    if directory.depth >= DEPTH_LIMIT
        && let Some(first) = entries.first()
    {
        return Err(NarError::TooDeep {
            path: directory.path(&first.name),
        });
    }
    let others = entries.iter().filter(|it| it.kind != FileType::Directory);
    let mut listing = Pieces::new(&directory, others.count() <= STRETCH_ENTRIES, buffer);
    encode::begin_directory(&mut listing.bytes);
    let mut stretch = Vec::new();
    for entry in entries {
        if entry.kind == FileType::Directory {
            listing.stretch(&mut stretch)?;
            listing.directory(entry.name);
            continue;
        }
        stretch.push(entry);
        if stretch.len() == STRETCH_ENTRIES {
            listing.stretch(&mut stretch)?;
        }
    }
    listing.stretch(&mut stretch)?;
    encode::end_directory(&mut listing.bytes);
    Ok(listing.finish())
}

/// The pieces of a job, in the making.
struct Pieces<'job> {
    directory: &'job Arc<Directory>,
    /// Whether files and links are read by this job, not by later ones.
    at_once: bool,
    /// What comes before the next piece that is no bytes.
    bytes: Vec<u8>,
    done: Vec<Piece>,
}

impl<'job> Pieces<'job> {
    fn new(directory: &'job Arc<Directory>, at_once: bool, buffer: Vec<u8>) -> Self {
        Self {
            directory,
            at_once,
            bytes: buffer,
            done: Vec::new(),
        }
    }

    fn finish(mut self) -> Vec<Piece> {
        self.done.push(Piece::Bytes(self.bytes));
        self.done
    }

    fn push(&mut self, piece: Piece) {
        if !self.bytes.is_empty() {
            let bytes = std::mem::take(&mut self.bytes);
            self.done.push(Piece::Bytes(bytes));
        }
        self.done.push(piece);
    }

    fn directory(&mut self, name: Vec<u8>) {
        encode::begin_entry(&mut self.bytes, &name);
        let job = Job::List(Arc::clone(self.directory), name);
        self.push(Piece::Later(Slot::new(job)));
        encode::end_entry(&mut self.bytes);
    }

    fn stretch(&mut self, entries: &mut Vec<Entry>) -> Result<(), NarError> {
        let entries = std::mem::take(entries);
        if entries.is_empty() {
            return Ok(());
        }
        if self.at_once {
            return self.read(&entries);
        }
        let job = Job::Read(Arc::clone(self.directory), entries);
        self.push(Piece::Later(Slot::new(job)));
        Ok(())
    }

    fn read(&mut self, entries: &[Entry]) -> Result<(), NarError> {
        for entry in entries {
            encode::begin_entry(&mut self.bytes, &entry.name);
            match entry.kind {
                FileType::RegularFile => self.file(&entry.name)?,
                FileType::Symlink => {
                    let target = self.directory.target(&entry.name)?;
                    encode::symlink(&mut self.bytes, &target);
                }
                _ => {
                    return Err(NarError::UnsupportedType {
                        path: self.directory.path(&entry.name),
                    });
                }
            }
            encode::end_entry(&mut self.bytes);
        }
        Ok(())
    }

    fn file(&mut self, name: &[u8]) -> Result<(), NarError> {
        let (file, stat) = self.directory.open_file(name)?;
        let length_bytes = u64::try_from(stat.st_size).unwrap_or(0);
        if length_bytes > SMALL_FILE_BYTES {
            let long = Piece::LongFile(Arc::clone(self.directory), name.to_vec());
            self.push(long);
            return Ok(());
        }
        encode::begin_file(&mut self.bytes, is_executable(&stat), length_bytes);
        read_small(&file, length_bytes, &mut self.bytes)
            .map_err(|it| self.directory.short_or_failed(name, it))?;
        encode::end_file(&mut self.bytes, length_bytes);
        Ok(())
    }
}

/// Gives every name in an open directory, `.` and `..` included. Reads by way of the descriptor itself where the system has
/// a call for that; `Dir` opens the directory anew.
#[cfg(target_os = "linux")]
fn each_entry(
    file: &OwnedFd,
    mut take: impl FnMut(&[u8], FileType) -> rustix::io::Result<()>,
) -> rustix::io::Result<()> {
    let mut buffer = Vec::with_capacity(NAMES_BYTES);
    let mut entries = rustix::fs::RawDir::new(file, buffer.spare_capacity_mut());
    while let Some(entry) = entries.next() {
        let entry = entry?;
        take(entry.file_name().to_bytes(), entry.file_type())?;
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn each_entry(
    file: &OwnedFd,
    mut take: impl FnMut(&[u8], FileType) -> rustix::io::Result<()>,
) -> rustix::io::Result<()> {
    for entry in rustix::fs::Dir::read_from(file)? {
        let entry = entry?;
        take(entry.file_name().to_bytes(), entry.file_type())?;
    }
    Ok(())
}

/// The names in a directory in the order of their bytes, with what they are.
fn entries_of(
    directory: &Directory,
    parent: &Directory,
    name: &[u8],
) -> Result<Vec<Entry>, NarError> {
    let Some(file) = &directory.file else {
        return Ok(Vec::new());
    };
    let failed = |error: rustix::io::Errno| parent.read_error(name, error);
    let mut entries = Vec::new();
    each_entry(file, |name, mut kind| {
        if matches!(name, b"." | b"..") {
            return Ok(());
        }
        if kind == FileType::Unknown {
            let stat = rustix::fs::statat(file, name, AtFlags::SYMLINK_NOFOLLOW)?;
            kind = FileType::from_raw_mode(stat.st_mode);
        }
        entries.push(Entry {
            name: name.to_vec(),
            kind,
        });
        Ok(())
    })
    .map_err(failed)?;
    entries.sort_unstable_by(|left, right| left.name.cmp(&right.name));
    Ok(entries)
}

impl Directory {
    fn target(&self, name: &[u8]) -> Result<Vec<u8>, NarError> {
        let target = match &self.file {
            Some(file) => rustix::fs::readlinkat(file, name, Vec::with_capacity(256)),
            None => rustix::fs::readlinkat(CWD, name, Vec::with_capacity(256)),
        };
        let target = target.map_err(|it| self.read_error(name, it))?;
        Ok(target.into_bytes())
    }

    fn short_or_failed(&self, name: &[u8], error: io::Error) -> NarError {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => NarError::Changed {
                path: self.path(name),
            },
            _ => self.read_error(name, error),
        }
    }
}

fn is_executable(stat: &Stat) -> bool {
    stat.st_mode & 0o100 != 0
}

/// Appends the bytes of a file; no more than [`SMALL_FILE_BYTES`].
fn read_small(file: &File, length_bytes: u64, bytes: &mut Vec<u8>) -> io::Result<()> {
    let mut left = length_bytes as usize;
    // There may be more room than that; what a file that has grown gives beyond its length is cut off again.
    bytes.reserve(left);
    while left > 0 {
        let start = bytes.len();
        match rustix::io::read(file, rustix::buffer::spare_capacity(bytes)) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                bytes.truncate(start + count.min(left));
                left -= count.min(left);
            }
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Streams a long file. A thread that reads ahead would only take the bytes out of the cache of the processor that hashes:
/// measured, it makes a file of 1 GiB slower by a tenth.
fn write_long_file(
    directory: &Directory,
    name: &[u8],
    output: &mut impl Write,
) -> Result<(), NarError> {
    let (mut file, stat) = directory.open_file(name)?;
    let length_bytes = u64::try_from(stat.st_size).unwrap_or(0);
    let mut bytes = Vec::new();
    encode::begin_file(&mut bytes, is_executable(&stat), length_bytes);
    write(output, &bytes)?;
    bytes.clear();
    let mut source = (&mut file).take(length_bytes);
    let failed = |it| directory.short_or_failed(name, it);
    let count = copy(&mut source, output, failed)?;
    if count != length_bytes {
        return Err(directory.short_or_failed(name, io::ErrorKind::UnexpectedEof.into()));
    }
    encode::end_file(&mut bytes, length_bytes);
    write(output, &bytes)
}

fn copy(
    source: &mut impl Read,
    output: &mut impl Write,
    failed: impl Fn(io::Error) -> NarError,
) -> Result<u64, NarError> {
    let mut buffer = vec![0; CHUNK_BYTES];
    let mut total = 0;
    loop {
        let count = match source.read(&mut buffer) {
            Ok(0) => return Ok(total),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(failed(error)),
        };
        write(output, buffer.get(..count).unwrap_or_default())?;
        total += count as u64;
    }
}

fn write(output: &mut impl Write, bytes: &[u8]) -> Result<(), NarError> {
    output
        .write_all(bytes)
        .map_err(|source| NarError::Output { source })
}

fn read_error(path: &Path, error: rustix::io::Errno) -> NarError {
    NarError::Read {
        path: path.to_owned(),
        source: error.into(),
    }
}
