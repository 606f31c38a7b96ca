//! C and C++ projects: which build system, what it looks for, what it says about itself.
//!
//! Reads `configure.ac`, `CMakeLists.txt`, `meson.build` and makefiles as text: calls with literal arguments. What a
//! script computes is not known.

mod autotools;
mod calls;
mod cmake;
mod conditions;
mod make;
mod meson;

use std::collections::{BTreeMap, BTreeSet};

use nixsmith_store::tree::{Node, Tree};

use super::{ManifestError, join};

/// The build system of a C or C++ project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// `configure`, or `configure.ac` from which it is made.
    Autotools,
    /// `CMakeLists.txt`.
    Cmake,
    /// `meson.build`.
    Meson,
    /// A makefile alone.
    Make,
}

/// No project installs more programs; the rest is not looked at.
const PROGRAMS_MAX: usize = 500;

/// How a project asks for a library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lookup {
    /// A module name of `pkg-config`.
    PkgConfig,
    /// A package name of CMake's `find_package`.
    Cmake,
    /// A library name for the linker (`-lfoo`).
    Library,
    /// A program that runs while building.
    Program,
}

/// What a project's build files say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// The build system.
    pub system: System,
    /// The project's name.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// One sentence.
    pub description: Option<String>,
    /// A URL.
    pub homepage: Option<String>,
    /// Meson's `license`.
    pub license: Option<String>,
    /// Libraries and programs looked for: how, the name, and whether the build goes on without it.
    pub requirements: BTreeMap<(Lookup, String), bool>,
    /// Programs that are built and installed.
    pub programs: Vec<String>,
    /// Whether the ready `configure` lies in the source.
    pub has_configure: bool,
    /// Whether the makefile has an `install` target.
    pub has_install: bool,
    /// Whether there are tests that the build system runs.
    pub has_tests: bool,
    /// The variable of a makefile that says where to install: `PREFIX` or `prefix`.
    pub prefix_variable: Option<&'static str>,
    /// Whether a makefile sets `CC` itself, so that the one of the environment is not taken.
    pub fixes_compiler: bool,
    /// Targets of a makefile that are plain names.
    pub targets: BTreeSet<String>,
}

impl Project {
    fn new(system: System) -> Self {
        Self {
            system,
            name: None,
            version: None,
            description: None,
            homepage: None,
            license: None,
            requirements: BTreeMap::new(),
            programs: Vec::new(),
            has_configure: false,
            has_install: false,
            has_tests: false,
            prefix_variable: None,
            fixes_compiler: false,
            targets: BTreeSet::new(),
        }
    }

    /// Notes a requirement; once needed, always needed.
    fn require(&mut self, lookup: Lookup, name: &str, optional: bool) {
        let is_name = !name.is_empty()
            && name
                .chars()
                .all(|character| character.is_alphanumeric() || "+-_.:".contains(character));
        if is_name {
            let entry = self
                .requirements
                .entry((lookup, name.to_owned()))
                .or_insert(optional);
            *entry &= optional;
        }
    }

    fn program(&mut self, name: &str) {
        let is_name = !name.is_empty()
            && name
                .chars()
                .all(|character| character.is_alphanumeric() || "+-_.".contains(character));
        let has_room = self.programs.len() < PROGRAMS_MAX;
        if is_name && has_room && !self.programs.iter().any(|known| known == name) {
            self.programs.push(name.to_owned());
        }
    }
}

/// The build systems that `directory` of `tree` has, best first: Meson, CMake, Autotools, make.
#[must_use]
pub fn systems(tree: &Tree, directory: &str) -> Vec<System> {
    let has = |name: &str| {
        let path = join(directory, name);
        matches!(tree.resolve(path.as_bytes()), Ok(Some(Node::File { .. })))
    };
    let mut systems = Vec::new();
    if has("meson.build") {
        systems.push(System::Meson);
    }
    if has("CMakeLists.txt") {
        systems.push(System::Cmake);
    }
    if has("configure.ac") || has("configure.in") || has("configure") {
        systems.push(System::Autotools);
    }
    if make::FILES.iter().any(|name| has(name)) {
        systems.push(System::Make);
    }
    systems
}

/// What the build files of `system` in `directory` say.
///
/// # Errors
/// When a build file is unreadable. Text that is not understood is skipped.
pub fn read(tree: &Tree, directory: &str, system: System) -> Result<Project, ManifestError> {
    match system {
        System::Autotools => autotools::read(tree, directory),
        System::Cmake => cmake::read(tree, directory),
        System::Meson => meson::read(tree, directory),
        System::Make => make::read(tree, directory),
    }
}

#[cfg(test)]
#[path = "c/tests.rs"]
mod tests;
