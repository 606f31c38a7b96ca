//! A tree of files as the checks see it: names, kinds and link targets in memory, contents from a folder or from git.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::repository::{Blob, Changed, Mode, Repository};

/// How many links are followed before they count as a circle.
const LINKS_MAX: u32 = 40;

/// What lies at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// A file.
    File {
        /// Some execute bit is set.
        executable: bool,
        /// The object, for a file of a commit.
        id: Arc<str>,
    },
    /// A link and its target.
    Link(String),
    /// A folder, shared by the trees that have it.
    Folder(Arc<Folder>),
}

/// What lies in a folder, by name, in the order of bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folder {
    /// The entries.
    pub entries: BTreeMap<Arc<str>, Node>,
}

/// Where a path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// To this path in the tree, without links, `.` and `..`.
    Inside(Vec<String>),
    /// Out of the tree.
    Outside,
    /// Nowhere.
    Nowhere,
}

/// Where contents are.
#[derive(Debug, Clone)]
enum Contents {
    /// Below a folder of the machine.
    Folder(PathBuf),
    /// In git.
    Objects(Objects),
}

/// The objects of a clone; what was read is kept, for both sides of a comparison.
#[derive(Debug, Clone)]
pub struct Objects {
    repository: Repository,
    read: Arc<Mutex<HashMap<String, Arc<[u8]>>>>,
}

impl Objects {
    /// Those of the clone; nothing is read yet.
    #[must_use]
    pub fn new(repository: Repository) -> Self {
        Self {
            repository,
            read: Arc::default(),
        }
    }

    /// Reads the objects that were not read yet, in one go.
    ///
    /// # Errors
    /// When git fails or has not got one.
    pub fn load<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> anyhow::Result<()> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let mut missing: Vec<&str> = ids
            .into_iter()
            .filter(|id| !read.contains_key(*id))
            .collect();
        missing.sort_unstable();
        missing.dedup();
        let contents = self.repository.contents(&missing)?;
        let ids = missing.into_iter().map(str::to_owned);
        read.extend(ids.zip(contents.into_iter().map(Arc::from)));
        Ok(())
    }

    /// The contents of an object.
    ///
    /// # Errors
    /// As [`Objects::load`].
    pub fn get(&self, id: &str) -> anyhow::Result<Arc<[u8]>> {
        self.load([id])?;
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.get(id)
            .cloned()
            .ok_or_else(|| anyhow::anyhow!("the object `{id}` was not read"))
    }
}

/// A tree of files.
#[derive(Debug, Clone)]
pub struct Tree {
    root: Folder,
    contents: Contents,
}

impl Tree {
    /// The tree of the folder `path`, without `.git`; other file types than files, folders and links are left out.
    ///
    /// # Errors
    /// When a folder cannot be listed or a link not be read.
    pub fn of_folder(path: PathBuf) -> io::Result<Self> {
        let root = list(&path)?;
        Ok(Self {
            root,
            contents: Contents::Folder(path),
        })
    }

    /// The tree of a commit's rows, whose contents are `objects`.
    ///
    /// # Errors
    /// When the target of a link cannot be read.
    pub fn of_rows<'a>(
        rows: impl Iterator<Item = (&'a str, &'a Blob)> + Clone,
        objects: &Objects,
    ) -> anyhow::Result<Self> {
        let links = rows.clone().filter(|(_, blob)| blob.mode == Mode::Link);
        objects.load(links.map(|(_, blob)| &*blob.id))?;
        let mut tree = Self {
            root: Folder::default(),
            contents: Contents::Objects(objects.clone()),
        };
        for (path, blob) in rows {
            let node = node(blob, objects)?;
            tree.insert(path, Some(node));
        }
        Ok(tree)
    }

    /// The same tree before the changes; what they do not touch is shared.
    ///
    /// # Errors
    /// When the target of a link cannot be read.
    pub fn before(&self, changes: &[Changed]) -> anyhow::Result<Self> {
        let mut tree = self.clone();
        let Contents::Objects(objects) = &self.contents else {
            return Ok(tree);
        };
        // What came goes first: it may lie where a file was, or a folder.
        for change in changes.iter().filter(|change| change.old.is_none()) {
            tree.insert(&change.path, None);
        }
        for change in changes {
            if let Some(old) = &change.old {
                tree.insert(&change.path, Some(node(old, objects)?));
            }
        }
        Ok(tree)
    }

    /// Puts the node at the path, or takes away what lies there, with the folders that it leaves empty.
    fn insert(&mut self, path: &str, node: Option<Node>) {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut place = &mut self.root;
        for part in folder.split('/').filter(|part| !part.is_empty()) {
            if !place.entries.contains_key(part) {
                place
                    .entries
                    .insert(part.into(), Node::Folder(Arc::default()));
            }
            let Some(entry) = place.entries.get_mut(part) else {
                return;
            };
            if !matches!(entry, Node::Folder(_)) {
                *entry = Node::Folder(Arc::default());
            }
            let Node::Folder(next) = entry else {
                return;
            };
            place = Arc::make_mut(next);
        }
        match node {
            Some(node) => {
                place.entries.insert(name.into(), node);
            }
            None => {
                place.entries.remove(name);
                if place.entries.is_empty() && !folder.is_empty() {
                    self.insert(folder, None);
                }
            }
        }
    }

    /// The contents of the file at `path`, whatever links lead there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self, path: &str) -> io::Result<Arc<[u8]>> {
        let objects = match &self.contents {
            Contents::Folder(folder) => return Ok(std::fs::read(folder.join(path))?.into()),
            Contents::Objects(objects) => objects,
        };
        let Resolved::Inside(real) = self.resolve("", path) else {
            return Err(io::Error::from(io::ErrorKind::NotFound));
        };
        match self.node(&real) {
            Some(Node::File { id, .. }) => objects.get(id).map_err(io::Error::other),
            _ => Err(io::Error::from(io::ErrorKind::NotFound)),
        }
    }

    /// Reads in one go what will be wanted of the files below `folder` that are Nix.
    ///
    /// # Errors
    /// When git fails.
    pub fn load_nix<'a>(&self, folders: impl Iterator<Item = &'a String>) -> anyhow::Result<()> {
        let Contents::Objects(objects) = &self.contents else {
            return Ok(());
        };
        let mut open: Vec<&Folder> = folders.filter_map(|path| self.folder(path)).collect();
        let mut ids = Vec::new();
        while let Some(folder) = open.pop() {
            for (name, node) in &folder.entries {
                match node {
                    Node::Folder(inner) => open.push(inner),
                    Node::File { id, .. } if is_nix(name) => ids.push(&**id),
                    _ => {}
                }
            }
        }
        objects.load(ids)
    }

    /// The file at `path` as text.
    ///
    /// # Errors
    /// When it cannot be read or is not UTF-8.
    pub fn read_text(&self, path: &str) -> io::Result<String> {
        let bytes = self.read(path)?;
        let text = std::str::from_utf8(&bytes);
        let text = text.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        Ok(text.to_owned())
    }

    /// What lies at `path` itself, links not followed at its end or on the way.
    #[must_use]
    pub fn node(&self, path: &[String]) -> Option<&Node> {
        let (name, folders) = path.split_last()?;
        let mut place = &self.root;
        for part in folders {
            let Node::Folder(next) = place.entries.get(part.as_str())? else {
                return None;
            };
            place = next;
        }
        place.entries.get(name.as_str())
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> &Folder {
        &self.root
    }

    /// The folder at `path`, links followed.
    #[must_use]
    pub fn folder(&self, path: &str) -> Option<&Folder> {
        let Resolved::Inside(real) = self.resolve("", path) else {
            return None;
        };
        if real.is_empty() {
            return Some(&self.root);
        }
        match self.node(&real)? {
            Node::Folder(folder) => Some(folder),
            _ => None,
        }
    }

    /// Whether a file lies at `path`, links followed. `None`: nothing does.
    #[must_use]
    pub fn is_file(&self, path: &str) -> Option<bool> {
        match self.resolve("", path) {
            Resolved::Inside(real) => Some(matches!(self.node(&real), Some(Node::File { .. }))),
            Resolved::Outside => match &self.contents {
                Contents::Folder(folder) => {
                    let metadata = std::fs::metadata(folder.join(path)).ok()?;
                    Some(metadata.is_file())
                }
                Contents::Objects(_) => Some(true),
            },
            Resolved::Nowhere => None,
        }
    }

    /// Whether both trees have the same file at `path`, as far as their objects tell.
    #[must_use]
    pub fn is_same(&self, other: &Self, path: &str) -> bool {
        let path: Vec<String> = parts(path).collect();
        match (self.node(&path), other.node(&path)) {
            (Some(Node::File { id, .. }), Some(Node::File { id: other, .. })) => {
                !id.is_empty() && id == other
            }
            _ => false,
        }
    }

    /// Where `path` leads, seen from the folder `from`; links followed at every part, as `realpath` does.
    #[must_use]
    pub fn resolve(&self, from: &str, path: &str) -> Resolved {
        let mut left: Vec<String> = parts(path).rev().collect();
        left.extend(parts(from).rev());
        let mut real: Vec<String> = Vec::new();
        let mut links = 0;
        while let Some(part) = left.pop() {
            let here_is_folder =
                real.is_empty() || matches!(self.node(&real), Some(Node::Folder(_)));
            if !here_is_folder {
                return Resolved::Nowhere;
            }
            match part.as_str() {
                "." => {}
                ".." => {
                    if real.pop().is_none() {
                        return self.escaped(from, path);
                    }
                }
                _ => {
                    real.push(part);
                    match self.node(&real) {
                        None => return Resolved::Nowhere,
                        Some(Node::Link(target)) => {
                            links += 1;
                            if links > LINKS_MAX || target.is_empty() {
                                return Resolved::Nowhere;
                            }
                            if target.starts_with('/') {
                                return self.escaped(from, path);
                            }
                            left.extend(parts(target).rev());
                            real.pop();
                        }
                        Some(_) => {}
                    }
                }
            }
        }
        Resolved::Inside(real)
    }

    /// A path that leaves the tree: on the machine it may lead back, or nowhere.
    fn escaped(&self, from: &str, path: &str) -> Resolved {
        let Contents::Folder(folder) = &self.contents else {
            return Resolved::Outside;
        };
        match folder.join(from).join(path).canonicalize() {
            Err(_) => Resolved::Nowhere,
            Ok(real) => match real.strip_prefix(folder) {
                Ok(inside) => Resolved::Inside(
                    inside
                        .components()
                        .map(|part| part.as_os_str().to_string_lossy().into_owned())
                        .collect(),
                ),
                Err(_) => Resolved::Outside,
            },
        }
    }

    /// The path of every file whose name ends in `.nix`, and whether it is executable; links are not followed.
    #[must_use]
    pub fn nix_files(&self) -> Vec<(String, bool)> {
        let mut found = Vec::new();
        let mut open = vec![(String::new(), &self.root)];
        while let Some((path, folder)) = open.pop() {
            for (name, node) in &folder.entries {
                let path = join(&path, name);
                match node {
                    Node::Folder(inner) => open.push((path, inner)),
                    Node::File { executable, .. } if is_nix(name) => {
                        found.push((path, *executable));
                    }
                    _ => {}
                }
            }
        }
        found.sort();
        found
    }
}

/// Whether a file of this name is Nix, as nixpkgs-vet has it: a bare `.nix` has no extension.
#[must_use]
pub fn is_nix(name: &str) -> bool {
    name.strip_suffix(".nix")
        .is_some_and(|stem| !stem.is_empty() && !stem.ends_with('/'))
}

/// `folder/name`, or `name` at the root.
#[must_use]
pub fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

fn parts(path: &str) -> impl DoubleEndedIterator<Item = String> {
    path.split('/')
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
}

fn node(blob: &Blob, objects: &Objects) -> anyhow::Result<Node> {
    Ok(match blob.mode {
        Mode::Link => {
            let target = objects.get(&blob.id)?;
            Node::Link(String::from_utf8_lossy(&target).into_owned())
        }
        // A submodule is a folder that is empty in a fresh clone.
        Mode::Submodule => Node::Folder(Arc::default()),
        Mode::File | Mode::Executable => Node::File {
            executable: blob.mode == Mode::Executable,
            id: blob.id.clone(),
        },
    })
}

fn list(path: &std::path::Path) -> io::Result<Folder> {
    let mut root = Folder::default();
    let mut open: Vec<(PathBuf, Vec<String>)> = vec![(path.to_owned(), Vec::new())];
    while let Some((folder, place)) = open.pop() {
        let mut found = Folder::default();
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let kind = entry.file_type()?;
            if name == ".git" {
                continue;
            }
            let node = if kind.is_symlink() {
                let target = std::fs::read_link(entry.path())?;
                Node::Link(target.to_string_lossy().into_owned())
            } else if kind.is_dir() {
                let mut inner = place.clone();
                inner.push(name.clone());
                open.push((entry.path(), inner));
                Node::Folder(Arc::default())
            } else if kind.is_file() {
                use std::os::unix::fs::PermissionsExt as _;
                let mode = entry.metadata()?.permissions().mode();
                Node::File {
                    executable: mode & 0o111 != 0,
                    id: Arc::from(""),
                }
            } else {
                continue;
            };
            found.entries.insert(name.into(), node);
        }
        if let Some(target) = folder_at(&mut root, &place) {
            *target = found;
        }
    }
    Ok(root)
}

fn folder_at<'a>(root: &'a mut Folder, path: &[String]) -> Option<&'a mut Folder> {
    let mut place = root;
    for part in path {
        let Node::Folder(next) = place.entries.get_mut(part.as_str())? else {
            return None;
        };
        place = Arc::make_mut(next);
    }
    Some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        let file = |executable| Node::File {
            executable,
            id: Arc::from(""),
        };
        let link = |target: &str| Node::Link(target.to_owned());
        let mut tree = Tree {
            root: Folder::default(),
            contents: Contents::Objects(Objects::new(Repository::for_tests())),
        };
        for (path, node) in [
            ("a/b/file.nix", file(false)),
            ("a/b/run.nix", file(true)),
            ("a/link", link("./b")),
            ("a/loop", link("loop")),
            ("a/out", link("../../x")),
            ("sub", Node::Folder(Arc::default())),
            (".nix", file(false)),
        ] {
            tree.insert(path, Some(node));
        }
        tree
    }

    #[test]
    fn paths_lead_where_realpath_says() {
        let tree = tree();
        let inside = |path: &str| Resolved::Inside(parts(path).collect());
        assert_eq!(tree.resolve("a/b", "./file.nix"), inside("a/b/file.nix"));
        assert_eq!(tree.resolve("a", "link/file.nix"), inside("a/b/file.nix"));
        assert_eq!(tree.resolve("a", "link/../link/."), inside("a/b"));
        assert_eq!(tree.resolve("a/b", "../../."), inside(""));
        assert_eq!(tree.resolve("a/b", "../../../a"), Resolved::Outside);
        assert_eq!(tree.resolve("a", "out"), Resolved::Outside);
        assert_eq!(tree.resolve("a", "loop"), Resolved::Nowhere);
        assert_eq!(tree.resolve("a", "b/file.nix/."), Resolved::Nowhere);
        assert_eq!(tree.resolve("a", "nothing"), Resolved::Nowhere);
        assert_eq!(tree.is_file("a/link/run.nix"), Some(true));
        assert_eq!(tree.is_file("a/link"), Some(false));
        assert_eq!(tree.is_file("a/nothing"), None);
        assert!(tree.folder("sub").is_some());
    }

    #[test]
    fn the_tree_before() {
        let file = |id: &str| Blob {
            mode: Mode::File,
            id: id.into(),
        };
        let changed = |path: &str, old: Option<&str>, new: Option<&str>| Changed {
            path: path.to_owned(),
            old: old.map(file),
            new: new.map(file),
        };
        let now = tree();
        let before = now
            .before(&[
                changed("a/b/file.nix", None, Some("1")),
                changed("a/b/run.nix", None, Some("2")),
                changed("a/b", Some("3"), None),
                changed("new/old.nix", Some("4"), None),
            ])
            .unwrap();
        assert_eq!(before.is_file("a/b"), Some(true));
        assert_eq!(before.nix_files(), [("new/old.nix".to_owned(), false)]);
        assert_eq!(now.nix_files().len(), 2);
    }

    #[test]
    fn nix_files_without_links() {
        let expected = [
            ("a/b/file.nix".to_owned(), false),
            ("a/b/run.nix".to_owned(), true),
        ];
        assert_eq!(tree().nix_files(), expected);
    }
}
