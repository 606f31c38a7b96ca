//! Which parts of a nixpkgs tree name which others: an index over the text of all its package files.
//!
//! A unit is the smallest part that is looked at: a folder of `pkgs/by-name`, one binding of a file that defines a package set, or a file.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;

use super::parts::{bindings, handed_out};
use super::words::{self, Token, Whole};

/// The number of a unit.
pub(super) type UnitId = usize;

/// The folder with one folder for each package.
const BY_NAME: &str = "pkgs/by-name/";

/// The file that defines most attributes besides.
pub(super) const ALL_PACKAGES: &str = "pkgs/top-level/all-packages.nix";

/// Folders that are taken as a whole without each file in them being meant: each package there has its own attribute, and the files that
/// make the package set are known by name.
const OF_EACH: &[&str] = &["pkgs/by-name", "pkgs/top-level"];

/// Files that no package is evaluated from.
const NOT_PACKAGES: &[&str] = &[
    "pkgs/test/",
    "pkgs/top-level/aliases.nix",
    "pkgs/top-level/python-aliases.nix",
    "pkgs/top-level/release",
    "pkgs/top-level/packages-config.nix",
    "pkgs/top-level/packages-info.nix",
    "pkgs/top-level/metrics.nix",
    "pkgs/top-level/nixpkgs-basic-release-checks.nix",
    "pkgs/top-level/make-tarball.nix",
];

/// A part of the tree.
#[derive(Debug, Default)]
pub(super) struct Unit {
    /// The file or, of `pkgs/by-name`, the folder, relative to the root.
    pub path: String,
    /// The attributes that it defines, in whichever set; empty: it is a file that others use.
    pub names: Vec<String>,
    /// It is one binding of a file.
    pub is_binding: bool,
    /// What the text names in what it gives its attribute beside the derivation, for others to use.
    pub passthru: BTreeSet<String>,
    /// The files and folders that a binding names.
    pub paths: Vec<String>,
}

/// The index.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// The units.
    pub units: Vec<Unit>,
    /// Attributes of the top level whose text says that they are package sets to look into.
    pub sets: BTreeSet<String>,
    words: HashMap<Box<str>, Vec<UnitId>>,
    paths: HashMap<Box<str>, Vec<(UnitId, Whole)>>,
    by_file: HashMap<Box<str>, Vec<UnitId>>,
}

impl Index {
    /// Reads all package files of a tree.
    ///
    /// # Errors
    /// When a folder or file cannot be read.
    pub(super) fn read(root: &Path) -> anyhow::Result<Self> {
        let mut index = Self::default();
        let walk = ignore::WalkBuilder::new(root.join("pkgs"))
            .standard_filters(false)
            .sort_by_file_path(Ord::cmp)
            .build();
        for entry in walk {
            let entry = entry?;
            let path = entry.path();
            let is_nix = path.extension().is_some_and(|extension| extension == "nix");
            if is_nix && entry.file_type().is_some_and(|kind| kind.is_file()) {
                index.add_file(root, path)?;
            }
        }
        Ok(index)
    }

    /// Adds the files at `paths` (relative) of a second tree, so that what either side says counts.
    ///
    /// # Errors
    /// When a file that is there cannot be read.
    pub(super) fn add(&mut self, root: &Path, paths: &[String]) -> anyhow::Result<()> {
        for path in paths {
            let file = root.join(path);
            if path.starts_with("pkgs/") && path.ends_with(".nix") && file.is_file() {
                self.add_file(root, &file)?;
            }
        }
        Ok(())
    }

    fn add_file(&mut self, root: &Path, file: &Path) -> anyhow::Result<()> {
        let relative = file
            .strip_prefix(root)
            .unwrap_or(file)
            .to_string_lossy()
            .into_owned();
        if is_not_package(&relative) {
            return Ok(());
        }
        let bytes = std::fs::read(file).map_err(|error| {
            anyhow::Error::new(error).context(format!("could not read `{}`", file.display()))
        })?;
        let text = String::from_utf8_lossy(&bytes);
        if let Some((folder, name)) = by_name(&relative) {
            let id = self.unit_at(folder, || Unit {
                path: folder.to_owned(),
                names: vec![name.to_owned()],
                ..Unit::default()
            });
            self.add_text(id, &relative, &text);
            // a second file of the folder may be another package's, of a kernel say
            if relative.strip_prefix(folder) != Some("/package.nix") {
                self.add_plain(&relative, &text);
            }
        } else if let Some(parts) = bindings(&relative, &text) {
            for part in parts {
                self.add_binding(&relative, part.names, part.text);
            }
        } else {
            self.add_plain(&relative, &text);
        }
        Ok(())
    }

    /// A file that defines no attribute by itself.
    fn add_plain(&mut self, file: &str, text: &str) {
        let id = self.unit_at(file, || Unit {
            path: file.to_owned(),
            ..Unit::default()
        });
        self.add_text(id, file, text);
    }

    fn unit_at(&mut self, path: &str, make: impl FnOnce() -> Unit) -> UnitId {
        if let Some(&id) = self.by_file.get(path).and_then(|ids| ids.first()) {
            return id;
        }
        self.push(path, make())
    }

    fn push(&mut self, path: &str, unit: Unit) -> UnitId {
        let id = self.units.len();
        self.units.push(unit);
        self.by_file.entry(path.into()).or_default().push(id);
        id
    }

    fn add_binding(&mut self, file: &str, names: Vec<String>, text: &str) {
        let is_set = text.contains("recurseIntoAttrs") || text.contains("recurseForDerivations");
        if file == ALL_PACKAGES && is_set {
            self.sets.extend(names.iter().cloned());
        }
        let unit = Unit {
            path: file.to_owned(),
            names,
            is_binding: true,
            ..Unit::default()
        };
        let id = self.push(file, unit);
        self.add_text(id, file, text);
    }

    fn add_text(&mut self, id: UnitId, file: &str, text: &str) {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut seen: HashSet<&str> = HashSet::new();
        let mut paths = Vec::new();
        words::scan(text, |_, token| match token {
            Token::Word(word) => {
                seen.insert(word);
            }
            Token::Path(path, whole) => {
                paths.extend(resolve(folder, path).map(|path| (path, whole)))
            }
        });
        if let Some(unit) = self.units.get_mut(id) {
            words::scan(&handed_out(text), |_, token| {
                if let Token::Word(word) = token {
                    unit.passthru.insert(word.to_owned());
                }
            });
            if unit.is_binding {
                unit.paths = paths.iter().map(|(path, _)| path.clone()).collect();
            }
        }
        for word in seen {
            match self.words.get_mut(word) {
                Some(ids) => {
                    if ids.last() != Some(&id) {
                        ids.push(id);
                    }
                }
                None => {
                    self.words.insert(word.into(), vec![id]);
                }
            }
        }
        for (path, whole) in paths {
            self.paths.entry(path.into()).or_default().push((id, whole));
        }
    }

    /// The units that name this word.
    #[must_use]
    pub(super) fn naming(&self, word: &str) -> &[UnitId] {
        self.words.get(word).map_or(&[], Vec::as_slice)
    }

    /// The units that can mean a package set's members by their names: whose path or text has a word with `stem` in it.
    #[must_use]
    pub(super) fn in_scope(&self, stem: &str) -> HashSet<UnitId> {
        let has_stem = |text: &str| text.to_ascii_lowercase().contains(stem);
        let named = self.words.iter().filter(|(word, _)| has_stem(word));
        let mut found: HashSet<UnitId> = named.flat_map(|(_, ids)| ids).copied().collect();
        let lying = self.by_file.iter().filter(|(path, _)| has_stem(path));
        found.extend(lying.flat_map(|(_, ids)| ids));
        found
    }

    /// The units that lie in this file, or that it is a part of.
    #[must_use]
    pub(super) fn of_file(&self, path: &str) -> Vec<UnitId> {
        let folder = by_name(path).map(|(folder, _)| folder);
        let places = folder.into_iter().chain([path]);
        places
            .filter_map(|place| self.by_file.get(place))
            .flatten()
            .copied()
            .collect()
    }

    /// The units that use the file at `path` by a path literal: its own, one of its folder's that means the `default.nix` in it, or one of
    /// a folder above that is used as a whole.
    #[must_use]
    pub(super) fn using(&self, path: &str) -> BTreeSet<UnitId> {
        let mut found = BTreeSet::new();
        let exact = self.paths.get(path).into_iter().flatten();
        found.extend(exact.map(|(id, _)| *id));
        let mut below = path;
        let mut is_parent = true;
        while let Some((folder, name)) = below.rsplit_once('/') {
            let imported = is_parent && name == "default.nix";
            let has_default = self
                .by_file
                .contains_key(format!("{folder}/default.nix").as_str());
            for (id, whole) in self.paths.get(folder).into_iter().flatten() {
                let is_own = self
                    .units
                    .get(*id)
                    .is_some_and(|unit| is_inside(&unit.path, folder));
                let is_some_part = folder.contains('/') && !OF_EACH.contains(&folder);
                let as_whole = is_some_part && (*whole == Whole::No || !has_default || is_own);
                if imported || as_whole {
                    found.insert(*id);
                }
            }
            (below, is_parent) = (folder, false);
        }
        found
    }

    /// Whether the unit, or a file that it names, hands out one of `named` beside a derivation.
    #[must_use]
    pub(super) fn hands_out(&self, unit: &Unit, named: &HashSet<String>) -> bool {
        let is_handed_out = |unit: &Unit| unit.passthru.iter().any(|word| named.contains(word));
        let of_path = |path: &String| {
            let default = format!("{path}/default.nix");
            let ids = self.of_file(path).into_iter().chain(self.of_file(&default));
            let mut units = ids.filter_map(|id| self.units.get(id));
            units.any(is_handed_out)
        };
        is_handed_out(unit) || unit.paths.iter().any(of_path)
    }

    /// The units whose files lie nearest above the path, for a file that nothing names by a path literal.
    #[must_use]
    pub(super) fn nearest(&self, path: &str) -> BTreeSet<UnitId> {
        let mut below = path;
        while let Some((folder, _)) = below.rsplit_once('/') {
            if folder.matches('/').count() < 2 {
                break;
            }
            let default = format!("{folder}/default.nix");
            let found: BTreeSet<UnitId> = self.of_file(&default).into_iter().collect();
            if !found.is_empty() {
                return found;
            }
            below = folder;
        }
        BTreeSet::new()
    }
}

/// Whether no package is evaluated from the file.
#[must_use]
pub(super) fn is_not_package(path: &str) -> bool {
    NOT_PACKAGES.iter().any(|prefix| path.starts_with(prefix))
}

/// The names of the bindings in the file at `path` that one root has otherwise than the other; the empty list is what stands around them.
#[must_use]
pub(super) fn changed_bindings(path: &str, roots: [&Path; 2]) -> HashSet<Vec<String>> {
    let texts = roots.map(|root| std::fs::read(root.join(path)).unwrap_or_default());
    let texts = texts.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let parts = [&texts[0], &texts[1]].map(|text| bindings(path, text).unwrap_or_default());
    let [old, new] = [&parts[0], &parts[1]]
        .map(|parts| parts.iter().map(|part| part.text).collect::<HashSet<_>>());
    let of_old = parts[0].iter().filter(|part| !new.contains(part.text));
    let of_new = parts[1].iter().filter(|part| !old.contains(part.text));
    of_old
        .chain(of_new)
        .map(|part| part.names.clone())
        .collect()
}

fn is_inside(path: &str, folder: &str) -> bool {
    path.rsplit_once('/').is_some_and(|(own, _)| own == folder)
}

/// The folder and the name of the package that a path in `pkgs/by-name` belongs to.
#[must_use]
pub(super) fn by_name(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix(BY_NAME)?;
    let (shard, rest) = rest.split_once('/')?;
    let (name, _) = rest.split_once('/')?;
    let length = BY_NAME.len() + shard.len() + 1 + name.len();
    Some((path.get(..length)?, name))
}

/// A relative path literal of a file in `folder` as a path from the root; `None` when it leaves the tree.
fn resolve(folder: &str, literal: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in literal.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        assert_eq!(resolve("a/b", "../c/./d").as_deref(), Some("a/c/d"));
        assert_eq!(resolve("a", "../../x"), None);
        assert_eq!(
            by_name("pkgs/by-name/he/hello/src/a.c"),
            Some(("pkgs/by-name/he/hello", "hello"))
        );
        assert_eq!(by_name("pkgs/by-name/README.md"), None);
    }

    #[test]
    fn who_uses_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let file = folder.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            #[expect(clippy::disallowed_methods, reason = "a file of the test's own")]
            std::fs::write(file, text).unwrap();
        };
        write("pkgs/a/b/default.nix", "{ x }: { p = ./fix.patch; }");
        write("pkgs/a/c/default.nix", "import ../b");
        write("pkgs/a/d/whole.nix", "{ src = ./src; }");
        let index = Index::read(folder.path()).unwrap();
        let using = |path: &str| -> Vec<&str> {
            let ids = index.using(path);
            ids.iter()
                .map(|id| index.units[*id].path.as_str())
                .collect()
        };
        assert_eq!(using("pkgs/a/b/fix.patch"), ["pkgs/a/b/default.nix"]);
        assert_eq!(using("pkgs/a/b/default.nix"), ["pkgs/a/c/default.nix"]);
        assert_eq!(using("pkgs/a/d/src/deep/x"), ["pkgs/a/d/whole.nix"]);
        assert_eq!(using("pkgs/a/b/other.txt"), Vec::<&str>::new());
    }

    #[test]
    fn a_second_file_of_a_package() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let file = folder.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            #[expect(clippy::disallowed_methods, reason = "a file of the test's own")]
            std::fs::write(file, text).unwrap();
        };
        write("pkgs/by-name/dr/drbd/package.nix", "{ stdenv }: stdenv");
        write("pkgs/by-name/dr/drbd/driver.nix", "{ spatch }: spatch");
        write(
            "pkgs/kernels/default.nix",
            "{ drbd = callPackage ../by-name/dr/drbd/driver.nix { }; }",
        );
        let index = Index::read(folder.path()).unwrap();
        let paths = |ids: Vec<UnitId>| -> Vec<String> {
            let paths = ids.into_iter().map(|id| index.units[id].path.clone());
            paths.collect()
        };
        let (package, driver) = ("pkgs/by-name/dr/drbd", "pkgs/by-name/dr/drbd/driver.nix");
        assert_eq!(paths(index.naming("spatch").to_vec()), [package, driver]);
        assert_eq!(paths(index.of_file(driver)), [package, driver]);
        let users = index.using(driver).into_iter().collect();
        assert_eq!(paths(users), ["pkgs/kernels/default.nix"]);
    }
}
