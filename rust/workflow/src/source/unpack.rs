//! Archives as nixpkgs unpacks them: `fetchzip` and the unpack phase of a build.
//!
//! Which program unpacks is decided by the file's name, as in `pkgs/stdenv/generic/setup.sh` and `unzip`'s setup hook.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;
use nixsmith_store::archive::{self, Compression, Kind, Limits};
use nixsmith_store::tree::{Node, Tree};

use super::shown;
use crate::error::Problem;

/// The programs that nixpkgs unpacks with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Tar,
    Zip,
}

/// Which program nixpkgs would use for a file of this name; `None` where it would not know how to unpack it.
pub(super) fn family(file_name: &str) -> Option<Family> {
    let ends = |endings: &[&str]| endings.iter().any(|ending| file_name.ends_with(ending));
    if ends(&[".zip"]) {
        return Some(Family::Zip);
    }
    (ends(&[".tar", ".tgz", ".tbz2", ".tbz", ".txz"]) || file_name.contains(".tar."))
        .then_some(Family::Tar)
}

/// The ending that makes `fetchzip` unpack an archive of this kind.
///
/// `None` where it has no program for it: only gzip, bzip2 and xz lie on its path.
pub(super) fn extension(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Zip => Some("zip"),
        Kind::Tar(Compression::None) => Some("tar"),
        Kind::Tar(Compression::Gzip) => Some("tar.gz"),
        Kind::Tar(Compression::Bzip2) => Some("tar.bz2"),
        Kind::Tar(Compression::Xz) => Some("tar.xz"),
        Kind::Tar(Compression::Lzma) => Some("tar.lzma"),
        Kind::Tar(_) => None,
    }
}

/// What kind of archive a file is. None: it is none.
///
/// # Errors
/// The file cannot be read; `url` is named.
pub(super) fn kind(file: &Path, url: &str) -> anyhow::Result<Option<Kind>> {
    let mut head = Vec::new();
    File::open(file)
        .and_then(|open| open.take(1024).read_to_end(&mut head))
        .with_context(|| format!("could not read what `{}` sent", shown(url)))?;
    let path = url.split(['?', '#']).next().unwrap_or(url);
    Ok(archive::detect(path, &head))
}

/// What came from `url` should be an archive and is not.
pub(super) fn no_archive(url: &str) -> Problem {
    Problem::user(format!("`{}` is no archive", shown(url)))
}

/// Everything in an archive.
///
/// # Errors
/// A truncated, lying or hostile archive; `url` is named.
pub(super) fn everything(file: &Path, url: &str, kind: Kind) -> anyhow::Result<Tree> {
    let unpacked = || -> anyhow::Result<Tree> {
        Ok(archive::unpack(
            File::open(file)?,
            kind,
            &Limits::default(),
        )?)
    };
    unpacked().with_context(|| format!("could not unpack `{}`", shown(url)))
}

/// Whether exactly one thing lies at the top, so that `fetchzip` can strip the root.
pub(super) fn has_one_entry(tree: &Tree) -> bool {
    matches!(&tree.root, Node::Directory(entries) if entries.len() == 1)
}

/// The tree as `fetchzip` leaves it with `stripRoot`: the one folder at the top; a single file stays below the root.
///
/// # Errors
/// More or less than one thing at the top, or a link.
pub(super) fn strip_root(tree: Tree, url: &str) -> anyhow::Result<Tree> {
    if is_one_file(&tree) {
        return Ok(tree);
    }
    tree.strip_root().map_err(|error| {
        Problem::user(format!(
            "`fetchzip` cannot take the top folder of `{}` away",
            shown(url)
        ))
        .source(error)
        .into()
    })
}

fn is_one_file(tree: &Tree) -> bool {
    let Node::Directory(entries) = &tree.root else {
        return false;
    };
    entries.len() == 1
        && entries
            .values()
            .all(|node| matches!(node, Node::File { .. }))
}

/// Whether an address names a Python wheel.
pub(super) fn is_wheel(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    path.ends_with(".whl")
}

/// What the unpack phase of a build leaves in its source root: the one folder that the archive made. A wheel is not entered.
///
/// # Errors
/// As [`everything`]; no archive, or not exactly one folder at its top.
pub(super) fn source_tree(file: &Path, url: &str) -> anyhow::Result<Tree> {
    let kind = kind(file, url)?.ok_or_else(|| no_archive(url))?;
    let tree = everything(file, url, kind)?;
    if is_wheel(url) {
        return Ok(tree);
    }
    let Node::Directory(entries) = tree.root else {
        return Err(Problem::user(format!("`{}` holds no folder", shown(url))).into());
    };
    let mut folders = entries
        .into_values()
        .filter(|node| matches!(node, Node::Directory(_)));
    match (folders.next(), folders.next()) {
        (Some(root), None) => Ok(Tree { root }),
        _ => Err(
            Problem::user(format!("`{}` does not hold exactly one folder", shown(url)))
                .hint("a build could not tell where the source begins")
                .into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_decides_the_program() {
        for (name, expected) in [
            ("a-1.tar.gz", Some(Family::Tar)),
            ("archive.tar.gz?sha=v1", Some(Family::Tar)),
            ("a.tgz", Some(Family::Tar)),
            ("a.txz", Some(Family::Tar)),
            ("a.tar", Some(Family::Tar)),
            ("a.zip", Some(Family::Zip)),
            ("a.zip?x=1", None),
            ("download", None),
            ("a.crate", None),
            ("a.gz", None),
        ] {
            assert_eq!(family(name), expected, "{name}");
        }
    }
}
