//! git-lfs: files whose content lies elsewhere and of which a checkout has only a pointer.

use std::io::Read as _;

use nixsmith_store::tree::{Node, Tree};

use super::command::Git;
use crate::error::FetchError;

/// The configuration that `git lfs install` writes.
pub(super) const CONFIGURATION: &[(&str, &str)] = &[
    ("filter.lfs.clean", "git-lfs clean -- %f"),
    ("filter.lfs.smudge", "git-lfs smudge -- %f"),
    ("filter.lfs.process", "git-lfs filter-process"),
    ("filter.lfs.required", "true"),
];

/// A pointer has three lines and some 130 bytes (git-lfs, `docs/spec.md`).
const POINTER_BYTES: std::ops::RangeInclusive<u64> = 100..=1024;

/// `Err` if git-lfs is wanted and not there.
pub(super) fn check_program(git: &Git<'_>) -> Result<(), FetchError> {
    if git
        .client
        .options
        .environment
        .find_program("git-lfs")
        .is_some()
    {
        return Ok(());
    }
    Err(FetchError::Unsupported(
        "the program `git-lfs`, which fetches the files asked for, is not on PATH".to_owned(),
    ))
}

/// How many files of the tree are pointers.
pub(super) fn count_pointers(tree: &Tree) -> u64 {
    let files = tree.walk().filter(|(_, node)| is_pointer(node));
    files.count() as u64
}

fn is_pointer(node: &Node) -> bool {
    let Node::File { contents, .. } = node else {
        return false;
    };
    if !POINTER_BYTES.contains(&contents.len_bytes()) {
        return false;
    }
    // A file that cannot be read will be told of when it is hashed.
    let mut bytes = Vec::new();
    let read = contents
        .reader()
        .and_then(|mut reader| reader.read_to_end(&mut bytes));
    read.is_ok()
        && bytes.starts_with(b"version https://git-lfs")
        && bytes.windows(12).any(|window| window == b"\noid sha256:")
}
