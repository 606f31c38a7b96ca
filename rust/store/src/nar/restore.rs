//! Lays out a NAR on disk, all of it or nothing, and nothing outside its destination.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::fs::{Mode, OFlags};
use tempfile::TempDir;

use super::{Event, NarError, Reader};

/// The name of the tree inside the temporary folder.
const ROOT: &[u8] = b"root";

/// Lays out the NAR at `destination`, which must not exist; its parent must.
///
/// The tree is made in a temporary folder beside it and renamed at the end. Modes are 0777 and 0666 less the process's
/// mask, as with Nix. Bytes after the archive stay unread. Err: a NAR that Nix refuses, or what the disk said; then
/// nothing is left behind.
pub fn restore(input: impl Read, destination: &Path) -> Result<(), NarError> {
    let destination = destination.components().as_path();
    let exists = || NarError::Exists {
        path: destination.to_owned(),
    };
    if rustix::fs::lstat(destination).is_ok() {
        return Err(exists());
    }
    let parent = match destination.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) => Path::new("."),
        None => return Err(exists()),
    };
    let failed = |source: io::Error| NarError::Create {
        path: destination.to_owned(),
        source,
    };
    let staging = Staging::new(parent).map_err(failed)?;
    let folder_file = rustix::fs::open(staging.folder.path(), DIRECTORY, Mode::empty())
        .map_err(|it| failed(it.into()))?;
    let mut layout = Layout {
        destination: destination.to_owned(),
        open: vec![folder_file],
        names: Vec::new(),
    };
    layout.all(Reader::new(io::BufReader::with_capacity(128 * 1024, input)))?;
    staging.move_to(destination).map_err(|error| match error {
        rustix::io::Errno::EXIST | rustix::io::Errno::NOTEMPTY => exists(),
        other => failed(other.into()),
    })
}

/// The temporary folders of restores under way.
static UNDER_WAY: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// How often the removal of a folder is tried that a restore still writes to.
const REMOVALS: usize = 3;

/// Removes what restores of this process have laid out so far; for a signal handler that is about to exit.
///
/// Waits for a rename that has begun: its tree is complete.
#[expect(
    clippy::disallowed_methods,
    reason = "the folders are temporary ones that this process has made"
)]
pub fn abandon_restores() {
    for folder in lock_under_way().drain(..) {
        // Gone already is as good, and nobody is left to be told of another failure.
        (0..REMOVALS).any(|_| std::fs::remove_dir_all(&folder).is_ok());
    }
}

fn lock_under_way() -> MutexGuard<'static, Vec<PathBuf>> {
    UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The temporary folder of a restore; removed when dropped, and forgotten only then.
struct Staging {
    folder: TempDir,
    _entry: Entry,
}

/// A folder's place among [`UNDER_WAY`], given up when dropped.
struct Entry(PathBuf);

impl Staging {
    fn new(parent: &Path) -> io::Result<Self> {
        // A missing parent fails here, with the system's own words.
        std::fs::metadata(parent)?;
        // Held while the folder is made, so that none is missed.
        let mut under_way = lock_under_way();
        let folder = tempfile::Builder::new()
            .prefix(".nixsmith-restore-")
            .tempdir_in(parent)
            .map_err(|it| io::Error::from(it.kind()))?;
        let path = folder.path().to_owned();
        under_way.push(path.clone());
        Ok(Self {
            folder,
            _entry: Entry(path),
        })
    }

    /// Puts the laid out tree in place. An abandoned one is gone.
    fn move_to(&self, destination: &Path) -> rustix::io::Result<()> {
        let _under_way = lock_under_way();
        move_in_place(
            &self.folder.path().join(OsStr::from_bytes(ROOT)),
            destination,
        )
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        lock_under_way().retain(|it| *it != self.0);
    }
}

const DIRECTORY: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

const NEW_FILE: OFlags = OFlags::WRONLY
    .union(OFlags::CREATE)
    .union(OFlags::EXCL)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// Renames, but never over something that came there meanwhile.
fn move_in_place(from: &Path, to: &Path) -> rustix::io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, lstat, rename, renameat_with};
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // A file system that cannot promise it.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::NOTSUP) => {
            match lstat(to) {
                Ok(_) => Err(rustix::io::Errno::EXIST),
                Err(_) => rename(from, to),
            }
        }
        other => other,
    }
}

struct Layout {
    destination: PathBuf,
    /// The temporary folder, then every open directory of the tree.
    open: Vec<OwnedFd>,
    /// The name the next node gets, below those of the open directories.
    names: Vec<Vec<u8>>,
}

impl Layout {
    fn all<R: Read>(&mut self, mut reader: Reader<R>) -> Result<(), NarError> {
        self.names.push(ROOT.to_vec());
        while let Some(event) = reader.next_event()? {
            match event {
                Event::Entry { name } => self.names.push(name),
                Event::Directory => self.directory()?,
                Event::EndDirectory => {
                    self.open.pop();
                    self.names.pop();
                }
                Event::File { executable, .. } => {
                    self.file(&mut reader, executable)?;
                    self.names.pop();
                }
                Event::Symlink { target } => {
                    let (parent, name) = self.place()?;
                    rustix::fs::symlinkat(target.as_slice(), parent, name)
                        .map_err(|it| self.failed(it))?;
                    self.names.pop();
                }
            }
        }
        Ok(())
    }

    fn directory(&mut self) -> Result<(), NarError> {
        let (parent, name) = self.place()?;
        rustix::fs::mkdirat(parent, name, Mode::from_raw_mode(0o777))
            .map_err(|it| self.failed(it))?;
        let opened = rustix::fs::openat(parent, name, DIRECTORY, Mode::empty())
            .map_err(|it| self.failed(it))?;
        self.open.push(opened);
        Ok(())
    }

    fn file<R: Read>(&mut self, reader: &mut Reader<R>, executable: bool) -> Result<(), NarError> {
        let mode = Mode::from_raw_mode(if executable { 0o777 } else { 0o666 });
        let (parent, name) = self.place()?;
        let file =
            rustix::fs::openat(parent, name, NEW_FILE, mode).map_err(|it| self.failed(it))?;
        let mut file = File::from(file);
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let count = reader.read_contents(&mut buffer)?;
            if count == 0 {
                return Ok(());
            }
            file.write_all(buffer.get(..count).unwrap_or_default())
                .map_err(|it| self.failed(it))?;
        }
    }

    /// The directory and the name for the current node. The reader gives nodes only where both are known.
    fn place(&self) -> Result<(&OwnedFd, &[u8]), NarError> {
        match (self.open.last(), self.names.last()) {
            (Some(parent), Some(name)) => Ok((parent, name)),
            _ => Err(self.failed(io::Error::from(io::ErrorKind::NotFound))),
        }
    }

    fn failed(&self, error: impl Into<io::Error>) -> NarError {
        let mut path = self.destination.clone();
        path.extend(self.names.iter().skip(1).map(|it| OsStr::from_bytes(it)));
        NarError::Create {
            path,
            source: error.into(),
        }
    }
}
