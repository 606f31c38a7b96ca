//! What a NAR holds, as `nix nar ls` shows it, and single files out of it.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use serde::ser::{Error as _, SerializeMap};
use serde::{Serialize, Serializer};

use super::{Event, NarError, Reader};
use crate::spool::SpoolWriter;
use crate::tree::{Contents, shown};

/// More entries than any honest NAR has; a listing is held in memory.
const ENTRIES_LIMIT: usize = 4_000_000;

/// A node of a NAR without its bytes. Serialises as Nix's `nar ls --json -R`; names that are not UTF-8 fail there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listing {
    /// A regular file.
    File {
        /// Whether its owner may execute it.
        executable: bool,
        /// Its length in bytes.
        size_bytes: u64,
        /// Where its bytes begin in the NAR.
        nar_offset: u64,
    },
    /// A symbolic link.
    Symlink {
        /// Where it points.
        target: Vec<u8>,
    },
    /// A directory, names in the order of their bytes.
    Directory {
        /// What it holds.
        entries: BTreeMap<Vec<u8>, Listing>,
    },
}

/// The listing of a whole NAR. Refuses what `nix nar ls` refuses: everything but wrong padding after a file's bytes.
pub fn ls(input: impl Read) -> Result<Listing, NarError> {
    let mut reader = Reader::for_listing(io::BufReader::new(input));
    let mut builder = Builder::default();
    while let Some(event) = reader.next_event()? {
        builder.take(event)?;
    }
    builder.root.ok_or(NarError::Truncated {
        offset: reader.offset(),
    })
}

/// Writes the bytes of the regular file at `path` (`a/b`, a leading `/` is fine), once the whole NAR has proved to be well
/// formed, as Nix does.
pub fn cat(input: impl Read, path: &[u8], output: &mut impl Write) -> Result<u64, NarError> {
    let wanted = parts(path);
    let mut reader = Reader::for_listing(io::BufReader::new(input));
    let mut spool = SpoolWriter::new();
    let mut at: Vec<Vec<u8>> = Vec::new();
    let mut found = Found::Nothing;
    while let Some(event) = reader.next_event()? {
        let is_here = at == wanted;
        match event {
            Event::Entry { name } => {
                at.push(name);
                continue;
            }
            Event::Directory => {
                if is_here {
                    found = Found::Other;
                }
                continue;
            }
            Event::File { length_bytes, .. } if is_here => {
                copy_contents(&mut reader, &mut spool)?;
                found = Found::File { length_bytes };
            }
            Event::Symlink { .. } if is_here => found = Found::Other,
            Event::File { .. } | Event::Symlink { .. } | Event::EndDirectory => {}
        }
        at.pop();
    }
    let path = || shown(path);
    let length_bytes = match found {
        Found::Nothing => return Err(NarError::NotFound { path: path() }),
        Found::Other => return Err(NarError::NotAFile { path: path() }),
        Found::File { length_bytes } => length_bytes,
    };
    let contents = Contents::from_spool(spool.spool(), 0, length_bytes);
    spool
        .finish()
        .map_err(|source| NarError::Output { source })?;
    let mut reader = contents
        .reader()
        .map_err(|source| NarError::Input { source })?;
    io::copy(&mut reader, output).map_err(|source| NarError::Output { source })
}

enum Found {
    Nothing,
    File { length_bytes: u64 },
    Other,
}

fn copy_contents<R: Read>(reader: &mut Reader<R>, output: &mut impl Write) -> Result<(), NarError> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = reader.read_contents(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        output
            .write_all(buffer.get(..count).unwrap_or_default())
            .map_err(|source| NarError::Output { source })?;
    }
}

/// The names of a path; `.` and empty parts fall away, `..` leads back.
fn parts(path: &[u8]) -> Vec<Vec<u8>> {
    let mut parts = Vec::new();
    for part in path.split(|&it| it == b'/') {
        match part {
            b"" | b"." => {}
            b".." => {
                parts.pop();
            }
            _ => parts.push(part.to_vec()),
        }
    }
    parts
}

#[derive(Default)]
struct OpenDirectory {
    entries: BTreeMap<Vec<u8>, Listing>,
    /// Of the entry that is being read.
    name: Vec<u8>,
}

/// Puts events together.
#[derive(Default)]
struct Builder {
    open: Vec<OpenDirectory>,
    root: Option<Listing>,
    entries: usize,
}

impl Builder {
    fn take(&mut self, event: Event) -> Result<(), NarError> {
        match event {
            Event::Directory => self.open.push(OpenDirectory::default()),
            Event::Entry { name } => {
                self.entries += 1;
                if self.entries > ENTRIES_LIMIT {
                    return Err(NarError::TooManyEntries {
                        limit: ENTRIES_LIMIT,
                    });
                }
                if let Some(directory) = self.open.last_mut() {
                    directory.name = name;
                }
            }
            Event::File {
                executable,
                length_bytes,
                offset,
            } => self.close(Listing::File {
                executable,
                size_bytes: length_bytes,
                nar_offset: offset,
            }),
            Event::Symlink { target } => self.close(Listing::Symlink { target }),
            Event::EndDirectory => {
                if let Some(OpenDirectory { entries, .. }) = self.open.pop() {
                    self.close(Listing::Directory { entries });
                }
            }
        }
        Ok(())
    }

    fn close(&mut self, node: Listing) {
        match self.open.last_mut() {
            Some(OpenDirectory { entries, name }) => {
                entries.insert(std::mem::take(name), node);
            }
            None => self.root = Some(node),
        }
    }
}

impl Listing {
    /// The lines of `nix nar ls -R -l`: mode, size, path, and where a link points. Names may hold line feeds.
    pub fn write_text(&self, output: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Directory { entries } => write_entries(entries, &mut b".".to_vec(), output),
            _ => self.write_line(b"", output),
        }
    }

    fn write_line(&self, path: &[u8], output: &mut impl Write) -> io::Result<()> {
        let (mode, size_bytes) = match self {
            Self::File {
                executable: true,
                size_bytes,
                ..
            } => ("-r-xr-xr-x", *size_bytes),
            Self::File { size_bytes, .. } => ("-r--r--r--", *size_bytes),
            Self::Symlink { .. } => ("lrwxrwxrwx", 0),
            Self::Directory { .. } => ("dr-xr-xr-x", 0),
        };
        write!(output, "{mode} {size_bytes:>20} ")?;
        output.write_all(path)?;
        if let Self::Symlink { target } = self {
            output.write_all(b" -> ")?;
            output.write_all(target)?;
        }
        output.write_all(b"\n")
    }

    /// Whether every name and target is UTF-8, so that the listing can be JSON. Err names the first that is not.
    pub fn check_utf8(&self) -> Result<(), NarError> {
        let check = |bytes: &[u8]| match std::str::from_utf8(bytes) {
            Ok(_) => Ok(()),
            Err(_) => Err(NarError::not_utf8(bytes)),
        };
        match self {
            Self::File { .. } => Ok(()),
            Self::Symlink { target } => check(target),
            Self::Directory { entries } => entries.iter().try_for_each(|(name, node)| {
                check(name)?;
                node.check_utf8()
            }),
        }
    }
}

fn write_entries(
    entries: &BTreeMap<Vec<u8>, Listing>,
    path: &mut Vec<u8>,
    output: &mut impl Write,
) -> io::Result<()> {
    for (name, node) in entries {
        let length = path.len();
        path.push(b'/');
        path.extend_from_slice(name);
        node.write_line(path, output)?;
        if let Listing::Directory { entries } = node {
            write_entries(entries, path, output)?;
        }
        path.truncate(length);
    }
    Ok(())
}

impl Serialize for Listing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let utf8 = |bytes: &[u8]| match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(S::Error::custom(NarError::not_utf8(bytes))),
        };
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::File {
                executable,
                size_bytes,
                nar_offset,
            } => {
                if *executable {
                    map.serialize_entry("executable", &true)?;
                }
                map.serialize_entry("narOffset", nar_offset)?;
                map.serialize_entry("size", size_bytes)?;
                map.serialize_entry("type", "regular")?;
            }
            Self::Symlink { target } => {
                map.serialize_entry("target", &utf8(target)?)?;
                map.serialize_entry("type", "symlink")?;
            }
            Self::Directory { entries } => {
                let named = entries
                    .iter()
                    .map(|(name, node)| Ok((utf8(name)?, node)))
                    .collect::<Result<Vec<_>, S::Error>>()?;
                map.serialize_entry("entries", &Entries(named))?;
                map.serialize_entry("type", "directory")?;
            }
        }
        map.end()
    }
}

/// Entries in their order.
struct Entries<'listing>(Vec<(String, &'listing Listing)>);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, node)| (name, node)))
    }
}
