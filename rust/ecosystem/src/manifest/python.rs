//! Python projects: what `PKG-INFO`, `pyproject.toml`, `setup.cfg` and `setup.py` say, as one set of facts. A [`wheel`] has
//! metadata alone.
//!
//! Nothing is executed: of `setup.py` only what it states outright is read. A source distribution's own metadata goes
//! before the files it was made from, since its build has already computed what those leave open.

mod backend;
pub mod classifier;
pub mod extension;
pub mod licence;
pub mod literal;
pub mod marker;
mod metadata;
pub mod modules;
mod poetry;
mod pyproject;
pub mod requirement;
mod setup_cfg;
mod setup_py;
pub mod suite;
mod tokens;
pub mod version;
pub mod wheel;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use nixsmith_store::tree::Tree;

use super::{ManifestError, join};
use extension::NativeCode;
use marker::Environment;
use requirement::Requirement;
use suite::TestSuite;

/// Extras of one project that are read at most; the most known are about 400.
const EXTRAS_MAX: usize = 1000;

/// How a project is built.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Build {
    /// `[build-system].build-backend`, or the backend that stands in when none is named.
    pub backend: String,
    /// `[build-system].requires`, or what takes its place: setuptools.
    pub requires: Vec<Requirement>,
    /// Whether `pyproject.toml` has a `[build-system]`.
    pub is_declared: bool,
    /// The folder of a backend that lies in the source itself (`backend-path`).
    pub has_own_backend: bool,
}

/// What a Python project says about itself. Fields are as written unless their comment says otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PythonProject {
    /// The project's name.
    pub name: Option<String>,
    /// The project's version; `None` when only a build could tell.
    pub version: Option<String>,
    /// The one-line summary.
    pub description: Option<String>,
    /// `License-Expression`, or a licence text short enough to be a name.
    pub licence: Option<String>,
    /// Trove classifiers.
    pub classifiers: Vec<String>,
    /// Labels in lower case and addresses, in the order written; `Home-page` is labelled `homepage`.
    pub urls: Vec<(String, String)>,
    /// `Requires-Python`.
    pub requires_python: Option<String>,
    /// How it is built.
    pub build: Build,
    /// Every requirement, those of extras carrying an `extra == …` marker.
    pub requirements: Vec<Requirement>,
    /// The extras, in normal form, in the order written.
    pub extras: Vec<String>,
    /// Dependency groups (`[dependency-groups]`, poetry's groups, `tests_require` as `test`).
    pub groups: BTreeMap<String, Vec<Requirement>>,
    /// The names of the programs it installs.
    pub scripts: Vec<String>,
    /// The modules that a user imports, `a.b` for those in a namespace.
    pub modules: Vec<String>,
    /// Its tests, if the source holds any.
    pub tests: Option<TestSuite>,
    /// Its compiled parts.
    pub native: NativeCode,
    /// Field → file it was read from.
    pub evidence: BTreeMap<&'static str, String>,
    /// What could not be read, one sentence each.
    pub notes: Vec<String>,
    /// Whether the file says what the project requires, if only that it requires nothing.
    states_requirements: bool,
}

impl PythonProject {
    /// The requirements of a plain installation in `environment`, each name once.
    #[must_use]
    pub fn dependencies(&self, environment: &Environment) -> Vec<&Requirement> {
        let plain = Environment {
            extra: String::new(),
            ..environment.clone()
        };
        let holds = |requirement: &&Requirement| {
            requirement
                .marker
                .as_ref()
                .is_none_or(|marker| marker.holds(&plain))
        };
        unique(self.requirements.iter().filter(holds))
    }

    /// What each extra adds in `environment`; references of the project to its own extras are resolved.
    #[must_use]
    pub fn optional_dependencies(
        &self,
        environment: &Environment,
    ) -> BTreeMap<String, Vec<&Requirement>> {
        self.extras
            .iter()
            .map(|extra| (extra.clone(), self.extra(extra, environment)))
            .collect()
    }

    /// What one extra adds beyond the plain dependencies.
    fn extra(&self, extra: &str, environment: &Environment) -> Vec<&Requirement> {
        let own_name = self.name.as_deref().map(requirement::normalise);
        let (mut wanted, mut next) = (vec![extra.to_owned()], 0);
        let mut found = Vec::new();
        while let Some(extra) = wanted.get(next).cloned() {
            next += 1;
            let environment = Environment {
                extra,
                ..environment.clone()
            };
            let plain = Environment {
                extra: String::new(),
                ..environment.clone()
            };
            for requirement in &self.requirements {
                let Some(marker) = &requirement.marker else {
                    continue;
                };
                if !marker.holds(&environment) || marker.holds(&plain) {
                    continue;
                }
                if Some(&requirement.name) == own_name.as_ref() {
                    let new = requirement
                        .extras
                        .iter()
                        .filter(|extra| !wanted.contains(extra))
                        .take(EXTRAS_MAX.saturating_sub(wanted.len()))
                        .cloned();
                    wanted.extend(new.collect::<Vec<_>>());
                } else {
                    found.push(requirement);
                }
            }
        }
        unique(found.into_iter())
    }

    /// Takes what `other` knows and this does not, noting `file` as its source.
    fn fill(&mut self, other: Self, file: &str) {
        let mut filler = Filler {
            evidence: &mut self.evidence,
            file,
        };
        filler.option("name", &mut self.name, other.name);
        filler.option("version", &mut self.version, other.version);
        filler.option("description", &mut self.description, other.description);
        filler.option("licence", &mut self.licence, other.licence);
        filler.option(
            "requires_python",
            &mut self.requires_python,
            other.requires_python,
        );
        filler.list("classifiers", &mut self.classifiers, other.classifiers);
        filler.list("urls", &mut self.urls, other.urls);
        filler.list("scripts", &mut self.scripts, other.scripts);
        filler.list("modules", &mut self.modules, other.modules);
        filler.list("build", &mut self.build.requires, other.build.requires);
        if other.build.is_declared {
            let requires = std::mem::take(&mut self.build.requires);
            self.build = Build {
                requires,
                ..other.build
            };
        }
        for (name, group) in other.groups {
            self.groups.entry(name).or_insert(group);
        }
        if !self.states_requirements
            && (other.states_requirements || !other.requirements.is_empty())
        {
            self.states_requirements = true;
            self.requirements = other.requirements;
            self.extras = each_once(other.extras);
            self.evidence.insert("requirements", file.to_owned());
            self.notes.extend(other.notes);
        }
    }
}

/// Fills empty fields and notes where their value comes from.
struct Filler<'a> {
    evidence: &'a mut BTreeMap<&'static str, String>,
    file: &'a str,
}

impl Filler<'_> {
    fn option<T>(&mut self, field: &'static str, own: &mut Option<T>, other: Option<T>) {
        if own.is_none() && other.is_some() {
            *own = other;
            self.evidence.insert(field, self.file.to_owned());
        }
    }

    fn list<T>(&mut self, field: &'static str, own: &mut Vec<T>, other: Vec<T>) {
        if own.is_empty() && !other.is_empty() {
            *own = other;
            self.evidence.insert(field, self.file.to_owned());
        }
    }
}

/// The requirements with each name once: where a name comes again, the first one stays, and one that asks for further extras.
fn unique<'a>(requirements: impl Iterator<Item = &'a Requirement>) -> Vec<&'a Requirement> {
    let mut found = Vec::new();
    let mut said: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for requirement in requirements {
        let extras = requirement.extras.iter().map(String::as_str);
        let is_new = match said.get(requirement.name.as_str()) {
            None => true,
            Some(known) => !extras.clone().all(|extra| known.contains(extra)),
        };
        if is_new {
            said.entry(&requirement.name).or_default().extend(extras);
            found.push(requirement);
        }
    }
    found
}

/// The extras in order, each once, up to [`EXTRAS_MAX`].
fn each_once(mut extras: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    extras.retain(|extra| seen.len() < EXTRAS_MAX && seen.insert(extra.clone()));
    extras
}

/// The facts of the project in `directory` of `tree`; `None` when nothing there says that it is a Python project.
///
/// # Errors
/// When a file that is there is not in its format, or too long.
pub fn read(tree: &Tree, directory: &str) -> Result<Option<PythonProject>, ManifestError> {
    let mut project = PythonProject::default();
    let mut is_project = false;
    let readers = [
        metadata::read,
        pyproject::read,
        setup_cfg::read,
        setup_py::read,
    ];
    for reader in readers {
        if let Some((facts, file)) = reader(tree, directory)? {
            // A `PKG-INFO` or `setup.cfg` alone is no Python project: neither can be built.
            is_project |= file.ends_with("pyproject.toml") || file.ends_with("setup.py");
            project.fill(facts, &file);
        }
    }
    if !is_project && tree.get(&join(directory, "setup.cfg")).is_none() {
        return Ok(None);
    }
    backend::complete(&mut project, tree, directory)?;
    project.native = extension::read(tree, directory, &project)?;
    let found = modules::find(tree, directory, &project)?;
    if !found.is_empty() {
        project.modules = found;
    }
    project.tests = suite::find(tree, directory, &project)?;
    Ok(Some(project))
}
