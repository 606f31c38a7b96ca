//! The layout of `pkgs/by-name`: shards, folders, names, and that no package reaches out of its folder.

use std::collections::BTreeSet;

use super::problem::Problem;
use super::references;
use super::tree::{Node, Tree, join};

/// The folder that is judged.
pub const BY_NAME: &str = "pkgs/by-name";

/// The file that every package has.
pub const PACKAGE_FILE: &str = "package.nix";

/// Which packages' contents are looked at; the layout is always judged whole.
#[derive(Debug, Clone, Copy)]
pub enum Scope<'a> {
    /// Every package's.
    All,
    /// Those of these folders, `pkgs/by-name/he/hello`.
    Packages(&'a BTreeSet<String>),
}

impl Scope<'_> {
    fn covers(self, folder: &str) -> bool {
        match self {
            Self::All => true,
            Self::Packages(folders) => folders.contains(folder),
        }
    }
}

/// What the layout says.
#[derive(Debug, Default)]
pub struct Structure {
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// The attributes that the folders define.
    pub names: Vec<String>,
}

/// The folder of the shard that a package belongs to.
fn shard_of(name: &str) -> String {
    name.to_lowercase().chars().take(2).collect()
}

/// The file that defines the attribute `name`.
#[must_use]
pub fn file_of(name: &str) -> String {
    format!("{BY_NAME}/{}/{name}/{PACKAGE_FILE}", shard_of(name))
}

/// The package's folder that `path` lies in or is: `pkgs/by-name/he/hello`.
#[must_use]
pub fn package_folder(path: &str) -> Option<String> {
    let rest = path.strip_prefix(BY_NAME)?.strip_prefix('/')?;
    let mut parts = rest.split('/');
    let (shard, name) = (parts.next()?, parts.next()?);
    Some(format!("{BY_NAME}/{shard}/{name}"))
}

/// Judges the layout. No `pkgs/by-name`: nothing is wrong.
#[must_use]
pub fn check(tree: &Tree, scope: Scope<'_>) -> Structure {
    let mut structure = Structure::default();
    let Some(by_name) = tree.folder(BY_NAME) else {
        return structure;
    };
    for shard in by_name.entries.keys() {
        if &**shard != "README.md" {
            check_shard(tree, shard, scope, &mut structure);
        }
    }
    structure
}

fn check_shard(tree: &Tree, shard: &str, scope: Scope<'_>, structure: &mut Structure) {
    let path = join(BY_NAME, shard);
    let Some(folder) = tree.folder(&path) else {
        let message = format!("`{path}` is a file and must be a folder of packages");
        structure
            .problems
            .push(Problem::new("NPV-109", path, message));
        return;
    };
    let is_valid = is_shard_name(shard);
    if !is_valid {
        let message = format!(
            "`{shard}` is no name of a shard: one or two of a-z, 0-9, `-` and `_`, the first a letter or `_`"
        );
        structure
            .problems
            .push(Problem::new("NPV-110", &*path, message));
    }
    let names = folder.entries.keys();
    for (left, right) in names.clone().zip(names.clone().skip(1)) {
        // Only neighbours in the order of bytes, as nixpkgs-vet has it.
        if left.eq_ignore_ascii_case(right) {
            let message = format!(
                "`{left}` and `{right}` in `{path}` are one folder where case does not count"
            );
            let problem = Problem::new("NPV-111", &*path, message);
            structure
                .problems
                .push(problem.about(format!("{left}/{right}")));
        }
    }
    for name in names {
        check_package(tree, (shard, is_valid), name, scope, structure);
    }
}

fn check_package(
    tree: &Tree,
    (shard, shard_is_valid): (&str, bool),
    name: &str,
    scope: Scope<'_>,
    structure: &mut Structure,
) {
    let folder = format!("{BY_NAME}/{shard}/{name}");
    let problems = &mut structure.problems;
    if tree.folder(&folder).is_none() && !leads_out_to_folder(tree, &folder) {
        let message = format!("`{folder}` is a file and must be the folder of a package");
        problems.push(Problem::new("NPV-140", folder, message));
        return;
    }
    let is_valid = is_package_name(name);
    if !is_valid {
        let message = format!(
            "`{name}` is no name of a package: letters, digits, `-` and `_`, the first a letter or `_`"
        );
        problems.push(Problem::new("NPV-141", &*folder, message));
    }
    let right = format!("{BY_NAME}/{}/{name}", shard_of(name));
    if folder != right && shard_is_valid && is_valid {
        let message = format!("`{name}` belongs at `{right}`");
        problems.push(Problem::new("NPV-142", &*folder, message));
    }
    match tree.is_file(&join(&folder, PACKAGE_FILE)) {
        Some(true) => {}
        Some(false) => {
            let message = format!("`{PACKAGE_FILE}` must be a file");
            problems.push(Problem::new("NPV-144", &*folder, message));
        }
        None => {
            let message = format!("the package has no file `{PACKAGE_FILE}`");
            problems.push(Problem::new("NPV-143", &*folder, message));
        }
    }
    if scope.covers(&folder) {
        references::check(tree, &folder, problems);
    }
    structure.names.push(name.to_owned());
}

/// A link to a folder outside of the tree counts as a folder here, and as a link that leads out in the references.
fn leads_out_to_folder(tree: &Tree, folder: &str) -> bool {
    let path: Vec<String> = folder.split('/').map(str::to_owned).collect();
    matches!(tree.node(&path), Some(Node::Link(_))) && tree.is_file(folder) == Some(false)
}

/// `^[a-z_][a-z0-9_-]?$`
fn is_shard_name(name: &str) -> bool {
    let first = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    let second = |byte: u8| first(byte) || byte.is_ascii_digit() || byte == b'-';
    match *name.as_bytes() {
        [a] => first(a),
        [a, b] => first(a) && second(b),
        _ => false,
    }
}

/// `^[a-zA-Z_][a-zA-Z0-9_-]*$`
fn is_package_name(name: &str) -> bool {
    let follows = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    match name.as_bytes() {
        [first, rest @ ..] => {
            (first.is_ascii_alphabetic() || *first == b'_') && rest.iter().copied().all(follows)
        }
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in ["a", "ab", "_", "a-", "a_", "a1"] {
            assert!(is_shard_name(name), "{name}");
        }
        for name in ["", "A", "1a", "-a", "abc", "aB", "ä"] {
            assert!(!is_shard_name(name), "{name}");
        }
        for name in ["a", "A-1_b", "_1"] {
            assert!(is_package_name(name), "{name}");
        }
        for name in ["", "1a", "a@", "-a", "a.b", "aä"] {
            assert!(!is_package_name(name), "{name}");
        }
        assert_eq!(file_of("Hello"), "pkgs/by-name/he/Hello/package.nix");
        assert_eq!(
            package_folder("pkgs/by-name/he/hello/a/b").as_deref(),
            Some("pkgs/by-name/he/hello")
        );
        assert_eq!(package_folder("pkgs/by-name/he"), None);
    }
}
