//! `flake.lock` as Nix writes it, version 7: read only.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

use nixsmith_fetch::calendar;
use nixsmith_fetch::process::ProcessError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{FILE, LOCK};
use crate::context::Context;
use crate::error::Problem;
use crate::files::{Before, Change};
use crate::nix;
use crate::repository::Repository;

/// How many inputs are looked at to find what one follows, before that is taken for a circle.
const MOST_STEPS: usize = 256;

/// The file.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Lock {
    nodes: BTreeMap<String, Node>,
    #[serde(default)]
    root: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Node {
    #[serde(default)]
    inputs: BTreeMap<String, Edge>,
    locked: Option<Locked>,
}

/// Where an input is: a node, or a path of inputs from the root that it follows.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Edge {
    Node(String),
    Follows(Vec<String>),
}

/// What an input is locked to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all(deserialize = "camelCase"))]
pub struct Locked {
    /// Which fetcher: `github`, `git`, `tarball`, `path` and so on.
    #[serde(rename(deserialize = "type"))]
    pub kind: String,
    /// The owner at a forge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The repository at a forge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repo: Option<String>,
    /// The host of the forge, where it is not the usual one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The address, of those that have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The path, of those that have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The full id of the commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rev: Option<String>,
    /// The hash of its tree, SRI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nar_hash: Option<String>,
    /// When it was last changed, seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<i64>,
}

impl Locked {
    /// What identifies it, short: the first letters of the commit or of the hash, and the day.
    #[must_use]
    pub fn summary(&self) -> String {
        let id = match (&self.rev, &self.nar_hash) {
            (Some(rev), _) => rev.chars().take(12).collect(),
            (None, Some(hash)) => hash.chars().take(19).collect(),
            (None, None) => self.kind.clone(),
        };
        match self.last_modified {
            Some(seconds) => format!("{id} ({})", calendar::date(seconds)),
            None => id,
        }
    }
}

impl Lock {
    /// Reads the text; an empty one is a lock without inputs.
    ///
    /// # Errors
    /// When it is not what Nix writes.
    pub(super) fn parse(text: &[u8]) -> anyhow::Result<Self> {
        if text.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::default());
        }
        let refused = |error: serde_json::Error| {
            Problem::user(format!("`{LOCK}` is not what Nix writes")).source(error)
        };
        Ok(serde_json::from_slice(text).map_err(refused)?)
    }

    /// The flake's own inputs by name, and what each is locked to; `None` where it follows one that is not there.
    pub(super) fn inputs(&self) -> BTreeMap<&str, Option<&Locked>> {
        let root = self.nodes.get(&self.root);
        let inputs = root.into_iter().flat_map(|root| &root.inputs);
        inputs
            .map(|(name, edge)| {
                let node = self.node(edge, &mut { MOST_STEPS });
                (name.as_str(), node.and_then(|node| node.locked.as_ref()))
            })
            .collect()
    }

    /// Every input that is locked for itself, those of inputs as `INPUT/INPUT`; one that several share by its shortest way.
    pub(super) fn all(&self) -> BTreeMap<String, &Locked> {
        let mut found = BTreeMap::new();
        let mut seen = BTreeSet::from([self.root.as_str()]);
        let mut open = VecDeque::from([(String::new(), self.root.as_str())]);
        while let Some((path, name)) = open.pop_front() {
            let Some(node) = self.nodes.get(name) else {
                continue;
            };
            for (input, edge) in &node.inputs {
                if let Edge::Node(node) = edge
                    && seen.insert(node)
                {
                    let slash = if path.is_empty() { "" } else { "/" };
                    open.push_back((format!("{path}{slash}{input}"), node));
                }
            }
            if let Some(locked) = node.locked.as_ref().filter(|_| !path.is_empty()) {
                found.insert(path, locked);
            }
        }
        found
    }

    /// The names of the inputs that are locked for the flake itself, not followed.
    pub(super) fn own_inputs(&self) -> impl Iterator<Item = &str> {
        let root = self.nodes.get(&self.root);
        let inputs = root.into_iter().flat_map(|root| &root.inputs);
        inputs
            .filter(|(_, edge)| matches!(edge, Edge::Node(_)))
            .map(|(name, _)| name.as_str())
    }

    fn node(&self, edge: &Edge, steps: &mut usize) -> Option<&Node> {
        *steps = steps.checked_sub(1)?;
        match edge {
            Edge::Node(name) => self.nodes.get(name),
            Edge::Follows(path) => {
                let mut node = self.nodes.get(&self.root)?;
                for name in path {
                    node = self.node(node.inputs.get(name)?, steps)?;
                }
                Some(node)
            }
        }
    }
}

/// What Nix makes of the lock with these arguments of `nix flake`: the new text. The lock itself stays as it is.
///
/// # Errors
/// When Nix fails; the cause says why.
pub(super) fn make(
    flake: &Path,
    arguments: &[&str],
    doing: &str,
    context: &Context,
) -> anyhow::Result<Vec<u8>> {
    let folder = crate::files::TemporaryFolder::new()?;
    let output = folder.path().join(LOCK);
    let _task = context.progress().start(doing, None);
    let program = nix::program(context)
        .arg("flake")
        .args(arguments.iter().copied())
        .args(["--output-lock-file".into(), output.clone().into_os_string()])
        .args(context.offline().then_some("--offline"))
        .directory(flake);
    if let Err(error) = program.run() {
        let untracked = matches!(&error, ProcessError::Failed { stderr, .. } if stderr.contains("is not tracked by Git"));
        let error = nix::missing(error);
        return Err(match untracked {
            true => Problem::user(format!(
                "git does not know `{FILE}`, so that Nix does not see it"
            ))
            .hint(format!("`git add --intent-to-add {FILE}`"))
            .source(error)
            .into(),
            false => error,
        });
    }
    match std::fs::read(&output) {
        Ok(bytes) => Ok(bytes),
        // Nix writes none where nothing is to be locked.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// Writes the lock. Git is told of a new one, as Nix does: it sees no file that git does not know.
///
/// # Errors
/// When it cannot be written, or git fails.
pub(super) fn put(flake: &Path, change: Change, context: &Context) -> anyhow::Result<()> {
    let is_new = change.before == Before::Absent;
    context.write(&[change])?;
    if is_new && let Some(repository) = Repository::around(flake, context)? {
        let path = flake.canonicalize()?.join(LOCK);
        let path = path.strip_prefix(repository.root.canonicalize()?)?;
        repository.intend_to_add(&[path.to_owned()])?;
    }
    Ok(())
}
