//! Python projects as attributes of nixpkgs' Python set, and what they take from outside it.
//!
//! The tables are made from one nixpkgs tree by `data/make-python`; its revision is in their first line. What they lack
//! is said, not guessed.

mod build;
mod check;

pub use build::{BuildSystem, build_system};
pub use check::{CheckInputs, check_inputs};

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::LazyLock;

use nixsmith_store::tree::Tree;

use super::{Needs, c, modules};
use crate::manifest::python::PythonProject;
use crate::manifest::python::requirement::{Requirement, normalise};
use crate::manifest::python::version::PythonVersion;
use crate::manifest::{self, ManifestError};

/// Attribute → version of every package in the Python set; the version may be empty.
static ATTRIBUTES: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
    rows(include_str!("../../data/python-attributes.tsv"))
        .filter_map(|row| row.split_once('\t'))
        .collect()
});

/// Project → attribute where they differ.
static EXCEPTIONS: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
    rows(include_str!("../../data/python-exceptions.tsv"))
        .filter_map(|row| row.split_once('\t'))
        .collect()
});

/// Attribute → the names below its `optional-dependencies`.
static EXTRAS: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
    rows(include_str!("../../data/python-extras.tsv"))
        .filter_map(|row| row.split_once('\t'))
        .collect()
});

/// Project → what it takes from outside the Python set.
static NATIVE: LazyLock<BTreeMap<&'static str, Outside>> = LazyLock::new(|| {
    rows(include_str!("../../data/python-native.tsv"))
        .filter_map(Outside::parse)
        .collect()
});

fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.starts_with('#'))
}

/// The revision of nixpkgs that the tables were made from, shortened.
#[must_use]
pub fn revision() -> &'static str {
    let first = include_str!("../../data/python-attributes.tsv")
        .lines()
        .next()
        .unwrap_or_default();
    first
        .split(' ')
        .find(|word| word.len() >= 12 && word.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .unwrap_or("unknown")
}

/// A package of the Python set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute {
    /// The name in the set.
    pub name: &'static str,
    /// Its version there; empty when unknown.
    pub version: &'static str,
}

impl Attribute {
    /// Whether its version satisfies `requirement`; an unknown version does.
    #[must_use]
    pub fn satisfies(&self, requirement: &Requirement) -> bool {
        let Some(version) =
            PythonVersion::parse(self.version.split("-unstable").next().unwrap_or_default())
        else {
            return true;
        };
        requirement
            .specifiers
            .iter()
            .all(|specifier| specifier.matches(&version, self.version))
    }

    /// The path of the list that holds what `extra` (in normal form) of the project adds; `None` when the package names no
    /// such extra.
    #[must_use]
    pub fn extra(&self, extra: &str) -> Option<String> {
        let names = EXTRAS.get(self.name)?;
        let name = names.split(' ').find(|name| normalise(name) == extra)?;
        let path = format!("{}.optional-dependencies.{name}", self.name);
        nixsmith_expr::quote::reference(&path)
            .is_ok()
            .then_some(path)
    }
}

/// The attribute that brings `project`; `None` when the set has none.
#[must_use]
pub fn attribute(project: &str) -> Option<Attribute> {
    let project = normalise(project);
    let found = |name: &str| {
        ATTRIBUTES
            .get_key_value(name)
            .map(|(name, version)| Attribute { name, version })
    };
    found(&project)
        .or_else(|| found(EXCEPTIONS.get(project.as_str())?))
        .or_else(|| found(&project.replace('-', "_")))
}

/// Another attribute of the same project whose version satisfies `requirement`: `numpy_1` for `numpy<2`.
fn alternative(attribute: Attribute, requirement: &Requirement) -> Option<Attribute> {
    let prefix = format!("{}_", attribute.name);
    let range = ATTRIBUTES
        .range::<str, _>((Bound::Included(prefix.as_str()), Bound::Unbounded))
        .take_while(|(name, _)| name.starts_with(&prefix));
    let numbered = range.filter(|(name, _)| {
        name.bytes()
            .skip(prefix.len())
            .all(|byte| byte.is_ascii_digit() || byte == b'_')
    });
    let found = numbered.map(|(name, version)| Attribute { name, version });
    found
        .filter(|other| !other.version.is_empty() && other.satisfies(requirement))
        .max_by_key(|other| PythonVersion::parse(other.version))
}

/// Requirements as attributes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resolved {
    /// Attributes of the Python set, sorted, each once.
    pub attributes: Vec<String>,
    /// Paths of the lists that hold what wanted extras add, sorted, each once.
    pub extras: Vec<String>,
    /// Projects and extras of theirs that their package in nixpkgs does not name.
    pub missing_extras: Vec<(String, String)>,
    /// Projects whose version in nixpkgs does not satisfy the requirement, with what they are, by name.
    pub relaxed: BTreeMap<String, String>,
    /// Projects that nixpkgs does not have.
    pub missing: Vec<String>,
}

/// The attributes that bring `requirements`.
#[must_use]
pub fn resolve<'a>(requirements: impl IntoIterator<Item = &'a Requirement>) -> Resolved {
    let mut resolved = Resolved::default();
    for requirement in requirements {
        let Some(attribute) = attribute(&requirement.name) else {
            resolved.missing.push(requirement.name.clone());
            continue;
        };
        if !attribute.satisfies(requirement) {
            let wanted = requirement
                .specifiers
                .iter()
                .map(|one| format!("{}{}", one.operator, one.version))
                .collect::<Vec<_>>();
            let text = format!(
                "wants {}, nixpkgs has {}",
                wanted.join(","),
                attribute.version
            );
            resolved.relaxed.insert(requirement.name.clone(), text);
        }
        for extra in &requirement.extras {
            match attribute.extra(extra) {
                Some(path) => resolved.extras.push(path),
                None => resolved
                    .missing_extras
                    .push((requirement.name.clone(), extra.clone())),
            }
        }
        resolved.attributes.push(attribute.name.to_owned());
    }
    for list in [&mut resolved.attributes, &mut resolved.extras] {
        list.sort();
        list.dedup();
    }
    resolved.missing.sort();
    resolved.missing.dedup();
    resolved
}

/// What one package of nixpkgs takes from outside the Python set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Outside {
    native_build_inputs: Vec<&'static str>,
    build_inputs: Vec<&'static str>,
    /// `NAME=value`.
    environment: Vec<&'static str>,
}

impl Outside {
    fn parse(row: &'static str) -> Option<(&'static str, Self)> {
        let mut columns = row.split('\t');
        let project = columns.next()?;
        let mut words = || {
            columns
                .next()
                .unwrap_or_default()
                .split(' ')
                .filter(|word| !word.is_empty())
                .collect()
        };
        Some((
            project,
            Self {
                native_build_inputs: words(),
                build_inputs: words(),
                environment: words(),
            },
        ))
    }
}

/// What the project's compiled parts need from outside the Python set.
///
/// Where nixpkgs has the project, its own inputs are the answer. Otherwise they follow from the libraries that the
/// extension modules link and from what the project's CMake or Meson files look for.
///
/// # Errors
/// When a build file is there but cannot be read.
pub fn needs(project: &PythonProject, tree: &Tree) -> Result<Needs, ManifestError> {
    let name = project.name.as_deref().map(normalise).unwrap_or_default();
    match NATIVE.get(name.as_str()) {
        Some(outside) => Ok(known(outside, &name)),
        None => unknown(project, tree),
    }
}

fn known(outside: &Outside, name: &str) -> Needs {
    let mut needs = Needs::default();
    let evidence = format!("the package of {name} in nixpkgs {}", revision());
    for input in &outside.native_build_inputs {
        needs.program(input, &evidence);
    }
    for input in &outside.build_inputs {
        needs.library(input, &evidence);
    }
    for assignment in &outside.environment {
        needs.variable(assignment, &evidence);
    }
    needs
}

fn unknown(project: &PythonProject, tree: &Tree) -> Result<Needs, ManifestError> {
    let mut needs = match &project.native.native_build {
        Some((directory, system)) => c::needs(&manifest::c::read(tree, directory, *system)?),
        None => Needs::default(),
    };
    for library in &project.native.libraries {
        match modules::linker(library) {
            Some(attributes) => attributes.iter().for_each(|attribute| {
                needs.library(attribute, &format!("setup.py links `{library}`"))
            }),
            None => needs.note(format!(
                "`setup.py` links `{library}`, which no table of nixpkgs' libraries has"
            )),
        }
    }
    for module in &project.native.pkg_config_modules {
        match modules::pkg_config(module) {
            Some(attributes) => attributes.iter().for_each(|attribute| needs.library(attribute, &format!("setup.py asks pkg-config for `{module}`"))),
            None => needs.note(format!("`setup.py` asks pkg-config for `{module}`, which no table of nixpkgs' libraries has")),
        }
    }
    if project.native.uses_pkg_config {
        needs.program("pkg-config", "setup.py runs pkg-config");
    }
    Ok(needs)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use nixsmith_store::tree::{Node, Tree};

    use super::super::Need;
    use super::{attribute, needs, resolve, revision};
    use crate::manifest::python::PythonProject;
    use crate::manifest::python::requirement::Requirement;

    #[test]
    fn projects_have_attributes() {
        for (project, expected) in [
            ("PyYAML", "pyyaml"),
            ("ruamel.yaml", "ruamel-yaml"),
            ("beautifulsoup4", "beautifulsoup4"),
            ("Opencv_Python", "opencv-python"),
            ("numpy", "numpy"),
        ] {
            assert_eq!(
                attribute(project).map(|found| found.name),
                Some(expected),
                "{project}"
            );
        }
        assert_eq!(attribute("no-such-project-anywhere"), None);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let requirements: Vec<_> = ["requests<0.1", "six", "no-such-project"]
            .iter()
            .filter_map(|text| Requirement::parse(text))
            .collect();
        let resolved = resolve(&requirements);
        assert_eq!(resolved.attributes, ["requests", "six"]);
        assert_eq!(resolved.relaxed.keys().collect::<Vec<_>>(), ["requests"]);
        assert_eq!(resolved.missing, ["no-such-project"]);
    }

    #[test]
    fn extras_are_lists_of_their_package() {
        let requirements: Vec<_> = [
            "google-api-core[grpc]",
            "httpx[http2,no-such-extra]",
            "ruamel.yaml",
        ]
        .iter()
        .filter_map(|text| Requirement::parse(text))
        .collect();
        let resolved = resolve(&requirements);
        assert_eq!(
            resolved.attributes,
            ["google-api-core", "httpx", "ruamel-yaml"]
        );
        assert_eq!(
            resolved.extras,
            [
                "google-api-core.optional-dependencies.grpc",
                "httpx.optional-dependencies.http2"
            ]
        );
        assert_eq!(
            resolved.missing_extras,
            [("httpx".to_owned(), "no-such-extra".to_owned())]
        );
    }

    #[test]
    fn what_nixpkgs_gives_goes_first() {
        assert_eq!(revision().len(), 12);
        let mut project = PythonProject::default();
        project.name = Some("Psycopg2".to_owned());
        project.native.libraries.insert("z".to_owned());
        let tree = Tree {
            root: Node::Directory(BTreeMap::new()),
        };
        let attributes = |needs: &[Need]| {
            needs
                .iter()
                .map(|need| need.attribute.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            attributes(&needs(&project, &tree).unwrap().build_inputs),
            ["libpq"]
        );
        project.name = Some("no-such-project".to_owned());
        assert_eq!(
            attributes(&needs(&project, &tree).unwrap().build_inputs),
            ["zlib"]
        );
    }
}
