//! What a change of nixpkgs rebuilds: the attributes whose outputs are others than before.
//!
//! Knows three ways: the comparison that the forge's evaluation made ([`comparison`]), the attributes that the touched files can reach,
//! evaluated on both sides, and the evaluation of all attributes on both sides. Never builds, downloads or writes to a tree.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use nixsmith_expr::quote;

use crate::context::Context;

pub mod comparison;
mod evaluate;
mod index;
mod kept;
mod parts;
mod search;
mod seeds;
mod sides;
mod touched;
mod words;

use evaluate::{Attribute, Evaluator};
use kept::Kept;
use search::Found;
use sides::{Sides, Stop};

/// What is said of an attribute that its meta keeps from evaluating: nothing that a build could tell.
const MARKS: [&str; 4] = [
    "marked broken",
    "marked insecure",
    "unfree",
    "not supported on ",
];

/// How deep package sets are looked into.
const DEEPEST: usize = 6;

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

/// Whether this reason for not evaluating is what the package's meta says of itself.
#[must_use]
pub fn is_excluded(reason: &str) -> bool {
    MARKS.iter().any(|mark| reason.starts_with(mark))
}

/// Whether no package can see any of these files, so that a change of them rebuilds nothing.
pub fn reach_no_package<'a>(mut files: impl Iterator<Item = &'a str>) -> bool {
    files.all(seeds::is_no_package)
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
    /// Begin no evaluation any more after this time; the set is then a lower bound.
    pub stop_after: Option<Duration>,
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
/// All attributes are those of the top level and of the package sets in it that say `recurseForDerivations`, to any depth, but for
/// `tests` and `nixosTests`; aliases do not count.
///
/// # Errors
/// When a tree cannot be read, `nix` is missing, a tree does not evaluate at all (the error says which), or an evaluation does not fit
/// into the memory budget.
pub fn find(request: &Request, context: &Context) -> anyhow::Result<Rebuilds> {
    let start = Instant::now();
    let roots = [&request.base.root, &request.head.root].map(|root| context.path(root));
    let memory = request.memory_bytes.unwrap_or_else(default_memory);
    let deadline = request.stop_after.map(|time| start + time);
    let evaluator = Evaluator::new(context, request.config, memory)?.until(deadline);
    let kept = kept_answers(request, context);
    let mut sides = Sides::new(request, &evaluator, roots.clone(), kept);
    let (how, mut exact, mut why) = look(request, &roots, &mut sides)?;
    if exact && evaluator.is_late() {
        // what was asked last may have had no answer
        exact = false;
        why = format!("{why}; {}", Stop::Late.words());
    }
    if how != How::Static && exact {
        keep(request, context, &sides)?;
    }
    Ok(Rebuilds {
        per_system: sides.rebuilt(),
        skipped: sides.skipped(),
        how,
        exact,
        why,
        evaluated: evaluator.evaluated(),
        candidates: sides.looked_at(),
        peak_heap_bytes: evaluator.peak_heap_bytes(),
        seconds: start.elapsed().as_secs_f64(),
    })
}

/// Takes a way; says which, whether the set is exact, and why.
fn look(
    request: &Request,
    roots: &[PathBuf; 2],
    sides: &mut Sides<'_>,
) -> anyhow::Result<(How, bool, String)> {
    if let Some(only) = &request.only {
        let attributes = only.iter().map(|name| attribute(name)).collect();
        sides.evaluate(&attributes)?;
        let why = format!(
            "the {} attributes asked for were evaluated on both sides",
            only.len()
        );
        return Ok((How::Static, sides.stopped().is_none(), why));
    }
    if !matches!(request.method, Method::Auto | Method::Static) {
        return everything(sides, "as asked for");
    }
    let touched = match &request.touched {
        Some(touched) => touched.clone(),
        None => touched::files(&roots[0], &roots[1])?,
    };
    let found = search::run([&roots[0], &roots[1]], &touched, sides)?;
    let files = format!("{} touched files", touched.len());
    match found {
        Found::All => {
            let count = sides.looked_at();
            Ok((
                How::Static,
                true,
                format!("the {files} reach {count} attributes, all evaluated on both sides"),
            ))
        }
        Found::Followed => {
            let count = sides.looked_at();
            let why = format!(
                "the {files} reach {count} attributes by name, all evaluated on both sides; a use whose name is computed, or that only a package set not looked into has, is not seen"
            );
            Ok((How::Static, false, why))
        }
        Found::Stopped => {
            let words = sides.stopped().map_or("it was stopped", Stop::words);
            Ok((How::Static, false, words.to_owned()))
        }
        Found::Unknown(path) => {
            let why =
                format!("no package is known to use `{path}`, one may by a name that is computed");
            Ok((How::Static, false, why))
        }
        Found::Everything(what) if request.method == Method::Static => Ok((
            How::Static,
            false,
            format!("the {files} reach everything by `{what}`"),
        )),
        Found::Everything(what) => {
            everything(sides, &format!("the {files} reach everything by `{what}`"))
        }
    }
}

/// Evaluates all attributes.
fn everything(sides: &mut Sides<'_>, why: &str) -> anyhow::Result<(How, bool, String)> {
    let how = if sides.has_kept() {
        How::Graph
    } else {
        How::Full
    };
    sides.check()?;
    let universe = sides.universe(&BTreeSet::from([String::new()]))?;
    let top = universe.get("").into_iter().flatten();
    let top = top.filter(|name| !search::LEFT_OUT.contains(&name.as_str()));
    let mut attributes: BTreeSet<Attribute> = top.map(|name| vec![name.clone()]).collect();
    while !attributes.is_empty() && sides.stopped().is_none() {
        sides.evaluate(&attributes)?;
        attributes = attributes
            .iter()
            .flat_map(|attribute| search::inside(attribute, sides))
            .collect();
        attributes.retain(|attribute| attribute.len() <= DEEPEST);
    }
    let count = sides.looked_at();
    if let Some(stop) = sides.stopped() {
        Ok((
            how,
            false,
            format!(
                "{why}; {count} attributes were looked at, then {}",
                stop.words()
            ),
        ))
    } else {
        Ok((
            how,
            true,
            format!("{why}; all {count} attributes were evaluated on both sides"),
        ))
    }
}

/// What is known of the base from before, by system.
fn kept_answers<'a>(request: &'a Request, context: &Context) -> BTreeMap<&'a str, Kept> {
    let cache = &context.client_options.cache_dir;
    let file = |system: &str| {
        Kept::file(
            cache,
            request.base.commit.as_deref()?,
            system,
            request.config,
        )
    };
    let read = |system: &'a String| Some((system.as_str(), Kept::read(&file(system)?)));
    match request.method {
        Method::Full => BTreeMap::new(),
        _ => request.systems.iter().filter_map(read).collect(),
    }
}

/// Keeps all answers of the base.
fn keep(request: &Request, context: &Context, sides: &Sides<'_>) -> anyhow::Result<()> {
    let Some(commit) = &request.base.commit else {
        return Ok(());
    };
    for (system, answers) in sides.base_answers() {
        let cache = &context.client_options.cache_dir;
        if let Some(file) = Kept::file(cache, commit, system, request.config) {
            Kept::write(&file, &answers)?;
        }
    }
    Ok(())
}

/// Three quarters of what the machine has available, or 4 GiB where it does not say.
fn default_memory() -> u64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"));
    let kib: Option<u64> = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kib.map_or(4 << 30, |kib| kib / 4 * 3 * 1024)
}

/// An attribute path as text: `a.b`, names that are no identifiers in quotes.
fn name(attribute: &[String]) -> String {
    quote::attribute_path(attribute).unwrap_or_else(|_| attribute.join("."))
}

/// Text as an attribute path.
fn attribute(text: &str) -> Attribute {
    let mut names = vec![String::new()];
    let mut is_quoted = false;
    for letter in text.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            '.' if !is_quoted => names.push(String::new()),
            letter => {
                if let Some(name) = names.last_mut() {
                    name.push(letter);
                }
            }
        }
    }
    names
}
