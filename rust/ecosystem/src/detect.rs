//! Which lock files a project has.

use nixsmith_store::tree::{Node, Tree};
use serde::Serialize;

use crate::dependency::Ecosystem;
use crate::lock_file::join;

/// A lock file that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Detected {
    /// Whose lock it is.
    pub ecosystem: Ecosystem,
    /// Path inside the tree.
    pub lock_file: String,
}

/// The lock files at the root of `tree`, at most one of each ecosystem, in the order of [`Ecosystem::ALL`].
pub fn detect(tree: &Tree) -> Vec<Detected> {
    detect_in(tree, "")
}

/// As [`detect`], in a folder of the tree.
pub fn detect_in(tree: &Tree, directory: &str) -> Vec<Detected> {
    let lock_of = |ecosystem: Ecosystem| {
        let paths = ecosystem
            .lock_files()
            .iter()
            .map(|name| join(directory, name));
        let mut files = paths
            .filter(|path| matches!(tree.resolve(path.as_bytes()), Ok(Some(Node::File { .. }))));
        files.next().map(|lock_file| Detected {
            ecosystem,
            lock_file,
        })
    };
    Ecosystem::ALL.into_iter().filter_map(lock_of).collect()
}
