//! What the package is, as Nix evaluates it: one evaluation, the expression is `facts.nix`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use nixsmith_store::hash::{Algorithm, Hash};
use serde::Deserialize;

use super::target::Target;
use crate::context::Context;
use crate::error::Problem;
use crate::nix;

const EXPRESSION: &str = include_str!("facts.nix");

/// The value at an attribute.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Value {
    Missing {
        missing: String,
        neighbours: Vec<String>,
    },
    Other,
    Package(Box<Facts>),
    Inner {
        dependencies: Vec<DependencyFacts>,
    },
}

/// A derivation and what it is made of.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Facts {
    pub name: String,
    pub pname: Option<String>,
    pub version: Option<String>,
    pub drv_path: String,
    /// `meta.position`, `FILE:LINE`.
    pub position: Option<String>,
    pub homepage: Option<String>,
    pub changelog: Option<String>,
    pub source: Option<SourceFacts>,
    /// The folder that the build works in, as the archive has it: `source/cli`.
    pub source_root: Option<String>,
    /// The folder of `Cargo.lock` below that.
    pub cargo_root: Option<String>,
    /// The folder of `package-lock.json` below that.
    pub npm_root: Option<String>,
    pub dependencies: Vec<DependencyFacts>,
    pub positions: BTreeMap<String, Place>,
}

/// A place as `builtins.unsafeGetAttrPos` tells it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Place {
    pub file: PathBuf,
    pub line: usize,
    pub column: usize,
}

/// A fixed-output derivation that fetches the source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SourceFacts {
    pub name: Option<String>,
    pub urls: Vec<String>,
    pub url: Option<String>,
    pub rev: Option<String>,
    pub tag: Option<String>,
    pub repository: Option<String>,
    pub output_hash: Option<String>,
    pub output_hash_algo: Option<String>,
    pub is_recursive: bool,
    pub post_fetch: Option<String>,
    #[serde(rename = "fetchSubmodules")]
    pub submodules: bool,
    #[serde(rename = "fetchLFS")]
    pub lfs: bool,
    pub leave_dot_git: bool,
    pub is_git: bool,
    pub sparse_checkout: String,
    pub non_cone_mode: bool,
}

/// A fixed-output derivation that fetches what a lock pins.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DependencyFacts {
    /// The attributes that lead to it.
    pub path: Vec<String>,
    pub drv_path: Option<String>,
    /// It belongs to a derivation beside the package, which the first attribute leads to, or is that one.
    #[serde(skip)]
    pub is_inner: bool,
    /// What it fetches, where that has an address.
    pub fetches: Option<SourceFacts>,
    /// The hash of the source that it is made from.
    pub source_hash: Option<String>,
    pub output_hash: Option<String>,
    pub output_hash_algo: Option<String>,
    pub source_root: Option<String>,
    pub cargo_root: Option<String>,
    /// Something else than `postPatch` changes the source before the lock is read.
    pub is_changed: bool,
    pub post_patch: Option<String>,
    pub fetcher_version: Option<String>,
    #[serde(rename = "forceGitDeps")]
    pub force_git: bool,
    #[serde(rename = "forceEmptyCache")]
    pub force_empty: bool,
}

impl SourceFacts {
    /// The hash that is expected now; `None` for none that can be read.
    pub(super) fn hash(&self) -> Option<Hash> {
        hash(
            self.output_hash.as_deref(),
            self.output_hash_algo.as_deref(),
        )
    }

    /// Whether both fetch the same, whatever the hash.
    pub(super) fn is_same_place(&self, other: &Self) -> bool {
        self.urls == other.urls
            && self.url == other.url
            && self.rev == other.rev
            && self.tag == other.tag
    }
}

impl DependencyFacts {
    /// Whether it is made from the source that has this hash.
    pub(super) fn is_from(&self, source: &Hash) -> bool {
        let own = hash(self.source_hash.as_deref(), Some("sha256"));
        own.is_some_and(|own| own == *source)
    }

    pub(super) fn hash(&self) -> Option<Hash> {
        hash(
            self.output_hash.as_deref(),
            self.output_hash_algo.as_deref(),
        )
    }

    /// The attribute of the derivation that it belongs to, if that is another than the package, and the names in that.
    pub(super) fn split(&self) -> (Option<&str>, &[String]) {
        match self.path.split_first() {
            Some((first, rest)) if self.is_inner => (Some(first), rest),
            _ => (None, &self.path),
        }
    }

    /// As people would write it: `cargoDeps.vendorStaging`.
    pub(super) fn name(&self) -> String {
        self.path.join(".")
    }
}

fn hash(text: Option<&str>, algorithm: Option<&str>) -> Option<Hash> {
    let algorithm: Option<Algorithm> = algorithm.and_then(|name| name.parse().ok());
    Hash::parse(text?, algorithm).ok()
}

/// Evaluates the package in the tree at `root`, for another system if one is named.
///
/// # Errors
/// Without nix; where the attribute is missing, no derivation, or does not evaluate.
pub(super) fn read(
    target: &Target,
    root: &Path,
    system: Option<&str>,
    context: &Context,
) -> anyhow::Result<Facts> {
    let attribute = &target.attribute;
    match value(target, root, system, "", context)? {
        Value::Package(facts) => Ok(*facts),
        Value::Other | Value::Inner { .. } => {
            Err(Problem::user(format!("`{attribute}` is no package")).into())
        }
        Value::Missing {
            missing,
            neighbours,
        } => {
            let problem = Problem::user(format!("there is no attribute `{attribute}`"));
            let near = near(&missing, &neighbours);
            Err(match near.is_empty() {
                true => problem,
                false => problem.hint(format!("similar attributes: {}", near.join(", "))),
            }
            .into())
        }
    }
}

/// The derivations with a hash of their own that the package hands out or is given by name, and what locks pin of others that it is:
/// a web interface in `passthru.ui`, a folder `node_modules`.
///
/// # Errors
/// As [`read`]; one of them that does not evaluate may do that to all.
pub(super) fn read_inner(
    target: &Target,
    root: &Path,
    context: &Context,
) -> anyhow::Result<Vec<DependencyFacts>> {
    match value(target, root, None, "inner = true;", context)? {
        Value::Inner { mut dependencies } => {
            for dependency in &mut dependencies {
                dependency.is_inner = true;
            }
            Ok(dependencies)
        }
        _ => Ok(Vec::new()),
    }
}

fn value(
    target: &Target,
    root: &Path,
    system: Option<&str>,
    more: &str,
    context: &Context,
) -> anyhow::Result<Value> {
    let set = target.set(root, system)?;
    let expression = format!(
        "({EXPRESSION}) {{ set = {set}; path = {}; {more} }}",
        target.path()?
    );
    let attribute = &target.attribute;
    nix::evaluate(&expression, &["--read-only"], root, context)
        .map_err(|error| error.context(Problem::user(format!("could not evaluate `{attribute}`"))))
}

/// At most five names that may have been meant, in backticks.
fn near(name: &str, names: &[String]) -> Vec<String> {
    let limit = (name.chars().count() / 3).clamp(1, 3);
    let mut found: Vec<(usize, &String)> = names
        .iter()
        .filter_map(|other| Some((distance(name, other, limit)?, other)))
        .collect();
    found.sort();
    let found = found.into_iter().take(5);
    found.map(|(_, name)| format!("`{name}`")).collect()
}

/// How many letters have to be changed, added or left out; `None` for more than `limit`.
fn distance(left: &str, right: &str, limit: usize) -> Option<usize> {
    let (left, right): (Vec<char>, Vec<char>) = (
        left.to_lowercase().chars().collect(),
        right.to_lowercase().chars().collect(),
    );
    if left.len().abs_diff(right.len()) > limit {
        return None;
    }
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (above, one) in left.iter().enumerate() {
        let mut next = vec![above + 1];
        for ((other, pair), added) in right.iter().zip(row.windows(2)).zip(1..) {
            let [diagonal, up] = pair else { continue };
            let before = next.get(added - 1).copied().unwrap_or(usize::MAX - 1);
            let changed = diagonal + usize::from(one != other);
            next.push(changed.min(up + 1).min(before + 1));
        }
        row = next;
    }
    row.last().copied().filter(|distance| *distance <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found() {
        let names: Vec<String> = ["firefox", "firefly", "ripgrep", "just", "Firefox-esr"]
            .map(str::to_owned)
            .to_vec();
        assert_eq!(near("firefx", &names), ["`firefox`", "`firefly`"]);
        assert_eq!(near("ripgerp", &names), ["`ripgrep`"]);
        assert!(near("x", &names).is_empty());
        assert_eq!(distance("", "", 1), Some(0));
        assert_eq!(distance("kitten", "sitting", 3), Some(3));
    }
}
