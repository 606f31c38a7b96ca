//! Asking Nix what a package is made of: `facts.nix`, one part at a time.

use std::collections::BTreeMap;

use nixsmith_expr::edit::AttributePath;
use nixsmith_expr::quote;
use nixsmith_fetch::process::ProcessError;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::context::Context;
use crate::nix::build::Wanted;
use crate::nix::{self, plain};

const FACTS: &str = include_str!("facts.nix");

/// A derivation and its outputs.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Derivation {
    pub(super) derivation: String,
    pub(super) system: String,
    pub(super) outputs: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) features: Vec<String>,
}

impl Derivation {
    /// All outputs, or these; an output's path that lies in no store is not known yet.
    pub(super) fn wanted(&self, store: &str) -> Wanted {
        let prefix = format!("{store}/");
        let known = |path: &String| path.starts_with(&prefix).then(|| path.clone());
        let outputs = self.outputs.iter();
        Wanted {
            derivation: self.derivation.clone(),
            outputs: outputs
                .map(|(name, path)| (name.clone(), known(path)))
                .collect(),
        }
    }

    /// Whether it needs a virtual machine to build.
    pub(super) fn needs_machine(&self) -> bool {
        let needs = |feature: &String| feature == "kvm" || feature == "nixos-test";
        self.features.iter().any(needs)
    }
}

/// The package itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Package {
    #[serde(flatten)]
    pub(super) of: Derivation,
    pub(super) store_dir: String,
    pub(super) current_system: String,
    pub(super) name: String,
}

/// `meta`; `None` where a part does not evaluate.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Meta {
    pub(super) description: Option<String>,
    pub(super) homepage: Option<Vec<String>>,
    pub(super) licenses: Option<Vec<License>>,
    pub(super) has_license: bool,
    pub(super) main_program: Option<String>,
    pub(super) maintainers: Option<Vec<String>>,
    pub(super) teams: Option<Vec<String>>,
    pub(super) platforms: Option<Vec<String>>,
    pub(super) has_platforms: bool,
    pub(super) bad_platforms: Option<Vec<String>>,
    pub(super) broken: Option<bool>,
    pub(super) position: Option<String>,
    pub(super) outputs_to_install: Option<Vec<String>>,
}

/// One license.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct License {
    pub(super) name: String,
    pub(super) is_known: bool,
}

/// Who asks about one attribute on one system.
pub(super) struct Asking<'a> {
    /// Nix text of the set, for a variable `system` in scope.
    pub(super) set: &'a str,
    pub(super) path: &'a AttributePath,
    pub(super) system: &'a str,
    pub(super) settings: &'a [&'a str],
    pub(super) context: &'a Context,
}

impl Asking<'_> {
    /// A part of `facts.nix`. The inner error is what Nix says of one that does not evaluate.
    pub(super) fn part<T: DeserializeOwned>(
        &self,
        part: &str,
    ) -> anyhow::Result<Result<T, String>> {
        self.value(&format!("facts.{part}"))
    }

    /// Several parts as one set.
    pub(super) fn together<T: DeserializeOwned>(
        &self,
        parts: &[&str],
    ) -> anyhow::Result<Result<T, String>> {
        self.value(&format!("{{ inherit (facts) {}; }}", parts.join(" ")))
    }

    /// Some of the package's tests, in their order.
    pub(super) fn tests(
        &self,
        paths: &[Vec<String>],
    ) -> anyhow::Result<Result<Vec<Derivation>, String>> {
        let paths: anyhow::Result<Vec<String>> = paths.iter().map(|path| list(path)).collect();
        self.value(&format!("map facts.test [ {} ]", paths?.join(" ")))
    }

    fn value<T: DeserializeOwned>(&self, value: &str) -> anyhow::Result<Result<T, String>> {
        let expression = format!(
            "let system = {}; facts = ({FACTS}) {{ set = {}; path = {}; }}; in {value}",
            quote::string(self.system)?,
            self.set,
            list(self.path.names())?,
        );
        let context = self.context;
        match nix::evaluate(&expression, self.settings, &context.directory, context) {
            Ok(value) => Ok(Ok(value)),
            Err(error) => match error.downcast_ref::<ProcessError>() {
                Some(ProcessError::Failed { stderr, .. }) => Ok(Err(said(stderr))),
                _ => Err(error),
            },
        }
    }
}

/// A list of strings in Nix.
fn list(names: &[String]) -> anyhow::Result<String> {
    let names: Result<Vec<String>, _> = names.iter().map(|name| quote::string(name)).collect();
    Ok(format!("[ {} ]", names?.join(" ")))
}

/// The sentence of Nix' last error, on one line.
pub(crate) fn said(stderr: &str) -> String {
    let text = plain(stderr);
    let last = text.rsplit_once("error: ").map_or(&*text, |(_, last)| last);
    let lines = last.lines().map(str::trim);
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).take(3).collect();
    lines.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_error_is_the_reason() {
        let stderr = "warning: a\nerror:\n       … while calling\n       error: package `x`\n       is broken\n\n";
        assert_eq!(said(stderr), "package `x` is broken");
        assert_eq!(said(""), "");
    }
}
