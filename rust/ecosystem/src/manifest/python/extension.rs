//! The compiled parts of a project: extension modules, the libraries they link, and Rust crates.

use std::collections::BTreeSet;

use nixsmith_store::tree::{Node, Tree};
use toml::Value as Toml;

use super::super::c::System;
use super::super::{ManifestError, join};
use super::literal::{Call, Value};
use super::{PythonProject, pyproject, setup_py};

/// A language that a part of the project is compiled from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// C or C++.
    C,
    /// Cython.
    Cython,
    /// Fortran.
    Fortran,
    /// Rust.
    Rust,
}

/// What a project compiles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NativeCode {
    /// The languages that its extension modules are stated to be in.
    pub languages: BTreeSet<Language>,
    /// Names behind `-l` (`libraries=["z"]`), the standard library's left out.
    pub libraries: BTreeSet<String>,
    /// Whether `setup.py` runs pkg-config.
    pub uses_pkg_config: bool,
    /// Whether `setup.py` runs cmake.
    pub runs_cmake: bool,
    /// Modules that `setup.py` is seen to ask pkg-config for.
    pub pkg_config_modules: BTreeSet<String>,
    /// The folder of the `CMakeLists.txt` or `meson.build` that the backend builds.
    pub native_build: Option<(String, System)>,
    /// The folder of the `Cargo.toml` that the backend builds; `""` is the source itself.
    pub cargo_directory: Option<String>,
    /// The folder of the `Cargo.lock` that applies: that one or a parent.
    pub cargo_lock_directory: Option<String>,
}

impl NativeCode {
    /// Whether anything is compiled.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.languages.is_empty() && self.native_build.is_none()
    }
}

/// Libraries that every C compiler brings.
const SYSTEM_LIBRARIES: [&str; 14] = [
    "c", "m", "dl", "rt", "pthread", "stdc++", "util", "gcc", "gcc_s", "gomp", "gfortran",
    "ws2_32", "advapi32", "user32",
];

/// Finds the compiled parts of the project in `directory`.
pub(super) fn read(
    tree: &Tree,
    directory: &str,
    project: &PythonProject,
) -> Result<NativeCode, ManifestError> {
    let mut native = NativeCode::default();
    if let Some((source, text, _)) = setup_py::source(tree, directory)? {
        for call in source.calls.iter().filter(|call| call.name != "setup") {
            extension(call, &mut native);
        }
        for call in source.calls.iter().filter(|call| call.name == "setup") {
            if matches!(call.keyword("cffi_modules"), Some(Value::List(modules)) if !modules.is_empty())
            {
                native.languages.insert(Language::C);
            }
        }
        pkg_config(&text, &mut native);
        native.runs_cmake = ["'cmake'", "\"cmake\"", "cmake "]
            .iter()
            .any(|call| text.contains(call))
            && any_file(tree, directory, &["CMakeLists.txt"]);
    }
    let requires = |name: &str| {
        project
            .build
            .requires
            .iter()
            .any(|requirement| requirement.name == name)
    };
    if requires("cython") && any_file(tree, directory, &[".pyx"]) {
        native.languages.extend([Language::C, Language::Cython]);
    }
    native_build(tree, directory, project, &mut native);
    cargo(tree, directory, project, &mut native)?;
    Ok(native)
}

fn extension(call: &Call, native: &mut NativeCode) {
    if call.name == "RustExtension" {
        native.languages.insert(Language::Rust);
        return;
    }
    native.languages.insert(Language::C);
    let sources = call
        .keyword("sources")
        .or_else(|| call.positional.get(1))
        .map(|value| value.texts().0)
        .unwrap_or_default();
    if sources.iter().any(|source| source.ends_with(".pyx")) {
        native.languages.insert(Language::Cython);
    }
    let libraries = call
        .keyword("libraries")
        .map(|value| value.texts().0)
        .unwrap_or_default();
    native.libraries.extend(
        libraries
            .into_iter()
            .filter(|library| !SYSTEM_LIBRARIES.contains(&library.as_str())),
    );
}

/// Finds the calls of pkg-config in a `setup.py`: `pkgconfig.parse("m")` and `"pkg-config", …, "m"`.
fn pkg_config(text: &str, native: &mut NativeCode) {
    native.uses_pkg_config = text.contains("pkg-config") || text.contains("pkgconfig.");
    for call in [
        "pkgconfig.parse(",
        "pkgconfig.libs(",
        "pkgconfig.cflags(",
        "pkgconfig.exists(",
    ] {
        for rest in text.split(call).skip(1) {
            let quote = rest
                .chars()
                .next()
                .filter(|quote| matches!(quote, '"' | '\''));
            let module = quote.and_then(|quote| rest.split(quote).nth(1));
            let plain = |module: &&str| {
                !module.is_empty()
                    && module
                        .chars()
                        .all(|one| one.is_ascii_alphanumeric() || "+-._".contains(one))
            };
            native
                .pkg_config_modules
                .extend(module.filter(plain).map(str::to_owned));
        }
    }
}

fn native_build(tree: &Tree, directory: &str, project: &PythonProject, native: &mut NativeCode) {
    let requires = |name: &str| {
        project
            .build
            .requires
            .iter()
            .any(|requirement| requirement.name == name)
    };
    let (file, system) = match project.build.backend.split(['.', ':']).next() {
        Some("scikit_build_core") => ("CMakeLists.txt", System::Cmake),
        Some("mesonpy" | "meson") => ("meson.build", System::Meson),
        _ if requires("scikit-build") || requires("cmake") => ("CMakeLists.txt", System::Cmake),
        _ => return,
    };
    if tree.get(&join(directory, file)).is_some() {
        native.native_build = Some((directory.to_owned(), system));
        native.languages.insert(Language::C);
    }
}

fn cargo(
    tree: &Tree,
    directory: &str,
    project: &PythonProject,
    native: &mut NativeCode,
) -> Result<(), ManifestError> {
    let table = pyproject::table(tree, directory)?
        .map(|(table, _)| table)
        .unwrap_or_default();
    let requires = |name: &str| {
        project
            .build
            .requires
            .iter()
            .any(|requirement| requirement.name == name)
    };
    let stated = if project.build.backend == "maturin" || requires("maturin") {
        pyproject::find(&table, &["tool", "maturin"]).and_then(|table| table.get("manifest-path"))
    } else if requires("setuptools-rust") {
        let modules = pyproject::find(&table, &["tool", "setuptools-rust"])
            .and_then(|table| table.get("ext-modules"));
        modules
            .and_then(Toml::as_array)
            .and_then(|modules| modules.first()?.get("path"))
    } else {
        return Ok(());
    };
    native.languages.insert(Language::Rust);
    let stated = stated
        .and_then(Toml::as_str)
        .map(|path| path.trim_start_matches("./").to_owned());
    let candidates = stated.into_iter().chain(
        [
            "Cargo.toml",
            "rust/Cargo.toml",
            "src/rust/Cargo.toml",
            "src/Cargo.toml",
        ]
        .map(str::to_owned),
    );
    let manifest = candidates
        .map(|path| join(directory, &path))
        .find(|path| tree.get(path).is_some());
    let Some(manifest) = manifest else {
        return Ok(());
    };
    let folder = parent(&manifest).to_owned();
    let mut lock = Some(folder.as_str());
    while let Some(at) = lock {
        if tree.get(&join(at, "Cargo.lock")).is_some() {
            native.cargo_lock_directory = Some(at.to_owned());
            break;
        }
        lock = (!at.is_empty()).then(|| parent(at));
    }
    native.cargo_directory = Some(folder);
    Ok(())
}

/// The folder that holds `path`; `""` at the top.
fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// Whether a file below `directory` ends in one of `endings`.
fn any_file(tree: &Tree, directory: &str, endings: &[&str]) -> bool {
    let below = if directory.is_empty() {
        String::new()
    } else {
        format!("{directory}/")
    };
    tree.walk().any(|(path, node)| {
        let path = String::from_utf8_lossy(&path);
        matches!(node, Node::File { .. })
            && path.starts_with(&below)
            && endings.iter().any(|ending| path.ends_with(ending))
    })
}
