//! The build backend of projects that do not declare one.

use nixsmith_store::tree::Tree;

use super::super::{ManifestError, join};
use super::requirement::Requirement;
use super::{Build, PythonProject, setup_cfg, setup_py};

/// Modules that a `setup.py` imports, and the project that brings them.
const IMPORTED: [(&str, &str); 10] = [
    ("Cython", "cython"),
    ("cffi", "cffi"),
    ("mypyc", "mypy"),
    ("numpy", "numpy"),
    ("pkgconfig", "pkgconfig"),
    ("pybind11", "pybind11"),
    ("setuptools_rust", "setuptools-rust"),
    ("setuptools_scm", "setuptools-scm"),
    ("skbuild", "scikit-build"),
    ("torch", "torch"),
];

/// Gives a project without `[build-system]` the one that installers assume: setuptools, and what `setup.py` needs to run.
pub(super) fn complete(
    project: &mut PythonProject,
    tree: &Tree,
    directory: &str,
) -> Result<(), ManifestError> {
    let setup = setup_py::source(tree, directory)?;
    let mut needed: Vec<Requirement> = Vec::new();
    if !project.build.is_declared {
        needed.extend(Requirement::parse("setuptools"));
        let file = setup
            .as_ref()
            .map_or_else(|| join(directory, "setup.cfg"), |(.., file)| file.clone());
        project.build = Build {
            backend: "setuptools.build_meta:__legacy__".to_owned(),
            ..Build::default()
        };
        project.evidence.insert("build", file);
        if let Some((source, ..)) = &setup {
            let imported = IMPORTED
                .iter()
                .filter(|(module, _)| source.imports.iter().any(|import| import == module));
            needed.extend(imported.filter_map(|(_, name)| Requirement::parse(name)));
        }
    }
    if project.build.backend.starts_with("setuptools") {
        let calls = setup
            .iter()
            .flat_map(|(source, ..)| &source.calls)
            .filter(|call| call.name == "setup");
        for call in calls {
            let texts = call
                .keyword("setup_requires")
                .map(|value| value.texts().0)
                .unwrap_or_default();
            needed.extend(texts.iter().filter_map(|text| Requirement::parse(text)));
            for (keyword, name) in [
                ("use_scm_version", "setuptools-scm"),
                ("cffi_modules", "cffi"),
                ("pbr", "pbr"),
            ] {
                needed.extend(call.keyword(keyword).and_then(|_| Requirement::parse(name)));
            }
        }
        if let Some((sections, _)) = setup_cfg::sections(tree, directory)? {
            let lines = setup_cfg::lines(
                sections
                    .get("options")
                    .and_then(|options| options.get("setup_requires")),
            );
            needed.extend(lines.iter().filter_map(|line| Requirement::parse(line)));
        }
    }
    for requirement in needed {
        // pytest-runner only served `setup.py test`, which is gone.
        let known = requirement.name == "pytest-runner"
            || project
                .build
                .requires
                .iter()
                .any(|other| other.name == requirement.name);
        if !known {
            project.build.requires.push(requirement);
        }
    }
    Ok(())
}
