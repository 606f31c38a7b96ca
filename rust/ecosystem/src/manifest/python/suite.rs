//! The tests that a source brings, and what they need.

use nixsmith_store::tree::{Node, Tree};

use super::super::{ManifestError, join, text};
use super::marker::Environment;
use super::requirement::Requirement;
use super::{PythonProject, pyproject, setup_cfg};

/// What runs the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runner {
    /// pytest.
    Pytest,
    /// The standard library's unittest.
    Unittest,
}

/// The tests of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestSuite {
    /// What runs them.
    pub runner: Runner,
    /// The folder or file that shows that there are tests.
    pub path: String,
    /// What the project's test extra or group asks for, as written.
    pub requirements: Vec<Requirement>,
}

/// Names of extras and groups that hold what tests need, most telling first.
const GROUPS: [&str; 9] = [
    "test",
    "tests",
    "testing",
    "unittest",
    "unit-test",
    "test-dependencies",
    "pytest",
    "dev",
    "develop",
];

/// The tests in `directory` of `tree`; `None` when the source has none.
pub(super) fn find(
    tree: &Tree,
    directory: &str,
    project: &PythonProject,
) -> Result<Option<TestSuite>, ManifestError> {
    let Some(path) = folder(tree, directory, project) else {
        return Ok(None);
    };
    let requirements = requirements(project);
    let names_pytest = requirements
        .iter()
        .any(|requirement| requirement.name.starts_with("pytest"));
    let runner =
        if names_pytest || configures_pytest(tree, directory)? || imports_pytest(tree, &path) {
            Runner::Pytest
        } else {
            Runner::Unittest
        };
    Ok(Some(TestSuite {
        runner,
        path,
        requirements,
    }))
}

/// The first folder or file of tests.
fn folder(tree: &Tree, directory: &str, project: &PythonProject) -> Option<String> {
    let inside = project.modules.iter().flat_map(|module| {
        let module = module.replace('.', "/");
        [
            format!("{module}/tests"),
            format!("{module}/test"),
            format!("src/{module}/tests"),
        ]
    });
    let folders = ["tests", "test", "testing", "unit_tests"]
        .map(str::to_owned)
        .into_iter()
        .chain(inside);
    let found = folders
        .map(|folder| join(directory, &folder))
        .find(|folder| has_tests(tree.get(folder)));
    found.or_else(|| {
        let files = ["tests.py", "test.py"].map(str::to_owned).into_iter();
        let named = project
            .modules
            .iter()
            .flat_map(|module| [format!("test_{module}.py"), format!("{module}_test.py")]);
        files
            .chain(named)
            .map(|file| join(directory, &file))
            .find(|file| tree.get(file).is_some())
    })
}

/// Whether a folder holds, two levels deep, a file that test runners collect.
fn has_tests(node: Option<&Node>) -> bool {
    fn is_test(name: &[u8]) -> bool {
        (name.starts_with(b"test") || name.ends_with(b"_test.py") || name.ends_with(b"_tests.py"))
            && name.ends_with(b".py")
    }
    let Some(Node::Directory(entries)) = node else {
        return false;
    };
    entries.iter().any(|(name, node)| match node {
        Node::Directory(inner) => inner.keys().any(|name| is_test(name)),
        _ => is_test(name),
    })
}

fn configures_pytest(tree: &Tree, directory: &str) -> Result<bool, ManifestError> {
    let has = |file: &str| tree.get(&join(directory, file)).is_some();
    if [
        "pytest.ini",
        "conftest.py",
        "tests/conftest.py",
        "test/conftest.py",
        "pytest.toml",
    ]
    .iter()
    .any(|file| has(file))
    {
        return Ok(true);
    }
    let in_table = pyproject::table(tree, directory)?
        .is_some_and(|(table, _)| pyproject::find(&table, &["tool", "pytest"]).is_some());
    let in_sections = setup_cfg::sections(tree, directory)?
        .is_some_and(|(sections, _)| sections.contains_key("tool:pytest"));
    let tox = text(tree, &join(directory, "tox.ini"))?.unwrap_or_default();
    Ok(in_table || in_sections || tox.contains("pytest"))
}

/// Whether a file of the tests imports pytest, or has test functions outside a class.
fn imports_pytest(tree: &Tree, path: &str) -> bool {
    let says = |file: &str| {
        let text = text(tree, file).ok().flatten().unwrap_or_default();
        text.lines().any(|line| {
            line.starts_with("import pytest")
                || line.starts_with("from pytest")
                || line.starts_with("def test_")
                || line.starts_with("async def test_")
        })
    };
    match tree.get(path) {
        Some(Node::Directory(entries)) => {
            let files = entries
                .keys()
                .filter_map(|name| std::str::from_utf8(name).ok())
                .filter(|name| name.ends_with(".py"));
            files.take(200).any(|name| says(&join(path, name)))
        }
        _ => says(path),
    }
}

/// What the first matching extra or group asks for.
fn requirements(project: &PythonProject) -> Vec<Requirement> {
    let environment = Environment::default();
    let optional = project.optional_dependencies(&environment);
    for name in GROUPS {
        if let Some(found) = optional.get(name).filter(|found| !found.is_empty()) {
            return found
                .iter()
                .map(|requirement| (*requirement).clone())
                .collect();
        }
        if let Some(found) = project.groups.get(name).filter(|found| !found.is_empty()) {
            let holds = |requirement: &&Requirement| {
                requirement
                    .marker
                    .as_ref()
                    .is_none_or(|marker| marker.holds(&environment))
            };
            return found.iter().filter(holds).cloned().collect();
        }
    }
    Vec::new()
}
