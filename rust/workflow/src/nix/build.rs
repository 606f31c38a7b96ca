//! Building many derivations through `nix build`, and what became of each.
//!
//! Which machine builds what is left to Nix: its builders, its store, its caches. Nothing is inferred from the exit status: an output
//! was built when the store has it afterwards. What Nix says on the way explains the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::sync::{Arc, PoisonError};

use nixsmith_fetch::process::{Output as Ended, ProcessError, Program};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::events::{self, Cause, Heard};
use crate::context::Context;
use crate::error::Problem;
use crate::nix;

/// How and where is built; absent: as the user's Nix is configured.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Nix' `--builders`: the machines that build.
    pub builders: Option<String>,
    /// Nix' `--store`: the store that is built in.
    pub store: Option<String>,
    /// Nix' `--eval-store`: the store that derivations are written to.
    pub eval_store: Option<String>,
    /// Nix' `--max-jobs`.
    pub max_jobs: Option<String>,
    /// Nix' `--timeout`, for each build.
    pub timeout_seconds: Option<u64>,
    /// Nix' `--option`s, name and value.
    pub options: Vec<(String, String)>,
}

impl Settings {
    /// The arguments for every command that builds.
    #[must_use]
    pub fn arguments(&self) -> Vec<OsString> {
        let mut arguments = self.store_arguments();
        let timeout = self.timeout_seconds.map(|seconds| seconds.to_string());
        for (flag, value) in [
            ("--builders", &self.builders),
            ("--max-jobs", &self.max_jobs),
            ("--timeout", &timeout),
        ] {
            if let Some(value) = value {
                arguments.extend([flag.into(), value.into()]);
            }
        }
        for (name, value) in &self.options {
            arguments.extend(["--option".into(), name.into(), value.into()]);
        }
        arguments
    }

    /// The arguments that say where things lie.
    #[must_use]
    pub fn store_arguments(&self) -> Vec<OsString> {
        let mut arguments = Vec::new();
        for (flag, value) in [("--store", &self.store), ("--eval-store", &self.eval_store)] {
            if let Some(value) = value {
                arguments.extend([flag.into(), value.into()]);
            }
        }
        arguments
    }

    /// The arguments for reading derivations.
    fn derivation_arguments(&self) -> Vec<OsString> {
        let store = self.eval_store.as_ref().or(self.store.as_ref());
        let arguments = store.map(|store| ["--store".into(), store.into()]);
        arguments.into_iter().flatten().collect()
    }
}

/// A derivation that is to be built.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// The path of the derivation.
    pub derivation: String,
    /// The outputs that are wanted: name and path. No path where it depends on what is built; then Nix is asked for it.
    pub outputs: BTreeMap<String, Option<String>>,
}

/// What became of a derivation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Outcome {
    /// It was built now.
    Built,
    /// It was there before.
    Present,
    /// It came from a cache.
    Substituted,
    /// Its own build failed.
    Failed {
        /// What Nix says.
        reason: String,
    },
    /// Something that it needs failed to build.
    DependencyFailed {
        /// The derivations whose own builds failed, sorted; empty where Nix does not say.
        dependencies: Vec<String>,
    },
    /// It, or something that it needs, ran out of time.
    TimedOut {
        /// What Nix says.
        reason: String,
    },
    /// Nix did not try.
    NotTried {
        /// Why, as far as Nix says.
        reason: String,
    },
}

impl Outcome {
    /// Whether the outputs are there.
    #[must_use]
    pub fn is_there(&self) -> bool {
        matches!(self, Self::Built | Self::Present | Self::Substituted)
    }

    /// One phrase for people.
    #[must_use]
    pub fn phrase(&self) -> String {
        match self {
            Self::Built => "built".to_owned(),
            Self::Present => "was there".to_owned(),
            Self::Substituted => "fetched from a cache".to_owned(),
            Self::Failed { reason } => format!("failed: {reason}"),
            Self::DependencyFailed { dependencies } if dependencies.is_empty() => {
                "a dependency failed".to_owned()
            }
            Self::DependencyFailed { dependencies } => {
                let names = dependencies.iter().map(|path| events::short_name(path));
                let names: Vec<String> = names.collect();
                format!("a dependency failed: {}", names.join(", "))
            }
            Self::TimedOut { reason } => reason.clone(),
            Self::NotTried { reason } => format!("not tried: {reason}"),
        }
    }
}

/// One derivation afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Built {
    /// The derivation.
    pub derivation: String,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The outputs that are there: name and path.
    pub outputs: BTreeMap<String, String>,
    /// The end of its own log, if it failed now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<String>,
}

/// A dependency whose own build failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FailedDependency {
    /// The derivation.
    pub derivation: String,
    /// What Nix says.
    pub reason: String,
    /// The end of its log.
    pub log: Vec<String>,
}

/// What became of all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Builds {
    /// By derivation.
    pub results: BTreeMap<String, Built>,
    /// The dependencies that failed, by derivation.
    pub dependencies: BTreeMap<String, FailedDependency>,
}

/// Builds everything that is wanted and goes on after failures.
///
/// # Errors
/// Without nix, when the run was interrupted, and when Nix failed as a whole: for a reason that is no derivation's.
pub fn build(wanted: &[Wanted], settings: &Settings, context: &Context) -> anyhow::Result<Builds> {
    if wanted.is_empty() {
        return Ok(Builds::default());
    }
    let before = valid(known_paths(wanted), settings, context)?;
    let total = context
        .progress()
        .start(&format!("building {} derivations", wanted.len()), None);
    let (listener, heard) = events::listen(Arc::clone(context.progress()), total);
    let program = nix::program(context)
        .args(["build", "--stdin", "--no-link", "--keep-going"])
        .args(["--log-format", "internal-json"])
        .args(context.offline().then_some("--offline"))
        .args(settings.arguments())
        .input(installables(wanted))
        .on_error_line(Arc::clone(&listener));
    let ended = program.run_any_status().map_err(nix::missing)?;
    drop(listener);
    let heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
    Looking {
        wanted,
        settings,
        context,
        heard: &heard,
        before,
    }
    .judge(&program, &ended)
}

/// What `nix build --stdin` reads: a derivation and the names of its outputs a line.
fn installables(wanted: &[Wanted]) -> String {
    wanted.iter().fold(String::new(), |text, one| {
        let names: Vec<&str> = one.outputs.keys().map(String::as_str).collect();
        let names = match names.as_slice() {
            [] => "*".to_owned(),
            names => names.join(","),
        };
        format!("{text}{}^{names}\n", one.derivation)
    })
}

fn known_paths(wanted: &[Wanted]) -> impl Iterator<Item = &str> {
    wanted
        .iter()
        .flat_map(|one| one.outputs.values())
        .filter_map(Option::as_deref)
}

/// Which of these store paths the store has.
///
/// # Errors
/// When Nix cannot be asked.
pub fn valid<'a>(
    paths: impl Iterator<Item = &'a str>,
    settings: &Settings,
    context: &Context,
) -> anyhow::Result<BTreeSet<String>> {
    let paths = paths.fold(String::new(), |text, path| text + path + "\n");
    if paths.is_empty() {
        return Ok(BTreeSet::new());
    }
    let found = path_info(&paths, settings, context)?;
    let there = found.into_iter().filter(|(_, value)| !value.is_null());
    Ok(there.map(|(path, _)| path).collect())
}

/// What Nix knows of these paths, one a line: null for one that is not there.
fn path_info(
    paths: &str,
    settings: &Settings,
    context: &Context,
) -> anyhow::Result<BTreeMap<String, Value>> {
    // Without the format Nix 2.34 warns, with it Nix 2.24 does not know the flag.
    // Offline, Nix asks no cache about what is missing here; a store elsewhere it could not ask either.
    let is_here = settings
        .store
        .as_deref()
        .is_none_or(|store| !store.contains("://") || store.starts_with("file://"));
    let with = |format: &[&str]| {
        nix::program(context)
            .args(["path-info", "--stdin", "--json"])
            .args(is_here.then_some("--offline"))
            .args(format.iter().copied())
            .args(settings.store_arguments())
            .input(paths)
            .run()
    };
    let output = match with(&["--json-format", "1"]) {
        Err(ProcessError::Failed { stderr, .. }) if stderr.contains("json-format") => with(&[]),
        other => other,
    };
    let output = output.map_err(nix::missing)?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// What a store path that is there refers to.
///
/// # Errors
/// When Nix cannot be asked, or the path is not there.
pub fn references(
    path: &str,
    settings: &Settings,
    context: &Context,
) -> anyhow::Result<Vec<String>> {
    let paths = format!("{path}\n");
    let found = path_info(&paths, settings, context)?;
    let row = found.get(path).filter(|row| !row.is_null());
    let row = row.ok_or_else(|| Problem::user(format!("`{path}` is not in the store")))?;
    let references = row.get("references").and_then(Value::as_array);
    let references = references.into_iter().flatten().filter_map(Value::as_str);
    Ok(references.map(str::to_owned).collect())
}

/// The outputs of derivations, as far as their paths are known beforehand.
fn outputs_of(
    derivations: &BTreeSet<&str>,
    settings: &Settings,
    context: &Context,
) -> anyhow::Result<BTreeMap<String, Vec<String>>> {
    if derivations.is_empty() {
        return Ok(BTreeMap::new());
    }
    let input = derivations
        .iter()
        .fold(String::new(), |text, path| text + path + "\n");
    let output = nix::program(context)
        .args(["derivation", "show", "--stdin"])
        .args(settings.derivation_arguments())
        .input(input)
        .run()?;
    let shown: Value = serde_json::from_slice(&output.stdout)?;
    let rows = shown.get("derivations").unwrap_or(&shown);
    let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let store = derivations.iter().find_map(|path| folder(path));
    let store = store.unwrap_or_default();
    // Nix 2.33 and later name what lies in the store by its base name.
    let whole = |path: &str| match path.starts_with('/') {
        true => path.to_owned(),
        false => format!("{store}/{path}"),
    };
    let mut found = BTreeMap::new();
    for (path, row) in rows.as_object().into_iter().flatten() {
        let outputs = row.get("outputs").and_then(Value::as_object);
        let outputs = outputs.into_iter().flatten();
        let paths = outputs.filter_map(|(_, output)| output.get("path")?.as_str().map(&whole));
        found.insert(whole(path), paths.collect());
    }
    Ok(found)
}

/// Everything in the closure of a derivation: sources and derivations.
fn requisites(
    derivation: &str,
    settings: &Settings,
    context: &Context,
) -> anyhow::Result<BTreeSet<String>> {
    let output = nix::program(context)
        .args(["path-info", "--recursive", "--offline"])
        .args(settings.derivation_arguments())
        .arg(derivation)
        .run()?;
    Ok(output.text().lines().map(str::to_owned).collect())
}

/// The path of an output that depends on what was built.
fn resolved(
    derivation: &str,
    output: &str,
    settings: &Settings,
    context: &Context,
) -> Option<String> {
    let ended = nix::program(context)
        .args(["path-info", "--offline"])
        .args(settings.store_arguments())
        .arg(format!("{derivation}^{output}"))
        .run_any_status()
        .ok()?;
    let text = ended.text();
    let path = text.lines().next().filter(|path| path.starts_with('/'))?;
    ended.status.success().then(|| path.to_owned())
}

/// Finding out what a run of Nix left.
struct Looking<'a> {
    wanted: &'a [Wanted],
    settings: &'a Settings,
    context: &'a Context,
    heard: &'a Heard,
    before: BTreeSet<String>,
}

impl Looking<'_> {
    fn judge(&self, program: &Program, ended: &Ended) -> anyhow::Result<Builds> {
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

fn cause_text(cause: &Cause) -> String {
    match cause {
        Cause::Own(reason) | Cause::Time(reason) | Cause::Untried(reason) => reason.clone(),
        Cause::Dependency => "a dependency failed".to_owned(),
    }
}

/// Whether a second build of a derivation makes the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum Rebuilt {
    /// It does.
    Same,
    /// It does not.
    Different {
        /// What Nix says.
        reason: String,
    },
    /// The second build did not end well, or Nix would not make one.
    Failed {
        /// What Nix says.
        reason: String,
    },
}

/// Builds a derivation that is there again and compares (`nix build --rebuild`).
///
/// # Errors
/// Without nix, and when the run was interrupted.
pub fn rebuild(one: &Wanted, settings: &Settings, context: &Context) -> anyhow::Result<Rebuilt> {
    let name = events::short_name(&one.derivation);
    let total = context
        .progress()
        .start(&format!("building `{name}` again"), None);
    let (listener, heard) = events::listen(Arc::new(nixsmith_fetch::progress::Silent), total);
    let ended = nix::program(context)
        .args(["build", "--stdin", "--no-link", "--rebuild"])
        .args(["--log-format", "internal-json"])
        .args(context.offline().then_some("--offline"))
        .args(settings.arguments())
        .input(installables(std::slice::from_ref(one)))
        .on_error_line(listener)
        .run_any_status()
        .map_err(nix::missing)?;
    let heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
    if ended.status.success() && heard.failed.is_empty() {
        // A derivation that Nix did not start again proves nothing.
        return Ok(match heard.started.contains(&one.derivation) {
            true => Rebuilt::Same,
            false => Rebuilt::Failed {
                reason: "nix did not build it again".to_owned(),
            },
        });
    }
    let reason = match heard.failed.get(&one.derivation) {
        Some(cause) => cause_text(cause),
        None => heard.errors.join("; "),
    };
    Ok(match reason.contains("may not be deterministic") {
        true => Rebuilt::Different { reason },
        false => Rebuilt::Failed { reason },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_become_arguments() {
        assert!(Settings::default().arguments().is_empty());
        let settings = Settings {
            builders: Some("ssh://farm x86_64-linux".to_owned()),
            store: Some("ssh-ng://farm".to_owned()),
            eval_store: Some("auto".to_owned()),
            max_jobs: Some("0".to_owned()),
            timeout_seconds: Some(60),
            options: vec![("cores".to_owned(), "2".to_owned())],
        };
        let shown = Program::new("nix")
            .args(settings.arguments())
            .command_line();
        assert_eq!(
            shown,
            "nix --store ssh-ng://farm --eval-store auto --builders 'ssh://farm x86_64-linux' --max-jobs 0 --timeout 60 --option cores 2"
        );
        assert_eq!(settings.derivation_arguments(), ["--store", "auto"]);
    }

    #[test]
    fn installables_name_their_outputs() {
        let one = |derivation: &str, names: &[&str]| Wanted {
            derivation: derivation.to_owned(),
            outputs: names
                .iter()
                .map(|name| ((*name).to_owned(), None))
                .collect(),
        };
        let wanted = [one("/s/a.drv", &["out", "dev"]), one("/s/b.drv", &[])];
        assert_eq!(installables(&wanted), "/s/a.drv^dev,out\n/s/b.drv^*\n");
    }
}
