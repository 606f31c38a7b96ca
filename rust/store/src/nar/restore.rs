//! Lays out a NAR on disk, all of it or nothing, and nothing outside its destination.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};

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
    let folder = tempfile::Builder::new()
        .prefix(".nixsmith-restore-")
        .tempdir_in(parent)
        .map_err(|source| failed(io::Error::from(source.kind())))?;
    let folder_file = rustix::fs::open(folder.path(), DIRECTORY, Mode::empty())
        .map_err(|it| failed(it.into()))?;
    let mut layout = Layout {
        destination: destination.to_owned(),
        open: vec![folder_file],
        names: Vec::new(),
    };
    layout.all(Reader::new(io::BufReader::with_capacity(128 * 1024, input)))?;
    move_in_place(&folder.path().join(OsStr::from_bytes(ROOT)), destination).map_err(|error| {
        match error {
            rustix::io::Errno::EXIST | rustix::io::Errno::NOTEMPTY => exists(),
            other => failed(other.into()),
        }
    })
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
