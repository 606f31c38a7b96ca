//! What a change of nixpkgs rebuilds: the attributes whose outputs are others than before.
//!
//! Knows three ways: the comparison that the forge's evaluation made ([`comparison`]), the attributes that the touched files can reach,
//! evaluated on both sides, and the evaluation of all attributes on both sides. Never builds, downloads or writes to a tree.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::context::Context;

pub mod comparison;

/// One of the two trees that are compared.
#[derive(Debug, Clone)]
pub struct Side {
    /// The nixpkgs tree on disk.
    pub root: PathBuf,
    /// The commit that it is, where it is exactly one; its evaluation is then kept for the next run.
    pub commit: Option<String>,
}

/// How to find the set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Method {
    /// The cheapest way that is exact; the full one where the touched files reach too much.
    #[default]
    Auto,
    /// Only what the touched files can reach.
    Static,
    /// All attributes; those of the base from its kept evaluation where there is one.
    Graph,
    /// All attributes of both sides.
    Full,
}

/// nixpkgs' configuration for the evaluation. As in nixpkgs' CI, aliases are off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// Packages with an unfree license count.
    pub allow_unfree: bool,
    /// Packages that are marked broken count.
    pub allow_broken: bool,
}

impl Default for Config {
    /// As in nixpkgs' CI: unfree ones are evaluated, broken ones are not.
    fn default() -> Self {
        Self {
            allow_unfree: true,
            allow_broken: false,
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// Before the change.
    pub base: Side,
    /// After the change.
    pub head: Side,
    /// The systems to evaluate for, such as `x86_64-linux`.
    pub systems: Vec<String>,
    /// The attributes to look at; `None`: all that can differ.
    pub only: Option<Vec<String>>,
    /// The files that differ, relative to the roots with `/`; `None`: the trees are compared.
    pub touched: Option<Vec<String>>,
    /// How much memory all evaluations together may use; `None`: three quarters of what the machine has available.
    pub memory_bytes: Option<u64>,
    /// How to find the set.
    pub method: Method,
    /// Stop once more rebuilds than this are proven on one system; the set is then a lower bound.
    pub stop_above: Option<usize>,
    /// nixpkgs' configuration.
    pub config: Config,
}

/// The way that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// The comparison that the forge's evaluation made.
    Artifact,
    /// The attributes that the touched files can reach, evaluated on both sides.
    Static,
    /// All attributes, those of the base from its kept evaluation.
    Graph,
    /// All attributes, evaluated on both sides.
    Full,
}

/// What happened to an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The base does not have it.
    Added,
    /// Its outputs are others.
    Changed,
    /// The head does not have it.
    Removed,
}

/// An attribute that is rebuilt, new or gone.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Rebuilt {
    /// The attribute path, `python3Packages.requests`.
    pub attribute: String,
    /// What happened to it.
    pub kind: Kind,
    /// Its derivation in the base; `None` where there is none, and where only the forge evaluated.
    pub old_drv: Option<String>,
    /// Its derivation in the head.
    pub new_drv: Option<String>,
    /// Why it does not evaluate in the head, where it did in the base or is new.
    pub failing: Option<String>,
}

/// An attribute that evaluates on neither side.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Skipped {
    /// The attribute path.
    pub attribute: String,
    /// Why: `marked broken`, or the end of what Nix said.
    pub reason: String,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Rebuilds {
    /// What differs, by system, sorted by attribute.
    pub per_system: BTreeMap<String, Vec<Rebuilt>>,
    /// What could not be compared, by system.
    pub skipped: BTreeMap<String, Vec<Skipped>>,
    /// The way that was taken.
    pub how: How,
    /// Whether the set is exactly what is rebuilt; otherwise it is a lower bound.
    pub exact: bool,
    /// Why that way, and why it is exact or not.
    pub why: String,
    /// How many evaluations of an attribute it took, both sides and all systems together.
    pub evaluated: usize,
    /// How many attributes can differ by what the touched files say.
    pub candidates: usize,
    /// The largest heap of one evaluation, as Nix counted it.
    pub peak_heap_bytes: u64,
    /// How long it took.
    pub seconds: f64,
}

/// Finds what the change rebuilds.
///
/// # Errors
/// When a tree cannot be read, `nix` is missing, a tree does not evaluate at all (the error says which), or an evaluation does not fit
/// into the memory budget.
pub fn find(request: &Request, context: &Context) -> anyhow::Result<Rebuilds> {
    let _ = (request, context);
    anyhow::bail!("not wired yet")
}
