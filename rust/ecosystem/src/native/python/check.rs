//! What a project's tests need in nixpkgs.

use super::attribute;
use crate::manifest::python::PythonProject;
use crate::manifest::python::suite::Runner;

/// Projects that judge or publish code and test nothing, by their beginning.
const ASIDE: [&str; 38] = [
    "autopep8",
    "bandit",
    "black",
    "build",
    "bump",
    "check-manifest",
    "codecov",
    "codespell",
    "coverage",
    "coveralls",
    "docutils",
    "flake8",
    "furo",
    "hatch",
    "interrogate",
    "ipdb",
    "isort",
    "mypy",
    "myst",
    "nox",
    "pep8",
    "pip",
    "poethepoet",
    "pre-commit",
    "pycodestyle",
    "pydocstyle",
    "pylint",
    "pyright",
    "pyupgrade",
    "ruff",
    "setuptools",
    "sphinx",
    "tox",
    "twine",
    "types-",
    "uv",
    "wheel",
    "yapf",
];

/// Plugins of pytest that only judge or report, and what nixpkgs puts in place of them.
const PLUGINS: [(&str, Option<&str>); 12] = [
    ("pytest", None),
    ("pytest-black", None),
    ("pytest-checkdocs", None),
    ("pytest-cov", Some("pytest-cov-stub")),
    ("pytest-enabler", None),
    ("pytest-flake8", None),
    ("pytest-mypy", None),
    ("pytest-pep8", None),
    ("pytest-pylint", None),
    ("pytest-ruff", None),
    ("pytest-runner", None),
    ("pytest-sugar", None),
];

/// What tests need.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckInputs {
    /// Attributes of the Python set, the runner's hook among them by name; empty without tests.
    pub attributes: Vec<String>,
    /// Paths of the lists that hold what wanted extras add.
    pub extras: Vec<String>,
}

/// What goes into `nativeCheckInputs`; `dependencies` are there anyway.
#[must_use]
pub fn check_inputs(project: &PythonProject, dependencies: &[String]) -> CheckInputs {
    let mut inputs = CheckInputs::default();
    let Some(suite) = &project.tests else {
        return inputs;
    };
    let hook = match suite.runner {
        Runner::Pytest => "pytestCheckHook",
        Runner::Unittest => "unittestCheckHook",
    };
    inputs.attributes.push(hook.to_owned());
    for requirement in &suite.requirements {
        let name = match PLUGINS.iter().find(|(name, _)| *name == requirement.name) {
            Some((_, None)) => continue,
            Some((_, Some(name))) => name,
            None if ASIDE
                .iter()
                .any(|start| requirement.name.starts_with(start)) =>
            {
                continue;
            }
            None => requirement.name.as_str(),
        };
        let Some(known) = attribute(name) else {
            continue;
        };
        let extras = requirement.extras.iter();
        inputs
            .extras
            .extend(extras.filter_map(|extra| known.extra(extra)));
        if !dependencies.iter().any(|name| name == known.name) {
            inputs.attributes.push(known.name.to_owned());
        }
    }
    for list in [&mut inputs.attributes, &mut inputs.extras] {
        list.sort();
        list.dedup();
    }
    inputs
}
