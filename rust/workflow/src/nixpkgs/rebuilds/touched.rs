//! Which files differ between two trees.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Context as _;

/// Folders that are no part of a tree.
const NOT_TREE: &[&str] = &[".git", ".jj", ".direnv"];

/// The paths, relative to the roots with `/` and sorted, of the files and links that one tree has otherwise than the other.
///
/// # Errors
/// When a folder or file cannot be read.
pub(super) fn files(base: &Path, head: &Path) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    compare(base, head, "", &mut found)?;
    found.sort();
    Ok(found)
}

fn compare(base: &Path, head: &Path, folder: &str, found: &mut Vec<String>) -> anyhow::Result<()> {
    let mut names = entries(&base.join(folder))?;
    names.extend(entries(&head.join(folder))?);
    for name in names {
        let path = if folder.is_empty() {
            name
        } else {
            format!("{folder}/{name}")
        };
        if NOT_TREE.contains(&path.as_str()) {
            continue;
        }
        let (old, new) = (kind(&base.join(&path))?, kind(&head.join(&path))?);
        if old.is_some_and(|kind| kind.is_dir()) || new.is_some_and(|kind| kind.is_dir()) {
            if !old.is_none_or(|kind| kind.is_dir()) || !new.is_none_or(|kind| kind.is_dir()) {
                found.push(path.clone());
            }
            compare(base, head, &path, found)?;
        } else if !is_same(&base.join(&path), &head.join(&path), old, new)? {
            found.push(path);
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    if !kind(folder)?.is_some_and(|kind| kind.is_dir()) {
        return Ok(BTreeSet::new());
    }
    let context = || format!("could not read `{}`", folder.display());
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).with_context(context)? {
        let name = entry.with_context(context)?.file_name();
        names.insert(name.to_string_lossy().into_owned());
    }
    Ok(names)
}

fn kind(path: &Path) -> anyhow::Result<Option<fs::FileType>> {
    // the root itself may be a link
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata.file_type())),
        Err(error) if crate::files::says_absent(&error) => Ok(None),
        Err(error) => Err(error).with_context(|| format!("could not read `{}`", path.display())),
    }
}

fn is_same(
    base: &Path,
    head: &Path,
    old: Option<fs::FileType>,
    new: Option<fs::FileType>,
) -> anyhow::Result<bool> {
    if old != new {
        return Ok(false);
    }
    if old.is_some_and(|kind| kind.is_symlink()) {
        return Ok(fs::read_link(base)? == fs::read_link(head)?);
    }
    if !old.is_some_and(|kind| kind.is_file()) {
        return Ok(true);
    }
    let (before, after) = (fs::metadata(base)?, fs::metadata(head)?);
    if before.len() != after.len() || is_executable(&before) != is_executable(&after) {
        return Ok(false);
    }
    let context = |path: &Path| format!("could not read `{}`", path.display());
    let before = fs::read(base).with_context(|| context(base))?;
    Ok(before == fs::read(head).with_context(|| context(head))?)
}

fn is_executable(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "files of the test's own")]
    #[test]
    fn what_differs() {
        let folder = tempfile::tempdir().unwrap();
        let (base, head) = (folder.path().join("base"), folder.path().join("head"));
        for root in [&base, &head] {
            fs::create_dir_all(root.join("a/b")).unwrap();
            fs::create_dir_all(root.join(".git")).unwrap();
            fs::write(root.join("a/same"), "same").unwrap();
            fs::write(root.join("a/b/size"), "x").unwrap();
            fs::write(root.join("a/b/text"), "x").unwrap();
        }
        fs::write(head.join("a/b/size"), "xx").unwrap();
        fs::write(head.join("a/b/text"), "y").unwrap();
        fs::write(head.join(".git/x"), "y").unwrap();
        fs::create_dir_all(head.join("new")).unwrap();
        fs::write(head.join("new/file"), "").unwrap();
        fs::write(base.join("kind"), "").unwrap();
        fs::create_dir_all(head.join("kind")).unwrap();
        fs::write(head.join("kind/file"), "").unwrap();
        let files = files(&base, &head).unwrap();
        assert_eq!(
            files,
            ["a/b/size", "a/b/text", "kind", "kind/file", "new/file"]
        );
    }
}
