//! A file tree as a NAR sees it: directories, files with an executable bit, symbolic links; no owners, no times.
//!
//! It need not be on disk: an unpacked archive or a composed vendor folder is one, and a folder on disk is one whose
//! contents are read when asked for.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::Serialize;

pub use crate::contents::Contents;
use crate::hash::{Algorithm, Hash, Hasher};
use crate::nar::encode;

/// How many directories may lie in each other. Linux cannot open a longer path at once.
pub const DEPTH_LIMIT: usize = 2048;

/// How many links one lookup follows, as Linux.
const LINK_LIMIT: usize = 40;

/// One thing in a tree.
#[derive(Clone)]
pub enum Node {
    /// Names (without `/` and NUL, not `.` or `..`) and what they name, in the order of their bytes.
    Directory(BTreeMap<Vec<u8>, Node>),
    /// A regular file.
    File {
        /// Whether its owner may execute it.
        executable: bool,
        /// Its bytes.
        contents: Contents,
    },
    /// A symbolic link.
    Symlink {
        /// Where it points, as written.
        target: Vec<u8>,
    },
}

impl Node {
    /// A regular file with these contents, not executable.
    pub fn file(contents: Contents) -> Self {
        Self::File {
            executable: false,
            contents,
        }
    }

    /// An empty directory.
    pub fn directory() -> Self {
        Self::Directory(BTreeMap::new())
    }

    fn is_directory(&self) -> bool {
        matches!(self, Self::Directory(_))
    }
}

/// A file tree; usually its root is a directory.
#[derive(Clone)]
pub struct Tree {
    /// The top.
    pub root: Node,
}

/// The hash of a NAR and how long the NAR is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NarHash {
    /// Over the whole NAR.
    pub hash: Hash,
    /// The NAR's length in bytes.
    pub size_bytes: u64,
}

/// Why a tree could not be read, changed or hashed. Paths are shown with invalid UTF-8 replaced.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// The disk said no.
    #[error("could not read `{}`", path.display())]
    Read {
        /// What was read.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// What takes the tree's NAR said no.
    #[error("could not write the archive")]
    Write {
        /// Why not.
        source: io::Error,
    },
    /// A device, socket or pipe: a NAR cannot hold it.
    #[error("`{}` is neither a file, a directory nor a symbolic link", path.display())]
    UnsupportedType {
        /// On disk.
        path: PathBuf,
    },
    /// A larger file than the caller is willing to take.
    #[error("`{path}` has {length_bytes} bytes, the limit is {limit_bytes}")]
    TooLarge {
        /// In the tree.
        path: String,
        /// Its length.
        length_bytes: u64,
        /// The caller's limit.
        limit_bytes: u64,
    },
    /// A path that names nothing a tree can hold: empty, with an empty part, `.`, `..` or NUL.
    #[error("`{path}` is not a path below a tree")]
    InvalidPath {
        /// As given.
        path: String,
    },
    /// A file or link stands where a directory is needed.
    #[error("`{path}` is not a directory")]
    NotADirectory {
        /// In the tree.
        path: String,
    },
    /// Directories in directories beyond [`DEPTH_LIMIT`].
    #[error("`{path}` lies more than {DEPTH_LIMIT} directories deep")]
    TooDeep {
        /// In the tree, cut.
        path: String,
    },
    /// Directories in directories beyond what Nix takes into a NAR.
    #[error(
        "`{path}` lies {} directories deep, more than a NAR may hold",
        crate::nar::DEPTH_LIMIT
    )]
    TooDeepForNar {
        /// In the tree.
        path: String,
    },
    /// Links that lead to links without end.
    #[error("too many symbolic links on the way to `{path}`")]
    LinkLoop {
        /// In the tree.
        path: String,
    },
    /// `strip_root` on a tree that has not exactly one top-level directory.
    #[error("expected exactly one directory at the top, found {found}")]
    NoSingleRoot {
        /// What is there instead, in words.
        found: String,
    },
}

impl Tree {
    /// A tree that is an empty directory.
    pub fn new() -> Self {
        Self {
            root: Node::directory(),
        }
    }

    /// The tree at `path`, which may also be a file or a link. Files are read when asked for; links stay links.
    pub fn from_directory(path: &Path) -> Result<Self, TreeError> {
        let metadata = std::fs::symlink_metadata(path).map_err(|source| TreeError::Read {
            path: path.to_owned(),
            source,
        })?;
        let root = node_from_disk(path, &metadata, 0)?;
        Ok(Self { root })
    }

    /// What lies at `path` (`a/b/c`; the empty path is the root). Follows no link.
    pub fn get(&self, path: &str) -> Option<&Node> {
        self.get_bytes(path.as_bytes())
    }

    /// As [`Tree::get`], for names that need not be UTF-8.
    pub fn get_bytes(&self, path: &[u8]) -> Option<&Node> {
        if path.is_empty() {
            return Some(&self.root);
        }
        path.split(|&it| it == b'/')
            .try_fold(&self.root, |node, name| match node {
                Node::Directory(entries) => entries.get(name),
                _ => None,
            })
    }

    /// The bytes of the file at `path`, following links that stay inside the tree.
    ///
    /// None: nothing is there, it is a directory, or a link leads out. Err: longer than `limit_bytes`, or unreadable.
    pub fn read(&self, path: &str, limit_bytes: u64) -> Result<Option<Vec<u8>>, TreeError> {
        let Some(Node::File { contents, .. }) = self.resolve(path.as_bytes())? else {
            return Ok(None);
        };
        match contents.read_within(limit_bytes) {
            Ok(Some(bytes)) => Ok(Some(bytes)),
            Ok(None) => Err(TreeError::TooLarge {
                path: path.to_owned(),
                length_bytes: contents.len_bytes(),
                limit_bytes,
            }),
            Err(source) => Err(TreeError::Read {
                path: path.into(),
                source,
            }),
        }
    }

    /// What `path` leads to when links are followed. None: nothing, or outside the tree. Err: links without end.
    pub fn resolve(&self, path: &[u8]) -> Result<Option<&Node>, TreeError> {
        let mut todo: Vec<&[u8]> = path.split(|&it| it == b'/').rev().collect();
        let mut parents = vec![&self.root];
        let mut links = 0;
        while let Some(name) = todo.pop() {
            if name.is_empty() || name == b"." {
                continue;
            }
            if name == b".." {
                parents.pop();
                if parents.is_empty() {
                    return Ok(None);
                }
                continue;
            }
            let Some(Node::Directory(entries)) = parents.last() else {
                return Ok(None);
            };
            match entries.get(name) {
                None => return Ok(None),
                Some(Node::Symlink { target }) if target.first() == Some(&b'/') => return Ok(None),
                Some(Node::Symlink { target }) => {
                    links += 1;
                    if links > LINK_LIMIT {
                        return Err(TreeError::LinkLoop { path: shown(path) });
                    }
                    todo.extend(target.split(|&it| it == b'/').rev());
                }
                Some(node) => parents.push(node),
            }
        }
        Ok(parents.pop())
    }

    /// Puts a node at `path`, in place of what was there; missing directories on the way are made.
    pub fn insert(&mut self, path: &[u8], node: Node) -> Result<(), TreeError> {
        let (parent, name) = match path.iter().rposition(|&it| it == b'/') {
            Some(0) => return Err(TreeError::InvalidPath { path: shown(path) }),
            Some(slash) => path.split_at(slash),
            None => (&[][..], path),
        };
        let name = name.strip_prefix(b"/").unwrap_or(name);
        check_name(name, path)?;
        self.make_directory(parent)?.insert(name.to_vec(), node);
        Ok(())
    }

    /// The entries of the directory at `path`, made with its parents where missing.
    pub fn make_directory(
        &mut self,
        path: &[u8],
    ) -> Result<&mut BTreeMap<Vec<u8>, Node>, TreeError> {
        let not_a_directory = || TreeError::NotADirectory { path: shown(path) };
        let Node::Directory(entries) = &mut self.root else {
            return Err(not_a_directory());
        };
        if path.is_empty() {
            return Ok(entries);
        }
        let mut entries = entries;
        for (depth, name) in path.split(|&it| it == b'/').enumerate() {
            if depth >= DEPTH_LIMIT {
                return Err(TreeError::TooDeep {
                    path: shown(path.get(..80).unwrap_or(path)),
                });
            }
            check_name(name, path)?;
            match entries.entry(name.to_vec()).or_insert_with(Node::directory) {
                Node::Directory(inner) => entries = inner,
                _ => return Err(not_a_directory()),
            }
        }
        Ok(entries)
    }

    /// Takes out what lies at `path`, with all below it.
    pub fn remove(&mut self, path: &[u8]) -> Option<Node> {
        let mut entries = match &mut self.root {
            Node::Directory(entries) => entries,
            _ => return None,
        };
        let mut names = path.split(|&it| it == b'/').peekable();
        while let Some(name) = names.next() {
            if names.peek().is_none() {
                return entries.remove(name);
            }
            match entries.get_mut(name) {
                Some(Node::Directory(inner)) => entries = inner,
                _ => return None,
            }
        }
        None
    }

    /// Everything below the root with its path, a directory before what it holds, names in the order of their bytes.
    pub fn walk(&self) -> impl Iterator<Item = (Vec<u8>, &Node)> {
        Walk::new(&self.root)
    }

    /// The one directory at the top as a tree of its own, as nixpkgs' fetchzip does with `stripRoot`.
    ///
    /// Err: there is not exactly one thing at the top, or it is no directory.
    pub fn strip_root(self) -> Result<Self, TreeError> {
        let Node::Directory(mut entries) = self.root else {
            return Err(TreeError::NoSingleRoot {
                found: "a file".to_owned(),
            });
        };
        match (entries.len(), entries.pop_first()) {
            (1, Some((_, root))) if root.is_directory() => Ok(Self { root }),
            (1, Some((name, _))) => Err(TreeError::NoSingleRoot {
                found: format!("only `{}`, which is none", shown(&name)),
            }),
            (count, _) => Err(TreeError::NoSingleRoot {
                found: format!("{count} entries"),
            }),
        }
    }

    /// The hash of the tree's NAR: what `nix hash path` prints for the same tree on disk.
    pub fn nar_hash(&self, algorithm: Algorithm) -> Result<NarHash, TreeError> {
        let mut counter = encode::Counter::new(Hasher::new(algorithm));
        self.write_nar(&mut counter)?;
        let (hasher, size_bytes) = counter.into_parts();
        Ok(NarHash {
            hash: hasher.finish(),
            size_bytes,
        })
    }

    /// Writes the tree's NAR.
    pub fn write_nar(&self, writer: &mut impl Write) -> Result<(), TreeError> {
        encode::tree(&self.root, writer)
    }
}

impl Default for Tree {
    fn default() -> Self {
        Self::new()
    }
}

struct Walk<'tree> {
    levels: Vec<(
        usize,
        std::collections::btree_map::Iter<'tree, Vec<u8>, Node>,
    )>,
    path: Vec<u8>,
}

impl<'tree> Walk<'tree> {
    fn new(root: &'tree Node) -> Self {
        let levels = match root {
            Node::Directory(entries) => vec![(0, entries.iter())],
            _ => Vec::new(),
        };
        Self {
            levels,
            path: Vec::new(),
        }
    }
}

impl<'tree> Iterator for Walk<'tree> {
    type Item = (Vec<u8>, &'tree Node);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (prefix_length, entries) = self.levels.last_mut()?;
            self.path.truncate(*prefix_length);
            let Some((name, node)) = entries.next() else {
                self.levels.pop();
                continue;
            };
            if !self.path.is_empty() {
                self.path.push(b'/');
            }
            self.path.extend_from_slice(name);
            if let Node::Directory(inner) = node {
                self.levels.push((self.path.len(), inner.iter()));
            }
            return Some((self.path.clone(), node));
        }
    }
}

fn check_name(name: &[u8], path: &[u8]) -> Result<(), TreeError> {
    if crate::nar::is_name(name) {
        return Ok(());
    }
    Err(TreeError::InvalidPath { path: shown(path) })
}

pub(crate) fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn node_from_disk(
    path: &Path,
    metadata: &std::fs::Metadata,
    depth: usize,
) -> Result<Node, TreeError> {
    let read_error = |source| TreeError::Read {
        path: path.to_owned(),
        source,
    };
    if metadata.is_symlink() {
        let target = std::fs::read_link(path).map_err(read_error)?;
        return Ok(Node::Symlink {
            target: target.into_os_string().into_vec(),
        });
    }
    if metadata.is_file() {
        return Ok(Node::File {
            executable: metadata.mode() & 0o100 != 0,
            contents: Contents::from_path(path.to_owned(), metadata.len()),
        });
    }
    if !metadata.is_dir() {
        return Err(TreeError::UnsupportedType {
            path: path.to_owned(),
        });
    }
    if depth >= DEPTH_LIMIT {
        return Err(TreeError::TooDeep {
            path: shown(path.as_os_str().as_bytes()),
        });
    }
    let mut entries = BTreeMap::new();
    for entry in std::fs::read_dir(path).map_err(read_error)? {
        let entry = entry.map_err(read_error)?;
        let name: OsString = entry.file_name();
        let inner = entry.metadata().map_err(read_error)?;
        let node = node_from_disk(&entry.path(), &inner, depth + 1)?;
        entries.insert(name.into_vec(), node);
    }
    Ok(Node::Directory(entries))
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;
