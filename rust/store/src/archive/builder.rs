//! A tree being unpacked: places entries as a file system would, and keeps count of them.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use super::{ArchiveError, Limits};
use crate::nar::{NAME_BYTES_LIMIT, TARGET_BYTES_LIMIT};
use crate::spool::SpoolWriter;
use crate::tree::{Contents, DEPTH_LIMIT, Node, Tree, shown};

/// The longest path that Linux opens.
const PATH_BYTES_LIMIT: usize = 4095;

/// How many links one path may lead through, as Linux.
const LINK_LIMIT: usize = 40;

/// Where an entry goes: names below the root. Nothing in it is empty, `.` or `..`.
pub(super) type Place = Vec<Vec<u8>>;

/// Why an entry cannot be placed, as a phrase; the caller adds its name and offset.
pub(super) type Refusal = String;

/// A tree being unpacked, within limits.
pub(crate) struct Builder {
    root: BTreeMap<Vec<u8>, Node>,
    spool: SpoolWriter,
    limits: Limits,
    archive_bytes: u64,
    unpacked_bytes: u64,
    entries: u64,
}

impl Builder {
    pub(super) fn new(limits: Limits, archive_bytes: u64) -> Self {
        Self {
            root: BTreeMap::new(),
            spool: SpoolWriter::new(),
            limits,
            archive_bytes,
            unpacked_bytes: 0,
            entries: 0,
        }
    }

    /// The tree, with its contents readable.
    pub(super) fn finish(self) -> Result<Tree, ArchiveError> {
        self.spool
            .finish()
            .map_err(|source| ArchiveError::Spool { source })?;
        Ok(Tree {
            root: Node::Directory(self.root),
        })
    }

    /// Counts an entry.
    pub(super) fn count_entry(&mut self) -> Result<(), ArchiveError> {
        self.entries += 1;
        if self.entries > self.limits.entries {
            return Err(ArchiveError::TooLarge {
                limit: self.limits.entries,
                unit: "entries",
            });
        }
        Ok(())
    }

    /// Counts bytes that came out of the archive.
    pub(super) fn count_bytes(&mut self, count: u64) -> Result<(), ArchiveError> {
        self.unpacked_bytes = self.unpacked_bytes.saturating_add(count);
        if self.unpacked_bytes > self.limits.unpacked_bytes {
            return Err(ArchiveError::TooLarge {
                limit: self.limits.unpacked_bytes,
                unit: "bytes",
            });
        }
        let allowed = self.archive_bytes.saturating_mul(self.limits.ratio);
        if self.unpacked_bytes > self.limits.ratio_free_bytes.max(allowed) {
            return Err(ArchiveError::TooLarge {
                limit: self.limits.ratio,
                unit: "times its own size",
            });
        }
        Ok(())
    }

    /// Copies up to `length_bytes` into the spool; gives the contents, which are shorter where the reader ends early.
    pub(super) fn keep<E: From<ArchiveError>>(
        &mut self,
        reader: &mut dyn Read,
        length_bytes: u64,
        read_error: impl Fn(io::Error) -> E,
    ) -> Result<Contents, E> {
        let offset = self.spool.length_bytes();
        let mut buffer = vec![0; 64 * 1024];
        let mut left_bytes = length_bytes;
        while left_bytes > 0 {
            let wanted =
                usize::try_from(left_bytes).map_or(buffer.len(), |it| it.min(buffer.len()));
            let part = buffer.get_mut(..wanted).unwrap_or_default();
            let count = match reader.read(part) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(read_error(error)),
            };
            left_bytes -= count as u64;
            self.count_bytes(count as u64)?;
            self.spool
                .write_all(part.get(..count).unwrap_or_default())
                .map_err(|source| ArchiveError::Spool { source })?;
        }
        Ok(Contents::from_spool(
            self.spool.spool(),
            offset,
            self.spool.length_bytes() - offset,
        ))
    }

    /// Puts a directory there. One that is there stays; a file or link gives way, as with tar.
    pub(super) fn put_directory(&mut self, place: &Place) -> Result<(), Refusal> {
        let Some((name, parents)) = place.split_last() else {
            return Ok(());
        };
        let entries = self.enter(parents)?;
        match entries.get(name) {
            Some(Node::Directory(_)) => {}
            _ => {
                entries.insert(name.clone(), Node::directory());
            }
        }
        Ok(())
    }

    /// Puts a file or link there in place of a file, a link or an empty directory.
    pub(super) fn put(&mut self, place: &Place, node: Node) -> Result<(), Refusal> {
        if let Node::Symlink { target } = &node {
            check_target(target)?;
        }
        let Some((name, parents)) = place.split_last() else {
            return Err("names the folder itself".to_owned());
        };
        let entries = self.enter(parents)?;
        if let Some(Node::Directory(inner)) = entries.get(name)
            && !inner.is_empty()
        {
            return Err("a directory with this name is already there".to_owned());
        }
        entries.insert(name.clone(), node);
        Ok(())
    }

    /// Whether something is there; the links on the way are not followed.
    pub(super) fn contains(&self, place: &Place) -> bool {
        self.find(place).is_some()
    }

    /// What a hard link to this place becomes: another file with the same bytes, or the same link.
    pub(super) fn linked(&mut self, place: &Place) -> Result<Node, Refusal> {
        let place = self.real_place(place)?;
        match self.find(&place) {
            Some(Node::Directory(_)) => Err("links to a directory".to_owned()),
            Some(node) => Ok(node.clone()),
            None => Err("links to a file that is not there".to_owned()),
        }
    }

    fn find(&self, place: &[Vec<u8>]) -> Option<&Node> {
        let (name, parents) = place.split_last()?;
        let mut entries = &self.root;
        for parent in parents {
            match entries.get(parent) {
                Some(Node::Directory(inner)) => entries = inner,
                _ => return None,
            }
        }
        entries.get(name)
    }

    /// The directory at the place, made where missing; its own links are followed while they stay inside.
    fn enter(&mut self, parents: &[Vec<u8>]) -> Result<&mut BTreeMap<Vec<u8>, Node>, Refusal> {
        let real = self.real_directory(parents)?;
        let mut entries = &mut self.root;
        for name in real {
            match entries.entry(name).or_insert_with(Node::directory) {
                Node::Directory(inner) => entries = inner,
                _ => return Err("lies below something that is no directory".to_owned()),
            }
        }
        Ok(entries)
    }

    fn real_place(&self, place: &Place) -> Result<Place, Refusal> {
        let Some((name, parents)) = place.split_last() else {
            return Err("links to the folder itself".to_owned());
        };
        let mut real = self.real_directory(parents)?;
        real.push(name.clone());
        Ok(real)
    }

    /// Follows links on the way as tar would: only those it creates at once, relative and without `..`.
    fn real_directory(&self, parents: &[Vec<u8>]) -> Result<Place, Refusal> {
        // With each name, whether it has to be there already: what a link leads to is not made.
        let mut todo: Vec<(Vec<u8>, bool)> =
            parents.iter().rev().map(|it| (it.clone(), false)).collect();
        let mut real = Place::new();
        let mut links = 0;
        while let Some((name, must_exist)) = todo.pop() {
            real.push(name);
            if real.len() > DEPTH_LIMIT {
                return Err("lies too deep".to_owned());
            }
            let found = self.find(&real);
            if must_exist && found.is_none() {
                return Err("leads through a symbolic link to nothing".to_owned());
            }
            let Some(Node::Symlink { target }) = found else {
                continue;
            };
            links += 1;
            let Some(names) = inside_names(target) else {
                return Err("leads through a symbolic link out of its folder".to_owned());
            };
            if links > LINK_LIMIT {
                return Err("leads through too many symbolic links".to_owned());
            }
            real.pop();
            todo.extend(names.into_iter().rev().map(|it| (it, true)));
        }
        Ok(real)
    }
}

/// The names of a relative path without `..`. None: it is another kind of path.
fn inside_names(target: &[u8]) -> Option<Place> {
    if target.first() == Some(&b'/') {
        return None;
    }
    let parts = target.split(|&it| it == b'/');
    parts
        .filter(|part| !matches!(*part, b"" | b"."))
        .map(|part| (part != b"..").then(|| part.to_vec()))
        .collect()
}

/// Where an entry of this name goes. Leading `/`, `./` and doubled slashes fall away; `..` and NUL are refused.
pub(super) fn place(name: &[u8]) -> Result<Place, Refusal> {
    if name.len() > PATH_BYTES_LIMIT {
        return Err(format!("name has more than {PATH_BYTES_LIMIT} bytes"));
    }
    let mut place = Place::new();
    for part in name.split(|&it| it == b'/') {
        match part {
            b"" | b"." => {}
            b".." => return Err("name contains `..`".to_owned()),
            _ if part.contains(&0) => return Err("name contains a NUL".to_owned()),
            _ if part.len() > NAME_BYTES_LIMIT => {
                return Err(format!(
                    "a part of the name has more than {NAME_BYTES_LIMIT} bytes"
                ));
            }
            _ => place.push(part.to_vec()),
        }
    }
    Ok(place)
}

fn check_target(target: &[u8]) -> Result<(), Refusal> {
    if target.is_empty() || target.contains(&0) || target.len() > TARGET_BYTES_LIMIT {
        return Err("is a symbolic link with an impossible target".to_owned());
    }
    Ok(())
}

/// An entry's name for people: invalid UTF-8 replaced, cut at 200 bytes.
pub(super) fn shown_name(name: &[u8]) -> String {
    match name.get(..200) {
        Some(start) if name.len() > 200 => format!("{}…", shown(start)),
        _ => shown(name),
    }
}
