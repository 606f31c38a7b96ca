//! Which packages of a `Cargo.lock` are really compiled: the lock also lists what only other platforms and features
//! that are switched off need.
//!
//! One pass of feature unification over all kinds of dependencies, as Cargo's first resolver does it. The second
//! resolver keeps features of build scripts apart; the union can only name more, never less.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::dependency::{Dependency, Kind};
use super::{Manifest, target};
use crate::cargo::{CargoLock, CargoPackage, CargoSource};

/// A package that is compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Active {
    /// Index into [`CargoLock::packages`].
    pub package: usize,
    /// Its enabled features.
    pub features: BTreeSet<String>,
    /// Whether only the tests need it.
    pub only_tests: bool,
    /// What it really depends on: index into [`CargoLock::packages`] and kind, in order, each once.
    pub dependencies: BTreeSet<(usize, Kind)>,
}

/// What is switched on at the root.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Features in addition to `default`.
    pub features: Vec<String>,
    /// Leave `default` off.
    pub no_default_features: bool,
}

/// The index of the package `name` in the lock, preferring one of the project's own tree.
#[must_use]
pub fn find(lock: &CargoLock, name: &str) -> Option<usize> {
    let of_name = |package: &CargoPackage| package.name == name;
    let local = |package: &CargoPackage| of_name(package) && package.source == CargoSource::Local;
    lock.packages
        .iter()
        .position(local)
        .or_else(|| lock.packages.iter().position(of_name))
}

/// The packages compiled for `roots` (indices), themselves included; those that only tests need are marked.
///
/// `manifest` gives the manifest of a package by its index; `None` where it is unknown: then every edge the lock has is
/// taken.
pub fn active<'m>(
    lock: &CargoLock,
    roots: &[usize],
    selection: &Selection,
    manifest: &dyn Fn(usize) -> Option<&'m Manifest>,
) -> Vec<Active> {
    let without = Resolver::run(lock, roots, selection, manifest, false);
    let with = Resolver::run(lock, roots, selection, manifest, true);
    with.into_iter()
        .map(|(package, state)| {
            let features = without.get(&package).unwrap_or(&state).features.clone();
            let only_tests = !without.contains_key(&package);
            Active {
                package,
                features,
                only_tests,
                dependencies: state.dependencies,
            }
        })
        .collect()
}

#[derive(Debug, Clone, Default)]
struct State {
    features: BTreeSet<String>,
    /// Names of enabled optional dependencies.
    enabled: BTreeSet<String>,
    /// Features that other features ask of a dependency, by the dependency's name.
    requested: BTreeMap<String, BTreeSet<String>>,
    /// Edges that are taken.
    dependencies: BTreeSet<(usize, Kind)>,
}

struct Resolver<'g, 'm> {
    lock: &'g CargoLock,
    manifest: &'g dyn Fn(usize) -> Option<&'m Manifest>,
    states: BTreeMap<usize, State>,
    queue: VecDeque<usize>,
    roots: &'g [usize],
    with_tests: bool,
}

impl<'g, 'm> Resolver<'g, 'm> {
    fn run(
        lock: &'g CargoLock,
        roots: &'g [usize],
        selection: &Selection,
        manifest: &'g dyn Fn(usize) -> Option<&'m Manifest>,
        with_tests: bool,
    ) -> BTreeMap<usize, State> {
        let mut features: BTreeSet<String> = selection.features.iter().cloned().collect();
        if !selection.no_default_features {
            features.insert("default".to_owned());
        }
        let mut resolver = Self {
            lock,
            manifest,
            states: BTreeMap::new(),
            queue: VecDeque::new(),
            roots,
            with_tests,
        };
        for root in roots {
            resolver.activate(*root, &features);
        }
        // Every step adds a package or a feature, so this ends.
        while let Some(package) = resolver.queue.pop_front() {
            resolver.visit(package);
        }
        resolver.states
    }

    fn activate(&mut self, package: usize, features: &BTreeSet<String>) {
        let known = self.states.contains_key(&package);
        let state = self.states.entry(package).or_default();
        let before = state.features.len();
        state.features.extend(features.iter().cloned());
        if !known || state.features.len() != before {
            self.queue.push_back(package);
        }
    }

    fn visit(&mut self, package: usize) {
        let Some(locked) = self.lock.packages.get(package) else {
            return;
        };
        let Some(manifest) = (self.manifest)(package) else {
            let all = BTreeSet::from(["default".to_owned()]);
            for dependency in locked.dependencies.clone() {
                self.take(package, dependency, Kind::Normal);
                self.activate(dependency, &all);
            }
            return;
        };
        let Some(state) = self.states.get_mut(&package) else {
            return;
        };
        expand(manifest, state);
        let state = state.clone();
        for dependency in &manifest.dependencies {
            if !self.wanted(package, dependency, &state) {
                continue;
            }
            let mut features: BTreeSet<String> = dependency.features.iter().cloned().collect();
            features.extend(
                state
                    .requested
                    .get(&dependency.name)
                    .into_iter()
                    .flatten()
                    .cloned(),
            );
            if dependency.default_features {
                features.insert("default".to_owned());
            }
            if let Some(child) = self.resolve(locked, dependency) {
                self.take(package, child, dependency.kind);
                self.activate(child, &features);
            }
        }
    }

    fn take(&mut self, parent: usize, child: usize, kind: Kind) {
        if let Some(state) = self.states.get_mut(&parent) {
            state.dependencies.insert((child, kind));
        }
    }

    fn wanted(&self, package: usize, dependency: &Dependency, state: &State) -> bool {
        let kind = match dependency.kind {
            Kind::Normal | Kind::Build => true,
            Kind::Development => self.with_tests && self.roots.contains(&package),
        };
        kind && (!dependency.optional || state.enabled.contains(&dependency.name))
            && dependency.target.as_deref().is_none_or(target::applies)
    }

    /// The locked package a dependency means: by name, and by requirement where a name occurs twice.
    fn resolve(&self, parent: &CargoPackage, dependency: &Dependency) -> Option<usize> {
        let package = |index: &usize| self.lock.packages.get(*index);
        let named: Vec<usize> = parent
            .dependencies
            .iter()
            .copied()
            .filter(|index| package(index).is_some_and(|locked| locked.name == dependency.package))
            .collect();
        if named.len() > 1 {
            let requirement = dependency
                .requirement
                .as_deref()
                .and_then(|text| semver::VersionReq::parse(text).ok());
            let matching = named.iter().copied().find(|index| {
                let version =
                    package(index).and_then(|locked| semver::Version::parse(&locked.version).ok());
                requirement
                    .as_ref()
                    .zip(version)
                    .is_some_and(|(requirement, version)| requirement.matches(&version))
            });
            if matching.is_some() {
                return matching;
            }
        }
        named.first().copied()
    }
}

/// Follows `[features]` from the enabled ones until nothing is added.
fn expand(manifest: &Manifest, state: &mut State) {
    let mut queue: Vec<String> = state.features.iter().cloned().collect();
    let mut weak: Vec<(String, String)> = Vec::new();
    let mut seen = BTreeSet::new();
    while let Some(feature) = queue.pop() {
        if !seen.insert(feature.clone()) {
            continue;
        }
        state.features.insert(feature.clone());
        let Some(values) = manifest.features.get(&feature) else {
            // A feature nobody declares is the implicit one of an optional dependency.
            state.enabled.insert(feature);
            continue;
        };
        for value in values {
            if let Some(name) = value.strip_prefix("dep:") {
                state.enabled.insert(name.to_owned());
            } else if let Some((name, wanted)) = value.split_once("?/") {
                weak.push((name.to_owned(), wanted.to_owned()));
            } else if let Some((name, wanted)) = value.split_once('/') {
                state.enabled.insert(name.to_owned());
                state
                    .requested
                    .entry(name.to_owned())
                    .or_default()
                    .insert(wanted.to_owned());
                if manifest.features.contains_key(name) {
                    queue.push(name.to_owned());
                }
            } else {
                queue.push(value.clone());
            }
        }
    }
    for (name, wanted) in weak {
        state.requested.entry(name).or_default().insert(wanted);
    }
}

#[cfg(test)]
#[path = "closure_tests.rs"]
mod tests;
