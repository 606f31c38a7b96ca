//! What a run of `nix build` left: the store is asked, and what Nix said explains the rest.

use std::collections::{BTreeMap, BTreeSet};

use nixsmith_fetch::process::{Output as Ended, Program};

use super::super::events::{Cause, Heard};
use super::paths::{known_paths, outputs_of, requisites, resolved, valid};
use super::{Builds, Built, FailedDependency, Outcome, Settings, Wanted};
use crate::context::Context;
use crate::error::Problem;

/// Finding out what a run of Nix left.
pub(super) struct Looking<'a> {
    pub(super) wanted: &'a [Wanted],
    pub(super) settings: &'a Settings,
    pub(super) context: &'a Context,
    pub(super) heard: &'a Heard,
    pub(super) before: BTreeSet<String>,
}

impl Looking<'_> {
    pub(super) fn judge(&self, program: &Program, ended: &Ended) -> anyhow::Result<Builds> {
        let after = valid(known_paths(self.wanted), self.settings, self.context)?;
        let mut results = BTreeMap::new();
        let mut missing = Vec::new();
        for one in self.wanted {
            let outputs = self.outputs(one, &after);
            let is_there = !one.outputs.is_empty() && outputs.len() == one.outputs.len();
            let outcome = if is_there {
                self.success(one)
            } else {
                missing.push(one);
                let reason = String::new();
                Outcome::NotTried { reason }
            };
            let built = Built {
                derivation: one.derivation.clone(),
                outcome,
                outputs,
                log: Vec::new(),
            };
            results.insert(one.derivation.clone(), built);
        }
        let blamed = !self.heard.failed.is_empty() || !self.heard.started.is_empty();
        if !missing.is_empty() && !blamed {
            return Err(self.whole_failure(program, ended));
        }
        let mut builds = Builds {
            results,
            dependencies: BTreeMap::new(),
        };
        self.explain(&missing, &mut builds)?;
        Ok(builds)
    }

    /// The outputs that are there.
    fn outputs(&self, one: &Wanted, after: &BTreeSet<String>) -> BTreeMap<String, String> {
        let there = one.outputs.iter().filter_map(|(name, path)| {
            let path = match path {
                Some(path) => after.contains(path).then(|| path.clone()),
                None => resolved(&one.derivation, name, self.settings, self.context),
            };
            Some((name.clone(), path?))
        });
        there.collect()
    }

    fn success(&self, one: &Wanted) -> Outcome {
        let mut paths = one.outputs.values().flatten();
        if self.heard.started.contains(&one.derivation) {
            Outcome::Built
        } else if paths.all(|path| self.before.contains(path)) {
            Outcome::Present
        } else {
            Outcome::Substituted
        }
    }

    /// The error of a run that failed without a word about any derivation.
    fn whole_failure(&self, program: &Program, ended: &Ended) -> anyhow::Error {
        let problem = Problem::user("nix could not build");
        match self.heard.errors.as_slice() {
            [] => problem.source(program.failed(ended)),
            errors => problem.source(std::io::Error::other(errors.join("; "))),
        }
        .into()
    }

    /// Finds out why each missing one is missing.
    fn explain(&self, missing: &[&Wanted], builds: &mut Builds) -> anyhow::Result<()> {
        if missing.is_empty() {
            return Ok(());
        }
        let culprits = self.culprits(missing)?;
        for one in missing {
            let derivation = one.derivation.as_str();
            let outcome = match culprits.get(derivation) {
                Some(cause) => outcome(cause),
                None => self.through_dependency(derivation, &culprits)?,
            };
            if let Outcome::DependencyFailed { dependencies } = &outcome {
                for dependency in dependencies {
                    let reason = culprits.get(dependency).map(cause_text);
                    builds.dependencies.insert(
                        dependency.clone(),
                        FailedDependency {
                            derivation: dependency.clone(),
                            reason: reason.unwrap_or_default(),
                            log: self.heard.tail(dependency),
                        },
                    );
                }
            }
            if let Some(built) = builds.results.get_mut(derivation) {
                built.log = self.heard.tail(derivation);
                built.outcome = outcome;
            }
        }
        Ok(())
    }

    /// The derivations that failed by themselves: named by Nix, or begun without an output afterwards.
    fn culprits(&self, missing: &[&Wanted]) -> anyhow::Result<BTreeMap<String, Cause>> {
        let heard = self.heard;
        let named = heard.failed.iter();
        let mut culprits: BTreeMap<String, Cause> = named
            .filter(|(_, cause)| **cause != Cause::Dependency)
            .map(|(path, cause)| (path.clone(), cause.clone()))
            .collect();
        let targets: BTreeSet<&str> = self.wanted.iter().map(|one| &*one.derivation).collect();
        let gone: BTreeSet<&str> = missing.iter().map(|one| &*one.derivation).collect();
        let unnamed = heard.started.iter().map(String::as_str);
        let unnamed: BTreeSet<&str> = unnamed
            .filter(|path| !heard.failed.contains_key(*path))
            .collect();
        let others: BTreeSet<&str> = unnamed.difference(&targets).copied().collect();
        let outputs = outputs_of(&others, self.settings, self.context)?;
        let paths = outputs.values().flatten().map(String::as_str);
        let there = valid(paths, self.settings, self.context)?;
        let without = outputs
            .iter()
            .filter(|(_, paths)| !paths.iter().all(|path| there.contains(path)))
            .map(|(path, _)| path.as_str());
        let time = heard.errors.iter().find(|text| text.contains("timed out"));
        for path in without.chain(unnamed.intersection(&gone).copied()) {
            let cause = match time {
                Some(text) => Cause::Time(text.clone()),
                None => Cause::Own("its build ended without its outputs".to_owned()),
            };
            culprits.insert(path.to_owned(), cause);
        }
        Ok(culprits)
    }

    fn through_dependency(
        &self,
        derivation: &str,
        culprits: &BTreeMap<String, Cause>,
    ) -> anyhow::Result<Outcome> {
        let closure = requisites(derivation, self.settings, self.context)?;
        let failed: Vec<&String> = culprits
            .keys()
            .filter(|path| closure.contains(*path))
            .collect();
        let causes = || failed.iter().filter_map(|path| culprits.get(*path));
        if !failed.is_empty() && causes().all(|cause| matches!(cause, Cause::Untried(_))) {
            let reason = causes().next().map(cause_text).unwrap_or_default();
            return Ok(Outcome::NotTried { reason });
        }
        if !failed.is_empty() || self.heard.failed.contains_key(derivation) {
            let dependencies = failed.into_iter().cloned().collect();
            return Ok(Outcome::DependencyFailed { dependencies });
        }
        let reason = match self.heard.errors.as_slice() {
            [] => "nix does not say why".to_owned(),
            errors => errors.join("; "),
        };
        Ok(Outcome::NotTried { reason })
    }
}

fn outcome(cause: &Cause) -> Outcome {
    let reason = cause_text(cause);
    match cause {
        Cause::Own(_) | Cause::Dependency => Outcome::Failed { reason },
        Cause::Time(_) => Outcome::TimedOut { reason },
        Cause::Untried(_) => Outcome::NotTried { reason },
    }
}

pub(super) fn cause_text(cause: &Cause) -> String {
    match cause {
        Cause::Own(reason) | Cause::Time(reason) | Cause::Untried(reason) => reason.clone(),
        Cause::Dependency => "a dependency failed".to_owned(),
    }
}
