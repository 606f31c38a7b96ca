//! Finding and reading the lock file of a project inside a tree.

use nixsmith_store::tree::{Node, Tree};

use crate::dependency::Ecosystem;
use crate::error::EcosystemError;

/// The longest lock that is read. The largest of cargo known have 0.6 MiB and take a hundred times that in memory while they are read;
/// those of the others reach 5 MiB.
fn bytes_max(path: &str) -> u64 {
    if path.ends_with("Cargo.lock") {
        8 << 20
    } else {
        64 << 20
    }
}

/// A lock file's bytes and where it lies.
pub(crate) struct LockFile {
    /// Path inside the tree.
    pub(crate) path: String,
    /// As it lies there.
    pub(crate) bytes: Vec<u8>,
    /// The owner's executable bit.
    pub(crate) executable: bool,
}

impl LockFile {
    /// The lock that the ecosystem's own tool would use in `directory`.
    pub(crate) fn find(
        tree: &Tree,
        directory: &str,
        ecosystem: Ecosystem,
    ) -> Result<Self, EcosystemError> {
        for name in ecosystem.lock_files() {
            if let Some(lock) = Self::read(tree, &join(directory, name))? {
                return Ok(lock);
            }
        }
        Err(EcosystemError::NoLock {
            directory: if directory.is_empty() {
                ".".to_owned()
            } else {
                directory.to_owned()
            },
            expected: ecosystem.lock_files().to_vec(),
        })
    }

    /// The file at `path`, links inside the tree followed. None: there is no such file.
    pub(crate) fn read(tree: &Tree, path: &str) -> Result<Option<Self>, EcosystemError> {
        let failed = |source| EcosystemError::Tree {
            what: path.to_owned(),
            source,
        };
        let Some(Node::File { executable, .. }) = tree.resolve(path.as_bytes()).map_err(failed)?
        else {
            return Ok(None);
        };
        let executable = *executable;
        let bytes = tree.read(path, bytes_max(path)).map_err(failed)?;
        Ok(bytes.map(|bytes| Self {
            path: path.to_owned(),
            bytes,
            executable,
        }))
    }
}

/// `name` inside `directory`, both relative to the tree's root.
pub(crate) fn join(directory: &str, name: &str) -> String {
    match directory.trim_matches('/') {
        "" | "." => name.to_owned(),
        directory => format!("{directory}/{name}"),
    }
}
