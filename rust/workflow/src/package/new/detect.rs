//! Which builder a source wants.

use nixsmith_ecosystem::manifest::{c, cargo};
use nixsmith_store::tree::Tree;

use super::draft::Builder;
use crate::error::Problem;
use crate::source::{Registry, Resolved};

/// A builder that fits, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) builder: Builder,
    pub(super) evidence: String,
}

/// The builders that fit the root of `tree`, the likeliest first.
///
/// What a registry delivers is what that registry is for; otherwise a build system of its own (Cargo, Go, Python, npm) comes
/// before the general ones, and CMake and Meson before it where they drive it: a manifest beside them builds a part.
pub(super) fn candidates(tree: &Tree, source: &Resolved) -> Vec<Candidate> {
    let has = |name: &str| tree.get(name).is_some();
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
    // Meson that wraps Cargo (as GNOME's programs do) installs what Cargo alone would not.
    let wraps_cargo = has("meson.build") && is_without_programs(tree);
    found.sort_by_key(|candidate| {
        let wrapped = wraps_cargo && candidate.builder == Builder::Rust;
        (Some(candidate.builder) != preferred, wrapped)
    });
    found
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
