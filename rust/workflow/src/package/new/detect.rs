//! Which builder a source wants.

use nixsmith_ecosystem::manifest::{c, cargo};
use nixsmith_store::tree::{Node, Tree};

use super::draft::Builder;
use crate::error::Problem;
use crate::source::{Registry, Resolved};

/// No manifest is longer.
const MANIFEST_BYTES_MAX: u64 = 4 << 20;

/// A builder that fits, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) builder: Builder,
    pub(super) evidence: String,
}

/// The builders that fit the root of `tree`, the likeliest first.
///
/// What a registry delivers is what that registry is for; otherwise a build system of its own (Cargo, Go, Python, npm) comes
/// before the general ones, and CMake and Meson before it where a manifest beside them builds a part alone (see [`rank`]).
pub(super) fn candidates(tree: &Tree, source: &Resolved) -> Vec<Candidate> {
    if source.is_wheel() {
        // Manifests in it are data of the package.
        return vec![Candidate {
            builder: Builder::PythonPackage,
            evidence: "the source is a wheel".to_owned(),
        }];
    }
    let preferred = source
        .package
        .as_ref()
        .and_then(|package| match package.registry {
            Registry::Crates => Some(Builder::Rust),
            Registry::Pypi => Some(Builder::PythonPackage),
            Registry::Npm => Some(Builder::Npm),
            Registry::Go => Some(Builder::Go),
            Registry::Maven | Registry::Hex | Registry::Gem => None,
        });
    ordered(tree, preferred)
}

fn ordered(tree: &Tree, preferred: Option<Builder>) -> Vec<Candidate> {
    let has = |name: &str| is_file(tree, name);
    let mut found = Vec::new();
    let mut add = |builder: Builder, evidence: &str| {
        found.push(Candidate {
            builder,
            evidence: evidence.to_owned(),
        });
    };
    if has("Cargo.toml") {
        add(Builder::Rust, "Cargo.toml");
    }
    if has("go.mod") {
        add(Builder::Go, "go.mod");
    }
    for file in ["pyproject.toml", "setup.py", "setup.cfg"] {
        if has(file) {
            add(Builder::PythonPackage, file);
            break;
        }
    }
    if has("package.json") {
        add(Builder::Npm, "package.json");
    }
    for system in c::systems(tree, "") {
        let (builder, evidence) = match system {
            c::System::Meson => (Builder::Meson, "meson.build"),
            c::System::Cmake => (Builder::Cmake, "CMakeLists.txt"),
            c::System::Autotools if has("configure.ac") || has("configure.in") => {
                (Builder::Autotools, "configure.ac")
            }
            c::System::Autotools => (Builder::Autotools, "configure"),
            c::System::Make => (Builder::Make, "Makefile"),
        };
        add(builder, evidence);
    }
    found.sort_by_key(|candidate| {
        let is_preferred = Some(candidate.builder) == preferred;
        (!is_preferred, rank(candidate.builder, tree))
    });
    found
}

/// Whether the source has a file of that name; a link out of the source and a folder are none.
fn is_file(tree: &Tree, name: &str) -> bool {
    matches!(tree.resolve(name.as_bytes()), Ok(Some(Node::File { .. })))
}

/// 0 for a builder that builds the whole source, 2 for one that may build a part of it, 1 for what stands between.
fn rank(builder: Builder, tree: &Tree) -> u8 {
    let has = |name: &str| is_file(tree, name);
    match builder {
        // Meson that wraps Cargo (as GNOME's programs do) installs what Cargo alone would not.
        Builder::Rust if has("meson.build") && is_without_programs(tree) => 2,
        // Bindings beside the library; a Python package that is built with CMake or Meson names them.
        Builder::PythonPackage | Builder::PythonApplication => {
            let is_beside = ["meson.build", "CMakeLists.txt", "configure.ac", "configure"]
                .iter()
                .any(|name| has(name));
            if is_beside && !python_drives_the_build(tree) {
                2
            } else {
                0
            }
        }
        // Tools of the documentation or the tests, or a package that ships the files: without a lock npm builds nothing.
        Builder::Npm if !has("package-lock.json") && !has("npm-shrinkwrap.json") => 2,
        // A release that ships `configure` is built with it, whatever lists lie beside it.
        Builder::Cmake if has("configure") => 1,
        _ => 0,
    }
}

/// Whether the Python manifests name the general build system, and so start it themselves.
fn python_drives_the_build(tree: &Tree) -> bool {
    ["pyproject.toml", "setup.py", "setup.cfg"]
        .iter()
        .filter_map(|name| tree.read(name, MANIFEST_BYTES_MAX).ok().flatten())
        .map(|bytes| String::from_utf8_lossy(&bytes).to_ascii_lowercase())
        .any(|text| {
            [
                "cmake",
                "skbuild",
                "scikit-build",
                "meson",
                "configure",
                "make",
            ]
            .iter()
            .any(|word| text.contains(word))
        })
}

/// Whether the root manifest of Cargo names no program of its own.
fn is_without_programs(tree: &Tree) -> bool {
    matches!(cargo::read(tree, ""), Ok(Some(manifest)) if manifest.binaries.is_empty() && manifest.members.is_empty())
}

/// The error for a source that no builder fits.
pub(super) fn nothing_fits(source: &Resolved) -> Problem {
    Problem::user(format!("no build system was recognised in `{}`", source.url)).hint(
        "looked for Cargo.toml, go.mod, pyproject.toml, setup.py, package.json, meson.build, CMakeLists.txt, configure and \
         Makefile at the top of the source",
    )
}

#[cfg(test)]
mod tests {
    use nixsmith_store::tree::Contents;

    use super::*;

    fn first(files: &[(&str, &str)]) -> Vec<&'static str> {
        let mut tree = Tree::new();
        for (path, text) in files {
            let contents = Contents::from_bytes(text.as_bytes().to_vec());
            tree.insert(path.as_bytes(), Node::file(contents)).unwrap();
        }
        let mut builders = ordered(&tree, None);
        builders.truncate(2);
        builders
            .iter()
            .map(|candidate| candidate.builder.name())
            .collect()
    }

    #[test]
    fn what_builds_a_part_comes_later() {
        for (files, expected) in [
            (&["package.json", "CMakeLists.txt"][..], ["cmake", "npm"]),
            (
                &["package.json", "package-lock.json", "Makefile"],
                ["npm", "make"],
            ),
            (&["setup.py", "CMakeLists.txt"], ["cmake", "python-package"]),
            (&["setup.py", "Makefile"], ["python-package", "make"]),
            (&["CMakeLists.txt", "configure"], ["autotools", "cmake"]),
            (&["CMakeLists.txt", "configure.ac"], ["cmake", "autotools"]),
            (&["meson.build", "configure"], ["meson", "autotools"]),
        ] {
            let files: Vec<(&str, &str)> = files.iter().map(|name| (*name, "")).collect();
            assert_eq!(first(&files), expected, "{files:?}");
        }
        let driven = [("setup.py", "run(['cmake'])"), ("CMakeLists.txt", "")];
        assert_eq!(first(&driven), ["python-package", "cmake"]);
    }

    #[test]
    fn folders_and_links_out_of_the_source_are_no_manifests() {
        let mut tree = Tree::new();
        tree.insert(b"meson.build", Node::directory()).unwrap();
        let target = b"/etc/passwd".to_vec();
        tree.insert(b"package.json", Node::Symlink { target })
            .unwrap();
        assert_eq!(ordered(&tree, None), []);
    }
}
