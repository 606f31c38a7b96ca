//! Building many derivations through `nix build`, and what became of each.
//!
//! Which machine builds what is left to Nix: its builders, its store, its caches. Nothing is inferred from the exit status: an output
//! was built when the store has it afterwards. What Nix says on the way explains the rest.

mod judge;
mod paths;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::{Arc, PoisonError};

use schemars::JsonSchema;
use serde::Serialize;

use self::judge::{Looking, cause_text};
use self::paths::known_paths;
pub use self::paths::{references, valid};
use super::events;
use crate::context::Context;
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

impl Builds {
    /// The end of the log of what failed: its own, or that of the first dependency that did, unless that was wanted for itself.
    #[must_use]
    pub fn log_of(&self, built: &Built) -> Vec<String> {
        let Outcome::DependencyFailed { dependencies } = &built.outcome else {
            return built.log.clone();
        };
        let first = dependencies.first();
        let other = first.filter(|path| !self.results.contains_key(*path));
        let other = other.and_then(|path| self.dependencies.get(path));
        other.map(|failed| failed.log.clone()).unwrap_or_default()
    }
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
    use nixsmith_fetch::process::Program;

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
